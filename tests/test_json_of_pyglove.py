"""JSON that PyGlove 0.4.5 wrote is read: searches that were saved there go on here.

Each document is read in a process that has only `import mutandis`, since the areas that it names
are loaded by reading it.
"""

import json
import subprocess
import sys

import pytest

import mutandis as mt

EVOLUTION, GENO = 'pyglove.ext.evolution', 'pyglove.core.geno'


def top(n):
    return {'_type': f'{EVOLUTION}.selectors.Top', 'n': n, 'key': None, 'cluster': False}


RANDOM = {'_type': f'{GENO}.random.Random', 'seed': 1}
HILL_CLIMBING = {
    '_type': f'{EVOLUTION}.base.Evolution',
    'reproduction': {
        '_type': f'{EVOLUTION}.base.Pipeline',
        'ops': [
            top(1),
            {
                '_type': f'{EVOLUTION}.base.Repeat',
                'op': {'_type': f'{EVOLUTION}.mutators.Uniform', 'where': None, 'seed': 1},
                'k': 1,
            },
        ],
    },
    'population_init': ['__tuple__', RANDOM, 1],
    'population_update': top(1),
    'multi_objective': False,
}
MEASUREMENT = {
    '_type': 'pyglove.core.tuning.protocols.Measurement',
    'step': 0,
    'elapse_secs': 0.5,
    'reward': 1.0,
    'metrics': {},
    'checkpoint_path': None,
}
WRITTEN = {
    'mt.geno.Random(1)': RANDOM,
    'mt.geno.Sweeping()': {'_type': f'{GENO}.sweeping.Sweeping'},
    'mt.geno.Deduping(mt.geno.Random(1))': {
        '_type': f'{GENO}.deduping.Deduping',
        'generator': RANDOM,
        'hash_fn': None,
        'auto_reward_fn': None,
        'max_duplicates': 1,
        'max_proposal_attempts': 100,
    },
    'mt.evolution.Evolution('
    'mt.evolution.selectors.Top(1) >> mt.evolution.mutators.Uniform(seed=1) * 1,'
    '(mt.geno.Random(1), 1), mt.evolution.selectors.Top(1))': HILL_CLIMBING,
    "mt.hyper.reference('x')": {
        '_type': 'pyglove.core.hyper.derived.ValueReference',
        'reference_paths': ['x'],
    },
    'mt.tuning.Measurement(step=0, elapse_secs=0.5, reward=1.0, metrics={})': MEASUREMENT,
    "mt.tuning.Trial(id=1, dna=mt.DNA([0, 2]), status='COMPLETED', infeasible=False, "
    'final_measurement=mt.tuning.Measurement(step=0, elapse_secs=0.5, reward=1.0, metrics={}), '
    'measurements=[], metadata={}, related_links={}, created_time=5, completed_time=None)': {
        '_type': 'pyglove.core.tuning.protocols.Trial',
        'id': 1,
        'description': None,
        'dna': {'_type': f'{GENO}.base.DNA', 'format': 'compact', 'value': [0, 2]},
        'status': 'COMPLETED',
        'final_measurement': MEASUREMENT,
        'infeasible': False,
        'measurements': [],
        'metadata': {},
        'related_links': {},
        'created_time': 5,
        'completed_time': None,
    },
    'mt.diff(mt.Dict(x=1), mt.Dict(x=2))': {
        '_type': 'pyglove.core.symbolic.diff.Diff',
        'left': {'_type': 'type', 'name': 'pyglove.core.symbolic.dict.Dict'},
        'right': {'_type': 'type', 'name': 'pyglove.core.symbolic.dict.Dict'},
        'children': {
            'x': {
                '_type': 'pyglove.core.symbolic.diff.Diff',
                'left': 1,
                'right': 2,
                'children': {},
            }
        },
    },
}


@pytest.mark.parametrize('expected', WRITTEN)
def test_it_is_read_where_nothing_has_been_loaded(expected):
    code = (
        'import mutandis as mt\n'
        f'value = mt.from_json_str({json.dumps(WRITTEN[expected])!r})\n'
        f'assert mt.eq(value, {expected}), value\n'
    )
    done = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, '')


def test_a_search_that_was_saved_there_proposes_the_same(tmp_path):
    """The proposals are those of PyGlove 0.4.5 with this algorithm."""
    path = tmp_path / 'algorithm.json'
    path.write_text(json.dumps(HILL_CLIMBING))
    algorithm = mt.load(str(path))
    bits = mt.List([mt.oneof([0, 1])] * 6)
    proposed = []
    for example, feedback in mt.sample(bits, algorithm, 12):
        feedback(sum(example))
        proposed.append(''.join(map(str, example)))
    assert proposed == [
        '001011',
        '001011',
        '000011',
        '001111',
        '001111',
        '001111',
        '001011',
        '001111',
        '001101',
        '001111',
        '000111',
        '001101',
    ]
