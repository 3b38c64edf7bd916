"""Unusual classes: mix-ins, abstract methods, generics, properties over fields, constructors."""

import abc
import copy
import pickle
from typing import Any, ClassVar, Generic, TypeVar

import mutandis as pg

T = pg.typing


def attempt(name, fn):
    try:
        result = fn()
        print(name, '->', result)
    except Exception as error:
        print(name, '!', type(error).__name__)


print('--- mix-ins')


class Named:
    prefix = 'a '

    def __init__(self):
        self.made_by_mixin = True

    def title(self):
        return self.prefix + self.name


class Animal(pg.Object, Named):
    name: str
    legs: int = 4
    count: ClassVar[int] = 0
    SOUND = 'none'
    _private: int = 3

    def __str__(self):
        return f'<{self.name}>'


class Bird(Animal):
    legs = 2
    SOUND = 'tweet'
    wings: int = 2


class Swimmer(pg.Object):
    depth: float = 1.0
    legs: int = 0


class Duck(Bird, Swimmer):
    name = 'duck'


duck = Duck()
print(duck.title(), duck.made_by_mixin, duck, repr(duck))
print(list(Duck.__schema__.keys()), Duck.init_arg_list, duck.legs, Duck.SOUND, duck._private)
print(f'{duck}', [duck], pg.Dict(d=duck))
print(duck.format(), isinstance(duck, Swimmer), Duck.__type_name__.split('.')[-1])
duck.note = 'an attribute'
print(
    duck.note, hasattr(duck.clone(), 'note'), copy.copy(duck) == duck, copy.deepcopy(duck) == duck
)

print('--- abstract')


class Shape(pg.Object, metaclass=pg.symbolic.ObjectMeta):
    @property
    @abc.abstractmethod
    def corners(self):
        """How many corners."""

    @abc.abstractmethod
    def area(self):
        """How large."""


class Square(Shape):
    side: float
    corners: int = 4

    def area(self):
        return self.side**2


attempt('abstract', Shape)
print(Square(2.0).area(), Square(1.0).corners)
attempt('abstract subclass', lambda: type('Odd', (Shape,), {'__module__': __name__})())

print('--- generic')
X = TypeVar('X')


class Box(pg.Object, Generic[X]):
    content: Any


class IntBox(Box[int]):
    content: int


class Shelf(pg.Object):
    box: Box[int]


print(Shelf(IntBox(3)), Box[str]('x'))
attempt('another box', lambda: Shelf(Box('x')))

print('--- methods over fields')


@pg.members([('size', T.Int(1)), ('render', T.Callable([]).noneable()), ('scale', T.Float(2.0))])
class Widget(pg.Object):
    def render(self):
        return f'size {self.size}'

    @property
    def scale(self):
        return self.sym_init_args.scale * 10


widget = Widget()
print(widget.render(), widget.scale, widget.sym_init_args.scale)
widget.rebind(scale=3.0)
print(widget.scale, repr(widget)[:14])

print('--- own constructors')


class Range(pg.Object):
    low: int
    high: int

    @pg.explicit_method_override
    def __init__(self, *, width, center=0):
        super().__init__(low=center - width // 2, high=center + width // 2)


print(Range(width=10), Range(width=4, center=10).high)
own = {'__init__': lambda self: None, '__module__': __name__}
attempt('no marker', lambda: type('Plain', (pg.Object,), own))


class Forgetful(pg.Object):
    x: int = 1

    @pg.explicit_method_override
    def __init__(self):
        pass


attempt('no super call', lambda: Forgetful().x)

print('--- keyword fields')


class Open(pg.Object):
    first: int
    __kwargs__: str


opened = Open(1, second='b', third='c')
print(opened, opened.second, list(opened.sym_init_args))
attempt('wrong type', lambda: Open(1, second=2))
print(opened.rebind(fourth='d').fourth, opened == Open(1, second='b', third='c', fourth='d'))
opened.rebind(third=pg.MISSING_VALUE)
print(list(opened.sym_keys()))

print('--- looking around')


class Node(pg.Object):
    value: int = 0
    children: list['Node'] = []

    def _on_bound(self):
        super()._on_bound()
        self.total = self.value + sum(child.total for child in self.children)


tree = Node(1, [Node(2, [Node(3)]), Node(4)])
leaf = tree.children[0].children[0]
print(tree.total, leaf.rebind(value=30).total, tree.total)
print(leaf.sym_path, leaf.sym_root is tree, leaf.sym_ancestor(lambda x: isinstance(x, Node)).value)
print(leaf.sym_ancestor(lambda x: isinstance(x, dict)), len(tree.sym_descendants()))


def is_node(value):
    return isinstance(value, Node)


Option = pg.symbolic.DescendantQueryOption
for option in (Option.ALL, Option.IMMEDIATE, Option.LEAF):
    print(option.name, [n.value for n in tree.sym_descendants(is_node, option)])
print([n.value for n in tree.sym_descendants(is_node, include_self=True)])
print(tree.sym_attr_field('value').value, leaf.sym_field.value, tree.sym_field)
print(tree.sym_hasattr('value'), tree.sym_hasattr('children[0]'), tree.sym_has('children[0].value'))
print(
    tree.sym_get('children[1].value'),
    tree.sym_get('children[7]', 'nothing'),
    tree.sym_getattr('x', 'no'),
)
attempt('sym_get', lambda: tree.sym_get('children[7].value'))
attempt('sym_getattr', lambda: tree.sym_getattr('x'))
print(list(tree.sym_keys()), [type(v).__name__ for v in tree.sym_values()], next(tree.sym_items()))
print(
    tree.sym_contains(value=30),
    tree.sym_contains(type=str),
    tree.sym_eq(tree.clone()),
    tree.sym_ne(1),
)
print(pickle.loads(pickle.dumps(pg.Dict(a=[1, {'b': 2}]))))
print(tree.sym_init_args == {'value': 1, 'children': tree.children}, tree.sym_init_args.value)
print(tree.sym_seal(True).is_sealed, tree.children[0].is_sealed, tree.sym_puresymbolic)
print(Node.__schema__.name.split('.')[-1], Node.sym_fields.schema is Node.__schema__)
tree.sym_seal(False).rebind({'children[0].value': 7}, notify_parents=True)
print(tree.total)
