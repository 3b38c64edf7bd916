"""Evolution keeps the laws of algorithms in any space."""

from hypothesis import given, settings
from hypothesis import strategies as st

import mutandis as mt

ev, G = mt.evolution, mt.geno
S, M = ev.selectors, ev.mutators

ALGORITHMS = {
    'regularized': lambda: ev.regularized_evolution(population_size=4, tournament_size=2, seed=1),
    'hill climbing': lambda: ev.hill_climb(seed=1),
    'seeded parts': lambda: ev.Evolution(
        S.Top(2) >> (M.Swap(seed=1) | M.Uniform(seed=2)),
        population_init=(G.Random(3), 3),
        population_update=S.Last(5),
    ),
    'without duplicates': lambda: G.Deduping(
        ev.regularized_evolution(population_size=4, tournament_size=2, seed=1)
    ),
}

leaves = st.one_of(
    st.integers(0, 3), st.builds(mt.floatv, st.just(0.0), st.floats(0.5, 2.0)), st.just('a')
)


def choices(inner):
    candidates = st.lists(inner.map(lambda v: mt.Dict(value=v)), min_size=1, max_size=3)
    return st.one_of(
        candidates.map(mt.oneof),
        st.builds(
            lambda c, k, distinct, ordered: mt.manyof(
                min(k, len(c)) if distinct else k, c, distinct, ordered
            ),
            candidates,
            st.integers(1, 3),
            st.booleans(),
            st.booleans(),
        ),
    )


spaces = st.lists(choices(st.one_of(leaves, choices(leaves))), min_size=1, max_size=3).map(mt.List)


@given(spaces, st.sampled_from(sorted(ALGORITHMS)))
@settings(max_examples=20)
def test_any_space_is_searched_lawfully(space, name):
    laws = mt.testing.AlgorithmLaws(ALGORITHMS[name], num_trials=8, spaces={'drawn': space})
    laws.check()
