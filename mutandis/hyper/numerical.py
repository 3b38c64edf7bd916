"""Numerical placeholders: a float within a range."""

from typing import Annotated, Any

from mutandis import typing as T
from mutandis.base import KeyPath
from mutandis.hyper import geno
from mutandis.hyper.base import HyperPrimitive
from mutandis.hyper.fields import accepts_instance
from mutandis.symbolic import use_init_args
from mutandis.typing.paths import at_path

_SCALES = [None, 'linear', 'log', 'rlog']


@use_init_args(['min_value', 'max_value', 'scale', 'name', 'hints'])
class Float(HyperPrimitive):
    """A float within a closed range (see `floatv`)."""

    __serialization_key__ = 'hyper.Float'

    min_value: Annotated[float, 'Least value.']
    max_value: Annotated[float, 'Greatest value.']
    scale: Annotated[
        T.Enum(None, _SCALES),  # type: ignore[valid-type]
        'Scale on which algorithms look at the range.',
    ]

    def _sym_source(self) -> Any:
        from mutandis.hyper.source_code import floatv_call

        return floatv_call(self)

    def _on_bound(self) -> None:
        super()._on_bound()
        low, high = self.sym_getattr('min_value'), self.sym_getattr('max_value')
        if not (isinstance(low, float) and isinstance(high, float)):
            return
        if low != low or high != high:
            raise ValueError(f'The ends of a range must be numbers, but they are {low} and {high}.')
        if low > high:
            raise ValueError(
                f'`min_value` ({low}) is greater than `max_value` ({high}). Swap them.'
            )
        if self.scale in ('log', 'rlog') and low <= 0:
            raise ValueError(
                f'`min_value` must be positive for scale {self.scale!r}, but it is {low}. Raise '
                f'it, or use a linear scale.'
            )

    @property
    def is_leaf(self) -> bool:
        """Whether there is no placeholder below: always."""
        return True

    def dna_spec(self, location: Any = None) -> Any:
        """Returns the decision point."""
        return geno.Float._make(
            self.min_value,
            self.max_value,
            self.scale,
            self.hints,
            KeyPath() if location is None else KeyPath.from_value(location),
            self.name,
        )

    def decode(self, dna: geno.DNA) -> float:
        """Returns the value of the DNA.

        Raises:
            ValueError: It is no float, or out of range.
        """
        self._check(dna.value, 'The value of the DNA')
        if dna.children:
            raise ValueError(f'{dna!r} has children, but a float has none.')
        return float(dna.value)

    def encode(self, value: Any) -> geno.DNA:
        """Returns the DNA of a value.

        Raises:
            ValueError: It is no float, or out of range.
        """
        self._check(value, 'The value to encode')
        return geno.DNA(value)

    def _check(self, value: Any, what: str) -> None:
        low, high = self.min_value, self.max_value
        if not isinstance(value, float) or not low <= value <= high:
            raise ValueError(
                f'{what} must be a float from {low} to {high}, but it is {value!r}'
                f'{self._at_path()}.'
            )

    def custom_apply(
        self, path: Any, value_spec: Any, allow_partial: bool, child_transform: Any = None
    ) -> tuple[bool, Any]:
        """Checks that the field takes a float, and that its bounds include those of the range."""
        if accepts_instance(value_spec, self):
            return (False, self)
        spec = _float_spec(value_spec)
        if spec is None:
            raise TypeError(
                at_path(
                    f'A float placeholder does not fit {value_spec!r}. Use `oneof` with candidates '
                    f'of the right type',
                    path,
                )
            )
        low, high = spec.min_value, spec.max_value
        if (low is not None and self.min_value < low) or (
            high is not None and self.max_value > high
        ):
            raise ValueError(
                at_path(
                    f'The range [{self.min_value}, {self.max_value}] of the placeholder leaves '
                    f'the range of the field, {spec!r}. Narrow it',
                    path,
                )
            )
        return (False, self)


Float.register_for_deserialization('hyper.Float', ['pyglove.generators.genetic.Float'])


def is_float(primitive: Any) -> bool:
    """Whether a placeholder is the number that its DNA holds."""
    return isinstance(primitive, Float) and type(primitive).decode is Float.decode


def _float_spec(value_spec: Any) -> Any:
    if isinstance(value_spec, T.Float):
        return value_spec
    if isinstance(value_spec, T.Union):
        for candidate in value_spec.candidates:
            found = _float_spec(candidate)
            if found is not None:
                return found
    return None


def floatv(
    min_value: float,
    max_value: float,
    scale: str | None = None,
    *,
    name: str | None = None,
    hints: Any | None = None,
) -> Any:
    """A placeholder for a float within a closed range.

    Args:
        min_value: Least value.
        max_value: Greatest value.
        scale: None or `'linear'`; `'log'` for even steps of the logarithm; `'rlog'` for the mirror
            image of it, which spreads values close to the maximum. The last two need a positive
            `min_value`.
        name: Name of the decision, unique in its space.
        hints: Anything that algorithms want to know about the decision.

    Raises:
        ValueError: The range is empty, or the scale does not fit it.
    """
    return Float(min_value=min_value, max_value=max_value, scale=scale, name=name, hints=hints)
