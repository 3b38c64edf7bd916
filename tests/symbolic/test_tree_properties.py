"""Laws of walks, copies, comparison and differences over random trees."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import mutandis as mt


class Pair(mt.Object):
    left: Any
    right: Any = None


class Named(mt.Object):
    name: str = 'n'
    parts: list[Any] = []


TARGET = Pair(0)
leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 2),
    st.floats(-1, 1).map(lambda v: v + 0.0),
    st.text('ab.[', max_size=2),
)
keys = st.sampled_from(['a', 'b', 'c.d', 'e', 1, 0])


def containers(children):
    lists = st.lists(children, max_size=3)
    return st.one_of(
        st.builds(Pair, children, children),
        st.builds(Named, st.text('xy', max_size=1), lists),
        st.dictionaries(keys, children, max_size=3).map(mt.Dict),
        lists.map(mt.List),
        lists.map(tuple),
    )


def trees(with_refs=True):
    ends = st.one_of(leaves, st.just(0).map(lambda _: mt.Ref(TARGET))) if with_refs else leaves
    return st.recursive(ends, containers, max_leaves=12)


def nodes(**kwargs):
    return trees(**kwargs).map(lambda v: v if isinstance(v, mt.Symbolic) else Pair(v))


@given(nodes(), st.booleans())
def test_a_clone_equals_its_original_and_shares_no_node(tree, deep):
    copied = tree.clone(deep=deep)
    assert mt.eq(copied, tree) and copied == tree and mt.hash(copied) == mt.hash(tree)
    assert not mt.diff(tree, copied)
    mine = {id(v) for v in tree.sym_descendants(include_self=True) if isinstance(v, mt.Symbolic)}
    theirs = copied.sym_descendants(include_self=True)
    assert not any(id(v) in mine for v in theirs if isinstance(v, mt.Symbolic))


@given(nodes())
def test_the_path_of_every_value_leads_to_it(tree):
    seen = []

    def visit(path, value, parent):
        seen.append(str(path))
        assert path.query(tree) is value
        if isinstance(value, mt.Symbolic):
            assert value.sym_path == path and value.sym_root is tree
            assert value.sym_parent is parent

    assert mt.traverse(tree, visit)
    assert seen == list(mt.query(tree, where=lambda v: True, enter_selected=True))
    assert list(mt.query(tree, '.*', enter_selected=True)) == seen


@given(trees(), trees())
def test_equality_hash_and_difference_agree(left, right):
    equal = mt.eq(left, right)
    assert equal == mt.eq(right, left) == (not mt.ne(left, right))
    assert bool(mt.diff(left, right)) == (not equal)
    assert bool(mt.diff(left, right, collapse=True, mode='both')) == (not equal)
    if equal:
        assert mt.hash(left) == mt.hash(right)


@given(
    nodes(),
    # Between a node and a reference, a difference that is collapsed does not tell the target.
    st.one_of(
        st.tuples(nodes(), st.just('same_type')),
        st.tuples(nodes(with_refs=False), st.just(True)),
    ),
)
def test_a_difference_applied_gives_the_target(left, right_and_collapse):
    right, collapse = right_and_collapse
    assert mt.eq(applied(left.clone(), mt.diff(left, right, collapse=collapse)), right)


def applied(value, difference):
    """What `value` becomes by a difference."""
    if not difference:
        return value
    if difference.is_leaf and not isinstance(difference.right, type):
        right = difference.sym_getattr('right')
        return right.clone() if isinstance(right, mt.Symbolic) else right
    items = list(value.sym_items()) if isinstance(value, mt.Symbolic) else list(value.items())
    changes = {k: v for k, v in difference.children.sym_items()}
    result = {}
    for key, item in items:
        change = changes.pop(str(key), None)
        if change is None:
            result[key] = item
        elif not (change.is_leaf and change.right is mt.Diff.MISSING):
            result[key] = applied(item, change)
    for name, change in changes.items():
        key = int(name.strip('[]')) if name.strip('[]').isdigit() else name
        result[key] = applied(None, change)
    if difference.right is mt.List:
        return mt.List(result.values())
    if issubclass(difference.right, mt.Object):
        return difference.right(**result)
    return mt.Dict(result)


@given(nodes(with_refs=False), nodes(with_refs=False), nodes(with_refs=False))
def test_lt_is_a_strict_order(a, b, c):
    a, b, c = map(sorted_keys, (a, b, c))
    assert not mt.lt(a, a)
    assert mt.lt(a, b) + mt.lt(b, a) + mt.eq(a, b) == 1 and mt.gt(a, b) == mt.lt(b, a)
    if mt.lt(a, b) and mt.lt(b, c):
        assert mt.lt(a, c)


def sorted_keys(tree):
    """The order of dicts looks at the order of their keys, which equality does not."""

    def rebuild(path, value):
        if isinstance(value, mt.Dict):
            items = sorted(value.sym_items(), key=lambda item: str(item[0]))
            if [k for k, _ in items] != list(value):
                return mt.Dict(items)
        return value

    top = (
        mt.Dict(sorted(tree.sym_items(), key=lambda i: str(i[0])))
        if isinstance(tree, mt.Dict)
        else tree
    )
    for _ in range(6):
        top = top.clone().rebind(rebuild, raise_on_no_change=False)
    return top
