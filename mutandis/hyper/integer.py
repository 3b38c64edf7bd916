"""Integer placeholders: a whole number of a range."""

from typing import Annotated, Any

from mutandis import typing as T
from mutandis.base import KeyPath
from mutandis.hyper import geno
from mutandis.hyper.base import HyperPrimitive
from mutandis.hyper.categorical import Choices
from mutandis.hyper.fields import accepts_instance
from mutandis.hyper.geno.int_range import IntRange, check_int_range
from mutandis.typing.paths import at_path

_INTEGER: Any = T.Any()


class Int(Choices):
    """An integer of a range (see `intv`).

    It is a choice among the integers of the range, none of which is stored.
    """

    __serialization_key__ = 'hyper.Int'

    low: Annotated[_INTEGER, 'Least value.']
    high: Annotated[_INTEGER, 'Upper end.']
    step: Annotated[_INTEGER, 'Distance of neighbours.'] = 1
    log: Annotated[bool, 'Whether algorithms look at the range on a logarithmic scale.'] = False

    def _sym_source(self) -> Any:
        from mutandis.hyper.source_code import intv_call

        return intv_call(self)

    def _on_bound(self) -> None:
        HyperPrimitive._on_bound(self)
        check_int_range(self.low, self.high, self.step, self.log, self._at_path())

    @property
    def integers(self) -> range:
        """The integers, in order."""
        return range(self.low, self.high + 1, self.step)

    candidates = leaf_candidates = literal_values = integers  # type: ignore[assignment]

    @property
    def candidate_spines(self) -> list[Any]:
        """No candidate holds a placeholder."""
        return []

    @property
    def candidate_templates(self) -> list[Any]:
        """One template for each integer."""
        from mutandis.hyper.object_template import ObjectTemplate

        return [ObjectTemplate(value) for value in self.integers]

    def decision_point(self, location: KeyPath, spaces: Any) -> Any:
        """Returns the decision point, an `IntRange`."""
        return IntRange._make_range(
            self.low, self.high, self.step, self.log, self.hints, location, self.name
        )

    def decode(self, dna: geno.DNA) -> int:
        """Returns the integer of a DNA.

        Raises:
            ValueError: The DNA holds no index of the range.
        """
        index, integers = dna.value, self.integers
        if not isinstance(index, int) or not 0 <= index < len(integers) or dna.children:
            raise ValueError(
                f'Expected a DNA with the index of an integer, an int from 0 to '
                f'{len(integers) - 1}, got {dna!r}{self._at_path()}.'
            )
        return integers[index]

    def encode(self, value: Any) -> geno.DNA:
        """Returns the DNA of an integer.

        Raises:
            ValueError: It is not in the range.
        """
        integers = self.integers
        # A field for floats makes a float of the integer.
        number = int(value) if isinstance(value, float) and value.is_integer() else value
        if isinstance(number, bool) or not isinstance(number, int) or number not in integers:
            raise ValueError(
                f'Expected an integer from {self.low} to {integers[-1]} in steps of {self.step}, '
                f'got {value!r}{self._at_path()}.'
            )
        return geno.DNA(integers.index(number))

    def custom_apply(
        self, path: Any, value_spec: Any, allow_partial: bool, child_transform: Any = None
    ) -> tuple[bool, Any]:
        """Checks that the field takes integers, and that its bounds include the range."""
        if accepts_instance(value_spec, self):
            return (False, self)
        spec = _number_spec(value_spec)
        if spec is None:
            raise TypeError(
                at_path(
                    f'An integer placeholder does not fit {value_spec!r}. Use `oneof` with '
                    f'candidates of the right type',
                    path,
                )
            )
        low, high = spec.min_value, spec.max_value
        if (low is not None and self.low < low) or (high is not None and self.integers[-1] > high):
            raise ValueError(
                at_path(
                    f'The range from {self.low} to {self.integers[-1]} of the placeholder leaves '
                    f'the range of the field, {spec!r}. Narrow it',
                    path,
                )
            )
        return (False, self)


Int.update_schema(
    [
        *(HyperPrimitive.__schema__[key] for key in ('name', 'hints')),
        *(Int.__schema__[key] for key in ('low', 'high', 'step', 'log')),
    ],
    extend=False,
    init_arg_list=['low', 'high', 'step', 'log', 'name', 'hints'],
)
# What all integers have in common as choices.
for _key, _value in {
    'num_choices': 1,
    'choices_distinct': True,
    'choices_sorted': False,
    'where': None,
}.items():
    type.__setattr__(Int, _key, _value)


def _number_spec(value_spec: Any) -> Any:
    """The spec for numbers in that of a field; None where there is none."""
    if isinstance(value_spec, (T.Int, T.Float)):
        return value_spec
    if isinstance(value_spec, T.Union):
        found = [spec for spec in map(_number_spec, value_spec.candidates) if spec is not None]
        return next(
            (spec for spec in found if isinstance(spec, T.Int)), found[0] if found else None
        )
    return None


def intv(
    low: int,
    high: int,
    step: int = 1,
    *,
    log: bool = False,
    name: str | None = None,
    hints: Any | None = None,
) -> Any:
    """A placeholder for an integer: one of `low, low + step, ...` up to the last one <= `high`.

    Example::

        space = mt.Dict(layers=mt.intv(1, 12), width=mt.intv(16, 4096, log=True))

    Args:
        low: Least value.
        high: Upper end; itself a value if a whole number of steps leads to it.
        step: Distance of neighbours, at least 1.
        log: Whether integers are drawn evenly on a logarithmic scale; needs `low >= 1` and
            `step == 1`.
        name: Name of the decision, unique in its space.
        hints: Anything that algorithms want to know about the decision.

    Raises:
        ValueError: The range is empty, does not fit the scale, or a number is no int.
    """
    return Int(low=low, high=high, step=step, log=log, name=name, hints=hints)
