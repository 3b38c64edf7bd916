"""Specs of objects, classes and callables; references by name; values that decide themselves."""

import datetime
import sys
import typing

import pytest

import mutandis.typing as T
from mutandis.base import MISSING_VALUE, KeyPath, MaybePartial

X = typing.TypeVar('X')


class A:
    class Inner:
        pass


class B(A):
    pass


class Box(typing.Generic[X]):
    pass


class LabeledBox(Box[list[X]]):
    pass


class IntBox(Box[int]):
    pass


class Runs(typing.Protocol):
    def run(self): ...


class Half(MaybePartial):
    def __init__(self, partial):
        self.partial = partial

    @property
    def is_partial(self):
        return self.partial

    def missing_values(self, flatten=True):
        return {}


class Placeholder(T.CustomTyping):
    def custom_apply(self, path, value_spec, allow_partial, child_transform=None):
        assert isinstance(path, KeyPath)
        self.asked = (str(path), value_spec)
        return False, self


def this_module():
    return sys.modules[__name__]


class TestObject:
    def test_instances(self):
        b = B()
        assert T.Object(A).apply(b) is b
        with pytest.raises(TypeError):
            T.Object(B).apply(A())

    def test_bad_classes(self):
        for bad in (None, object, 1):
            with pytest.raises(TypeError):
                T.Object(bad)

    def test_partial_objects(self):
        whole, half = Half(False), Half(True)
        assert T.Object(Half).apply(whole) is whole
        assert T.Object(Half).apply(half, allow_partial=True) is half
        with pytest.raises(ValueError):
            T.Object(Half).apply(half)

    def test_generics_and_protocols(self):
        box = IntBox()
        assert T.Object(Box[int]).apply(box) is box
        with pytest.raises(TypeError):
            T.Object(Box[str]).apply(box)
        a = A()
        assert T.Object(Runs).apply(a) is a
        with pytest.raises(TypeError):
            T.Object(Runs).apply(1)

    def test_builtin_containers_are_checked_by_origin(self):
        assert T.Object(set[int]).apply({1}) == {1}
        assert T.Object(typing.Iterable[int]).apply([1]) == [1]
        with pytest.raises(TypeError):
            T.Object(frozenset[int]).apply({1})

    def test_none_type_accepts_none_only(self):
        spec = T.Object(type(None))
        assert spec.apply(None) is None
        with pytest.raises(TypeError):
            spec.apply(1)

    def test_converters(self):
        assert T.Object(KeyPath).apply('a.b') == KeyPath.parse('a.b')
        assert T.Str().apply(KeyPath.parse('a.b')) == 'a.b'
        moment = T.Object(datetime.datetime).apply(60)
        assert moment.timestamp() == 60
        assert T.Int().apply(moment) == 60

    def test_register_converter(self):
        T.register_converter(A, str, lambda a: 'an A')
        try:
            assert T.Str().apply(A()) == 'an A'
            assert T.get_converter(B, str)(B()) == 'an A'
            assert T.get_converter(A, bytes) is None
            assert T.get_json_value_converter(A) is not None
        finally:
            from mutandis.typing import converters

            del converters._converters[0]
            converters._cache.clear()
            converters._json_cache.clear()
        with pytest.raises(TypeError):
            T.register_converter(1, str, str)

    def test_call(self):
        assert isinstance(T.Object(A)(), A)


class TestType:
    def test_subclasses(self):
        assert T.Type(A).apply(B) is B
        with pytest.raises(ValueError):
            T.Type(B).apply(A)
        with pytest.raises(TypeError):
            T.Type(A).apply(A())
        with pytest.raises(TypeError):
            T.Type(1)

    def test_type_and_annotation(self):
        assert T.Type(A).type is A
        assert T.Type(A)() is A
        assert T.Type(A).annotation == typing.Type[A]  # noqa: UP006


class TestCallable:
    def test_any_callable(self):
        assert T.Callable().apply(len) is len
        with pytest.raises(TypeError):
            T.Callable().apply(1)

    def test_number_and_names_of_parameters(self):
        T.Callable([int]).apply(lambda x: x)
        T.Callable([int, int]).apply(lambda *args: args)
        T.Callable(kw=[('x', int)]).apply(lambda x: x)
        T.Callable(kw=[('y', int)]).apply(lambda **kwargs: kwargs)
        with pytest.raises(TypeError):
            T.Callable([int, int]).apply(lambda x: x)
        with pytest.raises(TypeError):
            T.Callable(kw=[('y', int)]).apply(lambda x: x)

    def test_builtins_that_do_not_tell_what_they_take(self):
        assert T.Callable([int, int]).apply(max) is max
        with pytest.raises(TypeError):
            T.Callable([int, int]).apply(len)

    def test_shape_of_arguments(self):
        for arguments in ({'args': 1}, {'kw': 1}, {'kw': [1]}, {'returns': 1}):
            with pytest.raises(TypeError):
                T.Callable(**arguments)

    def test_annotation(self):
        assert T.Callable([int], returns=str).annotation == typing.Callable[[int], str]
        assert T.Callable().annotation == typing.Callable[[], None]
        assert T.Callable(kw=[('x', int)]).annotation == typing.Callable[..., None]

    def test_subscripts(self):
        assert T.Callable[[int], str] == T.Callable([int], returns=str)
        assert T.Callable[..., None] == T.Callable(returns=T.Object(type(None)))

    def test_functor_spec_differs(self):
        assert T.Functor() != T.Callable()
        assert T.Callable() != T.Functor()
        with pytest.raises(TypeError):
            T.Functor().apply(lambda: 1)


class TestForwardRef:
    def test_members(self):
        ref = T.ForwardRef(this_module(), 'A.Inner')
        assert (ref.name, ref.qualname) == ('Inner', 'A.Inner')
        assert ref.resolved and ref.cls is A.Inner
        assert ref.type_id == f'{__name__}.A.Inner'
        assert ref == A.Inner and ref == T.ForwardRef(this_module(), 'A.Inner')
        missing = T.ForwardRef(this_module(), 'Nope')
        assert not missing.resolved and missing.as_annotation() == 'Nope'
        with pytest.raises(TypeError):
            _ = missing.cls

    def test_name_belongs_to_the_calling_module(self):
        assert T.Object('A').cls is A
        assert T.Object('A') == T.Object(A)
        assert T.Type('A').type is A

    def test_unchecked_until_the_name_exists(self):
        spec = T.List(T.Object('LaterClass'))
        union = T.Union([T.Object('LaterClass'), T.Int()])
        assert not spec.type_resolved
        assert {r.name for r in spec.forward_refs} == {'LaterClass'}
        assert spec.apply([1]) == [1]
        assert union.apply('x') == 'x'
        try:
            this_module().LaterClass = B
            assert spec.type_resolved
            with pytest.raises(TypeError):
                spec.apply([1])
            with pytest.raises(TypeError):
                union.apply('x')
        finally:
            del this_module().LaterClass


class TestCustomTyping:
    def test_value_decides(self):
        value = Placeholder()
        for spec in (T.Int(), T.Str(), T.Any(), T.Callable(), T.Enum['a', 'b'], T.Object(A)):
            assert spec.apply(value, root_path=KeyPath('x')) is value
            assert value.asked == ('x', spec)

    def test_element_and_union(self):
        value = Placeholder()
        T.List(int).apply([1, value])
        assert value.asked == ('[1]', T.Int())
        union = T.Union([int, str])
        union.apply(value)
        assert value.asked[1] is union

    def test_frozen_field_refuses(self):
        with pytest.raises(ValueError):
            T.Int(1).freeze().apply(Placeholder())


class TestTransform:
    def test_runs_before_the_type_check(self):
        spec = T.List(int, transform=list)
        assert spec.apply((1, 2)) == [1, 2]
        assert T.List(int, transform=list, default=(1,)).default == [1]

    def test_does_not_see_none_or_placeholders(self):
        def fail(value):
            raise AssertionError(value)

        spec = T.List(int, transform=fail).noneable()
        assert spec.apply(None) is None
        placeholder = Placeholder()
        assert spec.apply(placeholder) is placeholder

    def test_error_keeps_its_type_and_tells_the_path(self):
        with pytest.raises(ZeroDivisionError, match='model'):
            T.Any(transform=lambda x: 1 / 0).apply(1, root_path=KeyPath('model'))

    def test_skip_user_transform(self):
        spec = T.List(int, transform=list)
        assert spec.skip_user_transform == T.List(int)
        assert T.Int().skip_user_transform == T.Int()


class TestMissingValue:
    def test_equality(self):
        missing = T.MissingValue(T.Int())
        assert missing == MISSING_VALUE and MISSING_VALUE == missing
        assert missing == T.MissingValue(T.Int())
        assert missing != T.MissingValue(T.Str())
        assert hash(missing) == hash(MISSING_VALUE)

    def test_text(self):
        missing = T.MissingValue(T.Int())
        assert repr(missing) == 'MISSING_VALUE'
        assert str(missing) == 'MISSING_VALUE(Int())'


class TestIntrospection:
    @pytest.mark.parametrize(
        'src, target, expected',
        [
            (bool, int, True),
            (int, typing.Any, True),
            (typing.Any, int, False),
            (IntBox, Box[int], True),
            (IntBox, Box[str], False),
            (Box, Box[int], False),
            (Box[int], Box, True),
            (Box[bool], Box[int], True),
            (LabeledBox[int], Box[list[int]], True),
            (LabeledBox[int], Box[list[str]], False),
            (LabeledBox, Box[list[int]], False),
            (A, Runs, True),
            (int, Runs, False),
            (A, (int, A), True),
            (int, typing.Union[int, str], True),  # noqa: UP007
        ],
    )
    def test_is_subclass(self, src, target, expected):
        assert T.is_subclass(src, target) is expected

    def test_types_and_arguments(self):
        assert T.get_type(Box[int]) is Box and T.get_type(int) is int
        with pytest.raises(TypeError):
            T.get_type(1)
        assert T.get_type_args(Box[int]) == (int,)
        assert T.get_type_args(IntBox, Box) == (int,)
        assert T.get_type_args(LabeledBox[int], Box) == (list[int],)
        assert T.get_type_args(int) == ()
        assert T.is_generic(Box[int]) and not T.is_generic(Box)
        assert T.has_generic_bases(IntBox) and not T.has_generic_bases(A)

    def test_get_outer_class(self):
        class Local:
            pass

        assert T.get_outer_class(A.Inner) is A
        assert T.get_outer_class(A) is None
        assert T.get_outer_class(A.Inner, base_cls=int) is None
        with pytest.raises(ValueError):
            T.get_outer_class(Local)

    def test_callable_eq(self):
        assert T.callable_eq(lambda x: x, lambda y: y)
        assert not T.callable_eq(lambda: 1, lambda: 2)
        assert not T.callable_eq(lambda x: x, lambda x, y: x)
        assert not T.callable_eq(lambda x: x, lambda *x: x)
        assert not T.callable_eq(lambda x, y: x, lambda x, *, y: x)
        assert not T.callable_eq(None, len)
        a, b = A(), A()
        assert T.callable_eq(a.__init__, a.__init__)
        assert not T.callable_eq([a].append, [b].append)
