"""`result.save(path)` and `load_result(path)`."""

import json
import math
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from tuning_helpers import MultiRecorder, Recorder, space

import mutandis as mt
from mutandis.base import files
from mutandis.tuning import load_result

ROOT = Path(__file__).parents[2]


def score(program):
    return program.x * program.y


def searched(**kwargs):
    kwargs = {'num_examples': 12, 'seed': 1, **kwargs}
    return mt.search(space(), kwargs.pop('task', score), **kwargs)


def saved_and_loaded(result, tmp_path, **kwargs):
    result.save(tmp_path / 'result.json')
    return load_result(tmp_path / 'result.json', **kwargs)


def edited(path, **entries):
    content = json.loads(path.read_text())
    content.update(entries)
    path.write_text(json.dumps(content))
    return path


# --------------------------------------------------------------------------------- round trips


def test_everything_comes_back(tmp_path):
    result = searched(algorithm='evolution?population_size=4&tournament_size=2', name='test_saved')
    loaded = saved_and_loaded(result, tmp_path)
    assert isinstance(loaded, mt.tuning.SearchResult)
    assert loaded.best == result.best
    assert loaded.best is loaded.best
    assert mt.eq(loaded.best_trial, result.best_trial)
    assert mt.eq(loaded.trials, result.trials)
    assert loaded.best_trial in loaded.trials
    assert [t.dna.metadata for t in loaded.trials] == [t.dna.metadata for t in result.trials]
    assert mt.eq(loaded.dna_spec, result.dna_spec)
    assert mt.eq(loaded.space, space())
    assert str(loaded) == str(result)
    assert (loaded.name, loaded.goals) == ('test_saved', ('reward',))
    assert loaded.last_updated == result.last_updated
    assert not loaded.is_active
    decisions = json.loads((tmp_path / 'result.json').read_text())['decisions']
    assert decisions == {'x': result.best.x, 'y': result.best.y}


def test_the_dna_of_trials_knows_its_space(tmp_path):
    loaded = saved_and_loaded(searched(), tmp_path)
    trial = loaded.best_trial
    assert trial.dna.spec is not None
    assert mt.template(loaded.space).decode(trial.dna) == loaded.best
    assert trial.dna.to_dict()['x'] == loaded.best.x


def test_saving_again_gives_the_same_file(tmp_path):
    first, second = tmp_path / 'first.json', tmp_path / 'second.json'
    searched().save(first)
    load_result(first).save(second)
    assert first.read_text() == second.read_text()


def test_metrics_metadata_links_and_skipped_trials(tmp_path):
    names = iter(range(100))

    def task(program):
        if program.x == 0:
            raise mt.tuning.Infeasible('empty')
        return {'reward': program.x, 'size': -math.inf if program.x == 1 else next(names)}

    result = searched(task=task, algorithm=mt.geno.Sweeping())
    result.trials[3].metadata.note = {'a': [1, (2, 3)]}
    result.trials[3].related_links['log'] = 'file:///log'
    loaded = saved_and_loaded(result, tmp_path)
    assert mt.eq(loaded.trials, result.trials)
    assert loaded.trials[0].infeasible and loaded.trials[0].metadata.skip_reason == 'empty'
    assert loaded.trials[2].final_measurement.metrics['size'] == -math.inf
    assert loaded.trials[3].metadata.note == {'a': [1, (2, 3)]}


def test_several_goals(tmp_path):
    names = ['a', 'b']
    result = mt.search(
        space(), lambda p: {'a': p.x, 'b': -p.y}, MultiRecorder(), 20, metrics_to_optimize=names
    )
    loaded = saved_and_loaded(result, tmp_path)
    assert loaded.goals == ('a', 'b')
    assert [t.id for t in loaded.best_trials] == [t.id for t in result.best_trials]
    assert mt.eq(loaded.best_trial, result.best_trial)


def test_an_interrupted_search_and_one_that_failed(tmp_path):
    def stops(program):
        if program.x == 2:
            raise KeyboardInterrupt
        return program.x

    loaded = saved_and_loaded(searched(task=stops, algorithm='sweep'), tmp_path)
    assert loaded.interrupted
    assert [t.status for t in loaded.trials] == ['COMPLETED'] * 4 + ['PENDING']
    assert loaded.best == mt.Dict(x=1, y=1)

    def fails(program):
        raise RuntimeError

    with pytest.raises(RuntimeError) as e:
        searched(task=fails)
    loaded = saved_and_loaded(e.value.search_result, tmp_path)
    assert (loaded.best, loaded.best_trial, len(loaded.trials)) == (None, None, 1)


@pytest.mark.parametrize(
    'made',
    [
        lambda: mt.oneof([1, 2, 3]),
        lambda: mt.oneof(['a', None, 2.5]),
        lambda: mt.List([mt.oneof([1, 2]), mt.manyof(2, ['a', 'b', 'c'])]),
        lambda: mt.Dict(x=mt.oneof([mt.Dict(y=mt.floatv(0.0, 1.0)), (1, 2)])),
        lambda: mt.Dict(x=mt.oneof([math.sqrt, int])),
        lambda: mt.dna_spec(mt.oneof([1, 2, 3])),
    ],
)
def test_programs_of_all_kinds(made, tmp_path):
    result = mt.search(made(), lambda program: 1.0, num_examples=3, seed=1)
    loaded = saved_and_loaded(result, tmp_path)
    assert mt.eq(loaded.best, result.best)
    assert type(loaded.best) is type(result.best)


def test_the_program_is_saved_as_it_was_searched(tmp_path):
    """Whatever the caller has done to `result.best` since."""
    result = searched()
    expected = result.best.clone()
    result.best.x = 100
    assert saved_and_loaded(result, tmp_path).best == expected


def test_modules_get_the_weights_that_they_had_in_the_trial(tmp_path):
    torch = pytest.importorskip('torch')
    from mutandis import nn

    seen = {}

    def task(program):
        seen.setdefault(program.net.out_features, program.net.weight.clone())
        return program.net.out_features

    value = mt.Dict(net=nn.Linear(3, mt.oneof([2, 4, 6])))
    torch.manual_seed(5)
    expected = torch.rand(2)
    result = mt.search(value, task, num_examples=5, seed=3)
    torch.manual_seed(5)
    loaded = saved_and_loaded(result, tmp_path)
    best = loaded.best.net
    assert isinstance(best, torch.nn.Linear)
    assert torch.equal(best.weight, seen[best.out_features])
    # Neither saving nor loading disturbs the caller's random numbers.
    assert torch.equal(torch.rand(2), expected)


# ----------------------------------------------------------------------------- other processes

MODULE = """
import mutandis as mt

class Model(mt.Object):
    width: int
    act: object

@mt.symbolize
class Trainer:
    def __init__(self, model, rate):
        self.model, self.rate = model, rate

def gelu(x):
    return x

def space():
    return Trainer(Model(mt.oneof([1, 2, 3]), mt.oneof([gelu, None])), mt.floatv(0.0, 1.0))
"""


def python(code, cwd):
    environment = dict(os.environ, PYTHONPATH=f'{ROOT}{os.pathsep}{cwd}')
    process = subprocess.run(
        [sys.executable, '-c', code], capture_output=True, text=True, cwd=cwd, env=environment
    )
    return process.stdout, process.stderr


def test_a_fresh_process(tmp_path):
    (tmp_path / 'programs_of_test.py').write_text(MODULE)
    out, err = python(
        """
import mutandis as mt, programs_of_test
result = mt.search(
    programs_of_test.space(), lambda p: p.model.width + p.rate, num_examples=9, seed=1)
result.save('result.json')
print(repr(result.best))
""",
        tmp_path,
    )
    assert 'Trainer' in out, err
    # With the module of the program.
    again, err = python(
        """
import programs_of_test
from mutandis.tuning import load_result
result = load_result('result.json')
assert result.best.model.act in (None, programs_of_test.gelu)
assert load_result('result.json', space=programs_of_test.space()).best.rate == result.best.rate
print(repr(result.best))
""",
        tmp_path,
    )
    without_address = [text.split(' at 0x')[0] for text in (out, again)]
    assert without_address[0] == without_address[1], err
    # And without it: nothing is imported.
    out, err = python(
        """
import sys
from mutandis.tuning import load_result
try:
    load_result('result.json')
except TypeError as e:
    print(e)
    assert 'programs_of_test' not in sys.modules
print(load_result('result.json', allow=['programs_of_test']).best.model.width)
""",
        tmp_path,
    )
    assert 'programs_of_test.Trainer' in out and 'result.json' in out and 'Import' in out, err
    assert out.splitlines()[-1] in ('1', '2', '3'), err


# ------------------------------------------------------------------------- what has no JSON form


class Opaque:
    """An object that only pickle could hold."""

    def __init__(self, size):
        self.size = size


def test_a_program_without_a_json_form(tmp_path):
    def make():
        return mt.Dict(x=mt.oneof([Opaque(1), Opaque(2)]))

    result = mt.search(make(), lambda p: p.x.size, num_examples=8, seed=1)
    path = tmp_path / 'result.json'
    with pytest.warns(UserWarning, match='without(.|\n)*best program(.|\n)*pickled'):
        result.save(path)
    assert '_OpaqueObject' not in path.read_text()
    loaded = load_result(path)
    assert mt.eq([t.dna for t in loaded.trials], [t.dna for t in result.trials])
    with pytest.raises(ValueError, match=r'result\.json.*pickled.*space=\.\.\.'):
        _ = loaded.best
    with pytest.raises(ValueError, match='search space'):
        _ = loaded.space
    assert load_result(path, space=make()).best.x.size == 2


def test_functions_without_a_name(tmp_path):
    result = mt.search(
        mt.Dict(f=mt.oneof([lambda: 1, lambda: 2])), lambda p: p.f(), num_examples=8, seed=1
    )
    with pytest.warns(UserWarning, match='which has no name'):
        loaded = saved_and_loaded(result, tmp_path)
    assert len(loaded.trials) == 8


def test_metadata_without_a_json_form(tmp_path):
    result = searched()
    result.trials[2].metadata.update(good=1, bad=Opaque(1))
    result.trials[4].dna.set_metadata('bad', Opaque(1)).set_metadata('good', 2)
    with pytest.warns(UserWarning, match="metadata 'bad' of trial 3(.|\n)*of the DNA of trial 5"):
        loaded = saved_and_loaded(result, tmp_path)
    assert dict(loaded.trials[2].metadata) == {'good': 1}
    assert dict(loaded.trials[4].dna.metadata) == {'good': 2}
    assert result.trials[2].metadata.bad.size == 1


def test_a_space_that_is_defined_by_running_code(tmp_path):
    """Its programs are functions: the decisions are saved, and the space brings them back."""

    def network():
        return mt.oneof([1, 2, 3], name='width') * mt.floatv(1.0, 2.0, name='scale')

    def make():
        return mt.hyper.trace(network)

    def task(program):
        with program():
            return network()

    result = mt.search(make(), task, num_examples=8, seed=1)
    path = tmp_path / 'result.json'
    result.save(path)
    assert set(json.loads(path.read_text())['decisions']) == {'width', 'scale'}
    loaded = load_result(path)
    assert loaded.best_trial.dna == result.best_trial.dna
    with pytest.raises(ValueError, match='defined by running code'):
        _ = loaded.best
    loaded.save(path)
    best = load_result(path, space=make()).best
    assert task(best) == result.best_trial.final_measurement.reward


def test_where(tmp_path):
    def make():
        return mt.Dict(x=mt.oneof([1, 2], name='keep'), y=mt.oneof([1, 2]))

    def where(placeholder):
        return placeholder.name != 'keep'

    result = mt.search(make(), lambda p: p.y, 'sweep', where=where)
    loaded = saved_and_loaded(result, tmp_path)
    assert mt.eq(loaded.best, result.best) and isinstance(loaded.best.x, mt.hyper.OneOf)
    path = tmp_path / 'result.json'
    assert mt.eq(load_result(path, space=make(), where=where).best, result.best)
    with pytest.raises(ValueError, match='another space'):
        load_result(path, space=make())


# --------------------------------------------------------------------------------- bad files


def test_the_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / 'result.json'
    path.write_text('old')

    def fail(*args):
        raise OSError('disk full')

    monkeypatch.setattr(os, 'replace', fail)
    with pytest.raises(OSError, match='disk full'):
        searched().save(path)
    assert os.listdir(tmp_path) == ['result.json'] and path.read_text() == 'old'


def test_directories_on_the_way_and_files_in_memory(tmp_path):
    result = searched()
    result.save(tmp_path / 'a' / 'b' / 'result.json')
    assert load_result(tmp_path / 'a' / 'b' / 'result.json').best == result.best
    result.save('/mem/test_result_file/result.json')
    assert load_result('/mem/test_result_file/result.json').best == result.best
    assert files.listdir('/mem/test_result_file') == ['result.json']


def test_no_such_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        load_result(tmp_path / 'none.json')


@pytest.mark.parametrize('share', [0.0, 0.01, 0.3, 0.7, 0.99])
def test_a_truncated_file(tmp_path, share):
    path = tmp_path / 'result.json'
    searched().save(path)
    text = path.read_text()
    path.write_text(text[: int(len(text) * share)])
    with pytest.raises(ValueError, match=r'result\.json.*part of one.*save the result again'):
        load_result(path)


@pytest.mark.parametrize(
    'content', ['[]', '3', 'null', '{}', '{"a": 1}', '{"format": "other"}', '{"_type": "mutandis"}']
)
def test_a_foreign_file(tmp_path, content):
    path = tmp_path / 'foreign.json'
    path.write_text(content)
    with pytest.raises(ValueError, match=r'foreign\.json.*not the result of a .*result\.save'):
        load_result(path)


def test_bytes_that_are_no_text(tmp_path):
    path = tmp_path / 'foreign.json'
    path.write_bytes(pickle.dumps({'a': b'\xff\xfe' * 10}))
    with pytest.raises(ValueError, match=r'foreign\.json'):
        load_result(path)


def test_a_file_of_a_later_version(tmp_path):
    path = tmp_path / 'result.json'
    searched().save(path)
    edited(path, version=1000, written_by='mutandis 99')
    with pytest.raises(ValueError, match='version 1000.*mutandis 99'):
        load_result(path)


@pytest.mark.parametrize(
    'entries',
    [
        {'trials': 3},
        {'trials': [3]},
        {'trials': [{'_type': 'mutandis.hyper.protocol.Trial'}]},
        {'trials': [{'_type': 'no.such.Trial'}]},
        {'dna_spec': None},
        {'dna_spec': {'_type': 'mutandis.geno.Space', 'elements': []}},  # the DNAs do not fit
        {'best': 1000},
        {'metadata': []},
        {'goals': 3},
        {'last_updated': 'now'},
        {'program': {'_type': 'no.such.Program'}},
        {'program': {'_type': 3}},
    ],
)
def test_damaged_entries(tmp_path, entries):
    path = tmp_path / 'result.json'
    searched().save(path)
    edited(path, **entries)
    with pytest.raises((ValueError, TypeError), match=r'result\.json'):
        load_result(path)


@pytest.mark.parametrize('entry', ['trials', 'best', 'program', 'dna_spec', 'goals', 'metadata'])
def test_missing_entries(tmp_path, entry):
    path = tmp_path / 'result.json'
    searched().save(path)
    content = json.loads(path.read_text())
    del content[entry]
    path.write_text(json.dumps(content))
    with pytest.raises(ValueError, match=f'result.json.*{entry!r} is missing'):
        load_result(path)


# ------------------------------------------------------------------------------------- safety


class Trap:
    sprung = False

    def __reduce__(self):
        return Trap.spring, ()

    @staticmethod
    def spring():
        Trap.sprung = True


def hostile_values():
    trap = mt.to_json(mt.Dict(x=Trap()))['x']
    module = 'this'  # importing it prints a poem
    return {
        'pickle': trap,
        'code': mt.to_json(lambda: Trap.spring()),
        'class of a module': {'_type': f'{module}.Zen'},
        'function of a module': {'_type': 'function', 'name': f'{module}.zen'},
        'type of a module': {'_type': 'type', 'name': f'{module}.Zen'},
    }


@pytest.mark.parametrize('place', ['program', 'space', 'metadata', 'trials'])
@pytest.mark.parametrize('kind', list(hostile_values()))
def test_a_file_cannot_make_us_run_code(tmp_path, kind, place):
    path = tmp_path / 'result.json'
    searched().save(path)
    content = json.loads(path.read_text())
    value = hostile_values()[kind]
    if place == 'trials':
        content['trials'][0]['metadata']['x'] = value
    else:
        content[place] = {'x': value}
    path.write_text(json.dumps(content))
    sys.modules.pop('this', None)
    with pytest.raises(TypeError, match=r'result\.json'):
        loaded = load_result(path)
        assert place in ('program', 'space')  # these are made when they are asked for
        _ = loaded.best if place == 'program' else loaded.space
    assert 'this' not in sys.modules
    assert not Trap.sprung


def test_an_algorithm_of_ones_own_needs_nothing(tmp_path):
    """The algorithm is no part of the file."""
    result = mt.search(space(), score, Recorder(), 5)
    assert len(saved_and_loaded(result, tmp_path).trials) == 5
