"""Simulated binary crossover and polynomial mutation: their laws, and any space."""

import math
import random
from collections import Counter

import pytest
from evolution_helpers import G, constants
from proof_helpers import is_valid, random_spec, rich_spec

import mutandis as mt
from mutandis.algorithms import evolution as ev

M, R = ev.mutators, ev.recombinators


def floats(count=1, low=0.0, high=1.0, scale=None):
    points = [G.floatv(low, high, scale=scale, location=f'x{i}') for i in range(count)]
    return G.space(points) if count > 1 else points[0]


def bound(values, spec):
    return mt.DNA(values).use_spec(spec)


def largest_gap(found, cumulative):
    """Kolmogorov-Smirnov distance of numbers from a continuous law, times the square root of n."""
    found, n = sorted(found), len(found)
    gaps = (max((i + 1) / n - cumulative(x), cumulative(x) - i / n) for i, x in enumerate(found))
    return max(gaps) * math.sqrt(n)


# Exceeded with probability 2 exp(-2 x^2) < 1e-4.
LIMIT = 2.23


# --------------------------------------------------------------------------- polynomial mutation


@pytest.mark.parametrize('eta', [1.0, 5.0, 20.0])
@pytest.mark.parametrize('value', [0.0, 0.3, 0.5, 1.0])
def test_the_law_of_polynomial_mutation(eta, value):
    """The density of a change d is 0.5 (eta + 1) (1 - |d|)^eta, cut at the range on each side.

    Each side has probability 1/2; cut at distance s of the range, the law of that side is divided
    by what is left of it, 1 - (1 - s)^(eta + 1).
    """
    dna = bound(value, floats())
    mutator = M.Polynomial(eta, probability=1.0, seed=1)
    found = [mutator([dna])[0].value for _ in range(4000)]

    def cumulative(x):
        def side(change, room):
            if not room:
                return 0.0
            return (1 - (1 - change) ** (eta + 1)) / (1 - (1 - room) ** (eta + 1))

        if x < value:
            return 0.5 * (1 - side(value - x, value))
        return 0.5 + 0.5 * side(x - value, 1 - value)

    if 0.0 < value < 1.0:
        assert largest_gap(found, cumulative) < LIMIT
    else:
        # At an end, half of the changes have no room.
        stay = found.count(value)
        assert abs(stay - 2000) < 4 * math.sqrt(1000)
        moved = [x for x in found if x != value]
        assert largest_gap(moved, lambda x: 2 * cumulative(x) - (value == 0.0)) < LIMIT


def test_the_range_is_kept_and_the_scale_is_used():
    spec = floats(1, 1.0, 10000.0, 'log')
    mutator = M.Polynomial(20, probability=1.0, seed=1)
    found = [mutator([bound(10.0, spec)])[0].value for _ in range(2000)]
    assert all(1.0 <= x <= 10000.0 for x in found)
    # As likely to be divided as to be multiplied, by much the same factor.
    logs = [math.log10(x) - 1.0 for x in found]
    assert abs(sum(x > 0 for x in logs) - 1000) < 4 * math.sqrt(500)
    assert abs(sum(logs) / len(logs)) < 0.05
    one = floats(1, 2.0, 2.0)
    assert mutator([bound(2.0, one)])[0].value == 2.0


def test_each_decision_is_changed_with_a_probability_of_its_own():
    spec = floats(10)
    dna = bound([0.5] * 10, spec)
    mutator = M.Polynomial(seed=1)
    counts = Counter()
    for _ in range(3000):
        child = mutator([dna])[0]
        counts[sum(a != 0.5 for a in child.to_numbers())] += 1
    # The binomial law of 10 decisions at 1 / 10.
    for k in range(5):
        p = math.comb(10, k) * 0.1**k * 0.9 ** (10 - k)
        assert abs(counts[k] - 3000 * p) < 4 * math.sqrt(3000 * p)
    assert all(x != 0.5 for x in M.Polynomial(probability=1.0, seed=1)([dna])[0].to_numbers())
    assert M.Polynomial(probability=0.0)([dna])[0] == dna
    scheduled = M.Polynomial(probability=lambda step: float(step > 5), seed=1)
    assert scheduled([dna], step=1)[0] == dna
    assert scheduled([dna], step=9)[0] != dna


def test_a_greater_index_changes_less():
    dna = bound(0.5, floats())

    def mean_change(eta):
        mutator = M.Polynomial(eta, probability=1.0, seed=1)
        return sum(abs(mutator([dna])[0].value - 0.5) for _ in range(1000)) / 1000

    assert mean_change(100) < mean_change(20) < mean_change(5) < mean_change(0)
    # About 1 / (eta + 2) of the range.
    assert mean_change(98) == pytest.approx(0.01, rel=0.15)


def test_where_and_what_cannot_be_mutated():
    spec = G.space(
        [G.floatv(0.0, 1.0, location='a'), G.manyof(3, constants(9), location='b', sorted=True)]
    )
    dna = bound([0.5, [1, 3, 5]], spec)
    only_floats = M.Polynomial(probability=1.0, where=lambda node: node.spec.is_numerical, seed=1)
    child = only_floats([dna])[0].to_numbers()
    assert child[0] != 0.5 and child[1:] == [1, 3, 5]
    only_choices = M.Polynomial(probability=1.0, where=lambda node: node.spec.is_subchoice, seed=1)
    child = only_choices([dna])[0].to_numbers()
    assert child[0] == 0.5 and not {1, 3, 5} & set(child[1:])
    for mutator, individual in (
        (M.Polynomial(where=lambda node: False), dna),
        (M.Polynomial(), mt.DNA(1)),
        (M.Polynomial(), mt.DNA(None).use_spec(G.space([]))),
    ):
        with pytest.raises(RuntimeError, match='nothing to mutate'):
            mutator([individual])


def test_permutations_stay_permutations_and_all_are_reached():
    spec = G.manyof(3, constants(3), distinct=True)
    mutator = M.Polynomial(probability=0.5, seed=1)
    dna, seen = bound([0, 1, 2], spec), set()
    for _ in range(500):
        dna = mutator([dna])[0]
        seen.add(tuple(dna.to_numbers()))
    assert len(seen) == 6


@pytest.mark.parametrize('probability', [None, 0.5, 1.0])
def test_mutants_in_any_space_are_valid(probability):
    rng = random.Random(1)
    for seed in range(150):
        spec = random_spec(rng)
        mutator = M.Polynomial(probability=probability, seed=seed)
        dna = mt.random_dna(spec, rng)
        for _ in range(15):
            before = dna.to_numbers()
            child = mutator([dna])[0]
            assert child is not dna and dna.to_numbers() == before
            assert is_valid(spec, child) and child.spec is dna.spec
            dna = child


# ------------------------------------------------------------------- simulated binary crossover


def children_of(one, other, spec, count=4000, eta=20, probability=1.0):
    crossover = R.SimulatedBinary(eta, probability, seed=1)
    parents = [bound(one, spec), bound(other, spec)]
    return [crossover(parents) for _ in range(count)]


@pytest.mark.parametrize('eta', [2.0, 20.0])
@pytest.mark.parametrize(('one', 'other'), [(0.3, 0.6), (0.9, 0.05)])
def test_the_law_of_simulated_binary_crossover(eta, one, other):
    """The density of the spread factor b is 0.5 (eta + 1) b^eta up to 1 and, above,
    0.5 (eta + 1) / b^(eta + 2), cut where the lower (or upper) child would leave the range.
    """
    lower, upper = min(one, other), max(one, other)
    crossed = [
        sorted(dna.value for dna in pair)
        for pair in children_of(one, other, floats(), eta=eta)
        if {dna.value for dna in pair} != {one, other}
    ]
    # Each float is crossed with probability 1/2.
    assert abs(len(crossed) - 2000) < 4 * math.sqrt(1000)

    def whole(b):
        return 0.5 * b ** (eta + 1) if b <= 1 else 1 - 0.5 / b ** (eta + 1)

    middle, half = (lower + upper) / 2, (upper - lower) / 2
    for place, room in ((0, middle), (1, 1 - middle)):
        limit = whole(room / half)
        factors = [abs(middle - pair[place]) / half for pair in crossed]
        assert largest_gap(factors, lambda b, limit=limit: whole(b) / limit) < LIMIT
    assert all(0.0 <= a <= middle <= b <= 1.0 for a, b in crossed)


def test_children_are_assigned_by_a_fair_coin():
    pairs = [(a.value, b.value) for a, b in children_of(0.2, 0.4, floats())]
    crossed = [pair for pair in pairs if set(pair) != {0.2, 0.4}]
    assert abs(sum(a < b for a, b in crossed) - len(crossed) / 2) < 2 * math.sqrt(len(crossed))
    assert all(pair == (0.2, 0.4) for pair in pairs if set(pair) == {0.2, 0.4})


def test_probability_of_a_crossover():
    parents = [0.2] * 20, [0.4] * 20
    pairs = children_of(*parents, floats(20), count=2000, probability=0.9)
    copies = sum(a.to_numbers() == parents[0] and b.to_numbers() == parents[1] for a, b in pairs)
    assert abs(copies - 200) < 4 * math.sqrt(180)
    scheduled = R.SimulatedBinary(probability=lambda step: 0.0)
    assert scheduled([bound(values, floats(20)) for values in parents]) == [
        mt.DNA(values) for values in parents
    ]


def test_crossing_uses_the_scale():
    spec = floats(1, 1.0, 10000.0, 'log')
    pairs = children_of(10.0, 1000.0, spec, eta=2)
    products = [a.value * b.value for a, b in pairs if {a.value, b.value} != {10.0, 1000.0}]
    # The middle of 10 and 1000 is 100: for most, both children are as far from it.
    products.sort()
    assert products[len(products) // 2] == pytest.approx(10000.0, rel=1e-6)
    assert all(1.0 <= dna.value <= 10000.0 for pair in pairs for dna in pair)


def test_equal_floats_and_narrow_gaps():
    assert all(a.value == b.value == 0.5 for a, b in children_of(0.5, 0.5, floats(), count=20))
    tiny = children_of(0.5, math.nextafter(0.5, 1), floats(), count=200)
    assert all(abs(dna.value - 0.5) < 1e-12 for pair in tiny for dna in pair)
    wide = children_of(-1e308, 1e308, floats(1, -1e308, 1e308), count=50)
    assert all(-1e308 <= dna.value <= 1e308 for pair in wide for dna in pair)


def test_other_decisions_are_exchanged_with_what_lies_below():
    spec = G.space(
        [
            G.oneof([G.oneof(constants(3), location='p'), *constants(2)], location='a'),
            G.oneof(constants(5), location='b'),
            G.manyof(3, constants(6), location='c', sorted=True),
            G.manyof(2, constants(6), location='d', distinct=False),
        ]
    )
    one, other = [(0, 2), 1, [0, 1, 2], [3, 4]], [1, 4, [3, 4, 5], [5, 5]]
    pairs = children_of(one, other, spec, count=1000)
    seen = Counter()
    for first, second in pairs:
        a, b = first.to_numbers(), second.to_numbers()
        assert sorted(a + b) == sorted([0, 2, 1, 0, 1, 2, 3, 4, 1, 4, 3, 4, 5, 5, 5])
        seen['a'] += first.children[0].value == 1
        seen['b'] += first.children[1].value == 4
        seen['c'] += first.children[2].to_numbers() == [3, 4, 5]
        seen['d0'] += first.children[3].children[0].value == 5
        seen['d1'] += first.children[3].children[1].value == 5
        assert first.children[2].to_numbers() in ([0, 1, 2], [3, 4, 5])
    for count in seen.values():
        assert abs(count - 500) < 4 * math.sqrt(250)


def test_floats_below_equal_choices_are_crossed():
    spec = G.space(
        [
            G.oneof([G.floatv(0.0, 1.0, location='f'), *constants(1)], location='a'),
            G.manyof(2, [G.floatv(0.0, 1.0, location='g'), *constants(2)], location='b'),
        ]
    )
    pairs = children_of([(0, 0.2), [(0, 0.3), 1]], [(0, 0.4), [(0, 0.6), 1]], spec, count=200)
    numbers = [dna.to_numbers() for pair in pairs for dna in pair]
    assert all(n[0] == 0 and n[2] == 0 and n[4] == 1 for n in numbers)
    assert len({n[1] for n in numbers}) > 50 and len({n[3] for n in numbers}) > 50


def test_children_in_any_space_are_valid():
    rng = random.Random(1)
    for seed, spec in enumerate([rich_spec(), *(random_spec(rng) for _ in range(150))]):
        crossover = R.SimulatedBinary(seed=seed)
        for _ in range(10):
            parents = [mt.random_dna(spec, rng) for _ in range(2)]
            before = [dna.to_numbers() for dna in parents]
            children = crossover(parents)
            assert len(children) == 2
            for child in children:
                assert is_valid(spec, child) and child.spec is parents[0].spec
                assert all(child is not dna for dna in parents)
            assert [dna.to_numbers() for dna in parents] == before


@pytest.mark.parametrize(
    'operation', [R.SimulatedBinary(15, 0.8, 1), M.Polynomial(15, 0.1, seed=1)]
)
def test_symbolic(operation):
    assert mt.eq(mt.from_json_str(operation.to_json_str()), operation)
    assert mt.eq(operation.clone(), operation)
    assert operation.eta == 15.0 and operation.seed == 1
    for wrong in ({'eta': -1.0}, {'probability': 1.5}):
        with pytest.raises(ValueError):
            type(operation)(**wrong)


def test_two_parents_with_a_spec_are_needed():
    with pytest.raises(ValueError, match='2 parents'):
        R.SimulatedBinary()([mt.DNA(0.5)])
    with pytest.raises(AttributeError):
        R.SimulatedBinary()([mt.DNA(0.5), mt.DNA(0.25)])
