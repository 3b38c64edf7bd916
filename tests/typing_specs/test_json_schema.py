"""JSON schemas of value specs, and back."""

import re
import typing
from typing import Annotated, Optional

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mutandis as pg
from mutandis import typing as T
from mutandis.typing import to_json_schema

ANYTHING = [
    {'type': 'boolean'},
    {'type': 'number'},
    {'type': 'string'},
    {'type': 'array'},
    {'type': 'object', 'additionalProperties': True},
]


class Point(pg.Object):
    """A point."""

    x: Annotated[int, 'Abscissa.']
    y: int = 0


class Labelled(Point):
    label: str | None = None


class Segment(pg.Object):
    start: Point
    end: Optional[Point] = None  # noqa: UP045


class Drawing(pg.Object):
    segment: Segment


class Tree(pg.Object):
    children: list['Tree'] = []


class Plain:
    """Not symbolic."""

    def __init__(self, size: int, name: str = 'x', **kwargs):
        """Makes it.

        Args:
            size: How big.
        """


class Other:
    class Point(pg.Object):
        z: str


def bare(value, **kwargs):
    return to_json_schema(value, include_type_name=False, **kwargs)


class TestSpecs:
    @pytest.mark.parametrize(
        'spec, expected',
        [
            (T.Bool(), {'type': 'boolean'}),
            (T.Int(min_value=0, max_value=3), {'type': 'integer', 'minimum': 0, 'maximum': 3}),
            (T.Float(), {'type': 'number'}),
            (T.Number(int), {'type': 'integer'}),
            (T.Str(regex='a.*'), {'type': 'string', 'pattern': 'a.*'}),
            (T.Enum['a', 1], {'enum': ['a', 1]}),
            (T.List(T.Any()), {'type': 'array'}),
            (
                T.List(int, min_size=1, max_size=2),
                {'type': 'array', 'items': {'type': 'integer'}, 'minItems': 1, 'maxItems': 2},
            ),
            (T.Dict(), {'type': 'object', 'additionalProperties': True}),
            (T.Dict(int), {'type': 'object', 'additionalProperties': {'type': 'integer'}}),
            (
                T.Union([int, T.Union([str, float])]),
                {'anyOf': [{'type': 'integer'}, {'type': 'string'}, {'type': 'number'}]},
            ),
            (T.Any(), {'anyOf': [*ANYTHING, {'type': 'null'}]}),
            (list[int], {'type': 'array', 'items': {'type': 'integer'}}),
        ],
    )
    def test_types(self, spec, expected):
        assert to_json_schema(spec) == expected

    def test_type_of_none(self):
        assert T.to_json_schema(None) == T.to_json_schema(T.Object(type(None))) == {'type': 'null'}

    def test_none(self):
        assert to_json_schema(int | None) == {'anyOf': [{'type': 'integer'}, {'type': 'null'}]}
        assert to_json_schema(T.Enum['a', None]) == {'anyOf': [{'enum': ['a']}, {'type': 'null'}]}
        assert T.Union([int, str]).noneable().to_json_schema() == {
            'anyOf': [{'type': 'integer'}, {'type': 'string'}, {'type': 'null'}],
            'default': None,
        }
        assert to_json_schema(T.Any().noneable(False)) == {'anyOf': ANYTHING}

    def test_defaults(self):
        assert to_json_schema(T.Int(1)) == {'type': 'integer', 'default': 1}
        assert to_json_schema(T.Str('a').noneable()) == {
            'anyOf': [{'type': 'string'}, {'type': 'null'}],
            'default': 'a',
        }
        assert 'default' not in to_json_schema(T.Dict({'a': 1}))
        assert to_json_schema(T.Object(Point, default=Point(1)))['default'] == {
            '_type': Point.__type_name__,
            'x': 1,
            'y': 0,
        }
        assert bare(T.Object(Point, default=Point(1)))['default'] == {'x': 1, 'y': 0}

    @pytest.mark.parametrize('spec', [T.Tuple(int), T.Callable(), T.Type(int)])
    def test_without_json_schema(self, spec):
        with pytest.raises(TypeError, match='no JSON schema'):
            to_json_schema(spec)

    def test_enums_of_objects_have_none(self):
        with pytest.raises(ValueError, match='Enum value'):
            to_json_schema(T.Enum[(1,), 2])


POINT = {
    'type': 'object',
    'title': 'Point',
    'description': 'A point.',
    'properties': {
        'x': {'type': 'integer', 'description': 'Abscissa.'},
        'y': {'type': 'integer', 'default': 0},
    },
    'required': ['x'],
    'additionalProperties': False,
}


class TestClasses:
    def test_symbolic(self):
        assert bare(Point) == POINT
        assert Point.__schema__.to_json_schema(include_type_name=False) == POINT

    def test_type_name_is_the_first_required_property(self):
        schema = to_json_schema(Point)
        assert list(schema['properties']) == ['_type', 'x', 'y']
        assert schema['properties']['_type'] == {'const': Point.__type_name__}
        assert schema['required'] == ['_type', 'x']

    def test_any_class_by_its_constructor(self):
        assert to_json_schema(Plain) == {
            'type': 'object',
            'title': 'Plain',
            'description': 'Not symbolic.',
            'properties': {
                'size': {'type': 'integer', 'description': 'How big.'},
                'name': {'type': 'string', 'default': 'x'},
            },
            'required': ['size'],
            'additionalProperties': True,
        }

    def test_dicts(self):
        assert to_json_schema(T.Dict([('a', int), (T.StrKey(), str)])) == {
            'type': 'object',
            'properties': {'a': {'type': 'integer'}},
            'required': ['a'],
            'additionalProperties': {'type': 'string'},
        }

    def test_referred_to_once_it_stands_there(self):
        assert bare(list[Point]) == {'type': 'array', 'items': POINT}

    def test_referred_to_twice_it_is_a_definition(self):
        schema = bare(Segment)
        assert schema['$defs'] == {'Point': POINT}
        assert schema['properties'] == {
            'start': {'$ref': '#/$defs/Point'},
            'end': {'anyOf': [{'$ref': '#/$defs/Point'}, {'type': 'null'}], 'default': None},
        }

    def test_nested_once(self):
        schema = bare(Drawing)
        assert list(schema['$defs']) == ['Point', 'Segment']
        assert schema['properties']['segment'] == {'$ref': '#/$defs/Segment'}
        schema = bare(Drawing, inline_nested_refs=True)
        assert list(schema['$defs']) == ['Point']
        assert schema['properties']['segment']['title'] == 'Segment'

    @pytest.mark.parametrize('inline', [True, False])
    def test_recursive(self, inline):
        assert bare(Tree, inline_nested_refs=inline) == {
            '$defs': {
                'Tree': {
                    'type': 'object',
                    'title': 'Tree',
                    'properties': {
                        'children': {
                            'type': 'array',
                            'items': {'$ref': '#/$defs/Tree'},
                            'default': [],
                        }
                    },
                    'additionalProperties': False,
                }
            },
            '$ref': '#/$defs/Tree',
        }

    def test_subclasses(self):
        schema = bare(list[Point], include_subclasses=True)
        assert [s['title'] for s in schema['items']['anyOf']] == ['Point', 'Labelled']

    def test_names_that_clash_are_qualified(self):
        schema = bare(T.Union([Point, Other.Point]))
        titles = [s['title'] for s in schema['anyOf']]
        assert titles == [Point.__type_name__, Other.Point.__type_name__]


class TestReading:
    @pytest.mark.parametrize(
        'spec',
        [
            T.Bool(),
            T.Int(min_value=1),
            T.Float(0.5, max_value=1.0),
            T.Str(regex='a.*'),
            T.Enum['a', 1],
            T.Enum('a', ['a', None]),
            T.List(int, min_size=1, max_size=3),
            T.List(T.Any()),
            T.Dict(),
            T.Dict(int),
            T.Dict([('a', int), ('b', T.Str('x')), (T.StrKey(), float)]),
            T.Union([int, str]),
            T.Union([int, T.List(str)], default=1).noneable(),
            T.Int().noneable(),
            T.Int(is_noneable=True),
            T.Any(),
        ],
    )
    def test_round_trip(self, spec):
        assert T.ValueSpec.from_json_schema(spec.to_json_schema()) == spec

    def test_schema(self):
        schema = T.Schema.from_json_schema(Point.__schema__.to_json_schema())
        assert schema == Point.__schema__
        assert schema.name == Point.__type_name__
        assert schema.description == 'A point.'
        with pytest.raises(ValueError, match='object'):
            T.Schema.from_json_schema({'type': 'integer'})

    def test_classes(self):
        made = []

        def class_fn(title, schema):
            made.append(title)
            return {'Point': Point, 'Segment': Segment}[title]

        spec = T.ValueSpec.from_json_schema(to_json_schema(Segment), class_fn)
        assert spec == T.Object(Segment)
        assert made == ['Point', 'Segment']
        schema = to_json_schema(T.Object(Point, default=Point(2)), include_type_name=False)
        assert T.ValueSpec.from_json_schema(schema, class_fn).default == Point(2)

    def test_optional_properties_may_be_none(self):
        spec = T.ValueSpec.from_json_schema(
            {'type': 'object', 'properties': {'a': {'type': 'integer'}, 'b': {'enum': ['x']}}}
        )
        assert spec.apply({}) == {'a': None, 'b': None}

    def test_other_keywords(self):
        read = T.ValueSpec.from_json_schema
        assert read({'type': 'null'}) == T.Any().freeze(None)
        assert read({'const': 1}) == T.Int().freeze(1)
        assert read({'type': ['integer', 'null']}) == T.Int(is_noneable=True)
        assert read({'anyOf': [{'type': 'string'}, {'type': 'string'}]}) == T.Str()
        assert read({'description': 'anything'}) == T.Any()

    def test_metadata(self):
        node = {'type': 'object', 'properties': {'a': {'type': 'integer', 'unit': 'm'}}}
        schema = T.Schema.from_json_schema(node, add_json_schema_as_metadata=True)
        assert schema.metadata == {'json_schema': node}
        assert schema['a'].metadata['json_schema']['unit'] == 'm'
        assert T.Schema.from_json_schema(node).metadata == {}

    @pytest.mark.parametrize(
        'bad',
        [{'type': 'date'}, {'minimum': 1}, {'$ref': '#/$defs/A'}, {'$ref': 'http://a'}, 1, 'A'],
    )
    def test_unknown(self, bad):
        with pytest.raises(ValueError):
            T.ValueSpec.from_json_schema(bad)

    def test_definitions_come_first(self):
        node = {'$defs': {'A': {'$ref': '#/$defs/B'}, 'B': {'type': 'null'}}, '$ref': '#/$defs/A'}
        with pytest.raises(ValueError, match='not defined yet'):
            T.ValueSpec.from_json_schema(node)


# A value that a spec accepts is valid under its JSON schema.

_TYPES = {
    'boolean': lambda v: isinstance(v, bool),
    'integer': lambda v: isinstance(v, int) and not isinstance(v, bool),
    'number': lambda v: isinstance(v, (int, float)) and not isinstance(v, bool),
    'string': lambda v: isinstance(v, str),
    'array': lambda v: isinstance(v, list),
    'object': lambda v: isinstance(v, dict),
    'null': lambda v: v is None,
}


def is_valid(value, schema):
    """Whether a JSON value is valid, for the keywords that are written."""
    if 'anyOf' in schema:
        return any(is_valid(value, s) for s in schema['anyOf'])
    if 'enum' in schema:
        return value in schema['enum']
    if not _TYPES[schema['type']](value):
        return False
    if 'minimum' in schema and value < schema['minimum']:
        return False
    if 'maximum' in schema and value > schema['maximum']:
        return False
    if 'pattern' in schema and not re.search(schema['pattern'], value):
        return False
    if isinstance(value, list):
        return (
            schema.get('minItems', 0) <= len(value) <= schema.get('maxItems', len(value))
        ) and all(is_valid(v, schema['items']) for v in value if 'items' in schema)
    if isinstance(value, dict):
        properties = schema.get('properties', {})
        others = schema['additionalProperties']
        return all(name in value for name in schema.get('required', ())) and all(
            is_valid(v, properties[k])
            if k in properties
            else others is True or (others is not False and is_valid(v, others))
            for k, v in value.items()
        )
    return True


bounds = st.integers(-5, 5)
leaf_specs = st.one_of(
    st.just(T.Bool()),
    st.tuples(bounds, bounds).map(lambda b: T.Int(min_value=min(b), max_value=max(b))),
    bounds.map(lambda b: T.Float(min_value=float(b))),
    st.sampled_from([T.Str(), T.Str(regex='[ab]+'), T.Enum['a', 1, 2.5], T.Any()]),
)


def containers(specs):
    return st.one_of(
        st.tuples(specs, st.integers(0, 2)).map(lambda p: T.List(p[0], min_size=p[1])),
        # A dict of anything is written like one without a schema, and read as that.
        specs.map(lambda s: T.Dict() if isinstance(s, T.Any) else T.Dict(s)),
        st.dictionaries(st.sampled_from('ab'), specs, min_size=1).map(T.Dict),
        specs.map(lambda s: s.copy().noneable(use_none_as_default=False)),
    )


specs = st.recursive(leaf_specs, containers, max_leaves=5)
leaves = st.one_of(st.none(), st.booleans(), bounds, st.floats(-5, 5), st.text('ab', max_size=2))
values = st.recursive(
    leaves,
    lambda v: st.one_of(
        st.lists(v, max_size=3), st.dictionaries(st.sampled_from('abc'), v, max_size=3)
    ),
    max_leaves=5,
)


def accepted(spec, value) -> typing.Any:
    try:
        return [spec.apply(value)]
    except (TypeError, ValueError, KeyError):
        return []


@given(specs, values)
def test_what_a_spec_accepts_is_valid(spec, value):
    for result in accepted(spec, value):
        # Python's bools are ints, those of JSON are not.
        assert contains_bool(result) or is_valid(result, spec.to_json_schema())


@given(specs)
def test_round_trip(spec):
    schema = spec.to_json_schema()
    assert T.ValueSpec.from_json_schema(schema).to_json_schema() == schema


def contains_bool(value):
    if isinstance(value, dict):
        return any(map(contains_bool, value.values()))
    return any(map(contains_bool, value)) if isinstance(value, list) else isinstance(value, bool)
