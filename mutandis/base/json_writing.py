"""From values to JSON.

`to_json` turns any value into plain Python data that `json` can write. Values that occur more than
once (by identity) are written once; see `json_context`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from mutandis.base import json_depth, json_symbols, json_values
from mutandis.base.json_context import JSONConversionContext
from mutandis.base.json_convertible import JSONConvertible
from mutandis.base.json_hooks import hooks
from mutandis.base.json_markers import (
    PRIMITIVES,
    TUPLE_MARKER,
    TYPE_NAME_KEY,
    escape_key,
    escape_list,
    int_key_to_text,
)


def to_json(value: Any, *, context: JSONConversionContext | None = None, **kwargs: Any) -> Any:
    """Returns the JSON form of any value: plain Python data.

    Args:
        value: the value.
        context: the conversion that this is a part of.
        **kwargs: options, handed to the `to_json` methods of the values. Symbolic values know
            `hide_frozen`, `hide_default_values`, `exclude_keys`, `use_inferred` and
            `omit_symbolic_marker`.

    Returns:
        None, a bool, int, float or str, or lists and dicts of such.

    Raises:
        ValueError: for a value that has no JSON form.
    """
    if type(value) in PRIMITIVES:
        return value
    if context is not None:
        if context.deep:
            _write_storeys(value, context, kwargs)
        return encode(value, context, kwargs)
    if hooks.node_type is not None and isinstance(value, hooks.node_type):
        result = hooks.write_tree(value, kwargs)
        if result is not NotImplemented:
            return result
    return write_with_context(value, kwargs, encode)


def write_with_context(
    value: Any,
    options: dict[str, Any],
    write: Callable[[Any, JSONConversionContext, dict[str, Any]], Any],
) -> Any:
    """Writes a value in a conversion of its own, however deep it is.

    Args:
        value: the value.
        options: options of the conversion.
        write: called with the value, the conversion and the options.
    """
    context = JSONConversionContext()
    try:
        return context.to_json(root=write(value, context, options))
    except RecursionError:
        pass
    context = JSONConversionContext()
    context.deep, context.ready = True, {}
    try:
        _write_storeys(value, context, options)
        return context.to_json(root=write(value, context, options))
    except RecursionError:
        raise ValueError(
            f'Cannot encode a {type(value).__name__} as JSON: it is nested too deeply, through '
            f'values that write themselves (their own `to_json`). Let them write their parts by '
            f'`to_json_dict`, or be symbolic objects.'
        ) from None


def _write_storeys(top: Any, context: JSONConversionContext, options: dict[str, Any]) -> None:
    """Writes what lies deep below a value, so that the value can be written."""
    ready = context.ready
    assert ready is not None
    below = {name: option for name, option in options.items() if name != 'exclude_keys'}
    seen: set[int] = set()

    def parts(place: json_depth.Place) -> list[tuple[Any, Any, None]]:
        found = []
        for key, part in hooks.parts(place.value):
            if type(part) not in PRIMITIVES and id(part) not in seen and hooks.parts(part):
                seen.add(id(part))
                found.append((key, part, None))
        return found

    for place in json_depth.storeys(top, json_depth.WRITING_STOREY, parts):
        value = place.value
        if not context.is_written(value):
            ready[id(value)] = (value, encode(value, context, below))


def encode(value: Any, context: JSONConversionContext, options: dict[str, Any]) -> Any:
    """`to_json` within a conversion."""
    if type(value) in PRIMITIVES:
        return value
    if isinstance(value, JSONConvertible):
        shared = value._json_shared
        if shared:
            return context.serialize_maybe_shared(
                value, value._to_json_as_part, context=context, **options
            )
    else:
        shared = not (isinstance(value, tuple) or json_values.is_unshared(value))
    if not shared:
        if context.ready and id(value) in context.ready:
            return context.ready.pop(id(value))[1]
        return encode_unshared(value, context, options)
    return context.serialize_maybe_shared(value, **options)


def encode_unshared(value: Any, context: JSONConversionContext, options: dict[str, Any]) -> Any:
    """Writes a value that was not written before in this conversion."""
    if isinstance(value, JSONConvertible):
        return value._to_json_as_part(context=context, **options)
    if 'exclude_keys' in options and not isinstance(value, (list, tuple, dict)):
        # Only for the top nodes, whatever plain containers hold them.
        options = {name: option for name, option in options.items() if name != 'exclude_keys'}

    def encode_part(part: Any) -> Any:
        return encode(part, context, options)

    if isinstance(value, (bool, int, float, str)) and not _is_enum(value):
        return _plain(value)
    if isinstance(value, list):
        return escape_list([encode_part(item) for item in value])
    if isinstance(value, dict):
        return {escape_key(key): encode_part(item) for key, item in value.items()}
    if isinstance(value, tuple) and not value:
        return {TYPE_NAME_KEY: 'tuple'}
    if isinstance(value, tuple):
        return [TUPLE_MARKER, *(encode_part(item) for item in value)]
    if json_symbols.is_symbol(value):
        return json_symbols.symbol_to_json(value, encode_part)
    for write in (json_values.conversion_to_json, json_values.native_to_json):
        result = write(value, encode_part)
        if result is not NotImplemented:
            return result
    if JSONConvertible.TYPE_CONVERTER is not None:
        converter = JSONConvertible.TYPE_CONVERTER(type(value))
        if converter is not None:
            return encode_part(converter(value))
    return json_values.opaque_to_json(value)


def _is_enum(value: Any) -> bool:
    import enum

    return isinstance(value, enum.Enum)


def _plain(value: Any) -> Any:
    """Returns the value of a subclass instance of a primitive type as that type."""
    if isinstance(value, str):
        return str.__str__(value)  # Whatever the subclass prints.
    for cls in (int, float):
        if isinstance(value, cls):
            return cls(value)
    return value


def to_json_str(value: Any, *, json_indent: int | None = None, **kwargs: Any) -> str:
    """Returns the JSON form of any value as text. See `to_json`."""
    result: Any = NotImplemented
    if hooks.node_type is not None and isinstance(value, hooks.node_type):
        result = hooks.write_tree(value, kwargs, for_text=True)
    if result is NotImplemented:
        result = _int_keys_to_text(to_json(value, **kwargs))
    try:
        return _to_text(result, json_indent)
    except ValueError:
        # Python writes no int of more than some thousand digits in decimal.
        return _to_text(_big_ints_as_hex(result), json_indent)
    except RecursionError:
        raise json_depth.too_deep('write the value', *json_depth.deepest(result)) from None


def _to_text(data: Any, indent: int | None) -> str:
    return _encode_text(data) if indent is None else json.dumps(data, indent=indent)


_encode_text = json.JSONEncoder(check_circular=False).encode


def _int_keys_to_text(value: Any) -> Any:
    """Returns a copy of JSON data with the int keys of its dicts as text."""
    holder = [value]
    stack: list[Any] = [holder]
    while stack:
        container = stack.pop()
        pairs = container.items() if isinstance(container, dict) else enumerate(container)
        for key, item in pairs:
            if isinstance(item, dict):
                copy = container[key] = {int_key_to_text(k): v for k, v in item.items()}
                stack.append(copy)
            elif isinstance(item, list):
                items = container[key] = list(item)
                stack.append(items)
    return holder[0]


def _big_ints_as_hex(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _big_ints_as_hex(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_big_ints_as_hex(item) for item in value]
    if type(value) is int and value.bit_length() > _BIG_INT_BITS:
        return {TYPE_NAME_KEY: 'int', 'hex': hex(value)}
    return value


_BIG_INT_BITS = 2000
