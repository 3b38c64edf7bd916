"""What of a lifted module is kept as it is, and what a copy of it could not follow."""

from __future__ import annotations

import contextlib
import types
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from torch import Tensor, nn

from mutandis.nn.copying import COMPILED, own_tensors

if TYPE_CHECKING:
    from mutandis.nn.lifting import Kept, Lifted


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
        doubts: What a built module may share with the lifted one, such as a list of modules that a
            hook has closed over; empty in general.
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
            lines.append('What is built may differ from, or share something with, what was lifted:')
            lines += [f'  {doubt}' for doubt in self.doubts]
        return '\n'.join(lines)


def report(tree: Lifted) -> LiftReport:
    """The report of a tree."""
    from mutandis.nn.building import lifted_nodes

    nodes = [node for node in lifted_nodes(tree) if node._sym_kept is not None]
    known: set[int] = set()
    for node in nodes:
        kept = cast('Kept', node._sym_kept)
        for part in kept.module.modules() if kept.reason else [kept.module]:
            known.add(id(part))
            known.update(id(tensor) for tensor in own_tensors(part))
    parts, doubts = [], []
    for node in nodes:
        path = node.sym_path.path
        kept = cast('Kept', node._sym_kept)
        module, reason = kept.module, kept.reason
        if reason is not None:
            parts.append(KeptPart(path, node._sym_stands_for, reason))
        for part in module.modules() if reason else [module]:
            doubts += [f'{path or "the root"}: {doubt}' for doubt in _doubts(part, known)]
    return LiftReport(parts, doubts)


def _doubts(module: nn.Module, known: set[int]) -> Iterator[str]:
    if module.__dict__.get(COMPILED) is not None:
        yield 'it has been compiled by `compile()`; what is built is not compiled'
    for name, value in module.__dict__.items():
        functions = value.values() if isinstance(value, dict) else [value]
        what = 'a hook' if name.endswith('hooks') else f'the attribute {name!r}'
        for function in functions:
            for held in _held_by(function, known):
                yield f'{what} remembers {held}, which is shared with what is built: {function!r}'


def _held_by(function: Any, known: set[int]) -> Iterator[str]:
    """What of a model a function holds in a way that a copy of it does not follow."""
    if not isinstance(function, types.FunctionType):
        return
    contents = list(function.__defaults__ or ()) + list((function.__kwdefaults__ or {}).values())
    for cell in function.__closure__ or ():
        with contextlib.suppress(ValueError):  # It is empty.
            contents.append(cell.cell_contents)
    for content in contents:
        if isinstance(content, (nn.Module, Tensor)):
            if id(content) not in known:
                kind = 'tensor' if isinstance(content, Tensor) else type(content).__name__
                yield f'a {kind} that is no part of the model'
        elif isinstance(content, (list, tuple, set, dict)):
            items = content.values() if isinstance(content, dict) else content
            if any(isinstance(item, (nn.Module, Tensor)) and id(item) in known for item in items):
                yield f'a {type(content).__name__} of parts of the model'


_NEW_WEIGHTS = (
    'The weights of the lifted modules are not part of this code: what it builds has new ones. '
    'Load them by `load_state_dict`.'
)
_NOT_ALONE = (
    'Equal to the lifted tree, but to be built only from the lifted modules themselves, which code '
    'cannot make anew: {places}.'
)


def code_notes(node: Any) -> list[str]:
    """What the code of a lifted node does not say."""
    from mutandis.nn.lifting import CONTAINERS

    kept = node._sym_kept
    if kept is None:
        return []
    notes = []
    own = (*kept.module._parameters.values(), *kept.module._buffers.values())
    if any(tensor is not None for tensor in own):
        notes.append(_NEW_WEIGHTS)
    if kept.reason is not None or (
        kept.arguments is None and not issubclass(node._sym_stands_for, CONTAINERS)
    ):
        notes.append(_NOT_ALONE)
    return notes
