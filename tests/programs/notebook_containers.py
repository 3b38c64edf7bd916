"""Dicts and lists at work: what a notebook on the object model tries out, one after the other."""

import copy
import pickle

import mutandis as pg

T = pg.typing


def attempt(name, fn):
    try:
        result = fn()
        print(name, '->', result)
    except Exception as error:
        print(name, '!', type(error).__name__)


print('--- dict')
d = pg.Dict(a=1, b=dict(c=[1, 2, dict(d=3)], e='x'), **{'odd key': 4})
print(d)
print(repr(d), len(d), list(d), 'a' in d, 'z' in d)
print(d.b.c[2].d, d['odd key'], d.get('z'), d.get('z', 0), d.b.sym_path, d.b.c[2].sym_path)
d.b.e = 'y'
d['new'] = {'deep': [1]}
d.update({'a': 2, 'b': {'c': []}}, q=5)
print(repr(d))
attempt('pop', lambda: d.pop('q'))
attempt('pop default', lambda: d.pop('q', 'none'))
attempt('pop nothing', lambda: d.pop('q'))
attempt('setdefault', lambda: (d.setdefault('s', [1]), d.setdefault('a', 9)))
attempt('popitem', lambda: d.popitem())
attempt('del', lambda: d.__delitem__('new'))
attempt('del nothing', lambda: d.__delitem__('new'))
attempt('attribute', lambda: d.nothing)
attempt('item', lambda: d['nothing'])
print(d == {'a': 2, 'b': {'c': []}, 'odd key': 4}, d != {}, {'a': 1} == pg.Dict(a=1))
print({**d}, dict(d) == d, sorted(d.keys()), [k for k, v in d.items() if isinstance(v, pg.Dict)])
print(pg.Dict([('x', 1), ('y', 2)]), pg.Dict({'x': 1}, x=2).x, pg.Dict({1: 'int', 'two': 2}))
e = d.copy()
e.b.c.append(1)
print(d.b.c, e.b.c, copy.copy(d) == d, copy.deepcopy(e) == e, pickle.loads(pickle.dumps(d)) == d)
d.x = d.b
print(d.x is d.b, d.x == d.b, d.x.sym_path, d.b.sym_path)
d.x.seal()
attempt('sealed', lambda: d.x.update(c=1))
attempt('sealed item', lambda: d.x.__setitem__('c', 1))
d.x = pg.MISSING_VALUE
print(sorted(d.keys()))
d.clear()
print(d, len(d), bool(d))

print('--- list')
x = pg.List([3, [1, 2], {'a': 5}])
print(x)
print(repr(x[1]), x[-1].a, x[1].sym_path, x[0:2], len(x), 3 in x, x.index(3), x.count(3))
x.append({'b': 6})
x.insert(0, 'first')
x.extend([7, 8])
x += [9]
print(repr(pg.Dict(x=x)))
print([str(v.sym_path) for v in x if isinstance(v, pg.Symbolic)])
attempt('pop', lambda: x.pop())
attempt('pop 0', lambda: x.pop(0))
attempt('remove', lambda: x.remove(7))
attempt('remove nothing', lambda: x.remove(77))
attempt('index', lambda: x[100])
attempt('set', lambda: x.__setitem__(100, 1))
x[1] = [2, 1, 3]
x[1].sort()
x[1].reverse()
x[0:1] = [10, 11]
print(list(x[2]), x[:2], [str(v.sym_path) for v in x if isinstance(v, pg.Symbolic)])
print(x == [10, 11, [3, 2, 1], {'a': 5}, {'b': 6}, 8], x[2] + [0], x[2] * 2, 2 * pg.List([1]))
x.rebind({0: 'zero', '[2][0]': 30, '[3].a': 50, 6: 'end'})
print(list(x)[0], x[2][0], x[3].a, x[-1])
x.rebind({0: pg.MISSING_VALUE, 1: pg.Insertion('before'), 3: pg.MISSING_VALUE})
print(x)
y = pg.List([1, 2, 3], value_spec=T.List(T.Int(min_value=0), min_size=2, max_size=4))
attempt('negative', lambda: y.append(-1))
attempt('string', lambda: y.insert(0, 'a'))
attempt('fits', lambda: y.append(4))
attempt('too long', lambda: y.append(5))
attempt('too long at once', lambda: y.extend([5, 6]))
attempt('remove', lambda: y.remove(1))
attempt('slice', lambda: y.__setitem__(slice(0, 1), ['x']))
print(y, y.max_size, y.value_spec)

print('--- typed dict')
spec = T.Dict(
    [
        ('n', T.Int(1)),
        ('s', T.Str()),
        ('l', T.List(T.Float()).noneable()),
        (T.StrKey('x_.*'), T.Any()),
    ]
)
z = pg.Dict(s='text', x_1=None, value_spec=spec)
print(z)
z.l = [1, 2]
z.n = pg.MISSING_VALUE
print(z.l, z.n, list(z.keys()))
attempt('unknown', lambda: z.__setitem__('y_1', 1))
attempt('type', lambda: z.__setitem__('n', 'one'))
attempt('item type', lambda: z.l.append('one'))
attempt('delete required', lambda: z.__delitem__('s'))
attempt('delete optional', lambda: z.__delitem__('n'))
attempt('delete dynamic', lambda: z.__delitem__('x_1'))
attempt('update', lambda: z.update(n=3, x_2=4))
attempt('popitem', lambda: z.popitem())
print(z, z.value_spec == spec)
z.use_value_spec(None)
z.anything = 1
print(z.anything, z.value_spec, z.clone() == z)
attempt('another', lambda: pg.Dict(n=1, value_spec=T.Dict([('n', T.Int())])).use_value_spec(spec))
attempt('not required', lambda: pg.Dict(value_spec=spec))


class Holder(pg.Object):
    config: spec
    items: list[int] = []


holder = Holder(dict(s='a'))
print(repr(holder))
typed = pg.Dict(s='b', value_spec=spec)
holder.rebind(config=typed)
print(holder.config is typed, holder.config.sym_path, holder.config.sym_parent is holder)
attempt('other spec', lambda: holder.rebind(items=pg.List(['a'], value_spec=T.List(T.Str()))))
attempt('untyped', lambda: holder.rebind(items=pg.List([1, 2])).items.value_spec)
