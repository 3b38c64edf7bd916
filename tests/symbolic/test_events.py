"""Events: who hears of a change, in which order, and of what."""

from typing import Any

import pytest

import mutandis as mt

T = mt.typing
MISSING = mt.MISSING_VALUE


class Loud(mt.Object):
    """Notes all its events."""

    log: list = []
    __annotations__ = {'n': str, 'x': Any, 'c': Any, 'd': Any}
    n = 'n'
    x = 1
    c = None
    d = None

    def _on_init(self):
        Loud.log.append(f'init {self.n}')
        super()._on_init()

    def _on_bound(self):
        super()._on_bound()
        Loud.log.append(f'bound {self.n}')

    def _on_change(self, updates):
        Loud.log.append(f'change {self.n} {sorted(map(str, updates))}')
        super()._on_change(updates)

    def _on_parent_change(self, old, new):
        super()._on_parent_change(old, new)
        Loud.log.append(f'parent {self.n} {type(old).__name__}>{type(new).__name__}')

    def _on_path_change(self, old, new):
        super()._on_path_change(old, new)
        Loud.log.append(f'path {self.n} {old}>{new}')


@pytest.fixture
def log():
    Loud.log = []
    yield Loud.log
    Loud.log = []


def watch(log, name):
    """A callback that notes (name, {path: (old, new)})."""
    return lambda updates: log.append(
        (name, {str(k): (u.old_value, u.new_value) for k, u in updates.items()})
    )


class TestConstruction:
    def test_children_first_then_their_paths_then_their_parent(self, log):
        Loud('a', c=Loud('b'), d=Loud('e'))
        assert log == [
            'init b',
            'bound b',
            'init e',
            'bound e',
            'path b >c',
            'path e >d',
            'parent b NoneType>Loud',
            'parent e NoneType>Loud',
            'init a',
            'bound a',
        ]

    def test_path_events_go_bottom_up_only_the_top_has_a_new_parent(self, log):
        node = Loud('a', c=Loud('b'))
        log.clear()
        mt.Dict(k=node)
        assert log == ['path b c>k.c', 'path a >k', 'parent a NoneType>Dict']

    def test_in_plain_containers_a_node_hears_of_its_final_path(self, log):
        Loud('a', c={'k': [Loud('b')]})
        assert log == [
            'init b',
            'bound b',
            'path b >c.k[0]',
            'parent b NoneType>List',
            'init a',
            'bound a',
        ]

    def test_partial_objects_and_copies_have_events_too(self, log):
        Loud.partial('p')
        Loud('a').clone()
        assert log == ['init p', 'bound p'] + ['init a', 'bound a'] * 2

    def test_callbacks_are_not_called(self, log):
        mt.Dict(onchange_callback=watch(log, 'd'), a=1)
        mt.List([1], onchange_callback=watch(log, 'l'))
        assert log == []

    def test_an_override_without_super_suppresses_on_bound(self, log):
        class Quiet(mt.Object):
            x: int = 0

            def _on_init(self):
                log.append('init')

            def _on_change(self, updates):
                log.append('change')

            def _on_bound(self):
                log.append('bound')

        Quiet().rebind(x=1)
        assert log == ['init', 'change']


class TestOrderOfNotification:
    def test_children_before_ancestors_siblings_backwards_each_once(self, log):
        class Part(mt.Object):
            x: int = 0
            p: Any = None
            q: Any = None

            def _on_bound(self):
                super()._on_bound()
                log.append(str(self.sym_path))

        model = mt.Dict(
            enc=Part(p=Part()),
            dec=Part(),
            head=Part(q=Part()),
            onchange_callback=lambda u: log.append(len(u)),
        )
        log.clear()
        model.rebind({'enc.p.x': 1, 'enc.x': 1, 'dec.x': 1, 'head.x': 1, 'head.q.x': 1})
        assert log == ['head.q', 'head', 'enc.p', 'enc', 'dec', 5]

    def test_detaching_before_attaching(self, log):
        node = Loud('r', c=Loud('a', c=Loud('b')))
        log.clear()
        node.rebind(c=Loud('new'))
        assert log == [
            'init new',
            'bound new',
            'parent a Loud>NoneType',
            'path b c.c>c',
            'path a c>',
            'path new >c',
            'parent new NoneType>Loud',
            "change r ['c']",
            'bound r',
        ]

    def test_nodes_without_handlers_are_passed_by(self, log):
        class Silent(mt.Object):
            c: Any = None

        node = Loud('r', c=Silent(Silent([Loud('a')])))
        log.clear()
        node.c.c.c[0].rebind(x=2)
        assert log == ["change a ['x']", 'bound a', "change r ['c.c.c[0].x']", 'bound r']

    def test_a_replaced_sub_tree_still_hears_of_its_own_change(self, log):
        node = Loud('r', c=Loud('a'))
        log.clear()
        node.rebind({'c.x': 5, 'c': Loud('v')})
        assert "change a ['x']" in log and log[-2:] == ["change r ['c']", 'bound r']


class TestWhatIsNoted:
    def test_updates_map_relative_paths_to_field_updates(self):
        seen = {}

        class Owner(mt.Object):
            x: int = 0
            c: Any = None

            def _on_change(self, updates):
                seen.update(updates)

        owner = Owner(c={'a': 1})
        mt.Dict(top=owner)
        owner.rebind({'x': 2, 'c.a': MISSING, 'c.b': 3})
        assert list(seen) == ['x', 'c.a', 'c.b']
        update = seen[mt.KeyPath('x')]
        assert (update.path, update.target, update.field) == ('top.x', owner, Owner.__schema__['x'])
        assert (update.old_value, update.new_value) == (0, 2)
        assert seen['c.a'].new_value == MISSING and seen['c.b'].old_value == MISSING
        assert seen['c.a'].target is owner.c and seen['c.a'].field is None

    def test_field_updates_compare_target_and_field_by_identity(self):
        target = mt.Dict()
        make = mt.FieldUpdate
        path = mt.KeyPath('a')
        assert make(path, target, None, 1, 2) == make(path, target, None, 1, 2)
        assert make(path, target, None, 1, 2) != make(path, mt.Dict(), None, 1, 2)
        assert make(path, target, None, 1, 2) != make(mt.KeyPath('b'), target, None, 1, 2)
        text = repr(make(path, target, None, MISSING, 2))
        assert text == 'FieldUpdate(parent_path=, path=a, new_value=2)'

    def test_change_means_another_object(self, log):
        d = mt.Dict(x=1, onchange_callback=watch(log, 'd'))
        d.x = d.x
        assert log == []
        d.rebind(x=1.0)
        assert log == [('d', {'x': (1, 1.0)})]


class TestOperations:
    def test_every_write_notifies_once(self, log):
        d = mt.Dict(onchange_callback=watch(log, 'd'), l=[1, 2, 3])
        items = d.l

        def noted(change):
            log.clear()
            change()
            assert len(log) <= 1
            return log[0][1] if log else None

        assert noted(lambda: items.append(4)) == {'l[3]': (MISSING, 4)}
        assert noted(lambda: items.extend([5, 6])) == {'l[4]': (MISSING, 5), 'l[5]': (MISSING, 6)}
        assert noted(lambda: items.insert(0, 9)) == {'l[0]': (MISSING, 9)}
        assert noted(lambda: items.pop()) == {'l[6]': (6, MISSING)}
        assert noted(lambda: items.remove(2)) == {'l[2]': (2, MISSING)}
        assert noted(lambda: items.__setitem__(0, 7)) == {'l[0]': (9, 7)}
        assert len(noted(lambda: items.__setitem__(slice(0, 2), [0]))) == 2
        assert noted(lambda: items.__delitem__(0)) == {'l[0]': (0, MISSING)}
        assert noted(lambda: d.__setattr__('z', 1)) == {'z': (MISSING, 1)}
        assert noted(lambda: d.__delattr__('z')) == {'z': (1, MISSING)}
        assert noted(lambda: d.setdefault('y', 1)) == {'y': (MISSING, 1)}
        assert noted(lambda: d.setdefault('y', 2)) is None
        assert noted(lambda: d.pop('y')) == {'y': (1, MISSING)}
        assert list(noted(lambda: items.rebind({1: 1, 0: 0}))) == ['l[0]', 'l[1]']

    def test_operations_without_events(self, log):
        d = mt.Dict(onchange_callback=watch(log, 'd'), l=[2, 1], a=1)
        d.update(a=2)
        d.l.sort()
        d.l.reverse()
        d.l.clear()
        d.popitem()
        d.clear()
        assert log == []

    def test_removing_from_a_list_detaches_and_renumbers(self, log):
        items = mt.List([Loud('a'), Loud('b')])
        log.clear()
        del items[0]
        assert log == ['parent a List>NoneType', 'path a [0]>', 'path b [1]>[0]']

    def test_assignment_of_an_object_field(self, log):
        class Open(mt.Object):
            allow_symbolic_assignment = True
            x: int = 0
            c: Any = None

            def _on_change(self, updates):
                log.append({str(k): u.new_value for k, u in updates.items()})

        node = Open()
        node.x = 1
        node.c = {'a': [1]}
        node.c.a.append(3)
        node.x = MISSING
        assert log == [{'x': 1}, {'c': {'a': [1, 3]}}, {'c.a[1]': 3}, {'x': 0}]

    def test_defaults_filled_in_by_a_spec_are_noted(self, log):
        class Owner(mt.Object):
            t: T.Dict([('p', T.Int(1)), ('q', T.Int(2))])

        Owner(mt.Dict(p=3, onchange_callback=watch(log, 'd')))
        assert log == [('d', {'q': (MISSING, 2)})]


class TestSwitches:
    def make(self, log):
        inner = mt.Dict(x=1, onchange_callback=watch(log, 'inner'))
        return mt.Dict(c=inner, onchange_callback=watch(log, 'outer'))

    def names(self, log):
        return [name for name, _ in log]

    def test_notify_parents(self, log):
        outer = self.make(log)
        outer.c.rebind(x=2, notify_parents=False)
        assert self.names(log) == ['inner']
        outer.rebind({'c.x': 3}, notify_parents=False)
        assert self.names(log) == ['inner', 'inner', 'outer']

    def test_skip_notification_and_the_scope(self, log):
        outer = self.make(log)
        outer.rebind({'c.x': 2}, skip_notification=True)
        with mt.notify_on_change(False):
            outer.rebind({'c.x': 3})
            outer.c.x = 4
            assert log == []
            outer.rebind({'c.x': 5}, skip_notification=False)
        assert self.names(log) == ['inner', 'outer'] and outer.c.x == 5

    def test_rebind_in_a_handler(self, log):
        class Doubling(mt.Object):
            x: int = 0
            y: int = 0

            def _on_bound(self):
                super()._on_bound()
                log.append((self.x, self.y))
                if self.y != self.x * 2:
                    self.rebind(y=self.x * 2, notify_parents=False)

        node = Doubling(3)
        assert node.y == 6 and log == [(3, 0), (3, 6)]
        parent = mt.Dict(a=node, onchange_callback=watch(log, 'p'))
        log.clear()
        parent.rebind({'a.x': 5})
        assert log == [(5, 6), (5, 10), ('p', {'a.x': (3, 5)})]
