"""Plain hierarchies: dicts and lists that hold dicts and lists.

Symbolic trees have their own algorithms; these work on what comes from and goes to other
programs, such as configurations and JSON.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

from mutandis.base.key_path import KeyPath
from mutandis.base.missing import MISSING_VALUE, MissingValue
from mutandis.base.traits import LEAF_TYPES, MaybePartial

Visitor = Callable[[KeyPath, Any], bool]
MergeFn = Callable[[KeyPath, Any, Any], Any]


def traverse(
    value: Any,
    preorder_visitor_fn: Visitor | None = None,
    postorder_visitor_fn: Visitor | None = None,
    root_path: KeyPath | None = None,
) -> bool:
    """Walks a hierarchy.

    Args:
        value: the root; dicts and lists are entered.
        preorder_visitor_fn: called as `(path, value)` before the children.
        postorder_visitor_fn: called as `(path, value)` after the children.
        root_path: path of the root.

    Returns:
        False if a visitor returned False, which ends the walk at once; else True.
    """

    path = root_path if root_path is not None else KeyPath()
    if preorder_visitor_fn is not None and not preorder_visitor_fn(path, value):
        return False
    stack = [(path, value, _children(value))]
    while stack:
        path, node, children = stack[-1]
        for key, child in children:
            below = KeyPath._of((*path._keys, key))
            if preorder_visitor_fn is not None and not preorder_visitor_fn(below, child):
                return False
            if isinstance(child, (dict, list)):
                stack.append((below, child, _children(child)))
                break
            if postorder_visitor_fn is not None and not postorder_visitor_fn(below, child):
                return False
        else:
            stack.pop()
            if postorder_visitor_fn is not None and not postorder_visitor_fn(path, node):
                return False
    return True


def _children(node: Any) -> Iterator[tuple[Any, Any]]:
    """Yields the keys and values of a dict or list, whose keys may change meanwhile."""
    if isinstance(node, dict):
        for key in list(node):
            yield key, node[key]
    elif isinstance(node, list):
        yield from enumerate(node)


def transform(
    value: Any,
    transform_fn: Callable[[KeyPath, Any], Any],
    root_path: KeyPath | None = None,
    inplace: bool = True,
) -> Any:
    """Replaces every value, children before their parents.

    Args:
        value: the root.
        transform_fn: called as `(path, value)`; its result replaces the value, and
            `MISSING_VALUE` removes the entry.
        root_path: path of the root.
        inplace: change dicts and lists themselves instead of copies.

    Returns:
        The replacement of the root.
    """

    path = root_path if root_path is not None else KeyPath()
    # Per container on the way down: where it is, what is left of it, and its new items so far.
    stack: list[tuple[KeyPath, Any, Iterator[tuple[Any, Any]], list[tuple[Any, Any]]]] = []
    node = value
    while True:
        if isinstance(node, (dict, list)):
            pairs = node.items() if isinstance(node, dict) else enumerate(node)
            stack.append((path, node, iter(list(pairs)), []))
        else:
            result = transform_fn(path, node)
            if not stack:
                return result
            stack[-1][3].append((path.key, result))
        while True:
            path, node, children, items = stack[-1]
            key, child = next(children, (None, _END))
            if child is not _END:
                path, node = KeyPath._of((*path._keys, key)), child
                break
            stack.pop()
            result = transform_fn(path, _with_items(node, items, inplace))
            if not stack:
                return result
            stack[-1][3].append((path.key, result))


_END = object()


def _with_items(node: Any, items: list[tuple[Any, Any]], inplace: bool) -> Any:
    """Returns a dict or list, or a copy of it, with the items that are not missing."""
    items = [(key, item) for key, item in items if not isinstance(item, MissingValue)]
    if not inplace:
        node = copy.copy(node)
    if isinstance(node, list):
        node[:] = [item for _, item in items]
        return node
    kept = {key for key, _ in items}
    for key in [key for key in node if key not in kept]:
        del node[key]
    for key, item in items:
        if node[key] is not item:
            node[key] = item
    return node


def flatten(src: Any, flatten_complex_keys: bool = True) -> Any:
    """Returns a one-level dict from path to leaf.

    Empty dicts and lists are leaves. A root leaf is returned as it is, a root tuple item by item.

    Args:
        src: the hierarchy.
        flatten_complex_keys: print the key `'a.b'` as `a.b`, not as `[a.b]`.
    """
    if isinstance(src, tuple):
        return tuple(flatten(item, flatten_complex_keys) for item in src)
    if not isinstance(src, (dict, list)) or not src:
        return src
    result: dict[str, Any] = {}
    stack: list[tuple[Any, tuple[Any, ...]]] = [(src, ())]
    while stack:
        node, keys = stack.pop()
        if isinstance(node, (dict, list)) and node:
            items = list(node.items() if isinstance(node, dict) else enumerate(node))
            stack.extend((item, keys + (key,)) for key, item in reversed(items))
        else:
            result[KeyPath._of(keys).path_str(not flatten_complex_keys)] = node
    return result


def canonicalize(src: Any, sparse_list_as_dict: bool = True) -> Any:
    """Unfolds the keys of dicts that are paths; the inverse of `flatten`.

    Args:
        src: the hierarchy.
        sparse_list_as_dict: keep a dict whose int keys have gaps; else make it a list.

    Returns:
        A new hierarchy in which dicts with keys 0, 1, ... have become lists, and without entries
        that are missing. Paths into a list that is given before them change or append items.

    Raises:
        KeyError: if two entries give one path different values, or a key is empty.
    """

    def unfold(node: Any, prefix: tuple[Any, ...]) -> Any:
        if isinstance(node, list):
            items = [canonicalize(item, sparse_list_as_dict) for item in node]
            return [v for v in items if not (prefix and isinstance(v, MissingValue))]
        if not isinstance(node, dict):
            return node
        result: dict[Any, Any] = {}
        united = False
        for key, item in node.items():
            keys = KeyPath.parse(key)._keys if isinstance(key, str) else (key,)
            if not keys:
                raise KeyError(f'A key must not be empty. Encountered: {node!r}.')
            united = united or len(keys) > 1 or keys[0] in result
            item = unfold(item, prefix + keys)
            for part in reversed(keys):
                item = {} if isinstance(item, MissingValue) else {part: item}
            _unite(result, item, prefix)
        if united:
            return _with_lists(result, not sparse_list_as_dict)
        # What is inside is canonical.
        return try_listify_dict_with_int_keys(result, not sparse_list_as_dict)[0]

    return unfold(src, ())


def _with_lists(node: Any, sparse: bool) -> Any:
    """Returns a hierarchy in which dicts with int keys have become lists."""
    if isinstance(node, dict):
        items = {key: _with_lists(item, sparse) for key, item in node.items()}
        return try_listify_dict_with_int_keys(items, sparse)[0]
    if isinstance(node, list):
        return [_with_lists(item, sparse) for item in node]
    return node


def _unite(target: dict[Any, Any], source: dict[Any, Any], prefix: tuple[Any, ...]) -> None:
    for key, item in source.items():
        if key not in target:
            target[key] = item
            continue
        old = target[key]
        if isinstance(old, dict) and isinstance(item, dict):
            _unite(old, item, prefix + (key,))
        elif isinstance(old, list) and isinstance(item, dict):
            _merge_into_list(old, item, prefix + (key,))
        else:
            path = KeyPath._of(prefix + (key,))
            raise KeyError(
                f'The path {path.path!r} is given two values: {old!r} and {item!r}. Give one.'
            )


def try_listify_dict_with_int_keys(
    src: dict[Any, Any],
    convert_when_sparse: bool = False,
) -> tuple[Any, bool]:
    """Makes a list of a dict with int keys.

    Args:
        src: the dict.
        convert_when_sparse: also if the keys are not 0, 1, ... without a gap.

    Returns:
        The list and True, or `src` and False.
    """
    if not src or not all(isinstance(key, int) for key in src):
        return src, False
    keys = sorted(src)
    if not convert_when_sparse and (keys[0] != 0 or keys[-1] != len(keys) - 1):
        return src, False
    return [src[key] for key in keys], True


def merge(value_list: list[Any], merge_fn: MergeFn | None = None) -> Any:
    """Merges hierarchies from left to right into a new one.

    Args:
        value_list: hierarchies, whose keys may be paths; None is skipped.
        merge_fn: called as `(path, old, new)` for every leaf of dicts, with `MISSING_VALUE` for
            the side that lacks it; its result is stored, or the entry removed if it is missing.

    Returns:
        The merged hierarchy. Dicts are merged, lists replaced; a dict with int keys replaces
        items of a list, or appends to it. One that meets no list is a list in the end, its items
        in the order of the keys.

    Raises:
        TypeError: if `value_list` is no list.
        KeyError: if a dict with other keys meets a list.
    """
    if not isinstance(value_list, list):
        raise TypeError(f'The values to merge should be a list. Encountered: {value_list!r}.')
    result: Any = None
    for value in value_list:
        if value is None:
            continue
        value = canonicalize(value)
        result = value if result is None else merge_tree(result, value, merge_fn)
    return _with_lists(result, sparse=True)


def merge_tree(
    dest: Any,
    src: Any,
    merge_fn: MergeFn | None = None,
    root_path: KeyPath | None = None,
) -> Any:
    """Merges `src` into `dest` in place, and returns the result. See `merge`.

    A branch that only one side has is passed to `merge_fn` as a whole.
    """
    keys = root_path._keys if root_path is not None else ()
    if isinstance(dest, dict) and isinstance(src, dict):
        return _merge_into_dict(dest, src, merge_fn, keys)
    if isinstance(dest, list) and isinstance(src, dict):
        return _merge_into_list(dest, src, keys)
    return src if merge_fn is None else merge_fn(KeyPath._of(keys), dest, src)


def _merge_into_dict(
    dest: dict[Any, Any],
    src: dict[Any, Any],
    merge_fn: MergeFn | None,
    keys: tuple[Any, ...],
) -> dict[Any, Any]:
    if merge_fn is not None:
        for key in [key for key in dest if key not in src]:
            _put(dest, key, merge_fn(KeyPath._of(keys + (key,)), dest[key], MISSING_VALUE))
    for key, new in src.items():
        path = KeyPath._of(keys + (key,))
        if key in dest:
            _put(dest, key, merge_tree(dest[key], new, merge_fn, path))
        elif not isinstance(new, MissingValue):
            _put(dest, key, new if merge_fn is None else merge_fn(path, MISSING_VALUE, new))
    return dest


def _put(dest: dict[Any, Any], key: Any, value: Any) -> None:
    if not isinstance(value, MissingValue):
        dest[key] = value
    elif key in dest:
        del dest[key]


def _merge_into_list(dest: list[Any], src: dict[Any, Any], keys: tuple[Any, ...]) -> list[Any]:
    for key in src:
        if not isinstance(key, int):
            raise KeyError(
                f'Only a dict with int keys can be merged into a list. '
                f'Encountered: {src!r} (path={KeyPath._of(keys)}).'
            )
        if key < -len(dest):
            raise KeyError(
                f'The index {key} is out of range of a list of {len(dest)} items '
                f'(path={KeyPath._of(keys)}).'
            )
    for key in sorted(src):
        if key < len(dest):
            dest[key] = src[key]
        else:
            dest.append(src[key])
    return dest


def is_partial(value: Any) -> bool:
    """Whether a value, or anything in the dicts and lists that it holds, is missing or partial."""
    stack = [value]
    while stack:
        node = stack.pop()
        if node.__class__ in LEAF_TYPES:
            continue
        if isinstance(node, MissingValue):
            return True
        if isinstance(node, MaybePartial):
            if node.is_partial:
                return True
        elif isinstance(node, dict):
            stack.extend(node.values())
        elif isinstance(node, list):
            stack.extend(node)
    return False
