"""Functions, and calls of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mutandis import typing as T
from mutandis.algorithms.mutfun import data_flow
from mutandis.algorithms.mutfun.nodes import (
    Code,
    SymbolDefinition,
    block,
    evaluate,
    indent,
    python_repr,
)
from mutandis.algorithms.mutfun.symbols import SymbolReference
from mutandis.symbolic import members

if TYPE_CHECKING:
    from mutandis.algorithms.mutfun.python_source import PythonSource

__all__ = ['Function', 'FunctionCall']


@members(
    [
        ('body', T.List(T.Object(Code))),
        ('args', T.List(T.Str(), default=[])),
    ]
)
class Function(SymbolDefinition):
    """A function: `body` are the lines, `args` the names of the arguments.

    It is called like one of Python, with positional arguments; the value of the last line is
    returned::

        f = Function('f', [Assign('y', Var('x') * 2), Var('y') + 1], ['x'])
        f(3)    # 7

    Names that are no arguments have the values they have where the function is called; what the
    body assigns stays local. The function knows itself by its name, so it may call itself.
    """

    _flow_kind = 'function'

    if TYPE_CHECKING:
        body: list[Code]
        args: list[str]

    def evaluate(self, context: dict[str, Any]) -> Any:
        context[self.name] = self
        return self

    def __call__(self, *args: Any, context: dict[str, Any] | None = None) -> Any:
        """Runs the body.

        Args:
            *args: Values of the arguments.
            context: Values of other names; it is not changed.

        Returns:
            The value of the last line; None if there are no lines.

        Raises:
            ValueError: Too few or too many arguments.
        """
        if len(args) != len(self.args):
            raise ValueError(
                f'Function {self.name!r} takes {len(self.args)} argument(s) '
                f'({", ".join(self.args)}), but {len(args)} were given.'
            )
        local = {} if context is None else dict(context)
        local[self.name] = self
        local.update(zip(self.args, args, strict=True))
        result = None
        for line in self.body:
            result = evaluate(line, local)
        return result

    def python_repr(self, block_indent: int = 0) -> str:
        lines = [python_repr(line) for line in self.body]
        if lines:
            lines[-1] = 'return ' + lines[-1]
        body = '\n'.join(block(line, 1) for line in lines)
        return block(f'def {self.name}({", ".join(self.args)}):\n{body}', block_indent)

    def prune(self) -> None:
        """Removes, in place, the lines that the last one does not depend on.

        Raises:
            ValueError: A line that is needed uses a name that comes from nowhere.
        """
        data_flow.prune(self)


@members([('args', T.List(T.Any(), default=[]), 'Argument values for calling the function')])
class FunctionCall(SymbolReference):
    """A call of a function that is defined in the program.

    Evaluation raises `ValueError` if there is no such function, or if it takes another number of
    arguments.
    """

    _flow_calls = True

    if TYPE_CHECKING:
        args: list[Any]

    def evaluate(self, context: dict[str, Any]) -> Any:
        function = context.get(self.name)
        if not isinstance(function, Function):
            raise ValueError(
                f'{self} calls {self.name!r}, which is '
                + ('not defined' if function is None else f'not a function but {function!r}')
                + '. Define it by a `Function` before the call.'
            )
        return function(*[evaluate(arg, context) for arg in self.args], context=context)

    def python_repr(self, block_indent: int = 0) -> str:
        args = ', '.join(python_repr(arg) for arg in self.args)
        return indent(f'{self.name}({args})', block_indent)

    def python_expression(self, source: PythonSource) -> str:
        return source.call(self.name, self.args)
