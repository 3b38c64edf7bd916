"""The history of a study as an algorithm reads it in `recover`.

Iterating a `History` gives `(dna, reward or None)` in the order of the trials, which is all
that most algorithms need. `events` tells the order in which things happened, so that an
algorithm that wants to can be replayed exactly.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mutandis.hyper.geno import DNA
from mutandis.hyper.protocol import select_reward
from mutandis.tuning.store import (
    COMPLETED,
    PROPOSED,
    SKIPPED,
    MemoryTables,
    TrialRow,
)

Reward = float | tuple[float, ...] | None


class Proposed(NamedTuple):
    """A DNA became a trial, after `rejected` proposals that did not."""

    trial: int
    dna: DNA
    rejected: int = 0


class Completed(NamedTuple):
    """A trial was completed with a reward."""

    trial: int
    dna: DNA
    reward: Reward


class Skipped(NamedTuple):
    """A trial was given up."""

    trial: int
    dna: DNA


class History:
    """What happened in a study so far, seen by an algorithm that optimizes `goals`."""

    def __init__(self, tables: MemoryTables, goals: Sequence[str]) -> None:
        self._goals = goals
        self._rows = tables.rows()
        self._log = list(tables.events())

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[tuple[DNA, Reward]]:
        for row in self._rows:
            yield row.dna, self._reward(row)

    @property
    def events(self) -> Iterator[Proposed | Completed | Skipped]:
        """The events in the order in which they happened."""
        for kind, row in self._log:
            if kind == PROPOSED:
                yield Proposed(row.id, row.dna, self._rejected(row))
            elif kind == SKIPPED:
                yield Skipped(row.id, row.dna)
            else:
                yield Completed(row.id, row.dna, self._reward(row))

    def _rejected(self, row: TrialRow) -> int:
        metadata = row.metadata if row.view is None else row.view.metadata
        return int(metadata.get('rejected', 0)) if metadata else 0

    def _reward(self, row: TrialRow) -> Reward:
        if row.status != COMPLETED or row.infeasible or row.final is None:
            return None
        return select_reward(row.final[2], row.final[3], self._goals)
