"""JSON forms of classes, functions, annotations, and of values that have a form of their own.

Each is a dict whose `_type` is a reserved word without a dot (`type`, `function`, `set`, ...),
except for opaque values, which are pickled.
"""

from __future__ import annotations

import base64
import enum
import sys
import types
import typing
from collections.abc import Callable
from typing import Any

from mutandis.base import json_registry
from mutandis.base.json_markers import TUPLE_MARKER
from mutandis.base.json_markers import TYPE_NAME_KEY as TYPE_KEY

OPAQUE_SUFFIX = '._OpaqueObject'
# The name that PyGlove reads and writes.
_OPAQUE_NAME = 'pyglove.core.utils.json_conversion' + OPAQUE_SUFFIX

Encode = Callable[[Any], Any]

_FUNCTION_TYPES = (types.FunctionType, types.BuiltinFunctionType, types.MethodDescriptorType)


_ANNOTATED: Any = type(typing.Annotated[int, ''])


def is_symbol(value: Any) -> bool:
    """Whether a value is a class, a function, a method or an annotation."""
    return (
        isinstance(
            value,
            (
                type,
                *_FUNCTION_TYPES,
                types.MethodType,
                types.GenericAlias,
                types.UnionType,
                typing.TypeVar,
            ),
        )
        or value is Ellipsis
        or (type(value).__module__ == 'typing')
    )


def is_unshared(value: Any) -> bool:
    """Whether a value is written wherever it occurs, as symbols and small constants are."""
    return is_symbol(value) or isinstance(value, (enum.Enum, complex, *_dates()))


def _dates() -> tuple[type, ...]:
    datetime = sys.modules.get('datetime')
    if datetime is None:
        return ()
    return (datetime.date, datetime.time, datetime.timedelta, datetime.timezone)


def symbol_to_json(value: Any, encode: Encode) -> Any:
    """Encodes a class, function, method or annotation."""
    if isinstance(value, types.MethodType):
        return _method_to_json(value)
    if isinstance(value, _FUNCTION_TYPES):
        return _function_to_json(value, encode)
    if isinstance(value, type) and not isinstance(value, types.GenericAlias):
        return _type_to_json(value)
    return _annotation_to_json(value, encode)


def _type_to_json(value: type) -> Any:
    if '<locals>' in value.__qualname__:
        raise ValueError(
            f'Cannot encode the local class {json_registry.type_name(value)!r} as JSON: it could '
            f'not be found again. Move it to the level of its module.'
        )
    return {TYPE_KEY: 'type', 'name': json_registry.type_name(value)}


def _annotation_to_json(value: Any, encode: Encode) -> Any:
    if value is Ellipsis:
        return {TYPE_KEY: 'type', 'name': 'builtins.Ellipsis'}
    if isinstance(value, types.UnionType):
        name, args = 'types.UnionType', typing.get_args(value)
    else:
        # Only subscripted forms have arguments of their own (`typing.List` has none).
        name, args = _annotation_name(value), typing.get_args(value)
    result: dict[str, Any] = {TYPE_KEY: 'type', 'name': name}
    if args:
        if len(args) > 4:
            raise NotImplementedError(
                f'Cannot encode an annotation with more than 4 type arguments as JSON: {value!r}.'
            )
        result['args'] = [TUPLE_MARKER, *(encode(arg) for arg in args)]
    return result


def _annotation_name(value: Any) -> str:
    origin = typing.get_origin(value)
    if isinstance(value, types.GenericAlias):
        return json_registry.type_name(origin)
    if isinstance(value, _ANNOTATED):
        return 'typing.Annotated'
    if origin is typing.Union:
        return 'typing.Union'
    if origin is typing.Literal:
        raise ValueError(
            f'Cannot encode the annotation {value!r} as JSON. Use a class or a generic alias.'
        )
    name = getattr(value, '_name', None) or getattr(value, '__name__', None)
    if (
        type(value).__module__ == 'typing'
        and not isinstance(value, typing.TypeVar)
        and (name and hasattr(typing, name))
    ):
        return f'typing.{name}'
    if isinstance(origin, type):  # A user's generic class with arguments.
        return json_registry.type_name(origin)
    raise ValueError(
        f'Cannot encode the annotation {value!r} as JSON. Use a class or a generic alias.'
    )


def _function_to_json(value: Any, encode: Encode) -> Any:
    if isinstance(value, types.MethodDescriptorType):  # Such as `str.upper`.
        cls_name = json_registry.type_name(value.__objclass__)
        return {TYPE_KEY: 'function', 'name': f'{cls_name}.{value.__name__}'}
    if isinstance(value, types.BuiltinFunctionType):
        owner: Any = value.__self__
        if owner is not None and not isinstance(owner, (types.ModuleType, type)):
            raise ValueError(f'Cannot encode {value!r} as JSON: it is bound to {owner!r}.')
        module = value.__module__ or getattr(owner, '__module__', None) or 'builtins'
        return {TYPE_KEY: 'function', 'name': f'{module}.{value.__qualname__}'}
    name = json_registry.type_name(value)
    result = {TYPE_KEY: 'function', 'name': name}
    if '<' not in value.__qualname__:
        return result
    if value.__closure__:
        raise ValueError(
            f'Cannot encode the function {name!r} as JSON: it uses variables of the function '
            f'around it ({", ".join(value.__code__.co_freevars)}). Pass them as arguments with '
            f'defaults, or make it a functor.'
        )
    import marshal

    result['code'] = base64.encodebytes(marshal.dumps(value.__code__)).decode('utf-8')
    result['defaults'] = encode(value.__defaults__)
    if value.__kwdefaults__:
        result['kwdefaults'] = encode(value.__kwdefaults__)
    return result


def _method_to_json(value: types.MethodType) -> Any:
    owner = value.__self__
    if not isinstance(owner, type):
        raise ValueError(
            f'Cannot encode {value!r} as JSON: it is bound to an instance. Class methods, static '
            f'methods and functions can be encoded.'
        )
    if '<locals>' in owner.__qualname__:
        raise ValueError(
            f'Cannot encode {value!r} as JSON: its class is local to a function and could not be '
            f'found again.'
        )
    name = f'{json_registry.type_name(owner)}.{value.__name__}'
    return {TYPE_KEY: 'method', 'name': name}


# -- Reading.


def type_from_json(json_value: dict[str, Any], context: Any, decode: Encode) -> Any:
    """Decodes a class or an annotation."""
    name = _name_of(json_value)
    args = decode(json_value['args']) if 'args' in json_value else None
    if name == 'types.UnionType' and args:
        result = args[0]
        for arg in args[1:]:
            result = result | arg
        return result
    symbol = context.load_symbol(name)
    if not (isinstance(symbol, type) or symbol is Ellipsis or type(symbol).__module__ == 'typing'):
        raise TypeError(f'{name!r} should name a class, but names {symbol!r}.')
    if args is None:
        return symbol
    args = tuple(list(arg) if isinstance(arg, list) else arg for arg in args)
    return symbol[args if len(args) != 1 else args[0]]


def function_from_json(json_value: dict[str, Any], context: Any, decode: Encode) -> Any:
    """Decodes a function."""
    name = _name_of(json_value)
    if 'code' not in json_value:
        symbol = context.load_symbol(name)
        if not callable(symbol):
            raise TypeError(f'{name!r} should name a function, but names {symbol!r}.')
        return symbol
    json_registry.check_code_allowed(context.trusted, f'the code of the function {name!r}')
    import marshal

    code = marshal.loads(base64.decodebytes(json_value['code'].encode('utf-8')))
    # A function sees the globals of the module that it was written in, if that is loaded.
    module_name = name.split('.<', 1)[0].rpartition('.<')[0] or name.split('.<', 1)[0]
    module = None
    while module_name and module is None:
        module = sys.modules.get(module_name)
        module_name = module_name.rpartition('.')[0]
    function = types.FunctionType(
        code=code,
        globals=vars(module) if module is not None else {'__builtins__': __builtins__},
        argdefs=decode(json_value['defaults']) if json_value.get('defaults') else None,
    )
    if json_value.get('kwdefaults'):
        function.__kwdefaults__ = dict(decode(json_value['kwdefaults']))
    return function


def method_from_json(json_value: dict[str, Any], context: Any, decode: Encode) -> Any:
    """Decodes a class method."""
    return function_from_json({'name': _name_of(json_value)}, context, decode)


def _name_of(json_value: dict[str, Any]) -> str:
    name = json_value.get('name')
    if not isinstance(name, str):
        raise TypeError(
            f'A {json_value.get(TYPE_KEY, "symbol")!r} in JSON needs a str under "name". '
            f'Encountered: {json_value!r}.'
        )
    return name


# -- Values with a form of their own.


def native_to_json(value: Any, encode: Encode) -> Any:
    """Encodes sets, bytes, enum members, complex numbers, dates and arrays; else NotImplemented."""
    if isinstance(value, (set, frozenset)):
        if type(value) in (set, frozenset):
            return {TYPE_KEY: type(value).__name__, 'items': _sorted_items(value, encode)}
    elif isinstance(value, enum.Enum):
        if (
            value.name is not None
            and '<locals>' not in type(value).__qualname__
            and (value.name in type(value).__members__)
        ):
            return {
                TYPE_KEY: 'enum',
                'name': json_registry.type_name(type(value)),
                'member': value.name,
            }
    elif type(value) in (bytes, bytearray):
        return {TYPE_KEY: type(value).__name__, 'value': base64.b64encode(value).decode('ascii')}
    elif type(value) is complex:
        return {TYPE_KEY: 'complex', 'real': value.real, 'imag': value.imag}
    elif type(value).__module__ == 'datetime':
        return _date_to_json(value)
    elif type(value).__module__ == 'numpy':
        return _numpy_to_json(value)
    return NotImplemented


def _sorted_items(value: Any, encode: Encode) -> list[Any]:
    # Sorted where possible, so that equal sets have equal texts.
    try:
        items = sorted(value)
    except TypeError:
        items = list(value)
    return [encode(item) for item in items]


def _date_to_json(value: Any) -> Any:
    import datetime

    if type(value) in (datetime.datetime, datetime.date, datetime.time):
        zone = getattr(value, 'tzinfo', None)
        if zone is None or type(zone) is datetime.timezone:
            return {TYPE_KEY: type(value).__name__, 'value': value.isoformat()}
    elif type(value) is datetime.timedelta:
        return {TYPE_KEY: 'timedelta', 'value': [value.days, value.seconds, value.microseconds]}
    return NotImplemented


def _numpy_to_json(value: Any) -> Any:
    dtype = getattr(value, 'dtype', None)
    if dtype is None or dtype.kind not in 'biufc':
        return NotImplemented
    data = base64.b64encode(value.tobytes()).decode('ascii')
    return {
        TYPE_KEY: 'ndarray'
        if hasattr(value, '__array_finalize__') and (type(value).__name__ == 'ndarray')
        else 'numpy',
        'dtype': dtype.str,
        'shape': list(value.shape),
        'data': data,
    }


def _numpy_from_json(json_value: dict[str, Any], context: Any, decode: Encode) -> Any:
    import numpy

    array = numpy.frombuffer(
        base64.b64decode(json_value['data']), dtype=numpy.dtype(json_value['dtype'])
    )
    if json_value[TYPE_KEY] == 'numpy':
        return array[0]
    return array.reshape(json_value['shape']).copy()


def _enum_from_json(json_value: dict[str, Any], context: Any, decode: Encode) -> Any:
    name = _name_of(json_value)
    cls = context.load_symbol(name)
    if not (isinstance(cls, type) and issubclass(cls, enum.Enum)):
        raise TypeError(f'{name!r} should name an enum class, but names {cls!r}.')
    try:
        return cls[json_value['member']]
    except KeyError:
        raise ValueError(
            f'{name} has no member {json_value["member"]!r}; it has {", ".join(cls.__members__)}.'
        ) from None


def _date_from_json(json_value: dict[str, Any], context: Any, decode: Encode) -> Any:
    import datetime

    kind, value = json_value[TYPE_KEY], json_value['value']
    if kind == 'timedelta':
        return datetime.timedelta(*value)
    return getattr(datetime, kind).fromisoformat(value)


NATIVE_READERS: dict[str, Callable[[dict[str, Any], Any, Encode], Any]] = {
    'type': type_from_json,
    'function': function_from_json,
    'method': method_from_json,
    'tuple': lambda j, c, d: tuple(d(item) for item in j.get('items', ())),
    'set': lambda j, c, d: set(d(item) for item in j['items']),
    'frozenset': lambda j, c, d: frozenset(d(item) for item in j['items']),
    'bytes': lambda j, c, d: base64.b64decode(j['value']),
    'bytearray': lambda j, c, d: bytearray(base64.b64decode(j['value'])),
    'complex': lambda j, c, d: complex(j['real'], j['imag']),
    'enum': _enum_from_json,
    'datetime': _date_from_json,
    'date': _date_from_json,
    'time': _date_from_json,
    'timedelta': _date_from_json,
    'ndarray': _numpy_from_json,
    'numpy': _numpy_from_json,
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

        register_conversion(torch.device, 'torch.device', str, torch.device)

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
