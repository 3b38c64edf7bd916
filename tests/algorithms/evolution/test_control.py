"""Chance, conditions, nested lists and the global state."""

import pytest
from evolution_helpers import individuals, values

import mutandis as mt
from mutandis.algorithms import evolution as ev
from mutandis.algorithms import scalars

S = ev.selectors
ITEMS = list(range(6))


def drop(n):
    return ev.Lambda(lambda x: x[n:])


def test_choice_applies_in_order_with_probability():
    never_then_always = ev.Choice([(drop(1), 0.0), (drop(2), 1.0), (drop(1), 1)])
    assert never_then_always(ITEMS) == [3, 4, 5]


def test_choice_that_does_nothing_gives_the_input_itself():
    assert ev.Choice([(drop(1), 0.0)])(ITEMS) is ITEMS
    assert ev.Choice([])(ITEMS) is ITEMS


@pytest.mark.parametrize(('limit', 'rest'), [(None, 3), (1, 5), (2, 4), (0, 6), (9, 3)])
def test_choice_stops_at_its_limit(limit, rest):
    ops = [(drop(1), 1.0)] * 3
    assert len(ev.Choice(ops, limit=limit)(ITEMS)) == rest
    if limit is not None:
        assert len(ev.Choice(ops, limit=lambda step: limit)(ITEMS)) == rest


def test_choice_draws_one_number_per_operation():
    import random

    op = S.Random(2).with_prob(0.5, seed=3)
    rng = random.Random(3)
    for _ in range(20):
        fires = rng.random() < 0.5
        assert (op(ITEMS) is not ITEMS) == fires


def test_probabilities_may_be_scheduled():
    op = drop(1).with_prob(scalars.linear(10, 1.0, 0.0), seed=1)
    assert op(ITEMS, step=0) == ITEMS[1:]
    assert op(ITEMS, step=10) is ITEMS


@pytest.mark.parametrize(
    ('make', 'error'),
    [
        (lambda: drop(1).with_prob(1.5), ValueError),
        (lambda: drop(1).with_prob(None), ValueError),
        (lambda: ev.Choice([(1, 0.5)]), TypeError),
        (lambda: ev.Choice([], limit=-1), ValueError),
        (lambda: ev.Choice([], limit=0.5), TypeError),
        (lambda: ev.Flatten(0), ValueError),
        (lambda: drop(1).until_change(0), ValueError),
        (lambda: ev.GlobalStateGetter('a')([]), KeyError),
    ],
)
def test_malformed_control(make, error):
    with pytest.raises(error):
        make()


def test_conditions():
    many = drop(3).if_true(lambda x: len(x) > 4)
    assert many(ITEMS) == [3, 4, 5]
    assert many([1, 2]) == [1, 2]
    late = drop(1).if_false(lambda x, step: step < 5)
    assert late(ITEMS, step=1) is ITEMS
    assert late(ITEMS, step=9) == ITEMS[1:]
    both = ev.Conditional(lambda x, global_state: global_state.flag, drop(1), drop(2))
    assert len(both(ITEMS, mt.geno.AttributeDict(flag=True))) == 5
    assert len(both(ITEMS, mt.geno.AttributeDict(flag=False))) == 4


def test_each_item_and_flatten():
    assert ev.ElementWise(S.Top(1))([[1, 3], [5, 2]]) == [[3], [5]]
    assert ev.Identity().for_each(S.Top(1)).flatten()([[1, 3], [5, 2]]) == [3, 5]
    nested = [[1, [2, [3]]], 4, (5, [6])]
    assert ev.Flatten()(nested) == [1, 2, 3, 4, (5, [6])]
    assert ev.Flatten(1)(nested) == [1, [2, [3]], 4, (5, [6])]
    assert ev.Flatten(2)(nested) == [1, 2, [3], 4, (5, [6])]
    deep: list = []
    for _ in range(5000):
        deep = [deep, 1]
    assert ev.Flatten()(deep) == [1] * 5000


def test_until_change():
    calls = []

    def sometimes(x):
        calls.append(1)
        return x if len(calls) < 4 else x[:1]

    assert ev.UntilChange(sometimes)([1, 2]) == [1]
    assert len(calls) == 4
    calls.clear()
    assert ev.UntilChange(sometimes, 2)([1, 2]) == [1, 2]
    assert len(calls) == 2
    calls.clear()
    assert ev.Lambda(sometimes).until_change(lambda step: step)([1, 2], step=3) == [1, 2]
    assert len(calls) == 3


def test_the_global_state_is_written_and_read():
    state = mt.geno.AttributeDict()
    assert S.Top(2).as_global_state('best')([3, 1, 2], state) == []
    assert state.best == [3, 2]
    assert ev.Identity().global_state('best')([], state) == [3, 2]
    assert S.Top(1).set_global_state('flag', None)([3, 1], state) == [3]
    assert state.flag is None
    assert ev.GlobalStateGetter('none', [1])([], state) == [1]
    op = S.Top(2).as_global_state('best') + S.Last(1) + ev.GlobalStateGetter('best')
    assert values(op(individuals())) == [6, 2, 5]
    assert mt.eq(mt.from_json(op.to_json()), op)
