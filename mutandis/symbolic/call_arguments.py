"""Passing the fields of an object to the function whose parameters they are.

Wrapped classes do so with the constructor of the user, compounds with their factory. Fields go by
name wherever the signature allows it.
"""

from __future__ import annotations

from typing import Any

from mutandis.base import LEAF_TYPES


class CallArguments:
    """How the fields of an object are passed to a function with a given signature.

    Attributes:
        positional: Names of the arguments that have to be passed by position.
        varargs: Name of `*args`, or None.
    """

    __slots__ = ('positional', 'names', 'varargs')

    def __init__(self, parameters: list[Any]) -> None:
        self.varargs = next((p.name for p in parameters if p.kind is p.VAR_POSITIONAL), None)
        self.names = [
            p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
        ]
        if self.varargs is not None:
            self.positional = self.names
        else:
            self.positional = [p.name for p in parameters if p.kind is p.POSITIONAL_ONLY]

    def arguments(self, node: Any) -> tuple[list[Any], dict[str, Any]]:
        """Returns the field values of an object as (positional, by name), inferred."""
        kwargs: dict[str, Any] = {
            k: v if v.__class__ in LEAF_TYPES else node._sym_infer(v) for k, v in node._sym_pairs()
        }
        args: list[Any] = [kwargs.pop(n) for n in self.positional]
        if self.varargs is not None:
            args.extend(kwargs.pop(self.varargs))
        return args, kwargs


__all__ = ['CallArguments']
