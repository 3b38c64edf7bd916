"""Values in files: `save` and `load`, their handlers, and files of records (`open_jsonl`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mutandis.base import files
from mutandis.symbolic.base import Symbolic
from mutandis.symbolic.serialization import from_json_str, to_json_str


def default_save_handler(
    value: Any,
    path: str,
    *,
    indent: int | None = None,
    file_format: str = 'json',
    **kwargs: Any,
) -> None:
    """Writes a value to a file; directories on the way are made.

    Args:
        value: The value.
        path: The path; `/mem/...` is a file system in memory.
        indent: Indentation of the JSON text.
        file_format: `'json'`, or `'txt'` for the text of the value.
        **kwargs: Options of `to_json`, or of `format`.

    Raises:
        ValueError: Another file format.
    """
    if file_format == 'json':
        text = to_json_str(value, json_indent=indent, **kwargs)
    elif file_format == 'txt':
        if isinstance(value, str):
            text = value
        else:
            from mutandis.base import format as format_value

            text = format_value(value, compact=False, verbose=True, **kwargs)
    else:
        raise _unsupported(file_format)
    files.make_parent_dirs(path)
    files.writefile(path, text)


def default_load_handler(path: str, file_format: str = 'json', **kwargs: Any) -> Any:
    """Reads a value from a file, allowing for missing values.

    Args:
        path: The path.
        file_format: `'json'`, or `'txt'` for the bare text.
        **kwargs: Options of `from_json`.

    Raises:
        ValueError: Another file format, or malformed JSON.
    """
    if file_format not in ('json', 'txt'):
        raise _unsupported(file_format)
    text = files.readfile(path)
    if file_format == 'txt':
        return text
    assert text is not None
    return from_json_str(text, **{'allow_partial': True, **kwargs})


def _unsupported(file_format: str) -> ValueError:
    return ValueError(f"`file_format` must be 'json' or 'txt'. Encountered: {file_format!r}.")


_save_handler: list[Callable[..., Any] | None] = [None]
_load_handler: list[Callable[..., Any] | None] = [None]


def save(value: Any, path: str, *args: Any, **kwargs: Any) -> Any:
    """Writes a value to a file. See `default_save_handler`."""
    return (_save_handler[0] or default_save_handler)(value, path, *args, **kwargs)


def load(path: str, *args: Any, **kwargs: Any) -> Any:
    """Reads a value from a file. See `default_load_handler`."""
    value = (_load_handler[0] or default_load_handler)(path, *args, **kwargs)
    from mutandis.symbolic.flags import is_tracking_origin

    if is_tracking_origin() and isinstance(value, Symbolic):
        value.sym_setorigin(path, 'load')
    return value


def set_save_handler(save_handler: Callable[..., Any] | None) -> Callable[..., Any] | None:
    """Sets what `save` calls, None for the default; returns the previous handler."""
    return _set_handler(_save_handler, save_handler, 'save_handler')


def set_load_handler(load_handler: Callable[..., Any] | None) -> Callable[..., Any] | None:
    """Sets what `load` calls, None for the default; returns the previous handler."""
    return _set_handler(_load_handler, load_handler, 'load_handler')


def _set_handler(
    slot: list[Callable[..., Any] | None],
    handler: Any,
    name: str,
) -> Callable[..., Any] | None:
    if handler is not None and not callable(handler):
        raise ValueError(f'`{name}` must be callable. Encountered: {handler!r}.')
    previous, slot[0] = slot[0], handler
    return previous


def get_save_handler() -> Callable[..., Any] | None:
    """Returns what `save` calls, None for the default."""
    return _save_handler[0]


def get_load_handler() -> Callable[..., Any] | None:
    """Returns what `load` calls, None for the default."""
    return _load_handler[0]


# What `open_jsonl` hands on to `open_sequence`.
_OPTIONS_OF_FILES = ('perms', 'make_dirs_if_not_exist', 'serializer', 'deserializer')


def open_jsonl(path: str, mode: str = 'r', **kwargs: Any) -> files.Sequence:
    """Opens a file of records, one JSON text per line.

    Example::

        with mt.open_jsonl('records.jsonl', 'w') as records:
            records.add(mt.Dict(x=1))
        with mt.open_jsonl('records.jsonl') as records:
            for record in records:
                print(record.x)

    Args:
        path: The path; `/mem/...` is a file system in memory.
        mode: `'r'`, `'w'` or `'a'`.
        **kwargs: Options of `from_json` (such as `trusted`) for the records that are read, of
            `to_json` for those that are written; and those of `mt.io.open_sequence`.
    """
    options = {name: kwargs.pop(name) for name in _OPTIONS_OF_FILES if name in kwargs}
    options.setdefault('serializer', lambda value: to_json_str(value, **kwargs))
    options.setdefault('deserializer', lambda text: from_json_str(text, **kwargs))
    return files.open_sequence(path, mode, **options)
