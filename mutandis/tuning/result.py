"""The result of a sampling: what its trials have shown so far."""

from __future__ import annotations

import abc
from typing import TYPE_CHECKING, Any

from mutandis.base import Formattable, format
from mutandis.tuning.store import comparable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from mutandis.hyper.protocol import Trial


class Result(Formattable, abc.ABC):
    """What a sampling has shown so far. It is live: ask again later for more."""

    @property
    def name(self) -> str | None:
        """Name of the sampling, None if it has none."""
        return None

    @property
    @abc.abstractmethod
    def metadata(self) -> dict[str, Any]:
        """Values kept with the sampling."""

    @property
    @abc.abstractmethod
    def is_active(self) -> bool:
        """False once the loop was ended by `feedback.end_loop()`."""

    @property
    @abc.abstractmethod
    def last_updated(self) -> datetime | None:
        """Time of the last change, with time zone; None before the first trial."""

    @property
    @abc.abstractmethod
    def trials(self) -> list[Trial]:
        """All trials by number."""

    @property
    @abc.abstractmethod
    def best_trial(self) -> Trial | None:
        """The feasible trial with the greatest reward, the first among equals.

        None before the first feasible completion. Without rewards (several metrics to optimize,
        none of them called 'reward') the first completed trial; see `best_trials`.
        """

    @property
    def best_trials(self) -> list[Trial]:
        """The trials that no other trial dominates in the metrics to optimize, by number."""
        raise NotImplementedError()

    @abc.abstractmethod
    def format(
        self, compact: bool = False, verbose: bool = True, root_indent: int = 0, **kwargs: Any
    ) -> str:
        """Text of a summary."""


def pareto_front(points: Sequence[Sequence[float | None]]) -> list[int]:
    """Indices of the points that no other point dominates (all coordinates are maximised).

    A point dominates another if it is nowhere worse and somewhere better. NaN counts as worst.
    """
    values = [tuple(map(comparable, point)) for point in points]
    front: list[int] = []
    # In descending order a point can only be dominated by one that came before it.
    for i in sorted(range(len(values)), key=values.__getitem__, reverse=True):
        point = values[i]
        for j in front:
            other = values[j]
            if other != point and all(a >= b for a, b in zip(other, point, strict=True)):
                break
        else:
            front.append(i)
    return sorted(front)


def summary(
    name: str | None,
    total: int,
    pending: int,
    completed: int,
    infeasible: int,
    best: dict[str, Any] | None,
) -> dict[str, Any]:
    """The ordered dict whose text is the text of a result."""
    status = {}
    if pending:
        status['PENDING'] = f'{pending}/{total}'
    if completed:
        status['COMPLETED'] = f'{completed}/{total}'
    content: dict[str, Any] = {'name': name, 'status': status}
    if infeasible:
        content['infeasible'] = f'{infeasible}/{total}'
    if best is not None:
        content['best_trial'] = best
    return content


def format_summary(
    content: dict[str, Any], compact: bool, verbose: bool, root_indent: int, **kwargs: Any
) -> str:
    return str(format(content, compact, verbose, root_indent, **kwargs))
