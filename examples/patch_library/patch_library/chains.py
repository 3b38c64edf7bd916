"""What goes through a sequence of parts: shapes, found by running the parts on small inputs.

The parts of a plain `Sequential` are called one after the other, so what goes into the next one is
known as soon as one of them says by its arguments what it takes.
"""

from typing import NamedTuple

import torch
from torch import nn

import mutandis as mt
from patch_library.parts import CONVOLUTIONS, NORMS, is_a, is_lifted, is_part, modules_of

# Two sizes, so that what keeps one by chance does not keep both.
SIZES = (16, 12)


class Step(NamedTuple):
    """One part of a sequence.

    Attributes:
        key: Its key in the node that holds the parts.
        part: The part.
        before: The shapes that go in, one for each probe; None if they are not known.
        after: The shapes that come out.
        kinds: The modules that it may be.
    """

    key: object
    part: object
    before: list | None
    after: list | None
    kinds: list

    @property
    def keeps_shape(self):
        return self.before is not None and self.before == self.after

    @property
    def is_layer(self):
        """Whether it has weights, and is no normalization."""
        return any(
            not isinstance(kind, NORMS) and any(True for _ in kind.parameters())
            for kind in self.kinds
        )

    @property
    def is_norm(self):
        return bool(self.kinds) and all(isinstance(kind, NORMS) for kind in self.kinds)


class Chain(NamedTuple):
    """A plain `Sequential`.

    Attributes:
        path: Its path in the tree.
        node: The node.
        holder: The node that holds its parts.
        certain: Whether it is called as a whole for sure, and not part by part.
    """

    path: object
    node: object
    holder: object
    certain: bool

    def parts(self):
        """The parts by their key."""
        if is_lifted(self.node):
            return {k: v for k, v in self.node.parts().items() if v is not None}
        return dict(enumerate(self.holder))

    def path_of(self, key):
        """The path of a part in the tree."""
        return self.path + key if is_lifted(self.node) else self.path + 'args' + key

    def replace(self, changes):
        """Puts other parts in the place of some; None in the place of a part removes it."""
        if is_lifted(self.node):
            removed = mt.MISSING_VALUE
            self.node.rebind({k: removed if v is None else v for k, v in changes.items()})
        else:
            parts = [changes.get(key, part) for key, part in self.parts().items()]
            self.node.rebind(args=[part for part in parts if part is not None])

    def steps(self):
        """The parts with the shapes that go through them."""
        steps, state = [], None
        with torch.no_grad(), torch.random.fork_rng(devices=[]):
            for key, part in self.parts().items():
                kinds = modules_of(part) or []
                before = state
                after = None if before is None else _through(kinds, before)
                if after is None:
                    before = next(map(_probes, kinds), None)
                    after = None if before is None else _through(kinds, before)
                shapes = [None if x is None else [y.shape for y in x] for x in (before, after)]
                steps.append(Step(key, part, *(shapes if after else (None, None)), kinds))
                state = after
        return steps


def chains(tree):
    """The plain sequences of a tree whose parts are known."""
    found = []
    for path, node, _ in mt.select(tree).nested().where(_is_plain).places():
        owner = node.sym_parent
        if not is_lifted(node):
            # The parts are in the list of its arguments.
            owner = owner.sym_parent if isinstance(owner, list) else owner
        certain = not (isinstance(owner, mt.symbolic.Symbolic) and is_part(owner)) or (
            any(chain.node is owner and chain.certain for chain in found)
        )
        holder = node if is_lifted(node) else node.sym_getattr('args')
        found.append(Chain(path, node, holder, certain))
    return found


def _is_plain(value):
    if not is_a(value, nn.Sequential):
        return False
    if is_lifted(value):
        cls = value.sym_getattr('module_class')
        return cls.forward is nn.Sequential.forward and bool(value.parts())
    args = value.sym_getattr('args', None)
    return isinstance(args, list) and not any(isinstance(part, dict) for part in args)


def _through(kinds, inputs):
    """What comes out of the modules that a part may be; None unless it is of one shape."""
    outputs = None
    for kind in kinds:
        try:
            each = [kind(x.clone()) for x in inputs]
        except Exception:  # It takes something else.
            return None
        if not all(isinstance(y, torch.Tensor) for y in each):
            return None
        if outputs is not None and [y.shape for y in each] != [y.shape for y in outputs]:
            return None
        outputs = outputs or each
    return outputs


def _probes(module):
    """Small inputs for a module, as far as its arguments (or those of its first part) tell."""
    # A block mostly begins with the layer that was made first. If not, it will not run.
    kinds = (nn.Embedding, nn.Linear, *CONVOLUTIONS, nn.BatchNorm2d)
    module = next((part for part in module.modules() if isinstance(part, kinds)), None)
    if module is None:
        return None
    weight = next(module.parameters(), None)
    options = {} if weight is None else {'device': weight.device, 'dtype': weight.dtype}
    if isinstance(module, nn.Embedding):
        return [torch.zeros(2, size, dtype=torch.long) for size in SIZES]
    if isinstance(module, nn.Linear):
        return [torch.randn(size, module.in_features, **options) for size in SIZES]
    if isinstance(module, CONVOLUTIONS):
        dims = len(module.kernel_size)
        return [torch.randn(2, module.in_channels, *[size] * dims, **options) for size in SIZES]
    return [torch.randn(2, module.num_features, size, size, **options) for size in SIZES]
