"""Derived values: parts of a program that are computed from other parts of it.

They are placeholders too, but no decisions: a template computes them after the choices are made.
"""

from typing import Annotated, Any

from mutandis import typing as T
from mutandis.base import LEAF_TYPES, KeyPath
from mutandis.symbolic import Object, Symbolic, clone


class DerivedValue(Object, T.CustomTyping):
    """A value computed from other values of the tree that holds it.

    Sub-classes define `derive`. A reference path is searched from the parent of this value towards
    the root: the first node under which it exists is used.
    """

    reference_paths: Annotated[
        T.List(T.Object(KeyPath, transform=KeyPath.from_value)),  # type: ignore[valid-type]
        'Paths of the values that this one is computed from.',
    ]

    _is_derived_value = True

    def derive(self, *values: Any) -> Any:
        """Computes the value from the referenced ones."""
        raise NotImplementedError

    derive.__isabstractmethod__ = True  # type: ignore[attr-defined]

    def custom_apply(
        self, path: Any, value_spec: Any, allow_partial: bool, child_transform: Any = None
    ) -> tuple[bool, Any]:
        """Accepts every field: what is derived is checked when it is put there."""
        return (False, self)

    def resolve(
        self, reference_path_or_paths: None | str | KeyPath | list[str | KeyPath] = None
    ) -> Any:
        """Finds where references lead.

        Args:
            reference_path_or_paths: A path, or a list of them; None for those of this value.

        Returns:
            For each path the node under which it exists and the path from the root; a single pair
            for a single path.

        Raises:
            ValueError: A path leads nowhere, or an argument is no path.
        """
        single = isinstance(reference_path_or_paths, (str, KeyPath))
        paths: Any = [reference_path_or_paths] if single else reference_path_or_paths
        if paths is None:
            paths = [value for _, value in self.sym_getattr('reference_paths')._sym_pairs()]
        if not isinstance(paths, list) or not all(isinstance(p, (str, KeyPath)) for p in paths):
            raise ValueError(
                f'Expected a path, a list of paths or None, got {reference_path_or_paths!r}.'
            )
        found = [self._resolve(KeyPath.from_value(path)) for path in paths]
        return found[0] if single else found

    def _resolve(self, path: KeyPath) -> tuple[Any, KeyPath]:
        node = self.sym_parent
        while node is not None:
            if path.exists(node):
                return node, node.sym_path + path
            node = node.sym_parent
        raise ValueError(
            f'The reference {str(path)!r} of {type(self).__name__} at {str(self.sym_path)!r} leads '
            f'nowhere: no node above has this path. Correct it.'
        )

    def __call__(self) -> Any:
        """Computes the value at the place where this object stands.

        Raises:
            ValueError: A reference leads nowhere, or to a value that is not computed yet.
        """
        values = []
        for node, path in self.resolve():
            relative = KeyPath._of(path._keys[len(node.sym_path._keys) :])
            values.append(_check_referenced(relative.query(node), path))
        return self.derive(*values)


class ValueReference(DerivedValue):
    """A copy of another value of the tree (see `reference`)."""

    def _sym_source(self) -> Any:
        from mutandis.hyper.source_code import reference_call

        return reference_call(self)

    def _on_bound(self) -> None:
        super()._on_bound()
        paths = self.sym_getattr('reference_paths')
        count = len(paths) if isinstance(paths, list) else 1
        if count != 1:
            raise ValueError(f'`reference_paths` must have exactly 1 item, got {count}.')

    def derive(self, *values: Any) -> Any:
        """Returns a shallow copy of the referenced value."""
        return clone(values[0])


def reference(reference_path: str) -> Any:
    """A placeholder for a copy of the value at another path.

    Example::

        space = mt.Dict(x=mt.oneof([1, 2]), y=mt.hyper.reference('x'))

    Args:
        reference_path: Path of the value, searched from the parent of the placeholder upwards.
    """
    return ValueReference(reference_paths=[reference_path])


def holds_derived(value: Any) -> bool:
    """Whether a value is, or contains, a derived value."""
    stack = [value]
    while stack:
        value = stack.pop()
        if value.__class__ in LEAF_TYPES:
            continue
        if isinstance(value, DerivedValue):
            return True
        if isinstance(value, Symbolic):
            stack.extend(v for _, v in value._sym_pairs())
        elif isinstance(value, dict):
            stack.extend(value.values())
        elif isinstance(value, (list, tuple)):
            stack.extend(value)
    return False


def values_from(derived: Any, root: Any, keys: tuple[Any, ...]) -> list[Any]:
    """The values that a derived value at `keys` of `root` refers to.

    Raises:
        ValueError: A reference leads nowhere, or to a value that is not computed yet.
    """
    values = []
    for _, path in derived.sym_getattr('reference_paths')._sym_pairs():
        for depth in range(len(keys) - 1, -1, -1):
            full = KeyPath._of(keys[:depth] + path._keys)
            if full.exists(root):
                values.append(_check_referenced(full.query(root), full))
                break
        else:
            raise ValueError(
                f'The reference {str(path)!r} at {str(KeyPath._of(keys))!r} leads nowhere.'
            )
    return values


def compute_derived(value: Any) -> Any:
    """Replaces the derived values in a tree by what they derive to; returns the tree."""
    if isinstance(value, DerivedValue):
        return value()
    if not isinstance(value, Symbolic):
        return value
    places: list[tuple[KeyPath, Any]] = []
    _find_derived(value, (), places)
    if places:
        from mutandis.symbolic import as_sealed

        with as_sealed(False):
            value.rebind({path: derived() for path, derived in places}, raise_on_no_change=False)
    return value


def _find_derived(value: Any, keys: tuple[Any, ...], found: list[tuple[KeyPath, Any]]) -> None:
    for key, child in value._sym_pairs():
        if isinstance(child, DerivedValue):
            found.append((KeyPath._of(keys + (key,)), child))
        elif isinstance(child, Symbolic):
            _find_derived(child, keys + (key,), found)


def _check_referenced(value: Any, path: KeyPath) -> Any:
    if holds_derived(value):
        raise ValueError(
            f'The referenced value at {str(path)!r} is, or holds, a derived value itself. Refer to '
            f'what it is derived from.'
        )
    return value


ValueReference.register_for_deserialization(
    additional_keys=['pyglove.core.hyper.derived.ValueReference']
)
