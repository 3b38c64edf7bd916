"""Annotations to specs."""

import collections.abc
import inspect
import sys
import typing

import pytest
import typing_extensions

import mutandis as pg
import mutandis.typing as T
from mutandis.base import MISSING_VALUE


class A:
    class B:
        pass


def spec(annotation, **kwargs):
    return T.ValueSpec.from_annotation(annotation, auto_typing=True, **kwargs)


this_module = sys.modules[__name__]


class TestConversion:
    @pytest.mark.parametrize(
        'annotation, expected',
        [
            (bool, T.Bool()),
            (int, T.Int()),
            (float, T.Float()),
            (str, T.Str()),
            (list, T.List(T.Any())),
            (list[int], T.List(T.Int())),
            (typing.List[int], T.List(T.Int())),  # noqa: UP006
            (tuple, T.Tuple(T.Any())),
            (tuple[int, str], T.Tuple([int, str])),
            (tuple[int, ...], T.Tuple(int)),
            (typing.Sequence[int], T.Union([T.List(int), T.Tuple(int)])),
            (collections.abc.Sequence[int], T.Union([T.List(int), T.Tuple(int)])),
            (typing.Literal['a', 1], T.Enum['a', 1]),
            (dict, T.Dict()),
            (dict[str, int], T.Dict([(T.StrKey(), int)])),
            (typing.Mapping[str, int], T.Dict(int)),
            (typing.Callable, T.Callable()),
            (typing.Callable[[int], str], T.Callable([int], returns=str)),
            (typing.Callable[..., str], T.Callable(returns=str)),
            (type, T.Type(typing.Any)),
            (type[int], T.Type(int)),
            (typing.Optional[int], T.Int().noneable(use_none_as_default=False)),  # noqa: UP045
            (int | None, T.Int().noneable(use_none_as_default=False)),
            (int | str, T.Union([int, str])),
            (A, T.Object(A)),
            (set[int], T.Object(set[int])),
            (None, T.Object(type(None))),
            (T.ForwardRef(this_module, 'A'), T.Object(A)),
            (object, T.Any().annotate(object)),
            (inspect.Parameter.empty, T.Any()),
        ],
    )
    def test_table(self, annotation, expected):
        assert spec(annotation) == expected

    def test_optional_has_no_default(self):
        assert not spec(int | None).has_default
        assert all(c.is_noneable for c in spec(int | str | None).candidates)

    def test_any(self):
        assert spec(typing.Any) == T.Any().annotate(typing.Any)
        assert spec(T.Any) == T.Any().annotate(T.Any)

    def test_spec_is_returned_unchanged(self):
        value = T.Int()
        assert spec(value) is value

    def test_optional_of_annotated_does_not_change_its_spec(self):
        annotated = T.Annotated[int, 'doc']
        assert spec(typing.Optional[annotated]).is_noneable  # noqa: UP045
        assert not annotated.value_spec.is_noneable

    @pytest.mark.parametrize(
        'bad', [1, typing_extensions.Self, typing_extensions.Never, dict[int, int], tuple[...]]
    )
    def test_not_an_annotation(self, bad):
        with pytest.raises(TypeError):
            spec(bad)

    def test_type_variables_in_type(self):
        free, bound = typing.TypeVar('free'), typing.TypeVar('bound', bound=A)
        assert spec(type[free]) == T.Type(typing.Any) and spec(type[bound]) == T.Type(A)
        assert spec(type[typing.NewType('UserId', int)]) == T.Type(int)
        with pytest.raises(TypeError):
            spec(type[1])

    def test_typed_dict(self):
        class Point(typing.TypedDict):
            x: int

        assert spec(Point) == T.Dict({'x': int})

    def test_without_auto_typing(self):
        assert T.ValueSpec.from_annotation(int) == T.Any().annotate(int)
        assert T.ValueSpec.from_annotation(1, False, True) == T.Int(1)

    def test_sample_values(self):
        def sample(value):
            return spec(value, accept_value_as_annotation=True)

        assert sample('A') == T.Str('A')
        assert sample(None) == T.Any().noneable()
        assert sample((1, 'a')) == T.Tuple([int, str], default=(1, 'a'))
        assert sample([]) == T.List(T.Any(), default=[])
        assert sample(pg.List([1])) == T.List(T.Int(), default=pg.List([1]))
        assert sample(len) == T.Callable(default=len)
        a = A()
        assert sample(a) == T.Object(A, default=a)


class TestFinal:
    def test_placeholder_default(self):
        value = spec(typing.Final[int])
        assert value.frozen
        assert value.copy().default is value.default
        assert value.apply(5) == 5
        assert value.set_default(1) == T.Int().freeze(1)
        with pytest.raises(ValueError):
            value.apply(2)


class TestAnnotated:
    def test_own(self):
        annotated = T.Annotated[int, 'doc', {'k': 1}]
        assert annotated.value_spec == T.Int()
        assert (annotated.docstring, annotated.metadata) == ('doc', {'k': 1})
        for bad in ((int, 1), (int, 'doc', 1), (int, 'doc', {}, 1)):
            with pytest.raises(TypeError):
                T.Annotated[bad]

    def test_field(self):
        expected = T.Field('a', T.Int(), 'doc', {'k': 1})
        assert T.Field.from_annotation('a', T.Annotated[int, 'doc', {'k': 1}]) == expected
        assert T.Field.from_annotation('a', typing.Annotated[int, 'doc', {'k': 1}]) == expected
        assert T.Field.from_annotation('a', int, 'doc', {'k': 1}) == expected

    def test_spec_in_the_metadata_refines_the_type(self):
        field = T.Field.from_annotation('a', typing.Annotated[int, T.Int(min_value=0), 'rate', 5])
        assert field.value == T.Int(min_value=0)
        assert field.description == 'rate'
        assert field.metadata == {'annotations': [5]}

    def test_nested(self):
        assert spec(list[typing.Annotated[int, 'doc']]) == T.List(int)
        assert spec(typing.Annotated[int, 'doc'] | None) == spec(int | None)


class TestText:
    @pytest.mark.parametrize(
        'text, expected',
        [
            ('int', int),
            ('None', None),
            ('...', ...),
            ('list[int]', list[int]),
            ('tuple[int, ...]', tuple[int, ...]),
            ('int | str', int | str),
            ('int|None', int | None),
            ('dict[str, list[int]]', dict[str, list[int]]),
            ('typing.Callable[[int], str]', typing.Callable[[int], str]),
            ('typing.Literal["a", 1, (2, "]")]', typing.Literal['a', 1, (2, ']')]),
            ('A.B', A.B),
        ],
    )
    def test_parsed(self, text, expected):
        assert T.annotation_from_str(text, this_module) == expected

    @pytest.mark.parametrize('text', ['list[' * 9999, 'Literal[' + '-' * 9999 + '1]'])
    def test_nested_too_deeply(self, text):
        with pytest.raises(SyntaxError):
            T.annotation_from_str(text, typing)

    @pytest.mark.parametrize('text', ['', 'list[int', 'list[int]x', 'list[]', 'int ||str', '1'])
    def test_malformed(self, text):
        with pytest.raises(SyntaxError):
            T.annotation_from_str(text)

    def test_unknown_names_become_references(self):
        assert isinstance(T.annotation_from_str('Nope'), typing.ForwardRef)
        assert T.annotation_from_str('A.Nope', this_module).__forward_arg__ == 'A.Nope'
        with pytest.raises(TypeError):
            T.annotation_from_str('typing.Nope', this_module)
        with pytest.raises(TypeError):
            T.annotation_from_str('typing.List.Nope', this_module)

    def test_literals_are_data(self):
        with pytest.raises(pg.coding.CodeError):
            T.annotation_from_str('Literal[__import__("os")]', typing)

    @pytest.mark.parametrize(
        'text', ['1', 'int, str', '[int]', 'lambda x: x', '{}', 'list[', '1 +']
    )
    def test_other_expressions_are_malformed(self, text):
        with pytest.raises(SyntaxError):
            spec(text, parent_module=this_module)

    def test_arguments_of_type(self):
        assert spec(type['A'], parent_module=this_module).type is A
        assert spec(typing.Type['int']) == T.Type(int)  # noqa: UP006
        (ref,) = spec(type['Nope'], parent_module=this_module).forward_refs  # noqa: F821
        assert ref.module is this_module

    def test_specs(self):
        assert spec('list[A]', parent_module=this_module) == T.List(A)
        value = spec('list[Nope]', parent_module=this_module)
        assert {r.qualname for r in value.forward_refs} == {'Nope'}
        assert value.element.value.forward_ref.module is this_module

    def test_expressions_of_the_module(self):
        text = "typing.Annotated[int, 'doc']"
        field = T.Field.from_annotation('a', text, parent_module=this_module)
        assert field == T.Field('a', T.Int(), 'doc')


class TestSubscripts:
    def test_errors(self):
        for make in (
            lambda: T.List[int, str],
            lambda: T.Object[int, str],
            lambda: T.Dict[int],
            lambda: T.Dict[str, int, 1],
            lambda: T.Enum['a'],
            lambda: T.Callable[int],
            lambda: T.Bool[1],
            lambda: T.Any[1],
        ):
            with pytest.raises(TypeError):
                make()

    def test_dict(self):
        assert T.Dict[{'a': 1}] == T.Dict({'a': 1})
        assert T.Dict[int, int] == T.Dict()

    def test_annotations_for_type_checkers(self, monkeypatch):
        monkeypatch.setattr(typing, 'TYPE_CHECKING', True)
        assert T.List[int] == typing.List[int]  # noqa: UP006
        assert T.Annotated[T.Str().noneable(), 'd'] == typing.Optional[str]  # noqa: UP045


def test_schema_accepts_annotations_everywhere():
    schema = T.create_schema({'a': list[int], 'b': (T.Annotated[int, 'x'], 'y')})
    assert schema['a'].value == T.List(int)
    assert schema['b'] == T.Field('b', T.Int(), 'y')
    assert schema['b'].default_value == MISSING_VALUE


class TestCommonAnnotations:
    """Specs of common annotations are copies of one: changing one leaves the others alone."""

    @pytest.mark.parametrize('annotation', [int, typing.Optional[int], int | str | None])  # noqa: UP045
    def test_each_field_has_its_own(self, annotation):
        first = T.Field.from_annotation('a', annotation)
        first.value.set_default(1).freeze()
        assert T.Field.from_annotation('b', annotation).value == spec(annotation)
        assert not spec(annotation).has_default
