"""Define-by-run: functions among the candidates, whose decisions exist only where chosen."""

import functools
import random
import sys

import pytest

import mutandis as mt

H = mt.hyper


def apply(context, decisions, program):
    with context.apply(decisions):
        return program()


def all_results(program, **kwargs):
    """The results of a program for all DNAs of its space."""
    context = H.trace(program, **kwargs)
    return [apply(context, dna, program) for dna in context.dna_spec.iter_dna()]


@pytest.mark.parametrize('require_hyper_name', [False, True])
def test_conditional_decisions(require_hyper_name):
    def program():
        return mt.oneof([lambda: mt.floatv(0.0, 1.0, name='rate'), 3], name='kind')

    context = H.trace(program, require_hyper_name=require_hyper_name)
    assert context.hyper_dict['kind'].candidates == [
        mt.Dict(rate=mt.floatv(0.0, 1.0, name='rate')),
        3,
    ]
    assert [str(i) for i in context.dna_spec.decision_ids] == ['kind', 'kind[=0/2].rate']
    assert apply(context, mt.DNA((0, 0.5)), program) == 0.5
    assert apply(context, [0, 0.5], program) == 0.5
    assert apply(context, mt.DNA(1), program) == 3
    for decisions in ([1, 0.5], [0], [2]):
        with pytest.raises(ValueError):
            apply(context, decisions, program)


def test_all_are_run_by_collect_and_the_chosen_ones_by_apply():
    calls = []

    def branch(name):
        def run():
            calls.append(name)
            return name

        return run

    def program():
        return mt.manyof(2, [branch('a'), branch('b'), branch('c')])

    context = H.trace(program)
    assert calls == ['a', 'b', 'c']
    calls.clear()
    assert apply(context, mt.DNA([2, 0]), program) == ['c', 'a']
    assert calls == ['c', 'a']


def test_what_is_lazy():
    class Callable:
        def __call__(self):
            return 'called'

        def method(self):
            return 'called'

        @staticmethod
        def static():
            return 'called'

    @mt.functor()
    def functor():
        return 'called'

    def keyword(*, x='called'):
        return x

    lazy = [lambda: 'called', Callable.static, keyword]
    constant = [
        Callable(),
        Callable().method,
        functools.partial(keyword),
        lambda x: x,
        lambda x=1: x,
        lambda *args: args,
        lambda **kwargs: kwargs,
        lambda *, x: x,
        len,
        Callable,
        functor,
    ]
    assert all_results(lambda: mt.oneof(lazy)) == ['called'] * 3
    results = all_results(lambda: mt.oneof(constant))
    assert [r is c for r, c in zip(results, constant, strict=True)] == [True] * len(constant)


def test_nested_branches():
    def program():
        return mt.oneof(
            [
                lambda: (mt.oneof([1, lambda: mt.oneof('xy')]), mt.oneof([5, 6])),
                lambda: mt.oneof([7, 8]),
                3,
            ]
        )

    assert all_results(program) == [
        (1, 5), (1, 6), ('x', 5), ('x', 6), ('y', 5), ('y', 6), 7, 8, 3,
    ]  # fmt: skip
    assert [str(i) for i in H.trace(program).dna_spec.decision_ids] == [
        'decision_0',
        'decision_0[=0/3].decision_1',
        'decision_0[=0/3].decision_1[=1/2].decision_2',
        'decision_0[=0/3].decision_3',
        'decision_0[=1/3].decision_4',
    ]


@pytest.mark.parametrize('require_hyper_name', [False, True])
def test_each_choice_of_many_has_its_own_decisions(require_hyper_name):
    def program():
        return mt.manyof(2, [lambda: mt.oneof([1, 2], name='i'), 9], distinct=False, name='m')

    results = all_results(program, require_hyper_name=require_hyper_name)
    assert results == [
        [1, 1], [1, 2], [1, 9], [2, 1], [2, 2], [2, 9], [9, 1], [9, 2], [9, 9],
    ]  # fmt: skip


def test_a_branch_without_decisions_is_recorded_by_its_text():
    def gelu():
        return 'gelu'

    def program():
        return mt.oneof([gelu, lambda: 'relu'])

    context = H.trace(program)
    (choice,) = context.hyper_dict.values()
    assert choice.candidates[0] == 'gelu'
    assert choice.candidates[1].startswith('lambda')
    if sys.version_info >= (3, 11):
        assert choice.candidates[1] == "lambda: 'relu'"
    assert len(set(context.dna_spec[0].literal_values)) == 2
    assert apply(context, [1], program) == 'relu'


@pytest.mark.parametrize('require_hyper_name', [False, True])
def test_a_repeated_choice_makes_the_same_decisions(require_hyper_name):
    def program():
        kinds = [
            mt.oneof([lambda: mt.floatv(0.0, 1.0, name='rate'), 3], name='kind') for _ in range(2)
        ]
        return kinds

    context = H.trace(program, require_hyper_name=require_hyper_name)
    assert len(context.dna_spec) == 2
    assert apply(context, mt.DNA((0, 0.5)), program) == [0.5, 0.5]
    assert apply(context, mt.DNA(1), program) == [3, 3]


def test_a_repeated_choice_repeats_unnamed_decisions():
    def program():
        return [mt.oneof([lambda: mt.floatv(0.0, 1.0), 3], name='kind') for _ in range(2)]

    context = H.trace(program)
    assert len(context.dna_spec) == 2
    assert apply(context, mt.DNA((0, 0.5)), program) == [0.5, 0.5]


def test_a_repeated_choice_with_other_decisions():
    with pytest.raises(ValueError):
        H.trace(
            lambda: [
                mt.oneof([lambda: mt.floatv(0.0, 1.0), 3], name='kind'),
                mt.oneof([lambda: mt.floatv(0.0, 2.0), 3], name='kind'),
            ]
        )
    with pytest.raises(ValueError):
        H.trace(
            lambda: [
                mt.oneof([lambda: 1, 3], name='kind'),
                mt.oneof([lambda: mt.floatv(0.0, 2.0), 3], name='kind'),
            ]
        )


@pytest.mark.parametrize('require_hyper_name', [False, True])
def test_a_branch_shares_decisions_of_the_code_around(require_hyper_name):
    def program():
        width = mt.oneof([1, 2], name='width')
        return width, mt.oneof([lambda: mt.oneof([1, 2], name='width'), 3], name='kind')

    context = H.trace(program, require_hyper_name=require_hyper_name)
    results = [apply(context, dna, program) for dna in context.dna_spec.iter_dna()]
    assert results == [(1, 1), (1, 3), (2, 2), (2, 3)]


def test_one_name_in_two_branches():
    def program():
        return mt.oneof([lambda: mt.oneof([1, 2], name='a'), lambda: mt.oneof([1, 2], name='a')])

    with pytest.raises(ValueError, match='a'):
        H.trace(program).dna_spec  # noqa: B018


def test_random_dnas_fit():
    def program():
        return [
            mt.manyof(
                2,
                [
                    lambda i=i: (
                        mt.oneof([i, mt.floatv(0.0, 1.0)])
                        if i % 2
                        else (lambda: mt.permutate([i, lambda: mt.floatv(0.0, 1.0)]))()
                    )
                    for i in range(3)
                ]
                + [lambda: mt.oneof([lambda: mt.floatv(2.0, 3.0), 7])],
                distinct=False,
                sorted=True,
            )
            for _ in range(2)
        ]

    context = H.trace(program)
    rng = random.Random(1)
    for _ in range(50):
        dna = mt.random_dna(context.dna_spec, rng)
        assert len(apply(context, dna, program)) == 2


def test_plain_containers_that_a_branch_returns_become_symbolic():
    def program():
        return mt.oneof([lambda: {'a': [mt.oneof([1, 2])]}, lambda: (3,)])

    context = H.DynamicEvaluationContext()
    with context.collect():
        assert program().a == [1]
    with context.apply([0, 1]):
        value = program()
    assert value.a == [2] and isinstance(value, mt.Dict) and isinstance(value.a, mt.List)
    with context.apply([1]):
        assert program() == (3,)
