"""`examples/digits_train.py` and the same program as a search."""

import difflib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip('torch')
pytest.importorskip('sklearn')

EXAMPLES = Path(__file__).parents[2] / 'examples'


@pytest.fixture
def run(tmp_path):
    """Runs an example in a folder of its own; returns the lines that it prints."""
    return lambda *arguments: run_in(tmp_path, *arguments)


def run_in(folder, *arguments):
    arguments = [str(EXAMPLES / a) if a.endswith('.py') else a for a in arguments]
    process = subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        env=dict(os.environ, OMP_NUM_THREADS='1'),
    )
    assert process.returncode == 0, process.stderr
    return process.stdout.splitlines()


def accuracy_of(lines):
    match = re.fullmatch(r'test accuracy: ([01]\.\d{4})', lines[-1])
    assert match, lines
    return float(match[1])


def test_the_plain_program_trains(run):
    assert accuracy_of(run('digits_train.py', '--epochs', '6')) > 0.9


def test_the_search_ends_with_the_best_program_and_its_accuracy(run):
    lines = run('digits_search.py', '--seed', '1', '--trials', '3')
    code = '\n'.join(lines[:-1])
    assert 'training = Training(\n' in code
    assert 'net=nn.Sequential(\n' in code
    assert 'oneof' not in code.lower()
    assert accuracy_of(lines) >= 0.97


def test_the_best_program_is_a_file_of_code_that_runs_without_the_search(run, tmp_path):
    lines = run('digits_search.py', '--seed', '1', '--trials', '2', '--epochs', '1')
    code = (tmp_path / 'best.py').read_text()
    assert '\n'.join(lines[:-1]) == code
    assert 'search(' not in code
    (tmp_path / 'best.json').unlink()
    process = subprocess.run(
        [sys.executable, 'best.py'], capture_output=True, text=True, cwd=tmp_path
    )
    assert process.returncode == 0, process.stderr
    assert float(process.stdout) > 0.9


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


@pytest.mark.parametrize(
    'algorithm',
    ['random', 'evolution', 'evolution?population_size=3&tournament_size=2', 'hill_climb', 'sweep'],
)
def test_another_algorithm_is_one_word_and_the_same_seed_gives_the_same_trials(run, algorithm):
    def lines():
        arguments = ('--seed', '1', '--trials', '5', '--epochs', '1', '--algorithm', algorithm)
        return run('-c', TRIALS_OF, 'digits_search.py', *arguments)

    first = lines()
    assert len([line for line in first if line.startswith('trial ')]) == 5
    assert lines() == first


def test_the_best_program_is_rebuilt_trained_and_tested_again(run, tmp_path):
    lines = run('digits_search.py', '--seed', '1', '--trials', '3', '--epochs', '2')
    best = json.loads((tmp_path / 'best.json').read_text())
    assert best['program']['_type'] == '__main__.Training'
    assert len(best['trials']) == 3
    (tmp_path / 'elsewhere').mkdir()
    (tmp_path / 'best.json').rename(tmp_path / 'elsewhere' / 'best.json')
    resume = ('--seed', '1', '--epochs', '2', '--resume-best')
    again = run_in(tmp_path / 'elsewhere', 'digits_search.py', *resume)
    assert again == lines


def test_the_search_is_at_most_15_lines_away_from_the_plain_program():
    plain, search = (
        (EXAMPLES / name).read_text().splitlines()
        for name in ('digits_train.py', 'digits_search.py')
    )
    difference = difflib.unified_diff(plain, search, n=0)
    new = [line[1:] for line in difference if line[:1] == '+' and line[:3] != '+++']
    counted = [line for line in new if not re.match(r'(import|from) |.*add_argument\(', line)]
    assert 0 < len(counted) <= 15, counted


def test_patches_of_an_installed_package_are_applied_before_the_search(
    tmp_path, monkeypatch, patch_library_path
):
    monkeypatch.setenv('PYTHONPATH', os.pathsep.join([*patch_library_path, *sys.path]))
    options = ('--seed', '1', '--trials', '2', '--epochs', '1')
    patches = ('--patch', 'skip_connections?every=2', '--patch', 'patch_library.ema?decay=0.9')
    lines = run_in(tmp_path, 'digits_search.py', *options, *patches)
    tree = '\n'.join(lines[:-1])
    assert 'net=WeightAverage(' in tree and 'decay=0.9' in tree
    assert tree.count('inner=nn.Sequential(') == 3
    again = run_in(tmp_path, 'digits_search.py', *options, *patches, '--resume-best')
    assert again == lines


def test_a_patch_that_nobody_has_installed_is_named(tmp_path):
    process = subprocess.run(
        [sys.executable, str(EXAMPLES / 'digits_search.py'), '--patch', 'not_there?every=2'],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert process.returncode != 0
    assert "there is no patcher 'not_there'" in process.stderr.splitlines()[-1]
