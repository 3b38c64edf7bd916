"""Problems of known difficulty, as decision specs with rewards."""

import math
import random
from typing import Any, NamedTuple

import mutandis as mt

G = mt.geno


class Problem(NamedTuple):
    """A problem.

    Attributes:
        spec: the space.
        reward: function of a DNA, to be maximised.
        budget: number of evaluations after which to compare algorithms.
        optimum: greatest reward there is.
    """

    spec: Any
    reward: Any
    budget: int
    optimum: float


def _points(count, n):
    return G.space(
        [G.oneof([G.constant() for _ in range(n)], location=f'x{i}') for i in range(count)]
    )


def one_max(n=40, budget=300):
    """The number of ones among n bits."""
    return Problem(_points(n, 2), lambda dna: float(sum(dna.to_numbers())), budget, float(n))


def nk_landscape(n=20, k=4, budget=300, seed=0):
    """Kauffman's NK: each of n bits contributes by itself and k others, at random."""
    rng = random.Random(seed)
    partners = [[i, *rng.sample([j for j in range(n) if j != i], k)] for i in range(n)]
    tables = [[rng.random() for _ in range(2 ** (k + 1))] for _ in range(n)]

    def worth(bits):
        total = 0.0
        for table, places in zip(tables, partners, strict=True):
            index = 0
            for place in places:
                index = 2 * index + bits[place]
            total += table[index]
        return total / n

    return Problem(_points(n, 2), lambda dna: worth(dna.to_numbers()), budget, 1.0)


def branin(budget=500):
    """Branin's function with three equal minima of 0.397887, negated (Dixon & Szego 1978)."""

    def reward(dna):
        x, y = dna.to_numbers()
        hill = y - 5.1 / (4 * math.pi**2) * x * x + 5 / math.pi * x - 6
        return -(hill**2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10)

    spec = G.space([G.floatv(-5.0, 10.0, location='x'), G.floatv(0.0, 15.0, location='y')])
    return Problem(spec, reward, budget, -0.397887)


def one_good_branch(branches=8, below=6, budget=200):
    """Only below one of the branches do its decisions count; the others look alike."""
    good = 5
    spec = G.space(
        [
            G.oneof([_points(below, 4) for _ in range(branches)], location='branch'),
            G.oneof([G.constant() for _ in range(4)], location='last'),
        ]
    )

    def reward(dna):
        branch, *inner, last = dna.to_numbers()
        right = sum(value == i % 4 for i, value in enumerate(inner))
        return (1.0 + right if branch == good else 0.0) + (last == 2) / 2

    return Problem(spec, reward, budget, 1.0 + below + 0.5)


PROBLEMS = {
    'OneMax-40': one_max,
    'NK(20, 4)': nk_landscape,
    'Branin': branin,
    'one good branch': one_good_branch,
}


def best_reward(problem, algorithm):
    """The best reward within the budget."""
    algorithm.setup(problem.spec)
    best = -math.inf
    for _ in range(problem.budget):
        dna = algorithm.propose()
        reward = problem.reward(dna)
        algorithm.feedback(dna, reward)
        best = max(best, reward)
        if best >= problem.optimum:
            break
    return best
