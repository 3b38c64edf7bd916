"""Whether a tree is ready to use: what is missing in it, and which placeholders it holds.

The sticky bits of the nodes (see `topology`) prove absence, so concrete trees are not walked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mutandis.base import LEAF_TYPES, MissingValue
from mutandis.symbolic.pure_symbolic import NonDeterministic, PureSymbolic
from mutandis.symbolic.topology import MAYBE_PARTIAL, MAYBE_PURE, Node


def missing_of(root: Any, overrides: Callable[[Any], bool]) -> dict[Any, Any]:
    """Returns nested {key: typed missing value or dict} of what is missing below a node.

    Args:
        root: A node.
        overrides: Whether a node answers this question by a method of its own.
    """
    result: dict[Any, Any] = {}
    inner: list[tuple[dict[Any, Any], Any]] = []
    stack: list[tuple[Any, dict[Any, Any]]] = [(root, result)]
    while stack:
        node, into = stack.pop()
        for key, value in node._sym_pairs():
            if value.__class__ in LEAF_TYPES:
                continue
            if isinstance(value, MissingValue):
                field = node.sym_attr_field(key)
                if field is not None and field.value.has_default:
                    value = field.default_value
                into[key] = value
            elif isinstance(value, Node):
                child: Any = value
                if child._sym_inferential:
                    continue
                if overrides(child):
                    into[key] = child.sym_missing(flatten=False)
                    inner.append((into, key))
                elif child._sym_flags & MAYBE_PARTIAL:
                    into[key] = {}
                    inner.append((into, key))
                    stack.append((child, into[key]))
    for into, key in reversed(inner):
        if not into[key]:
            del into[key]
    return result


def contains_kind(root: Any, kind: type) -> bool:
    """Whether a value of a class is below a node (the node itself not counted)."""
    return any(_any_below(v, lambda x: isinstance(x, kind)) for _, v in root._sym_pairs())


def is_deterministic(x: Any) -> bool:
    """Whether there is no placeholder in `x`, a node or a plain container of nodes."""
    return not _any_below(x, lambda v: isinstance(v, NonDeterministic))


def is_pure_symbolic(x: Any) -> bool:
    """Whether there is a pure symbolic value in `x`, a node or a plain container of nodes."""
    return _any_below(x, lambda v: isinstance(v, PureSymbolic))


def is_abstract(x: Any) -> bool:
    """Whether `x` is partial or pure symbolic."""
    from mutandis.base import is_partial

    return is_pure_symbolic(x) or is_partial(x)


def _any_below(x: Any, predicate: Callable[[Any], bool]) -> bool:
    stack = [x]
    while stack:
        value = stack.pop()
        if value.__class__ in LEAF_TYPES:
            continue
        if predicate(value):
            return True
        if isinstance(value, Node):
            node: Any = value
            if node._sym_flags & MAYBE_PURE:
                stack.extend(v for _, v in node._sym_pairs())
        elif isinstance(value, dict):
            stack.extend(value.values())
        elif isinstance(value, (list, tuple)):
            stack.extend(value)
    return False
