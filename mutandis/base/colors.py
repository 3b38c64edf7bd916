"""Coloured text for terminals. Without the library `termcolor` texts stay as they are."""

from __future__ import annotations

import importlib
import re
from typing import Any

termcolor: Any
try:
    termcolor = importlib.import_module('termcolor')
except ImportError:
    termcolor = None

_ANSI_CODE = re.compile(r'\x1b\[[0-9;]*m')
_RESET = '\x1b[0m'


def decolor(text: str) -> str:
    """Removes colours from a text."""
    return _ANSI_CODE.sub('', text)


def colored(
    text: str,
    color: str | None = None,
    background: str | None = None,
    styles: list[str] | None = None,
) -> str:
    """Colours a text.

    Args:
        text: the text.
        color: colour of the letters, such as `'red'`.
        background: colour behind them.
        styles: such as `['bold', 'underline']`.
    """
    if termcolor is None or not (color or background or styles):
        return text
    result: str = termcolor.colored(
        text,
        color=color,
        on_color=f'on_{background}' if background else None,
        attrs=styles,
    )
    return result


def colored_block(
    text: str,
    block_start: str,
    block_end: str,
    color: str | None = None,
    background: str | None = None,
    styles: list[str] | None = None,
) -> str:
    """Colours the parts of a text between two marks, the marks included.

    A colour that surrounds a block goes on after it. A mark without its counterpart is left alone.
    """
    if termcolor is None or not (color or background or styles):
        return text
    parts: list[str] = []
    surrounding = ''
    position = 0
    while True:
        start = text.find(block_start, position)
        end = text.find(block_end, start + len(block_start)) if start >= 0 else -1
        if start < 0 or end < 0:
            parts.append(text[position:])
            return ''.join(parts)
        end += len(block_end)
        before = text[position:start]
        for code in _ANSI_CODE.findall(before):
            surrounding = '' if code == _RESET else surrounding + code
        block = colored(text[start:end], color, background, styles)
        parts += [before, block, surrounding]
        position = end
