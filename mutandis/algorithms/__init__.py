"""Algorithms: everything that proposes, under one roof.

All of them see decision specs, DNAs and rewards, never programs, and are exchanged by changing one
line. Each is re-exported here, and loaded on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mutandis.base.lazy_names import Place, lazy_names
from mutandis.hyper.algorithm_registry import algorithm_names, register_algorithm

if TYPE_CHECKING:
    from mutandis.algorithms import early_stopping, evolution, mutfun, scalars
    from mutandis.algorithms.evolution import (
        Evolution,
        RegularizedEvolution,
        hill_climb,
        neat,
        nsga2,
        nsga3,
        regularized_evolution,
    )
    from mutandis.hyper.geno import Deduping, Random, Sweeping
    from mutandis.hyper.geno.dna_generator import dna_generator

# Loaded on first use.
_LAZY: dict[str, Place] = {
    'early_stopping': ('mutandis.algorithms.early_stopping', None),
    'evolution': ('mutandis.algorithms.evolution', None),
    'mutfun': ('mutandis.algorithms.mutfun', None),
    'scalars': ('mutandis.algorithms.scalars', None),
    'Evolution': ('mutandis.algorithms.evolution', 'Evolution'),
    'RegularizedEvolution': ('mutandis.algorithms.evolution', 'RegularizedEvolution'),
    'hill_climb': ('mutandis.algorithms.evolution', 'hill_climb'),
    'neat': ('mutandis.algorithms.evolution', 'neat'),
    'nsga2': ('mutandis.algorithms.evolution', 'nsga2'),
    'nsga3': ('mutandis.algorithms.evolution', 'nsga3'),
    'regularized_evolution': ('mutandis.algorithms.evolution', 'regularized_evolution'),
    'Deduping': ('mutandis.hyper.geno', 'Deduping'),
    'Random': ('mutandis.hyper.geno', 'Random'),
    'Sweeping': ('mutandis.hyper.geno', 'Sweeping'),
    'dna_generator': ('mutandis.hyper.geno', 'dna_generator'),
}

# What `search(space, task, 'name?key=value')` finds here.
_EVOLUTION = 'mutandis.algorithms.evolution'
register_algorithm('hill_climb', f'{_EVOLUTION}:hill_climb')
register_algorithm('neat', f'{_EVOLUTION}:neat')
register_algorithm('nsga2', f'{_EVOLUTION}:nsga2')
register_algorithm('nsga3', f'{_EVOLUTION}:nsga3')
register_algorithm('regularized_evolution', f'{_EVOLUTION}:regularized_evolution')
# The same with a population that is renewed within a few dozen trials.
register_algorithm(
    'evolution', f'{_EVOLUTION}:regularized_evolution', population_size=12, tournament_size=4
)

__all__ = [
    'Deduping',
    'Evolution',
    'Random',
    'RegularizedEvolution',
    'Sweeping',
    'algorithm_names',
    'dna_generator',
    'early_stopping',
    'evolution',
    'hill_climb',
    'mutfun',
    'neat',
    'nsga2',
    'nsga3',
    'register_algorithm',
    'regularized_evolution',
    'scalars',
]


__getattr__, __dir__ = lazy_names(__name__, _LAZY)
