"""`rebind`: one step from one state of a tree to the next, or none at all."""

import threading
from typing import Any

import pytest

import mutandis as mt

T = mt.typing
MISSING = mt.MISSING_VALUE


class Node(mt.Object):
    x: int = 0
    l: list[int] = [1]  # noqa: E741
    t: Any = (1, 2)
    o: Any = None


class Picky(mt.Object):
    """Does not like 13."""

    x: int = 0
    o: Any = None

    def _on_bound(self):
        super()._on_bound()
        if self.x == 13:
            raise RuntimeError('13')


def links(tree):
    """What and where everything in a tree is."""
    seen = []

    def visit(path, value, parent):
        if isinstance(value, mt.Symbolic):
            assert value.sym_path == path
            seen.append((str(path), id(value), id(value.sym_parent), id(value.sym_root)))
        else:
            seen.append((str(path), repr(value)))

    mt.traverse(tree, visit)
    return seen


class TestArguments:
    def test_keywords_that_are_no_identifiers_are_paths(self):
        node = Node(o=Node(), l=[1])
        assert node.rebind(**{'o.x': 5, 'l[0]': 6}) == Node(o=Node(x=5), l=[6])
        assert node.rebind({'x': 1}, **{'o.x': 7}).o.x == 7
        with pytest.raises(KeyError):
            mt.Dict(a=1).rebind(**{'b.c': 1})

    def test_a_function_that_hides_what_it_takes(self):
        with pytest.raises(TypeError):
            mt.Dict(a=1).rebind(int)

    def test_keywords_and_paths(self):
        node = Node(o=Node())
        assert node.rebind(x=1) is node and node.x == 1
        node.rebind({'o.x': 2, mt.KeyPath(['o', 'l', 0]): 3, 'x': 4}, t=5)
        assert node == Node(4, t=5, o=Node(2, [3]))
        assert node.rebind({'x': 1}, x=2).x == 2
        assert mt.List([1]).rebind({0: 2}) == [2]

    def test_the_pairs_may_be_a_symbolic_dict(self):
        assert Node().rebind(mt.Dict(x=9)).x == 9

    def test_sym_rebind_is_the_same(self):
        assert Node().sym_rebind(x=5).x == 5
        assert Node().sym_rebind({'x': 6}, notify_parents=False).x == 6

    @pytest.mark.parametrize(
        'pairs, error',
        [
            ({}, ValueError),
            (5, ValueError),
            ('x', ValueError),
            ([('x', 1)], ValueError),
            ({1.5: 1}, ValueError),
            ({None: 1}, ValueError),
            ({'': 1}, KeyError),
            ({'q': 1}, KeyError),
            ({1: 1}, KeyError),
            ({'x.y': 1}, KeyError),
            ({'o.q': 1}, KeyError),
            ({'q.r': 1}, KeyError),
            ({'l[5].x': 1}, KeyError),
            ({'t[0]': 1}, KeyError),
            ({'o.o.o': 1}, KeyError),
            ({'x': 's'}, TypeError),
            ({'o.x': 's'}, TypeError),
            ({'l[0]': 's'}, TypeError),
            ({'x': None}, ValueError),
            ({'l[-9]': 1}, IndexError),
        ],
    )
    def test_errors(self, pairs, error):
        node = Node(o=Node())
        before = links(node)
        with pytest.raises(error):
            node.rebind(pairs)
        assert links(node) == before

    def test_nothing_to_change(self):
        node = Node()
        for call in (
            lambda **kw: node.rebind(**kw),
            lambda **kw: node.rebind({}, **kw),
            lambda **kw: node.rebind(lambda k, v: v, **kw),
        ):
            with pytest.raises(ValueError):
                call()
            assert call(raise_on_no_change=False) is node
        assert node.rebind(x=0) is node  # Equal values are given: that is no error.

    def test_errors_name_path_and_remedy(self):
        with pytest.raises(KeyError, match=r'o\.q'):
            mt.Dict(o=mt.Dict()).rebind({'o.q.r': 1})
        with pytest.raises(KeyError, match="Did you mean 'x'"):
            Node().rebind(xx=1)

    def test_reset_and_delete(self):
        node = Node(5, [2, 3], o=mt.Dict(a=1))
        node.rebind({'x': MISSING, 'l[0]': MISSING, 'o.a': MISSING})
        assert node == Node(0, [3], o={})

    def test_intermediate_nodes_are_never_made(self):
        with pytest.raises(KeyError):
            mt.Dict().rebind({'a.b': 1})
        assert mt.Dict().rebind({'a': {}, 'a.b': 1}) == {'a': {'b': 1}}


class TestOrder:
    def test_later_pairs_see_earlier_ones(self):
        d = mt.Dict(a=mt.Dict(b=1))
        assert d.rebind({'a': mt.Dict(c=1), 'a.c': 2}) == {'a': {'c': 2}}
        assert d.rebind({'a.c': 3, 'a': mt.Dict(e=1)}) == {'a': {'e': 1}}

    def test_exchanging_two_children(self):
        d = mt.Dict(a=mt.Dict(x=1), b=mt.Dict(y=2))
        d.rebind(a=d.b, b=d.a)
        assert d == {'a': {'y': 2}, 'b': {'x': 1}} and d.a.sym_path == 'a'


class TestLists:
    def test_indices_mean_positions_before_the_call(self):
        items = mt.List([0, 1, 2, 3])
        items.rebind({0: MISSING, 1: 'b', 2: mt.Insertion('c'), 100: 'end', -1: 'd'})
        assert items == ['b', 'c', 2, 'd', 'end']
        assert mt.List([0, 1]).rebind({0: mt.Insertion(5), 1: mt.Insertion(6)}) == [5, 0, 6, 1]
        assert mt.List([]).rebind({3: 'a', 5: 'b'}) == ['a', 'b']

    def test_so_for_deletions_from_above(self):
        d = mt.Dict(l=[1, 2, 3])
        assert d.rebind({'l[0]': MISSING, 'l[1]': 9}) == {'l': [9, 3]}

    def test_pairs_are_applied_from_the_end(self):
        items = mt.List([mt.Dict(a=0)])
        items.rebind({0: mt.Dict(a=5), '[0].a': 1})
        assert items == [{'a': 5}]

    def test_children_move_with_their_indices(self):
        items = mt.List([{'a': 1}, {'b': 1}])
        items.rebind({0: mt.Insertion([])})
        assert [str(v.sym_path) for v in items] == ['[0]', '[1]', '[2]']

    def test_an_index_is_an_int(self):
        for wrong in ('a', '[0].x'):
            with pytest.raises(KeyError):
                mt.List([1]).rebind({wrong: 1})


class TestRebinder:
    def test_visits_in_pre_order_with_relative_paths(self):
        seen = []
        tree = mt.Dict(a=mt.Dict(b=1, c=[2]), t=(mt.Dict(q=1),))
        tree.a.rebind(lambda k, v, p: (seen.append((str(k), p)), v)[1], raise_on_no_change=False)
        assert seen == [('', tree), ('b', tree.a), ('c', tree.a), ('c[0]', tree.a.c)]

    def test_what_is_changed_is_not_entered(self):
        seen = []

        def rebinder(path, value):
            seen.append(str(path))
            return mt.Dict(n=1) if path == 'a' else value

        tree = mt.Dict(a=mt.Dict(b=1), c=2)
        assert tree.rebind(rebinder) == {'a': {'n': 1}, 'c': 2} and seen == ['', 'a', 'c']

    def test_changes_everywhere(self):
        tree = mt.Dict(a=1, l=[2, Node(3)])
        tree.rebind(lambda k, v: v + 1 if isinstance(v, int) else v)
        assert tree == {'a': 2, 'l': [3, Node(4, [2])]}

    def test_with_keywords(self):
        tree = mt.Dict(a=1, b=2)
        assert tree.rebind(lambda k, v: v + 1 if isinstance(v, int) else v, b=9) == {'a': 2, 'b': 9}

    def test_a_new_root_is_a_key_error(self):
        with pytest.raises(KeyError):
            mt.Dict(a=1).rebind(lambda k, v: 5)

    @pytest.mark.parametrize('wrong', [lambda k: 1, lambda a, b, c, d: 1])
    def test_wrong_arity(self, wrong):
        with pytest.raises(TypeError):
            mt.Dict(a=1).rebind(wrong)

    def test_get_rebind_dict_changes_nothing(self):
        tree = mt.Dict(a=1, b=[2])
        changes = mt.symbolic.get_rebind_dict(lambda k, v: v + 1 if isinstance(v, int) else v, tree)
        assert changes == {'a': 2, 'b[0]': 3} and tree == {'a': 1, 'b': [2]}


class TestThroughLeaves:
    def test_a_path_may_lead_through_a_tuple(self):
        tree = mt.Dict(t=(mt.Dict(a=1),))
        tree.rebind({'t[0].a': 5})
        assert tree.t[0].a == 5


class TestSealed:
    def test_the_target_and_an_object_called(self):
        node = Node(o=Node())
        node.o.sym_seal()
        with pytest.raises(mt.WritePermissionError):
            node.rebind({'o.x': 1})
        with pytest.raises(mt.WritePermissionError):
            node.o.rebind({'l[0]': 1})
        assert node.rebind(x=1).x == 1
        node.seal()
        with pytest.raises(mt.WritePermissionError):
            node.rebind({}, raise_on_no_change=False)
        for nothing in ({}, lambda path, value: value):  # An error of the call, whatever the node.
            with pytest.raises(ValueError):
                node.rebind(nothing)

    def test_a_sealed_container_lets_writes_below_pass(self):
        d = mt.Dict(b=mt.Dict(c=1)).sym_seal()
        assert d.rebind({'b.c': 2}) == {'b': {'c': 2}}
        with pytest.raises(mt.WritePermissionError):
            d.rebind(b=1)


FAILING = [
    {'a.o.q': 5, 'a.x': 13},
    {'a.o': mt.Dict(z=1), 'b[0].x': 13},
    {'b[1]': MISSING, 'a.x': 13},
    {'b[0]': mt.Insertion(5), 'b[2]': Picky(3), 'a.x': 13},
    {'b': [1, 2], 'a.x': 13},
    {'a.o.l[0]': mt.Insertion(4), 'a.x': 13},
    {'b[0]': MISSING, 'b[7].x': 1},
    {'a.o.new': Picky(1), 'a.x': 's'},
    {'a.o.q': MISSING, 'a.x': 's'},
    {'c.k': 2, 'c.m': MISSING, 'a.x': 's'},
]


class TestAllOrNothing:
    """The value does not fit, or a handler raises: the tree is as it was."""

    @pytest.mark.parametrize('pairs', FAILING, ids=str)
    def test_a_failed_rebind_leaves_no_trace(self, pairs):
        class Open(mt.Object):
            __kwargs__: int

        tree = mt.Dict(a=Picky(1, mt.Dict(q=1, l=[1, {}])), b=[Picky(2), 3, [4]], c=Open(m=1))
        before, copied = links(tree), tree.clone()
        with pytest.raises((RuntimeError, TypeError, KeyError)):
            tree.rebind(pairs)
        assert links(tree) == before and tree == copied

    @pytest.mark.parametrize(
        'change',
        [
            lambda kids: kids.append(3),
            lambda kids: kids.insert(0, mt.Dict()),
            lambda kids: kids.extend([mt.Dict(), 4]),
            lambda kids: kids.__setitem__(slice(1, 1), [{}]),
            lambda kids: kids.rebind({0: mt.Insertion({})}),
            lambda kids: kids.__setitem__(1, 'full'),
        ],
    )
    def test_so_for_every_list_operation(self, change):
        class Parent(mt.Object):
            kids: list = []

            def _on_bound(self):
                super()._on_bound()
                if len(self.kids) > 2 or 'full' in self.kids:
                    raise RuntimeError('full')

        parent = Parent([{}, {}])
        before = links(parent)
        with pytest.raises(RuntimeError):
            change(parent.kids)
        assert links(parent) == before

    def test_a_rejected_value_stays_free(self):
        value = mt.Dict(k=1)
        with pytest.raises(TypeError):
            Picky().rebind(o=value, x='s')
        assert value.sym_parent is None

    def test_changes_made_by_handlers_are_taken_back_too(self):
        class Inner(mt.Object):
            x: int = 0
            y: int = 0

            def _on_change(self, updates):
                if 'x' in updates:
                    self.rebind(y=self.x * 2)

        class Outer(mt.Object):
            inner: Inner

            def _on_change(self, updates):
                if self.inner.y > 10:
                    raise RuntimeError('too much')

        outer = Outer(Inner())
        assert outer.rebind({'inner.x': 1}).inner == Inner(1, 2)
        with pytest.raises(RuntimeError):
            outer.rebind({'inner.x': 9})
        assert outer.inner == Inner(1, 2)

    def test_a_handler_that_catches_keeps_the_rest(self):
        class Careful(mt.Object):
            x: int = 0
            y: int = 0

            def _on_bound(self):
                super()._on_bound()
                if self.x == 5 and self.y != 6:
                    with pytest.raises(TypeError):
                        self.rebind(y='s')
                    self.rebind(y=6)

        assert Careful().rebind(x=5) == Careful(5, 6)

    def test_threads_do_not_join_each_others_commits(self):
        entered, go_on = threading.Event(), threading.Event()

        class Slow(mt.Object):
            x: int = 0

            def _on_change(self, updates):
                entered.set()
                go_on.wait(5)
                raise RuntimeError('late')

        slow, other = Slow(), Node()

        def fail():
            with pytest.raises(RuntimeError):
                slow.rebind(x=1)

        thread = threading.Thread(target=fail)
        thread.start()
        entered.wait(5)
        other.rebind(x=7)
        go_on.set()
        thread.join()
        assert slow.x == 0 and other.x == 7
