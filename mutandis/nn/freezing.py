"""`freeze`: which weights of a model are not to be trained."""

from __future__ import annotations

import functools
from typing import Any

from torch import nn

from mutandis.nn.building import lifted_nodes
from mutandis.symbolic import query
from mutandis.symbolic.rebind import undo_later
from mutandis.symbolic.topology import Node, set_attribute


def freeze(tree: Any) -> Any:
    """Has the weights that a tree has now stay as they are in training.

    Parts that come into the tree later, around or between the frozen ones, are trained. As weights
    are, this is beside the tree: copies keep it; comparison and JSON leave it out. Of a lifted
    tree, the modules that are built have frozen weights, the lifted module does not change.

    Args:
        tree: A lifted module or a part of one, or a symbolic value with modules in it.

    Returns:
        The tree.

    Raises:
        TypeError: `tree` is not symbolic.
    """
    if not isinstance(tree, Node):
        raise TypeError(
            f'Only symbolic values can be frozen, got {tree!r}. Lift the module first: '
            f'`nn.lift(module)`; or call `module.requires_grad_(False)`.'
        )
    for node in lifted_nodes(tree):
        kept = node._sym_kept
        if kept is not None and not kept.frozen:
            undo_later(functools.partial(set_attribute, node, '_sym_kept', kept))
            set_attribute(node, '_sym_kept', kept._replace(frozen=True))
    for module in query(tree, where=lambda value: isinstance(value, nn.Module)).values():
        # A module with placeholders among its arguments has no weights yet.
        for parameter in module.parameters() if '_parameters' in module.__dict__ else ():
            if parameter.requires_grad:
                undo_later(functools.partial(parameter.requires_grad_, True))
                parameter.requires_grad_(False)
    return tree
