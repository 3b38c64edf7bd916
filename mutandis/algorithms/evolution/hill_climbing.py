"""Hill climbing: mutate the best."""

from __future__ import annotations

from typing import Any

from mutandis.algorithms.evolution.generator import Evolution
from mutandis.algorithms.evolution.regularized import DEFAULT_MUTATOR, own_mutator
from mutandis.algorithms.evolution.selectors import Top
from mutandis.hyper import geno

__all__ = ['hill_climb']


def hill_climb(
    mutator: Any = DEFAULT_MUTATOR,
    batch_size: int = 1,
    init_population_size: int = 1,
    seed: int | None = None,
) -> Evolution:
    """Hill climbing, the (1+λ) evolution strategy (Rechenberg 1973).

    The best individual so far is mutated `batch_size` times; it stays the best until a child is
    better. Among equals the older one stays. ::

        algorithm = mt.evolution.hill_climb(seed=1)

    Args:
        mutator: operation from the best individual to its child, by default `mutators.Uniform`.
        batch_size: λ, number of children made of the same parent.
        init_population_size: number of random individuals to begin with.
        seed: seed of all parts that have none themselves.

    Raises:
        TypeError: `mutator` is no `Operation`.
    """
    return Evolution(
        Top(1) >> own_mutator(mutator) * batch_size,
        population_init=(geno.Random(seed), init_population_size),
        population_update=Top(1),
        seed=seed,
    )
