"""Policies that judge a trial at given steps (*gates*), once at each."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from mutandis import typing as T
from mutandis.algorithms.early_stopping.base import EarlyStopingPolicyBase
from mutandis.algorithms.reference_names import register_reference_names
from mutandis.hyper.protocol import Measurement, Trial
from mutandis.symbolic import Object, as_sealed, functor, members

__all__ = ['StepWise', 'early_stop_by_rank', 'early_stop_by_value']

Predicate = Callable[[Measurement, list[Measurement]], bool]
Metric = str | Callable[[Measurement], float]


def _predicate_spec() -> Any:
    return T.Callable(
        [T.Object(Measurement), T.List(T.Object(Measurement))],
        returns=T.Bool(),
    )


@members(
    [
        (
            'plan',
            T.List(T.Tuple([T.Int(min_value=0), _predicate_spec()]), min_size=1),
            'Pairs of a gating step and a predicate `(measurement, history) -> bool`, which says '
            'whether to stop. Kept sorted by step.',
        )
    ],
    init_arg_list=['plan'],
)
class StepWise(EarlyStopingPolicyBase):
    """Judges a trial at the gates of a plan. ::

        def is_poor(measurement, history):
            return measurement.reward < 0.5

        policy = StepWise([(1, is_poor), (10, is_poor)])

    The gate of a trial is the last one whose step is not after the step of its latest measurement.
    The answer for a trial and a gate is computed once; later measurements before the next gate
    repeat it. `history` holds the measurements with which other trials were judged at the gate
    before, in order. A trial without measurements, or before the first gate, goes on.
    """

    if TYPE_CHECKING:
        plan: list[tuple[int, Predicate]]

        def __init__(self, plan: list[tuple[int, Predicate]]) -> None: ...

    # Run-time state, not symbolic: a clone of a policy is a fresh one.
    _steps: Sequence[int] = ()
    _gate_history: Sequence[list[Measurement]] = ()
    _answers: Sequence[dict[int, bool]] = ()

    def _on_bound(self) -> None:
        super()._on_bound()
        if self.sym_partial:
            return
        ordered = sorted(self.plan, key=_step)
        if list(self.plan) != ordered:
            # Being put in order is part of being made: also in a scope that seals.
            with as_sealed(False):
                self.rebind(plan=ordered, skip_notification=True)
        self._steps = [step for step, _ in ordered]
        # By gate: the measurements judged, and the answer to each trial.
        self._gate_history = [[] for _ in ordered]
        self._answers = [{} for _ in ordered]

    def should_stop_early(self, trial: Trial) -> bool:
        """Whether the predicate of the trial's gate says stop."""
        if not trial.measurements:
            return False
        measurement = trial.measurements[-1]
        gate = self._gate(measurement)
        if gate < 0:
            return False
        answer = self._answers[gate].get(trial.id)
        if answer is None:
            answer = self._judge(gate, measurement)
            self._note(gate, trial, measurement, answer)
        return answer

    def recover(self, history: Iterable[Trial]) -> None:
        """Notes the trials made before this policy joined, as if it had been asked all along.

        What a policy would have said of a trial that went on is taken to be to go on; whether a
        completed trial was stopped is told by its `infeasible`; a pending one is judged.
        """
        for trial in history:
            last = len(trial.measurements) - 1
            for i, measurement in enumerate(trial.measurements):
                gate = self._gate(measurement)
                if gate < 0 or trial.id in self._answers[gate]:
                    continue
                answer = False
                if i == last and trial.status == 'COMPLETED':
                    answer = trial.infeasible
                elif i == last and trial.status == 'PENDING':
                    answer = self._judge(gate, measurement)
                self._note(gate, trial, measurement, answer)

    def _gate(self, measurement: Measurement) -> int:
        return bisect_right(self._steps, measurement.step) - 1

    def _judge(self, gate: int, measurement: Measurement) -> bool:
        return bool(self.plan[gate][1](measurement, list(self._gate_history[gate])))

    def _note(self, gate: int, trial: Trial, measurement: Measurement, answer: bool) -> None:
        self._gate_history[gate].append(measurement)
        self._answers[gate][trial.id] = answer


class _Comparison(Object):
    """What predicates by value and by rank share: how good a measurement is.

    They are symbolic so that a policy can be saved, compared and printed.
    """

    metric: Any
    maximize: bool

    def goodness(self, measurement: Measurement) -> float:
        """A number that is greater for the better; NaN is the worst."""
        value = _value(measurement, self.metric)
        if value != value:
            return float('-inf')
        return value if self.maximize else -value


class ByValue(_Comparison):
    """Says stop if a measurement is worse than a threshold."""

    threshold: float

    def __call__(self, measurement: Measurement, history: list[Measurement]) -> bool:
        bound = self.threshold if self.maximize else -self.threshold
        return self.goodness(measurement) < bound


class ByRank(_Comparison):
    """Says stop if a measurement is worse than the one of some rank among earlier ones."""

    rank: Any
    trigger_size: int

    def __call__(self, measurement: Measurement, history: list[Measurement]) -> bool:
        size = len(history)
        if not size or size < self.trigger_size:
            return False
        place = int((size - 1) * self.rank) if isinstance(self.rank, float) else self.rank - 1
        if place >= size:
            return False
        ordered = sorted(map(self.goodness, history), reverse=True)
        return self.goodness(measurement) < ordered[place]


@functor()
def early_stop_by_value(
    step_values: list[tuple[int, float]], metric: Metric = 'reward', maximize: bool = True
) -> StepWise:
    """A policy that stops what is worse than a threshold. Call the functor to get it. ::

        policy = early_stop_by_value([(1, 0.2), (5, 0.8)])()

    Args:
        step_values: Pairs of a step and the threshold there.
        metric: 'reward', the name of a metric, or a function of the measurement.
        maximize: Whether greater is better.

    Raises:
        ValueError: When it is called: an argument cannot be used.
    """
    _check_metric(metric)
    plan: list[tuple[int, Predicate]] = []
    for item in _items('step_values', step_values):
        if not _fits(item, int, (int, float)):
            raise ValueError(
                f'An item of `step_values` must be a tuple (step: int, threshold: number), such as '
                f'(1, 0.5), got {item!r}.'
            )
        step, threshold = item
        _check_step('step_values', step, item)
        plan.append(
            (step, ByValue(metric=metric, maximize=bool(maximize), threshold=float(threshold)))
        )
    return StepWise(plan)


@functor()
def early_stop_by_rank(
    step_ranks: list[tuple[int, float | int, int]],
    metric: Metric = 'reward',
    maximize: bool = True,
) -> StepWise:
    """A policy that stops what is worse than a rank among earlier trials at the same step.

    Call the functor to get the policy. ::

        # At step 1 worse than the better half of at least 4 trials; at step 5 worse than the third.
        policy = early_stop_by_rank([(1, 0.5, 4), (5, 3, 3)], metric='accuracy')()

    Args:
        step_ranks: Triples of a step, a rank, and how many earlier trials there must be. A float
            rank is a share, from 0.0 (the best) to 1.0 (the worst); an int rank counts from 1 (the
            best).
        metric: 'reward', the name of a metric, or a function of the measurement.
        maximize: Whether greater is better.

    Raises:
        ValueError: When it is called: an argument cannot be used.
    """
    _check_metric(metric)
    plan: list[tuple[int, Predicate]] = []
    for item in _items('step_ranks', step_ranks):
        if not _fits(item, int, (int, float), int):
            raise ValueError(
                f'An item of `step_ranks` must be a tuple (step: int, rank: int or float, trigger '
                f'size: int), such as (1, 0.5, 4), got {item!r}.'
            )
        step, rank, trigger_size = item
        _check_step('step_ranks', step, item)
        if isinstance(rank, float) and not 0.0 <= rank <= 1.0:
            raise ValueError(
                f'A float rank is a share from 0.0 (the best) to 1.0 (the worst), got {rank!r} in '
                f'{item!r}. For the n-th best write an int.'
            )
        if isinstance(rank, int) and rank < 1:
            raise ValueError(
                f'An int rank counts from 1 (the best), got {rank!r} in {item!r}. For the worst '
                f'write the float 1.0.'
            )
        plan.append(
            (
                step,
                ByRank(
                    metric=metric, maximize=bool(maximize), rank=rank, trigger_size=trigger_size
                ),
            )
        )
    return StepWise(plan)


def _step(gate: tuple[int, Predicate]) -> int:
    return gate[0]


def _value(measurement: Measurement, metric: Metric) -> float:
    if not isinstance(metric, str):
        return metric(measurement)
    if metric == 'reward':
        if measurement.reward is None:
            raise TypeError(
                f'The measurement at step {measurement.step} has no reward (several metrics are '
                'optimized). Judge by one of the metrics: `metric=...`.'
            )
        return measurement.reward
    metrics = measurement.metrics or {}
    if metric not in metrics:
        raise KeyError(
            f'The measurement at step {measurement.step} has no metric {metric!r}, by which the '
            f'early stopping policy judges; it has {sorted(metrics)}. Report it by '
            f'`feedback.add_measurement(reward, metrics={{{metric!r}: value}})`.'
        )
    return metrics[metric]


def _items(name: str, items: Any) -> Sequence[Any]:
    if not isinstance(items, (list, tuple)) or not items:
        raise ValueError(f'`{name}` must be a list of at least one tuple, got {items!r}.')
    return items


def _fits(item: Any, *types: Any) -> bool:
    return (
        isinstance(item, tuple)
        and len(item) == len(types)
        and all(
            isinstance(part, expected) and not isinstance(part, bool)
            for part, expected in zip(item, types, strict=True)
        )
    )


def _check_step(name: str, step: int, item: Any) -> None:
    if step < 0:
        raise ValueError(f'A step in `{name}` must not be negative, got {step} in {item!r}.')


def _check_metric(metric: Any) -> None:
    if not isinstance(metric, str) and not callable(metric):
        raise ValueError(
            "`metric` must be 'reward', the name of a metric, or a function of the measurement, "
            f'got {metric!r}.'
        )


register_reference_names(
    'early_stopping.step_wise', StepWise, early_stop_by_value, early_stop_by_rank
)
