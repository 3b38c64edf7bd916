"""The travelling salesman: the shortest round trip through a number of cities.

A tour is a permutation of the cities. Its evolution has operations made for permutations: partially
mapped crossover (Goldberg & Lingle 1985) joins two tours, and a mutation either exchanges two
cities, or (a mutation that is written here) drives a part of the tour the other way round.

    python examples/tsp.py --cities 25 --trials 8000 --svg tour.svg
"""

import argparse
import math
import random
from pathlib import Path

import mutandis as mt

S, M, R = mt.evolution.selectors, mt.evolution.mutators, mt.evolution.recombinators


class City(mt.Object):
    x: float
    y: float


class Tour(mt.Object):
    cities: list[City]

    @property
    def length(self):
        stops = [(city.x, city.y) for city in self.cities]
        return sum(map(math.dist, stops, [*stops[1:], stops[0]]))


class Reverse(mt.evolution.Mutator):
    """Reverses a part of a permutation, which exchanges two edges of the tour (2-opt)."""

    seed: int | None = None

    def _on_bound(self):
        super()._on_bound()
        self._random = random.Random(self.seed)

    def mutate(self, dna):
        order = dna.to_numbers()
        start, end = sorted(self._random.sample(range(len(order) + 1), 2))
        order[start:end] = order[start:end][::-1]
        return mt.DNA.from_numbers(order, dna.spec)


def scattered(count, seed):
    """Cities at random places in the unit square."""
    rng = random.Random(seed)
    return [City(rng.random(), rng.random()) for _ in range(count)]


def evolution(mutator, seed):
    """The best two of twenty random tours have children, which are mutated."""
    return mt.evolution.Evolution(
        S.Random(20) >> S.Top(2) >> R.PartiallyMapped() >> mutator,
        population_init=(mt.geno.Random(), 100),
        population_update=S.Last(100),
        seed=seed,
    )


def nearest_neighbour(cities):
    """Always drives to the nearest city that is left; from the best city to start in."""
    tours = []
    for start in range(len(cities)):
        left = list(cities)
        tour = [left.pop(start)]
        while left:
            here = tour[-1]
            distances = [math.dist((here.x, here.y), (city.x, city.y)) for city in left]
            tour.append(left.pop(distances.index(min(distances))))
        tours.append(Tour(tour))
    return min(tours, key=lambda tour: tour.length)


def as_svg(tour, size=480, margin=24):
    """A picture of a tour."""

    def place(city):
        scale = size - 2 * margin
        return f'{margin + scale * city.x:.1f}', f'{margin + scale * (1 - city.y):.1f}'

    places = [place(city) for city in tour.cities]
    line = ' '.join(f'{x},{y}' for x, y in places)
    dots = '\n'.join(f'  <circle cx="{x}" cy="{y}" r="5" fill="#c0392b"/>' for x, y in places)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" '
        f'width="{size}" height="{size}">\n'
        f'  <title>{len(places)} cities, length {tour.length:.3f}</title>\n'
        f'  <rect width="{size}" height="{size}" fill="white"/>\n'
        f'  <polygon points="{line}" fill="none" stroke="#2c3e50" stroke-width="2"/>\n'
        f'{dots}\n</svg>\n'
    )


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('--cities', type=int, default=20, help='number of cities')
    parser.add_argument('--trials', type=int, default=5000, help='tours that a search may try')
    parser.add_argument('--seed', type=int, default=1, help='seed of the searches')
    parser.add_argument('--map-seed', type=int, default=1, help='seed of the places of the cities')
    parser.add_argument('--svg', type=Path, metavar='PATH', help='draws the best tour')
    args = parser.parse_args()
    if args.cities < 3 or args.trials < 1:
        parser.error('there must be at least 3 cities and one trial')

    cities = scattered(args.cities, args.map_seed)
    tours = {'nearest neighbour': nearest_neighbour(cities)}
    for name, algorithm in {
        'random tours': mt.geno.Random(args.seed),
        'evolution, exchanges': evolution(M.Swap(), args.seed),
        'evolution, reversals': evolution(Reverse(args.seed), args.seed),
    }.items():
        space = Tour(mt.permutate(cities))
        tours[name] = mt.search(space, lambda tour: -tour.length, algorithm, args.trials).best

    print(f'{args.cities} cities, {args.trials} tours tried by each search')
    for name, tour in tours.items():
        print(f'{name:<22}{tour.length:8.4f}')
    best = min(tours.values(), key=lambda tour: tour.length)
    print('best tour:', ' '.join(str(cities.index(city)) for city in best.cities))
    if args.svg:
        args.svg.write_text(as_svg(best), encoding='utf-8')
        print(f'drawn in {args.svg}')


if __name__ == '__main__':
    main()
