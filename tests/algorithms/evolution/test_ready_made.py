"""`regularized_evolution` and `hill_climb`: compositions, seeded streams, laws, and benefit."""

import math
import statistics

import pytest
import small_table
from evolution_helpers import G, constants, mixed_spec, run, total

import mutandis as mt
from mutandis.algorithms import evolution as ev

S, M = ev.selectors, ev.mutators


def test_compositions():
    assert mt.eq(
        ev.regularized_evolution(M.Swap(), 20, 5, seed=1),
        ev.Evolution(
            S.Random(5, seed=1) >> S.Top(1) >> M.Swap(),
            (G.Random(1), 20),
            S.Last(20),
            seed=1,
        ),
    )
    assert mt.eq(
        ev.hill_climb(M.Swap(), 3, 2, seed=1),
        ev.Evolution(S.Top(1) >> M.Swap() * 3, (G.Random(1), 2), S.Top(1), seed=1),
    )
    assert ev.RegularizedEvolution is ev.regularized_evolution


@pytest.mark.parametrize('make', [ev.regularized_evolution, ev.hill_climb])
def test_symbolic_and_reproducible(make):
    algorithm = make(seed=1)
    assert mt.eq(mt.from_json_str(algorithm.to_json_str()), algorithm)
    first = list(map(str, run(algorithm, mixed_spec(), 150)))
    assert list(map(str, run(mt.from_json(algorithm.to_json()), mixed_spec(), 150))) == first
    assert list(map(str, run(make(seed=2), mixed_spec(), 150))) != first


@pytest.mark.parametrize(
    ('make', 'error'),
    [
        (lambda: ev.regularized_evolution(tournament_size=1), ValueError),
        (lambda: ev.regularized_evolution(population_size=9), ValueError),
        (lambda: ev.regularized_evolution(1), TypeError),
        (lambda: ev.hill_climb(1), TypeError),
        (lambda: ev.hill_climb(lambda x: x), TypeError),
    ],
)
def test_wrong_arguments(make, error):
    with pytest.raises(error):
        make()
    ev.regularized_evolution(lambda x: x, 10, 10)


def test_the_stream_of_the_reference():
    spec = G.space([G.floatv(0.0, 1.0)])
    algorithm = ev.regularized_evolution(M.Uniform(seed=7), 4, 2, seed=42)
    proposed = [round(d.value, 6) for d in run(algorithm, spec, 8, reward=lambda d: d.value)]
    assert proposed == [
        0.639427, 0.025011, 0.275029, 0.223211, 0.947865, 0.650934, 0.821274, 0.365689
    ]  # fmt: skip


# ------------------------------------------------------------------------- regularized evolution


def test_the_population_is_the_last_ones_fed_back():
    algorithm = ev.regularized_evolution(population_size=5, tournament_size=2, seed=1)
    proposed = run(algorithm, mixed_spec(), 40, delay=3)
    assert [id(d) for d in algorithm.population] == [id(d) for d in proposed[32:37]]


def test_an_optimum_is_gone_after_one_population():
    algorithm = ev.regularized_evolution(population_size=5, tournament_size=2, seed=1)
    algorithm.setup(mixed_spec())
    for i in range(20):
        algorithm.feedback(algorithm.propose(), 100.0 if i == 7 else 0.0)
        assert (100.0 in [ev.get_fitness(d) for d in algorithm.population]) == (7 <= i < 12)


def test_a_child_is_one_mutation_away_from_a_member():
    algorithm = ev.regularized_evolution(population_size=5, tournament_size=5, seed=1)
    spec = G.space([G.oneof(constants(9)) for _ in range(6)])
    algorithm.setup(spec)
    for i in range(60):
        before = list(algorithm.population)
        dna = algorithm.propose()
        if i >= 5:
            best = max(before, key=ev.get_fitness)
            differing = sum(a != b for a, b in zip(dna, best, strict=True))
            assert differing <= 1
        algorithm.feedback(dna, total(dna))


# ---------------------------------------------------------------------------------- hill climbing


def test_the_best_reward_never_falls_and_ties_keep_the_older():
    algorithm = ev.hill_climb(seed=1)
    algorithm.setup(G.space([G.oneof(constants(4)) for _ in range(4)]))
    best = None
    for _ in range(200):
        dna = algorithm.propose()
        algorithm.feedback(dna, total(dna))
        (member,) = algorithm.population
        if best is None or total(dna) > total(best):
            best = dna
        assert member is best


# ------------------------------------------------------------------------------------- benefit


def best_of_60(algorithm):
    """The best accuracy in the small table after 60 trials."""
    best = 0.0
    for config, feedback in mt.sample(small_table.space(), algorithm, 60):
        accuracy = small_table.accuracy(config)
        feedback(accuracy)
        best = max(best, accuracy)
    return best


def test_the_table_is_what_it_says():
    accuracies = [small_table.accuracy(config) for config in mt.iter(small_table.space())]
    assert len(accuracies) == 4096
    assert max(accuracies) == 0.8798


def test_evolution_beats_random_at_60_trials_over_5_seeds():
    """Mean best accuracy over seeds 1 to 5: random 0.8508, regularized evolution 0.8754.

    Over seeds 1 to 100 it is 0.8493 and 0.8673, with a standard error of 0.0012 each, so this is
    no luck of the seeds; hill climbing has 0.8669.
    """
    seeds = range(1, 6)
    chance = statistics.mean(best_of_60(G.Random(seed)) for seed in seeds)
    evolved = statistics.mean(
        best_of_60(ev.regularized_evolution(population_size=20, seed=seed)) for seed in seeds
    )
    climbed = statistics.mean(best_of_60(ev.hill_climb(seed=seed)) for seed in seeds)
    assert evolved > chance + 0.01
    assert climbed > chance + 0.01


def test_evolution_beats_random_beyond_doubt():
    """Mann-Whitney on 30 seeds each: reject chance at p < 0.01 (one-sided, z > 2.33)."""
    runs = 30
    chance = [best_of_60(G.Random(seed)) for seed in range(100, 100 + runs)]
    evolved = [
        best_of_60(ev.regularized_evolution(population_size=20, seed=seed))
        for seed in range(200, 200 + runs)
    ]
    wins = sum((a > b) + 0.5 * (a == b) for a in evolved for b in chance)
    z = (wins - runs * runs / 2) / (runs * runs * (2 * runs + 1) / 12) ** 0.5
    assert z > 2.33


# ------------------------------------------------------------------------------------- overhead


def test_nothing_grows_with_the_history():
    import time

    algorithm = ev.regularized_evolution(population_size=30, seed=1)
    algorithm.setup(G.space([G.oneof(constants(4)) for _ in range(30)]))

    def seconds(count):
        best = math.inf
        for _ in range(3):
            start = time.perf_counter()
            for _ in range(count):
                algorithm.feedback(algorithm.propose(), 1.0)
            best = min(best, time.perf_counter() - start)
        return best

    early = seconds(300)
    for _ in range(5000):
        algorithm.feedback(algorithm.propose(), 1.0)
    assert len(algorithm.population) == 30
    assert seconds(300) < 3 * early
