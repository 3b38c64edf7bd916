"""The objects of wrapped classes.

The arguments of such an object are kept beside its own attributes, in a slot, so the two never
meet: `nn.Conv2d` has both an argument and a parameter called `bias`. The constructor of the user's
class runs when all arguments are there and none holds a placeholder, and again, on the cleared
object, whenever an argument changes.

An object is *hollow* before that, then *building* while the constructor runs, then *built*. What a
torch module, or a class wrapped with `copy_state=True`, has made of itself since, its weights, is
part of the object: copies and pickles keep it, and so does a change elsewhere, in an object that
it was given.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, ClassVar

from mutandis.base import LEAF_TYPES, KeyPath, MissingValue
from mutandis.symbolic.call_arguments import CallArguments
from mutandis.symbolic.class_compiler import NOT_GIVEN, compile_class, name_class
from mutandis.symbolic.class_docs import description_of
from mutandis.symbolic.cloning import clone_value, remember_copies
from mutandis.symbolic.container import holds_containers
from mutandis.symbolic.flags import SCOPES
from mutandis.symbolic.object import Object
from mutandis.symbolic.object_meta import ObjectMeta, install_schema
from mutandis.symbolic.own_name import settle_own_name
from mutandis.symbolic.rebind import all_or_nothing, field_updates
from mutandis.symbolic.sharing import Shared, constructor_runs, in_constructor
from mutandis.symbolic.topology import relink, set_attribute
from mutandis.symbolic.wrapper_names import class_of, is_importable, reference_to
from mutandis.symbolic.yielding import let_names_yield

HOLLOW, BUILDING, BUILT = range(3)

_FLAG_NAMES = ('allow_partial', 'sealed', 'root_path', 'explicit_init')


class ClassWrapperMeta(ObjectMeta):
    """Metaclass of wrapped classes and of their sub-classes."""

    def __init__(
        cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **kwargs: Any
    ) -> None:
        super().__init__(name, bases, namespace, **kwargs)
        is_root = not any(isinstance(b, ClassWrapperMeta) for b in bases)
        if not is_root and '_sym_made_by_wrap' not in namespace:
            _setup_subclass(cls, namespace)

    def __repr__(cls) -> str:
        wrapped = cls.__dict__.get('_sym_user_cls')
        if wrapped is not None:
            return f'Symbolic[{wrapped!r}]'
        return super().__repr__()

    @property
    def sym_wrapped_cls(cls) -> type | None:
        """The class that `wrap` was given; None for sub-classes of wrapped classes."""
        wrapped: type | None = cls.__dict__.get('_sym_user_cls')
        return wrapped

    def apply_schema(cls, schema: Any = None) -> None:
        """Installs the schema of the constructor arguments."""
        schema = cls.__schema__ if schema is None else schema
        names = [str(key) for key in schema.fields if key.is_const]
        own = {name: cls.__dict__[name] for name in names if name in cls.__dict__}
        install_schema(cls, schema)
        set_on = type.__setattr__
        # Arguments and attributes are kept apart, so that equal names do not matter.
        set_on(cls, '_sym_shadowed', frozenset())
        for name in names:
            if name in own:
                set_on(cls, name, own[name])
            elif name in cls.__dict__:
                type.__delattr__(cls, name)
        # Every change of an argument may rebuild the object.
        set_on(cls, '_sym_listens', True)
        set_on(cls, '_sym_init_hook', True)


class ClassWrapper(Object, metaclass=ClassWrapperMeta):
    """Base of the classes that `wrap` makes."""

    __slots__ = ('_sym_args', '_sym_state', '_sym_class')

    allow_symbolic_attribute = False
    allow_symbolic_assignment = False
    infer_symbolic_fields_from_annotations = False
    auto_schema = False

    _sym_user_init: ClassVar[Any] = object.__init__
    _sym_call: ClassVar[Any] = None
    _sym_reset_fn: ClassVar[Any] = None
    _sym_copy_state: ClassVar[bool] = False
    # The user's class may have methods of these names that do something else.
    _sym_format: ClassVar[Any] = Object.format
    _sym_to_json: ClassVar[Any] = Object.to_json
    _sym_args: dict[str, Any]
    _sym_state: int
    # The class that the object was made of. Torch's parametrizations, for one, put an object into
    # a sub-class that they make for it.
    _sym_class: Any

    # The object behaves as the user's class says; what that leaves open is as in `object`.
    __setattr__ = object.__setattr__  # type: ignore[assignment]
    __delattr__ = object.__delattr__
    __eq__ = object.__eq__
    __ne__ = object.__ne__
    __hash__ = object.__hash__

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # The end of a chain of `super().__init__(...)` calls.
        if args or kwargs:
            raise TypeError(
                f'The `__init__` of {type(self).__name__} calls `super().__init__` with arguments '
                f'that no class takes: {args!r}, {kwargs!r}.'
            )

    __init__.__explicit_override__ = True  # type: ignore[attr-defined]

    @property
    def sym_wrapped(self) -> Any:
        """The object itself: it is an instance of the user's class."""
        return self

    @property
    def wrapped_cls_initialized(self) -> bool:
        """Whether the constructor of the user's class has run: all arguments are concrete."""
        return self._sym_state != HOLLOW

    # ---------------------------------------------------------------- storage

    def _sym_values(self) -> dict[str, Any]:
        return self._sym_args

    def _sym_store(self, name: Any, value: Any) -> None:
        self._sym_args[name] = value

    @classmethod
    def _sym_has_generated_init(cls) -> bool:
        # The constructors made here take every field by keyword.
        return True

    def _format_as_part(self, **options: Any) -> str:
        text: str = self._sym_format(**options)
        return text

    def _to_json_as_part(self, **options: Any) -> Any:
        return self._sym_to_json(**options)

    def _sym_run_super_inits(self) -> None:
        # The constructor of the user's class runs later, with its arguments.
        pass

    # ---------------------------------------------------------------- construction

    @classmethod
    def _sym_blank(cls, flags: int | None = None) -> Any:
        """Returns an object without arguments."""
        if not cls._sym_ready:
            compile_class(cls)
        self = object.__new__(cls)
        set_attribute(self, '_sym_parent', None)
        set_attribute(self, '_sym_args', {})
        set_attribute(self, '_sym_state', HOLLOW)
        set_attribute(self, '_sym_class', cls)
        if flags is not None and flags != cls._sym_flags:
            set_attribute(self, '_sym_flags', flags)
        return self

    def _sym_take(self, values: dict[str, Any]) -> None:
        """Makes valid and parentless values the arguments of this (blank) object."""
        plans = type(self)._sym_plans
        stored = self._sym_args
        extra = []
        for name, value in values.items():
            if value.__class__ not in LEAF_TYPES:
                value = self._sym_adopt(name, value)
            stored[name] = value
            if name not in plans:
                extra.append(name)
        if extra:
            set_attribute(self, '_sym_dynamic_keys', extra)

    def _sym_init_simply(self, values: dict[str, Any]) -> bool:
        """Constructs from arguments that need nothing special; False, having done nothing, if so.

        Errors and everything else that is rare is left to the general way.
        """
        cls = type(self)
        if not cls.__dict__.get('_sym_ready'):
            compile_class(cls)
        if cls._sym_binds_children and holds_containers(values.values()):
            accepted = all_or_nothing(lambda: cls._sym_accept_simply(values))
        else:
            accepted = cls._sym_accept_simply(values)
        if accepted is None:
            return False
        set_attribute(self, '_sym_parent', None)
        self._sym_take(accepted)
        self._on_init()
        if not cls.allow_symbolic_mutation:
            self.seal()
        return True

    @classmethod
    def _sym_accept_simply(cls, values: dict[str, Any]) -> dict[str, Any] | None:
        """Returns validated values of all fields, None where that takes the general way."""
        accepted: dict[str, Any] = {}
        used = 0
        for name, plan in cls._sym_plans.items():
            value = values.get(name, NOT_GIVEN)
            if value is NOT_GIVEN:
                if plan.make_default is None or plan.keys is not None:
                    return None
                accepted[name] = plan.make_default()
                continue
            used += 1
            if value.__class__ not in plan.exact:
                if isinstance(value, MissingValue):
                    return None
                try:
                    value = plan.accept(value, False, KeyPath(name))
                except (TypeError, ValueError, KeyError) as error:
                    name_class(error, cls)
                    raise
            accepted[name] = value
        return accepted if used == len(values) else None

    @classmethod
    def _sym_make(cls, values: dict[str, Any], flags: int | None = None) -> Any:
        self = cls._sym_blank(flags)
        self._sym_take(values)
        self._sym_start()
        if flags is None and not cls.allow_symbolic_mutation:
            self.seal()
        return self

    def _on_init(self) -> None:
        self._sym_start()

    def _sym_start(self) -> None:
        """Runs the constructor of the user's class for the first time, if it can run."""
        if self.sym_abstract:
            return
        try:
            self._sym_build()
        except BaseException:
            # The arguments are given back: they may be used again.
            for value in self._sym_args.values():
                if getattr(value, '_sym_parent', None) is self:
                    relink(value, None, None)
            raise

    def _sym_build(self) -> None:
        cls = type(self)
        if '_sym_name_settled' not in cls.__dict__:
            settle_own_name(cls)
            type.__setattr__(cls, '_sym_name_settled', True)
        if cls._sym_reset_fn is not None:
            cls._sym_reset_fn(self)
        args, kwargs = cls._sym_call.arguments(self)
        set_attribute(self, '_sym_state', BUILDING)
        try:
            with constructor_runs():
                cls._sym_user_init(self, *args, **kwargs)
        except BaseException:
            set_attribute(self, '_sym_state', HOLLOW)
            raise
        set_attribute(self, '_sym_state', BUILT)
        if cls._on_bound is not Object._on_bound:
            self._on_bound()

    # ---------------------------------------------------------------- changes

    def _sym_notify(self, changes: list[tuple[Any, Any, Any, Any]]) -> None:
        """Rebuilds the object with the changed arguments."""
        if all(_is_same_leaf(old, new) for _, _, old, new in changes):
            return
        before = self._sym_snapshot()
        try:
            if _hears_changes(type(self)):
                self._on_change(field_updates(self, changes))
            else:
                self._sym_rebuild()
            if before[0] == self._sym_state == BUILT and not any(
                self._sym_owns(t) for t, _, _, _ in changes
            ):
                self._sym_keep(before[1])
        except BaseException:
            self._sym_restore(before)
            raise

    def _on_change(self, field_updates: Any) -> None:
        self._sym_rebuild()

    def _sym_rebuild(self) -> None:
        if not self._sym_reset_fn or self.sym_abstract:
            self._sym_clear()
        set_attribute(self, '_sym_state', HOLLOW)
        if not self.sym_abstract:
            self._sym_build()

    def _sym_owns(self, node: Any) -> bool:
        """Whether what changed at `node`, here or below, is an argument of this very object.

        It is not if the node belongs to another object that has a state of its own.
        """
        while node is not None and node is not self:
            if getattr(type(node), '_sym_copy_state', False):
                return False
            node = node._sym_parent
        return node is self

    def _sym_keep(self, before: dict[str, Any]) -> None:
        """Takes over what stays valid when something below an argument has changed.

        Called when the constructor has run again, with the former attributes.
        """

    def _sym_is_unfinished(self) -> bool:
        """Whether the object has no state yet that could be copied."""
        return False

    def _sym_clear(self) -> None:
        if type(self) is not self._sym_class:
            set_attribute(self, '__class__', self._sym_class)
        attributes = self.__dict__
        for name in [n for n in attributes if not n.startswith('_sym_')]:
            del attributes[name]

    def _sym_snapshot(self) -> Any:
        """Returns the own state of the object: what its constructor and its users made of it."""
        return (self._sym_state, _own_attributes(self), type(self))

    def _sym_restore(self, snapshot: Any) -> None:  # type: ignore[override]
        state, attributes, cls = snapshot
        self._sym_clear()
        self.__dict__.update(attributes)
        set_attribute(self, '__class__', cls)
        set_attribute(self, '_sym_state', state)

    # ---------------------------------------------------------------- copies

    def sym_clone(
        self, deep: bool = False, memo: Any = None, override: dict[str, Any] | None = None
    ) -> Any:
        """Same as `clone`."""
        # With a memo: a copy is asked for, not a second place for this object.
        return super().sym_clone(deep, {} if memo is None else memo, override)

    def _sym_second(self) -> Any:
        return self._sym_clone(False)

    @property
    def _sym_is_remade(self) -> bool:
        """Whether a copy is made of copies of the arguments, and nothing else."""
        keeps = self._sym_copy_state and self._sym_state == BUILT
        return not keeps or self._sym_is_unfinished()

    def _sym_clone(self, deep: bool, memo: Any = None) -> Any:
        keeps = self._sym_copy_state and self._sym_state == BUILT
        if memo is None:
            if keeps and in_constructor() and self._sym_parent is not None:
                return Shared(self)
            # One memo for the tree: what two modules share is shared in the copy as well.
            memo = {}
        elif id(self) in memo:
            return memo[id(self)]
        if self._sym_is_remade:
            return self._sym_remake(self._sym_cloned_values(deep, memo))
        cls: Any = type(self)
        new = cls._sym_blank(self._sym_flags)
        set_attribute(new, '_sym_class', self._sym_class)
        memo[id(self)] = new
        values = self._sym_cloned_values(deep, memo)
        new._sym_take(values)
        import copy

        for name, value in values.items():
            remember_copies(self._sym_args[name], value, memo)
        _set_state(new, copy.deepcopy(_state_of(self, self._sym_class), memo))
        return new

    def _sym_cloned_values(self, deep: bool, memo: Any) -> dict[str, Any]:
        return {
            k: v if v.__class__ in LEAF_TYPES else clone_value(v, deep, memo)
            for k, v in self._sym_pairs()
        }

    def __reduce_ex__(self, protocol: Any) -> Any:
        cls: Any = type(self)
        if cls.__reduce__ not in (object.__reduce__, Object.__reduce__):
            return self.__reduce__()
        fields = dict(self._sym_pairs())
        attributes = None
        if cls._sym_copy_state and self._sym_state == BUILT:
            attributes = _state_of(self, cls)
        state = (fields, self._sym_flags, attributes)
        if is_importable(cls):
            return (_unpickled, (cls,), state, None, None, _set_unpickled_state)
        return (
            _unpickled_by_reference,
            reference_to(cls),
            state,
            None,
            None,
            _set_unpickled_state,
        )


let_names_yield(ClassWrapper, lambda node: bool(node._sym_state == BUILDING))


def _hears_changes(cls: Any) -> bool:
    """Whether a sub-class of a wrapped class overrides the handler; the user's class may have a
    method of its name that does something else."""
    owner = next(base for base in cls.__mro__ if '_on_change' in base.__dict__)
    return isinstance(owner, ClassWrapperMeta) and owner is not ClassWrapper


def _own_attributes(node: Any) -> dict[str, Any]:
    return {k: v for k, v in node.__dict__.items() if not k.startswith('_sym_')}


def _state_of(node: Any, cls: Any) -> Any:
    """Returns the state of a built object as its class wants it to be copied."""
    get_state = getattr(cls, '__getstate__', None)
    if get_state is None or get_state is getattr(object, '__getstate__', None):
        return _own_attributes(node)
    state = get_state(node)
    if state.__class__ is dict:
        state = {k: v for k, v in state.items() if not k.startswith('_sym_')}
    return state


def _set_state(node: Any, state: Any) -> None:
    """Makes `node` a built object with this state."""
    set_state = getattr(type(node), '__setstate__', None)
    if set_state is not None:
        set_state(node, state)
    else:
        node.__dict__.update(state)
    set_attribute(node, '_sym_state', BUILT)


def _is_same_leaf(old: Any, new: Any) -> bool:
    """Whether a value was replaced by one that cannot be told from it."""
    if old.__class__ is not new.__class__:
        return False
    if old.__class__ is tuple:
        return len(old) == len(new) and all(map(_is_same_leaf, old, new))
    return old.__class__ in LEAF_TYPES and bool(old == new)


def _unpickled(cls: Any) -> Any:
    return cls._sym_blank()


def _unpickled_by_reference(*reference: Any) -> Any:
    return class_of(*reference)._sym_blank()


def _set_unpickled_state(node: Any, state: Any) -> None:
    fields, flags, attributes = state
    set_attribute(node, '_sym_flags', flags)
    node._sym_take(fields)
    if attributes is None:
        node._sym_start()
    else:
        _set_state(node, attributes)


# -------------------------------------------------------------------- constructors


def _make_init(user_init: Callable[..., None], call: CallArguments) -> Callable[..., None]:
    """Returns the constructor of a wrapped class, which shows the signature of the user's."""
    state_of: Any = ClassWrapper.__dict__['_sym_state'].__get__
    names = call.names
    count = len(names)
    varargs = call.varargs

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        try:
            state = state_of(self)
        except AttributeError:
            pass
        else:
            # `super().__init__(...)` of a sub-class; any other second call is ignored.
            if state == BUILDING:
                user_init(self, *args, **kwargs)
            return
        cls = type(self)
        values = dict(zip(names, args, strict=False))
        if len(args) > count:
            if varargs is None:
                takes = f'takes {count} positional arguments' if count else 'takes no arguments'
                raise TypeError(f'{cls.__name__}() {takes} but {len(args)} were given.')
            values[varargs] = list(args[count:])
        flags = {}
        for name, value in kwargs.items():
            if name in values:
                raise TypeError(f'{cls.__name__}() got multiple values for argument {name!r}.')
            if name in _FLAG_NAMES:
                flags[name] = value
            else:
                values[name] = value
        partial = flags.get('allow_partial', False)
        if not isinstance(partial, bool):
            raise TypeError(
                f'`allow_partial` of {cls.__name__} must be a bool. Encountered: {partial!r}.'
            )
        set_attribute(self, '_sym_args', {})
        set_attribute(self, '_sym_state', HOLLOW)
        set_attribute(self, '_sym_class', cls)
        if not flags and not SCOPES.active and self._sym_init_simply(values):
            return
        self._sym_init(values, partial, flags.get('sealed'), flags.get('root_path'))

    init: Any = __init__
    init.__wrapped__ = user_init
    init.__doc__ = user_init.__doc__
    init.__explicit_override__ = True
    return init  # type: ignore[no-any-return]


def constructor_of(cls: Any, init: Any) -> list[Any]:
    """Returns the parameters of a constructor, without `self`.

    Raises:
        TypeError: The constructor is not written in Python.
        ValueError: Its first parameter is not called `self`.
    """
    import inspect

    if init is object.__init__:
        return []
    if not callable(init) or type(init).__name__ == 'wrapper_descriptor':
        raise TypeError(
            f'{cls!r} cannot be wrapped: its constructor is not written in Python, so its '
            f'arguments are not known. Wrap a sub-class that defines `__init__`.'
        )
    parameters = list(inspect.signature(init).parameters.values())
    if not parameters or parameters[0].name != 'self':
        raise ValueError(
            f'The first parameter of `{cls.__name__}.__init__` must be called `self` to wrap the '
            f'class.'
        )
    return parameters[1:]


def apply_constructor(
    cls: Any, init: Any, init_args: Any, auto_doc: bool, auto_typing: bool
) -> None:
    """Derives schema and constructor of a wrapped class from a constructor of the user's."""
    parameters = constructor_of(cls, init)
    if not parameters and init_args and init is object.__init__:
        raise ValueError(
            f'{cls.__name__} has no `__init__` of its own, hence no arguments to constrain. '
            f'Encountered: {init_args!r}.'
        )
    call = CallArguments(parameters)
    schema = _schema_of(cls, init, parameters, init_args, auto_doc, auto_typing)
    set_on = type.__setattr__
    set_on(cls, '_sym_call', call)
    set_on(cls, '_sym_user_init', init)
    set_on(cls, '__init__', _make_init(init, call))
    cls.apply_schema(schema)


def _schema_of(
    cls: Any, init: Any, parameters: list[Any], init_args: Any, auto_doc: bool, auto_typing: bool
) -> Any:
    import inspect

    from mutandis import base
    from mutandis.typing.callable_signature import CallableType, Signature

    docstr = None
    if auto_doc:
        docstr = base.docstr(cls)
        init_docstr = base.docstr(init)
        if docstr is None:
            docstr = init_docstr
        elif init_docstr is not None:
            docstr.args.update(init_docstr.args)
    signature = Signature.from_signature(
        inspect.Signature(parameters),
        name=cls.__name__,
        qualname=cls.__qualname__,
        module_name=cls.__module__,
        parent_module=sys.modules.get(getattr(init, '__module__', None) or cls.__module__),
        callable_type=CallableType.METHOD,
        auto_typing=auto_typing,
        docstr=docstr,
    )
    schema = signature.annotate(init_args or None).to_schema()
    schema.set_description(description_of(cls.__dict__.get('__doc__')))
    for field in schema.fields.values():
        field.set_origin(cls)
    order = schema.metadata['init_arg_list']
    schema.metadata.clear()
    schema.metadata['init_arg_list'] = order
    return schema


def _setup_subclass(cls: Any, namespace: dict[str, Any]) -> None:
    """Sets up a sub-class of a wrapped class, written by the user.

    A sub-class that a library makes at run time has no `__module__` in its body. It stands for the
    class it is made of, also in JSON.
    """
    own_init = namespace.get('__init__')
    made_at_run_time = '__module__' not in namespace
    if own_init is not None:
        apply_constructor(cls, own_init, None, False, False)
    else:
        inherited = next(b for b in cls.__mro__[1:] if '__schema__' in b.__dict__)
        type.__setattr__(cls, '__init__', inherited.__dict__['__init__'])
        for name in ('_sym_call', '_sym_user_init'):
            type.__setattr__(cls, name, getattr(inherited, name))
        import copy

        cls.apply_schema(copy.copy(inherited.__schema__))
        if made_at_run_time:
            type.__setattr__(cls, '_sym_serialization_key', inherited.__serialization_key__)
    if cls.auto_register and not cls.__abstractmethods__ and not made_at_run_time:
        cls.register_for_deserialization()
