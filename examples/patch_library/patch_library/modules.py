"""The modules that the rules put into models; each is useful on its own, without mutandis.

All of them stand around a part of a model, `inner`, and answer for it: whoever asks them for an
attribute that they do not have gets that of the part.
"""

import torch
from torch import nn
from torch.nn import functional as F


class Around(nn.Module):
    """A module around another one."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def __getattr__(self, name):
        try:
            return super().__getattr__(name)
        except AttributeError:
            # Not what belongs to this object itself: copying, and being part of a tree.
            if name == 'inner' or name.startswith(('__', '_sym', 'sym_')):
                raise
            return getattr(self.inner, name)


def own_copy(module, x):
    """An input for a module whose caller still needs it: a copy if a part works in place."""
    if any(getattr(part, 'inplace', False) for part in module.modules()):
        return x.clone()
    return x


def first_of(output):
    """The first output of a part, and what makes the whole output of another first one."""
    if isinstance(output, tuple):
        return output[0], lambda first: (first, *output[1:])
    return output, lambda first: first


class Residual(Around):
    """Adds to what a part computes its (first) input."""

    def forward(self, x, *args, **kwargs):
        out, whole = first_of(self.inner(own_copy(self.inner, x), *args, **kwargs))
        return whole(x + out)


class StochasticDepth(Around):
    """Leaves a part out for a whole batch, with a probability, while the model is trained.

    When it stays in, what it changes of its input is scaled up, so that nothing needs to be scaled
    when the model is used.
    """

    def __init__(self, inner, rate):
        super().__init__(inner)
        self.rate = rate

    def forward(self, x, *args, **kwargs):
        if not self.training or self.rate == 0:
            return self.inner(x, *args, **kwargs)
        out, whole = first_of(self.inner(own_copy(self.inner, x), *args, **kwargs))
        stays = torch.rand(()).item() >= self.rate
        return whole(x + (out - x) * (stays / (1 - self.rate)))


class SqueezeExcite(Around):
    """Scales each channel of images by what a small network makes of the means of all channels."""

    def __init__(self, inner, channels, hidden):
        super().__init__(inner)
        self.squeeze = nn.Linear(channels, hidden)
        self.excite = nn.Linear(hidden, channels)

    def forward(self, x, *args, **kwargs):
        out = self.inner(x, *args, **kwargs)
        means = out.mean(dim=(-2, -1))
        scale = torch.sigmoid(self.excite(F.relu(self.squeeze(means))))
        return out * scale[..., None, None]


class LoRALinear(Around):
    """A linear layer that is kept, plus a product of two small matrices that is trained.

    Its `weight` is the sum, for those who compute with the weight of a layer and do not call it.
    """

    def __init__(self, inner, rank, alpha):
        super().__init__(inner)
        inner.requires_grad_(False)
        options = {'device': inner.weight.device, 'dtype': inner.weight.dtype}
        self.scale = alpha / rank
        self.lora_a = nn.Parameter(torch.empty(rank, inner.in_features, **options))
        self.lora_b = nn.Parameter(torch.zeros(inner.out_features, rank, **options))
        nn.init.kaiming_uniform_(self.lora_a, a=5**0.5)

    @property
    def weight(self):
        return self.inner.weight + self.scale * self.lora_b @ self.lora_a

    def forward(self, x):
        return self.inner(x) + self.scale * F.linear(F.linear(x, self.lora_a), self.lora_b)


class WeightAverage(Around):
    """Trains a model as it is, and uses moving averages of its weights in eval mode.

    An average moves once for each step of the optimizer: when the model is called and its weights
    have changed since it was called last.
    """

    def __init__(self, inner, decay):
        super().__init__(inner)
        self.decay = decay
        self.names = [name for name, _ in inner.named_parameters()]
        for i, parameter in enumerate(inner.parameters()):
            self.register_buffer(f'average_{i}', parameter.detach().clone())
        self.register_buffer('steps', torch.zeros((), dtype=torch.long))
        self._seen = None

    def averages(self):
        """The averages, by the name of their parameter in the model."""
        return {name: getattr(self, f'average_{i}') for i, name in enumerate(self.names)}

    @torch.no_grad()
    def update(self):
        """Moves the averages towards the weights, if these have changed."""
        parameters = dict(self.inner.named_parameters())
        seen = [parameter._version for parameter in parameters.values()]
        if self._seen is not None and seen != self._seen:
            self.steps += 1
            # The first steps count more, as the weights were far from good before them.
            decay = min(self.decay, (1 + self.steps.item()) / (10 + self.steps.item()))
            for name, average in self.averages().items():
                average.lerp_(parameters[name], 1 - decay)
        self._seen = seen

    def forward(self, *args, **kwargs):
        self.update()
        if self.training:
            return self.inner(*args, **kwargs)
        return torch.func.functional_call(self.inner, self.averages(), args, kwargs)
