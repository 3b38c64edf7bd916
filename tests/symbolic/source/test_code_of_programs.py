"""`to_code` of the values that the test programs and the examples make."""

import contextlib
import io
import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

import mutandis as mt
from mutandis.symbolic import Symbolic

TESTS = Path(__file__).parents[2]
PROGRAMS = sorted(path for path in (TESTS / 'programs').glob('*.py') if path.name[:5] != 'test_')
DATA = Path(os.environ.get('MUTANDIS_DATA') or TESTS.parents[1] / 'shared' / 'data') / 'nasbench201'
# All but `digits_train.py`, which is plain PyTorch.
EXAMPLES = {
    'hello.py': [],
    'onemax.py': ['--trials', '30'],
    'own_model.py': ['--trials', '1', '--epochs', '1'],
    'tsp.py': ['--trials', '20'],
    'function_regression.py': ['--trials', '200'],
    'digits_search.py': ['--trials', '2', '--epochs', '1'],
    'evolve_optimizer.py': ['--trials', '20', '--minutes', '1'],
    'search_flows.py': ['--data', str(DATA), '--trials', '60', '--seeds', '1'],
}
NEEDS = {'torch_nets.py': 'torch', 'sklearn_models.py': 'sklearn', 'own_model.py': 'torch'}
SLOW = (
    'evolve_optimizer.py',
    'torch_nets.py',
    'sklearn_models.py',
    'digits_search.py',
    'function_regression.py',
    'own_model.py',
    'tsp.py',
)
# What code cannot say, and the reason that is given.
REASONS = (
    'has no name that code could refer to',
    'is bound to an object',
    'is frozen, but',
    'shares the',
)


def trees_of(path, arguments, most):
    """Runs a program; returns the trees that its functions have seen."""
    found = {}
    failing = set()

    def look(value):
        if not issubclass(type(value), Symbolic) or len(found) >= most:
            return
        if getattr(value, 'sym_parent', value) is None:
            found.setdefault(id(value), value)

    def trace(frame, event, argument):
        if frame.f_code.co_filename != str(path):
            return None
        frame.f_trace_lines = False
        if event == 'exception':
            failing.add(frame)
        if event == 'return' and (argument is not None or frame not in failing):
            for value in (argument, *frame.f_locals.values()):
                look(value)
        return trace

    old = sys.argv, sys.path[:], sys.gettrace()
    sys.argv = [str(path), *arguments]
    sys.path.insert(0, str(path.parent))
    sys.settrace(trace)
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            names = runpy.run_path(str(path), run_name='__main__')
    except SystemExit as end:
        assert not end.code, f'{path} ended with {end.code!r}'
        names = {}
    finally:
        sys.settrace(old[2])
        sys.argv, sys.path[:] = old[:2]
    for value in names.values():
        look(value)
    return list(found.values())


def holds_reference(value):
    return mt.contains(value, type=mt.Ref) or isinstance(value, mt.Ref)


def check_program(path, arguments, most):
    """The code of each tree makes an equal one, or an error says why there is no code."""
    trees = trees_of(path, arguments, most)
    written = 0
    for tree in trees:
        try:
            code = mt.to_code(tree)
        except ValueError as error:
            assert any(reason in str(error) for reason in REASONS) or tree.sym_partial, error
            continue
        scope = dict(code.needed)
        exec(code, scope)
        # References are equal to those of the same target only.
        assert mt.eq(scope['value'], tree) or holds_reference(tree), code
        written += 1
    assert written > 0.9 * len(trees) - 1
    print(len(trees), written)


def run(path, arguments, folder):
    """Checks a program in a process of its own: some change what is registered."""
    paths = [str(Path(mt.__file__).parents[1]), os.environ.get('PYTHONPATH', '')]
    process = subprocess.run(
        [sys.executable, __file__, path, *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        env=dict(os.environ, PYTHONPATH=os.pathsep.join(paths)),
    )
    assert process.returncode == 0, process.stderr
    assert process.stdout.split()[0] != '0'


def _slowly(items):
    return [pytest.param(i, marks=pytest.mark.slow) if str(i).endswith(SLOW) else i for i in items]


@pytest.mark.parametrize('path', _slowly(PROGRAMS), ids=lambda path: path.stem)
def test_programs(path, tmp_path):
    pytest.importorskip(NEEDS.get(path.name, 'mutandis'))
    run(path, [], tmp_path)


@pytest.mark.parametrize('name', _slowly(EXAMPLES))
def test_examples(name, tmp_path):
    if name in ('digits_search.py', 'evolve_optimizer.py'):
        pytest.importorskip('sklearn')
    if name == 'search_flows.py' and not (DATA / 'space.json').is_file():
        pytest.skip(f'no table in {DATA}: set MUTANDIS_DATA to the folder that holds nasbench201/')
    pytest.importorskip(NEEDS.get(name, 'mutandis'))
    run(TESTS.parent / 'examples' / name, EXAMPLES[name], tmp_path)


if __name__ == '__main__':
    check_program(Path(sys.argv[1]), sys.argv[2:], 60)
