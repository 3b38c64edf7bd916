"""Where a DNA can be changed: its nodes as ranges of its flat values.

A DNA is a flat tuple of values. A *site* is a node of its tree seen there: which values belong to
it and which decision they answer. Finding the sites of a DNA makes no nodes; only when the user
wants to be asked about each node (`where`) they are made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any, NamedTuple

from mutandis.hyper.geno import DNA
from mutandis.hyper.geno.plan import ChoicesPlan, PointPlan, SpacePlan, end_of

__all__ = [
    'Group',
    'Site',
    'chosen',
    'chunks_of',
    'run_nested',
    'sites_of',
    'sites_where',
    'with_chunks',
]


class Group(NamedTuple):
    """A multi-choice in the flat values.

    Attributes:
        point: its plan.
        start: where its values begin.
    """

    point: ChoicesPlan
    start: int


# A node that can be changed: the plan of its decision, where its values begin, and for a choice of
# a multi-choice the latter and the position among its choices.
Site = tuple[PointPlan, int, Group | None, int]


def chunks_of(group: Group, flat: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """The values of each choice of a multi-choice."""
    chunks = []
    start = group.start
    single = group.point.single()
    for _ in range(group.point.k):
        end = end_of(single, flat, start)
        chunks.append(flat[start:end])
        start = end
    return chunks


def with_chunks(
    group: Group, flat: tuple[Any, ...], width: int, chunks: Iterable[tuple[Any, ...]]
) -> tuple[Any, ...]:
    """The values with those of a multi-choice, `width` of them, replaced choice by choice."""
    rest = flat[group.start + width :]
    return flat[: group.start] + tuple(chain.from_iterable(chunks)) + rest


def chosen(group: Group, flat: tuple[Any, ...]) -> list[int]:
    """The indices that a multi-choice has chosen."""
    point, start = group
    if point.subs is None:
        return list(flat[start : start + point.k])
    single = point.single()
    indices = []
    for _ in range(point.k):
        indices.append(flat[start])
        start = end_of(single, flat, start)
    return indices


def run_nested(outermost: Iterator[Any]) -> None:
    """Runs a generator, and those that it yields, each to its end before the one around it goes on.

    So a walk through nested spaces is written as a recursion, but needs none: spaces may be nested
    deeper than Python's stack.
    """
    stack = [outermost]
    while stack:
        below = next(stack[-1], None)
        if below is None:
            stack.pop()
        else:
            stack.append(below)


def sites_of(plan: SpacePlan, flat: tuple[Any, ...]) -> list[Site]:
    """All sites in the order of the nodes, parents before children.

    If the space has one decision, the first site is the topmost node.
    """
    finder = _Sites(flat)
    run_nested(finder.space(plan, False))
    return finder.sites


class _Sites:
    """The sites of flat values, found from the first value to the last."""

    def __init__(self, flat: tuple[Any, ...]) -> None:
        self.flat = flat
        self.position = 0
        self.sites: list[Site] = []

    def space(self, plan: SpacePlan, below_choice: bool) -> Iterator[Any]:
        """Adds the sites of a space; yields what adds those of the spaces below."""
        flat, add = self.flat, self.sites.append
        for point in plan.points:
            start = self.position
            if type(point) is not ChoicesPlan:
                add((point, start, None, 0))
                self.position += 1
            elif point.k == 1:
                add((point, start, None, 0))
                self.position += 1
                sub = None if point.subs is None else point.subs[flat[start]]
                if sub is not None:
                    yield self.space(sub, True)
            else:
                # The only multi-choice of a candidate has no node: its choices are the children of
                # the candidate's.
                if not below_choice or len(plan.points) > 1:
                    add((point, start, None, 0))
                group = Group(point, start)
                single = point.single()
                for i in range(point.k):
                    add((single, self.position, group, i))
                    sub = point.sub(flat[self.position])
                    self.position += 1
                    if sub is not None:
                        yield self.space(sub, True)


def sites_where(dna: DNA, where: Callable[[DNA], Any]) -> list[Site]:
    """The sites whose nodes a predicate accepts; it is asked about every node in order."""
    sites: list[Site] = []
    for node, start, group in _walk(dna):
        # First the predicate: it sees all nodes, spaces and what lies below custom values too.
        if not where(node):
            continue
        spec: Any = node._spec
        if spec is None or spec.is_space:
            continue
        index = spec.subchoice_index if spec.is_subchoice else 0
        sites.append((spec._compiled().points[0], start, group, index))
    return sites


def _walk(dna: DNA) -> Iterator[tuple[DNA, int, Group | None]]:
    """All nodes with where their values begin, and the multi-choice they are a choice of."""
    stack: list[tuple[DNA, int, Group | None]] = [(dna, 0, None)]
    while stack:
        node, start, group = stack.pop()
        yield node, start, group
        spec: Any = node._spec
        if spec is None or spec.is_custom_decision_point:
            # The nodes below a custom value are one value together.
            stack += [(child, start, None) for child in reversed(node.children)]
            continue
        if node.value is not None:
            start += 1
        below: list[tuple[DNA, int, Group | None]] = []
        siblings: Group | None = None
        for child in node.children:
            child_spec: Any = child._spec
            if child_spec is not None and child_spec.is_subchoice:
                if child_spec.subchoice_index == 0:
                    siblings = Group(child_spec.parent_spec._compiled().points[0], start)
                below.append((child, start, siblings))
            else:
                below.append((child, start, None))
            if child_spec is not None:
                start += len(child._bound_flat)
        stack += reversed(below)
