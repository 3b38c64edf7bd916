"""Values as JSON: plain data, classes and functions, shared values, markers, and trust."""

import abc
import collections
import datetime
import enum
import functools
import json
import math
import sys
import typing

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mutandis as mt
from mutandis import base
from mutandis.base import JSONConvertible, from_json, from_json_str, to_json, to_json_str


class Point(JSONConvertible):
    def __init__(self, x, y=0):
        self.x, self.y = x, y

    def __eq__(self, other):
        return isinstance(other, Point) and (self.x, self.y) == (other.x, other.y)

    def to_json(self, **kwargs):
        return self.to_json_dict({'x': self.x, 'y': self.y}, **kwargs)

    @staticmethod
    def static():
        pass

    @classmethod
    def make(cls):
        return cls(1)


class Color(enum.Enum):
    RED = 1


class Opaque:
    def __eq__(self, other):
        return isinstance(other, Opaque)


def function():
    pass


HERE = __name__


@pytest.mark.parametrize(
    'value',
    [
        None,
        True,
        1,
        1.5,
        'a',
        [1, [2]],
        {'a': {'b': 1}},
        (1, (2, 3)),
        (),
        [()],
        {1: {2: 3}},
        {1, 2},
        frozenset([1]),
        b'\0\xff',
        bytearray(b'x'),
        1j,
        Color.RED,
        Point([1], {'a': (2,)}),
        datetime.datetime(2020, 1, 2, 3, tzinfo=datetime.timezone.utc),
        datetime.date(2020, 1, 2),
        datetime.time(1, 2),
        datetime.timedelta(1, 2, 3),
        int,
        Point,
        list[int],
        dict[str, list[int]],
        typing.List[int],  # noqa: UP006
        typing.Optional[int],  # noqa: UP045
        typing.Union[int, str],  # noqa: UP007
        typing.Callable[[int], str],
        typing.Any,
        int | str,
        type(None),
        ...,
        typing.Tuple[int, ...],  # noqa: UP006
        function,
        len,
        math.sin,
        str.upper,
        Point.static,
        Point.make,
    ],
)
def test_round_trip(value):
    data = to_json(value)
    before = json.dumps(data) if not isinstance(value, dict) else None
    result = from_json(data)
    assert result == value and type(result) is type(value)
    assert from_json_str(to_json_str(value)) == value
    if before is not None:
        assert json.dumps(data) == before  # The input is left as it is.


def test_numpy_round_trip():
    numpy = pytest.importorskip('numpy')
    array = numpy.arange(6, dtype='int16').reshape(2, 3)
    result = from_json_str(to_json_str(array))
    assert result.dtype == array.dtype and (result == array).all()
    number = from_json(to_json(numpy.float32(1.5)))
    assert number == 1.5 and type(number) is numpy.float32


@pytest.mark.parametrize(
    'value, data',
    [
        ((1, 2), ['__tuple__', 1, 2]),
        (Point(1), {'_type': f'{HERE}.Point', 'x': 1, 'y': 0}),
        (int, {'_type': 'type', 'name': 'builtins.int'}),
        (
            list[int],
            {
                '_type': 'type',
                'name': 'builtins.list',
                'args': ['__tuple__', {'_type': 'type', 'name': 'builtins.int'}],
            },
        ),
        (typing.List, {'_type': 'type', 'name': 'typing.List'}),  # noqa: UP006
        (math.sin, {'_type': 'function', 'name': 'math.sin'}),
        (function, {'_type': 'function', 'name': f'{HERE}.function'}),
        (Point.make, {'_type': 'method', 'name': f'{HERE}.Point.make'}),
        (base.MISSING_VALUE, {'_type': 'pyglove.core.utils.missing.MissingValue'}),
    ],
)
def test_encoding(value, data):
    assert to_json(value) == data


def test_int_keys_in_text():
    assert to_json({1: {2: 3}}) == {1: {2: 3}}
    assert to_json_str({1: {2: 3}}) == '{"n_:1": {"n_:2": 3}}'
    assert from_json_str('{"n_:3": 1}') == {3: 1}


def test_indented_text():
    assert to_json_str({'a': [1]}, json_indent=1) == '{\n "a": [\n  1\n ]\n}'


@pytest.mark.parametrize(
    'value, error',
    [
        (typing.Literal[1], ValueError),
        (typing.TypeVar('T'), ValueError),
        (tuple[int, int, int, int, int], NotImplementedError),
        ([].append, ValueError),
        (Point(1).to_json, ValueError),
        (sys, ValueError),
    ],
)
def test_values_without_json_form(value, error):
    with pytest.raises(error):
        to_json(value)


def test_local_classes_and_closures_have_no_json_form():
    class Local:
        pass

    with pytest.raises(ValueError, match='local'):
        to_json(Local)
    with pytest.raises(ValueError, match='value'):
        to_json(lambda: value)  # noqa: F821
    value = 1


def test_a_value_that_contains_itself_has_no_json_form():
    value = []
    value.append(value)
    with pytest.raises(ValueError, match='contains itself'):
        to_json(value)


def test_to_json_dict():
    fields = {'a': (1, 1), 'b': (1, 2)}
    assert Point(1).to_json_dict(fields, exclude_default=True) == {'_type': f'{HERE}.Point', 'b': 1}
    assert Point(1).to_json_dict({'a': 1, 'b': 2}, exclude_keys={'a'}) == {
        '_type': f'{HERE}.Point',
        'b': 2,
    }


def test_type_converters_give_other_types_a_json_form(monkeypatch):
    monkeypatch.setattr(
        JSONConvertible, 'TYPE_CONVERTER', lambda cls: str if cls is Opaque else None
    )
    assert to_json([Opaque()])[0].startswith('<')


def test_conversions_of_foreign_types_work_both_ways():
    class Foreign:
        def __init__(self, text):
            self.text = text

    base.register_conversion(Foreign, 'tests.Foreign', lambda f: f.text, Foreign)
    result = from_json(to_json([Foreign('x')]), trusted=False)
    assert result[0].text == 'x'


# -- Markers.


@pytest.mark.parametrize(
    'value',
    [
        {'_type': 'foo'},
        {'__ref__': 0},
        {'__symbolic__': True},
        {'__context__': {}, '__root__': 1},
        {'n_:3': 1},
        {'__key__:_type': 1},
        ['__tuple__'],
        ['__tuple__', 1],
        ['__symbolic__'],
        ['__list__', '__tuple__'],
        {'_': 1, '__x__': 2, 'n_': 3},
        {3: 'a', 'n_:3': 'b'},
    ],
)
def test_user_data_that_looks_like_a_marker(value):
    assert from_json(to_json(value)) == value
    assert from_json_str(to_json_str([value, (value,)])) == [value, (value,)]


def test_an_empty_tuple_marker_is_malformed():
    with pytest.raises(ValueError, match='empty tuple'):
        from_json(['__tuple__'])


_DATA = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=3)
    | st.sampled_from(['_type', '__ref__', 'n_:1', '__tuple__', '__list__']),
    lambda c: (
        st.lists(c, max_size=3)
        | st.lists(c, max_size=3).map(tuple)
        | st.dictionaries(
            st.integers(0, 3) | st.sampled_from(['a', '_type', '__ref__', 'n_:1', '__key__:a']),
            c,
            max_size=3,
        )
    ),
    max_leaves=10,
)


@given(_DATA)
def test_any_data_survives_as_text(value):
    assert from_json_str(to_json_str(value)) == value


# -- Sharing.


def test_values_that_occur_twice_are_written_once():
    x = [1]
    data = to_json({'a': x, 'b': x, 'c': [2]})
    assert data == {
        '__context__': {'shared_objects': [[1]]},
        '__root__': {'a': {'__ref__': 0}, 'b': {'__ref__': 0}, 'c': [2]},
    }
    result = from_json(data)
    assert result['a'] is result['b']


def test_shared_values_may_hold_shared_values():
    x = [1]
    point = Point(x, x)
    data = to_json([point, point])
    assert data == {
        '__context__': {
            'shared_objects': [
                [1],
                {'_type': f'{HERE}.Point', 'x': {'__ref__': 0}, 'y': {'__ref__': 0}},
            ]
        },
        '__root__': [{'__ref__': 1}, {'__ref__': 1}],
    }
    first, second = from_json(data)
    assert first is second and first.x is first.y


def test_opaque_values_are_shared():
    x = Opaque()
    first, second = from_json(to_json([x, x]), trusted=True)
    assert first is second


def test_equal_values_are_not_shared():
    assert to_json([[1], [1]]) == [[1], [1]]


def test_a_reference_to_nothing_is_malformed():
    with pytest.raises(ValueError, match='shared value'):
        from_json([{'__ref__': 0}])


def test_many_references_to_a_large_value():
    large = [[i] for i in range(2000)]
    read = from_json(json.loads(json.dumps(to_json([large] * 10_000))))
    assert len(read) == 10_000 and all(item is read[0] for item in read)

    node = mt.List(large)
    read = mt.from_json(mt.to_json([mt.Ref(node) for _ in range(10_000)]), trusted=False)
    assert len(read) == 10_000 and all(item is read[0] for item in read)

    # Symbolic trees copy what they do not hold by reference.
    data = {'__context__': {'shared_objects': [large]}, '__root__': [{'__ref__': 0}] * 1000}
    with pytest.raises(ValueError, match='shared values'):
        mt.from_json(data, trusted=False)
    holders = [{'_type': 'mutandis.Holder', 'x': {'__ref__': 0}}] * 1000
    with JSONConvertible.load_types_for_deserialization(Holder):
        with pytest.raises(ValueError, match='shared values'):
            from_json({**data, '__root__': holders}, trusted=False)


class Holder(mt.Object):
    x: typing.Any


def test_a_few_references_do_not_become_millions_of_values():
    shared = [[1], *([{'__ref__': i}] * 2 for i in range(60))]
    data = {'__context__': {'shared_objects': shared}, '__root__': {'__ref__': 60}}
    with pytest.raises(ValueError, match='shared values'):
        from_json(data)

    with pytest.raises(ValueError, match='shared values'):
        mt.from_json(data)
    shared = [[1], [{'__ref__': 0}] * 2]
    data = {'__context__': {'shared_objects': shared}, '__root__': [{'__ref__': 1}] * 10_000}
    assert from_json(data)[9_999] == [[1], [1]]


def test_context_by_hand():
    context = base.JSONConversionContext()
    x = [1]
    assert context.next_shared_index() == 0
    first = context.serialize_maybe_shared(x)
    assert context.serialize_maybe_shared(x) == {'__ref__': 0}
    assert context.get_shared(0).value is x
    assert context.to_json(root=[first]) == {
        '__context__': {'shared_objects': [[1]]},
        '__root__': [{'__ref__': 0}],
    }


# -- The registry.


def test_registration():
    key = f'{HERE}.Point'
    assert JSONConvertible.is_registered(key)
    assert JSONConvertible.class_from_typename(key) is Point
    assert (key, Point) in list(base.registered_types())
    assert JSONConvertible.class_from_typename('no.Such') is None
    with pytest.raises(KeyError, match='already registered'):
        JSONConvertible.register(key, Opaque)
    JSONConvertible.register('another.Name', Point)
    assert from_json({'_type': 'another.Name', 'x': 1}) == Point(1)


def test_abstract_classes_are_not_registered():
    class Shape(JSONConvertible):
        @abc.abstractmethod
        def area(self):
            pass

    class Square(Shape):
        def area(self):
            return 1

    class Drawn(Square):
        def to_json(self, **kwargs):
            return self.to_json_dict({}, **kwargs)

    class Planned(Drawn, abc.ABC):
        @abc.abstractmethod
        def plan(self):
            pass

    registered = [
        JSONConvertible.is_registered(base.type_name(cls))
        for cls in (Shape, Square, Drawn, Planned)
    ]
    assert registered == [False, False, True, False]


def test_own_serialization_key_and_no_registration():
    class Keyed(JSONConvertible):
        __serialization_key__ = 'tests.keyed'

        def to_json(self, **kwargs):
            return self.to_json_dict({}, **kwargs)

    class Unregistered(Keyed):
        auto_register = False

    assert Keyed().to_json() == {'_type': 'tests.keyed'}
    assert isinstance(from_json({'_type': 'tests.keyed'}), Keyed)
    assert not JSONConvertible.is_registered(base.type_name(Unregistered))


def test_module_aliases():
    JSONConvertible.add_module_alias(HERE, ['old.place', 'older'])
    assert from_json({'_type': 'old.place.Point', 'x': 1}) == Point(1)
    assert from_json({'_type': 'type', 'name': 'older.Point'}) is Point


def test_types_given_for_reading():
    class Point(JSONConvertible):  # noqa: F811
        auto_register = False

        def __init__(self, x):
            self.x = x

        def to_json(self, **kwargs):
            return self.to_json_dict({'x': self.x}, **kwargs)

    class Other(JSONConvertible):
        auto_register = False

        def to_json(self, **kwargs):
            return self.to_json_dict({}, **kwargs)

    with JSONConvertible.load_types_for_deserialization(Point) as names:
        assert names == {'Point': Point}
        assert type(from_json({'_type': 'far.away.Point', 'x': 1})) is Point
        with JSONConvertible.load_types_for_deserialization(Other):
            assert type(from_json({'_type': 'x.Other'})) is Other
            assert type(from_json({'_type': 'x.Point', 'x': 1})) is Point
    with pytest.raises(TypeError):
        from_json({'_type': 'far.away.Point', 'x': 1})


def test_lazily_made_types():
    asked = []

    def resolve(name):
        asked.append(name)
        return Point if name == 'Point' else None

    base.register_lazy_types('tests.lazy.', resolve)
    assert from_json({'_type': 'tests.lazy.Point', 'x': 1}, trusted=False) == Point(1)
    with pytest.raises(TypeError):
        from_json({'_type': 'tests.lazy.Nope'})
    assert asked == ['Point', 'Nope']


def test_types_that_need_a_library_that_is_not_installed():
    def resolve(name):
        raise ImportError('tests.far needs a library. Install it.')

    base.register_lazy_types('tests.far.', resolve)
    data = {'_type': 'tests.far.Point', 'x': 1}
    for options in ({}, {'trusted': True}, {'trusted': False}):
        with pytest.raises(TypeError, match='Install it'):
            from_json(data, **options)
    with pytest.raises(TypeError, match='Install it'):
        from_json({'_type': 'type', 'name': 'tests.far.Point'})
    assert JSONConvertible.class_from_typename('tests.far.Point') is None
    assert mt.from_json(data, convert_unknown=True).to_json() == data


# -- Bad input.


@pytest.mark.parametrize(
    'data',
    [
        {'_type': 'foo.Bar'},
        {'_type': 'foo'},
        {'_type': 1},
        {'_type': 'builtins.int'},
        {'_type': 'type', 'name': 'foo.Bar'},
        {'_type': 'type'},
        {'_type': 'type', 'name': 'math.sin'},
        {'_type': 'function', 'name': 'os.no_such_thing'},
        {'_type': 'function', 'name': 'math.pi'},
        {'_type': f'{HERE}.Opaque'},
        {'_type': 'enum', 'name': 'builtins.int', 'member': 'x'},
    ],
)
def test_unknown_names(data):
    with pytest.raises(TypeError):
        from_json(data)
    with pytest.raises(TypeError, match=r'path=a\[1\]'):
        from_json({'a': [0, data]})


def test_unknown_names_are_found_before_anything_is_built():
    built = []

    class Witness(JSONConvertible):
        def __init__(self):
            built.append(self)

        def to_json(self, **kwargs):
            return self.to_json_dict({}, **kwargs)

    data = [{'_type': base.type_name(Witness)}, {'_type': 'no.such.Class'}]
    with pytest.raises(TypeError, match="'no.such.Class'"):
        from_json(data)
    assert not built


@pytest.mark.parametrize('text', ['', '{', '[1, 2', '{"a": 1} x', '{"a": "b', 'nope'])
def test_malformed_text(text):
    with pytest.raises(ValueError):
        from_json_str(text)


def test_text_that_is_nested_too_deeply():
    with pytest.raises(ValueError, match='too deep'):
        from_json_str('[' * 100000 + ']' * 100000)


@pytest.mark.parametrize(
    'data',
    [
        {'_type': 'set'},
        {'_type': 'enum', 'name': f'{HERE}.Color', 'member': 'BLUE'},
        {'_type': 'bytes'},
        {'__context__': 1, '__root__': 1},
    ],
)
def test_malformed_data(data):
    with pytest.raises(ValueError):
        from_json(data)


# -- Trust.

OPAQUE = to_json(Opaque())
LAMBDA = to_json(lambda x=1: x + 1)


def test_pickles_are_read_only_when_trusted():
    for trusted in (None, False):
        with pytest.raises(TypeError, match='trusted=True'):
            from_json([OPAQUE], trusted=trusted)
    assert from_json(OPAQUE, trusted=True) == Opaque()
    old = {**OPAQUE, '_type': 'any.module._OpaqueObject'}
    assert from_json(old, trusted=True) == Opaque()


def test_pickles_can_be_allowed_and_forbidden_in_a_scope():
    with base.enable_opaque_pickle():
        assert from_json(OPAQUE) == Opaque()
        with pytest.raises(TypeError):
            from_json(OPAQUE, trusted=False)
        with base.enable_opaque_pickle(False):
            with pytest.raises(TypeError):
                from_json(OPAQUE, trusted=True)
    with pytest.raises(TypeError):
        from_json(OPAQUE)


def test_code_is_run_only_when_trusted():
    with pytest.raises(TypeError, match='trusted=True'):
        from_json(LAMBDA)
    assert from_json(LAMBDA, trusted=True)() == 2


def test_functions_see_the_globals_of_their_module():
    read = from_json(to_json(lambda: math.pi), trusted=True)
    assert read() == math.pi


def test_modules_are_imported_only_when_trusted():
    sys.modules.pop('this', None)
    data = {'_type': 'function', 'name': 'colorsys.rgb_to_hsv'}
    sys.modules.pop('colorsys', None)
    with pytest.raises(TypeError, match='trusted=True'):
        from_json(data)
    assert 'colorsys' not in sys.modules
    assert from_json(data, allow=['colorsys'])(0, 0, 0) == (0, 0, 0)
    sys.modules.pop('colorsys', None)
    with pytest.raises(TypeError):
        from_json(data, trusted=True, auto_import=False)
    assert from_json(data, trusted=True)(0, 0, 0) == (0, 0, 0)
    assert from_json(data)  # It is loaded now.


@pytest.mark.parametrize(
    'data',
    [to_json(int), to_json(function), to_json(Point.make), to_json(Color.RED), OPAQUE, LAMBDA],
)
def test_untrusted_data_may_only_name_registered_classes(data):
    with pytest.raises(TypeError):
        from_json([data], trusted=False)
    # Nor through the values that occur more than once.
    with pytest.raises(TypeError):
        from_json(
            {'__context__': {'shared_objects': [data]}, '__root__': {'__ref__': 0}}, trusted=False
        )


def test_untrusted_data_of_registered_classes():
    value = {'a': [Point((1,), {2})], 'b': b'x'}
    assert from_json(to_json(value), trusted=False) == value


def test_trust_reaches_classes_that_drop_their_options():
    class Forgetful(JSONConvertible):
        @classmethod
        def from_json(cls, json_value, **kwargs):
            return from_json(json_value['inner'])

        def to_json(self, **kwargs):
            return self.to_json_dict({'inner': int}, **kwargs)

    data = {'_type': base.type_name(Forgetful), 'inner': to_json(int)}
    assert from_json(data) is int
    with pytest.raises(TypeError):
        from_json(data, trusted=False)


def test_default_trust():
    assert base.set_default_trust(True) is None
    try:
        assert from_json(OPAQUE) == Opaque()
        with pytest.raises(TypeError):
            from_json(OPAQUE, trusted=False)
    finally:
        assert base.set_default_trust(None) is True


def test_other_mappings_and_partials():
    assert to_json(collections.OrderedDict(a=1)) == {'a': 1}
    assert from_json(collections.OrderedDict(a=[1])) == {'a': [1]}
    partial = from_json(to_json(functools.partial(int, '7')), trusted=True)
    assert partial() == 7
