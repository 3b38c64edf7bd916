"""The laws of `mutandis.testing` hold for every decision spec."""

import itertools

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import mutandis as mt

G = mt.geno


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
def test_any_spec_keeps_the_laws_of_specs(spec, seed):
    mt.testing.SpecLaws(lambda: spec, seed=seed).check()


@given(spaces(floats=False), st.integers(0, 1000))
@settings(max_examples=60)
def test_specs_without_floats_are_enumerated_too(spec, seed):
    mt.testing.SpecLaws(lambda: spec, seed=seed, enumerable=True).check()


@given(spaces(), st.integers(0, 1000))
@settings(max_examples=20)
def test_random_search_keeps_the_laws_of_algorithms(spec, seed):
    laws = mt.testing.AlgorithmLaws(lambda: G.Random(seed), num_trials=6, spaces={'any': spec})
    laws.check()


def sweep(spec, history=()):
    """What a sweep proposes until it ends, at most 400 DNAs."""
    generator = G.Sweeping()
    generator.setup(spec)
    generator.recover(history)
    found = list(itertools.islice(generator, 400))
    for _ in range(2 if len(found) < 400 else 0):
        with pytest.raises(StopIteration):
            generator.propose()
    return found


@given(spaces(floats=False), st.floats(0, 1))
@settings(max_examples=60)
def test_a_sweep_proposes_everything_once_in_order_and_goes_on_where_it_stopped(spec, share):
    assume(spec.space_size < 400)
    found = sweep(spec)
    assert len(found) == len(set(found)) == spec.space_size
    assert found == sorted(found)
    for dna in found:
        spec.validate(dna)
    done = int(share * len(found))
    history = [(mt.from_json(dna.to_json()), None) for dna in found[:done]]
    assert sweep(spec, history) == found[done:]
    # So random search never proposes anything else.
    generator = G.Random(1)
    generator.setup(spec)
    assert {generator.propose() for _ in range(50)} <= set(found)
