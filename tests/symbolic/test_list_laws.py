"""A `List` does what a `list` does, and its nodes know their places, whatever is done to it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mutandis as mt

T = mt.typing


class Leaf(mt.Object):
    n: int = 0


class Refuses666(mt.Object):
    c: Any = None

    def _on_bound(self):
        super()._on_bound()
        if mt.contains(self, 666):
            raise RuntimeError('666')


items = st.one_of(
    st.integers(0, 3), st.just(666), st.builds(Leaf, st.integers(0, 3)), st.text(max_size=1)
)
indices = st.integers(-6, 6)
bounds = st.one_of(st.none(), indices)
slices = st.builds(slice, bounds, bounds, st.sampled_from([None, 1, 2, -1, -2]))
many = st.lists(items, max_size=3)


def set_at(place, value):
    def change(target):
        target[place] = value

    return change


def delete_at(place):
    def change(target):
        del target[place]

    return change


def iadd(values):
    def change(target):
        target += values

    return change


def weight(value):
    return value.n if isinstance(value, Leaf) else len(str(value))


def put_in_again(source, place):
    def change(target):
        if source < len(target):  # A node that has a parent already comes in as a copy.
            value = target[source]
            target.insert(place, value)
            target.append(value)

    return change


operations = st.one_of(
    st.builds(put_in_again, st.integers(0, 4), indices),
    st.builds(lambda v: lambda t: t.append(v), items),
    st.builds(lambda v: lambda t: t.extend(v), many),
    st.builds(lambda i, v: lambda t: t.insert(i, v), indices, items),
    st.builds(lambda i: lambda t: t.pop(i), indices),
    st.just(lambda t: t.pop()),
    st.builds(lambda v: lambda t: t.remove(v), items),
    st.just(lambda t: t.reverse()),
    st.just(lambda t: t.sort(key=weight)),
    st.just(lambda t: t.clear()),
    st.builds(set_at, indices, items),
    st.builds(set_at, slices, many),
    st.builds(delete_at, indices),
    st.builds(delete_at, slices),
    st.builds(iadd, many),
)


def nodes_are_in_place(target):
    for i, value in enumerate(list.__iter__(target)):
        if isinstance(value, mt.Symbolic):
            assert value.sym_parent is target and value.sym_path.key == i


class TestListIsAList:
    @given(st.lists(operations, max_size=10), many, st.sampled_from(['root', 'child', 'typed']))
    def test_after_any_operations(self, steps, start, kind):
        target, model = mt.List(start), list(start)
        if kind == 'child':
            mt.Dict(t=target)
        elif kind == 'typed':
            target.use_value_spec(T.List(T.Any()))
        seen = [v for v in list.__iter__(target) if isinstance(v, Leaf)]
        for step in steps:
            model_error = error = None
            try:
                step(model)
            except (IndexError, ValueError) as e:
                model_error = e
            try:
                step(target)
            except (IndexError, ValueError) as e:
                error = e
            assert type(error) is type(model_error)
            assert target == model
            nodes_are_in_place(target)
            here = [v for v in list.__iter__(target) if isinstance(v, Leaf)]
            for node in seen:
                assert node.sym_parent is target or not any(node is v for v in here)
                assert (node.sym_parent is None) == (not any(node is v for v in here))
            seen = here

    @given(st.lists(operations, min_size=1, max_size=6), many)
    def test_what_a_handler_refuses_changes_nothing(self, steps, start):
        start = [v for v in start if v != 666]
        target = mt.List(start)
        home = Refuses666(target)
        assert home.c is target
        for step in steps:
            before = list(list.__iter__(target))
            try:
                step(target)
            except RuntimeError:
                after = list(list.__iter__(target))
                assert len(after) == len(before)
                assert all(a is b for a, b in zip(after, before, strict=True))
            except (IndexError, ValueError):
                pass
            nodes_are_in_place(target)


class TestBoundsHoldEverywhere:
    spec = T.List(T.Int(), min_size=2, max_size=4)

    @pytest.mark.parametrize(
        'change',
        [
            lambda t: t.pop(),
            lambda t: t.pop(0),
            lambda t: t.remove(1),
            lambda t: t.clear(),
            delete_at(0),
            delete_at(slice(0, 1)),
            set_at(slice(0, 2), [1]),
            lambda t: t.rebind({0: mt.MISSING_VALUE}),
            lambda t: mt.Dict(t=t).rebind({'t[0]': mt.MISSING_VALUE}),
        ],
    )
    def test_never_too_short(self, change):
        target = mt.List([1, 2], value_spec=self.spec)
        with pytest.raises(ValueError):
            change(target)
        assert target == [1, 2]

    @pytest.mark.parametrize(
        'change',
        [
            lambda t: t.append(1),
            lambda t: t.insert(0, 1),
            lambda t: t.extend([1, 2]),
            iadd([1]),
            set_at(slice(0, 1), [1, 2]),
            lambda t: t.rebind({4: 1}),
            lambda t: t.rebind({0: mt.Insertion(1)}),
            lambda t: mt.Dict(t=t).rebind({'t[0]': mt.Insertion(1)}),
            lambda t: t + [1],
            lambda t: t * 2,
        ],
    )
    def test_never_too_long(self, change):
        target = mt.List([1, 2, 3, 4], value_spec=self.spec)
        with pytest.raises(ValueError):
            change(target)
        assert target == [1, 2, 3, 4]


class TestWhatStandsForAValue:
    def test_insertions(self):
        items = mt.List([1])
        items.append(mt.Insertion(2))
        items.extend([mt.Insertion(3), 4])
        items[0] = mt.Insertion(0)
        assert items == [0, 1, 2, 3, 4]
        assert str(mt.Insertion('a')) == repr(mt.Insertion('a')) == "Insertion(value='a')"

    def test_missing_values_are_dropped_or_delete_typed_or_not(self):
        for spec in (None, T.List(T.Int()), T.List(T.Int(default=7))):
            items = mt.List([1, 2, mt.MISSING_VALUE, 3], value_spec=spec)
            items.append(mt.MISSING_VALUE)
            items[0] = mt.MISSING_VALUE
            assert items.rebind({1: mt.MISSING_VALUE}) == [2]


class TestWritesOfHandlers:
    def test_are_taken_back_with_the_change_that_caused_them(self):
        elsewhere, noted = mt.List([1]), mt.Dict(n=0)

        class Noting(mt.Object):
            x: int = 0

            def _on_change(self, updates):
                elsewhere.append(2)
                elsewhere.extend([3, 4])
                elsewhere.insert(0, 0)
                elsewhere[1] = 7
                elsewhere.pop()
                elsewhere[0:2] = [5]
                noted.n = 1
                noted['m'] = 2
                raise RuntimeError('no')

        target = Noting()
        with pytest.raises(RuntimeError):
            target.rebind(x=1)
        assert target.x == 0 and elsewhere == [1] and noted == {'n': 0}
        elsewhere.append(2)
        assert elsewhere == [1, 2]
