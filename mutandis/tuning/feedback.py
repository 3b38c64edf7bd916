"""How a loop reports on the trial that it was given.

`Feedback` is the user's side of one trial. The rules for rewards (see `rewards`) are the same for
every backend; a backend implements what they are written to.
"""

from __future__ import annotations

import abc
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from mutandis.tuning.backend import as_goals

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from mutandis.hyper.geno import DNA
    from mutandis.hyper.protocol import Trial

Exceptions = Any  # A type, a pair (type, regular expression), or a sequence of both.


class Feedback(abc.ABC):
    """Reports on one trial of a sampling loop.

    ::

        for program, feedback in mt.sample(space, algorithm, 100):
            feedback(evaluate(program))

    Args:
        metrics_to_optimize: Names of the metrics that the algorithm maximises.
    """

    __slots__ = ('_goals', '_handed_out', '__dict__', '__weakref__')

    def __init__(self, metrics_to_optimize: Sequence[str]) -> None:
        self._goals = as_goals(metrics_to_optimize)
        self._handed_out = time.time()

    # What backends implement.

    @property
    @abc.abstractmethod
    def id(self) -> int:
        """Number of the trial, from 1."""

    @property
    @abc.abstractmethod
    def dna(self) -> DNA:
        """The proposal to evaluate."""

    @property
    @abc.abstractmethod
    def checkpoint_to_warm_start_from(self) -> str | None:
        """Path of a checkpoint to start from, or None."""

    @abc.abstractmethod
    def get_trial(self) -> Trial:
        """The trial as it stands now."""

    @abc.abstractmethod
    def set_metadata(self, key: str, value: Any, per_trial: bool = True) -> None:
        """Keeps a value with the trial, or with the whole sampling; the last write wins.

        Args:
            key: Name of the value.
            value: A value that has a JSON form, so that other backends can store it.
            per_trial: False to keep it with the sampling.

        Raises:
            KeyError: The key is no string.
        """

    @abc.abstractmethod
    def get_metadata(self, key: str, per_trial: bool = True) -> Any | None:
        """A value kept with the trial or the sampling; None if there is none."""

    @abc.abstractmethod
    def add_link(self, name: str, url: str) -> None:
        """Keeps a link with the trial."""

    def _add_measurement(
        self,
        reward: float | None,
        metrics: dict[str, float],
        step: int,
        checkpoint_path: str | None,
        elapse_secs: float,
    ) -> None:
        """Appends a measurement that has passed the rules; `RaceConditionError` unless pending."""
        raise NotImplementedError()

    @abc.abstractmethod
    def done(
        self,
        metadata: Mapping[str, Any] | None = None,
        related_links: Mapping[str, str] | None = None,
    ) -> None:
        """Completes the trial and tells the algorithm; does nothing unless the trial is pending.

        The measurement of the largest step counts, the last one added among equals.

        Args:
            metadata: Values to keep with the trial.
            related_links: Links to keep with the trial, by name.

        Raises:
            ValueError: There is no measurement.
        """

    @abc.abstractmethod
    def skip(self, reason: str | None = None) -> None:
        """Ends the trial as infeasible without telling the algorithm.

        Does nothing unless the trial is pending.

        Args:
            reason: Why, for people; kept as metadata `skip_reason`.
        """

    @abc.abstractmethod
    def should_stop_early(self) -> bool:
        """The advice of the early stopping policy; the caller then calls `skip` or `done`."""

    @abc.abstractmethod
    def end_loop(self) -> None:
        """Ends the sampling: every worker stops at its next turn."""

    # What is the same for all.

    @property
    def status(self) -> str:
        """Status of the trial."""
        return str(self.get_trial().status)

    def add_measurement(
        self,
        reward: float | Sequence[float] | None = None,
        metrics: Mapping[str, float] | None = None,
        step: int = 0,
        checkpoint_path: str | None = None,
        elapse_secs: float | None = None,
    ) -> None:
        """Reports a measurement; the trial goes on.

        Args:
            reward: The number to maximise, or one item per metric to optimize.
            metrics: Named numbers. Metrics to optimize other than 'reward' are read from here.
            step: Step of the evaluation.
            checkpoint_path: Where the state of this step was saved.
            elapse_secs: Seconds spent; None for the time since the trial was handed out.

        Raises:
            ValueError: A metric to optimize is missing, contradictory or NaN. Nothing is recorded.
            TypeError: Another argument has a wrong type.
            RaceConditionError: The trial is no longer pending.
        """
        from mutandis.tuning.rewards import resolve

        reward, stored = resolve(reward, metrics, self._goals)
        check_step(step, checkpoint_path)
        if elapse_secs is None:
            elapse_secs = time.time() - self._handed_out
        elif not hasattr(elapse_secs, '__float__'):
            raise TypeError(
                f'`elapse_secs` must be a number of seconds or None, got {elapse_secs!r} '
                f'({type(elapse_secs).__name__}).'
            )
        self._add_measurement(reward, stored or {}, step, checkpoint_path, float(elapse_secs))

    def __call__(
        self,
        reward: float | Sequence[float] | None = None,
        metrics: Mapping[str, float] | None = None,
        checkpoint_path: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        related_links: Mapping[str, str] | None = None,
        step: int = 0,
    ) -> None:
        """Reports a measurement and completes the trial: `add_measurement`, then `done`.

        Args:
            reward: The number to maximise, or one item per metric to optimize.
            metrics: Named numbers. Metrics to optimize other than 'reward' are read from here.
            checkpoint_path: Where the state of the program was saved.
            metadata: Values to keep with the trial.
            related_links: Links to keep with the trial, by name.
            step: Step of the evaluation.

        Raises:
            ValueError: A metric to optimize is missing, contradictory or NaN. Nothing is recorded.
            TypeError: Another argument has a wrong type.
            RaceConditionError: The trial is no longer pending.
        """
        self.add_measurement(reward, metrics, step, checkpoint_path)
        self.done(metadata, related_links)

    @contextmanager
    def skip_on_exceptions(self, exceptions: Exceptions) -> Iterator[None]:
        """A scope in which the given exceptions skip the trial instead of propagating.

        The traceback becomes the reason of the skip, and is logged.

        Args:
            exceptions: Exception types, or pairs of a type and a regular expression that is
                searched in `TypeName: message`.
        """
        from mutandis.base import catch_errors

        def skip(error: BaseException) -> None:
            import logging
            import traceback

            reason = ''.join(traceback.format_exception(error))
            logging.getLogger('mutandis').warning(
                'Trial %d is skipped because of an exception: %s', self.id, reason
            )
            self.skip(reason)

        with catch_errors(exceptions, skip):
            yield

    def ignore_race_condition(self) -> AbstractContextManager[None]:
        """A scope that swallows `RaceConditionError`."""
        from mutandis.hyper.protocol import RaceConditionError

        return suppress(RaceConditionError)


def check_step(step: Any, checkpoint_path: Any) -> None:
    """Refuses a step or a checkpoint path of a wrong type."""
    if step is None:
        raise ValueError('`step` must be an int, got None. Leave it out for step 0.')
    if type(step) is not int and (not isinstance(step, int) or isinstance(step, bool)):
        raise TypeError(f'`step` must be an int, got {step!r} ({type(step).__name__}).')
    if checkpoint_path is not None and not isinstance(checkpoint_path, str):
        raise TypeError(
            f'`checkpoint_path` must be a string or None, got {checkpoint_path!r} '
            f'({type(checkpoint_path).__name__}).'
        )
