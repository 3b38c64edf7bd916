"""Symbolic regression: a function is evolved node by node until it fits a formula."""

import math
import random

import mutandis as pg

mutfun = pg.mutfun
Var = mutfun.Var


class Sin(mutfun.UnaryOperator):
    ORDER = 8
    OPERATOR_STR = 'sin '
    OPERATOR_FN = math.sin


class Cos(mutfun.UnaryOperator):
    ORDER = 8
    OPERATOR_STR = 'cos '

    def OPERATOR_FN(self, x):
        return math.cos(x)


@pg.members([('x', mutfun.base.instruction_operrand()), ('times', pg.typing.Int(2))])
class Scale(mutfun.Instruction):
    def evaluate(self, context):
        return mutfun.evaluate(self.x, context) * self.times

    def python_repr(self, block_indent=0):
        return mutfun.base.indent(
            f'scale({mutfun.python_repr(self.x)}, {self.times})', block_indent
        )


x = Var('x')
program = mutfun.Function(
    'f',
    [
        mutfun.Assign('v0', x + 1),
        mutfun.Assign('v1', Sin(x) * Var('v0')),
        mutfun.Assign('v2', Scale(Cos(Var('v1') - 2.0), times=3)),
        Var('v1') + Var('v0'),
    ],
    args=['x'],
)
print(program)
print(f'{program(0.5):.6f}')
print(sorted(program.body[2].input_vars(transitive=True)))
print([d.name for d in program.body[3].input_defs()])
print([str(r) for r in program.body[0].output_refs()])
print(
    [
        (node.line_number(), str(node))
        for node in pg.query(program, where=lambda v: isinstance(v, Sin)).values()
    ]
)

pruned = program.clone(deep=True)
pruned.prune()
print(pruned)
print(pg.eq(program, pruned), program == program.clone(), hash(program) == hash(program))

rng = random.Random(7)
binary = list(
    mutfun.Instruction.select_types(
        where=lambda cls: (
            issubclass(cls, mutfun.BinaryOperator)
            and cls in (mutfun.Add, mutfun.Substract, mutfun.Multiply)
        )
    )
)
unary = [c for c in mutfun.Instruction.select_types() if c in (Sin, Cos)]
print([c.__name__ for c in binary], [c.__name__ for c in unary])


def replace(location, node, parent):
    if isinstance(node, mutfun.BinaryOperator):
        return rng.choice(binary)(**node.sym_init_args)
    if isinstance(node, mutfun.UnaryOperator):
        return rng.choice(unary)(**node.sym_init_args)
    if isinstance(node, Var):
        return Var(rng.choice(sorted(node.seen_vars() - {'f'})))
    return float(rng.randint(-3, 3))


def weights(mutation_type, location, node, parent):
    if mutation_type != pg.hyper.MutationType.REPLACE:
        return 0.0
    return float(isinstance(node, (mutfun.Operator, Var, float)))


start = mutfun.Function(
    'f',
    [
        mutfun.Assign('v0', x + 1.0),
        mutfun.Assign('v1', Sin(Var('v0')) - 2.0),
        Var('v1') * Var('v0'),
    ],
    args=['x'],
)


def error(candidate):
    return sum(
        abs(candidate(value) - (math.cos(value) * value + 1.0)) for value in (-1.0, 0.25, 1.0, 2.0)
    )


space = pg.evolve(start, replace, weights=weights)
print(type(space).__name__, len(space.mutation_points_and_weights(start)[0]))
algorithm = pg.evolution.regularized_evolution(
    pg.evolution.mutators.Uniform(seed=3), population_size=12, tournament_size=4, seed=2
)
best, best_error = None, math.inf
for candidate, feedback in pg.sample(space, algorithm, 80):
    candidate.compile()
    now = error(candidate)
    feedback(-now)
    if now < best_error:
        best, best_error = candidate.clone(deep=True), now
        print(f'{feedback.id} {best_error:.4f}')
best.prune()
print(best)
again = pg.from_json_str(pg.to_json_str(best))
print(pg.eq(again, best), f'{error(again):.6f}')
