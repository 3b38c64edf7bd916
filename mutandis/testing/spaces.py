"""Search spaces to try algorithms on: small ones that together have everything."""

from __future__ import annotations

import random
from typing import Any

from mutandis.hyper import floatv, intv, manyof, oneof
from mutandis.symbolic import Dict, List

__all__ = ['random_space', 'search_spaces']


def search_spaces(
    *, floats: bool = True, multi_choices: bool = True, conditional: bool = True
) -> dict[str, Any]:
    """Returns values with placeholders by name, which together have what is asked for.

    Three of them are random trees (see `random_space`).

    Args:
        floats: Whether there are floats.
        multi_choices: Whether there are choices of several candidates.
        conditional: Whether there are decisions that depend on other decisions.
    """
    spaces: dict[str, Any] = {
        'one decision': Dict(x=oneof([10, 20, 30])),
        'one point': Dict(x=oneof(['only'])),
        'flat': List([oneof(range(4)) for _ in range(5)]),
        'named': Dict(
            kind=oneof(['a', 'b', 'c'], name='kind'), size=oneof([1, 2, 4], hints='size')
        ),
        'integers': Dict(n=intv(1, 60, log=True), step=intv(-4, 4, 2)),
    }
    if floats:
        spaces['floats'] = Dict(
            x=floatv(-1.0, 1.0), rate=floatv(1e-4, 1.0, scale='log'), n=oneof(range(3))
        )
    if multi_choices:
        spaces['subsets'] = Dict(
            any=manyof(2, 'abc', distinct=False),
            each=manyof(2, 'abcd'),
            sorted=manyof(2, 'abcd', sorted=True),
            bag=manyof(3, 'ab', distinct=False, sorted=True),
        )
    if conditional:
        spaces['conditional'] = Dict(
            kind=oneof(
                [
                    Dict(depth=oneof([1, 2, 3]), width=oneof([8, 16])),
                    Dict(depth=oneof([4, Dict(then=oneof('xyz'))])),
                    'none',
                ]
            ),
            last=oneof([True, False]),
        )
    if conditional and multi_choices:
        spaces['conditional subsets'] = Dict(
            ops=manyof(2, [Dict(k=oneof([1, 3, 5])), Dict(p=oneof([0, 1])), 'skip'])
        )
    if conditional and floats:
        spaces['conditional floats'] = Dict(
            optimizer=oneof(
                [Dict(rate=floatv(0.0, 1.0), momentum=oneof([0.0, 0.9])), Dict(decay=oneof('ab'))]
            )
        )
    for seed in (1, 2, 3):
        spaces[f'random {seed}'] = random_space(
            seed, floats=floats, multi_choices=multi_choices, conditional=conditional
        )
    return spaces


def random_space(
    seed: int, *, floats: bool = True, multi_choices: bool = True, conditional: bool = True
) -> Any:
    """Returns a random search space of about ten decisions, nested up to three deep.

    Args:
        seed: Equal seeds give equal spaces.
        floats: Whether there may be floats.
        multi_choices: Whether there may be choices of several candidates.
        conditional: Whether there may be decisions that depend on other decisions.
    """
    rng = random.Random(seed)

    def decision(depth: int) -> Any:
        kinds = ['one', 'one', 'integer']
        kinds += ['float'] * floats + ['many'] * multi_choices
        kind = rng.choice(kinds)
        if kind == 'float':
            low = rng.uniform(0.1, 1.0)
            return floatv(low, low * 10, scale=rng.choice([None, 'linear', 'log', 'rlog']))
        if kind == 'integer':
            return intv(1, rng.randint(1, 20), log=rng.random() < 0.5)
        candidates = [candidate(depth) for _ in range(rng.randint(2, 4))]
        if kind == 'one':
            return oneof(candidates)
        distinct, in_order = rng.random() < 0.5, rng.random() < 0.5
        k = rng.randint(2, len(candidates) if distinct else 3)
        return manyof(k, candidates, distinct=distinct, sorted=in_order)

    def candidate(depth: int) -> Any:
        if not conditional or depth == 0 or rng.random() < 0.6:
            return rng.randint(0, 99)
        return Dict(a=decision(depth - 1), b=decision(depth - 1))

    return Dict({f'd{i}': decision(2) for i in range(3)})
