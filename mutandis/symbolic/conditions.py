"""Conditions on places of a tree: by key, path, value, type, member or predicate.

A condition is a function of (path, value, parent), where the path is relative to the root of the
walk. `select` and the pattern functions of patching are made of these.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from mutandis.base import KeyPath
from mutandis.symbolic.rebind import callback_arity
from mutandis.symbolic.topology import Node
from mutandis.symbolic.traversal import TraverseAction, traverse

Condition = Callable[[KeyPath, Any, Any], bool]
Pattern = str | re.Pattern[str]
Classes = type | tuple[type, ...]


def key_matches(regex: Pattern) -> Condition:
    """The last key, as text, matches at its start; never the root."""
    match = re.compile(regex).match
    return lambda path, value, parent: bool(path) and match(str(path.key)) is not None


def path_matches(regex: Pattern) -> Condition:
    """The text of the path matches at its start."""
    match = re.compile(regex).match
    return lambda path, value, parent: match(path.path) is not None


def equals(expected: Any) -> Condition:
    """The value is the expected one, or `==` it."""

    def holds(path: KeyPath, value: Any, parent: Any) -> bool:
        if value is expected:
            return True
        try:
            return bool(value == expected)
        except (TypeError, ValueError, RuntimeError):
            # Arrays do not say whether they are equal.
            return False

    return holds


def instance_of(*classes: Classes) -> Condition:
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

    def holds(path: KeyPath, value: Any, parent: Any) -> bool:
        return isinstance(value, classes) or (
            isinstance(value, Node)
            and value._sym_stands_for is not None
            and issubclass(value._sym_stands_for, plain)
        )

    return holds


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
    is_parent = instance_of(cls)
    return lambda path, value, parent: (
        bool(path) and path.key == name and is_parent(path, parent, None)
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
        return lambda path, value, parent: bool(function(value))
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


def find_places(root: Any, condition: Condition, nested: bool = False) -> list[Place]:
    """Returns the places that satisfy a condition, in the order of a walk from the root.

    Args:
        root: The tree; it is a place itself.
        condition: The condition.
        nested: Whether to look below a place that was found.
    """
    found: list[Place] = []
    go_on = TraverseAction.ENTER if nested else TraverseAction.CONTINUE

    def visit(path: KeyPath, value: Any, parent: Any) -> TraverseAction:
        if condition(path, value, parent):
            found.append(Place(path, value, parent))
            return go_on
        return TraverseAction.ENTER

    traverse(root, visit)
    return found
