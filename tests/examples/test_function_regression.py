"""`examples/function_regression.py`: formulas found from points."""

import math
import random
import subprocess
import sys
from pathlib import Path

import pytest

import mutandis as mt
from mutandis import mutfun

PROGRAM = Path(__file__).parents[2] / 'examples' / 'function_regression.py'


@pytest.fixture(scope='module')
def regression(load_program):
    return load_program(PROGRAM)


def run(*arguments):
    return subprocess.run(
        [sys.executable, PROGRAM, *map(str, arguments)], capture_output=True, text=True
    )


def test_the_quartic_is_found_exactly():
    first = run()
    assert (first.returncode, first.stderr) == (0, '')
    title, header, formula, last, distance = first.stdout.splitlines()
    assert title.startswith('quartic: 4000 formulas tried, the best one is number ')
    assert (header, last.strip()) == ('def f(x):', 'return y')
    assert distance == 'greatest distance from a point: 0.000000'
    # What is printed is the formula: it has the values of the target.
    for x in (-0.95, 0.33, 2.0):
        scope = {'x': x, 'sin': math.sin}
        exec(formula.strip(), scope)
        assert scope['y'] == pytest.approx(x**4 + x**3 + x**2 + x)


@pytest.mark.slow
def test_a_formula_with_an_operator_of_ones_own_is_found(regression):
    target = regression.TARGETS['harmonic']
    best = regression.search(target, 4000, 2, progress=False).best
    assert any(isinstance(node, regression.Sine) for node in every_node(best))
    assert regression.worst_distance(best, target) < 1e-9


def every_node(program):
    return mt.query(
        program, where=lambda v: isinstance(v, mutfun.Code), enter_selected=True
    ).values()


def test_changes_make_programs_and_reach_every_kind(regression):
    first = mutfun.Function('f', [mutfun.Assign('y', mutfun.Var('x')), mutfun.Var('y')], ['x'])
    space = mt.evolve(first, regression.Change(1), weights=regression.only_in_formula)
    program, rng, kinds = first, random.Random(2), set()
    for _ in range(400):
        program = space.mutate(program, rng)
        program.compile()
        assert program.args == ['x'] and len(program.body) == 2
        kinds |= {type(node) for node in every_node(program.body[0].value)}
        copy = mt.from_json_str(program.to_json_str())
        assert str(copy) == str(program)
        if len(every_node(program)) > 40:
            program = first.clone(deep=True)
    assert kinds == {*regression.OPERATORS, regression.Sine, mutfun.Var}


def test_equal_seeds_find_the_same():
    one, again, other = (run('--trials', 300, '--seed', seed).stdout for seed in (1, 1, 2))
    assert one == again != other


def test_what_makes_no_sense_is_refused():
    for wrong in (('--target', 'nothing'), ('--trials', 0)):
        failed = run(*wrong)
        assert failed.returncode == 2 and wrong[0] in failed.stderr
    assert '--target' in run('--help').stdout
