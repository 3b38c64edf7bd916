"""Placeholders as code: as they are made by `oneof`, `manyof`, `floatv` and their kin."""

from typing import Any

from mutandis.symbolic.source.calls import Call


def _named(placeholder: Any, **options: Any) -> dict[str, Any]:
    """Keyword arguments, without those that are not set."""
    given = {name: (value, default) for name, (value, default) in options.items()}
    given['name'] = (placeholder.sym_getattr('name'), None)
    given['hints'] = (placeholder.sym_getattr('hints'), None)
    return {name: value for name, (value, default) in given.items() if value is not default}


def oneof_call(placeholder: Any) -> Call | None:
    """`mt.oneof([...])`; None for what that cannot make."""
    from mutandis.hyper.categorical import OneOf, oneof

    if type(placeholder) is not OneOf or placeholder.where is not None:
        return None
    return Call(oneof, placeholder.sym_getattr('candidates'), **_named(placeholder))


def manyof_call(placeholder: Any) -> Call | None:
    """`mt.manyof(k, [...])` or `mt.permutate([...])`; None for what these cannot make."""
    from mutandis.hyper.categorical import ManyOf, manyof, permutate

    if type(placeholder) is not ManyOf or placeholder.where is not None:
        return None
    count, candidates = placeholder.num_choices, placeholder.sym_getattr('candidates')
    distinct, in_order = placeholder.choices_distinct, placeholder.choices_sorted
    if count is None or not isinstance(candidates, list):
        return None
    if count == len(candidates) and distinct and not in_order:
        return Call(permutate, candidates, **_named(placeholder))
    options = _named(placeholder, distinct=(distinct, True), sorted=(in_order, False))
    return Call(manyof, count, candidates, **options)


def floatv_call(placeholder: Any) -> Call | None:
    """`mt.floatv(low, high)`."""
    from mutandis.hyper.numerical import Float, floatv

    if type(placeholder) is not Float:
        return None
    low, high = placeholder.sym_getattr('min_value'), placeholder.sym_getattr('max_value')
    options = _named(placeholder, scale=(placeholder.sym_getattr('scale'), None))
    return Call(floatv, low, high, **options)


def intv_call(placeholder: Any) -> Call | None:
    """`mt.intv(low, high)`."""
    from mutandis.hyper.integer import Int, intv

    if type(placeholder) is not Int:
        return None
    options = _named(
        placeholder,
        step=(placeholder.sym_getattr('step'), 1),
        log=(placeholder.sym_getattr('log'), False),
    )
    return Call(intv, placeholder.sym_getattr('low'), placeholder.sym_getattr('high'), **options)


def evolve_call(placeholder: Any) -> Call | None:
    """`mt.evolve(program, mutate)`."""
    from mutandis.hyper.evolvable import Evolvable, evolve

    if type(placeholder) is not Evolvable:
        return None
    options = _named(placeholder, weights=(placeholder.sym_getattr('weights'), None))
    start, transform = (placeholder.sym_getattr(n) for n in ('initial_value', 'node_transform'))
    return Call(evolve, start, transform, **options)


def reference_call(placeholder: Any) -> Call | None:
    """`mt.hyper.reference(path)`."""
    from mutandis.hyper.derived import ValueReference, reference

    if type(placeholder) is not ValueReference:
        return None
    path = placeholder.sym_getattr('reference_paths').sym_getattr(0)
    text = path.path
    if type(path).parse(text) != path:
        return None
    return Call(reference, text)


def constrain_call(space: Any) -> Call | None:
    """`mt.constrain(space, where)`."""
    from mutandis.hyper.constraints import MAX_ATTEMPTS, Constrained, constrain

    if type(space) is not Constrained:
        return None
    defaults = {'on': 'value', 'name': None, 'max_attempts': MAX_ATTEMPTS}
    options = {n: space.sym_getattr(n) for n in defaults if space.sym_getattr(n) != defaults[n]}
    return Call(constrain, space.sym_getattr('space'), space.sym_getattr('where'), **options)


def template_call(template: Any) -> Call | None:
    """`mt.template(value)`."""
    from mutandis.hyper.object_template import ObjectTemplate
    from mutandis.hyper.object_template import template as make

    if type(template) is not ObjectTemplate or template.where is not None:
        return None
    return Call(make if template.compute_derived else ObjectTemplate, template.value)
