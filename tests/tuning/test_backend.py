"""Registering backends."""

import pytest
from tuning_helpers import Recorder, space

import mutandis as mt
from mutandis.tuning import Backend, Feedback
from mutandis.tuning import backend as backends


@pytest.fixture
def registry(monkeypatch):
    monkeypatch.setattr(backends, '_BACKENDS', dict(backends._BACKENDS))
    monkeypatch.setattr(backends, '_DEFAULT', backends._DEFAULT)


def test_what_is_there_after_import():
    assert mt.tuning.available_backends() == ['in-memory']
    assert mt.tuning.default_backend() == 'in-memory'
    assert mt.tuning.get_backend_cls(None) is mt.tuning.get_backend_cls('in-memory')


def test_abstract_classes():
    for cls, args in ((Backend, ()), (Feedback, (['reward'],)), (mt.tuning.Result, ())):
        with pytest.raises(TypeError):
            cls(*args)


def test_bad_names_and_classes(registry):
    with pytest.raises(ValueError, match='no such'):
        mt.tuning.set_default_backend('no such')
    with pytest.raises(ValueError, match='name is needed'):
        mt.tuning.set_default_backend(None)
    with pytest.raises(ValueError, match='no such'):
        mt.tuning.get_backend_cls('no such')
    with pytest.raises(TypeError, match='Backend'):
        mt.tuning.add_backend('bad')(int)
    assert mt.tuning.available_backends() == ['in-memory']


def test_a_backend_of_ones_own(registry):
    @mt.tuning.add_backend('own')
    class Own(Backend):
        def __init__(self, **kwargs):
            self.kwargs = kwargs

        def next(self):
            raise StopIteration

        @classmethod
        def poll_result(cls, name, **kwargs):
            return (name, kwargs)

        made = []

        @classmethod
        def create(cls, *args, **kwargs):
            cls.made.append(super().create(*args, **kwargs))
            return cls.made[-1]

    assert mt.tuning.available_backends() == ['in-memory', 'own']
    algorithm = Recorder()
    assert list(mt.sample(space(), algorithm, 3, name='n', backend='own', extra=1)) == []
    (made,) = Own.made
    assert made.kwargs['dna_spec'] is algorithm.dna_spec
    assert {k: v for k, v in made.kwargs.items() if k not in ('dna_spec', 'algorithm')} == {
        'name': 'n',
        'group': None,
        'metrics_to_optimize': ('reward',),
        'early_stopping_policy': None,
        'num_examples': 3,
        'extra': 1,
    }
    mt.tuning.set_default_backend('own')
    assert mt.tuning.default_backend() == 'own'
    assert mt.poll_result('n', a=1) == ('n', {'a': 1})
    with pytest.raises(ValueError, match='name='):
        mt.search(space(), lambda p: p.x)
