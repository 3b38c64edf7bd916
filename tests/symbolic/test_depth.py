"""Trees that are deeper than Python's recursion limit, of every kind of node in turn."""

import copy
import pickle
from typing import Any

import pytest

import mutandis as mt

DEPTH = 1500


class A(mt.Object):
    x: Any = None


def nest(*layers):
    def chain(end):
        node = end
        for i in range(DEPTH):
            node = layers[i % len(layers)](node)
        return node if isinstance(node, mt.Symbolic) else A(node)

    return chain


CHAINS = {
    'objects': nest(A),
    'dicts': nest(lambda v: mt.Dict(a=v)),
    'lists': nest(lambda v: mt.List([v])),
    'mixed': nest(A, lambda v: [v], lambda v: {'a': v}, A),
    'tuples': nest(A, lambda v: (v,)),
}


@pytest.fixture(params=CHAINS.values(), ids=CHAINS.keys())
def chain(request):
    return request.param


def test_comparison(chain):
    one, same, other = chain(1), chain(1), chain(2)
    assert one == same and one != other and mt.eq(one, same) and mt.ne(one, other)
    assert mt.hash(one) == mt.hash(same)
    assert mt.lt(one, other) and mt.gt(other, one) and not mt.lt(one, same)


def test_copies(chain):
    tree = chain(1)
    for copied in (tree.clone(), tree.clone(deep=True), copy.deepcopy(tree)):
        assert copied is not tree and mt.eq(copied, tree)


def test_walks_and_questions(chain):
    tree = chain(7)
    assert mt.traverse(tree, lambda k, v, p: None) and mt.traverse(tree, None, lambda k, v, p: None)
    assert not mt.contains(tree, 'nothing') and mt.query(tree, 'nothing') == {}
    assert not mt.is_partial(tree) and mt.is_deterministic(tree) and tree.sym_missing() == {}
    assert len(tree.sym_nondefault()) == 1


def test_differences(chain):
    one, other = chain(1), chain(2)
    result = mt.diff(one, other)
    assert result and result == mt.diff(chain(1), chain(2)) and not mt.diff(one, chain(1))
    assert mt.diff(one, other, mode='both') and not mt.diff(one, other, mode='same')


def test_text_of_a_difference():
    one, other = CHAINS['mixed'](1), CHAINS['mixed'](2)
    text = repr(mt.diff(mt.Dict(a=one), mt.Dict(a=other)))
    assert text.startswith('Dict(a=A(') and 'Diff(left=1, right=2)' in text


def test_hashes_do_not_depend_on_how_deep_the_stack_is():
    tree, twin = CHAINS['tuples'](1), CHAINS['tuples'](1)

    def lower(n):
        return mt.hash(twin) if n == 0 else lower(n - 1)

    assert mt.hash(tree) == lower(500)
    small = A((A((A(1), 'a')), 'b'))
    assert mt.hash(small) == mt.hash(A((A((A(1), 'a')), 'b')))


class Opaque:
    def __init__(self, value):
        self.value = value

    def __repr__(self):
        return f'Opaque({self.value!r})'


@pytest.mark.parametrize(
    'layer, opening, closing',
    [
        (lambda v: A((v,)), 'A(x=(', '))'),
        (lambda v: A([(v, 2)]), 'A(x=[0: (', ', 2)])'),
        (lambda v: A(({'k': v},)), "A(x=({'k': ", '}))'),
    ],
)
def test_text_through_plain_containers(layer, opening, closing):
    tree = A(1)
    for _ in range(DEPTH):
        tree = layer(tree)
    assert repr(tree) == opening * DEPTH + 'A(x=1)' + closing * DEPTH
    lines = str(tree).split('\n')
    assert lines[0] == 'A(' and lines[-1] == ')' and lines[len(lines) // 2 - 1].strip() != ''


def test_text_through_plain_containers_is_that_of_trees_less_deep():
    def tower(floors):
        tree = A(1)
        for i in range(floors):
            tree = A((tree, {'k': (i, [2])}, [3] * 40, ()))
        return tree

    low = tower(60)
    high = low
    for _ in range(DEPTH):
        high = A((high,))
    for options in ({}, {'python_format': True}, {'list_wrap_threshold': 130}):
        # The tower stands on the highest floor, indented by two levels for each floor below it.
        text = mt.format(low, root_indent=2 * DEPTH, **options)
        assert text in mt.format(high, **options)


def test_text_of_what_prints_itself_ends_at_the_limit_of_python_soon():
    tree = A(1)
    for _ in range(DEPTH):
        tree = A(Opaque(tree))
    with pytest.raises(RecursionError):
        repr(tree)
    round_and_round = []
    round_and_round.append(round_and_round)
    deep = A(1)
    for _ in range(DEPTH):
        deep = A((deep, round_and_round))
    with pytest.raises(RecursionError):
        repr(deep)


@pytest.mark.parametrize('kind', ['objects', 'dicts', 'lists', 'mixed'])
def test_pickle(kind):
    tree = CHAINS[kind](1)
    both = pickle.loads(pickle.dumps([tree, next(tree.sym_values())]))
    assert mt.eq(both[0], tree) and next(both[0].sym_values()) is both[1]
    assert both[1].sym_parent is both[0]


def test_pickle_of_a_bush_is_not_longer_for_being_deep():
    def bush(depth):
        return A([bush(depth - 1), bush(depth - 1)]) if depth else A(1)

    def grow(stem, tree):
        for _ in range(stem):
            tree = A(tree)
        return tree

    short, long = (len(pickle.dumps(grow(stem, bush(6)))) for stem in (1, 201))
    assert long - short < 200 * 40
