"""Mistakes that type checkers must report: one error on each line marked `# error`."""

from __future__ import annotations

import dataclasses

import mutandis as mt


class Layer(mt.Object):
    filters: int
    activation: str | None = None


class Deep(Layer):
    depth: int = 1


Layer('16')  # error
Layer(16, activation=3)  # error
Layer(16, filtres=3)  # error
Layer()  # error
Deep(16, 'relu', 'deep')  # error
Deep(16, widht=1)  # error
wrong: str = Layer(16).filters  # error
print(Layer(16).no_such_field)  # error


@mt.symbolize
class Block:
    def __init__(self, width: int) -> None:
        self.width = width


@mt.compound
def wide_block(factor: int) -> Block:
    return Block(16 * factor)


Block('16')  # error
wide_block('1')  # error
wrong = Block(16)  # error


class Optimizer(mt.Object):
    schedule: list[float] = dataclasses.field(default_factory=list[float])
    nesterov: bool = dataclasses.field(default=False, kw_only=True)


@mt.functor
def scaled(x: float, factor: float = 2.0) -> float:
    return x * factor


@mt.functor([('rounds', mt.typing.Int(min_value=1))])
def repeated(text: str, rounds: int = 2) -> str:
    return text * rounds


@mt.members([('unit', mt.typing.Str('m'))])
class Measured(Layer):
    pass


Optimizer(['a'])  # error
Optimizer([0.1], True)  # error
Optimizer(nesterov=3)  # error
scaled('a')  # error
repeated('a', round=3)  # error
Measured('a')  # error
