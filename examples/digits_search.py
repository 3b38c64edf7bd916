"""Trains a small convolutional network on the handwritten digits of scikit-learn.

The 1,797 images (8 x 8 pixels, ten classes) ship with scikit-learn. They are split once and for
all, class by class, into 60 % to learn from, 20 % to compare programs by, and 20 % that is scored
once, at the end. `digits_train.py` is an ordinary PyTorch program; `digits_search.py` is the same
program as a search: `diff digits_train.py digits_search.py` shows what it takes.
"""

import argparse

import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

import mutandis as mt
from mutandis import nn


@mt.symbolize
class Residual(nn.Module):
    """Adds to its input what a convolution with `hidden` channels makes of it."""

    def __init__(self, channels, hidden, kernel_size, activation):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(channels, hidden, kernel_size, padding='same'),
            nn.BatchNorm2d(hidden),
            activation,
            nn.Conv2d(hidden, channels, 1),
            nn.BatchNorm2d(channels),
        )

    def forward(self, x):
        return x + self.body(x)


@mt.symbolize
class Training:
    """A network and the way it is trained."""

    def __init__(self, net, optimizer, learning_rate):
        self.net = net
        self.optimizer = optimizer
        self.learning_rate = learning_rate

    def run(self, learn, check, epochs):
        """Trains the network on `learn` and returns its accuracy on `check`."""
        batches = DataLoader(learn, batch_size=64, shuffle=True)
        optimizer = getattr(torch.optim, self.optimizer)(
            self.net.parameters(), lr=self.learning_rate
        )
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimizer, self.learning_rate, total_steps=epochs * len(batches)
        )
        self.net.train()
        for _ in range(epochs):
            for images, labels in batches:
                optimizer.zero_grad()
                F.cross_entropy(self.net(images), labels).backward()
                optimizer.step()
                schedule.step()

        self.net.eval()
        images, labels = next(iter(DataLoader(check, batch_size=len(check))))
        with torch.no_grad():
            return (self.net(images).argmax(dim=1) == labels).float().mean().item()


def block():
    """One block of the network; it keeps the number of channels and the size of the image."""
    residual = Residual(
        channels=32,
        hidden=mt.oneof([16, 32, 64]),
        kernel_size=mt.oneof([3, 5]),
        activation=mt.oneof([nn.ReLU(), nn.SiLU(), nn.GELU()]),
    )
    return mt.oneof([residual, nn.Identity()])


def digits_training():
    """What is trained, and how."""
    return Training(
        net=nn.Sequential(
            nn.Conv2d(1, 32, 3, padding='same'),
            block(),
            block(),
            nn.MaxPool2d(2),
            block(),
            block(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(32 * 2 * 2, 10),
        ),
        optimizer=mt.oneof(['SGD', 'Adam', 'AdamW', 'RMSprop']),
        learning_rate=mt.floatv(1e-3, 1e-1, scale='log'),
    )


def load_parts():
    """Returns the parts to learn from, to compare by, and to test with: always the same ones."""
    images, labels = load_digits(return_X_y=True)
    rest, test = train_test_split(
        range(len(labels)), test_size=0.2, stratify=labels, random_state=0
    )
    train, validation = train_test_split(
        rest, test_size=0.25, stratify=labels[rest], random_state=0
    )
    images = torch.tensor(images / 16, dtype=torch.float32).reshape(-1, 1, 8, 8)
    labels = torch.tensor(labels)
    return [TensorDataset(images[part], labels[part]) for part in (train, validation, test)]


def final_accuracy(training, seed=1, epochs=15):
    """Trains with all but the test part and returns the accuracy on that."""
    torch.manual_seed(seed)
    train, validation, test = load_parts()
    return training.run(train + validation, test, epochs)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--seed', type=int, default=1, help='seed of weights and batches')
    parser.add_argument('--trials', type=int, default=30, help='programs to try')
    parser.add_argument('--epochs', type=int, default=15, help='passes over the data')
    parser.add_argument('--algorithm', default='random', help='or evolution, hill_climb, sweep')
    parser.add_argument('--patch', action='append', default=[], help='a rule to apply to the space')
    parser.add_argument('--resume-best', action='store_true', help='only test that of best.json')
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(1)  # The networks are small: more threads would wait for each other.
    train, validation, _ = load_parts()

    def evaluate(training):
        return training.run(train, validation, args.epochs)

    space = mt.patch(digits_training(), args.patch)
    if not args.resume_best:
        mt.search(space, evaluate, args.algorithm, args.trials, seed=args.seed).save('best.json')
    result = mt.load_result('best.json')
    print(result.save_code('best.py', name='training', run=final_accuracy))
    # Once more, from new weights.
    accuracy = final_accuracy(result.best, args.seed, args.epochs)
    print(f'test accuracy: {accuracy:.4f}')


if __name__ == '__main__':
    main()
