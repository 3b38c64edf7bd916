"""Files that live in this process, below a prefix such as `/mem/`."""

from __future__ import annotations

import fnmatch
import io
import os
import threading
import time
from typing import Any

from mutandis.base.file_systems import File, FileSystem, PathLike, resolve_path


class _Entry:
    """A file or directory in memory."""

    __slots__ = ('content', 'created', 'modified')

    def __init__(self, content: bytes | None) -> None:
        self.content = content  # None for a directory.
        self.created = self.modified = time.time()


class MemoryFile(File):
    """An open file in memory. Closing it goes back to the start; it can then be read again."""

    def __init__(self, entry: _Entry, mode: str, encoding: str = 'utf-8') -> None:
        kind = mode.replace('b', '').replace('t', '').replace('+', '')
        self._entry = entry
        self._reads = kind == 'r' or '+' in mode
        self._writes = kind in ('w', 'a', 'x') or '+' in mode
        self._appends = kind == 'a'
        self._closed = False
        self._raw = io.BytesIO(entry.content or b'')
        self._buffer: Any = self._raw
        if 'b' not in mode:
            self._buffer = io.TextIOWrapper(self._raw, encoding, write_through=True)
        if self._appends:
            self._buffer.seek(0, io.SEEK_END)

    def _check(self, allowed: bool, what: str) -> None:
        if not allowed:
            raise io.UnsupportedOperation(f'The file is not open for {what}.')

    def read(self, size: int | None = None) -> Any:
        self._check(self._reads or self._closed, 'reading')
        return self._buffer.read(-1 if size is None else size)

    def readline(self) -> Any:
        self._check(self._reads or self._closed, 'reading')
        return self._buffer.readline()

    def write(self, content: Any) -> Any:
        if self._closed:
            raise ValueError('The file is closed.')
        self._check(self._writes, 'writing')
        if self._appends:
            self._buffer.seek(0, io.SEEK_END)
        return self._buffer.write(content)

    def seek(self, offset: int, whence: int = 0) -> int:
        return int(self._buffer.seek(offset, whence))

    def tell(self) -> int:
        return int(self._buffer.tell())

    def flush(self) -> None:
        if self._writes and not self._closed:
            self._buffer.flush()
            content = self._raw.getvalue()
            if content != self._entry.content:
                self._entry.content = content
                self._entry.modified = time.time()

    def close(self) -> None:
        self.flush()
        self._closed = True
        self._buffer.seek(0)


class MemoryFileSystem(FileSystem):
    """Files that live in this process, below a prefix such as `/mem/`."""

    def __init__(self, prefix: str = '/mem/') -> None:
        self._prefix = prefix
        self._entries: dict[str, _Entry] = {'': _Entry(None)}
        self._lock = threading.RLock()

    def _name(self, path: PathLike) -> str:
        text = resolve_path(path).removeprefix(self._prefix)
        return '/'.join(part for part in text.split('/') if part and part != '.')

    def _find(self, path: PathLike) -> _Entry:
        entry = self._entries.get(self._name(path))
        if entry is None:
            raise FileNotFoundError(f'There is no {os.fspath(path)!r}.')
        return entry

    def _check_parent(self, name: str, path: PathLike) -> None:
        parent = name.rpartition('/')[0]
        while parent not in self._entries:
            above = parent.rpartition('/')[0]
            if above in self._entries and self._entries[above].content is None:
                raise FileNotFoundError(
                    f'There is no directory for {os.fspath(path)!r}; make it by `mkdirs`.'
                )
            parent = above
        if self._entries[parent].content is not None:
            raise NotADirectoryError(f'{os.fspath(path)!r} lies below a file.')

    def _below(self, name: str) -> list[str]:
        start = f'{name}/' if name else ''
        return [n for n in self._entries if n.startswith(start) and n != name]

    def open(self, path: PathLike, mode: str = 'r', **kwargs: Any) -> File:
        kind = mode.replace('b', '').replace('t', '').replace('+', '')
        if kind not in ('r', 'w', 'a', 'x') or len(set(mode)) != len(mode) or {*'bt'} <= {*mode}:
            raise ValueError(
                f"A mode is such as 'r', 'w', 'a', 'x' or 'rb'. Encountered: {mode!r}."
            )
        name = self._name(path)
        with self._lock:
            entry = self._entries.get(name)
            if entry is None:
                if kind == 'r':
                    raise FileNotFoundError(f'There is no file {os.fspath(path)!r}.')
                self._check_parent(name, path)
                entry = self._entries[name] = _Entry(b'')
            elif entry.content is None:
                raise IsADirectoryError(f'{os.fspath(path)!r} is a directory.')
            elif kind == 'x':
                raise FileExistsError(f'The file {os.fspath(path)!r} exists.')
            elif kind == 'w':
                entry.content = b''
        return MemoryFile(entry, mode, kwargs.get('encoding') or 'utf-8')

    def exists(self, path: PathLike) -> bool:
        return self._name(path) in self._entries

    def listdir(self, path: PathLike) -> list[str]:
        name = self._name(path)
        with self._lock:
            entry = self._entries.get(name)
            if entry is None or entry.content is not None:
                raise FileNotFoundError(f'There is no directory {os.fspath(path)!r}.')
            start = len(name) + 1 if name else 0
            return sorted(n[start:] for n in self._below(name) if '/' not in n[start:])

    def glob(self, pattern: PathLike) -> list[str]:
        """Returns the paths that match a pattern; its `*` also stands for `/`."""
        name = self._name(pattern)
        with self._lock:
            found = sorted(n for n in self._entries if n and fnmatch.fnmatchcase(n, name))
        return [self._prefix + n for n in found]

    def isdir(self, path: PathLike) -> bool:
        entry = self._entries.get(self._name(path))
        return entry is not None and entry.content is None

    def getctime(self, path: PathLike) -> float:
        return self._find(path).created

    def getmtime(self, path: PathLike) -> float:
        return self._find(path).modified

    def mkdir(self, path: PathLike, mode: int = 0o777) -> None:
        name = self._name(path)
        with self._lock:
            if name in self._entries:
                raise FileExistsError(f'{os.fspath(path)!r} exists.')
            self._check_parent(name, path)
            self._entries[name] = _Entry(None)

    def mkdirs(self, path: PathLike, mode: int = 0o777, exist_ok: bool = True) -> None:
        name = self._name(path)
        with self._lock:
            if name in self._entries and self._entries[name].content is None and not exist_ok:
                raise FileExistsError(f'The directory {os.fspath(path)!r} exists.')
            above = [name]
            while above[-1]:
                above.append(above[-1].rpartition('/')[0])
            for each in reversed(above):
                entry = self._entries.setdefault(each, _Entry(None))
                if entry.content is not None:
                    raise NotADirectoryError(f'{os.fspath(path)!r}: {each!r} is a file.')

    def rm(self, path: PathLike) -> None:
        with self._lock:
            if self._find(path).content is None:
                raise IsADirectoryError(f'{os.fspath(path)!r} is a directory.')
            del self._entries[self._name(path)]

    def rename(self, oldpath: PathLike, newpath: PathLike) -> None:
        old, new = self._name(oldpath), self._name(newpath)
        with self._lock:
            entry = self._find(oldpath)
            if old == new:
                return
            if new.startswith(f'{old}/') or not old:
                raise OSError(f'Cannot move {os.fspath(oldpath)!r} into itself.')
            there = self._entries.get(new)
            if there is None:
                self._check_parent(new, newpath)
            elif entry.content is None and there.content is not None:
                raise NotADirectoryError(f'{os.fspath(newpath)!r} is a file.')
            elif entry.content is not None and there.content is None:
                raise IsADirectoryError(f'{os.fspath(newpath)!r} is a directory.')
            elif there.content is None and self._below(new):
                raise OSError(f'The directory {os.fspath(newpath)!r} is not empty.')
            for name in [old, *self._below(old)]:
                self._entries[new + name[len(old) :]] = self._entries.pop(name)

    def chmod(self, path: PathLike, mode: int) -> None:
        """Checks that the file exists; files in memory have no permissions."""
        self._find(path)

    def rmdir(self, path: PathLike) -> None:
        name = self._name(path)
        with self._lock:
            if not name:
                raise FileNotFoundError('The root of a file system cannot be removed.')
            if self._find(path).content is not None:
                raise NotADirectoryError(f'{os.fspath(path)!r} is a file.')
            if self._below(name):
                raise OSError(f'The directory {os.fspath(path)!r} is not empty.')
            del self._entries[name]

    def rmdirs(self, path: PathLike) -> None:
        name = self._name(path)
        with self._lock:
            self.rmdir(path)
            name = name.rpartition('/')[0]
            while name and not self._below(name):
                del self._entries[name]
                name = name.rpartition('/')[0]
