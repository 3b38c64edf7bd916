"""Where a DNA can be changed: its nodes as ranges of its flat values.

A DNA is a flat tuple of values. A *site* is a node of its tree seen there: which values belong to
it and which decision they answer. Finding the sites of a DNA makes no nodes; only when the user
wants to be asked about each node (`where`) they are made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from mutandis.hyper.geno import DNA
from mutandis.hyper.geno.plan import ChoicesPlan, PointPlan, SpacePlan, end_of

__all__ = ['Group', 'Site', 'chunks_of', 'sites_of', 'sites_where']


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


def sites_of(plan: SpacePlan, flat: tuple[Any, ...]) -> list[Site]:
    """All sites in the order of the nodes, parents before children.

    If the space has one decision, the first site is the topmost node.
    """
    sites: list[Site] = []
    _add_space(plan, flat, 0, sites.append, False)
    return sites


def _add_space(
    plan: SpacePlan,
    flat: tuple[Any, ...],
    start: int,
    add: Callable[[Site], None],
    below_choice: bool,
) -> int:
    """Adds the sites of a space; returns where its values end."""
    for point in plan.points:
        if type(point) is not ChoicesPlan:
            add((point, start, None, 0))
            start += 1
        elif point.k == 1:
            add((point, start, None, 0))
            sub = None if point.subs is None else point.subs[flat[start]]
            start += 1
            if sub is not None:
                start = _add_space(sub, flat, start, add, True)
        else:
            # The only multi-choice of a candidate has no node: its choices are the children of
            # the candidate's.
            if not below_choice or len(plan.points) > 1:
                add((point, start, None, 0))
            start = _add_choices(point, flat, start, add)
    return start


def _add_choices(
    point: ChoicesPlan, flat: tuple[Any, ...], start: int, add: Callable[[Site], None]
) -> int:
    group = Group(point, start)
    single = point.single()
    for i in range(point.k):
        add((single, start, group, i))
        sub = point.sub(flat[start])
        start += 1
        if sub is not None:
            start = _add_space(sub, flat, start, add, True)
    return start


def sites_where(dna: DNA, where: Callable[[DNA], Any]) -> list[Site]:
    """The sites whose nodes a predicate accepts; it is asked about every node in order."""
    sites: list[Site] = []
    for node, start, group in _walk(dna, 0, None):
        # First the predicate: it sees all nodes, spaces and what lies below custom values too.
        if not where(node):
            continue
        spec: Any = node._spec
        if spec is None or spec.is_space:
            continue
        index = spec.subchoice_index if spec.is_subchoice else 0
        sites.append((spec._compiled().points[0], start, group, index))
    return sites


def _walk(dna: DNA, start: int, group: Group | None) -> Iterator[tuple[DNA, int, Group | None]]:
    """All nodes with where their values begin, and the multi-choice they are a choice of."""
    yield dna, start, group
    spec: Any = dna._spec
    if spec is None or spec.is_custom_decision_point:
        # The nodes below a custom value are one value together.
        for child in dna.children:
            yield from _walk(child, start, None)
        return
    if dna.value is not None:
        start += 1
    below: Group | None = None
    for child in dna.children:
        child_spec: Any = child._spec
        if child_spec is not None and child_spec.is_subchoice:
            if child_spec.subchoice_index == 0:
                below = Group(child_spec.parent_spec._compiled().points[0], start)
            yield from _walk(child, start, below)
        else:
            yield from _walk(child, start, None)
        if child_spec is not None:
            start += len(child._bound_flat)
