"""What of a lifted module is kept as it is, and what a copy of it could not follow."""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from torch import Tensor, nn

if TYPE_CHECKING:
    from mutandis.nn.lifting import Lifted


class KeptPart(NamedTuple):
    """A part that is kept as it is.

    Attributes:
        path: Where it is.
        module_class: Its class.
        reason: Why it cannot be made anew.
    """

    path: str
    module_class: type
    reason: str


class LiftReport(NamedTuple):
    """What `lift` could not turn into arguments and sub-modules.

    Attributes:
        kept: The parts that are kept as they are. They can be replaced or removed as a whole, and
            what is built has copies of them.
        doubts: What could make a built module differ from the lifted one, such as a hook that
            remembers a module by itself; empty in general.
    """

    kept: list[KeptPart]
    doubts: list[str]

    def __str__(self) -> str:
        lines = [
            f'{len(self.kept)} parts are kept as they are.'
            if self.kept
            else 'Nothing is kept as it is.'
        ]
        lines += [
            f'  {part.path or "(root)"}: {part.module_class.__name__}: {part.reason}'
            for part in self.kept
        ]
        if self.doubts:
            lines.append('A built module may differ:')
            lines += [f'  {doubt}' for doubt in self.doubts]
        return '\n'.join(lines)


def report(tree: Lifted) -> LiftReport:
    """The report of a tree."""
    from mutandis.nn.building import lifted_nodes

    kept, doubts = [], []
    for node in lifted_nodes(tree):
        if node._sym_kept is None:
            continue
        path = node.sym_path.path
        module = node._sym_kept.module
        reason = node._sym_kept.reason
        if reason is not None:
            kept.append(KeptPart(path, node._sym_stands_for, reason))
        for part in [module] if reason is None else module.modules():
            where = path or 'the root'
            doubts += [f'{where}: {doubt}' for doubt in _doubts(part)]
    return LiftReport(kept, doubts)


def _doubts(module: nn.Module) -> Iterator[str]:
    for name, value in module.__dict__.items():
        functions = value.values() if isinstance(value, dict) else [value]
        for function in functions:
            held = _held_by(function)
            if held:
                what = 'a hook' if name.endswith('hooks') else f'the attribute {name!r}'
                yield f'{what} remembers {held} by itself, not by a name: {function!r}'


def _held_by(function: Any) -> str | None:
    """What of a model a function has closed over."""
    if not isinstance(function, types.FunctionType) or function.__closure__ is None:
        return None
    for cell in function.__closure__:
        try:
            content = cell.cell_contents
        except ValueError:  # It is empty.
            continue
        if isinstance(content, nn.Module):
            return f'a {type(content).__name__}'
        if isinstance(content, Tensor):
            return 'a tensor'
    return None
