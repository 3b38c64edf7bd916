"""JSON of trees that hold nothing but nodes and plain values, in one go.

Such a tree has no shared parts and needs no conversion context. What a class contributes is
compiled once: a function that reads the fields of an object and makes the dict. A tree that holds
anything else is left to the general way (`NotImplemented`).
"""

from __future__ import annotations

import enum
import types
from collections.abc import Callable
from typing import Any

from mutandis.base import MISSING_VALUE, MissingValue, json_depth, json_writing
from mutandis.base.json_hooks import hooks
from mutandis.base.json_markers import (
    PRIMITIVES,
    TUPLE_MARKER,
    TYPE_NAME_KEY,
    escape_key,
    escape_list,
    int_key_to_text,
)
from mutandis.symbolic.base import Symbolic
from mutandis.symbolic.formatting import frozen_keys, goes_without_saying, written_pairs
from mutandis.symbolic.topology import Node

_WRITTEN_ALONE = (
    type,
    types.FunctionType,
    types.BuiltinFunctionType,
    bytes,
    complex,
    enum.Enum,
)

node_jsonify = Symbolic.sym_jsonify
node_to_json = Symbolic.to_json

# What stands for a missing value until it is left out.
_LEFT_OUT = object()

# Writes a node: `(node, write a value that is not primitive) -> JSON`.
_Writer = Callable[[Any, Callable[[Any], Any]], Any]


class _NeedsContext(Exception):
    """A tree holds a value that other places may share, or that writes itself."""


def write_tree(
    root: Any,
    options: dict[str, Any],
    is_top: bool = False,
    for_text: bool = False,
) -> Any:
    """Writes a tree of nodes and plain values.

    Args:
        root: The root.
        options: Options of `to_json`.
        is_top: Whether an overridden `to_json` of the root is to be passed by.
        for_text: Whether to write int keys as texts already.

    Returns:
        The JSON form; NotImplemented where the general way is needed.
    """
    hide_frozen, hide_default = True, False
    for name, value in options.items():
        if name == 'hide_frozen':
            hide_frozen = value
        elif name == 'hide_default_values':
            hide_default = value
        elif not (
            name == 'omit_symbolic_marker'
            and value
            or name in ('use_inferred', 'exclude_keys')
            and not value
        ):
            return NotImplemented
    if not is_top and type(root).to_json is not node_to_json:
        return NotImplemented
    writer = _TreeWriter(hide_frozen, hide_default, for_text, type(root) if is_top else None)
    try:
        return writer.part(root)
    except _NeedsContext:
        return NotImplemented
    except RecursionError:
        try:
            return writer.write_storeys(root)
        except _NeedsContext:
            return NotImplemented


class _TreeWriter:
    """Writes nodes; what a class contributes is looked up once a call."""

    __slots__ = ('hide_frozen', 'hide_default', 'for_text', 'top', '_writers', '_ready')

    def __init__(
        self, hide_frozen: bool, hide_default: bool, for_text: bool, top: type | None
    ) -> None:
        self.hide_frozen = hide_frozen
        self.hide_default = hide_default
        self.for_text = for_text
        self.top = top  # The class whose own `to_json` asked for this.
        self._writers: dict[type, _Writer] = {}
        self._ready: dict[int, Any] = {}

    def part(self, value: Any) -> Any:
        """Writes a value that is not primitive."""
        writer = self._writers.get(value.__class__)
        if writer is None:
            writer = self._writers[value.__class__] = self._writer_of(value)
        return writer(value, self.part)

    def write_storeys(self, root: Any) -> Any:
        """Writes a tree of any depth."""
        for place in json_depth.storeys(root, json_depth.WRITING_STOREY, _nodes_below):
            self._ready[id(place.value)] = self.part(place.value)
            # From here on, a node of this class may be one that is finished.
            self._writers.update(
                {
                    cls: _look_up_first(self._ready, writer)
                    for cls, writer in self._writers.items()
                    if not hasattr(writer, 'looks_up')
                }
            )
        return self.part(root)

    def _writer_of(self, value: Any) -> _Writer:
        writer = self._kind_of(value)
        if self._ready and isinstance(value, Node):
            return _look_up_first(self._ready, writer)
        return writer

    def _kind_of(self, value: Any) -> _Writer:
        if isinstance(value, Node):
            cls: Any = type(value)
            if cls.sym_jsonify is not node_jsonify or (
                cls is not self.top and cls.to_json is not node_to_json
            ):
                raise _NeedsContext
            if isinstance(value, list):
                return _write_list
            if isinstance(value, dict):
                return self._write_dict
            value._sym_pairs()  # Makes the reader, if this is the first look at the class.
            left_out = frozen_keys(value) if self.hide_frozen else frozenset()
            if left_out or self.hide_default or cls._sym_dynamic or cls._sym_getter is None:
                return self._write_object
            return _compiled(cls)
        if isinstance(value, MissingValue):
            return lambda value, part: _LEFT_OUT
        if type(value) is tuple:
            return _write_tuple
        if isinstance(value, _WRITTEN_ALONE) and type(value).__module__ != 'typing':
            return lambda value, part: json_writing.to_json(value)
        raise _NeedsContext

    def _write_object(self, node: Any, part: Callable[[Any], Any]) -> Any:
        result = {TYPE_NAME_KEY: type(node).__serialization_key__}
        return self._write_pairs(node, written_pairs(node), result, part)

    def _write_dict(self, node: Any, part: Callable[[Any], Any]) -> Any:
        return self._write_pairs(node, written_pairs(node), {}, part)

    def _write_pairs(
        self,
        node: Any,
        pairs: list[tuple[Any, Any]],
        result: dict[Any, Any],
        part: Callable[[Any], Any],
    ) -> dict[Any, Any]:
        left_out = frozen_keys(node) if self.hide_frozen else ()
        hide_default = self.hide_default
        for key, value in pairs:
            if left_out and key in left_out:
                continue
            if hide_default and goes_without_saying(node, key, value):
                continue
            if value.__class__ not in PRIMITIVES:
                value = part(value)
                if value is _LEFT_OUT:
                    continue
            if key.__class__ is str:
                if key[:1] == '_' or key[:2] == 'n_':
                    key = escape_key(key)
            elif self.for_text:
                key = int_key_to_text(key)
            result[key] = value
        return result


def _nodes_below(place: json_depth.Place) -> list[tuple[Any, Any, None]]:
    return [(key, v, None) for key, v in place.value._sym_pairs() if isinstance(v, Node)]


def _look_up_first(ready: dict[int, Any], writer: _Writer) -> _Writer:
    def write(node: Any, part: Callable[[Any], Any]) -> Any:
        finished = ready.get(id(node))
        return writer(node, part) if finished is None else finished

    write.looks_up = True  # type: ignore[attr-defined]
    return write


def _write_list(node: Any, part: Callable[[Any], Any]) -> Any:
    items = list.copy(node)
    if not PRIMITIVES.issuperset(map(type, items)):
        items = [v if v.__class__ in PRIMITIVES else part(v) for v in items]
        if _LEFT_OUT in items:
            missing = MISSING_VALUE.to_json()
            items = [missing if v is _LEFT_OUT else v for v in items]
    return escape_list(items)


def _write_tuple(value: Any, part: Callable[[Any], Any]) -> Any:
    if not value:
        return {TYPE_NAME_KEY: 'tuple'}
    if PRIMITIVES.issuperset(map(type, value)):
        return [TUPLE_MARKER, *value]
    raise _NeedsContext


def _compiled(cls: Any) -> _Writer:
    """Returns the writer of a class, which is made once."""
    known = cls.__dict__.get('_sym_json_writer')
    facts = (cls._sym_names, cls.__serialization_key__)
    if known is None or known[0] != facts:
        known = (facts, _compile(*facts))
        type.__setattr__(cls, '_sym_json_writer', known)
    writer: _Writer = known[1]
    return writer


def _compile(names: tuple[str, ...], type_name: str) -> _Writer:
    """Generates `write(node, part)` for objects whose fields are attributes."""
    reads = [f'    v{i} = node.{name}' for i, name in enumerate(names)]
    writes = []
    for i in range(len(names)):
        writes += [
            f'    if v{i}.__class__ not in PRIMITIVES:',
            f'        v{i} = part(v{i})',
            f'        if v{i} is LEFT_OUT: partial = True',
        ]
    entries = ''.join(f', {escape_key(name)!r}: v{i}' for i, name in enumerate(names))
    source = '\n'.join(
        [
            'def write(node, part, PRIMITIVES=PRIMITIVES, LEFT_OUT=LEFT_OUT):',
            '    partial = False',
            *reads,
            *writes,
            f'    result = {{{TYPE_NAME_KEY!r}: {type_name!r}{entries}}}',
            '    if partial:',
            '        return {k: v for k, v in result.items() if v is not LEFT_OUT}',
            '    return result',
        ]
    )
    env: dict[str, Any] = {'PRIMITIVES': PRIMITIVES, 'LEFT_OUT': _LEFT_OUT}
    exec(compile(source, f'<mutandis JSON of {type_name}>', 'exec'), env)
    writer: _Writer = env['write']
    return writer


def parts(value: Any) -> list[tuple[Any, Any]]:
    """Returns the keys and values directly in a node, dict, list or tuple."""
    if isinstance(value, Node):
        pairs: list[tuple[Any, Any]] = value._sym_pairs()
        return pairs
    return _parts_of_container(value)


_parts_of_container = hooks.parts
