"""Costs grow with what is done, not with the square of it."""

import time

import pytest

import mutandis as mt

SMALL, LARGE = 500, 5_000


class Leaf(mt.Object):
    x: int


class Tree(mt.Object):
    leaves: list[Leaf] = []


def leaves(n):
    return [Leaf(i) for i in range(n)]


def every_other(n, value):
    return {i: value for i in range(0, n, 2)}


WORK = {
    'build': (lambda n: n, lambda n: Tree(leaves(n))),
    'append': (lambda n: (mt.List(), n), lambda g: [g[0].append(Leaf(i)) for i in range(g[1])]),
    'pop': (lambda n: mt.List(leaves(n)), lambda items: [items.pop() for _ in range(len(items))]),
    'rebind by path': (
        lambda n: Tree(leaves(n)),
        lambda t: [t.rebind({f'leaves[{i}].x': -1}) for i in range(len(t.leaves))],
    ),
    'rebind in one step': (
        lambda n: Tree(leaves(n)),
        lambda t: t.rebind({f'leaves[{i}].x': -1 for i in range(len(t.leaves))}),
    ),
    'delete by rebind': (
        lambda n: mt.List(leaves(n)),
        lambda items: items.rebind(every_other(len(items), mt.MISSING_VALUE)),
    ),
    'insert by rebind': (
        lambda n: mt.List(leaves(n)),
        lambda items: items.rebind(every_other(len(items), mt.Insertion(0))),
    ),
    'delete a slice': (
        lambda n: mt.List(leaves(n)),
        lambda items: items.__delitem__(slice(None, None, 2)),
    ),
    'take items of a Dict': (
        lambda n: mt.Dict({f'k{i}': i for i in range(n)}),
        lambda d: [d.pop(f'k{i}') for i in range(len(d))],
    ),
    'clone': (lambda n: Tree(leaves(n)), lambda t: t.clone(deep=True)),
    'hash': (lambda n: Tree(leaves(n)), mt.hash),
    'compare': (lambda n: (Tree(leaves(n)), Tree(leaves(n))), lambda pair: mt.eq(*pair)),
    'write': (lambda n: Tree(leaves(n)), lambda t: t.to_json_str()),
}


def least_time(make, work, n):
    times = []
    for _ in range(2):
        given = make(n)
        start = time.process_time()
        work(given)
        times.append(time.process_time() - start)
    return min(times)


@pytest.mark.parametrize('name', WORK)
def test_ten_times_as_much_takes_far_less_than_a_hundred_times_as_long(name):
    make, work = WORK[name]
    work(make(10))  # What is compiled on first use does not count.
    ratio = LARGE / SMALL
    assert least_time(make, work, LARGE) < 5 * ratio * least_time(make, work, SMALL) + 0.02
