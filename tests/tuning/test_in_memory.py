"""The in-memory backend: names, groups, threads, limits, results."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone

import pytest
from tuning_helpers import MultiRecorder, Recorder, first, space

import mutandis as mt


def test_loops_of_one_name_share_trials():
    algorithm = Recorder()
    a = mt.sample(space(), algorithm, name='test_share', group='a')
    b = mt.sample(space(), algorithm, name='test_share', group='b')
    assert [next(a)[1].id, next(b)[1].id] == [1, 2]
    assert len(mt.poll_result('test_share').trials) == 2


def test_loops_without_name_are_alone():
    algorithm = Recorder()
    assert next(mt.sample(space(), algorithm))[1].id == 1
    assert next(mt.sample(space(), algorithm))[1].id == 1


def test_a_name_belongs_to_one_space():
    next(mt.sample(space(), Recorder(), name='test_one_space'))
    with pytest.raises(ValueError, match='another search space'):
        next(mt.sample(space(6), Recorder(), name='test_one_space'))


def test_groups():
    algorithm = Recorder()

    def trial(group):
        return next(mt.sample(space(), algorithm, name='test_groups', group=group))[1].id

    assert [trial(g) for g in ('a', 'b', 'a', 1, '1', None, None)] == [1, 2, 1, 3, 3, 4, 4]


def test_each_thread_is_a_group_by_default():
    algorithm = Recorder()
    ids = []

    def work():
        ids.append(next(mt.sample(space(), algorithm, name='test_thread_groups'))[1].id)

    work()
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert ids == [1, 2]


def test_coworkers_of_a_group_race():
    algorithm = Recorder()
    a = mt.sample(space(), algorithm, name='test_race', group='g')
    b = mt.sample(space(), algorithm, name='test_race', group='g')
    (_, fa), (_, fb) = next(a), next(b)
    assert fa.id == fb.id
    fa(1.0)
    with pytest.raises(mt.tuning.RaceConditionError):
        fb(2.0)
    assert next(b)[1].id == 2
    assert algorithm.told == [1.0]


def test_each_call_has_its_own_limit():
    def ids(limit):
        loop = mt.sample(space(), Recorder(), limit, name='test_limits')
        return [f.id for _, f in loop if not f(1.0)]

    assert ids(2) == [1, 2]
    assert ids(1) == []
    assert ids(4) == [3, 4]


def test_an_algorithm_that_joins_learns_from_the_trials():
    for _, feedback in mt.sample(space(), Recorder(), 2, name='test_join'):
        feedback.skip() if feedback.id == 2 else feedback(0.5)
    next(mt.sample(space(), Recorder(), name='test_join'))
    late = Recorder()
    next(mt.sample(space(), late, name='test_join', group='late'))
    trials = mt.poll_result('test_join').trials
    assert late.replayed == [
        (0, trials[0].dna, 0.5),
        (1, trials[1].dna, None),
        (2, trials[2].dna, None),
    ]


def test_an_algorithm_that_takes_part_already_learns_nothing_twice():
    class Own(Recorder):
        """Counts for itself: `num_proposals` stays 0."""

        def propose(self):
            return self._propose()

    algorithm = Own()
    for limit in (2, 4):
        for _, feedback in mt.sample(space(), algorithm, limit, name='test_own_counting'):
            feedback(1.0)
    assert (algorithm.num_proposals, algorithm.replayed, len(algorithm.told)) == (0, [], 4)


def test_a_seeded_algorithm_goes_on_where_the_first_stopped():
    def dnas(name, *limits):
        result = []
        for limit in limits:
            for _, f in mt.sample(space(50), mt.geno.Random(seed=1), limit, name=name):
                result.append(f.dna)
                f(1.0)
        return result

    assert dnas('test_continue', 3, 6) == dnas('test_at_once', 6)


def test_the_history_knows_the_order_of_events():
    class Watching(Recorder):
        def recover(self, history):
            self.events = [(type(e).__name__, e.trial) for e in history.events]
            super().recover(history)

    algorithm = Recorder()
    a = mt.sample(space(), algorithm, name='test_events', group='a')
    b = mt.sample(space(), algorithm, name='test_events', group='b')
    (_, fa), (_, fb) = next(a), next(b)
    fb.skip()
    fa(1.0)
    watching = Watching()
    next(mt.sample(space(), watching, name='test_events'))
    assert watching.events == [('Proposed', 1), ('Proposed', 2), ('Skipped', 2), ('Completed', 1)]


def test_threads_share_an_algorithm_and_a_limit():
    algorithm = Recorder()

    def work(_):
        ids = []
        for example, feedback in mt.sample(space(), algorithm, 300, name='test_threads'):
            ids.append(feedback.id)
            feedback.set_metadata('x', example.x)
            feedback(example.x)
        return ids

    with ThreadPoolExecutor(8) as pool:
        ids = sorted(i for part in pool.map(work, range(8)) for i in part)
    assert ids == list(range(1, 301))
    trials = mt.poll_result('test_threads').trials
    assert [t.id for t in trials] == ids
    assert all(t.metadata.x == t.final_measurement.reward for t in trials)
    assert len(algorithm.told) == 300


def test_result():
    for _, feedback in mt.sample(space(), mt.geno.Sweeping(), 4, name='test_result'):
        if feedback.id == 4:
            break
        feedback(0.5 if feedback.id >= 2 else 0.25)
    result = mt.poll_result('test_result')
    assert (result.is_active, result.metadata) == (True, {})
    age = datetime.now(timezone.utc) - result.last_updated
    assert 0 <= age.total_seconds() < 60
    assert [t.status for t in result.trials] == ['COMPLETED'] * 3 + ['PENDING']
    assert result.best_trial is result.trials[1]
    assert [t.id for t in result.best_trials] == [2, 3]
    assert str(result) == (
        "{\n  'name': 'test_result',\n  'status': {\n    'PENDING': '1/4',\n"
        "    'COMPLETED': '3/4'\n  },\n  'best_trial': {\n    'id': 2,\n    'reward': 0.5,\n"
        "    'step': 0,\n    'dna': 'DNA([0, 1])'\n  }\n}"
    )
    assert repr(result) == (
        "{'name': 'test_result', 'status': {'PENDING': '1/4', 'COMPLETED': '3/4'}, "
        "'best_trial': {'id': 2, 'reward': 0.5, 'step': 0, 'dna': 'DNA([0, 1])'}}"
    )


def test_result_of_skipped_trials():
    for _, feedback in mt.sample(space(), Recorder(), 2, name='test_skipped'):
        feedback.skip()
    result = mt.poll_result('test_skipped')
    assert result.best_trial is None and result.best_trials == []
    assert repr(result) == (
        "{'name': 'test_skipped', 'status': {'COMPLETED': '2/2'}, 'infeasible': '2/2'}"
    )


def test_result_before_the_first_trial():
    assert list(mt.sample(space(), Recorder(), 0, name='test_empty')) == []
    result = mt.poll_result('test_empty')
    assert (result.trials, result.best_trial, result.last_updated) == ([], None, None)
    assert repr(result) == "{'name': 'test_empty', 'status': {}}"


def test_result_is_live():
    loop, _, feedback, _ = first(name='test_live')
    result = mt.poll_result('test_live')
    assert result.best_trial is None
    feedback(1.0)
    assert result.best_trial.id == 1


def test_result_of_several_metrics():
    rewards = [(0, 1), (1, 0), (0.5, 0.4), (0.5, 0.5), (0, 0)]
    loop = mt.sample(space(), MultiRecorder(), 6, name='test_multi', metrics_to_optimize=['a', 'b'])
    for _, feedback in loop:
        feedback.skip() if feedback.id == 6 else feedback(rewards[feedback.id - 1])
    result = mt.poll_result('test_multi')
    assert result.best_trial.id == 1
    assert [t.id for t in result.best_trials] == [1, 2, 4]


def test_unknown_arguments_are_ignored(caplog):
    next(mt.sample(space(), Recorder(), no_such_argument=1))
    assert 'no_such_argument' in caplog.text


def test_poll_result_of_nothing():
    with pytest.raises(ValueError, match='no sampling'):
        mt.poll_result('no such name')
    with pytest.raises(ValueError, match='backend'):
        mt.poll_result('no such name', 'no such backend')
    with pytest.raises(TypeError, match='path'):
        mt.poll_result('no such name', path='results.json')


def test_memory_of_a_trial_is_small():
    import tracemalloc

    loop = mt.sample(mt.dna_spec(space()), mt.geno.Random(seed=1))

    def run(n):
        for _, (_, feedback) in zip(range(n), loop, strict=False):
            feedback(1.0)

    run(1000)
    tracemalloc.start()
    try:
        run(1000)
        per_trial = tracemalloc.get_traced_memory()[0] / 1000
    finally:
        tracemalloc.stop()
    assert per_trial < 1500
