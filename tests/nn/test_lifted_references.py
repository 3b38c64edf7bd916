"""What is built from a lifted module refers to itself, however its parts refer to each other."""

import functools
import io
import threading
import warnings
import weakref
from collections import OrderedDict, defaultdict, deque, namedtuple

import pytest
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812
from torch.nn.utils import parametrizations, parametrize, prune

from mutandis import nn as mnn

Pair = namedtuple('Pair', 'module scale')


class Base(nn.Module):
    """A linear layer, to which sub-classes refer in some way."""

    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 4)
        self.prepare()

    def prepare(self):
        pass

    def forward(self, x):
        return self.linear(x)


class ByContainers(Base):
    def prepare(self):
        self.listed = [self.linear]
        self.nested = {'a': [(self.linear, 1)], self.linear: 2}
        self.pair = Pair(self.linear, 2)
        self.queue = deque([self.linear], maxlen=3)
        self.grouped = defaultdict(list, {'a': [self.linear]})
        self.ordered = OrderedDict(a=self.linear)
        self.kinds = {self.linear}
        self.frozen = frozenset([self.linear])
        self.tensors = [self.linear.weight, self.linear.bias]
        self.itself = {'me': self}
        self.cycle = []
        self.cycle.append((self.cycle, self.linear))

    def forward(self, x):
        modules = [
            self.listed[0],
            self.nested['a'][0][0],
            next(key for key in self.nested if key != 'a'),
            self.pair.module,
            self.queue[0],
            self.grouped['a'][0],
            self.ordered['a'],
            next(iter(self.kinds)),
            next(iter(self.frozen)),
            self.itself['me'].linear,
            self.cycle[0][0][0][1],
        ]
        return sum(module(x) for module in modules) + F.linear(x, *self.tensors)


class ByFunctions(Base):
    def prepare(self):
        linear = self.linear
        self.closure = lambda x: linear(x)
        self.of_self = lambda x: self.linear(x)
        self.by_default = lambda x, layer=linear: layer(x)
        self.by_keyword = lambda x, *, layer=linear: layer(x)
        self.of_method = functools.partial(linear.forward)
        self.of_function = functools.partial(F.linear, weight=linear.weight)
        self.cached = functools.lru_cache(maxsize=2)(self.scale)
        inner = self.closure
        self.of_closure = lambda x: inner(x)
        self.plain = F.relu

    def scale(self, factor):
        return self.linear.weight.sum() * factor

    def forward(self, x):
        functions = [self.closure, self.of_self, self.by_default, self.by_keyword]
        functions += [self.of_method, self.of_function, self.of_closure]
        return self.plain(sum(function(x) for function in functions)) * self.cached(2)


class ByWeakReferences(Base):
    def prepare(self):
        self.reference = weakref.ref(self.linear)
        self.parent = [weakref.ref(self)]
        self.set = weakref.WeakSet([self.linear])
        self.keys = weakref.WeakKeyDictionary({self.linear: 2})

    def forward(self, x):
        x = self.reference()(x) + self.parent[0]().linear(x) + next(iter(self.set))(x)
        return x * self.keys[self.linear]


class Holder:
    def __init__(self, module):
        self.module = module
        self.lock = threading.Lock()

    def __call__(self, x):
        with self.lock:
            return self.module(x)


class ByObjectsThatCannotBeCopied(Base):
    def prepare(self):
        self.lock = threading.Lock()
        self.holder = Holder(self.linear)
        self.method = self.holder.__call__
        self.mixed = {'locks': [threading.RLock()], 'modules': [self.linear]}
        self.file = io.BytesIO()
        self.event = threading.Event()
        self.generator = (i for i in range(3))

    def forward(self, x):
        with self.lock:
            return self.holder(x) + self.method(x) + self.mixed['modules'][0](x)


class BySlots(Base):
    __slots__ = ('kept', 'factor', 'unset')

    def prepare(self):
        object.__setattr__(self, 'kept', [self.linear])
        self.factor = 2

    def forward(self, x):
        return self.kept[0](x) * self.factor


class ByHooks(Base):
    def prepare(self):
        self.other = nn.Linear(4, 4)
        self.stored = {}
        self.handle = self.linear.register_forward_hook(self.store)
        linear = self.linear
        self.other.register_forward_hook(lambda m, args, out: out + linear.bias)
        self.other.register_forward_pre_hook(lambda m, args: (args[0] + 1,))
        self.other.register_forward_hook(lambda m, a, kw, out: out * 2, with_kwargs=True)
        self.other.register_full_backward_pre_hook(lambda m, grads: (grads[0] * 3,))
        self.register_full_backward_hook(lambda m, inputs, outputs: None)
        self.other.weight.register_hook(lambda grad: grad * 5)
        self._register_state_dict_hook(self.rename)

    def store(self, module, args, output):
        self.stored['linear'] = output

    @staticmethod
    def rename(module, state, prefix, meta):
        state[f'{prefix}another.bias'] = state.pop(f'{prefix}other.bias')

    def forward(self, x):
        self.linear(x)
        return self.other(x) + self.stored['linear']


class ByParent(Base):
    class Child(nn.Module):
        def __init__(self, parent):
            super().__init__()
            self.parents = [parent]
            self.__dict__['parent'] = parent

        def forward(self, x):
            return x * self.parents[0].linear.weight.sum() + self.parent.linear.bias

    def prepare(self):
        self.child = self.Child(self)

    def forward(self, x):
        return self.child(x)


class ByHiddenModules(Base):
    """Modules that PyTorch does not see, one of them with a part that it does see."""

    def prepare(self):
        self.hidden = [nn.Linear(4, 4), nn.Sequential(self.linear, nn.ReLU())]

    def forward(self, x):
        return sum(module(x) for module in self.hidden)


class ByForward(Base):
    def prepare(self):
        plain = self.linear.forward
        self.linear.forward = lambda x: plain(x) * 2
        self.other = nn.Linear(4, 4)
        self.other.forward = (lambda module, x: F.linear(x, module.weight)).__get__(self.other)

    def forward(self, x):
        return self.linear(x) + self.other(x)


class Forwarding(Base):
    def __getattr__(self, name):
        try:
            return super().__getattr__(name)
        except AttributeError:
            return getattr(super().__getattr__('linear'), name)

    def forward(self, x):
        return self.linear(x) * self.in_features


class OwnNew(Base):
    def __new__(cls, size):
        return super().__new__(cls)

    def __init__(self, size):
        super().__init__()
        self.size = size


class LeafWithLock(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(4))
        self.views = [self.weight[:2]]  # Cannot be copied either.
        self.lock = threading.Lock()

    def forward(self, x):
        with self.lock:
            return x * self.weight


class OwnDeepCopy(Base):
    def __deepcopy__(self, memo):
        made = memo[id(self)] = OwnDeepCopy()
        made.load_state_dict(self.state_dict())
        return made


def with_gaps():
    module = nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 4))
    del module._modules['1']
    return module


def pruned():
    module = nn.Sequential(nn.Linear(4, 4), nn.ReLU())
    prune.l1_unstructured(module[0], 'weight', 0.5)
    module(torch.zeros(1, 4))  # Its weight is now the result of a computation.
    return module


class Symmetric(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(1))

    def forward(self, weight):
        return (weight + weight.T) * self.scale


def shared_parametrization():
    module = nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 4))
    shared = Symmetric()
    for layer in module:
        parametrize.register_parametrization(layer, 'weight', shared)
    return module


def scripted():
    with warnings.catch_warnings():
        warnings.simplefilter('ignore', DeprecationWarning)
        compiled = torch.jit.script(nn.Sequential(nn.Linear(4, 4), nn.ReLU()))
    return nn.Sequential(compiled, nn.Tanh())


MAKERS = [
    ByContainers,
    ByFunctions,
    ByWeakReferences,
    ByObjectsThatCannotBeCopied,
    BySlots,
    ByHooks,
    ByParent,
    ByHiddenModules,
    ByForward,
    Forwarding,
    functools.partial(OwnNew, 4),
    LeafWithLock,
    OwnDeepCopy,
    with_gaps,
    pruned,
    shared_parametrization,
    scripted,
    lambda: nn.Sequential(parametrizations.orthogonal(nn.Linear(4, 4))),
    lambda: torch.fx.symbolic_trace(nn.Sequential(nn.Linear(4, 4), nn.ReLU())),
    lambda: torch.optim.swa_utils.AveragedModel(nn.Sequential(nn.Linear(4, 4))),
]
NAMES = [getattr(maker, '__name__', str(maker)) for maker in MAKERS]


@pytest.mark.parametrize('training', [True, False], ids=['train', 'eval'])
@pytest.mark.parametrize('make', MAKERS, ids=NAMES)
@pytest.mark.parametrize('place', ['root', 'child'])
def test_computes_the_same_with_parameters_of_its_own(
    make, place, training, assert_computes_the_same
):
    torch.manual_seed(0)
    module = make() if place == 'root' else nn.Sequential(nn.Tanh(), make())
    module.train(training)
    x = torch.randn(3, 4, requires_grad=True)
    built = mnn.lift(module).build()
    assert_computes_the_same(module, built, (x,))
    torch.manual_seed(2)
    output = module(x)
    for parameter in built.parameters():
        parameter.data.zero_()
    torch.manual_seed(2)
    assert torch.equal(module(x), output)


def test_a_handle_of_a_hook_removes_the_hook_of_the_copy():
    module = ByHooks()
    built = mnn.lift(module).build()
    built.handle.remove()
    assert not built.linear._forward_hooks and module.linear._forward_hooks


def test_attributes_of_tensors_go_along():
    module = nn.Sequential(nn.Linear(2, 2))
    module[0].weight.shard = 3
    assert mnn.lift(module).build()[0].weight.shard == 3


def test_what_functions_share_with_the_rest_of_the_world_stays_shared():
    seen = []
    module = nn.Sequential(nn.Linear(4, 4))
    module[0].register_forward_hook(lambda m, args, out: seen.append(m))
    built = mnn.lift(module).build()
    built(torch.zeros(1, 4))
    assert seen == [built[0]]


def test_a_compiled_part_is_said_to_be_compiled_no_more():
    module = nn.Sequential(nn.Linear(4, 4))
    # What `module[0].compile()` does, without importing a compiler.
    module[0]._compiled_call_impl = module[0]._call_impl
    tree = mnn.lift(module)
    (doubt,) = tree.report().doubts
    assert doubt == '0: it has been compiled by `compile()`; what is built is not compiled'
    assert tree.build()[0]._compiled_call_impl is None


def test_replacements_are_seen_by_closures():
    module = ByFunctions()
    tree = mnn.lift(module)
    tree.rebind(linear=mnn.Linear(4, 4, bias=False))
    built = tree.build()
    x = torch.randn(2, 4)
    assert torch.equal(built.closure(x), built.linear(x))
    assert torch.equal(built.of_self(x), built.linear(x))
