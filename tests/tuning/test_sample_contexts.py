"""Contexts of define-by-run as search spaces of `sample` and `search`."""

import pytest
from tuning_helpers import Recorder

import mutandis as mt


def program():
    kind = mt.oneof([lambda: mt.floatv(1.0, 2.0, name='rate'), 5.0], name='kind')
    return kind * mt.oneof([1, 2, 3], name='factor')


@pytest.fixture(params=[False, True], ids=['in_order', 'by_name'])
def context(request):
    return mt.hyper.trace(program, require_hyper_name=request.param)


def run(example):
    with example():
        return program()


def value_of(dna):
    d = dna.to_dict('name_or_id')
    return (d['rate'] if d['kind'] == 0 else 5.0) * (1, 2, 3)[d['factor']]


def test_examples_apply_the_proposed_decisions(context):
    algorithm = Recorder()
    for example, feedback in mt.sample(context, algorithm, 20):
        reward = run(example)
        assert reward == value_of(feedback.dna)
        feedback(reward)
    assert len(algorithm.told) == 20
    assert max(algorithm.told) == 15.0


def test_examples_that_are_kept_apply_their_own_decisions(context):
    kept = []
    for example, feedback in mt.sample(context, mt.geno.Random(seed=1), 10):
        kept.append((example, feedback.dna))
        feedback(0.0)
    assert len({dna for _, dna in kept}) > 1
    for example, dna in kept:
        assert run(example) == value_of(dna)
        assert run(example) == value_of(dna)


def test_all_decisions_in_order():
    def choices():
        return mt.oneof([1, 2]) * 10 + mt.oneof([lambda: mt.oneof([3, 4]), 5])

    results = []
    for example, feedback in mt.sample(mt.hyper.trace(choices), mt.geno.Sweeping()):
        with example():
            results.append(choices())
        feedback.skip()
    assert results == [13, 14, 15, 23, 24, 25]


def test_an_algorithm_goes_on_with_an_equal_space(context):
    algorithm = mt.geno.Random(seed=1)
    next(mt.sample(context, algorithm, 1))
    again = mt.hyper.trace(program, require_hyper_name=context.require_hyper_name)
    next(mt.sample(again, algorithm, 1))
    with pytest.raises(ValueError, match='another search space'):
        next(mt.sample(mt.hyper.trace(lambda: mt.oneof([1, 2])), algorithm, 1))


def test_nothing_to_decide():
    with pytest.raises(ValueError, match='nothing to decide'):
        next(mt.sample(mt.hyper.trace(lambda: 1), mt.geno.Random()))


def test_a_spec_from_elsewhere(context):
    external = mt.hyper.DynamicEvaluationContext(
        dna_spec=context.dna_spec, require_hyper_name=context.require_hyper_name
    )
    for example, feedback in mt.sample(external, mt.geno.Random(seed=1), 5):
        assert run(example) == value_of(feedback.dna)
        feedback(0.0)


def test_values_of_the_decisions():
    context = mt.hyper.trace(program, require_hyper_name=True)
    for example, feedback in mt.sample(context, mt.geno.Random(seed=1), 5):
        with example():
            result = program()
            values = {name: context.evaluate(p) for name, p in context.hyper_dict.items()}
        kind = values['kind']
        assert result == (kind if kind == 5.0 else kind['rate']) * values['factor']
        feedback(0.0)


def test_search(context):
    result = mt.search(context, run, num_examples=30, seed=1, progress=False)
    assert result.best_trial.final_measurement.reward == 15.0
    assert run(result.best) == 15.0


def test_search_over_the_constructor_of_a_module():
    torch = pytest.importorskip('torch')

    class Net(torch.nn.Module):
        def __init__(self):
            super().__init__()
            width = mt.oneof([2, 4, 8])
            self.first = torch.nn.Linear(3, width)
            self.second = torch.nn.Linear(width, 1, bias=mt.oneof([True, False]))

    def size(example):
        with example():
            net = Net()
        return -sum(p.numel() for p in net.parameters())

    result = mt.search(
        mt.hyper.trace(Net), size, mt.geno.Sweeping(), num_examples=6, progress=False
    )
    assert len(result.trials) == 6
    assert result.best_trial.dna == mt.DNA([0, 1])
    with result.best():
        assert Net().first.out_features == 2
