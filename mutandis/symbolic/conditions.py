"""Conditions on places of a tree: by key, path, value, type, member or predicate.

A condition is a function of (path, value, parent), where the path is relative to the root of the
walk. `select` and the pattern functions of patching are made of these. Those that look at no more
than the last key can also be asked without a path, which a walk then need not make.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from mutandis.base import LEAF_TYPES, KeyPath
from mutandis.symbolic.class_walks import items_below
from mutandis.symbolic.rebind import Write, callback_arity
from mutandis.symbolic.topology import Node

Condition = Callable[[KeyPath, Any, Any], bool]
Pattern = str | re.Pattern[str]
Classes = type | tuple[type, ...]


def text_of_pattern(regex: Pattern) -> str:
    """What a pattern is called in the text of a rule."""
    return repr(regex if isinstance(regex, str) else regex.pattern)


def text_of_class(cls: Any) -> str:
    """What a class, or a tuple of classes, is called in the text of a rule."""
    if isinstance(cls, tuple):
        return f'({", ".join(map(text_of_class, cls))})'
    return str(getattr(cls, '__name__', cls))


class LocalCondition:
    """A condition on (key, value, parent), which does not hold of the root if `needs_key`.

    Args:
        holds_at: What says so.
        needs_key: Whether only what has a key, and so an owner, can satisfy it.
    """

    __slots__ = ('holds_at', 'needs_key')

    def __init__(self, holds_at: Callable[[Any, Any, Any], bool], needs_key: bool = False) -> None:
        self.holds_at = holds_at
        self.needs_key = needs_key

    def __call__(self, path: KeyPath, value: Any, parent: Any) -> bool:
        if path:
            return self.holds_at(path.key, value, parent)
        return not self.needs_key and self.holds_at(None, value, parent)


def key_matches(regex: Pattern) -> Condition:
    """The last key, as text, matches at its start; never the root."""
    match = re.compile(regex).match
    known: dict[Any, bool] = {}

    def holds(key: Any, value: Any, parent: Any) -> bool:
        # There are many places in a tree and few keys.
        found = known.get(key)
        if found is None:
            found = known[key] = match(str(key)) is not None
        return found

    return LocalCondition(holds, needs_key=True)


def path_matches(regex: Pattern) -> Condition:
    """The text of the path matches at its start."""
    match = re.compile(regex).match
    return lambda path, value, parent: match(path.path) is not None


def equals(expected: Any) -> Condition:
    """The value is the expected one, or `==` it."""

    def holds(key: Any, value: Any, parent: Any) -> bool:
        if value is expected:
            return True
        try:
            return bool(value == expected)
        except (TypeError, ValueError, RuntimeError):
            # Arrays do not say whether they are equal.
            return False

    return LocalCondition(holds)


def instance_of(*classes: Classes) -> LocalCondition:
    """The value is an instance of one of the classes, or stands for one (a lifted module does).

    Raises:
        TypeError: One is no class.
    """
    for each in classes:
        try:
            isinstance(None, each)
        except TypeError:
            raise TypeError(
                f'Instances are selected by a class or a tuple of classes, got {each!r}.'
            ) from None

    # What a node stands for is told by the user's class, of which a wrapped class is a sub-class.
    plain = tuple(user_class(each) for each in _flat(classes))

    def holds(key: Any, value: Any, parent: Any) -> bool:
        return isinstance(value, classes) or (
            isinstance(value, Node)
            and value._sym_stands_for is not None
            and issubclass(value._sym_stands_for, plain)
        )

    return LocalCondition(holds)


def _flat(classes: Any) -> list[type]:
    if isinstance(classes, tuple):
        return [each for group in classes for each in _flat(group)]
    return [classes]


def user_class(cls: Any) -> type:
    """The class that a wrapped class was made of; any other class itself."""
    wrapped = getattr(cls, 'sym_wrapped_cls', None) or cls
    # A class that only tells the constructor of another one better.
    return wrapped.__dict__.get('_sym_adapts', wrapped)  # type: ignore[no-any-return]


def member_of(cls: Classes, name: Any) -> Condition:
    """The value is the member `name` of an instance of `cls`."""
    is_parent = instance_of(cls).holds_at
    return LocalCondition(
        lambda key, value, parent: key == name and is_parent(None, parent, None), needs_key=True
    )


def below(path: KeyPath | str | int) -> Condition:
    """The place is below `path`, or is that place."""
    keys = KeyPath.from_value(path)._keys
    count = len(keys)
    return lambda path, value, parent: path._keys[:count] == keys


def predicate(function: Callable[..., Any]) -> Condition:
    """What a function of (value), (path, value) or (path, value, parent) says.

    Raises:
        TypeError: It takes another number of arguments.
    """
    count = callback_arity(function, (1, 2, 3), 'predicate')
    if count == 1:
        return LocalCondition(lambda key, value, parent: bool(function(value)))
    if count == 2:
        return lambda path, value, parent: bool(function(path, value))
    return lambda path, value, parent: bool(function(path, value, parent))


class Place(NamedTuple):
    """A place in a tree.

    Attributes:
        path: From the root of the walk.
        value: What is there.
        owner: What holds it; None for the root.
    """

    path: KeyPath
    value: Any
    owner: Any

    def write(self, value: Any) -> Write:
        """The write that puts a value there."""
        return Write(self.path._keys, value, self.owner if isinstance(self.owner, Node) else None)


def find_places(root: Any, conditions: Sequence[Condition], nested: bool = False) -> list[Place]:
    """Returns the places that satisfy all conditions, in the order of a walk from the root.

    Args:
        root: The tree; it is a place itself.
        conditions: The conditions, asked in this order.
        nested: Whether to look below a place that was found.
    """
    path = KeyPath()
    found: list[Place] = []
    if all(condition(path, root, None) for condition in conditions):
        found.append(Place(path, root, None))
        if not nested:
            return found
    found += places_below(root, conditions, nested)
    return found


def places_below(root: Any, conditions: Sequence[Condition], nested: bool = False) -> list[Place]:
    """Does what `find_places` does, without asking for the root."""
    tests = [
        (True, condition.holds_at) if isinstance(condition, LocalCondition) else (False, condition)
        for condition in conditions
    ]
    only: Any = tests[0][1] if len(tests) == 1 and tests[0][0] else None
    path_of, leaves = KeyPath._of, LEAF_TYPES
    found: list[Place] = []
    running: Any = items_below(root) or ()
    owner = root
    keys: tuple[Any, ...] = ()
    above: list[tuple[Any, Any, Any]] = []
    while True:
        for key, value in running:
            if only is not None:
                holds = only(key, value, owner)
            else:
                path = None
                for local, test in tests:
                    if local:
                        holds = test(key, value, owner)
                    else:
                        if path is None:
                            path = path_of((*keys, key))
                        holds = test(path, value, owner)
                    if not holds:
                        break
                else:
                    holds = True
            if holds:
                found.append(Place(path_of((*keys, key)), value, owner))
                if not nested:
                    continue
            if value.__class__ not in leaves:
                below = items_below(value)
                if below is not None:
                    above.append((running, owner, keys))
                    running, owner, keys = below, value, (*keys, key)
                    break
        else:
            if not above:
                return found
            running, owner, keys = above.pop()
