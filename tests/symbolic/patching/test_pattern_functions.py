"""Pattern functions: places by key, path, value, type or member get a new value."""

import re

import pytest

import mutandis as mt


class Layer(mt.Object):
    width: int = 1
    inner: object = None


@pytest.fixture
def heard():
    return []


@pytest.fixture
def tree(heard):
    def note(name):
        return lambda updates: heard.append((name, sorted(str(path) for path in updates)))

    return mt.Dict(
        a=1,
        abc=2,
        n=mt.Dict(a=3, items=[1, 2, 3], onchange_callback=note('n')),
        onchange_callback=note('root'),
    )


class TestSelection:
    def test_by_key(self, tree):
        assert mt.patch_on_key(tree, 'a', value=9) is tree
        assert tree == {'a': 9, 'abc': 9, 'n': {'a': 9, 'items': [1, 2, 3]}}

    def test_items_of_lists_have_their_index_as_key(self, tree):
        mt.patch_on_key(tree, '1', value=0)
        assert tree.n['items'] == [1, 0, 3]

    def test_by_path(self, tree):
        mt.patch_on_path(tree, r'n\.items\[\d\]', value_fn=lambda v: -v)
        assert tree.n['items'] == [-1, -2, -3]
        mt.patch_on_path(tree, re.compile('ab'), value=0)
        assert tree.abc == 0 and tree.a == 1

    def test_paths_begin_at_the_tree_that_is_given(self, tree):
        mt.patch_on_path(tree.n, r'a$', value=0)
        assert tree.n.a == 0 and tree.a == 1

    def test_by_value(self, tree):
        mt.patch_on_value(tree, 1, value='one')
        assert (tree.a, tree.n['items'][0]) == ('one', 'one')
        assert mt.patch_on_value(mt.Dict(x=True, y=1.0, z=2), 1, value=0) == dict(x=0, y=0, z=2)
        assert mt.patch_on_value(mt.Dict(x=[1, 2]), [1, 2], value=0) == dict(x=0)

    def test_by_type(self, tree):
        mt.patch_on_type(tree, int, value_fn=lambda v: v + 1)
        assert tree == {'a': 2, 'abc': 3, 'n': {'a': 4, 'items': [2, 3, 4]}}
        mt.patch_on_type(tree, (str, list), value=None)
        assert tree.n['items'] is None

    def test_by_member(self):
        tree = mt.Dict(one=Layer(1), width=5, more=[Layer(2, inner=Layer(3))])
        mt.patch_on_member(tree, Layer, 'width', value_fn=lambda w: w * 10)
        assert (tree.one.width, tree.more[0].width, tree.more[0].inner.width) == (10, 20, 30)
        assert tree.width == 5

    def test_a_selected_place_hides_those_inside(self):
        tree = mt.Dict(x=Layer(1, inner=Layer(2)))
        seen = []
        mt.patch_on_type(tree, Layer, value_fn=lambda layer: seen.append(layer.width) or 0)
        assert seen == [1] and tree == {'x': 0}

    def test_no_match_is_no_error(self, tree, heard):
        before = tree.clone()
        assert mt.patch_on_key(tree, 'nothing', value=1) is tree
        assert tree == before and heard == []

    @pytest.mark.parametrize(
        'change',
        [
            lambda tree: mt.patch_on_path(tree, '.*', value=0),
            lambda tree: mt.patch_on_type(tree, dict, value=0),
            lambda tree: mt.patch_on_value(tree, {'x': {'y': 1}}, value=0),
        ],
    )
    def test_the_root_is_never_selected(self, change):
        tree = mt.Dict(x=mt.Dict(y=1))
        assert change(tree) is tree and isinstance(tree, mt.Dict)


class TestValues:
    def test_none_is_a_value(self, tree):
        mt.patch_on_key(tree, 'abc')
        assert tree.abc is None

    @pytest.mark.parametrize(
        'function, arguments',
        [
            (mt.patch_on_key, ['a']),
            (mt.patch_on_path, ['a']),
            (mt.patch_on_value, [1]),
            (mt.patch_on_type, [int]),
            (mt.patch_on_member, [dict, 'a']),
        ],
    )
    def test_a_value_and_a_function_are_one_too_many(self, tree, function, arguments):
        with pytest.raises(ValueError, match='not both'):
            function(tree, *arguments, value=1, value_fn=lambda v: v)
        with pytest.raises(TypeError, match='only symbolic values can be patched'):
            function([1, {'a': 1}], *arguments, value=1)

    def test_values_are_checked_and_all_or_none_change(self):
        tree = mt.Dict(one=Layer(1), two=Layer(2))
        with pytest.raises(TypeError, match=r'two\.width'):
            mt.patch_on_key(tree, 'width', value_fn=lambda w: w + 1 if w == 1 else 'x')
        assert tree == mt.Dict(one=Layer(1), two=Layer(2))

    def test_a_function_that_raises_changes_nothing(self, tree):
        before = tree.clone()
        with pytest.raises(ZeroDivisionError):
            mt.patch_on_type(tree, int, value_fn=lambda v: 1 // (3 - v))
        assert tree == before

    def test_sealed_nodes_stay(self, tree):
        tree.n.seal()
        with pytest.raises(mt.WritePermissionError):
            mt.patch_on_key(tree, 'a', value=0)
        assert tree.a == 1

    def test_bad_patterns(self, tree):
        with pytest.raises(re.error):
            mt.patch_on_key(tree, '(', value=1)
        with pytest.raises(TypeError):
            mt.patch_on_type(tree, 'int', value=1)


class TestEvents:
    def test_each_listener_hears_once(self, tree, heard):
        mt.patch_on_type(tree, int, value=0)
        assert [name for name, _ in heard] == ['n', 'root']
        assert heard[1][1] == ['a', 'abc', 'n.a', 'n.items[0]', 'n.items[1]', 'n.items[2]']

    def test_notification_can_be_skipped(self, tree, heard):
        mt.patch_on_key(tree, 'a', value=5, skip_notification=True)
        assert tree.a == 5 and heard == []

    def test_the_scope_decides_unless_said_otherwise(self, tree, heard):
        with mt.notify_on_change(False):
            mt.patch_on_key(tree, 'a', value=5)
            assert heard == []
            mt.patch_on_key(tree, 'a', value=6, skip_notification=False)
        assert len(heard) == 2

    def test_what_stays_the_same_is_no_event(self, tree, heard):
        mt.patch_on_key(tree, 'abc', value=2)
        assert heard == []
