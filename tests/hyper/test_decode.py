"""From a DNA to a concrete value."""

import collections
from typing import Any

import pytest

import mutandis as mt

DNA = mt.DNA


class A(mt.Object):
    x: Any
    y: int = 3


class Opaque:
    def __init__(self):
        self.z = 1


class TestValues:
    def test_a_primitive_alone(self):
        assert mt.oneof([1, 2, 3]).decode(DNA(1)) == 2
        assert mt.floatv(0.0, 1.0).decode(DNA(0.5)) == 0.5
        assert mt.manyof(2, [1, 2, 3]).decode(DNA([2, 0])) == [3, 1]
        assert mt.manyof(1, [1, 2]).decode(DNA(0)) == [1]

    def test_lists_of_choices(self):
        alone = mt.template(mt.manyof(2, [{'a': 1}, [1], 3])).decode(DNA([0, 1]))
        assert type(alone) is list
        assert [type(v) for v in alone] == [mt.Dict, mt.List]
        placed = mt.template(mt.Dict(x=mt.manyof(2, [{'a': 1}, [1], 3]))).decode(DNA([0, 1]))
        assert type(placed.x) is mt.List
        assert str(placed.x[0].sym_path) == 'x[0]'

    def test_conditional_choices(self):
        t = mt.template(mt.oneof([mt.oneof([1, 2]), 3, [mt.oneof([1, 2]), mt.floatv(0.0, 1.0)]]))
        assert t.decode(DNA((0, 1))) == 2
        assert t.decode(DNA(1)) == 3
        assert t.decode(DNA((2, [0, 0.5]))) == [1, 0.5]

    def test_choices_of_choices_in_a_list(self):
        t = mt.template(mt.Dict(x=mt.manyof(2, [mt.oneof([1, 2]), 3, mt.Dict(y=mt.oneof('ab'))])))
        assert t.decode(DNA([(2, 1), (0, 1)])) == {'x': [{'y': 'b'}, 2]}

    def test_objects_are_built_with_parents(self):
        t = mt.template(mt.Dict(m=[A(mt.oneof([A(1), A(mt.oneof([2, 3]))]))], n=A(5)))
        v = t.decode(DNA((1, 1)))
        assert v == {'m': [A(A(3))], 'n': A(5)}
        assert str(v.m[0].x.sym_path) == 'm[0].x'
        assert v.m[0].x.sym_root is v
        assert mt.is_deterministic(v)

    def test_functions_and_classes_as_candidates(self):
        def f():
            pass

        t = mt.template(mt.Dict(f=mt.oneof([f, Opaque, len])))
        assert t.decode(DNA(0)).f is f
        assert t.decode(DNA(1)).f is Opaque

    def test_partial_values_stay_partial(self):
        v = mt.template(A.partial(y=mt.oneof([1, 2]))).decode(DNA(0))
        assert v.y == 1 and v.sym_partial and v.allow_partial

    def test_namedtuples(self):
        Pair = collections.namedtuple('Pair', 'a b')
        v = mt.template(mt.Dict(p=Pair(1, mt.oneof([2, 3])))).decode(DNA(1))
        assert v.p == Pair(1, 3) and type(v.p) is Pair


class TestConstants:
    def test_the_original_is_returned(self):
        value = mt.Dict(a=1)
        assert mt.template(value).decode(DNA(None)) is value
        with pytest.raises(ValueError):
            mt.template(value).decode(DNA(1))

    def test_plain_containers_at_the_root(self):
        t = mt.template({'a': mt.oneof([1, 2]), 'b': [{'c': mt.floatv(0.0, 1.0)}]})
        v = t.decode(DNA([1, 0.5]))
        assert v == {'a': 2, 'b': [{'c': 0.5}]} and type(v) is dict and type(v['b']) is list
        assert mt.template([mt.oneof([1, 2])]).decode(DNA(0)) == [1]
        assert t.encode(v) == DNA([1, 0.5])

    def test_sealed_trees(self):
        v = mt.template(mt.Dict(a=mt.oneof([1, 2]), b=A(1)).seal()).decode(DNA(1))
        assert v == {'a': 2, 'b': A(1)}
        assert v.is_sealed and v.b.is_sealed

    def test_flags_and_callbacks_are_kept(self):
        updates = []
        value = mt.Dict(a=mt.oneof([1, 2]), onchange_callback=updates.append)
        v = mt.template(value).decode(DNA(1))
        assert updates == []
        v.a = 5
        assert len(updates) == 1
        writable = mt.Dict(a=mt.oneof([1, 2])).set_accessor_writable(False)
        with pytest.raises(mt.WritePermissionError):
            mt.template(writable).decode(DNA(1)).a = 3

    def test_nothing_symbolic_is_shared(self):
        constant, candidate, opaque = A(1), A(2), Opaque()
        t = mt.template(mt.Dict(a=constant, b=mt.oneof([candidate, opaque]), c=A(opaque)))
        v = t.decode(DNA(0))
        assert v.b is not candidate and v.a is not constant
        assert v.b == candidate
        assert v.c.x is not opaque  # Constant leaves are copied as `clone(deep=True)` does,
        assert t.decode(DNA(1)).b is opaque  # candidates that are leaves are handed out.

    def test_examples_do_not_change_the_space(self):
        space = mt.oneof([{'a': 1}, [1]])
        example = mt.template(space).decode(DNA(0))
        example.a = 5
        assert space.candidates[0] == {'a': 1}
        assert mt.template(space).decode(DNA(0)) == {'a': 1}

    def test_deep_constants(self):
        value = mt.Dict(leaf=1)
        for _ in range(150):
            value = mt.Dict(next=value)
        v = mt.template(mt.Dict(deep=value, x=mt.oneof([1, 2]))).decode(DNA(1))
        assert v.x == 2 and v.deep.next.next is not value.next.next


class TestEvents:
    def test_objects_are_bound_once_inner_ones_first(self):
        log = []

        class Noisy(mt.Object):
            x: Any
            inner: Any = None

            def _on_bound(self):
                super()._on_bound()
                log.append(self.x)

        t = mt.template(Noisy(mt.oneof([1, 2]), Noisy(mt.oneof([3, 4]))))
        log.clear()
        t.decode(DNA([0, 1]))
        assert log == [4, 1]

    def test_constructors_run_on_concrete_arguments(self):
        log = []

        @mt.symbolize
        class Wrapped:
            def __init__(self, x, inner=None):
                log.append(x)
                self.value = x
                self.inner = inner

        space = Wrapped(mt.oneof([1, 2]), Wrapped(mt.oneof([3, 4])))
        assert log == []
        v = mt.template(space).decode(DNA([0, 1]))
        assert log == [4, 1]
        assert (v.value, v.inner.value) == (1, 4)
        assert not space.wrapped_cls_initialized

    def test_modules_start_with_fresh_weights(self):
        torch = pytest.importorskip('torch')
        constant = mt.nn.Linear(2, 2)
        t = mt.template(mt.Dict(a=constant, b=mt.oneof([mt.nn.Linear(2, 2), 1])))
        torch.manual_seed(0)
        first, second = t.decode(DNA(0)), t.decode(DNA(0))
        torch.manual_seed(0)
        again = t.decode(DNA(0))
        for key in 'ab':
            assert not torch.equal(first[key].weight, second[key].weight)
            assert torch.equal(first[key].weight, again[key].weight)
        assert not torch.equal(first.a.weight, constant.weight)

    def test_custom_constructor(self):
        log = []

        class Custom(mt.Object):
            x: Any
            y: int = 1

            @mt.explicit_method_override
            def __init__(self, x, y=1):
                log.append((x, y))
                super().__init__(x=x, y=y)
                self.label = f'{x}/{y}'

        t = mt.template(Custom(mt.oneof([1, 2]), 5))
        log.clear()
        assert t.decode(DNA(1)).label == '2/5'
        assert log == [(2, 5)]

    def test_custom_constructor_with_other_arguments(self):
        class Square(mt.Object):
            w: Any
            h: Any

            @mt.explicit_method_override
            def __init__(self, side):
                super().__init__(w=side, h=side)

        v = mt.template(Square(mt.oneof([1, 2]))).decode(DNA([0, 1]))
        assert (v.w, v.h) == (1, 2)

    def test_functors(self):
        @mt.functor()
        def add(x, y=2):
            return x + y

        f = mt.template(add(mt.oneof([1, 2]))).decode(DNA(1))
        assert f() == 4 and f.specified_args == {'x'}
        g = mt.template(add(y=mt.oneof([1, 2]))).decode(DNA(0))
        assert g(x=1) == 2 and g.specified_args == {'y'}


class TestBadDna:
    @pytest.mark.parametrize(
        'dna', [None, 0, [0], [0, 2], [0, -1], [0, 1, 1], [0, 1.0], ['a', 0], [(0, 1), 1]]
    )
    def test_two_choices(self, dna):
        t = mt.template(A(mt.oneof([1, 2]), mt.oneof([3, 4])))
        with pytest.raises(ValueError):
            t.decode(DNA(dna))

    @pytest.mark.parametrize(
        'dna', [None, 0, (0, 2), (1, 1), (2, [0, 1]), (2, [0]), (2, [0, 0.5, 1]), 3, 0.5]
    )
    def test_conditional(self, dna):
        t = mt.template(mt.oneof([mt.oneof([1, 2]), 3, [mt.oneof([1, 2]), mt.floatv(0.0, 1.0)]]))
        with pytest.raises(ValueError):
            t.decode(DNA(dna))

    @pytest.mark.parametrize('dna', [[0, 0], [0], [0, 1, 2], [0, 5], [0, 'a'], [0, (1, 2)]])
    def test_several_choices(self, dna):
        with pytest.raises(ValueError):
            mt.manyof(2, [1, 2, 3]).decode(DNA(dna))

    def test_sorted_choices(self):
        with pytest.raises(ValueError):
            mt.manyof(2, [1, 2, 3], sorted=True).decode(DNA([1, 0]))

    @pytest.mark.parametrize('dna', [1, 1.5, -1.5, (0, 1.5), 'a', None])
    def test_float(self, dna):
        with pytest.raises(ValueError):
            mt.floatv(0.0, 1.0).decode(DNA(dna))

    def test_not_a_dna(self):
        with pytest.raises(ValueError, match='DNA'):
            mt.template(mt.oneof([1, 2])).decode(1)

    def test_bound_to_another_space(self):
        other = mt.dna_spec(mt.Dict(x=mt.oneof([1, 2, 3])))
        t = mt.template(mt.Dict(x=mt.oneof([1, 2])))
        with pytest.raises(ValueError, match='x'):
            t.decode(DNA(2, spec=other))
        assert t.decode(DNA(1, spec=other)) == {'x': 2}

    def test_a_failed_decode_leaves_the_template_usable(self):
        t = mt.template(mt.Dict(x=mt.oneof([1, 2])))
        with pytest.raises(ValueError):
            t.decode(DNA(7))
        assert t.decode(DNA(0)) == {'x': 1}


def test_attributes_of_a_decoded_dict_follow_its_items():
    space = mt.Dict(a=mt.oneof([1, 2]), b=3)
    value = mt.materialize(space, {'a': 1})
    assert (value.a, value.b) == (2, 3)
    value['a'] = 5
    value.b = 6
    assert (value.a, value.b) == (5, 6)
    value.rebind(a=7)
    assert value.a == 7
    del value['a']
    assert not hasattr(value, 'a')
    value.update(a=[1])
    assert value.a == [1]
    value.clear()
    assert not hasattr(value, 'b')
    # Names that a Dict has of its own, and private ones, are items only.
    value = mt.materialize(mt.Dict(keys=mt.oneof([1, 2]), _p=3, b=4), {'keys': 0})
    assert (value['keys'], value.b, value['_p']) == (1, 4, 3)
    assert list(value.keys()) == ['keys', '_p', 'b']
    assert value._p == 3
    copied = mt.materialize(space, {'a': 1}).clone()
    copied['a'] = 9
    assert copied.a == 9
