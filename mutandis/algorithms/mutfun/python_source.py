"""Programs as Python: source that runs, and functions that run as fast as Python does.

`str(code)` is made for reading; some of it Python would read differently, or not at all.
`to_python` writes a program that means the same in Python, and `to_callable` compiles that.

Programs may come from anywhere, as JSON for instance, so nothing that they hold is taken for
source. The text is put together from the classes of the nodes, which are code that was loaded
before. Names are checked to be identifiers, and those that are used must be defined in the program,
so that no builtin function can be reached. Constants are written by `repr` if they are of a handful
of builtin types, and otherwise passed as objects, by reference. What is compiled sees no builtins.
"""

from __future__ import annotations

import builtins
import functools
import inspect
import keyword
import math
import sys
import types
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from mutandis.algorithms.mutfun import basic_ops
from mutandis.algorithms.mutfun.basic_ops import (
    BinaryOperator,
    NaryOperator,
    Operator,
    UnaryOperator,
)
from mutandis.algorithms.mutfun.control_flow import If, While
from mutandis.algorithms.mutfun.functions import Function, FunctionCall
from mutandis.algorithms.mutfun.nodes import Assign, Code
from mutandis.algorithms.mutfun.scopes import Scopes, StatementScope
from mutandis.algorithms.mutfun.symbols import Var

__all__ = ['PythonSource', 'to_callable', 'to_python']

# How tightly things bind in Python (the order of its language reference, section 6.17).
_LOOSE, _COMPARISON, _SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(7)
_OPERATORS: dict[type[Operator], tuple[str, int]] = {
    basic_ops.Negate: ('-', _SIGN),
    basic_ops.Power: ('**', _POWER),
    basic_ops.Multiply: ('*', _PRODUCT),
    basic_ops.Divide: ('/', _PRODUCT),
    basic_ops.FloorDivide: ('//', _PRODUCT),
    basic_ops.Mod: ('%', _PRODUCT),
    basic_ops.Add: ('+', _SUM),
    basic_ops.Substract: ('-', _SUM),
    basic_ops.Equals: ('==', _COMPARISON),
    basic_ops.NotEquals: ('!=', _COMPARISON),
    basic_ops.GreaterThan: ('>', _COMPARISON),
    basic_ops.LessThan: ('<', _COMPARISON),
}


def to_python(code: Code, imports: bool = True) -> str:
    """Returns a program as source that Python runs with the same results.

    A `Function` becomes a `def`, other code the statement or expression that it is. ::

        print(mutfun.to_python(Function('f', [(-Var('x')) ** 2], ['x'])))
        # def f(x):
        #     return (-x) ** 2

    Args:
        code: The program.
        imports: Whether the lines come first that import the functions and classes used by
            instructions of other libraries.

    Raises:
        ValueError: The program has no such form: a name is no identifier, or is used but not
            defined; a constant has no literal; an instruction of a user's has no
            `python_expression`; functions are defined inside expressions; or the meaning of a name
            depends on who calls a function, which is not so in Python.
    """
    source = PythonSource(_checked_names(code), bind=False)
    text = '\n'.join(source.statements(code, 0))
    lines = _import_lines(source.references) if imports else []
    return '\n'.join([*lines, '', '', text] if lines else [text])


def to_callable(function: Function) -> Callable[..., Any]:
    """Compiles a program, as it is now, to a function of Python.

    It returns and raises what calling the program does, several times as fast. Programs that have
    no form in Python, or might behave otherwise there, run as they are. (See above for why it is
    safe to compile programs that come from elsewhere. They may still run for ever.)

    Args:
        function: The program; later changes to it have no effect.
    """
    try:
        scopes = Scopes(function)
        source = PythonSource(scopes.names, bind=True)
        scopes.check_lexical()
        scopes.check_same_in_python()
        text = '\n'.join(source.statements(function, 0))
        compiled = compile(text, f'<mutfun {function.name}>', 'exec')
    except (ValueError, SyntaxError, RecursionError, MemoryError, OverflowError):
        return functools.partial(Function.__call__, function.clone(deep=True))
    namespace: dict[str, Any] = {'__builtins__': {}, **source.references}
    exec(compiled, namespace)
    inner: Callable[..., Any] = namespace[function.name]
    count, message = len(function.args), f'Function {function.name!r} takes'
    message += f' {len(function.args)} argument(s) ({", ".join(function.args)})'

    @functools.wraps(inner)
    def run(*args: Any) -> Any:
        if len(args) != count:
            raise ValueError(f'{message}, but {len(args)} were given.')
        return inner(*args)

    return run


class PythonSource:
    """Python source that is being written.

    Args:
        taken: Names that the program uses.
        bind: Whether objects that have no literal are allowed, and bound to names.

    Attributes:
        references: Objects that the source uses, by the names under which it does.
    """

    def __init__(self, taken: set[str], bind: bool) -> None:
        self.references: dict[str, Any] = {}
        self._taken = set(taken)
        self._bind = bind

    # ---------------------------------------------------------------- for nodes

    def name(self, name: str) -> str:
        """Returns a name of the program.

        Raises:
            ValueError: It is no identifier of Python.
        """
        if (
            not name.isidentifier()
            or keyword.iskeyword(name)
            or (name.startswith('__') and name.endswith('__'))
            or unicodedata.normalize('NFKC', name) != name
        ):
            raise ValueError(
                f'{name!r} cannot be the name of a variable or function in Python. Rename it, for '
                f'example by `rebind`.'
            )
        return name

    def expression(self, value: Any, tightness: int = _LOOSE) -> str:
        """Returns an operand, code or a constant, as an expression.

        Args:
            value: The operand.
            tightness: How tightly what stands around it binds: it is put into parentheses unless
                it binds as tightly. By default nothing is that loose.
        """
        if not isinstance(value, Code):
            text, own = self._constant(value), _ATOM
            if text.startswith('-'):
                own = _SIGN
        elif isinstance(value, Assign):
            _check_own(value, 'evaluate', Assign)
            text, own = f'({self.name(value.name)} := {self.expression(value.value)})', _ATOM
        else:
            _check_agrees(value)
            text = value.python_expression(self)
            own = _ATOM if isinstance(value, (Var, FunctionCall)) else _LOOSE
            if isinstance(value, Operator):
                sign = _sign_of(value)
                own = _ATOM if sign is None else sign[1]
        return text if own >= tightness else f'({text})'

    def call(self, name: str, args: Sequence[Any]) -> str:
        """Returns the call of a function or class by its name in the source."""
        return f'{self.name(name)}({", ".join(map(self.expression, args))})'

    def reference(self, item: Any, name: str | None = None) -> str:
        """Returns the name under which an object is known in the source.

        Args:
            item: A function or class that can be imported from its module.
            name: A name to use, if it is free; by default that of the object.
        """
        for known, other in self.references.items():
            if other is item:
                return known
        if not self._bind:
            _check_importable(item)
        stem: str = name or getattr(item, '__name__', None) or type(item).__name__
        stem = stem if stem.isidentifier() else 'item'
        free, number = stem, 1
        while free in self._taken or keyword.iskeyword(free) or free in self.references:
            number += 1
            free = f'{stem}_{number}'
        self.references[free] = item
        return free

    def operation(self, node: Operator) -> str:
        """Returns an operator applied to its operands."""
        sign = _sign_of(node)
        if sign is None:
            args = ', '.join(self.expression(operand) for operand in _operands(node))
            return f'{self._function_of(node)}({args})'
        text, own = sign
        if isinstance(node, UnaryOperator):
            return f'{text}{self.expression(node.x, own)}'
        assert isinstance(node, BinaryOperator)
        left = right = own + 1
        if own in (_SUM, _PRODUCT):
            left = own
        elif own == _POWER:
            right = _SIGN
        return f'{self.expression(node.x, left)} {text} {self.expression(node.y, right)}'

    def _function_of(self, node: Operator) -> str:
        cls = type(node)
        given = inspect.getattr_static(cls, 'OPERATOR_FN')
        more = not issubclass(cls, NaryOperator) and len(cls.__schema__) != len(_operands(node))
        bases = (UnaryOperator, BinaryOperator, NaryOperator)
        if more or not _inherits(cls, bases, 'evaluate'):
            return Code.python_expression(node, self)  # Raises.
        if isinstance(given, staticmethod):
            return self.reference(given.__func__)
        if isinstance(given, types.FunctionType):
            if self._bind:
                for name, item in self.references.items():
                    if getattr(item, 'args', None) == (cls,):
                        return name
                return self.reference(functools.partial(given, cls), cls.__name__)
            return f'{self.reference(cls)}.operate'
        if self._bind:
            return self.reference(getattr(cls, 'OPERATOR_FN'))  # noqa: B009
        return f'{self.reference(cls)}.operate'

    def _constant(self, value: Any) -> str:
        cls = type(value)
        if value is None or cls in (bool, str, bytes):
            return repr(value)
        if cls is int:
            # Python neither writes nor reads decimal numbers of thousands of digits.
            return repr(value) if abs(value) < 10**1000 else hex(value)
        if cls is float:
            return repr(value) if math.isfinite(value) else self._not_finite(value)
        if self._bind:
            for name, item in self.references.items():
                if item is value:
                    return name
            return self.reference(value, 'constant')
        if cls is complex and math.isfinite(abs(value)):
            return repr(value)
        if isinstance(value, (list, tuple, dict)):
            return self._container(value)
        raise ValueError(
            f'The constant {value!r} has no literal in Python. `to_callable` runs the program '
            f'nevertheless.'
        )

    def _not_finite(self, value: float) -> str:
        if self._bind:
            return self.reference(value, 'nan' if math.isnan(value) else 'infinity')
        if 'float' not in self._taken:
            return f"float('{value}')"
        return '(1e999 * 0)' if math.isnan(value) else '1e999' if value > 0 else '(-1e999)'

    def _container(self, value: Any) -> str:
        def item(part: Any) -> str:
            if isinstance(part, Code):
                raise ValueError(f'Code in a container is not run: {value!r}.')
            return self._constant(part)

        if isinstance(value, dict):
            return '{' + ', '.join(f'{item(k)}: {item(v)}' for k, v in value.items()) + '}'
        items = ', '.join(map(item, value))
        if isinstance(value, list):
            return f'[{items}]'
        return f'({items},)' if len(value) == 1 else f'({items})'

    # ---------------------------------------------------------------- statements

    def statements(self, line: Code, level: int, returns: bool = False) -> Iterator[str]:
        """Yields the lines of a statement.

        Args:
            line: The code.
            level: Level of indentation, of four blanks.
            returns: Whether the function returns the value of the statement.
        """
        pad = '    ' * level
        if isinstance(line, Function):
            yield from self._function(line, level)
            if returns:
                yield f'{pad}return {self.name(line.name)}'
        elif isinstance(line, Assign):
            _check_own(line, 'evaluate', Assign)
            yield from self._assign(line, level)
            if returns:
                yield f'{pad}return {self.name(line.name)}'
        elif isinstance(line, If) and _inherits(type(line), (If,), 'evaluate'):
            yield f'{pad}if {self.expression(line.predicate)}:'
            yield from self._suite(line.true_branch, level + 1)
            if line.false_branch:
                yield f'{pad}else:'
                yield from self._suite(line.false_branch, level + 1)
        elif isinstance(line, While) and _inherits(type(line), (While,), 'evaluate'):
            yield f'{pad}while {self.expression(line.predicate)}:'
            yield from self._suite(line.body, level + 1)
        else:
            yield f'{pad}{"return " if returns else ""}{self.expression(line)}'

    def _assign(self, line: Assign, level: int) -> Iterator[str]:
        pad, value = '    ' * level, line.value
        if isinstance(value, (Function, Assign)):
            yield from self.statements(value, level)
            text = self.name(value.name)
        elif isinstance(value, (If, While)):
            yield from self.statements(value, level)
            text = 'None'
        else:
            text = self.expression(value)
        yield f'{pad}{self.name(line.name)} = {text}'

    def _suite(self, lines: Sequence[Code], level: int) -> Iterator[str]:
        if not lines:
            yield '    ' * level + 'pass'
        for line in lines:
            yield from self.statements(line, level)

    def _function(self, function: Function, level: int) -> Iterator[str]:
        _check_own(function, 'evaluate', Function)
        _check_own(function, '__call__', Function)
        args = [self.name(arg) for arg in function.args]
        if len(set(args)) < len(args):
            raise ValueError(f'Two arguments of function {function.name!r} have the same name.')
        yield f'{"    " * level}def {self.name(function.name)}({", ".join(args)}):'
        if not function.body:
            yield '    ' * (level + 1) + 'return None'
            return
        *first, last = function.body
        for line in first:
            yield from self.statements(line, level + 1)
        yield from self.statements(last, level + 1, returns=True)


def _operands(node: Operator) -> tuple[Any, ...]:
    if isinstance(node, UnaryOperator):
        return (node.x,)
    if isinstance(node, BinaryOperator):
        return (node.x, node.y)
    return tuple(node.sym_values())


def _sign_of(node: Operator) -> tuple[str, int] | None:
    """The sign of an operator and how tightly it binds; None if it is none of Python's."""
    cls = type(node)
    known = _OPERATORS.get(cls)
    if known is not None:
        return known
    for base in cls.__mro__:
        if base in _OPERATORS and all(
            _inherits(cls, (base,), name)
            for name in ('OPERATOR_FN', 'evaluate', 'python_expression')
        ):
            return _OPERATORS[base]
    return None


def _inherits(cls: type, bases: tuple[type, ...], name: str) -> bool:
    own = inspect.getattr_static(cls, name)
    return any(inspect.getattr_static(base, name) is own for base in bases)


def _check_own(node: Code, method: str, base: type[Code]) -> None:
    """Checks that a node runs as its base does."""
    if not _inherits(type(node), (base,), method):
        Code.python_expression(node, PythonSource(set(), False))  # Raises.


def _check_agrees(node: Code) -> None:
    """Checks that the form in Python of a node is not that of a base that runs differently."""
    classes = type(node).__mro__
    runs = next(i for i, cls in enumerate(classes) if 'evaluate' in vars(cls))
    written = next(i for i, cls in enumerate(classes) if 'python_expression' in vars(cls))
    if written > runs and not isinstance(node, Operator):
        Code.python_expression(node, PythonSource(set(), False))  # Raises.


def _checked_names(code: Code) -> set[str]:
    """Checks that a program uses no names but its own; returns all of them.

    Raises:
        ValueError: It does.
    """
    if isinstance(code, Function):
        scopes = Scopes(code)
        scopes.check_lexical()
        return scopes.names
    scope = StatementScope(code)
    scope.check_lexical()
    for name in sorted(scope.unknown_calls):
        raise ValueError(
            f'{name!r} is called in {str(code)!r}, but no function of this name is defined.'
        )
    for name in sorted(scope.free):
        if hasattr(builtins, name):
            raise ValueError(
                f'{name!r} in {str(code)!r} would be the one of Python. Rename the variable.'
            )
    return scope.names


def _module_of(item: Any) -> str | None:
    module, name = getattr(item, '__module__', None), getattr(item, '__qualname__', None)
    if not isinstance(module, str) or not isinstance(name, str):
        return None
    return module if getattr(sys.modules.get(module), name, None) is item else None


def _check_importable(item: Any) -> None:
    if _module_of(item) is None:
        raise ValueError(
            f'{item!r} cannot be imported by its name, so source cannot refer to it. Define it at '
            f'the top of a module.'
        )


def _import_lines(references: dict[str, Any]) -> list[str]:
    modules: dict[str, list[str]] = {}
    for name, item in references.items():
        module, original = _module_of(item), item.__qualname__
        assert module is not None
        if module != 'builtins' or name != original:
            text = original if name == original else f'{original} as {name}'
            modules.setdefault(module, []).append(text)
    return [
        f'from {module} import {", ".join(sorted(names))}'
        for module, names in sorted(modules.items())
    ]
