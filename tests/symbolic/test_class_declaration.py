"""Declaring symbolic classes: annotations, `members`, positional order, constructors."""

import dataclasses
import inspect
import itertools
import threading
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

        # A spec says itself whether None is welcome.
        for annotation in (mt.typing.Int(), 'mt.typing.Int()', Annotated[mt.typing.Int(), 'doc']):
            with pytest.raises(ValueError, match='Exact.a'):

                class Exact(mt.Object):
                    a: annotation = None

        # A subclass may not widen by a default what its base does not accept.
        class Strict(mt.Object):
            a: int

        with pytest.raises(ValueError, match='Loose.a'):

            class Loose(Strict):
                a = None

    def test_missing_as_default_means_none(self):
        class Sample(mt.Object):
            a: int = mt.MISSING_VALUE

        with pytest.raises(TypeError):
            Sample()

    def test_defaults_are_checked_at_once_and_errors_name_the_field(self):
        with pytest.raises(TypeError, match='Sample.a'):

            class Sample(mt.Object):
                a: int = 's'

        with pytest.raises(TypeError, match=r'^Sample\.a\[1\]: [^(]*$'):

            class Sample(mt.Object):
                a: list[int] = [1, 's']

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

        assert Sample(5) == Sample(b=5, c=[]) and Sample(5, 6, 7).c == [6, 7]
        assert SameFields.init_arg_list == ['b', '*c'] and SameFields(1, 2).c == [2]
        assert MoreFields.init_arg_list == ['a', 'b', 'c', 'd']

    def test_the_default_of_a_variadic_field_is_the_empty_list(self):
        @mt.members(
            [('x', T.List(T.Int(), default=[9])), ('y', T.Int())], init_arg_list=['y', '*x']
        )
        class Sample(mt.Object):
            pass

        @mt.members([('x', T.List(T.Int(), min_size=1))], init_arg_list=['*x'])
        class AtLeastOne(mt.Object):
            pass

        class Assigned(Sample):
            x = [3]

        for cls in (Sample, Assigned):
            assert cls.__schema__['x'].default_value == [] and cls(y=1) == cls(1) == cls(1, x=[])
        with pytest.raises(ValueError):
            AtLeastOne()
        assert AtLeastOne(1).x == [1]

    def test_dynamic_keys_may_be_positional(self):
        @mt.use_init_args(['x', 'y'])
        class Sample(mt.Object):
            x: int
            __kwargs__: int

        assert str(inspect.signature(Sample)) == '(x: int, y: int, **kwargs: int)'
        assert Sample(1, 2, z=3) == Sample(x=1, y=2, z=3) and Sample(1).sym_init_args == {'x': 1}
        with pytest.raises(TypeError):
            Sample(1, 2, y=3)
        for key in ('z', '*y1'):
            with pytest.raises(TypeError, match=key[-1]):

                @mt.members([(T.StrKey('y.*'), T.Int())], init_arg_list=[key])
                class Other(mt.Object):
                    pass


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

    def test_without_a_key_it_is_the_one_in_the_body_or_the_name_of_the_type(self):
        class Named(mt.Object):
            __serialization_key__ = 'tests.Named'

        class Plain(mt.Object):
            pass

        for cls, key in ((Named, 'tests.Named'), (Plain, Plain.__type_name__)):
            cls.register_for_deserialization('tests.other')
            assert cls().to_json() == {'_type': 'tests.other'}
            cls.register_for_deserialization(additional_keys=['tests.more'])
            assert cls.__serialization_key__ == key and cls().to_json() == {'_type': key}
            for known in (key, 'tests.other', 'tests.more'):
                assert type(mt.from_json({'_type': known})) is cls

    def test_repeated_registration_can_be_refused(self):
        mt.symbolic.allow_repeated_class_registration(False)
        try:

            @mt.members([('x', T.Int(1))], serialization_key='tests.Repeated')
            class Sample(mt.Object):
                pass

            # The same class may be decorated again.
            mt.members([('y', T.Int(1))], serialization_key='tests.Repeated')(Sample)
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
