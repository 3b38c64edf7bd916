"""Subscripts on spec classes: `List[int]`, `Dict[str, int]`, `Optional[str]`.

A spec class that is subscripted gives a spec. For type checkers (when `typing.TYPE_CHECKING` is
true) it gives the annotation of that spec.
"""

import abc
import typing


class GenericMeta(abc.ABCMeta):
    """Metaclass of classes that can be subscripted: calls `with_type_args`.

    It is an `ABCMeta`, so that such classes can have abstract base classes, too.
    """

    # The checks of `ABCMeta` serve virtual subclasses, which specs have not, and cost four times as
    # much.
    __instancecheck__ = type.__instancecheck__
    __subclasscheck__ = type.__subclasscheck__

    def __getitem__(cls, type_args: typing.Any) -> typing.Any:
        if not isinstance(type_args, tuple):
            type_args = (type_args,)
        spec = cls.with_type_args(type_args)  # type: ignore[attr-defined]
        if typing.TYPE_CHECKING:
            return spec.annotation
        return spec


class Generic(metaclass=GenericMeta):
    """Base of classes that can be subscripted."""

    __slots__ = ()

    @classmethod
    def with_type_args(cls, type_args: tuple[typing.Any, ...]) -> typing.Any:
        """Returns the spec for the given type arguments."""
        raise TypeError(f'{cls.__name__!r} takes no type arguments, got {type_args!r}.')


class GenericTypeAlias(Generic):
    """Base of names that exist only to be subscripted."""

    __slots__ = ()

    def __init__(self, *args: typing.Any, **kwargs: typing.Any) -> None:
        raise TypeError(
            f'{type(self).__name__!r} cannot be called. Write `{type(self).__name__}[...]`.'
        )
