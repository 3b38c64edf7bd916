"""`CustomDecisionPoint`: a decision whose DNA, a string, is made by user functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mutandis import typing as T
from mutandis.base import KeyPath
from mutandis.hyper.geno.plan import CustomPlan
from mutandis.hyper.geno.spec import ROOT_LOCATION, DecisionPoint, new_spec, set_attribute
from mutandis.hyper.geno.text import format_point
from mutandis.symbolic import comparison
from mutandis.symbolic.object import members

__all__ = ['CustomDecisionPoint', 'custom']

_FUNCTIONS = ('next_dna_fn', 'random_dna_fn')


@members(
    [
        ('hyper_type', T.Str().noneable(), 'Type of the hyper value, for display.'),
        (
            'next_dna_fn',
            T.Callable().noneable(),
            'Function (DNA or None) -> next DNA, or None after the last.',
        ),
        (
            'random_dna_fn',
            T.Callable().noneable(),
            'Function (random generator, previous DNA or None) -> random DNA.',
        ),
    ],
    init_arg_list=['hyper_type', 'next_dna_fn', 'random_dna_fn', 'hints', 'location', 'name'],
    serialization_key='mutandis.geno.CustomDecisionPoint',
    additional_keys=['pyglove.generators.geno.CustomDecisionPoint', 'geno.CustomDecisionPoint'],
)
class CustomDecisionPoint(DecisionPoint):
    """A decision whose DNA is a string with a meaning known to the user's functions only.

    The two functions count neither for symbolic equality nor in JSON.
    """

    if TYPE_CHECKING:
        hyper_type: str | None
        next_dna_fn: Callable[..., Any] | None
        random_dna_fn: Callable[..., Any] | None

        def __init__(
            self,
            hyper_type: str | None = None,
            next_dna_fn: Callable[..., Any] | None = None,
            random_dna_fn: Callable[..., Any] | None = None,
            hints: Any = None,
            location: KeyPath | str = ...,
            name: str | None = None,
        ) -> None: ...

    @classmethod
    def _make(
        cls,
        hyper_type: str | None = None,
        next_dna_fn: Callable[..., Any] | None = None,
        random_dna_fn: Callable[..., Any] | None = None,
        hints: Any = None,
        location: KeyPath = ROOT_LOCATION,
        name: str | None = None,
    ) -> CustomDecisionPoint:
        """Builds a parentless point, unchecked."""
        self: CustomDecisionPoint = new_spec(cls, location, hints)
        set_attribute(self, 'name', name)
        set_attribute(self, 'hyper_type', hyper_type)
        set_attribute(self, 'next_dna_fn', next_dna_fn)
        set_attribute(self, 'random_dna_fn', random_dna_fn)
        return self

    @property
    def is_custom_decision_point(self) -> bool:
        return True

    def _point_plan(self) -> CustomPlan:
        return CustomPlan(self.next_dna_fn, self.random_dna_fn)

    def _make_signature(self) -> Any:
        if self.hints is not None:
            raise NotImplementedError()
        return (type(self), self.location._keys, self.name, self.hyper_type)

    def sym_eq(self, other: Any) -> bool:
        return type(self) is type(other) and all(
            comparison.eq(left, other.sym_getattr(key))
            for key, left in self.sym_items()
            if key not in _FUNCTIONS
        )

    def sym_hash(self) -> int:
        return comparison.sym_hash(
            (type(self), tuple(v for k, v in self.sym_items() if k not in _FUNCTIONS))
        )

    def sym_jsonify(self, **kwargs: Any) -> Any:
        exclude = set(kwargs.pop('exclude_keys', None) or ())
        return super().sym_jsonify(exclude_keys=exclude | set(_FUNCTIONS), **kwargs)

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
            [('hyper_type', self.hyper_type), ('name', self.name), ('hints', self.hints)],
        )


custom = CustomDecisionPoint
