"""A registry of experiments: saved, loaded, cloned, diffed, looked through by path."""

import mutandis as pg

T = pg.typing


def gelu(x):
    return x


class Activation(pg.Object):
    fn: T.Callable([T.Any()])
    name: str = 'activation'


@pg.members(
    [
        ('kernel', T.Tuple([T.Int(min_value=1), T.Int(min_value=1)], default=(3, 3))),
        ('filters', T.Int(min_value=1)),
        ('activation', T.Object(Activation).noneable()),
    ],
    serialization_key='registry.Conv',
    additional_keys=['old.Convolution'],
)
class Conv(pg.Object):
    pass


class Run(pg.Object):
    name: str
    net: list[Conv]
    metrics: dict[str, float] = {}
    parent: str | None = None


first = Run('first', [Conv(filters=8), Conv((1, 1), 16, Activation(gelu, 'gelu'))])
print(pg.to_json(first)['_type'].split('.')[-1], [x['_type'] for x in pg.to_json(first)['net']])
print(first.to_json(hide_default_values=True)['net'])
print(first.net[0].to_json_str())
print(pg.from_json({'_type': 'old.Convolution', 'filters': 3}))
print(pg.from_json_str(first.to_json_str()) == first)
loaded = pg.from_json_str(first.to_json_str(json_indent=2))
print(loaded.net[1].activation.fn is gelu, loaded.net[1].kernel)

print('--- second from first')
second = first.clone(override={'name': 'second', 'parent': 'first', 'net[0].filters': 12})
second.net.append(Conv(filters=32))
second.rebind({'metrics.accuracy': 0.75})
print(second.sym_nondefault().keys())
print(pg.diff(first.net[0], second.net[0]))
print(pg.diff(first, first.clone().rebind({'name': 'x', 'metrics.accuracy': 0.5})))
print(pg.diff(first, first.clone().rebind({'name': 'x', 'metrics.accuracy': 0.5}), flatten=True))
print(pg.diff(first, first.clone()), bool(pg.diff(first, first.clone())))
print(pg.diff(second.net[0], second.net[2], mode='both'))
print(pg.diff(second.net[0], second.net[2], mode='same'))
print(pg.diff(pg.Dict(a=1, b=[1, 2]), pg.Dict(a=2, b=[1, 3, 4])))
print(pg.diff(Conv(filters=1), Activation(len)))

print('--- files')
for run in (first, second):
    run.save(f'/mem/registry/{run.name}.json')
print(sorted(pg.io.listdir('/mem/registry')))
runs = {name[:-5]: Run.load(f'/mem/registry/{name}') for name in pg.io.listdir('/mem/registry')}
print(runs['first'] == first, runs['second'] == second)
try:
    Conv.load('/mem/registry/first.json')
except TypeError:
    print('TypeError')
pg.save(first.net, '/mem/registry/net.json', indent=2)
print(
    pg.io.readfile('/mem/registry/net.json').count('\n') > 10,
    pg.load('/mem/registry/net.json') == first.net,
)
pg.save('just text', '/mem/registry/readme.txt', file_format='txt')
print(pg.load('/mem/registry/readme.txt', file_format='txt'))
with pg.open_jsonl('/mem/registry/log.jsonl', 'w') as out:
    for run in (first, second):
        out.add(run)
with pg.open_jsonl('/mem/registry/log.jsonl') as records:
    print([run.name for run in records])

print('--- paths')
path = pg.KeyPath.parse('net[1].activation.name')
print(path, path.keys, path.parent, path.key, path.depth, path == 'net[1].activation.name')
print(
    path.query(first),
    path.get(second, 'none'),
    path.exists(second),
    (path.parent + 'x').exists(first),
)
print(pg.KeyPath([1, 'a.b', 'c']), pg.KeyPath() + 'x' + 0 + 'y', path - pg.KeyPath(['net', 1]))
paths = pg.KeyPathSet(['net[0].filters', 'net[1]', 'metrics'])
print(paths, 'metrics' in paths, paths.has_prefix('net'), paths.subtree('net'))
flat = pg.utils.flatten(pg.Dict(a=1, b=[1, {'c': 2}], d={}))
print(flat, pg.utils.canonicalize({'a.b': 1, 'c[0]': 2, 'c[1].d': 3}))
print(pg.utils.merge([{'a': {'b': 1}, 'l': [1, 2]}, {'a': {'c': 2}, 'l': {1: 5}}]))
print(pg.utils.transform({'a': [1, 2], 'b': 3}, lambda k, v: v + 1 if isinstance(v, int) else v))

print('--- order, hash, equality')
convs = [Conv(filters=3), Conv(filters=1), Conv((1, 1), 3)]
print(pg.lt(convs[1], convs[0]), pg.gt(convs[1], convs[0]), pg.lt(convs[2], convs[0]))
print(len({Conv(filters=3), Conv(filters=3), Conv(filters=4)}), Conv(filters=3) == Conv(filters=3))
print(pg.eq([1, {'a': convs[0]}], [1, {'a': Conv(filters=3)}]), pg.ne((1,), (1,)), pg.lt(1, 'a'))
print(pg.eq(Conv(filters=1), pg.Dict(filters=1)), pg.hash((1, 2)) == hash((1, 2)))
seen = []
print(pg.traverse(first, lambda k, v, p: seen.append(str(k))), seen)


def stop_at_first_conv(path, value, parent):
    if isinstance(value, Conv):
        print('found', path)
        return pg.TraverseAction.STOP
    return pg.TraverseAction.ENTER


print(pg.traverse(first, stop_at_first_conv))
print(first.net[0].format(compact=True, hide_default_values=True, exclude_keys={'activation'}))
