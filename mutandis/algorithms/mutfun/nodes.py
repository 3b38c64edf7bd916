"""The nodes of a program: definitions of names, and instructions.

A program is a tree of `Code`. It runs (`evaluate`), prints itself (`python_repr`), and answers how
its lines depend on each other, so that another program can change it and know what is left over.
"""

from __future__ import annotations

import abc
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from mutandis import typing as T
from mutandis.algorithms.mutfun import data_flow
from mutandis.base import registered_types
from mutandis.symbolic import Object, members
from mutandis.symbolic.formatting import standard_if_verbose

if TYPE_CHECKING:
    from mutandis.algorithms.mutfun.functions import Function
    from mutandis.algorithms.mutfun.python_source import PythonSource
    from mutandis.algorithms.mutfun.symbols import SymbolReference

__all__ = [
    'Assign',
    'Code',
    'Instruction',
    'SymbolDefinition',
    'block',
    'evaluate',
    'indent',
    'instruction_operrand',
    'python_repr',
]


class Code(Object):
    """Base of all nodes of a program.

    Nodes compare and hash by identity, as places of a program; `mt.eq` compares what they say. They
    print as Python-like source (`str`), and as symbolic objects (`repr`).

    A subclass implements `evaluate` and `python_repr`, and `python_expression` if it shall be part
    of the Python programs that `to_python` writes.
    """

    use_symbolic_comparison = False

    # How data flows through the parts of the code (see `data_flow.Flow.run`).
    _flow_kind: ClassVar[str] = 'perhaps'

    # The text of `str` is the source, for which `verbose` would be the symbolic form.
    __str_format_kwargs__: ClassVar[dict[str, Any]] = {'compact': False, 'verbose': False}

    @abc.abstractmethod
    def evaluate(self, context: dict[str, Any]) -> Any:
        """Runs the code.

        Args:
            context: The values of names; definitions are added to it.

        Returns:
            The value of the code.
        """

    @abc.abstractmethod
    def python_repr(self, block_indent: int = 0) -> str:
        """Returns the Python-like source.

        Args:
            block_indent: Level of indentation, of two blanks.
        """

    def python_expression(self, source: PythonSource) -> str:
        """Returns the code as an expression of Python, for `to_python`.

        Its text must be that of the class and what `source` gives: a field that is put into it as
        it is would let whoever writes the JSON of a program write source.

        Args:
            source: What is being written: `source.expression(value)` gives the text of an operand,
                and `source.reference(f)` the name under which a function or class is known there.

        Raises:
            ValueError: There is no such expression.
        """
        raise ValueError(
            f'{type(self).__name__} has no form in Python: {self!r}. Implement '
            f'`{type(self).__name__}.python_expression(self, source)`.'
        )

    def format(
        self,
        compact: bool = True,
        verbose: bool = False,
        root_indent: int = 0,
        **kwargs: Any,
    ) -> str:
        """Returns the source, or, if `verbose`, the text of the symbolic object."""
        if verbose:
            return super().format(compact, verbose, root_indent, **kwargs)
        return self.python_repr(root_indent)

    # ---------------------------------------------------------------- place in the program

    def parent_code(self) -> Code | None:
        """The nearest code that holds this one."""
        found: Code | None = self.sym_ancestor(lambda node: isinstance(node, Code))
        return found

    def parent_func(self) -> Function | None:
        """The nearest function that holds this code."""
        from mutandis.algorithms.mutfun.functions import Function

        found: Function | None = self.sym_ancestor(lambda node: isinstance(node, Function))
        return found

    def line(self) -> Code:
        """The line of the nearest function that this code is, or is part of."""
        return data_flow.line_of(self)

    def line_number(self) -> int:
        """The number of the line in the body of the nearest function, from 0.

        Raises:
            KeyError: The code is part of no body.
        """
        return data_flow.line_number(self)

    def preceding_lines(self) -> Iterator[Code]:
        """Iterates over the lines before this one, from the first."""
        lines, number = data_flow.place(self)
        yield from lines[:number]

    def preceding_lines_reversed(self) -> Iterator[Code]:
        """Iterates over the lines before this one, from the last."""
        lines, number = data_flow.place(self)
        yield from reversed(lines[:number])

    def succeeding_lines(self) -> Iterator[Code]:
        """Iterates over the lines after this one."""
        lines, number = data_flow.place(self)
        yield from lines[number + 1 :]

    # ---------------------------------------------------------------- data flow

    def input_vars(self, transitive: bool = False) -> set[str]:
        """The names that the code uses; what functions defined in it use does not count.

        Args:
            transitive: Whether to add those used by the lines that give the names their values.

        Raises:
            AssertionError: A name comes from nowhere (if transitive).
        """
        return data_flow.input_vars(self, transitive)

    def output_vars(self, transitive: bool = False) -> set[str]:
        """The names that the line of this code defines.

        Args:
            transitive: Whether to add those defined by later lines that use any of them.
        """
        return data_flow.output_vars(self, transitive)

    def seen_vars(self) -> set[str]:
        """The names that may be used at this place.

        Those are the function and its arguments, what lines before define, and what is defined
        earlier in a line of several (`If`, `While`).
        """
        return data_flow.seen_vars(self)

    def input_defs(self, transitive: bool = True) -> list[SymbolDefinition]:
        """The definitions that the code depends on, in the order of the lines.

        Args:
            transitive: Whether to add those that these depend on.

        Raises:
            ValueError: A name comes from nowhere.
        """
        return data_flow.input_defs(self, transitive)

    def output_refs(self, transitive: bool = True) -> list[SymbolReference]:
        """The references in later lines to what the line of this code defines, in order.

        Args:
            transitive: Whether to add the references to what is computed from it.
        """
        return data_flow.output_refs(self, transitive)

    def compile(self) -> None:
        """Checks that all names are defined before they are used.

        Raises:
            ValueError: Some are not.
        """
        data_flow.check(self)


# Nested nodes too deep for recursion are printed in their symbolic form, too.
standard_if_verbose.add(Code.format)


@members([('name', T.Str(), 'Name of the symbol to define.')])
class SymbolDefinition(Code):
    """Base of what gives a name a value."""

    _flow_kind = 'define'

    if TYPE_CHECKING:
        name: str


@members([('value', T.Any())])
class Assign(SymbolDefinition):
    """`name = value`, where the value is code to run, or a constant. It has that value itself."""

    if TYPE_CHECKING:
        value: Any

    def evaluate(self, context: dict[str, Any]) -> Any:
        value = evaluate(self.value, context)
        context[self.name] = value
        return value

    def python_repr(self, block_indent: int = 0) -> str:
        return block(f'{self.name} = {python_repr(self.value)}', block_indent)


class Instruction(Code):
    """Base of what computes a value, or changes those of names.

    The operators of Python build instructions of instructions: `Var('x') + 1`. There are no `==`
    and `!=` among them: use `Equals` and `NotEquals`.
    """

    def parent_instruction(self) -> Instruction | None:
        """The nearest instruction that holds this one."""
        found: Instruction | None = self.sym_ancestor(lambda node: isinstance(node, Instruction))
        return found

    @classmethod
    def select_types(
        cls, where: Callable[[type[Instruction]], Any] | None = None
    ) -> Iterator[type[Instruction]]:
        """Iterates over all classes of instructions there are, users' own among them.

        Args:
            where: Predicate of classes; None for all.
        """
        seen: set[type] = {Instruction}
        for _, found in list(registered_types()):
            if found in seen or not issubclass(found, Instruction):
                continue
            seen.add(found)
            if where is None or where(found):
                yield found

    def __neg__(self) -> Instruction:
        return _operator('Negate')(self)

    def __add__(self, other: Any) -> Instruction:
        return _operator('Add')(self, other)

    def __radd__(self, other: Any) -> Instruction:
        return _operator('Add')(other, self)

    def __sub__(self, other: Any) -> Instruction:
        return _operator('Substract')(self, other)

    def __rsub__(self, other: Any) -> Instruction:
        return _operator('Substract')(other, self)

    def __mul__(self, other: Any) -> Instruction:
        return _operator('Multiply')(self, other)

    def __rmul__(self, other: Any) -> Instruction:
        return _operator('Multiply')(other, self)

    def __truediv__(self, other: Any) -> Instruction:
        return _operator('Divide')(self, other)

    def __rtruediv__(self, other: Any) -> Instruction:
        return _operator('Divide')(other, self)

    def __floordiv__(self, other: Any) -> Instruction:
        return _operator('FloorDivide')(self, other)

    def __rfloordiv__(self, other: Any) -> Instruction:
        return _operator('FloorDivide')(other, self)

    def __mod__(self, other: Any) -> Instruction:
        return _operator('Mod')(self, other)

    def __rmod__(self, other: Any) -> Instruction:
        return _operator('Mod')(other, self)

    def __pow__(self, other: Any) -> Instruction:
        return _operator('Power')(self, other)

    def __rpow__(self, other: Any) -> Instruction:
        return _operator('Power')(other, self)

    def __gt__(self, other: Any) -> Instruction:
        return _operator('GreaterThan')(self, other)

    def __lt__(self, other: Any) -> Instruction:
        return _operator('LessThan')(self, other)


def _operator(name: str) -> Callable[..., Instruction]:
    from mutandis.algorithms.mutfun import basic_ops

    made: Callable[..., Instruction] = getattr(basic_ops, name)
    return made


def evaluate(value: Any, context: dict[str, Any]) -> Any:
    """Returns the value of code; what is no code is its own value."""
    return value.evaluate(context) if isinstance(value, Code) else value


def python_repr(value: Any, block_indent: int = 0) -> str:
    """Returns the Python-like source of a value: its `str`, so that strings have no quotes."""
    if isinstance(value, Code) and type(value).format is Code.format:
        text = value.python_repr()  # The same, with less recursion.
    else:
        text = str(value)
    return block(text, block_indent)


def indent(text: str, block_indent: int) -> str:
    """Puts two blanks per level before a text."""
    return '  ' * block_indent + text


def block(text: str, block_indent: int) -> str:
    """Puts two blanks per level before each line of a text."""
    if not block_indent:
        return text
    return '\n'.join(indent(line, block_indent) for line in text.split('\n'))


def instruction_operrand() -> T.ValueSpec:
    """The spec of a field that holds an operand: code, or any other value."""
    spec: T.ValueSpec = T.Any()
    return spec
