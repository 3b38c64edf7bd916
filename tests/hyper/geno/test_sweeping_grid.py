"""`Sweeping(grid=)`: floats on a grid."""

import itertools

import pytest

import mutandis as mt

G = mt.geno


def sweep(spec, **kwargs):
    generator = G.Sweeping(**kwargs)
    generator.setup(spec)
    return generator


def test_floats_are_tried_at_evenly_spaced_points():
    spec = G.space([G.floatv(0.0, 1.0), G.oneof([G.constant(), G.constant()])])
    expected = [list(pair) for pair in itertools.product([0.0, 0.25, 0.5, 0.75, 1.0], [0, 1])]
    assert [dna.to_numbers() for dna in sweep(spec, grid=5)] == expected


def test_points_are_spaced_on_the_scale():
    spec = G.floatv(1.0, 100.0, 'log')
    assert [dna.value for dna in sweep(spec, grid=3)] == [1.0, pytest.approx(10.0), 100.0]
    reverse = [dna.value for dna in sweep(G.floatv(1.0, 100.0, 'rlog'), grid=3)]
    assert reverse == [1.0, pytest.approx(91.0), 100.0]


def test_one_point_is_the_middle_and_a_range_of_one_point_has_one():
    assert [dna.value for dna in sweep(G.floatv(0.0, 3.0), grid=1)] == [1.5]
    spec = G.space([G.floatv(2.0, 2.0), G.floatv(0.0, 1.0)])
    assert [dna.to_numbers() for dna in sweep(spec, grid=2)] == [[2.0, 0.0], [2.0, 1.0]]


def nested():
    return G.space(
        [
            G.oneof([G.floatv(0.0, 1.0), G.constant()]),
            G.manyof(2, [G.constant(), G.floatv(2.0, 3.0), G.constant()], sorted=True),
            G.floatv(5.0, 6.0),
        ]
    )


def test_conditional_floats_and_multi_choices():
    spec = nested()
    found = list(sweep(spec, grid=3))
    # (3 + 1) * (two of three, the second candidate having 3 points: 3 + 1 + 3) * 3
    assert len(found) == len(set(found)) == 4 * 7 * 3
    assert found == sorted(found)
    for dna in found:
        spec.validate(dna)
        assert dna.spec is spec


@pytest.mark.parametrize('done', [1, 17, 83])
def test_recovery_goes_on_after_the_last_one(done):
    found = list(sweep(nested(), grid=3))
    generator = sweep(nested(), grid=3)
    generator.recover([(dna, None) for dna in found[:done]])
    assert list(generator) == found[done:]
    assert generator.num_proposals == len(found)


def test_without_a_grid_a_float_has_no_next_value():
    generator = sweep(G.space([G.floatv(0.0, 1.0)]))
    assert generator.propose().value == 0.0
    with pytest.raises(NotImplementedError):
        generator.propose()


def test_a_grid_changes_nothing_for_choices():
    spec = G.space([G.oneof([G.constant()] * 3), G.manyof(2, [G.constant()] * 3)])
    assert list(sweep(spec, grid=9)) == list(sweep(spec)) == list(spec.iter_dna())


def test_it_is_symbolic():
    assert mt.eq(mt.from_json(G.Sweeping(grid=3).to_json()), G.Sweeping(3))
    assert G.Sweeping().grid is None
    with pytest.raises(ValueError):
        G.Sweeping(0)


def test_in_a_search():
    result = mt.search(
        mt.Dict(x=mt.floatv(-1.0, 1.0), y=mt.floatv(0.0, 4.0)),
        lambda p: -((p.x - 0.5) ** 2) - (p.y - 1.0) ** 2,
        G.Sweeping(grid=5),
        progress=False,
    )
    assert len(result.trials) == 25
    assert (result.best.x, result.best.y) == (0.5, 1.0)


def test_the_text_mentions_a_grid_where_there_is_one():
    assert repr(mt.geno.Sweeping()) == 'Sweeping()'
    assert repr(mt.geno.Sweeping(grid=3)) == 'Sweeping(grid=3)'
