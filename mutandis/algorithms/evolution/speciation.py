"""NEAT: evolution in species, so that new kinds of solutions have time to become good.

A generation is divided into species by the distance to each species' first member. A species gets
as many of the next generation as its mean fitness deserves, and its own best members are the
parents. This is NEAT (Stanley & Miikkulainen 2002, "Evolving Neural Networks through Augmenting
Topologies") on a fixed search space: decisions take the place of genes, and those that are active
in one of two individuals only are the disjoint ones.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from operator import ne
from typing import Any, cast

from mutandis import typing as T
from mutandis.algorithms.evolution.control import GlobalStateGetter
from mutandis.algorithms.evolution.generator import Evolution
from mutandis.algorithms.evolution.notes import get_fitness, get_generation_id
from mutandis.algorithms.evolution.pareto import as_float
from mutandis.algorithms.evolution.regularized import (
    DEFAULT_MUTATOR,
    check_population_size,
    own_mutator,
)
from mutandis.algorithms.evolution.selectors import Proportional, Random, Top
from mutandis.algorithms.reference_names import register_reference_names
from mutandis.base import JSONConvertible, json_reading
from mutandis.hyper import geno
from mutandis.hyper.geno import DNA, AttributeDict
from mutandis.hyper.geno import code as codes
from mutandis.hyper.geno.plan import ChoicesPlan, PointPlan, SpacePlan, end_of
from mutandis.symbolic import Object, functor

__all__ = [
    'GenerationOf',
    'MembersOf',
    'Species',
    'compatibility_distance',
    'neat',
    'scaled_average_fitness',
    'speciate',
]


class Species(JSONConvertible):
    """Individuals that are alike.

    Its length is the number of members; without any it is false.

    Attributes:
        members: the individuals of the present generation.
    """

    def __init__(self) -> None:
        self.members: list[DNA] = []
        self._representative: DNA | None = None

    @property
    def representative(self) -> DNA:
        """The first member that there ever was.

        Raises:
            AssertionError: there has been none.
        """
        assert self._representative is not None, (
            'A species without any member has no representative. Call `add(dna)` first.'
        )
        return self._representative

    def add(self, dna: DNA) -> None:
        """Adds a member."""
        if self._representative is None:
            self._representative = dna
        self.members.append(dna)

    def clear(self) -> None:
        """Removes the members; the representative stays."""
        self.members.clear()

    def __len__(self) -> int:
        return len(self.members)

    def __repr__(self) -> str:
        return f'Species({len(self)} members, representative={self._representative!r})'

    def individuals(self) -> Iterator[DNA]:
        """The members, and the representative if it is none of them."""
        yield from self.members
        first = self._representative
        if first is not None and all(first is not dna for dna in self.members):
            yield first

    def to_json(self, **kwargs: Any) -> Any:
        fields = {'members': self.members, 'representative': self._representative}
        return self.to_json_dict(fields, **kwargs)

    @classmethod
    def from_json(cls, json_value: Any, **kwargs: Any) -> Any:
        # Not as symbolic values: those would take the members for their own.
        context = kwargs.get('context')
        members, first = json_reading.from_json(
            [json_value['members'], json_value['representative']],
            context=context,
            auto_symbolic=False,
        )
        species = cls()
        species.members.extend(members)
        species._representative = first
        return species


# Symbolic objects, not functions: so algorithms are read from JSON that is not trusted.


class MembersOf(Object):
    """A function from a species to its members."""

    def __call__(self, species: Species) -> list[DNA]:
        return species.members


class GenerationOf(Object):
    """A function from an individual to the number of its generation."""

    def __call__(self, dna: DNA) -> int:
        return get_generation_id(dna)


def _number_of_decisions(code: Any) -> int:
    return len(codes.flatten(code))


def _compute_diff(a: DNA, b: DNA) -> tuple[int, int, int]:
    """Compares two individuals decision by decision.

    Returns:
        The number of decisions, how many are made differently, and how many have no counterpart:
        where a choice differs, what lies below it.
    """
    spec = a._spec
    if spec is not None and spec is b._spec and not spec._compiled().has_custom:
        return _diff_of_values(spec._compiled(), a._bound_flat, b._bound_flat)
    return _diff_of_codes(a._sym_code, b._sym_code)


def _diff_of_values(
    plan: SpacePlan, left: tuple[Any, ...], right: tuple[Any, ...]
) -> tuple[int, int, int]:
    """Compares the flat values of two individuals of one space."""
    if left == right:
        return len(left), 0, 0
    if plan.static:
        return len(left), sum(map(ne, left, right)), 0
    total = different = disjoint = i = j = 0
    # Points that are being compared, of outer spaces before inner ones.
    stack: list[Iterator[PointPlan]] = [iter(plan.points)]
    while stack:
        for point in stack[-1]:
            if type(point) is ChoicesPlan and point.k > 1:
                stack.append(iter([point.single()] * point.k))
                break
            if left[i] != right[j]:
                start, other_start = i, j
                i, j = end_of(point, left, i), end_of(point, right, j)
                count = max(i - start, j - other_start)
                total += count
                different += 1
                disjoint += count - 1
                continue
            sub = point.sub(left[i]) if type(point) is ChoicesPlan else None
            total += 1
            i, j = i + 1, j + 1
            if sub is not None:
                stack.append(iter(sub.points))
                break
        else:
            stack.pop()
    return total, different, disjoint


def _diff_of_codes(one: Any, other: Any) -> tuple[int, int, int]:
    """Compares the trees of any two individuals."""
    total = different = disjoint = 0
    stack = [(one, other)]
    while stack:
        left, right = stack.pop()
        if left == right:
            total += _number_of_decisions(left)
            continue
        value, children = codes.split(left)
        other_value, other_children = codes.split(right)
        if value != other_value:
            count = max(_number_of_decisions(left), _number_of_decisions(right))
            total += count
            different += 1
            disjoint += count - 1
            continue
        total += value is not None
        common = min(len(children), len(other_children))
        stack.extend(zip(children, other_children, strict=False))
        surplus = sum(map(_number_of_decisions, (children + other_children[common:])[common:]))
        total += surplus
        disjoint += surplus
    return total, different, disjoint


@functor(
    [
        ('disjoint_coefficient', T.Float(min_value=0.0), 'Weight of disjoint decisions.'),
        ('matching_coefficient', T.Float(min_value=0.0), 'Weight of decisions made differently.'),
    ]
)
def compatibility_distance(
    left: DNA, right: DNA, disjoint_coefficient: float, matching_coefficient: float
) -> float:
    """How different two individuals are (Stanley & Miikkulainen 2002, equation 1).

    It is `(c_d D + c_m W) / N`, for D of N decisions without a counterpart and W made differently;
    0.0 if there are no decisions. ::

        distance = compatibility_distance(disjoint_coefficient=1.0, matching_coefficient=3.0)
        distance(dna, other)

    Args:
        left: an individual.
        right: another one.
        disjoint_coefficient: c_d, weight of the decisions without a counterpart.
        matching_coefficient: c_m, weight of those made differently.
    """
    total, different, disjoint = _compute_diff(left, right)
    if not total:
        return 0.0
    return (disjoint_coefficient * disjoint + matching_coefficient * different) / total


@functor(
    [
        (
            'distance',
            T.Callable([T.Object(DNA), T.Object(DNA)], returns=T.Float()),
            'Function of two individuals: how different they are.',
        ),
        (
            'distance_threshold',
            T.Float(min_value=0.0),
            'The greatest distance to the representative of a species that a member may have.',
        ),
    ]
)
def speciate(
    dna_list: list[DNA],
    global_state: AttributeDict,
    distance: Callable[[DNA, DNA], float],
    distance_threshold: float,
) -> list[DNA]:
    """Divides individuals into species; `global_state.living_species` has those with members.

    An individual stays in the species it once got, which is kept as its user data `species`. A new
    one joins the first living species to whose representative it is near enough, or else begins a
    new one.

    Args:
        dna_list: the individuals.
        global_state: where the species live on.
        distance: function of a representative and an individual.
        distance_threshold: up to which distance an individual belongs to a species.

    Returns:
        The individuals, unchanged.
    """
    living: list[Species] = list(global_state.get('living_species') or [])
    for species in living:
        species.clear()
    known = set(map(id, living))
    for dna in dna_list:
        own: Species | None = dna.userdata.get('species')
        if own is None:
            own = next(
                (s for s in living if distance(s.representative, dna) <= distance_threshold), None
            )
            if own is None:
                own = Species()
            dna.set_userdata('species', own)
        if id(own) not in known:
            # A new one, or one that had died out while its member was away.
            own.clear()
            living.append(own)
            known.add(id(own))
        own.add(dna)
    global_state['living_species'] = [species for species in living if species]
    return dna_list


@functor
def scaled_average_fitness(inputs: list[Species], step: int) -> list[float]:
    """The mean fitness of each species above the least fitness of all individuals.

    An infinite fitness outweighs all finite ones: then a species has the share of its members that
    have it. Minus infinity and NaN count as the least finite fitness.

    Args:
        inputs: the species, with members.
        step: not used.
    """
    rewards = [[as_float(get_fitness(dna)) for dna in species.members] for species in inputs]
    everyone = [reward for own in rewards for reward in own]
    if math.inf in everyone:
        return [own.count(math.inf) / len(own) if own else 0.0 for own in rewards]
    finite = [reward for reward in everyone if reward == reward and reward != -math.inf]
    least = min(finite, default=0.0)
    scale = 1.0 if not finite or max(finite) - least < math.inf else 0.5
    means = []
    for own in rewards:
        above = [
            reward * scale - least * scale if reward == reward and reward != -math.inf else 0.0
            for reward in own
        ]
        # The mean of each tenth of the largest floats exists, their sum may not.
        mean = sum(above) / len(above) if above else 0.0
        means.append(mean if mean < math.inf else math.fsum(x / len(above) for x in above))
    return means


def neat(
    mutator: Any = DEFAULT_MUTATOR,
    population_size: int = 100,
    disjoint_coefficient: float = 1.0,
    matching_coefficient: float = 3.0,
    compatibility_threshold: float = 0.4,
    remaining_ratio: float = 0.6,
    seed: int | None = None,
) -> Evolution:
    """NEAT (Stanley & Miikkulainen 2002) on a fixed search space: evolution in species.

    Each generation is made as a whole from the newest one. A species has as many children as its
    mean fitness deserves, each of a random one of its best members. `global_state.living_species`
    has the species. ::

        algorithm = mt.evolution.neat(population_size=50, compatibility_threshold=1.0, seed=1)

    Args:
        mutator: operation from parents to children, by default `mutators.Uniform`; any operation,
            or a function from a list of DNAs to one.
        population_size: number of individuals in a generation; the first ones are random.
        disjoint_coefficient: weight of decisions that are active in one of two individuals only.
        matching_coefficient: weight of decisions that two individuals make differently.
        compatibility_threshold: up to which distance to its representative an individual belongs
            to a species, see `compatibility_distance`.
        remaining_ratio: share of a species that may be parents, the best.
        seed: seed of all parts that have none themselves.

    Raises:
        ValueError: `population_size` is less than 1, or another number is out of its range.
    """
    check_population_size(population_size)
    distance = cast(Any, compatibility_distance)(
        disjoint_coefficient=disjoint_coefficient, matching_coefficient=matching_coefficient
    )
    parents = (
        Proportional(population_size, weights=cast(Any, scaled_average_fitness)())
        .for_each(MembersOf() >> Top(remaining_ratio) >> Random(1, seed=seed))
        .flatten()
    )
    return Evolution(
        GlobalStateGetter('living_species') >> parents >> own_mutator(mutator),
        population_init=(geno.Random(seed), population_size),
        population_update=Top(1, key=GenerationOf(), cluster=True)
        >> cast(Any, speciate)(distance=distance, distance_threshold=compatibility_threshold),
        seed=seed,
    )


register_reference_names('evolution.neat', speciate, compatibility_distance, scaled_average_fitness)
