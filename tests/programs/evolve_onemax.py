"""OneMax in three ways: a list of decisions, strings as DNA with a mutator of one's own, and
algorithms that are loaded from files.
"""

import os
import random
import tempfile

import mutandis as pg

evolution = pg.evolution
selectors, mutators = evolution.selectors, evolution.mutators


def show(title):
    print(f'--- {title}')


show('a list of decisions')
N = 16
space = pg.List([pg.oneof([0, 1])] * N)
algorithm = evolution.regularized_evolution(
    mutators.Uniform(seed=1), population_size=20, tournament_size=10, seed=2
)
print(repr(algorithm.reproduction), algorithm.population_update)
print(algorithm.population_init)
best, history = -1, []
for example, feedback in pg.sample(space, algorithm, 150):
    reward = sum(example)
    feedback(reward)
    if reward > best:
        best = reward
        history.append((feedback.id, reward, ''.join(map(str, example))))
for entry in history:
    print(*entry)
print(algorithm.num_proposals, algorithm.num_feedbacks, algorithm.num_generations)
print([evolution.get_fitness(dna) for dna in algorithm.population])
newest = algorithm.population[-1]
print(
    newest.to_dict(),
    evolution.get_generation_id(newest),
    evolution.get_feedback_sequence_number(newest),
    evolution.is_initial_population(newest),
)


show('hill climbing, several children at a time')
algorithm = evolution.hill_climb(
    mutators.Uniform(seed=3), batch_size=4, init_population_size=5, seed=4
)
print(algorithm.reproduction)
rewards = []
for example, feedback in pg.sample(space, algorithm, 60):
    rewards.append(sum(example))
    feedback(rewards[-1])
print(rewards)
print(algorithm.population)


show('strings as DNA')


class BitString(pg.hyper.CustomHyper):
    """A string of bits, which is its own DNA."""

    length: int

    def custom_decode(self, dna):
        assert isinstance(dna.value, str)
        return [int(bit) for bit in dna.value]


class FlipBits(evolution.Mutator):
    """Turns each bit over with a probability; the child is a plain string."""

    probability: float = 0.1
    seed: int | None = None

    def _on_bound(self):
        super()._on_bound()
        self._generator = random.Random(self.seed)

    def mutate(self, dna):
        return pg.DNA(
            ''.join(
                bit if self._generator.random() >= self.probability else '10'[int(bit)]
                for bit in dna.value
            )
        )


@pg.geno.dna_generator
def halves(dna_spec):
    """The initial population: each string has a block of ones."""
    print('generating for', type(dna_spec).__name__)
    for i in range(4):
        bits = ['0'] * N
        bits[4 * i : 4 * i + 4] = '1111'
        yield pg.DNA(''.join(bits))


algorithm = evolution.Evolution(
    selectors.Random(3, seed=5) >> selectors.Top(1) >> FlipBits(0.2, seed=6),
    population_init=halves(),
    population_update=selectors.Top(6),
)
best = None
for example, feedback in pg.sample(pg.Dict(bits=BitString(length=N)), algorithm, 80):
    reward = float(sum(example.bits))
    feedback(reward)
    if best is None or reward > best:
        best = reward
        print(feedback.id, feedback.dna.value, reward, evolution.get_generation_id(feedback.dna))
print([(dna.value, evolution.get_fitness(dna)) for dna in algorithm.population])


show('a generator with a size')
algorithm = evolution.Evolution(
    selectors.Top(1) >> FlipBits(0.2, seed=7), (halves(), 2), selectors.Last(3)
)
proposed = []
for example, feedback in pg.sample(BitString(length=N), algorithm, 6):
    feedback(float(sum(example)))
    proposed.append((feedback.dna.value, evolution.is_initial_population(feedback.dna)))
for entry in proposed:
    print(*entry)


show('algorithms from files')
with tempfile.TemporaryDirectory() as folder:
    for name, algorithm in {
        'regularized': evolution.regularized_evolution(
            mutators.Uniform(seed=8), population_size=6, tournament_size=3, seed=9
        ),
        'climbing': evolution.hill_climb(mutators.Uniform(seed=8), seed=9),
        'own': evolution.Evolution(
            selectors.Top(2) >> (mutators.Uniform(seed=10) * 2)[:3],
            (pg.geno.Random(seed=11), 3),
            selectors.Last(8),
        ),
        'random': pg.geno.Random(seed=12),
    }.items():
        path = os.path.join(folder, f'{name}.json')
        pg.save(algorithm, path)
        loaded = pg.load(path)
        print(name, type(loaded).__name__, pg.eq(loaded, algorithm))
        runs = []
        for each in (algorithm, loaded):
            rewards = []
            for example, feedback in pg.sample(space, each, 30):
                rewards.append(sum(example))
                feedback(rewards[-1])
            runs.append(rewards)
        print(runs[0], runs[0] == runs[1])


show('a search that is stopped and continued')
algorithm = evolution.regularized_evolution(mutators.Uniform(seed=1), 6, 3, seed=2)
first = []
for example, feedback in pg.sample(space, algorithm, 12, name='stopped'):
    feedback(sum(example))
    first.append(sum(example))
    if len(first) == 8:
        break
for example, feedback in pg.sample(space, algorithm, 12, name='stopped'):
    feedback(sum(example))
    first.append(sum(example))
print(first)
result = pg.poll_result('stopped')
print(len(result.trials), result.best_trial.id, result.best_trial.final_measurement.reward)
print(result.best_trial.dna)
