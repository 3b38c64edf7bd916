"""Mutated JSON documents raise documented errors at most, and never make anything run.

`json_fuzz/fuzz.py` says how. A part runs here; `make test` reads 100,000 documents and as many
texts, `make fuzz` whatever it is asked for.
"""

import os
import pathlib
import subprocess
import sys

FUZZ = pathlib.Path(__file__).parent / 'json_fuzz' / 'fuzz.py'
COUNT = os.environ.get('JSON_FUZZ_COUNT', '10000')


def run(*args):
    return subprocess.run(
        [sys.executable, str(FUZZ), *args], capture_output=True, text=True, timeout=900
    )


def test_mutated_documents():
    result = run('--count', COUNT)
    assert result.returncode == 0, result.stdout[-5000:] + result.stderr[-3000:]
    done, _, succeeded = result.stdout.split('\n')[-2].split(' ')[:3]
    assert int(done) == 2 * int(COUNT)
    # Neither all valid nor all refused at once.
    assert 0.2 < int(succeeded) / int(done) < 0.8


def test_what_is_run_is_noticed():
    result = run('--watches')
    assert result.returncode == 0, result.stdout[-5000:] + result.stderr[-3000:]
