"""What `Dict` and `List` have in common: an optional value spec and an optional callback."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, ClassVar, TypeVar

from mutandis import typing as T
from mutandis.base import LEAF_TYPES, KeyPath
from mutandis.base.plain_values import is_array
from mutandis.symbolic.base import Symbolic
from mutandis.symbolic.flags import scoped_value
from mutandis.symbolic.plans import Plan, plan_for
from mutandis.symbolic.rebind import FieldUpdate, field_updates
from mutandis.symbolic.topology import STICKY, WRITABLE, path_of, set_attribute

OnChange = Callable[[dict[KeyPath, FieldUpdate]], Any]
Self = TypeVar('Self', bound='Container')


class Container(Symbolic, T.CustomTyping):
    """A node that is a built-in container at the same time."""

    __slots__ = ()

    custom_apply_lazy_path = True
    _sym_flags: ClassVar[int] = WRITABLE
    _sym_plan: ClassVar[Plan | None] = None
    _sym_callback: ClassVar[Any] = None  # `OnChange | None`; a callable would count as a method.
    _sym_spec_class: ClassVar[Any]

    @property
    def value_spec(self) -> Any:
        """The value spec that items are validated with, or None."""
        return None if self._sym_plan is None else self._sym_plan.spec

    def use_value_spec(self: Self, value_spec: Any, allow_partial: bool = False) -> Self:
        """Binds and applies a value spec (`typing.Dict` or `typing.List`); None unbinds.

        Raises:
            ValueError: `value_spec` is of another kind, or a value does not fit.
            RuntimeError: Another spec is bound already.
        """
        if value_spec is None:
            set_attribute(self, '_sym_plan', None)
            self._sym_set_flag(WRITABLE, True)
            return self
        kind = self._sym_spec_class.__name__
        if not isinstance(value_spec, self._sym_spec_class):
            raise ValueError(
                f'`value_spec` of the {kind} at {str(path_of(self))!r} must be a `typing.{kind}`. '
                f'Encountered: {value_spec!r}.'
            )
        known = self.value_spec
        if known is None:
            self._sym_bind(plan_for(value_spec), allow_partial)
        elif known is not value_spec and known != value_spec:
            raise RuntimeError(
                f'The {kind} at {str(path_of(self))!r} is bound to another value spec: {known!r}. '
                f'Call `use_value_spec(None)` first.'
            )
        return self

    def _sym_bind(self, plan: Plan, allow_partial: bool) -> None:
        """Validates the items by `plan`, then binds it."""
        raise NotImplementedError

    def _sym_listen(self, callback: OnChange | None) -> None:
        """Makes `callback` hear of changes here and below."""
        if callback is not None:
            set_attribute(self, '_sym_callback', callback)
            set_attribute(self, '_sym_listens', True)

    def _sym_constructed(self) -> None:
        """Notes that the constructor has run, where origins are tracked."""
        if scoped_value('track_origin'):
            self.sym_setorigin(None, '__init__')

    def _sym_notify(self, changes: list[tuple[Any, Any, Any, Any]]) -> None:
        callback = self._sym_callback
        if callback is not None:
            callback(field_updates(self, changes))

    def _sym_is_plain(self) -> bool:
        return (
            self._sym_plan is None and self._sym_callback is None and Symbolic._sym_is_plain(self)
        )

    def _sym_equals(self, other: Any, plain: Any, values: Callable[[Any], Iterable[Any]]) -> Any:
        """`self == other` as dict or list compare, item by item where they cannot.

        Args:
            other: Any value.
            plain: Their comparison.
            values: Iterates over the items in symbolic form.
        """
        try:
            result = plain(self, other)
        except (RuntimeError, ValueError):  # Too deep, or an array that is neither true nor false.
            result = None
        if result is None or (
            result is not NotImplemented
            and not LEAF_TYPES.issuperset(map(type, values(self)))
            and any(v.__class__ is tuple or is_array(v) for v in values(self))
        ):
            from mutandis.symbolic.comparison import deep_equal

            return deep_equal(self, other)
        return result

    def _sym_copy_state_to(self, new: Any) -> None:
        """Gives a copy the value spec, the flags and the callback of this node."""
        if self._sym_plan is not None:
            set_attribute(new, '_sym_plan', self._sym_plan)
        flags = self._sym_flags & ~STICKY
        if flags != new._sym_flags:
            set_attribute(new, '_sym_flags', flags)
        new._sym_listen(self._sym_callback)


def positions_of(items: list[Any], value: Any) -> Iterator[int]:
    """Yields the indices of the items whose symbolic form is, or `==`, a value."""
    for i, item in enumerate(list.__iter__(items)):
        if item is value:
            yield i
        elif item.__class__ in LEAF_TYPES and value.__class__ in LEAF_TYPES:
            if item == value:
                yield i
        elif value_eq(item, value):
            yield i


def value_eq(left: Any, right: Any) -> bool:
    """`left == right` as a bool, for values of any depth and for arrays."""
    from mutandis.symbolic.comparison import deep_equal

    return deep_equal(left, right)


__all__ = ['Container', 'OnChange', 'positions_of', 'value_eq']
