"""`select`: choosing places of a tree and changing them in one step."""

import re

import pytest

import mutandis as mt
from mutandis.symbolic import SelectionError


class Layer(mt.Object):
    width: int = 1


class Wide(Layer):
    pass


class Around(mt.Object):
    inner: object


class Net(mt.Object):
    layers: list[Layer | Around] = []
    head: object = None
    rate: float = 0.1

    changes = 0

    def _on_change(self, updates):
        super()._on_change(updates)
        object.__setattr__(self, 'changes', self.changes + 1)


@pytest.fixture
def net():
    return Net([Layer(1), Wide(2), Layer(3)], head=mt.Dict(out=Layer(4), scale=2))


class TestNarrowing:
    def test_everything_begins_with_the_root(self, net):
        assert mt.select(net).paths() == ['']
        assert mt.select(net).nested().paths()[:3] == ['', 'layers', 'layers[0]']

    def test_by_class(self, net):
        assert mt.select(net).at_instances_of(Layer).paths() == [
            'layers[0]',
            'layers[1]',
            'layers[2]',
            'head.out',
        ]
        assert mt.select(net).at_instances_of(Wide, mt.Dict).paths() == ['layers[1]', 'head']

    def test_by_key_path_value_and_member(self, net):
        select = mt.select(net)
        assert select.at_key('w').count() == 4
        assert select.at_path(r'layers\[\d\]\.').count() == 3
        assert select.at_path(re.compile('head.s')).get() == [2]
        assert select.at_value(2).paths() == ['layers[1].width', 'head.scale']
        assert select.at_member(Wide, 'width').get() == [2]

    def test_by_predicates_of_one_two_and_three_arguments(self, net):
        layers = mt.select(net).at_instances_of(Layer)
        assert layers.where(lambda v: v.width > 2).paths() == ['layers[2]', 'head.out']
        assert layers.where(lambda p, v: p.key == 'out').paths() == ['head.out']
        assert layers.where(lambda p, v, parent: isinstance(parent, mt.Dict)).count() == 1

    def test_under_a_path(self, net):
        assert mt.select(net).at_instances_of(Layer).under('head').paths() == ['head.out']
        assert mt.select(net).under('layers[1]').paths() == ['layers[1]']

    def test_a_place_hides_those_inside(self):
        tree = mt.Dict(a=Around(Around(1)))
        assert mt.select(tree).at_instances_of(Around).paths() == ['a']
        assert mt.select(tree).nested().at_instances_of(Around).paths() == ['a', 'a.inner']

    def test_conditions_combine_in_any_order(self, net):
        one = mt.select(net).under('layers').at_instances_of(Layer)
        other = mt.select(net).at_instances_of(Layer).under('layers')
        assert one.paths() == other.paths()

    def test_selections_of_one_tree_combine(self, net):
        wide, head = mt.select(net).at_instances_of(Wide), mt.select(net).under('head.out')
        assert (wide | head).paths() == ['layers[1]', 'head.out']
        assert (mt.select(net).at_instances_of(Layer) & head).paths() == ['head.out']
        layers = mt.select(net).at_instances_of(Layer)
        assert (layers & ~wide).paths() == ['layers[0]', 'layers[2]', 'head.out']
        with pytest.raises(ValueError, match='one and the same tree'):
            wide | mt.select(net.clone())

    def test_nothing_is_looked_at_before_an_action(self, net):
        layers = mt.select(net).at_instances_of(Layer)
        assert layers.count() == 4
        net.layers.append(Layer(9))
        assert layers.count() == 5

    def test_bad_conditions(self, net):
        with pytest.raises(TypeError, match='class or a tuple'):
            mt.select(net).at_instances_of('Layer')
        with pytest.raises(TypeError, match='predicate must take'):
            mt.select(net).where(lambda: True)


class TestLooking:
    def test_one_value(self, net):
        assert mt.select(net).at_instances_of(Wide).get_one() is net.layers[1]

    def test_counts_are_asserted(self, net):
        layers = mt.select(net).at_instances_of(Layer)
        assert layers.assert_count_is(4) is layers
        with pytest.raises(SelectionError, match=r'5 places but has 4: layers\[0\], .*head.out'):
            layers.assert_count_is(5)
        with pytest.raises(AssertionError):
            mt.select(net).at_instances_of(float, int).get_one()

    def test_plain_values_can_be_looked_through(self):
        assert mt.select([1, {'a': 2}]).at_instances_of(int).get() == [1, 2]

    def test_it_says_what_it_selects(self, net):
        text = repr(mt.select(net).at_instances_of(Layer).under('head').at_key('x'))
        assert text == "select(<Net>).at_instances_of(Layer).under('head').at_key('x')"
        text = repr(mt.select(net).at_instances_of((Layer, int)).nested())
        assert text == 'select(<Net>).at_instances_of((Layer, int)).nested()'


class TestChanging:
    def test_apply(self, net):
        assert mt.select(net).at_member(Layer, 'width').apply(lambda w: w * 10) is net
        assert [layer.width for layer in net.layers] == [10, 20, 30]

    def test_apply_with_path_and_owner(self, net):
        mt.select(net).under('layers').at_member(Layer, 'width').apply(
            lambda path, width, owner: path.keys[1] + 100 * isinstance(owner, Wide)
        )
        assert [layer.width for layer in net.layers] == [0, 101, 2]

    def test_set(self, net):
        mt.select(net).at_instances_of(Layer).under('layers').set(Layer(7))
        assert [layer.width for layer in net.layers] == [7, 7, 7]
        assert len({id(layer) for layer in net.layers}) == 3

    def test_placeholders_go_in_as_well(self, net):
        mt.select(net).at_instances_of(Wide).set(mt.oneof([Wide(1), Wide(2)]))
        assert mt.dna_spec(net).space_size == 2

    def test_listeners_hear_once(self, net):
        mt.select(net).at_member(Layer, 'width').apply(lambda w: w + 1)
        assert net.changes == 1
        mt.select(net).under('layers').at_instances_of(Layer).insert_after(Layer(0))
        assert net.changes == 2
        mt.select(net).under('layers').at_instances_of(Layer).remove()
        assert net.changes == 3 and net.layers == []

    def test_wrap_keeps_the_value_itself(self, net):
        before = list(net.layers)
        mt.select(net).under('layers').at_instances_of(Layer).wrap(Around)
        assert all(around.inner is layer for around, layer in zip(net.layers, before, strict=True))
        assert [layer.sym_path for layer in before] == [f'layers[{i}].inner' for i in range(3)]

    def test_a_failing_wrap_changes_nothing(self, net):
        before, text = list(net.layers), repr(net)

        def fail_at_third(layer):
            return Around(layer) if layer.width < 3 else 1 / 0

        with pytest.raises(ZeroDivisionError):
            mt.select(net).under('layers').at_instances_of(Layer).wrap(fail_at_third)
        assert repr(net) == text
        assert all(a is b for a, b in zip(net.layers, before, strict=True))
        assert [layer.sym_path for layer in before] == [f'layers[{i}]' for i in range(3)]

    def test_a_value_that_does_not_fit_changes_nothing(self, net):
        text = repr(net)
        with pytest.raises(TypeError, match=r'layers\[2\]\.width'):
            mt.select(net).at_member(Layer, 'width').apply(lambda w: w if w != 3 else 'x')
        assert repr(net) == text

    def test_insert_in_lists(self):
        tree = mt.Dict(x=[1, 2, mt.Dict(y=[1])])
        ones = mt.select(tree).at_value(1)
        ones.insert_after(5)
        assert tree == {'x': [1, 5, 2, {'y': [1, 5]}]}
        ones.insert_before(0)
        assert tree == {'x': [0, 1, 5, 2, {'y': [0, 1, 5]}]}

    def test_insert_elsewhere_needs_a_sequence(self, net):
        with pytest.raises(ValueError, match="'rate' is in no list.*wrap"):
            mt.select(net).at_key('rate').insert_after(1.0)
        with pytest.raises(ValueError, match='root cannot be put into a sequence'):
            mt.select(net).insert_after(1.0)

    def test_remove(self, net):
        mt.select(net).under('layers').where(lambda v: isinstance(v, Wide)).remove()
        mt.select(net).at_key('scale').remove()
        mt.select(net).at_key('rate').remove()
        assert (len(net.layers), list(net.head), net.rate) == (2, ['out'], 0.1)
        with pytest.raises(ValueError, match='root cannot be removed'):
            mt.select(net).remove()

    def test_the_root_can_be_replaced(self, net):
        around = mt.select(net).wrap(Around)
        assert around.inner is net
        assert mt.select(net).set(3) == 3

    def test_nested_places_begin_with_the_innermost(self):
        tree = mt.Dict(a=Around(Around(1)))
        seen = []

        def renamed(around):
            seen.append(repr(around))
            return mt.Dict(was=around.inner)

        mt.select(tree).nested().at_instances_of(Around).apply(renamed)
        assert tree == {'a': {'was': {'was': 1}}}
        assert seen == ['Around(inner=1)', 'Around(inner={was=1})']

    def test_sealed_trees_stay(self, net):
        net.seal()
        with pytest.raises(mt.WritePermissionError):
            mt.select(net).at_key('rate').set(0.5)

    def test_only_symbolic_trees_are_changed(self):
        with pytest.raises(TypeError, match='Only symbolic values can be changed'):
            mt.select([1, 2]).at_value(1).set(3)
