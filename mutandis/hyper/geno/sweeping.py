"""Exhaustive search."""

from __future__ import annotations

from typing import Any

from mutandis.hyper.geno.dna import DNA
from mutandis.hyper.geno.dna_generator import DNAGenerator
from mutandis.hyper.geno.search import next_dna

__all__ = ['Sweeping']


class Sweeping(DNAGenerator):
    """Proposes all DNAs of a space, in the order of `next_dna`."""

    _last: DNA | None = None

    def _setup(self) -> None:
        self._last = None

    def _propose(self) -> DNA:
        dna = next_dna(self._dna_spec, self._last)  # type: ignore[arg-type]
        if dna is None:
            raise StopIteration()
        self._last = dna
        return dna

    def _replay(self, trial_id: int, dna: DNA, reward: Any) -> None:
        self._last = dna
