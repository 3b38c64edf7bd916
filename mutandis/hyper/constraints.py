"""Constraints on search spaces: `constrain(space, where)`.

Only programs that a predicate accepts become trials; the law of the algorithm is otherwise the same
(see `geno.feasibility`). ::

    space = mt.Dict(x=mt.oneof(range(10)), y=mt.oneof(range(10)))
    for program in mt.random_sample(mt.constrain(space, lambda p: p.x + p.y < 8), 5, seed=1):
        print(program)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from mutandis import typing as T
from mutandis.hyper.base import HyperValue
from mutandis.hyper.geno import DNA, DNASpec
from mutandis.hyper.geno.feasibility import Feasibility, InfeasibleSpaceError
from mutandis.hyper.iteration import is_context
from mutandis.hyper.object_template import template
from mutandis.symbolic import Object, members

__all__ = ['Constrained', 'InfeasibleSpaceError', 'constrain']

MAX_ATTEMPTS = 10_000


@members(
    [
        ('space', T.Any(), 'The value with placeholders; it may be constrained itself.'),
        ('where', T.Callable(), 'Predicate of what is feasible.'),
        (
            'on',
            T.Enum('value', ['value', 'dna', 'dict']),
            'What the predicate is given: the decoded value, the DNA, or the decisions as a dict '
            'from names or ids to literal values.',
        ),
        ('name', T.Str().noneable(), 'Name of the constraint in reports.'),
        (
            'max_attempts',
            T.Int(default=MAX_ATTEMPTS, min_value=1),
            'After how many rejections in a row a search is given up.',
        ),
    ],
    init_arg_list=['space', 'where', 'on', 'name', 'max_attempts'],
)
class Constrained(Object, HyperValue):
    """A search space of which only a part is feasible (see `constrain`).

    For `template`, `dna_spec` and `materialize` it is the space it wraps: they do not check.
    `sample`, `search`, `iter` and `random_sample` do.
    """

    is_constrained = True

    if TYPE_CHECKING:
        space: Any
        where: Callable[[Any], bool]
        on: str
        name: str | None
        max_attempts: int

        def __init__(
            self,
            space: Any,
            where: Callable[[Any], bool],
            on: str = 'value',
            name: str | None = None,
            max_attempts: int = MAX_ATTEMPTS,
        ) -> None: ...

    def _sym_source(self) -> Any:
        from mutandis.hyper.source_code import constrain_call

        return constrain_call(self)

    def dna_spec(self, location: Any = None) -> Any:
        """Returns the decision spec of the space."""
        return template(self).dna_spec(location)

    def decode(self, dna: DNA) -> Any:
        """Returns the value that a DNA picks; not checked."""
        return template(self).decode(dna)

    def encode(self, value: Any) -> DNA:
        """Returns the DNA of a value; not checked."""
        return template(self).encode(value)


def constrain(
    space: Any,
    where: Callable[[Any], bool],
    *,
    on: str = 'value',
    name: str | None = None,
    max_attempts: int = MAX_ATTEMPTS,
) -> Constrained:
    """Restricts a search space to what a predicate accepts. ::

        space = mt.Dict(widths=mt.manyof(3, range(8, 257, 8), distinct=False))
        small = mt.constrain(space, lambda m: sum(m.widths) < 200, name='size')
        for program, feedback in mt.sample(small, mt.geno.Random(seed=1), 200):
            feedback(...)

    Only feasible proposals become trials. If an algorithm would propose x with probability P(x), it
    proposes a feasible x with P(x)/P(feasible): nothing is repaired, clipped or penalised.
    Constraints may be nested; all must hold.

    Args:
        space: A value with placeholders.
        where: Predicate. It must have no side effects, and is called for each proposal, in the loop
            of the algorithm; an exception in it propagates.
        on: What it is given: 'value' for the decoded value, 'dna' for the DNA, 'dict' for the
            decisions as a dict from names or ids to literal values. The last two need no decoding.
        name: Name of the constraint in reports.
        max_attempts: After how many rejections in a row `InfeasibleSpaceError` is raised.
            (`Sweeping` goes through the whole space instead.)

    Raises:
        ValueError: `on` is unknown, or `max_attempts` is less than 1.
        TypeError: `where` is not callable, or `space` is a decision spec or a context (for these
            give `constraints=[where]` to `sample`).
    """
    if isinstance(space, DNASpec) or is_context(space):
        raise TypeError(
            f'A {type(space).__name__} cannot be wrapped: give its constraints to the loop, '
            '`sample(space, ..., constraints=[where])`.'
        )
    return Constrained(space=space, where=where, on=on, name=name, max_attempts=max_attempts)


def feasibility_of(
    space: Any,
    constraints: Sequence[Any] | None,
    decode: Callable[[DNA], Any],
) -> Feasibility | None:
    """The judge of the proposals for a space, None if nothing constrains it.

    Args:
        space: A search space, perhaps constrained.
        constraints: Further predicates.
        decode: Function from a DNA to the value that predicates see.

    Raises:
        TypeError: A constraint is not callable.
    """
    found: list[Constrained] = []
    while isinstance(space, Constrained):
        found.append(space)
        space = space.sym_getattr('space')
    # The innermost first: those outside may rely on it.
    found.reverse()
    if callable(constraints):
        raise TypeError(f'`constraints` must be a list of predicates: [{constraints!r}].')
    for where in constraints or ():
        if not callable(where) or isinstance(where, Constrained):
            raise TypeError(
                f'`constraints` must hold predicates of a program, got {where!r} '
                f'({type(where).__name__}).'
            )
        found.append(Constrained(space=None, where=where))
    if not found:
        return None
    checks = [(name, c.where, c.on) for name, c in zip(_names(found), found, strict=True)]

    def judge(dna: DNA) -> str | None:
        value: Any = None
        decoded = False
        for name, where, on in checks:
            if on == 'dna':
                seen: Any = dna
            elif on == 'dict':
                seen = dna.to_dict('name_or_id', 'literal')
            else:
                if not decoded:
                    value, decoded = decode(dna), True
                seen = value
            if not where(seen):
                return name
        return None

    return Feasibility(judge, [name for name, _, _ in checks], min(c.max_attempts for c in found))


def _names(constraints: Sequence[Constrained]) -> list[str]:
    names: list[str] = []
    for i, constraint in enumerate(constraints):
        name = constraint.name
        if name is None:
            name = getattr(constraint.where, '__name__', '<lambda>')
            if name == '<lambda>':
                name = f'constraint {i + 1}'
        names.append(name if name not in names else f'{name} ({i + 1})')
    return names
