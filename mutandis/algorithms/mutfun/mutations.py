"""Mutations: small random changes of a program.

Each kind of mutation draws one change, and tells the probability of a given one, so that what a
search can reach from where is a matter of computation (`ProgramMutator.probability`).
"""

from __future__ import annotations

import abc
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, ClassVar

from mutandis import typing as T
from mutandis.algorithms.mutfun.basic_ops import Operator
from mutandis.algorithms.mutfun.data_flow import parts
from mutandis.algorithms.mutfun.functions import Function, FunctionCall
from mutandis.algorithms.mutfun.nodes import Assign, Code
from mutandis.algorithms.mutfun.symbols import Var
from mutandis.algorithms.mutfun.vocabulary import Vocabulary, fields_of
from mutandis.symbolic import Object, eq, members

__all__ = [
    'ChangeOperand',
    'ChangeOperator',
    'ChangeTarget',
    'DeleteLine',
    'InsertLine',
    'Mutation',
    'ScaleConstant',
    'SwapLines',
    'SwapOperands',
]


class Mutation(Object):
    """A kind of change. Subclasses implement `draw` and `probability`."""

    @abc.abstractmethod
    def draw(self, program: Function, vocabulary: Vocabulary, rng: Any) -> bool:
        """Changes a program in place, at random.

        Args:
            program: The program.
            vocabulary: What new parts are made of.
            rng: A `random.Random`.

        Returns:
            Whether there was anything to change.
        """

    @abc.abstractmethod
    def probability(self, parent: Function, child: Function, vocabulary: Vocabulary) -> float:
        """The probability that `draw` makes one program of another."""


# -------------------------------------------------------------------- lines


class InsertLine(Mutation):
    """Inserts a new line at a random place before the last line."""

    def draw(self, program: Function, vocabulary: Vocabulary, rng: Any) -> bool:
        body = program.body
        if not body:
            return False
        at = rng.randrange(len(body))
        variables = vocabulary.variables(body[at])
        body.insert(at, vocabulary.draw_line(vocabulary.targets(program), variables, rng))
        return True

    def probability(self, parent: Function, child: Function, vocabulary: Vocabulary) -> float:
        size = len(parent.body)
        if len(child.body) != size + 1 or not _same_head(parent, child):
            return 0.0
        targets, total = vocabulary.targets(parent), 0.0
        for at in range(size):
            if _same_lines(child, parent, [i for i in range(size + 1) if i != at]):
                variables = vocabulary.variables(parent.body[at])
                total += vocabulary.line_probability(child.body[at], targets, variables) / size
        return total


class DeleteLine(Mutation):
    """Deletes a random line, but not the last one."""

    def draw(self, program: Function, vocabulary: Vocabulary, rng: Any) -> bool:
        if len(program.body) < 2:
            return False
        del program.body[rng.randrange(len(program.body) - 1)]
        return True

    def probability(self, parent: Function, child: Function, vocabulary: Vocabulary) -> float:
        size = len(parent.body)
        if size < 2 or len(child.body) != size - 1 or not _same_head(parent, child):
            return 0.0
        orders = ([i for i in range(size) if i != at] for at in range(size - 1))
        return sum(_same_lines(parent, child, order) for order in orders) / (size - 1)


class SwapLines(Mutation):
    """Swaps two random lines, not the last one."""

    def draw(self, program: Function, vocabulary: Vocabulary, rng: Any) -> bool:
        size = len(program.body) - 1
        if size < 2:
            return False
        first, second = rng.sample(range(size), 2)
        _reorder(program, _swapped(size + 1, first, second))
        return True

    def probability(self, parent: Function, child: Function, vocabulary: Vocabulary) -> float:
        size = len(parent.body) - 1
        if size < 2 or len(child.body) != size + 1 or not _same_head(parent, child):
            return 0.0
        orders = (_swapped(size + 1, i, j) for i in range(size) for j in range(i))
        return sum(_same_lines(parent, child, order) for order in orders) * 2 / size / (size - 1)


class ChangeTarget(Mutation):
    """Lets a random line of the form `name = value` define another name."""

    def draw(self, program: Function, vocabulary: Vocabulary, rng: Any) -> bool:
        lines = [line for line in program.body if isinstance(line, Assign)]
        targets = vocabulary.targets(program)
        if not lines or len(targets) < 2:
            return False
        line = rng.choice(lines)
        line.rebind(name=rng.choice([name for name in targets if name != line.name]))
        return True

    def probability(self, parent: Function, child: Function, vocabulary: Vocabulary) -> float:
        if len(child.body) != len(parent.body) or not _same_head(parent, child):
            return 0.0
        lines = [line for line in parent.body if isinstance(line, Assign)]
        targets = vocabulary.targets(parent)
        changed = _changed_lines(parent, child)
        if len(changed) != 1 or len(targets) < 2:
            return 0.0
        old, new = parent.body[changed[0]], child.body[changed[0]]
        if not (type(old) is type(new) is Assign and new.name in targets):
            return 0.0
        return eq(old.value, new.value) / len(lines) / (len(targets) - 1)


# -------------------------------------------------------------------- inside lines


class _NodeMutation(Mutation):
    """Base of mutations that pick a place inside the lines, and change what is there.

    Their changes are few, so the probability of one is found by making all of them.
    """

    @abc.abstractmethod
    def places(self, program: Function, vocabulary: Vocabulary) -> list[Any]:
        """The places that may be changed, all as likely, in an order that copies share."""

    @abc.abstractmethod
    def change(self, place: Any, vocabulary: Vocabulary, rng: Any) -> None:
        """Changes a place at random."""

    @abc.abstractmethod
    def changes(
        self, place: Any, vocabulary: Vocabulary
    ) -> Iterator[tuple[float, Callable[[], Any]]]:
        """Yields all changes of a place: its probability, and a function that makes it."""

    def draw(self, program: Function, vocabulary: Vocabulary, rng: Any) -> bool:
        places = self.places(program, vocabulary)
        if not places:
            return False
        self.change(rng.choice(places), vocabulary, rng)
        return True

    def probability(self, parent: Function, child: Function, vocabulary: Vocabulary) -> float:
        if len(child.body) != len(parent.body) or not _same_head(parent, child):
            return 0.0
        changed = _changed_lines(parent, child)
        if len(changed) > 1:
            return 0.0
        total = 0.0
        count = len(self.places(parent, vocabulary))
        for number in range(count):
            # Nothing changed, or this place is in the line that has.
            place = self.places(parent, vocabulary)[number]
            if changed and _line_of_place(place) is not parent.body[changed[0]]:
                continue
            line = _line_of_place(place).line_number()
            for change_number, (probability, _) in enumerate(self.changes(place, vocabulary)):
                copy = parent.clone(deep=True)
                again = self.places(copy, vocabulary)[number]
                list(self.changes(again, vocabulary))[change_number][1]()
                if eq(copy.body[line], child.body[line]):
                    total += probability / count
        return total


class ChangeOperator(_NodeMutation):
    """Makes a random operator another one with as many operands."""

    def places(self, program: Function, vocabulary: Vocabulary) -> list[Any]:
        return [
            node
            for node in _nodes(program)
            if isinstance(node, Operator) and _alternatives(node, vocabulary)
        ]

    def change(self, place: Any, vocabulary: Vocabulary, rng: Any) -> None:
        _replace(place, rng.choice(_alternatives(place, vocabulary)))

    def changes(
        self, place: Any, vocabulary: Vocabulary
    ) -> Iterator[tuple[float, Callable[[], Any]]]:
        others = _alternatives(place, vocabulary)
        for other in others:
            yield 1 / len(others), partial(_replace, place, other)


class ChangeOperand(_NodeMutation):
    """Puts a variable or a constant in the place of a random operand.

    Operands are those of operators and calls, and the values of assignments.
    """

    def places(self, program: Function, vocabulary: Vocabulary) -> list[Any]:
        return list(_slots(program))

    def change(self, place: Any, vocabulary: Vocabulary, rng: Any) -> None:
        holder, key = place
        variables = vocabulary.variables(_code_of(holder))
        _put(holder, key, vocabulary.draw_operand(variables, rng))

    def changes(
        self, place: Any, vocabulary: Vocabulary
    ) -> Iterator[tuple[float, Callable[[], Any]]]:
        holder, key = place
        variables = vocabulary.variables(_code_of(holder))
        seen: list[Any] = []
        for operand in [*map(Var, variables), *vocabulary.constants]:
            if any(type(operand) is type(other) and operand == other for other in seen):
                continue
            seen.append(operand)
            probability = vocabulary.operand_probability(operand, variables)
            yield probability, partial(_put, holder, key, operand)


class SwapOperands(_NodeMutation):
    """Swaps the first two operands of a random operator."""

    def places(self, program: Function, vocabulary: Vocabulary) -> list[Any]:
        return [
            node
            for node in _nodes(program)
            if isinstance(node, Operator) and len(fields_of(type(node))) > 1
        ]

    def change(self, place: Any, vocabulary: Vocabulary, rng: Any) -> None:
        first, second = fields_of(type(place))[:2]
        old, new = place.sym_getattr(first), place.sym_getattr(second)
        place.rebind({first: _copy(new), second: _copy(old)})

    def changes(
        self, place: Any, vocabulary: Vocabulary
    ) -> Iterator[tuple[float, Callable[[], Any]]]:
        yield 1.0, lambda: self.change(place, vocabulary, None)


@members(
    [('factors', T.List(T.Float(), min_size=1), 'Factors, all as likely.')],
    init_arg_list=['factors'],
)
class ScaleConstant(_NodeMutation):
    """Multiplies a random number in the program by a random factor.

    The product is rounded to six significant digits, so that factors there and back lead back.
    """

    factors: list[float]
    DEFAULT: ClassVar[tuple[float, ...]] = (0.5, 0.8, 0.9, 1.1, 1.25, 2.0)

    def places(self, program: Function, vocabulary: Vocabulary) -> list[Any]:
        return [
            (holder, key)
            for holder, key in _slots(program)
            if type(holder.sym_getattr(key)) in (int, float)
        ]

    def change(self, place: Any, vocabulary: Vocabulary, rng: Any) -> None:
        self._scale(place, rng.choice(self.factors))

    def changes(
        self, place: Any, vocabulary: Vocabulary
    ) -> Iterator[tuple[float, Callable[[], Any]]]:
        for factor in self.factors:
            yield 1 / len(self.factors), partial(self._scale, place, factor)

    def _scale(self, place: Any, factor: float) -> None:
        holder, key = place
        _put(holder, key, float(f'{holder.sym_getattr(key) * factor:.6g}'))


# -------------------------------------------------------------------- helpers


def _nodes(program: Function) -> Iterator[Any]:
    """The nodes inside the lines of a program, in pre-order."""
    stack = list(reversed(program.body))
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(list(parts(node))))


def _slots(program: Function) -> Iterator[tuple[Any, Any]]:
    """The places of operands: what holds them, and under which key."""
    for node in _nodes(program):
        if isinstance(node, Operator):
            for name in fields_of(type(node)):
                yield node, name
        elif isinstance(node, FunctionCall):
            for number in range(len(node.args)):
                yield node.args, number
        elif isinstance(node, Assign) and not isinstance(node.value, Function):
            yield node, 'value'


def _put(holder: Any, key: Any, operand: Any) -> None:
    holder.rebind({key: operand}, raise_on_no_change=False)


def _code_of(holder: Any) -> Code:
    """The code that an operand is part of: that which holds it, or the call with its arguments."""
    code: Code = holder if isinstance(holder, Code) else holder.sym_parent
    return code


def _line_of_place(place: Any) -> Code:
    code = _code_of(place[0] if isinstance(place, tuple) else place)
    line, function = code.line(), code.parent_func()
    while function is not None and function.parent_func() is not None:
        line, function = function, function.parent_func()
    return line.line()


def _alternatives(node: Operator, vocabulary: Vocabulary) -> list[type[Operator]]:
    size = len(fields_of(type(node)))
    return [
        cls for cls in vocabulary.operators if cls is not type(node) and len(fields_of(cls)) == size
    ]


def _replace(node: Operator, cls: type[Operator]) -> None:
    values = [_copy(node.sym_getattr(name)) for name in fields_of(type(node))]
    node.sym_parent.rebind({node.sym_path.key: cls(*values)})


def _copy(value: Any) -> Any:
    return value.clone(deep=True) if isinstance(value, Code) else value


def _swapped(size: int, first: int, second: int) -> list[int]:
    order = list(range(size))
    order[first], order[second] = second, first
    return order


def _reorder(program: Function, order: list[int]) -> None:
    program.rebind(body=[program.body[i].clone(deep=True) for i in order])


def _same_head(parent: Function, child: Function) -> bool:
    return parent.name == child.name and list(parent.args) == list(child.args)


def _same_lines(program: Function, other: Function, order: list[int]) -> bool:
    """Whether some lines of a program are those of another."""
    return all(eq(program.body[i], line) for i, line in zip(order, other.body, strict=True))


def _changed_lines(parent: Function, child: Function) -> list[int]:
    lines = zip(parent.body, child.body, strict=True)
    return [i for i, (old, new) in enumerate(lines) if not eq(old, new)]
