"""Mutators: changed copies of an individual.

They work on the flat values of a DNA (`sites.py`): a mutation draws new values for one site and
puts them in the place of the old ones. The constraints of the space hold in the result.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, ClassVar

from mutandis import typing as T
from mutandis.algorithms.evolution.operation import Mutator
from mutandis.algorithms.evolution.sites import Group, Site, chunks_of, sites_of, sites_where
from mutandis.algorithms.scalars.base import register_reference_names
from mutandis.hyper.geno import DNA
from mutandis.hyper.geno.plan import ChoicesPlan, PointPlan, SpacePlan, end_of
from mutandis.hyper.geno.sampling import draw, index_below
from mutandis.hyper.geno.search import _random_custom
from mutandis.symbolic import members

__all__ = ['Swap', 'Uniform']


def _copy(dna: DNA, flat: tuple[Any, ...]) -> DNA:
    """A DNA of other values for the same space, with what a copy of `dna` keeps."""
    spec = dna._spec
    assert spec is not None
    child = DNA._from_flat(spec, flat)
    if dna._metadata_keys:
        for key in dna._metadata_keys:
            child.set_metadata(key, dna.metadata[key], cloneable=True)
    if dna._userdata_keys:
        for key in dna._userdata_keys:
            child.set_userdata(key, dna.userdata[key], cloneable=True)
    return child


@members(
    [
        (
            'where',
            T.Callable([T.Object(DNA)], returns=T.Bool()).noneable(),
            'Predicate of DNA nodes: only those it accepts may be changed; by default all.',
        ),
        ('seed', T.Int().noneable(), 'Seed of the draws; None draws from the module `random`.'),
    ],
    init_arg_list=['where', 'seed'],
)
class _SiteMutator(Mutator):
    """Base of mutators that pick nodes of a DNA."""

    where: Callable[..., Any] | None = None
    seed: int | None = None

    # The sites of the last space whose DNAs all have the same ones.
    _sym_sites: ClassVar[tuple[SpacePlan, list[Site]] | None] = None

    def _on_bound(self) -> None:
        super()._on_bound()
        self._random: Any = random if self.seed is None else random.Random(self.seed)

    def _sites(self, dna: DNA) -> list[Site]:
        spec = dna._spec
        if spec is None:
            return []
        if self.where is not None:
            return sites_where(dna, self.where)
        plan = spec._compiled()
        if not plan.static:
            return sites_of(plan, dna._bound_flat)
        known = self._sym_sites
        if known is None or known[0] is not plan:
            known = (plan, sites_of(plan, dna._bound_flat))
            object.__setattr__(self, '_sym_sites', known)
        return known[1]


class Uniform(_SiteMutator):
    """Draws one node of the DNA anew, with all that lies below it.

    The node is picked uniformly among all decisions that are active; a multi-choice counts as a
    whole and with each of its choices. A choice that must be distinct gets an index that no choice
    of its multi-choice has, so for a permutation use `Swap`; any other node is drawn as in a random
    DNA, which may give its old value again.

    Raises:
        RuntimeError: there is no node to change.
    """

    # Set on an object: whether the topmost node is never picked.
    _immutable_root = False

    def mutate(self, dna: DNA) -> DNA:
        sites = self._sites(dna)
        if self._immutable_root:
            sites = [site for site in sites if not _is_root(site, dna)]
        if not sites:
            raise RuntimeError(
                f'There is nothing to mutate in {dna!r}: '
                + (
                    'it is not bound to a spec. Call `dna.use_spec(spec)` first.'
                    if dna._spec is None
                    else 'it has no decision that may be changed'
                    + ('.' if self.where is None else ', or `where` accepts none of them.')
                )
            )
        flat = dna._bound_flat
        point, start, group, index = sites[index_below(self._random, len(sites))]
        end = end_of(point, flat, start)
        if group is None or not group.point.distinct:
            drawn = self._draw(point, flat[start:end])
        else:
            chosen = self._draw_distinct(point, group, flat)
            if chosen is None:
                return _copy(dna, flat)
            drawn = chosen
        if group is None or not group.point.sorted:
            return _copy(dna, flat[:start] + drawn + flat[end:])
        chunks = chunks_of(group, flat)
        width = sum(map(len, chunks))
        chunks[index] = drawn
        chunks.sort(key=_first)
        merged = tuple(value for chunk in chunks for value in chunk)
        return _copy(dna, flat[: group.start] + merged + flat[group.start + width :])

    def _draw(self, point: PointPlan, previous: tuple[Any, ...]) -> tuple[Any, ...]:
        """New values of a decision, drawn as in a random DNA."""
        if (
            type(point) is ChoicesPlan
            and point.k == 1
            and point.subs is None
            and point.log_range is None
        ):
            return (index_below(self._random, point.n),)
        return self._draw_space(SpacePlan((point,)), previous)

    def _draw_space(
        self, plan: SpacePlan, previous: tuple[Any, ...] | None = None
    ) -> tuple[Any, ...]:
        if not plan.has_custom:
            previous = None
        return tuple(draw(plan, self._random, previous, _random_custom))

    def _draw_distinct(
        self, point: PointPlan, group: Group, flat: tuple[Any, ...]
    ) -> tuple[Any, ...] | None:
        """New values of a choice that differs from the others; None if there is no such choice."""
        assert isinstance(point, ChoicesPlan)
        used = {chunk[0] for chunk in chunks_of(group, flat)}
        free = [i for i in range(point.n) if i not in used]
        if not free:
            return None
        index = self._random.choice(free)
        sub = point.sub(index)
        return (index,) if sub is None else (index, *self._draw_space(sub))


class Swap(_SiteMutator):
    """Exchanges two choices of a multi-choice, with all that lies below them.

    The multi-choice is picked at random among those that need not be sorted. A DNA that has none
    is copied as it is.
    """

    def mutate(self, dna: DNA) -> DNA:
        flat = dna._bound_flat if dna._spec is not None else ()
        candidates = [
            Group(point, start)
            for point, start, _, _ in self._sites(dna)
            if type(point) is ChoicesPlan and point.k > 1
        ]
        self._random.shuffle(candidates)
        for group in candidates:
            if not group.point.sorted:
                i, j = self._random.sample(range(group.point.k), 2)
                chunks = chunks_of(group, flat)
                width = sum(map(len, chunks))
                chunks[i], chunks[j] = chunks[j], chunks[i]
                merged = tuple(value for chunk in chunks for value in chunk)
                return _copy(dna, flat[: group.start] + merged + flat[group.start + width :])
        return _copy(dna, flat) if dna._spec is not None else dna.clone()


def _is_root(site: Site, dna: DNA) -> bool:
    """Whether a site is the topmost node of a DNA."""
    assert dna._spec is not None
    return (
        site[1] == 0
        and site[2] is None
        and site[0] is dna._spec._compiled().points[0]
        and (not dna._spec.is_space)
    )


def _first(chunk: tuple[Any, ...]) -> Any:
    return chunk[0]


register_reference_names('evolution.mutators', Uniform, Swap)
