"""The probability that a sampler proposes something feasible, and its gradient."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Protocol

from mutandis.hyper.geno.dna import DNA
from mutandis.hyper.geno.spec import DNASpec

__all__ = ['DNASampler', 'feasible_mass']


class DNASampler(Protocol):
    """A distribution over the DNAs of a space, as policy gradients learn one."""

    @property
    def dna_spec(self) -> DNASpec | None:
        """The space."""

    def sample(self) -> DNA:
        """Draws a DNA."""

    def log_prob(self, dna: DNA) -> Any:
        """The natural logarithm of the probability of a DNA: a float, or a differentiable scalar.

        A differentiable one has the methods `exp()` and `detach()` of a torch tensor.
        """


def feasible_mass(sampler: DNASampler, feasible: Callable[[DNA], bool], n: int) -> Any:
    """The probability P(V) that a sample is feasible, differentiable if `sampler` is. ::

        class Policy:
            def __init__(self, spec, logits):
                self.dna_spec, self.logits = spec, logits

            def sample(self):
                choice = torch.distributions.Categorical(logits=self.logits).sample()
                return mt.DNA(int(choice), spec=self.dna_spec)

            def log_prob(self, dna):
                return self.logits.log_softmax(0)[dna.value]

        mass = mt.geno.feasible_mass(policy, feasible, 128)

    A constrained search draws y with probability p(y)/P(V), so the score of a policy gradient is
    the gradient of log p(y) - log P(V). Without the second term the policy drifts towards whatever
    has many infeasible neighbours (Yang et al. 2022, "TabNAS", arXiv 2204.07615, section 3.3).

    A space of at most `n` points is summed exactly. Otherwise `n` fresh samples z_i estimate it as
    1/n * sum of p(z_i)/sg(p(z_i)) over the feasible z_i, where sg stops the gradient: the value is
    the share of samples that is feasible, and the gradient an unbiased estimate of that of P(V).

    Args:
        sampler: The distribution (see `DNASampler`).
        feasible: Whether a DNA keeps all constraints, such as `DNAGenerator.setup_constraints`
            gets. Asked once for each different DNA.
        n: Number of samples, at least 1.

    Returns:
        The probability, of the type of `sampler.log_prob`. A plain 0.0 if nothing feasible was
        found: there is no gradient then, and the step should be skipped.

    Raises:
        ValueError: `n` is less than 1, or the sampler has no `dna_spec` yet.
        TypeError: `n` is no int.
    """
    if not isinstance(n, int) or isinstance(n, bool):
        raise TypeError(f'`n`, the number of samples, must be an int, got {n!r}.')
    if n < 1:
        raise ValueError(f'`n`, the number of samples, must be at least 1, got {n}.')
    spec = sampler.dna_spec
    if spec is None:
        raise ValueError('The sampler has no `dna_spec`: set it up for a space first.')
    if 0 <= spec.space_size <= n:
        return sum(
            (_exp(sampler.log_prob(dna)) for dna in spec.iter_dna() if feasible(dna)), start=0.0
        )
    answers: dict[DNA, bool] = {}
    mass: Any = 0.0
    for _ in range(n):
        dna = sampler.sample()
        answer = answers.get(dna)
        if answer is None:
            answer = answers[dna] = bool(feasible(dna))
        if answer:
            mass = mass + _one(sampler.log_prob(dna))
    return mass / n


def _exp(log_prob: Any) -> Any:
    return log_prob.exp() if hasattr(log_prob, 'exp') else math.exp(log_prob)


def _one(log_prob: Any) -> Any:
    """1, whose gradient is that of `log_prob`."""
    return (log_prob - log_prob.detach()).exp() if hasattr(log_prob, 'detach') else 1.0
