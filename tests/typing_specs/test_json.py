"""The JSON form of specs."""

import typing

import pytest

import mutandis
import mutandis.typing as T
from mutandis import from_json
from mutandis.base import from_json_str, to_json, to_json_str

X = typing.TypeVar('X')


class Box(typing.Generic[X]):
    class Inner:
        pass


def to_list(value):
    return list(value)


SPECS = [
    T.Bool(True).noneable(),
    T.Str('a', regex='a.*'),
    T.Int(1, min_value=0, max_value=3),
    T.Float(max_value=2.0),
    T.Number(int),
    T.Enum('a', ['a', 'b', None]),
    T.Enum[1, 'x'],
    T.List(T.List(str), size=2),
    T.List(int, default=[1], transform=to_list),
    T.Tuple(int, min_size=1),
    T.Tuple([int, str], default=(1, 'a')),
    T.Dict(),
    T.Dict({'a': int, 'b': (1, 'doc', {'k': 1})}),
    T.Dict({'a': 1}, default={'a': 2}),
    T.Dict({'a': int}).noneable(),
    T.Object(Box[int]),
    T.Object(Box.Inner),
    T.Callable([int], kw=[('x', str)], returns=float),
    T.Callable(default=to_list),
    T.Functor([int]),
    T.Type(int),
    T.Union([int, T.Dict(int)], default=1).noneable(),
    T.Any(1).annotate(int),
    T.Int(1).freeze(),
    T.Any().freeze(None),
    T.Any().noneable(False),
    T.ValueSpec.from_annotation(typing.Final[int], True),
    T.ConstStrKey('a'),
    T.StrKey('a'),
    T.ListKey(1, 2),
    T.TupleKey(1),
    T.Field('a', T.Int(), 'doc', {'k': 1}),
    T.create_schema([]),
    T.create_schema(
        [('a', int), (T.StrKey(), str)],
        name='S',
        description='D',
        allow_nonconst_keys=True,
        metadata={'k': 1},
    ),
]


@pytest.mark.parametrize('value', SPECS)
def test_round_trip(value):
    restored = from_json(value.to_json())
    assert type(restored) is type(value) and restored == value
    assert from_json_str(to_json_str(value)) == value


def test_stored_format():
    assert T.Int(1, min_value=0).to_json() == {
        '_type': 'pyglove.typing.Int',
        'default': 1,
        'min_value': 0,
    }
    assert T.List(int).to_json() == {
        '_type': 'pyglove.typing.List',
        'element_value': {'_type': 'pyglove.typing.Int'},
        'min_size': 0,
    }


def test_a_spec_in_two_places_is_written_twice():
    number = {'_type': 'pyglove.typing.Int'}
    data = {'_type': 'pyglove.typing.Tuple', 'element_values': [number, number]}
    assert T.Tuple(int, size=2).to_json() == to_json(T.Tuple(int, size=2)) == data


def test_data_of_users_is_read_as_it_was():
    for spec in (T.List(int, default=[1]), T.Dict(default={'a': [1]}), T.Any([{}])):
        restored = from_json(spec.to_json()).default
        assert type(restored) is type(spec.default) and repr(restored) == repr(spec.default)
    assert type(from_json(T.Field('a', T.Int(), metadata={'k': {}}).to_json()).metadata) is dict
    # What comes after a spec is read as usual.
    both = from_json({'a': T.Any([1]).to_json(), 'b': [1]})
    assert type(both.b) is mutandis.List


def test_own_type_names_are_read():
    assert from_json({'_type': 'mutandis.typing.Int', 'default': 1}) == T.Int(1)


def test_lambda_needs_trust():
    spec = T.Callable(default=lambda x: x + 1)
    assert from_json(spec.to_json(), trusted=True) == spec
    with pytest.raises(TypeError):
        from_json(spec.to_json())


def test_unresolved_reference_cannot_be_written():
    with pytest.raises(TypeError):
        T.Object('Nope').to_json()


CALLS = []


def record(value):
    CALLS.append(value)
    return value


def test_reading_calls_no_transform():
    for spec in (
        T.Any(1, transform=record),
        T.List(T.Any(transform=record), default=[1]),
        T.Dict({'a': T.Any(transform=record)}, default={'a': 1}),
        T.Union([T.Int(), T.List(T.Any(transform=record))], default=[1]),
        T.Any(2, transform=record).freeze(),
    ):
        CALLS.clear()
        data = spec.to_json()
        assert from_json(data) == spec and CALLS == []
        assert from_json(data).default == spec.default and from_json(data).frozen == spec.frozen
        shared = {'__context__': {'shared_objects': [data]}, '__root__': [{'__ref__': 0}] * 2}
        assert from_json(shared)[1] == spec and CALLS == []
    assert spec.transform is record


SPEC = 'pyglove.typing.'


@pytest.mark.parametrize(
    'bad',
    [
        {'_type': SPEC + 'Str', 'regex': '('},
        {'_type': SPEC + 'StrKey', 'regex': '('},
        {'_type': SPEC + 'List', 'element_value': '__import__("os")'},
        {'_type': SPEC + 'List', 'element_value': 'Literal[print()]'},
        {'_type': SPEC + 'Enum', 'values': 3},
        {'_type': SPEC + 'Int', 'unknown': 1},
        {'_type': SPEC + 'Field', 'key_spec': 'a', 'value_spec': 2},
        {'_type': SPEC + 'Schema', 'fields': [1]},
        {'_type': SPEC + 'Union', 'candidates': [{'_type': SPEC + 'Int'}]},
    ],
)
def test_malformed_data_is_a_type_or_value_error(bad):
    with pytest.raises((TypeError, ValueError)):
        from_json(bad)
