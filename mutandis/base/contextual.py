"""Values that hold for what is called within a scope, wherever it is.

A scope gives names values; code far below reads them, without their being passed along. Scopes
are per context: other threads and tasks do not see them, unless a function is taken there by
`with_contextual_override`.
"""

from __future__ import annotations

import contextlib
import contextvars
import dataclasses
import functools
from collections.abc import Callable, Iterator
from typing import Any

_RAISE = object()
_NOTHING: dict[str, ContextualOverride] = {}  # Never changed.


@dataclasses.dataclass(frozen=True)
class ContextualOverride:
    """What a scope says about a name.

    Attributes:
        value: The value.
        cascade: Whether it holds in inner scopes too, against what those say.
        override_attrs: Whether it comes before the own value of the attribute of that name of a
            `ContextualObject`; otherwise it stands in only where such an attribute has no value.
    """

    value: Any
    cascade: bool = False
    override_attrs: bool = False


_current: contextvars.ContextVar[dict[str, ContextualOverride]] = contextvars.ContextVar(
    'mutandis_contextual_overrides', default=_NOTHING
)

current_overrides = _current.get
"""Returns what all open scopes say together, name by name; not to be changed."""


def contextual_override(
    *, cascade: bool = False, override_attrs: bool = False, **variables: Any
) -> contextlib.AbstractContextManager[dict[str, ContextualOverride]]:
    """A scope in which names have values.

    Example::

        with mt.contextual_override(verbose=True):
            train()                      # In there: mt.contextual_value('verbose', False)

    Args:
        cascade: Whether the values hold against those of inner scopes.
        override_attrs: Whether they come before the own attributes of contextual objects.
        **variables: The values by name. A `ContextualOverride` brings its own flags.

    Returns:
        A context manager that gives the `ContextualOverride` of every name.
    """
    return _scope(
        {
            name: value
            if isinstance(value, ContextualOverride)
            else ContextualOverride(value, cascade, override_attrs)
            for name, value in variables.items()
        }
    )


@contextlib.contextmanager
def _scope(given: dict[str, ContextualOverride]) -> Iterator[dict[str, ContextualOverride]]:
    outer = _current.get()
    merged = dict(outer)
    for name, override in given.items():
        known = outer.get(name)
        if known is None or not known.cascade:
            merged[name] = override
    token = _current.set(merged)
    try:
        yield dict(merged)
    finally:
        _current.reset(token)


def get_contextual_override(var_name: str) -> ContextualOverride | None:
    """Returns what the open scopes say about a name, None if nothing."""
    return _current.get().get(var_name)


def contextual_value(var_name: str, default: Any = _RAISE) -> Any:
    """Returns the value of a name in the open scopes.

    Raises:
        KeyError: No scope gives the name a value, and there is no default.
    """
    override = _current.get().get(var_name)
    if override is not None:
        return override.value
    if default is _RAISE:
        raise KeyError(
            f'No scope gives {var_name!r} a value. Open one with '
            f'`mutandis.contextual_override({var_name}=...)`, or pass a default.'
        )
    return default


def all_contextual_values() -> dict[str, Any]:
    """Returns the values of all names in the open scopes."""
    return {name: override.value for name, override in _current.get().items()}


def with_contextual_override(func: Callable[..., Any]) -> Callable[..., Any]:
    """Takes the scopes open now along: `func` will see them wherever it is called.

    Example::

        with mt.contextual_override(verbose=True):
            thread = threading.Thread(target=mt.with_contextual_override(train))

    Args:
        func: A function or a coroutine function.

    Returns:
        A function of the same kind that calls `func` within those scopes.
    """
    import inspect

    overrides = _current.get()

    if inspect.iscoroutinefunction(func):

        @functools.wraps(func)
        async def call_async(*args: Any, **kwargs: Any) -> Any:
            with _scope(overrides):
                return await func(*args, **kwargs)

        return call_async

    @functools.wraps(func)
    def call(*args: Any, **kwargs: Any) -> Any:
        with _scope(overrides):
            return func(*args, **kwargs)

    return call


__all__ = [
    'ContextualOverride',
    'all_contextual_values',
    'contextual_override',
    'contextual_value',
    'current_overrides',
    'get_contextual_override',
    'with_contextual_override',
]
