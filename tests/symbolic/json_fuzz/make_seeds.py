"""Writes `seeds.json`: one valid document of every kind. Run it when a kind is added.

python tests/symbolic/json_fuzz/make_seeds.py
"""

import datetime
import json
import pathlib
import typing

import classes as c
import numpy as np

import mutandis as pg
from mutandis import typing as T

HERE = pathlib.Path(__file__).parent


def values():
    shared = [1, 2]
    leaf = c.Leaf(1)
    yield from (1, 1.5, 'text', None, True, [1, [2.0, 'x']], {'a': {'b': [1]}}, (1, (2, 'a')), ())
    yield leaf
    yield c.Node(child=c.Node(child=leaf, leaves=[c.Leaf(1), c.Leaf(2, s=None)]), named={'k': leaf})
    yield c.Node(call=c.witness, cls=c.Leaf, pair=(2, 'b'), mode=1, small=3)
    yield c.Listening(x=3, y=[c.Listening()])
    yield c.Open(k1=1, k2=2)
    yield c.add(1, b=c.add(2))
    yield c.Plain(1, y=[c.Plain(leaf)])
    yield pg.Dict(a=1, b=[1, {'c': leaf}], **{'n_:3': 1, '_type': 'x', '__ref__': 0})
    yield pg.List(['__tuple__', (1, ['__symbolic__'])])
    yield {'a': shared, 'b': shared, 'c': [shared]}
    yield pg.Dict(x=pg.Ref(leaf), y=pg.Ref(leaf), z=pg.Ref({'a': [1]}))
    yield pg.Dict(x=1, y=pg.Dict(x=pg.symbolic.ValueFromParentChain()))
    yield pg.diff(c.Leaf(1), c.Leaf(2))
    yield [pg.MISSING_VALUE]
    yield [int, c.Leaf, list[int], dict[str, list[int]], typing.Optional[int], ...]  # noqa: UP045
    yield [typing.Callable[[int], str], tuple[int, ...], int | str, typing.Any, type(None)]
    yield [len, c.witness, c.Witness.make, str.upper, dict.fromkeys]
    yield [{1, 2}, frozenset('a'), b'ab', bytearray(b'c'), 1j, range(3), slice(1, None)]
    yield [c.Color.RED, c.Mode.R, c.Mode.R | c.Mode.W]
    yield [
        datetime.datetime(2020, 1, 2, tzinfo=datetime.timezone.utc),
        datetime.date(2020, 1, 2),
        datetime.time(1, 2, 3),
        datetime.timedelta(1, 2, 3),
        pathlib.PurePosixPath('/a'),
    ]
    yield [np.arange(6, dtype='int16').reshape(2, 3), np.float32(1.5)]
    yield [T.Int(min_value=1, default=2), T.Str(regex='a.*'), T.Float().noneable(), T.Bool(True)]
    yield T.Dict([('a', T.Int(1)), (T.StrKey('b.*'), T.List(T.Str(), max_size=3))])
    yield [T.Union([T.Int(), T.Str()]), T.Tuple([T.Int(), T.Any()]), T.Enum('a', ['a', 'b'])]
    yield [T.Object(c.Leaf), T.Callable([T.Int()], returns=T.Any()), T.Type(int)]
    yield T.List(T.Any(transform=c.witness))
    yield c.Node.__schema__
    yield pg.oneof([1, pg.oneof(['a', leaf])])
    yield pg.Dict(x=pg.floatv(0.0, 1.0), y=pg.manyof(2, [1, 2, 3]))
    yield pg.dna_spec(pg.Dict(x=pg.oneof([1, 2]), y=pg.floatv(0.0, 1.0)))
    yield pg.DNA([1, 0.5, [2, 1]])
    yield pg.KeyPath.parse('a.b[0]')
    yield pg.ErrorInfo('ValueError', 'text')


def main():
    seeds = [pg.to_json(value) for value in values()]
    lines = ',\n'.join(json.dumps(seed) for seed in seeds)
    (HERE / 'seeds.json').write_text(f'[\n{lines}\n]\n')


if __name__ == '__main__':
    main()
