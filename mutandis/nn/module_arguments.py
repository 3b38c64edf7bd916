"""Reading off a module the constructor arguments that it was made with.

A module does not keep its arguments, but those of `torch.nn` keep what follows from them. So they
are guessed from its attributes, and the guess is checked: a module made of the guessed arguments
(on the meta device, where tensors have shapes and no memory) must have the same attributes, the
same names and shapes of tensors, and no sub-modules of another kind. A module for which that does
not hold has no known arguments.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import nn

from mutandis.nn import constructors
from mutandis.nn.copying import TENSORS

Reader = Callable[[Any], Mapping[str, Any]]

# Where weights are and of which type is kept with the weights.
_PLACEMENT = ('device', 'dtype')

_readers: dict[type, Reader] = {}

_ABSENT = object()


def register_arguments(cls: type, reader: Reader | None = None) -> None:
    """Tells how the constructor arguments of a class of modules are read off an instance.

    `lift` then shows them as values that can be changed. They are checked by making another module
    of them, so the constructor should do nothing but build.

    Args:
        cls: The class; sub-classes are not included.
        reader: Gives the arguments of an instance, by name. Without one, each parameter of the
            constructor is read from the attribute of its name.
    """
    _readers[cls] = reader or (lambda module: {})


def is_known(cls: type) -> bool:
    """Whether arguments of a class may be read: it is one of PyTorch's own, or registered."""
    return cls in _readers or cls.__module__.startswith('torch.nn.modules.')


def parameters_of(cls: type) -> dict[str, inspect.Parameter]:
    """The parameters of the constructor of a class that arguments can be read for."""
    init: Any = constructors.ADAPTED.get(cls.__name__, cls)
    if not issubclass(init, cls):
        init = cls
    if init.__init__ is nn.Module.__init__:
        return {}
    named = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return {
        name: parameter
        for name, parameter in list(inspect.signature(init.__init__).parameters.items())[1:]
        if parameter.kind in named and not name.startswith('_') and name not in _PLACEMENT
    }


def read_arguments(module: nn.Module) -> dict[str, Any] | None:
    """The constructor arguments of a module; None if they are not known for sure."""
    cls = type(module)
    if not is_known(cls):
        return None
    try:
        known = dict(_readers[cls](module)) if cls in _readers else {}
        arguments = {}
        for name, parameter in parameters_of(cls).items():
            value = known.get(name, _ABSENT)
            if value is _ABSENT:
                value = _read(module, name)
            if value is not _ABSENT:
                arguments[name] = value
            elif parameter.default is parameter.empty:
                return None
        with torch.device('meta'):
            rebuilt = cls(**arguments)
    except Exception:
        # Whatever a constructor makes of a wrong guess.
        return None
    return arguments if is_like(rebuilt, module) else None


def _read(module: nn.Module, name: str) -> Any:
    if name in module._parameters:
        # `bias` says whether there is one.
        return module._parameters[name] is not None
    if name in module._modules or name in module._buffers:
        return _ABSENT
    return module.__dict__.get(name, _ABSENT)


def is_like(rebuilt: nn.Module, module: nn.Module) -> bool:
    """Whether a module has what another one has, but for the values, types and devices of tensors.

    It may have more attributes: whoever uses a module may note something on it.
    """
    if type(rebuilt) is not type(module) or rebuilt._modules.keys() != module._modules.keys():
        return False
    if rebuilt._non_persistent_buffers_set != module._non_persistent_buffers_set:
        return False
    for kind in TENSORS:
        ours, theirs = rebuilt.__dict__[kind], module.__dict__[kind]
        if ours.keys() != theirs.keys():
            return False
        for name, tensor in ours.items():
            other = theirs[name]
            if (tensor is None) != (other is None):
                return False
            if tensor is None:
                continue
            if type(tensor) is not type(other) or not _same_shape(tensor, other):
                return False
    attributes, others = _attributes(rebuilt), _attributes(module)
    if not all(name in others and _same(v, others[name]) for name, v in attributes.items()):
        return False
    return all(
        (child is None) == (module._modules[name] is None)
        and (child is None or is_like(child, module._modules[name]))  # type: ignore[arg-type]
        for name, child in rebuilt._modules.items()
    )


def _same_shape(tensor: Any, other: Any) -> bool:
    if nn.parameter.is_lazy(tensor) or nn.parameter.is_lazy(other):
        return bool(nn.parameter.is_lazy(tensor) and nn.parameter.is_lazy(other))
    return bool(tensor.shape == other.shape)


# What `nn.Module` keeps for itself: tensors, children, hooks, whether it is trained.
_INTERNAL = {*nn.Module().__dict__, '_flat_weights', '_flat_weight_refs', '_load_hook'}


def _attributes(module: nn.Module) -> dict[str, Any]:
    return {name: value for name, value in module.__dict__.items() if name not in _INTERNAL}


def _same(value: Any, other: Any) -> bool:
    if value is other:
        return True
    if isinstance(value, torch.Tensor) or isinstance(other, torch.Tensor):
        return False
    try:
        return type(value) is type(other) and bool(value == other)
    except (TypeError, ValueError, RuntimeError):
        return False
