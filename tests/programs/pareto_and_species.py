"""Several objectives with NSGA-II, species with NEAT, and what they are made of."""

import random

import mutandis as pg

evolution = pg.evolution
nsga2_lib, neat_lib = evolution.nsga2_lib, evolution.neat_lib
mutators = evolution.mutators


def show(title):
    print(f'--- {title}')


def individuals(rewards):
    return [evolution.set_fitness(pg.DNA(i), reward) for i, reward in enumerate(rewards)]


def values(dnas):
    return [dna.value for dna in dnas]


show('dominance')
for a, b in [
    ((1, 1), (1, 1)),
    ((1, 2), (1, 1)),
    ((1, 1), (1, 2)),
    ((2, 1), (1, 2)),
    ((3,), (2,)),
    ((), ()),
    ((1.5, 2.5, 3.5), (1.5, 2.5, 3.0)),
]:
    print(a, b, nsga2_lib.dominates(a, b))
try:
    nsga2_lib.dominates((1, 2), (1,))
except ValueError:
    print('ValueError')

show('fronts')
rewards = [(1, 5), (2, 4), (2, 4), (3, 3), (1, 1), (0, 6), (2, 2), (4, 1), (1, 4), (0, 0), (3, 0)]
fronts = nsga2_lib.nondominated_sort()(individuals(rewards))
print([values(front) for front in fronts])
print(nsga2_lib.nondominated_sort()([]))
rng = random.Random(1)
for objectives in (1, 2, 3):
    many = [tuple(rng.randint(0, 6) for _ in range(objectives)) for _ in range(40)]
    print([values(front) for front in nsga2_lib.nondominated_sort()(individuals(many))])

show('crowding')
crowd = nsga2_lib.crowding_distance_sort()
for rewards in [
    [(1, 5), (2, 4), (3, 3), (4, 1), (5, 0)],
    [(0, 10), (1, 9), (2, 5), (6, 4), (10, 0)],
    [(1, 1), (1, 1), (1, 1)],
    [(1, 1), (2, 2)],
    [(1, 1)],
    [(1.0, 2.0, 3.0), (2.0, 1.0, 3.0), (3.0, 2.0, 1.0), (1.5, 1.5, 3.5), (2.5, 0.5, 0.5)],
]:
    print(values(crowd(individuals(rewards))))
print(crowd([]))

show('a search with two objectives')
space = pg.Dict(x=pg.oneof(range(12)), y=pg.oneof(range(12)), z=pg.floatv(0.0, 1.0))
algorithm = evolution.nsga2(mutators.Uniform(seed=1), population_size=8, seed=2)
print(algorithm.multi_objective, algorithm.population_init)
lines = []
for example, feedback in pg.sample(space, algorithm, 60, metrics_to_optimize=['a', 'b']):
    rewards = (float(example.x - example.y), float(example.y) + round(example.z, 3))
    feedback(rewards[0], metrics={'a': rewards[0], 'b': rewards[1]})
    lines.append((feedback.id, feedback.dna.to_numbers()[:2], rewards))
for line in lines[::6]:
    print(*line)
print([evolution.get_fitness(dna) for dna in algorithm.global_state.elites])
print(len(algorithm.population), algorithm.num_generations, algorithm.num_feedbacks)


show('tuples and lists as rewards')
for kind in (tuple, list):
    algorithm = evolution.nsga2(mutators.Uniform(seed=3), population_size=4, seed=4)
    algorithm.setup(pg.dna_spec(space))
    for _ in range(30):
        dna = algorithm.propose()
        x, y, z = dna.to_numbers()
        algorithm.feedback(dna, kind([float(x), float(-y), z]))
    print([dna.to_numbers()[:2] for dna in algorithm.global_state.elites])

show('how far genomes are apart')
spec = pg.dna_spec(pg.Dict(a=pg.oneof([1, 2, 3, 4]), b=pg.oneof([1, 2, 3])))
for a, b in [
    ((3, 1), (3, 2)),
    ((3, 1), (2, 1)),
    ((2, [0, 3]), (2, [1, 2])),
    ((2, [0, 3, 1]), 7),
    ([1, 2, 3], [1, 2, 3]),
    ([1, 2, 3], [1, 0, 0]),
    ([0.5, (1, 2)], [0.25, (1, 1)]),
]:
    distance = neat_lib.compatibility_distance(disjoint_coefficient=1.0, matching_coefficient=3.0)(
        pg.DNA(a), pg.DNA(b)
    )
    print(a, b, neat_lib._compute_diff(pg.DNA(a), pg.DNA(b)), round(distance, 6))

show('a search with species')
space = pg.Dict(
    x=pg.oneof([pg.Dict(a=pg.oneof(range(5)), b=pg.oneof(range(4))), 'none', 'other']),
    y=pg.manyof(2, range(5)),
    z=pg.oneof(range(8)),
)


def worth(example):
    inner = example.x.a + 2 * example.x.b if isinstance(example.x, pg.Dict) else 2.5
    return float(inner + sum(example.y) / 10 + example.z)


algorithm = evolution.neat(
    mutators.Uniform(seed=5),
    population_size=8,
    compatibility_threshold=0.8,
    remaining_ratio=0.6,
    seed=6,
)
rewards = []
for example, feedback in pg.sample(space, algorithm, 40):
    rewards.append(round(worth(example), 2))
    feedback(rewards[-1])
print(rewards)
print(algorithm.num_generations, len(algorithm.population))
print({evolution.get_generation_id(dna) for dna in algorithm.population})
species = algorithm.global_state.living_species
print(len(species) > 0, sum(len(one) for one in species) >= len(algorithm.population))
