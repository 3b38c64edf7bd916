"""An experiment as one tree: an MLP, an optimizer, a schedule; rules rewrite it from outside."""

import math
from typing import Any

import mutandis as pg


class Layer(pg.Object):
    """A layer knows its output shape, given its input shape."""

    def output(self, size):
        return size

    def parameters(self, size):
        return 0


@pg.members(
    [
        ('units', pg.typing.Int(min_value=1), 'Number of outputs.'),
        ('activation', pg.typing.Enum('relu', ['relu', 'tanh', 'none']), 'Nonlinearity.'),
        ('use_bias', pg.typing.Bool(True), 'Whether to add a bias.'),
    ]
)
class Dense(Layer):
    def output(self, size):
        return self.units

    def parameters(self, size):
        return (size + int(self.use_bias)) * self.units


@pg.members([('rate', pg.typing.Float(0.5, min_value=0.0, max_value=1.0))])
class Dropout(Layer):
    pass


class Sequential(Layer):
    layers: list[Layer]

    def output(self, size):
        for layer in self.layers:
            size = layer.output(size)
        return size

    def parameters(self, size):
        total = 0
        for layer in self.layers:
            total += layer.parameters(size)
            size = layer.output(size)
        return total


class Schedule(pg.Object):
    def at(self, step: int) -> float:
        raise NotImplementedError()


class Constant(Schedule):
    value: float = 0.1

    def at(self, step):
        return self.value


class Cosine(Schedule):
    peak: float
    steps: int = 100

    def at(self, step):
        return round(self.peak * 0.5 * (1 + math.cos(math.pi * step / self.steps)), 4)


class SGD(pg.Object):
    learning_rate: Schedule = Constant()
    momentum: float | None = None


class Experiment(pg.Object):
    model: Layer
    optimizer: SGD = SGD()
    input_size: int = 784
    tags: dict[str, Any] = {}

    def report(self):
        size = self.model.parameters(self.input_size)
        rates = [self.optimizer.learning_rate.at(i) for i in (0, 50, 100)]
        print(f'{size} parameters, learning rates {rates}')


base = Experiment(
    Sequential([Dense(256), Dropout(), Dense(128), Dropout(0.3), Dense(10, activation='none')]),
    tags=dict(team='vision', run=1),
)
base.report()
print(base)
print(repr(base))

print('--- wider: every hidden Dense twice as wide')


def wider(path, value, parent):
    if path and path.key == 'units' and parent.activation != 'none':
        return value * 2
    return value


wide = base.clone().rebind(wider)
wide.report()
print(pg.diff(base, wide))

print('--- no dropout')
lean = base.clone()
del lean.model.layers[3]
lean.model.layers.pop(1)
print([type(x).__name__ for x in lean.model.layers])
lean.report()

print('--- another schedule by path, and momentum by type')
tuned = base.clone().rebind({'optimizer.learning_rate': Cosine(0.4), 'tags.run': 2})
tuned.rebind(lambda k, v: SGD(v.learning_rate, 0.9) if isinstance(v, SGD) else v)
tuned.report()
print(tuned.optimizer)

print('--- a block inserted; replaced wholesale')
tuned.rebind({'model.layers[2]': pg.Insertion(Sequential([Dense(64), Dense(64, 'tanh')]))})
tuned.report()
tuned.rebind({'model.layers': [Dense(5)], 'input_size': 3})
tuned.report()
print(tuned.model)

print('--- queries')
for path, value in pg.query(base, where=lambda v: isinstance(v, Dense)).items():
    print(path, value.units)
print(list(pg.query(base, r'.*rate$').items()))
print(pg.contains(base, type=Dropout), pg.contains(base, 1024), pg.contains(wide, 512))
print(base.sym_get('model.layers[4].units'), base.model.layers[4].sym_path)
print(base.model.layers[4].sym_root is base, base.model.layers[4].sym_ancestor() is base.model)
print(base.sym_nondefault())

print('--- mistakes leave it as it was')
before = base.clone(deep=True)
for change in (
    {'optimizer.momentum': 'high'},
    {'model.layers[0].units': 0},
    {'model.layers[0].activation': 'gelu'},
    {'model.layers[9].units': 3},
    {'model.depth': 3},
    {},
):
    try:
        base.rebind(change)
    except (TypeError, ValueError, KeyError) as error:
        print(type(error).__name__)
print(pg.eq(before, base), base == before, pg.hash(base) == pg.hash(before), base is before)

print('--- saved and loaded')
pg.save(tuned, '/mem/experiments/tuned.json')
loaded = pg.load('/mem/experiments/tuned.json')
print(loaded == tuned, type(loaded).__name__)
print(pg.from_json_str(base.to_json_str()) == base)
print(sorted(base.to_json()), base.optimizer.to_json(hide_default_values=True)['_type'][-3:])
