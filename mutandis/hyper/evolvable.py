"""Placeholders that stand for any program reachable from a first one by mutations of its tree."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

from mutandis import typing as T
from mutandis.base import MISSING_VALUE, KeyPath
from mutandis.hyper import geno
from mutandis.hyper.custom import CustomHyper
from mutandis.symbolic import List, Symbolic

if TYPE_CHECKING:
    from mutandis.hyper.mutation import MutationPoint, MutationType


class Evolvable(CustomHyper):
    """A placeholder for programs made by mutations of a first one (see `evolve`).

    Its genome is the JSON text of the program.
    """

    initial_value: Annotated[
        T.Object(Symbolic),  # type: ignore[valid-type]
        'The program to start from.',
    ]
    node_transform: Annotated[
        Callable[..., Any],
        'Function (location, old value, parent) that gives a new value for a place.',
    ]
    weights: Annotated[
        Callable[..., Any] | None,
        'Function (mutation type, location, old value, parent) that gives the weight of a '
        'mutation; None for equal weights.',
    ] = None

    def _sym_source(self) -> Any:
        from mutandis.hyper.source_code import evolve_call

        return evolve_call(self)

    def custom_decode(self, dna: geno.DNA) -> Any:
        """Returns the program that the DNA spells out."""
        from mutandis.symbolic import from_json_str

        return from_json_str(dna.value)

    def custom_encode(self, value: Any) -> geno.DNA:
        """Returns the DNA that spells out a program."""
        from mutandis.symbolic import to_json_str

        return geno.DNA(to_json_str(value))

    def first_dna(self) -> geno.DNA:
        """Returns the DNA of the initial value."""
        return self.custom_encode(self.initial_value)

    def next_dna(self, dna: geno.DNA | None = None) -> geno.DNA | None:
        """Returns the first DNA; there is no order beyond it."""
        if dna is None:
            return self.first_dna()
        return super().next_dna(dna)

    def random_dna(
        self, random_generator: Any = None, previous_dna: geno.DNA | None = None
    ) -> geno.DNA:
        """Returns one mutation of the previous DNA, or the first DNA when there is none."""
        if previous_dna is None:
            return self.first_dna()
        return self.custom_encode(self.mutate(self.decode(previous_dna), random_generator))

    def mutation_points_and_weights(self, value: Any) -> tuple[list['MutationPoint'], list[float]]:
        """Returns all mutations of a program in pre-order, with their weights.

        Nodes whose field has metadata `no_mutation` are left out, with all below them.
        """
        points: list[MutationPoint] = []
        self._collect(value, KeyPath(), None, points)
        weigh = self.weights
        if weigh is None:
            return points, [1.0] * len(points)
        return points, [weigh(p.mutation_type, p.location, p.old_value, p.parent) for p in points]

    def _collect(
        self, value: Any, location: KeyPath, parent: Any, points: list['MutationPoint']
    ) -> None:
        from mutandis.hyper.mutation import MutationPoint, MutationType

        field = None if parent is None else parent.sym_attr_field(location.key)
        if field is not None and (field.metadata or {}).get('no_mutation'):
            return
        points.append(MutationPoint(MutationType.REPLACE, location, value, parent))
        if isinstance(value, List):
            self._collect_items(value, location, points)
        elif isinstance(value, Symbolic):
            for key, child in value._sym_pairs():
                self._collect(child, location + key, value, points)

    def _collect_items(self, items: Any, location: KeyPath, points: list['MutationPoint']) -> None:
        from mutandis.hyper.mutation import MutationPoint, MutationType

        spec = items.value_spec
        size = len(items)
        may_grow = spec is None or spec.max_size is None or size < spec.max_size
        may_shrink = spec is None or size > (spec.min_size or 0)
        for i, item in items.sym_items():
            here = location + i
            if may_grow:
                points.append(MutationPoint(MutationType.INSERT, here, MISSING_VALUE, items))
            if may_shrink:
                points.append(MutationPoint(MutationType.DELETE, here, item, items))
            self._collect(item, here, items, points)
        if may_grow:
            end = location + size
            points.append(MutationPoint(MutationType.INSERT, end, MISSING_VALUE, items))

    def mutate(self, value: Any, random_generator: Any = None) -> Any:
        """Mutates a program in place, once.

        Args:
            value: The program.
            random_generator: A `random.Random`; None for the global one.

        Returns:
            The program, or what replaces it as a whole.

        Raises:
            ValueError: No mutation has a positive weight.
        """
        import random

        from mutandis.hyper.mutation import MutationType

        rng = random if random_generator is None else random_generator
        points, weights = self.mutation_points_and_weights(value)
        point = rng.choices(points, weights, k=1)[0]
        parent, location = point.parent, point.location
        if point.mutation_type is MutationType.DELETE:
            del parent[location.key]
            return value
        new = self.node_transform(location, point.old_value, parent)
        if point.mutation_type is MutationType.INSERT:
            parent.insert(location.key, new)
        elif parent is None:
            return new
        else:
            parent.rebind({location.key: new})
        return value


def evolve(
    initial_value: Any,
    node_transform: Callable[[KeyPath, Any, Any], Any],
    *,
    weights: Callable[['MutationType', KeyPath, Any, Any], float] | None = None,
    name: str | None = None,
    hints: Any | None = None,
) -> Any:
    """A placeholder for programs made by mutations of a first one.

    Args:
        initial_value: The program to start from: a symbolic object, dict or list.
        node_transform: Function (location, old value, parent) that gives the new value for a place;
            the old value is `MISSING_VALUE` for an insertion into a list.
        weights: Function (mutation type, location, old value, parent) that gives the weight of a
            mutation; None for equal weights.
        name: Name of the decision, unique in its space.
        hints: Anything that algorithms want to know about the decision.
    """
    return Evolvable(
        initial_value=initial_value,
        node_transform=node_transform,
        weights=weights,
        name=name,
        hints=hints,
    )
