"""Class detours: inside a block, creating one class creates another.

No cooperation of the class is needed, so code that was never written for it can be searched: detour
the classes that it creates to functions that create what a search has decided.

While a class is the source of a detour in any thread, its `__new__` asks the mappings of the
running context where to go: one look-up in a dict for each creation. When the last detour of the
class ends, the class gets its own `__new__` back. A class that has none, nor inherits one written
in Python, keeps a small one that does what `object.__new__` does: the interpreter cannot be made to
forget that there was one.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any

Destination = type | Callable[..., Any]

_NO_MAPPINGS: Mapping[type, Any] = MappingProxyType({})
_MAPPINGS: ContextVar[Mapping[type, Any]] = ContextVar('mutandis_detours', default=_NO_MAPPINGS)

# The class of which `undetoured_new` is about to create an object.
_BYPASS: ContextVar[type | None] = ContextVar('mutandis_undetoured', default=None)

_LOCK = threading.RLock()
# How many blocks detour a class, in all threads.
_uses: dict[type, int] = {}
# What `__new__` was in the `__dict__` of a class that is detoured; None where there was none.
_own_new: dict[type, Any] = {}


@contextlib.contextmanager
def detour(
    mappings: Sequence[tuple[type, Destination]],
) -> Iterator[dict[type, Any]]:
    """Creates other objects than those asked for, inside a `with` block.

    ::

        with mt.detour([(nn.ReLU, nn.GELU), (nn.Linear, make_linear)]):
            model = build()            # code that was never written for this

    A destination class is created with the same arguments. A destination function is called as
    `function(source, *args, **kwargs)`, and what it returns is the value; while it runs, its source
    is not detoured, so it may create one. Sub-classes of a source are not detoured.

    Of nested blocks the outer one decides where a source goes; a new source that goes to the source
    of an outer block goes on to where that one goes. Each thread, and each asyncio task, has
    detours of its own.

    Args:
        mappings: Pairs of a source class and its destination.

    Yields:
        All detours that are active in the block: source -> destination.

    Raises:
        TypeError: A source is no class, or one that cannot be changed (built-in and extension
            types), or a destination is neither a class nor a function. Nothing has changed then.
    """
    pairs = [_checked(pair) for pair in mappings]
    outer = _MAPPINGS.get()
    active = dict(outer)
    for source, destination in pairs:
        if source not in outer:
            active[source] = outer.get(destination, destination)
    installed: list[type] = []
    token = _MAPPINGS.set(active)
    try:
        for source in active.keys() - outer.keys():
            _install(source)
            installed.append(source)
        yield dict(active)
    finally:
        _MAPPINGS.reset(token)
        for source in installed:
            _remove(source)


def current_mappings() -> dict[type, Any]:
    """All detours that are active here: source -> destination; `{}` outside of any block."""
    return dict(_MAPPINGS.get())


def undetoured_new(cls: type, *args: Any, **kwargs: Any) -> Any:
    """Creates an object of `cls` itself, in any block.

    What its constructor creates is detoured as usual.
    """
    if cls not in _uses:
        return cls(*args, **kwargs)
    token = _BYPASS.set(cls)
    try:
        return cls(*args, **kwargs)
    finally:
        _BYPASS.reset(token)


def _checked(pair: Any) -> tuple[type, Any]:
    try:
        source, destination = pair
    except (TypeError, ValueError):
        raise TypeError(
            f'A detour is a pair of a source class and a destination, got {pair!r}.'
        ) from None
    if not isinstance(source, type):
        raise TypeError(f'The source of a detour must be a class, got {source!r}.')
    if not callable(destination):
        raise TypeError(
            f'The destination of a detour must be a class or a function, got {destination!r}.'
        )
    return source, destination


def _detoured_new(source: Any, own: Any) -> Any:
    """The `__new__` of a source."""

    def __new__(cls: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N807
        if cls is source:
            mappings = _MAPPINGS.get()
            if source in mappings:
                if _BYPASS.get() is not source:
                    return _create(source, mappings, args, kwargs)
                # Only this object: what its constructor creates is detoured.
                _BYPASS.set(None)
        if own is not None:
            return own.__get__(None, source)(cls, *args, **kwargs)
        return _inherited_new(source, cls, args, kwargs)

    return __new__


def _create(
    source: Any, mappings: Mapping[type, Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    destination = mappings[source]
    if isinstance(destination, type):
        value = undetoured_new(destination, *args, **kwargs)
    else:
        token = _MAPPINGS.set({k: v for k, v in mappings.items() if k is not source})
        try:
            value = destination(source, *args, **kwargs)
        finally:
            _MAPPINGS.reset(token)
    if isinstance(value, source):
        # `type.__call__` is going to call `__init__` on it, which it has behind it.
        _skip_next_init(value)
    return value


def _inherited_new(source: Any, cls: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What `__new__` does for a class that has none of its own."""
    mro = cls.__mro__
    for base in mro[mro.index(source) + 1 :]:
        new = base.__dict__.get('__new__')
        if new is None:
            continue
        if base is not object:
            return new.__get__(None, base)(cls, *args, **kwargs)
        # `object.__new__` wants no arguments where `__new__` is overridden, as it is here.
        if args or kwargs:
            if cls.__init__ is object.__init__:
                raise TypeError(f'{cls.__name__}() takes no arguments')
            if not getattr(cls.__new__, '_sym_detours', False):
                raise TypeError(
                    'object.__new__() takes exactly one argument (the type to instantiate)'
                )
        return object.__new__(cls)
    raise AssertionError(f'{cls!r} does not derive from object.')


def _install(source: Any) -> None:
    with _LOCK:
        if source not in _uses:
            own = source.__dict__.get('__new__')
            if getattr(own, '_sym_detours', False):
                own = None  # What the last detour has left behind.
            new = _detoured_new(source, own)
            new._sym_detours = True
            try:
                type.__setattr__(source, '__new__', new)
            except TypeError as e:
                raise TypeError(
                    f'{source.__module__}.{source.__qualname__} cannot be the source of a detour: '
                    f'it is a built-in or extension type, which cannot be changed. Detour a '
                    f'sub-class of it.'
                ) from e
            _own_new[source] = own
            _uses[source] = 0
        _uses[source] += 1


def _remove(source: Any) -> None:
    with _LOCK:
        _uses[source] -= 1
        if _uses[source]:
            return
        del _uses[source]
        for cls in [each for each in _guarded if issubclass(each, source)]:
            _release(cls)
        own = _own_new.pop(source)
        if own is not None:
            type.__setattr__(source, '__new__', own)
        elif any('__new__' in base.__dict__ for base in source.__mro__[1:-1]):
            type.__delattr__(source, '__new__')
        else:

            def __new__(cls: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N807
                return _inherited_new(source, cls, args, kwargs)

            __new__._sym_detours = True  # type: ignore[attr-defined]
            type.__setattr__(source, '__new__', __new__)


# Objects whose next `__init__` is skipped, by their id, for each class that has the guard, and what
# `__init__` was in its `__dict__`.
_guarded: dict[type, tuple[dict[int, Any], Any]] = {}


def _skip_next_init(value: Any) -> None:
    cls: Any = type(value)
    with _LOCK:
        if cls in _guarded:
            _guarded[cls][0][id(value)] = value
            return
        # The object is kept, lest another one gets its id: whoever called `__new__` alone, as
        # `copy.copy` does, calls no `__init__`.
        waiting = {id(value): value}
        own = cls.__dict__.get('__init__')
        real = cls.__init__

        def __init__(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: N807
            with _LOCK:
                skipped = waiting.pop(id(self), None) is not None
                if skipped and not waiting:
                    _release(cls)
            if not skipped:
                real(self, *args, **kwargs)

        try:
            type.__setattr__(cls, '__init__', __init__)
        except TypeError:
            return  # A built-in sub-class of a source cannot be.
        _guarded[cls] = (waiting, own)


def _release(cls: Any) -> None:
    """Takes the guard from a class."""
    guard = _guarded.pop(cls, None)
    if guard is None:
        return
    if guard[1] is None:
        type.__delattr__(cls, '__init__')
    else:
        type.__setattr__(cls, '__init__', guard[1])


__all__ = ['current_mappings', 'detour', 'undetoured_new']
