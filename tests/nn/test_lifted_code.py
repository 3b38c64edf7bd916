"""`mt.to_code` of lifted modules."""

import pytest

torch = pytest.importorskip('torch')

import mutandis as mt  # noqa: E402
from mutandis import nn  # noqa: E402


class Head(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(4, 2)

    def forward(self, x):
        return self.linear(x)


class Scale(torch.nn.Module):
    def __init__(self, factor):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.full((), factor))


def run(code):
    scope = dict(code.needed)
    exec(code, scope)
    return scope['value']


def test_code_makes_an_equal_tree_that_builds():
    tree = nn.lift(
        torch.nn.Sequential(torch.nn.Linear(2, 4), torch.nn.ReLU(), torch.nn.Linear(4, 1))
    )
    code = mt.to_code(tree)
    assert '"1": nn.Lifted(torch.nn.ReLU, inplace=False)' in code
    assert code.notes == [
        'The weights of the lifted modules are not part of this code: what it builds has new ones. '
        'Load them by `load_state_dict`.'
    ]
    made = run(code)
    assert mt.eq(made, tree)
    built = made.build()
    built.load_state_dict(tree.build().state_dict())
    x = torch.ones(3, 2)
    assert torch.equal(built(x), tree.build()(x))


def test_placeholders_in_a_lifted_tree():
    tree = nn.lift(torch.nn.Sequential(torch.nn.ReLU()))
    mt.select(tree).at_instances_of(torch.nn.ReLU).set(mt.oneof([nn.ReLU(), nn.SiLU()]))
    code = mt.to_code(tree)
    assert '"0": mt.oneof([nn.ReLU(), nn.SiLU()])' in code
    assert code.notes == []
    assert mt.eq(run(code), tree)


def test_ties_are_made_by_name():
    act = torch.nn.ReLU()
    tree = nn.lift(torch.nn.Sequential(torch.nn.Sequential(act), act))
    code = mt.to_code(tree)
    assert '"1": nn.Tied(name="0.0")' in code
    made = run(code)
    assert mt.eq(made, tree)
    built = made.build()
    assert built[1] is built[0][0]
    with pytest.raises(ValueError, match="`Tied` names '0.7', where no lifted module is"):
        made.rebind({'1': nn.Tied(name='0.7')}).build()


def test_what_cannot_be_built_without_the_module_is_told():
    tree = nn.lift(torch.nn.Sequential(Head(), Scale(2.0)))
    code = mt.to_code(tree)
    assert mt.eq(run(code), tree)
    (note,) = [note for note in code.notes if 'to be built only from' in note]
    assert note.endswith('cannot make anew: 0, 1.')
    assert 'to be built only' in code.partition('"""\n')[0]


def test_names_that_the_constructor_takes():
    model = torch.nn.Sequential()
    model.add_module('sealed', torch.nn.ReLU())
    with pytest.raises(ValueError, match="The part 'sealed' cannot be given"):
        mt.to_code(nn.lift(model))


def test_names_of_children_stay_out_of_the_code():
    model = torch.nn.Sequential()
    nasty = '""";\n\x00 import os \\'
    model.add_module(nasty, Scale(1.0))
    tree = nn.lift(model)
    assert mt.eq(run(mt.to_code(tree)), tree)


def test_the_patch_of_a_lifted_tree_keeps_the_rest():
    tree = nn.lift(torch.nn.Sequential(torch.nn.Linear(2, 4), torch.nn.ReLU(), torch.nn.Tanh()))
    new = tree.clone()
    new.rebind({'1': nn.GELU(), '0.bias': False, '2': mt.MISSING_VALUE})
    code = mt.diff_code(tree, new)
    assert code.endswith('tree.rebind({"0.bias": False, "1": nn.GELU(), "2": mt.MISSING_VALUE})\n')
    copied = tree.clone()
    exec(code, {'tree': copied})
    assert mt.eq(copied, new)
    assert torch.equal(copied.build()[0].weight, tree.build()[0].weight)


def test_a_module_that_a_constructor_shares_is_not_written_twice():
    @mt.symbolize
    class Net(torch.nn.Module):
        def __init__(self, width):
            super().__init__()
            self.stem = nn.Linear(width, width)
            self.body = nn.Sequential(self.stem, nn.ReLU(), self.stem)

    net = Net(3)
    assert 'value = Net(width=3)\n' in mt.to_code(net)
    with pytest.raises(ValueError, match=r'args\[2\]: this place shares the Linear of another'):
        mt.to_code(net.body)


def test_layers_of_one_kind_have_weights_of_their_own():
    """What is repeated becomes a variable, but not where the copies would share a beginning."""
    layers = nn.Sequential(*[nn.Linear(10, 10, bias=False, dtype=torch.float64) for _ in range(3)])
    code = mt.to_code(layers)
    assert code.count('nn.Linear(') == 3
    torch.manual_seed(0)
    made = run(code)
    assert not torch.equal(made[0].weight, made[1].weight)
