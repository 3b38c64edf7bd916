"""`select`: choosing places of a tree, and doing something with them in one step.

A selection is a tree and a condition on its places. Methods narrow the condition, and nothing is
looked at before an action asks; so selections can be kept, combined and used again after the tree
has changed. The places of a selection never lie inside one another: below a place that was
selected nothing is looked for, unless the selection is `nested()`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from mutandis.base import KeyPath, MissingValue
from mutandis.symbolic import conditions
from mutandis.symbolic.conditions import (
    Condition,
    Pattern,
    Place,
    find_places,
    text_of_class,
    text_of_pattern,
)
from mutandis.symbolic.insertion import Insertion
from mutandis.symbolic.rebind import (
    Batch,
    Write,
    callback_arity,
    commit,
    rebind_all,
    undo_later,
)
from mutandis.symbolic.rewrites import note_replacement, require_symbolic, rewrite
from mutandis.symbolic.topology import Node, detach, relink

_MISSING = MissingValue()


class SelectionError(AssertionError, ValueError):
    """A selection is not what it was said to be."""


class SequenceKind(NamedTuple):
    """How a kind of node holds a sequence of children, for insertions beside one of them.

    Attributes:
        is_sequence: Whether a node is such a sequence, so that a child can be put beside others.
        insert: `(owner, key, value, after)` puts `value` beside the child at `key`.
        fits: Whether two values can be put one after the other.
        join: `(first, second)` makes a new sequence of two.
    """

    is_sequence: Callable[[Any], bool]
    insert: Callable[[Any, Any, Any, bool], None]
    fits: Callable[[Any, Any], bool]
    join: Callable[[Any, Any], Any]


# `nn` adds that of modules.
SEQUENCE_KINDS: list[SequenceKind] = []


class Selection:
    """Places of a tree; see `select`."""

    __slots__ = ('_tree', '_conditions', '_words', '_nested')

    def __init__(
        self,
        tree: Any,
        conditions: tuple[Condition, ...] = (),
        words: tuple[str, ...] = (),
        nested: bool = False,
    ) -> None:
        self._tree = tree
        self._conditions = conditions
        self._words = words
        self._nested = nested

    # -- Narrowing.

    def at_instances_of(self, *classes: Any) -> Selection:
        """Only instances of one of the classes. A lifted module counts as one of its class."""
        names = ', '.join(map(text_of_class, classes))
        return self._and(conditions.instance_of(*classes), f'at_instances_of({names})')

    def at_key(self, regex: Pattern) -> Selection:
        """Only where the last key matches at its start."""
        return self._and(conditions.key_matches(regex), f'at_key({text_of_pattern(regex)})')

    def at_path(self, regex: Pattern) -> Selection:
        """Only where the path matches at its start, such as `r'layers\\[\\d+\\]\\.lr'`."""
        return self._and(conditions.path_matches(regex), f'at_path({text_of_pattern(regex)})')

    def at_value(self, value: Any) -> Selection:
        """Only values that are equal to `value`."""
        return self._and(conditions.equals(value), f'at_value({value!r})')

    def at_member(self, cls: Any, name: str) -> Selection:
        """Only the members `name` of instances of a class."""
        word = f'at_member({text_of_class(cls)}, {name!r})'
        return self._and(conditions.member_of(cls, name), word)

    def where(self, predicate: Callable[..., Any]) -> Selection:
        """Only where a function of (value), (path, value) or (path, value, parent) is true."""
        word = f'where({getattr(predicate, "__qualname__", predicate)})'
        return self._and(conditions.predicate(predicate), word)

    def under(self, path: KeyPath | str | int) -> Selection:
        """Only the place at a path, and those below it."""
        return self._and(conditions.below(path), f'under({str(path)!r})')

    def nested(self) -> Selection:
        """Also the places inside those selected; actions then begin with the innermost."""
        return Selection(self._tree, self._conditions, (*self._words, 'nested()'), True)

    def __and__(self, other: Selection) -> Selection:
        """The places that satisfy the conditions of both; nested if this selection is."""
        self._require_same_tree(other)
        return self._and(other._includes, f'&({other._said()})')

    def __or__(self, other: Selection) -> Selection:
        """The places that satisfy the conditions of either; nested if one of them is."""
        self._require_same_tree(other)
        mine, others = self._includes, other._includes

        def either(path: KeyPath, value: Any, parent: Any) -> bool:
            return mine(path, value, parent) or others(path, value, parent)

        word = f'({self._said()} | {other._said()})'
        return Selection(self._tree, (either,), (word,), self._nested or other._nested)

    def __invert__(self) -> Selection:
        """The places that do not satisfy the conditions of this selection."""
        mine = self._includes

        def differs(path: KeyPath, value: Any, parent: Any) -> bool:
            return not mine(path, value, parent)

        return Selection(self._tree, (differs,), (f'~({self._said()})',), self._nested)

    def _and(self, condition: Condition, word: str) -> Selection:
        return Selection(
            self._tree, (*self._conditions, condition), (*self._words, word), self._nested
        )

    def _includes(self, path: KeyPath, value: Any, parent: Any) -> bool:
        return all(condition(path, value, parent) for condition in self._conditions)

    def _require_same_tree(self, other: Selection) -> None:
        if not isinstance(other, Selection) or other._tree is not self._tree:
            raise ValueError('Selections can be combined if they are of one and the same tree.')

    # -- Looking.

    def places(self) -> list[Place]:
        """The places as (path, value, owner), in the order of the tree."""
        return find_places(self._tree, self._conditions, self._nested)

    def get(self) -> list[Any]:
        """The values, in the order of the tree."""
        return [place.value for place in self.places()]

    def get_one(self) -> Any:
        """The value of the only place.

        Raises:
            SelectionError: There is not exactly one.
        """
        return self.assert_count_is(1).get()[0]

    def paths(self) -> list[KeyPath]:
        """The paths from the root of the tree, in its order."""
        return [place.path for place in self.places()]

    def count(self) -> int:
        """How many places there are."""
        return len(self.places())

    def assert_count_is(self, count: int) -> Selection:
        """Returns this selection if it has `count` places.

        Raises:
            SelectionError: It has more or fewer.
        """
        paths = [path.path or '(root)' for path in self.paths()]
        if len(paths) != count:
            shown = ', '.join(paths[:10]) + (', ...' if len(paths) > 10 else '')
            raise SelectionError(
                f'{self!r} should have {count} places but has {len(paths)}'
                f'{f": {shown}" if paths else ""}.'
            )
        return self

    def __iter__(self) -> Iterator[Any]:
        return iter(self.get())

    # An empty selection is not false: it is a selection.
    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f'select(<{type(self._tree).__name__}>)' + ''.join(f'.{w}' for w in self._words)

    def _said(self) -> str:
        return '.'.join(self._words) or 'everything'

    # -- Changing. Everything happens in one step, or not at all.

    def apply(self, function: Callable[..., Any]) -> Any:
        """Replaces each value by what a function makes of it.

        Args:
            function: Of (value), (path, value) or (path, value, parent). A value that it returns
                as it is stays.

        Returns:
            The tree; what the function made of it if the root was selected.

        Raises:
            TypeError: The tree is not symbolic; a value does not fit its place.
            ValueError: As the above.
        """
        count = callback_arity(function, (1, 2, 3), 'function')

        def new_of(place: Place) -> Any:
            if count == 1:
                return function(place.value)
            path, value, owner = place
            return function(path, value) if count == 2 else function(path, value, owner)

        return self._replace(new_of, 'apply')

    def set(self, value: Any) -> Any:
        """Puts a value in each place (copies of it if there are several and it is symbolic).

        Returns:
            The tree; `value` if the root was selected.
        """
        return self._replace(lambda place: value, 'set')

    def wrap(self, function: Callable[[Any], Any]) -> Any:
        """Puts what a function makes around each value: the value itself becomes part of it.

        Unlike with `apply`, the value is taken out of the tree first, so that the new node gets
        it and not a copy: modules keep their identity.

        Returns:
            The tree; the new node if the root was selected.
        """

        def new_of(place: Place) -> Any:
            _take_out(place)
            return function(place.value)

        return self._replace(new_of, 'wrap')

    def remove(self) -> Any:
        """Removes each value: items from lists and dicts; fields go back to their default.

        Returns:
            The tree.

        Raises:
            ValueError: The root is selected, or a field has no default.
        """

        def removal(place: Place) -> Any:
            self._require_owner(place, 'removed')
            return place.path, _MISSING

        return self._change_each(removal, 'remove')

    def insert_after(self, value: Any) -> Any:
        """Puts a value behind each of those selected.

        In lists, and in what holds a sequence of modules, it becomes the next item. Elsewhere the
        selected module becomes a sequence of two: itself and `value`.

        Returns:
            The tree.

        Raises:
            ValueError: The root is selected; or a place is in no sequence, and none can be made of
                what is there.
        """
        return self._change_each(lambda place: self._insertion(place, value, 1), 'insert_after')

    def insert_before(self, value: Any) -> Any:
        """Puts a value before each of those selected; see `insert_after`."""
        return self._change_each(lambda place: self._insertion(place, value, 0), 'insert_before')

    # -- How changes are made.

    def _insertion(self, place: Place, value: Any, after: int) -> Any:
        self._require_owner(place, 'put into a sequence with another value')
        path, old, owner = place
        if isinstance(owner, list):
            return path.parent + (path.key + after), Insertion(value)
        for kind in SEQUENCE_KINDS:
            if kind.is_sequence(owner):
                kind.insert(owner, path.key, value, bool(after))
                return None
        for kind in SEQUENCE_KINDS:
            if kind.fits(old, value):
                _take_out(place)
                return path, kind.join(*((old, value) if after else (value, old)))
        raise ValueError(
            f'{path.path!r} is in no list, and {_kind(old)} and {_kind(value)} cannot be put one '
            f'after the other. Use `wrap` to put the value into a new node.'
        )

    def _replace(self, new_of: Callable[[Place], Any], action: str) -> Any:
        if not self._nested:
            require_symbolic(self._tree, 'changed')
            places = self.places()
            if not places or places[0].path:

                def make() -> Any:
                    # All new values are made before the first one is put in.
                    news = [(place, new_of(place)) for place in places]
                    rebind_all(self._tree, [p.write(n) for p, n in news if n is not p.value])
                    return self._tree

                return rewrite(f'{self!r}.{action}', make)
        # The root is selected, or places lie inside one another.
        result = [self._tree]

        def replacement(place: Place) -> Any:
            new = new_of(place)
            if new is place.value:
                return None
            if place.path:
                return place.path, new
            note_replacement(f'{self!r}.{action}', self._tree, new)
            result[0] = new
            return None

        self._change_each(replacement, action)
        return result[0]

    def _change_each(self, change: Callable[[Place], Any], action: str) -> Any:
        """Makes one commit of the changes (path, new value) of all places.

        The last place comes first: indices stay valid, and what is inside comes before what is
        around it.
        """
        require_symbolic(self._tree, 'changed')
        tree, places = self._tree, self.places()

        def write(batch: Batch) -> None:
            # Items come and go at the end, those of a list at once.
            lists: dict[int, tuple[Any, list[Write]]] = {}
            for place in reversed(places):
                made = change(place)
                if made is None:
                    continue
                (path, value), owner = made, place.owner
                if isinstance(owner, list) and isinstance(owner, Node) and not self._nested:
                    lists.setdefault(id(owner), (owner, []))[1].append(Write((path.key,), value))
                else:
                    tree._sym_write_all([Write(path._keys, value)], batch)
            for items, writes in lists.values():
                items._sym_write_all(writes, batch)

        rewrite(f'{self!r}.{action}', lambda: commit(tree, write))
        return tree

    def _require_owner(self, place: Place, what: str) -> None:
        if not place.path:
            raise ValueError(
                f'The root cannot be {what}, and {self!r} selects it. Narrow the selection, or '
                f'put the root into a list first.'
            )


def _take_out(place: Place) -> None:
    """Makes a value a root for the moment, so that a new node can take it without a copy."""
    value = place.value
    if isinstance(value, Node) and value._sym_parent is not None:
        parent, key = value._sym_parent, value._sym_key
        undo_later(lambda: relink(value, parent, key))
        detach(value)


def _kind(value: Any) -> str:
    return f'a {type(value).__name__}' if isinstance(value, Node) else repr(value)


def select(tree: Any) -> Selection:
    """Selects places of a tree.

    ::

        mt.select(model).at_instances_of(nn.ReLU).set(nn.SiLU())
        mt.select(model).under('encoder').at_key('lr').apply(lambda lr: lr / 10)
        mt.select(model).at_instances_of(nn.Conv2d).assert_count_is(3).insert_after(nn.ReLU())

    Without a condition every place is selected, the root first. Conditions narrow the selection:
    `at_instances_of`, `at_key`, `at_path`, `at_value`, `at_member`, `under`, `where`; selections of
    one tree combine by `&`, `|` and `~`. Nothing is looked at before one of these is called:

    - `get`, `get_one`, `paths`, `places`, `count`, `assert_count_is` look;
    - `apply`, `set`, `wrap`, `remove`, `insert_after`, `insert_before` change the tree in one step:
      if anything fails, it is as before. They return the tree.

    Args:
        tree: Any value; what changes it needs a symbolic one.
    """
    return Selection(tree)


__all__ = ['SEQUENCE_KINDS', 'Selection', 'SelectionError', 'SequenceKind', 'select']
