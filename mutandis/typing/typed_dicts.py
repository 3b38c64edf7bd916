"""`typing.TypedDict` classes as specs of dicts.

Loaded when the first such class is met.
"""

import contextvars
import re
import sys
import typing

from mutandis.typing.annotation_conversion import parse_annotation, unwrap_annotated
from mutandis.typing.dict_spec import Dict
from mutandis.typing.field import Field
from mutandis.typing.key_specs import KeySpec, StrKey
from mutandis.typing.schemas import Schema

# Classes of which the specs are being made: a class may contain itself.
_in_progress: contextvars.ContextVar[frozenset[type]] = contextvars.ContextVar(
    'mutandis_typed_dicts', default=frozenset()
)


def spec_of_typed_dict(cls: typing.Any) -> Dict:
    """Returns the spec of the dicts that a `TypedDict` class describes.

    Keys that need not be there are pattern keys, which match the one name: so they stay absent, and
    get no default. Where a class contains itself, the inner dicts are not checked.
    """
    active = _in_progress.get()
    if cls in active:
        return Dict()
    token = _in_progress.set(active | {cls})
    try:
        fields = [_field(cls, name, hint) for name, hint in cls.__annotations__.items()]
    finally:
        _in_progress.reset(token)
    return Dict(Schema(fields, allow_nonconst_keys=True))


def _field(cls: typing.Any, name: str, hint: typing.Any) -> Field:
    module = sys.modules.get(cls.__module__)
    if isinstance(hint, typing.ForwardRef):
        hint = parse_annotation(hint.__forward_arg__, module)
    required = name in cls.__required_keys__
    qualifier = getattr(typing.get_origin(hint), '_name', None)
    if qualifier in ('Required', 'NotRequired'):
        required = qualifier == 'Required'
    spec, description, metadata = unwrap_annotated(hint, True, module)
    key: str | KeySpec = name if required else StrKey(re.escape(name) + r'\Z')
    return Field(key, spec, description, metadata)
