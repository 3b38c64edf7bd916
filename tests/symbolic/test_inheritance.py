"""Inheritance: what sub-classes may change in fields, and how several bases are merged."""

import weakref
from typing import Annotated, Any, Literal

import pytest

import mutandis as mt

T = mt.typing


class Base(mt.Object):
    x: int
    y: float = 1.0


def keys(cls):
    return [str(k) for k in cls.__schema__.keys()]


class TestDefaults:
    def test_a_plain_attribute_is_a_new_default(self):
        class Sub(Base):
            x = 5

        assert Sub() == Sub(5, 1.0) and Sub.init_arg_list == ['x', 'y']
        with pytest.raises(TypeError):
            Base()

    def test_it_is_validated(self):
        with pytest.raises(TypeError):

            class Sub(Base):
                x = 's'

    def test_redeclaring_without_a_default_drops_it(self):
        class Middle(Base):
            x = 5

        class Sub(Middle):
            x: int

        with pytest.raises(TypeError):
            Sub()

    def test_origin_is_the_class_that_set_the_default_last(self):
        class Sub(Base):
            x = 5

        class SubSub(Sub):
            z: int = 1

        assert Sub.__schema__['x'].origin is Sub and Sub.__schema__['y'].origin is Base
        assert SubSub.__schema__['x'].origin is Sub


class TestRedeclaring:
    def test_fields_keep_their_place_and_new_ones_follow(self):
        class Sub(Base):
            z: str = 'z'
            x: int = 7

        assert keys(Sub) == ['x', 'y', 'z'] and Sub().x == 7

    def test_narrowing(self):
        class Wide(mt.Object):
            a: Any = None
            b: int | str = 1
            c: int | None = None
            d: str = 'x'

        class Narrow(Wide):
            a: int = 2
            b: int
            c: int = 3
            d: Literal['x', 'y'] = 'y'

        assert repr(Narrow(b=1)) == "Narrow(a=2, b=1, c=3, d='y')"
        with pytest.raises(ValueError):
            Narrow(b=1, d='z')

    @pytest.mark.parametrize('annotation', [str, int | None, Any, T.Int().noneable()])
    def test_widening_is_a_type_error_that_names_the_field(self, annotation):
        with pytest.raises(TypeError, match='x'):
            type('Sub', (Base,), {'__annotations__': {'x': annotation}, '__module__': __name__})

    def test_the_path_leads_into_nested_fields(self):
        class Nested(mt.Object):
            d: T.Dict([('a', T.Dict([('b', T.Int())]))])

        with pytest.raises(TypeError, match=r'\(path=Sub\.d\.a\.b\)$'):

            class Sub(Nested):
                d: T.Dict([('a', T.Dict([('b', T.Str())]))])

    def test_descriptions_are_inherited_and_metadata_merged(self):
        class Documented(mt.Object):
            x: Annotated[int, 'What x is.', {'m': 1}] = 1

        class Sub(Documented):
            x: int = 2

        class Other(Documented):
            x: Annotated[int, 'Other.', {'n': 2}] = 2

        assert Sub.__schema__['x'].description == 'What x is.'
        assert Other.__schema__['x'].description == 'Other.'
        assert Other.__schema__['x'].metadata == {'m': 1, 'n': 2}

    def test_the_schema_of_the_base_is_untouched(self):
        class Sub(Base):
            x: T.Int(min_value=1) = 3

        assert Sub.__schema__ is not Base.__schema__
        assert Base(-1).x == -1
        with pytest.raises(ValueError):
            Sub(-1)


class TestSeveralBases:
    def test_the_more_derived_definition_wins(self):
        class A(mt.Object):
            x: int = 1

        class B(A):
            b: int = 2

        class C(A):
            x = 3
            c: int = 3

        class D(B, C):
            pass

        class E(B, C):
            x = 9
            z: int

        assert D() == D(x=3, b=2, c=3) and keys(D) == ['x', 'b', 'c']
        assert E(z=1).x == 9 and E.init_arg_list == ['x', 'b', 'c', 'z']

    def test_otherwise_the_first_base(self):
        class A(mt.Object):
            x: int = 1

        class B(A):
            x = 2

        class C(A):
            x = 3

        assert type('D', (B, C), {})().x == 2 and type('E', (C, B), {})().x == 3

    def test_one_field_for_other_keywords_survives(self):
        class A(mt.Object):
            a: int = 1
            __kwargs__: int

        class B(mt.Object):
            b: int = 1
            __kwargs__: str

        class C(A, B):
            pass

        assert C(c=1).c == 1 and keys(C) == ['a', 'b', 'StrKey()']
        with pytest.raises(TypeError):
            C(c='s')

    def test_conflicting_types_of_unrelated_bases(self):
        class A(mt.Object):
            x: int = 1

        class B(mt.Object):
            x: str = 's'

        with pytest.raises(TypeError, match='x'):

            class C(A, B):
                pass

    def test_user_metadata_is_inherited(self):
        @mt.members([], metadata={'kind': 'layer'})
        class A(mt.Object):
            x: int = 1

        class B(A):
            pass

        assert B.__schema__.metadata['kind'] == 'layer'


class TestEventsOfSubClasses:
    def test_super_calls_work_through_the_hierarchy(self):
        class A(mt.Object):
            a: int = 1

            def _on_bound(self):
                super()._on_bound()
                self.k = self.a + 1

        class B(A):
            b: int = 3

            def _on_bound(self):
                super()._on_bound()
                self.total = self.b + self.k

        assert B(4).total == 8 and B(4).rebind(a=1).total == 5
        assert B(4).clone().total == 8


class TestSlots:
    def test_slots_of_a_class_stand_beside_its_fields(self):
        class Slotted(mt.Object):
            __slots__ = ('cache', 'x')  # A field is no slot.
            x: int = 1

        class Sub(Slotted):
            __slots__ = 'more'
            y: int = 2

        node = Sub(5)
        node.cache, node.more = [1], [2]
        assert (node.cache, node.more) == ([1], [2]) and 'cache' not in vars(node)
        assert node.rebind(x=6) == Sub(6, 2) and mt.from_json(node.to_json()) == node
        assert not hasattr(node.clone(), 'cache')
        assert weakref.ref(node)() is node
        with pytest.raises(TypeError):
            Slotted('a')
