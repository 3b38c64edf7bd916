"""Placeholders as values: construction, checks, text, JSON, copies."""

import pytest

import mutandis as mt


class TestConstruction:
    def test_oneof_takes_any_iterable(self):
        assert mt.oneof(x for x in range(3)) == mt.oneof([0, 1, 2])
        assert mt.oneof('ab').candidates == ['a', 'b']

    def test_positional_arguments_of_the_classes(self):
        one = mt.hyper.OneOf([1, 2], 'hint')
        assert (one.candidates, one.hints, one.num_choices) == ([1, 2], 'hint', 1)
        many = mt.hyper.ManyOf(2, [1, 2], False, True, 'hint')
        assert (many.num_choices, many.choices_distinct, many.choices_sorted) == (2, False, True)
        number = mt.hyper.Float(1.0, 2.0, 'log', 'n', 'hint')
        assert (number.scale, number.name, number.hints) == ('log', 'n', 'hint')

    def test_manyof_knows_the_older_names_of_its_flags(self):
        many = mt.manyof(1, [1, 2], choices_distinct=False, choices_sorted=True)
        assert (many.choices_distinct, many.choices_sorted) == (False, True)
        with pytest.raises(TypeError, match='bogus'):
            mt.manyof(1, [1, 2], bogus=1)

    def test_permutate_chooses_all(self):
        assert mt.permutate('abc', name='p') == mt.manyof(3, 'abc', name='p')

    def test_older_names(self):
        assert mt.hyper.ChoiceValue is mt.hyper.OneOf
        assert mt.hyper.ChoiceList is mt.hyper.ManyOf
        assert mt.sublist_of is mt.manyof
        assert mt.one_of is mt.oneof
        assert mt.float_value is mt.floatv
        assert mt.search_space is mt.dna_spec

    def test_plain_containers_in_candidates_become_symbolic(self):
        one = mt.oneof([{'a': [1]}, [2]])
        assert isinstance(one.candidates[0], mt.Dict)
        assert isinstance(one.candidates[1], mt.List)

    def test_ints_as_bounds_become_floats(self):
        number = mt.floatv(0, 1)
        assert type(number.min_value) is float and type(number.max_value) is float


class TestChecks:
    def test_too_few_candidates(self):
        with pytest.raises(ValueError, match='0 candidates cannot produce 1 distinct'):
            mt.oneof([])
        with pytest.raises(ValueError, match='2 candidates'):
            mt.manyof(3, [1, 2])
        assert mt.manyof(3, [1, 2], distinct=False).num_choices == 3

    def test_rebind_is_checked_and_taken_back(self):
        many = mt.manyof(2, [1, 2])
        with pytest.raises(ValueError):
            many.rebind(num_choices=3)
        assert many.num_choices == 2
        one = mt.oneof([1])
        with pytest.raises(ValueError):
            one.rebind(candidates=[])
        assert one.candidates == [1]

    def test_the_number_of_choices_of_oneof_is_fixed(self):
        with pytest.raises(ValueError):
            mt.oneof([1, 2]).rebind(num_choices=2)

    @pytest.mark.parametrize('k, error', [(-1, ValueError), ('a', TypeError)])
    def test_bad_number_of_choices(self, k, error):
        with pytest.raises(error):
            mt.manyof(k, [1, 2])

    def test_no_choice_has_no_spec(self):
        with pytest.raises(ValueError):
            mt.manyof(0, [1, 2]).dna_spec()

    @pytest.mark.parametrize(
        'args, error',
        [
            ((1, 0), ValueError),
            ((0, 1, 'log'), ValueError),
            ((-1, 1, 'rlog'), ValueError),
            ((0, 1, 'bogus'), ValueError),
            (('a', 1), TypeError),
        ],
    )
    def test_bad_range_or_scale(self, args, error):
        with pytest.raises(error):
            mt.floatv(*args)

    def test_good_scales(self):
        for scale in (None, 'linear', 'log', 'rlog'):
            assert mt.floatv(0.1, 1.0, scale).scale == scale


class TestAsValues:
    def test_text(self):
        assert repr(mt.oneof([1, {'a': 1}])) == (
            'OneOf(name=None, hints=None, num_choices=1, candidates=[0: 1, 1: {a=1}], '
            'choices_distinct=True, choices_sorted=False, where=None)'
        )
        assert repr(mt.floatv(0, 1)) == (
            'Float(name=None, hints=None, min_value=0.0, max_value=1.0, scale=None)'
        )

    def test_equality_and_hash(self):
        assert mt.oneof([1, 2]) == mt.oneof([1, 2])
        assert mt.oneof([1, 2]) != mt.oneof([1, 3])
        assert hash(mt.oneof([1])) == hash(mt.oneof([1]))

    @pytest.mark.parametrize(
        'value',
        [
            mt.oneof([1, mt.oneof(['a', 'b']), {'x': mt.floatv(0.0, 1.0)}], name='n', hints=1),
            mt.manyof(2, [1, 2, 3], distinct=False, sorted=True),
            mt.floatv(0.1, 1.0, 'log'),
        ],
    )
    def test_json_and_clone(self, value):
        assert mt.eq(mt.from_json_str(value.to_json_str()), value)
        copy = value.clone(deep=True)
        assert mt.eq(copy, value) and copy is not value

    def test_json_type_keys(self):
        assert mt.oneof([1]).to_json()['_type'] == 'hyper.OneOf'
        assert mt.manyof(1, [1]).to_json()['_type'] == 'hyper.ManyOf'
        assert mt.floatv(0, 1).to_json()['_type'] == 'hyper.Float'

    def test_older_json_type_keys(self):
        older = 'pyglove.generators.genetic.ChoiceValue'
        loaded = mt.from_json({'_type': older, 'candidates': [1]})
        assert mt.eq(loaded, mt.oneof([1]))

    def test_trees_with_placeholders_are_not_deterministic(self):
        assert not mt.is_deterministic(mt.Dict(x=[mt.oneof([1])]))
        assert mt.is_deterministic(mt.Dict(x=[1]))

    def test_candidate_templates_and_leaves(self):
        one = mt.oneof([1, mt.oneof([2, 3])])
        assert [t.is_constant for t in one.candidate_templates] == [True, False]
        assert not one.is_leaf
        assert mt.oneof([1, [2]]).is_leaf
        assert mt.floatv(0, 1).is_leaf

    def test_rebinding_candidates_is_seen(self):
        one = mt.oneof([1, 2])
        assert one.decode(mt.DNA(0)) == 1
        one.rebind({'candidates[0]': 5})
        assert one.decode(mt.DNA(0)) == 5
        assert one.dna_spec().literal_values == [5, 2]
        one.rebind({'candidates[0]': mt.oneof([7, 8])})
        assert not one.is_leaf
        assert one.decode(mt.DNA((0, 1))) == 8


class TestDynamicEvaluation:
    @pytest.fixture(autouse=True)
    def reset(self):
        yield
        mt.hyper.set_dynamic_evaluate_fn(None, per_thread=True)
        mt.hyper.set_dynamic_evaluate_fn(None, per_thread=False)

    @pytest.mark.parametrize('per_thread', [True, False])
    def test_new_placeholders_are_replaced(self, per_thread):
        mt.hyper.set_dynamic_evaluate_fn(lambda h: ('made', type(h).__name__), per_thread)
        assert mt.oneof([1, 2]) == ('made', 'OneOf')
        assert mt.floatv(0, 1) == ('made', 'Float')
        assert mt.hyper.OneOf([1]) == ('made', 'OneOf')
        mt.hyper.set_dynamic_evaluate_fn(None, per_thread)
        assert isinstance(mt.oneof([1, 2]), mt.hyper.OneOf)

    def test_copies_and_loaded_ones_are_not(self):
        one = mt.oneof([1, mt.oneof([2, 3])])
        json_value = one.to_json()
        mt.hyper.set_dynamic_evaluate_fn(lambda h: 'made', True)
        assert isinstance(one.clone(deep=True), mt.hyper.OneOf)
        assert isinstance(mt.from_json(json_value), mt.hyper.OneOf)
        assert isinstance(mt.Dict(x=one).clone().x, mt.hyper.OneOf)

    def test_other_threads_are_not_concerned(self):
        import threading

        made = []
        mt.hyper.set_dynamic_evaluate_fn(lambda h: 'made', True)
        thread = threading.Thread(target=lambda: made.append(mt.oneof([1])))
        thread.start()
        thread.join()
        assert isinstance(made[0], mt.hyper.OneOf)
