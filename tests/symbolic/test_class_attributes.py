"""Methods, properties and constructors of a class that meet its fields."""

import abc
import functools
import inspect
import pickle
from collections.abc import Callable

import pytest

import mutandis as mt

T = mt.typing


def keys(cls):
    return [str(k) for k in cls.__schema__.keys()]


class Own(mt.Object):
    a: int

    @mt.explicit_method_override
    def __init__(self, k):
        super().__init__(a=k)


class TestMethodsAndProperties:
    def test_a_method_is_the_frozen_default_of_a_callable_field(self):
        class Base(mt.Object):
            f: Callable[[int], int]
            k: int = 2

        class Sample(Base):
            def f(self, v):
                return self.k * v

        assert Base(lambda v: v + 1).f(2) == 3
        assert Sample(k=3).f(2) == 6 and Sample.init_arg_list == ['k']
        with pytest.raises(ValueError):
            Sample(f=lambda v: v)
        with pytest.raises(TypeError):
            Base(3)

    def test_a_lambda_with_an_annotation_is_an_ordinary_default(self):
        class Sample(mt.Object):
            f: Callable = lambda v: v + 10

        assert Sample().f(1) == 11 and Sample(f=lambda v: v).f(1) == 1

    def test_functions_that_are_assigned_are_ordinary_defaults(self):
        class Sample(mt.Object):
            size: Callable = len
            upper: Callable = str.upper
            double: Callable = staticmethod(lambda v: 2 * v)
            key: Callable = keys

        value = Sample()
        assert (value.size([1]), value.upper('a'), value.double(2)) == (1, 'A', 4)
        assert value.key(Sample) == Sample.init_arg_list == ['size', 'upper', 'double', 'key']
        assert Sample(key=len).key([1]) == 1

    def test_a_property_or_method_over_the_annotation_of_its_name(self):
        class Sample(mt.Object):
            size: int

            @property
            def size(self):
                return 2 * self.sym_init_args.size

            count: int

            def count(self):
                return -self.sym_init_args.count

        value = Sample(1, 2)
        assert value.size == 2 and value.count() == -2 and value.rebind(size=3).size == 6
        with pytest.raises(TypeError):
            Sample()

    def test_methods_and_properties_of_bases_win_over_fields_of_their_name(self):
        class Mixin:
            def run(self):
                return 'run'

            @property
            def width(self):
                return 'width'

            kind = 'kind'

            @classmethod
            def build(cls):
                return cls

        class Sample(mt.Object, Mixin):
            run: int
            width: int
            kind: int
            build: int

        value = Sample(1, 2, 3, 4)
        assert value.run() == 'run' and value.width == 'width'
        assert (value.kind, value.build) == (3, 4)
        assert value.rebind(width=7, run=8) == Sample(8, 7, 3, 4) == value.clone()
        assert value.sym_init_args == {'run': 8, 'width': 7, 'kind': 3, 'build': 4}

        class Defaults(mt.Object, Mixin):
            run: int = 1
            width: int = 2

        class SubDefaults(Defaults):
            pass

        assert (Defaults().run, SubDefaults(3, 4).width) == (1, 4)
        assert SubDefaults().rebind(width=5).width == 5

    def test_fields_named_like_something_that_all_objects_have(self):
        with pytest.warns(UserWarning, match="'clone' of Hidden is hidden by `Object.clone`"):

            class Hidden(mt.Object):
                clone: int

        with pytest.warns(UserWarning, match="'save' of Hiding hides `Object.save`") as caught:

            class Hiding(mt.Object):
                save: str = 'png'

        assert caught[0].filename == __file__
        assert Hidden(1).clone() == Hidden(1) and Hidden(1).sym_getattr('clone') == 1
        assert Hiding().save == 'png' and repr(Hiding()) == "Hiding(save='png')"
        assert Hiding('gif').clone() == Hiding('gif') == mt.from_json(Hiding('gif').to_json())

    def test_methods_and_properties_win_over_inherited_fields(self):
        class Base(mt.Object):
            x: int = 1
            y: int = 2

        class Sample(Base):
            def x(self):
                return 'method'

            @property
            def y(self):
                return f'property of {self.sym_init_args.y}'

        class SubSample(Sample):
            pass

        for cls in (Sample, SubSample):
            value = cls(5, 6)
            assert value.x() == 'method' and value.y == 'property of 6'
            assert value.sym_getattr('x') == 5 and value.rebind(y=9).y == 'property of 9'
            assert repr(value) == f'{cls.__name__}(x=5, y=9)' and value.clone() == value

    def test_so_do_cached_properties_and_other_descriptors(self):
        computed = []

        class Named:
            def __set_name__(self, owner, name):
                self.name = name

            def __get__(self, obj, owner=None):
                return self if obj is None else f'descriptor {self.name}'

        class Base(mt.Object):
            x: int = 1
            y: int = 2

        class Sample(Base):
            @functools.cached_property
            def x(self):
                computed.append(self.sym_init_args.x)
                return self.sym_init_args.x + 10

            y = Named()

        value = Sample(5)
        assert (value.x, value.x, value.y) == (15, 15, 'descriptor y') and computed == [5]
        assert repr(value) == 'Sample(x=5, y=2)' and isinstance(Sample.y, Named)
        again = value.clone()
        assert again == value and (again.x, computed) == (15, [5, 5])
        assert value.rebind(x=6).sym_getattr('x') == 6

    def test_super_reads_the_field_that_a_property_hides(self):
        class Base(mt.Object):
            x: int = 1

        before = Base(3)

        class Sample(Base):
            @property
            def x(self):
                return 10 * super().x

        value = Sample(2)
        assert value.x == 20 and value.rebind(x=4).x == 40 and value == Sample(4) == value.clone()
        assert before.x == 3 and before.rebind(x=5).x == 5 and Base(6).x == 6

    def test_fields_satisfy_abstract_properties(self):
        class Base(mt.Object):
            @property
            @abc.abstractmethod
            def size(self):
                """Size."""

            @abc.abstractmethod
            def run(self):
                """Runs."""

        class Sample(Base):
            size: int = 3

            def run(self):
                return self.size

        @mt.members([('size', T.Int(8))])
        class Later(Base):
            def run(self):
                return self.size

        class Unfinished(Base):
            def run(self):
                return 1

        assert Sample(4).rebind(size=5).run() == 5 and Later().run() == 8
        for cls in (Base, Unfinished):
            with pytest.raises(TypeError):
                cls()

    def test_abstract_methods_of_mixins(self):
        class Mixin(abc.ABC):
            @abc.abstractmethod
            def run(self):
                """Runs."""

        class Base(mt.Object, Mixin):
            a: int = 1

        class Sample(Base):
            def run(self):
                return self.a

        with pytest.raises(TypeError):
            Base()
        assert Sample(2).run() == 2


class TestOwnConstructors:
    def test_must_be_marked(self):
        with pytest.raises(TypeError, match='explicit_method_override'):

            class Sample(mt.Object):
                def __init__(self):
                    pass

    def test_pass_the_field_values_on(self):
        class Sample(mt.Object):
            a: int
            b: int = 2

            @mt.explicit_method_override
            def __init__(self, k, **kwargs):
                self.before = k
                super().__init__(a=k, **kwargs)
                self.after = self.a

        assert repr(Sample(3)) == 'Sample(a=3, b=2)' and Sample(3, b=4).b == 4
        assert Sample(3).before == Sample(3).after == 3
        assert str(inspect.signature(Sample)) == '(k, **kwargs)'
        with pytest.raises(TypeError):
            Sample()
        with pytest.raises(TypeError):
            Sample('s')

    def test_are_inherited(self):
        class Base(mt.Object):
            a: int

            @mt.explicit_method_override
            def __init__(self, k, **kwargs):
                super().__init__(a=k, **kwargs)

        class Sample(Base):
            c: int = 5

        assert Sample(k=1, c=3) == Sample(1, c=3)
        with pytest.raises(TypeError):
            Sample(a=1)

    def test_without_the_super_call_using_the_object_is_a_value_error(self):
        class Sample(mt.Object):
            a: int

            @mt.explicit_method_override
            def __init__(self, a):
                pass

        for use in (lambda s: s.a, lambda s: s.sym_init_args, repr):
            with pytest.raises(ValueError, match='super'):
                use(Sample(1))
        with pytest.raises(ValueError):
            Sample(1).a = 3
        assert not hasattr(Sample(1), 'other')

    def test_copies_do_without_a_constructor_that_takes_something_else(self):
        class Sample(mt.Object):
            a: int
            b: int = 2

            @mt.explicit_method_override
            def __init__(self, k):
                super().__init__(a=k)

        class Alike(mt.Object):
            a: int

            @mt.explicit_method_override
            def __init__(self, a):
                super().__init__(a=a)
                self.extra = 7

        assert Sample(1).clone() == Sample(1) == mt.from_json(Sample(1).to_json())
        assert pickle.loads(pickle.dumps(Own(1))) == Own(1)
        assert Sample.partial(b=3).sym_missing() == {'a': mt.MISSING_VALUE}
        assert Sample.partial(1, 3) == Sample.partial(a=1, b=3)
        assert Alike(1).clone().extra == 7

    def test_mixins_after_the_symbolic_base_are_called_without_arguments(self):
        class Mixin:
            def __init__(self):
                self.m = 5

        class Needy:
            def __init__(self, q):
                self.q = q

        class Sample(mt.Object, Mixin):
            a: int = 1

        class Wrong(mt.Object, Needy):
            a: int = 1

        assert Sample(3).m == 5 and Sample(3).clone().m == 5
        assert not hasattr(Sample(3, explicit_init=True), 'm')
        with pytest.raises(TypeError):
            Wrong()

    def test_mixins_before_the_symbolic_base_must_be_marked(self):
        class Unmarked:
            def __init__(self):
                self.m = 5

        class Marked:
            @mt.explicit_method_override
            def __init__(self, *args, **kwargs):
                super().__init__(*args, **kwargs)
                self.m = 1

        with pytest.raises(TypeError):

            class Wrong(Unmarked, mt.Object):
                a: int = 1

        class Sample(Marked, mt.Object):
            a: int = 1

        class SubSample(Sample):
            b: int = 2

        assert Sample(3).a == 3 and Sample(3).m == 1
        assert SubSample(1, b=3).m == 1 and SubSample.partial().a == 1


class TestWhatIsSetOnAClassLater:
    def test_handlers_are_heard(self, monkeypatch):
        class Base(mt.Object):
            x: int = 1

        class Sub(Base):
            pass

        events = []
        Sub().rebind(x=2)
        with monkeypatch.context() as patch:
            patch.setattr(Base, '_on_bound', lambda self: events.append(f'bound {self.x}'))
            patch.setattr(Sub, '_on_change', lambda self, updates: events.append(dict(updates)))
            Sub(3).rebind(x=4)
            assert Base(5).clone().x == 5
            assert events[0] == 'bound 3' and events[1]['x'].new_value == 4
            assert events[2:] == ['bound 5', 'bound 5']
        Sub(3).rebind(x=4)
        assert len(events) == 4

    def test_switches_count(self):
        class Sample(mt.Object):
            x: int = 1

        Sample()
        Sample.allow_symbolic_assignment = True
        value = Sample()
        value.x = 2
        assert value == Sample(2)
        Sample.allow_symbolic_mutation = False
        assert Sample().is_sealed
        with pytest.raises(mt.WritePermissionError):
            Sample().rebind(x=3)

    def test_properties_win_over_fields(self, monkeypatch):
        class Sample(mt.Object):
            x: int = 1

        value = Sample(2)
        with monkeypatch.context() as patch:
            patch.setattr(Sample, 'x', property(lambda self: 'property'), raising=False)
            assert value.x == Sample(3).x == 'property'
            assert Sample(3).sym_init_args.x == 3 and repr(Sample(3)) == 'Sample(x=3)'
        assert (value.x, Sample(3).x) == (2, 3)
        field = Sample.x
        Sample.x = property(lambda self: 'property')
        Sample.x = field
        assert (value.x, Sample(3).x) == (2, 3)
