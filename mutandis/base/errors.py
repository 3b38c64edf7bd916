"""Errors: catching them by type and message, and keeping them as data."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

ErrorSpec = type[BaseException] | tuple[type[BaseException], str]
ErrorSpecs = ErrorSpec | Sequence[ErrorSpec]


class CatchErrorsContext:
    """What `catch_errors` yields: `error` is what was caught, or None."""

    __slots__ = ('error',)

    def __init__(self) -> None:
        self.error: BaseException | None = None


@contextlib.contextmanager
def catch_errors(
    errors: ErrorSpecs,
    error_handler: Callable[[BaseException], Any] | None = None,
) -> Iterator[CatchErrorsContext]:
    """A scope that ends quietly on the given errors.

    Example::

        with mt.catch_errors((ValueError, 'out of memory')) as context:
            train()
        if context.error is not None: ...

    Args:
        errors: an exception type, a pair of a type and a regular expression that is searched in
            `TypeName: message`, or a sequence of both.
        error_handler: called with the error that was caught.

    Raises:
        TypeError: on entry, if `errors` is none of these.
    """
    specs = _parse(errors)
    context = CatchErrorsContext()
    try:
        yield context
    except BaseException as e:
        if not _matches(e, specs):
            raise
        context.error = e
        if error_handler is not None:
            error_handler(e)


def match_error(error: BaseException, errors: ErrorSpecs) -> bool:
    """Whether an error is one of `errors` (see `catch_errors`)."""
    return _matches(error, _parse(errors))


def _is_error_type(value: Any) -> bool:
    return isinstance(value, type) and issubclass(value, BaseException)


def _parse(errors: Any) -> list[tuple[type[BaseException], re.Pattern[str] | None]]:
    if _is_error_type(errors):
        return [(errors, None)]
    if (
        isinstance(errors, tuple)
        and len(errors) == 2
        and _is_error_type(errors[0])
        and (isinstance(errors[1], str))
    ):
        return [(errors[0], re.compile(errors[1]))]
    if isinstance(errors, (list, tuple)):
        result = []
        for spec in errors:
            parsed = [] if isinstance(spec, list) else _parse(spec)
            if len(parsed) != 1 or isinstance(spec, tuple) and len(spec) != 2:
                raise TypeError(_EXPECTED.format(spec))
            result.extend(parsed)
        return result
    raise TypeError(_EXPECTED.format(errors))


_EXPECTED = (
    'Expected an exception type, a pair of a type and a regular expression, or a sequence of '
    'these. Encountered: {!r}.'
)


def _matches(
    error: BaseException,
    specs: list[tuple[type[BaseException], re.Pattern[str] | None]],
) -> bool:
    text = f'{type(error).__name__}: {error}'
    return any(
        isinstance(error, cls) and (pattern is None or pattern.search(text) is not None)
        for cls, pattern in specs
    )


class ErrorInfo:
    """An error as data: what others may rely on. Make one by `from_exception`.

    Attributes:
        tag: The names of the error's class and of those that caused it, joined by dots.
        description: Its message.
        stacktrace: Where it was raised, as text.
    """

    tag: str
    description: str
    stacktrace: str

    @classmethod
    def from_exception(cls, error: BaseException) -> ErrorInfo:
        """Makes a symbolic `ErrorInfo` of an exception."""
        import importlib
        import traceback

        made: Any = cls
        if cls is ErrorInfo:
            made = importlib.import_module('mutandis.symbolic.error_info').ErrorInfo
        trace = ''.join(traceback.format_exception(type(error), error, error.__traceback__))
        info: ErrorInfo = made(tag=_tag(error), description=str(error), stacktrace=trace)
        return info


def message_of(error: BaseException) -> str | None:
    """The message of an error that has nothing else; None if it may have.

    The arguments of an exception of the user's may mean something else than a message.
    """
    if type(error).__module__ != 'builtins' or len(error.args) != 1:
        return None
    message = error.args[0]
    return message if isinstance(message, str) else None


def _tag(error: BaseException | None) -> str:
    names: list[str] = []
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        names.append(type(error).__name__)
        cause = getattr(error, 'cause', None)
        error = cause if isinstance(cause, BaseException) else error.__cause__
    return '.'.join(names)
