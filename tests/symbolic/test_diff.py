"""`diff`: the differences of two values as a tree of their own."""

from typing import Any

import pytest

import mutandis as mt

Diff = mt.Diff


class A(mt.Object):
    x: Any = 1
    y: Any = None


class Open(mt.Object):
    x: Any
    y: Any = None


class B(mt.Object):
    x: Any = 1
    z: Any = None


class TestLeaves:
    def test_equal_values(self):
        for left, right in [(1, 1), (A(), A()), ([A(1)], [A(1)]), (mt.Dict(a=1), {'a': 1})]:
            result = mt.diff(left, right)
            assert result == Diff() and not result and repr(result) == 'No diff'
            assert mt.diff(left, right, flatten=True) == Diff()
        assert mt.diff(1, 1, mode='same') == Diff(1, 1) == 1

    def test_different_values(self):
        result = mt.diff(1, 2)
        assert result == Diff(1, 2) and result and result.is_leaf
        assert (result.left, result.right) == (1, 2)
        assert repr(result) == 'Diff(left=1, right=2)'
        with pytest.raises(ValueError):
            result.value  # noqa: B018

    def test_the_sides_are_left_alone(self):
        left, right = A(A(1)), A(B(2))
        mt.diff(left, right)
        assert left.x.sym_parent is left and right.x.sym_parent is right


class TestCollapsing:
    def test_values_of_one_type_are_compared_inside(self):
        result = mt.diff(A(A(1)), A(A(2)))
        assert result.left is result.right is A and not result.is_leaf
        assert result.children.x.children.x == Diff(1, 2)
        assert repr(result) == 'A(x=A(x=Diff(left=1, right=2)))'

    def test_dicts_and_lists_always_are(self):
        assert repr(mt.diff([1, 2], [1, 3, 4])) == (
            '[1=Diff(left=2, right=3), 2=Diff(left=MISSING, right=4)]'
        )
        result = mt.diff({'a': 1}, {'a': 2, 'b': 1})
        assert result.children == {'a': Diff(1, 2), 'b': Diff(Diff.MISSING, 1)}
        assert mt.diff([1], [2]).left is mt.List

    def test_missing_values_keep_their_place(self):
        partial = Open.partial(y=1)
        assert repr(mt.diff(partial, Open(2, 3))) == (
            'Open(x=Diff(left=MISSING, right=2), y=Diff(left=1, right=3))'
        )
        assert repr(mt.diff(partial, Open.partial(y=2), mode='both')) == (
            'Open(x=No diff, y=Diff(left=1, right=2))'
        )

    def test_other_types_only_if_asked(self):
        assert mt.diff(A(), B()) == Diff(A(), B())
        for collapse in (True, lambda left, right: True):
            result = mt.diff(A(2), B(), collapse=collapse)
            assert (result.left, result.right) == (A, B) and result.children.x == Diff(2, 1)
        with pytest.raises(ValueError):
            mt.diff(A(), B(), collapse='x')

    def test_modes(self):
        assert mt.diff(A(), A(2), mode='same').children == {'y': Diff(None, None)}
        assert set(mt.diff(A(), A(2), mode='both').children) == {'x', 'y'}
        with pytest.raises(ValueError):
            mt.diff(1, 2, mode='x')

    def test_mode_same_leaves_out_what_differs_inside(self):
        assert set(mt.diff(A(A(1, 5)), A(A(2, 5)), mode='same').children) == {'y'}
        assert not mt.diff(A([1]), A([2]), mode='same').children.get('x')

    def test_a_collapse_function_sees_only_what_differs(self):
        seen = []

        def collapse(left, right):
            seen.append((left, right))
            return True

        mt.diff(A(A(1), A(5)), A(A(2), A(5)), collapse=collapse)
        assert seen == [(A(A(1), A(5)), A(A(2), A(5))), (A(1), A(2))]

    def test_int_keys_and_their_texts_are_told_apart(self):
        result = mt.diff({1: 2, '1': 3}, {1: 3, '1': 4})
        assert result.children == {'[1]': Diff(2, 3), '1': Diff(3, 4)}
        assert mt.diff({1: 2}, {1: 3}).children == {'1': Diff(2, 3)}

    def test_deep_trees(self):
        def chain(end):
            node = end
            for _ in range(1250):
                node = A([mt.Dict(a=node)])
            return node

        result = mt.diff(chain(1), chain(2))
        assert result and mt.diff(chain(1), chain(2)) == result
        assert not mt.diff(chain(1), chain(1))


class TestFlat:
    def test_paths_lead_to_the_leaves(self):
        assert mt.diff(A(A(1, 2)), A(A(2, 2)), flatten=True) == {'x.x': Diff(1, 2)}
        assert mt.diff({'a': {'b': 1}}, {'a': {'b': 2}}, flatten=True) == {'a.b': Diff(1, 2)}

    def test_types_that_differ_are_told(self):
        result = mt.diff(A(2), B(), collapse=True, flatten=True)
        assert result['x'] == Diff(2, 1) and result['_type'] == Diff(A, B)
        assert mt.diff(A(), A(2), flatten=True, mode='both')['_type'] == A

    def test_two_types_without_other_difference(self):
        class C(A):
            pass

        assert mt.diff(A(1), C(1), collapse=True, flatten=True) == {'_type': Diff(A, C)}
        assert mt.diff({'a': 1}, {'a': 2}, mode='same', flatten=True) == {'_type': Diff(dict, dict)}

    def test_keys_of_dicts_in_paths(self):
        assert list(mt.diff({1: {'a.b': 1}}, {1: {'a.b': 2}}, flatten=True)) == ['[1].a.b']

    def test_lists_stay_whole(self):
        assert list(mt.diff(A([1]), A([2]), flatten=True)) == ['x']


class TestDiff:
    def test_children_need_two_types(self):
        with pytest.raises(ValueError):
            Diff(1, 2, children={'a': Diff(1, 2)})
        with pytest.raises(TypeError):
            Diff(A, A, children={'a': 1})

    def test_equals_its_value_when_there_is_no_difference(self):
        assert Diff(1, 1) == 1 and Diff(1, 1).value == 1 and Diff(1, 2) != 1

    def test_is_a_placeholder(self):
        class Typed(mt.Object):
            n: int

        assert Typed(Diff(1, 2)).is_abstract
        assert Diff(1, 2).clone() == mt.from_json(Diff(1, 2).to_json()) == Diff(1, 2)
