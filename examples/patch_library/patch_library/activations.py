"""Other activations."""

import mutandis as mt
from patch_library.checking import Before
from patch_library.parts import is_activation

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
    softmax, and gates (whose values lie between 0 and 1) stay. A placeholder for one of several
    activations becomes the one. GELU weights its input by how likely a normal random number is
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
    if not places.count():
        raise mt.patching.NotApplicable(
            'no part of the model is an activation that could be swapped'
        )
    result = places.set(new)
    before.require(result)
    return [] if result is model else {'': result}


def _plain(part):
    """What tells activations apart: class and arguments, lifted or not."""
    if isinstance(part, mt.nn.Lifted):
        return {'class': part.sym_getattr('module_class'), **part.parts()}
    if mt.nn.Lifted is type(part) or not isinstance(part, mt.symbolic.Object):
        return part
    return {'class': getattr(type(part), 'sym_wrapped_cls', type(part)), **dict(part.sym_items())}
