"""JSON schemas as value specs: the way back of `json_schema`.

Loaded on first use.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mutandis.base import MISSING_VALUE
from mutandis.typing.any_spec import Any as AnySpec
from mutandis.typing.containers import List
from mutandis.typing.dict_spec import Dict
from mutandis.typing.enum_spec import Enum
from mutandis.typing.field import Field
from mutandis.typing.key_specs import StrKey
from mutandis.typing.objects import Object
from mutandis.typing.primitives import Bool, Float, Int, Str
from mutandis.typing.schemas import Schema
from mutandis.typing.union import Union
from mutandis.typing.value_spec import ValueSpec

Node = dict[str, Any]
# Function `(title, schema) -> class` that makes the class of objects with a title.
ClassFn = Callable[[str, Schema], type]

_PREFIX = '#/$defs/'
_METADATA_KEY = 'json_schema'
# Keywords that restrict nothing: a schema of only these accepts anything.
_ANNOTATIONS = frozenset(
    {'$defs', '$schema', '$id', '$comment', 'title', 'description', 'default', 'examples'}
)


def spec_from_json_schema(
    json_schema: Node, class_fn: ClassFn | None = None, add_json_schema_as_metadata: bool = False
) -> ValueSpec:
    """Returns the value spec of a JSON schema (see `ValueSpec.from_json_schema`)."""
    reader = _Reader(class_fn, add_json_schema_as_metadata)
    reader.define(json_schema)
    return reader.value(json_schema)


def schema_from_json_schema(
    json_schema: Node, class_fn: ClassFn | None = None, add_json_schema_as_metadata: bool = False
) -> Schema:
    """Returns the schema of the JSON schema of an object (see `Schema.from_json_schema`)."""
    if not isinstance(json_schema, dict) or json_schema.get('type') != 'object':
        raise ValueError(f"The JSON schema of an object has `'type': 'object'`: {json_schema!r}.")
    reader = _Reader(class_fn, add_json_schema_as_metadata)
    reader.define(json_schema)
    return reader.schema(json_schema)


class _Reader:
    """Reads nodes, knowing the definitions that came before."""

    def __init__(self, class_fn: ClassFn | None, add_metadata: bool) -> None:
        self._class_fn = class_fn
        self._add_metadata = add_metadata
        self._definitions: dict[str, ValueSpec] = {}

    def define(self, json_schema: Any) -> None:
        """Reads the definitions of a schema, in order."""
        if isinstance(json_schema, dict):
            for name, node in json_schema.get('$defs', {}).items():
                self._definitions[name] = self.value(node)

    def value(self, node: Any) -> ValueSpec:
        if not isinstance(node, dict):
            raise ValueError(f'A JSON schema is a dict. Encountered: {node!r}.')
        spec = self._without_default(node)
        if 'default' in node and not spec.frozen:
            spec = _with_default(spec, node['default'])
        return spec

    def _without_default(self, node: Node) -> ValueSpec:
        if '$ref' in node:
            return self._referred(node['$ref'])
        if 'const' in node:
            return _constant(node['const'])
        if 'enum' in node:
            return Enum(MISSING_VALUE, list(node['enum']))
        if 'anyOf' in node:
            return self._any_of(node['anyOf'])
        kind = node.get('type')
        if isinstance(kind, list):
            return self._any_of([{**node, 'type': one} for one in kind])
        if kind == 'null':
            return AnySpec().freeze(None)
        if kind == 'boolean':
            return Bool()
        if kind == 'integer':
            return Int(min_value=node.get('minimum'), max_value=node.get('maximum'))
        if kind == 'number':
            return Float(min_value=node.get('minimum'), max_value=node.get('maximum'))
        if kind == 'string':
            return Str(regex=node.get('pattern'))
        if kind == 'array':
            items = self.value(node['items']) if 'items' in node else AnySpec()
            return List(items, min_size=node.get('minItems'), max_size=node.get('maxItems'))
        if kind == 'object':
            return self._object(node)
        if kind is None and _ANNOTATIONS.issuperset(node):
            return AnySpec()
        raise ValueError(f'JSON schema of an unknown type: {node!r}.')

    def _referred(self, reference: Any) -> ValueSpec:
        name = reference[len(_PREFIX) :] if str(reference).startswith(_PREFIX) else None
        if name is None or name not in self._definitions:
            raise ValueError(
                f'{reference!r} is not defined yet. References lead to earlier entries of `$defs`: '
                f'{sorted(self._definitions)}.'
            )
        return self._definitions[name].copy()

    def _any_of(self, nodes: list[Any]) -> ValueSpec:
        rest = [node for node in nodes if node != {'type': 'null'}]
        specs: list[ValueSpec] = []
        for node in rest:
            spec = self.value({k: v for k, v in node.items() if k != 'default'})
            if spec not in specs:
                specs.append(spec)
        if not specs:
            return AnySpec().freeze(None)
        if any(isinstance(spec, AnySpec) for spec in specs) or _is_anything(rest):
            return AnySpec()
        spec = specs[0] if len(specs) == 1 else Union(specs)
        if len(rest) < len(nodes):
            spec = spec.noneable(use_none_as_default=False)
        return spec

    def _object(self, node: Node) -> ValueSpec:
        title = node.get('title')
        if title and self._class_fn is not None:
            return Object(self._class_fn(title, self.schema(node)))
        if not node.get('properties') and node.get('additionalProperties', True) is True:
            return Dict()
        return Dict(self.schema(node))

    def schema(self, node: Node) -> Schema:
        properties = dict(node.get('properties', {}))
        # The name of a symbolic class, not a field of it.
        type_name = properties.pop('_type', {}).get('const')
        required = node.get('required', ())
        fields = [self._field(name, p, name in required) for name, p in properties.items()]
        additional = node.get('additionalProperties', False)
        if additional is not False:
            element = AnySpec() if additional is True else self.value(additional)
            fields.append(Field(StrKey(), element))
        return Schema(
            fields,
            name=type_name or node.get('title'),
            description=node.get('description'),
            allow_nonconst_keys=True,
            metadata=self._metadata(node),
        )

    def _field(self, name: str, node: Any, required: bool) -> Field:
        spec = self.value(node)
        if not required and not spec.has_default:
            spec = spec.noneable()
            if spec.default is not None:  # As of an enum, which gets no default by this.
                spec.set_default(None)
        return Field(name, spec, node.get('description'), self._metadata(node))

    def _metadata(self, node: Node) -> Node:
        return {_METADATA_KEY: node} if self._add_metadata else {}


def _constant(value: Any) -> ValueSpec:
    return ValueSpec.from_annotation(value, False, True).freeze(value)


def _with_default(spec: ValueSpec, default: Any) -> ValueSpec:
    if default is None and not spec.is_noneable:
        return spec.noneable()
    if isinstance(spec, Object) and isinstance(default, dict):
        default = spec.cls(**{k: v for k, v in default.items() if k != '_type'})
    return spec.set_default(default)


def _is_anything(nodes: list[Any]) -> bool:
    types = [node.get('type') for node in nodes]
    return {'boolean', 'number', 'string', 'array', 'object'}.issubset(types)
