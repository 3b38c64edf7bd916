"""`Insertion`: a value that `rebind` puts before an item of a list instead of in its place."""

from __future__ import annotations

from typing import Any

from mutandis.base import Formattable, kvlist_str


class Insertion(Formattable):
    """Marks a value that `rebind` inserts into a list instead of replacing an item."""

    __slots__ = ('value',)

    def __init__(self, value: Any) -> None:
        self.value = value

    def format(
        self,
        compact: bool = False,
        verbose: bool = True,
        root_indent: int = 0,
        **kwargs: Any,
    ) -> str:
        return kvlist_str(
            [('value', self.value, None)],
            label='Insertion',
            compact=compact,
            verbose=verbose,
            root_indent=root_indent,
            **kwargs,
        )

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
