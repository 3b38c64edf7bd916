"""DNAs by decision: dict forms, names, look-ups, literals, and DNAs made by functions.

Everything here walks the active decision points of a spec in depth-first order, in which the flat
values of a DNA are listed too. For static spaces (no conditions) the keys of all positions are
known in advance, and the conversions are single calls.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mutandis.hyper.geno.index import active_points
from mutandis.hyper.geno.keys import id_text
from mutandis.hyper.geno.plan import Misfit, check

if TYPE_CHECKING:
    from mutandis.hyper.geno.dna import DNA
    from mutandis.hyper.geno.spec import DecisionPoint, DNASpec

__all__ = [
    'find',
    'flat_from_fn',
    'from_dict',
    'literal_value',
    'named_decisions',
    'to_dict',
]

_KEY_TYPES = ('id', 'name_or_id', 'dna_spec')
_VALUE_TYPES = ('value', 'dna', 'choice', 'literal', 'choice_and_literal')
_MULTI_CHOICE_KEYS = ('subchoice', 'parent', 'both')


def to_dict(
    dna: DNA,
    spec: DNASpec,
    key_type: str,
    value_type: str,
    multi_choice_key: str,
    include_inactive: bool,
    filter_fn: Callable[[DecisionPoint], bool] | None,
) -> dict[Any, Any]:
    """See `DNA.to_dict`."""
    plan = spec._compiled()
    if (
        value_type == 'value'
        and key_type == 'id'
        and multi_choice_key == 'subchoice'
        and filter_fn is None
        and plan.static
        and not plan.has_custom
    ):
        keys = spec._index.table(key_type)
        if keys is not None:
            return dict(zip(keys, dna._bound_flat, strict=False))
    for option, value, allowed in (
        ('key_type', key_type, _KEY_TYPES),
        ('value_type', value_type, _VALUE_TYPES),
        ('multi_choice_key', multi_choice_key, _MULTI_CHOICE_KEYS),
    ):
        if value not in allowed:
            raise ValueError(f'`{option}` must be one of {list(allowed)!r}, but it is {value!r}.')
    return _Dictionary(spec, key_type, multi_choice_key).fill(
        _active_values(dna, spec, value_type), include_inactive, filter_fn
    )


def _active_values(dna: DNA, spec: DNASpec, value_type: str) -> list[tuple[DecisionPoint, Any]]:
    """The active decision points with their values, in order."""
    flat = dna._bound_flat
    points = active_points(spec, flat)
    if value_type == 'dna':
        return list(zip(points, _aligned_nodes(dna, spec, flat), strict=False))
    pairs = []
    point: Any
    for point, value in zip(points, flat, strict=False):
        if point.is_categorical:
            if value_type != 'value':
                value = point.format_candidate(value, value_type)
        elif point.is_custom_decision_point:
            value = getattr(value, 'value', value)
        pairs.append((point, value))
    return pairs


def _aligned_nodes(dna: DNA, spec: DNASpec, flat: tuple[Any, ...]) -> list[DNA]:
    """The node of each flat value."""
    if not spec._compiled().has_custom:
        return _nodes(dna)
    # Nodes below custom values belong to no decision.
    found: list[DNA] = []
    stack = [dna]
    while stack:
        node = stack.pop()
        if node.value is not None:
            found.append(node)
        if not isinstance(node.value, str):
            stack.extend(reversed(node.children))
    return found


class _Dictionary:
    """Collects values under keys, joining those that meet under one key into a list."""

    def __init__(self, spec: DNASpec, key_type: str, multi_choice_key: str) -> None:
        self.index = spec._index
        self.key_type = key_type
        self.multi_choice_key = multi_choice_key
        self.entries: dict[Any, Any] = {}
        # Keys under which a list has been made by joining, or to hold all choices of a
        # multi-choice.
        self.lists: set[Any] = set()

    def fill(
        self,
        active: list[tuple[DecisionPoint, Any]],
        include_inactive: bool,
        filter_fn: Callable[[DecisionPoint], bool] | None,
    ) -> dict[Any, Any]:
        if include_inactive:
            values = dict(active)
            for point in self.index.points:
                if filter_fn is None or filter_fn(point):
                    self.add(point, values.get(point))
        else:
            for point, value in active:
                if filter_fn is None or filter_fn(point):
                    self.add(point, value)
        return self.entries

    def key_of(self, point: Any) -> Any:
        if self.key_type == 'dna_spec':
            return point
        if self.key_type == 'name_or_id' and point.name is not None:
            return point.name
        return self.index.text(point)

    def add(self, point: DecisionPoint, value: Any) -> None:
        if point.is_subchoice:
            key = self.key_of(point)
            if self.multi_choice_key != 'subchoice':
                parent_key = self.key_of(point.parent_spec)
                self.put(parent_key, value, choices=True)
                if self.multi_choice_key == 'parent' or parent_key == key:
                    return
            self.put(key, value)
        else:
            self.put(self.key_of(point), value)

    def put(self, key: Any, value: Any, choices: bool = False) -> None:
        entries = self.entries
        if key not in entries or (entries[key] is None and key not in self.lists):
            if choices and value is not None:
                entries[key] = [value]
                self.lists.add(key)
            else:
                entries[key] = value
        elif value is None:
            # An inactive decision adds nothing to the others of its name.
            pass
        elif key in self.lists:
            entries[key].append(value)
        else:
            entries[key] = [entries[key], value]
            self.lists.add(key)


def _nodes(dna: DNA) -> list[DNA]:
    """All nodes with a value, depth first, as the flat values are."""
    found: list[DNA] = []
    stack: list[DNA] = [dna]
    while stack:
        node = stack.pop()
        if node.value is not None:
            found.append(node)
        stack.extend(reversed(node.children))
    return found


def from_dict(source: dict[Any, Any], spec: DNASpec, use_ints_as_literals: bool) -> tuple[Any, ...]:
    """The flat values of the decisions in a dict, see `DNA.from_dict`."""
    plan = spec._compiled()
    if plan.static and not plan.has_custom and not use_ints_as_literals:
        index = spec._index
        keys = index.table('id')
        if keys is not None and len(keys) > 1:
            try:
                flat: tuple[Any, ...] = index.getter(source)
                check(plan, flat)
                return flat
            except (KeyError, Misfit):
                pass  # Other keys, other values, or an error to be explained.
    values = _Lookup(source, spec, use_ints_as_literals).flat()
    try:
        check(plan, values)
    except Misfit as misfit:
        raise spec._misfit(misfit, values) from None
    return tuple(values)


class _Lookup:
    """Reads the values of active decisions from a dict, without changing it."""

    def __init__(self, source: dict[Any, Any], spec: DNASpec, use_ints_as_literals: bool) -> None:
        self.source = source
        self.spec = spec
        self.index = spec._index
        self.use_ints_as_literals = use_ints_as_literals
        # How many items of the list under a name have been taken.
        self.taken: dict[str, int] = {}

    def flat(self) -> list[Any]:
        out: list[Any] = []
        stack = [self.spec._points()]
        point: Any
        while stack:
            for point in stack[-1]:
                value = self.value_of(point)
                if _is_dna(value):
                    out += value._flat_for(point)
                    continue
                value = self.convert(point, value)
                out.append(value)
                if point.is_categorical:
                    sub = point._candidate(value)
                    if sub is not None:
                        stack.append(sub._points())
                        break
            else:
                stack.pop()
        return out

    def value_of(self, point: Any) -> Any:
        value = self.under(point)
        if value is None and point.is_subchoice:
            multi: Any = point.parent_spec
            values = self.under(multi)
            if values is not None:
                values = self.as_choices(multi, values)
                value = values[point.subchoice_index]
        if value is None and point.name is not None:
            value = self.by_name(point)
        if value is None:
            raise ValueError(
                f'There is no value for the decision {point.name or self.index.text(point)!r}. '
                f'Keys given: {[_key_text(k) for k in self.source]!r}.'
            )
        return value

    def under(self, point: Any) -> Any:
        """The value under the id of a point, or under the point itself."""
        source = self.source
        value = source.get(self.index.text(point))
        return source.get(point) if value is None else value

    def as_choices(self, multi: Any, values: Any) -> Any:
        if _is_dna(values) and multi.num_choices == len(values.children):
            values = list(values.children)
        if not isinstance(values, (list, tuple)) or len(values) != multi.num_choices:
            raise ValueError(
                f'The value for the decision {multi.name or self.index.text(multi)!r} must be a '
                f'list of {multi.num_choices} choices, but it is {values!r}.'
            )
        return values

    def by_name(self, point: Any) -> Any:
        assert point.name is not None
        value = self.source.get(point.name)
        if not isinstance(value, (list, tuple)):
            return value
        position = self.taken.get(point.name, 0)
        # Inactive decisions may have left `None`s in the list.
        while position < len(value) and value[position] is None:
            position += 1
        self.taken[point.name] = position + 1
        return value[position] if position < len(value) else None

    def convert(self, point: Any, value: Any) -> Any:
        """The flat value of a decision."""
        if point.is_categorical:
            if isinstance(value, int) and not self.use_ints_as_literals:
                if not 0 <= value < point._num_candidates:
                    raise ValueError(
                        f'Choice {value!r} is out of range: expected 0 to '
                        f'{point._num_candidates - 1} '
                        f'(decision={self.index.text(point)!r}).'
                    )
                return value
            return point.candidate_index(value)
        if point.is_numerical and type(value) is int:
            return float(value)
        return value


def _key_text(key: Any) -> Any:
    return key.id.path if hasattr(key, 'decision_points') else key


def _is_dna(value: Any) -> bool:
    return hasattr(value, '_flat_for')


def flat_from_fn(spec: DNASpec, choose: Callable[[DecisionPoint], Any]) -> list[Any]:
    """The flat values of the decisions that a function makes, see `DNA.from_fn`."""
    out: list[Any] = []
    # What is still to be done, the next last: ask for a point, or emit a choice.
    stack: list[Any] = [spec]
    while stack:
        task = stack.pop()
        if isinstance(task, tuple):
            choices, index, i = task
            out.append(index)
            candidate = choices.choice_specs[i]._candidate(index)
            if candidate is not None:
                stack.append(candidate)
            continue
        if task.is_space:
            stack.extend(reversed(list(task.elements)))
            continue
        result = choose(task)
        if _is_dna(result):
            out += result._flat_for(task)
        elif task.is_categorical:
            indices = list(result) if len(result) == task.num_choices else None
            if indices is None:
                raise ValueError(
                    f'The decision {task.id.path!r} needs {task.num_choices} choices, but the '
                    f'function returned {result!r}.'
                )
            for index in indices:
                if not isinstance(index, int) or not 0 <= index < task._num_candidates:
                    raise ValueError(
                        f'A choice must be an int from 0 to {task._num_candidates - 1}, but the '
                        f'function returned {index!r} for the decision {task.id.path!r}.'
                    )
            stack.extend((task, indices[i], i) for i in range(len(indices) - 1, -1, -1))
        else:
            out.append(result)
    return out


def named_decisions(dna: DNA) -> dict[str, Any]:
    """See `DNA.named_decisions`."""
    spec = dna._require_spec()
    nodes = dict(_active_values(dna, spec, 'dna'))
    found: dict[str, Any] = {}
    point: Any
    for point in spec._index.points:
        name = point.name
        if name is None:
            continue
        entry: Any
        if point.is_subchoice:
            if point.subchoice_index != 0:
                continue
            multi: Any = point.parent_spec
            entry = None
            if point in nodes:
                entry = [nodes[sub] for sub in multi.choice_specs]
        else:
            entry = nodes.get(point)
        joined = found.get(name)
        if joined is None:
            found[name] = entry
            continue
        if not isinstance(joined, list):
            joined = found[name] = [joined]
        if isinstance(entry, list):
            joined.extend(entry)
        else:
            joined.append(entry)
    return found


def find(dna: DNA, key: Any) -> Any:
    """The node, or list of nodes, of a decision point, a name or an id."""
    spec = dna._require_spec()
    index = spec._index
    key = key.id.path if hasattr(key, 'decision_points') else id_text(key)
    if isinstance(key, str):
        named = index.by_name.get(key)
        if named is not None:
            value = named_decisions(dna).get(key)
            if value is not None or key not in index.by_id:
                return value
        point = index.by_id.get(key)
        if point is not None:
            active = _active_values(dna, spec, 'dna')
            if isinstance(point, list):
                nodes = dict(active)
                return [nodes[sub] for sub in point] if point[0] in nodes else None
            # Two elements of a space may have the same location.
            found = [node for other, node in active if index.text(other) == key]
            return found if len(found) > 1 else found[0] if found else None
    raise KeyError(
        f'There is no decision {key!r}. Known names: {list(index.by_name)!r}; known ids: '
        f'{list(map(str, index.decision_ids))!r}.'
    )


def literal_value(dna: DNA) -> Any:
    """See `DNA.literal_value`."""
    # Each node with the conditions above it, and the nodes below it by number.
    visited: list[tuple[Any, list[int]]] = []
    stack: list[tuple[Any, str, int]] = [(dna, '', -1)]
    while stack:
        node, prefix, outer = stack.pop()
        value = node.value
        children = [] if isinstance(value, str) else list(node.children)
        own: Any = value
        if isinstance(value, float):
            own = str(value)
        elif isinstance(value, int):
            own = node.spec.format_candidate(value, 'choice' if children else 'literal')
        if outer >= 0:
            visited[outer][1].append(len(visited))
        if children:
            if value is not None:
                prefix += f'{own} -> '
            number = len(visited)
            stack.extend((child, prefix, number) for child in reversed(children))
        visited.append((f'{prefix}{own}' if prefix else own, []))
    values: list[Any] = [own for own, _ in visited]
    for number in range(len(visited) - 1, -1, -1):
        below = visited[number][1]
        if below:
            inner = [values[i] for i in below]
            values[number] = inner[0] if len(inner) == 1 else inner
    return values[0]
