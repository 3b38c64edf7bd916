"""Event handlers keep derived values up to date; who hears of what, and in which order."""

from typing import Any

import mutandis as pg

T = pg.typing
log = []


def heard():
    for line in log:
        print('  ', line)
    log.clear()


class Point(pg.Object):
    x: float = 0.0
    y: float = 0.0


class Polygon(pg.Object):
    """Caches its area; keeps it right through any change below."""

    points: list[Point]
    unit: str = 'm'

    def _on_bound(self):
        super()._on_bound()
        total = 0.0
        for a, b in zip(self.points, list(self.points[1:]) + [self.points[0]], strict=True):
            total += a.x * b.y - b.x * a.y
        self._area = abs(total) / 2
        log.append(f'area of {self.sym_path or "root"} is {self._area}')

    @property
    def area(self):
        return self._area


class Watched(pg.Object):
    value: int = 0
    inner: Any = None

    def _on_init(self):
        super()._on_init()
        log.append(f'init {self.value}')

    def _on_bound(self):
        super()._on_bound()
        log.append(f'bound {self.value}')

    def _on_change(self, updates):
        for path, update in updates.items():
            log.append(f'{self.value} hears {path}: {update.old_value!r} -> {update.new_value!r}')
        super()._on_change(updates)

    def _on_parent_change(self, old, new):
        super()._on_parent_change(old, new)
        log.append(f'{self.value} parent {type(old).__name__} -> {type(new).__name__}')

    def _on_path_change(self, old, new):
        super()._on_path_change(old, new)
        log.append(f'{self.value} path {old!r} -> {new!r}')


def reporter(name):
    def report(updates):
        changes = sorted((str(k), u.old_value, u.new_value) for k, u in updates.items())
        log.append(f'{name}: {[c[0] for c in changes]}')

    return report


square = Polygon([Point(), Point(1, 0), Point(1, 1), Point(0, 1)])
heard()
square.rebind({'points[2].x': 2.0})
heard()
square.points[2].rebind(x=3, y=3)
heard()
square.points.append(Point(-1, 0.5))
heard()
square.rebind({'points[0].x': 0.5, 'points[1].y': -1, 'unit': 'km'})
heard()
square.rebind(lambda k, v: v * 10 if isinstance(v, float) else v)
heard()
square.rebind({'points[0].x': 0}, skip_notification=True)
print(square.area)
square.points[1].rebind(x=0, notify_parents=False)
print(square.area)
with pg.notify_on_change(False):
    square.rebind(unit='mm')
heard()
square.rebind(unit='m')
heard()

print('--- the order of a life')
child = Watched(1)
heard()
parent = Watched(2, inner=child)
heard()
tree = pg.Dict(first=parent, second=Watched(3))
heard()
tree.rebind({'first.inner.value': 10, 'second.value': 30, 'first.value': 20})
heard()
tree.first.inner.rebind(inner=[1, 2])
heard()
tree.first.inner.inner.append(3)
heard()
tree.first = None
heard()
print(parent.sym_parent, parent.sym_path, child.sym_path, child.sym_root is parent)
copy = parent.clone()
heard()
print(pg.eq(copy, parent))

print('--- callbacks of containers')
config = pg.Dict(
    {'a': pg.List([1, 2], onchange_callback=reporter('list')), 'b': {'c': 1}},
    onchange_callback=reporter('dict'),
)
config.a.append(3)
config.b.c = 2
config.rebind({'a[0]': 7, 'b.c': 3, 'b.d': 4})
config.a[1:] = [5, 6, 7]
del config.b.d
config.a.pop()
config.x = 1
heard()

print('--- field updates')


class Recorder(pg.Object):
    settings: T.Dict([('lr', T.Float(0.1)), ('name', T.Str('n'))])
    steps: list[int] = []

    def _on_change(self, updates):
        for path, update in updates.items():
            print(repr(path), update.path, update.field is not None, type(update.target).__name__)
            print('  ', update.old_value, '->', update.new_value)


recorder = Recorder()
recorder.rebind({'settings.lr': 0.5})
recorder.rebind(settings=dict(name='x'), steps=[1, 2])
recorder.steps[0] = 5
recorder.rebind({'steps[0]': pg.Insertion(9), 'steps[1]': 8})
print(recorder.steps, recorder.settings)
