"""Which values of a tree differ from their defaults."""

from __future__ import annotations

from typing import Any, NamedTuple

from mutandis.base import LEAF_TYPES, MissingValue
from mutandis.symbolic.base import Symbolic
from mutandis.symbolic.comparison import eq
from mutandis.symbolic.topology import Node

_NOTHING = object()


class _Part(NamedTuple):
    """A node of which some values are reported, and the dict to report them in."""

    node: Any
    defaults: dict[Any, Any] | None  # Those of another node of its class; None: of its fields.
    into: dict[Any, Any]


class _Nested(NamedTuple):
    """A dict of reports in another, which is left out there if it stays empty."""

    into: dict[Any, Any]
    key: Any


def nondefault_of(root: Any) -> dict[Any, Any]:
    """Returns nested {key: value or dict} of what differs from the defaults of the fields.

    In an untyped Dict and in a List every leaf counts. Where a value and its default are nodes of
    one class, only what differs between the two is reported: nothing (`{}`) if that is what the
    default has more.
    """
    result: dict[Any, Any] = {}
    parts = [_Part(root, None, result)]
    nested: list[_Nested] = []

    def report(into: dict[Any, Any], key: Any, value: Any, defaults: Any) -> None:
        if defaults is None and type(value)._sym_nondefault is not Symbolic._sym_nondefault:
            into[key] = value.sym_nondefault(flatten=False)
            return
        into[key] = {}
        if defaults is None:  # Else the two do differ.
            nested.append(_Nested(into, key))
        parts.append(_Part(value, defaults, into[key]))

    while parts:
        node, defaults, into = parts.pop()
        for key, value in node._sym_pairs():
            if isinstance(value, MissingValue):
                continue
            is_leaf = value.__class__ in LEAF_TYPES or not isinstance(value, Node)
            if defaults is None:
                field = None if isinstance(node, list) else node.sym_attr_field(key)
                if field is None:
                    if is_leaf:
                        into[key] = value
                    else:
                        report(into, key, value, None)
                    continue
                default = field.default_value
            else:
                default = defaults.get(key, _NOTHING)
            given = default is not _NOTHING and not isinstance(default, MissingValue)
            if given and eq(value, default):
                continue
            if is_leaf or isinstance(value, list) or default is _NOTHING:
                into[key] = value
            elif type(value) is type(default) or (
                isinstance(value, dict) and isinstance(default, dict)
            ):
                report(into, key, value, _items_of(default))
            else:
                into[key] = value
    for into, key in reversed(nested):
        if not into[key]:
            del into[key]
    return result


def _items_of(value: Any) -> dict[Any, Any]:
    return dict(value._sym_pairs()) if isinstance(value, Node) else dict(value)
