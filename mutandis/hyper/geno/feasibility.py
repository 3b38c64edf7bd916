"""Proposals under constraints.

A constrained search has the law of the unconstrained one, conditioned on the feasible DNAs: a
proposal that breaks a constraint is drawn again, and nobody but the book-keeping ever hears of it.
`Feasibility` judges and keeps the books; `DNAGenerator.propose_feasible` draws again;
`FeasibleProposals` makes an algorithm under constraints look like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from mutandis.hyper.geno.dna import DNA
from mutandis.hyper.geno.dna_generator import DNAGenerator
from mutandis.hyper.geno.spec import DNASpec, set_attribute

__all__ = ['Feasibility', 'FeasibleProposals', 'InfeasibleSpaceError']

# What is remembered for algorithms that ask again and again about the same DNAs.
_MEMORY = 65_536


class InfeasibleSpaceError(ValueError):
    """No feasible proposal was found, in many attempts in a row."""


class Feasibility:
    """Judges proposals by constraints, and counts.

    Args:
        judge: Function from a DNA to the name of the first constraint that it breaks, None if it
            is feasible.
        names: Names of all constraints.
        max_attempts: After how many rejections in a row a search is given up.
    """

    def __init__(
        self, judge: Callable[[DNA], str | None], names: Sequence[str], max_attempts: int
    ) -> None:
        self._judge = judge
        self._max_attempts = max_attempts
        self._in_row = 0
        self.attempts = 0
        self.rejections = dict.fromkeys(names, 0)
        self.is_feasible = lru_cache(_MEMORY)(lambda dna: self._broken(dna) is None)

    @property
    def rejected(self) -> int:
        """Number of proposals rejected so far."""
        return sum(self.rejections.values())

    def accepts(self, dna: DNA) -> bool:
        """Whether a new proposal is feasible; counted."""
        broken = self._broken(dna)
        self.attempts += 1
        if broken is None:
            self._in_row = 0
            return True
        self.rejections[broken] += 1
        self._in_row += 1
        return False

    def give_up_if_hopeless(self) -> None:
        """Ends the search for a feasible proposal when it has taken too long.

        Raises:
            InfeasibleSpaceError: `max_attempts` proposals in a row were rejected.
        """
        if self._in_row < self._max_attempts:
            return
        accepted = self.attempts - self.rejected
        broken = ', '.join(f'{name!r}: {n}' for name, n in self.rejections.items() if n)
        raise InfeasibleSpaceError(
            f'No feasible proposal in {self._in_row} attempts in a row. Acceptance rate so far: '
            f'{accepted} of {self.attempts} proposals ({accepted / self.attempts:.3g}). Rejections '
            f'by constraint: {{{broken}}}. Loosen the constraints, shape the space so that more of '
            f'it is feasible, or raise `max_attempts` ({self._max_attempts}).'
        )

    def _broken(self, dna: DNA) -> str | None:
        try:
            return self._judge(dna)
        except StopIteration as error:
            # It would end the loop, as if the algorithm had no more proposals.
            raise RuntimeError(f'A constraint raised StopIteration for {dna!r}.') from error


class FeasibleProposals(DNAGenerator):
    """An algorithm of which only the feasible proposals are seen.

    All state is that of the algorithm, which must be set up.
    """

    auto_register = False

    # Not symbolic: the algorithm stays where it is in the user's tree.
    _algorithm: Any = None
    _feasibility: Any = None
    # How many proposals were made here.
    made = 0

    @classmethod
    def of(cls, algorithm: DNAGenerator, feasibility: Feasibility) -> FeasibleProposals:
        """The algorithm under constraints."""
        new = cls()
        set_attribute(new, '_algorithm', algorithm)
        set_attribute(new, '_feasibility', feasibility)
        algorithm.setup_constraints(feasibility.is_feasible)
        return new

    @property
    def algorithm(self) -> DNAGenerator:
        """The algorithm."""
        algorithm: DNAGenerator = self._algorithm
        return algorithm

    @property
    def _learner(self) -> DNAGenerator:
        return self.algorithm

    @property
    def feasibility(self) -> Feasibility:
        """The judge of its proposals."""
        feasibility: Feasibility = self._feasibility
        return feasibility

    def setup(self, dna_spec: Any) -> None:
        self.algorithm.setup(dna_spec)

    @property
    def dna_spec(self) -> DNASpec | None:
        return self.algorithm.dna_spec

    @property
    def multi_objective(self) -> bool:
        return self.algorithm.multi_objective

    @property
    def needs_feedback(self) -> bool:
        return self.algorithm.needs_feedback

    @property
    def num_proposals(self) -> int:
        return self.algorithm.num_proposals

    @property
    def num_feedbacks(self) -> int:
        return self.algorithm.num_feedbacks

    def propose(self) -> DNA:
        dna = self.algorithm.propose_feasible(self.feasibility)
        set_attribute(self, 'made', self.made + 1)
        return dna

    def feedback(self, dna: DNA, reward: Any) -> None:
        self.algorithm.feedback(dna, reward)

    def recover(self, history: Iterable[tuple[DNA, Any]]) -> None:
        self.algorithm.recover(_ConstrainedHistory(history, self.feasibility))


class _ConstrainedHistory:
    """A history of which an algorithm can tell which proposals were possible."""

    def __init__(self, history: Any, feasibility: Feasibility) -> None:
        self._history = history
        self.feasible = feasibility.is_feasible
        if hasattr(history, 'events'):
            self.events = list(history.events)

    def __iter__(self) -> Iterator[tuple[DNA, Any]]:
        return iter(self._history)
