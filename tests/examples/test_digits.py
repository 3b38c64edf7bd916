"""`examples/digits_train.py` and the same program as a search."""

import difflib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip('torch')
pytest.importorskip('sklearn')

EXAMPLES = Path(__file__).parents[2] / 'examples'


def run(*arguments):
    """Runs python as a user would, in the folder of the examples; returns the lines it prints."""
    process = subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        cwd=EXAMPLES,
        env=dict(os.environ, OMP_NUM_THREADS='1'),
    )
    assert process.returncode == 0, process.stderr
    return process.stdout.splitlines()


def accuracy_of(lines):
    match = re.fullmatch(r'test accuracy: ([01]\.\d{4})', lines[-1])
    assert match, lines
    return float(match[1])


def test_the_plain_program_trains():
    assert accuracy_of(run('digits_train.py', '--epochs', '6')) > 0.9


def test_the_search_ends_with_the_best_program_and_its_accuracy():
    lines = run('digits_search.py', '--seed', '1', '--trials', '3')
    tree = '\n'.join(lines[:-1])
    assert tree.startswith('Training(')
    assert 'net = Sequential(' in tree
    assert 'oneof' not in tree.lower()
    assert accuracy_of(lines) >= 0.97


TRIALS_OF = """
import runpy, sys
import mutandis as mt

search = mt.search

def search_and_tell(*args, **kwargs):
    result = search(*args, **kwargs)
    for trial in result.trials:
        print('trial', trial.id, trial.dna, trial.final_measurement.reward)
    return result

mt.search = search_and_tell
del sys.argv[0]
runpy.run_path(sys.argv[0], run_name='__main__')
"""


def test_the_same_seed_gives_the_same_trials():
    def lines():
        arguments = ('--seed', '1', '--trials', '5', '--epochs', '1')
        return run('-c', TRIALS_OF, 'digits_search.py', *arguments)

    first = lines()
    assert len([line for line in first if line.startswith('trial ')]) == 5
    assert lines() == first


def test_the_search_is_at_most_15_lines_away_from_the_plain_program():
    plain, search = (
        (EXAMPLES / name).read_text().splitlines()
        for name in ('digits_train.py', 'digits_search.py')
    )
    difference = difflib.unified_diff(plain, search, n=0)
    new = [line[1:] for line in difference if line[:1] == '+' and line[:3] != '+++']
    counted = [line for line in new if not re.match(r'(import|from) |.*add_argument\(', line)]
    assert 0 < len(counted) <= 15, counted
