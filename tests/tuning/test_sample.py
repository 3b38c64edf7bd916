"""The sampling loop."""

import gc
import threading
import weakref

import pytest
from tuning_helpers import MultiRecorder, Recorder, first, space

import mutandis as mt


def test_examples_are_programs_and_the_algorithm_is_told():
    algorithm = Recorder()
    examples = []
    for example, feedback in mt.sample(space(), algorithm, 4):
        assert feedback.id == len(examples) + 1
        assert example == mt.materialize(space(), feedback.dna)
        examples.append(example)
        feedback(example.x)
    assert algorithm.told == [float(e.x) for e in examples]
    assert (algorithm.num_proposals, algorithm.num_feedbacks) == (4, 4)


def test_a_search_that_runs_on_random():
    best = max(
        (feedback(p.x * p.y) or p.x * p.y, p)
        for p, feedback in mt.sample(space(), mt.geno.Random(seed=1), 60)
    )
    assert best == (8, mt.Dict(x=4, y=2))


def test_spaces_of_other_kinds():
    example, _ = next(mt.sample(mt.oneof([3, 4]), Recorder()))
    assert example in (3, 4)
    spec = mt.dna_spec(space())
    example, feedback = next(mt.sample(spec, Recorder()))
    assert example is feedback.dna
    assert isinstance(example, mt.DNA)


def test_where_leaves_the_others_as_they_are():
    nested = mt.Dict(x=mt.oneof([1, 2], name='inner'), y=mt.oneof([1, 2]))
    outer = mt.sample(nested, mt.geno.Sweeping(), where=lambda h: h.name != 'inner')
    seen = []
    for example, feedback in outer:
        assert isinstance(example.x, mt.hyper.OneOf)
        for inner, inner_feedback in mt.sample(example, mt.geno.Sweeping()):
            seen.append((inner.y, inner.x))
            inner_feedback(1.0)
        feedback(1.0)
    assert seen == [(1, 1), (1, 2), (2, 1), (2, 2)]


def test_nothing_happens_before_the_first_next():
    loop = mt.sample(3, None, backend='no such backend')
    with pytest.raises(ValueError):
        next(loop)


@pytest.mark.parametrize(
    'make, error, text',
    [
        (lambda: mt.sample(mt.Dict(x=1), Recorder()), ValueError, 'no placeholder'),
        (lambda: mt.sample(3, Recorder()), ValueError, 'no placeholder'),
        (lambda: mt.sample(space(), Recorder(), where=lambda h: False), ValueError, 'where'),
        (lambda: mt.sample(space(), Recorder(), backend='zz'), ValueError, "'zz'"),
        (lambda: mt.sample(space(), Recorder(), '3'), TypeError, 'num_examples'),
        (
            lambda: mt.sample(space(), Recorder(), metrics_to_optimize=['a', 'b']),
            ValueError,
            'multi-objective',
        ),
        (lambda: mt.sample(space(), None), TypeError, 'DNAGenerator'),
        (lambda: mt.sample(space(), Recorder), TypeError, r'Recorder\(\)'),
        (lambda: mt.sample(space(), Recorder(), early_stopping_policy=1), TypeError, 'policy'),
        (lambda: mt.sample(space(), Recorder(), name=1), TypeError, 'name'),
    ],
)
def test_bad_arguments(make, error, text):
    with pytest.raises(error, match=text):
        next(make())


def test_an_algorithm_goes_on_in_an_equal_space_only():
    _, _, _, algorithm = first()
    next(mt.sample(space(), algorithm))
    assert algorithm.num_proposals == 2
    with pytest.raises(ValueError, match='another search space'):
        next(mt.sample(space(6), algorithm))


def test_the_limit_counts_skipped_trials():
    ids = []
    for _, feedback in mt.sample(space(), Recorder(), 3):
        ids.append(feedback.id)
        feedback.skip()
    assert ids == [1, 2, 3]
    assert list(mt.sample(space(), Recorder(), 0)) == []


def test_an_exhausted_algorithm_ends_the_loop():
    count = 0
    for _, feedback in mt.sample(space(), mt.geno.Sweeping()):
        feedback(1.0)
        count += 1
    assert count == 10


@pytest.mark.parametrize('proposal', [None, 5, (0, 1), mt.Dict(x=1)])
def test_what_is_no_dna_becomes_no_trial(proposal):
    class Wrong(Recorder):
        def _propose(self):
            return proposal

    name = f'test_wrong_{type(proposal).__name__}'
    with pytest.raises(TypeError, match='Wrong must propose a DNA'):
        next(mt.sample(space(), Wrong(), name=name))
    assert mt.poll_result(name).trials == []


def test_a_pending_trial_is_handed_out_again(caplog):
    loop, example, feedback, algorithm = first()
    again, same = next(loop)
    assert (same.id, same.dna) == (feedback.id, feedback.dna)
    assert again == example and again is not example
    assert 'feedback.skip()' in caplog.text
    assert algorithm.num_proposals == 1


def test_the_warning_comes_once_for_a_trial(caplog):
    loop, _, feedback, _ = first()
    for _ in range(3):
        next(loop)
    assert caplog.text.count('Trial 1 is handed out again') == 1
    feedback(1.0)
    next(loop)
    assert len(caplog.records) == 1
    next(loop)
    assert caplog.text.count('Trial 2 is handed out again') == 1


def test_coworkers_of_a_group_are_not_warned(caplog):
    # To work on the trial of one's group is no oversight; to ask for it twice is one.
    algorithm = Recorder()
    loops = [
        mt.sample(space(), algorithm, name='test_coworkers', group=group)
        for group in ('a', 'a', 'b')
    ]
    assert [next(loop)[1].id for loop in loops] == [1, 1, 2]
    assert not caplog.records
    assert next(loops[2])[1].id == 2
    assert 'Trial 2 is handed out again' in caplog.text
    assert 'Trial 1' not in caplog.text


def test_threads_are_warned_of_their_own_trial(caplog):
    algorithm = Recorder()

    def work(times):
        loop = mt.sample(space(), algorithm, name='test_thread_warning')
        for _ in range(times):
            next(loop)

    for times in (1, 2, 1):
        thread = threading.Thread(target=work, args=(times,))
        thread.start()
        thread.join()
    assert [record.args for record in caplog.records] in ([(1,)], [(2,)], [(3,)])


def test_break_does_not_end_the_sampling():
    for _, feedback in mt.sample(space(), Recorder(), name='test_break'):
        if feedback.id == 2:
            break
        feedback(1.0)
    ids = [f.id for _, f in mt.sample(space(), Recorder(), 3, name='test_break') if not f(1.0)]
    assert ids == [2, 3]


def test_a_known_reward_is_fed_back_at_once():
    class Knowing(Recorder):
        def _propose(self):
            dna = super()._propose()
            if self.num_proposals % 2:
                dna.set_metadata('reward', 0.5 * self.num_proposals)
            return dna

    algorithm = Knowing()
    ids = []
    for _, feedback in mt.sample(space(), algorithm, 4, name='test_known_reward'):
        ids.append(feedback.id)
        feedback(0)
    assert ids == [1, 3]
    assert algorithm.told == [0.0, 0.5, 0.0, 1.5]
    trials = mt.poll_result('test_known_reward').trials
    assert [dict(t.metadata) for t in trials] == [
        {},
        {'client_evaluation_skipped': True},
        {},
        {'client_evaluation_skipped': True},
    ]


def test_known_rewards_of_several_metrics():
    class Knowing(MultiRecorder):
        def _propose(self):
            return super()._propose().set_metadata('reward', (1.0, 2.0))

    algorithm = Knowing()
    assert list(mt.sample(space(), algorithm, 2, metrics_to_optimize=['a', 'b'])) == []
    assert algorithm.told == [(1.0, 2.0), (1.0, 2.0)]


def test_errors_of_the_algorithm_propagate_and_leave_no_trial():
    class Broken(Recorder):
        def _propose(self):
            raise KeyError('broken')

    with pytest.raises(KeyError):
        next(mt.sample(space(), Broken(), name='test_broken'))
    assert mt.poll_result('test_broken').trials == []


def test_stop_iteration_of_a_decoded_program_is_no_quiet_end():
    class Node(mt.Object):
        x: int

        def _on_init(self):
            super()._on_init()
            if isinstance(self.x, int):
                raise StopIteration

    value = mt.Dict(n=Node.partial())
    value.n.rebind(x=mt.oneof([1, 2]))
    with pytest.raises(RuntimeError):
        next(mt.sample(value, Recorder()))


class Program(mt.Object):
    """A program whose instances are counted (by identity)."""

    use_symbolic_comparison = False

    x: int
    child: 'Program | None' = None

    live = weakref.WeakSet()

    def _on_init(self):
        super()._on_init()
        Program.live.add(self)


def test_programs_are_dropped_after_their_feedback(quick_collector):
    value = Program(mt.oneof(range(100)), Program(mt.oneof(range(100))))
    kept = []
    gc.collect()
    for program, feedback in mt.sample(value, mt.geno.Random(seed=1), 50):
        feedback(program.x)
        kept.append(feedback)
        gc.collect()
        # The program of the loop variable, and the template's own nodes.
        assert len(Program.live) <= 4
    assert len(kept) == 50


def test_slow_trials_do_not_pile_up_programs(monkeypatch, quick_collector):
    """Programs are cycles: between slow trials the loop runs the collector itself."""
    from mutandis.tuning import sampling

    now = [0.0]
    monkeypatch.setattr(sampling.time, 'monotonic', lambda: now[0])
    value = Program(mt.oneof(range(100)), Program(mt.oneof(range(100))))
    gc.collect()
    for program, feedback in mt.sample(value, mt.geno.Random(seed=1), 50):
        feedback(program.x)
        assert len(Program.live) <= 6
        now[0] += 10.0
