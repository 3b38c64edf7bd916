"""Equality, order and hash of symbolic values.

`eq` and `lt` compare any values by what they are made of. A class (symbolic or not) that defines
`sym_eq` or `sym_lt` decides for itself. Equal values have equal hashes.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from mutandis.base import LEAF_TYPES, MissingValue
from mutandis.base.plain_values import array_lt, is_array, is_real_scalar, plain_eq
from mutandis.base.plain_values import hashable as plain_hashable
from mutandis.symbolic.base import Symbolic
from mutandis.symbolic.class_walks import Comparer, Hasher, comparer_of, hasher_of
from mutandis.symbolic.topology import Node

_ABSENT = object()
_node_eq_method = Symbolic.sym_eq
_node_lt_method = Symbolic.sym_lt
_node_hash_method = Symbolic.sym_hash


def eq(left: Any, right: Any) -> bool:
    """Whether two values are symbolically equal.

    Lists, tuples and dicts are compared item by item, functions by their code, arrays by shape,
    dtype and content; an operand with a method `sym_eq` decides (the left one first); anything
    else is compared by `==`.
    """
    if left is right:
        return True
    return _all_equal([(left, right)])


def ne(left: Any, right: Any) -> bool:
    """Whether two values are not symbolically equal."""
    return not eq(left, right)


def node_eq(node: Any, other: Any) -> bool:
    """Whether `other` is of the same class as a node and has equal fields."""
    if node is other:
        return True
    stack: list[tuple[Any, Any]] = []
    return _same_items(node, other, stack) and _all_equal(stack)


def _all_equal(stack: list[tuple[Any, Any]]) -> bool:
    """Whether all pairs on a stack are equal; consumes the stack."""
    while stack:
        left, right = stack.pop()
        if left is right:
            continue
        kind = left.__class__
        if kind in LEAF_TYPES and right.__class__ in LEAF_TYPES:
            if left != right:
                return False
        elif isinstance(left, list) and isinstance(right, list):
            if not _same_list(left, right, stack):
                return False
        elif isinstance(left, dict) and isinstance(right, dict):
            if not _same_dict(left, right, stack):
                return False
        elif isinstance(left, tuple) and isinstance(right, tuple):
            if len(left) != len(right):
                return False
            stack.extend(zip(left, right, strict=True))
        elif kind is right.__class__ and _is_compared_by_fields(kind):
            if not _same_items(left, right, stack):
                return False
        elif not _decide(left, right):
            return False
    return True


def _is_compared_by_fields(cls: Any) -> bool:
    """Whether two nodes of a class are equal if their fields are."""
    return getattr(cls, 'sym_eq', None) is _node_eq_method or bool(
        getattr(cls, '_sym_eq_by_fields', False)
    )


def eq_by_fields(left: Any, right: Any) -> bool | None:
    """Whether two objects of one class are equal, as far as their own fields tell.

    Returns:
        True: they are. None: they are if their fields are, and not all of those are. False: they
        are compared in another way.
    """
    if not _is_compared_by_fields(left.__class__):
        return False
    inside: list[tuple[Any, Any]] = []
    return True if _same_items(left, right, inside) and not inside else None


def deep_equal(left: Any, right: Any) -> bool:
    """`left == right` for containers that Python's own comparison cannot cope with.

    For those that are too deep, and for those that hold arrays. As with `==`, what is no dict,
    list or tuple decides for itself; symbolic objects do it by their fields, compared by `eq`.
    """
    stack: list[tuple[Any, Any]] = [(left, right)]
    fields: list[tuple[Any, Any]] = []
    while stack:
        left, right = stack.pop()
        if left is right:
            continue
        kind = left.__class__
        if isinstance(left, dict) and isinstance(right, dict):
            if len(left) != len(right):
                return False
            others = _raw_dict(right)
            for key, a in _raw_dict(left).items():
                b = others.get(key, _ABSENT)
                if b is _ABSENT:
                    return False
                stack.append((a, b))
        elif (
            isinstance(left, list)
            and isinstance(right, list)
            or (isinstance(left, tuple) and isinstance(right, tuple))
        ):
            if len(left) != len(right):
                return False
            stack.extend(zip(_raw_items(left), _raw_items(right), strict=True))
        elif (
            kind is right.__class__
            and getattr(kind, '_sym_eq_operator', False)
            and kind.use_symbolic_comparison
        ):
            if not _same_items(left, right, fields):
                return False
        elif not plain_eq(left, right):
            return False
    return _all_equal(fields)


def _raw_items(value: Any) -> Any:
    return list.__iter__(value) if isinstance(value, list) else iter(value)


def _raw_dict(value: Any) -> dict[Any, Any]:
    """Returns the items of a dict in symbolic form."""
    if value.__class__ is dict:
        return value
    if hasattr(value.__class__, '_sym_look'):  # A view of the fields of an object.
        value._sym_look()
    return dict(dict.items(value))


def _same_items(left: Any, right: Any, stack: list[tuple[Any, Any]]) -> bool:
    """Compares two nodes; pairs of children that are no leaves go on the stack."""
    if isinstance(left, dict):
        return isinstance(right, dict) and _same_dict(left, right, stack)
    if isinstance(left, list):
        return isinstance(right, list) and _same_list(left, right, stack)
    cls = left.__class__
    if cls is not right.__class__:
        return False
    compare = comparer_of(cls)
    if compare is not None:
        try:
            return compare(left, right, stack)
        except AttributeError:  # One of them is under construction.
            pass
    left_pairs, right_pairs = left._sym_pairs(), right._sym_pairs()
    if len(left_pairs) != len(right_pairs):
        return False
    for (left_key, a), (right_key, b) in zip(left_pairs, right_pairs, strict=True):
        if left_key != right_key:
            return _same_dict(dict(left_pairs), dict(right_pairs), stack)
        if a is not b:
            stack.append((a, b))
    return True


def _same_list(left: Any, right: Any, stack: list[tuple[Any, Any]]) -> bool:
    if len(left) != len(right):
        return False
    known: Any = None
    compare: Comparer | None = None
    for a, b in zip(list.__iter__(left), list.__iter__(right)):  # noqa: B905  (checked above)
        if a is b:
            continue
        kind = a.__class__
        if kind in LEAF_TYPES and b.__class__ in LEAF_TYPES:
            if a != b:
                return False
            continue
        if kind is b.__class__:
            if kind is not known:
                known, compare = kind, comparer_of(kind)
            if compare is not None:
                try:
                    if compare(a, b, stack):
                        continue
                    return False
                except AttributeError:
                    pass
        stack.append((a, b))
    return True


def differing_items(left: Any, right: Any) -> Iterator[tuple[int, Any, Any]]:
    """Yields (index, item, item) of two lists of one length, without those seen to be equal."""
    known: Any = None
    compare: Comparer | None = None
    inside: list[tuple[Any, Any]] = []
    pairs = zip(list.__iter__(left), list.__iter__(right))  # noqa: B905  (of one length)
    for i, (a, b) in enumerate(pairs):
        if a is b:
            continue
        kind = a.__class__
        if kind in LEAF_TYPES and b.__class__ in LEAF_TYPES:
            if a == b:
                continue
        elif kind is b.__class__:
            if kind is not known:
                known, compare = kind, comparer_of(kind)
            if compare is not None:
                try:
                    if compare(a, b, inside) and not inside:
                        continue
                except AttributeError:  # One of them is under construction.
                    pass
                inside.clear()
        yield i, a, b


def _same_dict(left: Any, right: Any, stack: list[tuple[Any, Any]]) -> bool:
    for each in (left, right):
        if hasattr(each.__class__, '_sym_look'):
            each._sym_look()
    if len(left) != len(right):
        return False
    get = dict.get
    for key, a in dict.items(left):
        b = get(right, key, _ABSENT)
        if a is b:
            continue
        if b is _ABSENT:
            return False
        if a.__class__ in LEAF_TYPES and b.__class__ in LEAF_TYPES:
            if a != b:
                return False
        else:
            stack.append((a, b))
    return True


def _decide(left: Any, right: Any) -> bool:
    """Compares two values of which at least one is no plain leaf, list, tuple or dict."""
    for a, b in ((left, right), (right, left)):
        decide = getattr(a, 'sym_eq', None)
        if decide is not None and not isinstance(a, (type, dict, list)):
            return bool(decide(b))
    if isinstance(left, (types.FunctionType, types.MethodType)):
        return _same_callable(left, right)
    return plain_eq(left, right)


def _same_callable(left: Any, right: Any) -> bool:
    if left.__class__ is not right.__class__:
        return False
    if isinstance(left, types.MethodType):
        if left.__self__ is not right.__self__:
            return False
        left, right = left.__func__, right.__func__
        if left is right:
            return True
        if not (isinstance(left, types.FunctionType) and isinstance(right, types.FunctionType)):
            return bool(left == right)
    return (
        _same_code(left.__code__, right.__code__)
        and eq(left.__defaults__, right.__defaults__)
        and eq(left.__kwdefaults__, right.__kwdefaults__)
        and _same_closure(left.__closure__ or (), right.__closure__ or ())
    )


def _same_closure(left: tuple[Any, ...], right: tuple[Any, ...]) -> bool:
    if len(left) != len(right):
        return False
    for a, b in zip(left, right, strict=True):
        if a is b:
            continue
        try:
            if a.cell_contents is not b.cell_contents and a != b:
                return False
        except ValueError:  # An empty cell.
            return False
    return True


def _same_code(left: types.CodeType, right: types.CodeType) -> bool:
    """Whether two functions do the same, wherever they were written."""
    if left is right:
        return True
    if left.co_code != right.co_code or left.co_names != right.co_names:
        return False
    if len(left.co_consts) != len(right.co_consts):
        return False
    for a, b in zip(left.co_consts, right.co_consts, strict=True):
        if isinstance(a, types.CodeType) and isinstance(b, types.CodeType):
            if not _same_code(a, b):
                return False
        elif a.__class__ is not b.__class__ or a != b:
            # Before Python 3.11, the names of inner functions are constants too.
            if not (isinstance(a, str) and isinstance(b, str) and '<locals>' in a):
                return False
    return True


# ---------------------------------------------------------------- order


def lt(left: Any, right: Any) -> bool:
    """Whether `left` comes before `right` in the total order of symbolic values.

    Values of different types come in the order: missing, None, numbers, strings, lists, tuples,
    sets, dicts, then everything else by class name. Lists, tuples, dicts and objects of one class
    are ordered by the first of their items that differs, then by their size; arrays by shape,
    dtype and the first element that differs.

    Raises:
        TypeError: Two values of one class have no order.
    """
    return _lt_from(_before(left, right))


def gt(left: Any, right: Any) -> bool:
    """Whether `left` comes after `right` in the total order of symbolic values."""
    return lt(right, left)


def node_lt(node: Any, other: Any) -> bool:
    """Order of a node against any value; nodes of one class are ordered by their fields."""
    if isinstance(node, (dict, list)) or _rank(node) != _rank(other):
        return lt(node, other)
    if not isinstance(other, Node):
        return type(node).__module__ < type(other).__module__
    return _lt_from(_pairwise(node._sym_pairs(), other._sym_pairs()))


class _Pairs(NamedTuple):
    """Two containers that are compared item by item; of equal items the shorter comes first."""

    items: Iterator[tuple[Any, Any]]
    left_size: int
    right_size: int


def _lt_from(start: bool | _Pairs) -> bool:
    """Finds the first difference, and whether the left side comes first there."""
    if isinstance(start, bool):
        return start
    inside = [start]
    while inside:
        pairs = inside[-1]
        for a, b in pairs.items:
            if a is b or (_is_looked_into(a, b) is None and eq(a, b)):
                continue
            found = _before(a, b)
            if isinstance(found, bool):
                return found
            inside.append(found)
            break
        else:
            inside.pop()
            if pairs.left_size != pairs.right_size:
                return pairs.left_size < pairs.right_size
    return False


def _before(left: Any, right: Any) -> bool | _Pairs:
    """Compares two values that differ, or returns what has to be compared inside of them."""
    left_rank, right_rank = _rank(left), _rank(right)
    if left_rank != right_rank:
        return left_rank < right_rank
    rank = left_rank[0]
    if rank < _NUMBER:
        return False
    if rank < _OTHER and rank not in (_LIST, _TUPLE, _DICT):
        return bool(left < right)
    inside = _is_looked_into(left, right)
    if inside is not None:
        return inside
    if rank == _DICT:
        return _pairwise(_items_of(left), _items_of(right))
    decide = getattr(left, 'sym_lt', None)
    if decide is not None and not isinstance(left, type):
        return bool(decide(right))
    return array_lt(left, right) if is_array(left) else bool(left < right)


def _is_looked_into(left: Any, right: Any) -> _Pairs | None:
    """Returns the items of two values that are equal exactly if these are, else None."""
    if left.__class__ in LEAF_TYPES:
        return None
    if (
        isinstance(left, list)
        and isinstance(right, list)
        or (isinstance(left, tuple) and isinstance(right, tuple))
    ):
        pairs = zip(_raw_items(left), _raw_items(right))  # noqa: B905  (lengths differ)
        return _Pairs(pairs, len(left), len(right))
    if isinstance(left, dict):
        if isinstance(right, dict) and list(left) == list(right):
            return _pairwise(_items_of(left), _items_of(right))
        return None
    cls: Any = left.__class__
    if (
        cls is right.__class__
        and isinstance(left, Node)
        and cls.sym_lt is _node_lt_method
        and _is_compared_by_fields(cls)
    ):
        return _pairwise(left._sym_pairs(), right._sym_pairs())
    return None


def _pairwise(left: list[tuple[Any, Any]], right: list[tuple[Any, Any]]) -> _Pairs:
    """Compares items of two dicts or objects: key, value, next key, next value."""
    both = zip(left, right)  # noqa: B905  (lengths differ)
    return _Pairs((pair for a, b in both for pair in zip(a, b, strict=True)), len(left), len(right))


def _items_of(value: Any) -> list[tuple[Any, Any]]:
    return list(_raw_dict(value).items())


_MISSING, _NONE, _NUMBER, _STR, _LIST, _TUPLE, _SET, _DICT, _OTHER = range(9)


def _rank(value: Any) -> tuple[int, str]:
    if value is None:
        return (_NONE, '')
    if isinstance(value, (bool, int, float)):
        return (_NUMBER, '')
    if isinstance(value, str):
        return (_STR, '')
    if isinstance(value, list):
        return (_LIST, '')
    if isinstance(value, tuple):
        return (_TUPLE, '')
    if isinstance(value, set):
        return (_SET, '')
    if isinstance(value, dict):
        return (_DICT, '')
    if isinstance(value, MissingValue):
        return (_MISSING, '')
    if is_real_scalar(value):
        return (_NUMBER, '')
    return (_OTHER, value.__class__.__qualname__)


# ---------------------------------------------------------------- hash


def sym_hash(value: Any) -> int:
    """Returns the symbolic hash of any value.

    Raises:
        TypeError: The value, or a leaf below it, cannot be hashed.
    """
    if value.__class__ in LEAF_TYPES:
        return hash(value)
    try:
        known = _hashable(value)
    except RecursionError:
        return _hash_bottom_up(value)
    return known if known.__class__ is int else hash(known)


def node_hash(node: Any) -> int:
    """Returns the hash of a node: of its class and its fields.

    The items of a Dict count in any order, and so do fields that are not declared by name.
    """
    try:
        return _hash_of_node(node, _hashable)
    except RecursionError:
        return _hash_bottom_up(node)


def _hashable(value: Any) -> Any:
    """Returns what stands for a value in the hash of a node that holds it."""
    cls = value.__class__
    if cls in LEAF_TYPES:
        return value
    decide = getattr(cls, 'sym_hash', None)
    if decide is not None:
        if decide is _node_hash_method:
            return _hash_of_node(value, _hashable)
        return int(value.sym_hash())
    if isinstance(value, tuple):
        return hash(tuple([_hashable(item) for item in value]))
    if isinstance(value, types.FunctionType):
        return hash(value.__code__.co_code)
    if isinstance(value, types.MethodType):
        function = value.__func__
        code = getattr(function, '__code__', None)
        return hash((sym_hash(value.__self__), function if code is None else code.co_code))
    return plain_hashable(value)


def _hash_bottom_up(root: Any) -> int:
    """Hashes a tree that is too deep for recursion."""
    known: dict[int, Any] = {}

    def hashable(value: Any) -> Any:
        return known[id(value)] if id(value) in known else _hashable(value)

    order: list[Any] = []
    stack: list[Any] = [root]
    while stack:
        value = stack.pop()
        if isinstance(value, tuple):
            order.append(value)
            stack.extend(v for v in value if v.__class__ not in LEAF_TYPES)
        elif isinstance(value, Node):
            order.append(value)
            if type(value).sym_hash is _node_hash_method:  # type: ignore[attr-defined]
                stack.extend(v for _, v in value._sym_pairs() if v.__class__ not in LEAF_TYPES)
    for value in reversed(order):
        if isinstance(value, tuple):
            known[id(value)] = hash(tuple([hashable(item) for item in value]))
        elif type(value).sym_hash is _node_hash_method:
            known[id(value)] = _hash_of_node(value, hashable)
        else:
            known[id(value)] = int(value.sym_hash())
    return int(known[id(root)])


def _hash_of_node(node: Any, hashable: Callable[[Any], Any]) -> int:
    cls = node.__class__
    if isinstance(node, list):
        known: Any = None
        hasher: Hasher | None = None
        items: list[Any] = []
        for item in list.__iter__(node):
            kind = item.__class__
            if kind not in LEAF_TYPES:
                if kind is not known:
                    known, hasher = kind, hasher_of(kind)
                if hasher is None or hashable is not _hashable:
                    item = hashable(item)
                else:
                    try:
                        item = hasher(item, hashable)
                    except AttributeError:  # It is under construction.
                        item = hashable(item)
            items.append(item)
        return hash((list, *items))
    if isinstance(node, dict):
        return hash(
            (
                dict,
                frozenset(
                    [
                        (key, item if item.__class__ in LEAF_TYPES else hashable(item))
                        for key, item in _raw_dict(node).items()
                    ]
                ),
            )
        )
    hasher = hasher_of(cls)
    if hasher is not None:
        try:
            return hasher(node, hashable)
        except AttributeError:
            pass
    values, undeclared = [], []
    for key, item in node._sym_pairs():
        if key in cls._sym_field_map:
            values.append(hashable(item))
        else:
            undeclared.append((key, hashable(item)))
    if undeclared:
        return hash((cls, *values, frozenset(undeclared)))
    return hash((cls, *values))
