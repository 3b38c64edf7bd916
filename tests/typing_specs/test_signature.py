"""Signatures of callables in terms of value specs."""

import copy
import functools
import inspect
import pickle
import typing
import weakref

import pytest

import mutandis.typing as T

Kind = T.Argument.Kind


def sample(a: int, b: 'str' = 'x', *args: int, c: float = 1.0, **kw: typing.Any) -> int:
    """Sample.

    More about it.

    Args:
      a: A doc.
      b: B doc.
      *args: Args doc.
      c: C doc.
      **kw: Keywords doc.
    """
    return a


def plain(x, y=1):
    return x


class Sample:
    """A sample class.

    Args:
      x: X doc.
    """

    def __init__(self, x: int, y=2):
        """Makes it.

        Args:
          y: Y doc.
        """

    def method(self, z: int) -> str:
        return ''

    def __call__(self, w):
        return w

    @classmethod
    def make(cls, a):
        return cls(a)


class TestArgument:
    def test_variadic_arguments_need_containers(self):
        with pytest.raises(TypeError, match=r'\*x'):
            T.Argument('x', Kind.VAR_POSITIONAL, T.Int())
        with pytest.raises(TypeError, match=r'\*\*x'):
            T.Argument('x', Kind.VAR_KEYWORD, T.Int())
        arg = T.Argument('x', Kind.VAR_POSITIONAL, T.List(T.Int(), default=[1]))
        assert arg.value_spec == T.List(T.Int(), default=[])

    def test_repr(self):
        assert repr(T.Argument('x', Kind.KEYWORD_ONLY, T.Int(), 'doc')) == (
            "Argument(name='x', kind=<Kind.KEYWORD_ONLY: 3>, value_spec=Int(), description='doc')"
        )

    def test_from_annotation(self):
        arg = T.Argument.from_annotation('x', Kind.KEYWORD_ONLY, int)
        assert arg.value_spec == T.Any(annotation=int)
        arg = T.Argument.from_annotation('x', Kind.KEYWORD_ONLY, int, auto_typing=True)
        assert arg.value_spec == T.Int()
        assert T.Argument.from_annotation('x', Kind.KEYWORD_ONLY).value_spec == T.Any()

    def test_from_parameter(self):
        def f(a: int = 1, b: int = None, *c: int, d: T.Int(min_value=0) = 5, **e: int):  # noqa: RUF013
            pass

        args = [T.Argument.from_parameter(p) for p in inspect.signature(f).parameters.values()]
        assert [a.value_spec for a in args] == [
            T.Int(1),
            T.Int().noneable(),
            T.List(T.Int(), default=[]),
            T.Int(5, min_value=0),
            T.Dict([(T.StrKey(), T.Int())]),
        ]
        assert [a.kind for a in args] == [
            Kind.POSITIONAL_OR_KEYWORD,
            Kind.POSITIONAL_OR_KEYWORD,
            Kind.VAR_POSITIONAL,
            Kind.KEYWORD_ONLY,
            Kind.VAR_KEYWORD,
        ]
        # The annotation itself is left as it was.
        assert f.__annotations__['d'] == T.Int(min_value=0)

    def test_a_default_that_does_not_fit(self):
        def f(a: int = 'x'):
            pass

        with pytest.raises(TypeError, match='a'):
            T.signature(f)

        def g(a: T.Int() = None):
            pass

        with pytest.raises(ValueError, match='a'):  # A spec says itself whether it takes None.
            T.signature(g)

    def test_to_field(self):
        fields = T.signature(sample).fields()
        assert fields == [
            T.Field('a', T.Int(), 'A doc.'),
            T.Field('b', T.Str('x'), 'B doc.'),
            T.Field('args', T.List(T.Int(), default=[]), 'Args doc.'),
            T.Field('c', T.Float(1.0), 'C doc.'),
            T.Field(T.StrKey(), T.Any(annotation=typing.Any), 'Keywords doc.'),
        ]


class TestFromCallable:
    def test_function(self):
        s = T.signature(sample)
        assert (s.name, s.module_name, s.id) == ('sample', __name__, f'{__name__}.sample')
        assert s.callable_type is T.CallableType.FUNCTION
        assert s.arg_names == ['a', 'b', 'c'] and [a.name for a in s.named_args] == s.arg_names
        assert s.has_varargs and s.has_varkw and s.has_wildcard_args
        assert s.varargs.name == 'args' and s.varkw.name == 'kw'
        assert s.return_value == T.Int() and s.description == 'Sample.'

    def test_untyped(self):
        s = T.signature(sample, auto_typing=False, auto_doc=False)
        assert s.args[0].value_spec == T.Any(annotation=int)
        assert s.args[0].description is None and s.description is None

    def test_get_value_spec(self):
        s = T.signature(sample)
        assert s.get_value_spec('a') == T.Int()
        assert s.get_value_spec('unknown') == T.Any(annotation=typing.Any)
        assert T.signature(plain).get_value_spec('unknown') is None

    def test_class(self):
        s = T.signature(Sample)
        assert s.callable_type is T.CallableType.METHOD and s.arg_names == ['x', 'y']
        assert [a.description for a in s.args] == ['X doc.', 'Y doc.']
        assert T.signature(dict).has_varkw  # A class without a signature of its own.
        assert T.signature(object).arg_names == []

    def test_methods(self):
        assert T.signature(Sample(1).method).arg_names == ['z']
        assert T.signature(Sample(1).method).callable_type is T.CallableType.METHOD
        assert T.signature(Sample.method).arg_names == ['self', 'z']
        assert T.signature(Sample.make).arg_names == ['a']

    def test_callable_objects(self):
        assert T.signature(Sample(1)).arg_names == ['w']
        assert T.signature(functools.partial(plain, 1)).arg_names == ['y']

        class Odd:
            __call__ = 1

        for value in (1, Odd()):
            with pytest.raises(TypeError):
                T.signature(value)

    def test_builtin_function(self):
        assert T.signature(len).arg_names == ['obj']


class TestEquality:
    def test_everything_but_the_description_counts(self):
        assert T.signature(sample) == T.signature(sample)
        assert T.signature(sample) != T.signature(sample, auto_typing=False)
        s = T.signature(plain)
        s.description = 'Other.'
        assert s == T.signature(plain) and not s != T.signature(plain)
        with pytest.raises(TypeError):
            hash(s)

    def test_copies(self):
        s = T.signature(sample)
        assert copy.deepcopy(s) == s and copy.copy(s) == s
        assert pickle.loads(pickle.dumps(T.signature(plain))) == T.signature(plain)

    def test_text(self):
        assert repr(T.signature(plain)) == (
            f"Signature('{__name__}.plain', args=[Argument(name='x', "
            'kind=<Kind.POSITIONAL_OR_KEYWORD: 1>, value_spec=Any(), description=None), '
            "Argument(name='y', kind=<Kind.POSITIONAL_OR_KEYWORD: 1>, "
            'value_spec=Any(default=1), description=None)])'
        )


class TestAsInspectSignature:
    def test_parameters(self):
        s = T.signature(sample)
        assert isinstance(s, inspect.Signature)
        assert str(s.to_inspect()) == (
            "(a: int, b: str = 'x', *args: int, c: float = 1.0, **kw: Any) -> int"
        )
        assert s.bind(1, c=2.0).arguments == {'a': 1, 'c': 2.0}

    def test_inspect_accepts_it(self):
        def f(*args):
            pass

        f.__signature__ = T.signature(plain)
        assert list(inspect.signature(f).parameters) == ['x', 'y']


class TestAnnotate:
    def test_refines_in_place(self):
        s = T.signature(plain)
        assert s.annotate([('x', T.Int(), 'The x.')], T.Str()) is s
        assert s.args[0].value_spec == T.Int() and s.args[0].description == 'The x.'
        assert s.return_value == T.Str()
        assert T.signature(plain).annotate({'y': int}).args[1].value_spec == T.Int(1)

    def test_defaults(self):
        def refined(name, spec):
            return dict(
                (a.name, a.value_spec) for a in T.signature(plain).annotate([(name, spec)]).args
            )[name]

        assert refined('y', T.Int(1)) == T.Int(1)
        assert refined('y', T.Int().noneable()) == T.Int(1, is_noneable=True)
        assert refined('x', T.Int().noneable()) == T.Int(is_noneable=True)
        assert refined('x', T.Dict([('p', T.Int(1))])) == T.Dict([('p', T.Int(1))])
        for name, spec in (('y', T.Int(2)), ('x', T.Int(3))):
            with pytest.raises(ValueError, match='default'):
                refined(name, spec)
        with pytest.raises(TypeError):
            refined('y', T.Str())

    def test_the_given_spec_is_not_changed(self):
        spec = T.Int()
        T.signature(plain).annotate([('y', spec)])
        assert not spec.has_default

    def test_variadics(self):
        s = T.signature(sample).annotate(
            [
                ('args', T.List(T.Str())),
                ('kw', T.Int(), 'New.'),
            ]
        )
        assert s.varargs.value_spec == T.List(T.Str(), default=[])
        assert s.varkw.value_spec == T.Dict([(T.StrKey(), T.Int())])
        assert s.varkw.description == 'New.'
        s = T.signature(sample).annotate([('extra', T.Int(), 'Extra.')])
        assert s.kwonlyargs[-1].name == 'extra'
        for bad in (T.Int(), T.List(T.Int(), default=[1])):
            with pytest.raises(ValueError, match='args'):
                T.signature(sample).annotate([('args', bad)])
        with pytest.raises(KeyError):
            T.signature(sample).annotate([('kw', T.Int()), (T.StrKey(), T.Int())])

    def test_unknown_names(self):
        with pytest.raises(KeyError, match='z'):
            T.signature(plain).annotate([('z', T.Int())])
        with pytest.raises(TypeError):
            T.signature(plain).annotate(1)

    def test_return_value_without_default(self):
        with pytest.raises(ValueError, match='default'):
            T.signature(plain).annotate(None, T.Int(1))


class TestSchema:
    def test_to_schema(self):
        schema = T.signature(sample).to_schema()
        assert schema.name == f'{__name__}.sample' and schema.description == 'Sample.'
        assert schema.metadata == {
            'init_arg_list': ['a', 'b', '*args'],
            'varargs_name': 'args',
            'varkw_name': 'kw',
            'returns': T.Int(),
        }
        assert list(T.signature(sample).to_schema(include_return=True).keys())[-1] == 'return'

    def test_schema_of_a_callable(self):
        assert T.schema(sample, [('a', T.Int(min_value=1))])['a'].value == T.Int(min_value=1)
        assert list(T.schema(Sample.method).keys()) == ['z']
        assert list(T.schema(Sample.method, remove_self=False).keys()) == ['self', 'z']

    def test_from_schema(self):
        schema = T.create_schema(
            [
                ('a', int),
                ('b', T.List(int)),
                ('k', T.Int(1)),
                (T.StrKey(), int),
                ('f', T.Int().freeze(3)),
            ],
            metadata={'init_arg_list': ['a', '*b'], 'varkw_name': 'more', 'returns': T.Str()},
            allow_nonconst_keys=True,
        )
        s = T.Signature.from_schema(schema, 'module', 'name')
        assert s.callable_type is T.CallableType.FUNCTION  # `self` is still to be given.
        assert str(s.to_inspect()) == '(self, a: int, *b: int, k: int = 1, **more: int) -> str'
        s = T.Signature.from_schema(schema, 'module', 'name', is_method=False)
        assert s.callable_type is T.CallableType.FUNCTION and s.id == 'module.name'

    def test_from_a_schema_that_contradicts_itself(self):
        def make(names):
            schema = T.create_schema([('a', int)], metadata={'init_arg_list': names})
            return T.Signature.from_schema(schema, 'module', 'name')

        with pytest.raises(ValueError, match='zz'):
            make(['zz'])
        with pytest.raises(TypeError, match='a'):
            make(['*a'])


class TestMakeFunction:
    def test_real_function(self):
        f = T.signature(sample).make_function(['z = (a, b, args, c, kw)', 'return z'])
        assert f(1, 'y', 3, c=2.0, k=1) == (1, 'y', (3,), 2.0, {'k': 1})
        assert f(1) == (1, 'x', (), 1.0, {})
        assert (f.__name__, f.__qualname__, f.__module__) == ('sample', 'sample', __name__)
        assert f.__defaults__ == ('x',) and f.__kwdefaults__ == {'c': 1.0}
        assert f.__annotations__['return'] is int

    def test_names_that_the_body_uses(self):
        assert T.signature(plain).make_function('return x + k', {'k': 1})(2) == 3
        assert T.signature(plain).make_function('return x + k', None, {'k': 1})(2) == 3

    def test_required_after_defaulted(self):
        schema = T.create_schema(
            [('a', T.Int(1)), ('b', T.Int())], metadata={'init_arg_list': ['a', 'b']}
        )
        f = T.Signature.from_schema(schema, 'm', 'n', is_method=False).make_function('return b')
        assert f() == T.MISSING_VALUE and f(1, 2) == 2

    def test_keyword_only(self):
        def f(x, *, y, z=3):
            pass

        made = T.signature(f).make_function('return (x, y, z)')
        assert str(inspect.signature(made)) == '(x, *, y, z=3)' and made(1, y=2) == (1, 2, 3)


def test_errors_of_annotate_name_function_and_argument():
    def train(lr=1):
        pass

    with pytest.raises(TypeError, match='train.lr'):
        T.signature(train).annotate([('lr', T.Str())])


class TestEachSignatureIsIndependent:
    """Signatures are read once for each function; that must not show."""

    def test_annotate_changes_one(self):
        def train(lr=1, *args, **kwargs):
            pass

        before = T.signature(train)
        T.signature(train).annotate([('lr', T.Int(1)), ('more', int)], return_value=bool)
        T.signature(train).args[0].value_spec.freeze()
        assert T.signature(train) == before

    def test_changes_of_the_function_are_seen(self):
        def train(lr=1):
            pass

        assert T.signature(train).args[0].value_spec.default == 1
        train.__defaults__ = (2,)
        assert T.signature(train).args[0].value_spec.default == 2
        train.__annotations__['lr'] = float
        assert T.signature(train).args[0].value_spec == T.Float(2)
        train.__doc__ = 'Trains.'
        assert T.signature(train).description == 'Trains.'

    def test_wrappers_show_what_they_wrap(self):
        def train(lr=1):
            pass

        def wrapper(*args, **kwargs):
            pass

        assert T.signature(wrapper).has_varargs
        assert T.signature(functools.wraps(train)(wrapper)).arg_names == ['lr']

    def test_functions_are_not_kept_alive(self):
        def train(lr=1):
            pass

        T.signature(train)
        gone = weakref.ref(train)
        del train
        assert gone() is None


def test_the_docstring_of_a_constructor_describes_its_arguments_only():
    class Plain:
        def __init__(self, size):
            """Makes it.

            Args:
                size: How big.
            """

    signature = T.signature(Plain)
    assert signature.description is None
    assert signature.args[0].description == 'How big.'
