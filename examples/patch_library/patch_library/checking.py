"""Showing that a changed model still does what a rule promises, or declining.

Where example inputs are known, the changed model is built and run; else it is built.
"""

import torch
from torch import nn

import mutandis as mt
from patch_library.parts import (
    class_of,
    is_a,
    is_lifted,
    is_open,
    is_part,
    is_placeholder,
    models_of,
)


class Before:
    """A tree before a rule changes it."""

    def __init__(self, tree):
        self.models = models_of(tree)
        self.seen = None
        # Of several models nobody knows which one the example inputs are for.
        if len(self.models) == 1 and not is_open(self.models[0].value):
            model = self.models[0].value
            self.path = self.models[0].path
            self.seen = mt.nn.observe(model)
            if self.seen is not None:
                self.trains = self._run(mt.nn.build(model).train()) is not None

    def require(self, tree, same_outputs=False):
        """Declines unless a changed tree can be built and runs, with outputs as before.

        Args:
            tree: The changed tree.
            same_outputs: Whether the outputs must have the same values, and not only shapes.
        """
        if is_open(tree):
            return
        if self.seen is None:
            for _, model, _ in models_of(tree):
                if is_lifted(model):
                    try:
                        model.build(share_weights=True)
                    except Exception as e:  # Whatever a constructor of others raises.
                        raise mt.patching.NotApplicable(
                            f'the changed model cannot be built: {e}'
                        ) from e
            return
        model = tree.sym_get(self.path) if self.path else tree
        try:
            built = mt.nn.build(model)
            outputs = self.seen.inputs.run(built.eval())
            if self.trains:
                self.seen.inputs.run(built.train())
        except Exception as e:
            raise mt.patching.NotApplicable(
                f'the changed model fails: {type(e).__name__}: {e}'
            ) from e
        shapes, others = ([tuple(y.shape) for y in x] for x in (outputs, self.seen.outputs))
        if shapes != others:
            raise mt.patching.NotApplicable(
                f'the shapes of the outputs change from {others} to {shapes}'
            )
        if same_outputs and not all(map(_close, outputs, self.seen.outputs)):
            raise mt.patching.NotApplicable('the changed model computes something else')

    def _run(self, module):
        try:
            return self.seen.inputs.run(module)
        except Exception:  # It cannot be trained on these, which is not the rule's fault.
            return None


def _close(one, other):
    if not one.is_floating_point():
        return torch.equal(one, other)
    # As many digits as the type has.
    tolerance = 1e3 * torch.finfo(one.dtype).eps
    return torch.allclose(one, other, rtol=tolerance, atol=tolerance * (1 + other.abs().max()))


def observed_blocks(before, *kinds):
    """The paths of blocks of one class beside each other that were seen to keep shapes.

    Args:
        before: The tree that was observed.
        *kinds: Classes of what holds the blocks; lists and sequences by default.
    """
    kinds = kinds or (nn.ModuleList, nn.Sequential)
    if before.seen is None:
        return
    root = before.models[0].value
    for path, holder, _ in (
        mt.select(root).nested().where(lambda value: is_a(value, *kinds)).places()
    ):
        parts = {k: v for k, v in _children(holder).items() if is_part(v)}
        classes = [class_of(part) for part in parts.values()]
        for key, part in parts.items():
            place = path + key
            if classes.count(class_of(part)) > 1 and _has_parts(part):
                calls = before.seen.of(str(place))
                if calls and all(map(_keeps_shape, calls)):
                    yield str(before.path + place)


def _children(holder):
    return holder.parts() if is_lifted(holder) else dict(holder.sym_items())


def _has_parts(part):
    return not is_placeholder(part) and any(map(is_part, _children(part).values()))


def _keeps_shape(call):
    first = call.args[0] if call.args else None
    output = call.output[0] if isinstance(call.output, tuple) and call.output else call.output
    both = isinstance(first, torch.Tensor) and isinstance(output, torch.Tensor)
    return both and first.shape == output.shape and first.dtype == output.dtype
