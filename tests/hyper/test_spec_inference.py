"""From a value with placeholders to its decision spec."""

import pytest

import mutandis as mt


class Layer(mt.Object):
    width: int
    activation: str = 'relu'


class Opaque:
    pass


def ids(value, where=None):
    return [str(i) for i in mt.dna_spec(value, where).decision_ids]


class TestIds:
    def test_pre_order_with_conditions(self):
        value = mt.Dict(
            a=mt.oneof([mt.Dict(p=mt.oneof([1, 2])), 3]), b=mt.List([mt.manyof(2, 'xyz')])
        )
        assert ids(value) == ['a', 'a[=0/2].p', 'b[0]']

    def test_text(self):
        value = mt.Dict(a=mt.oneof([mt.Dict(p=mt.floatv(0.0, 1.0)), 3]), b=[mt.manyof(2, 'xyz')])
        assert str(mt.dna_spec(value)) == (
            'Space({\n'
            "  0 = 'a': Choices(num_choices=1, [\n"
            '    (0): Space({\n'
            "      0 = 'p': Float(min_value=0.0, max_value=1.0)\n"
            '    })\n'
            '    (1): 3\n'
            '  ])\n'
            "  1 = 'b[0]': Choices(num_choices=2, [\n"
            "    (0): 'x'\n"
            "    (1): 'y'\n"
            "    (2): 'z'\n"
            '  ])\n'
            '})'
        )

    def test_a_primitive_alone(self):
        one = mt.oneof([1, 2])
        assert isinstance(one.dna_spec('a.b'), mt.geno.Choices)
        assert str(one.dna_spec('a.b').id) == 'a.b'
        spec = mt.dna_spec(one)
        assert isinstance(spec, mt.geno.Space) and len(spec.elements) == 1
        assert ids(one) == ['']

    def test_fields_in_schema_order_and_nested_objects(self):
        space = mt.Dict(l=[Layer(activation=mt.oneof(['relu', 'tanh']), width=mt.oneof([1, 2]))])
        assert ids(space) == ['l[0].width', 'l[0].activation']

    def test_location_of_the_whole(self):
        template = mt.template(mt.Dict(x=mt.oneof([1, 2])))
        assert [str(i) for i in template.dna_spec('a.b').decision_ids] == ['a.b.x']

    def test_constant(self):
        assert mt.dna_spec(1).is_constant
        assert mt.template(1).is_constant

    def test_name_and_hints_are_passed_on(self):
        value = mt.Dict(
            a=mt.oneof([1, 2], name='one', hints='h'),
            b=mt.floatv(0.1, 1.0, 'log', name='f', hints=[1]),
        )
        spec = mt.dna_spec(value)
        assert spec['one'].hints == 'h' and spec['f'].hints == [1]
        assert spec['f'].scale == 'log'

    def test_names_clash(self):
        with pytest.raises(ValueError, match='n'):
            mt.dna_spec(mt.Dict(a=mt.oneof([1, 2], name='n'), b=mt.oneof([1, 2], name='n')))

    def test_two_occurrences_are_two_decisions(self):
        one = mt.oneof([1, 2])
        assert ids(mt.Dict(a=one, b=one)) == ['a', 'b']

    def test_candidates_with_decisions_of_their_own(self):
        assert ids(mt.oneof([1, mt.oneof([2, mt.floatv(0, 1)])])) == ['', '[=1/2]', '[=1/2][=1/2]']
        value = mt.Dict(a=mt.manyof(2, [mt.Dict(x=mt.oneof([1, 2])), 3]))
        assert [str(p.id) for p in mt.dna_spec(value).decision_points] == [
            'a[0]',
            'a[0][=0/2].x',
            'a[1]',
            'a[1][=0/2].x',
        ]


class TestBetterThanTheReference:
    def test_tuples_are_searched(self):
        value = mt.Dict(t=(1, mt.oneof([2, 3])), u=((mt.floatv(0.0, 1.0),),))
        assert ids(value) == ['t[1]', 'u[0][0]']
        assert mt.template(value).decode(mt.DNA([1, 0.5])) == {'t': (1, 3), 'u': ((0.5,),)}

    def test_references_are_constant(self):
        target = mt.Dict(x=1)
        value = mt.Dict(a=mt.Ref(target), b=mt.oneof([1, 2]))
        assert ids(value) == ['b']
        decoded = mt.template(value).decode(mt.DNA(0))
        assert decoded.a is target

    def test_a_reference_to_a_placeholder_stands_for_it(self):
        shared = mt.oneof([1, 2])
        value = mt.Dict(a=mt.Ref(shared), b=[mt.Ref(shared)])
        assert ids(value) == ['a', 'b[0]']
        template = mt.template(value)
        assert template.decode(mt.DNA([0, 1])) == {'a': 1, 'b': [2]}
        assert template.encode(mt.Dict(a=2, b=[1])) == mt.DNA([1, 0])
        assert list(mt.iter(mt.Dict(a=mt.Ref(shared)))) == [{'a': 1}, {'a': 2}]
        kept = mt.template(value, where=lambda p: False)
        assert kept.is_constant

    def test_placeholders_in_what_a_reference_shares_stay_undecided_which_is_said(self):
        target = mt.Dict(x=[mt.oneof([1, 2])])
        value = mt.Dict(a=mt.Dict(r=mt.Ref(target)), b=mt.oneof([1, 2]))
        with pytest.warns(UserWarning, match=r"'a\.r' refers to a value with a placeholder"):
            template = mt.template(value)
        decoded = template.decode(mt.DNA(0))
        assert decoded.a.r is target
        mt.template(value, where=lambda p: p.candidates == ['none'])  # Nothing to report.

    def test_references_in_circles(self):
        one, other = mt.Dict(), mt.Dict()
        one.rebind(other=mt.Ref(other))
        other.rebind(one=mt.Ref(one))
        assert ids(mt.Dict(a=mt.Ref(one), b=mt.oneof([1, 2]))) == ['b']

    def test_nested_templates_are_inlined(self):
        value = mt.Dict(x=mt.template(mt.Dict(y=mt.oneof([1, 2]))), z=mt.template(5))
        assert ids(value) == ['x.y']
        assert mt.template(value).decode(mt.DNA(1)) == {'x': {'y': 2}, 'z': 5}
        assert mt.template(value).encode(mt.Dict(x={'y': 2}, z=5)) == mt.DNA(1)

    def test_a_template_of_a_template(self):
        template = mt.template(mt.template(mt.oneof([1, 2])))
        assert template.decode(mt.DNA(1)) == 2


class TestLiterals:
    @pytest.mark.parametrize(
        'value, literal',
        [
            (1, 1),
            (True, True),
            (1.5, 1.5),
            ('foo', "'foo'"),
            (None, 'None'),
            ([1, 2], '[0: 1, 1: 2]'),
            ({'a': 1}, '{a=1}'),
            ((1, 2), '(1, 2)'),
            (b'abc', "b'abc'"),
            (Layer(1), 'Layer(width=1)'),
            (Layer(1, 'tanh'), "Layer(width=1, activation='tanh')"),
            (Layer.partial(), 'Layer()'),
            (mt.oneof([1, 2]), 'OneOf(candidates=[0: 1, 1: 2])'),
            (mt.Dict(x=mt.floatv(0.0, 1.0)), '{x=Float(min_value=0.0, max_value=1.0)}'),
            (Opaque(), 'Opaque(...)'),
            (mt.Dict(a=Opaque()), '{a=Opaque(...)}'),
            ('x' * 200, "'" + 'x' * 116 + '...'),
            (int, "<class 'int'>"),
        ],
    )
    def test_literal_values(self, value, literal):
        found = mt.oneof([value, 'another']).dna_spec().literal_values[0]
        assert found == literal and type(found) is type(literal)

    def test_specs_of_equal_values_are_equal(self):
        assert mt.eq(
            mt.oneof([1, 2]).dna_spec(),
            mt.geno.oneof([mt.geno.constant()] * 2, literal_values=[1, 2]),
        )


class TestWhere:
    @pytest.fixture
    def value(self):
        return mt.Dict(
            a=mt.oneof([1, mt.oneof([1, 2]), mt.Dict(z=mt.floatv(0.0, 1.0))]),
            b=mt.List([mt.manyof(2, [1, 2, 3], name='m')]),
        )

    def test_called_once_each_with_the_full_path(self, value):
        seen = []

        def where(primitive):
            seen.append((type(primitive).__name__, str(primitive.sym_path)))
            return True

        mt.template(value, where=where).dna_spec()
        assert seen == [
            ('OneOf', 'a'),
            ('ManyOf', 'b[0]'),
            ('OneOf', 'a.candidates[1]'),
            ('Float', 'a.candidates[2].z'),
        ]

    def test_refused_primitives_are_ordinary_objects(self, value):
        template = mt.template(value, where=lambda p: isinstance(p, mt.hyper.Float))
        assert [str(i) for i in template.dna_spec().decision_ids] == ['a.candidates[2].z']
        decoded = template.decode(mt.DNA(0.5))
        assert isinstance(decoded.a, mt.hyper.OneOf)
        assert decoded.a.candidates[2] == {'z': 0.5}
        assert isinstance(decoded.b[0], mt.hyper.ManyOf)
        assert not mt.is_deterministic(decoded)

    def test_refused_primitives_inside_candidates_are_constant(self, value):
        template = mt.template(value, where=lambda p: not isinstance(p, mt.hyper.Float))
        spec = template.dna_spec()
        assert [str(i) for i in spec.decision_ids] == ['a', 'a[=1/3]', 'b[0]']
        decoded = template.decode(mt.DNA([2, [0, 1]]))
        assert decoded.b == [[1, 2]]
        # What is left is the space of the inner search.
        assert [str(i) for i in mt.dna_spec(decoded).decision_ids] == ['a.z']
        assert template.encode(decoded) == mt.DNA([2, [0, 1]])

    def test_the_value_is_left_alone(self, value):
        before = value.clone(deep=True)
        mt.template(value, where=lambda p: False).dna_spec()
        assert mt.eq(before, value)

    def test_the_filter_is_on_the_primitives_that_pass(self, value):
        def where(p):
            return not isinstance(p, mt.hyper.Float)

        template = mt.template(value, where=where)
        path, primitive = template.hyper_primitives[0]
        assert (str(path), primitive.where) == ('a', where)
        assert value.a.where is None


class TestLiteralsOfNestedChoices:
    def test_they_are_those_of_the_whole_text(self):
        import random

        rng = random.Random(0)

        def made(depth):
            kind = rng.randrange(8) if depth else 0
            if kind <= 1:
                return rng.choice([1, 0.5, None, 'a' * rng.randrange(40), True, (1, 2), len])
            if kind == 2:
                return {'k': made(depth - 1), 'z': made(depth - 1)}
            if kind == 3:
                return [made(depth - 1), (made(depth - 1),)]
            if kind == 4:
                return mt.manyof(2, [made(depth - 1) for _ in range(3)])
            return mt.oneof([made(depth - 1) for _ in range(rng.randrange(1, 4))])

        def literal(value):
            if isinstance(value, (int, float)):
                return value
            text = mt.format(value, compact=True, hide_default_values=True)
            return text if len(text) <= 120 else text[:117] + '...'

        for _ in range(200):
            choice = mt.oneof([made(4) for _ in range(3)])
            assert choice.dna_spec().literal_values == [literal(c) for c in choice.candidates]

    def test_each_part_prints_once_however_deep_it_lies(self):
        printed = []

        class Part(mt.Object):
            def format(self, *args, **kwargs):
                printed.append(1)
                return 'Part()'

        value = mt.oneof([Part(), 1])
        for _ in range(30):
            value = mt.oneof([value, 1])
        mt.dna_spec(value)
        assert len(printed) <= 2


class TestDeepConditions:
    """Choices under choices under choices."""

    DEPTH = 250

    @pytest.fixture
    def chain(self):
        value = 'end'
        for i in range(self.DEPTH):
            value = mt.oneof([i, value])
        return value

    def test_spec(self, chain):
        spec = mt.dna_spec(chain)
        assert spec.space_size == self.DEPTH + 1
        assert len(spec.decision_ids) == self.DEPTH
        assert chain.dna_spec('x').space_size == self.DEPTH + 1
        assert mt.dna_spec(mt.manyof(2, [chain, 1])).space_size == 2 * (self.DEPTH + 1)

    def test_decoding_and_encoding(self, chain):
        dna = mt.DNA.from_numbers([1] * self.DEPTH, mt.dna_spec(chain))
        assert mt.template(chain).decode(dna) == 'end'
        assert mt.template(chain).encode('end') == dna
        assert len(dna.to_dict()) == self.DEPTH

    def test_copies(self, chain):
        copied = chain.clone(deep=True)
        assert mt.eq(copied, chain) and copied is not chain
        with mt.hyper.dynamic_evaluate(lambda p: 'evaluated'):
            assert isinstance(chain.clone(), mt.hyper.OneOf)
