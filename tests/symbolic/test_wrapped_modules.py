"""Torch modules as wrapped classes: trees of layers that keep their weights."""

import copy
import pickle

import pytest

import mutandis as mt

torch = pytest.importorskip('torch')
nn = torch.nn
Linear = mt.symbolize(nn.Linear)
Sequential = mt.symbolize(nn.Sequential)
Conv2d = mt.symbolize(nn.Conv2d)


@mt.symbolize
class Net(nn.Module):
    def __init__(self, layers, classes=2):
        super().__init__()
        self.layers = nn.ModuleList(layers)
        self.head = nn.Linear(4, classes)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return self.head(x)


class TestTorchModules:
    def test_a_real_module(self):
        net = Sequential(Linear(4, 8), Linear(8, 2))
        assert isinstance(net, nn.Module) and isinstance(net[0], nn.Linear)
        assert net(torch.zeros(3, 4)).shape == (3, 2)
        assert len(list(net.parameters())) == 4
        assert sorted(net.state_dict()) == ['0.bias', '0.weight', '1.bias', '1.weight']
        net.load_state_dict(net.state_dict())
        assert net.to(torch.float64)[0].weight.dtype == torch.float64
        assert not net.eval().training

    def test_an_argument_and_a_parameter_of_one_name(self):
        conv = Conv2d(1, 2, 3, bias=False)
        assert conv.bias is None and conv.sym_init_args.bias is False
        conv.rebind(bias=True)
        assert conv.bias.shape == (2,) and conv.sym_init_args.bias is True

    def test_submodules_are_the_very_arguments(self):
        net = Net([Linear(4, 4), Linear(4, 4)])
        assert net.layers[0] is net.sym_init_args.layers[0]
        assert [k for k, _ in net.named_parameters()][0] == 'layers.0.weight'
        assert str(net.layers[1].sym_path) == 'layers[1]'
        net.extra = nn.Linear(1, 1)
        assert 'extra.weight' in net.state_dict()

    def test_rebind_rebuilds_the_leaf_and_keeps_its_siblings(self):
        net = Net([Linear(4, 8), Linear(8, 4), Linear(4, 4)])
        kept, changed = net.layers[2].weight, net.layers[0].weight
        net.rebind({'layers[0].out_features': 6, 'layers[1].in_features': 6})
        assert net.layers[2].weight is kept
        assert net.layers[0].weight is not changed and net.layers[0].weight.shape == (6, 4)
        assert net(torch.zeros(1, 4)).shape == (1, 2)

    def test_a_failed_rebind_puts_the_weights_back(self):
        @mt.symbolize
        class Narrow(nn.Module):
            def __init__(self, child):
                super().__init__()
                if child.out_features > 10:
                    raise ValueError('too wide')
                self.child = child

        net = Narrow(Linear(2, 3))
        weight = net.child.weight
        with pytest.raises(ValueError, match='too wide'):
            net.rebind({'child.out_features': 11})
        assert net.child.weight is weight and net.child.out_features == 3
        assert net.sym_init_args.child.sym_init_args.out_features == 3

    @pytest.mark.parametrize(
        'copier',
        [
            lambda x: x.clone(),
            lambda x: x.clone(deep=True),
            copy.copy,
            copy.deepcopy,
            lambda x: pickle.loads(pickle.dumps(x)),
            lambda x: Sequential(x) and Sequential(x)[0],
        ],
        ids=['clone', 'deep', 'copy', 'deepcopy', 'pickle', 'second tree'],
    )
    def test_copies_keep_the_weights(self, copier):
        net = Net([Linear(4, 4)])
        net.tied = net.layers[0]
        again = copier(net)
        assert mt.eq(again, net) and again is not net
        left, right = net.state_dict(), again.state_dict()
        assert left.keys() == right.keys()
        for name in left:
            assert torch.equal(left[name], right[name])
            assert left[name].data_ptr() != right[name].data_ptr()
        assert again.layers[0] is again.sym_init_args.layers[0] is again.tied
        assert again(torch.ones(1, 4)).shape == (1, 2)
        assert again.rebind(classes=3)(torch.ones(1, 4)).shape == (1, 3)

    def test_shared_parameters_stay_shared_in_a_copy(self):
        @mt.symbolize
        class Tied(nn.Module):
            def __init__(self, a, b):
                super().__init__()
                self.a, self.b = a, b
                self.b.weight = self.a.weight

        again = Tied(Linear(3, 3), Linear(3, 3)).clone()
        assert again.a.weight is again.b.weight

    def test_pickle_of_a_class_that_has_no_name_to_import(self):
        layer = Linear(2, 3)  # Its name in `torch` is that of the original class.
        mt.symbolize(nn.Linear)  # As another library might do.
        again = pickle.loads(pickle.dumps(layer))
        assert type(again) is Linear and torch.equal(again.weight, layer.weight)

    def test_placeholders(self):
        torch.manual_seed(0)
        net = Sequential(Linear(4, mt.oneof([8, 16])), nn.ReLU())
        assert not net.wrapped_cls_initialized
        uses = (lambda: net(torch.zeros(1, 4)), net.parameters, net.state_dict, net.train)
        for use in uses:
            with pytest.raises(TypeError, match=r'args\[0\].out_features'):
                list(use())
        assert not hasattr(Linear, '_parameters')
        built = list(mt.iter(net))
        assert [b(torch.zeros(1, 4)).shape[1] for b in built] == [8, 16]
        net.rebind({'args[0].out_features': 8})
        assert net(torch.zeros(1, 4)).shape == (1, 8)

    def test_decoding_initializes_anew(self):
        space = Sequential(Linear(4, mt.oneof([8])), Linear(8, 2))
        first, second = (next(iter(mt.iter(space))) for _ in range(2))
        assert not torch.equal(first[1].weight, second[1].weight)

    def test_lazy_modules(self):
        lazy_class = mt.symbolize(nn.LazyLinear)
        lazy = Sequential(lazy_class(3))
        again = lazy.clone()
        assert lazy(torch.zeros(1, 5)).shape == (1, 3)
        assert type(lazy[0]) is lazy_class and lazy[0].weight.shape == (3, 5)
        assert torch.equal(lazy.clone()[0].weight, lazy[0].weight)
        assert again(torch.zeros(1, 7)).shape == (1, 3)

    def test_identity_and_symbolic_comparison(self):
        a, b = Linear(2, 2), Linear(2, 2)
        assert a != b and a == a and len({a, b}) == 2
        assert mt.eq(a, b)

    def test_text_and_json(self):
        layer = Linear(2, 3)
        assert repr(layer) == (
            'Linear(in_features=2, out_features=3, bias=True, device=None, dtype=None)'
        )
        # Of several wrappers of a class the latest reads what all of them write.
        latest = mt.symbolize(nn.Linear)
        again = mt.from_json(layer.to_json())
        assert type(again) is latest and mt.eq(again, latest(2, 3))

    def test_object_and_module_in_one(self):
        class Both(mt.Object, nn.Module):
            width: int

            def _on_bound(self):
                self.linear = nn.Linear(self.width, 2)

        both = Both(3)
        assert [k for k, _ in both.named_parameters()] == ['linear.weight', 'linear.bias']
        both.rebind(width=5)
        assert both.linear.in_features == 5
