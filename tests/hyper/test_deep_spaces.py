"""Conditions may be nested far more deeply than Python calls functions."""

import pickle
import random

import pytest

import mutandis as mt

DEPTH = 400


def chain():
    """A choice in a choice in a choice ..."""
    value = mt.oneof(['yes', 'no'])
    for i in range(DEPTH):
        value = mt.oneof([value, i])
    return value


def dicts():
    """Choices in dicts in choices ..., a multi-choice now and then."""
    value = mt.oneof(['yes', 'no'])
    for i in range(DEPTH):
        if i % 40 == 0:
            choice = mt.manyof(2, [value, i, -1], sorted=True)
        else:
            choice = mt.oneof([value, i])
        value = mt.Dict(x=choice, y=mt.oneof([1, 2]))
    return value


@pytest.fixture(params=[chain, dicts])
def space(request):
    return request.param()


def test_first_random_and_next_dnas_are_decoded_and_encoded(space):
    template = mt.template(space)
    spec = template.dna_spec()
    first = spec.first_dna()
    dnas = [first, spec.random_dna(random.Random(1))]
    dnas += [dna for dna, _ in zip(spec.iter_dna(first), range(4), strict=False)]
    for dna in dnas:
        value = template.decode(dna)
        assert template.encode(value) == dna
    assert not template.try_encode(mt.Dict(x='other', y=1))[0]
    assert mt.eq(template.decode(first), mt.materialize(space, first))


def test_value_at_the_bottom():
    value = mt.materialize(chain(), mt.DNA(tuple([0] * DEPTH + [1])))
    assert value == 'no'
    value = mt.materialize(dicts(), mt.dna_spec(dicts()).first_dna())
    for _ in range(DEPTH):
        value = value['x']
        if isinstance(value, list):
            value = value[0]
    assert value == 'yes'


def test_encoding_fails_with_a_reason(space):
    template = mt.template(space)
    with pytest.raises(ValueError, match='No candidate'):
        template.encode(mt.Dict(x=1.5, y=1))


def test_forms_of_a_dna(space):
    spec = mt.dna_spec(space)
    dna = spec.first_dna()
    assert mt.DNA.from_numbers(dna.to_numbers(), spec) == dna
    assert mt.DNA(dna.to_json(type_info=False), spec=spec) == dna
    assert mt.from_json(dna.to_json()) == dna
    assert str(dna).count('0') == dna.to_numbers().count(0)
    assert dna < spec.next_dna(dna)
    node = dna
    while node.children:
        node = node.children[0]
    assert node.value == 0 and node.root is dna
    assert dna.clone(deep=True) == dna and dna.literal_value


def test_dict_forms_of_a_dna():
    space = chain()
    spec = mt.dna_spec(space)
    dna = spec.first_dna()
    assert len(dna.to_dict()) == len(spec) == DEPTH + 1
    assert mt.DNA.from_dict(dna.to_dict(), spec) == dna
    assert mt.DNA.from_dict(dna.to_dict(key_type='dna_spec', value_type='dna'), spec) == dna


def test_spec_as_text(space):
    text = str(mt.dna_spec(space))
    assert text.count('Choices') >= DEPTH


def test_pickle_of_a_long_condition():
    dna = mt.dna_spec(chain()).first_dna()
    assert pickle.loads(pickle.dumps(dna)) == dna


def test_set_dna_reaches_the_innermost_placeholder():
    space = chain()
    template = mt.template(space)
    template.set_dna(mt.DNA(tuple([0] * DEPTH + [1])))
    assert template() == 'no'
    inner = space
    while not inner.is_leaf:
        inner = inner.candidates[0]
    assert inner.dna == mt.DNA(1)


def test_custom_placeholders_below():
    class Digit(mt.hyper.CustomHyper):
        def custom_decode(self, dna):
            return int(dna.value)

        def custom_encode(self, value):
            return mt.DNA(str(value))

        def random_dna(self, random_generator=None, previous_dna=None):
            return mt.DNA(str(random_generator.randint(0, 9)))

    value = mt.Dict(d=Digit())
    for i in range(DEPTH):
        value = mt.Dict(x=mt.oneof([value, mt.Dict(i=i)]), d=Digit())
    template = mt.template(value)
    dna = template.dna_spec().random_dna(random.Random(3))
    decoded = template.decode(dna)
    assert template.encode(decoded) == dna
