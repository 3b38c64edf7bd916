"""Filters of decision points."""

import functools

import pytest
from evolution_helpers import G, constants

import mutandis as mt
from mutandis.algorithms import evolution as ev

W, R = ev.where, ev.recombinators

POINTS = list('abcde')


def test_all_gives_the_very_list():
    assert W.ALL(POINTS) is POINTS
    assert mt.eq(W.ALL, W.All())


def test_any_draws_a_subset_in_order():
    drawn = W.Any(3, seed=1)
    subsets = {tuple(drawn(POINTS)) for _ in range(200)}
    assert len(subsets) == 10 and all(list(s) == sorted(s) for s in subsets)
    for k in (5, 6):
        assert W.Any(k)(POINTS) is POINTS
    assert W.Any(0)(POINTS) == []
    assert mt.eq(W.ANY, W.Any(1))
    assert len(W.Any(lambda step: step)(POINTS, step=3)) == 3


def test_any_takes_the_stream_of_its_seed():
    # As `random.Random(1).sample(range(5), 2)`.
    assert W.Any(2, seed=1)(POINTS) == ['a', 'b']


def test_a_function_is_a_filter():
    class Owner:
        def first(self, points):
            return points[:1]

    @mt.functor()
    def leading(points, k):
        return points[:k]

    def first(points):
        return points[:1]

    for function in (first, Owner().first, functools.partial(first), leading(k=1)):
        op = R.Uniform(where=function)
        assert isinstance(op.where, W.Lambda)
        assert op.where(POINTS) == ['a']
    op.rebind(where=lambda points, step: points[:step])
    assert op.where(POINTS, None, 2) == ['a', 'b']
    assert W.Lambda(lambda points, **kwargs: kwargs)(POINTS, {'a': 1}, 2) == {
        'global_state': {'a': 1},
        'step': 2,
    }


def test_filters_are_classes_to_derive_from():
    class First(W.DecisionPointFilter):
        n: int = 1

        def call(self, decision_points, step):
            return decision_points[: self.n + step]

    assert First(1)(POINTS, None, 1) == ['a', 'b']
    assert mt.eq(R.Average(where=First(2)).clone(), R.Average(where=First(2)))
    with pytest.raises(TypeError):
        W.DecisionPointFilter()


@pytest.mark.parametrize(
    'make, error',
    [
        (lambda: W.Any(-1), ValueError),
        (lambda: W.Any(1.5), TypeError),
        (lambda: W.Any(None), ValueError),
        (lambda: W.Lambda(1), TypeError),
        (lambda: W.Lambda(), TypeError),
        (lambda: R.Uniform(where=None), ValueError),
        (lambda: R.Uniform(where=1), TypeError),
    ],
)
def test_misuse(make, error):
    with pytest.raises(error):
        make()


def test_where_spec():
    assert str(W.where_spec().default) == 'All()'
    assert mt.eq(W.where_spec(W.Any(2)).default, W.Any(2))


def test_filters_are_saved_with_their_operation():
    op = R.Order(where=W.Any(2, seed=1), seed=3)
    assert mt.eq(mt.from_json_str(op.to_json_str()), op)


def test_a_filter_of_hints():
    spec = G.space([G.oneof(constants(9), hints='x'), G.oneof(constants(9), hints='y')])
    a, b = mt.DNA([0, 1], spec=spec), mt.DNA([5, 6], spec=spec)
    op = R.Uniform(where=lambda points: [p for p in points if p.hints == 'y'], seed=1)
    assert {c.to_numbers()[0] for c in op([a, b])} == {0, 5}
    assert len({c.to_numbers()[1] for c in op([a, b])}) == 1
