"""Boilerplate classes: sub-classes with the values of an object fixed."""

import threading
from typing import Any

import pytest

import mutandis as mt
from mutandis import typing as T


class Trainer(mt.Object):
    lr: float
    options: T.Dict([('steps', T.Int()), ('seed', T.Int(default=1))])
    layers: list[int] = [1]
    extra: Any = None


Half = mt.boilerplate_class('Half', Trainer.partial(lr=0.5, layers=[3, 4]))
Full = mt.boilerplate_class('Full', Trainer(lr=0.5, options=dict(steps=5)))


class TestTheClass:
    def test_it_is_a_subclass_in_the_module_of_the_caller(self):
        assert issubclass(Half, Trainer) and Half.is_boilerplate
        assert (Half.__name__, Half.__module__) == ('Half', __name__)
        assert not hasattr(Trainer, 'is_boilerplate')
        assert Trainer.init_arg_list == ['lr', 'options', 'layers', 'extra']

    def test_bound_values_are_frozen_and_others_open(self):
        fields = Half.__schema__
        assert {k: fields.get_field(k).frozen for k in ('lr', 'options', 'layers', 'extra')} == {
            'lr': True,
            'options': False,
            'layers': True,
            'extra': True,
        }
        options = fields.get_field('options').value.schema
        assert not options.get_field('steps').frozen and options.get_field('seed').frozen
        assert Full.__schema__.get_field('options').frozen
        assert (Half.init_arg_list, Full.init_arg_list) == (['options'], [])

    def test_positional_arguments(self):
        source = Trainer.partial(lr=0.1)
        cls = mt.boilerplate_class('Some', source, init_arg_list=['lr', 'options'])
        assert cls(0.1, dict(steps=1)).options.steps == 1
        with pytest.raises(TypeError, match='nothing'):
            mt.boilerplate_class('Some', source, init_arg_list=['nothing'])

    @pytest.mark.parametrize('value', [1, Trainer, mt.Dict(x=1)])
    def test_what_is_no_object(self, value):
        with pytest.raises(ValueError, match='object of a symbolic class'):
            mt.boilerplate_class('X', value)

    def test_unknown_option(self):
        with pytest.raises(TypeError):
            mt.boilerplate_class('X', Trainer.partial(), unknown=1)

    def test_keys(self):
        cls = mt.boilerplate_class(
            'Keyed', Trainer.partial(), serialization_key='test.Keyed', additional_keys=['test.K']
        )
        value = cls(0.5, dict(steps=1))
        assert value.to_json()['_type'] == 'test.Keyed'
        assert mt.from_json({**value.to_json(), '_type': 'test.K'}) == value


class TestItsObjects:
    def test_values(self):
        half = Half(dict(steps=2))
        assert (half.lr, half.layers, half.options) == (0.5, [3, 4], dict(steps=2, seed=1))
        full = Full()
        assert (full.lr, full.options, full.layers) == (0.5, dict(steps=5, seed=1), [1])
        assert Full() == Full()

    def test_frozen_values_cannot_be_changed(self):
        for change in ({'lr': 0.1}, {'layers': [1]}, {'extra': 1}, {'options.seed': 3}):
            with pytest.raises(ValueError, match='frozen'):
                Half(dict(steps=2)).rebind(change)
        with pytest.raises(ValueError, match='frozen'):
            Full().rebind({'options.steps': 1})
        with pytest.raises(ValueError, match='frozen'):
            Half(dict(steps=2), lr=0.1)
        assert Half(dict(steps=2), lr=0.5).lr == 0.5
        assert Half(dict(steps=2)).rebind({'options.steps': 3}).options.steps == 3

    def test_values_inside_a_list_belong_to_the_instance(self):
        half = Half(dict(steps=2))
        half.rebind({'layers[0]': 9})
        assert half.layers == [9, 4] and Half(dict(steps=2)).layers == [3, 4]

    def test_the_original_is_independent(self):
        source = Trainer(lr=0.5, options=dict(steps=5))
        cls = mt.boilerplate_class('Kept', source)
        source.rebind({'lr': 0.1, 'layers[0]': 5, 'options.steps': 6})
        assert (cls().lr, cls().layers, cls().options.steps) == (0.5, [1], 5)

    def test_json_omits_frozen_fields(self):
        half = Half(dict(steps=2))
        assert half.to_json() == {'_type': f'{__name__}.Half', 'options': {'steps': 2}}
        assert mt.from_json(half.to_json()) == half
        assert mt.from_json_str(Full().to_json_str()) == Full()
        assert half.clone(deep=True) == half

    def test_missing_open_values(self):
        with pytest.raises((TypeError, ValueError), match='steps'):
            Half()
        assert Half.partial().is_partial

    def test_partial_objects_inside_stay_open(self):
        class Outer(mt.Object):
            inner: Trainer

        cls = mt.boilerplate_class('Inner', Outer.partial(Trainer.partial(lr=0.1)))
        assert cls.partial().inner.lr == 0.1
        assert cls(Trainer(0.3, dict(steps=1))).inner.lr == 0.3

    def test_dynamic_keys(self):
        class Open(mt.Object):
            x: int = 1
            __kwargs__: int

        cls = mt.boilerplate_class('OpenB', Open(k=3))
        assert cls(z=5).sym_init_args == dict(x=1, k=3, z=5)
        with pytest.raises(ValueError, match='frozen'):
            cls(k=4)

    def test_values_that_cannot_be_copied(self):
        class Holder(mt.Object):
            lock: Any

        lock = threading.Lock()
        assert mt.boilerplate_class('H', Holder(lock))().lock is lock

    def test_functors_and_wrapped_classes(self):
        @mt.functor
        def add(x, y=2):
            return x + y

        cls = mt.boilerplate_class('Add5', add(y=5))
        assert (cls(1)(), cls()(2), cls.init_arg_list) == (6, 7, ['x'])

        class Plain:
            def __init__(self, a, b=1):
                self.total = a + b

        wrapped = mt.wrap(Plain)
        assert mt.boilerplate_class('P', wrapped.partial(b=4))(2).total == 6

    def test_subclasses(self):
        class Named(Half):
            name: str = 'x'

        assert Named(dict(steps=1)).lr == 0.5
        with pytest.raises(TypeError, match='frozen'):

            class Faster(Half):
                lr: float = 0.9
