"""`example_inputs` and `observe`: what goes into the parts of a model, and what comes out."""

import pytest
import torch
from torch import nn

import mutandis as mt
from mutandis import nn as mnn

X = torch.randn(2, 4)


def net():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.BatchNorm1d(8), nn.Linear(8, 3))


def shapes(seen):
    return [(c.path, tuple(c.input.shape), tuple(c.output.shape)) for c in seen.calls]


def test_the_calls_of_all_parts_in_order():
    expected = [
        ('0', (2, 4), (2, 8)),
        ('1', (2, 8), (2, 8)),
        ('2', (2, 8), (2, 8)),
        ('3', (2, 8), (2, 3)),
        ('', (2, 4), (2, 3)),
    ]
    module = net()
    with mnn.example_inputs(X):
        seen = mnn.observe(mnn.lift(module))
    assert shapes(seen) == expected
    assert torch.equal(seen.outputs[0], module.eval()(X))
    symbolic = mnn.Sequential(mnn.Linear(4, 8), mnn.ReLU(), mnn.BatchNorm1d(8), mnn.Linear(8, 3))
    with mnn.example_inputs(X):
        paths = [path for path, *_ in shapes(mnn.observe(symbolic))]
    assert paths == ['args[0]', 'args[1]', 'args[2]', 'args[3]', '']


def test_parts_that_were_put_in_are_observed_too():
    tree = mnn.lift(net())
    tree.rebind({'1': mnn.Sequential(mnn.GELU(), mnn.Dropout())})
    with mnn.example_inputs(X):
        seen = mnn.observe(tree)
    assert [call.path for call in seen.calls][1:4] == ['1.args[0]', '1.args[1]', '1']


@pytest.mark.parametrize(
    'make, paths',
    [
        (lambda raw: mnn.Sequential(mnn.Linear(4, 8), raw), ['args[0]', 'args[1]', '']),
        (lambda raw: mnn.Sequential(mnn.lift(nn.Linear(4, 8)), raw), ['args[0]', 'args[1]', '']),
        (lambda raw: mnn.lift(net()).rebind({'1': raw}), ['0', '1', '2', '3', '']),
    ],
)
def test_modules_of_pytorch_in_a_tree_are_parts_of_it_and_do_not_change(make, paths):
    raw = nn.Dropout()
    with mnn.example_inputs(X):
        seen = mnn.observe(make(raw))
    assert [call.path for call in seen.calls] == paths
    assert raw.training and not raw._forward_hooks


def test_neither_the_model_nor_the_random_numbers_change():
    module = net()
    before = {name: value.clone() for name, value in module.state_dict().items()}
    torch.manual_seed(1)
    with mnn.example_inputs(X):
        mnn.observe(mnn.lift(module))
    drawn = torch.rand(3)
    torch.manual_seed(1)
    assert torch.equal(drawn, torch.rand(3))
    assert module.training
    assert all(torch.equal(value, before[name]) for name, value in module.state_dict().items())
    assert not any(part._forward_hooks for part in module.modules())


def test_without_inputs_nothing_is_seen():
    assert mnn.observe(mnn.lift(net())) is None
    with mnn.example_inputs(X):
        pass
    assert mnn.observe(mnn.lift(net())) is None


def test_models_may_announce_their_inputs():
    class Announcing(nn.Module):
        dummy_inputs = {'y': X}

        def __init__(self):
            super().__init__()
            self.layer = nn.Linear(4, 2)

        def forward(self, x=None, y=None):
            return {'out': (self.layer(y), None)}

    seen = mnn.observe(mnn.lift(Announcing()))
    assert seen.outputs[0].shape == (2, 2) and seen.of('layer')[0].input is X
    # It is a hint, and may be wrong.
    module = net()
    module.example_input_array = torch.randn(2, 5)
    assert mnn.observe(mnn.lift(module)) is None


def test_inputs_that_do_not_fit_are_an_error():
    with mnn.example_inputs(torch.randn(2, 5)):
        with pytest.raises(ValueError, match='cannot run on the inputs of `example_inputs`'):
            mnn.observe(mnn.lift(net()))


class TestFusedKernels:
    """PyTorch's encoders compute in eval mode with the weights of their parts."""

    def encoder(self):
        torch.manual_seed(0)
        layer = nn.TransformerEncoderLayer(8, 2, 16, 0.0, nn.ReLU(), batch_first=True)
        return nn.TransformerEncoder(layer, 2)

    @pytest.mark.parametrize('padded', [False, True])
    @pytest.mark.parametrize(
        'change',
        [
            lambda tree: mt.select(tree).at_instances_of(nn.ReLU).set(mnn.SiLU()),
            lambda tree: mt.select(tree).at_instances_of(nn.LayerNorm).set(mnn.RMSNorm(8)),
        ],
    )
    def test_changed_parts_are_used_in_eval_mode_as_in_training(self, change, padded):
        tree = mnn.lift(self.encoder())
        change(tree)
        built = tree.build()
        x = torch.randn(2, 5, 8)
        mask = torch.tensor([[False] * 5, [False] * 3 + [True] * 2]) if padded else None
        trained = built.train()(x, src_key_padding_mask=mask)
        with torch.no_grad():
            used = built.eval()(x, src_key_padding_mask=mask)
        valid = slice(None) if mask is None else ~mask
        assert torch.allclose(trained[valid], used[valid], atol=1e-5)

    def test_unchanged_ones_keep_it(self):
        built = mnn.lift(self.encoder()).build()
        assert built.layers[0].activation_relu_or_gelu and built.use_nested_tensor
