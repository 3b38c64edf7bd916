"""How many proposals of a constrained search were rejected: kept with its trials.

A trial has the number of rejections before it as metadata `rejected`; the sampling has `attempts`,
`acceptances`, and `rejections` by the name of the constraint.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from mutandis.hyper.geno.feasibility import InfeasibleSpaceError

if TYPE_CHECKING:
    from collections.abc import Callable

    from mutandis.hyper.geno.feasibility import FeasibleProposals
    from mutandis.tuning.feedback import Feedback

# Workers of one sampling add to the same numbers.
_LOCK = threading.Lock()


def counted(
    next_trial: Callable[[], Feedback], proposals: FeasibleProposals
) -> Callable[[], Feedback]:
    """The same function, which also keeps with the trials how many proposals were rejected."""
    feasibility = proposals.feasibility
    last: Feedback | None = None

    def report(attempts: int, rejections: dict[str, int]) -> None:
        """Adds what has happened since to the numbers of the sampling."""
        if last is None:
            return
        attempts = feasibility.attempts - attempts
        new = {name: n - rejections[name] for name, n in feasibility.rejections.items()}
        with _LOCK:
            known = last.get_metadata('rejections', per_trial=False) or {}
            total = last.get_metadata('attempts', per_trial=False) or 0
            accepted = last.get_metadata('acceptances', per_trial=False) or 0
            last.set_metadata('attempts', total + attempts, per_trial=False)
            last.set_metadata(
                'acceptances', accepted + attempts - sum(new.values()), per_trial=False
            )
            merged = {**known, **{name: known.get(name, 0) + n for name, n in new.items()}}
            last.set_metadata('rejections', merged, per_trial=False)

    def next_counted() -> Feedback:
        nonlocal last
        attempts, rejections = feasibility.attempts, dict(feasibility.rejections)
        made = proposals.made
        try:
            last = next_trial()
        except (StopIteration, InfeasibleSpaceError):
            report(attempts, rejections)
            raise
        if proposals.made != made:
            last.set_metadata('rejected', feasibility.rejected - sum(rejections.values()))
            report(attempts, rejections)
        return last

    return next_counted
