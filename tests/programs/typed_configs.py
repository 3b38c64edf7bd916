"""Run-time typing: configurations checked by nested schemas, converted, extended, refused."""
# ruff: noqa: UP006, UP007, UP035, UP045

import enum
from typing import Any, Callable, Dict, List, Literal, Optional, Tuple, Type, Union

import mutandis as pg

T = pg.typing


class Precision(enum.Enum):
    HALF = 16
    FULL = 32


class Device(pg.Object):
    kind: Literal['cpu', 'gpu'] = 'cpu'
    index: int | None = None

    @classmethod
    def parse(cls, text):
        kind, _, index = text.partition(':')
        return cls(kind, int(index) if index else None)


T.register_converter(str, Device, Device.parse)

CONFIG = T.Dict(
    [
        ('name', T.Str(regex='[a-z_]+'), 'Lower case.'),
        ('size', T.Tuple([T.Int(min_value=1), T.Int(min_value=1)]), 'Height and width.'),
        ('lr', T.Float(0.1, min_value=0.0), 'Learning rate.'),
        ('device', T.Object(Device, default=Device()), 'Where to run.'),
        (
            'layers',
            T.List(T.Dict([('units', int), ('act', T.Enum('relu', ['relu', 'tanh']))]), min_size=1),
        ),
        ('loss', T.Callable([T.Any(), T.Any()]).noneable()),
        ('precision', T.Object(Precision).set_default(Precision.FULL)),
        ('extra', T.Union([T.Int(), T.List(T.Int())]).noneable()),
        ('cls', T.Type(Device).set_default(Device)),
        (T.StrKey('opt_.*'), T.Any(), 'Options of the optimizer.'),
    ]
)

config = pg.Dict(
    name='run', size=(2, 3), lr=1, layers=[dict(units=3)], opt_beta=0.9, value_spec=CONFIG
)
print(config)
print(type(config.lr), config.device is Device(), config.layers[0].act)
config.device = 'gpu:1'
config.extra = [1, 2]
config.layers.append(dict(units=1, act='tanh'))
config.opt_eps = 1e-3
config.loss = lambda a, b: a - b
print(config.device, config.extra, config.layers[1].units, list(config.keys()))
print(config.loss(3, 1), config.precision)


def attempt(name, fn):
    try:
        fn()
        print(name, 'accepted')
    except Exception as error:
        print(name, type(error).__name__)


attempt('upper case', lambda: config.rebind(name='Run'))
attempt('not a tuple', lambda: config.rebind(size=[1, 2]))
attempt('too short', lambda: config.rebind(size=(1,)))
attempt('negative', lambda: config.rebind(lr=-1))
attempt('bad device', lambda: config.rebind(device='tpu:1'))
attempt('device by index', lambda: config.rebind({'device.index': 'one'}))
attempt('units missing', lambda: config.layers.append(dict(act='relu')))
attempt('unknown unit', lambda: config.layers.append(dict(units=1, unit=2)))
attempt('no layers', lambda: config.layers.clear())
attempt('last layer', lambda: config.rebind(layers=[]))
attempt('one argument', lambda: config.rebind(loss=lambda a: a))
attempt('not callable', lambda: config.rebind(loss=3))
attempt('no enum', lambda: config.rebind(precision=16))
attempt('float in union', lambda: config.rebind(extra=1.5))
attempt('none', lambda: config.rebind(extra=None, loss=None))
attempt('none where none is not', lambda: config.rebind(lr=None))
attempt('another class', lambda: config.rebind(cls=int))
attempt('unknown key', lambda: config.rebind(learning_rate=1.0))
attempt('unknown attribute', lambda: config.learning_rate)
attempt('deleting a required one', lambda: config.pop('name'))

print('--- specs from annotations')
for annotation in (
    int,
    Optional[float],
    Union[int, str, None],
    List[int],
    Dict[str, List[int]],
    Tuple[int, ...],
    tuple[int, str],
    Literal['a', 'b', 1],
    Callable[[int], str],
    Type[Device],
    Device,
    Any,
    list,
    dict,
):
    print(repr(T.ValueSpec.from_annotation(annotation, auto_typing=True)))

print('--- the same, spelled as specs')
print(T.List[int] == T.List(T.Int()), T.Dict[str, int], T.Tuple[int, ...], T.Enum['a', 'b'])
print(T.Int[0, 5], T.Str['x.*'], T.Union[int, str], T.Optional[int], T.Int() | str, T.Sequence[int])
print(repr(T.Int(1, min_value=0, max_value=5)), T.Int().noneable(), T.Int().freeze(3))

print('--- compatible, extended')
print(T.Int().is_compatible(T.Int(min_value=1)), T.Int(min_value=1).is_compatible(T.Int()))
print(T.Union([T.Int(), T.Str()]).is_compatible(T.Str()), T.Any().is_compatible(T.Int()))
print(
    repr(T.Int(max_value=3).extend(T.Int(1, min_value=0))), repr(T.Str().extend(T.Str(regex='a.*')))
)
attempt('looser', lambda: T.Int(min_value=-1).extend(T.Int(min_value=0)))
attempt('other', lambda: T.Str().extend(T.Int()))
attempt('none too', lambda: T.Int().noneable().extend(T.Int()))
schema = T.create_schema([('a', T.Int(1), 'An a.'), ('b', T.Str().noneable())], name='S')
print(schema)
print(schema.apply({'a': 5}), schema.resolve(['a', 'c'])[1])
attempt('unknown', lambda: schema.apply({'c': 1}))
attempt('bad', lambda: schema.validate({'a': 'x'}))

print('--- a transform, a default made by a schema')
ordered = T.List(T.Int(), transform=sorted)
print(ordered.apply([3, 1, 2]), T.Dict([('x', 1), ('y', T.Dict([('z', 'q')]))]).default)
print(T.Float().apply(1), T.Object(Device).apply('gpu:3'), T.Int()(), T.List(int)(), T.Str('a')())
print(
    T.signature(Device.parse).arg_names,
    T.is_subclass(Device, pg.Object),
    T.get_type_args(list[int]),
)
print(CONFIG.schema['lr'].description, CONFIG.schema['lr'].value, CONFIG.schema.dynamic_field.key)
