"""Categorical placeholders: one of several candidates, or some of them.

Example::

    model = Model(
        width=mt.oneof([16, 32, 64]),
        layers=mt.manyof(2, [Conv(), Pool(), Conv(kernel=mt.oneof([3, 5]))]),
    )
"""

from collections.abc import Callable, Iterable
from typing import Annotated, Any, ClassVar

from mutandis import typing as T
from mutandis.base import LEAF_TYPES, KeyPath
from mutandis.hyper import geno
from mutandis.hyper.base import HyperPrimitive
from mutandis.hyper.fields import accepts_instance, apply_to_candidate, check_rebinding
from mutandis.hyper.literals import beginning_of, literal_of
from mutandis.hyper.spine import Spine, candidates_of, find_spine, spaces_of
from mutandis.symbolic import use_init_args
from mutandis.symbolic.plans import list_spec_of
from mutandis.symbolic.topology import set_attribute

# Attributes of choices that are made on demand, and dropped when something below changes.
_DERIVED = ('_spines', '_literals', '_leaves', '_template', '_beginning')

# The spine of a candidate that is a leaf: nothing stands in it.
_LEAF = Spine(None)
# The types that are their own literals.
_NUMBERS = frozenset([int, float, bool])


class Choices(HyperPrimitive):
    """Some of several candidates. Use `OneOf` or `ManyOf`.

    Candidates are any values; those that hold placeholders make the space conditional.
    """

    num_choices: Annotated[
        T.Int(min_value=0) | None, 'How many candidates to choose.'  # type: ignore[valid-type]
    ] = None
    candidates: Annotated[T.List(T.Any()), 'What to choose from.']  # type: ignore[valid-type]
    choices_distinct: Annotated[bool, 'Whether a candidate can be chosen once only.'] = True
    choices_sorted: Annotated[bool, 'Whether choices are in the order of the candidates.'] = False
    where: Annotated[
        Callable[..., Any] | None,
        'Which placeholders inside the candidates belong to the space; None for all.',
    ] = None

    _spines: ClassVar[Any] = None
    _literals: ClassVar[Any] = None
    _leaves: ClassVar[Any] = None
    _template: ClassVar[Any] = None
    _beginning: ClassVar[Any] = None
    _knows_its_beginning = True
    # Spec of the field that the placeholder was put into first.
    _bound_spec: ClassVar[Any] = None

    def _on_bound(self) -> None:
        super()._on_bound()
        for name in _DERIVED:
            if getattr(self, name) is not None:
                set_attribute(self, name, None)
        k, candidates = self.sym_getattr('num_choices'), self.sym_getattr('candidates')
        if isinstance(k, int) and isinstance(candidates, list) and self.choices_distinct is True:
            n = len(candidates)
            if k > n:
                raise ValueError(
                    f'{n} candidates cannot produce {k} distinct choices'
                    f'{self._at_path()}. Give more candidates, or allow repeated ones '
                    f'(`distinct=False`).'
                )

    @property
    def integers(self) -> range | None:
        """The candidates of a range of integers, which are not stored; None for other choices."""
        return None

    @property
    def candidate_spines(self) -> list[Spine]:
        """Where the placeholders of each candidate stand."""
        spines: list[Spine] | None = self._spines
        if spines is None:
            leaves = self.leaf_candidates
            if leaves is not None:
                spines = [_LEAF] * len(leaves)
            else:
                where = self.where
                spines = [find_spine(candidate, where) for candidate in candidates_of(self)]
            set_attribute(self, '_spines', spines)
        return spines

    @property
    def leaf_candidates(self) -> list[Any] | None:
        """The candidates when all are numbers, texts and the like, else None."""
        known: tuple[list[Any] | None] | None = self._leaves
        if known is None:
            candidates = candidates_of(self)
            known = (candidates if LEAF_TYPES.issuperset(map(type, candidates)) else None,)
            set_attribute(self, '_leaves', known)
        return known[0]

    @property
    def candidate_templates(self) -> list[Any]:
        """One template for each candidate."""
        from mutandis.hyper.object_template import ObjectTemplate

        return [ObjectTemplate(c, where=self.where) for c in candidates_of(self)]

    @property
    def literal_values(self) -> list[Any]:
        """What stands for each candidate in the decision spec: a number or a text."""
        literals: list[Any] | None = self._literals
        if literals is None:
            leaves = self.leaf_candidates
            if leaves is not None and _NUMBERS.issuperset(map(type, leaves)):
                literals = leaves
            else:
                pairs = zip(candidates_of(self), self.candidate_spines, strict=True)
                literals = [literal_of(c, bool(spine.slots)) for c, spine in pairs]
            set_attribute(self, '_literals', literals)
        return literals

    @property
    def beginning(self) -> str:
        """The text of this placeholder, as far as it can be part of a literal value."""
        beginning: str | None = self._beginning
        if beginning is None:
            beginning = beginning_of(self)
            set_attribute(self, '_beginning', beginning)
        return beginning

    @property
    def is_leaf(self) -> bool:
        """Whether no candidate holds a placeholder."""
        return not any(spine.slots for spine in self.candidate_spines)

    def dna_spec(self, location: Any = None) -> Any:
        """Returns the decision point.

        Args:
            location: Where the placeholder stands (KeyPath or text); None for the root.
        """
        location = KeyPath() if location is None else KeyPath.from_value(location)
        spines = self.candidate_spines
        conditional = [spine for spine in spines if spine.slots]
        if not conditional:
            return self.decision_point(location, None)
        made = iter(spaces_of(conditional))
        return self.decision_point(location, [next(made) if s.slots else None for s in spines])

    # What a template makes itself, for choices that do not define the method anew.
    standard_dna_spec = dna_spec

    def decision_point(
        self, location: KeyPath, spaces: list[geno.Space | None] | None
    ) -> geno.Choices:
        """Returns the decision point.

        Args:
            location: Where the placeholder stands.
            spaces: The space of each candidate, None for a constant one; None when all are.
        """
        k = self.num_choices
        if k is None or k < 1:
            raise ValueError(
                f'A decision needs at least one choice, but `num_choices` is {k!r}'
                f'{self._at_path()}.'
            )
        return geno.Choices._make(
            k,
            len(self.candidate_spines) if spaces is None else spaces,
            self.literal_values,
            self.choices_distinct,
            self.choices_sorted,
            self.hints,
            location,
            self.name,
        )

    def decode(self, dna: geno.DNA) -> Any:
        """Returns the chosen candidate, or the list of the chosen ones, built anew.

        Raises:
            ValueError: The DNA does not fit.
        """
        return self._own_template().decode(dna)

    def encode(self, value: Any) -> geno.DNA:
        """Returns the DNA of a value.

        Raises:
            ValueError: No candidate matches.
        """
        dna: geno.DNA = self._own_template().encode(value)
        return dna

    def _own_template(self) -> Any:
        template = self._template
        if template is None:
            from mutandis.hyper.object_template import template_of_primitive

            template = template_of_primitive(self)
            set_attribute(self, '_template', template)
        return template

    def _check_candidates(
        self, path: Any, value_spec: Any, allow_partial: bool, child_transform: Any
    ) -> None:
        for i, candidate in enumerate(candidates_of(self)):
            apply_to_candidate(candidate, i, value_spec, allow_partial, child_transform, path)


@use_init_args(['candidates', 'hints', 'where'])
class OneOf(Choices):
    """One of several candidates (see `oneof`)."""

    __serialization_key__ = 'hyper.OneOf'

    num_choices: Annotated[
        T.Int(min_value=0),  # type: ignore[valid-type]
        'How many candidates to choose: one.',
    ] = 1

    def _sym_source(self) -> Any:
        from mutandis.hyper.source_code import oneof_call

        return oneof_call(self)

    def _on_bound(self) -> None:
        super()._on_bound()
        if self.num_choices != 1:
            raise ValueError(
                f'A `OneOf` has 1 choice, not {self.num_choices!r}{self._at_path()}. For several '
                f'choices use `manyof`.'
            )

    def custom_apply(
        self, path: Any, value_spec: Any, allow_partial: bool, child_transform: Any = None
    ) -> tuple[bool, Any]:
        """Checks that every candidate fits the field."""
        if accepts_instance(value_spec, self):
            return (False, self)
        bind = self.sym_parent is None  # Else a copy is going to move into the field.
        if bind:
            check_rebinding(self, value_spec, path)
        self._check_candidates(path, value_spec, allow_partial, child_transform)
        if bind:
            set_attribute(self, '_bound_spec', value_spec)
        return (False, self)


@use_init_args(['num_choices', 'candidates', 'choices_distinct', 'choices_sorted', 'hints'])
class ManyOf(Choices):
    """A list of several candidates (see `manyof`)."""

    __serialization_key__ = 'hyper.ManyOf'

    def _sym_source(self) -> Any:
        from mutandis.hyper.source_code import manyof_call

        return manyof_call(self)

    def custom_apply(
        self, path: Any, value_spec: Any, allow_partial: bool, child_transform: Any = None
    ) -> tuple[bool, Any]:
        """Checks that the field takes a list, and every candidate as an element of it."""
        if accepts_instance(value_spec, self):
            return (False, self)
        list_spec = list_spec_of(value_spec)
        if list_spec is None:
            raise TypeError(
                f'A choice of several candidates is a list, which {value_spec!r} does not accept'
                f'{_in(path)}. Use `oneof` for a single candidate.'
            )
        bind = self.sym_parent is None  # Else a copy is going to move into the field.
        if bind:
            check_rebinding(self, value_spec, path)
        element = list_spec.element.value
        self._check_candidates(path, element, allow_partial, child_transform)
        if bind:
            set_attribute(self, '_bound_spec', value_spec)
        return (False, self)


for _cls, _key, _older in (
    (OneOf, 'hyper.OneOf', 'pyglove.generators.genetic.ChoiceValue'),
    (ManyOf, 'hyper.ManyOf', 'pyglove.generators.genetic.ChoiceList'),
):
    _cls.register_for_deserialization(_key, [_older])


def is_choice(primitive: Any) -> bool:
    """Whether a placeholder is one or several of its candidates."""
    return isinstance(primitive, Choices) and type(primitive).decode is Choices.decode


def _in(path: Any) -> str:
    return f' (path={path() if callable(path) else path})' if path is not None else ''


def _listed(candidates: Any) -> list[Any]:
    try:
        return list(candidates)
    except TypeError:
        if hasattr(candidates, '__iter__'):
            raise
        raise TypeError(
            f'`candidates` must be a list of values to choose from, but it is {candidates!r}. '
            f'For a range of integers use `intv`, of floats `floatv`.'
        ) from None


def oneof(candidates: Iterable[Any], *, name: str | None = None, hints: Any | None = None) -> Any:
    """A placeholder for one of several candidates.

    Example::

        space = mt.Dict(x=mt.oneof([1, 2, 3]), y=mt.oneof(['a', mt.oneof(['b', 'c'])]))

    Args:
        candidates: What to choose from: any values, which may hold placeholders themselves.
        name: Name of the decision, unique in its space.
        hints: Anything that algorithms want to know about the decision.

    Raises:
        ValueError: There are no candidates.
    """
    return OneOf(candidates=_listed(candidates), name=name, hints=hints)


def manyof(
    k: int,
    candidates: Iterable[Any],
    distinct: bool = True,
    sorted: bool = False,
    *,
    name: str | None = None,
    hints: Any | None = None,
    **kwargs: Any,
) -> Any:
    """A placeholder for a list of `k` candidates.

    Args:
        k: How many to choose.
        candidates: What to choose from: any values, which may hold placeholders themselves.
        distinct: Whether a candidate can be chosen once only.
        sorted: Whether the choices are in the order of the candidates.
        name: Name of the decision, unique in its space.
        hints: Anything that algorithms want to know about the decision.
        **kwargs: `choices_distinct` and `choices_sorted`, the older names of the two flags.

    Raises:
        ValueError: There are fewer candidates than distinct choices.
        TypeError: An unknown keyword.
    """
    distinct = kwargs.pop('choices_distinct', distinct)
    sorted = kwargs.pop('choices_sorted', sorted)
    if kwargs:
        raise TypeError(
            f'`manyof` got unexpected keyword arguments {list(kwargs)!r}. Known are k, candidates, '
            f'distinct, sorted, name and hints.'
        )
    return ManyOf(
        num_choices=k,
        candidates=_listed(candidates),
        choices_distinct=distinct,
        choices_sorted=sorted,
        name=name,
        hints=hints,
    )


def permutate(candidates: Iterable[Any], name: str | None = None, hints: Any | None = None) -> Any:
    """A placeholder for the candidates in any order.

    Args:
        candidates: The values to order.
        name: Name of the decision, unique in its space.
        hints: Anything that algorithms want to know about the decision.
    """
    candidates = _listed(candidates)
    return manyof(len(candidates), candidates, name=name, hints=hints)
