"""Random operations have the laws that they say, to be rejected by chance at p = 1e-4.

The laws are written down from the definitions: all outcomes with their probabilities.
"""

import itertools
import math
from collections import Counter

import pytest
from evolution_helpers import G, constants
from proof_helpers import M, R, S

from mutandis.algorithms import evolution as ev

stats = pytest.importorskip('scipy.stats')

W = ev.where
REJECT = 1e-4


def p_value(drawn, law):
    """Chi-square of draws against the probabilities of all outcomes; 0 if one is impossible."""
    counts = Counter(drawn)
    if not set(counts) <= set(law):
        return 0.0
    assert math.isclose(sum(law.values()), 1.0)
    if len(law) == 1:
        return 1.0
    expected = [len(drawn) * p for p in law.values()]
    assert min(expected) >= 5
    return stats.chisquare([counts[outcome] for outcome in law], expected).pvalue


def uniform(outcomes):
    outcomes = list(outcomes)
    return dict.fromkeys(outcomes, 1 / len(outcomes))


def mixed(*weighted):
    """A mixture of laws: pairs (probability, law)."""
    law = Counter()
    for weight, part in weighted:
        for outcome, p in part.items():
            law[outcome] += weight * p
    return dict(law)


def numbers(dnas):
    return tuple(tuple(dna.to_numbers()) for dna in dnas)


# ------------------------------------------------------------------------------------ selectors


@pytest.mark.parametrize('k', [1, 2, 4])
def test_random_selection_without_replacement_is_a_random_arrangement(k):
    select = S.Random(k, seed=1)
    drawn = [tuple(select('abcd')) for _ in range(3000)]
    assert p_value(drawn, uniform(itertools.permutations('abcd', k))) > REJECT


def test_random_selection_with_replacement_draws_independently():
    select = S.Random(3, replacement=True, seed=1)
    drawn = [tuple(select('abc')) for _ in range(3000)]
    assert p_value(drawn, uniform(itertools.product('abc', repeat=3))) > REJECT


def test_sampling_is_in_proportion_to_weights():
    chances = dict(zip('abcd', [0.1, 0.2, 0.3, 0.4], strict=True))
    select = S.Sample(2, lambda items: [5 * chances[item] for item in items], seed=1)
    drawn = [tuple(select('abcd')) for _ in range(4000)]
    law = {(x, y): chances[x] * chances[y] for x, y in itertools.product('abcd', repeat=2)}
    assert p_value(drawn, law) > REJECT
    assert p_value(drawn, uniform(law)) < REJECT


# -------------------------------------------------------------------------------------- control


@pytest.mark.parametrize('limit', [None, 1, 2])
def test_choice_fires_each_operation_with_its_probability_up_to_the_limit(limit):
    chances = [0.5, 0.3, 0.8]
    choice = ev.Choice(
        [(ev.Lambda(lambda items, i=i: [*items, i]), p) for i, p in enumerate(chances)],
        limit=limit,
        seed=1,
    )
    law = Counter()
    for fired in itertools.product([True, False], repeat=3):
        p = math.prod(c if fires else 1 - c for c, fires in zip(chances, fired, strict=True))
        law[tuple([i for i, fires in enumerate(fired) if fires][:limit])] += p
    assert p_value([tuple(choice([])) for _ in range(5000)], law) > REJECT


def test_filters_of_points_take_random_subsets_in_order():
    pick = W.Any(2, seed=1)
    drawn = [tuple(pick(list('abcde'))) for _ in range(2000)]
    assert p_value(drawn, uniform(itertools.combinations('abcde', 2))) > REJECT


# ------------------------------------------------------------------------------------- mutators


def test_uniform_mutation_draws_one_node_anew():
    """A tree with a choice, below it another one, and a sorted subset: six nodes.

    Every node is picked with the same probability. The choice draws its subtree with it; a subset
    is redrawn as a whole, or one of its choices takes a value that no choice has.
    """
    spec = G.space(
        [
            G.oneof([G.oneof(constants(3), location='y'), G.constant()], location='x'),
            G.manyof(2, constants(4), sorted=True, location='s'),
            G.oneof(constants(2), location='b'),
        ]
    )
    parent = G.DNA.from_numbers([0, 1, 0, 2, 1], spec)
    subsets = list(itertools.combinations(range(4), 2))
    law = mixed(
        # The choice x: to its other candidate, or with a new y.
        (1 / 6 / 2, uniform([(1, 0, 2, 1)])),
        (1 / 6 / 2, uniform((0, y, 0, 2, 1) for y in range(3))),
        # y alone.
        (1 / 6, uniform((0, y, 0, 2, 1) for y in range(3))),
        # The subset as a whole; its first choice, then its second one, becomes 1 or 3.
        (1 / 6, uniform((0, 1, *subset, 1) for subset in subsets)),
        (1 / 6, uniform([(0, 1, 1, 2, 1), (0, 1, 2, 3, 1)])),
        (1 / 6, uniform([(0, 1, 0, 1, 1), (0, 1, 0, 3, 1)])),
        # b.
        (1 / 6, uniform([(0, 1, 0, 2, 0), (0, 1, 0, 2, 1)])),
    )
    drawn = numbers(M.Uniform(seed=1)([parent] * 6000))
    assert p_value(drawn, law) > REJECT
    # Not the law of a mutation that never draws the subset as a whole.
    assert p_value([child for child in drawn if child[2:4] != (1, 3)], law) < REJECT


def test_a_swap_exchanges_a_random_pair():
    spec = G.manyof(4, constants(4))
    parent = G.DNA.from_numbers([0, 1, 2, 3], spec)
    law = []
    for i, j in itertools.combinations(range(4), 2):
        child = [0, 1, 2, 3]
        child[i], child[j] = child[j], child[i]
        law.append(tuple(child))
    assert p_value(numbers(M.Swap(seed=1)([parent] * 1500)), uniform(law)) > REJECT


# --------------------------------------------------------------------------------- recombinators


def pair(first, second, spec):
    return [G.DNA.from_numbers(values, spec) for values in (first, second)]


def children(recombine, parents, draws):
    return [tuple(sorted(numbers(recombine(parents)))) for _ in range(draws)]


BITS = G.space([G.oneof(constants(2), location=f'x{i}') for i in range(4)])


def test_uniform_crossover_takes_each_decision_from_either_parent():
    parents = pair([0] * 4, [1] * 4, BITS)
    law = uniform((bits,) for bits in itertools.product(range(2), repeat=4))
    assert p_value(children(R.Uniform(seed=1), parents, 3000), law) > REJECT


def test_weighted_crossover_takes_each_decision_in_proportion():
    parents = pair([0] * 4, [1] * 4, BITS)
    law = {
        (bits,): 0.25 ** bits.count(0) * 0.75 ** bits.count(1)
        for bits in itertools.product(range(2), repeat=4)
    }
    recombine = R.Sample(lambda parents: [1.0, 3.0], seed=1)
    assert p_value(children(recombine, parents, 3000), law) > REJECT


@pytest.mark.parametrize('k', [1, 2])
def test_segments_begin_at_random_points(k):
    parents = pair([0] * 4, [1] * 4, BITS)
    law = Counter()
    for cuts in itertools.combinations(range(1, 4), k):
        first = tuple(sum(cut <= i for cut in cuts) % 2 for i in range(4))
        second = tuple(1 - bit for bit in first)
        law[tuple(sorted((first, second)))] += 1 / math.comb(3, k)
    assert p_value(children(R.KPoint(k, seed=1), parents, 2000), law) > REJECT


def test_a_conditional_decision_comes_from_a_parent_that_made_the_outer_one():
    spec = G.space(
        [G.oneof([G.oneof(constants(3), location='y'), *constants(2)], location='x')]
        + [G.oneof(constants(2), location='b')]
    )
    first, second = [0, 2, 0], [1, 1]
    law = uniform([((0, 2, 0),), ((0, 2, 1),), ((1, 0),), ((1, 1),)])
    assert p_value(children(R.Uniform(seed=1), pair(first, second, spec), 1500), law) > REJECT


def partially_mapped(own, other, start, end):
    """By definition (Goldberg & Lingle 1985)."""
    child = list(own)
    child[start:end] = other[start:end]
    for i in [*range(start), *range(end, len(own))]:
        while child[i] in other[start:end]:
            child[i] = own[other.index(child[i])]
    return tuple(child)


def ordered(own, other, start, end):
    """By definition (Davis 1985)."""
    n = len(own)
    kept = other[start:end]
    rest = [own[(end + i) % n] for i in range(n) if own[(end + i) % n] not in kept]
    child = [None] * n
    child[start:end] = kept
    for i, value in enumerate(rest):
        child[(end + i) % n] = value
    return tuple(child)


@pytest.mark.parametrize(
    ('recombine', 'cross'), [(R.PartiallyMapped, partially_mapped), (R.Order, ordered)]
)
def test_crossovers_of_permutations_take_a_random_slice(recombine, cross):
    spec = G.manyof(6, constants(6))
    first, second = [0, 1, 2, 3, 4, 5], [5, 3, 1, 0, 2, 4]
    law = Counter()
    for start, end in itertools.combinations(range(6), 2):
        made = {cross(first, second, start, end), cross(second, first, start, end)}
        law[tuple(sorted(made))] += 1 / 15
    drawn = children(recombine(seed=1), pair(first, second, spec), 1500)
    assert p_value(drawn, law) > REJECT


def test_cycles_come_from_either_parent_by_a_fair_coin():
    spec = G.manyof(7, constants(7))
    # Cycles: positions 0 and 1; 2, 3 and 4; 5 and 6.
    first, second = [0, 1, 2, 3, 4, 5, 6], [1, 0, 3, 4, 2, 6, 5]
    law = Counter()
    for coins in itertools.product(range(2), repeat=3):
        coin = [coins[0]] * 2 + [coins[1]] * 3 + [coins[2]] * 2
        made = {
            tuple((second if c == side else first)[i] for i, c in enumerate(coin))
            for side in (0, 1)
        }
        law[tuple(sorted(made))] += 1 / 8
    drawn = children(R.Cycle(seed=1), pair(first, second, spec), 1000)
    assert p_value(drawn, law) > REJECT
