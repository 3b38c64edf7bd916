"""Files of records: one record a line, or whatever the extension of the path stands for."""

from __future__ import annotations

import abc
import contextlib
import os
import re
from collections.abc import Callable, Iterator
from typing import Any

from mutandis.base.file_systems import File, PathLike, file_system, resolve_path

Serializer = Callable[[Any], 'bytes | str']
Deserializer = Callable[[Any], Any]


class _NoLength(NotImplementedError, TypeError):
    """The length is not known. As a `TypeError`, it lets `list(sequence)` go on without it."""


class Sequence(abc.ABC):
    """A file of records. Use it in a `with` statement.

    Subclasses define `_add(record)`, `_iter()`, `flush`, `close` and `__len__`.

    Args:
        perms: permissions of a file that is written; None leaves them to the umask.
        serializer: turns a record into a str or bytes when it is added.
        deserializer: turns what is read into a record.
    """

    def __init__(
        self,
        perms: int | None = None,
        serializer: Serializer | None = None,
        deserializer: Deserializer | None = None,
    ) -> None:
        self._perms = perms
        self._serializer = serializer
        self._deserializer = deserializer

    def add(self, record: Any) -> None:
        """Appends a record.

        Raises:
            ValueError: it is neither a str nor bytes, and there is no serializer; or the file is
                open for reading, or closed.
        """
        if self._serializer is not None:
            record = self._serializer(record)
        if not isinstance(record, (str, bytes)):
            raise ValueError(
                f'A record is a str or bytes; pass a `serializer` for others. Encountered: '
                f'{record!r}.'
            )
        self._add(record)

    def __iter__(self) -> Iterator[Any]:
        deserializer = self._deserializer
        for record in self._iter():
            yield record if deserializer is None else deserializer(record)

    @abc.abstractmethod
    def _add(self, record: str | bytes) -> None:
        """Appends a record that is serialized."""

    @abc.abstractmethod
    def _iter(self) -> Iterator[Any]:
        """Iterates over the records before they are deserialized."""

    @abc.abstractmethod
    def __len__(self) -> int:
        """Returns the number of records, where it is known."""

    @abc.abstractmethod
    def flush(self) -> None:
        """Sees to it that what was added is in the file."""

    @abc.abstractmethod
    def close(self) -> None:
        """Closes the file."""

    def __enter__(self) -> Sequence:
        return self

    def __exit__(self, *args: Any) -> None:
        self.close()


class SequenceIO(abc.ABC):
    """How the files of an extension are opened (see `add_sequence_io`)."""

    @abc.abstractmethod
    def open(
        self,
        path: PathLike,
        mode: str,
        *,
        perms: int | None,
        serializer: Serializer | None,
        deserializer: Deserializer | None,
        **kwargs: Any,
    ) -> Sequence:
        """Opens a file of records."""


class LineSequence(Sequence):
    """One record a line: trailing newlines are stripped, and others split a record."""

    def __init__(
        self,
        path: PathLike,
        mode: str,
        perms: int | None = None,
        serializer: Serializer | None = None,
        deserializer: Deserializer | None = None,
    ) -> None:
        super().__init__(perms, serializer, deserializer)
        system = file_system(path)
        self._file: File = system.open(path, mode)
        self._writes = mode[:1] != 'r'
        if self._writes and perms is not None:
            system.chmod(path, perms)

    def __len__(self) -> int:
        raise _NoLength('The number of lines is known only when they are read.')

    def _add(self, record: str | bytes) -> None:
        if not self._writes:
            raise ValueError('The file is open for reading; open it in mode "w" or "a" to add.')
        text = record.decode('utf-8') if isinstance(record, bytes) else record
        self._file.write(text.rstrip('\n') + '\n')

    def _iter(self) -> Iterator[str]:
        if self._writes:
            raise ValueError('The file is open for writing; open it in mode "r" to read.')
        while True:
            line = self._file.readline()
            if not line:
                return
            yield line.rstrip('\n')

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        self._file.close()


class LineSequenceIO(SequenceIO):
    """Opens files with one record a line."""

    def open(
        self,
        path: PathLike,
        mode: str,
        *,
        perms: int | None = None,
        serializer: Serializer | None = None,
        deserializer: Deserializer | None = None,
        **kwargs: Any,
    ) -> Sequence:
        return LineSequence(path, mode, perms, serializer, deserializer)


class MemorySequence(Sequence):
    """Records in a list of this process."""

    def __init__(
        self,
        path: PathLike,
        mode: str,
        records: list[str | bytes],
        *,
        perms: int | None = None,
        serializer: Serializer | None = None,
        deserializer: Deserializer | None = None,
    ) -> None:
        super().__init__(perms, serializer, deserializer)
        self._path = path
        self._mode = mode
        self._records = records
        self._closed = False

    def _check(self, modes: str, what: str) -> None:
        if self._closed:
            raise ValueError(f'{self._path!r} is closed.')
        if self._mode not in modes:
            raise ValueError(f'{self._path!r} is open in mode {self._mode!r}, not for {what}.')

    def __len__(self) -> int:
        return len(self._records)

    def _add(self, record: str | bytes) -> None:
        self._check('wa', 'writing')
        self._records.append(record)

    def _iter(self) -> Iterator[str | bytes]:
        self._check('r', 'reading')
        return iter(self._records)

    def flush(self) -> None:
        pass

    def close(self) -> None:
        self._closed = True


class MemorySequenceIO(SequenceIO):
    """Opens sequences that live in this process, by path."""

    def __init__(self) -> None:
        self._records: dict[str, list[str | bytes]] = {}

    def open(
        self,
        path: PathLike,
        mode: str,
        *,
        perms: int | None = None,
        serializer: Serializer | None = None,
        deserializer: Deserializer | None = None,
        **kwargs: Any,
    ) -> Sequence:
        name = resolve_path(path)
        if mode not in ('r', 'w', 'a'):
            raise ValueError(f"A mode is 'r', 'w' or 'a'. Encountered: {mode!r}.")
        if mode == 'w':
            self._records[name] = []
        records = self._records.setdefault(name, [])
        return MemorySequence(
            name, mode, records, perms=perms, serializer=serializer, deserializer=deserializer
        )


_by_extension: dict[str, SequenceIO] = {'mem': MemorySequenceIO()}
_lines = LineSequenceIO()
# Parts of a file that is split: `x.mem@10`, `x.mem-00000-of-00010`.
_SHARD = re.compile(r'(@[^@/.]*|-\d+-of-\d+)$')


def add_sequence_io(extension: str, sequence_io: SequenceIO) -> None:
    """Sets how the files of records with an extension (`'mem'` or `'.mem'`) are opened.

    Capitals make no difference.
    """
    _by_extension[extension.removeprefix('.').lower()] = sequence_io


def open_sequence(
    path: PathLike,
    mode: str = 'r',
    *,
    perms: int | None = None,
    serializer: Serializer | None = None,
    deserializer: Deserializer | None = None,
    make_dirs_if_not_exist: bool = True,
    **kwargs: Any,
) -> Sequence:
    """Opens a file of records.

    Args:
        path: the path. Its extension decides how the records are stored; by default one a line.
        mode: `'r'`, `'w'` or `'a'`.
        perms: permissions of a file that is written; None leaves them to the umask.
        serializer: turns a record into a str or bytes when it is added.
        deserializer: turns what is read into a record.
        make_dirs_if_not_exist: whether to make the directory of a file that is written.
        **kwargs: what else the `SequenceIO` of the extension takes.

    Raises:
        FileNotFoundError: there is no such file, or no such directory.
    """
    text = resolve_path(path)
    extension = os.path.splitext(_SHARD.sub('', text))[1].removeprefix('.')
    opener = _by_extension.get(extension.lower(), _lines)
    directory = os.path.dirname(text)
    if mode[:1] != 'r' and make_dirs_if_not_exist and directory and opener is _lines:
        with contextlib.suppress(FileExistsError):
            file_system(text).mkdirs(directory, exist_ok=True)
    return opener.open(
        text, mode, perms=perms, serializer=serializer, deserializer=deserializer, **kwargs
    )
