"""The fixed order of all DNAs of a space, on flat values.

The order is lexicographic with the rightmost decision fastest; inside a choice all DNAs of the
chosen candidate's space come before the next candidate. `first` and `successor` are all there is to
it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mutandis.hyper.geno.plan import ChoicesPlan, FloatPlan, PointPlan, SpacePlan, scan, starts_of

__all__ = ['first', 'successor']

# Makes the next value of a custom point, given the present one or None.
NextCustom = Callable[[Any, Any], Any]


def first(space: SpacePlan, next_custom: NextCustom) -> list[Any]:
    """The flat values of the first DNA.

    Raises:
        NotImplementedError: a custom point has no function for its next value.
    """
    out: list[Any] = []
    stack = [iter(space.points)]
    while stack:
        for point in stack[-1]:
            if type(point) is ChoicesPlan:
                if point.subs is None:
                    out += range(point.k) if point.distinct else [0] * point.k
                elif point.k == 1:
                    out.append(0)
                    sub = point.subs[0]
                    if sub is not None:
                        stack.append(iter(sub.points))
                        break
                else:
                    out += _fill(point, [], next_custom) or []
            elif type(point) is FloatPlan:
                out.append(point.low)
            else:
                value = next_custom(point, None)
                if value is None:
                    raise ValueError('A custom decision point has no first value.')
                out.append(value)
        else:
            stack.pop()
    return out


def _first_of(sub: SpacePlan | None, next_custom: NextCustom) -> list[Any]:
    return [] if sub is None else first(sub, next_custom)


def _fill(point: ChoicesPlan, chosen: list[int], next_custom: NextCustom) -> list[Any] | None:
    """The least values of the choices to the right of `chosen`; `None` if there are none."""
    out: list[Any] = []
    used = list(chosen)
    for _ in range(point.k - len(chosen)):
        index = used[-1] if point.sorted and used else 0
        if point.distinct:
            while index in used:
                index += 1
        if index >= point.n:
            return None
        used.append(index)
        out.append(index)
        out += _first_of(point.sub(index), next_custom)
    return out


def successor(space: SpacePlan, flat: tuple[Any, ...], next_custom: NextCustom) -> list[Any] | None:
    """The flat values of the next DNA, or `None` after the last.

    Args:
        space: the plan of the space.
        flat: flat values that fit it.
        next_custom: makes the next value of a custom point, given its plan and its present value.

    Raises:
        NotImplementedError: the next value of a float, or of a custom point without a function, is
            needed.
    """
    return _next_in_space(space, flat, 0, len(flat), next_custom)


def _next_in_space(
    space: SpacePlan, flat: tuple[Any, ...], start: int, end: int, next_custom: NextCustom
) -> list[Any] | None:
    """The next values of the space that lies at `flat[start:end]`."""
    points = space.points
    if len(points) == 1:
        return _next_in_point(points[0], flat, start, end, next_custom)
    starts = None if space.static else starts_of(space, flat, start)
    position = end
    for i in range(len(points) - 1, -1, -1):
        point, stop = points[i], position
        if starts is not None:
            position = starts[i]
        else:
            position -= point.k if type(point) is ChoicesPlan else 1
        stepped = _next_in_point(point, flat, position, stop, next_custom)
        if stepped is not None:
            stepped[:0] = flat[start:position]
            for reset in points[i + 1 :]:
                if type(reset) is ChoicesPlan and reset.k == 1 and reset.subs is None:
                    stepped.append(0)
                else:
                    stepped += first(SpacePlan((reset,)), next_custom)
            return stepped
    return None


def _next_in_point(
    point: PointPlan, flat: tuple[Any, ...], start: int, end: int, next_custom: NextCustom
) -> list[Any] | None:
    if type(point) is FloatPlan:
        raise NotImplementedError(
            'A float decision point cannot be enumerated after its first value. Use random DNAs, '
            'or choices among a grid of values.'
        )
    if type(point) is not ChoicesPlan:
        value = next_custom(point, flat[start])
        return None if value is None else [value]

    if point.k == 1 and point.subs is None:
        index = flat[start] + 1
        return [index] if index < point.n else None

    # Where each choice begins, and which index it has.
    starts, chosen, position = [], [], start
    for _ in range(point.k):
        starts.append(position)
        index = flat[position]
        chosen.append(index)
        sub = point.sub(index)
        position = position + 1 if sub is None else scan(sub, flat, position + 1)

    for i in range(point.k - 1, -1, -1):
        stop = starts[i + 1] if i + 1 < point.k else end
        index = chosen[i]
        before = chosen[:i]
        stepped: list[Any] | None = None
        sub = point.sub(index)
        if sub is not None:
            inner = _next_in_space(sub, flat, starts[i] + 1, stop, next_custom)
            if inner is not None:
                stepped = [index, *inner]
        if stepped is None:
            index += 1
            while point.distinct and index in before:
                index += 1
            if index >= point.n:
                continue
            stepped = [index, *_first_of(point.sub(index), next_custom)]
        rest = _fill(point, [*before, index], next_custom)
        if rest is not None:
            return [*flat[start : starts[i]], *stepped, *rest]
    return None
