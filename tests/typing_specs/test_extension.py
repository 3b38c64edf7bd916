"""Redeclaring fields: what may replace what; and which spec accepts all that another accepts."""

import pytest

import mutandis.typing as T


class A:
    pass


class B(A):
    def __call__(self, x):
        return x


OK = [
    (T.Int(), T.Int(3), T.Int()),
    (T.Int(min_value=1), T.Int(max_value=5), T.Int(min_value=1, max_value=5)),
    (T.Str(), T.Str(regex='a'), T.Str(regex='a')),
    (T.Str(), T.Any(), T.Str()),
    (T.Int().noneable(), T.Any(), T.Int().noneable()),
    (T.Int(), T.Int().noneable(), T.Int()),
    (T.Int(), T.Union([T.Int(max_value=5), str]), T.Int(max_value=5)),
    (T.Int(), T.Union([int, str]).noneable(), T.Int()),
    (T.Int(min_value=0), T.Union([int, str]), T.Int(min_value=0)),
    (T.Enum['a', 'b'], T.Str(), T.Enum['a', 'b']),
    (T.Enum['a', 'b'], T.Enum['a', 'b', 'c'], T.Enum['a', 'b']),
    (T.Enum['a', 1], T.Union([int, str]), T.Enum['a', 1]),
    (T.Str('a').freeze(), T.Enum['a', 'b'], T.Enum('a', ['a', 'b'], frozen=True)),
    (T.Int(2).freeze(), T.Int(2).freeze(), T.Int(2).freeze()),
    (T.Object(B), T.Object(A), T.Object(B)),
    (T.Object(B), T.Union([T.Object(A), str]), T.Object(B)),
    (T.Object(B), T.Callable(), T.Object(B)),
    (T.Type(B), T.Type(A), T.Type(B)),
    (T.List(int), T.List(int, min_size=1, max_size=3), T.List(int, min_size=1, max_size=3)),
    (T.List(T.Int()), T.List(T.Int(max_value=3)), T.List(T.Int(max_value=3))),
    (T.Tuple([int, int]), T.Tuple(T.Int(max_value=1)), T.Tuple([T.Int(max_value=1)] * 2)),
    (T.Tuple(int), T.Tuple(int, max_size=3), T.Tuple(int, max_size=3)),
    (T.Dict(), T.Dict({'a': 1}), T.Dict({'a': 1})),
    (T.Dict({'b': 2}), T.Dict({'a': 1}), T.Dict({'a': 1, 'b': 2})),
    (T.Union([int, str]), T.Union([int, str, float]), T.Union([int, str])),
    (T.Callable([int]), T.Callable(returns=str), T.Callable([int], returns=str)),
    (T.Functor(), T.Callable([int]), T.Functor([int])),
]

BAD = [
    (T.Int(), T.Str()),
    (T.Int(), T.Float()),
    (T.Any(), T.Int()),
    (T.Int(max_value=6), T.Int(max_value=5)),
    (T.Int(min_value=6), T.Int(max_value=5)),
    (T.Int().noneable(), T.Int()),
    (T.Int(1), T.Int(2).freeze()),
    (T.Float(), T.Union([int, str])),
    (T.Enum['a', 'd'], T.Enum['a', 'b']),
    (T.Enum['a', 'b'], T.Int()),
    (T.Str('c').freeze(), T.Enum['a', 'b']),
    (T.Object(A), T.Object(B)),
    (T.Object(A), T.Callable()),
    (T.Type(A), T.Type(B)),
    (T.List(str), T.List(int)),
    (T.List(int, min_size=0), T.List(int, min_size=1)),
    (T.Tuple(int), T.Tuple([int])),
    (T.Tuple([int]), T.Tuple([int, int])),
    (T.Tuple([int]), T.Tuple(int, min_size=2)),
    (T.Dict({'a': str}), T.Dict({'a': int})),
    (T.Union([int, bool]), T.Union([int, str])),
    (T.Callable(), T.Functor()),
]


@pytest.mark.parametrize('child, base, expected', OK, ids=repr)
def test_narrowing(child, base, expected):
    before = base.copy()
    assert child.copy().extend(base) == expected
    assert base == before


@pytest.mark.parametrize('child, base', BAD, ids=repr)
def test_not_narrowing(child, base):
    with pytest.raises(TypeError):
        child.copy().extend(base)


def test_transform_is_inherited():
    assert T.List(int).extend(T.List(int, transform=list)).transform is list


def test_shared_parts_are_not_changed():
    element = T.Int()
    T.List(element).extend(T.List(T.Int(max_value=3)))
    assert element == T.Int()


@pytest.mark.parametrize(
    'a, b, expected',
    [
        (T.Int(), T.Int(min_value=1), True),
        (T.Int(min_value=1), T.Int(), False),
        (T.Int(), T.Int().noneable(), False),
        (T.Int().noneable(), T.Int(), True),
        (T.Int(), T.Any(), False),
        (T.Any(), T.Int(), True),
        (T.Float(), T.Int(), False),
        (T.Str(), T.Enum['a', 'b'], False),
        (T.Str(regex='a'), T.Str(), True),
        (T.Enum['a', 'b', 'c'], T.Enum['a', 'b'], True),
        (T.Enum['a', 'b'], T.Str('a').freeze(), True),
        (T.List(int), T.List(int, max_size=3), True),
        (T.List(int, max_size=3), T.List(int), False),
        (T.Tuple(int), T.Tuple([int, int]), True),
        (T.Tuple([int, int]), T.Tuple(int), False),
        (T.Dict(), T.Dict({'a': int}), True),
        (T.Dict({'a': int}), T.Dict(), False),
        (T.Dict({'a': int}), T.Dict({'a': T.Int(min_value=0)}), True),
        (T.Object(A), T.Object(B), True),
        (T.Object(B), T.Object(A), False),
        (T.Type(A), T.Type(B), True),
        (T.Callable(), T.Object(B), True),
        (T.Callable(), T.Object(A), False),
        (T.Callable([int]), T.Callable([int, str]), True),
        (T.Callable([int, int]), T.Callable([int]), False),
        (T.Union([int, str]), T.Int(), True),
        (T.Union([int, str]), T.Union([str, int]), True),
        (T.Union([int, str]), T.Union([str, float]), False),
    ],
    ids=repr,
)
def test_is_compatible(a, b, expected):
    assert a.is_compatible(b) is expected


def test_frozen_over_frozen_narrows_as_others_do():
    spec = T.Int().freeze(1).extend(T.Int(max_value=3).freeze(1))
    assert spec == T.Int(max_value=3).freeze(1)
    assert T.Int().freeze(1).extend(T.Any().freeze(1)) == T.Int().freeze(1)
    for child, base in (
        (T.Any().freeze(1), T.Int().freeze(1)),
        (T.Int().freeze(1).noneable(), T.Int().freeze(1)),
        (T.Int(max_value=5).freeze(1), T.Int(max_value=3).freeze(1)),
    ):
        with pytest.raises(TypeError):
            child.extend(base)


def test_keys_of_a_schema_are_checked_before_its_fields():
    base = T.create_schema([('a', int), (T.StrKey(), int)], allow_nonconst_keys=True)
    with pytest.raises(ValueError, match='allow_nonconst_keys'):
        T.create_schema([('a', str)]).extend(base)
    with pytest.raises(TypeError):
        T.create_schema([('a', str)], allow_nonconst_keys=True).extend(base)
