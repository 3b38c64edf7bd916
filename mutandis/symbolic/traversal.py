"""Walking trees: one pre- and post-order walk, and the queries written on it.

Walks enter nodes, plain dicts and plain lists, and see everything in symbolic form. They keep
their own stack, so the depth of a tree does not matter, and make paths only for those who look.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any, cast

from mutandis.base import LEAF_TYPES, KeyPath
from mutandis.base.key_path import child_text
from mutandis.symbolic.rebind import callback_arity
from mutandis.symbolic.topology import Node


class TraverseAction(Enum):
    """What a visitor of `traverse` wants next: end the walk, go below the value, or beside it."""

    STOP = 0
    ENTER = 1
    CONTINUE = 2


Visitor = Callable[[KeyPath, Any, Any], 'TraverseAction | None']

_ENTER = TraverseAction.ENTER
_STOP = TraverseAction.STOP
_new_path = KeyPath.__new__


def items_below(value: Any) -> Iterator[tuple[Any, Any]] | None:
    """Iterates over (key, child in symbolic form); None for values that no walk enters.

    What a visitor changes in `value` meanwhile does not disturb the walk.
    """
    cls = value.__class__
    if isinstance(value, list):
        return enumerate(list.copy(value))
    if isinstance(value, dict):
        return iter(list(dict.items(value)))
    if not isinstance(value, Node):
        return None
    read = cls._sym_getter
    if read is not None and not cls._sym_dynamic:
        try:
            return zip(cls._sym_names, read(value), strict=True)
        except AttributeError:  # It is under construction.
            pass
    pairs: list[tuple[Any, Any]] = cast(Any, value)._sym_pairs()
    return iter(pairs)


def traverse(
    x: Any,
    preorder_visitor_fn: Visitor | None = None,
    postorder_visitor_fn: Visitor | None = None,
    root_path: KeyPath | None = None,
    parent: Any = None,
) -> bool:
    """Walks a tree.

    Args:
        x: The root, any value.
        preorder_visitor_fn: Called as (path, value, parent) before the children. It returns a
            `TraverseAction`; None means `ENTER`.
        postorder_visitor_fn: The same, called after the children.
        root_path: Path of the root.
        parent: Parent of the root.

    Returns:
        False if a visitor returned `STOP`. The post-order visitor is still called for the nodes
        that were entered.

    Raises:
        TypeError: A visitor returned something else.
    """
    before, after = preorder_visitor_fn, postorder_visitor_fn
    keys = root_path._keys if root_path is not None else ()
    stopped = enter = False
    if before is not None:
        enter, stopped = _wish(before(KeyPath._of(keys), x, parent))
    below = items_below(x) if before is None or enter else None
    if below is None:
        if after is not None and _wish(after(KeyPath._of(keys), x, parent))[1]:
            stopped = True
        return not stopped
    # The nodes that the walk is in: where to go on beside each, its parent, its path, itself.
    above: list[tuple[Any, ...]] = [(iter(()), (), parent, keys, x)]
    running, owner = below, x
    while True:
        for key, value in running:
            child_keys = keys + (key,)
            enter = True
            if before is not None:
                path = _new_path(KeyPath)
                path._keys = child_keys
                path._text = None
                action = before(path, value, owner)
                if action is not None and action is not _ENTER:
                    enter, stopped = _wish(action)
            if enter and value.__class__ not in LEAF_TYPES:
                below = items_below(value)
                if below is not None:
                    above.append((running, keys, owner, child_keys, value))
                    running, keys, owner = below, child_keys, value
                    break
            if after is not None and _wish(after(KeyPath._of(child_keys), value, owner))[1]:
                stopped = True
            if stopped:
                break
        else:
            if not above:
                return True
            running, keys, owner, child_keys, value = above.pop()
            if after is not None:
                stopped = _wish(after(KeyPath._of(child_keys), value, owner))[1]
        if stopped:
            if after is not None:
                for _, _, owner, child_keys, value in reversed(above):
                    after(KeyPath._of(child_keys), value, owner)
            return False


def _wish(action: Any) -> tuple[bool, bool]:
    """Returns whether a visitor wants to enter, and whether it wants to stop."""
    if action is None:
        return True, False
    if not isinstance(action, TraverseAction):
        raise TypeError(
            f'A visitor should return a `TraverseAction` or None. Encountered: {action!r}. Use '
            f'`TraverseAction.CONTINUE` to skip the children.'
        )
    return action is _ENTER, action is _STOP


def query(
    x: Any,
    path_regex: str | re.Pattern[str] | None = None,
    where: Callable[..., bool] | None = None,
    enter_selected: bool = False,
    custom_selector: Callable[..., bool] | None = None,
) -> dict[str, Any]:
    """Returns the values below `x` (itself included) that are selected, keyed by path.

    Args:
        x: The root.
        path_regex: Selects by the text of the path from the root, matched at its start.
        where: Selects by (value) or (value, parent).
        enter_selected: Whether to search below a selected value.
        custom_selector: Selects by (path, value) or (path, value, parent); excludes the other two.

    Returns:
        A dict from path text to value; the root alone if nothing selects.

    Raises:
        ValueError: `custom_selector` is given together with another.
        TypeError: A selector takes another number of arguments.
    """
    if custom_selector is not None:
        if path_regex is not None or where is not None:
            raise ValueError(
                '`custom_selector` cannot be combined with `path_regex` or `where`. Put the '
                'conditions into one function.'
            )
        arity = callback_arity(custom_selector, (2, 3), '`custom_selector`')
        select = custom_selector
    elif path_regex is None and where is None:
        return {'': x}
    else:
        arity = 1 if where is None else callback_arity(where, (1, 2), '`where`')
        pattern = None if path_regex is None else re.compile(path_regex)
        return _select(x, pattern, where, arity, enter_selected)
    found: dict[str, Any] = {}
    go_on = _ENTER if enter_selected else TraverseAction.CONTINUE

    def visit(path: KeyPath, value: Any, parent: Any) -> TraverseAction:
        if select(path, value) if arity == 2 else select(path, value, parent):
            found[path.path] = value
            return go_on
        return _ENTER

    traverse(x, visit)
    return found


def _select(
    x: Any,
    pattern: re.Pattern[str] | None,
    where: Callable[..., bool] | None,
    arity: int,
    enter_selected: bool,
) -> dict[str, Any]:
    """`query` by path text and value: texts of paths only, and only where they are looked at."""
    found: dict[str, Any] = {}
    running: Iterator[tuple[Any, Any]] = iter(((None, x),))
    owner: Any = None
    matches = pattern.match if pattern is not None else None
    is_root, owner_text, text = True, '', ''
    keys: list[Any] = []  # The keys of the nodes that the walk is in; that of the root is no key.
    above: list[tuple[Any, Any, str]] = []
    while True:
        for key, value in running:
            if matches is None:
                assert where is not None
                selected = where(value) if arity == 1 else where(value, owner)
                if selected:
                    text = '' if is_root else KeyPath._of((*keys[1:], key)).path
            else:
                text = '' if is_root else child_text(owner_text, key)
                selected = matches(text) is not None and (
                    where is None or bool(where(value) if arity == 1 else where(value, owner))
                )
            if selected:
                found[text] = value
                if not enter_selected:
                    continue
            if value.__class__ in LEAF_TYPES:
                continue
            below = items_below(value)
            if below is not None:
                above.append((running, owner, owner_text))
                keys.append(key)
                running, owner, owner_text, is_root = below, value, text, False
                break
        else:
            if not above:
                return found
            running, owner, owner_text = above.pop()
            keys.pop()


def contains(x: Any, value: Any = None, type: Any = None) -> bool:  # noqa: A002
    """Whether a value below `x` (itself included) equals `value`, or is an instance of `type`.

    Args:
        x: The root.
        value: What to look for, compared by `==`.
        type: A class or tuple of classes to look for instead.
    """
    stack = [x]
    while stack:
        candidate = stack.pop()
        if isinstance(candidate, type) if type is not None else bool(candidate == value):
            return True
        if candidate.__class__ not in LEAF_TYPES:
            below = items_below(candidate)
            if below is not None:
                stack.extend([child for _, child in below])
    return False
