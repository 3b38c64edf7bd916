"""What error messages about nodes say: where a node is, and what may have been meant.

Loaded when the first such message is written.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

from mutandis.base import KeyPath
from mutandis.symbolic.topology import path_of

_MANY = 20


def described(node: Any) -> str:
    """Returns `the root Model`, or `the Layer at 'layers[0]'`."""
    path = path_of(node)
    name = type(node).__name__
    return f'the {name} at {str(path)!r}' if path else f'the root {name}'


def did_you_mean(name: Any, known: Iterable[Any], what: str = 'keys') -> str:
    """Returns sentences for a name that does not exist: the closest one that does, and all."""
    known = list(known)
    close = difflib.get_close_matches(str(name), [str(each) for each in known], n=1)
    hint = f' Did you mean {close[0]!r}?' if close else ''
    more = ', ...' if len(known) > _MANY else ''
    return f'{hint} Known {what}: [{", ".join(repr(each) for each in known[:_MANY])}{more}].'


def not_allowed(key: Any, owner: str, plan: Any) -> str:
    """Returns the message for a key that the schema of a dict does not know."""
    known = [*plan.keys, *(key_spec for key_spec, _ in plan.dynamic)]
    return f'Key {key!r} is not allowed in {owner}.{did_you_mean(key, known)}'


def nothing_at(path: Any, owner: Any, key: Any) -> str:
    """Returns the message for a path to write that leads over a key which is not there."""
    where = f'{described(owner)} has no {key!r}'
    if isinstance(owner, list):
        where = f'{described(owner)} has {len(owner)} items, and no {key!r}'
        if isinstance(key, str) and key.lstrip('-').isdigit():
            where += f' (an index is written in brackets: {str(path_of(owner) + int(key))!r})'
        where += '.'
    elif hasattr(owner, 'sym_keys'):
        where += '.' + did_you_mean(key, owner.sym_keys())
    else:
        where = f'a {type(owner).__name__} has no {key!r}.'
    return (
        f'Cannot rebind {str(path)!r}: {where} Intermediate nodes are never created; rebind an '
        f'existing ancestor to a value that holds the new part.'
    )


def not_a_node(path: Any, where: KeyPath, value: Any) -> str:
    """Returns the message for a path to write that leads into a leaf."""
    return (
        f'Cannot rebind {str(path)!r}: {str(where)!r} is a {type(value).__name__}, not a symbolic '
        f'node. Rebind {str(where)!r} itself to a new value.'
    )
