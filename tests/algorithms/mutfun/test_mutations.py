"""Mutations are drawn with the probabilities that they state."""

import collections
import random

import hypothesis
import pytest
import random_programs as programs

import mutandis as mt
from mutandis.algorithms import mutfun
from mutandis.algorithms.mutfun import (
    Add,
    Assign,
    ChangeOperand,
    ChangeOperator,
    ChangeTarget,
    DeleteLine,
    Function,
    FunctionCall,
    InsertLine,
    Multiply,
    Negate,
    ProgramMutator,
    ScaleConstant,
    Substract,
    SwapLines,
    SwapOperands,
    Var,
    Vocabulary,
)

x, y = Var('x'), Var('y')
ALL = [
    InsertLine(),
    DeleteLine(),
    SwapLines(),
    ChangeTarget(),
    ChangeOperator(),
    ChangeOperand(),
    SwapOperands(),
    ScaleConstant([0.5, 2.0]),
]


def vocabulary(**kwargs):
    return Vocabulary([Add, Substract, Negate], [1.0, 2.0], ['t'], **kwargs)


def program():
    return Function('f', [Assign('y', x + 1.0), Assign('z', y - x), Var('z') * 2.0], ['x'])


def draw(kind, parent, words, seed=None, rng=None):
    child = parent.clone(deep=True)
    assert kind.draw(child, words, rng or random.Random(seed))
    return child


@pytest.mark.parametrize('kind', ALL, ids=lambda kind: type(kind).__name__)
def test_draws_have_the_probability_stated(kind):
    parent, words, rng = program(), vocabulary(constant_probability=0.4), random.Random(1)
    count = 1500
    drawn = collections.Counter()
    children = {}
    for _ in range(count):
        child = draw(kind, parent, words, rng=rng)
        drawn[str(child)] += 1
        children[str(child)] = child
    total = 0.0
    for text, times in drawn.most_common(12):
        probability = kind.probability(parent, children[text], words)
        total += probability
        spread = (count * probability * (1 - probability)) ** 0.5
        assert abs(times - count * probability) < 4.5 * spread + 1e-9, text
    if len(drawn) <= 12:
        assert total == pytest.approx(1.0)
    other = Function('f', [Assign('q', x**7.0), Var('q')], ['x'])
    assert kind.probability(parent, other, words) == 0.0


def test_what_each_kind_does():
    parent, words = program(), vocabulary()
    inserted = draw(InsertLine(), parent, words, seed=0)
    assert len(inserted.body) == 4
    assert mt.eq(inserted.body[-1], parent.body[-1])
    deleted = draw(DeleteLine(), parent, words, seed=0)
    assert len(deleted.body) == 2
    assert mt.eq(deleted.body[-1], parent.body[-1])
    swapped = draw(SwapLines(), parent, words, seed=0)
    assert [str(line) for line in swapped.body] == ['z = y - x', 'y = x + 1.0', 'z * 2.0']
    assert str(draw(SwapOperands(), parent, words, seed=0).body[1]) == 'z = x - y'
    renamed = draw(ChangeTarget(), parent, words, seed=0)
    assert {line.name for line in renamed.body[:2]} != {'y', 'z'}
    scaled = draw(ScaleConstant([10.0]), parent, words, seed=0)
    assert sorted(mt.query(scaled, where=lambda v: type(v) is float).values()) in (
        [1.0, 20.0],
        [2.0, 10.0],
    )
    assert len(parent.body) == 3


def test_what_has_nothing_to_change():
    empty, words = Function('f', []), vocabulary()
    for kind in ALL:
        assert not kind.draw(empty, words, random.Random(0))
    constant = Function('f', [Var('x')], ['x'])
    for kind in (DeleteLine(), SwapLines(), ChangeOperator(), SwapOperands(), ChangeTarget()):
        assert not kind.draw(constant, words, random.Random(0))


def test_calls_and_nested_operators_are_changed_too():
    inner = Function('g', [Var('a') + 1.0], ['a'])
    parent = Function('f', [inner, FunctionCall('g', [x]) + Negate(x)], ['x'])
    words = vocabulary()
    seen = set()
    for seed in range(200):
        seen.add(str(draw(ChangeOperand(), parent, words, seed=seed).body[1]))
    assert {'g(1.0) + -x', 'g(x) + -2.0', 'g(x) + x'} <= seen
    for text in seen:
        assert 'f' not in text
    child = parent.clone(deep=True)
    child.rebind({'body[1].x.args[0]': 2.0})
    # Slots: in g two, in the sum two, the argument, the operand of the sign.
    assert ChangeOperand().probability(parent, child, words) == pytest.approx(0.25 / 2 / 6)


def test_probabilities_by_hand():
    words = vocabulary()
    parent = program()
    child = parent.clone(deep=True)
    child.body.insert(1, Assign('t', Add(Var('y'), 2.0)))
    # One of 3 places, 4 targets (t, x, y, z), 3 operators, variable (2 of them), constant (2).
    expected = 1 / 3 / 4 / 3 * (0.75 / 2) * (0.25 / 2)
    assert InsertLine().probability(parent, child, words) == pytest.approx(expected)
    mutator = ProgramMutator(words)
    assert mutator.probability(parent, child) == pytest.approx(0.25 * expected)
    assert mutator.probability(parent, parent) == 0.0
    # What does not compile is no child.
    broken = parent.clone(deep=True)
    del broken.body[0]
    assert DeleteLine().probability(parent, broken, words) == 0.5
    assert mutator.probability(parent, broken) == 0.0


@hypothesis.settings(max_examples=40)
@hypothesis.given(programs.functions(), hypothesis.strategies.integers(0, 1000))
def test_mutations_of_any_program_compile(parent, seed):
    try:
        parent.compile()
    except ValueError:
        hypothesis.assume(False)
    # By their text: NaN is not equal to itself.
    before = repr(parent)
    mutator = ProgramMutator(vocabulary(), seed=seed)
    child = mutator.mutate(parent)
    child.compile()
    assert repr(parent) == before
    assert repr(child) == before or mutator.probability(parent, child) > 0


def test_seeds():
    def walk(mutator, rng=None):
        current, texts = program(), []
        for _ in range(20):
            current = mutator.mutate(current, rng)
            texts.append(str(current))
        return texts

    words = vocabulary()
    assert walk(ProgramMutator(words, seed=3)) == walk(ProgramMutator(words, seed=3))
    assert walk(ProgramMutator(words, seed=3)) != walk(ProgramMutator(words, seed=4))
    unseeded = ProgramMutator(words)
    assert walk(unseeded, random.Random(5)) == walk(unseeded, random.Random(5))


def test_limits():
    mutator = ProgramMutator(vocabulary(), [(InsertLine(), 1.0)], max_lines=3)
    parent = program()
    assert mt.eq(mutator.mutate(parent), parent)
    with pytest.raises(ValueError, match='sum to 1'):
        ProgramMutator(vocabulary(), [(InsertLine(), 0.5)])
    with pytest.raises(TypeError, match='classes of operators'):
        Vocabulary([abs])
    only = ProgramMutator(vocabulary(), [(InsertLine(), 1.0), (DeleteLine(), 0.0)], seed=1)
    assert all(len(only.mutate(parent).body) == 4 for _ in range(20))


def test_mutators_are_saved():
    mutator = ProgramMutator(vocabulary(), seed=3)
    again = mt.from_json_str(mt.to_json_str(mutator))
    assert str(again.mutate(program())) == str(mutator.mutate(program()))


# ---------------------------------------------------------------- evolution


def loss(candidate):
    run = mutfun.to_callable(candidate)
    return -sum(abs(run(value) - (3 * value - 2)) for value in (-2.0, 0.5, 1.0, 4.0))


def search(space, count=60):
    algorithm = mt.evolution.regularized_evolution(population_size=10, tournament_size=4, seed=1)
    return mt.search(space, loss, algorithm, count, seed=1)


def test_programs_evolve():
    start = Function('f', [Assign('y', x + 1.0), y - 2.0], ['x'])
    words = Vocabulary([Add, Substract, Multiply, Negate], [1.0, 2.0], ['t'])
    space = mutfun.evolve(start, ProgramMutator(words), name='program')
    first, second = search(space), search(space)
    assert [str(t.dna) for t in first.trials] == [str(t.dna) for t in second.trials]
    assert loss(first.best) > loss(start)
    assert str(mt.materialize(space, first.best_trial.dna)) == str(first.best)


def test_programs_that_compute_the_same_are_evaluated_once():
    start = Function('f', [Assign('y', x + 1.0), y - 2.0], ['x'])
    words = Vocabulary([Add, Substract, Multiply, Negate], [1.0, 2.0], ['t'])
    space = mutfun.evolve(start, ProgramMutator(words))

    def key(candidate):
        return mutfun.functional_hash(candidate, [(0.3,), (-1.7,), (12.0,)])

    evaluated = []

    def task(candidate):
        evaluated.append(key(candidate))
        return loss(candidate)

    algorithm = mt.geno.Deduping(
        mt.evolution.regularized_evolution(population_size=10, tournament_size=4),
        hash_fn=lambda dna: key(mt.materialize(space, dna)),
        auto_reward_fn=max,
    )
    result = mt.search(space, task, algorithm, 60, seed=1)
    assert len(result.trials) == 60
    assert len(evaluated) == len(set(evaluated)) < 50


def test_mutators_are_transforms_of_mt_evolve():
    start = Function('f', [Assign('y', x + 1.0), y - 2.0], ['x'])
    words = Vocabulary([Add, Substract, Multiply, Negate], [1.0, 2.0], ['t'])
    space = mt.evolve(start, ProgramMutator(words, seed=1), weights=mutfun.whole_program)
    result = search(space)
    assert loss(result.best) > loss(start)
    for trial in result.trials:
        mt.materialize(space, trial.dna).compile()


def test_node_by_node_evolution_as_in_pyglove():
    """Replaces a node by another operator of the same operands, then prunes."""
    rng = random.Random(1)
    operators = list(mutfun.Instruction.select_types(lambda cls: cls in (Add, Substract, Multiply)))

    def transform(location, node, parent):
        return rng.choice(operators)(**node.sym_init_args)

    def weights(mutation_type, location, node, parent):
        replaced = mutation_type == mt.hyper.MutationType.REPLACE
        return float(replaced and isinstance(node, mutfun.BinaryOperator))

    start = Function('f', [Assign('y', x + 3.0), y + 2.0], ['x'])
    result = search(mt.evolve(start, transform, weights=weights), 30)
    assert str(result.best) == 'def f(x):\n  y = x * 3.0\n  return y - 2.0'
