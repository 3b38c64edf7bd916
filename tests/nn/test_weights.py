"""When a module has new weights, and when it keeps those it has.

`decode` and `materialize` make every module anew. Copies, pickles and moves keep the weights. A
changed argument makes that module anew and no other.
"""

import copy
import pickle

import pytest

torch = pytest.importorskip('torch')

import mutandis as mt  # noqa: E402
from mutandis import nn  # noqa: E402

X = torch.linspace(-1, 1, 32).reshape(8, 4)


class Net(torch.nn.Module):
    """Has layers of its own, and others that it was given."""

    def __init__(self, block, more=(), width=4):
        super().__init__()
        self.stem = torch.nn.LSTM(4, width, batch_first=True)
        self.norm = torch.nn.BatchNorm1d(width)
        self.block = block
        self.more = torch.nn.ModuleList(more)
        self.head = torch.nn.Linear(width, 2)
        self.register_buffer('place', torch.arange(4.0), persistent=False)

    def forward(self, x):
        x = self.norm(self.stem(x[None])[0][0]) + self.place
        x = self.block(x)
        for layer in self.more:
            x = layer(x)
        return self.head(x)


Symbolic = mt.symbolize(Net)


def example():
    return Symbolic(nn.Linear(4, 4), [nn.Linear(4, 6), nn.Linear(6, 4)])


def weights(module):
    return {name: tensor.clone() for name, tensor in module.state_dict().items()}


def changed(before, after):
    """The names of the entries that are not as they were."""
    return {
        name
        for name in before.keys() | after.keys()
        if name not in before
        or name not in after
        or before[name].shape != after[name].shape
        or not torch.equal(before[name], after[name])
    }


class TestNewWeights:
    def test_decoded_modules_are_those_of_the_plain_model_with_that_seed(self):
        space = Symbolic(
            nn.Linear(4, 4), [nn.Linear(4, mt.oneof([6, 8])), mt.oneof([nn.Tanh(), nn.ReLU()])]
        )
        torch.manual_seed(1)
        decoded = mt.materialize(space, mt.DNA([1, 0]))
        torch.manual_seed(1)
        plain = Net(torch.nn.Linear(4, 4), [torch.nn.Linear(4, 8), torch.nn.Tanh()])
        assert not changed(plain.state_dict(), decoded.state_dict())

    def test_every_decoding_draws_new_ones_also_for_constant_parts(self):
        template = mt.template(
            nn.Sequential(nn.Linear(4, 4), Symbolic(nn.Linear(4, mt.oneof([4]))))
        )
        first, second = (template.decode(mt.DNA(0)).state_dict() for _ in range(2))
        assert {'0.weight', '1.head.weight', '1.block.weight'} <= changed(first, second)

    def test_also_without_any_decision(self):
        constant = nn.Sequential(nn.Linear(4, 4))
        torch.manual_seed(0)
        first = mt.materialize(constant, mt.DNA(None))
        torch.manual_seed(0)
        second = mt.template(constant).decode(mt.DNA(None))
        assert first is not constant and changed(weights(first), weights(constant))
        assert not changed(weights(first), weights(second))

    def test_what_was_trained_is_not_what_the_next_program_starts_from(self):
        space = nn.Sequential(torch.nn.Linear(4, 4), nn.Linear(4, mt.oneof([2, 3])))
        start = weights(space.sym_init_args.args[0])
        for program in mt.iter(space):
            assert not changed(start, weights(program[0]))
            torch.nn.init.zeros_(program[0].weight)

    def test_json_holds_no_weights(self):
        net = example()
        text = net.to_json_str()
        torch.manual_seed(2)
        again = mt.from_json_str(text)
        torch.manual_seed(2)
        plain = Net(torch.nn.Linear(4, 4), [torch.nn.Linear(4, 6), torch.nn.Linear(6, 4)])
        assert mt.eq(again, net) and not changed(again.state_dict(), plain.state_dict())

    def test_search_with_a_seed(self):
        def task(net):
            return float(net(X).sum().detach())

        def rewards():
            torch.manual_seed(3)
            result = mt.search(
                nn.Linear(4, mt.oneof([2, 3])), task, num_examples=4, seed=5, progress=False
            )
            return [trial.final_measurement.reward for trial in result.trials]

        first = rewards()
        assert first == rewards() and len(set(first)) == 4


class TestKeptByCopies:
    @pytest.mark.parametrize(
        'duplicate',
        [
            lambda net: net.clone(),
            lambda net: net.clone(deep=True),
            mt.clone,
            copy.copy,
            copy.deepcopy,
            lambda net: pickle.loads(pickle.dumps(net)),
            lambda net: copy.deepcopy([net])[0],
        ],
        ids=['clone', 'deep_clone', 'mt_clone', 'copy', 'deepcopy', 'pickle', 'in_a_list'],
    )
    def test_copies(self, duplicate):
        net = example()
        net(X).sum().backward()  # Moves the statistics of the norm.
        again = duplicate(net)
        assert again is not net and mt.eq(again, net)
        assert not changed(weights(again), weights(net))
        assert again.block is again.sym_init_args.block
        torch.nn.init.zeros_(again.head.weight)
        torch.nn.init.zeros_(again.block.weight)
        assert changed(weights(again), weights(net)) == {'head.weight', 'block.weight'}

    def test_a_copy_with_another_argument(self):
        net = example()
        again = net.clone(override={'block.bias': False})
        assert again.block.bias is None and again.head.bias is not None
        assert 'more.0.weight' not in changed(weights(again), weights(net))

    def test_a_class_that_says_what_its_state_is(self):
        import threading

        @mt.symbolize
        class Locked(nn.Module):
            def __init__(self):
                super().__init__()
                self.layer = nn.Linear(2, 2)
                self.lock = threading.Lock()

            def __getstate__(self):
                return {k: v for k, v in self.__dict__.items() if k != 'lock'}

            def __setstate__(self, state):
                super().__setstate__(state)
                self.lock = threading.Lock()

        net = Locked()
        again = copy.deepcopy(net)
        assert again.lock is not net.lock and not changed(weights(again), weights(net))

    def test_modules_that_know_each_other(self):
        @mt.symbolize
        class Owner(nn.Module):
            def __init__(self, child):
                super().__init__()
                self.child = child
                child.__dict__['owner'] = self

        net = Owner(nn.Linear(2, 2))
        again = copy.deepcopy(net)
        assert again.child.owner is again and again.child is again.sym_init_args.child

    def test_object_and_module_in_one(self):
        class Both(mt.Object, torch.nn.Module):
            inner: torch.nn.Module
            width: int = 3

            def _on_bound(self):
                super()._on_bound()
                self.layer = torch.nn.Linear(4, self.width)
                self.first = self.inner

        both = Both(nn.Linear(4, 4))
        mt.Dict(first=both)
        for duplicate in (mt.clone, copy.copy, copy.deepcopy, lambda b: mt.Dict(second=b).second):
            again = duplicate(both)
            assert mt.eq(again, both) and not changed(weights(again), weights(both))
            assert again.first is again.inner is not both.inner
            assert changed(weights(again.rebind(width=5)), weights(both)) >= {'layer.weight'}
        assert mt.template(Both(nn.Linear(4, mt.oneof([4])))).decode(mt.DNA(0)).layer is not None


class TestKeptByMoves:
    def test_into_another_tree(self):
        net = example()
        other = nn.Sequential(net.block, nn.ReLU())
        assert other[0] is not net.block  # A node has one parent.
        assert not changed(weights(other[0]), weights(net.block))
        assert not changed(weights(mt.Dict(x=net.block).x), weights(net.block))

    def test_what_was_taken_out_goes_as_it_is(self):
        net = example()
        block = net.block
        net.rebind(block=nn.Linear(4, 4, bias=False))
        assert block.sym_parent is None
        assert nn.Sequential(block)[0] is block

    def test_a_second_place_in_one_tree_is_a_copy(self):
        layer = nn.Linear(4, 4)
        net = nn.Sequential(layer, layer)
        assert net[0] is layer and net[1] is not layer
        assert torch.equal(net[0].weight, net[1].weight)


class TestChangedArguments:
    def test_of_a_leaf(self):
        net = example()
        net(X)
        before, kept = weights(net), net.head.weight
        net.rebind({'more[0].bias': False})
        assert changed(before, weights(net)) == {'more.0.weight', 'more.0.bias'}
        assert net.head.weight is kept  # An optimizer that knows it goes on to train it.
        assert net(X).shape == (8, 2)

    def test_of_leaves_far_apart(self):
        net = nn.Sequential(example(), nn.Linear(2, 2), nn.Sequential(nn.Linear(2, 2)))
        before = weights(net)
        net.rebind({'args[0].more[1].bias': False, 'args[2].args[0].bias': False})
        assert changed(before, weights(net)) == {
            '0.more.1.weight',
            '0.more.1.bias',
            '2.0.weight',
            '2.0.bias',
        }

    def test_of_a_module_with_layers_of_its_own(self):
        net = example()
        before = weights(net)
        net.rebind(more=[])
        assert {'head.weight', 'stem.weight_ih_l0'} <= changed(before, weights(net))
        assert 'block.weight' not in changed(before, weights(net))

    def test_an_exchanged_child_is_an_argument_of_its_parent(self):
        net = example()
        before = weights(net)
        net.rebind({'more[1]': nn.Linear(6, 4)})
        assert 'more.0.weight' not in changed(before, weights(net))
        assert {'more.1.weight', 'head.weight'} <= changed(before, weights(net))

    def test_ancestors_stay_as_they_were_in_all_else(self):
        net = example().double().eval()
        net.stem.requires_grad_(False)
        net.rebind({'block.bias': False})
        net.block.double().eval()
        assert not any(m.training for m in net.modules())
        assert not net.stem.weight_ih_l0.requires_grad
        assert net.place.dtype is torch.float64
        assert net(X.double()).dtype is torch.float64

    def test_layers_that_depend_on_the_child_are_made_to_fit(self):
        @mt.symbolize
        class Fitting(nn.Module):
            def __init__(self, block):
                super().__init__()
                self.block = block
                self.head = torch.nn.Linear(block.out_features, 2)
                self.tied = torch.nn.Linear(4, block.out_features)
                self.tied.weight = block.weight

        net = Fitting(nn.Linear(4, 3))
        bias = net.head.bias
        net.rebind({'block.out_features': 5})
        assert net.head.weight.shape == (2, 5) and net.head.bias is bias
        assert net.tied.weight is net.block.weight

    def test_an_equal_argument_changes_nothing(self):
        layer = nn.Conv2d(1, 2, (3, 3))
        weight = layer.weight
        layer.rebind(kernel_size=tuple([3, 3]), out_channels=int('2'))
        assert layer.weight is weight

    def test_a_failed_change_puts_everything_back(self):
        @mt.symbolize
        class Narrow(nn.Module):
            def __init__(self, child):
                super().__init__()
                if child.out_features > 10:
                    raise ValueError('too wide')
                self.child, self.own = child, torch.nn.Linear(2, 2)

        net = nn.Sequential(Narrow(nn.Linear(2, 3)))
        before, own = weights(net), net[0].own
        with pytest.raises(ValueError, match='too wide'):
            net.rebind({'args[0].child.out_features': 11})
        assert not changed(before, weights(net)) and net[0].own is own

    def test_a_module_that_becomes_open_has_no_weights(self):
        net = example()
        net.rebind({'block.out_features': mt.oneof([4, 8])})
        with pytest.raises(TypeError, match='block.out_features'):
            net.state_dict()
        net.rebind({'block.out_features': 4})
        assert net(X).shape == (8, 2)
