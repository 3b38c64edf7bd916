"""NSGA-II: evolution for several objectives by non-dominated sorting and crowding distance.

The best individuals so far, the *elites*, are kept in the global state, best first. Once there are
as many new individuals as elites both are joined, sorted into fronts, each front by crowding
distance, and the first of them are the new elites. Children are made of elites. Each of these steps
is an operation of its own; `nsga2` puts them together.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, cast

from mutandis import typing as T
from mutandis.algorithms.evolution.algebra import Identity, Lambda, Pipeline
from mutandis.algorithms.evolution.control import (
    Conditional,
    ElementWise,
    Flatten,
    GlobalStateGetter,
    GlobalStateSetter,
)
from mutandis.algorithms.evolution.generator import Evolution
from mutandis.algorithms.evolution.notes import DNA_METADATA_FITNESS, get_fitness
from mutandis.algorithms.evolution.operation import Operation, Recombinator, Selector
from mutandis.algorithms.evolution.pareto import crowding_distances, dominates, fronts_of
from mutandis.algorithms.evolution.regularized import (
    DEFAULT_MUTATOR,
    check_population_size,
    own_mutator,
)
from mutandis.algorithms.evolution.seeding import SEED
from mutandis.algorithms.evolution.selectors import First, compute_num_output, num_output_spec
from mutandis.algorithms.reference_names import register_reference_names
from mutandis.hyper import geno
from mutandis.hyper.geno import DNA, AttributeDict
from mutandis.symbolic import Object, functor, members

__all__ = [
    'HasAtLeast',
    'LeadingFronts',
    'Tournament',
    'crowding_distance_sort',
    'dominates',
    'elitist_update',
    'next_elite',
    'nondominated_sort',
    'nsga2',
    'objectives_of',
]


def objectives_of(dna: DNA) -> tuple[Any, ...]:
    """The reward of an individual as the values of its objectives; a number is the only one.

    Raises:
        KeyError: it has no reward.
    """
    fitness = dna._metadata_get(DNA_METADATA_FITNESS)
    if fitness.__class__ is tuple:
        return fitness
    fitness = get_fitness(dna)
    return tuple(fitness) if isinstance(fitness, (tuple, list)) else (fitness,)


@functor
def nondominated_sort(inputs: list[DNA]) -> list[list[DNA]]:
    """Sorts individuals into fronts (Deb et al. 2002, section III A), the best front first.

    See `pareto.fronts_of` for the order within the fronts. ::

        fronts = nondominated_sort()(population)

    Args:
        inputs: individuals with rewards: sequences of as many numbers each, or numbers. NaN is
            worse than everything.

    Raises:
        KeyError: an individual has no reward.
        ValueError: the individuals have different numbers of objectives.
    """
    fronts = fronts_of([objectives_of(dna) for dna in inputs])
    return [[inputs[i] for i in front] for front in fronts]


@functor
def crowding_distance_sort(frontier: list[DNA]) -> list[DNA]:
    """Sorts the individuals of a front by crowding distance, the loneliest first.

    See `pareto.crowding_distances` (Deb et al. 2002, section III B). Equally lonely ones keep their
    order.

    Args:
        frontier: the individuals with their rewards; one alone needs none.

    Raises:
        KeyError: an individual has no reward.
        ValueError: the individuals have different numbers of objectives.
    """
    if len(frontier) <= 1:
        return frontier
    distances = crowding_distances(list(map(objectives_of, frontier)))
    order = sorted(range(len(frontier)), key=distances.__getitem__, reverse=True)
    return [frontier[i] for i in order]


@functor
def next_elite(dna_list: list[DNA], global_state: AttributeDict) -> list[DNA]:
    """The next of the elites in turn, as a list of one.

    Args:
        dna_list: the population; it stands in as long as there are no elites.
        global_state: has the elites as `elites` and whose turn it is as `elite_cursor`.

    Raises:
        KeyError: there are neither elites nor a population.
    """
    elites = global_state.get('elites') or dna_list
    if not elites:
        raise KeyError(
            "'elites': there are no elites in the global state yet, and no population either."
        )
    cursor = global_state.get('elite_cursor', 0) % len(elites)
    global_state['elite_cursor'] = (cursor + 1) % len(elites)
    return [elites[cursor]]


@members([('count', T.Int(), 'The number.')])
class HasAtLeast(Object):
    """A predicate: whether a list has at least a number of items."""

    count: int

    def __call__(self, items: list[Any]) -> bool:
        return len(items) >= self.count


@members(
    [
        ('n', num_output_spec(), 'How many tournaments: a number, a share of the input, or None.'),
        ('size', T.Int(min_value=1, default=2), 'How many items take part in each.'),
        SEED,
    ],
    init_arg_list=['n', 'size', 'seed'],
)
class Tournament(Selector):
    """The winners of tournaments between random items of a list that is ordered best first.

    In each tournament `size` different items meet, and the one that comes first in the list wins.
    An item can win several times.
    """

    n: Any = None
    size: int = 2
    seed: int | None = None

    def _on_bound(self) -> None:
        super()._on_bound()
        self._random: Any = random if self.seed is None else random.Random(self.seed)

    def select(self, inputs: list[Any], global_state: Any = None, step: int = 0) -> list[Any]:
        if not inputs:
            return []
        places = range(len(inputs))
        size = min(self.size, len(inputs))
        n = compute_num_output(self.n, len(inputs), step)
        return [inputs[min(self._random.sample(places, size))] for _ in range(n)]


@members([('n', T.Int(min_value=0), 'How many individuals are needed.')])
class LeadingFronts(Operation):
    """The first of several lists, as many as it takes to have `n` items."""

    n: int

    def call(self, inputs: list[list[Any]]) -> list[list[Any]]:
        count = 0
        for i, front in enumerate(inputs):
            if count >= self.n:
                return inputs[:i]
            count += len(front)
        return inputs


def elitist_update(population_size: int, survival: Any) -> Conditional:
    """The operation that makes new elites each time that a generation is complete.

    Args:
        population_size: number of new individuals that complete a generation, and of elites.
        survival: operation from the elites and the new individuals to all of them, best first.
    """
    join = GlobalStateGetter('elites', default=[]) + Identity()
    keep = First(population_size).as_global_state('elites') + GlobalStateSetter('elite_cursor', 0)
    return Conditional(
        HasAtLeast(population_size),
        join >> survival >> keep,
    )


def bred(parents: Callable[[int], Any], crossover: Any, mutator: Any) -> Pipeline:
    """The operation that makes children by crossover, if any, and mutation.

    Args:
        parents: returns the operation that selects a number of parents.
        crossover: operation from parents to children, or None.
        mutator: operation from children to changed ones.
    """
    if crossover is None:
        return Pipeline([parents(1), mutator])
    number = crossover.NUM_PARENTS if isinstance(crossover, Recombinator) else None
    return Pipeline([parents(number or 2), crossover, mutator])


def nsga2(
    mutator: Any = DEFAULT_MUTATOR,
    population_size: int = 100,
    seed: int | None = None,
    *,
    crossover: Any = None,
    tournament: int | None = None,
) -> Evolution:
    """NSGA-II (Deb et al. 2002) for several objectives, all to be maximised.

    Rewards are tuples of numbers, of any length. The elites are the first `population_size` of all
    individuals, sorted into fronts and by crowding distance within each; `global_state.elites` has
    them, best first. It begins with twice as many random individuals.

    By default this is PyGlove's variant: each elite in turn is mutated. With `crossover` and
    `tournament` it is the paper's::

        R, M = mt.evolution.recombinators, mt.evolution.mutators
        algorithm = mt.evolution.nsga2(
            M.Polynomial(eta=20),
            population_size=100,
            crossover=R.SimulatedBinary(eta=20, probability=0.9),
            tournament=2,
            seed=1,
        )

    Args:
        mutator: operation from a parent (with `crossover`: from the children) to what is proposed,
            by default `mutators.Uniform`; any operation, or a function from a list of DNAs to one.
        population_size: number of elites, and of individuals in a generation.
        seed: seed of all parts that have none themselves.
        crossover: operation from two parents (or as many as it wants) to children; None for none.
        tournament: number of elites that compete to be a parent, by front, then by crowding
            distance; None takes the elites in turn.

    Raises:
        ValueError: `population_size` or `tournament` is less than 1.
    """
    check_population_size(population_size)

    def parents(count: int) -> Any:
        if tournament is not None:
            return GlobalStateGetter('elites') >> Tournament(count, tournament)
        elite = cast(Any, next_elite)()
        return elite if count == 1 else Lambda(elite) * count

    survival = (
        Lambda(cast(Any, nondominated_sort)())
        >> LeadingFronts(population_size)
        >> ElementWise(cast(Any, crowding_distance_sort)())
        >> Flatten()
    )
    return Evolution(
        bred(parents, crossover, own_mutator(mutator)),
        population_init=(geno.Random(seed), 2 * population_size),
        population_update=elitist_update(population_size, survival),
        multi_objective=True,
        seed=seed,
    )


register_reference_names('evolution.nsga2', nondominated_sort, crowding_distance_sort, next_elite)
