"""Rewrites among handlers that fail or patch themselves, threads, references and odd containers."""

import threading

import pytest

import mutandis as mt
from mutandis.symbolic import ValueFromParentChain


class Leaf(mt.Object):
    x: int = 1


class Picky(mt.Object):
    """Refuses a state, after its parts have changed."""

    leaf: Leaf = Leaf()
    total: int = 0

    def _on_bound(self):
        super()._on_bound()
        if self.leaf.x > 5:
            raise ValueError('too much')
        self.double = 2 * self.leaf.x


class Echo(mt.Object):
    """Answers a change of `x` by a patch of its own."""

    x: int = 0
    y: int = 0

    def _on_change(self, updates):
        super()._on_change(updates)
        if 'x' in updates:
            mt.patch(self, {'y': self.x * 10})
            if self.x == 9:
                raise ZeroDivisionError


class Free(mt.Object):
    a: object = None
    b: object = None


@mt.functor
def scaled(value, factor=1, inner=None):
    return value * factor


class Plain:
    def __init__(self, size, part=None):
        self.size, self.part = size, part


Wrapped = mt.wrap(Plain)


class TestHandlers:
    @pytest.mark.parametrize(
        'change',
        [
            lambda t: mt.patch(t, [{'other.x': 7}, {'picky.leaf.x': 9}]),
            lambda t: mt.patch(t, lambda k, v: 9 if k and k.key == 'x' else v),
            lambda t: mt.patch_on_key(t, 'x', value=9),
            lambda t: mt.select(t).at_key('x').set(9),
            lambda t: mt.select(t).at_instances_of(Leaf).apply(lambda leaf: Leaf(9)),
            lambda t: mt.select(t).nested().at_key('x').apply(lambda x: 9),
        ],
    )
    def test_one_that_refuses_takes_all_back(self, change):
        tree = mt.Dict(other=Leaf(2), picky=Picky())
        with pytest.raises(ValueError, match='too much'):
            change(tree)
        assert tree == mt.Dict(other=Leaf(2), picky=Picky())
        assert tree.picky.double == 2 and not mt.history(tree)

    def test_a_patch_inside_a_handler_is_part_of_the_outer_one(self):
        tree = mt.Dict(echo=Echo(), other=1)
        mt.patch(tree, {'echo.x': 2})
        assert tree.echo.y == 20
        assert [(str(c.path), c.new) for c in mt.history(tree).changes] == [
            ('echo.x', 2),
            ('echo.y', 20),
        ]
        with pytest.raises(ZeroDivisionError):
            mt.patch(tree, [{'other': 5}, {'echo.x': 9}])
        assert (tree.echo.x, tree.echo.y, tree.other) == (2, 20, 1)
        assert len(mt.history(tree).changes) == 2

    def test_a_rule_may_change_the_tree_itself(self):
        tree = mt.Dict(a=1, b=mt.Dict(c=2))

        def rule(path, value, parent):
            if path == 'b.c':
                tree.a = 5
                return value + 1
            return value

        mt.patch(tree, rule)
        assert tree == {'a': 5, 'b': {'c': 3}}

    def test_what_a_failing_rule_has_changed_by_hand_comes_back(self):
        tree = mt.Dict(a=1, b=mt.List([1]))

        def rule(path, value):
            if path == 'b':
                tree.a = 5
                tree.b.append(2)
                del tree['a']
                raise ZeroDivisionError
            return value

        with pytest.raises(ZeroDivisionError):
            mt.patch(tree, rule)
        assert tree == {'a': 1, 'b': [1]} and list(tree) == ['a', 'b']


class TestOwners:
    def test_functors_and_wrapped_classes(self):
        tree = mt.Dict(f=scaled(factor=2, inner=Leaf()), w=Wrapped(3, part=Leaf()))
        mt.patch_on_member(tree, Wrapped, 'size', value=7)
        mt.patch_on_member(tree, Plain, 'part', value_fn=lambda part: Leaf(part.x + 1))
        mt.select(tree).at_member(scaled, 'factor').apply(lambda factor: factor * 5)
        mt.select(tree).at_instances_of(Leaf).apply(lambda leaf: Leaf(leaf.x * 10))
        assert tree.w.size == 7 and tree.w.part == Leaf(20) == tree.w.sym_init_args.part
        assert tree.f(3) == 30 and tree.f.inner == Leaf(10)

    def test_tuples_are_values(self):
        tree = mt.Dict(t=(1, Leaf(2)), plain=[(1, 2)])
        mt.patch_on_type(tree, tuple, value_fn=lambda t: (*t, 'end'))
        assert tree.t[2] == 'end' and tree.plain[0] == (1, 2, 'end')

    def test_sealed_parts_stay_and_nothing_else_changes_either(self):
        tree = mt.Dict(open=Leaf(), closed=Leaf().seal())
        for change in (
            lambda: mt.patch_on_key(tree, 'x', value=5),
            lambda: mt.select(tree).at_key('x').set(5),
            lambda: mt.patch(tree, [{'open.x': 5}, {'closed.x': 5}]),
            lambda: mt.select(tree).nested().at_key('x').set(5),
        ):
            with pytest.raises(mt.WritePermissionError):
                change()
            assert tree.open.x == tree.closed.x == 1
        mt.select(tree).at_instances_of(Leaf).set(Leaf(5))
        assert tree.closed.x == 5

    def test_partial_trees(self):
        class Needs(mt.Object):
            x: int
            y: int

        tree = mt.Dict(n=Needs.partial(x=1))
        mt.patch(tree, {'n.y': 2})
        assert tree.n == Needs(1, 2)
        mt.select(tree).at_key('y').remove()
        assert tree.n.sym_partial and tree.n.x == 1

    def test_required_values_stay_in_trees_that_are_complete(self):
        class Both(mt.Object):
            x: int
            y: int

        tree = mt.Dict(n=Both(1, 2))
        with pytest.raises(ValueError, match=r'n\.y'):
            mt.select(tree).at_key('y').remove()
        assert tree.n == Both(1, 2)

    def test_what_is_shared_by_reference_is_not_entered(self):
        shared = Leaf(1)
        tree = mt.Dict(own=Leaf(1), shared=mt.Ref(shared))
        mt.patch_on_key(tree, 'x', value=5)
        assert tree.own.x == 5 and shared.x == 1
        mt.select(tree).at_instances_of(Leaf).set(Leaf(7))
        assert tree.own.x == 7

    def test_inferred_values_are_left_to_themselves(self):
        tree = mt.Dict(width=3, child=mt.Dict(width=ValueFromParentChain()))
        mt.patch_on_key(tree, 'width$', value_fn=lambda w: w + 1 if isinstance(w, int) else w)
        assert tree.width == 4 and tree.child.width == 4


class TestItems:
    def test_items_of_several_lists_come_and_go_at_once(self):
        tree = mt.Dict(a=[1, 2, 1, 3], b=[[1], [2, 1]], c=1)
        ones = mt.select(tree).where(lambda p, v, owner: v == 1 and isinstance(owner, list))
        ones.insert_after(9)
        assert tree == dict(a=[1, 9, 2, 1, 9, 3], b=[[1, 9], [2, 1, 9]], c=1)
        ones.insert_before(0)
        assert tree == dict(a=[0, 1, 9, 2, 0, 1, 9, 3], b=[[0, 1, 9], [2, 0, 1, 9]], c=1)
        ones.remove()
        assert tree == dict(a=[0, 9, 2, 0, 9, 3], b=[[0, 9], [2, 0, 9]], c=1)

    def test_they_are_copies_if_they_are_symbolic(self):
        tree = mt.List([1, 1, 1])
        mt.select(tree).at_value(1).insert_after(Leaf())
        leaves = tree[1::2]
        assert len({id(leaf) for leaf in leaves}) == 3
        assert [leaf.sym_path for leaf in leaves] == ['[1]', '[3]', '[5]']

    def test_a_size_that_is_not_allowed_changes_nothing(self):
        class Few(mt.Object):
            items: mt.typing.List(mt.typing.Int(), min_size=2, max_size=3)

        few = Few([1, 2, 1])
        for change in (
            lambda: mt.select(few).at_value(1).remove(),
            lambda: mt.select(few).at_value(2).insert_after(5),
        ):
            with pytest.raises(ValueError):
                change()
            assert few.items == [1, 2, 1]


class TestHistory:
    def test_only_what_stayed_is_told(self):
        tree = mt.Dict(a=1)
        for _ in range(3):
            with pytest.raises(KeyError):
                mt.patch(tree, [{'a': 2}, {'nothing.x': 1}])
        mt.patch(tree, {'a': 3})
        assert [c.new for c in mt.history(tree).changes] == [3]

    def test_json_leaves_it_out_and_copies_go_their_own_way(self):
        tree = mt.Dict(a=1)
        mt.patch(tree, {'a': 2})
        copy = tree.clone()
        mt.patch(copy, {'a': 3})
        assert len(mt.history(tree).changes) == 1 and len(mt.history(copy).changes) == 2
        assert not mt.history(mt.from_json_str(tree.to_json_str()))

    def test_a_place_may_be_patched_very_often(self):
        tree = mt.Dict(a=0)
        for i in range(1, 3001):
            mt.patch(tree, {'a': i})
        assert [c.new for c in mt.history(tree)['a']] == list(range(1, 3001))


def test_threads_patch_trees_of_their_own():
    errors = []

    def work(number):
        try:
            tree = mt.Dict(a=0, b=[0])
            for i in range(1, 200):
                rules = [{'a': i}, {'b[0]': i}]
                mt.patch(tree, rules)
                try:
                    mt.patch(tree, [{'a': -1}, {'none.x': 1}])
                except KeyError:
                    pass
                assert tree == {'a': i, 'b': [i]}
            assert len(mt.history(tree).changes) == 2 * 199
        except Exception as e:
            errors.append(e)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors


def test_deep_trees():
    root = Free(0)
    for i in range(2000):
        root = Free(i, root)
    mt.select(root).at_key('a').apply(lambda a: a + 1)
    mt.patch_on_key(root, 'a', value_fn=lambda a: a + 1)
    mt.patch(root, lambda path, value: value + 1 if path and path.key == 'a' else value)
    assert root.a == 2002 and mt.select(root).at_key('a').count() == 2001
    assert len(mt.history(root).changes) == 3 * 2001
