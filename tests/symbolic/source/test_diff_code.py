"""`mt.diff_code`: the patch between two trees as code."""

import pytest
from code_samples import Leaf, Pair

import mutandis as mt


def patched(a, b, **options):
    """What the patch makes of a copy of the first tree."""
    code = mt.diff_code(a, b, **options)
    tree = a.clone(deep=True)
    scope = {'tree': tree, **code.needed}
    exec(code, scope)
    assert mt.eq(scope['tree'], b)
    return scope['tree'] is tree


def body(a, b):
    return mt.diff_code(a, b, imports=False)


def test_changed_places_are_one_rebind():
    a = mt.Dict(model=Pair(left=Leaf(1), right=[1, 2, 3]), lr=0.1, old=1)
    b = mt.Dict(model=Pair(left=Leaf(2), right=[1, 3]), lr=0.1, new=mt.oneof([1, 2]))
    assert mt.diff_code(a, b) == (
        'import mutandis as mt\n'
        '\n'
        'tree.rebind(\n'
        '    {\n'
        '        "model.left.x": 2,\n'
        '        "model.right[1]": mt.MISSING_VALUE,\n'
        '        "old": mt.MISSING_VALUE,\n'
        '        "new": mt.oneof([1, 2]),\n'
        '    }\n'
        ')\n'
    )
    assert patched(a, b)


def test_own_fields_are_keywords():
    assert body(Leaf(1, 2), Leaf(3, 4)) == 'tree.rebind(x=3, y=4)\n'


def test_insertions_and_changes_behind_them():
    a = mt.Dict(x=[Leaf('a'), Leaf('b'), 'c'])
    b = mt.Dict(x=['new', Leaf('a'), Leaf('b', y=2), 'c', 'last'])
    assert 'mt.Insertion("new")' in body(a, b)
    assert '"x[2].y": 2' in body(a, b)
    assert patched(a, b)


def test_equal_trees_have_no_patch():
    assert mt.diff_code(Leaf(1), Leaf(1)) == ''


def test_another_root_is_assigned():
    assert body(Leaf(1), mt.Dict(x=1)) == 'tree = mt.Dict(x=1)\n'
    assert not patched(Leaf(1), Pair(1))


def test_placeholders_are_replaced_as_a_whole():
    a, b = mt.Dict(x=mt.oneof([1, 2])), mt.Dict(x=mt.oneof([1, 3]))
    assert body(a, b) == 'tree.rebind(x=mt.oneof([1, 3]))\n'


def test_a_sealed_tree_is_replaced():
    a = Pair(left=Leaf(1, sealed=True))
    assert not patched(a, Pair(left=Leaf(2)))


def test_values_that_become_missing():
    assert patched(mt.Dict(a=Leaf.partial(y=1)), mt.Dict(a=Leaf(1)))
    assert patched(mt.Dict(a=Leaf(1)), mt.Dict(a=Leaf.partial(y=3)))
    assert not patched(Leaf(1), Leaf.partial(y=3))


def test_keys_with_dots_and_names_of_options():
    assert patched(mt.Dict(), mt.Dict({'a.b': {'c]': 1}, 'skip_notification': 2}))
    assert patched(mt.Dict({'a.b': {'c]': 1}}), mt.Dict({'a.b': {'c]': 2}}))


def test_constraints_between_fields_are_met_by_the_whole():
    class Interval(mt.Object):
        low: int
        high: int

        def _on_bound(self):
            if self.low > self.high:
                raise ValueError('empty')

    assert patched(Interval(0, 1), Interval(5, 6))


def test_a_name_for_the_tree():
    code = mt.diff_code(Leaf(1), Leaf(mt.Dict(model=2)), name='model')
    assert code.endswith('model.rebind(x={"model": 2})\n')
    with pytest.raises(ValueError, match='the name of a variable'):
        mt.diff_code(Leaf(1), Leaf(2), name='a.b')
    with pytest.raises(ValueError, match='the name of the tree'):
        mt.diff_code(Leaf(1), Leaf(2), name=None)
    with pytest.raises(ValueError, match=r"x: The function '<lambda>'"):
        mt.diff_code(Leaf(1), Leaf(lambda: 0))


def test_lists():
    a, b = mt.List([1, Leaf(1), [1, 2], 3]), mt.List([0, 1, Leaf(2), [1, 5, 2]])
    assert body(a, b) == ('tree[2][1:1] = [5]\ntree[1].rebind(x=2)\ndel tree[3]\ntree[0:0] = [0]\n')
    assert patched(a, b)
    assert patched(mt.List([[]]), mt.List([0, Leaf(1), []]))
    assert patched(mt.List([1, 2]), mt.List([1, 'a', 'b', 2, 'c', 'd']))
