"""Symbolic trees as JSON and in files.

`mutandis.base` knows how values become JSON; this module adds what trees need. A tree that holds
nothing but nodes and plain values has no shared parts, so it is written in one go
(`tree_writing`).
Reading builds objects bottom-up through their constructors, and tells where in the tree a value
did not fit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from mutandis.base import (
    JSONConvertible,
    KeyPath,
    MissingValue,
    json_reading,
    json_writing,
    set_symbolic_hooks,
)
from mutandis.base.json_context import JSONConversionContext
from mutandis.base.json_markers import (
    PRIMITIVES,
    SYMBOLIC_MARKER,
    TYPE_NAME_KEY,
    escape_key,
    escape_list,
    unescape_key,
)
from mutandis.base.json_reading import Located, decode_part
from mutandis.symbolic.base import Symbolic
from mutandis.symbolic.class_compiler import compile_class
from mutandis.symbolic.dict_node import Dict
from mutandis.symbolic.formatting import frozen_keys, goes_without_saying, written_pairs
from mutandis.symbolic.list_node import List
from mutandis.symbolic.object import Object
from mutandis.symbolic.tree_writing import node_jsonify, parts, write_tree

# ---------------------------------------------------------------- writing


def to_json(value: Any, **kwargs: Any) -> Any:
    """Returns the JSON form of any value: plain Python data.

    Args:
        value: The value.
        **kwargs: Options: `hide_frozen` (True) leaves out fields that cannot have another value,
            `hide_default_values` (False) those at their default, `exclude_keys` these keys of the
            top node; `use_inferred` (False) writes inferred values in place of how they are
            inferred; `omit_symbolic_marker` (True) does without the marks that tell symbolic from
            plain dicts and lists.

    Raises:
        ValueError: A value has no JSON form.
    """
    return json_writing.to_json(value, **kwargs)


def to_json_str(value: Any, *, json_indent: int | None = None, **kwargs: Any) -> str:
    """Returns the JSON form of any value as text. See `to_json`."""
    return json_writing.to_json_str(value, json_indent=json_indent, **kwargs)


def default_to_json(
    node: Any,
    *,
    context: JSONConversionContext | None = None,
    **kwargs: Any,
) -> Any:
    """What `node.to_json` does unless the class of the node says otherwise."""
    if context is not None:
        return context.serialize_maybe_shared(node, node.sym_jsonify, context=context, **kwargs)
    if type(node).sym_jsonify is node_jsonify:
        result = write_tree(node, kwargs, is_top=True)
        if result is not NotImplemented:
            return result
    return json_writing.write_with_context(
        node,
        kwargs,
        lambda node, context, options: context.serialize_maybe_shared(
            node, node.sym_jsonify, context=context, **options
        ),
    )


def node_to_json(
    node: Any,
    *,
    context: JSONConversionContext | None = None,
    hide_frozen: bool = True,
    hide_default_values: bool = False,
    exclude_keys: Iterable[Any] | None = None,
    use_inferred: bool = False,
    omit_symbolic_marker: bool = True,
    **kwargs: Any,
) -> Any:
    """What `node.sym_jsonify` does unless the class of the node says otherwise."""
    if context is None:
        context = JSONConversionContext()
        return context.to_json(
            root=node_to_json(
                node,
                context=context,
                hide_frozen=hide_frozen,
                hide_default_values=hide_default_values,
                exclude_keys=exclude_keys,
                use_inferred=use_inferred,
                omit_symbolic_marker=omit_symbolic_marker,
                **kwargs,
            )
        )
    options = {
        **kwargs,
        'hide_frozen': hide_frozen,
        'hide_default_values': hide_default_values,
        'use_inferred': use_inferred,
        'omit_symbolic_marker': omit_symbolic_marker,
    }

    def write(key: Any, value: Any) -> Any:
        if use_inferred and getattr(value.__class__, '_sym_inferential', False):
            value = node.sym_inferred(key, value)
        return json_writing.encode(value, context, options)

    if isinstance(node, list):
        if exclude_keys:  # Of the nodes in it.
            options['exclude_keys'] = exclude_keys
        items = escape_list([write(key, value) for key, value in node._sym_pairs()])  # type: ignore[attr-defined]
        return items if omit_symbolic_marker else [SYMBOLIC_MARKER, *items]
    left_out: set[Any] = set(exclude_keys or ())
    if hide_frozen:
        left_out |= frozen_keys(node)
    is_dict = isinstance(node, dict)
    result: dict[Any, Any] = {}
    if not is_dict:
        result[TYPE_NAME_KEY] = type(node).__serialization_key__
    elif not omit_symbolic_marker:
        result[SYMBOLIC_MARKER] = True
    for key, value in written_pairs(node):
        if key in left_out or isinstance(value, MissingValue):
            continue
        if hide_default_values and goes_without_saying(node, key, value):
            continue
        result[escape_key(key)] = write(key, value)
    return result


# ---------------------------------------------------------------- reading


def from_json(
    json_value: Any,
    *,
    context: JSONConversionContext | None = None,
    auto_symbolic: bool | None = None,
    allow_partial: bool = False,
    root_path: KeyPath | None = None,
    value_spec: Any = None,
    **kwargs: Any,
) -> Any:
    """Makes a value from its JSON form.

    JSON from strangers should be read with `trusted=False`. Without it nothing in the JSON is run
    while it is read, but it may put any function or class of the loaded modules, such as
    `os.system`, where your program calls what it finds.

    Args:
        json_value: What `to_json` returned; it is left as it is. A symbolic value is returned
            unchanged.
        context: The conversion that this is a part of.
        auto_symbolic: Whether dicts and lists are read as symbolic ones (the default).
        allow_partial: Whether objects may lack required fields.
        root_path: The path of the result as a root.
        value_spec: What the result must fit.
        **kwargs: `trusted`: True runs code found in the JSON (imports, pickles, functions); False
            builds registered classes only; None (default) also finds names in loaded modules.
            `allow`: modules that names may be imported from although the JSON is not trusted.
            `auto_import`: whether names may be imported at all. `convert_unknown`: read unknown
            names as placeholders (`UnknownTypedObject`, `UnknownType`, ...) rather than raise.

    Raises:
        TypeError: A class is unknown, a value does not fit its field, or a step needs more trust.
        ValueError: The JSON data is malformed.
    """
    if isinstance(json_value, Symbolic):
        return json_value
    if context is None and auto_symbolic is None:
        auto_symbolic = value_spec is None
    value = json_reading.from_json(
        json_value,
        context=context,
        auto_symbolic=auto_symbolic,
        allow_partial=allow_partial,
        root_path=root_path,
        **kwargs,
    )
    if value_spec is not None:
        value = _fit(value, value_spec, allow_partial, root_path)
    elif root_path is not None and isinstance(value, Symbolic) and value.sym_parent is None:
        value.sym_setpath(root_path)
    return value


def from_json_str(json_str: str | bytes, **kwargs: Any) -> Any:
    """Makes a value from JSON text. See `from_json`.

    Raises:
        ValueError: The text is no JSON, is truncated, or is nested too deeply.
    """
    return from_json(json_reading.loads(json_str), **kwargs)


def _fit(value: Any, spec: Any, allow_partial: bool, root_path: KeyPath | None) -> Any:
    if isinstance(value, dict):
        return Dict(value, value_spec=spec, allow_partial=allow_partial, root_path=root_path)
    if isinstance(value, list):
        return List(value, value_spec=spec, allow_partial=allow_partial, root_path=root_path)
    return spec.apply(value, allow_partial=allow_partial, root_path=root_path)


def dict_from_json(
    cls: Any,
    json_value: Any,
    *,
    value_spec: Any = None,
    allow_partial: bool = False,
    root_path: KeyPath | None = None,
    **kwargs: Any,
) -> Any:
    """What `Dict.from_json` does."""
    if isinstance(json_value, Symbolic):
        return json_value
    if not isinstance(json_value, dict):
        raise TypeError(
            f'A {cls.__name__} is read from a JSON object. Encountered: {json_value!r}.'
        )
    return cls(
        _items_from_json(json_value, allow_partial, root_path, kwargs),
        value_spec=value_spec,
        allow_partial=allow_partial,
        root_path=root_path,
    )


def list_from_json(
    cls: Any,
    json_value: Any,
    *,
    value_spec: Any = None,
    allow_partial: bool = False,
    root_path: KeyPath | None = None,
    **kwargs: Any,
) -> Any:
    """What `List.from_json` does."""
    if isinstance(json_value, Symbolic):
        return json_value
    if not isinstance(json_value, (list, tuple)):
        raise TypeError(f'A {cls.__name__} is read from a JSON array. Encountered: {json_value!r}.')
    return cls(
        _items_from_json(list(json_value), allow_partial, root_path, kwargs),
        value_spec=value_spec,
        allow_partial=allow_partial,
        root_path=root_path,
    )


def _items_from_json(
    json_value: Any,
    allow_partial: bool,
    root_path: KeyPath | None,
    options: dict[str, Any],
) -> Any:
    return from_json(
        json_value, **{**options, 'allow_partial': allow_partial, 'root_path': root_path}
    )


def object_from_json(
    cls: Any,
    json_value: Any,
    *,
    context: JSONConversionContext | None = None,
    allow_partial: bool = False,
    root_path: KeyPath | None = None,
    auto_symbolic: bool | None = None,
    **kwargs: Any,
) -> Any:
    """What `Object.from_json` does: decode the fields and construct by name."""
    if isinstance(json_value, Symbolic):
        return json_value
    if not isinstance(json_value, dict):
        raise TypeError(f'{cls.__name__} is read from a JSON object. Encountered: {json_value!r}.')
    named = JSONConvertible.class_from_typename(json_value.get(TYPE_NAME_KEY, ''))
    if named is not None and not (issubclass(named, cls) or issubclass(cls, named)):
        raise TypeError(
            f'The JSON object is a {named.__name__}, not a {cls.__name__}. Read it by '
            f'`{named.__name__}.from_json` or `mutandis.from_json`.'
        )
    return json_reading.decode_with(
        _object_reader(cls),
        json_value,
        context=context,
        root_path=root_path,
        allow_partial=allow_partial,
        auto_symbolic=True if auto_symbolic is None else auto_symbolic,
        **kwargs,
    )


def _object_reader(cls: Any) -> Callable[[dict[str, Any], JSONConversionContext], Any]:
    """Returns the function that builds objects of a class from their JSON form."""

    if getattr(cls, '__schema__', None) is None:
        raise TypeError(f'{cls.__name__} is a base of classes; it has no objects of its own.')
    # A class whose constructor takes the fields is simply called.
    compile_class(cls)
    construct = cls if cls._sym_has_generated_init() or cls._sym_calls_init else None
    dynamic = bool(cls._sym_dynamic)

    def read(json_value: dict[str, Any], context: JSONConversionContext) -> Any:
        fields = dict(json_value)
        fields.pop(TYPE_NAME_KEY, None)
        if not PRIMITIVES.issuperset(map(type, fields.values())):
            # The constructor makes containers symbolic; only partial ones must know it before.
            symbolic = context.allow_partial and context.auto_symbolic
            adopting = context.adopting
            if not adopting:
                context.adopting = True
            key: Any = None
            try:
                for key, item in fields.items():
                    if item.__class__ not in PRIMITIVES:
                        fields[key] = decode_part(item, context, symbolic)
            except Located as located:
                located.is_in(cls.__name__, key)
                raise
            finally:
                if not adopting:
                    context.adopting = False
        if dynamic:
            fields = {unescape_key(key): item for key, item in fields.items()}
        try:
            if construct is not None and not context.allow_partial:
                return construct(**fields)
            return cls._sym_from_fields(fields, context.allow_partial)
        except (TypeError, ValueError, KeyError) as e:
            raise Located(
                e,
                lambda path: cls._sym_from_fields(fields, context.allow_partial, path),
                cls.__name__,
            ) from None
        except json_reading.MALFORMED as e:  # An event handler that expects other values.
            error = ValueError(
                f'Cannot make a {cls.__name__} of the JSON value: {type(e).__name__}: {e}'
            )
            error.__cause__ = e
            raise Located(error) from None

    return read


_object_from_json = Object.from_json.__func__  # type: ignore[attr-defined]


def _reader_of(cls: Any) -> Any:
    """Returns how objects of a class are read, None for classes that read themselves."""
    if getattr(cls.from_json, '__func__', None) is _object_from_json:
        return _object_reader(cls)
    return None


def _make_dict(items: dict[Any, Any], allow_partial: bool) -> Any:
    return Dict(items, allow_partial=True) if allow_partial else Dict(items)


def _make_list(items: list[Any], allow_partial: bool) -> Any:
    return List(items, allow_partial=True) if allow_partial else List(items)


def _make_unknown(kind: str, name: str, fields: dict[str, Any]) -> Any:
    from mutandis.symbolic import unknown_symbols

    return unknown_symbols.unknown(kind, name, fields)


set_symbolic_hooks(
    node_type=Symbolic,
    write_tree=write_tree,
    parts=parts,
    make_dict=_make_dict,
    make_list=_make_list,
    construct=_reader_of,
    unknown=_make_unknown,
)
