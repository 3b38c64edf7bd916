"""Programs as symbolic objects: run, print, analyse, mutate and evolve them.

::

    from mutandis import mutfun
    from mutandis.algorithms.mutfun import Assign, Function, Var

    f = Function('f', [Assign('y', Var('x') * 2), Var('y') + 1], ['x'])
    f(3)       # 7
    print(f)   # def f(x): ...
"""

from mutandis.algorithms.mutfun import base, basic_ops
from mutandis.algorithms.mutfun.base import (
    Assign,
    Code,
    Function,
    FunctionCall,
    Instruction,
    SymbolDefinition,
    SymbolReference,
    Var,
    evaluate,
    python_repr,
)
from mutandis.algorithms.mutfun.basic_ops import (
    Add,
    BinaryOperator,
    Divide,
    Equals,
    FloorDivide,
    GreaterThan,
    LessThan,
    Mod,
    Multiply,
    Negate,
    NotEquals,
    Operator,
    Power,
    Substract,
    UnaryOperator,
)
from mutandis.algorithms.mutfun.control_flow import ControlFlow, If, While
from mutandis.algorithms.mutfun.python_source import PythonSource, to_callable, to_python

__all__ = [
    'Add',
    'Assign',
    'BinaryOperator',
    'Code',
    'ControlFlow',
    'Divide',
    'Equals',
    'FloorDivide',
    'Function',
    'FunctionCall',
    'GreaterThan',
    'If',
    'Instruction',
    'LessThan',
    'Mod',
    'Multiply',
    'Negate',
    'NotEquals',
    'Operator',
    'Power',
    'PythonSource',
    'Substract',
    'SymbolDefinition',
    'SymbolReference',
    'UnaryOperator',
    'Var',
    'While',
    'base',
    'basic_ops',
    'evaluate',
    'python_repr',
    'to_callable',
    'to_python',
]
