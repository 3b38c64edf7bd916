"""Mutating programs, and spaces of all programs that mutations lead to."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from mutandis import typing as T
from mutandis.algorithms.mutfun.functions import Function
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
from mutandis.algorithms.mutfun.vocabulary import Vocabulary
from mutandis.base import KeyPath
from mutandis.hyper.evolvable import Evolvable
from mutandis.hyper.mutation import MutationType
from mutandis.symbolic import Object, members

__all__ = ['ProgramMutator', 'ProgramSpace', 'default_mutations', 'evolve', 'whole_program']


def default_mutations() -> list[tuple[Mutation, float]]:
    """All kinds of mutations, with probabilities that keep the size of programs about the same."""
    return [
        (InsertLine(), 0.25),
        (DeleteLine(), 0.25),
        (ChangeOperand(), 0.2),
        (ChangeOperator(), 0.1),
        (ScaleConstant(list(ScaleConstant.DEFAULT)), 0.1),
        (SwapLines(), 0.04),
        (SwapOperands(), 0.03),
        (ChangeTarget(), 0.03),
    ]


@members(
    [
        ('vocabulary', T.Object(Vocabulary), 'What new parts of programs are made of.'),
        (
            'mutations',
            T.List(T.Tuple([T.Object(Mutation), T.Float(min_value=0.0)])).noneable(),
            'Pairs of a kind of mutation and its probability; None for `default_mutations()`.',
        ),
        ('max_lines', T.Int(min_value=1).noneable(), 'Greatest number of lines.'),
        ('seed', T.Int().noneable(), 'Seed of the draws; None draws from the module `random`.'),
        (
            'max_attempts',
            T.Int(min_value=1, default=100),
            'Draws until a program is left as it is.',
        ),
    ],
    init_arg_list=['vocabulary', 'mutations', 'max_lines', 'seed'],
)
class ProgramMutator(Object):
    """Changes programs at random, by one mutation at a time. ::

        vocabulary = Vocabulary([Add, Multiply, Negate], constants=[1.0, 2.0], names=['t'])
        mutator = ProgramMutator(vocabulary, seed=1)
        child = mutator.mutate(program)

    A draw counts only if the program then compiles, has no more than `max_lines` lines, and is
    another one; otherwise it is repeated.

    Raises:
        ValueError: The probabilities of the mutations do not sum to 1.
    """

    if TYPE_CHECKING:
        vocabulary: Vocabulary
        mutations: list[tuple[Mutation, float]] | None
        max_lines: int | None
        seed: int | None
        max_attempts: int

        def __init__(
            self,
            vocabulary: Vocabulary,
            mutations: Sequence[tuple[Mutation, float]] | None = None,
            max_lines: int | None = None,
            seed: int | None = None,
            *,
            max_attempts: int = 100,
        ) -> None: ...

    def _on_bound(self) -> None:
        super()._on_bound()
        self._random: Any = random if self.seed is None else random.Random(self.seed)
        pairs = default_mutations() if self.mutations is None else self.mutations
        self._kinds = [kind for kind, _ in pairs]
        self._weights = [weight for _, weight in pairs]
        if abs(sum(self._weights) - 1.0) > 1e-6:
            raise ValueError(
                f'The probabilities of the mutations must sum to 1, but they sum to '
                f'{sum(self._weights):.6g}: {self._weights!r}.'
            )

    def mutate(self, program: Function, rng: Any = None) -> Function:
        """Returns a mutated copy of a program.

        Args:
            program: The program.
            rng: A `random.Random` to draw from; by default the mutator's own.

        Returns:
            A copy that differs by one mutation, or by none if all attempts failed.
        """
        rng = self._random if rng is None else rng
        for _ in range(self.max_attempts):
            child = program.clone(deep=True)
            (kind,) = rng.choices(self._kinds, self._weights)
            if kind.draw(child, self.vocabulary, rng) and self.is_legal(program, child):
                return child
        return program.clone(deep=True)

    def is_legal(self, parent: Function, child: Function) -> bool:
        """Whether a program may be the child of another."""
        if self.max_lines is not None and len(child.body) > max(self.max_lines, len(parent.body)):
            return False
        try:
            child.compile()
        except ValueError:
            return False
        return not parent.sym_eq(child)

    def probability(self, parent: Function, child: Function) -> float:
        """The probability that one draw makes one program of another.

        As draws that are not legal are repeated, `mutate` makes it with this probability or a
        greater one. It is 0 if the child is not legal.
        """
        if not self.is_legal(parent, child):
            return 0.0
        return float(
            sum(
                weight * kind.probability(parent, child, self.vocabulary)
                for kind, weight in zip(self._kinds, self._weights, strict=True)
                if weight
            )
        )

    def __call__(self, location: KeyPath, old_value: Any, parent: Any) -> Any:
        """Makes this a `node_transform` of `mt.evolve`, where `weights=whole_program`."""
        return self.mutate(old_value)


def whole_program(
    mutation_type: MutationType, location: KeyPath, old_value: Any, parent: Any
) -> float:
    """Weights for `mt.evolve` by which only programs as a whole are transformed."""
    return 1.0 if parent is None else 0.0


class ProgramSpace(Evolvable):
    """The programs that mutations lead to from a first one (see `mutfun.evolve`)."""

    def mutate(self, value: Any, random_generator: Any = None) -> Any:
        """Returns a mutation of a program."""
        mutator = cast(ProgramMutator, self.node_transform)
        return mutator.mutate(value, random_generator)


def evolve(
    program: Function, mutator: ProgramMutator, *, name: str | None = None, hints: Any = None
) -> Any:
    """A placeholder for all programs that mutations lead to from a first one. ::

        space = mutfun.evolve(program, mutator)
        algorithm = mt.evolution.regularized_evolution(population_size=50, seed=1)
        result = mt.search(space, task, algorithm, 500)

    It is `mt.evolve` of whole programs, but the random numbers are those of the algorithm, so that
    its seed makes a search reproducible. Evolution starts with copies of the first program.

    Args:
        program: The program to start from.
        mutator: Makes the mutations.
        name: Name of the decision, unique in its space.
        hints: Anything that algorithms want to know about the decision.
    """
    return ProgramSpace(
        initial_value=program,
        node_transform=mutator,
        weights=whole_program,
        name=name,
        hints=hints,
    )
