"""The forms of a DNA that speak of decisions: numbers, dicts, names, ids, functions.

A mixin of `DNA`, which holds the data; the work is done in `dna_dict.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from mutandis.base import KeyPath
from mutandis.hyper.geno import code as codes
from mutandis.hyper.geno import dna_dict
from mutandis.hyper.geno.plan import Misfit, check
from mutandis.hyper.geno.spec import DecisionPoint, DNASpec

if TYPE_CHECKING:
    from mutandis.hyper.geno.dna import DNA

__all__ = ['DecisionForms']


def _require_spec_argument(dna_spec: Any) -> None:
    if not isinstance(dna_spec, DNASpec):
        raise TypeError(
            f'`dna_spec` must be a `DNASpec` (see `dna_spec(value)`), but it is {dna_spec!r}.'
        )


class DecisionForms:
    """What a DNA says about the decisions of its spec."""

    __slots__ = ()

    if TYPE_CHECKING:
        children: list[DNA]

        @property
        def _values(self) -> tuple[Any, ...]: ...

        @property
        def _sym_code(self) -> Any: ...

        def _require_spec(self) -> DNASpec: ...

        @classmethod
        def _from_flat(cls, spec: DNASpec, values: tuple[Any, ...]) -> DNA: ...

    # -- Looking up decisions.

    def __getitem__(self: Any, key: Any) -> Any:
        if isinstance(key, (int, slice)):
            return self.children[key]
        return dna_dict.find(self, key)

    def get(self, key: Any, default: Any = None) -> Any:
        """As `dna[key]`, but the default for an unknown key."""
        try:
            return self[key]
        except KeyError:
            return default

    @property
    def named_decisions(self: Any) -> dict[str, Any]:
        """DNA by name: a node, a list of nodes, or `None` when not active."""
        return dna_dict.named_decisions(self)

    @property
    def decision_ids(self) -> list[KeyPath]:
        """The ids of all decisions of the bound spec."""
        return self._require_spec().decision_ids

    @property
    def literal_value(self: Any) -> Any:
        """Readable values: literals of choices, conditions as prefixes such as `'0/2 -> '`."""
        self._require_spec()
        return dna_dict.literal_value(self)

    # -- Numbers, dicts, functions.

    def to_numbers(self, flatten: bool = True) -> Any:
        """The values of active decisions, depth first; nested as in the compact form otherwise."""
        if flatten:
            return list(self._values)
        code = codes.copy(self._sym_code)
        return [] if code is None else code

    @classmethod
    def from_numbers(cls, dna_values: list[int | float | str], dna_spec: DNASpec) -> DNA:
        """Makes a bound DNA from the values of its active decisions.

        Raises:
            ValueError: too few or too many values, or one that does not fit.
            TypeError: `dna_spec` is no `DNASpec`.
        """
        _require_spec_argument(dna_spec)
        flat = tuple(dna_values)
        try:
            check(dna_spec._compiled(), flat)
        except Misfit as misfit:
            raise dna_spec._misfit(misfit, flat) from None
        return cls._from_flat(dna_spec, flat)

    @classmethod
    def from_fn(cls, dna_spec: DNASpec, generator_fn: Callable[[DecisionPoint], Any]) -> DNA:
        """Makes a bound DNA by asking a function for each active decision, depth first.

        Args:
            dna_spec: the space.
            generator_fn: for `Choices` returns as many ints as choices (a sized iterable); for
            `Float` a
                float; for custom points a string. A DNA stands for the decision and all below it.

        Raises:
            TypeError: `dna_spec` is no `DNASpec`, or `generator_fn` no function.
            ValueError: a value does not fit.
        """
        _require_spec_argument(dna_spec)
        if not callable(generator_fn):
            raise TypeError(
                f'`generator_fn` must be a function that takes a decision point, but it is '
                f'{generator_fn!r}. For given values use `from_numbers` or `from_dict`.'
            )
        flat = dna_dict.flat_from_fn(dna_spec, generator_fn)
        return cls.from_numbers(flat, dna_spec)

    def to_dict(
        self: Any,
        key_type: str = 'id',
        value_type: str = 'value',
        multi_choice_key: str = 'subchoice',
        include_inactive_decisions: bool = False,
        filter_fn: Callable[[DecisionPoint], bool] | None = None,
    ) -> dict[Any, Any]:
        """The decisions as a dict, in depth-first order.

        Args:
            key_type: 'id', 'name_or_id', or 'dna_spec' for the decision point itself.
            value_type: 'value', 'dna', 'choice' (`'i/n'`), 'literal', or 'choice_and_literal'.
            multi_choice_key: 'subchoice' for one entry per choice, 'parent' for one list per
                multi-choice, or 'both'.
            include_inactive_decisions: add the decisions that are not active, as `None`.
            filter_fn: which decision points to include.

        Raises:
            ValueError: this DNA is not bound, or an option is unknown.
        """
        spec = self._require_spec()
        return dna_dict.to_dict(
            self,
            spec,
            key_type,
            value_type,
            multi_choice_key,
            include_inactive_decisions,
            filter_fn,
        )

    @classmethod
    def from_dict(
        cls, dict_repr: dict[Any, Any], dna_spec: DNASpec, use_ints_as_literals: bool = False
    ) -> DNA:
        """Makes a bound DNA from a dict as made by `to_dict` with any options.

        Args:
            dict_repr: values by id, decision point or name. It is not changed.
            dna_spec: the space.
            use_ints_as_literals: whether ints are literal values instead of indices.

        Raises:
            ValueError: a value is missing or does not fit.
            TypeError: `dict_repr` is no dict, or `dna_spec` no `DNASpec`.
        """
        _require_spec_argument(dna_spec)
        if not isinstance(dict_repr, Mapping):
            raise TypeError(
                f'`dict_repr` must be a dict from decision ids or names to values, but it is '
                f'{dict_repr!r}.'
            )
        return cls._from_flat(
            dna_spec, dna_dict.from_dict(dict_repr, dna_spec, use_ints_as_literals)
        )

    def parameters(self, use_literal_values: bool = False) -> dict[str, Any]:
        """Deprecated: `to_dict` with value type 'choice' or 'choice_and_literal'."""
        value_type = 'choice_and_literal' if use_literal_values else 'choice'
        return self.to_dict(value_type=value_type)

    @classmethod
    def from_parameters(
        cls, parameters: dict[str, Any], dna_spec: DNASpec, use_literal_values: bool = False
    ) -> DNA:
        """Deprecated: `from_dict`."""
        del use_literal_values
        return cls.from_dict(parameters, dna_spec)

    # -- Enumeration.

    def next_dna(self) -> DNA | None:
        """The next DNA of the bound spec, `None` after the last."""
        next_dna: DNA | None = self._require_spec().next_dna(self)
        return next_dna

    def iter_dna(self) -> Iterator[DNA]:
        """Iterates over the DNAs of the bound spec after this one."""
        return self._require_spec().iter_dna(self)
