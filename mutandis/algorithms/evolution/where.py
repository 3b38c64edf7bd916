"""Filters of decision points: where individuals are recombined.

A recombinator asks its filter which of the decision points it is to work on. A filter is a symbolic
object, so that it is printed and saved with the operation; functions become filters where one is
expected.
"""

from __future__ import annotations

import abc
import random
import typing
from collections.abc import Callable

from mutandis import typing as T
from mutandis.algorithms.evolution.operation import keyword_adapter
from mutandis.algorithms.evolution.seeding import SEED
from mutandis.algorithms.reference_names import register_reference_names
from mutandis.algorithms.scalars.base import scalar_spec, scalar_value
from mutandis.hyper.geno import DecisionPoint
from mutandis.symbolic import Object, members

__all__ = ['ALL', 'ANY', 'All', 'Any', 'DecisionPointFilter', 'Lambda', 'where_spec']


class DecisionPointFilter(Object):
    """A function from a list of decision points to those of them that count.

    Sub-classes implement `call`, which may have the parameters `global_state` and `step`. Where a
    filter is expected, a function is taken as `Lambda`. ::

        class Named(mt.evolution.where.DecisionPointFilter):
            name: str

            def call(self, decision_points):
                return [point for point in decision_points if point.name == self.name]

        mt.evolution.recombinators.Uniform(where=Named('width'))
    """

    # Made on first use: how `call` is called.
    _sym_runner: typing.ClassVar[typing.Any] = None

    def _on_bound(self) -> None:
        super()._on_bound()
        if self._sym_runner is not None:
            object.__setattr__(self, '_sym_runner', None)

    @abc.abstractmethod
    def call(
        self, decision_points: list[typing.Any], *args: typing.Any, **kwargs: typing.Any
    ) -> list[typing.Any]:
        """The decision points that count."""

    def __call__(
        self, decision_points: list[typing.Any], global_state: typing.Any = None, step: int = 0
    ) -> typing.Any:
        """Applies the filter.

        Args:
            decision_points: what to choose from.
            global_state: what all operations of a search share.
            step: what scheduled hyper-parameters depend on.
        """
        run = self._sym_runner
        if run is None:
            run = keyword_adapter(self.call)
            object.__setattr__(self, '_sym_runner', run)
        return run(decision_points, global_state, step)


@members(
    [
        (
            'fn',
            T.Callable([T.List(T.Object(DecisionPoint))], returns=T.List(T.Object(DecisionPoint))),
            'Function from decision points to those that count; may have the parameters '
            '`global_state` and `step`.',
        )
    ]
)
class Lambda(DecisionPointFilter):
    """A function as a filter."""

    fn: Callable[..., typing.Any]

    def _on_bound(self) -> None:
        super()._on_bound()
        self._run = keyword_adapter(self.fn)

    def call(
        self, decision_points: list[typing.Any], global_state: typing.Any = None, step: int = 0
    ) -> typing.Any:
        return self._run(decision_points, global_state, step)


class All(DecisionPointFilter):
    """All decision points: the very list."""

    def call(self, decision_points: list[typing.Any]) -> list[typing.Any]:
        return decision_points


@members(
    [
        (
            'k',
            scalar_spec(T.Int(min_value=0)).set_default(1),
            'How many decision points, or a function of the step.',
        ),
        SEED,
    ],
    init_arg_list=['k', 'seed'],
)
class Any(DecisionPointFilter):
    """`k` random decision points in their order; the very list if there are no more than that."""

    k: typing.Any = 1
    seed: int | None = None

    def _on_bound(self) -> None:
        super()._on_bound()
        self._random: typing.Any = random if self.seed is None else random.Random(self.seed)

    def call(
        self, decision_points: list[typing.Any], global_state: typing.Any = None, step: int = 0
    ) -> typing.Any:
        k = scalar_value(self.k, step)
        if k >= len(decision_points):
            return decision_points
        drawn = self._random.sample(list(range(len(decision_points))), k)
        return [decision_points[i] for i in sorted(drawn)]


ALL = All()
ANY = Any()


def where_spec(default: DecisionPointFilter = ALL) -> T.ValueSpec:
    """The spec of a field that holds a filter, or takes a function as one."""
    return T.Object(DecisionPointFilter, default=default)


T.register_converter(Callable, DecisionPointFilter, Lambda)
register_reference_names('evolution.where', Lambda, All, Any)
