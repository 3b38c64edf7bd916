"""Small containers: the key of a conditional branch in a decision id, and a dict with
attributes."""

from __future__ import annotations

import re
from typing import Any

from mutandis.base import KeyPath

__all__ = ['AttributeDict', 'ConditionalKey', 'MissingAttribute', 'id_text']


class ConditionalKey:
    """Marks, in the path that is a decision's id, which candidate the decision depends on.

    Prints as `=index/num_choices` and equals that text, so that a parsed id equals a built one:
    `a[=0/2].b` is decision `b` of the first of the two candidates of `a`.
    """

    __slots__ = ('_index', '_num_choices')

    def __init__(self, index: int, num_choices: int) -> None:
        self._index = index
        self._num_choices = num_choices

    @property
    def index(self) -> int:
        """Index of the candidate."""
        return self._index

    @property
    def num_choices(self) -> int:
        """Number of candidates."""
        return self._num_choices

    def __str__(self) -> str:
        return f'={self._index}/{self._num_choices}'

    def __repr__(self) -> str:
        return str(self)

    def __eq__(self, other: Any) -> bool:
        if isinstance(other, ConditionalKey):
            return self._index == other._index and self._num_choices == other._num_choices
        return isinstance(other, str) and str(self) == other

    def __ne__(self, other: Any) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(str(self))


def id_text(key: Any) -> Any:
    """The text of a decision id that may have been parsed, or the key as it is if it is no path.

    A parsed path holds the text of conditional keys.
    """
    if not isinstance(key, KeyPath):
        return key
    if not any(isinstance(k, str) and k.startswith('=') for k in key._keys):
        return key.path
    return KeyPath._of(tuple(_conditional(k) for k in key._keys)).path


def _conditional(key: Any) -> Any:
    match = re.fullmatch(r'=(\d+)/(\d+)', key) if isinstance(key, str) else None
    return key if match is None else ConditionalKey(int(match[1]), int(match[2]))


class MissingAttribute(KeyError, AttributeError):
    """A name that an `AttributeDict` does not have."""


class AttributeDict(dict[str, Any]):
    """A dict whose items can be read and written as attributes.

    A missing name raises an error that is both `KeyError` and `AttributeError`, so that `hasattr`
    and `copy.deepcopy` work.
    """

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise MissingAttribute(name) from None

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value

    def __delattr__(self, name: str) -> None:
        try:
            del self[name]
        except KeyError:
            raise MissingAttribute(name) from None
