"""Torch modules among the wrapped classes.

What makes a module different from other objects is that it is more than its constructor makes of
its arguments: it is trained, moved and switched to evaluation. That is kept where its own
arguments do not change. This file knows what there is to keep; it never imports torch, for whoever
wraps a module has done so.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any

from mutandis.base import LEAF_TYPES, KeyPath, MissingValue
from mutandis.symbolic.base import Symbolic
from mutandis.symbolic.wrapped_object import HOLLOW, ClassWrapper


class ModuleWrapper(ClassWrapper):
    """Base of the classes that `wrap` makes of torch modules."""

    __slots__ = ()

    _sym_made_by_wrap = True
    _sym_copy_state = True

    def _sym_keep(self, before: dict[str, Any]) -> None:
        arguments = _Tensors()
        for value in _arguments(self):
            arguments.add(value)
        _keep_weights(self, before, arguments)

    def _sym_is_unfinished(self) -> bool:
        # A lazy module that has no weights yet: torch cannot copy it.
        check = getattr(type(self), 'has_uninitialized_params', None)
        return check is not None and bool(check(self))


def is_module_class(cls: type) -> bool:
    """Whether this is a class of torch modules."""
    # A class derives from `torch.nn.Module` only if torch is loaded.
    torch_nn = sys.modules.get('torch.nn')
    return torch_nn is not None and issubclass(cls, torch_nn.Module)


def module_attributes(cls: Any) -> dict[str, Any]:
    """Returns what a wrapped class of modules defines beside the constructor."""
    torch_nn: Any = sys.modules['torch.nn']
    attributes: dict[str, Any] = {
        name: _HollowGuard(name)
        for name in torch_nn.Module.__annotations__
        if name.startswith('_') and not hasattr(cls, name)
    }
    if getattr(cls, 'cls_to_become', None) is not None:
        # A lazy module turns into another class when it learns its sizes. A wrapped one stays what
        # it is: it derives from that other class anyway.
        attributes['cls_to_become'] = None
    # `torch.jit.script` compiles all properties but these.
    attributes['__jit_unused_properties__'] = [
        *getattr(cls, '__jit_unused_properties__', ()),
        *(n for n in dir(ModuleWrapper) if _is_property(n) and not hasattr(cls, n)),
    ]
    for container in (torch_nn.Sequential, torch_nn.ModuleList):
        if issubclass(cls, container):
            attributes['__getitem__'] = _slicing(cls, container)
    return attributes


def _is_property(name: str) -> bool:
    return isinstance(getattr(ModuleWrapper, name, None), property)


def module_constructor(cls: Any) -> Any:
    """Returns the constructor of a class of modules, with the arguments that it really takes."""
    torch_nn: Any = sys.modules['torch.nn']
    init: Any = cls.__init__
    if init is torch_nn.Module.__init__:
        # It declares `*args, **kwargs`, for cooperation with other classes, but takes nothing.
        def no_arguments(self: Any) -> None:
            init(self)

        return no_arguments
    if init is torch_nn.Sequential.__init__:

        def layers_or_mapping(self: Any, *args: Any) -> None:
            if len(args) == 1 and isinstance(args[0], Mapping):
                # PyTorch asks for an OrderedDict; in the tree it has become a symbolic `Dict`.
                from collections import OrderedDict

                args = (OrderedDict(args[0].items()),)
            init(self, *args)

        return layers_or_mapping
    return init


def _slicing(cls: Any, container: Any) -> Any:
    """Returns the `__getitem__` of a container whose slices share their modules with it."""

    def __getitem__(self: Any, index: Any) -> Any:
        if not isinstance(index, slice):
            return cls.__getitem__(self, index)
        # PyTorch makes a slice an object of the same class. A symbolic one would copy its
        # modules: they are in this tree already.
        sliced = container()
        for name, module in list(self._modules.items())[index]:
            sliced.add_module(
                name if container.__name__ == 'Sequential' else str(len(sliced)), module
            )
        return sliced

    return __getitem__


# -------------------------------------------------------------------- hollow modules


class _HollowGuard:
    """Stands for an internal attribute that a torch module has only when it is built.

    A non-data descriptor: once the instance has the attribute, reading it costs nothing extra.
    """

    __slots__ = ('name',)

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, obj: Any, owner: Any = None) -> Any:
        if obj is not None and obj._sym_state == HOLLOW:
            places = ', '.join(repr(str(p)) for p in _open_places(obj)[:3])
            raise TypeError(
                f'This {type(obj).__name__} is not a torch module yet: it has placeholders or '
                f'missing values at {places}. Materialize it first (`mutandis.iter`, '
                f'`mutandis.materialize`), or rebind these places to values.'
            )
        raise AttributeError(self.name)


def _open_places(node: Any) -> list[KeyPath]:
    """Returns the paths below a node that hold placeholders or missing values."""
    from mutandis.symbolic.pure_symbolic import PureSymbolic

    found: list[KeyPath] = []
    stack: list[tuple[tuple[Any, ...], Any]] = [((), node)]
    while stack:
        keys, value = stack.pop()
        if isinstance(value, (PureSymbolic, MissingValue)):
            found.append(node.sym_path + KeyPath._of(keys))
        elif isinstance(value, Symbolic):
            stack.extend((keys + (k,), v) for k, v in reversed(value._sym_pairs()))
    return found


# -------------------------------------------------------------------- weights


class _Tensors:
    """The modules that an object has been given as arguments, and their tensors."""

    __slots__ = ('modules', 'tensors')

    def __init__(self) -> None:
        self.modules: set[int] = set()
        self.tensors: set[int] = set()

    def add(self, module: Any) -> None:
        self.modules.update(id(m) for m in module.modules())
        self.tensors.update(id(p) for p in module.parameters())
        self.tensors.update(id(b) for b in module.buffers())


def _arguments(node: Any) -> Iterator[Any]:
    """Iterates over the modules among the arguments of an object."""
    module_class: Any = sys.modules['torch.nn'].Module
    stack = [value for _, value in node._sym_pairs()]
    while stack:
        value = stack.pop()
        if value.__class__ in LEAF_TYPES:
            continue
        if isinstance(value, module_class):
            yield value
        elif isinstance(value, Symbolic):
            stack.extend(v for _, v in value._sym_pairs())


def _keep_weights(node: Any, before: dict[str, Any], arguments: _Tensors) -> None:
    """Gives an object that was built again its former weights, where they still fit.

    That is what loading its former state dict would do: parameters and persistent buffers go to
    those of the same name, if they have the same shape. The very tensors are taken over, so an
    optimizer goes on to know them. Weights that belong to arguments are left alone.

    Args:
        node: The object.
        before: Its former attributes.
        arguments: What it has been given.
    """
    seen: set[int] = set()
    stack: list[tuple[Any, dict[str, Any]]] = [(node, before)]
    while stack:
        module, old = stack.pop()
        seen.add(id(module))
        if '_modules' not in module.__dict__ or '_modules' not in old:
            continue  # `Module.__init__` was not called.
        module.training = old['training']
        _keep_tensors(module, old, arguments)
        for name, child in module._modules.items():
            former = old['_modules'].get(name)
            if child is None or child is former or type(child) is not type(former):
                continue
            if id(child) not in arguments.modules and id(child) not in seen:
                stack.append((child, former.__dict__))


def _keep_tensors(module: Any, old: dict[str, Any], arguments: _Tensors) -> None:
    transient = module._non_persistent_buffers_set
    for kind in ('_parameters', '_buffers'):
        for name, tensor in list(module.__dict__[kind].items()):
            former = old[kind].get(name)
            if tensor is None or former is None:
                continue
            if id(tensor) in arguments.tensors or id(former) in arguments.tensors:
                continue
            if _is_lazy(tensor) or _is_lazy(former):
                continue
            if kind == '_buffers' and name in transient:
                # Computed by the constructor, but it has to be where the others are.
                module.__dict__[kind][name] = tensor.to(former.device, former.dtype)
            elif tensor.shape == former.shape:
                # Some modules note their weights in other places as well when they are set.
                setattr(module, name, former)


def _is_lazy(tensor: Any) -> bool:
    return type(tensor).__name__ in ('UninitializedParameter', 'UninitializedBuffer')


__all__ = [
    'ModuleWrapper',
    'is_module_class',
    'module_attributes',
    'module_constructor',
]
