"""NSGA-III: directions, normalisation, attachment and niches by their definitions, and DTLZ2."""

import itertools
import json
import math
import random
import subprocess
import sys

import pytest
from evolution_helpers import G, individuals, mixed_spec, run, values
from hypothesis import given
from hypothesis import strategies as st

import mutandis as mt
from mutandis.algorithms import evolution as ev

numpy = pytest.importorskip('numpy')
M, R = ev.mutators, ev.recombinators
lib = ev.nsga3_lib

TestLaws = mt.testing.algorithm_suite(lambda: ev.nsga3(population_size=5, seed=1))


# ----------------------------------------------------------------------------------- directions


@pytest.mark.parametrize(
    ('objectives', 'divisions'),
    [(1, 1), (1, 5), (2, 1), (2, 99), (3, 1), (3, 4), (3, 12), (4, 6), (5, 6), (8, 3), (15, 2)],
)
def test_directions(objectives, divisions):
    directions = lib.reference_directions(objectives, divisions)
    assert len(directions) == math.comb(objectives + divisions - 1, divisions)
    assert len(set(directions)) == len(directions)
    for direction in directions:
        assert len(direction) == objectives
        assert sum(direction) == pytest.approx(1.0)
        # All of them are multiples of the step, so these are all such points there are.
        assert all(
            x >= 0 and x * divisions == pytest.approx(round(x * divisions)) for x in direction
        )


def test_the_directions_of_three_objectives():
    expected = {p for p in itertools.product((0.0, 0.5, 1.0), repeat=3) if sum(p) == 1}
    assert set(lib.reference_directions(3, 2)) == expected
    assert len(lib.reference_directions(3, 12)) == 91
    for objectives, divisions in ((0, 1), (3, 0), (-1, 2)):
        with pytest.raises(ValueError, match='at least 1'):
            lib.reference_directions(objectives, divisions)


@pytest.mark.parametrize(
    ('objectives', 'population', 'expected'),
    [(3, 92, 91), (2, 92, 92), (1, 10, 1), (3, 2, 3), (5, 212, 210), (8, 100, 36)],
)
def test_as_many_directions_as_the_population_can_serve(objectives, population, expected):
    selection = lib.ReferencePointSelection(population)
    assert len(selection._directions_for(objectives)) == expected


# ---------------------------------------------------------------------------------- attachment


def distance_from_line(point, direction):
    """By the definition: the least distance from a point of the line through the origin."""
    t = sum(a * b for a, b in zip(point, direction, strict=True)) / sum(b * b for b in direction)
    return math.dist(point, [t * b for b in direction])


@given(
    st.integers(2, 4).flatmap(
        lambda size: st.lists(
            st.tuples(*[st.floats(0, 10, allow_nan=False)] * size), min_size=1, max_size=8
        )
    ),
    st.integers(1, 4),
)
def test_each_point_is_attached_to_the_nearest_direction(points, divisions):
    directions = lib.reference_directions(len(points[0]), divisions)
    nearest, distances = lib.attached(numpy.array(points), numpy.array(directions))
    for point, index, distance in zip(points, nearest, distances, strict=True):
        all_distances = [distance_from_line(point, direction) for direction in directions]
        assert distance == pytest.approx(min(all_distances), abs=1e-9)
        assert all_distances[index] == pytest.approx(min(all_distances), abs=1e-9)


def test_points_on_their_lines():
    directions = lib.reference_directions(3, 12)
    points = 7.25 * numpy.array(directions)
    nearest, distances = lib.attached(points, numpy.array(directions))
    assert nearest == list(range(91))
    assert max(distances) < 1e-14


# -------------------------------------------------------------------------------- normalisation


def intercepts(points, front=None):
    points = numpy.array(points, dtype=float)
    return lib.intercepts_of(points, points if front is None else numpy.array(front)).tolist()


def test_intercepts_of_a_plane():
    """The plane x / 2 + y / 4 + z / 5 = 1 meets the axes at 2, 4 and 5."""
    plane = [(2, 0, 0), (0, 4, 0), (0, 0, 5), (1, 1, 1.25), (0.5, 1, 2.5)]
    assert intercepts(plane) == pytest.approx([2, 4, 5])
    # The extreme points need not lie on the axes.
    inner = [(1.8, 0.2, 0.25), (0.1, 3.6, 0.25), (0.1, 0.2, 4.5), (1, 1, 1.25)]
    assert intercepts(inner) == pytest.approx([2, 4, 5])


def test_without_a_plane_the_first_front_gives_the_range():
    line = [(1, 2), (2, 4), (0.5, 1)]
    assert intercepts(line, front=[(0.5, 1)]) == [0.5, 1.0]
    # This plane meets an axis at a negative place.
    assert intercepts([(1, 5), (2, 7)], front=[(1, 5)]) == [1.0, 5.0]
    # An objective that is the same for all keeps its scale.
    assert intercepts([(0, 3), (0, 1)]) == [1.0, 3.0]
    assert intercepts([(0, 0), (0, 0)]) == [1.0, 1.0]


# --------------------------------------------------------------------------------------- niches


def selected(rewards, n, **options):
    state = G.AttributeDict()
    selection = lib.ReferencePointSelection(n, seed=1, **options)
    return values(selection(individuals(rewards), state)), state


def test_fronts_come_first():
    rewards = [(1, 1), (3, 0), (0, 3), (0, 0), (2, 2)]
    assert selected(rewards, 3)[0] == [1, 2, 4]
    assert set(selected(rewards, 4)[0]) == {0, 1, 2, 4}
    assert set(selected(rewards, 9)[0]) == {0, 1, 2, 3, 4}


def test_every_niche_is_served_before_any_twice():
    """Points near five directions, many at the first one: each gets one, the nearest."""
    directions = lib.reference_directions(2, 4)
    rng = random.Random(1)
    near, crowd = [], []
    for x, y in directions:
        near.append((x, y))
        for _ in range(1 if x else 9):
            shift = 0.04 * rng.random() + 0.01
            crowd.append((x + shift, y - shift) if not x else (x - shift, y + shift))
    costs = crowd + near
    rewards = [(-x, -y) for x, y in costs]
    assert len(ev.nsga2_lib.nondominated_sort()(individuals(rewards))) == 1
    found, state = selected(rewards, 5, divisions=4)
    assert sorted(found) == list(range(len(crowd), len(costs)))
    assert state.ideal_point == [0.0, 0.0]
    # The next five are one more for each.
    ten, _ = selected(rewards, 10, divisions=4)
    nearest, _ = lib.attached(numpy.array([costs[i] for i in ten]), numpy.array(directions))
    assert sorted(nearest) == sorted(2 * list(range(5)))


def test_directions_of_the_users_own():
    rewards = [(-1.0, 0.0), (0.0, -1.0), (-0.5, -0.5), (-0.6, -0.4), (-0.4, -0.6)]
    found, _ = selected(rewards, 2, directions=[[1.0, 0.0], [1.0, 1.0]])
    assert 0 in found and len(found) == 2
    for wrong in ([[1.0]], [[0.0, 0.0]]):
        with pytest.raises(ValueError, match='directions'):
            selected(rewards, 2, directions=wrong)
    with pytest.raises(ValueError, match='not both'):
        ev.nsga3(divisions=3, directions=[[1.0]])


def test_the_ideal_point_is_kept():
    state = G.AttributeDict(ideal_point=[-2.0, 0.5])
    rewards = [(-1.0, 0.0), (0.0, -1.0), (-0.5, -0.5)]
    lib.ReferencePointSelection(2, seed=1)(individuals(rewards), state)
    assert state.ideal_point == [-2.0, 0.0]


def test_awkward_points():
    inf, nan = math.inf, math.nan
    rewards = [(nan, 1), (inf, -inf), (1, 10**400), (1e308, -1e308), (True, 2), (0.5, inf)]
    for n in range(1, 7):
        found, state = selected(rewards, n)
        assert len(set(found)) == n
        assert all(map(math.isfinite, state.get('ideal_point', [])))
    for equal in ((1.0, 1.0), (nan, nan), ()):
        assert len(set(selected([equal] * 5, 3)[0])) == 3


# -------------------------------------------------------------------------------- the algorithm


def test_composition_names_and_json():
    assert mt.evolution.nsga3 is ev.nsga3 is mt.algorithms.nsga3 is lib.nsga3
    algorithm = ev.nsga3(population_size=20, divisions=3, seed=1)
    assert algorithm.multi_objective and algorithm.deterministic
    assert mt.eq(mt.from_json(algorithm.to_json(), trusted=False), algorithm)
    elites, crossover, mutation = algorithm.reproduction.ops
    assert crossover.eta == 30.0 and crossover.probability == 1.0 and mutation.eta == 20.0
    from mutandis.hyper.algorithm_registry import algorithm_from_string

    text = 'nsga3?population_size=20&divisions=3&seed=1'
    assert mt.eq(algorithm_from_string(text), algorithm)
    with pytest.raises(ValueError, match='population_size'):
        ev.nsga3(population_size=0)


def test_saved_state_goes_on_exactly():
    def make():
        return ev.nsga3(population_size=4, seed=1)

    def reward(dna):
        numbers = [float(x) for x in dna.to_numbers()]
        return tuple(sum(numbers[i::3]) for i in range(3))

    expected = run(make(), mixed_spec(), 60, reward)
    for stop in (3, 9, 37):
        first, second = make(), make()
        run(first, mixed_spec(), stop, reward)
        second.setup(mixed_spec())
        second.load_state_dict(json.loads(json.dumps(first.state_dict())))
        for dna in expected[stop:]:
            proposed = second.propose()
            assert proposed == dna
            second.feedback(proposed, reward(proposed))


@pytest.mark.parametrize('crossover', [None, R.Uniform(seed=1)])
def test_other_operators(crossover):
    algorithm = ev.nsga3(M.Uniform(), population_size=6, seed=1, crossover=crossover)
    run(algorithm, mixed_spec(), 90, lambda dna: (dna.to_numbers()[0], 1, 2))
    assert all(dna.to_numbers()[0] == 3 for dna in algorithm.global_state.elites)


def test_numpy_is_loaded_on_use():
    code = (
        'import sys, mutandis as mt\n'
        'algorithm = mt.evolution.nsga3(seed=1)\n'
        'algorithm.setup(mt.dna_spec(mt.floatv(0.0, 1.0)))\n'
        'algorithm.feedback(algorithm.propose(), (1.0, 2.0))\n'
        'print("numpy" in sys.modules)'
    )
    out = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == 'False'


# ---------------------------------------------------------------------------------------- proofs


def dtlz2(dna):
    """Deb et al. 2002 with 3 objectives, negated: the front is the sphere of radius 1."""
    x, y, *others = dna.to_numbers()
    radius = 1 + sum((z - 0.5) ** 2 for z in others)
    a, b = x * math.pi / 2, y * math.pi / 2
    return (
        -radius * math.cos(a) * math.cos(b),
        -radius * math.cos(a) * math.sin(b),
        -radius * math.sin(a),
    )


def from_the_sphere(rewards):
    """Mean distance from the front, in squares."""
    return sum(abs(sum(f * f for f in reward) - 1) for reward in rewards) / len(rewards)


def dtlz2_spec():
    return G.space([G.floatv(0.0, 1.0, location=f'x{i}') for i in range(12)])


@pytest.mark.slow
@pytest.mark.parametrize('seed', range(1, 4))
def test_the_front_of_dtlz2(seed):
    """12 floats, 250 generations of 92, as in the paper: on the sphere, every direction served."""
    algorithm = ev.nsga3(population_size=92, divisions=12, seed=seed)
    run(algorithm, dtlz2_spec(), 250 * 92, dtlz2)
    rewards = [ev.get_fitness(dna) for dna in algorithm.global_state.elites]
    assert len(rewards) == 92
    assert from_the_sphere(rewards) < 0.05
    directions = numpy.array(lib.reference_directions(3, 12))
    nearest, distances = lib.attached(-numpy.array(rewards), directions)
    assert set(nearest) == set(range(91))
    assert max(distances) < 0.2


@pytest.mark.slow
def test_crowding_distance_does_not_serve_every_direction():
    """What the directions are for: NSGA-II reaches the sphere, but leaves many of them out."""
    algorithm = ev.nsga2(
        M.Polynomial(),
        population_size=92,
        seed=1,
        crossover=R.SimulatedBinary(eta=30, probability=1.0),
        tournament=2,
    )
    run(algorithm, dtlz2_spec(), 250 * 92, dtlz2)
    rewards = [ev.get_fitness(dna) for dna in algorithm.global_state.elites]
    directions = numpy.array(lib.reference_directions(3, 12))
    nearest, _ = lib.attached(-numpy.array(rewards), directions)
    assert len(set(nearest)) < 80


def test_chance_is_far_from_the_sphere():
    assert from_the_sphere([dtlz2(dna) for dna in run(G.Random(1), dtlz2_spec(), 500)]) > 0.5
