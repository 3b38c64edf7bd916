"""The compact form of a DNA: a nested structure of numbers, strings, lists and tuples.

A *code* stands for a DNA without its spec:

* `None`, a number or a string is a leaf with that value;
* a list is a node without a value, one child per item;
* a tuple `(v, x)` is a node with value `v`: one child per item of `x` if that is a list, else the
one
  child `x`; `(v, a, b, ...)` is short for `(v, (a, b, ...))`.

`parse` accepts all of that and returns the code in *normal form*, in which equal DNAs have equal
codes:
a node without value and with one child is that child; the only child of a node has a value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import repeat
from typing import Any

from mutandis.hyper.geno.plan import (
    ChoicesPlan,
    FloatPlan,
    Misfit,
    PointPlan,
    SpacePlan,
    check,
    scan,
)

__all__ = [
    'align',
    'bind',
    'copy',
    'flatten',
    'join',
    'less',
    'of_flat',
    'parse',
    'same',
    'split',
    'text',
]

_PLAIN = frozenset({int, float, str})


def parse(value: Any) -> Any:
    """Turns a user's compositional value into a code in normal form.

    Raises:
        TypeError: a value of an unsupported type.
        ValueError: a malformed structure.
    """
    cls = type(value)
    if cls in _PLAIN or value is None:
        return value
    if cls is list and len(value) > 1 and _PLAIN.issuperset(map(type, value)):
        return list(value)
    # What is open: the heads of a tuple, the items to be read, and the codes of those before.
    frames: list[tuple[tuple[Any, ...], Iterator[Any], list[Any]]] = []
    code, heads, items = _opened(value)
    while True:
        if items is not None:
            frames.append((heads, iter(items), []))
        elif frames:
            frames[-1][2].append(code)
        else:
            return code
        heads, rest, codes = frames[-1]
        for item in rest:
            code, heads, items = _opened(item)
            break
        else:
            frames.pop()
            code, items = _headed(heads, codes, value), None


def _opened(value: Any) -> tuple[Any, tuple[Any, ...], list[Any] | None]:
    """The code of a value, or else the heads and the items of which it is to be made."""
    if isinstance(value, list):
        return None, (), value
    if not isinstance(value, tuple):
        return None if value is None else _leaf(value), (), None
    if len(value) < 2:
        raise ValueError(
            'A tuple stands for a chain of conditional choices and needs at least 2 items, but '
            f'it is {value!r}. Write a single choice as a plain int.'
        )
    last = value[-1]
    if isinstance(last, list):
        return None, value[:-1], last
    if last is None or isinstance(last, tuple):
        raise ValueError(
            'The last item of a tuple must be a number, a string or a list, but it is '
            f'{last!r} in {value!r}. Write chains of choices as one tuple: (0, 1, 2).'
        )
    return _headed(value[:-1], [_leaf(last)], value), (), None


def _headed(heads: tuple[Any, ...], children: list[Any], value: Any) -> Any:
    """The code of a chain of choices with some children at its end."""
    code = join(None, children)
    for head in reversed(heads):
        if not isinstance(head, (int, float)):
            raise ValueError(
                'All items of a tuple but the last must be numbers (indices of conditional '
                f'choices), but one is {head!r} in {value!r}.'
            )
        code = join(head, [code])
    return code


def _leaf(value: Any) -> Any:
    if isinstance(value, (int, float, str)):
        return value
    raise TypeError(
        'The value of a DNA must be None, an int, a float, a string, or a list or tuple of these, '
        f'but it is {value!r} of type {type(value).__name__}.'
    )


def join(value: Any, children: list[Any]) -> Any:
    """The code in normal form of a node with a value and codes of its children."""
    if len(children) == 1:
        only = children[0]
        if only is None:
            children = []
        elif isinstance(only, list):
            children = only
    if not children:
        return value
    if value is None:
        return children[0] if len(children) == 1 else children
    if len(children) > 1:
        return (value, children)
    only = children[0]
    return (value, *only) if isinstance(only, tuple) else (value, only)


def split(code: Any) -> tuple[Any, list[Any]]:
    """The value of the topmost node, and the codes of its children."""
    if isinstance(code, list):
        return None, code
    if isinstance(code, tuple):
        if len(code) > 2:
            return code[0], [code[1:]]
        last = code[1]
        return code[0], last if isinstance(last, list) else [last]
    return code, []


def copy(code: Any) -> Any:
    """A copy that shares no list with the code."""
    if isinstance(code, list):
        if _PLAIN.issuperset(map(type, code)):
            return list(code)
    elif not (isinstance(code, tuple) and isinstance(code[-1], list)):
        return code
    root = [code]
    stack = [root]
    while stack:
        items = stack.pop()
        for i, item in enumerate(items):
            if type(item) is list:
                items[i] = below = list(item)
                stack.append(below)
            elif type(item) is tuple and type(item[-1]) is list:
                below = list(item[-1])
                items[i] = (*item[:-1], below)
                stack.append(below)
    return root[0]


def same(left: Any, right: Any) -> bool:
    """Whether two codes are equal."""
    try:
        return bool(left == right)
    except RecursionError:  # Nested more deeply than the interpreter compares.
        stack = [(left, right)]
        while stack:
            a, b = stack.pop()
            if type(a) in (list, tuple) and type(a) is type(b):
                if len(a) != len(b):
                    return False
                stack.extend(zip(a, b, strict=True))
            elif a != b:
                return False
        return True


def text(code: Any) -> str:
    """The code as Python writes it, on one line."""
    try:
        return repr(code)
    except RecursionError:  # Nested more deeply than the interpreter writes.
        parts: list[str] = []
        # What is to be written, the next last: whether it is text already, and the text or code.
        stack: list[tuple[bool, Any]] = [(False, code)]
        while stack:
            is_text, item = stack.pop()
            if is_text:
                parts.append(item)
            elif not isinstance(item, (list, tuple)):
                parts.append(repr(item))
            else:
                start, end = '[]' if isinstance(item, list) else '()'
                stack.append((True, end))
                for i in range(len(item) - 1, -1, -1):
                    stack.append((False, item[i]))
                    if i:
                        stack.append((True, ', '))
                stack.append((True, start))
        return ''.join(parts)


def flatten(code: Any) -> tuple[Any, ...]:
    """All values of a code, depth first."""
    if isinstance(code, list) and _PLAIN.issuperset(map(type, code)):
        return tuple(code)
    out: list[Any] = []
    stack = [code]
    while stack:
        item = stack.pop()
        if isinstance(item, (list, tuple)):
            stack.extend(reversed(item))
        elif item is not None:
            out.append(item)
    return tuple(out)


def less(left: Any, right: Any) -> bool:
    """Whether one code comes before another: depth first, None < numbers < strings.

    Raises:
        ValueError: nodes that tie have different numbers of children.
    """
    stack = [(left, right)]
    while stack:
        a, b = stack.pop()
        a_value, a_children = split(a)
        b_value, b_children = split(b)
        if a_value != b_value:
            a_rank, b_rank = _rank(a_value), _rank(b_value)
            return bool(a_value < b_value) if a_rank == b_rank else a_rank < b_rank
        if len(a_children) != len(b_children):
            raise ValueError(
                f'The DNAs have no order: below the value {a_value!r}, which both have, one has '
                f'{len(a_children)} children and the other {len(b_children)}. DNAs of one space '
                f'have an order.'
            )
        stack.extend(reversed(list(zip(a_children, b_children, strict=False))))
    return False


def _rank(value: Any) -> int:
    return 0 if value is None else 2 if isinstance(value, str) else 1


def of_flat(space: SpacePlan, flat: tuple[Any, ...]) -> Any:
    """The code of flat values that fit a space."""
    points = space.points
    if space.static and not space.has_custom and len(points) == len(flat):
        # Only single decisions.
        return list(flat) if len(flat) > 1 else flat[0] if flat else None
    position = 0
    # What is open: how it ends (the index of a choice, or None), the points left, and the codes of
    # those before.
    frames: list[tuple[Any, Iterator[tuple[PointPlan, bool]], list[Any]]] = [
        (None, _points_of(space), [])
    ]
    while True:
        head, points_left, codes = frames[-1]
        for point, is_single in points_left:
            if type(point) is not ChoicesPlan:
                value = flat[position]
                position += 1
                codes.append(getattr(value, '_sym_code', value))
            elif is_single:
                index = flat[position]
                position += 1
                sub = None if point.subs is None else point.subs[index]
                if sub is not None:
                    frames.append((index, _points_of(sub), []))
                    break
                codes.append(index)
            elif point.subs is None:
                codes.append(list(flat[position : position + point.k]))
                position += point.k
            else:
                frames.append((None, repeat((point, True), point.k), []))
                break
        else:
            frames.pop()
            code = join(None, codes)
            if head is not None:
                code = join(head, [code])
            if not frames:
                return code
            frames[-1][2].append(code)


def _points_of(space: SpacePlan) -> Iterator[tuple[PointPlan, bool]]:
    """The points of a space, and whether each is a single decision."""
    for point in space.points:
        yield point, type(point) is not ChoicesPlan or point.k == 1


def bind(space: SpacePlan, code: Any, make_node: Callable[[Any], Any]) -> tuple[Any, ...]:
    """Reads a code as a DNA of a space.

    Args:
        space: the plan of the space.
        code: a code in normal form.
        make_node: makes the entry of a custom value with a sub-tree of its own.

    Returns:
        The flat values. They are checked.

    Raises:
        Misfit: the code does not fit. `position` is that of the decision concerned.
    """
    if (
        space.static
        and type(code) is list
        and len(code) == space.width == len(space.points)
        and not space.has_custom
    ):
        # Only single decisions, several of them.
        flat = tuple(code)
        check(space, flat)
        return flat
    flat = align(space, code, make_node)
    scan(space, flat, 0)
    return flat


def align(space: SpacePlan, code: Any, make_node: Callable[[Any], Any]) -> tuple[Any, ...]:
    """Reads a code as a DNA of a space, as `bind` does, without checking the values.

    Raises:
        Misfit: the structure of the code is another than that of the space.
    """
    out: list[Any] = []
    stack = [iter(_of_space(space, code, out))]
    while stack:
        for point, part, is_single in stack[-1]:
            below = _of_point(point, part, is_single, out, make_node)
            if below:
                stack.append(iter(below))
                break
        else:
            stack.pop()
    return tuple(out)


# A decision point, the code at its place, and whether that is for one choice of the point.
_Part = tuple[PointPlan, Any, bool]


def _of_space(space: SpacePlan, code: Any, out: list[Any]) -> list[_Part]:
    """Distributes the code of a space among its points."""
    points = space.points
    if len(points) == 1:
        return [(points[0], code, False)]
    value, children = split(code)
    if value is not None:
        raise Misfit(
            len(out),
            f'There must be a DNA without a value for a space of {len(points)} decisions, but the '
            f'value is {value!r}.',
        )
    _check_count(len(points), children, out)
    return [(point, child, False) for point, child in zip(points, children, strict=False)]


def _check_count(expected: int, children: list[Any], out: list[Any]) -> None:
    if expected != len(children):
        raise Misfit(
            len(out), f'There must be {expected} child DNAs, but there are {len(children)}.'
        )


def _of_point(
    point: PointPlan,
    code: Any,
    is_single: bool,
    out: list[Any],
    make_node: Callable[[Any], Any],
) -> list[_Part] | None:
    """Appends the value of a point, and returns what lies below it."""
    value, children = split(code)
    if type(point) is FloatPlan:
        if children:
            raise Misfit(len(out), f'The DNA of a float has no children, but it is {code!r}.')
        out.append(value)
        return None
    if type(point) is not ChoicesPlan:
        out.append(make_node(code) if children and isinstance(value, str) else value)
        return None
    if point.k > 1 and not is_single:
        if value is not None:
            raise Misfit(
                len(out),
                f'There must be a DNA without a value for {point.k} choices, but the value is '
                f'{value!r}.',
            )
        _check_count(point.k, children, out)
        return [(point, child, True) for child in children]
    fits = isinstance(value, int) and 0 <= value < point.n
    if not fits and (point.subs is not None or children):
        # What lies below it cannot be told.
        raise Misfit(
            len(out),
            f'A choice must be an int from 0 to {point.n - 1} (the index of a candidate), but it '
            f'is {value!r}.',
        )
    sub = point.sub(value) if fits else None
    if sub is None and children:
        raise Misfit(
            len(out),
            f'Candidate {value} is constant, but there are {len(children)} child DNAs below it.',
        )
    out.append(value)
    return None if sub is None else _of_space(sub, join(None, children), out)
