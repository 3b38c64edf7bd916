"""Calls written as text: the grammar, and the conversion through value specs."""

import pickle
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mutandis.typing as T
from mutandis.typing.call_strings import (
    CallStringError,
    MissingArgumentError,
    RepeatedArgumentError,
    UnknownNameError,
    bind_call,
    convert_text,
    parse_call,
)

# ------------------------------------------------------------------------------------ grammar


def pieces(text):
    call = parse_call(text)
    return call.name, [(a.key, a.text) for a in call.arguments]


@pytest.mark.parametrize(
    'text, expected',
    [
        ('random', ('random', [])),
        ('_a1', ('_a1', [])),
        ('random?', ('random', [(None, '')])),
        ('f?1', ('f', [(None, '1')])),
        ('f?1&b=2&c=', ('f', [(None, '1'), ('b', '2'), ('c', '')])),
        ('f?&', ('f', [(None, ''), (None, '')])),
        # Everything after the first '=' is the text, whatever it holds.
        ('f?a=b=c?d', ('f', [('a', 'b=c?d')])),
        ('f?a=1:2', ('f', [('a', '1:2')])),
        # In double quotes '&' and '=' stand for themselves.
        ('f?a="x&y"&b=1', ('f', [('a', '"x&y"'), ('b', '1')])),
        ('f?"x=y"', ('f', [(None, '"x=y"')])),
        ('f?a=""', ('f', [('a', '""')])),
        ('f?a="&b=1', ('f', [('a', '"'), ('b', '1')])),
        ('f?a=x"&b=1', ('f', [('a', 'x"'), ('b', '1')])),
    ],
)
def test_a_text_is_split(text, expected):
    assert pieces(text) == expected


def test_positions_are_kept():
    first, second = parse_call('f?1&key=20').arguments
    assert (first.position, first.text_position) == (2, 2)
    assert (second.position, second.text_position) == (4, 8)


@pytest.mark.parametrize(
    'text, position, message',
    [
        ('', 0, 'is no name'),
        ('1a', 0, 'is no name'),
        ('?a=1', 0, 'is no name'),
        ('a-b', 1, 'is no name'),
        ('os.system?ls', 2, 'is no name'),
        ("__import__('os')", 10, 'is no name'),
        ('f?a-1=2', 2, 'no name of an argument'),
        ('f?=2', 2, 'no name of an argument'),
        ('f?a=1&2', 6, 'without a key follows'),
        ('f?a=1&', 6, 'without a key follows'),
    ],
)
def test_what_does_not_follow_the_grammar(text, position, message):
    with pytest.raises(CallStringError, match=message) as e:
        parse_call(text, 'patch')
    assert (e.value.text, e.value.position) == (text, position)
    assert f'Cannot read the patch {text!r}' in str(e.value)
    assert isinstance(e.value, ValueError)


@pytest.mark.parametrize('value', [None, 3, b'random', ['random']])
def test_only_strings_are_parsed(value):
    with pytest.raises(TypeError, match='must be a string'):
        parse_call(value)


@given(st.text(max_size=30))
def test_any_text_is_parsed_or_refused(text):
    try:
        call = parse_call(text)
    except CallStringError as e:
        assert 0 <= e.position <= len(text)
    else:
        assert call.name.isidentifier()
        # The pieces are the text.
        parts = [a.text if a.key is None else f'{a.key}={a.text}' for a in call.arguments]
        assert call.name + ('?' if '?' in text else '') + '&'.join(parts) == text


# --------------------------------------------------------------------------------- conversion

STRINGS = T.Enum('a', ['a', 'b'])


@pytest.mark.parametrize(
    'spec, text, value',
    [
        (T.Str(), 'abc', 'abc'),
        (T.Str(), '', ''),
        (T.Str(), '"none"', 'none'),
        (T.Str(), '"a"b"', 'a"b'),
        (T.Str(), 'a"b', 'a"b'),
        (T.Str(), '1', '1'),
        (T.Str(), 'a%26b%3A%25', 'a&b:%'),
        (T.Str(), '50%', '50%'),
        (T.Str(), '%22x', '"x'),
        (T.Any(), 'abc', 'abc'),
        (T.Any(), '3', '3'),
        (T.Any(), 'none', None),
        (T.Bool(), 'True', True),
        (T.Bool(), 'yes', True),
        (T.Bool(), '1', True),
        (T.Bool(), 'false', False),
        (T.Bool(), 'no', False),
        (T.Bool(), '0', False),
        (T.Int(), '-3', -3),
        (T.Int(min_value=1), '3', 3),
        (T.Float(), '1e-3', 0.001),
        (T.Float(), '3', 3.0),
        (T.Int().noneable(), 'None', None),
        (STRINGS, 'b', 'b'),
        (T.Enum(None, ['a', None]), 'none', None),
        (T.List(T.Int()), '1:2:3', [1, 2, 3]),
        (T.List(T.Int()), '', []),
        (T.List(T.Str()), 'a:"b:c":d', ['a', 'b:c', 'd']),
        (T.List(T.Str()), 'a:', ['a', '']),
        (T.List(STRINGS), 'a:b', ['a', 'b']),
        # Of a union, the most specific spec that the text fits.
        (T.Union([T.Str(), T.Int()]), '3', 3),
        (T.Union([T.Str(), T.Int()]), 'x', 'x'),
        (T.Union([T.Float(), T.Int()]), '3', 3),
        (T.Union([T.Float(), T.Int()]), '3.5', 3.5),
        (T.Union([T.Bool(), T.Int()]), '1', 1),
        (T.Union([T.Bool(), T.Int()]), 'true', True),
        (T.Union([T.Int(), T.Callable()]), '3', 3),
    ],
)
def test_a_text_becomes_a_value(spec, text, value):
    converted = convert_text(text, spec)
    assert converted == value
    assert type(converted) is type(value) or isinstance(converted, list)


@pytest.mark.parametrize(
    'spec, text, message',
    [
        (T.Int(), 'None', 'cannot be None'),
        (T.Str(), 'none', 'cannot be None'),
        (T.Int(), 'x', 'x must be a whole number'),
        (T.Int(), '1.5', 'a whole number'),
        (T.Int(), '', 'a whole number'),
        (T.Float(), 'x', 'a number'),
        (T.Bool(), 'maybe', 'true or false'),
        (T.Bool(), 'TRUE', 'true or false'),
        (STRINGS, 'c', 'one of a, b'),
        (T.Str(), '"a', 'one side only'),
        (T.Str(), 'a"', 'one side only'),
        (T.Str(), '"', 'one side only'),
        (T.Str(), '%ff', 'UTF-8'),
        (T.List(T.Int()), '1:x', r'x\[1\] must be a whole number'),
        (T.List(T.Int()), ':', r'x\[0\] must be'),
        (T.Int(min_value=1), '0', 'out of range|at least|minimum'),
        (T.Str(regex='a.*'), 'b', 'regular expression'),
        (T.Union([T.Int(), T.Float()]), 'x', 'a whole number or a number'),
        (T.Union([T.Int(), T.Callable()]), 'x', 'a whole number'),
        # What no text can say.
        (T.Enum(1, [1, 2]), '1', 'cannot be written as text'),
        (T.Dict(), '{}', 'cannot be written as text'),
        (T.Callable(), 'print', 'cannot be written as text'),
        (T.Object(Exception), 'Exception()', 'cannot be written as text'),
        (T.List(T.List(T.Int())), '1', 'cannot be written as text'),
    ],
)
def test_texts_that_do_not_fit(spec, text, message):
    with pytest.raises(ValueError, match=message):
        convert_text(text, spec, 'x')


# ------------------------------------------------------------------------------------ binding


def scale(
    target,
    n: int,
    by: float = 2.0,
    mode: Literal['up', 'down'] = 'up',
    *,
    layers: list[int] = [],  # noqa: B006
    note: str | None = None,
):
    return None


def bind(text, function=scale, **kwargs):
    return bind_call(parse_call(text), T.signature(function), **kwargs)


def test_arguments_by_position_and_by_key():
    assert bind('scale?3', hidden=['target']) == ([3], {})
    assert bind('scale?3&0.5&down', hidden=['target']) == ([3, 0.5, 'down'], {})
    assert bind('scale?by=4&n=3&layers=1:2&note="none"', hidden=['target']) == (
        [],
        {'by': 4.0, 'n': 3, 'layers': [1, 2], 'note': 'none'},
    )
    assert bind('scale?x&3') == (['x', 3], {})


def test_arbitrary_arguments():
    def function(first: int, *rest: int, **options: float):
        return None

    assert bind('f?1&2&3&x=4', function) == ([1, 2, 3], {'x': 4.0})


@pytest.mark.parametrize(
    'text, error, other, position, message',
    [
        ('scale?1&2&up&4', UnknownNameError, KeyError, 13, 'takes 3 arguments.*layers, note'),
        ('scale?1&size=2', UnknownNameError, KeyError, 8, 'known: n, by, mode, layers, note'),
        ('scale?1&laiers=2', UnknownNameError, KeyError, 8, "did you mean 'layers'"),
        ('scale?1&target=2', UnknownNameError, KeyError, 8, "no argument 'target'"),
        ('scale?1&n=2', RepeatedArgumentError, TypeError, 8, "'n' is given twice"),
        ('scale?n=2&n=2', RepeatedArgumentError, TypeError, 10, "'n' is given twice"),
        ('scale?by=2', MissingArgumentError, TypeError, 10, "needs the argument 'n'"),
        ('scale?n=x', CallStringError, ValueError, 8, 'n must be a whole number'),
        ('scale?1&mode=left', CallStringError, ValueError, 13, 'one of up, down'),
    ],
)
def test_arguments_that_do_not_fit(text, error, other, position, message):
    with pytest.raises(error, match=message) as e:
        bind(text, hidden=['target'])
    assert isinstance(e.value, other)
    assert e.value.position == position
    assert f'position {position}' in str(e.value) and repr(text) in str(e.value)
    again = pickle.loads(pickle.dumps(e.value))
    assert (str(again), again.position) == (str(e.value), position)


def test_values_that_the_spec_rejects_are_named_with_their_path():
    class Settings:
        def __init__(self, n: int):
            self.n = n

    spec = T.Int(min_value=8)
    with pytest.raises(ValueError, match=r'settings\.n'):
        bind('settings?n=2', Settings, spec_of=lambda argument: spec)


def test_required_arguments_may_come_later():
    assert bind('scale?by=3', hidden=['target'], allow_missing=True) == ([], {'by': 3.0})
