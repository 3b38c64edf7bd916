"""Rules that one team writes and others apply, by name: to models, trainers and experiments."""

import mutandis as pg

# -- The models of one team.


class Layer(pg.Object):
    pass


@pg.members(
    [
        ('filters', pg.typing.Int(min_value=1)),
        ('kernel', pg.typing.Int(default=3)),
        ('activation', pg.typing.Enum('relu', ['relu', 'swish', 'gelu'])),
    ]
)
class Conv(Layer):
    def cost(self, inputs):
        return inputs * self.filters * self.kernel**2, self.filters


@pg.members([('units', pg.typing.Int(min_value=1))])
class Dense(Layer):
    def cost(self, inputs):
        return inputs * self.units, self.units


@pg.members([])
class Identity(Layer):
    def cost(self, inputs):
        return 0, inputs


@pg.members([('layers', pg.typing.List(pg.typing.Object(Layer)))])
class Sequential(Layer):
    def cost(self, inputs):
        total = 0
        for layer in self.layers:
            cost, inputs = layer.cost(inputs)
            total += cost
        return total, inputs


@pg.members([('body', pg.typing.Object(Layer))])
class Residual(Layer):
    def cost(self, inputs):
        cost, outputs = self.body.cost(inputs)
        return cost + (0 if inputs == outputs else inputs * outputs), outputs


@pg.members([('name', pg.typing.Str()), ('rate', pg.typing.Float(min_value=0.0))])
class Optimizer(pg.Object):
    pass


@pg.functor([('init', pg.typing.Float()), ('steps', pg.typing.Int(default=100))])
def cosine(step, init, steps=100):
    import math

    return round(init * 0.5 * (1 + math.cos(math.pi * step / steps)), 4)


@pg.members(
    [
        ('model', pg.typing.Object(Layer)),
        ('optimizer', pg.typing.Object(Optimizer)),
        ('schedule', pg.typing.Callable([pg.typing.Int()]).noneable()),
        ('epochs', pg.typing.Int(default=10)),
        ('tags', pg.typing.List(pg.typing.Str(), default=[])),
    ]
)
class Trainer(pg.Object):
    def _on_bound(self):
        super()._on_bound()
        self.total = self.model.cost(3)[0]

    def report(self):
        rate = self.schedule(50) if self.schedule else self.optimizer.rate
        return f'cost {self.total}, rate {rate}, epochs {self.epochs}, tags {list(self.tags)}'


def trainer():
    return Trainer(
        model=Sequential(
            [
                Conv(8),
                Residual(Sequential([Conv(8), Conv(8, 1)])),
                Conv(16, activation='swish'),
                Dense(10),
            ]
        ),
        optimizer=Optimizer('sgd', 0.1),
    )


# -- Rules.


@pg.patcher([('to', pg.typing.Enum('swish', ['relu', 'swish', 'gelu']))])
def swap_activation(x, to='swish'):
    """Every activation becomes another one."""
    return lambda k, v, p: to if isinstance(p, Conv) and k.key == 'activation' else v


@pg.patcher([('factor', pg.typing.Float(min_value=0.0))])
def scale_width(x, factor):
    def check(y):
        if y.model.layers[0].filters < 4:
            raise ValueError('the stem is too narrow')

    return (
        lambda k, v, p: max(1, int(v * factor)) if isinstance(p, Conv) and k.key == 'filters' else v
    ), check


@pg.patcher([('indices', pg.typing.List(pg.typing.Int()))])
def skip(x, indices):
    return {f'model.layers[{i}]': Identity() for i in indices}


@pg.patcher()
def residual(x):
    """Puts a residual connection around each convolution at the top."""

    def wrap(k, v, p):
        return Residual(v) if isinstance(v, Conv) and len(k) == 3 else v

    return wrap


@pg.patcher([('rate', pg.typing.Float()), ('name', pg.typing.Str().noneable())])
def optimize(x, rate=0.01, name=None):
    changes = {'optimizer.rate': rate}
    if name is not None:
        changes['optimizer.name'] = name
    return changes


@pg.patcher([('init', pg.typing.Float()), ('steps', pg.typing.Int())])
def cosine_decay(x, init=0.3, steps=100):
    return {'schedule': cosine(init=init, steps=steps)}


@pg.patcher([('tags', pg.typing.List(pg.typing.Str()))])
def tag(x, tags=[]):  # noqa: B006
    return {'tags': list(x.tags) + list(tags)}


@pg.patcher(name='paper_2021')
def everything_of_the_paper(x):
    return [
        'swap_activation?gelu',
        scale_width(factor=2.0),
        'optimize?0.05&name=adam',
        tag(tags=['paper']),
    ]


@pg.patcher([('epochs', pg.typing.Int(min_value=1))], auto_typing=True)
def longer(x: pg.Object, epochs: int, note: str = ''):
    def check(y):
        if y.epochs != epochs:
            raise ValueError(f'somebody changed the epochs to {y.epochs}')

    return [{'epochs': epochs}] + ([tag(tags=[note])] if note else []), check


def show(title, fn):
    try:
        result = fn()
        print(f'-- {title}')
        print(result.report() if isinstance(result, Trainer) else result)
    except Exception as e:
        kinds = (c.__name__ for c in (KeyError, TypeError, ValueError) if isinstance(e, c))
        print(f'-- {title}: {next(kinds, type(e).__name__)}')


# -- Applied.

show('before', trainer)
for rule in [
    'swap_activation',
    'swap_activation?to=gelu',
    'scale_width?0.5',
    'skip?1',
    'skip?indices=1:2',
    'residual',
    'optimize?1e-3&adam',
    'optimize?rate=0.2&name=none',
    'cosine_decay?0.5&steps=200',
    'tag?a:b:c',
    'tag?',
    'paper_2021',
    'longer?20',
    'longer?epochs=20&note=long run',
    ['scale_width?2', 'skip?0', 'tag?x'],
    ['longer?20', {'epochs': 5}],
    ['longer?20', {'epochs': 5}, 'longer?20'],
    ['longer?20', {'': trainer()}],
    ['longer?20', {'': trainer()}, {'epochs': 20}],
    [{'optimizer': Optimizer('lion', 1.0), 'epochs': 3}, 'optimize?name=adam'],
    [
        lambda k, v: v * 2 if isinstance(v, float) else v,
        lambda k, v, p: Identity() if isinstance(v, Residual) else v,
    ],
    'scale_width?0.1',
    'scale_width?-1',
    'scale_width?x',
    'scale_width?1&2',
    'scale_width',
    'swap_activation?tanh',
    'swap_activation?of=gelu',
    'skip?7',
    'nobody_knows?1',
    ['paper_2021', 'nobody_knows'],
    ['paper_2021', 3],
    {'model.layers[0].filters': 'many'},
    {'model.layers[9].filters': 3},
    {'': 5},
    [],
]:
    title = [
        r if isinstance(r, (str, int)) else type(r).__name__
        for r in (rule if isinstance(rule, list) else [rule])
    ]
    show(title, lambda rule=rule: pg.patch(trainer(), rule))

print('-- the model after all')
print(pg.patch(trainer(), ['paper_2021', 'residual', 'cosine_decay']))

# -- Rules are values, too.

rule = pg.patching.from_uri('optimize?rate=0.5')
print(repr(rule), rule == optimize(rate=0.5), rule.rate, rule.name, sorted(rule.specified_args))
print(rule.to_json_str())
print(pg.eq(pg.from_json_str(rule.to_json_str()), rule), repr(rule.clone(override={'rate': 0.25})))
print(rule(trainer()))
for candidate in pg.iter(optimize(rate=pg.oneof([0.1, 0.2]), name=pg.oneof(['sgd', 'adam']))):
    print(candidate.rate, candidate.name, candidate.patch(trainer()).optimizer)

# -- A space of rules: the search is over what to change.

space = pg.List(
    [
        pg.oneof([swap_activation(to='gelu'), swap_activation(to='relu')]),
        pg.oneof([scale_width(factor=2.0), residual(), skip(indices=[1])]),
    ]
)
for i, rules in enumerate(pg.iter(space)):
    print(i, pg.patch(trainer(), list(rules)).report())

# -- Pattern functions, in place.

t = trainer()
print(pg.patch_on_type(t, Residual, value_fn=lambda r: r.body).report())
print(pg.patch_on_key(t, 'rate|epochs', value_fn=lambda v: v * 3).report())
print(pg.patch_on_path(t, r'model\.layers\[\d\]\.filters', value=4).report())
print(pg.patch_on_value(t, 'swish', 'relu').model.layers[2])
print(pg.patch_on_member(t, Dense, 'units', value=100).report())

# -- Whole experiments.

factory = pg.ObjectFactory(
    Trainer, trainer, ['paper_2021', 'tag?run'], {'epochs': 2, 'optimizer': {'rate': 0.125}}
)
print(factory().report())
print(
    pg.ObjectFactory(
        Trainer, trainer, 'longer?4', '{"optimizer.name": "sam", "tags": ["z"]}'
    )().report()
)
