"""Reads mutated JSON documents and watches what that does.

    python tests/symbolic/json_fuzz/fuzz.py --count 100000 [--first 0]

Documents are made of `seeds.json` by their number alone, so a failure is repeated by `--first`.
Reading may succeed or raise a documented error. It must not import, open, run or evaluate
anything (audit events of Python), call a witness (`classes.py`), or change its input.
"""

import argparse
import base64
import calendar
import colorsys
import contextlib
import copy
import json
import marshal
import pathlib
import pickle
import random
import sys
import time
import traceback
import warnings

import classes

import mutandis as pg
from mutandis import algorithms, evolution, hyper, tuning

# Loaded before anything is watched: what documents may name, and what conversions use.
LOADED = (algorithms, evolution, hyper, tuning, calendar, colorsys)
HERE = pathlib.Path(__file__).parent
SEEDS = json.loads((HERE / 'seeds.json').read_text())
DOCUMENTED = (TypeError, ValueError, KeyError)
OPTIONS = [
    {},
    {},
    {'trusted': False},
    {'convert_unknown': True},
    {'allow_partial': True},
    {'auto_symbolic': False},
    {'auto_import': False},
    {'allow': ['colorsys']},
]

# -- Watching.

# Text such as an annotation may be parsed ("compile"), but not run ("exec").
_FORBIDDEN = (
    'builtins.input code.__new__ cpython. ctypes. exec fcntl. ftplib. function.__new__ '
    'glob. http. import marshal. mmap. open os. pathlib. pickle. pty. shutil. signal. smtplib. '
    'socket. sqlite3. subprocess. sys.unraisablehook tempfile. urllib. webbrowser.'
).split()
_events: list[str] = []
_watching = False


def _audit(event, args):
    if _watching and event.startswith(tuple(_FORBIDDEN)):
        if event == 'exec' and args[0].co_filename.startswith('<mutandis '):
            return  # What the library generates for a class when that is first used.
        _events.append(f'{event} {args!r:.200}')
        raise PermissionError(event)


# -- Mutations.


class _Payload:
    def __reduce__(self):
        return (classes.witness, ())


PICKLE = base64.encodebytes(pickle.dumps(_Payload())).decode()
CODE = base64.encodebytes(marshal.dumps((lambda: classes.witness()).__code__)).decode()
NAMES = """
    os.system builtins.eval builtins.exec subprocess.Popen builtins.open builtins.__import__ this.s
    this.x os.path os sys.modules importlib.import_module pickle.loads classes.witness
    classes.Witness classes.Witness.make classes.Witness.read classes.WithMeta.attribute
    classes.WithMeta classes.nothing classes.CALLS builtins.int builtins.type builtins.list
    typing.Optional typing.Union typing.Any typing.ForwardRef typing.Annotated typing.NamedTuple
    typing.NewType types.UnionType type function method set enum ndarray numpy tensor bytes datetime
    timedelta slice classes.Color a.b.C a..b . .. __main__ x._OpaqueObject mutandis.Object
    mutandis.base.json_values._OpaqueObject pyglove.core.utils.json_conversion._OpaqueObject
""".split()
KEYS = """
    _type __context__ __root__ __ref__ __symbolic__ __tuple__ __list__ n_:3 n_:x __key__:a name args
    value items code defaults kwdefaults member dtype shape data shared_objects sealed allow_partial
    root_path explicit_init self type_name default transform x y __class__ __init__ _sym_parent
    _on_bound
""".split()
_WITNESS = {'_type': 'function', 'name': 'classes.witness'}
DANGERS = [
    _WITNESS,
    {'_type': 'type', 'name': 'classes.Witness'},
    {'_type': 'method', 'name': 'classes.Witness.make'},
    {'_type': 'classes.Witness', 'x': 1},
    {'_type': 'type', 'name': 'classes.Witness', 'args': ['__tuple__', 1]},
    {'_type': 'type', 'name': 'classes.WithMeta', 'args': ['__tuple__', 'x']},
    {'_type': 'type', 'name': 'typing.Optional', 'args': ['__tuple__', '__import__("this")']},
    {'_type': 'type', 'name': 'typing.List', 'args': ['__tuple__', {'_type': 'x.Y'}]},
    {'_type': 'function', 'name': 'x.<lambda>', 'code': CODE, 'defaults': None},
    {'_type': 'pyglove.core.utils.json_conversion._OpaqueObject', 'value': PICKLE},
    {'_type': 'builtins.eval', 'source': '1'},
    {'_type': 'os.system', 'command': 'true'},
    {'_type': 'subprocess.Popen', 'args': ['true']},
    {'__ref__': 0},
    {'__ref__': -1},
    {'__ref__': '0'},
    {'__context__': {'shared_objects': [{'__ref__': 0}, 1]}, '__root__': {'__ref__': 1}},
    {'__context__': [], '__root__': []},
    {'__symbolic__': 1, 'a': 1},
    ['__tuple__'],
    ['__symbolic__', '__list__', '__tuple__'],
    {'_type': 'enum', 'name': 'classes.Color', 'member': '__class__'},
    {'_type': 'enum', 'name': 'classes.Mode', 'value': -99},
    {'_type': 'ndarray', 'dtype': '|O', 'shape': [1], 'data': 'AAAAAAAAAAA='},
    {'_type': 'ndarray', 'dtype': '<f8', 'shape': [10**12], 'data': ''},
    {'_type': 'timedelta', 'value': [10**20, 0, 0]},
    {'_type': 'pyglove.typing.Any', 'default': 1, 'transform': _WITNESS},
    {'_type': 'pyglove.typing.List', 'element_value': {'__ref__': 0}, 'default': [1]},
    {'_type': 'pyglove.typing.Str', 'regex': '(' * 5},
    {'_type': 'pyglove.typing.Object', 't': 'os.system'},
    {'_type': 'pyglove.typing.Object', 't': 'this.X', 'default': 1},
]
SCALARS = [0, 1, -1, 2**70, 1.5, float('nan'), float('inf'), True, None]
SCALARS += ['', 'a', '__tuple__', '\0', '\ud800', [], {}, 'x' * 50]


def _places(document, random):
    """Returns (container, key) of some places, deeper ones too."""
    found = []
    stack = [document]
    while stack and len(found) < 400:
        value = stack.pop()
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in pairs:
            found.append((value, key))
            if isinstance(item, (dict, list)):
                stack.append(item)
    return found


def _any_part(random):
    value = random.choice(SEEDS)
    for _ in range(random.randrange(4)):
        if not isinstance(value, (dict, list)) or not value:
            break
        value = random.choice(list(value.values()) if isinstance(value, dict) else value)
    return copy.deepcopy(value)


def _wrap(value, random):
    kind = random.randrange(7)
    if kind == 0:
        return [value]
    if kind == 1:
        return ['__tuple__', value]
    if kind == 2:
        return {random.choice(KEYS): value}
    if kind == 3:
        return {'__context__': {'shared_objects': [value]}, '__root__': [{'__ref__': 0}] * 2}
    if kind == 4:
        return {'_type': 'fuzz.Node', 'child': value}
    if kind == 5 and random.random() < 0.02:
        for _ in range(random.choice([60, 300, 2000])):
            value = [value] if random.random() < 0.5 else {'a': value}
        return value
    return {'_type': random.choice(NAMES), random.choice(KEYS): value}


def _new_value(random):
    kind = random.randrange(4)
    if kind == 0:
        return copy.deepcopy(random.choice(DANGERS))
    if kind == 1:
        return copy.deepcopy(random.choice(SCALARS))
    return _any_part(random)


def mutate(document, random):
    """Changes one thing in a document, and returns it."""
    if not isinstance(document, (dict, list)) or not document or random.random() < 0.08:
        return _wrap(document, random) if random.random() < 0.7 else _new_value(random)
    container, key = random.choice(_places(document, random))
    kind = random.randrange(9)
    if kind <= 2:
        container[key] = _new_value(random)
    elif kind == 3:
        del container[key]
    elif kind == 4:
        container[key] = _wrap(container[key], random)
    elif kind == 5 and isinstance(container, dict):
        container[random.choice(KEYS)] = container.pop(key)
    elif kind == 6 and isinstance(container, dict):
        container['_type'] = random.choice(TYPES)
    elif kind == 7 and isinstance(container, list):
        container.insert(key, _new_value(random))
    elif isinstance(container, dict):
        container[random.choice(KEYS)] = _new_value(random)
    else:
        container.append(container[key])
    return document


def document_of(number):
    """Returns the document of a number."""
    r = random.Random(number)
    document = copy.deepcopy(r.choice(SEEDS))
    for _ in range(r.choice((1, 1, 1, 2, 2, 3, 5))):
        document = mutate(document, r)
    return document


_TOKENS = '[]{},:"\\\0\u00e9\ud800 0123456789eE+-.truefalsenullNaNInfinity_'
_INSERTS = ['9' * 5000, '[' * 2000, '{"a":' * 500, '"_type"', '{"_type": "os.system"}']
_INSERTS += ['1e999', '\\u0000', '\\ud800']


def text_of(number):
    """Returns the JSON text of a number, often malformed."""
    r = random.Random(~number)
    text = r.choice(SEED_TEXTS)
    for _ in range(r.choice((0, 1, 1, 1, 2, 4))):
        at = r.randrange(len(text) + 1)
        kind = r.randrange(6)
        if kind == 0:
            text = text[:at] + r.choice(_TOKENS) + text[at:]
        elif kind == 1:
            text = text[:at] + text[at + r.choice((1, 1, 2, 10)) :]
        elif kind == 2:
            text = text[:at] + r.choice(_TOKENS) + text[at + 1 :]
        elif kind == 3:
            until = at + r.randrange(40)
            text = text[:until] + text[at:until] + text[until:]
        elif kind == 4 and r.random() < 0.1:
            text = text[:at] + r.choice(_INSERTS) + text[at:]
        elif kind == 5:
            old, new = r.choice(_SWAPS)
            text = text.replace(old, new, 1 if r.random() < 0.5 else -1)
    if r.random() < 0.1:
        data = bytearray(text.encode('utf-8', 'surrogatepass'))
        if data:
            data[r.randrange(len(data))] = r.randrange(256)
        return bytes(data)
    return text


_SWAPS = [
    ('fuzz.Leaf', 'fuzz.Node'), ('fuzz.Node', 'os.system'), ('"type"', '"function"'),
    ('"name"', '"value"'), ('builtins', 'os'), ('[', '{'), ('}', ']'), ('1', '"1"'), ('"', ''),
    ('{"_type"', '{"__context__"'), ('classes.Leaf', 'classes.Witness'), ('null', '{}'),
]  # fmt: skip
SEED_TEXTS = [json.dumps(seed) for seed in SEEDS]
TYPES = sorted(
    {*NAMES, *(name for name, _ in pg.registered_types() if not name.startswith('tests.'))}
)

# -- Running.


class Failure(Exception):
    pass


def check(read, value, options):
    """Reads a value under watch; returns whether that succeeded."""
    global _watching
    _watching = True
    error = None
    try:
        read(value, **options)
    except DOCUMENTED as e:
        error = e
    except BaseException as e:
        _watching = False
        detail = ''.join(traceback.format_exception(e)[-6:])
        raise Failure(f'{type(e).__name__}: {e}\n{detail}') from e
    finally:
        _watching = False
    if _events:
        raise Failure(f'decoding caused {_events}')
    if classes.CALLS:
        raise Failure(f'decoding called {classes.CALLS}')
    return error is None


def _dumps(value):
    try:
        return json.dumps(value)
    except RecursionError:
        return None


def warm_up():
    """Loads what is loaded on first use, and compiles the classes."""
    warnings.simplefilter('ignore')  # Python opens a source file to show the line of a warning.
    for seed, text in zip(SEEDS, SEED_TEXTS, strict=True):
        pg.from_json(seed)
        pg.from_json_str(text, convert_unknown=True)
    for data in (
        {'_type': 'no.Such', 'x': 1},
        {'_type': 'type', 'name': 'no.Such'},
        {'_type': 'function', 'name': 'no.such'},
        {'_type': 'method', 'name': 'no.Such.m'},
    ):
        unknown = pg.from_json([data, data], convert_unknown=True)
        unknown.clone(deep=True)
    for data in ({'_type': 'fuzz.Open', 'nope': 1}, {'_type': 'fuzz.Leaf', 'nope': 1}):
        with contextlib.suppress(Exception):
            pg.from_json(data)
    for encoding in ('utf-16', 'utf-16-le', 'utf-16-be', 'utf-32', 'utf-32-le', 'utf-32-be'):
        pg.from_json_str('1'.encode(encoding))
    for name, _ in list(pg.registered_types()):
        for options in ({}, {'allow_partial': True}):
            with contextlib.suppress(Exception):
                pg.from_json({'_type': name}, **options)
    for danger in DANGERS:
        with contextlib.suppress(Exception):
            pg.from_json(danger, convert_unknown=True)
    classes.CALLS.clear()


def run(first, count, seconds=None):
    """Checks documents; returns how many of them could be read, and how many there were."""
    sys.addaudithook(_audit)
    started = time.monotonic()
    succeeded, failures, number = 0, 0, first
    for number in range(first, first + count):
        options = OPTIONS[number % len(OPTIONS)]
        document = document_of(number)
        before = _dumps(document)
        text = text_of(number)
        text_options = {k: v for k, v in options.items() if k != 'auto_symbolic'}
        for read, value, kwargs in (
            (pg.from_json, document, options),
            (pg.from_json_str, text, text_options),
        ):
            try:
                succeeded += check(read, value, kwargs)
                if _dumps(document) != before:
                    raise Failure('the input was changed')
            except Failure as failure:
                failures += 1
                _events.clear()
                classes.CALLS.clear()
                print(f'\n-- {number} {read.__name__} {kwargs}\n{value!r:.2000}\n{failure}')
                if failures >= 10:
                    return succeeded, 2 * (number - first + 1), failures
        if seconds is not None and time.monotonic() - started > seconds:
            break
    return succeeded, 2 * (number - first + 1), failures


def watches():
    """Checks that the watch notices what trusted documents may do."""
    sys.addaudithook(_audit)
    sys.modules.pop('this', None)
    for danger in (
        {'_type': 'function', 'name': 'this.s'},
        {'_type': 'function', 'name': 'x.<lambda>', 'code': CODE, 'defaults': None},
        {'_type': 'pyglove.core.utils.json_conversion._OpaqueObject', 'value': PICKLE},
        {'_type': 'type', 'name': 'classes.Witness', 'args': ['__tuple__', 1]},
        {'_type': 'classes.Witness'},
    ):
        try:
            check(pg.from_json, danger, {'trusted': True})
        except Failure:
            _events.clear()
            classes.CALLS.clear()
        else:
            sys.exit(f'Nothing was noticed: {danger}')


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--count', type=int, default=100_000)
    parser.add_argument('--first', type=int, default=0)
    parser.add_argument('--seconds', type=float, help='stop after this time')
    parser.add_argument('--watches', action='store_true', help='check the check')
    args = parser.parse_args()
    warm_up()
    if args.watches:
        watches()
        return
    started = time.process_time()
    succeeded, done, failures = run(args.first, args.count, args.seconds)
    took = time.process_time() - started
    print(f'{done} documents, {succeeded} could be read, {failures} failures, {took:.1f} s')
    sys.exit(1 if failures else 0)


if __name__ == '__main__':
    main()
