"""`FieldsView`: what `obj.sym_init_args` gives, the fields of an object as a `Dict`.

The object itself holds its fields. The view copies them when it is looked at, and hands writes on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mutandis.base import LEAF_TYPES, KeyPath
from mutandis.symbolic.cloning import clone_value
from mutandis.symbolic.dict_node import Dict
from mutandis.symbolic.inferring import InferringDict
from mutandis.symbolic.rebind import Batch
from mutandis.symbolic.topology import WRITABLE, adopt, set_attribute


class FieldsView(InferringDict, Dict):  # type: ignore[misc]
    """The fields of an object: live, and with the object as the parent of their values."""

    __slots__ = ()
    _sym_owner: Any

    @classmethod
    def _of(cls, owner: Any) -> Any:
        self = dict.__new__(cls)
        set_attribute(self, '_sym_parent', owner._sym_parent)
        set_attribute(self, '_sym_owner', owner)
        self._sym_look()
        return self

    def _sym_look(self) -> None:
        """Takes over what the object holds now."""
        owner = self._sym_owner
        set_attribute(self, '_sym_parent', owner._sym_parent)
        if owner._sym_parent is not None:
            set_attribute(self, '_sym_key', owner._sym_key)
        set_attribute(self, '_sym_flags', owner._sym_flags | Dict._sym_flags)
        dict.clear(self)
        dict.update(self, owner._sym_pairs())

    # ---------------------------------------------------------------- place and type

    @property
    def sym_parent(self) -> Any:
        """The object."""
        return self._sym_owner

    @property
    def sym_root(self) -> Any:
        """The root of the tree in which the object is."""
        return self._sym_owner.sym_root

    @property
    def sym_path(self) -> KeyPath:
        """The path of the object."""
        path: KeyPath = self._sym_owner.sym_path
        return path

    @property
    def value_spec(self) -> Any:
        """A `typing.Dict` over the schema of the object's class."""
        return type(self._sym_owner).sym_fields

    def sym_attr_field(self, key: Any) -> Any:
        """Returns the `typing.Field` of a field."""
        return self._sym_owner.sym_attr_field(key)

    # ---------------------------------------------------------------- reading

    def _sym_pairs(self) -> list[tuple[Any, Any]]:
        self._sym_look()
        return list(dict.items(self))

    def _sym_raw(self, key: Any, *default: Any) -> Any:
        self._sym_look()
        return super()._sym_raw(key, *default)

    def __getitem__(self, key: Any) -> Any:
        self._sym_look()
        return super().__getitem__(key)

    def __getattr__(self, name: str) -> Any:
        if not name.startswith('_'):
            self._sym_look()
        return super().__getattr__(name)

    def __iter__(self) -> Iterator[Any]:
        self._sym_look()
        return super().__iter__()

    def __len__(self) -> int:
        self._sym_look()
        return super().__len__()

    def __contains__(self, key: Any) -> bool:
        self._sym_look()
        return super().__contains__(key)

    def __eq__(self, other: Any) -> bool:
        self._sym_look()
        if isinstance(other, FieldsView):
            other._sym_look()
        return super().__eq__(other)

    def __ne__(self, other: Any) -> bool:
        return not self == other

    __hash__ = Dict.__hash__

    def keys(self) -> Any:
        """Returns the names of the fields."""
        self._sym_look()
        return super().keys()

    def _sym_mirror(self, name: str, value: Any) -> None:
        """Keeps nothing: what the object holds may change behind the view."""

    def __reversed__(self) -> Iterator[Any]:
        self._sym_look()
        return super().__reversed__()

    # ---------------------------------------------------------------- flags

    @property
    def sym_sealed(self) -> bool:
        """Whether the object refuses changes."""
        sealed: bool = self._sym_owner.sym_sealed
        return sealed

    is_sealed = sym_sealed

    def _sym_set_flag(self, bit: int, on: bool) -> None:
        if bit != WRITABLE:
            self._sym_owner._sym_set_flag(bit, on)
            self._sym_look()

    def _sym_is_sealed_now(self) -> bool:
        sealed: bool = self._sym_owner._sym_is_sealed_now()
        return sealed

    # ---------------------------------------------------------------- writing

    def popitem(self) -> tuple[Any, Any]:
        """Fields cannot be removed.

        Raises:
            ValueError: Always.
        """
        raise ValueError(
            f'`popitem` cannot be used on the fields of a {type(self._sym_owner).__name__}: they '
            f'are there as long as it is.'
        )

    def setdefault(self, key: Any, default: Any = None) -> Any:
        """Returns the field (in symbolic form), after assigning `default` when it is missing."""
        self._sym_look()
        return super().setdefault(key, default)

    def clear(self) -> None:
        """Sets all fields back to their defaults.

        Raises:
            ValueError: A field has no default.
        """
        self._sym_look()
        super().clear()

    def _sym_takes_at_once(self, key: Any, value: Any) -> bool:
        return False  # The object decides.

    def _sym_write(self, key: Any, value: Any, batch: Batch) -> None:
        self._sym_owner._sym_write(key, value, batch)

    def _sym_target(self) -> Any:
        return self._sym_owner

    def _sym_clone(self, deep: bool, memo: Any = None) -> Any:
        new = dict.__new__(Dict)
        set_attribute(new, '_sym_parent', None)
        for key, value in self._sym_pairs():
            if value.__class__ not in LEAF_TYPES:
                value = adopt(clone_value(value, deep, memo), new, key)
            new._sym_store(key, value)
        return new

    def __reduce_ex__(self, protocol: Any) -> Any:
        return self._sym_clone(False).__reduce_ex__(protocol)


__all__ = ['FieldsView']
