"""Programs of users, whose every trial is that of PyGlove 0.4.5 with the same seeds."""

import random

import mutandis as pg

ev, S, M, R = (
    pg.evolution,
    pg.evolution.selectors,
    pg.evolution.mutators,
    pg.evolution.recombinators,
)


class BitString(pg.hyper.CustomHyper):
    length: int = 8

    def custom_decode(self, dna):
        return [int(c) for c in dna.value]

    def custom_encode(self, value):
        return pg.DNA(''.join(map(str, value)))

    def random_dna(self, rng=None, previous_dna=None):
        return pg.DNA(''.join(rng.choice('01') for _ in range(self.length)))


@pg.geno.dna_generator
def ten_bit_strings(spec):
    rng = random.Random(1)
    for _ in range(10):
        yield pg.DNA(''.join(rng.choice('01') for _ in range(8)))


class Flip(ev.Mutator):
    def _on_bound(self):
        super()._on_bound()
        self._rng = random.Random(1)

    def mutate(self, dna):
        i, bits = self._rng.randint(0, 7), dna.value
        return pg.DNA(bits[:i] + str(1 - int(bits[i])) + bits[i + 1 :])


@pg.symbolize
def hinted(node, hints):
    return node.spec is not None and node.spec.hints == hints


def trials(space, algorithm, n, reward):
    """The rewards of n trials."""
    rewards = []
    for program, feedback in pg.sample(space, algorithm, num_examples=n):
        rewards.append(reward(program))
        feedback(float(rewards[-1]))
    return rewards


def numbers():
    return pg.Dict(x=pg.oneof(range(9)), y=pg.floatv(0.0, 1.0))


def test_one_max_of_custom_values():
    algorithm = ev.Evolution(
        S.Random(5, seed=1) >> S.Top(1) >> Flip(),
        population_init=ten_bit_strings(),
        population_update=S.Last(10),
    )
    assert trials(BitString(), algorithm, 60, sum) == [
        5,
        4,
        2,
        4,
        4,
        5,
        5,
        5,
        4,
        4,
        4,
        4,
        4,
        4,
        4,
        4,
        6,
        5,
        4,
        4,
        5,
        4,
        5,
        5,
        5,
        5,
        7,
        6,
        5,
        5,
        5,
        6,
        6,
        6,
        6,
        5,
        6,
        7,
        6,
        5,
        5,
        5,
        6,
        6,
        6,
        5,
        6,
        5,
        5,
        5,
        7,
        8,
        7,
        6,
        7,
        6,
        7,
        8,
        6,
        6,
    ]


def test_architectures_by_hints():
    space = pg.Dict(
        ops=pg.List([pg.oneof(['a', 'b', 'c'], hints='OP') for _ in range(5)]),
        edges=pg.List([pg.oneof([0, 1], hints='EDGE') for _ in range(6)]),
    )
    mutator = (
        M.Uniform(where=hinted(hints='EDGE'), seed=2)
        >> M.Uniform(where=hinted(hints='OP'), seed=3) ** 3
    )
    algorithm = ev.regularized_evolution(mutator, population_size=8, tournament_size=3, seed=1)
    assert trials(space, algorithm, 40, lambda x: x.ops.count('b') + sum(x.edges)) == [
        5,
        6,
        2,
        6,
        4,
        6,
        4,
        5,
        4,
        6,
        7,
        7,
        5,
        4,
        6,
        9,
        7,
        6,
        7,
        8,
        6,
        5,
        7,
        4,
        8,
        9,
        6,
        6,
        8,
        9,
        9,
        9,
        10,
        10,
        7,
        9,
        7,
        9,
        8,
        10,
    ]


def test_an_algorithm_from_a_file(tmp_path):
    path = str(tmp_path / 'algorithm.json')
    made = ev.regularized_evolution(M.Uniform(seed=3), population_size=4, tournament_size=2, seed=1)
    made.save(path)
    space = pg.Dict(x=pg.oneof(range(9)), y=pg.permutate(list('abc')))
    seen = []

    def reward(program):
        seen.append((program.x, ''.join(program.y)))
        return program.x

    trials(space, pg.load(path), 15, reward)
    assert seen == [
        (2, 'cab'),
        (1, 'bca'),
        (6, 'acb'),
        (0, 'bca'),
        (6, 'cab'),
        (6, 'acb'),
        (6, 'acb'),
        (6, 'acb'),
        (0, 'acb'),
        (6, 'acb'),
        (6, 'acb'),
        (6, 'acb'),
        (6, 'abc'),
        (6, 'abc'),
        (6, 'acb'),
    ]


def test_schedules():
    algorithm = ev.Evolution(
        (S.Top(0.2) | S.Random(3, seed=7))
        >> M.Uniform(seed=7)
        .with_prob(pg.scalars.linear(100, 1.0, 0.1), seed=7)
        .until_change(max_attempts=20),
        (pg.geno.Random(1), 10),
        S.Last(10),
    )
    assert trials(numbers(), algorithm, 40, lambda program: program.x) == [
        2,
        1,
        7,
        7,
        3,
        0,
        6,
        0,
        4,
        3,
        7,
        7,
        8,
        5,
        8,
        0,
        6,
        0,
        8,
        8,
        3,
        6,
        3,
        8,
        4,
        5,
        4,
        1,
        5,
        8,
        0,
        7,
        8,
        3,
        1,
        2,
        1,
        5,
        4,
        5,
    ]


def test_crossover_weighted_by_fitness():
    algorithm = ev.Evolution(
        S.Random(3, seed=1)
        >> R.Sample(lambda parents: [ev.get_fitness(dna) for dna in parents], seed=2)
        >> M.Uniform(seed=3),
        (pg.geno.Random(1), 6),
        S.Top(6),
    )
    seen = []

    def reward(program):
        seen.append((program.x, round(program.y, 3)))
        return program.x + 1

    trials(numbers(), algorithm, 30, reward)
    assert seen == [
        (2, 0.569),
        (1, 0.255),
        (7, 0.761),
        (7, 0.652),
        (3, 0.094),
        (0, 0.893),
        (8, 0.761),
        (5, 0.652),
        (3, 0.626),
        (0, 0.761),
        (5, 0.259),
        (3, 0.259),
        (7, 0.541),
        (8, 0.397),
        (3, 0.541),
        (8, 0.652),
        (7, 0.741),
        (2, 0.761),
        (4, 0.652),
        (4, 0.652),
        (7, 0.595),
        (8, 0.714),
        (8, 0.395),
        (8, 0.964),
        (5, 0.714),
        (0, 0.761),
        (7, 0.964),
        (4, 0.652),
        (8, 0.779),
        (8, 0.421),
    ]


def test_an_elite_in_the_global_state():
    algorithm = ev.Evolution(
        S.Top(2).as_global_state('elite') + (ev.GlobalStateGetter('elite') >> M.Uniform(seed=1)),
        (pg.geno.Random(1), 3),
        lambda population, global_state, step: population[-4:],
    )
    assert trials(pg.Dict(x=pg.oneof(range(9))), algorithm, 20, lambda x: x.x) == [
        2,
        1,
        4,
        1,
        1,
        7,
        6,
        1,
        0,
        6,
        7,
        3,
        5,
        0,
        8,
        6,
        6,
        8,
        7,
        8,
    ]
    assert sorted(algorithm.global_state) == ['elite', 'num_generations']
    assert algorithm.num_generations == 10
