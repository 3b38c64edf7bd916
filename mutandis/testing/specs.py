"""Laws of decision specs and their DNAs."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterable
from typing import Any

from mutandis.hyper.geno import DNA, DNASpec
from mutandis.symbolic import eq, from_json_str
from mutandis.testing.laws import Laws, as_test_class, law, require

__all__ = ['SpecLaws', 'spec_suite']

NUM_DRAWS = 5
# Spaces up to this size are enumerated to the end.
MAX_ENUMERATED = 300


class SpecLaws(Laws):
    """Laws of a decision spec: random DNAs, enumeration, and the forms of a DNA.

    Args:
        make: Returns the spec, a new one at each call.
        seed: Seed of the random DNAs that the laws are tried on.
        dnas: DNAs to try in the place of random ones, for specs that cannot draw.
        enumerable: Whether there is a first and a next DNA; None asks the spec for its size, which
            is -1 for spaces that are not finite.
        distinct: Whether the literals of different DNAs differ.
        serializable: Whether the spec is read back from its JSON as an equal one.
    """

    def __init__(
        self,
        make: Callable[[], DNASpec],
        *,
        seed: int = 0,
        dnas: Iterable[DNA] | None = None,
        enumerable: bool | None = None,
        distinct: bool = True,
        serializable: bool = True,
    ) -> None:
        self.make_spec = make
        self.seed = seed
        self.distinct = distinct
        self.serializable = serializable
        self.draws = dnas is None
        self._dnas = None if dnas is None else list(dnas)
        self._enumerable = enumerable

    @property
    def enumerable(self) -> bool:
        """Whether the DNAs of the spec can be enumerated."""
        if self._enumerable is None:
            return bool(self.make_spec().space_size >= 0)
        return self._enumerable

    def some_dnas(self, spec: DNASpec) -> list[DNA]:
        """DNAs to try a law on."""
        if self._dnas is not None:
            return [dna.clone(deep=True) for dna in self._dnas]
        generator = random.Random(self.seed)
        return [spec.random_dna(generator) for _ in range(NUM_DRAWS)]

    @law(when='draws')
    def random_dnas_fit(self) -> None:
        """Random DNAs lie inside the space, and equal seeds give equal ones."""
        spec = self.make_spec()
        first, second = random.Random(self.seed), random.Random(self.seed)
        for _ in range(NUM_DRAWS):
            dna = spec.random_dna(first)
            self._valid(spec, dna)
            again = spec.random_dna(second)
            require(dna == again, 'Equal seeds must give equal random DNAs.', dna, again)
        require(
            first.getstate() == second.getstate(),
            'Equal draws must leave the random generators in equal states.',
        )

    @law(when='enumerable')
    def enumeration_is_complete_and_ordered(self) -> None:
        """`iter_dna` gives each DNA once, in increasing order, `space_size` in all."""
        spec = self.make_spec()
        size = spec.space_size
        dnas = list(itertools.islice(spec.iter_dna(), MAX_ENUMERATED + 1))
        for left, right in itertools.pairwise(dnas):
            require(left < right, 'The enumeration must be strictly increasing.', left, right)
        for dna in dnas:
            self._valid(spec, dna)
        if 0 <= size <= MAX_ENUMERATED:
            require(
                len(dnas) == size,
                f'`space_size` is {size}, but there are {len(dnas)} DNAs: it must be their number.',
            )
        if dnas and len(dnas) <= MAX_ENUMERATED:
            end = spec.next_dna(dnas[-1])
            require(end is None, 'After the last DNA `next_dna` must be None.', dnas[-1], end)
            middle = len(dnas) // 2
            require(
                list(spec.iter_dna(dnas[middle])) == dnas[middle + 1 :],
                'An enumeration from a DNA must be the rest of the whole one.',
                dnas[middle],
            )

    @law()
    def dicts_give_the_dna_back(self) -> None:
        """`DNA.from_dict` inverts `to_dict`, whatever the options."""
        spec = self.make_spec()
        for dna in self.some_dnas(spec):
            dna.use_spec(spec)
            for options in itertools.product(
                ('id', 'name_or_id', 'dna_spec'),
                ('value', 'dna', 'choice', 'literal', 'choice_and_literal'),
                ('subchoice', 'parent', 'both'),
                (False, True),
            ):
                literal = options[1] == 'literal'
                if literal and not self.distinct:
                    continue
                values = dna.to_dict(*options)
                self._same(
                    DNA.from_dict(values, spec, use_ints_as_literals=literal),
                    dna,
                    f'to_dict{options}',
                )

    @law()
    def other_forms_give_the_dna_back(self) -> None:
        """So do numbers, JSON in its three forms, and a tree built by hand."""
        spec = self.make_spec()
        for dna in self.some_dnas(spec):
            dna.use_spec(spec)
            self._same(DNA.from_numbers(dna.to_numbers(), spec), dna, 'to_numbers()')
            self._same(DNA(dna.to_numbers(flatten=False)), dna, 'to_numbers(flatten=False)')
            self._same(from_json_str(dna.to_json_str()), dna, 'JSON')
            self._same(from_json_str(dna.to_json_str(compact=False)), dna, 'JSON(compact=False)')
            plain = DNA(dna.to_json(type_info=False))
            self._same(plain, dna, 'JSON(type_info=False)')
            self._same(plain.use_spec(spec), dna, 'JSON(type_info=False), bound')
            require(plain.to_dict() == dna.to_dict(), 'Bound to the spec, both have one dict.', dna)
            tree = _rebuilt(dna)
            self._same(tree, dna, 'a tree of nodes')
            require(
                tree.use_spec(spec).spec is dna.spec
                and [c.spec for c in tree.children] == [c.spec for c in dna.children],
                'Bound to the spec, equal DNAs belong to the same decisions.',
                dna,
            )
            require(tree.to_numbers() == dna.to_numbers(), 'Equal DNAs have equal numbers.', dna)

    @law()
    def ids_find_their_points(self) -> None:
        """A decision point is found by its id and by its text."""
        spec = self.make_spec()
        for point in spec.decision_points:
            require(
                spec[point.id] is point and spec[str(point.id)] is point,
                f'`spec[id]` must be the decision point of that id, which {point.id} is not.',
                spec,
            )
        require(
            len(spec) == len(spec.decision_points),
            '`len(spec)` must be the number of decision points.',
            spec,
        )

    @law()
    def copies_of_the_spec_are_equal(self) -> None:
        """A clone of the spec is equal to it, and takes its DNAs."""
        spec = self.make_spec()
        copy = spec.clone(deep=True)
        require(eq(copy, spec), 'A clone of a spec must be equal to it.', copy, spec)
        for dna in self.some_dnas(spec):
            self._valid(copy, dna)

    @law(when='serializable')
    def json_gives_the_spec_back(self) -> None:
        """A spec is read back from its JSON."""
        spec = self.make_spec()
        copy = from_json_str(spec.to_json_str())
        require(eq(copy, spec), 'A spec read from its JSON must be equal to it.', copy, spec)

    # ---------------------------------------------------------------------------- helpers

    def _valid(self, spec: DNASpec, dna: DNA) -> None:
        try:
            spec.validate(dna)
        except ValueError as error:
            raise AssertionError(f'{dna!r} does not fit its space: {error}') from error

    def _same(self, got: DNA, dna: DNA, form: str) -> None:
        require(
            got == dna and hash(got) == hash(dna),
            f'Through {form} a DNA must come back as an equal one.',
            dna,
            got,
        )


def _rebuilt(node: DNA) -> DNA:
    return DNA(node.value, [_rebuilt(child) for child in node.children])


def spec_suite(make: Callable[[], DNASpec], **options: Any) -> type:
    """A test class for a decision spec: `TestMine = spec_suite(make)`.

    Args:
        make: Returns the spec, a new one at each call.
        **options: See `SpecLaws`.
    """
    return as_test_class(SpecLaws(make, **options))
