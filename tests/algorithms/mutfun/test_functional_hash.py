"""Programs that compute the same have the same hash."""

import math
import subprocess
import sys

import hypothesis
import pytest
import random_programs as programs
from hypothesis import strategies as st

from mutandis.algorithms import mutfun
from mutandis.algorithms.mutfun import Assign, Function, If, Var, functional_hash

x, y, z = Var('x'), Var('y'), Var('z')
PROBES = [(0.3, -1.7), (2.5, 0.11), (-3.2, 7.9)]


def of(*body):
    return functional_hash(Function('f', list(body), ['x', 'y']), PROBES)


def test_equivalent_programs():
    assert of(x + y) == of(y + x)
    assert of((x * y) * 0.7) == of(x * (y * 0.7))
    assert of(x + y) == of(Assign('z', 3), x + y)
    assert of(x + y) == of(Assign('z', x + y), z)
    assert of(x - y) == of(-(y - x))
    assert of(x / x) == of(Assign('z', 1))
    assert of(x * 0) == of(y * 0)  # 0.0 and -0.0
    assert of(If(x > 0, [Assign('z', x)], [Assign('z', -x)]), z) == of((x**2) ** 0.5)


def test_different_programs():
    hashes = [of(x + y), of(x - y), of(y - x), of(x), of(x * 1.0001), of(x > y), of(x / 0)]
    assert len(set(hashes)) == len(hashes)


def test_errors_are_results():
    assert of(x / 0) == of(y % 0)
    assert of(x / 0) != of(z)


def test_not_a_number_and_infinity():
    nan, inf = float('nan'), float('inf')
    assert of(x * nan) == of(y + nan)
    assert of(x**2 * inf) == of(y**2 + inf)
    assert of(x**2 * inf) != of(-(x**2) * inf)
    assert of(x * nan) != of(x**2 * inf)


def test_arguments():
    f = Function('f', [x + y], ['x', 'y'])
    assert functional_hash(f, PROBES) == functional_hash(lambda a, b: a + b, PROBES)
    assert functional_hash(f, PROBES) != functional_hash(f, PROBES[:2])
    assert functional_hash(f, []) == functional_hash(lambda: 1, [])
    near = functional_hash(lambda a, b: (a + b) * 1.0001, PROBES, digits=3)
    assert near == functional_hash(f, PROBES, digits=3)
    with pytest.raises(TypeError, match='cannot be hashed'):
        functional_hash(lambda a, b: object(), PROBES)


def test_containers_and_texts():
    def h(value):
        return functional_hash(lambda: value, [()])

    assert h([1, 2.0, 'a']) == h((1.0, 2, 'a'))
    assert h({'a': [1]}) == h({'a': (True,)})
    assert h({'a': 1}) != h({'b': 1})
    assert h('1') != h(1)
    assert h([1, [2]]) != h([[1], 2])
    assert h(None) != h(0)
    assert h(1 + 2j) == h([1, 2])
    assert h(10**400) != h(10**400 + 1)
    assert h('\ud800') == h('\ud800')


def test_arrays():
    np = pytest.importorskip('numpy')
    a = np.array([1.0, -2e-200, 3e200, 0.0, math.nan, math.inf, -math.inf])

    def h(value, digits=6):
        return functional_hash(lambda: value, [()], digits)

    assert h(a) == h(a * 3.0 / 3.0 * (1 + 1e-12))
    assert h(a) == h(np.where(a == 0, -0.0, a))
    assert h(a) != h(a * 1.001)
    assert h(a) != h(a.reshape(1, 7))
    assert h(a) != h(-a)
    assert h(np.array([9.999999999, 1.0])) == h(np.array([10.0, 1.0]))
    assert h(np.float32(0.5)) == h(0.5)
    assert h(np.array(3)) == h(3)
    assert h(np.array([1, 2])) == h(np.array([1.0, 2.0]))
    assert h(np.array([1 + 2j])) != h(np.array([1 - 2j]))
    assert h(np.array(['a', 'b'])) != h(np.array(['a', 'c']))
    assert h(np.array([None, 1], dtype=object)) == h([None, 1])
    for value in (5e-324, 1.7e308, 123456.5, 0.1):
        assert h(np.array([value])) == h(np.array([value * (1 + 1e-13)]))


def test_tensors():
    torch = pytest.importorskip('torch')
    a = torch.tensor([0.5, -2.0, math.nan], requires_grad=True)

    def h(value):
        return functional_hash(lambda: value, [()])

    assert h(a) == h(a.detach().numpy())
    assert h(a.bfloat16()) == h(a)
    assert h(a + 1e-9) == h(a)
    assert h(a[0]) == h(0.5)
    assert h(a) != h(a * 2)


@hypothesis.settings(max_examples=40)
@hypothesis.given(programs.functions(), st.integers(0, 5))
def test_pruning_and_renaming_change_nothing(function, first):
    probes = [(first, 2.5), (0.3, 1)]
    run = [programs.outcome(function, *probe) for probe in probes]
    hypothesis.assume(not any(r.endswith('Error') or 'Function(' in r for r in run))
    before = functional_hash(function, probes)
    renamed = function.clone(deep=True)
    renamed.rebind(name='other')
    assert functional_hash(renamed, probes) == before
    try:
        function.prune()
    except ValueError:
        return
    assert functional_hash(function, probes) == before


def test_the_same_in_every_process():
    code = (
        'from mutandis.algorithms.mutfun import functional_hash as h; '
        "print(h(lambda a: {'x': [a, 'text', None]}, [(0.1,), (7,)]))"
    )
    texts = {
        subprocess.run(
            [sys.executable, '-c', code],
            capture_output=True,
            text=True,
            check=True,
            env={'PYTHONHASHSEED': seed, 'PYTHONPATH': ':'.join(sys.path)},
        ).stdout
        for seed in ('1', '2')
    }
    assert len(texts) == 1
    assert mutfun.functional_hash(lambda a: {'x': [a, 'text', None]}, [(0.1,), (7,)]) in texts.pop()
