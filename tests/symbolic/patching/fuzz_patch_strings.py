"""Fuzzed patch strings give a patcher or a documented error, and nothing is ever run.

Strings are made by the grammar, by mutating valid ones, and of random characters. While one is
read, an audit hook forbids what reading has no business to do: importing, compiling, executing,
opening files, starting processes. Usage: `fuzz_patch_strings.py [count] [first number]`.
"""

import random
import sys
import warnings

import mutandis as mt
from mutandis.symbolic.patching import Patcher, from_uri
from mutandis.typing.call_strings import CallStringError

T = mt.typing
FORBIDDEN = (
    'import',
    'exec',
    'compile',
    'open',
    'os.',
    'subprocess.',
    'socket.',
    'pickle.',
    'marshal.',
    'ctypes.',
    'code.__new__',
    'function.__new__',
)
events = []
watching = False
calls = []


def audit(event, args):
    if watching and event.startswith(FORBIDDEN):
        events.append(f'{event} {args!r:.200}')
        raise PermissionError(event)


@mt.patcher(
    [
        ('i', T.Int(min_value=0, max_value=10**6)),
        ('f', T.Float()),
        ('b', T.Bool()),
        ('s', T.Str(regex='[^!]*$')),
        ('e', T.Enum('a', ['a', 'b&c', ''])),
        ('l', T.List(T.Int(), max_size=5)),
        ('ls', T.List(T.Str())),
        ('n', T.Int().noneable()),
    ]
)
def fuzz_many(tree, i=1, f=1.0, b=False, s='s', e='a', l=[], ls=[], n=None, x=None, *, k=1):  # noqa: B006, E741
    calls.append('fuzz_many')
    return {}


@mt.patcher
def fuzz_none(tree):
    calls.append('fuzz_none')
    return {}


NAMES = ['fuzz_many', 'fuzz_none', 'tests.fuzz_many', '__main__.fuzz_none', 'nope', 'os.system']
KEYS = ['i', 'f', 'b', 's', 'e', 'l', 'ls', 'n', 'x', 'k', 'tree', 'self', '__class__', 'sealed']
VALUES = [
    *['', '0', '1', '-1', '7', '1_0', '0x1F', '1e5', 'nan', 'inf', '1' * 400, '9' * 5000],
    *['True', 'no', 'None', 'none', '"none"', 'a', 'a%26b', '"a&b"', 'b%26c', '1:2:3', '"1:2":3'],
    *['%', '%zz', '%ff', '%00', '"', '""', '"a', 'a"', ':', '::', '=', 'a=b', '?', '#', "'", '!'],
    *['__import__("os").system("x")', '{}', '[1]', '{0.__class__}', '%s', '${HOME}', '../x', '\0'],
    *['\n', '\t1 ', ' 1', 'é', '١', '²', '\u202e', '\ud800', '😀', 'lambda: 1', 'a' * 3000],
]
FITTING = {
    'i': ['0', '1_0', ' 7', '999999'],
    'f': ['1', '-2.5', '1e-3', 'inf'],
    'b': ['True', 'true', 'yes', '1', 'False', 'false', 'no', '0'],
    's': ['', 'x', '"none"', '"a&b=c"', 'a%26b', 'é😀', 'a=b', '%', "it's"],
    'e': ['a', 'b%26c', '"b&c"', ''],
    'l': ['', '1', '1:2:3'],
    'ls': ['', ':', 'a:b', '"a:b":c', '"":"x&y"', '%3a'],
    'n': ['None', 'none', '3'],
    'x': ['1', 'None', '"1"', 'lambda', '__import__("os")'],
    'k': ['2', '%22q%22'],
}
SEEDS = [
    'fuzz_many',
    'fuzz_none',
    'fuzz_many?1&2.5&true&text&a&1:2&x:y&None',
    'fuzz_many?i=3&f=1e-3&b=yes&s="a&b"&e=b%26c&l=1:2:3&ls="x:y":z&n=none&x=%22&k=5',
    '__main__.fuzz_many?i=1',
]


def string_of(number):
    rng = random.Random(number)
    kind = number % 3
    if kind == 0 and rng.random() < 0.5:
        pieces = [
            f'{key}={rng.choice(FITTING[key])}'
            for key in rng.sample(list(FITTING), rng.randint(0, len(FITTING)))
        ]
        return f'fuzz_many?{"&".join(pieces)}' if pieces else 'fuzz_none'
    if kind == 0:
        pieces = []
        for _ in range(rng.choice([0, 1, 1, 2, 2, 3, 12])):
            key = rng.choice(['', '', f'{rng.choice(KEYS)}='])
            pieces.append(key + rng.choice(VALUES))
        name = rng.choice(NAMES[:2] * 4 + NAMES)
        return name + (rng.choice(['?', '?', '?', '']) if pieces else '') + '&'.join(pieces)
    if kind == 1:
        text = list(rng.choice(SEEDS))
        for _ in range(rng.randint(1, 4)):
            at = rng.randrange(len(text) + 1)
            what = rng.random()
            if what < 0.4:
                text.insert(at, rng.choice('?&=:"%\' \n.-_01aé' + chr(rng.randrange(0x3000))))
            elif what < 0.7 and at < len(text):
                del text[at]
            elif what < 0.85:
                text[at:at] = rng.choice(VALUES)
            else:
                text[at:] = text[: len(text) - at]
        return ''.join(text)
    size = rng.choice([0, 1, 3, 10, 40])
    alphabets = ['?&=:"%abi_.1 ', ''.join(map(chr, range(256))), None]
    alphabet = rng.choice(alphabets)
    if alphabet is None:
        return ''.join(chr(rng.randrange(0x11000)) for _ in range(size))
    return rng.choice(['', 'fuzz_many?']) + ''.join(rng.choices(alphabet, k=size))


def main(count, first):
    global watching
    warnings.simplefilter('error')
    sys.addaudithook(audit)
    # What is loaded on first use.
    for text in (*SEEDS, 'nope', 'fuzz_many?i=x', 'fuzz_many?s=%ff', 'fuzz_many?k=%20'):
        try:
            from_uri(text)
        except CallStringError:
            pass
    read = 0
    for number in range(first, first + count):
        text = string_of(number)
        watching = True
        try:
            patcher = from_uri(text)
        except CallStringError as e:
            watching = False
            assert str(e) and 0 <= e.position <= len(text), (number, text, e)
        except BaseException as e:
            watching = False
            print(f'{number}: {text!r} raised {e!r}')
            return 1
        else:
            watching = False
            read += 1
            assert isinstance(patcher, Patcher), (number, text)
            again = from_uri(patcher.uri)
            assert mt.eq(again, patcher) or 'nan' in text, (number, text, patcher.uri)
        if events or calls:
            print(f'{number}: {text!r} made something run: {events or calls}')
            return 1
    print(count, read)
    return 0


def notice():
    """Whether the hook would notice."""
    global watching
    sys.addaudithook(audit)
    watching = True
    for danger in ('eval("1")', '__import__("this")', 'open("/dev/null")'):
        try:
            compile(danger, 'x', 'eval')
        except PermissionError:
            continue
        return 1
    return 0


if __name__ == '__main__':
    if sys.argv[1:] == ['--notice']:
        sys.exit(notice())
    numbers = [int(argument) for argument in sys.argv[1:]]
    sys.exit(main(*(numbers + [10_000, 0][len(numbers) :])))
