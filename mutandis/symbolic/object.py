"""`Object`: a class whose constructor arguments are its children.

Fields are plain instance attributes: reading one costs what reading an attribute costs. What
makes them symbolic is known to the class: the schema, a compiled constructor, and which event
handlers it overrides.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, TypeVar

from mutandis import typing as T
from mutandis.base import (
    LEAF_TYPES,
    JSONConvertible,
    KeyPath,
    MissingValue,
    explicit_method_override,
)
from mutandis.symbolic.base import Symbolic
from mutandis.symbolic.class_attributes import FieldProperty, LazyInit
from mutandis.symbolic.class_compiler import (
    NOT_GIVEN,
    accepts_arguments,
    compile_class,
    make_init,
    name_class,
)
from mutandis.symbolic.cloning import clone_value
from mutandis.symbolic.container import holds_containers
from mutandis.symbolic.declaring import members, use_init_args
from mutandis.symbolic.flags import SCOPES, is_type_check_enabled, scoped_value
from mutandis.symbolic.object_meta import (
    ObjectMeta,
    create_attributes,
    infer_on_read,
    run_schema_hooks,
    setup_class,
)
from mutandis.symbolic.pickling import reduced
from mutandis.symbolic.plans import Plan
from mutandis.symbolic.rebind import (
    Batch,
    FieldUpdate,
    all_or_nothing,
    commit,
    field_updates,
    save_state,
)
from mutandis.symbolic.topology import (
    ALLOW_PARTIAL,
    HOOKS,
    SEALED,
    STICKY,
    WRITABLE,
    Node,
    adopt,
    announce_parent,
    detach,
    path_below,
    relink,
    set_attribute,
    symbolize_value,
    unlink,
)

_ABSENT = object()
_RAISE = object()
_MISSING = MissingValue()
Self = TypeVar('Self', bound='Object')


class Object(Symbolic, metaclass=ObjectMeta):
    """Base of symbolic classes: declare fields by annotations, get a mutable program node.

    Example:
        >>> class Trainer(Object):
        ...     lr: float = 0.1
        ...     layers: list[int] = [64, 64]
        >>> t = Trainer(0.2)
        >>> t.rebind({'layers[0]': 32}).layers
        [0: 32, 1: 64]
    """

    __slots__ = ('_sym_parent', '_sym_key')

    allow_symbolic_attribute: ClassVar[bool] = True
    allow_symbolic_assignment: ClassVar[bool] = False
    allow_symbolic_mutation: ClassVar[bool] = True
    use_symbolic_comparison: ClassVar[bool] = True
    infer_symbolic_fields_from_annotations: ClassVar[bool] = True
    auto_schema: ClassVar[bool] = True
    auto_register: ClassVar[bool] = True

    _sym_ready = False
    _sym_seals_tree = True
    _sym_plans: ClassVar[dict[Any, Plan]] = {}
    _sym_dynamic: ClassVar[list[tuple[Any, Plan]]] = []
    _sym_names: ClassVar[tuple[str, ...]] = ()
    _sym_steps: ClassVar[tuple[tuple[str, frozenset[type], Plan, KeyPath], ...]] = ()
    _sym_field_map: ClassVar[dict[str, Any]] = {}
    _sym_shadowed: ClassVar[frozenset[str]] = frozenset()
    _sym_routed: ClassVar[frozenset[str]] = frozenset()
    _sym_getter: ClassVar[Any] = None
    _sym_init_hook = False
    _sym_binds_children = False  # Whether containers given to fields are bound to their specs.
    _sym_calls_init = False
    _sym_quick_clone: ClassVar[Any] = None
    _sym_maker: ClassVar[Any] = None
    _sym_super_inits: ClassVar[tuple[Any, ...]] = ()
    _sym_dynamic_keys: ClassVar[list[str] | None] = None
    # The class of the descriptors that read the fields; None for plain instance attributes.
    _sym_field_reader: ClassVar[Any] = None
    _sym_schema_hooks: ClassVar[bool] = False
    _sym_factories: ClassVar[dict[str, tuple[Any, Any]]] = {}
    _sym_keyword_only: ClassVar[frozenset[str]] = frozenset()

    # ---------------------------------------------------------------- class creation

    def __init_subclass__(cls, user_cls: Any = None, **kwargs: Any) -> None:
        """Makes a new class symbolic.

        Args:
            user_cls: The class, where this is called explicitly: a class that overrides
                `__init_subclass__` skips those of its other bases by `Object.__init_subclass__(c)`.
            **kwargs: Keywords of the class statement.
        """
        if user_cls is None:
            user_cls = cls
            super().__init_subclass__(**kwargs)
        else:
            JSONConvertible.__init_subclass__.__func__(user_cls, **kwargs)  # type: ignore[attr-defined]
        if user_cls.auto_schema:
            setup_class(user_cls)

    @classmethod
    def _begin_annotation_inference(cls) -> None:
        """Hook: runs before annotations are read; may edit `__annotations__`."""

    @classmethod
    def _end_annotation_inference(cls, fields: list[Any]) -> list[Any]:
        """Hook: may change the fields that annotations declare."""
        return fields

    @classmethod
    def _normalize_schema(cls, schema: Any) -> Any:
        """Hook: may change a schema before the class gets it."""
        return schema

    @classmethod
    def _on_schema_update(cls) -> None:
        """Hook: runs after the class has got a schema. Calls the hooks below."""
        if cls._sym_schema_hooks:
            run_schema_hooks(cls)

    @classmethod
    def _finalize_init_arg_list(cls) -> list[str]:
        """Hook: returns the names of the positional arguments."""
        return cls.init_arg_list

    @classmethod
    def _update_signatures_based_on_schema(cls) -> None:
        """Hook: runs when the constructor follows the new schema."""

    @classmethod
    def _generate_sym_attributes(cls) -> None:
        """Hook: makes the attributes by which fields are read."""
        create_attributes(cls)

    @classmethod
    def _create_sym_attribute(cls, attr_name: str, field: Any) -> Any:
        """Hook: returns the property by which a field is read."""
        return FieldProperty(attr_name)

    @classmethod
    def _sym_make_init(cls, plans: dict[Any, Plan]) -> Any:
        """Hook: compiles the constructor of this class; functors have one of their own."""
        return make_init(cls, plans)

    # ---------------------------------------------------------------- construction

    @explicit_method_override
    def __init__(
        self,
        *args: Any,
        allow_partial: bool = False,
        sealed: bool | None = None,
        root_path: Any = None,
        explicit_init: bool = False,
        **kwargs: Any,
    ) -> None:
        self._sym_init_general({}, args, kwargs, allow_partial, sealed, root_path, explicit_init)

    def _sym_init_general(
        self,
        given: dict[str, Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        allow_partial: bool,
        sealed: bool | None,
        root_path: Any,
        explicit_init: bool,
        own: tuple[Any, int, dict[str, Any]] | None = None,
    ) -> None:
        """Sorts arguments out by the signature of the class and constructs.

        Args:
            given: Arguments bound by a generated constructor, defaults included.
            args: Further positional arguments.
            kwargs: Further keyword arguments.
            allow_partial: Whether values may be missing.
            sealed: Whether the new object is sealed; None as the class says.
            root_path: Path of the object as a root.
            explicit_init: Whether the constructors of other bases are left alone.
            own: Of the generated constructor: its class, its number of positional parameters and
                its defaults. They count as not given when a sub-class calls it by `super()`.
        """
        cls = type(self)
        if not isinstance(allow_partial, bool):
            raise TypeError(
                f'`allow_partial` of {cls.__name__} must be a bool. Encountered: {allow_partial!r}.'
            )
        if '__schema__' not in cls.__dict__ and not hasattr(cls, '__schema__'):
            raise TypeError(f'{cls.__name__} has no schema and cannot be instantiated.')
        if not cls.__dict__.get('_sym_ready'):
            compile_class(cls)
        values = {k: v for k, v in given.items() if v is not NOT_GIVEN}
        taken = 0
        if own is not None:
            owner, taken, defaults = own
            if cls is not owner:
                values = {k: v for k, v in values.items() if v is not defaults[k]}
        self._sym_bind_positional(args, values, taken)
        for name, value in kwargs.items():
            if name in values and args:
                raise TypeError(f'{cls.__name__}() got multiple values for argument {name!r}.')
            values[name] = value
        self._sym_init(values, allow_partial, sealed, root_path, explicit_init)

    def _sym_bind_positional(
        self, args: tuple[Any, ...], values: dict[str, Any], start: int
    ) -> None:
        cls = type(self)
        order = cls.init_arg_list
        fixed = [n for n in order if not n.startswith('*')]
        vararg = next((n[1:] for n in order if n.startswith('*')), None)
        if not args:
            if vararg is not None and cls._sym_plans[vararg].make_default is None:
                values.setdefault(vararg, [])
            return
        if start:
            fixed = fixed[start:] if start <= len(fixed) else []
        if len(args) > len(fixed) and vararg is None:
            raise TypeError(
                f'{cls.__name__}() takes {len(fixed) + start} positional arguments but '
                f'{len(args) + start} were given. Positional arguments: {order!r}.'
            )
        for name, value in zip(fixed, args, strict=False):
            values[name] = value
        if vararg is not None and (
            len(args) > len(fixed) or cls._sym_plans[vararg].make_default is None
        ):
            values[vararg] = list(args[len(fixed) :])

    def _sym_init(
        self,
        values: dict[str, Any],
        allow_partial: bool = False,
        sealed: bool | None = None,
        root_path: Any = None,
        explicit_init: bool = False,
    ) -> None:
        """Constructs by the general rules from the field values that were given.

        Raises:
            TypeError: Unknown or missing arguments, or a value of a wrong type.
            ValueError, KeyError: A value does not fit its field.
        """
        cls = type(self)
        if not cls.__dict__.get('_sym_ready'):
            compile_class(cls)
        set_attribute(self, '_sym_parent', None)
        flags = cls._sym_flags
        if allow_partial:
            flags |= ALLOW_PARTIAL
        if flags != cls._sym_flags:
            set_attribute(self, '_sym_flags', flags)
        if root_path is not None:
            root_path = KeyPath.from_value(root_path)
            set_attribute(self, '_sym_root_path', root_path)
        partial = self._sym_accepts_partial()
        if cls._sym_binds_children and holds_containers(values.values()):
            accepted, extra = all_or_nothing(
                lambda: self._sym_accept_all(values, partial, root_path)
            )
        else:
            accepted, extra = self._sym_accept_all(values, partial, root_path)
        if not explicit_init:
            self._sym_run_super_inits()
        for name, value in accepted.items():
            self._sym_store(name, self._sym_adopt(name, value, False))
        if HOOKS.path_listeners:
            announce_parent(self)
        if extra:
            set_attribute(self, '_sym_dynamic_keys', extra)
        if cls.__dict__.get('_sym_init_hook', cls._sym_init_hook):
            self._on_init()
        if sealed is None:
            sealed = not cls.allow_symbolic_mutation
        if sealed:
            self.seal()
        if SCOPES.active and scoped_value('track_origin'):
            self.sym_setorigin(None, '__init__')

    def _sym_accept_all(
        self, values: dict[str, Any], partial: bool, root_path: Any
    ) -> tuple[dict[str, Any], list[str]]:
        """Returns validated values of all fields, and the names of dynamic ones."""
        cls = type(self)
        plans = cls._sym_plans
        base_keys = root_path._keys if root_path is not None else ()
        unknown = [k for k in values if k not in plans and self._sym_dynamic_plan(k) is None]
        if unknown:
            names = ', '.join(repr(k) for k in unknown)
            from mutandis.symbolic.messages import did_you_mean

            raise TypeError(
                f'{cls.__name__}() got unexpected keyword argument(s): {names}.'
                f'{did_you_mean(unknown[0], plans, "fields")}'
            )
        if not partial:
            missing = [n for n, p in plans.items() if p.make_default is None and n not in values]
            if missing:
                names = ', '.join(repr(k) for k in missing)
                raise TypeError(
                    f'{cls.__name__}() missing required argument(s): {names}. Pass them, or use '
                    f'`{cls.__name__}.partial(...)` to leave them open.'
                )
        accepted: dict[str, Any] = {}
        extra: list[str] = []
        try:
            for name, plan in plans.items():
                value = values.get(name, _MISSING)
                path = KeyPath._of(base_keys + (name,))
                accepted[name] = plan.accept(value, partial, path)
            for name, value in values.items():
                if name in plans or isinstance(value, MissingValue):
                    continue
                found = self._sym_dynamic_plan(name)
                assert found is not None
                accepted[name] = found.accept(value, partial, KeyPath._of(base_keys + (name,)))
                extra.append(name)
        except (TypeError, ValueError, KeyError) as error:
            name_class(error, cls, not base_keys)
            raise
        return accepted, extra

    def _sym_init_checked(self, values: dict[str, Any]) -> None:
        """Constructs from values for all fields of which not all fit as they are.

        Nothing else about the construction is out of the ordinary. For those that were not given
        there is a default.
        """
        cls = type(self)
        if cls._sym_binds_children and holds_containers(values.values()):
            accepted = all_or_nothing(lambda: cls._sym_accept_complete(values))
        else:
            accepted = cls._sym_accept_complete(values)
        set_attribute(self, '_sym_parent', None)
        self._sym_run_super_inits()
        for name, value in accepted.items():
            self._sym_store(name, self._sym_adopt(name, value, False))
        if HOOKS.path_listeners:
            announce_parent(self)
        if cls._sym_init_hook:
            self._on_init()
        if not cls.allow_symbolic_mutation:
            self.seal()

    @classmethod
    def _sym_accept_complete(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Returns validated values of all fields, for each of which one or a default is there."""
        accepted: dict[str, Any] = {}
        for name, exact, plan, path in cls._sym_steps:
            value = values[name]
            if value.__class__ not in exact:
                if value is NOT_GIVEN:
                    value = _MISSING
                reason = plan.refusal(value)
                if reason is not None:
                    raise TypeError(f'{cls.__name__}.{name}: {reason}')
                try:
                    value = plan.accept(value, False, path)
                except (TypeError, ValueError, KeyError) as error:
                    name_class(error, cls)
                    raise
            accepted[name] = value
        return accepted

    @classmethod
    def _sym_dynamic_plan(cls, key: Any) -> Plan | None:
        for key_spec, plan in cls._sym_dynamic:
            if isinstance(key, str) and key_spec.match(key):
                return plan
        return None

    def _sym_run_super_inits(self) -> None:
        for init in type(self)._sym_super_inits:
            init(self)

    @classmethod
    def partial(cls, *args: Any, **kwargs: Any) -> Any:
        """Creates an object in which required fields may be missing.

        A constructor of the user's that does not take these arguments and `allow_partial` is passed
        by: the arguments are then those that the class would have without it.
        """
        if cls._sym_has_generated_init() or accepts_arguments(cls, args, kwargs):
            return cls(*args, allow_partial=True, **kwargs)
        self = cls.__new__(cls)
        Object._sym_init_general(self, {}, args, kwargs, True, None, None, False)
        return self

    @classmethod
    def _sym_make(cls, values: dict[str, Any], flags: int | None = None) -> Any:
        """Builds an object of field values that are known to be valid and parentless."""
        if not cls.__dict__.get('_sym_ready'):
            compile_class(cls)
        maker = cls._sym_maker
        if maker is not None and flags is None:
            return maker(values)
        if cls._sym_calls_init:
            given = {k: v for k, v in values.items() if not isinstance(v, MissingValue)}
            partial = {'allow_partial': True} if flags and flags & ALLOW_PARTIAL else {}
            made = cls(**given, **partial)
            if flags is not None and flags & SEALED:
                made.sym_seal()
            elif flags is not None:
                made.seal(False)  # All of what the constructor has sealed.
            return made
        self = cls.__new__(cls)
        set_attribute(self, '_sym_parent', None)
        if flags is not None and flags != cls._sym_flags:
            set_attribute(self, '_sym_flags', flags)
        if cls._sym_super_inits:
            self._sym_run_super_inits()
        if cls._sym_shadowed or not cls.allow_symbolic_attribute:
            for name, value in values.items():
                self._sym_store(name, self._sym_adopt(name, value, False))
        else:
            for name, value in values.items():
                if value.__class__ not in LEAF_TYPES:
                    value = self._sym_adopt(name, value, False)
                set_attribute(self, name, value)
        if HOOKS.path_listeners:
            announce_parent(self)
        if cls._sym_dynamic:
            extra = [n for n in values if n not in cls._sym_plans]
            if extra:
                set_attribute(self, '_sym_dynamic_keys', extra)
        if cls._sym_init_hook:
            self._on_init()
        if flags is None and not cls.allow_symbolic_mutation:
            self.seal()
        return self

    @classmethod
    def _sym_from_fields(
        cls, fields: dict[str, Any], allow_partial: bool = False, root_path: Any = None
    ) -> Any:
        """Validated construction by field names; passes by a constructor that takes others."""
        if not cls.__dict__.get('_sym_ready'):
            compile_class(cls)
        if cls._sym_has_generated_init() or cls._sym_calls_init:
            kwargs = dict(fields)
            if allow_partial:
                kwargs['allow_partial'] = True
            if root_path is not None and cls._sym_has_generated_init():
                kwargs['root_path'] = root_path
            return cls(**kwargs)
        self = cls.__new__(cls)
        self._sym_init(dict(fields), allow_partial, None, root_path)
        return self

    @classmethod
    def _sym_has_generated_init(cls) -> bool:
        for base in cls.__mro__:
            init = base.__dict__.get('__init__')
            if init is not None:
                return isinstance(init, LazyInit) or hasattr(init, '_sym_generated')
        return True

    # ---------------------------------------------------------------- events

    def _on_init(self) -> None:
        """Event: the object has been constructed. Calls `_on_bound` unless overridden."""
        self._on_bound()

    def _on_bound(self) -> None:
        """Event: the object has been constructed, or something in its sub-tree has changed."""

    def _on_change(self, field_updates: dict[KeyPath, FieldUpdate]) -> None:
        """Event: something in the sub-tree has changed. Calls `_on_bound` unless overridden.

        Args:
            field_updates: Path relative to this object -> update.
        """
        self._on_bound()

    @property
    def _subscribes_field_updates(self) -> bool:
        return type(self)._on_change is not Object._on_change

    def _sym_notify(self, changes: list[tuple[Any, Any, Any, Any]]) -> None:
        if self._subscribes_field_updates:
            self._on_change(field_updates(self, changes))
        else:
            self._on_change({})

    # ---------------------------------------------------------------- node protocol

    def _sym_values(self) -> dict[Any, Any]:
        return self.__dict__

    def _sym_hidden_values(self) -> dict[Any, Any]:
        """Stands for `_sym_values` where fields are no attributes (`allow_symbolic_attribute`)."""
        values: dict[Any, Any] = self.__dict__.setdefault('_sym_hidden', {})
        return values

    def _sym_store(self, name: Any, value: Any) -> None:
        """Stores a value that is validated and adopted."""
        if name in type(self)._sym_shadowed or self._sym_getter is None:
            self._sym_values()[name] = value
        else:
            set_attribute(self, name, value)

    def _sym_adopt(self, name: str, value: Any, built: bool = True) -> Any:
        """Adopts a child, and sees to it that inferred values are inferred when read."""
        if value.__class__ in LEAF_TYPES:
            return value
        value = adopt(value, self, name, built)
        if getattr(value.__class__, '_sym_inferential', False):
            cls = type(self)
            if name in cls._sym_routed or (cls._sym_dynamic and cls.allow_symbolic_attribute):
                infer_on_read(cls, name)
        return value

    def _sym_pairs(self) -> list[tuple[Any, Any]]:
        cls = type(self)
        if not cls._sym_ready:
            compile_class(cls)
        getter = cls._sym_getter
        if getter is not None and self._sym_dynamic_keys is None:
            try:
                return list(zip(cls._sym_names, getter(self), strict=True))
            except AttributeError:
                pass  # Not all fields are there: a constructor that did not finish.
        values = self._sym_values()
        pairs = [(n, values[n]) for n in cls._sym_names if n in values]
        if self._sym_dynamic_keys:
            pairs.extend((n, values[n]) for n in self._sym_dynamic_keys)
        return pairs

    def _sym_raw(self, key: Any, default: Any = _RAISE) -> Any:
        cls = type(self)
        if not cls._sym_ready:
            compile_class(cls)
        if key in cls._sym_plans or (self._sym_dynamic_keys and key in self._sym_dynamic_keys):
            # A dynamic key has no plan; its value may be inferred by whoever reads the attribute.
            if cls._sym_getter and key not in cls._sym_shadowed and key in cls._sym_plans:
                value = getattr(self, key, _ABSENT)
            else:
                value = self._sym_values().get(key, _ABSENT)
            if value is not _ABSENT:
                return value
        if default is _RAISE:
            raise AttributeError(key)
        return default

    def sym_keys(self) -> Iterator[str]:
        """Iterates over the names of the fields."""
        return iter([k for k, _ in self._sym_pairs()])

    def sym_hasattr(self, key: Any) -> bool:
        """Whether this is the name of a field."""
        if not isinstance(key, str) or key.startswith('_'):
            return False
        return self._sym_raw(key, _ABSENT) is not _ABSENT

    def sym_attr_field(self, key: Any) -> Any:
        """Returns the `typing.Field` of a field."""
        return type(self).__schema__.get_field(key)

    @property
    def sym_init_args(self) -> Any:
        """The fields as a `Dict`; writing to it writes to this object."""
        from mutandis.symbolic.fields_view import FieldsView

        return FieldsView._of(self)

    def _sym_write(self, key: Any, value: Any, batch: Batch) -> None:
        cls = type(self)
        if not cls._sym_ready:
            compile_class(cls)
        plan = cls._sym_plans.get(key)
        dynamic = False
        if plan is None:
            plan = self._sym_dynamic_plan(key)
            dynamic = True
            if plan is None:
                from mutandis.symbolic.messages import described, did_you_mean

                raise KeyError(
                    f'No field {key!r} in {described(self)}.'
                    f'{did_you_mean(key, cls._sym_plans, "fields")}'
                )
        note: Any = self._sym_on_write
        if note is not None:
            save_state(self, batch)
            note(key, not isinstance(value, MissingValue))
        old = self._sym_raw(key, _MISSING)
        if old is value:
            return
        if dynamic and isinstance(value, MissingValue):
            self._sym_remove_dynamic(key, old, batch)
            return
        if SCOPES.active and not is_type_check_enabled():
            new = symbolize_value(value)
        else:
            new = plan.accept(value, self._sym_accepts_partial(), lambda: path_below(self, key))
        if new is old and isinstance(new, Node):
            return
        added = dynamic and (self._sym_dynamic_keys is None or key not in self._sym_dynamic_keys)

        def undo() -> None:
            unlink(new, self)
            if added:
                self._sym_values().pop(key, None)
                keys = [k for k in self._sym_dynamic_keys or () if k != key]
                set_attribute(self, '_sym_dynamic_keys', keys)
            else:
                self._sym_store(key, old)
                relink(old, self, key)

        batch.undo.append(undo)
        detach(old, self)
        new = self._sym_adopt(key, new)
        self._sym_store(key, new)
        if added:
            set_attribute(self, '_sym_dynamic_keys', [*(self._sym_dynamic_keys or ()), key])
        batch.changes.append((self, key, old, new))

    def _sym_remove_dynamic(self, key: str, old: Any, batch: Batch) -> None:
        before = self._sym_dynamic_keys
        if not before or key not in before:
            return
        values = self._sym_values()
        del values[key]
        set_attribute(self, '_sym_dynamic_keys', [k for k in before if k != key])

        def undo() -> None:
            values[key] = old
            set_attribute(self, '_sym_dynamic_keys', before)
            relink(old, self, key)

        batch.undo.append(undo)
        detach(old)
        batch.changes.append((self, key, old, _MISSING))

    def _sym_clone(self, deep: bool, memo: Any = None) -> Any:
        cls = type(self)
        quick = cls._sym_quick_clone
        if quick is not None and self._sym_flags == cls._sym_flags and not self._sym_dynamic_keys:
            return quick(self, deep, memo)
        return self._sym_remake(
            {
                k: v if v.__class__ in LEAF_TYPES else clone_value(v, deep, memo)
                for k, v in self._sym_pairs()
            }
        )

    def _sym_remake(self, values: Any) -> Any:
        cls = type(self)
        flags = self._sym_flags
        if flags == cls._sym_flags and cls.allow_symbolic_mutation:
            return cls._sym_make(values)
        # Whether accessors are writable goes back to what the class says.
        kept = flags & ~(STICKY | WRITABLE) | cls._sym_flags & (STICKY | WRITABLE)
        return cls._sym_make(values, kept)

    # ---------------------------------------------------------------- attribute access

    def __setattr__(self, name: str, value: Any) -> None:
        cls = type(self)
        if name in cls._sym_routed or (
            cls._sym_dynamic
            and cls.allow_symbolic_attribute
            and not name.startswith('_')
            and self._sym_dynamic_plan(name) is not None
        ):
            self._sym_require_writable(f'set {name!r}')
            commit(self, lambda batch: self._sym_write(name, value, batch))
            return
        super().__setattr__(name, value)

    def __delattr__(self, name: str) -> None:
        dynamic = self._sym_dynamic_keys and name in self._sym_dynamic_keys
        if dynamic or name in type(self)._sym_routed:
            raise AttributeError(
                f'Field {name!r} of {type(self).__name__} cannot be deleted. '
                f'Use `rebind({name}=MISSING_VALUE)` to '
                f'{"remove it" if dynamic else "reset it to its default"}.'
            )
        super().__delattr__(name)

    # ---------------------------------------------------------------- comparison

    def __eq__(self, other: Any) -> bool:
        if self is other:
            return True
        if type(self).use_symbolic_comparison:
            return self.sym_eq(other)
        return NotImplemented

    def __ne__(self, other: Any) -> bool:
        result = self.__eq__(other)
        return result if result is NotImplemented else not result

    def __hash__(self) -> int:
        if type(self).use_symbolic_comparison:
            return self.sym_hash()
        return object.__hash__(self)

    # ---------------------------------------------------------------- text, pickle and JSON

    def format(
        self,
        compact: bool = False,
        verbose: bool = False,
        root_indent: int = 0,
        **kwargs: Any,
    ) -> str:
        """Returns the text of this object (see `mutandis.format`)."""
        from mutandis.symbolic import formatting

        return formatting.format_node(self, compact, verbose, root_indent, **kwargs)

    def __reduce_ex__(self, protocol: Any) -> Any:
        fields = {k: v for k, v in self._sym_pairs()}
        return reduced(self, _restore_object, (type(self), fields, self._sym_flags))

    @classmethod
    def from_json(cls, json_value: Any, **kwargs: Any) -> Any:
        """Builds an object from its JSON form."""
        from mutandis.symbolic import serialization

        return serialization.object_from_json(cls, json_value, **kwargs)


def _restore_object(cls: Any, fields: dict[str, Any], flags: int) -> Any:
    return cls._sym_make(fields, flags & ~STICKY | cls._sym_flags & STICKY)


__all__ = ['Object', 'T', 'members', 'use_init_args']
