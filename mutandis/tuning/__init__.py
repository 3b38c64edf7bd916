"""Searching: the loop (`sample`), the one door (`search`), trials, backends and results."""

from mutandis.hyper.protocol import (
    EarlyStoppingPolicy,
    Infeasible,
    Measurement,
    RaceConditionError,
    Trial,
)
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
from mutandis.tuning.result import Result
from mutandis.tuning.sampling import sample
from mutandis.tuning.search import SearchResult, search

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
    'poll_result',
    'sample',
    'search',
    'set_default_backend',
]
