"""Misuse of search spaces is refused with the place, what was expected, and a remedy."""

import pytest

import mutandis as mt

G, H, DNA = mt.geno, mt.hyper, mt.DNA

SPACE = mt.Dict(model=mt.Dict(layers=[mt.oneof([1, mt.floatv(0.0, 1.0)]), mt.manyof(2, 'xyz')]))
SPEC = mt.dna_spec(SPACE)


@pytest.mark.parametrize(
    'value, place',
    [
        ([5, [0, 1]], "'model.layers[0]'"),
        ([-1, [0, 1]], "'model.layers[0]'"),
        ([(1, 2.0), [0, 1]], "'model.layers[0][=1/2]'"),
        ([0, [1, 1]], "'model.layers[1][1]'"),
        ([0, [0.5, 1]], "'model.layers[1][0]'"),
    ],
)
def test_a_dna_that_does_not_fit_names_the_decision(value, place):
    for act in (mt.template(SPACE).decode, SPEC.validate, lambda dna: dna.use_spec(SPEC)):
        with pytest.raises(ValueError) as caught:
            act(DNA(value))
        assert place in str(caught.value)


@pytest.mark.parametrize(
    'call, error, text',
    [
        (lambda: mt.oneof(5), TypeError, 'intv'),
        (lambda: mt.manyof(2, None), TypeError, 'list of values'),
        (lambda: mt.permutate(1.0), TypeError, 'list of values'),
        (lambda: mt.floatv(0.0, float('nan')), ValueError, 'numbers'),
        (lambda: mt.template(SPACE, where='x'), TypeError, '`where`'),
        (lambda: mt.dna_spec(SPACE, where=5), TypeError, '`where`'),
        (lambda: next(mt.iter(SPACE, algorithm=1)), TypeError, 'geno.Random'),
        (lambda: G.random_dna(None), TypeError, 'setup'),
        (lambda: G.Random().propose(), TypeError, 'setup'),
        (lambda: G.Sweeping().propose(), TypeError, 'setup'),
        (lambda: DNA.from_numbers([1], 5), TypeError, 'DNASpec'),
        (lambda: DNA.from_dict({}, 5), TypeError, 'DNASpec'),
        (lambda: DNA.from_dict(5, SPEC), TypeError, 'dict'),
        (lambda: DNA.from_fn(SPEC, 5), TypeError, 'from_dict'),
        (lambda: DNA.from_fn(5, len), TypeError, 'DNASpec'),
        (lambda: SPEC.validate(5), ValueError, 'DNA'),
        (lambda: SPEC.next_dna(5), ValueError, 'DNA'),
        (lambda: next(SPEC.iter_dna(DNA(7))), ValueError, 'fit'),
        (lambda: DNA([1, 2]) < DNA([1, 2, 3]), ValueError, '2 children and the other 3'),
        (lambda: mt.materialize(SPACE, 5), TypeError, 'decision_ids'),
        (lambda: mt.template(SPACE).decode({'a': 1}), ValueError, 'materialize'),
    ],
)
def test_misuse(call, error, text):
    with pytest.raises(error) as caught:
        call()
    assert text in str(caught.value)


def test_an_error_while_candidates_are_made_is_not_hidden():
    def candidates():
        yield 1
        raise TypeError('mine')

    with pytest.raises(TypeError, match='mine'):
        mt.oneof(candidates())
