"""How an algorithm is brought back to where it was: by repeating the events of a study."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mutandis.hyper.geno.dna_generator import DNAGenerator

__all__ = ['replay']


def replay(algorithm: DNAGenerator, events: Iterable[Any]) -> bool:
    """Proposes and feeds back as it happened in a study.

    Returns:
        Whether the algorithm has proposed the same DNAs. If not, it must be set up anew.
    """
    for event in events:
        kind = type(event).__name__
        if kind == 'Proposed':
            for _ in range(event.rejected):
                algorithm.propose()
            try:
                proposed = algorithm.propose()
            except (StopIteration, ValueError):
                proposed = None
            if proposed != event.dna:
                import warnings

                warnings.warn(
                    f'Trial {event.trial} of the history is {event.dna!r}, but a run of the '
                    f'algorithm with its seeds gives {proposed!r}: the algorithm, or the library, '
                    'has changed. It goes on from the rewards, with other random numbers.',
                    stacklevel=4,
                )
                return False
        elif kind == 'Completed' and event.reward is not None:
            algorithm.feedback(event.dna, event.reward)
    return True
