"""`examples/hello.py`, and the same kind of program written by a user."""

import subprocess
import sys
from pathlib import Path

import mutandis as pg

EXAMPLES = Path(__file__).parents[2] / 'examples'


def test_says_hello_in_every_way():
    run = subprocess.run(
        [sys.executable, EXAMPLES / 'hello.py'], capture_output=True, text=True, check=True
    )
    assert run.stderr == ''
    assert run.stdout.splitlines() == [
        'Hello, world!',
        'Hello, mutandis!',
        'Hello, world!',
        'Salve, world!',
        'Hello, mutandis!',
        'Salve, mutandis!',
        'Hello, reader!',
        'Salve, reader!',
    ]


def test_symbolize_rebind_oneof_iter(capsys):
    @pg.symbolize
    class Hello:
        def __init__(self, subject):
            self._greeting = f'Hello, {subject}!'

        def greet(self):
            print(self._greeting)

    hello = Hello('World')
    hello.greet()
    hello.rebind(subject='PyGlove')
    hello.greet()
    hello.rebind(subject=pg.oneof(['World', 'PyGlove']))
    for each in pg.iter(hello):
        each.greet()
    # What PyGlove 0.4.5 prints.
    assert capsys.readouterr().out.splitlines() == [
        'Hello, World!',
        'Hello, PyGlove!',
        'Hello, World!',
        'Hello, PyGlove!',
    ]
