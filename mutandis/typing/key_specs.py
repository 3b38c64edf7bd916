"""Which keys a field answers to: one name, any name, or positions in a list or tuple."""

import re
import typing

from mutandis.base import Formattable, kvlist_str
from mutandis.base import StrKey as PathStrKey
from mutandis.typing.stored import Stored

_MISSING_ATTR: typing.Any = object()


class KeySpec(Formattable, Stored):
    """Interface of the key of a field."""

    __slots__ = ()

    auto_register = False

    @property
    def is_const(self) -> bool:
        """Whether this matches exactly one key."""
        return True

    def match(self, key: typing.Any) -> bool:
        """Returns whether `key` belongs to the field."""
        raise NotImplementedError(f'{type(self).__qualname__} must implement `match`.')

    def extend(self, base: 'KeySpec') -> 'KeySpec':
        """Checks and completes this key as a redeclaration of `base`; returns self."""
        raise NotImplementedError(f'{type(self).__qualname__} must implement `extend`.')

    @classmethod
    def from_str(cls, key: str) -> 'KeySpec':
        """Returns the constant key of that name."""
        return ConstStrKey(key)

    def __ne__(self, other: object) -> bool:
        return not self == other


class ConstStrKey(str, KeySpec, PathStrKey):
    """A constant name. It is, equals and hashes like the plain string.

    Raises:
      KeyError: If the text contains a dot.
    """

    __slots__ = ()

    __serialization_key__ = 'pyglove.typing.ConstStrKey'
    auto_register = True

    def __new__(cls, text: str) -> 'ConstStrKey':
        if '.' in text:
            raise KeyError(
                f'The name of a field must not contain a dot: {text!r}. Dots separate the parts '
                'of key paths.'
            )
        return str.__new__(cls, text)

    __eq__ = str.__eq__
    __ne__ = str.__ne__
    __hash__ = str.__hash__

    @property
    def text(self) -> str:
        """The name."""
        return str.__str__(self)

    def match(self, key: typing.Any) -> bool:
        """Returns whether `key` is the name."""
        return bool(self == key)

    def extend(self, base: KeySpec) -> KeySpec:
        """Checks that `base` is the same name.

        Raises:
          KeyError: If it is not.
        """
        if self != base:
            raise KeyError(f'Field {self.text!r} cannot redeclare field {base!r}: keys differ.')
        return self

    def __str__(self) -> str:
        return str.__str__(self)

    def __repr__(self) -> str:
        return str.__str__(self)

    def format(self, *args: typing.Any, **kwargs: typing.Any) -> str:
        """Returns the bare name."""
        return str.__str__(self)

    def __copy__(self) -> 'ConstStrKey':
        return self

    def __deepcopy__(self, memo: dict[int, typing.Any]) -> 'ConstStrKey':
        return self

    def __reduce__(self) -> tuple[typing.Any, ...]:
        return (ConstStrKey, (str.__str__(self),))

    def to_json(self, **kwargs: typing.Any) -> typing.Any:
        """Returns the JSON form."""
        return self.to_json_dict(fields={'text': str.__str__(self)}, **kwargs)


class NonConstKey(KeySpec):
    """Base of keys that match more than one key."""

    __slots__ = ()

    auto_register = False

    @property
    def is_const(self) -> bool:
        """False."""
        return False


class StrKey(NonConstKey):
    """Any string, or any that matches a regular expression (at its start)."""

    __slots__ = ('_regex',)

    __serialization_key__ = 'pyglove.typing.StrKey'
    auto_register = True

    def __init__(self, regex: str | None = None) -> None:
        self._regex = re.compile(regex) if regex else None

    @property
    def regex(self) -> re.Pattern[str] | None:
        """The compiled pattern, or None."""
        return self._regex

    def match(self, key: typing.Any) -> bool:
        """Returns whether `key` is a string that matches."""
        if not isinstance(key, str):
            return False
        return self._regex is None or self._regex.match(key) is not None

    def extend(self, base: KeySpec) -> KeySpec:
        """Checks that `base` has the same pattern.

        Raises:
          KeyError: If it has not.
        """
        if self != base:
            raise KeyError(f'{self!r} cannot redeclare {base!r}: keys differ.')
        return self

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, StrKey) and self._regex == other._regex)

    def __hash__(self) -> int:
        return hash((StrKey, self._regex))

    def format(
        self,
        compact: bool = False,
        verbose: bool = True,
        root_indent: int = 0,
        **kwargs: typing.Any,
    ) -> str:
        """Returns the text form, always on one line."""
        return _key_str('StrKey', [('regex', self._regex and self._regex.pattern, None)])

    def to_json(self, **kwargs: typing.Any) -> typing.Any:
        """Returns the JSON form."""
        return self.to_json_dict(
            fields={'regex': (self._regex and self._regex.pattern, None)},
            exclude_default=True,
            **kwargs,
        )


class ListKey(NonConstKey):
    """Positions of list elements: `min_value <= key < max_value`, unbounded without `max_value`."""

    __slots__ = ('_min_value', '_max_value')

    __serialization_key__ = 'pyglove.typing.ListKey'
    auto_register = True

    def __init__(self, min_value: int = 0, max_value: int | None = None) -> None:
        self._min_value = min_value
        self._max_value = max_value

    @property
    def min_value(self) -> int:
        """Lowest position, or the minimal size of the list."""
        return self._min_value

    @property
    def max_value(self) -> int | None:
        """Upper bound of positions, or the maximal size of the list."""
        return self._max_value

    def match(self, key: typing.Any) -> bool:
        """Returns whether `key` is a position in range."""
        return (
            isinstance(key, int)
            and self._min_value <= key
            and (not self._max_value or key < self._max_value)
        )

    def extend(self, base: KeySpec) -> KeySpec:
        """Narrows the range of `base`, and inherits its upper bound.

        Raises:
          TypeError: If `base` is no `ListKey` or has a narrower range.
        """
        if not isinstance(base, ListKey):
            raise TypeError(f'{self!r} cannot redeclare {base!r}: not a key of a list.')
        if self._min_value < base._min_value:
            raise TypeError(
                f'{self!r} cannot redeclare {base!r}: its lower bound must be at least '
                f'{base._min_value}.'
            )
        if base._max_value is not None:
            if self._max_value is None:
                self._max_value = base._max_value
            elif self._max_value > base._max_value:
                raise TypeError(
                    f'{self!r} cannot redeclare {base!r}: its upper bound must be at most '
                    f'{base._max_value}.'
                )
        return self

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, ListKey)
            and self._min_value == other._min_value
            and self._max_value == other._max_value
        )

    __hash__ = None  # type: ignore[assignment]

    def format(
        self,
        compact: bool = False,
        verbose: bool = True,
        root_indent: int = 0,
        **kwargs: typing.Any,
    ) -> str:
        """Returns the text form, always on one line."""
        pairs = [
            ('min_value', self._min_value, _MISSING_ATTR),
            ('max_value', self._max_value, _MISSING_ATTR),
        ]
        return _key_str('ListKey', pairs)

    def to_json(self, **kwargs: typing.Any) -> typing.Any:
        """Returns the JSON form."""
        return self.to_json_dict(
            fields={
                'min_value': (self._min_value, _MISSING_ATTR),
                'max_value': (self._max_value, None),
            },
            exclude_default=True,
            **kwargs,
        )


class TupleKey(NonConstKey):
    """A position in a tuple, or any position if `index` is None."""

    __slots__ = ('_index',)

    __serialization_key__ = 'pyglove.typing.TupleKey'
    auto_register = True

    def __init__(self, index: int | None = None) -> None:
        self._index = index

    @property
    def index(self) -> int | None:
        """The position, or None for any."""
        return self._index

    def match(self, key: typing.Any) -> bool:
        """Returns whether `key` is the position."""
        return isinstance(key, int) and (self._index is None or self._index == key)

    def extend(self, base: KeySpec) -> KeySpec:
        """Checks that `base` is the same position, or inherits it.

        Raises:
          TypeError: If `base` is no `TupleKey`.
          KeyError: If it is another position.
        """
        if not isinstance(base, TupleKey):
            raise TypeError(f'{self!r} cannot redeclare {base!r}: not a key of a tuple.')
        if self._index is None:
            self._index = base._index
        elif base._index is not None and base._index != self._index:
            raise KeyError(f'{self!r} cannot redeclare {base!r}: positions differ.')
        return self

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, TupleKey) and self._index == other._index)

    __hash__ = None  # type: ignore[assignment]

    def format(
        self,
        compact: bool = False,
        verbose: bool = True,
        root_indent: int = 0,
        **kwargs: typing.Any,
    ) -> str:
        """Returns the text form, always on one line."""
        return _key_str('TupleKey', [('index', self._index, _MISSING_ATTR)])

    def to_json(self, **kwargs: typing.Any) -> typing.Any:
        """Returns the JSON form."""
        return self.to_json_dict(
            fields={'index': (self._index, None)}, exclude_default=True, **kwargs
        )


def _key_str(label: str, pairs: list[tuple[str, typing.Any, typing.Any]]) -> str:
    return kvlist_str(
        [(name, value, default) for name, value, default in pairs],
        label=label,
        compact=True,
    )
