"""Differences between two values, as a tree of their own.

`diff(left, right)` compares inside of what both sides have in common and gives a `Diff`: a leaf
holds the two sides, an inner node the two types and the differences of the children by key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import zip_longest
from typing import Any, NamedTuple

from mutandis.base import LEAF_TYPES, BracketType, KeyPath, MissingValue, RawText
from mutandis.base import format as format_value
from mutandis.symbolic.base import Symbolic
from mutandis.symbolic.class_compiler import trusted_maker
from mutandis.symbolic.comparison import differing_items, eq, eq_by_fields
from mutandis.symbolic.dict_node import Dict
from mutandis.symbolic.inferring import plain_class
from mutandis.symbolic.list_node import List
from mutandis.symbolic.object import Object
from mutandis.symbolic.pure_symbolic import PureSymbolic

Collapse = bool | str | Callable[[Any, Any], bool]


class _Absent:
    """Stands for a side that has nothing at a key."""

    def __new__(cls) -> _Absent:
        return ABSENT if 'ABSENT' in globals() else super().__new__(cls)

    def __repr__(self) -> str:
        return 'MISSING'

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, _Absent)

    def __hash__(self) -> int:
        return hash(_Absent)

    def __copy__(self) -> _Absent:
        return self

    def __deepcopy__(self, memo: Any) -> _Absent:
        return self

    def __reduce__(self) -> Any:
        return (_Absent, ())


ABSENT = _Absent()


class Diff(Object, PureSymbolic):
    """The difference of two values.

    Attributes:
        left: The left side; its type when `children` tell the difference; `Diff.MISSING` if absent.
        right: The right side, likewise.
        children: Differences by key, of two values that were compared inside.

    Raises:
        ValueError: There are children but a side is not a type.
    """

    __serialization_key__ = 'pyglove.core.symbolic.diff.Diff'

    MISSING = ABSENT
    _sym_eq_by_fields = True  # Two Diffs are; `sym_eq` below is about one and another value.

    left: Any = ABSENT
    right: Any = ABSENT
    children: dict[str, Diff] = {}

    def _on_bound(self) -> None:
        super()._on_bound()
        if self.children and not (isinstance(self.left, type) and isinstance(self.right, type)):
            raise ValueError(
                '`left` and `right` of a Diff with children must be the types of the two sides. '
                f'Encountered: {self.left!r} and {self.right!r}.'
            )

    @property
    def is_leaf(self) -> bool:
        """Whether the two sides were not compared inside."""
        return not self.children

    def __bool__(self) -> bool:
        stack: list[Diff] = [self]
        while stack:
            each = stack.pop()
            if not eq(each.left, each.right):
                return True
            stack.extend(each._sym_inner())
        return False

    @property
    def value(self) -> Any:
        """The value that both sides have.

        Raises:
            ValueError: The sides differ.
        """
        if bool(self):
            raise ValueError(f'The two sides differ: {self!r}.')
        return self.left

    def sym_eq(self, other: Any) -> bool:
        if super().sym_eq(other):
            return True
        return not isinstance(other, Diff) and not bool(self) and eq(self.left, other)

    def __hash__(self) -> int:
        return self.sym_hash()

    def format(
        self,
        compact: bool = False,
        verbose: bool = True,
        root_indent: int = 0,
        **kwargs: Any,
    ) -> str:
        options = dict(compact=compact, verbose=verbose, **kwargs)
        below = {k: v for k, v in options.items() if k not in _ONLY_AT_THE_TOP}
        order: list[tuple[Diff, int]] = []
        stack: list[tuple[Diff, int]] = [(self, root_indent)]
        while stack:
            each, indent = stack.pop()
            order.append((each, indent))
            stack.extend((c, indent + 1) for c in each._sym_inner())
        # From the lowest up, since a tree of Diffs may be too deep for recursion.
        differing: set[int] = set()
        texts: dict[int, str] = {}
        for each, indent in reversed(order):
            inner = each._sym_inner()
            if not eq(each.left, each.right) or any(id(c) in differing for c in inner):
                differing.add(id(each))
            texts[id(each)] = each._sym_text(
                id(each) in differing,
                {k: RawText(texts[id(c)]) for k, c in dict.items(each.children) if id(c) in texts},
                {**(options if each is self else below), 'root_indent': indent},
            )
        return texts[id(self)]

    def _sym_inner(self) -> list[Diff]:
        return [c for c in dict.values(self.children) if isinstance(c, Diff)]

    def _sym_text(self, differs: bool, texts: dict[str, Any], options: dict[str, Any]) -> str:
        """Returns the text of this Diff, given those of its children."""
        if not differs:
            return 'No diff' if self.left is ABSENT else format_value(self.left, **options)
        if self.is_leaf:
            return _format_items({'left': self.left, 'right': self.right}, 'Diff', options)
        shown = {k: texts.get(k, c) for k, c in dict.items(self.children)}
        if _is_list(self.left) and _is_list(self.right):
            options['bracket_type'] = BracketType.SQUARE
            return _format_items(shown, '', options)
        label = self.left.__name__
        if self.left is not self.right:
            label = f'{label}|{self.right.__name__}'
        return _format_items(shown, label, options)


_ONLY_AT_THE_TOP = frozenset({'include_keys', 'exclude_keys', 'markdown'})


def _format_items(items: Any, label: str, options: dict[str, Any]) -> str:
    """Formats items like the fields of an object."""
    shown = Dict._sym_make(dict(items), leaves_only=True)  # Only to be printed: nothing is adopted.
    options.setdefault('bracket_type', BracketType.ROUND)
    text: str = shown.format(cls_name=label, key_as_attribute=True, **options)
    return text


def _is_list(cls: Any) -> bool:
    return isinstance(cls, type) and issubclass(cls, list)


def diff(
    left: Any,
    right: Any,
    flatten: bool = False,
    collapse: Collapse = 'same_type',
    mode: str = 'diff',
) -> Any:
    """Compares two values.

    Args:
        left: Any value.
        right: Any value.
        flatten: Whether to return {path: Diff} instead of a nested `Diff`. Lists are not flattened.
        collapse: Which pairs of symbolic values are compared inside: `'same_type'`, all (True),
            none (False), or those for which a function of both returns True. Dicts with dicts and
            lists with lists always are.
        mode: `'diff'` keeps what differs, `'same'` what is equal, `'both'` everything.

    Raises:
        ValueError: `collapse` or `mode` is none of these.
    """
    if mode not in ('diff', 'same', 'both'):
        raise ValueError(f"`mode` must be 'diff', 'same' or 'both'. Encountered: {mode!r}.")
    found = _compare(left, right, collapse, mode)
    if flatten and found.children is not None and found.left is not List:
        return _flattened(found, mode)
    if not found.differs and mode == 'diff':
        return Diff()
    return _build(found)


class _Found(NamedTuple):
    """What the comparison of two values gave; Diffs are made of what is wanted in the end."""

    left: Any
    right: Any
    differs: bool
    children: list[tuple[Any, _Found]] | None = None  # Of two that were compared inside.


class _Inside(NamedTuple):
    """Two values that are being compared inside."""

    key: Any
    left: Any
    right: Any
    pairs: Iterator[tuple[Any, Any, Any]]  # (key, left, right) of the children.
    children: list[tuple[Any, _Found]]
    differences: list[Any]  # Keys of the children that differ.
    differs: bool  # Whether the two differ even if their children do not.


def _compare(left: Any, right: Any, collapse: Collapse, mode: str) -> _Found:
    """Walks two values side by side, once."""
    first = _step('', left, right, collapse, mode)
    if isinstance(first, _Found):
        return first
    inside = [first]
    while True:
        now = inside[-1]
        for key, a, b in now.pairs:
            if a is b or (a.__class__ in LEAF_TYPES and b.__class__ in LEAF_TYPES and a == b):
                if mode != 'diff':
                    now.children.append((key, _Found(a, b, False)))
                continue
            step = _step(key, a, b, collapse, mode)
            if isinstance(step, _Inside):
                inside.append(step)
                break
            _add(now, key, step, mode)
        else:
            inside.pop()
            if not now.differs and not now.differences:
                found = _Found(now.left, now.right, False)
            else:
                left, right = _type_of(now.left), _type_of(now.right)
                found = _Found(left, right, True, now.children)
            if not inside:
                return found
            _add(inside[-1], now.key, found, mode)


def _add(parent: _Inside, key: Any, found: _Found, mode: str) -> None:
    if found.differs:
        parent.differences.append(key)
    if mode == 'both' or found.differs == (mode == 'diff'):
        parent.children.append((key, found))


def _step(key: Any, left: Any, right: Any, collapse: Collapse, mode: str) -> _Found | _Inside:
    """Compares two values, or starts to compare them inside."""
    if left is right:
        return _Found(left, right, False)
    if left is ABSENT or right is ABSENT:
        return _Found(left, right, True)
    if isinstance(left, list) and isinstance(right, list):
        pairs = differing_items(left, right) if mode == 'diff' else _list_pairs(left, right)
        if len(left) != len(right):
            pairs = _list_pairs(left, right)
        return _Inside(key, left, right, pairs, [], [], False)
    by_fields = False
    if isinstance(left, dict) and isinstance(right, dict):
        by_fields = True
    elif (
        left.__class__ is right.__class__
        and isinstance(left, Symbolic)
        and collapse in ('same_type', True)
    ):
        settled = eq_by_fields(left, right)
        if settled is True:
            return _Found(left, right, False)
        by_fields = settled is None
    if not by_fields and eq(left, right):
        return _Found(left, right, False)
    if _collapses(left, right, collapse):
        return _Inside(key, left, right, _dict_pairs(left, right), [], [], not by_fields)
    return _Found(left, right, not (by_fields and eq(left, right)))


def _list_pairs(left: Any, right: Any) -> Iterator[tuple[Any, Any, Any]]:
    both = zip_longest(list.__iter__(left), list.__iter__(right), fillvalue=ABSENT)
    return ((i, a, b) for i, (a, b) in enumerate(both))


def _dict_pairs(left: Any, right: Any) -> Iterator[tuple[Any, Any, Any]]:
    left_items, right_items = _items(left), _items(right)
    for key, a in left_items.items():
        yield key, a, right_items.get(key, ABSENT)
    for key, b in right_items.items():
        if key not in left_items:
            yield key, ABSENT, b


def _build(found: _Found) -> Diff:
    """Makes the Diff of a comparison, children first."""
    made: dict[int, Diff] = {}
    order: list[_Found] = []
    stack = [found]
    while stack:
        each = stack.pop()
        order.append(each)
        if each.children is not None:
            stack.extend(child for _, child in each.children)
    for each in reversed(order):
        if each.children is None:
            made[id(each)] = _make(_shared(each.left), _shared(each.right), {})
        else:
            children: dict[str, Diff] = {}
            for key, child in each.children:
                # Of a dict with the keys 1 and '1', the former is written as in a path.
                name = str(key)
                taken = name in children or (not isinstance(key, str) and each.left is not List)
                children[f'[{key}]' if taken and _has(each, name) else name] = made[id(child)]
            made[id(each)] = _make(each.left, each.right, children)
    return made[id(found)]


def _make(left: Any, right: Any, children: dict[str, Diff]) -> Diff:
    """Makes a Diff; types and leaves need no validation."""
    make = trusted_maker(Diff)
    plain = children or (left.__class__ in LEAF_TYPES and right.__class__ in LEAF_TYPES)
    if make is None or not plain:
        return Diff(left, right, children)
    items = Dict._sym_make(children, Diff.__schema__['children'].value)
    found: Diff = make({'left': left, 'right': right, 'children': items})
    return found


def _has(found: _Found, name: str) -> bool:
    return any(key == name for key, _ in found.children or ())


def _flattened(found: _Found, mode: str) -> dict[str, Any]:
    """Makes {path: Diff} of a comparison; Lists stay whole."""
    flat: dict[str, Any] = {}
    stack: list[tuple[tuple[Any, ...], _Found | None, Any]] = [((), found, None)]
    while stack:
        keys, each, types = stack.pop()
        if each is None:
            flat[KeyPath._of((*keys, '_type')).path_str(False)] = Diff(*types)
        elif each.children is None or each.left is List:
            flat[KeyPath._of(keys).path_str(False)] = _build(each)
        else:
            if each.left is not each.right or mode != 'diff':
                stack.append((keys, None, (each.left, each.right)))
            stack.extend(((*keys, key), child, None) for key, child in reversed(each.children))
    return flat


def _collapses(left: Any, right: Any, collapse: Collapse) -> bool:
    if isinstance(left, dict) and isinstance(right, dict):
        return True
    if isinstance(left, list) and isinstance(right, list):
        return True
    comparable = (Symbolic, dict)
    if not (isinstance(left, comparable) and isinstance(right, comparable)):
        return False
    if isinstance(left, list) or isinstance(right, list):
        return False
    if collapse == 'same_type':
        return type(left) is type(right)
    if isinstance(collapse, bool):
        return collapse
    if callable(collapse):
        return bool(collapse(left, right))
    raise ValueError(
        f"`collapse` must be 'same_type', a bool or a function of two values. "
        f'Encountered: {collapse!r}.'
    )


def _shared(value: Any) -> Any:
    """A difference never takes a node out of the tree that it belongs to."""
    return value.sym_clone() if isinstance(value, Symbolic) else value


def _type_of(value: Any) -> Any:
    return List if isinstance(value, list) else plain_class(value)


def _items(value: Any) -> dict[Any, Any]:
    pairs = value._sym_pairs() if isinstance(value, Symbolic) else value.items()
    return {k: ABSENT if isinstance(v, MissingValue) else v for k, v in pairs}


__all__ = ['Diff', 'diff']
