"""Programs that type checkers must accept as they are: no error in this file."""

from __future__ import annotations

from typing import Any

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
