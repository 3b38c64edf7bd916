"""The in-memory backend: the study engine over the memory store.

Samplings live in a process-wide table by name, for the life of the process; those without a name
live as long as their loop.
"""

from __future__ import annotations

import threading
import time
from operator import itemgetter, ne
from typing import TYPE_CHECKING, Any

from mutandis.tuning.backend import DEFAULT_GOALS, REWARD, Backend, add_backend, as_goals
from mutandis.tuning.feedback import Feedback, check_step
from mutandis.tuning.store import MemoryStore
from mutandis.tuning.study import Study

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mutandis.hyper.geno import DNA, DNAGenerator, DNASpec
    from mutandis.hyper.protocol import EarlyStoppingPolicy, Trial
    from mutandis.tuning.result import Result
    from mutandis.tuning.store import MeasurementRow, TrialRow

_STORE = MemoryStore()
_FLOATS, _STRINGS = frozenset({float}), frozenset({str})


@add_backend('in-memory')
class InMemoryBackend(Backend):
    """One worker of a study in this process's memory."""

    def __init__(
        self,
        name: str | None,
        group: int | str | None,
        dna_spec: DNASpec,
        algorithm: DNAGenerator,
        metrics_to_optimize: Sequence[str],
        early_stopping_policy: EarlyStoppingPolicy | None = None,
        num_examples: int | None = None,
        **kwargs: Any,
    ) -> None:
        if kwargs:
            import logging

            logging.getLogger('mutandis').warning(
                "The 'in-memory' backend ignores the arguments %s.", sorted(kwargs)
            )
        if name is not None and not isinstance(name, str):
            raise TypeError(f'`name` must be a string or None, got {name!r}.')
        self.goals = as_goals(metrics_to_optimize)
        several = len(self.goals) > 1 and REWARD not in self.goals
        self._select_goals = itemgetter(*self.goals) if several else None
        self.study = Study(_STORE.open(name, dna_spec, self.goals))
        self.algorithm = algorithm
        self.policy = early_stopping_policy
        # A thread's number could also be a group of that name; the prefix keeps them apart.
        self._group = f'thread:{threading.get_ident()}' if group is None else str(group)
        self._limit = num_examples
        self._last: TrialRow | None = None
        self._warned = False
        self.study.join(dna_spec, algorithm, early_stopping_policy, self.goals)

    def next(self) -> Feedback:
        row = self.study.next_row(self._group, self.algorithm, self._limit)
        if row is not self._last:
            self._last = row
            self._warned = False
        elif not self._warned:
            import logging

            self._warned = True
            logging.getLogger('mutandis').warning(
                'Trial %d is handed out again: the loop asked for the next example before it '
                'ended this one. Call `feedback(reward)`, or give the trial up by '
                '`feedback.skip()`.',
                row.id,
            )
        return StudyFeedback(self, row)

    def are_plain(self, metrics: Any) -> bool:
        """Whether metrics are stored as they are, and no reward is missing.

        They are the usual report on several objectives: all of these in a dict of floats.
        """
        if self._select_goals is None or type(metrics) is not dict:
            return False
        try:
            values = self._select_goals(metrics)
        except KeyError:
            return False
        return (
            _FLOATS.issuperset(map(type, metrics.values()))
            and _STRINGS.issuperset(map(type, metrics))
            # A NaN differs from itself.
            and True not in map(ne, values, values)
        )

    @property
    def result(self) -> Result:
        from mutandis.tuning.study_result import StudyResult

        return StudyResult(self.study)

    @classmethod
    def poll_result(cls, name: str, **kwargs: Any) -> Result:
        if kwargs:
            raise TypeError(
                f"The 'in-memory' backend finds a result by its name alone, got {sorted(kwargs)}."
            )
        tables = _STORE.find(name)
        if tables is None:
            raise ValueError(
                f'There is no sampling named {name!r} in this process. Known: {_STORE.names()}.'
            )
        from mutandis.tuning.study_result import StudyResult

        return StudyResult(Study(tables))


class StudyFeedback(Feedback):
    """Feedback on a trial of a study."""

    __slots__ = ('_worker', '_row')

    def __init__(self, worker: InMemoryBackend, row: TrialRow) -> None:
        # Not through super(): one is made per trial.
        self._worker = worker
        self._row = row
        self._goals = worker.goals
        self._handed_out = time.time()

    @property
    def id(self) -> int:
        return self._row.id

    @property
    def dna(self) -> DNA:
        return self._row.dna

    @property
    def status(self) -> str:
        return self._row.status

    @property
    def checkpoint_to_warm_start_from(self) -> str | None:
        return None

    def get_trial(self) -> Trial:
        return self._worker.study.trial(self._row)

    def _measure(
        self, reward: Any, metrics: Mapping[str, float] | None, step: int, path: str | None
    ) -> MeasurementRow:
        if (
            type(reward) is float
            and metrics is None
            and reward == reward
            and self._goals is DEFAULT_GOALS
        ):
            stored = None
        elif reward is None and self._worker.are_plain(metrics):
            stored = dict(metrics)  # type: ignore[arg-type]
        else:
            from mutandis.tuning.rewards import resolve

            reward, stored = resolve(reward, metrics, self._goals)
        if type(step) is not int or path is not None:
            check_step(step, path)
        return (step, time.time() - self._handed_out, reward, stored, path)

    def _add_measurement(
        self,
        reward: float | None,
        metrics: dict[str, float],
        step: int,
        checkpoint_path: str | None,
        elapse_secs: float,
    ) -> None:
        self._worker.study.add_measurement(
            self._row, (step, elapse_secs, reward, metrics or None, checkpoint_path)
        )

    def done(
        self,
        metadata: Mapping[str, Any] | None = None,
        related_links: Mapping[str, str] | None = None,
    ) -> None:
        worker = self._worker
        worker.study.complete(
            self._row, None, worker.algorithm, self._goals, metadata, related_links
        )

    def __call__(
        self,
        reward: float | Sequence[float] | None = None,
        metrics: Mapping[str, float] | None = None,
        checkpoint_path: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        related_links: Mapping[str, str] | None = None,
        step: int = 0,
    ) -> None:
        # One transaction, so that a report is recorded as a whole or not at all.
        worker = self._worker
        worker.study.complete(
            self._row,
            self._measure(reward, metrics, step, checkpoint_path),
            worker.algorithm,
            self._goals,
            metadata,
            related_links,
        )

    def skip(self, reason: str | None = None) -> None:
        self._worker.study.skip(self._row, reason)

    def should_stop_early(self) -> bool:
        worker = self._worker
        policy = worker.policy
        if policy is None or not self._row.measurements:
            return False
        with worker.study.tables.transaction():
            return policy.should_stop_early(self.get_trial())

    def end_loop(self) -> None:
        self._worker.study.end()

    def set_metadata(self, key: str, value: Any, per_trial: bool = True) -> None:
        self._worker.study.set_metadata(self._row if per_trial else None, key, value)

    def get_metadata(self, key: str, per_trial: bool = True) -> Any | None:
        return self._worker.study.get_metadata(self._row if per_trial else None, key)

    def add_link(self, name: str, url: str) -> None:
        self._worker.study.add_link(self._row, name, url)
