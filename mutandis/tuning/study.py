"""The study engine: the life of trials, over the tables of a store.

A `Study` gives out trials, takes measurements, completes or skips, and tells the algorithm. Each of
these is one transaction on the tables; the algorithm is called inside it, so that threads may share
one. What is committed stays: an algorithm that fails in `feedback` leaves a completed trial behind.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from mutandis.hyper.geno import DNA
from mutandis.hyper.iteration import same_space
from mutandis.symbolic import Dict
from mutandis.tuning.backend import DEFAULT_GOALS
from mutandis.tuning.store import PENDING

# Whatever a plain loop does not need is imported where it is used: the symbolic side of a study
# (`study_result.py`), and the history.
if TYPE_CHECKING:
    from collections.abc import Mapping

    from mutandis.hyper.geno import DNAGenerator, DNASpec
    from mutandis.hyper.protocol import EarlyStoppingPolicy, Trial
    from mutandis.tuning.store import MeasurementRow, MemoryTables, TrialRow

SKIP_REASON = 'skip_reason'
# The final measurement of a skipped trial.
NO_MEASUREMENT: MeasurementRow = (0, 0.0, 0.0, None, None)


class Study:
    """One sampling: the tables of its trials and what may be done with them."""

    def __init__(self, tables: MemoryTables) -> None:
        self.tables = tables
        self._transaction = tables.transaction()

    def join(
        self,
        dna_spec: DNASpec,
        algorithm: DNAGenerator,
        policy: EarlyStoppingPolicy | None,
        goals: tuple[str, ...],
    ) -> None:
        """Lets a loop take part: brings its algorithm and policy up to date.

        Raises:
            ValueError: The study samples another space.
        """
        tables = self.tables
        with self._transaction:
            if not same_space(tables.dna_spec, dna_spec):
                raise ValueError(
                    f'The sampling named {tables.name!r} is for another search space. Give this '
                    f'one another `name`.\n  There: {tables.dna_spec}\n  Here: {dna_spec}'
                )
            is_new = tables.admit(algorithm._learner)
            if is_new and tables.num_trials and not algorithm.num_proposals:
                from mutandis.tuning.history import History

                algorithm.recover(History(tables, goals))
            if policy is not None and tables.admit(policy) and tables.num_trials:
                policy.recover([self.trial(row) for row in tables.rows()])

    def next_row(self, group: str, algorithm: DNAGenerator, limit: int | None) -> TrialRow:
        """The pending trial of a group, or a new one.

        Raises:
            StopIteration: The loop was ended, `limit` trials exist, or the algorithm has no more.
        """
        tables = self.tables
        with self._transaction:
            if not tables.active:
                raise StopIteration()
            row = tables.pending_row(group)
            if row is None:
                if limit is not None and tables.num_trials >= limit:
                    raise StopIteration()
                dna = algorithm.propose()
                if not isinstance(dna, DNA):
                    raise TypeError(
                        f'{type(algorithm).__name__} must propose a DNA of the space, such as '
                        f'`self.dna_spec.random_dna(rng)`, but it proposed {dna!r}. Nothing was '
                        'recorded.'
                    )
                row = tables.append(dna, group, time.time())
            return row

    def add_measurement(self, row: TrialRow, measurement: MeasurementRow) -> None:
        """Appends a measurement to a pending trial."""
        with self._transaction:
            self._append(row, measurement)
            self.tables.last_updated = time.time()

    def _append(self, row: TrialRow, measurement: MeasurementRow) -> None:
        if row.status != PENDING:
            from mutandis.hyper.protocol import RaceConditionError

            raise RaceConditionError(
                f'Trial {row.id} is {row.status}: another worker of the group {row.group!r}, or '
                'this loop itself, has finished it. Ask for the next one, or report under '
                '`with feedback.ignore_race_condition():`.'
            )
        self.tables.append_measurement(row, measurement)
        if row.view is not None:
            from mutandis.tuning.study_result import measurement_of

            row.view.measurements.append(measurement_of(measurement))

    def complete(
        self,
        row: TrialRow,
        measurement: MeasurementRow | None,
        algorithm: DNAGenerator,
        goals: tuple[str, ...],
        metadata: Mapping[str, Any] | None,
        links: Mapping[str, str] | None,
    ) -> None:
        """Completes a pending trial, with a last measurement if one is given; tells `algorithm`.

        Raises:
            RaceConditionError: A measurement is given but the trial is not pending.
            ValueError: The trial has no measurement.
        """
        if metadata:
            _check_keys(metadata, 'metadata')
        if links:
            _check_links(links)
        with self._transaction:
            if measurement is not None:
                self._append(row, measurement)
            elif row.status != PENDING:
                return
            measurements = row.measurements
            if not measurements:
                raise ValueError(
                    f'Trial {row.id} has no measurement. Call `feedback(reward)`, or '
                    '`feedback.add_measurement(...)` before `feedback.done()`; a trial without a '
                    'result is ended by `feedback.skip(reason)`.'
                )
            final = measurements[-1]
            if len(measurements) > 1:
                # The largest step; the last one added among equals.
                final = max(reversed(measurements), key=_step)
            reward: float | tuple[float, ...] | None = final[2]
            if goals is not DEFAULT_GOALS:
                reward = _reward_of(final, goals)
            self._close(row, final, False, metadata, links)
            # Committed: whatever the algorithm does now, the result is not lost.
            algorithm.feedback(row.dna, reward)

    def skip(self, row: TrialRow, reason: str | None) -> None:
        """Ends a pending trial as infeasible."""
        with self._transaction:
            if row.status == PENDING:
                metadata = None if reason is None else {SKIP_REASON: reason}
                self._close(row, NO_MEASUREMENT, True, metadata, None)

    def _close(
        self,
        row: TrialRow,
        final: MeasurementRow,
        infeasible: bool,
        metadata: Mapping[str, Any] | None,
        links: Mapping[str, str] | None,
    ) -> None:
        if metadata:
            notes = metadata_of(row)
            for key, value in metadata.items():
                notes[key] = value
        if links:
            kept = links_of(row)
            for name, url in links.items():
                kept[name] = url
        self.tables.close(row, final, infeasible, time.time())
        if row.view is not None:
            from mutandis.tuning.study_result import update_closed

            update_closed(row)

    def trial(self, row: TrialRow) -> Trial:
        """The trial of a row, kept up to date from now on."""
        from mutandis.tuning.study_result import trial_of

        with self._transaction:
            return trial_of(row)

    def set_metadata(self, row: TrialRow | None, key: str, value: Any) -> None:
        """Keeps a value with a trial, or with the study."""
        _check_keys((key,), 'metadata')
        with self._transaction:
            if row is None:
                self.tables.metadata[key] = value
            else:
                metadata_of(row)[key] = value
            self.tables.last_updated = time.time()

    def get_metadata(self, row: TrialRow | None, key: str) -> Any | None:
        with self._transaction:
            if row is None:
                return self.tables.metadata.get(key)
            if row.view is not None:
                return row.view.metadata.get(key)
            return None if row.metadata is None else row.metadata.get(key)

    def add_link(self, row: TrialRow, name: str, url: str) -> None:
        _check_links({name: url})
        with self._transaction:
            links_of(row)[name] = url
            self.tables.last_updated = time.time()

    def end(self) -> None:
        """Ends the study: no trial is given out any more."""
        with self._transaction:
            self.tables.active = False
            self.tables.last_updated = time.time()


def metadata_of(row: TrialRow) -> Dict:
    """The metadata of a trial, where it lives now."""
    if row.view is not None:
        return row.view.metadata  # type: ignore[return-value]  # a symbolic Dict once stored
    if row.metadata is None:
        row.metadata = Dict()
    return row.metadata


def links_of(row: TrialRow) -> Dict:
    """The links of a trial, where they live now."""
    if row.view is not None:
        return row.view.related_links  # type: ignore[return-value]
    if row.links is None:
        row.links = Dict()
    return row.links


def _reward_of(measurement: MeasurementRow, goals: tuple[str, ...]) -> Any:
    """The values of the goals in a measurement: a number for one goal, a tuple for several."""
    metrics = measurement[3]
    if metrics is not None and len(goals) > 1:
        try:
            return tuple([metrics[goal] for goal in goals])
        except KeyError:
            pass  # One of them is the reward itself.
    from mutandis.hyper.protocol import select_reward

    return select_reward(measurement[2], metrics, goals)


def _step(measurement: MeasurementRow) -> int:
    return measurement[0]


def _check_keys(keys: Any, what: str) -> None:
    for key in keys:
        if not isinstance(key, str):
            raise KeyError(f'Keys of {what} must be strings, got {key!r} ({type(key).__name__}).')


def _check_links(links: Mapping[str, str]) -> None:
    _check_keys(links, 'related links')
    for name, url in links.items():
        if not isinstance(url, str):
            raise TypeError(f'The link {name!r} must be a string, got {url!r}.')
