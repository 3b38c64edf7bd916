"""`freeze`: weights that are not trained."""

import pytest
import torch
from torch import nn

import mutandis as mt
from mutandis import nn as mnn


def trained(module):
    return [name for name, p in module.named_parameters() if p.requires_grad]


def test_what_is_built_is_frozen_and_the_lifted_module_is_not():
    net = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    tree = mnn.lift(net)
    assert mnn.freeze(tree.sym_getattr('0')) is tree.sym_getattr('0')
    for each in (tree, tree.clone()):
        assert trained(each.build()) == ['1.weight', '1.bias']
    shared = tree.build(share_weights=True)
    assert trained(shared) == ['1.weight', '1.bias'] and len(trained(net)) == 4
    assert shared[0].weight.data_ptr() == net[0].weight.data_ptr()


def test_parts_that_come_later_are_trained():
    tree = mnn.freeze(mnn.lift(nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 3))))
    mt.select(tree).at_path('0').insert_after(mnn.Linear(2, 2))
    assert trained(tree.build()) == ['1.weight', '1.bias']


def test_a_frozen_part_that_changes_stays_frozen():
    tree = mnn.freeze(mnn.lift(nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 3))))
    tree.rebind({'0.out_features': 4, '1.in_features': 4})
    built = tree.build()
    assert built[0].weight.shape == (4, 2) and trained(built) == []


def test_tied_weights_are_frozen_in_all_places():
    net = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    net[1].weight = net[0].weight
    tree = mnn.lift(net)
    mnn.freeze(tree.sym_getattr('1'))
    built = tree.build()
    assert built[0].weight is built[1].weight and trained(built) == ['0.bias']


def test_modules_that_are_kept_as_they_are_and_buffers():
    class Own(nn.Module):
        def __init__(self):
            super().__init__()
            self.scale = nn.Parameter(torch.ones(2))
            self.register_buffer('shift', torch.zeros(2))

        def forward(self, x):
            return x * self.scale + self.shift

    tree = mnn.freeze(mnn.lift(nn.Sequential(Own())))
    assert trained(tree.build()) == [] and tree.build()(torch.ones(2)).sum() == 2


def test_symbolic_modules():
    net = mnn.Sequential(mnn.Linear(2, 2), mnn.ReLU())
    mnn.freeze(net)
    assert trained(net) == trained(net.clone()) == []


def test_a_rewrite_that_fails_freezes_nothing():
    @mt.patcher
    def freeze_and_fail(model):
        mnn.freeze(model)
        raise mt.patching.NotApplicable('for the test')

    net, tree = mnn.Linear(2, 2), mnn.lift(nn.Linear(2, 2))
    for each in (net, tree):
        with pytest.raises(mt.patching.NotApplicable, match='for the test'):
            mt.patch(each, freeze_and_fail())
    assert trained(net) == trained(tree.build()) == ['weight', 'bias']


def test_only_symbolic_values():
    with pytest.raises(TypeError, match='nn.lift'):
        mnn.freeze(nn.Linear(2, 2))
