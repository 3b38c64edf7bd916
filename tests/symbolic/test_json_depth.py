"""Deep values as JSON: plain data of any depth; text as deep as Python's parser allows."""

from typing import Any

import pytest

import mutandis as mt

DEPTH = 5000


class Chain(mt.Object):
    x: int
    child: Any = None


class Custom(mt.JSONConvertible):
    def __init__(self, child):
        self.child = child

    def to_json(self, **kwargs):
        return self.to_json_dict({'child': self.child}, **kwargs)


def chain(depth=DEPTH, end=None):
    node = end
    for i in range(depth):
        node = Chain(i, node)
    return node


def nested(depth, wrap, end=1):
    for _ in range(depth):
        end = wrap(end)
    return end


def depth_of(value, step):
    depth = 0
    while value is not None and not isinstance(value, int):
        value, depth = step(value), depth + 1
    return depth


def test_objects():
    data = chain().to_json()
    assert depth_of(data, lambda d: d['child']) == DEPTH
    result = mt.from_json(data)
    assert depth_of(result, lambda n: n.child) == DEPTH
    assert result.child.child.sym_path == 'child.child'
    assert [n.x for n in (result, result.child)] == [DEPTH - 1, DEPTH - 2]


@pytest.mark.parametrize(
    'wrap, step',
    [
        (lambda v: [v], lambda v: v[0]),
        (lambda v: {'a': v}, lambda v: v['a']),
        (lambda v: {'a': [v]}, lambda v: v['a'][0]),
        (lambda v: (v,), lambda v: v[0]),
        (lambda v: mt.List([v]), lambda v: v[0]),
        (lambda v: mt.Dict(a=v), lambda v: v.a),
        (lambda v: Chain(1, [v]), lambda v: v.child[0]),
        (lambda v: Chain(1, {'a': v}), lambda v: v.child.a),
    ],
)
def test_containers(wrap, step):
    value = nested(2000, wrap)
    result = mt.from_json(mt.to_json(value))
    assert depth_of(result, step) == 2000
    top = result
    for _ in range(200):
        assert type(result) is type(top)
        result = step(result)


def test_values_that_need_a_conversion_context():
    shared = [1]
    data = mt.to_json(chain(end={'a': mt.Ref(shared), 'b': mt.Ref(shared)}))
    assert data['__context__'] == {'shared_objects': [[1]]}
    result = mt.from_json(data)
    while isinstance(result, Chain):
        result = result.child
    assert result.a == [1] and result.a is result.b


def test_deep_targets_of_references_stay_plain():
    target = nested(300, lambda v: {'a': v})
    result = mt.from_json(mt.to_json(mt.Dict(x=mt.Ref(target)))).x
    while isinstance(result, dict):
        assert type(result) is dict
        result = result['a']


def test_partial_objects():
    data = {'_type': f'{__name__}.Chain'}
    data = nested(300, lambda v: {'_type': f'{__name__}.Chain', 'x': 1, 'child': v}, data)
    with pytest.raises(TypeError, match='child.child'):
        mt.from_json(data)
    assert mt.from_json(data, allow_partial=True).sym_partial


def test_errors_deep_inside_name_the_path():
    data = nested(
        120, lambda v: {'_type': f'{__name__}.Chain', 'x': 1, 'child': v}, {'_type': 'no.X'}
    )
    with pytest.raises(TypeError, match=r'path=(child\.){119}child\)'):
        mt.from_json(data)
    data = nested(120, lambda v: [v], {'_type': f'{__name__}.Chain', 'x': 'no'})
    with pytest.raises(TypeError, match=r'path=(\[0\]){120}'):
        mt.from_json(data)


def test_classes_that_convert_themselves():
    value = nested(60, Custom)
    result = mt.from_json(mt.to_json(value))
    assert depth_of(result, lambda v: v.child) == 60
    with pytest.raises(ValueError, match='to_json'):
        mt.to_json(nested(2000, Custom))
    data = nested(2000, lambda v: {'_type': f'{__name__}.Custom', 'child': v})
    assert depth_of(mt.from_json(data), lambda v: v.child) == 2000


def test_text_as_deep_as_the_parser_allows():
    assert depth_of(mt.from_json_str(chain(300).to_json_str()), lambda n: n.child) == 300


def test_text_that_is_too_deep():
    # Deeper than the `json` of any version of Python goes.
    with pytest.raises(ValueError, match=r"100000 levels at 'child\.child.*\.\.\.'"):
        chain(100_000).to_json_str()
    text = '{"a": [1, {"b": %s}]}' % ('[' * 100_000 + ']' * 100_000)
    with pytest.raises(ValueError, match=r"100003 levels at 'a\[1\]\.b\[0\].*\.\.\.'"):
        mt.from_json_str(text)
    with pytest.raises(ValueError, match='too deep'):
        mt.from_json_str(text.encode())


def test_data_that_contains_itself():
    data = [1]
    data.append(data)
    with pytest.raises(ValueError, match='contain'):
        mt.from_json(data)
    with pytest.raises(ValueError, match='contain'):
        mt.to_json(data)
