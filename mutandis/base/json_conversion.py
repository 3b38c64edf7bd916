"""Values as JSON, and back.

`to_json` turns any value into plain Python data that `json` can write; `from_json` is its inverse.
Classes take part by deriving from `JSONConvertible`. Names and trust are the business of
`json_registry`, shared values of `json_context`, classes and functions of `json_symbols`.

User data never collides with the markers of the encoding: dict keys that look like one are written
with the prefix `__key__:`, lists that start with one get `__list__` in front.

Reading first resolves every name in the tree and only then builds, bottom-up; so a text with an
unknown class builds nothing at all.
"""

from __future__ import annotations

import contextvars
import json
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from mutandis.base import json_registry, json_symbols
from mutandis.base.json_context import (
    CONTEXT_KEY,
    REF_KEY,
    ROOT_VALUE_KEY,
    JSONConversionContext,
)
from mutandis.base.json_registry import registered_types, type_name
from mutandis.base.key_path import KeyPath

JSONValueType = Any  # None, bool, int, float, str, or lists and dicts of them.

TYPE_NAME_KEY = '_type'
TUPLE_MARKER = '__tuple__'
SYMBOLIC_MARKER = '__symbolic__'
LIST_MARKER = '__list__'
INT_KEY_PREFIX = 'n_:'
ESCAPE_PREFIX = '__key__:'

_PRIMITIVES = frozenset({type(None), bool, int, float, str})
_LIST_MARKERS = frozenset({TUPLE_MARKER, SYMBOLIC_MARKER, LIST_MARKER})
_KEY_MARKERS = frozenset({TYPE_NAME_KEY, SYMBOLIC_MARKER, REF_KEY, ROOT_VALUE_KEY, CONTEXT_KEY})

# Makes a value of the JSON form of one type.
Reader = Callable[[Any, JSONConversionContext], Any]


class JSONConvertible:
    """Base of classes that have a JSON form.

    A subclass defines `to_json` (usually by `to_json_dict`) and, unless its constructor takes
    the written entries as keywords, `from_json`. It is registered under its `module.qualname`, or
    its own `__serialization_key__`, when it is created.
    """

    __slots__ = ()

    TYPE_NAME_KEY: ClassVar[str] = TYPE_NAME_KEY
    TUPLE_MARKER: ClassVar[str] = TUPLE_MARKER
    SYMBOLIC_MARKER: ClassVar[str] = SYMBOLIC_MARKER
    REF_KEY: ClassVar[str] = REF_KEY
    ROOT_VALUE_KEY: ClassVar[str] = ROOT_VALUE_KEY
    CONTEXT_KEY: ClassVar[str] = CONTEXT_KEY

    # From a type to the function that turns its instances into JSON-convertible values, or None.
    TYPE_CONVERTER: ClassVar[Callable[[type], Callable[[Any], Any] | None] | None] = None

    # Whether subclasses are registered when they are created.
    auto_register: ClassVar[bool] = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.auto_register:
            key = cls.__dict__.get('__serialization_key__')
            json_registry._classes[key if isinstance(key, str) else type_name(cls)] = cls

    @classmethod
    def from_json(cls, json_value: Any, **kwargs: Any) -> Any:
        """Makes an instance from its JSON form.

        By default all entries but `_type` are decoded and passed to the class as keywords.
        """
        context = kwargs.get('context')
        if context is None:
            context = _new_context(kwargs)
        if not isinstance(json_value, dict):
            raise TypeError(
                f'{cls.__name__} is read from a dict. Encountered: {json_value!r}.')
        return cls(**{
            key: decode(value, context) for key, value in json_value.items()
            if key != TYPE_NAME_KEY})

    def to_json(self, *, context: JSONConversionContext | None = None, **kwargs: Any) -> Any:
        """Returns the JSON form: plain Python data."""
        raise NotImplementedError(
            f'{type(self).__name__} is JSONConvertible but does not define `to_json`.')

    def to_json_str(self, *, json_indent: int | None = None, **kwargs: Any) -> str:
        """Returns the JSON form as text."""
        return to_json_str(self, json_indent=json_indent, **kwargs)

    @classmethod
    def register(cls, type_name: str, subclass: type, override_existing: bool = False) -> None:
        """Registers a class under a name."""
        json_registry.register(type_name, subclass, override_existing)

    @classmethod
    def is_registered(cls, type_name: str) -> bool:
        """Whether a class is registered under a name."""
        return json_registry.is_registered(type_name)

    @classmethod
    def class_from_typename(cls, type_name: str) -> type | None:
        """Returns the class registered under a name, or None."""
        return json_registry.class_from_typename(type_name)

    @classmethod
    def registered_types(cls) -> Iterable[tuple[str, type]]:
        """Returns the pairs of name and registered class."""
        return json_registry.registered_types()

    @classmethod
    def add_module_alias(cls, module: str, aliases: str | Iterable[str]) -> None:
        """Makes names under an alias be looked up under a module."""
        json_registry.add_module_alias(module, aliases)

    @classmethod
    def load_types_for_deserialization(cls, *types_to_deserialize: type) -> Any:
        """A scope in which classes answer to the last component of their name."""
        return json_registry.load_types(*types_to_deserialize)

    def to_json_dict(
        self,
        fields: dict[str, Any],
        *,
        exclude_default: bool = False,
        exclude_keys: Iterable[str] | None = None,
        **kwargs: Any,
    ) -> dict[str, Any]:
        """Returns the dict form of an object.

        Args:
            fields: from name to value; with `exclude_default`, to pairs of value and default.
            exclude_default: leave out the values equal to their default.
            exclude_keys: names to leave out.
            **kwargs: options of the conversion.
        """
        left_out = set(exclude_keys or ())
        result = {TYPE_NAME_KEY: json_registry.serialization_key(type(self))}
        for name, value in fields.items():
            if name in left_out:
                continue
            if exclude_default:
                value, default = value
                if value == default:
                    continue
            result[name] = to_json(value, **kwargs)
        return result


class Hooks:
    """What the symbolic floor plugs in (see `set_symbolic_hooks`)."""

    __slots__ = ('node_type', 'write_tree', 'make_dict', 'make_list', 'construct', 'unknown')

    def __init__(self) -> None:
        self.node_type: type | None = None
        self.write_tree: Any = None
        self.make_dict: Callable[[dict[Any, Any], bool], Any] = lambda items, partial: items
        self.make_list: Callable[[list[Any], bool], Any] = lambda items, partial: items
        self.construct: Any = None
        self.unknown: Any = None


hooks = Hooks()


def set_symbolic_hooks(**kwargs: Any) -> None:
    """Plugs symbolic behaviour in.

    Keywords:
        node_type: the base class of symbolic nodes.
        write_tree: `(node, options) -> JSON`, or NotImplemented where the tree holds values that
            may be shared; the fast way for trees of nodes and plain leaves.
        make_dict, make_list: `(items, allow_partial) -> node` of decoded items.
        construct: `cls -> builder or None`; the builder `(fields, allow_partial, root_path)` makes
            an object whose class leaves decoding to us. None: call `cls.from_json`.
        unknown: `(kind, name, fields) -> value` for names that nothing is known under.
    """
    for name, value in kwargs.items():
        setattr(hooks, name, value)


# -- Writing.


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
    if type(value) in _PRIMITIVES:
        return value
    if context is not None:
        return encode(value, context, kwargs)
    if hooks.write_tree is not None and isinstance(value, hooks.node_type):  # type: ignore[arg-type]
        result = hooks.write_tree(value, kwargs)
        if result is not NotImplemented:
            return result
    context = JSONConversionContext()
    return context.to_json(root=encode(value, context, kwargs))


def encode(value: Any, context: JSONConversionContext, options: dict[str, Any]) -> Any:
    """`to_json` within a conversion."""
    if type(value) in _PRIMITIVES:
        return value
    if isinstance(value, JSONConvertible):
        return context.serialize_maybe_shared(value, value.to_json, context=context, **options)
    if isinstance(value, tuple) or json_symbols.is_symbol(value):
        return encode_unshared(value, context, options)
    return context.serialize_maybe_shared(value, **options)


def encode_unshared(value: Any, context: JSONConversionContext, options: dict[str, Any]) -> Any:
    """Writes a value that was not written before in this conversion."""
    if isinstance(value, JSONConvertible):
        return value.to_json(context=context, **options)
    if 'exclude_keys' in options:  # Only for the top node.
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
    for write in (json_symbols.conversion_to_json, json_symbols.native_to_json):
        result = write(value, encode_part)
        if result is not NotImplemented:
            return result
    if JSONConvertible.TYPE_CONVERTER is not None:
        converter = JSONConvertible.TYPE_CONVERTER(type(value))
        if converter is not None:
            return encode_part(converter(value))
    return json_symbols.opaque_to_json(value)


def _is_enum(value: Any) -> bool:
    import enum
    return isinstance(value, enum.Enum)


def _plain(value: Any) -> Any:
    """Returns the value of a subclass instance of a primitive type as that type."""
    for cls in (int, float, str):
        if isinstance(value, cls):
            return cls(value)
    return value


def escape_key(key: Any) -> Any:
    """Protects a dict key that looks like a marker."""
    if type(key) is str and (key[:1] == '_' or key[:2] == 'n_') and (
            key in _KEY_MARKERS or key.startswith((INT_KEY_PREFIX, ESCAPE_PREFIX))):
        return ESCAPE_PREFIX + key
    return key


def escape_list(items: list[Any]) -> list[Any]:
    """Protects a list that starts with a marker."""
    if items and type(items[0]) is str and items[0] in _LIST_MARKERS:
        return [LIST_MARKER, *items]
    return items


def to_json_str(value: Any, *, json_indent: int | None = None, **kwargs: Any) -> str:
    """Returns the JSON form of any value as text. See `to_json`."""
    if hooks.write_tree is not None and isinstance(value, hooks.node_type):  # type: ignore[arg-type]
        result = hooks.write_tree(value, kwargs, for_text=True)
        if result is not NotImplemented:
            return _dump(result, json_indent)
    return _dump(_int_keys_to_text(to_json(value, **kwargs)), json_indent)


_encode_text = json.JSONEncoder(check_circular=False).encode


def _dump(json_value: Any, json_indent: int | None) -> str:
    try:
        if json_indent is None:
            return _encode_text(json_value)
        return json.dumps(json_value, indent=json_indent)
    except RecursionError:
        raise ValueError(
            'Cannot write JSON text: the value is nested too deeply for the writer.') from None


def int_key_to_text(key: Any) -> Any:
    """Returns the form of an int key in JSON text: `n_:3`."""
    return f'{INT_KEY_PREFIX}{key}' if type(key) is int else key


def _int_keys_to_text(value: Any) -> Any:
    """Returns `value` with the int keys of its dicts as text; unchanged parts are shared."""
    if type(value) is dict:
        result = value
        for key, item in value.items():
            kind = type(item)
            new = _int_keys_to_text(item) if kind is dict or kind is list else item
            if type(key) is int or new is not item:
                result = None
                break
        if result is not None:
            return result
        return {
            int_key_to_text(key): _int_keys_to_text(item)
            for key, item in value.items()}
    if type(value) is list:
        items = value
        for i, item in enumerate(value):
            kind = type(item)
            if kind is dict or kind is list:
                new = _int_keys_to_text(item)
                if new is not item:
                    if items is value:
                        items = list(value)
                    items[i] = new
        return items
    return value


# -- Reading.

# The decode in progress. A `from_json` of a class that drops its options still inherits the trust.
_active: contextvars.ContextVar[JSONConversionContext | None] = contextvars.ContextVar(
    'mutandis_json_decode', default=None)


def _new_context(options: dict[str, Any]) -> JSONConversionContext:
    trusted = options.get('trusted')
    allow = options.get('allow') or ()
    if trusted is None:
        outer = _active.get()
        if outer is not None:
            trusted = outer.trusted
            allow = allow or outer.allow
        else:
            trusted = json_registry.default_trust()
    return JSONConversionContext(
        trusted=trusted,
        allow=allow,
        auto_import=options.get('auto_import', True) and trusted is not False,
        convert_unknown=options.get('convert_unknown', False),
        auto_symbolic=options.get('auto_symbolic', False),
        allow_partial=options.get('allow_partial', False))


def from_json(
    json_value: Any,
    *,
    context: JSONConversionContext | None = None,
    auto_symbolic: bool | None = None,
    root_path: KeyPath | None = None,
    **kwargs: Any,
) -> Any:
    """Makes a value from its JSON form.

    The input is left as it is.

    Args:
        json_value: what `to_json` returned.
        context: the conversion that this is a part of; the options below come from it then.
        auto_symbolic: read dicts and lists as symbolic ones; False by default.
        root_path: where the result will be; for error messages.
        **kwargs: `trusted`: True runs code found in the JSON (imports, pickles, functions); False
            builds registered classes only; None (default) also finds names in loaded modules.
            `allow`: modules that names may be imported from although the JSON is not trusted.
            `auto_import` (True): whether names may be imported at all. `convert_unknown` (False):
            read unknown names as placeholders. `allow_partial` (False): accept objects that lack
            required fields.

    Returns:
        The value.

    Raises:
        TypeError: for an unknown class, a value that does not fit its field, or a step that needs
            more trust.
        ValueError: for malformed JSON data.
    """
    return decode_with(
        None, json_value, context=context, auto_symbolic=auto_symbolic, root_path=root_path,
        **kwargs)


def decode_with(
    reader: Reader | None,
    json_value: Any,
    *,
    context: JSONConversionContext | None = None,
    auto_symbolic: bool | None = None,
    root_path: KeyPath | None = None,
    **kwargs: Any,
) -> Any:
    """`from_json`, with a reader that takes the top value in place of the usual one."""
    if context is not None:
        if auto_symbolic is None or auto_symbolic == context.auto_symbolic:
            return decode(json_value, context, reader)
        previous, context.auto_symbolic = context.auto_symbolic, auto_symbolic
        try:
            return decode(json_value, context, reader)
        finally:
            context.auto_symbolic = previous
    context = _new_context({**kwargs, 'auto_symbolic': bool(auto_symbolic)})
    token = _active.set(context)
    try:
        return decode(json_value, context, reader)
    except RecursionError:
        raise ValueError('Cannot read the JSON value: it is nested too deeply.') from None
    except Exception as e:
        located = getattr(e, '_located', None)
        if located is None:
            raise
        start = root_path._keys if root_path is not None else ()
        path = KeyPath._of((*start, *reversed(located.keys)))
        if located.rebuild is not None:
            located.rebuild(path)  # Raises again, now with the whole path in the message.
        if not path or isinstance(e, KeyError):
            raise
        raise type(e)(f'{e} (path={path})') from e.__cause__
    finally:
        _active.reset(token)


def from_json_str(json_str: str | bytes, **kwargs: Any) -> Any:
    """Makes a value from JSON text. See `from_json`.

    Raises:
        ValueError: if the text is no JSON, is truncated, or is nested too deeply.
    """
    return from_json(loads(json_str), **kwargs)


def loads(json_str: str | bytes) -> Any:
    """Parses JSON text."""
    try:
        return json.loads(json_str)
    except RecursionError:
        raise ValueError(
            'Cannot read the JSON text: it is nested too deeply for the parser.') from None


class Located(Exception):
    """An error on its way out of a decode, gathering the keys that lead to where it happened.

    Args:
        error: the error.
        rebuild: tries again, given the path, in order to raise the error with it.
    """

    def __init__(
        self, error: Exception, rebuild: Callable[[KeyPath], Any] | None = None,
    ) -> None:
        super().__init__()
        self.error = error
        self.rebuild = rebuild
        self.keys: list[Any] = []


def decode(
    json_value: Any, context: JSONConversionContext, reader: Reader | None = None,
) -> Any:
    """`from_json` within a conversion."""
    kind = type(json_value)
    if kind in _PRIMITIVES and reader is None:
        return json_value
    try:
        if not context.prepared:
            context.prepared = True
            _resolve_names(json_value, context)
        if kind is dict and CONTEXT_KEY in json_value:
            context.read_shared(json_value[CONTEXT_KEY])
            json_value = json_value.get(ROOT_VALUE_KEY)
        if reader is not None:
            return reader(json_value, context)
        return decode_part(json_value, context, context.auto_symbolic)
    except Located as located:
        # Whoever called us sees the error; an outer decode finds the keys with it.
        error = located.error
        error._located = located  # type: ignore[attr-defined]
        raise error from error.__cause__


def _resolve_names(json_value: Any, context: JSONConversionContext) -> None:
    """Resolves all class names in the tree into `context.classes`."""
    classes = context.classes
    stack: list[tuple[Any, Any]] = [(json_value, None)]
    while stack:
        entry = stack.pop()
        value = entry[0]
        if type(value) is dict:
            name = value.get(TYPE_NAME_KEY)
            if name is not None and name not in classes:
                try:
                    classes[name] = _resolve(name, value, context)
                except (TypeError, ValueError) as e:
                    raise _locate(e, entry) from None
            for key, item in value.items():
                kind = type(item)
                if kind is dict or kind is list:
                    stack.append((item, (key, entry)))
        elif type(value) is list:
            for key, item in enumerate(value):
                kind = type(item)
                if kind is dict or kind is list:
                    stack.append((item, (key, entry)))


def _locate(error: Exception, entry: tuple[Any, Any]) -> Located:
    located = Located(error)
    while entry[1] is not None:
        key, entry = entry[1]
        located.keys.append(key)
    return located


def _resolve(name: Any, value: Any, context: JSONConversionContext) -> Any:
    """Returns how to read objects of a type: a function `(json_value, context) -> value`."""
    if not isinstance(name, str):
        raise TypeError(
            f'{TYPE_NAME_KEY!r} should be the name of a class. Encountered: {name!r}. (A dict with '
            f'a key of that name must be written by `to_json`.)')
    reader = json_symbols.NATIVE_READERS.get(name)
    if reader is not None:
        if context.trusted is False and name in ('type', 'function', 'method', 'enum'):
            raise TypeError(
                f'Refused to decode a {name}: JSON that is not trusted may only name registered '
                f'classes. If you trust where it comes from, leave out `trusted=False`.')
        return _native_reader(reader)
    if name.endswith(json_symbols.OPAQUE_SUFFIX):
        json_registry.check_pickle_allowed(context.trusted)
        return json_symbols.opaque_from_json
    cls: Any = json_registry.class_from_typename(name)
    if cls is None:
        try:
            if not context.auto_import:
                raise json_registry.UnknownName(
                    f'No class is registered under the name {name!r}, and importing is off.')
            cls = json_registry.load_symbol(
                name, context.trusted, context.allow, context.auto_import)
        except json_registry.UnknownName as e:
            if context.convert_unknown and hooks.unknown is not None:
                return _unknown_reader
            raise TypeError(
                f'Cannot read an object of the type {name!r}: {e} If the class was renamed or '
                f'moved, register it under the old name with `JSONConvertible.register`; '
                f'`convert_unknown=True` reads it as a placeholder.') from None
    if not (isinstance(cls, type) and hasattr(cls, 'from_json')):
        raise TypeError(
            f'Cannot read an object of the type {name!r}: {cls!r} has no `from_json`. Derive the '
            f'class from `JSONConvertible`.')
    builder = hooks.construct(cls) if hooks.construct is not None else None
    return _custom_reader(cls) if builder is None else builder


def _native_reader(reader: Callable[..., Any]) -> Reader:
    def read(json_value: dict[str, Any], context: JSONConversionContext) -> Any:
        try:
            return reader(
                json_value, context, lambda part: decode_part(part, context, context.auto_symbolic))
        except KeyError as e:
            raise ValueError(
                f'The JSON form of a {json_value[TYPE_NAME_KEY]} lacks the entry {e}: '
                f'{json_value!r}.') from None
    return read


def _custom_reader(cls: Any) -> Reader:
    def read(json_value: dict[str, Any], context: JSONConversionContext) -> Any:
        fields = {key: item for key, item in json_value.items() if key != TYPE_NAME_KEY}
        return cls.from_json(fields, context=context, allow_partial=context.allow_partial)
    return read


def _unknown_reader(json_value: dict[str, Any], context: JSONConversionContext) -> Any:
    fields = {
        key: decode_part(item, context, context.auto_symbolic)
        for key, item in json_value.items() if key != TYPE_NAME_KEY}
    return hooks.unknown('object', json_value[TYPE_NAME_KEY], fields)


def decode_part(value: Any, context: JSONConversionContext, symbolic: bool) -> Any:
    """Decodes a value below the top.

    Args:
        value: the JSON value.
        context: the conversion.
        symbolic: whether to make a dict or list symbolic; one that goes into a symbolic
            container or object need not be, since it becomes symbolic there.
    """
    kind = type(value)
    if kind in _PRIMITIVES:
        return value
    if kind is dict:
        return _decode_dict(value, context, symbolic)
    if kind is list:
        return _decode_list(value, context, symbolic)
    # Values in place of JSON are taken as they are; tuples may hold JSON.
    if kind is tuple:
        return tuple(decode_part(item, context, context.auto_symbolic) for item in value)
    if isinstance(value, dict) and not isinstance(value, JSONConvertible):
        return _decode_dict(dict(value), context, symbolic)
    return value


def _decode_dict(value: dict[Any, Any], context: JSONConversionContext, symbolic: bool) -> Any:
    name = value.get(TYPE_NAME_KEY)
    if name is not None:
        reader = context.classes.get(name)
        if reader is None:
            reader = context.classes[name] = _resolve(name, value, context)
        try:
            return reader(value, context)
        except (TypeError, ValueError, KeyError) as e:
            located = getattr(e, '_located', None)
            raise (Located(e) if located is None else located) from None
    if REF_KEY in value and len(value) == 1:
        return context.get_shared(value[REF_KEY])
    if SYMBOLIC_MARKER in value:
        symbolic = True
    below = context.allow_partial and context.auto_symbolic
    items: dict[Any, Any] = {}
    key: Any = None
    try:
        for key, item in value.items():
            if type(item) not in _PRIMITIVES:
                item = decode_part(item, context, below)
            if type(key) is str and (key[:1] == '_' or key[:2] == 'n_'):
                if key == SYMBOLIC_MARKER:
                    continue
                key = unescape_key(key)
            items[key] = item
    except Located as located:
        located.keys.append(key)
        raise
    return hooks.make_dict(items, context.allow_partial) if symbolic else items


def unescape_key(key: str) -> Any:
    """Reverses `escape_key`, and the text form of int keys."""
    if key.startswith(ESCAPE_PREFIX):
        return key[len(ESCAPE_PREFIX):]
    if key.startswith(INT_KEY_PREFIX):
        digits = key[len(INT_KEY_PREFIX):]
        try:
            return int(digits)
        except ValueError:
            return key
    return key


def _decode_list(value: list[Any], context: JSONConversionContext, symbolic: bool) -> Any:
    start, is_tuple = 0, False
    if value and type(value[0]) is str and value[0] in _LIST_MARKERS:
        start = 1
        if value[0] == TUPLE_MARKER:
            is_tuple = True
            if len(value) < 2:
                raise Located(ValueError(
                    f'A tuple in JSON needs an item after {TUPLE_MARKER!r}; the empty tuple is '
                    f'{{"_type": "tuple"}}. Encountered: {value!r}.'))
        elif value[0] == SYMBOLIC_MARKER:
            symbolic = True
            if len(value) > 1 and value[1] == LIST_MARKER:
                start = 2
    below = context.auto_symbolic and (is_tuple or context.allow_partial)
    items: list[Any] = []
    append = items.append
    i = 0
    try:
        for i, item in enumerate(value[start:] if start else value):
            append(item if type(item) in _PRIMITIVES else decode_part(item, context, below))
    except Located as located:
        located.keys.append(i)
        raise
    if is_tuple:
        return tuple(items)
    return hooks.make_list(items, context.allow_partial) if symbolic else items


__all__ = [
    'Hooks', 'JSONConversionContext', 'JSONConvertible', 'JSONValueType', 'from_json',
    'from_json_str', 'registered_types', 'set_symbolic_hooks', 'to_json', 'to_json_str',
]
