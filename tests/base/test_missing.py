"""Missing values."""

import copy
import pickle

import mutandis as mt
from mutandis.base import MISSING_VALUE, MissingValue, from_json, to_json


def test_missing_values_are_equal_to_each_other_only():
    assert MISSING_VALUE == MissingValue()
    assert MISSING_VALUE == mt.typing.MissingValue(mt.typing.Int())
    assert not MISSING_VALUE != MissingValue()
    assert MISSING_VALUE != 1
    assert MISSING_VALUE != None  # noqa: E711
    assert hash(MISSING_VALUE) == hash(MissingValue())


def test_text():
    assert str(MISSING_VALUE) == repr(MISSING_VALUE) == 'MISSING_VALUE'
    assert mt.format({'a': MISSING_VALUE}, compact=True) == "{'a': MISSING_VALUE}"


def test_copies_and_round_trips():
    assert copy.copy(MISSING_VALUE) is MISSING_VALUE
    assert copy.deepcopy([MISSING_VALUE])[0] is MISSING_VALUE
    assert pickle.loads(pickle.dumps(MISSING_VALUE)) == MISSING_VALUE
    assert from_json(to_json(MISSING_VALUE)) is MISSING_VALUE
