"""`ObjectFactory`: an object from a base value, patches and overrides, as one symbolic value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mutandis import typing as T
from mutandis.base import KeyPath
from mutandis.symbolic.base import Symbolic, clone
from mutandis.symbolic.functors import functor
from mutandis.symbolic.patching.rules import patch


def from_maybe_serialized(source: Any, value_type: type | None = None) -> Any:
    """Returns a value that may be given as JSON.

    Args:
        source: A path that ends in `.json`, a JSON text, or the value itself.
        value_type: The class that the value must have; None for any.

    Raises:
        TypeError: The value is of another class.
        ValueError: The text is no JSON.
    """
    from mutandis.symbolic.saving import load
    from mutandis.symbolic.serialization import from_json_str

    value = source
    if isinstance(source, str):
        value = load(source) if source.endswith('.json') else from_json_str(source)
    if value_type is not None and not isinstance(value, value_type):
        raise TypeError(
            f'Expected an instance of {value_type.__name__}, got {value!r} ({type(value).__name__})'
            + (f', from {source!r}.' if isinstance(source, str) else '.')
        )
    return value


@functor(
    [
        ('value_type', T.Type(object)),
        ('base_value', T.Any()),
        ('patches', T.Any().noneable()),
        ('params_override', T.Union([T.Dict(), T.Str()]).noneable()),
    ]
)
def ObjectFactory(  # noqa: N802  # used like a class
    value_type: type, base_value: Any, patches: Any = None, params_override: Any = None
) -> Any:
    """Makes an object from a base value, patches and overrides.

    ::

        factory = mt.ObjectFactory(Trainer, 'base.json', ['warm_restart?period=50'], '{"lr": 0.1}')
        trainer = factory()

    Args:
        value_type: The class of the object.
        base_value: An object of that class, of which a copy is taken; a function that makes one; or
            a path to load one from.
        patches: Rules for `patch`.
        params_override: New values by path, applied last: a dict, nested or with paths as keys, its
            JSON text, or the path of a JSON file.

    Raises:
        TypeError: The base is not of the class, or the overrides are no dict.
        ValueError: A text is no JSON.
    """
    value = base_value
    if isinstance(value, value_type):
        value = clone(value) if isinstance(value, Symbolic) else value
    elif callable(value):
        value = value()
    elif isinstance(value, str):
        from mutandis.symbolic.saving import load

        value = load(value)
    if not isinstance(value, value_type):
        raise TypeError(
            f'The base value must be an instance of {value_type.__name__}, a function that makes '
            f'one, or a path to load one from; got {value!r} ({type(value).__name__}).'
        )
    if patches is not None:
        value = patch(value, patches)
    if params_override is not None:
        overrides = from_maybe_serialized(params_override)
        if not isinstance(overrides, dict):
            raise TypeError(
                f'The overrides must be a dict from path to value, got {overrides!r} '
                f'({type(overrides).__name__}).'
            )
        value.rebind(_writes(value, overrides), raise_on_no_change=False)
    return value


def _writes(value: Any, overrides: dict[Any, Any]) -> dict[KeyPath, Any]:
    """What overrides mean for a value: dicts are merged into it, anything else replaces."""
    writes: dict[KeyPath, Any] = {}
    for keys, new in _leaves((), overrides):
        existing = _existing(value, keys)
        if existing == len(keys):
            writes[KeyPath(keys)] = new
            continue
        # Below a place that does not exist, one new dict takes everything.
        place = KeyPath(keys[: existing + 1])
        rest = keys[existing + 1 :]
        if not rest:
            writes[place] = new
            continue
        made = writes.setdefault(place, {})
        for key in rest[:-1]:
            made = made.setdefault(key, {})
        made[rest[-1]] = new
    return writes


def _leaves(keys: tuple[Any, ...], overrides: dict[Any, Any]) -> Iterator[tuple[Any, Any]]:
    for key, new in overrides.items():
        below = (*keys, *KeyPath.from_value(key).keys)
        if isinstance(new, dict) and new:
            yield from _leaves(below, new)
        else:
            yield below, new


def _existing(value: Any, keys: tuple[Any, ...]) -> int:
    """How many of the keys lead to something."""
    for i, key in enumerate(keys):
        if not isinstance(value, Symbolic) or not value.sym_hasattr(key):
            return i
        value = value.sym_getattr(key)
    return len(keys)
