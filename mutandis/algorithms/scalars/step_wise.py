"""`StepWise`: one scalar after another."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import Any

from mutandis import typing as T
from mutandis.algorithms.reference_names import register_reference_names
from mutandis.algorithms.scalars.base import Scalar, scalar_spec, scalar_value
from mutandis.symbolic import members

__all__ = ['StepWise']


@members(
    [
        (
            'phases',
            T.List(
                T.Tuple(
                    [
                        T.Union([T.Int(min_value=0), T.Float(min_value=0.0)]),
                        scalar_spec(T.Any()).noneable(),
                    ]
                ),
                min_size=1,
            ),
            'Pairs (length, scalar).',
        ),
        ('total_steps', T.Int(min_value=1).noneable(), 'Number of steps of all phases together.'),
    ],
    init_arg_list=['phases', 'total_steps'],
)
class StepWise(Scalar):
    """A schedule in phases; in each the step counts from 0 again. ::

        StepWise([(100, 0.5), (200, linear(200, 0.5, 0.1))])     # lengths in steps
        StepWise([(0.3, 0.5), (0.7, 0.1)], total_steps=1000)     # shares of all steps

    After the last phase the value stays what it was at its last step. If no phase has a step, the
    first one goes on for ever.

    Raises:
        ValueError: there is no phase; a length is no number of steps without `total_steps`, or no
            share with it; all shares are 0.
    """

    phases: list[Any]
    total_steps: int | None = None

    def _on_bound(self) -> None:
        super()._on_bound()
        lengths = [length for length, _ in self.phases]
        total = self.total_steps
        expected, what = (int, 'numbers of steps') if total is None else (float, 'shares')
        for i, length in enumerate(lengths):
            if not isinstance(length, expected):
                raise ValueError(
                    f'The lengths of phases must be {what} ({expected.__name__}s) '
                    f'{"without" if total is None else "with"} `total_steps`, but that of phase '
                    f'{i} is {length!r}.'
                )
        if total is not None:
            whole = sum(lengths)
            if whole == 0:
                raise ValueError('The shares of the phases must not all be 0.')
            lengths = [int(share / whole * total) for share in lengths]
        self._ends = list(accumulate(lengths))
        filled = [i for i, length in enumerate(lengths) if length > 0]
        self._last = filled[-1] if filled else None

    def call(self, step: int) -> Any:
        if self._last is None:
            return scalar_value(self.phases[0][1], step)
        # Beyond the end, the last step counts.
        step = min(step, self._ends[self._last] - 1)
        phase = bisect_right(self._ends, step)
        start = self._ends[phase - 1] if phase else 0
        return scalar_value(self.phases[phase][1], step - start)


register_reference_names('scalars.step_wise', StepWise)
