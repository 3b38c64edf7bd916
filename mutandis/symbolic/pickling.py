"""Pickles of trees of any depth.

Pickle goes down into what an object holds and ends at Python's limit, but what it has written it
writes no second time. So a deep tree names some of its lower nodes first, the lowest before those
above: each is written before pickle comes to it from above.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mutandis.base import LEAF_TYPES
from mutandis.symbolic.topology import Node

# Pickle takes a few levels of Python's stack for each level of a tree.
_STOREY = 40


def reduced(node: Any, restore: Callable[..., Any], args: tuple[Any, ...]) -> tuple[Any, ...]:
    """Returns what `__reduce_ex__` of a node does that `restore(*args)` makes again."""
    # What lies in a tree is pickled with its root as a rule, which has seen to it.
    if node._sym_parent is None:
        lower = _lower_nodes(node)
        if lower:
            return _restore_after, (lower, restore, args)
    return restore, args


def _restore_after(lower: list[Any], restore: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    return restore(*args)


def _lower_nodes(root: Any) -> list[Any]:
    """Returns the nodes at every `_STOREY` levels below a node, the lowest first."""
    found: list[Any] = []
    level = [root]
    depth = 0
    while level:
        level = [
            value
            for node in level
            for _, value in node._sym_pairs()
            if value.__class__ not in LEAF_TYPES and isinstance(value, Node)
        ]
        depth += 1
        if depth % _STOREY == 0:
            found.extend(level)
    found.reverse()
    return found


__all__ = ['reduced']
