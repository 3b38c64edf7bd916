"""Nodes are symbolic objects that compare by identity; users add their own."""

import math
from typing import Any

import pytest

import mutandis as mt
from mutandis.algorithms import mutfun
from mutandis.algorithms.mutfun import (
    Add,
    Assign,
    BinaryOperator,
    Code,
    ControlFlow,
    Function,
    FunctionCall,
    If,
    Instruction,
    Operator,
    SymbolDefinition,
    SymbolReference,
    UnaryOperator,
    Var,
    While,
)


def test_the_hierarchy():
    for sub, base in [
        (Code, mt.Object),
        (SymbolDefinition, Code),
        (Assign, SymbolDefinition),
        (Function, SymbolDefinition),
        (Instruction, Code),
        (ControlFlow, Instruction),
        (If, ControlFlow),
        (While, ControlFlow),
        (SymbolReference, Instruction),
        (Var, SymbolReference),
        (FunctionCall, SymbolReference),
        (Operator, Instruction),
        (UnaryOperator, Operator),
        (BinaryOperator, Operator),
        (Add, BinaryOperator),
    ]:
        assert issubclass(sub, base)
    assert not issubclass(Function, Instruction)


@pytest.mark.parametrize('cls', [Code, Instruction, Operator, ControlFlow])
def test_bases_cannot_be_instantiated(cls):
    with pytest.raises(TypeError, match='abstract'):
        cls()
    with pytest.raises(TypeError, match='abstract'):
        SymbolReference('x')


def test_names_are_exported():
    for name in mutfun.__all__:
        assert getattr(mutfun, name) is not None
    for name in ('ControlFlow', 'If', 'While', 'indent', 'instruction_operrand', 'Function'):
        assert hasattr(mutfun.base, name)
    assert mt.algorithms.mutfun is mutfun


def test_what_fields_take():
    for wrong in (
        lambda: Function('f', [1]),
        lambda: Function('f', Var('x')),
        lambda: Function('f', [], [1]),
        lambda: If(1, [1]),
        lambda: If(1, [Var('x')], [2]),
        lambda: While(1, [2]),
        lambda: Assign(1, 2),
        lambda: Assign('x'),
        lambda: Add(1),
        lambda: Function('f', []).body.append(1),
    ):
        with pytest.raises(TypeError):
            wrong()
    for none in (lambda: Function('f', None), lambda: FunctionCall('f', None)):
        with pytest.raises(ValueError):
            none()
    assert Add([1, 2], {'a': None}).x == [1, 2]
    assert Function('f', []).args == []
    assert FunctionCall('f').args == []
    assert If(1, []).false_branch is None


def test_nodes_compare_and_hash_by_identity():
    a, b = Var('a') + 1, Var('a') + 1
    assert a == a
    assert a != b
    assert len({a, b, a}) == 2
    assert mt.eq(a, b)
    assert mt.ne(a, Var('a') + 2)
    assert mt.hash(a) == mt.hash(b)
    assert {a: 1}[a] == 1
    assert b not in [a]
    assert mt.eq(a, a.clone(deep=True))
    assert Function('f', []) != Function('f', [])


PROGRAM = Function(
    'f',
    [
        Assign('y', Var('x') ** 2 - 1.5),
        If(Var('y') > 1, [Assign('y', -Var('y'))], [Var('x')]),
        Function('g', [Var('a') // 3], ['a']),
        While(Var('y') < 3, [Assign('y', Var('y') + FunctionCall('g', [4]))]),
        mutfun.Mod(Var('y'), mutfun.Equals(1, mutfun.NotEquals('s', None))),
    ],
    ['x'],
)


def test_json_round_trip():
    again = mt.from_json_str(mt.to_json_str(PROGRAM))
    assert mt.eq(again, PROGRAM)
    assert str(again) == str(PROGRAM)
    assert again(2) == PROGRAM(2)


def test_json_of_pyglove_is_read():
    text = (
        '{"_type": "pyglove.ext.mutfun.base.Function", "name": "f", "body": [{"_type": '
        '"pyglove.ext.mutfun.base.Assign", "name": "x", "value": {"_type": '
        '"pyglove.ext.mutfun.basic_ops.Add", "x": {"_type": "pyglove.ext.mutfun.base.Var", '
        '"name": "y"}, "y": 1}}, {"_type": "pyglove.ext.mutfun.base.Var", "name": "x"}], '
        '"args": ["y"]}'
    )
    program = mt.from_json_str(text)
    assert str(program) == 'def f(y):\n  x = y + 1\n  return x'


def test_programs_are_rewritten_like_any_tree():
    program = PROGRAM.clone(deep=True)
    program.rebind({'body[0].value.y': 7})
    assert str(program.body[0]) == 'y = x ** 2 - 7'
    names = mt.query(program, where=lambda node: isinstance(node, Var) and node.name == 'a')
    assert list(names) == ['body[2].body[0].x']
    node = program.body[0].value
    assert mt.eq(mutfun.Add(**node.sym_init_args), mutfun.Add(Var('x') ** 2, 7))


def test_a_program_with_placeholders_is_a_search_space():
    space = Function('f', [Add(mt.oneof([1, Var('x')]), mt.oneof([10, 20]))], ['x'])
    assert [f(5) for f in mt.iter(space)] == [11, 21, 15, 25]


class Sine(UnaryOperator):
    ORDER = 10
    OPERATOR_STR = 'sin'
    OPERATOR_FN = lambda cls, x: math.sin(x)  # noqa: E731


class Maximum(BinaryOperator):
    ORDER = 5
    OPERATOR_STR = 'max'
    OPERATOR_FN = staticmethod(max)


class Minimum(BinaryOperator):
    OPERATOR_FN = min


@mt.members([('x', mutfun.base.instruction_operrand()), ('by', mt.typing.Int(1))])
class Increase(Instruction):
    def evaluate(self, context):
        return mutfun.evaluate(self.x, context) + self.by

    def python_repr(self, block_indent=0):
        return mutfun.base.indent(f'inc({mutfun.python_repr(self.x)}, {self.by})', block_indent)


class Halfway(Instruction):
    """Abstract, without fields of its own."""


def test_operators_of_users():
    assert str(Sine(Var('x') + 1) * 2) == 'sin(x + 1) * 2'
    assert Sine(0.0).evaluate({}) == 0.0
    assert str(Maximum(Var('x') + 1, 2)) == '(x + 1) max 2'
    assert Maximum(0.0, 3).evaluate({}) == 3
    assert Minimum(0.0, 3).evaluate({}) == 0.0
    assert str(Minimum(Var('x') + 1, 2) * 2) == 'Minimum(x + 1, 2) * 2'


def clip(value, low, high):
    return max(low, min(high, value))


class Clip(mutfun.NaryOperator):
    value: Any
    low: Any
    high: Any = 1.0
    OPERATOR_STR = 'clip'
    OPERATOR_FN = staticmethod(clip)


def test_operators_of_any_number_of_operands():
    code = Clip(Var('x') * 3, -Var('y'))
    assert str(code + 1) == 'clip(x * 3, -y, 1.0) + 1'
    assert code.evaluate({'x': 2, 'y': 1}) == 1.0
    assert code.evaluate({'x': -2, 'y': 1}) == -1
    assert code.input_vars() == {'x', 'y'}
    assert Clip.operate(5, 0, 3) == 3
    f = Function('f', [code], ['x', 'y'])
    assert mutfun.to_callable(f)(-2, 1) == -1
    assert mutfun.to_python(f).endswith('return clip(x * 3, -y, 1.0)')
    with pytest.raises(TypeError, match='abstract'):
        mutfun.NaryOperator()


def test_instructions_of_users():
    code = Increase(Var('x') + 1, by=3)
    assert str(code * 2) == 'inc(x + 1, 3) * 2'
    assert (code * 2).evaluate({'x': 1}) == 10
    assert code.input_vars() == {'x'}
    assert mt.eq(mt.from_json_str(mt.to_json_str(code)), code)


def test_select_types_knows_all_instructions_in_the_order_of_their_definition():
    types = list(Instruction.select_types())
    assert Instruction not in types
    assert Halfway not in types
    own = [Sine, Maximum, Minimum, Increase]
    assert [t for t in types if t in own] == own
    assert [t.__name__ for t in types[:19]] == [
        'If',
        'While',
        'SymbolReference',
        'Var',
        'FunctionCall',
        'UnaryOperator',
        'Negate',
        'BinaryOperator',
        'Add',
        'Substract',
        'Multiply',
        'Divide',
        'FloorDivide',
        'Mod',
        'Power',
        'GreaterThan',
        'Equals',
        'NotEquals',
        'LessThan',
    ]
    binary = list(Add.select_types(where=lambda cls: issubclass(cls, BinaryOperator)))
    assert binary[:2] == [BinaryOperator, Add]
    assert Maximum in binary
    assert Sine not in binary

    class Cube(UnaryOperator):
        OPERATOR_FN = staticmethod(lambda x: x**3)

    assert Cube in Instruction.select_types()
