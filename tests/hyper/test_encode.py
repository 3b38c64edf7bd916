"""From a concrete value back to the DNA."""

from typing import Any

import pytest

import mutandis as mt

DNA = mt.DNA


class A(mt.Object):
    x: Any
    y: int = 3


class B(A):
    pass


class TestPrimitives:
    def test_the_first_candidate_that_matches(self):
        t = mt.template(mt.Dict(a=mt.oneof([1, 2, 1])))
        assert t.encode(mt.Dict(a=1)) == DNA(0)
        assert t.encode({'a': 2}) == DNA(1)
        assert t.encode(mt.Dict(a=1.0)) == DNA(0)

    def test_no_candidate_matches(self):
        with pytest.raises(ValueError, match='a'):
            mt.template(mt.Dict(a=mt.oneof([1, 2]))).encode(mt.Dict(a=3))

    def test_choices(self):
        many = mt.manyof(2, [1, 2, 3])
        assert many.encode([2, 1]) == DNA([1, 0])
        for bad in ((2, 1), [2], [1, 2, 3], [1, 7], 1, 'ab'):
            with pytest.raises(ValueError):
                many.encode(bad)

    def test_distinctness_and_order_are_checked(self):
        with pytest.raises(ValueError):
            mt.manyof(2, [1, 2, 3]).encode([1, 1])
        with pytest.raises(ValueError):
            mt.manyof(2, [1, 2, 3], sorted=True).encode([2, 1])
        assert mt.manyof(2, [1, 2], distinct=False).encode([1, 1]) == DNA([0, 0])
        assert mt.manyof(2, [1, 1, 2]).encode([1, 1]) == DNA([0, 1])

    def test_float(self):
        assert mt.floatv(0.0, 1.0).encode(1.0) == DNA(1.0)
        for bad in (1, 1.5, 'a', None):
            with pytest.raises(ValueError):
                mt.floatv(0.0, 1.0).encode(bad)

    def test_functions_are_told_apart_by_identity(self):
        def f():
            pass

        def g():
            pass

        assert mt.oneof([f, g]).encode(g) == DNA(1)


class TestStructure:
    @pytest.mark.parametrize(
        'value, dna',
        [
            (A(1), 0),
            (A(2), (1, 1)),
            ([1, 2], 2),
            ((1, 2), 3),
            (None, 4),
            (0.5, (5, 0.5)),
            ({'a': [1, 2]}, (6, [0, 1])),
        ],
    )
    def test_mixed_candidates(self, value, dna):
        t = self.template()
        assert t.encode(value) == DNA(dna)
        assert t.try_encode(value) == (True, DNA(dna))

    @pytest.mark.parametrize(
        'value',
        [
            A(3),
            A(2, 4),
            A.partial(),
            [1],
            2.0,
            1,
            {'a': [2]},
            {'a': 1},
            {'a': (1, 2)},
            {'b': [1, 2]},
            B(1),
        ],
    )
    def test_what_does_not_match(self, value):
        t = self.template()
        with pytest.raises(ValueError):
            t.encode(value)
        assert t.try_encode(value) == (False, None)

    def template(self):
        return mt.template(
            mt.oneof(
                [
                    A(1),
                    A(mt.oneof([1, 2])),
                    [1, 2],
                    (1, 2),
                    None,
                    mt.floatv(0.0, 1.0),
                    {'a': mt.manyof(2, [1, 2, 3])},
                ]
            )
        )

    @pytest.mark.parametrize(
        'value, path',
        [
            ({'a': {'b': 1, 'c': 9}}, 'a.c'),
            ({'a': {'b': 1}}, 'a.c'),
            ({'a': {'b': 7, 'c': 5}}, 'a.b'),
            ({'a': {'b': 1, 'c': 5, 'd': 1}}, 'a'),
            ({'a': 1}, 'a'),
            (1, ''),
        ],
    )
    def test_the_message_names_the_place(self, value, path):
        t = mt.template(mt.Dict(a=mt.Dict(b=mt.oneof([1, 2]), c=5)))
        with pytest.raises(ValueError) as error:
            t.encode(value)
        assert str(error.value).endswith(f'(path={path})')

    def test_order_of_keys_does_not_matter(self):
        t = mt.template(mt.Dict(a=mt.oneof([1, 2]), b=mt.oneof([3, 4])))
        assert t.encode({'b': 4, 'a': 1}) == DNA([0, 1])

    def test_objects_need_the_same_class(self):
        t = mt.template(A(mt.oneof([1, 2])))
        assert t.encode(A(2)) == DNA(1)
        for bad in (B(1), {'x': 1, 'y': 3}, A(1, 5)):
            with pytest.raises(ValueError):
                t.encode(bad)

    def test_subclasses_as_candidates(self):
        assert mt.oneof([A(1), B(1)]).encode(B(1)) == DNA(1)

    def test_constants(self):
        assert mt.template(5).encode(5) == DNA(None)
        with pytest.raises(ValueError):
            mt.template(5).encode(6)
        assert mt.template(5).try_encode(6) == (False, None)

    def test_lists(self):
        t = mt.template(mt.List([mt.oneof([1, 2]), 3]))
        assert t.encode([2, 3]) == DNA(1)
        for bad in ((2, 3), [2, 3, 4], [2], [2, 4]):
            with pytest.raises(ValueError):
                t.encode(bad)

    def test_the_result_is_bound(self):
        t = mt.template(mt.Dict(a=mt.oneof([1, 2])))
        assert t.encode({'a': 1}).spec is not None
