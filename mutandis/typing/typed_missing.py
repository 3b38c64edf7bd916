"""The marker of a required value that is not there yet, and of which the type is known."""

import typing

from mutandis.base import MISSING_VALUE
from mutandis.base import MissingValue as UntypedMissingValue

__all__ = ['MISSING_VALUE', 'MissingValue', 'UntypedMissingValue']


class MissingValue(UntypedMissingValue):
    """A missing value that knows the spec of the value to come.

    It equals the untyped `MISSING_VALUE`; two typed ones are equal if their specs are.
    """

    __slots__ = ('_value_spec',)

    auto_register = False

    def __init__(self, value_spec: typing.Any) -> None:
        self._value_spec = value_spec

    @property
    def value_spec(self) -> typing.Any:
        """Spec of the value that is missing."""
        return self._value_spec

    def __eq__(self, other: object) -> bool:
        if isinstance(other, MissingValue):
            return bool(self._value_spec == other._value_spec)
        return isinstance(other, UntypedMissingValue)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(MISSING_VALUE)

    def __copy__(self) -> 'MissingValue':
        return MissingValue(self._value_spec)

    def __deepcopy__(self, memo: dict[int, typing.Any]) -> 'MissingValue':
        # The spec belongs to a class, not to the value: it is shared.
        return MissingValue(self._value_spec)

    def __reduce__(self) -> tuple[typing.Any, ...]:
        return (MissingValue, (self._value_spec,))

    def format(
        self,
        compact: bool = False,
        verbose: bool = True,
        root_indent: int = 0,
        **kwargs: typing.Any,
    ) -> str:
        """Returns `MISSING_VALUE`, with the spec unless compact."""
        if compact:
            return 'MISSING_VALUE'
        spec = self._value_spec.format(
            compact=compact, verbose=verbose, root_indent=root_indent, **kwargs
        )
        return f'MISSING_VALUE({spec})'

    def to_json(self, **kwargs: typing.Any) -> typing.Any:
        """Returns the JSON form of the untyped marker: the spec is not data."""
        return MISSING_VALUE.to_json(**kwargs)
