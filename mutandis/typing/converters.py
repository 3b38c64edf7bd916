"""Conversion of values between types that a field accepts only after conversion.

`register_converter(src, dest, fn)` says how; validation asks for a converter when a value is not of
the field's type. Answers are cached per (source, destination) until the next registration.
"""

import typing

from mutandis.base import JSONConvertible, KeyPath
from mutandis.typing.introspection import is_protocol, is_subclass

ConvertFn = typing.Callable[[typing.Any], typing.Any]
# A type, or a tuple of types.
TypeOrTypes = typing.Any

_JSON_TYPES = (int, float, bool, type(None), list, tuple, dict, str)

# Newest first.
_converters: list[tuple[typing.Any, typing.Any, ConvertFn]] = []
_cache: dict[typing.Any, ConvertFn | None] = {}
_json_cache: dict[typing.Any, ConvertFn | None] = {}
_refusals: dict[tuple[type, type], str | None] = {}
_UNKNOWN: typing.Any = object()


def register_converter(
    src_type: TypeOrTypes, dest_type: TypeOrTypes, convert_fn: ConvertFn
) -> None:
    """Registers a function that converts values of one type to another.

    Args:
      src_type: A type, or a tuple of types, that `convert_fn` accepts.
      dest_type: A type, or a tuple of types, that it returns. Subscripted generics are allowed.
      convert_fn: Function of the value to convert.

    Raises:
      TypeError: If `src_type` or `dest_type` is not a type.
    """
    _check_types('src_type', src_type)
    _check_types('dest_type', dest_type)
    _converters.insert(0, (src_type, dest_type, convert_fn))
    _cache.clear()
    _json_cache.clear()
    _refusals.clear()


def _check_types(name: str, value: typing.Any) -> None:
    for t in value if isinstance(value, tuple) else (value,):
        if not isinstance(t, type) and typing.get_origin(t) is None:
            raise TypeError(f'{name!r} must be a type or a tuple of types, got {value!r}.')


def refusal_of(src: type, dest: type, describe: typing.Callable[[type, type], str]) -> str | None:
    """Returns the beginning of the message for a value that does not fit; None if it may fit.

    Args:
      src: Type of the value.
      dest: Wanted type, to which there may be a converter.
      describe: Makes the message from both, once.
    """
    key = (src, dest)
    try:
        return _refusals[key]
    except KeyError:
        text = _refusals[key] = None if get_converter(src, dest) else describe(src, dest)
        return text


def get_converter(src: typing.Any, dest: TypeOrTypes) -> ConvertFn | None:
    """Returns the converter from type `src` to `dest`, None if there is none.

    Args:
      src: Type of the value.
      dest: Wanted type, or a tuple of types which are tried in order.
    """
    key = (src, dest)
    try:
        return _cache[key]
    except KeyError:
        convert_fn = _cache[key] = _find_converter(src, dest)
        return convert_fn
    except TypeError:  # Not hashable.
        return _find_converter(src, dest)


def _find_converter(src: typing.Any, dest: TypeOrTypes) -> ConvertFn | None:
    destinations = dest if isinstance(dest, tuple) else (dest,)
    _register_optional_types(src, *destinations)
    for one in destinations:
        if is_protocol(one):
            continue
        for src_type, dest_type, convert_fn in _converters:
            if is_subclass(src, src_type):
                candidates = dest_type if isinstance(dest_type, tuple) else (dest_type,)
                if any(is_subclass(d, one) for d in candidates):
                    return convert_fn
    return None


def get_json_value_converter(src: typing.Any) -> ConvertFn | None:
    """Returns the newest converter from `src` to a type that JSON can hold, or None."""
    cached = _json_cache.get(src, _UNKNOWN)
    if cached is _UNKNOWN:
        _register_optional_types(src)
        cached = None
        for src_type, dest_type, convert_fn in _converters:
            candidates = dest_type if isinstance(dest_type, tuple) else (dest_type,)
            if is_subclass(src, src_type) and any(d in _JSON_TYPES for d in candidates):
                cached = convert_fn
                break
        _json_cache[src] = cached
    return typing.cast('ConvertFn | None', cached)


def _int_to_datetime(value: int) -> typing.Any:
    import datetime

    return datetime.datetime.fromtimestamp(value, datetime.timezone.utc)


def _datetime_to_int(value: typing.Any) -> int:
    import calendar

    return calendar.timegm(value.timetuple())


_registered_optional: set[str] = set()


def _register_optional_types(*related: typing.Any) -> None:
    """Registers converters of types of other modules once such a type is met.

    These modules need not be imported before. The converters are appended: those that users
    registered come first.
    """
    for t in related:
        module = getattr(t, '__module__', '')
        register = _OPTIONAL_MODULES.get(module)
        if register is not None and module not in _registered_optional:
            _registered_optional.add(module)
            register()


def _register_numpy() -> None:
    import numpy as np

    _converters.append((np.integer, int, int))
    _converters.append(((np.integer, np.floating), float, float))
    _converters.append((np.bool_, bool, bool))


def _register_datetime() -> None:
    import datetime

    _converters.append((int, datetime.datetime, _int_to_datetime))
    _converters.append((datetime.datetime, int, _datetime_to_int))


_OPTIONAL_MODULES = {'numpy': _register_numpy, 'datetime': _register_datetime}


register_converter(int, float, float)
register_converter(str, KeyPath, KeyPath.parse)
register_converter(KeyPath, str, str)

JSONConvertible.TYPE_CONVERTER = get_json_value_converter
