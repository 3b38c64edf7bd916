"""Paths with a protocol (`s3://...`, `gs://...`, `memory://...`): file systems of fsspec."""

from __future__ import annotations

import datetime
import importlib
from typing import Any

from mutandis.base.file_systems import File, FileSystem, PathLike, StdFile, path_text


class FsspecFileSystem(FileSystem):
    """All file systems that fsspec knows.

    Raises:
        ValueError: fsspec, or what it needs for the protocol of the path, is not installed.
    """

    def __init__(self, path: str) -> None:
        try:
            fsspec = importlib.import_module('fsspec')
            fsspec.core.url_to_fs(path)
        except ImportError as e:
            raise ValueError(
                f'{path!r} is a path for fsspec, which cannot be used here: {e}. Install it '
                f'(`pip install fsspec` and what the protocol needs), or pass a local path.'
            ) from e
        self._url_to_fs: Any = fsspec.core.url_to_fs
        self._fsspec: Any = fsspec

    def _find(self, path: PathLike) -> tuple[Any, str]:
        system, name = self._url_to_fs(path_text(path))
        return system, name

    def open(self, path: PathLike, mode: str = 'r', **kwargs: Any) -> File:
        return StdFile(self._fsspec.open(path_text(path), mode, **kwargs).open())

    def exists(self, path: PathLike) -> bool:
        system, name = self._find(path)
        return bool(system.exists(name))

    def listdir(self, path: PathLike) -> list[str]:
        system, name = self._find(path)
        return [entry.rstrip('/').rpartition('/')[2] for entry in system.ls(name, detail=False)]

    def glob(self, pattern: PathLike) -> list[str]:
        system, name = self._find(pattern)
        return [str(system.unstrip_protocol(found)) for found in system.glob(name)]

    def isdir(self, path: PathLike) -> bool:
        system, name = self._find(path)
        return bool(system.isdir(name))

    def getctime(self, path: PathLike) -> float:
        system, name = self._find(path)
        return _seconds(system.created(name))

    def getmtime(self, path: PathLike) -> float:
        system, name = self._find(path)
        return _seconds(system.modified(name))

    def mkdir(self, path: PathLike, mode: int = 0o777) -> None:
        system, name = self._find(path)
        system.mkdir(name, create_parents=False)

    def mkdirs(self, path: PathLike, mode: int = 0o777, exist_ok: bool = True) -> None:
        system, name = self._find(path)
        system.makedirs(name, exist_ok=exist_ok)

    def rm(self, path: PathLike) -> None:
        system, name = self._find(path)
        if system.isdir(name):
            raise IsADirectoryError(f'{path_text(path)!r} is a directory.')
        system.rm(name)

    def rename(self, oldpath: PathLike, newpath: PathLike) -> None:
        old_system, old = self._find(oldpath)
        new_system, new = self._find(newpath)
        if type(old_system) is not type(new_system):
            raise ValueError(
                f'Cannot rename {path_text(oldpath)!r} to {path_text(newpath)!r}: they are on '
                f'different file systems. Copy the file and remove the old one.'
            )
        old_system.mv(old, new, recursive=old_system.isdir(old))

    def chmod(self, path: PathLike, mode: int) -> None:
        """Does nothing where there are no permissions."""
        system, name = self._find(path)
        if hasattr(system, 'chmod'):
            system.chmod(name, mode)

    def rmdir(self, path: PathLike) -> None:
        system, name = self._find(path)
        system.rmdir(name)

    def rmdirs(self, path: PathLike) -> None:
        system, name = self._find(path)
        system.rmdir(name)
        parent = system._parent(name)
        while parent.strip('/') and not system.ls(parent):
            system.rmdir(parent)
            parent = system._parent(parent)


def _seconds(when: Any) -> float:
    return when.timestamp() if isinstance(when, datetime.datetime) else float(when)
