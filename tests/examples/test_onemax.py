"""`examples/onemax.py`: the smallest search."""

import subprocess
import sys
from pathlib import Path

PROGRAM = Path(__file__).parents[2] / 'examples' / 'onemax.py'


def run(*arguments):
    return subprocess.run(
        [sys.executable, PROGRAM, *map(str, arguments)], capture_output=True, text=True
    )


def rows(output):
    """Best number of ones and the string by the name of the algorithm."""
    found = {}
    for line in output.splitlines()[2:]:
        *name, ones, evaluation, string = line.split()
        assert string.count('1') == int(ones) and set(string) <= {'0', '1'}
        found[' '.join(name)] = int(ones), int(evaluation), len(string)
    return found


def test_evolution_solves_what_chance_does_not():
    first = run()
    # No progress bar where there is no terminal.
    assert (first.returncode, first.stderr) == (0, '')
    found = rows(first.stdout)
    ones, evaluation, length = found.pop('random')
    assert ones < 36 and evaluation <= 800 and length == 40
    assert len(found) == 3
    for ones, evaluation, length in found.values():
        assert (ones, length) == (40, 40) and evaluation <= 800
    assert run().stdout == first.stdout


def test_size_trials_and_seed_are_arguments():
    one, two = (
        run('--bits', 12, '--trials', 30, '--seed', seed).stdout.splitlines() for seed in (1, 2)
    )
    assert one[0] == two[0] == '12 bits, 30 evaluations'
    assert one != two
    assert all(length == 12 for _, _, length in rows('\n'.join(one)).values())


def test_what_makes_no_sense_is_refused():
    for wrong in (('--bits', 0), ('--trials', 0), ('--bits', 'many')):
        failed = run(*wrong)
        assert failed.returncode == 2 and wrong[0] in failed.stderr
    helped = run('--help')
    assert helped.returncode == 0 and '--trials' in helped.stdout
