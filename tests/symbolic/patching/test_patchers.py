"""Patchers: rules with typed arguments."""

import copy

import pytest

import mutandis as mt
from mutandis.symbolic.patching import from_uri

T = mt.typing


class Net(mt.Object):
    width: int = 8
    act: str = 'relu'


@mt.patcher([('width', T.Int(min_value=8))])
def patchers_resize(net, width):
    def check(result):
        if result.width != width:
            raise ValueError('the width was changed')

    return {'width': width}, check


@mt.patcher(auto_typing=True, auto_doc=True)
def patchers_swap(net, to: str = 'gelu', *, times: int = 1):
    """Swaps activations.

    Args:
      net: A network.
      to: The new activation.
      times: How often.
    """
    return {'act': to * times}


class TestPatcher:
    def test_it_is_a_functor_class(self):
        assert issubclass(patchers_resize, mt.patching.Patcher)
        assert issubclass(patchers_resize, mt.Functor)
        assert repr(patchers_resize(width=9)) == 'patchers_resize(net=MISSING_VALUE, width=9)'

    def test_calling_returns_the_raw_result_and_changes_nothing(self):
        net = Net()
        assert patchers_swap(to='x')(net) == {'act': 'x'}
        rule, check = patchers_resize(width=9)(net)
        assert rule == {'width': 9} and callable(check) and net == Net()

    def test_patch_applies_the_rule(self):
        net = Net()
        assert patchers_swap(to='x', times=2).patch(net) is net
        assert net.act == 'xx'

    def test_arguments_are_checked(self):
        with pytest.raises(ValueError, match='width'):
            patchers_resize(width=7)
        with pytest.raises(TypeError, match='width'):
            patchers_resize(width='x')
        with pytest.raises(TypeError, match='width'):
            patchers_resize().patch(Net())
        with pytest.raises(TypeError, match='net'):
            targets_nets().patch(mt.Dict())

    def test_descriptions_come_from_the_docstring(self):
        fields = patchers_swap.__schema__
        assert fields.description == 'Swaps activations.'
        assert fields['to'].description == 'The new activation.'
        assert fields['times'].value == T.Int(default=1)

    def test_it_compares_clones_saves_and_reads(self):
        one = patchers_resize(width=9)
        assert one == patchers_resize(width=9) == one.clone() == copy.deepcopy(one)
        assert one != patchers_resize(width=10) and hash(one) == hash(one.clone())
        assert mt.from_json_str(one.to_json_str()) == one
        assert from_uri('patchers_resize?9') == one

    def test_it_can_be_searched(self):
        space = patchers_resize(width=mt.oneof([8, 16]))
        assert [p.patch(Net()).width for p in mt.iter(space)] == [8, 16]

    def test_it_can_be_rebound(self):
        assert patchers_resize(width=9).rebind(width=12).patch(Net()).width == 12


@mt.patcher([('net', T.Object(Net))])
def targets_nets(net):
    return []


class TestValidators:
    def test_the_last_one_is_remembered(self):
        patcher = patchers_resize(width=9)
        patcher.validate(3)  # Nothing to check yet.
        patcher.patch(Net())
        patcher.validate(Net(width=9))
        with pytest.raises(ValueError, match='width was changed'):
            patcher.validate(Net(width=8))

    def test_it_is_dropped_when_the_patcher_is_rebound(self):
        patcher = patchers_resize(width=9)
        patcher.patch(Net())
        patcher.rebind(width=10)
        patcher.validate(Net(width=8))

    def test_it_is_no_part_of_the_value(self):
        patcher = patchers_resize(width=9)
        patcher.patch(Net())
        assert patcher == patchers_resize(width=9)
        assert patcher.to_json() == patchers_resize(width=9).to_json()

    def test_none_is_no_validator(self):
        @mt.patcher(name='patchers_without_validator')
        def patch_it(net):
            return {'width': 5}, None

        patcher = patch_it()
        assert patcher.patch(Net()).width == 5
        patcher.validate(3)


class TestRules:
    @pytest.mark.parametrize(
        'rule',
        [
            {'width': 5},
            [{'width': 4}, {'width': 5}],
            'patchers_five',
            lambda path, value: 5 if path == 'width' else value,
            {'': Net(width=5)},
            [],
        ],
    )
    def test_every_form_may_be_returned(self, rule):
        @mt.patcher(name='patchers_five')
        def five(net):
            return {'width': 5}

        @mt.patcher(name='patchers_any_rule')
        def any_rule(net):
            return rule

        net = any_rule().patch(Net())
        assert net.width == (5 if rule else 8)

    @pytest.mark.parametrize(
        'result',
        [None, 1, ({'width': 5}, 1), ({'width': 5}, print, 2), [({'width': 5}, print)], Net],
    )
    def test_what_is_no_rule(self, result):
        @mt.patcher(name='patchers_bad_rule')
        def bad_rule(net):
            return result

        net = Net()
        with pytest.raises(TypeError):
            bad_rule().patch(net)
        assert net == Net()

    def test_a_function_that_fails_after_changing_the_tree_itself_changes_nothing(self):
        @mt.patcher(name='patchers_by_hand')
        def by_hand(net):
            net.rebind(width=3)
            raise ZeroDivisionError

        net = Net()
        with pytest.raises(ZeroDivisionError):
            mt.patch(net, ['patchers_swap?x', 'patchers_by_hand'])
        assert net == Net() and not mt.history(net)


class TestDeclaration:
    @pytest.mark.parametrize(
        'spec',
        [
            T.Any(),
            T.Str(),
            T.Str(regex='a'),
            T.Bool(),
            T.Int().noneable(),
            T.Float(),
            T.Enum('a', ['a', None]),
            T.List(T.Int()),
            T.List(T.Enum('a', ['a', 'b'])).noneable(),
        ],
    )
    def test_specs_that_strings_can_say(self, spec):
        mt.patcher([('y', spec)], name='patchers_declared')(lambda x, y: [])

    @pytest.mark.parametrize(
        'spec',
        [
            T.Dict(),
            T.Object(Net),
            T.Type(Net),
            T.Union([T.Int(), T.Str()]),
            T.Tuple([T.Int()]),
            T.List(T.Enum(1, [1, 2])),
            T.List(T.List(T.Int())),
            T.List(T.Dict()),
        ],
    )
    def test_specs_that_they_cannot_say(self, spec):
        def patchers_undeclared(x, y):
            return []

        with pytest.raises(TypeError, match='cannot be written in a string'):
            mt.patcher([('y', spec)])(patchers_undeclared)
        assert 'patchers_undeclared' not in mt.patching.patcher_names()

    @pytest.mark.parametrize(
        'spec', [T.Any(), T.Object(Net), T.Dict(), T.List(T.Int()), T.Callable()]
    )
    def test_specs_of_trees(self, spec):
        mt.patcher([('x', spec)], name='patchers_declared')(lambda x: [])

    @pytest.mark.parametrize('spec', [T.Int(), T.Str(), T.Type(Net), T.Tuple([T.Int()])])
    def test_specs_of_no_tree(self, spec):
        with pytest.raises(TypeError, match='must be Any, Object, Dict, List or Callable'):
            mt.patcher([('x', spec)])(lambda x: [])

    def test_there_is_a_parameter_for_the_tree(self):
        for function in (lambda: [], lambda *args: [], lambda *, x: []):
            with pytest.raises(TypeError, match='must have a parameter for the tree'):
                mt.patcher()(function)
