"""`Dict`: a dict that is a node."""

import pickle

import pytest

import mutandis as mt

T = mt.typing


def typed(**items):
    """A Dict with a required key, a key with a default, and keys by pattern."""
    spec = T.Dict([('a', T.Int()), ('b', T.Str('s')), (T.StrKey('z.*'), T.Int())])
    return mt.Dict(value_spec=spec, **items)


def set_item(key, value):
    def change(d):
        d[key] = value

    return change


def del_item(key):
    def change(d):
        del d[key]

    return change


class TestConstruction:
    def test_from_mappings_pairs_and_keywords(self):
        assert mt.Dict({'a': 1}, b=2) == mt.Dict([('a', 1)], b=2) == mt.Dict(a=1, b=2)
        assert mt.Dict({'a': 1}, a=2) == {'a': 2} and mt.Dict(None) == mt.Dict() == {}
        assert mt.Dict({0: 1, 'a': 2})[0] == 1

    def test_plain_containers_become_symbolic(self):
        given = {'l': [1, {'a': 2}]}
        d = mt.Dict(given)
        assert isinstance(d.l[1], mt.Dict) and type(given['l'][1]) is dict
        assert d.l[1].sym_path == 'l[1]'

    def test_missing_values_are_left_out(self):
        assert mt.Dict(a=mt.MISSING_VALUE, b=1) == {'b': 1}

    @pytest.mark.parametrize('wrong', [1, [1]])
    def test_not_made_of_items(self, wrong):
        with pytest.raises(TypeError):
            mt.Dict(wrong)

    @pytest.mark.parametrize('key', [(1, 2), None, 1.5])
    def test_keys_are_str_or_int(self, key):
        with pytest.raises(KeyError):
            mt.Dict({key: 1})
        with pytest.raises(KeyError):
            mt.Dict()[key] = 1

    def test_with_a_spec(self):
        assert typed(z1=3, a=1) == {'a': 1, 'b': 's', 'z1': 3}
        assert list(typed(z1=3, a=1)) == ['a', 'b', 'z1']  # In the order of the schema.
        with pytest.raises(ValueError):
            typed()
        with pytest.raises(TypeError):
            typed(a='x')
        with pytest.raises(KeyError):
            typed(a=1, q=1)
        with pytest.raises(KeyError):  # Before what is missing is looked at.
            typed(q=1)
        with pytest.raises(TypeError):
            mt.Dict({'a': 1}, value_spec=T.Int())

    def test_partial(self):
        d = mt.Dict.partial(value_spec=T.Dict([('a', T.Int())]))
        assert d.a == mt.MISSING_VALUE and d.is_partial and d.sym_missing() == {'a': d.a}
        assert mt.Dict.partial({}, T.Dict([('a', T.Int())])) == d
        assert typed(allow_partial=True).allow_partial


class TestReading:
    d = mt.Dict(a=1, b=mt.Dict(c=2))

    def test_by_key_attribute_and_get(self):
        d = self.d
        assert d['a'] == d.a == d.get('a') == 1 and d.b.c == 2
        assert d.get('x') is None and d.get('x', 5) == 5
        with pytest.raises(KeyError):
            d['x']
        with pytest.raises(AttributeError):
            d.x  # noqa: B018

    def test_like_a_dict(self):
        d = self.d
        assert list(d) == list(d.keys()) == ['a', 'b'] and len(d) == len(d.keys()) == 2
        assert list(d.values()) == [1, {'c': 2}] and list(d.items())[0] == ('a', 1)
        assert 'a' in d and 'x' not in d and list(reversed(d)) == ['b', 'a']

    def test_methods_shadow_keys_on_attribute_access(self):
        d = mt.Dict({'keys': 1})
        assert callable(d.keys) and d['keys'] == 1

    def test_equality(self):
        assert mt.Dict(a=1, b=[1]) == {'b': [1], 'a': 1} and {'a': [1]} == mt.Dict(a=[1])
        assert mt.Dict(a=1) != [('a', 1)] and mt.Dict(a=1) != 1

    def test_hash_does_not_depend_on_order(self):
        assert hash(mt.Dict(a=1, b=2)) == hash(mt.Dict(b=2, a=1))
        with pytest.raises(TypeError):
            hash(mt.Dict(a={1}))


class TestWriting:
    def test_items_and_attributes(self):
        d = mt.Dict()
        d['x'] = 1
        d.y = [1, {'k': 2}]
        assert d == {'x': 1, 'y': [1, {'k': 2}]} and d.y[1].sym_path == 'y[1]'
        del d['x']
        del d.y
        assert d == {}

    def test_private_names_are_ordinary_attributes(self):
        d = mt.Dict(a=1).seal()
        d._note = [1]
        assert type(d._note) is list and d == {'a': 1}

    def test_missing_deletes(self):
        d = mt.Dict(a=1)
        d.a = mt.MISSING_VALUE
        d.never = mt.MISSING_VALUE
        assert d == {}

    def test_deleting_what_is_not_there(self):
        with pytest.raises(KeyError):
            del mt.Dict()['a']
        with pytest.raises(KeyError):
            del mt.Dict().a

    def test_pop_popitem_clear_setdefault(self):
        d = mt.Dict(a=1, b=2, c=3)
        assert d.pop('a') == 1 and d.pop('a', 5) == 5 and d.popitem() == ('c', 3)
        with pytest.raises(KeyError):
            d.pop('a')
        d.clear()
        assert d == {}
        with pytest.raises(KeyError):
            d.popitem()
        assert d.setdefault('k') is None and d.setdefault('k', 2) is None
        assert isinstance(d.setdefault('m', {}), mt.Dict)

    def test_update(self):
        d = mt.Dict(m=mt.Dict(), old=1)
        d.update({'a': 1, 'm.x': 5}, old=mt.MISSING_VALUE)
        d.update([('r', 2)])
        assert d == {'m': {'x': 5}, 'a': 1, 'r': 2}
        d |= {'r': [3]}
        assert isinstance(d.r, mt.List)

    def test_what_is_removed_becomes_a_root(self):
        for remove in (
            del_item('c'),
            set_item('c', 1),
            lambda d: d.pop('c'),
            lambda d: d.popitem(),
            lambda d: d.clear(),
            lambda d: d.update(c=mt.MISSING_VALUE),
        ):
            d = mt.Dict(c=mt.Dict(x=1))
            child = d.c
            remove(d)
            assert child.sym_parent is None and child.sym_path == ''

    def test_the_same_object_at_the_same_key_is_no_change(self):
        d = mt.Dict(a=mt.Dict(x=1))
        child = d.a
        d.a = child
        assert d.a is child and child.sym_parent is d
        d.b = child
        assert d.b is not child and d.b == child


class TestTyped:
    def test_writes_are_validated(self):
        d = typed(a=1)
        for change, error in [
            (set_item('a', 'x'), TypeError),
            (set_item('q', 1), KeyError),
            (set_item('z1', 's'), TypeError),
            (set_item('a', mt.MISSING_VALUE), ValueError),
            (del_item('a'), ValueError),
            (del_item('z9'), KeyError),
            (del_item('q'), KeyError),
            (lambda d: d.pop('a'), ValueError),
            (lambda d: d.popitem(), ValueError),
            (lambda d: d.clear(), ValueError),
            (lambda d: d.setdefault('q', 1), KeyError),
            (lambda d: d.update(a=6, b=7), TypeError),
            (lambda d: d.update(q=1), KeyError),
        ]:
            with pytest.raises(error):
                change(d)
            assert d == {'a': 1, 'b': 's'}

    def test_missing_resets_to_the_default(self):
        d = typed(a=1, b='t', z1=2)
        d.b = mt.MISSING_VALUE
        assert d.b == 's'
        d.b = 't'
        del d['b']
        d.z1 = mt.MISSING_VALUE
        assert d == {'a': 1, 'b': 's'}
        assert d.pop('b') == 's' and d.b == 's'

    def test_clear_goes_back_to_the_defaults(self):
        d = mt.Dict(value_spec=T.Dict([('a', T.Int(1))]), a=2)
        d.clear()
        assert d == {'a': 1}

    def test_use_value_spec(self):
        spec, same, other = (
            T.Dict([('a', T.Int()), ('b', T.Int(2))]),
            T.Dict([('a', T.Int()), ('b', T.Int(2))]),
            T.Dict([('a', T.Str())]),
        )
        d = mt.Dict(a=1)
        assert d.use_value_spec(spec) is d and d == {'a': 1, 'b': 2} and d.value_spec is spec
        assert d.use_value_spec(same) is d
        with pytest.raises(RuntimeError):
            d.use_value_spec(other)
        with pytest.raises(ValueError):
            d.use_value_spec(1)
        assert d.use_value_spec(None).value_spec is None
        with pytest.raises(ValueError):
            mt.Dict().use_value_spec(spec)
        assert mt.Dict().use_value_spec(spec, allow_partial=True).is_partial

    def test_unbinding_makes_accessors_writable(self):
        d = mt.Dict(a=1, accessor_writable=False).use_value_spec(None)
        d.a = 2
        assert d.a == 2

    def test_taking_the_spec_of_a_field(self):
        class Owner(mt.Object):
            t: T.Dict([('p', T.Int(1)), ('q', T.Str('k'))])

        owner, given = Owner(), mt.Dict(p=3)
        owner.rebind(t=given)
        assert owner.t is given and given == {'p': 3, 'q': 'k'}
        assert given.value_spec is Owner.__schema__['t'].value
        for wrong, error in [
            (mt.Dict(p='x'), TypeError),
            (mt.Dict(zz=1), KeyError),
            (5, TypeError),
            (None, ValueError),
            (mt.Dict(p=3, value_spec=T.Dict([('p', T.Int())])), ValueError),
        ]:
            with pytest.raises(error):
                owner.rebind(t=wrong)
        assert owner.t is given and owner.rebind(t=mt.MISSING_VALUE).t == {'p': 1, 'q': 'k'}

    def test_pop_gives_the_default_for_a_missing_value(self):
        d = mt.Dict.partial(value_spec=T.Dict([('p', T.Int())]))
        assert d.pop('p', 5) == 5 and d.pop('p') == mt.MISSING_VALUE
        assert d == {'p': mt.MISSING_VALUE}
        assert mt.Dict().setdefault('p', mt.MISSING_VALUE) == mt.MISSING_VALUE

    def test_a_key_reset_to_the_default_it_has_is_noted(self):
        seen = []
        spec = T.Dict([('p', T.Int(default=2))])
        d = mt.Dict(value_spec=spec, onchange_callback=lambda u: seen.append(u['p']))
        for reset in (del_item('p'), set_item('p', mt.MISSING_VALUE), lambda d: d.pop('p')):
            reset(d)
        assert [(u.old_value, u.new_value) for u in seen] == [(2, 2)] * 3
        d.p = d.p
        assert len(seen) == 3


class TestPermissions:
    def test_sealed(self):
        d = mt.Dict(a=1, b=mt.Dict(c=1), sealed=True)
        for change in (
            set_item('a', 2),
            del_item('a'),
            lambda d: d.pop('a'),
            lambda d: d.popitem(),
            lambda d: d.clear(),
            lambda d: d.update(a=2),
            lambda d: d.setdefault('n', 3),
            lambda d: d.rebind(a=2),
            lambda d: d.b.rebind(c=3),
        ):
            with pytest.raises(mt.WritePermissionError):
                change(d)
        assert d == {'a': 1, 'b': {'c': 1}}
        d.update()
        assert d.setdefault('a', 3) == 1

    def test_read_only_accessors(self):
        d = mt.Dict(a=1, b=2, accessor_writable=False)
        for change in (set_item('a', 2), del_item('a'), lambda d: d.setdefault('n', 3)):
            with pytest.raises(mt.WritePermissionError):
                change(d)
        d.rebind(a=3)
        d.update(a=4)
        assert d.pop('b') == 2 and d == {'a': 4}
        d.set_accessor_writable(True).a = 5
        assert d.a == 5

    @pytest.mark.parametrize('flags', [{'sealed': True}, {'accessor_writable': False}])
    def test_permission_is_asked_before_the_key_is_looked_up(self, flags):
        with pytest.raises(mt.WritePermissionError):
            del mt.Dict(a=1, **flags)['absent']
        with pytest.raises(mt.WritePermissionError):
            del mt.Dict(a=1, **flags).absent


class TestCopies:
    def test_keep_flags_and_spec(self):
        d = typed(a=1, accessor_writable=False)
        for copied in (d.copy(), d.clone(), d.clone(deep=True)):
            assert copied == d and copied.value_spec is d.value_spec
            assert not copied.accessor_writable
        assert mt.Dict(a=1, sealed=True).clone().is_sealed

    def test_pickle_keeps_flags_but_not_the_spec(self):
        d = pickle.loads(pickle.dumps(typed(a=1, allow_partial=True, sealed=True)))
        assert d == {'a': 1, 'b': 's'} and d.value_spec is None
        assert d.allow_partial and d.is_sealed

    def test_callbacks_are_kept(self):
        seen = []
        d = mt.Dict(a=1, onchange_callback=lambda u: seen.append(list(u))).clone()
        d.a = 2
        assert seen == [['a']]


@pytest.mark.parametrize('key', ['[', 'a.b', ']', 'x[0', '', '.'])
def test_keys_that_are_no_paths(key):
    d = mt.Dict()
    d[key] = [1]
    d[key] = {'y': [2]}
    d.rebind({mt.KeyPath([key]): [3, {'z': 4}]})
    assert d == {key: [3, {'z': 4}]}
    assert d[key].sym_path.keys == [key]
    assert d[key][1].sym_path.keys == [key, 1]
