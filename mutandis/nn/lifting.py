"""`lift`: an existing module as a symbolic tree, and back.

Any `nn.Module`, written by whomever, becomes a tree of `Lifted` nodes, one for each module, whose
children have the names that PyTorch gives them. Patches and placeholders may go anywhere in it. The
weights stay beside the tree: what is built from it has those of the lifted module wherever their
shape has not changed (`building.py`).

Nothing is guessed. A module of a class of PyTorch's own shows its constructor arguments if these
can be read off and proved (`module_arguments.py`); a module with sub-modules is its class and
these; any other one is kept as it is, and `report` says so.
"""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

import torch
from torch import nn
from torch.nn.utils import parametrize

from mutandis import typing as T
from mutandis.base import Formattable
from mutandis.nn.copying import own_way_of_copying
from mutandis.nn.lift_report import LiftReport, code_notes, report
from mutandis.nn.module_arguments import is_known, read_arguments
from mutandis.symbolic import Object, PureSymbolic, members
from mutandis.symbolic.conditions import user_class
from mutandis.symbolic.source.calls import Call
from mutandis.symbolic.topology import set_attribute

# Modules of these classes have their children as arguments, by name or in order.
CONTAINERS = (nn.Sequential, nn.ModuleList, nn.ModuleDict)
MODULE_CLASS = 'module_class'
# What the constructor of a node takes besides the parts of a module.
_OPTIONS = ('allow_partial', 'sealed', 'root_path', 'explicit_init')

UNREADABLE = 'its constructor arguments cannot be read off'


class Kept(NamedTuple):
    """What a lifted node knows of the module that it was lifted from.

    Attributes:
        module: The module itself.
        arguments: The constructor arguments, as they were; None if they are not known.
        names: The names of the sub-modules that have become nodes, as they were.
        reason: Why the module is kept as it is; None if it can be made anew, or is its class and
            its sub-modules.
        frozen: Whether its weights, and those of its sub-modules that are no nodes, are not trained
            in what is built.
    """

    module: nn.Module
    arguments: dict[str, Any] | None
    names: tuple[str, ...]
    reason: str | None
    frozen: bool = False


class Tied(Formattable):
    """Stands in a lifted tree where a module occurs that is at another place already.

    In what is built, the same module stands in both places: that of the other place, or what has
    taken its place.

    Args:
        module: The module that is meant; None for the one whose node has that name.
        name: The path of its node from the lifted root.
    """

    __slots__ = ('module', 'name')

    def __init__(self, module: nn.Module | None = None, name: str = '') -> None:
        self.module = module
        self.name = name

    def format(self, *args: Any, **kwargs: Any) -> str:
        return f'Tied({self.name!r})'

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, Tied) and self.name == other.name

    def __hash__(self) -> int:
        return hash((Tied, self.name))

    def _sym_source(self) -> Call:
        return Call(Tied, name=self.name)

    # The module is beside the tree, as those of lifted nodes are.
    def __copy__(self) -> Tied:
        return self

    def __deepcopy__(self, memo: Any) -> Tied:
        return self


@members([(MODULE_CLASS, T.Object(type, transform=user_class)), (T.StrKey(), T.Any())])
class Lifted(Object, PureSymbolic):
    """A module in symbolic form: its class, and its arguments or sub-modules by name.

    Made by `lift`. Written by hand, `Lifted(cls, name=value, ...)` stands for `cls(name=value,
    ...)`, with sub-modules lifted or not among the values.

    Where a field or a layer wants a module, a lifted one is accepted, and used once it is built.
    `clone` shares the weights; comparison and JSON leave them out.
    """

    # Children may have any names, those of methods included.
    allow_symbolic_attribute = False

    _sym_kept: ClassVar[Kept | None] = None

    @property
    def _sym_stands_for(self) -> type:  # type: ignore[override]
        return self.sym_getattr(MODULE_CLASS)  # type: ignore[no-any-return]

    def __getattr__(self, name: str) -> Any:
        if not name.startswith('_sym_') and self.sym_hasattr(name):
            return self.sym_getattr(name)
        raise AttributeError(
            f'{type(self).__name__} of {self._sym_stands_for.__name__} has no {name!r}; it has '
            f'{", ".join(self.parts()) or "nothing"}. `build()` makes the module itself.'
        )

    def parts(self) -> dict[str, Any]:
        """Arguments and sub-modules by name."""
        return {key: value for key, value in self._sym_pairs() if key != MODULE_CLASS}

    def build(self, share_weights: bool = False) -> nn.Module:
        """Makes the module that the tree describes.

        Unchanged parts compute exactly what the lifted module computes: they have its weights,
        buffers, hooks, types, devices, ties and training mode. A part with changed arguments keeps
        each tensor whose shape is the same, and of the others what fits; the rest is initialised as
        by its constructor.

        Args:
            share_weights: Whether the tensors are those of the lifted module, and not copies.

        Raises:
            ValueError: There are placeholders in the tree; or a part that cannot be made anew has
                lost its module (it was read from JSON).
            TypeError: A value stands where a module is needed.
        """
        from mutandis.nn.building import build

        return build(self, share_weights)  # type: ignore[no-any-return]

    def report(self) -> LiftReport:
        """Tells what is kept as it is, because it cannot be made anew."""
        return report(self)

    def _sym_source(self) -> Call:
        parts = self.parts()
        unsayable = [name for name in ('self', *_OPTIONS) if name in parts]
        if unsayable:
            raise ValueError(
                f'The part {unsayable[0]!r} cannot be given to `Lifted` by its name. Save the '
                f'lifted module itself, or take the part out.'
            )
        call = Call(Lifted, self._sym_stands_for, **parts)
        for note in code_notes(self):
            call.noted(note)
        return call

    # -- The module goes along with every copy of the node.

    def _sym_remake(self, values: Any) -> Any:
        new = super()._sym_remake(values)
        if self._sym_kept is not None:
            set_attribute(new, '_sym_kept', self._sym_kept)
        return new

    def __reduce_ex__(self, protocol: Any) -> Any:
        return _restored, (dict(self._sym_pairs()), self._sym_kept)


def _restored(values: dict[str, Any], kept: Kept | None) -> Lifted:
    node = Lifted._sym_make(values)
    if kept is not None:
        set_attribute(node, '_sym_kept', kept)
    return node  # type: ignore[no-any-return]


def lift(module: nn.Module) -> Lifted:
    """Makes a symbolic tree of a module.

    ::

        tree = nn.lift(model)
        mt.select(tree).at_instances_of(nn.ReLU).set(mt.oneof([nn.ReLU(), nn.SiLU()]))
        for candidate in mt.iter(tree):
            model = candidate.build()

    Paths in the tree are the names of PyTorch: `encoder.layer.0.attention`. A module that occurs in
    several places is a node at the first of them, and `Tied` to it at the others.

    Args:
        module: Any module. It is neither changed nor copied: what is built later has the weights
            that it has then.

    Raises:
        TypeError: It is no module.
    """
    if not isinstance(module, nn.Module):
        raise TypeError(f'Only a `torch.nn.Module` can be lifted, got {module!r}.')
    return _lift(module, (), {})


def _lift(module: nn.Module, path: tuple[str, ...], known: dict[int, str]) -> Lifted:
    cls = module_class_of(module)
    values: dict[str, Any] = {MODULE_CLASS: cls}
    reason = _why_kept(module)
    arguments = None
    names: tuple[str, ...] = ()
    known[id(module)] = '.'.join(path)
    if reason is None:
        names = tuple(module._modules)
        if names or isinstance(module, CONTAINERS):
            for name, child in module._modules.items():
                if child is None:
                    values[name] = None
                elif id(child) in known:
                    values[name] = Tied(child, known[id(child)])
                else:
                    values[name] = _lift(child, (*path, name), known)
        else:
            arguments = read_arguments(module)
            if arguments is None:
                reason = UNREADABLE
            else:
                values.update(arguments)
    # Not by the constructor: a sub-module may be called `self`.
    return _restored(values, Kept(module, arguments, names, reason))


def module_class_of(module: nn.Module) -> type[nn.Module]:
    """The class of a module as its user knows it."""
    cls: Any = type(module)
    if parametrize.is_parametrized(module):
        cls = cls.__bases__[0]
    return user_class(cls)


def _why_kept(module: nn.Module) -> str | None:
    if isinstance(module, torch.jit.ScriptModule):
        return 'it is compiled by TorchScript'
    if parametrize.is_parametrized(module):
        return 'its weights are parametrized'
    if MODULE_CLASS in module._modules:
        return f'it has a sub-module called {MODULE_CLASS!r}'
    method = own_way_of_copying(module)
    if method is not None and not is_known(type(module)):
        return f'its class says by `{method}` how it is copied'
    return None
