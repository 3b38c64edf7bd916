"""`NotApplicable`: how a patcher declines."""

import pytest

import mutandis as mt


@mt.patcher
def halve_even(tree):
    tree.rebind(seen=True)
    if tree.x % 2:
        raise mt.patching.NotApplicable(f'{tree.x} is odd')
    return {'x': tree.x // 2}


def test_the_reason_is_told_and_the_tree_is_as_before():
    tree = mt.Dict(x=3, seen=False)
    with pytest.raises(mt.patching.NotApplicable, match='5 is odd') as caught:
        mt.patch(tree, [{'x': 5}, 'halve_even'])
    assert caught.value.reason == '5 is odd'
    assert tree == mt.Dict(x=3, seen=False)
    assert not mt.history(tree) and tree.sym_origin is None


def test_it_is_a_value_error():
    assert issubclass(mt.patching.NotApplicable, ValueError)
    assert mt.patch(mt.Dict(x=4, seen=False), 'halve_even').x == 2
