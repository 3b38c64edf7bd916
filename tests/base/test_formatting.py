"""Text forms of values that are no nodes."""

import io

import pytest

from mutandis import base
from mutandis.base import BracketType, Formattable, RawText, kvlist_str


class Point(Formattable):
    def format(self, compact=False, verbose=True, root_indent=0, **kwargs):
        return f'Point(compact={compact}, verbose={verbose}, indent={root_indent})'


class Plain:
    pass


@pytest.mark.parametrize(
    'value, text',
    [
        (1, '1'),
        (1.5, '1.5'),
        (None, 'None'),
        ('a\nb', "'a\\nb'"),
        ("it's", '"it\'s"'),
        ([1, 2], '[1, 2]'),
        ((1,), '(1)'),
        ((1, 2), '(1, 2)'),
        ([], '[]'),
        ((), '()'),
        ({}, '{}'),
        ({'a': 1}, "{\n  'a': 1\n}"),
        ({1: 'x', 'b': {'c': [1, 2]}}, "{\n  1: 'x',\n  'b': {\n    'c': [1, 2]\n  }\n}"),
        ([{1: 2}], '[{\n    1: 2\n  }]'),
        (int, "<class 'int'>"),
        ({1}, '{1}'),
        (RawText('a\nb'), 'a\nb'),
    ],
)
def test_multi_line(value, text):
    assert base.format(value) == text


def test_compact():
    assert base.format({1: 'x', 'b': {'c': [1] * 3}}, compact=True) == (
        "{1: 'x', 'b': {'c': [1, 1, 1]}}"
    )


def test_long_lists_are_wrapped():
    assert base.format([1, 2, 'a'], list_wrap_threshold=11) == "[1, 2, 'a']"
    assert base.format([1, 2, 'a'], list_wrap_threshold=10) == "[\n  1,\n  2,\n  'a'\n]"
    assert base.format((1, 2), list_wrap_threshold=1, root_indent=1) == '(\n    1,\n    2\n  )'
    assert '\n' not in base.format([1] * 99, compact=True)


def test_str_and_repr():
    assert str(Point()) == 'Point(compact=False, verbose=True, indent=0)'
    assert repr(Point()) == 'Point(compact=True, verbose=True, indent=0)'


def test_scopes():
    with base.str_format(compact=True):
        assert 'compact=True' in str(Point())
        with base.str_format(verbose=False) as merged:
            assert merged == {'compact': True, 'verbose': False}
            assert str(Point()) == 'Point(compact=True, verbose=False, indent=0)'
        assert 'verbose=True' in str(Point())
    with base.repr_format(compact=False):
        assert 'compact=False' in repr(Point())
    assert 'compact=True' in repr(Point())
    with base.str_format(markdown=True):
        assert str(RawText('a')) == '`a`'


def test_options_reach_formattables():
    assert base.format({'a': Point()}, compact=True, verbose=False) == (
        "{'a': Point(compact=True, verbose=False, indent=1)}"
    )


def test_formattables_must_define_format():
    class Bad(Formattable):
        pass

    with pytest.raises(TypeError, match='format'):
        Bad()


def test_strip_object_id():
    assert base.format([Plain()], compact=True, strip_object_id=True) == '[Plain(...)]'


def test_long_strings_are_cut():
    assert base.format('abcdef', max_str_len=3) == "'abc...'"
    assert base.format('abc', max_str_len=3) == "'abc'"
    assert base.format([b'abcdef'], max_bytes_len=3) == "[b'abc...']"
    assert base.format({'abcdef': 'abcdef'}, compact=True, max_str_len=3) == (
        "{'abcdef': 'abc...'}"
    )


def test_values_that_contain_themselves():
    value = [1]
    value.append({'x': value})
    assert base.format(value, compact=True).startswith("[1, {'x': <recursive list at 0x")
    shared = [1]
    assert base.format([shared, shared]) == '[[1], [1]]'


def test_keys_are_chosen_at_the_top_only():
    value = {'a': 1, 'b': {'a': 1}}
    assert base.format(value, compact=True, exclude_keys={'a'}) == "{'b': {'a': 1}}"
    assert base.format(value, compact=True, include_keys={'a'}) == "{'a': 1}"
    assert base.format([value], compact=True, exclude_keys={'a'}) == "[{'a': 1, 'b': {'a': 1}}]"


def test_markdown():
    assert base.format({'a': 1}, compact=True, markdown=True) == "`{'a': 1}`"
    assert base.format({'a': 1}, markdown=True) == "```\n{\n  'a': 1\n}\n```"


def test_custom_format():
    def ints(value, indent):
        return f'int{indent}' if isinstance(value, int) else None

    assert base.format({'x': [1, 's']}, compact=True, custom_format=ints) == "{'x': [int2, 's']}"


def test_kvlist_str():
    pairs = [('a', 1, None), ('b', 2, 2), ('c', 'x', (1, 'y'))]
    assert kvlist_str(pairs) == "a=1, c='x'"
    assert kvlist_str(pairs, label='A') == "A(a=1, c='x')"
    assert kvlist_str(pairs, label='A', bracket_type=BracketType.SQUARE) == "A[a=1, c='x']"
    assert kvlist_str(pairs, label='A', compact=False) == "A(\n  a=1,\n  c='x'\n)"
    assert kvlist_str(pairs, label='A', compact=False, root_indent=1) == (
        "A(\n    a=1,\n    c='x'\n  )"
    )
    assert kvlist_str([], label='A', compact=False) == 'A()'
    assert kvlist_str([('', 1, None)], label='A') == 'A(1)'
    assert kvlist_str([('a', base.MISSING_VALUE, base.MISSING_VALUE)], label='A') == 'A()'


def test_helpers():
    assert base.quote_if_str('a') == "'a'" and base.quote_if_str(1) == 1
    assert base.comma_delimited_str([1, 'a', None]) == "1, 'a', None"
    assert [base.auto_plural(n, 'foot', 'feet') for n in (0, 1, 2)] == ['feet', 'foot', 'feet']
    assert base.auto_plural(2, 'bar') == 'bars'
    assert base.bracket_chars(BracketType.CURLY) == ('{', '}')
    assert base.maybe_markdown_quote('a', False) == 'a'
    assert base.str_ext('a') == 'a' and base.repr_ext('a') == "'a'"
    assert base.str_ext('a', lambda v, i: f'<{i}>', 2) == '<2>'


@pytest.mark.parametrize(
    'text, snake',
    [
        ('HTMLView', 'html_view'),
        ('XY12Net', 'xy12_net'),
        ('AbcDefGH', 'abc_def_gh'),
        ('a', 'a'),
        ('', ''),
        ('A1B2c3', 'a1_b2c3'),
        ('fooBar_Baz', 'foo_bar__baz'),
        ('aBar', 'a_bar'),
        ('aBAR', 'abar'),
        ('x-ray Vision', 'x-ray _vision'),
    ],
)
def test_camel_to_snake(text, snake):
    assert base.camel_to_snake(text) == snake


def test_camel_to_snake_with_another_separator():
    assert base.camel_to_snake('AbcDef', '-') == 'abc-def'


def test_printv():
    out = io.StringIO()
    base.printv(1, 'a', [2], file=out)
    assert out.getvalue() == "1 'a' [2]\n"


def test_raw_text_equals_its_str():
    assert RawText('a') == 'a' and RawText('a') == RawText('a') and RawText('a') != 'b'
    assert hash(RawText('a')) == hash('a')


class TestArrays:
    def test_rows_are_indented_with_what_is_around(self):
        np = pytest.importorskip('numpy')
        assert base.format({'a': np.eye(2)}) == "{\n  'a': [[1. 0.]\n   [0. 1.]]\n}"

    def test_one_line_when_compact(self):
        np = pytest.importorskip('numpy')
        assert base.format([np.eye(2)], compact=True) == '[array([[1., 0.], [0., 1.]])]'


def test_pairs_on_lines_of_their_own_without_a_label():
    pairs = [('a', 1, None), ('b', 2, None)]
    assert base.kvlist_str(pairs, compact=False) == 'a=1,\nb=2'
    assert base.kvlist_str(pairs, compact=False, root_indent=1) == '  a=1,\n  b=2'
