"""Floor 2: value specs, fields, schemas, annotations, signatures.

A *value spec* says which values a place of a program accepts; a *field* is a spec under a key; a
*schema* is a list of fields. Annotations are turned into specs.
"""

import typing as _typing

from mutandis.base import JSONConvertible
from mutandis.base.lazy_names import Place, lazy_names
from mutandis.typing import extension as _extension  # noqa: F401 (binds `ValueSpec.extend`)
from mutandis.typing.annotated import Annotated
from mutandis.typing.annotation_conversion import unwrap_annotated
from mutandis.typing.annotation_text import annotation_from_str
from mutandis.typing.any_spec import Any as _AnySpec
from mutandis.typing.callables import Callable, Functor
from mutandis.typing.containers import List, Tuple
from mutandis.typing.converters import (
    get_converter,
    get_json_value_converter,
    register_converter,
)
from mutandis.typing.custom_typing import CustomTyping
from mutandis.typing.defaults import fresh_default, is_shareable
from mutandis.typing.dict_spec import Dict
from mutandis.typing.enum_spec import Enum
from mutandis.typing.field import (
    Field,
    FieldDef,
    FieldKeyDef,
    FieldValueDef,
    create_field,
)
from mutandis.typing.forward_ref import ForwardRef
from mutandis.typing.generics import Generic, GenericMeta, GenericTypeAlias
from mutandis.typing.introspection import (
    callable_eq,
    get_outer_class,
    get_type,
    get_type_args,
    has_generic_bases,
    is_generic,
    is_instance,
    is_subclass,
)
from mutandis.typing.key_specs import (
    ConstStrKey,
    KeySpec,
    ListKey,
    NonConstKey,
    StrKey,
    TupleKey,
)
from mutandis.typing.objects import Object, Type
from mutandis.typing.paths import child_path, resolve_path
from mutandis.typing.primitives import Bool, Float, Int, Number, PrimitiveType, Str
from mutandis.typing.schemas import Schema, create_schema
from mutandis.typing.typed_missing import MISSING_VALUE, MissingValue
from mutandis.typing.union import Optional, Sequence, Union, ensure_value_spec
from mutandis.typing.value_spec import FROZEN_PLACEHOLDER, ValueSpec

if _typing.TYPE_CHECKING:
    from mutandis.typing.arguments import Argument
    from mutandis.typing.callable_signature import (
        CallableType,
        Signature,
        schema,
        signature,
    )
    from mutandis.typing.callable_signature import signature as get_signature
    from mutandis.typing.json_schema import to_json_schema
    from mutandis.typing.presets import (
        CallableWithOptionalKeywordArgs,
        PresetArgValue,
        enable_preset_args,
        preset_args,
    )

    # For type checkers, a field annotated with `Any` holds any value.
    Any = _typing.Any
else:
    Any = _AnySpec

_F = _typing.TypeVar('_F', bound=_typing.Callable[..., _typing.Any])

# Loaded on first use: these import `inspect`, or are rarely needed.
_LAZY: dict[str, Place] = {
    'Argument': '.arguments',
    'CallableType': '.callable_signature',
    'Signature': '.callable_signature',
    'signature': '.callable_signature',
    'get_signature': ('.callable_signature', 'signature'),
    'schema': '.callable_signature',
    'CallableWithOptionalKeywordArgs': '.presets',
    'PresetArgValue': '.presets',
    'enable_preset_args': '.presets',
    'preset_args': '.presets',
    'to_json_schema': '.json_schema',
}


def Decorator(decorator: _F) -> _F:  # noqa: N802 (a type for type checkers)
    """Returns the decorator unchanged; tells type checkers that it keeps signatures."""
    return decorator


__getattr__, __dir__ = lazy_names(__name__, _LAZY)


# The stored format names specs as the reference does; JSON may name them after this package, too.
for _cls in (
    *(Bool, Str, Int, Float, Number, Enum, List, Tuple, Dict, Object, Type, Callable, Functor),
    *(Union, _AnySpec, Field, Schema, ConstStrKey, StrKey, ListKey, TupleKey),
):
    JSONConvertible.register(f'mutandis.typing.{_cls.__name__}', _cls, override_existing=True)


__all__ = [
    'FROZEN_PLACEHOLDER',
    'MISSING_VALUE',
    'Annotated',
    'Any',
    'Argument',
    'Bool',
    'Callable',
    'CallableType',
    'CallableWithOptionalKeywordArgs',
    'ConstStrKey',
    'CustomTyping',
    'Decorator',
    'Dict',
    'Enum',
    'Field',
    'FieldDef',
    'FieldKeyDef',
    'FieldValueDef',
    'Float',
    'ForwardRef',
    'Functor',
    'Generic',
    'GenericMeta',
    'GenericTypeAlias',
    'Int',
    'KeySpec',
    'List',
    'ListKey',
    'MissingValue',
    'NonConstKey',
    'Number',
    'Object',
    'Optional',
    'PresetArgValue',
    'PrimitiveType',
    'Schema',
    'Sequence',
    'Signature',
    'Str',
    'StrKey',
    'Tuple',
    'TupleKey',
    'Type',
    'Union',
    'ValueSpec',
    'annotation_from_str',
    'callable_eq',
    'child_path',
    'create_field',
    'create_schema',
    'enable_preset_args',
    'ensure_value_spec',
    'fresh_default',
    'get_converter',
    'get_json_value_converter',
    'get_outer_class',
    'get_signature',
    'get_type',
    'get_type_args',
    'has_generic_bases',
    'is_generic',
    'is_instance',
    'is_shareable',
    'is_subclass',
    'preset_args',
    'register_converter',
    'resolve_path',
    'schema',
    'signature',
    'to_json_schema',
    'unwrap_annotated',
]
