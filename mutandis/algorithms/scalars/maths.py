"""Scalars by formulas: elementary functions, and the usual schedules made of them.

The schedules are expressions of scalars, evaluated from left to right as they are written.
"""

from __future__ import annotations

import math
from typing import Any

from mutandis import typing as T
from mutandis.algorithms.reference_names import register_reference_names
from mutandis.algorithms.scalars.base import STEP, Scalar, UnaryOp, scalar_spec, scalar_value
from mutandis.symbolic import members

__all__ = [
    'Cosine',
    'Exp',
    'Log',
    'Sine',
    'SquareRoot',
    'cos',
    'cosine_decay',
    'cyclic',
    'exp',
    'exponential_decay',
    'linear',
    'log',
    'sin',
    'sqrt',
]


class SquareRoot(UnaryOp):
    """The square root."""

    def operate(self, x: Any) -> float:
        return math.sqrt(x)


class Exp(UnaryOp):
    """`e ** x`."""

    def operate(self, x: Any) -> float:
        return math.exp(x)


class Cosine(UnaryOp):
    """The cosine of an angle in radians."""

    def operate(self, x: Any) -> float:
        return math.cos(x)


class Sine(UnaryOp):
    """The sine of an angle in radians."""

    def operate(self, x: Any) -> float:
        return math.sin(x)


_LOGARITHMIC = T.Union([T.Int(min_value=2), T.Float(min_value=0.0)])


@members(
    [
        ('x', scalar_spec(_LOGARITHMIC), 'The operand: a number or a function of the step.'),
        ('base', scalar_spec(_LOGARITHMIC).set_default(math.e), 'The base of the logarithm.'),
    ]
)
class Log(Scalar):
    """The logarithm of `x`, by default the natural one."""

    x: Any
    base: Any = math.e

    def call(self, step: int) -> float:
        return math.log(scalar_value(self.x, step), scalar_value(self.base, step))


sqrt, exp, log, cos, sin = SquareRoot, Exp, Log, Cosine, Sine


def linear(total_steps: int, start: float = 1.0, end: float = 0.0) -> Scalar:
    """A straight line from `start` at step 0 to `end` at `total_steps`, and on beyond.

    Raises:
        ZeroDivisionError: `total_steps` is 0.
    """
    return start + STEP * ((end - start) / total_steps)


def cosine_decay(total_steps: int, start: float = 1.0, end: float = 0.0) -> Scalar:
    """Half a cosine from `start` at step 0 to `end` at `total_steps`, and on beyond.

    `0.5 (start - end) (1 + cos(pi t / total_steps)) + end` (Loshchilov & Hutter 2017, Eq. 5).
    """
    return 0.5 * (start - end) * (1 + Cosine(math.pi * STEP / total_steps)) + end


def exponential_decay(
    decay_rate: float, decay_interval: int, start: float = 1.0, staircase: bool = True
) -> Scalar:
    """`start * decay_rate ** (t / decay_interval)`.

    Args:
        decay_rate: the factor per interval.
        decay_interval: number of steps after which the factor is reached.
        start: value at step 0.
        staircase: whether the value is constant within an interval.
    """
    exponent: Scalar = STEP / float(decay_interval)
    if staircase:
        exponent = exponent.floor()
    return start * decay_rate**exponent


def cyclic(cycle: int, initial_radiant: float = 0.0, high: float = 1.0, low: float = 0.0) -> Scalar:
    """A cosine between `low` and `high`.

    `0.5 (high - low) (1 + cos(initial_radiant + 2 pi t / cycle)) + low`.

    Args:
        cycle: number of steps of a period.
        initial_radiant: phase at step 0.
        high: greatest value.
        low: least value.
    """
    angle = initial_radiant + math.pi * 2 * STEP / cycle
    return 0.5 * (high - low) * (1 + Cosine(angle)) + low


register_reference_names('scalars.maths', SquareRoot, Exp, Cosine, Sine, Log)
