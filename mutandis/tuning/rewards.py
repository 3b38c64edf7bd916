"""What a reported reward means.

A *goal* is the name of a metric to maximise; the goal `'reward'` is the reward itself.
`resolve` turns what the user reported into the pair `(reward, metrics)` that is stored, by the
rules of `Feedback.add_measurement`; whatever cannot be understood is refused before anything is
recorded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mutandis.tuning.backend import REWARD

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def resolve(
    reward: Any, metrics: Mapping[str, Any] | None, goals: tuple[str, ...]
) -> tuple[float | None, dict[str, float] | None]:
    """Turns a report into the reward and the metrics to store.

    Args:
        reward: A number, one item per goal as a list or tuple, or None.
        metrics: Named numbers. Not changed.
        goals: Names of the metrics that are optimized.

    Raises:
        ValueError: A goal has no value, two values contradict each other, or the value of a goal
            is NaN.
        TypeError: Something is no number.
        KeyError: A metric's name is no string.
    """
    stored = _as_metrics(metrics, goals)
    if isinstance(reward, (list, tuple)):
        reward = _spread(reward, stored, goals)
    elif reward is not None:
        if len(goals) == 1 and goals[0] != REWARD:
            raise ValueError(
                f'The metric to optimize is {goals[0]!r}, so it is the reward. Report it once, as '
                f'`feedback(metrics={{{goals[0]!r}: value}})` or `feedback([value])`; got the '
                f'reward {reward!r} besides.'
            )
        reward = _as_float(reward, REWARD)
    for goal in goals:
        if goal == REWARD:
            if reward is None:
                raise ValueError(
                    'The reward is missing: it is what this loop optimizes. Call '
                    '`feedback(reward)`, or name the metrics to optimize by '
                    '`metrics_to_optimize=[...]`.'
                )
            _refuse_nan(reward, goal)
        else:
            if goal not in stored:
                raise ValueError(
                    f'The metric {goal!r} is missing: it is one of the metrics to optimize, '
                    f'{list(goals)}. Got {sorted(stored)}.'
                )
            _refuse_nan(stored[goal], goal)
    if len(goals) == 1 and goals[0] != REWARD:
        reward = stored[goals[0]]
    return reward, stored or None


def _as_metrics(metrics: Mapping[str, Any] | None, goals: tuple[str, ...]) -> dict[str, float]:
    stored: dict[str, float] = {}
    if metrics is not None and not hasattr(metrics, 'items'):
        raise TypeError(
            f'`metrics` must be a dict from names to numbers, got {metrics!r} '
            f'({type(metrics).__name__}).'
        )
    for name, value in (metrics or {}).items():
        if not isinstance(name, str):
            raise KeyError(f'The name of a metric must be a string, got {name!r}.')
        if name not in goals:
            # Only what is optimized may be given as text that float() can read.
            if value is None:
                raise ValueError(f'Metric {name!r} is None: leave it out, or report a number.')
            if isinstance(value, (str, bytes)):
                raise TypeError(f'Metric {name!r} must be a number, got {value!r}.')
        stored[name] = value if type(value) is float else _as_float(value, name)
    return stored


def _spread(
    rewards: Sequence[Any], stored: dict[str, float], goals: tuple[str, ...]
) -> float | None:
    """Stores the items of a list of rewards under the goals; returns the reward among them."""
    if len(rewards) != len(goals):
        raise ValueError(
            f'Expected one item for each metric to optimize, {list(goals)}, got {rewards!r}.'
        )
    for goal, item in zip(goals, rewards, strict=True):
        if item is None and goal == REWARD:
            continue
        value = _as_float(item, goal)
        if goal in stored and stored[goal] != value:
            raise ValueError(
                f'Metric {goal!r} was reported twice with different values: {value!r} in the '
                f'reward, {stored[goal]!r} in the metrics.'
            )
        stored[goal] = value
    return stored.pop(REWARD, None) if REWARD in goals else None


def _as_float(value: Any, name: str) -> float:
    try:
        return float(value)
    except (TypeError, ValueError) as e:
        raise type(e)(
            f'The value of {name!r} must be a number, got {value!r} ({type(value).__name__}).'
        ) from None


def _refuse_nan(value: float, goal: str) -> None:
    if value != value:
        raise ValueError(
            f'The value of {goal!r} is NaN (not a number), which cannot be compared. Nothing was '
            'recorded and the trial is still pending: report a number (-inf is worse than all '
            'others), or give the trial up with `feedback.skip(reason)`; in a function given to '
            '`search`, return -inf or raise `mutandis.tuning.Infeasible`.'
        )
