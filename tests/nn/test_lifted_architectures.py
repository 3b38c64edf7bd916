"""Networks written as public model libraries write them are lifted and built: the same outputs,
gradients and state dicts, in both modes."""

import functools
from collections import OrderedDict

import pytest
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812
from torch.nn.utils import parametrizations

from mutandis import nn as mnn


class BasicBlock(nn.Module):
    def __init__(self, inputs, outputs, stride, norm):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = norm(outputs)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = norm(outputs)
        self.downsample = None
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), norm(outputs)
            )

    def forward(self, x):
        out = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        out += x if self.downsample is None else self.downsample(x)
        return self.relu(out)


class ResNet(nn.Module):
    def __init__(self, norm=nn.BatchNorm2d):
        super().__init__()
        self._norm_layer = norm
        self.conv1 = nn.Conv2d(3, 8, 7, 2, 3, bias=False)
        self.bn1 = norm(8)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        self.layer1 = nn.Sequential(BasicBlock(8, 8, 1, norm))
        self.layer2 = nn.Sequential(BasicBlock(8, 16, 2, norm), BasicBlock(16, 16, 1, norm))
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(16, 5)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight)

    def forward(self, x):
        x = self.layer2(self.layer1(self.maxpool(F.relu(self.bn1(self.conv1(x))))))
        return self.fc(torch.flatten(self.avgpool(x), 1))


class DenseLayer(nn.Module):
    def __init__(self, inputs, growth):
        super().__init__()
        self.norm1 = nn.BatchNorm2d(inputs)
        self.conv1 = nn.Conv2d(inputs, growth, 3, padding=1, bias=False)
        self.drop_rate = 0.2

    def forward(self, features):
        x = self.conv1(F.relu(self.norm1(torch.cat(features, 1))))
        return F.dropout(x, self.drop_rate, self.training)


class DenseBlock(nn.ModuleDict):
    def __init__(self, count, inputs, growth):
        super().__init__()
        for i in range(count):
            self.add_module(f'denselayer{i + 1}', DenseLayer(inputs + i * growth, growth))

    def forward(self, x):
        features = [x]
        for layer in self.values():
            features.append(layer(features))
        return torch.cat(features, 1)


def dense_net():
    features = OrderedDict(conv0=nn.Conv2d(3, 8, 3), pool0=nn.AvgPool2d(2))
    net = nn.Sequential(features)
    net.add_module('denseblock1', DenseBlock(2, 8, 4))
    net.add_module('norm5', nn.BatchNorm2d(16))
    return net


class Double(nn.Sequential):
    def __init__(self, inputs, outputs):
        conv = nn.Conv2d(inputs, outputs, 3, padding=1)
        super().__init__(conv, nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))


class UNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.downs = nn.ModuleList([Double(3, 4), Double(4, 8)])
        self.ups = nn.ModuleList([nn.ConvTranspose2d(8, 4, 2, 2), Double(8, 4)])
        self.pool = nn.MaxPool2d(2)
        self.final = nn.Conv2d(4, 2, 1)

    def forward(self, x):
        skip = self.downs[0](x)
        up = self.ups[0](self.downs[1](self.pool(skip)))
        return self.final(self.ups[1](torch.cat([skip, up], 1)))


class ConvNormActivation(nn.Sequential):
    def __init__(self, inputs, outputs, size=3, stride=1, groups=1, activation=nn.ReLU6):
        super().__init__(
            nn.Conv2d(inputs, outputs, size, stride, size // 2, groups=groups, bias=False),
            nn.BatchNorm2d(outputs),
            activation(inplace=True),
        )
        self.out_channels = outputs


class SqueezeExcitation(nn.Module):
    def __init__(self, channels, squeezed):
        super().__init__()
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc1 = nn.Conv2d(channels, squeezed, 1)
        self.fc2 = nn.Conv2d(squeezed, channels, 1)
        self.activation = nn.SiLU()
        self.scale_activation = nn.Sigmoid()

    def forward(self, x):
        return x * self.scale_activation(self.fc2(self.activation(self.fc1(self.avgpool(x)))))


class StochasticDepth(nn.Module):
    def __init__(self, p):
        super().__init__()
        self.p = p

    def forward(self, x):
        if not self.training:
            return x
        return x * torch.empty(x.shape[0], 1, 1, 1).bernoulli_(1 - self.p).div_(1 - self.p)


class InvertedResidual(nn.Module):
    def __init__(self, channels, stride):
        super().__init__()
        hidden = channels * 2
        self.use_res_connect = stride == 1
        self.conv = nn.Sequential(
            ConvNormActivation(channels, hidden, 1),
            ConvNormActivation(hidden, hidden, 3, stride, hidden, nn.SiLU),
            SqueezeExcitation(hidden, 2),
            nn.Conv2d(hidden, channels, 1, bias=False),
        )
        self.stochastic_depth = StochasticDepth(0.3)

    def forward(self, x):
        return x + self.stochastic_depth(self.conv(x)) if self.use_res_connect else self.conv(x)


def mobile_net():
    body = [ConvNormActivation(3, 8, 3, 2), InvertedResidual(8, 1), InvertedResidual(8, 2)]
    head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.2), nn.Linear(8, 3))
    return nn.Sequential(*body, head)


class Inception(nn.Module):
    """Two outputs in training."""

    def __init__(self):
        super().__init__()
        self.branch1 = ConvNormActivation(3, 4, 1)
        self.branch2 = nn.Sequential(ConvNormActivation(3, 4, 1), ConvNormActivation(4, 4))
        self.pool = functools.partial(F.avg_pool2d, kernel_size=3, stride=1, padding=1)
        self.branch3 = ConvNormActivation(3, 4, 1)
        self.AuxLogits = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(12, 3))
        self.fc = nn.Linear(12, 3)

    def forward(self, x):
        x = torch.cat([self.branch1(x), self.branch2(x), self.branch3(self.pool(x))], 1)
        logits = self.fc(x.mean((2, 3)))
        return (logits, self.AuxLogits(x)) if self.training else logits


class IntermediateLayers(nn.ModuleDict):
    def __init__(self, model, layers):
        super().__init__(OrderedDict(model.named_children()))
        self.return_layers = layers

    def forward(self, x):
        found = {}
        for name, module in self.items():
            x = module(x)
            if name in self.return_layers:
                found[self.return_layers[name]] = x
        return found


class PoolingBranch(nn.Sequential):
    def forward(self, x):
        size = x.shape[-2:]
        for module in self:
            x = module(x)
        return F.interpolate(x, size=size, mode='bilinear', align_corners=False)


class DeepLab(nn.Module):
    def __init__(self):
        super().__init__()
        body = nn.Sequential(ConvNormActivation(3, 8), ConvNormActivation(8, 8, stride=2))
        self.backbone = IntermediateLayers(body, {'0': 'aux', '1': 'out'})
        atrous = [nn.Conv2d(8, 8, 3, padding=rate, dilation=rate) for rate in (1, 2)]
        pooling = PoolingBranch(nn.AdaptiveAvgPool2d(1), nn.Conv2d(8, 8, 1))
        self.convs = nn.ModuleList([*atrous, pooling])
        self.project = nn.Sequential(nn.Conv2d(24, 8, 1), nn.Dropout(0.5), nn.Conv2d(8, 3, 1))
        self.aux_classifier = nn.Conv2d(8, 3, 1)

    def forward(self, x):
        features = self.backbone(x)
        out = self.project(torch.cat([conv(features['out']) for conv in self.convs], 1))
        out = F.interpolate(out, size=x.shape[-2:])
        return {'out': out, 'aux': self.aux_classifier(features['aux'])}


class Tagger(nn.Module):
    """Keeps its last state."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(20, 8, padding_idx=0)
        self.lstm = nn.LSTM(8, 6, 2, batch_first=True, bidirectional=True, dropout=0.1)
        self.out = nn.Linear(12, 20)
        self.state = None

    def forward(self, x):
        x, self.state = self.lstm(self.embedding(x))
        return self.out(x)


class Cells(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru, self.lstm = nn.GRUCell(4, 4), nn.LSTMCell(4, 4)
        self.rnn = nn.RNNCell(4, 4, nonlinearity='relu')

    def forward(self, x):
        h, c = self.lstm(self.gru(x))
        return self.rnn(h, c)


class Autoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(4, 8), nn.ReLU())
        self.mean, self.log_variance = nn.Linear(8, 2), nn.Linear(8, 2)
        self.decoder = nn.Sequential(nn.Linear(2, 4), nn.Sigmoid())
        self.prior = torch.distributions.Normal(0, 1)

    def forward(self, x):
        h = self.encoder(x)
        mean, log_variance = self.mean(h), self.log_variance(h)
        z = mean + torch.randn_like(mean) * (log_variance / 2).exp()
        return self.decoder(z), mean, self.prior.log_prob(log_variance)


class Experts(nn.Module):
    def __init__(self):
        super().__init__()
        self.gate = nn.Linear(4, 3)
        self.experts = nn.ModuleList(nn.Sequential(nn.Linear(4, 4), nn.GELU()) for _ in range(3))

    def forward(self, x):
        weights, chosen = self.gate(x).softmax(-1).topk(2)
        out = torch.zeros_like(x)
        for i, expert in enumerate(self.experts):
            rows = (chosen == i).any(-1).nonzero().flatten()
            out = out.index_add(0, rows, expert(x[rows]))
        return out * weights.sum(-1, keepdim=True)


class StateSpace(nn.Module):
    """With complex parameters."""

    def __init__(self):
        super().__init__()
        self.A = nn.Parameter(torch.complex(-torch.ones(4), torch.arange(4.0)))
        self.C = nn.Parameter(torch.randn(4, 2))
        self.out = nn.Linear(4, 4)

    def forward(self, x):
        state, outputs = torch.zeros(x.shape[0], 4, dtype=torch.complex64), []
        for column in x.T:
            state = state * torch.exp(self.A * 0.1) + column[:, None]
            outputs.append((state * torch.view_as_complex(self.C)).real)
        return self.out(torch.stack(outputs, 1))


class Patches(nn.Module):
    def __init__(self):
        super().__init__()
        self.proj = nn.Conv2d(3, 8, 8, 8)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, 8))
        self.pos_embed = nn.Parameter(torch.randn(1, 5, 8))
        self.register_buffer('mask', torch.ones(5, 5).tril().bool(), persistent=False)
        self.blocks = nn.ModuleList(
            [nn.TransformerEncoderLayer(8, 2, 16, batch_first=True, activation='gelu')]
        )

    def forward(self, x):
        x = self.proj(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.cls_token.expand(x.shape[0], -1, -1), x], 1) + self.pos_embed
        for block in self.blocks:
            x = block(x, src_mask=~self.mask)
        return x


class LoRA(nn.Module):
    def __init__(self, base_layer):
        super().__init__()
        self.base_layer = base_layer.requires_grad_(False)
        self.A = nn.ParameterDict({'default': torch.randn(4, 2)})
        self.B = nn.ModuleDict({'default': nn.Linear(2, 4, bias=False)})
        self.active, self.scaling = ['default'], {'default': 0.5}

    def forward(self, x):
        added = (self.B[k](x @ self.A[k]) * self.scaling[k] for k in self.active)
        return self.base_layer(x) + sum(added)


def images():
    return torch.randn(2, 3, 16, 16)


def vectors():
    return torch.randn(3, 4)


NETWORKS = {
    'resnet': (ResNet, images),
    'resnet with group norm': (lambda: ResNet(functools.partial(nn.GroupNorm, 2)), images),
    'densenet': (dense_net, images),
    'unet': (UNet, images),
    'mobilenet': (mobile_net, images),
    'inception': (Inception, images),
    'deeplab': (DeepLab, images),
    'tagger': (Tagger, lambda: torch.randint(0, 20, (2, 6))),
    'cells': (Cells, vectors),
    'autoencoder': (Autoencoder, vectors),
    'generator': (
        lambda: nn.Sequential(nn.ConvTranspose2d(3, 8, 4, 2, 1), nn.BatchNorm2d(8), nn.Tanh()),
        images,
    ),
    'discriminator': (
        lambda: nn.Sequential(parametrizations.spectral_norm(nn.Conv2d(3, 4, 4)), nn.LeakyReLU()),
        images,
    ),
    'experts': (Experts, vectors),
    'state space': (StateSpace, vectors),
    'patches': (Patches, images),
    'lora': (lambda: nn.Sequential(LoRA(nn.Linear(4, 4)), nn.ReLU()), vectors),
    'complex': (
        lambda: nn.Linear(4, 4, dtype=torch.complex64),
        lambda: torch.randn(2, 4, dtype=torch.complex64),
    ),
    'several types': (
        lambda: nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 2)).double().requires_grad_(False),
        lambda: torch.randn(2, 4, dtype=torch.float64, requires_grad=True),
    ),
    'depth': (
        lambda: functools.reduce(lambda inner, _: nn.Sequential(inner), range(100), nn.Tanh()),
        lambda: torch.randn(2, 4, requires_grad=True),
    ),
}


@pytest.mark.parametrize('training', [True, False], ids=['train', 'eval'])
@pytest.mark.parametrize('name', NETWORKS)
def test_computes_the_same(name, training, assert_computes_the_same):
    make, make_inputs = NETWORKS[name]
    torch.manual_seed(0)
    module, inputs = make().train(training), make_inputs()
    built = mnn.lift(module).build()
    state, other = module.state_dict(), built.state_dict()
    assert state.keys() == other.keys()
    assert all(torch.equal(state[key], other[key]) for key in state)
    assert [name for name, _ in built.named_buffers()] == [n for n, _ in module.named_buffers()]
    assert_computes_the_same(module, built, (inputs,))
    # Statistics that training keeps are those of each.
    assert all(map(torch.equal, module.buffers(), built.buffers()))
