"""Programs run."""

import pytest

from mutandis.algorithms import mutfun
from mutandis.algorithms.mutfun import Add, Assign, Function, FunctionCall, If, Var, While, evaluate

x, y, w = Var('x'), Var('y'), Var('w')


def test_values_and_code():
    assert evaluate(3, {}) == 3
    assert evaluate('x', {'x': 1}) == 'x'
    assert evaluate(Add(1, x), {'x': 4}) == 5
    nodes = [x]
    assert evaluate(nodes, {'x': 1}) is nodes


def test_operators():
    for code, value in [
        (mutfun.Negate(2), -2),
        (mutfun.Add(1, 2), 3),
        (mutfun.Substract(1, 2), -1),
        (mutfun.Multiply('a', 3), 'aaa'),
        (mutfun.Divide(1, 2), 0.5),
        (mutfun.FloorDivide(7, 2), 3),
        (mutfun.Mod(7, 4), 3),
        (mutfun.Power(2, 3), 8),
        (mutfun.Equals(1, 1), True),
        (mutfun.NotEquals(1, 1), False),
        (mutfun.GreaterThan(1, 2), False),
        (mutfun.LessThan(1, 2), True),
    ]:
        assert code.evaluate({}) == value
    with pytest.raises(ZeroDivisionError):
        mutfun.Divide(1, 0).evaluate({})
    with pytest.raises(TypeError):
        mutfun.Add('a', 1).evaluate({})


def test_assignments_and_variables():
    context = {}
    assert Assign('x', Add(1, 2)).evaluate(context) == 3
    assert context == {'x': 3}
    assert x.evaluate(context) == 3
    with pytest.raises(KeyError):
        y.evaluate(context)


def test_branches_and_loops_have_no_value():
    context = {'x': 5}
    assert If(x > 3, [Assign('y', 1)], [Assign('y', 2)]).evaluate(context) is None
    assert context['y'] == 1
    assert If(x > 8, [Assign('y', 3)]).evaluate(context) is None
    assert context['y'] == 1
    assert While(x > 3, [Assign('x', x - 1)]).evaluate(context) is None
    assert context['x'] == 3


def test_functions():
    f = Function('f', [Assign('y', x * 2), y + 1], ['x'])
    assert f(3) == 7
    context = {}
    assert f.evaluate(context) is f
    assert context == {'f': f}
    assert Function('f', [])() is None
    assert Function('f', [While(x > 3, [Assign('x', x - 1)])], ['x'])(10) is None
    for wrong in ((), (1, 2)):
        with pytest.raises(ValueError, match=r'takes 1 argument\(s\) \(x\)'):
            f(*wrong)
    with pytest.raises(TypeError):
        f(x=1)


def test_the_context_of_a_call():
    context = {'x': 10, 'w': 2}
    f = Function('f', [Assign('w', x + w), w], ['x'])
    assert f(1, context=context) == 3  # The argument, not what the context calls x.
    assert context == {'x': 10, 'w': 2}


def test_calls():
    double = Function('g', [Var('z') * 2], ['z'])
    assert Function('f', [double, FunctionCall('g', [x + 1])], ['x'])(4) == 10
    assert FunctionCall('g', [1]).evaluate({'g': double}) == 2
    # A parameter of the same name as one of the caller's.
    inner = Function('g', [x], ['x'])
    assert Function('f', [inner, FunctionCall('g', [1])], ['x'])(5) == 1
    minus = Function('g', [x - y], ['x', 'y'])
    assert Function('f', [minus, FunctionCall('g', [x, 1])], ['x'])(5) == 4
    # What a function assigns stays its own; other names are those of the caller.
    sets = Function('g', [Assign('x', x + w), x], [])
    f = Function('f', [sets, Assign('w', 1), Assign('r', FunctionCall('g')), Var('r') * 100 + x])
    assert Function('main', [f, Assign('x', 7), FunctionCall('f')])() == 807


def test_wrong_calls():
    double = Function('g', [Var('z') * 2], ['z'])
    with pytest.raises(ValueError, match='not defined'):
        Function('f', [FunctionCall('g', [1])])()
    with pytest.raises(ValueError, match='not a function'):
        Function('f', [Assign('g', 1), FunctionCall('g', [1])])()
    with pytest.raises(ValueError, match='not a function'):
        FunctionCall('abs', [1]).evaluate({'abs': abs})
    with pytest.raises(ValueError, match='takes 1 argument'):
        FunctionCall('g', [1, 2]).evaluate({'g': double})


def test_recursion():
    body = [
        If(x < 2, [Assign('r', 1)], [Assign('r', x * FunctionCall('fact', [x - 1]))]),
        Var('r'),
    ]
    factorial = Function('fact', body, ['x'])
    assert factorial(10) == 3628800
    factorial.compile()
