"""Enumeration, random DNAs, and the built-in generators."""

import random

import pytest

import mutandis as mt

G = mt.geno
DNA = mt.DNA
constant = G.constant


def small():
    return G.space(
        [G.oneof([constant()] * 2, location='a'), G.oneof([constant()] * 3, location='b')]
    )


def drain(generator, n=100):
    proposals = []
    for _ in range(n):
        try:
            proposals.append(generator.propose())
        except StopIteration:
            break
    return proposals


def set_up(generator, spec):
    generator.setup(spec)
    return generator


class TestEnumeration:
    def test_rightmost_is_fastest(self):
        assert [d.to_numbers() for d in small().iter_dna()] == [
            [0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2],
        ]  # fmt: skip

    def test_conditional(self):
        spec = G.oneof([G.oneof([constant()] * 2), constant()])
        assert list(spec.iter_dna()) == [DNA((0, 0)), DNA((0, 1)), DNA(1)]

    @pytest.mark.parametrize(
        ('options', 'expected'),
        [
            ({}, [[0, 1], [0, 2], [1, 0], [1, 2], [2, 0], [2, 1]]),
            ({'sorted': True}, [[0, 1], [0, 2], [1, 2]]),
            ({'sorted': True, 'distinct': False}, [[0, 0], [0, 1], [0, 2], [1, 1], [1, 2], [2, 2]]),
        ],
    )
    def test_multi_choices(self, options, expected):
        spec = G.manyof(2, [constant()] * 3, **options)
        assert [d.to_numbers() for d in spec.iter_dna()] == expected

    def test_ends(self):
        spec = small()
        assert spec.next_dna(DNA([1, 2])) is None
        assert spec.next_dna() == spec.first_dna() == DNA([0, 0])
        assert constant().first_dna() == DNA(None) and constant().next_dna(DNA(None)) is None
        assert [d.to_numbers() for d in spec.iter_dna(DNA([1, 0]))] == [[1, 1], [1, 2]]

    def test_binding(self):
        spec = small()
        assert spec.first_dna().spec is spec
        assert spec.first_dna(attach_spec=False).spec is None
        assert spec.first_dna().next_dna().spec is spec
        assert len(list(spec.first_dna().iter_dna())) == 5

    def test_bad_start(self):
        with pytest.raises(ValueError):
            small().next_dna(DNA([0, 3]))

    def test_float_has_only_a_first_value(self):
        spec = G.space([G.oneof([constant()] * 2), G.floatv(0.5, 1.0)])
        assert spec.first_dna() == DNA([0, 0.5])
        with pytest.raises(NotImplementedError):
            spec.next_dna(spec.first_dna())

    def test_custom(self):
        def next_dna(dna):
            return {None: DNA('a'), 'a': DNA('b')}.get(dna and dna.value)

        spec = G.space([G.oneof([constant()] * 2), G.custom(next_dna_fn=next_dna)])
        assert [d.to_numbers() for d in spec.iter_dna()] == [
            [0, 'a'], [0, 'b'], [1, 'a'], [1, 'b'],
        ]  # fmt: skip
        with pytest.raises(NotImplementedError):
            G.custom().first_dna()


class TestRandom:
    def test_same_stream_as_the_reference(self):
        spec = G.space(
            [
                G.oneof(
                    [
                        constant(),
                        constant(),
                        G.space(
                            [
                                G.manyof(2, [constant()] * 3, location='m'),
                                G.floatv(0.0, 1.0, location='f'),
                            ]
                        ),
                    ],
                    location='a',
                ),
                G.manyof(3, [constant()] * 5, sorted=True, location='b'),
                G.manyof(2, [constant()] * 4, distinct=False, location='d'),
                G.floatv(-1.0, 1.0, location='e'),
            ]
        )
        rng = random.Random(5)
        # Observed from PyGlove 0.4.5.
        assert [spec.random_dna(rng) for _ in range(4)] == [
            DNA([(2, [[1, 2], 0.7951935655656966]), [0, 1, 4], [1, 0], 0.8018009835012454]),
            DNA([0, [0, 2, 3], [3, 0], 0.14788237585620156]),
            DNA([0, [1, 3, 4], [1, 3], -0.6807915752839235]),
            DNA([0, [0, 1, 3], [1, 0], 0.9446745793730726]),
        ]

    def test_global_generator(self):
        spec = small()
        random.seed(7)
        expected = [spec.random_dna(), random.random()]
        random.seed(7)
        assert [mt.random_dna(spec, random), random.random()] == expected

    def test_any_generator(self):
        class Recorder(random.Random):
            pass

        elements = [G.oneof([constant()] * 5), G.floatv(0.0, 1.0), G.manyof(2, [constant()] * 4)]
        spec = G.space(elements)
        plain, other = random.Random(3), Recorder(3)
        for _ in range(20):
            assert spec.random_dna(plain) == spec.random_dna(other)
        assert plain.getstate() == other.getstate()

    def test_attach_spec(self):
        spec = small()
        assert spec.random_dna().spec is spec
        assert G.random_dna(spec, None, False).spec is None

    @pytest.mark.parametrize('scale', ['log', 'rlog'])
    def test_scales(self, scale):
        spec = G.floatv(0.001, 1000.0, scale)
        rng = random.Random(1)
        units = [spec.to_unit(spec.random_dna(rng).value) for _ in range(2000)]
        assert sum(units) / len(units) == pytest.approx(0.5, abs=0.03)

    def test_custom_points_see_their_past(self):
        seen = []

        def random_dna(rng, previous):
            seen.append(previous)
            return DNA('x')

        spec = G.space(
            [
                G.oneof([G.custom(random_dna_fn=random_dna, location='c')], location='o'),
                G.custom(random_dna_fn=random_dna, location='r'),
            ]
        )
        first = spec.random_dna()
        assert seen == [None, None] and first == DNA([(0, 'x'), 'x'])
        spec.random_dna(previous_dna=DNA([(0, 'a'), 'b']))
        assert seen[2:] == [DNA('a'), DNA('b')]

    def test_custom_points_without_function(self):
        with pytest.raises(NotImplementedError):
            G.custom().random_dna()
        with pytest.raises(ValueError):
            G.custom(random_dna_fn=lambda r, p: DNA(1)).random_dna()
        with pytest.raises(TypeError):
            G.custom(random_dna_fn=lambda r, p: 'a').random_dna()

    def test_custom_sub_trees_are_kept(self):
        spec = G.space([G.custom(random_dna_fn=lambda r, p: DNA('a', [DNA(1)])), G.custom()])
        dna = DNA(['b', 'c'], spec=spec)
        assert dna.to_numbers() == ['b', 'c']
        alone = spec.elements[0].random_dna()
        assert alone == DNA('a', [DNA(1)]) and alone.to_numbers() == ['a', 1]
        assert alone.children[0].value == 1 and alone.to_dict() == {'': 'a'}


class TestProtocol:
    class Learner(mt.DNAGenerator):
        def _setup(self):
            self.seen = []
            self.i = 0

        def _propose(self):
            self.i += 1
            return DNA([self.i % 2, 0], spec=self.dna_spec)

        def _feedback(self, dna, reward):
            self.seen.append((dna, reward))

    class MultiObjective(Learner):
        @property
        def multi_objective(self):
            return True

    def test_before_setup(self):
        generator = G.Random(1)
        assert generator.dna_spec is None
        assert generator.num_proposals == generator.num_feedbacks == 0
        with pytest.raises(NotImplementedError):
            mt.DNAGenerator().propose()

    def test_counters(self):
        generator = set_up(self.Learner(), small())
        dna = generator.propose()
        generator.propose()
        generator.feedback(dna, 1.0)
        assert (generator.num_proposals, generator.num_feedbacks) == (2, 1)
        generator.setup(None)
        assert (generator.num_proposals, generator.num_feedbacks) == (0, 0)

    def test_needs_feedback(self):
        assert self.Learner().needs_feedback and not G.Random().needs_feedback

    def test_rewards(self):
        single, multi = set_up(self.Learner(), small()), set_up(self.MultiObjective(), small())
        dna = single.propose()
        single.feedback(dna, (2.0,))
        multi.feedback(dna, 2.0)
        multi.feedback(dna, (2.0, 3.0))
        assert single.seen == [(dna, 2.0)]
        assert multi.seen == [(dna, (2.0,)), (dna, (2.0, 3.0))]
        with pytest.raises(ValueError):
            single.feedback(dna, (1.0, 2.0))

    def test_recover(self):
        generator = set_up(self.Learner(), small())
        history = [(DNA([0, 0]), 1.0), (DNA([0, 1]), None), (DNA([0, 2]), (3.0,))]
        generator.recover(iter(history))
        assert (generator.num_proposals, generator.num_feedbacks) == (3, 2)
        assert [r for _, r in generator.seen] == [1.0, 3.0]

    def test_iteration_binds_feedback_to_its_dna(self):
        generator = set_up(self.Learner(), small())
        (first, first_feedback), (second, second_feedback) = (
            item for item, _ in zip(generator, range(2), strict=False)
        )
        second_feedback(2.0)
        first_feedback(1.0)
        assert generator.seen == [(second, 2.0), (first, 1.0)]
        assert list(set_up(G.Sweeping(), small())) == list(small().iter_dna())

    def test_are_symbolic(self):
        generator = G.Deduping(G.Random(seed=3), max_duplicates=2)
        back = mt.from_json_str(generator.to_json_str())
        assert mt.eq(back, generator) and back.generator.seed == 3
        generator.setup(small())
        generator.propose()
        assert generator.clone().num_proposals == 0
        with pytest.raises(TypeError):
            G.Random('a')


class TestBuiltIn:
    def test_random(self):
        first, second = set_up(G.Random(seed=1), small()), set_up(G.Random(seed=1), small())
        assert drain(first, 5) == drain(second, 5)
        assert hasattr(first._random, 'getstate')

    def test_random_recovers_exactly(self):
        spec = small()
        expected = drain(set_up(G.Random(seed=1), spec), 8)
        generator = set_up(G.Random(seed=1), spec)
        generator.recover([(dna, None) for dna in expected[:3]])
        assert drain(generator, 5) == expected[3:]

    def test_sweeping(self):
        generator = set_up(G.Sweeping(), small())
        assert drain(generator) == list(small().iter_dna())
        with pytest.raises(StopIteration):
            generator.propose()
        other = set_up(G.Sweeping(), small())
        other.recover([(DNA([1, 0]), 1.0)])
        assert drain(other) == [DNA([1, 1]), DNA([1, 2])]

    def test_function(self):
        @mt.geno.dna_generator
        def three(dna_spec):
            yield from [dna_spec.first_dna(), DNA([1, 0]), DNA([1, 1])]

        assert issubclass(three, mt.DNAGenerator)
        assert drain(set_up(three(), small())) == [DNA([0, 0]), DNA([1, 0]), DNA([1, 1])]

    def test_function_that_fails(self):
        @mt.geno.dna_generator
        def bad(dna_spec):
            yield dna_spec.first_dna()
            raise KeyError('x')

        generator = set_up(bad(), small())
        generator.propose()
        with pytest.raises(KeyError):
            generator.propose()
        for _ in range(2):
            with pytest.raises(ValueError):
                generator.propose()


class TestDeduping:
    def test_no_repeats(self):
        proposals = drain(set_up(G.Deduping(G.Random(seed=1)), small()))
        assert sorted(proposals) == list(small().iter_dna())
        assert len({dna.metadata.dedup_key for dna in proposals}) == 6

    def test_max_duplicates(self):
        proposals = drain(set_up(G.Deduping(G.Random(seed=1), max_duplicates=2), small()))
        assert sorted(proposals) == sorted(2 * list(small().iter_dna()))

    def test_hash_fn(self):
        generator = G.Deduping(G.Random(seed=1), hash_fn=lambda dna: dna.children[0].value)
        assert len(drain(set_up(generator, small()))) == 2

    def test_metadata_does_not_matter(self):
        class Tagging(mt.DNAGenerator):
            def _propose(self):
                return DNA([0, 0]).set_metadata('tag', self.num_proposals)

        assert len(drain(set_up(G.Deduping(Tagging()), small()))) == 1

    def test_entries_of_learners_are_made_at_feedback(self):
        generator = set_up(G.Deduping(TestProtocol.Learner()), small())
        assert generator.needs_feedback
        assert len(drain(generator, 4)) == 4
        for dna in drain(generator, 2):
            generator.feedback(dna, 1.0)
        with pytest.raises(StopIteration):
            generator.propose()

    def test_auto_reward(self):
        generator = set_up(G.Deduping(TestProtocol.Learner(), auto_reward_fn=max), small())
        for reward in (1.0, 2.0):
            dna = generator.propose()
            assert 'reward' not in dna.metadata
            generator.feedback(dna, reward)
        assert generator.propose().metadata.reward == 1.0
        assert list(generator._cache.values()) == [[1.0], [2.0]]
        assert [r for _, r in generator.generator.seen] == [1.0, 2.0]

    def test_recover(self):
        spec = small()
        proposals = drain(set_up(G.Deduping(G.Random(seed=1)), spec))
        generator = set_up(G.Deduping(G.Random(seed=2)), spec)
        generator.recover([(dna, None) for dna in proposals[:4]])
        assert sorted(drain(generator)) == sorted(proposals[4:])

    def test_several_objectives(self):
        assert G.Deduping(TestProtocol.MultiObjective()).multi_objective

    def test_bad_arguments(self):
        with pytest.raises(ValueError):
            G.Deduping(G.Random(1), max_duplicates=0)
        with pytest.raises(TypeError):
            G.Deduping(1)
