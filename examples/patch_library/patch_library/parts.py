"""Looking at parts of a tree: what class they are of, with which arguments, what they compute.

A part is a lifted module, a module of `mutandis.nn`, or a placeholder for one of several parts.
"""

import inspect

import torch
from torch import nn

import mutandis as mt

# A placeholder for more parts than these is not looked through.
MOST_CANDIDATES = 64

NORMS = (
    nn.BatchNorm1d,
    nn.BatchNorm2d,
    nn.BatchNorm3d,
    nn.SyncBatchNorm,
    nn.InstanceNorm1d,
    nn.InstanceNorm2d,
    nn.InstanceNorm3d,
    nn.GroupNorm,
    nn.LayerNorm,
    nn.RMSNorm,
    nn.LocalResponseNorm,
)
CONVOLUTIONS = (nn.Conv1d, nn.Conv2d, nn.Conv3d)
DROPOUTS = (nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d, nn.AlphaDropout)


def is_lifted(tree):
    return isinstance(tree, mt.nn.Lifted)


def is_placeholder(value):
    return isinstance(value, mt.hyper.HyperPrimitive)


def is_part(value):
    """Whether a value of a tree is a module."""
    return is_lifted(value) or isinstance(value, nn.Module)


def is_open(tree):
    """Whether something in a tree is still to be decided."""
    return bool(mt.query(tree, where=lambda value: isinstance(value, mt.symbolic.NonDeterministic)))


def class_of(part):
    return part.sym_getattr('module_class') if is_lifted(part) else type(part)


def is_a(part, *classes):
    """Whether a part is, or stands for, an instance of a class, symbolic or not."""
    plain = tuple(getattr(cls, 'sym_wrapped_cls', cls) for cls in classes)
    return is_part(part) and issubclass(class_of(part), plain)


def argument(part, name, default=None):
    """A constructor argument of a part, if it is known and decided."""
    values = part.parts() if is_lifted(part) else dict(part.sym_items())
    value = values.get(name, default)
    return default if is_open(value) else value


def made(cls, inside, **arguments):
    """A new part of a symbolic class, lifted if the part or tree that it comes into is."""
    if is_lifted(inside):
        return mt.nn.Lifted(cls.sym_wrapped_cls, **arguments)
    return cls(**arguments)


def sequence(inside, *parts):
    """A new `Sequential`."""
    if is_lifted(inside):
        named = {str(i): part for i, part in enumerate(parts)}
        return mt.nn.Lifted(nn.Sequential, **named)
    return mt.nn.Sequential(*parts)


def models_of(tree):
    """The outermost modules of a tree, as (path, node, owner): the tree itself if it is one."""
    return mt.select(tree).where(is_part).places()


def candidates(part):
    """What a part may become: itself if it is decided; None if that is too much to look at."""
    if not is_open(part):
        return [part]
    try:
        size = mt.dna_spec(part).space_size
        if not 0 < size <= MOST_CANDIDATES:
            return None
        return list(mt.iter(part.clone()))
    except (TypeError, ValueError):
        return None


def modules_of(part):
    """Copies of the modules that a part may become, in eval mode; None if there are too many."""
    with torch.random.fork_rng(devices=[]):
        found = candidates(part)
        if found is None or not all(is_part(each) for each in found):
            return None
        try:
            return [mt.nn.build(each).eval() for each in found]
        except Exception:  # Whatever a constructor of others raises.
            return None


def is_activation(part):
    """Whether a part applies one non-linear function to each number: proved by trying.

    Gates, with results between 0 and 1, are none.
    """
    if is_placeholder(part) or is_part(part):
        if is_lifted(part) and any(is_part(value) for value in part.parts().values()):
            return False
        modules = modules_of(part)
        return modules is not None and all(map(_is_elementwise, modules))
    return False


def _is_elementwise(module):
    if any(True for _ in module.children()) or any(True for _ in module.buffers()):
        return False
    if any(True for _ in module.parameters()) and not isinstance(module, nn.PReLU):
        return False
    try:
        parameters = list(inspect.signature(module.forward).parameters.values())
    except (TypeError, ValueError):  # It is not written in Python.
        return False
    if len(parameters) != 1 or parameters[0].kind is not parameters[0].POSITIONAL_OR_KEYWORD:
        return False
    dtype = next((p.dtype for p in module.parameters()), torch.float32)
    x = torch.cat([torch.linspace(-50, 50, 22), torch.linspace(-2, 2, 50)]).to(dtype)
    order = torch.randperm(72, generator=torch.Generator().manual_seed(0))
    shape = (1, 1, 8, 9)
    try:
        with torch.no_grad():
            y = module(x.clone().reshape(shape))
            again = module(x[order].reshape(shape))
    except Exception:  # Whatever a module of others makes of these numbers.
        return False
    if not isinstance(y, torch.Tensor) or y.shape != shape or not torch.isfinite(y).all():
        return False
    y = y.flatten()
    elementwise = torch.allclose(y[order], again.flatten(), atol=1e-6)
    linear = torch.allclose(y, x * (y[21] / x[21]), atol=1e-5)
    gate = y.min() >= 0 and y.max() <= 1
    return bool(elementwise and not linear and not gate)


def is_idempotent(part):
    """Whether applying an activation twice is applying it once: proved by trying."""
    modules = modules_of(part)
    x = torch.linspace(-9, 9, 99).reshape(1, 1, 9, 11)
    with torch.no_grad():
        return modules is not None and all(torch.equal(m(m(x.clone())), m(x)) for m in modules)


def tied_tensors(tree):
    """The ids of the parameters of a lifted model that belong to several of its parts."""
    if not is_lifted(tree) or is_open(tree):
        return set()
    seen, tied = set(), set()
    for module in tree.build(share_weights=True).modules():
        for parameter in module._parameters.values():
            (tied if id(parameter) in seen else seen).add(id(parameter))
    return tied


def weights_of(part):
    """The module of a decided part; its tensors are those of the model itself."""
    return part.build(share_weights=True) if is_lifted(part) else part
