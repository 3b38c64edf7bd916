"""What the body of a class declares: annotations become fields, assigned values their defaults.

A class statement runs this once. Most annotations are plain types with a plain default: for those a
prepared spec is copied, and nothing is looked up or applied.
"""

from __future__ import annotations

import sys
import types
from collections.abc import Callable
from typing import Annotated, Any, ClassVar, TypeVar, Union, get_args, get_origin

from mutandis import typing as T
from mutandis.base import KeyPath, MissingValue
from mutandis.symbolic.class_attributes import MethodOverField, StoredField
from mutandis.symbolic.topology import symbolize_value
from mutandis.typing.annotation_conversion import parse_annotation
from mutandis.typing.scopes import ClassScope

# Specs of annotations that mean the same in every module: the builtin types, and these or None.
_PREPARED: dict[Any, Any] = {int: T.Int(), float: T.Float(), str: T.Str(), bool: T.Bool()}
_UNIONS = (Union, getattr(types, 'UnionType', Union))

Cls = TypeVar('Cls', bound=type)


def own_fields(cls: Any, assigned: set[str]) -> list[Any]:
    """Makes the fields that the annotations in the body of a class declare.

    Args:
        cls: The class.
        assigned: Gets the names of the fields to which the body assigns a default.
    """
    cls._begin_annotation_inference()
    namespace = cls.__dict__
    annotations = namespace.get('__annotations__')
    if annotations is None and sys.version_info >= (3, 14):
        annotations = cls.__annotations__
    fields: list[Any] = []
    as_attributes = cls.allow_symbolic_attribute
    quick: list[str] = []
    for name, annotation in list((annotations or {}).items()):
        if (name[0] == '_' and name != '__kwargs__') or name.isupper():
            continue
        spec = _prepared_spec(annotation)
        if spec is None:
            if not _is_class_var(annotation):
                fields.append(_general_field(cls, name, annotation, assigned))
            continue
        value = namespace.get(name, _NOTHING)
        if value is _NOTHING and name != '__kwargs__':
            fields.append(T.Field(name, spec.copy(), None, None, cls))
        elif value.__class__ is spec._exact or (value is None and spec._noneable):
            spec = spec.copy()
            spec._default = value  # Taken as it is: there is nothing to check or convert.
            quick.append(name)
            fields.append(T.Field(name, spec, None, None, cls))
        else:
            fields.append(_general_field(cls, name, annotation, assigned))
    result: list[Any] = cls._end_annotation_inference(fields)
    if quick and as_attributes:
        for name in quick:
            type.__delattr__(cls, name)
        assigned.update(quick)
    return result


_NOTHING = object()


def _prepared_spec(annotation: Any) -> Any:
    """Returns the spec of a builtin type or of an optional one, None for everything else."""
    if annotation.__class__ is str:
        return None
    try:
        spec = _PREPARED.get(annotation)
    except TypeError:  # Specs, which are annotations too, cannot be hashed.
        return None
    if spec is None and get_origin(annotation) in _UNIONS:
        inner = [a for a in get_args(annotation) if a is not type(None)]
        if len(inner) == 1 and inner[0] in (int, float, str, bool):
            spec = _PREPARED[inner[0]].copy().noneable(use_none_as_default=False)
            _PREPARED[annotation] = spec
    return spec


def _general_field(cls: Any, name: str, annotation: Any, assigned: set[str]) -> Any:
    key: Any = T.StrKey() if name == '__kwargs__' else name
    scope = ClassScope(sys.modules.get(cls.__module__), cls)
    try:
        field = T.Field.from_annotation(key, annotation, auto_typing=True, parent_module=scope)
    except (TypeError, ValueError, KeyError, SyntaxError) as error:
        raise named_error(error, f'{cls.__name__}.{name}') from error
    if name in cls.__dict__ and name != '__kwargs__':
        if _take_default(cls, name, field, annotation, scope):
            assigned.add(name)
    elif field.value.frozen and not _has_real_default(field.value):
        raise TypeError(
            f'{cls.__name__}.{name} is `Final` and has no value. Assign one in the class body.'
        )
    field.set_origin(cls)
    return field


def _is_spec(annotation: Any, scope: ClassScope) -> bool:
    """Whether an annotation is a value spec, which says itself whether None is welcome."""
    if isinstance(annotation, str):
        annotation = parse_annotation(annotation, scope)
    if get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    return isinstance(annotation, T.ValueSpec)


def named_error(error: Exception, where: str) -> Exception:
    """Returns an error of the same type whose text starts with the place, `Class.field`.

    Where the text names a path from the field on, that becomes part of the place.
    """
    text = error.args[0] if error.args else str(error)
    message, found, path = str(text).rpartition(' (path=')
    field = where.rpartition('.')[2]
    if found and path.startswith(field) and path[len(field)] in '.[)':
        text, where = message, where + path[len(field) : -1]
    try:
        return type(error)(f'{where}: {text}')
    except Exception:
        return error


def _has_real_default(spec: Any) -> bool:
    return spec.has_default and not type(spec.default).__name__.startswith('_')


def _is_class_var(annotation: Any) -> bool:
    if isinstance(annotation, str):
        head = annotation.partition('[')[0].strip()
        return head.rpartition('.')[2] == 'ClassVar'
    return annotation is ClassVar or get_origin(annotation) is ClassVar


def _take_default(cls: Any, name: str, field: Any, annotation: Any, scope: ClassScope) -> bool:
    """Moves the value that the class body assigns to a field from the class to the field.

    Returns:
        Whether there is one: properties and methods of the body are none.
    """
    value = cls.__dict__[name]
    factory = None
    if isinstance(value, types.FunctionType):
        if _is_method_of(cls, name, value):
            return False  # The frozen default of a callable field, else a computed attribute.
    elif isinstance(value, staticmethod):
        value = value.__func__
    elif is_computed(value):
        return False
    elif type(value).__module__ == 'dataclasses' and type(value).__name__ == 'Field':
        value, factory = _read_dataclass_field(cls, name, field, value)
    spec = field.value
    if value is None and not spec.is_noneable and not isinstance(spec, T.Any):
        if not _is_spec(annotation, scope):
            spec.noneable()  # `x: int = None` says in the old way that None is welcome.
    set_field_default(cls, name, field, value)
    if factory is not None:
        factories = {**cls._sym_factories, name: (factory, field.value.default)}
        type.__setattr__(cls, '_sym_factories', factories)
    if cls.allow_symbolic_attribute:
        type.__delattr__(cls, name)
    return True


def _is_method_of(cls: Any, name: str, function: Any) -> bool:
    """Whether a function comes from a `def` in the class body, not from an assignment."""
    if function.__name__ == '<lambda>':
        return False
    return str(function.__qualname__).startswith(f'{cls.__qualname__}.')


def is_computed(value: Any) -> bool:
    """Whether a class attribute computes what is read, as properties do.

    Functions and methods, which have `__get__` too, may be defaults.
    """
    kind = type(value)
    return isinstance(value, classmethod) or (
        hasattr(kind, '__get__') and (hasattr(kind, '__set__') or hasattr(kind, '__set_name__'))
    )


def _read_dataclass_field(cls: Any, name: str, field: Any, declared: Any) -> tuple[Any, Any]:
    """Returns default and factory of a `dataclasses.field(...)`."""
    import dataclasses

    field.metadata.update(declared.metadata)
    if declared.kw_only is True:
        type.__setattr__(cls, '_sym_keyword_only', cls._sym_keyword_only | {name})
    if declared.default is not dataclasses.MISSING:
        return declared.default, None
    if declared.default_factory is dataclasses.MISSING:
        return MissingValue(), None
    return declared.default_factory(), declared.default_factory


def set_field_default(cls: Any, name: str, field: Any, value: Any) -> None:
    """Validates `value` and makes it the default of a field."""
    spec = field.value
    if isinstance(value, MissingValue):
        spec.set_default(MissingValue())
        return
    if spec.frozen and _has_real_default(spec):
        if not (spec.default is value or spec.default == value):
            raise ValueError(
                f'{cls.__name__}.{name} is frozen at {spec.default!r} by a base class. '
                f'Encountered: {value!r}.'
            )
        return
    try:
        spec.set_default(symbolize_value(value), root_path=KeyPath(name))
    except (TypeError, ValueError, KeyError) as error:
        raise named_error(error, f'{cls.__name__}.{name}') from error


def settle_class_attributes(cls: Any, schema: Any, assigned: set[str]) -> None:
    """Applies the rules for class attributes that share their name with a field.

    Args:
        cls: The class.
        schema: Its schema, with the inherited fields.
        assigned: Gets the names of the fields to which the body assigns a default.
    """
    for name in schema.const_fields.keys() & cls.__dict__.keys():
        field = schema.const_fields[name]
        value = cls.__dict__[name]
        if isinstance(value, (MethodOverField, StoredField)) or is_computed(value):
            continue
        if getattr(value, '_sym_virtual', False):
            continue
        if isinstance(value, types.FunctionType):
            if isinstance(field.value, T.Callable):
                field.value.set_default(value, use_default_apply=False)
                field.value.freeze(value, apply_before_use=False)
                field.set_origin(cls)
            continue
        if isinstance(value, staticmethod):
            continue
        set_field_default(cls, name, field, value)
        field.set_origin(cls)
        assigned.add(name)
        if cls.allow_symbolic_attribute:
            type.__delattr__(cls, name)


def members(
    fields: Any,
    metadata: dict[str, Any] | None = None,
    init_arg_list: list[str] | None = None,
    serialization_key: str | None = None,
    additional_keys: list[str] | None = None,
    add_to_registry: bool = True,
) -> Callable[[Cls], Cls]:
    """Decorator that adds fields to a symbolic class.

    Args:
        fields: List of field definitions `(key, value spec or annotation or sample value[,
            description[, metadata]])`, or a dict `{key: value}`.
        metadata: Metadata of the schema.
        init_arg_list: Names of the positional arguments, in order; `'*name'` may be last.
        serialization_key: Key under which objects are written to JSON.
        additional_keys: Further keys under which they can be read.
        add_to_registry: Whether to register the class for reading.

    Raises:
        TypeError: `fields` is no list or dict, or a definition is malformed.
    """

    def decorate(cls: Cls) -> Cls:
        symbolic: Any = cls
        symbolic.update_schema(fields, init_arg_list=init_arg_list, metadata=metadata)
        if add_to_registry:
            symbolic.register_for_deserialization(serialization_key, additional_keys)
        return cls

    return decorate


def use_init_args(names: list[str]) -> Callable[[Cls], Cls]:
    """Decorator that sets which fields may be given by position, for example `['x', '*layers']`."""

    def decorate(cls: Cls) -> Cls:
        symbolic: Any = cls
        symbolic.update_schema([], init_arg_list=names)
        return cls

    return decorate


__all__ = [
    'members',
    'own_fields',
    'set_field_default',
    'settle_class_attributes',
    'use_init_args',
]
