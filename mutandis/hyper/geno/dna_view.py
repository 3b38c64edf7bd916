"""Flat values seen as a tree of nodes, and the JSON form of a DNA."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Optional

from mutandis.base import from_json as base_from_json
from mutandis.base import to_json as base_to_json
from mutandis.hyper.geno import code as codes
from mutandis.hyper.geno.plan import starts_of

if TYPE_CHECKING:
    from mutandis.hyper.geno.spec import DecisionPoint, DNASpec

__all__ = ['from_json', 'multi_choice_of', 'to_json', 'value_of', 'view']

# A child: its spec and flat values, or None and its code for what lies below a custom value.
Part = tuple[Optional['DNASpec'], Any]


def value_of(spec: Any, flat: tuple[Any, ...]) -> Any:
    """The value of the topmost node of flat values."""
    spec = spec._bound_spec
    if spec.is_space or (spec.is_categorical and spec.num_choices > 1):
        return None
    value = flat[0]
    return getattr(value, 'value', value) if spec.is_custom_decision_point else value


def view(spec: Any, flat: tuple[Any, ...]) -> tuple[Any, list[Part]]:
    """The value of the topmost node of flat values, and its children."""
    spec = spec._bound_spec
    if spec.is_space:
        return None, _parts(list(spec.elements), spec, flat)
    if not spec.is_categorical:
        value = flat[0]
        if hasattr(value, '_sym_code'):
            # A custom value with a sub-tree of its own.
            value, below = codes.split(value._sym_code)
            return value, [(None, code) for code in below]
        return value, []
    if spec.num_choices > 1:
        return None, _split_choices(spec, flat)
    index = flat[0]
    candidate = spec._candidate(index)
    if candidate is None:
        return index, []
    flat_below = flat[1:]
    if value_of(candidate, flat_below) is None:
        # A node without value is replaced by its children.
        return index, view(candidate, flat_below)[1]
    return index, [(candidate._bound_spec, flat_below)]


def _parts(specs: list[Any], space: DNASpec, flat: tuple[Any, ...]) -> list[Part]:
    plan = space._compiled()
    if plan.static and plan.width == len(specs):
        return [(spec, (value,)) for spec, value in zip(specs, flat, strict=False)]
    starts = starts_of(plan, flat)
    return [(spec, flat[starts[i] : starts[i + 1]]) for i, spec in enumerate(specs)]


def _split_choices(spec: Any, flat: tuple[Any, ...]) -> list[Part]:
    parts: list[Part] = []
    position = 0
    for sub in spec.choice_specs:
        end = starts_of(sub._compiled(), flat, position)[-1]
        parts.append((sub, flat[position:end]))
        position = end
    return parts


def multi_choice_of(spec: DNASpec, value: Any) -> DecisionPoint | None:
    """The multi-choice whose choices are the children of a node bound to a spec."""
    below: Any = spec._bound_spec
    if below.is_categorical and below.num_choices == 1:
        candidate = below._candidate(value)
        if candidate is None:
            return None
        below = candidate._bound_spec
    if below.is_categorical and below.num_choices > 1:
        multi: DecisionPoint = below
        return multi
    return None


_PLAIN = frozenset({int, float, bool})


def to_json(dna: Any, compact: bool, type_info: bool, options: dict[str, Any]) -> Any:
    """The JSON form of a DNA, see `DNA.sym_jsonify`."""
    cls = type(dna)
    context = options.pop('context', None)
    options = {**options, 'context': context} if context is not None else options
    if not compact:
        result: dict[str, Any] = {
            '_type': cls.__serialization_key__,
            'value': dna.value,
            'children': [child.sym_jsonify(**options) for child in dna.children],
            'metadata': base_to_json(dna.metadata, **options),
        }
    else:
        code = codes.copy(dna._sym_code)
        if not type_info:
            return code
        if isinstance(code, (list, tuple)) and not (
            type(code) is list and _PLAIN.issuperset(map(type, code))
        ):
            code = base_to_json(code)
        result = {'_type': cls.__serialization_key__, 'format': 'compact', 'value': code}
        if dna._has_metadata and dna.metadata:
            result['metadata'] = base_to_json(dna.metadata, **options)
    if dna._metadata_keys:
        result['_cloneable_metadata_keys'] = sorted(dna._metadata_keys)
    return result


def from_json(cls: Any, json_value: dict[str, Any], options: dict[str, Any]) -> Any:
    """Reads the compact JSON form."""
    if 'value' not in json_value:
        raise ValueError(f'The JSON form of a DNA needs a `value`, but it is {json_value!r}.')
    code = json_value['value']
    if not (type(code) is list and len(code) > 1 and _PLAIN.issuperset(map(type, code))):
        code = codes.parse(_decode(code))
    else:
        code = list(code)
    dna = cls._from_code(code)
    metadata = json_value.get('metadata')
    if metadata:
        dna._set_metadata_dict(base_from_json(metadata, **options))
    keys = json_value.get('_cloneable_metadata_keys')
    if keys:
        dna._cloneable_metadata_keys.update(keys)
    return dna


def _decode(value: Any) -> Any:
    """Turns lists that stand for tuples into tuples."""
    if not isinstance(value, list):
        return value
    # What is open: whether it is a tuple, the items left, and those done.
    frames: list[tuple[bool, Iterator[Any], list[Any]]] = []
    opened: list[Any] | None = value
    while True:
        if opened is not None:
            is_tuple = bool(opened) and opened[0] == '__tuple__'
            frames.append((is_tuple, iter(opened[1:] if is_tuple else opened), []))
            opened = None
        is_tuple, rest, done = frames[-1]
        for item in rest:
            if isinstance(item, list):
                opened = item
                break
            done.append(item)
        else:
            frames.pop()
            result = tuple(done) if is_tuple else done
            if not frames:
                return result
            frames[-1][2].append(result)
