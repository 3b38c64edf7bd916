"""Equality, order and hash of symbolic values.

`eq` and `lt` compare any values by what they are made of. A class (symbolic or not) that defines
`sym_eq` or `sym_lt` decides for itself. Equal values have equal hashes.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any

from mutandis.base import LEAF_TYPES, MissingValue
from mutandis.symbolic.base import Symbolic
from mutandis.symbolic.topology import Node, bottom_up

_ABSENT = object()
_node_eq_method = Symbolic.sym_eq
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
        elif kind is right.__class__ and getattr(kind, 'sym_eq', None) is _node_eq_method:
            read = getattr(kind, '_sym_getter', None)
            if read is None or kind._sym_dynamic:
                if not _same_items(left, right, stack):
                    return False
                continue
            try:
                left_values, right_values = read(left), read(right)
            except AttributeError:  # One of them is under construction.
                if not _same_items(left, right, stack):
                    return False
                continue
            if not LEAF_TYPES.issuperset(map(type, left_values)) or left_values != right_values:
                stack.extend(zip(left_values, right_values, strict=True))
        elif isinstance(left, dict):
            if not isinstance(right, dict):
                if not _decide(left, right):
                    return False
            elif not _same_dict(left, right, stack):
                return False
        elif (
            isinstance(left, list)
            and isinstance(right, list)
            or (isinstance(left, tuple) and isinstance(right, tuple))
        ):
            if len(left) != len(right):
                return False
            stack.extend(zip(_raw_items(left), _raw_items(right), strict=True))
        elif not _decide(left, right):
            return False
    return True


def deep_equal(left: Any, right: Any) -> bool:
    """`left == right` for containers too deep for Python's own comparison."""
    stack: list[tuple[Any, Any]] = [(left, right)]
    while stack:
        left, right = stack.pop()
        if left is right:
            continue
        if isinstance(left, dict) and isinstance(right, dict):
            if not _same_dict(left, right, stack):
                return False
        elif isinstance(left, list) and isinstance(right, list):
            if len(left) != len(right):
                return False
            stack.extend(zip(_raw_items(left), _raw_items(right), strict=True))
        elif not bool(left == right):
            return False
    return True


def _raw_items(value: Any) -> Any:
    return list.__iter__(value) if isinstance(value, list) else iter(value)


def _same_items(left: Any, right: Any, stack: list[tuple[Any, Any]]) -> bool:
    """Compares two nodes; pairs of children that are no leaves go on the stack."""
    if isinstance(left, dict):
        return isinstance(right, dict) and _same_dict(left, right, stack)
    if isinstance(left, list):
        if not isinstance(right, list) or len(left) != len(right):
            return False
        stack.extend(zip(list.__iter__(left), list.__iter__(right), strict=True))
        return True
    if left.__class__ is not right.__class__:
        return False
    left_pairs, right_pairs = left._sym_pairs(), right._sym_pairs()
    if len(left_pairs) != len(right_pairs):
        return False
    for (left_key, a), (right_key, b) in zip(left_pairs, right_pairs, strict=True):
        if left_key != right_key:
            return _same_dict(dict(left_pairs), dict(right_pairs), stack)
        if a is not b:
            stack.append((a, b))
    return True


def _same_dict(left: Any, right: Any, stack: list[tuple[Any, Any]]) -> bool:
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


def plain_eq(left: Any, right: Any) -> bool:
    """`left == right` as a bool; arrays are equal if shape, dtype and content are."""
    shape = getattr(left, 'shape', _ABSENT)
    if shape is _ABSENT and not hasattr(right, 'shape'):
        return bool(left == right)
    if isinstance(left, type) or isinstance(right, type):
        return left is right
    for facet in ('shape', 'dtype'):
        if getattr(left, facet, _ABSENT) != getattr(right, facet, _ABSENT):
            return False
    result = left == right
    reduce = getattr(result, 'all', None)
    return bool(result if reduce is None else reduce())


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
    sets, dicts, then everything else by class name.

    Raises:
        TypeError: Two values of one class have no order.
    """
    left_rank, right_rank = _rank(left), _rank(right)
    if left_rank != right_rank:
        return left_rank < right_rank
    rank = left_rank[0]
    if rank < 2:
        return False
    if rank in (4, 5):
        for a, b in zip(_raw_items(left), _raw_items(right)):  # noqa: B905  (lengths differ)
            if not eq(a, b):
                return lt(a, b)
        return len(left) < len(right)
    if rank == 7:
        return _dict_lt(_pairs_of(left), _pairs_of(right))
    if rank < 8:
        return bool(left < right)
    decide = getattr(left, 'sym_lt', None)
    if decide is not None and not isinstance(left, type):
        return bool(decide(right))
    return bool(left < right)


def gt(left: Any, right: Any) -> bool:
    """Whether `left` comes after `right` in the total order of symbolic values."""
    return lt(right, left)


def node_lt(node: Any, other: Any) -> bool:
    """Order of a node against any value; nodes of one class are ordered by their fields."""
    if isinstance(node, (dict, list)) or node.__class__ is not other.__class__:
        if _rank(node) == _rank(other) and not isinstance(node, (dict, list)):
            return _dict_lt(node._sym_pairs(), _pairs_of(other))
        return lt(node, other)
    return _dict_lt(node._sym_pairs(), other._sym_pairs())


def _pairs_of(value: Any) -> list[tuple[Any, Any]]:
    if isinstance(value, Node):
        node: Any = value
        pairs: list[tuple[Any, Any]] = node._sym_pairs()
        return pairs
    return list(value.items())


def _dict_lt(left: list[tuple[Any, Any]], right: list[tuple[Any, Any]]) -> bool:
    for (left_key, a), (right_key, b) in zip(left, right):  # noqa: B905  (lengths differ)
        if left_key != right_key:
            return lt(left_key, right_key)
        if not eq(a, b):
            return lt(a, b)
    return len(left) < len(right)


def _rank(value: Any) -> tuple[int, str]:
    if value is None:
        return (1, '')
    if isinstance(value, (bool, int, float)):
        return (2, '')
    if isinstance(value, str):
        return (3, '')
    if isinstance(value, list):
        return (4, '')
    if isinstance(value, tuple):
        return (5, '')
    if isinstance(value, set):
        return (6, '')
    if isinstance(value, dict):
        return (7, '')
    if isinstance(value, MissingValue):
        return (0, '')
    return (8, value.__class__.__qualname__)


# ---------------------------------------------------------------- hash


def sym_hash(value: Any) -> int:
    """Returns the symbolic hash of any value.

    Raises:
        TypeError: The value, or a leaf below it, cannot be hashed.
    """
    cls = value.__class__
    if cls in LEAF_TYPES:
        return hash(value)
    decide = getattr(cls, 'sym_hash', None)
    if decide is not None:
        return node_hash(value) if decide is _node_hash_method else int(value.sym_hash())
    if cls is tuple:
        return hash(tuple([sym_hash(item) for item in value]))
    if isinstance(value, types.FunctionType):
        return hash(value.__code__.co_code)
    if isinstance(value, types.MethodType):
        function = value.__func__
        code = getattr(function, '__code__', None)
        return hash((sym_hash(value.__self__), function if code is None else code.co_code))
    return hash(value)


def node_hash(node: Any) -> int:
    """Returns the hash of a node: of its class and its fields, missing ones left out.

    The items of a Dict count in any order, and so do fields that are not declared by name.
    """
    try:
        return _hash_of_node(node, sym_hash)
    except RecursionError:
        return _hash_bottom_up(node)


def _hash_bottom_up(root: Any) -> int:
    known: dict[int, int] = {}

    def hash_of(value: Any) -> int:
        found = known.get(id(value))
        return sym_hash(value) if found is None else found

    for node in bottom_up(root, enter=lambda n: type(n).sym_hash is _node_hash_method):
        if type(node).sym_hash is _node_hash_method:
            known[id(node)] = _hash_of_node(node, hash_of)
        else:
            known[id(node)] = int(node.sym_hash())
    return known[id(root)]


def _hash_of_node(node: Any, hash_of: Callable[[Any], int]) -> int:
    cls = node.__class__
    if isinstance(node, list):
        return hash((list, _hashable(list(list.__iter__(node)), hash_of)))
    if isinstance(node, dict):
        return hash(
            (
                dict,
                frozenset(
                    [
                        (key, item if item.__class__ in LEAF_TYPES else hash_of(item))
                        for key, item in dict.items(node)
                        if not isinstance(item, MissingValue)
                    ]
                ),
            )
        )
    read = cls._sym_getter
    if read is not None and not cls._sym_dynamic:
        try:
            return hash((cls, _hashable(read(node), hash_of)))
        except AttributeError:  # It is under construction.
            pass
    values, undeclared = [], []
    for key, item in node._sym_pairs():
        if key in cls._sym_field_map:
            values.append(item)
        elif not isinstance(item, MissingValue):
            undeclared.append((key, hash_of(item)))
    if undeclared:
        return hash((cls, _hashable(values, hash_of), frozenset(undeclared)))
    return hash((cls, _hashable(values, hash_of)))


def _hashable(values: Any, hash_of: Callable[[Any], int]) -> tuple[Any, ...]:
    """Returns the values with everything but plain leaves replaced by its hash."""
    if LEAF_TYPES.issuperset(map(type, values)):
        return tuple(values)
    return tuple(
        [
            item if item.__class__ in LEAF_TYPES else hash_of(item)
            for item in values
            if not isinstance(item, MissingValue)
        ]
    )
