"""What must hold for every evolutionary algorithm, in any space and under any workers."""

import json
import math
import random
import threading
import time

import pytest
from proof_helpers import (
    ALGORITHMS,
    G,
    M,
    S,
    Workers,
    is_valid,
    random_spec,
    reward_for,
    rich_spec,
    score,
)

import mutandis as mt
from mutandis.algorithms import evolution as ev
from mutandis.tuning.history import Completed, Proposed

every = pytest.mark.parametrize('name', ALGORITHMS)


def ready(name, spec, seed=1):
    algorithm = ALGORITHMS[name].make(seed)
    algorithm.setup(spec)
    return algorithm


def decisions(proposals):
    return [dna.to_numbers() for dna in proposals]


def learn(algorithm, count, reward=score):
    """Proposals that are fed back one by one."""
    proposed = []
    for _ in range(count):
        proposed.append(algorithm.propose())
        algorithm.feedback(proposed[-1], reward_for(algorithm, reward(proposed[-1])))
    return proposed


SPEC = rich_spec()


# ------------------------------------------------------------------------------------ validity


@pytest.mark.slow
@every
def test_ten_thousand_proposals_in_random_nested_spaces_are_valid(name):
    rng = random.Random(1)
    for seed in range(100):
        spec = random_spec(rng)
        algorithm = ready(name, spec, seed)
        for dna in learn(algorithm, 100):
            # A space of a single point gives its DNA the spec of the point.
            assert dna.spec is (spec if len(spec.elements) > 1 else spec.elements[0])
            assert is_valid(spec, dna), (spec, dna)
            spec.validate(dna)


def test_what_is_invalid_is_seen():
    spec = G.space(
        [
            G.manyof(2, [G.constant()] * 3, sorted=True, location='a'),
            G.oneof([G.floatv(0.0, 1.0, location='f'), G.constant()], location='b'),
        ]
    )
    for right in ([0, 1, 0, 0.5], [1, 2, 1]):
        assert is_valid(spec, G.DNA.from_numbers(right, spec))
    wrong = [[1, 0, 1], [1, 1, 1], [0, 3, 1], [0, 1, 0, 1.5], [0, 1, 1, 0.5], [0, 1, 0], [0, 1]]
    for numbers in wrong:
        assert not is_valid(spec, type('Numbers', (), {'to_numbers': lambda _, n=numbers: n})())


# ----------------------------------------------------------------------------- seeds, recovery


@every
@pytest.mark.parametrize('workers', [1, 16])
def test_one_seed_repeats_a_run_of_any_workers(name, workers):
    def proposals(seed, delays=3):
        run = Workers(workers, delays).run(ready(name, SPEC, seed), 200)
        return decisions(event.dna for event in run if event.kind == 'proposed')

    assert proposals(1) == proposals(1)
    assert proposals(1) != proposals(2)
    if workers > 1:
        # Another order of feedback is another run.
        assert proposals(1) != proposals(1, delays=4)


class History:
    """The history of a study: what happened, in order."""

    def __init__(self, events):
        self.events = [
            Proposed(event.trial, event.dna)
            if event.kind == 'proposed'
            else Completed(event.trial, event.dna, event.reward)
            for event in events
        ]

    def __iter__(self):
        for event in self.events:
            if isinstance(event, Completed):
                yield event.dna, event.reward


def stored(events):
    """Events as a store gives them back: with copies of the DNAs."""
    kept = {
        event.trial: mt.from_json_str(event.dna.to_json_str()).use_spec(SPEC)
        for event in events
        if event.kind == 'proposed'
    }
    return [event._replace(dna=kept[event.trial]) for event in events]


@every
@pytest.mark.parametrize('workers', [1, 4, 16])
@pytest.mark.parametrize('done', [1, 40, 123])
def test_stopped_at_any_event_and_recovered_it_goes_on_exactly(name, workers, done):
    plan = Workers(workers, 1)
    events = list(plan.run(first := ready(name, SPEC), done))
    second = ready(name, SPEC)
    second.recover(History(stored(events)))
    assert second.num_proposals == first.num_proposals
    assert second.num_feedbacks == first.num_feedbacks
    # The first one goes on with its own DNAs; the second one in the same way.
    again = Workers(workers, 1)
    list(again.run(ready(name, SPEC), done))
    rest = [plan.run(first, 60), again.run(second, 60)]
    expected, found = ([(e.kind, e.trial, e.dna.to_numbers()) for e in run] for run in rest)
    assert found == expected


@every
@pytest.mark.parametrize('done', [1, 40, 123])
def test_a_saved_state_goes_on_exactly(name, done):
    plan, again = Workers(16, 1), Workers(16, 1)
    first = ready(name, SPEC)
    list(plan.run(first, done))
    list(again.run(ready(name, SPEC), done))
    second = ready(name, SPEC)
    second.load_state_dict(json.loads(json.dumps(first.state_dict())))
    rest = [plan.run(first, 60), again.run(second, 60)]
    expected, found = ([(e.kind, e.trial, e.dna.to_numbers()) for e in run] for run in rest)
    assert found == expected


# ------------------------------------------------------------------------------------- workers


@every
def test_sixteen_workers_lose_repeat_and_block_nothing(name):
    algorithm = ready(name, SPEC)
    events = list(Workers(16, 2).run(algorithm, 600))
    proposed = [event for event in events if event.kind == 'proposed']
    done = [event for event in events if event.kind == 'done']
    # Out of order, and one is overtaken by dozens.
    assert [event.trial for event in done] != sorted(event.trial for event in done)
    assert len({id(event.dna) for event in proposed}) == len(proposed)
    assert [ev.base.get_proposal_id(event.dna) for event in proposed] == list(
        range(1, len(proposed) + 1)
    )
    numbers = [ev.get_feedback_sequence_number(event.dna) for event in done]
    assert numbers == list(range(1, len(done) + 1))
    assert len({event.trial for event in done}) == len(done)
    assert (algorithm.num_proposals, algorithm.num_feedbacks) == (len(proposed), len(done))
    known = {id(event.dna) for event in done}
    assert all(id(member) in known for member in algorithm.population)


@every
def test_without_any_feedback_it_still_proposes(name):
    """Workers never wait: what is proposed then is random, as at the beginning."""
    algorithm = ready(name, SPEC)
    proposed = [algorithm.propose() for _ in range(500)]
    beginning = G.Random(1)
    beginning.setup(SPEC)
    assert decisions(proposed) == [beginning.propose().to_numbers() for _ in proposed]


@every
def test_sixteen_threads_in_one_search(name):
    space = mt.Dict({f'x{i}': mt.oneof(range(5)) for i in range(6)})
    algorithm = ALGORITHMS[name].make(1)
    evaluated, lock = [], threading.Lock()
    goals = ['reward', 'other'] if algorithm.multi_objective else None

    def work(seed):
        rng = random.Random(seed)
        loop = mt.sample(
            space, algorithm, 200, name=f'{name} of threads', metrics_to_optimize=goals
        )
        for example, feedback in loop:
            time.sleep(0.002 * rng.random())
            feedback(reward_for(algorithm, float(sum(example.values()))))
            with lock:
                evaluated.append(feedback.id)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads)
    assert sorted(evaluated) == list(range(1, 201))
    assert algorithm.num_proposals == algorithm.num_feedbacks == 200


# ------------------------------------------------------------------------------------- rewards


def run_with(name, change, reward=score):
    return decisions(learn(ready(name, SPEC), 150, lambda dna: change(reward(dna))))


@every
def test_scaling_and_shifting_rewards_changes_nothing(name):
    plain = run_with(name, lambda reward: reward)
    assert run_with(name, lambda reward: 4.0 * reward - 17.0) == plain
    assert run_with(name, lambda reward: reward / 1024 + 1.0) == plain


@pytest.mark.parametrize('name', [n for n, a in ALGORITHMS.items() if a.by_rank])
def test_only_the_order_of_rewards_matters(name):
    plain = run_with(name, lambda reward: reward)
    assert run_with(name, math.exp) == plain
    assert run_with(name, lambda reward: (reward - 8.0) ** 3) == plain
    # The opposite order is another search.
    assert run_with(name, lambda reward: -reward) != plain


def test_an_algorithm_that_needs_more_than_the_order_is_seen():
    def run(change):
        def weights(dnas):
            return [ev.get_fitness(dna) for dna in dnas]

        algorithm = ev.Evolution(
            S.Sample(1, weights, seed=1) >> M.Uniform(seed=2), (G.Random(3), 5), S.Last(10)
        )
        algorithm.setup(SPEC)
        return decisions(learn(algorithm, 100, lambda dna: change(score(dna))))

    plain = run(lambda reward: reward)
    assert run(lambda reward: 4.0 * reward) == plain
    assert run(lambda reward: reward + 8.0) != plain


AWKWARD = {
    'NaN': lambda i: math.nan,
    'inf': lambda i: math.inf,
    '-inf': lambda i: -math.inf,
    'equal': lambda i: 1.0,
    'int': lambda i: i % 7,
    'bool': lambda i: i % 2 == 0,
    'huge int': lambda i: 10**400 if i % 3 else -(10**400),
    'all kinds': lambda i: [math.nan, 3, -math.inf, 0.5, math.inf, True, -0.0, 10**30, 1e308][
        i % 9
    ],
    'NaN at first': lambda i: math.nan if i < 20 else float(i % 5),
    'NaN at last': lambda i: float(i % 5) if i < 20 else math.nan,
}


@every
@pytest.mark.parametrize('kind', AWKWARD)
def test_awkward_rewards(name, kind):
    algorithm = ready(name, SPEC)
    rewards = map(AWKWARD[kind], range(100))
    for dna in learn(algorithm, 100, lambda dna: next(rewards)):
        assert is_valid(SPEC, dna)
    assert algorithm.num_feedbacks == 100 and algorithm.population


@every
def test_numbers_of_numpy_are_rewards(name):
    numpy = pytest.importorskip('numpy')
    plain = run_with(name, lambda reward: reward)
    for kind in (numpy.float64, numpy.float32):
        assert run_with(name, kind) == plain


@every
def test_whole_rewards_may_be_ints(name):
    plain = run_with(name, lambda reward: float(round(reward)))
    assert run_with(name, round) == plain


@pytest.mark.parametrize('name', [n for n, a in ALGORITHMS.items() if a.by_rank])
def test_nan_is_the_least_of_all_rewards(name):
    plain = run_with(name, lambda reward: reward if reward > 4 else -math.inf)
    assert run_with(name, lambda reward: reward if reward > 4 else math.nan) == plain
