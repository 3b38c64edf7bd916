"""Objects whose attributes depend on where they stand and on what scopes are open."""

import copy
import gc
import pickle
import subprocess
import sys
import threading
import weakref
from typing import Any

import pytest

import mutandis as mt
from mutandis.symbolic import ContextualAttribute, Inferential


class Part(mt.ContextualObject):
    x: int
    y: int = mt.contextual_attribute()
    z: int = mt.contextual_attribute(default=-1)
    kind = 'part'

    @property
    def double(self):
        return self.x * 2

    def describe(self):
        return f'{self.kind} {self.x}'


class Whole(mt.ContextualObject):
    y: int
    z: int
    part: Part


class TestContextualAttribute:
    def test_it_is_that_of_the_nearest_contextual_object_around(self):
        whole = Whole(2, 3, Part(1))
        assert (whole.part.x, whole.part.y, whole.part.z) == (1, 2, 3)
        whole.rebind(y=20)
        assert whole.part.y == 20

    def test_other_objects_and_containers_are_passed_by(self):
        class Plain(mt.Object):
            y: int
            parts: list[Part]

        class Model(mt.ContextualObject):
            y: int
            plain: Plain
            more: dict

        model = Model(1, Plain(2, [Part(0)]), {'y': 5, 'part': Part(0)})
        assert model.plain.parts[0].y == 1
        assert model.more.part.y == 1
        assert model.plain.y == 2

    def test_one_without_the_attribute_is_passed_by(self):
        class Wrapper(mt.ContextualObject):
            part: Part

        class Model(mt.ContextualObject):
            y: int
            wrapper: Wrapper

        assert Model(1, Wrapper(Part(0))).wrapper.part.y == 1

    def test_properties_and_class_attributes_count(self):
        class Model(mt.ContextualObject):
            part: Part
            z = 7

            @property
            def y(self):
                return 6

        model = Model(Part(0))
        assert (model.part.y, model.part.z) == (6, 7)

    def test_an_own_value_comes_before(self):
        assert Whole(2, 3, Part(1, y=4)).part.y == 4
        whole = Whole(2, 3, Part(1))
        whole.part.rebind(y=5)
        assert (whole.part.y, whole.y) == (5, 2)
        whole.part.rebind(y=mt.MISSING_VALUE)
        assert whole.part.y == 2

    def test_then_the_scope_then_the_default(self):
        part = Part(1)
        assert part.z == -1
        with pytest.raises(AttributeError, match='y'):
            _ = part.y
        with mt.contextual_override(y=3, z=4):
            assert (part.y, part.z) == (3, 4)
            assert Whole(1, 2, Part(1)).part.y == 1

    def test_one_may_come_from_another(self):
        class Inner(mt.ContextualObject):
            y: int = mt.contextual_attribute()

        class Middle(mt.ContextualObject):
            inner: Inner
            y: int = mt.contextual_attribute(default=6)

        class Outer(mt.ContextualObject):
            y: int
            middle: Middle

        assert Middle(Inner()).inner.y == 6
        assert Outer(1, Middle(Inner())).middle.inner.y == 1
        with mt.contextual_override(y=8):
            assert Middle(Inner()).inner.y == 8

    def test_the_field_checks_what_is_given(self):
        with pytest.raises(TypeError):
            Part(1, y='a')

    def test_it_works_in_any_node(self):
        class Plain(mt.Object):
            y: int = mt.contextual_attribute()

        with mt.contextual_override(y=3):
            assert Plain().y == 3
            assert mt.Dict(y=mt.contextual_attribute()).y == 3

    def test_what_it_is(self):
        attribute = mt.contextual_attribute(int, default=1)
        assert isinstance(attribute, ContextualAttribute) and isinstance(attribute, Inferential)
        assert repr(attribute) == "ContextualAttribute(type=<class 'int'>, default=1)"
        assert not Part(1).is_partial
        with pytest.raises(AttributeError):
            mt.contextual_attribute().infer()


class TestOverrideOfAttributes:
    def test_a_scope_may_come_before_own_values(self):
        whole = Whole(2, 3, Part(1))
        with mt.contextual_override(override_attrs=True, x=10, y=11, unknown=12):
            assert (whole.y, whole.z, whole.part.x, whole.part.y) == (11, 3, 10, 11)
            assert not hasattr(whole, 'unknown')
        with mt.contextual_override(x=10, y=11):
            assert (whole.y, whole.part.x, whole.part.y) == (2, 1, 2)

    def test_only_fields_are_concerned(self):
        with mt.contextual_override(override_attrs=True, kind='k', describe=1, x=5):
            assert Part(1).describe() == 'part 5'
            assert Part(1).double == 10

    def test_inherited_fields(self):
        class Special(Part):
            w: int = 0
            x = 9

        with mt.contextual_override(override_attrs=True, x=1, w=2):
            assert (Special().x, Special().w) == (1, 2)
        assert (Special().x, Special().w) == (9, 0)
        assert isinstance(Special.x, property)

    def test_stored_values_stay(self):
        part = Part(1)
        with mt.contextual_override(override_attrs=True, x=2):
            assert part.sym_inferred('x') == 2
            assert part.sym_getattr('x') == 1 and part.sym_init_args.x == 1
            assert mt.eq(part, Part(1)) and part.to_json()['x'] == 1

    def test_algorithms_see_stored_values(self):
        part, other = Part(1, y=2), Part(1, y=2)
        plain = (hash(part), part.to_json(), list(part.sym_items()))
        for scope in (
            mt.contextual_override(override_attrs=True, x=9, y=9),
            part.override(x=9, y=9),
        ):
            with scope:
                assert part == other and mt.eq(part, other) and not mt.lt(part, other)
                assert (hash(part), part.to_json(), list(part.sym_items())) == plain
                copied = part.clone()
                assert mt.query(part, where=lambda v: v == 9) == {}
            assert copied == other and mt.clone(copied, deep=True) == other

    def test_dynamic_keys(self):
        class Open(mt.ContextualObject):
            __kwargs__: int

        obj = Open(a=1)
        with mt.contextual_override(override_attrs=True, a=3):
            assert obj.a == 3
        with obj.override(a=2):
            assert obj.a == 2
        assert obj.a == 1


class TestOverrideOfAnObject:
    def test_it_holds_for_this_object_only(self):
        part, other = Part(1), Part(1)
        with part.override(x=5, y=6) as overrides:
            assert {k: v.value for k, v in overrides.items()} == {'x': 5, 'y': 6}
            assert (part.x, part.y, other.x) == (5, 6, 1)
            with part.override(x=7):
                assert (part.x, part.y) == (7, 6)
            assert part.x == 5 and part.double == 10
        assert part.x == 1

    def test_it_comes_before_any_scope(self):
        part = Part(1)
        with part.override(x=5), mt.contextual_override(override_attrs=True, cascade=True, x=6):
            assert part.x == 5

    def test_those_below_see_it(self):
        whole = Whole(2, 3, Part(1))
        with whole.override(y=9):
            assert whole.part.y == 9
            with whole.part.override(y=10):
                assert (whole.part.y, whole.y) == (10, 9)

    def test_attributes_of_the_class(self):
        part, other = Part(1), Part(1)
        with part.override(kind='K', double=3, describe=lambda: 'text'):
            assert (part.kind, part.double, part.describe()) == ('K', 3, 'text')
            assert (other.kind, other.double, other.describe()) == ('part', 2, 'part 1')
        assert (part.kind, part.double, part.describe()) == ('part', 2, 'part 1')

    def test_it_creates_no_attributes(self):
        part = Part(1)
        with part.override(unknown=1, _private=2):
            assert not hasattr(part, 'unknown') and not hasattr(part, '_private')

    def test_other_threads_do_not_see_it(self):
        part, seen = Part(1), []
        with part.override(x=5):
            thread = threading.Thread(target=lambda: seen.append(part.x))
            thread.start()
            thread.join()
        assert seen == [1]

    def test_it_ends_by_an_error_too(self):
        part = Part(1)
        with pytest.raises(ZeroDivisionError), part.override(x=2):
            _ = 1 / 0
        assert part.x == 1

    def test_the_object_is_free_afterwards(self):
        part = Part(1)
        reference = weakref.ref(part)
        with part.override(x=5):
            pass
        del part
        gc.collect()
        assert reference() is None


class TestNode:
    def test_text_shows_inferred_values(self):
        assert repr(Whole(2, 3, Part(1))) == 'Whole(y=2, z=3, part=Part(x=1, y=2, z=3))'
        assert str(Whole(2, 3, Part(1)).part) == 'Part(\n  x = 1,\n  y = 2,\n  z = 3\n)'
        assert 'y=ContextualAttribute(' in repr(Part(1))
        with mt.contextual_override(y=7):
            assert repr(Part(1)) == 'Part(x=1, y=7, z=-1)'

    def test_copies(self):
        part = Part(1, z=4)
        for copied in (
            part.clone(),
            copy.deepcopy(part),
            pickle.loads(pickle.dumps(part)),
            mt.from_json_str(part.to_json_str()),
        ):
            assert copied == part and copied.z == 4
            assert isinstance(copied.sym_getattr('y'), ContextualAttribute)

    def test_a_fresh_process_reads_its_json(self):
        text = mt.to_json_str(mt.contextual_attribute(default=1))
        code = f'import mutandis as mt; print(mt.from_json_str({text!r}).default)'
        done = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True)
        assert done.stdout.strip() == '1', done.stderr

    def test_assignment_and_rebind(self):
        class Open(mt.ContextualObject):
            allow_symbolic_assignment = True
            x: int = 1
            items: list[int] = []

        obj = Open()
        obj.x = 2
        obj.items.append(3)
        assert repr(obj) == 'Open(x=2, items=[0: 3])'
        with pytest.raises(TypeError):
            obj.x = 'a'
        with pytest.raises(mt.WritePermissionError):
            Part(1).x = 2

    def test_a_property_wins_over_a_field(self):
        class Base(mt.ContextualObject):
            name: str

        class Named(Base):
            @property
            def name(self):
                return self.sym_init_args.name.upper()

        assert Named('field').name == 'FIELD'
        with mt.contextual_override(override_attrs=True, name='scope'):
            assert (Named('field').name, Base('field').name) == ('FIELD', 'scope')

    def test_ordinary_objects_read_plain_attributes(self):
        class Plain(mt.Object):
            x: Any = None

        assert 'x' not in Plain.__dict__
        assert Plain.__getattribute__ is object.__getattribute__


class TestOtherWaysToBuildOne:
    def test_fields_of_ordinary_bases_are_contextual_too(self):
        class Plain(mt.Object):
            x: int

        class Both(Plain, mt.ContextualObject):
            y: int = mt.contextual_attribute(default=3)

        both = Both(1)
        with mt.contextual_override(override_attrs=True, x=5, y=6):
            assert (both.x, both.y, Plain(2).x) == (5, 6, 2)
        assert (both.x, both.y) == (1, 3)
        assert Both.partial().sym_missing() and Both.partial(y=1).y == 1

    def test_a_search_space(self):
        class Layer(mt.ContextualObject):
            units: int
            rate: float = mt.contextual_attribute()

        class Net(mt.ContextualObject):
            rate: float
            layers: list[Layer]

        space = Net(mt.oneof([0.1, 0.2]), [Layer(mt.oneof([1, 2]))])
        found = [(n.layers[0].units, n.layers[0].rate) for n in mt.iter(space)]
        assert found == [(1, 0.1), (2, 0.1), (1, 0.2), (2, 0.2)]

    def test_an_own_constructor(self):
        class Doubled(mt.ContextualObject):
            x: int

            @mt.explicit_method_override
            def __init__(self, half):
                super().__init__(x=half * 2)

        obj = Doubled(3)
        with obj.override(x=1):
            assert obj.x == 1
        assert obj.x == 6

    def test_an_abstract_property(self):
        import abc

        class Base(mt.ContextualObject):
            @property
            @abc.abstractmethod
            def k(self):
                pass

        class Impl(Base):
            k: int = 1

        with mt.contextual_override(override_attrs=True, k=5):
            assert Impl().k == 5
        assert Impl(2).k == 2
