"""Flags of nodes, scopes that override them, and process-wide settings."""

import threading
from typing import Any

import pytest

import mutandis as mt
from mutandis import symbolic

T = mt.typing


class Node(mt.Object):
    x: int
    y: Any = 1


class Owner(mt.Object):
    a: Node


def states():
    return (
        symbolic.is_under_partial_scope(),
        symbolic.is_under_sealed_scope(),
        symbolic.is_under_accessor_writable_scope(),
        symbolic.is_change_notification_enabled(),
        symbolic.is_type_check_enabled(),
        symbolic.is_tracking_origin(),
        symbolic.should_call_functors_during_init(),
    )


DEFAULTS = (None, None, None, True, True, False, None)


class TestScopes:
    def test_nest_and_the_innermost_wins(self):
        assert states() == DEFAULTS
        with (
            mt.allow_partial(),
            mt.as_sealed(),
            mt.allow_writable_accessors(),
            mt.notify_on_change(False),
            mt.enable_type_check(False),
            mt.track_origin(),
            mt.auto_call_functors(),
        ):
            outer = (True, True, True, False, False, True, True)
            assert states() == outer
            with (
                mt.allow_partial(None),
                mt.as_sealed(False),
                mt.allow_writable_accessors(False),
                mt.notify_on_change(),
                mt.enable_type_check(),
                mt.track_origin(False),
                mt.auto_call_functors(False),
            ):
                assert states() == (None, False, False, True, True, False, False)
            assert states() == outer
        assert states() == DEFAULTS

    def test_end_with_an_exception_too(self):
        with pytest.raises(RuntimeError), mt.allow_partial():
            raise RuntimeError
        assert states() == DEFAULTS

    def test_a_new_thread_starts_from_the_defaults(self):
        seen = []
        with mt.allow_partial(), mt.as_sealed():
            thread = threading.Thread(target=lambda: seen.append(states()))
            thread.start()
            thread.join()
        assert seen == [DEFAULTS]

    def test_threads_do_not_see_each_others_scopes(self):
        inside, leave = threading.Event(), threading.Event()

        def hold():
            with mt.as_sealed(), mt.notify_on_change(False):
                inside.set()
                leave.wait(5)

        thread = threading.Thread(target=hold)
        thread.start()
        inside.wait(5)
        seen = []
        mt.Dict(a=1, onchange_callback=seen.append).rebind(a=2)
        leave.set()
        thread.join()
        assert len(seen) == 1

    def test_leave_the_flags_of_nodes_alone(self):
        with mt.allow_partial(), mt.as_sealed(), mt.allow_writable_accessors():
            node = Node()
        assert not node.allow_partial and not node.is_sealed and not node.accessor_writable


class TestPartial:
    def test_flag_and_scope(self):
        with pytest.raises(TypeError):
            Node()
        with mt.allow_partial():
            assert Node().is_partial
            with mt.allow_partial(None), pytest.raises(TypeError):
                Node()
        with mt.allow_partial(False), pytest.raises(TypeError):
            Node.partial()

    def test_a_partial_object_is_refused_where_partial_is_not_accepted(self):
        with pytest.raises(ValueError):
            Owner(Node.partial())
        assert Owner.partial(Node.partial()).sym_missing() == {'a.x': mt.MISSING_VALUE}
        assert mt.Dict(a=Node.partial()).is_partial
        with mt.allow_partial():
            assert Owner().is_partial

    def test_a_node_that_accepts_partial_can_lose_values_again(self):
        node = Node.partial(x=1)
        assert not node.is_partial and node.rebind(x=mt.MISSING_VALUE).is_partial
        with pytest.raises(ValueError):
            Node(1).rebind(x=mt.MISSING_VALUE)


class TestSealed:
    def test_seal_is_recursive_sym_seal_is_not(self):
        node = Owner(Node(1))
        assert node.seal() is node and node.a.is_sealed and node.sym_sealed
        assert not node.sym_seal(False).is_sealed and node.a.is_sealed
        node.seal().seal(False)
        assert not node.a.is_sealed
        node.a.sym_seal()
        assert node.seal(False).a.is_sealed  # Nothing to do for a node in that state already.

    def test_by_constructor(self):
        assert Node(1, {'k': 1}, sealed=True).y.is_sealed

    def test_scope(self):
        node = Node(1)
        with mt.as_sealed():
            for change in (
                lambda: node.rebind(x=2),
                lambda: mt.Dict(a=1).update(a=2),
                lambda: mt.List([1]).append(2),
            ):
                with pytest.raises(mt.WritePermissionError):
                    change()
        node.seal()
        with mt.as_sealed(False):
            assert node.rebind(x=4).x == 4
        with pytest.raises(mt.WritePermissionError):
            node.rebind(x=5)


class TestAccessors:
    def test_flag_and_scope(self):
        node = Node(1)
        with mt.allow_writable_accessors():
            node.x = 3
        assert node.set_accessor_writable() is node
        node.x = 4
        with pytest.raises(TypeError):
            node.x = 's'
        d = mt.Dict(a=1)
        with mt.allow_writable_accessors(False):
            with pytest.raises(mt.WritePermissionError):
                d.a = 2
            d.rebind(a=2)
        assert node.x == 4 and d.a == 2


class TestTypeCheck:
    def test_off_skips_validation_but_not_defaults(self):
        with mt.enable_type_check(False):
            node = Node('s')
            assert node.y == 1 and node.rebind(y={'a': 1}).y.sym_path == 'y'
            with pytest.raises(TypeError):
                Node(q=1)
            with pytest.raises(TypeError):
                Node()
            d = mt.Dict(a='x', value_spec=T.Dict([('a', T.Int())]))
        assert node.x == 's' and d.a == 'x'
        with pytest.raises(TypeError):
            node.rebind(x='t')


class TestSettings:
    def test_have_queries(self):
        assert symbolic.is_empty_field_description_allowed()
        assert symbolic.is_repeated_class_registration_allowed()
        assert symbolic.get_origin_stacktrace_limit() == 10
        symbolic.set_origin_stacktrace_limit(3)
        try:
            assert symbolic.get_origin_stacktrace_limit() == 3
        finally:
            symbolic.set_origin_stacktrace_limit(10)
