"""Random search has the law it says: proofs by exact laws and tests of stated size.

A right sampler is rejected with probability 1e-4. The same tests reject wrong samplers, of the
kinds that are written by mistake.
"""

import itertools
import math
import random
from collections import Counter

import pytest

import mutandis as mt

stats = pytest.importorskip('scipy.stats')

G = mt.geno
REJECT = 1e-4


def constants(n):
    return [G.constant() for _ in range(n)]


def proposals(spec, count, seed=1):
    algorithm = G.Random(seed)
    algorithm.setup(spec)
    return [tuple(algorithm.propose().to_numbers()) for _ in range(count)]


def p_value(drawn, law):
    """Pearson's chi-square test of draws against probabilities; 0 if one is impossible."""
    counts = Counter(drawn)
    if not set(counts) <= set(law):
        return 0.0
    assert math.isclose(sum(law.values()), 1.0)
    expected = [len(drawn) * p for p in law.values()]
    # The test is an approximation for cells that are not too small.
    assert min(expected) >= 5
    return stats.chisquare([counts[outcome] for outcome in law], expected).pvalue


def uniform(outcomes):
    outcomes = list(outcomes)
    return dict.fromkeys(outcomes, 1 / len(outcomes))


def sorted_draws(n, k):
    """Sorted independent draws: a multiset has k! / prod(multiplicity!) of n^k orders."""
    law = {}
    for bag in itertools.combinations_with_replacement(range(n), k):
        orders = math.factorial(k)
        for times in Counter(bag).values():
            orders //= math.factorial(times)
        law[bag] = orders / n**k
    return law


def tree():
    """Each choice is uniform over its candidates, whatever lies below them."""
    inner = G.space([G.oneof(constants(2)), G.manyof(2, constants(3), sorted=True)])
    return G.space([G.oneof([G.constant(), inner, G.oneof(constants(4))]), G.oneof(constants(2))])


def law_of_tree():
    law = {}
    for last in range(2):
        law[(0, last)] = 1 / 3 / 2
        for bit, pair in itertools.product(range(2), itertools.combinations(range(3), 2)):
            law[(1, bit, *pair, last)] = 1 / 3 / 2 / 3 / 2
        for leaf in range(4):
            law[(2, leaf, last)] = 1 / 3 / 4 / 2
    return law


LAWS = {
    'one of': (lambda: G.oneof(constants(7)), uniform((i,) for i in range(7))),
    'subsets: each 1 / C(n, k)': (
        lambda: G.manyof(3, constants(6), sorted=True),
        uniform(itertools.combinations(range(6), 3)),
    ),
    'arrangements: each (n - k)! / n!': (
        lambda: G.manyof(3, constants(5)),
        uniform(itertools.permutations(range(5), 3)),
    ),
    'permutations: each 1 / n!': (
        lambda: G.manyof(5, constants(5)),
        uniform(itertools.permutations(range(5))),
    ),
    'words: each 1 / n^k': (
        lambda: G.manyof(3, constants(4), distinct=False),
        uniform(itertools.product(range(4), repeat=3)),
    ),
    'bags': (
        lambda: G.manyof(3, constants(4), distinct=False, sorted=True),
        sorted_draws(4, 3),
    ),
    'independent decisions': (
        lambda: G.space([G.oneof(constants(3)), G.oneof(constants(5)), G.oneof(constants(2))]),
        uniform(itertools.product(range(3), range(5), range(2))),
    ),
    'a tree': (tree, law_of_tree()),
}


@pytest.mark.parametrize('name', LAWS)
def test_choices_have_their_exact_law(name):
    make, law = LAWS[name]
    assert p_value(proposals(make(), 100 * len(law)), law) > REJECT


def test_one_proposal_does_not_depend_on_the_one_before():
    bits = [numbers[0] for numbers in proposals(G.oneof(constants(4)), 8000)]
    pairs = uniform(itertools.product(range(4), repeat=2))
    # Pairs that do not overlap.
    assert p_value(list(zip(bits[::2], bits[1::2], strict=True)), pairs) > REJECT


def test_integers_have_equal_chances():
    spec = mt.dna_spec(mt.intv(-20, 20, 4))
    assert p_value(proposals(spec, 2200), uniform((i,) for i in range(11))) > REJECT


@pytest.mark.parametrize(
    ('spec', 'law'),
    [
        (G.floatv(-1.0, 3.0), stats.uniform(-1, 4)),
        (G.floatv(1e-4, 1.0, scale='log'), stats.loguniform(1e-4, 1.0)),
    ],
    ids=['uniform', 'uniform in the logarithm'],
)
def test_floats_pass_kolmogorov_and_smirnov(spec, law):
    drawn = [numbers[0] for numbers in proposals(spec, 5000)]
    assert stats.kstest(drawn, law.cdf).pvalue > REJECT


def test_floats_of_one_proposal_are_independent():
    drawn = proposals(G.space([G.floatv(0.0, 1.0)] * 2), 5000)
    cells = uniform(itertools.product(range(5), repeat=2))
    assert p_value([(int(5 * x), int(5 * y)) for x, y in drawn], cells) > REJECT


@pytest.mark.parametrize('trials', [1, 3, 19])
def test_the_best_of_n_uniform_rewards_is_n_over_n_plus_1_on_average(trials):
    """Its variance is n / (n + 1)^2 / (n + 2)."""
    runs = 2000
    best = []
    for seed in range(runs):
        algorithm = G.Random(seed)
        algorithm.setup(G.floatv(0.0, 1.0))
        rewards = []
        for _ in range(trials):
            dna = algorithm.propose()
            algorithm.feedback(dna, dna.value)
            rewards.append(dna.value)
        best.append(max(rewards))
    deviation = math.sqrt(trials / (trials + 1) ** 2 / (trials + 2) / runs)
    assert abs(sum(best) / runs - trials / (trials + 1)) < 4 * deviation


def test_the_laws_hold_for_random_samples_of_programs_too():
    space = mt.Dict(x=mt.manyof(2, 'abcd', sorted=True))
    drawn = [''.join(p.x) for p in mt.random_sample(space, 1200, seed=1)]
    assert p_value(drawn, uniform(map(''.join, itertools.combinations('abcd', 2)))) > REJECT


# ------------------------------------------------------------------------- wrong ones are rejected


def shuffled_by_any_swaps(rng, n):
    """Exchanges each item with any one: n^n equally likely ways onto n! permutations."""
    items = list(range(n))
    for i in range(n):
        j = rng.randrange(n)
        items[i], items[j] = items[j], items[i]
    return tuple(items)


def subset_by_repair(rng, n, k):
    """Draws with repetition and takes the next free item instead of a used one."""
    chosen = []
    for _ in range(k):
        item = rng.randrange(n)
        while item in chosen:
            item = (item + 1) % n
        chosen.append(item)
    return tuple(sorted(chosen))


def leaf_of_tree(rng):
    """Uniform over the leaves instead of over the candidates of each choice."""
    return rng.choice(list(law_of_tree()))


WRONG = {
    'one of': lambda rng: (rng.getrandbits(4) % 7,),
    'subsets: each 1 / C(n, k)': lambda rng: subset_by_repair(rng, 6, 3),
    'permutations: each 1 / n!': lambda rng: shuffled_by_any_swaps(rng, 5),
    'words: each 1 / n^k': lambda rng: tuple(rng.sample(range(4), 3)),
    'bags': lambda rng: rng.choice(list(sorted_draws(4, 3))),
    'a tree': leaf_of_tree,
}


@pytest.mark.parametrize('name', WRONG)
def test_a_wrong_law_is_rejected(name):
    law = LAWS[name][1]
    rng = random.Random(1)
    assert p_value([WRONG[name](rng) for _ in range(100 * len(law))], law) < REJECT


def test_a_wrong_law_of_floats_is_rejected():
    rng = random.Random(1)
    drawn = [rng.triangular(-1.0, 3.0) for _ in range(5000)]
    assert stats.kstest(drawn, stats.uniform(-1, 4).cdf).pvalue < REJECT
    drawn = [rng.uniform(1e-4, 1.0) for _ in range(5000)]
    assert stats.kstest(drawn, stats.loguniform(1e-4, 1.0).cdf).pvalue < REJECT
