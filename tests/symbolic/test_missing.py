"""Missing values, values that differ from defaults, and placeholders."""

from typing import Any

import pytest

import mutandis as mt

T = mt.typing
MISSING = mt.MISSING_VALUE


class Part(mt.Object):
    a: int
    b: str = 'k'
    c: int | None = None


class Whole(mt.Object):
    p: Part
    q: Part = Part(1)
    l: list[Part] = []  # noqa: E741
    d: dict[str, Any] = {}
    t: T.Dict([('u', T.Int()), ('v', T.Int(3))])


class TestMissingValue:
    def test_all_are_equal_and_equal_to_nothing_else(self):
        typed = Part.partial().a
        assert typed == MISSING and MISSING == typed and hash(typed) == hash(MISSING)
        assert MISSING != None and MISSING != 0  # noqa: E711
        assert repr(MISSING) == 'MISSING_VALUE'

    def test_text(self):
        part = Part.partial()
        assert repr(part) == "Part(a=MISSING_VALUE, b='k', c=None)"
        assert 'a = MISSING_VALUE(Int())' in str(part)

    def test_is_left_out_of_json(self):
        assert 'a' not in Part.partial().to_json()


class TestMissing:
    def test_by_path_or_nested(self):
        whole = Whole.partial(Part.partial(), l=[Part.partial(), Part(2)], d={'z': Part.partial()})
        assert (
            whole.sym_missing()
            == whole.missing_values()
            == {'p.a': MISSING, 'l[0].a': MISSING, 'd.z.a': MISSING, 't.u': MISSING}
        )
        assert whole.sym_missing(flatten=False) == {
            'p': {'a': MISSING},
            'l': {0: {'a': MISSING}},
            'd': {'z': {'a': MISSING}},
            't': {'u': MISSING},
        }

    def test_answers_are_up_to_date(self):
        part = Part.partial()
        tree = mt.Dict(x=[part])
        assert tree.is_partial and tree.sym_partial
        part.rebind(a=1, skip_notification=True)
        assert not tree.is_partial and tree.sym_missing() == {}
        part.rebind(a=MISSING)
        assert tree.sym_missing() == {'x[0].a': MISSING}

    def test_of_any_value(self):
        assert mt.is_partial({'a': [Part.partial()]}) and mt.is_partial(MISSING)
        assert not mt.is_partial(1) and not mt.is_partial([Part(1)])
        assert mt.is_abstract(Part.partial()) and not mt.is_abstract(Part(1))

    def test_partial_objects_compare_and_copy(self):
        assert Part.partial() == Part.partial() and Part.partial().clone() == Part.partial()
        assert hash(Part.partial()) == hash(Part.partial())
        assert Part.partial().rebind(a=1) == Part(1)

    def test_a_class_may_answer_for_itself(self):
        class Lazy(mt.Object):
            x: Any = None

            def _sym_missing(self):
                return {'later': MISSING}

        assert mt.Dict(a=[Lazy()]).sym_missing() == {'a[0].later': MISSING}


class TestNonDefault:
    def test_of_typed_nodes(self):
        whole = Whole(Part(1), q=Part(1, 'w'), l=[Part(1)], d={'a': 1}, t={'u': 1})
        assert whole.sym_nondefault(flatten=False) == {
            'p': Part(1),
            'q': {'b': 'w'},
            'l': [Part(1)],
            'd': {'a': 1},
            't': {'u': 1},
        }
        assert whole.sym_nondefault()['q.b'] == 'w'
        assert Part(1).non_default_values() == {'a': 1}

    def test_in_untyped_nodes_every_leaf_counts(self):
        tree = mt.Dict(a=1, c=[1, [2]], e=Part(1))
        assert tree.sym_nondefault() == {'a': 1, 'c[0]': 1, 'c[1][0]': 2, 'e.a': 1}

    def test_so_it_does_in_lists_whatever_their_spec(self):
        T = mt.typing
        parts = mt.List([Part(1), Part(2, 'z')], value_spec=T.List(T.Object(Part)))
        assert parts.sym_nondefault() == {'[0].a': 1, '[1].a': 2, '[1].b': 'z'}
        assert parts.sym_nondefault(flatten=False) == {0: {'a': 1}, 1: {'a': 2, 'b': 'z'}}
        assert mt.List([1, 2], value_spec=T.List(T.Int(default=1))).sym_nondefault() == {
            '[0]': 1,
            '[1]': 2,
        }

    def test_a_value_of_another_kind_than_its_default_is_reported_whole(self):
        class Owner(mt.Object):
            any: Any = None
            items: dict[str, Any] = {'k': 1}

        node = Owner({'p': Part(1)}, {})
        assert node.sym_nondefault(flatten=False) == {'any': {'p': Part(1)}, 'items': {}}
        assert node.sym_nondefault() == {'any.p': Part(1), 'items': {}}
        assert 'items' not in Owner().sym_nondefault()

    def test_changes_with_the_tree(self):
        part = Part(1)
        part.rebind(b='z')
        assert part.sym_nondefault() == {'a': 1, 'b': 'z'}
        part.rebind(b=MISSING)
        assert part.sym_nondefault() == {'a': 1}


class Anything(mt.Object, mt.symbolic.PureSymbolic):
    v: Any = 1


class TestPlaceholders:
    def test_are_accepted_by_every_field(self):
        part = Part(Anything())
        assert part.is_pure_symbolic and part.is_abstract and part.sym_puresymbolic
        assert part.is_deterministic and not part.is_partial
        assert not part.rebind(a=3).is_pure_symbolic

        class Many(mt.Object):
            l: list[int] = []  # noqa: E741

        assert Many([1, Anything()]).is_abstract and Many(Anything()).is_abstract
        many = Many().rebind(l=[1, Anything(), 3])
        assert many.l.is_pure_symbolic and not many.rebind({'l[1]': 2}).is_pure_symbolic

    def test_of_any_value(self):
        assert mt.is_pure_symbolic([{'a': Anything()}]) and not mt.is_pure_symbolic([1])
        assert mt.is_deterministic([Anything()]) and not mt.is_deterministic([mt.oneof([1, 2])])

    def test_a_placeholder_may_check_where_it_goes(self):
        class Strict(mt.Object, mt.symbolic.PureSymbolic):
            def custom_apply(self, path, value_spec, allow_partial, child_transform=None):
                raise TypeError(f'not here: {path}')

        with pytest.raises(TypeError, match='not here: a'):
            Part(Strict())
