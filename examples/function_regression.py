"""Symbolic regression: find the formula behind some points.

A formula is a program of `mutandis.mutfun`, and `mt.evolve` makes a search space of it: all that
can be reached by changing its nodes. `Change` below says what may become of a node; evolution does
the rest. Nothing tells it how the formula looks, only how far it is from the points.

    python examples/function_regression.py --target harmonic --trials 6000

The first target, a quartic, is that of Koza (1992).
"""

import argparse
import math
import random
import statistics

import mutandis as mt
from mutandis import mutfun

X = mutfun.Var('x')
OPERATORS = [mutfun.Add, mutfun.Substract, mutfun.Multiply, mutfun.Divide]


class Sine(mutfun.UnaryOperator):
    """An operator of one's own takes part as those that ship with the library do."""

    OPERATOR_STR = 'sin'
    OPERATOR_FN = math.sin


TARGETS = {
    'quartic': lambda x: x**4 + x**3 + x**2 + x,
    'parabola': lambda x: 2 * x * x - 3 * x + 0.5,
    'harmonic': lambda x: x + math.sin(2 * x),
}
POINTS = [i / 10 for i in range(-10, 11)]


class Change:
    """What may become of a node: another leaf, another operator, more of it, or less of it."""

    def __init__(self, seed):
        self.rng = random.Random(seed)

    def leaf(self):
        return X.clone() if self.rng.random() < 0.6 else round(self.rng.uniform(-3, 3), 1)

    def __call__(self, location, old, parent):
        kind = self.rng.random()
        if kind < 0.35:
            return self.grown(old)
        if isinstance(old, mutfun.BinaryOperator):
            if kind < 0.7:
                return self.rng.choice(OPERATORS)(old.x, old.y)
            return self.rng.choice([old.x, old.y])
        if isinstance(old, Sine) and kind < 0.7:
            return old.x
        if isinstance(old, float) and kind < 0.8:
            return round(old + self.rng.gauss(0, 0.3), 2)
        return self.leaf()

    def grown(self, node):
        if self.rng.random() < 0.15:
            return Sine(node)
        operands = [node, self.rng.choice([self.leaf(), mt.clone(node, deep=True)])]
        self.rng.shuffle(operands)
        return self.rng.choice(OPERATORS)(*operands)


def is_node(value):
    return isinstance(value, (mutfun.Instruction, float))


def only_in_formula(mutation, location, old, parent):
    """The weight of a mutation: only nodes of the formula, and constants in it, are replaced."""
    in_formula = location.keys[:3] == ['body', 0, 'value']
    replaces = mutation == mt.hyper.MutationType.REPLACE
    return 1.0 if in_formula and is_node(old) and replaces else 0.0


def search(target, trials, seed, max_size=40, progress=True):
    """Returns the result of a search for a target."""
    points = [(x, target(x)) for x in POINTS]

    def error(function):
        """Root of the mean squared error, and something for each node of the formula."""
        size = len(mt.query(function, where=is_node, enter_selected=True))
        if size > max_size:
            return math.inf
        try:
            squares = statistics.fmean((function(x) - y) ** 2 for x, y in points)
        except ArithmeticError:  # a division by zero, an overflow
            return math.inf
        return math.sqrt(squares) + 1e-3 * size

    # It starts with y = x.
    first = mutfun.Function('f', [mutfun.Assign('y', X.clone()), mutfun.Var('y')], ['x'])
    space = mt.evolve(first, Change(seed), weights=only_in_formula)
    algorithm = mt.evolution.regularized_evolution(
        population_size=200, tournament_size=20, seed=seed
    )
    return mt.search(space, lambda f: -error(f), algorithm, trials, progress=progress)


def worst_distance(function, target):
    return max(abs(function(x) - target(x)) for x in POINTS)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('--target', choices=TARGETS, default='quartic', help='the formula to find')
    parser.add_argument('--trials', type=int, default=4000, help='formulas to try')
    parser.add_argument('--seed', type=int, default=1, help='seed of the search')
    args = parser.parse_args()
    if args.trials < 1:
        parser.error('--trials must be at least 1')
    target = TARGETS[args.target]
    result = search(target, args.trials, args.seed)
    trial = result.best_trial
    print(f'{args.target}: {args.trials} formulas tried, the best one is number {trial.id}')
    print(result.best)
    print(f'greatest distance from a point: {worst_distance(result.best, target):.6f}')


if __name__ == '__main__':
    main()
