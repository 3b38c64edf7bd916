"""JSON forms of values that JSON has no word for: sets, bytes, enum members, dates, arrays, ...

Each is a dict whose `_type` is a reserved word without a dot (`set`, `bytes`, ...), which every
reader understands, however far it trusts the text. What has no form of its own is pickled, and
then read only from text that is trusted.
"""

from __future__ import annotations

import base64
import enum
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mutandis.base import json_registry
from mutandis.base.json_markers import TYPE_NAME_KEY as TYPE_KEY
from mutandis.base.json_registry import describe
from mutandis.base.json_symbols import (
    Encode,
    function_from_json,
    is_symbol,
    method_from_json,
    name_of,
    type_from_json,
)

if TYPE_CHECKING:
    import datetime

OPAQUE_SUFFIX = '._OpaqueObject'
# The name that PyGlove reads and writes.
_OPAQUE_NAME = 'pyglove.core.utils.json_conversion' + OPAQUE_SUFFIX

_DATES = ('datetime', 'date', 'time', 'timedelta', 'timezone')
_PATHS = ('PosixPath', 'WindowsPath', 'PurePosixPath', 'PureWindowsPath')


def is_unshared(value: Any) -> bool:
    """Whether a value is written wherever it occurs, as symbols and small constants are."""
    return (
        is_symbol(value)
        or isinstance(value, (enum.Enum, complex, range, slice))
        or type(value).__module__ == 'datetime'
    )


def native_to_json(value: Any, encode: Encode) -> Any:
    """Encodes a value that has a form of its own; else NotImplemented."""
    cls = type(value)
    if isinstance(value, enum.Enum):
        return _enum_to_json(value)
    if cls in (set, frozenset):
        return {TYPE_KEY: cls.__name__, 'items': _sorted_items(value, encode)}
    if cls in (bytes, bytearray):
        return {TYPE_KEY: cls.__name__, 'value': base64.b64encode(value).decode('ascii')}
    if cls is complex:
        return {TYPE_KEY: 'complex', 'real': value.real, 'imag': value.imag}
    if cls in (range, slice):
        args = [encode(arg) for arg in (value.start, value.stop, value.step)]
        return {TYPE_KEY: cls.__name__, 'args': args}
    if cls.__module__ == 'datetime' and cls.__name__ in _DATES:
        return _date_to_json(value)
    if cls.__name__ in _PATHS and cls.__module__.partition('.')[0] == 'pathlib':
        return {TYPE_KEY: cls.__name__, 'value': str(value)}
    if 'numpy' in sys.modules or 'torch' in sys.modules:
        from mutandis.base import json_arrays

        return json_arrays.array_to_json(value)
    return NotImplemented


def _sorted_items(value: Any, encode: Encode) -> list[Any]:
    # Sorted where possible, so that equal sets have equal texts.
    try:
        items = sorted(value)
    except Exception:
        items = list(value)
    return [encode(item) for item in items]


# -- Enum members.


def _enum_to_json(value: enum.Enum) -> Any:
    cls = type(value)
    if '<locals>' in cls.__qualname__:
        return NotImplemented
    form: dict[str, Any] = {TYPE_KEY: 'enum', 'name': json_registry.type_name(cls)}
    if value.name in cls.__members__:
        return {**form, 'member': value.name}
    if isinstance(value, enum.Flag) and type(value.value) is int:
        return {**form, 'value': value.value}
    return NotImplemented


def _enum_from_json(json_value: dict[str, Any], context: Any, decode: Encode) -> Any:
    name = name_of(json_value)
    try:
        cls = context.load_symbol(name)
    except json_registry.UnknownName:
        if not context.convert_unknown:
            raise
        from mutandis.base import json_reading

        return json_reading.unknown_reader(json_value, context)
    if not (isinstance(cls, type) and issubclass(cls, enum.Enum)):
        raise TypeError(f'{name!r} should name an enum class, but names {describe(cls)}.')
    if 'value' in json_value and issubclass(cls, enum.Flag):
        value = json_value['value']
        if type(value) is not int:
            raise ValueError(f'The value of a flag should be an int. Encountered: {value!r}.')
        return cls(value)
    member = json_value['member']
    if not isinstance(member, str) or member not in cls.__members__:
        raise ValueError(f'{name} has no member {member!r}; it has {", ".join(cls.__members__)}.')
    return cls.__members__[member]


# -- Dates.


def _date_to_json(value: Any) -> Any:
    import datetime

    kind = type(value).__name__
    if isinstance(value, datetime.timedelta):
        return {TYPE_KEY: kind, 'value': [value.days, value.seconds, value.microseconds]}
    if isinstance(value, datetime.timezone):
        return _zone_to_json(value)
    zone = getattr(value, 'tzinfo', None)
    if zone is not None and type(zone) is not datetime.timezone:
        return NotImplemented  # Its rules are found in files.
    if zone is None:
        result = {TYPE_KEY: kind, 'value': value.isoformat()}
    else:
        result = {
            TYPE_KEY: kind,
            'value': value.replace(tzinfo=None).isoformat(),
            'zone': _zone_to_json(zone),
        }
    if getattr(value, 'fold', 0):
        result['fold'] = 1
    return result


def _zone_to_json(zone: datetime.timezone) -> dict[str, Any]:
    import datetime

    offset = zone.utcoffset(None)
    result: dict[str, Any] = {
        TYPE_KEY: 'timezone',
        'value': [offset.days, offset.seconds, offset.microseconds],
    }
    name = zone.tzname(None)
    if name != datetime.timezone(offset).tzname(None):
        result['name'] = name
    return result


def _date_from_json(json_value: dict[str, Any], context: Any, decode: Encode) -> Any:
    import datetime

    kind, value = json_value[TYPE_KEY], json_value['value']
    if kind in ('timedelta', 'timezone'):
        days, seconds, microseconds = (int(part) for part in value)
        delta = datetime.timedelta(days, seconds, microseconds)
        if kind == 'timedelta':
            return delta
        args = (json_value['name'],) if 'name' in json_value else ()
        return datetime.timezone(delta, *args)
    result = getattr(datetime, kind).fromisoformat(value)
    if 'zone' in json_value:
        zone = decode(json_value['zone'])
        if type(zone) is not datetime.timezone:
            raise ValueError(f'{zone!r} is no time zone.')
        result = result.replace(tzinfo=zone)
    return result.replace(fold=1) if json_value.get('fold') == 1 else result


# -- Others.


def _int_from_json(json_value: dict[str, Any], context: Any, decode: Encode) -> Any:
    digits = json_value['hex']
    if not isinstance(digits, str):
        raise ValueError(f'The digits of an int should be a str. Encountered: {digits!r}.')
    return int(digits, 16)


def _path_from_json(json_value: dict[str, Any], context: Any, decode: Encode) -> Any:
    import pathlib

    kind, value = json_value[TYPE_KEY], json_value['value']
    if not isinstance(value, str):
        raise ValueError(f'A path should be a str. Encountered: {value!r}.')
    # A path of the other kind of system can only be named here, not used.
    cls = getattr(pathlib, kind)
    own = type(pathlib.Path())
    if issubclass(cls, pathlib.Path) and cls is not own:
        cls = getattr(pathlib, f'Pure{kind}')
    return cls(value)


def _range_from_json(json_value: dict[str, Any], context: Any, decode: Encode) -> Any:
    args = decode(json_value['args'])
    if not isinstance(args, (list, tuple)) or len(args) != 3:
        raise ValueError(f'A {json_value[TYPE_KEY]} has three arguments. Encountered: {args!r}.')
    return range(*args) if json_value[TYPE_KEY] == 'range' else slice(*args)


def _items_from_json(json_value: dict[str, Any], context: Any, decode: Encode) -> Any:
    items = json_value.get('items', []) if json_value[TYPE_KEY] == 'tuple' else json_value['items']
    if not isinstance(items, (list, tuple)):
        raise ValueError(f'"items" should be a list. Encountered: {items!r}.')
    kinds: dict[str, Any] = {'tuple': tuple, 'set': set, 'frozenset': frozenset}
    return kinds[json_value[TYPE_KEY]](decode(item) for item in items)


def _bytes_from_json(json_value: dict[str, Any], context: Any, decode: Encode) -> Any:
    data = base64.b64decode(json_value['value'], validate=True)
    return data if json_value[TYPE_KEY] == 'bytes' else bytearray(data)


def _complex_from_json(json_value: dict[str, Any], context: Any, decode: Encode) -> Any:
    real, imag = json_value['real'], json_value['imag']
    for part in (real, imag):
        if type(part) not in (int, float):
            raise ValueError(f'A part of a complex number is a number. Encountered: {part!r}.')
    return complex(real, imag)


def _array_from_json(json_value: dict[str, Any], context: Any, decode: Encode) -> Any:
    from mutandis.base import json_arrays

    return json_arrays.array_from_json(json_value, context.trusted)


def _torch_from_json(json_value: dict[str, Any], context: Any, decode: Encode) -> Any:
    from mutandis.base import json_arrays

    return json_arrays.device_or_dtype_from_json(json_value, context.trusted)


NATIVE_READERS: dict[str, Callable[[dict[str, Any], Any, Encode], Any]] = {
    'type': type_from_json,
    'function': function_from_json,
    'method': method_from_json,
    'enum': _enum_from_json,
    'complex': _complex_from_json,
    'int': _int_from_json,
    **dict.fromkeys(('tuple', 'set', 'frozenset'), _items_from_json),
    **dict.fromkeys(('bytes', 'bytearray'), _bytes_from_json),
    **dict.fromkeys(('range', 'slice'), _range_from_json),
    **dict.fromkeys(_DATES, _date_from_json),
    **dict.fromkeys(_PATHS, _path_from_json),
    **dict.fromkeys(('ndarray', 'numpy', 'tensor'), _array_from_json),
    **dict.fromkeys(('torch.device', 'torch.dtype'), _torch_from_json),
}


# -- Forms of foreign types.

_conversions: dict[type, tuple[str, Callable[[Any], Any]]] = {}


def register_conversion(
    cls: type,
    key: str,
    encode: Callable[[Any], Any],
    decode: Callable[[Any], Any],
) -> None:
    """Gives a class of another library a JSON form.

    Example::

        register_conversion(Money, 'shop.Money', str, Money.parse)

    Args:
        cls: the class.
        key: the `_type` that its objects are written with; not the name of a registered class.
        encode: turns an object into a value that has a JSON form.
        decode: turns that value back into an object. It runs on JSON of any origin.
    """

    def read(json_value: dict[str, Any], context: Any, decode_part: Encode) -> Any:
        return decode(decode_part(json_value['value']))

    _conversions[cls] = (key, encode)
    NATIVE_READERS[key] = read


def conversion_to_json(value: Any, encode: Encode) -> Any:
    """Encodes a value of a class given to `register_conversion`; else NotImplemented."""
    for cls in type(value).__mro__:
        if cls in _conversions:
            key, to_plain = _conversions[cls]
            return {TYPE_KEY: key, 'value': encode(to_plain(value))}
    return NotImplemented


# -- Opaque values.


def opaque_to_json(value: Any) -> Any:
    """Encodes a value by pickling it."""
    import pickle

    try:
        data = pickle.dumps(value)
    except Exception as e:
        raise ValueError(
            f'Cannot encode {value!r} as JSON: it is not JSONConvertible, has no converter to JSON '
            f'and cannot be pickled ({e}).'
        ) from e
    return {TYPE_KEY: _OPAQUE_NAME, 'value': base64.encodebytes(data).decode('utf-8')}


def opaque_from_json(json_value: dict[str, Any], context: Any) -> Any:
    """Decodes a pickled value, if the caller trusts the text."""
    json_registry.check_pickle_allowed(context.trusted)
    import pickle

    try:
        return pickle.loads(base64.decodebytes(json_value['value'].encode('utf-8')))
    except Exception as e:
        raise ValueError(f'Cannot decode a pickled value: {e}') from e
