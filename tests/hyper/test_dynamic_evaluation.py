"""Define-by-run: search spaces out of ordinary code."""

import threading

import pytest

import mutandis as mt

H = mt.hyper
Context = H.DynamicEvaluationContext


def apply(context, decisions, program):
    with context.apply(decisions):
        return program()


def all_results(program, **kwargs):
    """The results of a program for all DNAs of its space."""
    context = H.trace(program, **kwargs)
    return [apply(context, dna, program) for dna in context.dna_spec.iter_dna()]


def in_thread(fn):
    """Runs a function in a thread and returns its result."""
    results = []
    thread = threading.Thread(target=lambda: results.append(fn()))
    thread.start()
    thread.join()
    return results[0]


def is_symbolic(value):
    return isinstance(value, H.HyperPrimitive)


# ---------------------------------------------------------------------------- the hook


class TestDynamicEvaluate:
    def test_placeholders_are_replaced_inside_the_scope(self):
        with H.dynamic_evaluate(lambda p: p.candidates[-1], yield_value='value') as value:
            assert value == 'value'
            assert mt.oneof([1, 2, 3]) == 3
        assert is_symbolic(mt.oneof([1, 2]))

    def test_scopes_nest_and_none_switches_off(self):
        with H.dynamic_evaluate(lambda p: 'outer'):
            with H.dynamic_evaluate(lambda p: 'inner'):
                assert mt.floatv(0.0, 1.0) == 'inner'
                with H.dynamic_evaluate(None):
                    assert is_symbolic(mt.floatv(0.0, 1.0))
            assert mt.floatv(0.0, 1.0) == 'outer'

    def test_exit_function_is_called_on_normal_exit_only(self):
        calls = []
        with H.dynamic_evaluate(lambda p: 0, exit_fn=lambda: calls.append('exit')):
            pass
        assert calls == ['exit']
        with pytest.raises(KeyError):
            with H.dynamic_evaluate(lambda p: 0, exit_fn=lambda: calls.append('exit')):
                raise KeyError('x')
        assert calls == ['exit']
        assert is_symbolic(mt.oneof([1, 2]))

    def test_evaluation_ends_though_the_exit_function_fails(self):
        with pytest.raises(ZeroDivisionError):
            with H.dynamic_evaluate(lambda p: 0, exit_fn=lambda: 1 / 0):
                pass
        assert is_symbolic(mt.oneof([1, 2]))

    def test_not_callable(self):
        with pytest.raises(ValueError, match='evaluate_fn'):
            with H.dynamic_evaluate(1):
                pass

    def test_threads(self):
        with H.dynamic_evaluate(lambda p: 0):
            assert is_symbolic(in_thread(lambda: mt.oneof([1, 2])))
        with H.dynamic_evaluate(lambda p: 0, per_thread=False):
            assert in_thread(lambda: mt.oneof([1, 2])) == 0
            with H.dynamic_evaluate(None):  # Off in this thread.
                assert is_symbolic(mt.oneof([1, 2]))
                assert in_thread(lambda: mt.oneof([1, 2])) == 0
            assert mt.oneof([1, 2]) == 0
        assert is_symbolic(mt.oneof([1, 2]))

    def test_copies_and_json_are_no_new_placeholders(self):
        placeholder = mt.oneof([1, 2])
        json = mt.to_json(placeholder)
        with H.dynamic_evaluate(lambda p: 0):
            assert is_symbolic(placeholder.clone())
            assert is_symbolic(mt.from_json(json))
            assert is_symbolic(mt.Dict(x=placeholder).x)


# ---------------------------------------------------------------------------- collecting


def xy():
    return mt.oneof([1, 2], name='x'), mt.floatv(0.5, 1.0, name='y')


class TestCollect:
    def test_first_values(self):
        class Word(H.CustomHyper):
            def custom_decode(self, dna):
                return f'<{dna.value}>'

            def first_dna(self):
                return mt.DNA('first')

        results = []
        H.trace(
            lambda: results.append(
                [
                    mt.oneof(['a', 'b']),
                    mt.manyof(2, ['a', 'b', 'c']),
                    mt.manyof(2, ['a', 'b'], distinct=False),
                    mt.permutate([3, 2, 1]),
                    mt.floatv(0.5, 1.0),
                    Word(),
                    mt.evolve(mt.Dict(x=1), lambda *args: 2),
                ]
            )
        )
        assert results == [['a', ['a', 'b'], ['a', 'a'], [3, 2, 1], 0.5, '<first>', mt.Dict(x=1)]]

    def test_a_custom_placeholder_without_first_dna(self):
        class Word(H.CustomHyper):
            def custom_decode(self, dna):
                return dna.value

        with pytest.raises(NotImplementedError):
            H.trace(Word)

    def test_decisions_are_kept_by_name(self):
        context = H.trace(xy)
        assert list(context.hyper_dict) == ['x', 'y']
        assert mt.eq(context.hyper_dict['x'], mt.oneof([1, 2], name='x'))
        spec = context.dna_spec
        assert [str(i) for i in spec.decision_ids] == ['x', 'y']
        assert [p.name for p in spec.decision_points] == ['x', 'y']
        assert context.dna_spec is spec

    def test_unnamed_decisions_are_numbered(self):
        context = H.trace(lambda: [mt.oneof([1, 2]), mt.oneof([1, 2]), mt.oneof([3, 4], name='n')])
        assert list(context.hyper_dict) == ['decision_0', 'decision_1', 'n']

    def test_collect_starts_empty_but_goes_on_counting(self):
        context = Context()
        assert context.hyper_dict == {}
        with context.collect() as decisions:
            assert decisions == {}
            mt.oneof([1, 2])
            assert list(decisions) == ['decision_0']
            assert len(context.dna_spec) == 1
            mt.oneof([1, 2])
        assert context.hyper_dict is decisions
        spec = context.dna_spec
        assert len(spec) == 2
        with context.collect():
            mt.oneof([5, 6])
        assert list(context.hyper_dict) == ['decision_2']
        assert [str(i) for i in context.dna_spec.decision_ids] == ['decision_2']

    def test_one_name_is_one_decision(self):
        context = H.trace(lambda: [mt.oneof([1, 2], name='a'), mt.oneof([1, 2], name='a')])
        assert list(context.hyper_dict) == ['a']

    def test_one_name_for_different_placeholders(self):
        with pytest.raises(ValueError, match="name 'a'"):
            H.trace(lambda: [mt.oneof([1, 2], name='a'), mt.oneof([1, 3], name='a')])
        with pytest.raises(ValueError, match='decision_0'):
            H.trace(lambda: [mt.oneof([1, 2]), mt.oneof([1, 2], name='decision_0')])

    def test_names_are_remembered(self):
        context = Context()
        with context.collect():
            mt.oneof([1, 2], name='a')
        with pytest.raises(ValueError, match="name 'a'"):
            with context.collect():
                mt.oneof([1, 3], name='a')
        with context.collect():
            mt.oneof([1, 2], name='a')
        assert list(context.hyper_dict) == ['a']

    def test_required_names(self):
        with pytest.raises(ValueError, match='name'):
            H.trace(lambda: mt.oneof([1, 2]), require_hyper_name=True)

    def test_the_scope_ends_with_an_exception(self):
        with pytest.raises(KeyError):
            with Context().collect():
                raise KeyError('x')
        assert is_symbolic(mt.oneof([1, 2]))

    def test_placeholders_made_in_a_candidate_list_are_decided_before(self):
        assert all_results(lambda: mt.oneof([mt.oneof([1, 2]), 3])) == [1, 3, 2, 3]

    def test_names_with_special_characters(self):
        context = H.trace(lambda: mt.oneof([1, 2], name='a.b[0]'), require_hyper_name=True)
        assert apply(context, [1], lambda: mt.oneof([1, 2], name='a.b[0]')) == 2

    def test_decisions_added_by_hand(self):
        context = Context(where=lambda p: False)
        assert context.add_decision_point(H.OneOf([1, 2])) == 1
        assert context.add_decision_point(H.OneOf([7, 8], name='n')) == 7
        assert list(context.hyper_dict) == ['decision_0', 'n']
        assert len(context.dna_spec) == 2
        branch = H.OneOf([lambda: mt.floatv(0.25, 1.0), 3])
        context = Context()
        assert context.add_decision_point(branch) == 0.25
        assert [str(i) for i in context.dna_spec.decision_ids] == [
            'decision_0',
            'decision_0[=0/2].decision_1',
        ]
        value = mt.Dict(x=mt.oneof([1, 2]))
        assert context.add_decision_point(mt.template(value)) is value
        assert list(context.hyper_dict) == ['decision_0']
        with pytest.raises(ValueError, match='placeholder'):
            context.add_decision_point(3)


class TestExternalSpec:
    def test_nothing_is_collected(self):
        spec = mt.dna_spec(mt.Dict(a=mt.oneof([1, 2], name='a')))
        context = Context(dna_spec=spec)
        assert context.is_external
        assert not Context().is_external
        assert context.hyper_dict is None
        assert context.dna_spec is spec
        with pytest.raises(ValueError, match='external'):
            with context.collect():
                pass
        with pytest.raises(ValueError, match='external'):
            context.add_decision_point(H.OneOf([1, 2], name='a'))

    @pytest.mark.parametrize('require_hyper_name', [False, True])
    def test_apply(self, require_hyper_name):
        space = mt.Dict(a=mt.oneof([1, 2], name='x'), b=mt.floatv(0.0, 1.0, name='y'))
        context = Context(dna_spec=mt.dna_spec(space), require_hyper_name=require_hyper_name)
        assert apply(context, [1, 0.75], xy) == (2, 0.75)


# ---------------------------------------------------------------------------- applying


class TestApplyInOrder:
    def program(self):
        return mt.oneof([1, 2, 3]), mt.floatv(0.0, 1.0)

    def test_a_dna_or_a_list(self):
        context = H.trace(self.program)
        assert apply(context, mt.DNA([2, 0.5]), self.program) == (3, 0.5)
        assert apply(context, [2, 0.5], self.program) == (3, 0.5)
        with context.apply([1, 0.5]) as value:
            assert value is None
            self.program()

    def test_all_values(self):
        assert all_results(lambda: mt.oneof([1, 2]) + mt.oneof([10, 20])) == [11, 21, 12, 22]

    @pytest.mark.parametrize('decisions', [(1, 0.5), {'a': 1}, 1, None])
    def test_other_types(self, decisions):
        with pytest.raises(ValueError, match='DNA or a list'):
            apply(H.trace(self.program), decisions, self.program)

    @pytest.mark.parametrize(
        'decisions',
        [[1], [1, 0.5, 0.5], [3, 0.5], [-1, 0.5], [0.5, 0.5], ['1', 0.5], [1, 1], [1, 'x']],
        ids=str,
    )
    def test_decisions_that_do_not_fit(self, decisions):
        context = H.trace(self.program)
        with pytest.raises(ValueError):
            apply(context, decisions, self.program)
        with pytest.raises(ValueError):
            apply(context, mt.DNA(decisions), self.program)

    def test_an_exception_is_not_hidden_by_unused_decisions(self):
        with pytest.raises(KeyError):
            apply(H.trace(self.program), [1, 0.5], lambda: {}['x'])
        assert is_symbolic(mt.oneof([1, 2]))

    def test_a_repeated_name_repeats_its_decision(self):
        def program():
            return xy(), xy()

        context = H.trace(program)
        assert apply(context, [1, 0.75], program) == ((2, 0.75), (2, 0.75))

    def test_multi_choices_are_symbolic_lists(self):
        def program():
            return mt.manyof(2, ['a', 'b', 'c'])

        context = H.trace(program)
        value = apply(context, mt.DNA([2, 0]), program)
        assert isinstance(value, mt.List)
        assert value == ['c', 'a']

    def test_one_of_many(self):
        def program():
            return mt.manyof(1, ['a', 'b'])

        assert all_results(program) == [['a'], ['b']]

    def test_custom_placeholders(self):
        class Word(H.CustomHyper):
            def custom_decode(self, dna):
                return f'<{dna.value}>'

            def first_dna(self):
                return mt.DNA('first')

        context = H.trace(lambda: (Word(), mt.oneof([1, 2])))
        assert apply(context, mt.DNA(['a', 1]), lambda: (Word(), mt.oneof([1, 2]))) == ('<a>', 2)
        with pytest.raises(ValueError):
            apply(context, [1, 1], Word)

    def test_candidates_become_symbolic_and_are_copied(self):
        shared = mt.Dict(x=1)

        def program():
            return mt.oneof([shared, {'a': 2}, [1], (1,), None])

        results = all_results(program)
        assert results == [shared, mt.Dict(a=2), mt.List([1]), (1,), None]
        assert [type(r) for r in results[:3]] == [mt.Dict, mt.Dict, mt.List]
        assert results[0] is not shared
        assert results[0].sym_parent is None

    def test_opaque_candidates_and_references_are_the_given_objects(self):
        class Thing:
            pass

        thing, node = Thing(), mt.Dict(x=1)
        results = all_results(lambda: mt.oneof([thing, mt.Ref(node), len]))
        assert results[0] is thing
        assert results[1] is node
        assert results[2] is len

    def test_placeholders_made_elsewhere_belong_to_their_candidate(self):
        rate = mt.floatv(0.0, 1.0)

        def program():
            return mt.oneof([mt.Dict(rate=rate), 3])

        context = H.trace(program)
        assert len(context.dna_spec) == 2
        assert apply(context, mt.DNA((0, 0.5)), program) == mt.Dict(rate=0.5)
        assert apply(context, mt.DNA(1), program) == 3

    def test_a_context_can_be_applied_again_inside(self):
        context = H.trace(lambda: (mt.oneof([1, 2]), mt.oneof([1, 2])))
        with context.apply([1, 1]):
            assert mt.oneof([1, 2]) == 2
            with context.apply([0]):
                assert mt.oneof([1, 2]) == 1
            assert mt.oneof([1, 2]) == 2


class TestApplyByName:
    @pytest.fixture
    def context(self):
        return H.trace(xy, require_hyper_name=True)

    def test_any_order_and_any_number_of_times(self, context):
        def program():
            return mt.floatv(0.5, 1.0, name='y'), mt.oneof([1, 2], name='x'), xy()

        assert apply(context, mt.DNA([1, 0.75]), program) == (0.75, 2, (2, 0.75))
        assert apply(context, [1, 0.75], program) == (0.75, 2, (2, 0.75))

    def test_the_dna_is_checked_against_the_spec(self, context):
        for decisions in ([1], [1, 0.75, 1], [2, 0.75], [1, 5.0], [1, 1]):
            with pytest.raises(ValueError):
                apply(context, decisions, xy)
            with pytest.raises(ValueError):
                apply(context, mt.DNA(decisions), xy)

    def test_unknown_and_missing_names(self, context):
        with pytest.raises(ValueError, match="'z'"):
            apply(context, [1, 0.75], lambda: mt.oneof([1, 2], name='z'))
        with pytest.raises(ValueError, match='name'):
            apply(context, [1, 0.75], lambda: mt.oneof([1, 2]))

    def test_unused_decisions(self, context):
        with pytest.raises(ValueError, match='y'):
            apply(context, [1, 0.75], lambda: mt.oneof([1, 2], name='x'))

    def test_the_kind_of_placeholder_must_fit(self, context):
        with pytest.raises(ValueError, match='float'):
            apply(context, [1, 0.75], lambda: mt.floatv(0.0, 2.0, name='x'))
        with pytest.raises(ValueError, match='index'):
            apply(context, [1, 0.75], lambda: mt.oneof([1, 2], name='y'))
        with pytest.raises(ValueError, match='choices'):
            apply(context, [1, 0.75], lambda: mt.manyof(2, [1, 2], name='x'))

    def test_the_given_dna_is_left_alone(self, context):
        dna = mt.DNA([1, 0.75])
        apply(context, dna, xy)
        assert dna.spec is None

    def test_custom_placeholders(self):
        class Word(H.CustomHyper):
            def custom_decode(self, dna):
                return f'<{dna.value}>'

            def first_dna(self):
                return mt.DNA('first')

        context = H.trace(lambda: Word(name='w'), require_hyper_name=True)
        assert apply(context, mt.DNA('abc'), lambda: Word(name='w')) == '<abc>'


class TestEvaluate:
    def test_needs_apply(self):
        context = H.trace(xy)
        with pytest.raises(ValueError, match='apply'):
            context.evaluate(context.hyper_dict['x'])
        with context.collect():
            with pytest.raises(ValueError, match='apply'):
                context.evaluate(H.OneOf([1, 2]))

    def test_values_of_the_collected_decisions(self):
        def program():
            return xy(), mt.oneof([lambda: mt.oneof([3, 4], name='c'), 5], name='b')

        context = H.trace(program, require_hyper_name=True)
        with context.apply(mt.DNA([1, 0.75, (0, 1)])):
            values = {name: context.evaluate(p) for name, p in context.hyper_dict.items()}
        assert values == {'x': 2, 'y': 0.75, 'b': {'c': 4}}

    def test_names_in_order(self):
        context = H.trace(xy)
        with context.apply([1, 0.75]):
            assert context.evaluate(context.hyper_dict['x']) == 2
            assert xy() == (2, 0.75)


# ---------------------------------------------------------------------------- nesting


def is_choice(primitive):
    return isinstance(primitive, H.OneOf)


def is_no_choice(primitive):
    return not is_choice(primitive)


class TestNesting:
    def program(self):
        return mt.oneof([1, 2]), mt.floatv(0.0, 1.0), mt.oneof([3, 4])

    def test_without_context_around_refused_placeholders_stay(self):
        context = Context(where=is_choice)
        with context.collect():
            assert is_symbolic(self.program()[1])
        with context.apply([1, 1]):
            first, second, third = self.program()
        assert (first, third) == (2, 4)
        assert is_symbolic(second)

    def test_refused_placeholders_in_candidates_are_no_decisions(self):
        def program():
            return mt.oneof([mt.Dict(x=mt.floatv(0.0, 1.0)), 3])

        context = H.trace(program, where=is_choice)
        assert len(context.dna_spec) == 1
        assert is_symbolic(apply(context, [0], program).x)

    def test_contexts_split_a_space(self):
        choices, others = Context(where=is_choice), Context(where=is_no_choice)
        with choices.collect(), others.collect():
            assert self.program() == (1, 0.0, 3)
        assert (len(choices.dna_spec), len(others.dna_spec)) == (2, 1)
        with choices.apply([1, 1]), others.apply([0.5]):
            assert self.program() == (2, 0.5, 4)
        with others.apply([0.5]), choices.apply([1, 1]):
            assert self.program() == (2, 0.5, 4)

    def test_collect_and_apply_mix(self):
        choices, others = Context(where=is_choice), Context(where=is_no_choice)
        with choices.collect(), others.apply([0.5]):
            assert self.program() == (1, 0.5, 3)
        with choices.apply([1, 1]), others.collect():
            assert self.program() == (2, 0.0, 4)

    def test_branches_of_an_outer_context(self):
        def program():
            return mt.oneof([lambda: (mt.floatv(0.0, 1.0), mt.oneof([7, 8])), 3])

        choices, others = Context(where=is_choice), Context(where=is_no_choice)
        with choices.collect(), others.collect():
            assert program() == (0.0, 7)
        assert (len(choices.dna_spec), len(others.dna_spec)) == (2, 1)
        with choices.apply(mt.DNA((0, 1))), others.apply([0.25]):
            assert program() == (0.25, 8)

    @pytest.mark.parametrize('outer', [False, True])
    def test_contexts_agree_on_threads(self, outer):
        with Context(per_thread=outer).collect():
            with pytest.raises(ValueError, match='per_thread'):
                with Context(per_thread=not outer).collect():
                    pass
            with pytest.raises(ValueError, match='per_thread'):
                with Context(per_thread=not outer).apply([]):
                    pass
        with Context(per_thread=not outer).collect():
            pass


# ---------------------------------------------------------------------------- threads


class TestThreads:
    def test_a_context_of_a_thread(self):
        context = H.trace(xy)
        assert context.per_thread
        with context.apply([1, 0.75]):
            assert all(map(is_symbolic, in_thread(xy)))
            assert in_thread(lambda: apply(context, [0, 0.5], xy)) == (1, 0.5)
            with pytest.raises(ValueError, match='apply'):
                raise in_thread(lambda: error_of(lambda: context.evaluate(H.OneOf([1, 2]))))
            assert xy() == (2, 0.75)

    def test_a_shared_context(self):
        context = H.trace(xy, require_hyper_name=True, per_thread=False)
        assert not context.per_thread
        with context.apply([1, 0.75]):
            assert in_thread(xy) == (2, 0.75)

    def test_several_threads_collect_into_one_context(self):
        context = Context(per_thread=False)

        def program():
            for _ in range(50):
                mt.oneof([lambda: mt.floatv(0.0, 1.0), 3])
                mt.oneof([1, 2], name='shared')

        with context.collect():
            threads = [threading.Thread(target=program) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert len(context.hyper_dict) == 4 * 50 + 1
        assert len(context.dna_spec) == 4 * 50 * 2 + 1

    def test_each_thread_collects_on_its_own(self):
        context = Context()
        collected = []

        def collect():
            with context.collect() as decisions:
                for _ in range(50):
                    mt.oneof([1, 2])
            collected.append(list(decisions))

        threads = [threading.Thread(target=collect) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [len(names) for names in collected] == [50] * 4
        assert len({name for names in collected for name in names}) == 200


def error_of(fn):
    try:
        fn()
    except Exception as error:
        return error


# ---------------------------------------------------------------------------- iteration


class TestIteration:
    def test_each_example_is_bound_to_its_dna(self):
        space = H.trace(lambda: mt.oneof([1, 2]) + mt.oneof([10, 20]))
        results = []
        for example in list(mt.iter(space)):
            with example():
                results.append(mt.oneof([1, 2]) + mt.oneof([10, 20]))
        assert results == [11, 21, 12, 22]

    def test_random_sample_and_feedback(self):
        space = H.trace(xy)
        for example in mt.random_sample(space, 3, seed=1):
            with example():
                assert xy()[0] in (1, 2)
        example, feedback = next(mt.iter(space, 1, mt.geno.Random(1), force_feedback=True))
        with example():
            x, y = xy()
        assert feedback.dna == mt.DNA([x - 1, y])

    def test_a_program_without_placeholders(self):
        with pytest.raises(ValueError, match='nothing'):
            next(mt.iter(H.trace(lambda: 1)))


# ---------------------------------------------------------------------------- torch modules


class TestTorch:
    @pytest.fixture
    def nn(self):
        return pytest.importorskip('torch').nn

    def test_placeholders_inside_a_constructor(self, nn):
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                width = mt.oneof([8, 16], name='width')
                self.layers = nn.Sequential(
                    nn.Linear(4, width),
                    mt.oneof([nn.ReLU(), nn.GELU()], name='activation'),
                    nn.Dropout(mt.floatv(0.0, 0.5, name='dropout')),
                )
                self.head = nn.Linear(width, 1)

        space = H.trace(Net, require_hyper_name=True)
        assert list(space.hyper_dict) == ['width', 'activation', 'dropout']
        with space.apply([1, 1, 0.25]):
            net = Net()
        assert net.head.weight.shape == (1, 16)
        assert isinstance(net.layers[1], nn.GELU)
        assert net.layers[2].p == 0.25

    def test_one_name_for_equal_modules(self, nn):
        def program():
            return [mt.oneof([nn.ReLU(), nn.GELU()], name='activation') for _ in range(3)]

        space = H.trace(program)
        assert len(space.dna_spec) == 1
        assert [type(m) for m in apply(space, [1], program)] == [nn.GELU] * 3
        with pytest.raises(ValueError, match='activation'):
            H.trace(lambda: [mt.oneof([nn.Linear(1, n)], name='activation') for n in (1, 2)])

    def test_only_chosen_branches_are_built(self, nn):
        built = []

        class Block(nn.Module):
            def __init__(self, width):
                super().__init__()
                built.append(width)
                self.inner = nn.Linear(width, mt.oneof([2, 3]))

        def program():
            return mt.oneof([lambda: Block(8), lambda: Block(16), nn.Identity])

        space = H.trace(program)
        built.clear()
        block = apply(space, mt.DNA((1, 1)), program)
        assert built == [16]
        assert block.inner.weight.shape == (3, 16)

    def test_modules_of_the_library_too(self, nn):
        def program():
            return mt.nn.Linear(mt.oneof([8, 16]), mt.oneof([1, 2]))

        assert apply(H.trace(program), [1, 1], program).weight.shape == (2, 16)
