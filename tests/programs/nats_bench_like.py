"""A search in the style of NATS-Bench: topology and size of a cell network, by several algorithms.

The benchmark that is asked is made up: a formula instead of a table of trained networks.
"""

import random

import mutandis as pg

OPS = ['none', 'skip_connect', 'nor_conv_1x1', 'nor_conv_3x3', 'avg_pool_3x3']
WORTH = dict(zip(OPS, [0, 3, 4, 7, 2], strict=True))


class TopologySpace(pg.Object):
    """Six edges between four nodes."""

    edges: pg.typing.List(pg.typing.Str(), size=6)

    def arch(self):
        text, i = [], 0
        for node in range(1, 4):
            text.append('|' + '|'.join(f'{self.edges[i + j]}~{j}' for j in range(node)) + '|')
            i += node
        return '+'.join(text)


class SizeSpace(pg.Object):
    channels: pg.typing.List(pg.typing.Int(min_value=1), size=5)

    def arch(self):
        return ':'.join(map(str, self.channels))


class Benchmark:
    """Answers what training would have cost and brought."""

    def __init__(self):
        self.spent = 0
        self.asked = {}

    def query(self, arch):
        self.asked[arch] = self.asked.get(arch, 0) + 1
        if ':' in arch:
            sizes = [int(c) for c in arch.split(':')]
            accuracy = sum(min(c, 40) for c in sizes) - abs(sizes[0] - sizes[-1]) / 4
            seconds = sum(sizes)
        else:
            ops = [e.split('~')[0] for node in arch.split('+') for e in node.strip('|').split('|')]
            accuracy = sum(WORTH[op] * (i % 3 + 1) for i, op in enumerate(ops))
            accuracy -= 5 * (ops.count('nor_conv_3x3') > 4)
            seconds = 10 + 5 * sum('conv' in op for op in ops)
        self.spent += seconds
        return accuracy, seconds


def search(name, space, algorithm, budget, limit=200):
    benchmark = Benchmark()
    history = []
    for model, feedback in pg.sample(space, algorithm, limit, name=name):
        accuracy, seconds = benchmark.query(model.arch())
        history.append(accuracy)
        feedback.set_metadata('seconds', seconds)
        feedback(reward=accuracy, metrics={'seconds': seconds})
        if benchmark.spent >= budget:
            feedback.end_loop()
    result = pg.poll_result(name)
    best = result.best_trial
    print(f'{name}: {len(result.trials)} trials, {benchmark.spent} s, active {result.is_active}')
    print('  best', best.final_measurement.reward, 'in trial', best.id)
    print('  arch', pg.materialize(space, best.dna).arch())
    print('  seconds', best.final_measurement.metrics, best.metadata.seconds)
    return history


topology = TopologySpace(edges=[pg.oneof(OPS)] * 6)
size = SizeSpace(channels=[pg.oneof(range(8, 65, 8))] * 5)

spec = pg.dna_spec(topology)
print(spec.space_size, pg.dna_spec(size).space_size, len(spec))
print([str(p.id) for p in spec.decision_points])
print(spec.decision_points[0].literal_values)
print(pg.random_dna(spec, random.Random(1)).to_dict(value_type='literal'))

print('--- random')
history = search('random-tss', topology, pg.geno.Random(seed=1), budget=600)
print(history)
print(search('random-sss', size, pg.geno.Random(seed=2), budget=2000))

print('--- sweeping')
small = TopologySpace(edges=[pg.oneof(OPS[1:4])] * 3 + OPS[:3])
history = search('sweep', small, pg.geno.Sweeping(), budget=10**6)
print(len(history), history[:9], max(history))

print('--- deduping')
tiny = TopologySpace(edges=[pg.oneof(OPS[:2])] * 3 + OPS[:3])
history = search('dedup', tiny, pg.geno.Deduping(pg.geno.Random(seed=3)), budget=10**6, limit=8)
print(sorted(history))


print('--- evolution')


def evolve(mutator, seed):
    return pg.evolution.regularized_evolution(
        mutator, population_size=8, tournament_size=3, seed=seed
    )


history = search('evolution', topology, evolve(pg.evolution.mutators.Uniform(seed=1), 1), 4000)
print(history[:8])
print(max(history) > max(history[:8]))


class OneEdge(pg.evolution.Mutator):
    """Changes one edge to another operation."""

    seed: int | None = None

    def _on_bound(self):
        super()._on_bound()
        self._random = random.Random(self.seed)

    def mutate(self, dna):
        numbers = dna.to_numbers()
        i = self._random.randrange(len(numbers))
        others = [op for op in range(len(OPS)) if op != numbers[i]]
        numbers[i] = self._random.choice(others)
        return pg.DNA.from_numbers(numbers, dna.spec)


algorithm = evolve(OneEdge(seed=4), 2)
history = search('own-mutator', topology, algorithm, budget=3000)
print(history[:8])
print(len(algorithm.population), algorithm.num_proposals, algorithm.num_feedbacks)
parents = sorted(pg.evolution.get_fitness(dna) for dna in algorithm.population)
print(len(parents), parents[-1] >= max(history[:8]))

print('--- a sampling goes on under its name')
for _ in pg.sample(topology, pg.geno.Random(seed=1), 5, name='random-tss'):
    print('not reached: the loop was ended')
result = pg.poll_result('random-tss')
print(len(result.trials), result.best_trial.dna.to_dict(value_type='choice_and_literal'))
