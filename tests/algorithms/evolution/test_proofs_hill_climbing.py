"""Hill climbing costs what theory says, and wrong climbers do not.

A child redraws one uniformly chosen of n digits with q values; the reward is the number of right
digits. From k wrong digits a child is better with probability k / n / q, and never taken if it is
not, so k improvements take sum of n q / j for j = 1..k = q n H_k children on average.
"""

import math
import random
import statistics

import pytest
from evolution_helpers import G, constants

from mutandis.algorithms import evolution as ev

S, M = ev.selectors, ev.mutators


def expected_cost(n, q, initial=1):
    """Mean number of children until solved, from the best of `initial` random individuals."""
    at_most = [0.0]  # P(wrong digits of one individual < k)
    for k in range(n + 1):
        at_most.append(at_most[-1] + math.comb(n, k) * (q - 1) ** k / q**n)
    cost = 0.0
    for k in range(n + 1):
        # The least number of wrong digits among all of them is k.
        p = (1 - at_most[k]) ** initial - (1 - at_most[k + 1]) ** initial
        cost += p * q * n * sum(1 / j for j in range(1, k + 1))
    return cost


def test_the_formula_gives_the_known_value():
    assert round(expected_cost(6, 2), 1) == 21.1


def costs(make, n, q, runs, initial=1, limit=100_000):
    """How many children each of many runs needs; `limit` ends hopeless ones."""
    spec = G.space([G.oneof(constants(q)) for _ in range(n)])
    found = []
    for seed in range(runs):
        algorithm = make(seed)
        algorithm.setup(spec)
        proposed = best = 0
        # The initial individuals are no children, even if one of them is right.
        while best < n or proposed < initial:
            dna = algorithm.propose()
            right = dna.to_numbers().count(0)
            algorithm.feedback(dna, float(right))
            best = max(best, right)
            proposed += 1
            if proposed > limit:
                break
        found.append(proposed - initial)
    return found


def z_score(found, expected):
    return (statistics.mean(found) - expected) / (statistics.stdev(found) / len(found) ** 0.5)


@pytest.mark.parametrize(
    ('n', 'q', 'initial'), [(6, 2, 1), (10, 2, 1), (5, 4, 1), (3, 7, 1), (6, 2, 4), (1, 5, 1)]
)
def test_the_cost_on_one_max_is_the_expected_one(n, q, initial):
    found = costs(
        lambda seed: ev.hill_climb(init_population_size=initial, seed=seed), n, q, 400, initial
    )
    assert abs(z_score(found, expected_cost(n, q, initial))) < 4


def test_batches_cost_what_is_expected():
    """Two children of one parent: a batch brings a step with probability 1 - (1 - p)^2.

    Where both are better, they are one step together.
    """
    n, q = 6, 2
    batches = [0.0]
    for k in range(1, n + 1):
        p = k / n / q
        batches.append(batches[-1] + 1 / (1 - (1 - p) ** 2))
    expected = sum(math.comb(n, k) / 2**n * batches[k] for k in range(n + 1))
    found = [
        math.ceil(cost / 2)
        for cost in costs(lambda seed: ev.hill_climb(batch_size=2, seed=seed), n, q, 400)
    ]
    assert abs(z_score(found, expected)) < 4


def test_the_best_reward_never_falls():
    spec = G.space([G.oneof(constants(4)) for _ in range(5)])
    for seed in range(10):
        algorithm = ev.hill_climb(batch_size=3, init_population_size=2, seed=seed)
        algorithm.setup(spec)
        kept = []
        for _ in range(150):
            dna = algorithm.propose()
            algorithm.feedback(dna, float(sum(dna.to_numbers())))
            kept.append(max(map(ev.get_fitness, algorithm.population)))
        assert kept == sorted(kept) and kept[-1] > kept[0]


# ------------------------------------------------------------------------- wrong ones are rejected


class FlipOne(ev.Mutator):
    """Always changes one digit: what redrawing does not."""

    seed: int | None = None

    def _on_bound(self):
        super()._on_bound()
        self._random = random.Random(self.seed)

    def mutate(self, dna):
        numbers = dna.to_numbers()
        place = self._random.randrange(len(numbers))
        numbers[place] = 1 - numbers[place]
        return G.DNA.from_numbers(numbers, dna.spec)


class RedrawAll(FlipOne):
    """Random search in the clothes of a mutation."""

    def mutate(self, dna):
        return dna.spec.random_dna(self._random)


WRONG = {
    'flips instead of redrawing': lambda seed: ev.hill_climb(FlipOne(seed=seed), seed=seed),
    'redraws everything': lambda seed: ev.hill_climb(RedrawAll(seed=seed), seed=seed),
    'keeps the newest': lambda seed: ev.Evolution(
        S.Top(1) >> M.Uniform(), (G.Random(seed), 1), S.Last(1), seed=seed
    ),
    'keeps the worst': lambda seed: ev.Evolution(
        S.Top(1) >> M.Uniform(), (G.Random(seed), 1), S.Bottom(1), seed=seed
    ),
}


@pytest.mark.parametrize('name', WRONG)
def test_a_wrong_climber_is_rejected(name):
    found = costs(WRONG[name], 6, 2, 100, limit=300)
    assert abs(z_score(found, expected_cost(6, 2))) > 4
