"""The names of patchers."""

import pytest

import mutandis as mt
from mutandis.symbolic.patching import (
    allow_repeated_patcher_registration,
    from_uri,
    patcher_names,
)


@pytest.fixture
def no_repetition():
    allow_repeated_patcher_registration(False)
    yield
    allow_repeated_patcher_registration()


def registry_first(tree):
    return {'x': 1}


def test_the_name_is_that_of_the_function_or_given():
    mt.patcher()(registry_first)
    mt.patcher(name='registry_other')(registry_first)
    names = patcher_names()
    assert names.index('registry_first') < names.index('registry_other')
    assert from_uri('registry_other').patch(mt.Dict()) == {'x': 1}


def test_the_last_one_counts():
    mt.patcher(name='registry_twice')(registry_first)
    mt.patcher(name='registry_twice')(lambda tree: {'x': 2})
    assert patcher_names().count('registry_twice') == 1
    assert from_uri('registry_twice').patch(mt.Dict()) == {'x': 2}


def test_repetition_can_be_forbidden(no_repetition):
    mt.patcher(name='registry_once')(registry_first)
    with pytest.raises(KeyError, match='registry_once.*registered already'):
        mt.patcher(name='registry_once')(lambda tree: {'x': 2})
    assert from_uri('registry_once').patch(mt.Dict()) == {'x': 1}


def test_unknown_names_are_answered_with_a_guess():
    mt.patcher()(registry_first)
    with pytest.raises(KeyError, match="did you mean 'registry_first'"):
        from_uri('registry_frist')


def test_names_may_be_said_with_their_package():
    mt.patcher()(registry_first)
    package = __name__.partition('.')[0]
    assert from_uri(f'{package}.registry_first') == from_uri('registry_first')
    with pytest.raises(KeyError):
        from_uri('no_such_package.registry_first')
