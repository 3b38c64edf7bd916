"""The public face: what `import mutandis` promises, and what it must not cost."""

import subprocess
import sys

import pytest

import mutandis as mt


def fresh(code: str) -> str:
    """Runs code in a fresh interpreter and returns what it prints."""
    result = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_every_public_name_is_there():
    assert len(set(mt.__all__)) == len(mt.__all__)
    optional = {'nn'}  # Needs the extra `torch`.
    for name in set(mt.__all__) - optional:
        assert getattr(mt, name) is not None or name == 'MISSING_VALUE', name


def test_dir_lists_lazy_names():
    assert {'oneof', 'sample', 'nn', 'Object'} <= set(dir(mt))


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match='no_such_name'):
        mt.no_such_name  # noqa: B018


def test_import_loads_no_heavy_library():
    heavy = ['numpy', 'torch', 'inspect', 'dataclasses', 'asyncio', 'rich', 'docstring_parser']
    code = f'import sys, mutandis; print([m for m in {heavy!r} if m in sys.modules])'
    assert fresh(code).strip() == '[]'


def test_a_fresh_process_reads_json_of_areas_that_are_not_loaded():
    text = mt.to_json_str(mt.Dict(x=mt.oneof([1, 2]), dna=mt.DNA([0, 1])))
    code = f'import mutandis as mt; print(repr(mt.from_json_str({text!r}).dna))'
    assert fresh(code).strip() == 'DNA([0, 1])'


def test_short_names_of_the_reference():
    assert mt.dict is mt.Dict
    assert mt.list is mt.List
    assert mt.object_utils is mt.utils
    assert mt.Inferentiable is mt.symbolic.Inferential
    assert mt.hash(mt.Dict(x=1)) == hash(mt.Dict(x=1))
