"""Regularized evolution: the oldest dies, not the worst."""

from __future__ import annotations

from typing import Any

from mutandis.algorithms.evolution.generator import Evolution
from mutandis.algorithms.evolution.mutators import Uniform
from mutandis.algorithms.evolution.selectors import Last, Random, Top
from mutandis.hyper import geno

__all__ = ['RegularizedEvolution', 'regularized_evolution']

DEFAULT_MUTATOR = Uniform()


def regularized_evolution(
    mutator: Any = DEFAULT_MUTATOR,
    population_size: int = 100,
    tournament_size: int = 10,
    seed: int | None = None,
) -> Evolution:
    """Regularized evolution (Real et al. 2019, arXiv 1802.01548, Algorithm 1).

    Each child is a mutation of the best of `tournament_size` random members of the population; it
    takes the place of the oldest member. So an individual survives only by its descendants, and a
    reward that was lucky is forgotten. ::

        algorithm = mt.evolution.regularized_evolution(population_size=50, seed=1)
        result = mt.search(space, task, algorithm, 500)

    Args:
        mutator: operation from the parent to its child, by default `mutators.Uniform`; any
            operation, or a function from a list of DNAs to one.
        population_size: number of members; the first ones are random.
        tournament_size: number of members that compete to be the parent.
        seed: seed of all parts that have none themselves.

    Raises:
        ValueError: `tournament_size` is less than 2, or greater than `population_size`.
    """
    if tournament_size < 2:
        raise ValueError(
            f'`tournament_size` must be at least 2, so that there is a selection, but it is '
            f'{tournament_size}.'
        )
    if population_size < tournament_size:
        raise ValueError(
            f'`population_size` must be at least `tournament_size` ({tournament_size}), but it is '
            f'{population_size}.'
        )
    return Evolution(
        Random(tournament_size, seed=seed) >> Top(1) >> own_mutator(mutator),
        population_init=(geno.Random(seed), population_size),
        population_update=Last(population_size),
        seed=seed,
    )


def own_mutator(mutator: Any) -> Any:
    """The mutator for a new algorithm: the default one is not shared."""
    return Uniform() if mutator is DEFAULT_MUTATOR else mutator


def check_population_size(population_size: int) -> None:
    """Raises a `ValueError` if there would be no population."""
    if population_size < 1:
        raise ValueError(f'`population_size` must be at least 1, but it is {population_size}.')


RegularizedEvolution = regularized_evolution
