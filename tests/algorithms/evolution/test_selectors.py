"""Selectors: seeded vectors of the reference, ties, NaN and wrong arguments."""

import math
from collections import Counter

import pytest
from evolution_helpers import individuals, values

from mutandis.algorithms import evolution as ev
from mutandis.algorithms import scalars

S = ev.selectors
WEIGHTS = [1.0, 2.0, 0.0, 0.0, 3.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ('selector', 'expected'),
    [
        (S.First(3), [0, 1, 2]),
        (S.First(0.5), [0, 1, 2, 3]),
        (S.First(), [0, 1, 2, 3, 4, 5, 6]),
        (S.Last(3), [4, 5, 6]),
        (S.Last(0), []),
        (S.Last(100), [0, 1, 2, 3, 4, 5, 6]),
        (S.Top(3), [2, 5, 3]),
        (S.Top(1), [2]),
        (S.Top(), [2, 5, 3, 4, 1, 6, 0]),
        (S.Bottom(3), [0, 1, 6]),
        (S.Bottom(1), [0]),
        (S.Top(1, cluster=True), [2, 5]),
        (S.Top(2, cluster=True), [2, 5, 3, 4]),
        (S.Bottom(2, cluster=True), [0, 1, 6]),
        (S.Top(2, key=lambda dna: -dna.value), [0, 1]),
        (S.Random(3, seed=42), [5, 0, 6]),
        (S.Random(4, True, seed=42), [5, 0, 0, 5]),
        (S.Sample(4, lambda x: WEIGHTS, seed=42), [4, 0, 1, 1]),
        (S.Proportional(8, lambda x: WEIGHTS), [0, 1, 1, 4, 4, 4, 5, 6]),
        (S.First(lambda step: 2), [0, 1]),
        (S.First(scalars.Constant(0.2)), [0, 1]),
        (S.First(lambda step: None), [0, 1, 2, 3, 4, 5, 6]),
    ],
)
def test_selection(selector, expected):
    population = individuals()
    selected = selector(population)
    assert values(selected) == expected
    assert all(any(item is dna for dna in population) for item in selected)


def test_items_of_any_type():
    assert S.Top(2)([1, 3, 2, 3]) == [3, 3]
    assert S.Top(1, cluster=True)([1, 3, 2, 3]) == [3, 3]
    assert S.Top(1)([(1, 2), (1, 3), (0, 9)]) == [(1, 3)]
    assert sorted(S.Random(5)(['a', 'b'])) == ['a', 'b']
    assert S.Top(1)([]) == S.Random(2)([]) == S.Bottom()([]) == []


def test_several_rewards_compare_in_order():
    population = individuals([(1.0, 5.0), (2.0, 0.0), (2.0, 1.0)])
    assert values(S.Top()(population)) == [2, 1, 0]


def test_nan_is_less_than_everything():
    nan = math.nan
    population = individuals([nan, -math.inf, 1.0, nan, 0.0])
    assert values(S.Top()(population)) == [2, 4, 1, 0, 3]
    assert values(S.Top(1)(population)) == [2]
    assert values(S.Bottom(3)(population)) == [0, 3, 1]
    assert values(S.Top(1)(individuals([(nan, 1.0), (0.0, nan), (0.0, -9.0)]))) == [2]
    assert values(S.Top(1)(individuals([nan, nan]))) == [0]


def test_ints_and_floats_mix():
    assert values(S.Top()(individuals([1, 2.5, 2, math.inf]))) == [3, 1, 2, 0]


@pytest.mark.parametrize(
    ('weights', 'n', 'counts'),
    [
        ([1, 1, 1], 2, [0, 1, 1]),
        ([1, 1, 1], 4, [2, 1, 1]),
        ([1, 2, 3], 4, [1, 1, 2]),
        ([0.5, 0.5], 3, [1, 2]),
        ([1, 1, 1, 1], 2, [0, 0, 1, 1]),
        ([5, 3, 1], 2, [1, 1, 0]),
        ([1] * 7, 3, [1, 1, 1, 0, 0, 0, 0]),
        ([0, 0], 4, [2, 2]),
        ([0, 1], 3, [0, 3]),
    ],
)
def test_shares(weights, n, counts):
    assert S.Proportional._partition(weights, n) == counts


def test_weights_may_depend_on_state_and_step():
    op = S.Proportional(2, lambda x, step: [float(i == step) for i in range(len(x))])
    assert op([1, 2, 3], step=2) == [3, 3]
    sample = S.Sample(3, lambda x, global_state: global_state['w'], seed=1)
    assert sample([1, 2], {'w': [0.0, 1.0]}) == [2, 2, 2]


@pytest.mark.parametrize(
    ('make', 'error'),
    [
        (lambda: S.Top(-1), ValueError),
        (lambda: S.Top(1.5), ValueError),
        (lambda: S.Top('a'), TypeError),
        (lambda: S.Sample(1), TypeError),
        (lambda: S.Top(1)([ev.mutators.Uniform, None]), TypeError),
        (lambda: S.Top(2)([individuals()[0], individuals()[0].clone()]), KeyError),
        (lambda: S.Random(1, True)([]), IndexError),
        (lambda: S.Sample(1, lambda x: [])([]), IndexError),
        (lambda: S.Sample(1, lambda x: [0.0])([1]), ValueError),
        (lambda: S.Sample(1, lambda x: [1.0])([1, 2]), ValueError),
        (lambda: S.Proportional(1, lambda x: [1.0])([1, 2]), ValueError),
    ],
)
def test_wrong_arguments(make, error):
    with pytest.raises(error):
        make()


def test_num_output_helpers():
    assert S.compute_num_output(0.5, 3, 0) == 2
    assert S.compute_num_output(None, 3, 0) == 3
    assert S.compute_num_output(lambda step: step, 3, 2) == 2
    assert S.num_output_spec().apply(None) is None


def test_the_winner_of_a_tournament_has_the_rank_it_should():
    """P(winner has rank r) = C(P - r, S - 1) / C(P, S) for a tournament of S of P."""
    members, size, draws = 12, 4, 20000
    population = individuals([float(i) for i in range(members)])
    tournament = S.Random(size, seed=1) >> S.Top(1)
    counts = Counter(members - tournament(population)[0].value for _ in range(draws))
    chi2 = 0.0
    for rank in range(1, members - size + 2):
        expected = draws * math.comb(members - rank, size - 1) / math.comb(members, size)
        chi2 += (counts[rank] - expected) ** 2 / expected
    assert sum(counts[r] for r in range(1, members - size + 2)) == draws
    # 8 degrees of freedom: p = 1e-4 at 31.8.
    assert chi2 < 31.8


@pytest.mark.parametrize('weight', [float('nan'), float('inf')])
def test_weights_must_be_finite(weight):
    for selector in (
        S.Proportional(2, lambda items: [weight, 1.0]),
        S.Sample(2, lambda items: [weight, 1.0]),
    ):
        with pytest.raises(ValueError, match='finite'):
            selector([1, 2])
