"""`IntRange`: a decision for one integer of a range.

It is a choice among as many constant candidates as the range has members, of which none exists
before somebody asks for it: whatever knows choices can search it, and a range of 10^9 costs
nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from mutandis import typing as T
from mutandis.base import KeyPath
from mutandis.hyper.geno.categorical import Choices
from mutandis.hyper.geno.plan import ChoicesPlan, log_int
from mutandis.hyper.geno.space import Space
from mutandis.hyper.geno.spec import (
    ROOT_LOCATION,
    DecisionPoint,
    TextParts,
    new_spec,
    set_attribute,
)
from mutandis.hyper.geno.text import format_point

__all__ = ['IntRange', 'check_int_range', 'intv']


class ConstantCandidates(Sequence[Any]):
    """The candidates of a range: constant spaces, each made when it is asked for."""

    __slots__ = ('_owner', '_size')

    def __init__(self, owner: Any, size: int) -> None:
        self._owner = owner
        self._size = size

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(self._size))]
        position = range(self._size)[index]
        space = Space._make([], index=position)
        set_attribute(space, '_sym_parent', self._owner)
        set_attribute(space, '_sym_key', position)
        return space

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(self._size))

    def __repr__(self) -> str:
        return f'<{self._size} constant candidates>'


def check_int_range(low: Any, high: Any, step: Any, log: Any, where: str = '') -> None:
    """Checks the numbers of an integer range.

    Raises:
        ValueError: One is no integer, the range is empty, or it has no logarithmic scale.
    """
    for name, value in (('low', low), ('high', high), ('step', step)):
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueError(f'`{name}` of an integer range must be an int, not {value!r}{where}.')
    if step < 1:
        raise ValueError(f'`step` of an integer range must be at least 1, but it is {step}{where}.')
    if low > high:
        raise ValueError(f'`low` ({low}) must not be greater than `high` ({high}){where}.')
    if log and low < 1:
        raise ValueError(
            f'`low` must be at least 1 when `log=True`, but it is {low}{where}. Raise it, or use '
            f'`log=False`.'
        )
    if log and step != 1:
        raise ValueError(
            f'`step` must be 1 when `log=True`, but it is {step}{where}. Use `log=False`, or '
            f'`oneof` with the wanted values.'
        )


class IntRange(Choices):
    """A decision for an integer: one of `low, low + step, ...` up to the last one <= `high`.

    The value in a DNA is the index of the integer, as for all choices.

    Args:
        low: Least value.
        high: Upper end; itself a value if a whole number of steps leads to it.
        step: Distance of neighbours, at least 1.
        log: Whether algorithms look at the range on a logarithmic scale; needs `low >= 1` and
            `step == 1`.
        hints: Anything that algorithms want to know about the decision.
        location: Path of this spec relative to the enclosing spec.
        name: Name of the decision, unique in the whole space.

    Raises:
        ValueError: A bad range, or a number that is no int.
    """

    if TYPE_CHECKING:
        low: int
        high: int
        step: int
        log: bool

        def __init__(
            self,
            low: int,
            high: int,
            step: int = 1,
            log: bool = False,
            hints: Any = None,
            location: KeyPath | str = ...,
            name: str | None = None,
        ) -> None: ...

    @classmethod
    def _make_range(
        cls,
        low: int,
        high: int,
        step: int = 1,
        log: bool = False,
        hints: Any = None,
        location: KeyPath = ROOT_LOCATION,
        name: str | None = None,
    ) -> IntRange:
        """Builds a parentless point, unchecked."""
        self: IntRange = new_spec(cls, location, hints)
        for key, value in (('name', name), ('low', low), ('high', high), ('step', step)):
            set_attribute(self, key, value)
        set_attribute(self, 'log', log)
        return self

    def _make_fields(self) -> None:
        """All fields are there."""

    def _on_bound(self) -> None:
        DecisionPoint._on_bound(self)
        check_int_range(self.low, self.high, self.step, self.log)

    @property
    def is_ordinal(self) -> bool:
        return True

    @property
    def values(self) -> range:
        """The integers, in order: candidate i stands for `values[i]`."""
        return range(self.low, self.high + 1, self.step)

    # A choice keeps its literals and the number of its constant candidates under these names.
    _literals = literal_values = values  # type: ignore[assignment]

    @property
    def _constants(self) -> int:  # type: ignore[override]
        return len(self.values)

    def value_at(self, index: int) -> int:
        """The integer that a candidate stands for.

        Raises:
            IndexError: There are fewer candidates.
        """
        if not 0 <= index < len(self.values):
            raise IndexError(
                f'There is no candidate {index}: the range has {len(self.values)} (decision='
                f'{self.id.path!r}).'
            )
        return self.values[index]

    def index_of(self, value: int) -> int:
        """The index of the candidate that stands for an integer.

        Raises:
            ValueError: The range does not hold it.
        """
        index = self._index_of_literal(value)
        if index is None:
            raise ValueError(
                f'{value!r} is not in the range from {self.low} to {self.high} in steps of '
                f'{self.step} (decision={self.id.path!r}).'
            )
        return index

    def _index_of_literal(self, value: Any) -> int | None:
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return self.values.index(value) if isinstance(value, int) and value in self.values else None

    def to_unit(self, value: int) -> float:
        """Maps an integer of the range to (0, 1): to the middle of the share that it owns."""
        if self.log:
            bottom = self.low - 0.5
            return math.log(value / bottom) / math.log((self.high + 0.5) / bottom)
        return (self.index_of(value) + 0.5) / len(self.values)

    def from_unit(self, unit: float) -> int:
        """Maps a number of [0, 1] to an integer of the range; the inverse of `to_unit`."""
        if self.log:
            return log_int(unit, self.low, self.high)
        n = len(self.values)
        return self.values[min(n - 1, max(0, int(unit * n)))]

    def _point_plan(self) -> ChoicesPlan:
        log_range = (self.low, self.high) if self.log else None
        return ChoicesPlan(1, len(self.values), True, False, None, log_range)

    def _make_signature(self) -> Any:
        if self.hints is not None:
            raise NotImplementedError()
        numbers = (self.low, self.high, self.step, bool(self.log))
        return (type(self), self.location._keys, self.name, *numbers)

    def _text(self, indent: int, show_id: bool) -> TextParts:
        yield format_point(
            self,
            show_id,
            [
                ('name', self.name),
                ('low', self.low),
                ('high', self.high),
                ('step', None if self.step == 1 else self.step),
                ('log', self.log or None),
                ('hints', self.hints),
            ],
        )


IntRange.update_schema(
    [
        *(DecisionPoint.__schema__[key] for key in ('location', 'hints', 'name')),
        ('low', T.Any(), 'Least value.'),
        ('high', T.Any(), 'Upper end of the range.'),
        ('step', T.Any(default=1), 'Distance of neighbours.'),
        ('log', T.Bool(default=False), 'Whether the scale is logarithmic.'),
    ],
    extend=False,
    init_arg_list=['low', 'high', 'step', 'log', 'hints', 'location', 'name'],
)
# What all ranges have in common as choices.
for _key, _value in {
    'candidates': property(lambda point: ConstantCandidates(point, len(point.values))),
    'num_choices': 1,
    'distinct': True,
    'sorted': False,
    'subchoice_index': None,
}.items():
    type.__setattr__(IntRange, _key, _value)
IntRange.register_for_deserialization('mutandis.geno.IntRange', ['geno.IntRange'])

intv = IntRange
