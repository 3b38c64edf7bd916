"""Named values that every thread has for itself."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

_state = threading.local()
_RAISE = object()
_ABSENT = object()


def thread_local_set(key: str, value: Any) -> None:
    """Sets the value of a key in this thread."""
    setattr(_state, key, value)


def thread_local_has(key: str) -> bool:
    """Whether a key has a value in this thread."""
    return hasattr(_state, key)


def thread_local_get(key: str, default_value: Any = _RAISE) -> Any:
    """Returns the value of a key, or the default; `ValueError` if there is neither."""
    value = getattr(_state, key, default_value)
    if value is _RAISE:
        raise ValueError(f'There is no thread-local value {key!r}. Set it first.')
    return value


def thread_local_del(key: str) -> None:
    """Deletes the value of a key, if there is one."""
    if hasattr(_state, key):
        delattr(_state, key)


def thread_local_increment(key: str, default_initial_value: int = 0) -> int:
    """Adds 1 to the value of a key and returns it."""
    value = int(thread_local_get(key, default_initial_value)) + 1
    thread_local_set(key, value)
    return value


def thread_local_decrement(key: str, default_initial_value: Any = _RAISE) -> int:
    """Subtracts 1 from the value of a key and returns it."""
    value = int(thread_local_get(key, default_initial_value)) - 1
    thread_local_set(key, value)
    return value


def thread_local_push(key: str, value: Any) -> None:
    """Appends to the list of a key."""
    stack = thread_local_get(key, None)
    if stack is None:
        thread_local_set(key, [value])
    else:
        _require_list(key, stack).append(value)


def thread_local_peek(key: str, default_value: Any = _RAISE) -> Any:
    """Returns the last item of the list of a key."""
    stack = _require_list(key, thread_local_get(key, [] if default_value is _RAISE else []))
    if stack:
        return stack[-1]
    if default_value is _RAISE:
        raise ValueError(f'The thread-local list {key!r} is empty.')
    return default_value


def thread_local_pop(key: str, default_value: Any = _RAISE) -> Any:
    """Removes and returns the last item of the list of a key.

    Raises:
        ValueError: if the key is unknown and there is no default.
        IndexError: if the list is empty and there is no default.
        TypeError: if the value is no list.
    """
    stack = thread_local_get(key, _RAISE if default_value is _RAISE else [])
    if _require_list(key, stack):
        return stack.pop()
    if default_value is _RAISE:
        raise IndexError(f'The thread-local list {key!r} is empty.')
    return default_value


def _require_list(key: str, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(f'The thread-local value {key!r} is no list, but {value!r}.')
    return value


@contextlib.contextmanager
def thread_local_value_scope(key: str, value_in_scope: Any, initial_value: Any) -> Iterator[None]:
    """A scope in which a key has another value; afterwards it is as before.

    Args:
        key: The key.
        value_in_scope: Its value within the scope.
        initial_value: Without effect, as a key that had no value has none afterwards; programs
            written for PyGlove pass it.
    """
    del initial_value
    previous = thread_local_get(key, _ABSENT)
    thread_local_set(key, value_in_scope)
    try:
        yield
    finally:
        if previous is _ABSENT:
            thread_local_del(key)
        else:
            thread_local_set(key, previous)


@contextlib.contextmanager
def thread_local_arg_scope(key: str, **kwargs: Any) -> Iterator[dict[str, Any]]:
    """A scope that adds keyword arguments to those of a key."""
    previous = thread_local_get(key, {})
    merged = {**previous, **kwargs}
    thread_local_set(key, merged)
    try:
        yield merged
    finally:
        thread_local_set(key, previous)


def thread_local_kwargs(key: str) -> dict[str, Any]:
    """Returns the keyword arguments of a key in this thread."""
    return dict(thread_local_get(key, {}))
