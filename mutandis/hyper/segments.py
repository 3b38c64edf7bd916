"""Decoding in segments: how values nested to any depth are built without deep recursion.

Builders call the builders of what is inside. Every few levels the compiler makes a *cut*: what is
below is built first, and where the builder above expects its numbers it finds it ready made. So the
cuts that a DNA meets are built one after the other, the innermost first.
"""

from collections.abc import Callable, Iterator
from itertools import repeat
from operator import length_hint
from typing import Any

from mutandis.base import KeyPath
from mutandis.hyper.categorical import is_choice
from mutandis.hyper.geno.plan import end_of
from mutandis.hyper.spine import Branch, Slot, Spine

# How many levels of containers and choices one segment has.
LEVELS = 40


class Cut:
    """A place at which the compiled form of a template is cut.

    Attributes:
        compiled: What was compiled for what lies below.
    """

    __slots__ = ('compiled',)

    def __init__(self) -> None:
        self.compiled: Any = None


class Segments:
    """The cuts of a template while it is compiled.

    Attributes:
        cuts: Those in front of each slot, outer ones first.
    """

    def __init__(self) -> None:
        self.cuts: dict[Slot, list[Cut]] = {}
        self._pending: list[tuple[Cut, Callable[[], Any]]] = []
        self._level = 0

    def descend(self, first: Slot | None, compile_below: Callable[[], Any]) -> Any:
        """Compiles one level further down, or cuts.

        Args:
            first: The first slot below; None where there is none, and no reason to cut.
            compile_below: Compiles what is below.

        Returns:
            The result of `compile_below`, or a `Cut`, whose `compiled` will be that.
        """
        if self._level >= LEVELS and first is not None:
            cut = Cut()
            self.cuts.setdefault(first, []).append(cut)
            self._pending.append((cut, compile_below))
            return cut
        self._level += 1
        try:
            return compile_below()
        finally:
            self._level -= 1

    def finish(self) -> None:
        """Compiles what is below the cuts."""
        while self._pending:
            cut, compile_below = self._pending.pop()
            compiled = compile_below()
            # A part, or the function itself.
            cut.compiled = getattr(compiled, 'build', compiled)

    def clear(self) -> None:
        """Forgets the cuts: the template is compiled in another way."""
        self.cuts.clear()
        self._pending.clear()


def first_slot(branch: Branch) -> Slot | None:
    """The first placeholder of a branch; None when it holds constant templates only."""
    stack: list[Any] = [branch]
    while stack:
        child = stack.pop()
        if isinstance(child, Slot):
            return child
        if isinstance(child, Branch):
            stack.extend(reversed(child.children.values()))
    return None


def run_in_segments(
    spine: Spine, cuts: dict[Slot, list[Cut]], run: Callable[[tuple[Any, ...]], Any]
) -> Callable[[tuple[Any, ...]], Any]:
    """Returns the decoder of a value with cuts, given that of its outermost segment."""

    def run_deep(flat: tuple[Any, ...]) -> Any:
        values: list[Any] = list(flat)
        for position, cut in reversed(_cuts_met(spine, cuts, flat)):
            rest = iter(values[position:])
            made = cut.compiled(rest.__next__)
            values[position : len(values) - length_hint(rest)] = [made]
        return run(tuple(values))

    return run_deep


def _cuts_met(
    spine: Spine, cuts: dict[Slot, list[Cut]], flat: tuple[Any, ...]
) -> list[tuple[int, Cut]]:
    """The cuts that flat values meet, in order, with the positions where they begin."""
    met: list[tuple[int, Cut]] = []
    position = 0
    stack: list[Iterator[Any]] = [iter(spine.slots)]
    while stack:
        for item in stack[-1]:
            if isinstance(item, Slot):
                met.extend((position, cut) for cut in cuts.get(item, ()))
                primitive = item.primitive
                if is_choice(primitive):
                    stack.append(repeat(item.candidate_spines(), primitive.num_choices))
                    break
                point = primitive.dna_spec(KeyPath())
                position = end_of(point._point_plan(), flat, position)
            else:
                slots = item[flat[position]].slots
                position += 1
                if slots:
                    stack.append(iter(slots))
                    break
        else:
            stack.pop()
    return met
