"""`symbolize`: one door for making a class or a function symbolic."""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any, TypeVar, overload

from mutandis.symbolic.class_wrapper import ClassWrapper, wrap
from mutandis.symbolic.dict_node import Dict
from mutandis.symbolic.functors import functor_class
from mutandis.symbolic.list_node import List
from mutandis.symbolic.object import Object

_T = TypeVar('_T', bound=Callable[..., Any])


@overload
def symbolize(target: type[dict[Any, Any]], /) -> type[Dict]: ...


@overload
def symbolize(target: type[list[Any]], /) -> type[List]: ...


@overload
def symbolize(target: _T, constraints: Any = None, /, **kwargs: Any) -> _T: ...


@overload
def symbolize(constraints: Any = None, /, **kwargs: Any) -> Callable[[_T], _T]: ...


def symbolize(*args: Any, **kwargs: Any) -> Any:
    """Makes a symbolic class out of a class or a function.

    A class becomes a sub-class of itself whose constructor arguments are symbolic (see `wrap`); a
    function becomes a functor class (see `functor_class`); `dict` and `list` become `Dict` and
    `List`. It can be called directly or used as a decorator, with or without constraints.

    Example::

        Linear = mt.symbolize(torch.nn.Linear)
        layer = Linear(4, mt.oneof([8, 16]))

        @mt.symbolize
        def score(x, scale=1.0):
            return x * scale

        @mt.symbolize([('width', mt.typing.Int(min_value=1))])
        class Block:
            def __init__(self, width):
                ...

    Args:
        *args: What to symbolize, then optionally its constraints: a list of field definitions, or
            a dict from argument name to definition. As a decorator: the constraints alone.
        **kwargs: Handed on to `wrap` or `functor_class`.

    Raises:
        TypeError: The target is neither a class nor a function.
        ValueError: It is symbolic already, or there are too many positional arguments.
    """
    if not args:
        return lambda target: _symbolize(target, None, kwargs)
    first, rest = args[0], args[1:]
    if isinstance(first, (list, dict)) and not rest:
        # Constraints only: `@symbolize([...])`.
        return lambda target: _symbolize(target, first, kwargs)
    if len(rest) > 1:
        raise ValueError(
            f'`symbolize` takes the target and its constraints as positional arguments. '
            f'Encountered {len(rest) - 1} more: {rest[1:]!r}.'
        )
    return _symbolize(first, rest[0] if rest else None, kwargs)


def _symbolize(target: Any, constraints: Any, kwargs: dict[str, Any]) -> Any:
    if isinstance(target, type):
        if target is dict or target is list:
            if constraints or kwargs:
                raise ValueError(
                    f'`symbolize({target.__name__})` takes no further arguments. Give constraints '
                    f'where the container is made: `{target.__name__.title()}(value_spec=...)`.'
                )
            return Dict if target is dict else List
        if issubclass(target, (Dict, List)):
            raise ValueError(f'{target!r} is symbolic already.')
        if issubclass(target, ClassWrapper):
            if not constraints and not kwargs:
                return target
            # The wrapper may be in use elsewhere: leave it as it is.
            meta: Any = type(target)
            bare = meta(
                target.__name__,
                (target,),
                {'__module__': target.__module__, '__qualname__': target.__qualname__},
            )
            return wrap(bare, constraints, **kwargs)
        if issubclass(target, Object):
            raise ValueError(
                f'{target!r} is symbolic already, because it derives from `Object`. Use `members` '
                f'to add fields to it.'
            )
        if constraints is not None:
            kwargs['init_args'] = constraints
        return wrap(target, **kwargs)
    if isinstance(target, types.FunctionType):
        kwargs = {'add_to_registry': True, **kwargs}
        if constraints is not None:
            kwargs['args'] = constraints
        return functor_class(target, **kwargs)
    raise TypeError(f'Only classes and functions can be symbolized. Encountered: {target!r}.')
