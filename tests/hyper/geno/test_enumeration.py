"""The order of DNAs at its edges."""

import mutandis as mt
from mutandis import geno
from mutandis.hyper.geno import DNA


def custom(*texts):
    following = dict(zip((None, *texts), (*texts, None), strict=True))
    return geno.custom(
        next_dna_fn=lambda dna: (
            None
            if following[None if dna is None else dna.value] is None
            else DNA(following[None if dna is None else dna.value])
        )
    )


def test_custom_point_without_any_dna_has_no_enumeration():
    assert list(custom().iter_dna()) == []
    assert list(geno.space([geno.oneof([geno.constant()] * 2), custom()]).iter_dna()) == []


def test_custom_points_are_the_fastest_at_the_right():
    space = geno.space([geno.oneof([geno.constant(), custom('a', 'b')]), custom('u', 'v')])
    assert list(space.iter_dna()) == [
        DNA([0, 'u']),
        DNA([0, 'v']),
        DNA([(1, 'a'), 'u']),
        DNA([(1, 'a'), 'v']),
        DNA([(1, 'b'), 'u']),
        DNA([(1, 'b'), 'v']),
    ]


def test_multi_choice_below_multi_choice():
    inner = mt.manyof(2, [1, 2, 3], sorted=True)
    spec = mt.dna_spec(mt.manyof(2, [inner, 0], distinct=False, sorted=True))
    dnas = list(spec.iter_dna())
    assert len(dnas) == spec.space_size == 9 + 3 + 1
    assert dnas[0] == DNA([(0, [0, 1]), (0, [0, 1])]) and dnas[-1] == DNA([1, 1])
    assert all(a < b for a, b in zip(dnas, dnas[1:], strict=False))
