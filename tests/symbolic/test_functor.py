"""Functors: functions whose arguments are bound in a symbolic object."""

import asyncio
import copy
import inspect
import pickle
import threading

import pytest

import mutandis as mt
from mutandis.symbolic import as_functor

T = mt.typing


@mt.functor
def add(x, y=1):
    """Adds."""
    return x + y


@mt.functor
def everything(a, b, c=3, *args, d=4, e, **kw):
    return (a, b, c, args, d, e, kw)


class Add(mt.Functor):
    x: int
    y: int = 2

    def _call(self) -> int:
        return self.x + self.y


class TestTheClass:
    def test_names(self):
        assert issubclass(add, mt.Functor) and issubclass(add, mt.Object)
        assert (add.__name__, add.__module__, add.__doc__) == ('add', __name__, 'Adds.')
        assert add.__type_name__ == f'{__name__}.add' == add.__serialization_key__

    def test_schema(self):
        assert everything.__schema__ == T.create_schema(
            [
                ('a', T.Any()),
                ('b', T.Any()),
                ('c', T.Any(3)),
                ('args', T.List(T.Any(), default=[])),
                ('d', T.Any(4)),
                ('e', T.Any()),
                (T.StrKey(), T.Any()),
            ],
            allow_nonconst_keys=True,
        )
        assert everything.init_arg_list == ['a', 'b', 'c', '*args']

    def test_signatures(self):
        assert str(inspect.signature(everything.__init__)) == (
            '(self, a, b, c=3, *args, d=4, e, **kw)'
        )
        assert isinstance(add.__signature__, T.Signature)
        assert add.__signature__.id == f'{__name__}.add'
        assert list(inspect.signature(add).parameters) == ['x', 'y']
        assert list(inspect.signature(add(1)).parameters) == ['x', 'y']
        assert T.signature(add(1)) is add.__signature__
        assert T.schema(add) is add.__schema__

    def test_specs(self):
        @mt.functor([('x', T.Int(min_value=0))], returns=T.Float())
        def f(x, y: T.Str() = 'a'):
            return x

        with pytest.raises(ValueError, match='x'):
            f(-1)
        with pytest.raises(ValueError, match='x'):
            f()(-1)
        with pytest.raises(TypeError, match='y'):
            f(1, 2)
        result = f(1)()
        assert result == 1.0 and type(result) is float

        @mt.functor({'x': int})
        def g(x):
            return x

        with pytest.raises(TypeError):
            g('a')

    def test_auto_typing_and_auto_doc(self):
        @mt.functor(auto_typing=True, auto_doc=True)
        def f(x: int, *args: int, **kw: float) -> str:
            """F.

            Args:
              x: The x.
            """
            return x

        assert f.__schema__['x'] == T.Field('x', T.Int(), 'The x.')
        with pytest.raises(TypeError, match='args'):
            f(1, 'a')
        assert f(1, 2, z=1).z == 1.0
        with pytest.raises(TypeError, match='returns'):
            f(1)()

    @pytest.mark.parametrize(
        'args, error',
        [
            ([('z', int)], KeyError),
            ([('y', T.Int(5))], ValueError),
            ([('y', T.Str())], TypeError),
        ],
    )
    def test_constraints_that_do_not_fit(self, args, error):
        with pytest.raises(error):
            mt.functor_class(lambda x, y=1: x, args)

    def test_what_is_no_function(self):
        for value in (1, len, add, Add):
            with pytest.raises(TypeError):
                mt.functor_class(value)
        with pytest.raises(TypeError):
            mt.functor(lambda x: x, returns=T.Int())
        with pytest.raises(TypeError, match='foo'):
            mt.functor(foo=1)

    def test_reserved_parameter_names(self):
        for code in (
            'lambda override_args: 1',
            'lambda ignore_extra_args: 1',
            'lambda root_path: 1',
        ):
            with pytest.raises(TypeError, match='Choose another'):
                mt.functor_class(eval(code))

    def test_parameters_named_like_methods(self):
        @mt.functor
        def f(seal, format=3, clone=1):
            return (seal, format, clone)

        assert f(1)() == (1, 3, 1) and f()(1, 2, 3) == (1, 2, 3)

    def test_self_is_the_functor(self):
        @mt.functor
        def scaled(self, x, scale=2):
            return self.sym_path, self.scale, x * scale

        assert list(scaled.__schema__.keys()) == ['x', 'scale']
        assert mt.Dict(f=scaled(3)).f() == ('f', 2, 6)
        assert scaled()(3, scale=1) == ('', 2, 3)

    def test_base_class(self):
        class Base(mt.Functor):
            def hello(self):
                return 'hello'

        f = mt.functor_class(lambda x: x, base_class=Base)
        assert f(1).hello() == 'hello' and f(1)() == 1

    def test_unregistered_classes_have_keys_of_their_own(self):
        f, g = mt.functor_class(lambda x: x), mt.functor_class(lambda y: y)
        assert f.__serialization_key__ == f.__type_name__
        assert f is not g

    def test_unregistered_classes_are_read_while_their_name_is_free(self):
        def unlisted(x):
            return x

        def make(add):
            return mt.functor_class(unlisted, add_to_registry=add)

        first, second = make(False), make(False)
        assert type(mt.from_json(first(1).to_json())) is second  # The latest of one name.
        registered, third = make(True), make(False)
        assert type(mt.from_json(third(1).to_json())) is registered

    def test_as_functor(self):
        assert as_functor(lambda x, y=1: x + y)(1) == 2
        with pytest.raises(TypeError):
            as_functor(lambda x: x)(1, 2)
        assert as_functor(lambda x: x, ignore_extra_args=True)(1, 2, z=3) == 1


class TestBinding:
    def test_sets_of_names(self):
        f = everything(1)
        assert f.specified_args == f.non_default_args == {'a'}
        assert f.default_args == {'c', 'd', 'args'}
        assert f.bound_args == {'a', 'c', 'd', 'args'}
        assert f.unbound_args == {'b', 'e'} and not f.is_fully_bound
        f = everything(1, 2, 3, 4, 5, d=4, e=3, z=4)
        assert f.specified_args == {'a', 'b', 'c', 'args', 'd', 'e', 'z'}
        assert f.non_default_args == {'a', 'b', 'args', 'e', 'z'}
        assert f.default_args == {'c', 'd'} and f.is_fully_bound

    def test_text(self):
        assert repr(add(1)) == 'add(x=1, y=1)'
        assert repr(add()) == 'add(x=MISSING_VALUE, y=1)'

    def test_missing_values_count_as_not_given(self):
        assert add(mt.MISSING_VALUE, 2).specified_args == {'y'}
        assert add.partial(1).specified_args == {'x'}

    @pytest.mark.parametrize('args, kwargs', [((1, 2, 3), {}), ((1,), {'x': 2}), ((), {'z': 1})])
    def test_bad_arguments(self, args, kwargs):
        with pytest.raises(TypeError):
            add(*args, **kwargs)

    def test_an_unbound_functor_is_not_partial(self):
        class Part(mt.Object):
            x: int

        assert not add().sym_partial and add().missing_values() == {}
        assert not mt.Dict(f=add()).is_partial
        f = add(Part.partial())
        assert f.is_partial and list(f.missing_values()) == ['x.x']

    def test_attributes(self):
        f = add(1)
        f.x = 5
        assert f.x == 5
        del f.x
        assert f.specified_args == set() and f.unbound_args == {'x'}
        f.x = 2
        f.x = mt.MISSING_VALUE
        assert f.unbound_args == {'x'}
        f.rebind(y=7)
        assert f.specified_args == {'y'}
        f.rebind(y=mt.MISSING_VALUE)
        assert f.y == 1 and f.specified_args == set()

    def test_a_failed_rebind_leaves_the_sets(self):
        f = mt.functor_class(lambda x, y: x, [('y', T.Int())])(1)
        with pytest.raises(TypeError):
            f.rebind({'x': mt.MISSING_VALUE, 'y': 'a'})
        assert f.specified_args == {'x'} and f.x == 1

    def test_default_values_are_not_shared(self):
        @mt.functor
        def f(items=[1]):  # noqa: B006
            return items

        first = f()
        first.items.append(2)
        assert first() == [1, 2] and f()() == [1]

    def test_copies_keep_the_sets_and_flags(self):
        f = add(1, override_args=True)
        copies = (
            f.clone(),
            f.clone(deep=True),
            copy.copy(f),
            copy.deepcopy(f),
            pickle.loads(pickle.dumps(f)),
        )
        for g in copies:
            assert g == f and g.specified_args == {'x'} and g(5) == 6
        assert pickle.loads(pickle.dumps(everything(1, 2, 3, 4, z=5))).z == 5

    def test_comparison_ignores_what_was_specified(self):
        assert add(1) == add(1, 1) == add(1, override_args=True)
        assert add(1) != add(2) and hash(add(1)) == hash(add(1))

    def test_json(self):
        assert add(2).to_json() == {'_type': f'{__name__}.add', 'x': 2, 'y': 1}
        assert mt.from_json(add(2).to_json())() == 3

    def test_json_without_defaults_keeps_what_is_specified(self):
        for f in (add(), add(2), add(2, 1), add(y=1), add(2, 3), everything(1, 2, 3, 4)):
            again = mt.from_json(f.to_json(hide_default_values=True))
            assert again == f and again.specified_args == f.specified_args
        assert add(2).to_json(hide_default_values=True) == {'_type': f'{__name__}.add', 'x': 2}
        text = mt.Dict(f=add(2, 1)).to_json_str(hide_default_values=True)
        assert mt.from_json_str(text).f.specified_args == {'x', 'y'}

    def test_in_a_tree(self):
        f = add(mt.Dict(g=add(2)))
        f.rebind({'x.g.y': 7})
        assert f.x.g() == 9 and f.x.g.specified_args == {'x', 'y'}
        assert str(f.x.g.sym_path) == 'x.g'

    def test_sealed(self):
        f = add(1).seal()
        with pytest.raises(mt.WritePermissionError):
            f.rebind(x=2)
        with pytest.raises(mt.WritePermissionError):
            f.x = 2
        assert f() == 2


class TestCalling:
    def test_bound_and_given_arguments(self):
        assert add(1)() == add()(1) == add(y=1)(x=1) == 2
        assert add(1)(y=5) == 6
        assert everything(1)(b=2, e=1, u=7) == (1, 2, 3, (), 4, 1, {'u': 7})
        assert everything(1, 2, 3, 4, 5, d=6, e=7, z=8)() == (1, 2, 3, (4, 5), 6, 7, {'z': 8})

    def test_bound_arguments_are_replaced_only_on_request(self):
        f = add(1)
        with pytest.raises(TypeError, match='override_args'):
            f(2)
        with pytest.raises(TypeError, match='override_args'):
            f(x=2)
        assert f(2, override_args=True) == 3 and add(1, override_args=True)(2) == 3
        assert f.x == 1

    def test_missing_arguments(self):
        with pytest.raises(TypeError, match="'x'"):
            add()()
        with pytest.raises(TypeError, match="'e'"):
            everything(1, 2)()

    def test_surplus_arguments(self):
        with pytest.raises(TypeError):
            add()(1, 2, 3)
        with pytest.raises(TypeError, match="'z'"):
            add()(1, z=2)
        with pytest.raises(TypeError, match='multiple'):
            add()(1, x=2)
        assert add()(1, 2, 3, z=4, ignore_extra_args=True) == 3
        assert add(ignore_extra_args=True)(1, 2, 3, z=4) == 3

    def test_varargs(self):
        @mt.functor
        def f(x, *args):
            return (x, args)

        assert f(1, 2, 3)() == (1, (2, 3))
        assert f(args=[1, 2])(1) == (1, (1, 2))
        assert f(args=[1, 2])(1, 9) == (1, (9,))
        assert f(1, 2)(3, override_args=True) == (3, (2,))
        with pytest.raises(TypeError):
            f(1, 2, args=[3])

    def test_keyword_variadic(self):
        @mt.functor
        def f(**kwargs):
            return kwargs

        g = f(a=1)
        assert g(b=2) == {'a': 1, 'b': 2} and g.a == 1
        with pytest.raises(TypeError):
            g(a=2)
        g.c = 3
        assert g.specified_args == {'a', 'c'} and g() == {'a': 1, 'c': 3}

    def test_positional_only(self):
        @mt.functor
        def f(a, b, /, c=1):
            return (a, b, c)

        assert f(1)(b=2) == f(a=1, b=2)() == f()(1, 2) == (1, 2, 1)

    def test_call_values_are_converted_but_not_symbolic(self):
        @mt.functor([('x', T.List(T.Float()))])
        def f(x):
            return x

        assert type(f([1])()) is mt.List
        assert type(f()([1])) is list and f()([1]) == [1.0]

    def test_unchecked(self):
        f = mt.functor_class(lambda x: x, [('x', T.Int())], returns=T.Int())
        with mt.enable_type_check(False):
            assert f('a')() == 'a' and f()('a') == 'a' and f()(x='a') == 'a'

    def test_placeholders(self):
        f = add(mt.oneof([1, 2]))
        with pytest.raises(ValueError, match="'x'"):
            f()
        assert [g() for g in mt.iter(f)] == [2, 3]
        assert f(5, override_args=True) == 6
        with pytest.raises(ValueError, match=r"'x'"):
            add(mt.Dict(a=[mt.oneof([1])]))()
        f.rebind(x=1)
        assert f() == 2

    def test_inferred_values(self):
        @mt.functor
        def f(x=mt.symbolic.ValueFromParentChain(), y=1):  # noqa: B008
            return x + y

        tree = mt.Dict(x=3, f=f())
        assert tree.f() == 4
        shared = [1]
        assert add(mt.Ref(shared), y=[2])() == [1, 2]

    def test_auto_call(self):
        with mt.auto_call_functors():
            assert add(3) == 4 and Add(1) == 3
            assert add(add(1)) == 3
        assert isinstance(add(3), mt.Functor)

    def test_origin_of_the_result(self):
        @mt.functor
        def make(x):
            return mt.Dict(x=x)

        f = make(1)
        with mt.track_origin():
            result = f()
        assert result.sym_origin.tag == 'return' and result.sym_origin.source is f
        assert f().sym_origin is None


class TestSubclasses:
    def test_calls(self):
        assert Add(1)() == 3 and Add()(5) == 7 and Add()(1, y=4) == 5
        assert Add(1)(x=9, override_args=True) == 11
        for bad in (lambda: Add()(), lambda: Add(1)(2), lambda: Add()('a'), lambda: Add()(1, 2, 3)):
            with pytest.raises(TypeError):
                bad()

    def test_call_arguments_are_seen_during_the_call_only(self):
        f = Add()
        assert f(5) == 7
        assert f.unbound_args == {'x'} and f == Add()

    def test_the_result_is_checked(self):
        class Wrong(mt.Functor):
            x: int

            def _call(self) -> str:
                return self.x

        with pytest.raises(TypeError, match='returns'):
            Wrong(1)()

    def test_call_takes_no_parameters(self):
        with pytest.raises(TypeError, match='_call'):

            class Wrong(mt.Functor):
                x: int

                def _call(self, y):
                    return y

        class Variadic(mt.Functor):
            x: int

            def _call(self, *args, **kwargs):
                return self.x

        assert Variadic(1)() == 1

    def test_without_call_it_is_abstract(self):
        class NoCall(mt.Functor):
            x: int

        with pytest.raises(TypeError):
            NoCall(1)

    def test_inheritance(self):
        class More(Add):
            z: int = 1

            def _call(self):
                return super()._call() + self.z

        assert More(1)() == 4 and More(1, 2, 3)() == 6 and More()(1, z=5) == 8

    def test_subclasses_of_functors_made_from_functions(self):
        class Shown(add):
            def _call(self, *args, **kwargs):
                return args, kwargs, super()._call(*args, **kwargs)

        class Scaled(add):
            scale: int = 10

            def _call(self) -> int:
                return self.scale * (self.x + self.y)

        class Named(add):
            def _call(self, x, y):
                return {'x': x, 'y': y}

        assert Shown(1)() == ((1, 1), {}, 2) and Shown(1)(y=5) == ((1, 5), {}, 6)
        assert Scaled(1)() == 20 and Scaled(scale=2)(1, y=3) == 8
        assert Named()(1) == {'x': 1, 'y': 1}
        assert add(1)() == 2

    def test_positional_fields(self):
        @mt.members([('x', T.Int()), ('more', T.List(T.Int()))], init_arg_list=['x', '*more'])
        class Sum(mt.Functor):
            def _call(self):
                return self.x + sum(self.more)

        assert (Sum(1)(), Sum(1, 2, 3)(), Sum()(1, 2, 3)) == (1, 6, 6)
        assert Sum(1, 2)(3, 4, override_args=True) == 7

    def test_coroutines_running_side_by_side(self):
        class Slow(mt.Functor):
            n: int = 0

            async def _call(self):
                seen = [self.n]
                await asyncio.sleep(0)
                return [*seen, self.n]

        async def main(slow):
            return await asyncio.gather(slow(n=1), slow(n=2), slow())

        @mt.functor(returns=T.Int())
        async def double(x):
            return 2 * x

        assert asyncio.run(double(3)()) == 6
        with pytest.raises(TypeError, match='returns'):
            asyncio.run(double('a')())
        assert asyncio.run(main(Slow())) == [[1, 1], [2, 2], [0, 0]]

    def test_recursion(self):
        class Fibonacci(mt.Functor):
            n: int

            def _call(self):
                if self.n < 2:
                    return self.n
                a = self(self.n - 1, override_args=True)
                return a + self(self.n - 2, override_args=True)

        f = Fibonacci()
        assert f(10) == 55 and f.unbound_args == {'n'}

    def test_threads_do_not_see_each_other(self):
        barrier = threading.Barrier(4)

        class Slow(mt.Functor):
            n: int

            def _call(self):
                barrier.wait()
                return self.n

        f, results = Slow(), {}
        threads = [threading.Thread(target=lambda i=i: results.update({i: f(i)})) for i in range(4)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        assert results == {i: i for i in range(4)}

    def test_events(self):
        class Scaled(mt.Functor):
            x: int

            def _on_bound(self):
                self.double = 2 * self.x if 'x' in self.bound_args else None

            def _call(self):
                return self.double

        f = Scaled()
        f.rebind(x=2)
        assert f() == 4 and Scaled(3)() == 6


class TestDefaultOfAField:
    """A noneable field may give a default to a parameter that has none."""

    def test_it_is_the_default_of_the_functor(self):
        @mt.functor([('a', mt.typing.Int()), ('b', mt.typing.Any(default=2))])
        def pair(a, b):
            return (a, b)

        assert pair(1)() == (1, 2) and pair(1, 3)() == (1, 3)
        assert pair.__schema__['b'].value.default == 2

    def test_implied_none_is_not(self):
        @mt.functor([('b', mt.typing.Any())])
        def identity(b):
            return b

        with pytest.raises(TypeError):
            identity()()

    def test_a_field_that_takes_no_none_refuses(self):
        with pytest.raises(ValueError, match='default'):

            @mt.functor([('b', mt.typing.Int(default=2))])
            def identity(b):
                return b
