"""Utilities for programs over symbolic values: paths, text, JSON, plain hierarchies, errors."""

from typing import Any

from mutandis import base as _base
from mutandis.base import *  # noqa: F403
from mutandis.base import FunctorInterface as Functor
from mutandis.base import formatting
from mutandis.base import printv as print  # noqa: A001

__all__ = [  # noqa: PLE0604
    *(name for name in vars(_base) if not name.startswith('_')),
    'Functor',
    'formatting',
    'print',
]


def __getattr__(name: str) -> Any:
    return getattr(_base, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *dir(_base)})
