"""Search spaces to try algorithms on: small ones that together have everything."""

from __future__ import annotations

from typing import Any

from mutandis.hyper import floatv, intv, manyof, oneof
from mutandis.symbolic import Dict, List

__all__ = ['search_spaces']


def search_spaces(
    *, floats: bool = True, multi_choices: bool = True, conditional: bool = True
) -> dict[str, Any]:
    """Returns values with placeholders by name, which together have what is asked for.

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
    return spaces
