"""Modules in several places of what a constructor builds.

A node has one parent, so a node that is put into a second tree is copied. The constructor of a
user's class builds ordinary objects, though, and there PyTorch's habits count: in
`nn.Sequential(self.stem, nn.ReLU())` the stem is the very module that `self.stem` is, or its
weights would be trained in one place and used in another. While such a constructor runs, a built
module that already has a parent is therefore held by a reference, `Shared`, instead of copied.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from mutandis.symbolic.ref import Ref


class _Running(threading.local):
    """How many constructors of users' classes are running in this thread."""

    constructors = 0


_running = _Running()


@contextmanager
def constructor_runs() -> Iterator[None]:
    """Scope in which the constructor of a user's class runs."""
    _running.constructors += 1
    try:
        yield
    finally:
        _running.constructors -= 1


def in_constructor() -> bool:
    """Whether the constructor of a user's class is running in this thread."""
    return _running.constructors > 0


class Shared(Ref):
    """Holds a module that belongs to another place of the same object.

    Unlike other references it may lie within the tree it refers to, and a copy of the object
    refers to the copy of the module.
    """

    _sym_check_attach = None  # type: ignore[assignment]

    def _sym_clone(self, deep: bool, memo: Any = None) -> Any:
        if memo is None:  # Not a copy of the object: another place in it.
            return type(self)(self._value)
        import copy

        return type(self)(copy.deepcopy(self._value, memo))

    def __reduce_ex__(self, protocol: Any) -> Any:
        return (Shared, (self._value,))


__all__ = ['Shared', 'constructor_runs', 'in_constructor']
