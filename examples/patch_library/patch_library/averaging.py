"""Averages of weights."""

from torch import nn

import mutandis as mt
from patch_library.checking import Before
from patch_library.layers import WeightAverage
from patch_library.parts import is_a, is_open, made, models_of, weights_of


@mt.patcher(
    [('decay', mt.typing.Float(min_value=0.0, max_value=1.0))],
    auto_doc=True,
)
def ema(model, decay=0.999):
    """Uses exponential moving averages of the weights whenever the model is not being trained.

    Training goes on as before. After each step of the optimizer the averages move a little towards
    the weights; in eval mode the model computes with the averages, which are less noisy and mostly
    better, as if the learning rate had been lowered to the end. On an experiment, that is a
    symbolic object with a model in it, it is the model that is changed, so that no training loop
    needs to know.

    Mean teachers are better role models. A. Tarvainen, H. Valpola, 2017. arXiv:1703.01780; first by
    B. Polyak, A. Juditsky, Acceleration of Stochastic Approximation by Averaging, 1992.

    Args:
        model: A lifted model, or a symbolic one with modules in it.
        decay: How much of an average stays at each step, once the first steps are over.
    """
    before = Before(model)
    models = models_of(model)
    if not models:
        raise mt.patching.NotApplicable('there is no model in it')
    for place in models:
        if is_a(place.value, WeightAverage):
            raise mt.patching.NotApplicable('the weights are averaged already')
        parameters = [] if is_open(place.value) else list(weights_of(place.value).parameters())
        if any(nn.parameter.is_lazy(parameter) for parameter in parameters):
            raise mt.patching.NotApplicable('a weight has no shape yet: run the model once')
        if not (parameters or is_open(place.value)):
            raise mt.patching.NotApplicable('the model has no weights')
    paths = {str(place.path) for place in models}

    def wrap(part):
        return made(WeightAverage, part, inner=part, decay=decay)

    result = mt.select(model).where(lambda path, part: str(path) in paths).wrap(wrap)
    before.require(result, same_outputs=True)
    return [] if result is model else {'': result}
