"""Exhaustive search, with a grid in the place of floats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mutandis import typing as T
from mutandis.hyper.geno import enumeration
from mutandis.hyper.geno.dna import DNA
from mutandis.hyper.geno.dna_generator import DNAGenerator
from mutandis.hyper.geno.plan import (
    ChoicesPlan,
    FloatPlan,
    PointPlan,
    SpacePlan,
    bottom_up,
    unit_to_value,
    value_to_unit,
)
from mutandis.hyper.geno.search import _next_custom, next_dna
from mutandis.hyper.geno.spec import set_attribute
from mutandis.symbolic.object import members

if TYPE_CHECKING:
    from mutandis.hyper.geno.feasibility import Feasibility
    from mutandis.hyper.geno.spec import DNASpec

__all__ = ['Sweeping']


@members(
    [
        (
            'grid',
            T.Int(min_value=1).noneable(),
            'Number of points at which each float is tried, evenly spaced on its scale with both '
            'ends; None if there are no floats to sweep.',
        )
    ],
    init_arg_list=['grid'],
)
class Sweeping(DNAGenerator):
    """Proposes all DNAs of a space, in the order of `next_dna`: the rightmost decision fastest.

    Floats have no next value, so a space with floats needs `grid`. ::

        Sweeping()           # every combination of choices
        Sweeping(grid=5)     # and of 5 values of each float

    A grid of one point is the middle of the range, and a range of one point has one point.

    Raises:
        NotImplementedError: at the second proposal, if there are floats and no grid.
    """

    grid: int | None = None

    # The last proposal: a DNA, or with a grid its values with floats as positions on the grid.
    _last: Any = None
    _grid_plan: Any = None

    def format(self, *args: Any, **kwargs: Any) -> str:
        """Text; without a grid it is not mentioned."""
        if self.grid is None:
            kwargs['hide_default_values'] = True
        return super().format(*args, **kwargs)

    @property
    def deterministic(self) -> bool:
        return True

    def _setup(self) -> None:
        self._last = None
        self._grid_plan = None
        if self.grid is not None and self.dna_spec is not None:
            self._grid_plan = _gridded(self.dna_spec._compiled(), self.grid)

    def _propose(self) -> DNA:
        if self._grid_plan is not None:
            return self._propose_on_grid()
        dna = next_dna(self._dna_spec, self._last)  # type: ignore[arg-type]
        if dna is None:
            raise StopIteration()
        self._last = dna
        return dna

    def _propose_on_grid(self) -> DNA:
        plan, last = self._grid_plan, self._last
        if last is None:
            flat: Any = enumeration.first(plan, _next_custom)
        else:
            flat = enumeration.successor(plan, last, _next_custom)
            if flat is None:
                raise StopIteration()
        self._last = tuple(flat)
        spec: DNASpec = self.dna_spec  # type: ignore[assignment]
        for position, point in _floats(spec._compiled(), flat):
            flat[position] = _value(point, flat[position], self.grid)  # type: ignore[arg-type]
        return DNA._from_flat(spec, tuple(flat))

    def propose_feasible(self, feasibility: Feasibility) -> DNA:
        # However few are feasible, the sweep comes to an end.
        while True:
            dna = self.propose()
            if feasibility.accepts(dna):
                return dna
            set_attribute(self, '_num_proposals', self._num_proposals - 1)

    def _replay(self, trial_id: int, dna: DNA, reward: Any) -> None:
        if self._grid_plan is None:
            self._last = dna
            return
        spec: DNASpec = self.dna_spec  # type: ignore[assignment]
        flat = list(dna._flat_for(spec))
        for position, point in _floats(spec._compiled(), flat):
            flat[position] = _position(point, flat[position], self.grid)  # type: ignore[arg-type]
        self._last = tuple(flat)


def _gridded(space: SpacePlan, grid: int) -> SpacePlan:
    """The plan with a choice among the points of the grid in the place of each float."""
    made: dict[SpacePlan, SpacePlan] = {}
    for plan in bottom_up(space):
        points: list[PointPlan] = []
        for point in plan.points:
            if type(point) is FloatPlan:
                point = ChoicesPlan(1, _num_points(point, grid), True, False)
            elif type(point) is ChoicesPlan and point.subs is not None:
                subs = tuple(None if sub is None else made[sub] for sub in point.subs)
                point = ChoicesPlan(point.k, point.n, point.distinct, point.sorted, subs)
            points.append(point)
        made[plan] = SpacePlan(tuple(points))
    return made[space]


def _floats(space: SpacePlan, flat: Any) -> list[tuple[int, FloatPlan]]:
    """The positions of floats in flat values."""
    found: list[tuple[int, FloatPlan]] = []
    position = 0
    # Points to come: the next one last.
    stack: list[PointPlan] = list(reversed(space.points))
    while stack:
        point = stack.pop()
        if type(point) is ChoicesPlan:
            if point.k > 1:
                stack.extend([point.single()] * point.k)
                continue
            sub = point.sub(flat[position])
            if sub is not None:
                stack.extend(reversed(sub.points))
        elif type(point) is FloatPlan:
            found.append((position, point))
        position += 1
    return found


def _num_points(point: FloatPlan, grid: int) -> int:
    return 1 if point.low == point.high else grid


def _value(point: FloatPlan, position: int, grid: int) -> float:
    """The value at a position on the grid."""
    n = _num_points(point, grid)
    if point.low == point.high:
        return point.low
    unit = position / (n - 1) if n > 1 else 0.5
    return unit_to_value(unit, point.low, point.high, point.scale)


def _position(point: FloatPlan, value: float, grid: int) -> int:
    """The position on the grid that is nearest to a value."""
    n = _num_points(point, grid)
    return round(value_to_unit(value, point.low, point.high, point.scale) * (n - 1))


Sweeping.register_for_deserialization(additional_keys=['pyglove.core.geno.sweeping.Sweeping'])
