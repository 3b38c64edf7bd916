"""A search in the style of the MNIST examples: a network and its training, tuned in three ways.

The digits are made up, and the network is a few lines of plain Python, so that it trains at once.
"""

import math
import random

import mutandis as pg

GLYPHS = ['111101111', '010010010', '110010011', '101111001']  # 0, 1, 2 and 4 on 3 x 3 pixels


def digits(count, seed):
    rng = random.Random(seed)
    data = []
    for i in range(count):
        label = i % len(GLYPHS)
        pixels = [0.8 * int(bit) + 0.4 * rng.random() for bit in GLYPHS[label]]
        data.append((pixels, label))
    return data


class Layer(pg.Object):
    """A part of a network."""

    def build(self, inputs, rng):
        self.weights = None
        return inputs

    def forward(self, x):
        raise NotImplementedError


class Dense(Layer):
    units: pg.typing.Int(min_value=1)

    def build(self, inputs, rng):
        self.weights = [
            [rng.uniform(-0.5, 0.5) for _ in range(inputs + 1)] for _ in range(self.units)
        ]
        return self.units

    def forward(self, x):
        return [sum(w * v for w, v in zip(row, [*x, 1.0], strict=True)) for row in self.weights]


class Activation(Layer):
    fn: pg.typing.Enum('relu', ['relu', 'abs', 'square'])

    def forward(self, x):
        if self.fn == 'relu':
            return [max(v, 0.0) for v in x]
        return [abs(v) if self.fn == 'abs' else v * v for v in x]


class Net(pg.Object):
    layers: list[Layer]
    classes: int = len(GLYPHS)

    def build(self, seed):
        rng = random.Random(seed)
        size = 9
        for layer in self.layers:
            size = layer.build(size, rng)
        self.head = Dense(self.classes)
        self.head.build(size, rng)

    def features(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def predict(self, x):
        scores = self.head.forward(self.features(x))
        return max(range(self.classes), key=scores.__getitem__)


@pg.functor(
    [
        ('net', pg.typing.Object(Net)),
        ('learning_rate', pg.typing.Float(min_value=0.0)),
    ]
)
def train(net, learning_rate, epochs=3, on_epoch=None):
    """Trains the last layer; calls `on_epoch(epoch, accuracy)`; returns the accuracy."""
    learn, check = digits(24, seed=1), digits(40, seed=2)
    net.build(seed=0)
    accuracy = 0.0
    for epoch in range(1, epochs + 1):
        for x, label in learn:
            features = net.features(x)
            scores = net.head.forward(features)
            top = max(scores)
            total = sum(math.exp(s - top) for s in scores)
            for k, row in enumerate(net.head.weights):
                error = math.exp(scores[k] - top) / total - (k == label)
                for i, v in enumerate([*features, 1.0]):
                    row[i] -= learning_rate * error * v
        accuracy = sum(net.predict(x) == label for x, label in check) / len(check)
        if on_epoch is not None:
            on_epoch(epoch, accuracy)
    return accuracy


print('--- training')
plain = train(net=Net([Dense(8), Activation('relu')]), learning_rate=0.1)
print(plain)
print(plain() > 0.5, plain.learning_rate, list(plain.sym_init_args.keys()))
wide = plain.clone(deep=True).rebind({'net.layers[0].units': 16, 'learning_rate': 0.2})
print(wide.net.layers[0], plain.net.layers[0], wide.learning_rate)
print(pg.eq(pg.from_json_str(wide.to_json_str()), wide))

print('--- tuning: a space by rebind')
space = plain.clone(deep=True).rebind(
    {
        'net.layers': [
            Dense(pg.oneof([2, 8, 16], name='units')),
            Activation(pg.oneof(['relu', 'abs', 'square'], name='activation')),
        ],
        'learning_rate': pg.floatv(0.01, 0.5, name='learning_rate'),
    }
)
print(pg.is_deterministic(space), pg.dna_spec(space).space_size)
rewards = []
for trial, feedback in pg.sample(space, pg.geno.Random(seed=1), 6, name='tune'):
    reward = trial()
    rewards.append(reward)
    feedback(reward)
    print(
        feedback.id,
        trial.net.layers[0].units,
        trial.net.layers[1].fn,
        round(trial.learning_rate, 4),
    )
result = pg.poll_result('tune')
print(result.best_trial.final_measurement.reward == max(rewards))
print(sorted(result.best_trial.dna.named_decisions))
print([round(v, 4) if isinstance(v, float) else v for v in result.trials[0].dna.to_numbers()])

print('--- tuning: whole layers, from none to two of them')


def block():
    return pg.oneof(
        [
            Dense(pg.oneof([4, 12])),
            Activation(pg.oneof(['relu', 'square'])),
        ]
    )


deep = Net(pg.oneof([[], [block()], [block(), block()]]))
spec = pg.dna_spec(deep)
print(spec.space_size, len(spec.decision_points))
sizes = {}
for net in pg.iter(deep):
    kinds = '+'.join(type(layer).__name__ for layer in net.layers)
    sizes[kinds] = sizes.get(kinds, 0) + 1
print(sizes)
for net in pg.random_sample(deep, 4, seed=3):
    print(pg.format(net, compact=True, hide_default_values=True))

print('--- tuning: metrics while it trains')
for trial, feedback in pg.sample(
    train(Net([Dense(pg.oneof([1, 6]))]), learning_rate=pg.oneof([0.05, 0.3])),
    pg.geno.Sweeping(),
    name='steps',
    metrics_to_optimize=['accuracy'],
):
    units = trial.net.layers[0].units
    trial(
        on_epoch=lambda epoch, accuracy, feedback=feedback: feedback.add_measurement(
            metrics={'accuracy': accuracy}, step=epoch
        )
    )
    feedback.done(metadata={'units': units})
    steps = [m.step for m in feedback.get_trial().measurements]
    print(feedback.id, steps, feedback.get_trial().metadata.units)
result = pg.poll_result('steps')
print(len(result.trials), result.best_trial.final_measurement.step, result.best_trial.status)

print('--- tuning eagerly: the placeholders stand in the code')


def experiment():
    layers = [Dense(pg.oneof([2, 8, 16], name='units'))]
    if pg.oneof([True, False], name='activate'):
        layers.append(Activation('abs'))
    rate = pg.floatv(0.05, 0.4, name='rate')
    return Net(layers), rate


eager = pg.hyper.trace(experiment, require_hyper_name=True)
print(list(eager.hyper_dict), len(eager.dna_spec))
for apply, feedback in pg.sample(eager, pg.geno.Random(seed=4), 4, name='eager'):
    with apply():
        net, rate = experiment()
        again = {name: eager.evaluate(v) for name, v in eager.hyper_dict.items()}
    print(feedback.id, len(net.layers), net.layers[0].units, round(rate, 4), again['activate'])
    feedback(train(net, rate)())
best = pg.poll_result('eager').best_trial
print(best.status, sorted(best.dna.to_dict(key_type='name_or_id')))

print('--- tuning: errors are skipped')
for trial, feedback in pg.sample(pg.Dict(x=pg.oneof([1, 0, 2])), pg.geno.Sweeping(), name='errors'):
    with feedback.skip_on_exceptions([(ZeroDivisionError, 'division')]):
        feedback(1.0 / trial.x)
print([(t.id, t.infeasible) for t in pg.poll_result('errors').trials])
print(pg.poll_result('errors'))
