"""Declaring symbolic classes: annotations, `members`, positional order, constructors."""

import abc
import dataclasses
import inspect
import itertools
import threading
from collections.abc import Callable
from typing import Annotated, Any, ClassVar, Final, Generic, TypeVar

import pytest

import mutandis as mt

T = mt.typing
X = TypeVar('X')


def keys(cls):
    return [str(k) for k in cls.__schema__.keys()]


class TestAnnotations:
    def test_which_names_are_fields(self):
        class Sample(mt.Object):
            a: int
            UPPER: int = 3
            UPPER_TOO: int = 1
            _private: int = 4
            constant: ClassVar[int] = 5
            Mixed: int = 2
            plain = 6

        assert keys(Sample) == ['a', 'Mixed']
        assert Sample.init_arg_list == ['a', 'Mixed']
        assert (Sample.UPPER, Sample._private, Sample.constant, Sample.plain) == (3, 4, 5, 6)
        assert Sample(1, 7).Mixed == 7

    def test_required_fields_may_follow_optional_ones(self):
        class Sample(mt.Object):
            a: int = 1
            b: int

        assert Sample(b=2) == Sample(1, 2)
        assert str(inspect.signature(Sample)) == '(a: int = 1, b: int = MISSING_VALUE)'

    def test_optional_alone_does_not_make_a_field_optional(self):
        class Sample(mt.Object):
            a: int | None
            b: int | None = None

        assert Sample(None).b is None
        with pytest.raises(TypeError):
            Sample()

    def test_none_as_default_makes_a_field_noneable(self):
        class Sample(mt.Object):
            a: int = None

        assert Sample().a is None and Sample(1).a == 1

    def test_missing_as_default_means_none(self):
        class Sample(mt.Object):
            a: int = mt.MISSING_VALUE

        with pytest.raises(TypeError):
            Sample()

    def test_defaults_are_checked_at_once_and_errors_name_the_field(self):
        with pytest.raises(TypeError, match='Sample.a'):

            class Sample(mt.Object):
                a: int = 's'

    def test_annotated(self):
        class Sample(mt.Object):
            a: Annotated[int, 'What a is.', {'unit': 'm'}] = 1

        field = Sample.__schema__['a']
        assert field.description == 'What a is.' and field.metadata == {'unit': 'm'}

    def test_specs_as_annotations(self):
        class Sample(mt.Object):
            a: T.Int(min_value=1)
            d: T.Dict([('x', T.Int()), ('y', T.Dict([('z', T.Int(1))]))])

        sample = Sample(1, {'x': 2})
        assert sample.d == {'x': 2, 'y': {'z': 1}} and sample.d.y.sym_path == 'd.y'
        with pytest.raises(ValueError):
            Sample(0, {'x': 2})
        with pytest.raises(ValueError):  # In a nested Dict, what is missing is a ValueError.
            Sample(1)
        with pytest.raises(KeyError):
            Sample(1, {'x': 1, 'q': 2})

    def test_nested_schemas_are_named_after_their_path(self):
        class Sample(mt.Object):
            d: T.Dict([('e', T.Dict([('f', T.Int(1))]))])

        spec = Sample.__schema__['d'].value
        assert spec.schema.name == f'{Sample.__type_name__}.d'
        assert spec.schema['e'].value.schema.name == f'{Sample.__type_name__}.d.e'

    def test_final_fields_are_frozen(self):
        class Sample(mt.Object):
            kind: Final[int] = 1
            y: int = 2

        assert Sample(3).y == 3 and Sample().kind == 1 and Sample(kind=1) == Sample()
        assert Sample.init_arg_list == ['y'] and 'kind' not in Sample().to_json()
        for change in (lambda: Sample(kind=2), lambda: Sample().rebind(kind=2)):
            with pytest.raises(ValueError):
                change()
        with pytest.raises(TypeError):

            class NoValue(mt.Object):
                kind: Final[int]

        with pytest.raises(TypeError):

            class Redeclared(Sample):
                kind: int = 2

        with pytest.raises(ValueError):

            class Changed(Sample):
                kind = 2

    def test_dataclass_fields_and_uncopyable_defaults(self):
        shared = threading.Lock()

        class Sample(mt.Object):
            a: list = dataclasses.field(default_factory=lambda: [1])
            b: int = dataclasses.field(default=2)
            lock: Any = shared

        assert Sample() == Sample([1], 2) and Sample().a is not Sample().a
        assert Sample().lock is shared

    def test_a_default_factory_makes_one_value_for_each_object(self):
        numbers = itertools.count()

        class Sample(mt.Object):
            number: int = dataclasses.field(default_factory=numbers.__next__)
            lock: Any = dataclasses.field(default_factory=threading.Lock)
            extra: int = dataclasses.field(default=1, kw_only=True, metadata={'unit': 'm'})

        class Fixed(Sample):
            number = 7

        first, second = Sample(), Sample()
        assert first.number < second.number and first.lock is not second.lock
        assert Sample(-1).number == -1 and Fixed().number == Fixed().number == 7
        assert Sample.init_arg_list == ['number', 'lock']
        assert Sample.__schema__['extra'].metadata == {'unit': 'm'}
        with pytest.raises(TypeError, match='Wrong.x'):

            class Wrong(mt.Object):
                x: int = dataclasses.field(default_factory=str)

    @pytest.mark.parametrize(
        'name', ['self', 'allow_partial', 'sealed', 'root_path', 'explicit_init']
    )
    def test_names_of_constructor_arguments_are_refused(self, name):
        with pytest.raises(TypeError, match=name):
            mt.members([(name, T.Int(1))])(type('Sample', (mt.Object,), {}))

    def test_inference_can_be_switched_off(self):
        class Sample(mt.Object):
            infer_symbolic_fields_from_annotations = False
            x: int = 1

        assert keys(Sample) == [] and Sample.x == 1
        with pytest.raises(TypeError):
            Sample(x=1)


class TestKeywordFields:
    def make(self):
        class Open(mt.Object):
            x: int
            __kwargs__: int

        return Open

    def test_behave_like_fields(self):
        cls = self.make()
        value = cls(1, b=3, a=2)
        assert value.a == 2 and list(value.sym_keys()) == ['x', 'b', 'a']
        assert value == cls(1, a=2, b=3) and hash(value) == hash(cls(1, a=2, b=3))
        assert value != cls(1) and value.clone() == value
        assert value.sym_init_args == {'x': 1, 'a': 2, 'b': 3}
        assert repr(cls(1, a=2)) == 'Open(x=1, a=2)'
        assert str(inspect.signature(cls)) == '(x: int, **kwargs: int)'

    def test_are_validated(self):
        cls = self.make()
        with pytest.raises(TypeError):
            cls(1, a='s')
        with pytest.raises(TypeError):
            cls(1, 2)
        with pytest.raises(AttributeError):
            cls(1).a  # noqa: B018

    def test_rebind_adds_and_removes_them(self):
        cls = self.make()
        value = cls(1, a=2)
        assert value.rebind(b=3) == cls(1, a=2, b=3)
        assert value.rebind(a=mt.MISSING_VALUE) == cls(1, b=3) and not hasattr(value, 'a')
        with pytest.raises(TypeError):
            value.rebind(a='s')

    def test_by_pattern(self):
        @mt.members([('x', T.Int()), (T.StrKey('foo.*'), T.Int())])
        class Patterned(mt.Object):
            pass

        assert Patterned(1, foo1=2).rebind(foo2=3).foo2 == 3
        with pytest.raises(TypeError):
            Patterned(1, bar=2)
        with pytest.raises(KeyError):
            Patterned(1).rebind(bar=3)

    def test_are_assignable_where_fields_are(self):
        class Open(mt.Object):
            allow_symbolic_assignment = True
            __kwargs__: int

        value = Open(a=1)
        value.a, value.b, value._c = 5, 6, 's'
        assert value == Open(a=5, b=6)
        with pytest.raises(TypeError):
            value.d = 's'


class TestMembers:
    def test_adds_fields_after_the_annotated_ones(self):
        @mt.members(
            [
                ('x', T.Int(), 'What x is.'),
                ('y', T.Str('s'), 'y', {'meta': 1}),
                ('z', 0.1),
                ('w', int),
            ],
            metadata={'k': 1},
        )
        class Sample(mt.Object):
            """Short.

            Long.

            Args:
              a: not part of the description.
            """

            a: int = 1

        assert Sample.init_arg_list == ['a', 'x', 'y', 'z', 'w']
        assert Sample(1, 2, w=3).z == 0.1
        schema = Sample.__schema__
        assert schema.metadata['k'] == 1 and schema['y'].metadata == {'meta': 1}
        assert schema['x'].description == 'What x is.' and schema['w'].value == T.Int()
        assert schema.description == 'Short.\n\nLong.'

    def test_extends_fields_that_exist(self):
        class Base(mt.Object):
            x: int

        @mt.members([('x', T.Int(3), 'New.')])
        class Sample(Base):
            pass

        assert Sample().x == 3 and Sample.__schema__['x'].description == 'New.'
        with pytest.raises(TypeError):
            Base()

    def test_takes_a_dict_too_and_the_later_of_two_definitions(self):
        @mt.members({'x': int, 'y': (T.Int(2), 'doc')})
        class Sample(mt.Object):
            pass

        assert Sample(1).y == 2

        @mt.members([('x', T.Int(1)), ('y', T.Int(2)), ('x', T.Str('s'))])
        class Twice(mt.Object):
            pass

        assert Twice() == Twice('s', 2)

    @pytest.mark.parametrize('fields', [5, 'x', [('x',)], [(1, T.Int())], [('x', T.Int(), 3)]])
    def test_malformed_definitions(self, fields):
        with pytest.raises((TypeError, KeyError)):

            @mt.members(fields)
            class Sample(mt.Object):
                pass

    def test_specs_are_never_shared(self):
        spec = T.Int()

        @mt.members([('x', spec)])
        class One(mt.Object):
            pass

        @mt.members([('x', 5)])
        class Two(One):
            pass

        assert Two().x == 5 and not spec.has_default
        with pytest.raises(TypeError):
            One()


FIELDS = [('x', T.Int()), ('y', T.Int(2)), ('l', T.List(T.Int()))]


class TestPositionalOrder:
    def make(self, names):
        @mt.members(FIELDS, init_arg_list=names)
        class Sample(mt.Object):
            pass

        return Sample

    def test_given_names_are_positional_the_others_keyword_only(self):
        cls = self.make(['y', 'x'])
        assert cls(1, 2, l=[]) == cls(x=2, y=1, l=[])
        with pytest.raises(TypeError):
            cls(1, 2, [])
        with pytest.raises(TypeError):
            self.make([])(1)

    def test_the_last_may_be_variadic(self):
        cls = self.make(['x', '*l'])
        assert cls(1, 2, 3) == cls(x=1, l=[2, 3]) and cls(1).l == []
        assert str(inspect.signature(cls)) == '(x: int, *l: int, y: int = 2)'
        with pytest.raises(TypeError):
            cls(1, 2, 3, l=[4])
        with pytest.raises(TypeError):
            cls(1, 's')

    @pytest.mark.parametrize('names', [['q'], ['*l', 'x'], ['*x'], ['x', '*q']])
    def test_bad_names(self, names):
        with pytest.raises(TypeError):
            self.make(names)

    def test_use_init_args_and_inheritance(self):
        @mt.use_init_args(['b', '*c'])
        class Sample(mt.Object):
            a: int = 1
            b: int
            c: list[int] = [9]

        class SameFields(Sample):
            a = 3

        class MoreFields(Sample):
            d: int = 4

        assert Sample(5) == Sample(b=5, c=[9]) and Sample(5, 6, 7).c == [6, 7]
        assert SameFields.init_arg_list == ['b', '*c'] and SameFields(1, 2).c == [2]
        assert MoreFields.init_arg_list == ['a', 'b', 'c', 'd']


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

        assert Sample(1).clone() == Sample(1)
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


class TestSchemaOfAClass:
    def test_update_schema(self):
        class Sample(mt.Object):
            x: int = 1

        Sample.update_schema([('y', T.Int(2))])
        assert Sample(1, 5).y == 5 and Sample.init_arg_list == ['x', 'y']
        Sample.update_schema([('z', T.Int(3))], extend=False)
        assert repr(Sample()) == 'Sample(z=3)'
        Sample.update_schema([('w', T.Int(4))], init_arg_list=['w'], metadata={'q': 1})
        assert Sample(7).w == 7 and Sample.__schema__.metadata['q'] == 1
        with pytest.raises(TypeError):
            Sample.update_schema(3)

    def test_hooks(self):
        seen = []

        class Sample(mt.Object):
            x: int

            @classmethod
            def _end_annotation_inference(cls, fields):
                return [f for f in fields if f.key != 'dropped']

            @classmethod
            def _on_schema_update(cls):
                seen.append(cls.__name__)

        class SubSample(Sample):
            dropped: int
            kept: int

        assert keys(SubSample) == ['x', 'kept'] and seen == ['Sample', 'SubSample']

    def test_hooks_run_in_order_and_may_change_the_outcome(self):
        seen = []

        class Sample(mt.Object):
            x: int
            y: int = 2

            @classmethod
            def _normalize_schema(cls, schema):
                seen.append('schema')
                return super()._normalize_schema(schema)

            @classmethod
            def _finalize_init_arg_list(cls):
                seen.append('arguments')
                return super()._finalize_init_arg_list()[::-1]

            @classmethod
            def _update_signatures_based_on_schema(cls):
                seen.append('signature')
                super()._update_signatures_based_on_schema()

            @classmethod
            def _create_sym_attribute(cls, name, field):
                seen.append(name)
                return property(lambda self: self.sym_init_args[name] + 100)

        assert seen == ['schema', 'arguments', 'signature', 'x', 'y']
        value = Sample(1, 2)
        assert value == Sample(x=2, y=1) and (value.x, value.y) == (102, 101)
        assert value.rebind(x=5).x == 105 and value.clone().x == 105
        assert str(inspect.signature(Sample)) == '(y: int = 2, x: int = MISSING_VALUE)'
        seen.clear()

        class SubSample(Sample):
            z: int = 3

        assert seen == ['schema', 'arguments', 'signature', 'z'] and SubSample(x=1).z == 103

    def test_a_mixin_may_make_the_class_symbolic_by_itself(self):
        class Mixin:
            def __init_subclass__(cls, **kwargs):
                mt.Object.__init_subclass__(cls)

        class Sample(Mixin, mt.Object):
            x: int = 1

        assert Sample(2).x == 2 and mt.from_json(Sample(2).to_json()) == Sample(2)

    def test_fields_are_listed_among_the_attributes(self):
        class Sample(mt.Object):
            x: int = 1

        assert 'x' in dir(Sample) and 'x' in dir(Sample()) and 'rebind' in dir(Sample)

    def test_names_and_fields(self):
        class Sample(mt.Object):
            x: int = 1

        assert Sample.__type_name__ == f'{__name__}.{Sample.__qualname__}'
        assert Sample.__schema__.name == Sample.__type_name__ == Sample.__serialization_key__
        assert Sample.sym_fields == T.Dict(Sample.__schema__)

    def test_docs_of_fields_come_from_the_docstring_of_the_class(self):
        class Sample(mt.Object):
            """Short.

            Args:
              x: What x is.
              y: Not used: y has a description.
            """

            x: int = 1
            y: Annotated[int, 'What y is.'] = 2

        @mt.members([('z', T.Int(3))])
        class SubSample(Sample):
            """Other.

            Attributes:
              x: Not used: it is inherited.
              z: What z is.
            """

        described = {str(k): f.description for k, f in SubSample.__schema__.items()}
        assert described == {'x': 'What x is.', 'y': 'What y is.', 'z': 'What z is.'}
        assert Sample.__schema__.description == 'Short.'
        assert SubSample.__schema__.description == 'Other.'

    def test_descriptions_can_be_required(self):
        mt.symbolic.allow_empty_field_description(False)
        try:

            class Described(mt.Object):
                x: Annotated[int, 'x'] = 1

            with pytest.raises(ValueError):

                class Undescribed(mt.Object):
                    x: int = 1

            for spec in (T.Dict([('a', T.Int())]), T.List(T.Dict([('a', T.Int())]))):
                with pytest.raises(ValueError, match='x.a'):
                    mt.members([('x', spec, 'x')])(type('Sample', (mt.Object,), {}))
        finally:
            mt.symbolic.allow_empty_field_description(True)


class TestRegistration:
    def test_keys(self):
        @mt.members([('x', T.Int(1))], serialization_key='tests.New', additional_keys=['tests.Old'])
        class Sample(mt.Object):
            pass

        class SubSample(Sample):
            pass

        assert Sample(3).to_json() == {'_type': 'tests.New', 'x': 3}
        for key in ('tests.New', 'tests.Old', Sample.__type_name__):
            assert mt.from_json({'_type': key, 'x': 3}) == Sample(3)
        assert SubSample().to_json()['_type'] == SubSample.__type_name__

    def test_repeated_registration_can_be_refused(self):
        mt.symbolic.allow_repeated_class_registration(False)
        try:

            @mt.members([('x', T.Int(1))], serialization_key='tests.Repeated')
            class Sample(mt.Object):
                pass

            with pytest.raises(KeyError):

                @mt.members([('x', T.Int(1))], serialization_key='tests.Repeated')
                class Other(mt.Object):
                    pass
        finally:
            mt.symbolic.allow_repeated_class_registration(True)


class TestGenerics:
    def test_generic_bases(self):
        class Box(mt.Object, Generic[X]):
            v: Any = 1

        class IntBox(Box[int]):
            pass

        class StrBox(Box[str]):
            pass

        class Shelf(mt.Object):
            box: Box[int]

        assert Box[int](3) == Box(3) and Shelf(IntBox()).box == IntBox()
        with pytest.raises(TypeError):
            Shelf(StrBox())

    def test_type_variables_are_no_types(self):
        with pytest.raises(TypeError):

            class Sample(mt.Object, Generic[X]):
                x: X
