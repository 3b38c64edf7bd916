"""OneMax: find the string of bits with the most ones, without knowing that ones are what counts.

The smallest search there is, to see what an algorithm does with its evaluations. Random search
draws each string anew; hill climbing keeps the best one and redraws a bit of it; regularized
evolution (Real et al. 2019) keeps the newest ones and lets the winners of tournaments have
children. The last algorithm is written here: evolution is an expression of operations.

    python examples/onemax.py --bits 60 --trials 2000
"""

import argparse

import mutandis as mt

S, M = mt.evolution.selectors, mt.evolution.mutators


def bits(count):
    """The space: a list of decisions."""
    return mt.List([mt.oneof([0, 1]) for _ in range(count)])


def two_of_the_best_quarter(seed):
    """Two of the best quarter have a child each; what is in the population stays if it is good."""
    return mt.evolution.Evolution(
        S.Top(0.25) >> S.Random(2) >> M.Uniform(),
        population_init=(mt.geno.Random(), 20),
        population_update=S.Top(20),
        seed=seed,
    )


def algorithms(seed):
    return {
        'random': mt.geno.Random(seed),
        'hill climbing': mt.evolution.hill_climb(seed=seed),
        'regularized evolution': mt.evolution.regularized_evolution(
            population_size=20, tournament_size=10, seed=seed
        ),
        'two of the best quarter': two_of_the_best_quarter(seed),
    }


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('--bits', type=int, default=40, help='length of the string')
    parser.add_argument('--trials', type=int, default=800, help='evaluations of each algorithm')
    parser.add_argument('--seed', type=int, default=1, help='seed of all algorithms')
    args = parser.parse_args()
    if args.bits < 1 or args.trials < 1:
        parser.error('--bits and --trials must be at least 1')

    print(f'{args.bits} bits, {args.trials} evaluations')
    print(f'{"algorithm":<25}{"ones":>5}{"at evaluation":>15}   the best string')
    for name, algorithm in algorithms(args.seed).items():
        result = mt.search(bits(args.bits), sum, algorithm, args.trials)
        best = result.best_trial
        string = ''.join(map(str, result.best))
        print(f'{name:<25}{best.final_measurement.reward:>5.0f}{best.id:>15}   {string}')


if __name__ == '__main__':
    main()
