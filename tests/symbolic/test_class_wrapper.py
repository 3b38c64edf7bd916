"""Class wrapping: ordinary classes whose constructor arguments are children of a tree."""

import copy
import dataclasses
import inspect
import pickle
import sys
import types

import pytest

import mutandis as mt
from mutandis.symbolic import apply_wrappers, wrap_module
from mutandis.symbolic.class_wrapper import ClassWrapper

T = mt.typing


class Point:
    """A point.

    Args:
      x: Abscissa.
    """

    SIDES = 0

    def __init__(self, x: int, y=2):
        """Makes a point.

        Args:
          y: Ordinate.
        """
        self.x = x
        self.y = y
        self.sum = None if isinstance(x, str) else x + y

    def total(self):
        return self.x + self.y


class Anything:
    def __init__(self, x, *args, z=3, **kwargs):
        self.seen = (x, args, z, kwargs)


@mt.symbolize
class Stored:
    """Pickled by the tests below, hence at module level."""

    def __init__(self, x):
        self.x = x
        self.calls = 1


Wrapped = mt.wrap(Point)


class TestTheClass:
    def test_it_derives_from_the_users_class_which_is_unchanged(self):
        assert issubclass(Wrapped, Point) and issubclass(Wrapped, ClassWrapper)
        assert Wrapped.__mro__[1] is Point
        assert type(Point(1)) is Point
        assert Wrapped.sym_wrapped_cls is Point
        assert Wrapped.SIDES == 0

    def test_names(self):
        assert (Wrapped.__name__, Wrapped.__qualname__) == ('Point', 'Point')
        assert Wrapped.__module__ == Point.__module__
        assert Wrapped.__doc__ == Point.__doc__
        assert repr(Wrapped) == f'Symbolic[{Point!r}]'
        named = mt.wrap(Point, class_name='Dot', module_name='geometry')
        assert (named.__name__, named.__module__) == ('Dot', 'geometry')
        assert named.__type_name__ == 'geometry.Dot'

    def test_schema_comes_from_the_constructor(self):
        assert list(Wrapped.__schema__.keys()) == ['x', 'y']
        assert Wrapped.__schema__['y'].default_value == 2
        assert Wrapped.init_arg_list == ['x', 'y']
        assert str(inspect.signature(Wrapped.__init__)) == '(self, x: int, y=2)'
        assert str(inspect.signature(Wrapped)) == '(x: int, y=2)'
        schema = mt.wrap(Anything).__schema__
        assert schema == T.create_schema(
            [
                ('x', T.Any()),
                ('args', T.List(T.Any(), default=[])),
                ('z', T.Any(3)),
                (T.StrKey(), T.Any()),
            ],
            allow_nonconst_keys=True,
        )

    def test_typing_and_docs_are_opt_in(self):
        assert isinstance(Wrapped.__schema__['x'].value, T.Any)
        assert Wrapped.__schema__['x'].description is None
        typed = mt.wrap(Point, auto_typing=True, auto_doc=True)
        assert typed.__schema__['x'].value == T.Int()
        assert typed.__schema__['x'].description == 'Abscissa.'
        assert typed.__schema__['y'].description == 'Ordinate.'
        with pytest.raises(TypeError, match='x'):
            typed('a')

    def test_constraints(self):
        checked = mt.wrap(Point, [('x', T.Int(min_value=0))])
        with pytest.raises(ValueError, match='x'):
            checked(-1)
        with pytest.raises(KeyError, match='radius'):
            mt.wrap(Point, [('radius', int)])
        with pytest.raises(ValueError, match='no arguments'):
            mt.wrap(type('Empty', (), {}), [('x', int)])

    def test_what_cannot_be_wrapped(self):
        import collections
        import enum

        class NoSelf:
            def __init__(this, x):  # noqa: N805
                pass

        class Color(enum.Enum):
            RED = 1

        class Failure(Exception):
            def __init__(self, code):
                self.code = code

        with pytest.raises(TypeError, match='Only classes'):
            mt.wrap(1)
        with pytest.raises(ValueError, match='self'):
            mt.wrap(NoSelf)
        for cls in (Color, Failure, set, Exception, collections.namedtuple('Pair', 'a b')):
            with pytest.raises(TypeError, match='cannot be wrapped'):
                mt.wrap(cls)

    def test_metaclass_of_the_user(self):
        class Meta(type):
            def hello(cls):
                return cls.__name__

        class A(metaclass=Meta):
            def __init__(self, x):
                self.x = x

        wrapped = mt.wrap(A)
        assert wrapped.hello() == 'A' and wrapped(1).x == 1

    def test_override(self):
        assert mt.wrap(Point, override={'extra': 5}).extra == 5

    def test_a_wrapped_class_is_updated_in_place(self):
        wrapped = mt.wrap(Point)
        assert mt.wrap(wrapped, [('x', T.Int())]) is wrapped
        with pytest.raises(TypeError):
            wrapped('a')
        own = mt.wrap(Stored)
        assert mt.wrap(own, eq=True) is own and own(1) == own(1)
        assert repr(own(1)) == 'Stored(x=1)'
        assert ' object at 0x' in repr(mt.wrap(own, repr=False)(1))


class TestConstruction:
    def test_the_users_constructor_runs_with_the_arguments(self):
        p = Wrapped(1, y=3)
        assert (p.x, p.y, p.sum, p.total()) == (1, 3, 4, 4)
        assert p.wrapped_cls_initialized and p.sym_wrapped is p
        assert mt.wrap(Anything)(1, 2, 3, z=4, w=5).seen == (1, (2, 3), 4, {'w': 5})

    def test_positional_only_parameters(self):
        class A:
            def __init__(self, a, /, b):
                self.seen = (a, b)

        assert mt.wrap(A)(1, 2).seen == (1, 2)

    @pytest.mark.parametrize(
        'args, kwargs', [((), {}), ((1, 2, 3), {}), ((1,), {'x': 1}), ((1,), {'z': 1})]
    )
    def test_bad_arguments(self, args, kwargs):
        with pytest.raises(TypeError):
            Wrapped(*args, **kwargs)

    def test_arguments_and_attributes_do_not_meet(self):
        p = Wrapped(1)
        p.x = 10
        assert p.sym_init_args.x == 1 and p.x == 10
        assert list(p.__dict__) == ['x', 'y', 'sum']

    def test_an_argument_and_a_property_of_one_name(self):
        class A:
            def __init__(self, x, size):
                self._x = x

            @property
            def x(self):
                return self._x + 1

            def size(self):
                return 5

        wrapped = mt.wrap(A)
        a = wrapped(1, 2)
        assert (a.x, a.size(), a.sym_init_args) == (2, 5, dict(x=1, size=2))
        assert a.rebind(x=3).x == 4 and a.clone().size() == 5
        assert wrapped.__schema__.get_field('x').origin is wrapped

        class B(wrapped):
            pass

        assert B(1, 2).x == 2

    def test_placeholders_and_missing_values_delay_it(self):
        p = Wrapped(mt.oneof([1, 2]))
        assert not p.wrapped_cls_initialized and not hasattr(p, 'sum')
        p.rebind(x=1)
        assert p.wrapped_cls_initialized and p.sum == 3
        p.rebind(x=mt.oneof([1, 2]))
        assert not p.wrapped_cls_initialized and not hasattr(p, 'sum')
        assert not Wrapped.partial().wrapped_cls_initialized
        assert [q.sum for q in mt.iter(Wrapped(mt.oneof([1, 2])))] == [3, 4]

    def test_an_argument_is_given_back_when_the_constructor_fails(self):
        class Picky:
            def __init__(self, x, ok):
                if not ok:
                    raise RuntimeError('no')

        child = mt.Dict(a=1)
        with pytest.raises(RuntimeError):
            mt.wrap(Picky)(child, False)
        assert child.sym_parent is None

    def test_a_second_call_of_the_constructor_is_ignored(self):
        p = Wrapped(1)
        p.__init__(5)
        assert p.x == 1

    def test_sentinel_and_array_defaults(self):
        np = pytest.importorskip('numpy')
        unset = object()

        class A:
            def __init__(self, x=unset, y=np.zeros(2)):  # noqa: B008
                self.seen = (x is unset, y)

        a = mt.wrap(A)()
        assert a.seen[0] and list(a.seen[1]) == [0, 0]
        assert list(a.rebind(y=np.ones(2)).seen[1]) == [1, 1]
        assert mt.eq(a, a.clone())

    def test_reserved_parameter_names(self):
        class A:
            def __init__(self, sealed):
                pass

        with pytest.raises(TypeError, match='sealed'):
            mt.wrap(A)

    def test_references_are_passed_as_their_targets(self):
        shared = [1]
        assert Wrapped('a', mt.Ref(shared)).y is shared

    def test_no_constructor(self):
        class Empty:
            pass

        empty = mt.wrap(Empty)
        assert empty().sym_init_args == {}
        with pytest.raises(TypeError):
            empty(1)

    def test_dataclass(self):
        @mt.symbolize
        @dataclasses.dataclass
        class Config:
            x: int
            y: str = 'a'

        assert Config(1) == Config(1)
        assert Config(1).rebind(x=2).x == 2
        assert repr(Config(1)) == "Config(x=1, y='a')"

    def test_frozen_dataclass(self):
        @mt.symbolize
        @dataclasses.dataclass(frozen=True)
        class Config:
            x: int

        config = Config(1)
        with pytest.raises(dataclasses.FrozenInstanceError):
            config.x = 2
        assert config.rebind(x=3).x == 3


class TestChanges:
    def test_rebind_runs_the_constructor_again_on_a_cleared_object(self):
        p = Wrapped(1)
        p.note = 'mine'
        p.rebind(x=5)
        assert p.sum == 7 and not hasattr(p, 'note')

    def test_a_change_inside_an_argument(self):
        seen = []

        class A:
            def __init__(self, entries):
                seen.append(list(entries))
                self.entries = entries

        a = mt.wrap(A)([1])
        a.entries.append(2)
        a.sym_init_args.entries[0] = 9
        assert seen == [[1], [1, 2], [9, 2]]
        assert a.entries is a.sym_getattr('entries')

    def test_children_are_rebuilt_before_their_parents(self):
        seen = []

        class A:
            def __init__(self, x):
                self.x = x
                seen.append(x if isinstance(x, int) else 'outer')

        wrapped = mt.wrap(A)
        outer = wrapped(wrapped(1))
        seen.clear()
        outer.rebind({'x.x': 2})
        assert seen == [2, 'outer']
        assert outer.x is outer.sym_init_args.x

    def test_unknown_name(self):
        with pytest.raises(KeyError, match='nope'):
            Wrapped(1).rebind(nope=1)

    def test_a_failing_constructor_changes_nothing(self):
        class Positive:
            def __init__(self, x):
                if x < 0:
                    raise ValueError('negative')
                self.x = x

        p = mt.wrap(Positive)(1)
        p.note = 'kept'
        with pytest.raises(ValueError, match='negative'):
            p.rebind(x=-1)
        assert (p.x, p.sym_init_args.x, p.note, p.wrapped_cls_initialized) == (1, 1, 'kept', True)

    def test_reset_state_fn_replaces_the_clearing(self):
        def reset(self):
            self.resets = getattr(self, 'resets', 0) + 1

        p = mt.wrap(Point, reset_state_fn=reset)(1)
        p.note = 'kept'
        p.rebind(x=2)
        assert (p.sum, p.resets, p.note) == (4, 2, 'kept')

    def test_sealed(self):
        p = Wrapped(1, sealed=True)
        with pytest.raises(mt.WritePermissionError):
            p.rebind(x=2)
        p.x = 3  # An ordinary attribute of the user's class.


class TestComparisonAndText:
    def test_identity_by_default_and_symbolic_on_request(self):
        assert Wrapped(1) != Wrapped(1)
        assert mt.eq(Wrapped(1), Wrapped(1)) and not mt.eq(Wrapped(1), Wrapped(2))
        assert Wrapped(1).sym_eq(Wrapped(1))
        assert mt.hash(Wrapped(1)) == mt.hash(Wrapped(1))
        equal = mt.wrap(Point, eq=True)
        assert equal(1) == equal(1) and hash(equal(1)) == hash(equal(1))
        assert equal(1) != equal(2)

    def test_the_users_own_comparison_wins(self):
        class A:
            def __init__(self, a, b=1):
                self.a = a

            def __eq__(self, other):
                return isinstance(other, A) and self.a == other.a

            def __hash__(self):
                return 7

        for eq in (False, True):
            wrapped = mt.wrap(A, eq=eq)
            assert wrapped(1) == wrapped(1, 2) and hash(wrapped(1)) == 7
            assert not mt.eq(wrapped(1), wrapped(1, 2))

        class OwnHash:
            def __init__(self, a):
                self.a = a

            def __hash__(self):
                return 8

        wrapped = mt.wrap(OwnHash, eq=True)
        assert wrapped(1) == wrapped(1) and hash(wrapped(1)) == 8

    def test_text(self):
        assert repr(Wrapped(1)) == 'Point(x=1, y=2)'
        assert str(Wrapped(1)) == 'Point(\n  x = 1,\n  y = 2\n)'

        class A:
            def __init__(self, x):
                pass

            def __str__(self):
                return 'mine'

        assert str(mt.wrap(A)(1)) == 'A(\n  x = 1\n)'
        assert str(mt.wrap(A, repr=False)(1)) == 'mine'

    def test_json(self):
        p = Stored([1, 2])
        again = mt.from_json(p.to_json())
        assert isinstance(again, Stored) and mt.eq(p, again)


class TestSubclasses:
    def test_own_constructor(self):
        class Diagonal(Wrapped):
            def __init__(self, d):
                super().__init__(d, d)

        d = Diagonal(3)
        assert (d.x, d.y) == (3, 3) and repr(d) == 'Diagonal(d=3)'
        assert Diagonal.sym_wrapped_cls is None
        assert d.rebind(d=4).sum == 8

        class Shifted(Diagonal):
            def __init__(self, q):
                super().__init__(q + 1)

        assert Shifted(1).sum == 4 and list(Shifted.__schema__.keys()) == ['q']

    def test_inherited_constructor(self):
        class Named(Wrapped):
            name = 'p'

            def double(self):
                return 2 * self.total()

        p = Named(1)
        assert (p.double(), repr(p)) == (6, 'Named(x=1, y=2)')
        assert mt.eq(mt.from_json(p.to_json()), p)

    def test_handlers_of_changes(self):
        events = []

        class Heard(Wrapped):
            def _on_change(self, field_updates):
                events.append([str(path) for path in field_updates])
                super()._on_change(field_updates)
                events.append(self.total())

            def _on_bound(self):
                super()._on_bound()
                events.append('bound')

        class Held(Wrapped):
            def _on_change(self, field_updates):
                pass

        class Page:
            def __init__(self, words):
                self.words = words

            def _on_change(self, of, these, kinds):
                return 'no handler'

        value = Heard(1)
        value.rebind(x=2, y=3)
        assert events == ['bound', ['x', 'y'], 'bound', 5]
        held = Held(1)
        assert held.rebind(x=5).total() == 3 and held.sym_init_args.x == 5
        assert mt.wrap(Page)([1]).rebind({'words[0]': 2}).words == [2]

    def test_cooperative_inheritance(self):
        class A:
            def __init__(self, a):
                super().__init__()
                self.a = a

        class B:
            def __init__(self, b=2):
                super().__init__()
                self.b = b

        wrapped_a, wrapped_b = mt.wrap(A), mt.wrap(B)

        class Both(wrapped_a, wrapped_b):
            pass

        both = Both(1)
        assert (both.a, both.b, repr(both)) == (1, 2, 'Both(a=1)')

        class Explicit(wrapped_a, wrapped_b):
            def __init__(self, a, b):
                wrapped_a.__init__(self, a)
                wrapped_b.__init__(self, b)

        explicit = Explicit(1, 3)
        assert (explicit.a, explicit.b) == (1, 3)


class TestCopies:
    @pytest.mark.parametrize(
        'copier',
        [
            lambda x: x.clone(),
            lambda x: x.clone(deep=True),
            copy.copy,
            copy.deepcopy,
            lambda x: pickle.loads(pickle.dumps(x)),
        ],
    )
    def test_ordinary_classes_are_constructed_anew(self, copier):
        s = Stored([1])
        s.calls = 5
        again = copier(s)
        assert again is not s and mt.eq(again, s)
        assert again.calls == 1 and again.sym_parent is None
        assert again.x is again.sym_init_args.x and again.x is not s.x

    def test_deep_trees(self):
        wrapped = mt.wrap(Stored)
        deep = wrapped(1)
        for _ in range(5000):
            deep = wrapped(deep)
        for copier in (lambda x: x.clone(), lambda x: x.clone(deep=True), copy.copy):
            assert mt.eq(copier(deep), deep)

    def test_state_is_copied_on_request(self):
        class Counter:
            def __init__(self, log):
                self.log = log
                self.history = [0]

        counter = mt.wrap(Counter, copy_state=True)(mt.Dict(a=1))
        counter.history.append(1)
        again = counter.clone()
        assert again.history == [0, 1] and again.history is not counter.history
        assert again.log is again.sym_init_args.log and again.log is not counter.log
        assert again.clone(override={'log.a': 2}).history == [0]

    def test_adoption(self):
        s = Stored(1)
        first = mt.Dict(a=s)
        assert first.a is s and s.sym_path == 'a'
        second = mt.Dict(a=s)
        assert second.a is not s and mt.eq(second.a, s)
        assert Stored(s).x is not s


class TestPicklesOfSeveralWrappersOfOneClass:
    """What is pickled comes back as what it was, whichever wrapper was made last."""

    def test_kept_in_modules(self, monkeypatch):
        first, second = types.ModuleType('first_library'), types.ModuleType('second_library')
        for module in (first, second):
            monkeypatch.setitem(sys.modules, module.__name__, module)
            module.Shape = mt.symbolize(Point)
        data = {m: pickle.dumps(m.Shape(1)) for m in (first, second)}
        for module in (first, second):
            assert type(pickle.loads(data[module])) is module.Shape
        del second.Shape
        assert isinstance(pickle.loads(data[second]), Point)
        monkeypatch.delitem(sys.modules, 'first_library')
        again = pickle.loads(data[first])
        assert isinstance(again, ClassWrapper) and again.total() == 3

    def test_kept_nowhere(self):
        wrappers = [mt.symbolize(Point) for _ in range(3)]
        for wrapper in wrappers:
            again = pickle.loads(pickle.dumps(wrapper(1)))
            assert type(again) is wrapper and mt.eq(again, wrapper(1))


class TestManyClasses:
    def test_wrap_module(self):
        module = types.ModuleType('shapes')
        exported = types.ModuleType('symbolic_shapes')

        class Circle:
            def __init__(self, r):
                self.r = r

        class Helper:
            pass

        module.Circle = module.Round = Circle
        module.Helper = Helper
        module.number = 1
        wrappers = wrap_module(module, where=lambda c: c is not Helper, export_to=exported)
        assert len(wrappers) == 1
        assert exported.Circle is exported.Round is wrappers[0]
        assert wrappers[0].__module__ == 'symbolic_shapes' and not hasattr(exported, 'Helper')
        assert wrap_module(module, ['Circle'])[0](1).r == 1
        with pytest.raises(AttributeError):
            wrap_module(module, ['Square'])

    def test_apply_wrappers(self):
        class A:
            def __init__(self, x):
                self.x = x

        class B:
            def __new__(cls, *args, **kwargs):
                return super().__new__(cls)

            def __init__(self):
                self.a = A(1)

        wrapped_a, wrapped_b = mt.wrap(A), mt.wrap(B)
        with apply_wrappers([wrapped_a]):
            assert type(A(1)) is wrapped_a and A(1).x == 1
            assert type(B().a) is wrapped_a and type(B()) is B
            with apply_wrappers([wrapped_b]):
                assert type(B()) is wrapped_b and type(B().a) is wrapped_a
            assert type(B()) is B
            assert type(wrapped_b()) is wrapped_b
        assert type(A(1)) is A and A(1).x == 1
        with apply_wrappers(where=lambda c: c is wrapped_a):
            assert type(A(x=2)) is wrapped_a and type(B()) is B

    def test_the_latest_of_several_wrappers_counts(self):
        class A:
            def __init__(self, x):
                self.x = x

        wrappers = [mt.wrap(A, class_name=f'A{i}') for i in range(10)]
        with mt.apply_wrappers():
            assert type(A(1)) is wrappers[-1]
        with mt.apply_wrappers(where=lambda w: w is wrappers[3]):
            assert type(A(1)) is wrappers[3]
        assert type(A(1)) is A

    def test_abstract_classes(self):
        import abc

        class Base(abc.ABC):
            def __init__(self, x):
                self.x = x

            @abc.abstractmethod
            def run(self):
                pass

        wrapped = mt.wrap(Base)
        with pytest.raises(TypeError):
            wrapped(1)

        class Concrete(wrapped):
            def run(self):
                return self.x

        assert Concrete(2).run() == 2
