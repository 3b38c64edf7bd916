"""Recursive classes: expressions that differentiate, and simplify by rewriting themselves."""

from typing import Any, Optional

import mutandis as pg


class Expr(pg.Object):
    """An arithmetic expression."""

    def __add__(self, other):
        return Add([self, as_expr(other)])

    def __mul__(self, other):
        return Mul([self, as_expr(other)])

    def value(self, **variables):
        raise NotImplementedError()

    def derivative(self, name):
        raise NotImplementedError()


class Const(Expr):
    number: int | float

    def value(self, **variables):
        return self.number

    def derivative(self, name):
        return Const(0)

    def format(self, *args, **kwargs):
        return str(self.number)


class Var(Expr):
    name: str

    def value(self, **variables):
        return variables[self.name]

    def derivative(self, name):
        return Const(int(name == self.name))

    def format(self, *args, **kwargs):
        return self.name


class Nary(Expr):
    terms: list['Expr']
    symbol = '?'

    def format(self, *args, **kwargs):
        return '(' + f' {self.symbol} '.join(str(t) for t in self.terms) + ')'


class Add(Nary):
    symbol = '+'

    def value(self, **variables):
        return sum(t.value(**variables) for t in self.terms)

    def derivative(self, name):
        return Add([t.derivative(name) for t in self.terms])


class Mul(Nary):
    symbol = '*'

    def value(self, **variables):
        result = 1
        for t in self.terms:
            result *= t.value(**variables)
        return result

    def derivative(self, name):
        summands = []
        for i in range(len(self.terms)):
            factors = [t.derivative(name) if i == j else t for j, t in enumerate(self.terms)]
            summands.append(Mul(factors))
        return Add(summands)


class Node(pg.Object):
    """A linked list whose class refers to itself."""

    item: Any
    rest: Optional['Node'] = None


def as_expr(value):
    return value if isinstance(value, Expr) else Const(value)


RULES = []


def rule(fn):
    RULES.append(fn)
    return fn


@rule
def constants(e):
    if isinstance(e, Nary) and len(e.terms) > 1 and all(isinstance(t, Const) for t in e.terms):
        return Const(e.value())


@rule
def zero(e):
    if isinstance(e, Mul) and any(pg.eq(t, Const(0)) for t in e.terms):
        return Const(0)


@rule
def neutral(e):
    if isinstance(e, Nary):
        unit = Const(0) if isinstance(e, Add) else Const(1)
        kept = [t for t in e.terms if pg.ne(t, unit)]
        if len(kept) < len(e.terms) and kept:
            return type(e)(kept)


@rule
def single(e):
    if isinstance(e, Nary) and len(e.terms) == 1:
        return e.terms[0]


@rule
def nested(e):
    if isinstance(e, Nary) and any(type(t) is type(e) for t in e.terms):
        flat = []
        for t in e.terms:
            flat.extend(t.terms if type(t) is type(e) else [t])
        return type(e)(flat)


def simplify(expression):
    holder = pg.Dict(e=expression.clone())
    steps = 0
    while True:

        def rewrite(path, value):
            for each in RULES if isinstance(value, Expr) else ():
                result = each(value)
                if result is not None:
                    return result
            return value

        before = holder.clone()
        holder.rebind(rewrite, raise_on_no_change=False)
        if pg.eq(before, holder):
            return holder.e, steps
        steps += 1


x, y = Var('x'), Var('y')
f = (x * x + y * 3 + 0) * (x + 1)
print(f, f.value(x=2, y=1))
print(f.derivative('x'))
simple, steps = simplify(f.derivative('x'))
print(simple, steps)
print(simple.value(x=2, y=1), f.derivative('x').value(x=2, y=1))
print(simplify(f.derivative('z'))[0], simplify(f)[0])
print(len(f.sym_descendants(lambda v: isinstance(v, Var))), f.terms[0].terms[0].sym_path)
print(x.sym_path, x.sym_parent is None, f.terms[1].terms[0] is x)
print(sorted(str(k) for k in pg.query(f, where=lambda v: isinstance(v, Const))))
swapped = f.clone().rebind(lambda k, v: Var('y') if pg.eq(v, Var('x')) else v)
print(swapped, pg.eq(swapped, f), f.clone(deep=True) == f)
print(pg.from_json_str(f.to_json_str()) == f, repr(f) == str(f), f'{f}')
print(Mul.__schema__['terms'].value)
for wrong in (lambda: Add([1, 2]), lambda: Const('one'), lambda: Add(x), lambda: Node(1, 2)):
    try:
        print(wrong())
    except TypeError:
        print('TypeError')

print('--- self reference')
chain = Node(1, Node('two', Node([3])))
print(chain)
print(chain.rest.rest.sym_path, chain.rest.rest.item.sym_path, chain.rest.rest.rest)
chain.rebind({'rest.rest.rest': Node(4), 'rest.item': 2})
print(repr(chain))
print(Node.__schema__['rest'].value)
