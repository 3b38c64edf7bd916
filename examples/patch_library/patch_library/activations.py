"""Other activations."""

import inspect

from torch import nn

import mutandis as mt
from patch_library.checking import Before
from patch_library.parts import is_activation, is_lifted, weights_of

CALLING_A_FUNCTION = (nn.TransformerEncoderLayer, nn.TransformerDecoderLayer)

ACTIVATIONS = {
    'relu': 'ReLU',
    'gelu': 'GELU',
    'silu': 'SiLU',
    'mish': 'Mish',
    'elu': 'ELU',
    'leaky_relu': 'LeakyReLU',
    'softplus': 'Softplus',
    'tanh': 'Tanh',
    'hardswish': 'Hardswish',
}


@mt.patcher([('to', mt.typing.Enum('gelu', list(ACTIVATIONS)))], auto_doc=True)
def swap_activation(model, to='gelu'):
    """Puts another activation in the place of every activation.

    What counts is what a part does, not its name: it must apply one non-linear function to each
    number, which is tried out. So classes that others have written are found too, while dropout,
    softmax, and gates (whose values lie between 0 and 1) stay. The functions that PyTorch's own
    transformer layers call become modules. A placeholder for one of several activations becomes the
    one. GELU weights its input by how likely a normal random number is
    smaller; it is smooth, and the usual choice in transformers.

    Gaussian Error Linear Units (GELUs). D. Hendrycks, K. Gimpel, 2016. arXiv:1606.08415.

    Args:
        model: A lifted model, or a symbolic one with modules in it.
        to: Which activation.
    """
    before = Before(model)
    cls = getattr(mt.nn, ACTIVATIONS[to])
    new = cls()

    def differs(part):
        return is_activation(part) and not mt.eq(_plain(part), _plain(new))

    places = mt.select(model).where(differs)
    layers = mt.select(model).at_instances_of(*CALLING_A_FUNCTION).where(_calls_a_function)
    changes = {path + 'activation': new for path in layers.paths()}
    if changes:
        model.rebind(changes)
    elif not places.count():
        raise mt.patching.NotApplicable(
            'no part of the model is an activation that could be swapped'
        )
    result = places.set(new)
    before.require(result)
    return [] if result is model else {'': result}


def _calls_a_function(layer):
    """Whether a lifted layer of PyTorch has its activation as a function, not as a module."""
    if not is_lifted(layer) or 'activation' in layer.parts():
        return False
    return inspect.isroutine(weights_of(layer).activation)


def _plain(part):
    """What tells activations apart: class and arguments, lifted or not."""
    if is_lifted(part):
        return {'class': part.sym_getattr('module_class'), **part.parts()}
    if isinstance(part, nn.Module):
        return {'class': type(part).sym_wrapped_cls, **dict(part.sym_items())}
    return part
