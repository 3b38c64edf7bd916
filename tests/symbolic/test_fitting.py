"""A free `Dict` or `List` that is put into a typed field takes over the field's value spec."""

import pytest

import mutandis as mt

T = mt.typing
POINT = T.Dict([('x', T.Int(default=1)), ('y', T.Int(default=2))])


class Holder(mt.Object):
    p: POINT = {}
    n: int = 0


def listening(node_class, *args):
    told = []

    def note(updates):
        told.append({str(k): (u.old_value, u.new_value) for k, u in updates.items()})

    return node_class(*args, onchange_callback=note), told


FILLED = [{'x': (mt.MISSING_VALUE, 1)}, {'y': (mt.MISSING_VALUE, 2)}]


class TestFilledDefaultsAreTold:
    def test_one_by_one(self):
        d, told = listening(mt.Dict)
        assert mt.Dict(d=d, value_spec=T.Dict([('d', POINT)])).d is d and told == FILLED

    def test_by_use_value_spec(self):
        d, told = listening(mt.Dict)
        assert d.use_value_spec(POINT) == {'x': 1, 'y': 2} and told == FILLED

    def test_from_below(self):
        items, told = listening(mt.List, [{}])
        inner = items[0]
        mt.Dict(d=items, value_spec=T.Dict([('d', T.List(POINT))]))
        assert told == [{f'[0].{k}': v for k, v in each.items()} for each in FILLED]
        assert items[0] is inner and inner.value_spec is not None and inner.sym_path == 'd[0]'

    def test_not_when_notification_is_off(self):
        d, told = listening(mt.Dict)
        with mt.notify_on_change(False):
            d.use_value_spec(POINT)
        assert d == {'x': 1, 'y': 2} and told == []


class TestNothingIsHalfChanged:
    def test_by_a_rebind_that_fails(self):
        holder, free = Holder(), mt.Dict(x=5)
        with pytest.raises(TypeError):
            holder.rebind({'p': free, 'n': 'no number'})
        assert free == {'x': 5} and free.value_spec is None and free.sym_parent is None
        assert holder.p == {'x': 1, 'y': 2} and holder.p.sym_parent is holder
        free.anything = 1

    def test_by_a_handler_that_fails(self):
        class Strict(Holder):
            def _on_change(self, updates):
                raise RuntimeError('no')

        holder, free = Strict(), mt.Dict(x=5)
        with pytest.raises(RuntimeError):
            holder.rebind(p=free)
        assert free == {'x': 5} and free.value_spec is None and free.sym_parent is None

    def test_by_a_list_with_a_bad_item(self):
        good, bad = mt.Dict(x=5), mt.Dict(x='no')
        items = mt.List([good, bad])
        with pytest.raises(TypeError):
            items.use_value_spec(T.List(POINT))
        assert items.value_spec is None and good == {'x': 5} and good.value_spec is None
        assert items[0] is good and good.sym_parent is items

    def test_a_listener_that_refuses_a_default(self):
        def refuse(updates):
            raise RuntimeError('no')

        free = mt.Dict(onchange_callback=refuse)
        with pytest.raises(RuntimeError):
            free.use_value_spec(POINT)
        assert free == {} and free.value_spec is None


class TestABoundContainer:
    @pytest.mark.parametrize(
        'field',
        [
            T.Int(),
            T.Str().noneable(),
            T.Tuple([T.Int()]),
            T.Enum('a', ['a', 'b']),
            T.Object(Holder),
            T.Callable(),
            T.List(T.Str()),
            T.Dict({'q': T.Int()}),
            T.Union([T.Int(), T.Str()]),
        ],
    )
    def test_is_a_value_error_where_its_spec_is_not_accepted(self, field):
        spec = T.Dict({'f': field})
        for bound in (mt.List([1], value_spec=T.List(T.Int())), mt.Dict(value_spec=POINT)):
            with pytest.raises(ValueError):
                mt.Dict(f=bound, value_spec=spec)
        for free in (mt.List([1]), mt.Dict(x=1)):
            with pytest.raises((TypeError, KeyError)):
                mt.Dict(f=free, value_spec=spec)

    def test_goes_where_everything_does(self):
        for field in (T.Any(), T.Object(mt.List), T.Union([T.Int(), T.Object(mt.List)])):
            bound = mt.List([1], value_spec=T.List(T.Int()))
            assert mt.Dict(f=bound, value_spec=T.Dict({'f': field})).f is bound


class Both(mt.Object):
    p: POINT
    items: T.List(T.Int()) = []
    n: int = 0
    single: T.List(T.Int(), max_size=1) = []


@mt.functor([('p', POINT), ('n', T.Int())])
def bound(p, n):
    return p, n


class TestNorByAConstructorThatFails:
    @pytest.mark.parametrize(
        'construct',
        [
            lambda d, items: Both(d, items, 'bad'),
            lambda d, items: Both(d, items, single=[1, 2]),
            lambda d, items: Both(d, items, single='bad'),
            lambda d, items: Both(d, ['bad']),
            lambda d, items: Both.partial(d, items, single='bad'),
            lambda d, items: mt.Dict(d=d, n='bad', value_spec=T.Dict({'d': POINT, 'n': T.Int()})),
            lambda d, items: mt.List([d, 'bad'], value_spec=T.List(POINT)),
            lambda d, items: bound(d, 'bad'),
            lambda d, items: (
                mt.Dict(x=1).rebind(d=d).use_value_spec(T.Dict({'d': POINT, 'x': T.Str()}))
            ),
        ],
    )
    def test_containers_given_to_it_stay_free(self, construct):
        d, items = mt.Dict(y=7), mt.List([1])
        with pytest.raises((TypeError, ValueError)):
            construct(d, items)
        assert d == {'y': 7} and d.value_spec is None and items.value_spec is None
        assert d.sym_parent is None or d.sym_parent == {'x': 1, 'd': d}
        fitted = Both(d.clone(), items)
        assert fitted.p == {'x': 1, 'y': 7} and fitted.items is items

    def test_arguments_of_wrapped_classes_too(self):
        class Plain:
            def __init__(self, p, n):
                self.n = n

        d = mt.Dict(y=7)
        with pytest.raises(TypeError):
            mt.wrap(Plain, [('p', POINT), ('n', T.Int())])(d, 'bad')
        assert d == {'y': 7} and d.value_spec is None


class TestNoNodeBelowItself:
    @pytest.mark.parametrize(
        'change',
        [
            lambda d: d.rebind(x=d),
            lambda d: d.a.rebind(x=d),
            lambda d: d.l.append(d),
            lambda d: d.l.insert(0, d),
            lambda d: d.rebind({'l[0].x': d}),
        ],
    )
    def test_is_refused(self, change):
        d = mt.Dict(a={}, l=[{}])
        before = str(d)
        with pytest.raises(ValueError, match='below itself'):
            change(d)
        assert str(d) == before and d.sym_parent is None


class TestPlaceOfANode:
    def test_a_parent_set_by_hand_leaves_the_path(self):
        home = mt.Dict(k={'q': {}})
        node = home.k
        node.sym_setparent(None)
        assert node.sym_path == 'k' and node.q.sym_path == 'k.q'
        node.sym_setparent(mt.Dict())
        assert node.sym_path == 'k'

    def test_a_path_set_by_hand(self):
        home = mt.Dict(b={'c': {}})
        home.sym_setpath(mt.KeyPath.parse('x.y'))
        assert home.b.c.sym_path == 'x.y.b.c'
        home.b.sym_setpath(mt.KeyPath('q'))
        assert home.b.c.sym_path == 'q.c' and home.sym_path == 'x.y'
        home.b.sym_setpath('x.y.b')
        home.sym_setpath('')
        assert home.b.c.sym_path == 'b.c'


class TestInTypedTuples:
    """What a tuple holds has no parent, but the specs of its elements make nodes of it, too."""

    PAIR = T.Tuple([T.Int(), T.List(T.Int())])

    class Owner(mt.Object):
        pair: tuple[int, list[int]] = (1, [2])
        deep: T.Tuple([T.Tuple([POINT])]).noneable() = None
        plain: T.Any() = None

    def test_lists_and_dicts_are_bound_nodes(self):
        owner = self.Owner((1, [3]), deep=(({'y': 7},),), plain=([1],))
        items, point = owner.pair[1], owner.deep[0][0]
        assert type(items) is mt.List and items.value_spec == T.List(T.Int())
        assert point == {'x': 1, 'y': 7} and type(owner.plain[0]) is list
        assert (items.sym_path, items.sym_parent, point.sym_path) == ('pair[1]', None, 'deep[0][0]')
        with pytest.raises(TypeError):
            items.append('s')
        assert owner.rebind({'pair[1][0]': 9}).pair == (1, [9])

    def test_defaults_too_each_object_has_its_own(self):
        first, second = self.Owner(), self.Owner()
        first.pair[1].append(5)
        assert (first.pair, second.pair) == ((1, [2, 5]), (1, [2])) and first != second
        assert hash(second) == hash(self.Owner())

    def test_what_was_given_is_left_as_it_is(self):
        given = (1, [3])
        self.Owner(given).pair[1].append(4)
        assert given == (1, [3]) and type(given[1]) is list
        node = mt.List([3])
        assert self.Owner((1, node)).pair[1] is node

    def test_in_lists_and_through_json(self):
        pairs = mt.List([(1, [2])], value_spec=T.List(self.PAIR))
        pairs.append((3, [4]))
        assert [type(p[1]) for p in pairs] == [mt.List, mt.List]
        owner = self.Owner((1, [3]))
        assert mt.from_json(owner.to_json()) == owner == owner.clone(deep=True)

    @pytest.mark.parametrize(
        'value, error',
        [((1, ['s']), TypeError), ((1, [], 2), ValueError), ((1, 's'), TypeError)],
    )
    def test_values_that_do_not_fit(self, value, error):
        with pytest.raises(error):
            self.Owner(value)
