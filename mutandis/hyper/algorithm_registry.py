"""Algorithms by name: `'regularized_evolution?population_size=20'`.

What runs a search knows no algorithm, and an algorithm knows nothing of what runs it. This table
brings them together: a name stands for a class or function that makes an algorithm, given as
`'module:attribute'`, so that nothing is loaded before it is wanted. An algorithm of another package
gets a name by an entry point of the group `mutandis.algorithms`, or by `register_algorithm`.

The name and its arguments are parsed and never evaluated (`mutandis.typing.call_strings`); modules
are imported only by what registered code says, never by what the text says.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from mutandis.hyper.geno import DNAGenerator
    from mutandis.typing import ValueSpec
    from mutandis.typing.arguments import Argument

__all__ = ['algorithm_from_string', 'algorithm_names', 'register_algorithm']

ENTRY_POINTS = 'mutandis.algorithms'

# A class or function, or 'module:attribute' of one.
_targets: dict[str, Any] = {
    'random': 'mutandis.hyper.geno.random:Random',
    'sweep': 'mutandis.hyper.geno.sweeping:Sweeping',
}
# Arguments that a name stands for besides the target; the text may give others.
_defaults: dict[str, dict[str, Any]] = {
    # Spaces without floats are swept as without a grid; those with floats could not be swept.
    'sweep': {'grid': 5},
}

# Rooms of upper floors that register their algorithms when they are imported; the first look-up
# does that. They are named here in place of an import, which would go upwards.
_rooms = ['mutandis.algorithms']

TargetT = TypeVar('TargetT', bound=Callable[..., Any])


def register_algorithm(
    name: str, target: Any = None, *, override: bool = False, **defaults: Any
) -> Any:
    """Gives an algorithm a name, by which `search(space, task, 'name?key=value')` finds it.

    As a function, or as a decorator::

        register_algorithm('annealing', 'my_package.annealing:Annealing')

        @register_algorithm('annealing')
        class Annealing(mt.DNAGenerator):
            temperature: float = 1.0

    Args:
        name: An identifier.
        target: The class or function that makes the algorithm, or `'module:attribute'` of it.
            The annotations of its arguments say how texts are read; without one, the type of the
            default does.
        override: Whether the name may be taken by another algorithm.
        **defaults: Arguments of the target where the text gives none.

    Raises:
        ValueError: The name is no identifier, or is taken.
        TypeError: The target cannot be called.
    """
    if not isinstance(name, str) or not name.isidentifier():
        raise ValueError(f'The name of an algorithm must be an identifier, got {name!r}.')

    def register(target: TargetT) -> TargetT:
        text = isinstance(target, str) and target.count(':') == 1
        if not text and not callable(target):
            raise TypeError(
                f"The algorithm {name!r} must be a class, a function, or 'module:attribute' of "
                f'one, got {target!r}.'
            )
        known = _targets.get(name)
        if known is not None and known != target and not override:
            raise ValueError(
                f'The name {name!r} is taken by the algorithm {known!r}. Choose another one, or '
                f'pass `override=True`.'
            )
        _targets[name] = target
        _defaults[name] = defaults
        return target

    return register if target is None else register(target)


def algorithm_names() -> list[str]:
    """The names of all algorithms, sorted."""
    _visit_rooms()
    return sorted({*_targets, *_entry_points()})


def algorithm_from_string(text: str, seed: int | None = None) -> DNAGenerator:
    """Makes an algorithm from its name and arguments.

    ::

        algorithm_from_string('regularized_evolution?population_size=20')

    Args:
        text: The name, then perhaps `?` and arguments, with `&` between them.
        seed: The argument `seed` of an algorithm that has one, where the text gives none.

    Raises:
        CallStringError: (a `ValueError`) The text cannot be read, the name or an argument is
            unknown (also a `KeyError`), or an argument is given twice or missing (also a
            `TypeError`).
        TypeError: What the name stands for makes no algorithm.
    """
    from mutandis.hyper.geno import DNAGenerator
    from mutandis.typing import signature
    from mutandis.typing.call_strings import (
        UnknownNameError,
        bind_call,
        parse_call,
        unknown_name,
    )

    call = parse_call(text, 'algorithm')
    target = _find(call.name)
    if target is None:
        raise call.error(
            f'there is no algorithm {call.name!r}; '
            f'{unknown_name(call.name, algorithm_names())}. Any other one is passed as an object, '
            f'or gets a name by `mutandis.algorithms.register_algorithm`',
            0,
            UnknownNameError,
        )
    arguments = signature(target)
    defaults = _defaults.get(call.name, {})
    args, kwargs = bind_call(call, arguments, spec_of=_spec_of, allow_missing=bool(defaults))
    names = [argument.name for argument in arguments.args]
    if seed is not None and 'seed' in (*names, *(arg.name for arg in arguments.kwonlyargs)):
        defaults = {'seed': seed, **defaults}
    for name, value in defaults.items():
        if name not in names[: len(args)]:
            kwargs.setdefault(name, value)
    try:
        algorithm = target(*args, **kwargs)
    except (TypeError, ValueError) as e:
        # Each argument fits by itself, but the algorithm refuses them.
        raise call.error(str(e).rstrip('.'), len(call.name) + 1 if call.arguments else 0) from e
    if not isinstance(algorithm, DNAGenerator):
        raise TypeError(
            f'The name {call.name!r} stands for {target!r}, which made {algorithm!r} '
            f'({type(algorithm).__name__}). It must make a `DNAGenerator`.'
        )
    return algorithm


def _spec_of(argument: Argument) -> ValueSpec:
    """The value spec by which to read an argument: without annotation, that of its default."""
    from mutandis import typing as T

    spec = argument.value_spec
    if isinstance(spec, T.Any) and spec.has_default:
        default = spec.default
        for kind, made in ((bool, T.Bool), (int, T.Int), (float, T.Float)):
            if type(default) is kind:
                return made()
        if default is not None and not isinstance(default, str):
            return T.Object(type(default))  # cannot be written as text
    return spec


def _find(name: str) -> Any:
    """What makes the algorithm of a name; None if there is none."""
    if name not in _targets:
        _visit_rooms()
    target = _targets.get(name)
    if target is None:
        entry_point = _entry_points().get(name)
        if entry_point is None:
            return None
        try:
            return entry_point.load()
        except (ImportError, AttributeError) as e:
            raise _not_loaded(name, entry_point.value, e) from e
    if isinstance(target, str):
        module, _, attribute = target.partition(':')
        try:
            return getattr(importlib.import_module(module), attribute)
        except (ImportError, AttributeError) as e:
            raise _not_loaded(name, target, e) from e
    return target


def _not_loaded(name: str, target: str, error: Exception) -> ImportError:
    return ImportError(
        f'The algorithm {name!r} stands for {target!r}, which cannot be loaded: {error}'
    )


def _visit_rooms() -> None:
    while _rooms:
        importlib.import_module(_rooms[-1])
        _rooms.pop()


def _entry_points() -> dict[str, Any]:
    from importlib import metadata

    return {found.name: found for found in metadata.entry_points(group=ENTRY_POINTS)}
