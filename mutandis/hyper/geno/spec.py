"""`DNASpec`: a search space with the program removed, as algorithms see it.

A spec is a tree of symbolic objects: a `Space` has elements (decision points), a `Choices` has
candidates (spaces). Two things are derived from the tree and dropped whenever something in it is
written: its *plan* (`plan.py`), with which DNAs are drawn, checked and enumerated, and its *index*
(`index.py`), which knows ids and names.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from mutandis import typing as T
from mutandis.base import KeyPath
from mutandis.hyper.geno.index import SpecIndex
from mutandis.hyper.geno.keys import AttributeDict
from mutandis.hyper.geno.plan import Misfit, PointPlan, SpacePlan
from mutandis.symbolic import comparison
from mutandis.symbolic.list_node import List
from mutandis.symbolic.object import Object, members

__all__ = [
    'DNASpec',
    'DecisionPoint',
    'ROOT_LOCATION',
    'TextParts',
    'adopt_specs',
    'compact_text',
    'new_spec',
    'set_attribute',
]

# Internal state of specs and DNAs is written past the rules of symbolic assignment.
set_attribute = object.__setattr__

ROOT_LOCATION = KeyPath()
_RAISE = object()


def _to_location(value: Any) -> Any:
    return KeyPath.parse(value) if isinstance(value, str) else value


@members(
    [
        (
            'location',
            T.Object(KeyPath, transform=_to_location, default=ROOT_LOCATION),
            'Path of this spec relative to the enclosing spec.',
        ),
        ('hints', T.Any(default=None), 'Hints for the algorithm, passed on as they are.'),
    ],
    init_arg_list=['location', 'hints'],
)
class DNASpec(Object):
    """Base class of decision specs: what can be chosen, under which conditions.

    Specs are equal and hashed by identity, so that they can be keys of dicts; compare the contents
    with `eq`. Concrete specs are `Space`, `Choices`, `Float` and `CustomDecisionPoint`.
    """

    if TYPE_CHECKING:
        location: KeyPath
        hints: Any

        def __init__(self, location: KeyPath | str = ..., hints: Any = None) -> None: ...

    use_symbolic_comparison = False

    __str_format_kwargs__ = {'compact': True, 'verbose': True}
    __repr_format_kwargs__ = {'compact': True, 'verbose': True}

    # Derived data and process-local notes, made on demand.
    _plan: ClassVar[SpacePlan | None] = None
    _indices: ClassVar[dict[Any, SpecIndex] | None] = None
    _userdata: ClassVar[AttributeDict | None] = None
    _signature_cache: ClassVar[Any] = None
    _named_cache: ClassVar[bool | None] = None
    _sym_listens = True

    __hash__ = object.__hash__

    def __eq__(self, other: Any) -> bool:
        return self is other

    def __ne__(self, other: Any) -> bool:
        return self is not other

    def _sym_touch(self) -> None:
        """Drops what is derived from the tree; called when this node or one below was written."""
        if self._plan is not None:
            set_attribute(self, '_plan', None)
        if self._indices is not None:
            set_attribute(self, '_indices', None)
        if self._signature_cache is not None:
            set_attribute(self, '_signature_cache', None)
        if self._named_cache is not None:
            set_attribute(self, '_named_cache', None)

    def _on_bound(self) -> None:
        if type(self) in (DNASpec, DecisionPoint):
            raise TypeError(
                f'{type(self).__name__} is the base class of specs and stands for no decision. '
                'Make a `Space`, a `Choices`, a `Float` or a `CustomDecisionPoint`.'
            )
        super()._on_bound()
        self._sym_touch()

    # -- Kinds.

    @property
    def is_space(self) -> bool:
        """Whether this is a `Space`."""
        return False

    @property
    def is_categorical(self) -> bool:
        """Whether this is a choice among candidates."""
        return False

    @property
    def is_subchoice(self) -> bool:
        """Whether this is one of the choices of a multi-choice."""
        return False

    @property
    def is_numerical(self) -> bool:
        """Whether this is a float."""
        return False

    @property
    def is_custom_decision_point(self) -> bool:
        """Whether the DNA of this spec is made by user functions."""
        return False

    @property
    def is_ordinal(self) -> bool:
        """Whether the candidates are an ordered range of integers."""
        return False

    # -- Place in the tree.

    @property
    def parent_spec(self) -> DNASpec | None:
        """The enclosing spec: the space of an element, the choices of a candidate, the multi-choice
        of a sub-choice; `None` for the root."""
        parent = self._sym_parent
        if isinstance(parent, list):
            parent = parent._sym_parent  # type: ignore[attr-defined]
        return parent if isinstance(parent, DNASpec) else None

    @property
    def parent_choice(self) -> DNASpec | None:
        """The nearest enclosing choice on which this spec depends, or `None`."""
        spec = self.parent_spec
        if self.is_subchoice and spec is not None:
            spec = spec.parent_spec
        while spec is not None and not spec.is_categorical:
            spec = spec.parent_spec
        return spec

    @property
    def id(self) -> KeyPath:
        """The path that identifies this spec in the whole space, conditions included.

        `a.b[1][=0/2].x` is decision `x` under the first of two candidates of the second choice of
        `a.b`.
        """
        parts: list[tuple[Any, ...]] = []
        spec: DNASpec | None = self
        while spec is not None:
            parent = spec.parent_spec
            parts.append(spec._id_keys(parent))
            spec = parent
        return KeyPath._of(tuple(key for part in reversed(parts) for key in part))

    def _id_keys(self, parent: DNASpec | None) -> tuple[Any, ...]:
        """The keys by which the id of this spec extends that of its parent."""
        return self.location._keys

    @property
    def _root(self) -> DNASpec:
        spec = self
        while True:
            parent = spec.parent_spec
            if parent is None:
                return spec
            spec = parent

    @property
    def _index(self) -> SpecIndex:
        """The index of this spec, kept at the root, since ids depend on all ancestors."""
        root = self if self._sym_parent is None else self._root
        indices = root._indices
        if indices is None:
            indices = {}
            set_attribute(root, '_indices', indices)
        index = indices.get(self)
        if index is None:
            index = indices[self] = SpecIndex(self)
        return index

    # -- Looking up decision points.

    def _points(self) -> Iterator[DecisionPoint]:
        """The decision points right here: elements, with multi-choices split into their choices."""
        raise NotImplementedError

    @property
    def decision_points(self) -> list[DecisionPoint]:
        """All decision points in pre-order.

        A multi-choice is represented by its choices, each followed by the points below it.
        """
        return list(self._index.points)

    @property
    def decision_ids(self) -> list[KeyPath]:
        """The ids of all decisions in pre-order, that of a multi-choice instead of its choices'."""
        return list(self._index.decision_ids)

    @property
    def named_decision_points(self) -> dict[str, Any]:
        """Decision point by name; a list of them when a name occurs more than once."""
        return dict(self._index.by_name)

    def __getitem__(self, key: Any) -> Any:
        found = self._index.find(key)
        if found is None:
            raise KeyError(
                f'There is no decision point {str(key)!r}. Known names: '
                f'{list(self._index.by_name)!r}; known ids: {list(map(str, self.decision_ids))!r}.'
            )
        return found

    def get(self, key: Any, default: Any = None) -> Any:
        """The decision point of a name or an id, or the default."""
        try:
            return self[key]
        except KeyError:
            return default

    def __len__(self) -> int:
        return self._compiled().count

    def __iter__(self) -> Iterator[Any]:
        raise TypeError(f'{type(self).__name__} is not iterable; see `decision_points`.')

    def __bool__(self) -> bool:
        return len(self) > 0

    @property
    def _has_names(self) -> bool:
        """Whether this decision point, or one below, has a name."""
        if self._named_cache is None:
            # What holds others comes after them: spares recursion.
            stack: list[DNASpec] = [self]
            order: list[DNASpec] = []
            while stack:
                spec = stack.pop()
                order.append(spec)
                for part in spec._parts():
                    if part._named_cache is None and (part.is_space or not part._is_plain):
                        stack.append(part)
            for spec in reversed(order):
                set_attribute(spec, '_named_cache', any(part._has_names for part in spec._parts()))
        return bool(self._named_cache)

    def _parts(self) -> Iterator[DNASpec]:
        """The specs right below: elements, or candidates that hold decisions."""
        return iter(())

    # -- Spaces as data.

    def _compiled(self) -> SpacePlan:
        """The plan of this spec, as a space."""
        plan = self._plan
        if plan is None:
            # Nested spaces first: spares recursion.
            for spec in reversed(self._nested_spaces()):
                set_attribute(spec, '_plan', spec._make_plan())
            plan = self._make_plan()
            set_attribute(self, '_plan', plan)
        return plan

    def _nested_spaces(self) -> list[DNASpec]:
        """The spaces of conditional candidates without a plan, each before those that it holds."""
        spaces: list[DNASpec] = []
        stack: list[DNASpec] = [self]
        while stack:
            for part in stack.pop()._parts():
                if part.is_space:
                    # Where there is a plan, all that lies below has one.
                    if part._plan is None:
                        spaces.append(part)
                        stack.append(part)
                elif not part._is_plain:
                    stack.append(part)
        return spaces

    @property
    def _is_plain(self) -> bool:
        """Whether no decision depends on this one."""
        return False

    def _make_plan(self) -> SpacePlan:
        raise NotImplementedError

    @property
    def _bound_spec(self) -> DNASpec:
        """The spec that the topmost node of a DNA of this spec is bound to."""
        return self

    @property
    def space_size(self) -> int:
        """The number of DNAs, -1 for infinite."""
        return self._compiled().size

    def _signature(self) -> Any:
        """The contents as nested tuples; equal signatures mean symbolically equal specs."""
        signature = self._signature_cache
        if signature is None:
            signature = self._make_signature()
            set_attribute(self, '_signature_cache', signature)
        return signature

    def _make_signature(self) -> Any:
        raise NotImplementedError

    def _same_space(self, other: Any) -> bool:
        """Whether another spec describes the same space."""
        if self is other:
            return True
        if not isinstance(other, DNASpec):
            return False
        try:
            same = self._signature() == other._signature()
        except NotImplementedError:
            return bool(comparison.eq(self, other))
        return bool(same)

    # -- DNAs.

    def validate(self, dna: Any) -> None:
        """Checks that a DNA fits.

        Raises:
            ValueError: it does not.
        """
        flat_for = getattr(dna, '_flat_for', None)
        if flat_for is None:
            raise ValueError(f'Expected a DNA, got {dna!r}. Make one by `DNA(value)`.')
        flat_for(self)

    def first_dna(self, attach_spec: bool = True) -> Any:
        """The first DNA of the space in the order of enumeration.

        Raises:
            NotImplementedError: a custom decision point has no `next_dna_fn`.
        """
        from mutandis.hyper.geno import search

        return search.first_dna(self, attach_spec)

    def next_dna(self, dna: Any = None, attach_spec: bool = True) -> Any:
        """The DNA after `dna` (the first for `None`), or `None` after the last.

        The order is lexicographic, the rightmost decision being the fastest.

        Raises:
            ValueError: `dna` does not fit.
            NotImplementedError: the space has floats, or custom points without `next_dna_fn`.
        """
        from mutandis.hyper.geno import search

        return search.next_dna(self, dna, attach_spec)

    def iter_dna(self, dna: Any = None, attach_spec: bool = True) -> Iterator[Any]:
        """Iterates over the DNAs after `dna`, or over all."""
        while True:
            dna = self.next_dna(dna, attach_spec)
            if dna is None:
                return
            yield dna

    def random_dna(
        self, random_generator: Any = None, attach_spec: bool = True, previous_dna: Any = None
    ) -> Any:
        """A random DNA.

        Args:
            random_generator: a `random.Random`; `None` means the global generator.
            attach_spec: whether the DNA is bound to this spec.
            previous_dna: the DNA proposed before, for stateful custom decision points.

        Raises:
            NotImplementedError: a custom decision point has no `random_dna_fn`.
        """
        from mutandis.hyper.geno import search

        return search.random_dna(self, random_generator, attach_spec, previous_dna)

    def _misfit(self, misfit: Misfit, flat: Any) -> ValueError:
        """Turns a misfit into an error that names the decision."""
        from mutandis.hyper.geno.index import point_at

        point = point_at(self, flat, misfit.position)
        if point is None:
            return ValueError(f'{misfit.reason} (spec={self.id.path!r})')
        name = f', name={point.name!r}' if point.name is not None else ''
        return ValueError(f'{misfit.reason} (decision={point.id.path!r}{name})')

    # -- Notes.

    @property
    def userdata(self) -> AttributeDict:
        """Notes kept in this process: not cloned, not serialised."""
        if self._userdata is None:
            set_attribute(self, '_userdata', AttributeDict())
        assert self._userdata is not None
        return self._userdata

    def set_userdata(self, key: str, value: Any) -> None:
        """Keeps a note."""
        self.userdata[key] = value

    @classmethod
    def from_json(cls, json_value: Any, **kwargs: Any) -> Any:
        """Reads the JSON form; the key `userdata` of old files is ignored."""
        if isinstance(json_value, dict) and 'userdata' in json_value:
            json_value = {k: v for k, v in json_value.items() if k != 'userdata'}
        return super().from_json(json_value, **kwargs)


@members(
    [
        (
            'name',
            T.Str().noneable(),
            'Name of the decision, unique in the whole space.',
        ),
    ],
    init_arg_list=['location', 'hints', 'name'],
)
class DecisionPoint(DNASpec):
    """Base class of specs that stand for decisions: `Choices`, `Float`, `CustomDecisionPoint`."""

    if TYPE_CHECKING:
        name: str | None

        def __init__(
            self, location: KeyPath | str = ..., hints: Any = None, name: str | None = None
        ) -> None: ...

    def _points(self) -> Iterator[DecisionPoint]:
        yield self

    @property
    def _has_names(self) -> bool:
        return self.name is not None

    @property
    def _is_plain(self) -> bool:
        return True

    def _make_plan(self) -> SpacePlan:
        return SpacePlan((self._point_plan(),))

    def _point_plan(self) -> PointPlan:
        """Makes the plan of this decision point."""
        raise NotImplementedError


# Text, and specs below with the number of levels that their text is indented by.
TextParts = Iterator[str | tuple[DNASpec, int]]


def compact_text(spec: Any, indent: int, show_id: bool, **options: Any) -> str:
    """The compact text of a space or a choice, which yield it in parts by `_text`."""
    out: list[str] = []
    stack: list[TextParts] = [spec._text(indent, show_id)]
    while stack:
        for part in stack[-1]:
            if isinstance(part, str):
                out.append(part)
                continue
            below, level = part
            parts = getattr(below, '_text', None)
            if parts is not None:
                stack.append(parts(level, False))
                break
            out.append(below.format(compact=True, root_indent=level, show_id=False, **options))
        else:
            stack.pop()
    return ''.join(out)


def adopt_specs(parent: DNASpec, key: str, specs: list[Any], value_spec: Any) -> Any:
    """Makes parentless specs the items of a list field, unchecked, and returns the list."""
    nodes = List._sym_make(specs, value_spec, leaves_only=True)
    for i, spec in enumerate(specs):
        set_attribute(spec, '_sym_parent', nodes)
        set_attribute(spec, '_sym_key', i)
    set_attribute(nodes, '_sym_parent', parent)
    set_attribute(nodes, '_sym_key', key)
    set_attribute(parent, key, nodes)
    return nodes


def new_spec(cls: Any, location: KeyPath, hints: Any) -> Any:
    """A parentless spec with the fields of all specs, unchecked."""
    self = cls.__new__(cls)
    set_attribute(self, '_sym_parent', None)
    set_attribute(self, 'location', location)
    set_attribute(self, 'hints', None if hints is None else self._sym_adopt('hints', hints))
    return self
