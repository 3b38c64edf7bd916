"""Links between nodes: who is whose child, and the sticky bits that travel upwards.

A node stores its parent and its key there, nothing else. Paths are computed by walking up when
somebody asks, so attaching a sub-tree of any size costs the same.

*Sticky bits* say that a sub-tree may hold missing values, placeholders, or nodes that listen to
changes of their path, or that it has been rewritten. They are set on all ancestors when such a
value comes in and are never cleared, so a clear bit is a proof of absence and a set bit means "walk
and see".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from mutandis.base import LEAF_TYPES, KeyPath, MissingValue
from mutandis.symbolic.pure_symbolic import PureSymbolic

if TYPE_CHECKING:
    from mutandis.symbolic.base import Symbolic

# Bits of `_sym_flags`.
ALLOW_PARTIAL = 1
SEALED = 2
WRITABLE = 4
MAYBE_PARTIAL = 8
MAYBE_PURE = 16
HEARS_PATHS = 32
MAYBE_REWRITTEN = 64
STICKY = MAYBE_PARTIAL | MAYBE_PURE | HEARS_PATHS | MAYBE_REWRITTEN

set_attribute = object.__setattr__


class Node:
    """Marks the nodes of a tree; `Symbolic` derives from it."""

    __slots__ = ()

    if TYPE_CHECKING:
        # What `Symbolic` and the classes of nodes provide.
        _sym_parent: ClassVar[Any]
        _sym_key: ClassVar[Any]
        _sym_flags: ClassVar[int]
        _sym_plans: ClassVar[dict[Any, Any]]
        _sym_plain_plans: ClassVar[dict[Any, Any]]
        _sym_pairs: ClassVar[Any]
        _sym_clone: ClassVar[Any]
        _sym_history: ClassVar[Any]
        _sym_decoded: ClassVar[Any]
        _sym_origin: ClassVar[Any]
        _sym_stands_for: ClassVar[Any]
        _sym_parent_hook: ClassVar[Any]
        _on_parent_change: ClassVar[Any]
        _sym_second: ClassVar[Any]
        sym_clone: ClassVar[Any]
        sym_getattr: ClassVar[Any]
        sym_items: ClassVar[Any]


class _Hooks:
    """Which rare events anybody in the process listens to."""

    __slots__ = ('path_listeners', 'loose_children')

    def __init__(self) -> None:
        self.path_listeners = False
        self.loose_children = False


class _Unkeyed:
    """The key of a node that has been given a parent without a place there."""

    __slots__ = ()


UNKEYED = _Unkeyed()


HOOKS = _Hooks()


def mark_up(node: Any, bits: int) -> None:
    """Sets sticky bits on a node and on all its ancestors."""
    while node is not None and node._sym_flags & bits != bits:
        set_attribute(node, '_sym_flags', node._sym_flags | bits)
        node = node._sym_parent


def sticky_bits(value: Any) -> int:
    """Returns the sticky bits that `value` brings to the node that takes it as a child."""
    if value.__class__ in LEAF_TYPES:
        return 0
    bits: int = getattr(value, '_sym_flags', 0) & STICKY
    if isinstance(value, PureSymbolic):
        bits |= MAYBE_PURE
    elif isinstance(value, MissingValue):
        bits |= MAYBE_PARTIAL
    elif value.__class__ is tuple:
        for item in value:
            bits |= sticky_bits(item)
    return bits


def path_of(node: Any) -> KeyPath:
    """Computes the path of a node from the root of its tree."""
    keys: list[Any] = []
    while True:
        parent = node._sym_parent
        if parent is None or (HOOKS.loose_children and node._sym_key is UNKEYED):
            break
        keys.append(node._sym_key)
        node = parent
    keys.reverse()
    root_path = node._sym_root_path
    if root_path is not None:
        keys[:0] = root_path._keys
    return KeyPath._of(tuple(keys))


def path_below(node: Any, key: Any) -> KeyPath:
    """Computes the path of what is, or is going to be, at a key of a node.

    `path + key` would read a key that is text as a path.
    """
    return KeyPath._of((*path_of(node)._keys, key))


def keep_path(node: Any, path: KeyPath) -> None:
    """Gives a node a path of its own, whatever its parent."""
    set_attribute(node, '_sym_key', UNKEYED)
    set_attribute(node, '_sym_root_path', path if path._keys else None)
    HOOKS.loose_children = True


def set_path(node: Any, path: KeyPath) -> None:
    """Sets the path of a node, without any event."""
    parent = node._sym_parent
    if parent is None:
        set_attribute(node, '_sym_root_path', path if path._keys else None)
    elif path._keys and path._keys[:-1] == path_of(parent)._keys:
        set_attribute(node, '_sym_key', path._keys[-1])
        set_attribute(node, '_sym_root_path', None)
    else:
        keep_path(node, path)


def key_of(node: Any) -> Any:
    """Returns the key of a node in its parent, by its path if that was set by hand."""
    if node._sym_key is not UNKEYED:
        return node._sym_key
    keys = path_of(node)._keys
    return keys[-1] if keys else None


def adopt(child: Any, parent: Any, key: Any, built: bool = True) -> Any:
    """Makes `child` the child of `parent` at `key` and returns what is to be stored there.

    A node that already has a parent is cloned first and the clone is returned: a node has one
    parent. Values that are no nodes are returned as they are.

    Raises:
        ValueError: `child` is the root of the tree in which `parent` is.
    """
    if child.__class__ in LEAF_TYPES:
        return child
    if isinstance(child, Node):
        if child._sym_parent is not None:
            child = child._sym_second()
        elif child is parent or parent._sym_parent is not None:
            _check_not_above(child, parent)
        if child._sym_check_attach is None and not HOOKS.path_listeners:
            set_attribute(child, '_sym_parent', parent)
            set_attribute(child, '_sym_key', key)
            if child._sym_parent_hook:
                child._on_parent_change(None, parent)
        else:
            attach(child, parent, key, built)
    bits = sticky_bits(child)
    if bits:
        mark_up(parent, bits)
    return child


def _check_not_above(child: Any, parent: Any) -> None:
    node = parent
    while node is not None:
        if node is child:
            raise ValueError(
                f'A {type(child).__name__} cannot be put below itself, at '
                f'{str(path_of(parent))!r}. Put a `clone()` or a `Ref` there.'
            )
        node = node._sym_parent


def attach(child: Any, parent: Any, key: Any, built: bool = True) -> None:
    """Links a parentless node to its new parent and fires the topology events.

    While an object is being built (`built` is False) its children hear of their paths first, and
    of their parent when all of them are there (`announce_parent`).
    """
    check = child._sym_check_attach
    if check is not None:
        check(parent)
    if HOOKS.path_listeners and child._sym_flags & HEARS_PATHS:
        old_path = path_of(child)
        set_attribute(child, '_sym_parent', parent)
        set_attribute(child, '_sym_key', key)
        fire_path_change(child, old_path, path_of(child))
    else:
        set_attribute(child, '_sym_parent', parent)
        set_attribute(child, '_sym_key', key)
    if child._sym_parent_hook and (built or not HOOKS.path_listeners):
        child._on_parent_change(None, parent)


def announce_parent(parent: Any) -> None:
    """Tells the children of an object that has just been built who their parent is."""
    for _, child in parent._sym_pairs():
        if isinstance(child, Node) and child._sym_parent_hook and child._sym_parent is parent:
            child._on_parent_change(None, parent)


def detach(child: Any, owner: Any = None) -> None:
    """Makes a node a root again.

    Does nothing for values that are no nodes. With `owner`, does nothing either for a node that has
    left it and is below another one by now.
    """
    if child.__class__ in LEAF_TYPES or not isinstance(child, Node):
        return
    parent = child._sym_parent
    if parent is None or (owner is not None and parent is not owner):
        return
    if HOOKS.path_listeners and child._sym_flags & HEARS_PATHS:
        old_path = path_of(child)
        _make_root(child)
        if child._sym_parent_hook:
            child._on_parent_change(parent, None)
        fire_path_change(child, old_path, path_of(child))
        return
    _make_root(child)
    if child._sym_parent_hook:
        child._on_parent_change(parent, None)


def _make_root(child: Any) -> None:
    set_attribute(child, '_sym_parent', None)
    if child._sym_root_path is not None:  # The path it had before it was attached is history.
        set_attribute(child, '_sym_root_path', None)


def relink(child: Any, parent: Any, key: Any) -> None:
    """Sets the links without any event: for taking a change back."""
    if child.__class__ not in LEAF_TYPES and isinstance(child, Node):
        set_attribute(child, '_sym_parent', parent)
        set_attribute(child, '_sym_key', key)


def unlink(child: Any, parent: Any) -> None:
    """Takes back the adoption of a value by `parent`, without any event."""
    if child.__class__ not in LEAF_TYPES and isinstance(child, Node):
        if child._sym_parent is parent:
            set_attribute(child, '_sym_parent', None)


def rekey(child: Any, key: int) -> None:
    """Gives the child of a list its new index."""
    if child.__class__ in LEAF_TYPES or not isinstance(child, Node):
        return
    if child._sym_key != key:
        if HOOKS.path_listeners and child._sym_flags & HEARS_PATHS:
            old_path = path_of(child)
            set_attribute(child, '_sym_key', key)
            fire_path_change(child, old_path, path_of(child))
        else:
            set_attribute(child, '_sym_key', key)


def fire_path_change(node: Any, old_path: KeyPath, new_path: KeyPath) -> None:
    """Calls `_on_path_change` on the sub-tree, deepest child first."""
    if old_path._keys == new_path._keys or not node._sym_flags & HEARS_PATHS:
        return
    post_order: list[tuple[Any, tuple[Any, ...]]] = []
    stack: list[tuple[Any, tuple[Any, ...]]] = [(node, ())]
    while stack:
        current, below = stack.pop()
        post_order.append((current, below))
        for key, value in current._sym_pairs():
            if (
                isinstance(value, Node)
                and value._sym_parent is current
                and value._sym_flags & HEARS_PATHS
            ):
                stack.append((value, below + (key,)))
    for current, below in reversed(post_order):
        if current._sym_path_hook:
            current._on_path_change(
                KeyPath._of(old_path._keys + below), KeyPath._of(new_path._keys + below)
            )


def symbolize_value(value: Any, path: Any = None) -> Any:
    """Turns plain dicts and lists into `Dict` and `List`, recursively; others pass unchanged.

    The caller's containers are neither kept nor changed, and nothing in them is decoded.

    Args:
        value: Any value.
        path: Where the value is going to be: a KeyPath or a function that makes it. Nodes inside
            then hear of their final path only, not of those they have while being put together.
    """
    cls = value.__class__
    if cls in LEAF_TYPES:
        return value
    if cls is dict or (isinstance(value, dict) and not isinstance(value, Node)):
        make = dict_class()
    elif cls is list or (isinstance(value, list) and not isinstance(value, Node)):
        make = list_class()
    else:
        return value
    try:
        if path is not None and HOOKS.path_listeners:
            return make(value, root_path=path() if callable(path) else path)
        return make(value)
    except RecursionError:
        return _symbolize_bottom_up(value)


def _symbolize_bottom_up(root: Any) -> Any:
    made: dict[int, Any] = {}
    stack: list[tuple[Any, bool]] = [(root, False)]
    above: set[int] = set()
    while stack:
        value, done = stack.pop()
        items = value.items() if isinstance(value, dict) else enumerate(value)
        if not done:
            if id(value) in above:
                raise RecursionError('A dict or list that contains itself cannot be symbolic.')
            above.add(id(value))
            stack.append((value, True))
            stack.extend((v, False) for _, v in items if _is_plain_container(v))
            continue
        above.discard(id(value))
        pairs = [(k, made.get(id(v), v)) for k, v in items]
        if isinstance(value, dict):
            made[id(value)] = dict_class()(dict(pairs))
        else:
            made[id(value)] = list_class()([v for _, v in pairs])
    return made[id(root)]


def _is_plain_container(value: Any) -> bool:
    return isinstance(value, (dict, list)) and not isinstance(value, Node)


def child_path(path: Any, key: Any) -> Callable[[], KeyPath] | None:
    """Returns a function that makes `path` + `key`; None if nobody listens to paths."""
    if path is None or not HOOKS.path_listeners:
        return None
    return lambda: KeyPath._of((path() if callable(path) else path)._keys + (key,))


def bottom_up(root: Any, enter: Callable[[Any], bool] | None = None) -> list[Any]:
    """Returns the nodes of a tree, every node after all nodes below it.

    For what would be too deep to do by recursion.

    Args:
        root: A node.
        enter: Whether to look below a node; by default always.
    """
    order: list[Any] = []
    stack = [root]
    while stack:
        node = stack.pop()
        order.append(node)
        if enter is None or enter(node):
            stack.extend(
                v
                for _, v in node._sym_pairs()
                if v.__class__ not in LEAF_TYPES and isinstance(v, Node)
            )
    order.reverse()
    return order


def dict_class() -> Any:
    from mutandis.symbolic.dict_node import Dict

    return Dict


def list_class() -> Any:
    from mutandis.symbolic.list_node import List

    return List


def ancestors(node: Symbolic) -> list[Any]:
    """Returns the node and all its ancestors, the root last."""
    chain: list[Any] = []
    current: Any = node
    while current is not None:
        chain.append(current)
        current = current._sym_parent
    return chain
