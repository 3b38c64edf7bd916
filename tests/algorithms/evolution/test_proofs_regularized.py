"""Regularized evolution (Real et al. 2019) has the laws of its tournament and of its ageing.

A tournament of S of P draws without replacement, so the parent has rank r, the best being rank 1,
with probability C(P - r, S - 1) / C(P, S). The population is what was fed back last. Variants that
are easily taken for it are rejected by the same tests.
"""

import math
import random
from collections import Counter

import pytest
from evolution_helpers import G, constants

from mutandis.algorithms import evolution as ev

stats = pytest.importorskip('scipy.stats')

S, M = ev.selectors, ev.mutators
REJECT = 1e-4
SPEC = G.space([G.oneof(constants(10)) for _ in range(4)])


def rank_law(population_size, tournament_size):
    return [
        math.comb(population_size - rank, tournament_size - 1)
        / math.comb(population_size, tournament_size)
        for rank in range(1, population_size - tournament_size + 2)
    ]


def p_value(ranks, law):
    """Chi-square of ranks; the last ones are one cell if they are rare. 0 if impossible."""
    if max(ranks) > len(law):
        return 0.0
    counts = Counter(ranks)
    observed, expected = [0], [0.0]
    for rank, p in enumerate(law, 1):
        if expected[-1] >= 5 and (1 - sum(law[: rank - 1])) * len(ranks) >= 5:
            observed.append(0)
            expected.append(0.0)
        observed[-1] += counts[rank]
        expected[-1] += p * len(ranks)
    if len(expected) == 1:
        return 1.0
    assert min(expected) >= 4.9
    return stats.chisquare(observed, expected).pvalue


def watch():
    """A mutator that notes the parents of all children, and its notes."""
    uniform = M.Uniform(seed=1)
    parents = []

    def mutate(dnas):
        parents.extend(dnas)
        return uniform(dnas)

    return mutate, parents


def ranks_of_parents(make, count, reward=lambda rng: rng.random()):
    """Runs an algorithm made around a mutator; the rank of each parent in its population."""
    rng = random.Random(1)
    mutator, parents = watch()
    algorithm = make(mutator)
    algorithm.setup(SPEC)
    ranks = []
    while len(ranks) < count:
        before = list(algorithm.population)
        made = len(parents)
        algorithm.feedback(algorithm.propose(), reward(rng))
        for parent in parents[made:]:
            fitness = ev.get_fitness(parent)
            assert any(parent is member for member in before)
            ranks.append(1 + sum(ev.get_fitness(member) > fitness for member in before))
    return ranks


@pytest.mark.parametrize(
    ('population_size', 'tournament_size'), [(12, 4), (30, 2), (100, 25), (100, 10), (7, 7)]
)
def test_the_parent_has_the_rank_of_a_tournament_winner(population_size, tournament_size):
    ranks = ranks_of_parents(
        lambda mutator: ev.regularized_evolution(mutator, population_size, tournament_size, seed=1),
        4000,
    )
    law = rank_law(population_size, tournament_size)
    assert math.isclose(sum(law), 1.0)
    assert p_value(ranks, law) > REJECT


def test_equal_rewards_give_every_member_the_same_chance():
    size = 8
    mutator, parents = watch()
    algorithm = ev.regularized_evolution(mutator, size, 3, seed=1)
    algorithm.setup(SPEC)
    ages = []
    for i in range(4000):
        before = list(algorithm.population)
        algorithm.feedback(algorithm.propose(), 1.0)
        if i >= size:
            parent = parents[-1]
            ages.append(next(age for age, member in enumerate(before) if member is parent))
    assert stats.chisquare([Counter(ages)[age] for age in range(size)]).pvalue > REJECT


def fed_back(algorithm, workers, count, seed=1):
    """Workers with random delays; yields the DNAs in the order in which they were fed back."""
    rng = random.Random(seed)
    running = [algorithm.propose() for _ in range(workers)]
    for _ in range(count):
        dna = running.pop(rng.randrange(workers))
        algorithm.feedback(dna, rng.random())
        yield dna
        running.append(algorithm.propose())


@pytest.mark.parametrize('workers', [1, 3, 16, 50])
def test_the_population_is_the_last_ones_fed_back(workers):
    size = 9
    algorithm = ev.regularized_evolution(population_size=size, tournament_size=3, seed=1)
    algorithm.setup(SPEC)
    order = []
    for dna in fed_back(algorithm, workers, 300):
        order.append(dna)
        assert len(algorithm.population) == min(size, len(order))
        pairs = zip(algorithm.population, order[-size:], strict=True)
        assert all(member is last for member, last in pairs)


def lifetimes_of_optimum(algorithm, size):
    """How many further feedbacks the best individual ever stays in the population."""
    algorithm.setup(SPEC)
    lived = 0
    for i in range(5 * size):
        algorithm.feedback(algorithm.propose(), 1e9 if i == size else random.Random(i).random())
        lived += any(ev.get_fitness(member) == 1e9 for member in algorithm.population)
    return lived


@pytest.mark.parametrize('size', [4, 20])
def test_an_optimum_dies_of_age(size):
    algorithm = ev.regularized_evolution(population_size=size, tournament_size=2, seed=1)
    assert lifetimes_of_optimum(algorithm, size) == size


# ------------------------------------------------------------------------- wrong ones are rejected

WRONG = {
    'draws with replacement': lambda m: S.Random(4, replacement=True, seed=1) >> S.Top(1) >> m,
    'takes the second best': lambda m: S.Random(4, seed=1) >> S.Top(2) >> S.Last(1) >> m,
    'takes any of the best two': lambda m: (
        S.Random(4, seed=1) >> S.Top(2) >> S.Random(1, seed=2) >> m
    ),
    'takes the worst': lambda m: S.Random(4, seed=1) >> S.Bottom(1) >> m,
    'a tournament too small': lambda m: S.Random(3, seed=1) >> S.Top(1) >> m,
    'a tournament too large': lambda m: S.Random(5, seed=1) >> S.Top(1) >> m,
    'no tournament': lambda m: S.Random(1, seed=1) >> m,
}


@pytest.mark.parametrize('name', WRONG)
def test_a_wrong_tournament_is_rejected(name):
    ranks = ranks_of_parents(
        lambda mutator: ev.Evolution(WRONG[name](mutator), (G.Random(1), 12), S.Last(12)), 4000
    )
    assert p_value(ranks, rank_law(12, 4)) < REJECT


@pytest.mark.parametrize('update', [S.Top(12), S.Last(11), S.Last(13), S.Random(12, seed=1)])
def test_wrong_ageing_is_rejected(update):
    tournament = S.Random(4, seed=1) >> S.Top(1) >> M.Uniform(seed=1)
    algorithm = ev.Evolution(tournament, (G.Random(1), 12), update)
    assert lifetimes_of_optimum(algorithm, 12) != 12
