"""`SearchResult`: what a search has found, and the programs behind its trials.

A result is two things: the trials, and a way from a DNA to its program. The trials come from a
study, or from a file (`result_file.py`); the programs from the search space (`DecodedPrograms`), or
from that file.
"""

from __future__ import annotations

import abc
from typing import TYPE_CHECKING, Any

from mutandis.hyper.iteration import is_context
from mutandis.tuning.randomness import Randomness
from mutandis.tuning.result import Result

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    from mutandis.hyper.geno import DNASpec
    from mutandis.hyper.protocol import Trial
    from mutandis.symbolic.source import Code
    from mutandis.tuning.sampling import SearchSpace


class NotWritten(ValueError):
    """There is nothing to write, and no fault in that."""


class Programs(abc.ABC):
    """The programs behind the trials of a search.

    Attributes:
        dna_spec: The decisions of the space.
        seed: Seed of the search, or None.
    """

    def __init__(self, dna_spec: DNASpec, seed: int | None) -> None:
        self.dna_spec = dna_spec
        self.seed = seed

    @property
    @abc.abstractmethod
    def space(self) -> Any:
        """The search space."""

    def make(self, trial: Trial) -> Any:
        """Makes the program of a trial anew. What is random in that is as it was in the trial."""
        randomness = Randomness(self.seed)
        with randomness.scope():
            randomness.begin(trial.id)
            return self._make(trial)

    @abc.abstractmethod
    def _make(self, trial: Trial) -> Any:
        """Makes the program of a trial."""

    def program_text(self, trial: Trial) -> str:
        """JSON text of the program of a trial.

        Raises:
            NotWritten: There is none by the nature of the space.
            ValueError: There is none.
        """
        from mutandis.tuning.result_file import json_text

        return json_text(self.make(trial))

    def space_text(self) -> str:
        """JSON text of the search space.

        Raises:
            ValueError: There is none.
        """
        from mutandis.tuning.result_file import json_text

        return json_text(self.space)


class DecodedPrograms(Programs):
    """Programs decoded from a search space.

    Args:
        space: The search space.
        searched: The same as the loop sees it.
        seed: Seed of the search, or None.
    """

    def __init__(self, space: Any, searched: SearchSpace, seed: int | None) -> None:
        super().__init__(searched.dna_spec, seed)
        self._space = space
        self._decode = searched.decode

    @property
    def space(self) -> Any:
        return self._space

    def _make(self, trial: Trial) -> Any:
        return self._decode(trial.dna)

    def program_text(self, trial: Trial) -> str:
        if is_context(self._space):
            raise NotWritten('the space is defined by running code, and so are its programs')
        return super().program_text(trial)


class SearchResult(Result):
    """What a search has found.

    ::

        result = mt.search(space, task, num_examples=100)
        result.best                                  # the best program
        result.save('result.json')
        mt.load_result('result.json').best           # the same, perhaps in another process

    Attributes:
        interrupted: True if the search was ended by Ctrl-C.
        goals: Names of the metrics that were maximised.
    """

    def __init__(
        self,
        result: Result,
        programs: Programs,
        goals: tuple[str, ...],
        interrupted: bool = False,
    ) -> None:
        self._result = result
        self._programs = programs
        self._best: tuple[int, Any] | None = None
        self.goals = goals
        self.interrupted = interrupted

    @property
    def best(self) -> Any:
        """The best program: that of `best_trial`, made anew (fresh weights, for a model).

        None if no trial was completed. With a seed, what is random in making the program is as it
        was in the trial.
        """
        trial = self.best_trial
        if trial is None:
            return None
        if self._best is None or self._best[0] != trial.id:
            self._best = (trial.id, self._programs.make(trial))
        return self._best[1]

    @property
    def best_trial(self) -> Trial | None:
        return self._result.best_trial

    @property
    def best_trials(self) -> list[Trial]:
        return self._result.best_trials

    @property
    def trials(self) -> list[Trial]:
        return self._result.trials

    @property
    def space(self) -> Any:
        """The search space."""
        return self._programs.space

    @property
    def dna_spec(self) -> DNASpec:
        """The decisions of the search space."""
        return self._programs.dna_spec

    @property
    def name(self) -> str | None:
        """Name of the sampling."""
        return self._result.name

    @property
    def metadata(self) -> dict[str, Any]:
        return self._result.metadata

    @property
    def is_active(self) -> bool:
        return self._result.is_active

    @property
    def last_updated(self) -> Any:
        return self._result.last_updated

    def format(
        self, compact: bool = False, verbose: bool = True, root_indent: int = 0, **kwargs: Any
    ) -> str:
        return self._result.format(compact, verbose, root_indent, **kwargs)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the result to a JSON file, from which `mt.load_result(path)` reads it.

        The file holds the best program (made of its arguments, without weights), all trials with
        DNA, rewards, metrics and metadata, the decisions of the space, and the space itself where
        that has a JSON form. It is written as a whole or not at all; directories on the way are
        made. Nothing in it is pickled: a best program or metadata that only pickle could hold
        (functions without a name, objects of foreign classes) is left out, with a warning.

        Args:
            path: Path of the file.
        """
        from mutandis.tuning.result_file import save_result

        save_result(self, self._programs, path)

    def save_code(
        self,
        path: str | os.PathLike[str],
        *,
        name: str = 'program',
        run: Callable[[Any], Any] | None = None,
        line_length: int = 88,
    ) -> Code:
        """Writes the best program to a file of Python code, which runs without the search.

        ::

            print(result.save_code('best.py', run=test_accuracy))

        Imported, the file has the program under `name`; run by `python best.py`, it also calls
        `run` with it and prints what that returns. What the program that searches has defined
        itself is imported from its file, which therefore should search only under `if __name__ ==
        '__main__'`.

        Args:
            path: Path of the file; folders on the way are made.
            name: Variable that holds the program.
            run: Function of the program, at the level of a module.
            line_length: Most columns of a line.

        Returns:
            The code, as `mt.to_code` writes it.

        Raises:
            ValueError: No trial was completed; the program cannot be written as code; or it, or
                `run`, uses what cannot be imported.
        """
        from mutandis.tuning.result_code import save_code

        return save_code(self.best, path, name, run, line_length)
