"""Trees that are deeper than Python's recursion limit, of every kind of node in turn."""

import copy
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
