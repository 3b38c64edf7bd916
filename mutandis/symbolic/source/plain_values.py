"""Values that are no nodes of a tree, as code: numbers, texts, containers, types, arrays, dates.

Each kind is known by its exact type, and written by `repr` of known types and by names that exist.
"""

from __future__ import annotations

import enum
import math
import sys
import types
import typing
from collections.abc import Callable
from typing import Any

from mutandis.base import KeyPath, MissingValue
from mutandis.symbolic.insertion import Insertion
from mutandis.symbolic.source.calls import Call
from mutandis.symbolic.source.layout import in_double_quotes, string
from mutandis.symbolic.source.names import Names, NoName, is_name


class Literal:
    """A container to write: brackets, and the values between them with what stands before."""

    __slots__ = ('opening', 'items', 'closing', 'is_call', 'symbolic', 'is_function')

    def __init__(
        self,
        opening: str,
        items: list[tuple[Any, Any, Any]],
        closing: str,
        is_call: bool = False,
        symbolic: bool = False,
        is_function: bool = False,
    ) -> None:
        self.opening = opening
        # (key in the value, text or value that stands before, value)
        self.items = items
        self.closing = closing
        self.is_call = is_call
        # Whether plain lists and dicts in it become symbolic.
        self.symbolic = symbolic
        # Whether it is the call of a function, whose arguments are written as at the root.
        self.is_function = is_function


class KeyBefore:
    """A key of a dict, which is written before its value."""

    __slots__ = ('key',)

    def __init__(self, key: Any) -> None:
        self.key = key


Form = str | Literal | Call


def plain_form(value: Any, names: Names) -> Form | None:
    """How a value that is no node is written; None if nobody knows.

    Raises:
        NoName: A function or class in it has no name.
    """
    cls = type(value)
    write = _writer_of(cls)
    if write is not None:
        return write(value, names)  # type: ignore[no-any-return]
    if isinstance(value, enum.Enum):
        return _enum(value, names)
    if isinstance(value, MissingValue):
        return names.imported('mutandis', 'MISSING_VALUE')
    if isinstance(value, Insertion):
        return Literal(f'{names.refer(Insertion)}(', [(None, '', value.value)], ')', True, True)
    # A namedtuple; a class derived from one may make something else of its arguments.
    if isinstance(value, tuple) and cls.__bases__ == (tuple,) and hasattr(cls, '_fields'):
        return Call(cls, **dict(zip(cls._fields, value, strict=True)))
    if isinstance(value, type) and not isinstance(value, types.GenericAlias):
        return _class(value, names)
    if cls.__module__ == 'typing' or isinstance(value, (types.GenericAlias, types.UnionType)):
        return annotation(value, names)
    if cls.__module__.partition('.')[0] == 'pathlib':
        return Call(cls, str(value))
    if callable(value) and cls.__name__ in _FUNCTIONS:
        return _function(value, names)
    for library, form in (('numpy', _numpy), ('torch', _torch)):
        module = sys.modules.get(library)
        if module is not None:
            found = form(value, names, module)
            if found is not None:
                return found
    return None


_FUNCTIONS = (
    'function',
    'builtin_function_or_method',
    'method',
    'method_descriptor',
    'ufunc',
    '_ArrayFunctionDispatcher',
)


def _number(value: Any, names: Names) -> Form:
    if isinstance(value, int):
        if value.bit_length() < 10_000:
            return repr(value)
        # Python limits how many decimal digits it reads.
        return Call(int, hex(value), 16)
    if math.isfinite(value):
        return repr(value).replace('e+', 'e')
    return f'float({string(repr(value))})'


def _bytes(value: bytes, names: Names) -> Form:
    return 'b' + in_double_quotes(repr(value)[1:])


def _tuple(value: Any, names: Names) -> Form:
    return Literal('(', [(i, '', item) for i, item in enumerate(value)], ')')


def _list(value: Any, names: Names) -> Form:
    return Literal('[', [(i, '', item) for i, item in enumerate(value)], ']')


def _dict(value: Any, names: Names) -> Form:
    return Literal('{', [(k, KeyBefore(k), v) for k, v in value.items()], '}')


def _ordered(value: Any) -> list[Any]:
    # Equal sets have equal texts where their items can be ordered.
    try:
        return sorted(value)
    except Exception:
        return list(value)


def _set(value: Any, names: Names) -> Form:
    if not value:
        return 'set()'
    return Literal('{', [(None, '', item) for item in _ordered(value)], '}')


def _frozenset(value: Any, names: Names) -> Form:
    return Call(frozenset, set(value)) if value else 'frozenset()'


def _enum(value: Any, names: Names) -> Form | None:
    cls = type(value)
    name = value.name
    if name in cls.__members__:
        text = names.refer(cls)
        return f'{text}.{name}' if is_name(name) else f'{text}[{string(name)}]'
    if isinstance(value, enum.Flag) and type(value.value) is int:
        return Call(cls, value.value)
    return None


def _class(value: Any, names: Names) -> Form:
    if value is type(None):
        return 'type(None)'
    return names.refer(value)


def _function(value: Any, names: Names) -> Form:
    owner = getattr(value, '__self__', None)
    if owner is not None and not isinstance(owner, types.ModuleType):
        if isinstance(owner, type) and getattr(owner, value.__name__, None) == value:
            if owner.__module__.startswith('torch._C'):
                return names.refer(value)
            return f'{names.refer(owner)}.{value.__name__}'
        raise NoName(
            f'The method {value.__name__!r} is bound to an object, which code cannot name. Use a '
            f'function or a class method.'
        )
    if isinstance(value, types.MethodDescriptorType):
        return f'{names.refer(value.__objclass__)}.{value.__name__}'
    return names.refer(value)


def annotation(value: Any, names: Names) -> str:
    """The text of a type annotation.

    Raises:
        NoName: It has none that says all of it.
    """
    if value is None or value is type(None):
        return 'None'
    if value is Ellipsis:
        return '...'
    if isinstance(value, list):
        return f'[{", ".join(annotation(arg, names) for arg in value)}]'
    origin, args = typing.get_origin(value), typing.get_args(value)
    if isinstance(value, types.UnionType):
        return ' | '.join(annotation(arg, names) for arg in args)
    if origin is None:
        if isinstance(value, type):
            return names.refer(value)
        name = getattr(value, '_name', None) or getattr(value, '__name__', None)
        if name and type(value).__module__ == 'typing' and getattr(typing, name, None) is value:
            return names.imported('typing', name)
        raise NoName(f'The annotation {value!r} cannot be written as code. Use a class.')
    if origin is typing.Literal:
        if not all(type(arg) in (str, int, bool, type(None)) for arg in args):
            raise NoName(f'The annotation {value!r} cannot be written as code. Use an enum.')
        inner = ', '.join(string(a) if isinstance(a, str) else repr(a) for a in args)
        return f'{names.imported("typing", "Literal")}[{inner}]'
    if origin is typing.Union:
        head = names.imported('typing', 'Union')
    elif type(value).__module__ == 'typing' and getattr(value, '_name', None):
        head = names.imported('typing', value._name)
    elif isinstance(origin, type):
        head = names.refer(origin)
    else:
        raise NoName(f'The annotation {value!r} cannot be written as code. Use a class.')
    if not args:
        return f'{head}[()]' if origin is tuple else head
    if head.endswith('Optional'):
        args = tuple(arg for arg in args if arg is not type(None))
    return f'{head}[{", ".join(annotation(arg, names) for arg in args)}]'


# -- Dates and other values of Python's library.


def _moment(value: Any, names: Names) -> Form:
    import datetime

    parts = [value.hour, value.minute, value.second, value.microsecond]
    least = 0
    if isinstance(value, datetime.datetime):
        parts, least = [value.year, value.month, value.day, *parts], 3
    while len(parts) > least and not parts[-1]:
        parts.pop()
    options: dict[str, Any] = {} if value.tzinfo is None else {'tzinfo': value.tzinfo}
    if value.fold:
        options['fold'] = 1
    return Call(type(value), *parts, **options)


def _date(value: Any, names: Names) -> Form:
    return Call(type(value), value.year, value.month, value.day)


def _duration(value: Any, names: Names) -> Form:
    given = {n: getattr(value, n) for n in ('days', 'seconds', 'microseconds')}
    return Call(type(value), **{n: v for n, v in given.items() if v})


def _zone(value: Any, names: Names) -> Form:
    import datetime

    offset = value.utcoffset(None)
    name = value.tzname(None)
    if value is datetime.timezone.utc:
        return f'{names.refer(type(value))}.utc'
    named = () if name == datetime.timezone(offset).tzname(None) else (name,)
    return Call(type(value), offset, *named)


def _zone_of_file(value: Any, names: Names) -> Form | None:
    return Call(type(value), value.key) if value.key else None


def _by_text(value: Any, names: Names) -> Form:
    return Call(type(value), str(value))


def _fraction(value: Any, names: Names) -> Form:
    return Call(type(value), value.numerator, value.denominator)


def _ordered_dict(value: Any, names: Names) -> Form:
    return Call(type(value), dict(value))


def _range(value: Any, names: Names) -> Form:
    if isinstance(value, slice):
        return Call(slice, value.start, value.stop, value.step)
    if value.step != 1:
        return Call(range, value.start, value.stop, value.step)
    return Call(range, value.start, value.stop) if value.start else Call(range, value.stop)


def _key_path(value: Any, names: Names) -> Form:
    if is_said_by_text(value):
        return Call(KeyPath.parse, value.path)
    return Call(KeyPath, list(value._keys))


def is_said_by_text(path: KeyPath) -> bool:
    """Whether the text of a path says which keys it has."""
    try:
        parsed = KeyPath.parse(path.path)._keys
    except ValueError:
        return False
    return parsed == path._keys and all(type(key) in (str, int) for key in path._keys)


# -- Arrays.


def _numpy(value: Any, names: Names, numpy: Any) -> Form | None:
    if isinstance(value, numpy.dtype):
        return Call(numpy.dtype, value.str) if value.names is None else None
    if isinstance(value, numpy.generic):
        if value.dtype.kind in 'biuf' and type(value) is value.dtype.type:
            return Call(type(value), value.item()) if value.dtype.itemsize <= 8 else None
        if value.dtype.kind == 'c' and value.dtype.itemsize <= 16:
            return Call(type(value), value.item())
        return Call(type(value), value.item()) if type(value) is numpy.str_ else None
    if type(value) is not numpy.ndarray:
        return None
    dtype = value.dtype
    if dtype.kind not in 'biufcU' or dtype.itemsize > 16 and dtype.kind != 'U':
        return None
    if dtype.kind == 'f' and dtype.itemsize > 8:
        return None
    if 0 in value.shape:
        return Call(numpy.zeros, value.shape, dtype=_dtype(dtype, numpy))
    items = value.tolist()
    if numpy.asarray(items).dtype == dtype and dtype.kind != 'U':
        return Call(numpy.array, items)
    return Call(numpy.array, items, dtype=_dtype(dtype, numpy))


def _dtype(dtype: Any, numpy: Any) -> Any:
    plain = dtype.type if dtype.kind != 'U' else None
    return plain if plain is not None and numpy.dtype(plain) == dtype else dtype.str


def _torch(value: Any, names: Names, torch: Any) -> Form | None:
    if isinstance(value, torch.dtype):
        return names.imported('torch', str(value).removeprefix('torch.'))
    if isinstance(value, torch.device):
        return Call(torch.device, str(value))
    if type(value) is not torch.Tensor or value.layout is not torch.strided or value.is_meta:
        return None
    if value.requires_grad or value.is_quantized:
        return None
    options: dict[str, Any] = {}
    if value.device.type != 'cpu':
        options['device'] = value.device
    if not value.numel():
        return Call(torch.empty, tuple(value.shape), dtype=value.dtype, **options)
    items = value.tolist()
    if value.dtype not in (torch.float32, torch.int64, torch.bool):
        options['dtype'] = value.dtype
    return Call(torch.tensor, items, **options)


def _literal(value: Any, names: Names) -> Form:
    return repr(value)


_WRITERS: dict[Any, Callable[[Any, Names], Any]] = {
    int: _number,
    float: _number,
    str: lambda value, names: string(value),
    bytes: _bytes,
    bool: _literal,
    type(None): _literal,
    type(...): lambda value, names: '...',
    complex: lambda value, names: Call(complex, value.real, value.imag),
    bytearray: lambda value, names: Call(bytearray, bytes(value)),
    tuple: _tuple,
    list: _list,
    dict: _dict,
    set: _set,
    frozenset: _frozenset,
    range: _range,
    slice: _range,
    KeyPath: _key_path,
}


_WRITERS_OF_THE_LIBRARY: dict[tuple[str, str], Callable[[Any, Names], Any]] = {
    ('datetime', 'datetime'): _moment,
    ('datetime', 'date'): _date,
    ('datetime', 'time'): _moment,
    ('datetime', 'timedelta'): _duration,
    ('datetime', 'timezone'): _zone,
    ('decimal', 'Decimal'): _by_text,
    ('fractions', 'Fraction'): _fraction,
    ('uuid', 'UUID'): _by_text,
    ('zoneinfo', 'ZoneInfo'): _zone_of_file,
    ('collections', 'OrderedDict'): _ordered_dict,
}


def _writer_of(cls: type) -> Callable[[Any, Names], Any] | None:
    write = _WRITERS.get(cls)
    if write is None:
        module, name = cls.__module__, cls.__qualname__
        if getattr(sys.modules.get(module), name, None) is cls:
            write = _WRITERS_OF_THE_LIBRARY.get((module, name))
    return write


__all__ = ['Form', 'KeyBefore', 'Literal', 'annotation', 'is_said_by_text', 'plain_form']
