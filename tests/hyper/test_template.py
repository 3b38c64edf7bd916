"""Templates as objects, and `materialize`."""

import copy
import pickle

import pytest

import mutandis as mt

DNA = mt.DNA


class TestTemplate:
    def test_parts(self):
        value = mt.Dict(x=mt.oneof([1, 2]), y=[mt.floatv(0.0, 1.0)])
        t = mt.template(value)
        assert t.value is value and not t.is_constant
        assert [(str(p), type(h)) for p, h in t.hyper_primitives] == [
            ('x', mt.hyper.OneOf),
            ('y[0]', mt.hyper.Float),
        ]

    def test_text(self):
        assert repr(mt.template(mt.Dict(x=mt.floatv(0, 1)))) == (
            'ObjectTemplate(value={x=Float(name=None, hints=None, min_value=0.0, max_value=1.0, '
            'scale=None)})'
        )

    def test_equality(self):
        t = mt.template(mt.oneof([1, 2]))
        assert t == mt.template(mt.oneof([1, 2])) and t != mt.template(mt.oneof([1, 3]))
        assert t != 1
        with pytest.raises(TypeError):
            hash(t)

    def test_the_spec_is_made_once(self):
        t = mt.template(mt.Dict(x=mt.oneof([1, 2])))
        spec = t.dna_spec()
        assert t.dna_spec() is spec
        mt.geno.oneof([spec, mt.geno.constant()])
        assert t.dna_spec().parent_spec is None

    def test_root_path_is_for_messages(self):
        t = mt.template(mt.Dict(x=mt.oneof([1, 2])))
        assert t.root_path == ''
        t.root_path = mt.KeyPath.parse('a.b')
        with pytest.raises(ValueError, match=r'a\.b\.x'):
            t.encode({'x': 3})

    def test_copies_and_pickles(self):
        t = mt.template(mt.Dict(x=mt.oneof([1, 2])))
        t.decode(DNA(0))
        for other in (copy.copy(t), copy.deepcopy(t), pickle.loads(pickle.dumps(t))):
            assert other == t and other.decode(DNA(1)) == {'x': 2}

    def test_placeholders_survive_pickling_after_use(self):
        one = mt.oneof([1, mt.oneof([2, 3])])
        one.decode(DNA(0))
        assert mt.eq(pickle.loads(pickle.dumps(one)), one)


class TestStatefulForm:
    def test_call_needs_a_dna(self):
        for value in (mt.template(mt.oneof([1, 2])), mt.oneof([1, 2]), mt.floatv(0, 1)):
            with pytest.raises(ValueError, match='set_dna'):
                value()

    def test_call_decodes_once_and_sets_the_parts(self):
        value = mt.Dict(a=mt.oneof([1, 2, mt.oneof([2, 3])]), b=mt.floatv(0.0, 1.0))
        t = mt.template(value)
        dna = DNA([(2, 1), 0.5])
        t.set_dna(dna)
        assert t() == {'a': 3, 'b': 0.5}
        assert t() is t()
        assert t.dna is dna
        assert value.a.dna == DNA((2, 1)) and value.a.candidates[2].dna == DNA(1)
        assert value.b.dna == DNA(0.5)
        assert value.a() == 3
        t.set_dna(DNA([0, 0.25]))
        assert t() == {'a': 1, 'b': 0.25}

    def test_decode_has_no_side_effects(self):
        value = mt.Dict(a=mt.oneof([1, 2]))
        t = mt.template(value)
        t.decode(DNA(1))
        assert t.dna is None and value.a.dna is None


class TestMaterialize:
    @pytest.fixture
    def space(self):
        return mt.Dict(x=mt.oneof(['a', 'b']), y=mt.oneof([3, 4]))

    @pytest.mark.parametrize(
        'parameters, expected',
        [
            ({'x': 0, 'y': 0}, ('a', 3)),
            ({'x': '0/2', 'y': '1/2 (4)'}, ('a', 4)),
            ({'x': "'b'", 'y': 1}, ('b', 4)),
            ({'x': 'b', 'y': 1}, ('b', 4)),
            ({'x': 0, 'y': 1, 'more': 3}, ('a', 4)),
            (mt.Dict(x=0, y=1), ('a', 4)),
            (DNA([0, 1]), ('a', 4)),
        ],
    )
    def test_forms(self, space, parameters, expected):
        assert mt.materialize(space, parameters) == {'x': expected[0], 'y': expected[1]}

    @pytest.mark.parametrize(
        'parameters',
        [
            {'x': 'c', 'y': 0},
            {'x': 0, 'y': 2},
            {'x': 0, 'y': -1},
            {'x': 0, 'y': 4},
            {'x': 0},
            {'x': '0/2', 'y': '1/2 (3)'},
            DNA([0, 3]),
            DNA(0),
        ],
    )
    def test_what_does_not_fit(self, space, parameters):
        before = space.clone(deep=True)
        with pytest.raises(ValueError):
            mt.materialize(space, parameters)
        assert mt.eq(space, before)

    @pytest.mark.parametrize('parameters', [3, None, [0, 1], 'x'])
    def test_wrong_type(self, space, parameters):
        with pytest.raises(TypeError, match='parameters'):
            mt.materialize(space, parameters)

    def test_the_message_names_the_decision(self, space):
        with pytest.raises(ValueError, match='y'):
            mt.materialize(space, {'x': 0})
        with pytest.raises(ValueError, match='y'):
            mt.materialize(space, {'x': 0, 'y': 7})
        with pytest.raises(ValueError, match='y'):
            mt.materialize(space, DNA([0, 7]))

    def test_floats_names_and_lists(self):
        space = mt.Dict(a=mt.oneof([1.5, 2.5], name='n'), b=mt.floatv(0.0, 1.0))
        assert mt.materialize(space, {'n': 1, 'b': 0.5}) == {'a': 2.5, 'b': 0.5}
        assert mt.materialize(space, {'a': 1.5, 'b': 1}) == {'a': 1.5, 'b': 1.0}
        for bad in (5.0, 'x', None):
            with pytest.raises(ValueError):
                mt.materialize(space, {'a': 0, 'b': bad})
        many = mt.Dict(a=mt.manyof(2, [1, 2, 3]))
        assert mt.materialize(many, {'a': [0, 1]}) == {'a': [1, 2]}
        assert mt.materialize(many, {'a[0]': 0, 'a[1]': '2/3'}) == {'a': [1, 3]}

    def test_where(self):
        space = mt.Dict(a=mt.oneof([1, 2]), b=mt.floatv(0.0, 1.0))
        value = mt.materialize(space, {'a': 1}, where=lambda p: isinstance(p, mt.hyper.OneOf))
        assert value.a == 2 and isinstance(value.b, mt.hyper.Float)

    def test_constants(self):
        assert mt.materialize(3, {}) == 3
        assert mt.materialize(3, DNA(None)) == 3
