"""The one commit through which every change of a tree goes.

A *batch* collects what is written, how to take it back, and then tells those who listen, children
before ancestors. When anything raises, a value that does not fit or an event handler, the whole
batch is taken back. A change made by a handler joins the running batch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from functools import partial
from typing import Any, NamedTuple, TypeVar

from mutandis.base import LEAF_TYPES, Formattable, KeyPath, MissingValue, kvlist_str
from mutandis.base.key_path import _parse
from mutandis.base.plain_values import plain_eq
from mutandis.symbolic.flags import SCOPES, is_change_notification_enabled
from mutandis.symbolic.topology import SEALED, Node, path_of, set_attribute

_R = TypeVar('_R')


class WritePermissionError(Exception):
    """A write to a sealed node, or through an accessor of a node whose accessors are read-only."""


class FieldUpdate(Formattable):
    """One changed field: where it is, what it was, and what it has become.

    Attributes:
        path: Absolute path of the field.
        target: The node that owns the field.
        field: `typing.Field` of the key, or None in an untyped container.
        old_value: The value before; `MISSING_VALUE` when there was none.
        new_value: The value after; `MISSING_VALUE` when it was removed.
    """

    __slots__ = ('path', 'target', 'field', 'old_value', 'new_value')

    def __init__(
        self, path: KeyPath, target: Any, field: Any, old_value: Any, new_value: Any
    ) -> None:
        self.path = path
        self.target = target
        self.field = field
        self.old_value = old_value
        self.new_value = new_value

    def format(
        self,
        compact: bool = False,
        verbose: bool = True,
        root_indent: int = 0,
        **kwargs: Any,
    ) -> str:
        missing = (MissingValue(), MissingValue())
        return kvlist_str(
            [
                ('parent_path', path_of(self.target), None),
                ('path', self.path, None),
                ('old_value', self.old_value, missing),
                ('new_value', self.new_value, missing),
            ],
            label=self.__class__.__name__,
            compact=compact,
            verbose=verbose,
            root_indent=root_indent,
            **kwargs,
        )

    def __eq__(self, other: Any) -> bool:
        return (
            isinstance(other, FieldUpdate)
            and self.path == other.path
            and self.target is other.target
            and self.field is other.field
            and plain_eq(self.old_value, other.old_value)
            and plain_eq(self.new_value, other.new_value)
        )

    def __ne__(self, other: Any) -> bool:
        return not self == other

    __hash__ = None  # type: ignore[assignment]


class Batch:
    """Writes that belong together."""

    __slots__ = ('changes', 'undo', 'copied')

    def __init__(self) -> None:
        self.copied: set[int] = set()  # Ids of the nodes of which `undo` has a copy.
        self.changes: list[tuple[Any, Any, Any, Any]] = []  # (target, key, old, new)
        self.undo: list[Callable[[], None]] = []

    def rollback(self) -> None:
        """Takes back all writes, the latest first."""
        undo = self.undo
        while undo:
            undo.pop()()


_CURRENT: ContextVar[Batch | None] = ContextVar('mutandis_batch', default=None)

# What notes the changes of the rewrite that runs (see `rewrites.py`).
RECORDER: ContextVar[Callable[[Batch], None] | None] = ContextVar('mutandis_recorder', default=None)


def commit(
    owner: Any,
    write: Callable[[Batch], None],
    notify_parents: bool = True,
    skip_notification: bool | None = None,
) -> Batch:
    """Runs `write` and notifies; on any exception the tree is as it was.

    Args:
        owner: The node on which the change was asked for; with `notify_parents=False`
            notification stops there.
        write: Applies the writes, recording them in the batch.
        notify_parents: Whether ancestors of `owner` hear of the change.
        skip_notification: True: no event; False: events even under `notify_on_change(False)`;
            None: as the scope says.
    """
    batch = Batch()
    token = _CURRENT.set(batch)
    SCOPES.count_commit(1)
    try:
        write(batch)
        if batch.changes:
            touch(batch.changes)
            if SCOPES.recording:
                record = RECORDER.get()
                if record is not None:
                    record(batch)
            if skip_notification is None:
                skip_notification = SCOPES.active > 0 and not is_change_notification_enabled()
            if not skip_notification:
                notify(batch, None if notify_parents else owner)
    except BaseException:
        batch.rollback()
        touch(batch.changes)
        raise
    finally:
        SCOPES.count_commit(-1)
        _CURRENT.reset(token)
    outer = _CURRENT.get()
    if outer is not None:
        # What was derived meanwhile is dropped once all is as before.
        outer.undo.append(lambda: touch(batch.changes))
        outer.undo.extend(batch.undo)
    return batch


def all_or_nothing(make: Callable[[], _R]) -> _R:
    """Runs `make`; if it raises, every change that it has made is taken back.

    Containers that it has bound to the spec of a field are let go, and so are commits inside.
    """
    batch = Batch()
    token = _CURRENT.set(batch)
    SCOPES.count_commit(1)
    try:
        result = make()
    except BaseException:
        batch.rollback()
        raise
    finally:
        SCOPES.count_commit(-1)
        _CURRENT.reset(token)
    outer = _CURRENT.get()
    if outer is not None:
        outer.undo.extend(batch.undo)
    return result


def undo_later(undo: Callable[[], None]) -> None:
    """Has `undo` called if the commit that runs, should there be one, is taken back."""
    batch = _CURRENT.get()
    if batch is not None:
        batch.undo.append(undo)


def touch(changes: list[tuple[Any, Any, Any, Any]]) -> None:
    """Tells the nodes that keep derived data to drop it."""
    several = len(changes) > 1
    seen: set[int] = set()
    for change in changes:
        node = change[0]
        while node is not None:
            if several:
                if id(node) in seen:
                    break
                seen.add(id(node))
            if node._sym_touch is not None:
                node._sym_touch()
            node = node._sym_parent


def save_state(node: Any, batch: Batch) -> None:
    """Sees to it that the own state of a node comes back when the batch is taken back."""
    if node._sym_snapshot is not None:
        state = node._sym_snapshot()
        batch.undo.append(lambda: node._sym_restore(state))
        return
    # What handlers derive from the fields is kept as attributes.
    attributes = node.__dict__
    known = dict(attributes)

    def restore() -> None:
        for name in attributes.keys() - known.keys():
            del attributes[name]
        attributes.update(known)

    batch.undo.append(restore)


def notify(batch: Batch, last: Any = None) -> None:
    """Tells every listener above the changes, each once, children before ancestors."""
    changes = batch.changes
    listeners: dict[int, tuple[Any, list[tuple[Any, Any, Any, Any]]]] = {}
    if len(changes) == 1:
        node = changes[0][0]
        while node is not None:
            if node._sym_listens:
                listeners[id(node)] = (node, changes)
            node = None if node is last else node._sym_parent
    else:
        above: dict[int, Any] = {}
        for change in changes:
            node = _nearest_listener(change[0], last, above)
            while node is not None:
                listeners.setdefault(id(node), (node, []))[1].append(change)
                node = None if node is last else _nearest_listener(node._sym_parent, last, above)
    if not listeners:
        return
    ordered = list(listeners.values())
    if len(changes) > 1:
        ordered = sorted(ordered, key=lambda e: path_of(e[0]), reverse=True)
    for node, seen in ordered:
        save_state(node, batch)
        node._sym_notify(seen)


def _nearest_listener(node: Any, last: Any, known: dict[int, Any]) -> Any:
    """Returns the nearest listener at or above a node, not above `last`; `known` is a cache."""
    passed: list[int] = []
    while node is not None and not node._sym_listens:
        if id(node) in known:
            node = known[id(node)]
            break
        passed.append(id(node))
        node = None if node is last else node._sym_parent
    for each in passed:
        known[each] = node
    return node


def field_updates(node: Any, changes: list[tuple[Any, Any, Any, Any]]) -> dict[Any, FieldUpdate]:
    """Builds the argument of `_on_change`: path relative to `node` -> update."""
    base = path_of(node)
    depth = len(base._keys)
    result: dict[Any, FieldUpdate] = {}
    for target, key, old, new in changes:
        path = KeyPath._of(path_of(target)._keys + (key,))
        field = target.sym_attr_field(key)
        result[KeyPath._of(path._keys[depth:])] = FieldUpdate(path, target, field, old, new)
    return result


def listens_above(node: Any) -> bool:
    """Whether the node or an ancestor listens to changes (as those do that derive data)."""
    while node is not None:
        if node._sym_listens:
            return True
        node = node._sym_parent
    return False


def is_unheard(node: Any) -> bool:
    """Whether a change of `node` concerns nobody else.

    No scope is open, no commit is running, and nobody listens: then a plain value may take the
    place of another at once.
    """
    if SCOPES.active or SCOPES.writing:
        return False
    while node is not None:
        if node._sym_listens:
            return False
        node = node._sym_parent
    return True


def write_leaf(target: Any, key: Any, value: Any) -> bool:
    """Writes a plain value in place of a plain value when nothing else can happen.

    Returns False, having done nothing, when the general way has to be taken.
    """
    plan = target._sym_plain_plans.get(key)
    if plan is None or target._sym_flags & SEALED or value.__class__ not in plan.exact:
        return False
    if getattr(target, key, target).__class__ not in LEAF_TYPES or not is_unheard(target):
        return False
    set_attribute(target, key, value)
    return True


def write_leaf_in(target: Any, key: Any, value: Any, batch: Batch) -> bool:
    """Does what `_sym_write` does for a plain value in place of a plain value.

    Returns False, having done nothing, when the general way has to be taken.
    """
    if SCOPES.active or target._sym_flags & SEALED:
        return False
    plan = target._sym_plain_plans.get(key)
    if plan is None or value.__class__ not in plan.exact:
        return False
    old = getattr(target, key, target)
    if old.__class__ not in LEAF_TYPES:
        return False
    if old is not value:
        batch.undo.append(partial(set_attribute, target, key, old))
        set_attribute(target, key, value)
        batch.changes.append((target, key, old, value))
    return True


def locate(root: Any, keys: tuple[Any, ...], path: Any) -> Any:
    """Follows `keys` from `root` to the node that owns the last key of a path.

    Raises:
        KeyError: A step does not exist, or what is there is not a node.
    """
    node = root
    depth = -1
    for key in keys:
        depth += 1
        # Most steps lead through a field of a plain object or an item of a list.
        if key.__class__ is str:
            if isinstance(node, Node) and key in node._sym_plain_plans:
                node = getattr(node, key)
                continue
        elif key.__class__ is int and isinstance(node, list) and 0 <= key < len(node):
            node = list.__getitem__(node, key)
            continue
        if isinstance(node, Node):
            try:
                node = node.sym_getattr(key)
                continue
            except (AttributeError, KeyError, IndexError, TypeError):
                pass
        elif node.__class__ not in LEAF_TYPES:
            try:
                node = node[key]
                continue
            except (KeyError, IndexError, TypeError):
                pass
        if node.__class__ in LEAF_TYPES:
            keys = keys[:depth]
            break
        from mutandis.symbolic.messages import nothing_at

        raise KeyError(nothing_at(path, node, key))
    if not isinstance(node, Node):
        from mutandis.symbolic.messages import not_a_node

        raise KeyError(not_a_node(path, path_of(root) + KeyPath._of(keys), node))
    return node


def as_keys(path: Any) -> tuple[Any, ...]:
    """Returns the keys of a path given as `KeyPath`, text or int.

    Raises:
        ValueError: It is something else.
    """
    if isinstance(path, str):
        return _parse(path)._keys
    if isinstance(path, KeyPath):
        return path._keys
    if isinstance(path, int):
        return (path,)
    raise ValueError(f'A path must be a KeyPath, a str or an int. Encountered: {path!r}.')


class Write(NamedTuple):
    """One change that is asked for: the keys from the root of the rebind, and the new value."""

    keys: tuple[Any, ...]
    value: Any
    owner: Any = None  # The node that owns the last key, if known.


def rebind_all(
    node: Any,
    writes: list[Write],
    notify_parents: bool = True,
    skip_notification: bool | None = None,
) -> None:
    """Makes one commit of the writes below a node."""
    if node._sym_seals_tree:
        node._sym_require_unsealed('rebind')
    if writes:
        commit(
            node,
            lambda batch: node._sym_write_all(writes, batch),
            notify_parents,
            skip_notification,
        )


def writes_of(node: Any, source: Any, kwargs: dict[str, Any]) -> list[Write]:
    """Returns what the arguments of `rebind` ask for, in order.

    Raises:
        ValueError: `source` is neither a dict nor a function.
    """
    if source is None:
        return writes_of_keywords(kwargs)
    if isinstance(source, dict):
        pairs = source.sym_items() if isinstance(source, Node) else source.items()
        writes = {keys: Write(keys, v) for keys, v in ((as_keys(k), v) for k, v in pairs)}
    elif callable(source):
        changes = _run_rebinder(source, node)
        if not kwargs:
            return changes
        writes = {write.keys: write for write in changes}
    else:
        raise _no_rebind_source(source)
    for write in writes_of_keywords(kwargs):
        writes[write.keys] = write
    return list(writes.values())


def writes_of_keywords(kwargs: dict[str, Any]) -> list[Write]:
    """Returns what keyword arguments ask for: `**{'a.b': 1}` gives paths, too."""
    return [Write((k,) if k.isidentifier() else as_keys(k), v) for k, v in kwargs.items()]


def _no_rebind_source(source: Any) -> ValueError:
    return ValueError(
        f'`rebind` takes a dict from path to value, or a function of (path, value) or '
        f'(path, value, parent). Encountered: {source!r}.'
    )


def get_rebind_dict(rebinder: Callable[..., Any], target: Any) -> dict[KeyPath, Any]:
    """Runs a rebinder over a tree and returns what it wants changed, without changing anything.

    Args:
        rebinder: Function of (path, value) or (path, value, parent). A result that is not the
            very value given becomes a change, and the sub-tree there is not entered.
        target: Root of the walk; paths are relative to it.

    Raises:
        TypeError: The rebinder takes another number of arguments.
    """
    return {KeyPath._of(w.keys): w.value for w in _run_rebinder(rebinder, target)}


def _run_rebinder(rebinder: Callable[..., Any], target: Any) -> list[Write]:
    from mutandis.symbolic.class_walks import items_below

    with_parent = callback_arity(rebinder, (2, 3), 'rebinder') == 3
    new_path, path_class, leaves = KeyPath.__new__, KeyPath, LEAF_TYPES
    root = KeyPath()
    result = rebinder(root, target, target.sym_parent) if with_parent else rebinder(root, target)
    if result is not target:
        return [Write((), result)]
    changes: list[Write] = []
    running: Any = items_below(target) or ()
    owner = target
    keys: tuple[Any, ...] = ()
    above: list[tuple[Any, Any, Any]] = []
    while True:
        for key, value in running:
            path = new_path(path_class)
            path._base = keys
            path._key = key
            path._text = None
            result = rebinder(path, value, owner) if with_parent else rebinder(path, value)
            if result is not value:
                node = owner if isinstance(owner, Node) else None
                changes.append(Write((*keys, key), result, node))
            elif value.__class__ not in leaves:
                below = items_below(value)
                if below is not None:
                    above.append((running, owner, keys))
                    running, owner, keys = below, value, (*keys, key)
                    break
        else:
            if not above:
                return changes
            running, owner, keys = above.pop()


def children_of(value: Any) -> list[tuple[Any, Any]]:
    """Returns (key, value) of what a walk enters below `value`: nodes, plain dicts and lists."""
    cls = value.__class__
    if cls in LEAF_TYPES:
        return []
    if isinstance(value, Node):
        pairs: Iterable[tuple[Any, Any]] = value._sym_pairs()
        return list(pairs)
    if isinstance(value, dict):
        return list(value.items())
    if isinstance(value, list):
        return list(enumerate(value))
    return []


def callback_arity(fn: Callable[..., Any], allowed: tuple[int, ...], what: str) -> int:
    """Returns how many positional arguments a callback takes.

    Raises:
        TypeError: The number is not in `allowed`.
    """
    code: Any = getattr(fn, '__code__', None)
    count: int
    if code is not None and not code.co_flags & 0x04:
        count = code.co_argcount
    else:
        import inspect

        try:
            parameters = inspect.signature(fn).parameters.values()
        except ValueError as error:  # A built-in that does not say.
            raise TypeError(f'The {what} does not tell how many arguments it takes: {fn!r}') from (
                error
            )
        if any(p.kind is p.VAR_POSITIONAL for p in parameters):
            return max(allowed)
        count = sum(p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) for p in parameters)
    if code is not None and hasattr(fn, '__self__'):
        count -= 1
    if count not in allowed:
        raise TypeError(
            f'The {what} must take {" or ".join(map(str, allowed))} arguments. '
            f'{fn!r} takes {count}.'
        )
    return count
