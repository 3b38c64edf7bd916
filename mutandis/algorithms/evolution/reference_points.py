"""NSGA-III: evolution for many objectives, spread by directions that are given in advance.

With more than two or three objectives nearly all individuals are in the first front, and crowding
distances say little. So what decides in the last front that survives in part is a set of evenly
spread *reference directions*: each individual is attached to the nearest one, and those directions
that have the fewest are served first. See Deb & Jain 2014, "An evolutionary many-objective
optimization algorithm using reference-point-based nondominated sorting approach, part I". Fronts,
elites and generations are those of NSGA-II (`nondominated_sorting.py`).
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any, ClassVar

from mutandis import typing as T
from mutandis.algorithms.evolution.control import GlobalStateGetter
from mutandis.algorithms.evolution.generator import Evolution
from mutandis.algorithms.evolution.mutators import Polynomial
from mutandis.algorithms.evolution.nondominated_sorting import (
    bred,
    elitist_update,
    objectives_of,
)
from mutandis.algorithms.evolution.operation import Selector
from mutandis.algorithms.evolution.pareto import as_float, fronts_of
from mutandis.algorithms.evolution.regularized import check_population_size
from mutandis.algorithms.evolution.seeding import SEED
from mutandis.algorithms.evolution.selectors import Random
from mutandis.algorithms.evolution.simulated_binary import SimulatedBinary
from mutandis.hyper import geno
from mutandis.symbolic import members

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    'ReferencePointSelection',
    'attached',
    'intercepts_of',
    'nsga3',
    'reference_directions',
]

Direction = Sequence[float]

DEFAULT_MUTATOR = Polynomial(eta=20)
DEFAULT_CROSSOVER = SimulatedBinary(eta=30, probability=1.0)


def reference_directions(num_objectives: int, divisions: int) -> list[tuple[float, ...]]:
    """Evenly spread directions (Das & Dennis 1998; section IV B of the paper).

    These are the points of the unit simplex whose coordinates are multiples of `1 / divisions`:
    C(M + p - 1, p) for M objectives and p divisions.

    Args:
        num_objectives: number of coordinates, at least 1.
        divisions: how many parts each edge is divided into, at least 1.

    Returns:
        The directions, whose coordinates are not negative and sum to 1.

    Raises:
        ValueError: a number is less than 1.
    """
    if num_objectives < 1 or divisions < 1:
        raise ValueError(
            f'There must be at least 1 objective and 1 division, but there are {num_objectives} '
            f'and {divisions}.'
        )
    last = num_objectives + divisions - 1
    directions = []
    # Bars between the parts of each coordinate.
    for bars in combinations(range(last), num_objectives - 1):
        edges = (-1, *bars, last)
        directions.append(
            tuple((b - a - 1) / divisions for a, b in zip(edges, edges[1:], strict=False))
        )
    return directions


def _divisions_for(num_objectives: int, count: int) -> int:
    """The most divisions that give no more than a number of directions."""
    divisions = 1
    while num_objectives > 1 and math.comb(num_objectives + divisions, divisions + 1) <= count:
        divisions += 1
    return divisions


def intercepts_of(costs: NDArray[Any], front: NDArray[Any]) -> NDArray[Any]:
    """Where the plane through the extreme points meets the axes (section IV C).

    The extreme point of an axis is the one whose greatest coordinate off the axis is the least.
    Where they make no plane, or it meets an axis at no positive place, the greatest costs of the
    first front take the place of the intercepts.

    Args:
        costs: points of the shape `(points, objectives)`, to be minimised, seen from the ideal
            point: none is negative.
        front: those of the first front.

    Returns:
        A positive number for each objective.
    """
    import numpy

    size = costs.shape[1]
    weights = numpy.full((size, size), 1e-6)
    numpy.fill_diagonal(weights, 1.0)
    achievements = (costs[:, None, :] / weights).max(axis=2)
    extremes = costs[achievements.argmin(axis=0)]
    top = costs.max(axis=0)
    try:
        plane = numpy.linalg.solve(extremes, numpy.ones(size))
    except numpy.linalg.LinAlgError:
        plane = numpy.zeros(size)
    # How many times an intercept fits into the range of its objective.
    times = plane * top
    if numpy.isfinite(times).all() and (times > 1e-6).all() and (times < 1e6).all():
        return 1 / plane
    greatest = front.max(axis=0)
    return numpy.where(greatest > 1e-6 * top, greatest, 1.0)


def attached(points: NDArray[Any], directions: NDArray[Any]) -> tuple[list[int], list[float]]:
    """The nearest direction of each point, by perpendicular distance (section IV D).

    Args:
        points: points of the shape `(points, objectives)`, seen from the ideal point.
        directions: directions of the shape `(directions, objectives)`, none of them zero.

    Returns:
        The index of the direction and the distance of the point from its line, for each point.
        Among directions as near as each other it is the first.
    """
    import numpy

    units = directions / numpy.linalg.norm(directions, axis=1, keepdims=True)
    along = points @ units.T
    # Not by the difference of squares, which loses the distances of points near a line.
    across = points[:, None, :] - along[:, :, None] * units
    distances = numpy.linalg.norm(across, axis=2)
    nearest = distances.argmin(axis=1)
    return nearest.tolist(), distances[numpy.arange(len(points)), nearest].tolist()


def _costs_of(points: Sequence[Sequence[Any]]) -> NDArray[Any]:
    """The points as finite numbers to be minimised.

    What is not finite becomes the best or the worst finite value of its objective; NaN the worst.
    Numbers are cut at 1e150, so that their squares exist.
    """
    import numpy

    costs = -numpy.array([[as_float(value) for value in point] for point in points])
    for column in costs.T:
        finite = column[numpy.isfinite(column)]
        best, worst = (finite.min(), finite.max()) if len(finite) else (0.0, 1.0)
        column[numpy.isnan(column) | (column == math.inf)] = worst
        column[column == -math.inf] = best
    clipped: NDArray[Any] = numpy.clip(costs, -1e150, 1e150)
    return clipped


@members(
    [
        ('n', T.Int(min_value=1), 'How many individuals to select.'),
        (
            'divisions',
            T.Int(min_value=1).noneable(),
            'Divisions of each edge of the simplex of directions; None for the most that give no '
            'more than `n` directions.',
        ),
        (
            'directions',
            T.List(T.List(T.Float(min_value=0.0), min_size=1), min_size=1).noneable(),
            'The directions themselves, in place of `divisions`.',
        ),
        SEED,
    ],
    init_arg_list=['n', 'divisions', 'directions', 'seed'],
)
class ReferencePointSelection(Selector):
    """The `n` best individuals by fronts, then by reference directions (Algorithms 1 to 4).

    The best value of each objective so far is kept in the global state as `ideal_point`.

    Raises:
        KeyError: an individual has no reward.
        ValueError: the individuals, or they and the directions, have different numbers of
            objectives; or a direction is zero.
    """

    n: int
    divisions: int | None = None
    directions: list[list[float]] | None = None
    seed: int | None = None

    # The directions of the last number of objectives.
    _sym_directions: ClassVar[NDArray[Any] | None] = None

    def _on_bound(self) -> None:
        super()._on_bound()
        self._random: Any = random if self.seed is None else random.Random(self.seed)
        if self._sym_directions is not None:
            object.__setattr__(self, '_sym_directions', None)

    def select(self, inputs: list[Any], global_state: Any = None, step: int = 0) -> list[Any]:
        points = list(map(objectives_of, inputs))
        chosen: list[int] = []
        for front in fronts_of(points):
            if len(chosen) + len(front) > self.n:
                missing = self.n - len(chosen)
                if missing and points[0]:
                    chosen += self._niched(points, chosen, front, missing, global_state)
                else:
                    chosen += front[:missing]
                break
            chosen += front
        return [inputs[i] for i in chosen]

    def _directions_for(self, size: int) -> NDArray[Any]:
        known: NDArray[Any] | None = self._sym_directions
        if known is None or known.shape[1] != size:
            import numpy

            given: Any = self.directions
            if given is None:
                divisions = self.divisions or _divisions_for(size, self.n)
                given = reference_directions(size, divisions)
            elif any(len(direction) != size or not any(direction) for direction in given):
                raise ValueError(
                    f'Each of the `directions` must have {size} numbers, one for each objective, '
                    f'and not all zero, but they are {list(map(list, given))!r}.'
                )
            known = numpy.array([list(direction) for direction in given], dtype=float)
            object.__setattr__(self, '_sym_directions', known)
        return known

    def _niched(
        self,
        points: list[tuple[Any, ...]],
        chosen: list[int],
        front: list[int],
        count: int,
        global_state: Any,
    ) -> list[int]:
        """Selects some of a front, after those that have been chosen already."""
        import numpy

        costs = _costs_of([points[i] for i in (*chosen, *front)])
        ideal = costs.min(axis=0)
        before = global_state.get('ideal_point')
        if before is not None and len(before) == len(ideal):
            ideal = numpy.minimum(ideal, before)
        global_state['ideal_point'] = ideal.tolist()
        costs = costs - ideal
        first = fronts_of((-costs).tolist())[0]
        normalized = costs / intercepts_of(costs, costs[first])
        nearest, distances = attached(normalized, self._directions_for(len(ideal)))
        niches: dict[int, int] = {}
        for direction in nearest[: len(chosen)]:
            niches[direction] = niches.get(direction, 0) + 1
        candidates: dict[int, list[tuple[float, int]]] = {}
        rest = slice(len(chosen), None)
        for i, direction, distance in zip(front, nearest[rest], distances[rest], strict=True):
            candidates.setdefault(direction, []).append((distance, i))
        return [self._next_of_niches(niches, candidates) for _ in range(count)]

    def _next_of_niches(
        self, niches: dict[int, int], candidates: dict[int, list[tuple[float, int]]]
    ) -> int:
        """Takes a candidate of one of the least served directions (Algorithm 4)."""
        least = min(niches.get(direction, 0) for direction in candidates)
        direction = self._random.choice(
            [direction for direction in candidates if niches.get(direction, 0) == least]
        )
        own = candidates[direction]
        # An empty niche gets the nearest one.
        place = self._random.randrange(len(own)) if least else own.index(min(own))
        _, i = own.pop(place)
        if not own:
            del candidates[direction]
        niches[direction] = least + 1
        return i


def nsga3(
    mutator: Any = DEFAULT_MUTATOR,
    population_size: int = 92,
    seed: int | None = None,
    *,
    crossover: Any = DEFAULT_CROSSOVER,
    divisions: int | None = None,
    directions: list[list[float]] | None = None,
) -> Evolution:
    """NSGA-III (Deb & Jain 2014) for three and more objectives, all to be maximised.

    Rewards are tuples of numbers. As `nsga2`, but the individuals that survive are spread by
    reference directions, and parents are random elites. `global_state.elites` has the elites. ::

        algorithm = mt.evolution.nsga3(population_size=92, divisions=12, seed=1)

    Args:
        mutator: operation from children to what is proposed, by default polynomial mutation with
            η = 20, which draws decisions that are no floats anew.
        population_size: number of elites, and of individuals in a generation; a little more than
            there are directions.
        seed: seed of all parts that have none themselves.
        crossover: operation from two parents to children, by default simulated binary crossover
            with η = 30; None for none.
        divisions: p of the C(M + p - 1, p) directions for M objectives; None for the most that
            give no more directions than `population_size`.
        directions: other directions than those, one number for each objective in each.

    Raises:
        ValueError: a number is less than 1, or both `divisions` and `directions` are given.
    """
    check_population_size(population_size)
    if divisions is not None and directions is not None:
        raise ValueError('Give either `divisions` or `directions`, not both.')
    if mutator is DEFAULT_MUTATOR:
        mutator = DEFAULT_MUTATOR.clone()
    if crossover is DEFAULT_CROSSOVER:
        crossover = DEFAULT_CROSSOVER.clone()

    def parents(count: int) -> Any:
        return GlobalStateGetter('elites') >> Random(count)

    return Evolution(
        bred(parents, crossover, mutator),
        population_init=(geno.Random(seed), 2 * population_size),
        population_update=elitist_update(
            population_size, ReferencePointSelection(population_size, divisions, directions)
        ),
        multi_objective=True,
        seed=seed,
    )
