"""How a pickle names a wrapped class.

`wrap(C)` takes the name and the module of `C`, where that name leads to `C` itself. So a wrapper is
named by where it is kept: by the module and the variable that hold it. Two libraries may wrap one
class, and each gets its own back. A wrapper that no module holds is named by the key under which
JSON knows it, and, within the process, by a number if another has taken that key.
"""

from __future__ import annotations

import itertools
import os
import sys
from typing import Any
from weakref import WeakValueDictionary

from mutandis.base import JSONConvertible

# Module and variable; process and number.
Place = tuple[str, str]
Number = tuple[int, int]

_NUMBERED: WeakValueDictionary[Number, Any] = WeakValueDictionary()
_COUNTER = itertools.count()

_UNKNOWN = object()


def is_importable(cls: Any) -> bool:
    """Whether the module and the name of a class lead to it."""
    found: Any = sys.modules.get(cls.__module__)
    for name in cls.__qualname__.split('.'):
        found = getattr(found, name, None)
    return found is cls


def reference_to(cls: Any) -> tuple[Any, ...]:
    """Returns what `class_of` finds a wrapped class by that cannot be imported by its own name."""
    place = _place_of(cls)
    number = None
    if place is None and JSONConvertible.class_from_typename(cls.__serialization_key__) is not cls:
        number = _number_of(cls)
    return (cls.sym_wrapped_cls, cls.__serialization_key__, place, number)


def class_of(user_cls: Any, key: str, place: Place | None, number: Number | None) -> Any:
    """Returns a wrapped class of `user_cls`: the one referred to, or else the one at hand."""
    for found in (
        _at_place(place),
        _NUMBERED.get(number) if number is not None else None,
        JSONConvertible.class_from_typename(key),
    ):
        if found is not None and getattr(found, 'sym_wrapped_cls', None) is user_cls:
            return found
    from mutandis.symbolic.class_wrapper import wrap

    return wrap(user_cls)


def _place_of(cls: Any) -> Place | None:
    """Returns where a class is kept; searched for once, and again if it is there no more."""
    known: Any = cls.__dict__.get('_sym_place', _UNKNOWN)
    if known is None:
        return None
    if known is _UNKNOWN or getattr(sys.modules.get(known[0]), known[1], None) is not cls:
        known = _search_modules(cls)
        type.__setattr__(cls, '_sym_place', known)
    place: Place | None = known
    return place


def _search_modules(cls: Any) -> Place | None:
    for module_name, module in list(sys.modules.items()):
        for name, value in list(getattr(module, '__dict__', {}).items()):
            if value is cls and isinstance(name, str):
                return module_name, name
    return None


def place_of_wrapper(value: Any) -> Place | None:
    """Returns the module and the variable that hold a wrapped class; None for anything else."""
    return _place_of(value) if getattr(value, 'sym_wrapped_cls', None) is not None else None


def _at_place(place: Place | None) -> Any:
    if place is None:
        return None
    import importlib

    try:
        return getattr(importlib.import_module(place[0]), place[1], None)
    except ImportError:
        return None


def _number_of(cls: Any) -> Number:
    number: Number | None = cls.__dict__.get('_sym_number')
    if number is None:
        number = (os.getpid(), next(_COUNTER))
        type.__setattr__(cls, '_sym_number', number)
        _NUMBERED[number] = cls
    return number


__all__ = ['class_of', 'is_importable', 'place_of_wrapper', 'reference_to']
