"""`patch`: rules of every form, one transaction, validators, dry runs."""

import pytest

import mutandis as mt
from mutandis.symbolic.patching import from_uri


class Head(mt.Object):
    inputs: int = 8
    dropout: float = 0.5


class Net(mt.Object):
    filters: int = 8
    head: Head = Head()
    tags: list[str] = []


@mt.patcher([('width', mt.typing.Int(min_value=8))])
def rules_resize(net, width):
    def check(result):
        if result.head.inputs != result.filters:
            raise ValueError('head no longer fits the stem')

    return {'filters': width, 'head.inputs': width}, check


@mt.patcher
def rules_tag(net, text='x'):
    return {'tags': [*net.tags, text]}


class TestForms:
    def test_paths(self):
        net = Net()
        assert mt.patch(net, {'filters': 16, 'head.dropout': 0.1}) is net
        assert (net.filters, net.head.dropout) == (16, 0.1)

    def test_functions_of_two_and_three_arguments(self):
        net = Net()
        mt.patch(net, lambda path, value: 0.0 if path == 'head.dropout' else value)
        assert net.head.dropout == 0.0
        mt.patch(net, lambda path, value, parent: 9 if isinstance(parent, Head) else value)
        assert net.head == Head(9, 9.0)

    def test_patchers_and_their_strings(self):
        net = mt.patch(Net(), [rules_tag(text='a'), 'rules_tag?b', 'rules_tag'])
        assert net.tags == ['a', 'b', 'x']

    def test_a_replacement(self):
        net, new = Net(), Net(filters=3)
        assert mt.patch(net, {'': new}) is new
        assert mt.patch(net, [{'': new}, {'filters': 4}]) is new and new.filters == 4
        assert net.filters == 8

    def test_an_empty_list_does_nothing(self):
        net = Net()
        assert mt.patch(net, []) is net

    def test_what_stays_the_same_is_no_error(self):
        assert mt.patch(Net(), {'filters': 8}) == Net()

    def test_later_rules_see_earlier_ones(self):
        net = mt.patch(Net(), [{'filters': 1}, lambda p, v: v + 1 if p == 'filters' else v])
        assert net.filters == 2


class TestTransaction:
    def test_all_rules_are_read_before_the_first_is_applied(self):
        net = Net()
        for bad in ['no_such_patcher', 1, None, Head]:
            with pytest.raises((KeyError, TypeError)):
                mt.patch(net, [{'filters': 1}, bad])
            assert net == Net()

    def test_a_rule_that_fails_takes_all_back(self):
        net = Net(tags=['a'])
        before = repr(net)
        with pytest.raises(TypeError, match=r'head\.dropout'):
            mt.patch(net, [{'filters': 1}, 'rules_tag?b', {'head.dropout': 'x'}])
        assert repr(net) == before

    def test_what_is_derived_comes_back_as_well(self):
        class Derived(mt.Object):
            x: int
            y: int = 0

            def _on_bound(self):
                super()._on_bound()
                self.double = 2 * self.x

        tree = mt.Dict(d=Derived(1))
        mt.hash(tree), tree.d.double
        with pytest.raises(KeyError):
            mt.patch(tree, [{'d.x': 5}, {'nothing.here': 1}])
        assert tree.d.x == 1 and tree.d.double == 2
        assert mt.hash(tree) == mt.hash(mt.Dict(d=Derived(1)))

    def test_validators_see_the_final_value(self):
        net = Net()
        mt.patch(net, ['rules_resize?width=32', {'head.dropout': 0.0}])
        assert net.filters == net.head.inputs == 32
        with pytest.raises(ValueError, match='no longer fits'):
            mt.patch(net, ['rules_resize?width=64', {'filters': 5}])
        assert net.filters == net.head.inputs == 32
        assert mt.patch(net, [{'filters': 5}, 'rules_resize?width=64']).filters == 64

    def test_validators_inside_a_patcher_run_when_it_is_done(self):
        @mt.patcher(name='rules_nested')
        def nested(net):
            return ['rules_resize?width=16', {'filters': 5}]

        net = Net()
        with pytest.raises(ValueError, match='no longer fits'):
            mt.patch(net, ['rules_nested', {'filters': 16}])
        assert net == Net()

    def test_sealed_trees_stay(self):
        net = Net().seal()
        with pytest.raises(mt.WritePermissionError):
            mt.patch(net, {'filters': 1})


class TestDryRun:
    def test_it_says_what_would_change(self):
        net = Net()
        assert mt.patch(net, ['rules_resize?width=16', {'filters': 16}], dry_run=True) == {
            'filters': (8, 16),
            'head.inputs': (8, 16),
        }
        assert net == Net() and not mt.history(net)

    def test_changes_of_one_place_are_joined(self):
        assert mt.patch(Net(), [{'filters': 1}, {'filters': 2}], dry_run=True) == {
            'filters': (8, 2)
        }

    def test_plain_values_can_be_replaced(self):
        assert mt.patch(3, {'': 4}, dry_run=True) == {'': (3, 4)} and mt.patch(3, {'': 4}) == 4
        assert mt.patch(3, [], dry_run=True) == {} and mt.patch(3, []) == 3

    def test_it_fails_as_the_patch_would(self):
        with pytest.raises(ValueError, match='no longer fits'):
            mt.patch(Net(), ['rules_resize?width=64', {'filters': 5}], dry_run=True)


class TestBadInput:
    @pytest.mark.parametrize('value', [1, [1], {'a': 1}, None])
    def test_only_symbolic_values(self, value):
        with pytest.raises(TypeError, match='Only symbolic values can be patched'):
            mt.patch(value, {'a': 2})
        with pytest.raises(TypeError, match='only symbolic values can be patched'):
            rules_tag(text='a').patch(value)

    def test_after_a_replacement_by_a_plain_value(self):
        for rule in ({'a': 1}, lambda p, v: v, 'rules_tag'):
            with pytest.raises(TypeError, match='nly symbolic values can be patched'):
                mt.patch(Net(), [{'': 3}, rule])
        assert mt.patch(Net(), [{'': 3}]) == 3

    def test_paths_that_do_not_exist(self):
        with pytest.raises(KeyError, match='nope'):
            mt.patch(Net(), {'nope.x': 1})


def test_strings_are_read_back():
    for patch in [
        rules_resize(width=64),
        rules_tag(text='a&b'),
        rules_tag(text='x:y'),
        rules_tag(text='none'),
    ]:
        assert from_uri(patch.uri) == patch
