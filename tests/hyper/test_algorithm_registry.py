"""Algorithms by name."""

import sys
import types

import pytest

import mutandis as mt
from mutandis.hyper import algorithm_registry
from mutandis.hyper.algorithm_registry import (
    algorithm_from_string,
    algorithm_names,
    register_algorithm,
)


@pytest.fixture(autouse=True)
def own_registry(monkeypatch):
    """Names that a test registers are gone after it."""
    algorithm_names()
    monkeypatch.setattr(algorithm_registry, '_targets', dict(algorithm_registry._targets))
    monkeypatch.setattr(algorithm_registry, '_defaults', dict(algorithm_registry._defaults))


class Annealing(mt.DNAGenerator):
    """What a user may write."""

    temperature: float = 1.0
    steps: int = 10
    seed: int | None = None

    def _propose(self):
        return self.dna_spec.first_dna()


def test_the_names():
    names = ['evolution', 'hill_climb', 'random', 'regularized_evolution', 'sweep']
    assert set(names) <= set(algorithm_names())
    assert algorithm_names() == sorted(algorithm_names())


def test_a_name_makes_an_algorithm():
    assert mt.eq(algorithm_from_string('random'), mt.geno.Random())
    assert mt.eq(algorithm_from_string('random?3'), mt.geno.Random(3))
    assert mt.eq(algorithm_from_string('random?seed=none', seed=1), mt.geno.Random(None))
    assert isinstance(algorithm_from_string('sweep'), mt.geno.Sweeping)
    assert algorithm_from_string('sweep?grid=7').grid == 7


def test_arguments_go_through_the_signature():
    made = algorithm_from_string('regularized_evolution?population_size=20&tournament_size=5')
    expected = mt.evolution.regularized_evolution(population_size=20, tournament_size=5)
    assert mt.eq(made, expected)
    made = algorithm_from_string('hill_climb?batch_size=4&seed=3')
    assert mt.eq(made, mt.evolution.hill_climb(batch_size=4, seed=3))


def test_each_call_makes_a_new_one():
    assert algorithm_from_string('random') is not algorithm_from_string('random')


def test_the_seed_is_an_argument_of_those_that_have_one():
    assert algorithm_from_string('random', seed=7).seed == 7
    assert algorithm_from_string('random?seed=1', seed=7).seed == 1
    assert algorithm_from_string('random?1', seed=7).seed == 1
    made = algorithm_from_string('hill_climb', seed=7)
    assert mt.eq(made, mt.evolution.hill_climb(seed=7))
    algorithm_from_string('sweep', seed=7)


def test_a_class_of_ones_own():
    register_algorithm('annealing', Annealing)
    made = algorithm_from_string('annealing?temperature=0.5&steps=3')
    assert mt.eq(made, Annealing(0.5, 3))
    assert 'annealing' in algorithm_names()


def test_a_function_as_a_decorator():
    @register_algorithm('cold')
    def cold(temperature=0.1, quick=True):
        return Annealing(temperature, 1 if quick else 100)

    assert cold().steps == 1  # the function itself is as before
    # Without annotation the type of the default says how a text is read.
    made = algorithm_from_string('cold?temperature=3&quick=no')
    assert mt.eq(made, Annealing(3.0, 100))


def test_defaults_of_a_name():
    register_algorithm('warm', Annealing, temperature=50.0)
    assert algorithm_from_string('warm').temperature == 50.0
    assert algorithm_from_string('warm?temperature=60').temperature == 60.0
    assert algorithm_from_string('warm?60').temperature == 60.0


def test_modules_are_loaded_when_the_name_is_used(monkeypatch):
    module = types.ModuleType('made_for_this_test')
    register_algorithm('later', 'made_for_this_test:Annealing')
    with pytest.raises(ImportError, match="'later' stands for 'made_for_this_test:Annealing'"):
        algorithm_from_string('later')
    monkeypatch.setitem(sys.modules, 'made_for_this_test', module)
    with pytest.raises(ImportError, match="has no attribute 'Annealing'"):
        algorithm_from_string('later')
    module.Annealing = Annealing
    assert isinstance(algorithm_from_string('later'), Annealing)


def test_entry_points_of_other_packages(monkeypatch):
    class EntryPoint:
        name, value = 'theirs', 'their_package:Annealing'

        def load(self):
            return Annealing

    monkeypatch.setattr(algorithm_registry, '_entry_points', lambda: {'theirs': EntryPoint()})
    assert 'theirs' in algorithm_names()
    assert algorithm_from_string('theirs?steps=3').steps == 3


def test_an_installed_package_is_found(tmp_path, monkeypatch):
    """The real thing: metadata of a distribution on the path."""
    (tmp_path / 'their_algorithms.py').write_text(
        'import mutandis as mt\n\n\ndef lazy(n: int = 1):\n    return mt.geno.Random(n)\n'
    )
    info = tmp_path / 'their_algorithms-1.0.dist-info'
    info.mkdir()
    (info / 'METADATA').write_text('Metadata-Version: 2.1\nName: their_algorithms\nVersion: 1.0\n')
    (info / 'entry_points.txt').write_text(
        '[mutandis.algorithms]\nlazy_random = their_algorithms:lazy\n'
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    assert 'lazy_random' in algorithm_names()
    assert 'their_algorithms' not in sys.modules
    assert algorithm_from_string('lazy_random?n=4').seed == 4


# ------------------------------------------------------------------------------------- errors


@pytest.mark.parametrize(
    'text, error, message',
    [
        ('rondom', KeyError, "no algorithm 'rondom'; known: .*random.*did you mean 'random'"),
        ('random?sed=1', KeyError, "no argument 'sed'; known: seed; did you mean 'seed'"),
        ('random?1&2', KeyError, 'one too many'),
        ('random?1&seed=2', TypeError, 'given twice'),
        ('random?seed=x', ValueError, 'seed must be a whole number'),
        ('random?seed=1.5', ValueError, 'position 12'),
        ('regularized_evolution?mutator=swap', ValueError, 'cannot be written as text'),
        ('regularized_evolution?swap', ValueError, 'cannot be written as text'),
        # Each argument fits by itself.
        ('regularized_evolution?population_size=5', ValueError, 'tournament_size'),
        ('os.system?ls', ValueError, 'is no name'),
        ('mutandis.geno:Random', ValueError, 'is no name'),
        ('__import__', KeyError, 'no algorithm'),
        ('', ValueError, 'is no name'),
    ],
)
def test_texts_that_name_no_algorithm(text, error, message):
    with pytest.raises(error, match=message) as e:
        algorithm_from_string(text)
    assert isinstance(e.value, ValueError)
    assert repr(text) in str(e.value)


def test_what_makes_no_algorithm():
    register_algorithm('number', lambda n=1: n)
    with pytest.raises(TypeError, match='must make a `DNAGenerator`'):
        algorithm_from_string('number')


def test_bad_registrations():
    with pytest.raises(ValueError, match='identifier'):
        register_algorithm('a-b', Annealing)
    with pytest.raises(TypeError, match='module:attribute'):
        register_algorithm('a', 'Annealing')
    with pytest.raises(TypeError, match='module:attribute'):
        register_algorithm('a', 3)
    with pytest.raises(ValueError, match="'random' is taken"):
        register_algorithm('random', Annealing)
    register_algorithm('random', Annealing, override=True)
    assert isinstance(algorithm_from_string('random'), Annealing)
    register_algorithm('random', Annealing)  # the same again
