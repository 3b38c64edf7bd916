"""JSON forms of classes, annotations, functions and methods: dicts that name them."""

from __future__ import annotations

import base64
import sys
import types
import typing
from collections.abc import Callable
from typing import Any

from mutandis.base import json_registry
from mutandis.base.json_hooks import hooks
from mutandis.base.json_markers import TUPLE_MARKER
from mutandis.base.json_markers import TYPE_NAME_KEY as TYPE_KEY
from mutandis.base.json_registry import describe

Encode = Callable[[Any], Any]

_CALLABLE_TYPES = (
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodDescriptorType,
    types.MethodType,
)
# Where Python's own ways to subscribe a class live.
_GENERIC_MODULES = frozenset({'typing', 'types', '_collections_abc'})
_FUNCTION_TYPES = (types.FunctionType, types.BuiltinFunctionType, types.MethodDescriptorType)


# Forms of `typing` that stand for values, beside the aliases of classes.
_SPECIAL_FORMS = frozenset({'Annotated', 'Any', 'Callable', 'Optional', 'Union'})
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
    if args == ((),):  # As Python 3.10 says it.
        args = ()
    if not args and _is_empty_tuple(value):
        result['args'] = {TYPE_KEY: 'tuple'}
    if args:
        if len(args) > 4:
            raise NotImplementedError(
                f'Cannot encode an annotation with more than 4 type arguments as JSON: {value!r}.'
            )
        result['args'] = [TUPLE_MARKER, *(encode(arg) for arg in args)]
    return result


def _is_empty_tuple(value: Any) -> bool:
    """Whether a value is the type of empty tuples, `tuple[()]`."""
    return typing.get_origin(value) is tuple and value not in (tuple, tuple)


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
        and hasattr(typing, name or '')
        and (isinstance(origin, type) or name in _SPECIAL_FORMS)
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
    name = name_of(json_value)
    args = decode(json_value['args']) if 'args' in json_value else None
    if args is not None and not isinstance(args, (tuple, list)):
        raise ValueError(
            f'The type arguments of {name!r} should be a tuple. Encountered: {args!r}.'
        )
    if name == 'types.UnionType' and args:
        return _union_of(args)
    try:
        symbol = context.load_symbol(name)
    except json_registry.UnknownName:
        if not context.convert_unknown:
            raise
        return hooks.unknown('type', name, {'args': args})
    if not (isinstance(symbol, type) or symbol is Ellipsis or type(symbol).__module__ == 'typing'):
        raise TypeError(f'{name!r} should name a class, but names {describe(symbol)}.')
    if args is None:
        return symbol
    if context.convert_unknown and any(not _is_type_argument(arg) for arg in args):
        return hooks.unknown('type', name, {'args': args})
    args = tuple(list(arg) if isinstance(arg, list) else arg for arg in args)
    _check_type_arguments(name, symbol, args, context.trusted)
    return symbol[args if len(args) != 1 else args[0]]


def _union_of(args: Any) -> Any:
    for arg in args:
        if not _is_type_argument(arg) or isinstance(arg, (list, str)):
            raise TypeError(f'A union is made of types. Encountered: {arg!r}.')
    result = args[0]
    for arg in args[1:]:
        result = result | arg
    return result


def _is_type_argument(value: Any) -> bool:
    if isinstance(value, (list, tuple)):  # The arguments of a callable.
        return all(_is_type_argument(item) for item in value)
    return value is None or (is_symbol(value) and not isinstance(value, _CALLABLE_TYPES))


def _check_type_arguments(
    name: str, symbol: Any, args: tuple[Any, ...], trusted: bool | None
) -> None:
    """Sees to it that subscribing a type runs no code of others, and evaluates no text."""
    if symbol is Ellipsis:
        raise TypeError(f'{name!r} takes no type arguments. Encountered: {args!r}.')
    if trusted:
        return
    if isinstance(symbol, type):
        subscribe = json_registry.look_up(symbol, '__class_getitem__', None)
        function = getattr(subscribe, '__func__', None)
        if json_registry.look_up(type(symbol), '__getitem__', None) is not None or not (
            subscribe is None
            or isinstance(subscribe, types.BuiltinMethodType)
            or getattr(function, '__module__', None) in _GENERIC_MODULES
        ):
            raise TypeError(f'{name!r} takes no type arguments that JSON may name.')
    if getattr(symbol, '_name', None) != 'Annotated' and symbol is not typing.Annotated:
        for arg in args:
            if not _is_type_argument(arg):
                raise TypeError(f'{arg!r} is no type argument for {name!r}.')


def function_from_json(json_value: dict[str, Any], context: Any, decode: Encode) -> Any:
    """Decodes a function."""
    name = name_of(json_value)
    if 'code' not in json_value:
        try:
            symbol = context.load_symbol(name)
        except json_registry.UnknownName:
            if not context.convert_unknown:
                raise
            return hooks.unknown(json_value.get(TYPE_KEY, 'function'), name, {})
        if not callable(symbol):
            raise TypeError(f'{name!r} should name a function, but names {describe(symbol)}.')
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
    return function_from_json({TYPE_KEY: 'method', 'name': name_of(json_value)}, context, decode)


def name_of(json_value: dict[str, Any]) -> str:
    name = json_value.get('name')
    if not isinstance(name, str):
        raise TypeError(
            f'A {json_value.get(TYPE_KEY, "symbol")!r} in JSON needs a str under "name". '
            f'Encountered: {json_value!r}.'
        )
    return name
