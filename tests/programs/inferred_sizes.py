"""Values that are inferred from where an object stands: sizes, rates, names."""

from typing import Any

import mutandis as pg

Inherit = pg.symbolic.ValueFromParentChain


class Attention(pg.Object):
    heads: int = 4
    size: int = Inherit()
    dropout: float = Inherit()

    @property
    def head_size(self):
        return self.size // self.heads


class FeedForward(pg.Object):
    size: int = Inherit()
    factor: int = 4

    @property
    def inner(self):
        return self.size * self.factor


class Block(pg.Object):
    attention: Attention = Attention()
    feed_forward: FeedForward = FeedForward()
    extra: list[Any] = []


class Transformer(pg.Object):
    size: int = 64
    dropout: float = 0.1
    blocks: list[Block] = [Block(), Block(Attention(8, dropout=0.0))]


class Rate(pg.InferredValue):
    """The learning rate of the nearest ancestor that has one, scaled."""

    scale: float = 1.0

    def infer(self, **kwargs):
        node = self.sym_parent
        while node is not None:
            if node.sym_hasattr('base_rate'):
                return node.base_rate * self.scale
            node = node.sym_parent
        raise AttributeError('No base_rate above.')


model = Transformer()
print([b.attention.size for b in model.blocks], [b.attention.dropout for b in model.blocks])
print([b.attention.head_size for b in model.blocks], model.blocks[1].feed_forward.inner)
model.rebind(size=128)
print([b.attention.size for b in model.blocks], model.blocks[0].feed_forward.inner)
model.rebind({'blocks[1].attention.size': 256})
print([b.attention.size for b in model.blocks])
attention = model.blocks[0].attention
print(
    attention.sym_getattr('size'), attention.sym_inferred('size'), attention.sym_inferrable('size')
)
print(attention)
print(attention.format(compact=True, use_inferred=True))
print(sorted(attention.to_json()), attention.to_json(use_inferred=True)['size'])
print(attention.is_partial, attention.sym_missing())

print('--- alone, nothing can be inferred')
alone = attention.clone()
print(alone.sym_parent, alone.sym_inferrable('size'), alone.sym_inferred('size', None))
for read in (lambda: alone.size, lambda: pg.Dict(x=1, size=Inherit()).size):
    try:
        print(read())
    except AttributeError:
        print('AttributeError')
try:
    pg.Dict(size=Inherit())['size']
except KeyError:
    print('KeyError')

print('--- dicts and lists on the way')
tree = pg.Dict(
    base_rate=0.5,
    size=7,
    groups=[pg.Dict(rate=Rate(), nested=pg.Dict(rate=Rate(scale=0.1), size=Inherit()))],
)
print(tree.groups[0].rate, tree.groups[0].nested.rate, tree.groups[0].nested.size)
tree.rebind(base_rate=2.0, size=8)
print(tree.groups[0].rate, tree.groups[0].nested.rate, tree.groups[0].nested.size)
print(tree.groups[0]['rate'], tree.groups[0].nested.get('nothing', 'default'))
print(list(tree.groups[0].nested.sym_values()))
print(tree)
other = pg.Dict(base_rate=10.0, size=1, inner=tree.groups[0].clone())
print(other.inner.rate, other.inner.nested.size)
print(pg.eq(tree.groups[0], other.inner), pg.from_json(other.to_json()).inner.rate)
moved = tree.groups[0]
other.rebind(moved=moved)
print(other.moved is moved, other.moved.rate, moved.rate)

print('--- whoever holds the value may compute it')


class Machine(pg.Object):
    workers: list[Any]

    @property
    def size(self):
        return len(self.workers) * 100


machine = Machine([FeedForward(), pg.Dict(deep=FeedForward(factor=1))])
print(machine.workers[0].size, machine.workers[1].deep.inner)
machine.workers.append(FeedForward())
print([w.size for w in machine.workers if isinstance(w, FeedForward)])
