"""Small traits."""

import abc

import pytest

import mutandis as mt
from mutandis import utils


class TestAbstractClasses:
    @pytest.mark.parametrize(
        'cls',
        [
            mt.Formattable,
            mt.JSONConvertible,
            mt.MaybePartial,
            mt.Symbolic,
            mt.typing.CustomTyping,
            utils.Functor,
        ],
    )
    def test_they_cannot_be_instantiated(self, cls):
        with pytest.raises(TypeError, match='abstract'):
            cls()

        class Lacking(cls):
            pass

        with pytest.raises(TypeError, match='abstract'):
            Lacking()

    def test_what_defines_the_methods_can(self):
        class Add(utils.Functor):
            def __call__(self, x, y):
                return x + y

        class Named(Add, mt.Formattable):
            def format(self, **kwargs):
                return 'named'

        assert Add()(1, 2) == 3
        assert str(Named()) == 'named' and isinstance(Named(), utils.Functor)

    def test_abstract_methods_of_users(self):
        class Shape(mt.Formattable, abc.ABC):
            @abc.abstractmethod
            def area(self):
                pass

        class Square(Shape):
            def area(self):
                return 1

        class Printed(Square):
            def format(self, **kwargs):
                return 'square'

        for cls in (Shape, Square):
            with pytest.raises(TypeError, match='abstract'):
                cls()
        assert str(Printed()) == 'square' and Printed().area() == 1

    def test_no_metaclass_is_needed(self):
        assert type(mt.Formattable) is type and type(mt.Dict) is type


class TestMaybePartial:
    def test_is_partial_asks_for_missing_values(self):
        class Holder(mt.MaybePartial):
            def __init__(self, missing):
                self.missing = missing

            def missing_values(self, flatten=True):
                return self.missing

        assert Holder({'a': 1}).is_partial and not Holder({}).is_partial
        assert mt.is_partial([{'x': Holder({'a': 1})}])


class TestExplicitOverride:
    def test_a_marked_method_passes(self):
        @mt.explicit_method_override
        def method(self):
            pass

        utils.ensure_explicit_method_override(method)
        assert method.__name__ == 'method'

    def test_another_does_not(self):
        def method(self):
            pass

        with pytest.raises(TypeError, match='explicit_method_override'):
            utils.ensure_explicit_method_override(method)
        with pytest.raises(TypeError, match='please'):
            utils.ensure_explicit_method_override(method, 'please do not')
