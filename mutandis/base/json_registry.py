"""From type names in JSON to classes, and how far a JSON text is trusted.

A name is looked up, in this order, among the types of `load_types` scopes, in the registry, under
module aliases, and at last in Python's modules. The last step is where a text could make us run
code (importing a module runs it), so it depends on the trust of the caller in the text:

=============================  ======  =======  =====
decode step                    False   None     True
=============================  ======  =======  =====
registered classes             yes     yes      yes
names of types and functions   no      loaded   yes, with import
marshalled code, pickle        no      no       yes
=============================  ======  =======  =====

`None` is the default; "loaded" means modules that the program has imported by itself, or that are
listed in `allow`. There, names are looked up without running anything: no `__getattr__` of a
module, no property, no descriptor.
"""

from __future__ import annotations

import contextlib
import contextvars
import os
import sys
import types
from collections.abc import Callable, Iterable, Iterator
from typing import Any

_ABSENT: Any = object()

_classes: dict[str, type] = {}
_aliases: dict[str, str] = {}  # alias -> module
# The scope of `load_types`: from the last name component to the class.
_scope: contextvars.ContextVar[dict[str, type] | None] = contextvars.ContextVar(
    'mutandis_types_to_load', default=None
)

_OPT_IN = (
    'If you trust where this JSON comes from, pass `trusted=True` (or list the module in `allow`).'
)

_default_trust: list[bool | None] = [
    True if os.environ.get('MUTANDIS_TRUSTED_JSON', '') in ('1', 'true', 'yes') else None
]


def set_default_trust(trusted: bool | None) -> bool | None:
    """Sets the `trusted` that decoding uses when none is given, and returns the previous one.

    The environment variable `MUTANDIS_TRUSTED_JSON=1` sets it to True at start.

    Args:
        trusted: True runs code found in JSON, False builds registered classes only, None (the
            initial default) also accepts names from modules that are already loaded.
    """
    previous = _default_trust[0]
    _default_trust[0] = trusted
    return previous


def default_trust() -> bool | None:
    """Returns the `trusted` that decoding uses when none is given."""
    return _default_trust[0]


_opaque_pickle_enabled: contextvars.ContextVar[bool | None] = contextvars.ContextVar(
    'mutandis_opaque_pickle', default=None
)


@contextlib.contextmanager
def enable_opaque_pickle(enabled: bool = True) -> Iterator[None]:
    """A scope in which pickled values in JSON are read (or not), whatever the default trust."""
    token = _opaque_pickle_enabled.set(enabled)
    try:
        yield
    finally:
        _opaque_pickle_enabled.reset(token)


def type_name(cls: Any) -> str:
    """Returns `module.Qualname` of a class or function."""
    return f'{cls.__module__}.{cls.__qualname__}'


def serialization_key(cls: Any) -> str:
    """Returns the name under which objects of a class are written."""
    key = cls.__dict__.get('__serialization_key__')
    if key.__class__ is str:
        return str(key)
    if hasattr(type(cls), '__serialization_key__'):
        return str(cls.__serialization_key__)
    return type_name(cls)


def register(name: str, cls: type, override_existing: bool = False) -> None:
    """Registers a class under a name; a name taken by another class raises `KeyError`."""
    if not override_existing and name in _classes:
        raise KeyError(
            f'The type name {name!r} is already registered for {_classes[name]!r}. Choose another '
            f'serialization key, or pass `override_existing=True`.'
        )
    _classes[name] = cls


def is_registered(name: str) -> bool:
    """Whether a class is registered under a name."""
    return name in _classes


def registered_types() -> Iterable[tuple[str, type]]:
    """Returns the pairs of name and registered class."""
    return _classes.items()


def add_module_alias(module: str, aliases: str | Iterable[str]) -> None:
    """Makes names under `alias.` that are not found be looked up under `module.`."""
    for alias in [aliases] if isinstance(aliases, str) else aliases:
        _aliases[alias] = module


_resolvers: list[tuple[str, Callable[[str], type | None]]] = []


def register_lazy_types(prefix: str, resolve: Callable[[str], type | None]) -> None:
    """Registers a family of classes that are made on first use.

    Args:
        prefix: names that start with it belong to the family.
        resolve: returns the class for the rest of such a name; None (or an `AttributeError`) if
            there is none.
    """
    _resolvers[:] = [(p, r) for p, r in _resolvers if p != prefix] + [(prefix, resolve)]


@contextlib.contextmanager
def load_types(*classes: type) -> Iterator[dict[str, type]]:
    """A scope in which the given classes answer to the last component of their name."""
    scope = dict(_scope.get() or {})
    for cls in classes:
        scope[cls.__name__] = cls
    token = _scope.set(scope)
    try:
        yield scope
    finally:
        _scope.reset(token)


def class_from_typename(name: str) -> type | None:
    """Returns the registered class of a name (aliases included), or None."""
    try:
        return registered_class(name)
    except UnknownName:
        return None


def registered_class(name: str) -> type | None:
    """Returns the same.

    Raises:
        UnknownName: The class belongs to a family that needs a library that is not installed.
    """
    scope = _scope.get()
    if scope:
        cls = scope.get(name.rpartition('.')[2])
        if cls is not None:
            return cls
    cls = _classes.get(name)
    if cls is None and _aliases:
        for candidate in _under_aliases(name):
            cls = _classes.get(candidate)
            if cls is not None:
                return cls
    if cls is None and _resolvers:
        for prefix, resolve in _resolvers:
            if name.startswith(prefix):
                try:
                    cls = resolve(name[len(prefix) :])
                except AttributeError:
                    continue
                except ImportError as e:
                    raise UnknownName(f'Cannot load {name!r}: {e}') from None
                if isinstance(cls, type):
                    return cls
        return None
    return cls


def _under_aliases(name: str) -> Iterator[str]:
    """Yields the names that `name` stands for under the module aliases, longest alias first."""
    prefix = name
    while True:
        prefix, dot, _ = prefix.rpartition('.')
        if not dot:
            return
        module = _aliases.get(prefix)
        if module is not None:
            yield module + name[len(prefix) :]


class UnknownName(TypeError):
    """A name in JSON stands for nothing, or for something that the caller's trust excludes."""


def load_symbol(
    name: str,
    trusted: bool | None = None,
    allow: Iterable[str] = (),
    auto_import: bool = True,
) -> Any:
    """Returns what a dotted name (`module.Class.method`) stands for.

    Raises:
        UnknownName: (a `TypeError`) if there is no such thing, or if finding it would need more
            trust.
    """
    if trusted is False:
        raise UnknownName(
            f'Refused to look up the name {name!r}: JSON that is not trusted may only name '
            f'registered classes. {_OPT_IN}'
        )
    try:
        return _load(name, trusted, allow, auto_import)
    except UnknownName:
        for candidate in _under_aliases(name):
            try:
                return _load(candidate, trusted, allow, auto_import)
            except UnknownName:
                continue
        raise


_BUILTIN_SYMBOLS: dict[str, Any] = {
    'builtins.NoneType': type(None),
    'builtins.Ellipsis': Ellipsis,
    'builtins.NotImplementedType': type(NotImplemented),
    'builtins.ellipsis': type(Ellipsis),
    'builtins.function': type(type_name),
}


def _load(name: str, trusted: bool | None, allow: Iterable[str], auto_import: bool) -> Any:
    symbol = _BUILTIN_SYMBOLS.get(name)
    if symbol is not None:
        return symbol
    parts = name.split('.')
    if not all(parts) or len(parts) < 2:
        raise UnknownName(f'{name!r} is no dotted name of a class or function.')
    module, used = _module_of(parts, trusted, allow, auto_import)
    if module is None:
        raise UnknownName(
            f'Cannot find {name!r}: no module of that name is loaded. Import it first'
            + ('.' if trusted else f'. {_OPT_IN}')
        )
    allowed = _allowed('.'.join(parts[:used]), allow)
    symbol = module
    for part in parts[used:]:
        try:
            if trusted or (allowed and isinstance(symbol, types.ModuleType)):
                symbol = getattr(symbol, part)
            else:
                symbol = look_up(symbol, part)
        except AttributeError:
            raise UnknownName(
                f'Cannot find {name!r}: {describe(symbol)} has no attribute {part!r}.'
            ) from None
    return symbol


def describe(symbol: Any) -> str:
    """Says what a name in JSON stands for, without running any code of it, such as its `repr`."""
    if isinstance(symbol, types.ModuleType):
        return f'the module {vars(symbol).get("__name__")}'
    if isinstance(symbol, type):
        return f'the class {type.__dict__["__qualname__"].__get__(symbol)}'
    return f'a {type(symbol).__name__}'


def look_up(holder: Any, name: str, default: Any = _ABSENT) -> Any:
    """Returns an attribute of a module or class without running code."""
    if isinstance(holder, types.ModuleType):
        found = vars(holder).get(name, _ABSENT)
        if found is _ABSENT:
            found = sys.modules.get(f'{holder.__name__}.{name}', _ABSENT)
        if found is not _ABSENT:
            return found
    elif isinstance(holder, type):
        for base in type.__dict__['__mro__'].__get__(holder):
            found = base.__dict__.get(name, _ABSENT)
            if isinstance(found, (classmethod, staticmethod, types.ClassMethodDescriptorType)):
                return found.__get__(None, holder)
            if found is not _ABSENT:
                return found
    if default is _ABSENT:
        raise AttributeError(name)
    return default


def _module_of(
    parts: list[str],
    trusted: bool | None,
    allow: Iterable[str],
    auto_import: bool,
) -> tuple[Any, int]:
    """Returns the module that holds a symbol, and how many components name it."""
    for used in range(len(parts) - 1, 0, -1):
        module_name = '.'.join(parts[:used])
        module = sys.modules.get(module_name)
        if module is not None:
            return module, used
        if auto_import and (trusted or _allowed(module_name, allow)):
            parent = sys.modules.get('.'.join(parts[: used - 1]))
            if any(not part.isidentifier() for part in parts[:used]) or (
                parent is not None and '__path__' not in vars(parent)
            ):
                continue
            import importlib

            try:
                return importlib.import_module(module_name), used
            except ImportError:
                continue
    return None, 0


def _allowed(module_name: str, allow: Iterable[str]) -> bool:
    return any(module_name == name or module_name.startswith(name + '.') for name in allow)


def check_code_allowed(trusted: bool | None, what: str) -> None:
    """Raises `TypeError` unless the caller trusts the text with running code."""
    if trusted is not True:
        raise TypeError(f'Refused to decode {what}: that would run code from the JSON. {_OPT_IN}')


def check_pickle_allowed(trusted: bool | None) -> None:
    """Raises `TypeError` unless pickled values may be read."""
    scope = _opaque_pickle_enabled.get()
    if scope is False or (trusted is not True and not (trusted is None and scope)):
        raise TypeError(
            f'Refused to decode a pickled value: that would run code from the JSON. {_OPT_IN}'
        )
