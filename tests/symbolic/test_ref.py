"""References: values held in a tree without becoming part of it."""

import copy
import pickle
from typing import Annotated, Any

import pytest

import mutandis as mt
from mutandis.symbolic import deref


class Part(mt.Object):
    x: int


class Holder(mt.Object):
    part: Any
    count: int = 1


class Typed(mt.Object):
    part: Part
    sizes: list[float] = []


def test_reading_gives_the_target_itself():
    part = Part(1)
    a, b = Holder(mt.Ref(part)), mt.Dict(part=mt.Ref(part), all=[mt.Ref(part)])
    assert a.part is b.part is b['part'] is b.all[0] is part
    assert part.sym_parent is None
    assert isinstance(a.sym_getattr('part'), mt.Ref) and a.sym_getattr('part').value is part
    assert a.sym_inferred('part') is part


def test_what_needs_no_reference_is_returned_as_it_is():
    assert mt.Ref(1) == 1 and mt.Ref('a') == 'a' and mt.Ref((1, 2)) == (1, 2)
    part = Part(1)
    assert mt.Ref(mt.Ref(part)).value is part


def test_plain_containers_stay_plain():
    values = [1, {'a': 2}]
    d = mt.Dict(x=mt.Ref(values))
    assert d.x is values and type(d.x) is list


def test_fields_check_the_target_without_converting_it():
    sizes = [1, 2]
    assert Typed(mt.Ref(Part(1)), mt.Ref(sizes)).sizes is sizes
    assert [type(s) for s in sizes] == [int, int]
    for bad in (lambda: Typed(mt.Ref(Holder(1))), lambda: Typed(mt.Ref([1]))):
        with pytest.raises(TypeError, match='part'):
            bad()
    with pytest.raises(TypeError, match=r'sizes\[0\]'):
        Typed(Part(1), mt.Ref(['a']))
    with pytest.raises(TypeError):
        Holder(1, count=mt.Ref(Part(1)))


def test_equality_is_that_of_identity():
    part = Part(1)
    assert mt.Ref(part) == mt.Ref(part) and mt.Ref(part) != mt.Ref(Part(1))
    assert mt.eq(Holder(mt.Ref(part)), Holder(mt.Ref(part)))
    assert not mt.eq(mt.Ref(part), part)
    assert hash(mt.Ref(part)) == hash(mt.Ref(part))
    assert mt.hash(Holder(mt.Ref(part))) == mt.hash(Holder(mt.Ref(part)))


def test_copies_share_the_target():
    part = Part(1)
    holder = Holder(mt.Ref(part))
    for copied in (holder.clone(), holder.clone(deep=True), copy.deepcopy(holder)):
        assert copied.part is part


def test_it_is_a_leaf():
    part = Part(1)
    d = mt.Dict(a=mt.Ref(part))
    with pytest.raises(KeyError):
        d.rebind({'a.x': 2})
    assert mt.query(d, where=lambda v: isinstance(v, Part)) == {}
    assert not mt.Dict(a=mt.Ref(Part.partial())).is_partial
    assert not mt.Dict(a=mt.Ref(mt.Dict(b=mt.oneof([1, 2])))).is_pure_symbolic
    d.rebind(a=2)
    assert d.a == 2 and part.x == 1


def test_a_tree_does_not_refer_to_itself():
    d = mt.Dict(x=Part(1))
    with pytest.raises(NotImplementedError, match='x'):
        d.y = mt.Ref(d.x)
    with pytest.raises(NotImplementedError):
        d.y = mt.Ref(d)
    assert list(d) == ['x']


def test_annotation():
    class Wrapping(mt.Object):
        part: mt.Ref[Part]

    part = Part(1)
    mt.Dict(owner=part)
    assert Wrapping(part).part is part
    assert isinstance(Wrapping(part).sym_getattr('part'), mt.Ref)
    assert Wrapping(mt.Ref(part)).part is part
    with pytest.raises(TypeError):
        Wrapping(1)


def test_text():
    assert repr(Holder(mt.Ref(Part(1)))) == 'Holder(part=Ref(Part(x=1)), count=1)'
    assert str(mt.Ref(Part(1))) == 'Ref(\n  value = Part(\n    x = 1\n  )\n)'


class Described(mt.Object):
    x: Annotated[int, 'How many.']


def test_text_of_a_described_target():
    ref = mt.Ref(Described(1))
    assert ref.format() == 'Ref(\n  value = Described(\n    x = 1\n  )\n)'
    assert '# How many.' in ref.format(verbose=True) and '# How many.' in mt.format(ref)


def test_json():
    holder = Holder(mt.Ref(Part(1)))
    again = mt.from_json(holder.to_json())
    assert isinstance(again.sym_getattr('part'), mt.Ref) and mt.eq(again.part, Part(1))
    plain = mt.from_json(mt.Dict(a=mt.Ref([1, {'b': 2}])).to_json())
    assert type(plain.a) is list and type(plain.a[1]) is dict
    symbolic = mt.from_json(mt.Dict(a=mt.Ref(mt.List([1]))).to_json())
    assert type(symbolic.a) is mt.List


def test_shared_targets_in_json():
    part = Part(1)
    again = mt.from_json(mt.Dict(a=mt.Ref(part), b=mt.Ref(part)).to_json())
    assert again.a is again.b


def test_it_cannot_be_pickled():
    with pytest.raises(TypeError, match='pickle'):
        pickle.dumps(mt.Ref(Part(1)))


def test_maybe_ref():
    part = Part(1)
    assert mt.maybe_ref(part) is part
    owner = mt.Dict(part=part)
    assert isinstance(mt.maybe_ref(owner.part), mt.Ref)
    assert mt.maybe_ref(1) == 1 and isinstance(mt.maybe_ref([1]), mt.Ref)


def test_deref():
    part = Part(1)
    assert deref(mt.Ref(part)) is part and deref(1) == 1
    holder = Holder(mt.Ref(part))
    assert isinstance(deref(holder).sym_getattr('part'), mt.Ref)
    assert deref(holder, recursive=True).sym_getattr('part') is holder.part
    assert isinstance(holder.sym_getattr('part'), Part)


def test_it_needs_a_target():
    with pytest.raises(TypeError):
        mt.Ref()
