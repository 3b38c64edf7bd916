"""Per-class comparison, hash and reading, generated when the first object of a class needs them.

A generated function reads the fields of an object as plain attributes, settles plain values on the
spot and leaves the rest to its caller. Classes for which that is not safe (undeclared fields,
fields behind properties, an own `sym_eq` or `sym_hash`) have none and are compared field by field.
"""

from __future__ import annotations

import keyword
from collections.abc import Callable, Iterator
from typing import Any

from mutandis.base import LEAF_TYPES
from mutandis.symbolic.base import Symbolic
from mutandis.symbolic.topology import Node

# Compares the fields of two objects of one class: False when a plain one differs; pairs that it
# cannot settle go on the stack.
Comparer = Callable[[Any, Any, list[tuple[Any, Any]]], bool]
# Hashes the fields of an object; the function turns a value that is not plain into a hashable one.
Hasher = Callable[[Any, Callable[[Any], Any]], int]
# Iterates over (name, value in symbolic form) of the fields of an object.
Reader = Callable[[Any], Iterator[tuple[Any, Any]]]


def comparer_of(cls: Any) -> Comparer | None:
    """Returns the generated comparison of a class; None when its objects need more care."""
    compare: Any = getattr(cls, '_sym_comparer', False)
    if compare is None:
        compare = _make_comparer(cls) or False
        type.__setattr__(cls, '_sym_comparer', compare)
    return compare or None


def hasher_of(cls: Any) -> Hasher | None:
    """Returns the generated hash of a class; None when its objects need more care."""
    hasher: Any = getattr(cls, '_sym_hasher', False)
    if hasher is None:
        hasher = _make_hasher(cls) or False
        type.__setattr__(cls, '_sym_hasher', hasher)
    return hasher or None


def reader_of(cls: Any) -> Reader | None:
    """Returns the generated reader of a class; None when its objects need more care."""
    reader: Any = getattr(cls, '_sym_reader', False)
    if reader is None:
        reader = _make_reader(cls) or False
        type.__setattr__(cls, '_sym_reader', reader)
    return reader or None


def items_below(value: Any) -> Iterator[tuple[Any, Any]] | None:
    """Iterates over (key, child in symbolic form); None for values that no walk enters.

    Walks enter nodes, plain dicts and plain lists. What happens to `value` meanwhile does not
    disturb them.
    """
    cls: Any = value.__class__
    if cls in LEAF_TYPES:
        return None
    read: Any = getattr(cls, '_sym_reader', False)
    if read is None:
        read = reader_of(cls)
    if read:
        try:
            pairs: Iterator[tuple[Any, Any]] = read(value)
            return pairs
        except AttributeError:  # It is under construction.
            pass
    if isinstance(value, Node):
        below: list[tuple[Any, Any]] = value._sym_pairs()
        return iter(below)
    if isinstance(value, dict):
        return iter(list(value.items()))
    if isinstance(value, list):
        return enumerate(list.copy(value))
    return None


def _is_simple(cls: Any) -> bool:
    return (
        bool(cls._sym_ready)
        and cls._sym_getter is not None
        and not cls._sym_dynamic
        and not any(keyword.iskeyword(name) for name in cls._sym_names)
    )


def _make_comparer(cls: Any) -> Comparer | None:
    standard = cls.sym_eq is Symbolic.sym_eq or cls._sym_eq_by_fields
    if not standard or not _is_simple(cls):
        return None
    lines = ['def compare(left, right, stack):']
    for name in cls._sym_names:
        lines += [
            f'    a = left.{name}',
            f'    b = right.{name}',
            '    if a is not b:',
            '        if a.__class__ in _LEAF and b.__class__ in _LEAF:',
            '            if a != b: return False',
            '        else: stack.append((a, b))',
        ]
    lines.append('    return True')
    compare: Comparer = _build(cls, lines, 'compare')
    return compare


def _make_hasher(cls: Any) -> Hasher | None:
    if cls.sym_hash is not Symbolic.sym_hash or not _is_simple(cls):
        return None
    names = cls._sym_names
    variables = [f'v{i}' for i in range(len(names))]
    lines = ['def hash_fields(self, hashable):']
    for name, variable in zip(names, variables, strict=True):
        lines += [
            f'    {variable} = self.{name}',
            f'    if {variable}.__class__ not in _LEAF: {variable} = hashable({variable})',
        ]
    lines.append(f'    return hash((_cls, {", ".join(variables)}))')
    hash_fields: Hasher = _build(cls, lines, 'hash_fields')
    return hash_fields


def _make_reader(cls: Any) -> Reader | None:
    if not _is_simple(cls):
        return None
    values = ''.join(f'self.{name}, ' for name in cls._sym_names)
    lines = ['def read_fields(self):', f'    return zip(_names, ({values}))']
    read_fields: Reader = _build(cls, lines, 'read_fields')
    return read_fields


def _build(cls: Any, lines: list[str], name: str) -> Any:
    env: dict[str, Any] = {'_cls': cls, '_LEAF': LEAF_TYPES, '_names': cls._sym_names}
    source = '\n'.join(lines)
    exec(compile(source, f'<mutandis {name} of {cls.__type_name__}>', 'exec'), env)
    return env[name]


__all__ = ['comparer_of', 'hasher_of', 'items_below', 'reader_of']
