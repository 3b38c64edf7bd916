"""Which values of a tree differ from their defaults."""

from __future__ import annotations

from typing import Any

from mutandis.base import LEAF_TYPES, MissingValue
from mutandis.symbolic.comparison import eq
from mutandis.symbolic.topology import Node


def nondefault_of(node: Any) -> dict[Any, Any]:
    """Returns nested {key: value or dict} of what differs from the defaults of the fields.

    In an untyped Dict or List every leaf counts. Where a value and its default are nodes of one
    class, only what differs between the two is reported.
    """
    result: dict[Any, Any] = {}
    for key, value in node._sym_pairs():
        if isinstance(value, MissingValue):
            continue
        field = node.sym_attr_field(key)
        if field is None:
            below = _all_leaves(value)
            if below is not None:
                result[key] = below
            continue
        default = field.default_value
        if not isinstance(default, MissingValue) and eq(value, default):
            continue
        difference = _difference(value, default)
        if difference is not None:
            result[key] = difference
    return result


def _all_leaves(value: Any) -> Any:
    if value.__class__ in LEAF_TYPES or not isinstance(value, Node):
        return value
    nested = nondefault_of(value)
    return nested or None


def _difference(value: Any, default: Any) -> Any:
    """Returns what of `value` differs from `default`, None when nothing does."""
    if value.__class__ in LEAF_TYPES or not isinstance(value, Node):
        return value
    if isinstance(value, list):
        return value
    same_kind = type(value) is type(default) or (
        isinstance(value, dict) and isinstance(default, dict)
    )
    if not same_kind:
        return nondefault_of(value) or value if isinstance(value, dict) else value
    defaults = dict(default._sym_pairs()) if isinstance(default, Node) else dict(default)
    result: dict[Any, Any] = {}
    for key, child in value._sym_pairs():
        if isinstance(child, MissingValue):
            continue
        if key in defaults:
            if eq(child, defaults[key]):
                continue
            below = _difference(child, defaults[key])
        else:
            below = child
        if below is not None:
            result[key] = below
    return result or None
