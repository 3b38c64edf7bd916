"""Making modules of lifted trees.

A module that was lifted is copied attribute by attribute, with its sub-modules taken from the tree;
so whatever refers to a sub-module, an entry of a list or a bound method, refers to the new one. A
part whose arguments have changed is made anew and takes over the weights. Every tensor of the
lifted module has one counterpart in what is built, so ties stay.
"""

from __future__ import annotations

import copy
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator
from typing import Any

import torch
from torch import nn

from mutandis.nn.copying import TENSORS, Copier, own_tensors, own_way_of_copying
from mutandis.nn.lifting import CONTAINERS, UNREADABLE, Kept, Lifted, Tied, module_class_of
from mutandis.symbolic import NonDeterministic, Ref, Symbolic, eq
from mutandis.symbolic.topology import Node, path_below


def lifted_nodes(tree: Any) -> Iterator[Lifted]:
    """The lifted nodes of a tree, parents first."""
    stack = [tree]
    while stack:
        value = stack.pop()
        if isinstance(value, Lifted):
            yield value
        if isinstance(value, Node) and not isinstance(value, Ref):
            stack.extend(child for _, child in reversed(value._sym_pairs()))


def build(tree: Any, share_weights: bool = False) -> Any:
    """Makes what a tree with lifted modules in it describes.

    Args:
        tree: A lifted module; or any symbolic value, such as a layer of `mutandis.nn` or a list,
            with lifted modules somewhere in it.
        share_weights: Whether the tensors are those of the lifted modules, and not copies.

    Returns:
        The module; for another symbolic value a copy of it with modules in place of lifted ones.

    Raises:
        ValueError: As `Lifted.build`.
        TypeError: As `Lifted.build`; or there is nothing symbolic to build from.
    """
    if not isinstance(tree, Symbolic):
        raise TypeError(f'Only symbolic values can be built from, got {tree!r}. See `nn.lift`.')
    _require_decided(tree)
    return _Builder(tree, share_weights).result


def build_with_parts(tree: Symbolic) -> tuple[Any, dict[int, nn.Module]]:
    """As `build`; also which module was made of which part, by the id of the part."""
    _require_decided(tree)
    builder = _Builder(tree, False)
    return builder.result, builder.modules


def _require_decided(tree: Symbolic) -> None:
    from mutandis.symbolic import query

    open_places = query(tree, where=lambda value: isinstance(value, NonDeterministic))
    if open_places:
        places = ', '.join(repr(path or '(root)') for path in list(open_places)[:3])
        raise ValueError(
            f'Nothing can be built before everything is decided: there are placeholders at '
            f'{places}{", ..." if len(open_places) > 3 else ""}. Take a candidate of the space '
            f'(`mt.iter`, `mt.sample`, `mt.materialize`) and build that.'
        )


class _Builder:
    def __init__(self, tree: Symbolic, share_weights: bool) -> None:
        self.tree = tree
        # What stands for what in the copy: by the id of the original, as for `copy.deepcopy`.
        self.memo: dict[int, Any] = {}
        self.copier = Copier(self.memo, self._counterpart, share_weights)
        # What was made already: of lifted nodes by their id, of other values by their place.
        self.made: dict[int, nn.Module] = {}
        self.children: dict[tuple[int, str], Any] = {}
        # The modules that parts of the tree have become, by the id of the part.
        self.modules: dict[int, nn.Module] = {}
        # Modules that were lifted, and are still in the tree.
        nodes = [(node, node._sym_kept) for node in lifted_nodes(tree) if node._sym_kept]
        modules = [kept.module for _, kept in nodes]
        self.lifted = {id(kept.module): node for node, kept in nodes}
        self.frozen = {id(tensor) for _, kept in nodes for tensor in _frozen_tensors(kept)}
        for node, kept in nodes:
            self._prepare(node, kept)
        self.training = not modules or modules[0].training
        self.placement = _common_placement(modules)
        # What takes the place of a lifted module comes first, so that nothing refers to that one.
        for node, kept in reversed(nodes):
            if kept.reason is not None:
                continue
            if _is_changed(node, kept):
                self.module_of(node)
            for name in kept.names:
                old = kept.module._modules[name]
                if old is None or id(old) in self.lifted or not node.sym_hasattr(name):
                    continue
                if not isinstance(node.sym_getattr(name), Tied):
                    self.memo[id(old)] = self.child_of(node, name)
        self.result = self.value_of(tree)
        self.copier.finish()

    def _prepare(self, node: Lifted, kept: Kept) -> None:
        """Gives each tensor its counterpart, and each module that is copied an empty one."""
        for module in _own_modules(kept):
            for tensor in own_tensors(module):
                if id(tensor) in self.frozen and id(tensor) not in self.memo:
                    self.memo[id(tensor)] = self._frozen_copy(tensor)
                self.copier.tensor(tensor)
        if _is_copied_by_attributes(kept) and not _is_changed(node, kept):
            self.copier.empty(kept.module)

    def _frozen_copy(self, tensor: Any) -> Any:
        if self.copier.share and not nn.parameter.is_lazy(tensor):
            return nn.Parameter(tensor.detach(), requires_grad=False)
        return self.copier.new_tensor(tensor).requires_grad_(False)

    def _counterpart(self, module: nn.Module) -> nn.Module | None:
        """What stands for a module of the lifted model; None if it was never in the tree."""
        node = self.lifted.get(id(module))
        return self.memo.get(id(module)) if node is None else self.module_of(node)

    # -- Values.

    def value_of(self, value: Any) -> Any:
        """What a value of the tree is in what is built."""
        made = self._value_of(value)
        if isinstance(value, (Node, nn.Module)) and isinstance(made, nn.Module):
            self.modules[id(value)] = made
        return made

    def _value_of(self, value: Any) -> Any:
        if isinstance(value, Lifted):
            return self.module_of(value)
        if isinstance(value, Ref):
            return self.value_of(value.value)
        if isinstance(value, Tied):
            return self._of_tied(value)
        if isinstance(value, Symbolic):
            return self._of_symbolic(value)
        return self._settled(copy.deepcopy(value)) if isinstance(value, nn.Module) else value

    def _of_tied(self, tied: Tied) -> nn.Module:
        node = self.lifted.get(id(tied.module))
        if tied.module is None:
            node = self._named(tied.name)
        if node is not None:
            return self.module_of(node)
        return self.copier.copy(tied.module)  # type: ignore[no-any-return]

    def _named(self, name: str) -> Lifted:
        """The node that a hand-written tie names."""
        node: Any = self.tree
        for key in name.split('.'):
            node = node.sym_getattr(key, None) if isinstance(node, Lifted) else None
        if not isinstance(node, Lifted):
            raise ValueError(f'`Tied` names {name!r}, where no lifted module is. Correct the name.')
        return node

    def _of_symbolic(self, value: Any) -> Any:
        has_lifted = next(lifted_nodes(value), None) is not None
        if isinstance(value, nn.Module):
            if not has_lifted:
                # Deep, so that modules of PyTorch among its arguments are copied as well.
                copied = self._settled(value.clone(deep=True))  # type: ignore[operator]
                self._note_parts(value, copied)
                return copied
            # A symbolic layer around lifted ones, which could not be made before.
            return self._construct(module_class_of(value), dict(value._sym_pairs()))  # type: ignore
        pairs = value._sym_pairs()
        if isinstance(value, list):
            return [self.value_of(item) for _, item in pairs]
        if isinstance(value, dict):
            return {key: self.value_of(item) for key, item in pairs}
        if not has_lifted:
            return value
        made = {key: self.value_of(item) for key, item in pairs}
        return value.clone(override={k: made[k] for k, item in pairs if made[k] is not item})

    def _note_parts(self, original: Any, copied: Any) -> None:
        """Notes which module is the copy of which part of a symbolic module."""
        stack = [(original, copied)]
        while stack:
            old, new = stack.pop()
            if isinstance(new, nn.Module):
                self.modules[id(old)] = new
            if isinstance(old, Node) and isinstance(new, Node):
                known = dict(new._sym_pairs())
                stack.extend((child, known[key]) for key, child in old._sym_pairs() if key in known)

    def child_of(self, node: Lifted, name: str) -> Any:
        """What stands for a sub-module of a lifted node."""
        place = (id(node), name)
        if place not in self.children:
            child = self.children[place] = self.value_of(node.sym_getattr(name))
            if child is not None and not isinstance(child, nn.Module):
                path = path_below(node, name).path
                raise TypeError(f'{path!r} must be a module or None, but it is {child!r}.')
        return self.children[place]

    def module_of(self, node: Lifted) -> nn.Module:
        """The module of a lifted node."""
        made = self.made.get(id(node))
        if made is None:
            kept = node._sym_kept
            if kept is None:
                made = self._construct(node._sym_stands_for, node.parts())
            elif _is_changed(node, kept):
                made = self._made_anew(node, kept)
            else:
                made = self._copied(node, kept)
            self.made[id(node)] = made
        return made

    # -- New modules.

    def _construct(self, cls: Any, parts: dict[str, Any]) -> nn.Module:
        values = {name: self.value_of(value) for name, value in parts.items()}
        given = {
            id(m)
            for value in values.values()
            if isinstance(value, nn.Module)
            for m in value.modules()
        }
        return self._settled(_new_module(cls, values), given)

    def _settled(self, module: nn.Module, given: Collection[int] = ()) -> nn.Module:
        """Puts a new module where the lifted ones are, in their mode; leaves those in it alone."""
        for part in module.modules():
            if id(part) in given:
                continue
            part.training = self.training
            if self.placement is not None:
                _move(part, *self.placement)
        return module

    # -- Modules that were lifted.

    def _copied(self, node: Lifted, kept: Kept) -> nn.Module:
        module = kept.module
        if not _is_copied_by_attributes(kept):
            return self.copier.module(module)
        new: nn.Module = self.memo[id(module)]
        children: dict[str, Any] = {}
        if kept.arguments is None:
            children = {name: self.child_of(node, name) for name in node.parts()}
        if isinstance(module, (nn.Sequential, nn.ModuleList)):
            # One with gaps in its numbers keeps them as long as it has the same children.
            if children.keys() != set(kept.names) and all(
                name.isdigit() for name in (*kept.names, *children)
            ):
                children = {str(i): child for i, child in enumerate(children.values())}
        self.copier.fill(new, module, children)
        for name in children.keys() - set(kept.names):
            # A module that was put under the name of an attribute takes its place.
            new.__dict__.pop(name, None)
        _leave_fused_path(new, module)
        return new

    def _made_anew(self, node: Lifted, kept: Kept) -> nn.Module:
        module = kept.module
        new = self._construct(type(module), node.parts())
        self.memo[id(module)] = new
        for name, value in module.__dict__.items():
            # Hooks, and what others have noted on the module.
            if name == 'training' or name.endswith('_hooks') or name not in new.__dict__:
                new.__dict__[name] = self.copier.copy(value)
        for kind in TENSORS:
            for name, tensor in list(new.__dict__[kind].items()):
                old = module.__dict__[kind].get(name)
                if tensor is None or old is None:
                    continue
                setattr(new, name, self._taken_over(tensor, old))
        return new

    def _taken_over(self, tensor: Any, old: Any) -> Any:
        """A tensor of a part that was made anew: the former one, or what fits of it."""
        if nn.parameter.is_lazy(tensor) or nn.parameter.is_lazy(old):
            return tensor
        if tensor.shape == old.shape:
            return self.memo[id(old)]
        with torch.no_grad():
            data = tensor.detach().to(old.device, old.dtype)
            if data.dim() == old.dim():
                fits = tuple(
                    slice(0, min(a, b)) for a, b in zip(data.shape, old.shape, strict=True)
                )
                data[fits] = old.detach()[fits]
        if isinstance(tensor, nn.Parameter):
            trained = old.requires_grad and id(old) not in self.frozen
            return nn.Parameter(data, requires_grad=trained)
        return data


def _leave_fused_path(new: nn.Module, module: nn.Module) -> None:
    """Has a copied encoder call its parts, if they are not those that it was made with.

    In eval mode PyTorch's encoders may run one fused kernel on the weights of their parts, which
    computes what parts of the original classes would.
    """
    if isinstance(module, (nn.TransformerEncoderLayer, nn.TransformerEncoder)):
        # The text of a module tells the classes and arguments of all parts.
        if repr(new) != repr(module):
            if isinstance(module, nn.TransformerEncoder):
                new.__dict__.update(use_nested_tensor=False, enable_nested_tensor=False)
            else:
                new.__dict__['activation_relu_or_gelu'] = 0


def _move(module: nn.Module, device: Any, dtype: Any) -> None:
    """Moves the tensors of a module, not those of its sub-modules."""
    for kind in TENSORS:
        for tensor in module.__dict__[kind].values():
            if tensor is not None and not nn.parameter.is_lazy(tensor):
                to = dtype if tensor.is_floating_point() else tensor.dtype
                tensor.data = tensor.data.to(device, to)


def _own_modules(kept: Kept) -> Iterator[nn.Module]:
    """The module of a node, and those of its sub-modules that are no nodes."""
    if kept.reason is None:
        yield kept.module
    else:
        yield from kept.module.modules()


def _frozen_tensors(kept: Kept) -> Iterator[torch.Tensor]:
    if kept.frozen:
        for module in _own_modules(kept):
            yield from module.parameters(recurse=False)


def _is_copied_by_attributes(kept: Kept) -> bool:
    if kept.reason == UNREADABLE:
        return True
    return kept.reason is None and (
        kept.arguments is None or own_way_of_copying(kept.module) is None
    )


def _is_changed(node: Lifted, kept: Kept) -> bool:
    """Whether the constructor arguments of a lifted module are not what they were."""
    arguments = kept.arguments
    return arguments is not None and not eq(arguments, node.parts())


def _common_placement(modules: Iterable[nn.Module]) -> tuple[Any, Any] | None:
    """Device and type of all weights that are floating-point numbers, if they have them in common.

    None if they do not, or are where new modules are anyway.
    """
    found = {
        (tensor.device, tensor.dtype)
        for module in modules
        for tensor in module.parameters()
        if tensor.is_floating_point()
    }
    if len(found) != 1 or found == {(torch.get_default_device(), torch.get_default_dtype())}:
        return None
    return found.pop()


def _new_module(cls: Any, values: dict[str, Any]) -> nn.Module:
    """A new module of a class, from arguments or, for containers, children by name."""
    if issubclass(cls, CONTAINERS) and not _is_argument_list(cls, values):
        if issubclass(cls, nn.ModuleList):
            return cls(values.values())  # type: ignore[no-any-return]
        return cls(OrderedDict(values))  # type: ignore[no-any-return]
    if list(values) == ['args'] and isinstance(values['args'], list):
        return cls(*values['args'])  # type: ignore[no-any-return]
    return cls(**values)  # type: ignore[no-any-return]


def _is_argument_list(cls: Any, values: dict[str, Any]) -> bool:
    """Whether the values are those of the constructor, as a symbolic container has them."""
    name = {nn.Sequential: 'args', nn.ModuleList: 'modules', nn.ModuleDict: 'modules'}
    wanted = next(name[base] for base in CONTAINERS if issubclass(cls, base))
    return list(values) == [wanted] and not isinstance(values[wanted], nn.Module)
