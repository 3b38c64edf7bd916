"""Every operation is data: saved, loaded and copied it does the same."""

import copy
import pickle
import random

import pytest
from evolution_helpers import mixed_spec

import mutandis as mt
from mutandis.algorithms import evolution as ev

S, M, R, W, G = ev.selectors, ev.mutators, ev.recombinators, ev.where, mt.geno


@mt.functor()
def rising(items):
    return [1.0 + i for i in range(len(items))]


@mt.functor()
def middle(points):
    return [len(points) // 2]


@mt.functor()
def several(items, n):
    return len(items) > n


@mt.functor()
def minus_fitness(dna):
    return -ev.get_fitness(dna)


@mt.functor()
def first_half(items):
    return items[: len(items) // 2]


OPERATIONS = [
    ev.Identity(),
    S.First(3),
    S.Last(0.5),
    S.Top(2, key=minus_fitness(), cluster=True),
    S.Bottom(mt.scalars.STEP + 1),
    S.Random(3, seed=1),
    S.Random(3, replacement=True, seed=1),
    S.Sample(3, rising(), seed=1),
    S.Proportional(5, rising()),
    M.Uniform(seed=1),
    M.Swap(seed=1),
    S.First(3) >> R.Uniform(seed=1),
    S.First(3) >> R.Uniform(where=W.Any(2, seed=3), seed=1),
    S.First(3) >> R.Sample(rising(), seed=1),
    S.First(3) >> R.Average(),
    S.First(3) >> R.WeightedAverage(rising()),
    S.First(2) >> R.KPoint(2, seed=1),
    S.First(2) >> R.Segmented(middle()),
    S.First(2) >> R.PartiallyMapped(seed=1),
    S.First(2) >> R.Order(seed=1),
    S.First(2) >> R.Cycle(where=W.ALL, seed=1),
    S.First(2) + S.Last(2),
    S.First(2) | S.Random(3, seed=1),
    S.First(4) & S.Last(4),
    S.First(4) - S.Last(4),
    S.First(4) ^ S.Last(4),
    -S.First(2),
    first_half() >> S.Random(1, seed=1) * 3,
    M.Uniform(seed=1) ** 2,
    S.Top()[1:3],
    S.Top()[0],
    M.Uniform(seed=1).with_prob(mt.scalars.linear(10, 1.0, 0.5), seed=2),
    ev.Choice([(M.Uniform(seed=1), 0.5), (S.First(2), 0.5)], limit=1, seed=2),
    S.First(2).if_true(several(n=3)),
    S.First(2).if_false(several(n=3)),
    S.First(2).as_global_state('kept') + ev.GlobalStateGetter('kept'),
    S.First(2).set_global_state('kept', [1]),
    ev.GlobalStateGetter('absent', []),
    M.Uniform(seed=1).until_change(5),
    ev.Lambda(first_half()).flatten(2),
]


def population():
    spec = mixed_spec()
    rng = random.Random(1)
    return [ev.set_fitness(spec.random_dna(rng), float(i % 3)) for i in range(8)]


@pytest.mark.parametrize('op', OPERATIONS, ids=[str(i) for i in range(len(OPERATIONS))])
def test_copies_do_the_same(op):
    members = population()
    state = mt.geno.AttributeDict()
    expected = [op.clone(deep=True)(members, state, step) for step in range(3)]
    for twin in (
        mt.from_json_str(op.to_json_str()),
        pickle.loads(pickle.dumps(op)),
        copy.deepcopy(op),
        op.clone(deep=True),
    ):
        assert mt.eq(twin, op)
        state = mt.geno.AttributeDict()
        assert [twin.clone(deep=True)(members, state, step) for step in range(3)] == expected


def test_algorithms_are_saved(tmp_path):
    for algorithm in (
        ev.hill_climb(seed=1),
        ev.regularized_evolution(seed=1),
        ev.Evolution(S.Random(2, seed=1) >> R.KPoint(1) >> M.Uniform(), seed=3),
    ):
        path = tmp_path / 'algorithm.json'
        algorithm.save(str(path))
        assert mt.eq(mt.load(str(path)), algorithm)


def test_a_saved_state_holds_every_stream():
    """Recombinators, filters, chances and random schedules go on where they were."""

    def make():
        return ev.Evolution(
            S.Random(2, seed=1)
            >> R.Uniform(where=W.Any(2, seed=2), seed=3)
            >> M.Uniform(seed=4).with_prob(mt.scalars.Uniform(0.2, 0.9, seed=5), seed=6)
            >> (R.Order(seed=8) * 2)[0].if_true(several(n=1)),
            population_init=(G.Random(seed=7), 4),
            population_update=S.Last(6),
        )

    spec = mixed_spec()
    first, second = make(), make()
    first.setup(spec)
    second.setup(spec)

    def go_on(algorithm, n):
        proposed = []
        for _ in range(n):
            dna = algorithm.propose()
            proposed.append(dna)
            algorithm.feedback(dna, float(sum(dna.to_numbers())))
        return proposed

    go_on(first, 15)
    second.load_state_dict(first.state_dict())
    assert go_on(first, 20) == go_on(second, 20)
