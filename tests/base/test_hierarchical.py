"""Algorithms on plain dicts and lists."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mutandis import base
from mutandis.base import MISSING_VALUE, KeyPath

TREE = {'a': [1, {'b': 2}], 'c': (1, 2)}


def walk(tree, pre=None, post=None, root=None):
    log = []

    def visitor(fn):
        if fn is None:
            return None

        def visit(path, value):
            log.append(str(path))
            return fn(path, value)

        return visit

    return base.traverse(tree, visitor(pre), visitor(post), root), log


def increment(path, value):
    return value + 1 if isinstance(value, int) else value


def test_traverse():
    assert walk(TREE, lambda k, v: True) == (True, ['', 'a', 'a[0]', 'a[1]', 'a[1].b', 'c'])
    assert walk(TREE, None, lambda k, v: True) == (True, ['a[0]', 'a[1].b', 'a[1]', 'a', 'c', ''])
    assert walk({'a': 1}, lambda k, v: True, root=KeyPath('r')) == (True, ['r', 'r.a'])


def test_traverse_stops():
    assert walk(TREE, lambda k, v: k != 'a', lambda k, v: True) == (False, ['', 'a'])
    assert walk(TREE, None, lambda k, v: k != 'a[0]') == (False, ['a[0]'])


def test_transform():
    tree = {'a': [1, {'b': 2}]}
    assert base.transform(tree, increment) is tree
    assert tree == {'a': [2, {'b': 3}]}
    assert base.transform(tree, increment, inplace=False) == {'a': [3, {'b': 4}]}
    assert tree == {'a': [2, {'b': 3}]}


def test_transform_deletes_what_becomes_missing():
    def drop(path, value):
        return MISSING_VALUE if value == 2 or path == 'b' else value

    assert base.transform({'a': [1, 2, 3], 'b': 1, 'c': 0}, drop) == {'a': [1, 3], 'c': 0}


@pytest.mark.parametrize(
    'tree, flat',
    [
        (
            {'a': {'b': 1, 'c': [1, {'d': 2}]}, 'e': {}, 'f': []},
            {'a.b': 1, 'a.c[0]': 1, 'a.c[1].d': 2, 'e': {}, 'f': []},
        ),
        ({}, {}),
        ([], []),
        (1, 1),
        (None, None),
        ([1, [2]], {'[0]': 1, '[1][0]': 2}),
        (({'a': {'b': 1}}, 2), ({'a.b': 1}, 2)),
        ({'a': ({'x': 1},)}, {'a': ({'x': 1},)}),
        ({'a': {'b.c': 1}}, {'a.b.c': 1}),
    ],
)
def test_flatten(tree, flat):
    assert base.flatten(tree) == flat


def test_flatten_keeps_complex_keys_in_brackets():
    assert base.flatten({'a': {'b.c': 1}}, flatten_complex_keys=False) == {'a[b.c]': 1}


@pytest.mark.parametrize(
    'tree, result',
    [
        ({'a.b': 1, 'a.c': 2}, {'a': {'b': 1, 'c': 2}}),
        ({'a[1]': 1, 'a[0]': 2}, {'a': [2, 1]}),
        ({'a[0]': 1, 'a[2]': 2}, {'a': {0: 1, 2: 2}}),
        ({0: 1, 1: 2}, [1, 2]),
        ({'a.b': 2, 'a': {'c': 1}}, {'a': {'b': 2, 'c': 1}}),
        ({'a': [{'b.c': 1}]}, {'a': [{'b': {'c': 1}}]}),
        ({'a': [1], 'a[1]': 2}, {'a': [1, 2]}),
        (1, 1),
    ],
)
def test_canonicalize(tree, result):
    assert base.canonicalize(tree) == result


def test_canonicalize_makes_sparse_lists_dense_on_request():
    assert base.canonicalize({'a[0]': 1, 'a[2]': 2}, sparse_list_as_dict=False) == {'a': [1, 2]}


@pytest.mark.parametrize(
    'tree', [{'a': 1, 'a.b': 2}, {'a.b': 2, 'a': 1}, {'a': {'b': 1}, 'a.b': 2}, {'': 1}]
)
def test_canonicalize_conflicts(tree):
    with pytest.raises(KeyError):
        base.canonicalize(tree)


_TREES = st.recursive(
    st.integers(),
    lambda c: (
        st.lists(c, max_size=3)
        | st.dictionaries(st.text('ab', min_size=1, max_size=2), c, max_size=3)
    ),
    max_leaves=8,
)


@given(_TREES)
def test_canonicalize_reverses_flatten(tree):
    assert base.canonicalize(base.flatten(tree)) == tree


@pytest.mark.parametrize(
    'values, result',
    [
        ([{'a': {'b': 1}}, {'a.c': 2}], {'a': {'b': 1, 'c': 2}}),
        ([{'a': [1, 2]}, {'a': [3]}], {'a': [3]}),
        ([{'a': [1, 2]}, {'a': {2: 3}}], {'a': [1, 2, 3]}),
        ([{'a': [1, 2]}, {'a': {-1: 3}}], {'a': [1, 3]}),
        ([{'a': 1}, None, {'a': {'b': 2}}], {'a': {'b': 2}}),
        ([None], None),
        ([], None),
        ([1, {'a': 2}], {'a': 2}),
        ([{'a': 2}, 1], 1),
    ],
)
def test_merge(values, result):
    assert base.merge(values) == result


def test_merge_rejects():
    with pytest.raises(TypeError):
        base.merge(1)
    with pytest.raises(KeyError):
        base.merge([{'a': [1, 2]}, {'a': {'x': 3}}])
    with pytest.raises(KeyError):
        base.merge([{'a': [1, 2]}, {'a': {-7: 3}}])


def test_merge_function_decides():
    calls = []

    def later(path, old, new):
        calls.append((str(path), old, new))
        return new

    left = {'a': 1, 'b': 1}
    assert base.merge([left, {'a': 2, 'c': {'d': 1}}], later) == {'a': 2, 'c': {'d': 1}}
    assert calls == [('b', 1, MISSING_VALUE), ('a', 1, 2), ('c', MISSING_VALUE, {'d': 1})]
    assert left == {'a': 1, 'b': 1}


def test_merge_tree_works_in_place():
    tree = {'a': 1}
    assert base.merge_tree(tree, {'b': 2}) is tree
    assert tree == {'a': 1, 'b': 2}


def test_try_listify():
    listify = base.try_listify_dict_with_int_keys
    assert listify({1: 'b', 0: 'a'}) == (['a', 'b'], True)
    assert listify({0: 1, 2: 2}) == ({0: 1, 2: 2}, False)
    assert listify({0: 1, 2: 2}, True) == ([1, 2], True)
    assert listify({'a': 1}) == ({'a': 1}, False)
    assert listify({}) == ({}, False)


def test_is_partial():
    assert base.is_partial({'a': [MISSING_VALUE]}) and base.is_partial(MISSING_VALUE)
    assert not base.is_partial({'a': [1]}) and not base.is_partial((MISSING_VALUE,))


def test_transform_of_a_copy_keeps_the_class():
    import collections

    import mutandis as mt

    ordered = collections.OrderedDict(a=1)
    assert type(base.transform(ordered, increment, inplace=False)) is collections.OrderedDict
    symbolic = mt.Dict(a=[1])
    changed = base.transform(symbolic, increment, inplace=False)
    assert type(changed) is mt.Dict and changed == {'a': [2]} and symbolic == {'a': [1]}


def test_entries_are_canonical_before_they_meet():
    assert base.canonicalize({'a': {0: 1, 1: 2}, 'a[1]': 3}) == {'a': [1, 3]}
    assert base.canonicalize({'a': {1: 2}, 'a[0]': 3}) == {'a': [3, 2]}
    assert base.canonicalize({'a': {5: 1}, 'a.b': 2}) == {'a': {5: 1, 'b': 2}}
    for conflict in ({'a.b': 2, 'a': {0: 1}}, {'a[1]': 3, 'a': {0: 1}}, {'a': {0: 1}, 'a.b': 2}):
        with pytest.raises(KeyError):
            base.canonicalize(conflict)


def test_merged_dicts_with_int_keys_are_lists_in_the_end():
    assert base.merge([{'a': {5: 1}}, {'a': {6: {3: 4}}}, {'b': 1}]) == {'a': [1, [4]], 'b': 1}
    assert base.merge([{'a': {5: 1}}, {'a': {6: 1, 'x': 2}}]) == {'a': {5: 1, 6: 1, 'x': 2}}
    assert base.merge([{'a': [1]}, {'a': {7: 2}}]) == {'a': [1, 2]}


M = base.MISSING_VALUE


@pytest.mark.parametrize(
    'tree, result',
    [
        ({'a': M, 'b': 1}, {'b': 1}),
        ({'a': M, 'a.b': 1}, {'a': {'b': 1}}),
        ({'a.b': 1, 'a': M}, {'a': {'b': 1}}),
        ({'a': [M, 1]}, {'a': [1]}),
        ({'a': [1, 2], 'a[0]': 3}, {'a': [3, 2]}),
        ({'a': [1, 2], 'a[5]': 3}, {'a': [1, 2, 3]}),
    ],
)
def test_canonicalize_with_missing_values_and_paths_into_lists(tree, result):
    assert base.canonicalize(tree) == result


def test_merge_replaces_items_of_lists():
    assert base.merge([{'a': [1, {'b': 1}]}, {'a[1].c': 2}]) == {'a': [1, {'c': 2}]}
    assert base.merge_tree([1], {5: 'x', 3: 'y'}) == [1, 'y', 'x']
    called = []
    base.merge([{'a': [1, 2]}, {'a[1]': 3}], lambda path, old, new: called.append(path) or new)
    assert called == []


def test_a_missing_value_removes_an_entry():
    assert base.merge_tree({'a': 1, 'b': 2}, {'b': M}) == {'a': 1}
    assert base.merge([{'a': 1}, {'a': M}]) == {'a': 1}  # Canonicalized first.


def test_hierarchies_of_any_depth():
    def nested(value):
        for i in range(3000):
            value = [value] if i % 2 else {'a': value}
        return value

    seen = []
    deep = nested(1)
    assert base.traverse(deep, None, lambda path, value: seen.append(path.depth) or True)
    assert seen == list(range(3000, -1, -1))
    new = base.transform(deep, lambda path, value: 2 if value == 1 else value, inplace=False)
    assert base.flatten(new).popitem()[1] == 2 and base.flatten(deep).popitem()[1] == 1
