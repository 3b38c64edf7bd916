"""Compiles the constructor of a symbolic class from its schema.

The generated `__init__` has the real parameters of the class. When all arguments are of exactly
the expected types it checks them inline and stores them; anything else (missing arguments, values
that need conversion, open scopes, partial objects) goes to `Object._sym_init`, which does the same
by the general rules.
"""

from __future__ import annotations

import functools
import keyword
from collections.abc import Callable
from operator import attrgetter
from typing import Any

from mutandis import typing as T
from mutandis.base import LEAF_TYPES, KeyPath, MissingValue
from mutandis.symbolic.flags import SCOPES
from mutandis.symbolic.plans import Plan, can_be_fitted
from mutandis.symbolic.topology import HOOKS, announce_parent, set_attribute, symbolize_value


class _NotGiven:
    """Stands for an argument that was not given."""

    __slots__ = ()

    def __repr__(self) -> str:
        return 'MISSING_VALUE'


NOT_GIVEN = _NotGiven()


def compile_class(cls: Any) -> None:
    """Compiles plans, constructor and readers of a class, once."""
    if cls.__dict__.get('_sym_ready'):
        return
    fields: dict[str, Any] = cls._sym_field_map
    plans: dict[Any, Plan] = {n: Plan(f.value, f) for n, f in fields.items()}
    for name, make in _default_factories(cls, fields).items():
        plans[name].make_default = make
    dynamic = [
        (key, Plan(f.value, f)) for key, f in cls.__schema__.fields.items() if not key.is_const
    ]
    set_on = type.__setattr__
    set_on(cls, '_sym_plans', plans)
    set_on(cls, '_sym_dynamic', dynamic)
    set_on(cls, '_sym_names', tuple(fields))
    set_on(cls, '_sym_steps', tuple((n, p.exact, p, KeyPath(n)) for n, p in plans.items()))
    set_on(cls, '_sym_getter', _make_getter(cls, tuple(fields)))
    set_on(cls, '_sym_super_inits', _super_inits(cls))
    set_on(cls, '_sym_plain_plans', plans if _is_plain_class(cls) else {})
    every = [*plans.values(), *(plan for _, plan in dynamic)]
    set_on(cls, '_sym_binds_children', any(can_be_fitted(plan.spec) for plan in every))
    set_on(
        cls,
        '_sym_calls_init',
        not cls._sym_has_generated_init() and accepts_keywords(cls, fields),
    )
    from mutandis.symbolic.object import Object

    set_on(cls, '_sym_comparer', None)
    set_on(cls, '_sym_hasher', None)
    set_on(cls, '_sym_reader', None)
    set_on(cls, '_sym_eq_operator', cls.__eq__ is Object.__eq__ and cls.sym_eq is Object.sym_eq)
    has_builders = _has_builders(cls)
    for builder in ('_sym_quick_clone', '_sym_maker'):
        set_on(cls, builder, _compiled_on_first_call(cls, builder) if has_builders else None)
    from mutandis.symbolic.object_meta import gets_generated_init

    if gets_generated_init(cls):
        set_on(cls, '__init__', cls._sym_make_init(plans))
    # Last: another thread that finds the class ready must find all of the above. Two that compile
    # a class at the same time write the same twice.
    set_on(cls, '_sym_ready', True)


def _default_factories(cls: Any, fields: dict[str, Any]) -> dict[str, Callable[[], Any]]:
    """Returns what makes the defaults of fields declared by `dataclasses.field`."""

    def maker(spec: Any, factory: Callable[[], Any]) -> Callable[[], Any]:
        return lambda: spec.apply(symbolize_value(factory()))

    return {
        name: maker(fields[name].value, factory)
        for name, (factory, first) in cls._sym_factories.items()
        # A sub-class may have set another default.
        if name in fields and fields[name].default_value is first
    }


def accepts_keywords(cls: Any, names: Any) -> bool:
    """Whether the constructor that a user wrote takes exactly the fields by keyword."""
    import inspect

    try:
        parameters = inspect.signature(cls.__init__).parameters
    except (TypeError, ValueError):
        return False
    if any(p.kind is p.VAR_KEYWORD for p in parameters.values()):
        required: list[str] = []
    else:
        required = [n for n in names if n not in parameters]
    missing = [
        p.name
        for p in list(parameters.values())[1:]
        if p.default is p.empty
        and p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)
        and p.name not in names
    ]
    positional_only = any(p.kind is p.POSITIONAL_ONLY for p in list(parameters.values())[1:])
    return not required and not missing and not positional_only


def accepts_arguments(cls: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """Whether the constructor that a user wrote takes these arguments and `allow_partial`."""
    import inspect

    try:
        inspect.signature(cls.__init__).bind(None, *args, allow_partial=True, **kwargs)
    except (TypeError, ValueError):
        return False
    return True


def _is_plain_class(cls: Any) -> bool:
    """Whether plain values may be stored without asking the class."""
    from mutandis.symbolic.object import Object

    return (
        not cls._sym_shadowed
        and cls._sym_on_write is None
        and cls._sym_write is Object._sym_write
        and cls._sym_raw is Object._sym_raw
        and cls._sym_values is Object._sym_values
    )


def _make_getter(cls: Any, names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]] | None:
    """Returns a function that reads all constant fields at once, None where that is not safe."""
    from mutandis.symbolic.object import Object

    if (
        cls._sym_shadowed
        or not all(_is_name(n) for n in names)
        or cls._sym_values is not Object._sym_values
        or cls.__getattribute__ is not object.__getattribute__
    ):
        return None
    if not names:
        return lambda obj: ()
    getter: Callable[[Any], Any] = attrgetter(*names)
    if len(names) == 1:
        return lambda obj: (getter(obj),)
    return getter


def _has_builders(cls: Any) -> bool:
    """Whether objects may be copied and built without asking their class how."""
    from mutandis.symbolic.object import Object

    return (
        _is_plain_class(cls)
        and cls._sym_getter is not None
        and not cls._sym_calls_init
        and not cls._sym_super_inits
        and not cls._sym_dynamic
        and cls.allow_symbolic_mutation
        and cls.__new__ is object.__new__
        and cls._sym_remake is Object._sym_remake
        and cls._sym_adopt is Object._sym_adopt
        and cls._sym_make.__func__ is Object.__dict__['_sym_make'].__func__
        and all(_can_be_parameter(n) for n in cls._sym_names)
    )


def _compiled_on_first_call(cls: Any, attribute: str) -> Callable[..., Any]:
    """Returns a function that takes the place of a builder until it is needed."""

    def first_call(*args: Any) -> Any:
        builder = _compile_builder(cls, attribute)
        if cls.__dict__.get(attribute) is first_call:
            type.__setattr__(cls, attribute, builder)
        return builder(*args)

    first_call._sym_later = True  # type: ignore[attr-defined]
    return first_call


def trusted_maker(cls: Any) -> Callable[[dict[str, Any]], Any] | None:
    """Returns the function that builds an object of valid field values; None if there is none."""
    maker = cls.__dict__.get('_sym_maker')
    if getattr(maker, '_sym_later', False):
        maker = _compile_builder(cls, '_sym_maker')
        type.__setattr__(cls, '_sym_maker', maker)
    return maker  # type: ignore[no-any-return]


def _compile_builder(cls: Any, attribute: str) -> Callable[..., Any]:
    """Generates `build(self, deep, memo)`, a copier, or `build(values)`, a trusted builder."""
    from mutandis.symbolic.cloning import clone_value

    copies = attribute == '_sym_quick_clone'
    env: dict[str, Any] = {
        '_cls': cls,
        '_new': object.__new__,
        '_set': set_attribute,
        '_LEAF': LEAF_TYPES,
        '_copy': clone_value,
        '_adopt': cls._sym_adopt,
        '_announce': announce_parent,
        '_hooks': HOOKS,
    }
    body = [
        f'def build({"self, deep, memo" if copies else "values"}):',
        '    new = _new(_cls)',
        "    _set(new, '_sym_parent', None)",
    ]
    for name in cls._sym_names:
        child = '_copy(v, deep, memo)' if copies else 'v'
        body.append(f'    v = self.{name}' if copies else f'    v = values[{name!r}]')
        body.append('    if v.__class__ not in _LEAF:')
        body.append(f'        v = _adopt(new, {name!r}, {child}, False)')
        body.append(f'    _set(new, {name!r}, v)')
    if cls._sym_names:
        body.append('    if _hooks.path_listeners: _announce(new)')
    if cls._sym_init_hook:
        body.append('    new._on_init()')
    body.append('    return new')
    exec(_compile('\n'.join(body)), env)
    return env['build']  # type: ignore[no-any-return]


@functools.lru_cache(maxsize=256)
def _compile(source: str) -> Any:
    """Compiles generated source; classes with the same names of fields often share it."""
    return compile(source, '<mutandis class>', 'exec')


def _super_inits(cls: Any) -> tuple[Callable[[Any], None], ...]:
    """Returns the constructors of other bases, which are called without arguments."""
    from mutandis.symbolic.object import Object

    known = set(Object.__mro__)
    called: list[Any] = []
    for base in cls.__mro__:
        if base in known or issubclass(base, Object) or '__init__' not in base.__dict__:
            continue
        if getattr(base.__dict__['__init__'], '__explicit_override__', False):
            continue  # It stands before the symbolic base and calls that.
        if base.__name__ in ('Protocol', 'Generic') and base.__module__ == 'typing':
            continue
        if not any(issubclass(c, base) for c in called):
            called.append(base)
    return tuple(base.__init__ for base in called)


def make_init(cls: Any, plans: dict[Any, Plan]) -> Callable[..., None]:
    """Generates the `__init__` of a class."""
    schema = cls.__schema__
    env: dict[str, Any] = {
        '_cls': cls,
        '_N': NOT_GIVEN,
        '_M': MissingValue(),
        '_scopes': SCOPES,
        '_set': set_attribute,
        '_LEAF': LEAF_TYPES,
        '_none': type(None),
        '_named': name_class,
    }
    order = schema.metadata.get('init_arg_list', [])
    vararg = next((n[1:] for n in order if n.startswith('*')), None)
    positional = [n for n in order if not n.startswith('*') and n in plans]
    visible = [n for n in plans if not plans[n].spec.frozen and _can_be_parameter(n)]
    keyword_only = [n for n in visible if n not in positional and n != vararg]
    usable = all(_can_be_parameter(n) and n in visible for n in positional)
    simple = usable and not cls._sym_dynamic and set(visible) == set(plans) and vararg is None
    if not simple:
        return _finish(cls, _general_init(cls, order))
    ordinary = [
        'self.__class__ is _cls',
        'not _scopes.active',
        'allow_partial is False',
        'sealed is None',
        'root_path is None',
        'not explicit_init',
        'not _more',
        'not _kw',
    ]
    checks: list[str] = []
    absent: list[str] = []
    defaults = {n: plans[n].spec.default for n in positional + keyword_only}
    env['_own'] = (cls, len(positional), defaults)
    parameters: list[str] = []
    convert: list[str] = []
    converted: list[str] = []
    stores: list[str] = []
    factories = _default_factories(cls, cls._sym_field_map)
    for i, name in enumerate(positional + keyword_only):
        plan = plans[name]
        if i == len(positional):
            parameters.append('*_more')
        default = '_N'
        has_leaf_default = (
            not isinstance(plan.spec.default, MissingValue)
            and plan.spec.default.__class__ in LEAF_TYPES
            and name not in factories
        )
        if has_leaf_default:
            env[f'_d{i}'] = plan.spec.default
            default = f'_d{i}'
        parameters.append(f'{name}={default}')
        if plan.make_default is None:
            absent.append(f'{name} is _N')
        check = _type_check(plan, name, i, env)
        if check is not None:
            checks.append(check)
            stores.append(_store_line(cls, name, name))
            continue
        env[f'_a{i}'] = plan.accept
        env[f'_k{i}'] = KeyPath(name)
        converted.append(name)
        env['_adopt'] = cls._sym_adopt
        env['_announce'] = announce_parent
        env['_hooks'] = HOOKS
        if plan.make_default is not None and not has_leaf_default:
            env[f'_m{i}'] = plan.default_or_missing
            convert.append(
                f'    {name} = _m{i}(False, _k{i}) if {name} is _N or {name}.__class__ is _Missing '
                f'else _a{i}({name}, False, _k{i})'
            )
            env['_Missing'] = MissingValue
        else:
            checks.append(f'{name} is not _N')
            convert.append(f'    {name} = _a{i}({name}, False, _k{i})')
        stores.append(_store_line(cls, name, f'_adopt(self, {name!r}, {name}, False)'))
    if not keyword_only:
        parameters.append('*_more')
    names = positional + keyword_only
    # A dict display of (name, value) for the general way; arguments not given are left out there.
    given = ', '.join(f'{n!r}: {n}' for n in names)
    general = (
        f'return _cls._sym_init_general(self, {{{given}}}, _more, _kw, allow_partial, sealed, '
        f'root_path, explicit_init, _own)'
    )
    body = [
        f'def __init__(self, {", ".join(parameters)}, allow_partial=False, sealed=None, '
        f'root_path=None, explicit_init=False, **_kw):',
        f'    if not ({" and ".join(ordinary)}):',
        f'        {general}',
    ]
    if checks:
        body.append(f'    if not ({" and ".join(checks)}):')
        if absent:
            body.append(f'        if {" or ".join(absent)}: {general}')
        body.append(f'        return _cls._sym_init_checked(self, {{{given}}})')
    # A container that is bound to its field is let go should a later value not fit.
    fitted = [n for n in converted[:-1] if can_be_fitted(plans[n].spec)]
    if fitted:
        env['_plain'] = frozenset({list, dict, tuple, _NotGiven, type(None), MissingValue})
        checks_of = ' and '.join(f'{n}.__class__ in _plain' for n in fitted)
        body.append(f'    if not ({checks_of}):')
        body.append(f'        return _cls._sym_init_checked(self, {{{given}}})')
    body.extend(_guarded(convert))
    if cls._sym_super_inits:
        body.append('    _cls._sym_run_super_inits(self)')
    body.append("    _set(self, '_sym_parent', None)")
    body.extend(stores)
    if convert:
        body.append('    if _hooks.path_listeners: _announce(self)')
    if cls._sym_init_hook:
        body.append('    self._on_init()')
    if not cls.allow_symbolic_mutation:
        body.append('    self.seal()')
    source = '\n'.join(body) + '\n'
    exec(_compile(source), env)
    return _finish(cls, env['__init__'])


def _guarded(lines: list[str]) -> list[str]:
    """Wraps the conversions so that an error says which class was being constructed."""
    if not lines:
        return []
    return [
        '    try:',
        *(f'    {line}' for line in lines),
        '    except (TypeError, ValueError, KeyError) as error:',
        '        _named(error, _cls)',
        '        raise',
    ]


def name_class(error: Exception, cls: Any, relative: bool = True) -> None:
    """Puts where it happened before the message of an error in one of the fields of a class.

    Args:
        error: The error.
        cls: The class.
        relative: Whether the path in the message starts at the object. The message then starts
            with `Outer.inner.x`, else with the name of the class only.
    """
    from mutandis.base.errors import message_of

    text = message_of(error)
    if text is None:
        return
    if relative:
        message, found, path = text.rpartition(' (path=')
        if found and path[-1] == ')':
            error.args = (f'{cls.__name__}.{path[:-1]}: {message}',)
            return
    error.args = (f'{cls.__name__}: {text}',)


def _store_line(cls: Any, name: str, value: str) -> str:
    if not cls.allow_symbolic_attribute:
        return f'    self._sym_store({name!r}, {value})'
    if name in cls._sym_shadowed:  # A property or method has the name: go around it.
        return f'    self.__dict__[{name!r}] = {value}'
    return f'    _set(self, {name!r}, {value})'


def _is_name(name: str) -> bool:
    return name.isidentifier() and not keyword.iskeyword(name)


def _can_be_parameter(name: str) -> bool:
    return _is_name(name) and not name.startswith('_')


def _type_check(plan: Plan, name: str, index: int, env: dict[str, Any]) -> str | None:
    """Returns an expression that is true for values stored as they are; None if never enough."""
    exact = plan.exact
    if not exact or not (type(plan.spec) is not T.Any and _covers_normal_values(plan)):
        return None
    if len(exact) == 1:
        (only,) = exact
        env[f'_t{index}'] = only
        return f'{name}.__class__ is _t{index}'
    if len(exact) == 2 and type(None) in exact:
        (only,) = exact - {type(None)}
        env[f'_t{index}'] = only
        return f'({name} is None or {name}.__class__ is _t{index})'
    env[f'_t{index}'] = exact
    return f'{name}.__class__ in _t{index}'


def _covers_normal_values(plan: Plan) -> bool:
    """Whether values of the exact types are the rule, so that others may take the general way."""
    return bool(plan.exact - {type(None)})


def _general_init(cls: Any, order: list[str]) -> Callable[..., None]:
    def __init__(
        self: Any,
        *args: Any,
        allow_partial: bool = False,
        sealed: bool | None = None,
        root_path: Any = None,
        explicit_init: bool = False,
        **kwargs: Any,
    ) -> None:
        cls._sym_init_general(
            self, {}, args, kwargs, allow_partial, sealed, root_path, explicit_init
        )

    return __init__


def _finish(cls: Any, function: Callable[..., None]) -> Callable[..., None]:
    function.__qualname__ = f'{cls.__qualname__}.__init__'
    function.__module__ = cls.__module__
    function.__name__ = '__init__'
    function._sym_generated = cls  # type: ignore[attr-defined]
    function.__signature__ = build_signature(cls)  # type: ignore[attr-defined]
    function.__annotations__ = {
        n: plan.spec.annotation
        for n, plan in cls._sym_plans.items()
        if not isinstance(plan.spec.annotation, MissingValue)
    }
    return function


def build_signature(cls: Any) -> Any:
    """Builds the `inspect.Signature` of the constructor of a class."""
    import inspect

    plans: dict[str, Plan] = cls._sym_plans
    order = cls.__schema__.metadata.get('init_arg_list', [])
    empty = inspect.Parameter.empty

    def annotation(spec: Any) -> Any:
        value = spec.annotation
        return empty if isinstance(value, MissingValue) else value

    parameters = [inspect.Parameter('self', inspect.Parameter.POSITIONAL_OR_KEYWORD)]
    seen = set()
    defaulted = False
    for name in order:
        if name.startswith('*'):
            bare = name[1:]
            seen.add(bare)
            spec = plans[bare].spec
            parameters.append(
                inspect.Parameter(
                    bare,
                    inspect.Parameter.VAR_POSITIONAL,
                    annotation=annotation(spec.element.value),
                )
            )
            continue
        plan = plans.get(name) or cls._sym_dynamic_plan(name)
        if plan is None or plan.spec.frozen or not _is_name(name):
            continue
        seen.add(name)
        spec = plan.spec
        if spec.has_default:
            default = spec.default
            defaulted = True
        else:
            default = MissingValue() if defaulted else empty
        parameters.append(
            inspect.Parameter(
                name,
                inspect.Parameter.POSITIONAL_OR_KEYWORD,
                default=default,
                annotation=annotation(spec),
            )
        )
    for name, plan in plans.items():
        if name in seen or plan.spec.frozen or not _is_name(name):
            continue
        default = plan.spec.default if plan.spec.has_default else empty
        parameters.append(
            inspect.Parameter(
                name,
                inspect.Parameter.KEYWORD_ONLY,
                default=default,
                annotation=annotation(plan.spec),
            )
        )
    if cls._sym_dynamic:
        name = cls.__schema__.metadata.get('varkw_name') or 'kwargs'
        spec = cls._sym_dynamic[0][1].spec
        parameters.append(
            inspect.Parameter(name, inspect.Parameter.VAR_KEYWORD, annotation=annotation(spec))
        )
    return inspect.Signature(parameters)


__all__ = ['NOT_GIVEN', 'build_signature', 'compile_class', 'trusted_maker']
