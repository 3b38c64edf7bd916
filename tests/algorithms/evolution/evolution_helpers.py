"""What the tests of evolution share."""

import mutandis as mt
from mutandis.algorithms import evolution as ev

G = mt.geno


def individuals(rewards=(0.0, 1.0, 4.0, 2.0, 2.0, 4.0, 1.0)):
    """DNAs 0, 1, 2, ... with rewards."""
    return [ev.set_fitness(mt.DNA(i), reward) for i, reward in enumerate(rewards)]


def values(dna_list):
    """The values of DNAs that are leaves."""
    return [dna.value for dna in dna_list]


def constants(n):
    """Candidates without decisions."""
    return [G.constant() for _ in range(n)]


def mixed_spec():
    """A space with every kind of constraint, and conditions."""
    return G.space(
        [
            G.oneof(constants(4), location='a'),
            G.manyof(2, constants(3), sorted=True, location='b'),
            G.oneof([G.floatv(0.0, 1.0), G.constant()], location='c'),
            G.manyof(2, [G.floatv(2.0, 3.0), *constants(3)], location='d'),
        ]
    )


def total(dna):
    """A reward: the sum of all values."""
    return float(sum(dna.to_numbers()))


def run(algorithm, spec, num_trials, reward=total, delay=0):
    """Runs an algorithm with feedback that comes `delay` proposals late; returns the proposals."""
    algorithm.setup(spec)
    proposed = []
    for i in range(num_trials):
        proposed.append(algorithm.propose())
        if i >= delay:
            dna = proposed[i - delay]
            algorithm.feedback(dna, reward(dna))
    return proposed
