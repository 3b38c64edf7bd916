"""Text, JSON, numbers, dicts, names and literals of a DNA."""

import pytest

import mutandis as mt

G = mt.geno
DNA = mt.DNA
constant = G.constant


@pytest.fixture
def spec():
    return G.space(
        [
            G.oneof(
                [
                    G.oneof(
                        [constant(), constant()],
                        location='p',
                        name='p',
                        literal_values=['u', 'v'],
                    ),
                    constant(),
                ],
                location='x',
                name='foo',
                literal_values=['a', 'b'],
            ),
            G.manyof(
                2,
                [constant(), constant(), G.floatv(0.0, 1.0, location='f', name='f')],
                location='y',
                name='yy',
            ),
            G.floatv(0.0, 1.0, location='z'),
        ]
    )


@pytest.fixture
def deep(spec):
    return DNA([(0, 1), [(2, 0.5), 0], 0.25], spec=spec)


@pytest.fixture
def flat(spec):
    return DNA([1, [0, 1], 0.25], spec=spec)


class TestText:
    @pytest.mark.parametrize(
        ('value', 'text'),
        [
            (None, 'DNA(None)'),
            (1, 'DNA(1)'),
            ('abc', "DNA('abc')"),
            ([0, (1, 2)], 'DNA([0, (1, 2)])'),
            ((0, [1, 0.5, 'abc']), "DNA(0, [1, 0.5, 'abc'])"),
            ((0, 1, 2), 'DNA(0, 1, 2)'),
        ],
    )
    def test_str(self, value, text):
        assert str(DNA(value)) == text and repr(DNA(value)) == text

    def test_long_lists_wrap(self):
        assert DNA([1, 2]).format(list_wrap_threshold=1) == 'DNA([\n  1,\n  2\n])'
        assert '\n' not in str(DNA([0.123456789] * 50))

    def test_symbolic_form(self):
        assert DNA(1).format(verbose=False) == (
            'DNA(\n  value = 1,\n  children = [],\n  metadata = {}\n)'
        )

    def test_as_dict(self, deep):
        assert deep.format(as_dict=True) == (
            'DNA({\n'
            "  'x': '0/2 (a)',\n"
            "  'x[=0/2].p': '1/2 (v)',\n"
            "  'y[0]': '2/3',\n"
            "  'y[0][=2/3].f': 0.5,\n"
            "  'y[1]': '0/3',\n"
            "  'z': 0.25\n"
            '})'
        )


class TestJson:
    def test_compact(self):
        assert DNA([0, (1, 2)]).to_json() == {
            '_type': DNA.__serialization_key__,
            'format': 'compact',
            'value': [0, ['__tuple__', 1, 2]],
        }

    def test_without_type(self):
        value = DNA([0, (1, [2, 'a'])]).to_json(type_info=False)
        assert value == [0, (1, [2, 'a'])] and DNA(value) == DNA([0, (1, [2, 'a'])])

    @pytest.mark.parametrize('value', [None, 1, 0.5, 'a', [1, 2], (0, 1), [(0, [1, 'b']), 2.5]])
    @pytest.mark.parametrize('compact', [True, False])
    def test_round_trip(self, value, compact):
        dna = DNA(value, metadata={'a': [1, 2]})
        dna.set_metadata('b', 3, cloneable=True)
        back = mt.from_json_str(dna.to_json_str(compact=compact))
        assert mt.eq(back, dna)
        assert back._cloneable_metadata_keys == {'b'}
        assert back.clone().metadata == {'b': 3}

    def test_spec_is_not_stored(self, deep):
        assert mt.from_json_str(deep.to_json_str()).spec is None

    def test_reads_the_reference(self):
        data = {'_type': 'pyglove.core.geno.base.DNA', 'format': 'compact', 'value': [1, 2]}
        assert mt.from_json(data) == DNA([1, 2])
        assert data['value'] == [1, 2]

    def test_bad_json(self):
        kind = DNA.__serialization_key__
        with pytest.raises(TypeError):
            mt.from_json({'_type': kind, 'format': 'other', 'value': 1})
        with pytest.raises(ValueError):
            mt.from_json({'_type': kind, 'format': 'compact', 'value': ['__tuple__', 1]})


class TestNumbers:
    def test_flat(self, deep):
        assert deep.to_numbers() == [0, 1, 2, 0.5, 0, 0.25]
        assert DNA(None).to_numbers() == []

    @pytest.mark.parametrize('value', [1, [0, (1, 2)], (0, 1, 2), (0, [(1, 2), 3])])
    def test_nested_parses_back(self, value):
        assert DNA(DNA(value).to_numbers(flatten=False)) == DNA(value)
        assert DNA(None).to_numbers(flatten=False) == []

    def test_round_trip(self, spec, deep, flat):
        for dna in (deep, flat):
            back = DNA.from_numbers(dna.to_numbers(), spec)
            assert back == dna and back.spec is spec

    @pytest.mark.parametrize(
        'numbers',
        [
            [],
            [0, 1, 2, 0.5, 0],
            [0, 1, 2, 0.5, 0, 0.25, 1],
            [0, 5, 2, 0.5, 0, 0.25],
            [-1, 0, 1, 0.25],
            [0.0, 1, 2, 0.5, 0, 0.25],
            [1, 0, 1, 1],
            [1, 0, 0, 0.25],
            [1, 0, 'a', 0.25],
            [1, 0, None, 0.25],
        ],
    )
    def test_misfits(self, spec, numbers):
        with pytest.raises(ValueError):
            DNA.from_numbers(numbers, spec)


class TestFromFn:
    def test_depth_first(self, spec):
        asked = []
        answers = iter([[0], [1], [2, 0], 0.5, 0.25])

        def choose(point):
            asked.append(str(point.id))
            return next(answers)

        dna = DNA.from_fn(spec, choose)
        assert dna == DNA([(0, 1), [(2, 0.5), 0], 0.25]) and dna.spec is spec
        assert asked == ['x', 'x[=0/2].p', 'y', 'y[0][=2/3].f', 'z']

    def test_dna_stands_for_a_sub_tree(self, spec):
        answers = {'x': DNA((0, 1)), 'y': DNA([(2, 0.5), 0]), 'z': DNA(0.25)}
        assert DNA.from_fn(spec, lambda p: answers[str(p.id)]).to_numbers() == [
            0, 1, 2, 0.5, 0, 0.25,
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ('point', 'result'),
        [
            (G.manyof(2, [constant()] * 3), [0]),
            (G.manyof(2, [constant()] * 3), [0, 3]),
            (G.manyof(2, [constant()] * 3), [0, 0]),
            (G.manyof(2, [constant()] * 3), [0, -1]),
            (G.manyof(2, [constant()] * 3), ['a', 1]),
            (G.floatv(0.0, 1.0), 3.0),
            (G.floatv(0.0, 1.0), 'a'),
            (G.custom(), 3),
        ],
    )
    def test_misfits(self, point, result):
        with pytest.raises(ValueError):
            DNA.from_fn(point, lambda _: result)

    def test_not_a_spec(self):
        with pytest.raises(TypeError):
            DNA.from_fn(3, lambda _: [0])


class TestToDict:
    def test_default(self, deep):
        assert deep.to_dict() == {
            'x': 0, 'x[=0/2].p': 1, 'y[0]': 2, 'y[0][=2/3].f': 0.5, 'y[1]': 0, 'z': 0.25,
        }  # fmt: skip
        assert list(deep.to_dict()) == ['x', 'x[=0/2].p', 'y[0]', 'y[0][=2/3].f', 'y[1]', 'z']

    def test_names(self, deep, flat):
        assert deep.to_dict('name_or_id') == {
            'foo': 0, 'p': 1, 'yy': [2, 0], 'f': 0.5, 'z': 0.25,
        }  # fmt: skip
        assert flat.to_dict('name_or_id', include_inactive_decisions=True) == {
            'foo': 1, 'p': None, 'yy': [0, 1], 'f': None, 'z': 0.25,
        }  # fmt: skip

    def test_specs_as_keys(self, spec, flat):
        x, y, z = spec.elements
        assert flat.to_dict('dna_spec') == {x: 1, y[0]: 0, y[1]: 1, z: 0.25}
        assert flat.to_dict('dna_spec', multi_choice_key='parent') == {x: 1, y: [0, 1], z: 0.25}

    @pytest.mark.parametrize(
        ('value_type', 'x', 'y0'),
        [
            ('choice', '0/2', '2/3'),
            ('literal', 'a', '2/3'),
            ('choice_and_literal', '0/2 (a)', '2/3'),
            ('dna', DNA((0, 1)), DNA((2, 0.5))),
        ],
    )
    def test_value_types(self, deep, value_type, x, y0):
        values = deep.to_dict(value_type=value_type)
        assert values['x'] == x and values['y[0]'] == y0
        assert values['z'] == (DNA(0.25) if value_type == 'dna' else 0.25)

    def test_dna_values_are_the_nodes(self, deep):
        assert deep.to_dict(value_type='dna')['x'] is deep.children[0]

    def test_multi_choice_keys(self, flat):
        assert flat.to_dict(multi_choice_key='parent') == {'x': 1, 'y': [0, 1], 'z': 0.25}
        assert flat.to_dict(multi_choice_key='both') == {
            'x': 1, 'y': [0, 1], 'y[0]': 0, 'y[1]': 1, 'z': 0.25,
        }  # fmt: skip

    def test_inactive(self, flat):
        assert list(flat.to_dict(include_inactive_decisions=True).items()) == [
            ('x', 1),
            ('x[=0/2].p', None),
            ('y[0]', 0),
            ('y[0][=2/3].f', None),
            ('y[1]', 1),
            ('y[1][=2/3].f', None),
            ('z', 0.25),
        ]

    def test_filter(self, deep):
        assert deep.to_dict(filter_fn=lambda p: p.is_numerical) == {
            'y[0][=2/3].f': 0.5,
            'z': 0.25,
        }

    def test_sub_trees(self, deep):
        assert deep.children[1].to_dict() == {'y[0]': 2, 'y[0][=2/3].f': 0.5, 'y[1]': 0}

    @pytest.mark.parametrize(
        'options', [{'key_type': 'a'}, {'value_type': 'a'}, {'multi_choice_key': 'a'}]
    )
    def test_unknown_options(self, deep, options):
        with pytest.raises(ValueError):
            deep.to_dict(**options)

    def test_equal_keys_are_joined(self):
        spec = G.space([G.floatv(0.0, 1.0, location='a'), G.floatv(0.0, 1.0, location='a')])
        assert DNA([0.1, 0.2], spec=spec).to_dict() == {'a': [0.1, 0.2]}


class TestFromDict:
    @pytest.mark.parametrize(
        'source',
        [
            {'x': 1, 'y[0]': 0, 'y[1]': 1, 'z': 0.1},
            {'x': 1, 'y': [0, 1], 'z': 0.1, 'more': 1},
            {'foo': 'b', 'yy': ['0/3', '1/3'], 'z': 0.1},
            {'foo': '1/2 (b)', 'yy': [0, 1], 'z': DNA(0.1)},
            {'x': 1, 'y': DNA([0, 1]), 'z': 0.1},
            {'x': 1, 'p': None, 'y': [DNA(0), 1], 'z': 0.1},
        ],
    )
    def test_keys_and_values(self, spec, source):
        before = {k: list(v) if isinstance(v, list) else v for k, v in source.items()}
        dna = DNA.from_dict(source, spec)
        assert dna == DNA([1, [0, 1], 0.1]) and dna.spec is spec
        assert source == before

    def test_spec_keys(self, spec):
        x, y, z = spec.elements
        assert DNA.from_dict({x: 1, y: [0, 1], z: 0.5}, spec) == DNA([1, [0, 1], 0.5])

    def test_conditional(self, spec):
        source = {'x': 0, 'p': 'v', 'y': [2, 0], 'f': 0.5, 'z': 1}
        assert DNA.from_dict(source, spec) == DNA([(0, 1), [(2, 0.5), 0], 1.0])

    def test_ints_as_literals(self):
        spec = G.space([G.oneof([constant()] * 3, literal_values=[1, 2, 3], location='n')])
        assert DNA.from_dict({'n': 1}, spec) == DNA(1)
        assert DNA.from_dict({'n': 1}, spec, use_ints_as_literals=True) == DNA(0)
        with pytest.raises(ValueError):
            DNA.from_dict({'n': 9}, spec, use_ints_as_literals=True)

    @pytest.mark.parametrize(
        'source',
        [
            {},
            {'x': 0, 'y': [0, 1], 'z': 0.1},
            {'x': 2, 'y': [0, 1], 'z': 0.1},
            {'x': -1, 'y': [0, 1], 'z': 0.1},
            {'x': 1.0, 'y': [0, 1], 'z': 0.1},
            {'x': 'c', 'y': [0, 1], 'z': 0.1},
            {'x': 1, 'y': [0, 0], 'z': 0.1},
            {'x': 1, 'y': [0], 'z': 0.1},
            {'x': 1, 'y': [0, 1, 2], 'z': 0.1},
            {'x': 1, 'y': 0, 'z': 0.1},
            {'x': 1, 'y': [0, 1], 'z': 2.0},
            {'x': 1, 'y': [0, 1], 'z': 'a'},
        ],
    )
    def test_misfits(self, spec, source):
        with pytest.raises(ValueError):
            DNA.from_dict(source, spec)

    def test_errors_of_static_spaces(self):
        spec = G.space([G.oneof([constant()] * 2, location='a'), G.floatv(0.0, 1.0, location='b')])
        assert DNA.from_dict({'a': 1, 'b': 1}, spec) == DNA([1, 1.0])
        for bad in ({'a': 1}, {'a': 2, 'b': 0.5}, {'a': 1, 'b': 5.0}):
            with pytest.raises(ValueError, match='[ab]'):
                DNA.from_dict(bad, spec)

    def test_deprecated_pair(self, spec, deep):
        assert deep.parameters()['x'] == '0/2' and deep.parameters(True)['x'] == '0/2 (a)'
        for flag in (False, True):
            assert DNA.from_parameters(deep.parameters(flag), spec, flag) == deep


class TestLookUp:
    def test_by_name_and_id(self, deep):
        assert deep['foo'] is deep.children[0] and deep['x'] is deep.children[0]
        assert deep['yy'] == [DNA((2, 0.5)), DNA(0)] == deep['y']
        assert deep['y[0]'] == DNA((2, 0.5)) and deep['y[0][=2/3].f'] == DNA(0.5)
        assert deep['f'] == [DNA(0.5), None]

    def test_inactive(self, flat):
        for key in ('p', 'x[=0/2].p', 'f', 'y[0][=2/3].f'):
            assert flat[key] is None

    def test_by_spec_and_path(self, spec, deep, flat):
        points = spec.decision_points
        assert deep[points[0]] is deep.children[0] and flat[points[1]] is None
        assert deep[points[1].id] == DNA(1)
        assert deep[mt.KeyPath.parse('x[=0/2].p')] == DNA(1)

    def test_unknown(self, deep):
        with pytest.raises(KeyError, match='nope'):
            deep['nope']
        assert deep.get('nope') is None and deep.get('nope', 3) == 3
        with pytest.raises(KeyError):
            deep[1.5]

    def test_named_decisions(self, deep, flat):
        assert deep.named_decisions == {
            'foo': DNA((0, 1)), 'p': DNA(1), 'yy': [DNA((2, 0.5)), DNA(0)], 'f': [DNA(0.5), None],
        }  # fmt: skip
        assert flat.named_decisions == {
            'foo': DNA(1), 'p': None, 'yy': [DNA(0), DNA(1)], 'f': None,
        }  # fmt: skip

    def test_leading_inactive_entries_vanish(self):
        spec = G.space(
            [
                G.manyof(
                    4,
                    [constant(), G.floatv(0.0, 1.0, name='f')],
                    distinct=False,
                    location='m',
                )
            ]
        )
        dna = DNA([0, (1, 0.5), 0, (1, 0.25)], spec=spec)
        assert dna.named_decisions == {'f': [DNA(0.5), None, DNA(0.25)]}

    def test_literals(self, deep, flat):
        assert deep.literal_value == ['0/2 -> v', ['2/3 -> 0.5', '0/3'], '0.25']
        assert flat.literal_value == ['b', ['0/3', '1/3'], '0.25']
        spec = G.oneof(
            [
                G.space(
                    [
                        G.oneof([G.custom(), constant(), constant()]),
                        G.oneof([constant(), G.floatv(0.0, 1.0), constant()]),
                    ]
                ),
                constant(),
            ]
        )
        dna = DNA((0, [(0, 'abc'), (1, 0.5)]), spec=spec)
        assert dna.literal_value == ['0/2 -> 0/3 -> abc', '0/2 -> 1/3 -> 0.5']
        numbers = G.oneof([constant()] * 2, literal_values=[10, 20])
        assert DNA(1, spec=numbers).literal_value == 20
