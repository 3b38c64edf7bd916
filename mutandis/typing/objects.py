"""Specs of objects of a class, and of classes themselves."""

import typing

from mutandis.base import MISSING_VALUE, MaybePartial, RawText
from mutandis.typing.custom_typing import CustomTyping
from mutandis.typing.forward_ref import ForwardRef, caller_module
from mutandis.typing.introspection import checkable_type, is_instance, is_subclass
from mutandis.typing.paths import PathLike, at_path
from mutandis.typing.value_spec import ChildTransform, Pairs, ValueSpec, short_repr


class Object(ValueSpec):
    """Spec of instances of a class or of its subclasses.

    Args:
      t: A class, a subscripted generic class, a `ForwardRef`, or the name of a class in the calling
        module, which need not exist yet.
      default: Default value.
      transform: Function that converts values before they are checked.
      is_noneable: Whether None is accepted.
      frozen: Whether the value is fixed to the default.

    Raises:
      TypeError: If `t` is not a class, or is `object` (use `Any` for that).
    """

    __slots__ = ('_ref', '_checkable', '_partial_exact')

    __serialization_key__ = 'pyglove.typing.Object'
    auto_register = True

    def __init__(
        self,
        t: typing.Any,
        default: typing.Any = MISSING_VALUE,
        transform: typing.Callable[[typing.Any], typing.Any] | None = None,
        is_noneable: bool = False,
        frozen: bool = False,
    ) -> None:
        self._ref: ForwardRef | None = None
        # The class for which `isinstance` decides, None if `is_instance` has to.
        self._checkable: typing.Any = None
        # The class, if instances of exactly it need only be asked whether they are partial.
        self._partial_exact: typing.Any = None
        if isinstance(t, str):
            t = ForwardRef(caller_module(), t)
        if isinstance(t, ForwardRef):
            self._ref = t
            value_type: typing.Any = None
        else:
            value_type = _check_class(t)
            self._checkable = checkable_type(value_type)
        super().__init__(value_type, default, transform, is_noneable, frozen)

    def _exact_type(self) -> typing.Any:
        cls = self._checkable
        self._partial_exact = None
        if cls is None or issubclass(cls, CustomTyping):
            return None
        if issubclass(cls, MaybePartial):
            self._partial_exact = cls
            return None
        return cls

    def _refresh(self) -> None:
        self._partial_exact = None
        super()._refresh()

    @property
    def cls(self) -> typing.Any:
        """The class.

        Raises:
          TypeError: If it is given by a name that does not exist.
        """
        return self._value_type if self._ref is None else self._ref.cls

    @property
    def value_type(self) -> typing.Any:
        """The class (see `cls`)."""
        return self.cls

    @property
    def forward_ref(self) -> ForwardRef | None:
        """The reference by which the class was given, None if it was given itself."""
        return self._ref

    @property
    def schema(self) -> typing.Any:
        """Schema of the class, None if it has none."""
        return getattr(self.cls, '__schema__', None)

    @property
    def type_resolved(self) -> bool:
        """Whether the class exists."""
        return self._ref is None or self._ref.resolved

    @classmethod
    def with_type_args(cls, type_args: tuple[typing.Any, ...]) -> 'Object':
        """`Object[c]`."""
        if len(type_args) != 1:
            raise TypeError(f'`Object[...]` takes one type argument, got {type_args!r}.')
        return cls(type_args[0])

    def apply(
        self,
        value: typing.Any,
        allow_partial: bool = False,
        child_transform: ChildTransform | None = None,
        root_path: PathLike = None,
    ) -> typing.Any:
        """Accepts an instance of the class (see `ValueSpec.apply`)."""
        value_class = type(value)
        if value_class is self._exact:
            return value
        if value_class is self._partial_exact and (allow_partial or not value.is_partial):
            return value
        return self._apply_steps(value, allow_partial, child_transform, root_path)

    def _convert_type(self, value: typing.Any, root_path: PathLike) -> typing.Any:
        cls = self._value_type
        if cls is None:
            assert self._ref is not None
            cls = self._ref.lookup()
            if cls is None:
                self._ref.report_missing()
                return value  # Not checked until the class exists.
            cls = self._ref.cls
            checkable = checkable_type(cls)
        else:
            checkable = self._checkable
        if isinstance(value, checkable) if checkable is not None else is_instance(value, cls):
            return value
        return self._convert(value, cls, root_path)

    def _apply(
        self,
        value: typing.Any,
        allow_partial: bool,
        child_transform: ChildTransform | None,
        root_path: PathLike,
    ) -> typing.Any:
        if not allow_partial and isinstance(value, MaybePartial) and value.is_partial:
            raise ValueError(
                at_path(
                    f'Expected a complete {type(value).__name__}, got a partial one: '
                    f'{short_repr(value)}. Give the missing values, or allow partial values',
                    root_path,
                )
            )
        return value

    def _collect_forward_refs(self) -> set[ForwardRef]:
        return set() if self._ref is None else {self._ref}

    def _is_compatible(self, other: 'Object') -> bool:
        if not self.type_resolved or not other.type_resolved:
            return True
        return is_subclass(other.cls, self.cls)

    def _extend(self, base: 'Object') -> None:
        if not base._is_compatible(self):
            raise TypeError(f'{self!r} cannot redeclare {base!r}: not a subclass of it.')

    def _eq(self, other: 'Object') -> bool:
        if self._ref is None and other._ref is None:
            return bool(self._value_type == other._value_type)
        if self.type_resolved and other.type_resolved:
            return bool(self.cls == other.cls)
        return self._ref == other._ref

    def _annotate(self) -> typing.Any:
        return self._value_type if self._ref is None else self._ref.as_annotation()

    def __call__(self, *args: typing.Any, **kwargs: typing.Any) -> typing.Any:
        """Returns an instance made with the arguments."""
        return self.apply(self.cls(*args, **kwargs))

    def _pairs(self) -> Pairs:
        if self._ref is not None:
            name = self._ref.name
        else:
            name = getattr(self._value_type, '__name__', None) or str(self._value_type)
        return [
            ('', RawText(name), None),
            ('default', self._default, MISSING_VALUE),
        ]

    def _json_fields(self) -> dict[str, tuple[typing.Any, typing.Any]]:
        return {'t': (self.cls, None)}


def _check_class(t: typing.Any) -> typing.Any:
    if t is None:
        raise TypeError('The class of an Object spec cannot be None.')
    if t is object:
        raise TypeError('`object` is too general for an Object spec. Use `Any`.')
    if getattr(t, '__no_type_check__', False) is True and not isinstance(t, type):
        return object
    if isinstance(t, type) or typing.get_origin(t) is not None:
        return t
    raise TypeError(f'The class of an Object spec should be a class or its name, got {t!r}.')


class Type(ValueSpec):
    """Spec of a class, which must be a subclass of a given one.

    Args:
      t: A class, a subscripted generic, `typing.Any`, a `ForwardRef`, or the name of a class in the
        calling module.
      default: Default value.
      is_noneable: Whether None is accepted.
      frozen: Whether the value is fixed to the default.

    Raises:
      TypeError: If `t` is not a type.
    """

    __slots__ = ('_type', '_ref')

    __serialization_key__ = 'pyglove.typing.Type'
    auto_register = True

    def __init__(
        self,
        t: typing.Any,
        default: typing.Any = MISSING_VALUE,
        is_noneable: bool = False,
        frozen: bool = False,
    ) -> None:
        if isinstance(t, str):
            t = ForwardRef(caller_module(), t)
        self._type: typing.Any = None
        self._ref: ForwardRef | None = None
        if isinstance(t, ForwardRef):
            self._ref = t
        elif isinstance(t, type) or t is typing.Any or typing.get_origin(t) is not None:
            self._type = t
        else:
            raise TypeError(f'{t!r} is not a type.')
        super().__init__(type, default, None, is_noneable, frozen)

    @property
    def type(self) -> typing.Any:
        """The class of which values must be subclasses."""
        return self._type if self._ref is None else self._ref.cls

    @classmethod
    def with_type_args(cls, type_args: tuple[typing.Any, ...]) -> 'Type':
        """`Type[c]`."""
        if len(type_args) != 1:
            raise TypeError(f'`Type[...]` takes one type argument, got {type_args!r}.')
        return cls(type_args[0])

    def _convert_type(self, value: typing.Any, root_path: PathLike) -> typing.Any:
        if isinstance(value, _TYPE) and typing.get_origin(value) is None:
            return value
        return self._convert(value, _TYPE, root_path)

    def _validate(self, value: typing.Any, root_path: PathLike) -> None:
        if self._ref is not None and not self._ref.resolved:
            return
        if not is_subclass(value, self.type):
            raise ValueError(at_path(f'{value!r} is not a subclass of {self.type!r}', root_path))

    def _collect_forward_refs(self) -> set[ForwardRef]:
        return set() if self._ref is None else {self._ref}

    def _is_compatible(self, other: 'Type') -> bool:
        if not self.type_resolved or not other.type_resolved:
            return True
        return is_subclass(other.type, self.type)

    def _extend(self, base: 'Type') -> None:
        if not base._is_compatible(self):
            raise TypeError(f'{self!r} cannot redeclare {base!r}: not a subclass of it.')

    def _eq(self, other: 'Type') -> bool:
        if self.type_resolved and other.type_resolved:
            return bool(self.type == other.type)
        return self._ref == other._ref

    def _annotate(self) -> typing.Any:
        inner = self._type if self._ref is None else self._ref.as_annotation()
        return typing.cast(typing.Any, typing.Type)[inner]  # noqa: UP006

    def __call__(self, *args: typing.Any, **kwargs: typing.Any) -> typing.Any:
        """Returns the type."""
        return self.type

    def _pairs(self) -> Pairs:
        inner = self._type if self._ref is None else self._ref.name
        return [
            ('', inner, None),
            ('default', self._default, MISSING_VALUE),
        ]

    def _json_fields(self) -> dict[str, tuple[typing.Any, typing.Any]]:
        return {'t': (self.type, None)}


# `type` is the name of a property in `Type`.
_TYPE = type

ValueSpec.ObjectType = Object
