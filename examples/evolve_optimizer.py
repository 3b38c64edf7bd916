"""Searches for an optimizer: evolution rewrites the program of its update rule.

In the style of "Symbolic Discovery of Optimization Algorithms" (Chen et al. 2023, arXiv
2302.06675), which found Lion. The search starts from AdamW, written as a program
(`mutandis.mutfun`), and each child is its parent with one line or operand changed. A child is
judged by how well it trains two small networks: one for handwritten digits (scikit-learn's), one
for the next character of a text (the help texts that come with Python). To judge thousands within
minutes,

- programs that compute what another one did before are not run again (functional hashes);
- programs that ignore the gradient, or give NaN or wrong shapes, are found by a few steps on
  made-up numbers, and those that are much worse than AdamW after a few steps of training are
  stopped;
- the best ones go through a funnel of longer and longer training, with other initial weights.

The winner, AdamW and Lion are then trained anew, each with the learning rate that suits it best,
and compared on data that nothing was chosen by. ::

    python examples/evolve_optimizer.py --minutes 3 --picture curves.svg
"""

import time

START = time.monotonic() - time.process_time()  # Loading PyTorch counts, too.

import argparse  # noqa: E402
import math  # noqa: E402
import pydoc_data.topics  # noqa: E402
import re  # noqa: E402
from typing import Any  # noqa: E402

import torch  # noqa: E402
from sklearn.datasets import load_digits  # noqa: E402
from torch.nn import functional as F  # noqa: E402

import mutandis as mt  # noqa: E402
from mutandis import mutfun  # noqa: E402
from mutandis.algorithms.mutfun import Assign, Function, NaryOperator, Var  # noqa: E402
from mutandis.tuning.progress import Progress  # noqa: E402

# How long that takes says how long leaving will: both are slow on a busy machine.
LOADING = time.monotonic() - START

# ------------------------------------------------------------- the language of update rules


def tensor(x):
    return torch.as_tensor(x, dtype=torch.float32)


def square(x):
    return tensor(x) ** 2


def sqrt(x):
    return tensor(x).sqrt()


def sign(x):
    return tensor(x).sign()


def absolute(x):
    return tensor(x).abs()


def tanh(x):
    return tensor(x).tanh()


def maximum(x, y):
    return torch.maximum(tensor(x), tensor(y))


def interp(x, y, share):
    """A moving average: `share` of y, the rest of x."""
    return (1.0 - share) * x + share * y


class Square(NaryOperator):
    x: Any
    OPERATOR_STR, OPERATOR_FN = 'square', staticmethod(square)


class SquareRoot(NaryOperator):
    x: Any
    OPERATOR_STR, OPERATOR_FN = 'sqrt', staticmethod(sqrt)


class Sign(NaryOperator):
    x: Any
    OPERATOR_STR, OPERATOR_FN = 'sign', staticmethod(sign)


class Absolute(NaryOperator):
    x: Any
    OPERATOR_STR, OPERATOR_FN = 'absolute', staticmethod(absolute)


class Tanh(NaryOperator):
    x: Any
    OPERATOR_STR, OPERATOR_FN = 'tanh', staticmethod(tanh)


class Maximum(NaryOperator):
    x: Any
    y: Any
    OPERATOR_STR, OPERATOR_FN = 'maximum', staticmethod(maximum)


class Interpolate(NaryOperator):
    x: Any
    y: Any
    share: Any
    OPERATOR_STR, OPERATOR_FN = 'interp', staticmethod(interp)


class Outputs(mutfun.Instruction):
    """Several values: those that a rule returns."""

    values: list[Any]

    def evaluate(self, context):
        return tuple(mutfun.evaluate(value, context) for value in self.values)

    def python_repr(self, block_indent=0):
        text = ', '.join(mutfun.python_repr(value) for value in self.values)
        return mutfun.base.indent(text, block_indent)

    def python_expression(self, source):
        return ', '.join(source.expression(value) for value in self.values)


ARGUMENTS = ['weight', 'gradient', 'm', 'v', 'step', 'lr']
weight, gradient, m, v, step, lr = map(Var, ARGUMENTS)
update, g2, m_hat, v_hat, decay = map(Var, ['update', 'g2', 'm_hat', 'v_hat', 'decay'])


def rule(*lines):
    """An update rule: what is subtracted from the weights, and two states for the next step."""
    return Function('update_rule', [*lines, Outputs([update, m, v])], ARGUMENTS)


ADAMW = rule(
    Assign('m', Interpolate(gradient, m, 0.9)),
    Assign('g2', Square(gradient)),
    Assign('v', Interpolate(g2, v, 0.999)),
    Assign('m_hat', m / (1.0 - 0.9**step)),
    Assign('v_hat', v / (1.0 - 0.999**step)),
    Assign('update', m_hat / (SquareRoot(v_hat) + 1e-8)),
    Assign('decay', weight * 0.01),
    Assign('update', update + decay),
    Assign('update', update * lr),
)
LION = rule(
    Assign('update', Interpolate(gradient, m, 0.9)),
    Assign('update', Sign(update)),
    Assign('m', Interpolate(gradient, m, 0.99)),
    Assign('decay', weight * 0.1),
    Assign('update', update + decay),
    Assign('update', update * lr),
)


def make_mutator():
    vocabulary = mutfun.Vocabulary(
        operators=[
            *(mutfun.Add, mutfun.Substract, mutfun.Multiply, mutfun.Divide, mutfun.Negate),
            *(Square, SquareRoot, Sign, Absolute, Tanh, Maximum, Interpolate),
        ],
        constants=[1e-8, 0.01, 0.1, 0.5, 0.9, 0.95, 0.99, 0.999, 1.0, 2.0],
        names=['t'],
    )
    return mutfun.ProgramMutator(vocabulary, max_lines=16)


# ------------------------------------------------------------- what the rules are judged by


class Task:
    """A small network and its data: to train by, to choose by, and to compare by at the end.

    Copies of the network are trained side by side, one for each learning rate: all their weights
    are a matrix of one row for each copy, and a rule works on all of it.
    """

    def __init__(self, name, inputs, targets, sizes, embedding=None):
        self.name, self.sizes, self.embedding = name, sizes, embedding
        # In blocks, since neighbouring windows of a text overlap.
        blocks = (len(inputs) // 10 * torch.arange(10)).tolist() + [len(inputs)]
        parts = {'train': (0, 6), 'validation': (6, 8), 'test': (8, 10)}
        self.parts = {
            part: (inputs[blocks[a] : blocks[b]], targets[blocks[a] : blocks[b]])
            for part, (a, b) in parts.items()
        }
        for part in ('validation', 'test'):
            inputs, targets = self.parts[part]
            some = torch.linspace(0, len(inputs) - 1, min(600, len(inputs))).long()
            self.parts[part] = inputs[some], targets[some]

    def initial_weights(self, generator):
        tables = (
            [torch.randn(self.embedding, generator=generator).ravel()] if self.embedding else []
        )
        for fan_in, fan_out in zip(self.sizes, self.sizes[1:], strict=False):
            layer = torch.randn(fan_in + 1, fan_out, generator=generator) / fan_in**0.5
            layer[-1] = 0.0
            tables.append(layer.ravel())
        return torch.cat(tables)

    def losses(self, weights, inputs, targets):
        """The mean loss of each copy."""
        copies, start = len(weights), 0
        if self.embedding:
            symbols, width = self.embedding
            start = symbols * width
            table = weights[:, :start].reshape(copies, symbols, width)
            x = table[:, inputs].flatten(2)
        else:
            x = inputs.expand(copies, -1, -1)
        for fan_in, fan_out in zip(self.sizes, self.sizes[1:], strict=False):
            end = start + (fan_in + 1) * fan_out
            layer = weights[:, start:end].reshape(copies, fan_in + 1, fan_out)
            x = torch.baddbmm(layer[:, -1:], x, layer[:, :-1])
            x = x.relu() if end < weights.shape[1] else x
            start = end
        losses = F.cross_entropy(x.flatten(0, 1), targets.repeat(copies), reduction='none')
        return losses.reshape(copies, -1).mean(dim=1)


def digits_task():
    images, labels = load_digits(return_X_y=True)
    order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(0))
    images = torch.tensor(images / 16 - 0.3, dtype=torch.float32)[order]
    return Task('digits', images, torch.tensor(labels)[order], sizes=[64, 32, 10])


def characters_task(context=6, length=30_000):
    topics = pydoc_data.topics.topics
    text = ' '.join(topics[name] for name in sorted(topics)).lower()
    text = re.sub('[^a-z.]+', ' ', text)[:length]
    symbols = sorted(set(text))
    codes = torch.tensor([symbols.index(symbol) for symbol in text])
    windows = codes.unfold(0, context + 1, 1)
    sizes = [context * 8, 48, len(symbols)]
    return Task('characters', windows[:, :-1], windows[:, -1], sizes, (len(symbols), 8))


class Diverged(Exception):
    """No copy of the network has a finite loss any more."""


def train(run, task, steps, rates, seed, parts=('validation',), points=1, deadline=math.inf):
    """Trains with an update rule.

    Args:
        run: The rule as a function.
        task: What is trained.
        steps: Number of steps, of 64 examples each.
        rates: The learning rates, of one copy each.
        seed: Seed of the initial weights and the batches: the same for all rules.
        parts: The parts of the data on which the copies are measured.
        points: How many times they are, at the same distance; the last time at the end.
        deadline: When to stop, whatever the step.

    Returns:
        A tensor of the losses (points, parts, copies).
    """
    generator = torch.Generator().manual_seed(seed)
    weights = task.initial_weights(generator).repeat(len(rates), 1).requires_grad_()
    inputs, targets = task.parts['train']
    batches = torch.randint(len(inputs), (steps, 64), generator=generator)
    lr = torch.tensor(rates).reshape(-1, 1)
    m = v = torch.zeros_like(weights)
    curve = torch.empty(0, len(parts), len(rates))
    for number, batch in enumerate(batches, start=1):
        loss = task.losses(weights, inputs[batch], targets[batch])
        (gradient,) = torch.autograd.grad(loss.sum(), weights)
        with torch.no_grad():
            change, m, v = run(weights, gradient, m, v, float(number), lr)
            weights.sub_(change)
            if number * points // steps > len(curve):
                now = torch.stack([task.losses(weights, *task.parts[part]) for part in parts])
                now = torch.where(now.isfinite(), now, torch.inf)
                if now.isinf().all():
                    raise Diverged
                curve = torch.cat([curve, now[None]])
        if time.monotonic() > deadline:
            break
    return curve


# ------------------------------------------------------------- judging one program


class Rejected(Exception):
    """The program is no update rule."""


def probe(step, generator):
    """Made-up arguments of a rule: two copies of twelve weights, with a learning rate each."""
    weight, gradient, m = (torch.randn(2, 12, generator=generator) for _ in range(3))
    v = torch.rand(2, 12, generator=generator) * 0.01
    return weight, gradient * 0.1, m * 0.1, v, float(step), torch.tensor([[0.01], [0.001]])


PROBES = [probe(step, torch.Generator().manual_seed(step)) for step in (2, 5)]


def check(run):
    """Rejects what is no update rule, by a few steps on made-up numbers."""

    def walk(gradients):
        weights = torch.ones(2, 12)
        m = v = torch.zeros(2, 12)
        for number, gradient in enumerate(gradients, start=1):
            change, m, v = run(weights, gradient, m, v, float(number), PROBES[0][-1])
            for value in (change, m, v):
                if not isinstance(value, torch.Tensor) or value.shape != weights.shape:
                    raise Rejected('shape')
                if not value.isfinite().all():
                    raise Rejected('not finite')
            weights = weights - change
        return weights

    gradients = [probe[1] for probe in PROBES] + [PROBES[0][1] * 1e-3]
    if torch.equal(walk(gradients), walk([-g for g in gradients])):
        raise Rejected('no use of the gradient')


class Judge:
    """Rewards of programs: how much better than AdamW they train, or why they were not trained.

    A reward is the mean logarithm of the ratio of AdamW's loss to the program's, over the tasks;
    each is trained with several learning rates, of which the best counts.
    """

    RATES = [3e-4, 1e-3, 3e-3, 1e-2]
    WORST = -10.0
    # Number of tasks, steps, and by how much a program may be worse than AdamW to go on.
    STAGES = [(1, 15, 0.3), (2, 60, math.inf)]

    def __init__(self, tasks):
        self.tasks = tasks
        self.known = {}  # Reward by functional hash.
        self.counts = dict.fromkeys(['trained', 'stopped early', 'duplicates', 'rejected'], 0)
        adamw = mutfun.to_callable(ADAMW)
        self.baseline = [self.losses(adamw, steps, 0, count) for count, steps, _ in self.STAGES]

    def losses(self, run, steps, seed, count=None, deadline=math.inf):
        """The loss of each of the first tasks at the end of training."""
        losses = []
        for task in self.tasks[:count]:
            curve = train(run, task, steps, self.RATES, seed, deadline=deadline)
            losses.append(curve[-1].min().item() if len(curve) else math.inf)
        return losses

    def reward(self, program):
        run = mutfun.to_callable(program)
        key = mutfun.functional_hash(run, PROBES, digits=4)
        if key in self.known:
            self.counts['duplicates'] += 1
        else:
            self.known[key] = self.train(run)
        return self.known[key]

    def train(self, run):
        try:
            check(run)
        except Exception:  # Rejected; or an operation that its operands do not support.
            self.counts['rejected'] += 1
            return self.WORST
        reward = self.WORST
        for (count, steps, slack), baseline in zip(self.STAGES, self.baseline, strict=True):
            try:
                losses = self.losses(run, steps, 0, count)
            except Diverged:
                self.counts['stopped early'] += 1
                return self.WORST
            reward = gain(baseline, losses)
            if reward < -slack:
                self.counts['stopped early'] += 1
                return reward - 1.0
        self.counts['trained'] += 1
        return reward


def gain(baseline, losses):
    """By how much losses are better than others: the mean logarithm of the ratios."""
    if any(not math.isfinite(loss) for loss in losses):
        return Judge.WORST
    return sum(math.log(b / loss) for b, loss in zip(baseline, losses, strict=True)) / len(losses)


# ------------------------------------------------------------- the search


def search(judge, trials, seed, deadline):
    """Evolves programs; returns them by falling reward, each as a pair with its reward."""
    space = mutfun.evolve(ADAMW, make_mutator(), name='rule')
    algorithm = mt.evolution.regularized_evolution(
        population_size=40, tournament_size=10, seed=seed
    )
    rewards = {}  # By the text of the pruned program.
    best = -math.inf
    with Progress(trials) as bar:
        for number, (program, feedback) in enumerate(mt.sample(space, algorithm, trials), start=1):
            reward = judge.reward(program)
            feedback(reward)
            program = program.clone(deep=True)
            program.prune()
            rewards.setdefault(str(program), (program, reward))
            best = max(best, reward)
            bar.update(number, best)
            if time.monotonic() > deadline:
                break
    return sorted(rewards.values(), key=lambda pair: -pair[1])


def funnel(judge, ranked, seconds):
    """Sends the best programs through longer and longer training; returns the best of all.

    The seeds of a stage are those of no other one. AdamW takes part.
    """
    deadline = time.monotonic() + seconds
    share = min(1.0, seconds / 25)
    survivors = [program for program, _ in ranked[:12]]
    for count, most_steps, seed in [(4, 150, 11), (1, 300, 12)]:
        steps = max(10, int(most_steps * share))
        results = []
        for program in [ADAMW, *survivors]:
            if time.monotonic() > deadline:
                break
            try:
                losses = judge.losses(mutfun.to_callable(program), steps, seed, deadline=deadline)
            except Diverged:
                continue
            results.append((program, losses))
        if time.monotonic() > deadline or not results:
            break  # Unfinished: what was ranked before counts.
        baseline = results[0][1]
        results.sort(key=lambda pair: -gain(baseline, pair[1]))
        survivors = [program for program, _ in results[:count]]
    return survivors[0] if survivors else ADAMW


# ------------------------------------------------------------- the comparison


FINAL_RATES = [1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2]
FINAL_SEEDS = (21, 22)


def compare(rules, tasks, seconds, points=8):
    """Trains all rules anew, with other weights than any before.

    Returns:
        For each task its name, the steps of the points, and by rule the losses at them on the test
        part and the learning rate (that of the least loss on the validation part at the end). None
        for a rule that diverges. Empty if time did not suffice.
    """
    deadline = time.monotonic() + seconds
    runs = {name: mutfun.to_callable(program) for name, program in rules.items()}
    trainings = len(rules) * len(tasks) * len(FINAL_SEEDS)
    start = time.monotonic()
    for task in tasks:
        train(runs['AdamW'], task, 5, FINAL_RATES, 0, ('validation', 'test'), points=1)
    each = (time.monotonic() - start) / 5 / len(tasks)
    steps = int(max(points, min(400, seconds / (trainings * each * 1.3))))
    curves = {}
    for name, run in runs.items():
        for task in tasks:
            kinds = ('validation', 'test')
            try:
                curves[name, task.name] = [
                    train(run, task, steps, FINAL_RATES, seed, kinds, points, deadline)
                    for seed in FINAL_SEEDS
                ]
            except Diverged:
                curves[name, task.name] = None
    reached = min(len(curve) for pair in curves.values() if pair for curve in pair)
    if not reached:
        return []
    numbers = [math.ceil(steps * (i + 1) / points) for i in range(reached)]
    results = []
    for task in tasks:
        shown = {}
        for name in rules:
            pair = curves[name, task.name]
            if pair is None:
                shown[name] = None
                continue
            mean = sum(curve[:reached] for curve in pair) / len(pair)
            best = mean[-1, 0].argmin()
            shown[name] = (FINAL_RATES[best], mean[:, 1, best].tolist())
        results.append((task.name, numbers, shown))
    return results


def table(results):
    """The curves as text."""
    lines = []
    for task, numbers, curves in results:
        lines.append(f'{task}: validation curve (loss on held-out data after so many steps)')
        lines.append(f'{"":10}{"lr":>8}' + ''.join(f'{number:>8}' for number in numbers))
        for name, curve in curves.items():
            if curve is None:
                lines.append(f'{name:18}  diverges')
            else:
                rate, losses = curve
                lines.append(f'{name:10}{rate:>8g}' + ''.join(f'{loss:>8.4f}' for loss in losses))
        lines.append('')
    return '\n'.join(lines)


def verdict(results):
    """Whether the evolved rule is better, as it is."""
    if not results:
        return 'There was no time left to compare the rules.'
    sentences = []
    for other in ('AdamW', 'Lion'):
        if any(curves['evolved'] is None or curves[other] is None for _, _, curves in results):
            sentences.append(f'No comparison with {other}: one of the two diverges.')
            continue
        ratios = {
            task: curves['evolved'][1][-1] / curves[other][1][-1] for task, _, curves in results
        }
        mean = math.exp(sum(map(math.log, ratios.values())) / len(ratios))
        word = 'beats' if mean < 0.999 else 'does not beat'
        each = ', '.join(f'{ratio:.3f} on {task}' for task, ratio in ratios.items())
        sentences.append(
            f'The evolved rule {word} {other} here: its loss at the end is {mean:.3f} times '
            f'that of {other} ({each}).'
        )
    return '\n'.join(sentences)


def draw(results, path):
    """Draws the curves as an SVG picture."""
    width, height, margin = 360, 240, 45
    colors = {'AdamW': '#888888', 'Lion': '#d97706', 'evolved': '#2563eb'}
    parts = []
    for column, (task, numbers, curves) in enumerate(results):
        values = [loss for curve in curves.values() if curve for loss in curve[1]]
        low, high = min(values, default=0.0), max(values, default=1.0)
        span = (high - low) or 1.0
        left = column * (width + margin) + margin
        parts.append(
            f'<text x="{left}" y="20">{task}: loss on held-out data by steps</text>'
            f'<rect x="{left}" y="30" width="{width}" height="{height}" fill="none" stroke="#ccc"/>'
            f'<text x="{left - 4}" y="40" text-anchor="end">{high:.2f}</text>'
            f'<text x="{left - 4}" y="{30 + height}" text-anchor="end">{low:.2f}</text>'
            f'<text x="{left + width}" y="{48 + height}" text-anchor="end">{numbers[-1]}</text>'
        )
        for row, (name, curve) in enumerate(curves.items()):
            if curve is None:
                continue
            points = ' '.join(
                f'{left + width * number / numbers[-1]:.1f},'
                f'{30 + height * (high - loss) / span:.1f}'
                for number, loss in zip(numbers, curve[1], strict=True)
            )
            parts.append(
                f'<polyline points="{points}" fill="none" stroke="{colors[name]}" '
                f'stroke-width="2"/><text x="{left + width - 80}" y="{50 + 16 * row}" '
                f'fill="{colors[name]}">{name}</text>'
            )
    size = f'width="{len(results) * (width + margin) + margin}" height="{height + 60}"'
    with open(path, 'w') as file:
        file.write(
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" '
            f'font-size="12">{"".join(parts)}</svg>\n'
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--minutes', type=float, default=3.0, help='time for everything')
    parser.add_argument('--seed', type=int, default=1, help='seed of the evolution')
    parser.add_argument('--trials', type=int, help='programs to try at most')
    parser.add_argument('--picture', help='where to draw the curves (an SVG file)')
    args = parser.parse_args()
    torch.set_num_threads(1)  # The networks are small: more threads would wait for each other.
    torch.manual_seed(args.seed)
    end = START + 60 * args.minutes - LOADING / 2
    seconds = end - time.monotonic()

    judge = Judge([digits_task(), characters_task()])
    ranked = search(judge, args.trials, args.seed, end - 0.35 * seconds)
    best = funnel(judge, ranked, 0.18 * seconds)
    rules = {'AdamW': ADAMW, 'Lion': LION, 'evolved': best}
    results = compare(rules, judge.tasks, max(0.0, end - time.monotonic() - 0.06 * seconds))

    counts = ', '.join(f'{count} {what}' for what, count in judge.counts.items())
    print(f'{sum(judge.counts.values())} programs: {counts}\n')
    source = mutfun.to_python(best)
    print(source.replace('from __main__ import', 'from evolve_optimizer import') + '\n')
    print(table(results))
    if best is ADAMW:
        print('No program did better than AdamW, from which the search started.')
    print(verdict(results))
    if args.picture:
        draw(results, args.picture)


if __name__ == '__main__':
    main()
