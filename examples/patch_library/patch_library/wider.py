"""Wider layers that compute the same."""

import torch
from torch import nn

import mutandis as mt
from patch_library.chains import chains
from patch_library.checking import Before
from patch_library.parts import (
    CONVOLUTIONS,
    DROPOUTS,
    argument,
    class_of,
    is_a,
    is_activation,
    is_lifted,
    is_open,
    is_part,
    tied_tensors,
    weights_of,
)

BATCH_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)
POOLS = (nn.modules.pooling._MaxPoolNd, nn.modules.pooling._AvgPoolNd)


@mt.patcher([('factor', mt.typing.Float(min_value=1.0))], auto_doc=True)
def widen(model, factor=2.0):
    """Gives layers more units, and the model computes what it did before.

    A layer whose output goes to one other layer, through nothing that mixes its channels, gets
    copies of its units, and the weights by which the next layer reads them are divided among the
    copies (Net2WiderNet). Training goes on from there instead of from the beginning. Pairs of
    layers are found in sequences, in the feed-forward networks of transformers, and, where example
    inputs are known, by what flows from part to part.

    Net2Net: Accelerating Learning via Knowledge Transfer. T. Chen, I. Goodfellow, J. Shlens, 2015.
    arXiv:1511.05641.

    Args:
        model: A lifted model, or a symbolic one with modules in it.
        factor: How many times as wide.
    """
    before = Before(model)
    tied = tied_tensors(model)
    count = 0
    for path, between, next_path in [*_pairs_of_chains(model), *_pairs_of_transformers(model)]:
        count += _widen(model, path, between, next_path, factor, tied)
    for pair in _observed_pairs(before):
        # Whether something else reads the output as well is seen by trying on a copy.
        trial = model.clone()
        if _widen(trial, *pair, factor, tied):
            try:
                before.require(trial, same_outputs=True)
            except mt.patching.NotApplicable:
                continue
            count += _widen(model, *pair, factor, tied)
    if not count:
        raise mt.patching.NotApplicable(
            'no layer is known whose output goes to one other layer only'
        )
    before.require(model, same_outputs=True)
    return []


# -- Which layers.


def _pairs_of_chains(model):
    for chain in chains(model):
        parts = list(chain.parts().items())
        if not chain.certain and not is_lifted(chain.node):
            continue
        first, between = None, []
        for key, part in parts:
            path = chain.path_of(key)
            if _is_layer(part):
                if first is not None and _follows(model, first, part):
                    yield first, between, path
                first, between = path, []
            elif _keeps_channels(part):
                between = [*between, path]
            else:
                first = None


def _pairs_of_transformers(model):
    kinds = (nn.TransformerEncoderLayer, nn.TransformerDecoderLayer)
    for path, layer, _ in mt.select(model).at_instances_of(*kinds).places():
        if is_lifted(layer) and all(is_a(_at(layer, name), nn.Linear) for name in FEED_FORWARD):
            yield path + FEED_FORWARD[0], [], path + FEED_FORWARD[1]


FEED_FORWARD = ('linear1', 'linear2')


def _observed_pairs(before):
    """Pairs of layers where what the first one returned is what the second one got."""
    if before.seen is None:
        return
    root, base = before.models[0].value, before.models[0].path
    # Which layer made a tensor, and what it went through since.
    made = {}
    inside = {str(chain.path_of(key)) for chain in chains(root) for key in chain.parts()}
    for call in before.seen.calls:
        part = _at(root, call.path)
        if not is_part(part) or len(before.seen.of(call.path)) > 1 and _is_layer(part):
            continue
        source = made.get(id(call.input))
        if _is_layer(part):
            if source is not None and _follows(root, source[0], part):
                if not (source[0] in inside and call.path in inside):
                    yield (
                        base + source[0],
                        [base + path for path in source[1]],
                        base + call.path,
                    )
            made[id(call.output)] = (call.path, [])
        elif source is not None and _keeps_channels(part):
            # What has weights must belong to this pair alone.
            if not is_a(part, *BATCH_NORMS) or len(before.seen.of(call.path)) == 1:
                made[id(call.output)] = (source[0], [*source[1], call.path])
        elif not _has_parts(part):
            made.pop(id(call.output), None)


def _has_parts(part):
    return is_lifted(part) and any(map(is_part, part.parts().values()))


def _at(root, path):
    return root.sym_get(path) if path else root


def _is_layer(part):
    if is_a(part, *CONVOLUTIONS):
        return argument(part, 'groups') == 1 and _width(part) is not None
    return is_a(part, nn.Linear) and not is_a(part, nn.LazyLinear) and _width(part) is not None


def _width(part, side='out'):
    return argument(part, f'{side}_channels', argument(part, f'{side}_features'))


def _follows(model, path, after):
    """Whether a layer reads the units of another one one by one."""
    first = _at(model, str(path))
    same_kind = is_a(first, nn.Linear) == is_a(after, nn.Linear)
    return same_kind and _width(first) == _width(after, 'in') and not is_open(after)


def _keeps_channels(part):
    if is_a(part, *BATCH_NORMS):
        return argument(part, 'num_features') is not None
    return is_a(part, *DROPOUTS, *POOLS, nn.Identity) or (
        not is_a(part, nn.PReLU) and is_activation(part)
    )


# -- How.


def _widen(model, path, between, next_path, factor, tied):
    """Widens a layer, and what reads its output; returns whether it did."""
    places = [path, *between, next_path]
    parts = [_at(model, str(place)) for place in places]
    width = _width(parts[0])
    wide = round(width * factor)
    norms = {p: part for p, part in zip(places, parts, strict=True) if is_a(part, *BATCH_NORMS)}
    with_weights = [parts[0], parts[-1], *norms.values()]
    if wide <= width or any(is_open(part) for part in with_weights):
        return False
    old = [weights_of(part) for part in with_weights]
    if any(id(p) in tied for module in old for p in module.parameters()):
        return False
    # Of a class of somebody else, an instance cannot be made of these arguments.
    if any(is_lifted(part) and class_of(part) not in KNOWN for part in with_weights):
        return False
    # Unit i of the wide layer is a copy of the unit units[i]; how many copies each has.
    units = torch.arange(wide) % width
    copies = torch.bincount(units, minlength=width)[units]
    name = 'features' if is_a(parts[0], nn.Linear) else 'channels'
    changes = {
        path: _changed(parts[0], old[0], {f'out_{name}': wide}, lambda t: t[units]),
        next_path: _changed(
            parts[-1], old[1], {f'in_{name}': wide}, lambda t: _divided(t, units, copies)
        ),
    }
    for (place, norm), module in zip(norms.items(), old[2:], strict=True):
        changes[place] = _changed(
            norm, module, {'num_features': wide}, lambda t: t[units] if t.dim() else t
        )
    model.rebind(changes)
    return True


KNOWN = (nn.Linear, *CONVOLUTIONS, *BATCH_NORMS)


def _divided(tensor, units, copies):
    if tensor.dim() == 1:
        return tensor  # A bias.
    shape = (1, -1, *[1] * (tensor.dim() - 2))
    return tensor[:, units] / copies.to(tensor).reshape(shape)


def _changed(part, old, arguments, of):
    """A part with other arguments, and tensors made of those of the old one."""
    cls = class_of(part)
    symbolic = cls if not is_lifted(part) else getattr(mt.nn, cls.__name__)
    values = part.parts() if is_lifted(part) else dict(part.sym_items())
    new = symbolic(**{**values, **arguments})
    new.to(next(old.parameters()).dtype).train(old.training)
    with torch.no_grad():
        for mine, other in zip(_tensors(new), _tensors(old), strict=True):
            mine.copy_(of(other.detach()))
            mine.requires_grad_(other.requires_grad)
    return new


def _tensors(module):
    return [*module.parameters(), *module.buffers()]
