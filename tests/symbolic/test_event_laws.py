"""Who hears of a change, and in which order: laws over random trees of listeners."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_trees import Pair, leaf_places, leaves, links, names, nodes, trees_of

import mutandis as mt

# (who, where it then stood, what it was told)
heard: list[tuple[Any, mt.KeyPath, dict[mt.KeyPath, mt.FieldUpdate]]] = []


class Ear(mt.Object):
    """Writes down what it hears."""

    a: Any = None
    b: Any = None

    def _on_change(self, updates):
        super()._on_change(updates)
        heard.append((self, self.sym_path, updates))


class Bound(mt.Object):
    """Counts how often it is bound."""

    a: Any = None

    def _on_bound(self):
        super()._on_bound()
        self.times = getattr(self, 'times', 0) + 1


class Objecting(mt.Object):
    """Takes no change at all once it is told so."""

    a: Any = None
    objects = False

    def _on_change(self, updates):
        super()._on_change(updates)
        if self.objects:
            raise RuntimeError('No.')


def listening(cls):
    """Containers with a callback; the callback finds its owner in a list of one."""

    def make(items):
        owner: list[Any] = []
        node = cls(
            items, onchange_callback=lambda u: heard.append((owner[0], owner[0].sym_path, u))
        )
        owner.append(node)
        node._listens = True
        return node

    return make


def grown(children):
    return st.one_of(
        st.builds(Ear, children, children),
        st.builds(Pair, children, children),
        st.builds(Bound, children),
        st.dictionaries(names, children, max_size=3).map(listening(mt.Dict)),
        st.dictionaries(names, children, max_size=3).map(mt.Dict),
        st.lists(children, max_size=3).map(listening(mt.List)),
    )


audiences = trees_of(leaves, grown)


def is_listening(node):
    return isinstance(node, Ear) or hasattr(node, '_listens')


def ancestors(node):
    while node is not None:
        yield node
        node = node.sym_parent


@st.composite
def rebinds(draw):
    """A tree, new values for some of its leaves, and the owners of these leaves."""
    tree = Ear(draw(audiences), 0)
    chosen = draw(
        st.lists(
            st.sampled_from(leaf_places(tree)), min_size=1, unique_by=lambda place: str(place[0])
        )
    )
    return tree, {path: f'new {i}' for i, (path, _, _) in enumerate(chosen)}, chosen


class TestOneRebind:
    @given(rebinds())
    def test_each_listener_hears_once_bottom_up(self, case):
        tree, wishes, chosen = case
        concerned = {id(node): node for _, _, parent in chosen for node in ancestors(parent)}
        heard.clear()
        tree.rebind(wishes)
        listeners = [node for node in concerned.values() if is_listening(node)]
        expected = sorted(listeners, key=lambda node: node.sym_path, reverse=True)
        assert [id(node) for node, _, _ in heard] == [id(node) for node in expected]

    @given(rebinds())
    def test_each_hears_all_that_happened_below_it_and_nothing_else(self, case):
        tree, wishes, chosen = case
        olds = {str(path): value for path, value, _ in chosen}
        heard.clear()
        tree.rebind(wishes)
        for node, place, updates in heard:
            below = {
                path - place: new for path, new in wishes.items() if path.is_relative_to(place)
            }
            assert {path: update.new_value for path, update in updates.items()} == below
            for path, update in updates.items():
                assert update.path == place + path and node.sym_get(path) is update.new_value
                assert update.old_value is olds[str(update.path)]
                assert update.target.sym_path == update.path.parent

    @given(rebinds())
    def test_each_concerned_object_is_bound_once(self, case):
        tree, wishes, chosen = case
        bound = [node for node in nodes(tree) if isinstance(node, Bound)]
        for node in bound:
            node.times = 0
        tree.rebind(wishes)
        concerned = {id(node) for _, _, parent in chosen for node in ancestors(parent)}
        assert [node.times for node in bound] == [int(id(node) in concerned) for node in bound]

    @given(rebinds())
    def test_silent_rebinds_are_silent(self, case):
        tree, wishes, chosen = case
        heard.clear()
        tree.rebind(wishes, skip_notification=True)
        with mt.notify_on_change(False):
            tree.rebind({path: value for path, value, _ in chosen})
        assert heard == []

    @given(rebinds())
    def test_nobody_above_hears_when_parents_are_not_notified(self, case):
        tree, wishes, _ = case
        home = Ear(tree)
        assert home.a is tree
        heard.clear()
        tree.rebind(wishes, notify_parents=False)
        assert all(node is not home for node, _, _ in heard)
        heard.clear()
        tree.rebind({path: 'again' for path in wishes})
        assert heard[-1][0] is home


class TestObjections:
    @given(rebinds(), st.data())
    def test_whoever_objects_nothing_changes(self, case, data):
        tree, wishes, _ = case
        home = mt.Dict(o=Objecting(tree), other=1)
        wishes = {mt.KeyPath(['o', 'a']) + path: new for path, new in wishes.items()}
        if data.draw(st.booleans()):
            wishes[mt.KeyPath('other')] = 2
        home.o.objects = True
        before, paths = links(home), [str(node.sym_path) for node in nodes(home)]
        with pytest.raises(RuntimeError):
            home.rebind(wishes)
        assert links(home) == before
        assert [str(node.sym_path) for node in nodes(home)] == paths
        home.o.objects = False
        home.rebind(wishes)
        assert all(home.sym_get(path) == new for path, new in wishes.items())
