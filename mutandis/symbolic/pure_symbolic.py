"""Values that stand for something else: placeholders that any field accepts."""

from __future__ import annotations

from typing import Any

from mutandis.typing import CustomTyping


class PureSymbolic(CustomTyping):
    """A value that has no concrete meaning by itself, such as a hyper-value or a difference.

    It may stand in any field; an object that holds one is *abstract* until it is replaced.
    """

    __slots__ = ()

    def custom_apply(
        self,
        path: Any,
        value_spec: Any,
        allow_partial: bool,
        child_transform: Any = None,
    ) -> tuple[bool, Any]:
        """Accepts every field. Sub-classes may check `value_spec` and raise instead."""
        return (False, self)


class NonDeterministic(PureSymbolic):
    """A pure symbolic value whose meaning is decided later, for example by a search."""

    __slots__ = ()
