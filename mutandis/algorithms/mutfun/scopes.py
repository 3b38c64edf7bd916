"""Whether the names of a program mean in Python what they mean here.

Here a function sees the names of whoever calls it; in Python, those of the functions around it.
For most programs that is the same. The checks err on the side of caution: they may refuse a program
that would be fine.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mutandis.algorithms.mutfun.data_flow import Flow
from mutandis.algorithms.mutfun.functions import Function
from mutandis.algorithms.mutfun.nodes import Assign, Code
from mutandis.algorithms.mutfun.symbols import SymbolReference

__all__ = ['Scopes', 'StatementScope']


class _Scope:
    """What a function binds and uses itself, without the functions inside it."""

    def __init__(self, function: Function) -> None:
        self.function = function
        self.flow = flow = Flow(known=function.args)
        for line in function.body:
            flow.run(line)
        self.assigned = flow.defined - set(function.args)
        self.bound = flow.defined | set(function.args)
        self.early = flow.needed & self.assigned
        self.free = {reference.name for reference in flow.references} - self.bound
        self.calls = [r for r in flow.references if r._flow_calls]

    @property
    def inner(self) -> list[Function]:
        """The functions defined in this one."""
        return [d for d in self.flow.definitions if isinstance(d, Function)]


def _names(flow: Flow) -> set[str]:
    return flow.defined | {reference.name for reference in flow.references}


class Scopes:
    """The scopes of a function and of those inside it.

    Attributes:
        names: All names that are defined or used.
    """

    def __init__(self, root: Function) -> None:
        self.root = root
        self._scopes: list[_Scope] = []
        pending = [root]
        while pending:
            scope = _Scope(pending.pop())
            self._scopes.append(scope)
            pending.extend(scope.inner)
        self._by_function = {id(scope.function): scope for scope in self._scopes}
        self.names = {root.name}.union(
            *(_names(scope.flow) | scope.bound for scope in self._scopes)
        )
        self.called = {call.name for scope in self._scopes for call in scope.calls}

    def check_lexical(self, outside: Iterable[str] = ()) -> None:
        """Checks that the function can be written as one of Python.

        Args:
            outside: Names that are defined around it.

        Raises:
            ValueError: It cannot.
        """
        root, known = self.root, {self.root.name, *outside}
        self._check_values()
        for scope in self._scopes:
            function = scope.function
            if scope.early and (function is not root or root.name in self.called):
                raise ValueError(
                    f'Function {function.name!r} may use {_listed(scope.early)} before it assigns '
                    f'it: here that is the value of the caller, in Python an error. Use another '
                    f'name.'
                )
            if function.name in scope.assigned and function.name in scope.flow.needed:
                raise ValueError(f'Function {function.name!r} uses its name for something else.')
            for name in scope.free:
                binder = self._binder(function, name)
                if binder is None and name not in known:
                    raise ValueError(
                        f'{name!r} is used in function {function.name!r} but is not defined: it is '
                        f'no argument, and no line of this function or of those around it defines '
                        f'it.'
                    )
                self._check_callers(function, name, binder)

    def _check_callers(self, function: Function, name: str, binder: Function | None) -> None:
        for other in self._scopes:
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

    def _binder(self, function: Function, name: str) -> Function | None:
        """The function around another in which Python looks a name up."""
        current = function
        while current is not self.root:
            outer = current.parent_func()
            assert outer is not None
            current = outer
            if name in self._by_function[id(current)].bound:
                return current
        return None

    def _check_values(self) -> None:
        """Checks that no function that uses names from outside is passed around."""
        captures = (
            scope.free - {scope.function.name}
            for scope in self._scopes
            if scope.function is not self.root
        )
        if self._has_values() and any(captures):
            raise ValueError(
                f'In {self.root.name!r} a function is a value, and a function inside uses names '
                f'from outside of it: which ones depends on who calls it. Pass them as arguments.'
            )

    def _has_values(self) -> bool:
        """Whether functions are used other than by calling them."""
        names = {scope.function.name for scope in self._scopes}
        for scope in self._scopes:
            body = scope.function.body
            if body and isinstance(body[-1], Function):
                return True
            if any(r.name in names and not r._flow_calls for r in scope.flow.references):
                return True
            for definition in scope.flow.definitions:
                if isinstance(definition, Assign) and isinstance(definition.value, Function):
                    return True
        return False

    def check_same_in_python(self) -> None:
        """Checks that the function behaves the same in Python also where it fails.

        Raises:
            ValueError: It might not.
        """
        if self._has_values():
            raise ValueError(f'In {self.root.name!r} a function is a value.')
        sizes: dict[str, set[int]] = {}
        others: set[str] = set()
        for scope in self._scopes:
            function = scope.function
            sizes.setdefault(function.name, set()).add(len(function.args))
            others.update(function.args)
            others.update(d.name for d in scope.flow.definitions if not isinstance(d, Function))
            if scope.early or scope.flow.late & scope.assigned:
                raise ValueError(f'{function.name!r} may use a name that has no value.')
        for scope in self._scopes:
            for call in scope.calls:
                count = {len(getattr(call, 'args', ()))}
                if call.name in others or sizes.get(call.name) != count:
                    raise ValueError(f'The call {call} may fail.')


class StatementScope:
    """What code that is no function defines and uses.

    Attributes:
        names: All names that are defined or used.
        unknown_calls: Names of functions that are called but not defined.
        free: Other names that are not defined.
    """

    def __init__(self, code: Code) -> None:
        flow = Flow(code)
        self._defined = flow.defined
        self._functions = [Scopes(f) for f in flow.definitions if isinstance(f, Function)]
        self.names = _names(flow).union(*(inner.names for inner in self._functions))
        known = {inner.root.name for inner in self._functions}
        calls: list[SymbolReference] = [r for r in flow.references if r._flow_calls]
        self.unknown_calls = {call.name for call in calls} - known
        self.free = flow.unseen - self.unknown_calls

    def check_lexical(self) -> None:
        """Checks the functions defined in the code as `Scopes.check_lexical` does."""
        for inner in self._functions:
            inner.check_lexical(self._defined)


def _is_around(outer: Function, inner: Function | None) -> bool:
    while inner is not None:
        inner = inner.parent_func()
        if inner is outer:
            return True
    return False


def _listed(names: Any) -> str:
    return ', '.join(repr(name) for name in sorted(names))
