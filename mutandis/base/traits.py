"""Small traits that classes of every floor may have."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar('T', bound=Callable[..., Any])

# Values of exactly these types are never nodes of a tree and never need copying.
LEAF_TYPES: frozenset[type] = frozenset({int, float, str, bool, type(None), bytes, complex})


# What a class body mostly holds beside methods.
_NEVER_ABSTRACT = LEAF_TYPES | {dict, list, tuple}


class Abstract:
    """Base of classes with abstract methods.

    A class that lacks one cannot be instantiated, as with `abc.ABC`, but the metaclass stays
    `type`: `isinstance` is asked of these classes for every value of a program, and that of ABCs
    is slow.
    """

    __slots__ = ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        names = [
            n
            for n, v in cls.__dict__.items()
            if v.__class__ not in _NEVER_ABSTRACT and getattr(v, '__isabstractmethod__', False)
        ]
        for base in cls.__bases__:
            names.extend(getattr(base, '__abstractmethods__', ()))
        if not names:
            return
        lacking = frozenset(
            n for n in names if getattr(getattr(cls, n, None), '__isabstractmethod__', False)
        )
        if lacking:  # An `ABCMeta` finds the same, but only later.
            cls.__abstractmethods__ = lacking  # type: ignore[attr-defined]


def is_abstract(cls: Any) -> bool:
    """Whether a class derived from `Abstract` lacks a method and so has no instances."""
    return bool(cls.__dict__.get('__abstractmethods__'))


class MaybePartial(Abstract):
    """A value that may lack some of its parts."""

    __slots__ = ()

    @property
    def is_partial(self) -> bool:
        """Whether a part is missing."""
        return bool(self.missing_values(flatten=False))

    @abstractmethod
    def missing_values(self, flatten: bool = True) -> dict[Any, Any]:
        """Returns the missing parts, keyed by path if `flatten`, else nested."""
        raise NotImplementedError(
            f'{type(self).__name__} is MaybePartial but does not define `missing_values`.'
        )


class FunctorInterface(Abstract):
    """What all functors have in common: they can be called."""

    __slots__ = ()

    @abstractmethod
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError(
            f'{type(self).__name__} is a functor but does not define `__call__`.'
        )


def explicit_method_override(method: T) -> T:
    """Marks a method as knowingly overriding one that subclasses usually should leave alone."""
    method.__explicit_override__ = True  # type: ignore[attr-defined]
    return method


def ensure_explicit_method_override(
    method: Callable[..., Any],
    error_message: str | None = None,
) -> None:
    """Raises `TypeError` if `method` is not marked by `explicit_method_override`."""
    if getattr(method, '__explicit_override__', False):
        return
    if error_message is None:
        name = getattr(method, '__qualname__', repr(method))
        error_message = (
            f'{name} overrides a method that is not meant to be overridden. If this is on purpose, '
            f'decorate it with `@mutandis.explicit_method_override`.'
        )
    raise TypeError(error_message)
