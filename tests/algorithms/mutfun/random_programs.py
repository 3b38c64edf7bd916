"""Random programs, for properties that hold for all."""

from hypothesis import strategies as st

from mutandis.algorithms import mutfun
from mutandis.algorithms.mutfun import Assign, Function, FunctionCall, If, Var, While

NAMES = ['x', 'y', 'a', 'b']
UNARY = [mutfun.Negate]
BINARY = [
    mutfun.Add,
    mutfun.Substract,
    mutfun.Multiply,
    mutfun.Divide,
    mutfun.FloorDivide,
    mutfun.Mod,
    mutfun.Power,
    mutfun.Equals,
    mutfun.NotEquals,
    mutfun.GreaterThan,
    mutfun.LessThan,
]
constants = st.sampled_from([0, 1, 2, -1, 0.5, -2.0, float('inf'), float('nan'), True])


def names(scope):
    return st.sampled_from([*scope, *NAMES]) if scope else st.sampled_from(NAMES)


def expressions(scope, functions=(), depth=3):
    """Expressions that use mostly names of a scope."""
    leaves = st.one_of(constants, st.builds(Var, st.sampled_from(sorted(scope) or NAMES)))
    if depth == 0:
        return leaves
    below = expressions(scope, functions, depth - 1)
    options = [
        leaves,
        st.builds(lambda cls, x: cls(x), st.sampled_from(UNARY), below),
        st.builds(lambda cls, x, y: cls(x, y), st.sampled_from(BINARY), below, below),
    ]
    for function in functions:
        args = st.lists(below, min_size=len(function.args), max_size=len(function.args))
        options.append(st.builds(FunctionCall, st.just(function.name), args))
    return st.one_of(options)


@st.composite
def bodies(draw, scope, functions=(), depth=2, size=4):
    """Lines of code, and the names that are defined after them."""
    scope, functions, lines = set(scope), list(functions), []
    for _ in range(draw(st.integers(1, size))):
        kinds = ['assign', 'assign', 'assign', 'walrus']
        if depth:
            kinds += ['if', 'while', 'function']
        kind = draw(st.sampled_from(kinds))
        value = draw(expressions(scope, functions, 2))
        if kind in ('assign', 'walrus'):
            name = draw(st.sampled_from(NAMES))
            line = Assign(name, value)
            if kind == 'walrus':
                line = mutfun.Add(line, Var(name))
            scope.add(name)
            lines.append(line)
        elif kind == 'if':
            yes = draw(bodies(scope, functions, depth - 1, 2))
            no = draw(st.none() | bodies(scope, functions, depth - 1, 2))
            lines.append(If(value, yes, no))
            scope |= lines[-1].output_vars()
        elif kind == 'while':
            counter = f'n{len(lines)}_{depth}'
            inner = draw(bodies(scope, functions, depth - 1, 2))
            count = Assign(counter, Var(counter) + 1)
            lines += [Assign(counter, 0), While(Var(counter) < 2, [count, *inner])]
        else:
            args = draw(st.lists(st.sampled_from(NAMES), max_size=2, unique=True))
            inner = draw(bodies(scope | set(args), functions, depth - 1, 2))
            name = draw(st.sampled_from(['f', 'g']))
            functions = [f for f in functions if f.name != name]
            functions.append(Function(name, inner, args))
            lines.append(functions[-1])
    return lines


@st.composite
def functions(draw):
    """Functions of x and y."""
    body = draw(bodies({'x', 'y'}))
    if draw(st.booleans()):
        last = draw(expressions({'x', 'y'}, depth=2))
        body.append(last if isinstance(last, mutfun.Code) else mutfun.Negate(last))
    return Function('main', body, ['x', 'y'])


def outcome(run, *args):
    """What a run returns, or what kind of error it raises."""
    try:
        value = run(*args)
    except Exception as error:
        return type(error).__name__
    return repr(value)
