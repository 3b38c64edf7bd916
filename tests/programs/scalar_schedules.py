"""Schedules of hyper-parameters: how they print, what they give step by step, how they load."""

import math
import random

import mutandis as pg

scalars = pg.scalars
STEP = scalars.STEP


def values(scalar, count=6):
    """A scalar at steps 0, 1, 2, ..."""
    return [scalar(step) for step in range(count)]


print('== expressions')
for expression in [
    STEP,
    STEP + 1,
    1 - STEP,
    2 * STEP / 7,
    STEP // 2,
    7 // (STEP + 1),
    STEP % 3,
    7 % (STEP + 2),
    STEP**2,
    2**STEP,
    -STEP,
    abs(STEP - 3),
    (STEP / 2).floor(),
    (STEP / 2).ceil(),
    scalars.sqrt(STEP),
    scalars.exp(STEP / 10),
    scalars.log(STEP + 2),
    scalars.log(STEP + 2, 10),
    scalars.cos(STEP),
    scalars.sin(STEP * math.pi),
    scalars.Constant('fixed'),
    STEP + (STEP * STEP - 1),
]:
    print(repr(expression))
    print('   ', values(expression))

print('== a schedule on several lines')
print(scalars.linear(10) * 2)

print('== schedules')
print(values(scalars.linear(4), 7))
print(values(scalars.linear(7, 0.3, 0.9), 9))
print(values(scalars.cosine_decay(5, 2.0, 0.5), 7))
print(values(scalars.exponential_decay(0.9, 3), 9))
print(values(scalars.exponential_decay(0.9, 3, start=2.0, staircase=False), 9))
print(values(scalars.cyclic(4), 9))
print(values(scalars.cyclic(5, initial_radiant=0.4, high=3.0, low=1.0), 9))

print('== phases')
warm_up = scalars.StepWise(
    [(3, scalars.linear(3, 0.0, 0.3)), (4, 0.3), (3, lambda step: 0.3 / (step + 1))]
)
print(values(warm_up, 13))
shares = scalars.StepWise([(0.1, 1), (0.4, STEP), (0.5, scalars.STEP * 10)], total_steps=20)
print(values(shares, 22))
nested = scalars.StepWise([(2, 'a'), (4, scalars.StepWise([(1, 'b'), (2, 'c')])), (1, None)])
print(values(nested, 9))
print(repr(scalars.StepWise([(1, 2), (3, STEP)])))

print('== random')
for scalar in [
    scalars.Uniform(seed=1),
    scalars.Uniform(1, 6, seed=2),
    scalars.Uniform(1, 6.0, seed=2),
    scalars.Triangular(seed=3),
    scalars.Triangular(1, 9, seed=3),
    scalars.Triangular(1, 9, 2.5, seed=3),
    scalars.Triangular(-2.0, 4.0, seed=3),
    scalars.Gaussian(0, 1, seed=4),
    scalars.Normal(10, 0.5, seed=4),
    scalars.LogNormal(0, 0.1, seed=4),
    scalars.Uniform(1, 6, seed=5) * STEP + scalars.Normal(0, 1, seed=6),
]:
    print(repr(scalar))
    print('   ', values(scalar, 4))
random.seed(7)
print(values(scalars.Uniform(1, 100)), values(scalars.Gaussian(0, 1), 2))
dice = scalars.Uniform(1, 6, seed=8)
print(values(dice), values(dice.clone()), values(dice))
dice.rebind(high=60)
print(values(dice))

print('== hyper-parameters of a class')


@pg.members(
    [
        ('rate', scalars.scalar_spec(pg.typing.Float(min_value=0.0, max_value=1.0))),
        ('size', scalars.scalar_spec(pg.typing.Int()).noneable()),
        ('times', scalars.scalar_spec(pg.typing.Int()).set_default(3)),
    ]
)
class Job(pg.Object):
    def at(self, step):
        return [scalars.scalar_value(v, step) for v in (self.rate, self.size, self.times)]


@pg.functor()
def triple(step, offset=0):
    return 3 * step + offset


print(Job(0.5, None).at(3))
print(Job(scalars.linear(4), triple(offset=1), STEP + 1).at(3))
print(repr(Job(STEP / 10, triple())))
print(Job(rate=lambda step: step / 8, size=abs, times=1).at(-4))

print('== wrong uses')


def outcome(function):
    try:
        return repr(function())
    except Exception as error:
        return type(error).__name__


for function in [
    lambda: STEP + 'a',
    lambda: STEP + None,
    lambda: [1] * STEP,
    lambda: (STEP / 0)(1),
    lambda: (STEP // 0)(1),
    lambda: (STEP % 0)(1),
    lambda: (STEP**-1)(0),
    lambda: ((-STEP) ** 0.5)(3),
    lambda: STEP < 1,
    lambda: round(STEP),
    lambda: divmod(STEP, 2),
    lambda: STEP(),
    lambda: STEP(1, 2),
    lambda: scalars.sqrt(-1)(0),
    lambda: scalars.log(0)(0),
    lambda: scalars.log(-1.0)(0),
    lambda: scalars.log(STEP, 1)(0),
    lambda: scalars.log(STEP, 1.0)(2),
    lambda: scalars.log(STEP)(0),
    lambda: scalars.exp(1000)(0),
    lambda: scalars.linear(0),
    lambda: scalars.cosine_decay(0)(1),
    lambda: scalars.Uniform(2, 1),
    lambda: scalars.Uniform(low=3),
    lambda: scalars.Uniform('a'),
    lambda: scalars.Gaussian(0),
    lambda: scalars.StepWise([]),
    lambda: scalars.StepWise([(2.0, 1)]),
    lambda: scalars.StepWise([(2, 1)], total_steps=10),
    lambda: scalars.StepWise([(0.0, 1)], total_steps=10),
    lambda: scalars.StepWise([(1, 1)], total_steps=0),
    lambda: scalars.StepWise([(-1, 1)]),
    lambda: scalars.Scalar(),
    lambda: scalars.UnaryOp(1),
    lambda: scalars.RandomScalar(),
    lambda: Job(1.5, None),
    lambda: Job('fast', 1),
    lambda: Job(None, 1),
]:
    print(outcome(function))

print('== equality and JSON')
print(pg.eq(scalars.linear(3), scalars.linear(3)), pg.eq(STEP + 1, 1 + STEP))
for scalar in [scalars.cyclic(5), warm_up.phases[0][1], shares, scalars.Triangular(1, 9, seed=3)]:
    copy = pg.from_json_str(scalar.to_json_str())
    print(pg.eq(copy, scalar), values(copy))
print(values(pg.from_json_str((STEP * triple(offset=2)).to_json_str())))

print("== scalars of one's own")


class Percent(scalars.UnaryOp):
    def operate(self, x):
        return f'{100 * x:.0f} %'


class Closer(scalars.BinaryOp):
    def operate(self, x, y):
        return x if abs(x - 3) <= abs(y - 3) else y


class Coin(scalars.RandomScalar):
    def next_value(self):
        return self._random.choice(['heads', 'tails'])


class Tenth(scalars.Scalar):
    def call(self, step):
        return step / 10


print(values(Percent(STEP / 5)))
print(values(Closer(STEP, 2)), repr(Closer(STEP, 2)))
print(values(Coin(seed=9)))
print(values(Tenth() + 1), repr(Tenth() ** STEP))
print(scalars.make_scalar(3), scalars.make_scalar(None), scalars.make_scalar(STEP) is STEP)
print(values(scalars.make_scalar(lambda step: step * step)))
