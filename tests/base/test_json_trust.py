"""What JSON may make us run: nothing, unless it is trusted. One test for each way that there was.

`tests/symbolic/test_json_fuzz.py` looks for ways that nobody has thought of.
"""

import json
import os
import subprocess
import sys
import types

import pytest

import mutandis as mt
from mutandis import base
from mutandis.base import JSONConvertible, from_json, to_json

CALLS = []
HERE = __name__


@pytest.fixture(autouse=True)
def _nothing_is_called():
    CALLS.clear()
    yield
    CALLS.clear()


class Duck:
    """No JSONConvertible, and not registered."""

    @classmethod
    def from_json(cls, json_value, **kwargs):
        CALLS.append('from_json')
        return cls()


class Subscribed:
    def __class_getitem__(cls, item):
        CALLS.append(item)
        return cls


class Meta(type):
    @property
    def attribute(cls):
        CALLS.append('metaclass')
        return len

    def __getitem__(cls, item):
        CALLS.append(item)


class WithMeta(metaclass=Meta):
    pass


class Descriptor:
    def __get__(self, obj, owner=None):
        CALLS.append('descriptor')
        return len


class WithDescriptor:
    attribute = Descriptor()


class Inner(mt.Object):
    x: int


class Forgetful(JSONConvertible):
    """Reads its part without handing on the options."""

    def __init__(self, part):
        self.part = part

    def to_json(self, **kwargs):
        return self.to_json_dict({'part': self.part}, **kwargs)

    @classmethod
    def from_json(cls, json_value, **kwargs):
        return cls(from_json(json_value['part']))


def function():
    CALLS.append('function')


FUNCTION = {'_type': 'function', 'name': f'{HERE}.function'}
PICKLE = to_json(types.SimpleNamespace(a=1))
CODE = to_json(lambda: CALLS.append('code'))


@pytest.mark.parametrize(
    'data',
    [
        PICKLE,
        CODE,
        {**PICKLE, '_type': 'mutandis.base.json_values._OpaqueObject'},
        {'_type': f'{HERE}.Duck'},
        {'_type': 'builtins.eval', 'source': '1'},
        {'_type': 'subprocess.Popen', 'args': ['true']},
        {'_type': 'type', 'name': f'{HERE}.Subscribed', 'args': ['__tuple__', 1]},
        {'_type': 'type', 'name': f'{HERE}.WithMeta', 'args': ['__tuple__', 1]},
        {'_type': 'type', 'name': 'typing.Optional', 'args': ['__tuple__', '1 + 1']},
        {'_type': 'type', 'name': 'types.UnionType', 'args': ['__tuple__', 1, 2]},
        {'_type': 'function', 'name': f'{HERE}.WithMeta.attribute'},
        {'_type': 'function', 'name': f'{HERE}.CALLS.clear'},
    ],
)
@pytest.mark.parametrize('options', [{}, {'trusted': False}, {'convert_unknown': True}])
def test_nothing_is_run(data, options):
    for document in (
        [data],
        {'_type': f'{HERE}.Forgetful', 'part': data},
        {'__context__': {'shared_objects': [data]}, '__root__': {'__ref__': 0}},
    ):
        try:
            from_json(document, **options)
        except (TypeError, ValueError):
            pass
        else:
            assert options == {'convert_unknown': True}
        assert CALLS == []


def test_a_descriptor_is_found_but_not_asked():
    with pytest.raises(TypeError):
        from_json({'_type': 'function', 'name': f'{HERE}.WithDescriptor.attribute'})
    assert CALLS == []


def test_lazy_attributes_of_modules_are_not_loaded(monkeypatch):
    module = types.ModuleType('lazy_module')
    module.__getattr__ = lambda name: CALLS.append(name) or function
    monkeypatch.setitem(sys.modules, 'lazy_module', module)
    data = {'_type': 'function', 'name': 'lazy_module.something'}
    with pytest.raises(TypeError):
        from_json(data)
    assert CALLS == []
    assert from_json(data, allow=['lazy_module']) is function
    assert from_json(data, trusted=True) is function


def test_a_class_that_only_looks_the_part_must_be_registered():
    data = {'_type': f'{HERE}.Duck'}
    assert isinstance(from_json(data, trusted=True), Duck)
    JSONConvertible.register(f'{HERE}.registered.Duck', Duck)
    assert isinstance(from_json({'_type': f'{HERE}.registered.Duck'}, trusted=False), Duck)


def test_trust_reaches_classes_that_do_not_hand_it_on():
    data = {'_type': f'{HERE}.Forgetful', 'part': FUNCTION}
    assert from_json(data).part is function
    assert from_json({**data, 'part': PICKLE}, trusted=True).part == types.SimpleNamespace(a=1)
    with pytest.raises(TypeError):
        from_json(data, trusted=False)


@pytest.mark.parametrize('data', [PICKLE, CODE])
def test_trust_of_files(data, tmp_path):
    path = str(tmp_path / 'x.json')
    mt.io.writefile(path, json.dumps({'x': data}))
    for options in ({}, {'trusted': False}):
        with pytest.raises(TypeError):
            mt.load(path, **options)
        with mt.open_jsonl(path, **options) as records, pytest.raises(TypeError):
            list(records)
    assert mt.load(path, trusted=True).x is not None
    with mt.open_jsonl(path, trusted=True) as records:
        assert len(list(records)) == 1


def test_the_default_trust_can_be_set():
    assert base.set_default_trust(True) is None
    try:
        assert from_json(PICKLE) == types.SimpleNamespace(a=1)
        with pytest.raises(TypeError):
            from_json(PICKLE, trusted=False)
        with base.enable_opaque_pickle(False), pytest.raises(TypeError):
            from_json(PICKLE)
    finally:
        assert base.set_default_trust(None) is True


def test_the_default_trust_by_the_environment():
    code = 'import sys, json, mutandis as mt; print(mt.from_json(json.load(sys.stdin)))'
    for value, expected in (('1', 0), ('', 1)):
        result = subprocess.run(
            [sys.executable, '-c', code],
            input=json.dumps(PICKLE),
            env={**os.environ, 'MUTANDIS_TRUSTED_JSON': value},
            capture_output=True,
            text=True,
        )
        assert result.returncode == expected, result.stderr


def test_assignment_never_decodes():
    value = mt.Dict(x=FUNCTION, y={'_type': 'foo'}, z=['__tuple__', 1])
    assert value.x == FUNCTION and value.y._type == 'foo' and value.z[0] == '__tuple__'
    assert mt.from_json(value.to_json()) == value
    with pytest.raises(TypeError):
        Inner(x=FUNCTION)
