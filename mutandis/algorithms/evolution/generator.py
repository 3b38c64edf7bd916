"""`Evolution`: a population, and the operations by which it renews itself.

An evolution first asks another algorithm for the initial population. Once enough rewards have
arrived, each time that its children are used up it applies the operation `reproduction` to the
population to make more. Each DNA that gets its reward joins the population, and the operation
`population_update` says who stays. The operations are data (`operation.py`): regularized
evolution, hill climbing and others are one expression each.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable
from typing import Any

from mutandis import typing as T
from mutandis.algorithms.evolution import notes
from mutandis.algorithms.evolution.operation import Runner, operation_spec, runner_of
from mutandis.algorithms.evolution.seeding import seeded_copy
from mutandis.algorithms.scalars.base import register_reference_names
from mutandis.hyper.geno import DNA, AttributeDict, DNAGenerator, Random
from mutandis.symbolic import members

__all__ = ['Evolution']


@members(
    [
        (
            'reproduction',
            operation_spec(),
            'Operation from the population to children.',
        ),
        (
            'population_init',
            T.Union(
                [T.Object(DNAGenerator), T.Tuple([T.Object(DNAGenerator), T.Int()])],
                default=(Random(), 50),
            ),
            'The algorithm that proposes the initial population, with its size; without a size it '
            'proposes until it ends.',
        ),
        (
            'population_update',
            operation_spec().noneable(),
            'Operation from the population to what stays of it, applied after each feedback; by '
            'default all stay.',
        ),
        ('multi_objective', T.Bool(default=False), 'Whether rewards are tuples.'),
        (
            'seed',
            T.Int().noneable(),
            'Seeds every part that has a field `seed` without a value; each draws its own '
            'numbers.',
        ),
    ],
    init_arg_list=['reproduction', 'population_init', 'population_update'],
)
class Evolution(DNAGenerator):
    """A search by evolution, made of operations. ::

        S, M = mt.evolution.selectors, mt.evolution.mutators
        algorithm = mt.evolution.Evolution(
            S.Random(10) >> S.Top(1) >> M.Uniform(),        # a tournament, then a mutation
            population_init=(mt.geno.Random(), 50),
            population_update=S.Last(50),                   # the oldest dies
            seed=1,
        )

    The DNAs carry metadata: `proposal_id` and `generation_id` (from 1), `initial_population`, and
    after their feedback `feedback_sequence_number` (from 1) and `reward`.

    Any number of threads may propose and give feedback, in any order. As long as the initial
    population is incomplete, proposals come from its algorithm, so that no worker has to wait.

    Raises:
        ValueError: at `propose`, when the reproduction makes no child.
    """

    reproduction: Any
    population_init: Any = (Random(), 50)
    population_update: Any = None
    multi_objective: bool = False
    seed: int | None = None

    def _on_bound(self) -> None:
        super()._on_bound()
