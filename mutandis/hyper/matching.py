"""Compiled encoding: from a value to the numbers of the DNA that gives it.

A value with placeholders is compiled once into *matchers*. A matcher compares a value with its part
of the template and appends the numbers of the decisions to `out`. It returns None when they match,
else a `Mismatch`; nothing is raised, because a choice tries its candidates in turn. Candidates that
are hashable leaves are found by one look-up.
"""

from collections.abc import Callable
from typing import Any

from mutandis.base import LEAF_TYPES, KeyPath
from mutandis.hyper.categorical import Choices, OneOf
from mutandis.hyper.derived import DerivedValue, holds_derived, values_from
from mutandis.hyper.fields import field_spec, place, trivial_to_none
from mutandis.hyper.numerical import Float
from mutandis.hyper.segments import Cut, Segments, first_slot
from mutandis.hyper.spine import (
    Branch,
    Inlined,
    Keys,
    Slot,
    Spine,
    candidates_of,
    moved,
    pairs_of,
)
from mutandis.symbolic import Symbolic, eq
from mutandis.symbolic.plans import list_spec_of

_ABSENT = object()


class Mismatch:
    """Why a value does not match: a reason, and the keys to the place, innermost first."""

    __slots__ = ('reason', 'keys')

    def __init__(self, reason: str, *args: Any) -> None:
        self.reason = (reason, args)
        self.keys: list[Any] = []

    def at(self, key: Any) -> 'Mismatch':
        """Notes that the place is below `key`."""
        self.keys.append(key)
        return self

    def message(self, root_path: KeyPath) -> str:
        """The reason as text, with the path of the place."""
        text, args = self.reason
        path = KeyPath._of(root_path._keys + tuple(reversed(self.keys)))
        return f'{text.format(*map(_short, args))} (path={path})'


class Numbers(list[Any]):
    """The numbers found, with the derived values that are to be checked at the end.

    Attributes:
        pending: (keys to the value, the derived value of the template, the value).
        known: What is known of the cuts met, see `_match_in_segments`.
    """

    def __init__(self, known: dict[Any, Any] | None = None) -> None:
        super().__init__()
        self.pending: list[tuple[Keys, Any, Any]] = []
        self.known: dict[Any, Any] = {} if known is None else known


Match = Callable[[Any, list[Any]], Mismatch | None]


class Matcher:
    """Compiles one template.

    Args:
        compute_derived: Whether derived values are compared by what they derive to.
    """

    def __init__(self, compute_derived: bool = False) -> None:
        self.compute_derived = compute_derived
        self.derives = False
        self._segments = Segments()

    def compile(self, spine: Spine) -> Match:
        """Returns the matcher of a whole value."""
        match = self._child(spine.value, spine.root, (), None)
        self._segments.finish()
        if self._segments.cuts:
            match = _match_in_segments(match)
        return _check_derived(match) if self.derives else match

    def _child(self, expected: Any, child: Any, at: Keys | None, field: Any) -> Match:
        """The matcher of a value in a field: (spec, whether partial values fit), or None."""
        if isinstance(child, Slot):
            if child.is_leaf:
                return self._slot(child, at, field)
            return self._descend(child, lambda: self._slot(child, at, field))
        if isinstance(child, Branch):
            return self._descend(
                first_slot(child), lambda: self._branch(child.node, child.children, at)
            )
        return self._constant(child.value if isinstance(child, Inlined) else expected, at)

    def _descend(self, first: Slot | None, compile_below: Callable[[], Match]) -> Match:
        match: Any = self._segments.descend(first, compile_below)
        return _match_at(match) if isinstance(match, Cut) else match

    # ------------------------------------------------------------------------------ constants

    def _constant(self, expected: Any, at: Keys | None) -> Match:
        if expected.__class__ in LEAF_TYPES:

            def match_leaf(value: Any, out: list[Any]) -> Mismatch | None:
                if value is expected or (
                    value == expected if value.__class__ in LEAF_TYPES else eq(expected, value)
                ):
                    return None
                return Mismatch('Expected {}, got {}', expected, value)

            return match_leaf
        if self.compute_derived and isinstance(expected, (Symbolic, dict, list)):
            if isinstance(expected, DerivedValue):
                self.derives = True
                return _defer(expected, at)
            if any(holds_derived(value) for _, value in pairs_of(expected)):
                return self._branch(expected, {}, at)

        def match_constant(value: Any, out: list[Any]) -> Mismatch | None:
            if value is expected or eq(expected, value):
                return None
            return Mismatch('Expected {}, got {}', expected, value)

        return match_constant

    # ------------------------------------------------------------------------------ branches

    def _branch(self, node: Any, children: dict[Any, Any], at: Keys | None) -> Match:
        partial = isinstance(node, Symbolic) and node._sym_accepts_partial()
        matchers = []
        for key, value in pairs_of(node):
            spec = field_spec(node, key)
            field = None if spec is None else (spec, partial)
            match = self._child(value, children.get(key), _below(at, key), field)
            matchers.append((key, match))
        if isinstance(node, dict):
            return _match_dict(matchers)
        if isinstance(node, (list, tuple)):
            return _match_sequence(tuple if isinstance(node, tuple) else list, matchers)
        return _match_object(type(node), matchers)

    # ------------------------------------------------------------------------------ placeholders

    def _slot(self, slot: Slot, at: Keys | None, field: Any) -> Match:
        primitive: Any = slot.primitive
        cls = type(primitive)
        if isinstance(primitive, Choices) and cls.encode is Choices.encode:
            if isinstance(primitive, OneOf):
                return self._pick(slot, at, field).one
            return self._pick(slot, None, _element_field(field)).many
        if isinstance(primitive, Float) and cls.encode is Float.encode:
            low, high = primitive.min_value, primitive.max_value

            def match_float(value: Any, out: list[Any]) -> Mismatch | None:
                if isinstance(value, float) and low <= value <= high:
                    out.append(value)
                    return None
                return Mismatch('Expected a float from {} to {}, got {}', low, high, value)

            return match_float

        def match_by_user(value: Any, out: list[Any]) -> Mismatch | None:
            try:
                dna = primitive.encode(value)
            except (ValueError, KeyError) as e:
                return Mismatch('{} cannot encode it: {}', type(primitive).__name__, str(e))
            if isinstance(dna.value, str):
                out.append(dna if dna.children else dna.value)
            else:
                out.extend(dna.to_numbers())
            return None

        return match_by_user

    def _pick(self, slot: Slot, at: Keys | None, field: Any) -> '_Pick':
        table: dict[Any, int] = {}
        structured: list[tuple[int, Match]] = []
        spines = slot.candidate_spines()
        for i, (value, spine) in enumerate(zip(candidates_of(slot.primitive), spines, strict=True)):
            value, root = _as_placed(value, spine.root, field)
            if root is None and _is_simple(value):
                table.setdefault(value, i)
            else:
                structured.append((i, self._child(value, root, at, field)))
        return _Pick(slot.primitive, table, structured)


def _element_field(field: Any) -> Any:
    """The field of the elements of a list field."""
    list_spec = None if field is None else list_spec_of(field[0])
    spec = None if list_spec is None else trivial_to_none(list_spec.element.value)
    return None if spec is None else (spec, field[1])


def _as_placed(value: Any, root: Any, field: Any) -> tuple[Any, Any]:
    """A candidate as it looks when it is chosen: fields may convert it."""
    if field is None or isinstance(root, Slot) or (root is not None and field[0].transform):
        return value, root
    given = root.value if isinstance(root, Inlined) else value
    try:
        placed = place(given, field[0], field[1], None)
    except Exception:  # It can never be chosen.
        return value, root
    if isinstance(root, Branch):
        branch = moved(root, placed)
        return (value, root) if branch is None else (placed, branch)
    return placed, None


class _Pick:
    """Finds the first candidate that matches."""

    def __init__(
        self, primitive: Any, table: dict[Any, int], structured: list[tuple[int, Match]]
    ) -> None:
        self.table = table
        self.structured = structured
        self.primitive = primitive
        self.k = primitive.num_choices
        self.distinct = primitive.choices_distinct
        self.sorted = primitive.choices_sorted

    def one(self, value: Any, out: list[Any]) -> Mismatch | None:
        """Matches one choice."""
        index = None
        # The hash of a symbolic value goes over all of it, and no leaf equals it.
        if not isinstance(value, Symbolic):
            try:
                index = self.table.get(value)
            except TypeError:  # Not hashable.
                pass
        if self.structured:
            for i, match in self.structured:
                if index is not None and i > index:
                    break
                mark = len(out)
                out.append(i)
                if match(value, out) is None:
                    return None
                del out[mark:]
        if index is None:
            return self._none(value)
        out.append(index)
        return None

    def many(self, value: Any, out: list[Any]) -> Mismatch | None:
        """Matches a list of choices."""
        if not isinstance(value, list):
            return Mismatch('Expected a list of {} choices, got {}', self.k, value)
        if len(value) != self.k:
            return Mismatch('Expected {} choices, got {}', self.k, len(value))
        items = [v for _, v in pairs_of(value)]
        chosen: list[int] = []
        for i, item in enumerate(items):
            mark = len(out)
            for index, match in self._admissible(item, chosen):
                out.append(index)
                if match is None or match(item, out) is None:
                    chosen.append(index)
                    break
                del out[mark:]
            else:
                return self._none(item, chosen).at(i)
        return None

    def _admissible(self, value: Any, chosen: list[int]) -> list[tuple[int, Match | None]]:
        """The candidates to try for the next choice, with None for those that match already."""
        found: list[tuple[int, Match | None]] = list(self.structured)
        known = False
        if not isinstance(value, Symbolic):
            try:
                known = value in self.table
            except TypeError:  # Not hashable.
                pass
        if known:
            constrained = chosen and (self.distinct or self.sorted)
            candidates = candidates_of(self.primitive) if constrained else []
            same = [i for i, c in enumerate(candidates) if _is_simple(c) and c == value]
            found += [(i, None) for i in (same or [self.table[value]])]
            found.sort(key=lambda pair: pair[0])
        if chosen and self.distinct:
            found = [pair for pair in found if pair[0] not in chosen]
        if chosen and self.sorted:
            found = [pair for pair in found if pair[0] >= chosen[-1]]
        return found

    def _none(self, value: Any, chosen: list[int] | None = None) -> Mismatch:
        rules = ''
        if chosen and (self.distinct or self.sorted):
            rules = ' that the choices before it, ' + repr(chosen) + ', leave'
        return Mismatch(
            'No candidate' + rules + ' matches {}. Candidates: {}',
            value,
            candidates_of(self.primitive),
        )


def _match_dict(matchers: list[tuple[Any, Match]]) -> Match:
    size = len(matchers)
    get = dict.get

    def match_dict(value: Any, out: list[Any]) -> Mismatch | None:
        if not isinstance(value, dict):
            return Mismatch('Expected a dict, got {}', value)
        for key, match in matchers:
            item = get(value, key, _ABSENT)
            if item is _ABSENT:
                return Mismatch('The value is missing').at(key)
            failed = match(item, out)
            if failed is not None:
                return failed.at(key)
        if len(value) != size:
            known = {key for key, _ in matchers}
            extra = [key for key in value if key not in known]
            return Mismatch('Keys {} are not in the template', extra)
        return None

    return match_dict


def _match_sequence(kind: type, matchers: list[tuple[Any, Match]]) -> Match:
    size = len(matchers)

    def match_sequence(value: Any, out: list[Any]) -> Mismatch | None:
        if not isinstance(value, kind):
            return Mismatch('Expected a {}, got {}', kind.__name__, value)
        items = [v for _, v in pairs_of(value)]
        if len(items) != size:
            return Mismatch('Expected {} items, got {}', size, len(items))
        for (key, match), item in zip(matchers, items, strict=True):
            failed = match(item, out)
            if failed is not None:
                return failed.at(key)
        return None

    return match_sequence


def _match_object(cls: Any, matchers: list[tuple[Any, Match]]) -> Match:
    keys = [key for key, _ in matchers]

    def match_object(value: Any, out: list[Any]) -> Mismatch | None:
        if type(value) is not cls:
            return Mismatch('Expected an object of class {}, got {}', cls.__qualname__, value)
        pairs = value._sym_pairs()
        if [key for key, _ in pairs] != keys:
            if {key for key, _ in pairs} != set(keys):
                return Mismatch('Expected the fields {}, got {}', keys, [k for k, _ in pairs])
            by_key = dict(pairs)
            pairs = [(key, by_key[key]) for key in keys]
        for (key, match), (_, item) in zip(matchers, pairs, strict=True):
            failed = match(item, out)
            if failed is not None:
                return failed.at(key)
        return None

    return match_object


class _Unknown(Exception):
    """A cut was met at which it is not known yet whether the value matches."""

    def __init__(self, cut: Cut, value: Any) -> None:
        super().__init__()
        self.cut = cut
        self.value = value


def _match_at(cut: Cut) -> Match:
    """Looks up whether a value matches what is below a cut."""

    def match_below(value: Any, out: Any) -> Mismatch | None:
        found = out.known.get((cut, id(value)))
        if found is None:
            raise _Unknown(cut, value)
        failed: Mismatch | None
        failed, numbers = found
        if failed is None:
            out.extend(numbers)
            out.pending.extend(numbers.pending)
            return None
        copy = Mismatch(failed.reason[0], *failed.reason[1])
        copy.keys.extend(failed.keys)
        return copy

    return match_below


def _match_in_segments(match: Match) -> Match:
    """The matcher of a value with cuts, see `segments`.

    Which values stand at the cuts turns out on the way: whenever it is one that is not known yet,
    that one is matched first, and what led to it is matched again.
    """

    def match_deep(value: Any, out: list[Any]) -> Mismatch | None:
        known: dict[Any, Any] = {}
        stack: list[tuple[Match, Any, Cut | None]] = [(match, value, None)]
        while True:
            match_one, target, cut = stack[-1]
            numbers = Numbers(known)
            try:
                failed = match_one(target, numbers)
            except _Unknown as unknown:
                stack.append((unknown.cut.compiled, unknown.value, unknown.cut))
                continue
            stack.pop()
            if cut is not None:
                known[cut, id(target)] = (failed, numbers)
                continue
            if failed is None:
                out.extend(numbers)
                if isinstance(out, Numbers):
                    out.pending.extend(numbers.pending)
            return failed

    return match_deep


def _defer(derived: Any, at: Keys | None) -> Match:
    """Derived values depend on the rest of the value: they are checked when all of it matches."""

    def match_derived(value: Any, out: list[Any]) -> Mismatch | None:
        if at is not None and isinstance(out, Numbers):
            out.pending.append((at, derived, value))
        return None

    return match_derived


def _check_derived(match: Match) -> Match:
    def match_all(value: Any, out: list[Any]) -> Mismatch | None:
        numbers = Numbers()
        failed = match(value, numbers)
        if failed is not None:
            return failed
        for keys, derived, given in numbers.pending:
            computed = derived.derive(*values_from(derived, value, keys))
            if not eq(computed, given):
                failed = Mismatch('Expected the derived value {}, got {}', computed, given)
                failed.keys.extend(reversed(keys))
                return failed
        out.extend(numbers)
        return None

    return match_all


def _below(at: Keys | None, key: Any) -> Keys | None:
    return None if at is None else at + (key,)


def _is_simple(value: Any) -> bool:
    """Whether equality with a candidate is told by hash and `==`."""
    if value.__class__ in LEAF_TYPES:
        return value == value  # Not for NaN.
    if isinstance(value, (Symbolic, tuple, frozenset)):
        return False
    try:
        hash(value)
    except TypeError:
        return False
    return True


def _short(value: Any) -> Any:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 300 else text[:297] + '...'
