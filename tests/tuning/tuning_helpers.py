"""What the tests of this folder share."""

import random

import mutandis as mt


def space(n=5):
    return mt.Dict(x=mt.oneof(range(n)), y=mt.oneof([1, 2]))


class Recorder(mt.DNAGenerator):
    """Random proposals; remembers what it was told."""

    def _setup(self):
        self._random = random.Random(1)
        self.told = []
        self.replayed = []

    def _propose(self):
        return mt.random_dna(self.dna_spec, self._random)

    def _feedback(self, dna, reward):
        self.told.append(reward)

    def _replay(self, trial_id, dna, reward):
        self.replayed.append((trial_id, dna, reward))


class MultiRecorder(Recorder):
    """The same for several metrics."""

    @property
    def multi_objective(self):
        return True


def first(algorithm=None, num_examples=5, **kwargs):
    """The first trial of a loop: (loop, example, feedback, algorithm)."""
    algorithm = algorithm or Recorder()
    loop = mt.sample(space(), algorithm, num_examples, **kwargs)
    example, feedback = next(loop)
    return loop, example, feedback, algorithm
