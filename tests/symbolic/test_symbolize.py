"""`symbolize`: one door for classes and functions."""

import pytest

import mutandis as mt
from mutandis.symbolic.class_wrapper import ClassWrapper

T = mt.typing


class Point:
    def __init__(self, x, y=1):
        self.x, self.y = x, y


class TestClasses:
    def test_direct(self):
        wrapped = mt.symbolize(Point)
        assert issubclass(wrapped, (Point, ClassWrapper)) and wrapped(1).rebind(x=2).x == 2

    @pytest.mark.parametrize('constraints', [[('x', T.Int())], {'x': T.Int()}])
    def test_constraints(self, constraints):
        for wrapped in (mt.symbolize(Point, constraints), mt.symbolize(constraints)(Point)):
            with pytest.raises(TypeError):
                wrapped('a')

    def test_constraints_by_the_name_that_the_target_gives_them(self):
        for target in (
            mt.symbolize(Point, init_args=[('x', T.Int())]),
            mt.symbolize(lambda x, y=1: x, args=[('x', T.Int())]),
        ):
            with pytest.raises(TypeError):
                target('a')

    def test_decorators(self):
        @mt.symbolize
        class A:
            def __init__(self, x):
                self.x = x

        @mt.symbolize(eq=True)
        class B:
            def __init__(self, x):
                self.x = x

        @mt.symbolize()
        class C:
            pass

        assert repr(A(1)) == 'A(x=1)' and B(1) == B(1) and repr(C()) == 'C()'

    def test_a_wrapped_class(self):
        wrapped = mt.symbolize(Point)
        assert mt.symbolize(wrapped) is wrapped
        narrower = mt.symbolize(wrapped, [('x', T.Int())])
        assert narrower is not wrapped and issubclass(narrower, wrapped)
        with pytest.raises(TypeError):
            narrower('a')
        assert wrapped('a').x == 'a' and narrower(3).x == 3


class TestFunctions:
    def test_function(self):
        def add(x, y=1):
            return x + y

        functor = mt.symbolize(add)
        assert issubclass(functor, mt.Functor) and functor(2)() == 3
        assert mt.from_json(functor(2).to_json())() == 3

    def test_lambda_and_constraints(self):
        assert mt.symbolize(lambda x: x)(1)() == 1
        for functor in (
            mt.symbolize(lambda x: x, [('x', T.Int())]),
            mt.symbolize([('x', T.Int())])(lambda x: x),
            mt.symbolize([('x', T.Int())], returns=T.Int())(lambda x: x),
        ):
            with pytest.raises(TypeError):
                functor('a')


class TestOtherTargets:
    def test_containers(self):
        assert mt.symbolize(dict) is mt.Dict and mt.symbolize(list) is mt.List
        with pytest.raises(ValueError):
            mt.symbolize(dict, [('x', int)])
        with pytest.raises(ValueError):
            mt.symbolize(list, eq=True)

    def test_symbolic_already(self):
        class A(mt.Object):
            x: int

        for cls in (A, mt.Object, mt.Dict, mt.List):
            with pytest.raises(ValueError, match='already'):
                mt.symbolize(cls)

    def test_what_cannot_be_symbolized(self):
        for value in (1, len, 'abc'):
            with pytest.raises(TypeError):
                mt.symbolize(value)
        with pytest.raises(ValueError):
            mt.symbolize(Point, [('x', int)], [])


def test_what_is_symbolized_is_described_by_its_docstring():
    """Sections are left out; they describe arguments."""

    def scale(x, factor=2):
        """Scales.

        By a factor.

        Args:
            x: What to scale.
        """

    class Scaler:
        __doc__ = scale.__doc__

        def __init__(self, x):
            pass

    def build(x) -> Scaler:
        return Scaler(x)

    build.__doc__ = scale.__doc__
    text = 'Scales.\n\nBy a factor.'
    for auto_doc in (False, True):
        for cls in (
            mt.symbolize(scale, auto_doc=auto_doc),
            mt.symbolize(Scaler, auto_doc=auto_doc),
            mt.compound_class(build, auto_doc=auto_doc),
        ):
            assert cls.__schema__.description == text
            assert (cls.__schema__['x'].description is not None) == auto_doc
