"""`Evolution`: a population, and the operations by which it renews itself.

An evolution first asks another algorithm for the initial population. Once enough rewards have
arrived, each time that its children are used up it applies the operation `reproduction` to the
population to make more. Each DNA that gets its reward joins the population, and the operation
`population_update` says who stays. The operations are data (`operation.py`): regularized
evolution, hill climbing and others are one expression each.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import TYPE_CHECKING, Any, cast

from mutandis import typing as T
from mutandis.algorithms.evolution import notes
from mutandis.algorithms.evolution.operation import Runner, inner_runner_of, operation_spec
from mutandis.algorithms.evolution.seeding import is_seeded, restart_streams, seeded_copies
from mutandis.algorithms.reference_names import register_reference_names
from mutandis.hyper.geno import DNA, AttributeDict, DNAGenerator, Random
from mutandis.hyper.geno.spec import set_attribute
from mutandis.symbolic import members

if TYPE_CHECKING:
    from mutandis.hyper.geno.feasibility import Feasibility

__all__ = ['Evolution']

_FLOATS = frozenset({float})


class _NotSetUp:
    """Stands for the lock of an algorithm that has not been set up."""

    def __enter__(self) -> None:
        raise AttributeError(
            'The evolution has not been set up for a space. Call `setup(dna_spec)`, or let '
            '`search` or `sample` do it.'
        )

    def __exit__(self, *args: Any) -> None:
        pass


@members(
    [
        (
            'reproduction',
            operation_spec(),
            'Operation from the population to children.',
        ),
        (
            'population_init',
            T.Union(
                [T.Object(DNAGenerator), T.Tuple([T.Object(DNAGenerator), T.Int()])],
                default=(Random(), 50),
            ),
            'The algorithm that proposes the initial population, with its size; without a size it '
            'proposes until it ends.',
        ),
        (
            'population_update',
            operation_spec().noneable(),
            'Operation from the population to what stays of it, applied after each feedback; by '
            'default all stay.',
        ),
        ('multi_objective', T.Bool(default=False), 'Whether rewards are tuples.'),
        (
            'seed',
            T.Int().noneable(),
            'Seeds every part that has a field `seed` without a value; each draws its own numbers.',
        ),
    ],
    init_arg_list=['reproduction', 'population_init', 'population_update'],
)
class Evolution(DNAGenerator):
    """A search by evolution, made of operations. ::

        S, M = mt.evolution.selectors, mt.evolution.mutators
        algorithm = mt.evolution.Evolution(
            S.Random(10) >> S.Top(1) >> M.Uniform(),        # a tournament, then a mutation
            population_init=(mt.geno.Random(), 50),
            population_update=S.Last(50),                   # the oldest dies
            seed=1,
        )

    The DNAs carry metadata: `proposal_id` and `generation_id` (from 1), `initial_population`, and
    after their feedback `feedback_sequence_number` (from 1) and `reward`.

    Any number of threads may propose and give feedback, in any order. As long as the initial
    population is incomplete, proposals come from its algorithm, so that no worker has to wait.

    Raises:
        ValueError: at `propose`, when the reproduction makes no child.
    """

    reproduction: Any
    population_init: Any = (Random(), 50)
    population_update: Any = None
    multi_objective: bool = False
    seed: int | None = None

    # -- State. It is no part of the symbolic object: a clone is not set up.

    _lock = cast(Any, _NotSetUp())
    # The judge while a proposal under constraints is made, and the one that the queued children
    # have passed.
    _feasibility: Any = None
    _passed: Any = None

    def _setup(self) -> None:
        spec = self.dna_spec
        init = self.population_init
        generator, size = init if isinstance(init, tuple) else (init, None)
        parts = [self.reproduction, generator, self.population_update]
        if self.seed is not None:
            parts = seeded_copies(parts, self.seed)
        if '_parts' in self.__dict__:
            # Parts that were not copied have drawn in the search before.
            restart_streams(parts)
        self._parts = parts
        self._size: int | None = size
        self._bind_operations()
        self._lock = cast(Any, threading.RLock())
        self._population: list[DNA] = []
        self._pending: deque[DNA] = deque()
        self._global_state = AttributeDict(num_generations=0)
        self._population_initialized = False
        parts[1].setup(spec)

    def format(self, *args: Any, **kwargs: Any) -> str:
        """Text; without a seed it is not mentioned."""
        if self.seed is None:
            kwargs['exclude_keys'] = {'seed', *(kwargs.get('exclude_keys') or ())}
        return super().format(*args, **kwargs)

    def _bind_operations(self) -> None:
        reproduction, _, update = self._parts
        self._reproduce: Runner = inner_runner_of(reproduction)
        self._update: Runner | None = None if update is None else inner_runner_of(update)

    def _on_bound(self) -> None:
        super()._on_bound()
        if '_parts' in self.__dict__ and self.seed is None:
            # Operations may be changed in the middle of a search.
            self._parts[0], self._parts[2] = self.reproduction, self.population_update
            self._bind_operations()

    @property
    def needs_feedback(self) -> bool:
        return True

    @property
    def population(self) -> list[DNA]:
        """The DNAs that have a reward and that `population_update` has kept."""
        return self._population

    @property
    def global_state(self) -> AttributeDict:
        """What the operations share; `num_generations` among others."""
        return self._global_state

    @property
    def num_generations(self) -> int:
        """Number of generations begun; 0 until the initial population is complete."""
        return int(self._global_state['num_generations'])

    @property
    def deterministic(self) -> bool:
        """Whether every part is seeded, so that equal events give equal proposals."""
        return self.seed is not None or is_seeded(
            [self.reproduction, self.population_init, self.population_update]
        )

    # -- Proposals.

    def propose(self) -> DNA:
        with self._lock:
            dna = self._propose()
            set_attribute(self, '_num_proposals', self._num_proposals + 1)
            return dna

    def setup_constraints(self, feasible: Callable[[DNA], bool]) -> None:
        self._parts[1].setup_constraints(feasible)

    def propose_feasible(self, feasibility: Feasibility) -> DNA:
        with self._lock:
            if self._pending and self._passed is not feasibility:
                self._pending = deque(filter(feasibility.is_feasible, self._pending))
            self._passed = self._feasibility = feasibility
            try:
                return self.propose()
            finally:
                self._feasibility = None

    def _propose(self) -> DNA:
        if not self._pending:
            if not self._population_initialized:
                self._propose_initial()
            if self._population_initialized:
                self._reproduce_once()
        return self._pending.popleft()

    def _propose_initial(self) -> None:
        """Queues a proposal of the initial algorithm, or ends the initial phase with it."""
        initial, feasibility = self._parts[1], self._feasibility
        try:
            if feasibility is None:
                dna = initial.propose()
            else:
                dna = initial.propose_feasible(feasibility)
        except StopIteration:
            self._end_initial_phase()
            return
        _label(dna, self._num_proposals + 1, self.num_generations + 1, True)
        self._pending.append(dna)

    def _end_initial_phase(self) -> None:
        self._population_initialized = True
        self._global_state['num_generations'] = max(1, self.num_generations)

    def _reproduce_once(self) -> None:
        """Queues the children of the population."""
        made = self._make_children() if self._feasibility is None else self._make_feasible()
        generation = self.num_generations + 1
        children: list[DNA] = []
        for i, child in enumerate(made):
            if _is_known(child):
                # A proposal is no member of the population, nor an earlier proposal.
                child = child.clone(deep=True)
            _label(child, self._num_proposals + 1 + i, generation, False)
            children.append(child)
        self._pending.extend(children)
        self._global_state['num_generations'] = generation

    def _make_children(self) -> list[DNA]:
        made = self._reproduce(self._population, self._global_state, self._num_proposals)
        if not made:
            raise ValueError(
                f'The reproduction made no child from a population of {len(self._population)}: '
                f'{self.reproduction!r}. It must return at least one DNA.'
            )
        # The list may be the population itself.
        return list(made)

    def _make_feasible(self) -> list[DNA]:
        """Children that keep the constraints.

        The place of an infeasible child is taken by the child at the same place of the next
        reproduction from the same population that has a feasible one there: so the law of the child
        at each place is the conditional one.
        """
        feasibility, state = self._feasibility, self._global_state
        before = dict(state)
        made = self._make_children()
        children: dict[int, DNA] = {}
        places = list(range(len(made)))
        while True:
            missing = []
            for place in places:
                # A reproduction may make fewer children than the one before: then these are all.
                if place < len(made):
                    if feasibility.accepts(made[place]):
                        children[place] = made[place]
                    else:
                        missing.append(place)
            if not missing:
                return [child for _, child in sorted(children.items(), key=itemgetter(0))]
            feasibility.give_up_if_hopeless()
            places = missing
            state.clear()
            state.update(before)
            made = self._make_children()

    # -- Rewards.

    def _normalized(self, reward: Any) -> Any:
        if reward.__class__ is (tuple if self.multi_objective else float):
            return reward
        if reward is None:
            raise TypeError(
                'The reward must be a number, or a tuple or list of numbers, but it is None. A '
                'trial without a result is ended by `feedback.skip(reason)`.'
            )
        if hasattr(reward, 'tolist'):
            # Numbers and vectors of NumPy and torch.
            reward = reward.tolist()
            reward = tuple(reward) if isinstance(reward, list) else reward
        return super()._normalized(reward)

    def feedback(self, dna: DNA, reward: Any) -> None:
        with self._lock:
            super().feedback(dna, reward)

    def _feedback(self, dna: DNA, reward: Any) -> None:
        if not isinstance(dna, DNA):
            raise TypeError(f'There is feedback on DNAs only, but this is {dna!r}.')
        if dna._spec is None and self.dna_spec is not None:
            self._bind(dna)
        kept = dna._notes
        if kept is not None and (
            reward.__class__ is float
            or (reward.__class__ is tuple and _FLOATS.issuperset(map(type, reward)))
        ):
            kept[notes.DNA_METADATA_FEEDBACK_SEQUENCE_NUMBER] = self._num_feedbacks + 1
            kept[notes.DNA_METADATA_FITNESS] = reward
        else:
            notes.set_feedback_sequence_number(dna, self._num_feedbacks + 1)
            notes.set_fitness(dna, reward)
        if dna._metadata_get(notes.DNA_METADATA_INITIAL_POPULATION):
            self._parts[1].feedback(dna, reward)
        elif dna._metadata_get(notes.DNA_METADATA_GENERATION_ID) is None:
            # A design of the user's own.
            notes.set_generation_id(dna, max(1, self.num_generations))
        self._join(dna)

    def _bind(self, dna: DNA) -> None:
        """Binds a DNA that the user has made, so that it can be mutated and recombined."""
        assert self.dna_spec is not None
        try:
            dna.use_spec(self.dna_spec)
        except ValueError:
            # Operations of the user may work with DNAs of another kind.
            pass

    def _join(self, dna: DNA) -> None:
        """Takes a DNA with its reward into the population."""
        if (
            not self._population_initialized
            and self._size is not None
            and self._num_feedbacks >= self._size - 1
        ):
            self._end_initial_phase()
        self._population.append(dna)
        if self._update is not None:
            self._population = self._update(
                self._population, self._global_state, self._num_feedbacks
            )

    # -- Recovery.

    def recover(self, history: Iterable[tuple[DNA, Any]]) -> None:
        """Brings a fresh algorithm to the state after a history of `(dna, reward or None)`.

        If every part is seeded and the history has `events` (the history of a study does), the
        search is repeated event by event, so that it goes on exactly as it would have. Otherwise
        population and counters are restored, but not the random numbers drawn by operations, nor
        children that have not been proposed yet; `state_dict` keeps those.

        Raises:
            AssertionError: a DNA carries another reward than the history.
        """
        with self._lock:
            if self._repeat_events(history):
                return
            for i, (dna, reward) in enumerate(history):
                self._replay(i, dna, reward)

    def _replay(self, trial_id: int, dna: DNA, reward: Any) -> None:
        self._num_proposals += 1
        if dna.spec is None and self.dna_spec is not None:
            dna.use_spec(self.dna_spec)
        if dna._metadata_get(notes.DNA_METADATA_INITIAL_POPULATION):
            self._parts[1].recover([(dna, reward)])
        if reward is not None:
            reward = self._normalized(reward)
            if notes.get_feedback_sequence_number(dna) is None:
                number = self._num_feedbacks + 1
                dna.set_metadata(notes.DNA_METADATA_FEEDBACK_SEQUENCE_NUMBER, number)
                dna.set_metadata(notes.DNA_METADATA_FITNESS, reward)
            else:
                known = notes.get_fitness(dna)
                if known != reward and not (known != known and reward != reward):
                    raise AssertionError(
                        f'{dna!r} carries the reward {known!r}, but the history has {reward!r}.'
                    )
            self._join(dna)
            self._num_feedbacks += 1
        generation = dna._metadata_get(notes.DNA_METADATA_GENERATION_ID, 1)
        if generation > 1:
            self._end_initial_phase()
            state = self._global_state
            state['num_generations'] = max(state['num_generations'], generation)

    def state_dict(self) -> dict[str, Any]:
        """Everything that a run has made of this algorithm, as JSON values.

        Streams of random numbers are part of it where parts own them (attribute `_random`).
        """
        from mutandis.algorithms.evolution.recovery import save_state

        with self._lock:
            return save_state(self)

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restores what `state_dict` gave, after `setup` for the same space.

        Raises:
            ValueError: the state is that of an algorithm made of other parts.
        """
        from mutandis.algorithms.evolution.recovery import load_state

        with self._lock:
            load_state(self, state)


def _label(dna: DNA, proposal_id: int, generation_id: int, initial: bool) -> None:
    labels = {
        notes.DNA_METADATA_PROPOSAL_ID: proposal_id,
        notes.DNA_METADATA_GENERATION_ID: generation_id,
        notes.DNA_METADATA_INITIAL_POPULATION: initial,
    }
    if dna._has_metadata:
        for key, value in labels.items():
            dna.set_metadata(key, value)
    else:
        dna._note_all(labels)


def _is_known(dna: DNA) -> bool:
    """Whether a DNA has been proposed or has a reward."""
    return dna._has_metadata and (
        dna._metadata_get(notes.DNA_METADATA_FEEDBACK_SEQUENCE_NUMBER) is not None
        or dna._metadata_get(notes.DNA_METADATA_PROPOSAL_ID) is not None
    )


register_reference_names('evolution.base', Evolution)
