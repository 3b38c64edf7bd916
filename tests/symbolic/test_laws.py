"""Laws that hold for every tree, checked on random ones; and trees of great depth."""

import copy
import pickle
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from random_trees import Pair, Touchy, Typed, leaves, links, places, trees

import mutandis as mt

MISSING = mt.MISSING_VALUE
DEPTH = 5000


class TestTopology:
    @given(trees)
    def test_the_path_of_every_node_leads_to_it(self, tree):
        for path, value, parent in places(tree):
            assert tree.sym_get(path) is value and mt.KeyPath.parse(str(path)) == path
            if isinstance(value, mt.Symbolic):
                assert value.sym_path == path and value.sym_parent is parent
                assert value.sym_root is tree

    @given(trees)
    def test_descendants_are_what_a_walk_visits(self, tree):
        assert [id(v) for v in tree.sym_descendants()] == [id(v) for _, v, _ in places(tree)]

    @given(trees, trees)
    def test_attaching_and_detaching(self, tree, other):
        before = [str(k) for k, _, _ in places(tree)]
        home = mt.Dict(t=tree, o=other)
        assert [str(v.sym_path) for _, v, _ in places(tree) if isinstance(v, mt.Symbolic)] == [
            f't.{k}' if not str(k).startswith('[') else f't{k}'
            for k, v, _ in places(tree)
            if isinstance(v, mt.Symbolic)
        ]
        home.t = None
        assert tree.sym_parent is None and [str(k) for k, _, _ in places(tree)] == before


class TestCopies:
    @given(trees)
    def test_a_copy_is_equal_and_shares_no_node(self, tree):
        nodes = {id(v) for _, v, _ in places(tree) if isinstance(v, mt.Symbolic)} | {id(tree)}
        for copied in (
            tree.clone(),
            tree.clone(deep=True),
            copy.deepcopy(tree),
            pickle.loads(pickle.dumps(tree)),
        ):
            assert mt.eq(copied, tree) and mt.hash(copied) == mt.hash(tree)
            assert copied.sym_parent is None and repr(copied) == repr(tree)
            assert not nodes & {id(v) for _, v, _ in places(copied) if isinstance(v, mt.Symbolic)}

    @given(trees)
    def test_json_round_trip(self, tree):
        assert mt.eq(mt.from_json_str(tree.to_json_str()), tree)


class TestComparison:
    @given(trees, trees)
    def test_eq_is_symmetric_and_agrees_with_hash(self, left, right):
        assert mt.eq(left, left) and mt.eq(left, right) == mt.eq(right, left)
        assert mt.ne(left, right) != mt.eq(left, right)
        if mt.eq(left, right):
            assert mt.hash(left) == mt.hash(right)

    @given(trees, trees)
    def test_no_difference_means_equal(self, left, right):
        assert bool(mt.diff(left, right)) != mt.eq(left, right)


class TestRebind:
    @given(st.data(), trees)
    def test_rebinding_to_equal_values_gives_an_equal_tree(self, data, tree):
        assume(places(tree))
        path, value, _ = data.draw(st.sampled_from(places(tree)))
        before = tree.clone()
        tree.rebind({path: mt.clone(value, deep=True)})
        assert mt.eq(tree, before)

    @given(st.data(), trees)
    def test_rebind_and_back(self, data, tree):
        assume(places(tree))
        path, value, parent = data.draw(st.sampled_from(places(tree)))
        before = tree.clone()
        if isinstance(parent, Typed) and path.key == 'many':
            new = [7]
        elif isinstance(parent, mt.List) and parent.value_spec or path.key == 'n':
            new = 7
        else:
            new = {'new': [1]}
        tree.rebind({path: new})
        assert mt.eq(tree.sym_get(path), mt.Dict(new) if isinstance(new, dict) else new)
        tree.rebind({path: value})
        assert mt.eq(tree, before)

    @given(trees)
    def test_a_rebinder_sees_every_place_once(self, tree):
        seen = []
        tree.rebind(lambda k, v: (seen.append(str(k)), v)[1], raise_on_no_change=False)
        assert seen == [''] + [str(k) for k, _, _ in places(tree)]

    @given(st.data(), trees)
    def test_a_failed_rebind_leaves_the_tree_and_all_links(self, data, tree):
        """Some changes, one of which a handler or a field does not take."""
        tree = mt.Dict(t=Touchy(tree), typed=Typed())
        wishes: dict[Any, Any] = {}
        below = [place for place in places(tree) if str(place[0]).startswith('t.')]
        for path, _, parent in data.draw(st.lists(st.sampled_from(below), max_size=4)):
            options = [5, {'k': [1]}, MISSING]
            if isinstance(parent, mt.List):
                options.append(mt.Insertion({'i': 1}))
            wishes[path] = data.draw(st.sampled_from(options))
        wishes.update(
            data.draw(
                st.sampled_from(
                    [{'t.c': 666}, {'typed.n': 's'}, {'typed.many': ['s']}, {'nowhere.x': 1}]
                )
            )
        )
        before, copied = links(tree), tree.clone()
        with pytest.raises((RuntimeError, TypeError, ValueError, KeyError, IndexError)):
            tree.rebind(wishes)
        assert links(tree) == before and mt.eq(tree, copied)
        for path, value, parent in places(tree):
            if isinstance(value, mt.Symbolic):
                assert value.sym_path == path and value.sym_parent is parent


operations = st.one_of(
    st.tuples(st.just('append'), leaves),
    st.tuples(st.just('insert'), st.integers(-6, 6), leaves),
    st.tuples(st.just('pop'), st.integers(-6, 6)),
    st.tuples(st.just('extend'), st.lists(leaves, max_size=3)),
    st.tuples(st.just('reverse')),
    st.tuples(st.just('__delitem__'), st.slices(6)),
    st.tuples(st.just('__delitem__'), st.integers(-6, 6)),
    st.tuples(st.just('__setitem__'), st.slices(6), st.lists(leaves, max_size=4)),
    st.tuples(st.just('__setitem__'), st.integers(-6, 6), leaves),
)


class TestListsBehaveLikeLists:
    @given(st.lists(leaves, max_size=5), st.lists(operations, max_size=6))
    def test_every_operation(self, items, steps):
        plain, symbolic = list(items), mt.List([*items, mt.Dict(last=1)])
        plain.append({'last': 1})
        for name, *arguments in steps:
            errors = []
            for target in (plain, symbolic):
                try:
                    getattr(target, name)(*arguments)
                    errors.append(None)
                except (IndexError, ValueError) as error:
                    errors.append(type(error))
            assert errors[0] == errors[1] and symbolic == plain
            for i, value in enumerate(symbolic):
                if isinstance(value, mt.Symbolic):
                    assert value.sym_path == mt.KeyPath(i) and value.sym_parent is symbolic


def chain(kind, depth=DEPTH):
    tree = None
    for i in range(depth):
        if kind == 'object':
            tree = Pair(tree, i)
        elif kind == 'dict':
            tree = mt.Dict(a=tree, b=i)
        else:
            tree = mt.List([tree, i])
    return tree


@pytest.mark.parametrize('kind', ['object', 'dict', 'list'])
class TestDepth:
    """Nothing that a user does with a tree depends on how deep it is."""

    def test_copied_compared_hashed(self, kind):
        tree, same, other = chain(kind), chain(kind), chain(kind, DEPTH - 1)
        for copied in (tree.clone(), tree.clone(deep=True), copy.deepcopy(tree)):
            assert mt.eq(copied, tree) and copied.sym_parent is None
        assert tree == same and not tree != same and hash(tree) == hash(same)
        assert tree != other and not mt.eq(tree, other)

    def test_printed(self, kind):
        tree = chain(kind)
        assert str(DEPTH - 1) in repr(tree) and str(tree).count('\n') >= 2 * DEPTH
        assert mt.format(tree, compact=True) == tree.format(compact=True)

    def test_the_text_is_as_regular_as_that_of_shallow_trees(self, kind):
        def lines(depth):
            return str(chain(kind, depth)).count('\n')

        assert lines(DEPTH) == lines(3) + (lines(4) - lines(3)) * (DEPTH - 3)
        assert chain(kind, 3).format(compact=True) in chain(kind).format(compact=True)

    def test_walked(self, kind):
        tree = chain(kind)
        assert len(tree.sym_descendants()) == 2 * DEPTH
        assert mt.contains(tree, 0) and not tree.is_abstract and tree.sym_missing() == {}
        depth = 0

        def visit(path, value, parent):
            nonlocal depth
            depth = max(depth, len(path))

        assert mt.traverse(tree, visit) and depth == DEPTH

    def test_rebound(self, kind):
        tree = chain(kind)
        first, second = (0, 1) if kind == 'list' else ('a', 'b')
        bottom = mt.KeyPath([first] * (DEPTH - 1) + [second])
        tree.rebind({bottom: -7})
        assert tree.sym_get(bottom) == -7
        tree.rebind(lambda k, v: 77 if v == -7 else v)
        assert tree.sym_get(bottom) == 77
        with pytest.raises(KeyError):
            tree.rebind({bottom: 1, mt.KeyPath([first] * (DEPTH + 1)): 1})
        assert tree.sym_get(bottom) == 77

    def test_attached_and_sealed(self, kind):
        tree = chain(kind)
        home = mt.Dict(t=tree)
        assert tree.sym_path == 't' and home.seal().t.is_sealed


def test_deep_plain_containers_become_nodes():
    plain: Any = 1
    for _ in range(DEPTH):
        plain = {'c': [plain]}
    tree = mt.Dict(plain)
    assert len(tree.sym_descendants()) == 2 * DEPTH and isinstance(tree.c[0], mt.Dict)
    assert isinstance(Pair(plain).a.c, mt.List)


def test_plain_containers_that_contain_themselves_are_refused():
    plain: dict[str, Any] = {}
    plain['self'] = [plain]
    with pytest.raises(RecursionError):
        mt.Dict(plain)


def test_deep_partial_trees():
    class Needy(mt.Object):
        x: int

    tree: Any = Needy.partial()
    for _ in range(DEPTH):
        tree = mt.Dict(c=tree)
    assert tree.is_partial and list(tree.sym_missing().values()) == [MISSING]
