"""NSGA-II: dominance, fronts and crowding by their definitions, elites, and the front of ZDT1."""

import json
import math
import random

import pytest
from evolution_helpers import G, constants, individuals, mixed_spec, run, values
from hypothesis import given
from hypothesis import strategies as st

import mutandis as mt
from mutandis.algorithms import evolution as ev

M, R = ev.mutators, ev.recombinators
lib = ev.nsga2_lib
dominates = lib.dominates
INF, NAN = math.inf, math.nan

TestLaws = mt.testing.algorithm_suite(lambda: ev.nsga2(population_size=5, seed=1))
TestLawsOfThePapers = mt.testing.algorithm_suite(
    lambda: ev.nsga2(
        M.Polynomial(),
        population_size=5,
        seed=1,
        crossover=R.SimulatedBinary(),
        tournament=2,
    )
)


# ------------------------------------------------------------------------------------ dominance


@pytest.mark.parametrize(
    ('a', 'b', 'expected'),
    [
        ((1, 1), (1, 1), False),
        ((2, 1), (1, 1), True),
        ((1, 1), (2, 1), False),
        ((2, 0), (1, 1), False),
        ((), (), False),
        ([1, 2], (0, 2), True),
        ((1, INF), (0, INF), True),
        ((1, 1), (NAN, 1), True),
        ((NAN, 9), (1, 1), False),
        ((NAN, 1), (NAN, 1), False),
        ((-INF,), (NAN,), True),
    ],
)
def test_dominance(a, b, expected):
    assert dominates(a, b) is expected


def test_points_of_different_lengths_are_an_error():
    with pytest.raises(ValueError, match='number of objectives'):
        dominates((1,), (1, 2))
    for sort in (lib.nondominated_sort(), lib.crowding_distance_sort()):
        with pytest.raises(ValueError, match='number of objectives'):
            sort(individuals([(1, 2), (1, 2, 3)]))


# --------------------------------------------------------------------------------------- fronts


def fronts(rewards):
    return [values(front) for front in lib.nondominated_sort()(individuals(rewards))]


def fronts_by_definition(points):
    """Front by front: what nothing that is left dominates."""
    left, found = list(range(len(points))), []
    while left:
        front = [i for i in left if not any(dominates(points[j], points[i]) for j in left)]
        found.append(front)
        left = [i for i in left if i not in front]
    return found


def order_by_definition(points, fronts):
    """Each front in the order in which the last ones that dominate its points are met."""
    ordered = [fronts[0]]
    for front in fronts[1:]:
        place = {i: n for n, i in enumerate(ordered[-1])}
        last = {
            i: max(n for j, n in place.items() if dominates(points[j], points[i])) for i in front
        }
        ordered.append(sorted(front, key=lambda i: (last[i], i)))
    return ordered


number = st.one_of(st.integers(-2, 3), st.sampled_from([0.5, INF, -INF, NAN]))
clouds = st.integers(1, 4).flatmap(
    lambda size: st.lists(st.tuples(*[number] * size), min_size=1, max_size=25)
)


@given(clouds)
def test_fronts_are_those_of_the_definition_in_the_order_of_the_last_dominator(points):
    expected = fronts_by_definition(points)
    found = fronts(points)
    assert [sorted(front) for front in found] == expected
    assert found == order_by_definition(points, expected)


@pytest.mark.parametrize('objectives', [1, 2, 3, 5])
def test_fronts_of_many_random_integer_points_with_ties(objectives):
    rng = random.Random(objectives)
    points = [tuple(rng.randint(0, 12) for _ in range(objectives)) for _ in range(150)]
    assert len(set(points)) < 150 or objectives > 2
    expected = fronts_by_definition(points)
    assert fronts(points) == order_by_definition(points, expected)


def test_fronts_of_a_few():
    assert fronts([(1, 1), (2, 2), (3, 3), (1, 4)]) == [[2, 3], [1], [0]]
    assert fronts([[1, 1], [2, 2], (3, 3)]) == [[2], [1], [0]]
    assert fronts([3, 1.0, 2]) == [[0], [2], [1]]
    assert fronts([(), ()]) == [[0, 1]]
    assert fronts([(1, 10**400), (2, 10**400)]) == [[1], [0]]
    assert lib.nondominated_sort()([]) == []
    with pytest.raises(KeyError, match='reward'):
        lib.nondominated_sort()([mt.DNA(1)])


# ------------------------------------------------------------------------------------- crowding


def crowded(rewards):
    return values(lib.crowding_distance_sort()(individuals(rewards)))


def distances(points):
    from mutandis.algorithms.evolution.pareto import crowding_distances

    return crowding_distances(points)


def test_crowding_distances_worked_by_hand():
    # The ranges are 4 and 10.
    points = [(0, 10), (1, 4), (3, 3), (4, 0)]
    assert distances(points) == [2.0, 3 / 4 + 7 / 10, 3 / 4 + 4 / 10, 2.0]
    assert crowded(points) == [0, 3, 1, 2]
    # The ends of each objective have its number of objectives, on top of which the next ones add.
    points = [(0, 1, 0), (1, 2, 5), (2, 0, 6), (4, 1, 9)]
    assert distances(points) == [3.0, 3.0 + 6 / 9, 3.0 + 4 / 9, 3.0]


def test_equal_points_are_taken_from_the_ends():
    assert crowded([(1, 1)] * 3) == [0, 2, 1]
    assert distances([(1, 1)] * 4) == [2.0, 0.0, 0.0, 2.0]


def test_infinite_gaps():
    # One end is infinitely far: the gap to it is the whole range, the others are nothing.
    assert distances([(-INF,), (0,), (1,), (2,)]) == [1.0, 1.0, 0.0, 1.0]
    assert distances([(NAN,), (0,), (1,), (2,)]) == [1.0, 1.0, 0.0, 1.0]
    assert distances([(INF,), (INF,), (INF,), (0,)]) == [1.0, 0.0, 1.0, 1.0]
    # A range that is too large for a float.
    assert distances([(-1.5e308,), (0,), (0,), (1.5e308,)]) == [1.0, 0.5, 0.5, 1.0]


def test_few_points_are_left_alone():
    alone = [mt.DNA(1)]
    assert lib.crowding_distance_sort()(alone) is alone
    pair = individuals([(1, 2), (2, 1)])
    assert lib.crowding_distance_sort()(pair) == pair


# --------------------------------------------------------------------------------------- elites


def test_elites_take_turns():
    elites = individuals([(1,), (2,), (3,)])
    state = G.AttributeDict(elites=elites, elite_cursor=1)
    turn = lib.next_elite()
    assert [turn([], state)[0].value for _ in range(5)] == [1, 2, 0, 1, 2]
    assert state.elite_cursor == 0
    assert turn([], global_state=state)[0] is elites[0]


def test_the_population_stands_in_for_missing_elites():
    population = individuals([(1,), (2,)])
    state = G.AttributeDict()
    assert [lib.next_elite()(population, state)[0].value for _ in range(3)] == [0, 1, 0]
    with pytest.raises(KeyError, match='elites'):
        lib.next_elite()([], G.AttributeDict())


def test_tournaments_are_won_by_the_first():
    population = individuals([(i,) for i in range(10)])
    won = [dna.value for dna in lib.Tournament(4000, size=3, seed=1)(population)]
    # P(the i-th wins) = C(9 - i, 2) / C(10, 3), within 4 standard errors.
    for i in range(10):
        p = math.comb(9 - i, 2) / math.comb(10, 3)
        assert abs(won.count(i) - 4000 * p) <= 4 * math.sqrt(4000 * p * (1 - p))
    assert values(lib.Tournament(2, size=20, seed=1)(population)) == [0, 0]
    assert lib.Tournament(2)([]) == []


def test_generations():
    """The first two batches are random; then each elite in turn is mutated once."""
    algorithm = ev.nsga2(M.Uniform(seed=1), population_size=4, seed=2)
    spec = G.space([G.oneof(constants(9)) for _ in range(6)])
    algorithm.setup(spec)
    beginning = G.Random(2)
    beginning.setup(spec)
    for i in range(40):
        elites = list(algorithm.global_state.get('elites', []))
        dna = algorithm.propose()
        assert ev.is_initial_population(dna) == (i < 8)
        if i < 8:
            assert dna == beginning.propose()
        else:
            parent = elites[i % 4]
            assert sum(a != b for a, b in zip(dna, parent, strict=True)) <= 1
        algorithm.feedback(dna, tuple(map(float, dna.to_numbers()[:2])))
        assert len(algorithm.population) == (i + 1) % 4
        assert len(algorithm.global_state.get('elites', [])) == (4 if i >= 3 else 0)


def survivors(population, count):
    algorithm = ev.nsga2(population_size=count, seed=1)
    state = G.AttributeDict()
    assert algorithm.population_update(list(population), global_state=state) == []
    return state.elites


def ranks(population):
    """The front of each individual, and its distance in there: what decides who survives."""
    found = {}
    for n, front in enumerate(lib.nondominated_sort()(population)):
        for dna, distance in zip(front, distances(list(map(ev.get_fitness, front))), strict=True):
            found[id(dna)] = (n, -distance)
    return found


@given(st.permutations(range(12)), st.integers(1, 12))
def test_survivors_do_not_depend_on_the_order_of_the_input(order, count):
    """Up to ties, those of the two ends of a front above all."""
    rng = random.Random(7)
    population = individuals([(rng.random(), rng.random()) for _ in range(12)])
    rank = ranks(population)
    found = survivors([population[i] for i in order], count)
    assert [rank[id(dna)] for dna in found] == sorted(rank.values())[:count]
    assert len(set(map(id, found))) == count


def test_the_front_is_found():
    """Two conflicting sums of digits: every compromise is among the elites in the end."""
    algorithm = ev.nsga2(population_size=30, seed=1)

    def reward(dna):
        a, b, c = dna.to_numbers()
        return [a - c, b + c - a]

    run(algorithm, G.space([G.oneof(constants(3)) for _ in range(3)]), 600, reward)
    points = [(a - c, b + c - a) for a in range(3) for b in range(3) for c in range(3)]
    front = {p for p in points if not any(dominates(q, p) for q in points)}
    assert {tuple(ev.get_fitness(dna)) for dna in algorithm.global_state.elites} == front


# -------------------------------------------------------------------------------- the algorithm


def test_composition_and_names():
    assert mt.evolution.nsga2 is ev.nsga2 is mt.algorithms.nsga2 is lib.nsga2
    algorithm = ev.nsga2(population_size=20, seed=1)
    assert algorithm.multi_objective and algorithm.deterministic
    assert algorithm.population_init[1] == 40
    assert mt.eq(algorithm.reproduction, ev.Pipeline([lib.next_elite(), M.Uniform()]))
    text = 'nsga2?population_size=20&seed=1'
    from mutandis.hyper.algorithm_registry import algorithm_from_string

    assert mt.eq(algorithm_from_string(text), algorithm)


@pytest.mark.parametrize(
    ('make', 'error'),
    [
        (lambda: ev.nsga2(1), TypeError),
        (lambda: ev.nsga2(population_size=0), ValueError),
        (lambda: ev.nsga2(population_size=-1), ValueError),
        (lambda: ev.nsga2(tournament=0), ValueError),
    ],
)
def test_wrong_arguments(make, error):
    with pytest.raises(error):
        make()


def test_any_function_mutates():
    algorithm = ev.nsga2(lambda dnas: [dna.clone() for dna in dnas], population_size=2, seed=1)
    proposed = run(algorithm, mixed_spec(), 8, lambda dna: (1.0, 2))
    assert set(proposed[4:]) <= set(proposed[:4])


@pytest.mark.parametrize('options', [{}, {'tournament': 2, 'crossover': R.Uniform(seed=3)}])
def test_json_and_saved_state(options):
    def make():
        return ev.nsga2(population_size=3, seed=1, **options)

    algorithm = make()
    assert mt.eq(mt.from_json(algorithm.to_json(), trusted=False), algorithm)

    def reward(dna):
        return (float(sum(dna.to_numbers())), float(-len(dna.to_numbers())))

    expected = run(make(), mixed_spec(), 40, reward)
    first = make()
    run(first, mixed_spec(), 25, reward)
    second = mt.from_json_str(make().to_json_str())
    second.setup(mixed_spec())
    second.load_state_dict(json.loads(json.dumps(first.state_dict())))
    for dna in expected[25:]:
        proposed = second.propose()
        assert proposed == dna
        second.feedback(proposed, reward(proposed))
    # The elites are the very individuals that operations find there.
    assert all(dna.spec is not None for dna in second.global_state.elites)


def test_json_of_pyglove_is_read():
    for name in ('nondominated_sort', 'crowding_distance_sort', 'next_elite'):
        operation = mt.from_json({'_type': f'pyglove.ext.evolution.nsga2.{name}'})
        assert mt.eq(operation, getattr(lib, name)())


@pytest.mark.parametrize('tournament', [None, 2])
@pytest.mark.parametrize('crossover', [None, R.KPoint(1, seed=1), lambda dnas: dnas[:1]])
def test_variants(crossover, tournament):
    algorithm = ev.nsga2(population_size=6, seed=1, crossover=crossover, tournament=tournament)
    proposed = run(algorithm, mixed_spec(), 80, lambda dna: (dna.to_numbers()[0], 1))
    assert len({id(dna) for dna in proposed}) == 80
    assert all(dna.to_numbers()[0] == 3 for dna in algorithm.global_state.elites)


# ---------------------------------------------------------------------------------------- proofs


def zdt1(dna):
    """Zitzler, Deb & Thiele 2000, negated: the front is f2 = 1 - sqrt(f1)."""
    first, *others = dna.to_numbers()
    g = 1 + 9 * sum(others) / len(others)
    return (-first, -g * (1 - math.sqrt(first / g)))


def hypervolume(rewards):
    """The area between the points and (1, 1), both objectives to be minimised."""
    area, height = 0.0, 1.0
    for x, y in sorted((-a, -b) for a, b in rewards):
        if x < 1 and y < height:
            area += (1 - x) * (height - y)
            height = y
    return area


def test_the_area_of_a_front():
    assert hypervolume([(-0.5, -0.5)]) == 0.25
    assert hypervolume([(-0.5, -0.5), (-0.75, -0.25), (-0.9, -0.9), (-2, 0)]) == 0.3125
    exact = [(-x / 5000, math.sqrt(x / 5000) - 1) for x in range(5001)]
    assert abs(hypervolume(exact) - 2 / 3) < 1e-3


def zdt1_spec():
    return G.space([G.floatv(0.0, 1.0, location=f'x{i}') for i in range(30)])


@pytest.mark.slow
@pytest.mark.parametrize('seed', range(1, 4))
def test_the_front_of_zdt1(seed):
    """30 floats, 250 generations of 100, as in the paper: 98 % of the area of the true front."""
    algorithm = ev.nsga2(
        M.Polynomial(eta=20),
        population_size=100,
        seed=seed,
        crossover=R.SimulatedBinary(eta=20, probability=0.9),
        tournament=2,
    )
    run(algorithm, zdt1_spec(), 250 * 100, zdt1)
    elites = algorithm.global_state.elites
    assert len(elites) == 100
    assert hypervolume(map(ev.get_fitness, elites)) >= 0.98 * 2 / 3


@pytest.mark.slow
def test_chance_does_not_find_the_front_of_zdt1():
    rewards = [zdt1(dna) for dna in run(G.Random(1), zdt1_spec(), 250 * 100)]
    assert hypervolume(rewards) < 0.1
