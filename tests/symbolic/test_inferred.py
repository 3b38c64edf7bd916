"""Values that are worked out when they are read."""

from typing import Any

import pytest

import mutandis as mt
from mutandis.symbolic import Inferential, InferredValue, ValueFromParentChain


class Layer(mt.Object):
    width: int = ValueFromParentChain()
    depth: int = 2


class TestValueFromParentChain:
    def test_it_takes_the_flags_of_every_node(self):
        assert ValueFromParentChain(sealed=True).is_sealed
        assert ValueFromParentChain.partial().clone().allow_partial
        tree = mt.Dict(width=7, part=mt.Dict(width=ValueFromParentChain()))
        assert mt.from_json(tree.to_json(), allow_partial=True).part.width == 7

    def test_it_is_the_value_of_the_nearest_ancestor(self):
        layer = Layer()
        tree = mt.Dict(width=7, part=mt.Dict(layer=layer))
        assert layer.width == 7 and tree.part.layer is layer
        tree.part.width = 8
        assert layer.width == 8
        assert Layer(5).width == 5

    def test_without_such_an_ancestor(self):
        layer = Layer()
        with pytest.raises(AttributeError, match='width'):
            _ = layer.width
        assert not layer.sym_inferrable('width')
        assert layer.sym_inferred('width', 1) == 1
        assert isinstance(layer.sym_getattr('width'), ValueFromParentChain)
        d = mt.Dict(a=mt.Dict(x=ValueFromParentChain()))
        with pytest.raises(AttributeError):
            _ = d.a.x
        with pytest.raises(KeyError):
            d.a['x']
        with pytest.raises(AttributeError):
            ValueFromParentChain().infer()

    def test_the_immediate_parent_is_skipped(self):
        d = mt.Dict(x=3, a=mt.Dict(x=ValueFromParentChain()))
        assert d.a.x == 3
        assert d.clone().a.x == 3

    def test_attributes_and_properties_of_ancestors_count(self):
        class Model(mt.Object):
            layers: list[Any]

            @property
            def width(self):
                return 9

        assert Model([Layer()]).layers[0].width == 9

    def test_lists(self):
        nested = mt.List([1, 7, mt.List([0, mt.List([1, ValueFromParentChain()])])])
        assert nested[2][1][1] is nested[2][1]

    def test_another_key(self):
        class Renamed(ValueFromParentChain):
            @property
            def inference_key(self):
                return 'size'

        assert mt.Dict(size=3, a=mt.Dict(x=Renamed())).a.x == 3

    def test_it_is_neither_missing_nor_a_change(self):
        layer = Layer()
        assert not layer.is_partial and layer.sym_missing() == {}
        assert layer.sym_nondefault() == {} and Layer(5).sym_nondefault() == {'width': 5}
        assert layer == Layer() and repr(layer) == 'Layer(width=ValueFromParentChain(), depth=2)'

    def test_json(self):
        d = mt.Dict(x=3, a=mt.Dict(x=ValueFromParentChain()))
        assert mt.from_json(d.to_json()).a.x == 3


class TestOwnKinds:
    def test_inferred_value(self):
        class Twice(InferredValue):
            key: str

            def infer(self, **kwargs):
                return (self.sym_parent.sym_inferred(self.key) * 2, kwargs)

        d = mt.Dict(a=2, b=Twice('a'))
        assert d.b == (4, {}) and d.sym_inferred('b', hint=1) == (4, {'hint': 1})
        assert Layer(Twice('depth')).width == (4, {})

    def test_any_object_may_be_inferential(self):
        class Constant(mt.Object, Inferential):
            value: int

            def infer(self, **kwargs):
                return self.value

        assert Layer(Constant(3)).width == 3

    def test_one_may_infer_to_another(self):
        class Via(InferredValue):
            def infer(self, **kwargs):
                return self.sym_parent.sym_getattr('y')

        d = mt.Dict(y=1, a=mt.Dict(x=Via(), y=ValueFromParentChain()))
        assert d.a.x == 1

    def test_infer_must_be_defined(self):
        class Nothing(InferredValue):
            pass

        with pytest.raises(TypeError, match='infer'):
            Nothing()
        with pytest.raises(TypeError, match='infer'):
            Inferential()


class TestContainers:
    def test_whoever_reads_a_dict_gets_inferred_values(self):
        d = mt.Dict(x=1, a=mt.Dict(x=ValueFromParentChain(), y=2))
        assert dict(d.a) == {**d.a} == dict(d.a.items()) == {'x': 1, 'y': 2}
        assert list(d.a) == ['x', 'y'] and list(d.a.values()) == [1, 2]

    def test_get_gives_the_default_whatever_goes_wrong(self):
        class Broken(InferredValue):
            def infer(self, **kwargs):
                raise ValueError('broken')

        d = mt.Dict(a=Broken(), x=ValueFromParentChain())
        assert d.get('a') is None and d.get('a', 1) == 1 and d.get('x', 2) == 2
        with pytest.raises(ValueError):
            d['a']

    def test_it_is_left_out_of_reach_of_validation(self):
        spec = mt.typing.Dict([('x', mt.typing.Int()), ('y', mt.typing.List(mt.typing.Int()))])
        d = mt.Dict(x=ValueFromParentChain(), y=[ValueFromParentChain()], value_spec=spec)
        assert isinstance(d.sym_getattr('x'), ValueFromParentChain)
        assert isinstance(d.y.sym_getattr(0), ValueFromParentChain)


class TestDynamicKeys:
    def test_they_are_inferred_on_reading(self):
        class Open(mt.Object):
            __kwargs__: Any
            x: int = 1

        class Special(Open):
            y: int = 2

        target = mt.Dict(z=1)
        for cls in (Open, Special):
            obj = cls(k=ValueFromParentChain(), r=mt.Ref(target), items=mt.Ref(target))
            tree = mt.Dict(k=5, obj=obj)
            assert tree.obj.k == 5 and obj.r is target
            assert isinstance(obj.sym_getattr('k'), ValueFromParentChain)
            assert isinstance(obj.sym_getattr('r'), mt.Ref)
            assert mt.Dict(k=6, obj=obj).obj.k == 6
            assert mt.from_json(tree.to_json()).obj.k == 5
            obj.rebind(k=7)
            assert obj.k == 7
            obj.rebind(k=mt.MISSING_VALUE)
            assert not hasattr(obj, 'k') and not hasattr(cls(), 'r')

    def test_one_that_cannot_be_inferred(self):
        class Open(mt.Object):
            __kwargs__: Any

        with pytest.raises(AttributeError):
            _ = Open(k=ValueFromParentChain()).k

    def test_methods_win(self):
        class Open(mt.Object):
            __kwargs__: Any

            def k(self):
                return 'method'

        obj = Open(k=mt.Ref(mt.Dict()))
        assert Open().k() == 'method' and isinstance(obj.sym_getattr('k'), mt.Ref)
