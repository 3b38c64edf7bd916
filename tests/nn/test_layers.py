"""`mutandis.nn`: `torch.nn` as symbolic classes, real modules once nothing is open."""

import collections
import copy
import inspect
import pickle
import subprocess
import sys

import pytest

torch = pytest.importorskip('torch')

import mutandis as mt  # noqa: E402
from mutandis import nn  # noqa: E402

LAYERS = [
    name
    for name, value in vars(torch.nn).items()
    if isinstance(value, type)
    and issubclass(value, torch.nn.Module)
    and value is not torch.nn.Module
]

# What to give for a required parameter of this name.
EXAMPLES = {
    'args': (),
    'blank': 0,
    'cutoffs': [2],
    'd_model': 4,
    'decoder_layer': lambda: nn.TransformerDecoderLayer(4, 2),
    'div_value': 2.0,
    'encoder_layer': lambda: nn.TransformerEncoderLayer(4, 2),
    'kernel_size': 1,
    'lambd': 0.5,
    'lower': 0.1,
    'mode': 'LSTM',
    'module': lambda: nn.Linear(1, 1),
    'n_classes': 5,
    'nhead': 2,
    'norm_type': 2,
    'normalized_shape': 4,
    'output_size': 2,
    'padding': 1,
    'unflattened_size': (2, 2),
}


def example(name):
    """Makes a layer with the fewest arguments that its constructor takes."""
    cls = getattr(torch.nn, name)
    arguments = {}
    for parameter in list(inspect.signature(getattr(nn, name).__init__).parameters.values())[1:]:
        if parameter.default is parameter.empty and parameter.kind not in (
            parameter.VAR_POSITIONAL,
            parameter.VAR_KEYWORD,
        ):
            value = EXAMPLES.get(parameter.name, 4)
            arguments[parameter.name] = value() if callable(value) else value
    if name.startswith('FractionalMaxPool'):
        arguments['output_size'] = 2
    return cls, getattr(nn, name)(**arguments)


@pytest.mark.filterwarnings('ignore')  # PyTorch's own, about deprecated layers
@pytest.mark.parametrize('name', LAYERS)
def test_every_layer_is_a_symbolic_class_and_a_real_module(name):
    cls, layer = example(name)
    assert isinstance(layer, cls)
    assert isinstance(layer, mt.Symbolic)
    assert type(layer) is getattr(nn, name)
    assert type(layer).__name__ == name
    assert type(layer).__module__ == 'mutandis.nn'
    assert list(layer.named_parameters()) is not None
    assert mt.eq(layer.clone(), layer)


def test_what_is_no_layer_is_pytorchs_own():
    assert nn.Module is torch.nn.Module
    assert nn.Parameter is torch.nn.Parameter
    assert nn.functional is torch.nn.functional
    assert nn.init is torch.nn.init
    assert nn.utils is torch.nn.utils


def test_names():
    assert {'Conv2d', 'Sequential', 'Module', 'functional', 'Parameter'} <= set(dir(nn))
    assert nn.Conv2d is nn.Conv2d
    with pytest.raises(AttributeError, match='Conv7d'):
        nn.Conv7d  # noqa: B018


def test_importing_mutandis_does_not_import_torch():
    code = 'import sys, mutandis; sys.exit("torch" in sys.modules)'
    assert subprocess.run([sys.executable, '-c', code]).returncode == 0


def test_without_torch_the_error_names_the_extra():
    code = 'import sys; sys.modules["torch"] = None; import mutandis as mt; mt.nn'
    run = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True)
    assert run.returncode == 1
    assert run.stderr.splitlines()[-1].startswith('ImportError: ')
    assert 'mutandis[torch]' in run.stderr


class TestConcreteLayers:
    def test_computes_what_pytorch_computes(self):
        torch.manual_seed(0)
        ours = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(16, 2))
        torch.manual_seed(0)
        theirs = torch.nn.Sequential(
            torch.nn.Conv2d(1, 4, 3),
            torch.nn.ReLU(),
            torch.nn.Flatten(),
            torch.nn.Linear(16, 2),
        )
        x = torch.randn(5, 1, 4, 4)
        assert torch.equal(ours(x), theirs(x))
        assert list(ours.state_dict()) == list(theirs.state_dict())
        theirs.load_state_dict(ours.state_dict())
        ours.load_state_dict(theirs.state_dict())

    def test_trains(self):
        net = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1))
        x = torch.randn(64, 2)
        y = x.sum(dim=1, keepdim=True)
        optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
        losses = []
        for _ in range(100):
            loss = nn.functional.mse_loss(net(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        assert losses[-1] < losses[0] / 10

    def test_moves_and_switches_mode_like_any_module(self):
        net = nn.Sequential(nn.Linear(2, 2), nn.Dropout(0.5))
        assert net.to(torch.float64)[0].weight.dtype is torch.float64
        assert not net.eval()[1].training
        assert net.train()[1].training
        assert [name for name, _ in net.named_modules()] == ['', '0', '1']

    def test_a_name_that_is_argument_and_parameter(self):
        layer = nn.Conv2d(1, 2, 3, bias=True)
        assert isinstance(layer.bias, nn.Parameter)
        assert layer.sym_init_args.bias is True

    def test_equality_is_identity_and_symbolic_equality_is_of_arguments(self):
        a, b = nn.Linear(2, 3), nn.Linear(2, 3)
        assert a != b
        assert len({a, b}) == 2
        assert mt.eq(a, b)
        assert mt.ne(a, nn.Linear(2, 4))

    def test_prints_as_a_tree(self):
        assert repr(nn.Linear(2, 3)).startswith('Linear(')
        text = mt.format(nn.Linear(2, 3), verbose=False, hide_default_values=True)
        assert text == 'Linear(\n  in_features = 2,\n  out_features = 3\n)'


class TestRebind:
    def test_a_changed_argument_makes_that_layer_anew_and_leaves_the_others(self):
        net = nn.Sequential(nn.Linear(4, 8), nn.Linear(8, 2))
        first = net[0]
        weight = first.weight.detach().clone()
        net.rebind({'args[1].out_features': 3})
        assert net(torch.randn(1, 4)).shape == (1, 3)
        assert net[0] is first
        assert torch.equal(net[0].weight, weight)
        assert len(list(net.parameters())) == 4

    def test_the_optimizer_sees_what_the_tree_holds(self):
        net = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))
        net.rebind({'args[1]': nn.Tanh()})
        assert isinstance(net[1], torch.nn.Tanh)

    def test_a_bad_rebind_changes_nothing(self):
        layer = nn.Linear(4, 8)
        weight = layer.weight
        with pytest.raises(KeyError):
            layer.rebind(outfeatures=3)
        assert layer.weight is weight
        assert layer.sym_init_args.out_features == 8


class TestPlaceholders:
    def test_an_open_layer_is_a_space(self):
        space = nn.Conv2d(3, mt.oneof([16, 32]), 3)
        assert mt.dna_spec(space).space_size == 2
        assert [layer.weight.shape[0] for layer in mt.iter(space)] == [16, 32]

    def test_materialized_it_is_a_real_module(self):
        space = nn.Sequential(
            nn.Linear(4, 8), mt.oneof([nn.ReLU(), nn.Tanh()]), nn.Linear(8, mt.oneof([2, 3]))
        )
        net = mt.materialize(space, mt.DNA([1, 1]))
        assert isinstance(net[1], torch.nn.Tanh)
        assert net(torch.randn(5, 4)).shape == (5, 3)

    def test_every_decoded_module_has_new_weights(self):
        space = nn.Linear(4, mt.oneof([2, 3]))
        template = mt.template(nn.Sequential(space, nn.Linear(2, 2)))
        a, b = template.decode(mt.DNA(0)), template.decode(mt.DNA(0))
        assert not torch.equal(a[0].weight, b[0].weight)
        assert not torch.equal(a[1].weight, b[1].weight)

    def test_rebinding_the_last_placeholder_builds_it(self):
        layer = nn.Linear(4, mt.oneof([2, 3]))
        layer.rebind(out_features=5)
        assert layer(torch.randn(1, 4)).shape == (1, 5)

    @pytest.mark.parametrize(
        'use',
        [
            lambda m: m(torch.randn(1, 4)),
            lambda m: list(m.parameters()),
            lambda m: m.state_dict(),
            lambda m: m.to(torch.float64),
        ],
    )
    def test_using_it_before_says_what_is_open(self, use):
        layer = nn.Linear(4, mt.oneof([2, 3]))
        with pytest.raises(TypeError, match='placeholder'):
            use(layer)

    def test_in_modules_that_a_user_wrote(self):
        @mt.symbolize
        class Residual(nn.Module):
            def __init__(self, width, activation):
                super().__init__()
                self.body = nn.Sequential(nn.Linear(4, width), activation, nn.Linear(width, 4))

            def forward(self, x):
                return x + self.body(x)

        space = Residual(mt.oneof([3, 5]), mt.oneof([nn.ReLU(), nn.Tanh()]))
        programs = list(mt.iter(space))
        assert len(programs) == 4
        for program in programs:
            assert program(torch.randn(2, 4)).shape == (2, 4)
            assert len(list(program.parameters())) == 4


class TestSequential:
    def test_takes_its_children_one_by_one(self):
        net = nn.Sequential(nn.Linear(1, 2), nn.ReLU())
        assert len(net) == 2
        assert net.sym_init_args.args[0] is net[0]

    def test_takes_its_children_by_name(self):
        layers = collections.OrderedDict(first=nn.Linear(1, 2), then=nn.ReLU())
        net = nn.Sequential(layers)
        assert list(net.state_dict()) == ['first.weight', 'first.bias']
        assert isinstance(net.then, torch.nn.ReLU)

    def test_a_slice_shares_its_layers(self):
        net = nn.Sequential(nn.Linear(1, 2), nn.ReLU(), nn.Linear(2, 1))
        assert list(net[:2]) == [net[0], net[1]]

    def test_takes_ordinary_modules(self):
        layer = torch.nn.Linear(1, 2)
        assert nn.Sequential(layer, nn.ReLU())[0] is layer

    def test_module_list_and_dict(self):
        layers = nn.ModuleList([nn.Linear(1, 2), nn.Linear(2, 3)])
        assert [type(layer) for layer in layers] == [nn.Linear, nn.Linear]
        by_name = nn.ModuleDict({'a': nn.Linear(1, 2)})
        assert list(by_name.state_dict()) == ['a.weight', 'a.bias']


class TestConstructorsThatTellTheirArguments:
    @pytest.mark.parametrize('cls', ['RNN', 'LSTM', 'GRU'])
    def test_recurrent_layers(self, cls):
        torch.manual_seed(0)
        ours = getattr(nn, cls)(3, hidden_size=4, bidirectional=True, batch_first=True)
        torch.manual_seed(0)
        theirs = getattr(torch.nn, cls)(3, hidden_size=4, bidirectional=True, batch_first=True)
        x = torch.randn(2, 5, 3)
        assert torch.equal(ours(x)[0], theirs(x)[0])
        ours.rebind(hidden_size=6)
        assert ours(x)[0].shape == (2, 5, 12)

    def test_layers_without_arguments(self):
        assert not nn.Tanh().sym_init_args
        with pytest.raises(TypeError):
            nn.Tanh(1)


class TestLazyLayers:
    def test_takes_its_shape_from_the_first_batch(self):
        net = nn.Sequential(nn.LazyLinear(mt.oneof([3, 5])), nn.LazyBatchNorm1d(), nn.LazyLinear(1))
        net = mt.materialize(net, mt.DNA(1))
        assert net(torch.randn(4, 7)).shape == (4, 1)
        assert net[0].weight.shape == (5, 7)
        assert not net[0].has_uninitialized_params()


class TestCopies:
    @pytest.mark.parametrize(
        'duplicate',
        [
            lambda net: net.clone(deep=True),
            copy.deepcopy,
            lambda net: pickle.loads(pickle.dumps(net)),
        ],
        ids=['clone', 'deepcopy', 'pickle'],
    )
    def test_keeps_the_weights(self, duplicate):
        net = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))
        net(torch.randn(8, 2))
        other = duplicate(net)
        assert type(other) is nn.Sequential
        assert mt.eq(other, net)
        assert other[0] is not net[0]
        assert list(other.state_dict()) == list(net.state_dict())
        for a, b in zip(other.state_dict().values(), net.state_dict().values(), strict=True):
            assert torch.equal(a, b)
        x = torch.randn(4, 2)
        assert torch.equal(other.eval()(x), net.eval()(x))

    def test_copies_share_no_weights(self):
        net = nn.Linear(2, 3)
        other = net.clone(deep=True)
        with torch.no_grad():
            other.weight.zero_()
        assert net.weight.abs().sum() > 0

    def test_classes_are_pickled_by_name(self):
        assert pickle.loads(pickle.dumps(nn.Conv2d)) is nn.Conv2d

    def test_pickles_are_loaded_where_the_class_was_not_made_yet(self, tmp_path):
        net = nn.Sequential(nn.Linear(2, 3), nn.Softplus())
        path = tmp_path / 'net.pickle'
        path.write_bytes(pickle.dumps(net))
        code = (
            'import pickle, sys; net = pickle.load(open(sys.argv[1], "rb")); '
            'print(net[0].weight.flatten().tolist())'
        )
        run = subprocess.run(
            [sys.executable, '-c', code, path], capture_output=True, text=True, check=True
        )
        assert run.stdout.strip() == str(net[0].weight.flatten().tolist())


class TestJson:
    def test_holds_the_arguments(self):
        net = nn.Sequential(nn.Linear(2, 3), nn.Conv2d(1, mt.oneof([4, 8]), 3))
        text = mt.to_json_str(net)
        assert '"mutandis.nn.Linear"' in text
        assert mt.eq(mt.from_json_str(text), net)

    def test_is_loaded_where_the_class_was_not_made_yet(self):
        text = mt.to_json_str(nn.Softplus(beta=2.0))
        code = 'import sys, mutandis as mt; print(mt.from_json_str(sys.argv[1]).beta)'
        run = subprocess.run(
            [sys.executable, '-c', code, text], capture_output=True, text=True, check=True
        )
        assert run.stdout.strip() == '2.0'
