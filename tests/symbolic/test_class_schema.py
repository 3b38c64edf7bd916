"""The schema of a class: updates, hooks, docs."""

import inspect
from typing import Annotated

import pytest

import mutandis as mt

T = mt.typing


def keys(cls):
    return [str(k) for k in cls.__schema__.keys()]


class TestSchemaOfAClass:
    def test_update_schema(self):
        class Sample(mt.Object):
            x: int = 1

        Sample.update_schema([('y', T.Int(2))])
        assert Sample(1, 5).y == 5 and Sample.init_arg_list == ['x', 'y']
        Sample.update_schema([('z', T.Int(3))], extend=False)
        assert repr(Sample()) == 'Sample(z=3)'
        Sample.update_schema([('w', T.Int(4))], init_arg_list=['w'], metadata={'q': 1})
        assert Sample(7).w == 7 and Sample.__schema__.metadata['q'] == 1
        with pytest.raises(TypeError):
            Sample.update_schema(3)

    def test_an_update_that_adds_no_field_keeps_the_inherited_positional_order(self):
        @mt.members([('a', int), ('b', int)], init_arg_list=['b', 'a'])
        class Base(mt.Object):
            pass

        @mt.members([('a', T.Int(5))])
        class Same(Base):
            pass

        @mt.members([('c', T.Int(5))])
        class More(Base):
            pass

        assert Same.init_arg_list == ['b', 'a'] and Same(1) == Same(a=5, b=1)
        assert More.init_arg_list == ['a', 'b', 'c']

    def test_hooks(self):
        seen = []

        class Sample(mt.Object):
            x: int

            @classmethod
            def _end_annotation_inference(cls, fields):
                return [f for f in fields if f.key != 'dropped']

            @classmethod
            def _on_schema_update(cls):
                seen.append(cls.__name__)

        class SubSample(Sample):
            dropped: int
            kept: int

        assert keys(SubSample) == ['x', 'kept'] and seen == ['Sample', 'SubSample']

    def test_hooks_run_in_order_and_may_change_the_outcome(self):
        seen = []

        class Sample(mt.Object):
            x: int
            y: int = 2

            @classmethod
            def _normalize_schema(cls, schema):
                seen.append('schema')
                return super()._normalize_schema(schema)

            @classmethod
            def _finalize_init_arg_list(cls):
                seen.append('arguments')
                return super()._finalize_init_arg_list()[::-1]

            @classmethod
            def _update_signatures_based_on_schema(cls):
                seen.append('signature')
                super()._update_signatures_based_on_schema()

            @classmethod
            def _create_sym_attribute(cls, name, field):
                seen.append(name)
                return property(lambda self: self.sym_init_args[name] + 100)

        assert seen == ['schema', 'arguments', 'signature', 'x', 'y']
        value = Sample(1, 2)
        assert value == Sample(x=2, y=1) and (value.x, value.y) == (102, 101)
        assert value.rebind(x=5).x == 105 and value.clone().x == 105
        assert str(inspect.signature(Sample)) == '(y: int = 2, x: int = MISSING_VALUE)'
        seen.clear()

        class SubSample(Sample):
            z: int = 3

        assert seen == ['schema', 'arguments', 'signature', 'z'] and SubSample(x=1).z == 103
        seen.clear()

        class Redeclared(Sample):
            x: int = 7

        Redeclared.update_schema([('w', int)])
        assert seen[3:] == ['schema', 'arguments', 'signature', 'w']  # What has one gets no other.

    def test_hooks_may_come_from_a_mixin(self):
        class Reversed:
            @classmethod
            def _finalize_init_arg_list(cls):
                return super()._finalize_init_arg_list()[::-1]

        class Sample(Reversed, mt.Object):
            x: int
            y: int

        assert Sample(1, 2) == Sample(x=2, y=1)

    def test_a_mixin_may_make_the_class_symbolic_by_itself(self):
        class Mixin:
            def __init_subclass__(cls, **kwargs):
                mt.Object.__init_subclass__(cls)

        class Sample(Mixin, mt.Object):
            x: int = 1

        assert Sample(2).x == 2 and mt.from_json(Sample(2).to_json()) == Sample(2)

    def test_fields_are_listed_among_the_attributes(self):
        class Sample(mt.Object):
            x: int = 1

        assert 'x' in dir(Sample) and 'x' in dir(Sample()) and 'rebind' in dir(Sample)

    def test_names_and_fields(self):
        class Sample(mt.Object):
            x: int = 1

        assert Sample.__type_name__ == f'{__name__}.{Sample.__qualname__}'
        assert Sample.__schema__.name == Sample.__type_name__ == Sample.__serialization_key__
        assert Sample.sym_fields == T.Dict(Sample.__schema__)

    def test_docs_of_fields_come_from_the_docstring_of_the_class(self):
        class Sample(mt.Object):
            """Short.

            Args:
              x: What x is.
              y: Not used: y has a description.
            """

            x: int = 1
            y: Annotated[int, 'What y is.'] = 2

        @mt.members([('z', T.Int(3))])
        class SubSample(Sample):
            """Other.

            Attributes:
              x: Not used: it is inherited.
              z: What z is.
            """

        described = {str(k): f.description for k, f in SubSample.__schema__.items()}
        assert described == {'x': 'What x is.', 'y': 'What y is.', 'z': 'What z is.'}
        assert Sample.__schema__.description == 'Short.'
        assert SubSample.__schema__.description == 'Other.'

    @pytest.mark.parametrize(
        'doc',
        [
            'Short.\n\n:param x: What x is.\n',
            'Short.\n\nParameters\n----------\nx : int\n    What x is.\n',
            'Short.\n\nArguments:\n  x: What x is.\n',
        ],
    )
    def test_docstrings_of_other_styles(self, doc):
        cls = type('Sample', (mt.Object,), {'__annotations__': {'x': int}, '__doc__': doc})
        assert cls.__schema__.description == 'Short.'
        assert cls.__schema__['x'].description == 'What x is.'

    def test_descriptions_can_be_required(self):
        mt.symbolic.allow_empty_field_description(False)
        try:

            class Described(mt.Object):
                x: Annotated[int, 'x'] = 1

            with pytest.raises(ValueError):

                class Undescribed(mt.Object):
                    x: int = 1

            for spec in (T.Dict([('a', T.Int())]), T.List(T.Dict([('a', T.Int())]))):
                with pytest.raises(ValueError, match='x.a'):
                    mt.members([('x', spec, 'x')])(type('Sample', (mt.Object,), {}))
        finally:
            mt.symbolic.allow_empty_field_description(True)
