"""Other optimizers."""

import functools
import inspect

import torch

import mutandis as mt
from patch_library.parts import is_placeholder

OPTIMIZERS = {
    name: cls
    for name, cls in vars(torch.optim).items()
    if isinstance(cls, type) and issubclass(cls, torch.optim.Optimizer) and name != 'Optimizer'
}


@mt.functor()
def optimizer(params, name, **options):
    """An optimizer of `torch.optim` by its name, for the parameters that it is called with."""
    return OPTIMIZERS[name](params, **options)


@mt.patcher(
    [
        ('to', mt.typing.Enum('AdamW', sorted(OPTIMIZERS))),
        ('lr', mt.typing.Float(min_value=0.0).noneable()),
        ('weight_decay', mt.typing.Float(min_value=0.0).noneable()),
    ],
    auto_doc=True,
)
def replace_optimizer(experiment, to='AdamW', lr=None, weight_decay=None):
    """Trains with another optimizer.

    Wherever an experiment has an optimizer as a symbolic object of a class of `torch.optim`, the
    new one takes its place, with those of its arguments that it has too; at keys that begin with
    `optim`, a functor that makes one is replaced likewise, and the name of one by the new name. A
    placeholder for one of several optimizers becomes the new one. AdamW scales each step by how
    large the gradients have been, and shrinks weights apart from that.

    Decoupled Weight Decay Regularization. I. Loshchilov, F. Hutter, 2017. arXiv:1711.05101.

    Args:
        experiment: A symbolic object that says how a model is trained.
        to: The class of `torch.optim`.
        lr: Its learning rate; that of the former optimizer if None.
        weight_decay: Its weight decay, likewise.
    """
    given = {'lr': lr, 'weight_decay': weight_decay}
    given = {name: value for name, value in given.items() if value is not None}
    places = mt.select(experiment).where(_is_optimizer)
    if not any(bool(path) for path in places.paths()):
        raise mt.patching.NotApplicable(
            'there is no optimizer in it: neither an object of a class of `torch.optim` nor, at a '
            'key that begins with `optim`, a functor that makes one or the name of one'
        )

    def new_of(value):
        if is_placeholder(value):
            return new_of(value.candidates[0])
        if not isinstance(value, str):
            return _replaced(value, to, given)
        if given:
            raise mt.patching.NotApplicable(
                f'it has the optimizer by name, so {" and ".join(given)} cannot be told to it'
            )
        return to

    places.apply(new_of)
    return []


def _is_optimizer(path, value, owner):
    if is_placeholder(value):
        choices = getattr(value, 'candidates', None)
        one = getattr(value, 'num_choices', None) == 1
        return bool(one and choices) and all(_is_optimizer(path, c, value) for c in choices)
    named = bool(path) and str(path.key).startswith('optim')
    if isinstance(value, str):
        return named and value in OPTIMIZERS
    if isinstance(value, mt.Functor):
        return named and not isinstance(value, mt.patching.Patcher)
    return isinstance(value, torch.optim.Optimizer)


@functools.cache
def _symbolic(name):
    return mt.wrap(OPTIMIZERS[name], module_name=__name__)


def _replaced(old, to, given):
    known = inspect.signature(OPTIMIZERS[to]).parameters
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise mt.patching.NotApplicable(f'{to} has no {" and ".join(unknown)}')
    # Arguments that somebody has chosen for the former one, as far as the new one has them.
    is_functor = isinstance(old, mt.Functor)
    defaults = {} if is_functor else inspect.signature(type(old).sym_wrapped_cls).parameters
    kept = {
        name: value
        for name, value in old.sym_items()
        if name in known and value is not mt.MISSING_VALUE and name != 'params'
        if name not in defaults or not _is_default(defaults[name], value)
    }
    options = {**kept, **given}
    return optimizer(name=to, **options) if is_functor else _symbolic(to).partial(**options)


def _is_default(parameter, value):
    return parameter.default is not parameter.empty and mt.eq(parameter.default, value)
