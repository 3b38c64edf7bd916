"""Random scalars: a new draw at each call, whatever the step."""

from __future__ import annotations

import abc
import random
from typing import Any

from mutandis import typing as T
from mutandis.algorithms.reference_names import register_reference_names
from mutandis.algorithms.scalars.base import Scalar
from mutandis.symbolic import members

__all__ = ['Gaussian', 'LogNormal', 'Normal', 'RandomScalar', 'Triangular', 'Uniform']


def _number(default: float) -> T.ValueSpec:
    return T.Union([T.Int(), T.Float()], default=default)


@members(
    [('seed', T.Int().noneable(), 'Seed of the draws; None draws from the module `random`.')],
    init_arg_list=['seed'],
)
class RandomScalar(Scalar):
    """Base of random scalars, which have a stream of random numbers of their own."""

    seed: int | None = None

    def _on_bound(self) -> None:
        super()._on_bound()
        self._random: Any = random if self.seed is None else random.Random(self.seed)

    def call(self, step: int) -> Any:
        return self.next_value()

    @abc.abstractmethod
    def next_value(self) -> Any:
        """The next draw."""


@members(
    [('low', _number(0.0), 'Least value.'), ('high', _number(1.0), 'Greatest value.')],
    init_arg_list=['low', 'high', 'seed'],
)
class Uniform(RandomScalar):
    """Uniform between two values: an int if both are ints, else a float.

    Raises:
        ValueError: `high` is less than `low`.
    """

    low: int | float = 0.0
    high: int | float = 1.0

    def _on_bound(self) -> None:
        super()._on_bound()
        if self.high < self.low:
            raise ValueError(
                f'`high` must be no less than `low`, but high={self.high}, low={self.low}.'
            )

    def next_value(self) -> float:
        low, high = self.low, self.high
        if isinstance(low, int) and isinstance(high, int):
            return int(self._random.randint(low, high))
        return float(self._random.uniform(low, high))


@members(
    [
        ('low', _number(0.0), 'Least value.'),
        ('high', _number(1.0), 'Greatest value.'),
        (
            'mode',
            T.Union([T.Int(), T.Float()]).noneable(),
            'The most frequent value; None for the middle.',
        ),
    ],
    init_arg_list=['low', 'high', 'mode', 'seed'],
)
class Triangular(RandomScalar):
    """The triangular distribution; truncated to an int if both ends are ints."""

    low: int | float = 0.0
    high: int | float = 1.0
    mode: int | float | None = None

    def next_value(self) -> float:
        low, high = self.low, self.high
        mode = (low + high) / 2 if self.mode is None else self.mode
        value = self._random.triangular(low, high, mode)
        return int(value) if isinstance(low, int) and isinstance(high, int) else float(value)


@members(
    [
        ('mean', T.Float(), 'Mean of the normal distribution.'),
        ('std', T.Float(), 'Standard deviation of the normal distribution.'),
    ],
    init_arg_list=['mean', 'std', 'seed'],
)
class _MeanAndDeviation(RandomScalar):
    """Base of distributions by a mean and a standard deviation."""

    # Both are required.
    mean: float = None  # type: ignore[assignment]
    std: float = None  # type: ignore[assignment]


class Gaussian(_MeanAndDeviation):
    """The normal distribution, by `random.gauss`."""

    def next_value(self) -> float:
        return float(self._random.gauss(self.mean, self.std))


class Normal(_MeanAndDeviation):
    """The normal distribution, by `random.normalvariate`."""

    def next_value(self) -> float:
        return float(self._random.normalvariate(self.mean, self.std))


class LogNormal(_MeanAndDeviation):
    """The exponential of a normally distributed number."""

    def next_value(self) -> float:
        return float(self._random.lognormvariate(self.mean, self.std))


register_reference_names('scalars.randoms', Uniform, Triangular, Gaussian, Normal, LogNormal)
