"""Recombination of permutations: children that are permutations again.

A permutation is a multi-choice of all candidates, each once, in any order. The order of one child
comes from the orders of both parents; what lies below a candidate goes with it.
"""

from __future__ import annotations

import abc
import random
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, NamedTuple, TypeGuard

from mutandis.algorithms.evolution.operation import Recombinator, keyword_needs, keywords_of
from mutandis.algorithms.evolution.point_wise import elements_of
from mutandis.algorithms.evolution.seeding import SEED, derived_seed, lacks_seed, parts_of
from mutandis.algorithms.evolution.sites import Group, chunks_of, run_nested
from mutandis.algorithms.evolution.where import ANY, DecisionPointFilter, where_spec
from mutandis.algorithms.reference_names import register_reference_names
from mutandis.hyper.geno import DNA, DNASpec
from mutandis.hyper.geno.plan import ChoicesPlan, PointPlan, SpacePlan, scan
from mutandis.symbolic import members

__all__ = ['Cycle', 'Order', 'PartiallyMapped', 'Permutation']


class _Place(NamedTuple):
    """A permutation that all parents have, and where its values begin in each of them."""

    point: Any
    plan: ChoicesPlan
    starts: tuple[int, ...]


def _is_permutation(plan: PointPlan) -> TypeGuard[ChoicesPlan]:
    return (
        type(plan) is ChoicesPlan
        and plan.k > 1
        and plan.distinct
        and not plan.sorted
        and plan.k == plan.n
    )


def _common_permutations(spec: DNASpec, flats: Sequence[tuple[Any, ...]]) -> list[_Place]:
    """The permutations that the parents have in common, parents before what lies below them.

    Below a choice these are only looked for if all parents have made the same.
    """
    search = _Search(flats)
    run_nested(search.space(spec, spec._compiled()))
    return search.found


class _Search:
    """Reads the flat values of all parents side by side, from the first to the last."""

    def __init__(self, flats: Sequence[tuple[Any, ...]]) -> None:
        self.flats = flats
        self.positions = [0] * len(flats)
        self.found: list[_Place] = []

    def space(self, spec: Any, plan: SpacePlan) -> Iterator[Any]:
        """Looks through a space; yields what looks through those below."""
        flats, positions = self.flats, self.positions
        for point, point_plan in zip(elements_of(spec), plan.points, strict=True):
            if _is_permutation(point_plan):
                self.found.append(_Place(point, point_plan, tuple(positions)))
            if type(point_plan) is not ChoicesPlan or point_plan.subs is None:
                width = point_plan.k if type(point_plan) is ChoicesPlan else 1
                for i in range(len(flats)):
                    positions[i] += width
                continue
            for choice in point.choice_specs:
                indices = [flat[i] for flat, i in zip(flats, positions, strict=True)]
                subs = [point_plan.subs[index] for index in indices]
                for i in range(len(flats)):
                    positions[i] += 1
                if len(set(indices)) == 1:
                    if subs[0] is not None:
                        yield self.space(choice._candidate(indices[0]), subs[0])
                else:
                    for i, sub in enumerate(subs):
                        if sub is not None:
                            positions[i] = scan(sub, flats[i], positions[i])


@members(
    [
        (
            'where',
            where_spec(ANY),
            'Filter of permutations, or a function: which of them are recombined; by default a '
            'random one.',
        ),
        SEED,
    ],
    init_arg_list=['where', 'seed'],
)
class Permutation(Recombinator):
    """Base of recombinators of the permutations of two parents.

    Sub-classes implement `permutate`. Each parent has a child for each order proposed, without
    duplicates; its other decisions stay. If the parents have no permutation in common, or `where`
    accepts none, the result is the list of parents itself.

    A seed also seeds those filters in `where` that have none.

    Raises:
        ValueError: there are not two parents, or an order proposed is no permutation.
    """

    NUM_PARENTS = 2

    where: DecisionPointFilter = ANY
    seed: int | None = None

    # Made on first use: whether `permutate` takes the global state, and the step.
    _sym_needs: ClassVar[tuple[bool, bool] | None] = None

    def _on_bound(self) -> None:
        super()._on_bound()
        if self._sym_needs is not None:
            object.__setattr__(self, '_sym_needs', None)
        self._random: Any = random
        if self.seed is not None:
            self._random = random.Random(self.seed)
            for i, part in enumerate(parts_of(self.where)):
                if lacks_seed(part):
                    part.rebind(seed=derived_seed(self.seed, i))

    @abc.abstractmethod
    def permutate(
        self, multi_choice_spec: Any, parents: list[list[int]], *args: Any, **kwargs: Any
    ) -> list[list[int]]:
        """Proposes orders; may also have the parameters `global_state` and `step`.

        Args:
            multi_choice_spec: the permutation.
            parents: the order of each parent, a list of the indices of all candidates.
        """

    def recombine(self, parents: list[DNA], global_state: Any = None, step: int = 0) -> list[DNA]:
        if not parents:
            return parents
        spec = parents[0]._spec
        if spec is None or any(dna._spec is not spec for dna in parents):
            return parents
        flats = [dna._bound_flat for dna in parents]
        places = {place.point: place for place in _common_permutations(spec, flats)}
        chosen = self.where(list(places), global_state, step)
        if not chosen:
            return parents
        children: dict[tuple[Any, ...], None] = {}
        for point in chosen:
            place = places[point]
            chunks = [
                chunks_of(Group(place.plan, start), flat)
                for flat, start in zip(flats, place.starts, strict=True)
            ]
            orders = [[chunk[0] for chunk in of_parent] for of_parent in chunks]
            proposals = self._proposals(place, orders, global_state, step)
            for flat, start, of_parent in zip(flats, place.starts, chunks, strict=True):
                by_index = {chunk[0]: chunk for chunk in of_parent}
                head = flat[:start]
                tail = flat[start + sum(map(len, of_parent)) :]
                for order in proposals:
                    middle = tuple(value for index in order for value in by_index[index])
                    children[head + middle + tail] = None
        return [DNA._from_flat(spec, flat) for flat in children]

    def _proposals(
        self, place: _Place, orders: list[list[int]], global_state: Any, step: int
    ) -> list[list[int]]:
        needs = self._sym_needs
        if needs is None:
            needs = keyword_needs(self.permutate)
            object.__setattr__(self, '_sym_needs', needs)
        keywords = keywords_of(needs, global_state, step)
        proposals = self.permutate(place.point, orders, **keywords)
        for order in proposals:
            if sorted(order) != list(range(place.plan.n)):
                raise ValueError(
                    f'{type(self).__name__} proposed an order that is no permutation of '
                    f'{place.plan.n} candidates: {order!r}. (decision={place.point.id.path!r})'
                )
        return proposals

    def _slice(self, size: int) -> tuple[int, int]:
        """Two random places, ascending."""
        start, end = sorted(self._random.sample(list(range(size)), 2))
        return start, end


class PartiallyMapped(Permutation):
    """Partially mapped crossover, PMX (Goldberg and Lingle 1985).

    A child has a slice of the other parent's order. In the other places it keeps its own parent's
    order; an index that the slice holds already gives way to the one that it has displaced.
    """

    def permutate(self, multi_choice_spec: Any, parents: list[list[int]]) -> list[list[int]]:
        return self.partially_mapped_crossover(parents, *self._slice(len(parents[0])))

    def partially_mapped_crossover(
        self, parents: list[list[int]], start: int, end: int
    ) -> list[list[int]]:
        """Both children of two orders for the slice `[start, end)`."""
        left, right = parents
        return [
            _partially_mapped(left, right, start, end),
            _partially_mapped(right, left, start, end),
        ]


def _partially_mapped(own: list[int], other: list[int], start: int, end: int) -> list[int]:
    displaced = dict(zip(other[start:end], own[start:end], strict=True))
    child = []
    for index in own[:start] + own[end:]:
        while index in displaced:
            index = displaced[index]
        child.append(index)
    child[start:start] = other[start:end]
    return child


class Order(Permutation):
    """Order crossover, OX (Davis 1985).

    A child has a slice of the other parent's order. The other places are filled, from behind the
    slice on and around, with the remaining indices in the order in which its own parent has them
    from there.
    """

    def permutate(self, multi_choice_spec: Any, parents: list[list[int]]) -> list[list[int]]:
        return self.order_crossover(parents, *self._slice(len(parents[0])))

    def order_crossover(self, parents: list[list[int]], start: int, end: int) -> list[list[int]]:
        """Both children of two orders for the slice `[start, end)`."""
        left, right = parents
        return [_ordered(left, right, start, end), _ordered(right, left, start, end)]


def _ordered(own: list[int], other: list[int], start: int, end: int) -> list[int]:
    kept = other[start:end]
    used = set(kept)
    rest = [index for index in own[end:] + own[:end] if index not in used]
    after = len(own) - end
    return rest[after:] + kept + rest[:after]


class Cycle(Permutation):
    """Cycle crossover, CX (Oliver, Smith and Holland 1987).

    The places fall into cycles, in each of which both parents have the same indices. For each cycle
    a child has the order of one parent, drawn at random, and the other child that of the other one.
    """

    def permutate(self, multi_choice_spec: Any, parents: list[list[int]]) -> list[list[int]]:
        left, right = parents
        place_in_left = {index: i for i, index in enumerate(left)}
        children = [list(left), list(right)]
        seen = [False] * len(left)
        for first in range(len(left)):
            if seen[first]:
                continue
            exchange = self._random.choice([0, 1])
            place = first
            while not seen[place]:
                seen[place] = True
                if exchange:
                    children[0][place], children[1][place] = right[place], left[place]
                place = place_in_left[right[place]]
        return children


register_reference_names('evolution.recombinators', PartiallyMapped, Order, Cycle)
