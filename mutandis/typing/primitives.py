"""Specs of bool, str and numbers."""

import re
import typing

from mutandis.base import MISSING_VALUE
from mutandis.typing.converters import get_converter
from mutandis.typing.paths import PathLike, at_path
from mutandis.typing.value_spec import ChildTransform, Pairs, ValueSpec, short_repr


class PrimitiveType(ValueSpec):
    """Base of specs of immutable builtin values."""

    __slots__ = ()

    auto_register = False

    def _convert_type(self, value: typing.Any, root_path: PathLike) -> typing.Any:
        value_type = self._value_type
        if value_type is None or isinstance(value, value_type):
            return value
        return self._convert(value, value_type, root_path)

    def __call__(self, *args: typing.Any, **kwargs: typing.Any) -> typing.Any:
        """Returns the default, or the type called with the arguments."""
        if (not args and not kwargs and self.has_default) or self._frozen:
            return self.default
        return self.apply(self._value_type(*args, **kwargs))


class Bool(PrimitiveType):
    """Spec of a bool. Numbers are not bools.

    Args:
      default: Default value.
      is_noneable: Whether None is accepted.
      frozen: Whether the value is fixed to the default.
    """

    __slots__ = ()

    __serialization_key__ = 'pyglove.typing.Bool'
    auto_register = True

    def __init__(
        self,
        default: typing.Any = MISSING_VALUE,
        is_noneable: bool = False,
        frozen: bool = False,
    ) -> None:
        super().__init__(bool, default, None, is_noneable, frozen)

    def _exact_type(self) -> typing.Any:
        return bool


class Str(PrimitiveType):
    """Spec of a string.

    Args:
      default: Default value.
      regex: Regular expression that must match at the start of the string (as `re.match` does; end
        it with `$` to match all of it).
      is_noneable: Whether None is accepted.
      frozen: Whether the value is fixed to the default.

    Raises:
      TypeError: If `regex` is not a string.
      re.error: If it is malformed.
    """

    __slots__ = ('_regex',)

    __serialization_key__ = 'pyglove.typing.Str'
    auto_register = True

    def __init__(
        self,
        default: typing.Any = MISSING_VALUE,
        regex: str | None = None,
        is_noneable: bool = False,
        frozen: bool = False,
    ) -> None:
        # An empty pattern restricts nothing, but only a str may be one.
        self._regex = None if regex is None or regex == '' else re.compile(regex)
        super().__init__(str, default, None, is_noneable, frozen)

    def _exact_type(self) -> typing.Any:
        return str if self._regex is None else None

    @property
    def regex(self) -> re.Pattern[str] | None:
        """The compiled pattern, or None."""
        return self._regex

    @classmethod
    def with_type_args(cls, type_args: tuple[typing.Any, ...]) -> 'Str':
        """`Str['a.*']`."""
        if len(type_args) != 1:
            raise TypeError(f'`Str[...]` takes one regular expression, got {type_args!r}.')
        return cls(regex=type_args[0])

    def _validate(self, value: typing.Any, root_path: PathLike) -> None:
        if self._regex is not None and self._regex.match(value) is None:
            raise ValueError(
                at_path(
                    f'String {short_repr(value)} does not match regular expression '
                    f'{self._regex.pattern!r}',
                    root_path,
                )
            )

    def _extend(self, base: 'Str') -> None:
        if self._regex is None:
            self._regex = base._regex

    def _eq(self, other: 'Str') -> bool:
        return self._regex == other._regex

    def _pairs(self) -> Pairs:
        pattern = None if self._regex is None else self._regex.pattern
        return [
            ('default', self._default, MISSING_VALUE),
            ('regex', pattern, None),
        ]

    def _json_fields(self) -> dict[str, tuple[typing.Any, typing.Any]]:
        return {'regex': (None if self._regex is None else self._regex.pattern, None)}


class Number(PrimitiveType):
    """Spec of a number of a given type within inclusive bounds.

    Args:
      value_type: Type of the number.
      default: Default value.
      min_value: Least value, None for no bound.
      max_value: Greatest value, None for no bound.
      is_noneable: Whether None is accepted.
      frozen: Whether the value is fixed to the default.

    Raises:
      ValueError: If `min_value` is greater than `max_value`.
    """

    __slots__ = ('_min_value', '_max_value', '_plain')

    __serialization_key__ = 'pyglove.core.typing.value_specs.Number'
    auto_register = True

    def __init__(
        self,
        value_type: typing.Any,
        default: typing.Any = MISSING_VALUE,
        min_value: typing.Any = None,
        max_value: typing.Any = None,
        is_noneable: bool = False,
        frozen: bool = False,
    ) -> None:
        if min_value is not None and max_value is not None and min_value > max_value:
            raise ValueError(
                f'"max_value" must be at least "min_value", got min_value={min_value!r}, '
                f'max_value={max_value!r}.'
            )
        self._min_value = min_value
        self._max_value = max_value
        # Values of exactly this type need nothing but the test of the bounds.
        self._plain = value_type
        super().__init__(value_type, default, None, is_noneable, frozen)

    def _exact_type(self) -> typing.Any:
        if self._min_value is None and self._max_value is None:
            return self._value_type
        return None

    def _refresh(self) -> None:
        super()._refresh()
        self._plain = None if self._transform or self._frozen else self._value_type

    @property
    def min_value(self) -> typing.Any:
        """Least value, or None."""
        return self._min_value

    @property
    def max_value(self) -> typing.Any:
        """Greatest value, or None."""
        return self._max_value

    @classmethod
    def with_type_args(cls, type_args: tuple[typing.Any, ...]) -> 'Number':
        """`Int[min, max]`, None for an open end."""
        if len(type_args) != 2:
            raise TypeError(
                f'`{cls.__name__}[...]` takes two bounds (None for an open end), got {type_args!r}.'
            )
        make = typing.cast(typing.Any, cls)
        spec: Number = make(min_value=type_args[0], max_value=type_args[1])
        return spec

    def apply(
        self,
        value: typing.Any,
        allow_partial: bool = False,
        child_transform: ChildTransform | None = None,
        root_path: PathLike = None,
    ) -> typing.Any:
        """Accepts a number (see `ValueSpec.apply`)."""
        if (
            type(value) is self._plain
            and (self._min_value is None or self._min_value <= value)
            and (self._max_value is None or value <= self._max_value)
        ):
            return value
        return self._apply_steps(value, allow_partial, child_transform, root_path)

    def _validate(self, value: typing.Any, root_path: PathLike) -> None:
        low, high = self._min_value, self._max_value
        if (low is not None and value < low) or (high is not None and value > high):
            raise ValueError(
                at_path(f'Value {value!r} is out of range (min={low}, max={high})', root_path)
            )

    def _is_compatible(self, other: 'Number') -> bool:
        low, high = self._min_value, self._max_value
        if low is not None and (other._min_value is None or other._min_value < low):
            return False
        return high is None or (other._max_value is not None and other._max_value <= high)

    def _extend(self, base: 'Number') -> None:
        low, high = self._min_value, self._max_value
        if base._min_value is not None:
            if low is not None and low < base._min_value:
                raise TypeError(
                    f'{self!r} cannot redeclare {base!r}: its min_value must be at least '
                    f'{base._min_value}.'
                )
            low = base._min_value if low is None else low
        if base._max_value is not None:
            if high is not None and high > base._max_value:
                raise TypeError(
                    f'{self!r} cannot redeclare {base!r}: its max_value must be at most '
                    f'{base._max_value}.'
                )
            high = base._max_value if high is None else high
        if low is not None and high is not None and low > high:
            raise TypeError(f'{self!r} cannot redeclare {base!r}: no value satisfies both.')
        self._min_value = low
        self._max_value = high

    def _eq(self, other: 'Number') -> bool:
        return (
            self._value_type is other._value_type
            and self._min_value == other._min_value
            and self._max_value == other._max_value
        )

    def _pairs(self) -> Pairs:
        return [
            ('default', self._default, MISSING_VALUE),
            ('min', self._min_value, None),
            ('max', self._max_value, None),
        ]

    def _json_fields(self) -> dict[str, tuple[typing.Any, typing.Any]]:
        fields = {
            'min_value': (self._min_value, None),
            'max_value': (self._max_value, None),
        }
        if type(self) is Number:
            fields['value_type'] = (self._value_type, None)
        return fields


class Int(Number):
    """Spec of an int (a bool is one). Objects with `__index__` are converted.

    Args:
      default: Default value.
      min_value: Least value, None for no bound.
      max_value: Greatest value, None for no bound.
      is_noneable: Whether None is accepted.
      frozen: Whether the value is fixed to the default.
    """

    __slots__ = ()

    __serialization_key__ = 'pyglove.typing.Int'

    def __init__(
        self,
        default: typing.Any = MISSING_VALUE,
        min_value: int | None = None,
        max_value: int | None = None,
        is_noneable: bool = False,
        frozen: bool = False,
    ) -> None:
        super().__init__(int, default, min_value, max_value, is_noneable, frozen)

    def _convert(
        self, value: typing.Any, value_type: typing.Any, root_path: PathLike
    ) -> typing.Any:
        # What serves as an index is an integer, such as a tensor of one.
        if hasattr(value.__class__, '__index__') and get_converter(type(value), int) is None:
            try:
                return value.__index__()
            except (TypeError, ValueError, RuntimeError):
                pass
        return super()._convert(value, value_type, root_path)


class Float(Number):
    """Spec of a float. Ints are converted.

    Args:
      default: Default value.
      min_value: Least value, None for no bound.
      max_value: Greatest value, None for no bound.
      is_noneable: Whether None is accepted.
      frozen: Whether the value is fixed to the default.
    """

    __slots__ = ()

    __serialization_key__ = 'pyglove.typing.Float'

    def __init__(
        self,
        default: typing.Any = MISSING_VALUE,
        min_value: float | None = None,
        max_value: float | None = None,
        is_noneable: bool = False,
        frozen: bool = False,
    ) -> None:
        super().__init__(float, default, min_value, max_value, is_noneable, frozen)
