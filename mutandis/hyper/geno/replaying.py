"""How an algorithm is brought back to where it was: by repeating the events of a study."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mutandis.hyper.geno.dna import DNA
    from mutandis.hyper.geno.dna_generator import DNAGenerator

__all__ = ['replay']


# How many infeasible proposals in a row are repeated before the attempt is given up.
_PATIENCE = 1_000_000


def replay(algorithm: DNAGenerator, history: Any) -> bool:
    """Proposes and feeds back as it happened in a study.

    Args:
        algorithm: A fresh algorithm.
        history: What happened: its `events`, and if the search is constrained the function
            `feasible` of a DNA.

    Returns:
        Whether the algorithm has proposed the same DNAs. If not, it must be set up anew.
    """
    feasible = getattr(history, 'feasible', None)
    propose = algorithm.propose if feasible is None else _feasible_proposals(algorithm, feasible)
    for event in history.events:
        kind = type(event).__name__
        if kind == 'Proposed':
            try:
                proposed = propose()
            except (StopIteration, ValueError):
                proposed = None
            if proposed != event.dna:
                import warnings

                warnings.warn(
                    f'Trial {event.trial} of the history is {event.dna!r}, but a run of the '
                    f'algorithm with its seeds gives {proposed!r}: the algorithm, or the library, '
                    'has changed. It goes on from the rewards, with other random numbers.',
                    stacklevel=5,
                )
                return False
        elif kind == 'Completed' and event.reward is not None:
            algorithm.feedback(event.dna, event.reward)
    return True


def _feasible_proposals(
    algorithm: DNAGenerator, feasible: Callable[[DNA], bool]
) -> Callable[[], DNA]:
    from mutandis.hyper.geno.feasibility import Feasibility

    judge = Feasibility(lambda dna: None if feasible(dna) else 'any', ['any'], _PATIENCE)
    return lambda: algorithm.propose_feasible(judge)
