"""The text that stands for a candidate in a decision spec."""

import re
from typing import Any

from mutandis.base import format as format_value

_MAX_LENGTH = 120
# What functions and plain objects print of their own accord; it differs from process to process.
_ADDRESS = re.compile(r' at 0x[0-9a-fA-F]+')


def literal_of(value: Any) -> int | float | str:
    """Returns the literal value of a candidate.

    Numbers are their own literals. Anything else is its compact text without default and missing
    values and without object addresses, cut when it is longer than 120 characters.
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
        text = format_value(
            value,
            compact=True,
            verbose=False,
            hide_default_values=True,
            hide_missing_values=True,
            strip_object_id=True,
        )
        if ' at 0x' in text:
            text = _ADDRESS.sub('', text)
    return text if len(text) <= _MAX_LENGTH else text[: _MAX_LENGTH - 3] + '...'
