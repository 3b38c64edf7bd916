"""Round trips as permutations, and what the recombinators make of two parents."""

import math
import random

import mutandis as pg

evolution = pg.evolution
selectors, mutators = evolution.selectors, evolution.mutators
recombinators, where = evolution.recombinators, evolution.where


def show(title):
    print(f'--- {title}')


class City(pg.Object):
    x: int
    y: int


@pg.symbolize
class Route:
    def __init__(self, cities):
        self.cities = cities

    def length(self):
        stops = [*self.cities, self.cities[0]]
        return sum(
            math.dist((a.x, a.y), (b.x, b.y)) for a, b in zip(stops, stops[1:], strict=False)
        )


rng = random.Random(1)
cities = [City(rng.randint(0, 99), rng.randint(0, 99)) for _ in range(9)]
route = Route(pg.permutate(cities))


def by_value(dna):
    return dna.to_numbers()


def travel(algorithm, trials=120):
    best = None
    for example, feedback in pg.sample(route, algorithm, trials):
        length = example.length()
        feedback(-length)
        if best is None or length < best:
            best = length
            print(feedback.id, round(length, 3), feedback.dna.to_numbers())
    print(len(algorithm.population), algorithm.num_generations)


for name, crossover in {
    'partially mapped': recombinators.PartiallyMapped(seed=1),
    'order': recombinators.Order(seed=2),
    'cycle': recombinators.Cycle(seed=3),
}.items():
    show(f'a tour, by {name} crossover')
    # Of all children the last one in order: recombinators say nothing about the order of theirs.
    one = crossover >> selectors.Top(1, key=by_value)
    travel(
        evolution.Evolution(
            selectors.Random(20, seed=4) >> selectors.Top(2) >> one >> mutators.Swap(seed=5),
            population_init=(pg.geno.Random(seed=6), 25),
            population_update=selectors.Last(25),
        )
    )

show('permutations')
spec = pg.dna_spec(pg.permutate(range(6)))
first, second = (pg.DNA(v).use_spec(spec) for v in ([0, 1, 2, 3, 4, 5], [5, 3, 1, 0, 2, 4]))
for crossover in (recombinators.PartiallyMapped, recombinators.Order, recombinators.Cycle):
    for seed in (1, 2, 3):
        children = crossover(seed=seed)([first, second])
        print(crossover.__name__, seed, sorted(child.to_numbers() for child in children))
        print(all(child.spec is spec for child in children), [c.metadata for c in children][:1])
print(len(recombinators.Order(seed=1)([first, first])))


def is_top(points):
    return [point for point in points if point.parent_choice is None]


show('several permutations, and others beside them')
space = pg.Dict(
    a=pg.permutate('xyzw'),
    b=pg.permutate([1, 2, 3]),
    c=pg.oneof([pg.permutate([1, 2, 3, 4]), 'none']),
    d=pg.manyof(2, [1, 2, 3]),
)
spec = pg.dna_spec(space)
parents = [pg.random_dna(spec, random.Random(seed)) for seed in (2, 8)]
print(*parents)
for filter_ in (where.Lambda(is_top), where.Lambda(lambda points: points[:1])):
    children = recombinators.PartiallyMapped(filter_, seed=1)(parents)
    print(len(children), sorted(map(str, children)))

show('point by point')
space = pg.Dict(
    a=pg.oneof(range(6)),
    b=pg.manyof(3, range(6)),
    c=pg.floatv(0.0, 2.0),
    d=pg.oneof([pg.oneof(range(3)), 'none']),
)
spec = pg.dna_spec(space)
left = pg.DNA([1, [0, 1, 2], 0.5, (0, 1)]).use_spec(spec)
right = pg.DNA([4, [3, 4, 5], 1.5, 1]).use_spec(spec)


def unequal(parents):
    return [1.0, 3.0]


for recombine in [
    recombinators.Uniform(seed=1),
    recombinators.Uniform(where.Lambda(is_top), seed=2),
    recombinators.Uniform(where.Any(2, seed=3), seed=4),
    recombinators.Sample(unequal, seed=42),
    recombinators.Sample(unequal, seed=5),
    recombinators.Average(),
    recombinators.WeightedAverage(unequal),
]:
    for parents in ([left, right], [right, left, right]):
        if len(parents) != 2 and not isinstance(recombine, recombinators.Uniform):
            continue
        children = recombine(parents)
        print(type(recombine).__name__, len(children), sorted(map(str, children)))

show('by segments')


def cut_in_the_middle(points):
    return [len(points) // 2]


for recombine in [
    recombinators.KPoint(1, seed=42),
    recombinators.KPoint(2, seed=1),
    recombinators.KPoint(3, seed=1),
    recombinators.KPoint(9, seed=1),
    recombinators.Segmented(cut_in_the_middle),
    recombinators.Segmented(lambda points: []),
    recombinators.Segmented(lambda points: [1, 3]),
]:
    print(type(recombine).__name__, *recombine([left, right]))
print(repr(recombinators.KPoint(2, seed=1)))
print(repr(recombinators.Uniform(seed=1)))
print(repr(recombinators.Order()))

show("recombinators of one's own")


class Larger(recombinators.PointWise):
    """The larger decision; of several choices those of the first parent."""

    def merge(self, point, decisions):
        if point.is_numerical or point.num_choices == 1:
            return max(d for d in decisions if d is not None)
        return next(d for d in decisions if d is not None)


class Halves(recombinators.SegmentWise):
    def cutting_indices(self, points):
        return [2]


class Longest(evolution.Recombinator):
    """Not made of points at all: the parent with the most decisions."""

    NUM_PARENTS = 2

    def recombine(self, parents, global_state, step):
        global_state.longest = max(len(p.to_numbers()) for p in parents)
        return [max(parents, key=lambda p: len(p.to_numbers()))]


print(*Larger()([left, right]))
print(*Halves()([left, right]))
print(*Longest()([left, right]))

show('wrong uses')


def outcome(function):
    try:
        return str(function())
    except Exception as error:
        return type(error).__name__


for function in [
    lambda: recombinators.Uniform()([]),
    lambda: recombinators.Uniform()([pg.DNA(1), pg.DNA(2)]),
    lambda: recombinators.KPoint(1)([left]),
    lambda: recombinators.KPoint(0),
    lambda: recombinators.KPoint('one'),
    lambda: recombinators.Order()([first]),
    lambda: recombinators.Order()([first, second, first]),
    lambda: recombinators.Sample(lambda parents: [1.0])([left, right]),
    lambda: recombinators.Sample(lambda parents: [0.0, 0.0])([left, right]),
    lambda: recombinators.WeightedAverage(lambda parents: [0.0, 0.0])([left, right]),
    lambda: recombinators.PointWise(),
    lambda: recombinators.SegmentWise(),
    lambda: recombinators.Permutation(),
    lambda: recombinators.Sample(),
    lambda: Longest()([left]),
    lambda: where.Any(-1),
    lambda: where.Any('x'),
    lambda: recombinators.Uniform()([1, 2]),
]:
    print(outcome(function))

show('in an algorithm')
algorithm = evolution.Evolution(
    selectors.Sample(2, lambda dnas: [1.0 + evolution.get_fitness(d) for d in dnas], seed=1)
    >> recombinators.KPoint(1, seed=2)
    >> mutators.Uniform(seed=3),
    population_init=(pg.geno.Random(seed=4), 6),
    population_update=selectors.Top(6),
)
rewards = []
for example, feedback in pg.sample(pg.List([pg.oneof(range(4)) for _ in range(8)]), algorithm, 60):
    rewards.append(sum(example))
    feedback(rewards[-1])
print(rewards)
