"""Specs of lists, tuples and dicts."""

import typing

import pytest

import mutandis
import mutandis.typing as T
from mutandis.base import MISSING_VALUE, KeyPath


def trace(calls):
    def child_transform(path, field, value):
        calls.append((str(path), value))
        return value

    return child_transform


class TestList:
    def test_validates_in_place(self):
        items = [1, 2.0]
        assert T.List(float).apply(items) is items
        assert items == [1.0, 2.0] and type(items[0]) is float

    def test_refuses_other_types(self):
        for value in ((1,), 'a', {1}):
            with pytest.raises(TypeError):
                T.List(T.Any()).apply(value)

    def test_sizes(self):
        spec = T.List(int, min_size=1, max_size=2)
        assert (spec.min_size, spec.max_size) == (1, 2)
        assert T.List(int, size=2) == T.List(int, min_size=2, max_size=2)
        for bad in ([], [1, 2, 3]):
            with pytest.raises(ValueError):
                spec.apply(bad)
        for arguments in (
            {'size': 1, 'min_size': 1},
            {'min_size': -1},
            {'min_size': 2, 'max_size': 1},
        ):
            with pytest.raises(ValueError):
                T.List(int, **arguments)

    def test_items_come_before_length(self):
        with pytest.raises(TypeError):
            T.List(int, max_size=1).apply([1, 'a'])

    def test_element(self):
        field = T.List(int, max_size=2).element
        assert field.key == T.ListKey(0, 2)
        assert field.value == T.Int()

    def test_bad_element_spec(self):
        with pytest.raises(TypeError):
            T.List(1)

    def test_annotation(self):
        assert T.List(int).annotation == typing.List[int]  # noqa: UP006
        assert T.List(T.Any()).annotation == typing.List[typing.Any]  # noqa: UP006

    def test_call(self):
        assert T.List(int)([1]) == [1]
        assert T.List(int, default=[3])() == [3]

    def test_child_transform(self):
        calls = []
        T.List(T.List(int)).apply([[1], [2]], child_transform=trace(calls))
        assert calls == [('[0][0]', 1), ('[0]', [1]), ('[1][0]', 2), ('[1]', [2])]


class TestTuple:
    def test_fixed(self):
        spec = T.Tuple([int, float])
        assert spec.fixed_length and len(spec) == 2
        assert spec.apply((1, 2)) == (1, 2.0)
        with pytest.raises(ValueError):
            spec.apply((1,))
        with pytest.raises(TypeError):
            spec.apply([1, 2])
        with pytest.raises(ValueError):
            T.Tuple([])

    def test_empty(self):
        spec = T.Tuple(int, max_size=0)
        assert spec == T.Tuple(int, size=0) and spec.fixed_length and len(spec) == 0
        assert spec.apply(()) == ()
        with pytest.raises(ValueError):
            spec.apply((1,))
        with pytest.raises(ValueError):
            T.Tuple([int], size=1)

    def test_variable(self):
        spec = T.Tuple(int, min_size=1, max_size=2)
        assert not spec.fixed_length and len(spec) == 0
        assert spec.apply((1,)) == (1,)
        for bad in ((), (1, 2, 3)):
            with pytest.raises(ValueError):
                spec.apply(bad)

    def test_equal_bounds_are_fixed_length(self):
        assert T.Tuple(T.Int(), size=2) == T.Tuple([T.Int(), T.Int()])

    def test_partial(self):
        value = T.Tuple([int, str]).apply((MISSING_VALUE, 'a'), allow_partial=True)
        assert value == (MISSING_VALUE, 'a')

    def test_subscripts(self):
        assert T.Tuple[int] == T.Tuple([int])
        assert T.Tuple[int, ...] == T.Tuple(int)
        assert T.Tuple[int, str] == T.Tuple([int, str])

    def test_annotation(self):
        assert T.Tuple([int, str]).annotation == typing.Tuple[int, str]  # noqa: UP006
        assert T.Tuple(int).annotation == typing.Tuple[int, ...]  # noqa: UP006


class TestDict:
    def test_without_schema(self):
        assert T.Dict().apply({1: 2}) == {1: 2}
        assert not T.Dict().has_default
        with pytest.raises(TypeError):
            T.Dict().apply([])

    def test_with_schema(self):
        value = {'a': 1}
        assert T.Dict({'a': float, 'b': 'x'}).apply(value) is value
        assert value == {'a': 1.0, 'b': 'x'}

    def test_errors(self):
        spec = T.Dict({'a': T.Dict({'b': int})})
        with pytest.raises(KeyError, match='c'):
            spec.apply({'a': {'b': 1}, 'c': 1})
        with pytest.raises(ValueError, match=r'a\.b'):
            spec.apply({'a': {}})
        with pytest.raises(TypeError, match=r'a\.b'):
            spec.apply({'a': {'b': 'x'}})

    def test_any_string_keys(self):
        assert T.Dict(int) == T.Dict([(T.StrKey(), int)]) == T.Dict[str, int]
        with pytest.raises(KeyError):
            T.Dict(int).apply({1: 2})

    def test_generated_default(self):
        spec = T.Dict([('a', int), ('b', 1)])
        assert spec.default == {'a': MISSING_VALUE, 'b': 1}
        assert spec.has_default
        assert T.Dict({'a': 1, 'b': 2}, default={'a': 3}).default == {'a': 3, 'b': 2}

    def test_noneable_default(self):
        spec = T.Dict({'a': 1}).noneable()
        assert spec.default is None
        assert spec.noneable(False).default == {'a': 1}
        assert T.Dict({'a': 1}, default={'a': 2}).noneable().default == {'a': 2}

    def test_freeze(self):
        with pytest.raises(ValueError):
            T.Dict({'a': 1}).freeze().apply({'a': 2})

    def test_call(self):
        assert T.Dict({'a': int, 'b': 1})(a=1) == {'a': 1, 'b': 1}

    def test_child_transform_is_post_order_and_sees_missing_values(self):
        calls = []
        T.Dict({'a': T.List(int), 'b': int}).apply(
            {'a': [1]}, allow_partial=True, child_transform=trace(calls)
        )
        assert calls == [('a[0]', 1), ('a', [1]), ('b', MISSING_VALUE)]

    def test_mutable_defaults_are_not_shared(self):
        spec = T.Dict({'a': T.List(int, default=[1])})
        first, second = spec.apply({}), spec.apply({})
        first['a'].append(2)
        assert second == {'a': [1]}


class TestUnion:
    def test_candidates(self):
        spec = T.Union([int, str])
        assert spec.apply(1) == 1 and spec.apply('a') == 'a'
        with pytest.raises(TypeError):
            spec.apply(1.0)
        with pytest.raises(ValueError):
            spec.apply(None)

    def test_construction_errors(self):
        for bad in ([int], 1, [int, T.Int(1)], [T.List(int), T.List(str)]):
            with pytest.raises(ValueError):
                T.Union(bad)

    def test_two_unions_of_the_same_types(self):
        with pytest.raises(ValueError):
            T.Union([T.Union([int, str]), T.Union([str, int])])
        assert T.Union([T.Union([int, str]), T.Union([float, str])]).apply(1.5) == 1.5

    def test_choice(self):
        assert type(T.Union([T.Float(), T.Int()]).apply(1)) is int
        assert type(T.Union([T.Float(), T.Str()]).apply(1)) is float
        with pytest.raises(ValueError):
            T.Union([T.Enum['a', 'b'], T.Str()]).apply('c')
        assert T.Union([T.Callable(), T.Int()]).apply(len) is len
        with pytest.raises(TypeError):
            T.Union([T.Callable(), T.Int()]).apply('x')

    def test_containers(self):
        spec = T.Union([T.List(float), T.Dict({'a': int})])
        assert spec.apply([1]) == [1.0]
        with pytest.raises(TypeError, match=r'x\.a'):
            spec.apply({'a': 'b'}, root_path=KeyPath('x'))

    def test_generic_candidates(self):
        spec = T.Union([T.Object(set[int]), T.Int()])
        assert spec.apply({1}) == {1}

    def test_noneable(self):
        spec = T.Union([int, str]).noneable()
        assert spec.default is None
        assert all(c.is_noneable and not c.has_default for c in spec.candidates)
        assert not any(c.is_noneable for c in spec.noneable(False).candidates)
        assert T.Union([T.Int().noneable(), str]).is_noneable

    def test_noneable_reaches_the_candidates_of_inner_unions(self):
        inner = T.Union([T.Enum['a', None], T.Int()])
        assert inner.is_noneable and not inner.candidates[1].is_noneable
        spec = T.Union([inner, T.Str()]).noneable()
        assert all(c.is_noneable for c in spec.candidates[0].candidates)
        assert not inner.candidates[1].is_noneable

    def test_any_before_a_list_takes_it(self):
        for spec in (T.Union([T.Any(), T.List(int)]), T.Union([T.Any(), T.Dict(int)])):
            assert spec.apply(mutandis.List(['a'])) == ['a']
            assert spec.apply(mutandis.Dict(a='a')) == {'a': 'a'}

    def test_noneable_leaves_the_callers_specs_alone(self):
        candidate = T.Int()
        T.Union([candidate, str]).noneable()
        assert not candidate.is_noneable

    def test_equality_ignores_order(self):
        assert T.Union([int, str]) == T.Union([str, int])
        assert T.Union([int, str]) != T.Union([int, float])

    def test_get_candidate(self):
        spec = T.Union([int, T.Union([str, bool])])
        assert spec.get_candidate(T.Str()) == T.Str()
        assert spec.get_candidate(T.Float()) is None

    def test_operators_and_subscripts(self):
        assert T.Int() | str == T.Union([int, str])
        assert int | T.Str() == T.Union([int, str])
        assert T.Int() | None == T.Int().noneable()
        assert T.Union[int, None] == T.Int().noneable()
        assert T.Optional[int] == T.Int().noneable()
        assert T.Sequence[int] == T.Union([T.List(int), T.Tuple(int)])
        with pytest.raises(TypeError):
            T.Union[int]
        with pytest.raises(TypeError):
            T.Optional(int)

    def test_ensure_value_spec(self):
        assert T.ensure_value_spec(T.Int(), T.Int()) == T.Int()
        assert T.ensure_value_spec(T.Union([int, str]), T.Str()) == T.Str()
        assert T.ensure_value_spec(T.Any(), T.Str()) is None
        with pytest.raises(TypeError):
            T.ensure_value_spec(T.Int(), T.Str())
