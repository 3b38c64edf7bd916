"""Where a node comes from.

An `Origin` is one step of a history: what was done (`tag`) to which value (`source`). The source
of a step may have an origin of its own, so origins form a chain that leads back to the first one.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mutandis.base import Formattable, RawText, kvlist_str
from mutandis.symbolic.flags import get_origin_stacktrace_limit, is_tracking_origin
from mutandis.symbolic.topology import Node

if TYPE_CHECKING:
    import traceback


class Origin(Formattable):
    """One step in the history of a node.

    Args:
        source: What the node was made from: another node, a path, or None.
        tag: What was done, such as `'clone'` or `'load'`.
        stacktrace: Whether to keep the call stack. None: as `track_origin` says.
        stacklimit: How many frames to keep. None: `get_origin_stacktrace_limit()`.
        stacktop: Which frame is the last one kept, counted from this constructor: -1 is its
            caller, -2 the caller of that. Frames inside the object model are left out.

    Raises:
        ValueError: `tag` is not a str.
    """

    __slots__ = ('_source', '_tag', '_stack')

    def __init__(
        self,
        source: Any,
        tag: str,
        stacktrace: bool | None = None,
        stacklimit: int | None = None,
        stacktop: int = -1,
    ) -> None:
        if not isinstance(tag, str):
            raise ValueError(f'The tag of an origin must be a str. Encountered: {tag!r}.')
        self._source = source
        self._tag = tag
        self._stack: list[traceback.FrameSummary] | None = None
        if stacktrace is None:
            stacktrace = is_tracking_origin()
        if stacktrace:
            import traceback

            frame: Any = sys._getframe()
            for _ in range(-stacktop):
                if frame.f_back is not None:
                    frame = frame.f_back
            while frame.f_back is not None and _is_internal(frame):
                frame = frame.f_back
            limit = get_origin_stacktrace_limit() if stacklimit is None else stacklimit
            frames = traceback.StackSummary.extract(traceback.walk_stack(frame), limit=limit)
            frames.reverse()
            self._stack = list(frames)

    @property
    def source(self) -> Any:
        """What the node was made from, or None."""
        return self._source

    @property
    def tag(self) -> str:
        """What was done."""
        return self._tag

    @property
    def stack(self) -> list[traceback.FrameSummary] | None:
        """The call stack, outermost frame first; None when it was not kept."""
        return self._stack

    @property
    def stacktrace(self) -> str | None:
        """The call stack as text; None when it was not kept."""
        if self._stack is None:
            return None
        import traceback

        return ''.join(traceback.format_list(self._stack))

    @property
    def root(self) -> Origin:
        """The earliest origin of the chain."""
        return self.chain()[-1]

    def chain(self, tag: str | None = None) -> list[Origin]:
        """Returns this origin and those of its sources, newest first.

        Args:
            tag: Only origins with this tag.
        """
        found: list[Origin] = []
        current: Any = self
        while isinstance(current, Origin):
            if tag is None or current._tag == tag:
                found.append(current)
            current = getattr(current._source, 'sym_origin', None)
        return found

    def history(self, condition: Callable[[Origin], bool] | None = None) -> list[Origin]:
        """Returns the origins that `condition` accepts, earliest first."""
        found = [o for o in self.chain() if condition is None or condition(o)]
        found.reverse()
        return found

    def format(
        self, compact: bool = False, verbose: bool = True, root_indent: int = 0, **kwargs: Any
    ) -> str:
        source: Any = self._source
        if source is not None and not isinstance(source, str):
            from mutandis.base import format as format_value

            text = format_value(
                source, compact=compact, verbose=False, root_indent=root_indent + 1, **kwargs
            )
            source = RawText(f'{text} at 0x{id(source):x}')
        return kvlist_str(
            [('tag', self._tag, None), ('source', source, None)],
            label=self.__class__.__name__,
            compact=compact,
            verbose=verbose,
            root_indent=root_indent,
            **kwargs,
        )

    def __eq__(self, other: Any) -> bool:
        if not isinstance(other, Origin):
            return NotImplemented
        return self._source is other._source and self._tag == other._tag

    def __ne__(self, other: Any) -> bool:
        result = self.__eq__(other)
        return result if result is NotImplemented else not result

    __hash__ = None  # type: ignore[assignment]


def track_clone(original: Any, copied: Any, tag: str) -> None:
    """Notes for a copied node, and all nodes below it, what they have been copied from."""
    stack = [(original, copied)]
    while stack:
        old, new = stack.pop()
        if new is old or type(new) is not type(old):
            continue  # Shared by both trees, or made anew.
        new.sym_setorigin(old, tag)
        known = dict(old._sym_pairs())
        stack.extend(
            (known[key], value)
            for key, value in new._sym_pairs()
            if isinstance(value, Node) and key in known
        )


def _is_internal(frame: Any) -> bool:
    """Whether a frame runs code of the object model, such as a constructor."""
    module = frame.f_globals.get('__name__') or ''
    return module.startswith('mutandis.symbolic.') or frame.f_code.co_filename.startswith(
        '<mutandis '
    )
