"""The laws of `mutandis.testing` hold for every decision spec."""

from hypothesis import given, settings
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
