"""What stands on a symbolic class in the place of an attribute.

Fields are plain entries of the instance's `__dict__`. These descriptors are put on a class only
where that is not enough: a field that infers its value, a method that shares its name with a field,
a constructor that is compiled on first use.
"""

from __future__ import annotations

import types
from typing import Any

from mutandis.base import LEAF_TYPES


class FieldProperty(property):
    """What `Cls.field` gives: a property that reads the field of an instance."""

    def __init__(self, name: str) -> None:
        super().__init__(lambda obj: getattr(obj, name))


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


class MethodOverField:
    """Data descriptor for a method that shares its name with a field: the method wins."""

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
