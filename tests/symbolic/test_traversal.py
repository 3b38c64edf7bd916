"""Walking trees and querying them."""

import re
from typing import Any

import pytest

import mutandis as mt
from mutandis import TraverseAction


class A(mt.Object):
    x: Any
    y: Any = 's'


def tree():
    return A([1, {'a': A(2)}], (A(3),))


def walk(value, before=None, after=None, **kwargs):
    log = []

    def visitor(mark, fn):
        def visit(path, value, parent):
            log.append(f'{mark}{path}')
            return fn(path, value)

        return visit

    finished = mt.traverse(
        value, before and visitor('<', before), after and visitor('>', after), **kwargs
    )
    return finished, log


def go_on(path, value):
    return None


def test_pre_order():
    assert walk(tree(), go_on) == (
        True,
        ['<', '<x', '<x[0]', '<x[1]', '<x[1].a', '<x[1].a.x', '<x[1].a.y', '<y'],
    )


def test_post_order():
    assert walk(tree(), None, go_on) == (
        True,
        ['>x[0]', '>x[1].a.x', '>x[1].a.y', '>x[1].a', '>x[1]', '>x', '>y', '>'],
    )


def test_both_orders():
    assert walk(A(1), go_on, go_on, root_path=mt.KeyPath('r')) == (
        True,
        ['<r', '<r.x', '>r.x', '<r.y', '>r.y', '>r'],
    )
    assert walk(1, go_on, go_on) == (True, ['<', '>'])


def test_plain_containers_are_entered_and_tuples_are_not():
    assert walk({'a': [A(1)], 't': (1,)}, go_on)[1] == [
        '<',
        '<a',
        '<a[0]',
        '<a[0].x',
        '<a[0].y',
        '<t',
    ]


def test_visitors_get_the_parent():
    t = tree()
    seen = {}
    mt.traverse(t, lambda k, v, p: seen.update({str(k): p}), parent='above')
    assert seen[''] == 'above' and seen['x'] is t and seen['x[1].a.x'] is t.x[1].a


@pytest.mark.parametrize('order', ['before', 'after'])
def test_stop(order):
    def stop(path, value):
        return TraverseAction.STOP if path == 'x[0]' else TraverseAction.ENTER

    expected = (False, ['<', '<x', '<x[0]', '>x[0]', '>x', '>'])
    if order == 'before':
        assert walk(tree(), stop, go_on) == expected
    else:
        assert walk(tree(), go_on, stop) == expected
    assert walk(1, lambda k, v: TraverseAction.STOP) == (False, ['<'])


def test_continue_skips_the_children():
    def skip(path, value):
        return TraverseAction.CONTINUE if path == 'x' else None

    assert walk(tree(), skip, go_on) == (True, ['<', '<x', '>x', '<y', '>y', '>'])


@pytest.mark.parametrize('result', [True, False, 1])
def test_other_results_of_a_visitor_are_errors(result):
    with pytest.raises(TypeError, match='TraverseAction'):
        walk(A(1), lambda k, v: result)
    with pytest.raises(TypeError, match='TraverseAction'):
        walk(A(1), None, lambda k, v: result)


def test_walks_see_the_symbolic_form():
    target = A(1)
    node = mt.Dict(r=mt.Ref(target), y=mt.Dict(z=mt.symbolic.ValueFromParentChain()))
    seen = {}
    assert mt.traverse(node, lambda k, v, p: seen.update({str(k): v}))
    assert isinstance(seen['r'], mt.Ref) and 'r.x' not in seen
    assert isinstance(seen['y.z'], mt.symbolic.ValueFromParentChain)


def test_deep_trees():
    node = mt.Dict()
    for _ in range(5000):
        node = mt.Dict(c=node)
    count = [0]

    def visit(path, value, parent):
        count[0] += 1

    assert mt.traverse(node, visit, visit)
    assert count[0] == 10002
    assert mt.contains(node, type=int) is False
    assert len(mt.query(node, where=lambda v: len(v) == 0)) == 1


def test_query_by_path():
    t = tree()
    assert mt.query(t, 'x') == {'x': t.x}
    assert mt.query(t, '.*a') == {'x[1].a': t.x[1].a}
    assert list(mt.query(t, '.*a', enter_selected=True)) == ['x[1].a', 'x[1].a.x', 'x[1].a.y']
    assert list(mt.query(t, re.compile('y'))) == ['y']
    assert mt.query(t, 'z') == {}


def test_query_by_value():
    t = tree()
    assert mt.query(t, where=lambda v: isinstance(v, A)) == {'': t}
    assert list(mt.query(t, where=lambda v: isinstance(v, A), enter_selected=True)) == [
        '',
        'x[1].a',
    ]
    assert mt.query(t, where=lambda v, p: isinstance(p, A) and v == 2) == {'x[1].a.x': 2}
    assert mt.query(t, 'x', where=lambda v: isinstance(v, int)) == {'x[0]': 1, 'x[1].a.x': 2}
    assert mt.query({'a': {'b': 1}}, where=lambda v: v == 1) == {'a.b': 1}
    assert mt.query(1, where=lambda v: v == 1) == {'': 1}


def test_query_by_anything():
    t = tree()
    assert mt.query(t, custom_selector=lambda k, v: v == 2) == {'x[1].a.x': 2}
    assert mt.query(t, custom_selector=lambda k, v, p: k == 'y') == {'y': t.y}
    assert mt.query(t) == {'': t}


def test_query_rejects():
    with pytest.raises(ValueError, match='custom_selector'):
        mt.query(1, 'x', custom_selector=lambda k, v: True)
    for where in (lambda: True, lambda a, b, c: True):
        with pytest.raises(TypeError):
            mt.query(1, where=where)
    with pytest.raises(TypeError):
        mt.query(1, custom_selector=lambda v: True)


def test_contains():
    t = tree()
    assert mt.contains(t, 2) and mt.contains(t, t) and not mt.contains(t, 3)
    assert mt.contains(t, type=tuple) and mt.contains(t, type=(float, tuple))
    assert not mt.contains(t, type=float) and not mt.contains(t, None)
    assert t.sym_contains(1) and t.x.sym_contains(type=A)


def test_a_visitor_may_change_the_tree():
    t = mt.List([1, 2, 3])

    def visit(path, value, parent):
        if value == 1:
            t.append(4)

    assert mt.traverse(t, visit)
    assert t == [1, 2, 3, 4]
