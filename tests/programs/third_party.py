"""An existing library, not written for this, made symbolic from outside."""

import types

import mutandis as pg


def library():
    """Somebody else's module of classes."""
    module = types.ModuleType('paint')
    source = '''
class Shape:
  """A shape."""
  def area(self):
    raise NotImplementedError()

class Square(Shape):
  def __init__(self, side, color='red'):
    self.side = side
    self.color = color
    self.made = 'square'
  def area(self):
    return self.side ** 2

class Circle(Shape):
  def __init__(self, radius, *, color='blue'):
    self.radius, self.color = radius, color
  def area(self):
    return 3 * self.radius ** 2
  @classmethod
  def unit(cls):
    return cls(1)

class Group(Shape):
  def __init__(self, *members, **labels):
    self.members = members
    self.labels = labels
  def area(self):
    return sum(x.area() for x in self.members)

def scene():
  return Group(Square(2), Circle(1, color='green'), title='scene')

VERSION = 3
'''
    exec(source, module.__dict__)
    return module


paint = library()
for name in ('Shape', 'Square', 'Circle', 'Group'):
    getattr(paint, name).__module__ = 'paint'

Square = pg.wrap(paint.Square, [('side', pg.typing.Float(min_value=0.0), 'Its length.')])
print(issubclass(Square, paint.Square), Square.__name__, Square.__module__)
print(issubclass(Square, pg.ClassWrapper), Square.sym_wrapped_cls is paint.Square)
square = Square(2, color='black')
print(square, square.area(), square.made)
print(repr(square), square.side, square.sym_init_args.side)
square.side = 10
print(square.area(), square.sym_init_args.side)
square.rebind(side=3)
print(square.area(), square.side, square.color)
print(square == Square(3, color='black'), pg.eq(square, Square(3, color='black')))
copy = square.clone()
print(copy.area(), copy is square, isinstance(copy, Square), pg.eq(copy, square))
try:
    Square(-1.0)
except ValueError as error:
    print(type(error).__name__)

print('--- all of the module')
exported = types.ModuleType('symbolic_paint')
wrappers = pg.wrap_module(
    paint,
    where=lambda c: issubclass(c, paint.Shape) and c is not paint.Shape,
    export_to=exported,
    eq=True,
)
print([w.__name__ for w in wrappers], exported.Circle.__module__)
scene = exported.Group(exported.Square(2), exported.Circle(1, color='green'), title='scene')
print(scene)
print(scene.area(), [type(m).__name__ for m in scene.members], scene.labels)
scene.rebind({'members[0].side': 5})
print(scene.area())
scene.rebind(lambda k, v, p: 'white' if k and k.key == 'color' else v)
print(repr(scene), scene.members[1].color)
print(scene == scene.clone(), scene != scene.clone().rebind(title='other'))
print(exported.Circle.unit(), type(exported.Circle.unit()) is exported.Circle)

print('--- old code, unchanged, makes symbolic objects')
plain = paint.scene()
print(isinstance(plain, pg.Symbolic), plain.area())
with pg.apply_wrappers(wrappers):
    made = paint.scene()
print(isinstance(made, pg.Symbolic), made.area(), type(made.members[0]) is exported.Square)
made.rebind(lambda k, v: v + 1 if isinstance(v, int) else v)
print(made.area(), pg.query(made, where=lambda v: isinstance(v, str)))

print('--- incomplete until told')
partial = exported.Square.partial(color='pink')
print(partial.is_partial, partial.wrapped_cls_initialized, partial.missing_values())
partial.rebind(side=4)
print(partial.is_partial, partial.wrapped_cls_initialized, partial.area())

print('--- subclasses of wrappers')


class Tile(exported.Square):
    def __init__(self, size, glaze='matt'):
        super().__init__(size, 'grey')
        self.glaze = glaze


tile = Tile(3)
print(repr(tile), tile.area(), tile.color, tile.glaze)
tile.rebind(size=4, glaze='shiny')
print(tile.area(), tile.glaze, isinstance(tile, paint.Square), list(Tile.__schema__.keys()))


@pg.symbolize(eq=True, override={'area': lambda self: -1})
class Odd(paint.Shape):
    def __init__(self, x, y=2):
        self.total = x + y


odd = Odd(1)
print(odd.area(), odd.total, odd == Odd(1), odd == Odd(2), hash(odd) == hash(Odd(1)))
print(odd.rebind(y=5).total, pg.from_json(odd.to_json()) == odd)

print('--- mistakes')


def attempt(fn):
    try:
        print('no error:', fn())
    except Exception as error:
        print(type(error).__name__)


attempt(lambda: exported.Square())
attempt(lambda: exported.Square(1, colour='x'))
attempt(lambda: exported.Square(1).rebind(width=3))
attempt(lambda: exported.Circle(1, 'red'))
attempt(lambda: pg.wrap(3))
attempt(lambda: pg.wrap(paint.Square, [('sides', int)]))
attempt(lambda: pg.symbolize(pg.Object))
attempt(lambda: pg.symbolize(1))
