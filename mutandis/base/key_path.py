"""Key paths: where a value is in a tree.

A `KeyPath` is an immutable tuple of keys with a text form (`model.layers[2].filters`). Paths are
made while walking trees, so making one must cost next to nothing: the text is computed when it is
asked for, and parsed texts are remembered.
"""

from __future__ import annotations

import functools
import re
from typing import Any

from mutandis.base.formatting import Formattable

_INTEGER = re.compile('-?[0-9]+')
# `=0/2` is the condition in the id of a decision: in a parsed path it is a string, which has to
# print, and thereby hash, like the condition itself.
_SPECIAL = re.compile(r'[.\[\]]|^=[0-9]+/[0-9]+$')

_UNSET = object()


class StrKey:
    """Marker base of key objects that print like string keys, with dots."""

    __slots__ = ()


class KeyPath(Formattable):
    """The keys that lead from the root of a tree to a value.

    Equal to a path of the same keys and to its own text, and hashed like the text, so both index
    the same dict entry::

        path = KeyPath.parse('layers[2].filters')
        path.keys                      # ['layers', 2, 'filters']
        path.parent + 'strides'        # layers[2].strides
        path == 'layers[2].filters'    # True

    Args:
        key_or_keys: one key, or a list or tuple of keys.
        parent: a path to prepend.
    """

    # A walk makes a path for every value it comes to and few are looked at. So it sets `_base`, the
    # keys of the container, and `_key`; `_keys` is put together when somebody asks for it. In all
    # other paths `_keys` is set and `_key` is not.
    __slots__ = ('_keys', '_text', '_base', '_key')

    _keys: tuple[Any, ...]
    _text: str | None
    _base: tuple[Any, ...]
    _key: Any

    def __init__(self, key_or_keys: Any = None, parent: KeyPath | None = None) -> None:
        if key_or_keys is None:
            keys: tuple[Any, ...] = ()
        elif isinstance(key_or_keys, (list, tuple)):
            keys = tuple(key_or_keys)
        else:
            keys = (key_or_keys,)
        self._keys = keys if parent is None else parent._keys + keys
        self._text = None
        self._key = _UNSET

    @classmethod
    def _of(cls, keys: tuple[Any, ...]) -> KeyPath:
        """Makes a path of a tuple of keys, unchecked."""
        self = _new(cls)
        self._keys = keys
        self._text = None
        self._key = _UNSET
        return self

    def __getattr__(self, name: str) -> Any:
        if name == '_keys':
            keys = self._keys = (*self._base, self._key)
            return keys
        raise AttributeError(f'{type(self).__name__!r} object has no attribute {name!r}')

    @classmethod
    def parse(cls, path_str: str, parent: KeyPath | None = None) -> KeyPath:
        """Parses a text such as `a.b[0][x.y]`.

        Dots separate string keys; brackets hold an integer, or a key with special characters.

        Raises:
            ValueError: on unbalanced brackets, or if the argument is no string.
        """
        if not isinstance(path_str, str):
            raise ValueError(
                f'A key path is parsed from a str, not from {path_str!r} '
                f'({type(path_str).__name__}). For one key use KeyPath(key).'
            )
        path = _parse(path_str)
        return path if parent is None else cls._of(parent._keys + path._keys)

    @classmethod
    def from_value(cls, value: KeyPath | str | int) -> KeyPath:
        """Returns a path as it is, a parsed str, or the path of one int key."""
        if isinstance(value, KeyPath):
            return value
        if isinstance(value, str):
            return _parse(str(value))
        if isinstance(value, int):
            return cls._of((value,))
        raise ValueError(
            f'Cannot make a key path of {value!r}: expected a KeyPath, a str or an int.'
        )

    @property
    def keys(self) -> list[Any]:
        """The keys from the root, as a new list."""
        return list(self._keys)

    @property
    def key(self) -> Any:
        """The last key. Raises `KeyError` for the root."""
        key = self._key
        if key is not _UNSET:
            return key
        if not self._keys:
            raise KeyError('The root path has no key.')
        return self._keys[-1]

    @property
    def parent(self) -> KeyPath:
        """The path without its last key. Raises `KeyError` for the root."""
        if not self._keys:
            raise KeyError('The root path has no parent.')
        return KeyPath._of(self._keys[:-1])

    @property
    def depth(self) -> int:
        """The number of keys."""
        return len(self._keys)

    @property
    def is_root(self) -> bool:
        """Whether the path has no keys."""
        return not self._keys

    @property
    def path(self) -> str:
        """The text of the path."""
        text = self._text
        if text is None:
            text = self._text = _text_of(self._keys)
        return text

    def path_str(self, preserve_complex_keys: bool = True) -> str:
        """Returns the text; without `preserve_complex_keys`, string keys are never bracketed."""
        return self.path if preserve_complex_keys else _text_of(self._keys, False)

    def is_relative_to(self, other: KeyPath | str | int) -> bool:
        """Whether this path is `other` or lies below it."""
        prefix = KeyPath.from_value(other)._keys
        return self._keys[: len(prefix)] == prefix

    def query(self, src: Any, use_inferred: bool = False) -> Any:
        """Returns the value at this path below `src`.

        Args:
            src: a symbolic value, or anything that can be indexed.
            use_inferred: read inferred values of symbolic nodes instead of what is stored.

        Raises:
            KeyError: if there is no such value.
        """
        value = src
        for position, key in enumerate(self._keys):
            try:
                value = _child(value, key, use_inferred)
            except _Absent as e:
                done = KeyPath._of(self._keys[:position])
                raise KeyError(
                    f'Path {self.path!r} does not exist: {e} (path={done.path})'
                ) from e.__cause__
        return value

    def get(self, src: Any, default_value: Any = None, use_inferred: bool = False) -> Any:
        """Returns the value at this path below `src`, or a default."""
        try:
            return self.query(src, use_inferred)
        except KeyError:
            return default_value

    def exists(self, src: Any) -> bool:
        """Whether there is a value at this path below `src`."""
        try:
            self.query(src)
        except KeyError:
            return False
        return True

    def __add__(self, other: Any) -> Any:
        """Appends a path, a text (parsed), keys or one key; prefixes a `KeyPathSet`."""
        if other is None:
            return self
        if isinstance(other, KeyPath):
            tail = other._keys
        elif isinstance(other, str):
            tail = _parse(str(other))._keys
        elif isinstance(other, (list, tuple)):
            tail = tuple(other)
        elif hasattr(other, 'rebase'):
            rebased = other.copy()
            rebased.rebase(self)
            return rebased
        else:
            tail = (other,)
        return KeyPath._of(self._keys + tail)

    def __sub__(self, other: Any) -> KeyPath:
        """Returns this path relative to `other`, which must be a prefix of it."""
        if other is None:
            return self
        if not isinstance(other, (KeyPath, str, int)):
            raise TypeError(
                f'Cannot subtract {other!r} from the key path {self.path!r}: expected a KeyPath, '
                f'a str or an int.'
            )
        prefix = KeyPath.from_value(other)._keys
        keys, n = self._keys, len(prefix)
        if keys[:n] == prefix:
            return KeyPath._of(keys[n:])
        relation = 'is an ancestor of it' if prefix[: len(keys)] == keys else 'is in another branch'
        raise ValueError(
            f'Cannot make {self.path!r} relative to {_text_of(prefix)!r}: the former {relation}.'
        )

    def __len__(self) -> int:
        return len(self._keys)

    def __bool__(self) -> bool:
        return self._key is not _UNSET or bool(self._keys)

    def __hash__(self) -> int:
        return hash(self.path)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, KeyPath):
            return self._keys == other._keys
        return isinstance(other, str) and self.path == other

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __lt__(self, other: Any) -> bool:
        return self._compare(other) < 0

    def __le__(self, other: Any) -> bool:
        return self._compare(other) <= 0

    def __gt__(self, other: Any) -> bool:
        return self._compare(other) > 0

    def __ge__(self, other: Any) -> bool:
        return self._compare(other) >= 0

    def _compare(self, other: Any) -> int:
        if isinstance(other, str):
            text = self.path
            return (text > other) - (text < other)
        if not isinstance(other, KeyPath):
            raise TypeError(
                f'A KeyPath can be ordered against a KeyPath or a str, not against {other!r}.'
            )
        left, right = self._keys, other._keys
        for a, b in zip(left, right, strict=False):
            if a == b:
                continue
            if (
                isinstance(a, (int, str))
                and isinstance(b, (int, str))
                and (isinstance(a, str) != isinstance(b, str))
            ):
                a, b = str(a), str(b)
                if a == b:
                    continue
            return -1 if a < b else 1
        return (len(left) > len(right)) - (len(left) < len(right))

    def format(self, *args: Any, **kwargs: Any) -> str:
        return self.path

    def __str__(self) -> str:
        return self.path

    def __repr__(self) -> str:
        return self.path

    def __copy__(self) -> KeyPath:
        return self

    def __deepcopy__(self, memo: Any) -> KeyPath:
        return self

    def __reduce__(self) -> Any:
        return KeyPath, (list(self._keys),)


_new = KeyPath.__new__


class _Absent(Exception):
    """A step of a path leads nowhere; the text says why."""


def _child(value: Any, key: Any, use_inferred: bool) -> Any:
    """Follows one key of a path."""
    if hasattr(value, 'sym_getattr'):
        if not value.sym_hasattr(key):
            raise _Absent(f'{type(value).__name__} has no key {key!r}.')
        if not use_inferred:
            return value.sym_getattr(key)
        try:
            return value.sym_inferred(key)
        except AttributeError as e:
            raise _Absent(f'the value of key {key!r} cannot be inferred: {e}') from e
    if not hasattr(value, '__getitem__'):
        raise _Absent(f'{value!r} has no keys, so there is no key {key!r}.')
    try:
        return value[key]
    except (KeyError, IndexError, TypeError) as e:
        raise _Absent(f'key {key!r} is absent from {value!r}.') from e


def _text_of(keys: tuple[Any, ...], preserve_complex_keys: bool = True) -> str:
    parts: list[str] = []
    for key in keys:
        if isinstance(key, str):
            if preserve_complex_keys and _SPECIAL.search(key):
                parts.append(f'[{key}]')
            else:
                parts.append('.' + key if parts else key)
        elif isinstance(key, StrKey):
            parts.append(f'.{key}' if parts else str(key))
        else:
            parts.append(f'[{key}]')
    return ''.join(parts)


def child_text(text: str, key: Any) -> str:
    """Returns the text of the path that adds one key to the path of a text."""
    if key.__class__ is str and key.isidentifier():
        return f'{text}.{key}' if text else key
    if key.__class__ is int:
        return f'{text}[{key}]'
    return text + _text_of(('x', key))[1:] if text else _text_of((key,))


@functools.lru_cache(maxsize=4096)
def _parse(text: str) -> KeyPath:
    if '[' not in text and ']' not in text:
        return KeyPath._of(tuple(key for key in text.split('.') if key))
    keys: list[Any] = []
    start, depth = 0, 0
    for position, char in enumerate(text):
        if char == '[':
            if depth == 0:
                if position > start:
                    keys.append(text[start:position])
                start = position + 1
            depth += 1
        elif char == ']':
            depth -= 1
            if depth < 0:
                raise ValueError(
                    f'Cannot parse the key path {text!r}: the bracket closed at position '
                    f'{position} was never opened.'
                )
            if depth == 0:
                key = text[start:position]
                keys.append(int(key) if _INTEGER.fullmatch(key) else key)
                start = position + 1
        elif char == '.' and depth == 0:
            if position > start:
                keys.append(text[start:position])
            start = position + 1
    if depth:
        raise ValueError(
            f'Cannot parse the key path {text!r}: the bracket opened at position {start - 1} is '
            f'not closed.'
        )
    if start < len(text):
        keys.append(text[start:])
    return KeyPath._of(tuple(keys))


def message_on_path(message: str, path: KeyPath | None) -> str:
    """Appends where it happened to a message: `... (path=a.b)`."""
    return message if path is None else f'{message} (path={path})'
