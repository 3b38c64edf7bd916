"""Names of symbolic objects that yield to the attributes of users' objects.

A wrapped class inherits `format`, `is_partial`, `load` and others beside the methods of the user's
class. The user's object may hold attributes of these names all the same: they come first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

# Where a torch module keeps what it does not keep in its `__dict__`.
_PLACES_IN_MODULES = ('_modules', '_parameters', '_buffers')


class _Yielding:
    """A method or property in a class whose objects may have an attribute of that name.

    A non-data descriptor: what is in the `__dict__` of the object comes first anyway.
    """

    __slots__ = ('name', 'original', 'is_being_built')

    def __init__(self, name: str, original: Any, is_being_built: Callable[[Any], bool]) -> None:
        self.name = name
        self.original = original
        self.is_being_built = is_being_built

    def __get__(self, obj: Any, owner: Any = None) -> Any:
        if obj is not None:
            attributes = obj.__dict__
            for place in _PLACES_IN_MODULES:
                held = attributes.get(place)
                if held is not None and self.name in held:
                    return held[self.name]
            if '_parameters' in attributes and self.is_being_built(obj):
                # A module takes no parameter by the name of an attribute that it has already.
                raise AttributeError(self.name)
        return self.original.__get__(obj, owner)


def let_names_yield(cls: Any, is_being_built: Callable[[Any], bool]) -> None:
    """Frees the public names of a class, but those that begin with `sym_`, for its objects.

    Args:
        cls: The class.
        is_being_built: Whether the user's constructor of an object is running.
    """
    for name in dir(cls):
        if not name.startswith(('_', 'sym_')):
            member = next(b.__dict__[name] for b in cls.__mro__ if name in b.__dict__)
            if hasattr(type(member), '__get__'):
                type.__setattr__(cls, name, _Yielding(name, member, is_being_built))


__all__ = ['let_names_yield']
