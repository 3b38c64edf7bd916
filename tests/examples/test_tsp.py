"""`examples/tsp.py`: round trips, and a picture of the best one."""

import itertools
import math
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

import mutandis as mt

PROGRAM = Path(__file__).parents[2] / 'examples' / 'tsp.py'


@pytest.fixture(scope='module')
def tsp(load_program):
    return load_program(PROGRAM)


def run(*arguments):
    return subprocess.run(
        [sys.executable, PROGRAM, *map(str, arguments)], capture_output=True, text=True
    )


def search(tsp, cities, algorithm, trials):
    space = tsp.Tour(mt.permutate(cities))
    return mt.search(space, lambda tour: -tour.length, algorithm, trials, progress=False).best


def test_evolution_beats_chance_and_draws_its_tour(tmp_path):
    first = run('--svg', tmp_path / 'tour.svg')
    assert (first.returncode, first.stderr) == (0, '')
    title, *lines, best, drawn = first.stdout.splitlines()
    assert title == '20 cities, 5000 tours tried by each search'
    lengths = {line[:22].strip(): float(line[22:]) for line in lines}
    chance = lengths.pop('random tours')
    assert len(lengths) == 3 and max(lengths.values()) < 0.7 * chance
    shortest = min(lengths.values())
    assert lengths['evolution, reversals'] < 1.05 * shortest
    name, order = best.split(':')
    assert name == 'best tour' and sorted(map(int, order.split())) == list(range(20))

    picture = ElementTree.parse(tmp_path / 'tour.svg').getroot()
    tags = [element.tag.rpartition('}')[2] for element in picture]
    assert tags == ['title', 'rect', 'polygon', *['circle'] * 20]
    assert picture[0].text == f'20 cities, length {shortest:.3f}'
    corners = picture[2].get('points').split()
    assert len(set(corners)) == 20
    assert corners == [f'{dot.get("cx")},{dot.get("cy")}' for dot in picture[3:]]
    places = [tuple(map(float, corner.split(','))) for corner in corners]
    assert all(0 < x < 480 and 0 < y < 480 for x, y in places)
    around = sum(map(math.dist, places, [*places[1:], places[0]])) / (480 - 2 * 24)
    assert around == pytest.approx(shortest, abs=0.01)
    assert drawn == f'drawn in {tmp_path / "tour.svg"}'


def test_equal_seeds_give_equal_tours():
    one, again, other = (
        run('--cities', 9, '--trials', 200, '--seed', seed).stdout for seed in (1, 1, 2)
    )
    assert one == again != other


def test_the_shortest_tour_of_few_cities_is_found(tsp):
    cities = tsp.scattered(7, 5)
    shortest = min(tsp.Tour([cities[0], *p]).length for p in itertools.permutations(cities[1:]))
    for mutator in (mt.evolution.mutators.Swap(), tsp.Reverse(1)):
        best = search(tsp, cities, tsp.evolution(mutator, 1), 600)
        assert best.length == pytest.approx(shortest)


def test_cities_on_a_circle_are_visited_in_order(tsp):
    n = 12
    cities = [
        tsp.City(
            0.5 + 0.5 * math.cos(2 * math.pi * i / n), 0.5 + 0.5 * math.sin(2 * math.pi * i / n)
        )
        for i in [5, 2, 8, 11, 0, 7, 3, 10, 1, 6, 4, 9]
    ]
    best = search(tsp, cities, tsp.evolution(tsp.Reverse(1), 1), 3000)
    assert best.length == pytest.approx(n * math.sin(math.pi / n))


def test_reversing_keeps_permutations_and_reaches_all(tsp):
    spec = mt.dna_spec(mt.permutate(range(4)))
    reverse = tsp.Reverse(seed=1)
    dna, seen = spec.first_dna(), set()
    for _ in range(400):
        (dna,) = reverse([dna])
        spec.validate(dna)
        seen.add(dna)
    assert len(seen) == 24


def test_what_makes_no_sense_is_refused():
    for wrong in (('--cities', 2), ('--trials', 0)):
        failed = run(*wrong)
        assert failed.returncode == 2 and 'at least 3 cities' in failed.stderr
    assert '--svg' in run('--help').stdout
