"""Random DNAs, as flat values.

The order in which random numbers are consumed is part of the contract, since users fix seeds: the
elements of a space in order; all indices of a multi-choice first, then the spaces of the chosen
candidates. A space is turned once into a list of *steps*, and `draw` runs them with an explicit
stack. With a plain `random.Random` one choice costs one or two calls of `getrandbits`: what
`Random.sample(range(n), 1)` and `Random.randint(0, n - 1)` do inside, without what surrounds it.

The law is the *hierarchical prior*: each choice is uniform over its candidates, whatever the size
of their sub-spaces; sorted choices with repetition are sorted independent draws.
"""

from __future__ import annotations

import functools
import math
import random as random_lib
from collections.abc import Callable, Iterator
from typing import Any

from mutandis.hyper.geno.plan import ChoicesPlan, FloatPlan, SpacePlan, log_int, scan, unit_to_value

__all__ = ['draw', 'index_below', 'sample']

# What a step does is coded in the second item of `(a, code, b)`. A positive code is the number of
# random bits of a single constant choice among `a` candidates.
_UNIFORM = 0  # a: lowest value, b: width of the range
_SCALED = -1  # b: FloatPlan
_CHOICES = -2  # b: ChoicesPlan
_CUSTOM = -3  # b: CustomPlan
_EMIT = -4  # a: a value that has been drawn before


def _steps(space: SpacePlan) -> list[tuple[Any, int, Any]]:
    steps: list[tuple[Any, int, Any]] = []
    for point in space.points:
        if type(point) is ChoicesPlan:
            if point.k == 1 and point.subs is None and point.log_range is None:
                steps.append((point.n, point.n.bit_length(), None))
            else:
                steps.append((0, _CHOICES, point))
        elif type(point) is FloatPlan:
            if point.scale in (None, 'linear'):
                steps.append((point.low, _UNIFORM, point.high - point.low))
            else:
                steps.append((0, _SCALED, point))
        else:
            steps.append((0, _CUSTOM, point))
    return steps


def _steps_of(space: SpacePlan) -> list[tuple[Any, int, Any]]:
    steps = space.steps
    if steps is None:
        steps = space.steps = _steps(space)
    return steps


def _draw_indices(point: ChoicesPlan, rng: Any) -> list[int]:
    """All indices of one decision point."""
    k, n = point.k, point.n
    if point.log_range is not None:
        low, high = point.log_range
        return [log_int(rng.random(), low, high) - low]
    indices: list[int]
    if point.distinct:
        indices = rng.sample(range(n), k)
    else:
        indices = [rng.randint(0, n - 1) for _ in range(k)]
    if point.sorted:
        indices.sort()
    return indices


def draw(
    space: SpacePlan,
    rng: Any = None,
    previous: tuple[Any, ...] | None = None,
    custom: Callable[[Any, Any, Any], Any] | None = None,
) -> list[Any]:
    """Draws the flat values of a random DNA.

    Args:
        space: the plan to draw from.
        rng: a `random.Random`, or anything with its `random`, `uniform`, `sample` and `randint`;
            `None` means the global generator of the module `random`.
        previous: flat values that were proposed before, for stateful custom points.
        custom: makes the value of a custom point: `custom(plan, rng, previous value or None)`.

    Returns:
        The values of all active decisions.
    """
    if rng is None or rng is random_lib:
        rng = random_lib.random.__self__  # type: ignore[attr-defined]
    out: list[Any] = []
    if space.has_custom or type(rng) is not random_lib.Random:
        walks = [_draw_general(space, rng, previous, 0, custom, out)]
        while walks:
            below = next(walks[-1], None)
            if below is None:
                walks.pop()
            else:
                walks.append(_draw_general(below[0], rng, below[1], below[2], custom, out))
        return out
    getrandbits, uniform = rng.getrandbits, rng.random
    push = out.append
    stack: list[Any] = []
    steps = iter(_steps_of(space))
    while True:
        for a, code, b in steps:
            if code > 0:
                index = getrandbits(code)
                while index >= a:
                    index = getrandbits(code)
                push(index)
            elif code == _UNIFORM:
                push(a + b * uniform())
            elif code == _CHOICES:
                following = _chosen_steps(b, rng, push)
                if following is not None:
                    stack.append(steps)
                    steps = iter(following)
                    break
            elif code == _SCALED:
                push(unit_to_value(uniform(), b.low, b.high, b.scale))
            else:
                push(a)
        else:
            if not stack:
                return out
            steps = stack.pop()


def _chosen_steps(
    point: ChoicesPlan, rng: Any, push: Callable[[Any], None]
) -> list[tuple[Any, int, Any]] | None:
    """Draws the indices of a point; returns the steps of what they lead to, if anything."""
    indices = _draw_indices(point, rng)
    subs = point.subs
    if subs is None:
        for index in indices:
            push(index)
        return None
    if len(indices) == 1:
        index = indices[0]
        push(index)
        sub = subs[index]
        return None if sub is None else _steps_of(sub)
    steps: list[tuple[Any, int, Any]] = []
    for index in indices:
        steps.append((index, _EMIT, None))
        sub = subs[index]
        if sub is not None:
            steps += _steps_of(sub)
    return steps


def _draw_general(
    space: SpacePlan,
    rng: Any,
    previous: tuple[Any, ...] | None,
    position: int,
    custom: Callable[[Any, Any, Any], Any] | None,
    out: list[Any],
) -> Iterator[tuple[SpacePlan, tuple[Any, ...] | None, int]]:
    """Draws by the public methods of any generator, keeping pace with the previous values.

    `position` is where this space starts in `previous`. A candidate's space sees the previous
    values only if the same candidate was chosen at the same place before. Yields the spaces to be
    drawn from before it goes on: space, previous values, position.
    """
    for point in space.points:
        if type(point) is ChoicesPlan:
            indices = _draw_indices(point, rng)
            for index in indices:
                out.append(index)
                sub = point.sub(index)
                before = None
                if previous is not None:
                    before = previous[position]
                    position += 1
                if sub is not None:
                    same = previous if before == index else None
                    yield sub, same, position
                if previous is not None:
                    passed = point.sub(before)
                    if passed is not None:
                        position = scan(passed, previous, position)
        else:
            before = None if previous is None else previous[position]
            if previous is not None:
                position += 1
            if type(point) is FloatPlan:
                if point.scale in (None, 'linear'):
                    out.append(rng.uniform(point.low, point.high))
                else:
                    out.append(unit_to_value(rng.random(), point.low, point.high, point.scale))
            else:
                assert custom is not None
                out.append(custom(point, rng, before))


def index_below(rng: Any, n: int) -> int:
    """What `rng.choice(range(n))` gives, from the same random numbers.

    Args:
        rng: a `random.Random`, the module `random`, or anything with a method `choice`.
        n: number of indices, at least 1.
    """
    if rng is random_lib:
        rng = random_lib.random.__self__  # type: ignore[attr-defined]
    if type(rng) is not random_lib.Random:
        chosen: int = rng.choice(range(n))
        return chosen
    bits = n.bit_length()
    index: int = rng.getrandbits(bits)
    while index >= n:
        index = rng.getrandbits(bits)
    return index


@functools.lru_cache
def _longest_copied(k: int) -> int:
    """How long a sequence is at most that `Random.sample` copies to draw k items.

    From a longer one it draws otherwise.
    """
    return 21 if k <= 5 else 21 + 4 ** math.ceil(math.log(k * 3, 4))


def sample(rng: Any, items: Any, k: int) -> list[Any]:
    """What `rng.sample(items, k)` gives, from the same random numbers, but sooner.

    Args:
        rng: a `random.Random`, the module `random`, or anything with a method `sample`.
        items: a sequence.
        k: number of items to draw.
    """
    if rng is random_lib:
        rng = random_lib.random.__self__  # type: ignore[attr-defined]
    n = len(items)
    if type(rng) is not random_lib.Random or not 0 <= k <= n <= _longest_copied(k):
        drawn: list[Any] = rng.sample(items, k)
        return drawn
    getrandbits = rng.getrandbits
    pool = list(items)
    result = []
    bits = n.bit_length()
    fewer = (1 << bits - 1) - 1 if n else 0
    for last in range(n - 1, n - 1 - k, -1):
        if last < fewer:
            bits -= 1
            fewer >>= 1
        j = getrandbits(bits)
        while j > last:
            j = getrandbits(bits)
        result.append(pool[j])
        pool[j] = pool[last]
    return result
