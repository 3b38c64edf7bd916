"""Patches as strings: `name?value&key=value`."""

import pathlib
import subprocess
import sys

import pytest

import mutandis as mt
from mutandis.symbolic.patching import from_uri

T = mt.typing
FUZZ = pathlib.Path(__file__).parent / 'fuzz_patch_strings.py'


@mt.patcher(
    [
        ('i', T.Int(max_value=100)),
        ('f', T.Float()),
        ('b', T.Bool()),
        ('s', T.Str(regex='[^!]*$')),
        ('e', T.Enum('a', ['a', 'b'])),
        ('l', T.List(T.Int())),
        ('ls', T.List(T.Str())),
        ('n', T.Int().noneable()),
        ('nl', T.List(T.Int()).noneable()),
    ]
)
def strings_many(tree, i=1, f=1.0, b=False, s='s', e='a', l=[], ls=[], n=1, nl=[], x='x', *, k=1):  # noqa: B006, E741
    return {'i': i}


@mt.patcher([('width', T.Int())])
def strings_needy(tree, width):
    return {'width': width}


def value(text, name=None):
    return from_uri(f'strings_many?{text}').sym_init_args[name or text.partition('=')[0]]


class TestForms:
    def test_name_only(self):
        patch = from_uri('strings_many')
        assert patch == strings_many() and not patch.specified_args

    def test_positional_and_by_key(self):
        assert from_uri('strings_many?5&2.5&s=q') == (strings_many(i=5, f=2.5, s='q'))

    def test_the_tree_stays_open(self):
        tree = mt.Dict(width=1)
        patch = from_uri('strings_needy?7')
        assert patch.patch(tree) is tree and tree.width == 7

    def test_one_empty_text_is_an_argument(self):
        with pytest.raises(ValueError):
            from_uri('strings_many?')
        assert value('s=') == ''

    def test_a_required_argument_is_missed_when_patching(self):
        patch = from_uri('strings_needy')
        with pytest.raises(TypeError, match='width'):
            patch.patch(mt.Dict())


class TestTexts:
    @pytest.mark.parametrize(
        'text, expected',
        [
            ('i=7', 7),
            ('i=-7', -7),
            ('i=1_0', 10),
            ('f=1e3', 1000.0),
            ('f=-inf', float('-inf')),
            *[(f'b={text}', True) for text in ('True', 'true', 'yes', '1')],
            *[(f'b={text}', False) for text in ('False', 'false', 'no', '0')],
            ('s=abc', 'abc'),
            ('s="abc"', 'abc'),
            ('s="none"', 'none'),
            ('s=a"b"c', 'a"b"c'),
            ('s=a=b', 'a=b'),
            ('s=""', ''),
            ('e=b', 'b'),
            ('l=1:2:3', [1, 2, 3]),
            ('l=', []),
            ('ls="a":b', ['a', 'b']),
            ('ls=:', ['', '']),
            ('n=None', None),
            ('n=none', None),
            ('nl=none', None),
            ('nl=1', [1]),
            ('x=1', '1'),
            ('x=none', None),
            ('k=5', '5'),
        ],
    )
    def test_become_values_by_their_spec(self, text, expected):
        found = value(text)
        assert found == expected
        assert type(found) is (mt.List if isinstance(expected, list) else type(expected))

    @pytest.mark.parametrize(
        'text, expected',
        [
            ('s=a%26b', 'a&b'),
            ('s=50%', '50%'),
            ('s=%e2%82%ac', '€'),
            ('s="a&b"', 'a&b'),
            ('s="i=1&b=2"', 'i=1&b=2'),
            ('ls="a:b":c', ['a:b', 'c']),
        ],
    )
    def test_may_hold_any_character(self, text, expected):
        assert value(text) == expected

    def test_go_through_the_spec(self):
        with pytest.raises(ValueError, match=r'path=strings_many\.i'):
            from_uri('strings_many?i=101')


class TestErrors:
    @pytest.mark.parametrize(
        'text, error',
        [
            ('1many', ValueError),
            ('', ValueError),
            ('?i=1', ValueError),
            ('strings_many ', KeyError),
            ('strings-many', KeyError),
            ('strings_unknown', KeyError),
            ('strings_unknown?1', KeyError),
            ('strings_many?a-1=2', ValueError),
            ('strings_many?=2', ValueError),
            ('strings_many?i=1&2', ValueError),
            ('strings_many?' + '&'.join('1' * 11), KeyError),
            ('strings_many?y=1', KeyError),
            ('strings_many?tree=1', KeyError),
            ('strings_many?self=1', KeyError),
            ('strings_many?1&i=2', TypeError),
            ('strings_many?i=1&i=2', TypeError),
            ('strings_many?i=x', ValueError),
            ('strings_many?i="1"', ValueError),
            ('strings_many?i=None', ValueError),
            ('strings_many?i=1.5', ValueError),
            ('strings_many?b=TRUE', ValueError),
            ('strings_many?s="a', ValueError),
            ('strings_many?s=a"', ValueError),
            ('strings_many?s=none', ValueError),
            ('strings_many?s=a!', ValueError),
            ('strings_many?s=%ff', ValueError),
            ('strings_many?e=c', ValueError),
            ('strings_many?l=1:x', ValueError),
            ('strings_many?l=1:', ValueError),
            ('strings_many?ls=a:none', ValueError),
        ],
    )
    def test_say_what_is_wrong_by_their_type(self, text, error):
        with pytest.raises(error):
            from_uri(text)

    def test_show_the_place(self):
        with pytest.raises(ValueError, match=r"at 'x', position 15.*i must be a whole number"):
            from_uri('strings_many?i=x')

    def test_only_named_parameters_take_texts(self):
        @mt.patcher(name='strings_rest')
        def rest(tree, *args, **kwargs):
            return {}

        for text in ('strings_rest?1', 'strings_rest?a=1'):
            with pytest.raises(KeyError):
                from_uri(text)

    @pytest.mark.parametrize('text', [3, None, b'strings_many'])
    def test_texts_are_strings(self, text):
        with pytest.raises(TypeError):
            from_uri(text)


class TestWriting:
    @pytest.mark.parametrize(
        'patch',
        [
            strings_many(),
            strings_many(i=3, f=0.1, b=True, s='a&b=c%26"', e='b', l=[1, 2], n=None, nl=None),
            strings_many(ls=['a:b', 'none', '', 'c']),
            strings_many(s='"quoted"', x='none'),
            strings_many(x=None, k='%'),
            strings_needy(width=5),
        ],
    )
    def test_what_is_written_is_read_back(self, patch):
        assert mt.eq(from_uri(patch.uri), patch)


def run(*arguments):
    return subprocess.run(
        [sys.executable, str(FUZZ), *arguments], capture_output=True, text=True, timeout=120
    )


def test_ten_thousand_fuzzed_strings():
    result = run('10000')
    assert result.returncode == 0, result.stdout + result.stderr
    count, read = map(int, result.stdout.split())
    # Neither all refused nor all valid.
    assert count == 10_000 and 1000 < read < 9000


def test_what_would_run_is_noticed():
    assert run('--notice').returncode == 0
