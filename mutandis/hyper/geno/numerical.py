"""`Float`: a decision for a number within a range."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mutandis import typing as T
from mutandis.base import KeyPath
from mutandis.hyper.geno.plan import FloatPlan, unit_to_value, value_to_unit
from mutandis.hyper.geno.spec import ROOT_LOCATION, DecisionPoint, new_spec, set_attribute
from mutandis.hyper.geno.text import format_point
from mutandis.symbolic.object import members

__all__ = ['Float', 'check_range', 'float_scale_spec', 'floatv']


def float_scale_spec(field_name: str) -> tuple[str, Any, str]:
    """The definition of a field for the scale of a float: `(name, value spec, description)`."""
    return (
        field_name,
        T.Enum(default=None, values=[None, 'linear', 'log', 'rlog']),
        'How the range is explored. None: unscaled; linear: mapped to [0, 1] linearly; log: by '
        'ln(x / min) / ln(max / min); rlog: by 1 - ln((max + min - x) / min) / ln(max / min), so '
        'that values close to the maximum are spread out. `min_value` must be positive for the '
        'last two.',
    )


@members(
    [
        ('min_value', T.Float(), 'Least value.'),
        ('max_value', T.Float(), 'Greatest value.'),
        float_scale_spec('scale'),
    ],
    init_arg_list=['min_value', 'max_value', 'scale', 'hints', 'location', 'name'],
    serialization_key='mutandis.geno.Float',
    additional_keys=['pyglove.generators.geno.Float', 'geno.Float'],
)
class Float(DecisionPoint):
    """A decision for a float within `[min_value, max_value]`."""

    if TYPE_CHECKING:
        min_value: float
        max_value: float
        scale: str | None

        def __init__(
            self,
            min_value: float,
            max_value: float,
            scale: str | None = None,
            hints: Any = None,
            location: KeyPath | str = ...,
            name: str | None = None,
        ) -> None: ...

    @classmethod
    def _make(
        cls,
        min_value: float,
        max_value: float,
        scale: str | None = None,
        hints: Any = None,
        location: KeyPath = ROOT_LOCATION,
        name: str | None = None,
    ) -> Float:
        """Builds a parentless point, unchecked."""
        self: Float = new_spec(cls, location, hints)
        set_attribute(self, 'name', name)
        set_attribute(self, 'min_value', min_value)
        set_attribute(self, 'max_value', max_value)
        set_attribute(self, 'scale', scale)
        return self

    def _on_bound(self) -> None:
        super()._on_bound()
        check_range(self.min_value, self.max_value, self.scale)

    @property
    def is_numerical(self) -> bool:
        return True

    def _point_plan(self) -> FloatPlan:
        return FloatPlan(self.min_value, self.max_value, self.scale)

    def _make_signature(self) -> Any:
        if self.hints is not None:
            raise NotImplementedError()
        return (
            type(self),
            self.location._keys,
            self.name,
            self.min_value,
            self.max_value,
            self.scale,
        )

    def to_unit(self, value: float) -> float:
        """Maps a value of the range to [0, 1] on the scale of this point."""
        return value_to_unit(value, self.min_value, self.max_value, self.scale)

    def from_unit(self, unit: float) -> float:
        """Maps a number of [0, 1] to a value of the range; the inverse of `to_unit`."""
        return unit_to_value(unit, self.min_value, self.max_value, self.scale)

    def format(
        self,
        compact: bool = True,
        verbose: bool = True,
        root_indent: int = 0,
        show_id: bool = True,
        **kwargs: Any,
    ) -> str:
        if not compact:
            return super().format(compact=False, verbose=verbose, root_indent=root_indent, **kwargs)
        return format_point(
            self,
            show_id,
            [
                ('name', self.name),
                ('min_value', self.min_value),
                ('max_value', self.max_value),
                ('scale', self.scale),
                ('hints', self.hints),
            ],
        )


def check_range(min_value: float, max_value: float, scale: str | None) -> None:
    """Checks the range of a float.

    Raises:
        ValueError: the range is empty, or not positive for a logarithmic scale.
    """
    if not min_value <= max_value:
        raise ValueError(
            f'`min_value` ({min_value}) must not be greater than `max_value` ({max_value}).'
        )
    if scale in ('log', 'rlog') and min_value <= 0:
        raise ValueError(
            f'`min_value` must be positive when the scale is {scale!r}, but it is {min_value}.'
        )


floatv = Float
