"""Each law catches an algorithm, a placeholder or a spec that breaks it."""

import random

import pytest

import mutandis as mt

G = mt.geno
DNA = mt.DNA
SMALL = mt.testing.search_spaces(floats=False)


class Climb(G.DNAGenerator):
    """A healthy algorithm: random proposals, and in between the best one so far again."""

    seed: int | None = None

    @property
    def deterministic(self):
        return self.seed is not None

    def _setup(self):
        self._rng = random if self.seed is None else random.Random(self.seed)
        self._best = None

    def _propose(self):
        if self._best is None or self.num_proposals % 2:
            return self.dna_spec.random_dna(self._rng)
        return self._best[0].clone(deep=True)

    def _feedback(self, dna, reward):
        if self._best is None or self._best[1] < reward:
            self._best = (dna, reward)

    def state_dict(self):
        version, numbers, gauss = self._rng.getstate()
        best = self._best and [self._best[0].to_json_str(), self._best[1]]
        return {
            'rng': [version, list(numbers), gauss],
            'best': best,
            'counts': [self.num_proposals, self.num_feedbacks],
        }

    def load_state_dict(self, state):
        version, numbers, gauss = state['rng']
        self._rng.setstate((version, tuple(numbers), gauss))
        if state['best']:
            best, reward = state['best']
            reward = tuple(reward) if self.multi_objective else reward
            self._best = (mt.from_json_str(best).use_spec(self.dna_spec), reward)
        self._num_proposals, self._num_feedbacks = state['counts']


class SeveralGoals(Climb):
    @property
    def multi_objective(self):
        return True


class KeepsCounters(Climb):
    def setup(self, dna_spec):
        counts = self._num_proposals, self._num_feedbacks
        super().setup(dna_spec)
        self._num_proposals, self._num_feedbacks = counts


class ProposesNonsense(Climb):
    def _propose(self):
        return DNA(10**6)


class DoesNotCount(Climb):
    def propose(self):
        return self._propose()


class ProposesOneObject(Climb):
    def _propose(self):
        return super()._propose() if self._best is None else self._best[0]


class EndsAndGoesOn(Climb):
    def _propose(self):
        if self.num_proposals == 5 and not getattr(self, '_ended', False):
            self._ended = True
            raise StopIteration
        return super()._propose()


class WantsFeedbackInOrder(Climb):
    def _propose(self):
        self._last = super()._propose()
        return self._last

    def _feedback(self, dna, reward):
        if dna != self._last:
            raise RuntimeError('This is not my last proposal.')


class WantsAllFeedback(Climb):
    def _propose(self):
        if self.num_feedbacks < self.num_proposals:
            raise RuntimeError('The last proposal has no reward.')
        return super()._propose()


class WantsFiniteRewards(Climb):
    def _feedback(self, dna, reward):
        super()._feedback(dna, int(reward))


class TakesTheFirstReward(Climb):
    def feedback(self, dna, reward):
        super().feedback(dna, reward[0] if isinstance(reward, tuple) else reward)


class TakesTwoRewardsOnly(SeveralGoals):
    def _feedback(self, dna, reward):
        x, y = reward
        super()._feedback(dna, x + y)


class DrawsFromTheSystem(Climb):
    def _setup(self):
        super()._setup()
        self._rng = random.Random()


class KeepsItsGenerator(Climb):
    def _setup(self):
        rng = getattr(self, '_rng', None)
        super()._setup()
        self._rng = rng or self._rng


class DrawsFromTheGlobalGenerator(Climb):
    def _setup(self):
        super()._setup()
        self._rng = random


class CopiesAreSetUp(Climb):
    def sym_clone(self, deep=False, memo=None, override=None):
        copy = super().sym_clone(deep, memo, override)
        copy.setup(self.dna_spec)
        return copy


class LosesItsSeedInJson(Climb):
    def to_json(self, **kwargs):
        json = super().to_json(**kwargs)
        json['seed'] = 7
        return json


class RecoversTheLastPart(Climb):
    def recover(self, history):
        self.setup(self.dna_spec)
        super().recover(history)


class RecoversWithoutItsGenerator(Climb):
    def recover(self, history):
        super().recover(list(history))


class SavesHalfItsState(Climb):
    def load_state_dict(self, state):
        self._num_proposals, self._num_feedbacks = state['counts']


class ProposesLists(Climb):
    def _propose(self):
        return [0]


class IgnoresConstraints(Climb):
    def propose_feasible(self, feasibility):
        return self.propose()


class LikesGreatRewards(Climb):
    def _feedback(self, dna, reward):
        if reward > 0:
            super()._feedback(dna, reward)


ALGORITHMS = {
    'only_the_order_of_rewards_matters': LikesGreatRewards,
    'workers_share_it': WantsAllFeedback,
    'constraints_are_kept': IgnoresConstraints,
    'setup_begins_anew': KeepsCounters,
    'proposals_fit_the_space': ProposesNonsense,
    'proposals_and_feedbacks_are_counted': DoesNotCount,
    'proposals_are_left_alone': ProposesOneObject,
    'the_end_stays_the_end': EndsAndGoesOn,
    'feedback_may_be_late_and_in_any_order': WantsFeedbackInOrder,
    'feedback_may_be_missing': WantsAllFeedback,
    'any_reward_will_do': WantsFiniteRewards,
    'several_rewards_are_refused': TakesTheFirstReward,
    'several_objectives_are_taken': TakesTwoRewardsOnly,
    'equal_algorithms_propose_the_same': DrawsFromTheSystem,
    'a_second_setup_repeats_the_first': KeepsItsGenerator,
    'the_global_generator_is_left_alone': DrawsFromTheGlobalGenerator,
    'copies_begin_anew': CopiesAreSetUp,
    'json_gives_the_algorithm_back': LosesItsSeedInJson,
    'a_history_is_recovered': RecoversTheLastPart,
    'a_recovered_algorithm_goes_on_exactly': RecoversWithoutItsGenerator,
    'a_saved_state_is_restored': SavesHalfItsState,
    'it_drives_the_loops': ProposesLists,
}


def laws_of(algorithm):
    return mt.testing.AlgorithmLaws(lambda: algorithm(seed=1), spaces=SMALL, rank_based=True)


@pytest.mark.parametrize('algorithm', [Climb, SeveralGoals])
def test_healthy_algorithms_pass(algorithm):
    laws_of(algorithm).check()


@pytest.mark.parametrize('law', mt.testing.AlgorithmLaws.names())
def test_a_broken_algorithm_is_caught(law):
    laws = laws_of(ALGORITHMS[law])
    assert law in laws.applicable()
    with pytest.raises((AssertionError, RuntimeError, OverflowError, ValueError, TypeError)):
        getattr(laws, law)()


# ------------------------------------------------------------------------------ placeholders


class Even(mt.hyper.HyperPrimitive):
    """A healthy placeholder: an even number, in a dict."""

    below: int = 10

    def dna_spec(self, location=None):
        candidates = [G.constant()] * ((self.below + 1) // 2)
        return G.oneof(candidates, location=location or mt.KeyPath(), name=self.name)

    def decode(self, dna):
        if not isinstance(dna.value, int) or dna.value * 2 >= self.below or dna.children:
            raise ValueError(f'{dna!r} is no even number below {self.below}.')
        return self.made(dna)

    def made(self, dna):
        return mt.Dict(even=mt.Dict(x=2 * dna.value))

    def encode(self, value):
        if not isinstance(value, dict) or value['even']['x'] not in range(0, self.below, 2):
            raise ValueError(f'{value!r} is no even number below {self.below}.')
        return DNA(value['even']['x'] // 2)


class EvenNumber(Even):
    """The same without a dict."""

    def made(self, dna):
        return 2 * dna.value

    def encode(self, value):
        return super().encode(mt.Dict(even=mt.Dict(x=value)))


class DecodesAnew(Even):
    def made(self, dna):
        return mt.Dict(x=random.random())


class SharesNodes(Even):
    def made(self, dna):
        self._once = getattr(self, '_once', None) or mt.Dict(even=mt.Dict(x=0))
        return self._once


class MovesNodes(Even):
    def made(self, dna):
        value = super().made(dna)
        value.even.sym_setparent(None)
        return value


class DependsOnItsObject(Even):
    def made(self, dna):
        return mt.Dict(x=id(self))


class DecodesAnything(Even):
    def decode(self, dna):
        return mt.Dict(x=1)


class EncodesAsTheFirst(Even):
    def encode(self, value):
        super().encode(value)
        return DNA(0)


class EncodesAnything(Even):
    def encode(self, value):
        return DNA(0)


class EqualsNothing(Even):
    use_symbolic_comparison = True

    def sym_eq(self, other):
        return self is other


class LosesItselfInJson(Even):
    def to_json(self, **kwargs):
        json = super().to_json(**kwargs)
        json['below'] = 8
        return json


class DependsOnItsPlace(Even):
    def made(self, dna):
        return mt.Dict(place=str(self.sym_path))


class IgnoresItsLocation(Even):
    def dna_spec(self, location=None):
        return super().dna_spec('elsewhere')


class DecidesWithoutTheContext(Even):
    def decode(self, dna):
        value = super().decode(dna)
        if mt.hyper.get_dynamic_evaluate_fn() is not None:
            value.even.x += 2
        return value


PLACEHOLDERS = {
    'running_code_decides_it': DecidesWithoutTheContext,
    'decoding_is_repeatable': DecodesAnew,
    'decoding_leaves_the_placeholder_alone': SharesNodes,
    'decoded_values_know_their_place': MovesNodes,
    'all_forms_of_a_dna_decode_to_the_same': DependsOnItsObject,
    'what_does_not_fit_is_refused': DecodesAnything,
    'encoding_inverts_decoding': EncodesAsTheFirst,
    'every_dna_has_its_value': EncodesAsTheFirst,
    'foreign_values_are_refused': EncodesAnything,
    'copies_are_equal_and_apart': EqualsNothing,
    'json_gives_the_placeholder_back': LosesItselfInJson,
    'it_decodes_inside_other_values': DependsOnItsPlace,
    'the_location_is_used': IgnoresItsLocation,
}


@pytest.mark.parametrize('placeholder', [Even, EvenNumber])
def test_healthy_placeholders_pass(placeholder):
    mt.testing.PlaceholderLaws(placeholder).check()


@pytest.mark.parametrize('law', PLACEHOLDERS)
def test_a_broken_placeholder_is_caught(law):
    laws = mt.testing.PlaceholderLaws(PLACEHOLDERS[law])
    assert law in laws.applicable()
    with pytest.raises(AssertionError):
        getattr(laws, law)()


def test_a_template_that_ignores_where_is_caught(monkeypatch):
    # No placeholder can break this law alone: templates ask `where`.
    laws = mt.testing.PlaceholderLaws(Even)
    monkeypatch.setattr(
        'mutandis.testing.placeholders.ObjectTemplate', lambda value, where: mt.template(value)
    )
    with pytest.raises(AssertionError, match='where'):
        laws.refused_by_where_it_stays()


# ------------------------------------------------------------------------------------- specs


class Word(mt.hyper.CustomHyper):
    def custom_decode(self, dna):
        return dna.value

    def next_dna(self, dna=None):
        return DNA('a')

    def random_dna(self, random_generator=None, previous_dna=None):
        return DNA(str(random.random()))


class WithoutEquality:
    """A hint that is equal to nothing but itself, and has no JSON form that knows that."""

    def __deepcopy__(self, memo):
        return WithoutEquality()


def clashing():
    """Two decisions with one id."""
    return G.space([G.oneof([G.constant()] * 3, location='a') for _ in range(2)])


def custom():
    return mt.dna_spec(mt.Dict(x=Word()))


def hinted():
    return mt.dna_spec(mt.oneof([1, 2], hints=WithoutEquality()))


HINTED = hinted()

SPECS = {
    'random_dnas_fit': mt.testing.SpecLaws(custom),
    'enumeration_is_complete_and_ordered': mt.testing.SpecLaws(custom, enumerable=True),
    'dicts_give_the_dna_back': mt.testing.SpecLaws(clashing),
    'ids_find_their_points': mt.testing.SpecLaws(clashing),
    'copies_of_the_spec_are_equal': mt.testing.SpecLaws(lambda: HINTED),
    'json_gives_the_spec_back': mt.testing.SpecLaws(lambda: HINTED),
}


@pytest.mark.parametrize('law', SPECS)
def test_a_broken_spec_is_caught(law):
    with pytest.raises((AssertionError, ValueError, TypeError)):
        getattr(SPECS[law], law)()


def test_a_form_that_does_not_come_back_is_caught(monkeypatch):
    # The forms are those of `DNA`, whatever the spec.
    monkeypatch.setattr(DNA, 'from_numbers', staticmethod(lambda numbers, spec: spec.first_dna()))
    with pytest.raises(AssertionError, match='to_numbers'):
        mt.testing.SpecLaws(lambda: mt.dna_spec(mt.oneof(range(9)))).other_forms_give_the_dna_back()


def test_every_law_is_tried():
    assert set(ALGORITHMS) == set(mt.testing.AlgorithmLaws.names())
    of_specs = set(mt.testing.SpecLaws.names())
    assert of_specs - set(SPECS) == {'other_forms_give_the_dna_back'}
    of_placeholders = set(mt.testing.PlaceholderLaws.names()) - of_specs
    assert of_placeholders - set(PLACEHOLDERS) == {'refused_by_where_it_stays'}


def test_a_failure_says_which_law_and_what_was_seen():
    with pytest.raises(AssertionError) as caught:
        laws_of(ProposesNonsense).check()
    message = str(caught.value)
    assert message.startswith('proposals_')
    assert 'DNA(1000000)' in message and "'one decision'" in message
