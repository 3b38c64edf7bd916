"""Evolution side by side with PyGlove: permutations, crossover, non-dominated sorting, trials.

    python benchmarks/evolution.py --md table.md

runs each workload on both libraries, each time in a fresh interpreter and in turns, so that a slow
moment of the machine meets both. Times are CPU time; of all rounds the best counts. What the
libraries compute must be equal. The exit status is 0 only if every goal is reached.
"""

import argparse
import importlib
import json
import os
import random
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

CLOCK = time.process_time_ns


class Workload(NamedTuple):
    """A workload.

    Attributes:
        about: what one operation is.
        prepare: function of the library to a function that does one operation and returns what
            both libraries must agree in; or `trials`, which measures by itself.
        ratio: how many times faster than PyGlove it should be.
        milliseconds: how long an operation may take; None for no such goal.
    """

    about: str
    prepare: object
    ratio: float | None = None
    milliseconds: float | None = None


def points(pg, count):
    return pg.dna_spec(pg.List([pg.oneof(range(4)) for _ in range(count)]))


def permutation_spec(pg):
    # The decision points are asked for, so that a spec cannot put off the work.
    return lambda: len(pg.dna_spec(pg.Dict(x=pg.permutate(range(100)))).decision_points)


def permutation_dna(pg):
    spec = pg.dna_spec(pg.Dict(x=pg.permutate(range(100))))
    rng = random.Random(1)
    return lambda: pg.random_dna(spec, rng).to_numbers()


def permutation_nodes(pg):
    spec = pg.dna_spec(pg.Dict(x=pg.permutate(range(100))))
    rng = random.Random(1)
    return lambda: [node.value for node in pg.random_dna(spec, rng).children]


def crossover(pg):
    spec = points(pg, 50)
    rng = random.Random(1)
    parents = [pg.random_dna(spec, rng) for _ in range(2)]
    recombine = pg.evolution.recombinators.Uniform(seed=1)
    return lambda: [child.to_numbers() for child in recombine(parents)]


def nondominated_sort(pg):
    rng = random.Random(1)
    members = [
        pg.evolution.set_fitness(pg.DNA(i), (rng.random(), rng.random())) for i in range(400)
    ]
    sort = pg.evolution.nsga2_lib.nondominated_sort()
    return lambda: [[dna.value for dna in front] for front in sort(members)]


def trials(pg, seconds):
    """Nanoseconds of each proposal with its feedback, and the proposals."""
    algorithm = pg.evolution.regularized_evolution(
        pg.evolution.mutators.Uniform(seed=1), population_size=20, tournament_size=5, seed=2
    )
    algorithm.setup(points(pg, 50))
    spent, proposed = [], []
    end = CLOCK() + 20 * seconds * 1e9
    while len(spent) < 1000 and (len(spent) < 60 or CLOCK() < end):
        start = CLOCK()
        dna = algorithm.propose()
        proposing = CLOCK() - start
        numbers = dna.to_numbers()
        start = CLOCK()
        algorithm.feedback(dna, float(sum(numbers)))
        spent.append(proposing + CLOCK() - start)
        proposed.append(numbers)
    # The first ones are the initial population.
    return spent[20:], proposed[:60]


WORKLOADS = {
    'permutation.spec': Workload('decision spec of permutate(range(100))', permutation_spec, 500),
    'permutation.dna': Workload('random DNA of permutate(range(100))', permutation_dna, 500),
    'permutation.nodes': Workload('the same, with all its nodes', permutation_nodes),
    'crossover.pointwise': Workload(
        'point-wise crossover of two parents with 50 points', crossover, 300
    ),
    'nsga2.sort': Workload(
        'non-dominated sort of 400 points, two objectives', nondominated_sort, 50
    ),
    'evolution.trial': Workload(
        'a proposal with its feedback, 50 points (median)', trials, None, 0.1
    ),
}


# ---------------------------------------------------------------------- in a process of its own


def nanoseconds(operation, seconds):
    """Median CPU time of an operation, over about this many seconds."""
    start = CLOCK()
    operation()
    once = max(CLOCK() - start, 1)
    batch = max(1, int(seconds * 1e9 / 15 / once))
    samples = [] if batch > 1 else [once]
    while len(samples) < (9 if batch > 1 else 3) and sum(samples) * batch < seconds * 1e9:
        start = CLOCK()
        for _ in range(batch):
            operation()
        samples.append((CLOCK() - start) / batch)
    return statistics.median(samples)


def measure(module, name, seconds):
    """Prints what one workload takes and computes, as JSON."""
    pg = importlib.import_module(module)
    workload = WORKLOADS[name]
    if workload.prepare is trials:
        spent, result = trials(pg, seconds)
        taken = statistics.median(spent)
    else:
        operation = workload.prepare(pg)
        result = operation()
        taken = nanoseconds(operation, seconds)
    print(json.dumps({'ns': taken, 'result': result}))


# ------------------------------------------------------------------------------- side by side


def run(peer, name, seconds):
    """Measures in a fresh interpreter."""
    _, module, folder = parse_peer(peer)
    environment = dict(os.environ, PYTHONHASHSEED='0')
    if folder:
        environment['PYTHONPATH'] = folder + os.pathsep + environment.get('PYTHONPATH', '')
    done = subprocess.run(
        [sys.executable, __file__, '--measure', module, name, str(seconds)],
        env=environment,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        reason = done.stderr.strip().splitlines()[-1:] or [f'exit status {done.returncode}']
        raise SystemExit(f'{name} fails with {module}: {reason[0]}')
    return json.loads(done.stdout)


def parse_peer(text):
    """`LABEL=MODULE@DIR`, of which only the module is needed."""
    label, _, rest = text.rpartition('=')
    module, _, folder = rest.partition('@')
    return label or module, module, folder


def compare(peers, names, rounds, seconds):
    """Best nanoseconds by workload and label."""
    best = {name: {} for name in names}
    for number in range(rounds):
        for name in names:
            results = {}
            for peer in peers if number % 2 == 0 else peers[::-1]:
                label = parse_peer(peer)[0]
                found = run(peer, name, seconds)
                results[label] = found['result']
                best[name][label] = min(found['ns'], best[name].get(label, float('inf')))
            (expected, *others) = results.values()
            if any(other != expected for other in others):
                raise SystemExit(f'{name}: {" and ".join(results)} compute different things')
            if sys.stderr.isatty():
                print(f'round {number + 1} of {rounds}: {name}', file=sys.stderr)
    return best


def rows(best, reference, ours):
    """One row a workload: texts, and whether its goal is reached."""
    for name, times in best.items():
        workload = WORKLOADS[name]
        ratio = times[reference] / times[ours] if reference in times else None
        goals, reached = [], True
        if workload.ratio:
            goals.append(f'{workload.ratio}x')
            reached &= ratio is not None and ratio >= workload.ratio
        if workload.milliseconds:
            goals.append(f'{workload.milliseconds} ms')
            reached &= times[ours] / 1e6 < workload.milliseconds
        yield (
            [
                name,
                workload.about,
                f'{times[reference] / 1e6:.4g} ms' if reference in times else '-',
                f'{times[ours] / 1e6:.4g} ms',
                '-' if ratio is None else f'{ratio:.0f}x',
                ', '.join(goals) or '-',
                ('yes' if reached else 'no') if goals else '-',
            ],
            reached,
        )


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        '--peers',
        default='pyglove,mutandis',
        help='the libraries, ours last: MODULE, or LABEL=MODULE@DIR for a checkout; ours alone is '
        'measured without ratios',
    )
    parser.add_argument('--only', help='names of workloads, separated by commas')
    parser.add_argument('--rounds', type=int, default=3, help='how often each is measured')
    parser.add_argument('--md', type=Path, help='file for the table')
    parser.add_argument(
        '--seconds', type=float, default=0.3, help='CPU time for which each is repeated'
    )
    parser.add_argument('--measure', nargs=3, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.measure:
        module, name, seconds = args.measure
        measure(module, name, float(seconds))
        return 0
    names = args.only.split(',') if args.only else list(WORKLOADS)
    for name in names:
        if name not in WORKLOADS:
            parser.error(f'--only: there is no workload {name!r}, but {", ".join(WORKLOADS)}')
    if args.rounds < 1:
        parser.error('--rounds must be at least 1')
    peers = args.peers.split(',')
    labels = [parse_peer(peer)[0] for peer in peers]
    best = compare(peers, names, args.rounds, args.seconds)
    table = [
        f'| workload | operation | {labels[0] if len(labels) > 1 else "reference"} '
        f'| {labels[-1]} | ratio | goal | reached |',
        '|---|---|---|---|---|---|---|',
    ]
    all_reached = True
    for texts, reached in rows(best, labels[0] if len(labels) > 1 else None, labels[-1]):
        table.append(f'| {" | ".join(texts)} |')
        all_reached &= reached
    text = '\n'.join(table)
    print(text)
    if args.md:
        args.md.write_text(text + '\n', encoding='utf-8')
    return 0 if all_reached else 1


if __name__ == '__main__':
    sys.exit(main())
