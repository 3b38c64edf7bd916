"""Timing of code, nested and per thread."""

from __future__ import annotations

import time
from typing import Any, ClassVar

from mutandis.base.errors import ErrorInfo
from mutandis.base.json_convertible import JSONConvertible
from mutandis.base.json_writing import to_json_str
from mutandis.base.thread_local import thread_local_peek, thread_local_pop, thread_local_push

_RUNNING = '__mutandis_timeit__'


class _Record(JSONConvertible):
    """A few named values that are compared, printed and stored together."""

    # Name -> value that JSON leaves out.
    _defaults: ClassVar[dict[str, Any]] = {}
    _label: ClassVar[str]

    def to_json(self, **kwargs: Any) -> Any:
        values = {
            name: value
            for name, value in vars(self).items()
            if name not in self._defaults or value != self._defaults[name]
        }
        return self.to_json_dict(values, **kwargs)

    def to_json_str(self, json_indent: int | None = None, **kwargs: Any) -> str:
        """Returns the JSON form as text."""
        return to_json_str(self, json_indent=json_indent, **kwargs)

    def __repr__(self) -> str:
        values = ', '.join(f'{name}={value!r}' for name, value in vars(self).items())
        return f'{self._label}({values})'

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]


class Status(_Record):
    """How long something took, so far."""

    __serialization_key__ = 'pyglove.core.utils.timing.TimeIt.Status'
    _label = 'TimeIt.Status'
    _defaults = {'elapse': 0.0, 'has_ended': True, 'error': None}  # noqa: RUF012

    def __init__(
        self,
        name: str,
        elapse: float = 0.0,
        has_ended: bool = True,
        error: ErrorInfo | None = None,
    ) -> None:
        self.name = name
        self.elapse = elapse
        self.has_ended = has_ended
        self.error = error

    @property
    def has_started(self) -> bool:
        """Whether it has taken any time."""
        return self.elapse > 0

    @property
    def has_error(self) -> bool:
        """Whether it ended by an error."""
        return self.error is not None


class StatusEntry(_Record):
    """What a summary knows about one name."""

    __serialization_key__ = 'pyglove.core.utils.timing.TimeIt.StatusSummary.Entry'
    _label = 'TimeIt.StatusSummary.Entry'
    _defaults = {  # noqa: RUF012
        'num_started': 0,
        'num_ended': 0,
        'num_failed': 0,
        'avg_duration': 0.0,
        'error_tags': {},
    }

    def __init__(
        self,
        num_started: int = 0,
        num_ended: int = 0,
        num_failed: int = 0,
        avg_duration: float = 0.0,
        error_tags: dict[str, int] | None = None,
    ) -> None:
        self.num_started = num_started
        self.num_ended = num_ended
        self.num_failed = num_failed
        self.avg_duration = avg_duration
        self.error_tags: dict[str, int] = dict(error_tags or {})

    def update(self, status: Status) -> None:
        """Counts one more status; the duration is the average over all that have started."""
        total = self.avg_duration * self.num_started + status.elapse
        self.num_started += 1
        self.avg_duration = total / self.num_started
        if status.has_ended:
            self.num_ended += 1
        if status.error is not None:
            self.num_failed += 1
            tag = status.error.tag
            self.error_tags[tag] = self.error_tags.get(tag, 0) + 1


class StatusSummary(_Record):
    """Adds up the status of many runs by name."""

    __serialization_key__ = 'pyglove.core.utils.timing.TimeIt.StatusSummary'
    _label = 'TimeIt.StatusSummary'
    _defaults = {'breakdown': {}}  # noqa: RUF012

    Entry = StatusEntry

    def __init__(self, breakdown: dict[str, StatusEntry] | None = None) -> None:
        self.breakdown: dict[str, StatusEntry] = dict(breakdown or {})

    def __bool__(self) -> bool:
        return bool(self.breakdown)

    def aggregate(self, timeit_status: dict[str, Status]) -> None:
        """Adds the result of `TimeIt.status()`."""
        for name, status in timeit_status.items():
            self.breakdown.setdefault(name, StatusEntry()).update(status)


# Within the class, `Status` is its attribute.
_Status = Status


class TimeIt:
    """A stop watch for a `with` statement; those started within it are its children.

    Example::

        with mt.timeit('trial') as t:
            with mt.timeit('train'):
                ...
        t.status()['trial.train'].elapse
    """

    Status = Status
    StatusSummary = StatusSummary

    def __init__(self, name: str = '') -> None:
        self._name = name
        self._start: float | None = None
        self._end: float | None = None
        self._error: ErrorInfo | None = None
        self._children: list[TimeIt] = []

    @property
    def name(self) -> str:
        """The name."""
        return self._name

    @property
    def children(self) -> list[TimeIt]:
        """The watches started within this one."""
        return self._children

    def add(self, child: TimeIt) -> None:
        """Adds a child."""
        self._children.append(child)

    def start(self) -> None:
        """Starts the watch."""
        self._start = time.time()

    def end(self, error: BaseException | None = None) -> bool:
        """Stops the watch; returns False if it was stopped before.

        Args:
            error: what ended the work that is timed, if it failed.
        """
        if self._end is not None:
            return False
        self._end = time.time()
        if error is not None:
            self._error = ErrorInfo.from_exception(error)
        return True

    @property
    def start_time(self) -> float | None:
        """When it was started, in seconds since the epoch."""
        return self._start

    @property
    def end_time(self) -> float | None:
        """When it was stopped, in seconds since the epoch."""
        return self._end

    @property
    def has_started(self) -> bool:
        """Whether it was started."""
        return self._start is not None

    @property
    def has_ended(self) -> bool:
        """Whether it was stopped."""
        return self._end is not None

    @property
    def error(self) -> ErrorInfo | None:
        """What ended the work, if it failed."""
        return self._error

    @property
    def has_error(self) -> bool:
        """Whether the work failed."""
        return self._error is not None

    @property
    def elapse(self) -> float:
        """Seconds from the start to the end, or until now."""
        if self._start is None:
            return 0.0
        return (time.time() if self._end is None else self._end) - self._start

    def status(self) -> dict[str, _Status]:
        """Returns the status of this watch and those below it by dotted name.

        Watches of one name are taken together: their times are summed.
        """
        result = {self._name: _Status(self._name, self.elapse, self.has_ended, self._error)}
        for child in self._children:
            for name, status in child.status().items():
                key = f'{self._name}.{name}' if self._name else name
                known = result.get(key)
                if known is None:
                    result[key] = status
                else:
                    known.elapse += status.elapse
                    known.has_ended = known.has_ended and status.has_ended
                    known.error = known.error or status.error
        return result

    def __enter__(self) -> TimeIt:
        parent = thread_local_peek(_RUNNING, None)
        if parent is not None:
            parent.add(self)
        thread_local_push(_RUNNING, self)
        self.start()
        return self

    def __exit__(self, error_type: Any, error: BaseException | None, trace: Any) -> None:
        thread_local_pop(_RUNNING)
        self.end(error)


def timeit(name: str = '') -> TimeIt:
    """Times the body of a `with` statement. See `TimeIt`."""
    return TimeIt(name)
