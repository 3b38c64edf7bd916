"""The decisions that a program meets: the first half of define-by-run.

While a program runs, each placeholder it makes is written down, and the program goes on with the
first value of it. Lazy branches are all visited, each in a scope of its own.
"""

import threading
from collections.abc import Callable, Iterator
from typing import Any

from mutandis.hyper.branches import (
    branch_value,
    first_value,
    is_lazy_branch,
    same_decision,
    text_of_branch,
)
from mutandis.hyper.categorical import OneOf, is_choice
from mutandis.hyper.custom import CustomHyper
from mutandis.hyper.numerical import is_float
from mutandis.hyper.spine import Where, candidates_of
from mutandis.symbolic import Dict, List


class Place:
    """Where in the tree of scopes a program stands.

    Attributes:
        scope: The scope.
        position: How many unnamed decisions of it were met since it was entered.
    """

    def __init__(self, scope: Any) -> None:
        self.scope = scope
        self.position = 0

    def run(self, function: Callable[[], Any], scope: Any) -> Any:
        """Runs a lazy branch in its scope."""
        outer, position = self.scope, self.position
        self.scope, self.position = scope, 0
        try:
            return function()
        finally:
            self.scope, self.position = outer, position


class ThreadPlace(threading.local, Place):
    """A place for each thread; all begin in the same scope."""


class Scope:
    """The decisions of a program, or of one of its lazy branches.

    Attributes:
        outer: The enclosing scope.
        entries: The placeholders by name or given key, in the order of the program.
        unnamed: Keys of the unnamed ones.
        branches: The scopes of lazy branches, by key and index of the candidate.
        is_complete: Whether the branch was left: running it again must meet the same decisions.
    """

    __slots__ = ('outer', 'entries', 'unnamed', 'branches', 'is_complete')

    def __init__(self, outer: 'Scope | None' = None) -> None:
        self.outer = outer
        self.entries: dict[str, Any] = {}
        self.unnamed: list[str] = []
        self.branches: dict[str, dict[int, Scope]] = {}
        self.is_complete = False

    def owner(self, key: str) -> 'Scope | None':
        """The scope that has a decision, this one or one around it; None when it is a new one."""
        scope: Scope | None = self
        while scope is not None and key not in scope.entries:
            scope = scope.outer
        return scope

    def all_entries(self) -> Iterator[Any]:
        """Iterates over the placeholders of this scope and those of the branches below."""
        yield from self.entries.values()
        for branches in self.branches.values():
            for scope in branches.values():
                yield from scope.all_entries()


class Registry:
    """What a context remembers of all its runs: the names, and how many decisions had none."""

    def __init__(self, require_names: bool) -> None:
        self.require_names = require_names
        self.num_unnamed = 0
        # The placeholder that was first met under each name.
        self.known: dict[str, Any] = {}
        # Changes with each decision added.
        self.version = 0
        # Threads may collect into one context.
        self.lock = threading.Lock()


class Collector:
    """Writes down the placeholders that one run of a program meets.

    Args:
        registry: What the context remembers.
        scope: Scope to add decisions to.
        where: Filter of the placeholders inside candidates.
        per_thread: Whether one thread only adds to it.
    """

    def __init__(self, registry: Registry, scope: Scope, where: Where, per_thread: bool) -> None:
        self._registry = registry
        self._where = where
        self._place = Place(scope) if per_thread else ThreadPlace(scope)

    def evaluate(self, primitive: Any) -> Any:
        """Adds a decision, unless it is known, and returns its first value.

        Raises:
            ValueError: The name is missing though required, or belongs to another decision.
        """
        with self._registry.lock:
            key, owner, is_new = self._enter(primitive)
        if not is_choice(primitive):
            return self._first(primitive)
        candidates = candidates_of(primitive)
        if is_new:
            lazy = [i for i, candidate in enumerate(candidates) if is_lazy_branch(candidate)]
            if lazy:
                owner.branches[key] = {i: Scope(owner) for i in lazy}
        run = self._place.run
        branches = owner.branches.get(key, {})
        values = {i: branch_value(run(candidates[i], scope)) for i, scope in branches.items()}
        if is_new and branches:
            self._record(primitive, key, owner, branches, candidates)
        return self._first_choice(primitive, candidates, values)

    def finish(self) -> None:
        """Ends the run: whatever it has met is fine."""

    def _enter(self, primitive: Any) -> tuple[str, Scope, bool]:
        """Returns key and scope of a decision, and whether it is met for the first time."""
        registry, place = self._registry, self._place
        scope: Scope = place.scope
        name = primitive.name
        if name is not None:
            known = registry.known.setdefault(name, primitive)
            _require_same(name, known, primitive)
            owner = scope.owner(name)
            if owner is not None:
                return name, owner, False
            _require_open(scope, primitive)
            self._add(name, scope, primitive)
            return name, scope, True
        if registry.require_names:
            raise ValueError(
                f'A placeholder needs a name here, because `require_hyper_name` is set, but '
                f'{primitive!r} has none. Pass `name=`.'
            )
        position = place.position
        place.position += 1
        if scope.outer is not None and position < len(scope.unnamed):
            # The branch is run again: the same decisions in the same order.
            key = scope.unnamed[position]
            _require_same(key, registry.known[key], primitive)
            return key, scope, False
        _require_open(scope, primitive)
        key = f'decision_{registry.num_unnamed}'
        if key in registry.known:
            raise _clash(key, registry.known[key], primitive)
        registry.num_unnamed += 1
        registry.known[key] = primitive
        scope.unnamed.append(key)
        self._add(key, scope, primitive)
        return key, scope, True

    def _add(self, key: str, scope: Scope, primitive: Any) -> None:
        registry = self._registry
        scope.entries[key] = primitive
        registry.version += 1

    def _record(
        self,
        primitive: Any,
        key: str,
        owner: Scope,
        branches: dict[int, Scope],
        candidates: list[Any],
    ) -> None:
        """Records a placeholder with the decisions of its lazy branches in place of them."""
        override: dict[str, Any] = {}
        for i, scope in branches.items():
            scope.is_complete = True
            override[f'candidates[{i}]'] = (
                Dict(scope.entries) if scope.entries else text_of_branch(candidates[i])
            )
        recorded = primitive.clone(override=override)
        with self._registry.lock:
            self._add(key, owner, recorded)

    def _first_choice(self, primitive: Any, candidates: list[Any], values: dict[int, Any]) -> Any:
        def value_of(index: int) -> Any:
            if index in values:
                return values[index]
            return first_value(candidates[index], self._where)

        if isinstance(primitive, OneOf):
            return value_of(0)
        k = primitive.num_choices
        return List([value_of(i if primitive.choices_distinct else 0) for i in range(k)])

    def _first(self, primitive: Any) -> Any:
        if is_float(primitive):
            return primitive.min_value
        if isinstance(primitive, CustomHyper):
            return primitive.decode(primitive.first_dna())
        return primitive.decode(primitive.dna_spec().first_dna())


def _require_same(name: str, known: Any, primitive: Any) -> None:
    if not same_decision(known, primitive):
        raise _clash(name, known, primitive)


def _clash(name: str, known: Any, primitive: Any) -> ValueError:
    return ValueError(
        f'Two different placeholders have the name {name!r}: {known!r} and {primitive!r}. '
        f'Placeholders of one name are one decision and must be equal; give one of them another '
        f'name.'
    )


def _require_open(scope: Scope, primitive: Any) -> None:
    """Checks that no decision is added to a branch that was run before."""
    if scope.is_complete:
        raise ValueError(
            f'A lazy branch was run again, under the name of the same decision, and met another '
            f'decision than before: {primitive!r}. Branches of choices of one name must make the '
            f'same decisions.'
        )
