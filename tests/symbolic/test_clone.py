"""Copies: what is shared, what is copied, and what a copy keeps."""

import copy
import pickle
from typing import Any

import pytest

import mutandis as mt

T = mt.typing


class Plain:
    pass


class Node(mt.Object):
    x: int
    y: Any = 1


class TestShallowAndDeep:
    def test_nodes_are_copied_leaves_are_shared(self):
        leaf = Plain()
        node = Node(1, mt.Dict(leaf=leaf, pair=(leaf,), list=[leaf]))
        shallow, deep = node.clone(), node.clone(deep=True)
        assert shallow.y is not node.y and shallow.y.sym_path == 'y'
        assert shallow.y.leaf is leaf and shallow.y.pair is node.y.pair
        assert deep.y.leaf is not leaf and deep.y.pair[0] is not leaf

    def test_a_deep_copy_keeps_sharing_of_leaves(self):
        leaf = Plain()
        for copied in (
            mt.Dict(a=leaf, b=leaf).clone(deep=True),
            copy.deepcopy(mt.Dict(a=leaf, b=leaf)),
        ):
            assert copied.a is copied.b and copied.a is not leaf

    def test_references_keep_their_target(self):
        target = Node(1)
        node = Node(2, mt.Ref(target))
        assert node.clone().y is target and node.clone(deep=True).y is target

    def test_inferred_values_are_copied_as_they_are(self):
        tree = mt.Dict(a=1, b=mt.Dict(a=mt.symbolic.ValueFromParentChain()))
        copied = tree.clone()
        copied.a = 2
        assert tree.b.a == 1 and copied.b.a == 2
        with pytest.raises(KeyError):
            tree.b.clone()['a']

    def test_of_any_value(self):
        assert mt.clone([1, [2]], deep=True) == [1, [2]] and mt.clone(5) == 5
        assert mt.clone(Node(1), override={'x': 5}).x == 5
        with pytest.raises(AssertionError):
            mt.clone(5, override={'a': 1})
        with pytest.raises(AssertionError):
            Node(1).clone(memo={1: 2})

    def test_of_plain_containers_goes_down_to_the_nodes(self):
        node, leaf = Node(1), Plain()
        copied = mt.clone({'list': [node, leaf], 'pair': (node, leaf)})
        assert type(copied['list']) is list and type(copied['pair']) is tuple
        for mine, other in (copied['list'], copied['pair']):
            assert mine == node and mine is not node and other is not leaf


class TestOverride:
    def test_is_a_rebind_of_the_copy(self):
        node = Node(1, {'k': 1})
        assert node.clone(override={'x': 2, 'y.k': 5}) == Node(2, {'k': 5})
        assert node == Node(1, {'k': 1})
        with pytest.raises(KeyError):
            node.clone(override={'q': 5})
        with pytest.raises(mt.WritePermissionError):
            Node(1, sealed=True).clone(override={'x': 2})


class TestFlags:
    def test_of_objects(self):
        assert Node(1, sealed=True).clone().is_sealed and Node.partial().clone().allow_partial
        assert not Node(1).set_accessor_writable().clone().accessor_writable

    def test_an_unsealed_object_of_a_class_born_sealed_stays_unsealed(self):
        class Fixed(mt.Object):
            allow_symbolic_mutation = False
            x: int = 1
            n: Node = Node(1)

        class Own(Fixed):
            @mt.explicit_method_override
            def __init__(self, x=1, **kwargs):
                super().__init__(x=x, **kwargs)

        for cls in (Fixed, Own):
            assert cls().clone().is_sealed and cls().clone().n.is_sealed
            free = cls(sealed=False).clone(override={'n.x': 5})
            assert not free.is_sealed and free.n == Node(5)

    def test_of_an_object_with_its_own_constructor(self):
        class Own(mt.Object):
            x: int

            @mt.explicit_method_override
            def __init__(self, x):
                super().__init__(x=x)

        assert Own(1).seal().clone().is_sealed and not Own(1).clone().is_sealed

    def test_of_containers(self):
        spec = T.Dict([('a', T.Int())])
        d = mt.Dict(a=1, value_spec=spec, accessor_writable=False, sealed=True)
        assert d.clone().value_spec is spec and d.clone().is_sealed
        assert not d.clone().accessor_writable
        mixed = mt.Dict(b=mt.Dict(c=1))
        mixed.b.seal()
        assert mixed.clone().b.is_sealed and not mixed.clone().is_sealed

    def test_internal_state_is_not_copied(self):
        node = Node(1)
        node._cache = 5
        assert not hasattr(node.clone(), '_cache')


class TestPickle:
    def test_keeps_values_flags_and_topology(self):
        tree = mt.Dict(a=[Node(1, {'k': (1, 2)}), Node.partial()], s=Node(2, sealed=True))
        loaded = pickle.loads(pickle.dumps(tree))
        assert loaded == tree and loaded.a[0].y.sym_path == 'a[0].y'
        assert loaded.s.is_sealed and loaded.a[1].is_partial and loaded.a[1].allow_partial

    def test_handlers_run_on_loading(self):
        assert pickle.loads(pickle.dumps(Counting(3))).doubled == 6

    def test_references_cannot_be_pickled(self):
        with pytest.raises(TypeError):
            pickle.dumps(mt.Dict(r=mt.Ref(Node(1))))


class Counting(mt.Object):
    x: int

    def _on_bound(self):
        super()._on_bound()
        self.doubled = self.x * 2


class TestOrigin:
    def test_is_tracked_when_asked_for(self):
        with mt.track_origin():
            node = Node(1)
            shallow = node.clone()
            deep = shallow.clone(deep=True)
        assert node.sym_origin.tag == '__init__' and shallow.sym_origin.source is node
        assert [o.tag for o in deep.sym_origin.chain()] == ['deepclone', 'clone', '__init__']
        assert Node(1).sym_origin is None
