"""Functors: functions whose arguments are bound in a symbolic object.

A functor class has one field per parameter of its function. An object of it holds the arguments
that are bound so far, as children in a tree; calling it runs the function with them and with what
the call adds. How the arguments of a class are passed is worked out once, in its `_CallPlan`; a
call of an object that needs nothing more goes straight to the function.
"""

from __future__ import annotations

import abc
import sys
import types
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, ClassVar, TypeVar, overload

from mutandis.base import LEAF_TYPES, FunctorInterface, JSONConvertible, KeyPath, MissingValue
from mutandis.symbolic.base import Symbolic
from mutandis.symbolic.class_attributes import StoredField
from mutandis.symbolic.class_compiler import compile_class
from mutandis.symbolic.class_docs import description_of
from mutandis.symbolic.flags import SCOPES, is_type_check_enabled, scoped_value
from mutandis.symbolic.functor_compiler import CallPlan, compile_call, compile_init
from mutandis.symbolic.object import Object
from mutandis.symbolic.object_meta import infer_on_read
from mutandis.symbolic.pickling import reduced
from mutandis.symbolic.pure_symbolic import NonDeterministic
from mutandis.symbolic.rebind import Batch, commit
from mutandis.symbolic.topology import MAYBE_PURE, set_attribute

_MISSING = MissingValue()
_ABSENT = object()
_RESERVED = ('override_args', 'ignore_extra_args')
# As in `inspect`, which is slow to import.
CO_VARARGS, CO_VARKEYWORDS, CO_COROUTINE = 0x04, 0x08, 0x80
_F = TypeVar('_F', bound=Callable[..., Any])

# What calls under way have put in the place of fields: id of the functor -> name -> value.
_OVERRIDES: ContextVar[dict[int, dict[str, Any]] | None] = ContextVar(
    'mutandis_functor_overrides', default=None
)


class _SignatureOfClass:
    """Non-data descriptor that makes `cls.__signature__` from the schema when asked."""

    def __get__(self, obj: Any, owner: Any = None) -> Any:
        schema = getattr(owner, '__schema__', None)
        if schema is None:
            raise AttributeError('__signature__')
        from mutandis.typing.callable_signature import Signature

        known = owner.__dict__.get('_sym_signature')
        if known is None or known[0] is not schema:
            signature = Signature.from_schema(
                schema,
                module_name=owner.__module__,
                name='__call__',
                qualname=owner.__qualname__,
                is_method=False,
            )
            known = (schema, signature)
            type.__setattr__(owner, '_sym_signature', known)
        return known[1]


class _OverridableField(StoredField):
    """Reads a field, or what a call under way has put in its place."""

    __slots__ = ()

    def __get__(self, obj: Any, owner: Any = None) -> Any:
        overrides = _OVERRIDES.get()
        if overrides and obj is not None:
            value = overrides.get(id(obj), {}).get(self.name, _ABSENT)
            if value is not _ABSENT:
                return value
        return super().__get__(obj, owner)


class Functor(Object, FunctorInterface):
    """Base of functors: objects that bind arguments, and run when they are called.

    Make one from a function with the decorator `functor`, or sub-class:

    Example::

        class Add(mt.Functor):
            x: int
            y: int = 2

            def _call(self) -> int:
                return self.x + self.y

        Add(1)()                            # 3
        Add()(5)                            # 7
        Add(1)(x=9, override_args=True)     # 11
    """

    allow_symbolic_assignment = True

    __signature__ = _SignatureOfClass()

    _sym_specified: ClassVar[frozenset[str]] = frozenset()
    _override_args = False
    _ignore_extra_args = False
    # The function of a class made from one, a static method; or the method of a sub-class that
    # replaces it. None where `_call` reads its arguments from the fields.
    _sym_function: ClassVar[Any] = None
    _sym_returns: ClassVar[Any] = None
    _sym_call_plan: ClassVar[CallPlan]

    def __init_subclass__(cls, user_cls: Any = None, **kwargs: Any) -> None:
        super().__init_subclass__(user_cls, **kwargs)
        call = cls.__dict__.get('_call')
        if isinstance(call, types.FunctionType) and '_sym_function' not in cls.__dict__:
            code = call.__code__
            takes_arguments = code.co_argcount > 1 or code.co_kwonlyargcount > 0
            if cls._sym_function is not None:
                # It replaces the function of a base class, and gets what that would get.
                takes_arguments |= bool(code.co_flags & (CO_VARARGS | CO_VARKEYWORDS))
                type.__setattr__(cls, '_sym_function', call if takes_arguments else None)
            elif takes_arguments:
                raise TypeError(
                    f'`{cls.__name__}._call` must take no parameters but `self`: declare them as '
                    f'fields of the class and read them from `self`.'
                )
            if 'return' in call.__annotations__ or cls._sym_function is None:
                type.__setattr__(cls, '_sym_returns', _returns_of(cls, call))
        if cls._sym_function is None and '__schema__' in cls.__dict__:
            cls.__schema__.metadata['returns'] = cls._sym_returns
        _reject_reserved(cls.__name__, getattr(cls, '_sym_field_map', ()))

    @abc.abstractmethod
    def _call(self, *args: Any, **kwargs: Any) -> Any:
        """What a call does; arguments are read from the fields of `self`."""

    @classmethod
    def _sym_make_init(cls, plans: dict[Any, Any]) -> Callable[..., None]:
        plan = CallPlan(cls)
        type.__setattr__(cls, '_sym_call_plan', plan)
        if '__call__' not in cls.__dict__ or hasattr(cls.__call__, '_sym_generated'):
            if cls.__call__ is Functor.__call__ or hasattr(cls.__call__, '_sym_generated'):
                type.__setattr__(cls, '__call__', compile_call(cls, plan, plans))
        return compile_init(cls, plan, plans)

    # ---------------------------------------------------------------- binding

    def _sym_bind(
        self,
        given: dict[str, Any],
        more: tuple[Any, ...],
        named: dict[str, Any],
        sealed: bool | None,
        root_path: Any,
        override_args: bool,
        ignore_extra_args: bool,
    ) -> None:
        """Binds arguments by the general rules."""
        cls = type(self)
        if not cls.__dict__.get('_sym_ready'):
            compile_class(cls)
        plan = cls._sym_call_plan
        values = given
        if more:
            if plan.varargs is None:
                count = len(plan.positional)
                raise TypeError(
                    f'{plan.id}() takes {count} positional arguments but {count + len(more)} were '
                    f'given.'
                )
            if plan.varargs in named:
                raise TypeError(f'{plan.id}() got multiple values for argument {plan.varargs!r}.')
            values[plan.varargs] = list(more)
        values.update(named)
        values = {n: v for n, v in values.items() if not isinstance(v, MissingValue)}
        set_attribute(self, '_sym_specified', frozenset(values))
        if override_args:
            set_attribute(self, '_override_args', True)
        if ignore_extra_args:
            set_attribute(self, '_ignore_extra_args', True)
        self._sym_init(values, False, sealed, root_path)

    def _sym_accepts_partial(self) -> bool:
        # Arguments may be bound later.
        return True

    def _sym_missing(self) -> dict[Any, Any]:
        """Unbound arguments are not missing: only what is missing inside bound ones."""
        missing = super()._sym_missing()
        return {k: v for k, v in missing.items() if not isinstance(self._sym_raw(k), MissingValue)}

    @property
    def specified_args(self) -> set[str]:
        """Names of the arguments that the user has bound."""
        return set(self._sym_specified)

    @property
    def non_default_args(self) -> set[str]:
        """Names of the arguments that are bound to something else than their default."""
        from mutandis.symbolic.comparison import eq

        plans = type(self)._sym_plans
        found = set()
        for name in self._sym_specified:
            plan = plans.get(name)
            if (
                plan is None
                or isinstance(plan.spec.default, MissingValue)
                or not eq(self._sym_raw(name), plan.spec.default)
            ):
                found.add(name)
        return found

    @property
    def default_args(self) -> set[str]:
        """Names of the arguments that have a default and are not bound to something else."""
        changed = self.non_default_args
        return {
            name
            for name, plan in type(self)._sym_plans.items()
            if name not in changed and not isinstance(plan.spec.default, MissingValue)
        }

    @property
    def bound_args(self) -> set[str]:
        """Names of the arguments that have a value."""
        return self.non_default_args | self.default_args

    @property
    def unbound_args(self) -> set[str]:
        """Names of the arguments that have no value yet."""
        return set(type(self)._sym_plans) - self.bound_args

    @property
    def is_fully_bound(self) -> bool:
        """Whether every argument has a value."""
        return not self.unbound_args

    # ---------------------------------------------------------------- changes and copies

    def _sym_write(self, key: Any, value: Any, batch: Batch) -> None:
        count = len(batch.changes)
        super()._sym_write(key, value, batch)
        before = self._sym_specified
        if isinstance(value, MissingValue):
            after = before - {key}
        elif len(batch.changes) > count:
            after = before | {key}
        else:
            return
        if after != before:
            set_attribute(self, '_sym_specified', after)
            batch.undo.append(lambda: set_attribute(self, '_sym_specified', before))

    def __delattr__(self, name: str) -> None:
        if name in type(self)._sym_routed or self._sym_dynamic_plan(name) is not None:
            self._sym_require_writable(f'delete {name!r}')
            commit(self, lambda batch: self._sym_write(name, _MISSING, batch))
            return
        super().__delattr__(name)

    def _sym_take_state(self, source: Functor) -> None:
        set_attribute(self, '_sym_specified', source._sym_specified)
        if source._override_args:
            set_attribute(self, '_override_args', True)
        if source._ignore_extra_args:
            set_attribute(self, '_ignore_extra_args', True)

    @classmethod
    def _sym_make(cls, values: dict[str, Any], flags: int | None = None) -> Any:
        new = super()._sym_make(values, flags)
        bound = frozenset(n for n, v in values.items() if not isinstance(v, MissingValue))
        set_attribute(new, '_sym_specified', bound)
        return new

    def _sym_remake(self, values: Any) -> Any:
        """Returns a functor of this class with other values, known to be valid."""
        new = super()._sym_remake(values)
        new._sym_take_state(self)
        return new

    def __reduce_ex__(self, protocol: Any) -> Any:
        bound = {n: self._sym_raw(n) for n in self._sym_specified}
        state = (self._override_args, self._ignore_extra_args, self.sym_sealed)
        return reduced(self, _restore_functor, (type(self), bound, state))

    # ---------------------------------------------------------------- calling

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Runs the function with the bound arguments and those of the call.

        Args:
            *args: Further arguments by position.
            **kwargs: Further arguments by name; also `override_args`, which allows to replace
                bound ones for this call, and `ignore_extra_args`, which drops unknown ones. Both
                default to what the constructor was given.

        Raises:
            TypeError: An argument is missing, unknown, given twice, or bound already.
            ValueError: A bound argument holds a placeholder.
        """
        return self._sym_call(args, kwargs)

    def _sym_call(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        plan = type(self)._sym_call_plan
        given = self._sym_call_args(plan, args, kwargs) if args or kwargs else {}
        if self._sym_flags & MAYBE_PURE:
            self._sym_require_deterministic(plan, given)
        missing = [
            name
            for name in plan.positional
            if name not in given and isinstance(self._sym_raw(name, _MISSING), MissingValue)
        ]
        if missing:
            plural = 's' if len(missing) > 1 else ''
            raise TypeError(
                f'{plan.id}() missing {len(missing)} required positional argument{plural}: '
                f'{", ".join(map(repr, missing))}. Bind them first, or pass them in the call.'
            )
        function = self._sym_function
        if function is not None:
            result = self._sym_run(function, plan, given)
        elif given:
            result = self._sym_run_overridden(given)
        else:
            result = self._call()
        return self._sym_finish(result)

    def _sym_call_args(
        self, plan: CallPlan, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> dict[str, Any]:
        """Returns the arguments of a call by name, checked against what is bound."""
        override = kwargs.pop('override_args', self._override_args)
        ignore_extra = kwargs.pop('ignore_extra_args', self._ignore_extra_args)
        positional = plan.positional
        given: dict[str, Any] = {}
        if len(args) > len(positional):
            if plan.varargs is not None:
                given[plan.varargs] = list(args[len(positional) :])
            elif not ignore_extra:
                raise TypeError(
                    f'{plan.id}() takes {len(positional)} positional arguments but {len(args)} '
                    f'were given.'
                )
        given.update(zip(positional, args, strict=False))
        plans = type(self)._sym_plans
        for name, value in kwargs.items():
            if name in given:
                raise TypeError(f'{plan.id}() got multiple values for argument {name!r}.')
            if name not in plans and self._sym_dynamic_plan(name) is None:
                if ignore_extra:
                    continue
                raise TypeError(
                    f'{plan.id}() got an unexpected keyword argument {name!r}. Its arguments are '
                    f'{list(plans)}.'
                )
            given[name] = value
        given = {n: v for n, v in given.items() if not isinstance(v, MissingValue)}
        if not override:
            for name in given:
                # Positional arguments of a call simply replace a bound `*args`.
                if name in self._sym_specified and name != plan.varargs:
                    raise TypeError(
                        f'{plan.id}() got a new value for argument {name!r}, which is bound to '
                        f'{self._sym_raw(name)!r}. Pass `override_args=True` to replace it for '
                        f'this call.'
                    )
        if not SCOPES.active or is_type_check_enabled():
            for name, value in given.items():
                field_plan = plans.get(name) or self._sym_dynamic_plan(name)
                assert field_plan is not None
                if value.__class__ not in field_plan.exact:
                    given[name] = field_plan.spec.apply(value, root_path=KeyPath(name))
        return given

    def _sym_require_deterministic(self, plan: CallPlan, given: dict[str, Any]) -> None:
        from mutandis.symbolic.base import is_deterministic

        for name, value in self._sym_pairs():
            if name in given or value.__class__ in LEAF_TYPES:
                continue
            if isinstance(value, NonDeterministic) or not is_deterministic(value):
                path = self.sym_path + name
                raise ValueError(
                    f'{plan.id}() cannot be called: its argument at {str(path)!r} holds a '
                    f'placeholder. Materialize the functor first (`mutandis.iter`, '
                    f'`mutandis.materialize`), or rebind the argument to a value.'
                )

    def _sym_bound(self, name: str) -> Any:
        """Returns a bound argument as a reader sees it."""
        value = self._sym_raw(name, _MISSING)
        return value if value.__class__ in LEAF_TYPES else self._sym_infer(value)

    def _sym_run(self, function: Callable[..., Any], plan: CallPlan, given: dict[str, Any]) -> Any:
        positional = [given[n] if n in given else self._sym_bound(n) for n in plan.positional]
        if plan.varargs is not None:
            more = given[plan.varargs] if plan.varargs in given else self._sym_bound(plan.varargs)
            positional.extend(more)
        named: dict[str, Any] = {}
        for name in plan.keyword_only:
            value = given[name] if name in given else self._sym_bound(name)
            if not isinstance(value, MissingValue):
                named[name] = value
        if plan.has_varkw:
            for name in self._sym_dynamic_keys or ():
                named[name] = self._sym_bound(name)
            for name, value in given.items():
                if name not in plan.names:
                    named[name] = value
        return function(*positional, **named)

    def _sym_run_overridden(self, given: dict[str, Any]) -> Any:
        """Runs `_call` with arguments that are seen as attributes during this call only."""
        cls = type(self)
        for name in given:
            if not isinstance(cls.__dict__.get(name), _OverridableField):
                infer_on_read(cls, name)
                type.__setattr__(cls, name, _OverridableField(name))
        overrides = dict(_OVERRIDES.get() or {})
        overrides[id(self)] = {**overrides.get(id(self), {}), **given}
        token = _OVERRIDES.set(overrides)
        try:
            result = self._call()
        finally:
            _OVERRIDES.reset(token)
        if result.__class__ is types.CoroutineType:
            return _run_with_overrides(result, id(self), overrides[id(self)])
        return result

    async def _sym_finish_later(self, coroutine: Any) -> Any:
        return self._sym_finish(await coroutine)

    def _sym_finish(self, result: Any) -> Any:
        """Checks the result of a call, and records where it comes from."""
        if result.__class__ is types.CoroutineType and _is_coroutine_function(
            self._sym_function or type(self)._call
        ):
            return self._sym_finish_later(result)
        returns = self._sym_returns
        if (
            returns is not None
            and not isinstance(result, MissingValue)
            and (not SCOPES.active or is_type_check_enabled())
        ):
            result = returns.apply(result, root_path=KeyPath('returns'))
        if SCOPES.active and scoped_value('track_origin') and isinstance(result, Symbolic):
            origin = result.sym_origin
            if origin is None or origin.source is None:
                result.sym_setorigin(self, 'return')
        return result


async def _run_with_overrides(coroutine: Any, key: int, values: dict[str, Any]) -> Any:
    """Runs a coroutine in which the arguments of its call are seen as attributes."""
    token = _OVERRIDES.set({**(_OVERRIDES.get() or {}), key: values})
    try:
        return await coroutine
    finally:
        _OVERRIDES.reset(token)


def _is_coroutine_function(function: Any) -> bool:
    code = getattr(function, '__code__', None)
    return code is not None and bool(code.co_flags & CO_COROUTINE)


def _restore_functor(cls: Any, bound: dict[str, Any], state: tuple[bool, bool, bool]) -> Any:
    functor_object = object.__new__(cls)
    functor_object.__init__(
        **bound, override_args=state[0], ignore_extra_args=state[1], sealed=state[2] or None
    )
    return functor_object


def _returns_of(cls: Any, call: Callable[..., Any]) -> Any:
    from mutandis import typing as T

    annotation = getattr(call, '__annotations__', {}).get('return', _ABSENT)
    if annotation is _ABSENT:
        return None
    if annotation is None or annotation == 'None':
        annotation = type(None)
    spec = T.ValueSpec.from_annotation(
        annotation, auto_typing=True, parent_module=sys.modules.get(cls.__module__)
    )
    return None if isinstance(spec, T.Any) else spec


def _reject_reserved(owner: str, names: Any) -> None:
    for name in _RESERVED:
        if name in names:
            raise TypeError(
                f'{owner}: {name!r} is an argument of every functor and cannot be the name of a '
                f'parameter. Choose another one.'
            )


def install_auto_call() -> None:
    """Makes construction look for `auto_call_functors`; done when that is first used."""
    if '__new__' not in Functor.__dict__:
        Functor.__new__ = _new_and_call  # type: ignore[method-assign]


def _new_and_call(cls: Any, *args: Any, **kwargs: Any) -> Any:
    functor_object = object.__new__(cls)
    if SCOPES.active and scoped_value('auto_call'):
        functor_object.__init__(*args, **kwargs)
        return functor_object()
    return functor_object


# -------------------------------------------------------------------- making functor classes


def functor_class(
    func: Callable[..., Any],
    args: Any = None,
    returns: Any = None,
    base_class: type[Functor] | None = None,
    *,
    auto_doc: bool = False,
    auto_typing: bool = False,
    serialization_key: str | None = None,
    additional_keys: list[str] | None = None,
    add_to_registry: bool = False,
) -> Any:
    """Returns a functor class made from a function.

    Args:
        func: The function. If its first parameter is called `self`, that is the functor.
        args: Field definitions for some or all of its parameters.
        returns: Value spec of the result.
        base_class: Functor class to derive from.
        auto_doc: Whether descriptions of the parameters are taken from the docstring.
        auto_typing: Whether value specs are made from the annotations.
        serialization_key: Key under which functors are written to JSON.
        additional_keys: Further keys under which they can be read.
        add_to_registry: Whether the class is registered for reading. One that is not is read
            nevertheless as long as no other class is registered under its name.

    Raises:
        TypeError: `func` is no plain function, or has a parameter with a reserved name.
        KeyError: `args` names an unknown parameter.
        ValueError: A default in `args` differs from that of the function.
    """
    if not isinstance(func, types.FunctionType):
        raise TypeError(f'{func!r} is not a function.')
    from mutandis.typing.callable_signature import Signature

    signature = Signature.from_callable(func, auto_typing=auto_typing, auto_doc=auto_doc)
    signature.annotate(args, returns)
    schema = signature.to_schema()
    schema.set_description(description_of(func.__doc__))
    _reject_reserved(signature.id, signature.arg_names)
    base = Functor if base_class is None else base_class
    spec = signature.return_value
    from mutandis import typing as T

    code = func.__code__
    # A function with a first parameter `self` is a method: of the functor.
    is_method = code.co_argcount > 0 and code.co_varnames[0] == 'self'

    def _call(self: Any, *args: Any, **kwargs: Any) -> Any:
        return func(self, *args, **kwargs) if is_method else func(*args, **kwargs)

    namespace = {
        '__module__': func.__module__,
        '__qualname__': func.__qualname__,
        '__doc__': func.__doc__,
        '_call': _call,
        '_sym_function': func if is_method else staticmethod(func),
        '_sym_returns': None if type(spec) is T.Any else spec,
        'auto_register': False,
    }
    meta: Any = type(base)
    cls = meta(func.__name__, (base,), namespace)
    type.__delattr__(cls, 'auto_register')
    cls.apply_schema(schema)
    if add_to_registry:
        cls.register_for_deserialization(serialization_key, additional_keys)
        return cls
    if serialization_key is not None:
        type.__setattr__(cls, '_sym_serialization_key', serialization_key)
    known: Any = JSONConvertible.class_from_typename(cls.__serialization_key__)
    if known is None or '_sym_is_stand_in' in known.__dict__:
        # Nobody else has the name, so what is written under it can be read.
        type.__setattr__(cls, '_sym_is_stand_in', True)
        JSONConvertible.register(cls.__serialization_key__, cls, override_existing=True)
    return cls


@overload
def functor(args: _F, /) -> _F: ...


@overload
def functor(
    args: Any = None,
    returns: Any = None,
    base_class: type[Functor] | None = None,
    **kwargs: Any,
) -> Callable[[_F], _F]: ...


def functor(
    args: Any = None,
    returns: Any = None,
    base_class: type[Functor] | None = None,
    **kwargs: Any,
) -> Any:
    """Decorator that makes a functor class from a function, and registers it.

    Example::

        @mt.functor
        def schedule(step, base_lr=0.1, decay=0.9):
            return base_lr * decay ** step

        f = schedule(decay=mt.floatv(0.8, 0.99))

    Args:
        args: Field definitions for some or all of the parameters.
        returns: Value spec of the result.
        base_class: Functor class to derive from.
        **kwargs: `auto_doc`, `auto_typing`, `serialization_key` and `additional_keys`, as for
            `functor_class`.
    """
    if isinstance(args, types.FunctionType):
        if returns is not None or base_class is not None or kwargs:
            raise TypeError(
                '`functor(fn, ...)` takes no further arguments. Write `@functor(returns=...)` '
                'above the function, or call `functor_class(fn, ...)`.'
            )
        return functor_class(args, add_to_registry=True)
    known = {'auto_doc', 'auto_typing', 'serialization_key', 'additional_keys'}
    unknown = [k for k in kwargs if k not in known]
    if unknown:
        raise TypeError(
            f'`functor` got unexpected arguments {unknown}. It takes `args`, `returns`, '
            f'`base_class`, and {sorted(known)}.'
        )

    def decorate(func: Callable[..., Any]) -> Any:
        return functor_class(func, args, returns, base_class, add_to_registry=True, **kwargs)

    return decorate


def as_functor(func: Callable[..., Any], ignore_extra_args: bool = False) -> Any:
    """Returns a functor object of a function, with no argument bound.

    Args:
        func: The function.
        ignore_extra_args: Whether calls may pass arguments that the function does not take.
    """
    return functor_class(func)(ignore_extra_args=ignore_extra_args)
