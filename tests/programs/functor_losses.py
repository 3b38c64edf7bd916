"""Losses and schedules as functors: bound in part, overridden at the call, composed, rewritten."""

import math

import mutandis as pg

T = pg.typing


@pg.functor()
def mean_squared(targets, outputs):
    """Mean of squared differences.

    Args:
      targets: What should come out.
      outputs: What came out.
    """
    return sum((t - o) ** 2 for t, o in zip(targets, outputs, strict=True)) / len(targets)


@pg.functor([('delta', T.Float(1.0, min_value=0.0), 'Where it turns linear.')], auto_typing=True)
def huber(targets: list, outputs: list, delta=1.0) -> float:
    total = 0.0
    for t, o in zip(targets, outputs, strict=True):
        error = abs(t - o)
        total += 0.5 * error**2 if error < delta else delta * (error - 0.5 * delta)
    return total / len(targets)


@pg.functor
def weighted(loss, weight: float = 1.0, **options):
    def call(targets, outputs):
        return weight * loss(targets, outputs, **options)

    return call


@pg.symbolize
def combined(*losses):
    def call(targets, outputs):
        return sum(loss(targets, outputs) for loss in losses)

    return call


@pg.functor
def warmup_cosine(step, total, peak: float = 1.0, warmup: int = 10):
    if step < warmup:
        return peak * step / warmup
    return round(peak * 0.5 * (1 + math.cos(math.pi * (step - warmup) / (total - warmup))), 4)


class Scaled(pg.Functor):
    """A functor by subclassing."""

    value: float
    factor: float = 2.0

    def _call(self) -> float:
        return self.value * self.factor


targets, outputs = [1.0, 2.0, 3.0], [1.5, 2.0, 1.0]
mse = mean_squared()
print(mse(targets, outputs), mean_squared(outputs=outputs)(targets))
print(repr(mse), mse.unbound_args == {'targets', 'outputs'}, mse.is_fully_bound)
print(huber(delta=0.5)(targets, outputs), huber()(targets, outputs, delta=1.5))
print(round(huber(targets, delta=0.5)(outputs=outputs, delta=2.0, override_args=True), 4))

print('--- what is bound')
schedule = warmup_cosine(total=100, warmup=5)
for names in (
    schedule.specified_args,
    schedule.non_default_args,
    schedule.default_args,
    schedule.bound_args,
    schedule.unbound_args,
):
    print(sorted(names))
print([schedule(i) for i in (0, 2, 5, 50, 100)])
print(schedule)
schedule.peak = 0.5
schedule.rebind(warmup=7)
print([schedule(i) for i in (0, 2, 5, 50, 100)], schedule.is_partial)
del schedule.peak
print(schedule.peak, sorted(schedule.non_default_args), sorted(schedule.specified_args))
del schedule.warmup
print(sorted(schedule.specified_args), schedule.clone().specified_args == schedule.specified_args)
print(schedule.clone() == schedule, schedule == warmup_cosine(total=100))

print('--- composition')
total = combined(weighted(mean_squared(), 0.5), weighted(huber(), delta=0.25))
print(total)
print([type(x).__name__ for x in total.losses], len(total.losses))
call = combined(mean_squared(), huber())()
print(round(call(targets, outputs), 4))
double = weighted(huber(), 2.0)()
print(double(targets, outputs))


def softer(path, value):
    return huber() if isinstance(value, mean_squared) else value


total.rebind(softer)
print(repr(total))
print(pg.from_json_str(total.to_json_str()) == total)
print(pg.query(total, where=lambda v: isinstance(v, huber)).keys())

print('--- by subclass')
print(Scaled(3.0)(), Scaled()(4.0), Scaled(1.0)(factor=5.0), Scaled(1.0)(6.0, override_args=True))
print(repr(Scaled(1.0)), sorted(Scaled().unbound_args))
with pg.auto_call_functors():
    print(Scaled(3.0, 3.0), huber(targets, outputs))

print('--- as a field')


class Trainer(pg.Object):
    loss: T.Functor()
    schedule: T.Callable(default=warmup_cosine(total=10))


trainer = Trainer(mean_squared())
print(trainer)
print(trainer.loss(targets, targets), trainer.schedule(1))
trainer.rebind({'schedule.peak': 3.0})
print(trainer.schedule(1), Trainer(huber()).schedule(1))
print(huber.__schema__['delta'].description, mean_squared.__schema__.description)
print(list(huber.__schema__.keys()), huber.__signature__.arg_names)

print('--- mistakes')


def attempt(fn):
    try:
        print('no error:', fn())
    except Exception as error:
        print(type(error).__name__)


attempt(lambda: mean_squared(1, 2, 3))
attempt(lambda: mean_squared(targets)(targets, targets=1))
attempt(lambda: mean_squared(targets)(targets=targets))
attempt(lambda: mean_squared(targets)())
attempt(lambda: mean_squared(target=targets))
attempt(lambda: mean_squared(targets, outputs, ignore_extra_args=True)(1, 2, 3, x=1))
attempt(lambda: mean_squared(ignore_extra_args=True)(targets, outputs, 3, x=1))
attempt(lambda: huber(delta=-1.0))
attempt(lambda: huber('abc'))
attempt(lambda: huber(targets, outputs)(delta='x'))
attempt(lambda: Scaled('x'))
attempt(lambda: Trainer(lambda x: x))
