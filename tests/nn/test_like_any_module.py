"""A symbolic module does all that its plain twin does, with the same numbers.

`Net` is a model in the ordinary PyTorch way; `Symbolic` is what `mt.symbolize` makes of it. From
one seed both have the same weights, so whatever is done to both must give the same.
"""

import copy
import io
import pickle
import subprocess
import sys

import pytest

torch = pytest.importorskip('torch')

from torch import _dynamo as dynamo  # noqa: E402
from torch.nn.utils import parametrizations, parametrize, prune  # noqa: E402
from torch.optim import swa_utils  # noqa: E402

import mutandis as mt  # noqa: E402
from mutandis import nn  # noqa: E402


class Net(torch.nn.Module):
    """Layers, containers, a buffer, a parameter, tied weights."""

    def __init__(self, width=8, depth=2, dropout=0.1):
        super().__init__()
        self.stem = torch.nn.Linear(4, width)
        self.blocks = torch.nn.ModuleList(
            torch.nn.Sequential(torch.nn.Linear(width, width), torch.nn.ReLU())
            for _ in range(depth)
        )
        self.norm = torch.nn.BatchNorm1d(width)
        self.dropout = torch.nn.Dropout(dropout)
        self.head = torch.nn.Linear(width, 4)
        self.tied = torch.nn.Linear(width, 4)
        self.tied.weight = self.head.weight
        self.scale = torch.nn.Parameter(torch.randn(width))
        self.register_buffer('offset', torch.ones(4))

    def forward(self, x):
        x = self.stem(x)
        for block in self.blocks[:-1]:
            x = x + block(x)
        x = self.dropout(self.norm(self.blocks[-1](x) * self.scale))
        return self.head(x) + self.tied(x) + self.offset


Symbolic = mt.symbolize(Net)

X = torch.linspace(-1, 1, 32).reshape(8, 4)


def user_defined(seed=0, **arguments):
    torch.manual_seed(seed)
    plain = Net(**arguments)
    torch.manual_seed(seed)
    return plain, Symbolic(**arguments)


def of_layers(seed=0):
    """The same with a tree of `mutandis.nn` layers."""

    def build(lib):
        torch.manual_seed(seed)
        return lib.Sequential(
            lib.Linear(4, 8),
            lib.BatchNorm1d(8),
            lib.ReLU(),
            lib.Dropout(0.1),
            lib.Sequential(lib.Linear(8, 8), lib.Tanh()),
            lib.Linear(8, 4),
        )

    return build(torch.nn), build(nn)


@pytest.fixture(params=[user_defined, of_layers], ids=['user_defined', 'of_layers'])
def twins(request):
    return request.param()


def last_layer(net):
    return net.head if hasattr(net, 'head') else net[-1]


def same_state(left, right):
    left, right = left.state_dict(), right.state_dict()
    return list(left) == list(right) and all(torch.equal(left[k], right[k]) for k in left)


def train(net, steps=5, seed=1, optimizer=torch.optim.Adam):
    torch.manual_seed(seed)
    opt = optimizer(net.parameters(), lr=0.01)
    for _ in range(steps):
        opt.zero_grad()
        loss = net.train()(X).square().mean()
        loss.backward()
        opt.step()
    return loss.item()


class TestNumbers:
    def test_initialization_follows_the_seed(self, twins):
        plain, symbolic = twins
        assert same_state(plain, symbolic)
        assert not same_state(user_defined(1)[1], user_defined(2)[1])
        assert same_state(user_defined(1)[1], user_defined(1)[1])

    def test_forward_and_gradients(self, twins):
        plain, symbolic = twins
        outputs = []
        for net in twins:
            torch.manual_seed(3)
            outputs.append(net(X))
            outputs[-1].square().sum().backward()
        assert torch.equal(*outputs)
        for left, right in zip(plain.parameters(), symbolic.parameters(), strict=True):
            assert torch.equal(left.grad, right.grad)

    @pytest.mark.parametrize('optimizer', [torch.optim.SGD, torch.optim.AdamW])
    def test_training(self, twins, optimizer):
        plain, symbolic = twins
        assert train(plain, optimizer=optimizer) == train(symbolic, optimizer=optimizer)
        assert same_state(plain, symbolic)

    def test_evaluation_mode(self, twins):
        plain, symbolic = (net.eval() for net in twins)
        assert not any(m.training for m in symbolic.modules())
        assert torch.equal(plain(X), symbolic(X))


class TestWalks:
    def test_names(self, twins):
        plain, symbolic = twins
        for names in ('named_parameters', 'named_buffers', 'named_modules', 'named_children'):
            left, right = (list(getattr(net, names)()) for net in twins)
            assert [k for k, _ in left] == [k for k, _ in right]
        assert len(list(symbolic.parameters())) == len(list(plain.parameters()))
        assert list(symbolic.state_dict()) == list(plain.state_dict())

    def test_submodules(self):
        _, symbolic = user_defined()
        assert symbolic.get_submodule('blocks.1.0') is symbolic.blocks[1][0]
        assert symbolic.get_parameter('stem.weight') is symbolic.stem.weight
        assert symbolic.tied.weight is symbolic.head.weight
        symbolic.more = torch.nn.Linear(2, 2)
        assert 'more.weight' in symbolic.state_dict()
        del symbolic.more
        assert 'more.weight' not in symbolic.state_dict()

    def test_apply(self, twins):
        def zero(module):
            if isinstance(module, torch.nn.Linear):
                torch.nn.init.zeros_(module.weight)

        plain, symbolic = (net.apply(zero) for net in twins)
        assert same_state(plain, symbolic)

    def test_requires_grad(self, twins):
        _, symbolic = twins
        last_layer(symbolic.requires_grad_(False)).requires_grad_(True)
        trainable = [p for p in symbolic.parameters() if p.requires_grad]
        assert trainable == list(last_layer(symbolic).parameters())

    def test_vectors_and_norms(self, twins):
        left, right = (torch.nn.utils.parameters_to_vector(net.parameters()) for net in twins)
        assert torch.equal(left, right)
        for net in twins:
            net.eval()(X).sum().backward()
        left, right = (torch.nn.utils.clip_grad_norm_(net.parameters(), 0.1) for net in twins)
        assert torch.equal(left, right)


class TestMoves:
    def test_dtype_and_device(self, twins):
        _, symbolic = twins
        assert last_layer(symbolic.double()).weight.dtype is torch.float64
        assert last_layer(symbolic.half()).weight.dtype is torch.float16
        assert last_layer(symbolic.to(torch.bfloat16)).weight.dtype is torch.bfloat16
        assert last_layer(symbolic.to('meta')).weight.is_meta
        assert not last_layer(symbolic.to_empty(device='cpu')).weight.is_meta

    def test_same_numbers_in_another_dtype(self, twins):
        left, right = (net.eval().double()(X.double()) for net in twins)
        assert torch.equal(left, right)

    def test_made_on_a_device(self):
        with torch.device('meta'):
            assert Symbolic().head.weight.is_meta
        assert nn.Linear(2, 3, device='meta').weight.is_meta
        layer = torch.nn.utils.skip_init(nn.Linear, 3, 4)
        assert layer.weight.shape == (4, 3) and isinstance(layer, nn.Linear)

    def test_shared_memory(self, twins):
        assert last_layer(twins[1].share_memory()).weight.is_shared()


class TestStateDicts:
    def test_into_and_from_the_plain_twin(self, twins):
        plain, symbolic = twins
        train(plain)
        assert symbolic.load_state_dict(plain.state_dict()) == ([], [])
        assert same_state(plain, symbolic)
        train(symbolic)
        plain.load_state_dict(symbolic.state_dict())
        assert same_state(plain, symbolic)

    def test_wrong_keys_are_told(self):
        _, symbolic = user_defined()
        state = symbolic.state_dict()
        state['none'] = state.pop('scale')
        with pytest.raises(RuntimeError, match='scale'):
            symbolic.load_state_dict(state)
        assert symbolic.load_state_dict(state, strict=False).missing_keys == ['scale']

    def test_saved_and_loaded(self, twins):
        plain, symbolic = twins
        file = io.BytesIO()
        torch.save(symbolic.state_dict(), file)
        file.seek(0)
        train(plain)
        plain.load_state_dict(torch.load(file, weights_only=True))
        assert same_state(plain, symbolic)


class TestCopies:
    @pytest.mark.parametrize(
        'duplicate',
        [copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net))],
        ids=['deepcopy', 'pickle'],
    )
    def test_trained_module(self, twins, duplicate):
        plain, symbolic = twins
        for net in twins:
            train(net)
            net.eval()
        again = duplicate(symbolic)
        assert type(again) is type(symbolic) and mt.eq(again, symbolic)
        assert same_state(again, symbolic) and not again.training
        assert torch.equal(again(X), plain(X))
        train(again)
        assert same_state(symbolic, plain)

    def test_ties_are_copied(self):
        again = copy.deepcopy(user_defined()[1])
        assert again.tied.weight is again.head.weight

    def test_saved_whole(self, twins):
        _, symbolic = twins
        file = io.BytesIO()
        torch.save(symbolic, file)
        file.seek(0)
        again = torch.load(file, weights_only=False)
        assert same_state(again, symbolic) and mt.eq(again, symbolic)

    def test_average_of_weights(self, twins):
        outputs = []
        for net in twins:
            average = swa_utils.AveragedModel(
                net, multi_avg_fn=swa_utils.get_ema_multi_avg_fn(0.9), use_buffers=True
            )
            for seed in range(3):
                train(net, steps=1, seed=seed)
                average.update_parameters(net)
            swa_utils.update_bn([X], average)
            outputs.append(average.eval()(X))
        assert torch.equal(*outputs)

    def test_average_kept_by_hand(self):
        """An EMA as users write it: a deep copy in an attribute."""
        outputs = []
        for net in user_defined():
            ema = copy.deepcopy(net).requires_grad_(False).eval()
            train(net)
            with torch.no_grad():
                for old, new in zip(ema.parameters(), net.parameters(), strict=True):
                    old.lerp_(new, 0.5)
            outputs.append(ema(X))
        assert torch.equal(*outputs)

    def test_sent_to_another_process(self, tmp_path):
        program = tmp_path / 'program.py'
        program.write_text(
            'import multiprocessing, torch, mutandis as mt\n'
            'from torch import nn\n'
            '@mt.symbolize\n'
            'class Net(nn.Module):\n'
            '    def __init__(self, width):\n'
            '        super().__init__()\n'
            '        self.layer = nn.Linear(4, width)\n'
            'Named = mt.symbolize(nn.Linear)\n'
            'def work(nets):\n'
            '    return [float(net.state_dict().popitem()[1].sum()) for net in nets], nets\n'
            'if __name__ == "__main__":\n'
            '    torch.multiprocessing.set_sharing_strategy("file_system")\n'
            '    nets = [Net(3), Named(2, 3), mt.nn.Sequential(mt.nn.Linear(1, 2))]\n'
            '    with multiprocessing.get_context("spawn").Pool(1) as pool:\n'
            '        sums, again = pool.apply(work, (nets,))\n'
            '    assert sums == work(nets)[0] == work(again)[0]\n'
            '    assert mt.eq(again, nets) and type(again[0]) is Net\n'
        )
        subprocess.run([sys.executable, program], check=True)


class TestHooks:
    def test_forward_and_backward(self, twins):
        logs = []
        for net in twins:
            log = []
            handles = [
                net.register_forward_pre_hook(lambda m, x, log=log: log.append('before')),
                net.register_forward_hook(lambda m, x, y, log=log: log.append('after')),
                last_layer(net).register_full_backward_hook(
                    lambda m, gi, go, log=log: log.append('back')
                ),
            ]
            net(X).sum().backward()
            for handle in handles:
                handle.remove()
            net(X)
            logs.append(log)
        assert logs[0] == logs[1] == ['before', 'after', 'back']

    def test_a_hook_may_change_the_output(self):
        _, symbolic = user_defined()
        symbolic.head.register_forward_hook(lambda module, inputs, output: output * 0)
        symbolic.tied.register_forward_hook(lambda module, inputs, output: output * 0)
        assert torch.equal(symbolic(X), torch.ones(8, 4))

    def test_state_dict_hooks(self):
        _, symbolic = user_defined()
        symbolic.register_state_dict_post_hook(lambda m, state, prefix, meta: state.clear())
        assert not symbolic.state_dict()


class Square(torch.nn.Module):
    def forward(self, x):
        return x * x


class TestParametrizations:
    @pytest.mark.parametrize(
        'register',
        [
            lambda layer: parametrize.register_parametrization(layer, 'weight', Square()),
            parametrizations.weight_norm,
            parametrizations.orthogonal,
            parametrizations.spectral_norm,
            lambda layer: prune.l1_unstructured(layer, 'weight', 0.5),
        ],
        ids=['own', 'weight_norm', 'orthogonal', 'spectral_norm', 'prune'],
    )
    def test_of_layers_of_the_user_and_of_symbolic_ones(self, twins, register):
        plain, symbolic = twins
        for net in twins:
            torch.manual_seed(5)
            register(last_layer(net))
            train(net)
        assert same_state(plain, symbolic)
        assert isinstance(last_layer(symbolic), torch.nn.Linear)
        assert torch.equal(symbolic.eval()(X), plain.eval()(X))

    def test_copies(self):
        net = nn.Sequential(nn.Linear(4, 3))
        parametrizations.weight_norm(net[0])
        again = copy.deepcopy(net)
        assert torch.equal(again(X), net(X))
        assert again[0].parametrizations.weight.original0 is not net[0].parametrizations.weight[0]
        train(again)
        assert not torch.equal(again(X), net(X))

    def test_removal_gives_the_class_back(self):
        layer = nn.Linear(4, 3)
        parametrize.register_parametrization(layer, 'weight', Square())
        parametrize.remove_parametrizations(layer, 'weight')
        assert type(layer) is nn.Linear

    def test_json_names_the_class_that_was_parametrized(self):
        layer = nn.Linear(4, 3)
        text = layer.to_json_str()
        parametrize.register_parametrization(layer, 'weight', Square())
        assert layer.to_json_str() == text

    def test_rebind_makes_the_layer_anew(self):
        layer = nn.Linear(4, 3)
        parametrize.register_parametrization(layer, 'weight', Square())
        assert layer.rebind(out_features=5)(X).shape == (8, 5)
        assert type(layer) is nn.Linear and not parametrize.is_parametrized(layer)

    @pytest.mark.filterwarnings('ignore::FutureWarning')
    def test_weight_norm_of_old(self):
        outputs = []
        for net in of_layers():
            torch.nn.utils.weight_norm(net[0])
            train(net)
            outputs.append(net.eval()(X))
        assert torch.equal(*outputs)


class TestFunctional:
    def test_functional_call(self, twins):
        outputs = []
        for net in twins:
            zeros = {name: torch.zeros_like(p) for name, p in net.named_parameters()}
            outputs.append(torch.func.functional_call(net.eval(), zeros, (X,)))
            assert last_layer(net).weight.abs().sum() > 0
        assert torch.equal(*outputs)

    def test_gradients_per_example(self, twins):
        gradients = []
        for net in twins:
            net.eval()
            parameters, buffers = dict(net.named_parameters()), dict(net.named_buffers())

            def loss(parameters, x, net=net, buffers=buffers):
                return torch.func.functional_call(net, (parameters, buffers), (x[None],)).sum()

            per_example = torch.func.vmap(torch.func.grad(loss), in_dims=(None, 0))
            gradients.append(per_example(parameters, X))
        for name in gradients[0]:
            assert torch.equal(gradients[0][name], gradients[1][name])

    def test_ensembles(self):
        nets = [Symbolic().eval() for _ in range(3)]
        parameters, buffers = torch.func.stack_module_state(nets)
        outputs = torch.func.vmap(lambda p, b: torch.func.functional_call(nets[0], (p, b), (X,)))(
            parameters, buffers
        )
        assert torch.allclose(outputs[2], nets[2](X), atol=1e-6)


class TestCompilers:
    @pytest.fixture(autouse=True)
    def _forget(self):
        dynamo.reset()

    def test_no_graph_breaks(self, twins):
        _, symbolic = twins
        assert dynamo.explain(symbolic)(X).graph_break_count == 0

    def test_compiled(self, twins):
        plain, symbolic = (net.eval() for net in twins)
        compiled = torch.compile(symbolic, backend='eager', fullgraph=True)
        assert torch.equal(compiled(X), plain(X))
        compiled.train()(X).sum().backward()
        assert last_layer(symbolic).weight.grad is not None
        assert list(compiled.state_dict())[0].startswith('_orig_mod.')

    def test_compiled_in_place(self):
        _, symbolic = user_defined()
        expected = symbolic.eval()(X)
        symbolic.compile(backend='eager', fullgraph=True)
        assert torch.equal(symbolic(X), expected)

    def test_after_a_scope_of_wrappers(self):
        with mt.apply_wrappers([nn.Sequential]):
            assert type(torch.nn.Sequential(torch.nn.Linear(4, 4))) is nn.Sequential
        plain = torch.nn.Sequential(torch.nn.Linear(4, 4), torch.nn.ReLU(), torch.nn.Linear(4, 4))

        def all_but_the_last(x):
            return plain[:-1](x)

        compiled = torch.compile(all_but_the_last, backend='eager', fullgraph=True)
        assert torch.equal(compiled(X), all_but_the_last(X))

    def test_a_rebind_is_seen(self):
        _, symbolic = of_layers()
        compiled = torch.compile(symbolic.eval(), backend='eager')
        compiled(X)
        symbolic.rebind({'args[5].out_features': 2})
        assert compiled(X).shape == (8, 2)
        assert torch.equal(compiled(X), symbolic(X))

    def test_symbolic_arguments_in_forward(self):
        @mt.symbolize
        class Mixed(nn.Module):
            def __init__(self, inner, shape, factors):
                super().__init__()
                self.inner, self.shape, self.factors = inner, shape, factors
                self.body = nn.Sequential(nn.Linear(4, 4), nn.ReLU())

            def forward(self, x):
                x = self.inner(x).view(self.shape)
                for factor in self.factors['all']:
                    x = x * factor
                return self.body(x) * len(self.shape)

        # A tuple: torch.compile takes no subclass of `list` for the sizes of a tensor.
        net = Mixed(nn.Linear(4, 4), (4, 2, 4), {'all': [1, 2]})
        assert dynamo.explain(net)(X).graph_break_count == 0

    def test_exported(self, twins):
        plain, symbolic = (net.eval() for net in twins)
        assert torch.equal(torch.export.export(symbolic, (X,)).module()(X), plain(X))

    @pytest.mark.filterwarnings('ignore::DeprecationWarning')
    def test_torch_script(self):
        plain, symbolic = (net.eval() for net in of_layers())
        assert torch.equal(torch.jit.trace(symbolic, X)(X), plain(X))
        assert torch.equal(torch.jit.script(symbolic)(X), plain(X))


class TestText:
    def test_shows_the_arguments(self):
        assert repr(Symbolic(width=3)) == 'Net(width=3, depth=2, dropout=0.1)'

    def test_inside_a_plain_module(self):
        assert '(0): Linear(in_features=2' in repr(torch.nn.Sequential(nn.Linear(2, 3)))

    def test_the_text_of_torch_on_request(self):
        shown = mt.symbolize(Net, repr=False)()
        assert repr(shown) == repr(Net())
