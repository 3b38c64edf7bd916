"""Sets of key paths, kept as a tree of their keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mutandis.base.formatting import Formattable, kvlist_str
from mutandis.base.key_path import KeyPath

# The marker of a path that ends here, in the trie of a KeyPathSet. As a key of a path, the same
# string is wrapped, so the two never meet.
_END = '$'
_ESCAPED_END = ('$',)


class KeyPathSet(Formattable):
    """A set of key paths, kept as a tree of their keys.

    Prefix questions (`has_prefix`, `subtree`, `rebase`) cost the length of the prefix.

    Args:
        paths: paths, texts or int keys.
        include_intermediate: also add every ancestor of the paths, the root included.
    """

    __slots__ = ('_trie',)

    def __init__(self, paths: Any = None, *, include_intermediate: bool = False) -> None:
        self._trie: dict[Any, Any] = {}
        for path in paths or ():
            self.add(path, include_intermediate)

    @classmethod
    def from_value(cls, value: Any, include_intermediate: bool = False) -> KeyPathSet:
        """Makes a set of a list, set or tuple of paths; a KeyPathSet is returned as it is."""
        if isinstance(value, KeyPathSet):
            return value
        if isinstance(value, (list, set, tuple)):
            return cls(value, include_intermediate=include_intermediate)
        raise ValueError(
            f'Cannot make a KeyPathSet of {value!r}: expected a list, set, tuple or KeyPathSet.'
        )

    def add(self, path: Any, include_intermediate: bool = False) -> bool:
        """Adds a path and returns whether the set changed."""
        node = self._trie
        changed = False
        for key in _trie_keys(path):
            child = node.get(key)
            if child is None:
                child = node[key] = {}
                if include_intermediate and _END not in node:
                    node[_END] = changed = True
            node = child
        if _END not in node:
            node[_END] = changed = True
        return changed

    def remove(self, path: Any) -> bool:
        """Removes a path and returns whether it was there."""
        trail = []
        node = self._trie
        for key in _trie_keys(path):
            if key not in node:
                return False
            trail.append((node, key))
            node = node[key]
        if _END not in node:
            return False
        del node[_END]
        for owner, key in reversed(trail):
            if owner[key]:
                break
            del owner[key]
        return True

    def __contains__(self, path: Any) -> bool:
        node = self._find(path)
        return node is not None and _END in node

    def has_prefix(self, root_path: Any) -> bool:
        """Whether a path of the set is `root_path` or lies below it."""
        return self._find(root_path) is not None

    def _find(self, path: Any) -> dict[Any, Any] | None:
        node = self._trie
        for key in _trie_keys(path):
            if key not in node:
                return None
            node = node[key]
        return node

    def subtree(self, root_path: Any) -> KeyPathSet | None:
        """Returns the paths below `root_path`, relative to it, as a view; `None` if none."""
        keys = _trie_keys(root_path)
        if not keys:
            return self
        node = self._find(root_path)
        if node is None:
            return None
        view = KeyPathSet()
        view._trie = node
        return view

    def rebase(self, root_path: Any) -> None:
        """Puts a prefix before all paths, in place."""
        for key in reversed(_trie_keys(root_path)):
            self._trie = {key: self._trie}

    def clear(self) -> None:
        """Removes all paths."""
        self._trie = {}

    def copy(self) -> KeyPathSet:
        """Returns a copy that shares nothing."""
        return self.__copy__()

    def __copy__(self) -> KeyPathSet:
        result = KeyPathSet()
        result._trie = _copy_trie(self._trie)
        return result

    def __deepcopy__(self, memo: Any) -> KeyPathSet:
        return self.__copy__()

    def update(self, other: KeyPathSet) -> None:
        """Adds the paths of another set."""
        _merge_trie(self._trie, other._trie)

    def union(self, other: KeyPathSet, copy: bool = False) -> KeyPathSet:
        """Returns the paths in either set."""
        result = self.copy()
        result.update(other)
        return result

    def __add__(self, other: KeyPathSet) -> KeyPathSet:
        return self.union(other)

    def difference(self, other: KeyPathSet) -> KeyPathSet:
        """Returns the paths that are not in another set."""
        result = self.copy()
        result.difference_update(other)
        return result

    def difference_update(self, other: KeyPathSet) -> None:
        """Removes the paths of another set."""
        _subtract_trie(self._trie, other._trie)

    def intersection(self, other: KeyPathSet) -> KeyPathSet:
        """Returns the paths in both sets."""
        result = self.copy()
        result.intersection_update(other)
        return result

    def intersection_update(self, other: KeyPathSet) -> None:
        """Keeps only the paths that are in another set too."""
        _intersect_trie(self._trie, other._trie)

    def __iter__(self) -> Iterator[KeyPath]:
        return _iterate_trie(self._trie, ())

    def __bool__(self) -> bool:
        return bool(self._trie)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, KeyPathSet) and self._trie == other._trie

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None  # type: ignore[assignment]

    def format(self, *args: Any, **kwargs: Any) -> str:
        return kvlist_str([('', list(self), [])], *args, label='KeyPathSet', **kwargs)


def _trie_keys(path: Any) -> tuple[Any, ...]:
    keys = KeyPath.from_value(path)._keys
    if _END in keys:
        return tuple(_ESCAPED_END if key == _END else key for key in keys)
    return keys


def _iterate_trie(node: dict[Any, Any], prefix: tuple[Any, ...]) -> Iterator[KeyPath]:
    for key, child in node.items():
        if key == _END:
            yield KeyPath._of(prefix)
        else:
            yield from _iterate_trie(child, prefix + (_END if key == _ESCAPED_END else key,))


def _copy_trie(node: dict[Any, Any]) -> dict[Any, Any]:
    return {key: child if key == _END else _copy_trie(child) for key, child in node.items()}


def _merge_trie(node: dict[Any, Any], other: dict[Any, Any]) -> None:
    for key, child in other.items():
        if key == _END:
            node[_END] = True
        elif key in node:
            _merge_trie(node[key], child)
        else:
            node[key] = _copy_trie(child)


def _subtract_trie(node: dict[Any, Any], other: dict[Any, Any]) -> None:
    for key in [key for key in node if key in other]:
        if key == _END:
            del node[key]
        else:
            _subtract_trie(node[key], other[key])
            if not node[key]:
                del node[key]


def _intersect_trie(node: dict[Any, Any], other: dict[Any, Any]) -> None:
    for key in list(node):
        if key not in other:
            del node[key]
        elif key != _END:
            _intersect_trie(node[key], other[key])
            if not node[key]:
                del node[key]
