"""First, next and random DNAs of a spec: the plan's walks, wrapped into DNAs."""

from __future__ import annotations

from typing import Any

from mutandis.hyper.geno import enumeration, sampling
from mutandis.hyper.geno.dna import DNA
from mutandis.hyper.geno.plan import CustomPlan
from mutandis.hyper.geno.spec import DNASpec

__all__ = ['first_dna', 'next_dna', 'random_dna']


def _wrap(spec: DNASpec, flat: list[Any], attach_spec: bool) -> DNA:
    dna = DNA._from_flat(spec, tuple(flat))
    return dna if attach_spec else DNA._from_code(dna._sym_code)


def _no_spec(value: Any) -> TypeError:
    hint = ' An algorithm has none before `setup(dna_spec)`.' if value is None else ''
    return TypeError(f'Expected a `DNASpec` (see `dna_spec(value)`), got {value!r}.{hint}')


def _entry(dna: Any, what: str) -> Any:
    """The flat value of the DNA that a user function returned for a custom point."""
    if not isinstance(dna, DNA):
        raise TypeError(f'`{what}` of a custom decision point must return a DNA, not {dna!r}.')
    if not isinstance(dna.value, str):
        raise ValueError(
            f'`{what}` of a custom decision point must return a DNA with a string, not {dna!r}.'
        )
    plain = not dna.children and not dna._has_notes()
    return dna.value if plain else dna.clone()


def _node(value: Any) -> DNA | None:
    """The DNA of a custom point, given its flat value."""
    if value is None or isinstance(value, DNA):
        return value
    return DNA._from_code(value)


def _next_custom(point: CustomPlan, value: Any) -> Any:
    if point.next_fn is None:
        raise NotImplementedError(
            'A custom decision point without `next_dna_fn` cannot be enumerated.'
        )
    dna = point.next_fn(_node(value))
    return None if dna is None else _entry(dna, 'next_dna_fn')


def _random_custom(point: CustomPlan, rng: Any, value: Any) -> Any:
    if point.random_fn is None:
        raise NotImplementedError(
            'A custom decision point without `random_dna_fn` has no random DNA.'
        )
    return _entry(point.random_fn(rng, _node(value)), 'random_dna_fn')


def first_dna(spec: DNASpec, attach_spec: bool = True) -> DNA:
    """See `DNASpec.first_dna`."""
    try:
        flat = enumeration.first(spec._compiled(), _next_custom)
    except enumeration.Exhausted:
        raise ValueError('The `next_dna_fn` of a custom decision point has no first DNA.') from None
    return _wrap(spec, flat, attach_spec)


def next_dna(spec: DNASpec, dna: DNA | None = None, attach_spec: bool = True) -> DNA | None:
    """See `DNASpec.next_dna`."""
    if not isinstance(spec, DNASpec):
        raise _no_spec(spec)
    if dna is not None and not isinstance(dna, DNA):
        raise ValueError(f'Expected the DNA to go on from, or None for the first one, got {dna!r}.')
    plan = spec._compiled()
    flat: list[Any] | None
    try:
        if dna is None:
            flat = enumeration.first(plan, _next_custom)
        else:
            flat = enumeration.successor(plan, dna._flat_for(spec), _next_custom)
    except enumeration.Exhausted:
        return None
    return None if flat is None else _wrap(spec, flat, attach_spec)


def random_dna(
    dna_spec: DNASpec,
    random_generator: Any = None,
    attach_spec: bool = True,
    previous_dna: DNA | None = None,
) -> DNA:
    """A random DNA of a spec.

    Args:
        dna_spec: the space.
        random_generator: a `random.Random`; `None` means the global generator.
        attach_spec: whether the DNA is bound to the spec.
        previous_dna: the DNA proposed before, for stateful custom decision points.

    Raises:
        NotImplementedError: a custom decision point has no `random_dna_fn`.
    """
    if not isinstance(dna_spec, DNASpec):
        raise _no_spec(dna_spec)
    plan = dna_spec._compiled()
    previous = None
    if plan.has_custom and previous_dna is not None:
        previous = previous_dna._flat_for(dna_spec)
    flat = sampling.draw(plan, random_generator, previous, _random_custom)
    if attach_spec:
        return DNA._from_flat(dna_spec, tuple(flat))
    return _wrap(dna_spec, flat, False)
