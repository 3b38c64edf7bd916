"""Items of a `Dict` read as attributes: always what the item is, whatever has been written."""

import contextlib
import copy
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mutandis as mt

T = mt.typing
MISSING = mt.MISSING_VALUE


class Refuses666(mt.Object):
    """Takes every change back that puts 666 somewhere below."""

    c: Any = None

    def _on_bound(self):
        super()._on_bound()
        if mt.contains(self, 666):
            raise RuntimeError('666')


KEYS = ['a', 'b', 'x', 'items', 'keys', '_private', '_sym_plan', '_sym_flags', 'x.y', 'mro', 3]
keys = st.sampled_from(KEYS)
values = st.one_of(
    st.integers(-3, 3),
    st.just(666),
    st.builds(lambda: mt.Dict(z=1)),
    st.builds(lambda: mt.Ref(mt.Dict(z=1))),
    st.builds(lambda: mt.symbolic.ValueFromParentChain()),
    st.builds(lambda: [1, {'q': 2}]),
)


def set_item(d, key, value):
    d[key] = value


def set_attribute(d, key, value):
    if isinstance(key, str) and not key.startswith('_'):
        setattr(d, key, value)


def delete(d, key, value):
    if key in d:
        del d[key]


def delete_attribute(d, key, value):
    if key in d and isinstance(key, str) and not key.startswith('_'):
        delattr(d, key)


def rebind_two(d, key, value):
    d.rebind({mt.KeyPath(key): value, 'b': 666}, raise_on_no_change=False)


def pop_last(d, key, value):
    with contextlib.suppress(KeyError):  # Empty, or its last value cannot be inferred.
        d.popitem()


def pop(d, key, value):
    with contextlib.suppress(KeyError):  # Its value cannot be inferred.
        d.pop(key, None)


OPERATIONS = [
    set_item,
    set_attribute,
    delete,
    delete_attribute,
    rebind_two,
    pop,
    pop_last,
    lambda d, k, v: d.clear(),
    lambda d, k, v: d.setdefault(k, v),
    lambda d, k, v: d.update({mt.KeyPath(k): v}),
    lambda d, k, v: d.rebind({mt.KeyPath(k): MISSING}, raise_on_no_change=False),
]


def attributes_are_items(d):
    for key in KEYS:
        if not isinstance(key, str) or hasattr(mt.Dict, key) or key.startswith('_'):
            continue
        try:
            item = d[key]
        except KeyError:
            with pytest.raises(AttributeError):
                getattr(d, key)
            assert not hasattr(d, key)
        else:
            assert getattr(d, key) is item and getattr(d, key) is item
    assert callable(d.items) and callable(d.keys)
    assert d.value_spec is None and d.accessor_writable


class TestAttributesAreItems:
    @given(st.lists(st.tuples(st.sampled_from(OPERATIONS), keys, values), max_size=12), st.data())
    def test_after_any_writes(self, steps, data):
        d = mt.Dict(a=1, b=2, x=mt.Dict(y=1))
        home = Refuses666(d) if data.draw(st.booleans()) else None
        for operation, key, value in steps:
            before = list(d.sym_items())
            try:
                operation(d, key, value)
            except RuntimeError:
                assert home is not None and list(d.sym_items()) == before
            except KeyError:  # What cannot be inferred cannot be popped.
                assert any(isinstance(v, mt.symbolic.ValueFromParentChain) for _, v in before)
            attributes_are_items(d)
        again = [d.clone(), copy.deepcopy(d)]
        for other in again:
            attributes_are_items(other)
            other['a'] = 5
            assert other.a == 5
        attributes_are_items(d)

    def test_a_write_of_an_equal_key_of_another_class(self):
        class Name(str):
            pass

        d = mt.Dict(a=1)
        assert d.a == 1
        d[Name('a')] = 2
        assert d.a == 2
        del d[Name('a')]
        assert not hasattr(d, 'a')

    def test_copies_and_pickles_do_not_share(self):
        d = mt.Dict(a=1, b=mt.Dict(c=2))
        assert d.a == d.b.c - 1 == 1
        for other in (d.clone(), copy.copy(d), copy.deepcopy(d), pickle.loads(pickle.dumps(d))):
            d.a, d.b.c = 3, 4
            assert (other.a, other.b.c) == (1, 2)
            other.a = 7
            assert d.a == 3
            d.a, d.b.c = 1, 2

    def test_names_of_methods_stay_methods(self):
        d = mt.Dict(items=1, get=2, rebind=3)
        assert list(d.items()) == [('items', 1), ('get', 2), ('rebind', 3)]
        assert d.get('get') == 2 and d.rebind(items=5)['items'] == 5

    def test_names_of_the_node_itself(self):
        d = mt.Dict({'_sym_parent': 1, '_sym_flags': 2, '_sym_plan': 3, '_x': 4})
        assert d._x == 4 and d.sym_parent is None and d.value_spec is None
        d['_sym_flags'] = 0
        d['_x'] = 5
        assert d.accessor_writable and d._x == 5
        del d['_x']
        assert not hasattr(d, '_x')

    def test_an_inferred_value_in_the_place_of_a_plain_one(self):
        home = mt.Dict(v=1, d=mt.Dict(v=2))
        d = home.d
        assert d.v == 2
        d.v = mt.symbolic.ValueFromParentChain()
        assert d.v == 1
        home.v = 5
        assert d.v == 5
        d.v = 7
        assert d.v == d.v == 7

    def test_a_value_spec_bound_later(self):
        d = mt.Dict(a=1)
        assert d.a == 1 and not hasattr(d, 'b')
        d.use_value_spec(T.Dict([('a', T.Float()), ('b', T.Int(3))]))
        assert (d.a, d.b) == (1.0, 3) and isinstance(d.a, float)
        d.b = 4
        d.rebind(b=MISSING)
        assert d.b == 3

    def test_a_subclass_with_reads_of_its_own(self):
        class Counting(mt.Dict):
            def __getitem__(self, key):
                return dict.__getitem__(self, key) * 10

        d = Counting(a=1)
        assert d.a == d.a == 10
        d.a = 2
        assert d.a == 20

    def test_the_fields_of_an_object(self):
        class A(mt.Object):
            x: int = 1

        a = A()
        view = a.sym_init_args
        assert view.x == 1
        a.rebind(x=2)
        assert view.x == 2

    def test_dir_knows_the_keys(self):
        d = mt.Dict({'a': 1, 'x.y': 2, 3: 4})
        before = dir(d)
        assert 'a' in before and 'rebind' in before and 'x.y' not in before
        assert d.a == 1 and set(dir(d)) - set(before) <= {'_sym_mirrored'}
