"""Copies of classes that are symbolic objects and torch modules in one.

`class Net(mt.Object, nn.Module)` builds its layers in `_on_bound`. Its weights are part of it, as
those of a wrapped module are: copies and pickles keep them, and do not bind it again.
"""

from __future__ import annotations

import sys
from typing import Any

from mutandis.base import LEAF_TYPES
from mutandis.symbolic.cloning import clone_value, remember_copies
from mutandis.symbolic.topology import set_attribute


def adapt_module_class(cls: Any) -> None:
    """Makes the copies of a new class of symbolic objects keep their weights, if it has weights."""
    torch_nn = sys.modules.get('torch.nn')
    if torch_nn is None or not issubclass(cls, getattr(torch_nn, 'Module', ())):
        return
    from mutandis.symbolic.object import Object

    if cls._sym_clone is not Object._sym_clone:
        return
    type.__setattr__(cls, '_sym_copy_state', True)
    type.__setattr__(cls, '_sym_clone', _clone)
    if cls.__reduce_ex__ is Object.__reduce_ex__:
        type.__setattr__(cls, '__reduce_ex__', _reduce)


def _clone(self: Any, deep: bool, memo: Any = None) -> Any:
    import copy

    if memo is None:
        memo = {}
    elif id(self) in memo:
        return memo[id(self)]
    new = memo[id(self)] = _blank(type(self))
    pairs = self._sym_pairs()
    values = {k: v if v.__class__ in LEAF_TYPES else clone_value(v, deep, memo) for k, v in pairs}
    for key, value in pairs:
        remember_copies(value, values[key], memo)
    _restore(new, (values, self._sym_flags, copy.deepcopy(_state_of(self), memo)))
    return new


def _reduce(self: Any, protocol: Any) -> Any:
    state = (dict(self._sym_pairs()), self._sym_flags, _state_of(self))
    return (_blank, (type(self),), state, None, None, _restore)


def _blank(cls: Any) -> Any:
    new = cls.__new__(cls)
    set_attribute(new, '_sym_parent', None)
    return new


def _state_of(node: Any) -> dict[str, Any]:
    """Returns the attributes of an object that are no fields."""
    fields = {key for key, _ in node._sym_pairs()}
    return {k: v for k, v in node.__dict__.items() if k not in fields and not k.startswith('_sym_')}


def _restore(node: Any, parts: tuple[dict[str, Any], int, dict[str, Any]]) -> None:
    fields, flags, state = parts
    cls = type(node)
    if not cls.__dict__.get('_sym_ready'):
        from mutandis.symbolic.class_compiler import compile_class

        compile_class(cls)
    if flags != cls._sym_flags:
        set_attribute(node, '_sym_flags', flags)
    for key, value in fields.items():
        node._sym_store(key, node._sym_adopt(key, value))
    extra = [key for key in fields if key not in cls._sym_plans]
    if extra:
        set_attribute(node, '_sym_dynamic_keys', extra)
    node.__dict__.update(state)


__all__ = ['adapt_module_class']
