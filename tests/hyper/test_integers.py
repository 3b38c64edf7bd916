"""Integer ranges: `intv`, its class and its decision spec."""

import random
from collections import Counter

import pytest

import mutandis as mt

G = mt.geno


class Layer(mt.Object):
    units: int
    rate: mt.typing.Float(min_value=0, max_value=10) = 1.0
    width: mt.typing.Int(min_value=1, max_value=64) = 8


def spec_of(*args, **kwargs):
    return mt.intv(*args, **kwargs).dna_spec('x')


def test_a_range_decodes_to_its_integers_in_order():
    space = mt.Dict(x=mt.intv(2, 11, 3))
    assert [v.x for v in mt.iter(space)] == [2, 5, 8, 11]
    assert mt.dna_spec(space).space_size == 4
    assert [v.x for v in mt.iter(mt.Dict(x=mt.intv(2, 10, 3)))] == [2, 5, 8]


def test_a_range_alone_is_a_space():
    assert list(mt.iter(mt.intv(1, 3))) == [1, 2, 3]
    assert mt.materialize(mt.intv(5, 9), mt.DNA(2)) == 7


@pytest.mark.parametrize('args', [(3, 2), (1.0, 2), (1, '2'), (True, 2), (1, 2, 0), (1, 2, 1.0)])
def test_bad_ranges(args):
    with pytest.raises(ValueError):
        mt.intv(*args)
    with pytest.raises(ValueError):
        G.intv(*args)


@pytest.mark.parametrize('kwargs', [{'low': 0, 'high': 4}, {'low': 1, 'high': 4, 'step': 2}])
def test_a_logarithmic_range_starts_at_one_and_has_step_one(kwargs):
    with pytest.raises(ValueError, match='log=True'):
        mt.intv(**kwargs, log=True)


def test_rebinding_to_a_bad_range_is_refused():
    number = mt.intv(1, 4)
    with pytest.raises(ValueError, match='greater'):
        number.rebind(low=9)


def test_the_spec_is_a_choice_that_knows_its_integers():
    spec = spec_of(10, 30, 10, name='n', hints='h')
    assert isinstance(spec, G.Choices) and isinstance(spec, G.IntRange)
    assert spec.is_categorical and spec.is_ordinal and not spec.is_subchoice
    assert (spec.num_choices, len(spec.candidates), list(spec.literal_values)) == (
        1,
        3,
        [10, 20, 30],
    )
    assert (spec.low, spec.high, spec.step, spec.log) == (10, 30, 10, False)
    assert (spec.name, spec.hints, spec.id) == ('n', 'h', 'x')
    assert [spec.value_at(i) for i in range(3)] == [10, 20, 30]
    assert spec.index_of(20) == 1
    assert spec.candidate_index(20) == spec.candidate_index('1/3 (20)') == 1
    assert spec.format_candidate(1) == '1/3 (20)'
    assert spec.choice_specs == [spec] and spec.subchoice(0) is spec
    candidate = spec.candidates[-1]
    assert candidate.is_constant and candidate.index == 2 and candidate.parent_choice is spec
    for bad in (15, 40, '20', 20.5):
        with pytest.raises(ValueError):
            spec.index_of(bad)
    with pytest.raises(IndexError):
        spec.value_at(3)


def test_other_points_are_not_ordinal():
    assert not G.floatv(0.0, 1.0).is_ordinal
    assert not G.oneof([G.constant()]).is_ordinal


def test_a_huge_range_costs_nothing():
    space = mt.Dict(x=mt.intv(0, 10**9), y=mt.oneof([mt.intv(1, 10**12, log=True), None]))
    template = mt.template(space)
    spec = template.dna_spec()
    assert spec.space_size == (10**9 + 1) * (10**12 + 1)
    dna = mt.random_dna(spec, random.Random(1))
    value = template.decode(dna)
    assert template.encode(value) == dna
    assert (
        mt.DNA.from_dict(dna.to_dict(value_type='literal'), spec, use_ints_as_literals=True) == dna
    )
    assert len(str(spec)) < 500 and len(mt.to_json_str(spec)) < 1000
    with pytest.raises(ValueError, match='from 0 to 1000000000'):
        spec.validate(mt.DNA([10**9 + 1, 1]))


def test_forms_of_a_dna_show_the_integer():
    spec = mt.dna_spec(mt.Dict(x=mt.intv(16, 64, 16)))
    dna = mt.DNA(2, spec=spec)
    assert dna.to_dict(value_type='literal') == {'x': 48}
    assert dna.to_dict(value_type='choice_and_literal') == {'x': '2/4 (48)'}
    assert dna.literal_value == 48


def test_text_and_json():
    spec = spec_of(1, 9, 2, name='n')
    assert str(spec) == "IntRange(id='x', name='n', low=1, high=9, step=2)"
    json = mt.to_json(spec)
    assert {k: json[k] for k in ('low', 'high', 'step')} == {'low': 1, 'high': 9, 'step': 2}
    assert 'candidates' not in json and 'literal_values' not in json
    assert mt.eq(mt.from_json(json), spec)
    number = mt.intv(1, 8, log=True, name='n')
    assert mt.eq(mt.from_json_str(mt.to_json_str(number)), number)
    assert mt.eq(number.clone(), number)
    assert isinstance(number, mt.hyper.Choices) and list(number.candidates) == list(range(1, 9))
    assert number.is_leaf


def test_json_of_a_range_is_read_by_a_process_that_has_made_none():
    import subprocess
    import sys

    text = mt.to_json_str([mt.intv(1, 8), spec_of(1, 3)])
    code = f'import mutandis as mt; print(mt.from_json_str({text!r})[1].space_size)'
    done = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == '3'


def test_encoding_takes_members_of_the_range_only():
    number = mt.intv(2, 10, 4)
    assert number.encode(6) == mt.DNA(1)
    for bad in (4, 14, 2.5, '2', None, True):
        with pytest.raises(ValueError):
            number.encode(bad)
    for bad in (mt.DNA(3), mt.DNA(-1), mt.DNA(0.5), mt.DNA((0, 1))):
        with pytest.raises(ValueError):
            number.decode(bad)


def test_fields_take_ranges_within_their_bounds():
    layer = Layer(units=mt.intv(1, 3), rate=mt.intv(0, 10, 5), width=mt.intv(1, 64))
    value = mt.materialize(layer, mt.DNA([1, 2, 9]))
    assert value == Layer(2, 10.0, 10) and type(value.rate) is float
    assert mt.template(layer).encode(value) == mt.DNA([1, 2, 9])
    with pytest.raises(ValueError, match='range'):
        Layer(units=1, width=mt.intv(0, 64))
    with pytest.raises(ValueError, match='range'):
        Layer(units=1, rate=mt.intv(0, 11))
    with pytest.raises(TypeError):
        mt.Dict.partial(x=mt.intv(1, 2), value_spec=mt.typing.Dict([('x', mt.typing.Str())]))


def test_where_may_leave_a_range_in_place():
    space = mt.Dict(x=mt.intv(1, 3, name='a'), y=mt.intv(1, 3, name='b'))
    value = mt.materialize(space, mt.DNA(2), where=lambda p: p.name == 'b')
    assert value.y == 3 and isinstance(value.x, mt.hyper.Int)


def test_random_integers_are_even():
    spec, rng = spec_of(0, 4), random.Random(0)
    counts = Counter(spec.random_dna(rng).value for _ in range(5000))
    assert all(900 < counts[i] < 1100 for i in range(5))


def test_the_random_stream_is_that_of_randrange():
    spec = spec_of(0, 99)
    assert [spec.random_dna(random.Random(7)).value] == [random.Random(7).randrange(100)]


def test_logarithmic_integers_follow_their_law():
    spec, rng = spec_of(1, 100, log=True), random.Random(0)
    values = [spec.value_at(spec.random_dna(rng).value) for _ in range(4000)]
    # P(v <= 7) = ln(7.5 / 0.5) / ln(100.5 / 0.5)
    assert abs(sum(v <= 7 for v in values) / 4000 - 0.5106) < 0.03
    assert min(values) == 1 and max(values) <= 100


@pytest.mark.parametrize('log', [False, True])
def test_the_unit_interval_and_back(log):
    spec = spec_of(1, 50, log=log)
    assert [spec.from_unit(spec.to_unit(v)) for v in range(1, 51)] == list(range(1, 51))
    assert spec.from_unit(0.0) == 1 and spec.from_unit(1.0) == 50


def test_define_by_run():
    def program():
        return mt.intv(3, 9, 2, name='n'), mt.oneof([lambda: mt.intv(1, 2), 'no'], name='m')

    context = mt.hyper.DynamicEvaluationContext()
    with context.collect():
        assert program() == (3, 1)
    assert context.dna_spec.space_size == 4 * 3
    with context.apply([2, 0, 1]):
        assert program() == (7, 2)


def test_inside_other_choices():
    space = mt.manyof(2, [mt.intv(1, 3), 'x'], distinct=False)
    assert mt.dna_spec(space).space_size == 16
    assert mt.materialize(space, mt.DNA([(0, 2), 1])) == [3, 'x']
    assert len(list(mt.iter(mt.Dict(x=space)))) == 16
