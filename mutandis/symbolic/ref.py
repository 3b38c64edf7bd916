"""References: a way to hold a value in a tree without making it part of the tree."""

from __future__ import annotations

from typing import Any

from mutandis.base import LEAF_TYPES, JSONConvertible, KeyPath
from mutandis.symbolic.base import Symbolic
from mutandis.symbolic.inferred import Inferential
from mutandis.symbolic.object import Object
from mutandis.symbolic.topology import set_attribute


class Ref(Object, Inferential):
    """Holds a value without adopting, copying or converting it.

    A node that is put into a second tree is copied, and plain lists and dicts become symbolic
    ones. Where that is not wanted, wrap the value: reading the field gives the very value.

    Example::

        shared = Embedding(...)
        a = mt.Dict(embedding=mt.Ref(shared))
        b = mt.Dict(embedding=mt.Ref(shared))
        assert a.embedding is b.embedding

    A reference is a leaf: `rebind` does not reach through it, clones share its target. References
    are equal when their targets are identical. `Ref(x)` is `x` itself when `x` is neither
    symbolic nor a list or dict, and `Ref[T]` as annotation wraps given values by itself.
    """

    __serialization_key__ = 'pyglove.core.symbolic.ref.Ref'
    _json_reads_plain = True

    _value: Any

    def __new__(cls, value: Any, **kwargs: Any) -> Any:
        if isinstance(value, (Symbolic, list, dict)):
            return super().__new__(cls)
        return value

    def __init__(self, value: Any, **kwargs: Any) -> None:
        # Python calls this for what `__new__` returns whenever that is a Ref.
        if isinstance(value, Ref):
            value = value.value
        self._sym_init({}, **kwargs)
        set_attribute(self, '_value', value)

    __init__.__explicit_override__ = True  # type: ignore[attr-defined]

    def __class_getitem__(cls, item: Any) -> Any:
        from mutandis import typing as T

        return T.Object(item, transform=Ref)

    @property
    def value(self) -> Any:
        """The target."""
        return self._value

    def infer(self, **kwargs: Any) -> Any:
        """Returns the target."""
        return self._value

    def custom_apply(
        self, path: Any, value_spec: Any, allow_partial: bool, child_transform: Any = None
    ) -> tuple[bool, Any]:
        """Checks that the target fits the field, without converting it."""
        value = self._value
        if isinstance(value, (list, dict)):
            # Validation works in place; the target must stay as it is.
            value = value.sym_clone() if isinstance(value, Symbolic) else _copy_container(value)
        value_spec.apply(value, allow_partial=allow_partial, root_path=path)
        return (False, self)

    def _sym_check_attach(self, parent: Any) -> None:  # type: ignore[override]
        value = self._value
        if isinstance(value, Symbolic) and value.sym_root is parent.sym_root:
            raise NotImplementedError(
                f'A reference to the {type(value).__name__} at {str(value.sym_path)!r} cannot be '
                f'put into the same tree at {str(parent.sym_path)!r}: a tree must not refer to '
                f'itself. Refer to a `clone()` of it.'
            )

    # -- A leaf that is equal to those with the same target.

    def _sym_clone(self, deep: bool, memo: Any = None) -> Any:
        return type(self)(self._value)

    def sym_eq(self, other: Any) -> bool:
        return isinstance(other, Ref) and self._value is other._value

    def sym_ne(self, other: Any) -> bool:
        return not self.sym_eq(other)

    def sym_hash(self) -> int:
        return hash((Ref, id(self._value)))

    def __eq__(self, other: Any) -> bool:
        return self.sym_eq(other)

    def __ne__(self, other: Any) -> bool:
        return not self.sym_eq(other)

    def __hash__(self) -> int:
        return self.sym_hash()

    def format(
        self, compact: bool = False, verbose: bool = False, root_indent: int = 0, **kwargs: Any
    ) -> str:
        from mutandis.base import format as format_value

        kwargs.pop('use_inferred', None)
        text = format_value(
            self._value,
            compact=compact,
            verbose=verbose,
            root_indent=root_indent + 1,
            **kwargs,
        )
        name = type(self).__name__
        if compact:
            return f'{name}({text})'
        return f'{name}(\n{"  " * (root_indent + 1)}value = {text}\n{"  " * root_indent})'

    # -- Stored forms.

    def sym_jsonify(self, **kwargs: Any) -> Any:
        """Writes the target, marked so that plain containers stay plain."""
        from mutandis.symbolic import serialization

        kwargs['omit_symbolic_marker'] = False
        return {
            JSONConvertible.TYPE_NAME_KEY: type(self).__serialization_key__,
            'value': serialization.to_json(self._value, **kwargs),
        }

    @classmethod
    def from_json(cls, json_value: Any, **kwargs: Any) -> Any:
        """Reads what `to_json` has written."""
        from mutandis.symbolic import serialization

        kwargs['auto_symbolic'] = False
        return cls(serialization.from_json(json_value['value'], **kwargs))

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise TypeError(
            f'{self!r} cannot be pickled: its target lives outside the tree. Use `to_json`, or '
            f'replace the reference first (`mutandis.symbolic.deref`).'
        )


def maybe_ref(value: Any) -> Any:
    """Returns `value` itself if it is a node without a parent, else a `Ref` to it."""
    if isinstance(value, Symbolic) and value.sym_parent is None:
        return value
    return Ref(value)


def deref(value: Any, recursive: bool = False) -> Any:
    """Replaces a reference by its target.

    Args:
        value: Any value.
        recursive: Whether the references below `value` are replaced as well, by `rebind`.
    """
    if isinstance(value, Ref):
        value = value.value
    if recursive and isinstance(value, Symbolic):

        def replace(path: KeyPath, child: Any) -> Any:
            return deref(child, recursive) if isinstance(child, Ref) else child

        value.rebind(replace, raise_on_no_change=False)
    return value


def _copy_container(value: Any) -> Any:
    """Copies plain lists and dicts, and those directly in them, leaving everything else."""
    if value.__class__ in LEAF_TYPES:
        return value
    if value.__class__ is list:
        return [_copy_container(v) for v in value]
    if value.__class__ is dict:
        return {k: _copy_container(v) for k, v in value.items()}
    return value
