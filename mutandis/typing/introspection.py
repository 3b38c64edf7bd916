"""Questions about types: subclasses with generic arguments, protocols, enclosing classes.

Python's `isinstance` and `issubclass` refuse subscripted generics and most protocols. The functions
here answer for them too, and take the plain path for plain classes.
"""

import sys
import types
import typing

# The flags of code with `*args` and with `**kwargs`.
_VARIADIC = 0x04 | 0x08

_BUILTIN_CONTAINER_MODULES = frozenset({'builtins', 'collections', 'collections.abc'})


def is_protocol(cls: typing.Any) -> bool:
    """Returns whether `cls` lists `Protocol` directly among its bases."""
    return isinstance(cls, type) and bool(getattr(cls, '_is_protocol', False))


def is_generic(cls: typing.Any) -> bool:
    """Returns whether `cls` is a subscripted generic, such as `list[int]`."""
    return typing.get_origin(cls) is not None


def has_generic_bases(cls: typing.Any) -> bool:
    """Returns whether `cls` has bases that are subscripted generics."""
    return getattr(cls, '__orig_bases__', None) is not None


def get_type(maybe_type: typing.Any) -> type:
    """Returns a class itself, or the origin of a subscripted generic.

    Raises:
      TypeError: If the argument is neither.
    """
    origin = typing.get_origin(maybe_type)
    if origin is not None and isinstance(origin, type):
        return origin
    if isinstance(maybe_type, type):
        return maybe_type
    raise TypeError(f'{maybe_type!r} is not a type. Pass a class or a subscripted generic class.')


def get_type_args(maybe_generic: typing.Any, base: type | None = None) -> tuple[typing.Any, ...]:
    """Returns the type arguments of a generic, or those it gives to a direct generic base.

    Args:
      maybe_generic: A class or a subscripted generic.
      base: If given, the origin of the direct base whose arguments are wanted.

    Returns:
      The arguments, `()` if there are none.
    """
    if base is None:
        return typing.get_args(maybe_generic)
    origin = typing.get_origin(maybe_generic)
    if origin is not None and origin is base:
        return typing.get_args(maybe_generic)
    for orig_base in getattr(origin or maybe_generic, '__orig_bases__', ()):
        if typing.get_origin(orig_base) is base:
            return _substituted(typing.get_args(orig_base), maybe_generic)
    return ()


def _substituted(args: tuple[typing.Any, ...], src: typing.Any) -> tuple[typing.Any, ...]:
    """The type arguments that a base of `src` gets, in terms of those of `src`."""
    parameters = getattr(typing.get_origin(src), '__parameters__', ())
    given = dict(zip(parameters, typing.get_args(src), strict=False))
    if not given:
        return args

    def substitute(arg: typing.Any) -> typing.Any:
        if isinstance(arg, typing.TypeVar):
            return given.get(arg, arg)
        inner = getattr(arg, '__parameters__', ())
        if not inner or typing.get_origin(arg) is None:
            return arg
        return arg[tuple(given.get(parameter, parameter) for parameter in inner)]

    return tuple(substitute(arg) for arg in args)


def is_subclass(src: typing.Any, target: typing.Any | tuple[typing.Any, ...]) -> bool:
    """Returns whether `src` is a subclass of `target`, or of one of them.

    Args:
      src: A class or a subscripted generic.
      target: A class, a subscripted generic, a protocol, `typing.Any`, or a tuple of those.
    """
    if isinstance(target, tuple):
        return any(is_subclass(src, t) for t in target)
    if src is target or target is typing.Any:
        return True
    if src is typing.Any:
        return False
    target_origin = typing.get_origin(target)
    if target_origin is None:
        if is_protocol(target) and not isinstance(src, type):
            return False
        return _is_plain_subclass(typing.get_origin(src) or src, target)
    if target_origin is typing.Union or target_origin is types.UnionType:
        return any(is_subclass(src, t) for t in typing.get_args(target))
    src_origin = typing.get_origin(src) or src
    if not _is_plain_subclass(src_origin, target_origin):
        return False
    target_args = typing.get_args(target)
    if not target_args:
        return True
    src_args = _args_for(src, target_origin)
    if len(src_args) != len(target_args):
        return False
    return all(a == b or is_subclass(a, b) for a, b in zip(src_args, target_args, strict=True))


def _is_plain_subclass(src: typing.Any, target: typing.Any) -> bool:
    if not isinstance(src, type):
        return False
    if is_protocol(target):
        return src.__module__ != 'builtins'
    try:
        return issubclass(src, target)
    except TypeError:
        return False


def _args_for(src: typing.Any, origin: typing.Any) -> tuple[typing.Any, ...]:
    """Arguments that `src`, or the nearest base of it that supplies any, gives to `origin`."""
    src_origin = typing.get_origin(src)
    if src_origin is origin:
        return typing.get_args(src)
    cls = src_origin or src
    for base in getattr(cls, '__orig_bases__', ()):
        base_origin = typing.get_origin(base)
        if base_origin is origin:
            return _substituted(typing.get_args(base), src)
    for base in getattr(cls, '__orig_bases__', getattr(cls, '__bases__', ())):
        if base is not object and base is not cls:
            args = _args_for(base, origin)
            if args:
                return _substituted(args, src)
    return ()


def is_instance(value: typing.Any, target: typing.Any) -> bool:
    """Returns whether the type of `value` is a subclass of `target` (see `is_subclass`)."""
    return is_subclass(type(value), target)


def checkable_type(target: typing.Any) -> type | None:
    """Returns a class for which `isinstance` decides membership of `target`, or None.

    Subscripted builtin containers (`set[int]`, `Iterable[str]`) are decided by their origin: Python
    keeps no trace of the arguments in their instances.
    """
    origin = typing.get_origin(target)
    if origin is not None:
        if isinstance(origin, type) and origin.__module__ in _BUILTIN_CONTAINER_MODULES:
            return origin
        return None
    if not isinstance(target, type) or is_protocol(target):
        return None
    return target


def get_outer_class(
    cls: type, base_cls: type | None = None, immediate: bool = False
) -> type | None:
    """Returns the class that encloses `cls` by qualified name.

    Args:
      cls: An inner class.
      base_cls: If given, only enclosing classes that derive from it count.
      immediate: If True, only the directly enclosing class is looked at.

    Returns:
      The nearest enclosing class that qualifies, or None.

    Raises:
      ValueError: If `cls` is defined within a function.
    """
    if '<locals>' in cls.__qualname__:
        raise ValueError(
            f'Cannot find the outer class of {cls.__qualname__!r}: it is defined in a function.'
        )
    names = cls.__qualname__.split('.')[:-1]
    module = sys.modules.get(cls.__module__)
    while names:
        outer: typing.Any = module
        for name in names:
            outer = getattr(outer, name, None)
            if outer is None:
                break
        names.pop()
        matches = isinstance(outer, type) and (base_cls is None or issubclass(outer, base_cls))
        if matches:
            return typing.cast(type, outer)
        if immediate or outer is None:
            return None
    return None


def callable_eq(x: typing.Any, y: typing.Any) -> bool:
    """Returns whether two callables (or other values) do the same, as far as one can see.

    Functions are compared by their code, number of parameters, constants, defaults and captured
    values, so that `lambda x: x` equals `lambda y: y`; methods also by the object they are bound
    to; everything else by `==`.
    """
    if x is y:
        return True
    if x is None or y is None:
        return False
    if isinstance(x, types.FunctionType) and isinstance(y, types.FunctionType):
        return (
            _code_eq(x.__code__, y.__code__)
            and _all_eq(x.__defaults__ or (), y.__defaults__ or ())
            and safe_eq(x.__kwdefaults__, y.__kwdefaults__)
            and _closure_eq(x.__closure__, y.__closure__)
        )
    if isinstance(x, types.MethodType) and isinstance(y, types.MethodType):
        return x.__self__ is y.__self__ and _code_eq(
            getattr(x.__func__, '__code__', None), getattr(y.__func__, '__code__', None)
        )
    return safe_eq(x, y)


def safe_eq(x: typing.Any, y: typing.Any) -> bool:
    """Returns `x == y` as a bool: False where comparing fails, all elements for arrays."""
    if x is y:
        return True
    try:
        result = x == y
        if isinstance(result, bool):
            return result
        if hasattr(result, 'all'):
            if getattr(x, 'shape', None) != getattr(y, 'shape', None):
                return False
            result = result.all()
        return bool(result)
    except Exception:  # Any failure of a user's `__eq__` means that they are not known to be equal.
        return False


def _all_eq(x: tuple[typing.Any, ...], y: tuple[typing.Any, ...]) -> bool:
    # One by one: arrays in a tuple cannot be compared with it.
    return len(x) == len(y) and all(safe_eq(a, b) for a, b in zip(x, y, strict=True))


def _closure_eq(x: typing.Any, y: typing.Any) -> bool:
    if x is None or y is None:
        return x is y
    if len(x) != len(y):
        return False
    for a, b in zip(x, y, strict=True):
        try:
            if not safe_eq(a.cell_contents, b.cell_contents):
                return False
        except ValueError:  # An empty cell.
            return False
    return True


def _arity(code: types.CodeType) -> tuple[int, ...]:
    variadic = code.co_flags & _VARIADIC
    return code.co_posonlyargcount, code.co_argcount, code.co_kwonlyargcount, variadic


def _code_eq(x: typing.Any, y: typing.Any) -> bool:
    if x is y:
        return True
    if x is None or y is None:
        return False
    if x.co_code != y.co_code or x.co_names != y.co_names or _arity(x) != _arity(y):
        return False
    if len(x.co_consts) != len(y.co_consts):
        return False
    for a, b in zip(x.co_consts, y.co_consts, strict=True):
        if isinstance(a, types.CodeType) and isinstance(b, types.CodeType):
            if not _code_eq(a, b):
                return False
        elif isinstance(a, str) and isinstance(b, str) and '<locals>' in a and '<locals>' in b:
            continue  # Qualified names of inner functions, which may differ after deserialization.
        elif type(a) is not type(b) or a != b:
            return False
    return True
