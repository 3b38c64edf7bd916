"""Compounds of torch modules: a function that builds a module, as a layer."""

import copy
import pickle

import pytest
import torch

import mutandis as mt
from mutandis import nn

X = torch.randn(2, 4, generator=torch.Generator().manual_seed(0))


@mt.compound
def block(width: int, depth: int = 2) -> nn.Sequential:
    return nn.Sequential(*[nn.Linear(width, width) for _ in range(depth)])


@mt.compound
def plain_block(width: int) -> torch.nn.Module:
    return torch.nn.Linear(width, width)


@pytest.mark.parametrize('make', [block, plain_block])
class TestAsALayer:
    def test_it_is_a_module(self, make):
        layer = make(4)
        assert isinstance(layer, torch.nn.Module)
        assert torch.equal(layer(X), layer.decomposed(X))
        assert len(list(layer.parameters())) == len(list(layer.decomposed.parameters()))

    @pytest.mark.parametrize('container', [nn.Sequential, torch.nn.Sequential])
    def test_inside_other_modules(self, make, container):
        net = container(nn.Linear(4, 4), make(4))
        assert net(X).shape == (2, 4)
        assert '1.weight' in net.state_dict() or '1.0.weight' in net.state_dict()
        net.double()
        assert {p.dtype for p in net.parameters()} == {torch.float64}
        net.eval()
        assert not net[1].decomposed.training
        other = container(nn.Linear(4, 4), make(4)).double()
        other.load_state_dict(net.state_dict())
        assert torch.equal(other(X.double()), net(X.double()))

    @pytest.mark.parametrize(
        'copier',
        [
            lambda m: m.clone(),
            lambda m: m.clone(deep=True),
            copy.copy,
            copy.deepcopy,
            lambda m: pickle.loads(pickle.dumps(m)),
            lambda m: nn.Sequential(m)[0],
        ],
    )
    def test_copies_keep_the_weights(self, make, copier):
        held = nn.Sequential(make(4))[0]
        for layer in (make(4), held):
            y = layer(X)
            other = copier(layer)
            assert type(other) is make and torch.equal(other(X), y)
        net = nn.Sequential(make(4))
        assert torch.equal(copier(net)(X), net(X))


def test_a_change_elsewhere_keeps_the_weights():
    net = nn.Sequential(nn.Linear(4, 4), block(4))
    before = list(net[1].parameters())
    net.rebind({'args[0].bias': False})
    assert all(a is b for a, b in zip(net[1].parameters(), before, strict=True))
    net.rebind({'args[1].depth': 3})
    assert len(list(net[1].parameters())) == 6


def test_spaces():
    space = nn.Sequential(block(4, mt.oneof([1, 3])))
    assert [len(list(m.parameters())) for m in mt.iter(space)] == [2, 6]
