"""Running a program with decided values: the second half of define-by-run.

While a program runs, each placeholder it makes is replaced by the value decided for it. Decisions
are found by their names (`ByName`), or consumed in the order of the program (`InOrder`).
"""

import threading
from typing import Any

from mutandis.base import LEAF_TYPES
from mutandis.hyper import geno
from mutandis.hyper.branches import (
    branch_value,
    constant_value,
    is_lazy_branch,
    nested_template,
)
from mutandis.hyper.categorical import OneOf, is_choice
from mutandis.hyper.collecting import Place, ThreadPlace
from mutandis.hyper.geno.plan import ChoicesPlan, FloatPlan, Misfit, SpacePlan, scan
from mutandis.hyper.numerical import is_float
from mutandis.hyper.object_template import ObjectTemplate
from mutandis.hyper.spine import Where, candidates_of
from mutandis.symbolic import List


class Pick:
    """One choice that was made.

    Attributes:
        index: Index of the candidate.
        below: The decisions that depend on it: a `Scope` for a lazy branch, a DNA for a candidate
            with placeholders; None when there are none, or they were not asked for yet.
    """

    __slots__ = ('index', 'below')

    def __init__(self, index: Any, below: Any = None) -> None:
        self.index = index
        self.below = below


# What is decided at one point: the picks of a choice (consumed one after the other when decisions
# come in order), a number, or the DNA of any other placeholder.
Decision = Any


class Scope:
    """The decisions of a program, or of one of its lazy branches.

    Attributes:
        outer: The enclosing scope.
        names: Decisions by name.
        unnamed: Decisions without a name, in order.
        space: The decision spec of the scope (`ByName` only).
        values: The flat values of the scope (`ByName` only).
    """

    __slots__ = ('outer', 'names', 'unnamed', 'space', 'values')

    def __init__(self, outer: 'Scope | None' = None) -> None:
        self.outer = outer
        self.names: dict[str, Decision] = {}
        self.unnamed: list[Decision] = []
        self.space: Any = None
        self.values: tuple[Any, ...] = ()

    def find(self, name: str) -> tuple[bool, Decision]:
        """Returns whether a decision is known here or in a scope around, and the decision."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return True, scope.names[name]
            scope = scope.outer
        return False, None


class Applier:
    """Replaces placeholders by decided values in one run of a program."""

    def __init__(self, scope: Scope, where: Where, per_thread: bool) -> None:
        self._where = where
        self._place = Place(scope) if per_thread else ThreadPlace(scope)

    def evaluate(self, primitive: Any) -> Any:
        """Returns the value decided for a placeholder.

        Raises:
            ValueError: None was decided, or it does not fit the placeholder.
        """
        decision = self._decide(primitive)
        if is_choice(primitive):
            return self._choose(primitive, decision)
        if is_float(primitive):
            if not isinstance(decision, float):
                raise ValueError(f'Expected a float for {primitive!r}, got {_text(decision)}.')
            return decision
        return primitive.decode(_dna_of(decision))

    def finish(self) -> None:
        """Ends the run.

        Raises:
            ValueError: There are decisions that the program did not ask for.
        """
        raise NotImplementedError

    def _decide(self, primitive: Any) -> Decision:
        raise NotImplementedError

    def _next_index(self, primitive: Any) -> Any:
        """The index of the next choice that was not made yet."""
        raise NotImplementedError

    def _nested_dna(self, template: ObjectTemplate, pick: Pick) -> geno.DNA:
        """The DNA of a candidate that holds placeholders."""
        raise NotImplementedError

    def _branch_scope(self, pick: Pick) -> Scope:
        """The scope of a lazy branch that was picked."""
        raise NotImplementedError

    def _choose(self, primitive: Any, picks: Decision) -> Any:
        candidates = candidates_of(primitive)
        k = primitive.num_choices
        if picks.__class__ is not list:
            raise ValueError(
                f'Expected the index of a candidate of {primitive!r}, got {_text(picks)}.'
            )
        values = []
        for i in range(k):
            if i == len(picks):
                picks.append(Pick(self._next_index(primitive)))
            pick = picks[i]
            index = pick.index
            if not isinstance(index, int) or not 0 <= index < len(candidates):
                raise ValueError(
                    f'Expected the index of a candidate, an int from 0 to {len(candidates) - 1}, '
                    f'for choice {i} of {primitive!r}, got {index!r}.'
                )
            values.append(self._value(candidates[index], pick))
        if len(picks) > k:
            raise ValueError(f'Expected {k} choices for {primitive!r}, got {len(picks)}.')
        return values[0] if isinstance(primitive, OneOf) else List(values)

    def _value(self, candidate: Any, pick: Pick) -> Any:
        if candidate.__class__ in LEAF_TYPES:
            return candidate
        if is_lazy_branch(candidate):
            return branch_value(self._place.run(candidate, self._branch_scope(pick)))
        template = nested_template(candidate, self._where)
        if template is None:
            return constant_value(candidate)
        return template.decode(self._nested_dna(template, pick))


class InOrder(Applier):
    """Decisions in the order of the program, depth first; a repeated name repeats its decision.

    Args:
        decisions: A DNA or a list of numbers (and texts).
        where: Filter of the placeholders inside candidates.
        per_thread: Whether one thread only asks.
    """

    def __init__(self, decisions: geno.DNA | list[Any], where: Where, per_thread: bool) -> None:
        super().__init__(Scope(), where, per_thread)
        values: Any = decisions
        if isinstance(decisions, geno.DNA):
            values = decisions._values if decisions._flat is None else decisions._flat
        self._values = tuple(values)
        self._next = 0
        self._lock = threading.RLock()

    def finish(self) -> None:
        unused = self._values[self._next :]
        if unused:
            raise ValueError(
                f'The program did not ask for these decisions: {list(unused)!r}. Apply a DNA of '
                f'the spec that was collected from the same program.'
            )

    def _decide(self, primitive: Any) -> Decision:
        place = self._place
        scope: Scope = place.scope
        name = primitive.name
        with self._lock:
            if name is None:
                position = place.position
                place.position += 1
                if scope.outer is None:
                    return self._new(primitive)
                # A branch may be run again, by a choice whose name is repeated.
                if position == len(scope.unnamed):
                    scope.unnamed.append(self._new(primitive))
                return scope.unnamed[position]
            is_known, decision = scope.find(name)
            if not is_known:
                decision = scope.names[name] = self._new(primitive)
            return decision

    def _new(self, primitive: Any) -> Decision:
        if is_choice(primitive):
            return []
        if is_float(primitive):
            return self._take(primitive)
        dna = self._take_space(geno.Space._make([primitive.dna_spec()]), primitive)
        return dna

    def _next_index(self, primitive: Any) -> Any:
        return self._take(primitive)

    def _nested_dna(self, template: ObjectTemplate, pick: Pick) -> geno.DNA:
        if pick.below is None:
            pick.below = self._take_space(template.dna_spec(), template)
        dna: geno.DNA = pick.below
        return dna

    def _branch_scope(self, pick: Pick) -> Scope:
        if pick.below is None:
            pick.below = Scope(self._place.scope)
        scope: Scope = pick.below
        return scope

    def _take(self, primitive: Any) -> Any:
        with self._lock:
            i = self._next
            if i >= len(self._values):
                raise ValueError(
                    f'No decision is left for {primitive!r}: there are only {len(self._values)}. '
                    f'Apply a DNA of the spec that was collected from the same program.'
                )
            self._next = i + 1
            return self._values[i]

    def _take_space(self, space: geno.Space, asking: Any) -> geno.DNA:
        """The DNA of a whole space, from the next values."""
        with self._lock:
            start = self._next
            try:
                self._next = scan(space._compiled(), self._values, start)
            except Misfit as misfit:
                raise ValueError(f'The decisions do not fit {asking!r}. {misfit.reason}') from None
            return geno.DNA._from_flat(space, self._values[start : self._next])


_SEVERAL = object()


class ByName(Applier):
    """Decisions by name, asked for in any order and any number of times.

    Args:
        decisions: A DNA or a list of numbers (and texts) that fit the spec.
        spec: The decision spec.
        where: Filter of the placeholders inside candidates.
        per_thread: Whether one thread only asks.

    Raises:
        ValueError: The decisions do not fit the spec.
    """

    def __init__(
        self,
        decisions: geno.DNA | list[Any],
        spec: Any,
        where: Where,
        per_thread: bool,
    ) -> None:
        if isinstance(decisions, geno.DNA):
            flat = decisions._flat_for(spec)
        else:
            flat = geno.DNA.from_numbers(decisions, spec)._bound_flat
        # The active decisions by name, wherever they are.
        self._all: dict[str, Decision] = {}
        self._used: set[str] = set()
        space = spec if spec.is_space else geno.Space._make([spec.clone()])
        scope, _ = self._scope_of(space, space._compiled(), flat, 0, None)
        super().__init__(scope, where, per_thread)

    def finish(self) -> None:
        unused = {
            name: _text(decision) for name, decision in self._all.items() if name not in self._used
        }
        if unused:
            raise ValueError(
                f'The program did not ask for these decisions: '
                f'{", ".join(f"{name} ({text})" for name, text in unused.items())}. Apply a DNA '
                f'of the spec that was collected from the same program.'
            )

    def _decide(self, primitive: Any) -> Decision:
        name = primitive.name
        if name is None:
            raise ValueError(
                f'A placeholder needs a name here, because `require_hyper_name` is set, but '
                f'{primitive!r} has none. Pass `name=`.'
            )
        is_known, decision = self._place.scope.find(name)
        if not is_known:
            if name not in self._all:
                raise ValueError(
                    f'Nothing is decided for {primitive!r}: the spec has no active decision '
                    f'{name!r}. Active are: {", ".join(self._all) or "none"}.'
                )
            decision = self._all[name]
            if decision is _SEVERAL:
                raise ValueError(
                    f'{name!r} was decided several times, in branches of a multi-choice: ask for '
                    f'it inside a branch.'
                )
        self._used.add(name)
        return decision

    def _next_index(self, primitive: Any) -> Any:
        raise ValueError(f'There are fewer choices than {primitive!r} makes.')

    def _nested_dna(self, template: ObjectTemplate, pick: Pick) -> geno.DNA:
        scope: Scope | None = pick.below
        if scope is None:
            raise ValueError(
                f'Nothing is decided for the placeholders in {template.value!r}. Collect the spec '
                f'from the same program.'
            )
        self._use_all(scope)
        return geno.DNA._from_flat(scope.space, scope.values)

    def _branch_scope(self, pick: Pick) -> Scope:
        scope: Scope = self._place.scope if pick.below is None else pick.below
        return scope

    def _use_all(self, scope: Scope) -> None:
        self._used.update(scope.names)
        for decision in (*scope.names.values(), *scope.unnamed):
            if decision.__class__ is list:
                for pick in decision:
                    if pick.below is not None:
                        self._use_all(pick.below)

    def _scope_of(
        self,
        space: Any,
        plan: SpacePlan,
        flat: tuple[Any, ...],
        start: int,
        outer: Scope | None,
    ) -> tuple[Scope, int]:
        """Sorts the flat values that begin at `start` into scopes; returns where they end."""
        scope = Scope(outer)
        at = start
        for element, point in zip(space.elements, plan.points, strict=True):
            decision: Decision
            if type(point) is ChoicesPlan:
                decision = []
                for _ in range(point.k):
                    index, below = flat[at], None
                    at += 1
                    sub = point.sub(index)
                    if sub is not None:
                        below, at = self._scope_of(element.candidates[index], sub, flat, at, scope)
                    decision.append(Pick(index, below))
            else:
                decision = flat[at]
                at += 1
                if type(point) is not FloatPlan and not isinstance(decision, geno.DNA):
                    decision = geno.DNA(decision)
            name = element.name
            if name is None:
                scope.unnamed.append(decision)
            else:
                scope.names[name] = decision
                self._all[name] = _SEVERAL if name in self._all else decision
        scope.space, scope.values = space, flat[start:at]
        return scope, at


def _dna_of(decision: Decision) -> geno.DNA:
    """The DNA of the decision of a placeholder that has its own way to decode."""
    if isinstance(decision, geno.DNA):
        return decision
    if decision.__class__ is not list:
        return geno.DNA(decision)
    picks = []
    for pick in decision:
        scope = pick.below
        children = [] if scope is None else [geno.DNA._from_flat(scope.space, scope.values)]
        picks.append(geno.DNA(pick.index, children))
    return geno.DNA(None, picks)


def _text(decision: Decision) -> str:
    if decision is _SEVERAL:
        return 'several'
    if decision.__class__ is list:
        return ', '.join(repr(pick.index) for pick in decision)
    return repr(decision)
