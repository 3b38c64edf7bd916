"""The markers of the JSON encoding, and how user data is kept apart from them.

Dict keys that look like a marker are written with the prefix `__key__:`; lists that start with a
marker get `__list__` in front. In JSON text, which has no int keys, the key 3 is written `n_:3`.
"""

from __future__ import annotations

from typing import Any

TYPE_NAME_KEY = '_type'
TUPLE_MARKER = '__tuple__'
SYMBOLIC_MARKER = '__symbolic__'
LIST_MARKER = '__list__'
REF_KEY = '__ref__'
ROOT_VALUE_KEY = '__root__'
CONTEXT_KEY = '__context__'
INT_KEY_PREFIX = 'n_:'
ESCAPE_PREFIX = '__key__:'

# Values of exactly these types are their own JSON form.
PRIMITIVES = frozenset({type(None), bool, int, float, str})
LIST_MARKERS = frozenset({TUPLE_MARKER, SYMBOLIC_MARKER, LIST_MARKER})
_KEY_MARKERS = frozenset({TYPE_NAME_KEY, SYMBOLIC_MARKER, REF_KEY, ROOT_VALUE_KEY, CONTEXT_KEY})


def escape_key(key: Any) -> Any:
    """Protects a dict key that looks like a marker."""
    if (
        type(key) is str
        and (key[:1] == '_' or key[:2] == 'n_')
        and (key in _KEY_MARKERS or key.startswith((INT_KEY_PREFIX, ESCAPE_PREFIX)))
    ):
        return ESCAPE_PREFIX + key
    return key


def escape_list(items: list[Any]) -> list[Any]:
    """Protects a list that starts with a marker."""
    if items and type(items[0]) is str and items[0] in LIST_MARKERS:
        return [LIST_MARKER, *items]
    return items


def unescape_key(key: str) -> Any:
    """Reverses `escape_key`, and the text form of int keys."""
    if key.startswith(ESCAPE_PREFIX):
        return key[len(ESCAPE_PREFIX) :]
    if key.startswith(INT_KEY_PREFIX):
        digits = key[len(INT_KEY_PREFIX) :]
        try:
            return int(digits)
        except ValueError:
            return key
    return key


def int_key_to_text(key: Any) -> Any:
    """Returns the form of an int key in JSON text: `n_:3`."""
    return f'{INT_KEY_PREFIX}{key}' if type(key) is int else key
