"""Specs of values that may be of one of several types."""

import typing

from mutandis.base import MISSING_VALUE
from mutandis.typing.containers import List, Tuple, element_annotation, to_spec
from mutandis.typing.converters import get_converter
from mutandis.typing.forward_ref import ForwardRef
from mutandis.typing.generics import GenericTypeAlias
from mutandis.typing.introspection import is_instance
from mutandis.typing.objects import Object
from mutandis.typing.paths import PathLike, at_path
from mutandis.typing.value_spec import ChildTransform, Pairs, ValueSpec, short_repr

_NO_CHOICE: typing.Any = object()


class Union(ValueSpec):
    """Spec of a value that one of several candidates accepts.

    The first candidate of which the value is an instance decides; then candidates without a type
    (callables, mixed enums); then the first to whose type the value can be converted.

    Args:
      candidates: At least two specs or annotations, of different types.
      default: Default value.
      is_noneable: Whether None is accepted; also if a candidate accepts it.
      frozen: Whether the value is fixed to the default.

    Raises:
      ValueError: If there are fewer than two candidates, or two of the same type.
    """

    __slots__ = ('_candidates', '_refs', '_choices')

    __serialization_key__ = 'pyglove.typing.Union'
    auto_register = True

    def __init__(
        self,
        candidates: typing.Sequence[typing.Any],
        default: typing.Any = MISSING_VALUE,
        is_noneable: bool = False,
        frozen: bool = False,
    ) -> None:
        if not isinstance(candidates, (tuple, list)) or len(candidates) < 2:
            raise ValueError(
                f'"candidates" must be a list of at least two elements, got {candidates!r}.'
            )
        specs = [to_spec(c) for c in candidates]
        _check_distinct(specs)
        self._candidates = specs
        refs: set[ForwardRef] = set()
        for spec in specs:
            refs.update(spec._collect_forward_refs())
        self._refs = refs
        # By type of the value: the candidate of which values of that type are instances.
        self._choices: dict[type, typing.Any] = {}
        is_noneable = is_noneable or any(c.is_noneable for c in specs)
        super().__init__(None, default, None, is_noneable, frozen)

    @property
    def candidates(self) -> list[ValueSpec]:
        """The candidates, in order."""
        return self._candidates

    @property
    def value_type(self) -> typing.Any:
        """Tuple of the types of the candidates, None if one has none."""
        types: list[typing.Any] = []
        for candidate in self._candidates:
            value_type = candidate.value_type
            if value_type is None:
                return None
            for t in value_type if isinstance(value_type, tuple) else (value_type,):
                if t not in types:
                    types.append(t)
        return tuple(types)

    @classmethod
    def with_type_args(cls, type_args: tuple[typing.Any, ...]) -> ValueSpec:
        """`Union[a, b]`; None among the arguments makes it noneable."""
        if len(type_args) < 2:
            raise TypeError(f'`Union[...]` takes at least two arguments, got {type_args!r}.')
        args = [a for a in type_args if a is not None and a is not type(None)]
        spec = to_spec(args[0]) if len(args) == 1 else cls(args)
        return spec.noneable() if len(args) < len(type_args) else spec

    def noneable(self, is_noneable: bool = True, use_none_as_default: bool = True) -> 'Union':
        """Accepts None from now on, or no longer; the candidates too."""
        super().noneable(is_noneable, use_none_as_default)
        # A union may accept None through one of its candidates only.
        self._candidates = [
            c
            if c.is_noneable == is_noneable and not isinstance(c, Union)
            else c.copy().noneable(is_noneable, use_none_as_default=False)
            for c in self._candidates
        ]
        self._choices = {}
        return self

    def _refresh(self) -> None:
        super()._refresh()
        self._choices = {}

    def apply(
        self,
        value: typing.Any,
        allow_partial: bool = False,
        child_transform: ChildTransform | None = None,
        root_path: PathLike = None,
    ) -> typing.Any:
        """Accepts what a candidate accepts (see `ValueSpec.apply`)."""
        if not self._frozen:
            choice = self._choices.get(type(value))
            if choice is not None and choice._exact is type(value):
                return value
        return self._apply_steps(value, allow_partial, child_transform, root_path)

    def _convert_type(self, value: typing.Any, root_path: PathLike) -> typing.Any:
        return value  # The candidates check types.

    def _apply(
        self,
        value: typing.Any,
        allow_partial: bool,
        child_transform: ChildTransform | None,
        root_path: PathLike,
    ) -> typing.Any:
        value_class = type(value)
        choice = self._choices.get(value_class, _NO_CHOICE)
        if choice is _NO_CHOICE:
            if self._refs and not self.type_resolved:
                return value  # Not checked until all names exist.
            choice = self._choose_by_type(value)
            if not self._refs:
                self._choices[value_class] = choice
        if choice is not None:
            return choice.apply(value, allow_partial, child_transform, root_path)
        for candidate in self._candidates:
            if candidate.value_type is None:
                try:
                    return candidate.apply(value, allow_partial, child_transform, root_path)
                except TypeError:
                    pass
        for candidate in self._candidates:
            value_type = candidate.value_type
            if value_type is not None and get_converter(value_class, value_type) is not None:
                return candidate.apply(value, allow_partial, child_transform, root_path)
        raise TypeError(
            at_path(
                f'Value {short_repr(value)} of type {value_class.__qualname__} matches no '
                f'candidate of {self.described()}',
                root_path,
            )
        )

    def _choose_by_type(self, value: typing.Any) -> ValueSpec | None:
        for candidate in self._candidates:
            value_type = candidate.value_type
            if value_type is None:
                continue
            if isinstance(candidate, Object) and candidate._checkable is not None:
                if isinstance(value, candidate._checkable):
                    return candidate
            elif is_instance(value, value_type):
                return candidate
        return None

    def get_candidate(self, dest_spec: ValueSpec) -> ValueSpec | None:
        """Returns the candidate of which `dest_spec` accepts all values, preferring its own class.

        Candidates that are unions are searched as well. None if there is no such candidate.
        """
        for candidate in self._candidates:
            if type(dest_spec) is type(candidate) and dest_spec.is_compatible(candidate):
                return candidate
        for candidate in self._candidates:
            if isinstance(candidate, Union):
                inner = candidate.get_candidate(dest_spec)
                if inner is not None:
                    return inner
            elif dest_spec.is_compatible(candidate):
                return candidate
        return None

    def _flat_candidates(self) -> typing.Iterator[ValueSpec]:
        for candidate in self._candidates:
            if isinstance(candidate, Union):
                yield from candidate._flat_candidates()
            else:
                yield candidate

    def narrowed_by(self, child: ValueSpec) -> ValueSpec | None:
        """Returns the candidate that `child` may redeclare: of its class (or a superclass)."""
        for candidate in self._flat_candidates():
            if type(candidate) is not type(child):
                continue
            if isinstance(candidate, Object) and not candidate._is_compatible(
                typing.cast(Object, child)
            ):
                continue
            return candidate
        return None

    def _collect_forward_refs(self) -> set[ForwardRef]:
        return set(self._refs)

    def is_compatible(self, other: ValueSpec) -> bool:
        """Returns whether every value that `other` accepts is accepted."""
        if self is other:
            return True
        if other.is_noneable and not self.is_noneable:
            return False
        if isinstance(other, Union):
            return all(
                any(own.is_compatible(their) for own in self._candidates)
                for their in other._candidates
            )
        return any(own.is_compatible(other) for own in self._candidates)

    def _extend(self, base: 'Union') -> None:
        candidates = []
        for own in self._candidates:
            their = base.narrowed_by(own)
            if their is None:
                raise TypeError(
                    f'{self!r} cannot redeclare {base!r}: candidate {own!r} is not one of it.'
                )
            candidates.append(own.copy().extend(their))
        self._candidates = candidates
        self._choices = {}

    def _eq(self, other: 'Union') -> bool:
        if len(self._candidates) != len(other._candidates):
            return False
        return all(any(own == their for their in other._candidates) for own in self._candidates)

    def _annotate(self) -> typing.Any:
        args = tuple(element_annotation(c) for c in self._candidates)
        return typing.Union[args]  # noqa: UP007

    def _pairs(self) -> Pairs:
        return [
            ('', self._candidates, None),
            ('default', self._default, MISSING_VALUE),
        ]

    def _json_fields(self) -> dict[str, tuple[typing.Any, typing.Any]]:
        return {'candidates': (self._candidates, None)}


def _check_distinct(specs: list[ValueSpec]) -> None:
    seen: list[tuple[typing.Any, typing.Any]] = []
    for spec in specs:
        if isinstance(spec, Union):
            if spec._refs and not spec.type_resolved:
                continue
            types = spec.value_type
            key: tuple[typing.Any, typing.Any] = (Union, types and frozenset(types))
        elif isinstance(spec, Object) and not spec.type_resolved:
            assert spec.forward_ref is not None
            key = (Object, spec.forward_ref.qualname)
        else:
            key = (type(spec), spec.value_type)
        if key in seen:
            raise ValueError(
                f'Two candidates of a Union have the same type {key[1]!r}: {specs!r}. A value of '
                'that type could not be told apart; merge them into one.'
            )
        seen.append(key)


class Optional(GenericTypeAlias):
    """`Optional[t]`: a spec that also accepts None, which is its default."""

    __slots__ = ()

    @classmethod
    def with_type_args(cls, type_args: tuple[typing.Any, ...]) -> ValueSpec:
        """`Optional[t]`."""
        if len(type_args) != 1:
            raise TypeError(f'`Optional[...]` takes one type argument, got {type_args!r}.')
        return to_spec(type_args[0]).noneable()


class Sequence(GenericTypeAlias):
    """`Sequence[t]`: a list or a tuple of elements of one type."""

    __slots__ = ()

    @classmethod
    def with_type_args(cls, type_args: tuple[typing.Any, ...]) -> ValueSpec:
        """`Sequence[t]`."""
        if len(type_args) != 1:
            raise TypeError(f'`Sequence[...]` takes one type argument, got {type_args!r}.')
        return Union([List(type_args[0]), Tuple(type_args[0])])


def ensure_value_spec(
    value_spec: ValueSpec, src_spec: ValueSpec, root_path: PathLike = None
) -> ValueSpec | None:
    """Returns the spec (of a field) that a value of a typed container must satisfy.

    Args:
      value_spec: Spec of the field; of a union the candidate that fits is taken.
      src_spec: Spec that is wanted.
      root_path: Location of the field, for messages.

    Returns:
      The spec, None if it is `Any`.

    Raises:
      TypeError: If `src_spec` does not accept all that `value_spec` accepts.
    """
    from mutandis.typing.any_spec import Any

    spec: ValueSpec | None = value_spec
    if isinstance(value_spec, Union):
        spec = value_spec.get_candidate(src_spec)
    if isinstance(spec, Any):
        return None
    if spec is None or not src_spec.is_compatible(spec):
        raise TypeError(
            at_path(f'Spec {value_spec!r} is not compatible with {src_spec!r}', root_path)
        )
    return spec
