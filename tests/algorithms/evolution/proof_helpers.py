"""What the proofs share: the algorithms, random nested spaces, what is valid in them, workers."""

import heapq
import random
from typing import Any, NamedTuple

import mutandis as mt
from mutandis.algorithms import evolution as ev

G = mt.geno
S, M, R = ev.selectors, ev.mutators, ev.recombinators


class Algorithm(NamedTuple):
    """An algorithm to prove right.

    Attributes:
        make: returns it for a seed, None for one that draws from the module `random`.
        by_rank: whether only the order of rewards matters, so that any increasing function of
            them changes nothing. Scaling and shifting never do.
    """

    make: Any
    by_rank: bool = True


def crossing(recombinator, seed):
    """Two of the better ones have children, which are mutated."""
    return ev.Evolution(
        S.Random(6) >> S.Top(2) >> recombinator[:2] >> M.Uniform().with_prob(0.5) >> M.Swap(),
        population_init=(G.Random(seed), 12),
        population_update=S.Last(12),
        seed=seed,
    )


ALGORITHMS = {
    'regularized evolution': Algorithm(
        lambda seed: ev.regularized_evolution(population_size=12, tournament_size=4, seed=seed)
    ),
    'hill climbing': Algorithm(
        lambda seed: ev.hill_climb(batch_size=2, init_population_size=3, seed=seed)
    ),
    'crossover point by point': Algorithm(lambda seed: crossing(R.Uniform(), seed)),
    'crossover by segments': Algorithm(lambda seed: crossing(R.KPoint(2), seed)),
    'crossover of permutations': Algorithm(
        lambda seed: crossing(R.PartiallyMapped() | R.Order() | R.Cycle(), seed)
    ),
    'NSGA-II': Algorithm(lambda seed: ev.nsga2(population_size=8, seed=seed), by_rank=False),
    'NSGA-II of the paper': Algorithm(
        lambda seed: ev.nsga2(
            M.Polynomial(),
            population_size=8,
            seed=seed,
            crossover=ev.recombinators.SimulatedBinary(),
            tournament=2,
        ),
        by_rank=False,
    ),
    'NSGA-III': Algorithm(lambda seed: ev.nsga3(population_size=8, seed=seed), by_rank=False),
    'NEAT': Algorithm(
        lambda seed: ev.neat(population_size=12, compatibility_threshold=1.5, seed=seed),
        by_rank=False,
    ),
}


# ------------------------------------------------------------------------------ random spaces


def random_spec(rng, depth=3, floats=True):
    """A random nested space with every kind of point and of constraint."""
    return G.space([_point(rng, depth, floats, i) for i in range(rng.randint(1, 4))])


def _point(rng, depth, floats, i):
    location = f'x{i}'
    if floats and rng.random() < 0.25:
        low = rng.choice([-1.0, 0.1])
        return G.floatv(low, 2.0, scale='log' if low > 0 else None, location=location)
    candidates = []
    for _ in range(rng.randint(1, 4)):
        nested = depth > 1 and rng.random() < 0.5
        candidates.append(random_spec(rng, depth - 1, floats) if nested else G.constant())
    n, distinct = len(candidates), rng.random() < 0.5
    k = rng.randint(1, min(n, 3) if distinct else 3)
    return G.manyof(k, candidates, distinct=distinct, sorted=rng.random() < 0.5, location=location)


def rich_spec():
    """A space with every kind of point, of constraint and of nesting."""

    def of(n):
        return [G.constant() for _ in range(n)]

    pair = G.space([G.oneof(of(3), location='p'), G.floatv(-1.0, 1.0, location='q')])
    return G.space(
        [
            G.oneof(of(6), location='a'),
            G.manyof(3, of(5), sorted=True, location='b'),
            G.manyof(2, [pair, *of(2), G.oneof(of(4), location='r')], location='c'),
            G.floatv(0.0, 3.0, location='d'),
            G.manyof(4, of(4), location='e'),
            G.oneof([pair.clone(deep=True), *of(1), G.floatv(0.1, 9.0, 'log')], location='f'),
            G.manyof(2, of(3), distinct=False, sorted=True, location='g'),
        ]
    )


def is_valid(spec, dna):
    """Whether the numbers of a DNA are decisions of a space, by the definition of a space."""
    numbers = list(dna.to_numbers())
    return _takes(spec, numbers) and not numbers


def _takes(spec, numbers):
    if spec.is_space:
        return all(_takes(element, numbers) for element in spec.elements)
    if spec.is_numerical:
        value = numbers.pop(0) if numbers else None
        return isinstance(value, float) and spec.min_value <= value <= spec.max_value
    chosen = []
    for _ in range(spec.num_choices):
        value = numbers.pop(0) if numbers else None
        if type(value) is not int or not 0 <= value < len(spec.candidates):
            return False
        chosen.append(value)
        if not _takes(spec.candidates[value], numbers):
            return False
    return (not spec.distinct or len(set(chosen)) == len(chosen)) and (
        not spec.sorted or chosen == sorted(chosen)
    )


# ------------------------------------------------------------------------------------- rewards


def score(dna):
    """A reward with many different values: later decisions matter less. Exact in floats."""
    value = 0.0
    for number in reversed(dna.to_numbers()):
        value = (value + round(8 * number) % 32) / 2
    return round(value * 2**16) / 2**16


def reward_for(algorithm, value):
    """A reward from a number: a pair for an algorithm with several objectives."""
    return (value, -value) if algorithm.multi_objective else value


# ------------------------------------------------------------------------------------- workers


class Event(NamedTuple):
    kind: str  # 'proposed' or 'done'
    trial: int
    dna: Any
    reward: Any = None


class Workers:
    """Simulated workers, each of which evaluates one proposal at a time for a random time.

    A run may be stopped at any event and gone on with another algorithm, which must have
    recovered: it gets the results of what its predecessor proposed.
    """

    def __init__(self, count, seed, reward=score):
        self.rng = random.Random(seed)
        self.reward = reward
        self.now = 0.0
        self.free = count
        self.trials = 0
        self.running = []

    def run(self, algorithm, num_events):
        """Yields the events in order."""
        for _ in range(num_events):
            if self.free:
                self.free -= 1
                self.trials += 1
                dna = algorithm.propose()
                # Some take much longer than others.
                done = self.now + self.rng.expovariate(1.0) ** 2
                heapq.heappush(self.running, (done, self.trials, dna))
                yield Event('proposed', self.trials, dna)
            else:
                self.now, trial, dna = heapq.heappop(self.running)
                self.free += 1
                reward = reward_for(algorithm, self.reward(dna))
                algorithm.feedback(dna, reward)
                yield Event('done', trial, dna, reward)
