"""Random trees, and what can be seen of a tree: the material of the tests of laws."""

from typing import Any

from hypothesis import strategies as st

import mutandis as mt


class Pair(mt.Object):
    a: Any = None
    b: Any = None


class Typed(mt.Object):
    n: int = 0
    many: list[int] = []
    inner: Any = None


class Touchy(mt.Object):
    """Hears of everything below, and does not take 666."""

    c: Any = None

    def _on_bound(self):
        super()._on_bound()
        if mt.contains(self, 666):
            raise RuntimeError('666')


class Needy(mt.Object):
    """Cannot be complete without its fields."""

    x: int
    y: Any


names = st.sampled_from(['a', 'b', 'c', 'x.y', '[z]', 'longer_name'])
numbers = st.integers(-5, 5)
leaves = st.one_of(
    st.none(), st.booleans(), numbers, st.text(max_size=3), st.just((1, 'a')), st.floats(-1, 1)
)


def grown(children: Any) -> Any:
    """Trees with the given ones as children."""
    return st.one_of(
        st.builds(Pair, children, children),
        st.builds(Touchy, children),
        st.builds(Typed, numbers, st.lists(numbers, max_size=3), children),
        st.dictionaries(names, children, max_size=3).map(mt.Dict),
        st.lists(children, max_size=3).map(mt.List),
    )


def trees_of(leaves: Any, grown: Any = grown) -> Any:
    """Random trees over the given leaves; the root is a node."""
    trees = st.recursive(leaves, grown, max_leaves=12)
    return trees.filter(lambda tree: isinstance(tree, mt.Symbolic))


trees = trees_of(leaves)


def places(tree: Any) -> list[tuple[mt.KeyPath, Any, Any]]:
    """All (path, value, parent) below the root."""
    found: list[tuple[mt.KeyPath, Any, Any]] = []
    mt.traverse(tree, lambda k, v, p: found.append((k, v, p)))
    return found[1:]


def nodes(tree: Any) -> list[Any]:
    """The root and all nodes below it."""
    return [tree, *(v for _, v, _ in places(tree) if isinstance(v, mt.Symbolic))]


def leaf_places(tree: Any) -> list[tuple[mt.KeyPath, Any, Any]]:
    """The (path, value, parent) of all leaves."""
    return [place for place in places(tree) if not isinstance(place[1], mt.Symbolic)]


def links(tree: Any) -> list[tuple[str, Any, int]]:
    """What and where everything in a tree is, by identity."""
    return [
        (str(k), id(v), id(p)) if isinstance(v, mt.Symbolic) else (str(k), repr(v), id(p))
        for k, v, p in places(tree)
    ]


def fits(path: mt.KeyPath, parent: Any, value: Any) -> bool:
    """Whether a place of these trees takes any value."""
    typed = isinstance(parent, Typed) and path.key in ('n', 'many')
    return not typed and not (isinstance(parent, mt.List) and parent.value_spec is not None)
