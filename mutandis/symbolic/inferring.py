"""Dicts and Lists that hold inferred values.

Reading an item of a container is a plain look-up, at the speed of `dict` and `list`. When the first
inferred value comes in (its value depends on where it stands), the container is moved to a class
whose reads infer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mutandis.base import LEAF_TYPES
from mutandis.symbolic.topology import set_attribute


class InferringDict:
    """Reads of a Dict that holds inferred values."""

    __slots__ = ()

    def __getitem__(self: Any, key: Any) -> Any:
        value = dict.__getitem__(self, key)
        if value.__class__ in LEAF_TYPES or not getattr(value.__class__, '_sym_inferential', False):
            return value
        try:
            return self._sym_infer(value)
        except AttributeError as error:
            raise KeyError(str(error)) from error

    def get(self: Any, key: Any, default: Any = None) -> Any:
        """Returns the inferred value, or the default when absent or not inferrable."""
        try:
            return self[key]
        except Exception:  # Whatever `infer` raises.
            return default

    def __iter__(self: Any) -> Iterator[Any]:
        # With an iterator of its own, `dict(node)` and `{**node}` read the values by `[]`.
        return dict.__iter__(self)

    def values(self: Any) -> list[Any]:
        """Returns the inferred values."""
        return [self[k] for k in self]

    def items(self: Any) -> list[tuple[Any, Any]]:
        """Returns (key, inferred value)."""
        return [(k, self[k]) for k in self]

    def __getattr__(self: Any, name: str) -> Any:
        value = dict.get(self, name)
        if getattr(value.__class__, '_sym_inferential', False):
            return self._sym_infer(value)
        return super().__getattr__(name)  # type: ignore[misc]


class InferringList:
    """Reads of a List that holds inferred values."""

    __slots__ = ()

    def __getitem__(self: Any, index: Any) -> Any:
        value = list.__getitem__(self, index)
        if isinstance(index, slice):
            return [self._sym_infer(v) for v in value]
        return self._sym_infer(value)

    def __iter__(self: Any) -> Iterator[Any]:
        for value in list.__iter__(self):
            yield self._sym_infer(value)


_CLASSES: dict[type, type] = {}


def make_inferring(node: Any) -> None:
    """Turns a Dict or List into one that infers on reading."""
    cls = type(node)
    if issubclass(cls, (InferringDict, InferringList)):
        return
    inferring = _CLASSES.get(cls)
    if inferring is None:
        mixin = InferringDict if issubclass(cls, dict) else InferringList
        inferring = type(
            cls.__name__,
            (mixin, cls),
            {'__slots__': (), '__module__': cls.__module__, '_sym_plain_class': cls},
        )
        inferring = _CLASSES.setdefault(cls, inferring)
    set_attribute(node, '__class__', inferring)


def plain_class(node: Any) -> Any:
    """Returns the class that a container had before it was made to infer."""
    return getattr(type(node), '_sym_plain_class', type(node))


__all__ = ['InferringDict', 'InferringList', 'make_inferring', 'plain_class']
