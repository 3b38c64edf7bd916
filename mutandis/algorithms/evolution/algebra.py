"""The algebra of operations: sequence, repetition, slices, and sets of outputs.

Sets compare by identity: two DNAs that are equal but not the same are two items.
"""

from __future__ import annotations

from typing import Any, ClassVar

from mutandis import typing as T
from mutandis.algorithms.evolution.operation import (
    Operation,
    Runner,
    inner_runner_of,
    list_operation_spec,
    runner_of,
)
from mutandis.algorithms.reference_names import register_reference_names
from mutandis.algorithms.scalars.base import scalar_spec, scalar_value
from mutandis.symbolic import members

__all__ = [
    'Concatenation',
    'Difference',
    'Identity',
    'Intersection',
    'Inversion',
    'Lambda',
    'Pipeline',
    'Power',
    'Repeat',
    'Slice',
    'SymmetricDifference',
    'Union',
]


class Identity(Operation):
    """Gives its input: the very list."""

    def call(self, inputs: list[Any]) -> list[Any]:
        return inputs


@members([('fn', list_operation_spec(), 'Function from a list to a list.')])
class Lambda(Operation):
    """A function as an operation."""

    fn: Any

    def _make_runner(self) -> Runner:
        return runner_of(self.fn)


@members([('op', list_operation_spec(), 'The operation: any function from a list to a list.')])
class _Single(Operation):
    """Base of operations on one other."""

    op: Any

    # Made on first use: how the operand is run.
    _sym_operand: ClassVar[Any] = None

    def _on_bound(self) -> None:
        super()._on_bound()
        if self._sym_operand is not None:
            object.__setattr__(self, '_sym_operand', None)

    @property
    def _operand(self) -> Runner:
        run: Runner | None = self._sym_operand
        if run is None:
            run = inner_runner_of(self.op)
            object.__setattr__(self, '_sym_operand', run)
        return run


@members([('ops', T.List(list_operation_spec(), min_size=1), 'Functions from a list to a list.')])
class _Several(Operation):
    """Base of operations on several others."""

    ops: list[Any]

    # Made on first use: how the operands are run.
    _sym_operands: ClassVar[Any] = None

    def _on_bound(self) -> None:
        super()._on_bound()
        if self._sym_operands is not None:
            object.__setattr__(self, '_sym_operands', None)

    @property
    def _operands(self) -> tuple[Runner, ...]:
        runs: tuple[Runner, ...] | None = self._sym_operands
        if runs is None:
            runs = tuple(map(inner_runner_of, self._operations()))
            object.__setattr__(self, '_sym_operands', runs)
        return runs

    def _operations(self) -> list[Any]:
        return list(self.ops)

    def _outputs(self, inputs: Any, global_state: Any, step: int) -> list[Any]:
        return [run(inputs, global_state, step) for run in self._operands]


_at_least_two = members(
    [('ops', T.List(list_operation_spec(), min_size=2), 'Functions from a list to a list.')]
)


@_at_least_two
class Pipeline(_Several):
    """`a >> b`: each operation on the output of the one before."""

    def _operations(self) -> list[Any]:
        # Chains nest when they are written; they run as one.
        flat: list[Any] = []
        for op in self.ops:
            if type(op) is Pipeline:
                flat += op._operations()
            else:
                flat.append(op)
        return flat

    def _make_runner(self) -> Runner:
        operands = self._operands

        def run(inputs: Any, global_state: Any, step: int) -> Any:
            for operand in operands:
                inputs = operand(inputs, global_state, step)
            return inputs

        return run


@members([('k', scalar_spec(T.Int()), 'How many times, at least 0; or a function of the step.')])
class Power(_Single):
    """`a ** k`: the operation k times in sequence; the input itself if k is 0 or less."""

    k: Any

    def call(self, inputs: list[Any], global_state: Any = None, step: int = 0) -> Any:
        run = self._operand
        for _ in range(scalar_value(self.k, step)):
            inputs = run(inputs, global_state, step)
        return inputs


@_at_least_two
class Concatenation(_Several):
    """`a + b`: the outputs one after the other."""

    def call(self, inputs: list[Any], global_state: Any = None, step: int = 0) -> list[Any]:
        return [item for output in self._outputs(inputs, global_state, step) for item in output]


@members([('k', scalar_spec(T.Int()), 'How many times, at least 0; or a function of the step.')])
class Repeat(_Single):
    """`a * k`: the outputs of k runs on the same input, one after the other."""

    k: Any

    def call(self, inputs: list[Any], global_state: Any = None, step: int = 0) -> list[Any]:
        run = self._operand
        outputs: list[Any] = []
        for _ in range(scalar_value(self.k, step)):
            outputs.extend(run(inputs, global_state, step))
        return outputs


@members(
    [
        (
            'index',
            scalar_spec(T.Union([T.Int(), T.Object(slice)])),
            'Position or slice, or a function of the step that gives one.',
        )
    ]
)
class Slice(_Single):
    """`a[i]`, `a[m:n:s]`: a part of the output, always a list.

    Raises:
        IndexError: the position is out of range.
    """

    index: Any

    def call(self, inputs: list[Any], global_state: Any = None, step: int = 0) -> list[Any]:
        output = self._operand(inputs, global_state, step)
        index = scalar_value(self.index, step)
        return output[index] if isinstance(index, slice) else [output[index]]


class Union(_Several):
    """`a | b`: the items of all outputs, each once, in the order of their first occurrence."""

    def call(self, inputs: list[Any], global_state: Any = None, step: int = 0) -> list[Any]:
        outputs = self._outputs(inputs, global_state, step)
        return list({id(item): item for output in outputs for item in output}.values())


@_at_least_two
class Intersection(_Several):
    """`a & b`: the items of the first output that are in all others, each once."""

    def call(self, inputs: list[Any], global_state: Any = None, step: int = 0) -> list[Any]:
        first, *others = self._outputs(inputs, global_state, step)
        common = set.intersection(*(set(map(id, output)) for output in others))
        return list({id(item): item for item in first if id(item) in common}.values())


@_at_least_two
class Difference(_Several):
    """`a - b`: the items of the first output that are in no other."""

    def call(self, inputs: list[Any], global_state: Any = None, step: int = 0) -> list[Any]:
        first, *others = self._outputs(inputs, global_state, step)
        excluded = {id(item) for output in others for item in output}
        return [item for item in first if id(item) not in excluded]


@_at_least_two
class SymmetricDifference(_Several):
    """`a ^ b`: the items that are in exactly one of the outputs."""

    def call(self, inputs: list[Any], global_state: Any = None, step: int = 0) -> list[Any]:
        outputs = self._outputs(inputs, global_state, step)
        counts: dict[int, int] = {}
        for output in outputs:
            for key in set(map(id, output)):
                counts[key] = counts.get(key, 0) + 1
        return [item for output in outputs for item in output if counts[id(item)] == 1]


class Inversion(_Single):
    """`-a`, `~a`: the items of the input that the operation leaves out."""

    def call(self, inputs: list[Any], global_state: Any = None, step: int = 0) -> list[Any]:
        # The output is kept alive while its identities count.
        output = self._operand(inputs, global_state, step)
        selected = set(map(id, output))
        return [item for item in inputs if id(item) not in selected]


register_reference_names(
    'evolution.base',
    Identity,
    Lambda,
    Pipeline,
    Power,
    Concatenation,
    Repeat,
    Slice,
    Union,
    Intersection,
    Difference,
    SymmetricDifference,
    Inversion,
)
