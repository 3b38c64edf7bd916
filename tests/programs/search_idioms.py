"""Idioms of searching: routes, subsets, functors as models, nested and traced spaces, policies."""

import math
import random

import mutandis as pg


def show(title):
    print(f'--- {title}')


show('bits')
bits = pg.List([pg.oneof([0, 1])] * 4)
print(pg.dna_spec(bits).space_size, [sum(b) for b in pg.iter(bits)])
best = 0
for example, feedback in pg.sample(bits, pg.geno.Random(seed=1), 10, name='bits'):
    feedback(sum(example))
    best = max(best, sum(example))
result = pg.poll_result('bits')
print(best, result.best_trial.final_measurement.reward, result.best_trial.dna)

show('a route')


@pg.symbolize
class Route:
    def __init__(self, cities):
        self.cities = cities

    def length(self):
        stops = [*self.cities, self.cities[0]]
        return sum(
            math.dist((a.x, a.y), (b.x, b.y)) for a, b in zip(stops, stops[1:], strict=False)
        )


class City(pg.Object):
    x: int
    y: int


cities = list(
    pg.random_sample(City(x=pg.oneof(range(100)), y=pg.oneof(range(100))), num_examples=5, seed=1)
)
print([(c.x, c.y) for c in cities])
space = Route(pg.permutate(cities))
print(pg.dna_spec(space).space_size)
lengths = [round(route.length(), 6) for route in pg.iter(space)]
print(len(lengths), min(lengths), max(lengths), lengths.index(min(lengths)))
algorithm = pg.evolution.Evolution(
    pg.evolution.selectors.Random(4, seed=1)
    >> pg.evolution.selectors.Top(1)
    >> pg.evolution.mutators.Swap(seed=2),
    population_init=(pg.geno.Random(seed=3), 6),
    population_update=pg.evolution.selectors.Last(12),
)
found = []
for route, feedback in pg.sample(space, algorithm, 60):
    found.append(round(route.length(), 6))
    feedback(-route.length())
print(min(found) == min(lengths))

show('a functor is a model')


@pg.functor()
def polynomial(coefficients, shift=0):
    return sum(c * (2 - shift) ** i for i, c in enumerate(coefficients))


model = polynomial([pg.oneof([1, -1]), pg.oneof([2, 3])], shift=pg.oneof([0, 1]))
print([m() for m in pg.iter(model)])
print([m(shift=1, override_args=True) for m in pg.iter(model, 3)])

show('subsets')
ops = pg.sublist_of(2, ['conv', 'pool', 'skip'], choices_distinct=False)
print([list(x) for x in pg.iter(ops, 5)])
print([list(x) for x in pg.iter(pg.manyof(2, ['a', 'b', 'c'], choices_sorted=True))])

show('overrides')
experiment = pg.Dict(model=pg.Dict(activation='relu', units=8), rate=0.1)
tuned = experiment.clone(override={'model.activation': pg.oneof(['relu', 'tanh']), 'rate': 0.2})
print(experiment.model.activation, tuned.rate, [e.model.activation for e in pg.iter(tuned)])

show('names')
shared = pg.Dict(a=pg.oneof([1, 2], name='x'), b=pg.oneof([1, 2], name='y', hints=['h']))
spec = pg.dna_spec(shared)
print(sorted(spec.named_decision_points), list(spec['y'].hints))
dna = pg.DNA([0, 1], spec=spec)
print(dna['x'], dna['y'], dna.to_dict(key_type='name_or_id'))
try:
    pg.dna_spec(pg.Dict(a=pg.oneof([1, 2], name='x'), b=pg.floatv(0.0, 1.0, name='x')))
except ValueError:
    print('one name, two decisions')

show('feedback of iter')
for example, feedback in pg.iter(shared, 3, pg.geno.Random(seed=1), force_feedback=True):
    print(example.a, example.b, feedback.dna)
    feedback(1.0)

show('generators')


@pg.geno.dna_generator
def evens(dna_spec):
    for i, dna in enumerate(dna_spec.iter_dna()):
        if i % 2 == 0:
            yield dna


print([dict(d) for d in pg.iter(shared, algorithm=evens())])


class Annealing(pg.DNAGenerator):
    """Accepts what is better, and now and then what is not."""

    seed: int = 0

    def _setup(self):
        self._rng = random.Random(self.seed)
        self._current = None
        self._log = []

    def _propose(self):
        return pg.random_dna(self.dna_spec, self._rng)

    def _feedback(self, dna, reward):
        if self._current is None or reward >= self._current[1] or self._rng.random() < 0.1:
            self._current = (dna, reward)
            self._log.append(reward)


algorithm = Annealing(seed=5)
print(algorithm.needs_feedback, algorithm.multi_objective, algorithm.dna_spec)
for example, feedback in pg.sample(bits, algorithm, 12):
    feedback(sum(example))
print(algorithm.num_proposals, algorithm.num_feedbacks, algorithm._log)
print(pg.eq(algorithm.clone(), Annealing(seed=5)), algorithm.clone().dna_spec)

show('duplicates')
dedup = pg.geno.Deduping(
    pg.evolution.regularized_evolution(
        pg.evolution.mutators.Uniform(seed=1), population_size=4, tournament_size=2, seed=1
    ),
    auto_reward_fn=lambda rewards: sum(rewards) / len(rewards),
)
evaluated = []
for example, feedback in pg.sample(bits, dedup, 30, name='dedup'):
    evaluated.append(tuple(example))
    feedback(sum(example))
print(len(pg.poll_result('dedup').trials))
skipped = [t for t in pg.poll_result('dedup').trials if t.metadata.get('client_evaluation_skipped')]
print(len(skipped) + len(evaluated))

show('several goals')
goals = ['accuracy', 'speed']


class Front(pg.DNAGenerator):
    def _setup(self):
        self._rng = random.Random(1)
        self.seen = []

    @property
    def multi_objective(self):
        return True

    def _propose(self):
        return pg.random_dna(self.dna_spec, self._rng)

    def _feedback(self, dna, reward):
        self.seen.append(reward)


front = Front()
for example, feedback in pg.sample(bits, front, 3, metrics_to_optimize=goals, name='goals'):
    feedback(metrics={'accuracy': sum(example), 'speed': 4 - sum(example)})
print(front.seen)
print([t.final_measurement.reward for t in pg.poll_result('goals').trials])
try:
    next(pg.sample(bits, pg.geno.Random(), metrics_to_optimize=goals))
except ValueError:
    print('one goal only')

show('policies')
policy = pg.early_stopping.early_stop_by_value([(2, 1.0), (4, 3.0)], metric='accuracy')()
policy = policy | pg.early_stopping.early_stop_by_rank([(3, 0.5, 2)])()
stopped = []
for example, feedback in pg.sample(
    bits, pg.geno.Sweeping(), early_stopping_policy=policy, name='policies'
):
    for step in range(1, 6):
        accuracy = sum(example) * step / 5
        feedback.add_measurement(accuracy, metrics={'accuracy': accuracy}, step=step)
        if feedback.should_stop_early():
            stopped.append((feedback.id, step))
            feedback.skip()
            break
    else:
        feedback.done()
print(stopped)
print(pg.poll_result('policies'))

show('traced')


def network():
    depth = pg.oneof([1, 2], name='depth')
    kind = pg.oneof(
        [lambda: ('dense', pg.oneof([8, 16], name='units')), lambda: ('conv', 3)], name='kind'
    )
    activation = pg.oneof([abs, math.sqrt], name='activation')
    return depth, kind, activation(4)


context = pg.hyper.trace(network, require_hyper_name=True)
print(list(context.hyper_dict), context.dna_spec.space_size)
for apply in pg.iter(context):
    with apply():
        print(network(), end=' ')
print()
with context.apply(pg.DNA([1, (0, 1), 0])):
    print(network())
try:
    with context.apply(pg.DNA([1, 1])):
        network()
except ValueError:
    print('decisions are missing')

show('groups')
loops = [pg.sample(bits, pg.geno.Random(seed=1), 4, name='groups', group=g) for g in (1, 1, 2)]
ids = []
for loop in loops:
    example, feedback = next(loop)
    ids.append(feedback.id)
print(ids)
feedback(1.0)
print(pg.poll_result('groups').trials[1].status, pg.poll_result('groups').is_active)
