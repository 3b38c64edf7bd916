"""One seed for all parts of an algorithm.

A part is any symbolic object inside: an operation, an algorithm, a schedule. Parts that draw random
numbers have a field `seed`; when it is None they draw from the global module `random`. A composite
with a seed gives each of those a seed of its own, so that they draw independently of each other.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from typing import Any

from mutandis import typing as T
from mutandis.symbolic import Symbolic, clone

__all__ = [
    'SEED',
    'derived_seed',
    'is_seeded',
    'lacks_seed',
    'own_streams',
    'parts_of',
    'restart_streams',
    'seeded_copies',
]


# The field of a part that draws random numbers.
SEED = ('seed', T.Int().noneable(), 'Seed of the draws; None draws from the module `random`.')


def derived_seed(seed: int, index: int) -> int:
    """The seed of the part of an index; the same in every process."""
    return random.Random(f'{seed}/{index}').getrandbits(32)


def parts_of(value: Any) -> Iterator[Any]:
    """All symbolic objects in a value, parents first, those in tuples too."""
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, Symbolic):
            yield item
            stack.extend(reversed([child for _, child in item._sym_pairs()]))
        elif isinstance(item, (tuple, list)):
            stack.extend(reversed(item))


def lacks_seed(part: Any) -> bool:
    """Whether a part has a field `seed` without a value."""
    return bool(part.sym_hasattr('seed') and part.sym_getattr('seed') is None)


def is_seeded(values: Iterable[Any]) -> bool:
    """Whether no part has a field `seed` without a value."""
    return not any(lacks_seed(part) for value in values for part in parts_of(value))


def seeded_copies(values: Iterable[Any], seed: int) -> list[Any]:
    """The values with all their parts seeded; those that need it are copied first."""
    results: list[Any] = []
    index = 0
    for value in values:
        if not is_seeded([value]):
            value = clone(value, deep=True)
            for part in list(parts_of(value)):
                if lacks_seed(part):
                    part.rebind(seed=derived_seed(seed, index))
                    index += 1
        results.append(value)
    return results


def own_streams(values: Iterable[Any]) -> list[random.Random]:
    """The streams of random numbers that the parts own, in order."""
    found: list[random.Random] = []
    for value in values:
        for part in parts_of(value):
            stream = part.__dict__.get('_random')
            if isinstance(stream, random.Random):
                found.append(stream)
    return found


def restart_streams(values: Iterable[Any]) -> None:
    """Puts the streams that the parts own back to their seeds."""
    for value in values:
        for part in parts_of(value):
            stream = part.__dict__.get('_random')
            seed = part.sym_getattr('seed') if part.sym_hasattr('seed') else None
            if isinstance(stream, random.Random) and seed is not None:
                stream.seed(seed)
