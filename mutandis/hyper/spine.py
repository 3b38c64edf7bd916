"""Where the placeholders of a value stand.

The *spine* of a value is the part of it that lies on the way from the root to a placeholder; all
the rest is constant. It is found by one walk, and decision specs, decoding and encoding are all
made from it.
"""

import warnings
from collections.abc import Callable, Iterator
from typing import Any

from mutandis.base import LEAF_TYPES, KeyPath
from mutandis.hyper import geno
from mutandis.hyper.base import HyperPrimitive, HyperValue
from mutandis.symbolic import Ref, Symbolic

Where = Callable[[Any], bool] | None
Keys = tuple[Any, ...]

# How many nodes behind a reference are looked at for forgotten placeholders.
_FAR_ENOUGH = 10_000


class Slot:
    """The place of a placeholder.

    Attributes:
        keys: Keys from the root of the walk.
        primitive: The placeholder.
        where: Filter of the placeholders below it.
    """

    __slots__ = ('keys', 'primitive', 'where', '_spines')

    def __init__(self, keys: Keys, primitive: Any, where: Where) -> None:
        self.keys = keys
        self.primitive = primitive
        self.where = where
        self._spines: list[Spine] | None = None

    def candidate_spines(self) -> list['Spine']:
        """The spines of the candidates, for a choice."""
        spines = self._spines
        if spines is None:
            if self.where is None or self.is_leaf:
                spines = self.primitive.candidate_spines
            else:
                spines = [find_spine(c, self.where) for c in candidates_of(self.primitive)]
            self._spines = spines
        return spines

    @property
    def is_leaf(self) -> bool:
        """Whether no placeholder can be below this one."""
        return getattr(self.primitive, 'leaf_candidates', ()) is not None

    @property
    def has_standard_spec(self) -> bool:
        """Whether this is a choice whose spec is made from the spines of its candidates."""
        cls: Any = type(self.primitive)
        standard = getattr(cls, 'standard_dna_spec', None)
        return standard is not None and (self.where is not None or cls.dna_spec is standard)


class Branch:
    """A container on the spine.

    Attributes:
        node: The container.
        children: Those of its children that are on the spine, by key, in the order of the walk.
    """

    __slots__ = ('node', 'children')

    def __init__(self, node: Any) -> None:
        self.node = node
        self.children: dict[Any, Slot | Branch | Inlined] = {}


class Inlined:
    """A template without placeholders that stands in a value: it means the value it holds."""

    __slots__ = ('value',)

    def __init__(self, value: Any) -> None:
        self.value = value


class Spine:
    """The spine of a value.

    Attributes:
        value: The value.
        root: What stands at its root; None for a constant.
        slots: The places of the placeholders, in the order of the walk.
        derives: Whether the walk met a derived value.
    """

    __slots__ = ('value', 'root', 'slots', 'derives')

    def __init__(self, value: Any) -> None:
        self.value = value
        self.root: Slot | Branch | Inlined | None = None
        self.slots: list[Slot] = []
        self.derives = False

    def space(self, location: Any = None) -> geno.Space:
        """The decision spec of the value."""
        return spaces_of([self], location)[0]


class _Pending:
    """A space to be made, with the spaces of the candidates of its choices.

    Attributes:
        spine: The spine of the value.
        below: For each slot the spaces of its candidates (None for a constant one); None for a slot
            that holds no conditional choice.
        made: The space.
    """

    __slots__ = ('spine', 'below', 'made')

    def __init__(self, spine: Spine) -> None:
        self.spine = spine
        self.below: list[list[_Pending | None] | None] = []
        self.made: Any = None


def spaces_of(spines: list[Spine], location: Any = None) -> list[geno.Space]:
    """The decision specs of some values; conditions may be nested to any depth."""
    pending = [_Pending(spine) for spine in spines]
    order = list(pending)
    for space in order:  # Grows while it is walked over.
        for slot in space.spine.slots:
            nested: list[_Pending | None] | None = None
            if slot.has_standard_spec:
                candidates = slot.candidate_spines()
                if any(spine.slots for spine in candidates):
                    nested = [_Pending(spine) if spine.slots else None for spine in candidates]
                    order.extend(each for each in nested if each is not None)
            space.below.append(nested)
    # Spaces of candidates before what encloses them.
    root = KeyPath() if location is None else KeyPath.from_value(location)
    num_outer = len(pending)
    for i in range(len(order) - 1, -1, -1):
        space = order[i]
        points = []
        for slot, nested in zip(space.spine.slots, space.below, strict=True):
            here = KeyPath._of(slot.keys)
            if slot.has_standard_spec:
                made = nested and [None if each is None else each.made for each in nested]
                points.append(slot.primitive.decision_point(here, made))
            else:
                points.append(slot.primitive.dna_spec(here))
        space.made = geno.Space._make(points, root if i < num_outer else KeyPath())
    return [space.made for space in pending]


def candidates_of(primitive: Any) -> list[Any]:
    """The candidates of a choice, in symbolic form."""
    return [value for _, value in primitive.sym_getattr('candidates')._sym_pairs()]


def children_of(value: Any) -> Iterator[tuple[Any, Any]] | None:
    """Iterates over the children that a walk enters; None for a leaf."""
    if isinstance(value, Symbolic):
        if isinstance(value, Ref):
            return None
        return iter(value._sym_pairs())
    if isinstance(value, dict):
        return iter(value.items())
    if isinstance(value, (list, tuple)):
        return iter(enumerate(value))
    return None


def find_spine(value: Any, where: Where = None) -> Spine:
    """Walks over a value and finds the placeholders that `where` accepts.

    The walk enters dicts, lists, tuples and symbolic objects, in order, and stops at each
    placeholder found. References are not followed, but a reference to a placeholder stands for it,
    and one to a tree with placeholders is reported by a warning. A placeholder that `where` refuses
    is an ordinary object.

    Args:
        value: Any value.
        where: Predicate of placeholders; None accepts all.
    """
    spine = Spine(value)
    if value.__class__ not in LEAF_TYPES:
        _walk(spine, value, where, (), None, None)
    return spine


def moved(root: Branch, node: Any) -> Branch | None:
    """The branch for a converted copy of its container.

    Returns:
        The branch, or None when the copy has nothing at the place of a placeholder.
    """
    branch = Branch(node)
    values = dict(pairs_of(node)) if isinstance(node, Symbolic | dict | list | tuple) else {}
    for key, child in root.children.items():
        if key not in values:
            return None
        if isinstance(child, Branch):
            below = moved(child, values[key])
            if below is None:
                return None
            branch.children[key] = below
        else:
            branch.children[key] = child
    return branch


def pairs_of(node: Any) -> list[tuple[Any, Any]]:
    """The children of a container, in symbolic form."""
    if isinstance(node, Symbolic):
        return node._sym_pairs()
    return list(node.items()) if isinstance(node, dict) else list(enumerate(node))


def _walk(
    spine: Spine, value: Any, where: Where, keys: Keys, parent: list[Any] | None, key: Any
) -> None:
    """Adds what lies at and below `value` to the spine.

    `parent` is the frame of the container, `[iterator, keys, node, branch or None, outer frame, key
    in the outer frame]`; branches are made when the first placeholder below is found.
    """
    stack: list[list[Any]] = []
    frame = parent
    while True:
        # Visit `value`, which stands at `key` of `frame`.
        if isinstance(value, Ref):
            value = _behind(value, where, keys)
        if isinstance(value, HyperPrimitive) and (where is None or where(value)):
            slot = Slot(keys, value, where)
            spine.slots.append(slot)
            _attach(spine, frame, key, slot)
        elif isinstance(value, HyperValue) and not isinstance(value, HyperPrimitive):
            if value.is_constrained:
                raise ValueError(
                    f'A constrained space stands inside another value (path={KeyPath._of(keys)}), '
                    'where its constraint would have no effect. Constrain the whole: '
                    '`constrain(whole, where=lambda whole: ...)`.'
                )
            # A template means the value it holds, at the place where it stands.
            template: Any = value
            before = len(spine.slots)
            if template.value.__class__ not in LEAF_TYPES:
                both = _both(where, template.where)
                _walk(spine, template.value, both, keys, frame, key)
            if len(spine.slots) == before:
                _attach(spine, frame, key, Inlined(template.value))
        else:
            children = children_of(value)
            if children is not None:
                if getattr(value.__class__, '_is_derived_value', False):
                    spine.derives = True
                frame = [children, keys, value, None, frame, key]
                stack.append(frame)
        # Find the next value to visit.
        while stack:
            frame = stack[-1]
            found = next((pair for pair in frame[0] if pair[1].__class__ not in LEAF_TYPES), None)
            if found is not None:
                key, value = found
                keys = frame[1] + (key,)
                break
            stack.pop()
        else:
            return


def _behind(reference: Ref, where: Where, keys: Keys) -> Any:
    """What a reference means in a template: itself, or the placeholder that it refers to.

    Other things that it refers to are shared as they are by all decoded values. Placeholders in
    them stay undecided, which is hardly what was meant.
    """
    value = reference.value
    if isinstance(value, HyperPrimitive):
        return value if where is None or where(value) else reference
    inner = _undecided(value, where)
    if inner is not None:
        warnings.warn(
            f'The reference at {str(KeyPath._of(keys))!r} refers to a value with a placeholder in '
            f'it, {inner!r}, which stays undecided: what a reference refers to is shared, not '
            f'decoded. Put the value there without `Ref`, or decode it first.',
            stacklevel=2,
        )
    return reference


def _undecided(value: Any, where: Where) -> Any:
    """The first placeholder found in a value that a reference refers to, None without one."""
    seen: set[int] = set()
    stack = [value]
    while stack and len(seen) < _FAR_ENOUGH:
        node = stack.pop()
        if node.__class__ in LEAF_TYPES or id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, HyperPrimitive) and (where is None or where(node)):
            return node
        children = children_of(node.value if isinstance(node, Ref) else node)
        if children is not None:
            stack.extend(child for _, child in children)
    return None


def _attach(spine: Spine, frame: list[Any] | None, key: Any, child: Any) -> None:
    """Puts `child` at `key` of the frame's branch, making the branches above where needed."""
    while frame is not None:
        branch = frame[3]
        if branch is not None:
            branch.children[key] = child
            return
        branch = frame[3] = Branch(frame[2])
        branch.children[key] = child
        child, key, frame = branch, frame[5], frame[4]
    spine.root = child


def _both(first: Where, second: Where) -> Where:
    if first is None or second is None:
        return second if first is None else first
    one, two = first, second
    return lambda primitive: bool(one(primitive) and two(primitive))
