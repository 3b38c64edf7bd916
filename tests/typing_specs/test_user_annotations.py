"""Annotations as users write them: type variables, typed dicts, `Self`, text annotations."""

import enum
import logging
import sys
import types
from typing import Annotated, Literal, NewType, Optional, TypedDict, TypeVar

import pytest
import typing_extensions

import mutandis as pg
from mutandis import typing as T

MODULE = sys.modules[__name__]


class Color(enum.Enum):
    RED = 1


class Movie(TypedDict):
    title: str
    year: 'typing_extensions.NotRequired[int]'


class Partial(TypedDict, total=False):
    tags: list[str]


X = TypeVar('X')


class Box(typing_extensions.TypedDict, typing_extensions.Generic[X]):
    item: X


class Tree(TypedDict):
    children: 'list[Tree]'


def spec(annotation, **kwargs):
    return T.ValueSpec.from_annotation(annotation, auto_typing=True, **kwargs)


class TestTypeVariables:
    def test_unbound_accepts_anything(self):
        assert isinstance(spec(TypeVar('X')), T.Any)
        assert spec(list[TypeVar('X')]).apply([1, 'a']) == [1, 'a']

    def test_bound_and_alternatives(self):
        assert spec(TypeVar('X', bound=int)) == T.Int()
        assert spec(TypeVar('X', int, str)) == T.Union([int, str])

    def test_new_type_is_its_supertype(self):
        assert spec(NewType('Id', int)) == T.Int()

    def test_literal_string(self):
        assert spec(typing_extensions.LiteralString) == T.Str()

    def test_the_field_of_a_class_needs_a_bound(self):
        class Box(pg.Object):
            item: TypeVar('N', bound=int)

        assert Box.__schema__['item'].value == T.Int()
        with pytest.raises(TypeError, match='Any'):

            class Other(pg.Object):
                item: TypeVar('X')


def test_type_alias():
    assert spec(typing_extensions.TypeAliasType('Sizes', list[int])) == T.List(int)


def test_generic_type_alias():
    maybe = typing_extensions.TypeAliasType('Maybe', Optional[list[X]], type_params=(X,))  # noqa: UP045
    assert spec(maybe[int]) == T.List(int).noneable(use_none_as_default=False)
    itself = typing_extensions.TypeAliasType('Itself', X, type_params=(X,))
    assert spec(itself[int]) == T.Int()


def test_type_parameters_of_classes_and_functions():
    # What Python 3.12 makes of `class Box[P](pg.Object)` and `def first[P: int](items, *more)`.
    class Box(pg.Object):
        __type_params__ = (TypeVar('P'),)
        items: 'list[P]'  # noqa: F821

    assert isinstance(Box.__schema__['items'].value.element.value, T.Any)

    def first(items: 'list[P]', *more: 'P') -> 'P':  # noqa: F821
        return items[0]

    first.__type_params__ = (TypeVar('P', bound=int),)
    signature = T.signature(first)
    assert signature.get_value_spec('items') == T.List(int)
    assert signature.return_value == signature.varargs.value_spec.element.value == T.Int()


class TestTypedDict:
    def test_required_keys(self):
        assert spec(Movie).apply({'title': 'M', 'year': 1931}) == {'title': 'M', 'year': 1931}
        with pytest.raises(ValueError, match='title'):
            spec(Movie).apply({})
        with pytest.raises(TypeError, match='title'):
            spec(Movie).apply({'title': 1})
        with pytest.raises(KeyError, match='director'):
            spec(Movie).apply({'title': 'M', 'director': 'Lang'})

    def test_keys_that_may_be_absent_stay_absent(self):
        assert spec(Movie).apply({'title': 'M'}) == {'title': 'M'}
        assert spec(Partial).apply({}) == {}
        with pytest.raises(TypeError, match='tags'):
            spec(Partial).apply({'tags': [1]})

    def test_a_class_may_contain_itself(self):
        assert spec(Tree).apply({'children': [{'children': []}]}) == {
            'children': [{'children': []}]
        }
        with pytest.raises(TypeError, match='children'):
            spec(Tree).apply({'children': [1]})

    def test_generic(self):
        assert spec(Box[int]).apply({'item': 1}) == {'item': 1}
        with pytest.raises(KeyError, match='other'):
            spec(Box[int]).apply({'item': 1, 'other': 2})

    def test_as_a_field(self):
        class Cinema(pg.Object):
            now: Movie

        assert Cinema({'title': 'M'}).now.title == 'M'
        with pytest.raises(TypeError, match='now.title'):
            Cinema({'title': 1})


class TestSelf:
    def test_self_is_the_class(self):
        class Node(pg.Object):
            next: Optional[typing_extensions.Self] = None  # noqa: UP045

        assert Node(Node()).next == Node()
        with pytest.raises(TypeError, match='next'):
            Node(1)

    def test_outside_of_a_class_it_means_nothing(self):
        with pytest.raises(TypeError):
            spec(typing_extensions.Self)

    def test_own_name_within_a_function(self):
        class Node(pg.Object):
            next: 'Node | None' = None
            others: Optional['list[Node]'] = None

        assert Node(Node()).next == Node()
        with pytest.raises(TypeError, match='next'):
            Node(1)
        with pytest.raises(TypeError, match='others'):
            Node(others=[1])

    def test_names_of_the_function_around(self):
        class Leaf(pg.Object):
            pass

        class Node(pg.Object):
            leaf: 'Leaf'

        with pytest.raises(TypeError, match='leaf'):
            Node(1)
        assert Node(Leaf()).leaf == Leaf()

    def test_names_of_the_body(self):
        class Node(pg.Object):
            class Options(pg.Object):
                pass

            Sizes = list[int]

            options: 'Options'
            sizes: 'Sizes' = []

        with pytest.raises(TypeError, match='options'):
            Node(1)
        assert Node(Node.Options()).options == Node.Options()
        with pytest.raises(TypeError, match='sizes'):
            Node(Node.Options(), ['a'])

    def test_a_class_that_is_defined_again_refers_to_its_new_self(self):
        module = types.ModuleType('notebook')
        sys.modules['notebook'] = module
        module.pg = pg
        try:
            for _ in range(2):
                exec('class Node(pg.Object):\n  next: "Node | None" = None', vars(module))
            assert module.Node(module.Node()).next == module.Node()
        finally:
            del sys.modules['notebook']


class TestText:
    def test_literals_are_plain_values(self):
        assert spec('Literal["a]", -1, (1, 2)]', parent_module=MODULE) == T.Enum(
            T.MISSING_VALUE, ['a]', -1, (1, 2)]
        )
        assert T.annotation_from_str('Literal[f"x{1}"]', MODULE) == Literal['x1']
        assert T.annotation_from_str('Literal[Color.RED]', MODULE) == Literal[Color.RED]

    @pytest.mark.parametrize('code', ['lambda x: x', 'len("a")', '[x for x in ()]', 'Nope', '().a'])
    def test_other_expressions_are_code_errors(self, code):
        with pytest.raises(pg.coding.CodeError):
            T.annotation_from_str(f'Literal[{code}]', MODULE)

    def test_description_within_optional(self):
        field = T.Field.from_annotation('x', Optional[Annotated[int, 'A number.']])  # noqa: UP045
        assert field.description == 'A number.'
        assert field.value == T.Int(is_noneable=True)


class TestMissingNames:
    def test_are_reported_once(self, caplog):
        name = 'NeverDefined'
        with caplog.at_level(logging.WARNING):
            assert T.Object(name).apply(1) == 1
            assert T.Object(name).apply(2) == 2
        assert [name in r.getMessage() for r in caplog.records] == [True]

    def test_are_not_reported_while_their_module_is_loaded(self, caplog):
        module = types.ModuleType('loading')
        module.__spec__ = types.SimpleNamespace(_initializing=True)
        with caplog.at_level(logging.WARNING):
            T.Object(T.ForwardRef(module, 'Later')).apply(1)
        assert not caplog.records
