"""Whether the names of a program mean in Python what they mean here.

Here a function sees the names of whoever calls it; in Python, those of the functions around it.
For most programs that is the same. The checks err on the side of caution: they may refuse a program
that would be fine.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mutandis.algorithms.mutfun.data_flow import Flow, parts
from mutandis.algorithms.mutfun.functions import Function, FunctionCall
from mutandis.algorithms.mutfun.nodes import Assign, SymbolDefinition
from mutandis.algorithms.mutfun.symbols import SymbolReference, Var

__all__ = ['all_names', 'check_lexical', 'check_same_in_python', 'free_in_statement']


def _nodes(code: Any, into_functions: bool = True) -> Iterator[Any]:
    """All nodes of a program in pre-order."""
    stack = [code]
    while stack:
        node = stack.pop()
        yield node
        if into_functions or node is code or not isinstance(node, Function):
            stack.extend(reversed(list(parts(node))))


def all_names(code: Any) -> set[str]:
    """All names that a program defines or uses."""
    names: set[str] = set()
    for node in _nodes(code):
        if isinstance(node, (SymbolDefinition, SymbolReference)):
            names.add(node.name)
        if isinstance(node, Function):
            names.update(node.args)
    return names


def free_in_statement(code: Any) -> tuple[set[str], set[str]]:
    """Of code that is no function: the unknown functions that it calls, other unknown names.

    Raises:
        ValueError: A function defined in the code cannot be written as one of Python.
    """
    flow = Flow(code)
    defined = {node.name for node in flow.definitions if isinstance(node, Function)}
    for node in flow.definitions:
        if isinstance(node, Function):
            check_lexical(node, flow.defined)
    called = {node.name for node in _nodes(code) if isinstance(node, FunctionCall)}
    inner = {n.name for f in flow.definitions if isinstance(f, Function) for n in _functions(f)}
    return called - defined - inner, flow.unseen


def _functions(root: Function) -> list[Function]:
    return [node for node in _nodes(root) if isinstance(node, Function)]


class _Scope:
    """What a function binds and uses itself, without the functions inside it."""

    def __init__(self, function: Function) -> None:
        self.function = function
        self.flow = Flow(known=function.args)
        for line in function.body:
            self.flow.run(line)
        self.assigned = self.flow.defined - set(function.args)
        self.bound = self.flow.defined | set(function.args)
        self.early = self.flow.needed & self.assigned
        self.free = {reference.name for reference in self.flow.references} - self.bound
        inner = (node for line in function.body for node in _nodes_of_line(line))
        self.calls = any(isinstance(node, FunctionCall) for node in inner)


def _nodes_of_line(line: Any) -> Iterator[Any]:
    return iter(()) if isinstance(line, Function) else _nodes(line, into_functions=False)


def check_lexical(root: Function, outside: set[str] | frozenset[str] = frozenset()) -> None:
    """Checks that a function can be written as one of Python.

    Args:
        root: The function.
        outside: Names that are defined around it.

    Raises:
        ValueError: It cannot.
    """
    scopes = {id(f): _Scope(f) for f in _functions(root)}
    called = {node.name for node in _nodes(root) if isinstance(node, FunctionCall)}
    _check_values(root, scopes)
    for scope in scopes.values():
        function = scope.function
        if scope.early and (function is not root or root.name in called):
            raise ValueError(
                f'Function {function.name!r} may use {_listed(scope.early)} before it assigns it: '
                f'here that is the value of the caller, in Python an error. Use another name.'
            )
        if function.name in scope.assigned and function.name in scope.flow.needed:
            raise ValueError(f'Function {function.name!r} uses its name for something else.')
        for name in scope.free:
            binder = _binder(function, name, scopes, root)
            if binder is None and name != root.name and name not in outside:
                raise ValueError(
                    f'{name!r} is used in function {function.name!r} but is not defined: it is no '
                    f'argument, and no line of this function or of those around it defines it.'
                )
            for other in scopes.values():
                if (
                    name in other.bound
                    and other.calls
                    and other.function is not binder
                    and not _is_around(other.function, binder)
                ):
                    raise ValueError(
                        f'Function {function.name!r} uses {name!r} from outside, and function '
                        f'{other.function.name!r}, which may call it, has a {name!r} of its own: '
                        f'here that is the one used, in Python it is not. Rename one of them.'
                    )


def _binder(
    function: Function, name: str, scopes: dict[int, _Scope], root: Function
) -> Function | None:
    """The function around another in which Python looks a name up."""
    current = function
    while current is not root:
        outer = current.parent_func()
        if outer is None:
            return None
        current = outer
        if name in scopes[id(current)].bound:
            return current
    return None


def _is_around(outer: Function, inner: Function | None) -> bool:
    while inner is not None:
        inner = inner.parent_func()
        if inner is outer:
            return True
    return False


def _check_values(root: Function, scopes: dict[int, _Scope]) -> None:
    """Checks that no function that uses names from outside is passed around."""
    if _values(root) and any(
        scope.free - {scope.function.name}
        for scope in scopes.values()
        if scope.function is not root
    ):
        raise ValueError(
            f'In {root.name!r} a function is a value, and a function inside uses names from '
            f'outside of it: which ones depends on who calls it. Pass them as arguments.'
        )


def _values(root: Function) -> bool:
    """Whether functions of a program are used other than by calling them."""
    names = {function.name for function in _functions(root)}
    for node in _nodes(root):
        if isinstance(node, Var) and node.name in names:
            return True
        if isinstance(node, Assign) and isinstance(node.value, Function):
            return True
        if isinstance(node, Function) and node.body and isinstance(node.body[-1], Function):
            return True
    return False


def check_same_in_python(root: Function) -> None:
    """Checks that a function behaves the same in Python also where it fails.

    Raises:
        ValueError: It might not.
    """
    if _values(root):
        raise ValueError(f'In {root.name!r} a function is a value.')
    functions = _functions(root)
    sizes: dict[str, set[int]] = {}
    for function in functions:
        sizes.setdefault(function.name, set()).add(len(function.args))
        scope = _Scope(function)
        if scope.early or scope.flow.late & scope.assigned:
            raise ValueError(f'{function.name!r} may use a name that has no value.')
    others = {arg for function in functions for arg in function.args}
    others |= {node.name for node in _nodes(root) if isinstance(node, Assign)}
    for node in _nodes(root):
        if isinstance(node, FunctionCall) and (
            node.name in others or sizes.get(node.name) != {len(node.args)}
        ):
            raise ValueError(f'The call {node} may fail.')


def _listed(names: set[str]) -> str:
    return ', '.join(repr(name) for name in sorted(names))
