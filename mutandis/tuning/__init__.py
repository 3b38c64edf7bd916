"""Searching: the loop (`sample`), the one door (`search`), trials, backends and results.

A plain loop loads the loop and the engine; the rest is loaded on first use.
"""

from typing import TYPE_CHECKING as _TYPE_CHECKING

from mutandis.base.lazy_names import lazy_names as _lazy_names
from mutandis.tuning.backend import (
    Backend,
    add_backend,
    available_backends,
    default_backend,
    get_backend_cls,
    poll_result,
    set_default_backend,
)
from mutandis.tuning.feedback import Feedback
from mutandis.tuning.in_memory import InMemoryBackend
from mutandis.tuning.sampling import sample

if _TYPE_CHECKING:
    from mutandis.hyper.protocol import (
        EarlyStoppingPolicy,
        Infeasible,
        Measurement,
        RaceConditionError,
        Trial,
    )
    from mutandis.tuning.result import Result
    from mutandis.tuning.result_file import load_result
    from mutandis.tuning.search_result import SearchResult
    from mutandis.tuning.searching import search

_LAZY = {
    'EarlyStoppingPolicy': 'mutandis.hyper.protocol',
    'Infeasible': 'mutandis.hyper.protocol',
    'Measurement': 'mutandis.hyper.protocol',
    'RaceConditionError': 'mutandis.hyper.protocol',
    'Result': 'mutandis.tuning.result',
    'SearchResult': 'mutandis.tuning.search_result',
    'Trial': 'mutandis.hyper.protocol',
    'load_result': 'mutandis.tuning.result_file',
    'search': 'mutandis.tuning.searching',
}

__all__ = [
    'Backend',
    'EarlyStoppingPolicy',
    'Feedback',
    'InMemoryBackend',
    'Infeasible',
    'Measurement',
    'RaceConditionError',
    'Result',
    'SearchResult',
    'Trial',
    'add_backend',
    'available_backends',
    'default_backend',
    'get_backend_cls',
    'load_result',
    'poll_result',
    'sample',
    'search',
    'set_default_backend',
]


__getattr__, __dir__ = _lazy_names(__name__, _LAZY)
