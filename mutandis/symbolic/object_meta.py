"""How a class statement becomes a symbolic class: annotations, schema, positional order.

The metaclass works once per class. It collects the fields, settles how they meet the class's other
attributes, and leaves a descriptor in the place of `__init__` that compiles the constructor when
the first object is made.
"""

from __future__ import annotations

import sys
import types
from abc import ABCMeta
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from mutandis import typing as T
from mutandis.base import JSONConvertible
from mutandis.symbolic.class_attributes import (
    FieldProperty,
    HookedField,
    LazyInit,
    MethodOverField,
    StoredField,
    over_field,
    slots_beside_fields,
)
from mutandis.symbolic.class_docs import describe
from mutandis.symbolic.declaring import own_fields, settle_class_attributes
from mutandis.symbolic.flags import (
    is_empty_field_description_allowed,
    is_repeated_class_registration_allowed,
)
from mutandis.symbolic.handler_facts import FACT_SOURCES, facts_of_handlers
from mutandis.symbolic.module_object import adapt_module_class
from mutandis.symbolic.topology import symbolize_value

if TYPE_CHECKING:
    from dataclasses import field as _dataclass_field

    from typing_extensions import dataclass_transform

else:
    # Only type checkers need it, and importing typing_extensions costs as much as this package.
    def dataclass_transform(**kwargs: Any) -> Any:
        return lambda cls: cls

    _dataclass_field = None


RESERVED_NAMES = frozenset({'self', 'allow_partial', 'sealed', 'root_path', 'explicit_init'})

# What a class may override to change how its schema takes effect.
_SCHEMA_HOOKS = frozenset(
    {
        '_normalize_schema',
        '_finalize_init_arg_list',
        '_update_signatures_based_on_schema',
        '_generate_sym_attributes',
        '_create_sym_attribute',
    }
)

_INTERNAL_METADATA = ('init_arg_list', 'varargs_name', 'varkw_name', 'returns')


@dataclass_transform(kw_only_default=False, field_specifiers=(_dataclass_field,))
class ObjectMeta(ABCMeta):
    """Metaclass of symbolic classes."""

    __instancecheck__ = type.__instancecheck__
    __subclasscheck__ = type.__subclasscheck__

    def __new__(
        mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **kwargs: Any
    ) -> ObjectMeta:
        if (
            '__slots__' in namespace
            and namespace.get('auto_schema', True)
            and any(isinstance(base, ObjectMeta) for base in bases)
        ):
            namespace = {**namespace, '__slots__': slots_beside_fields(bases, namespace)}
        return super().__new__(mcs, name, bases, namespace, **kwargs)

    def __dir__(cls) -> list[str]:
        return sorted({*super().__dir__(), *getattr(cls, '_sym_routed', ())})

    def __getattr__(cls, name: str) -> Any:
        if not name.startswith('__') and name in cls.__dict__.get('_sym_field_map', ()):
            return FieldProperty(name)
        raise AttributeError(f'type object {cls.__name__!r} has no attribute {name!r}')

    def __setattr__(cls, name: str, value: Any) -> None:
        if value.__class__ is FieldProperty and name in cls.__dict__.get('_sym_field_map', ()):
            # What `Cls.field` has given, put back: the field is read as it was.
            if not isinstance(cls.__dict__.get(name), (StoredField, types.NoneType)):
                delattr(cls, name)
            return
        type.__setattr__(cls, name, value)
        if '__schema__' in cls.__dict__ and (name in FACT_SOURCES or name in cls._sym_field_map):
            _note_facts_anew(cls)

    def __delattr__(cls, name: str) -> None:
        type.__delattr__(cls, name)
        if '__schema__' in cls.__dict__ and (name in FACT_SOURCES or name in cls._sym_field_map):
            _note_facts_anew(cls)

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
            description=description or (current._description if current is not None else None),
            for_cls=cls,
            parent_module=sys.modules.get(cls.__module__),
        )
        if init_arg_list is not None:
            names: list[str] | None = check_init_arg_list(cls, schema, init_arg_list)
        else:
            inherited = next((s for s in map(_schema_of, cls.__bases__) if s is not None), None)
            names = _inherited_init_arg_list(schema, inherited)
            schema.metadata.pop('init_arg_list', None)
        if names is not None:
            schema.metadata['init_arg_list'] = names
        doc = cls.__dict__.get('__doc__')
        if doc and current is not None:
            describe(schema, doc)
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

        Args:
            serialization_key: What is written to JSON from now on. By default the
                `__serialization_key__` in the body of the class, else the name of the type.
            additional_keys: Further keys under which objects can be read.

        Raises:
            KeyError: A key belongs to another class and repeated registration is not allowed.
        """
        if serialization_key is None:
            serialization_key = _declared_key(cls)
        type.__setattr__(cls, '_sym_serialization_key', serialization_key)
        keys = [cls.__serialization_key__, *(additional_keys or ()), cls.__type_name__]
        repeated = is_repeated_class_registration_allowed()
        for key in dict.fromkeys(keys):
            if not repeated:
                known = JSONConvertible.class_from_typename(key)
                if known is cls:
                    continue
            JSONConvertible.register(key, cls, override_existing=repeated)


def _declared_key(cls: Any) -> str | None:
    """Returns the `__serialization_key__` in the body of a class."""
    key = cls.__dict__.get('__serialization_key__')
    return key if isinstance(key, str) else None


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


_root: list[Any] = []


def _root_class() -> Any:
    """Returns `Object`, the root of all symbolic classes."""
    if not _root:
        from mutandis.symbolic.object import Object

        _root.append(Object)
    return _root[0]


def setup_class(cls: Any) -> None:
    """Builds and installs the schema of a new class from its bases and its body."""
    namespace = cls.__dict__
    if not _SCHEMA_HOOKS.isdisjoint(namespace) or _mixin_has_hooks(cls):
        type.__setattr__(cls, '_sym_schema_hooks', True)
    own_init = namespace.get('__init__')
    if own_init is not None:
        _require_explicit_init(cls, own_init)
        _complain_when_uninitialized(cls)
    elif cls.__bases__[0] is not _root_class():
        _reject_foreign_init(cls)
        if not gets_generated_init(cls):
            _complain_when_uninitialized(cls)
    assigned: set[str] = set()
    fields = own_fields(cls, assigned) if cls.infer_symbolic_fields_from_annotations else []
    bases = [] if _is_direct(cls) else [s for s in map(_schema_of, cls.__bases__) if s is not None]
    if not bases:
        schema = T.Schema(fields, allow_nonconst_keys=True, for_cls=cls)
    else:
        own = {str(f.key): f for f in fields}
        _reject_conflicts(cls, bases, own)
        metadata: dict[str, Any] = {}
        for base in reversed(bases):
            metadata.update({k: v for k, v in base.metadata.items() if k not in _INTERNAL_METADATA})
        schema = T.Schema(
            fields,
            name=cls.__type_name__,
            base_schema_list=bases,
            allow_nonconst_keys=True,
            metadata=metadata,
            for_cls=cls,
        )
        for key in _INTERNAL_METADATA:
            schema.metadata.pop(key, None)
    settle_class_attributes(cls, schema, assigned)
    if bases:
        arg_list = _inherited_init_arg_list(schema, bases[0])
        if arg_list is not None:
            schema.metadata['init_arg_list'] = arg_list
    doc = namespace.get('__doc__')
    if doc:
        describe(schema, doc)
    install_schema(cls, schema, assigned)
    adapt_module_class(cls)
    own_key = _declared_key(cls)
    if own_key is not None:
        type.__setattr__(cls, '_sym_serialization_key', own_key)
        if cls.auto_register:
            JSONConvertible.register(cls.__type_name__, cls, override_existing=True)


def _mixin_has_hooks(cls: Any) -> bool:
    return len(cls.__bases__) > 1 and any(
        not isinstance(base, ObjectMeta) and not _SCHEMA_HOOKS.isdisjoint(base.__dict__)
        for base in cls.__mro__[1:]
    )


def _is_direct(cls: Any) -> bool:
    """Whether a class derives from the root of all symbolic classes and from nothing else."""
    return bool(cls.__bases__ == (_root_class(),))


def _schema_of(base: Any) -> Any:
    for cls in base.__mro__:
        if '__schema__' in cls.__dict__:
            return cls.__dict__['__schema__']
    return None


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


def _reject_conflicts(cls: Any, bases: list[Any], own: dict[str, Any]) -> None:
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
    for i, name in enumerate(result):
        bare = name[1:] if name.startswith('*') else name
        field = schema.const_fields.get(bare)
        if field is None and not any(key.match(bare) for key in schema.fields if not key.is_const):
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
        if field._value.__class__ not in _FLAT_SPECS:
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


def install_schema(cls: Any, schema: Any, assigned: Collection[str] = ()) -> None:
    """Makes `schema` the schema of a class and forgets what was compiled from the old one.

    Args:
        cls: The class.
        schema: Its new schema.
        assigned: Names of the fields to which the body of the class has assigned a default.
    """
    if cls is _root_class():
        raise TypeError('`Object` is the base of all classes and has no fields. Derive from it.')
    if cls._sym_schema_hooks:
        schema = cls._normalize_schema(schema)
    constant = schema.const_fields
    order = schema.metadata.get('init_arg_list')
    if order and order[-1][:1] == '*':
        _start_empty(constant.get(order[-1][1:]))
    if not RESERVED_NAMES.isdisjoint(constant):
        name = next(n for n in constant if n in RESERVED_NAMES)
        raise TypeError(
            f'{cls.__name__}.{name}: this name is an argument of every symbolic constructor and '
            f'cannot be a field. Choose another one.'
        )
    for field in constant.values():
        if field._value._default.__class__ in _CONTAINERS:
            _formalize_default(field)
    _name_schemas(cls.__type_name__, schema)
    if not is_empty_field_description_allowed():
        _require_descriptions(cls.__name__, schema)
    if 'init_arg_list' not in schema.metadata:
        hidden = cls._sym_keyword_only
        schema.metadata['init_arg_list'] = [
            n for n, f in constant.items() if not f._value._frozen and n not in hidden
        ]
    facts = {
        '__schema__': schema,
        '_sym_field_map': constant,
        '_sym_ready': False,
        **_facts_of_attributes(cls, constant, assigned),
        **facts_of_handlers(cls, _root_class()),
    }
    if gets_generated_init(cls):
        facts['__init__'] = LazyInit(cls)
    # All at the end: looking up attributes of a class is slow after each change of the class.
    for name, fact in facts.items():
        type.__setattr__(cls, name, fact)
    _place_readers(cls, constant)
    cls._on_schema_update()


def _note_facts_anew(cls: Any) -> None:
    """Takes notice of what was set on a class after it was made.

    That is a handler, a switch, or an attribute that shares its name with a field.
    """
    stack = [cls]
    while stack:
        current = stack.pop()
        if '__schema__' in current.__dict__:
            facts = facts_of_handlers(current, _root_class(), inherits=False)
            if current.allow_symbolic_attribute:
                facts.update(_facts_of_attributes(current, current._sym_field_map, ()))
            facts['_sym_ready'] = False
            if gets_generated_init(current):
                facts['__init__'] = LazyInit(current)
            for name, fact in facts.items():
                type.__setattr__(current, name, fact)
        stack.extend(type.__subclasses__(current))


def run_schema_hooks(cls: Any) -> None:
    """Lets a class that overrides hooks finish what its new schema entails."""
    schema = cls.__schema__
    names = cls._finalize_init_arg_list()
    schema.metadata['init_arg_list'] = check_init_arg_list(cls, schema, names)
    cls._update_signatures_based_on_schema()
    cls._generate_sym_attributes()


def create_attributes(cls: Any) -> None:
    """Puts the properties in place that a class makes for its fields, if it makes other ones."""
    known = cls.__dict__.get('_sym_created', frozenset()).union(
        *(getattr(base, '_sym_field_map', ()) for base in cls.__bases__)
    )
    type.__setattr__(cls, '_sym_created', known.union(cls._sym_field_map))
    for name, field in cls._sym_field_map.items():
        if name in known or name in cls.__dict__:
            continue
        attribute = cls._create_sym_attribute(name, field)
        if attribute is not None and not isinstance(attribute, FieldProperty):
            type.__setattr__(cls, name, attribute)
            type.__setattr__(cls, '_sym_shadowed', cls._sym_shadowed | {name})


def gets_generated_init(cls: Any) -> bool:
    """Whether a class has no constructor of the user's, neither an own nor an inherited one."""
    own = cls.__dict__.get('__init__')
    if own is not None:
        return isinstance(own, LazyInit) or hasattr(own, '_sym_generated')
    if _is_direct(cls):
        return True
    for base in cls.__mro__[1:]:
        init = base.__dict__.get('__init__')
        if init is not None:
            return base is _root_class() or not getattr(init, '__explicit_override__', False)
    return True


_CONTAINERS = (list, dict)


def _start_empty(field: Any) -> None:
    """Makes the default of a `*name` field the list of no arguments, if the field takes that."""
    spec = None if field is None else field.value
    if isinstance(spec, T.List) and spec.min_size == 0 and not spec.frozen and spec.default != []:
        spec.set_default([])


def _formalize_default(field: Any) -> None:
    """Defaults that are plain containers become symbolic once per class."""
    spec = field.value
    default = spec.default
    if default.__class__ is list or not (isinstance(spec, T.Dict) and spec.schema is not None):
        spec.set_default(symbolize_value(default), use_default_apply=False)


def _facts_of_attributes(
    cls: Any, fields: dict[str, Any], assigned: Collection[str]
) -> dict[str, Any]:
    """Finds the fields whose name is taken by a method or property, and lets those win.

    Returns:
        Facts about the class, and descriptors that it needs.
    """
    facts: dict[str, Any] = {}
    names = fields.keys()
    declared = {n for n, f in fields.items() if f._origin is cls}
    shadowed: set[str] = set()
    for base in cls.__bases__:
        inherited = getattr(base, '_sym_shadowed', None)
        if inherited:
            shadowed |= inherited & names
    shadowed -= declared
    namespace = cls.__dict__
    for name in names & namespace.keys():
        own = namespace[name]
        if getattr(own, '_sym_virtual', False):
            continue
        winner = over_field(name, own)
        if winner is not None:
            facts[name] = winner
        shadowed.add(name)
        if name not in declared and _uses_super(own):
            _let_super_read(cls, name)
    for name in _names_of_bases(cls) & declared:
        if name not in namespace:
            winner = _inherited_winner(cls, name)
            if winner is None:
                continue
            if name in assigned:  # A value in the body of the class hides what is inherited.
                winner = StoredField(name)
            shadowed.add(name)
            if not isinstance(winner, property):
                facts[name] = winner
            _warn_of_api_name(cls, name, winner)
    known = cls._sym_shadowed
    if shadowed != known:
        facts['_sym_shadowed'] = frozenset(shadowed)
    if not cls.allow_symbolic_attribute:
        names = {}.keys()
        if cls._sym_values is _root_class()._sym_values:
            facts['_sym_values'] = cls._sym_hidden_values
    if names != cls._sym_routed:
        facts['_sym_routed'] = frozenset(names)
    return facts


def _uses_super(attribute: Any) -> bool:
    function = attribute.fget if isinstance(attribute, property) else attribute
    return isinstance(function, types.FunctionType) and 'super' in function.__code__.co_names


def _let_super_read(cls: Any, name: str) -> None:
    """Makes `super().name` read a field, which is no attribute of the base class otherwise."""
    for base in cls.__mro__[1:]:
        if name in base.__dict__:
            return
        if isinstance(base, ObjectMeta) and name in base.__dict__.get('_sym_field_map', ()):
            infer_on_read(base, name)
            return


def _warn_of_api_name(cls: Any, name: str, winner: Any) -> None:
    """Warns of a field that hides, or is hidden by, what all symbolic objects have."""
    if name.startswith('_') or not hasattr(_root_class(), name):
        return
    import warnings

    what = 'hides' if isinstance(winner, StoredField) else 'is hidden by'
    warnings.warn(
        f'The field {name!r} of {cls.__name__} {what} `{_root_class().__name__}.{name}`. Rename '
        f"it, or read it by `obj.sym_getattr('{name}')`.",
        stacklevel=_depth_of_statement(),
    )


def _depth_of_statement() -> int:
    """Returns how many calls above the caller the class statement is."""
    depth = 1
    frame = sys._getframe(1)
    while frame.f_back and frame.f_globals.get('__name__', '').partition('.')[0] in _OUR_MODULES:
        frame = frame.f_back
        depth += 1
    return depth


_OUR_MODULES = (__name__.partition('.')[0], 'abc')


def _names_of_bases(cls: Any) -> set[str]:
    """Returns the names of all attributes that the bases of a class define."""
    global _root_names
    root = _root_class()
    if _root_names is None:
        _root_names = set().union(*(base.__dict__ for base in root.__mro__))
    if _is_direct(cls):
        return _root_names
    return _root_names.union(*(b.__dict__ for b in cls.__mro__[1:] if b not in root.__mro__))


_root_names: set[str] | None = None


def _inherited_winner(cls: Any, name: str) -> Any:
    """Returns the descriptor for a name that is a field and an attribute of a base class.

    The field takes the place of an abstract method or property; an ordinary one wins over it.
    """
    for base in cls.__mro__[1:]:
        found = base.__dict__.get(name)
        if found is None:
            continue
        if getattr(found, '__isabstractmethod__', False) or isinstance(found, StoredField):
            return StoredField(name)
        if isinstance(found, (property, MethodOverField)):
            return found
        if isinstance(found, (types.FunctionType, staticmethod)):
            return MethodOverField(name, found)
        return None
    return None


def _place_readers(cls: Any, fields: dict[str, Any]) -> None:
    """Puts the descriptors in place by which a special kind of object reads its fields."""
    root = _root_class()
    hooked = (
        cls._sym_getattr is not root._sym_getattr or cls._sym_inferred is not root._sym_inferred
    )
    if hooked:
        type.__setattr__(cls, '_sym_hooked', True)
    reader = HookedField if hooked else cls._sym_field_reader
    if reader is None or not cls.allow_symbolic_attribute:
        return
    for name in fields:
        # A method or property that wins over the field stays.
        if type(_class_attribute(cls, name)) in (
            type(None),
            StoredField,
            cls._sym_field_reader,
            reader,
        ):
            type.__setattr__(cls, name, reader(name))
            type.__setattr__(cls, '_sym_shadowed', cls._sym_shadowed | {name})


def _class_attribute(cls: Any, name: str) -> Any:
    return next((base.__dict__[name] for base in cls.__mro__ if name in base.__dict__), None)


def infer_on_read(cls: Any, name: str) -> None:
    """Makes reads of one field infer its value, on this class and its sub-classes."""
    if isinstance(cls.__dict__.get(name), (StoredField, property, MethodOverField)):
        return
    if name in cls._sym_shadowed:  # A property or method of a base wins over the field.
        return
    if name not in cls._sym_field_map and _class_attribute(cls, name) is not None:
        return  # So does whatever has the name of a dynamic key.
    type.__setattr__(cls, name, StoredField(name))
    stack: list[Any] = [cls]
    while stack:
        current = stack.pop()
        type.__setattr__(current, '_sym_shadowed', current._sym_shadowed | {name})
        type.__setattr__(current, '_sym_getter', None)
        type.__setattr__(current, '_sym_quick_clone', None)
        type.__setattr__(current, '_sym_comparer', False)
        type.__setattr__(current, '_sym_hasher', False)
        type.__setattr__(current, '_sym_reader', False)
        type.__setattr__(current, '_sym_plain_plans', {})
        stack.extend(type.__subclasses__(current))
