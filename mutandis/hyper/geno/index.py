"""Ids and names: how the decisions of a space are found, and what they are called.

A `SpecIndex` is made on demand for a spec and kept at the root of its tree, because ids are
absolute.
`active_points` lines up decision points with the flat values of a DNA.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from mutandis.base import KeyPath
from mutandis.hyper.geno.keys import id_text

if TYPE_CHECKING:
    from mutandis.hyper.geno.spec import DecisionPoint, DNASpec

__all__ = ['SpecIndex', 'active_points', 'point_at']


class SpecIndex:
    """The decision points of a spec by id and by name.

    Attributes:
        spec: the spec whose decision points these are.
    """

    __slots__ = (
        'spec',
        '_points',
        '_texts',
        '_tables',
        '_by_id',
        '_by_name',
        '_decision_ids',
        '_getter',
    )

    def __init__(self, spec: DNASpec) -> None:
        self.spec = spec
        self._points: list[DecisionPoint] | None = None
        self._texts: dict[Any, str] = {}
        self._tables: dict[str, tuple[str, ...] | None] = {}
        self._by_id: dict[str, Any] | None = None
        self._by_name: dict[str, Any] | None = None
        self._decision_ids: list[KeyPath] | None = None
        self._getter: Callable[[Any], tuple[Any, ...]] | None = None

    @property
    def points(self) -> list[DecisionPoint]:
        """All decision points in pre-order, multi-choices split into their choices."""
        if self._points is None:
            points: list[DecisionPoint] = []
            stack = [self.spec._points()]
            while stack:
                point: Any
                for point in stack[-1]:
                    points.append(point)
                    if point.is_categorical:
                        below = point._candidate_points()
                        if below is not None:
                            stack.append(below)
                            break
                else:
                    stack.pop()
            self._points = points
        return self._points

    def text(self, point: Any) -> str:
        """The id of a decision point as text."""
        text = self._texts.get(point)
        if text is None:
            text = self._texts[point] = point.id.path
        return text

    def table(self, key_type: str) -> tuple[str, ...] | None:
        """The keys of the flat values of a static space: ids, or names where there are any.

        `None` when two decisions have the same key.
        """
        if key_type not in self._tables:
            keys: tuple[str, ...] = tuple(
                point.name
                if key_type == 'name_or_id' and point.name is not None
                else self.text(point)
                for point in self.points
            )
            self._tables[key_type] = keys if len(set(keys)) == len(keys) else None
        return self._tables[key_type]

    @property
    def getter(self) -> Callable[[Any], tuple[Any, ...]]:
        """Reads the flat values of a static space of several decisions from a dict by id."""
        if self._getter is None:
            keys = self.table('id')
            assert keys is not None
            self._getter = itemgetter(*keys)
        return self._getter

    @property
    def by_id(self) -> dict[str, Any]:
        """Decision point by id; the list of its choices under the id of a multi-choice."""
        if self._by_id is None:
            found: dict[str, Any] = {}
            for point in self.points:
                found[self.text(point)] = point
            for point in self.points:
                if point.is_subchoice:
                    multi: Any = point.parent_spec
                    found[self.text(multi)] = multi.choice_specs
            self._by_id = found
        return self._by_id

    @property
    def by_name(self) -> dict[str, Any]:
        """Decision point by name; a list where a name occurs more than once."""
        if self._by_name is None:
            found: dict[str, Any] = {}
            for point in self.points:
                if point.name is None:
                    continue
                known = found.get(point.name)
                if known is None:
                    found[point.name] = point
                elif isinstance(known, list):
                    known.append(point)
                else:
                    found[point.name] = [known, point]
            self._by_name = found
        return self._by_name

    @property
    def decision_ids(self) -> list[KeyPath]:
        """All ids in pre-order, that of a multi-choice once instead of those of its choices."""
        if self._decision_ids is None:
            ids: dict[str, KeyPath] = {}
            for point in self.points:
                owner: Any = point.parent_spec if point.is_subchoice else point
                text = self.text(owner)
                if text not in ids:
                    ids[text] = owner.id
            self._decision_ids = list(ids.values())
        return self._decision_ids

    def find(self, key: Any) -> Any:
        """A decision point (or list) by name, then by id; `None` if there is none."""
        key = id_text(key)
        if not isinstance(key, str):
            return None
        found = self.by_name.get(key)
        return self.by_id.get(key) if found is None else found


def active_points(spec: DNASpec, flat: Any, limit: int = -1) -> list[DecisionPoint]:
    """The decision point of each flat value, in order.

    Args:
        spec: what the values belong to.
        flat: values that fit (up to `limit`).
        limit: stop after so many points; -1 for all.
    """
    if limit < 0 and spec._compiled().static:
        return spec._index.points
    points: list[DecisionPoint] = []
    stack = [spec._points()]
    point: Any
    while stack:
        for point in stack[-1]:
            points.append(point)
            if len(points) == limit:
                return points
            if point.is_categorical:
                sub = point._candidate(flat[len(points) - 1])
                if sub is not None:
                    stack.append(sub._points())
                    break
        else:
            stack.pop()
    return points


def point_at(spec: DNASpec, flat: Any, position: int) -> DecisionPoint | None:
    """The decision point of one position of flat values that may be bad from there on."""
    try:
        points = active_points(spec, flat, position + 1)
    except (LookupError, TypeError):
        return None
    return points[position] if position < len(points) else None
