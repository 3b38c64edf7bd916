"""Generated comparison, hash and reading agree with the general rules in every special case."""

from typing import Any

import pytest

import mutandis as mt


def twins(make):
    """Two objects of a class, made in the same way, and one that differs."""
    return make(1), make(1), make(2)


class Point(mt.Object):
    x: Any
    y: Any = None


class Wide(mt.Object):
    x: Any
    __kwargs__: Any


class Shadowed(mt.Object):
    x: Any

    def x(self):  # noqa: F811
        return 'a method'


class Hidden(mt.Object):
    allow_symbolic_attribute = False
    x: Any


class OwnEq(mt.Object):
    x: Any
    note: Any = None

    def sym_eq(self, other):
        return isinstance(other, OwnEq) and self.x == other.x

    def sym_hash(self):
        return hash(self.x)


class Empty(mt.Object):
    pass


MAKERS = [
    lambda i: Point(i),
    lambda i: Point(Point(i)),
    lambda i: Wide(i, a=i),
    lambda i: Wide(1, b=[i]),
    lambda i: Shadowed(i),
    lambda i: Hidden(i),
    lambda i: OwnEq(i, note=object()),
    lambda i: Point([Point(i), Point(0)]),
    lambda i: Point((Point(i), {'a': 1} if i < 0 else 3)),
    lambda i: mt.Dict(a=[Point(i)], b=Empty()),
    lambda i: mt.List([[Point(i)], Empty()]),
    lambda i: Point.partial(y=i),
    lambda i: Point(mt.symbolic.ValueFromParentChain(), i),
]


@pytest.mark.parametrize('make', MAKERS)
def test_equality_and_hash(make):
    one, same, other = twins(make)
    assert mt.eq(one, same) and not mt.eq(one, other) and mt.ne(one, other)
    assert one == same and one != other
    assert mt.hash(one) == mt.hash(same)
    assert mt.eq(Point(one), Point(same)) and not mt.eq(Point(one), Point(other))
    assert mt.eq([one], [same]) and not mt.eq([one], [other])
    assert mt.hash(Point([one])) == mt.hash(Point([same]))


@pytest.mark.parametrize('make', MAKERS)
def test_walks_see_every_field(make):
    tree = mt.Dict(a=make(1))
    seen = {}
    mt.traverse(tree, lambda k, v, p: seen.update({str(k): v}))
    assert all(mt.KeyPath.parse(path).query(tree) is value for path, value in seen.items())
    assert all('a.' + k in seen for k in map(str, tree.sym_getattr('a').sym_keys()) if k.isalpha())


def test_a_field_that_infers_later():
    class Late(mt.Object):
        x: Any

    assert mt.eq(Late(1), Late(1)) and mt.hash(Late(1)) == mt.hash(Late(1))
    tree = mt.Dict(x=5, c=mt.Dict(late=Late(mt.symbolic.ValueFromParentChain())))
    assert tree.c.late.x == 5
    seen = {}
    mt.traverse(tree, lambda k, v, p: seen.update({str(k): v}))
    assert isinstance(seen['c.late.x'], mt.symbolic.ValueFromParentChain)
    assert not mt.eq(tree.c.late, Late(5)) and mt.eq(Late(1), Late(1)) and Late(1) != Late(2)
    assert mt.hash(tree.c.late) == mt.hash(tree.clone().c.late)


def test_a_class_that_gets_more_fields():
    class Grows(mt.Object):
        x: int

    assert mt.eq(Grows(1), Grows(1)) and mt.hash(Grows(1)) == mt.hash(Grows(1))
    Grows.update_schema([('y', mt.typing.Int(0))])
    assert Grows(1, y=2) != Grows(1, y=3) and mt.hash(Grows(1, y=2)) != mt.hash(Grows(1, y=3))
    seen = []
    mt.traverse(Grows(1), lambda k, v, p: seen.append(str(k)))
    assert seen == ['', 'x', 'y']


def test_sub_classes_do_not_share_what_is_generated():
    class Base(mt.Object):
        x: Any = 0

    assert Base(1) == Base(1)

    class Sub(Base):
        y: Any = 0

    assert Sub(1, 2) != Sub(1, 3) and Sub(1, 2) == Sub(1, 2)
    assert mt.hash(Sub(1, 2)) != mt.hash(Sub(1, 3)) and Base(1) != Sub(1)


def test_an_object_under_construction_can_be_looked_at():
    looks = []

    class Loud(mt.Object):
        x: Any
        y: Any

        def _on_init(self):
            looks.append((mt.eq(self, self.clone()), mt.hash(self), self == 1))
            super()._on_init()

        def _sym_clone(self, deep, memo=None):
            return 1

    Loud(1, 2)
    assert looks[0][0] is False and looks[0][2] is False


def test_strings_of_an_own_class_hash_like_the_strings_that_they_equal():
    class Text(str):
        pass

    assert mt.eq(Point(Text('a')), Point('a')) and mt.hash(Point(Text('a'))) == mt.hash(Point('a'))


class TestPathsOfWalks:
    def test_are_ordinary_paths(self):
        paths = []
        tree = mt.Dict(a=[1, mt.Dict(b=Point(1))])
        mt.traverse(tree, lambda k, v, p: paths.append(k))
        texts = ['', 'a', 'a[0]', 'a[1]', 'a[1].b', 'a[1].b.x', 'a[1].b.y']
        assert paths == texts and list(map(str, paths)) == texts
        assert [bool(p) for p in paths] == [bool(t) for t in texts]
        last = paths[-1]
        assert last.key == 'y' and last.keys == ['a', 1, 'b', 'y'] and last.depth == 4
        assert last.parent == paths[-3] and hash(last) == hash('a[1].b.y')
        assert last - 'a' == '[1].b.y' and last + 'z' == 'a[1].b.y.z' and paths[1] < last

    def test_survive_copy_and_pickle(self):
        import copy
        import pickle

        paths = []
        mt.traverse(mt.Dict(a=mt.Dict(b=1)), lambda k, v, p: paths.append(k))
        assert pickle.loads(pickle.dumps(paths[2])) == 'a.b' == copy.deepcopy(paths[2])

    def test_have_no_other_attributes(self):
        with pytest.raises(AttributeError):
            mt.KeyPath('a').nothing  # noqa: B018

    def test_in_rebinders(self):
        tree = mt.Dict(a=[Point(1), Point(2)])
        seen = []

        def rebinder(path, value, parent):
            seen.append((str(path), parent))
            return value + 1 if path and path.key == 'x' else value

        tree.rebind(rebinder)
        assert tree.a == [Point(2), Point(3)]
        assert [s[0] for s in seen[:4]] == ['', 'a', 'a[0]', 'a[0].x'] and seen[3][1] is tree.a[0]


class TestManyLeavesAtOnce:
    def test_are_one_commit(self):
        class Strict(mt.Object):
            x: int = 0
            y: int = 0

        tree = mt.List([Strict(i) for i in range(3)])

        def rebinder(path, value):
            if path and path.key == 'x':
                return value + 1
            return 'bad' if path == '[2].y' else value

        before = tree.clone()
        with pytest.raises(TypeError):
            tree.rebind(rebinder)
        assert tree == before

    def test_listeners_hear_of_all(self):
        heard = []

        class Loud(mt.Object):
            x: Any = 0

            def _on_change(self, updates):
                heard.append({str(k): (u.old_value, u.new_value) for k, u in updates.items()})

        tree = Loud([Point(1), Point(2)])
        tree.rebind(lambda k, v: v * 10 if k and k.key == 'x' and isinstance(v, int) else v)
        assert heard == [{'x[0].x': (1, 10), 'x[1].x': (2, 20)}]

    def test_sealed_nodes_refuse(self):
        tree = mt.Dict(a=Point(1), b=Point(2))
        tree.b.seal()
        with pytest.raises(mt.WritePermissionError):
            tree.rebind(lambda k, v: v + 1 if isinstance(v, int) else v)
        assert tree.a.x == 1
