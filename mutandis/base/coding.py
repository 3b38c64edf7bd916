"""Python source as text: plain values read from it, and functions made of it.

`literal_value` reads an expression of plain data without ever running it, `make_function` makes a
real function from its source lines. Whatever is wrong with a source is a `CodeError`, which shows
the line.

Loaded on first use: it needs `ast`, which is slow to import.
"""

from __future__ import annotations

import ast
import operator
import textwrap
from collections.abc import Callable, Sequence
from typing import Any

__all__ = ['NO_TYPE_ANNOTATION', 'CodeError', 'literal_value', 'make_function']


class _NoTypeAnnotation:
    """Type of `NO_TYPE_ANNOTATION`."""

    def __repr__(self) -> str:
        return 'NO_TYPE_ANNOTATION'


# Says that a function has no return annotation: None would be one.
NO_TYPE_ANNOTATION: Any = _NoTypeAnnotation()

_FILE_NAME = '<generated-code>'


class CodeError(RuntimeError):
    """Source code that cannot be read, is not allowed, or failed.

    Attributes:
        code: The source.
        cause: What went wrong: a `SyntaxError`, or what the code raised.
        lineno: Line of the mistake, counted from 1; None if unknown.
        end_lineno: Last line of the mistake; None if unknown.
    """

    def __init__(self, code: str, cause: BaseException) -> None:
        super().__init__(code, cause)
        self.code = code
        self.cause = cause
        self.lineno: int | None = None
        self.end_lineno: int | None = None
        if isinstance(cause, SyntaxError):
            self.lineno, self.end_lineno = cause.lineno, cause.end_lineno
        else:
            self._find_line(cause)

    def _find_line(self, cause: BaseException) -> None:
        traceback = cause.__traceback__
        while traceback is not None:
            if traceback.tb_frame.f_code.co_filename == _FILE_NAME:
                self.lineno = self.end_lineno = traceback.tb_lineno
            traceback = traceback.tb_next

    def format(self, include_complete_code: bool = True) -> str:
        """Returns the message with the lines in question.

        Args:
            include_complete_code: Whether the whole source follows.
        """
        message = f'{type(self.cause).__name__}: {self.cause}'
        if self.lineno is not None:
            if 'line' not in message:
                message += f' ({_FILE_NAME}, line {self.lineno})'
            last = self.lineno if self.end_lineno is None else self.end_lineno
            lines = self.code.split('\n')[self.lineno - 1 : last]
            message += '\n\n' + textwrap.indent('\n'.join(lines), '  ') + '\n'
        if include_complete_code:
            message += '\n\n[Code]\n\n' + textwrap.indent(f'```python\n{self.code}\n```\n', '  ')
        return message

    def __str__(self) -> str:
        return self.format(include_complete_code=True)


_UNARY: dict[type, Callable[[Any], Any]] = {ast.USub: operator.neg, ast.UAdd: operator.pos}
_BINARY: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.BitOr: operator.or_,
}
_CONVERSIONS: dict[int, Callable[[Any], str]] = {ord('s'): str, ord('r'): repr, ord('a'): ascii}

# What the message calls the constructs that people try.
_NOT_ALLOWED: dict[type, str] = {
    ast.Lambda: 'Function definition',
    ast.Call: 'Function call',
    ast.ListComp: 'Comprehension',
    ast.SetComp: 'Comprehension',
    ast.DictComp: 'Comprehension',
    ast.GeneratorExp: 'Comprehension',
    ast.IfExp: 'Condition',
}


def literal_value(code: str, lookup: Callable[[str], Any] | None = None) -> Any:
    """Returns the value of an expression of plain data; nothing is called.

    Numbers, strings (f-strings too), bytes, True, False and None, tuples, lists, sets and dicts of
    such, signs, sums and `|` are allowed. Dotted names are allowed if `lookup` knows them.

    Args:
        code: The expression.
        lookup: Function from a dotted name to its value; raises `NameError` if there is none.

    Raises:
        CodeError: If the text is malformed, contains anything else, or cannot be computed.
    """
    try:
        tree = ast.parse(code.strip(), mode='eval')
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise CodeError(code, error) from error
    try:
        return _value(tree.body, code, lookup)
    except CodeError:
        raise
    except Exception as error:
        raise CodeError(code, error) from error


def _value(node: ast.expr, code: str, lookup: Callable[[str], Any] | None) -> Any:
    def value(child: ast.expr) -> Any:
        return _value(child, code, lookup)

    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Tuple):
        return tuple(value(item) for item in node.elts)
    if isinstance(node, ast.List):
        return [value(item) for item in node.elts]
    if isinstance(node, ast.Set):
        return {value(item) for item in node.elts}
    if isinstance(node, ast.Dict) and all(key is not None for key in node.keys):
        return {
            value(key): value(item)
            for key, item in zip(node.keys, node.values, strict=True)
            if key is not None
        }
    if isinstance(node, ast.UnaryOp) and type(node.op) in _UNARY:
        return _UNARY[type(node.op)](value(node.operand))
    if isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
        return _BINARY[type(node.op)](value(node.left), value(node.right))
    if isinstance(node, ast.JoinedStr):
        return ''.join(value(part) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        item = value(node.value)
        if node.conversion in _CONVERSIONS:
            item = _CONVERSIONS[node.conversion](item)
        spec = '' if node.format_spec is None else value(node.format_spec)
        return format(item, spec)
    name = _dotted_name(node)
    if name is not None:
        if lookup is None:
            raise NameError(f'name {name!r} is not known here')
        return lookup(name)
    what = _NOT_ALLOWED.get(type(node), type(node).__name__)
    raise CodeError(
        code,
        SyntaxError(
            f'{what} is not allowed; write plain values.',
            (_FILE_NAME, node.lineno, node.col_offset, code)
            + (node.end_lineno, node.end_col_offset),
        ),
    )


def _dotted_name(node: ast.expr) -> str | None:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        parent = _dotted_name(node.value)
        return None if parent is None else f'{parent}.{node.attr}'
    return None


def make_function(
    name: str,
    args: Sequence[str],
    body: Sequence[str],
    *,
    exec_globals: dict[str, Any] | None = None,
    exec_locals: dict[str, Any] | None = None,
    return_type: Any = NO_TYPE_ANNOTATION,
) -> Any:
    """Returns a function made from source lines.

    The source is run as it is: it must come from the program, never from its input.

    Args:
        name: Name of the function.
        args: Its parameters as source, such as `'x: int'`, `'y=1'`, `'*'`.
        body: The lines of its body.
        exec_globals: Global names that the function sees; it keeps this dict.
        exec_locals: Further names, as if they were of an enclosing function.
        return_type: Annotation of the result, an object; none by default.

    Raises:
        CodeError: If the source is malformed.
    """
    # The names go in as parameters of an outer function, so that they become cells of the inner
    # one and the caller's globals stay as they are.
    outer = dict(exec_locals or {})
    returns = ''
    if return_type is not NO_TYPE_ANNOTATION:
        outer['_return_type'] = return_type
        returns = ' -> _return_type'
    lines = '\n'.join(f'    {line}' for line in body)
    source = (
        f'def _make_fn({", ".join(outer)}):\n'
        f'  def {name}({", ".join(args)}){returns}:\n{lines}\n'
        f'  return {name}'
    )
    made: dict[str, Any] = {}
    try:
        code = compile(source, _FILE_NAME, 'exec', dont_inherit=True)
    except SyntaxError as error:
        raise CodeError(source, error) from error
    exec(code, {} if exec_globals is None else exec_globals, made)
    return made['_make_fn'](**outer)
