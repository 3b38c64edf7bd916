"""Decision specs: ids, names, look-ups, sizes, candidates, text, JSON."""

import math

import pytest

import mutandis as mt

G = mt.geno
DNA = mt.DNA
constant = G.constant


def space():
    return G.space(
        [
            G.oneof(
                [constant(), G.floatv(0.0, 1.0, location='lr', name='lr')],
                location='a.b',
                name='kind',
                literal_values=['x', 'y'],
            ),
            G.manyof(
                2, [constant(), G.oneof([constant()] * 3, location='q')], location='m', name='multi'
            ),
        ]
    )


class TestIds:
    def test_ids(self):
        s = space()
        assert [str(p.id) for p in s.decision_points] == [
            'a.b',
            'a.b[=1/2].lr',
            'm[0]',
            'm[0][=1/2].q',
            'm[1]',
            'm[1][=1/2].q',
        ]
        assert s.decision_ids == ['a.b', 'a.b[=1/2].lr', 'm', 'm[0][=1/2].q', 'm[1][=1/2].q']

    def test_parents(self):
        s = space()
        kind, lr, m0, q0, _, _ = s.decision_points
        assert kind.parent_spec is s and s.parent_spec is None
        assert lr.parent_spec is kind.candidates[1] and lr.parent_spec.parent_spec is kind
        assert m0.parent_spec is s.elements[1] and m0.is_subchoice
        assert lr.parent_choice is kind and q0.parent_choice is m0
        assert kind.parent_choice is None and m0.parent_choice is None

    def test_same_objects_every_time(self):
        s = space()
        assert s.decision_points == s.decision_points
        assert s.elements[1].choice_specs[0] is s.elements[1][0] is s['m'][0]

    def test_ids_follow_the_tree(self):
        choice = G.oneof([constant()] * 2, location='k')
        assert choice.id == 'k'
        outer = G.space([G.oneof([G.space([choice]), constant()], location='o')])
        assert outer.elements[0].candidates[0].elements[0] is choice
        assert choice.id == 'o[=0/2].k'
        assert outer.first_dna().to_dict() == {'o': 0, 'o[=0/2].k': 0}
        outer.elements[0].rebind(location='p')
        assert choice.id == 'p[=0/2].k'
        assert outer.first_dna().to_dict() == {'p': 0, 'p[=0/2].k': 0}
        outer.rebind(location='root')
        assert outer.decision_ids == ['root.p', 'root.p[=0/2].k']

    def test_changes_are_seen(self):
        s = space()
        assert len(s) == 6 and s.space_size == -1
        s.rebind({'elements[0].candidates[1]': constant()})
        assert len(s) == 5 and s.space_size == 2 * 6
        with mt.notify_on_change(False):
            s.elements[1].rebind(distinct=False)
        assert s.space_size == 2 * 16

    def test_conditional_key(self):
        key = G.ConditionalKey(1, 3)
        assert (key.index, key.num_choices, str(key)) == (1, 3, '=1/3')
        assert key == G.ConditionalKey(1, 3) and key == '=1/3' and hash(key) == hash('=1/3')
        assert mt.KeyPath.parse('a[=1/3].b') == mt.KeyPath(['a', key, 'b'])


class TestNames:
    def test_named_points(self):
        s = space()
        named = s.named_decision_points
        assert named['kind'] is s.elements[0] and named['multi'] == s.elements[1].choice_specs

    def test_clash(self):
        with pytest.raises(ValueError, match="'n'"):
            G.space([G.floatv(0, 1, name='n'), G.floatv(0, 1, name='n', location='b')])

    def test_clash_in_exclusive_branches(self):
        branches = [G.floatv(0.0, 1.0, name='n'), G.floatv(0.0, 1.0, name='n')]
        choice = G.oneof(branches)
        with pytest.raises(ValueError):
            G.space([choice])

    def test_name_that_is_the_id_of_another(self):
        with pytest.raises(ValueError):
            G.space(
                [G.floatv(0, 1, name='b', location='a'), G.floatv(0, 1, name='c', location='b')]
            )
        assert len(G.space([G.floatv(0, 1, name='a', location='a')])) == 1


class TestLookUp:
    def test_keys(self):
        s = space()
        assert s['kind'] is s.elements[0] and s['a.b'] is s.elements[0]
        assert s['m'] == s.elements[1].choice_specs and s['m[0]'] is s.elements[1][0]
        assert s[mt.KeyPath.parse('a.b[=1/2].lr')] is s['lr']
        assert s[0] is s.elements[0] and s[0:1] == s.elements[0:1]
        assert list(s) == list(s.elements)
        assert s.elements[0]['lr'] is s['lr']

    def test_unknown(self):
        s = space()
        assert s.get('nope') is None and s.get('nope', 1) == 1
        for key in ('nope', None, 1.5):
            with pytest.raises(KeyError):
                s[key]
        with pytest.raises(IndexError):
            s[7]


class TestIdentity:
    def test_equality(self):
        assert space() != space() and mt.eq(space(), space())
        s = space()
        assert {s: 1}[s] == 1
        assert mt.ne(G.floatv(0, 1), G.floatv(0, 2))

    def test_same_space(self):
        assert space()._same_space(space())
        other = space()
        other.elements[0].rebind(name='other')
        assert not space()._same_space(other)
        assert not space()._same_space(None)
        with_hints = [G.space([G.floatv(0, 1, hints={'a': i})]) for i in (1, 1, 2)]
        assert with_hints[0]._same_space(with_hints[1])
        assert not with_hints[0]._same_space(with_hints[2])

    def test_specs_are_taken_as_they_are_or_copied(self):
        choice = G.oneof([constant()] * 2)
        first = G.space([choice])
        assert first.elements[0] is choice
        assert G.space([choice]).elements[0] is not choice

    def test_userdata(self):
        s = space()
        s.set_userdata('k', 1)
        assert s.userdata.k == 1 and s.clone().userdata == {}
        with pytest.raises(KeyError):
            s.userdata.zz  # noqa: B018


class TestKinds:
    @pytest.mark.parametrize(
        ('spec', 'kind'),
        [
            (constant(), 'is_space'),
            (G.oneof([constant()]), 'is_categorical'),
            (G.floatv(0, 1), 'is_numerical'),
            (G.custom(), 'is_custom_decision_point'),
        ],
    )
    def test_flags(self, spec, kind):
        kinds = ['is_space', 'is_categorical', 'is_numerical', 'is_custom_decision_point']
        assert [k for k in kinds if getattr(spec, k)] == [kind]
        assert not spec.is_subchoice and not spec.is_ordinal


class TestSpace:
    def test_elements(self):
        with pytest.raises(TypeError):
            G.space([constant()])
        assert constant().is_constant and not space().is_constant
        assert G.space is G.Space

    def test_length(self):
        assert len(constant()) == 0 and not constant()
        assert len(G.manyof(3, [constant(), G.floatv(0, 1), constant()])) == 6


class TestChoices:
    def test_invalid(self):
        with pytest.raises(ValueError):
            G.oneof([])
        with pytest.raises(TypeError):
            G.oneof([1])
        with pytest.raises(ValueError):
            G.manyof(3, [constant()] * 2)
        with pytest.raises(ValueError):
            G.oneof([constant()] * 2, literal_values=['a'])
        with pytest.raises(ValueError):
            G.Choices(2, [constant()] * 3, subchoice_index=1)
        with pytest.raises(ValueError):
            G.Choices(0, [constant()])

    def test_rebind_is_checked(self):
        choices = G.manyof(2, [constant()] * 2)
        with pytest.raises(ValueError):
            choices.rebind(num_choices=3)
        assert choices.num_choices == 2 and len(choices) == 2

    def test_candidates(self):
        choices = G.oneof([constant(), G.floatv(0, 1)])
        assert [c.index for c in choices.candidates] == [0, 1]
        assert choices.candidates[1].elements[0].id == '[=1/2]'
        shared = constant()
        assert len(G.oneof([shared] * 5).candidates) == 5

    def test_subchoices(self):
        choices = G.manyof(
            2,
            [constant(), G.floatv(0, 1, location='f')],
            literal_values=['a', 'b'],
            location='m',
            name='n',
            hints='h',
        )
        first, second = choices.choice_specs
        assert choices.subchoice(1) is second is choices[1] and choices[0:2] == [first, second]
        assert (second.num_choices, second.subchoice_index, second.location) == (1, 1, '[1]')
        assert (second.name, second.hints, second.distinct) == ('n', 'h', True)
        assert list(second.literal_values) == ['a', 'b'] and second.id == 'm[1]'
        assert second.candidates[1].elements[0].id == 'm[1][=1/2].f'
        assert second.candidates[1] is not first.candidates[1]
        with pytest.raises(ValueError):
            second.subchoice(0)
        with pytest.raises(IndexError):
            choices[5]
        single = G.oneof([constant()])
        assert single.subchoice(0) is single and single.choice_specs == [single]

    def test_format_candidate(self):
        choices = G.oneof([constant()] * 2, literal_values=[1, 'b'])
        assert choices.format_candidate(0) == '0/2 (1)'
        assert choices.format_candidate(0, 'choice') == '0/2'
        assert choices.format_candidate(0, 'literal') == 1
        assert G.oneof([constant()] * 2).format_candidate(1, 'literal') == '1/2'
        with pytest.raises(ValueError):
            choices.format_candidate(0, 'other')

    def test_candidate_index(self):
        choices = G.oneof([constant()] * 4, literal_values=[1, "'relu'", 'x', 'x'])
        for value, index in [
            (1, 0), (1.0, 0), ("'relu'", 1), ('relu', 1), ('x', 3), ('1/4', 1), ('2/4 (x)', 2),
        ]:  # fmt: skip
            assert choices.candidate_index(value) == index
        for value in (7, 'z', '4/4', '1/3', '1/4 (x)', None, [1]):
            with pytest.raises(ValueError):
                choices.candidate_index(value)

    def test_old_literals(self):
        choices = G.oneof([constant()] * 2, literal_values=['0/2 (a)', '0/2 (b)'])
        assert list(choices.literal_values) == ['a', '0/2 (b)']


class TestFloat:
    def test_invalid(self):
        for arguments in ((1, 0), (0, 1, 'log'), (-1, 1, 'rlog'), (1, 2, 'other')):
            with pytest.raises(ValueError):
                G.floatv(*arguments)
        assert G.floatv(1, 2).min_value == 1.0 and type(G.floatv(1, 2).min_value) is float

    @pytest.mark.parametrize('scale', [None, 'linear', 'log', 'rlog'])
    def test_unit(self, scale):
        point = G.floatv(0.001, 10.0, scale)
        assert point.to_unit(0.001) == pytest.approx(0) and point.to_unit(10.0) == pytest.approx(1)
        for unit in (0.0, 0.25, 0.5, 1.0):
            assert 0.001 <= point.from_unit(unit) <= 10.0
            assert point.to_unit(point.from_unit(unit)) == pytest.approx(unit)
        middle = {'log': 0.1, 'rlog': 9.901}.get(scale, 5.0005)
        assert point.from_unit(0.5) == pytest.approx(middle)

    def test_scale_spec(self):
        name, spec, text = G.float_scale_spec('s')
        assert name == 's' and isinstance(spec, mt.typing.Enum) and text


class TestSize:
    def test_closed_forms(self):
        sizes = [1, 1, 3]
        candidates = [constant(), constant(), G.oneof([constant()] * 3)]
        a, b, c = sizes
        e2 = a * b + a * c + b * c
        h2 = e2 + a * a + b * b + c * c

        def size(**options):
            return G.manyof(2, [k.clone() for k in candidates], **options).space_size

        assert size(distinct=True, sorted=True) == e2
        assert size(distinct=True, sorted=False) == 2 * e2
        assert size(distinct=False, sorted=True) == h2
        assert size(distinct=False, sorted=False) == (a + b + c) ** 2

    def test_large(self):
        candidates = [constant()] * 24
        assert G.manyof(12, candidates, sorted=True).space_size == math.comb(24, 12)
        nested = [G.oneof([constant()] * 2) for _ in range(24)]
        assert G.manyof(12, nested, sorted=True).space_size == math.comb(24, 12) * 2**12

    def test_infinite(self):
        assert G.floatv(1, 1).space_size == -1 and G.custom().space_size == -1
        assert G.space([G.oneof([constant(), G.floatv(0, 1)])]).space_size == -1
        assert constant().space_size == 1

    def test_deep_nesting(self):
        s = constant()
        for i in range(1000):
            s = G.space([G.oneof([s, constant()], location=f'a{i}')])
        assert s.space_size == 1001 and len(s) == 1000
        assert s.random_dna().spec is s.elements[0]


class TestText:
    def test_compact(self):
        s = G.space(
            [
                G.oneof(
                    [constant(), G.floatv(0.0, 1.0)],
                    literal_values=['relu', 'other'],
                    location='x',
                ),
                G.manyof(2, [constant()] * 2, distinct=False, location='m'),
            ]
        )
        assert str(s) == (
            'Space({\n'
            "  0 = 'x': Choices(num_choices=1, [\n"
            '    (0): relu\n'
            '    (1): Space({\n'
            "      0 = '': Float(min_value=0.0, max_value=1.0)\n"
            '    })\n'
            '  ])\n'
            "  1 = 'm': Choices(num_choices=2, [\n"
            '    (0): Space()\n'
            '    (1): Space()\n'
            '  ], distinct=False)\n'
            '})'
        )

    def test_points(self):
        assert str(constant()) == 'Space()'
        assert (
            str(G.floatv(0.0, 1.0, location='a.b', name='n'))
            == "Float(id='a.b', name='n', min_value=0.0, max_value=1.0)"
        )
        assert str(G.custom('H', location='a.b')) == "CustomDecisionPoint(id='a.b', hyper_type='H')"

    def test_generic_form(self):
        assert space().format(compact=False, verbose=False).startswith('Space(\n  location = ')


class TestJson:
    def test_round_trip(self):
        s = space()
        back = mt.from_json_str(s.to_json_str())
        assert mt.eq(back, s) and back.decision_ids == s.decision_ids

    def test_functions_are_left_out(self):
        point = G.custom('H', next_dna_fn=lambda d: None, random_dna_fn=lambda r, p: DNA('a'))
        back = mt.from_json_str(point.to_json_str())
        assert mt.eq(back, point) and back.next_dna_fn is None
        assert mt.ne(point, G.custom('G'))

    def test_reads_the_reference(self):
        data = {
            '_type': 'pyglove.generators.geno.Template',
            'location': '',
            'hints': None,
            'userdata': {'a': 1},
            'elements': [
                {
                    '_type': 'pyglove.generators.geno.Choices',
                    'location': 'x',
                    'num_choices': 1,
                    'candidates': [{'_type': 'geno.Space', 'elements': []}],
                },
                {'_type': 'pyglove.generators.geno.Float', 'min_value': 0.0, 'max_value': 1.0},
                {'_type': 'pyglove.generators.geno.CustomDecisionPoint', 'hyper_type': 'H'},
            ],
        }
        s = mt.from_json(data)
        assert isinstance(s, G.Space) and len(s) == 3 and 'userdata' in data


@pytest.mark.parametrize('cls', [mt.geno.DNASpec, mt.geno.DecisionPoint])
def test_base_classes_cannot_be_made(cls):
    with pytest.raises(TypeError, match='base class'):
        cls()


def test_no_candidates_at_all():
    with pytest.raises(TypeError, match='candidates'):
        mt.geno.oneof(None)
