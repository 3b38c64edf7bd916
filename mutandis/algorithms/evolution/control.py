"""Control of operations: chance, conditions, nested lists, and the global state."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from mutandis import typing as T
from mutandis.algorithms.evolution.algebra import _Single
from mutandis.algorithms.evolution.operation import (
    Operation,
    Runner,
    inner_runner_of,
    keyword_adapter,
    list_operation_spec,
    runner_of,
)
from mutandis.algorithms.evolution.seeding import SEED
from mutandis.algorithms.reference_names import register_reference_names
from mutandis.algorithms.scalars.base import scalar_spec, scalar_value
from mutandis.base import MISSING_VALUE, MissingValue
from mutandis.symbolic import members

__all__ = [
    'Choice',
    'Conditional',
    'ElementWise',
    'Flatten',
    'GlobalStateGetter',
    'GlobalStateSetter',
    'UntilChange',
]


@members(
    [
        (
            'ops',
            T.List(
                T.Tuple([list_operation_spec(), scalar_spec(T.Float(min_value=0.0, max_value=1.0))])
            ),
            'Pairs (operation, probability or function of the step).',
        ),
        (
            'limit',
            scalar_spec(T.Int(min_value=0)).noneable(),
            'How many of them are applied at most; None for all.',
        ),
        SEED,
    ]
)
class Choice(Operation):
    """Applies each of several operations with a probability, one on the output of the other.

    The operations are tried in order, until `limit` of them have been applied. If none is, the
    output is the input itself. ::

        Choice([(Swap(seed=1), 0.5), (Uniform(seed=2), 0.1)], limit=1, seed=3)
    """

    ops: list[Any]
    limit: Any = None
    seed: int | None = None

    def _on_bound(self) -> None:
        super()._on_bound()
        self._random: Any = random if self.seed is None else random.Random(self.seed)

    def _make_runner(self) -> Runner:
        pairs = [(runner_of(op), probability) for op, probability in self.ops]

        def run(inputs: Any, global_state: Any, step: int) -> Any:
            limit = scalar_value(self.limit, step)
            applied = 0
            for operand, probability in pairs:
                if limit is not None and applied >= limit:
                    break
                if self._random.random() < scalar_value(probability, step):
                    inputs = operand(inputs, global_state, step)
                    applied += 1
            return inputs

        return run


@members(
    [
        (
            'predicate',
            T.Callable([T.List(T.Any())], returns=T.Bool()),
            'Function of the input; may have the parameters `global_state` and `step`.',
        ),
        ('true_op', list_operation_spec().noneable(), 'What to do if it holds.'),
        ('false_op', list_operation_spec().noneable(), 'What to do if it does not.'),
    ]
)
class Conditional(Operation):
    """One of two operations, as a predicate of the input says; None gives the input itself."""

    predicate: Callable[..., Any]
    true_op: Any = None
    false_op: Any = None

    def _make_runner(self) -> Runner:
        holds = keyword_adapter(self.predicate)
        chosen = None if self.true_op is None else inner_runner_of(self.true_op)
        other = None if self.false_op is None else inner_runner_of(self.false_op)

        def run(inputs: Any, global_state: Any, step: int) -> Any:
            operand = chosen if holds(inputs, global_state, step) else other
            return inputs if operand is None else operand(inputs, global_state, step)

        return run


class ElementWise(_Single):
    """An operation on each item of the input, which are lists; gives the list of outputs."""

    def call(self, inputs: list[Any], global_state: Any = None, step: int = 0) -> list[Any]:
        run = self._operand
        return [run(item, global_state, step) for item in inputs]


@members([('max_level', T.Int(min_value=1).noneable(), 'How many levels to unnest; None for all.')])
class Flatten(Operation):
    """Unnests nested lists (not tuples): `[[1, [2]], 3]` becomes `[1, 2, 3]`."""

    max_level: int | None = None

    def call(self, inputs: list[Any]) -> list[Any]:
        flat: list[Any] = []
        # Lists that are being unnested, with their levels.
        stack = [(iter(inputs), 0)]
        while stack:
            items, level = stack[-1]
            for item in items:
                if isinstance(item, list) and (self.max_level is None or level < self.max_level):
                    stack.append((iter(item), level + 1))
                    break
                flat.append(item)
            else:
                stack.pop()
        return flat


@members(
    [
        (
            'max_attempts',
            scalar_spec(T.Int(min_value=1)).noneable(),
            'How often to run at most; None for ever.',
        )
    ]
)
class UntilChange(_Single):
    """Runs an operation on the same input until its output differs from it, by value."""

    max_attempts: Any = None

    def call(self, inputs: list[Any], global_state: Any = None, step: int = 0) -> Any:
        run = self._operand
        limit = scalar_value(self.max_attempts, step)
        attempts = 1
        outputs = run(inputs, global_state, step)
        while outputs == inputs and (limit is None or attempts < limit):
            outputs = run(inputs, global_state, step)
            attempts += 1
        return outputs


@members(
    [
        ('key', T.Str(), 'Key in the global state.'),
        (
            'default',
            T.List(T.Any()).noneable(),
            'What to give when there is no such key; None makes that an error.',
        ),
    ]
)
class GlobalStateGetter(Operation):
    """The list kept in the global state under a key, whatever the input.

    Raises:
        KeyError: there is no such key and no default.
    """

    key: str
    default: list[Any] | None = None

    def call(self, inputs: list[Any], global_state: Any = None) -> Any:
        if self.default is None:
            return global_state[self.key]
        return global_state.get(self.key, self.default)


@members(
    [
        ('key', T.Str(), 'Key in the global state.'),
        (
            'value',
            T.Any(default=(MISSING_VALUE,)),
            'What to keep; if it is not given, the input is kept.',
        ),
    ]
)
class GlobalStateSetter(Operation):
    """Keeps a constant, or the input, in the global state under a key; gives an empty list."""

    key: str
    # A missing value itself cannot be a default.
    value: Any = (MISSING_VALUE,)

    def call(self, inputs: list[Any], global_state: Any = None) -> list[Any]:
        value = self.value
        given = not (
            isinstance(value, tuple) and len(value) == 1 and isinstance(value[0], MissingValue)
        )
        global_state[self.key] = value if given else inputs
        return []


register_reference_names(
    'evolution.base',
    Choice,
    Conditional,
    ElementWise,
    Flatten,
    UntilChange,
    GlobalStateGetter,
    GlobalStateSetter,
)
