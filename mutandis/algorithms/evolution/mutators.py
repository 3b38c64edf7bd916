"""Mutators: changed copies of an individual.

They work on the flat values of a DNA (`sites.py`): a mutation draws new values for one site and
puts them in the place of the old ones. The constraints of the space hold in the result.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from operator import itemgetter
from typing import Any, ClassVar

from mutandis import typing as T
from mutandis.algorithms.evolution.operation import Mutator
from mutandis.algorithms.evolution.seeding import SEED
from mutandis.algorithms.evolution.sites import (
    Group,
    Site,
    chunks_of,
    sites_of,
    sites_where,
    with_chunks,
)
from mutandis.algorithms.reference_names import register_reference_names
from mutandis.algorithms.scalars.base import scalar_spec, scalar_value
from mutandis.hyper.geno import DNA
from mutandis.hyper.geno.plan import (
    ChoicesPlan,
    FloatPlan,
    PointPlan,
    SpacePlan,
    end_of,
    unit_to_value,
    value_to_unit,
)
from mutandis.hyper.geno.sampling import draw, index_below
from mutandis.hyper.geno.search import _random_custom
from mutandis.symbolic import members

__all__ = ['Polynomial', 'Swap', 'Uniform']


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
        SEED,
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

    def _nothing_to_mutate(self, dna: DNA) -> RuntimeError:
        return RuntimeError(
            f'There is nothing to mutate in {dna!r}: '
            + (
                'it is not bound to a spec. Call `dna.use_spec(spec)` first.'
                if dna._spec is None
                else 'it has no decision that may be changed'
                + ('.' if self.where is None else ', or `where` accepts none of them.')
            )
        )

    def _draw_space(
        self, plan: SpacePlan, previous: tuple[Any, ...] | None = None
    ) -> tuple[Any, ...]:
        """New values of a space, drawn as in a random DNA."""
        if not plan.has_custom:
            previous = None
        return tuple(draw(plan, self._random, previous, _random_custom))


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
            raise self._nothing_to_mutate(dna)
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
        chunks.sort(key=itemgetter(0))
        return _copy(dna, with_chunks(group, flat, width, chunks))

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
                chunks[i], chunks[j] = chunks[j], chunks[i]
                return _copy(dna, with_chunks(group, flat, sum(map(len, chunks)), chunks))
        return _copy(dna, flat) if dna._spec is not None else dna.clone()


@members(
    [
        (
            'eta',
            scalar_spec(T.Float(min_value=0.0)).set_default(20.0),
            'Distribution index: the greater, the smaller are the changes.',
        ),
        (
            'probability',
            scalar_spec(T.Float(min_value=0.0, max_value=1.0)).noneable(),
            'Probability to change each decision, or a function of the step; None for one of the '
            'number of active decisions.',
        ),
    ],
    init_arg_list=['eta', 'probability', 'where', 'seed'],
)
class Polynomial(_SiteMutator):
    """Polynomial mutation of floats (Deb & Agrawal 1999, "A niched-penalty approach").

    Every decision is changed with a probability of its own. A float gets a value near the old one,
    by a polynomial law that keeps its range; if its scale is logarithmic, on that scale. Any other
    decision is drawn anew, with all that lies below it; one that must differ from its siblings gets
    a value that none of them has, or exchanges its value with one of them if there is none. ::

        child = Polynomial(eta=20, seed=1)([dna])

    Raises:
        RuntimeError: there is no decision to change.
    """

    eta: Any = 20.0
    probability: Any = None

    def mutate(self, dna: DNA, global_state: Any = None, step: int = 0) -> DNA:
        spec = dna._spec
        flat = dna._bound_flat if spec is not None else ()
        allowed: set[int] | None = None
        count = len(flat)
        if self.where is not None:
            sites = self._sites(dna)
            allowed = {start for point, start, _, _ in sites if not _is_whole(point)}
            count = len(allowed)
        if spec is None or not count:
            raise self._nothing_to_mutate(dna)
        probability = scalar_value(self.probability, step)
        mutation = _Mutation(
            self, flat, scalar_value(self.eta, step), allowed,
            1 / count if probability is None else probability,
        )  # fmt: skip
        values: list[Any] = []
        mutation.change_space(spec._compiled(), 0, values)
        return _copy(dna, tuple(values))


class _Mutation:
    """One polynomial mutation.

    Attributes:
        flat: the values before it.
        allowed: where the decisions begin that may be changed; None for all.
    """

    def __init__(
        self,
        mutator: Polynomial,
        flat: tuple[Any, ...],
        eta: float,
        allowed: set[int] | None,
        probability: float,
    ) -> None:
        self.flat = flat
        self._random = mutator._random
        self._draw_space = mutator._draw_space
        self._exponent = eta + 1
        self._allowed = allowed
        self._probability = probability

    def _hits(self, start: int) -> bool:
        if self._allowed is not None and start not in self._allowed:
            return False
        return bool(self._random.random() < self._probability)

    def change_space(self, plan: SpacePlan, start: int, values: list[Any]) -> int:
        """Appends the new values of a space that begins at `start`; returns where it ends."""
        flat = self.flat
        for point in plan.points:
            if type(point) is FloatPlan:
                value = flat[start]
                values.append(self._near(point, value) if self._hits(start) else value)
                start += 1
            elif type(point) is ChoicesPlan and point.k > 1:
                start = self._change_choices(point, start, values)
            else:
                start = self._change_one(point, start, values, self._hits(start))
        return start

    def _change_one(self, point: PointPlan, start: int, values: list[Any], hit: bool) -> int:
        """Changes a decision that is no float and no multi-choice, or what lies below it."""
        end = end_of(point, self.flat, start)
        if hit:
            values += self._draw_space(SpacePlan((point,)), self.flat[start:end])
            return end
        values.append(self.flat[start])
        sub = point.sub(self.flat[start]) if type(point) is ChoicesPlan else None
        return end if sub is None else self.change_space(sub, start + 1, values)

    def _change_choices(self, point: ChoicesPlan, start: int, values: list[Any]) -> int:
        single = point.single()
        chunks: list[list[Any]] = []
        to_replace: list[int] = []
        for i in range(point.k):
            hit = self._hits(start)
            if hit and point.distinct:
                to_replace.append(i)
            chunk: list[Any] = []
            start = self._change_one(single, start, chunk, hit and not point.distinct)
            chunks.append(chunk)
        for i in to_replace:
            used = {chunk[0] for chunk in chunks}
            free = [index for index in range(point.n) if index not in used]
            if free:
                index = self._random.choice(free)
                sub = point.sub(index)
                chunks[i] = [index] if sub is None else [index, *self._draw_space(sub)]
            elif not point.sorted:
                j = (i + self._random.randrange(1, point.k)) % point.k
                chunks[i], chunks[j] = chunks[j], chunks[i]
        if point.sorted:
            chunks.sort(key=itemgetter(0))
        for chunk in chunks:
            values += chunk
        return start

    def _near(self, point: FloatPlan, value: float) -> float:
        low, high = point.low, point.high
        if low == high:
            return value
        share = value_to_unit(value, low, high, point.scale)
        u: float = self._random.random()
        power: float = self._exponent
        if u < 0.5:
            change = math.pow(2 * u + (1 - 2 * u) * (1 - share) ** power, 1 / power) - 1
        else:
            change = 1 - math.pow(2 * (1 - u) + (2 * u - 1) * share**power, 1 / power)
        if point.scale in (None, 'linear'):
            return min(high, max(low, value + change * (high - low)))
        return unit_to_value(min(1.0, max(0.0, share + change)), low, high, point.scale)


def _is_whole(point: PointPlan) -> bool:
    """Whether a site stands for all choices of a multi-choice."""
    return type(point) is ChoicesPlan and point.k > 1


def _is_root(site: Site, dna: DNA) -> bool:
    """Whether a site is the topmost node of a DNA."""
    assert dna._spec is not None
    return (
        site[1] == 0
        and site[2] is None
        and site[0] is dna._spec._compiled().points[0]
        and (not dna._spec.is_space)
    )


register_reference_names('evolution.mutators', Uniform, Swap)
