"""`history`: where each value was set, and by which rule."""

import mutandis as mt


class Net(mt.Object):
    width: int = 8
    act: str = 'relu'
    parts: list = []


@mt.patcher([('to', mt.typing.Str())])
def swap_act_of_net(net, to='gelu'):
    return {'act': to}


@mt.patcher
def grow_and_swap_net(net):
    return [{'width': 16}, 'swap_act_of_net?silu']


def rows(tree):
    return [(str(c.path), c.rule, c.old, c.new) for c in mt.history(tree).changes]


def test_an_untouched_tree_has_none():
    net = Net()
    net.rebind(width=3)
    assert not mt.history(net) and str(mt.history(net)) == 'no rule has changed anything'
    assert '_sym_history' not in net.__dict__


def test_patches_and_selections_are_noted_in_order():
    net = mt.Dict(a=Net())
    mt.patch(net, {'a.width': 9})
    mt.select(net).at_key('width').apply(lambda w: w + 1)
    assert rows(net) == [
        ('a.width', 'patch of a.width', 8, 9),
        ('a.width', "select(<Dict>).at_key('width').apply", 9, 10),
    ]
    assert [c.new for c in mt.history(net)['a.width']] == [9, 10]


def test_rules_inside_a_patcher_name_both():
    net = Net()
    mt.patch(net, 'grow_and_swap_net')
    assert rows(net) == [
        ('width', 'grow_and_swap_net', 8, 16),
        ('act', 'grow_and_swap_net > swap_act_of_net?to=silu', 'relu', 'silu'),
    ]


def test_a_failed_patch_leaves_no_note():
    net = Net()
    try:
        mt.patch(net, [{'width': 9}, {'nothing.here': 1}])
    except KeyError:
        pass
    assert net.width == 8 and not mt.history(net)


def test_copies_keep_the_notes_and_moves_take_them_along():
    net = Net()
    mt.patch(net, {'width': 9})
    copy = net.clone()
    assert rows(copy) == rows(net) == [('width', 'patch of width', 8, 9)]
    tree = mt.Dict(x=[net])
    assert rows(tree) == [('x[0].width', 'patch of width', 8, 9)]
    assert mt.eq(copy, net) and mt.hash(copy) == mt.hash(net)


def test_items_that_moved_are_found_where_they_are():
    net = Net(parts=[Net(width=1), Net(width=2)])
    mt.select(net).at_path(r'parts\[1\]').apply(lambda part: Net(width=part.width + 1))
    net.parts.insert(0, Net())
    assert [path for path in mt.history(net)] == ['parts[2]']


def test_the_table():
    net = Net()
    mt.patch(net, 'swap_act_of_net')
    assert str(mt.history(net)) == "act  'relu' -> 'gelu'  by swap_act_of_net"


def test_replacements_of_the_whole_tree_are_noted():
    new = mt.patch(Net(), {'': Net(width=1)})
    assert [(str(c.path), c.rule, c.new is new) for c in mt.history(new).changes] == [
        ('', 'patch of the root', True)
    ]


def test_patched_trees_say_so():
    net = mt.patch(Net(), ['swap_act_of_net', 'grow_and_swap_net'])
    origins = net.sym_origin.chain('patch')
    # The patcher that was asked for last comes first; `grow_and_swap_net` used another one.
    assert [origin.source.uri for origin in origins] == [
        'grow_and_swap_net',
        'swap_act_of_net?to=silu',
        'swap_act_of_net',
    ]


def test_where_objects_were_constructed():
    with mt.track_origin():
        tree = Net()
    file = __file__.rsplit('/', 1)[-1]
    text = str(mt.history(tree))
    assert text.startswith('(root)  constructed at ')
    assert f'{file}:' in text
    assert str(mt.history(Net())) == 'no rule has changed anything'
