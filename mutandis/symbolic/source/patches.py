"""`diff_code`: the patch that makes one tree of another, as code."""

from __future__ import annotations

from typing import Any, NamedTuple

from mutandis.base import MISSING_VALUE, KeyPath, MissingValue
from mutandis.symbolic.comparison import eq
from mutandis.symbolic.dict_node import Dict
from mutandis.symbolic.insertion import Insertion
from mutandis.symbolic.list_node import List
from mutandis.symbolic.object import Object
from mutandis.symbolic.pure_symbolic import NonDeterministic
from mutandis.symbolic.ref import Ref
from mutandis.symbolic.source.alignment import Step, align
from mutandis.symbolic.source.layout import lay_out
from mutandis.symbolic.source.names import Names, is_name
from mutandis.symbolic.source.plain_values import KeyBefore, Literal, is_said_by_text
from mutandis.symbolic.source.walking import Walk
from mutandis.symbolic.source.writing import Code, check_name, definitions, finish, write_code

# Parameters of `rebind`, which no field can be given beside.
_OPTIONS = frozenset(
    [
        'self',
        'path_value_pairs',
        'path_value_pairs_or_rebinder',
        'raise_on_no_change',
        'notify_parents',
        'skip_notification',
    ]
)


def diff_code(
    a: Any,
    b: Any,
    *,
    name: str = 'tree',
    imports: bool = True,
    line_length: int = 88,
) -> Code:
    """Returns the patch from one tree to another as Python source.

    Executed where `a`, or a copy of it, is called `name`, it makes that equal to `b`::

        tree = a.clone(deep=True)
        scope = {'tree': tree}
        exec(mt.diff_code(a, b), scope)
        assert mt.eq(scope['tree'], b)

    It is one `rebind` of the places that differ, with insertions into lists and removals; where `a`
    is a list itself, one for each of its items that differ, and assignments of slices. Where the
    two have nothing in common, or `a` is sealed, it is an assignment of `b`. It is empty if they
    are equal.

    Args:
        a: The tree to start from.
        b: The tree to arrive at.
        name: What the tree is called in the code.
        imports: Whether the imports are written, and in front of them what else must be known.
        line_length: Most columns of a line.

    Raises:
        ValueError: A value of `b` cannot be written as code, see `to_code`; or `name` is no name.
    """
    check_name(name)
    if name is None:
        raise ValueError('`name` must be the name of the tree that the code is to change.')
    if a is b or eq(a, b):
        return Code('', {}, [])
    names = Names()
    names.reserve(name)
    walk = Walk(names, False)
    edits = _edits(name, a, b)
    if edits is None:
        return write_code(b, Names(), name, imports, line_length)
    statements = []
    for edit in edits:
        if edit.values is None:
            statements.append(edit.before)
            continue
        piece = walk.expression(edit.values)
        statements += definitions(piece, walk, line_length)
        statements.append(lay_out(edit.before, piece, line_length))
    return finish(statements, walk, imports, line_length)


class _Edit(NamedTuple):
    """A statement: a text, and an expression behind it."""

    before: str
    values: Literal | None


def _edits(name: str, a: Any, b: Any) -> list[_Edit] | None:
    """The statements that make one tree of another; None if it is to be replaced."""
    if not isinstance(a, List) or not isinstance(b, List):
        changes = _changes(a, b)
        return None if changes is None else [_rebind(name, changes)]
    # Last statements first: items are changed before others move them.
    edits: list[_Edit] = []
    stack: list[tuple[str, Any, Any]] = [(name, a, b)]
    while stack:
        whole, old, new = stack.pop()
        if old.sym_sealed:
            return None
        olds, news = list(list.__iter__(old)), list(list.__iter__(new))
        steps = align(olds, news)
        edits += _slices(whole, steps, news)
        replaced: list[tuple[tuple[Any, ...], Any]] = []
        for i, j in steps:
            if i is None or j is None or eq(olds[i], news[j]):
                continue
            if isinstance(olds[i], List) and isinstance(news[j], List):
                stack.append((f'{whole}[{i}]', olds[i], news[j]))
                continue
            changes = _changes(olds[i], news[j])
            if changes is None:
                replaced.append(((i,), news[j]))
            else:
                edits.append(_rebind(f'{whole}[{i}]', changes))
        if replaced:
            edits.append(_rebind(whole, replaced))
    return edits[::-1]


def _slices(name: str, steps: list[Step], news: list[Any]) -> list[_Edit]:
    """Insertions and removals in a list, those at its start first."""
    edits: list[_Edit] = []
    at = 0
    run: list[Step] = []
    for step in [*steps, (-1, -1)]:
        if step[0] is None or step[1] is None:
            run.append(step)
            continue
        if run:
            removed = sum(1 for i, _ in run if i is not None)
            added = [(None, '', news[j]) for _, j in run if j is not None]
            if added:
                values = Literal('[', added, ']', symbolic=True)
                edits.append(_Edit(f'{name}[{at}:{at + removed}] = ', values))
            else:
                place = f'{at}' if removed == 1 else f'{at}:{at + removed}'
                edits.append(_Edit(f'del {name}[{place}]', None))
            at += removed
            run = []
        at += 1
    return edits


def _rebind(name: str, changes: list[tuple[tuple[Any, ...], Any]]) -> _Edit:
    items: list[Any]
    if all(len(keys) == 1 and is_name(keys[0]) and keys[0] not in _OPTIONS for keys, _ in changes):
        items = [(keys, f'{keys[0]}=', value) for keys, value in changes]
        return _Edit('', Literal(f'{name}.rebind(', items, ')', True, True))
    items = [(keys, KeyBefore(_place(keys)), value) for keys, value in changes]
    inner = Literal('{', items, '}', symbolic=True)
    return _Edit('', Literal(f'{name}.rebind(', [(None, '', inner)], ')', True))


def _place(keys: tuple[Any, ...]) -> Any:
    """A key of `rebind` for a path."""
    path = KeyPath._of(keys)
    return path.path if is_said_by_text(path) else path


def _changes(a: Any, b: Any) -> list[tuple[tuple[Any, ...], Any]] | None:
    """Paths and new values, in the order of a rebind; None if the root is replaced."""
    if not _is_compared_inside(a, b):
        return None
    found: list[tuple[tuple[Any, ...], Any]] = []
    stack: list[tuple[tuple[Any, ...], Any, Any]] = [((), a, b)]
    while stack:
        keys, old, new = stack.pop()
        if old is new:
            continue
        if old is _NOTHING:
            found.append((keys, new))
            continue
        if not _is_compared_inside(old, new):
            if not eq(old, new):
                found.append((keys, new))
            continue
        if old.sym_sealed:
            return None
        inside = _of_lists(old, new) if isinstance(old, list) else _of_fields(old, new)
        if inside is None:
            if not keys:
                return None
            found.append((keys, new))
            continue
        stack += [((*keys, key), before, after) for key, before, after in reversed(inside)]
    return found


class _Nothing:
    """Stands for the old value where the new one is to be set without comparing."""


_NOTHING = _Nothing()


def _is_compared_inside(old: Any, new: Any) -> bool:
    if isinstance(old, Dict) and isinstance(new, Dict):
        return True
    if isinstance(old, List) and isinstance(new, List):
        return True
    return (
        type(old) is type(new)
        and isinstance(old, Object)
        and not isinstance(old, Ref)
        and type(old).sym_eq is Object.sym_eq
        and not isinstance(new, NonDeterministic)  # As it was made.
    )


def _of_fields(old: Any, new: Any) -> list[tuple[Any, Any, Any]] | None:
    before, after = dict(old._sym_pairs()), dict(new._sym_pairs())
    inside: list[tuple[Any, Any, Any]] = []
    for key, value in before.items():
        target = after.get(key, MISSING_VALUE)
        if isinstance(target, MissingValue):
            if isinstance(value, MissingValue):
                continue
            if key in after or key in getattr(type(old), '_sym_plans', ()):
                return None  # Partial values are made as such.
            inside.append((key, _NOTHING, MISSING_VALUE))
        else:
            inside.append((key, value, target))
    inside += [(key, _NOTHING, after[key]) for key in after if key not in before]
    return inside


def _of_lists(old: Any, new: Any) -> list[tuple[Any, Any, Any]]:
    """Changes of items, by the index that each has when its turn comes.

    `rebind` makes insertions at once and removals at the end.
    """
    olds, news = list(list.__iter__(old)), list(list.__iter__(new))
    inside: list[tuple[Any, Any, Any]] = []
    size = len(olds)
    for index, (i, j) in enumerate(align(olds, news)):
        if j is None:
            inside.append((index, _NOTHING, MISSING_VALUE))
        elif i is None:
            # At the end a plain value is appended.
            inside.append((index, _NOTHING, news[j] if index >= size else Insertion(news[j])))
            size += 1
        else:
            inside.append((index, olds[i], news[j]))
    return inside


__all__ = ['diff_code']
