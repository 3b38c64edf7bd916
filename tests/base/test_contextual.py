"""Values that hold for what is called within a scope."""

import asyncio
import inspect
import threading

import pytest

import mutandis as mt
from mutandis.utils import ContextualOverride, all_contextual_values, get_contextual_override


def in_thread(function):
    """Runs a function in another thread and returns its result."""
    results = []
    thread = threading.Thread(target=lambda: results.append(function()))
    thread.start()
    thread.join()
    return results[0]


class TestScopes:
    def test_a_scope_gives_names_values(self):
        with mt.contextual_override(x=1, y=None):
            assert mt.contextual_value('x') == 1
            assert mt.contextual_value('y', 2) is None
            assert all_contextual_values() == {'x': 1, 'y': None}
        assert all_contextual_values() == {}

    def test_outside_of_one(self):
        with pytest.raises(KeyError, match='contextual_override'):
            mt.contextual_value('x')
        assert mt.contextual_value('x', 5) == 5
        assert mt.contextual_value('x', None) is None
        assert get_contextual_override('x') is None

    def test_the_innermost_wins_and_the_outer_comes_back(self):
        with mt.contextual_override(x=1, y=2):
            with mt.contextual_override(x=3):
                assert all_contextual_values() == {'x': 3, 'y': 2}
            assert mt.contextual_value('x') == 1

    def test_a_cascading_one_wins_against_inner_ones(self):
        with mt.contextual_override(cascade=True, x=1):
            with mt.contextual_override(x=2, y=3), mt.contextual_override(cascade=True, x=4):
                assert all_contextual_values() == {'x': 1, 'y': 3}

    def test_what_the_scope_gives(self):
        with mt.contextual_override(x=1):
            with mt.contextual_override(cascade=True, override_attrs=True, y=2) as overrides:
                assert overrides == {
                    'x': ContextualOverride(1, cascade=False, override_attrs=False),
                    'y': ContextualOverride(2, cascade=True, override_attrs=True),
                }
                assert get_contextual_override('y') == overrides['y']

    def test_a_value_may_bring_its_own_flags(self):
        with mt.contextual_override(x=ContextualOverride(1, cascade=True)):
            with mt.contextual_override(x=2):
                assert mt.contextual_value('x') == 1

    def test_it_ends_by_an_error_too(self):
        with pytest.raises(ZeroDivisionError), mt.contextual_override(x=1):
            _ = 1 / 0
        assert all_contextual_values() == {}

    def test_an_override_cannot_be_changed(self):
        with pytest.raises(AttributeError):
            ContextualOverride(1).value = 2


class TestOtherThreads:
    def test_they_do_not_see_the_scopes(self):
        with mt.contextual_override(x=1):
            assert in_thread(all_contextual_values) == {}

    def test_a_function_may_take_the_scopes_along(self):
        with mt.contextual_override(x=1):
            function = mt.with_contextual_override(all_contextual_values)
        with mt.contextual_override(x=2, y=3):
            assert in_thread(function) == {'x': 1}
            assert function() == {'x': 1, 'y': 3}
        assert function() == {'x': 1}
        assert all_contextual_values() == {}

    def test_a_cascading_scope_holds_there_too(self):
        with mt.contextual_override(x=1):
            function = mt.with_contextual_override(all_contextual_values)
        with mt.contextual_override(cascade=True, x=2):
            assert function() == {'x': 2}

    def test_arguments_and_the_name_are_kept(self):
        def combine(a, *b, **c):
            return a, b, c

        taken = mt.with_contextual_override(combine)
        assert taken(1, 2, k=3) == (1, (2,), {'k': 3})
        assert taken.__name__ == 'combine'

    def test_coroutine_functions(self):
        async def read(other):
            await asyncio.sleep(0)
            return mt.contextual_value('x'), other

        with mt.contextual_override(x=1):
            taken = mt.with_contextual_override(read)
        assert inspect.iscoroutinefunction(taken)
        assert asyncio.run(taken(2)) == (1, 2)

    def test_tasks_have_scopes_of_their_own(self):
        async def read(x):
            with mt.contextual_override(x=x):
                await asyncio.sleep(0.001)
                return mt.contextual_value('x')

        async def both():
            return await asyncio.gather(read(1), read(2))

        assert asyncio.run(both()) == [1, 2]
