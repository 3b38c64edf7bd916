"""The text that stands for a candidate in a decision spec."""

import re
from typing import Any

from mutandis.base import format as format_value

_MAX_LENGTH = 120
# What functions and plain objects print of their own accord; it differs from process to process.
_ADDRESS = re.compile(r' at 0x[0-9a-fA-F]+')


def literal_of(value: Any, holds_placeholders: bool = False) -> int | float | str:
    """Returns the literal value of a candidate.

    Numbers are their own literals. Anything else is its compact text without default and missing
    values and without object addresses, cut when it is longer than 120 characters.

    Args:
        value: The candidate.
        holds_placeholders: Whether there are placeholders in it, which know their own text: else
            each level of nested choices would print all those below again.
    """
    cls = value.__class__
    if cls is int or cls is float or cls is bool:
        return value  # type: ignore[no-any-return]
    if isinstance(value, (int, float)):
        return value
    if cls is str:
        text = repr(value)
    elif value is None:
        return 'None'
    else:
        text = _text_of(value, _known_text if holds_placeholders else None)
    return text if len(text) <= _MAX_LENGTH else text[: _MAX_LENGTH - 3] + '...'


def beginning_of(placeholder: Any) -> str:
    """The text of a placeholder, as far as it can be part of a literal value."""

    def known(value: Any, indent: int) -> str | None:
        return None if value is placeholder else _known_text(value, indent)

    return _text_of(placeholder, known)[: _MAX_LENGTH + 1]


def _known_text(value: Any, indent: int) -> str | None:
    return value.beginning if getattr(value.__class__, '_knows_its_beginning', False) else None


def _text_of(value: Any, custom_format: Any) -> str:
    text = format_value(
        value,
        compact=True,
        verbose=False,
        hide_default_values=True,
        hide_missing_values=True,
        strip_object_id=True,
        custom_format=custom_format,
    )
    return _ADDRESS.sub('', text) if ' at 0x' in text else text
