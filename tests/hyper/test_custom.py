"""Custom placeholders, evolvables, derived values."""

import random
from typing import Annotated, Any

import pytest

import mutandis as mt

DNA = mt.DNA


class Word(mt.hyper.CustomHyper):
    def custom_decode(self, dna):
        return dna.value.split(',')

    def custom_encode(self, value):
        if not isinstance(value, list):
            raise ValueError('not a list')
        return DNA(','.join(value))

    def next_dna(self, dna=None):
        return DNA('a') if dna is None else DNA(dna.value + ',a') if len(dna.value) < 5 else None

    def random_dna(self, random_generator=None, previous_dna=None):
        return DNA('r' if previous_dna is None else previous_dna.value + ',r')


class TestCustomHyper:
    def test_spec(self):
        spec = mt.dna_spec(mt.Dict(x=Word(name='n', hints=3), y=mt.oneof([Word(), 1])))
        assert str(spec['n']) == "CustomDecisionPoint(id='x', hyper_type='Word', name='n', hints=3)"
        assert [str(i) for i in spec.decision_ids] == ['x', 'y', 'y[=0/2]']
        assert str(Word().dna_spec().id) == ''

    def test_decode_and_encode(self):
        t = mt.template(mt.Dict(x=Word(), y=mt.oneof([Word(), 1])))
        v = t.decode(DNA(['a,b', (0, 'c')]))
        assert v == {'x': ['a', 'b'], 'y': ['c']} and isinstance(v.x, mt.List)
        assert t.decode(DNA(['a', 1])) == {'x': ['a'], 'y': 1}
        assert t.encode(v) == DNA(['a,b', (0, 'c')])
        assert t.encode(mt.Dict(x=['a'], y=1)) == DNA(['a', 1])

    @pytest.mark.parametrize('dna', [1, None, 0.5])
    def test_needs_a_string(self, dna):
        with pytest.raises(ValueError):
            Word().decode(DNA(dna))
        with pytest.raises(ValueError):
            mt.template(mt.Dict(x=Word())).decode(DNA(dna))

    def test_sees_the_bound_node(self):
        seen = []

        class Spy(mt.hyper.CustomHyper):
            def custom_decode(self, dna):
                seen.append(dna.spec)
                return 1

        t = mt.template(mt.Dict(a=mt.oneof([1, 2]), s=Spy(name='spy')))
        t.decode(DNA([0, 'x'], spec=t.dna_spec()))
        assert seen[0].name == 'spy'

    def test_enumeration_and_random(self):
        space = mt.Dict(x=Word(), y=mt.oneof([1, 2]))
        assert [v.x for v in mt.iter(space, 3)] == [['a'], ['a'], ['a', 'a']]
        assert mt.random_dna(mt.dna_spec(space), random.Random(1)).children[0] == DNA('r')

    def test_what_is_not_defined(self):
        class Bare(mt.hyper.CustomHyper):
            def custom_decode(self, dna):
                return dna.value

        bare = Bare()
        with pytest.raises(NotImplementedError):
            bare.encode(1)
        with pytest.raises(NotImplementedError):
            bare.first_dna()
        with pytest.raises(NotImplementedError):
            bare.next_dna()
        with pytest.raises(NotImplementedError):
            bare.random_dna()
        with pytest.raises(TypeError):
            mt.hyper.CustomHyper()


class TestOwnPrimitive:
    def test_a_placeholder_with_its_own_spec(self):
        class Even(mt.hyper.HyperPrimitive):
            """An even number below 2 * n."""

            n: int = 3

            def dna_spec(self, location=None):
                return mt.geno.oneof(
                    [mt.geno.constant()] * self.n,
                    location=mt.KeyPath.from_value(location or ''),
                    name=self.name,
                )

            def decode(self, dna):
                return 2 * dna.value

            def encode(self, value):
                if not isinstance(value, int) or value % 2 or not 0 <= value < 2 * self.n:
                    raise ValueError('not even')
                return DNA(value // 2)

        t = mt.template(mt.Dict(x=Even(), y=[mt.oneof([Even(n=2), 'a'])]))
        found = list(mt.iter(t.value))
        assert len(found) == t.dna_spec().space_size == 9
        assert found[1] == {'x': 0, 'y': [2]}
        for dna in t.dna_spec().iter_dna():
            assert t.encode(t.decode(dna)) == dna


def transform(location, value, parent):
    if isinstance(value, int):
        return value + 1
    return 0


class TestEvolvable:
    def test_round_trip(self):
        e = mt.evolve(mt.Dict(x=1, y=[1, 2]), transform)
        assert e.first_dna() == DNA('{"x": 1, "y": [1, 2]}')
        t = mt.template(mt.Dict(a=e))
        assert t.decode(e.first_dna()) == {'a': {'x': 1, 'y': [1, 2]}}
        assert t.encode(mt.Dict(a=mt.Dict(x=1))) == DNA('{"x": 1}')
        assert mt.dna_spec(e).first_dna() == e.first_dna()

    def test_random_dna_starts_at_the_seed(self):
        e = mt.evolve(mt.Dict(x=1), transform)
        first = e.random_dna(random.Random(1))
        assert first == e.first_dna()
        assert e.random_dna(random.Random(1), first) != first

    def test_mutation_points(self):
        e = mt.evolve(mt.Dict(x=1, y=[1, 2]), transform)
        points, weights = e.mutation_points_and_weights(mt.Dict(x=1, y=[1, 2]))
        kinds = mt.hyper.MutationType
        assert [(p.mutation_type, str(p.location)) for p in points] == [
            (kinds.REPLACE, ''),
            (kinds.REPLACE, 'x'),
            (kinds.REPLACE, 'y'),
            (kinds.INSERT, 'y[0]'),
            (kinds.DELETE, 'y[0]'),
            (kinds.REPLACE, 'y[0]'),
            (kinds.INSERT, 'y[1]'),
            (kinds.DELETE, 'y[1]'),
            (kinds.REPLACE, 'y[1]'),
            (kinds.INSERT, 'y[2]'),
        ]
        assert weights == [1.0] * 10
        points, _ = e.mutation_points_and_weights(mt.List())
        assert [(p.mutation_type, str(p.location)) for p in points] == [
            (kinds.REPLACE, ''),
            (kinds.INSERT, '[0]'),
        ]

    def test_sizes_and_no_mutation(self):
        class Net(mt.Object):
            xs: mt.typing.List(mt.typing.Int(), min_size=1, max_size=2)
            fixed: Annotated[int, 'fixed', {'no_mutation': True}] = 1

        e = mt.evolve(Net([1]), transform)
        places = [str(p.location) for p in e.mutation_points_and_weights(Net([1]))[0]]
        assert 'xs' in places and 'fixed' not in places
        kinds = {p.mutation_type for p in e.mutation_points_and_weights(Net([1]))[0]}
        assert mt.hyper.MutationType.DELETE not in kinds
        kinds = {p.mutation_type for p in e.mutation_points_and_weights(Net([1, 2]))[0]}
        assert mt.hyper.MutationType.INSERT not in kinds

    def test_mutate(self):
        def weights(kind, location, value, parent):
            return 1.0 if kind is mt.hyper.MutationType.DELETE else 0.0

        e = mt.evolve(mt.Dict(y=[1, 2]), transform, weights=weights)
        value = mt.Dict(y=[1, 2])
        assert e.mutate(value, random.Random(1)) is value
        assert len(value.y) == 1
        with pytest.raises(ValueError):
            mt.evolve(value, transform, weights=lambda *a: 0.0).mutate(value)

    def test_needs_a_symbolic_value(self):
        with pytest.raises(TypeError):
            mt.evolve(1, transform)


class Sum(mt.hyper.DerivedValue):
    def derive(self, *values):
        return sum(values)


class TestDerivedValues:
    def test_reference(self):
        t = mt.template(mt.Dict(a=mt.oneof([1, 2]), b=mt.Dict(c=mt.hyper.reference('a'))))
        assert t.decode(DNA(1)) == {'a': 2, 'b': {'c': 2}}
        assert t.encode(mt.Dict(a=2, b=mt.Dict(c=2))) == DNA(1)
        with pytest.raises(ValueError, match='b.c'):
            t.encode(mt.Dict(a=2, b=mt.Dict(c=1)))

    def test_without_primitives(self):
        value = mt.Dict(a=3, b=mt.Dict(c=mt.hyper.reference('a')))
        assert mt.template(value).decode(DNA(None)) == {'a': 3, 'b': {'c': 3}}
        assert isinstance(value.b.c, mt.hyper.ValueReference)

    def test_inside_candidates(self):
        value = mt.Dict(a=mt.oneof([1, 2]), b=mt.oneof([0, mt.Dict(c=mt.hyper.reference('a'))]))
        assert mt.template(value).decode(DNA([1, 1])) == {'a': 2, 'b': {'c': 2}}

    def test_only_when_asked_for(self):
        value = mt.Dict(a=1, b=Sum(['a', 'c.d']), c=mt.Dict(d=4))
        kept = mt.hyper.ObjectTemplate(value).decode(DNA(None))
        assert isinstance(kept.b, Sum)
        computed = mt.hyper.ObjectTemplate(value, compute_derived=True).decode(DNA(None))
        assert computed.b == 5

    def test_resolve(self):
        value = mt.Dict(a=1, b=Sum(['a', 'c.d']), c=mt.Dict(d=4))
        assert value.b() == 5
        (node, path), (_, other) = value.b.resolve()
        assert node is value and path == 'a' and other == 'c.d'
        assert value.b.resolve('c')[1] == 'c'
        with pytest.raises(ValueError):
            value.b.resolve(1)
        with pytest.raises(ValueError):
            value.b.resolve('nowhere')
        with pytest.raises(ValueError):
            mt.hyper.reference('a').resolve()

    def test_no_chains(self):
        value = mt.Dict(a=1, b=mt.hyper.reference('a'), c=mt.hyper.reference('b'))
        with pytest.raises(ValueError):
            value.c()

    def test_one_path_only(self):
        with pytest.raises(ValueError):
            mt.hyper.ValueReference(['a', 'b'])

    def test_deterministic(self):
        assert mt.is_deterministic(mt.Dict(a=1, b=mt.hyper.reference('a')))

    def test_references_copy(self):
        class Node(mt.Object):
            x: Any

        v = mt.template(mt.Dict(a=Node(1), b=mt.hyper.reference('a'))).decode(DNA(None))
        assert v.b == Node(1) and v.b is not v.a


def test_copies_of_a_placeholder_with_a_constructor_of_its_own_are_not_evaluated():
    class Own(mt.hyper.CustomHyper):
        v: int

        @mt.explicit_method_override
        def __init__(self, v, **kwargs):
            super().__init__(v=v, **kwargs)

        def custom_decode(self, dna):
            return self.v

    own = Own(3)
    tree = mt.Dict(a=[own])
    with mt.hyper.dynamic_evaluate(lambda p: 'evaluated'):
        for copied in (own.clone(), own.clone(deep=True, override={'v': 4}), tree.clone().a[0]):
            assert isinstance(copied, Own)
        assert Own(3) == 'evaluated'
