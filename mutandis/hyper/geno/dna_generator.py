"""`DNAGenerator`: the protocol of search algorithms.

An algorithm is set up with a decision spec, proposes DNAs, and receives rewards. It never sees
programs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from mutandis.hyper.geno.dna import DNA
from mutandis.hyper.geno.spec import DNASpec, set_attribute
from mutandis.symbolic.object import Object

if TYPE_CHECKING:
    from mutandis.hyper.geno.feasibility import Feasibility

__all__ = ['DNAGenerator', 'dna_generator']


class DNAGenerator(Object):
    """Base class of search algorithms.

    Subclasses implement `_propose`, and `_feedback` if they learn; `_setup` prepares their state.
    They are symbolic: their arguments are fields, which are cloned and serialised. The state of a
    run is not. ::

        class Local(DNAGenerator):
            seed: int

            def _setup(self):
                self._rng = random.Random(self.seed)

            def _propose(self):
                return self.dna_spec.random_dna(self._rng)
    """

    _dna_spec: ClassVar[DNASpec | None] = None
    _num_proposals = 0
    _num_feedbacks = 0

    def setup(self, dna_spec: Any) -> None:
        """Prepares for searching a space; counters start from 0."""
        set_attribute(self, '_dna_spec', dna_spec)
        set_attribute(self, '_num_proposals', 0)
        set_attribute(self, '_num_feedbacks', 0)
        self._setup()

    def _setup(self) -> None:
        """Hook: prepares the state of the algorithm; `self.dna_spec` is set."""

    def setup_constraints(self, feasible: Callable[[DNA], bool]) -> None:
        """Hook, called after `setup` when the search is constrained.

        For algorithms that learn a distribution and must know which part of it counts.

        Args:
            feasible: Whether a DNA keeps all constraints. Answers are remembered.
        """

    @property
    def _learner(self) -> DNAGenerator:
        """Whose state this is: another's for what only stands in front of an algorithm."""
        return self

    @property
    def multi_objective(self) -> bool:
        """Whether rewards are tuples."""
        return False

    @property
    def deterministic(self) -> bool:
        """Whether equal rewards give equal proposals: all random numbers are seeded and its own.

        Then `recover` repeats the events of a study, and the search goes on as it would have.
        """
        return False

    @property
    def needs_feedback(self) -> bool:
        """Whether the algorithm uses rewards: whether it overrides `_feedback`."""
        return type(self)._feedback is not DNAGenerator._feedback

    @property
    def dna_spec(self) -> DNASpec | None:
        """The space given to `setup`, `None` before."""
        return self._dna_spec

    @property
    def num_proposals(self) -> int:
        """Number of DNAs proposed, recovered ones included."""
        return self._num_proposals

    @property
    def num_feedbacks(self) -> int:
        """Number of DNAs with a reward."""
        return self._num_feedbacks

    def propose(self) -> DNA:
        """The next DNA to evaluate.

        Raises:
            StopIteration: there are no more.
        """
        dna = self._propose()
        set_attribute(self, '_num_proposals', self._num_proposals + 1)
        return dna

    def propose_feasible(self, feasibility: Feasibility) -> DNA:
        """The next DNA to evaluate that keeps some constraints.

        Proposals that break one are drawn again; they do not count. An algorithm whose proposals
        change its state overrides this, so that rejected ones leave no trace.

        Raises:
            StopIteration: there are no more.
            InfeasibleSpaceError: too many proposals in a row were rejected.
        """
        while True:
            dna = self.propose()
            if feasibility.accepts(dna):
                return dna
            set_attribute(self, '_num_proposals', self._num_proposals - 1)
            feasibility.give_up_if_hopeless()

    def _propose(self) -> DNA:
        """Hook: makes the next DNA; raises `StopIteration` at the end."""
        raise NotImplementedError(f'{type(self).__name__} must implement `_propose`.')

    def feedback(self, dna: DNA, reward: Any) -> None:
        """Reports the reward of a DNA: a float, or a tuple of floats if `multi_objective`.

        Raises:
            ValueError: several rewards for an algorithm with a single objective.
        """
        if self.needs_feedback:
            self._feedback(dna, self._normalized(reward))
        set_attribute(self, '_num_feedbacks', self._num_feedbacks + 1)

    def _feedback(self, dna: DNA, reward: Any) -> None:
        """Hook: learns from a reward."""

    def _normalized(self, reward: Any) -> Any:
        """The reward as a tuple or as a single number, as the algorithm wants it; lists stay."""
        if isinstance(reward, list):
            return reward
        if self.multi_objective:
            return reward if isinstance(reward, tuple) else (reward,)
        if isinstance(reward, tuple):
            if len(reward) != 1:
                raise ValueError(
                    f'{type(self).__name__} has a single objective, but there are {len(reward)} '
                    f'rewards: {reward!r}. Use an algorithm with `multi_objective`, or optimise '
                    'one metric.'
                )
            return reward[0]
        return reward

    def recover(self, history: Iterable[tuple[DNA, Any]]) -> None:
        """Brings a fresh algorithm to the state after a history of `(dna, reward)`.

        A reward of `None` means proposed, not yet fed back. Comes after `setup` and before the
        first `propose`, possibly several times.

        If the algorithm is `deterministic` and the history has `events` (that of a study does),
        the search is repeated event by event, so that it goes on exactly as it would have.
        Otherwise each entry goes to `_replay`.
        """
        if self._repeat_events(history):
            return
        for i, (dna, reward) in enumerate(history):
            if reward is not None and self.needs_feedback:
                reward = self._normalized(reward)
            self._replay(i, dna, reward)
            set_attribute(self, '_num_proposals', self._num_proposals + 1)
            if reward is not None:
                set_attribute(self, '_num_feedbacks', self._num_feedbacks + 1)

    def _repeat_events(self, history: Any) -> bool:
        """Repeats a history event by event; False if that is not possible, with nothing done."""
        if not self.deterministic or self._num_proposals or not hasattr(history, 'events'):
            return False
        from mutandis.hyper.geno.replaying import replay

        if replay(self, history):
            return True
        self.setup(self.dna_spec)
        feasible = getattr(history, 'feasible', None)
        if feasible is not None:
            self.setup_constraints(feasible)
        return False

    def _replay(self, trial_id: int, dna: DNA, reward: Any) -> None:
        """Hook: one entry of the history; by default feeds back the reward."""
        if reward is not None:
            self._feedback(dna, reward)

    def __iter__(self) -> Iterator[Any]:
        """After `setup`: yields `(dna, feedback function)` if feedback is needed, else the DNA."""
        while True:
            try:
                dna = self.propose()
            except StopIteration:
                return
            if self.needs_feedback:
                yield dna, _feedback_of(self, dna)
            else:
                yield dna


def _feedback_of(generator: DNAGenerator, dna: DNA) -> Callable[[Any], None]:
    def feedback(reward: Any) -> None:
        generator.feedback(dna, reward)

    return feedback


class _FunctionGenerator(DNAGenerator):
    """Base of the classes made by `dna_generator`."""

    auto_register = False

    _iterator: Any = None
    _error: Exception | None = None

    @staticmethod
    def _function(dna_spec: DNASpec) -> Iterator[DNA]:
        raise NotImplementedError()

    def _setup(self) -> None:
        self._iterator = iter(type(self)._function(self.dna_spec))  # type: ignore[arg-type]
        self._error = None

    def _propose(self) -> DNA:
        if self._error is not None:
            raise ValueError(
                f'{type(self).__name__} has failed before and cannot go on: {self._error!r}.'
            ) from self._error
        try:
            dna: DNA = next(self._iterator)
        except StopIteration:
            raise
        except Exception as error:
            self._error = error
            raise
        return dna


def dna_generator(func: Callable[[DNASpec], Iterator[DNA]]) -> type[DNAGenerator]:
    """Turns a generator function into a class of algorithms. ::

        @dna_generator
        def first_ten(dna_spec):
            for i, dna in zip(range(10), dna_spec.iter_dna()):
                yield dna

        algorithm = first_ten()

    Args:
        func: takes the decision spec and yields DNAs.
    """
    name = getattr(func, '__name__', 'DNAGeneratorFunction')
    metaclass: Any = type(_FunctionGenerator)
    made: type[DNAGenerator] = metaclass(
        name,
        (_FunctionGenerator,),
        {
            '_function': staticmethod(func),
            '__doc__': getattr(func, '__doc__', None),
            '__module__': getattr(func, '__module__', __name__),
            '__qualname__': getattr(func, '__qualname__', name),
        },
    )
    return made
