"""Decision specs as plain data.

A *plan* is what remains of a decision spec when locations, names and hints are taken away: how many
choices, out of how many candidates, with which conditional sub-spaces, within which ranges. Plans
are made once per spec, hold no symbolic objects, and are shared: a sub-choice of a multi-choice has
the plan of its multi-choice with one choice. Everything that is done to many DNAs (draw, check,
count, enumerate) works on a plan and on *flat values*: the tuple of the values of all active
decisions in depth-first order. A choice is represented by its index, followed by the values of the
chosen candidate's space.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from operator import ge, le
from typing import Any

__all__ = [
    'ChoicesPlan',
    'CustomPlan',
    'FloatPlan',
    'Misfit',
    'PointPlan',
    'SpacePlan',
    'bottom_up',
    'check',
    'end_of',
    'log_int',
    'scan',
    'starts_of',
    'unit_to_value',
    'value_to_unit',
]


class Misfit(Exception):
    """Flat values that do not fit a plan.

    Internal: turned into a `ValueError` with the location of the decision by whoever knows the
    spec.

    Attributes:
        position: index of the bad value in the flat values.
        reason: what is wrong, a sentence without the location.
    """

    def __init__(self, position: int, reason: str) -> None:
        super().__init__(reason)
        self.position = position
        self.reason = reason


class ChoicesPlan:
    """`k` choices out of `n` candidates.

    Attributes:
        subs: the plan of each candidate's space, with `None` for a constant candidate; `None` when
            all candidates are constant.
        log_range: `(low, high)` for integer ranges that are drawn logarithmically.
    """

    __slots__ = ('k', 'n', 'distinct', 'sorted', 'subs', 'log_range', 'count')

    def __init__(
        self,
        k: int,
        n: int,
        distinct: bool,
        sorted: bool,
        subs: tuple[SpacePlan | None, ...] | None = None,
        log_range: tuple[int, int] | None = None,
    ) -> None:
        self.k = k
        self.n = n
        self.distinct = distinct
        self.sorted = sorted
        self.subs = subs
        self.log_range = log_range
        # Number of decision points: each sub-choice and what lies below it.
        self.count: int = k
        if subs is not None:
            self.count = k * (1 + sum(sub.count for sub in subs if sub is not None))

    def single(self) -> ChoicesPlan:
        """The plan of one sub-choice."""
        if self.k == 1:
            return self
        return ChoicesPlan(1, self.n, self.distinct, self.sorted, self.subs, self.log_range)

    def sub(self, index: Any) -> SpacePlan | None:
        """The plan of a candidate's space, `None` when it is constant."""
        subs = self.subs
        return None if subs is None else subs[index]

    @property
    def shape(self) -> Any:
        """The contents as nested tuples."""
        subs = self.subs
        below = None if subs is None else tuple(sub and sub.shape for sub in subs)
        return (self.k, self.n, self.distinct, self.sorted, below)

    @property
    def size(self) -> int:
        """Number of DNAs, -1 for infinite: closed forms of symmetric polynomials."""
        k, n = self.k, self.n
        if self.subs is None:
            if self.distinct:
                return math.comb(n, k) if self.sorted else math.perm(n, k)
            return math.comb(n + k - 1, k) if self.sorted else int(n**k)
        sizes = [1 if sub is None else sub.size for sub in self.subs]
        if -1 in sizes:
            return -1
        if k == 1:
            return sum(sizes)
        if not self.distinct and not self.sorted:
            return int(sum(sizes) ** k)
        # poly[j]: elementary (distinct) or complete homogeneous symmetric polynomial of degree j in
        # the sizes seen so far. The direction of the inner loop decides whether a candidate counts
        # once.
        poly = [1] + [0] * k
        for size in sizes:
            degrees = range(k, 0, -1) if self.distinct else range(1, k + 1)
            for j in degrees:
                poly[j] += size * poly[j - 1]
        return poly[k] if self.sorted else poly[k] * math.factorial(k)


class FloatPlan:
    """A float within a closed range."""

    __slots__ = ('low', 'high', 'scale')
    size = -1
    count = 1

    def __init__(self, low: float, high: float, scale: str | None = None) -> None:
        self.low = low
        self.high = high
        self.scale = scale

    @property
    def shape(self) -> Any:
        """The range; the scale does not matter to what fits."""
        return (self.low, self.high)


class CustomPlan:
    """A string made by user functions.

    Attributes:
        next_fn: `fn(dna or None) -> dna or None`, or `None`.
        random_fn: `fn(rng, previous dna or None) -> dna`, or `None`.
    """

    __slots__ = ('next_fn', 'random_fn')
    size = -1
    count = 1

    def __init__(
        self, next_fn: Callable[..., Any] | None, random_fn: Callable[..., Any] | None
    ) -> None:
        self.next_fn = next_fn
        self.random_fn = random_fn

    @property
    def shape(self) -> Any:
        """All custom points take any string."""
        return ()


PointPlan = ChoicesPlan | FloatPlan | CustomPlan


class SpacePlan:
    """A sequence of decision points.

    Attributes:
        points: the decision points in order.
        static: no choice has a conditional sub-space, so position i of the flat values always
        belongs
            to the same decision.
        width: number of flat values of a static space, else -1.
        has_custom: whether a custom point lies anywhere below.
        count: number of decision points, those of all candidates included.
        steps: the program of `sampling.draw`, made on first use.
    """

    __slots__ = (
        'points',
        'static',
        'width',
        'has_custom',
        'count',
        'steps',
        '_size',
        '_bounds',
        '_shape',
    )

    def __init__(self, points: tuple[PointPlan, ...]) -> None:
        self.points = points
        static, width, custom, count = True, 0, False, 0
        for point in points:
            count += point.count
            if type(point) is ChoicesPlan:
                width += point.k
                if point.subs is not None:
                    static = False
                    if not custom:
                        custom = any(sub is not None and sub.has_custom for sub in point.subs)
            else:
                width += 1
                if type(point) is CustomPlan:
                    custom = True
        self.static = static
        self.width = width if static else -1
        self.has_custom: bool = custom
        self.steps: list[Any] | None = None
        self._size: int | None = None
        self.count = count
        self._bounds: Any = None
        self._shape: Any = None

    @property
    def size(self) -> int:
        """Number of DNAs, -1 for infinite."""
        if self._size is None:
            for plan in bottom_up(self):
                sizes = [point.size for point in plan.points]
                plan._size = -1 if -1 in sizes else math.prod(sizes)
        assert self._size is not None
        return self._size

    @property
    def shape(self) -> Any:
        """The contents as nested tuples: flat values that fit one plan fit all of equal shape."""
        if self._shape is None:
            for plan in bottom_up(self):
                plan._shape = tuple(point.shape for point in plan.points)
        return self._shape

    @property
    def bounds(self) -> Any:
        """`(types, lows, highs, groups)` by position for a static space without custom points.

        `groups` lists `(first position, plan)` of the multi-choices whose indices constrain each
        other.
        """
        if self._bounds is None:
            types: list[type] = []
            lows: list[Any] = []
            highs: list[Any] = []
            groups: list[tuple[int, ChoicesPlan]] = []
            for point in self.points:
                if type(point) is ChoicesPlan:
                    if point.k > 1 and (point.distinct or point.sorted):
                        groups.append((len(types), point))
                    types += [int] * point.k
                    lows += [0] * point.k
                    highs += [point.n - 1] * point.k
                elif type(point) is FloatPlan:
                    types.append(float)
                    lows.append(point.low)
                    highs.append(point.high)
            self._bounds = (types, lows, highs, groups)
        return self._bounds


def bottom_up(space: SpacePlan) -> list[SpacePlan]:
    """All plans of a space, sub-spaces before what encloses them: spares recursion."""
    plans, stack = [], [space]
    while stack:
        plan = stack.pop()
        plans.append(plan)
        if not plan.static:
            for point in plan.points:
                if type(point) is ChoicesPlan and point.subs is not None:
                    stack.extend(sub for sub in point.subs if sub is not None)
    plans.reverse()
    return plans


def _tasks(space: SpacePlan) -> Iterator[tuple[PointPlan, int, list[int]]]:
    """Every single decision of a space: `(point, position among its choices, indices so far)`."""
    for point in space.points:
        chosen: list[int] = []
        if type(point) is ChoicesPlan:
            for i in range(point.k):
                yield point, i, chosen
        else:
            yield point, 0, chosen


def check(space: SpacePlan, flat: Any) -> None:
    """Checks flat values against a whole space.

    Raises:
        Misfit: a value is missing, surplus, of the wrong type, out of range, or breaks the order or
            the distinctness of a multi-choice.
    """
    if space.static and not space.has_custom:
        types, lows, highs, groups = space.bounds
        # The loops run in C. Whatever they do not accept (bools, NaN, bad values) is left to the
        # scan.
        if (
            list(map(type, flat)) == types
            and all(map(le, lows, flat))
            and all(map(ge, highs, flat))
        ):
            for start, point in groups:
                chosen = flat[start : start + point.k]
                if point.distinct and len(set(chosen)) != point.k:
                    break
                if point.sorted and any(map(int.__gt__, chosen, chosen[1:])):
                    break
            else:
                return
    end = scan(space, flat, 0)
    if end != len(flat):
        raise Misfit(end, f'There are {len(flat)} values, but only {end} decisions to make.')


def scan(space: SpacePlan, flat: Any, position: int = 0) -> int:
    """Checks the flat values from `position` on against `space`; returns where they end."""
    end = len(flat)
    stack = [_tasks(space)]
    while stack:
        for point, i, chosen in stack[-1]:
            if position >= end:
                raise Misfit(position, f'The value is missing: there are only {end} values.')
            value = flat[position]
            if type(point) is ChoicesPlan:
                if not isinstance(value, int):
                    raise Misfit(
                        position,
                        f'A choice must be an int (the index of a candidate), but it is {value!r}.',
                    )
                if not 0 <= value < point.n:
                    raise Misfit(
                        position,
                        f'Choice {value!r} is out of range: it must be from 0 to {point.n - 1}.',
                    )
                if i:
                    if point.distinct and value in chosen:
                        raise Misfit(
                            position,
                            f'Choice {value!r} is repeated, but the choices must be distinct.',
                        )
                    if point.sorted and value < chosen[-1]:
                        raise Misfit(
                            position,
                            f'Choice {value!r} comes after {chosen[-1]!r}, but the choices must be '
                            'sorted.',
                        )
                chosen.append(value)
                position += 1
                sub = None if point.subs is None else point.subs[value]
                if sub is not None:
                    stack.append(_tasks(sub))
                    break
            elif type(point) is FloatPlan:
                if not isinstance(value, float):
                    raise Misfit(position, f'The value must be a float, but it is {value!r}.')
                if not point.low <= value <= point.high:
                    raise Misfit(
                        position,
                        f'Value {value!r} is out of range: expected {point.low} to {point.high}.',
                    )
                position += 1
            else:
                # A custom value with a sub-tree of its own is kept as the whole node.
                if not isinstance(getattr(value, 'value', value), str):
                    raise Misfit(position, f'The value must be a string, but it is {value!r}.')
                position += 1
        else:
            stack.pop()
    return position


def end_of(point: PointPlan, flat: Any, start: int) -> int:
    """Where the values of a point that begin at `start` end; the values must fit."""
    if type(point) is not ChoicesPlan:
        return start + 1
    if point.subs is None:
        return start + point.k
    for _ in range(point.k):
        sub = point.subs[flat[start]]
        start = start + 1 if sub is None else scan(sub, flat, start + 1)
    return start


def starts_of(space: SpacePlan, flat: Any, start: int = 0) -> list[int]:
    """Where the values of each point of a space begin, and at the end where the last one ends."""
    starts = [start]
    for point in space.points:
        start = end_of(point, flat, start)
        starts.append(start)
    return starts


def value_to_unit(value: float, low: float, high: float, scale: str | None) -> float:
    """Maps a value of a range to [0, 1] on the range's scale.

    'log' is ln(x / min) / ln(max / min), 'rlog' is 1 - ln((max + min - x) / min) / ln(max / min),
    so that values close to the maximum are spread out. A range of one point maps to 0.
    """
    if low == high:
        return 0.0
    if scale == 'log':
        unit = math.log(value / low) / math.log(high / low)
    elif scale == 'rlog':
        unit = 1.0 - math.log((high + low - value) / low) / math.log(high / low)
    else:
        unit = (value - low) / (high - low)
    return min(1.0, max(0.0, unit))


def unit_to_value(unit: float, low: float, high: float, scale: str | None) -> float:
    """The inverse of `value_to_unit`, clipped to the range."""
    if scale == 'log':
        value = low * math.pow(high / low, unit)
    elif scale == 'rlog':
        value = high + low - low * math.pow(high / low, 1.0 - unit)
    else:
        value = low + (high - low) * unit
    return min(high, max(low, value))


def log_int(unit: float, low: int, high: int) -> int:
    """Maps a number of [0, 1] to an integer of a range on the logarithmic scale.

    Each integer owns what lies within half a unit of it.
    """
    bottom = low - 0.5
    value = round(bottom * math.pow((high + 0.5) / bottom, unit))
    return min(high, max(low, value))
