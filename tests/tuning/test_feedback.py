"""Reporting on a trial."""

import logging
import math

import pytest
from tuning_helpers import MultiRecorder, Recorder, first, space

import mutandis as mt
from mutandis.tuning import RaceConditionError


def test_a_report_completes_the_trial():
    _, _, feedback, algorithm = first()
    assert (feedback.status, feedback.checkpoint_to_warm_start_from) == ('PENDING', None)
    feedback(1, {'accuracy': 2}, 'path', {'note': [1]}, {'log': 'http://log'}, 3)
    assert feedback.status == 'COMPLETED'
    trial = feedback.get_trial()
    final = trial.final_measurement
    assert (final.step, final.reward, final.metrics, final.checkpoint_path) == (
        3,
        1.0,
        {'accuracy': 2.0},
        'path',
    )
    assert mt.eq(trial.measurements[0], final)
    assert 0 <= final.elapse_secs < 60
    assert trial.metadata == {'note': [1]}
    assert trial.related_links == {'log': 'http://log'}
    assert trial.completed_time >= trial.created_time > 1e9
    assert algorithm.told == [1.0]


def test_the_trial_is_live_and_always_the_same():
    _, _, feedback, _ = first()
    trial = feedback.get_trial()
    assert trial.status == 'PENDING' and trial.measurements == []
    assert trial.dna is feedback.dna
    feedback.add_measurement(0.5, step=1)
    feedback.set_metadata('a', 1)
    feedback.add_link('l', 'url')
    assert [m.reward for m in trial.measurements] == [0.5]
    feedback.done({'b': 2})
    assert feedback.get_trial() is trial
    assert (trial.status, trial.final_measurement.reward) == ('COMPLETED', 0.5)
    assert (trial.metadata, trial.related_links) == ({'a': 1, 'b': 2}, {'l': 'url'})


def test_the_dna_knows_no_parent_dna():
    _, _, feedback, _ = first()
    feedback.get_trial()
    assert feedback.dna.parent_dna is None
    assert feedback.dna.root is feedback.dna


@pytest.mark.parametrize('view', [False, True])
def test_the_measurement_of_the_largest_step_counts(view):
    _, _, feedback, algorithm = first()
    if view:
        feedback.get_trial()
    for step, reward in [(1, 0.1), (3, 0.2), (3, 0.3), (2, 0.9)]:
        feedback.add_measurement(reward, step=step)
    feedback.done()
    assert feedback.get_trial().final_measurement.reward == 0.3
    assert [m.step for m in feedback.get_trial().measurements] == [1, 3, 3, 2]
    assert algorithm.told == [0.3]


def test_done_needs_a_measurement():
    _, _, feedback, _ = first()
    with pytest.raises(ValueError, match='skip'):
        feedback.done()
    assert feedback.status == 'PENDING'


def test_a_finished_trial_takes_no_more_reports():
    _, _, feedback, algorithm = first()
    feedback(1.0)
    feedback.done()
    feedback.skip()
    with pytest.raises(RaceConditionError):
        feedback(2.0)
    with pytest.raises(RaceConditionError):
        feedback.add_measurement(2.0)
    with feedback.ignore_race_condition():
        feedback(2.0)
    assert issubclass(RaceConditionError, RuntimeError)
    assert feedback.get_trial().infeasible is False
    assert algorithm.told == [1.0]


def test_metadata_and_links_are_taken_after_completion():
    _, _, feedback, _ = first()
    feedback(1.0)
    feedback.set_metadata('a.b', {'x': 1})
    feedback.add_link('log', 'http://log')
    assert feedback.get_metadata('a.b') == {'x': 1}
    assert feedback.get_trial().metadata == {'a.b': {'x': 1}}
    assert feedback.get_trial().related_links == {'log': 'http://log'}


def test_metadata_of_trial_and_sampling():
    loop, _, feedback, _ = first()
    feedback.set_metadata('a', 1)
    feedback.set_metadata('b', 2, per_trial=False)
    assert (feedback.get_metadata('a'), feedback.get_metadata('b')) == (1, None)
    assert feedback.get_metadata('b', per_trial=False) == 2
    feedback(1.0)
    _, other = next(loop)
    assert (other.get_metadata('a'), other.get_metadata('b', per_trial=False)) == (None, 2)


def test_metadata_of_a_sampling_is_a_plain_dict():
    _, _, feedback, _ = first(name='test_plain_metadata')
    feedback.set_metadata('a', {'b': (1, 2)}, per_trial=False)
    metadata = mt.poll_result('test_plain_metadata').metadata
    assert type(metadata) is type(metadata['a']) is dict
    assert str(metadata) == "{'a': {'b': (1, 2)}}"


def test_bad_metadata_and_links():
    _, _, feedback, _ = first()
    with pytest.raises(KeyError):
        feedback.set_metadata(1, 2)
    with pytest.raises(TypeError):
        feedback.add_link('log', 3)
    for bad in ({'metadata': {1: 2}}, {'related_links': {1: 'x'}}):
        with pytest.raises(KeyError):
            feedback(1.0, **bad)
    assert feedback.status == 'PENDING'
    assert feedback.get_trial().measurements == []


@pytest.mark.parametrize(
    'report, error',
    [
        ({}, ValueError),
        ({'reward': math.nan}, ValueError),
        ({'reward': 'abc'}, ValueError),
        ({'reward': 1.0, 'metrics': {'a': 'x'}}, TypeError),
        ({'reward': 1.0, 'step': 1.5}, TypeError),
        ({'reward': 1.0, 'step': None}, ValueError),
        ({'reward': 1.0, 'checkpoint_path': 1}, TypeError),
    ],
)
def test_a_refused_report_leaves_the_trial_as_it_was(report, error):
    _, _, feedback, algorithm = first()
    with pytest.raises(error):
        feedback(**report)
    assert (feedback.status, feedback.get_trial().measurements) == ('PENDING', [])
    feedback(1.0)
    assert algorithm.told == [1.0]


def test_skip():
    _, _, feedback, algorithm = first()
    feedback.add_measurement(3.0, step=2)
    feedback.skip('too large')
    trial = feedback.get_trial()
    assert (trial.status, trial.infeasible, len(trial.measurements)) == ('COMPLETED', True, 1)
    final = trial.final_measurement
    assert (final.step, final.reward, final.elapse_secs, final.metrics) == (0, 0.0, 0.0, None)
    assert trial.metadata.skip_reason == 'too large'
    assert trial.get_reward_for_feedback() is None
    assert algorithm.told == [] and algorithm.num_feedbacks == 0


def test_skip_on_exceptions(caplog):
    loop, _, feedback, _ = first()
    with feedback.skip_on_exceptions([ValueError]):
        raise ValueError('too large')
    assert feedback.get_trial().infeasible
    assert 'too large' in feedback.get_metadata('skip_reason')
    assert caplog.records[-1].levelno == logging.WARNING
    _, feedback = next(loop)
    for exceptions in (KeyError, (ValueError, 'small'), [(ValueError, 'small'), KeyError]):
        with pytest.raises(ValueError), feedback.skip_on_exceptions(exceptions):
            raise ValueError('too large')
        assert feedback.status == 'PENDING'
    with feedback.skip_on_exceptions([(ValueError, '^ValueError: too')]):
        raise ValueError('too large')
    assert feedback.status == 'COMPLETED'


def test_end_loop():
    loop, _, feedback, _ = first(name='test_end_loop')
    feedback.end_loop()
    assert list(loop) == []
    feedback(1.0)
    assert feedback.status == 'COMPLETED'
    assert list(mt.sample(space(), Recorder(), name='test_end_loop')) == []
    assert mt.poll_result('test_end_loop').is_active is False


def test_several_metrics():
    _, _, feedback, algorithm = first(MultiRecorder(), metrics_to_optimize=['a', 'b'])
    with pytest.raises(ValueError):
        feedback(metrics={'a': 1})
    feedback((1, 2))
    assert algorithm.told == [(1.0, 2.0)]
    final = feedback.get_trial().final_measurement
    assert (final.reward, final.metrics) == (None, {'a': 1.0, 'b': 2.0})


def test_one_metric_by_name_is_the_reward():
    _, _, feedback, algorithm = first(metrics_to_optimize=['a'])
    feedback(metrics={'a': 1})
    assert algorithm.told == [1.0]
    assert feedback.get_trial().final_measurement.reward == 1.0


def test_an_algorithm_that_fails_does_not_lose_the_result():
    class Broken(Recorder):
        def _feedback(self, dna, reward):
            raise KeyError('broken')

    _, _, feedback, _ = first(Broken())
    with pytest.raises(KeyError):
        feedback(1.0)
    assert feedback.get_trial().final_measurement.reward == 1.0


class Policy(mt.tuning.EarlyStoppingPolicy):
    def setup(self, dna_spec):
        super().setup(dna_spec)
        self.log = []

    def should_stop_early(self, trial):
        self.log.append((trial.id, len(trial.measurements)))
        return trial.measurements[-1].reward < 1


def test_early_stopping_is_advice():
    policy = Policy()
    loop, _, feedback, _ = first(early_stopping_policy=policy, name='test_policy')
    assert feedback.should_stop_early() is False
    feedback.add_measurement(0.5, step=1)
    assert feedback.should_stop_early() is True
    feedback.add_measurement(1.5, step=2)
    assert feedback.should_stop_early() is False
    feedback.done()
    assert policy.log == [(1, 1), (1, 2)]
    # One that joins later learns from the trials so far.
    late = Policy()
    next(mt.sample(space(), Recorder(), early_stopping_policy=late, name='test_policy'))
    assert late.log == [(1, 2)]


def test_a_policy_may_be_used_again_in_an_equal_space():
    policy = Policy()
    first(early_stopping_policy=policy)
    first(early_stopping_policy=policy)
    with pytest.raises(ValueError, match='another search space'):
        next(mt.sample(space(6), Recorder(), early_stopping_policy=policy))


def test_no_policy_no_advice():
    _, _, feedback, _ = first()
    feedback.add_measurement(1.0)
    assert feedback.should_stop_early() is False


def test_seconds_are_a_number():
    _, _, feedback, _ = first()
    with pytest.raises(TypeError, match='elapse_secs'):
        feedback.add_measurement(1.0, elapse_secs='x')
    assert feedback.get_trial().measurements == []
    feedback.add_measurement(1.0, elapse_secs=3)
    assert feedback.get_trial().measurements[0].elapse_secs == 3.0
