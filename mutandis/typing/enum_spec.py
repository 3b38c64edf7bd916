"""Spec of a value out of a given list."""

import typing

from mutandis.base import MISSING_VALUE, kvlist_str
from mutandis.base import MissingValue as UntypedMissingValue
from mutandis.typing.introspection import is_subclass, safe_eq
from mutandis.typing.paths import PathLike, at_path
from mutandis.typing.primitives import PrimitiveType
from mutandis.typing.value_spec import ChildTransform, Pairs, ValueSpec, short_repr

_LOOKUP_TYPES = frozenset({str, int, bool, float, bytes})


class Enum(PrimitiveType):
    """Spec of a value that equals one of the given values.

    Args:
      default: Default value, `MISSING_VALUE` for none.
      values: The values. None among them makes the spec noneable.
      frozen: Whether the value is fixed to the default.

    Raises:
      ValueError: If `values` is not a non-empty list, or the default is not in it.
    """

    __slots__ = ('_values', '_lookup')

    __serialization_key__ = 'pyglove.typing.Enum'
    auto_register = True

    _lookup: frozenset[typing.Any]

    def __init__(self, default: typing.Any, values: list[typing.Any], frozen: bool = False) -> None:
        if not isinstance(values, list) or not values:
            raise ValueError(f'Values of Enum should be a non-empty list, got {values!r}.')
        if not isinstance(default, UntypedMissingValue) and not _contains(values, default):
            raise ValueError(f'Enum default {default!r} is not one of the values {values!r}.')
        self._values = list(values)
        super().__init__(
            _common_type(values), default, None, any(v is None for v in values), frozen
        )

    def _exact_type(self) -> typing.Any:
        # Values that can be looked up, if nothing but membership has to be checked.
        self._lookup = frozenset(v for v in self._values if type(v) in _LOOKUP_TYPES)
        return None

    def _refresh(self) -> None:
        self._lookup = frozenset()
        super()._refresh()

    def apply(
        self,
        value: typing.Any,
        allow_partial: bool = False,
        child_transform: ChildTransform | None = None,
        root_path: PathLike = None,
    ) -> typing.Any:
        """Accepts one of the values (see `ValueSpec.apply`)."""
        value_class = type(value)
        if (
            value_class in _LOOKUP_TYPES
            and (value_class is self._value_type or self._value_type is None)
            and value in self._lookup
        ):
            return value
        return self._apply_steps(value, allow_partial, child_transform, root_path)

    @property
    def values(self) -> list[typing.Any]:
        """The accepted values."""
        return self._values

    @classmethod
    def with_type_args(cls, type_args: tuple[typing.Any, ...]) -> 'Enum':
        """`Enum['a', 'b']` or `Enum[['a', 'b']]`."""
        if len(type_args) == 1 and isinstance(type_args[0], list):
            return cls(MISSING_VALUE, type_args[0])
        if len(type_args) < 2:
            raise TypeError(f'`Enum[...]` takes at least two values, got {type_args!r}.')
        return cls(MISSING_VALUE, list(type_args))

    def noneable(self, is_noneable: bool = True, use_none_as_default: bool = True) -> 'Enum':
        """Adds None to the values, or removes it; None never becomes the default."""
        has_none = any(v is None for v in self._values)
        if is_noneable and not has_none:
            self._values = [*self._values, None]
        elif not is_noneable:
            self._values = [v for v in self._values if v is not None]
            if self._default is None:
                self._default = MISSING_VALUE
        self._noneable = is_noneable
        self._refresh()
        return self

    def _validate(self, value: typing.Any, root_path: PathLike) -> None:
        if not _contains(self._values, value):
            raise ValueError(
                at_path(f'Value {short_repr(value)} is not one of {self._values!r}', root_path)
            )

    def _annotate(self) -> typing.Any:
        return typing.Any if self._value_type is None else self._value_type

    def is_compatible(self, other: ValueSpec) -> bool:
        """Returns whether all values of `other` are accepted."""
        if other.frozen and _contains(self._values, other.default):
            return True
        return super().is_compatible(other)

    def _is_compatible(self, other: 'Enum') -> bool:
        return all(_contains(self._values, v) for v in other._values)

    def _extend(self, base: 'Enum') -> None:
        for value in self._values:
            if not _contains(base._values, value):
                raise TypeError(
                    f'{self!r} cannot redeclare {base!r}: {value!r} is not one of its values.'
                )

    def _eq(self, other: 'Enum') -> bool:
        return safe_eq(self._values, other._values)

    def __call__(self, *args: typing.Any, **kwargs: typing.Any) -> typing.Any:
        """Returns the default, or the argument if it is one of the values."""
        if (not args and not kwargs and self.has_default) or self._frozen:
            return self.default
        return self.apply(*args, **kwargs)

    def _pairs(self) -> Pairs:
        return [
            ('default', self._default, MISSING_VALUE),
            ('values', self._values, MISSING_VALUE),
        ]

    def format(
        self,
        compact: bool = False,
        verbose: bool = True,
        root_indent: int = 0,
        **kwargs: typing.Any,
    ) -> str:
        """Returns the text form, in which noneability shows in the values."""
        return kvlist_str(
            [*self._pairs(), ('frozen', self._frozen, False)],
            label=type(self).__name__,
            compact=compact,
            verbose=verbose,
            root_indent=root_indent,
            **kwargs,
        )

    def to_json(self, **kwargs: typing.Any) -> typing.Any:
        """Returns the JSON form."""
        return self.to_json_dict(
            fields={
                'default': (self._default, MISSING_VALUE),
                'values': (self._values, MISSING_VALUE),
                'frozen': (self._frozen, False),
            },
            exclude_default=True,
            **kwargs,
        )

    @classmethod
    def from_json(cls, json_value: typing.Any, **kwargs: typing.Any) -> 'Enum':
        """Returns the spec of a JSON form, in which a missing default is left out."""
        if 'default' not in json_value:
            json_value = {**json_value, 'default': MISSING_VALUE.to_json()}
        spec: Enum = super().from_json(json_value, **kwargs)
        return spec


def _contains(values: list[typing.Any], value: typing.Any) -> bool:
    return any(v is value or safe_eq(v, value) for v in values)


def _common_type(values: list[typing.Any]) -> typing.Any:
    """The most general type of the values if their types form a chain, else None."""
    common: typing.Any = None
    for value in values:
        if value is None:
            continue
        value_type = str if isinstance(value, str) else type(value)
        if common is None or is_subclass(common, value_type):
            common = value_type
        elif not is_subclass(value_type, common):
            return None
    return common
