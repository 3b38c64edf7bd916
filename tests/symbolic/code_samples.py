"""Random trees of many kinds, for the laws of `to_code` and `diff_code`."""

import datetime
import enum
import math
from typing import Any

import numpy as np
from hypothesis import strategies as st

import mutandis as mt


class Color(enum.Enum):
    RED = 1
    GREEN = 2


class Leaf(mt.Object):
    x: Any
    y: int = 1
    tags: list[str] = []


class Pair(mt.Object):
    left: Any
    right: Any = None


class Typed(mt.Object):
    name: str
    items: list[Leaf] = []
    settings: dict[str, float] = {}
    color: Color = Color.RED


@mt.functor
def scale(x: Any, factor: float = 2.0, *more: Any, **others: Any) -> Any:
    return x


class Plain:
    def __init__(self, size, depth=1, *rest):
        self.size = size


Wrapped = mt.wrap(Plain)


@mt.compound
def double(x: Any = 0) -> Leaf:
    return Leaf(x=x, y=2)


class Open(mt.Object):
    """Takes further keys."""


Open = mt.members([(mt.typing.StrKey(), mt.typing.Any())])(Open)


def module_level(x):
    return x


names = st.text('abcxyz_', min_size=1, max_size=4).filter(str.isidentifier)
any_text = st.text('abc 0._[]{}()\'"\\\n\t\x00é日', max_size=12)
numbers = st.one_of(
    st.integers(),
    st.floats(allow_nan=False),
    st.booleans(),
    st.none(),
    st.integers(10**40, 10**41),
)
plain = st.one_of(
    numbers,
    any_text,
    st.binary(max_size=6),
    st.complex_numbers(allow_nan=False),
    st.sampled_from([*Color, int, list[int], int | None, len, math.sqrt, module_level, Leaf, ...]),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    st.fractions(),
    st.decimals(allow_nan=False),
    st.just(datetime.timezone.utc),
    st.frozensets(st.integers(0, 9), max_size=3),
    st.sets(any_text, max_size=3),
    st.integers(-5, 5).map(np.int16),
    st.lists(st.integers(-5, 5), max_size=3).map(lambda items: np.array(items, np.float32)),
    st.lists(names, max_size=3).map(mt.KeyPath),
    st.builds(range, st.integers(0, 3), st.integers(3, 9), st.integers(1, 2)),
)
# What may be put into a field without a type, and is equal to itself wherever it is.
leaves = st.one_of(numbers, any_text, plain)


plain_leaves = st.lists(st.builds(Leaf, leaves), max_size=2)


def _trees(children):
    lists = st.lists(children, max_size=4)
    dicts = st.dictionaries(st.one_of(names, any_text), children, max_size=3)
    leaf = st.builds(Leaf, children, st.integers(), st.lists(any_text, max_size=2))
    named = st.one_of(st.none(), names)
    return st.one_of(
        lists,
        dicts,
        lists.map(tuple),
        leaf,
        st.builds(Leaf, children),
        st.builds(Pair, children, children),
        st.builds(
            Typed,
            any_text,
            plain_leaves,
            color=st.sampled_from(Color),
        ),
        st.builds(Typed, any_text, settings=st.dictionaries(any_text, st.floats(0, 1), max_size=2)),
        st.builds(scale, children),
        st.builds(lambda x, more: scale(x, 3.0, *more), children, lists),
        st.builds(lambda more: scale(**more), st.dictionaries(names, children, max_size=2)),
        st.builds(lambda a, rest: Wrapped(a, 2, *rest), children, lists),
        st.builds(Wrapped, children),
        st.builds(double, children),
        st.builds(
            lambda more: Open(**more),
            st.dictionaries(st.sampled_from(['a', 'b c', '0', 'class']), children, max_size=3),
        ),
        st.builds(Leaf.partial, y=st.integers()),
        st.builds(lambda x: Pair.partial(left=x, right=Leaf.partial()), children),
        # Placeholders.
        st.builds(
            lambda candidates, hints: mt.oneof(candidates, hints=hints),
            st.lists(children, min_size=1, max_size=3),
            leaves,
        ),
        st.builds(
            lambda k, candidates, in_order: mt.manyof(k, candidates, False, in_order),
            st.integers(1, 3),
            st.lists(children, min_size=1, max_size=3),
            st.booleans(),
        ),
        st.builds(mt.permutate, st.lists(children, min_size=1, max_size=3), named),
        st.builds(
            lambda low, size, scale: mt.floatv(low, low + size, scale),
            st.floats(1e-6, 10),
            st.floats(0, 100),
            st.sampled_from([None, 'linear', 'log', 'rlog']),
        ),
        st.builds(
            lambda low, size, step: mt.intv(low, low + size, step),
            st.integers(-9, 9),
            st.integers(0, 9),
            st.integers(1, 3),
        ),
        st.just(mt.DNA([1, (0, 2), 0.5])),
        st.just(mt.hyper.reference('a.b')),
    )


values = st.recursive(leaves, _trees, max_leaves=12)
trees = st.one_of(
    st.dictionaries(st.one_of(names, any_text), values, max_size=5).map(mt.Dict),
    st.lists(values, max_size=5).map(mt.List),
    st.builds(Leaf, values),
    st.builds(Pair, values, values),
)
