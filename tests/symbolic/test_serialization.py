"""Symbolic trees as JSON and in files."""

import json
from typing import Any

import pytest

import mutandis as mt


class A(mt.Object):
    x: Any
    y: str = 's'


class Numbers(mt.Object):
    values: list[int]
    table: dict[str, int] = {}


class Listening(mt.Object):
    x: int
    made: Any = []

    def _on_bound(self):
        MADE.append(self.x)


MADE: list = []


@mt.members(
    [
        ('kind', mt.typing.Int(1).freeze()),
        ('size', mt.typing.Int(2)),
        (mt.typing.StrKey(), mt.typing.Any()),
    ]
)
class Open(mt.Object):
    pass


class Own(mt.Object):
    """Writes itself in its own way."""

    x: Any

    def sym_jsonify(self, **kwargs):
        return {'_type': type(self).__serialization_key__, 'own': mt.to_json(self.x, **kwargs)}

    @classmethod
    def from_json(cls, json_value, **kwargs):
        return cls(mt.from_json(json_value['own'], **kwargs))


class Extended(mt.Object):
    """Adds to what the base class writes."""

    x: Any

    def to_json(self, **kwargs):
        return {**super().to_json(**kwargs), 'y': 1}

    @classmethod
    def from_json(cls, json_value, **kwargs):
        assert json_value.pop('y') == 1
        return super().from_json(json_value, **kwargs)


class Factory(mt.Object):
    """Has a constructor of its own."""

    x: int
    y: int

    @mt.explicit_method_override
    def __init__(self, total, **kwargs):
        super().__init__(x=total // 2, y=total - total // 2, **kwargs)


KEY = f'{__name__}.A'


@pytest.mark.parametrize(
    'value',
    [
        A(1),
        A([1, {'k': 2, 3: A((1, (2,)))}, [], {}]),
        mt.Dict(a=1, b=A(2)),
        mt.List([1, [A(3)]]),
        mt.Dict({1: 2, '_type': 'x', 'n_:3': [], '__ref__': ()}),
        mt.List(['__tuple__', 1]),
        A(int),
        A(len),
        A(b'x'),
        A(1j),
        A({1, 2}),
        A((A(1), [A(2)])),
        A.partial(y='t'),
        Numbers([1, 2], {'a': 1}),
        Open(size=3, extra=A(1)),
        Own(A(1)),
        Extended(A(1)),
        A(Own([Extended(1)])),
        A(None),
    ],
    ids=repr,
)
def test_round_trip(value):
    for result in (
        mt.from_json(value.to_json(), allow_partial=True),
        mt.from_json_str(value.to_json_str(), allow_partial=True),
        mt.from_json(mt.to_json([value]), allow_partial=True)[0],
    ):
        assert type(result) is type(value) and mt.eq(result, value)


def test_form():
    assert A([1, A((2,))]).to_json() == {
        '_type': KEY,
        'x': [1, {'_type': KEY, 'x': ['__tuple__', 2], 'y': 's'}],
        'y': 's',
    }
    assert list(A(1).to_json()) == ['_type', 'x', 'y']
    assert A.partial().to_json() == {'_type': KEY, 'y': 's'}
    assert mt.Dict({1: A(1)}).to_json_str() == f'{{"n_:1": {{"_type": "{KEY}", "x": 1, "y": "s"}}}}'
    assert mt.Dict(a=1).to_json_str(json_indent=2) == '{\n  "a": 1\n}'


def test_options():
    assert A(1).to_json(hide_default_values=True) == {'_type': KEY, 'x': 1}
    assert A(A(1)).to_json(exclude_keys=['y']) == {
        '_type': KEY,
        'x': {'_type': KEY, 'x': 1, 'y': 's'},
    }
    # Plain containers at the top are no nodes; they have nodes at the top.
    for holder in ([A(1)], (A(1),), {'y': A(1)}):
        assert "'y': 's'" not in str(mt.to_json(holder, exclude_keys=['y']))
    assert Open(a=1).to_json() == {'_type': f'{__name__}.Open', 'size': 2, 'a': 1}
    assert Open(a=1).to_json(hide_frozen=False)['kind'] == 1
    node = mt.Dict(a=[1, {'b': 1}], t=A({}))
    marked = node.to_json(omit_symbolic_marker=False)
    assert marked == {
        '__symbolic__': True,
        'a': ['__symbolic__', 1, {'__symbolic__': True, 'b': 1}],
        't': {'_type': KEY, 'x': {'__symbolic__': True}, 'y': 's'},
    }
    assert mt.eq(mt.from_json(marked, auto_symbolic=False), node)
    assert type(mt.from_json(marked, auto_symbolic=False).a) is mt.List


def test_inferred_values():
    node = mt.Dict(x=mt.Dict(y=mt.symbolic.ValueFromParentChain()), y=1)
    assert node.to_json(use_inferred=True) == {'x': {'y': 1}, 'y': 1}
    assert mt.eq(mt.from_json(node.to_json()), node)


def test_containers_become_symbolic():
    result = mt.from_json({'a': [1, {'b': ([2],)}]})
    assert type(result) is mt.Dict and type(result.a) is mt.List
    assert type(result.a[1].b[0]) is mt.List
    plain = mt.from_json({'a': [1]}, auto_symbolic=False)
    assert type(plain) is dict and type(plain['a']) is list
    assert mt.from_json(result) is result


def test_the_input_is_left_as_it_is():
    data = A([1, {'k': A(2)}]).to_json()
    before = json.dumps(data)
    mt.from_json(data)
    assert json.dumps(data) == before


def test_parents_and_paths():
    result = mt.from_json(A([A(1)]).to_json(), root_path=mt.KeyPath('r'))
    assert result.x[0].sym_path == 'r.x[0]' and result.x[0].sym_root is result


def test_typed_containers_are_bound_to_their_fields():
    result = mt.from_json(Numbers([1], {'a': 1}).to_json())
    with pytest.raises(TypeError):
        result.values.append('x')
    with pytest.raises(TypeError):
        result.table['b'] = 'x'


def test_value_spec_of_the_root():
    spec = mt.typing.Dict([('x', mt.typing.Int()), ('y', mt.typing.Int(3))])
    result = mt.from_json({'x': 1}, value_spec=spec)
    assert result == {'x': 1, 'y': 3} and result.value_spec is spec
    with pytest.raises(TypeError, match=r'\[0\]'):
        mt.from_json(['a'], value_spec=mt.typing.List(mt.typing.Int()))


def test_reading_one_type():
    assert mt.eq(A.from_json({'x': [1]}), A([1]))
    assert mt.Dict.from_json({'x': 1}) == {'x': 1}
    assert mt.List.from_json([1]) == [1]
    for cls, data in ((A, 1), (mt.Dict, [1]), (mt.List, {'a': 1})):
        with pytest.raises(TypeError):
            cls.from_json(data)


def test_constructors_with_other_parameters_are_passed_by():
    result = mt.from_json(Factory(5).to_json())
    assert (result.x, result.y) == (2, 3)


@pytest.mark.parametrize(
    'data, path',
    [
        ({'_type': KEY, 'x': 1, 'y': 2}, 'y'),
        ({'a': [0, {'_type': KEY, 'x': 1, 'y': 2}]}, 'a[1].y'),
        (
            {'b': {'_type': KEY, 'x': [{'_type': f'{__name__}.Numbers', 'values': [1, 'x']}]}},
            'b.x[0].values[1]',
        ),
        ({'a': {'_type': KEY}}, 'a'),
        ({'a': {'_type': KEY, 'x': 1, 'z': 1}}, 'a'),
        ({'a': ({'_type': 'no.such.Class'},)}, ''),
        ({'a': [{'_type': 'no.such.Class'}]}, 'a[0]'),
    ],
    ids=str,
)
def test_errors_name_the_path(data, path):
    for options in ({}, {'root_path': mt.KeyPath('r')}):
        prefix = 'r' if options else ''
        with pytest.raises(TypeError) as error:
            mt.from_json(data, **options)
        if '[' in path or '.' in path:
            expected = f'{prefix}.{path}' if options else path
            assert f'(path={expected})' in str(error.value)


@pytest.mark.parametrize(
    'data, message',
    [
        ({'_type': KEY, 'x': 1, 'y': 2}, 'A.y: '),
        (
            {'_type': KEY, 'x': {'b': [{'_type': f'{__name__}.Numbers', 'values': [1, 'x']}]}},
            'A.x.b[0].values[1]: Expected int',
        ),
        ({'_type': KEY, 'x': [{'_type': KEY}]}, 'A.x[0]: A() missing'),
        ({'_type': KEY, 'x': {'_type': KEY, 'x': 1, 'z': 1}}, 'A.x: A() got unexpected'),
    ],
    ids=str,
)
def test_errors_in_an_object_start_with_its_class_and_the_path(data, message):
    with pytest.raises(TypeError) as error:
        mt.from_json(data)
    assert str(error.value).startswith(message) and '(path=' not in str(error.value)
    with pytest.raises(TypeError, match=r'path=\[1\].'):
        mt.from_json([0, data])


def test_errors_of_users_keep_their_arguments():
    class Refused(ValueError):
        def __init__(self, code, text):
            super().__init__(code, text)

    class Picky(mt.Object):
        x: int

        def _on_bound(self):
            if self.x < 0:
                raise Refused('E1', 'must not be negative')

    class Box(mt.Object):
        item: Picky

    data = Box(Picky(1)).to_json()
    data['item']['x'] = -1
    with pytest.raises(Refused) as error:
        mt.from_json(data)
    assert error.value.args == ('E1', 'must not be negative')


def test_missing_fields():
    data = {'_type': KEY}
    with pytest.raises(TypeError, match="'x'"):
        mt.from_json(data)
    assert mt.from_json(data, allow_partial=True).sym_partial
    assert mt.from_json({'a': [data]}, allow_partial=True).a[0].sym_partial


def test_nothing_is_built_when_a_name_is_unknown():
    MADE.clear()
    with pytest.raises(TypeError):
        mt.from_json([{'_type': f'{__name__}.Listening', 'x': 1}, {'_type': 'no.such.Class'}])
    assert not MADE
    mt.from_json([{'_type': f'{__name__}.Listening', 'x': 1}])
    assert MADE == [1]


def test_shared_leaves_stay_shared():
    class Leaf(mt.JSONConvertible):
        def to_json(self, **kwargs):
            return self.to_json_dict({}, **kwargs)

    leaf = Leaf()
    data = mt.Dict(a=leaf, b=A(leaf)).to_json()
    assert data['__root__']['a'] == {'__ref__': 0}
    result = mt.from_json(data)
    assert result.a is result.b.x


def test_targets_of_references():
    target = A([1])
    node = mt.Dict(a=mt.Ref(target), b=[mt.Ref(target)], c=mt.Ref({'p': [1]}))
    result = mt.from_json_str(node.to_json_str())
    assert result.a is result.b[0] and mt.eq(result.a, target)
    assert type(result.c) is dict and type(result.c['p']) is list


def test_a_reference_to_an_ancestor_has_no_json_form():
    target = A(1)
    target.rebind(x=[(mt.Ref(target),)])
    with pytest.raises(ValueError, match='contains itself'):
        target.to_json()


def test_assignment_never_decodes():
    node = mt.Dict(x={'_type': 'function', 'name': 'os.getcwd'}, y=['__tuple__', 1])
    assert node.x == {'_type': 'function', 'name': 'os.getcwd'} and node.y == ['__tuple__', 1]


def test_code_is_not_run_by_default():
    data = A(lambda x: x).to_json()
    with pytest.raises(TypeError, match='trusted=True'):
        mt.from_json(data)
    assert mt.eq(mt.from_json(data, trusted=True), A(lambda x: x))
    with pytest.raises(TypeError):
        mt.from_json(A(int).to_json(), trusted=False)
    assert mt.eq(mt.from_json(A([1]).to_json(), trusted=False), A([1]))


@pytest.mark.parametrize('text', ['', '{"_type": "' + KEY + '", "x": ', '{"a": [1'])
def test_truncated_text(text):
    with pytest.raises(ValueError):
        mt.from_json_str(text)


def test_save_and_load(tmp_path):
    for path in (str(tmp_path / 'new' / 'a.json'), f'/mem/{tmp_path.name}/a.json'):
        A([1]).save(path, indent=2)
        assert mt.eq(mt.load(path), A([1])) and mt.eq(A.load(path), A([1]))
        with pytest.raises(TypeError, match='not a Numbers'):
            Numbers.load(path)
    mt.save(A.partial(), path)
    assert mt.load(path).sym_partial


def test_save_in_the_current_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    mt.save(mt.Dict(a=1), 'x.json')
    assert mt.load('x.json') == {'a': 1}


def test_save_as_text(tmp_path):
    path = str(tmp_path / 'a.txt')
    mt.save('text', path, file_format='txt')
    assert mt.load(path, file_format='txt') == 'text'
    mt.save(mt.Dict(a=1), path, file_format='txt')
    assert mt.load(path, file_format='txt') == '{\n  a = 1\n}'
    with pytest.raises(ValueError, match='file_format'):
        mt.save(1, path, file_format='xml')
    with pytest.raises(ValueError, match='file_format'):
        mt.load(path, file_format='xml')


def test_handlers():
    saved = []
    assert mt.set_save_handler(lambda value, path: saved.append((value, path))) is None
    assert mt.set_load_handler(lambda path: path * 2) is None
    try:
        mt.save(1, 'p')
        assert saved == [(1, 'p')] and mt.load('p') == 'pp'
        assert mt.get_load_handler()('q') == 'qq' and callable(mt.get_save_handler())
    finally:
        mt.set_save_handler(None)
        mt.set_load_handler(None)
    with pytest.raises(ValueError, match='callable'):
        mt.set_load_handler(1)


def test_records(tmp_path):
    path = str(tmp_path / 'new' / 'a.jsonl')
    with mt.open_jsonl(path, 'w') as records:
        records.add(A(1))
        records.add([1])
    with mt.open_jsonl(path, 'a') as records:
        records.add(2)
    with mt.open_jsonl(path) as records:
        first, second, third = records
    assert mt.eq(first, A(1)) and second == [1] and third == 2
    with open(path) as f:
        assert len(f.readlines()) == 3
    with pytest.raises(FileNotFoundError):
        mt.open_jsonl(str(tmp_path / 'none'))


def test_loading_leaves_a_trace(tmp_path):
    path = str(tmp_path / 'a.json')
    mt.save(A(1), path)
    with mt.track_origin():
        loaded = mt.load(path)
    assert loaded.sym_origin.source == path and loaded.sym_origin.tag == 'load'
