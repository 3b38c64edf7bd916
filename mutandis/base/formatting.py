"""Text forms: one function, `format`, that prints any value as a human reads it.

Values that know how to print themselves are `Formattable`; `str` and `repr` of them are
`format` with two different sets of options, which the scopes `str_format` and `repr_format`
override. Everything else (numbers, strings, containers) is printed here.
"""

from __future__ import annotations

import contextlib
import contextvars
import enum
import re
import sys
from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar

from mutandis.base.traits import Abstract

CustomFormat = Callable[[Any, int], str | None]

_NO_OVERRIDES: dict[str, Any] = {}  # Never changed.
_str_overrides: contextvars.ContextVar[dict[str, Any]] = contextvars.ContextVar(
    'mutandis_str_format', default=_NO_OVERRIDES
)
_repr_overrides: contextvars.ContextVar[dict[str, Any]] = contextvars.ContextVar(
    'mutandis_repr_format', default=_NO_OVERRIDES
)


class Formattable(Abstract):
    """Base of classes that print themselves through `format`.

    Subclasses override `format` and must accept (and pass on to their parts) options that they
    do not know.
    """

    __slots__ = ()

    # The options that `str(x)` and `repr(x)` stand for.
    __str_format_kwargs__: ClassVar[dict[str, Any]] = {'compact': False, 'verbose': True}
    __repr_format_kwargs__: ClassVar[dict[str, Any]] = {'compact': True}

    @abstractmethod
    def format(
        self,
        compact: bool = False,
        verbose: bool = True,
        root_indent: int = 0,
        **kwargs: Any,
    ) -> str:
        """Returns the text of this value.

        Args:
            compact: on one line.
            verbose: with details that a reader may not need, such as field descriptions.
            root_indent: the indentation level of the first line; later lines are indented
                relative to it.
            **kwargs: further options, to be handed on to the parts.
        """
        raise NotImplementedError(
            f'{type(self).__name__} is Formattable but does not define `format`.'
        )

    def _format_as_part(self, **options: Any) -> str:
        # Symbolic classes of users' classes, whose `format` may mean something else, override this.
        return self.format(**options)

    def __str__(self) -> str:
        overrides = _str_overrides.get()
        options = self.__str_format_kwargs__
        return format(self, **({**options, **overrides} if overrides else options))

    def __repr__(self) -> str:
        overrides = _repr_overrides.get()
        options = self.__repr_format_kwargs__
        return format(self, **({**options, **overrides} if overrides else options))


@contextlib.contextmanager
def _override(
    variable: contextvars.ContextVar[dict[str, Any]],
    options: dict[str, Any],
) -> Iterator[dict[str, Any]]:
    merged = {**variable.get(), **options}
    token = variable.set(merged)
    try:
        yield merged
    finally:
        variable.reset(token)


def str_format(**kwargs: Any) -> contextlib.AbstractContextManager[dict[str, Any]]:
    """A scope in which `str(x)` of formattable values uses the given options.

    Example::

        with mt.str_format(compact=True):
            print(model)          # On one line.
    """
    return _override(_str_overrides, kwargs)


def repr_format(**kwargs: Any) -> contextlib.AbstractContextManager[dict[str, Any]]:
    """A scope in which `repr(x)` of formattable values uses the given options."""
    return _override(_repr_overrides, kwargs)


class RawText(Formattable):
    """A text that prints as it is, without quotes; equal to the `str` it holds."""

    __slots__ = ('text',)

    def __init__(self, text: str):
        self.text = text

    def format(self, *args: Any, **kwargs: Any) -> str:
        return self.text

    def __eq__(self, other: object) -> bool:
        if isinstance(other, RawText):
            return self.text == other.text
        return isinstance(other, str) and self.text == other

    def __hash__(self) -> int:
        return hash(self.text)


class BracketType(enum.IntEnum):
    """The brackets around a list of key-value pairs."""

    ROUND = 0
    SQUARE = 1
    CURLY = 2


_BRACKETS = ('()', '[]', '{}')


def bracket_chars(bracket_type: BracketType) -> tuple[str, str]:
    """Returns the opening and the closing bracket of a type."""
    pair = _BRACKETS[bracket_type]
    return pair[0], pair[1]


def format(  # pylint: disable=redefined-builtin
    value: Any,
    compact: bool = False,
    verbose: bool = True,
    root_indent: int = 0,
    list_wrap_threshold: int = 80,
    strip_object_id: bool = False,
    include_keys: set[Any] | None = None,
    exclude_keys: set[Any] | None = None,
    markdown: bool = False,
    max_str_len: int | None = None,
    max_bytes_len: int | None = None,
    *,
    custom_format: CustomFormat | None = None,
    memo: set[int] | None = None,
    **kwargs: Any,
) -> str:
    """Formats any value as text.

    Args:
        value: the value.
        compact: on one line.
        verbose: with details, such as descriptions of fields.
        root_indent: indentation level (two spaces each) of the first line.
        list_wrap_threshold: lists and tuples whose one-line form is longer get one line per item.
        strip_object_id: prints `Name(...)` in place of `<... object at 0x...>`.
        include_keys: at the top level, print only these keys; all if there are none.
        exclude_keys: at the top level, leave out these keys.
        markdown: wrap the result in backticks (a fence if it has several lines).
        max_str_len: cut strings to so many characters, plus `...`.
        max_bytes_len: cut byte strings to so many bytes, plus `...`.
        custom_format: asked first for every value as `custom_format(value, root_indent)`; `None`
            means that it does not care.
        memo: ids of the containers being printed; finds values that contain themselves.
        **kwargs: passed to the `format` method of formattable values.

    Returns:
        The text.
    """
    if memo is None:
        memo = set()
    text = format_part(
        value,
        compact,
        verbose,
        root_indent,
        include_keys,
        exclude_keys,
        memo,
        dict(
            kwargs,
            list_wrap_threshold=list_wrap_threshold,
            strip_object_id=strip_object_id,
            max_str_len=max_str_len,
            max_bytes_len=max_bytes_len,
            custom_format=custom_format,
        ),
    )
    return maybe_markdown_quote(text, markdown)


def format_part(
    value: Any,
    compact: bool,
    verbose: bool,
    indent: int,
    include_keys: set[Any] | None,
    exclude_keys: set[Any] | None,
    memo: set[int],
    options: dict[str, Any],
) -> str:
    """`format` with the options that every level shares in one dict."""
    custom_format = options['custom_format']
    if custom_format is not None:
        text = custom_format(value, indent)
        if text is not None:
            return str(text)

    if isinstance(value, Formattable):
        return _format_guarded(
            value,
            memo,
            lambda: value._format_as_part(
                compact=compact,
                verbose=verbose,
                root_indent=indent,
                include_keys=include_keys,
                exclude_keys=exclude_keys or set(),
                memo=memo,
                **options,
            ),
        )
    if isinstance(value, (list, tuple)):
        return _format_guarded(
            value, memo, lambda: _format_sequence(value, compact, verbose, indent, memo, options)
        )
    if isinstance(value, dict):
        return _format_guarded(
            value,
            memo,
            lambda: _format_mapping(
                value, compact, verbose, indent, include_keys, exclude_keys, memo, options
            ),
        )
    text = format_leaf(value, compact, **options)
    if '\n' in text and hasattr(value, 'shape') and hasattr(value, 'dtype'):
        # The rows of an array.
        if compact:
            return ' '.join(line.strip() for line in text.split('\n'))
        return text.replace('\n', '\n' + '  ' * indent)
    return text


def format_leaf(
    value: Any,
    compact: bool = True,
    strip_object_id: bool = False,
    max_str_len: int | None = None,
    max_bytes_len: int | None = None,
    **kwargs: Any,
) -> str:
    """Formats a value that is neither formattable nor a list, tuple or dict."""
    if isinstance(value, str):
        if max_str_len is not None and len(value) > max_str_len:
            value = value[:max_str_len] + '...'
        return repr(value)
    if isinstance(value, bytes):
        if max_bytes_len is not None and len(value) > max_bytes_len:
            value = value[:max_bytes_len] + b'...'
        return repr(value)
    text = repr(value) if compact else str(value)
    if strip_object_id and 'object at 0x' in text:
        return f'{type(value).__name__}(...)'
    return text


def _format_guarded(value: Any, memo: set[int], write: Callable[[], str]) -> str:
    """Runs `write` unless `value` is being printed already."""
    identity = id(value)
    if identity in memo:
        return f'<recursive {type(value).__name__} at 0x{identity:x}>'
    memo.add(identity)
    try:
        return write()
    finally:
        memo.discard(identity)


def _format_sequence(
    value: Sequence[Any],
    compact: bool,
    verbose: bool,
    indent: int,
    memo: set[int],
    options: dict[str, Any],
) -> str:
    opening, closing = '[]' if isinstance(value, list) else '()'
    items = [
        format_part(item, compact, verbose, indent + 1, None, None, memo, options) for item in value
    ]
    line = f'{opening}{", ".join(items)}{closing}'
    if compact or len(line) <= options['list_wrap_threshold']:
        return line
    pad = '  ' * (indent + 1)
    body = ',\n'.join(pad + item for item in items)
    return f'{opening}\n{body}\n{"  " * indent}{closing}'


def _format_mapping(
    value: dict[Any, Any],
    compact: bool,
    verbose: bool,
    indent: int,
    include_keys: set[Any] | None,
    exclude_keys: set[Any] | None,
    memo: set[int],
    options: dict[str, Any],
) -> str:
    items = [
        f'{key!r}: {format_part(item, compact, verbose, indent + 1, None, None, memo, options)}'
        for key, item in value.items()
        if not (include_keys and key not in include_keys)
        and not (exclude_keys and key in exclude_keys)
    ]
    if not items:
        return '{}'
    if compact:
        return f'{{{", ".join(items)}}}'
    pad = '  ' * (indent + 1)
    body = ',\n'.join(pad + item for item in items)
    return f'{{\n{body}\n{"  " * indent}}}'


def kvlist_str(
    kvlist: Sequence[tuple[str, Any, Any]],
    compact: bool = True,
    verbose: bool = False,
    root_indent: int = 0,
    *,
    label: str | None = None,
    bracket_type: BracketType = BracketType.ROUND,
    custom_format: CustomFormat | None = None,
    memo: set[int] | None = None,
    **kwargs: Any,
) -> str:
    """Formats key-value pairs as the arguments of a call, leaving out those at their default.

    Args:
        kvlist: triples of key, value, and default (or a tuple of defaults). An empty key prints
            the value only.
        compact: on one line.
        verbose: passed on to the values.
        root_indent: indentation level.
        label: name before the brackets; without it there are no brackets.
        bracket_type: the brackets.
        custom_format: as in `format`.
        memo: as in `format`.
        **kwargs: passed on to the values.

    Returns:
        For example `Name(a=1, b='x')`.
    """
    # Keys are chosen by the caller; they are no keys of the values below.
    kwargs.pop('include_keys', None)
    kwargs.pop('exclude_keys', None)
    indent = root_indent if label is None else root_indent + 1
    parts = []
    for key, value, default in kvlist:
        defaults = default if isinstance(default, tuple) else (default,)
        if any(value is d for d in defaults) or _in(value, defaults):
            continue
        text = format(
            value, compact, verbose, indent, custom_format=custom_format, memo=memo, **kwargs
        )
        parts.append(f'{key}={text}' if key else text)
    if compact:
        body = ', '.join(parts)
    else:
        pad = '  ' * indent
        body = ',\n'.join(pad + part for part in parts)
    if label is None:
        return body
    opening, closing = bracket_chars(bracket_type)
    if compact or not parts:
        return f'{label}{opening}{body}{closing}'
    return f'{label}{opening}\n{body}\n{"  " * root_indent}{closing}'


def _in(value: Any, candidates: Sequence[Any]) -> bool:
    """Whether `value` equals a candidate; values with an odd `==` (arrays) equal none."""
    for candidate in candidates:
        try:
            if value == candidate:
                return True
        except Exception:  # noqa: BLE001
            continue
    return False


def brief(value: Any, width: int) -> str:
    """Returns the text of a value on one line of at most `width` characters."""
    text = ' '.join(format(value, compact=True, verbose=False).split())
    return text if len(text) <= width else f'{text[: width - 3]}...'


def quote_if_str(value: Any) -> Any:
    """Returns `repr(value)` of a string, anything else as it is."""
    return repr(value) if isinstance(value, str) else value


def comma_delimited_str(value_list: Sequence[Any]) -> str:
    """Returns the values, strings quoted, with commas between them."""
    return ', '.join(str(quote_if_str(v)) for v in value_list)


def auto_plural(number: int | float, singular: str, plural: str | None = None) -> str:
    """Returns the singular for 1, else the plural (by default the singular plus 's')."""
    if number == 1:
        return singular
    return singular + 's' if plural is None else plural


# A word begins with a capital before a small letter, or with one after something else (but a
# single character in front is no word: `aB`).
_HUMP = re.compile(r'(?<=.)(?=[A-Z][a-z])|(?<=.[^A-Z])(?=[A-Z])', re.DOTALL)


def camel_to_snake(text: str, separator: str = '_') -> str:
    """Turns `HTMLView` into `html_view`."""
    return _HUMP.sub(separator, text).lower()


def maybe_markdown_quote(s: str, markdown: bool = True) -> str:
    """Wraps a text in backticks, or in a fence if it has several lines."""
    if not markdown:
        return s
    if '\n' in s:
        return f'```\n{s}\n```'
    return f'`{s}`'


def str_ext(
    value: Any,
    custom_format: CustomFormat | None = None,
    root_indent: int = 0,
) -> str:
    """`str(value)`, unless `custom_format` has an answer."""
    return _ext(value, str, custom_format, root_indent)


def repr_ext(
    value: Any,
    custom_format: CustomFormat | None = None,
    root_indent: int = 0,
) -> str:
    """`repr(value)`, unless `custom_format` has an answer."""
    return _ext(value, repr, custom_format, root_indent)


def _ext(
    value: Any,
    write: Callable[[Any], str],
    custom_format: CustomFormat | None,
    root_indent: int,
) -> str:
    if custom_format is not None:
        text = custom_format(value, root_indent)
        if text is not None:
            return text
    return write(value)


def printv(*values: Any, file: Any = None, **kwargs: Any) -> None:
    """Prints values in their formatted form (strings quoted), separated by spaces."""
    texts = [format(value, **kwargs) for value in values]
    print(*texts, file=sys.stdout if file is None else file)
