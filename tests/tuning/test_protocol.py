"""Measurements, trials and early stopping policies."""

import pytest

import mutandis as mt
from mutandis.tuning import EarlyStoppingPolicy, Measurement, Trial


def trial(**kwargs):
    return Trial(id=1, dna=mt.DNA(1), created_time=1, **kwargs)


def completed(**kwargs):
    return trial(
        status='COMPLETED', final_measurement=Measurement(step=0, elapse_secs=0.1, **kwargs)
    )


def test_defaults():
    t = trial()
    assert (t.description, t.status, t.final_measurement, t.infeasible) == (
        None,
        'PENDING',
        None,
        False,
    )
    assert (t.measurements, t.metadata, t.related_links, t.completed_time) == ([], {}, {}, None)
    assert repr(t) == (
        "Trial(id=1, description=None, dna=DNA(1), status='PENDING', final_measurement=None, "
        'infeasible=False, measurements=[], metadata={}, related_links={}, created_time=1, '
        'completed_time=None)'
    )


def test_positional_arguments_and_conversion():
    m = Measurement(1, 2, 3, {'a': 1}, 'path')
    assert (m.step, m.elapse_secs, m.reward, m.metrics, m.checkpoint_path) == (
        1,
        2.0,
        3.0,
        {'a': 1.0},
        'path',
    )
    assert Trial(1, 'text', mt.DNA(1), created_time=1).description == 'text'


def test_fields_are_assignable_and_checked():
    t = trial()
    t.status = 'STOPPING'
    t.metadata['note'] = 1
    assert (t.status, t.metadata.note) == ('STOPPING', 1)
    with pytest.raises(ValueError):
        t.status = 'LOST'
    with pytest.raises(ValueError):
        trial(status='LOST')


def test_hashable_comparable_and_saved_as_json():
    t = completed(reward=0.5, metrics={'a': 1.0})
    assert hash(t) == hash(t.clone(deep=True))
    assert t == t.clone(deep=True)
    assert mt.eq(mt.from_json_str(t.to_json_str()), t)
    assert hash(t.final_measurement) == hash(t.final_measurement.clone())


@pytest.mark.parametrize(
    'names, expected',
    [
        (None, 0.5),
        (['reward'], 0.5),
        (['a'], 1.0),
        (['a', 'b'], (1.0, 2.0)),
        (['b', 'reward'], (2.0, 0.5)),
    ],
)
def test_reward_for_feedback(names, expected):
    t = completed(reward=0.5, metrics={'a': 1.0, 'b': 2.0})
    assert t.get_reward_for_feedback(names) == expected


def test_no_reward_for_feedback_unless_completed_and_feasible():
    assert trial().get_reward_for_feedback() is None
    t = completed(reward=0.5)
    t.infeasible = True
    assert t.get_reward_for_feedback(['reward']) is None


@pytest.mark.parametrize('names', [['reward'], ['a'], []])
def test_missing_reward_for_feedback(names):
    with pytest.raises(ValueError):
        completed().get_reward_for_feedback(names)
    with pytest.raises(ValueError):
        trial(status='COMPLETED').get_reward_for_feedback(names)


def test_completed_without_values_has_no_reward():
    assert completed().get_reward_for_feedback() is None


class Patient(EarlyStoppingPolicy):
    max_id: int

    def should_stop_early(self, trial):
        self.asked = [*getattr(self, 'asked', ()), trial.id]
        return trial.id > self.max_id


def test_policy_is_abstract():
    with pytest.raises(TypeError):
        EarlyStoppingPolicy()


def test_policy_setup_and_recover():
    policy = Patient(1)
    assert policy.dna_spec is None
    spec = mt.dna_spec(mt.oneof([1, 2]))
    policy.setup(spec)
    assert policy.dna_spec is spec
    assert policy.clone().dna_spec is None
    states = ['UNKNOWN', 'REQUESTED', 'PENDING', 'COMPLETED', 'DELETED', 'STOPPING']
    policy.recover(
        Trial(id=i, dna=mt.DNA(0), created_time=1, status=s) for i, s in enumerate(states)
    )
    assert policy.asked == [2, 3, 5]
