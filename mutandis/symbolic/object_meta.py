"""How a class statement becomes a symbolic class: annotations, schema, positional order.

The metaclass works once per class. It collects the fields, settles how they meet the class's other
attributes, and leaves a descriptor in the place of `__init__` that compiles the constructor when
the first object is made.
"""

from __future__ import annotations

import sys
import types
from abc import ABCMeta
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, get_origin

from mutandis import typing as T
from mutandis.base import LEAF_TYPES, JSONConvertible, KeyPath, MissingValue
from mutandis.symbolic.flags import (
    is_empty_field_description_allowed,
    is_repeated_class_registration_allowed,
)
from mutandis.symbolic.module_object import adapt_module_class
from mutandis.symbolic.topology import (
    HEARS_PATHS,
    HOOKS,
    MAYBE_PARTIAL,
    SEALED,
    WRITABLE,
    symbolize_value,
)
from mutandis.typing.scopes import ClassScope

if TYPE_CHECKING:
    from typing_extensions import dataclass_transform

    from mutandis.symbolic.object import Object
else:
    # Only type checkers need it, and importing typing_extensions costs as much as this package.
    def dataclass_transform(**kwargs: Any) -> Any:
        return lambda cls: cls


RESERVED_NAMES = frozenset({'self', 'allow_partial', 'sealed', 'root_path', 'explicit_init'})

_INTERNAL_METADATA = ('init_arg_list', 'varargs_name', 'varkw_name', 'returns')


class FieldProperty(property):
    """What `Cls.field` gives: a property that reads the field of an instance."""

    def __init__(self, name: str) -> None:
        super().__init__(lambda obj: getattr(obj, name))


class StoredField:
    """Data descriptor that answers `obj.name` from the stored field, inferring it if needed.

    Installed only where a plain instance attribute does not do: for fields that hold an inferred
    value, and for fields that implement an abstract property of a base class.
    """

    __slots__ = ('name',)

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, obj: Any, owner: Any = None) -> Any:
        if obj is None:
            return FieldProperty(self.name)
        try:
            value = obj.__dict__[self.name]
        except KeyError:
            raise AttributeError(
                f'{type(obj).__name__!r} object has no attribute {self.name!r}'
            ) from None
        cls = value.__class__
        if cls not in LEAF_TYPES and getattr(cls, '_sym_inferential', False):
            return obj.sym_inferred(self.name)
        return value

    def __set__(self, obj: Any, value: Any) -> None:
        obj.__dict__[self.name] = value


class MethodOverField:
    """Data descriptor for a method that shares its name with a field: the method wins."""

    __slots__ = ('name', 'function')

    def __init__(self, name: str, function: Any) -> None:
        self.name = name
        self.function = function

    @property
    def __isabstractmethod__(self) -> bool:
        return bool(getattr(self.function, '__isabstractmethod__', False))

    def __get__(self, obj: Any, owner: Any = None) -> Any:
        return self.function.__get__(obj, owner)

    def __set__(self, obj: Any, value: Any) -> None:
        obj.__dict__[self.name] = value


class LazyInit:
    """Stands for `__init__` until the first use, then replaces itself by the compiled function."""

    __slots__ = ('owner',)

    def __init__(self, owner: Any) -> None:
        self.owner = owner

    def __get__(self, obj: Any, owner: Any = None) -> Any:
        from mutandis.symbolic.class_compiler import compile_class

        compile_class(self.owner)
        function = self.owner.__dict__['__init__']
        return function if obj is None else types.MethodType(function, obj)


@dataclass_transform(kw_only_default=False, field_specifiers=())
class ObjectMeta(ABCMeta):
    """Metaclass of symbolic classes."""

    __instancecheck__ = type.__instancecheck__
    __subclasscheck__ = type.__subclasscheck__

    def __getattr__(cls, name: str) -> Any:
        if not name.startswith('__') and name in cls.__dict__.get('_sym_field_map', ()):
            return FieldProperty(name)
        raise AttributeError(f'type object {cls.__name__!r} has no attribute {name!r}')

    # ---------------------------------------------------------------- facts about the class

    @property
    def __type_name__(cls) -> str:
        return f'{cls.__module__}.{cls.__qualname__}'

    @property
    def __serialization_key__(cls) -> str:
        key = cls.__dict__.get('_sym_serialization_key')
        return cls.__type_name__ if key is None else key

    @property
    def sym_fields(cls) -> Any:
        """The fields as a `typing.Dict` over the schema."""
        schema = cls.__schema__
        spec = cls.__dict__.get('_sym_fields_spec')
        if spec is None or spec.schema is not schema:
            spec = T.Dict(schema)
            type.__setattr__(cls, '_sym_fields_spec', spec)
        return spec

    @property
    def init_arg_list(cls) -> list[str]:
        """Names of the arguments that may be given by position."""
        return list(cls.__schema__.metadata.get('init_arg_list', ()))

    # ---------------------------------------------------------------- schema

    def apply_schema(cls, schema: Any = None) -> None:
        """Installs a schema, or derives everything anew from the present one."""
        install_schema(cls, cls.__schema__ if schema is None else schema)

    def update_schema(
        cls,
        fields: Any,
        extend: bool = True,
        *,
        init_arg_list: Sequence[str] | None = None,
        metadata: dict[str, Any] | None = None,
        description: str | None = None,
    ) -> None:
        """Adds fields to the schema, or replaces it with `extend=False`.

        Args:
            fields: List of field definitions, or a dict (see `typing.create_schema`).
            extend: Whether the present schema is extended.
            init_arg_list: Names of the positional arguments; by default all fields in order.
            metadata: Metadata of the schema.
            description: Description of the schema.

        Raises:
            TypeError: A definition is malformed, or narrows a field in a way that is not allowed.
        """
        current = cls.__dict__.get('__schema__')
        metadata = dict(metadata or {})
        if init_arg_list is None:
            init_arg_list = metadata.pop('init_arg_list', None)
        base = [current] if extend and current is not None else []
        if extend and current is not None:
            kept = {k: v for k, v in current.metadata.items() if k != 'init_arg_list'}
            metadata = {**kept, **metadata}
        _check_definitions(fields)
        schema = T.create_schema(
            fields=_copied_definitions(fields),
            name=cls.__type_name__,
            base_schema_list=base,
            allow_nonconst_keys=True,
            metadata=metadata,
            description=description or (current.description if current is not None else None),
            for_cls=cls,
            parent_module=sys.modules.get(cls.__module__),
        )
        if init_arg_list is not None:
            schema.metadata['init_arg_list'] = check_init_arg_list(cls, schema, init_arg_list)
        else:
            schema.metadata.pop('init_arg_list', None)
        install_schema(cls, schema)
        import abc

        if hasattr(abc, 'update_abstractmethods'):
            abc.update_abstractmethods(cls)  # type: ignore[arg-type]

    def register_for_deserialization(
        cls,
        serialization_key: str | None = None,
        additional_keys: list[str] | None = None,
    ) -> None:
        """Registers the class under its key, its type name and additional keys.

        Raises:
            KeyError: A key belongs to another class and repeated registration is not allowed.
        """
        if serialization_key is not None:
            type.__setattr__(cls, '_sym_serialization_key', serialization_key)
        keys = [cls.__serialization_key__, *(additional_keys or ()), cls.__type_name__]
        repeated = is_repeated_class_registration_allowed()
        for key in dict.fromkeys(keys):
            if not repeated:
                known = JSONConvertible.class_from_typename(key)
                if known is cls:
                    continue
            JSONConvertible.register(key, cls, override_existing=repeated)


def _check_definitions(fields: Any) -> None:
    if not isinstance(fields, (list, dict)):
        raise TypeError(
            f'Fields must be a list of field definitions or a dict. Encountered: {fields!r}.'
        )


def _copied_definitions(fields: Any) -> Any:
    """Copies specs and fields, so that a class never shares a mutable spec with another."""
    if isinstance(fields, dict):
        return {k: _copied_value(v) for k, v in fields.items()}
    # Of two definitions of one key the later counts, at the place of the earlier.
    unique: dict[Any, Any] = {}
    for i, definition in enumerate(fields):
        key: Any = definition.key if isinstance(definition, T.Field) else i
        if isinstance(definition, tuple) and definition and isinstance(definition[0], str):
            key = definition[0]
        unique[key] = _copied_definition(definition)
    return list(unique.values())


def _copied_definition(definition: Any) -> Any:
    import copy

    if isinstance(definition, T.Field):
        return copy.copy(definition)
    if isinstance(definition, tuple) and len(definition) > 1:
        return (definition[0], _copied_value(definition[1]), *definition[2:])
    return definition


def _copied_value(value: Any) -> Any:
    return value.copy() if isinstance(value, T.ValueSpec) else value


# -------------------------------------------------------------------- class creation


def setup_class(cls: Any) -> None:
    """Builds and installs the schema of a new class from its bases and its body."""
    namespace = cls.__dict__
    own_init = namespace.get('__init__')
    if own_init is not None and not isinstance(own_init, LazyInit):
        _require_explicit_init(cls, own_init)
        _complain_when_uninitialized(cls)
    else:
        _reject_foreign_init(cls)
        if not gets_generated_init(cls):
            _complain_when_uninitialized(cls)
    fields = own_fields(cls) if cls.infer_symbolic_fields_from_annotations else []
    bases = [s for s in (getattr(b, '__schema__', None) for b in cls.__bases__) if s is not None]
    metadata: dict[str, Any] = {}
    for base in reversed(bases):
        metadata.update({k: v for k, v in base.metadata.items() if k not in _INTERNAL_METADATA})
    _reject_conflicts(cls, bases, {str(f.key) for f in fields})
    schema = T.Schema(
        fields,
        name=cls.__type_name__,
        base_schema_list=bases,
        description=None,
        allow_nonconst_keys=True,
        metadata=metadata,
        for_cls=cls,
    )
    for key in list(schema.metadata):
        if key in _INTERNAL_METADATA:
            del schema.metadata[key]
    inherited = bases[0] if bases else None
    settle_class_attributes(cls, schema, {str(f.key) for f in fields})
    arg_list = _inherited_init_arg_list(schema, inherited)
    if arg_list is not None:
        schema.metadata['init_arg_list'] = arg_list
    install_schema(cls, schema)
    adapt_module_class(cls)
    if cls.auto_register and not namespace.get('__abstractmethods__'):
        JSONConvertible.register(cls.__type_name__, cls, override_existing=True)
        own_key = namespace.get('__serialization_key__')
        if isinstance(own_key, str):
            type.__setattr__(cls, '_sym_serialization_key', own_key)
            JSONConvertible.register(own_key, cls, override_existing=True)


def _require_explicit_init(cls: Any, init: Any) -> None:
    from mutandis.base import ensure_explicit_method_override

    ensure_explicit_method_override(
        init,
        f'{cls.__name__} is a symbolic class: its constructor is made from its fields. Override '
        f'`_on_bound` (after each change) or `_on_init` (once) instead of `__init__`, or mark it '
        f'with `@explicit_method_override`.',
    )


def _complain_when_uninitialized(cls: Any) -> None:
    """Makes a class with a constructor of the user's explain why its fields are not there."""
    if not any('__getattr__' in base.__dict__ for base in cls.__mro__):
        type.__setattr__(cls, '__getattr__', _explain_missing_attribute)


def _explain_missing_attribute(self: Any, name: str) -> Any:
    cls = type(self)
    if name in cls._sym_field_map or name in ('_sym_parent', 'sym_init_args'):
        try:
            object.__getattribute__(self, '_sym_parent')
        except AttributeError:
            raise ValueError(
                f'A {cls.__name__} was used before it was constructed: call '
                f'`super().__init__(...)` with the field values in {cls.__name__}.__init__.'
            ) from None
    raise AttributeError(f'{cls.__name__!r} object has no attribute {name!r}')


def _reject_foreign_init(cls: Any) -> None:
    """A mixin before the symbolic base must not bring an unmarked constructor."""
    from mutandis.base import ensure_explicit_method_override

    for base in cls.__mro__[1:]:
        init = base.__dict__.get('__init__')
        if isinstance(base, ObjectMeta):
            return
        if init is not None and base is not object:
            ensure_explicit_method_override(
                init,
                f'The mixin {base.__name__} defines `__init__` and stands before the symbolic base '
                f'of {cls.__name__}. List it after the symbolic base, or mark the method with '
                f'`@explicit_method_override`.',
            )
            return


def own_fields(cls: Any) -> list[Any]:
    """Makes the fields that the annotations in the body of a class declare."""
    cls._begin_annotation_inference()
    annotations = cls.__dict__.get('__annotations__')
    if annotations is None and sys.version_info >= (3, 14):
        annotations = cls.__annotations__
    fields: list[Any] = []
    scope = ClassScope(sys.modules.get(cls.__module__), cls)
    for name, annotation in list((annotations or {}).items()):
        if not _is_field_name(name) or _is_class_var(annotation):
            continue
        if name == '__kwargs__':
            key: Any = T.StrKey()
        else:
            key = name
        try:
            field = T.Field.from_annotation(key, annotation, auto_typing=True, parent_module=scope)
        except (TypeError, ValueError, KeyError, SyntaxError) as error:
            raise _named(error, f'{cls.__name__}.{name}') from error
        if name in cls.__dict__ and name != '__kwargs__':
            _take_default(cls, name, field)
        elif field.value.frozen and not _has_real_default(field.value):
            raise TypeError(
                f'{cls.__name__}.{name} is `Final` and has no value. Assign one in the class body.'
            )
        field.set_origin(cls)
        fields.append(field)
    result: list[Any] = cls._end_annotation_inference(fields)
    return result


def _named(error: Exception, where: str) -> Exception:
    """Returns an error of the same type whose text names the field."""
    text = error.args[0] if error.args else str(error)
    try:
        return type(error)(f'{where}: {text}')
    except Exception:
        return error


def _has_real_default(spec: Any) -> bool:
    return spec.has_default and not type(spec.default).__name__.startswith('_')


def _is_field_name(name: str) -> bool:
    return name == '__kwargs__' or not (name.startswith('_') or name.isupper())


def _is_class_var(annotation: Any) -> bool:
    if isinstance(annotation, str):
        head = annotation.partition('[')[0].strip()
        return head.rpartition('.')[2] == 'ClassVar'
    return annotation is ClassVar or get_origin(annotation) is ClassVar


def _take_default(cls: Any, name: str, field: Any) -> None:
    """Moves the value that the class body assigns to a field from the class to the field."""
    value = cls.__dict__[name]
    if isinstance(value, (property, MethodOverField)):
        return
    if isinstance(value, types.FunctionType) and value.__name__ != '<lambda>':
        if isinstance(field.value, T.Callable):
            return  # A method: it becomes the frozen default (`settle_class_attributes`).
    if isinstance(value, staticmethod):
        value = value.__func__
    if type(value).__module__ == 'dataclasses' and type(value).__name__ == 'Field':
        import dataclasses

        if value.default is not dataclasses.MISSING:
            value = value.default
        elif value.default_factory is not dataclasses.MISSING:
            value = value.default_factory()
        else:
            value = MissingValue()
    set_field_default(cls, name, field, value)
    if cls.allow_symbolic_attribute:
        type.__delattr__(cls, name)


def set_field_default(cls: Any, name: str, field: Any, value: Any) -> None:
    """Validates `value` and makes it the default of a field."""
    spec = field.value
    if isinstance(value, MissingValue):
        spec.set_default(MissingValue())
        return
    if value is None and not spec.is_noneable and not isinstance(spec, T.Any):
        spec.noneable()
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
        raise _named(error, f'{cls.__name__}.{name}') from error


def settle_class_attributes(cls: Any, schema: Any, own: set[str]) -> None:
    """Applies the rules for class attributes that share their name with a field."""
    for key, field in schema.fields.items():
        if not key.is_const:
            continue
        name = str(key)
        if name not in cls.__dict__:
            continue
        value = cls.__dict__[name]
        if getattr(value, '_sym_virtual', False):
            continue
        if isinstance(value, (property, MethodOverField, StoredField)):
            continue
        if isinstance(value, types.FunctionType) and (
            name not in own or isinstance(field.value, T.Callable)
        ):
            if isinstance(field.value, T.Callable):
                field.value.set_default(value, use_default_apply=False)
                field.value.freeze(value, apply_before_use=False)
                field.set_origin(cls)
            continue
        if isinstance(value, (classmethod, staticmethod)) or hasattr(value, '__get__'):
            continue
        set_field_default(cls, name, field, value)
        field.set_origin(cls)
        if cls.allow_symbolic_attribute:
            type.__delattr__(cls, name)


def _reject_conflicts(cls: Any, bases: list[Any], own: set[str]) -> None:
    """Unrelated bases must agree on a field that the class does not declare itself."""
    if len(bases) < 2:
        return
    seen: dict[str, Any] = {}
    for schema in bases:
        for key, field in schema.fields.items():
            name = str(key)
            if not key.is_const or name in own:
                continue
            known = seen.setdefault(name, field)
            if known is field or known.origin is field.origin:
                continue
            left, right = known.value, field.value
            if not (left.is_compatible(right) or right.is_compatible(left)):
                raise TypeError(
                    f'The bases of {cls.__name__} declare {name!r} with different types: {left!r} '
                    f'and {right!r}. Declare {name!r} in {cls.__name__}.'
                )


def _inherited_init_arg_list(schema: Any, base: Any) -> list[str] | None:
    if base is None or 'init_arg_list' not in base.metadata:
        return None
    mine = [(str(k), f.frozen) for k, f in schema.fields.items()]
    theirs = [(str(k), f.frozen) for k, f in base.fields.items()]
    return list(base.metadata['init_arg_list']) if mine == theirs else None


def check_init_arg_list(cls: Any, schema: Any, names: Sequence[str]) -> list[str]:
    """Checks the names of positional arguments.

    Raises:
        TypeError: A name is no field, or `*name` is not last or not a list field.
    """
    result = list(names)
    dynamic = schema.dynamic_field is not None
    for i, name in enumerate(result):
        bare = name[1:] if name.startswith('*') else name
        field = schema.get(bare)
        if field is None and not dynamic:
            raise TypeError(
                f'`init_arg_list` of {cls.__name__} names {bare!r}, which is no field. '
                f'Fields: {[str(k) for k in schema.keys()]!r}.'
            )
        if name.startswith('*'):
            if i != len(result) - 1:
                raise TypeError(f'`*{bare}` must be the last positional argument.')
            if field is None or not isinstance(field.value, T.List):
                raise TypeError(f'`*{bare}` must be a field of type `List`.')
    return result


def _require_descriptions(where: str, schema: Any) -> None:
    """Raises `ValueError` for fields, also those of nested schemas, that lack a description."""
    for key, field in schema.fields.items():
        if not field.description:
            raise ValueError(
                f"{where}.{key} has no description. Add one by `Annotated[type, 'text']` or in "
                f'`members`.'
            )
        for nested in _nested_schemas(field.value):
            _require_descriptions(f'{where}.{key}', nested)


def _name_schemas(name: str, schema: Any) -> None:
    """Names a schema, and those nested in it after the path that leads to them."""
    schema.set_name(name)
    for key, field in schema.fields.items():
        if field.value.__class__ not in _FLAT_SPECS:
            for nested in _nested_schemas(field.value):
                _name_schemas(f'{name}.{key}', nested)


_FLAT_SPECS = frozenset({T.Any, T.Bool, T.Callable, T.Enum, T.Float, T.Int, T.Object, T.Str})


def _nested_schemas(spec: Any) -> list[Any]:
    if isinstance(spec, T.Dict):
        return [] if spec.schema is None else [spec.schema]
    if isinstance(spec, T.List):
        inner = [spec.element.value]
    elif isinstance(spec, T.Tuple):
        inner = [element.value for element in spec.elements]
    elif isinstance(spec, T.Union):
        inner = list(spec.candidates)
    else:
        return []
    return [schema for each in inner for schema in _nested_schemas(each)]


def install_schema(cls: Any, schema: Any) -> None:
    """Makes `schema` the schema of a class and forgets what was compiled from the old one."""
    constant: dict[str, Any] = {}
    for key, field in schema.fields.items():
        if key.is_const:
            name = str(key)
            if name in RESERVED_NAMES:
                raise TypeError(
                    f'{cls.__name__}.{name}: this name is an argument of every symbolic '
                    f'constructor and cannot be a field. Choose another one.'
                )
            constant[name] = field
            _formalize_default(field)
    _name_schemas(cls.__type_name__, schema)
    if not is_empty_field_description_allowed():
        _require_descriptions(cls.__name__, schema)
    if 'init_arg_list' not in schema.metadata:
        schema.metadata['init_arg_list'] = [n for n, f in constant.items() if not f.frozen]
    set_on = type.__setattr__
    set_on(cls, '__schema__', schema)
    set_on(cls, '_sym_field_map', constant)
    set_on(cls, '_sym_ready', False)
    if cls.__doc__ and schema.description is None:
        _describe_lazily(cls, schema)
    overlay_attributes(cls, constant)
    _place_readers(cls, constant)
    set_hooks(cls)
    _hide_fields_if_asked(cls)
    if gets_generated_init(cls):
        set_on(cls, '__init__', LazyInit(cls))
    cls._on_schema_update()


def gets_generated_init(cls: Any) -> bool:
    """Whether a class has no constructor of the user's, neither an own nor an inherited one."""
    own = cls.__dict__.get('__init__')
    if own is not None:
        return isinstance(own, LazyInit) or hasattr(own, '_sym_generated')
    for base in cls.__mro__[1:]:
        init = base.__dict__.get('__init__')
        if init is not None:
            from mutandis.symbolic.object import Object

            return base is Object or not getattr(init, '__explicit_override__', False)
    return True


def _formalize_default(field: Any) -> None:
    """Defaults that are plain containers become symbolic once per class."""
    spec = field.value
    default = spec.default
    if default.__class__ is list or (
        default.__class__ is dict and not (isinstance(spec, T.Dict) and spec.schema is not None)
    ):
        spec.set_default(symbolize_value(default), use_default_apply=False)


def _describe_lazily(cls: Any, schema: Any) -> None:
    from mutandis.symbolic.class_docs import first_paragraphs

    schema.set_description(first_paragraphs(cls.__doc__))


def overlay_attributes(cls: Any, fields: dict[str, Any]) -> None:
    """Finds the fields whose name is taken by a method or property, and lets those win."""
    shadowed: set[str] = set()
    for base in cls.__mro__[1:]:
        shadowed |= base.__dict__.get('_sym_shadowed', frozenset()) & fields.keys()
    declared = {n for n, f in fields.items() if f.origin is cls}
    shadowed -= declared
    for name in fields:
        own = cls.__dict__.get(name)
        if getattr(own, '_sym_virtual', False):
            continue
        if own is None:
            if name in declared:
                _implement_abstract(cls, name, shadowed)
            continue
        if isinstance(own, types.FunctionType):
            type.__setattr__(cls, name, MethodOverField(name, own))
        shadowed.add(name)
    type.__setattr__(cls, '_sym_shadowed', frozenset(shadowed))


def _implement_abstract(cls: Any, name: str, shadowed: set[str]) -> None:
    for base in cls.__mro__[1:]:
        found = base.__dict__.get(name)
        if found is None:
            continue
        if isinstance(found, (property, MethodOverField)) or getattr(
            found, '__isabstractmethod__', False
        ):
            type.__setattr__(cls, name, StoredField(name))
            shadowed.add(name)
        return


def _place_readers(cls: Any, fields: dict[str, Any]) -> None:
    """Puts the descriptors in place by which a special kind of object reads its fields."""
    reader = cls._sym_field_reader
    if reader is None or not cls.allow_symbolic_attribute:
        return
    for name in fields:
        # A method or property that wins over the field stays.
        if type(_class_attribute(cls, name)) in (type(None), StoredField, reader):
            type.__setattr__(cls, name, reader(name))
            type.__setattr__(cls, '_sym_shadowed', cls._sym_shadowed | {name})


def _class_attribute(cls: Any, name: str) -> Any:
    return next((base.__dict__[name] for base in cls.__mro__ if name in base.__dict__), None)


def set_hooks(cls: Any) -> None:
    """Notes which event handlers a class overrides; a class that overrides none pays nothing."""
    from mutandis.symbolic.object import Object

    def overrides(name: str) -> bool:
        return getattr(cls, name) is not getattr(Object, name)

    set_on = type.__setattr__
    bound = overrides('_on_bound')
    derives = cls._sym_touch is not None  # It has to hear of changes to drop what it derived.
    set_on(cls, '_sym_listens', bound or derives or overrides('_on_change'))
    set_on(cls, '_sym_init_hook', bound or overrides('_on_init'))
    set_on(cls, '_sym_parent_hook', overrides('_on_parent_change'))
    set_on(cls, '_sym_path_hook', overrides('_on_path_change'))
    flags = 0
    if cls._sym_path_hook:
        HOOKS.path_listeners = True
        flags |= HEARS_PATHS
    if cls.allow_symbolic_assignment:
        flags |= WRITABLE
    if overrides('_sym_missing') or overrides('sym_missing'):
        flags |= MAYBE_PARTIAL  # It has to be asked.
    set_on(cls, '_sym_flags', flags & ~SEALED)
    set_on(
        cls,
        '_sym_routed',
        frozenset(cls._sym_field_map) if cls.allow_symbolic_attribute else frozenset(),
    )


def _hide_fields_if_asked(cls: Any) -> None:
    from mutandis.symbolic.object import Object

    if not cls.allow_symbolic_attribute and cls._sym_values is Object._sym_values:
        type.__setattr__(cls, '_sym_values', Object._sym_hidden_values)


def infer_on_read(cls: type[Object], name: str) -> None:
    """Makes reads of one field infer its value, on this class and its sub-classes."""
    if isinstance(cls.__dict__.get(name), (StoredField, property, MethodOverField)):
        return
    type.__setattr__(cls, name, StoredField(name))
    stack: list[Any] = [cls]
    while stack:
        current = stack.pop()
        type.__setattr__(
            current, '_sym_shadowed', current.__dict__.get('_sym_shadowed', frozenset()) | {name}
        )
        type.__setattr__(current, '_sym_getter', None)
        type.__setattr__(current, '_sym_quick_clone', None)
        type.__setattr__(current, '_sym_fast_write', False)
        stack.extend(type.__subclasses__(current))
