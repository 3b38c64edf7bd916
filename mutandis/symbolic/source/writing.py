"""`to_code`: the Python source that makes a value."""

from __future__ import annotations

import textwrap
from typing import Any

from mutandis.symbolic.source.layout import Piece, lay_out
from mutandis.symbolic.source.names import Names, is_name
from mutandis.symbolic.source.variables import find_variables
from mutandis.symbolic.source.walking import Walk


class Code(str):
    """Python source, with what has to be known to run it.

    Attributes:
        needed: What must be in scope and cannot be imported: classes and functions of `__main__`,
            and those local to a function, by the names by which the source calls them.
        notes: What the source does not say, such as the weights of modules.
    """

    needed: dict[str, Any]
    notes: list[str]

    def __new__(
        cls, text: str, needed: dict[str, Any] | None = None, notes: list[str] | None = None
    ) -> Code:
        self = super().__new__(cls, text)
        self.needed = needed or {}
        self.notes = notes or []
        return self


def to_code(
    value: Any,
    *,
    name: str | None = 'value',
    imports: bool = True,
    line_length: int = 88,
    defaults: bool = False,
) -> Code:
    """Returns Python source that makes a value, as a person would have written it.

    Executing it gives an equal value::

        print(mt.to_code(model, name='model'))

        scope = {}
        exec(mt.to_code(model, name='model'), scope)
        assert mt.eq(scope['model'], model)

    What several references share is made once; large trees are put together from variables that are
    named after their places. Placeholders are written as they were made (`mt.oneof([...])`).
    Nothing in the value can get into the code but literals and names that exist.

    Args:
        value: Any value: a tree, a search space, a plain value.
        name: Variable that the value is assigned to; None for a bare expression at the end.
        imports: Whether the imports are written, and in front of them what else must be known.
        line_length: Most columns of a line; the layout is that of `black`.
        defaults: Whether arguments are written that equal their defaults.

    Returns:
        The source, a `str` that also tells what it needs (`Code.needed`).

    Raises:
        ValueError: Something in the value cannot be written as code; the message names its path and
            says what to do. Or `name` is no name for a variable.
    """
    return write_code(value, Names(), name, imports, line_length, defaults)


def write_code(
    value: Any,
    names: Names,
    name: str | None,
    imports: bool,
    line_length: int,
    defaults: bool = False,
    after: str = '',
) -> Code:
    """What `to_code` does, with names of the caller's, and with lines to follow."""
    check_name(name)
    walk = Walk(names, defaults)
    piece = walk.expression(value)
    if name is not None:
        names.reserve(name)
    statements = definitions(piece, walk, line_length)
    statements.append(lay_out('' if name is None else f'{name} = ', piece, line_length))
    return finish(statements, walk, imports, line_length, after)


def check_name(name: Any) -> None:
    """Raises a `ValueError` unless a variable can be called so."""
    if name is not None and not is_name(name):
        raise ValueError(f'`name` must be the name of a variable, or None, got {name!r}.')


def definitions(piece: Piece, walk: Walk, line_length: int) -> list[str]:
    """The statements that define the variables of an expression."""
    statements = []
    for group in find_variables(piece, walk, line_length):
        statements.append(lay_out(f'{group.variable} = ', group, line_length))
    return statements


def finish(
    statements: list[str], walk: Walk, imports: bool, line_length: int, after: str = ''
) -> Code:
    """Puts imports in front of statements."""
    notes = [_note(text, places) for text, places in walk.notes.items()]
    needed = dict(walk.names.needed)
    parts = []
    if imports:
        docstring = _docstring(needed, notes, line_length)
        if docstring:
            parts.append(docstring)
        lines = walk.names.import_lines(line_length)
        if lines:
            parts.append('\n'.join(lines))
    parts.append('\n'.join(statements))
    if after:
        parts.append(after)
    return Code('\n\n'.join(parts) + '\n', needed, notes)


def _note(text: str, places: list[str]) -> str:
    if '{places}' not in text:
        return text
    shown = ', '.join(places[:5]) + (', ...' if len(places) > 5 else '')
    return text.replace('{places}', shown)


def _docstring(needed: dict[str, Any], notes: list[str], line_length: int) -> str:
    paragraphs = []
    if needed:
        listed = ', '.join(f'`{name}`' for name in needed)
        paragraphs.append(f'Run this where {listed} can be seen: code cannot import that.')
    paragraphs += notes
    if not paragraphs:
        return ''
    width = max(20, line_length - 4)
    texts = [textwrap.fill(text, width, break_long_words=False) for text in paragraphs]
    # A note may hold keys of the value.
    text = '\n\n'.join(texts).replace('\\', '/').replace('"', "'")
    text = ''.join(c if c.isprintable() or c == '\n' else '?' for c in text)
    return f'"""{text}\n"""' if '\n' in text else f'"""{text}"""'


__all__ = [
    'Code',
    'check_name',
    'definitions',
    'finish',
    'to_code',
    'write_code',
]
