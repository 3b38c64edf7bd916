"""Python expressions as pieces of text, and how they are laid out in lines.

An expression is a `Text`, or a `Group`: brackets with items between them. Layout follows `black`:
what fits stays on one line; otherwise the items move between the brackets, those of a call onto one
line if they fit there; otherwise each gets a line and a trailing comma.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

INDENT = 4


class Piece:
    """A part of an expression.

    Attributes:
        width: Of its text on one line.
        variable: Name of the variable that holds it; None where it is written out.
    """

    __slots__ = ('width', 'variable')

    width: int
    variable: str | None


class Text(Piece):
    """A part that is never split."""

    __slots__ = ('text',)

    def __init__(self, text: str) -> None:
        self.text = text
        self.width = columns(text)
        self.variable = None


class Group(Piece):
    """Brackets with items between them: a call, a list, a dict, a tuple.

    Attributes:
        opening: The text up to and with the opening bracket.
        items: What stands before each item, such as `name=`, and the item.
        closing: The closing bracket.
        is_call: Whether all items may share a line of their own.
    """

    __slots__ = ('opening', 'items', 'closing', 'is_call')

    def __init__(
        self, opening: str, items: list[tuple[str, Piece]], closing: str, is_call: bool
    ) -> None:
        self.opening = opening
        self.items = items
        self.closing = closing
        self.is_call = is_call
        self.variable = None
        self.measure()

    @property
    def is_single_tuple(self) -> bool:
        """Whether this is a tuple of one item, which needs a comma."""
        return self.opening == '(' and len(self.items) == 1

    def measure(self) -> None:
        """Works out the width anew, after items have become variables."""
        inner = sum(columns(before) + width_of(item) for before, item in self.items)
        inner += 2 * max(0, len(self.items) - 1) + self.is_single_tuple
        self.width = len(self.opening) + inner + len(self.closing)


def width_of(piece: Piece) -> int:
    """The width of a piece where it is used."""
    return piece.width if piece.variable is None else len(piece.variable)


def flat(piece: Piece) -> str:
    """The text of a piece on one line."""
    parts: list[str] = []
    stack: list[str | Piece] = [piece]
    while stack:
        each = stack.pop()
        if isinstance(each, str):
            parts.append(each)
        elif isinstance(each, Text):
            parts.append(each.text)
        elif isinstance(each, Group):
            stack.extend(reversed(list(_flat_parts(each))))
    return ''.join(parts)


def _flat_parts(group: Group) -> Iterator[str | Piece]:
    yield group.opening
    for i, (before, item) in enumerate(group.items):
        if i:
            yield ', '
        yield before
        yield item if item.variable is None else item.variable
    if group.is_single_tuple:
        yield ','
    yield group.closing


def lay_out(before: str, piece: Piece, line_length: int) -> str:
    """The lines of a statement: `before`, such as `name = `, and an expression."""
    if len(before) + piece.width <= line_length:
        return before + flat(piece)
    if not isinstance(piece, Group) or not piece.items:
        if before and INDENT + piece.width <= line_length:
            return f'{before}(\n{" " * INDENT}{flat(piece)}\n)'
        return before + flat(piece)
    lines: list[str] = []
    _lay_out(before, piece, '', 0, line_length, lines)
    return '\n'.join(lines)


def _lay_out(
    before: str, piece: Piece, after: str, indent: int, line_length: int, lines: list[str]
) -> None:
    margin = ' ' * indent
    if piece.variable is not None and indent:
        lines.append(f'{margin}{before}{piece.variable}{after}')
        return
    if (
        not isinstance(piece, Group)
        or not piece.items
        or indent + columns(before) + piece.width + len(after) <= line_length
    ):
        lines.append(f'{margin}{before}{flat(piece)}{after}')
        return
    lines.append(f'{margin}{before}{piece.opening}')
    inner = indent + INDENT
    width = piece.width - len(piece.opening) - len(piece.closing)
    if piece.is_call and len(piece.items) > 1 and inner + width <= line_length:
        together = Group('', piece.items, '', True)
        lines.append(' ' * inner + flat(together))
    else:
        # As `black` does, which leaves out what old versions of Python do not read.
        comma = len(piece.items) > 1 and not piece.items[-1][0].endswith('*')
        for i, (name, item) in enumerate(piece.items):
            last = i == len(piece.items) - 1
            end = ',' if not last or comma or piece.is_single_tuple else ''
            _lay_out(name, item, end, inner, line_length, lines)
    lines.append(f'{margin}{piece.closing}{after}')


def columns(text: str) -> int:
    """How many columns a text takes: East Asian characters take two."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(c) else 1 + (unicodedata.east_asian_width(c) in 'WF')
        for c in text
    )


def string(value: str) -> str:
    """The literal of a text."""
    return in_double_quotes(repr(value))


def in_double_quotes(literal: str) -> str:
    """A literal as `repr` writes it, in the quotes that `black` prefers."""
    if literal[0] == '"':
        return literal
    body = literal[1:-1]
    escaped = body.replace("\\'", "'").replace('"', '\\"')
    return f'"{escaped}"' if escaped.count('\\') <= body.count('\\') else literal


__all__ = [
    'Group',
    'INDENT',
    'Piece',
    'Text',
    'flat',
    'in_double_quotes',
    'lay_out',
    'string',
    'width_of',
]
