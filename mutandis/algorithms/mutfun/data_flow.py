"""How the lines of a program depend on each other.

A `Flow` reads a piece of code in the order in which it runs, and notes which names it uses, which
of them must have a value before, and which it defines. Code of branches and loops may run or not:
what it defines *may* be defined afterwards, and is *surely* defined only if all branches define it.
Everything else here is asked of the flows of lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from mutandis.base import LEAF_TYPES
from mutandis.symbolic import Symbolic

if TYPE_CHECKING:
    from mutandis.algorithms.mutfun.control_flow import If
    from mutandis.algorithms.mutfun.functions import Function
    from mutandis.algorithms.mutfun.nodes import Code, SymbolDefinition
    from mutandis.algorithms.mutfun.symbols import SymbolReference

__all__ = ['Flow', 'parts']


class Flow:
    """What running pieces of code one after the other reads and defines.

    Attributes:
        references: References in the order of the text, not those inside functions.
        uses: The same, and the references inside functions to names from outside of them.
        needed: Names that are, or may be, used before they are surely defined.
        unseen: Names that are used where nothing before defines them.
        captured: Names from outside that functions defined in the code use when they are called.
        late: Those of them that are not surely defined where the function is.
        definitions: Definitions in the order of the text, not those inside functions.
        sure: Names that are defined afterwards in any case.
        possible: Names that may be defined afterwards.
        calls: Whether functions are defined or called.
    """

    def __init__(self, code: Any = None, known: Iterable[str] = ()) -> None:
        self.references: list[SymbolReference] = []
        self.uses: list[SymbolReference] = []
        self.needed: set[str] = set()
        self.unseen: set[str] = set()
        self.captured: set[str] = set()
        self.late: set[str] = set()
        self.definitions: list[SymbolDefinition] = []
        self.sure: set[str] = set(known)
        self.possible: set[str] = set(self.sure)
        self.calls = False
        self._loops = 0
        if code is not None:
            self.run(code)

    def run(self, code: Any) -> None:
        """Adds a piece of code, or a container of some, that runs next."""
        kind = getattr(code, '_flow_kind', None)
        if kind is None or kind == 'all':
            for part in parts(code):
                if part.__class__ not in LEAF_TYPES:
                    self.run(part)
        elif kind == 'use':
            self._use(code)
            self._run_all(code)
        elif kind == 'define':
            self._run_all(code)
            self._define(code)
        elif kind == 'function':
            inner = flow_of_function(code)
            self.calls = True
            self.captured |= inner.needed
            self.late |= inner.needed - self.sure
            self.uses.extend(use for use in inner.uses if use.name in inner.needed)
            self._define(code)
        elif kind == 'branches':
            self._run_branches(code)
        elif kind == 'loop':
            self.run(code.predicate)
            self._loops += 1
            self._maybe(code.body)
            self._loops -= 1
        else:
            # An instruction of the user's may skip parts of itself.
            self._maybe(code)

    def _run_branches(self, code: If) -> None:
        self.run(code.predicate)
        sure, possible = set(self.sure), set(self.possible)
        self._run_all(code.true_branch)
        after_sure, self.sure = self.sure, sure
        after_possible = self.possible
        # A loop may have run the other branch the time before.
        self.possible = set(self.possible) if self._loops else possible
        self._run_all(code.false_branch or ())
        self.sure &= after_sure
        self.possible |= after_possible

    def _run_all(self, code: Any) -> None:
        for part in parts(code):
            self.run(part)

    def _maybe(self, code: Any) -> None:
        before = set(self.sure)
        self._run_all(code)
        self.sure = before

    def _use(self, reference: SymbolReference) -> None:
        self.references.append(reference)
        self.uses.append(reference)
        self.calls = self.calls or reference._flow_calls
        if reference.name not in self.sure:
            self.needed.add(reference.name)
        if reference.name not in self.possible:
            self.unseen.add(reference.name)

    def _define(self, definition: SymbolDefinition) -> None:
        self.definitions.append(definition)
        self.sure.add(definition.name)
        self.possible.add(definition.name)

    @property
    def defined(self) -> set[str]:
        """The names of the definitions."""
        return {definition.name for definition in self.definitions}


def parts(code: Any) -> Iterable[Any]:
    """The values that a node, a list or a dict holds."""
    if isinstance(code, (list, tuple)):
        return code
    if isinstance(code, Symbolic):
        return [value for _, value in code._sym_pairs()]
    return code.values() if isinstance(code, dict) else ()


def flow_of_function(function: Function) -> Flow:
    """The flow of the body of a function; `needed` are the names from outside of it."""
    flow = Flow(known=[function.name, *function.args])
    for line in function.body:
        flow.run(line)
    # A function in it is called later: what it captures may by then be defined here.
    flow.needed |= flow.captured - flow.possible
    return flow


# -------------------------------------------------------------------- places


def place(code: Code) -> tuple[Sequence[Code], int]:
    """The lines of the nearest function, and which of them the code is in; none without one."""
    function = code.parent_func()
    if function is None:
        return (), 0
    line = line_of(code)
    for number, candidate in enumerate(function.body):
        if candidate is line:
            return function.body, number
    return (), 0


def line_of(code: Code) -> Code:
    """See `Code.line`."""
    function = code.parent_func()
    line, parent = code, code.parent_code()
    while parent is not None and parent is not function:
        line, parent = parent, parent.parent_code()
    return line


def line_number(code: Code) -> int:
    """See `Code.line_number`."""
    line = line_of(code)
    keys = line.sym_path.keys
    if line.sym_parent is None or not keys or not isinstance(keys[-1], int):
        raise KeyError(
            f'{line!r} is not a line of a function. Put it into the body of a `Function` first.'
        )
    number: int = keys[-1]
    return number


def _within_line(code: Code) -> list[SymbolDefinition]:
    """The definitions in the line of a code that may have run before it, or around it."""
    from mutandis.algorithms.mutfun.control_flow import While
    from mutandis.algorithms.mutfun.functions import Function

    line = line_of(code)
    if line is code or isinstance(line, Function):
        return []
    outermost, parent = None, code.parent_code()
    while parent is not None:
        outermost = parent if isinstance(parent, While) else outermost
        parent = None if parent is line else parent.parent_code()
    found = [*_definitions_before(line, code)]
    if outermost is not None:
        # A loop comes back to what stands after the code in it.
        known = {id(d) for d in found}
        own = {id(d) for d in Flow(code).definitions}
        found += [d for d in Flow(outermost).definitions if id(d) not in known and id(d) not in own]
    return found


def _definitions_before(whole: Any, code: Code) -> Iterator[SymbolDefinition]:
    """The definitions in a line that run, or may run, before a part of it."""
    from mutandis.algorithms.mutfun.control_flow import If

    chain = {id(code)}
    parent = code.sym_parent
    while parent is not None and id(parent) not in chain:
        chain.add(id(parent))
        if parent is whole:
            break
        parent = parent.sym_parent
    node = whole
    while node is not code:
        below = None
        for part in parts(node):
            if id(part) in chain:
                below = part
                break
            if not (isinstance(node, If) and part is node.true_branch):
                yield from Flow(part).definitions
        if below is None:
            return
        node = below


# -------------------------------------------------------------------- questions


def input_vars(code: Code, transitive: bool) -> set[str]:
    """See `Code.input_vars`."""
    from mutandis.algorithms.mutfun.functions import Function

    if isinstance(code, Function):
        return set()
    flow = Flow(code)
    names = {reference.name for reference in flow.references}
    if not transitive:
        return names
    function = code.parent_func()
    if function is None:
        return names
    lines, number = place(code)
    pending = set(flow.needed)
    within = _within_line(code)
    for definition in within:
        if definition.name in pending:
            inner = Flow(definition)
            names |= {reference.name for reference in inner.references}
            pending |= inner.needed
    found = {definition.name for definition in within}
    for line in reversed(lines[:number]):
        above = Flow(line)
        if pending & above.defined:
            found |= above.defined
            pending -= above.sure
            pending |= above.needed
            names |= {reference.name for reference in above.references}
    unknown = pending - found - _outside(function)
    if unknown:
        raise AssertionError(_comes_from_nowhere(code, unknown))
    return names


def output_vars(code: Code, transitive: bool) -> set[str]:
    """See `Code.output_vars`."""
    names = Flow(line_of(code)).defined
    if transitive:
        for line in code.succeeding_lines():
            flow = Flow(line)
            if any(reference.name in names for reference in flow.references):
                names |= flow.defined
    return names


def seen_vars(code: Code) -> set[str]:
    """See `Code.seen_vars`."""
    function = code.parent_func()
    names: set[str] = set()
    if function is not None:
        names = {function.name, *function.args}
        for line in code.preceding_lines():
            names |= Flow(line).defined
    line = line_of(code)
    if line is not code:
        names |= {definition.name for definition in _definitions_before(line, code)}
    return names


def input_defs(code: Code, transitive: bool) -> list[SymbolDefinition]:
    """See `Code.input_defs`."""
    flow = Flow(code)
    captured = _Captured(code)
    # What the code itself names must be defined; what functions it calls need may be.
    required = flow.needed | flow.captured
    pending = captured.added_to(required, flow)
    lines, number = place(code)
    function = code.parent_func()
    found: set[str] = set()
    result: list[SymbolDefinition] = []
    for definition in _within_line(code):
        if definition.name in pending:
            found.add(definition.name)
            result.append(definition)
            if transitive:
                inner = Flow(definition)
                required |= inner.needed
                pending |= captured.added_to(inner.needed, inner)
    for line in reversed(lines[:number]):
        above = Flow(line)
        producers = [d for d in above.definitions if d.name in pending]
        if not producers:
            continue
        if transitive and len(above.definitions) > len(producers):
            producers = _needed_in(line, pending)
        result = producers + result
        found.update(d.name for d in producers)
        pending -= above.sure
        required -= above.sure
        if transitive:
            required |= above.needed
            pending |= captured.added_to(above.needed, above)
    outside = _outside(function) if function is not None else set()
    unknown = required - found - outside
    if unknown:
        raise ValueError(_comes_from_nowhere(code, unknown))
    return result


def _captures(code: Code) -> dict[str, set[str]]:
    """By the names of functions in a program: names that calls of them may use from outside.

    These are looked up where the function is called, not where it is defined.
    """
    from mutandis.algorithms.mutfun.functions import Function
    from mutandis.algorithms.mutfun.nodes import Assign

    root = code.sym_root
    captured: dict[str, set[str]] = {}
    names: dict[str, set[str]] = {}
    stack = [root]
    while stack:
        node = stack.pop()
        stack.extend(parts(node))
        if isinstance(node, Function):
            flow = flow_of_function(node)
            captured.setdefault(node.name, set()).update(flow.needed, flow.captured)
        elif isinstance(node, Assign):
            flow = Flow(node.value)  # Perhaps a function by another name.
        else:
            continue
        used = names.setdefault(node.name, set())
        used.update(reference.name for reference in flow.references)
    if not captured:
        return {}
    grown = True
    while grown:
        grown = False
        for name, used in names.items():
            more: set[str] = set().union(*(captured.get(n, ()) for n in used))
            if more and not more <= captured.get(name, set()):
                captured.setdefault(name, set()).update(more)
                grown = True
    return captured


class _Captured:
    """Adds to the names that a piece of code uses those that the functions it calls use.

    Found out only if functions are called at all.
    """

    def __init__(self, code: Code) -> None:
        self._code = code
        self._by_name: dict[str, set[str]] | None = None

    def added_to(self, names: set[str], flow: Flow) -> set[str]:
        if not flow.calls:
            return set(names)
        if self._by_name is None:
            self._by_name = _captures(self._code)
        return names.union(*(self._by_name.get(name, ()) for name in names))


def _needed_in(line: Code, names: set[str]) -> list[SymbolDefinition]:
    """The definitions in a line that names depend on, also by way of each other."""
    definitions = Flow(line).definitions
    names = set(names)
    size = -1
    while size != len(names):
        size = len(names)
        for definition in definitions:
            if definition.name in names:
                names |= Flow(definition).needed
    return [d for d in definitions if d.name in names]


def output_refs(code: Code, transitive: bool) -> list[SymbolReference]:
    """See `Code.output_refs`."""
    tracked = Flow(line_of(code)).defined
    result: list[SymbolReference] = []
    for line in code.succeeding_lines():
        flow = Flow(line)
        uses = [use for use in flow.uses if use.name in tracked]
        result += uses
        if uses and transitive:
            tracked |= flow.defined
        else:
            tracked -= flow.sure
    return result


def check(code: Code) -> None:
    """See `Code.compile`."""
    from mutandis.algorithms.mutfun.functions import Function

    if isinstance(code, Function):
        _check_function(code)
        return
    function = code.parent_func()
    known = seen_vars(code) | (_outside(function) if function is not None else set())
    unknown = Flow(code).unseen - known
    if unknown:
        raise ValueError(_not_defined(code, unknown, known))


def _check_function(function: Function) -> None:
    from mutandis.algorithms.mutfun.functions import Function

    known = _outside(function)
    captured: list[tuple[Code, Flow]] = []
    for line in function.body:
        flow = Flow(line)
        unknown = flow.unseen - known
        if unknown:
            raise ValueError(_not_defined(line, unknown, known))
        known |= flow.defined
        if flow.captured:
            captured.append((line, flow))
    if not captured:
        return
    # What a function inside uses may be defined, by whoever calls it, after the function is.
    anywhere = known | _bound_in(function.sym_root)
    for line, flow in captured:
        unknown = flow.captured - anywhere
        if unknown:
            inner = [f for f in flow.definitions if isinstance(f, Function)]
            raise ValueError(_not_defined(inner[0] if inner else line, unknown, anywhere))


def _bound_in(root: Any) -> set[str]:
    from mutandis.algorithms.mutfun.functions import Function
    from mutandis.algorithms.mutfun.nodes import SymbolDefinition

    names: set[str] = set()
    stack = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, SymbolDefinition):
            names.add(node.name)
            if isinstance(node, Function):
                names.update(node.args)
        stack.extend(parts(node))
    return names


def _outside(function: Function) -> set[str]:
    """The names that the body of a function knows from its start.

    Of the functions around it those are all names: it may be called when they are defined.
    """
    names = {function.name, *function.args}
    outer = function.parent_func()
    while outer is not None:
        names |= {outer.name, *outer.args}
        for line in outer.body:
            names |= Flow(line).defined
        outer = outer.parent_func()
    return names


def prune(function: Function) -> None:
    """See `Function.prune`."""
    body = function.body
    if not body:
        return
    kept = {id(line_of(d)) for d in body[-1].input_defs()} | {id(body[-1])}
    unused = [i for i, line in enumerate(body) if id(line) not in kept]
    for number in reversed(unused):
        del body[number]


def _comes_from_nowhere(code: Code, names: set[str]) -> str:
    return (
        f'{_listed(names)} in {str(code)!r} (or in a line it depends on) comes from nowhere: it is '
        f'no argument, and no line before defines it. `seen_vars()` lists the names that may be '
        f'used at a place.'
    )


def _not_defined(code: Code, names: set[str], known: set[str]) -> str:
    place = code.sym_path
    return (
        f'{_listed(names)} is used before it is defined: {str(code)!r}'
        + (f' (path {str(place)!r})' if place else '')
        + f'. Known there: {", ".join(sorted(known)) or "nothing"}.'
    )


def _listed(names: set[str]) -> str:
    return ', '.join(repr(name) for name in sorted(names))
