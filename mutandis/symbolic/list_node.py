"""`List`: a list that is a node of the program.

It is a `list`, and its items are stored there in symbolic form. All changes go through one
primitive, `_sym_splice`, which validates, links, renumbers and records.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Iterable, Iterator
from numbers import Integral
from typing import Any, SupportsIndex

from mutandis import typing as T
from mutandis.base import LEAF_TYPES, KeyPath, MissingValue
from mutandis.symbolic.cloning import clone_value
from mutandis.symbolic.container import Container, OnChange, accept_elements, positions_of
from mutandis.symbolic.flags import SCOPES
from mutandis.symbolic.inferring import make_inferring, plain_class
from mutandis.symbolic.insertion import Insertion, mark_as_insertion
from mutandis.symbolic.pickling import reduced
from mutandis.symbolic.plans import (
    PathLike,
    Plan,
    list_spec_of,
    plan_for,
    resolve_path,
)
from mutandis.symbolic.pure_symbolic import PureSymbolic
from mutandis.symbolic.rebind import Batch, Write, commit, is_unheard, locate, write_leaf_in
from mutandis.symbolic.topology import (
    ALLOW_PARTIAL,
    HOOKS,
    MAYBE_PARTIAL,
    SEALED,
    STICKY,
    WRITABLE,
    Node,
    adopt,
    attach,
    child_path,
    detach,
    mark_up,
    path_below,
    path_of,
    rekey,
    relink,
    set_attribute,
    sticky_bits,
    symbolize_value,
    unlink,
)

_MISSING = MissingValue()
_RAISE = object()
_append = list.append


class List(list[Any], Container):
    """A symbolic list.

    Args:
        items: An iterable of items; `MISSING_VALUE` items are dropped.
        value_spec: `typing.List` with which items are validated; None for any.
        onchange_callback: Called with {relative path: FieldUpdate} after changes here or below.
        allow_partial: Whether values may be missing below.
        accessor_writable: Whether `l[i] = v` is allowed.
        sealed: Whether the new node is sealed.
        root_path: Path of the node as a root.

    Raises:
        TypeError: `value_spec` is no `typing.List`, or an item is of the wrong type.
        ValueError: The number of items is outside of the bounds of the spec.
    """

    __slots__ = ('_sym_parent', '_sym_key', '__dict__', '__weakref__')

    _sym_spec_class = T.List

    def __init__(
        self,
        items: Iterable[Any] | None = None,
        *,
        value_spec: Any = None,
        onchange_callback: OnChange | None = None,
        allow_partial: bool = False,
        accessor_writable: bool = True,
        sealed: bool = False,
        root_path: KeyPath | None = None,
    ) -> None:
        list.__init__(self)
        set_attribute(self, '_sym_parent', None)
        if allow_partial or not accessor_writable:
            self._sym_set_flag(ALLOW_PARTIAL, allow_partial)
            self._sym_set_flag(WRITABLE, accessor_writable)
        if root_path is not None:
            set_attribute(self, '_sym_root_path', KeyPath.from_value(root_path))
        values: list[Any] = [] if items is None else _raw_items(items)
        if value_spec is None:
            if not LEAF_TYPES.issuperset(map(type, values)):
                values = [
                    symbolize_value(v, child_path(root_path, i))
                    for i, v in enumerate(_to_store(values))
                ]
            self._sym_fill(values)
        else:
            if not isinstance(value_spec, T.List):
                raise TypeError(
                    f'`value_spec` of a List must be a `typing.List`. Encountered: {value_spec!r}.'
                )
            plan = plan_for(value_spec)
            values = accept_elements(values, plan, self._sym_accepts_partial(), root_path)
            set_attribute(self, '_sym_plan', plan)
            self._sym_fill(values)
        self._sym_listen(onchange_callback)
        if sealed:
            self.seal()
        if SCOPES.active:
            self._sym_constructed()

    @classmethod
    def partial(cls, items: Iterable[Any] | None = None, **kwargs: Any) -> List:
        """Creates a List in which values may be missing."""
        return cls(items, allow_partial=True, **kwargs)

    @classmethod
    def _sym_make(cls, items: list[Any], value_spec: Any = None, leaves_only: bool = False) -> Any:
        """Builds a List of items that are known to be valid and parentless."""
        self = list.__new__(cls)
        set_attribute(self, '_sym_parent', None)
        if value_spec is not None:
            set_attribute(self, '_sym_plan', plan_for(value_spec))
        if leaves_only:
            list.extend(self, items)
        else:
            self._sym_fill(items)
        return self

    @classmethod
    def _sym_make_typed(cls, items: list[Any], plan: Plan, partial: bool, path: PathLike) -> Any:
        """Builds a List from a plain list by the plan of its field."""
        accepted = accept_elements(items, plan, partial, path)
        self = list.__new__(cls)
        set_attribute(self, '_sym_parent', None)
        set_attribute(self, '_sym_plan', plan)
        if partial:
            set_attribute(self, '_sym_flags', self._sym_flags | ALLOW_PARTIAL)
        if HOOKS.path_listeners:
            set_attribute(self, '_sym_root_path', resolve_path(path))
        if accepted is items:  # Plain values, all of a type that the spec takes as it is.
            list.extend(self, items)
        else:
            self._sym_fill(accepted)
        return self

    def _sym_fill(self, items: list[Any]) -> None:
        """Makes validated values the items of this empty node."""
        list.extend(self, items)
        if LEAF_TYPES.issuperset(map(type, items)):
            return
        bits = 0
        quick = not HOOKS.path_listeners
        easy: Any = None  # A class of nodes that want nothing but to know their place.
        for i, value in enumerate(items):
            cls = value.__class__
            if cls is easy and value._sym_parent is None:
                set_attribute(value, '_sym_parent', self)
                set_attribute(value, '_sym_key', i)
                bits |= value._sym_flags & STICKY
                continue
            if cls in LEAF_TYPES:
                continue
            if not isinstance(value, Node):
                bits |= sticky_bits(value)
                if getattr(value.__class__, '_sym_inferential', False):
                    make_inferring(self)
                continue
            if value._sym_parent is not None:
                value = value._sym_second()
                list.__setitem__(self, i, value)
            if quick and not value._sym_parent_hook and value._sym_check_attach is None:
                set_attribute(value, '_sym_parent', self)
                set_attribute(value, '_sym_key', i)
                if not value._sym_inferential and not isinstance(value, PureSymbolic):
                    easy = cls
            else:
                attach(value, self, i)
            if value._sym_inferential:
                make_inferring(self)
            bits |= sticky_bits(value)
        if bits:
            mark_up(self, bits)

    # ---------------------------------------------------------------- node protocol

    def _sym_pairs(self) -> list[tuple[Any, Any]]:
        return list(enumerate(list.__iter__(self)))

    def _sym_raw(self, key: Any, default: Any = _RAISE) -> Any:
        if isinstance(key, int) and -len(self) <= key < len(self):
            return list.__getitem__(self, key)
        if default is _RAISE:
            raise AttributeError(key)
        return default

    def sym_keys(self) -> Iterator[int]:
        """Iterates over the indices."""
        return iter(range(len(self)))

    def sym_hasattr(self, key: Any) -> bool:
        """Whether there is an item at this index."""
        return isinstance(key, int) and -len(self) <= key < len(self)

    def sym_attr_field(self, key: Any) -> Any:
        """Returns the element `typing.Field`; None when untyped."""
        return None if self._sym_plan is None else self._sym_plan.spec.element

    def _sym_clone(self, deep: bool, memo: Any = None) -> Any:
        return self._sym_remake(
            [
                v
                if v.__class__ in LEAF_TYPES
                else v._sym_clone(deep, memo)
                if isinstance(v, Node)
                else clone_value(v, deep, memo)
                for v in list.__iter__(self)
            ]
        )

    def _sym_remake(self, values: Any) -> Any:
        new = list.__new__(plain_class(self))
        set_attribute(new, '_sym_parent', None)
        self._sym_copy_state_to(new)
        new._sym_fill(values)
        return new

    def _sym_spec_in(self, value_spec: Any) -> Any:
        return list_spec_of(value_spec)

    def _sym_has_to_fit(self, spec: Any, partial: bool, path: PathLike) -> bool:
        if self._sym_plan is None:
            return True
        self._sym_check_spec(spec, path)
        flags = self._sym_flags
        return bool(flags & ALLOW_PARTIAL) != bool(partial) or (
            bool(flags & MAYBE_PARTIAL) and not partial
        )

    def _sym_fit(self, plan: Plan, partial: bool, path: PathLike) -> None:
        before = list(list.__iter__(self))
        accepted = accept_elements(before, plan, partial, path, self)

        def undo() -> None:
            for value in list.__iter__(self):
                unlink(value, self)
            list.__setitem__(self, slice(None), before)
            for i, value in enumerate(before):
                relink(value, self, i)

        self._sym_bind(plan, partial, undo)
        list.__setitem__(self, slice(None), accepted)
        for i, (old, value) in enumerate(zip(before, accepted, strict=False)):
            if value is not old:
                detach(old)
                self._sym_store(i, adopt(value, self, i))

    @property
    def max_size(self) -> int | None:
        """The greatest number of items, None when unbounded."""
        return None if self._sym_plan is None else self._sym_plan.spec.max_size

    # ---------------------------------------------------------------- the mutation primitives

    def _sym_store(self, index: int, value: Any) -> None:
        list.__setitem__(self, index, value)
        if getattr(value.__class__, '_sym_inferential', False):
            make_inferring(self)

    def _sym_convert(self, value: Any, index: int) -> Any:
        plan = self._sym_plan
        if plan is None:
            return symbolize_value(value, lambda: path_below(self, index))
        assert plan.element is not None
        return plan.element.accept(
            value, self._sym_accepts_partial(), lambda: path_below(self, index)
        )

    def _sym_check_size(self, size: int) -> None:
        if self._sym_plan is None:
            return
        spec = self._sym_plan.spec
        if spec.max_size is not None and size > spec.max_size and size > len(self):
            raise ValueError(
                f'The List at {str(path_of(self))!r} takes at most {spec.max_size} items '
                f'({size} would result).'
            )
        if size < spec.min_size and size < len(self):
            raise ValueError(
                f'The List at {str(path_of(self))!r} needs at least {spec.min_size} items '
                f'({size} would remain).'
            )

    def _sym_allows_size(self, size: int) -> bool:
        plan = self._sym_plan
        return plan is None or (
            plan.min_size <= size and (plan.max_size is None or size <= plan.max_size)
        )

    def _sym_changes_at_once(self, touched: list[Any], new: Collection[Any], growth: int) -> bool:
        """Whether plain values can be stored where only plain values are moved or replaced."""
        plan = self._sym_plan
        element = plan and plan.element
        return (
            (LEAF_TYPES if element is None else element.exact).issuperset(map(type, new))
            and LEAF_TYPES.issuperset(map(type, touched))
            and (plan is None or self._sym_allows_size(len(self) + growth))
            and is_unheard(self)
        )

    def _sym_splice(self, start: int, stop: int, values: list[Any], batch: Batch) -> None:
        """Replaces items [start, stop) by `values`: the one general mutation."""
        values = _to_store(values)
        self._sym_check_size(len(self) - (stop - start) + len(values))
        removed = list.__getitem__(self, slice(start, stop))
        leaving = {id(v) for v in removed if isinstance(v, Node)}
        staying: set[int] = set()  # New positions of nodes that come back, here or elsewhere.
        converted: list[Any] = []
        for i, value in enumerate(values, start):
            if id(value) in leaving and getattr(value, '_sym_parent', None) is self:
                leaving.discard(id(value))
                staying.add(i)
                converted.append(value)
            else:
                converted.append(self._sym_convert(value, i))

        def undo() -> None:
            written = slice(start, start + len(converted))
            for value in list.__getitem__(self, written):
                unlink(value, self)
            list.__setitem__(self, written, removed)
            moved = len(converted) != len(removed)
            for i in range(start, len(self) if moved else start + len(removed)):
                relink(list.__getitem__(self, i), self, i)

        batch.undo.append(undo)
        for value in removed:
            if id(value) in leaving:
                detach(value)
        list.__setitem__(self, slice(start, stop), converted)
        for i, value in enumerate(converted, start):
            if value.__class__ in LEAF_TYPES:
                continue
            if i in staying:
                rekey(value, i)
            else:
                self._sym_store(i, adopt(value, self, i))
        if len(converted) != len(removed):
            for i in range(start + len(converted), len(self)):
                rekey(list.__getitem__(self, i), i)
        for i in range(max(len(converted), len(removed))):
            old = removed[i] if i < len(removed) else _MISSING
            new = list.__getitem__(self, start + i) if i < len(converted) else _MISSING
            if old is not new:
                batch.changes.append((self, start + i, old, new))

    def _sym_commit_splice(
        self, start: int, stop: int, values: list[Any], skip_notification: bool | None = None
    ) -> None:
        commit(
            self,
            lambda batch: self._sym_splice(start, stop, values, batch),
            skip_notification=skip_notification,
        )

    def _sym_commit_write(self, index: int, value: Any) -> None:
        commit(self, lambda batch: self._sym_write(index, value, batch))

    def _sym_write(self, key: Any, value: Any, batch: Batch) -> None:
        """Replaces, inserts (`Insertion`), deletes (`MISSING_VALUE`) or appends one item."""
        size = len(self)
        index = self._sym_index_to_write(key)
        if isinstance(value, Insertion):
            index = min(index, size)
            self._sym_splice(index, index, [value.value], batch)
        elif index >= size:
            if not isinstance(value, MissingValue):
                self._sym_splice(size, size, [value], batch)
        elif isinstance(value, MissingValue):
            self._sym_splice(index, index + 1, [], batch)
        else:
            self._sym_set(index, value, batch)

    def _sym_index_to_write(self, key: Any) -> int:
        if not isinstance(key, Integral) or isinstance(key, bool):
            raise KeyError(
                f'Items of the List at {str(path_of(self))!r} are reached by an int. '
                f'Encountered: {key!r}.'
            )
        index = int(key)
        if index < 0:
            index += len(self)
        if index < 0:
            raise IndexError(
                f'Index {key} is out of range at {str(path_of(self))!r} ({len(self)} items).'
            )
        return index

    def _sym_drop(self, key: Any, batch: Batch) -> None:
        """Takes an item out, leaving its place open until `_sym_sweep`."""
        index = self._sym_index_to_write(key)
        if index < len(self):
            old = list.__getitem__(self, index)

            def undo() -> None:
                list.__setitem__(self, index, old)
                relink(old, self, index)

            batch.undo.append(undo)
            detach(old)
            list.__setitem__(self, index, _MISSING)
            batch.changes.append((self, index, old, _MISSING))

    def _sym_sweep(
        self,
        batch: Batch,
        inserts: dict[int, Any] | None = None,
        appended: Iterable[Any] = (),
    ) -> None:
        """Closes the places that `_sym_drop` left open, and brings new items in, in one pass.

        Args:
            batch: What is written.
            inserts: Index -> value that comes before the item there.
            appended: Values that come behind all items.
        """
        before = list(list.__iter__(self))
        items: list[Any] = []
        fresh: list[tuple[int, int]] = []  # (index of a new item, index that was asked for)
        for i, value in enumerate(before):
            if inserts and i in inserts:
                fresh.append((len(items), i))
                items.append(self._sym_convert(inserts[i], i))
            if value is not _MISSING:
                items.append(value)
        for value in appended:
            fresh.append((len(items), len(items)))
            items.append(self._sym_convert(value, len(items)))
        self._sym_check_size(len(items))

        def undo() -> None:
            for index, _ in fresh:
                unlink(list.__getitem__(self, index), self)
            list.__setitem__(self, slice(None), before)
            for i, value in enumerate(before):
                relink(value, self, i)

        batch.undo.append(undo)
        list.__setitem__(self, slice(None), items)
        for index, asked in fresh:
            value = adopt(items[index], self, index)
            self._sym_store(index, value)
            batch.changes.append((self, asked, _MISSING, value))
        for i, value in enumerate(list.__iter__(self)):
            rekey(value, i)

    def _sym_set(self, index: int, value: Any, batch: Batch) -> None:
        old = list.__getitem__(self, index)
        if old is value:
            return
        new = self._sym_convert(value, index)
        if new is old:
            return

        def undo() -> None:
            unlink(new, self)
            list.__setitem__(self, index, old)
            relink(old, self, index)

        batch.undo.append(undo)
        new = adopt(new, self, index)
        self._sym_store(index, new)
        detach(old, self)
        batch.changes.append((self, index, old, new))

    def _sym_write_all(self, writes: list[Write], batch: Batch) -> None:
        # An index means the position before the call: what changes positions is done at the end.
        size = len(self)
        inside: list[tuple[KeyPath, Write]] = []
        beyond: list[tuple[int, Any]] = []
        inserts: dict[int, Any] = {}
        first = len(batch.changes)
        for each in writes:
            keys, value = each.keys, each.value
            if not keys:
                raise KeyError(
                    'Cannot rebind the root List itself: a path is empty, or the rebinder '
                    'returned a new value for the root. Use the new value instead.'
                )
            if len(keys) > 1:
                index = keys[0]
                if not isinstance(index, Integral):
                    locate(self, keys[:1], KeyPath._of(keys))
                inside.append((KeyPath._of((index % size if size else 0, *keys[1:])), each))
                continue
            index = self._sym_index_to_write(keys[0])
            if index >= size:
                beyond.append((index, value))
            elif isinstance(value, Insertion):
                inserts[index] = value.value
            else:
                inside.append((KeyPath._of((index,)), each))
        inside.sort(key=lambda e: e[0], reverse=True)
        dropped = False
        for path, (keys, value, owner) in inside:
            target = self._sym_owner_of(keys, owner)
            if write_leaf_in(target, keys[-1], value, batch):
                continue
            target._sym_require_unsealed('rebind')
            if target is self and isinstance(value, MissingValue):
                self._sym_drop(path._keys[-1], batch)
                dropped = True
            else:
                target._sym_write(keys[-1], value, batch)
        if dropped or inserts or beyond:
            self._sym_require_unsealed('rebind')
            beyond.sort(key=lambda e: e[0])
            self._sym_sweep(batch, inserts, _to_store([v for _, v in beyond]))
        own = batch.changes[first:]
        own.sort(key=lambda c: path_of(c[0]) + c[1] if c[0] is not self else KeyPath(c[1]))
        batch.changes[first:] = own

    # ---------------------------------------------------------------- list interface

    def __setitem__(self, index: Any, value: Any) -> None:
        if isinstance(index, slice):
            self._sym_require_writable('set a slice')
            self._sym_set_slice(index, value)
            return
        if (
            index.__class__ is int
            and 0 <= index < len(self)
            and self._sym_flags & (SEALED | WRITABLE) == WRITABLE
            and self._sym_changes_at_once([list.__getitem__(self, index)], (value,), 0)
        ):
            list.__setitem__(self, index, value)
            return
        self._sym_require_writable(f'set item {index}')
        self._sym_commit_write(self._sym_position(index, 'set'), value)

    def _sym_set_slice(self, index: slice, value: Any) -> None:
        values = _raw_items(value)
        start, stop, step = index.indices(len(self))
        if step == 1:
            stop = max(start, stop)
            growth = len(values) - (stop - start)
            touched = list.__getitem__(self, slice(start, None if growth else stop))
            if self._sym_changes_at_once(touched, values, growth):
                list.__setitem__(self, slice(start, stop), values)
                return
            self._sym_commit_splice(start, stop, values)
            return
        positions = range(start, stop, step)
        if len(positions) != len(values):
            raise ValueError(
                f'An extended slice of {len(positions)} items cannot take {len(values)} values.'
            )

        pairs = sorted(zip(positions, values, strict=True), key=lambda pair: pair[0])

        def write(batch: Batch) -> None:
            for position, item in pairs:
                self._sym_set(position, item, batch)

        commit(self, write)

    def _sym_position(self, index: Any, action: str) -> int:
        if not isinstance(index, Integral):
            raise TypeError(f'List indices must be integers or slices, not {type(index).__name__}.')
        position = int(index)
        if position < 0:
            position += len(self)
        if not 0 <= position < len(self):
            raise IndexError(
                f'Cannot {action} item {index} of the List at {str(path_of(self))!r}: it has '
                f'{len(self)} items.'
            )
        return position

    def __delitem__(self, index: Any) -> None:
        if isinstance(index, slice):
            self._sym_require_writable('delete a slice')
            positions = sorted(range(*index.indices(len(self))))

            def write(batch: Batch) -> None:
                for position in positions:
                    self._sym_drop(position, batch)
                self._sym_sweep(batch)

            commit(self, write)
            return
        self._sym_require_writable(f'delete item {index}')
        position = self._sym_position(index, 'delete')
        self._sym_commit_splice(position, position + 1, [])

    def append(self, value: Any) -> None:
        """Appends an item."""
        if (
            value.__class__ in LEAF_TYPES
            and self._sym_plan is None
            and (self._sym_parent is None or is_unheard(self._sym_parent))
            and not self._sym_listens
            and not self._sym_flags & SEALED
            and not SCOPES.active
            and not SCOPES.writing
        ):
            _append(self, value)
        else:
            self._sym_extend([value], 'append')

    def insert(self, index: SupportsIndex, value: Any) -> None:
        """Inserts an item before an index."""
        position = operator.index(index)
        size = len(self)
        position = max(0, position + size) if position < 0 else min(position, size)
        later = list.__getitem__(self, slice(position, None))
        if not self._sym_flags & SEALED and self._sym_changes_at_once(later, (value,), 1):
            list.insert(self, position, value)
        else:
            self._sym_require_unsealed('insert')
            self._sym_commit_splice(position, position, [value])

    def extend(self, values: Iterable[Any]) -> None:
        """Appends several items, with one notification."""
        self._sym_extend(_raw_items(values), 'extend')

    def _sym_extend(self, items: list[Any], action: str) -> None:
        if not self._sym_flags & SEALED and self._sym_changes_at_once([], items, len(items)):
            list.extend(self, items)
        else:
            self._sym_require_unsealed(action)
            self._sym_commit_splice(len(self), len(self), items)

    def pop(self, index: SupportsIndex = -1) -> Any:
        """Removes an item and returns its value."""
        position = self._sym_position(index, 'pop')
        later = list.__getitem__(self, slice(position, None))
        if not self._sym_flags & SEALED and self._sym_changes_at_once(later, (), -1):
            return list.pop(self, position)
        self._sym_require_unsealed('pop an item')
        value = self[position]
        self._sym_commit_splice(position, position + 1, [])
        return value

    def remove(self, value: Any) -> None:
        """Removes the first item that equals `value`.

        Raises:
            ValueError: There is none, or the list has its least size.
        """
        del self[self.index(value)]

    def clear(self) -> None:
        """Removes all items.

        Raises:
            ValueError: The value spec asks for at least one item.
        """
        self._sym_require_unsealed('clear')
        self._sym_commit_splice(0, len(self), [], skip_notification=True)

    def sort(self, *, key: Callable[[Any], Any] | None = None, reverse: bool = False) -> None:
        """Sorts the items in place, without notification."""
        self._sym_require_unsealed('sort')
        items = sorted(list.__iter__(self), key=key, reverse=reverse)
        self._sym_reorder(items)

    def reverse(self) -> None:
        """Reverses the items in place, without notification."""
        self._sym_require_unsealed('reverse')
        self._sym_reorder(list(list.__reversed__(self)))

    def _sym_reorder(self, items: list[Any]) -> None:
        list.__setitem__(self, slice(None), items)
        for i, value in enumerate(items):
            rekey(value, i)

    def copy(self) -> List:
        """Returns a shallow symbolic copy that keeps the value spec."""
        result: List = self.sym_clone()
        return result

    def __add__(self, other: Iterable[Any]) -> List:
        if not isinstance(other, Iterable):
            return NotImplemented
        result = self.copy().seal(False)
        size = len(result)
        result._sym_commit_splice(size, size, _raw_items(other), skip_notification=True)
        return result

    def __iadd__(self, other: Iterable[Any]) -> List:
        self.extend(other)
        return self

    def __mul__(self, count: SupportsIndex) -> List:
        if not isinstance(count, Integral):
            return NotImplemented
        items = list(list.__iter__(self)) * int(count)
        return List(items, value_spec=self.value_spec)

    def __rmul__(self, count: SupportsIndex) -> List:
        return self.__mul__(count)

    def __imul__(self, count: SupportsIndex) -> List:
        if not isinstance(count, Integral):
            return NotImplemented
        items = list(list.__iter__(self)) * (int(count) - 1)
        if count <= 0:
            self.clear()
        else:
            self.extend(items)
        return self

    def __repr__(self) -> str:
        try:
            return list.__repr__(self)
        except RecursionError:
            from mutandis.symbolic.formatting import deep_list_repr

            return deep_list_repr(self)

    def __eq__(self, other: Any) -> bool:
        result: bool = self._sym_equals(other, list.__eq__, list.__iter__)
        return result

    def __ne__(self, other: Any) -> bool:
        result: Any = self == other
        return result if result is NotImplemented else not result

    def __contains__(self, value: Any) -> bool:
        return any(True for _ in positions_of(self, value))

    def index(self, value: Any, start: Any = 0, stop: Any = None) -> int:
        """Returns the index of the first item whose symbolic form equals `value`.

        Raises:
            ValueError: There is none.
        """
        wanted = range(len(self))[slice(start, stop)]
        for i in positions_of(self, value):
            if i in wanted:
                return i
        raise ValueError(f'{value!r} is not in the List at {str(path_of(self))!r}.')

    def count(self, value: Any) -> int:
        """Returns how many items have a symbolic form that equals `value`."""
        return sum(1 for _ in positions_of(self, value))

    def __hash__(self) -> int:  # type: ignore[override]
        return self.sym_hash()

    def __reduce_ex__(self, protocol: Any) -> Any:
        state = (self._sym_flags, self._sym_callback)
        return reduced(self, _restore_list, (plain_class(self), list(list.__iter__(self)), state))

    @classmethod
    def from_json(cls, json_value: Any, **kwargs: Any) -> Any:
        """Builds a List from its JSON form."""
        from mutandis.symbolic import serialization

        return serialization.list_from_json(cls, json_value, **kwargs)


def _restore_list(cls: Any, items: list[Any], state: tuple[int, Any]) -> Any:
    node = list.__new__(cls)
    set_attribute(node, '_sym_parent', None)
    flags, callback = state
    if flags != node._sym_flags:
        set_attribute(node, '_sym_flags', flags)
    if callback is not None:
        set_attribute(node, '_sym_callback', callback)
        set_attribute(node, '_sym_listens', True)
    node._sym_fill(items)
    return node


def _raw_items(items: Iterable[Any]) -> list[Any]:
    if isinstance(items, List):
        return list(list.__iter__(items))
    return list(items)


def _to_store(items: list[Any]) -> list[Any]:
    """Returns the values to be stored: an item that is to be inserted stands for its value."""
    if LEAF_TYPES.issuperset(map(type, items)):
        return items
    values = [v.value if isinstance(v, Insertion) else v for v in items]
    return [v for v in values if not isinstance(v, MissingValue)]


__all__ = ['Insertion', 'List', 'mark_as_insertion']
