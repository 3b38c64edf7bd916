"""Arrays as values in a tree: equal by shape, dtype and content, and never an ambiguous truth."""

from typing import Any

import pytest

import mutandis as mt

np = pytest.importorskip('numpy')


class A(mt.Object):
    x: Any = None
    y: Any = 1


class WithDefault(mt.Object):
    x: Any = np.array([1.0, 2.0])


def array(*values):
    return np.array(values or (1.0, 2.0))


WRAPPERS = [
    A,
    lambda v: A((v, 1)),
    lambda v: A([v, {'k': v}]),
    lambda v: mt.Dict(a=1, v=v),
    lambda v: mt.Dict(a=mt.Dict(v=v)),
    lambda v: mt.List([1, v]),
    lambda v: mt.List([[(v,)]]),
]


@pytest.mark.parametrize('wrap', WRAPPERS)
def test_equality_and_hash(wrap):
    assert wrap(array()) == wrap(array()) and not wrap(array()) != wrap(array())
    assert mt.eq(wrap(array()), wrap(array()))
    assert mt.hash(wrap(array())) == mt.hash(wrap(array()))
    for other in (array(1.0, 3.0), array(1.0), array(1, 2), array().reshape(1, 2), 1, 'x', None):
        assert wrap(array()) != wrap(other) and wrap(other) != wrap(array())
        assert mt.ne(wrap(array()), wrap(other)) and mt.ne(wrap(other), wrap(array()))
        assert mt.diff(wrap(array()), wrap(other))
    assert mt.hash(wrap(array())) != mt.hash(wrap(array(1.0, 3.0)))
    assert not mt.diff(wrap(array()), wrap(array()))


def test_with_plain_containers():
    assert mt.Dict(x=array()) == {'x': array()} and mt.List([array()]) == [array()]
    assert mt.Dict(x=array()) != {'x': array(2.0, 1.0)} and mt.Dict(x=array(5.0)) != {'x': 5.0}
    assert A(array()).sym_init_args == A(array()).sym_init_args


def test_a_copy_equals_its_original_even_with_nan():
    node = A(array(float('nan'), 0.0))
    for other in (node.clone(), node.clone(deep=True), A(array(float('nan'), -0.0))):
        assert node == other and mt.hash(node) == mt.hash(other)


def test_other_kinds_of_content():
    for make in (
        lambda: np.array(['a', 'b']),
        lambda: np.array([1 + 2j]),
        lambda: np.array([b'x', None], dtype=object),
        lambda: np.array(['2020-01-01', 'NaT'], dtype='datetime64[D]'),
        lambda: np.array([]),
        lambda: np.array(3),
    ):
        assert A(make()) == A(make()) and mt.hash(A(make())) == mt.hash(A(make()))


def test_order():
    assert mt.lt(A(array()), A(array(1.0, 3.0))) and not mt.gt(A(array()), A(array(1.0, 3.0)))
    assert not mt.lt(A(array()), A(array()))
    assert (
        mt.lt(array(5.0), array(1.0, 1.0)) and mt.lt(np.int64(1), 'a') and mt.lt(1, np.float32(2))
    )


def test_defaults():
    assert WithDefault().sym_nondefault() == {} and WithDefault(array()).sym_nondefault() == {}
    assert list(WithDefault(array(3.0)).sym_nondefault()) == ['x']
    assert 'x' not in WithDefault().to_json(hide_default_values=True)


def test_searches():
    items = mt.List([1, array(), 'a', array()])
    assert array() in items and 5 not in items and array(7.0) not in items
    assert items.index(array()) == 1 and items.count(array()) == 2 and items.index('a') == 2
    assert items.index(array(), 2) == 3
    with pytest.raises(ValueError):
        items.index(array(), 2, 3)
    items.remove(array())
    assert items == [1, 'a', array()]
    assert mt.contains(items, array()) and not mt.contains(items, 7)


def test_changes():
    heard = []
    tree = mt.Dict(x=array(), onchange_callback=heard.append)
    tree.x = array(3.0)
    (update,) = heard[0].values()
    assert update == mt.FieldUpdate(mt.KeyPath('x'), tree, None, array(), array(3.0))
    assert update != mt.FieldUpdate(mt.KeyPath('x'), tree, None, array(), array(4.0))


def test_values_like_tables_are_no_trouble():
    class Frame:
        """Compares element by element, like a data frame."""

        shape = (2,)

        def __init__(self, *values):
            self.values = values

        def __eq__(self, other):
            return Frame(*[a == b for a, b in zip(self.values, other.values, strict=True)])

        def __bool__(self):
            raise ValueError('ambiguous')

        def equals(self, other):
            return self.values == other.values

    assert A(Frame(1, 2)) == A(Frame(1, 2)) != A(Frame(1, 3))
    assert A(Frame(1, 2)) != A(Frame(1, 2, 3))


def test_tensors():
    torch = pytest.importorskip('torch')
    for values in ([1.0, 2.0], [float('nan')], [1, 2], [True], [1 + 2j]):
        one, same = torch.tensor(values), torch.tensor(values)
        assert A(one) == A(same) and mt.hash(A(one)) == mt.hash(A(same))
        assert mt.Dict(t=one) == mt.Dict(t=same) and mt.List([(one,)]) == mt.List([(same,)])
    assert A(torch.ones(2)) != A(torch.ones(3)) != A(torch.ones(3, dtype=torch.float64))
    assert A(torch.ones(2)) != A(np.ones(2, dtype='float32')) and A(torch.ones(1)) != A(1.0)
    half = torch.ones(2, dtype=torch.bfloat16)
    assert mt.hash(A(half)) == mt.hash(A(half.clone())) and A(half) == A(half.clone())
