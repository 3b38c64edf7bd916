"""Laws of search algorithms."""

from __future__ import annotations

import itertools
import json
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, partial
from typing import Any

from mutandis.hyper import iterate, template
from mutandis.hyper.geno import DNA, DNAGenerator, DNASpec
from mutandis.hyper.geno.feasibility import Feasibility
from mutandis.symbolic import eq, from_json_str
from mutandis.testing.laws import Laws, as_test_class, law, rejects, require
from mutandis.testing.spaces import search_spaces
from mutandis.tuning.backend import poll_result
from mutandis.tuning.history import Completed, Proposed
from mutandis.tuning.sampling import sample

__all__ = ['AlgorithmLaws', 'algorithm_suite']


_RUNS = itertools.count()

# Seconds after which a worker counts as blocked.
_PATIENCE = 60


class AlgorithmLaws(Laws):
    """Laws of an algorithm: its protocol, any order of feedback, seeds, recovery, saved states.

    An algorithm need not offer everything. Laws about saved states apply if it has `state_dict`,
    those about exact recovery if its property `deterministic` is true, those about several
    objectives if `multi_objective` is.

    Args:
        make: Returns the algorithm, a new one at each call.
        num_trials: Number of trials that a law runs: enough to see the algorithm learn. If it
            begins at random, a few more than that beginning.
        spaces: Values with placeholders or decision specs by name; `search_spaces()` by default. An
            algorithm that cannot search, say, floats is tried on `search_spaces(floats=False)`.
        reproducible: Whether algorithms made by `make` propose the same, given the same rewards
            and the same state of the global module `random`.
        serializable: Whether the algorithm is read back from its JSON.
        rank_based: Whether only the order of the rewards matters to it.
    """

    def __init__(
        self,
        make: Callable[[], DNAGenerator],
        *,
        num_trials: int = 30,
        spaces: Mapping[str, Any] | None = None,
        reproducible: bool = True,
        serializable: bool = True,
        rank_based: bool = False,
    ) -> None:
        self.make = make
        self.num_trials = num_trials
        self.spaces = search_spaces() if spaces is None else dict(spaces)
        self.reproducible = reproducible
        self.serializable = serializable
        self.rank_based = rank_based

    @cached_property
    def multi_objective(self) -> bool:
        """Whether rewards are tuples."""
        return self.make().multi_objective

    @cached_property
    def single_objective(self) -> bool:
        """Whether it learns from rewards that are numbers."""
        return not self.multi_objective and self.make().needs_feedback

    @cached_property
    def deterministic(self) -> bool:
        """Whether it says that its proposals follow from its arguments and the rewards."""
        return bool(getattr(self.make(), 'deterministic', False))

    @cached_property
    def has_state(self) -> bool:
        """Whether its state can be saved."""
        return hasattr(self.make(), 'state_dict')

    @cached_property
    def comes_back_from_json(self) -> bool:
        """Whether both hold: it is read back, and proposes the same then."""
        return self.serializable and self.reproducible

    # ------------------------------------------------------------------------------ protocol

    @law()
    def setup_begins_anew(self) -> None:
        """Before `setup` there is no space; each `setup` begins with nothing proposed."""
        algorithm = self.make()
        require(algorithm.dna_spec is None, 'Before `setup`, `dna_spec` must be None.')
        for name, spec in self._specs():
            algorithm.setup(spec)
            require(algorithm.dna_spec is spec, f'After `setup`, `dna_spec` is the spec ({name}).')
            self._counts(algorithm, 0, 0, f'after `setup` for {name!r}')
            for dna in _proposals(algorithm, 3):
                algorithm.feedback(dna, self._reward(dna))

    @law()
    def proposals_fit_the_space(self) -> None:
        """Whatever the space, proposals are DNAs of it."""
        for name, spec in self._specs():
            algorithm = self._ready(spec)
            for dna in _proposals(algorithm, self.num_trials):
                self._valid(spec, dna, name)
                algorithm.feedback(dna, self._reward(dna))

    @law()
    def proposals_and_feedbacks_are_counted(self) -> None:
        """`num_proposals` and `num_feedbacks` grow by one each."""
        for name, spec in self._specs():
            algorithm = self._ready(spec)
            for i, dna in enumerate(_proposals(algorithm, 5)):
                self._counts(algorithm, i + 1, i, f'after a proposal for {name!r}')
                algorithm.feedback(dna, self._reward(dna))
                self._counts(algorithm, i + 1, i + 1, f'after a feedback for {name!r}')

    @law()
    def proposals_are_left_alone(self) -> None:
        """A proposal belongs to its trial: it is a new object, and later calls do not change it."""
        for name, spec in self._specs():
            algorithm = self._ready(spec)
            seen: list[tuple[DNA, list[Any]]] = []
            for dna in _proposals(algorithm, self.num_trials):
                require(
                    all(dna is not other for other, _ in seen),
                    f'Each proposal must be an object of its own (for {name!r}).',
                    dna,
                )
                seen.append((dna, dna.to_numbers()))
                algorithm.feedback(dna, self._reward(dna))
            for dna, numbers in seen:
                require(
                    dna.to_numbers() == numbers,
                    f'The decisions of a proposal must not change later (for {name!r}).',
                    numbers,
                    dna,
                )

    @law()
    def the_end_stays_the_end(self) -> None:
        """An algorithm without further proposals raises `StopIteration`, and does so again."""
        for name, spec in self._specs():
            algorithm = self._ready(spec)
            made = 0
            for dna in _proposals(algorithm, self.num_trials):
                made += 1
                algorithm.feedback(dna, self._reward(dna))
            if made < self.num_trials:
                require(
                    rejects(StopIteration, algorithm.propose),
                    f'After its end, `propose` must raise StopIteration again (for {name!r}).',
                )
                self._counts(algorithm, made, made, f'after the end for {name!r}')

    # ------------------------------------------------------------------------------ feedback

    @law()
    def feedback_may_be_late_and_in_any_order(self) -> None:
        """Several trials run at once, and finish in another order than they began in."""
        order = random.Random(0)
        for name, spec in self._specs():
            algorithm = self._ready(spec)
            running: list[DNA] = []
            proposed = fed = 0
            for dna in _proposals(algorithm, self.num_trials):
                self._valid(spec, dna, name)
                proposed += 1
                running.append(dna)
                if len(running) == 4:
                    done = running.pop(order.randrange(4))
                    algorithm.feedback(done, self._reward(done))
                    fed += 1
            for dna in reversed(running):
                algorithm.feedback(dna, self._reward(dna))
            self._counts(algorithm, proposed, fed + len(running), f'after all of {name!r}')

    @law()
    def feedback_may_be_missing(self) -> None:
        """Trials that are skipped never get a reward; the search goes on."""
        for name, spec in self._specs():
            algorithm = self._ready(spec)
            for i, dna in enumerate(_proposals(algorithm, self.num_trials)):
                self._valid(spec, dna, name)
                if i % 3:
                    algorithm.feedback(dna, self._reward(dna))

    @law()
    def any_reward_will_do(self) -> None:
        """Rewards may be ints, equal, negative, huge, infinite, and not a number."""
        nan, infinity = float('nan'), float('inf')
        mixed = [0.0, nan, 0.0, -1.0, 1e300, -1e300, -infinity, 0.5, 0, infinity, nan]
        for rewards in (mixed, [1], [nan]):
            for name, spec in self._specs():
                algorithm = self._ready(spec)
                for i, dna in enumerate(_proposals(algorithm, self.num_trials)):
                    self._valid(spec, dna, name)
                    reward = rewards[i % len(rewards)]
                    algorithm.feedback(dna, (reward, 1) if algorithm.multi_objective else reward)

    @law(when='rank_based')
    def only_the_order_of_rewards_matters(self) -> None:
        """Rewards times a positive number, plus any number, give the same proposals."""
        for name, spec in self._specs():
            # Whole numbers, so that no two rewards become equal by rounding.
            plain = self._run(self.make(), spec, reward=_whole)
            other = self._run(self.make(), spec, reward=lambda dna: 4.0 * _whole(dna) - 1e6)
            self._same_runs(plain, other, name)

    @law(when='single_objective')
    def several_rewards_are_refused(self) -> None:
        """With one objective, a tuple of one reward is that reward, a tuple of two an error."""
        for name, spec in self._specs():
            algorithm = self._ready(spec)
            for dna in _proposals(algorithm, 1):
                require(
                    rejects(ValueError, algorithm.feedback, dna, (1.0, 2.0)),
                    f'Two rewards for one objective must be a ValueError (for {name!r}).',
                )
                algorithm.feedback(dna, (1.0,))

    @law(when='multi_objective')
    def several_objectives_are_taken(self) -> None:
        """With several objectives, rewards are tuples of any number of them, or a number."""
        for rewards in (lambda x: (x, -x), lambda x: (x, -x, 2 * x), lambda x: x):
            for name, spec in self._specs():
                algorithm = self._ready(spec)
                for dna in _proposals(algorithm, self.num_trials):
                    self._valid(spec, dna, name)
                    algorithm.feedback(dna, rewards(_score(dna)))

    # -------------------------------------------------------------------- seeds, copies, JSON

    @law(when='reproducible')
    def equal_algorithms_propose_the_same(self) -> None:
        """Algorithms made alike propose the same, given the same rewards."""
        for name, spec in self._specs():
            self._same_runs(self._run(self.make(), spec), self._run(self.make(), spec), name)

    @law(when='reproducible')
    def a_second_setup_repeats_the_first(self) -> None:
        """Nothing of the search before survives `setup`."""
        for name, spec in self._specs():
            algorithm = self.make()
            first = self._run(algorithm, spec)
            self._same_runs(first, self._run(algorithm, spec), name)

    @law(when='deterministic')
    def the_global_generator_is_left_alone(self) -> None:
        """A seeded algorithm neither uses nor moves the global module `random`."""
        for name, spec in self._specs():
            first = self._run(self.make(), spec, global_seed=1)
            random.seed(2)
            state = random.getstate()
            second = self._run(self.make(), spec, global_seed=None)
            require(
                random.getstate() == state,
                f'A seeded algorithm must not draw from the global generator (for {name!r}).',
            )
            self._same_runs(first, second, name)

    @law(when='reproducible')
    def copies_begin_anew(self) -> None:
        """A copy of an algorithm that has run is a fresh one; it leaves the original alone."""
        for name, spec in self._specs():
            algorithm = self.make()
            expected = self._run(algorithm, spec)
            copy = algorithm.clone(deep=True)
            require(copy.dna_spec is None, 'A copy must not be set up yet.', copy)
            require(eq(copy, self.make()), 'A copy must be equal to a new algorithm.', copy)
            self._same_runs(expected, self._run(copy, spec), name)
            require(algorithm.dna_spec is spec, 'Running a copy must leave the original alone.')

    @law(when='comes_back_from_json')
    def json_gives_the_algorithm_back(self) -> None:
        """An algorithm read from its JSON is equal, and proposes the same."""
        algorithm = self.make()
        copy = from_json_str(algorithm.to_json_str())
        require(eq(copy, algorithm), 'Read from JSON, it must be equal.', algorithm, copy)
        for name, spec in self._specs():
            self._same_runs(self._run(algorithm, spec), self._run(copy, spec), name)

    # ------------------------------------------------------------------------------- recovery

    @law()
    def a_history_is_recovered(self) -> None:
        """`recover` takes histories in parts, with rewards missing; then the search goes on."""
        for name, spec in self._specs():
            first = self._ready(spec)
            history: list[tuple[DNA, Any]] = []
            for i, dna in enumerate(_proposals(first, self.num_trials // 2)):
                reward = None if i % 4 == 3 else self._reward(dna)
                if reward is not None:
                    first.feedback(dna, reward)
                # As a study would store it.
                history.append((from_json_str(dna.to_json_str()), reward))
            second = self._ready(spec)
            middle = len(history) // 2
            second.recover(history[:middle])
            second.recover(history[middle:])
            fed = sum(reward is not None for _, reward in history)
            self._counts(second, len(history), fed, f'after recovering a history of {name!r}')
            for dna in _proposals(second, 5):
                self._valid(spec, dna, name)
                second.feedback(dna, self._reward(dna))

    @law(when='deterministic')
    def a_recovered_algorithm_goes_on_exactly(self) -> None:
        """From the events of a study, the next proposals are those that would have been made."""
        for name, spec in self._specs():
            for length in (0, 1, self.num_trials // 2):
                first = self._ready(spec)
                history = _History()
                for i, dna in enumerate(_proposals(first, length)):
                    stored = from_json_str(dna.to_json_str()).use_spec(spec)
                    history.events.append(Proposed(i + 1, stored))
                    first.feedback(dna, self._reward(dna))
                    history.events.append(Completed(i + 1, stored, self._reward(dna)))
                second = self._ready(spec)
                second.recover(history)
                self._follow(first, second, f'recovered after {length} trials of {name!r}')

    @law(when='has_state')
    def a_saved_state_is_restored(self) -> None:
        """`state_dict` is plain JSON; loaded into a fresh algorithm it goes on as before."""
        for name, spec in self._specs():
            random.seed(1)
            first = self._ready(spec)
            for dna in _proposals(first, self.num_trials // 2):
                first.feedback(dna, self._reward(dna))
            state = json.loads(json.dumps(first.state_dict()))
            second = self._ready(spec)
            second.load_state_dict(state)
            self._counts(
                second, first.num_proposals, first.num_feedbacks, f'after loading ({name!r})'
            )
            self._follow(first, second, f'restored in {name!r}')

    # ----------------------------------------------------------------------------- in the loop

    @law()
    def it_drives_the_loops(self) -> None:
        """`sample` and `iter` run it, on programs."""
        goals = ['a', 'b'] if self.multi_objective else None
        for name, space in self.spaces.items():
            if isinstance(space, DNASpec):
                continue
            t = template(space)
            for program, feedback in sample(
                space, self.make(), self.num_trials, metrics_to_optimize=goals
            ):
                require(
                    eq(program, t.decode(feedback.dna)),
                    f'The loop must yield the program of the proposal ({name!r}).',
                    program,
                )
                feedback(self._reward(feedback.dna))
            examples = iterate(space, 3, self.make(), force_feedback=True)
            for _, feedback in examples:
                feedback(self._reward(feedback.dna))

    @law()
    def workers_share_it(self) -> None:
        """Threads that work on one sampling lose, repeat and block nothing."""
        goals = ['a', 'b'] if self.multi_objective else None
        for name, spec in self._specs():
            algorithm = self.make()
            key = f'mutandis.testing {id(self)} {next(_RUNS)}'
            errors: list[BaseException] = []
            work = partial(self._work, spec, algorithm, key, goals, errors)
            workers = [
                threading.Thread(target=work, args=(seed,), daemon=True) for seed in range(4)
            ]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join(_PATIENCE)
                require(not worker.is_alive(), f'A worker must not be blocked (for {name!r}).')
            if errors:
                raise errors[0]
            trials = poll_result(key, backend='in-memory').trials
            require(
                all(trial.status == 'COMPLETED' for trial in trials),
                f'All trials of all workers must end (for {name!r}).',
                trials,
            )
            self._counts(algorithm, len(trials), len(trials), f'after 4 workers ({name!r})')

    def _work(
        self, spec: DNASpec, algorithm: DNAGenerator, key: str, goals: Any, errors: Any, seed: int
    ) -> None:
        delays = random.Random(seed)
        try:
            for dna, feedback in sample(
                spec,
                algorithm,
                self.num_trials,
                name=key,
                backend='in-memory',
                metrics_to_optimize=goals,
            ):
                time.sleep(delays.random() * 1e-3)
                feedback(self._reward(dna))
        except BaseException as error:
            errors.append(error)

    @law()
    def constraints_are_kept(self) -> None:
        """What a constraint forbids becomes no trial, and is not counted as a proposal."""
        for name, spec in self._specs():
            if spec.space_size == 1:
                continue
            random.seed(1)
            forbidden = next(_proposals(self._ready(spec), 1), None)
            feasibility = Feasibility(partial(_broken, forbidden), ['forbidden'], 10_000)
            random.seed(1)
            algorithm = self._ready(spec)
            algorithm.setup_constraints(feasibility.is_feasible)
            propose = partial(algorithm.propose_feasible, feasibility)
            for i, dna in enumerate(_proposals(algorithm, self.num_trials, propose)):
                require(dna != forbidden, f'A proposal breaks the constraint ({name!r}).', dna)
                self._counts(algorithm, i + 1, i, f'since rejected ones do not count ({name!r})')
                algorithm.feedback(dna, self._reward(dna))

    # -------------------------------------------------------------------------------- helpers

    def _specs(self) -> Iterator[tuple[str, DNASpec]]:
        for name, space in self.spaces.items():
            yield name, space if isinstance(space, DNASpec) else template(space).dna_spec()

    def _ready(self, spec: DNASpec) -> Any:
        algorithm = self.make()
        algorithm.setup(spec)
        return algorithm

    def _reward(self, dna: DNA, reward: Callable[[DNA], float] | None = None) -> Any:
        score = (reward or _score)(dna)
        return (score, -score) if self.multi_objective else score

    def _run(
        self,
        algorithm: DNAGenerator,
        spec: DNASpec,
        global_seed: int | None = 1,
        reward: Callable[[DNA], float] | None = None,
    ) -> list[DNA]:
        if global_seed is not None:
            random.seed(global_seed)
        algorithm.setup(spec)
        made = []
        for dna in _proposals(algorithm, self.num_trials):
            made.append(dna)
            algorithm.feedback(dna, self._reward(dna, reward))
        return made

    def _follow(self, first: Any, second: Any, how: str) -> None:
        """Both go on in the same way."""
        runs: list[list[DNA]] = []
        for algorithm in (first, second):
            random.seed(3)
            runs.append([])
            for dna in _proposals(algorithm, 8):
                runs[-1].append(dna)
                algorithm.feedback(dna, self._reward(dna))
        self._same_runs(runs[0], runs[1], how)

    def _same_runs(self, first: list[DNA], second: list[DNA], where: str) -> None:
        for i, (one, other) in enumerate(zip(first, second, strict=False)):
            require(one == other, f'Proposal {i + 1} must be the same ({where}).', one, other)
        require(
            len(first) == len(second),
            f'There must be as many proposals: {len(first)}, then {len(second)} ({where}).',
        )

    def _counts(self, algorithm: Any, proposals: int, feedbacks: int, when: str) -> None:
        got = algorithm.num_proposals, algorithm.num_feedbacks
        require(
            got == (proposals, feedbacks),
            f'`num_proposals` and `num_feedbacks` must be {(proposals, feedbacks)} {when}, '
            f'but are {got}.',
        )

    def _valid(self, spec: DNASpec, dna: Any, name: str) -> None:
        require(isinstance(dna, DNA), 'A proposal must be a DNA.', dna)
        try:
            spec.validate(dna)
        except ValueError as error:
            raise AssertionError(f'{dna!r} does not fit the space {name!r}: {error}') from error


class _History:
    """The history of a study: pairs, and events."""

    def __init__(self) -> None:
        self.events: list[Proposed | Completed] = []

    def __iter__(self) -> Iterator[tuple[DNA, Any]]:
        for event in self.events:
            if isinstance(event, Completed):
                yield event.dna, event.reward


def _proposals(
    algorithm: DNAGenerator, count: int, propose: Callable[[], DNA] | None = None
) -> Iterator[DNA]:
    """Up to `count` proposals, fewer if the algorithm ends."""
    propose = propose or algorithm.propose
    for _ in range(count):
        try:
            dna = propose()
        except StopIteration:
            return
        yield dna


def _broken(forbidden: DNA | None, dna: DNA) -> str | None:
    """The name of the constraint that a DNA breaks."""
    return 'forbidden' if dna == forbidden else None


def _score(dna: DNA) -> float:
    """A reward that depends on all decisions, with distinct values for most DNAs."""
    score = 0.0
    for i, value in enumerate(dna.to_numbers()):
        score += (len(value) if isinstance(value, str) else float(value)) / (i + 1)
    return score


def _whole(dna: DNA) -> float:
    """The score as a whole number."""
    return float(round(1000 * _score(dna)))


def algorithm_suite(make: Callable[[], DNAGenerator], **options: Any) -> type:
    """A test class for a search algorithm. In a test module::

        import mutandis as mt

        TestMine = mt.testing.algorithm_suite(lambda: MyAlgorithm(seed=1))

    Args:
        make: Returns the algorithm, a new one at each call; its class will do.
        **options: What the algorithm does not offer; see `AlgorithmLaws`.
    """
    return as_test_class(AlgorithmLaws(make, **options))
