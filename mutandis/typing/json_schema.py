"""Value specs as JSON schemas (https://json-schema.org), for forms, editors and language models.

Writing takes two passes. The first turns specs into nodes, in which every class is one shared
definition; the second writes the nodes out, and decides which definitions go to `$defs` and which
stand in the place of their only reference.

Reading is in `json_schema_reading`. Both are loaded on first use.
"""

from __future__ import annotations

import dataclasses
import inspect
from typing import Any

from mutandis.base import MissingValue, to_json
from mutandis.typing.any_spec import Any as AnySpec
from mutandis.typing.containers import List
from mutandis.typing.dict_spec import Dict
from mutandis.typing.enum_spec import Enum
from mutandis.typing.field import Field
from mutandis.typing.objects import Object
from mutandis.typing.primitives import Bool, Number, Str
from mutandis.typing.schemas import Schema
from mutandis.typing.union import Union
from mutandis.typing.value_spec import FROZEN_PLACEHOLDER, ValueSpec

Node = dict[str, Any]

_SCALARS = (bool, int, float, str)
_NULL: Node = {'type': 'null'}


def to_json_schema(
    value: Any,
    *,
    include_type_name: bool = True,
    include_subclasses: bool = False,
    inline_nested_refs: bool = False,
) -> Node:
    """Returns the JSON schema of the values that a spec, schema or annotation accepts.

    Example::

        class Point(pg.Object):
            x: int

        to_json_schema(list[Point], include_type_name=False)

    Args:
        value: A value spec, a `Schema`, or an annotation.
        include_type_name: Whether objects of symbolic classes carry `_type`, as their JSON form
            does.
        include_subclasses: Whether objects of the direct subclasses of a class are accepted, too.
        inline_nested_refs: Whether a class that only one other class refers to is written in its
            place. A class that is referred to once, by no class, always is.

    Raises:
        TypeError: If it contains a tuple, callable or type, which have no JSON schema, or `value`
            is no annotation.
        ValueError: If an enum has values other than None, bools, numbers and strings.
    """
    writer = _Writer(include_type_name, include_subclasses)
    if isinstance(value, Schema):
        root = writer.schema(value, value.name)
    else:
        root = writer.value(ValueSpec.from_annotation(value, auto_typing=True))
    return _written(root, writer.definitions, inline_nested_refs)


@dataclasses.dataclass(eq=False)
class _Definition:
    """A named schema, of a class or of a dict, that nodes refer to.

    Attributes:
        schema: The schema.
        title: Short name.
        full_name: Name used where short names clash.
        body: Its node, complete when the first pass ends.
        references: How many nodes refer to it.
    """

    schema: Schema
    title: str
    full_name: str
    body: Node = dataclasses.field(default_factory=dict)
    references: int = 0


class _Writer:
    """The first pass: specs to nodes. The value of a `$ref` is a `_Definition`."""

    def __init__(self, include_type_name: bool, include_subclasses: bool) -> None:
        self._include_type_name = include_type_name
        self._include_subclasses = include_subclasses
        # By identity of the schema; and the schemas of classes that have none of their own.
        self._by_schema: dict[int, _Definition] = {}
        self._constructors: dict[Any, Schema] = {}

    @property
    def definitions(self) -> list[_Definition]:
        return list(self._by_schema.values())

    def value(self, spec: ValueSpec) -> Node:
        """The node of a spec, its default and noneability included."""
        node = self._without_none(spec)
        if spec.is_noneable:
            if 'anyOf' in node:
                node['anyOf'].append(dict(_NULL))
            else:
                node = {'anyOf': [node, dict(_NULL)]}
        self._add_default(node, spec)
        return node

    def _add_default(self, node: Node, spec: ValueSpec) -> None:
        if isinstance(spec, Dict) and spec._default is not None:
            return
        default = spec.default
        if isinstance(default, MissingValue) or default is FROZEN_PLACEHOLDER:
            return
        data = to_json(default)
        node['default'] = data if self._include_type_name else _without_type_names(data)

    def _without_none(self, spec: ValueSpec) -> Node:
        if isinstance(spec, Bool):
            return {'type': 'boolean'}
        if isinstance(spec, Number):
            return _number(spec)
        if isinstance(spec, Str):
            pattern = None if spec.regex is None else spec.regex.pattern
            return _without_nones(type='string', pattern=pattern)
        if isinstance(spec, Enum):
            return {'enum': _scalars(spec)}
        if isinstance(spec, List):
            items = spec.element.value
            return _without_nones(
                type='array',
                items=None if isinstance(items, AnySpec) else self.value(items),
                minItems=spec.min_size or None,
                maxItems=spec.max_size,
            )
        if isinstance(spec, Dict):
            if spec.schema is None:
                return {'type': 'object', 'additionalProperties': True}
            return self.schema(spec.schema, None)
        if isinstance(spec, Object) and spec.value_type is type(None):
            return dict(_NULL)
        if isinstance(spec, Object):
            return self._any_of([self._class(cls) for cls in self._classes(spec.cls)])
        if isinstance(spec, Union):
            return self._any_of([self._without_none(c) for c in spec.candidates], always=True)
        if isinstance(spec, AnySpec):
            nodes = [{'type': t} for t in ('boolean', 'number', 'string', 'array')]
            return {'anyOf': [*nodes, {'type': 'object', 'additionalProperties': True}]}
        raise TypeError(
            f'{spec!r} has no JSON schema. Tuples, callables and types cannot be expressed; use '
            'lists, enums or objects instead.'
        )

    def _any_of(self, nodes: list[Node], always: bool = False) -> Node:
        if len(nodes) == 1 and not always:
            return nodes[0]
        flat: list[Node] = []
        for node in nodes:
            flat.extend(node['anyOf'] if 'anyOf' in node else [node])
        return {'anyOf': flat}

    def _classes(self, cls: Any) -> list[Any]:
        if not self._include_subclasses:
            return [cls]
        family = [cls, *cls.__subclasses__()]
        return [c for c in family if not inspect.isabstract(c)] or [cls]

    def _class(self, cls: Any) -> Node:
        schema = getattr(cls, '__schema__', None)
        if isinstance(schema, Schema):
            return self.schema(schema, schema.name)
        schema = self._constructors.get(cls)
        if schema is None:
            from mutandis.typing.callable_signature import signature

            schema = self._constructors[cls] = signature(cls).to_schema()
        return self.schema(schema, None)

    def schema(self, schema: Schema, type_name: str | None) -> Node:
        """The node of an object; a reference if the schema has a name."""
        if schema.name is None:
            return self._body(schema, None, type_name)
        definition = self._by_schema.get(id(schema))
        if definition is None:
            definition = _Definition(schema, schema.name.rsplit('.', 1)[-1], schema.name)
            self._by_schema[id(schema)] = definition
            definition.body.update(self._body(schema, definition, type_name))
        definition.references += 1
        return {'$ref': definition}

    def _body(self, schema: Schema, title: _Definition | None, type_name: str | None) -> Node:
        properties: Node = {}
        required: list[str] = []
        if type_name and self._include_type_name:
            properties['_type'] = {'const': type_name}
            required.append('_type')
        additional: Any = False
        for key, field in schema.items():
            if not key.is_const:
                additional = isinstance(field.value, AnySpec) or self.value(field.value)
                continue
            properties[str(key)] = self._property(field)
            if not field.value.has_default:
                required.append(str(key))
        return _without_nones(
            type='object',
            title=title,
            description=schema.description or None,
            properties=properties or None,
            required=required or None,
            additionalProperties=additional,
        )

    def _property(self, field: Field) -> Node:
        node = self.value(field.value)
        if field.description:
            node['description'] = field.description
        return node


def _written(root: Node, definitions: list[_Definition], inline_nested: bool) -> Node:
    """The second pass: places definitions, and settles their names."""
    titles = [d.title for d in definitions]
    names = {d: d.title if titles.count(d.title) == 1 else d.full_name for d in definitions}
    written: dict[_Definition, Node | None] = {}

    def write(value: Any, nested: bool) -> Any:
        if isinstance(value, _Definition):
            return names[value]
        if isinstance(value, list):
            return [write(item, nested) for item in value]
        if not isinstance(value, dict):
            return value
        definition = value.get('$ref')
        if not isinstance(definition, _Definition):
            return {key: write(item, nested) for key, item in value.items()}
        siblings = {key: item for key, item in value.items() if key != '$ref'}
        if definition.references == 1 and (inline_nested or not nested):
            return {**write(definition.body, True), **siblings}
        if definition not in written:
            written[definition] = None  # Its place is taken: it may refer to itself.
            node = write(definition.body, True)
            # Definitions come after those that they refer to.
            del written[definition]
            written[definition] = node
        return {'$ref': f'#/$defs/{names[definition]}', **siblings}

    node: Node = write(root, False)
    if not written:
        return node
    return {'$defs': {names[d]: body for d, body in written.items()}, **node}


def _number(spec: Number) -> Node:
    if issubclass(spec.value_type, int):
        kind = 'integer'
    elif issubclass(spec.value_type, float):
        kind = 'number'
    else:
        raise TypeError(f'{spec!r} has no JSON schema: its numbers are not JSON numbers.')
    return _without_nones(type=kind, minimum=spec.min_value, maximum=spec.max_value)


def _scalars(spec: Enum) -> list[Any]:
    values = [value for value in spec.values if value is not None]
    for value in values:
        if not isinstance(value, _SCALARS):
            raise ValueError(
                f'Enum value {value!r} has no JSON schema: only None, bools, numbers and strings '
                'have.'
            )
    return values


def _without_nones(**entries: Any) -> Node:
    return {key: value for key, value in entries.items() if value is not None}


def _without_type_names(data: Any) -> Any:
    if isinstance(data, dict):
        return {k: _without_type_names(v) for k, v in data.items() if k != '_type'}
    return [_without_type_names(item) for item in data] if isinstance(data, list) else data
