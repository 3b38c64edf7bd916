"""Scalars: values that depend on the step."""

import math

import pytest

import mutandis as mt
from mutandis.algorithms import scalars as sc

STEP = sc.STEP


def at(scalar, *steps):
    return [scalar(step) for step in steps]


@pytest.mark.parametrize(
    ('scalar', 'value'),
    [
        (STEP, 3),
        (STEP + 1, 4),
        (1 + STEP, 4),
        (STEP - 1, 2),
        (1 - STEP, -2),
        (STEP * 2, 6),
        (2 * STEP, 6),
        (STEP / 2, 1.5),
        (6 / STEP, 2.0),
        (STEP // 2, 1),
        (7 // STEP, 2),
        (STEP % 2, 1),
        (7 % STEP, 1),
        (STEP**2, 9.0),
        (2**STEP, 8.0),
        (-STEP, -3),
        (abs(-STEP), 3),
        ((STEP / 2).floor(), 1),
        ((STEP / 2).ceil(), 2),
        (STEP + (lambda step: step * 2), 9),
        ((lambda step: step * 2) - STEP, 3),
        (STEP * STEP + STEP, 12),
        (sc.sqrt(STEP + 1), 2.0),
        (sc.exp(STEP), math.exp(3)),
        (sc.log(STEP), math.log(3)),
        (sc.log(9, STEP), 2.0),
        (sc.cos(STEP), math.cos(3)),
        (sc.sin(STEP), math.sin(3)),
        (sc.Constant(5), 5),
        (sc.Lambda(lambda step: step + 1), 4),
    ],
)
def test_values_at_step_3(scalar, value):
    assert scalar(3) == value
    assert type(scalar(3)) is type(value)


def test_helpers():
    assert sc.scalar_value(3, 1) == 3
    assert sc.scalar_value(lambda step: step, 1) == 1
    assert sc.make_scalar(STEP) is STEP
    assert mt.eq(sc.make_scalar(3), sc.Constant(3))
    assert mt.eq(sc.make_scalar(None), sc.Constant(None))
    assert sc.make_scalar(lambda step: step)(4) == 4
    spec = sc.scalar_spec(mt.typing.Int())
    assert spec.apply(1) == 1 and spec.apply(STEP) is STEP
    with pytest.raises(TypeError):
        spec.apply('a')


def test_schedules():
    assert at(sc.linear(10, 2.0, 0.5), 0, 1, 10, 11) == [2.0, 1.85, 0.5, 0.3500000000000001]
    assert at(sc.cosine_decay(10, 1.0, 0.1), 0, 4, 10) == [1.0, 0.6890576474687263, 0.1]
    assert at(sc.exponential_decay(0.5, 3), 0, 2, 3, 6) == [1.0, 1.0, 0.5, 0.25]
    smooth = sc.exponential_decay(0.5, 3, 2.0, staircase=False)
    assert at(smooth, 0, 1, 3) == [2.0, 1.5874010519681996, 1.0]
    wave = sc.cyclic(5, 0.3, 2.0, 1.0)
    assert at(wave, 0, 3, 5) == [1.9776682445628029, 1.2004094820904232, 1.977668244562803]


def test_random_scalars_are_seeded_streams():
    assert at(sc.Uniform(1, 5, seed=1), 0, 0, 0, 0) == [2, 5, 1, 3]
    assert sc.Uniform(seed=1)(0) == 0.13436424411240122
    assert sc.Uniform(1, 5.0, seed=1)(9) == 1.5374569764496049
    assert at(sc.Triangular(1, 9, seed=1), 0, 0, 0) == [3, 6, 6]
    assert sc.Triangular(seed=1)(0) == 0.2591951428098154
    assert sc.Normal(0, 1, seed=1)(0) == 0.6074558576437062
    assert sc.Gaussian(0, 1, seed=1)(0) == 1.2881847531554629
    assert sc.LogNormal(0, 1, seed=1)(0) == 1.8357550305018295
    assert {sc.Uniform(1, 3)(0) for _ in range(100)} == {1, 2, 3}


def test_phases():
    phases = sc.StepWise([(2, 1), (0, 7), (3, STEP), (2, sc.linear(2, 1.0, 2.0))])
    assert at(phases, *range(9)) == [1, 1, 0, 1, 2, 1.0, 1.5, 1.5, 1.5]
    # Any order of steps, and again.
    assert at(phases, 6, 0, 4, 0) == [1.5, 1, 2, 1]
    shares = sc.StepWise([(0.2, 1), (0.5, STEP), (0.3, 9)], total_steps=10)
    assert at(shares, *range(11)) == [1, 1, 0, 1, 2, 3, 4, 9, 9, 9, 9]
    assert sc.StepWise([(0, 5), (1, 6)])(0) == 6
    # Without any step the first phase goes on for ever.
    assert at(sc.StepWise([(0, STEP), (0, 6)]), 0, 3) == [0, 3]
    assert at(sc.StepWise([(0.1, 5), (0.1, 6)], total_steps=1), 0, 3) == [5, 5]


def test_phases_are_looked_up_whatever_was_asked_before():
    lengths = [2, 0, 5, 1, 3]
    phases = sc.StepWise([(n, STEP + 10 * i) for i, n in enumerate(lengths)])
    expected = [10 * i + step for i, n in enumerate(lengths) for step in range(n)]
    assert at(phases, *range(11)) == expected
    order = [7, 7, 3, 10, 0, 9, 1, 8, 2, 4, 6, 5, 0]
    assert at(phases, *order) == [expected[step] for step in order]
    assert at(mt.from_json(phases.to_json()), *reversed(range(11))) == expected[::-1]


@pytest.mark.parametrize(
    ('make', 'error'),
    [
        (lambda: STEP + 'a', TypeError),
        (lambda: STEP + None, ValueError),
        (lambda: (STEP / 0)(1), ZeroDivisionError),
        (lambda: (STEP % 0)(1), ZeroDivisionError),
        (lambda: ((-STEP) ** 0.5)(3), ValueError),
        (lambda: sc.Scalar(), TypeError),
        (lambda: sc.UnaryOp(1), TypeError),
        (lambda: sc.RandomScalar(), TypeError),
        (lambda: STEP < 1, TypeError),
        (lambda: round(STEP), TypeError),
        (lambda: sc.log(1), ValueError),
        (lambda: sc.log(-1.0), ValueError),
        (lambda: sc.linear(0), ZeroDivisionError),
        (lambda: sc.Uniform(5, 1), ValueError),
        (lambda: sc.Normal(0), TypeError),
        (lambda: sc.StepWise([]), ValueError),
        (lambda: sc.StepWise([(2.0, 1)]), ValueError),
        (lambda: sc.StepWise([(2, 1)], 10), ValueError),
        (lambda: sc.StepWise([(0.0, 1)], 10), ValueError),
        (lambda: sc.StepWise([(-1, 1)]), ValueError),
    ],
)
def test_malformed(make, error):
    with pytest.raises(error):
        make()


def test_the_normal_distributions_are_kinds_of_their_own():
    kinds = sc.Gaussian, sc.Normal, sc.LogNormal
    for kind in kinds:
        assert [isinstance(kind(0, 1), k) for k in kinds] == [k is kind for k in kinds]
        assert isinstance(kind(0, 1), sc.RandomScalar)


def test_random_scalars_have_their_distributions():
    """Means and variances of 20,000 draws within 4 standard errors; Kolmogorov-Smirnov."""
    stats = pytest.importorskip('scipy.stats')
    for scalar, law in [
        (sc.Uniform(-1.0, 3.0, seed=1), stats.uniform(-1, 4)),
        (sc.Triangular(0.0, 4.0, 1.0, seed=2), stats.triang(0.25, 0, 4)),
        (sc.Triangular(0.0, 4.0, seed=3), stats.triang(0.5, 0, 4)),
        (sc.Gaussian(2, 0.5, seed=4), stats.norm(2, 0.5)),
        (sc.Normal(2, 0.5, seed=5), stats.norm(2, 0.5)),
        (sc.LogNormal(0, 0.25, seed=6), stats.lognorm(0.25)),
    ]:
        assert stats.kstest(at(scalar, *range(20_000)), law.cdf).pvalue > 1e-4, scalar
    die = at(sc.Uniform(1, 6, seed=7), *range(6000))
    assert stats.chisquare([die.count(face) for face in range(1, 7)]).pvalue > 1e-4


def test_json_of_pyglove_is_read():
    """Written by PyGlove 0.4.5 from `scalars.StepWise([(2, scalars.linear(2)), (1, 7)])`."""
    name = 'pyglove.ext.scalars'
    step = {'_type': f'{name}.base._Step'}
    slope = {'_type': f'{name}.base.Multiplication', 'x': step, 'y': -0.5}
    line = {'_type': f'{name}.base.Addition', 'x': 1.0, 'y': slope}
    phases = [['__tuple__', 2, line], ['__tuple__', 1, 7]]
    scalar = mt.from_json(
        {'_type': f'{name}.step_wise.StepWise', 'phases': phases, 'total_steps': None}
    )
    assert mt.eq(scalar, sc.StepWise([(2, sc.linear(2)), (1, 7)]))
    assert at(scalar, 0, 1, 2, 3) == [1.0, 0.5, 7, 7]


def test_scalars_are_symbolic():
    decay = 1.0 - STEP / 100
    assert decay(25) == 0.75
    assert mt.eq(decay, 1.0 - STEP / 100)
    assert mt.from_json(decay.to_json())(25) == 0.75
    assert repr(STEP + 1) == 'Addition(x=_Step(), y=1)'
    assert decay.rebind(x=2.0)(25) == 1.75
