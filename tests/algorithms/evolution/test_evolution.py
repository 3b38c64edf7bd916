"""`Evolution`: the initial population, generations, rewards, notes, threads."""

import math
import threading
import time

import pytest
from evolution_helpers import G, constants, mixed_spec, run, total

import mutandis as mt
from mutandis.algorithms import evolution as ev
from mutandis.algorithms.evolution.seeding import own_streams

S, M, B = ev.selectors, ev.mutators, ev.base


def evolution(size=5, **kwargs):
    return ev.Evolution(S.Top(1) >> M.Uniform(seed=1), (G.Random(seed=1), size), **kwargs)


# ------------------------------------------------------------------------------- construction


def test_it_is_symbolic():
    algorithm = ev.Evolution(S.Top(1) >> M.Uniform(seed=1), (G.Random(seed=1), 5), S.Last(9))
    run(algorithm, mixed_spec(), 8)
    for copy in (algorithm.clone(deep=True), mt.from_json_str(algorithm.to_json_str())):
        assert mt.eq(copy, algorithm)
        assert copy.dna_spec is None and copy.num_proposals == 0


def test_a_seed_is_printed_where_there_is_one():
    algorithm = ev.Evolution(S.Top(1), G.Random())
    text = (
        'Evolution(reproduction=Top(n=1, key=None, cluster=False), '
        'population_init=Random(seed=None), population_update=None, multi_objective=False)'
    )
    assert repr(algorithm) == text
    assert 'seed = None\n' in str(algorithm) and '\n  seed' not in str(algorithm)
    assert repr(algorithm.rebind(seed=3)) == text[:-1] + ', seed=3)'


@pytest.mark.parametrize(
    ('make', 'error'),
    [
        (lambda: ev.Evolution(), TypeError),
        (lambda: ev.Evolution(1), TypeError),
        (lambda: ev.Evolution(ev.Identity(), 1), TypeError),
        (lambda: ev.Evolution(ev.Identity(), (G.Random(), 1.0)), TypeError),
        (lambda: ev.Evolution(ev.Identity(), (G.Random(), 1), None, True), TypeError),
        (lambda: ev.Evolution(ev.Identity()).population, AttributeError),
        (lambda: ev.Evolution(ev.Identity()).global_state, AttributeError),
    ],
)
def test_malformed(make, error):
    with pytest.raises(error):
        make()


def test_defaults():
    algorithm = ev.Evolution(ev.Identity())
    assert mt.eq(algorithm.population_init, (G.Random(), 50))
    assert algorithm.population_update is None
    assert not algorithm.multi_objective and algorithm.needs_feedback
    assert algorithm.dna_spec is None


# --------------------------------------------------------------------------------- the rounds


def test_notes_and_counters():
    algorithm = evolution(2)
    algorithm.setup(mixed_spec())
    first, second = algorithm.propose(), algorithm.propose()
    assert [B.get_proposal_id(d) for d in (first, second)] == [1, 2]
    assert ev.is_initial_population(first) and ev.get_generation_id(first) == 1
    assert ev.get_feedback_sequence_number(first) is None
    assert algorithm.num_generations == 0
    algorithm.feedback(second, 1.0)
    algorithm.feedback(first, 2.0)
    assert ev.get_feedback_sequence_number(second) == 1
    assert ev.get_feedback_sequence_number(first) == 2
    assert (ev.get_fitness(first), algorithm.num_generations) == (2.0, 1)
    child = algorithm.propose()
    assert not ev.is_initial_population(child)
    assert (B.get_proposal_id(child), ev.get_generation_id(child)) == (3, 2)
    assert algorithm.population == [second, first]
    assert (algorithm.num_proposals, algorithm.num_feedbacks) == (3, 2)
    assert child.metadata == {
        'proposal_id': 3,
        'generation_id': 2,
        'initial_population': False,
    }
    with pytest.raises(KeyError):
        ev.get_fitness(child)


def test_workers_never_wait_for_the_initial_population():
    algorithm = evolution(2)
    algorithm.setup(mixed_spec())
    early = [algorithm.propose() for _ in range(7)]
    assert all(map(ev.is_initial_population, early))
    for dna in early[:2]:
        algorithm.feedback(dna, total(dna))
    assert not ev.is_initial_population(algorithm.propose())
    algorithm.feedback(early[6], 1.0)
    assert len(algorithm.population) == 3


def test_the_generator_is_used_as_it_is_and_hears_of_rewards():
    heard = []

    class Initial(mt.DNAGenerator):
        def _propose(self):
            return self.dna_spec.first_dna()

        def _feedback(self, dna, reward):
            heard.append(reward)

    initial = Initial()
    algorithm = ev.Evolution(M.Uniform(seed=1), (initial, 3), S.Last(1))
    run(algorithm, mixed_spec(), 6, reward=lambda dna: float(B.get_proposal_id(dna)))
    assert initial.num_proposals == 3 and heard == [1.0, 2.0, 3.0]


def test_a_generator_without_size_is_used_up():
    spec = G.space([G.oneof(constants(3))])
    algorithm = ev.Evolution(S.Top(1) >> M.Uniform(seed=1), G.Sweeping())
    proposed = run(algorithm, spec, 6)
    assert [d.value for d in proposed[:3]] == [0, 1, 2]
    assert [ev.get_generation_id(d) for d in proposed] == [1, 1, 1, 2, 3, 4]


def test_size_zero_takes_one_initial_proposal():
    proposed = run(evolution(0), mixed_spec(), 4)
    assert [ev.is_initial_population(d) for d in proposed] == [True, False, False, False]


def test_errors_of_the_generator_propagate():
    @G.dna_generator
    def failing(dna_spec):
        yield dna_spec.first_dna()
        raise ArithmeticError()

    algorithm = ev.Evolution(ev.Identity(), failing())
    algorithm.setup(mixed_spec())
    algorithm.propose()
    with pytest.raises(ArithmeticError):
        algorithm.propose()
    with pytest.raises(ValueError):
        algorithm.propose()


def test_children_of_a_round_are_proposed_one_by_one():
    algorithm = ev.Evolution(S.Top(1) >> M.Uniform(seed=1) * 3, (G.Random(seed=1), 1), S.Top(1))
    proposed = run(algorithm, mixed_spec(), 7)
    assert [ev.get_generation_id(d) for d in proposed] == [1, 2, 2, 2, 3, 3, 3]
    assert [B.get_proposal_id(d) for d in proposed] == [1, 2, 3, 4, 5, 6, 7]


def test_operations_get_the_counters_as_steps():
    steps = []

    def reproduce(population, step):
        steps.append(('reproduce', step))
        return [population[-1]]

    def update(population, step):
        steps.append(('update', step))
        return population

    run(ev.Evolution(reproduce, (G.Random(seed=1), 1), update), mixed_spec(), 3)
    assert steps == [
        ('update', 0),
        ('reproduce', 1),
        ('update', 1),
        ('reproduce', 2),
        ('update', 2),
    ]


def test_a_proposal_is_never_a_member_of_the_population():
    for reproduction in (ev.Identity(), S.First(1), lambda x: [x[0], x[0]]):
        algorithm = ev.Evolution(reproduction, (G.Random(seed=1), 2))
        proposed = run(algorithm, mixed_spec(), 9)
        assert len(set(map(id, proposed))) == 9
        assert [ev.get_fitness(d) for d in algorithm.population] == list(map(total, proposed))
        assert len({B.get_proposal_id(d) for d in proposed}) == 9


def test_a_new_child_twice_is_two_proposals():
    def twice(population):
        child = population[0].clone()
        return [child, child]

    proposed = run(ev.Evolution(twice, (G.Random(seed=1), 1)), mixed_spec(), 3)
    assert proposed[1] == proposed[2] and proposed[1] is not proposed[2]
    assert [B.get_proposal_id(d) for d in proposed] == [1, 2, 3]


@pytest.mark.parametrize('nothing', [[], None])
def test_a_round_without_children_is_an_error(nothing):
    algorithm = ev.Evolution(lambda x: nothing, (G.Random(), 1))
    algorithm.setup(mixed_spec())
    algorithm.feedback(algorithm.propose(), 1.0)
    with pytest.raises(ValueError, match='no child'):
        algorithm.propose()


def test_user_mutators_and_custom_points():
    class Grow(ev.Mutator):
        def mutate(self, dna, step):
            return mt.DNA(dna.value + 'x')

    @G.dna_generator
    def initial(dna_spec):
        yield mt.DNA('')

    spec = G.space([G.custom()])
    algorithm = ev.Evolution(S.Top(1) >> Grow(), initial(), S.Top(1))
    proposed = run(algorithm, spec, 5, reward=lambda dna: float(len(dna.value)))
    assert [d.value for d in proposed] == ['', 'x', 'xx', 'xxx', 'xxxx']


def test_setup_begins_anew():
    algorithm = ev.Evolution(S.Top(1) >> M.Uniform(), (G.Random(), 2), S.Last(4), seed=3)
    first = list(map(str, run(algorithm, mixed_spec(), 9)))
    assert list(map(str, run(algorithm, mixed_spec(), 9))) == first
    algorithm.setup(mixed_spec())
    assert (algorithm.population, algorithm.num_proposals, algorithm.num_feedbacks) == ([], 0, 0)
    assert algorithm.global_state == {'num_generations': 0}


def test_operations_may_be_changed_while_it_runs():
    algorithm = evolution(1)
    algorithm.setup(mixed_spec())
    algorithm.feedback(algorithm.propose(), 1.0)
    algorithm.rebind(reproduction=lambda x: [x[0].spec.first_dna()])
    assert algorithm.propose() == mixed_spec().first_dna()


# ------------------------------------------------------------------------------------ rewards


def test_rewards_are_normalized():
    single = evolution(9)
    single.setup(mixed_spec())
    dna = single.propose()
    single.feedback(dna, (1.5,))
    assert ev.get_fitness(dna) == 1.5
    with pytest.raises(ValueError, match='single objective'):
        single.feedback(single.propose(), (1.0, 2.0))
    assert (single.num_feedbacks, len(single.population)) == (1, 1)

    several = evolution(9, multi_objective=True)
    several.setup(mixed_spec())
    rewards = [1.0, 2, (1.0, 2.0), [1.0, 2.0]]
    stored = []
    for reward in rewards:
        dna = several.propose()
        several.feedback(dna, reward)
        stored.append(ev.get_fitness(dna))
    assert stored == [(1.0,), (2,), (1.0, 2.0), [1.0, 2.0]]


def test_no_reward_is_no_feedback():
    algorithm = ev.hill_climb(seed=1)
    algorithm.setup(mixed_spec())
    dna = algorithm.propose()
    with pytest.raises(TypeError, match='skip'):
        algorithm.feedback(dna, None)
    assert algorithm.num_feedbacks == 0 and algorithm.population == []


def test_known_designs_can_be_injected():
    algorithm = evolution(3)
    spec = mixed_spec()
    algorithm.setup(spec)
    known = spec.random_dna()
    algorithm.feedback(known, 100.0)
    for _ in range(2):
        algorithm.feedback(algorithm.propose(), 1.0)
    assert algorithm.population[0] is known
    child = algorithm.propose()
    assert ev.get_generation_id(child) == 2
    differing = [a for a, b in zip(child, known, strict=True) if a != b]
    assert len(differing) <= 1


def test_injected_designs_are_bound():
    algorithm = evolution(1)
    algorithm.setup(mixed_spec())
    known = mt.DNA([1, [0, 2], (0, 0.5), [(0, 2.5), 3]])
    algorithm.feedback(known, 100.0)
    assert known.spec is algorithm.dna_spec
    algorithm.dna_spec.validate(algorithm.propose())
    with pytest.raises(TypeError, match='DNA'):
        algorithm.feedback([0, 1], 1.0)


def test_rewards_of_numpy_are_numbers():
    import numpy as np

    single, several = ev.hill_climb(seed=1), evolution(2, multi_objective=True)
    for algorithm, reward, noted in (
        (single, np.float32(0.5), 0.5),
        (single, np.array(2), 2),
        (several, np.float32(0.5), (0.5,)),
        (several, np.array([0.5, 1.0]), (0.5, 1.0)),
    ):
        algorithm.setup(mixed_spec())
        dna = algorithm.propose()
        algorithm.feedback(dna, reward)
        assert ev.get_fitness(dna) == noted
        assert type(ev.get_fitness(dna)) is type(noted)
    with pytest.raises(ValueError, match='single objective'):
        single.feedback(single.propose(), np.array([1.0, 2.0]))


@pytest.mark.parametrize('reward', [math.nan, math.inf, -math.inf, 0, True])
def test_awkward_rewards(reward):
    for algorithm in (ev.regularized_evolution(population_size=4, tournament_size=2), evolution()):
        run(algorithm, mixed_spec(), 30, reward=lambda dna: reward)
        assert algorithm.num_feedbacks == 30


def test_scale_and_shift_of_rewards_change_nothing():
    def proposals(reward):
        algorithm = ev.regularized_evolution(population_size=6, tournament_size=3, seed=1)
        return list(map(str, run(algorithm, mixed_spec(), 60, reward)))

    plain = proposals(lambda dna: round(total(dna), 6))
    assert proposals(lambda dna: 1000.0 * round(total(dna), 6) - 17.0) == plain


# --------------------------------------------------------------------------------------- seeds


def test_one_seed_seeds_every_part_that_has_none():
    def algorithm(seed, mutator_seed=None):
        return ev.Evolution(
            S.Random(3) >> S.Top(1) >> ev.Choice([(M.Uniform(seed=mutator_seed), 0.7)]),
            (G.Random(), 4),
            S.Last(6),
            seed=seed,
        )

    def proposals(*args):
        return list(map(str, run(algorithm(*args), mixed_spec(), 40)))

    assert proposals(1) == proposals(1)
    assert len({tuple(proposals(seed)) for seed in range(5)}) == 5
    assert proposals(1, 7) != proposals(1, 8)
    # The parts of the algorithm itself stay as they are.
    assert mt.eq(algorithm(1).rebind(seed=2), algorithm(2))
    made = algorithm(1)
    run(made, mixed_spec(), 9)
    assert mt.eq(made, algorithm(1))


def test_a_shared_mutator_is_not_seeded_by_the_first_algorithm():
    mutator = M.Uniform()
    for seed in (1, 2):
        run(ev.hill_climb(mutator, seed=seed), mixed_spec(), 5)
    assert mutator.seed is None


def test_parts_do_not_draw_the_same_numbers():
    algorithm = ev.Evolution(
        S.Random(3) >> M.Uniform(), (G.Random(), 1), S.Random() >> S.Random(), seed=1
    )
    algorithm.setup(mixed_spec())
    streams = own_streams(algorithm._parts)
    assert len({stream.getstate() for stream in streams}) == len(streams) == 5


def test_not_set_up():
    with pytest.raises(AttributeError, match='setup'):
        evolution().propose()


# ------------------------------------------------------------------------------------- threads


def test_many_threads_propose_and_give_feedback():
    algorithm = ev.Evolution(
        S.Random(3, seed=1) >> S.Top(1) >> M.Uniform(seed=1), (G.Random(seed=1), 1), S.Last(10)
    )
    algorithm.setup(mixed_spec())
    proposed, errors = [], []

    def work():
        try:
            for _ in range(10):
                dna = algorithm.propose()
                proposed.append(dna)
                time.sleep(0.0005)
                algorithm.feedback(dna, total(dna))
        except Exception as error:  # shown below
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert sorted(map(B.get_proposal_id, proposed)) == list(range(1, 1001))
    assert sorted(map(ev.get_feedback_sequence_number, proposed)) == list(range(1, 1001))
    assert algorithm.num_proposals == algorithm.num_feedbacks == 1000
    assert len(algorithm.population) == 10


# --------------------------------------------------------------------------------- in a search


def test_in_a_sampling_loop():
    space = mt.Dict({f'x{i}': mt.oneof([0, 1]) for i in range(20)})
    algorithm = ev.regularized_evolution(population_size=20, tournament_size=10, seed=1)
    best = 0.0
    for example, feedback in mt.sample(space, algorithm, 400):
        reward = float(sum(example.values()))
        feedback(reward)
        best = max(best, reward)
    assert best >= 18


def test_deduping_around_evolution():
    spec = G.space([G.oneof(constants(8)) for _ in range(4)])
    algorithm = G.Deduping(ev.regularized_evolution(population_size=3, tournament_size=2, seed=1))
    proposed = run(algorithm, spec, 60)
    assert len(set(proposed)) == 60
    again = G.Deduping(ev.regularized_evolution(population_size=3, tournament_size=2, seed=1))
    again.setup(spec)
    again.recover([(dna, total(dna)) for dna in proposed[:40]])
    inner = again.generator
    assert inner.num_proposals == inner.num_feedbacks == 40
    assert inner.population == proposed[37:40]
