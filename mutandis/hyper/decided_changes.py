"""What a DNA has decided in a program, for its history: worked out when somebody asks."""

from typing import Any

from mutandis.base import MISSING_VALUE
from mutandis.hyper import geno
from mutandis.hyper.categorical import Choices, OneOf
from mutandis.hyper.numerical import Float
from mutandis.hyper.spine import Spine, candidates_of
from mutandis.symbolic.rewrites import DecidedChange

# Of the text of a DNA in the name of a rule.
_LONGEST = 60


def changes(spine: Spine, spec: Any, dna: geno.DNA) -> list[DecidedChange]:
    """The places of all active decisions, in the order of the walk.

    Args:
        spine: The places of the placeholders of a space.
        spec: The decision spec of the space.
        dna: A DNA of it.
    """
    whole = dna.clone().use_spec(spec)
    text = str(dna)
    text = text if len(text) <= _LONGEST else f'{text[: _LONGEST - 3]}...'
    found: list[DecidedChange] = []
    stack: list[tuple[Spine, tuple[Any, ...], list[Any]]] = [(spine, (), _parts(spine, whole))]
    while stack:
        space, base, parts = stack.pop()
        inner = []
        for slot, part in zip(space.slots, parts, strict=True):
            keys = (*base, *slot.keys)
            primitive = slot.primitive
            if not isinstance(primitive, Choices):
                new = part.value if isinstance(primitive, Float) else MISSING_VALUE
                found.append(_change(keys, part, text, primitive, new))
                continue
            candidates: Any = primitive.integers
            if candidates is None:
                candidates = candidates_of(primitive)
            single = isinstance(primitive, OneOf) or primitive.integers is not None
            choices = [part] if primitive.num_choices == 1 else list(part.children)
            spines = slot.candidate_spines()
            for i, choice in enumerate(choices):
                here = keys if single else (*keys, i)
                is_open = bool(spines) and bool(spines[choice.value].slots)
                new = MISSING_VALUE if is_open else candidates[choice.value]
                found.append(_change(here, choice, text, primitive, new))
                if is_open:
                    inner.append((spines[choice.value], here, list(choice.children)))
        stack.extend(reversed(inner))
    return found


def _parts(spine: Spine, dna: geno.DNA) -> list[Any]:
    return [dna] if len(spine.slots) == 1 else list(dna.children)


def _change(keys: tuple[Any, ...], part: Any, text: str, primitive: Any, new: Any) -> DecidedChange:
    spec: Any = part.spec
    name = spec.name or str(spec.id)
    return DecidedChange(keys, f'decision {name} of {text}' if name else text, primitive, new)


__all__ = ['changes']
