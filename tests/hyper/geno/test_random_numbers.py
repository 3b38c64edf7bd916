"""Faster draws consume the random numbers of those that they replace."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mutandis.hyper.geno.sampling import index_below, sample


@given(st.integers(0, 60), st.integers(0, 60), st.integers())
def test_sample_gives_what_the_standard_one_gives(n, k, seed):
    k = min(n, k)
    ours, theirs = random.Random(seed), random.Random(seed)
    items = [str(i) for i in range(n)]
    assert sample(ours, items, k) == theirs.sample(items, k)
    assert ours.getstate() == theirs.getstate()
    assert items == [str(i) for i in range(n)]


@given(st.integers(1, 10**6), st.integers())
def test_index_below_gives_what_choice_gives(n, seed):
    ours, theirs = random.Random(seed), random.Random(seed)
    assert index_below(ours, n) == theirs.choice(range(n))
    assert ours.getstate() == theirs.getstate()


def test_the_global_stream():
    random.seed(1)
    drawn = sample(random, range(9), 3), index_below(random, 9)
    random.seed(1)
    assert drawn == (random.sample(range(9), 3), random.choice(range(9)))


def test_other_generators_are_asked_by_their_own_methods():
    class Last(random.Random):
        def sample(self, population, k):
            return list(population)[-k:]

        def choice(self, seq):
            return seq[-1]

    assert sample(Last(), range(9), 2) == [7, 8]
    assert index_below(Last(), 9) == 8


@pytest.mark.parametrize('k', [-1, 4])
def test_too_many(k):
    with pytest.raises(ValueError):
        sample(random.Random(1), range(3), k)
