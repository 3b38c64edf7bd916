"""Laws of `to_code` and `diff_code`, over random trees."""

import black
from code_samples import Leaf, trees, values
from hypothesis import given
from hypothesis import strategies as st

import mutandis as mt


def run(code, **scope):
    scope = {**code.needed, **scope}
    exec(compile(code, '<code>', 'exec'), scope)
    return scope


@given(values)
def test_executed_code_gives_an_equal_value(value):
    code = mt.to_code(value)
    assert not code.needed
    made = run(code)['value']
    assert mt.eq(made, value), code
    assert type(made) is type(value)


@given(values, st.sampled_from([40, 60, 88, 120]))
def test_black_changes_nothing(value, line_length):
    code = mt.to_code(value, line_length=line_length)
    # Nor does it if it is free to join lines.
    for respect_commas in (True, False):
        mode = black.Mode(line_length=line_length, magic_trailing_comma=respect_commas)
        assert black.format_str(code, mode=mode) == code


@given(trees, trees)
def test_the_difference_makes_the_second_tree_of_the_first(a, b):
    code = mt.diff_code(a, b)
    tree = run(code, tree=a.clone(deep=True))['tree']
    assert mt.eq(tree, b), code
    assert black.format_str(code, mode=black.Mode(line_length=88)) == code


small = st.recursive(
    st.sampled_from([1, 2, 3, 'a']),
    lambda children: st.one_of(
        st.lists(children, max_size=4),
        st.builds(Leaf, children),
        st.dictionaries(st.sampled_from('abc'), children, max_size=3),
    ),
    max_leaves=10,
)


@given(st.lists(small, max_size=6), st.lists(small, max_size=6))
def test_the_difference_of_trees_that_have_much_in_common(a, b):
    """Insertions, removals and changes inside of items that move."""
    for left, right in (
        (mt.Dict(x=a, y=[a]), mt.Dict(x=b, y=[b])),
        (mt.List(a), mt.List(b)),
        (mt.List([mt.Dict(x=a), a]), mt.List([mt.Dict(x=b), b])),
    ):
        code = mt.diff_code(left, right)
        assert mt.eq(run(code, tree=left.clone(deep=True))['tree'], right), code
