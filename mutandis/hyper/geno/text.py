"""How decision points print."""

from __future__ import annotations

from typing import Any

from mutandis.base import format as format_value

__all__ = ['format_point']


def format_point(point: Any, show_id: bool, details: list[tuple[str, Any]]) -> str:
    """`Class(id='a.b', name=..., ...)`: the id on the outermost spec only, no `None`s."""
    items = [f'id={point.id.path!r}'] if show_id else []
    items += [
        f'{key}={format_value(value, compact=True)}' for key, value in details if value is not None
    ]
    return f'{type(point).__name__}({", ".join(items)})'
