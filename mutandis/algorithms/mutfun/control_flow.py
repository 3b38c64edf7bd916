"""Branches and loops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mutandis import typing as T
from mutandis.algorithms.mutfun.nodes import Code, Instruction, block, evaluate, python_repr
from mutandis.symbolic import members

__all__ = ['ControlFlow', 'If', 'While']


class ControlFlow(Instruction):
    """Base of instructions that decide which lines run."""


def _run(lines: list[Code] | None, context: dict[str, Any]) -> None:
    for line in lines or ():
        evaluate(line, context)


def _suite(header: str, lines: list[Code]) -> str:
    return f'{header}\n' + '\n'.join(python_repr(line, 1) for line in lines)


@members(
    [
        ('predicate', T.Any()),
        ('true_branch', T.List(T.Object(Code))),
        ('false_branch', T.List(T.Object(Code)).noneable()),
    ]
)
class If(ControlFlow):
    """Runs one of two blocks of lines, by the value of `predicate`; has no value itself (None)."""

    _flow_kind = 'branches'

    if TYPE_CHECKING:
        predicate: Any
        true_branch: list[Code]
        false_branch: list[Code] | None

    def evaluate(self, context: dict[str, Any]) -> None:
        chosen = evaluate(self.predicate, context)
        _run(self.true_branch if chosen else self.false_branch, context)

    def python_repr(self, block_indent: int = 0) -> str:
        text = _suite(f'if {python_repr(self.predicate)}:', self.true_branch)
        if self.false_branch:
            text += '\n' + _suite('else:', self.false_branch)
        return block(text, block_indent)


@members(
    [
        ('predicate', T.Any()),
        ('body', T.List(T.Object(Code))),
    ]
)
class While(ControlFlow):
    """Runs the lines of `body` as long as `predicate` holds; has no value (None)."""

    _flow_kind = 'loop'

    if TYPE_CHECKING:
        predicate: Any
        body: list[Code]

    def evaluate(self, context: dict[str, Any]) -> None:
        while evaluate(self.predicate, context):
            _run(self.body, context)

    def python_repr(self, block_indent: int = 0) -> str:
        return block(_suite(f'while {python_repr(self.predicate)}:', self.body), block_indent)
