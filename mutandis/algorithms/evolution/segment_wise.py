"""Segment-wise recombination: two parents exchange stretches of their decisions.

What is cut are the *independent* decision points in order: those that depend on no choice. A
multi-choice counts as one point if its choices constrain each other, otherwise each of its choices
is a point. What lies below a choice goes with it.
"""

from __future__ import annotations

import abc
import random
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from mutandis import typing as T
from mutandis.algorithms.evolution.operation import Recombinator, keyword_adapter
from mutandis.algorithms.evolution.point_wise import common_spec, elements_of
from mutandis.algorithms.evolution.seeding import SEED
from mutandis.algorithms.reference_names import register_reference_names
from mutandis.algorithms.scalars.base import scalar_spec, scalar_value
from mutandis.hyper.geno import DNA, DNASpec
from mutandis.hyper.geno.plan import ChoicesPlan, PointPlan, SpacePlan, end_of
from mutandis.symbolic import members

__all__ = ['KPoint', 'SegmentWise', 'Segmented']


def _independent(spec: Any) -> tuple[list[Any], list[PointPlan]]:
    """The independent decision points of a spec, with their plans."""
    points: list[Any] = []
    plans: list[PointPlan] = []
    for point, plan in zip(elements_of(spec), spec._compiled().points, strict=True):
        if type(plan) is ChoicesPlan and plan.k > 1 and not (plan.distinct or plan.sorted):
            points += point.choice_specs
            plans += [plan.single()] * plan.k
        else:
            points.append(point)
            plans.append(plan)
    return points, plans


class SegmentWise(Recombinator):
    """Base of recombinators that cut two parents at the same places.

    Sub-classes implement `cutting_indices`. The first child takes the first segment from the first
    parent, the second from the second one, and so on; the second child takes the others.

    Raises:
        ValueError: there are not two parents.
        AttributeError: the parents have no spec.
    """

    NUM_PARENTS = 2

    # Made on first use: how the sub-class's function is called.
    _sym_cut: ClassVar[Any] = None
    # The last spec, its plan, its independent points and their plans.
    _sym_points: ClassVar[tuple[DNASpec, SpacePlan, list[Any], list[PointPlan]] | None] = None

    def _on_bound(self) -> None:
        super()._on_bound()
        if self._sym_cut is not None:
            object.__setattr__(self, '_sym_cut', None)

    @abc.abstractmethod
    def cutting_indices(
        self, independent_decision_points: list[Any], *args: Any, **kwargs: Any
    ) -> Sequence[int]:
        """Where to cut: before the points of these indices, ascending.

        May have the parameters `global_state` and `step`.
        """

    def recombine(self, parents: list[DNA], global_state: Any = None, step: int = 0) -> list[DNA]:
        spec = common_spec(parents)
        left, right = (dna._flat_for(spec) for dna in parents)
        whole = spec._compiled()
        known = self._sym_points
        if known is None or known[0] is not spec or known[1] is not whole:
            known = (spec, whole, *_independent(spec))
            object.__setattr__(self, '_sym_points', known)
        _, _, points, plans = known
        cut = self._sym_cut
        if cut is None:
            cut = keyword_adapter(self.cutting_indices)
            object.__setattr__(self, '_sym_cut', cut)
        swapped = _swapped(len(points), cut(list(points), global_state, step))
        first: list[Any] = []
        second: list[Any] = []
        i = j = 0
        for plan, exchange in zip(plans, swapped, strict=True):
            i_end, j_end = end_of(plan, left, i), end_of(plan, right, j)
            if exchange:
                first += right[j:j_end]
                second += left[i:i_end]
            else:
                first += left[i:i_end]
                second += right[j:j_end]
            i, j = i_end, j_end
        return [DNA._from_flat(spec, tuple(first)), DNA._from_flat(spec, tuple(second))]


def _swapped(n: int, cuts: Sequence[int]) -> list[bool]:
    """For each of n points whether the children exchange it.

    Segments are slices, so that a cut below the one before, or behind the end, makes an empty one.
    """
    swapped = [False] * n
    start, exchange = 0, False
    for end in [*cuts, n]:
        for i in range(n)[start:end]:
            swapped[i] = exchange
        start, exchange = end, not exchange
    return swapped


@members(
    [
        (
            'k',
            scalar_spec(T.Int(min_value=1)),
            'Number of cuts, or a function of the step.',
        ),
        SEED,
    ],
    init_arg_list=['k', 'seed'],
)
class KPoint(SegmentWise):
    """k-point crossover: k cuts at random places (De Jong 1975 for k > 1).

    If there are not more places than that, the parents are cut everywhere.
    """

    k: Any
    seed: int | None = None

    def _on_bound(self) -> None:
        super()._on_bound()
        self._random: Any = random if self.seed is None else random.Random(self.seed)

    def cutting_indices(
        self, independent_decision_points: list[Any], global_state: Any = None, step: int = 0
    ) -> list[int]:
        places = list(range(1, len(independent_decision_points)))
        k = scalar_value(self.k, step)
        return sorted(self._random.sample(places, k)) if k < len(places) else places


@members(
    [
        (
            'cutting_points',
            T.Callable([T.List(T.Object(DNASpec))], returns=T.List(T.Int())),
            'Function from the independent decision points to the indices of those before which '
            'to cut; may have the parameters `global_state` and `step`.',
        )
    ]
)
class Segmented(SegmentWise):
    """Crossover with cuts where a function says. ::

    swap_third = mt.evolution.recombinators.Segmented(lambda points: [2, 3])
    """

    cutting_points: Callable[..., Any]

    def _on_bound(self) -> None:
        super()._on_bound()
        self._run = keyword_adapter(self.cutting_points)

    def cutting_indices(
        self, independent_decision_points: list[Any], global_state: Any = None, step: int = 0
    ) -> Sequence[int]:
        cuts: Sequence[int] = self._run(independent_decision_points, global_state, step)
        return cuts


register_reference_names('evolution.recombinators', KPoint, Segmented)
