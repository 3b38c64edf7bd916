"""Selectors: which individuals take part.

All of them give the very objects of their input, which may be of any type. How many, `n`, is a
number, a share of the input, None for all, or a function of the step that gives one of these.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from itertools import repeat
from operator import is_, ne
from typing import Any, ClassVar

from mutandis import typing as T
from mutandis.algorithms.evolution.notes import DNA_METADATA_FITNESS
from mutandis.algorithms.evolution.operation import Selector, keyword_adapter
from mutandis.algorithms.evolution.seeding import SEED
from mutandis.algorithms.reference_names import register_reference_names
from mutandis.algorithms.scalars.base import scalar_spec
from mutandis.hyper.geno import DNA
from mutandis.hyper.geno.sampling import sample
from mutandis.symbolic import members

__all__ = [
    'Bottom',
    'First',
    'Last',
    'Proportional',
    'Random',
    'Sample',
    'Top',
    'compute_num_output',
    'num_output_spec',
]


def num_output_spec() -> T.ValueSpec:
    """The spec of how many items to select: int, share, None, or a function of the step."""
    count = T.Union([T.Int(min_value=0), T.Float(min_value=0.0, max_value=1.0)]).noneable()
    return scalar_spec(count).noneable()


def compute_num_output(n: Any, num_inputs: int, step: int) -> int:
    """How many items `n` stands for.

    Args:
        n: an int, a share of the input, None for all, or a function of the step.
        num_inputs: number of items there are.
        step: the step.
    """
    if n.__class__ is int:
        return int(n)
    if callable(n):
        n = n(step)
    if n is None:
        return num_inputs
    return math.ceil(n * num_inputs) if isinstance(n, float) else int(n)


_N = ('n', num_output_spec(), 'How many: a number, a share, None for all, or a function of step.')
_WEIGHTS = (
    'weights',
    T.Callable([T.List(T.Any())], returns=T.List(T.Float(min_value=0.0))),
    'Function from the input to a weight for each item; may have the parameters `global_state` '
    'and `step`.',
)


@members([_N])
class First(Selector):
    """The first `n` items."""

    n: Any = None

    def select(self, inputs: list[Any], global_state: Any = None, step: int = 0) -> list[Any]:
        return inputs[: compute_num_output(self.n, len(inputs), step)]


@members([_N])
class Last(Selector):
    """The last `n` items, in their order."""

    n: Any = None

    def select(self, inputs: list[Any], global_state: Any = None, step: int = 0) -> list[Any]:
        return inputs[max(0, len(inputs) - compute_num_output(self.n, len(inputs), step)) :]


def _default_keys(inputs: list[Any]) -> list[Any]:
    """The rewards of DNAs; other items are compared themselves."""
    if not isinstance(inputs[0], DNA):
        return inputs
    try:
        return [dna._notes[DNA_METADATA_FITNESS] for dna in inputs]
    except (TypeError, KeyError, AttributeError):
        # Metadata that somebody has asked for is kept elsewhere.
        rewards = [dna._metadata_get(DNA_METADATA_FITNESS) for dna in inputs]
    if True in map(is_, rewards, repeat(None)):
        unrewarded = inputs[[reward is None for reward in rewards].index(True)]
        raise KeyError(
            f'{DNA_METADATA_FITNESS!r}: {unrewarded!r} has no reward, by which it is selected.'
        )
    return rewards


def _is_nan(key: Any) -> bool:
    return isinstance(key, float) and key != key


def _ranks(keys: list[Any]) -> list[Any]:
    """The keys such that they can be compared: NaN is less than everything else."""
    kind = type(keys[0])
    if kind is float or kind is int:
        # A NaN differs from itself.
        if True in map(ne, keys, keys):
            return [(0, 0) if _is_nan(key) else (1, key) for key in keys]
    elif isinstance(keys[0], (tuple, list)):
        if any(isinstance(key, (tuple, list)) and any(map(_is_nan, key)) for key in keys):
            return [tuple((0, 0) if _is_nan(x) else (1, x) for x in key) for key in keys]
    elif any(map(_is_nan, keys)):
        return [(0, 0) if _is_nan(key) else (1, key) for key in keys]
    return keys


@members(
    [
        _N,
        (
            'key',
            T.Callable([T.Any()], returns=T.Any()).noneable(),
            'Function of an item by which to sort; by default the fitness of DNAs, and other '
            'items themselves.',
        ),
        ('cluster', T.Bool(default=False), 'Whether `n` counts different keys, not items.'),
    ]
)
class _Sorted(Selector):
    """Base of selectors by a key."""

    n: Any = None
    key: Callable[[Any], Any] | None = None
    cluster: bool = False

    _descending: ClassVar[bool]

    def select(self, inputs: list[Any], global_state: Any = None, step: int = 0) -> list[Any]:
        if not inputs:
            return []
        key = self.key
        keys = _ranks(_default_keys(inputs) if key is None else list(map(key, inputs)))
        best_first = self._descending
        n = compute_num_output(self.n, len(inputs), step)
        if n == 1 and not self.cluster:
            # The first one among equals, as in a stable sort.
            extreme = max if best_first else min
            if type(keys[0]) is float:
                return [inputs[keys.index(extreme(keys))]]
            return [inputs[extreme(range(len(keys)), key=keys.__getitem__)]]
        order = sorted(range(len(keys)), key=keys.__getitem__, reverse=best_first)
        if self.cluster:
            n = _end_of_clusters([keys[i] for i in order], n)
        return [inputs[i] for i in order[:n]]


def _end_of_clusters(keys: list[Any], n: int) -> int:
    """How many of sorted keys belong to the first n different ones."""
    different = 0
    for i, key in enumerate(keys):
        if i == 0 or key != keys[i - 1]:
            different += 1
            if different > n:
                return i
    return len(keys)


class Top(_Sorted):
    """The `n` items with the greatest keys, the greatest first; among equals the earlier ones.

    Tuples of rewards compare by their first differing item. NaN is less than everything.
    """

    _descending = True


class Bottom(_Sorted):
    """The `n` items with the least keys, the least first; among equals the earlier ones."""

    _descending = False


@members(
    [_N, ('replacement', T.Bool(default=False), 'Whether an item may be drawn again.'), SEED],
    init_arg_list=['n', 'replacement', 'seed'],
)
class Random(Selector):
    """`n` random items, in random order.

    Raises:
        IndexError: with replacement, of an empty input.
    """

    n: Any = None
    replacement: bool = False
    seed: int | None = None

    def _on_bound(self) -> None:
        super()._on_bound()
        self._random: Any = random if self.seed is None else random.Random(self.seed)

    def select(self, inputs: list[Any], global_state: Any = None, step: int = 0) -> list[Any]:
        n = compute_num_output(self.n, len(inputs), step)
        if self.replacement:
            return [self._random.choice(inputs) for _ in range(n)]
        return sample(self._random, inputs, min(n, len(inputs)))


@members([_N, _WEIGHTS], init_arg_list=['n', 'weights'])
class _Weighted(Selector):
    """Base of selectors by weights."""

    n: Any = None
    # Is required.
    weights: Callable[..., Any] = None  # type: ignore[assignment]

    # Made on first use: how `weights` is called.
    _sym_weights: ClassVar[Any] = None

    def _on_bound(self) -> None:
        super()._on_bound()
        if self._sym_weights is not None:
            object.__setattr__(self, '_sym_weights', None)

    def _weights_of(self, inputs: list[Any], global_state: Any, step: int) -> list[float]:
        run = self._sym_weights
        if run is None:
            run = keyword_adapter(self.weights)
            object.__setattr__(self, '_sym_weights', run)
        weights: list[float] = run(inputs, global_state, step)
        return weights


@members([SEED], init_arg_list=['n', 'weights', 'seed'])
class Sample(_Weighted):
    """`n` random items with replacement, with probabilities in proportion to weights.

    Raises:
        ValueError: all weights are 0, or there is not one for each item.
        IndexError: the input is empty.
    """

    seed: int | None = None

    def _on_bound(self) -> None:
        super()._on_bound()
        self._random: Any = random if self.seed is None else random.Random(self.seed)

    def select(self, inputs: list[Any], global_state: Any = None, step: int = 0) -> list[Any]:
        n = compute_num_output(self.n, len(inputs), step)
        weights = self._weights_of(inputs, global_state, step)
        drawn: list[Any] = self._random.choices(inputs, weights=weights, k=n)
        return drawn


class Proportional(_Weighted):
    """`n` items, each as often as is its share of all weights, in the order of the input.

    The shares are rounded to whole numbers; what is missing then goes to the items of the
    greatest weights, and what is too much is taken from those of the least. If all weights are 0
    they count as equal.
    """

    def select(self, inputs: list[Any], global_state: Any = None, step: int = 0) -> list[Any]:
        n = compute_num_output(self.n, len(inputs), step)
        weights = self._weights_of(inputs, global_state, step)
        if len(weights) != len(inputs):
            raise ValueError(
                f'`weights` must return a weight for each of the {len(inputs)} items, but it '
                f'returned {len(weights)}: {weights!r}.'
            )
        counts = self._partition(weights, max(0, n))
        return [item for item, k in zip(inputs, counts, strict=True) for _ in range(k)]

    @staticmethod
    def _partition(weights: list[float], n: int) -> list[int]:
        """How often each item is selected."""
        if not weights:
            return []
        total = sum(weights)
        if not math.isfinite(total):
            raise ValueError(f'All weights must be finite, but they are {weights!r}.')
        if total == 0:
            weights, total = [1.0] * len(weights), float(len(weights))
        counts = [math.floor(n * w / total + 0.5) for w in weights]
        extra = n - sum(counts)
        order = sorted(
            (i for i, w in enumerate(weights) if w > 0),
            key=weights.__getitem__,
            reverse=extra > 0,
        )
        position = 0
        while extra:
            i = order[position % len(order)]
            position += 1
            if extra > 0:
                counts[i] += 1
                extra -= 1
            elif counts[i]:
                counts[i] -= 1
                extra += 1
        return counts


register_reference_names(
    'evolution.selectors', First, Last, Top, Bottom, Random, Sample, Proportional
)
