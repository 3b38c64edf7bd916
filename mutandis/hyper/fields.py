"""Placeholders in typed fields: what a field must be like to hold one."""

from typing import Any

from mutandis import typing as T
from mutandis.symbolic import Dict, List, Symbolic
from mutandis.symbolic.topology import symbolize_value
from mutandis.typing.paths import at_path, child_path


def accepts_instance(value_spec: Any, value: Any) -> bool:
    """Whether the field takes the placeholder itself, as a value like any other."""
    if isinstance(value_spec, T.Any):
        return True
    if isinstance(value_spec, T.Union):
        return any(accepts_instance(candidate, value) for candidate in value_spec.candidates)
    return isinstance(value_spec, T.Object) and isinstance(value, value_spec.value_type)


def apply_to_candidate(
    candidate: Any,
    index: int,
    value_spec: Any,
    allow_partial: bool,
    child_transform: Any,
    path: Any,
) -> None:
    """Checks a candidate for a field, without changing it.

    Raises:
        TypeError, ValueError, KeyError: As validation does, with path `path.candidates[index]`.
    """
    if isinstance(candidate, (Dict, List)):
        candidate = candidate.sym_clone()  # Validation works on containers in place.
    value_spec.apply(
        candidate,
        allow_partial=allow_partial,
        child_transform=child_transform,
        root_path=child_path(child_path(path, 'candidates'), index),
    )


def check_rebinding(primitive: Any, value_spec: Any, path: Any) -> None:
    """Checks that a placeholder that was bound to a field may move to another one.

    Raises:
        TypeError: The new field does not take all that the old one takes.
    """
    bound = primitive._bound_spec
    if bound is not None and bound is not value_spec and not value_spec.is_compatible(bound):
        raise TypeError(
            at_path(
                f'{type(primitive).__name__} was bound to a field of {bound!r} and cannot be moved '
                f'to one of {value_spec!r}. Make a new placeholder for it',
                path,
            )
        )


def field_spec(node: Any, key: Any) -> Any:
    """The value spec for a child of a container; None where any value fits as it is."""
    if not isinstance(node, Symbolic):
        return None
    field = node.sym_attr_field(key)
    return None if field is None else trivial_to_none(field.value)


def trivial_to_none(spec: Any) -> Any:
    """Returns None for a spec that accepts everything as it is."""
    if type(spec) is T.Any and spec.transform is None and not spec.frozen:
        return None
    return spec


def takes_as_is(spec: Any, value: Any) -> bool:
    """Whether a field accepts a value without looking inside it or changing it."""
    if spec is None:
        return True
    if isinstance(value, dict | list | tuple) or spec.transform is not None:
        return False
    return type(spec) is T.Object and isinstance(value, spec.value_type)


def place(value: Any, spec: Any, partial: bool, path: Any) -> Any:
    """Returns what a field makes of a value; the value itself stays as it is.

    Raises:
        TypeError, ValueError, KeyError: The value does not fit.
    """
    if takes_as_is(spec, value):
        return value
    given = value.sym_clone() if isinstance(value, Dict | List) else value
    placed = spec.apply(given, allow_partial=partial, root_path=path)
    return placed if placed is value else symbolize_value(placed)
