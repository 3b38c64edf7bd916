"""Key paths and sets of them."""

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mutandis.base import KeyPath, KeyPathSet, StrKey, message_on_path


class Dotted(StrKey):
    def __str__(self):
        return 'a.b'


@pytest.mark.parametrize(
    'text, keys',
    [
        ('', []),
        ('a', ['a']),
        ('a.b[0][x.y]', ['a', 'b', 0, 'x.y']),
        ('a..b', ['a', 'b']),
        ('.a.', ['a']),
        ('0.1', ['0', '1']),
        ('[0].a', [0, 'a']),
        ('[-1]', [-1]),
        ('[- 1]', ['- 1']),
        ('[1.5]', ['1.5']),
        ('[]', ['']),
        ('a[[x]]', ['a', '[x]']),
        ('a[b[c].d]', ['a', 'b[c].d']),
        ('a[0]b', ['a', 0, 'b']),
    ],
)
def test_parse(text, keys):
    assert KeyPath.parse(text).keys == keys


@pytest.mark.parametrize('text', ['a]', 'a[', 'a[b]]', 'a[[b]', 1, None, b'a'])
def test_parse_rejects(text):
    with pytest.raises(ValueError):
        KeyPath.parse(text)


def test_parse_below_a_parent():
    assert KeyPath.parse('a[0]', KeyPath('z')) == 'z.a[0]'


@pytest.mark.parametrize(
    'keys, text',
    [
        ([], ''),
        (['a', 1, 'b.c'], 'a[1][b.c]'),
        (['a', Dotted(), 'b'], 'a.a.b.b'),
        ([1.5, None, True, ('x', 1)], "[1.5][None][True][('x', 1)]"),
        (['a', '', 'b'], 'a..b'),
        (['a', '=1/2'], 'a[=1/2]'),
    ],
)
def test_text(keys, text):
    path = KeyPath(keys)
    assert path.path == str(path) == repr(path) == path.format() == text


def test_text_without_brackets_around_complex_keys():
    assert KeyPath(['a.b', 'c', 0]).path_str(preserve_complex_keys=False) == 'a.b.c[0]'


_KEYS = st.lists(
    st.integers(-3, 30) | st.text('abc.[', min_size=1).filter(lambda k: '[' not in k), max_size=5
)


@given(_KEYS)
def test_text_parses_back(keys):
    assert KeyPath.parse(str(KeyPath(keys))).keys == keys


def test_construction():
    assert KeyPath('a.b').keys == ['a.b']
    assert KeyPath(('a', 1)).keys == ['a', 1]
    assert KeyPath(['x', 'y'], KeyPath('a')).keys == ['a', 'x', 'y']
    assert KeyPath(None, KeyPath('a')).keys == ['a']


def test_from_value():
    path = KeyPath('a')
    assert KeyPath.from_value(path) is path
    assert KeyPath.from_value('a.b').keys == ['a', 'b']
    assert KeyPath.from_value(1).keys == [1]
    for bad in (1.0, None, ['a']):
        with pytest.raises(ValueError):
            KeyPath.from_value(bad)


def test_parts():
    path = KeyPath(['a', 'b'])
    assert (path.key, path.parent, path.depth, len(path)) == ('b', 'a', 2, 2)
    assert path and not path.is_root
    assert not KeyPath() and KeyPath().is_root
    path.keys.append('c')  # A copy.
    assert path.keys == ['a', 'b']
    with pytest.raises(KeyError):
        KeyPath().key  # noqa: B018
    with pytest.raises(KeyError):
        KeyPath().parent  # noqa: B018


@pytest.mark.parametrize(
    'other, text',
    [
        ('b.c', 'a.b.c'),
        ('', 'a'),
        (None, 'a'),
        (1, 'a[1]'),
        (KeyPath(['b', 1]), 'a.b[1]'),
        (1.5, 'a[1.5]'),
    ],
)
def test_add(other, text):
    assert str(KeyPath('a') + other) == text


def test_subtract():
    path = KeyPath(['a', 'b', 'c'])
    assert path - 'a' == 'b.c'
    assert path - KeyPath() == path - None == path
    assert path - 'a.b.c' == ''
    assert KeyPath([0, 'b']) - 0 == 'b'
    for bad in ('a.b.c.d', 'a.x'):
        with pytest.raises(ValueError):
            path - bad
    with pytest.raises(TypeError):
        path - 1.5


def test_is_relative_to():
    path = KeyPath(['a', 'b'])
    assert path.is_relative_to('a') and path.is_relative_to(path) and path.is_relative_to('')
    assert not path.is_relative_to('a.b.c')


def test_equality_and_hash_include_the_text():
    path = KeyPath(['a', 'b'])
    assert path == 'a.b' and 'a.b' == path and not path != 'a.b'
    assert path != KeyPath(['a.b'])
    assert KeyPath([1]) == '[1]' and KeyPath(1) != 1
    assert {path: 1}['a.b'] == {'a.b': 1}[path] == 1


def test_order():
    texts = 'c b.d a[10] a[2] a.x a'.split()
    assert [str(p) for p in sorted(map(KeyPath.parse, texts))] == [
        'a',
        'a[2]',
        'a[10]',
        'a.x',
        'b.d',
        'c',
    ]
    assert not KeyPath([2]) < KeyPath(['10'])  # As text.
    assert KeyPath('a') < 'b' and KeyPath(['a', 'b']) >= 'a'
    with pytest.raises(TypeError):
        KeyPath('a') < 1  # noqa: B015
    with pytest.raises(TypeError):
        KeyPath([1.5]) < KeyPath(['a'])  # noqa: B015


def test_query():
    tree = {'a': [5, {'b': 3}], 5: 1, 't': (7,)}
    assert KeyPath().query(tree) is tree
    assert KeyPath(['a', 1, 'b']).query(tree) == 3
    assert KeyPath(['a', -1, 'b']).query(tree) == 3
    assert KeyPath([5]).query(tree) == 1
    assert KeyPath(['t', 0]).query(tree) == 7
    assert KeyPath('a').exists(tree) and not KeyPath('x').exists(tree)
    assert KeyPath('x').get(tree) is None and KeyPath('x').get(tree, 9) == 9


@pytest.mark.parametrize('keys', [['x'], ['a', 7], ['a', -7], ['a', 'x'], ['a', 0, 'x'], [0]])
def test_query_of_what_is_not_there(keys):
    with pytest.raises(KeyError, match='does not exist'):
        KeyPath(keys).query({'a': [5], 5: 1})


def test_copies():
    path = KeyPath(['a', 1])
    assert copy.copy(path) is path and copy.deepcopy(path) is path
    assert pickle.loads(pickle.dumps(path)) == path


def test_message_on_path():
    assert message_on_path('hi', None) == 'hi'
    assert message_on_path('hi', KeyPath('a')) == 'hi (path=a)'
    assert message_on_path('hi', KeyPath()) == 'hi (path=)'


def texts(paths):
    return [str(p) for p in paths]


def test_set_membership():
    paths = KeyPathSet(['a.b', 'a', 'c[0]', 1, ''])
    assert texts(paths) == ['a.b', 'a', 'c[0]', '[1]', '']
    assert 'a.b' in paths and KeyPath('a') in paths and 1 in paths and 'c' not in paths
    assert paths and not KeyPathSet()
    assert KeyPathSet(['a', 'b']) == KeyPathSet(['b', 'a']) and KeyPathSet(['a']) != ['a']
    assert KeyPathSet(['$', 'a']) != KeyPathSet(['', 'a'])
    assert texts(KeyPathSet(['$'])) == ['$']
    with pytest.raises(ValueError):
        1.5 in paths  # noqa: B015
    with pytest.raises(TypeError):
        hash(paths)


def test_set_add_and_remove():
    paths = KeyPathSet(['a.b'])
    assert not paths.add('a.b') and paths.add('a')
    assert paths.remove('a.b') and not paths.remove('a.b') and not paths.remove('x')
    assert paths._trie == {'a': {'$': True}}
    paths.clear()
    assert not paths


def test_set_with_intermediate_paths():
    assert texts(KeyPathSet(['a.b'], include_intermediate=True)) == ['a.b', 'a', '']
    assert texts(KeyPathSet.from_value(['a.b'], include_intermediate=True)) == ['a.b', 'a', '']


def test_set_from_value():
    paths = KeyPathSet(['a'])
    assert KeyPathSet.from_value(paths) is paths
    for value in (['a'], {'a'}, ('a',)):
        assert KeyPathSet.from_value(value) == paths
    for bad in ('a', 1, None):
        with pytest.raises(ValueError):
            KeyPathSet.from_value(bad)


def test_set_prefixes():
    paths = KeyPathSet(['a', 'b.c'])
    assert paths.has_prefix('b') and paths.has_prefix('b.c') and not paths.has_prefix('b.c.d')
    assert texts(paths.subtree('b')) == ['c']
    assert texts(paths.subtree('b.c')) == ['']
    assert paths.subtree('z') is None and paths.subtree('') is paths
    paths.subtree('b').add('d')  # Shares the storage.
    assert 'b.d' in paths
    paths.rebase('x.y')
    assert texts(paths) == ['x.y.a', 'x.y.b.c', 'x.y.b.d']
    assert texts(KeyPath('r') + KeyPathSet(['p', 'q'])) == ['r.p', 'r.q']


def test_set_algebra():
    left, right = KeyPathSet(['a', 'b.c', 'b']), KeyPathSet(['b', 'c'])
    assert texts(left + right) == texts(left.union(right)) == ['a', 'b.c', 'b', 'c']
    assert texts(left.difference(right)) == ['a', 'b.c']
    assert texts(left.intersection(right)) == ['b']
    assert texts(left) == ['a', 'b.c', 'b']
    left.update(right)
    left.intersection_update(KeyPathSet(['c', 'b.c']))
    left.difference_update(KeyPathSet(['c']))
    assert left._trie == {'b': {'c': {'$': True}}}


@given(
    st.lists(st.sampled_from(['a', 'b', 'a.b', 'a.c', 'b[0]', '']), max_size=6),
    st.lists(st.sampled_from(['a', 'b', 'a.b', 'a.c', 'b[0]', '']), max_size=6),
)
def test_set_algebra_is_that_of_sets(left, right):
    a, b = KeyPathSet(left), KeyPathSet(right)
    assert set(texts(a.union(b))) == set(left) | set(right)
    assert set(texts(a.difference(b))) == set(left) - set(right)
    assert set(texts(a.intersection(b))) == set(left) & set(right)


def test_set_text():
    assert repr(KeyPathSet(['a', 1])) == 'KeyPathSet([a, [1]])'
    assert repr(KeyPathSet()) == 'KeyPathSet()'
