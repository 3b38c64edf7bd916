"""What `select(...).insert_after` and `insert_before` do with modules.

In a lifted `Sequential` or `ModuleList` the new module becomes the next child, and those behind it
move on by one name. Elsewhere two modules that follow each other become a `Sequential` of two.
"""

from typing import Any

from torch import nn

from mutandis.base import MISSING_VALUE
from mutandis.nn import layers
from mutandis.nn.lifting import MODULE_CLASS, Lifted
from mutandis.symbolic import PureSymbolic
from mutandis.symbolic.rebind import Batch, commit
from mutandis.symbolic.selection import SEQUENCE_KINDS, SequenceKind


def _is_sequence(owner: Any) -> bool:
    return (
        isinstance(owner, Lifted)
        and issubclass(owner._sym_stands_for, (nn.Sequential, nn.ModuleList))
        and all(name.isdigit() for name in owner.parts())
    )


def _insert(owner: Any, key: str, value: Any, after: bool) -> None:
    position = int(key) + after
    moved = [(int(name), part) for name, part in owner.parts().items() if int(name) >= position]

    def write(batch: Batch) -> None:
        for name, _ in moved:
            owner._sym_write(str(name), MISSING_VALUE, batch)
        owner._sym_write(str(position), value, batch)
        for name, part in moved:
            owner._sym_write(str(name + 1), part, batch)

    commit(owner, write)


def _fits(first: Any, second: Any) -> bool:
    both = (first, second)
    if not all(isinstance(each, (nn.Module, Lifted, PureSymbolic)) for each in both):
        return False
    # Of two placeholders nobody knows what they stand for.
    return any(isinstance(each, (nn.Module, Lifted)) for each in both)


def _join(first: Any, second: Any) -> Any:
    if isinstance(first, Lifted) or isinstance(second, Lifted):
        return Lifted(**{MODULE_CLASS: nn.Sequential, '0': first, '1': second})
    return layers.get('Sequential')(first, second)


SEQUENCE_KINDS.append(SequenceKind(_is_sequence, _insert, _fits, _join))
