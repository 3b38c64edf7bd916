"""A search in the style of NAS-Bench-101: a graph of operations, many of which are not valid.

The benchmark that is asked is made up: a formula instead of a table of trained networks.
"""

import random

import mutandis as pg

INPUT, OUTPUT = 'input', 'output'
CONV1, CONV3, POOL = 'conv1x1-bn-relu', 'conv3x3-bn-relu', 'maxpool3x3'
NODES = 5
MAX_EDGES = 6
EDGE, OP = 'EDGE', 'OP'


@pg.members(
    [
        ('ops', pg.typing.List(pg.typing.Enum(CONV3, [CONV1, CONV3, POOL]), size=NODES - 2)),
        ('edges', pg.typing.List(pg.typing.Int(min_value=0, max_value=1))),
    ]
)
class ModelSpec(pg.Object):
    def _on_bound(self):
        super()._on_bound()
        self.pairs = [(i, j) for j in range(NODES) for i in range(j)]

    @property
    def matrix(self):
        rows = [[0] * NODES for _ in range(NODES)]
        for (i, j), edge in zip(self.pairs, self.edges, strict=False):
            rows[i][j] = edge
        return rows

    def pruned(self):
        """The operations that lie on a way from input to output, None if there is none."""
        rows = self.matrix
        forward, backward = {0}, {NODES - 1}
        for j in range(NODES):
            if any(rows[i][j] for i in forward):
                forward.add(j)
        for i in reversed(range(NODES)):
            if any(rows[i][j] for j in backward):
                backward.add(i)
        used = sorted(forward & backward)
        if 0 not in used or NODES - 1 not in used:
            return None
        names = [INPUT, *self.ops, OUTPUT]
        return [names[i] for i in used]

    @property
    def is_valid(self):
        return self.pruned() is not None and sum(self.edges) <= MAX_EDGES

    def accuracy(self):
        worth = {CONV1: 3, CONV3: 5, POOL: 1, INPUT: 0, OUTPUT: 0}
        return sum(worth[name] for name in self.pruned()) + 0.25 * sum(self.edges)


space = ModelSpec(
    ops=[pg.oneof([CONV1, CONV3, POOL], hints=OP)] * (NODES - 2),
    edges=[pg.oneof([0, 1], hints=EDGE)] * (NODES * (NODES - 1) // 2),
)
spec = pg.dna_spec(space)
print(spec.space_size, [p.hints for p in spec.decision_points])

print('--- one model')
model = ModelSpec(ops=[CONV1, POOL, CONV3], edges=[1, 0, 1, 0, 0, 0, 1, 0, 0, 0])
print(model.matrix, model.pruned(), model.is_valid, model.accuracy())
print(pg.template(space).encode(model))
print(model.clone(override={'edges[6]': 0}).pruned())
try:
    ModelSpec(ops=[CONV1, 'conv5x5', CONV3], edges=[])
except ValueError as error:
    print('ValueError', 'conv5x5' in str(error))

print('--- random, with invalid models skipped')
counts = {'valid': 0, 'skipped': 0}
for model, feedback in pg.sample(space, pg.geno.Random(seed=5), 40, name='random'):
    if not model.is_valid:
        feedback.skip()
        counts['skipped'] += 1
        continue
    counts['valid'] += 1
    feedback(model.accuracy())
print(counts)
result = pg.poll_result('random')
print([t.id for t in result.trials if t.infeasible][:10])
print(
    {(t.status, t.infeasible) for t in result.trials} == {('COMPLETED', True), ('COMPLETED', False)}
)
print(result.best_trial.id, result.best_trial.final_measurement.reward)
best = pg.template(space).decode(result.best_trial.dna)
print(best.pruned())
print(pg.eq(best, pg.materialize(space, result.best_trial.dna.to_dict())))

print('--- only the operations, beside fixed edges')
fixed = space.clone(override={'edges': [1, 0, 1, 0, 0, 1, 0, 0, 0, 1]})
print(pg.dna_spec(fixed).space_size)
rewards = [model.accuracy() for model in pg.iter(fixed)]
print(rewards)

print('--- where: first the edges, then the operations')
outer = pg.sample(space, pg.geno.Random(seed=6), 6, where=lambda v: v.hints == EDGE, name='outer')
for partial, feedback in outer:
    probe = partial.clone(override={'ops': [CONV3] * 3})
    if not probe.is_valid:
        feedback.skip()
        continue
    inner_rewards = []
    for model, inner in pg.sample(partial, pg.geno.Random(seed=feedback.id), 4):
        inner(model.accuracy())
        inner_rewards.append(model.accuracy())
    print(feedback.id, pg.is_deterministic(partial), pg.dna_spec(partial).space_size, inner_rewards)
    feedback(max(inner_rewards))
print(len(pg.poll_result('outer').trials))


class GraphMutator(pg.evolution.Mutator):
    """Changes an edge or an operation, told apart by the hints of the decisions."""

    edge_probability: float = 0.5
    seed: int | None = None

    def _on_bound(self):
        super()._on_bound()
        self._random = random.Random(self.seed)
        self.changed = []

    def mutate(self, dna):
        kind = EDGE if self._random.random() < self.edge_probability else OP
        choices = {
            point: node
            for point, node in dna.to_dict(key_type='dna_spec', value_type='dna').items()
            if point.hints == kind
        }
        point = self._random.choice(list(choices))
        others = [i for i in range(len(point.candidates)) if i != choices[point].value]
        self.changed.append(kind)
        values = dna.to_dict()
        values[str(point.id)] = self._random.choice(others)
        return pg.DNA.from_dict(values, dna.spec)


print('--- evolution by hints')
mutator = GraphMutator(edge_probability=0.75, seed=7)
algorithm = pg.evolution.Evolution(
    pg.evolution.selectors.Random(3, seed=8) >> pg.evolution.selectors.Top(1) >> mutator,
    population_init=(pg.geno.Random(seed=9), 10),
    population_update=pg.evolution.selectors.Last(10),
)
trace = []
for model, feedback in pg.sample(space, algorithm, 60, name='evolution'):
    trace.append(model.accuracy() if model.is_valid else -1.0)
    feedback(trace[-1])
print(trace[:10])
print(sorted(set(mutator.changed)), len(algorithm.population))
ids = [pg.evolution.base.get_proposal_id(dna) for dna in algorithm.population]
print(ids)
print([pg.evolution.is_initial_population(dna) for dna in algorithm.population][:3])
print(
    max(trace) >= max(trace[:10]), pg.poll_result('evolution').best_trial.final_measurement.reward
)
print(pg.eq(mutator.clone(), GraphMutator(edge_probability=0.75, seed=7)))
