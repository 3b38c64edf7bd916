"""Fresh copies of default values.

Each object gets its own copy of a default, so that a mutable default is safe. Values that cannot
change are shared, and so are those that cannot be copied (locks, modules).
"""

import copy
import types
import typing

from mutandis.base import LEAF_TYPES

_SHARED_TYPES: frozenset[typing.Any] = frozenset(LEAF_TYPES) | {
    type,
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodType,
    types.ModuleType,
    frozenset,
}


def is_shareable(value: typing.Any) -> bool:
    """Returns whether one object may serve as the default of all."""
    return type(value) in _SHARED_TYPES


def fresh_default(value: typing.Any) -> typing.Any:
    """Returns a value equal to the default `value`, independent of it."""
    if type(value) in _SHARED_TYPES:
        return value
    try:
        return copy.deepcopy(value)
    except TypeError:  # What Python raises for locks, modules, generators and the like.
        return value
