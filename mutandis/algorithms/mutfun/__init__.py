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
    NaryOperator,
    Negate,
    NotEquals,
    Operator,
    Power,
    Substract,
    UnaryOperator,
)
from mutandis.algorithms.mutfun.control_flow import ControlFlow, If, While
from mutandis.algorithms.mutfun.functional_hash import functional_hash
from mutandis.algorithms.mutfun.mutations import (
    ChangeOperand,
    ChangeOperator,
    ChangeTarget,
    DeleteLine,
    InsertLine,
    Mutation,
    ScaleConstant,
    SwapLines,
    SwapOperands,
)
from mutandis.algorithms.mutfun.mutator import (
    ProgramMutator,
    ProgramSpace,
    default_mutations,
    evolve,
    whole_program,
)
from mutandis.algorithms.mutfun.python_source import PythonSource, to_callable, to_python
from mutandis.algorithms.mutfun.vocabulary import Vocabulary

__all__ = [
    'Add',
    'Assign',
    'BinaryOperator',
    'ChangeOperand',
    'ChangeOperator',
    'ChangeTarget',
    'Code',
    'ControlFlow',
    'DeleteLine',
    'Divide',
    'Equals',
    'FloorDivide',
    'Function',
    'FunctionCall',
    'GreaterThan',
    'If',
    'InsertLine',
    'Instruction',
    'LessThan',
    'Mod',
    'Multiply',
    'Mutation',
    'NaryOperator',
    'Negate',
    'NotEquals',
    'Operator',
    'Power',
    'ProgramMutator',
    'ProgramSpace',
    'PythonSource',
    'ScaleConstant',
    'Substract',
    'SwapLines',
    'SwapOperands',
    'SymbolDefinition',
    'SymbolReference',
    'UnaryOperator',
    'Var',
    'Vocabulary',
    'While',
    'base',
    'basic_ops',
    'default_mutations',
    'evaluate',
    'evolve',
    'functional_hash',
    'python_repr',
    'to_callable',
    'to_python',
    'whole_program',
]
