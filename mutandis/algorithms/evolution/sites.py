"""Where a DNA can be changed: its nodes as ranges of its flat values.

A DNA is a flat tuple of values. A *site* is a node of its tree seen there: which values belong to
it and which decision they answer. Finding the sites of a DNA makes no nodes; only when the user
wants to be asked about each node (`where`) they are made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from mutandis.hyper.geno import DNA
from mutandis.hyper.geno.plan import ChoicesPlan, PointPlan, SpacePlan, end_of, scan

__all__ = ['Group', 'Site', 'chunks_of', 'sites_of', 'sites_where']


class Group(NamedTuple):
    """A multi-choice in the flat values.

    Attributes:
        point: its plan.
        start: where its values begin.
    """

    point: ChoicesPlan
    start: int


class Site(NamedTuple):
    """A node that can be changed.

    Attributes:
        point: the plan of its decision.
        start: where its values begin.
        end: where they end.
        group: the multi-choice of which it is one choice, None for other nodes.
        index: its position among the choices of the multi-choice.
        is_root: whether it is the topmost node.
    """

    point: PointPlan
    start: int
    end: int
    group: Group | None = None
    index: int = 0
    is_root: bool = False


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
    """All sites in the order of the nodes, parents before children."""
    sites: list[Site] = []
    _add_space(plan, flat, 0, sites, False)
    if len(plan.points) == 1 and sites:
        # A space of one decision has no node of its own.
        sites[0] = sites[0]._replace(is_root=True)
    return sites


def _add_space(
    plan: SpacePlan, flat: tuple[Any, ...], start: int, sites: list[Site], below_choice: bool
) -> int:
    """Adds the sites of a space; returns where its values end."""
    # The only multi-choice of a candidate has no node: its choices are the children of the
    # candidate's.
    merged = below_choice and len(plan.points) == 1
    for point in plan.points:
        if type(point) is not ChoicesPlan:
            sites.append(Site(point, start, start + 1))
            start += 1
        elif point.k == 1:
            start = _add_choice(point, flat, start, sites, None, 0)
        else:
            start = _add_choices(point, flat, start, sites, merged)
    return start


def _add_choices(
    point: ChoicesPlan, flat: tuple[Any, ...], start: int, sites: list[Site], merged: bool
) -> int:
    group = Group(point, start)
    position = len(sites)
    single = point.single()
    for i in range(point.k):
        start = _add_choice(single, flat, start, sites, group, i)
    if not merged:
        sites.insert(position, Site(point, group.start, start))
    return start


def _add_choice(
    point: ChoicesPlan,
    flat: tuple[Any, ...],
    start: int,
    sites: list[Site],
    group: Group | None,
    index: int,
) -> int:
    sub = None if point.subs is None else point.subs[flat[start]]
    if sub is None:
        sites.append(Site(point, start, start + 1, group, index))
        return start + 1
    position = len(sites)
    end = _add_space(sub, flat, start + 1, sites, True)
    sites.insert(position, Site(point, start, end, group, index))
    return end


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
        point = spec._compiled().points[0]
        end = scan(spec._compiled(), dna._bound_flat, start)
        index = spec.subchoice_index if spec.is_subchoice else 0
        sites.append(Site(point, start, end, group, index, node is dna))
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
