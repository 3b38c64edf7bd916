"""Backends: who hands out the trials of a sampling loop.

A backend is found by name. `'in-memory'` is the one that is always there. What a loop optimizes are
its *goals*: names of metrics, of which `'reward'` is the reward itself.
"""

from __future__ import annotations

import abc
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mutandis.hyper.geno import DNAGenerator, DNASpec
    from mutandis.hyper.protocol import EarlyStoppingPolicy
    from mutandis.tuning.feedback import Feedback
    from mutandis.tuning.result import Result

REWARD = 'reward'
DEFAULT_GOALS = (REWARD,)


class Backend(abc.ABC):
    """Hands out the trials of one sampling loop.

    Implementations are registered by `add_backend(name)`.
    """

    backend_name: ClassVar[str] = ''

    @classmethod
    def create(
        cls,
        name: str | None,
        group: str | None,
        dna_spec: DNASpec,
        algorithm: DNAGenerator,
        metrics_to_optimize: Sequence[str],
        early_stopping_policy: EarlyStoppingPolicy | None = None,
        num_examples: int | None = None,
        **kwargs: Any,
    ) -> Backend:
        """Makes the backend of one loop; by default the constructor with the same keywords."""
        return cls(  # type: ignore[call-arg]  # the arguments are the implementation's
            name=name,
            group=group,
            dna_spec=dna_spec,
            algorithm=algorithm,
            metrics_to_optimize=metrics_to_optimize,
            early_stopping_policy=early_stopping_policy,
            num_examples=num_examples,
            **kwargs,
        )

    @abc.abstractmethod
    def next(self) -> Feedback:
        """The next trial to evaluate.

        Raises:
            StopIteration: There is no more.
        """

    @classmethod
    @abc.abstractmethod
    def poll_result(cls, name: str, **kwargs: Any) -> Result:
        """The result of a named sampling.

        Raises:
            ValueError: There is no sampling of this name.
        """

    @property
    def result(self) -> Result:
        """The result of the sampling that this loop belongs to."""
        raise NotImplementedError(f'{type(self).__name__} gives results by `poll_result` only.')


_BACKENDS: dict[str, type[Backend]] = {}
_DEFAULT = 'in-memory'

BackendT = TypeVar('BackendT', bound='type[Backend]')


def add_backend(name: str) -> Callable[[BackendT], BackendT]:
    """Class decorator that registers a `Backend` under a name.

    Raises:
        TypeError: The class is no `Backend`.
    """

    def register(cls: BackendT) -> BackendT:
        if not (isinstance(cls, type) and issubclass(cls, Backend)):
            raise TypeError(f'A backend must be a subclass of `tuning.Backend`, got {cls!r}.')
        cls.backend_name = name
        _BACKENDS[name] = cls
        return cls

    return register


def available_backends() -> list[str]:
    """Names of the registered backends, in the order of registration."""
    return list(_BACKENDS)


def default_backend() -> str:
    """Name of the backend that is used where none is named."""
    return _DEFAULT


def set_default_backend(name: str) -> None:
    """Sets the backend that is used where none is named.

    Raises:
        ValueError: The name is unknown.
    """
    global _DEFAULT
    if name is None:
        raise ValueError(f'A name is needed. Available: {available_backends()}.')
    get_backend_cls(name)
    _DEFAULT = name


def get_backend_cls(name: str | None) -> type[Backend]:
    """The class of a backend; None means the default.

    Raises:
        ValueError: The name is unknown.
    """
    backend_cls = _BACKENDS.get(_DEFAULT if name is None else name)
    if backend_cls is None:
        raise ValueError(
            f'Unknown backend {name!r}. Available: {available_backends()}; others are registered '
            'by `mutandis.tuning.add_backend(name)`.'
        )
    return backend_cls


def poll_result(name: str, backend: str | None = None, **kwargs: Any) -> Result:
    """The result of a named sampling.

    Args:
        name: Name that was given to `sample` or `search`.
        backend: Name of the backend; None means the default.
        **kwargs: For the backend.

    Raises:
        ValueError: There is no sampling of this name, or no such backend.
    """
    return get_backend_cls(backend).poll_result(name, **kwargs)


def as_goals(metrics_to_optimize: str | Sequence[str] | None) -> tuple[str, ...]:
    """The goals that `metrics_to_optimize` names; the reward when it names none."""
    if not metrics_to_optimize:
        return DEFAULT_GOALS
    if isinstance(metrics_to_optimize, str):
        return (metrics_to_optimize,)
    goals = tuple(metrics_to_optimize)
    for goal in goals:
        if not isinstance(goal, str):
            raise TypeError(
                f'`metrics_to_optimize` must hold names of metrics, got {goal!r} '
                f'({type(goal).__name__}).'
            )
    if len(set(goals)) != len(goals):
        raise ValueError(f'`metrics_to_optimize` names a metric twice: {list(goals)}.')
    return DEFAULT_GOALS if goals == DEFAULT_GOALS else goals
