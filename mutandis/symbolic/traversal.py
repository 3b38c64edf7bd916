"""Walking trees: one pre- and post-order walk, and the queries written on it.

Walks enter nodes, plain dicts and plain lists, and see everything in symbolic form. They keep
their own stack, so the depth of a tree does not matter, and make paths only for those who look.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any

from mutandis.base import LEAF_TYPES, KeyPath
from mutandis.base.key_path import child_text
from mutandis.symbolic.class_walks import items_below
from mutandis.symbolic.container import value_eq
from mutandis.symbolic.rebind import callback_arity


class TraverseAction(Enum):
    """What a visitor of `traverse` wants next: end the walk, go below the value, or beside it."""

    STOP = 0
    ENTER = 1
    CONTINUE = 2


Visitor = Callable[[KeyPath, Any, Any], 'TraverseAction | None']

_ENTER = TraverseAction.ENTER
_STOP = TraverseAction.STOP
_new_path = KeyPath.__new__


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
    if after is None:
        return before is None or _walk_before(x, before, keys, parent)
    return _walk_both(x, before, after, keys, parent)


def _walk_before(x: Any, before: Visitor, keys: tuple[Any, ...], parent: Any) -> bool:
    """`traverse` with a visitor before the children only."""
    new_path, path_class, enter, leaves = _new_path, KeyPath, _ENTER, LEAF_TYPES
    action = before(KeyPath._of(keys), x, parent)
    if action is not None and action is not enter:
        return not _wish(action)[1]
    running = items_below(x)
    if running is None:
        return True
    owner = x
    above: list[tuple[Any, Any, tuple[Any, ...]]] = []  # Where to go on, beside which nodes.
    while True:
        for key, value in running:
            path = new_path(path_class)
            path._base = keys
            path._key = key
            path._text = None
            action = before(path, value, owner)
            if action is not None and action is not enter:
                if _wish(action)[1]:
                    return False
            elif value.__class__ not in leaves:
                below = items_below(value)
                if below is not None:
                    above.append((running, owner, keys))
                    running, owner, keys = below, value, (*keys, key)
                    break
        else:
            if not above:
                return True
            running, owner, keys = above.pop()


def _walk_both(
    x: Any, before: Visitor | None, after: Visitor, keys: tuple[Any, ...], parent: Any
) -> bool:
    """`traverse` with a visitor after the children."""
    stopped = enter = False
    if before is not None:
        enter, stopped = _wish(before(KeyPath._of(keys), x, parent))
    below = items_below(x) if before is None or enter else None
    if below is None:
        return not (_wish(after(KeyPath._of(keys), x, parent))[1] or stopped)
    # The nodes that the walk is in: where to go on beside each, its keys, its parent, itself.
    above: list[tuple[Any, ...]] = [(iter(()), keys, parent, x)]
    running, owner = below, x
    while True:
        for key, value in running:
            child_keys = (*keys, key)
            enter = True
            if before is not None:
                enter, stopped = _wish(before(KeyPath._of(child_keys), value, owner))
            if enter:
                below = items_below(value)
                if below is not None:
                    above.append((running, child_keys, owner, value))
                    running, keys, owner = below, child_keys, value
                    break
            if _wish(after(KeyPath._of(child_keys), value, owner))[1]:
                stopped = True
            if stopped:
                break
        else:
            running, child_keys, owner, value = above.pop()
            stopped = _wish(after(KeyPath._of(child_keys), value, owner))[1]
            if not above:
                return not stopped
            keys = child_keys[:-1]
        if stopped:
            for _, child_keys, owner, value in reversed(above):
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
    matches = None if pattern is None else pattern.match
    choose: Any = where  # One of the two is there.
    leaves = LEAF_TYPES
    running: Iterator[tuple[Any, Any]] = iter(((None, x),))
    owner: Any = None
    # The text of the path of the owner; None when nobody has needed it yet. The root has none.
    owner_text: str | None = ''
    is_root = True
    above: list[tuple[Any, Any, str | None, Any]] = []  # The last is the key of the owner.
    owner_key: Any = None
    while True:
        for key, value in running:
            if matches is None:
                selected = choose(value) if arity == 1 else choose(value, owner)
            else:
                assert owner_text is not None
                text = '' if is_root else child_text(owner_text, key)
                selected = matches(text) is not None
                if selected and choose is not None:
                    selected = choose(value) if arity == 1 else choose(value, owner)
            if selected:
                if matches is None:
                    if owner_text is None:
                        owner_text = _text_of_owner(above, owner_key)
                    text = '' if is_root else child_text(owner_text, key)
                found[text] = value
                if not enter_selected:
                    continue
            if value.__class__ in leaves:
                continue
            below = items_below(value)
            if below is not None:
                above.append((running, owner, owner_text, owner_key))
                running, owner, owner_key = below, value, key
                if is_root:
                    is_root = False
                else:
                    owner_text = text if matches is not None else None
                break
        else:
            if not above:
                return found
            running, owner, owner_text, owner_key = above.pop()


def _text_of_owner(above: list[tuple[Any, Any, str | None, Any]], key: Any) -> str:
    """Returns the text of the path of the node that a query is in, noting those above it."""
    missing = [key]
    position = len(above) - 1
    while above[position][2] is None:
        missing.append(above[position][3])
        position -= 1
    text = above[position][2] or ''
    for depth in range(position + 1, len(above)):
        text = child_text(text, missing.pop())
        above[depth] = (*above[depth][:2], text, above[depth][3])
    return child_text(text, missing.pop())


def contains(x: Any, value: Any = None, type: Any = None) -> bool:  # noqa: A002
    """Whether a value below `x` (itself included) equals `value`, or is an instance of `type`.

    Args:
        x: The root.
        value: What to look for, compared by `==`.
        type: A class or tuple of classes to look for instead.
    """
    plain = value.__class__ in LEAF_TYPES
    stack = [x]
    while stack:
        candidate = stack.pop()
        if type is not None:
            if isinstance(candidate, type):
                return True
        elif plain and candidate.__class__ in LEAF_TYPES:
            if candidate is value or candidate == value:
                return True
        elif value_eq(candidate, value):
            return True
        below = items_below(candidate)
        if below is not None:
            stack.extend([child for _, child in below])
    return False
