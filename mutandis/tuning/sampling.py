"""The sampling loop: `sample`.

A loop joins a search space, an algorithm and a backend: the backend gives out trials, whose DNAs
the algorithm proposed; the space turns each DNA into a program; the caller reports on it.
"""

from __future__ import annotations

import gc
import threading
import time
from typing import TYPE_CHECKING, Any

from mutandis import hyper
from mutandis.hyper.geno import DNAGenerator, DNASpec
from mutandis.hyper.iteration import (
    is_context,
    same_space,
    space_of_context,
    under_constraints,
)
from mutandis.tuning.backend import as_goals, get_backend_cls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mutandis.hyper.geno import DNA
    from mutandis.hyper.geno.feasibility import FeasibleProposals
    from mutandis.hyper.protocol import EarlyStoppingPolicy
    from mutandis.tuning.backend import Backend
    from mutandis.tuning.feedback import Feedback

    Where = Callable[[Any], bool]
    Constraints = Sequence[Callable[[Any], bool]]

# A generator may be shared by threads that begin to sample at the same time.
_SETUP_LOCK = threading.Lock()


class SearchSpace:
    """A search space as the loop sees it: a decision spec, and a way from DNA to program.

    Args:
        space: A value with placeholders, a context of dynamic evaluation, or a decision spec.
        where: Predicate of placeholders; only those it accepts are decided.
        constraints: Predicates of programs; see `hyper.constrain`.

    Raises:
        ValueError: There is nothing to decide.
    """

    __slots__ = ('dna_spec', 'decode', 'proposals', '_space', '_constraints')

    dna_spec: DNASpec
    decode: Callable[[DNA], Any]
    # The algorithm of a loop if it is constrained.
    proposals: FeasibleProposals | None

    def __init__(
        self, space: Any, where: Where | None = None, constraints: Constraints | None = None
    ) -> None:
        self.proposals = None
        self._space = space
        self._constraints = constraints
        if isinstance(space, DNASpec):
            self.dna_spec = space
            self.decode = _identity
        elif is_context(space):
            self.dna_spec, self.decode = space_of_context(space)
        else:
            template = hyper.template(space, where)
            if template.is_constant:
                raise ValueError(
                    'There is nothing to search: the space has no placeholder'
                    + ('' if where is None else ' that `where` accepts')
                    + f'. Put `oneof`, `manyof` or `floatv` where something is to be decided. '
                    f'Got: {_brief(space)}'
                )
            self.dna_spec = template.dna_spec()
            self.decode = template.decode

    def constrained(self, algorithm: DNAGenerator) -> DNAGenerator:
        """The algorithm under the constraints of this space; itself if there are none."""
        proposer = under_constraints(algorithm, self._space, self._constraints, self.decode)
        if proposer is not algorithm:
            self.proposals = proposer  # type: ignore[assignment]
        return proposer


def sample(
    space: Any,
    algorithm: DNAGenerator,
    num_examples: int | None = None,
    early_stopping_policy: EarlyStoppingPolicy | None = None,
    where: Where | None = None,
    name: str | None = None,
    group: int | str | None = None,
    backend: str | None = None,
    metrics_to_optimize: Sequence[str] | None = None,
    *,
    constraints: Constraints | None = None,
    **kwargs: Any,
) -> Iterator[tuple[Any, Feedback]]:
    """Samples programs from a search space and learns from the feedback.

    ::

        space = mt.Dict(x=mt.oneof(range(10)), y=mt.floatv(0.0, 1.0))
        for program, feedback in mt.sample(space, mt.geno.Random(seed=1), 20):
            feedback(program.x * program.y)

    A trial is pending until `feedback(...)`, `feedback.done()` or `feedback.skip()`; a worker that
    asks again before that gets the same trial again. Nothing happens before the first `next`. The
    loop keeps no program: one that the caller lets go is freed.

    Args:
        space: A value with placeholders (examples are programs), a context of dynamic evaluation
            (examples are functions that return the context manager applying the decisions), or a
            decision spec (examples are DNAs).
        algorithm: Proposes. A fresh one is set up for the space; one that was set up for an equal
            space goes on. If it joins a sampling that has trials and has proposed nothing yet, it
            learns from these first.
        num_examples: How many trials the sampling has at most, skipped ones included; None for as
            many as the algorithm proposes.
        early_stopping_policy: Advises by `feedback.should_stop_early()`.
        where: Predicate of placeholders; those it refuses stay as they are.
        name: Name of the sampling. Loops of one name share its trials. Without one, a loop is
            alone.
        group: Workers of one group work on the same pending trial, those of different groups on
            different ones. By default each thread is a group.
        backend: Name of the backend; None means the default.
        metrics_to_optimize: Names of the metrics that the algorithm maximises; ('reward',) by
            default.
        constraints: Predicates of examples: only those that keep all become trials. For a value
            with placeholders, `constrain(space, where)` does the same. How many proposals were
            rejected before a trial is its metadata `rejected`; the metadata of the sampling count
            `attempts`, `acceptances`, and `rejections` by the name of the constraint.
        **kwargs: For the backend.

    Yields:
        Pairs of an example and the `Feedback` on it.

    Raises:
        ValueError: There is nothing to search; the backend is unknown; there are several metrics
            but the algorithm optimizes one; the algorithm or the policy belongs to another space;
            no feasible proposal is found (`InfeasibleSpaceError`).
        TypeError: The algorithm is none.
    """
    searched = SearchSpace(space, where, constraints)
    worker = start_worker(
        searched,
        algorithm,
        num_examples,
        early_stopping_policy=early_stopping_policy,
        name=name,
        group=group,
        backend=backend,
        metrics_to_optimize=metrics_to_optimize,
        **kwargs,
    )
    return (yield from run_loop(searched, worker))


def start_worker(
    searched: SearchSpace,
    algorithm: DNAGenerator,
    num_examples: int | None,
    *,
    early_stopping_policy: EarlyStoppingPolicy | None = None,
    name: str | None = None,
    group: int | str | None = None,
    backend: str | None = None,
    metrics_to_optimize: str | Sequence[str] | None = None,
    **kwargs: Any,
) -> Backend:
    """Checks the arguments of a loop, prepares algorithm and policy, and joins the sampling."""
    backend_cls = get_backend_cls(backend)
    goals = as_goals(metrics_to_optimize)
    if num_examples is not None and not isinstance(num_examples, (int, float)):
        raise TypeError(
            f'`num_examples` must be the greatest number of trials, or None for no limit, got '
            f'{num_examples!r} ({type(num_examples).__name__}).'
        )
    _check_algorithm(algorithm)
    if len(goals) > 1 and not algorithm.multi_objective:
        raise ValueError(
            f'{type(algorithm).__name__} optimizes one metric, but `metrics_to_optimize` names '
            f'{len(goals)}: {list(goals)}. Name one, or take a multi-objective algorithm.'
        )
    policy = early_stopping_policy
    if policy is not None:
        _check_policy(policy)
    spec = searched.dna_spec
    with _SETUP_LOCK:
        for part in (algorithm, policy):
            if part is None:
                continue
            if part.dna_spec is None:
                part.setup(spec)
            elif not same_space(part.dna_spec, spec):
                raise ValueError(
                    f'{type(part).__name__} was set up for another search space. Make a new one '
                    f'for this space.\n  Its space: {part.dna_spec}\n  This space: {spec}'
                )
    return backend_cls.create(
        name=name,
        group=group,  # type: ignore[arg-type]  # backends turn numbers into text
        dna_spec=spec,
        algorithm=searched.constrained(algorithm),
        metrics_to_optimize=goals,
        early_stopping_policy=policy,
        num_examples=num_examples,
        **kwargs,
    )


def run_loop(
    searched: SearchSpace, worker: Backend, before: Callable[[Feedback], None] | None = None
) -> Iterator[tuple[Any, Feedback]]:
    """The loop itself.

    Args:
        searched: The space.
        worker: Gives out the trials.
        before: Called with the feedback of each trial before its DNA is decoded.
    """
    next_trial = worker.next
    if searched.proposals is not None:
        from mutandis.tuning.rejections import counted

        next_trial = counted(next_trial, searched.proposals)
    decode = searched.decode
    collector = _Collector()
    while True:
        try:
            feedback = next_trial()
        except StopIteration:
            return
        dna = feedback.dna
        reward = dna._metadata_get('reward')
        if reward is not None:
            # The algorithm knows the reward already (a duplicate, for example).
            with feedback.ignore_race_condition():
                feedback(reward, metadata={'client_evaluation_skipped': True})
            continue
        collector.tick()
        if before is not None:
            before(feedback)
        yield decode(dna), feedback


class _Collector:
    """Frees dropped programs before they pile up.

    A program is a tree whose children know their parents, so only the cycle collector frees it; and
    that one counts objects, not the gigabytes of tensors they may hold. When trials are slow, a
    collection between them costs nothing; this one takes at most about 3 % of the time.
    """

    __slots__ = ('_due',)

    SHARE = 30

    def __init__(self) -> None:
        self._due = time.monotonic() + 0.5

    def tick(self) -> None:
        now = time.monotonic()
        if now >= self._due:
            if gc.isenabled():
                gc.collect()
            done = time.monotonic()
            self._due = done + max(0.5, self.SHARE * (done - now))


def _check_algorithm(algorithm: Any) -> None:
    if isinstance(algorithm, type):
        raise TypeError(
            f'`algorithm` must be an instance, got the class {algorithm.__name__}. '
            f'Write `{algorithm.__name__}()`.'
        )
    if not isinstance(algorithm, DNAGenerator):
        raise TypeError(
            f'`algorithm` must be a `geno.DNAGenerator` such as `geno.Random(seed=1)`, got '
            f'{algorithm!r} ({type(algorithm).__name__}).'
        )


def _check_policy(policy: Any) -> None:
    from mutandis.hyper.protocol import EarlyStoppingPolicy

    if not isinstance(policy, EarlyStoppingPolicy):
        raise TypeError(
            f'`early_stopping_policy` must be an `EarlyStoppingPolicy` or None, got {policy!r}. '
            '(The functions `early_stop_by_...` return a functor: call it to get the policy.)'
        )


def _identity(dna: DNA) -> DNA:
    return dna


def _brief(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 200 else text[:200] + '...'
