"""What mutations write into programs: operators, constants, names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mutandis import typing as T
from mutandis.algorithms.mutfun.basic_ops import Operator
from mutandis.algorithms.mutfun.functions import Function
from mutandis.algorithms.mutfun.nodes import Assign, Code
from mutandis.algorithms.mutfun.symbols import Var
from mutandis.symbolic import Object, members

__all__ = ['Vocabulary']


@members(
    [
        ('operators', T.List(T.Any(), min_size=1), 'Classes of operators, all as likely.'),
        ('constants', T.List(T.Any(), default=[]), 'Constants, all as likely.'),
        ('names', T.List(T.Str(), default=[]), 'Names that new lines may define.'),
        (
            'constant_probability',
            T.Float(0.25, min_value=0.0, max_value=1.0),
            'Probability that an operand is a constant, not a variable.',
        ),
    ],
    init_arg_list=['operators', 'constants', 'names', 'constant_probability'],
)
class Vocabulary(Object):
    """Operators, constants and names of which new parts of a program are made.

    An operand is a constant with `constant_probability`, otherwise one of the variables that are
    known at its place; a line assigns an operator of operands to a name: one of `names`, or one
    that the program has already.
    """

    if TYPE_CHECKING:
        operators: list[type[Operator]]
        constants: list[Any]
        names: list[str]
        constant_probability: float

        def __init__(
            self,
            operators: Sequence[type[Operator]],
            constants: Sequence[Any] = (),
            names: Sequence[str] = (),
            constant_probability: float = 0.25,
        ) -> None: ...

    def _on_bound(self) -> None:
        super()._on_bound()
        for operator in self.operators:
            if not (isinstance(operator, type) and issubclass(operator, Operator)):
                raise TypeError(
                    f'`operators` must be classes of operators (sub-classes of '
                    f'`mutfun.Operator`), got {operator!r}.'
                )

    # ---------------------------------------------------------------- what may stand where

    def variables(self, place: Code) -> list[str]:
        """The variables that are known at a place of a program, sorted; functions are none."""
        functions = set()
        outer = place.parent_func()
        while outer is not None:
            functions.add(outer.name)
            functions.update(line.name for line in outer.body if isinstance(line, Function))
            outer = outer.parent_func()
        return sorted(place.seen_vars() - functions)

    def targets(self, program: Function) -> list[str]:
        """The names that a line of a program may define, sorted."""
        assigned = {line.name for line in program.body if isinstance(line, Assign)}
        return sorted({*self.names, *program.args, *assigned})

    # ---------------------------------------------------------------- drawing

    def draw_operand(self, variables: Sequence[str], rng: Any) -> Any:
        """Draws an operand.

        Raises:
            ValueError: There are neither variables nor constants.
        """
        if rng.random() < self._constant_share(variables):
            return rng.choice(self.constants)
        return Var(rng.choice(variables))

    def operand_probability(self, operand: Any, variables: Sequence[str]) -> float:
        """The probability that `draw_operand` gives this one."""
        share = self._constant_share(variables)
        if isinstance(operand, Code):
            if type(operand) is not Var or operand.name not in variables:
                return 0.0
            return (1.0 - share) / len(variables)
        same = [c for c in self.constants if type(c) is type(operand) and c == operand]
        return share * len(same) / len(self.constants) if same else 0.0

    def _constant_share(self, variables: Sequence[str]) -> float:
        if not self.constants:
            if not variables:
                raise ValueError(
                    'There is no operand to draw: no variable is known at this place, and the '
                    'vocabulary has no constants.'
                )
            return 0.0
        return self.constant_probability if variables else 1.0

    def draw_line(self, targets: Sequence[str], variables: Sequence[str], rng: Any) -> Assign:
        """Draws a line that assigns an operator of operands to a name."""
        target = rng.choice(targets)
        operator = rng.choice(self.operators)
        operands = [self.draw_operand(variables, rng) for _ in fields_of(operator)]
        return Assign(target, operator(*operands))

    def line_probability(
        self, line: Code, targets: Sequence[str], variables: Sequence[str]
    ) -> float:
        """The probability that `draw_line` gives this one."""
        if type(line) is not Assign or line.name not in targets:
            return 0.0
        value = line.value
        probability = self.operators.count(type(value)) / len(self.operators) / len(targets)
        if probability:
            for name in fields_of(type(value)):
                probability *= self.operand_probability(value.sym_getattr(name), variables)
        return probability


def fields_of(operator: type[Operator]) -> list[str]:
    """The names of the operands of a class of operators."""
    return [str(key) for key in operator.__schema__.keys()]
