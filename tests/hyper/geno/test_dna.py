"""DNA: construction, normal form, order, binding, copies, metadata."""

import copy
import pickle

import pytest

import mutandis as mt

G = mt.geno
DNA = mt.DNA
constant = G.constant


def conditional_space():
    return G.space(
        [
            G.oneof(
                [
                    G.oneof([constant(), constant()], location='p', literal_values=['u', 'v']),
                    constant(),
                ],
                location='x',
                literal_values=['a', 'b'],
            ),
            G.manyof(
                2,
                [constant(), constant(), G.floatv(0.0, 1.0, location='f')],
                location='y',
            ),
            G.floatv(0.0, 1.0, location='z'),
        ]
    )


class TestConstruction:
    @pytest.mark.parametrize(
        ('value', 'node_value', 'children'),
        [
            (None, None, []),
            (1, 1, []),
            (0.5, 0.5, []),
            ('abc', 'abc', []),
            ([1, 2], None, [DNA(1), DNA(2)]),
            ((0, [1, 2]), 0, [DNA(1), DNA(2)]),
            ((0, 1), 0, [DNA(1)]),
            ((0, 'abc'), 0, [DNA('abc')]),
            ((0, 1, [2, 3]), 0, [DNA((1, [2, 3]))]),
            ([1, None], None, [DNA(1), DNA(None)]),
        ],
    )
    def test_compositional_values(self, value, node_value, children):
        dna = DNA(value)
        assert dna.value == node_value and type(dna.value) is type(node_value)
        assert list(dna.children) == children
        assert dna.is_leaf == (not children)

    @pytest.mark.parametrize(
        ('left', 'right'),
        [
            (DNA(None, [DNA(None, [DNA(1)])]), DNA(1)),
            (DNA([1]), DNA(1)),
            (DNA([[1, 2]]), DNA([1, 2])),
            (DNA((0, [1])), DNA((0, 1))),
            (DNA((0, 1)), DNA(0, [DNA(1)])),
            (DNA((1, [[1, 2]])), DNA((1, [1, 2]))),
            (DNA(0, [DNA(None)]), DNA(0)),
            (DNA([]), DNA(None)),
        ],
    )
    def test_normal_form(self, left, right):
        assert left == right
        assert hash(left) == hash(right)

    def test_single_child_gives_its_metadata_too(self):
        dna = DNA(None, [DNA(1, metadata={'a': 1})], metadata={'b': 2})
        assert dna.metadata == {'a': 1}

    @pytest.mark.parametrize(
        'value', [(1,), (), ('a', 1), ([1], 1), (0, [1], 2), (0, (1, 2)), (0, None)]
    )
    def test_malformed_values(self, value):
        with pytest.raises(ValueError):
            DNA(value)

    @pytest.mark.parametrize('value', [{}, object(), b'a', DNA(1), [DNA(1), 2], (0, DNA(1))])
    def test_unsupported_types(self, value):
        with pytest.raises(TypeError):
            DNA(value)

    def test_children_and_compositional_value(self):
        with pytest.raises(ValueError):
            DNA([1, 2], [DNA(1)])
        with pytest.raises(TypeError):
            DNA(1, [2])
        with pytest.raises(TypeError):
            DNA(1, foo=2)

    def test_parse_is_construction(self):
        assert DNA.parse((1, 2)) == DNA((1, 2))
        spec = conditional_space()
        assert DNA.parse([1, [0, 1], 0.5], spec).spec is spec

    def test_is_a_symbolic_object(self):
        dna = DNA([1, (2, 3)])
        assert isinstance(dna, mt.Object)
        assert list(dna.sym_keys()) == ['value', 'children', 'metadata']
        assert str(dna.children[1].children[0].sym_path) == 'children[1].children[0]'
        assert mt.query(dna, where=lambda v: v == 3) == {'children[1].children[0].value': 3}
        assert mt.contains(dna, 2)

    def test_nodes_given_are_adopted(self):
        child = DNA(1)
        dna = DNA(0, [child, DNA(2)])
        assert dna.children[0] is child and child.parent_dna is dna
        other = DNA(0, [child, DNA(3)])
        assert other.children[0] is not child and dna.children[0] is child


class TestAssignment:
    def test_fields_are_assignable(self):
        dna = DNA([1, 2])
        dna.value = 3
        assert dna == DNA((3, [1, 2]))
        dna.children[0].value = 7
        assert dna.to_numbers() == [3, 7, 2]
        dna.rebind({'children[1].value': 0.5})
        assert dna == DNA((3, [7, 0.5])) and hash(dna) == hash(DNA((3, [7, 0.5])))

    def test_silent_writes_count_too(self):
        dna = DNA([1, 2])
        assert hash(dna) == hash(DNA([1, 2]))
        with mt.notify_on_change(False):
            dna.children[0].value = 5
        assert dna.to_numbers() == [5, 2]
        dna.rebind(children=[DNA(3), DNA(4)], skip_notification=True)
        assert dna == DNA([3, 4])

    def test_bound_dna_follows(self):
        spec = conditional_space()
        dna = DNA([1, [0, 1], 0.5], spec=spec)
        dna.children[2].value = 0.25
        assert dna.to_dict()['z'] == 0.25 and dna.spec is spec

    def test_bound_dna_that_fits_no_longer_still_says_what_it_is(self):
        spec = conditional_space()
        dna = DNA([1, [0, 1], 0.5], spec=spec)
        dna.children[2].value = 7.0
        assert dna.to_dict()['z'] == 7.0 and dna['z'] == DNA(7.0)
        assert dna.to_numbers() == [1, 0, 1, 7.0]
        with pytest.raises(ValueError, match='z'):
            spec.validate(dna)
        dna.children[2].value = 0.25
        spec.validate(dna)

    def test_edited_multi_choice_may_break_its_rules(self):
        value = mt.Dict(e=mt.manyof(2, [10, 20, 30], sorted=True))
        dna = DNA([0, 1], spec=mt.dna_spec(value))
        dna.children[1].value = 0
        assert dna.to_dict() == {'e[0]': 0, 'e[1]': 0}
        assert dna.to_dict(value_type='literal') == {'e[0]': 10, 'e[1]': 10}
        assert dna['e'] == [DNA(0), DNA(0)]
        with pytest.raises(ValueError, match='distinct'):
            mt.materialize(value, dna)
        dna.children[1].value = 77
        assert dna.to_dict(value_type='choice') == {'e[0]': '0/3', 'e[1]': '77/3'}
        with pytest.raises(ValueError, match='77'):
            mt.materialize(value, dna)

    def test_bad_value_leaves_dna_as_it_was(self):
        dna = DNA([1, 2])
        with pytest.raises(TypeError):
            dna.value = [1]
        assert dna == DNA([1, 2])


class TestComparison:
    def test_equality_ignores_metadata_and_spec(self):
        spec = conditional_space()
        plain = DNA([1, [0, 1], 0.5])
        assert plain == DNA([1, [0, 1], 0.5], spec=spec)
        assert DNA(1) == DNA(1, metadata={'a': 1})
        assert DNA(1) == DNA(1.0) and hash(DNA(1)) == hash(DNA(1.0))

    def test_symbolic_equality_includes_metadata(self):
        assert mt.eq(DNA(1), DNA(1))
        assert mt.ne(DNA(1), DNA(1, metadata={'a': 1}))
        assert mt.hash(DNA(1)) == mt.hash(DNA(1))
        assert mt.hash(DNA(1)) != mt.hash(DNA(1, metadata={'a': 1}))

    def test_other_structures_are_unequal(self):
        assert DNA([1, 2]) != DNA([1, 2, 3])
        assert DNA(1) != DNA((1, 2))
        assert DNA((0, [1, 2])) != DNA([0, 1, 2])
        assert DNA(1) != 1

    def test_order(self):
        ordered = [DNA(None), DNA(0.5), DNA(1), DNA(2), DNA('a')]
        assert sorted(reversed(ordered)) == ordered
        assert DNA([1, 2]) < DNA([1, 3]) and DNA([1, 3]) > DNA([1, 2])
        assert DNA((0, [5, 5])) < DNA((1, 0))
        assert DNA(1) <= DNA(1) and DNA(1) >= DNA(1)

    def test_order_of_incomparable(self):
        with pytest.raises(TypeError):
            assert DNA(1) < 1
        with pytest.raises(ValueError):
            assert DNA(1) < DNA((1, 2))

    def test_membership_and_iteration(self):
        dna = DNA([1, (2, 3)])
        assert 1 in dna and DNA((2, 3)) in dna and 3 not in dna
        assert list(dna) == [DNA(1), DNA((2, 3))]
        assert dna[0] == DNA(1) and dna[0:1] == [DNA(1)]
        with pytest.raises(ValueError):
            dna.__contains__(None)
        with pytest.raises(IndexError):
            dna[5]
        with pytest.raises(IndexError):
            dna.get(5)


class TestBinding:
    def test_all_nodes_are_bound(self):
        spec = conditional_space()
        dna = DNA([(0, 1), [(2, 0.5), 0], 0.25])
        assert dna.spec is None
        assert dna.use_spec(spec) is dna
        x, y, z = spec.elements
        assert dna.spec is spec
        assert [c.spec for c in dna.children] == [x, y, z]
        assert dna.children[0].children[0].spec is x.candidates[0].elements[0]
        assert [c.spec for c in dna.children[1]] == y.choice_specs
        assert dna.children[1].children[0].children[0].spec.id == 'y[0][=2/3].f'

    def test_spaces_of_one_element_are_skipped(self):
        choice = G.oneof([constant(), constant()])
        assert DNA(0).use_spec(G.space([choice])).spec is choice

    def test_rebinding(self):
        first, second = conditional_space(), conditional_space()
        dna = DNA([1, [0, 1], 0.5], spec=first)
        assert dna.use_spec(second).spec is second
        assert dna.children[0].spec is second.elements[0]

    def test_constant_space_is_a_spec_too(self):
        assert DNA(None, spec=constant()).spec is not None
        with pytest.raises(ValueError):
            DNA(1, spec=constant())

    @pytest.mark.parametrize(
        'value',
        [
            1,
            [1, [0, 1]],
            (0, [1, [0, 1], 0.5]),
            [1.0, [0, 1], 0.5],
            [2, [0, 1], 0.5],
            [-1, [0, 1], 0.5],
            [(1, 0), [0, 1], 0.5],
            [(0, [0, 1]), [0, 1], 0.5],
            [0, [0, 1], 0.5],
            [1, 0, 0.5],
            [1, [0, 1, 2], 0.5],
            [1, [0, 0], 0.5],
            [1, [0, 1], 1],
            [1, [0, 1], 1.5],
            [1, [0, 1], float('nan')],
            [1, [0, 1], 'a'],
        ],
    )
    def test_misfits(self, value):
        spec = conditional_space()
        with pytest.raises(ValueError):
            DNA(value, spec=spec)
        with pytest.raises(ValueError):
            spec.validate(DNA(value))

    def test_misfit_names_the_decision(self):
        with pytest.raises(ValueError, match=r'y\[0\]\[=2/3\]\.f'):
            DNA([1, [(2, 5.0), 0], 0.5], spec=conditional_space())

    def test_sorted(self):
        spec = G.manyof(2, [constant()] * 3, sorted=True)
        assert DNA([0, 2], spec=spec).spec is spec
        with pytest.raises(ValueError):
            DNA([2, 0], spec=spec)

    def test_custom_point_takes_strings(self):
        spec = G.space([G.custom(location='c'), G.oneof([constant()])])
        assert DNA(['abc', 0], spec=spec).to_dict() == {'c': 'abc', '': 0}
        with pytest.raises(ValueError):
            DNA([1, 0], spec=spec)

    def test_not_a_spec(self):
        with pytest.raises(ValueError):
            DNA(1).use_spec(3)

    @pytest.mark.parametrize(
        'use',
        [
            lambda d: d.to_dict(),
            lambda d: d['a'],
            lambda d: d.get('a'),
            lambda d: d.literal_value,
            lambda d: d.is_subchoice,
            lambda d: d.multi_choice_spec,
            lambda d: d.named_decisions,
            lambda d: d.decision_ids,
            lambda d: d.next_dna(),
        ],
    )
    def test_unbound(self, use):
        with pytest.raises(ValueError, match='use_spec'):
            use(DNA([1, 2]))

    def test_multi_choices(self):
        spec = conditional_space()
        dna = DNA([1, [0, 1], 0.5], spec=spec)
        y = spec.elements[1]
        assert dna.children[1].multi_choice_spec is y
        assert dna.children[1].is_multi_choice_container
        assert not dna.is_multi_choice_container and dna.children[0].multi_choice_spec is None
        assert dna.children[1].children[0].is_subchoice and not dna.children[1].is_subchoice

    def test_multi_choice_below_a_choice(self):
        multi = G.manyof(2, [constant()] * 2)
        spec = G.oneof([multi, constant()])
        dna = DNA((0, [0, 1]), spec=spec)
        inner = spec.candidates[0].elements[0]
        assert dna.spec is spec and dna.multi_choice_spec is inner
        assert [c.spec for c in dna] == inner.choice_specs


class TestTopology:
    def test_parents(self):
        dna = DNA([1, (2, 3)])
        leaf = dna.children[1].children[0]
        assert leaf.parent_dna is dna.children[1] and leaf.root is dna
        assert dna.parent_dna is None and dna.root is dna

    def test_only_dna_parents_count(self):
        holder = mt.Dict(dna=DNA([1, 2]))
        assert holder.dna.parent_dna is None and holder.dna.root is holder.dna
        assert holder.dna.sym_parent is holder


class TestNotes:
    def test_metadata(self):
        dna = DNA(1, metadata={'a': 1})
        assert dna.metadata.a == 1 and isinstance(dna.metadata, mt.Dict)
        assert dna.set_metadata('b', 2, cloneable=True) is dna
        assert dna.metadata == {'a': 1, 'b': 2}
        assert dna.clone().metadata == {'b': 2}
        assert dna.clone().clone().metadata == {'b': 2}
        with pytest.raises(TypeError):
            DNA(1, metadata=3)

    def test_metadata_is_no_part_of_the_decisions(self):
        dna = conditional_space().first_dna()
        numbers = dna.to_numbers()
        assert dna.children[0].value == 0
        dna.set_metadata('reward', 1.0)
        assert dna.to_numbers() == numbers and dna.metadata.reward == 1.0

    def test_userdata(self):
        dna = DNA(1)
        dna.set_userdata('a', 1).set_userdata('b', [2], cloneable=True)
        assert dna.userdata.a == 1
        assert dna.clone().userdata == {'b': [2]}
        with pytest.raises(KeyError):
            dna.userdata.c  # noqa: B018
        assert not hasattr(dna.userdata, 'c')
        assert copy.deepcopy(dna.userdata) == dna.userdata

    def test_notes_of_children_are_cloned(self):
        dna = DNA([1, 2])
        dna.children[0].set_metadata('a', 1, cloneable=True)
        dna.children[1].set_metadata('a', 1)
        clone = dna.clone()
        assert [c.metadata for c in clone] == [{'a': 1}, {}]

    def test_clone_keeps_the_spec(self):
        spec = conditional_space()
        dna = DNA([1, [0, 1], 0.5], spec=spec)
        for made in (dna.clone(), dna.clone(deep=True), copy.copy(dna), copy.deepcopy(dna)):
            assert made == dna and made is not dna and made.spec is spec
            assert made.children[0].spec is spec.elements[0]

    def test_clones_are_independent(self):
        dna = DNA([1, 2])
        clone = dna.clone()
        clone.children[0].value = 5
        assert dna == DNA([1, 2])

    def test_clone_of_a_changed_dna(self):
        dna = DNA([1, 2])
        dna.children[0].value = 5
        assert dna.clone() == DNA([5, 2])

    def test_insertion_into_a_second_tree_clones(self):
        dna = DNA(1).set_metadata('a', 1)
        first, second = mt.Dict(x=dna), mt.Dict(x=dna)
        assert first.x is dna and second.x is not dna
        assert second.x.metadata == {}

    def test_pickle(self):
        dna = DNA([1, (0, 2)], metadata={'a': 1})
        copied = pickle.loads(pickle.dumps(dna))
        assert mt.eq(copied, dna)


class TestBadJson:
    def test_value_is_required(self):
        with pytest.raises(ValueError, match='needs a `value`'):
            mt.from_json({'_type': DNA(1).to_json()['_type'], 'format': 'compact'})

    def test_not_a_dict(self):
        with pytest.raises(TypeError, match='is a dict'):
            DNA.from_json([1])
