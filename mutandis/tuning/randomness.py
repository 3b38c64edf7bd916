"""Reproducible trials: the global random generators under a seed.

A task draws from global generators: `random`, numpy's, torch's (also the initial weights of a
program are drawn there). With a seed, each trial begins with all of them seeded by `(seed, number
of the trial)`. So a trial gives the same result whatever came before it, and a search that is
continued gives the same trials as one that was not interrupted.
"""

import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


class Randomness:
    """Seeds the global generators per trial; does nothing when the seed is None."""

    def __init__(self, seed: int | None) -> None:
        if seed is not None and (not isinstance(seed, int) or isinstance(seed, bool)):
            raise TypeError(f'`seed` must be an int or None, got {seed!r}.')
        self._seed = seed
        self._restore: dict[str, Callable[[], Any]] = {}

    @contextmanager
    def scope(self) -> Iterator['Randomness']:
        """A scope after which the generators are as they were before."""
        outer, self._restore = self._restore, {}
        try:
            yield self
        finally:
            for restore in self._restore.values():
                restore()
            self._restore = outer

    def begin(self, trial_id: int) -> None:
        """Seeds everything for a trial."""
        if self._seed is None:
            return
        # Seeding by text is stable across processes and mixes both numbers well.
        number = random.Random(f'{self._seed}:{trial_id}').getrandbits(32)
        self._save('random', lambda: _restorer(random.setstate, random.getstate()))
        random.seed(number)
        numpy = sys.modules.get('numpy')
        if numpy is not None:
            state = numpy.random
            self._save('numpy', lambda: _restorer(state.set_state, state.get_state()))
            state.seed(number)
        torch = sys.modules.get('torch')
        if torch is not None:
            self._save('torch', lambda: _restorer(torch.set_rng_state, torch.get_rng_state()))
            if torch.cuda.is_initialized():
                self._save(
                    'cuda',
                    lambda: _restorer(torch.cuda.set_rng_state_all, torch.cuda.get_rng_state_all()),
                )
            torch.manual_seed(number)

    def _save(self, name: str, make: Callable[[], Callable[[], Any]]) -> None:
        # A library may be imported by the first trial: each is saved when it is first met.
        if name not in self._restore:
            self._restore[name] = make()


def _restorer(restore: Callable[[Any], Any], state: Any) -> Callable[[], Any]:
    return lambda: restore(state)
