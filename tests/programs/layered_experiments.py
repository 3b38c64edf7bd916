"""A symbolic ML library without a framework."""

import random
from collections.abc import Callable
from typing import Annotated, Any

import mutandis as pg


@pg.functor
def relu(x):
    return x if x > 0 else 0.0


@pg.functor([('slope', pg.typing.Float(min_value=0.0), 'Slope.')])
def leaky(x, slope=0.1):
    return x if x > 0 else x * slope


class Layer(pg.Object):
    """Base layer."""

    def build(self, n, rng):
        raise NotImplementedError

    def __call__(self, x):
        raise NotImplementedError


class Dense(Layer):
    units: Annotated[int, 'Output units.']
    activation: Callable[[Any], Any] | None = None
    use_bias: bool = True

    def _on_bound(self):
        super()._on_bound()
        self._w = None

    def build(self, n, rng):
        self._w = [[round(rng.uniform(-1, 1), 4) for _ in range(n)] for _ in range(self.units)]
        self._b = [0.0] * self.units
        return self.units

    def __call__(self, x):
        y = [
            sum(a * b for a, b in zip(w, x, strict=True)) + b
            for w, b in zip(self._w, self._b, strict=True)
        ]
        if self.activation is not None:
            y = [self.activation(v) for v in y]
        return y


class Scale(Layer):
    factor: float = 1.0

    def build(self, n, rng):
        return n

    def __call__(self, x):
        return [v * self.factor for v in x]


@pg.members(
    [
        ('layers', pg.typing.List(pg.typing.Object(Layer)), 'Layers.'),
    ],
    init_arg_list=['*layers'],
)
class Sequential(Layer):
    def build(self, n, rng):
        for layer in self.layers:
            n = layer.build(n, rng)
        return n

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


class Optimizer(pg.Object):
    lr: pg.typing.Float(min_value=0.0) = 0.1


class SGD(Optimizer):
    momentum: float = 0.0


class Adam(Optimizer):
    betas: tuple[float, float] = (0.9, 0.999)


class Data(pg.Object):
    seed: int = 0
    size: int = 4

    def batches(self):
        rng = random.Random(self.seed)
        for _ in range(self.size):
            x = [rng.random(), rng.random()]
            yield x, x[0] + 2 * x[1]


@pg.functor
def mse(y, t):
    return (y - t) ** 2


class Experiment(pg.Object):
    name: str
    model: Layer
    optimizer: Optimizer = SGD(0.2)
    data: Data = Data()
    loss: Callable[[Any, Any], Any] = mse()
    tags: dict[str, Any] = {}

    def run(self):
        rng = random.Random(1)
        self.model.build(2, rng)
        total = 0.0
        for x, t in self.data.batches():
            total += self.loss(sum(self.model(x)), t)
        return round(total, 6)


e = Experiment('base', Sequential(Dense(3, relu()), Scale(0.5), Dense(1)))
print(e)
print(e.run())
print(Sequential.__schema__)
v = e.clone(override={'model.layers[0].activation': leaky(slope=0.3), 'name': 'leaky'})
print(v.run(), v.model.layers[0].activation.slope)
print(pg.diff(e, v))
e.rebind({'model.layers[0].units': 5, 'optimizer': Adam(lr=0.01), 'data.seed': 3})
print(e.run(), e.optimizer)
print(pg.query(e, '.*units'))


def widen(k, val, parent):
    if isinstance(parent, Dense) and k.key == 'units':
        return val * 2
    return val


wide = e.clone().rebind(widen)
print(pg.query(wide, '.*units'))


def swap(k, val):
    if isinstance(val, Dense) and val.units > 4:
        return Sequential(val, Scale(2.0))
    return val


deep = e.clone().rebind(swap)
print(deep.model)
print(deep.run())
print(pg.to_json(deep) == pg.to_json(pg.from_json(pg.to_json(deep))))
print(pg.from_json_str(deep.to_json_str()).run() == deep.run())
print(deep.to_json_str(json_indent=2, hide_default_values=True))
for f in (
    lambda: Experiment('x', 3),
    lambda: Experiment('x', Dense(1), optimizer=SGD(-1.0)),
    lambda: Dense('a'),
    lambda: e.rebind({'model.layers[0].unit': 3}),
    lambda: leaky(slope=-1.0),
    lambda: Sequential(1),
):
    try:
        f()
        print('no error')
    except Exception as err:
        print(type(err).__name__)
space = Experiment(
    's',
    Sequential(Dense(pg.oneof([1, 2]), pg.oneof([relu(), leaky()])), Dense(1)),
    optimizer=pg.oneof([SGD(pg.floatv(0.1, 1.0)), Adam()]),
    data=Data(size=pg.oneof([1, 3])),
)
print(pg.dna_spec(space).space_size)
for i, x in enumerate(pg.random_sample(space, 3, seed=1)):
    print(i, x)
it = pg.random_sample(space, seed=4)
for _ in range(3):
    x = next(it)
    print(
        x.model.layers[0].units,
        type(x.model.layers[0].activation).__name__,
        type(x.optimizer).__name__,
        x.data.size,
        x.run(),
    )
