"""What `Dict` and `List` have in common: an optional value spec and an optional callback."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any, ClassVar, TypeVar

from mutandis import typing as T
from mutandis.base import LEAF_TYPES, KeyPath, MissingValue
from mutandis.base.plain_values import is_array
from mutandis.symbolic.base import Symbolic
from mutandis.symbolic.flags import SCOPES, is_type_check_enabled, scoped_value
from mutandis.symbolic.plans import PathLike, Plan, join_path, plan_for, resolve_path
from mutandis.symbolic.rebind import FieldUpdate, all_or_nothing, commit, field_updates, undo_later
from mutandis.symbolic.topology import (
    ALLOW_PARTIAL,
    MAYBE_PARTIAL,
    STICKY,
    WRITABLE,
    path_of,
    set_attribute,
)

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
            plan = plan_for(value_spec)
            commit(self, lambda _: self._sym_fit(plan, allow_partial, lambda: path_of(self)))
        elif known is not value_spec and known != value_spec:
            raise RuntimeError(
                f'The {kind} at {str(path_of(self))!r} is bound to another value spec: {known!r}. '
                f'Call `use_value_spec(None)` first.'
            )
        return self

    def custom_apply(
        self: Self,
        path: PathLike,
        value_spec: Any,
        allow_partial: bool,
        child_transform: Any = None,
    ) -> tuple[bool, Any]:
        """Takes over the spec of the field it is put into, or checks its own against it."""
        spec = self._sym_spec_in(value_spec)
        if spec is None or spec.transform is not None:
            if spec is None and self._sym_plan is not None and self._sym_is_refused(value_spec):
                raise self._sym_bound_otherwise(value_spec, path)
            return (True, self)
        if not self._sym_has_to_fit(spec, allow_partial, path):
            return (False, self)
        node: Self = self._sym_clone(False) if self._sym_parent is not None else self
        plan = node._sym_plan_for(spec)
        commit(node, lambda _: node._sym_fit(plan, allow_partial, path))
        return (False, node)

    def _sym_plan_for(self, spec: Any) -> Plan:
        mine = self._sym_plan
        return mine if mine is not None and mine.spec is spec else plan_for(spec)

    def _sym_spec_in(self, value_spec: Any) -> Any:
        """Returns the part of a spec that is for values of this kind, or None."""
        raise NotImplementedError

    def _sym_has_to_fit(self, spec: Any, partial: bool, path: PathLike) -> bool:
        """Whether the items have to be validated before the node can stand in a field.

        Raises:
            ValueError: The node is bound to a spec that the field does not accept.
        """
        raise NotImplementedError

    def _sym_check_spec(self, spec: Any, path: PathLike) -> None:
        mine = self.value_spec
        if not (mine is spec or spec.is_compatible(mine)):
            raise self._sym_bound_otherwise(spec, path)

    def _sym_is_refused(self, spec: Any) -> bool:
        """Whether a field that is not for containers of this kind takes none all the same."""
        if isinstance(spec, T.Callable):
            return not callable(self)
        if spec.transform is not None or not spec.type_resolved or spec.value_type is None:
            return False
        kinds = spec.value_type
        return not isinstance(self, kinds) and T.get_converter(type(self), kinds) is None

    def _sym_bound_otherwise(self, spec: Any, path: PathLike) -> ValueError:
        return ValueError(
            f'The {self._sym_spec_class.__name__} is bound to another value spec than '
            f'{str(resolve_path(path))!r} accepts. Expected: {spec!r}. '
            f'Encountered: {self.value_spec!r}.'
        )

    def _sym_fit(self, plan: Plan, partial: bool, path: PathLike) -> None:
        """Validates the items by a plan, where they are, and binds it; within a commit."""
        raise NotImplementedError

    def _sym_bind(self, plan: Plan, partial: bool, undo: Callable[[], None]) -> None:
        """Binds a plan; `undo` takes the items back should the commit fail."""
        plan_before, flags = self._sym_plan, self._sym_flags

        def undo_all() -> None:
            undo()
            set_attribute(self, '_sym_plan', plan_before)
            set_attribute(self, '_sym_flags', flags)

        undo_later(undo_all)
        set_attribute(self, '_sym_plan', plan)
        self._sym_set_flag(ALLOW_PARTIAL, bool(partial))

    def _sym_tell_each(self, changes: list[tuple[Any, Any, Any, Any]]) -> None:
        """Tells of values that a spec has filled in, one by one."""
        for change in changes:
            commit(self, lambda batch, told=change: batch.changes.append(told))  # type: ignore[misc]

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


def holds_containers(values: Collection[Any]) -> bool:
    """Whether there are containers among some values: to validate one may bind it to a spec."""
    return not LEAF_TYPES.issuperset(map(type, values)) and any(
        isinstance(value, Container) for value in values
    )


def accept_child(value: Any, plan: Plan, partial: bool, path: PathLike, owner: Any) -> Any:
    """Validates one item; a container that is a child of `owner` already stays where it is."""
    if (
        owner is not None
        and isinstance(value, Container)
        and value._sym_parent is owner
        and value._sym_spec_in(plan.spec) is plan.spec
        and plan.spec.transform is None
        and not plan.spec.frozen
        and not (SCOPES.active and not is_type_check_enabled())
    ):
        if value._sym_has_to_fit(plan.spec, partial, path):
            value._sym_fit(value._sym_plan_for(plan.spec), partial, path)
        return value
    return plan.accept(value, partial, path)


def accept_elements(
    items: list[Any], plan: Plan, partial: bool, path: PathLike, owner: Any = None
) -> list[Any]:
    """Returns validated items of a list, missing ones left out; `items` is not changed.

    Containers that are children of `owner` already are fitted where they are.
    """
    element = plan.element
    assert element is not None
    if element.exact.issuperset(map(type, items)):
        return _of_right_size(items, plan.spec, path)
    if owner is None and holds_containers(items):
        return all_or_nothing(lambda: _accept_each(items, plan, element, partial, path, owner))
    return _accept_each(items, plan, element, partial, path, owner)


def _accept_each(
    items: list[Any], plan: Plan, element: Plan, partial: bool, path: PathLike, owner: Any
) -> list[Any]:
    exact, known = element.exact, element.node_types
    accepted = []
    for i, value in enumerate(items):
        cls = value.__class__
        if cls not in exact and (
            cls not in known or (not partial and value._sym_flags & MAYBE_PARTIAL)
        ):
            if isinstance(value, MissingValue):
                continue
            value = accept_child(value, element, partial, join_path(path, i), owner)
        accepted.append(value)
    return _of_right_size(accepted, plan.spec, path)


def _of_right_size(accepted: list[Any], spec: Any, path: PathLike) -> list[Any]:
    size = len(accepted)
    if size < spec.min_size or (spec.max_size is not None and size > spec.max_size):
        bound = f'at least {spec.min_size}' if size < spec.min_size else f'at most {spec.max_size}'
        raise ValueError(
            f'The list at {str(resolve_path(path))!r} must have {bound} items. Encountered {size}.'
        )
    return accepted


__all__ = [
    'Container',
    'OnChange',
    'accept_child',
    'accept_elements',
    'holds_containers',
    'positions_of',
    'value_eq',
]
