"""Files by path: local ones, `/mem/...` in memory, and those of any file system that is added.

    mt.io.writefile('/mem/a/b.txt', 'hello')
    with mt.io.open('/mem/a/b.txt') as f:
        f.readline()

Every function goes to the file system of its path (`file_systems`). Errors are those of Python's
`os`; a path that is neither a str nor an `os.PathLike` is a `ValueError`.
"""

from __future__ import annotations

import os
import threading
from typing import Any

from mutandis.base.file_systems import (
    File,
    FileSystem,
    PathLike,
    StdFile,
    StdFileSystem,
    add_file_system,
    copy_content,
    file_system,
    resolve_path,
)
from mutandis.base.memory_files import MemoryFile, MemoryFileSystem
from mutandis.base.sequences import (
    LineSequence,
    LineSequenceIO,
    MemorySequence,
    MemorySequenceIO,
    Sequence,
    SequenceIO,
    add_sequence_io,
    open_sequence,
)

add_file_system('/mem/', MemoryFileSystem('/mem/'))


def open(path: PathLike, mode: str = 'r', **kwargs: Any) -> File:
    """Opens a file.

    Args:
        path: the path.
        mode: as for Python's `open`.
        **kwargs: what else the file system takes, such as `encoding`.
    """
    return file_system(path).open(path, mode, **kwargs)


def readfile(
    path: PathLike,
    mode: str = 'r',
    nonexist_ok: bool = False,
    **kwargs: Any,
) -> str | bytes | None:
    """Returns the content of a file; with `nonexist_ok`, None if there is none."""
    try:
        with open(path, mode, **kwargs) as f:
            content: str | bytes = f.read()
            return content
    except FileNotFoundError:
        if nonexist_ok:
            return None
        raise


def writefile(
    path: PathLike,
    content: str | bytes,
    *,
    mode: str = 'w',
    perms: int | None = None,
    **kwargs: Any,
) -> None:
    """Writes a file. Its permissions follow the umask unless `perms` are given."""
    with open(path, mode, **kwargs) as f:
        f.write(content)
    if perms is not None:
        chmod(path, perms)


def write_atomically(path: PathLike, content: str | bytes) -> None:
    """Writes a file as a whole or not at all.

    Whatever happens on the way, a reader finds the old content or the new one. The content is
    written to a new file beside it, which then takes its place.
    """
    system = file_system(path)
    target = resolve_path(path)
    beside = f'{target}.{os.getpid()}-{threading.get_ident()}.tmp'
    try:
        with system.open(beside, 'wb' if isinstance(content, bytes) else 'w') as f:
            f.write(content)
            if isinstance(f, StdFile):
                f.sync()  # The content must be on the disk before the name is.
        system.rename(beside, target)
    except BaseException:
        if system.exists(beside):
            system.rm(beside)
        raise


def path_exists(path: PathLike) -> bool:
    """Whether there is a file or directory."""
    return file_system(path).exists(path)


def isdir(path: PathLike) -> bool:
    """Whether there is a directory."""
    return file_system(path).isdir(path)


def listdir(path: PathLike, fullpath: bool = False) -> list[str]:
    """Returns the names in a directory, or their paths."""
    names = file_system(path).listdir(path)
    return [os.path.join(os.fspath(path), name) for name in names] if fullpath else names


def glob(pattern: PathLike) -> list[str]:
    """Returns the paths that match a pattern with `*`, `?` and `[...]`."""
    return file_system(pattern).glob(pattern)


def getctime(path: PathLike) -> float:
    """Returns when a file was made, in seconds since the epoch."""
    return file_system(path).getctime(path)


def getmtime(path: PathLike) -> float:
    """Returns when a file was last written, in seconds since the epoch."""
    return file_system(path).getmtime(path)


def mkdir(path: PathLike, mode: int = 0o777) -> None:
    """Makes a directory."""
    file_system(path).mkdir(path, mode)


def mkdirs(path: PathLike, mode: int = 0o777, exist_ok: bool = True) -> None:
    """Makes a directory and those above it."""
    file_system(path).mkdirs(path, mode, exist_ok)


def rm(path: PathLike) -> None:
    """Removes a file."""
    file_system(path).rm(path)


def rmdir(path: PathLike) -> Any:
    """Removes an empty directory."""
    return file_system(path).rmdir(path)


def rmdirs(path: PathLike) -> Any:
    """Removes an empty directory, and then the empty ones above it."""
    return file_system(path).rmdirs(path)


def rename(oldpath: PathLike, newpath: PathLike) -> None:
    """Renames a file or directory; a file that is there already is replaced.

    Raises:
        ValueError: The paths are on different file systems; copy the file instead.
    """
    source, target = file_system(oldpath), file_system(newpath)
    if source is not target:
        raise ValueError(
            f'Cannot rename {oldpath!r} to {newpath!r}: they are on different file systems. Copy '
            f'the file and remove the old one.'
        )
    source.rename(oldpath, newpath)


def copy(oldpath: PathLike, newpath: PathLike) -> None:
    """Copies a file, between file systems by its content.

    If `newpath` is a directory, the copy is made in it, under the name of the file.
    """
    source, target = file_system(oldpath), file_system(newpath)
    if source is target:
        source.copy(oldpath, newpath)
    else:
        name = os.path.basename(resolve_path(oldpath))
        copy_content(source, oldpath, target, newpath, name)


def chmod(path: PathLike, mode: int) -> None:
    """Sets the permissions of a file."""
    file_system(path).chmod(path, mode)


def make_parent_dirs(path: PathLike) -> None:
    """Makes the directory of a file, if its path names one."""
    directory = os.path.dirname(resolve_path(path))
    if directory:
        mkdirs(directory, exist_ok=True)


__all__ = [
    'File',
    'FileSystem',
    'LineSequence',
    'LineSequenceIO',
    'MemoryFile',
    'MemoryFileSystem',
    'MemorySequence',
    'MemorySequenceIO',
    'Sequence',
    'SequenceIO',
    'StdFile',
    'StdFileSystem',
    'add_file_system',
    'add_sequence_io',
    'chmod',
    'copy',
    'file_system',
    'getctime',
    'getmtime',
    'glob',
    'isdir',
    'listdir',
    'make_parent_dirs',
    'mkdir',
    'mkdirs',
    'open',
    'open_sequence',
    'path_exists',
    'readfile',
    'rename',
    'resolve_path',
    'rm',
    'rmdir',
    'rmdirs',
    'write_atomically',
    'writefile',
]
