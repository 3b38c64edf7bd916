"""Programs in the manner of PyGlove's notebooks print here what they print there.

Each `*.py` beside this file is a program as a user would write it. What it must print stands in the
`*.txt` of the same name: the output of PyGlove 0.4.5, the program having `import pyglove as pg`.
"""

import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PROGRAMS = sorted(p for p in HERE.glob('*.py') if not p.name.startswith(('test_', 'conftest')))


@pytest.mark.parametrize('program', PROGRAMS, ids=lambda p: p.stem)
def test_prints_what_it_prints_under_the_reference(program):
    source = program.read_text(encoding='utf-8')
    for library in ('torch', 'sklearn'):
        if f'import {library}' in source or f'from {library}' in source:
            pytest.importorskip(library)
    # A process of its own: what a program registers concerns no other test.
    run = subprocess.run([sys.executable, str(program)], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert run.stdout == program.with_suffix('.txt').read_text(encoding='utf-8')


def test_every_recording_belongs_to_a_program():
    assert {p.stem for p in PROGRAMS} == {p.stem for p in HERE.glob('*.txt')}
