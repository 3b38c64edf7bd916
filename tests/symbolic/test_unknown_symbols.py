"""Names in JSON that nobody here knows: placeholders that are written back as they were read."""

from collections.abc import Callable
from typing import Any

import pytest

import mutandis as mt
from mutandis.symbolic import (
    UnknownFunction,
    UnknownMethod,
    UnknownType,
    UnknownTypedObject,
)


class Holder(mt.Object):
    x: int
    f: Callable[[], int]
    t: type[int]
    xs: list[str]


OBJECT = {'_type': 'far.away.Thing', 'x': 1, 'y': {'z': [2, {'_type': 'far.Other'}]}}
TYPE = {'_type': 'type', 'name': 'far.away.Thing'}
GENERIC = {
    '_type': 'type',
    'name': 'far.Generic',
    'args': ['__tuple__', {'_type': 'type', 'name': 'builtins.int'}, TYPE],
}
FUNCTION = {'_type': 'function', 'name': 'far.away.run'}
METHOD = {'_type': 'method', 'name': 'far.away.Thing.make'}
ENUM = {'_type': 'enum', 'name': 'far.Color', 'member': 'RED'}
HOLDER = {
    '_type': f'{__name__}.Holder',
    'x': OBJECT,
    'f': FUNCTION,
    't': GENERIC,
    'xs': [METHOD, ENUM],
}


def read(data, **kwargs):
    return mt.from_json(data, convert_unknown=True, **kwargs)


@pytest.mark.parametrize('data', [OBJECT, TYPE, GENERIC, FUNCTION, METHOD, ENUM, HOLDER, [OBJECT]])
def test_what_was_read_is_written_back(data):
    value = read(data)
    assert value.to_json() == data
    assert mt.from_json_str(value.to_json_str(), convert_unknown=True) == value
    with pytest.raises(TypeError):
        mt.from_json(data)


def test_objects():
    value = read(OBJECT)
    assert type(value) is UnknownTypedObject
    assert value.type_name == 'far.away.Thing' and value.x == 1 and value.y.z[0] == 2
    assert value.y.z[1].sym_path == 'y.z[1]'
    value.rebind({'y.z[0]': 3})
    assert value.to_json()['y']['z'][0] == 3
    assert value == value.clone() and value != read({**OBJECT, 'x': 2})


def test_symbols():
    value = read(GENERIC)
    assert type(value) is UnknownType and value.name == 'far.Generic'
    assert value.args[0] is int and value.args[1] == UnknownType('far.away.Thing')
    assert read(FUNCTION) == UnknownFunction('far.away.run')
    assert read(METHOD) == UnknownMethod('far.away.Thing.make')


def test_a_known_type_with_unknown_arguments():
    data = {'_type': 'type', 'name': 'typing.Optional', 'args': ['__tuple__', TYPE]}
    assert type(read(data)) is UnknownType
    assert read(data).to_json() == data


def test_every_field_accepts_them():
    value = read(HOLDER)
    assert type(value) is Holder and type(value.f) is UnknownFunction
    value.rebind(x=2)
    assert value.clone(deep=True) == value
    with pytest.raises(TypeError):
        value.rebind(x='no')


def test_an_unknown_type_makes_objects():
    assert read(TYPE)(x=1) == UnknownTypedObject(type_name='far.away.Thing', x=1)


def test_text():
    assert repr(read({'_type': 'a.B', 'x': 1})) == '<unknown-type a.B>(x=1)'
    assert str(read({'_type': 'a.B', 'x': 1})) == '<unknown-type a.B>(\n  x = 1\n)'
    assert repr(UnknownType('a.B')) == str(UnknownType('a.B')) == '<unknown-type a.B>'
    assert repr(UnknownType('a.B', [int, UnknownType('a.C')])) == (
        "<unknown-type a.B>[<class 'int'>, <unknown-type a.C>]"
    )
    assert repr(UnknownFunction('f')) == '<unknown-function f>'
    assert repr(UnknownMethod('m')) == '<unknown-method m>'
    assert repr(mt.Dict(x=UnknownMethod('m'))) == '{x=<unknown-method m>}'


def test_known_names_are_read_as_ever():
    assert read({'_type': 'type', 'name': 'builtins.int'}) is int
    assert type(read(mt.to_json(mt.Dict(x=1)))) is mt.Dict


def test_no_module_is_imported_for_a_name():
    value = read({'_type': 'function', 'name': 'this.main'})
    assert type(value) is UnknownFunction


def test_what_needs_trust_still_does():
    for data in (
        {'_type': 'x._OpaqueObject', 'value': ''},
        {'_type': 'function', 'name': 'x.<lambda>', 'code': '', 'defaults': None},
    ):
        with pytest.raises(TypeError, match='trust'):
            read(data)
    with pytest.raises(TypeError):
        read(TYPE, trusted=False)
    assert type(read(OBJECT, trusted=False)) is UnknownTypedObject


@pytest.mark.parametrize('key', ['type_name', 'sealed', '_private'])
def test_fields_that_cannot_be_kept(key):
    with pytest.raises(TypeError, match=key):
        read({'_type': 'a.B', key: 1})


def test_unknown_values_of_unknown_names(tmp_path):
    path = str(tmp_path / 'x.json')
    read(OBJECT).save(path)
    assert mt.load(path, convert_unknown=True) == read(OBJECT)
    annotation: Any = read(TYPE)
    assert isinstance(annotation, mt.typing.CustomTyping)
