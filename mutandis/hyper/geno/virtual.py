"""Fields that are made when somebody asks for them.

An object may be built without some of its fields. A non-data descriptor of the field's name makes
the field on first access and stores it in the instance, which from then on answers directly.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ['Virtual', 'install']


class Virtual:
    """A field that `make(obj)` returns, and stores in the instance if it is to stay.

    Args:
        make: returns the value of the field for an object that does not hold it yet.
    """

    __slots__ = ('make',)

    # Tells the metaclass that this is neither a default nor a property that hides the field.
    _sym_virtual = True

    def __init__(self, make: Callable[[Any], Any]) -> None:
        self.make = make

    def __get__(self, obj: Any, owner: Any = None) -> Any:
        return self if obj is None else self.make(obj)


def install(cls: Any, make_all: Callable[[Any], None], **fields: Callable[[Any], Any]) -> None:
    """Makes fields of a symbolic class virtual.

    Args:
        cls: the class.
        make_all: stores all fields that are not there yet.
        **fields: how to make each of the virtual fields.
    """

    def _sym_values(self: Any) -> Any:
        make_all(self)
        return super(cls, self)._sym_values()

    type.__setattr__(cls, '_sym_values', _sym_values)
    for name, make in fields.items():
        type.__setattr__(cls, name, Virtual(make))
