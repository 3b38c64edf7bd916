"""Squeeze and excitation."""

from torch import nn

import mutandis as mt
from patch_library.checking import Before
from patch_library.layers import SqueezeExcite
from patch_library.parts import argument, is_a, made


@mt.patcher([('reduction', mt.typing.Int(min_value=1))], auto_doc=True)
def squeeze_excite(model, reduction=16):
    """Lets convolutional networks weigh their channels by what the whole image shows.

    Behind each batch normalization of images (behind each convolution, in a model without them) the
    means of all channels go through a network of two small layers, and what comes out, between 0
    and 1, scales the channels. It costs few weights and hardly any time.

    Squeeze-and-Excitation Networks. J. Hu, L. Shen, S. Albanie, G. Sun, E. Wu, 2017.
    arXiv:1709.01507.

    Args:
        model: A lifted model, or a symbolic one with modules in it.
        reduction: How many channels share one unit of the first small layer.
    """
    before = Before(model)
    places, name = _places(model, nn.BatchNorm2d, 'num_features'), 'num_features'
    if not places.count():
        places, name = _places(model, nn.Conv2d, 'out_channels'), 'out_channels'
    if not places.count():
        raise mt.patching.NotApplicable(
            'the model has neither batch normalizations nor convolutions of images'
        )

    def wrap(part):
        channels = argument(part, name)
        hidden = max(channels // reduction, 1)
        return made(SqueezeExcite, model, inner=part, channels=channels, hidden=hidden)

    places.wrap(wrap)
    before.require(model)
    return []


def _places(model, cls, name):
    """The parts of a class with a known number of channels that are not scaled already."""

    def fits(path, part, owner):
        known = is_a(part, cls) and argument(part, name) is not None
        return known and bool(path) and not is_a(owner, SqueezeExcite)

    return mt.select(model).where(fits)
