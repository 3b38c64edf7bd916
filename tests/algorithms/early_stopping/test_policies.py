"""Early stopping policies: composition, gates, recovery, ready-made ones."""

import pytest

import mutandis as mt

es = mt.early_stopping
Measurement = mt.tuning.Measurement


def measured(step, reward=None, **metrics):
    return Measurement(step=step, elapse_secs=0.0, reward=reward, metrics=metrics or None)


def trial(number, *measurements, status='PENDING', infeasible=False):
    return mt.tuning.Trial(
        id=number,
        dna=mt.DNA(0),
        status=status,
        infeasible=infeasible,
        measurements=list(measurements),
        created_time=0,
    )


class Constant(es.EarlyStopingPolicyBase):
    answer: bool

    def _on_bound(self):
        super()._on_bound()
        self.asked = []

    def should_stop_early(self, trial):
        self.asked.append(trial.id)
        return self.answer


def poor(measurement, history):
    return measurement.reward < 0.5


def asked(policy, rewards):
    """The answers to one trial after another, each with one measurement at step 1."""
    return [policy.should_stop_early(trial(i, measured(1, r))) for i, r in enumerate(rewards)]


# -------------------------------------------------------------------------------- composition


@pytest.mark.parametrize('a', [False, True])
@pytest.mark.parametrize('b', [False, True])
def test_operators(a, b):
    one = trial(1, measured(1, 1.0))
    assert (Constant(a) & Constant(b)).should_stop_early(one) is (a and b)
    assert (Constant(a) | Constant(b)).should_stop_early(one) is (a or b)
    assert (~Constant(a)).should_stop_early(one) is not a
    assert (-Constant(a)).should_stop_early(one) is not a


def test_operators_make_symbolic_objects():
    a, b = Constant(True), Constant(False)
    assert mt.eq(a & b, es.And(Constant(True), Constant(False)))
    assert mt.eq(a | b | a, es.Or(es.Or(Constant(True), Constant(False)), Constant(True)))
    assert mt.eq(~a, es.Not(Constant(True)))
    assert es.And().should_stop_early(trial(1)) is True
    assert es.Or().should_stop_early(trial(1)) is False
    with pytest.raises(TypeError, match='children'):
        _ = a & 1


def test_both_spellings_name_the_base():
    assert es.EarlyStoppingPolicyBase is es.EarlyStopingPolicyBase
    assert issubclass(es.And, mt.tuning.EarlyStoppingPolicy)


@pytest.mark.parametrize('children', [(), (Constant(True), Constant(True))])
def test_not_has_one_child(children):
    with pytest.raises(AssertionError, match='one policy'):
        es.Not(*children).should_stop_early(trial(1))


def test_all_children_are_asked():
    a, b, c = Constant(True), Constant(False), Constant(True)
    policy = es.And(es.Or(a, b), c)
    policy.children[0].children[1].rebind(answer=False)
    policy.should_stop_early(trial(7))
    children = [*policy.children[0].children, policy.children[1]]
    assert [child.asked for child in children] == [[7], [7], [7]]


def test_all_children_are_set_up_and_recovered():
    spec = mt.dna_spec(mt.oneof([1, 2]))
    policy = Constant(True) & ~Constant(False)
    policy.setup(spec)
    inner = policy.children[1].children[0]
    assert policy.dna_spec is inner.dna_spec is spec
    policy.recover(iter([trial(1, status='COMPLETED'), trial(2), trial(3, status='DELETED')]))
    assert policy.children[0].asked == inner.asked == [1, 2]


def test_a_child_set_up_for_another_space_is_refused():
    used = Constant(True)
    policy = used | Constant(False)
    policy.children[0].setup(mt.dna_spec(mt.oneof([1, 2, 3])))
    with pytest.raises(ValueError, match='another search space'):
        policy.setup(mt.dna_spec(mt.oneof([1, 2])))


# ------------------------------------------------------------------------------------ step-wise


def test_a_trial_is_judged_once_at_each_gate():
    calls = []

    def judge(measurement, history):
        calls.append((measurement.step, [m.reward for m in history]))
        return measurement.reward < 0.5

    policy = es.StepWise([(3, judge), (1, judge)])
    assert [step for step, _ in policy.plan] == [1, 3]
    early, poor_one, good, jump = measured(0, 0.1), measured(1, 0.2), measured(2, 0.9), 5
    assert not policy.should_stop_early(trial(1))
    assert not policy.should_stop_early(trial(1, early))
    assert policy.should_stop_early(trial(1, early, poor_one))
    # Later measurements before the next gate repeat the answer.
    assert policy.should_stop_early(trial(1, early, poor_one, good))
    # Gates jumped over get nothing.
    assert policy.should_stop_early(trial(2, measured(jump, 0.3)))
    assert not policy.should_stop_early(trial(3, measured(1, 0.7)))
    assert not policy.should_stop_early(trial(3, measured(1, 0.7), measured(3, 0.8)))
    # Back at a gate that has judged the trial: its answer holds.
    assert not policy.should_stop_early(trial(3, measured(3, 0.8), measured(2, 0.1)))
    assert calls == [(1, []), (5, []), (1, [0.2]), (3, [0.3])]


@pytest.mark.parametrize(
    ('plan', 'error'),
    [
        ([], ValueError),
        ([(-1, poor)], ValueError),
        ([(1, 1)], TypeError),
        ([(1, lambda m: True)], TypeError),
        (1, TypeError),
    ],
)
def test_bad_plans(plan, error):
    with pytest.raises(error, match='plan'):
        es.StepWise(plan)


def test_plans_are_put_in_order_whatever_the_scope():
    gates = [(5, poor), (2, poor)]
    with mt.as_sealed(True):
        sealed = es.StepWise(gates)
    partial = es.StepWise.partial()
    partial.rebind(plan=gates)
    for policy in (sealed, es.StepWise(gates, sealed=True), partial):
        assert [step for step, _ in policy.plan] == [2, 5]
        assert policy.should_stop_early(trial(1, measured(3, 0.1)))
    partial.rebind({'plan[0]': (9, poor)})
    assert [step for step, _ in partial.plan] == [5, 9]


def test_a_clone_is_fresh():
    policy = es.StepWise([(1, poor)])
    assert policy.should_stop_early(trial(1, measured(1, 0.1)))
    assert not policy.clone().should_stop_early(trial(1, measured(1, 0.9)))
    assert policy.should_stop_early(trial(1, measured(1, 0.9)))


def test_recovery_reads_what_was_decided():
    policy = es.StepWise([(1, poor), (3, poor)])
    history = [
        trial(1, measured(1, 0.2), status='COMPLETED', infeasible=True),
        # A person went on although it was poor.
        trial(2, measured(1, 0.3), status='COMPLETED'),
        trial(3, measured(1, 0.4), measured(3, 0.1)),
        trial(4, measured(5, 0.6)),
        trial(5),
    ]
    for _ in range(2):
        policy.recover(history)
    assert [policy.should_stop_early(t) for t in history] == [True, False, True, False, False]
    assert not policy.should_stop_early(trial(3, measured(1, 0.4)))
    seen = []
    spy = es.StepWise(
        [(step, lambda m, h: bool(seen.append([x.reward for x in h]))) for step in (1, 3)]
    )
    spy.recover(history)
    spy.should_stop_early(trial(9, measured(1, 0.0)))
    spy.should_stop_early(trial(9, measured(3, 0.0)))
    assert seen[-2:] == [[0.2, 0.3, 0.4], [0.1, 0.6]]


def test_a_recovered_policy_goes_on_as_the_live_one():
    plan = es.early_stop_by_rank([(1, 0.5, 2), (4, 2, 3)])
    live, trials = plan(), []

    def run(policy, number, rewards):
        measurements = []
        for step, reward in rewards:
            measurements.append(measured(step, reward))
            if policy.should_stop_early(trial(number, *measurements)):
                return trial(number, *measurements, status='COMPLETED', infeasible=True)
        return trial(number, *measurements, status='COMPLETED')

    def rewards(number):
        return [(s, (number * 37 + s * 11) % 19 / 19) for s in range(1 + number % 3, 6)]

    for number in range(1, 30):
        trials.append(run(live, number, rewards(number)))
    assert 3 < sum(t.infeasible for t in trials) < 27
    recovered = plan()
    recovered.recover(trials)
    for number in range(30, 60):
        assert mt.eq(run(live, number, rewards(number)), run(recovered, number, rewards(number)))


# ------------------------------------------------------------------------------------- by value


REWARDS = [0.5, 0.1, 0.9, 0.4]


def test_by_value():
    assert asked(es.early_stop_by_value([(1, 0.5)])(), REWARDS) == [False, True, False, True]
    functor = es.early_stop_by_value([(1, 0.5)], maximize=False)
    assert asked(functor(), REWARDS) == [False, False, True, False]
    # Arguments may be given late, as to any functor.
    late = es.early_stop_by_value([(1, 0.5)])(maximize=False)
    assert asked(late, REWARDS) == [False, False, True, False]


@pytest.mark.parametrize('metric', ['loss', lambda m: m.metrics['loss']])
def test_other_metrics(metric):
    policy = es.early_stop_by_value([(1, 0.5)], metric=metric, maximize=False)()
    assert policy.should_stop_early(trial(1, measured(1, 1.0, loss=0.6)))
    assert not policy.should_stop_early(trial(2, measured(1, 1.0, loss=0.4)))


def test_a_value_that_is_missing():
    policy = es.early_stop_by_value([(1, 0.5)], metric='loss')()
    with pytest.raises(KeyError, match='loss'):
        policy.should_stop_early(trial(1, measured(1, 1.0, accuracy=1.0)))
    with pytest.raises(TypeError, match='no reward'):
        es.early_stop_by_value([(1, 0.5)])().should_stop_early(trial(1, measured(1)))


def test_nan_is_worst():
    for maximize in (True, False):
        policy = es.early_stop_by_value([(1, 0.5)], maximize=maximize)()
        assert asked(policy, [float('nan')]) == [True]


# -------------------------------------------------------------------------------------- by rank


@pytest.mark.parametrize(
    ('rank', 'trigger_size', 'expected'),
    [
        (0.0, 0, '01011101'),
        (0.5, 0, '01010101'),
        (0.5, 4, '00000101'),
        (1.0, 0, '01000000'),
        (1, 0, '01011101'),
        (2, 0, '00010101'),
        (3, 2, '00000101'),
        (5, 1, '00000001'),
        (9, 0, '00000000'),
    ],
)
def test_by_rank(rank, trigger_size, expected):
    rewards = [0.5, 0.1, 0.9, 0.4, 0.6, 0.3, 0.95, 0.2]
    stops = [bit == '1' for bit in expected]
    policy = es.early_stop_by_rank([(1, rank, trigger_size)])()
    assert asked(policy, rewards) == stops
    policy = es.early_stop_by_rank([(1, rank, trigger_size)], maximize=False)()
    assert asked(policy, [-r for r in rewards]) == stops


def test_equal_values_are_not_worse():
    assert asked(es.early_stop_by_rank([(1, 1, 0)])(), [0.5] * 3) == [False] * 3


@pytest.mark.parametrize(
    'items',
    [[], None, [(1,)], [(1.5, 1, 1)], [('a', 1, 1)], [(1, 'a', 1)], [(-1, 1, 1)], [5], [[1, 1, 1]]],
)
def test_bad_items_show_when_the_policy_is_made(items):
    by_rank = es.early_stop_by_rank(items)
    with pytest.raises(ValueError):
        by_rank()
    by_value = es.early_stop_by_value(
        [i[:2] if isinstance(i, (list, tuple)) else i for i in items] if items else items
    )
    with pytest.raises(ValueError):
        by_value()


@pytest.mark.parametrize('rank', [1.1, -0.1, 0, -1, True])
def test_bad_ranks(rank):
    with pytest.raises(ValueError, match='rank'):
        es.early_stop_by_rank([(1, rank, 1)])()


def test_a_bad_metric():
    with pytest.raises(ValueError, match='metric'):
        es.early_stop_by_value([(1, 0.5)], metric=1)()
    with pytest.raises(ValueError, match='metric'):
        es.early_stop_by_rank([(1, 0.5, 1)], metric=None)()


# ------------------------------------------------------------------------------------- symbolic


def test_policies_are_saved_and_compared():
    by_value = es.early_stop_by_value([(5, 0.4), (1, 0.2)])
    by_rank = es.early_stop_by_rank([(1, 0.5, 4)], metric='accuracy', maximize=False)
    for value in (by_value, by_rank, by_value(), by_rank(), by_value() & ~by_rank()):
        again = mt.from_json_str(mt.to_json_str(value))
        assert mt.eq(again, value)
        assert type(again) is type(value)
    assert mt.eq(by_value(), by_value())
    assert not mt.eq(by_value(), by_value(maximize=False))
    assert 'threshold=0.2' in repr(by_value())
    assert asked(mt.from_json(mt.to_json(by_value())), [0.1, 0.3]) == [True, False]


def test_documents_of_the_reference_are_read():
    document = {
        '_type': 'pyglove.ext.early_stopping.step_wise.early_stop_by_rank',
        'step_ranks': [['__tuple__', 1, 0.5, 4]],
        'metric': 'reward',
        'maximize': True,
    }
    assert mt.eq(mt.from_json(document), es.early_stop_by_rank([(1, 0.5, 4)]))


# -------------------------------------------------------------------------------------- in loops


def test_a_loop_that_follows_the_advice():
    space = mt.Dict(x=mt.oneof([0.1, 0.9, 0.5, 0.3]))
    policy = es.early_stop_by_value([(1, 0.4)])()
    stops = []
    for program, feedback in mt.sample(
        space, mt.geno.Sweeping(), early_stopping_policy=policy, name='early stopping'
    ):
        assert not feedback.should_stop_early()
        feedback.add_measurement(program.x, step=0)
        assert not feedback.should_stop_early()
        feedback.add_measurement(program.x, step=1)
        stops.append(feedback.should_stop_early())
        if stops[-1]:
            feedback.skip('poor')
        else:
            feedback.done()
    assert stops == [True, False, False, True]
    result = mt.poll_result('early stopping')
    assert [t.infeasible for t in result.trials] == stops
    assert "'infeasible': '2/4'" in str(result)


def test_a_policy_that_joins_later_learns_of_the_trials_before():
    space = mt.Dict(x=mt.oneof([0.1, 0.9, 0.5, 0.3]))
    for program, feedback in mt.sample(space, mt.geno.Sweeping(), 3, name='joined later'):
        feedback(program.x, step=1)
    policy = es.early_stop_by_rank([(1, 2, 3)])()
    loop = mt.sample(space, mt.geno.Sweeping(), early_stopping_policy=policy, name='joined later')
    program, feedback = next(loop)
    feedback.add_measurement(program.x, step=1)
    assert program.x == 0.3
    assert feedback.should_stop_early()


def test_a_policy_serves_two_loops_over_equal_spaces():
    policy = es.early_stop_by_value([(1, 0.4)])()
    for _ in range(2):
        space = mt.Dict(x=mt.oneof([0.1, 0.9]))
        next(mt.sample(space, mt.geno.Random(1), early_stopping_policy=policy))
    with pytest.raises(ValueError, match='another search space'):
        next(mt.sample(mt.oneof([1, 2, 3]), mt.geno.Random(1), early_stopping_policy=policy))
