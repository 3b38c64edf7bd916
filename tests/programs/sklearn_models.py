"""scikit-learn: estimators as symbolic values, an experiment swapped part by part."""

import warnings
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.tree import DecisionTreeClassifier

import mutandis as pg

warnings.simplefilter('ignore')

Logistic = pg.wrap(LogisticRegression)
Neighbors = pg.wrap(KNeighborsClassifier, [('n_neighbors', pg.typing.Int(5, min_value=1))])
Tree = pg.wrap(DecisionTreeClassifier)
Standard, MinMax = pg.wrap(StandardScaler), pg.wrap(MinMaxScaler)


@pg.functor
def two_moons(count, noise=0.1, seed=0):
    generator = np.random.RandomState(seed)
    angle = generator.rand(count) * np.pi
    labels = generator.randint(0, 2, count)
    points = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    points[labels == 1] = [1.0, 0.5] - points[labels == 1]
    return points + generator.randn(count, 2) * noise, labels


class Experiment(pg.Object):
    train: pg.typing.Functor()
    test: pg.typing.Functor()
    scaler: Any
    classifier: Any

    def run(self):
        pipeline = make_pipeline(self.scaler, self.classifier)
        pipeline.fit(*self.train())
        return round(pipeline.score(*self.test()), 2)


base = Experiment(two_moons(200), two_moons(100, seed=1), Standard(), Logistic())
print(pg.format(base, compact=True, hide_default_values=True))
print(base.run())
better = base.clone(override={'classifier': Neighbors(3)})
print(better.run(), better.classifier.n_neighbors)
better.rebind({'classifier.n_neighbors': 9, 'scaler': MinMax()})
print(better.run(), better.classifier.n_neighbors, type(better.scaler).__name__)
harder = better.clone().rebind(lambda k, v: 0.4 if k and k.key == 'noise' else v)
print(harder.run() < better.run(), sorted(pg.diff(better, harder, flatten=True)))
swapped = better.clone().rebind(lambda k, v: Tree(max_depth=3) if isinstance(v, Neighbors) else v)
print(swapped.run() > 0.8, repr(swapped.classifier)[:23])
print(pg.eq(pg.from_json(better.to_json()), better), better.classifier.get_params()['n_neighbors'])
print(isinstance(better.classifier, KNeighborsClassifier), better.is_partial)
try:
    better.rebind({'classifier.n_neighbors': 0})
except ValueError:
    print('ValueError', better.classifier.n_neighbors)
