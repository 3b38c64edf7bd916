"""Scalars: values that may depend on the step.

A hyper-parameter such as a probability is either a constant or a function of the step. A `Scalar`
is such a function as a symbolic object, so that it prints, compares and is saved; scalars combine
by the operators of arithmetic::

    from mutandis.algorithms import scalars

    decay = 1.0 - scalars.STEP / 100
    decay(25)    # 0.75
"""

from __future__ import annotations

import abc
import math
from typing import Any

from mutandis import typing as T
from mutandis.algorithms.reference_names import register_reference_names
from mutandis.symbolic import Object, members

__all__ = [
    'STEP',
    'Absolute',
    'Addition',
    'BinaryOp',
    'Ceiling',
    'Constant',
    'Division',
    'Floor',
    'Lambda',
    'Mod',
    'Multiplication',
    'Negation',
    'Power',
    'Scalar',
    'Substraction',
    'UnaryOp',
    'make_scalar',
    'scalar_spec',
    'scalar_value',
]


def scalar_spec(value_spec: T.ValueSpec) -> T.Union:
    """The spec of a value of `value_spec`, or a function from the step to one."""
    return T.Union([value_spec, T.Callable([T.Int()], returns=value_spec)])


def scalar_value(value: Any, step: int) -> Any:
    """The value at a step: of a function its result, of anything else itself."""
    return value(step) if callable(value) else value


def make_scalar(value: Any) -> Scalar:
    """A scalar as it is, a function as `Lambda`, anything else as `Constant`."""
    if isinstance(value, Scalar):
        return value
    return Lambda(value) if callable(value) else Constant(value)


class Scalar(Object):
    """A function of the step."""

    @abc.abstractmethod
    def call(self, step: int) -> Any:
        """The value at a step."""

    def __call__(self, step: int) -> Any:
        return self.call(step)

    def __add__(self, other: Any) -> Scalar:
        return Addition(self, other)

    def __radd__(self, other: Any) -> Scalar:
        return Addition(other, self)

    def __sub__(self, other: Any) -> Scalar:
        return Substraction(self, other)

    def __rsub__(self, other: Any) -> Scalar:
        return Substraction(other, self)

    def __mul__(self, other: Any) -> Scalar:
        return Multiplication(self, other)

    def __rmul__(self, other: Any) -> Scalar:
        return Multiplication(other, self)

    def __truediv__(self, other: Any) -> Scalar:
        return Division(self, other)

    def __rtruediv__(self, other: Any) -> Scalar:
        return Division(other, self)

    def __floordiv__(self, other: Any) -> Scalar:
        return Floor(Division(self, other))

    def __rfloordiv__(self, other: Any) -> Scalar:
        return Floor(Division(other, self))

    def __mod__(self, other: Any) -> Scalar:
        return Mod(self, other)

    def __rmod__(self, other: Any) -> Scalar:
        return Mod(other, self)

    def __pow__(self, other: Any) -> Scalar:
        return Power(self, other)

    def __rpow__(self, other: Any) -> Scalar:
        return Power(other, self)

    def __neg__(self) -> Scalar:
        return Negation(self)

    def __abs__(self) -> Scalar:
        return Absolute(self)

    def floor(self) -> Scalar:
        """The greatest integer not above the value."""
        return Floor(self)

    def ceil(self) -> Scalar:
        """The least integer not below the value."""
        return Ceiling(self)


class Constant(Scalar):
    """The same value at every step. A function is not called, but is the value."""

    value: Any

    def call(self, step: int) -> Any:
        return self.value


@members([('fn', scalar_spec(T.Any()), 'Function of the step.')])
class Lambda(Scalar):
    """What a function returns for the step."""

    fn: Any

    def call(self, step: int) -> Any:
        return self.fn(step)


class _Step(Scalar):
    """The step itself."""

    def call(self, step: int) -> int:
        return step


STEP = _Step()

_NUMBER = T.Union([T.Int(), T.Float()])


@members([('x', scalar_spec(_NUMBER), 'The operand: a number or a function of the step.')])
class UnaryOp(Scalar):
    """A function of the value of another scalar."""

    x: Any

    def call(self, step: int) -> Any:
        return self.operate(scalar_value(self.x, step))

    @abc.abstractmethod
    def operate(self, x: Any) -> Any:
        """The function of the value."""


class Negation(UnaryOp):
    """`-x`."""

    def operate(self, x: Any) -> Any:
        return -x


class Absolute(UnaryOp):
    """`abs(x)`."""

    def operate(self, x: Any) -> Any:
        return abs(x)


class Floor(UnaryOp):
    """The greatest integer not above `x`, as an int."""

    def operate(self, x: Any) -> Any:
        return math.floor(x)


class Ceiling(UnaryOp):
    """The least integer not below `x`, as an int."""

    def operate(self, x: Any) -> Any:
        return math.ceil(x)


@members(
    [
        ('x', scalar_spec(_NUMBER), 'The left operand: a number or a function of the step.'),
        ('y', scalar_spec(_NUMBER), 'The right operand: a number or a function of the step.'),
    ]
)
class BinaryOp(Scalar):
    """A function of the values of two other scalars."""

    x: Any
    y: Any

    def call(self, step: int) -> Any:
        return self.operate(scalar_value(self.x, step), scalar_value(self.y, step))

    @abc.abstractmethod
    def operate(self, x: Any, y: Any) -> Any:
        """The function of the two values."""


class Addition(BinaryOp):
    """`x + y`."""

    def operate(self, x: Any, y: Any) -> Any:
        return x + y


class Substraction(BinaryOp):
    """`x - y`."""

    def operate(self, x: Any, y: Any) -> Any:
        return x - y


class Multiplication(BinaryOp):
    """`x * y`."""

    def operate(self, x: Any, y: Any) -> Any:
        return x * y


class Division(BinaryOp):
    """`x / y`."""

    def operate(self, x: Any, y: Any) -> Any:
        return x / y


class Mod(BinaryOp):
    """`x % y`."""

    def operate(self, x: Any, y: Any) -> Any:
        return x % y


class Power(BinaryOp):
    """`x ** y` as a float, by `math.pow`."""

    def operate(self, x: Any, y: Any) -> float:
        return math.pow(x, y)


register_reference_names(
    'scalars.base',
    _Step,
    Constant,
    Lambda,
    Negation,
    Absolute,
    Floor,
    Ceiling,
    Addition,
    Substraction,
    Multiplication,
    Division,
    Mod,
    Power,
)
