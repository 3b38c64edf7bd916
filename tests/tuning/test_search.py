"""The one door: `mt.search`."""

import gc
import math
import random
import weakref

import pytest
from tuning_helpers import MultiRecorder, Recorder, space

import mutandis as mt


def score(program):
    return program.x * program.y


def test_the_best_program_is_found():
    result = mt.search(space(), score, num_examples=60, seed=1)
    assert result.best == mt.Dict(x=4, y=2)
    assert result.best_trial.final_measurement.reward == 8.0
    assert len(result.trials) == 60
    assert not result.interrupted
    assert result.best is result.best
    assert result.last_updated is not None and result.is_active and result.metadata == {}
    assert "'COMPLETED': '60/60'" in str(result)


def test_the_default_algorithm_is_random():
    result = mt.search(space(50), score, num_examples=5, seed=3)
    expected = [f.dna for _, f in mt.sample(space(50), mt.geno.Random(3), 5) if not f(0)]
    assert [t.dna for t in result.trials] == expected


def test_another_algorithm_is_one_word():
    result = mt.search(space(), score, mt.geno.Sweeping())
    assert len(result.trials) == 10
    assert result.best == mt.Dict(x=4, y=2)


def test_where_and_name():
    value = mt.Dict(x=mt.oneof([1, 2], name='keep'), y=mt.oneof([1, 2]))
    result = mt.search(
        value, lambda p: p.y, mt.geno.Sweeping(), where=lambda h: h.name != 'keep', name='test_s'
    )
    assert isinstance(result.best.x, mt.hyper.OneOf)
    assert mt.poll_result('test_s').best_trial is result.best_trial


# ------------------------------------------------------------------------------------ rewards


def test_the_only_metric_is_the_reward():
    result = mt.search(space(), lambda p: {'accuracy': p.x}, mt.geno.Sweeping())
    final = result.best_trial.final_measurement
    assert (final.reward, final.metrics) == (4.0, {'accuracy': 4.0})


def test_the_item_called_reward_is_the_reward():
    def task(p):
        return mt.Dict(reward=p.x, size=-p.y)

    final = mt.search(space(), task, mt.geno.Sweeping()).best_trial.final_measurement
    assert (final.reward, final.metrics) == (4.0, {'size': -1.0})


def test_a_metric_by_name():
    def task(p):
        return {'accuracy': -p.x, 'size': p.y, 'reward': 9}

    for names in ('accuracy', ['accuracy']):
        result = mt.search(space(), task, mt.geno.Sweeping(), metrics_to_optimize=names)
        assert result.best == mt.Dict(x=0, y=1)
        assert result.best_trial.final_measurement.metrics.size == 1.0


def test_several_metrics():
    def task(p):
        return {'a': p.x, 'b': -p.x}

    names = ['a', 'b']
    result = mt.search(space(), task, MultiRecorder(), 20, metrics_to_optimize=names)
    assert len(result.best_trials) == 20
    with pytest.raises(ValueError, match='multi-objective'):
        mt.search(space(), task, num_examples=5, metrics_to_optimize=names)


@pytest.mark.parametrize(
    'value, text',
    [
        (None, 'returned None'),
        (math.nan, 'NaN'),
        ({'a': math.nan}, 'NaN'),
        ({'a': 1, 'b': 2}, 'metrics_to_optimize'),
        ({}, 'metrics_to_optimize'),
        ('high', 'number'),
    ],
)
def test_unusable_rewards(value, text):
    with pytest.raises(ValueError, match=text) as e:
        mt.search(space(), lambda p: value, num_examples=5)
    assert [t.status for t in e.value.search_result.trials] == ['PENDING']


def test_a_named_metric_that_is_missing():
    with pytest.raises(ValueError, match="'accuracy' is missing"):
        mt.search(space(), lambda p: {'loss': 1}, metrics_to_optimize='accuracy')


# ------------------------------------------------------------------------------------- errors


def fails_at_two(program):
    if program.x == 2:
        raise ValueError('two is too many')
    return program.x


def test_an_error_of_the_task_names_the_program_and_loses_nothing():
    with pytest.raises(ValueError, match='two is too many') as e:
        mt.search(space(), fails_at_two, mt.geno.Sweeping(), name='test_task_error')
    note = '\n'.join(e.value.__notes__)
    assert 'trial 5' in note and 'DNA([2, 0])' in note and 'x = 2' in note
    assert 'skip_on_exceptions=[ValueError]' in note
    result = e.value.search_result
    assert [t.status for t in result.trials] == ['COMPLETED'] * 4 + ['PENDING']
    assert result.best == mt.Dict(x=1, y=1)
    # The same search goes on with the pending trial.
    again = mt.search(space(), score, mt.geno.Sweeping(), name='test_task_error')
    assert [t.status for t in again.trials] == ['COMPLETED'] * 10
    assert again.best == mt.Dict(x=4, y=2)


@pytest.mark.parametrize(
    'exceptions', [ValueError, [ValueError], (ValueError, 'too many'), [(ValueError, 'too many')]]
)
def test_errors_may_skip_the_trial(exceptions, caplog):
    result = mt.search(space(), fails_at_two, mt.geno.Sweeping(), skip_on_exceptions=exceptions)
    assert [t.id for t in result.trials if t.infeasible] == [5, 6]
    assert 'two is too many' in result.trials[4].metadata.skip_reason
    assert result.best.x == 4


def test_other_errors_still_propagate():
    with pytest.raises(ValueError):
        mt.search(space(), fails_at_two, mt.geno.Sweeping(), skip_on_exceptions=[KeyError])


def test_infeasible_skips():
    def task(program):
        if program.x > 2:
            raise mt.tuning.Infeasible('too large')
        return program.x

    result = mt.search(space(), task, mt.geno.Sweeping())
    skipped = [t for t in result.trials if t.infeasible]
    assert [t.metadata.skip_reason for t in skipped] == ['too large'] * 4
    assert result.best.x == 2


def test_all_trials_skipped():
    def task(program):
        raise mt.tuning.Infeasible

    result = mt.search(space(), task, mt.geno.Sweeping())
    assert (result.best, result.best_trial) == (None, None)


def test_ctrl_c_ends_cleanly():
    def task(program):
        if program.x == 3:
            raise KeyboardInterrupt
        return program.x

    result = mt.search(space(), task, mt.geno.Sweeping())
    assert result.interrupted
    assert result.best == mt.Dict(x=2, y=1)
    assert [t.status for t in result.trials] == ['COMPLETED'] * 6 + ['PENDING']


def test_ctrl_c_before_the_first_result():
    def task(program):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as e:
        mt.search(space(), task)
    result = e.value.search_result
    assert result.interrupted and result.best is None


@pytest.mark.parametrize(
    'args, kwargs, error, text',
    [
        ((mt.Dict(x=1), score), {}, ValueError, 'no placeholder'),
        ((space(), 'train'), {}, TypeError, '`task`'),
        ((space(), score, score), {}, TypeError, '`algorithm`'),
        ((space(), score, mt.geno.Random), {}, TypeError, r'Write `Random\(\)`'),
        ((space(), score), {'seed': 'x'}, TypeError, '`seed`'),
        ((space(), score), {'skip_on_exceptions': [3]}, TypeError, 'exception'),
    ],
)
def test_bad_arguments(args, kwargs, error, text):
    with pytest.raises(error, match=text):
        mt.search(*args, **kwargs)


# -------------------------------------------------------------------------------------- seeds


def noisy(program):
    return program.x + random.random()


def rewards(result):
    return [t.final_measurement.reward for t in result.trials]


def test_a_seed_makes_everything_reproducible():
    def run(seed, **kwargs):
        return mt.search(space(), noisy, num_examples=8, seed=seed, **kwargs)

    first, second, other = run(1), run(1), run(2)
    assert [t.dna for t in first.trials] == [t.dna for t in second.trials]
    assert rewards(first) == rewards(second) != rewards(other)
    assert len(set(rewards(first))) == 8
    assert rewards(run(1, algorithm=mt.geno.Random())) == rewards(first)


def test_a_trial_does_not_depend_on_those_before_it():
    """A search that is continued gives the trials of one that was not interrupted."""
    whole = mt.search(space(), noisy, num_examples=6, seed=1)
    for limit in (2, 6):
        parts = mt.search(space(), noisy, num_examples=limit, seed=1, name='test_continued')
    assert rewards(parts) == rewards(whole)


def test_unseeded_algorithms_of_the_global_module_are_reproducible_too():
    class Global(Recorder):
        def _propose(self):
            return mt.random_dna(self.dna_spec, random)

    first, second = (mt.search(space(), noisy, Global(), 5, seed=1) for _ in range(2))
    assert [t.dna for t in first.trials] == [t.dna for t in second.trials]


def test_the_global_generators_are_put_back():
    random.seed(5)
    expected = random.random()
    random.seed(5)
    mt.search(space(), noisy, num_examples=3, seed=1)
    assert random.random() == expected


def test_numpy_and_torch_are_seeded():
    numpy = pytest.importorskip('numpy')
    torch = pytest.importorskip('torch')

    def task(program):
        return numpy.random.rand() + torch.rand(()).item()

    torch.manual_seed(5)
    expected = torch.rand(())
    torch.manual_seed(5)
    first, second = (mt.search(space(), task, num_examples=4, seed=1) for _ in range(2))
    assert rewards(first) == rewards(second)
    assert torch.equal(torch.rand(()), expected)


def test_the_best_program_is_made_as_in_its_trial():
    class Noisy(mt.Object):
        x: int

        def _on_init(self):
            super()._on_init()
            self.weight = random.random()

    seen = {}

    def task(program):
        seen[program.weight] = program.x
        return program.weight

    result = mt.search(Noisy(mt.oneof(range(9))), task, num_examples=9, seed=1)
    assert result.best.weight == max(seen)


def test_without_a_seed_nothing_is_touched():
    random.seed(5)
    expected = [random.random() for _ in range(3)]
    random.seed(5)
    drawn = []
    mt.search(space(), lambda p: drawn.append(random.random()) or 0.0, mt.geno.Sweeping(), 3)
    assert drawn == expected


# ------------------------------------------------------------------------------------- memory


class Model(mt.Object):
    """A program whose instances are counted (by identity)."""

    use_symbolic_comparison = False

    width: int

    live = weakref.WeakSet()

    def _on_init(self):
        super()._on_init()
        Model.live.add(self)


def test_programs_are_dropped(quick_collector):
    counts = []

    def task(program):
        gc.collect()
        counts.append(len(Model.live))
        return program.width

    value = Model(mt.oneof(range(50)))
    mt.search(value, task, num_examples=30, seed=1)
    # The program at hand, and the template's own.
    assert max(counts) <= 2
