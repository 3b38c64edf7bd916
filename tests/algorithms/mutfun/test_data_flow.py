"""How lines depend on each other: inputs, outputs, definitions, references, pruning."""

import pytest

import mutandis as mt
from mutandis.algorithms.mutfun import Add, Assign, Function, FunctionCall, If, Var, While

a, b, c, i, k, t, u, x, y, z = (Var(name) for name in 'abciktuxyz')


def assign(text):
    """The lines of a text such as `y = x; c = a * z`."""
    lines = []
    for line in text.split(';'):
        name, _, value = line.rpartition('=')
        value = eval(value, {n: Var(n) for n in 'abcdefgijkpqtuvwxyz'})
        lines.append(Assign(name.strip(), value) if name else value)
    return lines


def function(text, args=('x',), name='f'):
    return Function(name, assign(text), list(args))


def flow_example():
    return function('y = x; z = x; a = x + y; c = a * z; c = c + 1; y = 1; c + y')


def numbers(nodes):
    return [node.line_number() for node in nodes]


def places(nodes):
    return [(node.line_number(), node.name) for node in nodes]


def test_parents_and_lines():
    f = flow_example()
    node = f.body[3].value.y
    assert node.parent_code() is f.body[3].value
    assert node.parent_instruction() is f.body[3].value
    assert f.body[3].value.parent_instruction() is None
    assert f.body[3].parent_code() is f
    assert node.parent_func() is f
    assert node.line() is f.body[3]
    assert node.line_number() == 3
    assert f.parent_code() is None
    assert f.parent_func() is None
    assert f.line() is f
    with pytest.raises(KeyError):
        f.line_number()
    top = x + 1
    assert top.x.line() is top
    with pytest.raises(KeyError):
        top.x.line_number()


def test_lines_around():
    f = flow_example()
    node = f.body[2].value.x
    assert [str(line) for line in node.preceding_lines()] == ['y = x', 'z = x']
    assert [str(line) for line in node.preceding_lines_reversed()] == ['z = x', 'y = x']
    assert numbers(node.succeeding_lines()) == [3, 4, 5, 6]
    top = x + 1
    assert list(top.preceding_lines()) == []
    assert list(top.preceding_lines_reversed()) == []
    assert list(top.succeeding_lines()) == []


def test_lines_of_nested_functions_are_those_of_the_inner_one():
    inner = function('u = x; u + x', name='g')
    f = Function('f', [Assign('a', 1), inner, Assign('b', FunctionCall('g', [a])), b], ['x'])
    assert inner.line() is inner
    assert inner.line_number() == 1
    assert inner.parent_func() is f
    assert inner.body[1].line_number() == 1
    assert inner.body[1].x.parent_func() is inner
    assert inner.body[1].seen_vars() == {'g', 'x', 'u'}
    assert inner.seen_vars() == {'f', 'x', 'a'}


def test_input_vars():
    f = flow_example()
    assert [line.input_vars() for line in f.body[2:6]] == [{'x', 'y'}, {'a', 'z'}, {'c'}, set()]
    assert f.body[3].input_vars(transitive=True) == {'a', 'z', 'x', 'y'}
    assert f.body[4].input_vars(transitive=True) == {'c', 'a', 'z', 'x', 'y'}
    assert f.body[3].value.y.input_vars(transitive=True) == {'z', 'x'}
    assert f.input_vars() == set()
    assert FunctionCall('g', [x, 1]).input_vars() == {'g', 'x'}
    assert Add([a, b], {'k': c}).input_vars() == {'a', 'b', 'c'}
    assert (x + 1).input_vars(transitive=True) == {'x'}
    with pytest.raises(AssertionError, match="'q'"):
        function('a = q + 1; a').body[1].input_vars(transitive=True)


def test_output_vars():
    f = flow_example()
    assert f.body[3].output_vars() == {'c'}
    assert f.body[3].value.x.output_vars() == {'c'}
    assert f.body[0].output_vars(transitive=True) == {'y', 'a', 'c'}
    assert f.body[6].output_vars(transitive=True) == set()
    assert (x + 1).output_vars() == set()
    assert f.output_vars() == {'f'}
    # A function counts by its name only.
    assert Function('g', assign('u = x; u'), ['x']).output_vars() == {'g'}
    # A redefinition does not end what a line has an effect on here.
    later = function('y = x; y = 1; b = y; c = b; y')
    assert later.body[0].output_vars(transitive=True) == {'y', 'b', 'c'}


def test_seen_vars():
    f = flow_example()
    assert f.body[0].seen_vars() == {'f', 'x'}
    assert f.body[2].value.x.seen_vars() == {'f', 'x', 'y', 'z'}
    assert f.seen_vars() == set()
    assert (x + 1).seen_vars() == set()


def test_input_defs():
    f = flow_example()
    assert numbers(f.body[3].input_defs()) == [0, 1, 2]
    assert numbers(f.body[3].input_defs(transitive=False)) == [1, 2]
    assert numbers(f.body[6].input_defs(transitive=False)) == [4, 5]
    assert numbers(f.body[6].input_defs()) == [0, 1, 2, 3, 4, 5]
    assert f.body[3].input_defs()[0] is f.body[0]
    assert f.body[5].input_defs() == []
    # Only the latest definition of a name counts.
    assert numbers(function('y = x; y = 1; y').body[2].input_defs()) == [1]
    undefined = function('a = q + 1; a')
    for line in undefined.body:
        with pytest.raises(ValueError, match="'q'"):
            line.input_defs()
    assert numbers(undefined.body[1].input_defs(transitive=False)) == [0]


def test_output_refs():
    f = flow_example()
    refs = f.body[0].output_refs()
    assert places(refs) == [(2, 'y'), (3, 'a'), (4, 'c'), (6, 'c')]
    assert refs[0] is f.body[2].value.y
    assert places(f.body[0].output_refs(transitive=False)) == [(2, 'y')]
    assert places(f.body[1].output_refs(transitive=False)) == [(3, 'z')]
    assert places(f.body[2].value.x.output_refs()) == [(3, 'a'), (4, 'c'), (6, 'c')]
    assert f.body[6].output_refs() == []
    assert (x + 1).output_refs() == []
    # A line that uses a name and redefines it keeps it tracked, if transitive.
    f = function('y = x; z = y + 1; y = z + y; b = y; b')
    assert places(f.body[0].output_refs()) == [(1, 'y'), (2, 'z'), (2, 'y'), (3, 'y'), (4, 'b')]
    assert places(f.body[0].output_refs(transitive=False)) == [(1, 'y'), (2, 'y')]


def test_compile():
    flow_example().compile()
    for undefined in (function('a = q + 1; a'), function('v = v + 1')):
        with pytest.raises(ValueError, match='used before it is defined'):
            undefined.compile()
        with pytest.raises(ValueError, match='used before it is defined'):
            undefined.body[0].compile()
    with pytest.raises(ValueError):
        (x + 1).compile()
    Add(1, 2).compile()
    with pytest.raises(ValueError):
        Function('f', [FunctionCall('g', [x])], ['x']).compile()
    # A function may call itself.
    Function('f', [FunctionCall('f', [x])], ['x']).compile()


def test_prune():
    f = function('y = x; z = x; c = y; z = 2; q = 3; c + z')
    f.prune()
    assert str(f) == 'def f(x):\n  y = x\n  c = y\n  z = 2\n  return c + z'
    f = function('y = x; z = x; c = z * 2')
    f.prune()
    assert str(f) == 'def f(x):\n  z = x\n  return c = z * 2'
    empty = Function('f', [])
    empty.prune()
    assert empty.body == []
    with pytest.raises(ValueError):
        function('a = q + 1; a').prune()


# ---------------------------------------------------------------- branches and loops


def branching():
    return Function(
        'f',
        [
            Assign('p', x > 1),
            Assign('y', 0),
            Assign('k', 5),
            If(Var('p'), [Assign('y', 1)], [Assign('y', 2), Assign('z', 3)]),
            y + x,
        ],
        ['x'],
    )


def test_a_branch_depends_on_its_condition():
    f = branching()
    assert places(f.body[4].input_defs()) == [(0, 'p'), (3, 'y'), (3, 'y')]
    assert f.body[4].input_vars(transitive=True) == {'y', 'x', 'p'}
    assert f.body[3].output_vars() == {'y', 'z'}
    assert f.body[3].true_branch[0].output_vars() == {'y', 'z'}
    assert f.body[3].true_branch[0].line_number() == 3
    before = [f(value) for value in (0, 5)]
    f.prune()
    assert numbers(f.body) == [0, 1, 2]
    assert [f(value) for value in (0, 5)] == before


def test_what_only_one_branch_defines_may_come_from_before():
    f = Function('f', [Assign('y', 0), If(x, [Assign('y', 1)]), y], ['x'])
    assert places(f.body[2].input_defs()) == [(0, 'y'), (1, 'y')]
    f.prune()
    assert [f(0), f(1)] == [0, 1]
    # And what both define does not end at a line that may not run.
    f = Function('f', [Assign('y', x), If(x, [Assign('y', 1)]), y], ['x'])
    assert places(f.body[0].output_refs()) == [(2, 'y')]


def test_names_defined_within_a_branch():
    f = Function('f', [If(x > 1, [Assign('y', 1), Assign('k', y + 1)], [Assign('k', 0)]), k], ['x'])
    f.compile()
    inner = f.body[0].true_branch[1]
    inner.compile()
    assert inner.seen_vars() == {'f', 'x', 'y'}
    assert f.body[0].false_branch[0].seen_vars() == {'f', 'x'}
    assert f.body[0].input_vars() == {'x', 'y'}
    assert f.body[0].input_vars(transitive=True) == {'x', 'y'}
    assert [str(d) for d in inner.input_defs()] == ['y = 1']
    assert [str(d) for d in f.body[1].input_defs()] == ['y = 1', 'k = y + 1', 'k = 0']
    assert f.body[0].input_defs() == []
    wrong = Function('f', [If(x > 1, [Assign('y', 1)], [y])], ['x'])
    with pytest.raises(ValueError, match="'y'"):
        wrong.compile()
    Function('f', [While(x, [wrong.body[0]])], ['x']).compile()  # The other one ran before.
    assert wrong.body[0].false_branch[0].seen_vars() == {'f', 'x'}


def test_loops_carry_values_around():
    f = Function(
        'f',
        [
            Assign('i', 0),
            Assign('t', 0),
            Assign('q', 1),
            While(i < x, [Assign('t', t + i), Assign('i', i + 1)]),
            t,
        ],
        ['x'],
    )
    assert f(5) == 10
    f.compile()
    body = f.body[3].body
    assert [str(d) for d in body[0].input_defs()] == ['i = 0', 't = 0', 'i = i + 1']
    assert places(f.body[0].output_refs(transitive=False)) == [(3, 'i'), (3, 'i'), (3, 'i')]
    f.prune()
    assert numbers(f.body) == [0, 1, 2, 3]
    assert f(5) == 10


# ---------------------------------------------------------------- functions inside


def test_a_function_inside_needs_what_it_captures():
    inner = Function('g', [Assign('u', x), u + a], ['x'])
    f = Function('f', [Assign('a', 1), inner, Assign('b', FunctionCall('g', [a])), b], ['x'])
    assert inner.input_vars() == set()
    assert [d.name for d in inner.input_defs()] == ['a']
    assert places(f.body[3].input_defs()) == [(0, 'a'), (1, 'g'), (2, 'b')]
    refs = f.body[0].output_refs()
    assert [str(ref) for ref in refs] == ['a', 'g(a)', 'a', 'b']
    inner.compile()
    assert inner.body[1].input_vars(transitive=True) == {'u', 'a', 'x'}
    f.rebind({'body[2].value.args[0]': 2})
    f.prune()
    assert len(f.body) == 4
    assert f(9) == 3


def test_a_parameter_hides_the_name_outside():
    inner = Function('g', [a], ['a'])
    f = Function('f', [Assign('a', 1), inner, FunctionCall('g', [2])])
    assert f.body[0].output_refs() == []
    f.prune()
    assert str(f) == 'def f():\n  def g(a):\n    return a\n  return g(2)'


def test_compile_looks_into_functions_inside():
    f = Function('f', [Function('g', [Var('w')], ['x']), FunctionCall('g', [1])], ['x'])
    with pytest.raises(ValueError, match="'w'"):
        f.compile()
    # Defined after the function, but before it is called.
    f = Function('f', [Function('g', [Var('w')]), Assign('w', 1), FunctionCall('g')])
    f.compile()
    assert f() == 1
    assert mt.eq(f.body[0].body[0], Var('w'))


def test_what_a_function_uses_from_outside_counts_where_it_is_called():
    inner = Function('g', [a])
    f = Function('f', [Assign('a', 1), inner, Assign('a', 2), FunctionCall('g')])
    f.prune()
    assert f() == 2
    assert 'a = 2' in str(f)
    # By another name too.
    f = Function(
        'f', [Assign('a', 1), inner, Assign('c', Var('g')), Assign('a', 2), FunctionCall('c')]
    )
    f.prune()
    assert f() == 2
    # By way of another function.
    outer = Function('h', [FunctionCall('g')])
    f = Function('f', [Assign('a', 1), inner, outer, Assign('a', 3), FunctionCall('h')])
    f.prune()
    assert f() == 3
