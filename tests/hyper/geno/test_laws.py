"""Laws that hold for every space: round trips, enumeration, sizes, random DNAs."""

import itertools
import random

from hypothesis import given, settings
from hypothesis import strategies as st

import mutandis as mt

G = mt.geno
DNA = mt.DNA


@st.composite
def points(draw, depth, floats):
    index = draw(st.integers(0, 10**6))
    name = f'n{index}' if draw(st.integers(0, 3)) == 0 else None
    location = draw(st.sampled_from(['a', 'b.c', 'd[0]'])) + str(index)
    if floats and draw(st.integers(0, 4)) == 0:
        return G.floatv(0.5, 2.0, location=location, name=name)
    candidates = []
    for _ in range(draw(st.integers(1, 3))):
        if depth and draw(st.booleans()):
            candidates.append(draw(spaces(depth - 1, floats)))
        else:
            candidates.append(G.constant())
    n = len(candidates)
    literals = [f'l{i}' for i in range(n)] if draw(st.booleans()) else None
    distinct = draw(st.booleans())
    return G.manyof(
        draw(st.integers(1, min(n, 2) if distinct else 2)),
        candidates,
        distinct=distinct,
        sorted=draw(st.booleans()),
        literal_values=literals,
        location=location,
        name=name,
    )


def spaces(depth=2, floats=True):
    """Spaces whose names and ids are unique."""

    def build(elements):
        try:
            space = G.space(elements)
        except ValueError:  # A clash of names.
            return G.space([])
        points = space.decision_points
        specs = {*points, *(p.parent_spec for p in points if p.is_subchoice)}
        return space if len({str(s.id) for s in specs}) == len(specs) else G.space([])

    return st.lists(points(depth, floats), max_size=3).map(build)


@given(spaces(), st.integers(0, 1000))
@settings(max_examples=60)
def test_random_dnas_fit(spec, seed):
    first, second = random.Random(seed), random.Random(seed)
    for _ in range(3):
        dna = spec.random_dna(first)
        spec.validate(dna)
        assert dna == spec.random_dna(second)
    assert first.getstate() == second.getstate()


@given(spaces(), st.integers(0, 1000))
@settings(max_examples=60)
def test_dict_round_trip(spec, seed):
    dna = spec.random_dna(random.Random(seed))
    for key_type, value_type, multi_choice_key, inactive in itertools.product(
        ('id', 'name_or_id', 'dna_spec'),
        ('value', 'dna', 'choice', 'literal', 'choice_and_literal'),
        ('subchoice', 'parent', 'both'),
        (False, True),
    ):
        values = dna.to_dict(key_type, value_type, multi_choice_key, inactive)
        literal = value_type == 'literal'
        assert DNA.from_dict(values, spec, use_ints_as_literals=literal) == dna


@given(spaces(), st.integers(0, 1000))
@settings(max_examples=60)
def test_other_round_trips(spec, seed):
    dna = spec.random_dna(random.Random(seed))
    assert DNA.from_numbers(dna.to_numbers(), spec) == dna
    assert mt.from_json_str(dna.to_json_str()) == dna
    assert mt.from_json_str(dna.to_json_str(compact=False)) == dna
    plain = DNA(dna.to_json(type_info=False))
    assert plain == dna and hash(plain) == hash(dna)
    assert plain.use_spec(spec).to_dict() == dna.to_dict()
    assert DNA(dna.to_numbers(flatten=False)) == dna
    assert mt.eq(mt.from_json_str(spec.to_json_str()), spec)


@given(spaces(), st.integers(0, 1000))
@settings(max_examples=60)
def test_tree_and_flat_views_agree(spec, seed):
    dna = spec.random_dna(random.Random(seed))

    def rebuilt(node):
        return DNA(node.value, [rebuilt(child) for child in node.children])

    copy = rebuilt(dna)
    assert copy == dna and hash(copy) == hash(dna)
    assert copy.use_spec(spec).spec is dna.spec
    assert [c.spec for c in copy.children] == [c.spec for c in dna.children]
    assert copy.to_numbers() == dna.to_numbers()


@given(spaces(floats=False))
@settings(max_examples=60)
def test_enumeration(spec):
    size = spec.space_size
    dnas = list(itertools.islice(spec.iter_dna(), 300))
    if size <= 300:
        assert len(dnas) == size
    assert all(left < right for left, right in itertools.pairwise(dnas))
    for dna in dnas:
        spec.validate(dna)
    if 0 < size <= 300:
        assert spec.next_dna(dnas[-1]) is None
        middle = size // 2
        assert list(spec.iter_dna(dnas[middle])) == dnas[middle + 1 :]


@given(spaces(), st.integers(0, 1000), st.integers(0, 5))
@settings(max_examples=40)
def test_recovery(spec, seed, k):
    whole = G.Random(seed)
    whole.setup(spec)
    expected = [whole.propose() for _ in range(k + 2)]
    part = G.Random(seed)
    part.setup(spec)
    part.recover([(dna, None) for dna in expected[:k]])
    assert [part.propose(), part.propose()] == expected[k:]


@given(spaces())
@settings(max_examples=40)
def test_ids_find_their_points(spec):
    for point in spec.decision_points:
        assert spec[point.id] is spec[str(point.id)]
    assert len(spec) == len(spec.decision_points)
