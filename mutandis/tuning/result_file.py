"""Results of searches in files: `result.save(path)` and `load_result(path)`.

The file is one JSON object. It says what it is (`format`, `version`), and holds the best program,
all trials, the decisions of the space, and the space itself, each in the JSON form of its class.
Reading it builds objects of registered classes and nothing else: no module is imported, no code is
run, because the file says so.
"""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from mutandis.base import files, from_json, json_reading, to_json_str
from mutandis.base.json_values import OPAQUE_SUFFIX
from mutandis.hyper.geno import DNA, DNASpec
from mutandis.hyper.protocol import Trial
from mutandis.symbolic import from_json as symbolic_from_json
from mutandis.tuning.result import Result, format_summary, pareto_front, summary
from mutandis.tuning.search_result import DecodedPrograms, NotWritten, Programs, SearchResult
from mutandis.version import __version__

if TYPE_CHECKING:
    from mutandis.tuning.sampling import Where

FORMAT = 'mutandis.SearchResult'
VERSION = 1


# ------------------------------------------------------------------------------------- writing


def json_text(value: Any) -> str:
    """JSON text of a value that can be read without running code.

    Raises:
        ValueError: There is none.
    """
    text = to_json_str(value)
    if OPAQUE_SUFFIX in text or '"code"' in text:
        for part in _dicts_in(json.loads(text)):
            name = str(part.get('_type', ''))
            if name.endswith(OPAQUE_SUFFIX):
                raise ValueError(
                    'it holds an object that has no JSON form and could only be pickled. Derive '
                    'its class from `mt.Object`, or make it symbolic by `mt.symbolize`'
                )
            if name == 'function' and 'code' in part:
                raise ValueError(
                    f'it holds the function {part.get("name")}, which has no name that could be '
                    f'looked up. Define it at the level of a module, or make it a functor'
                )
    return text


def _dicts_in(data: Any) -> Iterator[dict[str, Any]]:
    stack = [data]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            yield item
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)


def save_result(result: SearchResult, programs: Programs, path: str | os.PathLike[str]) -> None:
    """Writes a result to a file; see `SearchResult.save`."""
    left_out: list[str] = []
    trials = [_trial_text(trial, left_out) for trial in result.trials]
    best = result.best_trial
    program = no_program = space = no_space = None
    if best is not None:
        try:
            program = programs.program_text(best)
        except NotWritten as e:
            no_program = str(e)
        except (ValueError, TypeError, NotImplementedError) as e:
            no_program = str(e)
            left_out.append(f'the best program: {e}')
    try:
        space = programs.space_text()
    except (ValueError, TypeError, NotImplementedError) as e:
        no_space = str(e)
    updated = result.last_updated
    entries = {
        'format': json.dumps(FORMAT),
        'version': json.dumps(VERSION),
        'written_by': json.dumps(f'mutandis {__version__}'),
        'name': json.dumps(result.name),
        'goals': json.dumps(list(result.goals)),
        'seed': json.dumps(programs.seed),
        'interrupted': json.dumps(result.interrupted),
        'last_updated': json.dumps(None if updated is None else updated.timestamp()),
        'metadata': json_text(_without(result.metadata, 'the search', left_out)),
        'best': json.dumps(None if best is None else best.id),
        'dna': 'null' if best is None else json_text(_bare(best.dna)),
        # For people; nobody reads it back.
        'decisions': 'null' if best is None else json.dumps(_decisions(best.dna)),
        'program': program or 'null',
        'no_program': json.dumps(no_program),
        'dna_spec': json_text(result.dna_spec),
        'space': space or 'null',
        'no_space': json.dumps(no_space),
        'trials': '[\n' + ',\n'.join(trials) + '\n]',
    }
    text = ',\n'.join(f'"{key}": {entry}' for key, entry in entries.items())
    files.make_parent_dirs(path)
    files.write_atomically(path, f'{{\n{text}\n}}\n')
    if left_out:
        warnings.warn(
            f'The result was saved to {os.fspath(path)!r} without what has no JSON form:\n  '
            + '\n  '.join(left_out),
            stacklevel=3,
        )


def _trial_text(trial: Trial, left_out: list[str]) -> str:
    try:
        return json_text(trial)
    except (ValueError, TypeError, NotImplementedError):
        name = f'trial {trial.id}'
        dna = _bare(trial.dna)
        for key, value in _without(trial.dna.metadata, f'the DNA of {name}', left_out).items():
            dna.set_metadata(key, value)
        metadata = _without(trial.metadata, name, left_out)
        return json_text(trial.clone(override={'dna': dna, 'metadata': metadata}))


def _bare(dna: DNA) -> DNA:
    """The DNA without metadata."""
    return DNA._from_flat(dna.spec, dna._values) if dna.spec is not None else DNA(dna.to_json())


def _decisions(dna: DNA) -> dict[str, Any]:
    """The decisions by name or id, with readable values."""
    return {str(key): value for key, value in dna.to_dict('name_or_id', 'literal').items()}


def _without(notes: Any, whose: str, left_out: list[str]) -> dict[str, Any]:
    """The entries of a dict that have a JSON form."""
    kept = {}
    for key, value in notes.items():
        try:
            json_text(value)
        except (ValueError, TypeError, NotImplementedError) as e:
            left_out.append(f'metadata {key!r} of {whose}: {e}')
        else:
            kept[key] = value
    return kept


# ------------------------------------------------------------------------------------- reading


def load_result(
    path: str | os.PathLike[str],
    *,
    space: Any = None,
    where: Where | None = None,
    trusted: bool | None = None,
    allow: tuple[str, ...] | list[str] = (),
) -> SearchResult:
    """Reads the result of a search that `result.save(path)` has written.

    ::

        import my_models                     # defines the classes of the programs
        result = mt.load_result('result.json')
        model = result.best

    Import the modules that define the classes of the program before: the file cannot make this
    process import anything.

    Args:
        path: Path of the file.
        space: The search space that was searched. The programs are then decoded from it, as they
            were in the search, instead of read from the file: for programs that have no JSON form.
        where: The predicate of placeholders of the search; only with `space`.
        trusted: True if the file comes from where you would take code from, too: modules that it
            names are imported. False for a file from anywhere: then it may name registered
            classes only, no functions of loaded modules.
        allow: Modules that may be imported although the file is not trusted.

    Returns:
        The result, with `best`, `best_trial`, `trials` and all.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: The file holds no result, only a part of one, or one of another space.
        TypeError: The best program has a class that this process does not know.
    """
    content = _read(path)
    options: dict[str, Any] = {
        'trusted': trusted,
        'allow': tuple(allow),
        'auto_import': trusted is True or bool(allow),
    }

    def read(key: str, expected: type) -> Any:
        with _Damaged(path, key):
            value = from_json(content[key], **options)
            if not isinstance(value, expected):
                raise TypeError(f'it should be a {expected.__name__}, but it is {value!r:.200}')
            return value

    dna_spec: DNASpec = read('dna_spec', DNASpec)
    trials: list[Trial] = read('trials', list)
    with _Damaged(path, 'trials'):
        for trial in trials:
            if not isinstance(trial, Trial):
                raise TypeError(f'one is no Trial, but {trial!r:.200}')
            trial.dna.use_spec(dna_spec)
    with _Damaged(path, 'best'):
        best = content['best']
        if best is not None:
            (best,) = (trial for trial in trials if trial.id == best)
    with _Damaged(path, 'goals'):
        goals = tuple(content['goals'])
        seed = content['seed']
        interrupted = bool(content['interrupted'])
        updated = content['last_updated']
        last_updated = None if updated is None else datetime.fromtimestamp(updated, timezone.utc)
    programs: Programs
    if space is None:
        programs = SavedPrograms(path, content, options, dna_spec, seed)
        if best is not None:
            programs.check()
    else:
        programs = _decoded(path, space, where, dna_spec, seed)
    recorded = RecordedResult(
        content['name'], trials, best, goals, read('metadata', dict), last_updated
    )
    return SearchResult(recorded, programs, goals, interrupted)


def _read(path: str | os.PathLike[str]) -> dict[str, Any]:
    name = os.fspath(path)
    try:
        content = json_reading.loads(files.readfile(path) or '')
    except ValueError as e:  # also for bytes that are no text
        raise ValueError(
            f'{name!r} is no result of a search, or only a part of one: it is no JSON text ({e}). '
            f'`result.save(path)` writes a file as a whole or not at all, so this one was changed '
            f'or copied in part: copy it again, or save the result again.'
        ) from None
    if not isinstance(content, dict) or content.get('format') != FORMAT:
        raise ValueError(
            f'{name!r} is a JSON file, but not the result of a search. Take a file that '
            f'`result.save(path)` has written; what `mt.save` has written is read by `mt.load`.'
        )
    version = content.get('version')
    if not isinstance(version, int) or version > VERSION:
        raise ValueError(
            f'{name!r} has version {version!r} of the format, this library reads up to {VERSION}. '
            f'It was written by {content.get("written_by")}: install that version or a later one.'
        )
    keys = ('name', 'goals', 'seed', 'interrupted', 'last_updated', 'metadata', 'best', 'program')
    for key in (*keys, 'dna_spec', 'trials'):
        if key not in content:
            raise ValueError(
                f'{name!r} is a damaged result of a search: its entry {key!r} is missing. Save the '
                f'result again.'
            )
    return content


class _Damaged:
    """Says which entry of which file an error is about."""

    def __init__(self, path: str | os.PathLike[str], entry: str) -> None:
        self._path = os.fspath(path)
        self._entry = entry

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, error: Any, traceback: Any) -> None:
        if isinstance(error, (TypeError, ValueError, KeyError, AttributeError, OverflowError)):
            made = TypeError if isinstance(error, TypeError) else ValueError
            raise made(
                f'Cannot read the entry {self._entry!r} of {self._path!r}: {error} '
                f'Was the file changed? If not, import the modules whose classes it names first.'
            ) from error


def _decoded(
    path: Any, space: Any, where: Where | None, dna_spec: DNASpec, seed: int | None
) -> Programs:
    from mutandis.hyper.iteration import same_space
    from mutandis.tuning.sampling import SearchSpace

    searched = SearchSpace(space, where)
    if not same_space(searched.dna_spec, dna_spec):
        raise ValueError(
            f'{os.fspath(path)!r} is the result of a search of another space than the given one. '
            f'Leave out `space`, or give that of the search.\n  There: {dna_spec}\n  '
            f'Here: {searched.dna_spec}'
        )
    return DecodedPrograms(space, searched, seed)


class SavedPrograms(Programs):
    """The best program of a search, and its space, as a file holds them.

    Args:
        path: The file.
        content: Its content.
        options: Options of `from_json`.
        dna_spec: The decisions of the space.
        seed: Seed of the search, or None.
    """

    def __init__(
        self,
        path: Any,
        content: dict[str, Any],
        options: dict[str, Any],
        dna_spec: DNASpec,
        seed: int | None,
    ) -> None:
        super().__init__(dna_spec, seed)
        self._path = os.fspath(path)
        self._best = content['best']
        self._texts = {key: content.get(key) for key in ('program', 'space')}
        self._reasons = {key: content.get(f'no_{key}') for key in ('program', 'space')}
        self._options = options
        self._space: Any = None

    def check(self) -> None:
        """Raises `TypeError` if this process does not know a class of the best program."""
        if self._reasons['program'] is None:
            self._reading(
                'program',
                lambda: json_reading.check_names(self._texts['program'], **self._options),
            )

    @property
    def space(self) -> Any:
        if self._space is None:
            self._space = self._value('space')
        return self._space

    def _make(self, trial: Trial) -> Any:
        if trial.id != self._best:
            raise ValueError(
                f'{self._path!r} holds the program of the best trial only. Pass the search space '
                f'to make another one: `mt.load_result(path, space=...)`.'
            )
        program = self._value('program')
        return program.use_spec(self.dna_spec) if isinstance(program, DNA) else program

    def program_text(self, trial: Trial) -> str:
        if trial.id != self._best or self._reasons['program'] is not None:
            raise NotWritten(self._reasons['program'])
        return json.dumps(self._texts['program'])

    def space_text(self) -> str:
        if self._reasons['space'] is not None:
            raise NotWritten(self._reasons['space'])
        return json.dumps(self._texts['space'])

    def _value(self, key: str) -> Any:
        self._require(key)
        return self._reading(key, lambda: symbolic_from_json(self._texts[key], **self._options))

    def _require(self, key: str) -> None:
        reason = self._reasons[key]
        if reason is not None:
            raise ValueError(
                f'{self._path!r} does not hold the {_NAMES[key]}, which had no JSON form when the '
                f'result was saved: {reason}. Make it from the search space: '
                f'`mt.load_result(path, space=...)`.'
            )

    def _reading(self, key: str, make: Callable[[], Any]) -> Any:
        try:
            return make()
        except (TypeError, ValueError, KeyError) as e:
            made = TypeError if isinstance(e, TypeError) else ValueError
            raise made(
                f'Cannot make the {_NAMES[key]} in {self._path!r}: {e} Import the modules that '
                f'define its classes before; loading a result imports nothing by itself.'
            ) from e


_NAMES = {'program': 'best program', 'space': 'search space'}


class RecordedResult(Result):
    """A result that does not change any more: trials that were read from a file."""

    def __init__(
        self,
        name: str | None,
        trials: list[Trial],
        best: Trial | None,
        goals: tuple[str, ...],
        metadata: dict[str, Any],
        last_updated: datetime | None,
    ) -> None:
        self._name = name
        self._trials = trials
        self._best = best
        self._goals = goals
        self._metadata = metadata
        self._last_updated = last_updated

    @property
    def name(self) -> str | None:
        return self._name

    @property
    def metadata(self) -> dict[str, Any]:
        return self._metadata

    @property
    def is_active(self) -> bool:
        return False

    @property
    def last_updated(self) -> datetime | None:
        return self._last_updated

    @property
    def trials(self) -> list[Trial]:
        return list(self._trials)

    @property
    def best_trial(self) -> Trial | None:
        return self._best

    @property
    def best_trials(self) -> list[Trial]:
        done = [t for t in self._trials if t.status == 'COMPLETED' and not t.infeasible]
        points = [[_value(trial, goal) for goal in self._goals] for trial in done]
        return [done[i] for i in pareto_front(points)]

    def format(
        self, compact: bool = False, verbose: bool = True, root_indent: int = 0, **kwargs: Any
    ) -> str:
        trials, best = self._trials, self._best
        completed = sum(trial.status == 'COMPLETED' for trial in trials)
        brief = None
        if best is not None and best.final_measurement is not None:
            final = best.final_measurement
            brief = {
                'id': best.id,
                'reward': final.reward,
                'step': final.step,
                'dna': str(best.dna),
            }
        content = summary(
            self._name,
            len(trials),
            len(trials) - completed,
            completed,
            sum(trial.infeasible for trial in trials),
            brief,
        )
        return format_summary(content, compact, verbose, root_indent, **kwargs)


def _value(trial: Trial, goal: str) -> float | None:
    final = trial.final_measurement
    if final is None:
        return None
    return final.reward if goal == 'reward' else (final.metrics or {}).get(goal)
