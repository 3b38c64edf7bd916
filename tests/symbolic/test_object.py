"""Objects: construction, attributes, and what happens to values on their way in."""

import copy
import inspect
import pickle
from typing import Any, Literal

import pytest

import mutandis as mt

T = mt.typing


class Point(mt.Object):
    x: int
    y: float = 1.0


class Leaf(mt.Object):
    v: int = 0


class Tree(mt.Object):
    child: Leaf
    items: list[int] = [1, 2]
    options: dict[str, Any] = {}
    note: Any = None


class TestConstruction:
    def test_by_position_and_keyword(self):
        assert Point(1) == Point(x=1) == Point(1, 1.0) == Point(x=1, y=1.0)

    def test_an_int_is_accepted_for_a_float(self):
        assert isinstance(Point(1, 2).y, float)

    @pytest.mark.parametrize(
        'args, kwargs',
        [
            ((), {}),  # A required field is missing.
            ((1, 2.0, 3), {}),  # Too many.
            ((1,), {'x': 2}),  # The same twice.
            ((1,), {'z': 2}),  # Unknown.
            (('s',), {}),
            ((1.5,), {}),
            ((1,), {'y': 's'}),
            ((1,), {'allow_partial': 1}),
        ],
    )
    def test_wrong_arguments_are_type_errors(self, args, kwargs):
        with pytest.raises(TypeError):
            Point(*args, **kwargs)

    def test_none_is_a_value_error_for_a_field_that_does_not_take_it(self):
        with pytest.raises(ValueError):
            Point(None)

    def test_missing_given_explicitly_is_a_value_error(self):
        with pytest.raises(ValueError):
            Point(x=mt.MISSING_VALUE)
        assert Point(1, y=mt.MISSING_VALUE).y == 1.0

    def test_all_missing_arguments_are_named_together(self):
        class Two(mt.Object):
            first: int
            second: int

        with pytest.raises(TypeError, match=r"'first', 'second'"):
            Two()

    def test_errors_name_the_path_and_suggest_a_field(self):
        with pytest.raises(TypeError, match=r'child\.v|v'):
            Tree(Leaf('s'))
        with pytest.raises(TypeError, match="Did you mean 'items'"):
            Tree(Leaf(), item=[1])
        with pytest.raises(TypeError, match=r'items\[1\]'):
            Tree(Leaf(), [1, 's'])

    def test_errors_of_users_keep_their_arguments(self):
        class Refused(ValueError):
            pass

        def refuse(value):
            raise Refused('E1', value)

        class Sample(mt.Object):
            x: mt.typing.Any(transform=refuse)

        with pytest.raises(Refused) as error:
            Sample(3)
        assert error.value.args == ('E1', 3)

    def test_errors_start_with_class_and_path(self):
        class Inner(mt.Object):
            x: int

        class Outer(mt.Object):
            inner: mt.typing.Dict([('x', mt.typing.List(mt.typing.Int()))])
            other: int = 1

        with pytest.raises(TypeError, match=r'^Inner\.x: Expected int, got str: '):
            Inner('a')
        with pytest.raises(TypeError, match=r'^Outer\.inner\.x\[1\]: Expected int, got str: '):
            Outer({'x': [1, 'a']})
        with pytest.raises(ValueError, match=r'^Outer\.other: '):
            Outer({'x': []}, other=None)

    def test_numpy_scalars_are_accepted_where_numbers_are(self):
        np = pytest.importorskip('numpy')

        class Sample(mt.Object):
            count: int
            rate: float = 0.0
            flag: bool = False
            size: mt.typing.Int(min_value=1) = 1
            maybe: int | None = None
            either: int | str = 1
            items: list[int] = []

        value = Sample(
            np.int64(1), np.float32(0.5), np.bool_(True), np.int8(2), np.uint8(3), np.int16(4),
            [np.int32(5)],
        )  # fmt: skip
        assert value == Sample(1, 0.5, True, 2, 3, 4, [5])
        assert [type(v) for _, v in value.sym_items()][:6] == [int, float, bool, int, int, int]
        assert type(value.items[0]) is int and type(value.rebind(count=np.int64(7)).count) is int
        assert type(Sample(1, np.int64(2)).rate) is float
        with pytest.raises(ValueError, match=r'Sample\.size: .*out of range'):
            Sample(1, size=np.int64(0))
        with pytest.raises(TypeError, match=r'Sample\.count: Expected int'):
            Sample(np.float64(1))
        with pytest.raises(TypeError):
            Sample(1, 0.0, np.int64(1))

    def test_values_that_need_conversion_are_as_good_as_those_that_do_not(self):
        class Inner(mt.Object):
            x: float

        class Sample(mt.Object):
            rate: float
            inner: Inner = Inner(1)
            name: str = 'a'

            def _on_bound(self):
                super()._on_bound()
                self.bound = getattr(self, 'bound', 0) + 1

        value = Sample(1, Inner(2))
        assert value == Sample(1.0, Inner(2.0)) and value.bound == 1
        assert value.inner.sym_parent is value and type(value.rate) is float
        placeholder = Sample(mt.oneof([1, 2]))
        assert placeholder.is_pure_symbolic and placeholder.sym_getattr('rate').sym_parent is (
            placeholder
        )

    def test_without_type_checks_defaults_are_there(self):
        class Sample(mt.Object):
            x: int
            y: list[int] = [1]

        with mt.enable_type_check(False):
            value = Sample('s')
            assert value.x == 's' and value.y == [1] and value.y.sym_parent is value
            with pytest.raises(TypeError):
                Sample()
            with pytest.raises(TypeError):
                Sample(1, z=2)

    def test_root_path(self):
        tree = Tree(Leaf(), root_path=mt.KeyPath('model'))
        assert tree.sym_path == 'model' and tree.child.sym_path == 'model.child'

    def test_object_itself_cannot_be_made(self):
        with pytest.raises(TypeError):
            mt.Object()

    def test_signature(self):
        text = str(inspect.signature(Point))
        assert text == '(x: int, y: float = 1.0)'


class TestValues:
    def test_plain_containers_become_symbolic_and_the_callers_stay_as_they_are(self):
        given = {'a': [1, {'b': 2}]}
        tree = Tree(Leaf(), options=given)
        assert isinstance(tree.options, mt.Dict)
        assert isinstance(tree.options.a, mt.List)
        assert isinstance(tree.options.a[1], mt.Dict)
        assert type(given['a']) is list and type(given['a'][1]) is dict
        given['a'].append(3)
        assert tree.options.a == [1, {'b': 2}]

    def test_tuples_and_what_is_in_them_stay_as_they_are(self):
        leaf = Leaf()
        pair = (leaf, [1])
        tree = Tree(Leaf(), note=pair)
        assert tree.note is pair and tree.note[0] is leaf and leaf.sym_parent is None

    def test_a_parentless_node_is_adopted(self):
        leaf = Leaf()
        tree = Tree(leaf)
        assert tree.child is leaf and leaf.sym_parent is tree and leaf.sym_path == 'child'

    def test_a_node_that_has_a_parent_is_copied(self):
        leaf = Leaf(3)
        first, second = Tree(leaf), Tree(leaf)
        assert second.child is not leaf and second.child == leaf
        assert leaf.sym_parent is first

    def test_defaults_are_not_shared(self):
        first, second = Tree(Leaf()), Tree(Leaf())
        first.items.append(3)
        assert second.items == [1, 2] and Tree(Leaf()).items == [1, 2]

    def test_a_dict_like_an_assignment_is_never_decoded(self):
        given = {'_type': 'function', 'name': 'os.getcwd'}
        assert Tree(Leaf(), note=given).note == given

    def test_types_are_checked_by_the_annotation(self):
        class Typed(mt.Object):
            text: str | None = None
            number: int | list[int] = 1
            pair: tuple[int, str] = (1, 'a')
            flag: bool = False
            small: T.Int(min_value=1, max_value=3) = 2
            letter: Literal['a', 'b'] = 'a'

        assert Typed(number=[1, 2]).number == [1, 2]
        for field, value, error in [
            ('text', 1, TypeError),
            ('number', 's', TypeError),
            ('number', ['s'], TypeError),
            ('pair', (1,), ValueError),
            ('pair', [1, 'a'], TypeError),
            ('flag', 1, TypeError),
            ('small', 0, ValueError),
            ('small', 4, ValueError),
            ('letter', 'c', ValueError),
        ]:
            with pytest.raises(error):
                Typed(**{field: value})
            with pytest.raises(error):
                Typed().rebind({field: value})

    def test_an_object_field_takes_sub_classes_only(self):
        class SubLeaf(Leaf):
            pass

        assert isinstance(Tree(SubLeaf()).child, SubLeaf)
        for wrong in (1, {'v': 1}, Point(1)):
            with pytest.raises(TypeError):
                Tree(wrong)

    def test_transforms(self):
        class Loose(mt.Object):
            many: T.List(T.Int(), transform=lambda v: [v] if isinstance(v, int) else v) = [1]

        assert Loose(3).many == [3] and Loose([4]).many == [4]
        assert Loose(3).many.sym_path == 'many'
        assert Loose().rebind(many=5).many == [5]
        with pytest.raises(TypeError):
            Loose('q')


class TestAttributes:
    def test_fields_are_read_only_by_default(self):
        point = Point(1)
        with pytest.raises(mt.WritePermissionError):
            point.x = 2
        assert point.x == 1

    def test_other_names_are_ordinary_attributes(self):
        point = Point(1).seal()
        point.cache = [1]
        point._private = {'a': 1}
        assert type(point.cache) is list and type(point._private) is dict
        del point.cache
        assert not hasattr(point, 'cache') and not hasattr(point.clone(), '_private')

    def test_fields_cannot_be_deleted(self):
        with pytest.raises(AttributeError):
            del Point(1).x

    def test_assignment_when_the_class_allows_it(self):
        class Open(mt.Object):
            allow_symbolic_assignment = True
            x: int = 1
            y: int

        point = Open(y=1)
        point.x = 4
        assert point == Open(4, 1)
        point.x = mt.MISSING_VALUE
        assert point.x == 1
        with pytest.raises(TypeError):
            point.x = 's'
        with pytest.raises(ValueError):
            point.y = mt.MISSING_VALUE
        point.seal()
        with pytest.raises(mt.WritePermissionError):
            point.x = 2
        assert point == Open(1, 1)

    def test_immutable_classes(self):
        class Fixed(mt.Object):
            allow_symbolic_mutation = False
            x: Any = 1

        fixed = Fixed({'a': 1})
        assert fixed.is_sealed and fixed.x.is_sealed and fixed.clone().is_sealed
        with pytest.raises(mt.WritePermissionError):
            fixed.rebind(x=2)
        with pytest.raises(mt.WritePermissionError):
            fixed.x.rebind(a=2)
        assert not Fixed(1, sealed=False).is_sealed

    def test_fields_that_are_no_attributes(self):
        class Hidden(mt.Object):
            allow_symbolic_attribute = False
            x: int = 1

        hidden = Hidden(3)
        assert hidden.x == 1  # The attribute of the class.
        assert hidden.sym_init_args.x == 3
        hidden.x = 77
        assert (hidden.x, hidden.sym_init_args.x) == (77, 3)
        assert hidden.rebind(x=4).sym_init_args.x == 4
        assert hidden.clone() == Hidden(4) and repr(hidden) == 'Hidden(x=4)'

    def test_neither_can_values_of_dynamic_keys(self):
        @mt.members([('x', T.Int(1)), (T.StrKey('k.*'), T.Int())])
        class Open(mt.Object):
            pass

        node = Open(k1=2)
        for name in ('x', 'k1', 'k2'):
            with pytest.raises(AttributeError):
                delattr(node, name)
        assert node == Open(k1=2) and node.k1 == 2

    def test_the_class_answers_for_its_fields_too(self):
        assert isinstance(Point.x, property) and Point.x.fget(Point(5)) == 5
        with pytest.raises(AttributeError):
            Point.unknown  # noqa: B018


class TestInitArgs:
    def test_is_a_live_dict(self):
        point = Point(1)
        args = point.sym_init_args
        assert isinstance(args, mt.Dict)
        assert dict(args) == {'x': 1, 'y': 1.0} and list(args) == ['x', 'y'] and len(args) == 2
        point.rebind(x=5)
        assert args.x == args['x'] == args.get('x') == 5 and args == {'x': 5, 'y': 1.0}
        assert args.sym_parent is point and args.value_spec == Point.sym_fields

    def test_writing_writes_to_the_object(self):
        point = Point(1)
        point.sym_init_args.rebind(x=3)
        assert point.x == 3
        with pytest.raises(TypeError):
            point.sym_init_args.rebind(x='s')

    def test_a_view_taken_before_is_sealed_with_the_object(self):
        point = Point(1)
        args = point.sym_init_args
        point.seal()
        assert args.sym_sealed and args.is_sealed
        for change in (
            lambda: args.rebind(x=2),
            lambda: setattr(args, 'x', 2),
            lambda: args.update(x=2),
            lambda: args.clear(),
            lambda: args.pop('y'),
        ):
            with pytest.raises(mt.WritePermissionError):
                change()
        point.seal(False)
        args.x = 3
        assert point == Point(3)
        args.seal()
        assert point.is_sealed and not args.seal(False).is_sealed and not point.accessor_writable

    def test_is_a_typed_dict(self):
        point = Point(1)
        args = point.sym_init_args
        point.rebind(y=5.0)
        assert args.setdefault('y', 9.0) == 5.0 and list(reversed(args)) == ['y', 'x']
        with pytest.raises(ValueError):
            args.popitem()
        with pytest.raises(ValueError):
            args.clear()
        assert point == Point(1, 5.0) and mt.Dict(p=point).sym_get('p') is args.sym_parent
        assert args.sym_root is point.sym_root is not point and args.sym_path == 'p'

    def test_its_pickle_is_a_dict_of_its_own(self):
        loaded = pickle.loads(pickle.dumps(Point(1).sym_init_args))
        assert type(loaded) is mt.Dict and loaded == {'x': 1, 'y': 1.0}

    def test_children_keep_the_object_as_parent(self):
        tree = Tree(Leaf())
        assert tree.sym_init_args.child is tree.child
        assert tree.child.sym_parent is tree


class TestComparison:
    def test_is_symbolic_by_default(self):
        class SubPoint(Point):
            pass

        assert Point(1) == Point(1) and hash(Point(1)) == hash(Point(1))
        assert Point(1) != Point(2) and Point(1) != 1
        assert SubPoint(1) != Point(1)
        assert {Point(1): 'a'}[Point(1)] == 'a'

    def test_can_be_switched_off(self):
        class Identity(mt.Object):
            use_symbolic_comparison = False
            x: int = 1

        one, two = Identity(), Identity()
        assert one == one and one != two and hash(one) != hash(two)
        assert mt.eq(one, two)


class TestCopies:
    @pytest.mark.parametrize(
        'copied',
        [
            lambda o: o.clone(),
            lambda o: o.clone(deep=True),
            copy.copy,
            copy.deepcopy,
            lambda o: pickle.loads(pickle.dumps(o)),
            mt.clone,
        ],
    )
    def test_are_equal_and_independent(self, copied):
        tree = Tree(Leaf(3), [5], {'a': {'b': 1}})
        parent = mt.Dict(tree=tree)
        other = copied(tree)
        assert other == tree and other is not tree and other.child is not tree.child
        assert other.sym_parent is None and other.sym_path == ''
        assert other.options.a.sym_path == 'options.a' and parent.tree is tree
        other.rebind({'options.a.b': 2})
        assert tree.options.a.b == 1


def test_a_field_may_be_named_like_a_builtin():
    class Kind(mt.Object):
        type: Any = None
        list: Any = None

    assert (Kind().type, Kind(type=1, list=2).list) == (None, 2)
