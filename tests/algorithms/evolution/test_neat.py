"""NEAT on fixed spaces: distances of hand-made genomes, species, numbers of children."""

import json
import math
import random

import pytest
from evolution_helpers import G, constants, individuals, mixed_spec, run, total
from hypothesis import given
from hypothesis import strategies as st

import mutandis as mt
from mutandis.algorithms import evolution as ev

M, S = ev.mutators, ev.selectors
lib = ev.neat_lib
INF, NAN = math.inf, math.nan

TestLaws = mt.testing.algorithm_suite(lambda: ev.neat(population_size=5, seed=1))
TestLawsOfFewSpecies = mt.testing.algorithm_suite(
    lambda: ev.neat(population_size=4, compatibility_threshold=1.5, seed=1)
)


# ------------------------------------------------------------------------------------- distance


@pytest.mark.parametrize(
    ('a', 'b', 'expected'),
    [
        (1, 1, (1, 0, 0)),
        (1, 2, (1, 1, 0)),
        ([1, 2], [1, 2], (2, 0, 0)),
        ([1, 2], [1, 3], (2, 1, 0)),
        ((3, 1), (3, 2), (2, 1, 0)),
        ((3, 1), (2, 1), (2, 1, 1)),
        ((2, [0, 3]), (2, [1, 2]), (3, 2, 0)),
        ((2, [0, 3, 1]), 7, (4, 1, 3)),
        ([(0, 1), 0.5], [(0, 1), 0.25], (3, 1, 0)),
        ([(0, [1, 2]), 'a'], [(1, 5), 'a'], (4, 1, 2)),
        ([1, 2], 1, (2, 1, 1)),
        # Equal choices with different trees, as below custom points.
        ((1, 2), 1, (2, 0, 1)),
        (None, None, (0, 0, 0)),
        (None, 1, (1, 1, 0)),
    ],
)
def test_differences_of_genomes(a, b, expected):
    one, other = mt.DNA(a), mt.DNA(b)
    assert lib._compute_diff(one, other) == expected
    assert lib._compute_diff(other, one) == expected
    total, different, disjoint = expected
    distance = lib.compatibility_distance(disjoint_coefficient=1.0, matching_coefficient=3.0)
    assert distance(one, other) == ((disjoint + 3.0 * different) / total if total else 0.0)


def test_coefficients():
    one, other = mt.DNA((3, 1)), mt.DNA((2, 1))
    for disjoint, matching in ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (0.5, 0.25)):
        distance = lib.compatibility_distance(
            disjoint_coefficient=disjoint, matching_coefficient=matching
        )
        assert distance(one, other) == (disjoint + matching) / 2
    with pytest.raises(ValueError):
        lib.compatibility_distance(disjoint_coefficient=-1.0)
    with pytest.raises(TypeError):
        lib.compatibility_distance()(one, other)


SPEC = mixed_spec()


def random_dna(seed):
    return mt.random_dna(SPEC, random.Random(seed))


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_laws_of_the_distance(seed, other_seed):
    one, other = random_dna(seed), random_dna(other_seed)
    total, different, disjoint = lib._compute_diff(one, other)
    # Each decision of the larger one is counted, a different choice with all that lies below it.
    largest = max(len(one.to_numbers()), len(other.to_numbers()))
    assert different + disjoint <= total
    assert largest <= total <= len(one.to_numbers()) + len(other.to_numbers())
    assert (different == 0) == (one == other)
    assert lib._compute_diff(other, one) == (total, different, disjoint)
    # Whether they are bound to a spec does not matter.
    plain = [mt.from_json(dna.to_json()) for dna in (one, other)]
    assert plain[0].spec is None
    assert lib._compute_diff(*plain) == (total, different, disjoint)


# -------------------------------------------------------------------------------------- species


def test_a_species():
    species = lib.Species()
    assert len(species) == 0 and not species and species.members == []
    with pytest.raises(AssertionError, match='representative'):
        _ = species.representative
    first, second = mt.DNA(1), mt.DNA(2)
    species.add(first)
    species.add(second)
    assert len(species) == 2 and species and species.members == [first, second]
    assert species.representative is first
    species.clear()
    assert not species and species.representative is first
    species.add(second)
    assert species.representative is first and species.members == [second]


def test_json_of_a_species():
    species = lib.Species()
    species.add(mt.DNA([1, 2]))
    species.add(ev.set_fitness(mt.DNA([1, 3]), 1.0))
    again = mt.from_json_str(mt.to_json_str(species), trusted=False)
    assert again.members == species.members
    assert again.representative is again.members[0]
    assert ev.get_fitness(again.members[1]) == 1.0
    empty = mt.from_json(mt.to_json(lib.Species()))
    assert not empty and empty.members == []


def speciate(dnas, state, threshold=0.4, distance=None):
    distance = distance or lib.compatibility_distance(
        disjoint_coefficient=1.0, matching_coefficient=3.0
    )
    return lib.speciate(distance=distance, distance_threshold=threshold)(dnas, state)


def species_of(state):
    return [[dna.to_numbers() for dna in s.members] for s in state.living_species]


def test_individuals_join_the_first_species_that_is_near_enough():
    dnas = [mt.DNA(v) for v in ([1, 1, 1], [1, 1, 2], [2, 2, 2], [1, 1, 1], [2, 2, 3])]
    state = G.AttributeDict()
    assert speciate(dnas, state) is dnas
    # Each once, the new ones too.
    assert species_of(state) == [[[1, 1, 1], [1, 1, 1]], [[1, 1, 2]], [[2, 2, 2]], [[2, 2, 3]]]
    assert dnas[3].userdata.species is state.living_species[0]
    # Their distance is 3 of 3: up to the threshold.
    state = G.AttributeDict()
    speciate([dna.clone() for dna in dnas], state, threshold=1.0)
    assert species_of(state) == [[[1, 1, 1], [1, 1, 2], [1, 1, 1]], [[2, 2, 2], [2, 2, 3]]]


def test_the_distance_is_that_of_the_representative_first():
    calls = []

    def distance(one, other):
        calls.append((one.value, other.value))
        return 1.0

    speciate([mt.DNA(i) for i in range(3)], G.AttributeDict(), 0.5, distance)
    assert calls == [(0, 1), (0, 2), (1, 2)]


def test_species_live_while_they_have_members():
    dnas = [mt.DNA([i, i]) for i in range(3)]
    state = G.AttributeDict()
    speciate(dnas, state)
    first, second, third = state.living_species
    speciate([dnas[2], dnas[0]], state)
    assert state.living_species == [first, third] and not second
    # It keeps its first member as representative, even after that has gone.
    newcomer = mt.DNA([0, 0])
    speciate([dnas[2], newcomer], state)
    assert newcomer.userdata.species is first and first.representative is dnas[0]
    # A member that comes back brings its species back.
    speciate(dnas, state)
    assert state.living_species == [first, third, second]
    assert all(len(species) == 1 for species in state.living_species)
    speciate([], state)
    assert state.living_species == []


@given(
    st.lists(st.lists(st.integers(0, 40), max_size=15), min_size=1, max_size=5),
    st.sampled_from([0.0, 0.4, 1.0, 2.0, 3.0]),
)
def test_species_partition_the_population(rounds, threshold):
    pool = [random_dna(seed) for seed in range(41)]
    distance = lib.compatibility_distance(disjoint_coefficient=1.0, matching_coefficient=3.0)
    state = G.AttributeDict()
    for chosen in rounds:
        population = [pool[i] for i in dict.fromkeys(chosen)]
        speciate(population, state, threshold)
        members = [id(dna) for species in state.living_species for dna in species.members]
        assert sorted(members) == sorted(map(id, population))
        for species in state.living_species:
            assert species
            for dna in species.members:
                assert dna.userdata.species is species
                assert distance(species.representative, dna) <= threshold


# ------------------------------------------------------------------------------------ offspring


def species_with(*fitness):
    species = lib.Species()
    for dna in individuals(fitness):
        species.add(dna)
    return species


def shares(*fitness):
    return lib.scaled_average_fitness()([species_with(*own) for own in fitness], 0)


def test_mean_fitness_above_the_least_of_all():
    assert shares((1, 2), (3,)) == [0.5, 2.0]
    assert shares((0.1, 0.7, 0.4), (0.2, 0.3, 0.35)) == [0.3, 0.18333333333333332]
    assert shares((5,), (5, 5)) == [0.0, 0.0]
    assert shares() == []
    # What has failed counts as the least; infinity outweighs all else.
    assert shares((NAN, 3), (-INF,), (1,)) == [1.0, 0.0, 0.0]
    assert shares((INF, 3), (INF,), (1, -INF)) == [0.5, 1.0, 0.0]
    assert shares((NAN,), (-INF,)) == [0.0, 0.0]
    assert shares((10**400, 1), (5,)) == [0.5, 0.0]
    wide = shares((1.7e308, 1.7e308), (-1.7e308,), (0.0,))
    assert wide[0] == pytest.approx(2 * wide[2]) and wide[1] == 0.0


def apportioned(weights, n):
    """The rule: rounded quotas, then one by one from the greatest, or off from the least."""
    if not any(weights):
        weights = [1.0] * len(weights)
    total = sum(weights)
    counts = [math.floor(n * w / total + 0.5) for w in weights]
    descending = sorted((i for i, w in enumerate(weights) if w), key=lambda i: -weights[i])
    ascending = sorted((i for i, w in enumerate(weights) if w), key=lambda i: weights[i])
    turn = 0
    while sum(counts) < n:
        counts[descending[turn % len(descending)]] += 1
        turn += 1
    while sum(counts) > n:
        i = ascending[turn % len(ascending)]
        counts[i] -= counts[i] > 0
        turn += 1
    return counts


@given(
    st.lists(st.lists(st.integers(0, 20), min_size=1, max_size=6), min_size=1, max_size=6),
    st.integers(1, 40),
)
def test_offspring_of_the_species_sum_to_the_population(fitness, size):
    algorithm = ev.neat(M.Uniform(seed=1), population_size=size, seed=2)
    species = [species_with(*own) for own in fitness]
    weights = lib.scaled_average_fitness()(species, 0)
    least = min(map(min, fitness))
    assert weights == pytest.approx([sum(own) / len(own) - least for own in fitness])
    # Each individual is told from the others, so the parents show whose children they are.
    parents = []
    algorithm.rebind({'reproduction.ops[1]': lambda dnas: parents.extend(dnas) or dnas})
    algorithm.reproduction([], global_state=G.AttributeDict(living_species=species))
    found = [sum(any(p is m for m in s.members) for p in parents) for s in species]
    assert sum(found) == size
    assert found == apportioned(weights, size)


def test_only_the_best_part_of_a_species_has_children():
    algorithm = ev.neat(lambda dnas: dnas, population_size=200, remaining_ratio=0.4, seed=1)
    species = species_with(1, 5, 3, 4, 2)
    state = G.AttributeDict(living_species=[species])
    children = algorithm.reproduction([], global_state=state)
    counts = {dna.value: children.count(dna) for dna in children}
    assert set(counts) == {1, 3} and sum(counts.values()) == 200
    # As often as each other, within 4 standard errors.
    assert abs(counts[1] - 100) <= 4 * math.sqrt(200 * 0.25)


# -------------------------------------------------------------------------------- the algorithm


def test_only_the_newest_generation_lives():
    algorithm = ev.neat(M.Uniform(seed=1), population_size=6, seed=2)
    algorithm.setup(mixed_spec())
    for i in range(60):
        dna = algorithm.propose()
        assert ev.get_generation_id(dna) == 1 + i // 6
        algorithm.feedback(dna, total(dna))
        newest = {ev.get_generation_id(member) for member in algorithm.population}
        assert newest == {1 + i // 6}
        members = [d for s in algorithm.global_state.living_species for d in s.members]
        assert sorted(map(id, members)) == sorted(map(id, algorithm.population))


def test_a_design_of_the_user_joins_the_present_generation():
    algorithm = ev.neat(population_size=4, seed=1)
    run(algorithm, mixed_spec(), 6)
    mine = random_dna(1).use_spec(algorithm.dna_spec)
    algorithm.feedback(mine, 100.0)
    assert any(member is mine for member in algorithm.population)
    assert ev.get_generation_id(mine) == 2


def test_equal_fitness_is_shared_evenly():
    algorithm = ev.neat(M.Uniform(seed=1), population_size=5, seed=2)
    proposed = run(algorithm, mixed_spec(), 30, lambda dna: 1.0)
    assert len(proposed) == 30 and algorithm.num_generations == 6


def test_composition_names_and_json():
    assert mt.evolution.neat is ev.neat is mt.algorithms.neat is lib.neat
    algorithm = ev.neat(M.Swap(seed=1), 20, 0.5, 2.0, 0.3, 0.8, seed=3)
    assert not algorithm.multi_objective
    assert mt.eq(mt.from_json(algorithm.to_json(), trusted=False), algorithm)
    distance = lib.compatibility_distance(disjoint_coefficient=0.5, matching_coefficient=2.0)
    assert mt.eq(
        algorithm.population_update.ops[1],
        lib.speciate(distance=distance, distance_threshold=0.3),
    )
    for name in ('speciate', 'compatibility_distance', 'scaled_average_fitness'):
        operation = mt.from_json({'_type': f'pyglove.ext.evolution.neat.{name}'})
        assert mt.eq(operation, getattr(lib, name)())
    from mutandis.hyper.algorithm_registry import algorithm_from_string

    text = 'neat?population_size=20&remaining_ratio=0.5&seed=1'
    made = ev.neat(population_size=20, remaining_ratio=0.5, seed=1)
    assert mt.eq(algorithm_from_string(text), made)


def test_saved_species_go_on_exactly():
    def make():
        return ev.neat(population_size=5, compatibility_threshold=1.5, seed=1)

    expected = run(make(), mixed_spec(), 60)
    for stop in (3, 5, 17, 33):
        first, second = make(), make()
        run(first, mixed_spec(), stop)
        second.setup(mixed_spec())
        second.load_state_dict(json.loads(json.dumps(first.state_dict())))
        for dna in expected[stop:]:
            proposed = second.propose()
            assert proposed == dna
            second.feedback(proposed, total(proposed))


@pytest.mark.parametrize(
    ('make', 'error'),
    [
        (lambda: ev.neat(1), TypeError),
        (lambda: ev.neat(population_size=0), ValueError),
        (lambda: ev.neat(remaining_ratio=2.0), ValueError),
        (lambda: ev.neat(compatibility_threshold=-1.0), ValueError),
        (lambda: ev.neat(disjoint_coefficient=-1.0), ValueError),
    ],
)
def test_wrong_arguments(make, error):
    with pytest.raises(error):
        make()
    ev.neat(lambda dnas: dnas, population_size=1)


@pytest.mark.slow
def test_species_keep_two_families_alive():
    """Of two families that mutation does not mix, one dies out unless they are species.

    30 runs each; the shares of runs that end with both differ by more than 4 standard errors.
    """
    family = G.space([G.oneof(constants(5), location=f'x{i}') for i in range(6)])
    spec = G.space([G.oneof([family, family.clone(deep=True)], location='family')])
    runs, size = 30, 30

    def ends_with_both(seed, threshold):
        within = M.Uniform(where=lambda dna: dna.parent_dna is not None)
        algorithm = ev.neat(
            within, population_size=size, compatibility_threshold=threshold, seed=seed
        )
        last = run(algorithm, spec, 25 * size, lambda dna: float(sum(dna.to_numbers()[1:])))
        return len({dna.to_numbers()[0] for dna in last[-size:]}) == 2

    # No two individuals are further than 3 from each other.
    shares = [
        sum(ends_with_both(seed, threshold) for seed in range(runs)) / runs
        for threshold in (1.0, 3.0)
    ]
    mean = sum(shares) / 2
    assert shares[0] - shares[1] > 4 * math.sqrt(2 * mean * (1 - mean) / runs)
