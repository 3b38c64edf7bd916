"""Keys, fields and schemas."""

import pytest

import mutandis as pg
import mutandis.typing as T
from mutandis.base import MISSING_VALUE, KeyPath


class TestKeys:
    def test_const_key_is_its_name(self):
        key = T.ConstStrKey('a')
        assert key == 'a' and hash(key) == hash('a') and {'a': 1}[key] == 1
        assert key.is_const and key.text == 'a' and str(key) == repr(key) == 'a'
        assert key.match('a') and not key.match('b')
        assert T.KeySpec.from_str('a') == key
        with pytest.raises(KeyError):
            T.ConstStrKey('a.b')

    def test_str_key(self):
        assert T.StrKey().match('a') and not T.StrKey().match(1)
        assert T.StrKey('a.*').match('abc') and not T.StrKey('a.*').match('b')
        assert T.StrKey('a') == T.StrKey('a') != T.StrKey()
        assert not T.StrKey().is_const

    def test_list_key(self):
        key = T.ListKey(1, 3)
        assert [i for i in range(5) if key.match(i)] == [1, 2]
        assert T.ListKey().match(100) and not T.ListKey().match('a')

    def test_tuple_key(self):
        assert T.TupleKey(1).match(1) and not T.TupleKey(1).match(0)
        assert T.TupleKey().match(5)

    def test_extend(self):
        with pytest.raises(KeyError):
            T.ConstStrKey('a').extend(T.ConstStrKey('b'))
        with pytest.raises(KeyError):
            T.StrKey().extend(T.StrKey('a'))
        assert T.ListKey().extend(T.ListKey(max_value=3)) == T.ListKey(max_value=3)
        with pytest.raises(TypeError):
            T.ListKey(max_value=4).extend(T.ListKey(max_value=3))
        with pytest.raises(TypeError):
            T.ListKey().extend(T.StrKey())
        assert T.TupleKey().extend(T.TupleKey(1)) == T.TupleKey(1)
        with pytest.raises(KeyError):
            T.TupleKey(0).extend(T.TupleKey(1))


class TestField:
    def test_members(self):
        field = T.Field('a', T.Int(1), 'doc', {'k': 1}, origin=int)
        assert field.key == 'a' and field.value == T.Int(1)
        assert field.default_value == 1 and field.annotation is int
        assert (field.description, field.metadata, field.origin) == ('doc', {'k': 1}, int)
        assert repr(T.Field('a', T.Int(1), 'doc', {'k': 1})) == (
            "Field(key=a, value=Int(default=1), description='doc', metadata={'k': 1})"
        )
        with pytest.raises(ValueError):
            T.Field('a', T.Int(), metadata=[1])

    def test_equality_ignores_origin(self):
        assert T.Field('a', T.Int(), origin=int) == T.Field('a', T.Int())
        assert T.Field('a', T.Int(), 'x') != T.Field('a', T.Int())

    def test_apply(self):
        field = T.Field('a', T.Float())
        assert field.apply(1, transform_fn=lambda path, f, v: v + 1) == 2.0
        with pytest.raises(TypeError, match='x'):
            field.apply('a', root_path=KeyPath('x'))

    def test_extend(self):
        field = T.Field('a', T.Int(), metadata={'k': 1})
        field.extend(T.Field('a', T.Int(max_value=5), 'doc', {'k': 2, 'j': 3}))
        assert field == T.Field('a', T.Int(max_value=5), 'doc', {'k': 1, 'j': 3})
        with pytest.raises(KeyError):
            field.extend(T.Field('b', T.Int()))

    def test_copy_is_independent(self):
        field = T.Field('a', T.Int())
        field.copy().value.noneable()
        assert field == T.Field('a', T.Int())


class TestFactories:
    def test_create_field(self):
        assert T.create_field(('a', int)) == T.Field('a', T.Int())
        assert T.create_field(('a', 1, 'doc', {'k': 1})) == T.Field('a', T.Int(1), 'doc', {'k': 1})
        field = T.Field('a', T.Int())
        assert T.create_field(field) is field

    @pytest.mark.parametrize(
        'definition', [('a',), 1, (1, int), ('a', int, 1), ('a', int, None, 1), ('a', 1, 2, 3, 4)]
    )
    def test_malformed(self, definition):
        with pytest.raises(TypeError):
            T.create_field(definition)

    def test_sample_values(self):
        schema = T.create_schema([('a', 1), ('b', 'x'), ('c', None), ('d', ['x']), ('e', {'k': 1})])
        assert [f.value for f in schema.values()] == [
            T.Int(1),
            T.Str('x'),
            T.Any().noneable(),
            T.List(T.Str(), default=['x']),
            T.Dict(default={'k': 1}),
        ]

    def test_create_schema(self):
        schema = T.create_schema({'a': (int, 'doc', {'k': 1}), 'b': 1}, name='S')
        assert list(schema) == ['a', 'b']
        assert schema['a'] == T.Field('a', T.Int(), 'doc', {'k': 1})
        for bad in (1, [1], 'ab'):
            with pytest.raises(TypeError):
                T.create_schema(bad)
        with pytest.raises(TypeError):
            T.create_schema([], metadata=1)
        with pytest.raises(KeyError):
            T.create_schema([('a', int), ('a', str)])


class TestSchema:
    def make(self):
        return T.create_schema(
            [('a', int), ('b', 'x'), (T.StrKey('k.*'), float)], allow_nonconst_keys=True
        )

    def test_access(self):
        schema = self.make()
        assert 'a' in schema and 'z' not in schema and len(schema) == 3
        assert schema['a'].value == T.Int()
        assert schema.get('z') is None
        assert schema.get_field('k1') is schema.dynamic_field
        assert schema.get_field('z') is None
        assert bool(T.create_schema([]))
        with pytest.raises(KeyError):
            schema['k1']

    def test_construction_errors(self):
        with pytest.raises(TypeError):
            T.Schema(1)
        with pytest.raises(TypeError):
            T.Schema([1])
        with pytest.raises(ValueError):
            T.create_schema([(T.StrKey(), int)])

    def test_resolve(self):
        matched, unmatched = self.make().resolve(['k2', 'b', 1, 'z'])
        assert matched == {'a': [], 'b': ['b'], T.StrKey('k.*'): ['k2']}
        assert unmatched == [1, 'z']

    def test_apply_completes_in_place(self):
        value = {'k1': 1, 'a': 2}
        assert self.make().apply(value) is value
        assert list(value.items()) == [('k1', 1.0), ('a', 2), ('b', 'x')]

    def test_apply_errors(self):
        with pytest.raises(KeyError):
            self.make().apply({'a': 1, 'z': 1})
        with pytest.raises(ValueError, match='a'):
            self.make().apply({})
        with pytest.raises(TypeError, match='k1'):
            self.make().apply({'a': 1, 'k1': 'x'})

    def test_partial(self):
        value = self.make().apply({}, allow_partial=True)
        assert value == {'a': MISSING_VALUE, 'b': 'x'}
        assert value['a'].value_spec == T.Int()

    def test_validate_does_not_change(self):
        value = {'a': 1}
        self.make().validate(value)
        assert value == {'a': 1}

    def test_defaults_are_fresh_and_uncopyable_ones_shared(self):
        import threading

        lock = threading.Lock()
        schema = T.create_schema([('a', T.Any([1])), ('b', T.Any(lock))])
        first, second = schema.apply({}), schema.apply({})
        assert first['a'] is not second['a'] and first['b'] is lock

    def test_inheritance(self):
        base = T.create_schema([('a', int, 'doc'), ('b', T.Str('x'))], name='Base')
        schema = T.create_schema([('c', 1), ('a', T.Int(min_value=0))], base_schema_list=[base])
        assert list(schema) == ['a', 'b', 'c']
        assert schema['a'] == T.Field('a', T.Int(min_value=0), 'doc')
        schema['b'].value.set_default('y')
        assert base['b'].default_value == 'x'
        with pytest.raises(TypeError, match=r'Child\.a'):
            T.create_schema([('a', str)], name='m.Child', base_schema_list=[base])

    def test_merge(self):
        class Base:
            pass

        class Derived(Base):
            pass

        first = T.create_schema([('a', 1), ('b', 1)], for_cls=Base)
        second = T.create_schema([('b', 2), ('c', 3)], for_cls=Derived)
        merged = T.Schema.merge([first, second])
        assert {str(k): f.default_value for k, f in merged.items()} == {'a': 1, 'b': 2, 'c': 3}
        assert list(merged) == ['a', 'b', 'c']
        unrelated = T.Schema.merge([second, first])
        assert unrelated['b'].default_value == 2

    def test_compatibility(self):
        schema = T.create_schema([('a', int)])
        assert schema.is_compatible(T.create_schema([('a', T.Int(min_value=0))]))
        assert not schema.is_compatible(T.create_schema([('b', int)]))
        with pytest.raises(TypeError):
            schema.is_compatible(1)

    def test_equality_ignores_order_and_name(self):
        assert T.create_schema([('a', 1), ('b', 2)]) == T.create_schema(
            [('b', 2), ('a', 1)], name='x'
        )


class TestSpecsAreNotShared:
    """A spec that several fields are made of stays as it was given."""

    def test_by_classes(self):
        spec = T.Int()

        class First(pg.Object):
            x: spec = 1

        class Second(pg.Object):
            x: spec

        assert spec == T.Int()
        assert First.__schema__['x'].value == T.Int(1)
        assert Second.__schema__['x'].value == T.Int()

    def test_by_annotated(self):
        described = T.Annotated[int, 'A number.']

        class First(pg.Object):
            x: described = 1

        assert described.value_spec == T.Int()
        assert First.__schema__['x'].description == 'A number.'

    def test_by_definitions(self):
        spec = T.Int()
        fields = T.create_schema([('a', spec), ('b', T.Annotated[spec, 'doc'])])
        fields['a'].value.set_default(1)
        assert spec == T.Int() and fields['b'].value == T.Int()
