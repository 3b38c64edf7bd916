"""One door for every search: `search(space, task, algorithm)`.

The task is a function from a program to its reward; the space holds the programs; the algorithm
proposes. `search` brings what a user expects around the loop: progress, a clean end on Ctrl-C,
errors that name the program, seeds, and a result that has the best program.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mutandis.hyper.algorithm_registry import algorithm_from_string
from mutandis.hyper.geno import DNAGenerator, Random
from mutandis.hyper.protocol import Infeasible
from mutandis.symbolic import Symbolic
from mutandis.tuning.backend import DEFAULT_GOALS, Backend, as_goals
from mutandis.tuning.feedback import Exceptions, Feedback
from mutandis.tuning.progress import Progress
from mutandis.tuning.randomness import Randomness
from mutandis.tuning.result import Result
from mutandis.tuning.sampling import SearchSpace, run_loop, start_worker
from mutandis.tuning.search_result import DecodedPrograms, SearchResult

if TYPE_CHECKING:
    from mutandis.tuning.sampling import Constraints, Where

Task = Callable[[Any], Any]


def search(
    space: Any,
    task: Task,
    algorithm: DNAGenerator | str | None = None,
    num_examples: int | None = None,
    *,
    seed: int | None = None,
    progress: bool = True,
    metrics_to_optimize: str | Sequence[str] | None = None,
    skip_on_exceptions: Exceptions = (),
    where: Where | None = None,
    name: str | None = None,
    backend: str | None = None,
    constraints: Constraints | None = None,
    **kwargs: Any,
) -> SearchResult:
    """Searches a space for the program with the greatest reward.

    ::

        space = mt.Dict(x=mt.oneof(range(10)), y=mt.floatv(0.0, 1.0))
        result = mt.search(space, lambda p: p.x * p.y, num_examples=50, seed=1)
        print(result.best, result.best_trial.final_measurement.reward)

    The search ends after `num_examples` trials, when the algorithm has no more proposals, or by
    Ctrl-C; then too it returns what it has found (`result.interrupted`), if it has found anything.

    If the task raises, the error propagates, with a note that names the trial, its DNA and its
    program; the trials so far are in the attribute `search_result` of the error. The trial stays
    pending: a search under the same `name` goes on with it.

    Args:
        space: A value with placeholders, a context of dynamic evaluation, or a decision spec.
        task: Function from a program to its reward, which is maximised: a number, a list with one
            item per metric to optimize, or a dict of metrics. Of a dict, the metrics to optimize
            count; without these, its 'reward', or its only item. It may raise
            `mutandis.tuning.Infeasible` to skip the trial. NaN is an error, since it cannot be
            compared: return -inf for a program that is worse than all others.
        algorithm: Proposes; `geno.Random(seed)` by default. An object, or the name of one with
            arguments if need be: `'random'`, `'sweep'`, `'hill_climb?batch_size=4'`,
            `'regularized_evolution?population_size=20&tournament_size=5'`.
        num_examples: Number of trials, skipped ones included; None for as many as the algorithm
            proposes.
        seed: Makes the search reproducible: seeds the parts of a fresh algorithm that have no seed
            of their own, and at the beginning of each trial the global generators of `random`,
            numpy and torch (they are put back at the end).
        progress: Whether to show trial, best reward, and time spent and left. Nothing is shown if
            standard error is no terminal or rich is not installed.
        metrics_to_optimize: Name or names of the metrics to maximise.
        skip_on_exceptions: Exceptions of the task that skip the trial: types, or pairs of a type
            and a regular expression.
        where: Predicate of placeholders; those it refuses stay as they are.
        name: Name of the sampling; a search under a name that exists goes on with it.
        backend: Name of the backend; None means the default.
        constraints: Predicates of programs: only those that keep all become trials.
        **kwargs: Further arguments of `sample`.

    Returns:
        The result; `result.best` is the best program.

    Raises:
        TypeError: The task is not callable, or an argument has a wrong type.
        ValueError: There is nothing to search, the task returned no usable reward, or the text
            that names the algorithm cannot be read (also a `KeyError` if a name is unknown).
    """
    if not callable(task):
        raise TypeError(
            f'`task` must be a function from a program to its reward, got {task!r} '
            f'({type(task).__name__}).'
        )
    searched = SearchSpace(space, where, constraints)
    randomness = Randomness(seed)
    goals = as_goals(metrics_to_optimize)
    if algorithm is None:
        algorithm = Random(seed)
    elif isinstance(algorithm, str):
        algorithm = algorithm_from_string(algorithm, seed)
    elif seed is not None:
        _seed_parts(algorithm, seed)
    worker = start_worker(
        searched,
        algorithm,
        num_examples,
        name=name,
        backend=backend,
        metrics_to_optimize=metrics_to_optimize,
        **kwargs,
    )
    programs = DecodedPrograms(space, searched, seed)
    result = SearchResult(_result_of(worker, name), programs, goals)
    if not isinstance(skip_on_exceptions, (list, tuple)) or _is_pair(skip_on_exceptions):
        skip_on_exceptions = (skip_on_exceptions,)
    trials = _Trials(task, goals, tuple(skip_on_exceptions))
    try:
        with randomness.scope(), Progress(num_examples, progress) as bar:
            randomness.begin(0)
            if bar.is_shown:
                bar.begin(sum(trial.status == 'COMPLETED' for trial in result.trials))
            loop = run_loop(searched, worker, lambda feedback: randomness.begin(feedback.id))
            for program, feedback in loop:
                trials.run(program, feedback)
                # Let go of the program before the next one is made.
                del program
                if bar.is_shown:
                    bar.update(feedback.id, _best_reward(result))
    except KeyboardInterrupt as error:
        result.interrupted = True
        if result.best_trial is None:
            # Nothing was found that the caller could go on with.
            error.search_result = result  # type: ignore[attr-defined]
            raise
    except Exception as error:
        error.search_result = result  # type: ignore[attr-defined]
        raise
    return result


class _Trials:
    """Runs the task on programs and reports what it returns."""

    def __init__(self, task: Task, goals: tuple[str, ...], skipped: tuple[Any, ...]) -> None:
        from mutandis.base import match_error

        self._task = task
        self._goals = goals
        self._skipped = skipped
        match_error(ValueError(), skipped)  # a wrong list of exceptions shows now, not in a trial

    def run(self, program: Any, feedback: Feedback) -> None:
        try:
            with feedback.skip_on_exceptions(self._skipped):
                self._report(self._task(program), feedback)
        except Infeasible as verdict:
            feedback.skip(str(verdict) or 'infeasible')
        except Exception as error:
            _add_note(error, _failure(program, feedback, error))
            raise

    def _report(self, value: Any, feedback: Feedback) -> None:
        if value is None:
            raise ValueError(
                'The task returned None. It must return the reward of the program: a number or a '
                'dict of metrics.'
            )
        if not isinstance(value, Mapping):
            feedback(value)
            return
        metrics = dict(value)
        if self._goals == DEFAULT_GOALS and 'reward' not in metrics:
            if len(metrics) != 1:
                raise ValueError(
                    f'The task returned the metrics {sorted(metrics)}: say which to maximise, by '
                    "`metrics_to_optimize=[...]` or an item named 'reward'."
                )
            (reward,) = metrics.values()
            feedback(reward, metrics)
        elif 'reward' in self._goals:
            feedback(metrics.pop('reward', None), metrics)
        else:
            feedback(metrics=metrics)


def _result_of(worker: Backend, name: str | None) -> Result:
    try:
        return worker.result
    except NotImplementedError:
        if name is None:
            raise ValueError(
                f'The backend {worker.backend_name!r} needs a name to give results: pass `name=`.'
            ) from None
        return worker.poll_result(name)


def _best_reward(result: Result) -> float | None:
    trial = result.best_trial
    final = None if trial is None else trial.final_measurement
    return None if final is None else final.reward


def _is_pair(exceptions: Any) -> bool:
    return len(exceptions) == 2 and isinstance(exceptions[1], str)


def _seed_parts(algorithm: Any, seed: int) -> None:
    """Seeds a fresh algorithm: each part that has a field `seed` without a value.

    A part that has such a field seeds the parts below it.
    """
    if not isinstance(algorithm, Symbolic) or getattr(algorithm, 'dna_spec', None) is not None:
        return
    stack: list[Any] = [algorithm]
    number = 0
    while stack:
        part = stack.pop()
        if isinstance(part, (tuple, list)):
            stack.extend(reversed(part))
        elif isinstance(part, Symbolic):
            if not part.sym_hasattr('seed'):
                stack.extend(reversed(list(part.sym_values())))
            elif part.sym_getattr('seed') is None:
                # The first part gets the seed itself, the others different ones, so that they
                # draw independently of each other.
                part.rebind(seed=seed + 1_000_003 * number)
                number += 1


def _failure(program: Any, feedback: Feedback, error: BaseException) -> str:
    try:
        text = str(program)
    except Exception as e:  # a program that fails may also fail to print
        text = f'<{type(program).__name__}, which cannot be printed: {e}>'
    if len(text) > 2000:
        text = text[:2000] + '...'
    return (
        f'This happened in trial {feedback.id} of the search.\n  DNA: {feedback.dna!r}\n'
        f'  Program: {text}\nThe trials so far are in `error.search_result`. To skip such trials: '
        f'`search(..., skip_on_exceptions=[{type(error).__name__}])`.'
    )


def _add_note(error: BaseException, note: str) -> None:
    if hasattr(error, 'add_note'):
        error.add_note(note)
    else:  # Python 3.10
        notes = getattr(error, '__notes__', [])
        error.__dict__['__notes__'] = [*notes, note]
