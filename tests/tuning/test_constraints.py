"""Searches under constraints: `constrain` and `constraints=`.

The law: whatever an algorithm would propose with probability P(x), under a constraint it proposes
with P(x)/P(V) if x is in the feasible set V, and never otherwise.
"""

import itertools
import random
import threading
from collections import Counter

import pytest
from tuning_helpers import Recorder

import mutandis as mt

S, M = mt.evolution.selectors, mt.evolution.mutators


def grid(n=6):
    return mt.Dict(x=mt.oneof(range(n)), y=mt.oneof(range(n)))


def small(p):
    return p.x + p.y < 4


def chi_square(counts, probabilities, total):
    """Pearson's statistic over cells whose probabilities sum to one."""
    assert set(counts) <= set(probabilities)
    return sum((counts[c] - total * p) ** 2 / (total * p) for c, p in probabilities.items())


def bound(cells):
    """The value that the statistic passes with probability below 1e-5 (Wilson and Hilferty)."""
    d = cells - 1
    return d * (1 - 2 / (9 * d) + 4.265 * (2 / (9 * d)) ** 0.5) ** 3


# ------------------------------------------------------------------------------------ the law


def conditional_space():
    return mt.Dict(
        a=mt.oneof([0, 1, mt.Dict(b=mt.oneof(range(4)))]), c=mt.manyof(2, range(4), sorted=True)
    )


def weight(p):
    a = p.a if isinstance(p.a, int) else 2 + p.a.b
    return a + sum(p.c)


def exact_law(space, feasible):
    """The conditional law of random DNAs: a branch has the probability of its choice."""
    law = Counter()
    for a, c in itertools.product(
        [(0, 1 / 3), (1, 1 / 3), *((2, b, 1 / 12) for b in range(4))],
        itertools.permutations(range(4), 2),
    ):
        value = a[0] if len(a) == 2 else mt.Dict(b=a[1])
        program = mt.Dict(a=value, c=sorted(c))
        if feasible(program):
            law[str(program)] += a[-1] / 12
    mass = sum(law.values())
    return {program: p / mass for program, p in law.items()}


@pytest.mark.parametrize('on', ['value', 'dna', 'dict'])
def test_random_has_the_conditional_law(on):
    space = conditional_space()
    template = mt.template(space)

    def of_decisions(decisions):
        assert set(decisions) >= {'a', 'c[0]', 'c[1]'}
        return template.decode(mt.DNA.from_dict(decisions, template.dna_spec()))

    program = {'value': lambda p: p, 'dna': template.decode, 'dict': of_decisions}[on]
    constrained = mt.constrain(space, lambda seen: weight(program(seen)) <= 4, on=on)
    law = exact_law(space, lambda p: weight(p) <= 4)
    n = 3000
    counts = Counter(str(p) for p in mt.random_sample(constrained, n, seed=5))
    assert chi_square(counts, law, n) < bound(len(law))


def test_the_law_is_not_that_of_repair():
    # The same test rejects programs that are uniform over the feasible set.
    law = exact_law(conditional_space(), lambda p: weight(p) <= 4)
    n, rng = 3000, random.Random(1)
    uniform = Counter(rng.choices(list(law), k=n))
    assert chi_square(uniform, law, n) > bound(len(law))


def children_of(algorithm, space, n):
    """The children of one parent, which is all of the population."""
    loop = mt.iter(space, n + 1, algorithm, force_feedback=True)
    _, feedback = next(loop)
    feedback(1.0)
    return Counter((p.x, p.y) for p, _ in loop)


@pytest.mark.parametrize('batch', [1, 3])
def test_reproduction_has_the_conditional_law(batch):
    def first(spec):
        while True:
            yield mt.DNA([1, 1], spec=spec)

    def evolution(seed):
        return mt.evolution.Evolution(
            S.Top(1) >> M.Uniform() * batch,
            population_init=(mt.geno.dna_generator(first)(), 1),
            seed=seed,
        )

    n = 3000
    free = children_of(evolution(1), grid(4), 2 * n)
    feasible = {cell: count for cell, count in free.items() if sum(cell) < 4}
    assert len(feasible) < len(free)
    mass = sum(feasible.values())
    constrained = children_of(evolution(2), mt.constrain(grid(4), small), n)
    # Two samples: the variance of the cells' difference has both parts.
    statistic = sum(
        (constrained[c] - n * k / mass) ** 2 / (n * k / mass * (1 + n / mass))
        for c, k in feasible.items()
    )
    assert set(constrained) <= set(feasible)
    assert statistic < bound(len(feasible))


def test_sweeping_goes_through_the_feasible_ones_in_order():
    everything = [(p.x, p.y) for p in mt.iter(grid()) if small(p)]
    assert [(p.x, p.y) for p in mt.iter(mt.constrain(grid(), small))] == everything
    none = mt.constrain(grid(), lambda p: False, max_attempts=2)
    assert list(mt.iter(none)) == []
    assert list(mt.sample(none, mt.geno.Sweeping())) == []


# --------------------------------------------------------------------------------- algorithms

ALGORITHMS = {
    'random': lambda: mt.geno.Random(seed=1),
    'sweeping': mt.geno.Sweeping,
    'deduping': lambda: mt.geno.Deduping(mt.geno.Random(seed=1)),
    'regularized': lambda: mt.evolution.regularized_evolution(
        population_size=4, tournament_size=2, seed=1
    ),
    'hill climbing': lambda: mt.evolution.hill_climb(batch_size=3, seed=1),
    'own': Recorder,
}


@pytest.mark.parametrize('name', ALGORITHMS)
def test_every_algorithm_proposes_feasible_programs_only(name):
    algorithm = ALGORITHMS[name]()
    loop = mt.sample(mt.constrain(grid(), small), algorithm, 10, name=f'constrained {name}')
    seen = []
    for i, (program, feedback) in enumerate(loop):
        assert small(program)
        assert feedback.id == i + 1
        feedback(float(program.x * program.y))
        seen.append((program.x, program.y))
    # Rejected proposals are no trials, and do not count.
    assert len(seen) == algorithm.num_proposals == algorithm.num_feedbacks == 10
    if name in ('sweeping', 'deduping'):
        assert len(set(seen)) == 10
    result = mt.poll_result(f'constrained {name}')
    rejected = sum(trial.metadata.rejected for trial in result.trials)
    counts = result.metadata
    assert counts['rejections'] == {'small': counts['attempts'] - counts['acceptances']}
    assert 0 < rejected <= counts['rejections']['small']
    assert counts['acceptances'] >= 10


def test_rejected_children_leave_no_trace_in_an_evolution():
    seen = []

    @mt.functor()
    def note(dnas, global_state, step):
        global_state['reproductions'] = global_state.get('reproductions', 0) + 1
        seen.append(len(dnas))
        return dnas

    reproduction = S.Top(1) >> mt.evolution.Lambda(note()) >> M.Uniform()
    algorithm = mt.evolution.Evolution(reproduction, population_init=(mt.geno.Random(1), 1), seed=1)
    for program, feedback in mt.sample(mt.constrain(grid(12), small), algorithm, 20):
        feedback(-float(program.x))
    assert len(seen) > 40
    assert algorithm.num_generations == 20
    assert algorithm.global_state['reproductions'] == 19
    assert all(dna._metadata_get('proposal_id') <= 20 for dna in algorithm.population)


def test_a_reproduction_that_makes_ever_fewer_children():
    made = []

    @mt.functor()
    def fewer(dnas):
        made.append(max(1, 6 - len(made)))
        return dnas * made[-1]

    algorithm = mt.evolution.Evolution(
        S.Top(1) >> mt.evolution.Lambda(fewer()) >> M.Uniform(),
        population_init=(mt.geno.Random(1), 1),
        seed=1,
    )
    for program, feedback in mt.sample(mt.constrain(grid(12), small), algorithm, 20):
        assert small(program)
        feedback(1.0)
    assert made[:6] == [6, 5, 4, 3, 2, 1]


def test_an_algorithm_that_learns_hears_what_is_feasible():
    class Learner(Recorder):
        def setup_constraints(self, feasible):
            assert self.dna_spec is not None
            self.feasible = feasible

    calls = []

    def where(p):
        calls.append(1)
        return small(p)

    learner = Learner()
    next(mt.sample(mt.constrain(grid(), where), learner))
    calls.clear()
    spec = learner.dna_spec
    for _ in range(3):
        assert learner.feasible(mt.DNA([0, 3], spec=spec))
        assert not learner.feasible(mt.DNA([2, 3], spec=spec))
    assert len(calls) == 2  # remembered


@pytest.mark.parametrize('name', ['random', 'deduping', 'regularized', 'hill climbing'])
def test_a_recovered_algorithm_goes_on_as_it_would_have(name):
    space = mt.constrain(grid(), small)

    def run(algorithm, n, key):
        for program, feedback in mt.sample(space, algorithm, n, name=f'{key} of {name}'):
            feedback(float(program.x * program.y))
        return [t.dna for t in mt.poll_result(f'{key} of {name}').trials]

    whole = run(ALGORITHMS[name](), 9, 'whole')
    run(ALGORITHMS[name](), 5, 'parts')
    assert run(ALGORITHMS[name](), 9, 'parts') == whole


def test_an_algorithm_that_is_set_up_anew_for_recovery_is_told_again_what_is_feasible():
    calls = []

    class Learner(Recorder):
        deterministic = True

        def _setup(self):
            super()._setup()
            calls.append('setup')

        def setup_constraints(self, feasible):
            calls.append('constraints')

    evolution = mt.evolution.Evolution(M.Uniform(), population_init=(Learner(), 2), seed=1)
    space, key = mt.constrain(grid(), small), 'another algorithm goes on'
    for _, feedback in mt.sample(space, mt.geno.Random(seed=5), 3, name=key):
        feedback(1.0)
    for algorithm in (Learner(), evolution):
        with pytest.warns(UserWarning, match='Trial 1 of the history'):
            next(mt.sample(space, algorithm, name=key, group=type(algorithm).__name__))
        assert calls == ['setup', 'constraints'] * 2
        calls.clear()


def test_an_algorithm_that_several_loops_share_recovers_once():
    histories = []

    class Own(Recorder):
        def recover(self, history):
            histories.append(len(list(history)))

    space, key = mt.constrain(grid(), small), 'shared and recovered'
    for _, feedback in mt.sample(space, mt.geno.Random(seed=5), 3, name=key):
        feedback(1.0)
    algorithm = Own()
    for group in ('a', 'b'):
        list(mt.sample(space, algorithm, 3, name=key, group=group))
    assert histories == [3]


@pytest.mark.parametrize('name', ['deduping', 'regularized', 'hill climbing'])
def test_threads_may_share_a_constrained_algorithm(name):
    algorithm = ALGORITHMS[name]()
    space, key = mt.constrain(grid(9), small), f'threads {name}'
    seen = []

    def work():
        for program, feedback in mt.sample(space, algorithm, 10, name=key):
            seen.append((feedback.id, small(program)))
            feedback(float(program.x))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == [(i + 1, True) for i in range(10)]
    counts = mt.poll_result(key).metadata
    assert counts['attempts'] == counts['acceptances'] + counts['rejections']['small'] > 10


# ---------------------------------------------------------------------------------- the door


def test_nested_constraints_must_all_hold():
    space = mt.constrain(
        mt.constrain(grid(), small), lambda d: d['x'] != '0/6 (0)', on='dict', name='not 0'
    )
    space = mt.constrain(space, lambda dna: dna.to_numbers()[1] > 0, on='dna')
    seen = [(p.x, p.y) for p in mt.iter(space)]
    expected = [(x, y) for x in range(6) for y in range(6) if x + y < 4 and y > 0]
    assert set(seen) <= set(expected)
    loop = mt.sample(space, mt.geno.Random(seed=3), 5, name='nested constraints')
    for _, feedback in loop:
        feedback(1.0)
    rejections = mt.poll_result('nested constraints').metadata['rejections']
    assert set(rejections) == {'small', 'not 0', 'constraint 3'}


def test_constraints_of_a_loop():
    spec = mt.dna_spec(grid())
    loop = mt.sample(spec, mt.geno.Sweeping(), constraints=[lambda dna: sum(dna.to_numbers()) < 2])
    assert [dna.to_numbers() for dna, f in loop if f(1.0) is None] == [[0, 0], [0, 1], [1, 0]]
    programs = mt.iter(grid(), constraints=[small, lambda p: p.x == 2])
    assert [(p.x, p.y) for p in programs] == [(2, 0), (2, 1)]
    programs = mt.random_sample(grid(), 20, seed=1, constraints=[small])
    assert all(map(small, programs))
    result = mt.search(grid(), lambda p: p.x * p.y, 'sweep', progress=False, constraints=[small])
    assert result.best == mt.Dict(x=1, y=2)


def test_contexts_of_dynamic_evaluation():
    def program():
        return mt.oneof(range(6), name='x') + mt.oneof(range(6), name='y')

    context = mt.hyper.trace(program)

    def feasible(example):
        with example():
            return program() == 3

    total = 0
    for example, feedback in mt.sample(context, mt.geno.Sweeping(), constraints=[feasible]):
        with example():
            assert program() == 3
        total += 1
        feedback(1.0)
    assert total == 4


def test_constraints_and_early_stopping():
    policy = mt.early_stopping.early_stop_by_value([(1, 2.0)])()
    space = mt.constrain(grid(), small)
    loop = mt.sample(space, mt.geno.Random(seed=1), 12, policy, name='constrained and stopped')
    for program, feedback in loop:
        feedback.add_measurement(float(program.x), step=1)
        if feedback.should_stop_early():
            feedback.skip()
        else:
            feedback.done()
    trials = mt.poll_result('constrained and stopped').trials
    assert [trial.id for trial in trials] == list(range(1, 13))
    assert {trial.infeasible for trial in trials} == {True, False}
    for trial in trials:
        assert sum(trial.dna.to_numbers()) < 4
        assert trial.infeasible == (trial.dna.to_numbers()[0] < 2)
        assert trial.metadata.rejected >= 0


def test_what_does_not_check():
    space = mt.constrain(grid(), small)
    assert mt.eq(mt.dna_spec(space), mt.dna_spec(grid()))
    assert mt.materialize(space, {'x': 5, 'y': 5}) == mt.Dict(x=5, y=5)
    dna = mt.template(space).encode(mt.Dict(x=5, y=4))
    assert space.decode(dna) == mt.Dict(x=5, y=4)
    assert space.encode(mt.Dict(x=5, y=4)) == dna
    assert mt.eq(space.dna_spec(), mt.dna_spec(grid()))


def test_constrained_spaces_are_symbolic():
    space = mt.constrain(grid(), small, name='small', max_attempts=7)
    assert mt.eq(space.clone(), space)
    assert not mt.is_deterministic(space)
    assert mt.eq(mt.from_json_str(mt.to_json_str(space), trusted=True), space)


def test_a_hopeless_search_ends_with_the_numbers():
    def never(p):
        return False

    space = mt.constrain(mt.constrain(grid(), small), never, max_attempts=50)
    algorithm = mt.geno.Random(seed=1)
    loop = mt.sample(space, algorithm, name='hopeless')
    with pytest.raises(mt.InfeasibleSpaceError) as error:
        next(loop)
    assert isinstance(error.value, ValueError)
    for text in ('50 attempts', '0 of 50', "'small': ", "'never': ", 'max_attempts'):
        assert text in str(error.value)
    assert algorithm.num_proposals == 0
    assert mt.poll_result('hopeless').trials == []


def test_the_measured_acceptance_rate_is_told():
    count = itertools.count()
    space = mt.constrain(grid(), lambda p: next(count) % 4 == 0 and count.__reduce__()[1][0] < 30)
    space.rebind(max_attempts=100)
    loop = mt.sample(space, mt.geno.Random(seed=1))
    with pytest.raises(mt.InfeasibleSpaceError, match=r'8 of 129 proposals \(0.062\)'):
        for _, feedback in loop:
            feedback(1.0)


def test_a_predicate_that_raises():
    space = mt.constrain(grid(), lambda p: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        next(mt.sample(space, mt.geno.Random(seed=1)))

    def stop(p):
        raise StopIteration()

    with pytest.raises(RuntimeError, match='StopIteration'):
        next(mt.sample(mt.constrain(grid(), stop), mt.geno.Random(seed=1)))


@pytest.mark.parametrize(
    ('make', 'error', 'text'),
    [
        (lambda: mt.constrain(grid(), 1), TypeError, 'where'),
        (lambda: mt.constrain(grid(), small, on='program'), ValueError, 'on'),
        (lambda: mt.constrain(grid(), small, max_attempts=0), ValueError, 'max_attempts'),
        (lambda: mt.constrain(mt.dna_spec(grid()), small), TypeError, 'constraints='),
        (lambda: mt.template([1, mt.constrain(grid(), small)]), ValueError, r'path=\[1\]'),
        (lambda: mt.dna_spec(mt.oneof([1, mt.constrain(grid(), small)])), ValueError, 'stands'),
        (lambda: next(mt.iter(mt.constrain(1, small))), ValueError, 'nothing'),
        (lambda: next(mt.iter(grid(), constraints=[1])), TypeError, 'predicates'),
        (lambda: next(mt.iter(grid(), constraints=small)), TypeError, 'list of predicates'),
    ],
)
def test_misuse(make, error, text):
    with pytest.raises(error, match=text):
        make()
