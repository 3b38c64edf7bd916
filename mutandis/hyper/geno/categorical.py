"""`Choices`: a decision for one or several of a list of candidates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from mutandis import typing as T
from mutandis.base import KeyPath
from mutandis.base import format as format_value
from mutandis.hyper.geno.plan import ChoicesPlan, SpacePlan
from mutandis.hyper.geno.space import Space
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
from mutandis.hyper.geno.virtual import install
from mutandis.symbolic.list_node import List
from mutandis.symbolic.object import members

__all__ = ['Choices', 'manyof', 'oneof']

Literal = int | float | str

_INDEXED = re.compile(r'(-?\d+)/(\d+)(?: \((.*)\))?', re.DOTALL)


def _to_spaces(candidates: Any) -> Any:
    """Wraps bare decision points into spaces."""
    if candidates is None:
        raise TypeError('`candidates` must be a list of spaces or decision points, not None.')
    if isinstance(candidates, (list, tuple)):
        return [Space([c]) if isinstance(c, DecisionPoint) else c for c in candidates]
    return candidates


@members(
    [
        ('num_choices', T.Int(default=1, min_value=1), 'Number of choices to make.'),
        (
            'candidates',
            T.List(T.Object(Space), min_size=1),
            'The space of each candidate; a constant space for a candidate without decisions.',
        ),
        (
            'literal_values',
            T.List(T.Union([T.Str(), T.Int(), T.Float()]), min_size=1).noneable(),
            'A readable value for each candidate.',
        ),
        ('distinct', T.Bool(default=True), 'Whether the choices must differ from each other.'),
        (
            'sorted',
            T.Bool(default=False),
            'Whether the choices must be in the order of the candidates.',
        ),
        (
            'subchoice_index',
            T.Int(min_value=0).noneable(),
            'Position of this choice in a multi-choice; None for other choices.',
        ),
    ],
    init_arg_list=[
        'num_choices',
        'candidates',
        'literal_values',
        'distinct',
        'sorted',
        'subchoice_index',
        'hints',
        'location',
        'name',
    ],
    serialization_key='mutandis.geno.Choices',
    additional_keys=['pyglove.generators.geno.Choices', 'geno.Choices'],
)
class Choices(DecisionPoint):
    """A decision for `num_choices` of the candidates.

    Each candidate is a space, whose decisions are to be made only if the candidate is chosen. With
    several choices this is a *multi-choice*: `subchoice(i)` is the i-th of them, with its own
    copies of the decision points below it. ::

        choices = geno.manyof(2, [geno.constant(), geno.constant(), geno.floatv(0.0, 1.0)])
        choices.space_size         # -1, because of the float
        choices.subchoice(1).id    # [1]
    """

    if TYPE_CHECKING:
        num_choices: int
        candidates: list[Space]
        literal_values: list[Literal] | None
        distinct: bool
        sorted: bool
        subchoice_index: int | None

        def __init__(
            self,
            num_choices: int = 1,
            candidates: list[Any] = ...,
            literal_values: list[Any] | None = None,
            distinct: bool = True,
            sorted: bool = False,
            subchoice_index: int | None = None,
            hints: Any = None,
            location: KeyPath | str = ...,
            name: str | None = None,
        ) -> None: ...

    # Number of constant candidates, as long as `candidates` has not been made.
    _constants: ClassVar[int | None] = None
    _literals: ClassVar[Any] = None
    _subchoices: ClassVar[list[Choices] | None] = None

    @classmethod
    def _make(
        cls,
        num_choices: int,
        candidates: int | list[Space | None],
        literal_values: Any = None,
        distinct: bool = True,
        sorted: bool = False,
        hints: Any = None,
        location: KeyPath = ROOT_LOCATION,
        name: str | None = None,
        subchoice_index: int | None = None,
    ) -> Choices:
        """Builds a parentless point, unchecked.

        `candidates` is the number of constant candidates, or a list of parentless spaces in which
        `None` stands for a constant. The list of candidates, and that of literal values, are made
        when somebody asks for them.
        """
        self: Choices = new_spec(cls, location, hints)
        set_attribute(self, 'name', name)
        set_attribute(self, 'num_choices', num_choices)
        set_attribute(self, 'distinct', distinct)
        set_attribute(self, 'sorted', sorted)
        set_attribute(self, 'subchoice_index', subchoice_index)
        if isinstance(candidates, int):
            set_attribute(self, '_constants', candidates)
        else:
            self._set_candidates([Space._make([]) if c is None else c for c in candidates])
        if literal_values is None:
            set_attribute(self, 'literal_values', None)
        else:
            set_attribute(self, '_literals', literal_values)
        return self

    def _set_candidates(self, spaces: list[Space]) -> Any:
        for i, candidate in enumerate(spaces):
            set_attribute(candidate, 'index', i)
        return adopt_specs(self, 'candidates', spaces, _CANDIDATES)

    def _make_candidates(self) -> Any:
        assert self._constants is not None
        nodes = self._set_candidates([Space._make([]) for _ in range(self._constants)])
        set_attribute(self, '_constants', None)
        return nodes

    def _make_literal_values(self) -> Any:
        nodes = List._sym_make(list(self._literals), _LITERALS, leaves_only=True)
        set_attribute(nodes, '_sym_parent', self)
        set_attribute(nodes, '_sym_key', 'literal_values')
        set_attribute(self, 'literal_values', nodes)
        set_attribute(self, '_literals', None)
        return nodes

    def _make_fields(self) -> None:
        if self._constants is not None:
            self._make_candidates()
        if self._literals is not None:
            self._make_literal_values()

    def _on_bound(self) -> None:
        super()._on_bound()
        n, k = self._num_candidates, self.num_choices
        if self.distinct and k > n:
            raise ValueError(
                f'There are not enough candidates ({n}) to make {k} distinct choices. Add '
                'candidates, make fewer choices, or set `distinct=False`.'
            )
        if self.subchoice_index is not None and k > 1:
            raise ValueError(
                f'A multi-choice cannot be a sub-choice: num_choices={k}, '
                f'subchoice_index={self.subchoice_index}.'
            )
        for i, candidate in enumerate(self.candidates):
            if candidate.index != i:
                set_attribute(candidate, 'index', i)
        literals = self.literal_values
        if literals is not None:
            if len(literals) != n:
                raise ValueError(
                    f'There must be one literal value per candidate: {len(literals)} literal '
                    f'values, {n} candidates.'
                )
            for i, literal in enumerate(literals):
                prefix = f'{i}/{n} ('
                if isinstance(literal, str) and literal.startswith(prefix) and literal[-1] == ')':
                    nodes: Any = literals
                    nodes._sym_store(i, literal[len(prefix) : -1])

    def _sym_touch(self) -> None:
        super()._sym_touch()
        if self._subchoices is not None:
            set_attribute(self, '_subchoices', None)

    # -- Kinds.

    @property
    def is_categorical(self) -> bool:
        return True

    @property
    def is_subchoice(self) -> bool:
        return self.subchoice_index is not None

    # -- Candidates.

    @property
    def _num_candidates(self) -> int:
        return len(self.candidates) if self._constants is None else self._constants

    def _candidate(self, index: int) -> Space | None:
        """The space of a candidate, `None` when it is constant."""
        if self._constants is not None:
            return None
        candidate: Space = self.candidates[index]
        return candidate if candidate.elements else None

    def _parts(self) -> Iterator[DNASpec]:
        return iter(self._conditional_candidates())

    def _conditional_candidates(self) -> list[Space]:
        """The spaces that hold decisions."""
        if self._constants is not None:
            return []
        return [c for c in self.candidates if c.elements]

    def _candidate_points(self) -> Iterator[DecisionPoint] | None:
        """The decision points right below all candidates, `None` when there are none."""
        spaces = self._conditional_candidates()
        if not spaces:
            return None
        return (point for candidate in spaces for point in candidate._points())

    # -- Choices of a multi-choice.

    def subchoice(self, index: int) -> Choices:
        """The spec of one choice; for a single choice itself.

        Raises:
            ValueError: this is a sub-choice.
            IndexError: there are fewer choices.
        """
        if self.subchoice_index is not None:
            raise ValueError(f'{self.id.path!r} is a choice of a multi-choice and has none itself.')
        return self if self.num_choices == 1 else self.choice_specs[index]

    @property
    def choice_specs(self) -> list[Choices]:
        """The specs of all choices; `[self]` for a single choice."""
        if self.num_choices == 1:
            return [self]
        if self._subchoices is None:
            set_attribute(
                self, '_subchoices', [self._make_subchoice(i) for i in range(self.num_choices)]
            )
        assert self._subchoices is not None
        return self._subchoices

    def _make_subchoice(self, index: int) -> Choices:
        candidates: int | list[Space | None]
        if self._constants is not None:
            candidates = self._constants
        else:
            candidates = [c.clone() if c.elements or c.hints else None for c in self.candidates]
        literals = self._literals
        if literals is None and self.literal_values is not None:
            literals = list(self.literal_values)
        sub = self._make(
            1,
            candidates,
            literals,
            self.distinct,
            self.sorted,
            self.hints,
            KeyPath._of((index,)),
            self.name,
            index,
        )
        set_attribute(sub, '_sym_parent', self)
        set_attribute(sub, '_sym_key', index)
        # The plan holds nothing that depends on the place in the tree.
        set_attribute(sub, '_plan', SpacePlan((self._point_plan().single(),)))
        return sub

    def _points(self) -> Iterator[DecisionPoint]:
        return iter(self.choice_specs)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, (int, slice)):
            return self.choice_specs[key]
        return super().__getitem__(key)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.choice_specs)

    # -- Text of candidates.

    def _literal(self, index: int) -> Literal | None:
        literals = self.literal_values if self._literals is None else self._literals
        return None if literals is None else literals[index]

    def format_candidate(self, index: int, display_format: str = 'choice_and_literal') -> Literal:
        """A readable form of a candidate.

        Args:
            index: index of the candidate.
            display_format: 'choice' for `'i/n'`, 'literal' for the literal value as it is, or
                'choice_and_literal' for `'i/n (literal)'`. Without literal values all give `'i/n'`.

        Raises:
            ValueError: unknown format.
        """
        if display_format not in ('choice', 'literal', 'choice_and_literal'):
            raise ValueError(
                "`display_format` must be 'choice', 'literal' or 'choice_and_literal', but it is "
                f'{display_format!r}.'
            )
        literal = self._literal(index) if display_format != 'choice' else None
        choice = f'{index}/{self._num_candidates}'
        if literal is None:
            return choice
        return literal if display_format == 'literal' else f'{choice} ({literal})'

    def candidate_index(self, choice_value: Literal) -> int:
        """The index of a candidate given by its literal value, `'i/n'` or `'i/n (literal)'`.

        A string literal that was written with quotes (`"'relu'"`) may be given without, unless
        another literal equals the bare text.

        Raises:
            ValueError: there is no such candidate.
        """
        where = f'of the decision {self.name or self.id.path!r}'
        if not isinstance(choice_value, (int, float, str)):
            raise ValueError(
                f'The value {where} must be an int, a float or a string, but it is '
                f'{choice_value!r}.'
            )
        literals = self.literal_values if self._literals is None else self._literals
        if literals is not None:
            index = self._index_of_literal(choice_value)
            if index is None and isinstance(choice_value, str):
                index = self._index_of_literal(repr(choice_value))
            if index is not None:
                return index
        n = self._num_candidates
        match = _INDEXED.fullmatch(choice_value) if isinstance(choice_value, str) else None
        if match is None:
            known = f': expected one of {_listed(literals)}' if literals is not None else ''
            raise ValueError(f'There is no candidate {choice_value!r} {where}{known}.')
        index, total, literal = int(match[1]), int(match[2]), match[3]
        if total != n:
            raise ValueError(f'{choice_value!r} {where} is one of {total} candidates, not of {n}.')
        if not 0 <= index < n:
            raise ValueError(f'The index in {choice_value!r} {where} is out of range.')
        if literal is not None and (literals is None or str(literals[index]) != literal):
            raise ValueError(
                f'{choice_value!r} {where} does not match: the literal value of candidate {index} '
                f'is {None if literals is None else literals[index]!r}.'
            )
        return index

    def _index_of_literal(self, value: Any) -> int | None:
        """The last position of a literal value."""
        literals: Any = self.literal_values if self._literals is None else self._literals
        for i in range(len(literals) - 1, -1, -1):
            if literals[i] == value:
                return i
        return None

    # -- Spaces as data.

    @property
    def _has_names(self) -> bool:
        if self.name is not None:
            return True
        return self._constants is None and DNASpec._has_names.fget(self)  # type: ignore[attr-defined]

    @property
    def _is_plain(self) -> bool:
        return self._constants is not None

    def _point_plan(self) -> ChoicesPlan:
        subs = None
        if self._constants is None and self._conditional_candidates():
            subs = tuple(c._compiled() if c.elements else None for c in self.candidates)
        return ChoicesPlan(self.num_choices, self._num_candidates, self.distinct, self.sorted, subs)

    def _make_signature(self) -> Any:
        if self.hints is not None:
            raise NotImplementedError()
        candidates: Any = self._constants
        if candidates is None:
            signatures = tuple(c._signature() for c in self.candidates)
            plain = all(not c.elements and not c.location for c in self.candidates)
            candidates = len(signatures) if plain else signatures
        literals = self.literal_values if self._literals is None else self._literals
        return (
            type(self),
            self.location._keys,
            self.name,
            self.num_choices,
            candidates,
            None if literals is None else tuple(literals),
            self.distinct,
            self.sorted,
            self.subchoice_index,
        )

    # -- Text.

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
        inner = '  ' * (indent + 1)
        yield f'Choices(num_choices={self.num_choices}, [\n'
        for i in range(self._num_candidates):
            candidate, literal = self._candidate(i), self._literal(i)
            yield f'{inner}({i}): '
            if candidate is not None:
                yield candidate, indent + 1
            else:
                yield 'Space()' if literal is None else str(literal)
            yield '\n'
        details = []
        if show_id:
            details.append(f'id={self.id.path!r}')
        for key, default in (
            ('name', None),
            ('distinct', True),
            ('sorted', False),
            ('hints', None),
            ('subchoice_index', None),
        ):
            value = getattr(self, key)
            if value is not default:
                details.append(f'{key}={format_value(value, compact=True)}')
        yield ', '.join(['  ' * indent + ']', *details]) + ')'


_CANDIDATES = Choices.__schema__['candidates'].value
_LITERALS = Choices.__schema__['literal_values'].value
install(
    Choices,
    lambda choices: choices._make_fields(),
    candidates=Choices._make_candidates,
    literal_values=Choices._make_literal_values,
)


def _listed(literals: Any) -> str:
    return repr(literals) if isinstance(literals, range) else repr(list(literals))


def manyof(
    num_choices: int,
    candidates: list[Any],
    distinct: bool = True,
    sorted: bool = False,
    literal_values: list[Literal] | None = None,
    hints: Any = None,
    location: KeyPath | str = ROOT_LOCATION,
    name: str | None = None,
) -> Choices:
    """A multi-choice; candidates that are bare decision points become spaces."""
    return Choices(
        num_choices,
        _to_spaces(candidates),
        literal_values,
        distinct,
        sorted,
        hints=hints,
        location=location,
        name=name,
    )


def oneof(
    candidates: list[Any],
    literal_values: list[Literal] | None = None,
    hints: Any = None,
    location: KeyPath | str = ROOT_LOCATION,
    name: str | None = None,
) -> Choices:
    """A single choice; candidates that are bare decision points become spaces."""
    return manyof(
        1, candidates, literal_values=literal_values, hints=hints, location=location, name=name
    )
