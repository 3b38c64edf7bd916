"""Blocks of blocks: compounds stand for what a factory builds; boilerplates fix choices."""

import dataclasses
from typing import Any

import mutandis as pg


class Layer(pg.Object):
    def cost(self):
        raise NotImplementedError()


class Conv(Layer):
    filters: int
    kernel: int = 3
    padding: str = 'same'

    def cost(self):
        return self.filters * self.kernel**2


class Norm(Layer):
    momentum: float = 0.9

    def cost(self):
        return 1


class Sequential(Layer):
    layers: list[Layer]
    name: str = 'sequential'

    def cost(self):
        return sum(layer.cost() for layer in self.layers)


built = []


@pg.compound
def conv_norm(filters: int, kernel: int = 3, momentum: float = 0.9) -> Sequential:
    """A convolution and its normalization.

    Args:
      filters: Number of filters.
      kernel: Size of the kernel.
      momentum: Of the normalization.
    """
    built.append(filters)
    return Sequential([Conv(filters, kernel), Norm(momentum)], name='conv_norm')


block = conv_norm(8)
print(isinstance(block, Sequential), isinstance(block, Layer), built)
print(block)
print(block.cost(), len(block.layers), block.name, built)
print(block.kernel, block.decomposed.layers[0].kernel, built)
block.rebind(filters=16)
print(block.cost(), built)
print(block == conv_norm(16), block == conv_norm(8), pg.eq(block, block.decomposed))
print(conv_norm.__schema__['filters'].description, list(conv_norm.__schema__.keys()))
net = Sequential([conv_norm(4), conv_norm(8, kernel=1), Norm()])
print(repr(net), net.cost())
net.rebind(lambda k, v: v * 2 if k and k.key == 'filters' else v)
print(net.cost(), [layer.cost() for layer in net.layers])
print(pg.query(net, where=lambda v: isinstance(v, Conv)), len(pg.query(net, r'.*filters')))
print(pg.from_json(net.to_json()) == net, net.clone().cost())


@pg.compound(Layer)
def repeated(block: Layer, times: int = 2):
    return Sequential([block.clone() for _ in range(times)])


deep = repeated(conv_norm(2, 1), 3)
print(deep.cost(), deep.times, isinstance(deep, Layer), isinstance(deep, Sequential))
deep.rebind({'block.filters': 5})
print(deep.cost())
for wrong in (
    lambda: conv_norm('x'),
    lambda: conv_norm(1, size=2),
    lambda: conv_norm(),
    lambda: block.nothing,
):
    try:
        wrong()
    except (TypeError, AttributeError) as error:
        print(type(error).__name__)


@dataclasses.dataclass
class Point:
    x: int
    y: int

    def norm(self):
        return self.x**2 + self.y**2


@pg.compound
def diagonal(length: int) -> Point:
    return Point(length, length)


print(diagonal(3).norm(), isinstance(diagonal(3), Point), diagonal(2).x)

print('--- boilerplates')
base = Sequential.partial([Conv(4), Norm()])
Small = pg.boilerplate_class('Small', base)
print(Small.__name__, Small.is_boilerplate, issubclass(Small, Sequential), Small.init_arg_list)
small = Small()
print(repr(small), small.cost())
print(Small() == Small(), Small().name, small.layers[0] is base.layers[0])
try:
    Small(name='s')
except ValueError:
    print('ValueError')
try:
    small.rebind(layers=[])
except ValueError:
    print('ValueError')
small.rebind({'layers[0].filters': 10})
print(small.cost(), base.layers[0].filters)


class Trainer(pg.Object):
    lr: float
    options: pg.typing.Dict([('momentum', pg.typing.Float()), ('nesterov', pg.typing.Bool(False))])
    layers: list[Any] = []


Fast = pg.boilerplate_class('Fast', Trainer.partial(lr=1.0), init_arg_list=['options'])
fast = Fast(dict(momentum=0.5))
print(repr(fast), fast.lr, list(fast.to_json()))
try:
    Fast(dict(momentum=0.5), lr=2.0)
except ValueError:
    print('ValueError')
