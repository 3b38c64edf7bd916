"""`Deduping`: an algorithm without repeated proposals."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mutandis import typing as T
from mutandis.hyper.geno.dna import DNA
from mutandis.hyper.geno.dna_generator import DNAGenerator
from mutandis.hyper.geno.spec import set_attribute
from mutandis.symbolic.object import members

if TYPE_CHECKING:
    from mutandis.hyper.geno.feasibility import Feasibility

__all__ = ['Deduping']


@members(
    [
        ('generator', T.Object(DNAGenerator), 'The algorithm whose proposals are filtered.'),
        (
            'hash_fn',
            T.Callable().noneable(),
            'Function DNA -> key; equal keys are duplicates. By default a digest of the decisions, '
            'the same in every process.',
        ),
        (
            'auto_reward_fn',
            T.Callable().noneable(),
            'Function (list of past rewards) -> reward of a duplicate, which is then not '
            'evaluated.',
        ),
        ('max_duplicates', T.Int(default=1, min_value=1), 'How often a key may occur.'),
        (
            'max_proposal_attempts',
            T.Int(default=100, min_value=1),
            'How many duplicates in a row end the search.',
        ),
    ],
    init_arg_list=[
        'generator',
        'hash_fn',
        'auto_reward_fn',
        'max_duplicates',
        'max_proposal_attempts',
    ],
)
class Deduping(DNAGenerator):
    """Passes on the proposals of another algorithm that have not been made before.

    The key of a proposal is kept in its metadata as `dedup_key`. For algorithms that learn, a
    proposal counts once its reward is known, so duplicates of DNAs under evaluation are possible;
    with `auto_reward_fn` a duplicate is proposed with the metadata `reward`, which the sampling
    loop feeds back without evaluating it.
    """

    if TYPE_CHECKING:
        generator: DNAGenerator
        hash_fn: Callable[[DNA], Any] | None
        auto_reward_fn: Callable[[list[Any]], Any] | None
        max_duplicates: int
        max_proposal_attempts: int

        def __init__(
            self,
            generator: DNAGenerator,
            hash_fn: Callable[[DNA], Any] | None = None,
            auto_reward_fn: Callable[[list[Any]], Any] | None = None,
            max_duplicates: int = 1,
            max_proposal_attempts: int = 100,
        ) -> None: ...

    _cache: dict[Any, list[Any]] = {}
    # Set while a feasible proposal is made.
    _feasibility: Any = None

    @property
    def needs_feedback(self) -> bool:
        return bool(self.generator.needs_feedback)

    @property
    def multi_objective(self) -> bool:
        return bool(self.generator.multi_objective)

    @property
    def deterministic(self) -> bool:
        return bool(self.generator.deterministic)

    def _setup(self) -> None:
        self._cache = {}
        self.generator.setup(self.dna_spec)

    def setup_constraints(self, feasible: Callable[[DNA], bool]) -> None:
        self.generator.setup_constraints(feasible)

    def propose_feasible(self, feasibility: Feasibility) -> DNA:
        # Infeasible proposals are none: they must not count as duplicates.
        set_attribute(self, '_feasibility', feasibility)
        try:
            return self.propose()
        finally:
            set_attribute(self, '_feasibility', None)

    def _draw(self) -> DNA:
        generator, feasibility = self.generator, self._feasibility
        if feasibility is None:
            return generator.propose()
        return generator.propose_feasible(feasibility)

    def _key(self, dna: DNA) -> Any:
        return _digest(dna) if self.hash_fn is None else self.hash_fn(dna)

    def _propose(self) -> DNA:
        inner = self.generator
        learns = inner.needs_feedback
        for _ in range(self.max_proposal_attempts + 1):
            dna = self._draw()
            key = self._key(dna)
            past = self._cache.get(key, ())
            if len(past) < self.max_duplicates:
                if not learns:
                    self._remember(key, None)
                return dna.set_metadata('dedup_key', key)
            if learns and self.auto_reward_fn is not None:
                dna.set_metadata('reward', self.auto_reward_fn(list(past)))
                return dna.set_metadata('dedup_key', key)
        raise StopIteration()

    def _feedback(self, dna: DNA, reward: Any) -> None:
        self.generator.feedback(dna, reward)
        self._remember(self._known_key(dna), reward)

    def _replay(self, trial_id: int, dna: DNA, reward: Any) -> None:
        self.generator._replay(trial_id, dna, reward)
        if reward is not None or not self.generator.needs_feedback:
            self._remember(self._known_key(dna), reward)

    def _known_key(self, dna: DNA) -> Any:
        key: Any | None = dna._metadata_get('dedup_key')
        return self._key(dna) if key is None else key

    def _remember(self, key: Any, reward: Any) -> None:
        self._cache.setdefault(key, []).append(reward)


def _digest(dna: DNA) -> int:
    """A number that depends on the decisions only, equal for equal DNAs in every process."""
    from hashlib import blake2b

    # `DNA(1)` and `DNA(1.0)` are equal.
    text = repr([v if isinstance(v, str) else float(v) for v in dna._values])
    return int.from_bytes(blake2b(text.encode(), digest_size=7).digest(), 'big')


Deduping.register_for_deserialization(additional_keys=['pyglove.core.geno.deduping.Deduping'])
