"""Topology: parents, paths, fields, and looking around in a tree."""

import io
from typing import Any

import pytest

import mutandis as mt

T = mt.typing
Option = mt.symbolic.DescendantQueryOption


class Leaf(mt.Object):
    x: int
    y: float = 1.0


@pytest.fixture
def tree():
    return mt.Dict(a=Leaf(1), l=[Leaf(2), {'q': Leaf(3)}])


class TestPlace:
    def test_parent_root_and_path(self, tree):
        node = tree.l[1].q
        assert node.sym_parent is tree.l[1] and node.sym_root is tree and node.sym_path == 'l[1].q'
        assert tree.sym_parent is None and tree.sym_root is tree and tree.sym_path == ''

    def test_paths_with_special_keys(self):
        d = mt.Dict({'c': {'d.e': {}}, 0: {}})
        assert str(d.c['d.e'].sym_path) == 'c[d.e]' and str(d[0].sym_path) == '[0]'

    def test_ancestors(self, tree):
        node = tree.l[1].q
        assert node.sym_ancestor() is tree.l[1]
        assert node.sym_ancestor(lambda v: isinstance(v, mt.List)) is tree.l
        assert node.sym_ancestor(lambda v: False) is None and tree.sym_ancestor() is None

    def test_set_path_of_a_root(self):
        node = Leaf(1)
        node.sym_setpath(mt.KeyPath.parse('x.y'))
        assert node.sym_path == 'x.y' and node.sym_root is node
        d = mt.Dict(a=Leaf(1), root_path=mt.KeyPath('r'))
        assert d.a.sym_path == 'r.a'
        d.sym_setpath(mt.KeyPath('q'))
        assert d.a.sym_path == 'q.a'

    def test_the_path_of_a_former_root_is_forgotten(self):
        node = Leaf(1, root_path=mt.KeyPath('old'))
        d = mt.Dict(a=node)
        assert node.sym_path == 'a'
        d.a = None
        assert node.sym_path == ''

    def test_set_parent_alone_gives_no_place(self):
        parent, node = mt.Dict(root_path=mt.KeyPath('p')), Leaf(1)
        node.sym_setparent(parent)
        assert node.sym_parent is parent and node.sym_path == '' and node.sym_root is parent
        node.sym_setpath(mt.KeyPath('elsewhere'))
        assert node.sym_path == 'elsewhere'
        node.sym_setparent(None)
        assert node.sym_parent is None

    def test_fields(self, tree):
        class Owner(mt.Object):
            leaf: Leaf
            many: list[Leaf] = []

        owner = Owner(Leaf(1), [Leaf(2)])
        assert owner.leaf.sym_field is Owner.__schema__['leaf']
        assert owner.many[0].sym_field.value == T.Object(Leaf)
        assert tree.sym_field is None and tree.a.sym_field is None
        assert tree.a.sym_attr_field('x').value == T.Int() and tree.sym_attr_field('a') is None
        assert tree.a.sym_attr_field('zzz') is None
        assert mt.List([], value_spec=T.List(T.Int())).sym_attr_field(50).value == T.Int()


class TestAccess:
    def test_iterators_of_the_symbolic_form(self, tree):
        assert next(tree.sym_keys()) == 'a' and next(tree.sym_values()) is tree.a
        assert next(tree.sym_items()) == ('a', tree.a)
        assert list(tree.a.sym_items()) == [('x', 1), ('y', 1.0)]
        assert list(tree.l.sym_keys()) == [0, 1]

    def test_one_level(self, tree):
        assert tree.sym_hasattr('a') and not tree.sym_hasattr('a.x')
        assert tree.a.sym_hasattr('x') and not tree.a.sym_hasattr('_x')
        assert not tree.a.sym_hasattr(1) and not tree.a.sym_hasattr('clone')
        assert tree.l.sym_hasattr(0) and tree.l.sym_hasattr(-1) and not tree.l.sym_hasattr(5)
        assert tree.sym_getattr('a') is tree.a and tree.sym_getattr('z', 1) == 1
        for node, key in ((tree, 'z'), (tree.l, 9), (tree.a, 'z')):
            with pytest.raises(AttributeError):
                node.sym_getattr(key)

    def test_by_path(self, tree):
        assert tree.sym_get('l[1].q.x') == 3 and tree.sym_get('') is tree
        assert tree.l.sym_get(0) is tree.l[0]
        assert tree.sym_has('l[1].q') and not tree.sym_has('l[7]') and tree.sym_has('')
        assert tree.sym_get('q.r.s', 1) == 1
        with pytest.raises(KeyError):
            tree.sym_get('q')

    def test_paths_lead_through_tuples(self):
        tree = mt.Dict(t=(mt.Dict(a=1),))
        assert tree.sym_get('t[0].a') == 1 and not tree.sym_has('t[2]')

    def test_inferred_form(self):
        target = Leaf(1)
        tree = mt.Dict(r=mt.Ref(target), n=1)
        assert tree.r is target and tree.sym_inferred('r') is target
        assert isinstance(tree.sym_getattr('r'), mt.Ref) and target.sym_parent is None
        assert tree.sym_inferrable('n') and not tree.sym_inferrable('zz')
        assert tree.sym_inferred('zz', 3) == 3
        with pytest.raises(AttributeError):
            tree.sym_inferred('zz')


class TestDescendants:
    def test_in_pre_order_leaves_included(self, tree):
        assert tree.sym_descendants() == [
            tree.a,
            1,
            1.0,
            tree.l,
            tree.l[0],
            2,
            1.0,
            tree.l[1],
            tree.l[1].q,
            3,
            1.0,
        ]
        assert tree.sym_descendants(include_self=True)[0] is tree

    def test_options(self, tree):
        def wanted(value):
            return isinstance(value, (Leaf, mt.List))

        assert tree.sym_descendants(wanted) == [tree.a, tree.l, tree.l[0], tree.l[1].q]
        assert tree.sym_descendants(wanted, option=Option.IMMEDIATE) == [tree.a, tree.l]
        assert tree.sym_descendants(wanted, option=Option.LEAF) == [tree.a, tree.l[0], tree.l[1].q]
        assert tree.a.sym_descendants(wanted, option=Option.IMMEDIATE, include_self=True) == [
            tree.a
        ]


class TestLooking:
    def test_contains(self, tree):
        assert tree.sym_contains(3) and tree.sym_contains(Leaf(3)) and tree.sym_contains(type=Leaf)
        assert not tree.sym_contains(77) and not tree.sym_contains(type=str)

    def test_inspect(self, tree):
        def printed(**kwargs):
            file = io.StringIO()
            tree.inspect(file=file, **kwargs)
            return file.getvalue()

        assert printed() == f'{tree}\n'
        assert "'a.x': 1" in printed(path_regex='.*x')
        assert printed(where=lambda v: v == 3) == "{\n  'l[1].q.x': 3\n}\n"
        assert printed(custom_selector=lambda k, v: v == 3, compact=True) == "{'l[1].q.x': 3}\n"
        with pytest.raises(ValueError):
            printed(where=lambda v: True, custom_selector=lambda k, v: True)


class TestOwnership:
    def test_one_parent_per_node(self):
        node: Any = mt.Dict(a=1)
        first = mt.Dict(n=node)
        for second in (mt.Dict(n=node).n, mt.List([node])[0], mt.Dict(first).n):
            assert second == node and second is not node
        assert node.sym_parent is first

    def test_copying_a_node_by_constructor_leaves_the_source_alone(self):
        source = {'m': Leaf(1)}
        copied = mt.Dict(source)
        assert copied.m is source['m']
        again = mt.Dict(copied)
        assert again == copied and again.m is not copied.m and copied.m.sym_parent is copied
