"""From a value to an expression: one walk, without recursion, that tells where it had to stop."""

from __future__ import annotations

from typing import Any

from mutandis.base import KeyPath
from mutandis.base.formatting import brief
from mutandis.symbolic.ref import Ref
from mutandis.symbolic.source.calls import Call, call_of
from mutandis.symbolic.source.layout import Group, Piece, Text, flat
from mutandis.symbolic.source.names import Names
from mutandis.symbolic.source.nodes import form_of_call, node_form
from mutandis.symbolic.source.plain_values import Form, KeyBefore, Literal, plain_form
from mutandis.symbolic.topology import Node


class CodeError(ValueError):
    """A value cannot be written as code."""


class Made:
    """What the walk knows of a group besides its text.

    Attributes:
        value: The value that it makes.
        key: The key of the value in what holds it.
        adopted: Whether a second use of it would be copied by what holds it.
    """

    __slots__ = ('value', 'key', 'adopted')

    def __init__(self, value: Any, key: Any, adopted: bool) -> None:
        self.value = value
        self.key = key
        self.adopted = adopted


class _Frame:
    """A container whose items are being written."""

    __slots__ = ('form', 'value', 'key', 'in_tree', 'items', 'next', 'parent')

    def __init__(self, form: Literal, value: Any, key: Any, in_tree: bool, parent: Any) -> None:
        self.form = form
        self.value = value
        self.key = key
        self.in_tree = in_tree
        self.items: list[tuple[str, Piece]] = []
        self.next = 0
        self.parent: _Frame | None = parent


class Walk:
    """Makes expressions of values.

    Args:
        names: The names of the code.
        defaults: Whether arguments are written that equal their defaults.

    Attributes:
        made: What is known of each group, by its id.
        targets: The groups of what references refer to, by the id of the target, and how often.
        notes: What the reader must know, and of which places.
    """

    def __init__(self, names: Names, defaults: bool) -> None:
        self.names = names
        self.defaults = defaults
        self.made: dict[int, Made] = {}
        self.targets: dict[int, list[Any]] = {}
        self.notes: dict[str, list[str]] = {}
        self._open: set[int] = set()

    def expression(self, value: Any, in_tree: bool = False, base: Any = ()) -> Piece:
        """The expression of a value.

        Args:
            value: The value.
            in_tree: Whether it is put into a tree, where plain lists and dicts become symbolic.
            base: Keys of the path to it, for messages.

        Raises:
            CodeError: Something in it cannot be written.
        """
        result: Piece | None = None
        frame: _Frame | None = None
        key: Any = None
        symbolic = in_tree
        while True:
            known = self._known_target(frame, value)
            form: Any = (
                known if known is not None else self._form(value, symbolic, frame, key, base)
            )
            if isinstance(form, Literal):
                if not isinstance(value, Literal):
                    if id(value) in self._open:
                        raise CodeError(
                            f'{_at(frame, key, base)}: the container holds itself. Code cannot '
                            f'say that; break the cycle.'
                        )
                    self._open.add(id(value))
                frame = _Frame(form, value, key, symbolic, frame)
                result = None
            else:
                result = form if isinstance(form, Piece) else Text(form)
            while frame is not None:
                if result is not None:
                    self._add(frame, result, base)
                if frame.next < len(frame.form.items):
                    key, _, value = frame.form.items[frame.next]
                    symbolic = frame.form.symbolic
                    break
                result = self._close(frame)
                frame = frame.parent
            else:
                assert result is not None
                return result

    def _known_target(self, frame: _Frame | None, value: Any) -> Piece | None:
        if frame is not None and isinstance(frame.value, Ref) and not isinstance(value, Literal):
            known = self.targets.get(id(value))
            if known is not None:
                known[1] += 1
                return known[0]  # type: ignore[no-any-return]
        return None

    def _form(self, value: Any, in_tree: bool, frame: Any, key: Any, base: Any) -> Form:
        if isinstance(value, Literal):
            return value
        try:
            form: Form | None
            call = call_of(value)
            if call is not None:
                for note in call.notes:
                    self.notes.setdefault(note, []).append(_at(frame, key, base))
                form = form_of_call(call, self.names, value)
            elif isinstance(value, Node):
                form = node_form(
                    value,
                    in_tree,
                    self.names,
                    self.defaults,
                    frame is not None and frame.form.is_function,
                )
            else:
                form = plain_form(value, self.names)
                if isinstance(form, Call):
                    form = form_of_call(form, self.names, value)
        except CodeError:
            raise
        except ValueError as e:
            raise CodeError(f'{_at(frame, key, base)}: {e}') from None
        if form is None:
            raise CodeError(
                f'{_at(frame, key, base)}: a {type(value).__name__} cannot be written as code: '
                f'{brief(value, 80)}. Tell how by `mt.register_code({type(value).__name__}, ...)`.'
            )
        return form

    def _add(self, frame: _Frame, piece: Piece, base: Any) -> None:
        key, before, _ = frame.form.items[frame.next]
        if isinstance(before, KeyBefore):
            inner = Walk(self.names, self.defaults).expression(
                before.key, base=(*base, *_keys(frame, None))
            )
            before = f'{flat(inner)}: '
        frame.items.append((before, piece))
        frame.next += 1

    def _close(self, frame: _Frame) -> Piece:
        form, value = frame.form, frame.value
        self._open.discard(id(value))
        if not frame.items:
            return Text(f'{form.opening}{form.closing}')
        group = Group(form.opening, frame.items, form.closing, form.is_call)
        if not isinstance(value, Literal):
            self.made[id(group)] = Made(value, _name_key(frame), frame.in_tree)
            holder = frame.parent
            if holder is not None and isinstance(holder.value, Ref):
                self.targets[id(value)] = [group, 1]
        return group


def _name_key(frame: _Frame) -> Any:
    """What a value is called in what holds it: its key, or that of the list that it is in."""
    key: Any = frame.key
    holder = frame.parent
    while holder is not None and not isinstance(key, str):
        if isinstance(key, tuple):
            return None  # One of many positional arguments.
        key = (holder.key,) if isinstance(holder.key, str) else holder.key
        if isinstance(key, tuple):
            return key
        holder = holder.parent
    return key


def _keys(frame: Any, key: Any) -> tuple[Any, ...]:
    keys: list[Any] = []
    while True:
        if isinstance(key, tuple):
            keys.extend(reversed(key))
        elif key is not None:
            keys.append(key)
        if frame is None:
            break
        key, frame = frame.key, frame.parent
    return tuple(reversed(keys))


def _at(frame: Any, key: Any, base: Any) -> str:
    path = KeyPath._of((*base, *_keys(frame, key))).path
    return path or '(root)'


__all__ = ['CodeError', 'Made', 'Walk']
