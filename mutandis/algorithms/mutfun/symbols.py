"""Uses of names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mutandis import typing as T
from mutandis.algorithms.mutfun.nodes import Instruction, indent
from mutandis.symbolic import members

if TYPE_CHECKING:
    from mutandis.algorithms.mutfun.python_source import PythonSource

__all__ = ['SymbolReference', 'Var']


@members([('name', T.Str(), 'Name of the symbol to use.')])
class SymbolReference(Instruction):
    """Base of what uses the value of a name."""

    _flow_kind = 'use'
    _flow_calls = False

    if TYPE_CHECKING:
        name: str


class Var(SymbolReference):
    """The value of a name. Evaluation raises `KeyError` if it has none."""

    def evaluate(self, context: dict[str, Any]) -> Any:
        return context[self.name]

    def python_repr(self, block_indent: int = 0) -> str:
        return indent(self.name, block_indent)

    def python_expression(self, source: PythonSource) -> str:
        return source.name(self.name)
