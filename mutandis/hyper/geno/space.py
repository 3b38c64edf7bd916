"""`Space`: a sequence of decision points, all of which are to be decided."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from mutandis import typing as T
from mutandis.base import KeyPath
from mutandis.hyper.geno.keys import ConditionalKey
from mutandis.hyper.geno.plan import SpacePlan
from mutandis.hyper.geno.spec import (
    ROOT_LOCATION,
    DecisionPoint,
    DNASpec,
    TextParts,
    adopt_specs,
    compact_text,
    new_spec,
    set_attribute,
)
from mutandis.symbolic.object import members

__all__ = ['Space', 'constant', 'space']


@members(
    [
        ('elements', T.List(T.Object(DecisionPoint), default=[]), 'The decision points.'),
        (
            'index',
            T.Int(min_value=0).noneable(),
            'Position among the candidates of the enclosing choice; None for other spaces.',
        ),
    ],
    init_arg_list=['elements', 'index'],
    serialization_key='mutandis.geno.Space',
    additional_keys=['pyglove.generators.geno.Template', 'geno.Space'],
)
class Space(DNASpec):
    """A search space: a sequence of decision points.

    A space without elements is a *constant*. The DNA of a space with several elements is a node
    without value with one child per element; that of a space with one element is the element's. ::

        space = geno.space([
            geno.oneof([geno.constant(), geno.constant()], location='a'),
            geno.floatv(0.0, 1.0, location='b'),
        ])
        space.random_dna()    # for example DNA([1, 0.25])
    """

    if TYPE_CHECKING:
        elements: list[DecisionPoint]
        index: int | None

        def __init__(
            self,
            elements: list[Any] = ...,
            index: int | None = None,
            *,
            location: KeyPath | str = ...,
            hints: Any = None,
        ) -> None: ...

    @classmethod
    def _make(
        cls,
        elements: list[Any],
        location: KeyPath = ROOT_LOCATION,
        hints: Any = None,
        index: int | None = None,
    ) -> Space:
        """Builds a space of parentless elements, unchecked."""
        self: Space = new_spec(cls, location, hints)
        adopt_specs(self, 'elements', elements, _ELEMENTS)
        set_attribute(self, 'index', index)
        return self

    def _on_bound(self) -> None:
        super()._on_bound()
        self._check_names()

    @property
    def is_space(self) -> bool:
        return True

    @property
    def is_constant(self) -> bool:
        """Whether there is nothing to decide."""
        return not self.elements

    @property
    def _bound_spec(self) -> DNASpec:
        elements = self.elements
        if len(elements) == 1:
            element: DNASpec = elements[0]
            return element
        return self

    def _points(self) -> Iterator[DecisionPoint]:
        for element in self.elements:
            yield from element._points()

    def _id_keys(self, parent: Any) -> tuple[Any, ...]:
        keys: tuple[Any, ...] = self.location._keys
        if parent is not None and parent.is_categorical and self.index is not None:
            return (ConditionalKey(self.index, parent._num_candidates), *keys)
        return keys

    def _parts(self) -> Iterator[DNASpec]:
        return iter(self.elements)

    def _make_plan(self) -> SpacePlan:
        return SpacePlan(tuple(element._point_plan() for element in self.elements))

    def _make_signature(self) -> Any:
        if self.hints is not None:
            raise NotImplementedError()
        return (
            type(self),
            self.location._keys,
            self.index,
            tuple(element._signature() for element in self.elements),
        )

    def __iter__(self) -> Iterator[Any]:
        return iter(self.elements)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, (int, slice)):
            return self.elements[key]
        return super().__getitem__(key)

    def _check_names(self) -> None:
        """Checks the names of all decision points below.

        Raises:
            ValueError: two points have the same name, or the name of one is the id of another.
        """
        if not self._has_names:
            return
        names: dict[str, Any] = {}
        for point in _declared_points(self):
            name = point.name
            if name is None:
                continue
            if name in names:
                raise ValueError(
                    f'Two decision points have the name {name!r}: {names[name].id.path!r} and '
                    f'{point.id.path!r}. Names must be unique in the whole space, alternative '
                    'branches included.'
                )
            names[name] = point
        for point in self.decision_points:
            owner: Any = point.parent_spec if point.is_subchoice else point
            text = point.id.path
            for each in (text, owner.id.path) if owner is not point else (text,):
                known = names.get(each)
                if known is not None and known.name != point.name:
                    raise ValueError(
                        f'{each!r} is both the name of the decision point {known.id.path!r} and '
                        'the id of another. Choose another name.'
                    )

    def format(
        self,
        compact: bool = True,
        verbose: bool = True,
        root_indent: int = 0,
        show_id: bool = True,
        **kwargs: Any,
    ) -> str:
        if not compact:
            return super().format(compact=False, verbose=verbose, root_indent=root_indent, **kwargs)
        return compact_text(self, root_indent, show_id, verbose=verbose, **kwargs)

    def _text(self, indent: int, show_id: bool) -> TextParts:
        if not self.elements:
            yield 'Space()'
            return
        inner = '  ' * (indent + 1)
        yield 'Space({\n'
        for i, element in enumerate(self.elements):
            yield f'{inner}{i} = {element.location.path!r}: '
            yield element, indent + 1
            yield '\n'
        yield '  ' * indent + '})'


_ELEMENTS = Space.__schema__['elements'].value


def _declared_points(space: Space) -> Iterator[DecisionPoint]:
    """The decision points as they were declared: multi-choices not split into their choices."""
    stack: list[Any] = [space]
    while stack:
        spec = stack.pop()
        if not spec.is_space:
            yield spec
        stack.extend(reversed(list(spec._parts())))


def constant() -> Space:
    """A space with nothing to decide, such as a constant candidate."""
    return Space()


space = Space
