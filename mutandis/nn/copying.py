"""Copying what modules hold, so that the copy refers to copies.

`copy.deepcopy` takes functions, methods of other classes and weak references as they are, and fails
at the first lock. Here everything that leads to a module or a tensor of the model leads to the
counterpart in the copy: entries of containers, bound methods, partial functions, what a function
has closed over, weak references, slots. What cannot be copied, such as a lock or a file, is shared,
but never what is around it.
"""

from __future__ import annotations

import copy
import copyreg
import functools
import io
import sys
import types
import warnings
import weakref
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import nn
from torch.nn.utils import parametrize
from torch.utils.hooks import RemovableHandle

TENSORS = ('_parameters', '_buffers')

# What `nn.Module.compile` leaves on a module: a function that knows only that module.
COMPILED = '_compiled_call_impl'

_ATOMS = frozenset(
    [type(None), bool, int, float, complex, str, bytes, type, types.ModuleType, type(Ellipsis)]
    + [types.BuiltinFunctionType, torch.dtype, torch.device, torch.Size, range, slice]
)
_ABSENT = object()


def own_way_of_copying(module: nn.Module) -> str | None:
    """The method by which the class of a module says how it is copied, if it does."""
    for method in ('__deepcopy__', '__reduce__', '__reduce_ex__', '__getstate__'):
        if getattr(type(module), method, None) is not getattr(nn.Module, method, None):
            return method
    return None


def is_copied_as_a_whole(module: nn.Module) -> bool:
    """Whether only `copy.deepcopy` can copy a module."""
    return (
        isinstance(module, torch.jit.ScriptModule)
        or parametrize.is_parametrized(module)
        or own_way_of_copying(module) is not None
    )


def own_tensors(module: nn.Module) -> Iterator[torch.Tensor]:
    """The tensors that a module itself has: parameters, buffers, attributes."""
    attributes = module.__dict__
    for kind in TENSORS:
        # A compiled module keeps them elsewhere.
        for tensor in attributes.get(kind, {}).values():
            if tensor is not None:
                yield tensor
    yield from (value for value in attributes.values() if isinstance(value, torch.Tensor))


class Copier:
    """Copies values that modules hold.

    Args:
        memo: What stands for what in the copy, by the id of the original, as for `copy.deepcopy`.
        counterpart: Gives what stands for a module in the copy; None if it is not part of it.
        share: Whether tensors are shared.
    """

    def __init__(
        self,
        memo: dict[int, Any],
        counterpart: Callable[[nn.Module], Any],
        share: bool = False,
    ) -> None:
        self.memo = memo
        self.counterpart = counterpart
        self.share = share
        self._hooked: list[tuple[Any, Any]] = []

    # -- Tensors.

    def tensor(self, tensor: Any) -> Any:
        """The counterpart of a tensor."""
        made = self.memo.get(id(tensor))
        if made is None:
            made = self.memo[id(tensor)] = tensor if self.share else self.new_tensor(tensor)
        return made

    def new_tensor(self, tensor: Any) -> Any:
        """A copy of a tensor."""
        if nn.parameter.is_lazy(tensor):
            kind: Any = type(tensor)
            made = kind(tensor.requires_grad, tensor.device, tensor.dtype)
        elif not tensor.is_leaf:
            return tensor.detach().clone()
        else:
            made = copy.deepcopy(tensor, self.memo)
            # A gradient is a state of training, not of the model.
            made.grad = None
        hooks = tensor._backward_hooks, getattr(tensor, '_post_accumulate_grad_hooks', None)
        if tensor.__dict__ or any(hooks):
            self._hooked.append((tensor, made))
        return made

    def finish(self) -> None:
        """Copies hooks and attributes of tensors, which may refer to anything in the model."""
        while self._hooked:
            tensor, made = self._hooked.pop()
            for name, value in tensor.__dict__.items():
                made.__dict__[name] = self.copy(value)
            if not made.requires_grad:
                continue  # It has been frozen.
            for hook in (tensor._backward_hooks or {}).values():
                made.register_hook(self.copy(hook))
            for hook in (getattr(tensor, '_post_accumulate_grad_hooks', None) or {}).values():
                made.register_post_accumulate_grad_hook(self.copy(hook))

    # -- Modules.

    def empty(self, module: nn.Module) -> nn.Module:
        """A module of the same class with nothing in it yet, as the counterpart of a module."""
        new: nn.Module = object.__new__(type(module))
        self.memo[id(module)] = new
        return new

    def fill(self, new: nn.Module, module: nn.Module, children: dict[str, Any]) -> None:
        """Gives a new module what another one has, with other sub-modules."""
        attributes = new.__dict__
        for name, value in module.__dict__.items():
            if name == '_modules':
                attributes[name] = type(value)(children)
            elif name in TENSORS:
                attributes[name] = type(value)(
                    (key, None if tensor is None else self.tensor(tensor))
                    for key, tensor in value.items()
                )
            elif name != COMPILED:
                attributes[name] = self.copy(value)
        self._fill_slots(new, module)

    def _fill_slots(self, new: Any, old: Any) -> None:
        for name in copyreg._slotnames(type(old)):  # type: ignore[attr-defined]
            value = getattr(old, name, _ABSENT)
            if value is not _ABSENT:
                object.__setattr__(new, name, self.copy(value))

    def module(self, module: nn.Module) -> nn.Module:
        """A copy of a module with its sub-modules, which are no nodes of the tree."""
        if isinstance(module, torch.jit.ScriptModule):
            made = self.memo[id(module)] = module if self.share else _copy_of_compiled(module)
            return made
        if is_copied_as_a_whole(module):
            return self._deep(module)  # type: ignore[no-any-return]
        new = self.empty(module)
        self.fill(new, module, {k: self.copy(child) for k, child in module._modules.items()})
        return new

    # -- Values.

    def copy(self, value: Any) -> Any:
        """A copy of a value, with counterparts in place of modules and tensors."""
        cls = value.__class__
        if cls in _ATOMS:
            return value
        known = self.memo.get(id(value), _ABSENT)
        if known is not _ABSENT:
            return known
        if isinstance(value, torch.Tensor):
            return self.tensor(value)
        if isinstance(value, nn.Module):
            made = self.counterpart(value)
            return self.module(value) if made is None else made
        copied = _COPIES.get(cls)
        if copied is not None:
            return copied(self, value)
        if isinstance(value, tuple) and hasattr(value, '_fields'):
            return cls._make(map(self.copy, value))
        return self._deep(value)

    def _deep(self, value: Any) -> Any:
        known = len(self.memo)
        try:
            return copy.deepcopy(value, self.memo)
        except Exception:  # Whatever the copying of a foreign class raises.
            # What was copied until then may be half done.
            for key in list(self.memo)[known:]:
                del self.memo[key]
        if not _is_plain(value):
            return value
        new = object.__new__(type(value))
        self.memo[id(value)] = new
        for name, each in value.__dict__.items():
            new.__dict__[name] = self.copy(each)
        self._fill_slots(new, value)
        return new

    def _list(self, value: list[Any]) -> list[Any]:
        new = self.memo[id(value)] = []
        new.extend(map(self.copy, value))
        return new

    def _dict(self, value: Any) -> Any:
        new = self.memo[id(value)] = type(value)()
        if isinstance(value, defaultdict):
            new.default_factory = self.copy(value.default_factory)
        for key, each in value.items():
            new[self.copy(key)] = self.copy(each)
        return new

    def _tuple(self, value: tuple[Any, ...]) -> Any:
        made = tuple(map(self.copy, value))
        # The copy of an entry may have led to this tuple.
        return self.memo.get(id(value), made)

    def _set(self, value: Any) -> Any:
        made = type(value)(map(self.copy, value))
        return self.memo.setdefault(id(value), made)

    def _deque(self, value: deque[Any]) -> deque[Any]:
        new = self.memo[id(value)] = deque(maxlen=value.maxlen)
        new.extend(map(self.copy, value))
        return new

    def _partial(self, value: functools.partial[Any]) -> functools.partial[Any]:
        return functools.partial(
            self.copy(value.func),
            *map(self.copy, value.args),
            **{key: self.copy(each) for key, each in value.keywords.items()},
        )

    def _method(self, value: types.MethodType) -> Any:
        owner = self.copy(value.__self__)
        if owner is value.__self__:
            return value
        name = value.__name__
        if getattr(type(value.__self__), name, None) is value.__func__:
            # The method of what stands there now, which may be of another class.
            return getattr(owner, name, value)
        return types.MethodType(self.copy(value.__func__), owner)

    def _cached(self, value: Any) -> Any:
        function = self.copy(value.__wrapped__)
        if function is value.__wrapped__:
            return value
        return functools.lru_cache(**value.cache_parameters())(function)

    def _weak(self, value: Any) -> Any:
        target = value()
        if target is None or value.__callback__ is not None:
            return value
        known = self.memo.get(id(target))
        if known is None and isinstance(target, nn.Module):
            known = self.counterpart(target)
        return value if known is None else weakref.ref(known)

    def _weak_set(self, value: Any) -> Any:
        return type(value)(map(self.copy, list(value)))

    def _weak_dict(self, value: Any) -> Any:
        return type(value)((self.copy(key), self.copy(each)) for key, each in list(value.items()))

    def _handle(self, value: RemovableHandle) -> RemovableHandle:
        new = copy.copy(value)
        hooks = value.hooks_dict_ref()
        if hooks is not None:
            new.hooks_dict_ref = weakref.ref(self.copy(hooks))
        return new

    # -- Functions.

    def _function(self, value: types.FunctionType) -> types.FunctionType:
        """A function that has closed over the counterparts; itself if there are none."""
        if hasattr(value, '_torchdynamo_orig_callable'):
            return value
        # A function may refer to itself.
        self.memo[id(value)] = value
        cells = value.__closure__ or ()
        new_cells = tuple(map(self._cell, cells))
        defaults, keywords = value.__defaults__, value.__kwdefaults__
        new_defaults = None if defaults is None else tuple(map(self._held, defaults))
        new_keywords = {key: self._held(each) for key, each in (keywords or {}).items()}
        if (
            all(map(_is, new_cells, cells))
            and all(map(_is, new_defaults or (), defaults or ()))
            and all(map(_is, new_keywords.values(), (keywords or {}).values()))
        ):
            return value
        new = types.FunctionType(
            value.__code__, value.__globals__, value.__name__, new_defaults, new_cells
        )
        new.__kwdefaults__ = new_keywords or None
        new.__qualname__, new.__module__, new.__doc__ = (
            value.__qualname__,
            value.__module__,
            value.__doc__,
        )
        new.__annotations__ = value.__annotations__
        new.__dict__.update(value.__dict__)
        self.memo[id(value)] = new
        return new

    def _cell(self, cell: Any) -> Any:
        known = self.memo.get(id(cell))
        if known is not None:
            return known
        try:
            content = cell.cell_contents
        except ValueError:  # It is empty.
            return cell
        held = self._held(content)
        if held is content:
            return cell
        new = self.memo[id(cell)] = types.CellType(held)
        return new

    def _held(self, value: Any) -> Any:
        """What a function holds: the rest of the world may hold it, too, so it is not copied."""
        if isinstance(value, nn.Module):
            made = self.memo.get(id(value))
            if made is None:
                made = self.counterpart(value)
            return value if made is None else made
        if isinstance(value, torch.Tensor):
            return self.memo.get(id(value), value)
        if isinstance(value, (types.FunctionType, types.MethodType, functools.partial)):
            return self.copy(value)
        return value


def _copy_of_compiled(module: torch.jit.ScriptModule) -> Any:
    """A copy of what TorchScript has compiled, whose parameters can be trained.

    Those of `copy.deepcopy` are no leaves of the graph of gradients.
    """
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        # TorchScript is deprecated; that there is some in the model is not for us to say.
        warnings.simplefilter('ignore', DeprecationWarning)
        torch.jit.save(module, buffer)
        buffer.seek(0)
        made = torch.jit.load(buffer)  # type: ignore[no-untyped-call]
    for new, old in zip(made.parameters(), module.parameters(), strict=True):
        new.requires_grad_(old.requires_grad)
    made.train(module.training)
    return made


def _is(one: Any, other: Any) -> bool:
    return one is other


def _is_plain(value: Any) -> bool:
    """Whether an object is nothing but its attributes, and of a class of a user."""
    cls = type(value)
    return (
        cls.__module__.partition('.')[0] not in sys.stdlib_module_names
        and all(base.__flags__ & 1 << 9 for base in cls.__mro__[:-1])  # Written in Python.
        and hasattr(value, '__dict__')
        and not hasattr(cls, '__deepcopy__')
        and not hasattr(cls, '__setstate__')
        and getattr(cls, '__reduce_ex__', None) is getattr(object, '__reduce_ex__', None)
        and getattr(cls, '__getstate__', None) is getattr(object, '__getstate__', None)
    )


_COPIES: dict[type, Callable[[Copier, Any], Any]] = {
    list: Copier._list,
    dict: Copier._dict,
    OrderedDict: Copier._dict,
    defaultdict: Copier._dict,
    tuple: Copier._tuple,
    set: Copier._set,
    frozenset: Copier._set,
    deque: Copier._deque,
    functools.partial: Copier._partial,
    types.MethodType: Copier._method,
    types.FunctionType: Copier._function,
    functools._lru_cache_wrapper: Copier._cached,
    weakref.ref: Copier._weak,
    weakref.WeakSet: Copier._weak_set,
    weakref.WeakKeyDictionary: Copier._weak_dict,
    weakref.WeakValueDictionary: Copier._weak_dict,
    RemovableHandle: Copier._handle,
}
