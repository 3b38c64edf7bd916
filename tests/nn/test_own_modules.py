"""Modules that users write, as symbolic classes: by decorator and by call."""

import abc
import copy
import dataclasses
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

import pytest

torch = pytest.importorskip('torch')

import mutandis as mt  # noqa: E402
from mutandis import nn  # noqa: E402

X = torch.linspace(-1, 1, 32).reshape(8, 4)
T = TypeVar('T')


class Plain(torch.nn.Module):
    def __init__(self, width=8, *, bias=True):
        super().__init__()
        self.layers = torch.nn.Sequential(
            torch.nn.Linear(4, width, bias), torch.nn.ReLU(), torch.nn.Linear(width, 2, bias)
        )

    def forward(self, x):
        return self.layers(x)


@mt.symbolize
class Decorated(torch.nn.Module):
    def __init__(self, *widths, activation=torch.nn.ReLU, **options):
        super().__init__()
        layers = []
        for inputs, outputs in zip(widths, widths[1:], strict=False):
            layers += [torch.nn.Linear(inputs, outputs, **options), activation()]
        self.layers = torch.nn.Sequential(*layers[:-1])

    def forward(self, x):
        return self.layers(x)


class TestTheClass:
    def test_by_call_the_class_is_as_it_was(self):
        symbolic = mt.symbolize(Plain)
        assert issubclass(symbolic, Plain) and symbolic is not Plain
        assert type(Plain()) is Plain
        assert isinstance(symbolic(), torch.nn.Module)
        assert symbolic(3).sym_init_args == {'width': 3, 'bias': True}

    def test_as_a_space(self):
        space = mt.symbolize(Plain)(width=mt.oneof([3, 5]), bias=mt.oneof([True, False]))
        assert mt.dna_spec(space).space_size == 4
        for net in mt.iter(space):
            assert net(X).shape == (8, 2)
            assert net.layers[0].weight.shape[0] == net.sym_init_args.width

    def test_with_constraints(self):
        symbolic = mt.symbolize(Plain, [('width', mt.typing.Int(min_value=1))])
        with pytest.raises(ValueError, match='width'):
            symbolic(0)

    def test_any_kind_of_parameters(self):
        net = Decorated(4, 8, 2, activation=torch.nn.Tanh, bias=False)
        assert net(X).shape == (8, 2) and net.layers[0].bias is None
        net.rebind({'widths[1]': 5})
        assert net.layers[0].weight.shape == (5, 4)
        space = Decorated(4, mt.oneof([3, 5]), 2, activation=mt.oneof([nn.ReLU, nn.Tanh]))
        assert [type(n.layers[1]) for n in mt.iter(space)] == [nn.ReLU, nn.Tanh] * 2
        assert mt.eq(mt.from_json_str(net.to_json_str()), net)

    def test_no_constructor(self):
        @mt.symbolize
        class Swish(nn.Module):
            def forward(self, x):
                return x * torch.sigmoid(x)

        assert repr(Swish()) == 'Swish()'
        assert Swish()(X).shape == X.shape
        with pytest.raises(TypeError):
            Swish(1)

    def test_dataclass(self):
        @mt.symbolize
        @dataclasses.dataclass(eq=False)
        class Net(nn.Module):
            width: int
            depth: int = 1

            def __post_init__(self):
                super().__init__()
                self.layer = torch.nn.Linear(4, self.width)

        assert Net(3).rebind(width=5).layer.weight.shape == (5, 4)

    def test_generic_and_abstract(self):
        class Base(nn.Module, abc.ABC):
            @abc.abstractmethod
            def forward(self, x): ...

        @mt.symbolize
        class Net(Base, Generic[T]):
            def __init__(self, width):
                super().__init__()
                self.layer = torch.nn.Linear(4, width)

            def forward(self, x):
                return self.layer(x)

        assert Net[int](3)(X).shape == (8, 3)

    def test_attributes_may_have_any_name(self):
        @mt.symbolize
        class Named(nn.Module):
            def __init__(self, width):
                super().__init__()
                self.format = torch.nn.Linear(4, width)
                self.save = torch.nn.Parameter(torch.zeros(1))
                self.register_buffer('load', torch.ones(1))
                self.is_deterministic = True
                self.clone = 3

            def forward(self, x):
                return self.format(x) + self.save + self.load

            def to_json(self):
                return 'mine'

        net = Named(2)
        assert net(X).shape == (8, 2)
        assert net.is_deterministic is True and net.clone == 3
        assert repr(net) == 'Named(width=2)'
        assert mt.eq(mt.from_json(mt.to_json(mt.Dict(net=net))).net, net)
        assert torch.equal(copy.deepcopy(net)(X), net(X))
        assert net.rebind(width=3)(X).shape == (8, 3)

    def test_attributes_looked_up_elsewhere(self):
        @mt.symbolize
        class Proxy(nn.Module):
            def __init__(self, inner):
                super().__init__()
                self.inner = inner

            def __getattr__(self, name):
                try:
                    return super().__getattr__(name)
                except AttributeError:
                    return getattr(self.inner, name)

        assert Proxy(nn.Linear(4, 2)).out_features == 2
        space = Proxy(nn.Linear(4, mt.oneof([2, 3])))
        assert [net.out_features for net in mt.iter(space)] == [2, 3]


class TestInheritance:
    def test_super_with_the_name_of_the_class(self):
        """As programs write it that are older than Python 3."""

        @mt.symbolize
        class Old(nn.Module):
            def __init__(self, width):
                super(Old, self).__init__()  # noqa: UP008
                self.layer = torch.nn.Linear(4, width)
                self.modes = []

            def train(self, mode=True):
                self.modes.append(mode)
                return super(Old, self).train(mode)  # noqa: UP008

            @classmethod
            def make(cls, width):
                return cls(width)

        class Newer(Old):
            def train(self, mode=True):
                return super().train(mode)

        for net in (Old(3), Newer(3), Old.make(3)):
            assert not net.eval().training and net.modes == [False]
            assert net.layer.weight.shape == (3, 4)

    @pytest.mark.filterwarnings('ignore')
    def test_super_with_the_class_of_the_object(self):
        @mt.symbolize
        class Old(nn.Module):
            def __init__(self, width):
                super(self.__class__, self).__init__()
                self.layer = torch.nn.Linear(4, width)

        assert Old(3).layer.weight.shape == (3, 4)

    def test_of_decorated_classes(self):
        @mt.symbolize
        class Base(nn.Module):
            def __init__(self, width):
                super(Base, self).__init__()  # noqa: UP008
                self.layer = torch.nn.Linear(4, width)

            def forward(self, x):
                return self.layer(x)

        @mt.symbolize
        class Scaled(Base):
            def __init__(self, width, scale=1.0):
                super(Scaled, self).__init__(width)  # noqa: UP008
                self.scale = scale

            def forward(self, x):
                return super(Scaled, self).forward(x) * self.scale  # noqa: UP008

        net = Scaled(mt.oneof([2, 3]), scale=mt.oneof([1.0, 2.0]))
        assert [n(X).shape[1] for n in mt.iter(net)] == [2, 2, 3, 3]
        net = Scaled(3, 2.0)
        assert torch.equal(copy.deepcopy(net)(X), net(X))
        assert net.rebind(width=5)(X).shape == (8, 5)


class TestModulesWithinAConstructor:
    """What a constructor builds is an ordinary module: there, modules are shared as in PyTorch."""

    @pytest.fixture(params=['clone', 'deepcopy', 'as it is'])
    def treat(self, request):
        return {'clone': mt.clone, 'deepcopy': copy.deepcopy}.get(request.param, lambda net: net)

    def test_one_layer_in_several_places(self, treat):
        @mt.symbolize
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.layer = nn.Linear(4, 4)
                self.twice = nn.Sequential(self.layer, nn.ReLU(), self.layer)
                self.again = nn.ModuleList([self.layer])
                self.tail = nn.Sequential(*list(self.twice)[1:])

            def forward(self, x):
                return self.tail(self.again[0](self.twice(x)))

        net = Net()
        new = treat(net)
        assert new.layer is new.twice[0] is new.twice[2] is new.again[0] is new.tail[1]
        assert new.tail[0] is new.twice[1]
        assert len(list(new.parameters())) == 2
        assert new is net or new.layer is not net.layer
        assert torch.equal(new(X), net(X))

    def test_arguments(self, treat):
        @mt.symbolize
        class Net(nn.Module):
            def __init__(self, layers, heads):
                super().__init__()
                self.body = nn.Sequential(*layers, nn.ReLU(), heads['a'])
                self.layers = nn.ModuleList(layers)
                self.rest = nn.ModuleList(layers[1:])
                self.heads = nn.ModuleDict(heads)

            def forward(self, x):
                return self.body(x)

        net = Net([nn.Linear(4, 4), nn.Linear(4, 4)], {'a': nn.Linear(4, 2)})
        new = treat(net)
        args = new.sym_init_args
        assert args.layers[0] is new.body[0] is new.layers[0]
        assert args.layers[1] is new.rest[0]
        assert args.heads.a is new.heads['a'] is new.body[3]
        assert len(list(new.parameters())) == 6
        assert torch.equal(new(X), net(X))
        kept = new.body[1].weight
        new.rebind({'layers[0].bias': False})
        assert new.body[0].bias is None and new.body[1].weight is kept

    def test_in_a_space(self):
        @mt.symbolize
        class Residual(nn.Module):
            def __init__(self, inner, activation):
                super().__init__()
                self.body = nn.Sequential(inner, activation)

            def forward(self, x):
                return x + self.body(x)

        activation = mt.oneof([nn.ReLU(), nn.Tanh()])
        space = nn.Sequential(Residual(nn.Linear(4, 4, bias=mt.oneof([True, False])), activation))
        for net in mt.iter(space):
            assert net[0].body[0] is net[0].sym_init_args.inner
            assert net(X).shape == X.shape

    def test_explicit_copies_are_copies(self):
        @mt.symbolize
        class Net(nn.Module):
            def __init__(self, layer):
                super().__init__()
                self.layers = nn.ModuleList([layer, copy.deepcopy(layer), layer.clone()])

        first, second, third = Net(nn.Linear(2, 2)).layers
        assert len({id(first.weight), id(second.weight), id(third.weight)}) == 3
        assert torch.equal(first.weight, second.weight)

    def test_in_threads(self):
        @mt.symbolize
        class Net(nn.Module):
            def __init__(self, width):
                super().__init__()
                layer = nn.Linear(4, width)
                self.a, self.b = nn.Sequential(layer), nn.Sequential(layer)

        with ThreadPoolExecutor(4) as pool:
            nets = list(pool.map(Net, [3] * 40))
        assert all(net.a[0] is net.b[0] for net in nets)


class TestContainers:
    def test_mapping_by_name(self):
        for cls in (nn.Sequential, mt.symbolize(torch.nn.Sequential)):
            net = cls(OrderedDict(first=nn.Linear(4, 2), second=nn.ReLU()))
            assert list(net.state_dict()) == ['first.weight', 'first.bias']
            assert net.sym_init_args.args[0].first is net.first
            net.rebind({'args[0].first.out_features': 3})
            assert net(X).shape == (8, 3)

    @pytest.mark.parametrize('cls', [nn.Sequential, mt.symbolize(torch.nn.Sequential)])
    def test_slices_of_sequential(self, cls):
        net = cls(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))
        part = net[1:]
        assert type(part) is torch.nn.Sequential and part[1] is net[2]
        assert list(part.state_dict()) == ['2.weight', '2.bias']
        assert net[-1] is net[2]

    @pytest.mark.parametrize('cls', [nn.ModuleList, mt.symbolize(torch.nn.ModuleList)])
    def test_slices_of_module_list(self, cls):
        layers = cls([nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2)])
        part = layers[1:]
        assert type(part) is torch.nn.ModuleList and part[1] is layers[2]
        assert [layer for layer in layers[::-1]] == list(reversed(layers))

    def test_changes_in_place(self):
        layers = nn.ModuleList([nn.Linear(2, 2)])
        layers.append(nn.ReLU())
        layers.insert(0, torch.nn.Tanh())
        layers += [nn.Linear(2, 2)]
        del layers[1]
        assert [type(m).__name__ for m in layers] == ['Tanh', 'ReLU', 'Linear']
        assert [type(m).__name__ for m in copy.deepcopy(layers)] == ['Tanh', 'ReLU', 'Linear']
        by_name = nn.ModuleDict({'a': nn.Linear(2, 2)})
        by_name['b'] = nn.ReLU()
        by_name.update({'c': nn.Tanh()})
        assert list(by_name.pop('a').state_dict()) == ['weight', 'bias']
        assert list(copy.deepcopy(by_name)) == ['b', 'c']
        net = nn.Sequential(nn.Linear(2, 2))
        net.append(nn.ReLU()).extend([nn.Tanh()]).insert(0, nn.ReLU())
        assert isinstance(net.pop(0), torch.nn.ReLU) and len(net + net) == 6

    def test_parameters(self):
        weights = nn.ParameterList([nn.Parameter(torch.zeros(2)), nn.Parameter(torch.ones(3))])
        assert [name for name, _ in weights.named_parameters()] == ['0', '1']
        assert weights[1:][0] is weights[1]
        by_name = nn.ParameterDict({'a': nn.Parameter(torch.zeros(2))})
        assert list(by_name.state_dict()) == ['a']
        for container in (weights, by_name):
            again = copy.deepcopy(container)
            assert list(again.state_dict()) == list(container.state_dict())
            assert next(again.parameters()) is not next(container.parameters())

    def test_of_users(self):
        class ConvNormAct(torch.nn.Sequential):
            def __init__(self, inputs, outputs, kernel_size=3):
                super().__init__(
                    torch.nn.Conv2d(inputs, outputs, kernel_size, padding='same'),
                    torch.nn.BatchNorm2d(outputs),
                    torch.nn.ReLU(),
                )

        net = mt.symbolize(ConvNormAct)(1, mt.oneof([2, 4]))
        widths = [n(torch.zeros(1, 1, 5, 5)).shape[1] for n in mt.iter(net)]
        assert widths == [2, 4]
        assert type(net.rebind(outputs=2)[:2]) is torch.nn.Sequential


class TestWhatIsTied:
    def test_by_the_constructor(self):
        @mt.symbolize
        class Language(nn.Module):
            def __init__(self, words, width):
                super().__init__()
                self.embedding = torch.nn.Embedding(words, width)
                self.head = torch.nn.Linear(width, words, bias=False)
                self.head.weight = self.embedding.weight

            def forward(self, x):
                return self.head(self.embedding(x))

        for net in mt.iter(Language(10, mt.oneof([3, 4]))):
            for again in (net, copy.deepcopy(net), net.clone()):
                assert len(list(again.parameters())) == 1
                again(torch.arange(10)).sum().backward()
                assert again.head.weight is again.embedding.weight

    def test_weights_of_arguments(self):
        @mt.symbolize
        class Tied(nn.Module):
            def __init__(self, encoder, decoder):
                super().__init__()
                self.encoder, self.decoder = encoder, decoder
                self.decoder.weight = self.encoder.weight

        net = Tied(nn.Linear(3, 3), nn.Linear(3, 3))
        assert net.clone().decoder.weight is not net.decoder.weight
        for tied in (net, net.clone(), net.rebind({'encoder.bias': False})):
            assert tied.encoder.weight is tied.decoder.weight
