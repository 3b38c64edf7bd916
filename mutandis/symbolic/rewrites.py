"""What rewrites have changed: for each value where it was set, and by which rule.

A rewrite (`patch`, an action of `select`) runs inside `recording`; every commit inside notes its
changes on the nodes that own the changed places. `history` collects the notes of a tree. A tree
that no rule has touched holds nothing and pays nothing.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from typing import Any, NamedTuple, TypeVar

from mutandis.base import MISSING_VALUE as _MISSING
from mutandis.base import Formattable, KeyPath
from mutandis.base.formatting import brief
from mutandis.symbolic.flags import SCOPES
from mutandis.symbolic.origin import Origin
from mutandis.symbolic.rebind import RECORDER, Batch, all_or_nothing, undo_later
from mutandis.symbolic.topology import (
    MAYBE_REWRITTEN,
    Node,
    mark_up,
    path_of,
    set_attribute,
)

_R = TypeVar('_R')
_NUMBERS = itertools.count(1)
# The rule whose changes are being noted.
_RULE: ContextVar[str | None] = ContextVar('mutandis_rule', default=None)


class Change(NamedTuple):
    """One change of one place.

    Attributes:
        path: Where, from the root of the tree that `history` was asked about.
        rule: Which rule made it: the text of a patch, a function, `select(...)`.
        old: The value before; `MISSING_VALUE` when there was none.
        new: The value after; `MISSING_VALUE` when it was removed.
        number: Orders the changes of a process in time.
    """

    path: KeyPath
    rule: str
    old: Any
    new: Any
    number: int


class DecidedChange(NamedTuple):
    """A place of a program where a placeholder was, before a DNA decided it.

    Attributes:
        keys: Keys from the root of the program.
        rule: The decision.
        old: The placeholder.
        new: What was chosen; `MISSING_VALUE` where that has placeholders of its own.
    """

    keys: tuple[Any, ...]
    rule: str
    old: Any
    new: Any


class _Note(NamedTuple):
    """A change as its node keeps it, with the one before: adding one costs the same, always."""

    number: int
    key: Any
    rule: str
    old: Any
    new: Any
    before: _Note | None


class History(Mapping[str, tuple[Change, ...]], Formattable):
    """The changes of a tree, by the text of their path, the earliest first.

    Printed, it is a table: path, old and new value, rule.
    """

    def __init__(self, changes: list[Change], origins: dict[str, Origin]) -> None:
        self._changes = sorted(changes, key=lambda change: change.number)
        self._origins = origins

    @functools.cached_property
    def _by_path(self) -> dict[str, tuple[Change, ...]]:
        found: dict[str, list[Change]] = {}
        for change in self._changes:
            found.setdefault(change.path.path, []).append(change)
        return {path: tuple(changes) for path, changes in found.items()}

    @property
    def changes(self) -> list[Change]:
        """All changes, the earliest first."""
        return list(self._changes)

    @property
    def origins(self) -> dict[str, Origin]:
        """Where nodes come from, by path; only those made under `track_origin` or patched."""
        return dict(self._origins)

    def __getitem__(self, path: str | KeyPath) -> tuple[Change, ...]:
        return self._by_path[path.path if isinstance(path, KeyPath) else path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_path)

    def __len__(self) -> int:
        return len(self._by_path)

    def __bool__(self) -> bool:
        return bool(self._changes)

    def format(
        self, compact: bool = False, verbose: bool = True, root_indent: int = 0, **kwargs: Any
    ) -> str:
        # Where: of the objects made under `track_origin`.
        places = {path: origin for path, origin in self._origins.items() if origin.stack}
        if not self._changes and not places:
            return 'no rule has changed anything'
        rows = [
            (
                change.path.path or '(root)',
                brief(change.old, 40),
                brief(change.new, 40),
                change.rule,
            )
            for change in self._changes
        ]
        widths = [max([len(row[i]) for row in rows], default=0) for i in range(3)]
        lines = [
            f'{path:<{widths[0]}}  {old:<{widths[1]}} -> {new:<{widths[2]}}  by {rule}'
            for path, old, new, rule in rows
        ]
        lines += [f'{path or "(root)"}  {_said(origin)}' for path, origin in places.items()]
        return '\n'.join(lines)


def _said(origin: Origin) -> str:
    """What was done to make a node, and in which line."""
    done = 'constructed' if origin.tag == '__init__' else origin.tag
    frame = (origin.stack or [])[-1]
    return f'{done} at {frame.filename}:{frame.lineno}'


def history(tree: Any) -> History:
    """Tells for each value of a tree where it was set, and by which rule.

    Patches and the actions of `select` are always noted, and so are the decisions of a program that
    was decoded from a search space. Where objects were constructed is known only for those made
    under `track_origin`, and is shown behind the changes. Copies by `clone` keep the notes; JSON
    does not.

    Example::

        mt.patch(model, 'swap_activation?to=gelu')
        print(mt.history(model))     # act  'relu' -> 'gelu'  by swap_activation?to=gelu

    Raises:
        TypeError: `tree` is not symbolic.
    """
    if not isinstance(tree, Node):
        raise TypeError(f'Only symbolic values have a history, got {tree!r}.')
    changes: list[Change] = []
    origins: dict[str, Origin] = {}
    decided: list[tuple[tuple[Any, ...], DecidedChange]] = []
    base = len(path_of(tree)._keys)
    stack: list[Any] = [tree]
    while stack:
        node = stack.pop()
        note = node._sym_history
        keys: tuple[Any, ...] = ()
        decoded = node._sym_decoded
        if note is not None or decoded is not None or node._sym_origin is not None:
            keys = path_of(node)._keys[base:]
        if node._sym_origin is not None:
            origins[KeyPath._of(keys).path] = node._sym_origin
        while note is not None:
            key = note.key
            new = note.new
            # An item may have moved since.
            if isinstance(new, Node) and new._sym_parent is node:
                key = new._sym_key
            path = KeyPath._of(keys if key is None else (*keys, key))
            changes.append(Change(path, note.rule, note.old, new, note.number))
            note = note.before
        if decoded is not None:
            template, dna = decoded
            decided += [(keys, change) for change in template.changes(dna)]
        stack.extend(child for _, child in node._sym_pairs() if isinstance(child, Node))
    changes.sort(key=lambda change: change.number)
    first = [
        Change(KeyPath._of((*keys, *each.keys)), each.rule, each.old, each.new, 0)
        for keys, each in decided
    ]
    decisions = [
        change._replace(new=_value_before(tree, change.path, changes))
        if change.new is _MISSING
        else change
        for change in first
    ]
    return History([*decisions, *changes], origins)


def _value_before(tree: Any, path: KeyPath, changes: list[Change]) -> Any:
    """What stood at a place before the first of some changes."""
    keys = path._keys
    for change in changes:
        above = change.path._keys
        if keys[: len(above)] == above:
            return KeyPath._of(keys[len(above) :]).get(change.old, _MISSING)
    return path.get(tree, _MISSING)


def require_symbolic(value: Any, done: str = 'patched', rule: str = '') -> None:
    """Checks that a rewrite is possible at all.

    Args:
        value: What is to be changed.
        done: What is to be done with it.
        rule: By which rule, where the message is to begin with that.

    Raises:
        TypeError: It is not symbolic.
    """
    if not isinstance(value, Node):
        raise TypeError(
            f'{f"{rule}: only" if rule else "Only"} symbolic values can be {done}, got {value!r} '
            f'({type(value).__name__}). Make it symbolic first: `mt.Dict(...)`, `mt.List(...)`, or '
            f'`mt.nn.lift(module)`.'
        )


def now() -> int:
    """A number that is greater than those of all changes so far."""
    return next(_NUMBERS)


@contextlib.contextmanager
def recording(rule: str, part: bool = False) -> Iterator[None]:
    """Notes every change that the block makes, in any tree, as made by `rule`.

    Inside another recording the outer rule counts, unless `part` says that this one has a name of
    its own: then both are named.
    """
    outer = _RULE.get()
    if outer is not None:
        if not part:
            yield
            return
        rule = f'{outer} > {rule}'

    def record(batch: Batch) -> None:
        known = [(change[0], change[0]._sym_history) for change in batch.changes]

        def forget() -> None:
            for node, before in reversed(known):
                set_attribute(node, '_sym_history', before)

        batch.undo.append(forget)
        for target, key, old, new in batch.changes:
            note = _Note(next(_NUMBERS), key, rule, old, new, target._sym_history)
            set_attribute(target, '_sym_history', note)
            mark_up(target, MAYBE_REWRITTEN)

    rule_token, token = _RULE.set(rule), RECORDER.set(record)
    SCOPES.count_recording(1)
    try:
        yield
    finally:
        SCOPES.count_recording(-1)
        RECORDER.reset(token)
        _RULE.reset(rule_token)


def rewrite(rule: str, make: Callable[[], _R], part: bool = False) -> _R:
    """Runs a rewrite: what it changes is noted as made by `rule`; if it raises, nothing stays."""

    def run() -> _R:
        with recording(rule, part):
            return make()

    return all_or_nothing(run)


def note_replacement(rule: str, old: Any, new: Any) -> None:
    """Notes that a whole tree has been replaced by another."""
    rule = _RULE.get() or rule
    if isinstance(new, Node):
        before = new._sym_history
        undo_later(lambda: set_attribute(new, '_sym_history', before))
        note = _Note(next(_NUMBERS), None, rule, old, new, before)
        set_attribute(new, '_sym_history', note)
        mark_up(new, MAYBE_REWRITTEN)


def copy_history(original: Any, copied: Any) -> None:
    """Gives a copy of a tree the notes of the original."""
    stack = [(original, copied)]
    while stack:
        old, new = stack.pop()
        if old is new or type(old) is not type(new):
            continue  # Shared by both trees, or made anew.
        if old._sym_history is not None:
            set_attribute(new, '_sym_history', old._sym_history)
            mark_up(new, MAYBE_REWRITTEN)
        known = dict(old._sym_pairs())
        stack.extend(
            (known[key], value)
            for key, value in new._sym_pairs()
            if isinstance(value, Node) and isinstance(known.get(key), Node)
        )


__all__ = [
    'Change',
    'DecidedChange',
    'History',
    'history',
    'note_replacement',
    'now',
    'recording',
    'require_symbolic',
    'rewrite',
]
