"""Lazy locations of values under validation.

A key path is only needed when validation fails, so nothing builds one on the way of success: a
location is a `KeyPath`, `None` (the root), or a callable that gives a `KeyPath` when asked.
"""

import functools
import typing

from mutandis.base import KeyPath, message_on_path

PathLike = KeyPath | typing.Callable[[], KeyPath] | None

_ROOT = KeyPath()


def resolve_path(path: PathLike) -> KeyPath:
    """Returns the key path that `path` stands for."""
    if path is None:
        return _ROOT
    if isinstance(path, KeyPath):
        return path
    return path()


def _join(parent: PathLike, key: typing.Any) -> KeyPath:
    return KeyPath._of((*resolve_path(parent)._keys, key))


def child_path(parent: PathLike, key: typing.Any) -> typing.Callable[[], KeyPath]:
    """Returns the lazy path of the child `key` under `parent`."""
    return functools.partial(_join, parent, key)


def at_path(message: str, path: PathLike) -> str:
    """Returns `message` with the location of the bad value appended."""
    if path is None:
        return message
    resolved = path if path.__class__ is KeyPath else resolve_path(path)
    return message_on_path(message, resolved) if resolved else message
