"""Laws that hold for every space: those of `mutandis.testing`, and of typed fields."""

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import mutandis as mt


class Node(mt.Object):
    left: Any
    right: Any = None


def _wrap(values):
    """A strategy of containers of values, each with a value that tells it from others."""
    return st.one_of(
        st.lists(values, min_size=1, max_size=3),
        st.builds(lambda v: {f'k{i}': x for i, x in enumerate(v)}, st.lists(values, max_size=3)),
        st.builds(lambda a, b: Node(a, b), values, values),
        st.builds(lambda a: (a,), values),
    )


def _place(candidates):
    """Makes candidates distinct: no two of them accept the same value."""
    return [{'candidate': i, 'value': c} for i, c in enumerate(candidates)]


def _choices(values):
    return st.one_of(
        st.builds(lambda c: mt.oneof(_place(c)), st.lists(values, min_size=1, max_size=3)),
        st.builds(
            lambda c, k, d, s: mt.manyof(min(k, len(c)) if d else k, _place(c), d, s),
            st.lists(values, min_size=1, max_size=3),
            st.integers(1, 3),
            st.booleans(),
            st.booleans(),
        ),
    )


class Typed(mt.Object):
    f: float
    i: int = 1
    numbers: list[float] = []
    either: int | str = 0
    maybe: float | None = None
    settings: mt.typing.Dict([('x', mt.typing.Int(default=3)), ('y', mt.typing.Float(default=1.0))])


def _ints(greatest=9):
    values = st.integers(0, greatest)
    return st.one_of(
        values,
        st.builds(mt.oneof, st.lists(values, min_size=1, max_size=3, unique=True)),
        st.builds(
            lambda a, b: mt.oneof([a, mt.oneof(b)]),
            st.integers(10, 12),
            st.lists(values, min_size=1, max_size=3, unique=True),
        ),
    )


def _floats():
    return st.one_of(_ints(), st.just(0.5), st.builds(mt.floatv, st.just(0.0), st.just(0.25)))


typed_spaces = st.builds(
    Typed,
    f=_floats(),
    i=_ints(),
    numbers=st.one_of(
        st.lists(_floats(), max_size=2),
        st.just([1, 2]).map(lambda c: mt.manyof(1, c)),
        st.lists(_ints(3), min_size=1, max_size=2).map(lambda c: mt.oneof([c, [7, 8, 9]])),
    ),
    either=st.sampled_from([1, 'a']).map(lambda v: mt.oneof([v, 'other'])),
    maybe=st.sampled_from([None, 1, 0.5]).map(lambda v: mt.oneof([v, 2])),
    settings=st.one_of(
        st.builds(lambda x: {'x': x}, _ints()),
        st.builds(lambda x: mt.oneof([{'x': 20}, {'x': x, 'y': 2}]), _ints()),
    ),
)


@given(typed_spaces, st.integers(0, 2**32))
@settings(max_examples=100)
def test_typed_fields_hold_what_they_declare(space, seed):
    template = mt.template(space)
    dna = mt.random_dna(template.dna_spec(), random.Random(seed))
    value = template.decode(dna)
    assert template.encode(value) == dna
    # What was decoded is what a constructor makes of the same values.
    assert mt.eq(Typed(**mt.from_json(value.to_json()).sym_init_args), value)
    assert type(value.f) is float and all(type(x) is float for x in value.numbers)
    assert type(value.settings.y) is float


def spaces(floats=False):
    leaves: Any = st.one_of(st.integers(0, 3), st.sampled_from(['a', 'b']), st.none())
    if floats:
        leaves = st.one_of(leaves, st.builds(mt.floatv, st.just(0.0), st.floats(0.5, 2.0)))
    choices_of_leaves = _choices(leaves)
    return st.recursive(
        st.one_of(leaves, choices_of_leaves),
        lambda inner: st.one_of(_wrap(inner), _choices(inner)),
        max_leaves=8,
    ).map(lambda v: mt.Dict(root=v))


@given(spaces(floats=True), st.integers(0, 2**32))
@settings(max_examples=100)
def test_any_space_keeps_the_laws_of_placeholders(space, seed):
    mt.testing.PlaceholderLaws(lambda: space.clone(deep=True), seed=seed).check()
