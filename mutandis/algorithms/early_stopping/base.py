"""Policies that can be combined: `a & b`, `a | b`, `~a` (or `-a`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mutandis import typing as T
from mutandis.algorithms.reference_names import register_reference_names
from mutandis.hyper.iteration import same_space
from mutandis.hyper.protocol import EarlyStoppingPolicy, Trial
from mutandis.symbolic import members

if TYPE_CHECKING:
    from mutandis.hyper.geno import DNASpec

__all__ = ['And', 'EarlyStopingPolicyBase', 'EarlyStoppingPolicyBase', 'Not', 'Or']


class EarlyStopingPolicyBase(EarlyStoppingPolicy):
    """Base of policies that are combined by operators. (`EarlyStoppingPolicyBase` is the same.)

    Subclasses implement `should_stop_early`.
    """

    def __and__(self, other: EarlyStoppingPolicy) -> And:
        return And(self, other)

    def __or__(self, other: EarlyStoppingPolicy) -> Or:
        return Or(self, other)

    def __neg__(self) -> Not:
        return Not(self)

    def __invert__(self) -> Not:
        return Not(self)


EarlyStoppingPolicyBase = EarlyStopingPolicyBase


@members(
    [('children', T.List(T.Object(EarlyStoppingPolicy), default=[]), 'The policies combined.')],
    init_arg_list=['*children'],
)
class _Composite(EarlyStopingPolicyBase):
    """A policy made of others. All are set up, recovered and asked with it."""

    if TYPE_CHECKING:
        children: list[EarlyStoppingPolicy]

    def setup(self, dna_spec: DNASpec) -> None:
        """Prepares the policy and its children for a search space.

        Raises:
            ValueError: a child was set up for another space.
        """
        for child in self.children:
            known = child.dna_spec
            if known is None:
                child.setup(dna_spec)
            elif not same_space(known, dna_spec):
                raise ValueError(
                    f'{type(child).__name__}, a part of this policy (path={child.sym_path}), was '
                    f'set up for another search space. Make a new one for this space.\n  Its '
                    f'space: {known}\n  This space: {dna_spec}'
                )
        super().setup(dna_spec)

    def recover(self, history: Iterable[Trial]) -> None:
        """Brings all children up to date."""
        trials = list(history)
        for child in self.children:
            child.recover(trials)

    def _answers(self, trial: Trial) -> list[bool]:
        # Everyone is asked, also when the answer is known: policies keep books on what they see.
        return [child.should_stop_early(trial) for child in self.children]


class And(_Composite):
    """Stops when all children say so."""

    if TYPE_CHECKING:

        def __init__(self, *children: EarlyStoppingPolicy) -> None: ...

    def should_stop_early(self, trial: Trial) -> bool:
        """Whether all children say stop."""
        return all(self._answers(trial))


class Or(_Composite):
    """Stops when any child says so."""

    if TYPE_CHECKING:

        def __init__(self, *children: EarlyStoppingPolicy) -> None: ...

    def should_stop_early(self, trial: Trial) -> bool:
        """Whether any child says stop."""
        return any(self._answers(trial))


class Not(_Composite):
    """Stops when its only child says go on."""

    if TYPE_CHECKING:

        def __init__(self, *children: EarlyStoppingPolicy) -> None: ...

    def should_stop_early(self, trial: Trial) -> bool:
        """Whether the child says go on.

        Raises:
            AssertionError: there is not exactly one child.
        """
        if len(self.children) != 1:
            raise AssertionError(
                f'`Not` turns around the answer of one policy, but has {len(self.children)}: '
                f'{self!r}. Combine them first, as in `~(a & b)`.'
            )
        return not self._answers(trial)[0]


register_reference_names('early_stopping.base', And, Or, Not)
