"""What the documents of the fuzz test name: classes of every kind, and witnesses.

A witness records that it was called. JSON may put it anywhere; decoding must never call it.
"""

import enum
from collections.abc import Callable
from typing import Any

import mutandis as pg

CALLS: list[str] = []


class Leaf(pg.Object):
    __serialization_key__ = 'fuzz.Leaf'
    x: int
    y: float = 0.5
    s: str | None = 'a'


class Node(pg.Object):
    __serialization_key__ = 'fuzz.Node'
    child: Any = None
    leaves: list[Leaf] = []
    named: dict[str, Any] = {}
    pair: tuple[int, str] = (1, 'a')
    mode: pg.typing.Enum('a', ['a', 'b', 1]) = 'a'
    small: pg.typing.Int(min_value=0, max_value=9) = 0
    call: Callable[..., Any] | None = None
    cls: type[Any] = int


class Listening(pg.Object):
    __serialization_key__ = 'fuzz.Listening'
    x: int = 0
    y: Any = None

    def _on_bound(self):
        super()._on_bound()
        self.total = self.x + 1


@pg.members([(pg.typing.StrKey('k.*'), pg.typing.Int())], serialization_key='fuzz.Open')
class Open(pg.Object):
    pass


@pg.functor([('a', pg.typing.Int()), ('b', pg.typing.Any())], serialization_key='fuzz.add')
def add(a, b=1):
    CALLS.append('functor')
    return a + b


class Plain(pg.JSONConvertible):
    __serialization_key__ = 'fuzz.Plain'

    def __init__(self, x, y=None):
        self.x, self.y = x, y

    def to_json(self, **kwargs):
        return self.to_json_dict({'x': self.x, 'y': self.y}, **kwargs)


class Color(enum.Enum):
    RED = 1
    BLUE = 'b'


class Mode(enum.Flag):
    R = 1
    W = 2


def witness(*args, **kwargs):
    """Must never be called."""
    CALLS.append('function')


class Witness:
    """Must never be made."""

    def __init__(self, *args, **kwargs):
        CALLS.append('class')

    def __class_getitem__(cls, item):
        CALLS.append('subscription')
        return cls

    @classmethod
    def make(cls, *args, **kwargs):
        CALLS.append('method')

    @classmethod
    def from_json(cls, json_value, **kwargs):
        CALLS.append('from_json')

    @property
    def read(self):
        CALLS.append('property')


class Meta(type):
    @property
    def attribute(cls):
        CALLS.append('metaclass')
        return witness

    def __getitem__(cls, item):
        CALLS.append('metaclass')


class WithMeta(metaclass=Meta):
    pass


def __getattr__(name):
    CALLS.append(f'module:{name}')
    raise AttributeError(name)
