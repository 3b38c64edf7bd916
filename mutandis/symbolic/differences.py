"""Differences between two values, as a tree of their own.

`diff(left, right)` compares inside of what both sides have in common and gives a `Diff`: a leaf
holds the two sides, an inner node the two types and the differences of the children by key.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mutandis.base import LEAF_TYPES, BracketType, KeyPath, MissingValue
from mutandis.base import format as format_value
from mutandis.symbolic.base import Symbolic
from mutandis.symbolic.comparison import eq
from mutandis.symbolic.dict_node import Dict
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

    MISSING = ABSENT

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
        if not eq(self.left, self.right):
            return True
        return any(bool(c) for c in self.children.values() if isinstance(c, Diff))

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
        options = dict(compact=compact, verbose=verbose, root_indent=root_indent, **kwargs)
        if not bool(self):
            return 'No diff' if self.left is ABSENT else format_value(self.left, **options)
        if self.is_leaf:
            return _format_items({'left': self.left, 'right': self.right}, 'Diff', options)
        if _is_list(self.left) and _is_list(self.right):
            options['bracket_type'] = BracketType.SQUARE
            return _format_items(self.children, '', options)
        label = self.left.__name__
        if self.left is not self.right:
            label = f'{label}|{self.right.__name__}'
        return _format_items(self.children, label, options)


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
    result = _diff(left, right, collapse, mode)
    if not flatten:
        return result
    flat: dict[str, Any] = {}
    if isinstance(result, Diff) and result.children and not _is_list(result.left):
        _flatten_into(result, (), flat, mode)
        return flat
    return result


def _flatten_into(node: Any, keys: tuple[Any, ...], out: dict[str, Any], mode: str) -> None:
    if not isinstance(node, Diff) or not node.children or _is_list(node.left):
        out[str(KeyPath._of(keys))] = node
        return
    for key, child in node.children.items():
        _flatten_into(child, keys + (key,), out, mode)
    if node.left is not node.right or mode != 'diff':
        out[str(KeyPath._of(keys + ('_type',)))] = Diff(node.left, node.right)


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


def _diff(left: Any, right: Any, collapse: Collapse, mode: str) -> Any:
    if left is right or (left.__class__ in LEAF_TYPES and left == right) or eq(left, right):
        return Diff() if mode == 'diff' else Diff(_shared(left), _shared(right))
    if not _collapses(left, right, collapse):
        return Diff(_shared(left), _shared(right))
    children: dict[str, Any] = {}
    if isinstance(left, list):
        left_type: Any = List
        right_type: Any = List
        size = max(len(left), len(right))
        for i in range(size):
            a = left[i] if i < len(left) else ABSENT
            b = right[i] if i < len(right) else ABSENT
            _add(children, str(i), a, b, collapse, mode)
    else:
        left_type, right_type = _type_of(left), _type_of(right)
        left_items, right_items = _items(left), _items(right)
        for key in [*left_items, *(k for k in right_items if k not in left_items)]:
            a = left_items.get(key, ABSENT)
            b = right_items.get(key, ABSENT)
            _add(children, str(key), a, b, collapse, mode)
    return Diff(left_type, right_type, children)


def _add(
    children: dict[str, Any], key: str, left: Any, right: Any, collapse: Collapse, mode: str
) -> None:
    if left is ABSENT or right is ABSENT:
        child: Any = Diff(_shared(left), _shared(right))
        same = False
    else:
        child = _diff(left, right, collapse, mode)
        same = not child
    inner = bool(child.children)
    if mode == 'both' or inner or same == (mode == 'same'):
        if mode == 'diff' and same:
            return
        children[key] = child


def _shared(value: Any) -> Any:
    """A difference never takes a node out of the tree that it belongs to."""
    return value.sym_clone() if isinstance(value, Symbolic) else value


def _type_of(value: Any) -> Any:
    return dict if isinstance(value, dict) and type(value) is dict else type(value)


def _items(value: Any) -> dict[Any, Any]:
    pairs = value._sym_pairs() if isinstance(value, Symbolic) else value.items()
    return {k: v for k, v in pairs if not isinstance(v, MissingValue)}


__all__ = ['Diff', 'diff']
