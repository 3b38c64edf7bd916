"""The progress of a search, shown on a terminal.

Quiet when standard error is not a terminal, or when rich is not installed.
"""

import sys
import time
from typing import Any


class Progress:
    """A line that shows trial k of n, the best so far, and the time spent and left.

    Args:
        total: Number of trials, None if there is no limit.
        enabled: False for no output at all.
        console: A rich console to write to; None for standard error.
    """

    # Redrawing costs more than a fast trial: rich is told at most this often.
    INTERVAL = 0.1

    def __init__(self, total: int | None, enabled: bool = True, console: Any = None) -> None:
        self._total = total
        self._bar: Any = None
        self._told = 0.0
        self._started = 0.0
        self._task: Any = None
        # Trials that have ended, the best reward, seconds spent on the trials.
        self._latest: tuple[int, float | None, float] = (0, None, 0.0)
        if enabled and (console is not None or _is_terminal()):
            self._bar = _make_bar(console)

    def __enter__(self) -> 'Progress':
        if self._bar is not None:
            self._bar.start()
            self._started = time.monotonic()
            self._task = self._bar.add_task(
                'search', total=self._total, best='', first=0, spent=0.0
            )
        return self

    def __exit__(self, *unused: Any) -> None:
        if self._bar is not None:
            self._show()
            self._bar.stop()

    @property
    def is_shown(self) -> bool:
        """Whether there is anything to update."""
        return self._bar is not None

    def update(self, trials: int, best: float | None) -> None:
        """Tells how many trials have ended, and the best reward so far."""
        if self._bar is None:
            return
        now = time.monotonic()
        self._latest = (trials, best, now - self._started)
        if now - self._told >= self.INTERVAL:
            self._told = now
            self._show()

    def begin(self, trials: int) -> None:
        """Tells how many trials had ended before this search: they took none of its time."""
        if self._bar is not None:
            self._latest = (trials, None, 0.0)
            self._bar.update(self._task, completed=trials, first=trials)

    def _show(self) -> None:
        trials, best, spent = self._latest
        text = '' if best is None else f'best {best:.6g}'
        self._bar.update(self._task, completed=trials, best=text, spent=spent)


def _is_terminal() -> bool:
    stream = sys.stderr
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # closed
        return False


def _make_bar(console: Any) -> Any:
    try:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            ProgressColumn,
            TextColumn,
            TimeElapsedColumn,
        )
        from rich.progress import (
            Progress as Bar,
        )
        from rich.text import Text
    except ImportError:
        return None

    class Trials(ProgressColumn):
        def render(self, task: Any) -> Text:
            total = '' if task.total is None else f'/{int(task.total)}'
            return Text(f'trial {int(task.completed)}{total}', style='progress.download')

    class TimeLeft(ProgressColumn):
        """Rich estimates from the last 30 seconds; trials may take longer than that."""

        max_refresh = 0.5

        def render(self, task: Any) -> Text:
            return Text(f'{time_left(task)} left', style='progress.remaining')

    return Bar(
        Trials(),
        BarColumn(bar_width=30),
        TextColumn('{task.fields[best]}'),
        TimeElapsedColumn(),
        TimeLeft(),
        console=console or Console(stderr=True),
        transient=False,
    )


def time_left(task: Any) -> str:
    """Time left of a rich task as text, from the mean time of its trials."""
    done = task.completed - task.fields['first']
    if task.total is None or done <= 0:
        return '-:--:--'
    spent = task.fields['spent']
    since = max(0.0, (task.elapsed or 0.0) - spent)
    seconds = int(max(0.0, spent / done * (task.total - task.completed) - since))
    return f'{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}'
