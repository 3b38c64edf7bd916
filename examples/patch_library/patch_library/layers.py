"""The modules of `modules.py` as symbolic classes, for models that are symbolic themselves."""

import mutandis as mt
from patch_library import modules


def _symbolic(cls):
    return mt.wrap(cls, class_name=cls.__name__, module_name=__name__)


LoRALinear = _symbolic(modules.LoRALinear)
Residual = _symbolic(modules.Residual)
SqueezeExcite = _symbolic(modules.SqueezeExcite)
StochasticDepth = _symbolic(modules.StochasticDepth)
WeightAverage = _symbolic(modules.WeightAverage)
