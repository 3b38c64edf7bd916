"""Placeholders in typed fields: what a field must be like to hold one."""

from typing import Any

from mutandis import typing as T
from mutandis.symbolic import Dict, List
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
