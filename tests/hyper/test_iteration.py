"""`iter` and `random_sample`."""

import pytest

import mutandis as mt


class TestIterate:
    def test_all_examples_in_order(self):
        space = mt.Dict(x=mt.oneof([1, 2]), y=mt.oneof('ab'))
        assert list(mt.iter(space)) == [
            {'x': 1, 'y': 'a'},
            {'x': 1, 'y': 'b'},
            {'x': 2, 'y': 'a'},
            {'x': 2, 'y': 'b'},
        ]
        assert len(list(mt.iter(space, 3))) == 3
        assert list(mt.iter(space, 0)) == []

    @pytest.mark.parametrize(
        'distinct, sorted, expected',
        [
            (True, True, [[1, 2], [1, 3], [2, 3]]),
            (True, False, [[1, 2], [1, 3], [2, 1], [2, 3], [3, 1], [3, 2]]),
            (False, True, [[1, 1], [1, 2], [1, 3], [2, 2], [2, 3], [3, 3]]),
        ],
    )
    def test_several_choices(self, distinct, sorted, expected):
        assert list(mt.iter(mt.manyof(2, [1, 2, 3], distinct, sorted))) == expected

    def test_where(self):
        space = mt.Dict(a=mt.oneof([1, 2]), b=mt.floatv(0.0, 1.0))
        found = list(mt.iter(space, where=lambda p: isinstance(p, mt.hyper.OneOf)))
        assert [v.a for v in found] == [1, 2]

    def test_nothing_happens_before_the_first_example(self):
        iterator = mt.iter(1)
        with pytest.raises(ValueError, match='placeholders'):
            next(iterator)

    def test_feedback_belongs_to_its_example(self):
        pairs = list(mt.iter(mt.oneof(['a', 'b']), force_feedback=True))
        assert [(x, f.dna) for x, f in pairs] == [('a', mt.DNA(0)), ('b', mt.DNA(1))]
        for _, feedback in pairs:
            assert feedback(1.0) is None

    def test_algorithms_with_feedback(self):
        rewards = []

        class Greedy(mt.DNAGenerator):
            def _propose(self):
                return mt.DNA(self.num_proposals % 3)

            def _feedback(self, dna, reward):
                rewards.append((dna.value, reward))

        for x, feedback in mt.iter(mt.oneof([10, 20, 30]), 3, Greedy()):
            feedback(x / 10)
        assert rewards == [(0, 1.0), (1, 2.0), (2, 3.0)]

    def test_a_used_algorithm_goes_on(self):
        algorithm = mt.geno.Sweeping()
        assert list(mt.iter(mt.oneof([1, 2, 3]), 2, algorithm)) == [1, 2]
        assert list(mt.iter(mt.oneof([1, 2, 3]), 2, algorithm)) == [3]
        with pytest.raises(ValueError, match='another space'):
            next(mt.iter(mt.oneof([1, 2]), 2, algorithm))


class TestRandomSample:
    def test_seeds(self):
        assert list(mt.random_sample(mt.oneof([1, 2, 3]), 5, seed=0)) == [2, 2, 1, 2, 3]
        assert list(mt.random_sample(mt.oneof([1, 2, 3]), 5, seed=1)) == [1, 3, 1, 2, 1]

    def test_same_draws_as_the_reference(self):
        space = mt.Dict(
            x=mt.oneof([1, 2]), y=mt.oneof('ab'), z=mt.manyof(2, range(5)), f=mt.floatv(0.0, 1.0)
        )
        assert list(mt.random_sample(space, 3, seed=1)) == [
            {'x': 1, 'y': 'a', 'z': [2, 0], 'f': 0.49543508709194095},
            {'x': 2, 'y': 'b', 'z': [3, 1], 'f': 0.0938595867742349},
            {'x': 1, 'y': 'b', 'z': [3, 0], 'f': 0.6958328667684435},
        ]

    def test_conditional_draws(self):
        space = mt.Dict(
            a=mt.manyof(2, [1, 2, 3], distinct=False, sorted=True),
            b=mt.oneof([mt.floatv(0.0, 1.0), mt.oneof('abc')]),
        )
        assert list(mt.random_sample(space, 4, seed=3)) == [
            {'a': [1, 3], 'b': 0.36995516654807925},
            {'a': [2, 3], 'b': 0.6055995301393269},
            {'a': [2, 2], 'b': 0.1917441039952995},
            {'a': [2, 3], 'b': 'b'},
        ]
