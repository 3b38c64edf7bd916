"""Compiled decoding: from the numbers of a DNA to a new value.

A value with placeholders is compiled once into functions that build it. What is constant is
prepared: candidates are validated and converted for their field, leaves are shared, constant
sub-trees have a copier. What is left at each decoding is to build the nodes on the spine bottom-up,
each one once, from valid children.

The numbers arrive in the order of the walk. A builder receives `take`, which gives the next one.
"""

import copy
from collections.abc import Callable
from typing import Any

from mutandis import typing as T
from mutandis.base import LEAF_TYPES, KeyPath, MissingValue
from mutandis.hyper import geno
from mutandis.hyper.categorical import Choices, OneOf, is_choice
from mutandis.hyper.fields import field_spec, place, takes_as_is, trivial_to_none
from mutandis.hyper.numerical import is_float
from mutandis.hyper.segments import Cut, Segments, first_slot, run_in_segments
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
from mutandis.symbolic import Dict, List, Object, Ref, Symbolic
from mutandis.symbolic.class_compiler import trusted_maker
from mutandis.symbolic.cloning import holds_state
from mutandis.symbolic.topology import symbolize_value

Take = Callable[[], Any]
Build = Callable[[Take], Any]
Run = Callable[[tuple[Any, ...]], Any]

# Constant trees deeper than this are copied by `clone`, which does not recurse as builders do.
_MAX_DEPTH = 100


class Leaf:
    """A part that is the same object each time."""

    __slots__ = ('value',)

    def __init__(self, value: Any) -> None:
        self.value = value

    def build(self, take: Take) -> Any:
        """Returns the value; takes no number."""
        return self.value


class Pick:
    """A part that takes one number: `pick(number)` is a leaf.

    Attributes:
        pick: From the number to the leaf.
        plain: Whether the leaves hold no symbolic values (a tuple may).
    """

    __slots__ = ('pick', 'plain')

    def __init__(self, pick: Callable[[Any], Any], plain: bool = True) -> None:
        self.pick = pick
        self.plain = plain

    def build(self, take: Take) -> Any:
        """Takes a number and returns its leaf."""
        return self.pick(take())


class Made:
    """A part that a function builds; it takes any amount of numbers."""

    __slots__ = ('build',)

    def __init__(self, build: Build) -> None:
        self.build = build


Part = Leaf | Pick | Made


class Compiler:
    """Compiles one template.

    Args:
        root_path: Path of the value, for messages.
        compute_derived: Whether derived values are going to be replaced in what is built.

    Attributes:
        has_custom: Whether there are placeholders that decode a DNA node rather than a number.
        derives: Whether a derived value may be in the result.
    """

    def __init__(self, root_path: KeyPath | None = None, compute_derived: bool = False) -> None:
        self.compute_derived = compute_derived
        self.root_keys: Keys = () if root_path is None else root_path._keys
        self.has_custom = False
        self.derives = False
        self._segments = Segments()

    def compile(self, spine: Spine) -> Run:
        """Returns the function from flat values to a new value."""
        run = self._outermost(spine)
        segments = self._segments
        segments.finish()
        return run_in_segments(spine, segments.cuts, run) if segments.cuts else run

    def _outermost(self, spine: Spine) -> Run:
        """Compiles a value down to the first cuts."""
        self.derives |= spine.derives
        root = spine.root
        if isinstance(root, Slot):
            # Alone, a placeholder is bound to no field: what it gives is not put into a tree.
            part = self._slot(root, None, False, False, root.keys)
        elif isinstance(root, Branch):
            whole = self._whole(root)
            if whole is not None:
                return whole
            self._segments.clear()
            part = Made(self._branch(root, ()))
        else:
            value = root.value if isinstance(root, Inlined) else spine.value
            if not (self.derives and self.compute_derived) and not holds_state(value):
                return lambda flat: value
            part = self._constant(value, True)
        if isinstance(part, Leaf):
            leaf = part.value
            return lambda flat: leaf
        if isinstance(part, Pick):
            pick = part.pick
            return lambda flat: pick(flat[0])
        build = part.build
        return lambda flat: build(iter(flat).__next__)

    # ------------------------------------------------------------------------------ constants

    def _constant(self, value: Any, deep: bool, depth: int = 0) -> Part:
        """A constant: shared when it cannot change, else copied each time.

        Leaves that are no symbolic values are copied when `deep`, as `clone(deep=True)` does.
        """
        if value.__class__ in LEAF_TYPES or isinstance(value, MissingValue):
            return Leaf(value)
        if isinstance(value, Symbolic):
            if getattr(value.__class__, '_is_derived_value', False):
                self.derives = True
            if depth > _MAX_DEPTH or not is_regular(value):
                return Made(lambda take: value.sym_clone(deep))
            pairs = value._sym_pairs()
            parts = [(k, self._constant(v, deep, depth + 1)) for k, v in pairs]
            return Made(_node_builder(value, parts))
        if not deep:
            return Leaf(value)
        try:
            if copy.deepcopy(value) is value:
                return Leaf(value)
        except Exception:  # Locks, modules and the like cannot be copied: share them.
            return Leaf(value)
        return Made(lambda take: copy.deepcopy(value))

    # ------------------------------------------------------------------------------ branches

    def _child_parts(self, branch: Branch, keys: Keys) -> list[tuple[Any, Part]]:
        node, children = branch.node, branch.children
        symbolic = isinstance(node, Symbolic)
        partial = symbolic and node._sym_accepts_partial()
        parts: list[tuple[Any, Part]] = []
        for key, value in pairs_of(node):
            child = children.get(key)
            if child is None:
                part = self._constant(value, True)
            elif isinstance(child, Branch):
                part = Made(self._branch(child, keys + (key,)))
            elif isinstance(child, Inlined):
                spec = field_spec(node, key)
                part = self._converted(child.value, spec, partial, keys + (key,), True)
            else:
                spec = field_spec(node, key)
                part = self._slot(child, spec, symbolic, partial, keys + (key,))
            parts.append((key, part))
        return parts

    def _branch(self, branch: Branch, keys: Keys) -> Build:
        build: Any = self._segments.descend(
            first_slot(branch),
            lambda: _node_builder(branch.node, self._child_parts(branch, keys)),
        )
        return _take_made if isinstance(build, Cut) else build

    def _whole(self, root: Branch) -> Run | None:
        """The fast way for a dict all of whose placeholders take one number each."""
        node = root.node
        if type(node) is not Dict or not is_regular(node):
            return None
        if not all(isinstance(child, Slot) for child in root.children.values()):
            return None
        parts = self._child_parts(root, ())
        picks = {key: part.pick for key, part in parts if isinstance(part, Pick)}
        if len(picks) != len(root.children):
            return None
        if not all(
            (isinstance(part, Pick) and part.plain)
            or (isinstance(part, Leaf) and part.value.__class__ in LEAF_TYPES)
            for _, part in parts
        ):
            return None
        proto = {key: getattr(part, 'value', None) for key, part in parts}
        keys, fns, make = tuple(picks), tuple(picks.values()), _make_node(node, True)
        if node._sym_is_plain() and Dict._sym_can_mirror(proto):
            # A program that was just decoded is about to be read.
            make = Dict._sym_make_mirrored
        if len(keys) == 1:
            (only,), (pick,) = keys, fns

            def one(flat: tuple[Any, ...]) -> Any:
                values = proto.copy()
                values[only] = pick(flat[0])
                return make(values)

            return one

        def whole(flat: tuple[Any, ...]) -> Any:
            values = proto.copy()
            values.update(zip(keys, [fn(x) for fn, x in zip(fns, flat, strict=True)], strict=True))
            return make(values)

        return whole

    # ------------------------------------------------------------------------------ placeholders

    def _slot(self, slot: Slot, spec: Any, symbolic: bool, partial: bool, keys: Keys) -> Part:
        """The part of a placeholder in a field with this spec (None: any value fits)."""
        if slot.is_leaf:
            return self._decided(slot, spec, symbolic, partial, keys)
        part: Any = self._segments.descend(
            slot, lambda: self._decided(slot, spec, symbolic, partial, keys)
        )
        return Made(_take_made) if isinstance(part, Cut) else part

    def _decided(self, slot: Slot, spec: Any, symbolic: bool, partial: bool, keys: Keys) -> Part:
        primitive: Any = slot.primitive
        if is_choice(primitive):
            if isinstance(primitive, OneOf):
                return self._one_of(slot, spec, symbolic, partial, keys)
            return self._many_of(slot, spec, symbolic, partial, keys)
        if is_float(primitive):
            if spec is None or (type(spec) is T.Float and spec.transform is None):
                return Pick(float)
            path = self._path(keys)
            return Made(lambda take: spec.apply(take(), allow_partial=partial, root_path=path))
        if isinstance(primitive, Choices) and primitive.integers is not None:
            return self._integer(primitive, spec, partial, keys)
        self.has_custom = True
        finish = self._finisher(spec, symbolic, partial, keys)
        point = primitive.dna_spec(KeyPath())
        return Made(lambda take: finish(primitive.decode(node_of(point, take))))

    def _integer(self, primitive: Any, spec: Any, partial: bool, keys: Keys) -> Part:
        value_at = primitive.integers.__getitem__
        if spec is None or (type(spec) is T.Int and spec.transform is None and not spec.frozen):
            return Pick(value_at)
        path = self._path(keys)
        return Made(
            lambda take: spec.apply(value_at(take()), allow_partial=partial, root_path=path)
        )

    def _one_of(self, slot: Slot, spec: Any, symbolic: bool, partial: bool, keys: Keys) -> Part:
        if spec is None:
            plain = slot.primitive.leaf_candidates
            if plain is not None:
                return Pick(plain.__getitem__)
        parts = self._candidates(slot, spec, symbolic, partial, keys)
        if all(isinstance(part, Leaf) for part in parts):
            leaves = [part.value for part in parts if isinstance(part, Leaf)]
            return Pick(leaves.__getitem__, all(v.__class__ is not tuple for v in leaves))
        builds = [part.build for part in parts]
        return Made(lambda take: builds[take()](take))

    def _many_of(self, slot: Slot, spec: Any, symbolic: bool, partial: bool, keys: Keys) -> Part:
        primitive: Any = slot.primitive
        path = self._path(keys)
        k: int = primitive.num_choices
        element, list_spec, direct = None, None, spec is None
        if type(spec) is T.List and spec.transform is None and not spec.frozen:
            if _size_fits(spec, k):
                element, list_spec, direct = trivial_to_none(spec.element.value), spec, True
        parts = self._candidates(slot, element, symbolic, partial, keys)
        builds = [part.build for part in parts]
        leaves = [part.value for part in parts if isinstance(part, Leaf)]
        all_leaves = len(leaves) == len(parts)
        leaves_only = all_leaves and all(v.__class__ is not tuple for v in leaves)
        times = range(k)

        def items(take: Take) -> list[Any]:
            if all_leaves:
                return [leaves[take()] for _ in times]
            return [builds[take()](take) for _ in times]

        if not symbolic:
            return Made(items)
        make = List._sym_make
        if direct:
            return Made(lambda take: make(items(take), list_spec, leaves_only))
        return Made(
            lambda take: spec.apply(make(items(take)), allow_partial=partial, root_path=path)
        )

    def _candidates(
        self, slot: Slot, spec: Any, symbolic: bool, partial: bool, keys: Keys
    ) -> list[Part]:
        candidates = candidates_of(slot.primitive)
        parts: list[Part] = []
        for i, (value, spine) in enumerate(zip(candidates, slot.candidate_spines(), strict=True)):
            self.derives |= spine.derives
            here = keys + ('candidates', i)
            root = spine.root
            if isinstance(root, Slot):
                part = self._slot(root, spec, symbolic, partial, here)
            elif isinstance(root, Branch):
                part = self._candidate_branch(root, spec, partial, here)
            else:
                constant = root.value if isinstance(root, Inlined) else value
                part = self._converted(constant, spec, partial, here, False)
            parts.append(part)
        return parts

    def _candidate_branch(self, root: Branch, spec: Any, partial: bool, keys: Keys) -> Part:
        if takes_as_is(spec, root.node):
            return Made(self._branch(root, keys))
        path = self._path(keys)
        if spec.transform is None:
            # The field converts the candidate once, placeholders included.
            try:
                branch = moved(root, place(root.node, spec, partial, path))
            except Exception:  # Choosing this candidate is an error, choosing another one is not.
                branch = None
            if branch is not None:
                return Made(self._branch(branch, keys))
        build = self._branch(root, keys)
        return Made(lambda take: spec.apply(build(take), allow_partial=partial, root_path=path))

    def _converted(self, value: Any, spec: Any, partial: bool, keys: Keys, deep: bool) -> Part:
        """A constant, validated and converted for its field once."""
        if spec is None:
            return self._constant(value, deep)
        path = self._path(keys)
        try:
            placed = place(value, spec, partial, path)
        except Exception:  # Choosing this candidate is an error, choosing another one is not.
            return Made(lambda take: place(value, spec, partial, path))
        return self._constant(placed, deep)

    def _finisher(
        self, spec: Any, symbolic: bool, partial: bool, keys: Keys
    ) -> Callable[[Any], Any]:
        """What is done to a value that user code has decoded, before it goes into its field."""
        path = self._path(keys)

        def finish(value: Any) -> Any:
            if value.__class__ not in LEAF_TYPES and symbolic:
                value = symbolize_value(value)
                if isinstance(value, Symbolic) and value.sym_parent is not None:
                    value = value.sym_clone()
            if spec is not None:
                value = spec.apply(value, allow_partial=partial, root_path=path)
            return value

        return finish

    def _path(self, keys: Keys) -> Callable[[], KeyPath]:
        absolute = self.root_keys + keys
        return lambda: KeyPath._of(absolute)


def _take_made(take: Take) -> Any:
    """Takes what was built before, at a cut."""
    return take()


def _size_fits(spec: Any, size: int) -> bool:
    if spec.min_size is not None and size < spec.min_size:
        return False
    return spec.max_size is None or size <= spec.max_size


# ---------------------------------------------------------------------------------- nodes


def is_regular(node: Any) -> bool:
    """Whether copying a node means to build one of its class from copies of its children."""
    if isinstance(node, Ref):
        return False
    cls: Any = type(node)
    if getattr(cls, '_sym_copy_state', False):
        return True  # A copy of a module keeps its weights; a decoded one starts with fresh ones.
    for base in (Dict, List, Object):
        if issubclass(cls, base):
            return bool(cls._sym_clone is base._sym_clone and cls.sym_clone is base.sym_clone)
    return False


def _make_node(node: Any, leaves_only: bool) -> Callable[[Any], Any]:
    """Returns the function that builds a node like this one from its children."""
    cls: Any = getattr(type(node), '_sym_plain_class', type(node))
    if isinstance(node, Symbolic):
        plain = node._sym_is_plain()
        make: Callable[[Any], Any] = cls._sym_make
        if plain and isinstance(node, (Dict, List)):
            return (lambda values: cls._sym_make(values, None, True)) if leaves_only else make
        if plain and isinstance(node, Object) and cls._sym_remake is Object._sym_remake:
            return trusted_maker(cls) or make
        remake: Callable[[Any], Any] = node._sym_remake
        return remake
    if isinstance(node, tuple):
        return getattr(cls, '_make', cls)  # type: ignore[no-any-return]
    if cls is dict or cls is list:
        return lambda values: values
    return _container_like(node)


def _container_like(node: Any) -> Callable[[Any], Any]:
    """For sub-classes of dict and list: a copy that is filled anew."""

    def make(values: Any) -> Any:
        new = copy.copy(node)
        new.clear()
        if isinstance(new, dict):
            new.update(values)
        else:
            new.extend(values)
        return new

    return make


def _node_builder(node: Any, parts: list[tuple[Any, Part]]) -> Build:
    """Returns the function that builds a node of which the parts are known."""
    varying = [(key, part) for key, part in parts if not isinstance(part, Leaf)]
    leaves_only = all(
        (isinstance(part, Pick) and part.plain)
        or (isinstance(part, Leaf) and part.value.__class__ in LEAF_TYPES)
        for _, part in parts
    )
    make = _make_node(node, leaves_only)
    proto: Any
    if isinstance(node, dict) or (isinstance(node, Symbolic) and not isinstance(node, list)):
        proto = {key: part.value if isinstance(part, Leaf) else None for key, part in parts}
    else:
        proto = [part.value if isinstance(part, Leaf) else None for _, part in parts]
    if not varying:
        return lambda take: make(proto.copy())
    if len(varying) == 1:
        only, build = varying[0][0], varying[0][1].build

        def build_one(take: Take) -> Any:
            values = proto.copy()
            values[only] = build(take)
            return make(values)

        return build_one
    if isinstance(proto, list) and len(varying) == len(proto):
        builds = [part.build for _, part in parts]
        return lambda take: make([build(take) for build in builds])
    if leaves_only and isinstance(proto, dict):
        keys = tuple(key for key, _ in varying)
        picks = [part.pick for _, part in varying if isinstance(part, Pick)]

        def build_picked(take: Take) -> Any:
            values = proto.copy()
            values.update(zip(keys, [pick(take()) for pick in picks], strict=True))
            return make(values)

        return build_picked
    steps = [(key, part.build) for key, part in varying]

    def build_node(take: Take) -> Any:
        values = proto.copy()
        for key, build in steps:
            values[key] = build(take)
        return make(values)

    return build_node


# ---------------------------------------------------------------------------------- DNA nodes


def as_node(value: Any) -> geno.DNA:
    """The DNA node of one value of the flat form."""
    return value if isinstance(value, geno.DNA) else geno.DNA(value)


def node_of(point: Any, take: Take) -> geno.DNA:
    """The DNA node of a decision point, from the flat values of the decisions at and below it."""
    if not point.is_categorical:
        return as_node(take())
    choices = []
    for _ in range(point.num_choices):
        index = take()
        space = point.candidates[index]
        children = [node_of(element, take) for element in space.elements]
        choices.append(geno.DNA(index, children))
    return geno.DNA(None, choices)
