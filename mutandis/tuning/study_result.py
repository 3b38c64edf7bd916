"""The symbolic side of a study: trials and results, made from its rows when somebody looks."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from mutandis.hyper.protocol import Measurement, Trial
from mutandis.tuning.result import Result, format_summary, pareto_front, summary
from mutandis.tuning.store import COMPLETED, TrialRow
from mutandis.tuning.study import NO_MEASUREMENT

if TYPE_CHECKING:
    from mutandis.tuning.store import MeasurementRow
    from mutandis.tuning.study import Study


# ------------------------------------------------------------------------------------- trials


def trial_of(row: TrialRow) -> Trial:
    """The symbolic trial of a row; made once."""
    if row.view is None:
        row.view = Trial(
            id=row.id,
            dna=row.dna,
            status=row.status,
            final_measurement=None if row.final is None else measurement_of(row.final),
            infeasible=row.infeasible,
            measurements=[measurement_of(m) for m in row.measurements],
            metadata=row.metadata or {},
            related_links=row.links or {},
            created_time=int(row.created),
            completed_time=None if row.completed is None else int(row.completed),
        )
        row.metadata = row.links = None
    return row.view


def update_closed(row: TrialRow) -> None:
    """Brings the trial of a row that was just closed up to date."""
    assert row.view is not None and row.final is not None and row.completed is not None
    row.view.rebind(
        {
            'status': row.status,
            'infeasible': row.infeasible,
            'final_measurement': measurement_of(row.final),
            'completed_time': int(row.completed),
        },
        raise_on_no_change=False,
    )


def measurement_of(row: MeasurementRow) -> Measurement:
    """The symbolic form of a measurement."""
    step, elapse_secs, reward, metrics, checkpoint_path = row
    if metrics is None and row is not NO_MEASUREMENT:
        metrics = {}
    return Measurement(step, elapse_secs, reward, metrics, checkpoint_path)


# ------------------------------------------------------------------------------------ results


class StudyResult(Result):
    """The result of a study, read from its tables."""

    def __init__(self, study: Study) -> None:
        self._study = study

    @property
    def name(self) -> str | None:
        return self._study.tables.name

    @property
    def metadata(self) -> dict[str, Any]:
        return self._study.tables.metadata

    @property
    def is_active(self) -> bool:
        return self._study.tables.active

    @property
    def last_updated(self) -> datetime | None:
        updated = self._study.tables.last_updated
        return None if updated is None else datetime.fromtimestamp(updated, timezone.utc)

    @property
    def trials(self) -> list[Trial]:
        with self._study.tables.transaction():
            return [trial_of(row) for row in self._study.tables.rows()]

    @property
    def best_trial(self) -> Trial | None:
        with self._study.tables.transaction():
            best = self._study.tables.best
            return None if best is None else trial_of(best)

    @property
    def best_trials(self) -> list[Trial]:
        tables = self._study.tables
        with tables.transaction():
            rows = [r for r in tables.rows() if r.status == COMPLETED and not r.infeasible]
            points = [[_value(row.final, goal) for goal in tables.goals] for row in rows]
            return [trial_of(rows[i]) for i in pareto_front(points)]

    def format(
        self, compact: bool = False, verbose: bool = True, root_indent: int = 0, **kwargs: Any
    ) -> str:
        tables = self._study.tables
        with tables.transaction():
            content = summary(
                tables.name,
                tables.num_trials,
                tables.num_pending,
                tables.num_completed,
                tables.num_infeasible,
                None if tables.best is None else _brief(tables.best),
            )
        return format_summary(content, compact, verbose, root_indent, **kwargs)


def _value(final: MeasurementRow | None, goal: str) -> float | None:
    if final is None:
        return None
    return final[2] if goal == 'reward' else (final[3] or {}).get(goal)


def _brief(row: TrialRow) -> dict[str, Any]:
    assert row.final is not None  # the best trial is completed
    return {'id': row.id, 'reward': row.final[2], 'step': row.final[0], 'dna': str(row.dna)}
