"""Files by path: the local file system, and `/mem/` for files that live in this process.

Other file systems are added by prefix (`add_file_system`).
"""

from __future__ import annotations

import builtins
import contextlib
import io
import os
import threading
from typing import IO, Any, Union

PathLike = Union[str, 'os.PathLike[str]']


def resolve_path(path: PathLike) -> str:
    """Returns a path as text, `~` unfolded."""
    text = os.fspath(path)
    if not isinstance(text, str):
        raise TypeError(f'A path should be a str. Encountered: {path!r}.')
    return os.path.expanduser(text)


class FileSystem:
    """What a file system can do. Subclasses implement all of it."""

    def open(self, path: PathLike, mode: str = 'r', **kwargs: Any) -> IO[Any]:
        """Opens a file."""
        raise NotImplementedError

    def exists(self, path: PathLike) -> bool:
        """Whether there is a file or directory."""
        raise NotImplementedError

    def listdir(self, path: PathLike) -> list[str]:
        """Returns the names in a directory."""
        raise NotImplementedError

    def isdir(self, path: PathLike) -> bool:
        """Whether there is a directory."""
        raise NotImplementedError

    def mkdir(self, path: PathLike, mode: int = 0o777) -> None:
        """Makes a directory."""
        raise NotImplementedError

    def mkdirs(self, path: PathLike, mode: int = 0o777, exist_ok: bool = False) -> None:
        """Makes a directory and those above it."""
        raise NotImplementedError

    def rm(self, path: PathLike) -> None:
        """Removes a file."""
        raise NotImplementedError

    def rename(self, old: PathLike, new: PathLike) -> None:
        """Renames a file, replacing what is there."""
        raise NotImplementedError

    def chmod(self, path: PathLike, mode: int) -> None:
        """Sets the permissions of a file."""
        raise NotImplementedError

    def rmdir(self, path: PathLike) -> bool:
        """Removes an empty directory."""
        raise NotImplementedError

    def rmdirs(self, path: PathLike) -> bool:
        """Removes an empty directory, and then the empty ones above it."""
        raise NotImplementedError


class StdFileSystem(FileSystem):
    """The local file system."""

    def open(self, path: PathLike, mode: str = 'r', **kwargs: Any) -> IO[Any]:
        return builtins.open(resolve_path(path), mode, **kwargs)

    def exists(self, path: PathLike) -> bool:
        return os.path.exists(resolve_path(path))

    def listdir(self, path: PathLike) -> list[str]:
        return os.listdir(resolve_path(path))

    def isdir(self, path: PathLike) -> bool:
        return os.path.isdir(resolve_path(path))

    def mkdir(self, path: PathLike, mode: int = 0o777) -> None:
        os.mkdir(resolve_path(path), mode)

    def mkdirs(self, path: PathLike, mode: int = 0o777, exist_ok: bool = False) -> None:
        text = resolve_path(path)
        if text:
            os.makedirs(text, mode, exist_ok)

    def rm(self, path: PathLike) -> None:
        os.remove(resolve_path(path))

    def rename(self, old: PathLike, new: PathLike) -> None:
        os.replace(resolve_path(old), resolve_path(new))

    def chmod(self, path: PathLike, mode: int) -> None:
        os.chmod(resolve_path(path), mode)

    def rmdir(self, path: PathLike) -> bool:
        os.rmdir(resolve_path(path))
        return True

    def rmdirs(self, path: PathLike) -> bool:
        os.removedirs(resolve_path(path))
        return True


class _MemoryFile(io.BytesIO):
    """The bytes of an open file; stored when it is closed or flushed."""

    def __init__(self, system: MemoryFileSystem, name: str, content: bytes, writable: bool):
        super().__init__(content)
        self._system, self._name, self._writes = system, name, writable

    def flush(self) -> None:
        super().flush()
        if self._writes and not self.closed:
            self._system._files[self._name] = self.getvalue()

    def close(self) -> None:
        if not self.closed:
            self.flush()
        super().close()

    def writable(self) -> bool:
        return self._writes


class MemoryFileSystem(FileSystem):
    """Files that live in this process, below a prefix such as `/mem/`."""

    def __init__(self, prefix: str = '/mem/') -> None:
        self._prefix = prefix
        self._files: dict[str, bytes] = {}
        self._dirs: set[str] = {''}
        self._lock = threading.RLock()

    def _name(self, path: PathLike) -> str:
        text = resolve_path(path)
        if text.startswith(self._prefix):
            text = text[len(self._prefix) :]
        return '/'.join(part for part in text.split('/') if part and part != '.')

    @staticmethod
    def _parent(name: str) -> str:
        return name.rpartition('/')[0]

    def open(self, path: PathLike, mode: str = 'r', **kwargs: Any) -> IO[Any]:
        name = self._name(path)
        kind = mode.replace('b', '').replace('t', '')
        with self._lock:
            if name in self._dirs:
                raise IsADirectoryError(f'{os.fspath(path)!r} is a directory.')
            if kind.startswith('r') and name not in self._files:
                raise FileNotFoundError(f'There is no file {os.fspath(path)!r}.')
            if kind.startswith('x') and name in self._files:
                raise FileExistsError(f'The file {os.fspath(path)!r} exists.')
            if self._parent(name) not in self._dirs:
                raise FileNotFoundError(f'There is no directory for {os.fspath(path)!r}.')
            content = b'' if kind[0] in 'wx' else self._files.get(name, b'')
            writable = kind[0] in 'wxa' or '+' in kind
            if writable:
                self._files[name] = content
        raw = _MemoryFile(self, name, content, writable)
        if kind.startswith('a'):
            raw.seek(0, io.SEEK_END)
        if 'b' in mode:
            return raw
        kwargs.setdefault('encoding', 'utf-8')
        return io.TextIOWrapper(raw, write_through=True, **kwargs)

    def exists(self, path: PathLike) -> bool:
        name = self._name(path)
        return name in self._files or name in self._dirs

    def listdir(self, path: PathLike) -> list[str]:
        name = self._name(path)
        if name not in self._dirs:
            raise FileNotFoundError(f'There is no directory {os.fspath(path)!r}.')
        names = {*self._files, *self._dirs} - {''}
        return [n.rpartition('/')[2] for n in sorted(names) if self._parent(n) == name]

    def isdir(self, path: PathLike) -> bool:
        return self._name(path) in self._dirs

    def mkdir(self, path: PathLike, mode: int = 0o777) -> None:
        name = self._name(path)
        if self.exists(path):
            raise FileExistsError(f'{os.fspath(path)!r} exists.')
        if self._parent(name) not in self._dirs:
            raise FileNotFoundError(f'There is no directory for {os.fspath(path)!r}.')
        self._dirs.add(name)

    def mkdirs(self, path: PathLike, mode: int = 0o777, exist_ok: bool = False) -> None:
        name = self._name(path)
        if name in self._dirs and not exist_ok:
            raise FileExistsError(f'The directory {os.fspath(path)!r} exists.')
        while name:
            if name in self._files:
                raise NotADirectoryError(f'{os.fspath(path)!r}: {name!r} is a file.')
            self._dirs.add(name)
            name = self._parent(name)

    def rm(self, path: PathLike) -> None:
        name = self._name(path)
        if name in self._dirs:
            raise IsADirectoryError(f'{os.fspath(path)!r} is a directory.')
        if name not in self._files:
            raise FileNotFoundError(f'There is no file {os.fspath(path)!r}.')
        del self._files[name]

    def rename(self, old: PathLike, new: PathLike) -> None:
        name = self._name(old)
        if name not in self._files:
            raise FileNotFoundError(f'There is no file {os.fspath(old)!r}.')
        self._files[self._name(new)] = self._files.pop(name)

    def chmod(self, path: PathLike, mode: int) -> None:
        if not self.exists(path):
            raise FileNotFoundError(f'There is no file {os.fspath(path)!r}.')

    def rmdir(self, path: PathLike) -> bool:
        name = self._name(path)
        if name not in self._dirs or not name:
            raise FileNotFoundError(f'There is no directory {os.fspath(path)!r}.')
        if self.listdir(path):
            raise OSError(f'The directory {os.fspath(path)!r} is not empty.')
        self._dirs.discard(name)
        return True

    def rmdirs(self, path: PathLike) -> bool:
        self.rmdir(path)
        name = self._parent(self._name(path))
        while name and not self.listdir(self._prefix + name):
            self._dirs.discard(name)
            name = self._parent(name)
        return True


_systems: list[tuple[str, FileSystem]] = [('/mem/', MemoryFileSystem('/mem/'))]
_standard = StdFileSystem()


def add_file_system(prefix: str, fs: FileSystem) -> None:
    """Makes paths that start with `prefix` go to a file system."""
    _systems[:] = sorted(
        [(p, s) for p, s in _systems if p != prefix] + [(prefix, fs)], key=lambda x: -len(x[0])
    )


def file_system(path: PathLike) -> FileSystem:
    """Returns the file system of a path."""
    text = resolve_path(path)
    for prefix, system in _systems:
        if text.startswith(prefix):
            return system
    return _standard


def open(path: PathLike, mode: str = 'r', **kwargs: Any) -> IO[Any]:
    """Opens a file, as Python's `open` does."""
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
            f.flush()
            # The content must be on the disk before the name is; files in memory have no number.
            with contextlib.suppress(io.UnsupportedOperation):
                os.fsync(f.fileno())
        system.rename(beside, target)
    except BaseException:
        if system.exists(beside):
            system.rm(beside)
        raise


def path_exists(path: PathLike) -> bool:
    """Whether there is a file or directory."""
    return file_system(path).exists(path)


def listdir(path: PathLike, fullpath: bool = False) -> list[str]:
    """Returns the names in a directory, or their paths."""
    names = file_system(path).listdir(path)
    return [os.path.join(os.fspath(path), name) for name in names] if fullpath else names


def isdir(path: PathLike) -> bool:
    """Whether there is a directory."""
    return file_system(path).isdir(path)


def mkdir(path: PathLike, mode: int = 0o777) -> None:
    """Makes a directory."""
    file_system(path).mkdir(path, mode)


def mkdirs(path: PathLike, mode: int = 0o777, exist_ok: bool = True) -> None:
    """Makes a directory and those above it."""
    file_system(path).mkdirs(path, mode, exist_ok)


def rm(path: PathLike) -> None:
    """Removes a file."""
    file_system(path).rm(path)


def chmod(path: PathLike, mode: int) -> None:
    """Sets the permissions of a file."""
    file_system(path).chmod(path, mode)


def rmdir(path: PathLike) -> bool:
    """Removes an empty directory."""
    return file_system(path).rmdir(path)


def rmdirs(path: PathLike) -> bool:
    """Removes an empty directory, and then the empty ones above it."""
    return file_system(path).rmdirs(path)


def make_parent_dirs(path: PathLike) -> None:
    """Makes the directory of a file, if its path names one."""
    directory = os.path.dirname(resolve_path(path))
    if directory:
        mkdirs(directory, exist_ok=True)
