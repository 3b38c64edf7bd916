"""The fixed order of all DNAs of a space, on flat values.

The order is lexicographic with the rightmost decision fastest; inside a choice all DNAs of the
chosen candidate's space come before the next candidate. So the successor of a DNA keeps its values
up to the last one that can be raised, and has the least values behind that. `first` and `successor`
are all there is to it; neither recurses, since conditions may be nested to any depth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from mutandis.hyper.geno.plan import ChoicesPlan, FloatPlan, PointPlan, SpacePlan

__all__ = ['Exhausted', 'first', 'successor']

# Makes the next value of a custom point, given the present one or None.
NextCustom = Callable[[Any, Any], Any]


class Exhausted(Exception):
    """A custom point has no first value, so there is no DNA."""


class _Place:
    """Where a value of a DNA stands in its space.

    Attributes:
        points: the decision points of the innermost space.
        number: which of them the value belongs to.
        choice: which choice of that point it is.
        chosen: the indices of the point, up to this one at least.
        outer: the place of the choice that the space depends on, `None` for the whole space.
    """

    __slots__ = ('points', 'number', 'choice', 'chosen', 'outer')

    def __init__(
        self,
        points: tuple[PointPlan, ...],
        number: int,
        choice: int,
        chosen: Any,
        outer: _Place | None,
    ) -> None:
        self.points = points
        self.number = number
        self.choice = choice
        self.chosen = chosen
        self.outer = outer


# A choice to be written: its index, and the space of the candidate (None for a constant one).
_Choice = tuple[int, SpacePlan | None]


def first(space: SpacePlan, next_custom: NextCustom) -> list[Any]:
    """The flat values of the first DNA.

    Raises:
        NotImplementedError: a custom point has no function for its next value.
        Exhausted: a custom point has no first value.
    """
    out: list[Any] = []
    _write_first(space.points, out, next_custom)
    return out


def _write_first(items: Iterable[Any], out: list[Any], next_custom: NextCustom) -> None:
    """Appends the least values of decision points and of what lies below given choices."""
    stack = [iter(items)]
    while stack:
        for item in stack[-1]:
            if type(item) is ChoicesPlan:
                if item.subs is None:
                    out += range(item.k) if item.distinct else [0] * item.k
                else:
                    stack.append(iter(_least(item, ()) or ()))
                    break
            elif type(item) is tuple:
                index, sub = item
                out.append(index)
                if sub is not None:
                    stack.append(iter(sub.points))
                    break
            elif type(item) is FloatPlan:
                out.append(item.low)
            else:
                value = next_custom(item, None)
                if value is None:
                    raise Exhausted()
                out.append(value)
        else:
            stack.pop()


def _least(point: ChoicesPlan, chosen: Iterable[int]) -> list[_Choice] | None:
    """The least choices that can follow the `chosen` ones; `None` if there are none."""
    found: list[_Choice] = []
    used = list(chosen)
    for _ in range(point.k - len(used)):
        index = used[-1] if point.sorted and used else 0
        if point.distinct:
            while index in used:
                index += 1
        if index >= point.n:
            return None
        used.append(index)
        found.append((index, point.sub(index)))
    return found


def successor(space: SpacePlan, flat: tuple[Any, ...], next_custom: NextCustom) -> list[Any] | None:
    """The flat values of the next DNA, or `None` after the last.

    Args:
        space: the plan of the space.
        flat: flat values that fit it.
        next_custom: makes the next value of a custom point, given its plan and its present value.

    Raises:
        NotImplementedError: the next value of a float, or of a custom point without a function, is
            needed.
        Exhausted: a custom point has no first value.
    """
    if space.static:
        # Most spaces end with single choices.
        end = len(flat)
        for point in reversed(space.points):
            if type(point) is not ChoicesPlan or point.k != 1:
                break
            end -= 1
            value = flat[end] + 1
            if value < point.n:
                return [*flat[:end], value] + [0] * (len(flat) - end - 1)
        places = _places_from_right(space, flat)
    else:
        places = reversed(_places(space, flat))
    position = len(flat)
    for place in places:
        position -= 1
        point = place.points[place.number]
        if type(point) is FloatPlan:
            raise NotImplementedError(
                'A float decision point cannot be enumerated after its first value. Use random '
                'DNAs, or choices among a grid of values.'
            )
        if type(point) is not ChoicesPlan:
            value = next_custom(point, flat[position])
            if value is None:
                continue
            items: list[Any] = []
        else:
            before = place.chosen[: place.choice]
            value = flat[position] + 1
            while point.distinct and value in before:
                value += 1
            if value >= point.n:
                continue
            rest = _least(point, [*before, value])
            if rest is None:
                continue
            sub = point.sub(value)
            items = [] if sub is None else list(sub.points)
            items += rest
        out = [*flat[:position], value]
        items += place.points[place.number + 1 :]
        outer = place.outer
        while outer is not None:
            choices: Any = outer.points[outer.number]
            items += _least(choices, outer.chosen[: outer.choice + 1]) or ()
            items += outer.points[outer.number + 1 :]
            outer = outer.outer
        _write_first(items, out, next_custom)
        return out
    return None


def _places_from_right(space: SpacePlan, flat: tuple[Any, ...]) -> Iterator[_Place]:
    """The places of the values of a static space, the last one first."""
    points = space.points
    end = len(flat)
    for number in range(len(points) - 1, -1, -1):
        point = points[number]
        if type(point) is not ChoicesPlan:
            end -= 1
            yield _Place(points, number, 0, (), None)
            continue
        start = end - point.k
        chosen = flat[start:end]
        for choice in range(point.k - 1, -1, -1):
            yield _Place(points, number, choice, chosen, None)
        end = start


def _places(space: SpacePlan, flat: tuple[Any, ...]) -> list[_Place]:
    """The places of all values of a space."""
    places: list[_Place] = []
    stack = [_walk(space, None)]
    while stack:
        for place in stack[-1]:
            point: Any = place.points[place.number]
            index = flat[len(places)]
            places.append(place)
            if type(point) is ChoicesPlan:
                place.chosen.append(index)
                sub = point.sub(index)
                if sub is not None:
                    stack.append(_walk(sub, place))
                    break
        else:
            stack.pop()
    return places


def _walk(space: SpacePlan, outer: _Place | None) -> Iterator[_Place]:
    """The places right in a space, in order."""
    points = space.points
    for number, point in enumerate(points):
        chosen: list[int] = []
        for choice in range(point.k if type(point) is ChoicesPlan else 1):
            yield _Place(points, number, choice, chosen, outer)
