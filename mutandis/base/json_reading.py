"""From JSON to values.

Reading first resolves every name in the tree and only then builds, bottom-up; so a text with an
unknown class builds nothing at all. How far the text is trusted is the business of
`json_registry`.
"""

from __future__ import annotations

import contextvars
import json
from collections.abc import Callable
from typing import Any

from mutandis.base import json_depth, json_registry, json_values
from mutandis.base.json_context import JSONConversionContext
from mutandis.base.json_convertible import JSONConvertible
from mutandis.base.json_hooks import hooks
from mutandis.base.json_markers import (
    CONTEXT_KEY,
    LIST_MARKER,
    LIST_MARKERS,
    PRIMITIVES,
    REF_KEY,
    ROOT_VALUE_KEY,
    SYMBOLIC_MARKER,
    TUPLE_MARKER,
    TYPE_NAME_KEY,
    unescape_key,
)
from mutandis.base.json_registry import describe
from mutandis.base.key_path import KeyPath

_UNTYPED = object()

# Makes a value of the JSON form of one type.
Reader = Callable[[Any, JSONConversionContext], Any]

# The decode in progress. A `from_json` of a class that drops its options still inherits the trust.
_active: contextvars.ContextVar[JSONConversionContext | None] = contextvars.ContextVar(
    'mutandis_json_decode', default=None
)


def new_context(options: dict[str, Any]) -> JSONConversionContext:
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
        allow_partial=options.get('allow_partial', False),
    )


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
            read unknown names as placeholders rather than raise.
            `allow_partial` (False): accept objects that lack required fields.

    Returns:
        The value.

    Raises:
        TypeError: for an unknown class, a value that does not fit its field, or a step that needs
            more trust.
        ValueError: for malformed JSON data.
    """
    return decode_with(
        None,
        json_value,
        context=context,
        auto_symbolic=auto_symbolic,
        root_path=root_path,
        **kwargs,
    )


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
        if auto_symbolic is None:
            return decode(json_value, context, reader)
        previous = context.auto_symbolic, context.adopting
        context.auto_symbolic = context.adopting = auto_symbolic
        try:
            return decode(json_value, context, reader)
        finally:
            context.auto_symbolic, context.adopting = previous
    context = new_context({**kwargs, 'auto_symbolic': bool(auto_symbolic)})
    token = _active.set(context)
    try:
        return decode(json_value, context, reader)
    except RecursionError:
        raise ValueError(
            'Cannot read the JSON value: it is nested too deeply, through classes that read '
            'themselves by their own `from_json`.'
        ) from None
    except NotImplementedError as e:  # Such as a reference to another part of the same tree.
        raise ValueError(f'The JSON value describes what cannot be built: {e}') from e
    except Exception as e:
        located = getattr(e, '_located', None)
        if located is None:
            raise
        start = root_path._keys if root_path is not None else ()
        path = KeyPath._of((*start, *reversed(located.keys)))
        if located.rebuild is not None:
            try:
                located.rebuild(path)  # Raises again, now with the whole path in the message.
            except (TypeError, ValueError, KeyError) as again:
                e = again
        if located.owner is not None and not start and located.owner_place == len(located.keys):
            _name_owner(e, path, located)
            raise e from e.__cause__
        raise _on_path(e, path) from e.__cause__
    finally:
        _active.reset(token)


def _name_owner(error: Exception, path: KeyPath, located: Located) -> None:
    """Makes a message start with `Outer.inner.x`."""
    from mutandis.base.errors import message_of

    text = message_of(error)
    if text is None:
        return
    message, found, where = text.rpartition(' (path=')
    if not found:
        message, where = text, f'{path})'
    message = message.removeprefix(f'{located.made}: ')
    error.args = (f'{located.owner}.{where[:-1]}: {message}',)


def _on_path(error: Exception, path: KeyPath) -> Exception:
    """Returns an error whose message names a path."""
    text = str(error)
    if not path or isinstance(error, KeyError) or f'(path={path}' in text or f"'{path}'" in text:
        return error
    try:
        return type(error)(f'{text} (path={path})')
    except Exception:  # Its constructor takes something else.
        return error


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
        text = json_str if isinstance(json_str, str) else bytes(json_str).decode('utf-8', 'replace')
        raise json_depth.too_deep('read the JSON text', *json_depth.deepest_in_text(text)) from None


def check_names(json_value: Any, **kwargs: Any) -> None:
    """Raises what `from_json` would for the class names in a JSON value; builds nothing.

    Args:
        json_value: what `to_json` returned.
        **kwargs: options of `from_json`.

    Raises:
        TypeError: for an unknown class, or a name that needs more trust.
    """
    try:
        _resolve_names(json_value, new_context(kwargs))
    except Located as located:
        raise located.error from None


class Located(Exception):
    """An error on its way out of a decode, gathering the keys that lead to where it happened.

    Args:
        error: the error.
        rebuild: tries again, given the path, in order to raise the error with it.
        made: name of the class that could not be made.
    """

    def __init__(
        self,
        error: Exception,
        rebuild: Callable[[KeyPath], Any] | None = None,
        made: str = '',
    ) -> None:
        super().__init__()
        self.error = error
        self.rebuild = rebuild
        self.made = made
        self.keys: list[Any] = []
        # Name of the outermost object around it, and how many of the keys lie within.
        self.owner: str | None = None
        self.owner_place = 0

    def is_in(self, owner: str, key: Any) -> None:
        """Notes that it happened in a field of an object."""
        self.keys.append(key)
        self.owner, self.owner_place = owner, len(self.keys)


def decode(
    json_value: Any,
    context: JSONConversionContext,
    reader: Reader | None = None,
) -> Any:
    """`from_json` within a conversion."""
    kind = type(json_value)
    if kind in PRIMITIVES and reader is None:
        return json_value
    try:
        if not context.prepared:
            context.prepared = True
            context.deep = _resolve_names(json_value, context) > json_depth.SAFE_DEPTH
        if kind is dict and CONTEXT_KEY in json_value:
            context.read_shared(json_value[CONTEXT_KEY])
            json_value = json_value.get(ROOT_VALUE_KEY)
        if context.deep and context.ready is None:
            context.ready = {}
            try:
                _read_storeys(json_value, context)
                return _read(json_value, context, reader)
            finally:
                context.ready = None
        return _read(json_value, context, reader)
    except Located as located:
        # Whoever called us sees the error; an outer decode finds the keys with it.
        error = located.error
        error._located = located  # type: ignore[attr-defined]
        raise error from error.__cause__


def _read(json_value: Any, context: JSONConversionContext, reader: Reader | None) -> Any:
    if reader is not None:
        return reader(json_value, context)
    return decode_part(json_value, context, context.auto_symbolic)


def _read_storeys(top: Any, context: JSONConversionContext) -> None:
    """Reads what lies deep below a value, so that the value can be read."""
    ready = context.ready
    assert ready is not None
    for place in json_depth.storeys(top, json_depth.SAFE_DEPTH, _parts_of(context), (False, True)):
        plain, symbolic = place.state
        previous, context.auto_symbolic = context.auto_symbolic, context.auto_symbolic and not plain
        adopting, context.adopting = context.adopting, True  # Perhaps: what lies above is unknown.
        try:
            result = decode_part(place.value, context, symbolic and context.auto_symbolic)
        except Located as located:
            located.keys.extend(place.keys_upwards())
            raise
        finally:
            context.auto_symbolic, context.adopting = previous, adopting
        ready[id(place.value)] = (place.value, result)


def _parts_of(context: JSONConversionContext) -> Callable[[json_depth.Place], Any]:
    """Returns what lists the containers below a place.

    With each goes whether it lies below a type that reads plain containers, and whether it is to
    become symbolic by itself.
    """

    def parts(place: json_depth.Place) -> list[tuple[Any, Any, Any]]:
        value = place.value
        plain = place.state[0]
        below = context.allow_partial
        if type(value) is dict:
            pairs: Any = value.items()
            name = value.get(TYPE_NAME_KEY)
            if name is not None:
                reader = context.classes[name]
                plain = plain or getattr(reader, 'reads_plain', False)
                below = below or getattr(reader, 'reads_itself', False)
        else:
            pairs = enumerate(value)
            below = below or value[:1] == [TUPLE_MARKER]
        return [
            (key, item, (plain, below))
            for key, item in pairs
            if type(item) is dict or type(item) is list
        ]

    return parts


def _resolve_names(json_value: Any, context: JSONConversionContext) -> int:
    """Resolves all class names in the tree into `context.classes`; returns the depth of the tree.

    Each entry of a level is a value, and what leads to it: its key and the entry above.
    """
    classes = context.classes
    level: list[tuple[Any, Any]] = [(json_value, None)]
    depth = 0
    while level:
        depth += 1
        context.containers += len(level)
        below: list[tuple[Any, Any]] = []
        append = below.append
        for entry in level:
            value = entry[0]
            if type(value) is dict:
                name = value.get(TYPE_NAME_KEY, _UNTYPED)
                if name is not _UNTYPED and not (name.__class__ is str and name in classes):
                    try:
                        classes[name] = _resolve(name, value, context)
                    except (TypeError, ValueError) as e:
                        raise _locate(e, entry) from None
                for key, item in value.items():
                    kind = type(item)
                    if kind is dict or kind is list:
                        append((item, (key, entry)))
            elif type(value) is list:
                for key, item in enumerate(value):
                    kind = type(item)
                    if kind is dict or kind is list:
                        append((item, (key, entry)))
        level = below
        if depth > json_depth.MAX_DEPTH:
            raise Located(json_depth.contains_itself())
    return depth


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
            f'a key of that name must be written by `to_json`.)'
        )
    reader = json_values.NATIVE_READERS.get(name)
    if reader is not None:
        if context.trusted is False and name in ('type', 'function', 'method', 'enum'):
            raise TypeError(
                f'Refused to decode a {name}: JSON that is not trusted may only name registered '
                f'classes. If you trust where it comes from, leave out `trusted=False`.'
            )
        return _native_reader(reader)
    if name.endswith(json_values.OPAQUE_SUFFIX):
        json_registry.check_pickle_allowed(context.trusted)
        return json_values.opaque_from_json
    try:
        cls: Any = json_registry.registered_class(name)
        if cls is None:
            if not context.auto_import:
                raise json_registry.UnknownName(
                    f'No class is registered under the name {name!r}, and importing is off.'
                )
            cls = json_registry.load_symbol(
                name, context.trusted, context.allow, context.auto_import
            )
    except json_registry.UnknownName as e:
        if context.convert_unknown and hooks.unknown is not None:
            return unknown_reader
        raise TypeError(
            f'Cannot read an object of the type {name!r}: {e} If the class was renamed or '
            f'moved, register it under the old name with `JSONConvertible.register`.'
        ) from None
    if not (isinstance(cls, type) and _may_read(cls, name, context)):
        raise TypeError(
            f'Cannot read an object of the type {name!r}: {describe(cls)} is no JSONConvertible. '
            f'Derive the class from it, or register a class that has a `from_json`.'
        )
    builder = hooks.construct(cls) if hooks.construct is not None else None
    return _custom_reader(cls) if builder is None else builder


def _may_read(cls: type, name: str, context: JSONConversionContext) -> bool:
    if issubclass(cls, JSONConvertible):
        return True
    # Other classes that have a `from_json` are called when somebody has registered or trusts them.
    return hasattr(cls, 'from_json') and bool(
        context.trusted or json_registry.class_from_typename(name) is cls
    )


def _native_reader(reader: Callable[..., Any]) -> Reader:
    def read(json_value: dict[str, Any], context: JSONConversionContext) -> Any:
        try:
            return reader(
                json_value, context, lambda part: decode_part(part, context, context.auto_symbolic)
            )
        except KeyError as e:
            raise ValueError(
                f'The JSON form of a {json_value[TYPE_NAME_KEY]} lacks the entry {e}: '
                f'{json_value!r}.'
            ) from None
        except MALFORMED as e:
            raise ValueError(
                f'The JSON form of a {json_value[TYPE_NAME_KEY]} is malformed ({e}): '
                f'{json_value!r}.'
            ) from e

    read.reads_itself = True  # type: ignore[attr-defined]
    return read


# What the readers above may stumble over in a malformed document.
MALFORMED = (AttributeError, IndexError, ArithmeticError, AssertionError, MemoryError)


def _custom_reader(cls: Any) -> Reader:
    def read(json_value: dict[str, Any], context: JSONConversionContext) -> Any:
        fields = {key: item for key, item in json_value.items() if key != TYPE_NAME_KEY}
        try:
            return cls.from_json(fields, context=context, allow_partial=context.allow_partial)
        except (TypeError, ValueError, KeyError, RecursionError, Located):
            raise
        except Exception as e:  # Whatever code that expects a valid document stumbles over.
            raise ValueError(
                f'Cannot read an object of the type {json_value[TYPE_NAME_KEY]!r}: its '
                f'`from_json` failed with {type(e).__name__}: {e} Is the document malformed?'
            ) from e

    read.reads_itself = True  # type: ignore[attr-defined]
    read.reads_plain = getattr(cls, '_json_reads_plain', False)  # type: ignore[attr-defined]
    return read


def unknown_reader(json_value: dict[str, Any], context: JSONConversionContext) -> Any:
    """Reads an object of a class that nothing is known about, as a placeholder."""
    fields: dict[str, Any] = {}
    key: Any = None
    try:
        for key, item in json_value.items():
            if key != TYPE_NAME_KEY:
                fields[key] = decode_part(item, context, context.auto_symbolic)
    except Located as located:
        located.keys.append(key)
        raise
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
    if kind in PRIMITIVES:
        return value
    if context.ready is not None:
        finished = context.ready.get(id(value))
        if finished is not None:
            return finished[1]
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
            if type(item) not in PRIMITIVES:
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


def _decode_list(value: list[Any], context: JSONConversionContext, symbolic: bool) -> Any:
    start, is_tuple = 0, False
    if value and type(value[0]) is str and value[0] in LIST_MARKERS:
        start = 1
        if value[0] == TUPLE_MARKER:
            is_tuple = True
            if len(value) < 2:
                raise Located(
                    ValueError(
                        f'A tuple in JSON needs an item after {TUPLE_MARKER!r}; the empty tuple is '
                        f'{{"_type": "tuple"}}. Encountered: {value!r}.'
                    )
                )
        elif value[0] == SYMBOLIC_MARKER:
            symbolic = True
            if len(value) > 1 and value[1] == LIST_MARKER:
                start = 2
    below = context.auto_symbolic and (is_tuple or context.allow_partial)
    decode_dict = decode_part if context.ready else _decode_dict
    items: list[Any] = []
    append = items.append
    i = 0
    try:
        for i, item in enumerate(value[start:] if start else value):  # noqa: B007
            kind = type(item)
            if kind is dict:
                append(decode_dict(item, context, below))
            else:
                append(item if kind in PRIMITIVES else decode_part(item, context, below))
    except Located as located:
        located.keys.append(i)
        raise
    if is_tuple:
        return tuple(items)
    return hooks.make_list(items, context.allow_partial) if symbolic else items
