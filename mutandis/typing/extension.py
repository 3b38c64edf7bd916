"""Redeclaration: may a field of a subclass replace the field of its base?

A redeclared field may only narrow what the base accepts. `extend` holds the rules that are common
to all specs; each spec class narrows its own parameters in `_extend`.
"""

from mutandis.typing import late_binding
from mutandis.typing.any_spec import Any
from mutandis.typing.callables import Callable
from mutandis.typing.enum_spec import Enum
from mutandis.typing.introspection import callable_eq
from mutandis.typing.objects import Object
from mutandis.typing.union import Union
from mutandis.typing.value_spec import ValueSpec


def extend(child: ValueSpec, base: ValueSpec) -> ValueSpec:
    """Makes `child` a redeclaration of `base` (see `ValueSpec.extend`)."""
    if child is base:
        return child
    if base.frozen and not (child.frozen and callable_eq(child.default, base.default)):
        raise TypeError(f'{child!r} cannot redeclare {base!r}, which is frozen.')
    if child.frozen and isinstance(base, Enum):
        return _frozen_member(child, base)
    if child._transform is None and base._transform is not None:
        child._transform = base._transform
        child._refresh()
    if isinstance(base, Any):
        return child
    if isinstance(base, Union) and not isinstance(child, Union):
        candidate = _candidate_for(child, base)
        if candidate is None:
            if isinstance(child, Enum):
                return _enum_over(child, base)
            raise TypeError(
                f'{child!r} cannot redeclare {base!r}: it is not one of the candidates.'
            )
        base = candidate
    if isinstance(child, Object) and isinstance(base, Callable):
        if base.is_compatible(child):
            return child
        raise TypeError(f'{child!r} cannot redeclare {base!r}: it is not such a callable.')
    if not isinstance(child, type(base)):
        if isinstance(child, Enum):
            return _enum_over(child, base)
        raise TypeError(f'{child!r} cannot redeclare {base!r}: types are incompatible.')
    _check_noneable(child, base)
    child._extend(base)
    child._refresh()
    return child


def _check_noneable(child: ValueSpec, base: ValueSpec) -> None:
    if child.is_noneable and not base.is_noneable:
        raise TypeError(f'{child!r} cannot redeclare {base!r}, which does not accept None.')


def _frozen_member(child: ValueSpec, base: Enum) -> ValueSpec:
    default = child.default
    if default in base.values:
        return Enum(default, list(base.values), frozen=True)
    raise TypeError(f'{child!r} cannot redeclare {base!r}: {default!r} is not one of its values.')


def _enum_over(child: Enum, base: ValueSpec) -> ValueSpec:
    _check_noneable(child, base)
    for value in child.values:
        try:
            base.apply(value)
        except (TypeError, ValueError, KeyError) as e:
            raise TypeError(
                f'{child!r} cannot redeclare {base!r}, which does not accept {value!r}.'
            ) from e
    return child


def _candidate_for(child: ValueSpec, base: Union) -> ValueSpec | None:
    """The candidate that `child` redeclares; a child that rejects None may narrow a noneable."""
    candidate = base.get_candidate(child)
    if candidate is None and base.is_noneable and not child.is_noneable:
        candidate = base.get_candidate(
            child.copy().noneable(is_noneable=True, use_none_as_default=False)
        )
    # A child that accepts less than the candidate: `extend` checks by how much.
    return base.narrowed_by(child) if candidate is None else candidate


late_binding.extend = extend
