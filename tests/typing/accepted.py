"""Programs that type checkers must accept as they are: no error in this file."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Annotated, Any, ClassVar, Final, Generic, Literal, TypeVar

import mutandis as mt


class Layer(mt.Object):
    filters: int
    kernel_size: int = 3
    activation: str | None = None


class Model(mt.Object):
    layers: list[Layer]
    learning_rate: float = 0.1
    options: dict[str, int] = {}


class Named(Model):
    name: str = 'model'


layer = Layer(16)
layer = Layer(16, 5, activation='relu')
layer = Layer(filters=mt.oneof([16, 32]), kernel_size=mt.oneof([3, 5]))
model = Model([Layer(16), Layer(mt.oneof([1, 2]))], learning_rate=1)
named = Named([layer], 0.2, {'a': 1}, name='n')
searched = Named(layers=mt.manyof(2, [layer, layer]), learning_rate=mt.floatv(0.1, 1.0))

filters: int = layer.filters
rate: float = named.learning_rate
first: Layer = model.layers[0]
copy: Model = model.clone()
changed: Model = model.rebind(learning_rate=0.5)
changed_named: Named = named.rebind({'layers[0].filters': 3})
same: bool = model == copy
spec: Any = mt.dna_spec(searched)


@mt.symbolize
class Block:
    def __init__(self, width: int) -> None:
        self.width = width


@mt.symbolize([('width', mt.typing.Int(min_value=1))], eq=True)
class PositiveBlock(Block):
    pass


@mt.compound
def wide_block(factor: int) -> Block:
    return Block(16 * factor)


block: Block = Block(width=3)
block = PositiveBlock(3)
block = wide_block(2)
narrowed: Block = mt.symbolize(Block, {'width': mt.typing.Int(max_value=9)})(3)
mapping: mt.Dict = mt.symbolize(dict)(x=1)


Item = TypeVar('Item')


class Optimizer(mt.Object):
    kind: ClassVar[str] = 'optimizer'
    momentum: Annotated[float, 'How much of the last step is kept.'] = 0.9
    schedule: list[float] = dataclasses.field(default_factory=list[float])
    nesterov: bool = dataclasses.field(default=False, kw_only=True)
    mode: Literal['min', 'max'] = 'min'
    decay: Callable[[int], float] | None = None

    def _on_bound(self) -> None:
        super()._on_bound()
        self.steps = len(self.schedule)


class Fixed(Optimizer):
    version: Final[int] = 2


class Box(mt.Object, Generic[Item]):
    content: Any = None

    def get(self) -> Item:
        result: Item = self.content
        return result


optimizer = Optimizer(0.5, [0.1], 'max', nesterov=True)
optimizer = Optimizer(decay=lambda step: 1.0 / step)
kind: str = Optimizer.kind + Fixed().kind
steps: int = optimizer.steps
boxed: str = Box[str]('a').get()
partial: Any = Optimizer.partial()


@mt.functor
def scaled(x: float, factor: float = 2.0) -> float:
    return x * factor


@mt.functor([('rounds', mt.typing.Int(min_value=1))])
def repeated(text: str, rounds: int = 2) -> str:
    return text * rounds


@mt.symbolize
def shifted(x: int, by: int = 1) -> int:
    return x + by


@mt.members([('unit', mt.typing.Str('m'))])
class Measured(Layer):
    pass


@mt.use_init_args(['units', 'name'])
class Dense(mt.Object):
    units: int
    name: str = 'dense'


class Sum(mt.Functor):
    left: int
    right: int = 1

    def _call(self) -> int:
        return self.left + self.right


bound = scaled(1.0, factor=3.0)
text: str = repeated('a', rounds=3)
number: int = shifted(1)
measured: Measured = Measured(3, kernel_size=1)
total: Any = Sum(1)()
