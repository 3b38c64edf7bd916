"""More layers that compute the same."""

import torch
from torch import nn

import mutandis as mt
from patch_library.chains import chains
from patch_library.checking import Before
from patch_library.parts import (
    CONVOLUTIONS,
    DROPOUTS,
    NORMS,
    argument,
    is_a,
    is_activation,
    is_idempotent,
    is_lifted,
    is_open,
    is_part,
    sequence,
)


@mt.patcher([('every', mt.typing.Int(min_value=1))], auto_doc=True)
def deepen(model, every=1):
    """Adds layers that pass on what they get, and the model computes what it did before.

    Behind an activation that changes nothing when it is applied again, such as ReLU, comes a layer
    whose weights are the identity, and the activation once more (Net2DeeperNet). Training goes on
    from there instead of from the beginning. The places are found in sequences and, where example
    inputs are known, wherever such an activation was seen.

    Net2Net: Accelerating Learning via Knowledge Transfer. T. Chen, I. Goodfellow, J. Shlens, 2015.
    arXiv:1511.05641.

    Args:
        model: A lifted model, or a symbolic one with modules in it.
        every: Behind which activations: each one, every second one, and so on.
    """
    before = Before(model)
    layers = {**_observed(before), **_of_chains(model)}
    chosen = _in_order(model, layers)[every - 1 :: every]
    if not chosen:
        raise mt.patching.NotApplicable(
            'there are not enough activations behind layers of known width that could be applied '
            'twice, as ReLU can'
        )
    for path in reversed(chosen):
        act = model.sym_get(path)
        again = act.clone()
        # As one part in the place of the activation: whoever counts parts finds as many.
        inside = model if is_lifted(model) else act
        model.rebind({path: sequence(inside, act, layers[path], again)})
    before.require(model, same_outputs=True)
    return []


def _in_order(model, layers):
    paths = mt.select(model).where(lambda path, part: str(path) in layers).paths()
    return [str(path) for path in paths]


def _of_chains(model):
    """Identity layers by the path of the activation behind which they may be."""
    found = {}
    for chain in chains(model):
        layer = None
        for key, part in chain.parts().items():
            if is_a(part, nn.Linear, *CONVOLUTIONS):
                layer = part
            elif _can_be_repeated(part):
                new = None if layer is None else _like(layer)
                if new is not None:
                    found[str(chain.path_of(key))] = new
            elif not is_a(part, *NORMS, *DROPOUTS):
                layer = None
    return found


def _observed(before):
    found = {}
    if before.seen is None:
        return found
    root, base = before.models[0].value, before.models[0].path
    # The layer that made a tensor; through what does not change how many channels there are.
    made = {}
    for call in before.seen.calls:
        part = root.sym_get(call.path) if call.path else root
        if is_a(part, nn.Linear, *CONVOLUTIONS):
            made[id(call.output)] = part
        elif is_a(part, *NORMS, *DROPOUTS) and id(call.input) in made:
            made[id(call.output)] = made[id(call.input)]
        elif is_part(part) and call.path and _can_be_repeated(part):
            new = _of_width(call.input, made.get(id(call.input)))
            widths = {_channels(each.input) for each in before.seen.of(call.path)}
            if new is not None and len(widths) == 1:
                found[str(base + call.path)] = new
    return found


def _channels(x):
    return x.shape[1] if x.dim() >= 4 else x.shape[-1]


def _can_be_repeated(part):
    return is_activation(part) and not is_open(part) and is_idempotent(part)


def _of_width(x, layer):
    if layer is not None:
        return _like(layer)
    # A sum of several: images tell by their dimensions that they are some.
    return _convolution(x.dim() - 2, x.shape[1], 3, x.dtype) if x.dim() in (4, 5) else None


def _like(layer):
    if is_a(layer, nn.Linear):
        width = argument(layer, 'out_features')
        return None if width is None else _linear(width)
    width, kernel = argument(layer, 'out_channels'), argument(layer, 'kernel_size')
    dims = next(n for n, cls in enumerate(CONVOLUTIONS, 1) if is_a(layer, cls))
    size = kernel[0] if isinstance(kernel, (tuple, list)) else kernel
    return None if width is None else _convolution(dims, width, size if size and size % 2 else 3)


def _linear(width):
    new = mt.nn.Linear(width, width)
    with torch.no_grad():
        nn.init.eye_(new.weight)
        nn.init.zeros_(new.bias)
    return new


def _convolution(dims, channels, size, dtype=None):
    new = getattr(mt.nn, f'Conv{dims}d')(channels, channels, size, padding=size // 2)
    with torch.no_grad():
        nn.init.dirac_(new.weight)
        nn.init.zeros_(new.bias)
    return new
