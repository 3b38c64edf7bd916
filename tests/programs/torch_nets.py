"""PyTorch: symbolized layers, a net as a tree, rewriting that keeps it an ordinary module."""

import torch

import mutandis as pg

Linear = pg.symbolize(torch.nn.Linear)
ReLU = pg.symbolize(torch.nn.ReLU)
Tanh = pg.symbolize(torch.nn.Tanh)
Dropout = pg.symbolize(torch.nn.Dropout)
Sequential = pg.symbolize(torch.nn.Sequential)


@pg.symbolize
class Residual(torch.nn.Module):
    def __init__(self, body, scale=1.0):
        super().__init__()
        self.body = body
        self.scale = scale

    def forward(self, x):
        return x + self.scale * self.body(x)


def shapes(net):
    return {name: tuple(p.shape) for name, p in net.named_parameters()}


net = Sequential(
    Linear(4, 8), ReLU(), Residual(Sequential(Linear(8, 8), Dropout(0.1)), scale=0.5), Linear(8, 2)
)
print(isinstance(net, torch.nn.Module), isinstance(net, pg.Symbolic))
print(shapes(net))
print(tuple(net(torch.zeros(3, 4)).shape), net.training, net.eval().training)
print(pg.format(net, compact=True, hide_default_values=True))

print('--- rewritten')
wide = net.clone()


def widen(path, value):
    if isinstance(value, Linear):
        ins, outs = value.sym_init_args.in_features, value.sym_init_args.out_features
        return Linear(ins if ins == 4 else ins * 2, outs if outs == 2 else outs * 2)
    return value


wide.rebind(widen)
print(shapes(wide))
print(tuple(wide(torch.zeros(3, 4)).shape), sum(p.numel() for p in wide.parameters()))
wide.rebind(lambda k, v: Tanh() if isinstance(v, ReLU) else v)
print([type(m).__name__ for m in wide.children()])
wide.rebind({'args[2].scale': 0.0, 'args[2].body.args[1].p': 0.9})
print(wide[2].scale, wide[2].body[1].p)
print(sorted(pg.query(wide, where=lambda v: isinstance(v, Linear))))

print('--- trained')
torch.manual_seed(1)
model = Sequential(Linear(2, 16), Tanh(), Linear(16, 1))
xs = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
ys = torch.tensor([[0.0], [1.0], [1.0], [0.0]])
optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
for _ in range(300):
    loss = ((model(xs) - ys) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(model(xs).round().flatten().abs().tolist())
print(sorted(model.state_dict()))
fresh = pg.from_json(model.to_json())
print(pg.eq(fresh, model), fresh == model)
fresh.load_state_dict(model.state_dict())
print(torch.equal(fresh(xs), model(xs)))

print('--- incomplete')
partial = Linear.partial(out_features=3)
print(partial.is_partial, partial.wrapped_cls_initialized)
partial.rebind(in_features=2)
print(tuple(partial(torch.zeros(1, 2)).shape), partial.sym_init_args)
for wrong in (
    lambda: Linear(1),
    lambda: Linear(1, 2, size=3),
    lambda: net.rebind({'args[0].size': 1}),
):
    try:
        wrong()
    except (TypeError, KeyError) as error:
        print(type(error).__name__)
