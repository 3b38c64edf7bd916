"""What algorithms and studies both speak.

A study (floor 7) records *trials*; a trial is one DNA together with the *measurements* made of
it. Algorithms and early stopping policies (floor 6) must understand these words without
importing the study, so the words live here: `Measurement`, `Trial`, `EarlyStoppingPolicy`, and
the two exceptions by which an evaluation and a study talk to each other (`Infeasible`,
`RaceConditionError`).
"""

import abc
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal

from mutandis.hyper.geno import DNA, DNASpec
from mutandis.symbolic import Object

__all__ = [
    'EarlyStoppingPolicy',
    'Infeasible',
    'Measurement',
    'RaceConditionError',
    'Trial',
    'TrialStatus',
    'select_reward',
]

TrialStatus = Literal['UNKNOWN', 'REQUESTED', 'PENDING', 'COMPLETED', 'DELETED', 'STOPPING']


class RaceConditionError(RuntimeError):
    """A worker reported on a trial that another worker (or it itself) has already finished."""


class Infeasible(Exception):
    """Raised by an evaluation to say that its program cannot be judged: the trial is skipped."""


class Measurement(Object):
    """One measurement of a trial: what was observed at a step of its evaluation."""

    allow_symbolic_assignment = True

    step: Annotated[int, 'Step of the evaluation (for example the epoch) at which it was taken.']
    elapse_secs: Annotated[float, 'Seconds since the trial was handed out.']
    reward: Annotated[
        float | None, 'The number to maximise; None when several metrics are optimized.'
    ] = None
    metrics: Annotated[dict[str, float] | None, 'Named numbers measured at the same step.'] = None
    checkpoint_path: Annotated[str | None, 'Where the state of this step was saved.'] = None


class Trial(Object):
    """One DNA of a study and what is known about it."""

    allow_symbolic_assignment = True

    id: Annotated[int, 'Number of the trial in its study, from 1.']
    description: Annotated[str | None, 'Text for people.'] = None
    # Required though fields before it are not: the order of positional arguments is promised.
    dna: Annotated[DNA, 'The proposed point of the search space.']  # type: ignore[misc]
    status: Annotated[TrialStatus, 'Where the trial stands.'] = 'PENDING'
    final_measurement: Annotated[Measurement | None, 'The measurement that counts.'] = None
    infeasible: Annotated[bool, 'True for a trial that was skipped.'] = False
    measurements: Annotated[list[Measurement], 'All measurements in the order of arrival.'] = []
    metadata: Annotated[dict[str, Any], 'Values kept with the trial.'] = {}
    related_links: Annotated[dict[str, str], 'Links kept with the trial.'] = {}
    created_time: Annotated[int, 'Unix time of the proposal, in seconds.']  # type: ignore[misc]
    completed_time: Annotated[int | None, 'Unix time of the completion, in seconds.'] = None

    def get_reward_for_feedback(
        self, metric_names: Sequence[str] | None = None
    ) -> float | tuple[float, ...] | None:
        """What the algorithm is told about this trial.

        Args:
            metric_names: The metrics that are optimized ('reward' means the reward); None for the
                reward alone.

        Returns:
            None unless the trial is completed and feasible; a number for one metric, a tuple for
            several.

        Raises:
            ValueError: A value that was asked for is missing.
        """
        if self.status != 'COMPLETED' or self.infeasible:
            return None
        final = self.final_measurement
        if final is None:
            raise ValueError(
                f'Trial {self.id} is COMPLETED but has no final measurement. '
                'Set `final_measurement`, or mark the trial with `infeasible=True`.'
            )
        return select_reward(final.reward, final.metrics, metric_names)


def select_reward(
    reward: float | None,
    metrics: Mapping[str, float] | None,
    metric_names: Sequence[str] | None,
) -> float | tuple[float, ...] | None:
    """The values of `metric_names` in a measurement: a number for one name, a tuple for several.

    Raises:
        ValueError: There are no names, or a value is missing.
    """
    if metric_names is None:
        return reward
    values = []
    for name in metric_names:
        value = reward if name == 'reward' else None if metrics is None else metrics.get(name)
        if value is None:
            known = ['reward'] if reward is not None else []
            known += metrics or ()
            raise ValueError(
                f'The measurement has no value for metric {name!r}; it holds {known}. '
                'Report every metric that is optimized.'
            )
        values.append(value)
    if not values:
        raise ValueError('`metric_names` is empty: name at least one metric, or pass None.')
    return values[0] if len(values) == 1 else tuple(values)


class EarlyStoppingPolicy(Object):
    """Decides from the measurements so far whether a trial is worth going on with.

    Subclasses implement `should_stop_early`. A study calls `setup` once, `recover` with the trials
    that exist when the policy joins, and then asks.
    """

    # Run-time state, not symbolic: a clone of a policy is a fresh one.
    _dna_spec: ClassVar[DNASpec | None] = None

    def setup(self, dna_spec: DNASpec) -> None:
        """Prepares the policy for a search space."""
        object.__setattr__(self, '_dna_spec', dna_spec)

    @property
    def dna_spec(self) -> DNASpec | None:
        """The space given to `setup`, None before."""
        return self._dna_spec

    @abc.abstractmethod
    def should_stop_early(self, trial: Trial) -> bool:
        """Whether to give up on `trial`, judged by its measurements so far."""

    def recover(self, history: Iterable[Trial]) -> None:
        """Brings the policy up to date with trials made before it joined.

        By default asks `should_stop_early` for each trial that was ever evaluated.
        """
        for trial in history:
            if trial.status in ('COMPLETED', 'PENDING', 'STOPPING'):
                self.should_stop_early(trial)


for _cls in (Measurement, Trial):
    _cls.register_for_deserialization(
        additional_keys=[f'pyglove.core.tuning.protocols.{_cls.__name__}']
    )
