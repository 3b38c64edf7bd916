"""A small complete benchmark: every configuration of a network, with its accuracy.

Six decisions make 4,096 configurations. The accuracy is a sum of what each value brings alone and
of what some pairs bring together, and of a fixed roughness, different for every configuration, as
in tables of trained networks. The best configuration has 0.8798.
"""

import mutandis as mt

DECISIONS = ('op', 'width', 'depth', 'activation', 'norm', 'optimizer')

# What value 0 to 3 of each decision brings alone.
ALONE = {
    'op': (0.000, 0.020, 0.034, 0.012),
    'width': (0.000, 0.014, 0.026, 0.031),
    'depth': (0.000, 0.018, 0.025, 0.009),
    'activation': (0.000, 0.011, 0.004, 0.016),
    'norm': (0.000, 0.021, 0.015, 0.006),
    'optimizer': (0.000, 0.008, 0.022, 0.013),
}

# What pairs of values bring together: (decision, value, decision, value) -> accuracy.
TOGETHER = {
    ('op', 2, 'norm', 0): -0.030,
    ('op', 3, 'depth', 3): 0.018,
    ('width', 3, 'depth', 3): -0.022,
    ('width', 0, 'optimizer', 2): -0.012,
    ('depth', 2, 'norm', 1): 0.015,
    ('activation', 3, 'optimizer', 1): 0.010,
    ('activation', 1, 'norm', 2): 0.007,
    ('norm', 0, 'depth', 2): -0.025,
}

BASE = 0.70
ROUGHNESS = 0.02


def space() -> mt.Dict:
    """The search space of the table."""
    return mt.Dict({name: mt.oneof([0, 1, 2, 3]) for name in DECISIONS})


def accuracy(config: mt.Dict) -> float:
    """Looks up a configuration."""
    values = [config[name] for name in DECISIONS]
    total = BASE + sum(ALONE[name][value] for name, value in zip(DECISIONS, values, strict=True))
    for (a, i, b, j), together in TOGETHER.items():
        if config[a] == i and config[b] == j:
            total += together
    number = 0
    for value in values:
        number = number * 4 + value
    # A fixed scramble of the number of the configuration, from 0 to 1.
    scrambled = (number * 2654435761 + 40503) % 2**32
    scrambled = (scrambled ^ (scrambled >> 15)) * 2246822519 % 2**32
    return round(total + ROUGHNESS * ((scrambled ^ (scrambled >> 13)) / 2**32), 4)
