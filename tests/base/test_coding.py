"""Source text: plain values read from it, functions made of it."""

import inspect
import pickle

import pytest

import mutandis as pg
from mutandis.base.coding import CodeError, literal_value, make_function


class TestLiteralValue:
    @pytest.mark.parametrize(
        'code, value',
        [
            ('1', 1),
            ('-1.5', -1.5),
            ('"a" + "b"', 'ab'),
            ('(1, "x", None)', (1, 'x', None)),
            ('[{1: {2}}]', [{1: {2}}]),
            ("f'{1!r:>3}|{2}'", '  1|2'),
            ('1 | 4', 5),
        ],
    )
    def test_values(self, code, value):
        assert literal_value(code) == value

    def test_names_are_looked_up(self):
        assert literal_value('(a.b, c)', {'a.b': 1, 'c': 2}.__getitem__) == (1, 2)

    @pytest.mark.parametrize(
        'code',
        ['', '1 +', 'f()', 'lambda: 1', '1 if 2 else 3', 'a', '2 ** 99', '[*()]', '{**{}}', '-"a"'],
    )
    def test_everything_else_is_an_error(self, code):
        with pytest.raises(CodeError):
            literal_value(code)

    def test_names_never_lead_to_calls(self):
        with pytest.raises(CodeError, match='not allowed'):
            literal_value('().__class__')


class TestCodeError:
    def test_shows_the_lines(self):
        with pytest.raises(CodeError) as info:
            make_function('f', ['x'], ['y = 1', 'return x +'])
        error = info.value
        assert isinstance(error.cause, SyntaxError)
        assert error.lineno == error.end_lineno == 4
        assert error.format(include_complete_code=False).endswith('    return x +\n')
        assert '[Code]' in str(error) and 'y = 1' in str(error)

    def test_can_be_pickled(self):
        error = pickle.loads(pickle.dumps(CodeError('x', ValueError('y'))))
        assert (error.code, str(error.cause)) == ('x', 'y')

    def test_is_public(self):
        assert pg.coding.CodeError is CodeError


class TestMakeFunction:
    def test_signature(self):
        made = make_function('add', ['x: int', 'y=1'], ['z = x + y', 'return z'], return_type=int)
        assert str(inspect.signature(made)) == '(x: int, y=1) -> int'
        assert made(1) == 2
        assert made.__name__ == 'add'

    def test_names(self):
        scope = {'a': 1}
        made = make_function('f', [], ['return a + b'], exec_globals=scope, exec_locals={'b': 2})
        assert made() == 3
        scope['a'] = 5
        assert made() == 7
        assert 'f' not in scope
