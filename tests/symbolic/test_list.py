"""`List`: a list that is a node."""

import pickle

import pytest

import mutandis as mt

T = mt.typing


def typed(items, **bounds):
    return mt.List(items, value_spec=T.List(T.Int(min_value=0), **bounds))


def set_item(index, value):
    def change(items):
        items[index] = value

    return change


def del_item(index):
    def change(items):
        del items[index]

    return change


def paths(items):
    return [str(v.sym_path) for v in items if isinstance(v, mt.Symbolic)]


class TestConstruction:
    def test_from_any_iterable(self):
        assert mt.List(x for x in [1, 2]) == mt.List([1, 2]) == [1, 2]
        assert mt.List() == mt.List(None) == [] and mt.List('ab') == ['a', 'b']
        with pytest.raises(TypeError):
            mt.List(5)

    def test_items_become_symbolic(self):
        items = mt.List([{'a': [1]}, [2]])
        assert items[0].a.sym_path == '[0].a' and isinstance(items[1], mt.List)

    def test_missing_values_are_dropped(self):
        assert mt.List([mt.MISSING_VALUE, 1]) == [1] == typed([mt.MISSING_VALUE, 1])

    def test_one_node_twice_is_copied(self):
        node = mt.Dict(a=1)
        items = mt.List([node, node])
        assert items[0] is node and items[1] is not node and items[1] == node
        assert paths(items) == ['[0]', '[1]']

    def test_with_a_spec(self):
        for items, bounds, error in [
            (['s'], {}, TypeError),
            ([-1], {}, ValueError),
            ([], {'min_size': 1}, ValueError),
            ([1, 2], {'max_size': 1}, ValueError),
        ]:
            with pytest.raises(error):
                typed(items, **bounds)
        with pytest.raises(TypeError):
            mt.List([1], value_spec=T.Int())
        assert typed([1], max_size=3).max_size == 3 and mt.List().max_size is None


class TestReading:
    def test_indices_and_slices(self):
        items = mt.List([0, 1, 2, 3])
        assert items[-1] == 3 and items[1:3] == [1, 2] and items[::-1] == [3, 2, 1, 0]
        assert type(items[:]) is list
        with pytest.raises(IndexError):
            items[4]
        with pytest.raises(TypeError):
            items['a']

    def test_like_a_list(self):
        items = mt.List([1, [2], 1])
        assert items.index([2]) == 1 and items.count(1) == 2 and [2] in items and len(items) == 3
        assert items == [1, [2], 1] and items != (1, [2], 1)
        assert hash(mt.List([1])) == hash(mt.List([1]))


class TestWriting:
    def test_indices_are_integers(self):
        for change in (set_item('a', 1), del_item('a'), lambda v: v.insert('a', 1)):
            with pytest.raises(TypeError):
                change(mt.List([1]))

    def test_one_item(self):
        items = mt.List([1, 2, 3])
        items[0], items[-1] = 5, [6]
        assert items == [5, 2, [6]] and items[2].sym_path == '[2]'
        items[0] = mt.MISSING_VALUE
        assert items == [2, [6]] and paths(items) == ['[1]']
        for index, error in [(3, IndexError), ('a', TypeError), (1.0, TypeError)]:
            with pytest.raises(error):
                items[index] = 1
            with pytest.raises(error):
                del items[index]

    def test_append_insert_extend(self):
        items = mt.List([{'x': 1}])
        items.append({'y': 1})
        items.insert(0, 'first')
        items.insert(100, [])
        items.insert(-1, 'before last')
        items.extend([1, [2]])
        assert items == ['first', {'x': 1}, {'y': 1}, 'before last', [], 1, [2]]
        assert paths(items) == ['[1]', '[2]', '[4]', '[6]']
        items.append(mt.MISSING_VALUE)
        items.extend([mt.MISSING_VALUE, 3])
        assert len(items) == 8

    def test_removing(self):
        items = mt.List([1, {'a': 1}, 2, {'b': 1}, 1])
        first = items[1]
        items.remove(1)
        assert items.pop() == 1 and items.pop(0) is first and first.sym_parent is None
        del items[0]
        assert items == [{'b': 1}] and paths(items) == ['[0]']
        with pytest.raises(ValueError):
            items.remove(7)
        for wrong, error in [(9, IndexError), ('a', TypeError)]:
            with pytest.raises(error):
                items.pop(wrong)
        last = items[0]
        items.clear()
        assert items == [] and last.sym_parent is None

    def test_slices_work_as_in_python(self):
        plain = list(range(8))
        items = mt.List(plain)
        for index, values in [
            (slice(0, 2), [10, 11]),
            (slice(0, 2), [7]),
            (slice(1, 1), [8, 9]),
            (slice(0, 4, 2), [1, 2]),
            (slice(3, 0, -1), [4, 5, 6]),
            (slice(5, 2), [33]),
            (slice(2, 100), []),
            (slice(0, 1), 'ab'),
        ]:
            plain[index] = values
            items[index] = values
            assert items == plain
        with pytest.raises(ValueError):
            items[0:3:2] = [1]
        with pytest.raises(TypeError):
            items[0:1] = 5
        del items[1:3]
        del plain[1:3]
        assert items == plain
        items[:] = [{'a': 1}, {'b': 1}]
        assert paths(items) == ['[0]', '[1]']

    def test_sort_and_reverse_keep_paths_right(self):
        items = mt.List([3, {'a': 1}, 1])
        items.reverse()
        assert items == [1, {'a': 1}, 3]
        items.sort(key=str)
        assert items == [1, 3, {'a': 1}] and paths(items) == ['[2]']
        with pytest.raises(TypeError):
            items.sort()
        assert items == [1, 3, {'a': 1}]

    def test_operators(self):
        items = mt.List([1, [2]])
        added = items + [{'a': 3}]
        assert isinstance(added, mt.List) and added == [1, [2], {'a': 3}]
        assert paths(added) == ['[1]', '[2]'] and added[1] is not items[1]
        assert items * 2 == 2 * items == [1, [2], 1, [2]] and paths(items * 2) == ['[1]', '[3]']
        same = items
        same += [5]
        same *= 2
        assert same is items and items == [1, [2], 5, 1, [2], 5]
        with pytest.raises(TypeError):
            items + 5
        with pytest.raises(TypeError):
            items * 'a'


class TestTyped:
    @pytest.mark.parametrize(
        'change, error',
        [
            (set_item(0, 's'), TypeError),
            (set_item(0, -1), ValueError),
            (lambda v: v.append('s'), TypeError),
            (lambda v: v.insert(0, 's'), TypeError),
            (lambda v: v.extend([1, 's']), TypeError),
            (set_item(slice(0, 1), ['s']), TypeError),
            (lambda v: v.rebind({0: 's'}), TypeError),
            (lambda v: v + ['s'], TypeError),
            (lambda v: v.rebind({0: mt.Insertion('s')}), TypeError),
        ],
    )
    def test_items_are_validated(self, change, error):
        items = typed([1, 2])
        with pytest.raises(error):
            change(items)
        assert items == [1, 2]

    @pytest.mark.parametrize(
        'change',
        [
            lambda v: v.append(3),
            lambda v: v.insert(0, 3),
            lambda v: v.extend([3]),
            set_item(slice(0, 1), [1, 2]),
            lambda v: v.rebind({5: 3}),
            lambda v: v + [3],
            lambda v: v.rebind({0: mt.Insertion(3)}),
            lambda v: v * 2,
            lambda v: v.clear(),
            del_item(slice(0, 2)),
            set_item(slice(0, 2), []),
            lambda v: v.rebind({0: mt.MISSING_VALUE, 1: mt.MISSING_VALUE}),
            lambda v: v * 0,
        ],
    )
    def test_sizes_hold_whatever_the_way(self, change):
        items = typed([1, 2], min_size=1, max_size=2)
        with pytest.raises(ValueError):
            change(items)
        assert items == [1, 2]

    def test_shrinking_to_the_least_size(self):
        items = typed([1, 2], min_size=1)
        items.remove(2)
        for change in (lambda v: v.remove(1), lambda v: v.pop(), del_item(0)):
            with pytest.raises(ValueError):
                change(items)

    def test_results_keep_the_spec(self):
        items = typed([1], max_size=3)
        for result in (items + [2], items * 2, items.copy(), items.clone()):
            assert result.value_spec is items.value_spec

    def test_use_value_spec(self):
        items, spec = mt.List([1]), T.List(T.Int())
        assert items.use_value_spec(spec) is items and items.value_spec is spec
        assert items.use_value_spec(T.List(T.Int())) is items
        with pytest.raises(RuntimeError):
            items.use_value_spec(T.List(T.Str()))
        with pytest.raises(ValueError):
            items.use_value_spec(3)
        with pytest.raises(TypeError):
            items.use_value_spec(None).use_value_spec(T.List(T.Str()))

    def test_taking_the_spec_of_a_field(self):
        class Owner(mt.Object):
            items: list[int] = []

        owner, given = Owner(), mt.List([1])
        assert owner.rebind(items=given).items is given
        assert given.value_spec is Owner.__schema__['items'].value
        with pytest.raises(TypeError):
            given.append('s')
        for wrong, error in [
            (mt.List(['s']), TypeError),
            ((1, 2), TypeError),
            (mt.List(['s'], value_spec=T.List(T.Str())), ValueError),
        ]:
            with pytest.raises(error):
                owner.rebind(items=wrong)
        narrower = mt.List([1], value_spec=T.List(T.Int(max_value=5)))
        assert owner.rebind(items=narrower).items is narrower

    def test_a_field_sets_whether_values_may_be_missing_below(self):
        class Item(mt.Object):
            x: int

        class Owner(mt.Object):
            items: list[Item] = []
            nested: list[list[Item]] = [[]]

        spec = T.List(T.Object(Item))
        for items in (Owner().items, Owner().nested[0], Owner(mt.List([], value_spec=spec)).items):
            assert not items.allow_partial
            with pytest.raises(ValueError):
                items.append(Item.partial())
        assert not Owner(mt.List([], value_spec=spec, allow_partial=True)).items.allow_partial
        assert Owner.partial().items.allow_partial
        assert Owner.partial(mt.List([], value_spec=spec)).items.allow_partial


class TestPermissions:
    def test_sealed(self):
        items = mt.List([1, [2]], sealed=True)
        for change in (
            set_item(0, 2),
            set_item(slice(0, 1), [1]),
            del_item(0),
            lambda v: v.append(1),
            lambda v: v.insert(0, 1),
            lambda v: v.extend([1]),
            lambda v: v.pop(),
            lambda v: v.remove(1),
            lambda v: v.clear(),
            lambda v: v.sort(),
            lambda v: v.reverse(),
            lambda v: v.rebind({0: 2}),
            lambda v: v[1].append(3),
        ):
            with pytest.raises(mt.WritePermissionError):
                change(items)
        assert items == [1, [2]] and items.clone().is_sealed and not (items + [1]).is_sealed
        with pytest.raises(IndexError):  # Looked at first.
            items.pop(9)
        with pytest.raises(ValueError):
            items.remove(9)

    def test_read_only_accessors(self):
        items = mt.List([1, 2, 3], accessor_writable=False)
        for change in (
            set_item(0, 2),
            del_item(0),
            set_item(slice(0, 1), [1]),
            lambda v: v.remove(1),
        ):
            with pytest.raises(mt.WritePermissionError):
                change(items)
        items.append(4)
        items.extend([5])
        items.insert(0, 0)
        items.rebind({1: 11})
        assert items.pop() == 5 and items == [0, 11, 2, 3, 4]
        assert not items.clone().accessor_writable

    @pytest.mark.parametrize('flags', [{'sealed': True}, {'accessor_writable': False}])
    def test_permission_is_asked_before_the_index_is_looked_at(self, flags):
        for change in (set_item(9, 1), del_item(9)):
            with pytest.raises(mt.WritePermissionError):
                change(mt.List([1], **flags))


class TestPickle:
    def test_keeps_flags_but_not_the_spec(self):
        items = mt.List(
            [1, {}], value_spec=T.List(T.Any()), accessor_writable=False, allow_partial=True
        )
        loaded = pickle.loads(pickle.dumps(items))
        assert loaded == items and loaded.value_spec is None and loaded[1].sym_path == '[1]'
        assert loaded.allow_partial and not loaded.accessor_writable


class TestInsertion:
    def test_is_a_value(self):
        assert mt.Insertion(1) == mt.symbolic.mark_as_insertion(1) != mt.Insertion(2)
        assert repr(mt.Insertion(1)) == 'Insertion(value=1)'


def test_the_text_of_an_insertion_is_one_line():
    assert str(mt.Insertion(mt.Dict(x=1))) == 'Insertion(value={x=1})'
