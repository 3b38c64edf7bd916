"""Text of symbolic trees."""

import io
from typing import Annotated, Any

import pytest

import mutandis as mt


class Layer(mt.Object):
    units: Annotated[Any, 'Number of units.']
    name: Annotated[str, 'The name\nof the layer.'] = 'l'
    extra: Any = None


class Empty(mt.Object):
    pass


@mt.members(
    [
        ('kind', mt.typing.Int(1).freeze()),
        ('size', mt.typing.Int(), 'The size.'),
        (mt.typing.StrKey('o_.*'), mt.typing.Any(), 'An option.'),
    ]
)
class Open(mt.Object):
    pass


TREE = Layer([1, {'k': 2, 3: Layer(1)}, []], extra={})

MULTI_LINE = """Layer(
  units = [
    0 : 1,
    1 : {
      k = 2,
      [3] = Layer(
        units = 1,
        name = 'l',
        extra = None
      )
    },
    2 : []
  ],
  name = 'l',
  extra = {}
)"""

PYTHON = """Layer(
  units=[
    1,
    {
      'k': 2,
      3: Layer(
        units=1,
        name='l',
        extra=None
      )
    },
    []
  ],
  name='l',
  extra={}
)"""

VERBOSE = """Layer(
  # Number of units.
  units = Layer(
    # Number of units.
    units = 1,
    # The name
    # of the layer.
    name = 'l',
    extra = None
  ),
  # The name
  # of the layer.
  name = 'l',
  extra = None
)"""

BLANK_LINES = """Layer(
  # Number of units.
  units = 1,

  # The name
  # of the layer.
  name = 'l',
  extra = None
)"""


def test_str_and_repr():
    assert str(TREE) == TREE.format() == MULTI_LINE
    assert (
        repr(TREE)
        == TREE.format(compact=True)
        == (
            "Layer(units=[0: 1, 1: {k=2, [3]=Layer(units=1, name='l', extra=None)}, 2: []], "
            "name='l', extra={})"
        )
    )


def test_python_format():
    assert TREE.format(python_format=True) == PYTHON
    assert TREE.format(python_format=True, compact=True) == (
        "Layer(units=[1, {'k': 2, 3: Layer(units=1, name='l', extra=None)}, []], "
        "name='l', extra={})"
    )


def test_descriptions():
    layer = Layer(Layer(1))
    assert layer.format(verbose=True) == mt.format(layer) == VERBOSE
    assert '#' not in layer.format() and '#' not in layer.format(verbose=True, compact=True)
    assert Layer(1).format(verbose=True, extra_blankline_for_field_docstr=True) == BLANK_LINES
    assert Open(size=1, o_x=2).format(verbose=True) == (
        'Open(\n  # The size.\n  size = 1,\n  # An option.\n  o_x = 2\n)'
    )


@pytest.mark.parametrize(
    'node, text',
    [
        (Empty(), 'Empty()'),
        (mt.Dict(), '{}'),
        (mt.List(), '[]'),
        (mt.Dict({1: 2, 'b.c': 3, 'x-y': 4}), '{[1]=2, b.c=3, x-y=4}'),
        (mt.List([1, [2, 's']]), "[0: 1, 1: [0: 2, 1: 's']]"),
        (mt.Dict(a=(1, mt.Dict(b=2))), '{a=(1, {b=2})}'),
        (mt.Dict(a=1.5, b=None, c=True, d=b'x', e=1j), "{a=1.5, b=None, c=True, d=b'x', e=1j}"),
        (mt.Dict(a=mt.KeyPath('a'), b=int), "{a=a, b=<class 'int'>}"),
        (mt.Dict(a=Layer, b=mt.Dict), f'{{a={Layer!r}, b={mt.Dict!r}}}'),
    ],
)
def test_compact(node, text):
    assert node.format(compact=True) == text


def test_indentation():
    assert mt.Dict(a=[1]).format(root_indent=1) == '{\n    a = [\n      0 : 1\n    ]\n  }'
    assert mt.format({'x': mt.Dict(a=1)}) == "{\n  'x': {\n    a = 1\n  }\n}"
    assert mt.format([mt.Dict(a=1)]) == '[{\n    a = 1\n  }]'


def test_default_values_can_be_hidden():
    assert TREE.format(compact=True, hide_default_values=True) == (
        'Layer(units=[0: 1, 1: {k=2, [3]=Layer(units=1)}, 2: []], extra={})'
    )
    assert mt.format([Layer(1)], compact=True, hide_default_values=True) == '[Layer(units=1)]'


def test_missing_values():
    layer = Layer.partial(extra=Layer.partial())
    assert repr(layer) == (
        "Layer(units=MISSING_VALUE, name='l', extra=Layer(units=MISSING_VALUE, name='l', "
        'extra=None))'
    )
    assert layer.format(compact=True, hide_missing_values=True) == (
        "Layer(name='l', extra=Layer(name='l', extra=None))"
    )
    assert Open.partial().format() == 'Open(\n  size = MISSING_VALUE(Int())\n)'


def test_frozen_fields_are_hidden():
    assert repr(Open(size=1, o_x=2)) == 'Open(size=1, o_x=2)'
    assert Open(size=1).format(compact=True, hide_frozen=False) == 'Open(kind=1, size=1)'


def test_keys_are_chosen_at_the_top_only():
    layer = Layer(Layer(1))
    assert layer.format(compact=True, include_keys=['units']) == (
        "Layer(units=Layer(units=1, name='l', extra=None))"
    )
    assert layer.format(compact=True, exclude_keys={'units', 'name', 'extra'}) == 'Layer()'
    assert mt.format(mt.Dict(a=1, b={'a': 1}), compact=True, exclude_keys={'a'}) == '{b={a=1}}'


def test_dress_of_the_top_node():
    node = mt.Dict(a=mt.Dict(b=1))
    brackets = mt.utils.BracketType.ROUND
    assert node.format(compact=True, cls_name='N', bracket_type=brackets) == 'N(a={b=1})'
    assert (
        node.format(
            compact=True,
            cls_name='N',
            bracket_type=brackets,
            key_as_attribute=True,
            python_format=True,
        )
        == "N(a={'b': 1})"
    )
    assert mt.List([1]).format(compact=True, cls_name='N') == 'N[0: 1]'


def test_custom_format_is_asked_first():
    def ints(value, indent):
        return f'<{indent}>' if isinstance(value, int) else None

    assert mt.format(mt.Dict(a=1, b=[2, (3,)]), compact=True, custom_format=ints) == (
        '{a=<1>, b=[0: <2>, 1: (<3>)]}'
    )
    asked = []
    mt.format(mt.Dict(a=(1,)), custom_format=lambda v, i: asked.append(v))
    assert asked == [{'a': (1,)}, (1,), 1]


def test_options_reach_all_parts():
    assert (
        mt.Dict(a='abc', b=[b'abc']).format(compact=True, max_str_len=2, max_bytes_len=1)
        == "{a='ab...', b=[0: b'a...']}"
    )
    assert mt.Dict(a=object()).format(compact=True, strip_object_id=True) == '{a=object(...)}'

    class Part(mt.Formattable):
        def format(self, **kwargs):
            return f'Part({kwargs["mine"]})'

    assert mt.Dict(a=Part()).format(compact=True, mine=1) == '{a=Part(1)}'


def test_markdown_wraps_the_whole_text_once():
    assert mt.Dict(a=mt.Dict(b=1)).format(compact=True, markdown=True) == '`{a={b=1}}`'
    assert mt.format(mt.Dict(a=1), markdown=True) == '```\n{\n  a = 1\n}\n```'


def test_nodes_that_print_themselves():
    class Own(mt.Object):
        x: int

        def format(self, compact=False, verbose=True, root_indent=0, **kwargs):
            return f'<own {self.x}>'

    assert repr(mt.Dict(a=[Own(1)])) == '{a=[0: <own 1>]}'


def test_inferred_values():
    node = mt.Dict(x=mt.Dict(y=mt.symbolic.ValueFromParentChain()), y=1)
    assert repr(node) == '{x={y=ValueFromParentChain()}, y=1}'
    assert node.format(compact=True, use_inferred=True) == '{x={y=1}, y=1}'
    alone = mt.Dict(y=mt.symbolic.ValueFromParentChain())
    assert alone.format(compact=True, use_inferred=True) == '{y=ValueFromParentChain()}'


class TestChosenKeys:
    def test_of_a_list_its_items_are_concerned(self):
        nodes = mt.List([mt.Dict(x=1, y=2), [mt.Dict(x=3, y=4)], 5])
        assert nodes.format(compact=True, include_keys={'x'}) == '[0: {x=1}, 1: [0: {x=3}], 2: 5]'
        assert nodes.format(compact=True, exclude_keys={'x'}) == '[0: {y=2}, 1: [0: {y=4}], 2: 5]'

    def test_no_keys_to_include_mean_all(self):
        assert mt.Dict(x=1).format(compact=True, include_keys=set()) == '{x=1}'
        assert mt.format({'x': 1}, compact=True, include_keys=set()) == "{'x': 1}"


def test_inspect_prints_descriptions_unless_told_otherwise():
    class Described(mt.Object):
        x: Annotated[int, 'What x is.'] = 1

    def inspected(**kwargs):
        out = io.StringIO()
        Described().inspect(file=out, **kwargs)
        return out.getvalue()

    assert inspected() == 'Described(\n  # What x is.\n  x = 1\n)\n'
    assert inspected(verbose=False) == 'Described(\n  x = 1\n)\n'
    assert inspected(path_regex='x') == "{\n  'x': 1\n}\n"


def test_dynamic_keys_are_written_in_the_place_of_their_field():
    @mt.members([('x', int), (mt.typing.StrKey('a.*'), int)])
    class Base(mt.Object):
        pass

    class Sample(Base):
        y: int

    value = Sample(x=1, a2=2, a1=3, y=4)
    assert repr(value) == 'Sample(x=1, a2=2, a1=3, y=4)'
    assert list(value.to_json()) == ['_type', 'x', 'a2', 'a1', 'y']
    assert list(value.sym_keys()) == ['x', 'y', 'a2', 'a1']
    spec = mt.typing.Dict(
        [
            ('x', mt.typing.Int()),
            (mt.typing.StrKey('a.*'), mt.typing.Int()),
            ('y', mt.typing.Int()),
            (mt.typing.StrKey(), mt.typing.Int()),
        ]
    )
    tree = mt.Dict(z=0, y=1, a1=2, x=3, b=4, value_spec=spec)
    assert repr(tree) == '{x=3, a1=2, y=1, z=0, b=4}'
    assert tree.to_json_str() == '{"x": 3, "a1": 2, "y": 1, "z": 0, "b": 4}'
    assert list(tree) == ['x', 'y', 'z', 'a1', 'b']
