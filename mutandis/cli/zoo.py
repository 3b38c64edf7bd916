"""The models that patches are checked against by default: small ones, one of each kind.

`MODELS` maps names to pairs: a function that makes the model, and its example inputs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mutandis import nn as symbolic
from mutandis.symbolic import Object, members
from mutandis.symbolic.class_wrapper import wrap
from mutandis.typing import Any as AnyValue


def multilayer() -> nn.Module:
    """Linear layers in a row."""
    return nn.Sequential(
        nn.Linear(6, 12),
        nn.ReLU(),
        nn.Linear(12, 12),
        nn.Dropout(0.1),
        nn.Tanh(),
        nn.Linear(12, 3),
    )


def plain_convolutional() -> nn.Module:
    """Convolutions in a row, as in VGG."""
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1),
        nn.BatchNorm2d(8),
        nn.ReLU(inplace=True),
        nn.Conv2d(8, 8, 3, padding=1),
        nn.ReLU(inplace=True),
        nn.Conv2d(8, 8, 3, padding=1),
        nn.ReLU(inplace=True),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(8 * 4 * 4, 5),
    )


class ResidualBlock(nn.Module):
    """Two convolutions beside a connection; one activation that is used twice."""

    def __init__(self, inputs: int, outputs: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(outputs)
        self.act = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(outputs)
        self.shortcut = None
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
            )

    def forward(self, x: Tensor) -> Tensor:
        y = self.norm2(self.conv2(self.act(self.norm1(self.conv1(x)))))
        return self.act(y + (x if self.shortcut is None else self.shortcut(x)))  # type: ignore[no-any-return]


class ResidualNet(nn.Module):
    """As ResNet."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, padding=1)
        self.stage1 = nn.Sequential(ResidualBlock(8, 8), ResidualBlock(8, 8))
        self.stage2 = nn.Sequential(ResidualBlock(8, 16, 2), ResidualBlock(16, 16))
        self.head = nn.Linear(16, 5)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stage2(self.stage1(self.stem(x)))
        return self.head(x.mean((-2, -1)))  # type: ignore[no-any-return]


class Segmentation(nn.Module):
    """As U-Net: what goes down comes up beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.down = nn.ModuleList([self.block(3, 8), self.block(8, 16)])
        self.up = nn.ConvTranspose2d(16, 8, 2, 2)
        self.merge = self.block(16, 8)
        self.head = nn.Conv2d(8, 2, 1)

    @staticmethod
    def block(inputs: int, outputs: int) -> nn.Module:
        return nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, padding=1),
            nn.GroupNorm(4, outputs),
            nn.ReLU(),
            nn.Conv2d(outputs, outputs, 3, padding=1),
            nn.ReLU(),
        )

    def forward(self, x: Tensor) -> Tensor:
        fine = self.down[0](x)
        coarse = self.down[1](F.max_pool2d(fine, 2))
        return self.head(self.merge(torch.cat([self.up(coarse), fine], 1)))  # type: ignore[no-any-return]


class Attention(nn.Module):
    """A block of a transformer, written by hand."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(width)
        self.attention = nn.MultiheadAttention(width, 2, batch_first=True)
        self.norm2 = nn.LayerNorm(width)
        self.expand = nn.Linear(width, 2 * width)
        self.act = nn.GELU()
        self.contract = nn.Linear(2 * width, width)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> tuple[Tensor, Tensor]:
        y = self.norm1(x)
        y, weights = self.attention(y, y, y, attn_mask=mask)
        x = x + y
        return x + self.contract(self.act(self.expand(self.norm2(x)))), weights


class LanguageModel(nn.Module):
    """Predicts the next word; its embedding and its last layer share their weights."""

    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Embedding(30, 16)
        self.blocks = nn.ModuleList(Attention(16) for _ in range(3))
        self.head = nn.Linear(16, 30, bias=False)
        self.head.weight = self.embed.weight

    def forward(self, words: Tensor) -> Tensor:
        length = words.shape[1]
        mask = torch.ones(length, length).triu(1).bool()
        x = self.embed(words)
        for block in self.blocks:
            x, _ = block(x, mask=mask)
        return self.head(x)  # type: ignore[no-any-return]


def encoder() -> nn.Module:
    """PyTorch's own, with its fused kernels."""
    layer = nn.TransformerEncoderLayer(16, 2, 32, activation=nn.ReLU(), batch_first=True)
    return nn.TransformerEncoder(layer, 2)


class Tagger(nn.Module):
    """A recurrent network that labels words."""

    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Embedding(30, 12)
        self.rnn = nn.LSTM(12, 8, 2, batch_first=True, bidirectional=True)
        self.dropout = nn.Dropout(0.1)
        self.hidden = nn.Linear(16, 16)
        self.act = nn.ReLU()
        self.head = nn.Linear(16, 4)

    def forward(self, words: Tensor) -> Tensor:
        x = self.dropout(self.rnn(self.embed(words))[0])
        return self.head(self.act(self.hidden(x)))  # type: ignore[no-any-return]


def symbolic_convolutional() -> Any:
    """A model of `mutandis.nn`, which is symbolic by itself."""
    return symbolic.Sequential(
        symbolic.Conv2d(3, 8, 3, padding=1),
        symbolic.BatchNorm2d(8),
        symbolic.ReLU(),
        symbolic.Conv2d(8, 8, 3, padding=1),
        symbolic.BatchNorm2d(8),
        symbolic.ReLU(),
        symbolic.AdaptiveAvgPool2d(1),
        symbolic.Flatten(),
        symbolic.Linear(8, 5),
    )


@members([('model', AnyValue()), ('optimizer', AnyValue())])
class Experiment(Object):
    """A model, and how it is trained."""


_SGD = wrap(torch.optim.SGD)


def experiment() -> Any:
    """A symbolic object with a model and an optimizer in it."""
    optimizer = _SGD.partial(lr=0.1, momentum=0.9)
    return Experiment.partial(model=symbolic_convolutional(), optimizer=optimizer)


_IMAGES = torch.randn(2, 3, 8, 8, generator=torch.Generator().manual_seed(0))
_WORDS = torch.arange(14).reshape(2, 7)

MODELS: dict[str, tuple[Callable[[], Any], Any]] = {
    'multilayer': (multilayer, torch.linspace(-1, 1, 24).reshape(4, 6)),
    'convolutional': (plain_convolutional, _IMAGES),
    'residual': (ResidualNet, _IMAGES),
    'segmentation': (Segmentation, _IMAGES),
    'language model': (LanguageModel, _WORDS),
    'encoder': (encoder, torch.linspace(-1, 1, 160).reshape(2, 5, 16)),
    'translation': (
        lambda: nn.Transformer(16, 2, 1, 1, 32, batch_first=True),
        (torch.linspace(-1, 1, 160).reshape(2, 5, 16), torch.zeros(2, 4, 16)),
    ),
    'tagger': (Tagger, _WORDS),
    'symbolic': (symbolic_convolutional, _IMAGES),
    'experiment': (experiment, _IMAGES),
}
