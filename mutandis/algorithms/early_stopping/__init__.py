"""Early stopping: policies that advise to give up a trial, judged by its measurements so far.

A policy is given to `sample(..., early_stopping_policy=policy)` and asked by
`feedback.should_stop_early()`. Policies are combined by operators::

    by_value = mt.early_stopping.early_stop_by_value([(1, 0.2), (5, 0.5)])()
    by_rank = mt.early_stopping.early_stop_by_rank([(3, 0.5, 8)], metric='accuracy')()
    policy = by_value | by_rank
"""

from mutandis.algorithms.early_stopping.base import (
    And,
    EarlyStopingPolicyBase,
    EarlyStoppingPolicyBase,
    Not,
    Or,
)
from mutandis.algorithms.early_stopping.step_wise import (
    StepWise,
    early_stop_by_rank,
    early_stop_by_value,
)

__all__ = [
    'And',
    'EarlyStopingPolicyBase',
    'EarlyStoppingPolicyBase',
    'Not',
    'Or',
    'StepWise',
    'early_stop_by_rank',
    'early_stop_by_value',
]
