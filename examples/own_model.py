"""Searches a model that knows nothing of mutandis: its class stays as it is.

`DigitNet` is written in the ordinary PyTorch way: it builds its layers in `__init__`. What
`mt.symbolize` returns is the same class with arguments that may be left open, so a space is the
model as one would make it, with `mt.oneof` in the place of the values to choose. The best program
is told by its arguments, and these make an ordinary `DigitNet`, which is trained and tested.
"""

import argparse

import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn
from torch.nn import functional as F

import mutandis as mt


class DigitNet(nn.Module):
    """Convolutions with a skip around each, for images of 8 x 8 pixels."""

    def __init__(self, width=16, depth=2, kernel_size=3, activation=nn.ReLU, dropout=0.0):
        super().__init__()
        self.stem = nn.Conv2d(1, width, 3, padding='same')
        self.blocks = nn.ModuleList()
        for _ in range(depth):
            block = nn.Sequential(
                nn.Conv2d(width, width, kernel_size, padding='same'),
                nn.BatchNorm2d(width),
                activation(),
            )
            self.blocks.append(block)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(width * 2 * 2, 10)

    def forward(self, images):
        x = F.max_pool2d(self.stem(images), 2)
        for block in self.blocks:
            x = x + block(x)
        x = F.max_pool2d(x, 2)
        return self.head(self.dropout(x.flatten(1)))


def train(model, images, labels, epochs):
    """Trains a model in the usual way."""
    batch_size = 64
    steps = -(-len(labels) // batch_size)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.01, total_steps=epochs * steps)
    model.train()
    for _ in range(epochs):
        for batch in torch.randperm(len(labels)).split(batch_size):
            optimizer.zero_grad()
            F.cross_entropy(model(images[batch]), labels[batch]).backward()
            optimizer.step()
            schedule.step()


@torch.no_grad()
def accuracy(model, images, labels):
    """Returns the part of the images that the model recognises."""
    return (model.eval()(images).argmax(dim=1) == labels).float().mean().item()


def load_data():
    """Returns the images and labels to search with, and those to test with."""
    images, labels = load_digits(return_X_y=True)
    images = torch.tensor(images / 16, dtype=torch.float32).reshape(-1, 1, 8, 8)
    labels = torch.tensor(labels)
    rest, test = train_test_split(
        range(len(labels)), test_size=0.2, stratify=labels, random_state=0
    )
    return (images[rest], labels[rest]), (images[test], labels[test])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--seed', type=int, default=0, help='seed of search, weights and batches')
    parser.add_argument('--trials', type=int, default=10, help='models to try')
    parser.add_argument('--epochs', type=int, default=8, help='passes over the data')
    args = parser.parse_args()
    torch.set_num_threads(1)  # The networks are small: more threads would wait for each other.
    (images, labels), test = load_data()
    # The last quarter of what there is to search with compares the models.
    part = len(labels) * 3 // 4

    space = mt.symbolize(DigitNet)(
        width=mt.oneof([16, 24, 32]),
        depth=mt.oneof([1, 2, 3]),
        kernel_size=mt.oneof([3, 5]),
        activation=mt.oneof([nn.ReLU, nn.SiLU, nn.GELU]),
        dropout=mt.floatv(0.0, 0.5),
    )

    def evaluate(model):
        train(model, images[:part], labels[:part], args.epochs)
        return accuracy(model, images[part:], labels[part:])

    result = mt.search(space, evaluate, num_examples=args.trials, seed=args.seed)
    print(f'best of {args.trials}: {result.best!r}')

    torch.manual_seed(args.seed)
    model = DigitNet(**result.best.sym_init_args)
    train(model, images, labels, 2 * args.epochs)
    print(f'test accuracy: {accuracy(model, *test):.4f}')


if __name__ == '__main__':
    main()
