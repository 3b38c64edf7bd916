"""Three ways to search one space: jointly, in parts one after the other, and part within part.

The space is that of NAS-Bench-201: a cell of four nodes whose six edges each have one of five
operations. Every one of its 15,625 cells has been trained on CIFAR-10, and a table tells the
accuracy, so that a search takes no time and its regret is known: how much better the best cell is
than the best one that was found.

The flows of the PyGlove paper (Peng et al., NeurIPS 2020, section 3.3) split the space into the
edges of the inner nodes and those of the output node. What is evaluated, and the algorithm, are
the same in all of them; see `joint`, `separate` and `factorised` for the lines that differ.

    python examples/search_flows.py --data ../shared/data/nasbench201
"""

import argparse
import csv
import gzip
import json
import statistics
import sys
from pathlib import Path

import mutandis as mt


class Cell(mt.Object):
    """The operations of the edges 0->1, 0->2, 1->2 and of the edges 0->3, 1->3, 2->3."""

    inner: list[str]
    output: list[str]


def cell_space(operations):
    """All cells. The hints say which part of the space a decision belongs to."""

    def edges(part):
        return [mt.oneof(operations, hints=part) for _ in range(3)]

    return Cell(inner=edges('inner'), output=edges('output'))


def inner(placeholder):
    return placeholder.hints == 'inner'


def evolution(trials, seed):
    """The algorithm of all flows, with a population that suits the number of trials."""
    size = max(4, trials // 10)
    return mt.evolution.regularized_evolution(
        population_size=size, tournament_size=max(2, size // 3), seed=seed
    )


# ------------------------------------------------------------------------------ the three flows


def joint(space, evaluate, trials, seed):
    """All decisions together."""
    for cell, feedback in mt.sample(space, evolution(trials, seed), trials):
        feedback(evaluate(cell))


def separate(space, evaluate, trials, seed):
    """First the inner edges, beside output edges drawn once; then the output edges, beside the
    best inner ones."""
    half, best = trials // 2, {}
    (rest,) = mt.random_sample(space, 1, seed=seed)
    for part, feedback in mt.sample(space, evolution(half, seed), half, where=inner):
        reward = evaluate(part.clone(override={'output': rest.output}))
        best.setdefault(reward, part)
        feedback(reward)
    part = best[max(best)]
    for cell, feedback in mt.sample(part, evolution(trials - half, seed), trials - half):
        feedback(evaluate(cell))


def factorised(space, evaluate, trials, seed, parts=15):
    """The inner edges; each choice of them is worth what a search of the output edges finds."""
    for part, feedback in mt.sample(space, evolution(parts, seed), parts, where=inner):
        rewards = []
        share = trials // parts
        for cell, inner_feedback in mt.sample(part, evolution(share, seed + feedback.id), share):
            rewards.append(evaluate(cell))
            inner_feedback(rewards[-1])
        feedback(max(rewards))


FLOWS = [joint, separate, factorised]


# ------------------------------------------------------------------------- the table, the report


class Table:
    """The accuracies of all cells, in percent."""

    def __init__(self, folder):
        space = json.loads((folder / 'space.json').read_text())
        (task,) = space['tables']
        self.operations = space['dims'][0]['values']
        self.validation, self.test = {}, {}
        with gzip.open(folder / task['file'], 'rt') as file:
            for row in csv.DictReader(file):
                cell = tuple(self.operations[int(digit)] for digit in row['code'])
                runs = [float(row[name]) for name in task['columns'] if row[name]]
                self.validation[cell] = statistics.fmean(runs)
                self.test[cell] = float(row[task['test_column']])


class Evaluation:
    """Looks cells up, as a training would evaluate them; remembers the best one."""

    def __init__(self, table):
        self.table = table
        self.count = 0
        self.best = None

    def __call__(self, cell):
        self.count += 1
        key = (*cell.inner, *cell.output)
        accuracy = self.table.validation[key]
        if self.best is None or accuracy > self.table.validation[self.best]:
            self.best = key
        return accuracy

    @property
    def regret(self):
        return max(self.table.validation.values()) - self.table.validation[self.best]


def with_progress(steps):
    """Yields the steps, and shows on a terminal how many are done."""
    for done, step in enumerate(steps):
        if sys.stderr.isatty():
            bar = '=' * (30 * done // len(steps))
            print(f'\r[{bar:<30}] run {done + 1} of {len(steps)}', end='', file=sys.stderr)
        yield step
    if sys.stderr.isatty():
        print('\r' + ' ' * 60, end='\r', file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--data', type=Path, required=True, help='folder with space.json')
    parser.add_argument('--trials', type=int, default=300, help='evaluations of each run')
    parser.add_argument('--seeds', type=int, default=20, help='runs of each flow')
    args = parser.parse_args()
    if not (args.data / 'space.json').is_file():
        parser.error(f'--data: there is no space.json in {args.data}')
    if args.trials < 60 or args.seeds < 1:
        parser.error('there must be at least 60 trials, and one seed')
    table = Table(args.data)
    space = cell_space(table.operations)

    runs = {flow: [] for flow in FLOWS}
    for flow, seed in with_progress([(f, s) for f in FLOWS for s in range(args.seeds)]):
        evaluation = Evaluation(table)
        flow(space, evaluation, args.trials, seed)
        runs[flow].append(evaluation)

    size = mt.dna_spec(space).space_size
    print(f'{size} cells; {args.trials} evaluations; {args.seeds} seeds; accuracy in percent')
    print(
        f'{"flow":<12}{"evaluations":>12}{"regret: mean":>15}{"median":>9}{"worst":>8}{"test":>8}'
    )
    for flow in FLOWS:
        regrets = [run.regret for run in runs[flow]]
        test = statistics.fmean(table.test[run.best] for run in runs[flow])
        print(
            f'{flow.__name__:<12}{max(run.count for run in runs[flow]):>12}'
            f'{statistics.fmean(regrets):>15.3f}{statistics.median(regrets):>9.3f}'
            f'{max(regrets):>8.3f}{test:>8.2f}'
        )


if __name__ == '__main__':
    main()
