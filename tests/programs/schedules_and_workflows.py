"""Functors as training recipes, and a small language of nested classes."""

import math
from collections.abc import Callable
from typing import Any

import mutandis as pg


@pg.functor
def constant(step, value=0.1):
    """Constant schedule.

    Args:
      step: Current step.
      value: The value.
    """
    return value


@pg.functor(
    [
        ('step', pg.typing.Int()),
        ('init', pg.typing.Float(min_value=0.0), 'Initial value.'),
        ('total', pg.typing.Int(min_value=1)),
    ],
    returns=pg.typing.Float(),
)
def cosine(step, init, total=10, *, floor=0.0):
    return floor + (init - floor) * 0.5 * (1 + math.cos(math.pi * min(step, total) / total))


@pg.functor
def warmup(step, after, steps: int = 5, scale=1.0):
    if step < steps:
        return scale * step / steps
    return after(step - steps)


@pg.functor
def chain(step, *schedules, reduce=min, **named):
    values = [s(step) for s in schedules] + [s(step) for s in named.values()]
    return reduce(values)


s = warmup(after=cosine(init=1.0, total=4))
print(s)
print(repr(s))
print(
    s.specified_args == {'after'},
    sorted(s.default_args),
    sorted(s.unbound_args),
    sorted(s.bound_args),
    s.is_fully_bound,
)
print([round(s(i), 4) for i in range(10)])
s.rebind({'after.total': 8, 'steps': 2})
print([round(s(i), 4) for i in range(6)])
for f in (
    lambda: s(),
    lambda: s(1, 2),
    lambda: s(1, after=constant()),
    lambda: s(1, foo=2),
    lambda: cosine('a'),
    lambda: cosine(init=-1.0),
    lambda: cosine(0, 1.0, 2, 3),
    lambda: s(1, steps=3),
):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__)
print(
    round(s(1, after=constant(), override_args=True), 3),
    round(s(5, after=constant(), override_args=True), 3),
    s(1, 2, 3, 4, override_args=True, ignore_extra_args=True),
)
c = chain(reduce=max)
c2 = chain(pg.MISSING_VALUE, constant(value=0.2), constant(value=0.5), third=constant(value=0.7))
print(c2)
print(c2(3), c2(3, reduce=max), c2.specified_args == {'schedules', 'third'})
c2.rebind({'schedules[0].value': 0.05, 'third.value': 0.01})
print(c2(3), list(c2.sym_keys()))
print(c(1, constant(value=3), constant(value=4)))
print(c2.to_json_str())
print(pg.from_json(c2.to_json())(3), pg.eq(pg.from_json(c2.to_json()), c2))
del s.steps
print(s.steps, s)


class Recipe(pg.Object):
    name: str
    schedule: Callable[[int], float]
    epochs: int = 3

    def lrs(self):
        return [round(self.schedule(i), 3) for i in range(self.epochs)]


r = Recipe('a', s)
print(r.schedule.sym_path, r.lrs())
print(pg.query(r, '.*total|.*value'))
r2 = r.clone(override={'schedule.after': constant(value=0.3), 'epochs': 7})
print(r2.lrs(), pg.diff(r, r2))
space = Recipe('b', cosine(init=pg.oneof([1.0, 2.0]), total=pg.oneof([2, 4])))
for x in pg.iter(space):
    print(x.schedule.init, x.schedule.total, x.lrs())
print(cosine.__schema__)
print(cosine.__signature__)


class Task(pg.Object):
    class Step(pg.Object):
        run: str
        env: dict[str, str] = {}

    class Matrix(pg.Object):
        axes: dict[str, list[Any]] = {}

        def expand(self):
            out = [{}]
            for k, vs in self.axes.items():
                out = [dict(o, **{k: v}) for o in out for v in vs]
            return out

    name: str
    steps: list[Step] = []
    matrix: Matrix = Matrix()
    needs: list[str] = []


class Workflow(pg.Object):
    """A workflow."""

    tasks: list[Task] = []
    defaults: pg.typing.Dict(
        [
            ('shell', pg.typing.Enum('bash', ['bash', 'sh'])),
            ('timeout', pg.typing.Int(10, min_value=1)),
        ]
    )

    def _on_bound(self):
        super()._on_bound()
        names = [t.name for t in self.tasks]
        for t in self.tasks:
            for n in t.needs:
                if n not in names:
                    raise ValueError(f'{t.name} needs unknown {n}')

    def order(self):
        done, out = set(), []
        while len(out) < len(self.tasks):
            for t in self.tasks:
                if t.name not in done and all(n in done for n in t.needs):
                    done.add(t.name)
                    out.append(t.name)
        return out


w = Workflow(
    [
        Task(
            'test',
            [Task.Step('pytest', dict(A='1'))],
            Task.Matrix(dict(py=['3.10', '3.11'], os=['l', 'm'])),
            needs=['build'],
        ),
        Task('build', [Task.Step('make')]),
    ]
)
print(w)
print(w.order(), w.tasks[0].matrix.expand())
for f in (
    lambda: Workflow([Task('x', needs=['y'])]),
    lambda: Workflow([Task('x', ['make'])]),
    lambda: Workflow(defaults=dict(shell='zsh')),
    lambda: Workflow(defaults=dict(timeout=0)),
    lambda: w.rebind({'defaults.retries': 3}),
    lambda: w.rebind({'tasks[0].steps[0].env.B': 2}),
):
    try:
        f()
        print('fine')
    except Exception as e:
        print(type(e).__name__)
w.rebind({'tasks[0].steps[1]': Task.Step('ruff'), 'defaults.shell': 'sh', 'tasks[1].name': 'build'})
print(w.format(hide_default_values=True))
w.rebind(lambda k, v, p: v.upper() if isinstance(p, Task.Step) and k.key == 'run' else v)
print([st.run for t in w.tasks for st in t.steps])
print(w.to_json_str(hide_default_values=True))
print(pg.from_json_str(w.to_json_str()) == w)
print(Task.Step.__type_name__, Workflow.__schema__['defaults'])
B = pg.boilerplate_class('CiTask', Task.partial(steps=[Task.Step('make')]))
b = B('ci')
print(b, b.steps, B.__schema__['steps'].frozen)
