"""What a report means: reward, metrics, goals."""

import math

import pytest

from mutandis.tuning.backend import as_goals
from mutandis.tuning.rewards import resolve

REWARD = ('reward',)


def test_goals():
    assert as_goals(None) == as_goals([]) == REWARD
    assert as_goals(['a', 'b']) == ('a', 'b')
    assert as_goals('accuracy') == ('accuracy',)
    with pytest.raises(TypeError, match='names of metrics'):
        as_goals([1])
    with pytest.raises(ValueError, match='twice'):
        as_goals(['a', 'a'])


@pytest.mark.parametrize(
    'goals, reward, metrics, expected',
    [
        (REWARD, 1, None, (1.0, None)),
        (REWARD, True, None, (1.0, None)),
        (REWARD, '1.5', None, (1.5, None)),
        (REWARD, [1.5], None, (1.5, None)),
        (REWARD, (2,), None, (2.0, None)),
        (REWARD, 1, {'accuracy': 2}, (1.0, {'accuracy': 2.0})),
        (REWARD, 1, {'reward': 2.0}, (1.0, {'reward': 2.0})),
        (REWARD, [1], {'reward': 1}, (1.0, None)),
        (REWARD, float('-inf'), None, (float('-inf'), None)),
        (('a',), None, {'a': 3}, (3.0, {'a': 3.0})),
        (('a',), [1], None, (1.0, {'a': 1.0})),
        (('a',), [1], {'a': 1.0}, (1.0, {'a': 1.0})),
        (('a', 'b'), None, {'a': 1, 'b': '2'}, (None, {'a': 1.0, 'b': 2.0})),
        (('a', 'b'), (1, 2), None, (None, {'a': 1.0, 'b': 2.0})),
        (('a', 'b'), 3, {'a': 1, 'b': 2}, (3.0, {'a': 1.0, 'b': 2.0})),
        (('reward', 'a'), 1, {'a': 2}, (1.0, {'a': 2.0})),
        (('reward', 'a'), (1, 2), None, (1.0, {'a': 2.0})),
    ],
)
def test_what_is_stored(goals, reward, metrics, expected):
    assert resolve(reward, metrics, goals) == expected


@pytest.mark.parametrize(
    'goals, reward, metrics, error',
    [
        (REWARD, None, None, ValueError),
        (REWARD, None, {'reward': 1.0}, ValueError),
        (REWARD, 'abc', None, ValueError),
        (REWARD, object(), None, TypeError),
        (REWARD, [1.5, 2], None, ValueError),
        (REWARD, (), None, ValueError),
        (REWARD, [1], {'reward': 2}, ValueError),
        (REWARD, 1, {'accuracy': 'x'}, TypeError),
        (REWARD, 1, {'accuracy': None}, ValueError),
        (REWARD, 1, {3: 1.0}, KeyError),
        (('a',), 1, None, ValueError),
        (('a',), 1.0, {'a': 1.0}, ValueError),
        (('a',), [1.0], {'a': 2.0}, ValueError),
        (('a',), None, {'b': 1.0}, ValueError),
        (('a', 'b'), [1], None, ValueError),
        (('a', 'b'), (None, 2), None, TypeError),
        (('a', 'b'), None, {'a': None, 'b': 1}, TypeError),
        (('reward', 'a'), None, {'reward': 1, 'a': 1}, ValueError),
        (('reward', 'a'), 1, None, ValueError),
        (REWARD, [None], None, ValueError),
        (REWARD, 1, [('a', 1)], TypeError),
        (REWARD, 1, 5, TypeError),
    ],
)
def test_what_is_refused(goals, reward, metrics, error):
    with pytest.raises(error):
        resolve(reward, metrics, goals)


@pytest.mark.parametrize(
    'goals, reward, metrics',
    [
        (REWARD, math.nan, None),
        (REWARD, [math.nan], None),
        (('a',), None, {'a': math.nan}),
        (('a', 'b'), (1.0, math.nan), None),
    ],
)
def test_nan_is_refused_with_the_remedy(goals, reward, metrics):
    with pytest.raises(ValueError, match=r'NaN(.|\n)*skip'):
        resolve(reward, metrics, goals)


def test_nan_is_fine_where_nothing_is_optimized():
    _, metrics = resolve(1.0, {'loss': math.nan}, REWARD)
    assert math.isnan(metrics['loss'])


def test_the_metrics_of_the_caller_are_not_changed():
    metrics = {'a': 1}
    resolve((1, 2), metrics, ('a', 'b'))
    assert metrics == {'a': 1}


def test_numpy_scalars_are_numbers():
    numpy = pytest.importorskip('numpy')
    reward, metrics = resolve(numpy.float32(0.5), {'n': numpy.int64(3)}, REWARD)
    assert (reward, metrics) == (0.5, {'n': 3.0})
    assert type(reward) is type(metrics['n']) is float
