"""Type checkers understand users' classes: mistakes are reported, right programs are not."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


def expected_lines(path: Path) -> set[int]:
    lines = path.read_text().splitlines()
    return {i for i, line in enumerate(lines, 1) if line.rstrip().endswith('# error')}


def mypy_lines(path: Path) -> set[int]:
    command = [sys.executable, '-m', 'mypy', '--strict', '--no-error-summary', str(path)]
    result = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    pattern = re.compile(rf'{path.name}:(\d+): error')
    assert result.returncode in (0, 1), result.stdout + result.stderr
    return {int(n) for n in pattern.findall(result.stdout)}


@pytest.fixture(scope='module')
def pyright_report():
    command = [sys.executable, '-m', 'pyright', '--outputjson', '--pythonpath', sys.executable]
    command += ['-p', str(HERE)]
    result = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    if not result.stdout.startswith('{') and 'MUTANDIS_CI' not in os.environ:
        pytest.skip(f'pyright did not run (it fetches itself once): {result.stderr}')
    report = json.loads(result.stdout)
    assert report['summary']['filesAnalyzed'] == 2
    return report


def pyright_lines(report, path: Path) -> set[int]:
    return {
        d['range']['start']['line'] + 1
        for d in report['generalDiagnostics']
        if d['severity'] == 'error' and Path(d['file']).name == path.name
    }


@pytest.mark.parametrize('name', ['accepted.py', 'rejected.py'])
def test_mypy(name):
    path = HERE / name
    assert mypy_lines(path) == expected_lines(path)


@pytest.mark.parametrize('name', ['accepted.py', 'rejected.py'])
def test_pyright(name, pyright_report):
    path = HERE / name
    assert pyright_lines(pyright_report, path) == expected_lines(path)
