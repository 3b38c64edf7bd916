"""File systems: what they can do, the local one, and which one a path belongs to.

A path belongs to the file system with the longest prefix that it starts with (`add_file_system`),
else, if it has a protocol (`s3://...`), to fsspec's, else to the local one. Files that live in
memory are in `memory_files`.
"""

from __future__ import annotations

import abc
import builtins
import contextlib
import glob as std_glob
import io
import os
import shutil
from collections.abc import Iterator
from typing import IO, Any, Union

PathLike = Union[str, 'os.PathLike[str]']


def path_text(path: Any) -> str:
    """Returns a path as text.

    Raises:
        ValueError: It is neither a str nor an `os.PathLike` of one.
    """
    text = os.fspath(path) if isinstance(path, os.PathLike) else path
    if not isinstance(text, str):
        raise ValueError(f'A path is a str or an os.PathLike. Encountered: {path!r}.')
    return text


def resolve_path(path: PathLike) -> str:
    """Returns a path as text, `~` unfolded; errors as in `path_text`."""
    return os.path.expanduser(path_text(path))


class File(abc.ABC):
    """An open file. Use it in a `with` statement."""

    @abc.abstractmethod
    def read(self, size: int | None = None) -> Any:
        """Returns the next `size` characters or bytes, or all that is left."""

    @abc.abstractmethod
    def readline(self) -> Any:
        """Returns the next line with its newline; empty at the end."""

    @abc.abstractmethod
    def write(self, content: Any) -> Any:
        """Writes a str, or bytes in a binary file."""

    @abc.abstractmethod
    def seek(self, offset: int, whence: int = 0) -> int:
        """Goes to a position, counted from the start (0), from here (1) or from the end (2)."""

    @abc.abstractmethod
    def tell(self) -> int:
        """Returns the position."""

    @abc.abstractmethod
    def flush(self) -> None:
        """Sees to it that what was written can be read."""

    @abc.abstractmethod
    def close(self) -> None:
        """Closes the file."""

    def __iter__(self) -> Iterator[Any]:
        while True:
            line = self.readline()
            if not line:
                return
            yield line

    def __enter__(self) -> File:
        return self

    def __exit__(self, *args: Any) -> None:
        self.close()


class StdFile(File):
    """A file that Python's own file objects read and write."""

    def __init__(self, file_object: IO[Any]) -> None:
        super().__init__()
        self._file = file_object

    def read(self, size: int | None = None) -> Any:
        return self._file.read(-1 if size is None else size)

    def readline(self) -> Any:
        return self._file.readline()

    def write(self, content: Any) -> Any:
        return self._file.write(content)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        self._file.close()

    def sync(self) -> None:
        """Sees to it that what was written survives a loss of power, where that is possible."""
        self._file.flush()
        with contextlib.suppress(io.UnsupportedOperation, AttributeError):
            os.fsync(self._file.fileno())


class FileSystem(abc.ABC):
    """What a file system can do.

    Errors are those of Python's `os`: `FileNotFoundError`, `FileExistsError`,
    `IsADirectoryError`, `NotADirectoryError`, `OSError`.
    """

    @abc.abstractmethod
    def open(self, path: PathLike, mode: str = 'r', **kwargs: Any) -> File:
        """Opens a file."""

    @abc.abstractmethod
    def exists(self, path: PathLike) -> bool:
        """Whether there is a file or directory."""

    @abc.abstractmethod
    def listdir(self, path: PathLike) -> list[str]:
        """Returns the names in a directory."""

    @abc.abstractmethod
    def isdir(self, path: PathLike) -> bool:
        """Whether there is a directory."""

    @abc.abstractmethod
    def mkdir(self, path: PathLike, mode: int = 0o777) -> None:
        """Makes a directory."""

    @abc.abstractmethod
    def mkdirs(self, path: PathLike, mode: int = 0o777, exist_ok: bool = True) -> None:
        """Makes a directory and those above it."""

    @abc.abstractmethod
    def rm(self, path: PathLike) -> None:
        """Removes a file."""

    @abc.abstractmethod
    def rmdir(self, path: PathLike) -> Any:
        """Removes an empty directory."""

    @abc.abstractmethod
    def rmdirs(self, path: PathLike) -> Any:
        """Removes an empty directory, and then the empty ones above it."""

    @abc.abstractmethod
    def chmod(self, path: PathLike, mode: int) -> None:
        """Sets the permissions of a file."""

    # What a file system may do without: these say so.

    def glob(self, pattern: PathLike) -> list[str]:
        """Returns the paths that match a pattern with `*`, `?` and `[...]`."""
        raise _unsupported(self, 'glob')

    def getctime(self, path: PathLike) -> float:
        """Returns when a file was made, in seconds since the epoch."""
        raise _unsupported(self, 'getctime')

    def getmtime(self, path: PathLike) -> float:
        """Returns when a file was last written, in seconds since the epoch."""
        raise _unsupported(self, 'getmtime')

    def rename(self, oldpath: PathLike, newpath: PathLike) -> None:
        """Renames a file or directory; a file that is there already is replaced."""
        raise _unsupported(self, 'rename')

    def copy(self, oldpath: PathLike, newpath: PathLike) -> None:
        """Copies a file; into a directory, if that is what `newpath` names."""
        name = os.path.basename(path_text(oldpath))
        copy_content(self, oldpath, self, newpath, name)


def _unsupported(system: FileSystem, what: str) -> NotImplementedError:
    return NotImplementedError(f'{type(system).__name__} does not define `{what}`.')


def copy_content(
    source: FileSystem, oldpath: PathLike, target: FileSystem, newpath: PathLike, name: str
) -> None:
    """Copies a file by its content, from one file system to another."""
    if source.isdir(oldpath):
        raise IsADirectoryError(f'{path_text(oldpath)!r} is a directory; only files are copied.')
    if target.isdir(newpath):
        newpath = os.path.join(path_text(newpath), name)
    with source.open(oldpath, 'rb') as reader:
        content = reader.read()
    with target.open(newpath, 'wb') as writer:
        writer.write(content.encode() if isinstance(content, str) else content)


class StdFileSystem(FileSystem):
    """The local file system."""

    def open(self, path: PathLike, mode: str = 'r', **kwargs: Any) -> File:
        return StdFile(builtins.open(resolve_path(path), mode, **kwargs))

    def exists(self, path: PathLike) -> bool:
        return os.path.exists(resolve_path(path))

    def listdir(self, path: PathLike) -> list[str]:
        return os.listdir(resolve_path(path))

    def glob(self, pattern: PathLike) -> list[str]:
        return std_glob.glob(resolve_path(pattern))

    def isdir(self, path: PathLike) -> bool:
        return os.path.isdir(resolve_path(path))

    def getctime(self, path: PathLike) -> float:
        return os.path.getctime(resolve_path(path))

    def getmtime(self, path: PathLike) -> float:
        return os.path.getmtime(resolve_path(path))

    def mkdir(self, path: PathLike, mode: int = 0o777) -> None:
        os.mkdir(resolve_path(path), mode)

    def mkdirs(self, path: PathLike, mode: int = 0o777, exist_ok: bool = True) -> None:
        text = resolve_path(path)
        if text:
            os.makedirs(text, mode, exist_ok)

    def rm(self, path: PathLike) -> None:
        os.remove(resolve_path(path))

    def rename(self, oldpath: PathLike, newpath: PathLike) -> None:
        os.replace(resolve_path(oldpath), resolve_path(newpath))

    def copy(self, oldpath: PathLike, newpath: PathLike) -> None:
        shutil.copy(resolve_path(oldpath), resolve_path(newpath))

    def chmod(self, path: PathLike, mode: int) -> None:
        os.chmod(resolve_path(path), mode)

    def rmdir(self, path: PathLike) -> None:
        os.rmdir(resolve_path(path))

    def rmdirs(self, path: PathLike) -> None:
        os.removedirs(resolve_path(path))


_systems: list[tuple[str, FileSystem]] = []
_standard = StdFileSystem()
_by_protocol: dict[str, FileSystem] = {}


def add_file_system(prefix: str, fs: FileSystem) -> None:
    """Makes paths that start with `prefix` go to a file system.

    Of several prefixes the longest counts. A prefix that is there already is replaced.
    """
    _systems[:] = sorted(
        [(p, s) for p, s in _systems if p != prefix] + [(prefix, fs)],
        key=lambda entry: (len(entry[0]), entry[0]),
        reverse=True,
    )


def file_system(path: PathLike) -> FileSystem:
    """Returns the file system of a path.

    Raises:
        ValueError: It is no path, or has a protocol that needs `fsspec`, which is not installed.
    """
    text = resolve_path(path)
    for prefix, system in _systems:
        if text.startswith(prefix):
            return system
    protocol, separator, _ = text.partition('://')
    if separator and protocol.replace('+', '').replace('-', '').replace('::', '').isalnum():
        found = _by_protocol.get(protocol)
        if found is None:
            from mutandis.base.fsspec_files import FsspecFileSystem

            found = _by_protocol[protocol] = FsspecFileSystem(text)
        return found
    return _standard
