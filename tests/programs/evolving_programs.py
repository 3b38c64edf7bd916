"""Symbolic regression: programs that are changed node by node, as data, by evolution."""

import random

import mutandis as pg

mutfun, evolution = pg.mutfun, pg.evolution
Var, Assign, Function = mutfun.Var, mutfun.Assign, mutfun.Function


def show(title):
    print(f'--- {title}')


def target(x):
    return x * x + 2 * x + 1


POINTS = [-3, -2, -1, 0, 1, 2, 3]


def loss(program):
    return sum(abs(program(x) - target(x)) for x in POINTS)


show('the program to start from')
start = Function('f', [Assign('y', Var('x') * 2), Assign('z', Var('y') + 1), Var('z')], ['x'])
print(start)
print(repr(start))
print([start(x) for x in POINTS], loss(start))
print(start.compile())

show('operators there are')
OPERATORS = [mutfun.Add, mutfun.Substract, mutfun.Multiply]
print(
    [
        op.__name__
        for op in mutfun.BinaryOperator.select_types(lambda t: t.__name__ in 'AddSubstract')
    ]
)
print([op.OPERATOR_STR for op in OPERATORS], [op.ORDER for op in OPERATORS])

show('mutations')
rng = random.Random(1)


def transform(location, old, parent):
    """Another operator, another variable that has been seen, or another constant."""
    if isinstance(old, mutfun.BinaryOperator):
        other = rng.choice([op for op in OPERATORS if op is not type(old)])
        return other(**old.sym_init_args)
    if isinstance(old, Var):
        seen = sorted(old.seen_vars() - {'f'}) or ['x']
        return rng.choice([Var(rng.choice(seen)), Var('x') * Var(rng.choice(seen)), 1])
    if isinstance(old, int):
        return rng.choice([old + 1, old - 1, Var('x')])
    if isinstance(old, Assign):
        return Assign(old.name, rng.choice(OPERATORS)(pg.clone(old.value, deep=True), Var('x')))
    return old


def weights(mutation_type, location, old, parent):
    """Only what `transform` knows is replaced; the last line stays what is returned."""
    if mutation_type != pg.hyper.MutationType.REPLACE or 'body' not in str(location):
        return 0.0
    if str(location).startswith('body[2]'):
        return 0.0
    return 1.0 if isinstance(old, (mutfun.BinaryOperator, Var, Assign, int)) else 0.0


space = pg.evolve(start, transform, weights=weights)
points, chances = space.mutation_points_and_weights(start)
for point, chance in zip(points, chances, strict=True):
    if chance:
        print(point.mutation_type.name, point.location, str(point.old_value).strip())
program = pg.clone(start, deep=True)
for _ in range(6):
    program = space.mutate(program, rng)
    print(str(program).splitlines()[1:3], loss(program))

show('evolution')
rng.seed(2)
random.seed(3)
algorithm = evolution.regularized_evolution(
    evolution.mutators.Uniform(seed=4), population_size=20, tournament_size=8, seed=5
)
best = None
for program, feedback in pg.sample(space, algorithm, 300):
    error = loss(program)
    feedback(-float(error))
    if best is None or error < best[0]:
        best = error, pg.clone(program, deep=True)
        print(feedback.id, error)
error, program = best
print(program)
print([program(x) for x in POINTS])

show('pruning')
program = Function(
    'g',
    [Assign('a', Var('x') + 1), Assign('b', Var('x') * 2), Assign('c', Var('a') * 3), Var('c') - 1],
    ['x'],
)
print(program, program(2))
program.prune()
print(program, program(2))
print([len(list(line.input_defs())) for line in program.body])
print(sorted(program.body[-1].input_vars()), sorted(program.body[-1].input_vars(transitive=True)))

show('insertions and deletions of lines')
rng.seed(6)


def lines(location, old, parent):
    if old == pg.MISSING_VALUE:
        seen = ['x', *(line.name for line in parent[: location.key])]
        name = f'v{rng.randint(0, 9)}'
        return Assign(name, rng.choice(OPERATORS)(Var(rng.choice(seen)), Var(rng.choice(seen))))
    return old


def weigh_lines(mutation_type, location, old, parent):
    if isinstance(parent, pg.List) and parent.sym_path == 'body' and location.key < len(parent):
        inserts = mutation_type == pg.hyper.MutationType.INSERT
        deletes = mutation_type == pg.hyper.MutationType.DELETE and isinstance(old, Assign)
        return 2.0 if inserts else 1.0 if deletes else 0.0
    return 0.0


space = pg.evolve(Function('h', [Var('x')], ['x']), lines, weights=weigh_lines)
program = space.initial_value.clone(deep=True)
for _ in range(8):
    program = space.mutate(program, rng)
print(program)
