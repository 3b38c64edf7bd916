"""Random search."""

from __future__ import annotations

import random
from typing import Any

from mutandis.hyper.geno.dna import DNA
from mutandis.hyper.geno.dna_generator import DNAGenerator
from mutandis.hyper.geno.search import random_dna

__all__ = ['Random', 'random_dna']


class Random(DNAGenerator):
    """Proposes random DNAs.

    Args:
        seed: seed of the sequence; `None` draws from the global module `random`.
    """

    seed: int | None = None

    _random: Any = None

    @property
    def deterministic(self) -> bool:
        return self.seed is not None

    def _setup(self) -> None:
        self._random = random if self.seed is None else random.Random(self.seed)

    def _propose(self) -> DNA:
        return random_dna(self._dna_spec, self._random)  # type: ignore[arg-type]

    def _replay(self, trial_id: int, dna: DNA, reward: Any) -> None:
        if self.seed is not None:
            # Drawing brings the generator to where it was.
            random_dna(self._dna_spec, self._random)  # type: ignore[arg-type]


Random.register_for_deserialization(additional_keys=['pyglove.core.geno.random.Random'])
