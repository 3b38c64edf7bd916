"""Recovery: from a history, event by event, and from a saved state."""

import itertools
import json

import pytest
from evolution_helpers import G, constants, mixed_spec, run, total

import mutandis as mt
from mutandis.algorithms import evolution as ev

S, M, B = ev.selectors, ev.mutators, ev.base
_names = itertools.count()


def algorithm(size=4, mutator_seed=7):
    return ev.Evolution(
        S.Random(3, seed=2) >> S.Top(1) >> M.Uniform(seed=mutator_seed) * 2,
        (G.Random(seed=1), size),
        S.Last(6),
    )


def follow(first, second, count=10):
    """Both algorithms go on in the same way."""
    for _ in range(count):
        dna, other = first.propose(), second.propose()
        assert dna == other and dna.metadata == other.metadata
        for each, individual in ((first, dna), (second, other)):
            each.feedback(individual, total(individual))
    assert [d.metadata for d in first.population] == [d.metadata for d in second.population]


def test_population_and_counters_are_restored():
    first = algorithm()
    history = [(dna, total(dna)) for dna in run(first, mixed_spec(), 12)]
    second = algorithm()
    second.setup(mixed_spec())
    second.recover(history)
    assert second.population == first.population
    for name in ('num_proposals', 'num_feedbacks', 'num_generations'):
        assert getattr(second, name) == getattr(first, name)
    assert [B.get_proposal_id(d) for d in second.population] == [7, 8, 9, 10, 11, 12]
    assert not ev.is_initial_population(second.propose())


def test_a_seeded_initial_generator_goes_on():
    first = algorithm(size=10)
    history = [(dna, total(dna)) for dna in run(first, mixed_spec(), 5)]
    history.append((first.propose(), None))
    second = algorithm(size=10)
    second.setup(mixed_spec())
    second.recover(history[:2])
    second.recover(history[2:])
    assert (second.num_generations, second.num_proposals) == (0, 6)
    for _ in range(5):
        assert first.propose() == second.propose()


def test_history_without_notes_on_rewards():
    spec = mixed_spec()
    first = algorithm()
    history = []
    for dna in run(first, spec, 8):
        plain = mt.from_json(dna.to_json())
        for key in ('feedback_sequence_number', 'reward'):
            del plain.metadata[key]
        history.append((plain, total(dna)))
    second = algorithm()
    second.setup(spec)
    second.recover(history)
    assert [ev.get_feedback_sequence_number(d) for d in second.population] == [3, 4, 5, 6, 7, 8]
    assert all(d.spec is spec for d in second.population)


def test_a_wrong_reward_is_an_error():
    history = [(dna, total(dna) + 1) for dna in run(algorithm(), mixed_spec(), 3)]
    second = algorithm()
    second.setup(mixed_spec())
    with pytest.raises(AssertionError):
        second.recover(history)


def test_saved_state_continues_exactly():
    first = algorithm()
    run(first, mixed_spec(), 9)
    first.propose()
    state = json.loads(json.dumps(first.state_dict()))
    second = algorithm()
    second.setup(mixed_spec())
    second.load_state_dict(state)
    follow(first, second)


def test_saved_state_of_derived_seeds_and_global_state():
    def make():
        keep = S.Top(2).as_global_state('best')
        back = ev.GlobalStateGetter('best')
        return ev.Evolution((keep + back) >> M.Uniform(), (G.Random(), 3), S.Last(5), seed=4)

    first, second = make(), make()
    run(first, mixed_spec(), 11)
    second.setup(mixed_spec())
    second.load_state_dict(json.loads(json.dumps(first.state_dict())))
    follow(first, second)


def test_the_state_of_another_algorithm_is_refused():
    first, other = algorithm(), ev.hill_climb(seed=1)
    run(first, mixed_spec(), 3)
    other.setup(mixed_spec())
    with pytest.raises(ValueError, match='same parts'):
        other.load_state_dict(first.state_dict())


def loop(name, algorithm, limit):
    space = mt.Dict(a=mt.oneof(range(5)), b=mt.oneof(range(5)), c=mt.floatv(0.0, 1.0))
    proposed = []
    for example, feedback in mt.sample(space, algorithm, limit, name=name):
        proposed.append(str(feedback.dna))
        feedback(float(example.a + example.b))
    return proposed


def test_a_study_is_continued_as_if_it_had_not_stopped():
    def make():
        return ev.regularized_evolution(population_size=5, tournament_size=2, seed=3)

    assert make().deterministic
    whole = loop(None, make(), 30)
    name = f'evolution-recovery-{next(_names)}'
    assert loop(name, make(), 17) + loop(name, make(), 30) == whole


def test_a_study_is_continued_by_a_changed_algorithm_with_a_warning():
    name = f'evolution-recovery-{next(_names)}'
    loop(name, ev.hill_climb(seed=1), 10)
    other = ev.hill_climb(M.Uniform(seed=5), seed=2)
    with pytest.warns(UserWarning, match='Trial 1 of the history'):
        rest = loop(name, other, 20)
    assert len(rest) == 10 and other.num_proposals == other.num_feedbacks == 20


def test_unseeded_algorithms_are_not_deterministic():
    assert not ev.hill_climb().deterministic
    assert not ev.hill_climb(M.Uniform()).deterministic
    assert ev.hill_climb(seed=1).deterministic
    assert not ev.Evolution(S.Random(), (G.Random(seed=1), 3)).deterministic


def test_a_generator_without_size_is_used_up_after_recovery_too():
    spec = G.space([G.oneof(constants(3))])

    def make():
        return ev.Evolution(S.Top(1) >> M.Uniform(seed=1), G.Sweeping())

    history = [(dna, total(dna)) for dna in run(make(), spec, 2)]
    second = make()
    second.setup(spec)
    second.recover(history)
    assert second.propose().value == 2
    assert ev.get_generation_id(second.propose()) == 2
