"""Laws of placeholders, and of values that contain them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from typing import Any

from mutandis.hyper import (
    HyperPrimitive,
    HyperValue,
    ObjectTemplate,
    materialize,
    oneof,
    template,
    trace,
)
from mutandis.hyper.geno import DNA, DNASpec
from mutandis.symbolic import (
    Dict,
    List,
    Symbolic,
    eq,
    from_json,
    from_json_str,
    is_deterministic,
    ne,
    sym_hash,
    to_json_str,
    traverse,
)
from mutandis.testing.laws import as_test_class, law, rejects, require
from mutandis.testing.specs import MAX_ENUMERATED, NUM_DRAWS, SpecLaws

__all__ = ['PlaceholderLaws', 'placeholder_suite']


class PlaceholderLaws(SpecLaws):
    """Laws of a placeholder: those of its decision spec, decoding, encoding, copies, places.

    Args:
        make: Returns a placeholder or a value with some, a new one at each call.
        seed: Seed of the random DNAs that the laws are tried on.
        dnas: DNAs to try in the place of random ones, for placeholders that cannot draw.
        enumerable: Whether there is a first and a next DNA; None asks for the size of the space.
        encodable: Whether `encode` is supported.
        distinct: Whether different DNAs have different values. If not, encoding a value gives some
            DNA of that value.
        nestable: Whether it may stand inside other values.
        refuses_foreign: Whether there are values that it does not encode.
        serializable: Whether the placeholder is read back from its JSON as an equal one.
    """

    def __init__(
        self,
        make: Callable[[], Any],
        *,
        seed: int = 0,
        dnas: Iterable[DNA] | None = None,
        enumerable: bool | None = None,
        encodable: bool = True,
        distinct: bool = True,
        nestable: bool = True,
        refuses_foreign: bool = True,
        serializable: bool = True,
    ) -> None:
        super().__init__(
            lambda: template(make()).dna_spec(),
            seed=seed,
            dnas=dnas,
            enumerable=enumerable,
            distinct=distinct,
            serializable=serializable,
        )
        self.make = make
        self.encodable = encodable
        self.nestable = nestable
        self.refuses_foreign = encodable and refuses_foreign

    @property
    def is_placeholder(self) -> bool:
        """Whether `make` gives a placeholder, not a value around some."""
        return isinstance(self.make(), HyperPrimitive)

    @property
    def can_be_run(self) -> bool:
        """Whether it is a placeholder that has a first value and random ones."""
        if not self.is_placeholder or not self.draws:
            return False
        try:
            trace(self.make)
        except NotImplementedError:
            return False
        return True

    @property
    def is_open(self) -> bool:
        """Whether anything is to be decided."""
        return not template(self.make()).is_constant

    @property
    def is_part(self) -> bool:
        """Whether it is a part, in which something is to be decided, of larger values."""
        return self.nestable and self.is_open

    @property
    def lists_all(self) -> bool:
        """Whether all DNAs can be decoded and encoded in reasonable time."""
        return self.enumerable and self.encodable and self.make_spec().space_size <= MAX_ENUMERATED

    # ----------------------------------------------------------------------------- decoding

    @law()
    def decoding_is_repeatable(self) -> None:
        """One DNA has one value, in which nothing is left to be decided."""
        t = template(self.make())
        for dna in self.some_dnas(t.dna_spec()):
            first, second = t.decode(dna), t.decode(dna)
            require(eq(first, second), 'A DNA must always decode to the same.', dna, first, second)
            require(is_deterministic(first), 'A decoded value has no placeholder.', dna, first)

    @law()
    def decoding_leaves_the_placeholder_alone(self) -> None:
        """Decoding changes nothing, and its result shares no node with the placeholder."""
        value = self.make()
        t = template(value)
        for dna in self.some_dnas(t.dna_spec()):
            first, second = t.decode(dna), t.decode(dna)
            require(eq(value, self.make()), 'Decoding must not change the placeholder.', value)
            if not t.is_constant:
                nodes = _nodes(first)
                shared = nodes.keys() & (_nodes(value).keys() | _nodes(second).keys())
                require(
                    not shared,
                    'A decoded value must be built anew: whoever changes it would change the '
                    'placeholder, or another value.',
                    *(nodes[i] for i in shared),
                )

    @law()
    def decoded_values_know_their_place(self) -> None:
        """Nodes of a decoded value have the parents and paths that they are found at."""
        t = template(self.make())
        for dna in self.some_dnas(t.dna_spec()):
            value = t.decode(dna)
            if t.is_constant or not isinstance(value, Symbolic):
                continue  # A constant is the value itself; a plain list is nobody's parent.

            def visit(path: Any, node: Any, parent: Any) -> None:
                if isinstance(node, Symbolic):
                    require(
                        node.sym_path == path and node.sym_parent is parent,
                        f'The node at {path!s} has the path {node.sym_path!s}.',
                        node,
                    )

            traverse(value, visit)

    @law()
    def all_forms_of_a_dna_decode_to_the_same(self) -> None:
        """An unbound DNA, a dict, and an equal template give the same value."""
        value = self.make()
        t = template(value)
        spec = t.dna_spec()
        other = template(value.clone(deep=True) if isinstance(value, Symbolic) else value)
        require(eq(other.dna_spec(), spec), 'A copy has the same decisions.', spec)
        for dna in self.some_dnas(spec):
            decoded = t.decode(dna)
            unbound = from_json(dna.to_json())
            for form, again in (
                ('read from JSON', t.decode(unbound)),
                ('as a dict', materialize(value, dna.use_spec(spec).to_dict())),
                ('for a copy of the placeholder', other.decode(dna)),
            ):
                require(
                    eq(again, decoded), f'A DNA {form} must decode to the same.', decoded, again
                )

    @law(when='is_open')
    def what_does_not_fit_is_refused(self) -> None:
        """A DNA of another space is a `ValueError`."""
        value = self.make()
        for wrong in (DNA((10**9, [0.5, 'x'])), DNA([None, [1, [2.5, 'x']], 'y'])):
            for decoder in (template(value), value):
                if isinstance(decoder, HyperValue):
                    require(
                        rejects(ValueError, decoder.decode, wrong),
                        'Decoding a DNA that does not fit must raise a ValueError.',
                        wrong,
                    )

    # ----------------------------------------------------------------------------- encoding

    @law(when='encodable')
    def encoding_inverts_decoding(self) -> None:
        """`encode` gives the DNA of a decoded value."""
        t = template(self.make())
        for dna in self.some_dnas(t.dna_spec()):
            self._encodes(t, dna)

    @law(when='lists_all')
    def every_dna_has_its_value(self) -> None:
        """The same for all DNAs of a small space."""
        t = template(self.make())
        for dna in t.dna_spec().iter_dna():
            self._encodes(t, dna)

    def _encodes(self, t: Any, dna: DNA) -> None:
        value = t.decode(dna)
        encoded = t.encode(value)
        require(
            encoded == dna if self.distinct else eq(t.decode(encoded), value),
            '`encode` must give a DNA of the value'
            + (', the one that was decoded.' if self.distinct else '.'),
            dna,
            value,
            encoded,
        )

    @law(when='refuses_foreign')
    def foreign_values_are_refused(self) -> None:
        """`encode` raises a `ValueError` for a value outside the space; `try_encode` says so."""
        t = template(self.make())
        foreign = _Foreign()
        require(
            rejects(ValueError, t.encode, foreign),
            'Encoding a value outside the space must raise a ValueError.',
        )
        require(t.try_encode(foreign) == (False, None), '`try_encode` must give (False, None).')

    # ------------------------------------------------------------------------ copies and JSON

    @law()
    def copies_are_equal_and_apart(self) -> None:
        """Placeholders made alike are equal, with equal hashes; so are copies, new objects."""
        value, alike = self.make(), self.make()
        require(eq(value, alike), 'Two placeholders made alike must be equal.', value, alike)
        require(ne(value, _Foreign()), 'A placeholder differs from other things.', value)
        if not isinstance(value, Symbolic):
            return
        expected = _hash(value)
        require(_hash(alike) == expected, 'Equal ones must have equal hashes.', value)
        for deep in (False, True):
            copy = value.clone(deep=deep)
            require(
                copy is not value and type(copy) is type(value),
                'A copy must be a new object of the same class.',
                copy,
            )
            require(eq(copy, value), 'A copy must be equal.', value, copy)
            require(_hash(copy) == expected, 'A copy must have an equal hash.', value)
        require(eq(value, alike), 'Copying must not change the placeholder.', value)

    @law(when='serializable')
    def json_gives_the_placeholder_back(self) -> None:
        """A placeholder is read back from its JSON, and decodes as before."""
        value = self.make()
        copy = from_json_str(to_json_str(value))
        require(eq(copy, value), 'Read from its JSON, it must be equal.', value, copy)
        t, other = template(value), template(copy)
        for dna in self.some_dnas(t.dna_spec()):
            require(
                eq(t.decode(dna), other.decode(dna)),
                'Read from its JSON, it must decode as before.',
                dna,
            )

    # -------------------------------------------------------------------------------- places

    @law(when='is_part')
    def it_decodes_inside_other_values(self) -> None:
        """In a dict, a list, and as a candidate it has the same values as alone."""
        alone = template(self.make())
        around: tuple[tuple[str, Any, Callable[[Any], Any]], ...] = (
            ('a dict', Dict(x=1, y=self.make()), lambda v: v.y),
            ('a list', List([self.make(), 2]), lambda v: v[0]),
        )
        for place, value, inside in around:
            t = template(value)
            for dna in self.some_dnas(alone.dna_spec()):
                require(
                    eq(inside(t.decode(dna)), alone.decode(dna)),
                    f'Inside {place} it must decode as it does alone.',
                    dna,
                )
            for point in t.dna_spec().decision_points:
                start = 'y' if place == 'a dict' else '[0]'
                require(
                    str(point.id).startswith(start),
                    f'Inside {place} the ids of its decisions must begin with its place.',
                    point.id,
                )
        conditional = template(oneof([_MARK, Dict(inner=self.make())]))
        require(conditional.decode(DNA(0)) == _MARK, 'Where it is not chosen it has no part.')
        for dna in self.some_dnas(alone.dna_spec()):
            chosen = DNA(1, [_plain(dna)])
            require(
                eq(conditional.decode(chosen).inner, alone.decode(dna)),
                'As part of a candidate it must decode as it does alone.',
                chosen,
            )

    @law(when='is_part')
    def refused_by_where_it_stays(self) -> None:
        """A template whose `where` refuses everything is a constant: the value as it is."""
        value = self.make()
        t = ObjectTemplate(value, where=lambda _: False)
        require(t.is_constant, '`where` refuses all placeholders, so nothing is decided.', value)
        require(eq(t.decode(DNA(None)), value), 'What `where` refuses stays as it is.', value)

    @law(when='is_placeholder')
    def the_location_is_used(self) -> None:
        """The spec of a placeholder stands where its location says."""
        spec: DNASpec = self.make().dna_spec('some.place')
        for point in spec.decision_points:
            require(
                str(point.id).startswith('some.place'),
                '`dna_spec(location)` must give decisions at that location.',
                point.id,
            )

    @law(when='can_be_run')
    def running_code_decides_it(self) -> None:
        """Constructed by code that is traced, it is decided on the spot."""
        context = trace(self.make)
        alone = template(self.make())
        # Placeholders inside its candidates are decisions of their own there.
        same = len(context.dna_spec) == len(alone.dna_spec()) and len(context.hyper_dict or ()) == 1
        generator = random.Random(self.seed)
        for _ in range(NUM_DRAWS):
            dna = context.dna_spec.random_dna(generator)
            with context.apply(dna):
                value = self.make()
            require(is_deterministic(value), 'Under `apply` it must be decided.', dna, value)
            if same:
                expected = alone.decode(_plain(dna))
                require(
                    eq(value, expected),
                    'Under `apply` it must have the value that its template decodes.',
                    dna,
                    value,
                    expected,
                )


_MARK = 'not chosen'


class _Foreign:
    """A value of which no placeholder knows."""


def _hash(value: Any) -> int | None:
    """The symbolic hash, None if there is none: a plain dict in a tuple has none, for example."""
    try:
        return sym_hash(value)
    except TypeError:
        return None


def _plain(dna: DNA) -> DNA:
    """A DNA of the same decisions without a spec."""
    return DNA(dna.to_json(type_info=False))


def _nodes(value: Any) -> dict[int, Any]:
    """The symbolic nodes of a value by identity."""
    found: dict[int, Any] = {}

    def visit(path: Any, node: Any, parent: Any) -> None:
        if isinstance(node, Symbolic):
            found[id(node)] = node

    traverse(value, visit)
    return found


def placeholder_suite(make: Callable[[], Any], **options: Any) -> type:
    """A test class for a placeholder. In a test module::

        import mutandis as mt

        TestMine = mt.testing.placeholder_suite(lambda: MyPlaceholder(3))

    Args:
        make: Returns a placeholder or a value with some, a new one at each call.
        **options: What the placeholder does not offer; see `PlaceholderLaws`.
    """
    return as_test_class(PlaceholderLaws(make, **options))
