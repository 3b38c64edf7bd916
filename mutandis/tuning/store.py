"""Where a study is kept: the tables, and the store that keeps them in memory.

A study is an event log (`PROPOSED`, `COMPLETED`, `SKIPPED`, in one total order) and its
projection, the rows of the trials. `MemoryTables` holds those of one study in plain containers;
`MemoryStore` finds them by name. The engine (`study.py`) does everything else, so that another
store has to implement these few operations and nothing more.

Rows are small on purpose: a process may hold millions of them. The symbolic `Trial` of a row is
made only when somebody asks for it, and then kept up to date by the engine.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Literal

from mutandis.symbolic import Dict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager

    from mutandis.hyper.geno import DNA, DNASpec
    from mutandis.hyper.protocol import Trial, TrialStatus

    # (step, elapse_secs, reward, metrics, checkpoint_path)
    MeasurementRow = tuple[int, float, float | None, dict[str, float] | None, str | None]

PENDING: Literal['PENDING'] = 'PENDING'
COMPLETED: Literal['COMPLETED'] = 'COMPLETED'

PROPOSED, SKIPPED = 'PROPOSED', 'SKIPPED'


class TrialRow:
    """What a study stores about one trial."""

    __slots__ = (
        'id',
        'dna',
        'group',
        'created',
        'status',
        'completed',
        'infeasible',
        'measurements',
        'final',
        'metadata',
        'links',
        'view',
    )

    def __init__(self, id: int, dna: DNA, group: str, created: float) -> None:
        self.id = id
        self.dna = dna
        self.group = group
        self.created = created
        self.status: TrialStatus = PENDING
        self.completed: float | None = None
        self.infeasible = False
        self.measurements: Sequence[MeasurementRow] = ()
        self.final: MeasurementRow | None = None
        # Metadata and links move into the view when there is one.
        self.metadata: Dict | None = None
        self.links: Dict | None = None
        self.view: Trial | None = None


class MemoryTables:
    """The tables of one study in memory. Every method is called inside `transaction()`."""

    def __init__(self, name: str | None, dna_spec: DNASpec, goals: tuple[str, ...]) -> None:
        self.name = name
        self.dna_spec = dna_spec
        self.goals = goals
        self.active = True
        self.metadata: dict[str, Any] = {}
        self.last_updated: float | None = None
        self.best: TrialRow | None = None
        self.num_completed = 0
        self.num_infeasible = 0
        # Algorithms and early stopping policies that take part.
        self._members: list[Any] = []
        self._lock = threading.RLock()
        self._best_value = 0.0
        self._rows: list[TrialRow] = []
        self._pending: dict[str, TrialRow] = {}
        # A row stands here once when it is proposed, and once more when it is closed.
        self._log: list[TrialRow] = []

    def transaction(self) -> AbstractContextManager[Any]:
        """Everything inside happens at once for other threads. Re-entrant."""
        return self._lock

    def admit(self, member: Any) -> bool:
        """Notes that an algorithm or a policy takes part; False if it did before."""
        if any(known is member for known in self._members):
            return False
        self._members.append(member)
        return True

    @property
    def num_trials(self) -> int:
        return len(self._rows)

    @property
    def num_pending(self) -> int:
        return len(self._rows) - self.num_completed

    def row(self, trial_id: int) -> TrialRow:
        return self._rows[trial_id - 1]

    def rows(self) -> list[TrialRow]:
        """All rows by trial number; a copy."""
        return list(self._rows)

    def pending_row(self, group: str) -> TrialRow | None:
        """The trial that a group of workers has not finished."""
        return self._pending.get(group)

    def append(self, dna: DNA, group: str, now: float) -> TrialRow:
        """Gives a proposal the next trial number."""
        rows = self._rows
        row = TrialRow(len(rows) + 1, dna, group, now)
        rows.append(row)
        self._pending[group] = row
        self._log.append(row)
        self.last_updated = now
        return row

    def append_measurement(self, row: TrialRow, measurement: MeasurementRow) -> None:
        measurements = row.measurements
        if not measurements:
            # Most trials have just one: a tuple is small, and the cycle collector leaves it alone.
            row.measurements = (measurement,)
        elif isinstance(measurements, list):
            measurements.append(measurement)
        else:
            row.measurements = [*measurements, measurement]

    def close(self, row: TrialRow, final: MeasurementRow, infeasible: bool, now: float) -> None:
        """Ends a pending trial."""
        row.status = COMPLETED
        row.final = final
        row.completed = self.last_updated = now
        self.num_completed += 1
        self._pending.pop(row.group, None)
        self._log.append(row)
        if infeasible:
            row.infeasible = True
            self.num_infeasible += 1
            return
        value = comparable(final[2])
        if self.best is None or value > self._best_value:
            self.best, self._best_value = row, value

    def events(self) -> Iterator[tuple[str, TrialRow]]:
        """Pairs of the kind of an event and its trial, in the order of the log."""
        proposed = 0
        for row in self._log:
            if row.id > proposed:
                proposed = row.id
                yield PROPOSED, row
            else:
                yield SKIPPED if row.infeasible else COMPLETED, row


class MemoryStore:
    """The studies of this process, by name, for the life of the process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tables: dict[str, MemoryTables] = {}

    def open(self, name: str | None, dna_spec: DNASpec, goals: tuple[str, ...]) -> MemoryTables:
        """The tables of a named study, made if there are none; fresh ones without a name."""
        if name is None:
            return MemoryTables(None, dna_spec, goals)
        with self._lock:
            tables = self._tables.get(name)
            if tables is None:
                tables = self._tables[name] = MemoryTables(name, dna_spec, goals)
            return tables

    def find(self, name: str) -> MemoryTables | None:
        with self._lock:
            return self._tables.get(name)

    def names(self) -> list[str]:
        with self._lock:
            return list(self._tables)


def comparable(reward: float | None) -> float:
    """The reward as a number that can be ordered: NaN and a missing reward are worst."""
    return float('-inf') if reward is None or reward != reward else reward
