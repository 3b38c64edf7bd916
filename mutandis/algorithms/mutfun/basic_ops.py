"""The operators of Python as instructions.

`ORDER` is how tightly an operator binds, and says where its text needs parentheses. It is not the
order of Python in all cases: for text that Python reads as the same program use `to_python`.
"""

from __future__ import annotations

import abc
import inspect
import operator
import types
from typing import TYPE_CHECKING, Any, ClassVar

from mutandis.algorithms.mutfun.nodes import (
    Instruction,
    block,
    evaluate,
    instruction_operrand,
    python_repr,
)
from mutandis.algorithms.reference_names import register_reference_names
from mutandis.symbolic import members

if TYPE_CHECKING:
    from mutandis.algorithms.mutfun.python_source import PythonSource

__all__ = [
    'Add',
    'BinaryOperator',
    'Divide',
    'Equals',
    'FloorDivide',
    'GreaterThan',
    'LessThan',
    'Mod',
    'Multiply',
    'NaryOperator',
    'Negate',
    'NotEquals',
    'Operator',
    'Power',
    'Substract',
    'UnaryOperator',
]


class Operator(Instruction):
    """Base of operators.

    A subclass of `UnaryOperator` or `BinaryOperator` is complete with three class attributes (for
    other numbers of operands see `NaryOperator`)::

        class Maximum(BinaryOperator):
            ORDER = 8
            OPERATOR_STR = 'max'
            OPERATOR_FN = staticmethod(max)

    Attributes:
        ORDER: How tightly it binds. None for an operator that is written as a call,
            `Maximum(x, y)`.
        OPERATOR_STR: Its sign.
        OPERATOR_FN: Function of the values of the operands. Like any method, a plain function gets
            the operator first; builtin functions and static methods do not.
    """

    _flow_kind = 'all'

    ORDER: ClassVar[int | None] = None
    OPERATOR_STR: ClassVar[str | None] = None
    OPERATOR_FN: ClassVar[Any] = None

    def maybe_parenthesize(self, operand: Any) -> str:
        """Returns the text of an operand, in parentheses if it binds no tighter than this."""
        text = python_repr(operand)
        if not isinstance(operand, Operator) or operand.ORDER is None or self.ORDER is None:
            return text
        return f'({text})' if self.ORDER >= operand.ORDER else text

    @classmethod
    def operate(cls, *values: Any) -> Any:
        """Applies `OPERATOR_FN` to the values of the operands."""
        given = inspect.getattr_static(cls, 'OPERATOR_FN')
        if isinstance(given, types.FunctionType):
            return given(cls, *values)
        return cls.OPERATOR_FN(*values)

    def python_expression(self, source: PythonSource) -> str:
        return source.operation(self)

    def _call_repr(self, *operands: Any) -> str:
        name = self.OPERATOR_STR or type(self).__name__
        return f'{name}({", ".join(map(python_repr, operands))})'


@members([('x', instruction_operrand())])
class UnaryOperator(Operator):
    """Base of operators of one operand: code to run, or a constant."""

    if TYPE_CHECKING:
        x: Any

    def evaluate(self, context: dict[str, Any]) -> Any:
        return self.OPERATOR_FN(evaluate(self.x, context))

    def python_repr(self, block_indent: int = 0) -> str:
        if self.ORDER is None or self.OPERATOR_STR is None:
            return block(self._call_repr(self.x), block_indent)
        return block(f'{self.OPERATOR_STR}{self.maybe_parenthesize(self.x)}', block_indent)


class Negate(UnaryOperator):
    """`-x`."""

    ORDER = 7
    OPERATOR_STR = '-'
    OPERATOR_FN = staticmethod(operator.neg)


@members(
    [
        ('x', instruction_operrand()),
        ('y', instruction_operrand()),
    ]
)
class BinaryOperator(Operator):
    """Base of operators of two operands: code to run, or constants."""

    if TYPE_CHECKING:
        x: Any
        y: Any

    def evaluate(self, context: dict[str, Any]) -> Any:
        return self.OPERATOR_FN(evaluate(self.x, context), evaluate(self.y, context))

    def python_repr(self, block_indent: int = 0) -> str:
        if self.ORDER is None or self.OPERATOR_STR is None:
            return block(self._call_repr(self.x, self.y), block_indent)
        left, right = self.maybe_parenthesize(self.x), self.maybe_parenthesize(self.y)
        return block(f'{left} {self.OPERATOR_STR} {right}', block_indent)


class NaryOperator(Operator):
    """Base of operators that are written as calls: the fields are the operands, in their order. ::

    class Blend(NaryOperator):
        x: Any
        y: Any
        share: Any
        OPERATOR_STR = 'blend'
        OPERATOR_FN = staticmethod(blend)  # A function of three values.
    """

    @abc.abstractmethod
    def OPERATOR_FN(self, *values: Any) -> Any:
        """Function of the values of the operands."""

    def evaluate(self, context: dict[str, Any]) -> Any:
        return self.OPERATOR_FN(*[evaluate(operand, context) for operand in self.sym_values()])

    def python_repr(self, block_indent: int = 0) -> str:
        return block(self._call_repr(*self.sym_values()), block_indent)


class Add(BinaryOperator):
    """`x + y`."""

    ORDER = 3
    OPERATOR_STR = '+'
    OPERATOR_FN = staticmethod(operator.add)


class Substract(BinaryOperator):
    """`x - y`."""

    ORDER = 3
    OPERATOR_STR = '-'
    OPERATOR_FN = staticmethod(operator.sub)


class Multiply(BinaryOperator):
    """`x * y`."""

    ORDER = 4
    OPERATOR_STR = '*'
    OPERATOR_FN = staticmethod(operator.mul)


class Divide(BinaryOperator):
    """`x / y`."""

    ORDER = 4
    OPERATOR_STR = '/'
    OPERATOR_FN = staticmethod(operator.truediv)


class FloorDivide(BinaryOperator):
    """`x // y`."""

    ORDER = 4
    OPERATOR_STR = '//'
    OPERATOR_FN = staticmethod(operator.floordiv)


class Mod(BinaryOperator):
    """`x % y`."""

    ORDER = 4
    OPERATOR_STR = '%'
    OPERATOR_FN = staticmethod(operator.mod)


class Power(BinaryOperator):
    """`x ** y`."""

    ORDER = 6
    OPERATOR_STR = '**'
    OPERATOR_FN = staticmethod(operator.pow)


class GreaterThan(BinaryOperator):
    """`x > y`."""

    ORDER = 2
    OPERATOR_STR = '>'
    OPERATOR_FN = staticmethod(operator.gt)


class Equals(BinaryOperator):
    """`x == y`."""

    ORDER = 3
    OPERATOR_STR = '=='
    OPERATOR_FN = staticmethod(operator.eq)


class NotEquals(BinaryOperator):
    """`x != y`."""

    ORDER = 3
    OPERATOR_STR = '!='
    OPERATOR_FN = staticmethod(operator.ne)


class LessThan(BinaryOperator):
    """`x < y`."""

    ORDER = 2
    OPERATOR_STR = '<'
    OPERATOR_FN = staticmethod(operator.lt)


register_reference_names(
    'mutfun.basic_ops',
    UnaryOperator,
    BinaryOperator,
    Negate,
    Add,
    Substract,
    Multiply,
    Divide,
    FloorDivide,
    Mod,
    Power,
    GreaterThan,
    Equals,
    NotEquals,
    LessThan,
)
