"""Skip connections."""

import torch

import mutandis as mt
from patch_library.chains import chains
from patch_library.checking import Before, observed_blocks
from patch_library.layers import Residual
from patch_library.parts import is_a, made, sequence


@mt.patcher([('every', mt.typing.Int(min_value=1))], auto_doc=True)
def skip_connections(model, every=2):
    """Adds the input of every few layers to their output.

    Layers that are one after the other in a `Sequential` are grouped, `every` of them with the
    normalizations that belong to them, wherever what comes out has the shape of what went in. A
    layer is a part with weights; a block of layers is one layer. Networks with such connections
    learn what is to be added to the input instead of the whole, and so can be much deeper. Shapes
    are proved by running the parts on small inputs, for all candidates of a placeholder.

    Deep Residual Learning for Image Recognition. K. He, X. Zhang, S. Ren, J. Sun, 2015.
    arXiv:1512.03385.

    Args:
        model: A lifted model, or a symbolic one with modules in it.
        every: How many layers a connection skips.
    """
    before = Before(model)
    count = 0
    # Inner sequences come last: they are changed before they become part of a group.
    for chain in reversed(chains(model)):
        count += _connect(chain, every)
    if every == 1:
        count += _connect_observed(model, before)
    if not count:
        raise mt.patching.NotApplicable(
            f'nowhere is the output of {every} layers, called one after the other, known to have '
            f'the shape of their input'
        )
    before.require(model)
    return []


def _connect_observed(model, before):
    """Blocks that are called one by one, by whom ever, get a connection each."""
    paths = set(observed_blocks(before, torch.nn.ModuleList))
    blocks = mt.select(model).where(lambda path, part: str(path) in paths)
    count = blocks.count()
    blocks.wrap(lambda part: made(Residual, model, inner=part))
    return count


def _connect(chain, every):
    groups = list(_groups(chain.steps(), every, chain.certain))
    changes = {}
    for group in groups:
        parts = [step.part for step in group]
        inner = parts[0] if len(parts) == 1 else sequence(chain.node, *parts)
        changes[group[0].key] = made(Residual, chain.node, inner=inner)
        for step in group[1:]:
            # Whoever calls the parts by their place still finds as many as before.
            changes[step.key] = None if chain.certain else mt.nn.Identity()
    if changes:
        chain.replace(changes)
    return len(groups)


def _groups(steps, every, certain):
    start = 0
    while start < len(steps):
        group = _group(steps, start, every, certain)
        if group:
            yield group
            start += len(group)
        else:
            start += 1


def _group(steps, start, every, certain):
    """The steps from `start` that a connection can skip, if any."""
    first = steps[start]
    if not first.is_layer or first.before is None:
        return None
    layers, end = 0, start
    for i, step in enumerate(steps[start:], start):
        layers += step.is_layer
        if layers > every or (layers == every and not (step.is_layer or step.is_norm)):
            break
        # Somebody may call the parts of this sequence one by one, and look at what is in between.
        if step.before is None or not (certain or step.keeps_shape):
            return None
        end = i
    group = steps[start : end + 1]
    already = every == 1 and is_a(first.part, Residual)
    if layers < every or already or group[-1].after != first.before:
        return None
    return group
