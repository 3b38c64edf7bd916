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

from collections.abc import Callable
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

__all__ = ['align', 'bind', 'copy', 'flatten', 'join', 'less', 'of_flat', 'parse', 'split']

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
    if isinstance(value, list):
        return join(None, [parse(item) for item in value])
    if isinstance(value, tuple):
        if len(value) < 2:
            raise ValueError(
                'A tuple stands for a chain of conditional choices and needs at least 2 items, but '
                f'it is {value!r}. Write a single choice as a plain int.'
            )
        last = value[-1]
        if isinstance(last, list):
            children = [parse(item) for item in last]
        elif last is None or isinstance(last, tuple):
            raise ValueError(
                'The last item of a tuple must be a number, a string or a list, but it is '
                f'{last!r} in {value!r}. Write chains of choices as one tuple: (0, 1, 2).'
            )
        else:
            children = [_leaf(last)]
        for head in reversed(value[:-1]):
            if not isinstance(head, (int, float)):
                raise ValueError(
                    'All items of a tuple but the last must be numbers (indices of conditional '
                    f'choices), but one is {head!r} in {value!r}.'
                )
            children = [join(head, children)]
        return children[0]
    return _leaf(value)


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
        return [copy(item) if type(item) not in _PLAIN else item for item in code]
    if isinstance(code, tuple) and isinstance(code[-1], list):
        return (*code[:-1], copy(code[-1]))
    return code


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
    code, _ = _of_space(space, flat, 0)
    return code


def _of_space(space: SpacePlan, flat: tuple[Any, ...], position: int) -> tuple[Any, int]:
    codes = []
    for point in space.points:
        code, position = _of_point(point, flat, position)
        codes.append(code)
    return join(None, codes), position


def _of_point(point: PointPlan, flat: tuple[Any, ...], position: int) -> tuple[Any, int]:
    if type(point) is not ChoicesPlan:
        value = flat[position]
        return getattr(value, '_sym_code', value), position + 1
    codes = []
    for _ in range(point.k):
        index = flat[position]
        position += 1
        sub = None if point.subs is None else point.subs[index]
        if sub is None:
            codes.append(index)
        else:
            code, position = _of_space(sub, flat, position)
            codes.append(join(index, [code]))
    return join(None, codes), position


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
    _bind_space(space, code, out, make_node)
    return tuple(out)


def _bind_space(
    space: SpacePlan, code: Any, out: list[Any], make_node: Callable[[Any], Any]
) -> None:
    points = space.points
    if len(points) == 1:
        _bind_point(points[0], code, out, make_node)
        return
    value, children = split(code)
    if value is not None:
        raise Misfit(
            len(out),
            f'There must be a DNA without a value for a space of {len(points)} decisions, but the '
            f'value is {value!r}.',
        )
    _check_count(len(points), children, out)
    for point, child in zip(points, children, strict=False):
        _bind_point(point, child, out, make_node)


def _check_count(expected: int, children: list[Any], out: list[Any]) -> None:
    if expected != len(children):
        raise Misfit(
            len(out), f'There must be {expected} child DNAs, but there are {len(children)}.'
        )


def _bind_point(
    point: PointPlan, code: Any, out: list[Any], make_node: Callable[[Any], Any]
) -> None:
    value, children = split(code)
    if type(point) is FloatPlan:
        if children:
            raise Misfit(len(out), f'The DNA of a float has no children, but it is {code!r}.')
        out.append(value)
    elif type(point) is not ChoicesPlan:
        out.append(make_node(code) if children and isinstance(value, str) else value)
    elif point.k == 1:
        _bind_choice(point, value, children, out, make_node)
    else:
        if value is not None:
            raise Misfit(
                len(out),
                f'There must be a DNA without a value for {point.k} choices, but the value is '
                f'{value!r}.',
            )
        _check_count(point.k, children, out)
        for child in children:
            _bind_choice(point, *split(child), out, make_node)


def _bind_choice(
    point: ChoicesPlan,
    value: Any,
    children: list[Any],
    out: list[Any],
    make_node: Callable[[Any], Any],
) -> None:
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
    if sub is not None:
        _bind_space(sub, join(None, children), out, make_node)
