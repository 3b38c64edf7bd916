"""Low-rank adaptation."""

from torch import nn

import mutandis as mt
from patch_library.checking import Before
from patch_library.layers import LoRALinear
from patch_library.parts import is_a, is_open, made


@mt.patcher(
    [
        ('rank', mt.typing.Int(min_value=1)),
        ('alpha', mt.typing.Float(min_value=0.0)),
        ('only', mt.typing.Str()),
    ],
    auto_doc=True,
)
def lora(model, rank=8, alpha=16.0, only=''):
    """Trains two small matrices beside each linear layer, and nothing else.

    The weights of the model are frozen. To each linear layer the product of two matrices of low
    rank is added, one of which is zero at first, so that the model begins with what it computed
    before. Fine-tuning so few weights takes a fraction of the memory, and what is learnt can be
    saved and exchanged apart from the model, or added to its weights.

    LoRA: Low-Rank Adaptation of Large Language Models. E. Hu, Y. Shen, P. Wallis, Z. Allen-Zhu,
    Y. Li, S. Wang, L. Wang, W. Chen, 2021. arXiv:2106.09685.

    Args:
        model: A lifted model, or a symbolic one with modules in it.
        rank: The rank of the product.
        alpha: The product is scaled by `alpha / rank`.
        only: Only layers whose path in the model contains this text; all if it is empty.
    """
    if is_open(model):
        raise mt.patching.NotApplicable(
            'the weights of a search space are new ones each time: decide first'
        )
    before = Before(model)

    def fits(path, part, owner):
        return is_a(part, nn.Linear) and only in str(path) and not is_a(owner, LoRALinear)

    places = mt.select(model).where(fits)
    if not places.count():
        raise mt.patching.NotApplicable(
            'the model has no linear layer' + (f' at {only!r}' if only else '')
        )
    if any(is_a(part, nn.LazyLinear) for part in places):
        raise mt.patching.NotApplicable('a linear layer has no shape yet: run the model once')
    mt.nn.freeze(model)

    def wrap(part):
        return made(LoRALinear, part, inner=part, rank=rank, alpha=alpha)

    result = places.wrap(wrap)
    before.require(result, same_outputs=True)
    return [] if result is model else {'': result}
