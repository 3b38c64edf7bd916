"""Text, JSON, order, missing values, seals and searches: laws over random trees."""

import datetime
import enum
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_trees import (
    Needy,
    Pair,
    Touchy,
    Typed,
    fits,
    grown,
    leaf_places,
    leaves,
    links,
    names,
    nodes,
    numbers,
    places,
    trees,
    trees_of,
)

import mutandis as mt

MISSING = mt.MISSING_VALUE


class Color(enum.Enum):
    RED = 1
    BLUE = 'blue'


def holding(children):
    """Trees that are partial, refer and infer."""
    return st.one_of(
        grown(children),
        st.builds(Needy.partial, numbers | st.just(MISSING), children | st.just(MISSING)),
        st.builds(mt.Dict, r=st.builds(mt.Ref, st.builds(mt.Dict, q=numbers))),
        st.builds(mt.Dict, i=st.builds(mt.symbolic.ValueFromParentChain), v=children),
    )


odd_trees = trees_of(leaves, holding)

options = st.fixed_dictionaries(
    {},
    optional={
        'compact': st.booleans(),
        'verbose': st.booleans(),
        'root_indent': st.integers(0, 3),
        'list_wrap_threshold': st.integers(0, 40),
        'strip_object_id': st.booleans(),
        'include_keys': st.sets(names, max_size=2),
        'exclude_keys': st.sets(names, max_size=2),
        'markdown': st.booleans(),
        'max_str_len': st.integers(0, 3),
        'hide_default_values': st.booleans(),
        'hide_missing_values': st.booleans(),
        'hide_frozen': st.booleans(),
        'use_inferred': st.booleans(),
        'python_format': st.booleans(),
        'extra_blankline_for_field_docstr': st.booleans(),
    },
)


class TestText:
    @given(odd_trees, options)
    def test_every_tree_has_a_text_under_all_options(self, tree, given_options):
        assert isinstance(tree.format(**given_options), str)
        assert isinstance(mt.format([tree, {'t': tree}], **given_options), str)

    @given(odd_trees)
    def test_the_compact_text_is_one_line(self, tree):
        assert '\n' not in repr(tree) + tree.format(compact=True)
        with mt.str_format(compact=True):
            assert '\n' not in str(tree)

    @given(trees)
    def test_the_python_text_makes_the_tree(self, tree):
        classes = {'Pair': Pair, 'Typed': Typed, 'Touchy': Touchy}
        for compact in (True, False):
            made = eval(tree.format(compact=compact, python_format=True), classes)
            assert mt.eq(mt.from_json(made) if not isinstance(made, mt.Symbolic) else made, tree)


written = st.one_of(
    leaves,
    st.floats(allow_nan=False),
    st.binary(max_size=3),
    st.complex_numbers(allow_nan=False),
    st.sets(numbers, max_size=3),
    st.frozensets(st.text(max_size=2), max_size=3),
    st.sampled_from(Color),
    st.datetimes(),
    st.dates(),
    st.timedeltas(),
    st.tuples(numbers, st.tuples(), st.lists(st.text(max_size=2), max_size=2)),
    st.sampled_from([int, Pair, list[int], math.sqrt, len, datetime.date]),
    st.sampled_from(['_type', '__tuple__', '__ref__', 'n_:3', '__symbolic__', '__context__']),
)
marker_like = st.dictionaries(
    st.sampled_from(['_type', '__ref__', '__context__', '__root__', 'n_:3', '__symbolic__', 'a']),
    written,
    max_size=3,
).map(mt.Dict)


class TestJson:
    @given(trees_of(written, lambda children: grown(children) | marker_like))
    def test_round_trip_of_every_kind_of_leaf(self, tree):
        data = tree.to_json()
        for read in (mt.from_json(data), mt.from_json_str(tree.to_json_str())):
            assert mt.eq(read, tree)
            for (_, mine, _), (_, its, _) in zip(places(read), places(tree), strict=True):
                assert type(mine) is type(its)
        assert data == tree.to_json()

    @given(odd_trees)
    def test_round_trip_of_partial_and_inferred_values(self, tree):
        read = mt.from_json_str(tree.to_json_str(), allow_partial=True)
        assert repr(read) == repr(tree)

    @given(trees)
    def test_what_equals_its_default_may_be_left_out(self, tree):
        assert mt.eq(mt.from_json(tree.to_json(hide_default_values=True)), tree)


class TestOrder:
    @given(trees, trees)
    def test_of_two_trees_at_most_one_is_less(self, left, right):
        assert not (mt.lt(left, right) and mt.lt(right, left))
        assert mt.gt(left, right) == mt.lt(right, left)
        assert not mt.lt(left, left.clone())

    @given(st.dictionaries(names, trees, max_size=4), st.randoms(use_true_random=False))
    def test_the_order_of_keys_matters_neither_to_equality_nor_to_the_hash(self, items, random):
        shuffled = list(items.items())
        random.shuffle(shuffled)
        left, right = mt.Dict(items), mt.Dict(shuffled)
        assert mt.eq(left, right) and left == right and mt.hash(left) == mt.hash(right)


class TestMissing:
    @given(odd_trees)
    def test_what_is_missing_is_what_a_walk_finds_missing(self, tree):
        missing = [path for path, value, _ in places(tree) if value == MISSING]
        nested = tree.sym_missing(flatten=False)
        assert len(tree.sym_missing()) == len(missing) and bool(nested) == bool(missing)
        for path in missing:
            assert path.query(nested) == MISSING
        assert tree.is_partial == mt.is_partial(tree) == bool(missing)

    @given(odd_trees)
    def test_filling_in_makes_complete(self, tree):
        tree = mt.Dict(t=tree, more=Needy.partial())
        tree.rebind({path: 1 for path, value, _ in places(tree) if value == MISSING})
        assert not tree.is_partial and tree.sym_missing() == {}


class TestSeals:
    @given(st.data(), trees)
    def test_a_sealed_tree_never_changes(self, data, tree):
        tree = mt.Dict(t=tree).seal()
        before = links(tree)
        path, value, parent = data.draw(st.sampled_from(places(tree)))
        attempts = [
            lambda: tree.rebind({path: 'new'}),
            lambda: tree.rebind(lambda k, v: 'new' if k == path else v),
            lambda: parent.rebind({mt.KeyPath([path.key]): 'new'}),
            lambda: parent.__setattr__(path.key, 'new'),
            lambda: parent.__setitem__(path.key, 'new'),
            lambda: parent.__delitem__(path.key),
            lambda: parent.pop(path.key),
            lambda: parent.clear(),
            lambda: parent.append(1),
            lambda: parent.reverse(),
            lambda: parent.update(a=1),
            lambda: parent.setdefault('new', 1),
            lambda: tree.rebind({path: MISSING}),
        ]
        with pytest.raises((mt.WritePermissionError, AttributeError, TypeError)):
            data.draw(st.sampled_from(attempts))()
        assert links(tree) == before

    @given(st.data(), trees)
    def test_a_copy_of_part_of_it_may_be_unsealed_and_changed(self, data, tree):
        tree = mt.Dict(t=tree).seal()
        before = links(tree)
        node = data.draw(st.sampled_from(nodes(tree)))
        copied = node.clone().seal(False)
        with mt.notify_on_change(False):
            for path, _, parent in leaf_places(copied)[:1]:
                copied.rebind({path: 3}, raise_on_no_change=False)
                assert parent.sym_getattr(path.key) == 3
        assert links(tree) == before


class TestRewrites:
    @given(st.data(), trees)
    def test_several_paths_are_a_sequence_of_single_ones(self, data, tree):
        tree = mt.Dict(t=tree, more=0)
        free = [(path, parent) for path, _, parent in leaf_places(tree) if fits(path, parent, None)]
        chosen = data.draw(st.lists(st.sampled_from(free), min_size=1, max_size=4))
        wishes = {path: data.draw(leaves) for path, _ in chosen}
        at_once, one_by_one = tree.clone(), tree.clone()
        at_once.rebind(wishes)
        for path, value in wishes.items():
            one_by_one.rebind({path: value})
        assert mt.eq(at_once, one_by_one)

    @given(st.data(), trees)
    def test_back_again_restores_every_node(self, data, tree):
        tree = mt.Dict(t=tree)
        free = [place for place in places(tree) if fits(place[0], place[2], None)]
        path, value, _ = data.draw(st.sampled_from(free))
        before = links(tree)
        tree.rebind({path: data.draw(trees | leaves)})
        if isinstance(value, mt.Symbolic):
            assert value.sym_parent is None and value.sym_path == ''
        tree.rebind({path: value})
        assert links(tree) == before

    @given(trees, leaves)
    def test_a_rule_is_a_rebind_of_what_a_query_finds(self, tree, new):
        def concerned(value, parent):
            return isinstance(value, int) and isinstance(parent, (Pair, mt.Dict))

        by_rule, by_paths = tree.clone(), tree.clone()
        by_rule.rebind(lambda k, v, p: new if concerned(v, p) else v, raise_on_no_change=False)
        found = mt.query(by_paths, where=concerned)
        by_paths.rebind({path: new for path in found}, raise_on_no_change=False)
        assert mt.eq(by_rule, by_paths)

    @given(st.data(), trees)
    def test_an_insertion_and_its_deletion(self, data, tree):
        tree = mt.List([tree])
        lists = [node for node in nodes(tree) if isinstance(node, mt.List)]
        node = data.draw(st.sampled_from(lists))
        index = data.draw(st.integers(0, len(node)))
        before, path = links(tree), node.sym_path + index
        tree.rebind({path: mt.Insertion(7)})
        assert node[index] == 7 and len(links(tree)) == len(before) + 1
        tree.rebind({path: MISSING})
        assert links(tree) == before

    @given(st.data(), trees)
    def test_a_copy_has_a_life_of_its_own(self, data, tree):
        tree = mt.Dict(t=tree, more=0)
        before, text = links(tree), repr(tree)
        copied = tree.clone(deep=data.draw(st.booleans()))
        path, _, _ = data.draw(st.sampled_from(leaf_places(copied)))
        copied.rebind({path: 3}, raise_on_no_change=False)
        assert links(tree) == before and repr(tree) == text


class TestSearches:
    @given(trees)
    def test_a_query_for_everything_finds_every_place(self, tree):
        found = mt.query(tree, where=lambda value: True, enter_selected=True)
        assert list(found) == ['', *(str(path) for path, _, _ in places(tree))]

    @given(trees, st.text(max_size=3) | numbers)
    def test_contains_is_what_a_query_finds(self, tree, value):
        found = mt.query(tree, where=lambda each: each == value)
        assert mt.contains(tree, value) == bool(found)

    @given(trees)
    def test_postorder_sees_the_same_places_children_first(self, tree):
        seen: list[Any] = []
        mt.traverse(tree, None, lambda k, v, p: seen.append(k))
        position = {str(path): i for i, path in enumerate(seen)}
        assert sorted(position) == sorted(['', *(str(path) for path, _, _ in places(tree))])
        assert all(position[str(p)] < position[str(p.parent)] for p, _, _ in places(tree))
