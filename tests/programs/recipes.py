"""Recipes by inheritance: defaults of classes, narrowed fields, frozen choices, the order."""

import inspect
from typing import Annotated, Any, Literal

import mutandis as pg

T = pg.typing


class Recipe(pg.Object):
    """What every training recipe has."""

    name: Annotated[str, 'How it is called in reports.']
    epochs: Annotated[int, 'Passes over the data.'] = 10
    optimizer: Literal['sgd', 'adam', 'lamb'] = 'sgd'
    learning_rate: T.Float(min_value=0.0) = 0.1
    augment: dict[str, Any] | None = None

    def _on_bound(self):
        super()._on_bound()
        self._steps = self.epochs * 100

    @property
    def steps(self):
        return self._steps


class Long(Recipe):
    epochs = 90


class Adam(Recipe):
    optimizer: Literal['adam', 'lamb'] = 'adam'
    learning_rate = 1e-3


class LongAdam(Adam, Long):
    name = 'long-adam'
    warmup: int = 5


@pg.members(
    [
        ('learning_rate', T.Float(0.05, max_value=0.2), 'Kept small.'),
        ('seeds', T.List(T.Int(), default=[], max_size=4)),
    ],
    init_arg_list=['name', 'learning_rate', '*seeds'],
)
class Careful(Recipe):
    pass


@pg.use_init_args(['learning_rate', 'name'])
class Swapped(Recipe):
    pass


class Frozen(Recipe):
    optimizer = 'lamb'
    epochs: T.Int().freeze(3)


for cls in (Recipe, Long, Adam, LongAdam, Careful, Swapped, Frozen):
    print(cls.__name__, list(cls.__schema__.keys()), cls.init_arg_list)
    print('  ', list(inspect.signature(cls.__init__).parameters))

print(LongAdam())
print(LongAdam().steps, LongAdam(epochs=1).steps, Recipe('r').steps)
print(repr(Long('l')))
print(repr(Careful('c', 0.1, 7, 8)))
print(repr(Swapped(0.3, 's')))
print(repr(Frozen('f')), Frozen('f').epochs)
print(Recipe.__schema__['epochs'].description)
print(LongAdam.__schema__['epochs'].default_value, LongAdam.__schema__['optimizer'].value)
print(LongAdam.__schema__.get_field('learning_rate').value)
print(Careful.__schema__['learning_rate'].value, Careful.__schema__['seeds'].value)
print(Careful.__schema__['learning_rate'].description)
print(issubclass(LongAdam, Recipe), isinstance(LongAdam(), Adam))

print('--- formats')
print(LongAdam().format(verbose=True, hide_default_values=True))
print(LongAdam().format(compact=True, hide_default_values=True))
print(Careful('c').format(verbose=True))
print(Careful('c').format(compact=True, exclude_keys={'augment'}))
print(Recipe('p', augment=dict(flip=True, crop=[1, 2])).format(python_format=True))

print('--- mistakes')


def attempt(fn):
    try:
        print('no error:', fn())
    except Exception as error:
        print(type(error).__name__)


attempt(lambda: Recipe())
attempt(lambda: Recipe('a', 1, 2, 3, 4, 5, 6))
attempt(lambda: Recipe('a', name='b'))
attempt(lambda: Recipe('a', colour='red'))
attempt(lambda: Recipe('a', epochs='many'))
attempt(lambda: Recipe('a', learning_rate=-1.0))
attempt(lambda: Adam('a', optimizer='sgd'))
attempt(lambda: Careful('a', 0.5))
attempt(lambda: Careful('a', 0.1, 1, 2, 3, 4, 5))
attempt(lambda: Frozen('a', epochs=4))
attempt(lambda: Frozen('a').rebind(epochs=4))
attempt(
    lambda: type('Wide', (Adam,), {'__annotations__': {'optimizer': str}, '__module__': __name__})
)
attempt(lambda: type('Bad', (Recipe,), {'epochs': 'x', '__module__': __name__}))
attempt(lambda: setattr(Recipe('a'), 'epochs', 3))
