"""Other normalizations."""

import math

import torch
from torch import nn

import mutandis as mt
from patch_library.checking import Before
from patch_library.parts import argument, class_of, is_a, weights_of

BATCH = {nn.BatchNorm1d: 1, nn.BatchNorm2d: 2, nn.BatchNorm3d: 3}
INSTANCE = {nn.InstanceNorm1d: 1, nn.InstanceNorm2d: 2, nn.InstanceNorm3d: 3}
OVER_CHANNELS = (*BATCH, *INSTANCE, nn.GroupNorm)
OVER_LAST = (nn.LayerNorm, nn.RMSNorm)
KINDS = ['batch', 'instance', 'group', 'layer', 'rms']


@mt.patcher(
    [('to', mt.typing.Enum('group', KINDS)), ('groups', mt.typing.Int(min_value=1))], auto_doc=True
)
def swap_norm(model, to='group', groups=32):
    """Puts another normalization in the place of every normalization of the same kind.

    Batch, instance and group normalization go over the channels of images and take each other's
    place; layer and RMS normalization go over the last dimensions and take each other's. Scales and
    shifts of the former one are kept. Group normalization computes means and variances over groups
    of channels of one example, so that it does not depend on the size of the batch.

    Group Normalization. Y. Wu, K. He, 2018. arXiv:1803.08494.

    Args:
        model: A lifted model, or a symbolic one with modules in it.
        to: Which normalization.
        groups: How many groups of channels, for `group`; fewer if the channels are not divisible.
    """
    before = Before(model)
    if to == 'instance' and before.seen is None:
        # It fails on images of one pixel, such as those behind a global pooling.
        raise mt.patching.NotApplicable(
            'how large the images are where they are normalized is known only with example inputs'
        )
    changes = {
        path: new
        for path, norm, _ in mt.select(model).at_instances_of(*OVER_CHANNELS, *OVER_LAST).places()
        if path and (new := _swapped(norm, to, groups)) is not None
    }
    if not changes:
        raise mt.patching.NotApplicable(
            f'the model has no normalization that {to!r} could take the place of'
        )
    model.rebind(changes)
    before.require(model)
    return []


def _swapped(norm, to, groups):
    cls = class_of(norm)
    dims = next((n for c, n in {**BATCH, **INSTANCE}.items() if issubclass(cls, c)), None)
    eps = argument(norm, 'eps')
    if is_a(norm, *OVER_LAST):
        shape = argument(norm, 'normalized_shape')
        affine = argument(norm, 'elementwise_affine')
        target = {'layer': mt.nn.LayerNorm, 'rms': mt.nn.RMSNorm}.get(to)
        if target is None or shape is None or issubclass(cls, target.sym_wrapped_cls):
            return None
        shape = list(shape) if isinstance(shape, (tuple, list)) else shape
        new = target(shape, elementwise_affine=affine, **({'eps': eps} if eps else {}))
        return _with_weights(new, norm)
    channels = argument(norm, 'num_features', argument(norm, 'num_channels'))
    affine = argument(norm, 'affine')
    if channels is None or affine is None:
        return None
    if to == 'group':
        if is_a(norm, nn.GroupNorm):
            return None
        count = math.gcd(groups, channels)
        # A group of one channel would be instance normalization.
        if count == channels and channels > 1:
            count = next(n for n in range(channels // 2, 0, -1) if channels % n == 0)
        return _with_weights(mt.nn.GroupNorm(count, channels, eps=eps, affine=affine), norm)
    # Of group normalization nobody knows which dimensions follow the channels. One-dimensional
    # batch normalization may have none.
    if dims is None or (to == 'instance' and dims == 1):
        return None
    if to == 'batch' and not is_a(norm, *BATCH):
        new = getattr(mt.nn, f'BatchNorm{dims}d')(channels, eps=eps, affine=affine)
    elif to == 'instance' and not is_a(norm, *INSTANCE):
        new = getattr(mt.nn, f'InstanceNorm{dims}d')(channels, eps=eps, affine=affine)
    else:
        return None
    return _with_weights(new, norm)


def _with_weights(new, norm):
    """The new normalization with the scale and shift of the former one."""
    old = weights_of(norm)
    with torch.no_grad():
        for name in ('weight', 'bias'):
            mine, other = getattr(new, name, None), getattr(old, name, None)
            if mine is not None and other is not None:
                mine.copy_(other)
    return new
