"""`Insertion`: a value that `rebind` puts before an item of a list instead of in its place."""

from __future__ import annotations

from typing import Any


class Insertion:
    """Marks a value that `rebind` inserts into a list instead of replacing an item."""

    __slots__ = ('value',)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __repr__(self) -> str:
        return f'Insertion(value={self.value!r})'

    def __str__(self) -> str:
        return repr(self)

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, Insertion) and bool(self.value == other.value)

    def __hash__(self) -> int:
        return hash((Insertion, self.value))


def mark_as_insertion(value: Any) -> Insertion:
    """Returns `Insertion(value)`."""
    return Insertion(value)


__all__ = ['Insertion', 'mark_as_insertion']
