"""`examples/hello.py`, and the same kind of program written by a user."""

import subprocess
import sys
from pathlib import Path

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
