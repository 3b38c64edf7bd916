"""What a conformance suite is: a set of laws, run by pytest or by hand.

`Laws` holds the things a law needs; each method marked with `law` states one. `as_test_class` turns
the laws that apply into a class that pytest collects. Nothing here needs pytest.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

__all__ = ['Laws', 'as_test_class', 'law', 'require']

_Law = TypeVar('_Law', bound=Callable[..., None])


def law(when: str | None = None) -> Callable[[_Law], _Law]:
    """Marks a method as a law.

    Args:
        when: Name of an attribute of the laws; the law applies if it is true.
    """

    def mark(method: _Law) -> _Law:
        method.__law__ = when  # type: ignore[attr-defined]
        return method

    return mark


def require(condition: Any, message: str, *details: Any) -> None:
    """Raises an `AssertionError` unless the condition holds, also under `python -O`.

    Args:
        condition: What must hold.
        message: What is expected, and how it is attained.
        *details: Values to show, formatted only when they are needed.
    """
    # A failure is shown by pytest at the law, not here.
    __tracebackhide__ = True
    if not condition:
        raise AssertionError('\n  '.join([message, *map(repr, details)]))


def rejects(error: type[BaseException], function: Callable[..., Any], *args: Any) -> bool:
    """Whether a call raises an error of this type; others pass."""
    try:
        function(*args)
    except error:
        return True
    return False


class Laws:
    """A set of laws about something; subclasses say what."""

    @classmethod
    def names(cls) -> list[str]:
        """The names of all laws, in the order of the source, inherited ones first."""
        found: dict[str, None] = {}
        for base in reversed(cls.__mro__):
            found.update((n, None) for n, m in vars(base).items() if hasattr(m, '__law__'))
        return list(found)

    def applicable(self) -> list[str]:
        """The names of the laws that apply."""
        return [n for n in self.names() if self._applies(getattr(type(self), n).__law__)]

    def _applies(self, when: str | None) -> bool:
        return when is None or bool(getattr(self, when))

    def check(self) -> None:
        """Checks all laws that apply.

        Raises:
            AssertionError: The first law that does not hold, by name.
        """
        for name in self.applicable():
            try:
                getattr(self, name)()
            except AssertionError as error:
                raise AssertionError(f'{name}: {error}') from error


def as_test_class(laws: Laws) -> type:
    """A class with one test for each law that applies, for pytest to collect."""
    tests: dict[str, Any] = {'__doc__': type(laws).__doc__}
    for name in laws.applicable():
        tests[f'test_{name}'] = _as_test(laws, name)
    return type(f'{type(laws).__name__}Suite', (), tests)


def _as_test(laws: Laws, name: str) -> Callable[[Any], None]:
    def test(self: Any) -> None:
        __tracebackhide__ = True
        getattr(laws, name)()

    test.__doc__ = getattr(laws, name).__doc__
    test.__name__ = test.__qualname__ = f'test_{name}'
    return test
