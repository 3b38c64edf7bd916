"""`mt.history` of programs that were decoded from a search space."""

import pickle

import pytest

import mutandis as mt


class Layer(mt.Object):
    width: int
    rate: float = 0.0


SPACE = mt.Dict(
    layers=[Layer(mt.oneof([16, 32], name='width'), mt.floatv(0.0, 1.0))],
    head=mt.oneof([Layer(mt.intv(1, 9)), 'none']),
    order=mt.manyof(2, ['a', 'b', 'c']),
)
DNA = mt.DNA([1, 0.5, (0, 3), [2, 0]])


def rows(history):
    return [(str(c.path), c.rule.split(' of ')[0], c.new) for c in history.changes]


def test_each_decision_is_told_where_and_by_which_dna():
    program = mt.materialize(SPACE, DNA)
    history = mt.history(program)
    assert rows(history) == [
        ('layers[0].width', 'decision width', 32),
        ('layers[0].rate', 'decision layers[0].rate', 0.5),
        ('head', 'decision head', Layer(4)),
        ('order[0]', 'decision order[0]', 'c'),
        ('order[1]', 'decision order[1]', 'a'),
        ('head.width', 'decision head[=0/2].width', 4),
    ]
    (change,) = history['layers[0].width']
    assert change.rule == f'decision width of {DNA}'
    assert mt.eq(change.old, mt.oneof([16, 32], name='width'))


@pytest.mark.parametrize('decode', [mt.iter, lambda s: mt.random_sample(s, 1, seed=1)])
def test_all_ways_of_decoding(decode):
    program = next(iter(decode(SPACE)))
    assert 'layers[0].width' in mt.history(program)


def test_samples():
    for program, feedback in mt.sample(SPACE, mt.geno.Random(seed=1), 2):
        assert mt.history(program)['order[0]'][0].new == program.order[0]
        feedback(0.0)


def test_later_rewrites_come_later():
    program = mt.materialize(SPACE, DNA)
    mt.patch(program, {'layers[0].width': 64, 'head': None})
    history = mt.history(program)
    assert [c.new for c in history['layers[0].width']] == [32, 64]
    assert [c.new for c in history['head']] == [Layer(4), None]
    assert history['head.width'][0].new == 4
    # A change that no rule has made does not pass for a decision.
    program.rebind({'order[0]': 'x'})
    assert mt.history(program)['order[0]'][0].new == 'c'


def test_copies_and_larger_trees_keep_it():
    program = mt.materialize(Layer(mt.oneof([1, 2])), mt.DNA(1))
    assert rows(mt.history(program.clone())) == [('width', 'decision width', 2)]
    assert rows(mt.history(program.clone(deep=True))) == [('width', 'decision width', 2)]
    assert rows(mt.history(mt.Dict(a=program))) == [('a.width', 'decision width', 2)]
    assert not mt.history(pickle.loads(pickle.dumps(program)))


def test_a_placeholder_at_the_root():
    program = mt.materialize(mt.oneof([Layer(mt.oneof([1, 2])), 3]), mt.DNA((0, 1)))
    assert [path for path, _, _ in rows(mt.history(program))] == ['', 'width']


def test_what_was_decided_by_nothing_has_no_history():
    constant = mt.Dict(x=1)
    assert mt.template(constant).decode(mt.DNA(None)) is constant
    assert not mt.history(constant)
