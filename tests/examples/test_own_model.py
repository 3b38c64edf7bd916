"""`examples/own_model.py`: a model that knows nothing of mutandis."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip('torch')
pytest.importorskip('sklearn')

PROGRAM = Path(__file__).parents[2] / 'examples' / 'own_model.py'


def run(*arguments):
    process = subprocess.run(
        [sys.executable, PROGRAM, *arguments],
        capture_output=True,
        text=True,
        env=dict(os.environ, OMP_NUM_THREADS='1'),
    )
    assert process.returncode == 0, process.stderr
    return process.stdout.splitlines()


def test_finds_a_model_and_tells_how_good_it_is():
    lines = run('--trials', '2', '--epochs', '3', '--seed', '1')
    assert re.match(r'best of 2: DigitNet\(width=\d+, depth=\d, kernel_size=[35], ', lines[0])
    match = re.fullmatch(r'test accuracy: (0\.\d{4})', lines[-1])
    assert match and float(match[1]) > 0.9
    assert run('--trials', '2', '--epochs', '3', '--seed', '1') == lines


def test_the_class_is_written_in_the_ordinary_way():
    module = ast.parse(PROGRAM.read_text())
    model = next(n for n in module.body if isinstance(n, ast.ClassDef))
    assert not model.decorator_list
    assert not any(isinstance(n, ast.Name) and n.id == 'mt' for n in ast.walk(model))
    assert 'from torch import nn' in map(ast.unparse, module.body)
