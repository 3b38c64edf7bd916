"""Everything that is ours passes the conformance suites."""

import random
import subprocess
import sys

import mutandis as mt

G, ev = mt.geno, mt.evolution
S, M = ev.selectors, ev.mutators
algorithm, placeholder = mt.testing.algorithm_suite, mt.testing.placeholder_suite

# ------------------------------------------------------------------------------- algorithms

TestRandom = algorithm(lambda: G.Random(seed=1))
TestUnseededRandom = algorithm(G.Random)
TestSweeping = algorithm(G.Sweeping, spaces=mt.testing.search_spaces(floats=False))
TestSweepingAGrid = algorithm(lambda: G.Sweeping(grid=3))
TestDeduping = algorithm(lambda: G.Deduping(G.Random(seed=1)))
TestDedupingSweeping = algorithm(lambda: G.Deduping(G.Sweeping(grid=2), max_duplicates=2))


def best(rewards):
    return max(rewards)


def weigh(population):
    return [1.0 + i for i in range(len(population))]


TestDedupingEvolution = algorithm(
    lambda: G.Deduping(
        ev.regularized_evolution(population_size=6, tournament_size=2, seed=1), auto_reward_fn=best
    )
)
TestRegularizedEvolution = algorithm(
    lambda: ev.regularized_evolution(population_size=6, tournament_size=2, seed=1), rank_based=True
)
TestUnseededEvolution = algorithm(
    lambda: ev.regularized_evolution(population_size=6, tournament_size=2)
)
TestHillClimbing = algorithm(
    lambda: ev.hill_climb(batch_size=2, init_population_size=3, seed=1), rank_based=True
)
TestSwapping = algorithm(
    lambda: ev.Evolution(
        S.Top(3) >> S.Random(1) >> (M.Swap() | M.Uniform())[:1],
        population_init=(G.Random(), 5),
        population_update=S.Last(8),
        seed=1,
    ),
    serializable=False,
)
TestEvolutionOfSeededParts = algorithm(
    lambda: ev.Evolution(
        S.Sample(2, weigh, seed=1) >> (M.Swap(seed=2) | M.Uniform(seed=3)),
        population_init=(G.Random(4), 4),
        population_update=S.Last(6),
    ),
    serializable=False,
)
TestSeveralObjectives = algorithm(
    lambda: ev.Evolution(
        S.Random(2) >> M.Uniform(),
        population_init=(G.Random(), 5),
        multi_objective=True,
        seed=1,
    )
)


@mt.geno.dna_generator
def first_dnas(dna_spec):
    generator = random.Random(1)
    for _ in range(10):
        yield dna_spec.random_dna(generator)


TestGeneratorFunction = algorithm(first_dnas, serializable=False)

# ------------------------------------------------------------------------------ placeholders


def is_feasible(value):
    return value.x + value.y < 6


TestOneOf = placeholder(lambda: mt.oneof([1, 'a', None, 0.5]))
TestOneOfNested = placeholder(
    lambda: mt.oneof([1, mt.Dict(x=mt.oneof([2, 3])), mt.manyof(2, [5, 6, 7])])
)
TestOneOfWithNameAndHints = placeholder(lambda: mt.oneof(['a', 'b'], name='n', hints='h'))
TestChoiceOfObjects = placeholder(lambda: mt.oneof([mt.Dict(a=[1, {'b': 2}]), mt.List([1])]))
TestManyOf = placeholder(lambda: mt.manyof(2, [1, 2, 3]))
TestManyOfSorted = placeholder(lambda: mt.manyof(2, [1, 2, 3], sorted=True))
TestManyOfWithRepetition = placeholder(lambda: mt.manyof(3, [1, 2], distinct=False))
TestManyOfSortedWithRepetition = placeholder(
    lambda: mt.manyof(3, [1, 2, 3], distinct=False, sorted=True)
)
TestManyOfNested = placeholder(
    lambda: mt.manyof(2, [mt.Dict(a=mt.oneof([1, 2])), mt.floatv(0.0, 1.0), 'c'])
)
TestManyOfOne = placeholder(lambda: mt.manyof(1, [1, 2, 3]))
TestPermutate = placeholder(lambda: mt.permutate('abcd'))
TestFloat = placeholder(lambda: mt.floatv(-1.0, 1.0))
TestFloatOnALogScale = placeholder(lambda: mt.floatv(1e-4, 1.0, scale='log'))
TestFloatOnAReversedLogScale = placeholder(lambda: mt.floatv(0.5, 1.0, scale='rlog', name='f'))
TestInteger = placeholder(lambda: mt.intv(-3, 10, 2))
TestIntegerOnALogScale = placeholder(lambda: mt.intv(1, 100, log=True, name='n'))
TestConstrained = placeholder(
    lambda: mt.constrain(mt.Dict(x=mt.oneof([1, 2]), y=mt.oneof([3, 4])), is_feasible),
    nestable=False,
)
TestTree = placeholder(
    lambda: mt.Dict(x=mt.oneof([1, 2]), y=[mt.floatv(0.0, 1.0)], z=mt.manyof(2, [1, 2, 3]))
)
TestPlainList = placeholder(lambda: [mt.oneof([1, 2]), {'x': mt.oneof([3, 4])}])
TestTuple = placeholder(lambda: mt.Dict(x=(mt.oneof([1, 2]), 'y')))
TestConstant = placeholder(lambda: mt.Dict(x=1))
TestEqualCandidates = placeholder(lambda: mt.manyof(2, [1, 1, 2]), distinct=False)


class Net(mt.Object):
    layers: list[int]
    rate: float = 0.1


TestTypedFields = placeholder(
    lambda: Net(mt.manyof(2, [8, 16, 32], distinct=False), mt.oneof([1, 0.5]))
)
TestDerivedValue = placeholder(
    lambda: mt.Dict(x=mt.oneof([1, 2]), again=mt.hyper.reference('x')), enumerable=True
)


class Word(mt.hyper.CustomHyper):
    """A word of three letters."""

    letters: str = 'abc'

    def custom_decode(self, dna):
        return list(dna.value)

    def custom_encode(self, value):
        if not isinstance(value, list) or any(x not in self.letters for x in value):
            raise ValueError(f'Not a word: {value!r}')
        return mt.DNA(''.join(value))

    def next_dna(self, dna=None):
        digits = ['a'] * 3 if dna is None else list(dna.value)
        if dna is not None:
            place = max((i for i in range(3) if digits[i] != self.letters[-1]), default=None)
            if place is None:
                return None
            digits[place] = self.letters[self.letters.index(digits[place]) + 1]
            digits[place + 1 :] = self.letters[0] * (2 - place)
        return mt.DNA(''.join(digits))

    def random_dna(self, random_generator=None, previous_dna=None):
        return mt.DNA(''.join((random_generator or random).choices(self.letters, k=3)))


TestCustom = placeholder(Word, enumerable=True, serializable=False)


def grow(location, value, parent):
    return (value or 0) + 1 if isinstance(value, int) else 1


# Its values are whatever has a JSON form.
TestEvolvable = placeholder(
    lambda: mt.evolve(mt.Dict(x=1, y=[2, 3]), grow), refuses_foreign=False, serializable=False
)


# ------------------------------------------------------------------------------------- specs

TestSpec = mt.testing.spec_suite(
    lambda: G.space(
        [
            G.oneof([G.constant(), G.space([G.floatv(0.0, 1.0, location='f')])], location='a'),
            G.manyof(2, [G.constant()] * 3, literal_values=list('xyz'), location='b', name='b'),
        ]
    )
)


def test_nothing_needs_pytest():
    code = 'import sys, mutandis as mt; mt.testing.search_spaces(); print("pytest" in sys.modules)'
    run = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True, check=True)
    assert run.stdout == 'False\n'


def test_without_pytest_all_laws_are_checked_by_one_call():
    mt.testing.AlgorithmLaws(lambda: G.Random(seed=1)).check()
    mt.testing.PlaceholderLaws(lambda: mt.oneof([1, 2])).check()


def test_laws_that_do_not_apply_are_no_tests():
    random_search = {n for n in vars(TestRandom) if n.startswith('test_')}
    assert 'test_a_saved_state_is_restored' not in random_search
    assert 'test_several_objectives_are_taken' not in random_search
    assert 'test_a_recovered_algorithm_goes_on_exactly' in random_search
    assert 'test_several_objectives_are_taken' in vars(TestSeveralObjectives)
    assert 'test_a_saved_state_is_restored' in vars(TestHillClimbing)


def test_ten_thousand_proposals_for_random_spaces():
    spaces = {str(seed): mt.testing.random_space(seed) for seed in range(100)}
    laws = mt.testing.AlgorithmLaws(
        lambda: ev.regularized_evolution(population_size=10, tournament_size=3, seed=1),
        spaces=spaces,
        num_trials=100,
    )
    laws.proposals_fit_the_space()
    specs = [mt.dna_spec(space) for space in spaces.values()]
    assert len({spec.format(compact=True) for spec in specs}) == 100
    assert mt.eq(spaces['7'], mt.testing.random_space(7))


def test_spaces_for_algorithms_have_what_is_asked_for():
    def kinds(**options):
        points = [
            point
            for space in mt.testing.search_spaces(**options).values()
            for point in mt.dna_spec(space).decision_points
        ]
        return (
            any(p.is_numerical for p in points),
            any(p.is_subchoice for p in points),
            any('=' in str(p.id) for p in points),
        )

    assert kinds() == (True, True, True)
    assert kinds(floats=False, multi_choices=False, conditional=False) == (False, False, False)
    assert kinds(floats=False) == (False, True, True)
    assert kinds(multi_choices=False) == (True, False, True)
    assert kinds(conditional=False) == (True, True, False)
