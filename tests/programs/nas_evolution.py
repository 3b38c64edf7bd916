"""Evolution on a benchmark of cells: filters by hints, mutators that are composed, a policy for
what mutates when, and algorithms of one's own.
"""

import itertools
import math
import random

import mutandis as pg

evolution = pg.evolution
selectors, mutators = evolution.selectors, evolution.mutators

OPS = ['conv1x1', 'conv3x3', 'maxpool']
NODES = 5
EDGES = list(itertools.combinations(range(NODES), 2))


@pg.functor()
def model_spec(ops, matrix):
    """The cell as a table needs it: operations of the inner nodes, upper triangle of the graph."""
    return tuple(ops), tuple(int(edge) for edge in matrix)


def cells():
    return model_spec(
        [pg.oneof(OPS, hints='op') for _ in range(NODES - 2)],
        [pg.oneof([0, 1], hints='edge') for _ in EDGES],
    )


def accuracy(ops, matrix):
    """A made-up table: 3x3 convolutions on long paths are good, dangling nodes are not."""
    graph = {node: [] for node in range(NODES)}
    for (a, b), present in zip(EDGES, matrix, strict=True):
        if present:
            graph[a].append(b)

    def longest(node):
        return max((1 + longest(child) for child in graph[node]), default=0)

    depth = longest(0)
    worth = {'conv1x1': 1.0, 'conv3x3': 1.6, 'maxpool': 0.4}
    work = sum(worth[op] * len(graph[i + 1]) for i, op in enumerate(ops))
    crowded = max(0, sum(matrix) - 7)
    return round(0.8 + 0.02 * depth + 0.015 * math.sqrt(work) - 0.03 * crowded, 6)


@pg.symbolize
def is_hinted(node, hints):
    """Whether the decision of a DNA node has some hints; the node may be a whole space."""
    return bool(node.spec) and node.spec.hints == hints


def run(algorithm, trials=60):
    best, lines = -1.0, []
    rewards = []
    for example, feedback in pg.sample(cells(), algorithm, trials):
        reward = accuracy(*example())
        feedback(reward)
        rewards.append(reward)
        if reward > best:
            best = reward
            lines.append((feedback.id, reward, example()))
    for line in lines:
        print(*line)
    print('mean of the last ten', round(sum(rewards[-10:]) / 10, 6))
    return rewards


def show(title):
    print(f'--- {title}')


show('spec')
spec = pg.dna_spec(cells())
print(len(spec.decision_points), spec.space_size)
print([(str(p.id), p.hints) for p in spec.decision_points][:5])

show('one operation and three edges')
step = (
    mutators.Uniform(where=is_hinted(hints='op'), seed=1)
    >> mutators.Uniform(where=is_hinted(hints='edge'), seed=2) ** 3
)
print(repr(step))
run(evolution.regularized_evolution(step, population_size=20, tournament_size=5, seed=3))

show('how far a child is from its parent')
parent = pg.random_dna(spec, random.Random(4))
ops, edges = slice(0, 3), slice(3, None)
for _ in range(5):
    (child,) = step([parent])
    a, b = parent.to_numbers(), child.to_numbers()
    print(
        sum(x != y for x, y in zip(a[ops], b[ops], strict=True)),
        sum(x != y for x, y in zip(a[edges], b[edges], strict=True)),
    )

show('either, with probabilities that change')
step = mutators.Uniform(where=is_hinted(hints='op'), seed=1).with_prob(
    pg.scalars.linear(60, 1.0, 0.0), seed=5
) >> mutators.Uniform(where=is_hinted(hints='edge'), seed=2).with_prob(0.5, seed=6).until_change(
    max_attempts=5
)
print(repr(step))
run(evolution.regularized_evolution(step, population_size=15, tournament_size=5, seed=7))

show('elites and newcomers')
algorithm = evolution.Evolution(
    (selectors.Top(3) | selectors.Random(2, seed=8)) >> mutators.Uniform(seed=9),
    population_init=(pg.geno.Random(seed=10), 10),
    population_update=selectors.Top(5) + selectors.Last(5),
)
run(algorithm, 40)
print(len(algorithm.population), algorithm.num_generations)

show('by the age of a member, and by a key')
algorithm = evolution.Evolution(
    selectors.Top(1, key=lambda dna: (evolution.get_fitness(dna), evolution.get_generation_id(dna)))
    >> mutators.Uniform(seed=11) * 2,
    population_init=(pg.geno.Random(seed=12), 8),
    population_update=selectors.Top(2, key=evolution.get_generation_id, cluster=True),
)
run(algorithm, 40)
print([evolution.get_generation_id(dna) for dna in algorithm.population])

show('a weighted choice of parents')


def weights(population, global_state, step):
    best = max(evolution.get_fitness(dna) for dna in population)
    global_state.best = best
    return [1.0 + step if evolution.get_fitness(dna) == best else 1.0 for dna in population]


algorithm = evolution.Evolution(
    selectors.Sample(1, weights, seed=13) >> mutators.Uniform(seed=14),
    population_init=(pg.geno.Random(seed=15), 10),
    population_update=selectors.Last(10),
)
run(algorithm, 40)
print(algorithm.global_state)

show('only edges first, then only operations')

edge_step = mutators.Uniform(where=is_hinted(hints='edge'), seed=16)
op_step = mutators.Uniform(where=is_hinted(hints='op'), seed=17)


def first_half(inputs, step):
    return step < 30


algorithm = evolution.regularized_evolution(
    evolution.Conditional(first_half, edge_step, op_step), 10, 4, seed=18
)
seen = []
for example, feedback in pg.sample(cells(), algorithm, 60):
    ops_now, matrix = example()
    seen.append((ops_now, matrix))
    feedback(accuracy(ops_now, matrix))
print(len({ops for ops, _ in seen[10:30]}), len({matrix for _, matrix in seen[10:30]}))
print(len({ops for ops, _ in seen[30:]}), len({matrix for _, matrix in seen[30:]}))

show('skipped trials')
algorithm = evolution.regularized_evolution(mutators.Uniform(seed=19), 6, 3, seed=20)
done = skipped = 0
for example, feedback in pg.sample(cells(), algorithm, 40):
    ops_now, matrix = example()
    with feedback.skip_on_exceptions((ValueError,)):
        if sum(matrix) > 7:
            raise ValueError('too many edges')
        feedback(accuracy(ops_now, matrix))
        done += 1
print(done, algorithm.num_proposals, algorithm.num_feedbacks, len(algorithm.population))
