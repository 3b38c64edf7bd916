"""What every algorithm that has a name must do. A new name is tested without a change here."""

import pytest

import mutandis as mt
from mutandis.hyper.algorithm_registry import algorithm_from_string, algorithm_names

NAMES = algorithm_names()

# Settings that bring the parts of an algorithm that learn into play within a few trials.
SETTINGS = {
    'evolution': 'evolution?population_size=4&tournament_size=2',
    'regularized_evolution': 'regularized_evolution?population_size=4&tournament_size=2',
    'sweep': 'sweep?grid=3',
}
ALGORITHMS = sorted({*NAMES, *SETTINGS.values(), 'hill_climb?batch_size=3'})

SPACES = {
    'one choice': lambda: mt.oneof(range(7)),
    'choices': lambda: mt.Dict(x=mt.oneof(range(5)), y=mt.manyof(2, ['a', 'b', 'c'])),
    'a float': lambda: mt.floatv(0.0, 1.0),
    'conditions': lambda: mt.Dict(
        x=mt.oneof([mt.Dict(y=mt.oneof([1, 2]), z=mt.floatv(0.1, 10.0, 'log')), None]),
        p=mt.permutate([1, 2, 3]),
    ),
}

algorithms = pytest.mark.parametrize('algorithm', ALGORITHMS)
spaces = pytest.mark.parametrize('space', list(SPACES))


def score(program):
    """Some number that depends on the program only."""
    return sum(map(ord, repr(program))) % 97 / 97


def run(algorithm, space='choices', num_examples=12, **kwargs):
    return mt.search(SPACES[space](), score, algorithm, num_examples, **kwargs)


def events(result):
    return [(t.dna, t.final_measurement.reward) for t in result.trials]


def test_the_names_of_issue_3_exist():
    assert {'random', 'sweep', 'evolution', 'regularized_evolution', 'hill_climb'} <= set(NAMES)


@algorithms
@spaces
def test_a_search(algorithm, space):
    result = run(algorithm, space, seed=1)
    assert 0 < len(result.trials) <= 12
    assert [t.id for t in result.trials] == list(range(1, len(result.trials) + 1))
    for trial in result.trials:
        result.dna_spec.validate(trial.dna)
        assert trial.status == 'COMPLETED'
    rewards = [reward for _, reward in events(result)]
    assert result.best_trial.final_measurement.reward == max(rewards)
    assert score(result.best) == max(rewards)


@algorithms
@spaces
def test_the_same_seed_gives_the_same_trials(algorithm, space):
    assert events(run(algorithm, space, seed=1)) == events(run(algorithm, space, seed=1))


@pytest.mark.parametrize('algorithm', [a for a in ALGORITHMS if 'sweep' not in a])
def test_another_seed_gives_other_trials(algorithm):
    assert events(run(algorithm, seed=1)) != events(run(algorithm, seed=2))


@algorithms
def test_the_seed_of_the_search_is_that_of_the_algorithm(algorithm):
    if 'sweep' in algorithm:
        return
    seeded = algorithm + ('&' if '?' in algorithm else '?') + 'seed=7'
    assert [t.dna for t in run(algorithm, seed=7).trials] == [t.dna for t in run(seeded).trials]


@algorithms
def test_the_object_and_its_text_are_the_same(algorithm):
    made = algorithm_from_string(algorithm, seed=1)
    assert events(run(made, seed=1)) == events(run(algorithm, seed=1))


@algorithms
def test_a_search_that_goes_on(algorithm):
    name = f'test_goes_on_{algorithm}'
    first = events(run(algorithm, seed=1, name=name, num_examples=5))
    both = run(algorithm, seed=1, name=name, num_examples=12)
    assert events(both)[:5] == first
    assert len(both.trials) == 12


@algorithms
def test_skipped_trials_do_no_harm(algorithm):
    def task(program):
        if score(program) < 0.5:
            raise mt.tuning.Infeasible
        return score(program)

    result = mt.search(SPACES['choices'](), task, algorithm, 12, seed=1)
    assert len(result.trials) == 12


@algorithms
def test_the_result_is_saved_and_loaded(algorithm, tmp_path):
    result = run(algorithm, 'conditions', seed=1)
    result.save(tmp_path / 'result.json')
    loaded = mt.tuning.load_result(tmp_path / 'result.json')
    assert mt.eq(loaded.best, result.best)
    assert events(loaded) == events(result)


@algorithms
def test_an_algorithm_is_data(algorithm):
    """It is printed, cloned, compared and saved."""
    made = algorithm_from_string(algorithm, seed=1)
    assert mt.eq(made, made.clone())
    assert mt.eq(mt.from_json_str(made.to_json_str()), made)
    assert type(made).__name__ in repr(made)


@pytest.mark.parametrize(
    'algorithm, error, message',
    [
        ('rondom', KeyError, "did you mean 'random'"),
        ('random?sed=1', KeyError, "did you mean 'seed'"),
        ('random?seed=x', ValueError, 'position 12'),
        ('', ValueError, 'name'),
    ],
)
def test_texts_that_name_none(algorithm, error, message):
    with pytest.raises(error, match=message):
        run(algorithm)
