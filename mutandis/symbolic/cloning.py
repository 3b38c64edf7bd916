"""Copies of trees.

Nodes are copied by recursion, which is fastest; a tree too deep for that is copied bottom-up.
"""

from __future__ import annotations

from typing import Any

from mutandis.base import LEAF_TYPES, MissingValue
from mutandis.symbolic.topology import MAYBE_REWRITTEN, Node, bottom_up, set_attribute


def clone(
    x: Any, deep: bool = False, memo: Any = None, override: dict[str, Any] | None = None
) -> Any:
    """Copies any value: nodes by `clone`, others by `copy`, items of plain containers one by one.

    Raises:
        AssertionError: `override` is given for a value that is not symbolic.
    """
    if isinstance(x, Node):
        node: Any = x
        return node.sym_clone(deep, memo, override)
    assert not override, '`override` needs a symbolic value.'
    import copy

    if deep:
        return copy.deepcopy(x, memo)
    if x.__class__ is dict:
        return {k: clone(v) for k, v in x.items()}
    if x.__class__ in (list, tuple):
        return x.__class__([clone(v) for v in x])
    return copy.copy(x)


def clone_value(value: Any, deep: bool, memo: Any) -> Any:
    """Copies one child: nodes always, other values when `deep`."""
    if isinstance(value, Node):
        node: Any = value
        return node._sym_clone(deep, memo)
    if isinstance(value, MissingValue):
        return value
    if deep:
        import copy

        if value.__class__ is tuple:
            return _copy_tuple(value, memo)
        return copy.deepcopy(value, memo)
    return value


def _copy_tuple(value: tuple[Any, ...], memo: Any) -> Any:
    """Copies a tuple deeply, without a call of `copy` between one node and the next."""
    if memo is not None and id(value) in memo:
        return memo[id(value)]
    items = [v if v.__class__ in LEAF_TYPES else clone_value(v, True, memo) for v in value]
    if all(new is old for new, old in zip(items, value, strict=True)):
        return value
    copied = tuple(items)
    if memo is not None:
        memo[id(value)] = copied
    return copied


def remember_copies(old: Any, new: Any, memo: dict[int, Any]) -> None:
    """Notes in a memo of `copy.deepcopy` which value has which copy, below a pair of those."""
    if old.__class__ in LEAF_TYPES or memo.get(id(old)) is new:
        return
    memo[id(old)] = new
    if isinstance(old, Node):
        for (_, left), (_, right) in zip(old._sym_pairs(), new._sym_pairs(), strict=False):
            remember_copies(left, right, memo)


def holds_state(value: Any) -> bool:
    """Whether there are objects in a tree whose copies keep more than their arguments: weights."""
    return isinstance(value, Node) and any(
        getattr(type(node), '_sym_copy_state', False) for node in bottom_up(value)
    )


def clone_tree(root: Any, deep: bool, memo: Any) -> Any:
    """Copies a tree of any depth, with the notes of what rewrites have changed in it."""
    try:
        new = root._sym_clone(deep, memo)
    except RecursionError:
        new = _clone_bottom_up(root, deep, memo)
    if root._sym_decoded is not None and isinstance(new, Node):
        set_attribute(new, '_sym_decoded', root._sym_decoded)
    if root._sym_flags & MAYBE_REWRITTEN:
        from mutandis.symbolic.rewrites import copy_history

        copy_history(root, new)
    return new


def _clone_bottom_up(root: Any, deep: bool, memo: Any) -> Any:
    copies: dict[int, Any] = {}

    def copied(value: Any) -> Any:
        if value.__class__ in LEAF_TYPES:
            return value
        return copies[id(value)] if id(value) in copies else clone_value(value, deep, memo)

    for node in _parts_bottom_up(root, deep):
        if isinstance(node, tuple):
            items = tuple([copied(v) for v in node])
            same = all(new is old for new, old in zip(items, node, strict=True))
            copies[id(node)] = node if same else items
        elif not _copies_by_children(node):
            copies[id(node)] = node._sym_clone(deep, memo)
        elif isinstance(node, list):
            copies[id(node)] = node._sym_remake(  # type: ignore[attr-defined]
                [copied(v) for v in list.__iter__(node)]
            )
        else:
            copies[id(node)] = node._sym_remake({k: copied(v) for k, v in node._sym_pairs()})
    return copies[id(root)]


def _parts_bottom_up(root: Any, deep: bool) -> list[Any]:
    """Returns the nodes to copy, and if `deep` the tuples between them, the lowest first."""
    order: list[Any] = []
    stack = [root]
    while stack:
        value = stack.pop()
        if isinstance(value, Node):
            order.append(value)
            if _copies_by_children(value):
                below: Any = value._sym_pairs()
                stack.extend(v for _, v in below if v.__class__ not in LEAF_TYPES)
        elif deep and value.__class__ is tuple:
            order.append(value)
            stack.extend(v for v in value if v.__class__ not in LEAF_TYPES)
    order.reverse()
    return order


def _copies_by_children(node: Any) -> bool:
    """Whether the copy of a node is one like it that holds the copies of its children."""
    from mutandis.symbolic.dict_node import Dict
    from mutandis.symbolic.list_node import List
    from mutandis.symbolic.object import Object

    standard = (Object._sym_clone, Dict._sym_clone, List._sym_clone)
    # A wrapped object is, unless it has a state that is copied as well.
    return type(node)._sym_clone in standard or getattr(node, '_sym_is_remade', False)


__all__ = ['clone', 'clone_tree', 'clone_value', 'holds_state', 'remember_copies']
