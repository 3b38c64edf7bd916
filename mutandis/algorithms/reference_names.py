"""The names by which JSON written by PyGlove knows classes of algorithms."""

from __future__ import annotations

from typing import Any

__all__ = ['register_reference_names']


def register_reference_names(area: str, *classes: Any) -> None:
    """Lets JSON written by PyGlove be read.

    Args:
        area: the module there, below `pyglove.ext`.
        *classes: what has the same names there.
    """
    for cls in classes:
        cls.register_for_deserialization(additional_keys=[f'pyglove.ext.{area}.{cls.__name__}'])
