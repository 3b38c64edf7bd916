"""Specs of bool, str and numbers, and what all specs have in common."""

import copy
import pickle
import re
import typing

import pytest

import mutandis.typing as T
from mutandis.base import MISSING_VALUE, KeyPath


class TestCommon:
    def test_default_and_noneable(self):
        assert T.Int().default == MISSING_VALUE
        assert not T.Int().has_default
        assert T.Int(1).default == 1
        assert T.Int().noneable().default is None
        assert T.Int(1).noneable().default == 1
        assert not T.Int().noneable(use_none_as_default=False).has_default
        assert not T.Int().noneable().noneable(False).has_default

    def test_default_none_needs_noneable(self):
        with pytest.raises(ValueError, match='None'):
            T.Int(None)
        assert T.Int(None, is_noneable=True) == T.Int().noneable()

    def test_default_is_validated(self):
        with pytest.raises(TypeError):
            T.Int('a')
        with pytest.raises(ValueError):
            T.Int(0, min_value=1)
        with pytest.raises(TypeError):
            T.Int().set_default('a')
        assert T.Int().set_default('a', use_default_apply=False).default == 'a'
        assert not T.Int(1).set_default(MISSING_VALUE).has_default

    def test_none_is_refused_unless_noneable(self):
        with pytest.raises(ValueError):
            T.Int().apply(None)
        assert T.Int().noneable().apply(None) is None

    def test_missing_value(self):
        with pytest.raises(ValueError):
            T.Int().apply(MISSING_VALUE)
        missing = T.Int().apply(MISSING_VALUE, allow_partial=True)
        assert isinstance(missing, T.MissingValue)
        assert missing.value_spec == T.Int()

    def test_frozen(self):
        spec = T.Int(1).freeze()
        assert spec.frozen
        assert spec.apply(1) == 1
        assert spec.apply(MISSING_VALUE) == 1
        with pytest.raises(ValueError):
            spec.apply(2)
        with pytest.raises(ValueError):
            T.Int().freeze()
        with pytest.raises(TypeError):
            T.Int().freeze('a')
        assert T.Int().freeze(3) == T.Int(3, frozen=True)

    def test_equality(self):
        assert T.Int() == T.Int()
        assert T.Int() != T.Int(1)
        assert T.Int() != T.Int().noneable(use_none_as_default=False)
        assert T.Int(1) != T.Int(1).freeze()
        assert T.Int() != T.Float()
        with pytest.raises(TypeError):
            hash(T.Int())

    def test_array_as_default_can_be_compared(self):
        import numpy as np

        assert T.Any(np.zeros(3)) == T.Any(np.zeros(3))
        assert T.Any(np.zeros(3)) != T.Any(np.ones(3))

    def test_copies_are_independent(self):
        spec = T.List(T.Int(min_value=0), default=[1])
        for other in (spec.copy(), copy.copy(spec), copy.deepcopy(spec)):
            assert other == spec
            other.noneable()
            assert other != spec
        assert pickle.loads(pickle.dumps(spec)) == spec

    def test_path_of_bad_value_is_in_the_message(self):
        with pytest.raises(TypeError, match=r'model\.lr'):
            T.Float().apply('x', root_path=KeyPath.parse('model.lr'))
        with pytest.raises(TypeError, match=r'a\.b\[1\]'):
            T.List(int).apply([1, 'x'], root_path=lambda: KeyPath.parse('a.b'))


class TestBool:
    def test_strict(self):
        assert T.Bool().apply(True) is True
        with pytest.raises(TypeError):
            T.Bool().apply(1)

    def test_call(self):
        assert T.Bool()() is False
        assert T.Bool(True)() is True
        assert T.Bool().noneable()() is None


class TestStr:
    def test_regex_matches_a_prefix(self):
        spec = T.Str(regex='a.*')
        assert spec.apply('abc') == 'abc'
        assert spec.regex == re.compile('a.*')
        assert T.Str(regex='a').apply('abc') == 'abc'
        with pytest.raises(ValueError):
            spec.apply('b')

    def test_bad_regex(self):
        with pytest.raises(TypeError):
            T.Str(regex=1)
        with pytest.raises(re.error):
            T.Str(regex='(')

    def test_empty_regex_restricts_nothing(self):
        assert T.Str(regex='') == T.Str() and T.Str(regex='').regex is None

    def test_subscript(self):
        assert T.Str['a.*'] == T.Str(regex='a.*')


class TestNumbers:
    def test_types(self):
        assert T.Int().apply(True) is True
        with pytest.raises(TypeError):
            T.Int().apply(1.0)
        value = T.Float().apply(1)
        assert type(value) is float and value == 1.0
        assert T.Float().apply(True) == 1.0

    def test_numpy_scalars_are_converted(self):
        import numpy as np

        assert type(T.Int().apply(np.int64(3))) is int
        assert type(T.Float().apply(np.float32(0.5))) is float
        with pytest.raises(TypeError):
            T.Int().apply(np.float32(0.5))

    def test_bounds_are_inclusive(self):
        spec = T.Int(min_value=0, max_value=2)
        assert [spec.apply(v) for v in (0, 1, 2)] == [0, 1, 2]
        for value in (-1, 3):
            with pytest.raises(ValueError):
                spec.apply(value)
        with pytest.raises(ValueError):
            T.Int(min_value=2, max_value=1)

    def test_call(self):
        assert T.Int()() == 0
        assert T.Int().freeze(1)(5) == 1
        with pytest.raises(ValueError):
            T.Int(min_value=1)()

    def test_subscript(self):
        assert T.Int[0, None] == T.Int(min_value=0)
        assert T.Float[None, 1.0] == T.Float(max_value=1.0)
        with pytest.raises(TypeError):
            T.Int[1]


class TestEnum:
    def test_values(self):
        assert T.Enum('a', ['a', 'b']).apply('b') == 'b'
        with pytest.raises(ValueError):
            T.Enum['a', 'b'].apply('c')
        with pytest.raises(TypeError):
            T.Enum['a', 'b'].apply(1)
        for bad in ([], 'ab', None):
            with pytest.raises(ValueError):
                T.Enum(MISSING_VALUE, bad)
        with pytest.raises(ValueError):
            T.Enum('c', ['a', 'b'])

    def test_value_type(self):
        assert T.Enum['a', 'b'].value_type is str
        assert T.Enum[1, None].value_type is int
        assert T.Enum[1, 'a'].value_type is None
        assert T.Enum[1, 'a'].annotation is typing.Any

    def test_noneable_does_not_touch_the_callers_list(self):
        values = ['a']
        spec = T.Enum(MISSING_VALUE, values)
        assert spec.noneable().values == ['a', None]
        assert not spec.has_default
        assert spec.noneable(False).values == ['a']
        assert values == ['a']

    def test_subscript_with_one_list(self):
        assert T.Enum[['a', 'b']] == T.Enum['a', 'b']


class TestAny:
    def test_accepts_everything(self):
        for value in (None, 1, 'a', [], object):
            assert T.Any().apply(value) is value
        assert not T.Any().has_default
        assert T.Any().noneable().default is None
        with pytest.raises(ValueError):
            T.Any().noneable(False).apply(None)

    def test_annotation_is_shown(self):
        assert T.Any().annotate(int).annotation is int
        assert T.Any().annotation == MISSING_VALUE


class TestText:
    @pytest.mark.parametrize(
        'spec, text',
        [
            (T.Int(1, min_value=0), 'Int(default=1, min=0)'),
            (T.Bool(True).freeze(), 'Bool(default=True, frozen=True)'),
            (T.Str(regex='a.*'), "Str(regex='a.*')"),
            (T.Enum('a', ['a', None]), "Enum(default='a', values=['a', None])"),
            (
                T.List(T.Str(), default=[], max_size=5).noneable(),
                'List(Str(), max_size=5, default=[], noneable=True)',
            ),
            (T.Tuple([int, str]), 'Tuple([Int(), Str()])'),
            (T.Tuple(int, max_size=3), 'Tuple(Int(), max_size=3)'),
            (T.Dict({'a': int}), 'Dict(fields=[Field(key=a, value=Int())])'),
            (T.Object(KeyPath), 'Object(KeyPath)'),
            (T.Type(int), "Type(<class 'int'>)"),
            (
                T.Union([T.Int(1), T.Bool()], default=1).noneable(),
                'Union([Int(default=1, noneable=True), Bool(noneable=True)], default=1, '
                'noneable=True)',
            ),
            (T.Any().annotate(int), "Any(annotation=<class 'int'>)"),
            (T.StrKey('a'), "StrKey(regex='a')"),
            (T.ListKey(1, 2), 'ListKey(min_value=1, max_value=2)'),
            (T.TupleKey(1), 'TupleKey(index=1)'),
        ],
    )
    def test_repr(self, spec, text):
        assert repr(spec) == text

    def test_str_is_indented(self):
        assert str(T.Int(1, min_value=0)) == 'Int(\n  default=1,\n  min=0\n)'
        assert str(T.Int()) == 'Int()'


def test_messages_follow_the_spec():
    spec = T.Int()
    with pytest.raises(ValueError, match=r'by Int\(\)'):
        spec.apply(None)
    spec.set_default(1)
    with pytest.raises(ValueError, match=r'by Int\(default=1\)'):
        spec.apply(None)
    with pytest.raises(ValueError, match=r'by Int\(default=2\)'):
        spec.copy().set_default(2).apply(None)


def test_what_serves_as_an_index_is_an_int():
    class Index:
        def __index__(self):
            return 3

    class NoIndex:
        def __index__(self):
            raise TypeError('not now')

    assert T.Int().apply(Index()) == 3
    with pytest.raises(ValueError, match='range'):
        T.Int(max_value=2).apply(Index())
    with pytest.raises(TypeError, match='Expected int'):
        T.Int().apply(NoIndex())


def test_functions_with_arrays_as_defaults_are_compared_by_content():
    import numpy as np

    def make(size):
        array = np.arange(size)
        return lambda x=array: x

    assert T.callable_eq(make(2), make(2))
    assert not T.callable_eq(make(2), make(3))
