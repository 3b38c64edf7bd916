"""Which parts of an expression become variables, and what they are called.

What several references share does, and what occurs more than once; and of an expression that is too
long or too deep to read, the largest parts. A variable is named after the key of its value, or
after its class.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mutandis.base import camel_to_snake
from mutandis.symbolic.cloning import holds_state
from mutandis.symbolic.pure_symbolic import NonDeterministic
from mutandis.symbolic.source.layout import Group, Piece, Text, width_of
from mutandis.symbolic.source.names import is_name
from mutandis.symbolic.source.walking import Walk
from mutandis.symbolic.topology import Node

# An expression has at most so many lines, and so many levels of indentation.
_MAX_LINES = 40
_MAX_LEVELS = 5
# A part of so few lines stays where it is, and so does one that occurs again but is short.
_FEW_LINES = 4
_SHORT = 40


def find_variables(root: Piece, walk: Walk, line_length: int) -> list[Group]:
    """Names the parts that become variables; returns them in the order of their definition."""
    if not isinstance(root, Group):
        return []
    chosen = {
        id(group) for group, count in walk.targets.values() if count > 1 and group is not root
    }
    chosen |= _join_repeated(root, walk)
    _Splitting(walk, chosen, line_length).split(root)
    variables = []
    for group in _inner_first(root):
        if id(group) in chosen:
            group.variable = walk.names.new_name(_name_of(group, walk))
            variables.append(group)
    for group in _inner_first(root):
        group.measure()
    return variables


def _inner_first(root: Group) -> Iterator[Group]:
    """All groups of an expression, each once, inner ones first."""
    seen: set[int] = set()
    stack: list[tuple[Group, bool]] = [(root, False)]
    while stack:
        group, done = stack.pop()
        if done:
            yield group
        elif id(group) not in seen:
            seen.add(id(group))
            stack.append((group, True))
            stack += [(item, False) for _, item in reversed(group.items) if isinstance(item, Group)]


def _join_repeated(root: Group, walk: Walk) -> set[int]:
    """Makes one group of those with the same text; returns the ids of the long ones.

    Not where a second use would be the same object instead of a copy, and not for modules, whose
    copies would have the same weights.
    """
    known: dict[Any, Group] = {}
    # What each group is written as, where that differs from another one with the same text.
    stands_for: dict[int, Group] = {}
    uses: dict[int, int] = {}
    apart: set[int] = {id(group) for group, _ in walk.targets.values()}
    for group in list(_inner_first(root)):
        group.items = [
            (before, stands_for.get(id(item), item)) if isinstance(item, Group) else (before, item)
            for before, item in group.items
        ]
        key = (
            group.opening,
            tuple(
                (before, item.text if isinstance(item, Text) else id(item))
                for before, item in group.items
            ),
        )
        first = known.setdefault(key, group)
        if first is not group and id(group) not in apart and id(first) not in apart:
            if _may_be_shared(first, walk) and _may_be_shared(group, walk):
                stands_for[id(group)] = first
                continue
            known[key] = group
    for group in _inner_first(root):
        for _, item in group.items:
            uses[id(item)] = uses.get(id(item), 0) + 1
    return {
        id(group)
        for group in _inner_first(root)
        if uses.get(id(group), 0) > 1 and group.width > _SHORT and id(group) not in apart
    }


def _may_be_shared(group: Group, walk: Walk) -> bool:
    made = walk.made.get(id(group))
    if made is None or not made.adopted:
        return False
    return not (isinstance(made.value, Node) and _holds_weights(made.value))


def _holds_weights(root: Any) -> bool:
    """Whether copies of a tree keep more than arguments, and there is something to keep."""
    if not holds_state(root):
        return False
    stack = [root]
    while stack:
        node = stack.pop()
        if getattr(type(node), '_sym_copy_state', False) and not node.sym_puresymbolic:
            tensors = getattr(node, 'state_dict', None)
            if tensors is None or tensors():
                return True
        stack.extend(child for _, child in node._sym_pairs() if isinstance(child, Node))
    return False


class _Splitting:
    """Chooses the parts of what is too long or too deep."""

    def __init__(self, walk: Walk, chosen: set[int], line_length: int) -> None:
        self.walk = walk
        self.chosen = chosen
        self.line_length = line_length
        # Lines and levels of each group, as far as it is written in one piece.
        self.lines: dict[int, int] = {}
        self.levels: dict[int, int] = {}

    def split(self, root: Group) -> None:
        for group in _inner_first(root):
            self._measure(group)
            if self.lines[id(group)] <= _MAX_LINES and self.levels[id(group)] <= _MAX_LEVELS:
                continue
            parts = sorted(self._parts(group), key=lambda part: -self.lines[id(part)])
            least = 0.0
            for part in parts:
                too_deep = self.levels[id(group)] > _MAX_LEVELS
                # Parts of about the same size are treated alike.
                if self.lines[id(group)] <= _MAX_LINES and not too_deep:
                    if self.lines[id(part)] < least or not least:
                        break
                deep = too_deep and self.levels[id(part)] >= _MAX_LEVELS - 1
                if self.lines[id(part)] >= _FEW_LINES or deep:
                    least = least or 0.8 * self.lines[id(part)]
                    self.chosen.add(id(part))
                    self._measure(group)

    def _parts(self, group: Group) -> list[Group]:
        """The values in a group, also those in brackets that are no value of their own."""
        found: list[Group] = []
        stack = [group]
        while stack:
            for _, item in stack.pop().items:
                if not isinstance(item, Group) or id(item) in self.chosen:
                    continue
                if id(item) in self.walk.made:
                    found.append(item)
                else:
                    stack.append(item)
        return found

    def _measure(self, group: Group) -> None:
        for _, item in group.items:
            if isinstance(item, Group) and id(item) not in self.walk.made:
                self._measure(item)
        lines, levels = 0, 0
        width = len(group.opening) + len(group.closing) + 2 * max(0, len(group.items) - 1)
        for before, item in group.items:
            width += len(before)
            if isinstance(item, Group) and id(item) not in self.chosen:
                lines += self.lines[id(item)]
                levels = max(levels, self.levels[id(item)])
                width += item.width
            else:
                lines += 1
                width += width_of(item) if isinstance(item, Text) else 10
        fits = width <= self.line_length - 12
        self.lines[id(group)] = 1 if fits else lines + 2
        self.levels[id(group)] = 0 if fits else levels + 1


def _name_of(group: Group, walk: Walk) -> str:
    made = walk.made[id(group)]
    key = made.key
    if isinstance(made.value, NonDeterministic):
        decision = getattr(made.value, 'name', None)
        if is_name(decision):
            return str(decision)
        if not isinstance(key, str):
            return _singular(key[0]) or 'choice' if isinstance(key, tuple) else 'choice'
    if isinstance(key, str) and is_name(key):
        return _bare(key) or key
    function = group.opening.rstrip('(').removesuffix('.partial').rpartition('.')[2]
    if is_name(function):
        words = _bare(camel_to_snake(function).replace('__', '_'))
        name = {'Dict': 'values', 'List': 'items'}.get(function) or words or 'value'
        if function != name or not isinstance(key, tuple):
            return name
        return _singular(key[0]) or name
    if isinstance(key, tuple):
        return _singular(key[0]) or 'item'
    return {'[': 'items', '{': 'values'}.get(group.opening, 'value')


def _bare(name: str) -> str | None:
    """A name without underscores around it; None where that is no name."""
    bare = name.strip('_')
    return bare if bare.isidentifier() else None


def _singular(key: Any) -> str | None:
    if not isinstance(key, str) or not is_name(key):
        return None
    return key[:-1] if key.endswith('s') and len(key) > 2 and not key.endswith('ss') else None


__all__ = ['find_variables']
