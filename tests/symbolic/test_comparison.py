"""Equality, order and hash of symbolic values."""

import itertools
from typing import Any

import pytest

import mutandis as mt
from mutandis import MISSING_VALUE


class A(mt.Object):
    x: Any
    y: Any = 's'


class B(A):
    pass


class ById(mt.Object):
    use_symbolic_comparison = False
    x: int


class Number(mt.Object):
    """Equal to plain numbers."""

    z: int

    def sym_eq(self, other):
        return other == self.z or (isinstance(other, Number) and other.z == self.z)


class Plain:
    def sym_eq(self, other):
        return other == 'plain'

    def sym_lt(self, other):
        return True

    def method(self):
        return 1


def lam():
    return lambda x: x


@pytest.mark.parametrize(
    'left, right',
    [
        (A(1), A(1)),
        (A([A(1), {'a': 1}]), A([A(1), {'a': 1}])),
        (A(1.0), A(1)),
        (A(True), A(1)),
        ([A(1)], [A(1)]),
        ((A(1),), (A(1),)),
        ({'a': A(1)}, {'a': A(1)}),
        (mt.Dict(a=1), {'a': 1}),
        (mt.Dict(a=1, b=2), mt.Dict(b=2, a=1)),
        (mt.List([1]), [1]),
        (A.partial(), A.partial()),
        (ById(1), ById(1)),
        ({1, 2}, {2, 1}),
        (Number(1), 1),
        (1, Number(1)),
        ({'a': 1}, {'a': Number(1)}),
        (A(Number(1)), A(1)),
        (Plain(), 'plain'),
        ('plain', Plain()),
        (mt.Dict(a=Plain()), mt.Dict(a='plain')),
        (lam(), lam()),
        (A(lam()), A(lam())),
        (lambda: lambda: 1, lambda: lambda: 1),
    ],
)
def test_equal(left, right):
    assert mt.eq(left, right) and mt.eq(right, left) and not mt.ne(left, right)


@pytest.mark.parametrize(
    'left, right',
    [
        (A(1), A(2)),
        (A(1), B(1)),
        (A(1), 1),
        (A(1), {'x': 1, 'y': 's'}),
        ([1], (1,)),
        ([1, 2], [1]),
        ({'a': 1}, {'b': 1}),
        ({'a': 1}, {'a': 1, 'b': 1}),
        (mt.Dict(a=1), mt.Dict(a=2)),
        (mt.Dict(a=MISSING_VALUE), mt.Dict(a=None)),
        (A.partial(), A(None)),
        (Plain(), 'other'),
        (lambda x: x + 1, lambda x: x + 2),
        (lambda: len, lambda: max),
        (lambda x=1: x, lambda x=2: x),
        (float('nan'), float('nan')),
        (1, '1'),
        (Plain().method, Plain().method),
        (int, float),
        (A, B),
        (A, A(1)),
    ],
)
def test_not_equal(left, right):
    assert not mt.eq(left, right) and not mt.eq(right, left) and mt.ne(left, right)


def test_bound_methods_of_one_object_are_equal():
    plain = Plain()
    assert mt.eq(plain.method, plain.method)


def test_operators():
    assert A(1) == A(1) and A(1) != A(2) and A(lam()) == A(lam())
    assert ById(1) != ById(1)
    assert mt.Dict(a=Plain()) != mt.Dict(a='plain')  # Items of dicts are compared by ==.


def test_closures_with_different_contents_differ():
    def add(n):
        return lambda x: x + n

    assert mt.eq(add(1), add(1)) and not mt.eq(add(1), add(2))


def test_arrays_are_compared_by_content():
    numpy = pytest.importorskip('numpy')
    a = A(numpy.arange(3))
    assert mt.eq(a, A(numpy.arange(3))) and a == A(numpy.arange(3))
    assert not mt.eq(a, A(numpy.array([0, 1, 3])))
    assert not mt.eq(a, A(numpy.arange(4)))
    assert not mt.eq(a, A(numpy.arange(3.0)))
    assert not mt.eq(a, A(1))


def test_undeclared_fields_in_another_order():
    @mt.members([('a', mt.typing.Int()), (mt.typing.StrKey(), mt.typing.Any())])
    class Open(mt.Object):
        pass

    left, right = Open(a=1, p=2, q=3), Open(a=1, q=3, p=2)
    assert mt.eq(left, right) and mt.hash(left) == mt.hash(right)


def test_deep_trees():
    def chain():
        node = mt.Dict()
        for _ in range(3000):
            node = mt.Dict(c=[node])
        return node

    assert mt.eq(chain(), chain())


ASCENDING = [
    MISSING_VALUE,
    None,
    -1,
    True,
    1.5,
    2,
    '',
    'a',
    [],
    [1],
    [1, 1],
    [1, 'a'],
    [2],
    (1,),
    (1, 2),
    {1},
    {},
    {'a': 1},
    {'a': 1, 'b': 0},
    {'a': 2},
    {'b': 0},
    A(1),
    A(1, 't'),
    A(2),
    A('x'),
    A(A(0)),
    B(0),
]


def test_order_is_total():
    for (i, left), (j, right) in itertools.product(enumerate(ASCENDING), repeat=2):
        assert mt.lt(left, right) == (i < j), (left, right)
        assert mt.gt(left, right) == (i > j), (left, right)


def test_order_of_values_that_decide_themselves():
    assert mt.lt(Plain(), Plain()) and mt.lt(1, Plain()) and not mt.lt(Plain(), 1)
    with pytest.raises(TypeError):
        mt.lt(1j, 2j)
    with pytest.raises(TypeError):
        A(1) < A(2)  # noqa: B015
    assert A(1).sym_lt(A(2)) and A(2).sym_gt(A(1)) and mt.Dict(a=1).sym_lt({'a': 2})


@pytest.mark.parametrize(
    'left, right',
    [
        (A(1), A(1)),
        (A([1, {'a': 2}]), A([1, {'a': 2}])),
        (A((1, A(2))), A((1, A(2)))),
        (mt.Dict(a=1, b=2), mt.Dict(b=2, a=1)),
        (mt.List([1]), mt.List([1])),
        (A(1.0), A(1)),
        (A.partial(), A.partial()),
        (lam(), lam()),
        (A(lam()), A(lam())),
        (ById(1), ById(1)),
        (A({'k': A([2])}), A({'k': A([2])})),
    ],
)
def test_equal_values_have_equal_hashes(left, right):
    assert mt.eq(left, right) and mt.hash(left) == mt.hash(right)


@pytest.mark.parametrize(
    'left, right',
    [
        (A(1), B(1)),
        (A(1), A(2)),
        (mt.List([1, 2]), mt.List([2, 1])),
        (A(A(1)), A(B(1))),
    ],
)
def test_hashes_that_should_differ(left, right):
    assert mt.hash(left) != mt.hash(right)


def test_hash_operator():
    assert hash(A(1)) == mt.hash(A(1)) and len({A(1), A(1), A(2)}) == 2
    assert len({mt.Dict(a=1), mt.Dict(a=1)}) == 1
    one, other = ById(1), ById(1)
    assert hash(one) != hash(other)


def test_leaves_must_be_hashable():
    for value in ([1], {'a': 1}, A({1, 2}), A(([1],))):
        with pytest.raises(TypeError):
            mt.hash(value)


def test_hash_follows_changes():
    a = A([1])
    before = mt.hash(a)
    a.rebind({'x[0]': 2})
    assert mt.hash(a) == mt.hash(A([2])) != before
