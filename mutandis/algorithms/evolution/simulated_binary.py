"""Simulated binary crossover: two children around two parents, for floats among other decisions."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from typing import Any

from mutandis import typing as T
from mutandis.algorithms.evolution.operation import Recombinator
from mutandis.algorithms.evolution.point_wise import common_spec
from mutandis.algorithms.evolution.seeding import SEED
from mutandis.algorithms.evolution.sites import Group, chosen
from mutandis.algorithms.scalars.base import scalar_spec, scalar_value
from mutandis.hyper.geno import DNA
from mutandis.hyper.geno.plan import (
    ChoicesPlan,
    FloatPlan,
    PointPlan,
    end_of,
    unit_to_value,
    value_to_unit,
)
from mutandis.symbolic import members

__all__ = ['SimulatedBinary']


@members(
    [
        (
            'eta',
            scalar_spec(T.Float(min_value=0.0)).set_default(20.0),
            'Distribution index: the greater, the nearer are children to their parents.',
        ),
        (
            'probability',
            scalar_spec(T.Float(min_value=0.0, max_value=1.0)).set_default(0.9),
            'Probability of a crossover, or a function of the step; without one the children are '
            'copies of the parents.',
        ),
        SEED,
    ],
    init_arg_list=['eta', 'probability', 'seed'],
)
class SimulatedBinary(Recombinator):
    """Simulated binary crossover, SBX (Deb & Agrawal 1995), within the ranges of the floats.

    Each float is crossed with probability 1/2: the two children lie on both sides of the middle of
    the parents, as far from it on average, and within the range (Deb 2000, "An efficient constraint
    handling method for genetic algorithms"); if its scale is logarithmic, on that scale. Any other
    decision that the parents make differently is exchanged with probability 1/2, with all that lies
    below it. A multi-choice whose choices constrain each other is exchanged as a whole. ::

        first, second = SimulatedBinary(eta=20, seed=1)([mother, father])

    Raises:
        ValueError: there are not two parents.
        AttributeError: the parents have no spec.
    """

    NUM_PARENTS = 2

    eta: Any = 20.0
    probability: Any = 0.9
    seed: int | None = None

    def _on_bound(self) -> None:
        super()._on_bound()
        self._random: Any = random if self.seed is None else random.Random(self.seed)

    def recombine(self, parents: list[DNA], global_state: Any = None, step: int = 0) -> list[DNA]:
        spec = common_spec(parents)
        left, right = (dna._flat_for(spec) for dna in parents)
        if self._random.random() < scalar_value(self.probability, step):
            crossing = _Crossing(left, right, scalar_value(self.eta, step), self._random)
            crossing.cross(iter(spec._compiled().points))
            left, right = tuple(crossing.first), tuple(crossing.second)
        return [DNA._from_flat(spec, left), DNA._from_flat(spec, right)]


class _Crossing:
    """One crossover of flat values.

    Attributes:
        first: values of the first child.
        second: values of the second one.
    """

    def __init__(self, left: tuple[Any, ...], right: tuple[Any, ...], eta: float, rng: Any) -> None:
        self.first: list[Any] = []
        self.second: list[Any] = []
        self._left = left
        self._right = right
        self._exponent = eta + 1
        self._random = rng

    def cross(self, points: Iterator[PointPlan]) -> None:
        """Crosses points and what lies below them."""
        left, right, i, j = self._left, self._right, 0, 0
        first, second = self.first, self.second
        # Points that are being crossed, of outer spaces before inner ones.
        stack = [points]
        while stack:
            for point in stack[-1]:
                if type(point) is FloatPlan:
                    one, other = left[i], right[j]
                    if one != other and self._random.random() < 0.5:
                        one, other = self._spread(point, one, other)
                    first.append(one)
                    second.append(other)
                    i, j = i + 1, j + 1
                    continue
                if type(point) is ChoicesPlan:
                    k = point.k
                    if k > 1 and (
                        not (point.distinct or point.sorted)
                        or chosen(Group(point, i), left) == chosen(Group(point, j), right)
                    ):
                        stack.append(iter([point.single()] * k))
                        break
                    if k == 1 and left[i] == right[j]:
                        first.append(left[i])
                        second.append(left[i])
                        sub = point.sub(left[i])
                        i, j = i + 1, j + 1
                        if sub is not None:
                            stack.append(iter(sub.points))
                            break
                        continue
                one_end, other_end = end_of(point, left, i), end_of(point, right, j)
                one, other = left[i:one_end], right[j:other_end]
                if one != other and self._random.random() < 0.5:
                    one, other = other, one
                first += one
                second += other
                i, j = one_end, other_end
            else:
                stack.pop()

    def _spread(self, point: FloatPlan, one: float, other: float) -> tuple[float, float]:
        """Two values around two different ones."""
        low, high, scale = point.low, point.high, point.scale
        linear = scale in (None, 'linear')
        if linear:
            bottom, top = low, high
        else:
            bottom, top = 0.0, 1.0
            one, other = (value_to_unit(x, low, high, scale) for x in (one, other))
        lower, upper = min(one, other), max(one, other)
        gap = upper - lower
        if not gap:
            return unit_to_value(one, low, high, scale), unit_to_value(other, low, high, scale)
        middle, u = (lower + upper) / 2, self._random.random()
        down = middle - self._factor(u, 1 + 2 * (lower - bottom) / gap) * gap / 2
        up = middle + self._factor(u, 1 + 2 * (top - upper) / gap) * gap / 2
        values = [min(top, max(bottom, down)), min(top, max(bottom, up))]
        if not linear:
            values = [unit_to_value(x, low, high, scale) for x in values]
        if self._random.random() < 0.5:
            values.reverse()
        return values[0], values[1]

    def _factor(self, u: float, limit: float) -> float:
        """How far a child is from the middle, where 1 is as far as its parent.

        Args:
            u: a random number of [0, 1).
            limit: the factor of the end of the range.
        """
        power = self._exponent
        mass = u * (2 - limit**-power)
        return math.pow(mass if mass <= 1 else 1 / (2 - mass), 1 / power)
