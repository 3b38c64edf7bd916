"""Compounds: symbolic classes made of a function that builds an object."""

import abc
import copy
import dataclasses
import enum
import inspect
import pickle
from typing import Any

import pytest

import mutandis as mt
from mutandis import typing as T


class Layer(mt.Object):
    width: int
    depth: int = 1

    def size(self):
        return self.width * self.depth

    def __call__(self, x):
        return x * self.width

    def __len__(self):
        return self.depth


@mt.compound
def wide(factor: int, base=8) -> Layer:
    """A wide layer.

    Args:
        factor: How wide.
        base: Of what.
    """
    return Layer(factor * base, depth=factor)


class Plain:
    kind = 'plain'

    def __init__(self, size):
        self.size = size

    @property
    def double(self):
        return self.size * 2

    def __getitem__(self, index):
        return self.size + index


@mt.compound
def plain(n: int) -> Plain:
    return Plain(n)


class TestTheClass:
    def test_it_is_its_base_class_with_the_fields_of_the_factory(self):
        assert issubclass(wide, Layer) and issubclass(wide, mt.symbolic.Compound)
        assert isinstance(wide(1), Layer)
        assert list(wide.__schema__.keys()) == ['factor', 'base']
        assert wide.init_arg_list == ['factor', 'base']
        assert wide.__schema__.get_field('factor').value == T.Int()
        assert wide.__schema__.get_field('base').description == 'Of what.'
        assert wide.__schema__.description == 'A wide layer.'
        assert (wide.__name__, wide.__module__) == ('wide', __name__)
        assert str(inspect.signature(wide)) == '(factor: int, base=8)'

    def test_base_class_and_constraints(self):
        @mt.compound(Layer, args=[('a', T.Int(min_value=1), 'Text.')])
        def f(a):
            return Layer(a)

        assert f(2).width == 2
        assert f.__schema__.get_field('a').description == 'Text.'
        with pytest.raises(ValueError, match='out of range'):
            f(0)

    @pytest.mark.parametrize('annotation', ['Layer', Layer | None, Layer])
    def test_the_annotation_names_the_base_class(self, annotation):
        def f(a):
            return Layer(a)

        f.__annotations__['return'] = annotation
        assert mt.compound_class(f)(3).size() == 3

    def test_no_base_class(self):
        with pytest.raises(ValueError, match='base_class'):
            mt.compound_class(lambda x: x)

    def test_what_is_no_function(self):
        with pytest.raises(TypeError, match='function'):
            mt.compound_class(1, Layer)
        with pytest.raises(TypeError):
            mt.compound(1)(Layer)
        with pytest.raises(TypeError):
            mt.compound(Layer, unknown=1)(lambda x: Layer(x))

    def test_classes_that_nothing_can_derive_from(self):
        class Color(enum.Enum):
            RED = 1

        for base in (int, bool, dict, Color, mt.List, object, Any, 1):
            with pytest.raises(TypeError):
                mt.compound_class(lambda x: x, base)

    def test_reserved_names(self):
        with pytest.raises(TypeError, match='decomposed'):
            mt.compound_class(lambda decomposed: None, Layer)
        with pytest.raises(TypeError, match='sealed'):
            mt.compound_class(lambda sealed: None, Layer)

    def test_switches_of_typing_and_docs(self):
        def f(a: int) -> Layer:
            """Text.

            Args:
                a: The a.
            """
            return Layer(a)

        cls = mt.compound_class(f, auto_doc=False, auto_typing=False)
        field = cls.__schema__.get_field('a')
        assert type(field.value) is T.Any and field.description is None

    def test_registration(self):
        def f(a: int) -> Layer:
            return Layer(a)

        unknown = mt.compound_class(f)
        with pytest.raises(TypeError):
            mt.from_json(unknown(1).to_json())
        known = mt.compound(serialization_key='test.Known', additional_keys=['test.Old'])(f)
        assert known(1).to_json() == {'_type': 'test.Known', 'a': 1}
        assert mt.from_json({'_type': 'test.Old', 'a': 2}) == known(2)


class TestTheProduct:
    def test_attributes_come_from_the_product(self):
        c = wide(2)
        assert c.decomposed == Layer(16, depth=2)
        assert (c.width, c.depth, c.size(), c(3), len(c)) == (16, 2, 32, 48, 2)
        assert (c.factor, c.base) == (2, 8)
        p = plain(3)
        assert (p.size, p.double, p[1], p.kind, plain.kind) == (3, 6, 4, 'plain', 'plain')

    def test_names_of_the_class(self):
        class Base:
            const = 5

            @classmethod
            def named(cls):
                return cls.__name__

            @staticmethod
            def static():
                return 'static'

        @mt.compound
        def f() -> Base:
            return Base()

        assert (f.const, f.named(), f.static()) == (5, 'f', 'static')
        assert (f().const, f().named(), f().static()) == (5, 'Base', 'static')

    def test_unknown_and_private_names(self):
        with pytest.raises(AttributeError):
            wide(1).nothing  # noqa: B018
        with pytest.raises(AttributeError):
            wide(1)._width  # noqa: B018
        assert not hasattr(wide(1), 'nothing')

    def test_fields_of_the_compound_win(self):
        @mt.compound
        def f(width: int, size: int, double: int) -> Layer:
            return Layer(width * 10, size)

        c = f(1, 2, 3)
        assert (c.width, c.size, c.decomposed.width) == (1, 2, 10)
        c.rebind(width=4, size=5)
        assert (c.width, c.size, c.depth) == (4, 5, 5)

        @mt.compound
        def g(double: int) -> Plain:
            return Plain(double)

        c = g(4)
        assert (c.double, c.size, c.decomposed.double) == (4, 4, 8)
        assert c.rebind(double=5).double == 5
        assert c.clone() == c and c.clone().double == 5

    def test_writes_go_to_the_product(self):
        p = plain(1)
        p.size = 7
        assert (p.size, p.decomposed.size) == (7, 7)
        with pytest.raises(mt.WritePermissionError):
            wide(1).width = 2
        with pytest.raises(mt.WritePermissionError):
            wide(1).factor = 2

    def test_built_when_needed_and_once_for_each_state(self):
        built = []

        def f(a: Any) -> Layer:
            built.append(mt.eq(a, {'x': 2}))
            return Layer(1)

        c = mt.compound_class(f)(dict(x=1))
        assert built == []
        c.width, c.depth, c.decomposed  # noqa: B018
        assert built == [False]
        c.rebind({'a.x': 2})
        assert built == [False]
        assert c.width == 1 and c.decomposed is c.decomposed
        assert built == [False, True]
        c.rebind({'a.x': 3}, skip_notification=True)
        assert c.width == 1 and len(built) == 3

    def test_eager(self):
        built = []

        def f(a) -> Layer:
            built.append(a)
            return Layer(a)

        cls = mt.compound_class(f, lazy_build=False)
        c = cls(1)
        assert built == [1]
        c.rebind(a=2)
        assert built == [1, 2] and c.width == 2 and len(built) == 2
        cls.partial()
        assert len(built) == 2

    def test_the_result_is_checked(self):
        for result in (5, None):
            cls = mt.compound_class(lambda x, result=result: result, Layer)
            with pytest.raises((TypeError, ValueError), match='returns'):
                cls(1).decomposed  # noqa: B018

    def test_errors_of_the_factory(self):
        def f(x) -> Layer:
            return x.nothing

        with pytest.raises(AttributeError, match="'int' object has no attribute 'nothing'"):
            mt.compound_class(f)(1).decomposed  # noqa: B018
        with pytest.raises(AttributeError, match="'int' object has no attribute 'nothing'"):
            mt.compound_class(f)(1).width  # noqa: B018

        def g(x) -> Layer:
            raise RuntimeError('no')

        with pytest.raises(RuntimeError, match='no'):
            mt.compound_class(g)(1).width  # noqa: B018

    def test_partial(self):
        c = mt.Dict(c=wide.partial()).c
        assert c.is_partial and c.base == 8
        with pytest.raises(ValueError, match="'c' cannot be decomposed: 'factor' .* not given"):
            c.width  # noqa: B018
        with pytest.raises(ValueError, match='factor'):
            c.decomposed  # noqa: B018
        assert not hasattr(c, 'width')
        c.rebind(factor=1)
        assert c.width == 8
        with pytest.raises(TypeError, match='factor'):
            wide()

    def test_arguments_are_passed_by_the_signature(self):
        seen = []

        def f(a, b=2, /, *args, k=3, **kw) -> Layer:
            seen.append((a, b, args, k, kw))
            return Layer(1)

        cls = mt.compound_class(f)
        assert cls(1, 5, 6, 7, k=8, z=9).width == 1
        assert cls(1).width == 1
        assert seen == [(1, 5, (6, 7), 8, {'z': 9}), (1, 2, (), 3, {})]

    def test_references_are_passed_as_their_targets(self):
        target = mt.Dict(n=3)

        @mt.compound
        def f(source) -> Plain:
            return Plain(source)

        assert f(mt.Ref(target)).size is target


class TestAsANode:
    def test_comparison_concerns_the_arguments(self):
        assert wide(1) == wide(1) and hash(wide(1)) == hash(wide(1))
        assert wide(1) != wide(2)
        assert wide(1) != wide(1).decomposed and not mt.eq(wide(1).decomposed, wide(1))

    def test_text_json_and_copies(self):
        c = wide(2)
        assert c.width == 16
        assert repr(c) == 'wide(factor=2, base=8)'
        assert c.to_json() == {'_type': f'{__name__}.wide', 'factor': 2, 'base': 8}
        for each in (
            mt.from_json(c.to_json()),
            c.clone(),
            copy.copy(c),
            copy.deepcopy(c),
            pickle.loads(pickle.dumps(c)),
        ):
            assert type(each) is wide and each == c
            assert each.decomposed == c.decomposed and each.decomposed is not c.decomposed
        assert c.clone(override={'factor': 3}).width == 24

    def test_the_product_is_not_in_the_tree(self):
        root = mt.Dict(c=wide(1))
        assert root.c.width == 8
        assert mt.query(root, where=lambda v: isinstance(v, int)) == {'c.factor': 1, 'c.base': 8}

    def test_in_a_field_of_the_base_class(self):
        class Net(mt.Object):
            layer: Layer

        net = Net(wide(2))
        net.rebind({'layer.factor': 3})
        assert net.layer.size() == 72

    def test_unknown_names_in_rebind(self):
        with pytest.raises(KeyError):
            wide(1).rebind(width=3)

    def test_spaces(self):
        space = wide(mt.oneof([1, 2]))
        assert [e.width for e in mt.iter(space)] == [8, 16]

    def test_a_failed_change_brings_the_product_back(self):
        class Fussy(mt.Object):
            child: Any

            def _on_bound(self):
                if self.child.factor > 5:
                    raise ValueError('too much')

        root = Fussy(wide(1))
        with pytest.raises(ValueError, match='too much'):
            root.rebind({'child.factor': 6})
        assert (root.child.factor, root.child.width) == (1, 8)


class Inner(mt.Object):
    scale: int = mt.symbolic.ValueFromParentChain()

    def scaled(self, x):
        return self.scale * x


@mt.compound
def inner(k=1) -> Inner:
    return Inner()


class TestInferredValues:
    def test_they_resolve_through_the_parent_of_the_compound(self):
        root = mt.Dict(scale=5, c=inner())
        c = root.c
        assert c.scaled(2) == 10 and c.scale == 5
        assert c.decomposed.sym_parent is root

    def test_the_product_follows_the_compound(self):
        c = inner()
        product = c.decomposed
        first = mt.Dict(scale=5, c=c)
        assert product.sym_parent is first and product.scale == 5
        first.rebind(c=None)
        assert product.sym_parent is None
        second = mt.Dict(scale=6, inner=[c])
        assert c.scaled(1) == 6 and product.sym_root is second

    def test_a_dropped_product_is_alone(self):
        root = mt.Dict(scale=5, c=inner())
        product = root.c.decomposed
        root.rebind({'c.k': 2})
        assert product.sym_parent is None
        assert root.c.decomposed is not product

    def test_arguments(self):
        class Width(mt.Object):
            child: Any
            factor: int = 3

        root = Width(wide(mt.symbolic.ValueFromParentChain()))
        assert root.child.width == 24


class TestBaseClasses:
    def test_dataclass(self):
        @dataclasses.dataclass
        class Point:
            x: int
            y: int = 0

            def norm(self):
                return self.x + self.y

        @mt.compound
        def point(a: int) -> Point:
            return Point(a, a)

        c = point(2)
        assert isinstance(c, Point) and (c.x, c.y, c.norm()) == (2, 2, 4)
        assert c == point(2) and c != Point(2, 2)

    def test_abstract(self):
        class Shape(mt.Object, metaclass=mt.symbolic.ObjectMeta):
            @abc.abstractmethod
            def area(self): ...

            @property
            @abc.abstractmethod
            def name(self): ...

        class Square(Shape):
            side: int

            def area(self):
                return self.side**2

            @property
            def name(self):
                return 'square'

        @mt.compound(Shape)
        def shape(side):
            return Square(side)

        assert not inspect.isabstract(shape)
        assert (shape(3).area(), shape(3).name) == (9, 'square')

    def test_metaclass_of_the_user(self):
        class Meta(type):
            pass

        class Base(metaclass=Meta):
            def m(self):
                return 1

        assert mt.compound_class(lambda: Base(), Base)().m() == 1

    def test_what_the_base_overrides_is_bypassed(self):
        calls = []

        class Base(mt.Object):
            x: int

            def __init_subclass__(cls, **kwargs):
                super().__init_subclass__(**kwargs)
                calls.append(cls.__name__)

            def _on_bound(self):
                super()._on_bound()
                calls.append(type(self).__name__)

            def __eq__(self, other):
                return True

            def __hash__(self):
                return 1

            def format(self, *args, **kwargs):
                return 'base'

            def __getattr__(self, name):
                raise AttributeError(name)

        @mt.compound
        def f(a) -> Base:
            return Base(a)

        c = f(1)
        assert calls == []
        assert c.x == 1 and calls == ['Base']
        assert c != f(2) and repr(c) == 'f(a=1)'

    def test_a_constructor_of_its_own(self):
        class Base(mt.Object):
            x: int

            @mt.explicit_method_override
            def __init__(self, double):
                super().__init__(x=double // 2)

        @mt.compound
        def f(a) -> Base:
            return Base(2 * a)

        assert f(3).x == 3 and f(3).clone() == f(3)

    def test_functor(self):
        @mt.functor
        def add(x, y=1):
            return x + y

        @mt.compound(add)
        def add_double(z):
            return add(2 * z)

        c = add_double(2)
        assert isinstance(c, mt.Functor) and c() == 5 and c(y=3) == 7

    def test_wrapped_class(self):
        wrapped = mt.wrap(Plain)

        @mt.compound
        def f(n: int) -> wrapped:
            return wrapped(n + 1)

        c = f(1)
        assert (c.size, c.double, c[1]) == (2, 4, 3)
        assert mt.eq(c, f(1)) and c.clone().size == 2
        assert c.rebind(n=4).size == 5

    def test_compound(self):
        @mt.compound
        def very_wide(n: int) -> wide:
            return wide(n, base=100)

        c = very_wide(2)
        assert isinstance(c, wide) and (c.width, c.factor, c.base) == (200, 2, 100)
        assert c.decomposed == wide(2, 100)

    def test_subclass_of_a_compound(self):
        class Named(wide):
            name: str = 'x'

            def title(self):
                return f'{self.name}{self.width}'

        assert Named(2).title() == 'x16'
