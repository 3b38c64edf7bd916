"""`examples/evolve_optimizer.py`: update rules as programs, and what evolution can make of them."""

import math
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

import mutandis as mt
from mutandis.algorithms import mutfun
from mutandis.algorithms.mutfun import Assign

torch = pytest.importorskip('torch')
pytest.importorskip('sklearn')

EXAMPLE = Path(__file__).parents[2] / 'examples' / 'evolve_optimizer.py'


@pytest.fixture(scope='module')
def example(load_program):
    return load_program(EXAMPLE)


@pytest.fixture(scope='module')
def judge(example):
    return example.Judge([example.digits_task(), example.characters_task()])


def walk(run, gradients, lr=0.01):
    """The weights after steps with given gradients."""
    weights = torch.linspace(-1, 1, gradients.shape[1])
    m = v = torch.zeros_like(weights)
    for number, gradient in enumerate(gradients, start=1):
        change, m, v = run(weights, gradient, m, v, float(number), lr)
        weights = weights - change
    return weights


@pytest.fixture
def gradients():
    return torch.randn(20, 9, generator=torch.Generator().manual_seed(0))


def test_the_program_of_adamw_is_adamw(example, gradients):
    weights = torch.nn.Parameter(torch.linspace(-1, 1, 9))
    optimizer = torch.optim.AdamW(
        [weights], lr=0.01, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01
    )
    for gradient in gradients:
        weights.grad = gradient.clone()
        optimizer.step()
    for run in (example.ADAMW, mutfun.to_callable(example.ADAMW)):
        torch.testing.assert_close(walk(run, gradients), weights.detach())


def test_the_program_of_lion_is_lion(example, gradients):
    """Chen et al. 2023, Algorithm 2, with weight decay 0.1."""
    weights, momentum = torch.linspace(-1, 1, 9), torch.zeros(9)
    for gradient in gradients:
        direction = torch.sign(0.9 * momentum + 0.1 * gradient)
        weights = weights - 0.01 * (direction + 0.1 * weights)
        momentum = 0.99 * momentum + 0.01 * gradient
    for run in (example.LION, mutfun.to_callable(example.LION)):
        torch.testing.assert_close(walk(run, gradients), weights)


def chain(example):
    """Programs from AdamW to Lion."""
    current = example.ADAMW

    def changed(change):
        nonlocal current
        current = current.clone(deep=True)
        change(current.body)
        return current

    def find(body, text):
        (number,) = [i for i, line in enumerate(body) if str(line).startswith(text)]
        return number

    def insert(number, line):
        return lambda body: body.insert(number, line)

    def delete(text):
        return lambda body: body.__delitem__(find(body, text))

    def constant(text, value):
        def change(body):
            line = body[find(body, text)]
            (path,) = mt.query(line, where=lambda v: isinstance(v, float))
            line.rebind({path: value})

        return change

    m, gradient, update = mutfun.Var('m'), mutfun.Var('gradient'), mutfun.Var('update')
    yield current
    for change in (
        insert(0, Assign('update', example.Interpolate(gradient, m, 0.9))),
        insert(1, Assign('update', example.Sign(update))),
        delete('update = m_hat'),
        delete('m_hat'),
        delete('v_hat'),
        delete('v ='),
        delete('g2'),
        constant('m =', 0.99),
        constant('decay', 0.1),
    ):
        yield changed(change)


def test_single_mutations_lead_from_adamw_to_lion(example):
    programs = list(chain(example))
    mutator = example.make_mutator()
    for parent, child in zip(programs, programs[1:], strict=False):
        child.compile()
        assert mutator.is_legal(parent, child)
        assert mutator.probability(parent, child) > 0, child
    assert mt.eq(programs[-1], example.LION)
    assert mt.ne(programs[0], example.LION)
    # Two mutations at once are none.
    assert mutator.probability(programs[0], programs[2]) == 0
    probability = math.prod(
        mutator.probability(parent, child)
        for parent, child in zip(programs, programs[1:], strict=False)
    )
    assert 0 < probability < 1e-12


def test_the_last_line_is_never_mutated(example):
    mutator, program = example.make_mutator(), example.ADAMW
    for _ in range(30):
        program = mutator.mutate(program)
        assert str(program.body[-1]) == 'update, m, v'
        assert len(program.body) <= 16


def equivalents(example):
    same = example.ADAMW.clone(deep=True)
    same.body.insert(3, Assign('t', example.Tanh(mutfun.Var('gradient'))))
    yield same
    same = example.ADAMW.clone(deep=True)
    line = same.body[-3]
    assert str(line) == 'update = update + decay'
    line.rebind(value=mutfun.Var('decay') + mutfun.Var('update'))
    yield same
    same = example.ADAMW.clone(deep=True)
    same.body.insert(0, same.body[1].clone(deep=True))
    yield same


def test_equivalent_programs_are_trained_once(example):
    judge = example.Judge([example.digits_task(), example.characters_task()])
    assert judge.reward(example.ADAMW) == pytest.approx(0.0)
    for number, same in enumerate(equivalents(example), start=1):
        assert mt.ne(same, example.ADAMW)
        assert judge.reward(same) == pytest.approx(0.0)
        assert judge.counts == {
            'trained': 1,
            'stopped early': 0,
            'duplicates': number,
            'rejected': 0,
        }
    judge.reward(example.LION)
    assert judge.counts['duplicates'] == 3


def test_what_is_no_update_rule_is_rejected_without_training(example, judge):
    weight, lr, gradient = map(mutfun.Var, ['weight', 'lr', 'gradient'])
    for reason, lines in {
        'no use of the gradient': [Assign('update', weight * lr)],
        'not finite': [Assign('update', example.SquareRoot(gradient))],
        'shape': [Assign('update', lr + 1.0)],
    }.items():
        program = example.rule(*lines)
        with pytest.raises(example.Rejected, match=reason):
            example.check(mutfun.to_callable(program))
        before = dict(judge.counts)
        assert judge.reward(program) == judge.WORST
        assert judge.counts['rejected'] == before['rejected'] + 1
        assert judge.counts['trained'] == before['trained']
    worse = example.rule(Assign('update', example.Sign(gradient) * lr * -1.0))
    assert judge.reward(worse) < -1
    assert judge.counts['stopped early'] == 1
    example.check(mutfun.to_callable(example.rule(Assign('update', gradient * lr))))


def test_the_search_is_reproducible(example):
    def texts():
        judge = example.Judge([example.digits_task(), example.characters_task()])
        ranked = example.search(judge, 46, seed=3, deadline=math.inf)
        assert sum(judge.counts.values()) == 46
        assert judge.counts['duplicates'] >= 39  # The first population are copies of AdamW.
        return [(str(program), reward) for program, reward in ranked]

    first = texts()
    assert first == texts()
    assert [reward for _, reward in first] == sorted((r for _, r in first), reverse=True)


def test_each_part_ends_when_its_time_is_up(example, monkeypatch):
    judge = example.Judge([example.digits_task(), example.characters_task()])
    ranked = example.search(judge, None, seed=1, deadline=0.0)
    assert len(ranked) == 1
    steps = []

    def count(run, task, number, *args, **kwargs):
        curve = train(run, task, number, *args, **kwargs)
        steps.append(number)
        return curve

    train = example.train
    monkeypatch.setattr(example, 'train', count)
    assert mt.eq(example.funnel(judge, ranked, 0.0), ranked[0][0])
    rules = dict.fromkeys(['AdamW', 'Lion', 'evolved'], example.ADAMW)
    results = example.compare(rules, judge.tasks, 0.0)
    assert [numbers for _, numbers, _ in results] == [[1], [1]]  # One step of eight.
    assert set(steps) <= {5, 8}  # A few to find out how long they take, and the least number.
    for _, _, curves in results:
        assert curves['AdamW'] == curves['evolved']


def test_the_verdict_says_what_is(example):
    def results(loss):
        curves = {'AdamW': (0.1, [2.0, 1.0]), 'Lion': None, 'evolved': (0.1, [2.0, loss])}
        return [('digits', [1, 2], curves)]

    assert 'beats AdamW here: its loss at the end is 0.900' in example.verdict(results(0.9))
    assert 'does not beat AdamW' in example.verdict(results(1.0))
    assert 'does not beat AdamW' in example.verdict(results(1.2))
    assert 'No comparison with Lion' in example.verdict(results(0.9))
    assert 'diverges' in example.table(results(0.9))
    assert 'no time left' in example.verdict([])


@pytest.mark.slow
def test_a_short_run_ends_with_a_valid_program(example, gradients, tmp_path):
    picture = tmp_path / 'curves.svg'
    arguments = ['--minutes', '1.5', '--trials', '44', '--picture', str(picture)]
    process = subprocess.run(
        [sys.executable, str(EXAMPLE), *arguments],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=dict(os.environ, OMP_NUM_THREADS='1'),
    )
    assert process.returncode == 0, process.stderr
    assert process.stderr == ''  # No progress bar where there is no terminal.
    assert re.match(r'\d+ programs: \d+ trained, ', process.stdout)
    source = re.search(r'(from .*?    return update, m, v)\n', process.stdout, re.S)[1]
    namespace = {}
    exec(source, namespace)  # Imports the functions that it uses from the example.
    assert walk(namespace['update_rule'], gradients).isfinite().all()
    for task in ('digits', 'characters'):
        assert f'{task}: validation curve' in process.stdout
    assert (
        len(
            re.findall(r'^(?:AdamW|Lion|evolved) +[\d.e-]+(?: +\d+\.\d{4})+$', process.stdout, re.M)
        )
        == 6
    )
    assert re.search(r'The evolved rule (beats|does not beat) AdamW here', process.stdout)
    assert len(ElementTree.parse(picture).findall('.//{*}polyline')) == 6
