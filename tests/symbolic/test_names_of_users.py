"""Names in users' classes: their own attributes and methods, and the name of the class itself."""

import copy
from typing import Any

import mutandis as mt


class TestAttributesAndMethods:
    def test_attributes_come_before_those_of_symbolic_objects(self):
        @mt.symbolize
        class Record:
            def __init__(self, x):
                self.format = 'csv'
                self.is_partial = 'somewhat'
                self.seal = self.clone = self.rebind = x

        record = Record(3)
        assert (record.format, record.is_partial, record.seal) == ('csv', 'somewhat', 3)
        assert repr(record) == 'Record(x=3)'
        assert copy.copy(record).clone == 3
        assert mt.eq(mt.from_json(mt.to_json(mt.Dict(r=record))).r, record)
        assert mt.Dict(r=record).rebind({'r.x': 4}).r.seal == 4

    def test_methods_that_mean_something_else(self):
        @mt.symbolize
        class Template:
            def __init__(self, text):
                self.text = text

            def format(self, name):
                return self.text % name

            def to_json(self):
                return 'mine'

            def save(self):
                return 'saved'

        template = Template('Hello, %s')
        assert template.format('you') == 'Hello, you' and template.save() == 'saved'
        assert repr(template) == "Template(text='Hello, %s')"
        assert mt.format(mt.Dict(t=template), compact=True) == "{t=Template(text='Hello, %s')}"
        assert mt.to_json(mt.Dict(t=template))['t']['text'] == 'Hello, %s'
        assert mt.clone(template).format('me') == 'Hello, me'

    def test_methods_of_formattable_classes_count(self):
        class Loud(mt.Formattable):
            def __init__(self, x):
                self.x = x

            def format(self, *args: Any, **kwargs: Any) -> str:
                return f'{self.x}!'

        assert mt.format(mt.Dict(a=mt.symbolize(Loud)(1)), compact=True) == '{a=1!}'


class TestTheNameOfTheClass:
    def test_means_the_symbolic_class_in_its_methods_too(self):
        class Base:
            def __init__(self, x):
                self.x = x

            def describe(self):
                return f'x={self.x}'

            @classmethod
            def default(cls):
                return cls(0)

        @mt.symbolize
        class Old(Base):
            def __init__(self, x, y=1):
                super(Old, self).__init__(x)  # noqa: UP008
                self.y = y

            def describe(self):
                return super(Old, self).describe() + f', y={self.y}'  # noqa: UP008

            @classmethod
            def default(cls):
                return super(Old, cls).default().rebind(y=5)  # noqa: UP008

        class Newest(Old):
            def describe(self):
                return super().describe() + '.'

        assert Old(2).describe() == 'x=2, y=1'
        assert Old(2).rebind(x=3).describe() == 'x=3, y=1'
        assert Newest(2).describe() == 'x=2, y=1.'
        assert Old.default().describe() == 'x=0, y=5'

    def test_the_users_class_goes_on_to_work(self):
        class Plain:
            def __init__(self, x):
                super(Plain, self).__init__()  # noqa: UP008
                self.x = x

        symbolic = mt.symbolize(Plain)
        init = Plain.__init__
        assert symbolic(1).x == Plain(1).x == 1
        assert Plain.__init__ is init
