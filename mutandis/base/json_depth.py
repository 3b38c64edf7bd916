"""JSON data of any depth.

Reading and writing recurse, which is fast but ends at Python's limit. A deep value is therefore
done in storeys, the lowest first: each conversion goes down only to the values of the storey below,
which are finished already and wait in `context.ready`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

# Values nested deeper than this are read in storeys, of this height.
SAFE_DEPTH = 50
WRITING_STOREY = 20
# Deeper data is taken for data that contains itself.
MAX_DEPTH = 200_000
_KEYS_IN_MESSAGES = 6


class Place:
    """A value, and how it is reached from the top.

    `state` is what the conversion needs to know about the place (such as its options).
    """

    __slots__ = ('value', 'key', 'parent', 'state')

    def __init__(self, value: Any, key: Any, parent: Place | None, state: Any) -> None:
        self.value = value
        self.key = key
        self.parent = parent
        self.state = state

    def keys_upwards(self) -> list[Any]:
        """Returns the keys from here to the top."""
        keys: list[Any] = []
        place: Place | None = self
        while place is not None and place.parent is not None:
            keys.append(place.key)
            place = place.parent
        return keys


def storeys(
    top: Any,
    height: int,
    children: Callable[[Place], list[tuple[Any, Any, Any]]],
    state: Any = None,
) -> list[Place]:
    """Returns the places at every `height` levels below the top, the lowest first.

    Args:
        top: the value at the top.
        height: how many levels a storey has.
        children: returns the (key, value, state) below a place.
        state: that of the top.
    """
    level = [Place(top, None, None, state)]
    found: list[Place] = []
    depth = 0
    while level:
        depth += 1
        level = [
            Place(value, key, place, below)
            for place in level
            for key, value, below in children(place)
        ]
        if depth % height == 0:
            found.extend(level)
        if depth > MAX_DEPTH:
            raise contains_itself()
    found.reverse()
    return found


def contains_itself() -> ValueError:
    """Returns the error for data without an end."""
    return ValueError(
        f'The value is nested more than {MAX_DEPTH} levels deep. Does it contain itself?'
    )


def deepest(data: Any) -> tuple[int, list[Any]]:
    """Returns how many containers plain data has above one another, and the keys to the last."""
    level = [Place(data, None, None, None)] if isinstance(data, (dict, list)) else []
    depth, last = 0, None
    while level:
        depth, last = depth + 1, level[0]
        level = [
            Place(item, key, place, None)
            for place in level
            for key, item in (
                place.value.items() if isinstance(place.value, dict) else enumerate(place.value)
            )
            if isinstance(item, (dict, list))
        ]
        if depth > MAX_DEPTH:
            break
    return depth, [] if last is None else last.keys_upwards()[::-1]


_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}:,]', re.DOTALL)


def deepest_in_text(text: str) -> tuple[int, list[Any]]:
    """The same for JSON text, which need not be well-formed; only the first keys are returned."""
    keys: list[Any] = []
    deepest_keys: list[Any] = []
    depth = 0
    string = ''
    for match in _TOKEN.finditer(text):
        token = match.group()
        if token in '[{':
            if len(keys) >= depth:
                depth = len(keys) + 1
                deepest_keys = keys[: _KEYS_IN_MESSAGES + 1]
            keys.append(0 if token == '[' else '')
        elif token in ']}':
            if keys:
                keys.pop()
        elif token == ',':
            if keys and isinstance(keys[-1], int):
                keys[-1] += 1
        elif token == ':':
            if keys:
                keys[-1] = string
        else:
            string = token[1:-1]
    return depth, deepest_keys


def too_deep(what: str, depth: int, keys: list[Any]) -> ValueError:
    """Returns the error for JSON text that Python's parser or writer cannot handle."""
    from mutandis.base.key_path import KeyPath

    path = str(KeyPath(keys[:_KEYS_IN_MESSAGES]))
    if len(keys) > _KEYS_IN_MESSAGES:
        path += '...'
    return ValueError(
        f'Cannot {what}: it is nested too deeply for JSON text, {depth} levels at {path!r}. '
        f'`to_json` and `from_json` convert values of any depth to and from plain Python data.'
    )
