"""Class wrapping: symbolic versions of ordinary classes.

`wrap(C)` makes a sub-class of `C` whose constructor arguments are children in a tree (see
`wrapped_object` for its objects), `wrap_module` does so for all classes of a module, and
`apply_wrappers` puts the wrappers in the place of the originals while a block runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from weakref import WeakKeyDictionary

from mutandis.base import Formattable, JSONConvertible
from mutandis.symbolic.base import Symbolic
from mutandis.symbolic.wrapped_module import (
    ModuleWrapper,
    is_module_class,
    module_attributes,
    module_constructor,
)
from mutandis.symbolic.wrapped_object import (
    ClassWrapper,
    ClassWrapperMeta,
    apply_constructor,
    constructor_of,
)

# All classes that `wrap` has made, in order, for `apply_wrappers`: the latest of a class counts.
_WRAPPERS: WeakKeyDictionary[Any, None] = WeakKeyDictionary()
# As many items as scopes of `apply_wrappers` are open, in all threads.
_OPEN: list[bool] = []
# User's class -> the wrapper that is made in its place, inside `apply_wrappers`.
_IN_PLACE_OF: ContextVar[dict[Any, Any] | None] = ContextVar(
    'mutandis_wrappers_in_place', default=None
)


def wrap(
    cls: Any,
    init_args: Any = None,
    *,
    reset_state_fn: Callable[[Any], None] | None = None,
    repr: bool = True,  # noqa: A002
    eq: bool = False,
    class_name: str | None = None,
    module_name: str | None = None,
    auto_doc: bool = False,
    auto_typing: bool = False,
    serialization_key: str | None = None,
    additional_keys: list[str] | None = None,
    override: dict[str, Any] | None = None,
    copy_state: bool | None = None,
) -> Any:
    """Returns a sub-class of `cls` whose constructor arguments are symbolic.

    Example::

        Linear = mt.wrap(torch.nn.Linear)
        layer = Linear(4, mt.oneof([8, 16]))     # not built yet
        layer.rebind(out_features=8)             # now a real module

    Args:
        cls: The class to wrap; it is not changed. A wrapped class is updated in place.
        init_args: Field definitions for some or all arguments of the constructor.
        reset_state_fn: Called with the object before its constructor runs, in the place of
            clearing its attributes.
        repr: Whether `repr` and `str` show the symbolic form.
        eq: Whether `==` and `hash` compare the arguments, where the class does not define them.
        class_name: Name of the new class; by default that of `cls`.
        module_name: Module of the new class; by default that of `cls`.
        auto_doc: Whether descriptions of arguments are taken from the docstrings.
        auto_typing: Whether value specs are made from the annotations.
        serialization_key: Key under which objects are written to JSON.
        additional_keys: Further keys under which they can be read.
        override: Attributes to set on the new class.
        copy_state: Whether copies and pickles keep what the object has made of itself, instead of
            constructing it anew. By default true for torch modules: their weights are kept.

    Raises:
        TypeError: `cls` is no class, or a class that cannot be wrapped.
        KeyError: `init_args` names an unknown argument.
        ValueError: `cls` takes no arguments but `init_args` are given.
    """
    if not isinstance(cls, type):
        raise TypeError(f'Only classes can be wrapped. Encountered: {cls!r}.')
    if issubclass(cls, ClassWrapper):
        wrapper: Any = cls
        if init_args:
            apply_constructor(wrapper, wrapper._sym_user_init, init_args, auto_doc, auto_typing)
        user_cls = wrapper.sym_wrapped_cls or wrapper
        attributes = _class_attributes(user_cls, repr, eq, override)
    else:
        if issubclass(cls, Symbolic):
            raise TypeError(f'{cls!r} is symbolic already and cannot be wrapped.')
        name = class_name or cls.__name__
        qualname = class_name or cls.__qualname__
        namespace: dict[str, Any] = {
            '__module__': module_name or cls.__module__,
            '__qualname__': name if '<locals>' in qualname else qualname,
            '__doc__': cls.__doc__,
            '_sym_made_by_wrap': True,
            '_sym_user_cls': cls,
        }
        base, init = ClassWrapper, cls.__init__
        if is_module_class(cls):
            base, init = ModuleWrapper, module_constructor(cls)
            namespace.update(module_attributes(cls))
        if issubclass(cls, Formattable):
            namespace['_sym_format'] = cls.format
        if issubclass(cls, JSONConvertible):
            namespace['_sym_to_json'] = cls.to_json
        if copy_state is not None:
            namespace['_sym_copy_state'] = copy_state
        # Fails early, before a class is made.
        constructor_of(cls, init)
        wrapper = _make_class(name, cls, base, namespace)
        if hasattr(cls, '__parameters__'):
            # A generic class: `Wrapper[int]` is as good as `cls[int]`.
            type.__setattr__(wrapper, '__parameters__', cls.__parameters__)
        apply_constructor(wrapper, init, init_args, auto_doc, auto_typing)
        attributes = _class_attributes(cls, repr, eq, override)
        _WRAPPERS[wrapper] = None
    if reset_state_fn is not None:
        attributes['_sym_reset_fn'] = staticmethod(reset_state_fn)
    for name, value in attributes.items():
        type.__setattr__(wrapper, name, value)
    wrapper.register_for_deserialization(serialization_key, additional_keys)
    return wrapper


def _class_attributes(
    cls: Any, symbolic_repr: bool, symbolic_eq: bool, override: dict[str, Any] | None
) -> dict[str, Any]:
    """Returns the methods of a wrapped class that depend on the options of `wrap`."""
    source: Any = Symbolic if symbolic_repr else cls
    attributes: dict[str, Any] = {'__repr__': source.__repr__, '__str__': source.__str__}
    if symbolic_eq and cls.__eq__ is object.__eq__:
        attributes['__eq__'] = _symbolic_eq
        attributes['__ne__'] = _symbolic_ne
        own = cls.__hash__
        attributes['__hash__'] = Symbolic.sym_hash if own is object.__hash__ else own
    attributes.update(override or {})
    return attributes


def _symbolic_eq(self: Any, other: Any) -> bool:
    return self is other or self.sym_eq(other)


def _symbolic_ne(self: Any, other: Any) -> bool:
    return not (self is other or self.sym_eq(other))


def _make_class(name: str, cls: Any, base: Any, namespace: dict[str, Any]) -> Any:
    meta: Any = ClassWrapperMeta
    own_meta = type(cls)
    if not issubclass(meta, own_meta):
        if own_meta.__module__ == 'enum':
            raise TypeError(f'{cls!r} cannot be wrapped: the members of an enum are fixed.')
        meta = type(f'{own_meta.__name__}Wrapper', (own_meta, ClassWrapperMeta), {})
    try:
        return meta(name, (cls, base), namespace)
    except TypeError as error:
        if 'lay-out' in str(error):
            raise TypeError(
                f'{cls!r} cannot be wrapped: its objects have a memory layout of their own, as '
                f'those of exceptions, built-in containers, tuples and classes with `__slots__` '
                f'have. Wrap a class that holds such an object instead.'
            ) from error
        raise


# -------------------------------------------------------------------- many classes at once


def wrap_module(
    module: Any,
    names: list[str] | None = None,
    where: Callable[[type], bool] | None = None,
    export_to: Any = None,
    **kwargs: Any,
) -> list[Any]:
    """Wraps the classes of a module.

    Args:
        module: Module, or any object whose attributes are classes.
        names: Names to look at; by default all of `dir(module)`.
        where: Which classes are wrapped; by default all.
        export_to: Module that receives each wrapper under every name that its class has, and that
            becomes the module of the wrappers.
        **kwargs: Handed on to `wrap`.

    Returns:
        The wrappers, each once, in the order in which their classes appear.

    Raises:
        AttributeError: The module has nothing of a name in `names`.
    """
    wrappers: dict[type, Any] = {}
    if export_to is not None:
        kwargs = {'module_name': export_to.__name__, **kwargs}
    for name in dir(module) if names is None else names:
        cls = getattr(module, name, None) if names is None else getattr(module, name)
        if not isinstance(cls, type) or (where is not None and not where(cls)):
            continue
        wrapper = wrappers.get(cls)
        if wrapper is None:
            wrapper = wrappers[cls] = wrap(cls, **kwargs)
        if export_to is not None:
            setattr(export_to, name, wrapper)
    return list(wrappers.values())


@contextmanager
def apply_wrappers(
    wrapper_classes: Iterable[Any] | None = None,
    where: Callable[[Any], bool] | None = None,
) -> Iterator[None]:
    """Scope in which making an object of a wrapped user's class makes one of its wrapper.

    Args:
        wrapper_classes: Wrapped classes; by default all that `wrap` has made.
        where: Which of them take part; by default all.
    """
    chosen = list(_WRAPPERS) if wrapper_classes is None else list(wrapper_classes)
    mapping = dict(_IN_PLACE_OF.get() or {})
    for wrapper in chosen:
        user_cls = wrapper.sym_wrapped_cls
        if user_cls is not None and (where is None or where(wrapper)):
            mapping[user_cls] = wrapper
            _watch_construction(user_cls)
    token = _IN_PLACE_OF.set(mapping)
    _OPEN.append(True)
    try:
        yield
    finally:
        _OPEN.pop()
        _IN_PLACE_OF.reset(token)


def _watch_construction(user_cls: Any) -> None:
    """Makes `user_cls(...)` look for a wrapper that stands in its place; done once per class.

    It stays: taking a `__new__` away again leaves a Python class that refuses arguments. Outside of
    all scopes it does what compilers of Python code (`torch.compile`) can follow.
    """
    own_new = user_cls.__dict__.get('__new__')
    if hasattr(own_new, '_sym_watches'):
        return
    plain = user_cls.__new__ is object.__new__

    def __new__(cls: Any, *args: Any, **kwargs: Any) -> Any:
        if cls is user_cls:
            if _OPEN:
                cls = (_IN_PLACE_OF.get() or {}).get(cls, cls)
            if plain and cls is user_cls:
                return object.__new__(cls)
        if own_new is not None:
            return own_new.__get__(None, cls)(cls, *args, **kwargs)
        inherited = super(user_cls, cls).__new__
        if inherited is object.__new__:
            return inherited(cls)
        return inherited(cls, *args, **kwargs)

    watcher: Any = staticmethod(__new__)
    watcher._sym_watches = True
    user_cls.__new__ = watcher


__all__ = ['ClassWrapper', 'ClassWrapperMeta', 'apply_wrappers', 'wrap', 'wrap_module']
