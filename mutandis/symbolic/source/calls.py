"""How values of a class are written as code, where the class says so.

A class, or `register_code` for a class of others, tells which call makes an equal value. Calls name
functions and classes that exist, and their arguments are values again: there is no text from which
anything else could get into the code.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Call:
    """The call of a function, as code: `Call(Fraction, 1, 3)` is written `Fraction(1, 3)`.

    Args:
        function: A class, a function, or a class method, that code can import.
        *args: Positional arguments: any values that can be written.
        **kwargs: Keyword arguments.
    """

    __slots__ = ('function', 'args', 'kwargs', 'notes')

    def __init__(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> None:
        if not callable(function):
            raise TypeError(f'A `Call` is of a function or a class, got {function!r}.')
        self.function = function
        self.args = args
        self.kwargs = kwargs
        self.notes: list[str] = []

    def noted(self, note: str) -> Call:
        """Adds what the reader of the code must know, once for all calls; returns the call.

        Args:
            note: A sentence. `{places}` in it stands for the paths of all values with this note.
        """
        self.notes.append(note)
        return self


_WRITERS: dict[type, Callable[[Any], Call]] = {}


def register_code(cls: type, writer: Callable[[Any], Call]) -> None:
    """Tells `to_code` how values of a class are written.

    Example::

        mt.register_code(Money, lambda money: mt.symbolic.Call(Money, money.amount, money.currency))

    A symbolic class of one's own may define a method `_sym_source(self)` instead, which returns the
    `Call`, or None for the way other classes are written.

    Args:
        cls: The class; its sub-classes too, unless they have a writer of their own.
        writer: Function of a value that returns the `Call` by which an equal value is made.

    Raises:
        TypeError: `cls` is no class, or `writer` is not callable.
    """
    if not isinstance(cls, type):
        raise TypeError(f'Only values of a class can have a writer, got {cls!r}.')
    if not callable(writer):
        raise TypeError(f'A writer is a function of a value, got {writer!r}.')
    _WRITERS[cls] = writer


def call_of(value: Any) -> Call | None:
    """The call that makes an equal value, if its class tells one.

    Raises:
        TypeError: What it tells is no call.
    """
    call: Any = None
    for cls in type(value).__mro__:
        if cls in _WRITERS:
            call = _WRITERS[cls](value)
            break
        if '_sym_source' in cls.__dict__:
            call = cls.__dict__['_sym_source'](value)
            if call is None:
                return None
            break
    else:
        return None
    if not isinstance(call, Call):
        raise TypeError(
            f'The writer of {type(value).__name__} must return a `Call`, but it returned {call!r}.'
        )
    return call


__all__ = ['Call', 'call_of', 'register_code']
