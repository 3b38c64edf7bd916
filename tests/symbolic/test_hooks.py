"""Hooks by which a class says what readers of its fields get, and what it reports of itself."""

from typing import Any

import pytest

import mutandis as mt


class Doubling(mt.Object):
    x: Any = 1
    items: list[int] = []

    def _sym_inferred(self, key, **kwargs):
        value = super()._sym_inferred(key, **kwargs)
        return value * 2 if isinstance(value, int) else value


class More(Doubling):
    y: int = 5


class TestInferred:
    def test_readers_get_what_the_hook_gives(self):
        node = More(3, [1], y=2)
        assert (node.x, node.y, node.sym_inferred('x'), node.items) == (6, 4, 6, [1])
        assert node.sym_getattr('x') == 3 and repr(node) == 'More(x=3, items=[0: 1], y=2)'
        assert mt.KeyPath('x').query(node, use_inferred=True) == 6

    def test_the_stored_value_is_written_copied_compared_and_saved(self):
        node = Doubling(3, [1])
        assert node.rebind({'x': 4, 'items[0]': 5}).x == 8 and node.items == [5]
        assert node.clone().x == 8 and node == Doubling(4, [5]) != Doubling(8, [5])
        assert mt.from_json(node.to_json()).x == 8
        assert node.sym_nondefault() == {'x': 4, 'items[0]': 5}

    def test_a_default_stands_in_for_every_error_of_the_hook(self):
        class Failing(mt.Object):
            x: int = 1

            def _sym_inferred(self, key, **kwargs):
                raise ZeroDivisionError

        node = Failing()
        assert node.sym_inferred('x', 7) == 7 and not node.sym_inferrable('x')
        with pytest.raises(ZeroDivisionError):
            node.x  # noqa: B018

    def test_of_contextual_objects_overrides_come_first(self):
        class Child(mt.ContextualObject):
            x: int = 1
            z: Any = mt.contextual_attribute()

            def _sym_inferred(self, key, **kwargs):
                return super()._sym_inferred(key, **kwargs) * 2

        child = Child(3)
        with child.override(x=10):
            assert child.x == 10
        with mt.contextual_override(z=4):
            assert (child.x, child.z) == (6, 8)


class TestSymbolicForm:
    def test_the_hook_gives_what_sym_getattr_returns(self):
        class Boxed(mt.Object):
            x: Any = 1

            def _sym_getattr(self, key):
                return [super()._sym_getattr(key)]

        node = Boxed(3)
        assert node.x == node.sym_getattr('x') == node.sym_get('x') == [3]
        assert node.sym_getattr('absent', 5) == 5 and node.clone() == Boxed(3)
        with pytest.raises(AttributeError):
            node.sym_getattr('absent')


class TestReports:
    def test_of_a_child_are_part_of_those_of_its_parent(self):
        class Own(mt.Object):
            x: int = 1

            def _sym_missing(self):
                return {'x': mt.MISSING_VALUE}

            def _sym_nondefault(self):
                return {'x': 'other'}

        tree = mt.Dict(o=Own(), more=[Own()])
        assert Own().is_partial and set(tree.sym_missing()) == {'o.x', 'more[0].x'}
        assert tree.sym_nondefault() == {'o.x': 'other', 'more[0].x': 'other'}
