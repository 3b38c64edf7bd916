"""Mean best accuracy of algorithms by name on the small table of the tests.

    python benchmarks/small_table.py --seeds 5 --trials 60

prints one row an algorithm: the mean of the best accuracy found, and its standard error.
"""

import argparse
import statistics
import sys
from pathlib import Path

import mutandis as mt

sys.path.insert(0, str(Path(__file__).parent.parent / 'tests' / 'algorithms' / 'evolution'))
import small_table  # noqa: E402

ALGORITHMS = ('random', 'regularized_evolution?population_size=20', 'hill_climb')


def best_accuracy(algorithm: str, trials: int, seed: int) -> float:
    result = mt.search(
        small_table.space(), small_table.accuracy, algorithm, trials, seed=seed, progress=False
    )
    return result.best_trial.final_measurement.reward


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--seeds', type=int, default=5, help='runs: seeds 1, 2, ...')
    parser.add_argument('--trials', type=int, default=60, help='evaluations a run')
    args = parser.parse_args()
    print('| algorithm | mean best | standard error |\n|---|---|---|')
    for algorithm in ALGORITHMS:
        best = [best_accuracy(algorithm, args.trials, seed + 1) for seed in range(args.seeds)]
        error = statistics.stdev(best) / args.seeds**0.5
        print(f'| `{algorithm}` | {statistics.mean(best):.4f} | {error:.4f} |')


if __name__ == '__main__':
    main()
