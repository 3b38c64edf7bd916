"""Compiles the constructor and the call of a functor class.

Both are generated for the ordinary case: arguments that need neither conversion nor adoption, and
a call with nothing to add. Everything else goes to the general methods of `Functor`.
"""

from __future__ import annotations

import keyword
from collections.abc import Callable
from typing import Any

from mutandis import typing as T
from mutandis.base import LEAF_TYPES, MissingValue
from mutandis.symbolic.class_compiler import NOT_GIVEN, build_signature
from mutandis.symbolic.flags import SCOPES
from mutandis.symbolic.plans import Plan
from mutandis.symbolic.topology import MAYBE_PURE, set_attribute

# Values that even a field for anything does not take as they are.
_CONVERTED = (T.CustomTyping, MissingValue)


class CallPlan:
    """How the arguments of a functor class are passed.

    Attributes:
        id: Name of the function, for messages.
        positional: Names of the arguments that may be passed by position.
        varargs: Name of `*args`, or None.
        keyword_only: Names of the others.
        names: All of them.
        required: Those without a default.
        has_varkw: Whether further keywords are taken.
    """

    __slots__ = ('id', 'positional', 'varargs', 'keyword_only', 'names', 'required', 'has_varkw')

    def __init__(self, cls: Any) -> None:
        order = cls.init_arg_list
        fields: dict[str, Any] = cls._sym_field_map
        self.id = cls.__type_name__
        self.positional = [n for n in order if not n.startswith('*')]
        self.varargs: str | None = next((n[1:] for n in order if n.startswith('*')), None)
        self.keyword_only = [n for n in fields if n not in self.positional and n != self.varargs]
        self.names = frozenset(fields)
        self.required = frozenset(n for n, f in fields.items() if not f.value.has_default)
        self.has_varkw = cls.__schema__.dynamic_field is not None


def compile_init(cls: Any, plan: CallPlan, plans: dict[Any, Plan]) -> Callable[..., None]:
    """Generates the `__init__` of a functor class."""
    names = plan.positional + plan.keyword_only
    if not all(_is_parameter(n) for n in names):
        return _finish(cls, _general_init(cls, plan))
    env: dict[str, Any] = {
        '_cls': cls,
        '_N': NOT_GIVEN,
        '_scopes': SCOPES,
        '_set': set_attribute,
        '_all': frozenset(names),
        '_given': _given,
    }
    parameters = [f'{n}=_N' for n in plan.positional]
    parameters.append('*_more')
    parameters.extend(f'{n}=_N' for n in plan.keyword_only)
    checks = [
        'self.__class__ is _cls',
        'not _more',
        'not _kw',
        'sealed is None',
        'root_path is None',
        'not _scopes.active',
        'not override_args',
        'not ignore_extra_args',
    ]
    stores: list[str] = []
    for i, name in enumerate(names):
        field = plans[name]
        env[f'_e{i}'] = field.exact
        default = field.spec.default
        if isinstance(default, MissingValue) or default.__class__ in LEAF_TYPES:
            missing = isinstance(default, MissingValue)
            env[f'_d{i}'] = T.MissingValue(field.spec) if missing else default
            checks.append(f'({name}.__class__ in _e{i} or {name} is _N)')
            stores.append(f'    _set(self, {name!r}, _d{i} if {name} is _N else {name})')
        elif isinstance(field.spec, T.Dict) and field.spec.schema is not None:
            checks.append(f'{name} is not _N and {name}.__class__ in _e{i}')
            stores.append(f'    _set(self, {name!r}, {name})')
        else:
            env[f'_m{i}'] = field.make_default
            checks.append(f'({name}.__class__ in _e{i} or {name} is _N)')
            stores.append(
                f'    if {name} is _N: self._sym_store({name!r}, '
                f'self._sym_adopt({name!r}, _m{i}()))'
            )
            stores.append(f'    else: _set(self, {name!r}, {name})')
    if plan.varargs is not None:
        more = plans[plan.varargs]
        env['_mv'] = more.make_default or (lambda: more.accept([], True))
        stores.append(
            f'    self._sym_store({plan.varargs!r}, self._sym_adopt({plan.varargs!r}, _mv()))'
        )
    given = '{' + ', '.join(f'{n!r}: {n}' for n in names) + '}'
    all_given = ' or '.join(f'{n} is _N' for n in names)
    specified = f'_given({given}) if {all_given} else _all' if names else '_all'
    body = [
        f'def __init__(self, {", ".join(parameters)}, allow_partial=False, sealed=None, '
        f'root_path=None, explicit_init=False, override_args=False, ignore_extra_args=False, '
        f'**_kw):',
        f'    if not ({" and ".join(checks)}):',
        f'        return self._sym_bind({{n: v for n, v in {given}.items() if v is not _N}}, '
        f'_more, _kw, sealed, root_path, override_args, ignore_extra_args)',
        "    _set(self, '_sym_parent', None)",
        *stores,
        f"    _set(self, '_sym_specified', {specified})",
    ]
    if cls._sym_shadowed:
        # Names taken by methods or properties: let the general way store them.
        body[1] = '    if True:'
        del body[3:]
    if cls._sym_super_inits and not cls._sym_shadowed:
        body.append('    self._sym_run_super_inits()')
    if cls._sym_init_hook and not cls._sym_shadowed:
        body.append('    self._on_init()')
    if not cls.allow_symbolic_mutation and not cls._sym_shadowed:
        body.append('    self.seal()')
    source = '\n'.join(body) + '\n'
    exec(compile(source, f'<mutandis constructor of {plan.id}>', 'exec'), env)
    return _finish(cls, env['__init__'])


def compile_call(cls: Any, plan: CallPlan, plans: dict[Any, Plan]) -> Callable[..., Any]:
    """Generates the `__call__` of a functor class."""
    function = cls._sym_function
    env: dict[str, Any] = {
        '_scopes': SCOPES,
        '_required': plan.required,
        '_fn': function,
        '_pure': MAYBE_PURE,
    }
    is_plain_function = False
    if function is None:
        value = 'self._call()'
    else:
        raw = next(
            b.__dict__['_sym_function'] for b in cls.__mro__ if '_sym_function' in b.__dict__
        )
        is_plain_function = isinstance(raw, staticmethod)
        values = [] if is_plain_function else ['self']
        values.extend(_read(cls, n) for n in plan.positional)
        if plan.varargs is not None:
            values.append('*' + _read(cls, plan.varargs))
        values.extend(f'{n}={_read(cls, n)}' for n in plan.keyword_only)
        value = f'_fn({", ".join(values)})'
    if cls._sym_returns is not None:
        value = f'self._sym_finish({value})'
    if plan.has_varkw or not all(_is_parameter(n) for n in plan.keyword_only):
        body = ['    return self._sym_call(args, kwargs)']
    else:
        body = []
        if (
            is_plain_function
            and plan.required == plan.names
            and not function.__code__.co_posonlyargcount
        ):
            # An ordinary call: what is not bound is given, and needs no change.
            env['_late'] = _late_arguments(plan, plans)
            late_value = '_fn(*args, **late)'
            if cls._sym_returns is not None:
                late_value = f'self._sym_finish({late_value})'
            body = [
                '    if (args or kwargs) and not (_scopes.active or self._sym_flags & _pure):',
                '        late = _late(self, args, kwargs)',
                '        if late is not None:',
                f'            return {late_value}',
            ]
        body += [
            '    if args or kwargs or _scopes.active or self._sym_flags & _pure or not '
            'self._sym_specified >= _required:',
            '        return self._sym_call(args, kwargs)',
            f'    return {value}',
        ]
    source = '\n'.join(['def __call__(self, *args, **kwargs):', *body]) + '\n'
    exec(compile(source, f'<mutandis call of {plan.id}>', 'exec'), env)
    call: Any = env['__call__']
    call._sym_generated = cls
    # The function itself, where a call that gives everything does nothing else.
    call._sym_direct = None
    if '_late' in env and cls._sym_returns is None and all(p.takes_any for p in plans.values()):
        call._sym_direct = function
    call.__qualname__ = f'{cls.__qualname__}.__call__'
    call.__module__ = cls.__module__
    call.__doc__ = cls.__doc__
    return call  # type: ignore[no-any-return]


def _late_arguments(plan: CallPlan, plans: dict[Any, Plan]) -> Callable[..., Any]:
    """Returns a function that completes the arguments of an ordinary call.

    It gives the keywords, those bound among them, or None for a call that the general way must
    look at: something is missing, surplus, given twice, or needs to be checked or converted.
    """
    names = [*plan.positional, *plan.keyword_only]
    count, most = len(names), len(plan.positional)
    places = {name: i for i, name in enumerate(names)}
    fits = [(name, plans[name].exact, plans[name].takes_any) for name in names]

    def late(functor: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        bound, given = functor._sym_specified, len(args)
        if given + len(kwargs) + len(bound) != count or given > most:
            return None
        for (name, exact, takes_any), value in zip(fits, args, strict=False):
            if name in bound or not (
                value.__class__ in exact or (takes_any and not isinstance(value, _CONVERTED))
            ):
                return None
        for name, value in kwargs.items():
            place = places.get(name, -1)
            if place < given or name in bound:
                return None
            _, exact, takes_any = fits[place]
            if not (value.__class__ in exact or (takes_any and not isinstance(value, _CONVERTED))):
                return None
        if not bound:
            return kwargs
        return {**kwargs, **{name: functor._sym_bound(name) for name in bound}}

    return late


def _is_parameter(name: str) -> bool:
    return name.isidentifier() and not keyword.iskeyword(name) and not name.startswith('_')


def _read(cls: Any, name: str) -> str:
    """Returns code that reads a field; a name that the class itself has needs the longer way."""
    if _is_parameter(name) and not _is_taken(cls, name):
        return f'self.{name}'
    return f'self._sym_bound({name!r})'


def _is_taken(cls: Any, name: str) -> bool:
    return any(name in base.__dict__ for base in cls.__mro__)


def _given(values: dict[str, Any]) -> frozenset[str]:
    return frozenset(n for n, v in values.items() if v is not NOT_GIVEN)


def _general_init(cls: Any, plan: CallPlan) -> Callable[..., None]:
    def __init__(
        self: Any,
        *args: Any,
        allow_partial: bool = False,
        sealed: bool | None = None,
        root_path: Any = None,
        explicit_init: bool = False,
        override_args: bool = False,
        ignore_extra_args: bool = False,
        **kwargs: Any,
    ) -> None:
        given = dict(zip(plan.positional, args, strict=False))
        twice = [n for n in kwargs if n in given]
        if twice:
            raise TypeError(f'{plan.id}() got multiple values for argument {twice[0]!r}.')
        more = args[len(plan.positional) :]
        self._sym_bind(given, more, kwargs, sealed, root_path, override_args, ignore_extra_args)

    return __init__


def _finish(cls: Any, function: Any) -> Callable[..., None]:
    function.__qualname__ = f'{cls.__qualname__}.__init__'
    function.__module__ = cls.__module__
    function._sym_generated = cls
    signature = build_signature(cls)
    returns = cls.__schema__.metadata.get('returns')
    if returns is not None and not isinstance(returns.annotation, MissingValue):
        signature = signature.replace(return_annotation=returns.annotation)
    function.__signature__ = signature
    return function  # type: ignore[no-any-return]
