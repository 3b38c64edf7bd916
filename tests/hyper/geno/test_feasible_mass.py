"""`geno.feasible_mass`: the probability of what is feasible, with its gradient."""

import math
import random

import pytest

import mutandis as mt

G = mt.geno


def spec_of(n, points=2):
    return mt.dna_spec(mt.List([mt.oneof(range(n)) for _ in range(points)]))


class Table:
    """Independent choices with given probabilities."""

    def __init__(self, spec, probabilities, seed=1):
        self.dna_spec = spec
        self._probabilities = probabilities
        self._random = random.Random(seed)
        self.samples = 0

    def sample(self):
        self.samples += 1
        n = range(len(self._probabilities[0]))
        choices = [self._random.choices(n, p)[0] for p in self._probabilities]
        return mt.DNA(choices, spec=self.dna_spec)

    def log_prob(self, dna):
        numbers = dna.to_numbers()
        return sum(math.log(p[i]) for p, i in zip(self._probabilities, numbers, strict=True))


def diagonal(dna):
    first, second = dna.to_numbers()
    return first == second


def test_small_spaces_are_summed_exactly():
    table = Table(spec_of(2), [[0.25, 0.75], [0.5, 0.5]])
    assert G.feasible_mass(table, diagonal, 4) == pytest.approx(0.25 * 0.5 + 0.75 * 0.5)
    assert G.feasible_mass(table, lambda dna: True, 4) == pytest.approx(1.0)
    assert table.samples == 0


def test_larger_spaces_are_sampled():
    table = Table(spec_of(2), [[0.25, 0.75], [0.9, 0.1]])
    exact = 0.25 * 0.9 + 0.75 * 0.1
    n = 3
    # Fewer samples than points: the mean of many estimates is the exact value.
    estimates = [G.feasible_mass(table, diagonal, n) for _ in range(4000)]
    assert table.samples == n * 4000
    assert set(estimates) == {0.0, 1 / 3, 2 / 3, 1.0}
    error = math.sqrt(exact * (1 - exact) / (n * 4000))
    assert abs(sum(estimates) / 4000 - exact) < 4 * error


def test_infinite_spaces_are_sampled():
    class Uniform(Table):
        def sample(self):
            return mt.random_dna(self.dna_spec, self._random)

        def log_prob(self, dna):
            return 0.0

    sampler = Uniform(mt.dna_spec(mt.floatv(0.0, 1.0)), ())
    mass = G.feasible_mass(sampler, lambda dna: dna.value < 0.3, 4000)
    assert abs(mass - 0.3) < 4 * math.sqrt(0.3 * 0.7 / 4000)


def test_each_dna_is_judged_once():
    judged = []

    def feasible(dna):
        judged.append(str(dna))
        return True

    table = Table(spec_of(3), [[1 / 3] * 3] * 2)
    assert G.feasible_mass(table, feasible, 8) == 1.0
    assert len(judged) == len(set(judged))


def test_nothing_feasible_has_no_mass_and_no_gradient():
    table = Table(spec_of(2), [[0.25, 0.75], [0.5, 0.5]])
    for n in (2, 4):
        mass = G.feasible_mass(table, lambda dna: False, n)
        assert mass == 0.0
        assert type(mass) is float


def test_an_algorithm_is_told_what_is_feasible():
    masses = []

    class Learner(G.Random):
        def setup_constraints(self, feasible):
            table = Table(self.dna_spec, [[0.5, 0.5], [0.5, 0.5]])
            masses.append(G.feasible_mass(table, feasible, 4))

    space = mt.Dict(x=mt.oneof([1, 2]), y=mt.oneof([1, 2]))
    next(mt.sample(mt.constrain(space, lambda p: p.x + p.y == 3), Learner(seed=1)))
    assert masses == [pytest.approx(0.5)]


@pytest.mark.parametrize(
    ('make', 'error', 'text'),
    [
        (lambda table: G.feasible_mass(table, diagonal, 0), ValueError, 'at least 1'),
        (lambda table: G.feasible_mass(table, diagonal, 1.5), TypeError, 'int'),
        (lambda table: G.feasible_mass(table, diagonal, True), TypeError, 'int'),
        (lambda table: G.feasible_mass(Table(None, ()), diagonal, 1), ValueError, 'set it up'),
    ],
)
def test_misuse(make, error, text):
    with pytest.raises(error, match=text):
        make(Table(spec_of(2), [[0.5, 0.5]] * 2))


# ------------------------------------------------------------------------- with a gradient


class Policy(Table):
    """Independent softmax distributions over the widths of two layers."""

    def __init__(self, spec, logits, seed=1):
        self.logits = logits
        super().__init__(spec, logits.detach().softmax(1).tolist(), seed)

    def log_prob(self, dna):
        log = self.logits.log_softmax(1)
        first, second = dna.to_numbers()
        return log[0, first] + log[1, second]


def affordable(dna):
    """Two layers of widths 2 to 4, of which the product is limited (as in the TabNAS toy)."""
    first, second = dna.to_numbers()
    return (first + 2) * (second + 2) <= 8


def gradient(mass, logits):
    logits.grad = None
    mass.backward()
    return logits.grad.clone()


def test_the_gradient_of_the_exact_sum():
    torch = pytest.importorskip('torch')
    logits = torch.tensor([[0.3, -0.2, 0.5], [0.1, 0.9, -0.4]], dtype=torch.double)
    logits.requires_grad_()
    exact = G.feasible_mass(Policy(spec_of(3), logits), affordable, 9)
    p = logits.softmax(1)
    direct = sum(p[0, i] * p[1, j] for i in range(3) for j in range(3) if (i + 2) * (j + 2) <= 8)
    assert exact.item() == pytest.approx(direct.item())
    assert torch.allclose(gradient(exact, logits), gradient(direct, logits))


def test_the_sampled_gradient_is_unbiased():
    torch = pytest.importorskip('torch')
    logits = torch.tensor([[0.3, -0.2, 0.5], [0.1, 0.9, -0.4]], dtype=torch.double)
    logits.requires_grad_()
    policy = Policy(spec_of(3), logits)
    expected = gradient(G.feasible_mass(policy, affordable, 9), logits)
    gradients = []
    for _ in range(1500):
        mass = G.feasible_mass(policy, affordable, 4)
        found = isinstance(mass, torch.Tensor)
        assert round((mass.item() if found else mass) * 4, 9) in range(5)
        gradients.append(gradient(mass, logits) if found else torch.zeros_like(logits))
    stacked = torch.stack(gradients)
    z = (stacked.mean(0) - expected) / (stacked.std(0) / math.sqrt(len(gradients)))
    assert z.abs().max().item() < 4
