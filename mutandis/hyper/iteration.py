"""Iterating over the examples of a space in one process, without trials or backends."""

import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from mutandis.hyper import geno
from mutandis.hyper.base import HyperValue
from mutandis.hyper.object_template import template
from mutandis.hyper.spine import Where
from mutandis.symbolic import eq


class Feedback:
    """Tells the algorithm the reward of one example.

    Attributes:
        dna: The DNA of the example.
    """

    __slots__ = ('dna', '_feedback')

    def __init__(self, dna: geno.DNA, feedback: Callable[[geno.DNA, Any], None]) -> None:
        self.dna = dna
        self._feedback = feedback

    def __call__(self, reward: Any) -> None:
        """Feeds back a reward."""
        self._feedback(self.dna, reward)


def iterate(
    hyper_value: Any,
    num_examples: int | None = None,
    algorithm: Any = None,
    where: Where = None,
    force_feedback: bool = False,
    *,
    constraints: Sequence[Callable[[Any], bool]] | None = None,
) -> Iterator[Any]:
    """Iterates over examples of a value with placeholders.

    Example::

        for x in mt.iter(mt.Dict(a=mt.oneof([1, 2]), b=mt.oneof(['x', 'y']))):
            print(x)

    Args:
        hyper_value: A value with placeholders, or a context of define-by-run (see `trace`):
            examples are then functions that return the context manager applying the decisions.
        num_examples: How many examples at most; None for as many as the algorithm proposes.
        algorithm: A `geno.DNAGenerator`; None for all examples in order (`Sweeping`). One that
            was used for the same space before continues where it was.
        where: Predicate of placeholders; those refused are left in the examples. (A context has
            its own.)
        force_feedback: Whether to yield a feedback function although the algorithm needs none.
        constraints: Predicates of examples; those that break one are left out (see `constrain`).

    Yields:
        Examples, or (example, feedback) when the algorithm needs feedback or it is forced.

    Raises:
        ValueError: The value has no placeholders, or the algorithm belongs to another space.
    """
    spec, decode = _space(hyper_value, where)
    if algorithm is None:
        algorithm = geno.Sweeping()
    _prepare(algorithm, spec)
    algorithm = under_constraints(algorithm, hyper_value, constraints, decode)
    yield from _examples(
        decode, algorithm, num_examples, bool(force_feedback or algorithm.needs_feedback)
    )


def is_context(value: Any) -> bool:
    """Whether a search space is a context of define-by-run."""
    # There is none as long as nobody has loaded the module of its class.
    module = sys.modules.get('mutandis.hyper.dynamic_evaluation')
    return module is not None and isinstance(value, module.DynamicEvaluationContext)


def space_of_context(context: Any) -> tuple[geno.DNASpec, Callable[[geno.DNA], Any]]:
    """The decision spec of a context, and the function from a DNA to the example of it.

    Raises:
        ValueError: There is nothing to decide.
    """
    spec = context.dna_spec
    if not len(spec):
        raise ValueError(
            f'There is nothing to decide in {context!r}: the program that was traced made no '
            f'placeholder (or `where` accepts none).'
        )
    return spec, lambda dna: partial(context.apply, dna)


def _space(hyper_value: Any, where: Where) -> tuple[geno.DNASpec, Callable[[geno.DNA], Any]]:
    if is_context(hyper_value):
        return space_of_context(hyper_value)
    space = template(hyper_value, where)
    if space.is_constant:
        raise ValueError(
            f'There is nothing to iterate over: {hyper_value!r} holds no placeholders (or `where` '
            f'accepts none).'
        )
    return space.dna_spec(), space.decode


def _prepare(algorithm: Any, spec: geno.DNASpec) -> None:
    """Sets up a fresh algorithm, or checks that a used one belongs to this space."""
    if not isinstance(algorithm, geno.DNAGenerator):
        raise TypeError(
            f'`algorithm` must be an algorithm such as `geno.Random()` (a `DNAGenerator`), but it '
            f'is {algorithm!r}.'
        )
    known = algorithm.dna_spec
    if known is None:
        algorithm.setup(spec)
    elif known is not spec and not same_space(known, spec):
        raise ValueError(
            f'{algorithm!r} was set up for another space. Use a fresh algorithm.\n'
            f'Its space: {known!r}\nThis space: {spec!r}'
        )


def same_space(first: Any, second: Any) -> bool:
    """Whether two decision specs describe the same search space."""
    if first is second:
        return True
    same = getattr(first, '_same_space', None)
    return bool(same(second)) if same is not None else bool(eq(first, second))


def under_constraints(
    algorithm: geno.DNAGenerator,
    space: Any,
    constraints: Sequence[Callable[[Any], bool]] | None,
    decode: Callable[[geno.DNA], Any],
) -> geno.DNAGenerator:
    """The algorithm under the constraints of a space and further ones; itself without any."""
    if not constraints and not (isinstance(space, HyperValue) and space.is_constrained):
        return algorithm
    from mutandis.hyper.constraints import feasibility_of
    from mutandis.hyper.geno.feasibility import FeasibleProposals

    feasibility = feasibility_of(space, constraints, decode)
    return algorithm if feasibility is None else FeasibleProposals.of(algorithm, feasibility)


def _examples(
    decode: Callable[[geno.DNA], Any],
    algorithm: Any,
    num_examples: int | None,
    with_feedback: bool,
) -> Iterator[Any]:
    count = 0
    while num_examples is None or count < num_examples:
        try:
            dna = algorithm.propose()
        except StopIteration:
            return
        example = decode(dna)
        count += 1
        if with_feedback:
            yield example, Feedback(dna, algorithm.feedback)
        else:
            yield example


def random_sample(
    value: Any,
    num_examples: int | None = None,
    where: Where = None,
    seed: int | None = None,
    *,
    constraints: Sequence[Callable[[Any], bool]] | None = None,
) -> Iterator[Any]:
    """Iterates over random examples of a value with placeholders.

    Args:
        value: A value with placeholders, or a context of define-by-run.
        num_examples: How many; None for no end.
        where: Predicate of placeholders.
        seed: Seed of the random draws; None for the global random module.
        constraints: Predicates of examples; those that break one are drawn again.
    """
    random: Any = geno.Random
    return iterate(value, num_examples, random(seed), where=where, constraints=constraints)
