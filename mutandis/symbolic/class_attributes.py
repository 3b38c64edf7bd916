"""What stands on a symbolic class in the place of an attribute.

Fields are plain entries of the instance's `__dict__`. These descriptors are put on a class only
where that is not enough: a field that infers its value, a method that shares its name with a field,
a constructor that is compiled on first use.
"""

from __future__ import annotations

import functools
import types
from typing import Any

from mutandis.base import LEAF_TYPES


class FieldProperty(property):
    """What `Cls.field` gives: a property that reads the field of an instance."""

    def __init__(self, name: str) -> None:
        super().__init__(lambda obj: getattr(obj, name))


def slots_beside_fields(bases: tuple[type, ...], namespace: dict[str, Any]) -> tuple[str, ...]:
    """Returns the slots that a class asks for, without its fields: those are in `__dict__`."""
    slots = namespace['__slots__']
    fields = namespace.get('__annotations__', ())
    names = [
        n for n in ([slots] if isinstance(slots, str) else slots) if n[0] == '_' or n not in fields
    ]
    needed = (('__dict__', '__dictoffset__'), ('__weakref__', '__weakrefoffset__'))
    names += [n for n, offset in needed if not any(getattr(b, offset) for b in bases)]
    return tuple(dict.fromkeys(names))


class StoredField:
    """Data descriptor that answers `obj.name` from the stored field, inferring it if needed.

    Installed only where a plain instance attribute does not do: for fields that hold an inferred
    value, and for fields that implement an abstract property of a base class.
    """

    __slots__ = ('name',)

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, obj: Any, owner: Any = None) -> Any:
        if obj is None:
            return FieldProperty(self.name)
        try:
            value = obj.__dict__[self.name]
        except KeyError:
            raise AttributeError(
                f'{type(obj).__name__!r} object has no attribute {self.name!r}'
            ) from None
        cls = value.__class__
        if cls not in LEAF_TYPES and getattr(cls, '_sym_inferential', False):
            return obj.sym_inferred(self.name)
        return value

    def __set__(self, obj: Any, value: Any) -> None:
        obj.__dict__[self.name] = value


class HookedField(StoredField):
    """Reads a field of a class that says by `_sym_getattr` or `_sym_inferred` what readers get."""

    __slots__ = ()

    def __get__(self, obj: Any, owner: Any = None) -> Any:
        return FieldProperty(self.name) if obj is None else obj.sym_inferred(self.name)


class MethodOverField:
    """Data descriptor for a method that shares its name with a field: the method wins.

    So do other descriptors that an entry of the instance's `__dict__` would hide.
    """

    __slots__ = ('name', 'function')

    def __init__(self, name: str, function: Any) -> None:
        self.name = name
        self.function = function

    @property
    def __isabstractmethod__(self) -> bool:
        return bool(getattr(self.function, '__isabstractmethod__', False))

    def __get__(self, obj: Any, owner: Any = None) -> Any:
        return self.function.__get__(obj, owner)

    def __set__(self, obj: Any, value: Any) -> None:
        obj.__dict__[self.name] = value


class CachedOverField(MethodOverField):
    """Data descriptor for a `functools.cached_property` that shares its name with a field.

    The value is kept under another name than the field's, which the instance's `__dict__` holds.
    """

    __slots__ = ()

    def __get__(self, obj: Any, owner: Any = None) -> Any:
        if obj is None:
            return self.function
        place = f'_cached_{self.name}'
        try:
            return obj.__dict__[place]
        except KeyError:
            value = obj.__dict__[place] = self.function.func(obj)
            return value


def over_field(name: str, attribute: Any) -> Any:
    """Returns what lets a method or property win over the field of its name; None if it does."""
    kind = type(attribute)
    if hasattr(kind, '__set__') or not hasattr(kind, '__get__'):
        return None
    if isinstance(attribute, functools.cached_property):
        return CachedOverField(name, attribute)
    return MethodOverField(name, attribute)


class LazyInit:
    """Stands for `__init__` until the first use, then replaces itself by the compiled function."""

    __slots__ = ('owner',)

    def __init__(self, owner: Any) -> None:
        self.owner = owner

    def __get__(self, obj: Any, owner: Any = None) -> Any:
        from mutandis.symbolic.class_compiler import compile_class

        compile_class(self.owner)
        function = self.owner.__dict__['__init__']
        return function if obj is None else types.MethodType(function, obj)
