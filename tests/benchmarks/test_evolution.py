"""`benchmarks/evolution.py`: two libraries side by side; here both of them are ours."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import mutandis as mt

PROGRAM = Path(__file__).parents[2] / 'benchmarks' / 'evolution.py'


@pytest.fixture(scope='module')
def benchmark_module(load_program):
    return load_program(PROGRAM)


def run(*arguments):
    return subprocess.run(
        [sys.executable, PROGRAM, *map(str, arguments)], capture_output=True, text=True
    )


def cells(line):
    return [cell.strip() for cell in line.strip('|').split('|')]


def test_every_workload_computes_what_it_says(benchmark_module):
    found = {}
    for name, workload in benchmark_module.WORKLOADS.items():
        if workload.prepare is benchmark_module.trials:
            spent, found[name] = workload.prepare(mt, 0.01)
            assert len(spent) >= 40 and min(spent) > 0
        else:
            found[name] = workload.prepare(mt)()
    assert found['permutation.spec'] == 100
    assert sorted(found['permutation.dna']) == list(range(100))
    assert found['permutation.dna'] == found['permutation.nodes']
    assert [len(child) for child in found['crossover.pointwise']] == [50]
    assert sorted(i for front in found['nsga2.sort'] for i in front) == list(range(400))
    assert {len(numbers) for numbers in found['evolution.trial']} == {50}


def test_figures_are_written_as_a_table(tmp_path):
    names = ['permutation.dna', 'permutation.nodes', 'evolution.trial']
    done = run(
        '--peers', 'one=mutandis,other=mutandis', '--only', ','.join(names), '--rounds', 1,
        '--seconds', 0.02, '--md', tmp_path / 'table.md',
    )  # fmt: skip
    assert done.stderr == ''
    # No library is 500 times faster than itself.
    assert done.returncode == 1
    assert (tmp_path / 'table.md').read_text() == done.stdout
    header, _, *lines = done.stdout.splitlines()
    assert cells(header)[2:4] == ['one', 'other']
    assert [cells(line)[0] for line in lines] == names
    for line in lines:
        _, _, first, second, ratio, _, _ = cells(line)
        assert re.fullmatch(r'[\d.]+ ms', first) and re.fullmatch(r'[\d.]+ ms', second)
        assert re.fullmatch(r'\d+x', ratio)
    goals = [cells(line)[5:] for line in lines]
    assert goals[:2] == [['500x', 'no'], ['-', '-']] and goals[2][0] == '0.1 ms'


def test_without_a_reference_nothing_is_compared():
    done = run('--peers', 'mutandis', '--only', 'permutation.dna', '--rounds', 1)
    assert (done.returncode, done.stderr) == (1, '')
    assert cells(done.stdout.splitlines()[2])[4:] == ['-', '500x', 'no']


def test_goals(benchmark_module):
    def reached(name, ours, reference=None):
        times = {'ours': ours * 1e6}
        if reference is not None:
            times['reference'] = reference * 1e6
        ((texts, reached),) = benchmark_module.rows({name: times}, 'reference', 'ours')
        assert texts[-1] == ('yes' if reached else 'no')
        return reached

    assert reached('permutation.dna', 1.0, 500.0) and not reached('permutation.dna', 1.0, 499.0)
    assert not reached('permutation.dna', 1.0)
    assert reached('evolution.trial', 0.09) and not reached('evolution.trial', 0.11, 1000.0)


def test_different_results_are_an_error(benchmark_module, monkeypatch):
    results = iter([[1], [2]])
    monkeypatch.setattr(benchmark_module, 'run', lambda *args: {'ns': 1.0, 'result': next(results)})
    with pytest.raises(SystemExit, match='different things'):
        benchmark_module.compare(['a=x', 'b=y'], ['permutation.dna'], 1, 0.1)


def test_what_is_missing_is_said():
    assert 'no workload' in run('--only', 'nothing').stderr
    failed = run('--peers', 'no_such_library', '--only', 'permutation.dna', '--rounds', 1)
    assert failed.returncode == 1 and 'no_such_library' in failed.stderr
