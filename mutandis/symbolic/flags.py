"""Scoped flags: context managers that change how nodes behave while a block runs.

Each scope is a context variable entry, so scopes nest, the innermost wins, and a new thread
starts from the defaults. `SCOPES.active` counts the scopes that are open anywhere in the process,
`SCOPES.writing` the commits that run: hot paths look at those integers, and ask what is going on in
their own context only when they are not zero.
"""

from __future__ import annotations

import threading
from contextvars import ContextVar
from types import TracebackType
from typing import Any


class _Scopes:
    """What is open in the whole process; a cheap guard for hot paths.

    Attributes:
        active: Number of flag scopes.
        writing: Number of commits; what a handler writes belongs to the commit that called it.
        recording: Number of rewrites whose changes are noted (`rewrites.py`).
    """

    __slots__ = ('active', 'writing', 'recording', '_lock')

    def __init__(self) -> None:
        self.active = 0
        self.writing = 0
        self.recording = 0
        self._lock = threading.Lock()

    def count_scope(self, change: int) -> None:
        """Counts a scope more or less."""
        with self._lock:
            self.active += change

    def count_commit(self, change: int) -> None:
        """Counts a commit more or less."""
        with self._lock:
            self.writing += change

    def count_recording(self, change: int) -> None:
        """Counts a recorded rewrite more or less."""
        with self._lock:
            self.recording += change


SCOPES = _Scopes()
_OUTER = ''  # The flags around a scope are kept with its own, so threads may share a scope object.
_EMPTY: dict[str, Any] = {}
_VALUES: ContextVar[dict[str, Any]] = ContextVar('mutandis_flags', default=_EMPTY)


class FlagScope:
    """A re-usable context manager that sets one flag while it is open."""

    __slots__ = ('_name', '_value')

    def __init__(self, name: str, value: Any) -> None:
        self._name = name
        self._value = value

    def __enter__(self) -> Any:
        outer = _VALUES.get()
        _VALUES.set({**outer, self._name: self._value, _OUTER: outer})
        SCOPES.count_scope(1)
        return self._value

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        SCOPES.count_scope(-1)
        _VALUES.set(_VALUES.get()[_OUTER])


def scoped_value(name: str, default: Any = None) -> Any:
    """Returns the innermost value of a flag in this context, or `default`."""
    if not SCOPES.active:
        return default
    return _VALUES.get().get(name, default)


def allow_partial(allow: bool | None = True) -> FlagScope:
    """Scope in which missing values are accepted (True), refused (False), as nodes say (None)."""
    return FlagScope('allow_partial', allow)


def is_under_partial_scope() -> bool | None:
    """Returns the innermost `allow_partial` value, or None outside any scope."""
    value: bool | None = scoped_value('allow_partial')
    return value


def as_sealed(sealed: bool | None = True) -> FlagScope:
    """Scope in which all nodes count as sealed (True) or unsealed (False); None defers to nodes."""
    return FlagScope('sealed', sealed)


def is_under_sealed_scope() -> bool | None:
    """Returns the innermost `as_sealed` value, or None outside any scope."""
    value: bool | None = scoped_value('sealed')
    return value


def allow_writable_accessors(writable: bool | None = True) -> FlagScope:
    """Scope in which `node.x = v` is allowed (True) or refused (False); None defers to nodes."""
    return FlagScope('writable', writable)


def is_under_accessor_writable_scope() -> bool | None:
    """Returns the innermost `allow_writable_accessors` value, or None outside any scope."""
    value: bool | None = scoped_value('writable')
    return value


def notify_on_change(enabled: bool = True) -> FlagScope:
    """Scope that switches change notification on or off."""
    return FlagScope('notify', enabled)


def is_change_notification_enabled() -> bool:
    """Whether changes are notified in this context (default True)."""
    return bool(scoped_value('notify', True))


def enable_type_check(enabled: bool = True) -> FlagScope:
    """Scope that switches the validation of field values on or off. Defaults are filled anyway."""
    return FlagScope('type_check', enabled)


def is_type_check_enabled() -> bool:
    """Whether values are validated in this context (default True)."""
    return bool(scoped_value('type_check', True))


def track_origin(enabled: bool = True) -> FlagScope:
    """Scope in which new nodes record where they come from."""
    return FlagScope('track_origin', enabled)


def is_tracking_origin() -> bool:
    """Whether origins are recorded in this context (default False)."""
    return bool(scoped_value('track_origin', False))


def auto_call_functors(enabled: bool = True) -> FlagScope:
    """Scope in which constructing a functor calls it at once and gives the result."""
    from mutandis.symbolic.functors import install_auto_call

    install_auto_call()
    return FlagScope('auto_call', enabled)


def should_call_functors_during_init() -> bool | None:
    """Returns the innermost `auto_call_functors` value, or None outside any scope."""
    value: bool | None = scoped_value('auto_call')
    return value


class _Settings:
    """Process-wide settings."""

    __slots__ = ('empty_description', 'repeated_registration', 'stacktrace_limit')

    def __init__(self) -> None:
        self.empty_description = True
        self.repeated_registration = True
        self.stacktrace_limit = 10


_SETTINGS = _Settings()


def allow_empty_field_description(allow: bool = True) -> None:
    """Whether classes may declare fields without a description (default True)."""
    _SETTINGS.empty_description = allow


def is_empty_field_description_allowed() -> bool:
    """Whether fields without a description are allowed."""
    return _SETTINGS.empty_description


def allow_repeated_class_registration(allow: bool = True) -> None:
    """Whether a registered name may be taken over by another class (default True)."""
    _SETTINGS.repeated_registration = allow


def is_repeated_class_registration_allowed() -> bool:
    """Whether a registered name may be taken over by another class."""
    return _SETTINGS.repeated_registration


def set_origin_stacktrace_limit(limit: int) -> None:
    """Sets how many stack frames an origin keeps (default 10)."""
    _SETTINGS.stacktrace_limit = limit


def get_origin_stacktrace_limit() -> int:
    """Returns how many stack frames an origin keeps."""
    return _SETTINGS.stacktrace_limit
