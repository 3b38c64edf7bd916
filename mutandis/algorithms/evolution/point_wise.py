"""Point-wise recombination: each decision is made anew from those of the parents.

A child begins as its parent. At each decision point that counts the decisions of all parents are
merged into one, which every child gets. What lies below a choice is merged from those parents only
that have made that choice.

Parents and children are flat tuples of values. Where no decision depends on another one, each point
has its place in them, once and for all; otherwise all parents are read side by side.
"""

from __future__ import annotations

import abc
import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar

from mutandis import typing as T
from mutandis.algorithms.evolution.operation import (
    Recombinator,
    keyword_adapter,
    keyword_needs,
    keywords_of,
)
from mutandis.algorithms.evolution.seeding import SEED
from mutandis.algorithms.evolution.sites import Group, chosen, run_nested
from mutandis.algorithms.evolution.where import ALL, DecisionPointFilter, where_spec
from mutandis.algorithms.reference_names import register_reference_names
from mutandis.hyper.geno import DNA, DNASpec
from mutandis.hyper.geno.plan import ChoicesPlan, Misfit, SpacePlan, check, scan
from mutandis.symbolic import members

__all__ = [
    'Average',
    'Numeric',
    'PointWise',
    'Sample',
    'Uniform',
    'WeightedAverage',
    'common_spec',
    'decision_points_of',
    'elements_of',
]

# The merged decision of a point: (point, decisions of the parents) -> decision.
Merge = Callable[[Any, list[Any]], Any]

# So often may a multi-choice break its constraints before it is copied from one parent.
_MAX_REJECTIONS = 8


def common_spec(parents: Sequence[DNA]) -> DNASpec:
    """The spec that parents are recombined by.

    Raises:
        AttributeError: the first parent has none.
    """
    spec = parents[0]._spec
    if spec is None:
        raise AttributeError(
            f'{parents[0]!r} has no spec, by which it could be recombined. Call '
            '`dna.use_spec(spec)` first.'
        )
    return spec


def decision_points_of(spec: DNASpec) -> list[Any]:
    """All decision points in order, each multi-choice as one."""
    points: dict[Any, None] = {}
    for point in spec._index.points:
        points[point.parent_spec if point.is_subchoice else point] = None
    return list(points)


def elements_of(spec: Any) -> Sequence[Any]:
    """The decision points right below a spec, as they are in its plan."""
    return spec.elements if spec.is_space else (spec,)


@members(
    [
        (
            'where',
            where_spec(),
            'Filter of decision points, or a function: which of them are merged; by default all.',
        )
    ],
    init_arg_list=['where'],
)
class PointWise(Recombinator):
    """Base of recombinators that merge the decisions of any number of parents point by point.

    Sub-classes implement `merge`. The children are those of all parents without duplicates: just
    one if every point is merged. ::

        class Best(mt.evolution.recombinators.PointWise):
            def merge(self, point, decisions):
                return max(d for d in decisions if d is not None)

    Raises:
        AttributeError: the parents have no spec.
        ValueError: a merged decision does not fit its point, or leads to decisions that no parent
            has made.
    """

    where: DecisionPointFilter = ALL

    # Made on first use: whether `merge` takes the global state, and the step.
    _sym_needs: ClassVar[tuple[bool, bool] | None] = None
    # The last spec whose decisions do not depend on each other, with their places.
    _sym_places: ClassVar[tuple[DNASpec, SpacePlan, list[tuple[Any, int, int]]] | None] = None
    # Whether `merge` gives what fits.
    _sym_trusted = False

    def _on_bound(self) -> None:
        super()._on_bound()
        if self._sym_needs is not None:
            object.__setattr__(self, '_sym_needs', None)

    @abc.abstractmethod
    def merge(self, point: Any, decisions: list[Any], *args: Any, **kwargs: Any) -> Any:
        """Merges the decisions of the parents; may have parameters `global_state` and `step`.

        Args:
            point: the decision point; a multi-choice is one.
            decisions: the decision of each parent: an index, a list of indices for a multi-choice,
                a float or a string; None where the parent has not come to this point.

        Returns:
            The decision of all children, or None to leave each of them its own.
        """

    def applicable_decision_points(
        self, dna_spec: Any, global_state: Any = None, step: int = 0
    ) -> list[Any]:
        """The decision points that can be merged, from which `where` chooses; by default all."""
        return decision_points_of(dna_spec)

    def recombine(self, parents: list[DNA], global_state: Any = None, step: int = 0) -> list[DNA]:
        if not parents:
            return []
        spec = common_spec(parents)
        flats = [
            dna._flat_for(spec) if dna._spec is not spec else dna._bound_flat for dna in parents
        ]
        targets = self._targets(spec, global_state, step)
        merge = self._merge_for(parents, global_state, step)
        plan = spec._compiled()
        children: list[list[Any]]
        if plan.static:
            children = self._recombine_static(spec, plan, flats, targets, merge)
        else:
            children = [[] for _ in flats]
            _Conditional(flats, children, targets, merge).run(spec, plan)
        distinct = dict.fromkeys(map(tuple, children))
        if not self._sym_trusted:
            for flat in distinct:
                try:
                    check(plan, flat)
                except Misfit as misfit:
                    raise ValueError(
                        f'{type(self).__name__} merged a decision that does not fit. '
                        f'{spec._misfit(misfit, flat)}'
                    ) from None
        return [DNA._from_flat(spec, flat) for flat in distinct]

    def _targets(self, spec: DNASpec, global_state: Any, step: int) -> set[Any] | None:
        """The decision points to merge; None for all."""
        cls = type(self)
        if cls.applicable_decision_points is PointWise.applicable_decision_points and type(
            self.where
        ) is type(ALL):
            return None
        points = keyword_adapter(self.applicable_decision_points)(spec, global_state, step)
        return set(self.where(points, global_state, step))

    def _merge_for(self, parents: list[DNA], global_state: Any, step: int) -> Merge:
        """The function that merges decisions of these parents."""
        needs = self._sym_needs
        if needs is None:
            needs = keyword_needs(self.merge)
            object.__setattr__(self, '_sym_needs', needs)
        if needs == (False, False):
            return self.merge
        keywords = keywords_of(needs, global_state, step)
        return lambda point, decisions: self.merge(point, decisions, **keywords)

    def _recombine_static(
        self,
        spec: DNASpec,
        plan: SpacePlan,
        flats: list[tuple[Any, ...]],
        targets: set[Any] | None,
        merge: Merge,
    ) -> list[list[Any]]:
        known = self._sym_places
        if known is None or known[0] is not spec or known[1] is not plan:
            places = []
            start = 0
            for point, point_plan in zip(elements_of(spec), plan.points, strict=True):
                width = point_plan.k if type(point_plan) is ChoicesPlan else 1
                places.append((point, start, width))
                start += width
            known = (spec, plan, places)
            object.__setattr__(self, '_sym_places', known)
        children = list(map(list, flats))
        columns = list(zip(*flats, strict=True))
        for point, start, width in known[2]:
            if targets is not None and point not in targets:
                continue
            if width == 1:
                merged = merge(point, list(columns[start]))
                if merged is not None:
                    for child in children:
                        child[start] = merged
            else:
                end = start + width
                merged = merge(point, [list(flat[start:end]) for flat in flats])
                if merged is not None:
                    _check_choices(point, merged)
                    for child in children:
                        child[start:end] = merged
        return children


def _check_choices(point: Any, merged: Any) -> None:
    if not isinstance(merged, (list, tuple)) or len(merged) != point.num_choices:
        raise ValueError(
            f'The merged decision must be a list of {point.num_choices} indices, but it is '
            f'{merged!r}. (decision={point.id.path!r})'
        )


class _Conditional:
    """Recombination in a space where decisions depend on others.

    All parents are read side by side, each from its own position. In a sub-space the *active*
    parents are those that lead there; the *members* are the children that do.
    """

    def __init__(
        self,
        flats: list[tuple[Any, ...]],
        children: list[list[Any]],
        targets: set[Any] | None,
        merge: Merge,
    ) -> None:
        self.flats = flats
        self.children = children
        self.targets = targets
        self.merge = merge
        self.positions = [0] * len(flats)

    def run(self, spec: DNASpec, plan: SpacePlan) -> None:
        everyone = list(range(len(self.flats)))
        run_nested(self._space(spec, plan, everyone, everyone))

    def _space(
        self, spec: Any, plan: SpacePlan, active: list[int], members: list[int]
    ) -> Iterator[Any]:
        """Recombines a space; yields what is to be done with the spaces below."""
        positions, flats, children = self.positions, self.flats, self.children
        for point, point_plan in zip(elements_of(spec), plan.points, strict=True):
            if not active:
                raise ValueError(
                    'A merged choice leads to a decision that no parent has made. Merge into a '
                    f'choice of one of the parents. (decision={point.id.path!r})'
                )
            decisions: list[Any] = [None] * len(flats)
            if type(point_plan) is ChoicesPlan and point_plan.k > 1:
                for i in active:
                    decisions[i] = chosen(Group(point_plan, positions[i]), flats[i])
            else:
                for i in active:
                    decisions[i] = flats[i][positions[i]]
            merged = None
            if self.targets is None or point in self.targets:
                merged = self.merge(point, decisions)
            # A child whose parent has not come here goes the way of the first that has.
            followed = decisions[active[0]]
            own = [
                followed if decision is None else decision
                for decision in (decisions if merged is None else [merged] * len(flats))
            ]
            if type(point_plan) is not ChoicesPlan:
                for i in members:
                    children[i].append(own[i])
                for i in active:
                    positions[i] += 1
            elif point_plan.k == 1:
                yield from self._choice(point, point_plan, decisions, own, active, members)
            else:
                if merged is not None:
                    _check_choices(point, merged)
                for j, choice in enumerate(point.choice_specs):
                    yield from self._choice(
                        choice,
                        point_plan,
                        [None if d is None else d[j] for d in decisions],
                        [d[j] for d in own],
                        active,
                        members,
                    )

    def _choice(
        self,
        point: Any,
        plan: ChoicesPlan,
        decisions: list[Any],
        own: list[Any],
        active: list[int],
        members: list[int],
    ) -> Iterator[Any]:
        """Makes a choice for all members; yields what is to be done with the chosen spaces."""
        positions, flats = self.positions, self.flats
        groups: dict[Any, list[int]] = {}
        for i in members:
            groups.setdefault(own[i], []).append(i)
        for i in active:
            index = decisions[i]
            positions[i] += 1
            if index not in groups:
                sub = plan.sub(index)
                if sub is not None:
                    positions[i] = scan(sub, flats[i], positions[i])
        for index in sorted(groups):
            for i in groups[index]:
                self.children[i].append(index)
            if isinstance(index, int) and 0 <= index < plan.n:
                sub = plan.sub(index)
                if sub is not None:
                    yield self._space(
                        point._candidate(index),
                        sub,
                        [i for i in active if decisions[i] == index],
                        groups[index],
                    )


_WEIGHTS = (
    'weights',
    T.Callable([T.List(T.Object(DNA))], returns=T.List(T.Float(min_value=0.0))),
    'Function from the parents to a weight for each; may have the parameters `global_state` and '
    '`step`.',
)


class _Drawing(PointWise):
    """Base of recombinators that draw each decision from one of the parents."""

    _sym_trusted = True
    _random: Any = random

    def _draw(self, point: Any, decisions: list[Any], weights: list[Any]) -> Any:
        """Draws a decision of one of the parents, those of a multi-choice one by one."""
        choices = self._random.choices
        if not (point.is_categorical and point.num_choices > 1):
            return choices(decisions, weights, k=1)[0]
        distinct, ordered = point.distinct, point.sorted
        drawn: list[int] = []
        rejections = 0
        while len(drawn) < point.num_choices:
            position = len(drawn)
            index = choices([d[position] for d in decisions], weights, k=1)[0]
            if (distinct and index in drawn) or (ordered and drawn and index < drawn[-1]):
                rejections += 1
                if rejections == _MAX_REJECTIONS:
                    return choices(decisions, weights, k=1)[0]
            else:
                drawn.append(index)
        return drawn


@members([SEED], init_arg_list=['where', 'seed'])
class Uniform(_Drawing):
    """Uniform crossover: each decision is that of a random parent (Syswerda 1989).

    A multi-choice is drawn position by position; when that breaks its constraints again and again
    it is copied from one parent as a whole.
    """

    seed: int | None = None

    def _on_bound(self) -> None:
        super()._on_bound()
        self._random = random if self.seed is None else random.Random(self.seed)

    def merge(self, point: Any, decisions: list[Any]) -> Any:
        if None in decisions:
            decisions = [d for d in decisions if d is not None]
        if point.is_categorical and point.num_choices > 1:
            return self._draw(point, decisions, [1] * len(decisions))
        return self._random.choice(decisions)


class _Weighted(PointWise):
    """What recombinators with a weight for each parent share."""

    # Is required.
    weights: Callable[..., Any] = None  # type: ignore[assignment]

    # Made on first use: how `weights` is called.
    _sym_weigh: ClassVar[Any] = None
    # The weights of the parents that are being recombined.
    _current: ClassVar[list[float]] = []

    def _on_bound(self) -> None:
        super()._on_bound()
        if self._sym_weigh is not None:
            object.__setattr__(self, '_sym_weigh', None)

    def recombine(self, parents: list[DNA], global_state: Any = None, step: int = 0) -> list[DNA]:
        weigh = self._sym_weigh
        if weigh is None:
            weigh = keyword_adapter(self.weights)
            object.__setattr__(self, '_sym_weigh', weigh)
        weights = weigh(parents, global_state, step)
        if len(weights) != len(parents):
            raise AssertionError(
                f'`weights` must return a weight for each of the {len(parents)} parents, but it '
                f'returned {len(weights)}: {weights!r}.'
            )
        object.__setattr__(self, '_current', weights)
        return super().recombine(parents, global_state, step)

    def _active(self, decisions: list[Any]) -> tuple[list[Any], list[float]]:
        """The decisions that there are, and their weights."""
        pairs = [(d, w) for d, w in zip(decisions, self._current, strict=True) if d is not None]
        return [d for d, _ in pairs], [w for _, w in pairs]


@members([_WEIGHTS, SEED], init_arg_list=['weights', 'where', 'seed'])
class Sample(_Weighted, _Drawing):
    """Each decision is that of a random parent, with probabilities in proportion to weights.

    Multi-choices are drawn as by `Uniform`.

    Raises:
        AssertionError: there is not one weight for each parent.
        ValueError: the weights of all parents that have come to a point are 0.
    """

    seed: int | None = None

    def _on_bound(self) -> None:
        super()._on_bound()
        self._random = random if self.seed is None else random.Random(self.seed)

    def merge(self, point: Any, decisions: list[Any]) -> Any:
        return self._draw(point, *self._active(decisions))


class Numeric(PointWise):
    """Base of point-wise recombinators of floats; all other decisions stay as they are."""

    def applicable_decision_points(
        self, dna_spec: Any, global_state: Any = None, step: int = 0
    ) -> list[Any]:
        return [point for point in dna_spec._index.points if point.is_numerical]


def _within(point: Any, value: float) -> float:
    """A mean of values of a range, whose last digit may have been rounded out of it."""
    low: float = point.min_value
    high: float = point.max_value
    return min(high, max(low, value))


class Average(Numeric):
    """Each float is the mean of those of the parents."""

    _sym_trusted = True

    def merge(self, point: Any, decisions: list[Any]) -> Any:
        values = [d for d in decisions if d is not None]
        return _within(point, sum(values) / len(values))


@members([_WEIGHTS], init_arg_list=['weights', 'where'])
class WeightedAverage(_Weighted, Numeric):
    """Each float is the weighted mean of those of the parents.

    Raises:
        AssertionError: there is not one weight for each parent.
        ZeroDivisionError: the weights of all parents that have come to a point are 0.
    """

    _sym_trusted = True

    def merge(self, point: Any, decisions: list[Any]) -> Any:
        values, weights = self._active(decisions)
        total = sum(weights)
        return _within(point, sum(v * w for v, w in zip(values, weights, strict=True)) / total)


register_reference_names('evolution.recombinators', Uniform, Sample, Average, WeightedAverage)
