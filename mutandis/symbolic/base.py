"""`Symbolic`: what all nodes of a program have in common.

Interior nodes are `Object`, `Dict` and `List`; everything else is a leaf. A node knows its parent
and its key there. Every algorithm over trees is written on two methods: `_sym_pairs`, the children
in symbolic form, and `_sym_write`, the one way to change one of them.
"""

from __future__ import annotations

import sys
from abc import abstractmethod
from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any, ClassVar, TextIO, TypeVar

from mutandis.base import (
    LEAF_TYPES,
    Formattable,
    JSONConvertible,
    KeyPath,
    MaybePartial,
    MissingValue,
)
from mutandis.base import flatten as flatten_values
from mutandis.symbolic import rebind as rebinding
from mutandis.symbolic.cloning import clone, clone_tree
from mutandis.symbolic.concreteness import (
    contains_kind,
    is_abstract,
    is_deterministic,
    is_pure_symbolic,
    missing_of,
)
from mutandis.symbolic.flags import SCOPES, scoped_value
from mutandis.symbolic.origin import Origin, track_clone
from mutandis.symbolic.pure_symbolic import NonDeterministic, PureSymbolic
from mutandis.symbolic.rebind import (
    Batch,
    Write,
    WritePermissionError,
    as_keys,
    locate,
    writes_of,
)
from mutandis.symbolic.topology import (
    ALLOW_PARTIAL,
    HOOKS,
    MAYBE_PARTIAL,
    MAYBE_PURE,
    SEALED,
    STICKY,
    WRITABLE,
    Node,
    adopt,
    detach,
    fire_path_change,
    keep_path,
    key_of,
    mark_up,
    path_of,
    set_attribute,
    set_path,
)

_RAISE = object()
_ABSENT = object()
Self = TypeVar('Self', bound='Symbolic')


class DescendantQueryOption(Enum):
    """Which matches `sym_descendants` returns: all, the topmost ones, or the lowest ones."""

    ALL = 0
    IMMEDIATE = 1
    LEAF = 2


class TopologyAware:
    """A value that knows its place in a tree."""

    __slots__ = ()

    @property
    def sym_parent(self) -> Any:
        """The parent node, None at a root."""
        raise NotImplementedError

    @property
    def sym_path(self) -> KeyPath:
        """The path from the root."""
        raise NotImplementedError


class Symbolic(Node, TopologyAware, Formattable, JSONConvertible, MaybePartial):
    """Base of all nodes of a symbolic program."""

    __slots__ = ()

    __str_format_kwargs__: ClassVar[dict[str, Any]] = {'compact': False, 'verbose': False}
    __repr_format_kwargs__: ClassVar[dict[str, Any]] = {'compact': True}

    # Class-level facts; those that can differ by object are overridden in the instance.
    _sym_inferential = False
    _sym_flags: ClassVar[int] = 0
    _sym_root_path: ClassVar[KeyPath | None] = None
    _sym_origin: ClassVar[Any] = None
    _sym_history: ClassVar[Any] = None  # What rewrites have changed here (`rewrites.py`).
    # The template and the DNA that a node was decoded from: all that a history needs of them.
    _sym_decoded: ClassVar[Any] = None
    _sym_listens = False
    _sym_parent_hook = False
    _sym_path_hook = False
    _sym_check_attach: ClassVar[Callable[[Any], None] | None] = None
    # Plans of the fields that are written as plain attributes.
    _sym_plain_plans: ClassVar[dict[Any, Any]] = {}
    _sym_hooked = False  # Whether `_sym_getattr` or `_sym_inferred` is overridden.
    # Generated comparison, hash and reader (`class_walks`): None when not yet made, False without
    # one. Whether two objects are equal, or `==`, exactly if their fields are equal.
    _sym_comparer: ClassVar[Any] = False
    _sym_hasher: ClassVar[Any] = False
    _sym_reader: ClassVar[Any] = False
    _sym_eq_by_fields = False
    _sym_eq_operator = False
    # Whether a sealed node refuses a `rebind` called on it even where that writes below it.
    _sym_seals_tree = False
    # The class for which a node stands in selections, beside its own: that of a lifted module.
    _sym_stands_for: ClassVar[type | None] = None
    # Optional hooks of sub-classes: drop derived data on any write below; note what the user has
    # given; save and restore own state when a commit is taken back.
    _sym_touch: ClassVar[Callable[[], None] | None] = None
    _sym_on_write: ClassVar[Callable[[Any, bool], None] | None] = None
    _sym_snapshot: ClassVar[Callable[[], Any] | None] = None
    _sym_restore: ClassVar[Callable[[Any], None] | None] = None
    _sym_plans: ClassVar[dict[Any, Any]] = {}
    _sym_parent: ClassVar[Any]
    _sym_key: ClassVar[Any]

    # ---------------------------------------------------------------- storage, by sub-class

    @abstractmethod
    def _sym_pairs(self) -> list[tuple[Any, Any]]:
        """Returns (key, value in symbolic form) of the children, in order."""
        raise NotImplementedError

    def _sym_raw(self, key: Any, default: Any = _RAISE) -> Any:
        """Returns the symbolic form at a key; `AttributeError` when absent without default."""
        raise NotImplementedError

    def _sym_write(self, key: Any, value: Any, batch: Batch) -> None:
        """Validates, stores and records one change."""
        raise NotImplementedError

    def _sym_notify(self, changes: list[tuple[Any, Any, Any, Any]]) -> None:
        """Runs the event handlers of this node for the changes below it."""
        raise NotImplementedError

    def _sym_clone(self, deep: bool, memo: Any = None) -> Any:
        """Returns a parentless copy."""
        raise NotImplementedError

    def _sym_second(self) -> Any:
        """Returns what is put into a second place, for a node that has a parent already."""
        return self.sym_clone()

    def _sym_remake(self, values: Any) -> Any:
        """Returns a node like this one that holds `values`, which are valid and parentless."""
        raise NotImplementedError

    def _sym_is_plain(self) -> bool:
        """Whether the class alone says all about this node, apart from its children."""
        return (self._sym_flags & ~STICKY) == (type(self)._sym_flags & ~STICKY)

    def _sym_replace(self, key: Any, value: Any) -> None:
        """Puts a valid value in the place of another, without permission check or event."""
        old = self._sym_raw(key, None)
        if old is not value:
            detach(old)
            self._sym_store(key, adopt(value, self, key))

    def _sym_store(self, key: Any, value: Any) -> None:
        """Stores a value that is validated and adopted."""
        raise NotImplementedError

    # ---------------------------------------------------------------- flags

    @property
    def allow_partial(self) -> bool:
        """Whether this node accepts missing values."""
        return bool(self._sym_flags & ALLOW_PARTIAL)

    @property
    def accessor_writable(self) -> bool:
        """Whether `node.x = v` and `node[k] = v` are allowed."""
        return bool(self._sym_flags & WRITABLE)

    def set_accessor_writable(self: Self, writable: bool = True) -> Self:
        """Allows or forbids accessor writes on this node."""
        self._sym_set_flag(WRITABLE, writable)
        return self

    @property
    def sym_sealed(self) -> bool:
        """Whether this node refuses changes."""
        return bool(self._sym_flags & SEALED)

    @property
    def is_sealed(self) -> bool:
        """Whether this node refuses changes."""
        return bool(self._sym_flags & SEALED)

    def sym_seal(self: Self, is_seal: bool = True) -> Self:
        """Seals or unseals this node only."""
        self._sym_set_flag(SEALED, is_seal)
        return self

    def seal(self: Self, sealed: bool = True) -> Self:
        """Seals or unseals this node and all nodes below it."""
        if self.sym_sealed == sealed:
            return self
        stack: list[Any] = [self]
        while stack:
            node = stack.pop()
            node._sym_set_flag(SEALED, sealed)
            stack.extend(
                v
                for _, v in node._sym_pairs()
                if v.__class__ not in LEAF_TYPES and isinstance(v, Node)
            )
        return self

    def _sym_set_flag(self, bit: int, on: bool) -> None:
        flags = self._sym_flags
        set_attribute(self, '_sym_flags', flags | bit if on else flags & ~bit)

    # ---------------------------------------------------------------- permissions

    def _sym_is_sealed_now(self) -> bool:
        if SCOPES.active:
            value = scoped_value('sealed')
            if value is not None:
                return bool(value)
        return bool(self._sym_flags & SEALED)

    def _sym_accepts_partial(self) -> bool:
        if SCOPES.active:
            value = scoped_value('allow_partial')
            if value is not None:
                return bool(value)
        return bool(self._sym_flags & ALLOW_PARTIAL)

    def _sym_require_unsealed(self, action: str) -> None:
        if self._sym_is_sealed_now():
            from mutandis.symbolic.messages import described

            raise WritePermissionError(
                f'Cannot {action}: {described(self)} is sealed. Call `seal(False)` on it, or work '
                f'on a copy: `clone().seal(False)`.'
            )

    def _sym_require_writable(self, action: str) -> None:
        self._sym_require_unsealed(action)
        writable = bool(self._sym_flags & WRITABLE)
        if SCOPES.active:
            scoped = scoped_value('writable')
            if scoped is not None:
                writable = scoped
        if not writable:
            from mutandis.symbolic.messages import described

            raise WritePermissionError(
                f'Cannot {action}: attributes of {described(self)} are read-only. Use '
                f'`rebind(...)`, or set `allow_symbolic_assignment = True` on the class.'
            )

    # ---------------------------------------------------------------- topology

    @property
    def sym_parent(self) -> Any:
        """The parent node, None at a root."""
        return self._sym_parent

    def sym_setparent(self, parent: Any) -> None:
        """Sets the parent link, without storing this node anywhere; its path stays as it is."""
        old = self._sym_parent
        if old is parent:
            return
        keep_path(self, path_of(self))
        set_attribute(self, '_sym_parent', parent)
        if self._sym_parent_hook:
            self._on_parent_change(old, parent)

    def _on_parent_change(self, old_parent: Any, new_parent: Any) -> None:
        """Event: the parent of this node has changed."""

    def _on_path_change(self, old_path: KeyPath, new_path: KeyPath) -> None:
        """Event: the path of this node has changed."""

    @property
    def sym_root(self) -> Any:
        """The topmost ancestor, or the node itself."""
        node: Any = self
        while node._sym_parent is not None:
            node = node._sym_parent
        return node

    @property
    def sym_path(self) -> KeyPath:
        """The path of this node from the root of its tree."""
        return path_of(self)

    def sym_setpath(self, path: Any) -> None:
        """Sets the path of this node; its sub-tree follows."""
        path = KeyPath.from_value(path) if path is not None else KeyPath()
        old = path_of(self)
        if old == path:
            return
        set_path(self, path)
        if HOOKS.path_listeners:
            fire_path_change(self, old, path)

    def sym_ancestor(self, where: Callable[[Any], bool] | None = None) -> Any:
        """Returns the nearest strict ancestor that `where` accepts, or None."""
        node = self._sym_parent
        while node is not None and where is not None and not where(node):
            node = node._sym_parent
        return node

    def sym_descendants(
        self,
        where: Callable[[Any], bool] | None = None,
        option: DescendantQueryOption = DescendantQueryOption.ALL,
        include_self: bool = False,
    ) -> list[Any]:
        """Returns the values below this node that `where` accepts, in pre-order.

        Args:
            where: Predicate of a value; None accepts all.
            option: `ALL` matches, only the `IMMEDIATE` ones (nothing below a match), or only the
                `LEAF` ones (matches without a match below).
            include_self: Whether the node itself is considered.
        """
        found: list[Any] = []
        above: set[int] = set()  # Positions in `found` with a match below them.
        stack: list[tuple[Any, int]] = [(self, -1)]
        while stack:
            value, nearest = stack.pop()
            if (value is not self or include_self) and (where is None or where(value)):
                above.add(nearest)
                nearest = len(found)
                found.append(value)
                if option is DescendantQueryOption.IMMEDIATE:
                    continue
            for _, child in reversed(rebinding.children_of(value)):
                stack.append((child, nearest))
        if option is DescendantQueryOption.LEAF:
            return [v for i, v in enumerate(found) if i not in above]
        return found

    @property
    def sym_field(self) -> Any:
        """The `typing.Field` of this node in its parent; None at a root or when untyped."""
        parent = self._sym_parent
        return None if parent is None else parent.sym_attr_field(key_of(self))

    def sym_attr_field(self, key: Any) -> Any:
        """Returns the `typing.Field` of a child key, or None."""
        raise NotImplementedError

    # ---------------------------------------------------------------- access

    def sym_keys(self) -> Iterator[Any]:
        """Iterates over the keys."""
        return iter([k for k, _ in self._sym_pairs()])

    def sym_values(self) -> Iterator[Any]:
        """Iterates over the values in symbolic form."""
        return iter([v for _, v in self._sym_pairs()])

    def sym_items(self) -> Iterator[tuple[Any, Any]]:
        """Iterates over (key, value in symbolic form)."""
        return iter(self._sym_pairs())

    def sym_hasattr(self, key: Any) -> bool:
        """Whether there is a child at this key; paths are plain keys here."""
        return self._sym_raw(key, _ABSENT) is not _ABSENT

    def sym_getattr(self, key: Any, default: Any = _RAISE) -> Any:
        """Returns the child at a key in symbolic form.

        Raises:
            AttributeError: No such key and no default.
        """
        if self._sym_hooked and self._sym_raw(key, _ABSENT) is not _ABSENT:
            return self._sym_getattr(key)
        if default is _RAISE:
            value = self._sym_raw(key, _ABSENT)
            if value is _ABSENT:
                raise AttributeError(
                    f'{type(self).__name__} at {str(self.sym_path)!r} has no symbolic attribute '
                    f'{key!r}. Known keys: {[k for k in self.sym_keys()]!r}.'
                )
            return value
        return self._sym_raw(key, default)

    def _sym_getattr(self, key: Any) -> Any:
        """Hook: returns the symbolic form of a child that is there."""
        return self._sym_raw(key)

    def sym_inferred(self, key: Any, default: Any = _RAISE, **kwargs: Any) -> Any:
        """Returns the child at a key with an inferential value replaced by what it infers.

        Raises:
            AttributeError: No such key, or the value cannot be inferred, and no default.
        """
        if default is _RAISE:
            return self._sym_inferred(key, **kwargs)
        try:
            return self._sym_inferred(key, **kwargs)
        except Exception:
            return default

    def _sym_inferred(self, key: Any, **kwargs: Any) -> Any:
        """Hook: returns what readers of a key get."""
        return self._sym_infer(self.sym_getattr(key), **kwargs)

    def _sym_infer(self, value: Any, **kwargs: Any) -> Any:
        while getattr(value.__class__, '_sym_inferential', False):
            value = value.infer(**kwargs)
        return value

    def sym_inferrable(self, key: Any, **kwargs: Any) -> bool:
        """Whether the value at a key can be inferred."""
        return not isinstance(self.sym_inferred(key, MissingValue(), **kwargs), MissingValue)

    def sym_has(self, path: Any) -> bool:
        """Whether there is a value at a path (`KeyPath`, text or int)."""
        return bool(KeyPath.from_value(path).exists(self))

    def sym_get(self, path: Any, default: Any = _RAISE, use_inferred: bool = False) -> Any:
        """Returns the value at a path.

        Raises:
            KeyError: There is none and no default.
        """
        path = KeyPath.from_value(path)
        if default is _RAISE:
            return path.query(self, use_inferred=use_inferred)
        return path.get(self, default, use_inferred=use_inferred)

    def sym_contains(self, value: Any = None, type: Any = None) -> bool:  # noqa: A002
        """Whether a node below (or this one) equals `value`, or is an instance of `type`."""
        from mutandis.symbolic import traversal

        return traversal.contains(self, value, type)

    def inspect(
        self,
        path_regex: str | None = None,
        where: Callable[..., bool] | None = None,
        custom_selector: Callable[..., bool] | None = None,
        file: TextIO | None = None,
        **kwargs: Any,
    ) -> None:
        """Prints this node, or what `query` finds; `kwargs` are options of `format`."""
        from mutandis.base import format as format_value
        from mutandis.symbolic import traversal

        if path_regex is None and where is None and custom_selector is None:
            value: Any = self
        else:
            value = traversal.query(self, path_regex, where, False, custom_selector)
        print(format_value(value, **kwargs), file=file or sys.stdout)

    # ---------------------------------------------------------------- missing and pure symbolic

    @property
    def sym_partial(self) -> bool:
        """Whether a value is missing here or below."""
        return bool(self._sym_flags & MAYBE_PARTIAL) and bool(self.sym_missing(flatten=False))

    @property
    def is_partial(self) -> bool:
        """Whether a value is missing here or below."""
        return self.sym_partial

    @property
    def sym_puresymbolic(self) -> bool:
        """Whether this is, or contains, a pure symbolic value such as a placeholder."""
        if isinstance(self, PureSymbolic):
            return True
        return bool(self._sym_flags & MAYBE_PURE) and contains_kind(self, PureSymbolic)

    @property
    def is_pure_symbolic(self) -> bool:
        """Whether this is, or contains, a pure symbolic value such as a placeholder."""
        return self.sym_puresymbolic

    @property
    def sym_abstract(self) -> bool:
        """Whether this is partial or pure symbolic."""
        return self.sym_puresymbolic or self.sym_partial

    @property
    def is_abstract(self) -> bool:
        """Whether this is partial or pure symbolic."""
        return self.sym_abstract

    @property
    def is_deterministic(self) -> bool:
        """Whether there is no placeholder here or below."""
        if isinstance(self, NonDeterministic):
            return False
        return not (self._sym_flags & MAYBE_PURE and contains_kind(self, NonDeterministic))

    def sym_missing(self, flatten: bool = True) -> dict[Any, Any]:
        """Returns the missing values below: path -> typed missing value, or nested dicts."""
        missing = self._sym_missing()
        return flatten_values(missing) if flatten else missing

    def missing_values(self, flatten: bool = True) -> dict[Any, Any]:
        """Returns the missing values below (same as `sym_missing`)."""
        return self.sym_missing(flatten)

    def _sym_missing(self) -> dict[Any, Any]:
        return missing_of(self, _answers_missing)

    def sym_nondefault(self, flatten: bool = True) -> dict[Any, Any]:
        """Returns the values that differ from their defaults: path -> value, or nested dicts."""
        nondefault = self._sym_nondefault()
        return flatten_values(nondefault) if flatten else nondefault

    def non_default_values(self, flatten: bool = True) -> dict[Any, Any]:
        """Returns the values that differ from their defaults (same as `sym_nondefault`)."""
        return self.sym_nondefault(flatten)

    def _sym_nondefault(self) -> dict[Any, Any]:
        from mutandis.symbolic.nondefault import nondefault_of

        return nondefault_of(self)

    # ---------------------------------------------------------------- rebind

    def rebind(
        self: Self,
        path_value_pairs: Any = None,
        *,
        raise_on_no_change: bool = True,
        notify_parents: bool = True,
        skip_notification: bool | None = None,
        **kwargs: Any,
    ) -> Self:
        """Changes values of this tree in one step, all or nothing.

        Args:
            path_value_pairs: A dict from path to new value, or a function of (path, value) or
                (path, value, parent) whose result, where it is not the value given, replaces it.
            raise_on_no_change: Whether to raise when there is nothing to change.
            notify_parents: Whether ancestors of this node hear of the change.
            skip_notification: True: no events. None: as `notify_on_change` says.
            **kwargs: Direct keys (or by `**{...}` paths) and their new values.

        Returns:
            The node itself.

        Raises:
            KeyError: A path does not lead to a place that can be written.
            TypeError, ValueError: A value does not fit its field.
            WritePermissionError: A node concerned is sealed.
        """
        if path_value_pairs is None:
            if len(kwargs) == 1 and not skip_notification:
                for key, value in kwargs.items():
                    if rebinding.write_leaf(self, key, value):
                        return self
            writes = rebinding.writes_of_keywords(kwargs)
        else:
            if path_value_pairs.__class__ is dict and len(path_value_pairs) == 1 and not kwargs:
                for path, value in path_value_pairs.items():
                    keys = as_keys(path)
                    if len(keys) > 1 and not self._sym_flags & SEALED:
                        target = locate(self, keys[:-1], path)
                        if rebinding.write_leaf(target, keys[-1], value):
                            return self
            writes = writes_of(self, path_value_pairs, kwargs)
        if not writes and raise_on_no_change:
            raise ValueError(
                'There is nothing to rebind: no path was given, or the rebinder returned '
                'every value as it was. Pass `raise_on_no_change=False` to allow that.'
            )
        rebinding.rebind_all(self, writes, notify_parents, skip_notification)
        return self

    def sym_rebind(self: Self, path_value_pairs: Any = None, **kwargs: Any) -> Self:
        """Same as `rebind`."""
        return Symbolic.rebind(self, path_value_pairs, **kwargs)

    def _sym_write_all(self, writes: list[Write], batch: Batch) -> None:
        swept: dict[int, Any] = {}
        for keys, value, owner in writes:
            if not keys:
                raise KeyError(
                    f'Cannot rebind the root {type(self).__name__} itself: a path is empty, or the '
                    f'rebinder returned a new value for the root. Use the new value instead.'
                )
            target = self._sym_owner_of(keys, owner)
            if rebinding.write_leaf_in(target, keys[-1], value, batch):
                continue
            target._sym_require_unsealed('rebind')
            if isinstance(value, MissingValue) and isinstance(target, list):
                # Indices mean positions before the call: the item goes when all is written.
                target._sym_drop(keys[-1], batch)  # type: ignore[attr-defined]
                swept[id(target)] = target
            else:
                target._sym_write(keys[-1], value, batch)
        for node in swept.values():
            node._sym_sweep(batch)

    def _sym_owner_of(self, keys: tuple[Any, ...], known: Any) -> Any:
        if known is not None:
            return known
        return self if len(keys) == 1 else locate(self, keys[:-1], KeyPath._of(keys))

    # ---------------------------------------------------------------- copies

    def sym_clone(
        self: Self, deep: bool = False, memo: Any = None, override: dict[str, Any] | None = None
    ) -> Self:
        """Same as `clone`."""
        assert deep or not memo, '`memo` needs `deep=True`.'
        if deep and memo is None:
            memo = {}
        new = clone_tree(self, deep, memo)
        if SCOPES.active and scoped_value('track_origin'):
            track_clone(self, new, 'deepclone' if deep else 'clone')
        if override:
            Symbolic.rebind(new, override, raise_on_no_change=False)
        return new  # type: ignore[no-any-return]

    def clone(
        self: Self, deep: bool = False, memo: Any = None, override: dict[str, Any] | None = None
    ) -> Self:
        """Returns a copy without a parent.

        Symbolic children are always copied; other values are shared, or copied when `deep`.

        Args:
            deep: Whether leaves are deep-copied.
            memo: Memo of `copy.deepcopy`.
            override: Paths and values to rebind in the copy.
        """
        return self.sym_clone(deep, memo, override)

    def __copy__(self: Self) -> Self:
        return self.sym_clone(deep=False)

    def __deepcopy__(self: Self, memo: Any) -> Self:
        return self.sym_clone(deep=True, memo=memo)

    # ---------------------------------------------------------------- comparison

    def sym_eq(self, other: Any) -> bool:
        """Whether `other` is symbolically equal."""
        from mutandis.symbolic import comparison

        return bool(comparison.node_eq(self, other))

    def sym_ne(self, other: Any) -> bool:
        """Whether `other` is not symbolically equal."""
        return not self.sym_eq(other)

    def sym_lt(self, other: Any) -> bool:
        """Whether this node is before `other` in the total order of symbolic values."""
        from mutandis.symbolic import comparison

        return bool(comparison.node_lt(self, other))

    def sym_gt(self, other: Any) -> bool:
        """Whether this node is after `other` in the total order of symbolic values."""
        from mutandis.symbolic import comparison

        return bool(comparison.gt(self, other))

    def sym_hash(self) -> int:
        """Returns the symbolic hash; equal nodes have equal hashes."""
        from mutandis.symbolic import comparison

        return int(comparison.node_hash(self))

    # ---------------------------------------------------------------- text and JSON

    def format(
        self,
        compact: bool = False,
        verbose: bool = True,
        root_indent: int = 0,
        **kwargs: Any,
    ) -> str:
        """Returns the text of this node (see `mutandis.format`)."""
        from mutandis.symbolic import formatting

        return formatting.format_node(self, compact, verbose, root_indent, **kwargs)

    def sym_jsonify(self, **kwargs: Any) -> Any:
        """Returns the JSON form; sub-classes may override."""
        from mutandis.symbolic import serialization

        return serialization.node_to_json(self, **kwargs)

    def to_json(self, **kwargs: Any) -> Any:
        """Returns the JSON form as plain Python data."""
        from mutandis.symbolic import serialization

        return serialization.default_to_json(self, **kwargs)

    def to_json_str(self, json_indent: int | None = None, **kwargs: Any) -> str:
        """Returns the JSON form as text."""
        from mutandis.symbolic import serialization

        return serialization.to_json_str(self, json_indent=json_indent, **kwargs)

    def save(self, path: str, *args: Any, **kwargs: Any) -> Any:
        """Writes this node to a file (see `mutandis.save`)."""
        from mutandis.symbolic import saving

        return saving.save(self, path, *args, **kwargs)

    @classmethod
    def load(cls, path: str, *args: Any, **kwargs: Any) -> Any:
        """Reads a node of this class from a file.

        Raises:
            TypeError: The file holds another class.
        """
        from mutandis.symbolic import saving

        value = saving.load(path, *args, **kwargs)
        if not isinstance(value, cls):
            raise TypeError(f'{path!r} holds a {type(value).__name__}, not a {cls.__name__}.')
        return value

    # ---------------------------------------------------------------- origin

    @property
    def sym_origin(self) -> Any:
        """Where this node comes from (`Origin`), or None."""
        return self._sym_origin

    def sym_setorigin(
        self,
        source: Any,
        tag: str,
        stacktrace: bool | None = None,
        stacklimit: int | None = None,
        stacktop: int = -1,
    ) -> None:
        """Records where this node comes from.

        Raises:
            ValueError: Another source is recorded already.
        """
        known = self._sym_origin
        if known is not None and known.source is not None and known.source is not source:
            raise ValueError(
                f'The origin of {type(self).__name__} at {str(self.sym_path)!r} is set already: '
                f'{known!r}.'
            )
        set_attribute(
            self, '_sym_origin', Origin(source, tag, stacktrace, stacklimit, stacktop - 1)
        )


def _answers_missing(node: Any) -> bool:
    cls = type(node)
    return bool(
        cls._sym_missing is not Symbolic._sym_missing or cls.sym_missing is not Symbolic.sym_missing
    )


__all__ = [
    'DescendantQueryOption',
    'Symbolic',
    'TopologyAware',
    'clone',
    'is_abstract',
    'is_deterministic',
    'is_pure_symbolic',
    'mark_up',
]
