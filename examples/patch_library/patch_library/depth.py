"""Stochastic depth."""

from torch import nn

import mutandis as mt
from patch_library.chains import chains
from patch_library.checking import Before, observed_blocks
from patch_library.layers import Residual, StochasticDepth
from patch_library.parts import is_a, made

# Their output has the shape of their first input.
KNOWN = (nn.TransformerEncoderLayer, nn.TransformerDecoderLayer)


@mt.patcher([('rate', mt.typing.Float(min_value=0.0, max_value=0.99))], auto_doc=True)
def stochastic_depth(model, rate=0.2):
    """Leaves out blocks by chance while the model is trained, the later ones more often.

    In each batch a block is skipped, as if it had returned its input, with a probability that grows
    linearly with depth up to `rate`. This trains an ensemble of shallower networks, regularizes,
    and lets gradients reach early blocks; in eval mode the model computes what it did before.
    Blocks are residual connections, the layers of transformers, and parts with parts of their own
    whose output has the shape of their input.

    Deep Networks with Stochastic Depth. G. Huang, Y. Sun, Z. Liu, D. Sedra, K. Weinberger, 2016.
    arXiv:1603.09382.

    Args:
        model: A lifted model, or a symbolic one with modules in it.
        rate: The probability of leaving out the last block.
    """
    before = Before(model)
    paths = {str(path) for path in _of_known_classes(model)}
    paths |= {str(path) for path in _of_chains(model)} | set(observed_blocks(before))
    # Of blocks in one another the outer one; not those that have it already.
    blocks = mt.select(model).where(lambda path, part: bool(path) and str(path) in paths)
    blocks &= mt.select(model).where(lambda path, part, owner: not is_a(owner, StochasticDepth))
    count = blocks.count()
    if not count:
        raise mt.patching.NotApplicable('no block is known whose output has the shape of its input')
    number = iter(range(1, count + 1))

    def wrap(part):
        return made(StochasticDepth, model, inner=part, rate=rate * next(number) / count)

    blocks.wrap(wrap)
    before.require(model, same_outputs=True)
    return []


def _of_known_classes(model):
    return mt.select(model).at_instances_of(*KNOWN, Residual).paths()


def _of_chains(model):
    for chain in chains(model):
        for step in chain.steps():
            if step.keeps_shape and any(True for kind in step.kinds for _ in kind.children()):
                yield chain.path_of(step.key)
