"""Placeholders in typed fields: which fields take them, and what becomes of the values."""

from typing import Any

import pytest

import mutandis as mt

T = mt.typing


class Num(mt.Object):
    f: float
    xs: list[int] = []
    o: float | None = None
    s: str = 'x'


class Bounded(mt.Object):
    f: T.Float(min_value=0.0, max_value=1.0)
    u: T.Union([T.Int(), T.Float(max_value=2.0)]) = 1
    xs: T.List(T.Int(), size=2) = [1, 2]
    nl: T.List(T.Int()).noneable() = None


class Struct(mt.Object):
    xs: list[int]
    d: T.Dict([('a', T.Int()), ('b', T.Float(default=1.0))])
    u: int | list[int] = 1


class TestOneOf:
    def test_values_are_converted_when_decoded(self):
        value = mt.template(Num(mt.oneof([1, 2]))).decode(mt.DNA(0))
        assert type(value.f) is float and value.f == 1.0

    def test_validation_does_not_change_candidates(self):
        num = Num(mt.oneof([1, 2]))
        assert num.f.candidates == [1, 2] and type(num.f.candidates[0]) is int

    @pytest.mark.parametrize(
        'make, path',
        [
            (lambda: Num(mt.oneof([1.0, 'a'])), 'f.candidates[1]'),
            (lambda: Num(mt.oneof([1, mt.oneof(['a'])])), 'f.candidates[1].candidates[0]'),
            (lambda: Struct(mt.oneof([[1], ['a']]), {'a': 1}), 'xs.candidates[1][0]'),
            (lambda: Struct([1], {'a': 1}, mt.oneof([1, 'a'])), 'u.candidates[1]'),
        ],
    )
    def test_bad_candidates_are_reported_with_their_path(self, make, path):
        with pytest.raises(TypeError) as error:
            make()
        assert path in str(error.value)

    def test_unknown_keys_of_a_typed_dict(self):
        with pytest.raises(KeyError):
            Struct([1], mt.oneof([{'a': 1}, {'c': 2}]))

    def test_containers_take_the_type_of_the_field(self):
        space = Struct(mt.oneof([[1], [2]]), mt.oneof([{'a': 1}, {'a': 2, 'b': 3.0}]))
        value = mt.template(space).decode(mt.DNA([0, 0]))
        assert value == Struct([1], {'a': 1})
        with pytest.raises(TypeError):
            value.xs.append('a')
        with pytest.raises(TypeError):
            value.d.a = 'x'
        assert mt.template(space).encode(value) == mt.DNA([0, 0])

    def test_placeholders_inside_typed_containers(self):
        space = Struct([mt.oneof([1, 2])], mt.oneof([{'a': 1}, {'a': mt.oneof([4, 5]), 'b': 3.0}]))
        value = mt.template(space).decode(mt.DNA([0, (1, 1)]))
        assert value == Struct([1], {'a': 5, 'b': 3.0})

    def test_a_field_that_asks_for_the_placeholder_itself(self):
        class Holder(mt.Object):
            t: T.Object(mt.hyper.OneOf)

        assert Holder(mt.oneof(['x'])).t.candidates == ['x']

    def test_moving_to_a_field_of_another_type(self):
        one = mt.oneof([1, 2])

        class Ints(mt.Object):
            i: int

        holder = Ints(one)
        holder.rebind(i=1)
        with pytest.raises(TypeError):
            Num(one)
        assert Num(one.clone()).f.candidates == [1, 2]

    def test_an_error_left_for_decoding(self):
        space = Num(mt.oneof([1, 2]))
        space.rebind({'f.candidates[0]': 'x'})
        template = mt.template(space)
        assert template.decode(mt.DNA(1)).f == 2.0
        with pytest.raises(TypeError, match=r'f\.candidates\[0\]'):
            template.decode(mt.DNA(0))


class TestManyOf:
    def test_needs_a_list(self):
        with pytest.raises(TypeError, match='f'):
            Num(mt.manyof(1, [1.0]))
        with pytest.raises(TypeError):
            Num(1.0, mt.manyof(2, ['a', 2]))
        value = mt.template(Num(1.0, mt.manyof(2, [1, 2]))).decode(mt.DNA([0, 1]))
        assert value.xs == [1, 2]

    def test_size_is_checked_when_decoded(self):
        template = mt.template(Bounded(0.1, xs=mt.manyof(3, [1, 2, 3])))
        with pytest.raises(ValueError, match='xs'):
            template.decode(mt.DNA([0, 1, 2]))

    def test_noneable_and_union_lists(self):
        value = mt.template(Bounded(0.1, nl=mt.manyof(2, [1, 2, 3]))).decode(mt.DNA([0, 2]))
        assert value.nl == [1, 3]
        value = mt.template(Struct([1], {'a': 1}, mt.manyof(1, [1, 2]))).decode(mt.DNA(0))
        assert value.u == [1]


class TestFloat:
    def test_needs_a_float_field(self):
        class Ints(mt.Object):
            i: int

        with pytest.raises(TypeError, match='i'):
            Ints(mt.floatv(0.0, 1.0))
        assert Num(mt.floatv(0.0, 1.0)).f.max_value == 1.0
        assert Num(1.0, o=mt.floatv(0.0, 1.0)).o.max_value == 1.0

    def test_bounds_lie_inside_those_of_the_field(self):
        assert Bounded(mt.floatv(0.0, 1.0)).f.max_value == 1.0
        with pytest.raises(ValueError):
            Bounded(mt.floatv(0.0, 2.0))
        with pytest.raises(ValueError):
            Bounded(mt.floatv(-1.0, 1.0))
        assert Bounded(0.1, mt.floatv(0.0, 2.0)).u.max_value == 2.0
        with pytest.raises(ValueError):
            Bounded(0.1, mt.floatv(0.0, 3.0))


class TestOthers:
    def test_custom_and_reference_go_anywhere(self):
        class Custom(mt.hyper.CustomHyper):
            def custom_decode(self, dna):
                return dna.value

        space = Num(Custom())
        with pytest.raises(TypeError, match='f'):
            mt.template(space).decode(mt.DNA('abc'))
        assert mt.template(Num(1.0, s=Custom())).decode(mt.DNA('abc')).s == 'abc'
        assert mt.template(Num(1.0, o=mt.hyper.reference('f'))).decode(mt.DNA(None)).o == 1.0

    def test_template_in_a_field(self):
        class Ints(mt.Object):
            i: int

        inner = mt.template(mt.oneof([1, 2]))
        assert Ints(inner).i is inner
        with pytest.raises(TypeError):
            Ints(mt.template(mt.oneof(['1', 2])))
        with pytest.raises(TypeError):
            Ints(mt.template('a'))
        assert mt.template(Ints(inner)).decode(mt.DNA(1)) == Ints(2)

    def test_any_takes_all(self):
        class Holder(mt.Object):
            x: Any

        for value in (mt.oneof([1]), mt.manyof(1, [1]), mt.floatv(0, 1), mt.template(1)):
            assert Holder(value).x is value
