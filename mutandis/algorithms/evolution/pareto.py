"""Pareto dominance: what is better when there are several objectives.

A point is a sequence of numbers, all to be maximised. It *dominates* another one if it is as good
in every objective and better in one. The points that none dominates are the first front; without
them, the next ones are the second, and so on (Deb et al. 2002, "A fast and elitist multiobjective
genetic algorithm: NSGA-II", section III).

Sets of points are bits of ints here: whom a point dominates is the intersection, over the
objectives, of those that are not better, a few operations on ints for each point. So a thousand
points are sorted in milliseconds without numpy.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import chain
from operator import and_, ne, sub
from typing import Any

__all__ = ['as_float', 'crowding_distances', 'dominates', 'fronts_of', 'order_keys']

Point = Sequence[Any]


def as_float(value: Any) -> float:
    """A number as a float: infinite if it is too large for one."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def order_keys(values: list[Any]) -> list[Any]:
    """The values, or ranks in their place if there is a NaN: it is worse than everything."""
    if True not in map(ne, values, values):
        return values
    ranks = {value: i for i, value in enumerate(sorted({v for v in values if v == v}))}
    return [ranks[value] if value == value else -1 for value in values]


def dominates(a: Point, b: Point) -> bool:
    """Whether a point is as good as another one in every objective and better in one.

    Args:
        a: the values of the objectives, all to be maximised; NaN is worse than everything.
        b: those of the other point.

    Raises:
        ValueError: the points have different numbers of objectives.
    """
    if len(a) != len(b):
        raise _different_lengths(a, b)
    better = False
    for x, y in zip(a, b, strict=True):
        if x != x:
            if y == y:
                return False
        elif x > y or y != y:
            better = True
        elif x < y:
            return False
    return better


def _different_lengths(a: Point, b: Point) -> ValueError:
    return ValueError(
        f'All points must have the same number of objectives, but {a!r} has {len(a)} and {b!r} '
        f'has {len(b)}.'
    )


def _columns(points: Sequence[Point]) -> list[list[Any]]:
    """The values of each objective."""
    if len(set(map(len, points))) > 1:
        other = next(point for point in points if len(point) != len(points[0]))
        raise _different_lengths(points[0], other)
    return list(map(list, zip(*points, strict=True)))


def _dominance(points: Sequence[Point]) -> tuple[list[int], list[int]]:
    """Whom each of different points dominates.

    Returns:
        For each point the set of those that dominate it, and the set of those it dominates.
    """
    count = len(points)
    everyone = (1 << count) - 1
    above, below = [everyone] * count, [everyone] * count
    not_worse, not_better = [0] * count, [0] * count
    for column in _columns(points):
        keys = order_keys(column)
        order = sorted(range(count), key=keys.__getitem__)
        worse, start = 0, 0
        while start < count:
            first = order[start]
            key, end, equal = keys[first], start + 1, 1 << first
            while end < count and keys[order[end]] == key:
                equal |= 1 << order[end]
                end += 1
            at_least, worse = everyone ^ worse, worse | equal
            for i in order[start:end]:
                not_worse[i], not_better[i] = at_least, worse
            start = end
        above = list(map(and_, above, not_worse))
        below = list(map(and_, below, not_better))
    # Those that are neither worse nor better are equal in all objectives.
    return (
        [a & ~b for a, b in zip(above, below, strict=True)],
        [b & ~a for a, b in zip(above, below, strict=True)],
    )


def fronts_of(points: Sequence[Point]) -> list[list[int]]:
    """Sorts points into fronts (NSGA-II, section III A).

    The first front is in the order of the input. In the others each point stands where the last one
    of the front before that dominates it stands; those of the same place in the order of the input.

    Args:
        points: sequences of the values of the objectives, all to be maximised; NaN is worse than
            everything.

    Returns:
        The indices of the points of each front, the best front first.

    Raises:
        ValueError: the points have different numbers of objectives.
    """
    if not points:
        return []
    # Equal points are one, with several individuals.
    numbers: dict[Point, int] = {}
    number_of = [numbers.setdefault(point, len(numbers)) for point in map(tuple, points)]
    individuals: list[list[int]] = [[] for _ in numbers]
    for i, number in enumerate(number_of):
        individuals[number].append(i)
    above, below = _dominance(list(numbers))

    # Whom a point dominates has more above it. Who is dominated from one front is so from all
    # before it, so the front of a point is found by bisection.
    fronts: list[int] = []
    counts = list(map(int.bit_count, above))
    for number in sorted(range(len(counts)), key=counts.__getitem__):
        dominating, low, high = above[number], 0, len(fronts)
        while low < high:
            middle = (low + high) // 2
            if dominating & fronts[middle]:
                low = middle + 1
            else:
                high = middle
        if low == len(fronts):
            fronts.append(0)
        fronts[low] |= 1 << number

    front = _individuals_in(fronts[0], individuals)
    ordered = [front]
    for left in fronts[1:]:
        groups: list[list[int]] = []
        # Backwards, the first of the front that dominates a point is the last one to do so.
        for i in reversed(front):
            group = below[number_of[i]] & left
            if group:
                groups.append(_individuals_in(group, individuals))
                left ^= group
                if not left:
                    break
        groups.reverse()
        front = list(chain.from_iterable(groups))
        ordered.append(front)
    return ordered


def _individuals_in(points: int, individuals: list[list[int]]) -> list[int]:
    """The individuals at the points of a set, in order."""
    lists = []
    while points:
        lowest = points & -points
        lists.append(individuals[lowest.bit_length() - 1])
        points ^= lowest
    return lists[0] if len(lists) == 1 else sorted(chain.from_iterable(lists))


def crowding_distances(points: Sequence[Point]) -> list[float]:
    """How much room each point of a front has around it (NSGA-II, section III B).

    The objectives are taken in order. In the order of one of them, the points at both ends get the
    number of objectives as their distance, whatever they had before; each point between them gets
    on top of what it has the gap between its neighbours as a share of the whole range. Where the
    paper has infinity for the ends, this is PyGlove's finite variant of it: no point between the
    ends has more.

    Args:
        points: sequences of the values of the objectives. NaN counts as minus infinity. In an
            infinite range, an infinite gap is all of it and a finite one nothing.

    Raises:
        ValueError: the points have different numbers of objectives.
    """
    if not points:
        return []
    columns = _columns(points)
    count, end = len(points), float(len(columns))
    distances = [0.0] * count
    for column in columns:
        values = column if _is_finite(column) else list(map(_finite_or_infinite, column))
        order = sorted(range(count), key=values.__getitem__)
        low, high = values[order[0]], values[order[-1]]
        distances[order[0]] = distances[order[-1]] = end
        if low == high:
            continue
        span = high - low
        ranked = [values[i] for i in order]
        if span != math.inf:
            for i, gap in zip(order[1:-1], map(sub, ranked[2:], ranked), strict=True):
                distances[i] += gap / span
        else:
            for i, before, after in zip(order[1:-1], ranked, ranked[2:], strict=False):
                distances[i] += _wide_share(before, after, low, high)
    return distances


def _is_finite(column: list[Any]) -> bool:
    """Whether numbers can be subtracted and divided as they are."""
    try:
        total = sum(column)
    except OverflowError:
        return False
    return bool(total - total == 0)


def _finite_or_infinite(value: Any) -> float:
    return as_float(value) if value == value else -math.inf


def _wide_share(before: float, after: float, low: float, high: float) -> float:
    """The share of a gap in a range too wide for a float."""
    if before == after:
        return 0.0
    if math.isinf(low) or math.isinf(high):
        return float(after - before == math.inf)
    return (after / 2 - before / 2) / (high / 2 - low / 2)
