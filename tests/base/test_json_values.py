"""Values that JSON has no word for: native forms, which every reader understands."""

import datetime
import enum
import json
import math
import pathlib
import sys

import pytest

from mutandis.base import from_json, from_json_str, to_json, to_json_str


class Color(enum.Enum):
    RED = 1
    CRIMSON = 1


class Number(enum.IntEnum):
    ONE = 1


class Word(str, enum.Enum):
    HI = 'hi'


class Mode(enum.Flag):
    R = 1
    W = 2


def round_trip(value, **kwargs):
    text = to_json_str(value)
    result = from_json_str(text, **kwargs)
    assert from_json(to_json(value), **kwargs) is not None
    assert type(result) is type(value)
    return result


UTC = datetime.timezone.utc
ZONE = datetime.timezone(datetime.timedelta(hours=-5, minutes=30))
NAMED = datetime.timezone(datetime.timedelta(hours=1), 'CET')


@pytest.mark.parametrize(
    'value',
    [
        {1, (2, 'a')},
        frozenset({frozenset({1}), 'x'}),
        set(),
        b'',
        b'\0\xff',
        bytearray(b'abc'),
        1 - 2.5j,
        complex('inf'),
        range(1, 10, 2),
        range(-3),
        slice(None, 3),
        slice('a', (1,), None),
        datetime.datetime(2020, 1, 2, 3, 4, 5, 6),
        datetime.datetime(2020, 1, 2, tzinfo=UTC),
        datetime.datetime(2020, 1, 2, tzinfo=ZONE, fold=1),
        datetime.datetime(2020, 1, 2, tzinfo=NAMED),
        datetime.date(1, 1, 1),
        datetime.time(1, 2, 3, 4, tzinfo=ZONE),
        datetime.time(0),
        datetime.timedelta(-1, 2, 3),
        UTC,
        ZONE,
        NAMED,
        pathlib.PurePosixPath('/a/b'),
        pathlib.PureWindowsPath('c:/x'),
        pathlib.Path('a'),
        math.inf,
        -math.inf,
        10**400,
        [-(10**5000), {'a': 10**5000}],
        -(2**63),
    ],
)
def test_round_trip_without_trust(value):
    assert round_trip(value, trusted=False) == value


def test_details():
    assert math.isnan(round_trip(math.nan))
    assert math.copysign(1, round_trip(-0.0)) == -1
    assert round_trip(datetime.datetime(2020, 1, 1, fold=1)).fold == 1
    assert round_trip(NAMED).tzname(None) == 'CET'


@pytest.mark.parametrize('value', [Color.RED, Color.CRIMSON, Number.ONE, Word.HI, Mode.R])
def test_enum_members(value):
    assert to_json(value) == {
        '_type': 'enum',
        'name': f'{__name__}.{type(value).__name__}',
        'member': value.name,
    }
    assert round_trip(value) is value


def test_combined_flags():
    value = Mode.R | Mode.W
    assert to_json(value)['value'] == 3
    assert round_trip(value) is value


def test_small_constants_are_never_references():
    value = [Color.RED, datetime.date(2020, 1, 1)] * 2
    assert '__context__' not in to_json(value)


@pytest.mark.parametrize(
    'data',
    [
        {'_type': 'set', 'items': 1},
        {'_type': 'bytes', 'value': '???'},
        {'_type': 'bytes', 'value': 'YQ'},
        {'_type': 'complex', 'real': '1', 'imag': 1},
        {'_type': 'range', 'args': [1]},
        {'_type': 'date', 'value': 'yesterday'},
        {'_type': 'timedelta', 'value': [1]},
        {'_type': 'timedelta', 'value': [10**30, 0, 0]},
        {'_type': 'timezone', 'value': [40, 0, 0]},
        {'_type': 'datetime', 'value': '2020-01-01', 'zone': 1},
        {'_type': 'PosixPath', 'value': 1},
        {'_type': 'int', 'hex': 1},
        {'_type': 'int', 'hex': 'x'},
        {'_type': 'enum', 'name': f'{__name__}.Color', 'member': '__class__'},
        {'_type': 'enum', 'name': f'{__name__}.Mode', 'value': 'x'},
        {'_type': 'ndarray', 'dtype': '|O', 'shape': [1], 'data': 'AAAAAAAAAAA='},
        {'_type': 'ndarray', 'dtype': '<i2', 'shape': [2], 'data': 'AAA='},
        {'_type': 'ndarray', 'dtype': '<i2', 'shape': [1], 'data': 'AAAA'},
        {'_type': 'ndarray', 'dtype': '<i2', 'shape': [10**9, 10**9, 10**9], 'data': ''},
        {'_type': 'ndarray', 'dtype': '<i2', 'shape': [-1], 'data': 'AAA='},
        {'_type': 'ndarray', 'dtype': 'i2,f4', 'shape': [1], 'data': 'AAAAAAAA'},
        {'_type': 'ndarray', 'shape': [1]},
    ],
)
def test_malformed(data):
    with pytest.raises(ValueError):
        from_json(data)


def test_unhashable_items():
    with pytest.raises(TypeError):
        from_json({'_type': 'set', 'items': [[1]]})


@pytest.mark.parametrize(
    'dtype, shape',
    [
        ('float32', (2, 3)),
        ('>i4', (3,)),
        ('bool', (2, 0, 3)),
        ('complex128', ()),
        ('float16', (1, 1)),
        ('<U3', (2,)),
        ('S2', (2,)),
        ('datetime64[ns]', (2,)),
        ('timedelta64[D]', (1,)),
    ],
)
def test_numpy_arrays(dtype, shape):
    numpy = pytest.importorskip('numpy')
    array = numpy.zeros(shape, dtype)
    result = round_trip(array, trusted=False)
    assert result.dtype == array.dtype and result.shape == array.shape
    assert (result == array).all() and result.flags.writeable


def test_numpy_arrays_that_are_no_bytes_of_their_own():
    numpy = pytest.importorskip('numpy')
    array = numpy.arange(6).reshape(2, 3).T[::-1]
    assert (round_trip(array) == array).all()
    with pytest.raises(TypeError, match='pickled'):
        from_json(to_json(numpy.array([None, 'a'])))


@pytest.mark.parametrize('value', ['float32(1.5)', 'int64(3)', 'bool_(True)', "bytes_(b'a')"])
def test_numpy_scalars(value):
    numpy = pytest.importorskip('numpy')
    value = eval(f'numpy.{value}', {'numpy': numpy})
    assert round_trip([value], trusted=False) == [value]
    assert type(from_json(to_json([value]))[0]) is type(value)


def test_array_text_is_plain_json():
    numpy = pytest.importorskip('numpy')
    assert json.loads(to_json_str(numpy.int16([1, 2]))) == {
        '_type': 'ndarray',
        'dtype': '<i2',
        'shape': [2],
        'data': 'AQACAA==',
    }


# -- Tensors.


@pytest.mark.parametrize(
    'dtype', ['float32', 'bfloat16', 'float16', 'int64', 'uint8', 'bool', 'complex64']
)
@pytest.mark.parametrize('shape', [(), (2, 3), (0, 2)])
def test_tensors(dtype, shape):
    torch = pytest.importorskip('torch')
    tensor = torch.ones(shape, dtype=getattr(torch, dtype))
    result = round_trip(tensor, trusted=False)
    assert result.dtype == tensor.dtype and result.shape == tensor.shape
    assert torch.equal(result, tensor)


def test_tensors_with_gradients_and_views():
    torch = pytest.importorskip('torch')
    weight = torch.nn.Parameter(torch.arange(6.0).reshape(2, 3))
    result = round_trip(weight)
    assert torch.equal(result, weight) and result.requires_grad
    assert not round_trip(torch.nn.Parameter(torch.ones(1), False)).requires_grad
    assert round_trip(torch.ones(1, requires_grad=True)).requires_grad
    turned = torch.arange(6).reshape(2, 3).t()
    assert torch.equal(round_trip(turned), turned)


def test_devices_and_dtypes():
    torch = pytest.importorskip('torch')
    for value in (torch.device('cuda:1'), torch.bfloat16):
        assert from_json(to_json(value), trusted=False) == value
    with pytest.raises(ValueError):
        from_json({'_type': 'torch.dtype', 'value': 'load'})
    with pytest.raises(ValueError):
        from_json({'_type': 'torch.device', 'value': 'nowhere'})


@pytest.mark.parametrize(
    'change',
    [{'dtype': 'load'}, {'shape': [3]}, {'shape': [-1]}, {'data': ''}, {'dtype': 'int32'}],
)
def test_malformed_tensors(change):
    torch = pytest.importorskip('torch')
    data = {**to_json(torch.ones(2)), **change}
    if change == {'dtype': 'int32'}:
        data['requires_grad'] = True
    with pytest.raises(ValueError):
        from_json(data)


def test_pytorch_is_imported_only_for_trusted_text(monkeypatch):
    monkeypatch.delitem(sys.modules, 'torch', raising=False)
    data = {'_type': 'tensor', 'dtype': 'uint8', 'shape': [1], 'data': 'AA=='}
    with pytest.raises(TypeError, match='Import torch'):
        from_json(data)
    assert 'torch' not in sys.modules
