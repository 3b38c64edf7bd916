"""Symbolizing an existing library."""

import sys
import types

import mutandis as pg

lib = types.ModuleType('shopper')
sys.modules['shopper'] = lib
exec(
    '''
class Item:
  """An item.

  Args:
    name: Its name.
    price: Its price.
  """
  TAX = 0.1
  def __init__(self, name: str, price: float = 1.0):
    self.name = name
    self.price = price
    self.views = 0
  def total(self):
    return round(self.price * (1 + self.TAX), 2)
  def __repr__(self):
    return f'<Item {self.name}>'

class Book(Item):
  def __init__(self, title, *authors, price=10.0, **extra):
    super().__init__(title, price)
    self.authors = authors
    self.extra = extra

class Cart:
  def __init__(self, items=None, discount=0.0, on_checkout=None):
    self.items = items or []
    self.discount = discount
    self.on_checkout = on_checkout
  def total(self):
    t = sum(i.total() for i in self.items) * (1 - self.discount)
    return self.on_checkout(t) if self.on_checkout else round(t, 2)

def round_up(x, step=1.0):
  import math
  return math.ceil(x / step) * step

Alias = Cart
VERSION = '1.0'
''',
    lib.__dict__,
)

Item = pg.symbolize(
    lib.Item,
    [('price', pg.typing.Float(min_value=0.0), 'The price.')],
    auto_doc=True,
    auto_typing=True,
)
Book = pg.symbolize(lib.Book)
Cart = pg.symbolize(lib.Cart, eq=True)
round_up = pg.symbolize(lib.round_up, [('step', pg.typing.Float(min_value=0.01))])
for c in (Item, Book, Cart, round_up):
    print(repr(c), c.__schema__)
i = Item('pen', 2.0)
print(i, repr(i), i.total(), isinstance(i, lib.Item), i.TAX, i.sym_init_args)
i.views = 5
i.rebind(price=3.0)
print(i.total(), i.views)
b = Book('PyGlove', 'A', 'B', price=20.0, pages=100)
print(b, b.authors, b.extra, b.total())
b.rebind({'authors[1]': 'C', 'pages': 120})
print(b.authors, b.extra)
c = Cart([i, b], discount=0.5, on_checkout=round_up(step=5.0))
print(c)
print(c.total(), c.items[0] is i, i.sym_path)
c.rebind({'items[0].price': 30.0})
print(c.total(), c.items[0].price)
c.rebind({'on_checkout.step': 0.5})
print(c.total())
print(c == c.clone(), c != c.clone(override={'discount': 0.1}), i == i.clone(), pg.eq(i, i.clone()))
js = c.to_json_str(json_indent=1)
print(js)
print(pg.from_json_str(js).total() == c.total())
print(pg.diff(c, c.clone(override={'discount': 0.0, 'items[0].price': 1.0})))
for f in (
    lambda: Item('x', -1.0),
    lambda: Item(1),
    lambda: Item(),
    lambda: Cart(foo=1),
    lambda: c.rebind(nope=1),
    lambda: round_up(step='a'),
    lambda: pg.symbolize(3),
    lambda: pg.symbolize(pg.Dict),
    lambda: Book(),
):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__)
p = Item.partial(price=2.0)
print(p.wrapped_cls_initialized, p.missing_values(), hasattr(p, 'views'))
p.rebind(name='cup')
print(p.wrapped_cls_initialized, p.views, p)
space = Cart([Item(pg.oneof(['a', 'b']), pg.oneof([1.0, 2.0]))], discount=pg.oneof([0.0, 0.5]))
print(space.wrapped_cls_initialized)
print([(x.items[0].name, x.total()) for x in pg.iter(space)])


class Bundle(Cart):
    def __init__(self, item, n=2):
        super().__init__([item] * n, discount=0.1)
        self.n = n


bu = Bundle(Item('q', 10.0), 3)
print(bu, bu.total(), Bundle.init_arg_list)
bu.rebind(n=1)
print(bu.total(), bu.n)
with pg.apply_wrappers([Item]):
    print(type(lib.Item('z')) is Item, lib.Item('z'))
print(type(lib.Item('z')) is Item)
out = types.ModuleType('symbolic_shopper')
sys.modules['symbolic_shopper'] = out
ws = pg.wrap_module(lib, export_to=out)
print([w.__name__ for w in ws], out.Alias is out.Cart, out.Item.__module__, out.Item('t').to_json())
print(round_up(3.2)(), round_up(step=0.5)(3.2), round_up(), round_up(1.0).to_json())


def visit(k, v):
    return v + '!' if isinstance(v, str) else v


print(c.clone(deep=True).rebind(visit))
