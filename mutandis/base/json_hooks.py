"""Where the symbolic floor plugs its behaviour into the JSON conversion."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def parts_of_container(value: Any) -> list[tuple[Any, Any]]:
    """Returns the keys and values in a dict, list or tuple; nothing for other values."""
    if isinstance(value, dict):
        return list(value.items())
    if isinstance(value, (list, tuple)):
        return list(enumerate(value))
    return []


class Hooks:
    """What the symbolic floor plugs in (see `set_symbolic_hooks`)."""

    __slots__ = (
        'node_type',
        'write_tree',
        'make_dict',
        'make_list',
        'construct',
        'unknown',
        'parts',
    )

    def __init__(self) -> None:
        self.node_type: type | None = None
        self.write_tree: Any = None
        self.make_dict: Callable[[dict[Any, Any], bool], Any] = lambda items, partial: items
        self.make_list: Callable[[list[Any], bool], Any] = lambda items, partial: items
        self.construct: Any = None
        self.unknown: Any = None
        self.parts: Callable[[Any], list[tuple[Any, Any]]] = parts_of_container


hooks = Hooks()


def set_symbolic_hooks(**kwargs: Any) -> None:
    """Plugs symbolic behaviour in.

    Keywords:
        node_type: the base class of symbolic nodes.
        write_tree: `(node, options) -> JSON`, or NotImplemented where the tree holds values that
            may be shared; the fast way for trees of nodes and plain leaves.
        make_dict, make_list: `(items, allow_partial) -> node` of decoded items.
        construct: `cls -> builder or None`; the builder `(fields, allow_partial, root_path)` makes
            an object whose class leaves decoding to us. None: call `cls.from_json`.
        unknown: `(kind, name, fields) -> value` for names that nothing is known under; the kind is
            `object`, `type`, `function` or `method`.
        parts: `value -> [(key, value)]` of what is directly below a container or node.
    """
    for name, value in kwargs.items():
        setattr(hooks, name, value)
