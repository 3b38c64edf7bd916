"""Programs print as Python-like source, and as symbolic objects."""

import pytest

import mutandis as mt
from mutandis.algorithms.mutfun import (
    Add,
    Assign,
    Equals,
    Function,
    FunctionCall,
    If,
    Negate,
    NotEquals,
    Var,
    While,
)

p, q, r, x, y = (Var(name) for name in 'pqrxy')


@pytest.mark.parametrize(
    'code, text',
    [
        (p - (q - 3), 'p - (q - 3)'),
        (p - q * 3, 'p - q * 3'),
        ((p + q) + r, '(p + q) + r'),
        (p * q + r, 'p * q + r'),
        (p ** (q**r), 'p ** (q ** r)'),
        ((p**q) ** r, '(p ** q) ** r'),
        (p**-q, 'p ** -q'),
        (p // q, 'p // q'),
        (p % (q / r), 'p % (q / r)'),
        (Equals(p, q / 2), 'p == q / 2'),
        (Equals(p, q - 2), 'p == (q - 2)'),
        (NotEquals(p, Equals(q, r)), 'p != (q == r)'),
        (p < q - 2, 'p < q - 2'),
        (p < (q > 2), 'p < (q > 2)'),
        ((p > q) + 1, '(p > q) + 1'),
        (-(p * q), '-(p * q)'),
        (Negate(-p), '-(-p)'),
        (1 - (-p), '1 - -p'),
        ((-p) ** 2, '-p ** 2'),
        (-(p**2), '-(p ** 2)'),
        (1 > p, 'p < 1'),
        (1 < p, 'p > 1'),
        (2 // p, '2 // p'),
        (2 % p, '2 % p'),
        (2**p, '2 ** p'),
        (2 / p, '2 / p'),
        (2 * p, '2 * p'),
        (2 + p, '2 + p'),
        (2 - p, '2 - p'),
        (Add('a', None), 'a + None'),
        (FunctionCall('f', [1, p + 1, 's']), 'f(1, p + 1, s)'),
        (FunctionCall('f'), 'f()'),
        (-FunctionCall('f'), '-f()'),
        (FunctionCall('f', [p + 1]) + FunctionCall('g') * 2, 'f(p + 1) + g() * 2'),
        (Assign('v', 1 + p), 'v = 1 + p'),
        (Assign('v', 'text'), 'v = text'),
    ],
    ids=str,
)
def test_expressions(code, text):
    assert str(code) == text
    assert f'{code}' == text
    assert code.format() == text
    assert code.python_repr() == text


def test_the_symbolic_form():
    code = Assign('x', 1)
    assert repr(code) == "Assign(name='x', value=1)"
    assert code.format(verbose=True) == "Assign(name='x', value=1)"
    assert repr(-p) == "Negate(x=Var(name='p'))"
    assert repr(Negate(1)) == 'Negate(x=1)'
    assert code.format(compact=False, verbose=True).startswith('Assign(\n')


def test_the_operators_of_python_build_nodes():
    assert mt.eq(1 > p, mt.mutfun.LessThan(p, 1))
    assert mt.eq(p - 2, mt.mutfun.Substract(p, 2))
    for unsupported in (lambda: p >= q, lambda: p @ q, lambda: ~p, lambda: Assign('a', 1) + 1):
        with pytest.raises(TypeError):
            unsupported()


def test_functions_return_their_last_line_whatever_it_is():
    assert str(Function('f', [Assign('v', 1 + x)], ['x'])) == 'def f(x):\n  return v = 1 + x'
    assert str(Function('f', [p, q], ['a', 'b'])) == 'def f(a, b):\n  p\n  return q'
    assert str(Function('f', [])) == 'def f():\n'
    assert Function('f', [p], ['p']).python_repr(1) == '  def f(p):\n    return p'


def test_branches_and_loops():
    assert str(If(x > 1, [Assign('y', 1)])) == 'if x > 1:\n  y = 1'
    code = If(x > 1, [Assign('y', 1)], [If(x > 0, [y]), p])
    assert str(code) == 'if x > 1:\n  y = 1\nelse:\n  if x > 0:\n    y\n  p'
    assert str(While(x > 1, [While(y, [p])])) == 'while x > 1:\n  while y:\n    p'
    assert code.python_repr(1).splitlines()[:2] == ['  if x > 1:', '    y = 1']


def test_every_line_of_a_nested_statement_is_indented():
    inner = If(x > 1, [Assign('y', 1), If(x > 2, [Assign('y', 3)], [Assign('y', 4)])], [y])
    helper = Function('g', [Assign('a', 1), Var('a')])
    assert str(Function('f', [inner, helper, y], ['x'])) == '\n'.join(
        [
            'def f(x):',
            '  if x > 1:',
            '    y = 1',
            '    if x > 2:',
            '      y = 3',
            '    else:',
            '      y = 4',
            '  else:',
            '    y',
            '  def g():',
            '    a = 1',
            '    return a',
            '  return y',
        ]
    )


def test_indent_and_python_repr():
    assert mt.mutfun.base.indent('a', 2) == '    a'
    assert mt.mutfun.base.indent('', 1) == '  '
    assert mt.mutfun.python_repr('s', 1) == '  s'
    assert mt.mutfun.python_repr(1.5) == '1.5'
    assert mt.mutfun.python_repr([1, 'a']) == "[1, 'a']"
    assert mt.mutfun.python_repr(p + 1, 1) == '  p + 1'


def test_deep_expressions():
    code = Var('x')
    for _ in range(300):
        code = code + 1
    assert str(code).endswith('(x + 1) + 1' + ') + 1' * 298)
    for _ in range(2700):
        code = code + 1
    assert repr(code).startswith('Add(x=Add(x=Add(')
    assert repr(code).count('Add(') == 3000
    text = code.format(compact=False, verbose=True)
    assert text.count('x = Add(') == 2999
    assert mt.eq(code, code.clone(deep=True))
