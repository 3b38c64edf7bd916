"""Operations: how they are called, and their algebra."""

import pytest
from evolution_helpers import constants, values

import mutandis as mt
from mutandis.algorithms import evolution as ev

S = ev.selectors


# ------------------------------------------------------------------------------------ the call


class Seen(ev.Operation):
    def call(self, inputs, global_state, step):
        return [len(inputs), dict(global_state), step]


def test_operations_see_the_list_the_global_state_and_the_step():
    assert Seen()([1, 2]) == [2, {}, 0]
    assert Seen()([1, 2], mt.geno.AttributeDict(a=1), 5) == [2, {'a': 1}, 5]
    assert Seen()([1], step=3) == [1, {}, 3]


def test_the_global_state_has_attributes_too():
    state = mt.geno.AttributeDict(a=1)
    state.b = 2
    assert (state.a, state['b']) == (1, 2)
    with pytest.raises(KeyError):
        _ = state.c
    assert not hasattr(state, 'c')


def with_all(x, global_state, step):
    return x[:step]


@pytest.mark.parametrize(
    'function',
    [
        lambda x: x[:2],
        lambda y, step: y[:step],
        lambda y, *, step: y[:step],
        lambda x, global_state: x[: global_state.n],
        lambda x, **kwargs: x[: kwargs['step']],
        with_all,
    ],
    ids=['plain', 'step', 'keyword', 'state', 'kwargs', 'all'],
)
def test_functions_get_only_the_keywords_that_they_take(function):
    state = mt.geno.AttributeDict(n=2)
    assert ev.Lambda(function)([1, 2, 3], state, 2) == [1, 2]
    assert (ev.Identity() >> function)([1, 2, 3], state, 2) == [1, 2]
    assert (ev.Identity() * 1 + function)([1, 2, 3], state, 2) == [1, 2, 3, 1, 2]


def test_functors_may_leave_keywords_open():
    @mt.functor()
    def head(x, step, n=0):
        return x[: step + n]

    assert ev.Lambda(head())([1, 2, 3], step=1) == [1]
    assert ev.Lambda(head(n=1))([1, 2, 3], step=1) == [1, 2]
    assert ev.Lambda(head(step=3))([1, 2, 3], step=1) == [1, 2, 3]


def test_methods_and_other_callables_are_operations():
    class Half:
        def take(self, x):
            return x[: len(x) // 2]

        def __call__(self, x, step):
            return x[step:]

    assert (ev.Identity() >> Half().take)([1, 2, 3, 4]) == [1, 2]
    assert (ev.Identity() >> Half())([1, 2, 3, 4], step=3) == [4]


def test_what_an_operation_needs_is_found_out_anew_when_it_is_changed():
    op = ev.Lambda(lambda x: x[:1])
    assert op([1, 2, 3]) == [1]
    op.rebind(fn=lambda x, step: x[:step])
    assert op([1, 2, 3], step=2) == [1, 2]
    pipeline = ev.Identity() >> ev.Identity() >> S.First(1)
    assert pipeline([1, 2, 3]) == [1]
    pipeline.rebind({'ops[0].ops[1]': S.Last(2)})
    assert pipeline([1, 2, 3]) == [2]


def test_types_of_items_are_checked():
    class ToText(ev.Operation):
        input_element_type = int
        output_element_type = (str, float)

        def call(self, inputs):
            return [str(i) if i < 9 else i for i in inputs]

    assert ToText()([1, 2]) == ['1', '2']
    with pytest.raises(TypeError, match=r"input of ToText must be a list of `int`.*item 1 is 'a'"):
        ToText()([1, 'a'])
    with pytest.raises(TypeError, match='output of ToText.*`str` or `float`.*item 0 is 9'):
        ToText()([9])


def test_the_input_hook_comes_before_the_work():
    log = []

    class Logged(ev.Operation):
        def _on_input(self, inputs):
            log.append(('input', inputs))

        def call(self, inputs):
            log.append('call')
            return inputs

    Logged()([1])
    assert log == [('input', [1]), 'call']


def test_abstract_operations():
    with pytest.raises(NotImplementedError):
        ev.Operation()([1])
    with pytest.raises(TypeError):
        ev.Selector()
    with pytest.raises(TypeError):
        ev.Recombinator()
    with pytest.raises(NotImplementedError):
        ev.Mutator()([mt.DNA(1)])
    assert ev.Mutator()([]) == []


def test_mutators_return_one_or_several_children_per_parent():
    class Twice(ev.Mutator):
        def mutate(self, dna, step):
            return [mt.DNA(dna.value + step), mt.DNA(dna.value)]

    class Next(ev.Mutator):
        def mutate(self, dna):
            return mt.DNA(dna.value + 1)

    class All(ev.Mutator):
        def mutate_list(self, dna_list, step):
            return dna_list[:step]

    parents = [mt.DNA(1), mt.DNA(5)]
    assert values(Twice()(parents, step=2)) == [3, 1, 7, 5]
    assert values(Next()(parents)) == [2, 6]
    assert values(All()(parents, step=1)) == [1]
    with pytest.raises(TypeError, match='`DNA`'):
        Next()([1])


def test_recombinators_may_require_a_number_of_parents():
    class First(ev.Recombinator):
        NUM_PARENTS = 2

        def recombine(self, parents):
            return parents[:1]

    assert values(First()([mt.DNA(1), mt.DNA(2)])) == [1]
    with pytest.raises(ValueError, match='exactly 2 parents, but there are 1'):
        First()([mt.DNA(1)])


def test_any_callable_can_be_made_compatible():
    make = ev.base.make_operation_compatible
    assert make(None) is None
    op = ev.Identity()
    assert make(op) is op
    assert make(lambda x: x[:1])([1, 2], None, 3) == [1]
    assert make(lambda x, step: x[:step])([1, 2, 3], global_state={}, step=2) == [1, 2]
    with pytest.raises(TypeError):
        make(1)


def test_the_spec_of_operations():
    spec = ev.base.operation_spec()
    assert spec == mt.typing.Callable(
        [mt.typing.List(mt.typing.Object(mt.DNA))],
        returns=mt.typing.List(mt.typing.Object(mt.DNA)),
    )


# ----------------------------------------------------------------------------------- the algebra

ITEMS = [mt.DNA(i) for i in range(6)]
FIRST = S.First
LAST = S.Last


@pytest.mark.parametrize(
    ('op', 'expected'),
    [
        (LAST(4) >> FIRST(2), [2, 3]),
        (LAST(4) >> LAST(3) >> FIRST(1), [3]),
        (LAST(lambda step: 5) ** 2, [1, 2, 3, 4, 5]),
        (ev.Lambda(lambda x: x[1:]) ** 3, [3, 4, 5]),
        (ev.Lambda(lambda x: x[1:]) ** 0, [0, 1, 2, 3, 4, 5]),
        (FIRST(2) + FIRST(1) + LAST(1), [0, 1, 0, 5]),
        (FIRST(2) * 2, [0, 1, 0, 1]),
        (FIRST(2) * 0, []),
        (FIRST(4)[1], [1]),
        (FIRST(4)[-1], [3]),
        (FIRST(4)[1:3], [1, 2]),
        (FIRST(4)[::-2], [3, 1]),
        (FIRST(4)[lambda step: step + 2], [2]),
        (FIRST(2) | LAST(1) | FIRST(3), [0, 1, 5, 2]),
        (FIRST(4) & LAST(4), [2, 3]),
        (FIRST(4) - LAST(4), [0, 1]),
        (FIRST(4) ^ LAST(4), [0, 1, 4, 5]),
        (-FIRST(4), [4, 5]),
        (~FIRST(4), [4, 5]),
        (-(~FIRST(2)), [0, 1]),
        (None - FIRST(4), [4, 5]),
        (FIRST(1) + LAST(1) >> LAST(1), [5]),
        (FIRST(1) | LAST(2) >> LAST(1), [0, 5]),
        ((lambda x: x[:3]) >> LAST(1), [2]),
        ((lambda x: x[:3]) | LAST(1), [0, 1, 2, 5]),
        (ev.Lambda(lambda x: x[:1] * 2) & FIRST(2), [0]),
        (FIRST(2) & (lambda x: [x[1], x[1]]), [1]),
        ((FIRST(1) + FIRST(2)) - LAST(5), [0, 0]),
        ((FIRST(1) + FIRST(1)) ^ LAST(5), [0, 0, 1, 2, 3, 4, 5]),
    ],
)
def test_compositions(op, expected):
    assert values(op(ITEMS)) == expected


def test_sets_compare_by_identity():
    twins = [mt.DNA(1), mt.DNA(1)]
    both = (S.First(1) | S.Last(1))(twins)
    assert both[0] is twins[0] and both[1] is twins[1]
    assert (S.First(1) & S.Last(1))(twins) == []
    lists = [[1], [1]]
    assert (S.First(1) | S.Last(1))(lists) == [[1], [1]]


def test_identity_gives_the_list_itself():
    assert ev.Identity()(ITEMS) is ITEMS
    assert (ev.Identity() ** 0)(ITEMS) is ITEMS


def test_nothing_on_one_side_leaves_the_operation():
    op = ev.Identity()
    for same in (op >> None, None >> op, op + None, None + op, op | None, None | op, op & None):
        assert same is op
    for same in (None & op, op - None, op ^ None, None ^ op):
        assert same is op


def test_chains_nest_to_the_left():
    a, b, c = S.First(1), S.First(2), S.First(3)
    assert mt.eq(a >> b >> c, ev.Pipeline([ev.Pipeline([a, b]), c]))
    assert a >> b == ev.Pipeline([S.First(1), S.First(2)])
    assert a >> b != b >> a


def test_an_operation_in_two_places_is_two_operations():
    once = S.Random(2, seed=1)
    both = once + once
    items = list(range(20))
    assert both(items)[:2] == both.clone()(items)[2:]
    again = S.Random(2, seed=1)
    repeated = S.Random(2, seed=1) * 2
    assert repeated(items) == again(items) + again(items)


@pytest.mark.parametrize(
    ('make', 'error'),
    [
        (lambda a: a >> 1, TypeError),
        (lambda a: 1 >> a, TypeError),
        (lambda a: a * 1.5, TypeError),
        (lambda a: a**1.5, TypeError),
        (lambda a: a**None, ValueError),
        (lambda a: a * None, ValueError),
        (lambda a: a['x'], TypeError),
        (lambda a: a[None], ValueError),
        (lambda a: a[9]([1]), IndexError),
        (lambda a: ev.Pipeline([a]), ValueError),
        (lambda a: ev.Concatenation([a]), ValueError),
        (lambda a: ev.Union([]), ValueError),
        (lambda a: list(a), TypeError),
        (lambda a: 1 in a, TypeError),
        (lambda a: 2 * a, TypeError),
    ],
)
def test_malformed_compositions(make, error):
    with pytest.raises(error):
        make(ev.Identity())


def test_operations_are_symbolic():
    op = (S.Top(0.2) | S.Random(3, seed=7)) >> ev.mutators.Uniform(seed=7)
    assert mt.eq(op.clone(deep=True), op)
    assert mt.eq(mt.from_json_str(op.to_json_str()), op)
    assert repr(S.First(2) >> S.Last(1)) == 'Pipeline(ops=[0: First(n=2), 1: Last(n=1)])'
    assert op.rebind({'ops[1].seed': 8}).ops[1].seed == 8


def test_json_of_pyglove_is_read():
    op = mt.from_json(
        {
            '_type': 'pyglove.ext.evolution.base.Pipeline',
            'ops': [
                {'_type': 'pyglove.ext.evolution.selectors.Top', 'n': 1},
                {'_type': 'pyglove.ext.evolution.base.Identity'},
            ],
        }
    )
    assert mt.eq(op, S.Top(1) >> ev.Identity())


def test_operations_on_bound_dna():
    spec = mt.geno.space([mt.geno.oneof(constants(3)), mt.geno.oneof(constants(3))])
    population = [spec.random_dna() for _ in range(5)]
    for i, dna in enumerate(population):
        ev.set_fitness(dna, float(i))
    op = (S.Top(2) | S.First(1)) >> ev.mutators.Uniform(seed=1) ** 2
    children = op(population, step=3)
    assert len(children) == 3
    assert all(child.spec is spec for child in children)


def test_parts_changed_later_are_run_as_they_are_then():
    @mt.functor
    def first_items(items, step):
        return items[:step]

    chain = ev.Lambda(first_items()) >> ev.selectors.First(3)
    assert chain([1, 2, 3, 4], step=2) == [1, 2]
    chain.ops[0].fn.rebind(step=1)
    assert chain([1, 2, 3, 4], step=2) == [1]
    chain.ops[0].rebind(fn=first_items())
    chain.ops[1].rebind(n=1)
    assert chain([1, 2, 3, 4], step=4) == [1]
    repeated = ev.selectors.First(1) * 2
    assert repeated([1, 2]) == [1, 1]
    repeated.op.rebind(n=2)
    assert repeated([1, 2]) == [1, 2, 1, 2]
