"""The building blocks of programs under one name."""

from mutandis.algorithms.mutfun.control_flow import ControlFlow, If, While
from mutandis.algorithms.mutfun.functions import Function, FunctionCall
from mutandis.algorithms.mutfun.nodes import (
    Assign,
    Code,
    Instruction,
    SymbolDefinition,
    evaluate,
    indent,
    instruction_operrand,
    python_repr,
)
from mutandis.algorithms.mutfun.symbols import SymbolReference, Var
from mutandis.algorithms.reference_names import register_reference_names

__all__ = [
    'Assign',
    'Code',
    'ControlFlow',
    'Function',
    'FunctionCall',
    'If',
    'Instruction',
    'SymbolDefinition',
    'SymbolReference',
    'Var',
    'While',
    'evaluate',
    'indent',
    'instruction_operrand',
    'python_repr',
]

register_reference_names('mutfun.base', Assign, Function, FunctionCall, If, Var, While)
