"""Mutators: the constraints hold, everything legal is reached, the argument is left alone."""

import random
from collections import Counter

import pytest
from evolution_helpers import G, constants, mixed_spec

import mutandis as mt
from mutandis.algorithms import evolution as ev

M = ev.mutators


@pytest.mark.parametrize('seed', range(5))
def test_constraints_hold_and_specs_stay(seed):
    spec = mixed_spec()
    uniform, swap = M.Uniform(seed=seed), M.Swap(seed=seed)
    dna = spec.random_dna(random.Random(seed))
    for _ in range(100):
        before = dna.to_numbers()
        for mutator in (uniform, swap):
            (child,) = mutator([dna])
            assert child is not dna and dna.to_numbers() == before
            assert child.spec is spec
            spec.validate(child)
            for point, node in child.to_dict(key_type='dna_spec', value_type='dna').items():
                assert node.spec is point
        (dna,) = uniform([dna])


@pytest.mark.parametrize(
    'spec',
    [
        G.space([G.oneof(constants(3)), G.oneof([G.oneof(constants(2)), G.constant()])]),
        G.space([G.manyof(2, constants(4))]),
        G.space([G.manyof(2, constants(3), distinct=False, sorted=True)]),
        G.space([G.manyof(3, constants(4), sorted=True)]),
        G.space([G.oneof([G.manyof(2, constants(3)), G.constant()]), G.oneof(constants(2))]),
    ],
    ids=['conditional', 'distinct', 'sorted', 'distinct-sorted', 'nested'],
)
def test_uniform_reaches_everything(spec):
    uniform = M.Uniform(seed=1)
    dna = spec.first_dna()
    seen = {dna}
    for _ in range(3000):
        (dna,) = uniform([dna])
        seen.add(dna)
    assert len(seen) == spec.space_size


def test_swap_reaches_all_permutations():
    spec = G.space([G.manyof(4, constants(4))])
    swap = M.Swap(seed=1)
    dna = spec.first_dna()
    seen = {dna}
    for _ in range(1000):
        (child,) = swap([dna])
        moved = [i for i in range(4) if child.to_numbers()[i] != dna.to_numbers()[i]]
        assert len(moved) == 2
        dna = child
        seen.add(dna)
    assert len(seen) == 24


def test_uniform_picks_every_node_equally_often():
    """A decision of 3 out of 4 changes when it is picked, and not its old value is drawn."""
    n, draws = 8, 16000
    spec = G.space([G.oneof(constants(4)) for _ in range(n)])
    dna = spec.first_dna()
    uniform = M.Uniform(seed=1)
    changed = Counter()
    for child in uniform([dna] * draws):
        changed.update(i for i, value in enumerate(child.to_numbers()) if value)
    expected = draws / n * 3 / 4
    variance = expected * (1 - 3 / 4 / n)
    for i in range(n):
        assert abs(changed[i] - expected) < 4 * variance**0.5


def test_only_what_where_accepts_is_changed():
    spec = mixed_spec()
    dna = spec.random_dna(random.Random(1))
    kept = M.Uniform(where=lambda node: node.spec.id == 'a', seed=1)
    for child in kept([dna] * 50):
        assert child.to_numbers()[1:] == dna.to_numbers()[1:]
    assert len({child.to_numbers()[0] for child in kept([dna] * 50)}) == 4


def test_where_sees_every_node_before_its_children():
    seen = []

    def where(node):
        seen.append((node.value, None if node.spec is None else node.spec.id.path))
        return True

    spec = mixed_spec()
    M.Uniform(where=where, seed=1)([mt.DNA([1, [0, 2], (0, 0.5), [(0, 2.5), 3]], spec=spec)])
    assert seen == [
        (None, ''),
        (1, 'a'),
        (None, 'b'),
        (0, 'b[0]'),
        (2, 'b[1]'),
        (0, 'c'),
        (0.5, 'c[=0/2]'),
        (None, 'd'),
        (0, 'd[0]'),
        (2.5, 'd[0][=0/4]'),
        (3, 'd[1]'),
    ]


def test_where_may_be_a_functor():
    @mt.functor()
    def hinted(node, hints):
        return node.spec is not None and node.spec.hints == hints

    spec = G.space([G.oneof(constants(9), hints='x'), G.oneof(constants(9), hints='y')])
    op = M.Uniform(where=hinted(hints='y'), seed=1)
    assert {child.to_numbers()[0] for child in op([spec.first_dna()] * 20)} == {0}
    assert mt.eq(op.clone(), op)


def test_the_root_can_be_kept():
    spec = G.space([G.manyof(2, constants(4), sorted=True)])
    uniform = M.Uniform(seed=1)
    uniform._immutable_root = True
    children = set(map(str, uniform([spec.first_dna()] * 100)))
    assert children == {'DNA([0, 2])', 'DNA([0, 3])', 'DNA([1, 2])', 'DNA([1, 3])'}
    single = G.space([G.oneof(constants(4))])
    with pytest.raises(RuntimeError):
        uniform([single.first_dna()])


def test_a_full_permutation_changes_only_as_a_whole():
    spec = G.space([G.manyof(3, constants(3)), G.oneof(constants(2))])
    dna = spec.first_dna()
    uniform = M.Uniform(where=lambda node: node.spec.is_subchoice, seed=1)
    assert all(child == dna for child in uniform([dna] * 20))


def test_nothing_to_mutate():
    for dna in (mt.DNA(None), mt.DNA(1), G.space([]).first_dna()):
        with pytest.raises(RuntimeError):
            M.Uniform()([dna])
        assert M.Swap()([dna]) == [dna]
    with pytest.raises(RuntimeError, match='not bound'):
        M.Uniform()([mt.DNA(1)])
    with pytest.raises(RuntimeError, match='where'):
        M.Uniform(where=lambda node: False)([mixed_spec().random_dna()])
    assert M.Uniform()([]) == M.Swap()([]) == []


def test_notes_are_dropped_unless_they_are_cloneable():
    dna = mixed_spec().random_dna()
    dna.set_metadata('kept', 1, cloneable=True).set_metadata('dropped', 2)
    dna.set_userdata('kept', 3, cloneable=True)
    for mutator in (M.Uniform(seed=1), M.Swap(seed=1)):
        (child,) = mutator([dna])
        assert child.metadata == {'kept': 1}
        assert child.userdata.kept == 3


def test_custom_points_are_drawn_by_their_functions():
    seen = []

    def draw(rng, previous):
        seen.append(None if previous is None else previous.value)
        return mt.DNA(f'text{rng.randint(0, 9)}')

    spec = G.space([G.custom(random_dna_fn=draw), G.custom(random_dna_fn=draw)])
    dna = mt.DNA(['a', 'b'], spec=spec)
    children = M.Uniform(seed=1)([dna] * 10)
    assert set(seen) == {'a', 'b'}
    assert all(('a' in c.to_numbers()) != ('b' in c.to_numbers()) for c in children)


def test_individuals_changed_in_place_are_mutated_as_they_are_now():
    spec = G.space([G.oneof(constants(5)), G.oneof(constants(5))])
    dna = spec.first_dna()
    dna.children[0].value = 4
    for child in M.Uniform(seed=1)([dna] * 20):
        assert child.to_numbers()[0] == 4 or child.to_numbers()[1] == 0


def test_swap_moves_sub_trees():
    spec = G.space([G.manyof(2, [G.floatv(0.0, 1.0), G.oneof(constants(3))])])
    dna = mt.DNA([(0, 0.5), (1, 2)], spec=spec)
    (child,) = M.Swap(seed=1)([dna])
    assert child == mt.DNA([(1, 2), (0, 0.5)])
    assert child.to_dict() == {'[0]': 1, '[0][=1/2]': 2, '[1]': 0, '[1][=0/2]': 0.5}


def test_deep_spaces():
    depth = 2000
    spec = G.manyof(3, constants(3))
    for _ in range(depth):
        spec = G.space([G.oneof([spec, G.constant()])])
    dna = mt.DNA((*[0] * depth, [0, 1, 2]), spec=spec)
    last = M.Uniform(where=lambda node: node.spec is not None and node.spec.is_subchoice, seed=1)
    for op in (M.Uniform(seed=3), M.Swap(seed=1), last):
        (child,) = op([dna])
        spec.validate(child)
