"""Specs of lists and tuples."""

import typing

from mutandis.base import MISSING_VALUE
from mutandis.typing import late_binding
from mutandis.typing.field import Field
from mutandis.typing.forward_ref import ForwardRef
from mutandis.typing.key_specs import ListKey, TupleKey
from mutandis.typing.paths import PathLike, at_path, child_path, resolve_path
from mutandis.typing.value_spec import ChildTransform, Pairs, ValueSpec, short_repr

# Annotations are given in the forms of `typing`, which differ from `list[int]` under `==`.
_TYPING_LIST: typing.Any = typing.List  # noqa: UP006
_TYPING_TUPLE: typing.Any = typing.Tuple  # noqa: UP006


def to_spec(value: typing.Any) -> ValueSpec:
    """Returns the spec of an annotation (or the spec itself) that is part of another spec."""
    if isinstance(value, ValueSpec):
        return value
    spec: ValueSpec = late_binding.spec_from_annotation(value, auto_typing=True)
    return spec


def element_annotation(spec: ValueSpec) -> typing.Any:
    """Returns the annotation of a part of another spec, `typing.Any` if it has none."""
    annotation = spec.annotation
    return typing.Any if isinstance(annotation, type(MISSING_VALUE)) else annotation


def check_sizes(
    kind: str,
    min_size: int | None,
    max_size: int | None,
    size: int | None,
) -> tuple[int | None, int | None]:
    """Returns the minimal and maximal size that the size arguments of a container stand for.

    Raises:
      ValueError: If they contradict each other.
    """
    if size is not None:
        if min_size is not None or max_size is not None:
            raise ValueError(
                'Give either "size" or "min_size" and "max_size", got '
                f'size={size}, min_size={min_size}, max_size={max_size}.'
            )
        min_size = max_size = size
    if min_size is not None and min_size < 0:
        raise ValueError(f'"min_size" of {kind} must not be negative, got {min_size}.')
    if max_size is not None and max_size < (min_size or 0):
        raise ValueError(
            f'"max_size" of {kind} must not be less than "min_size", got '
            f'min_size={min_size}, max_size={max_size}.'
        )
    return min_size, max_size


class List(ValueSpec):
    """Spec of a list. Lists are validated in place.

    Args:
      element_value: Spec or annotation of the elements.
      default: Default value.
      min_size: Least number of elements.
      max_size: Greatest number of elements, None for no bound.
      size: Exact number of elements; excludes the other two.
      transform: Function that converts values before they are checked.
      is_noneable: Whether None is accepted.
      frozen: Whether the value is fixed to the default.

    Raises:
      TypeError: If `element_value` is no annotation.
      ValueError: If the sizes contradict each other.
    """

    __slots__ = ('_element', '_min_size', '_max_size')

    __serialization_key__ = 'pyglove.typing.List'
    auto_register = True

    def __init__(
        self,
        element_value: typing.Any,
        default: typing.Any = MISSING_VALUE,
        min_size: int | None = None,
        max_size: int | None = None,
        size: int | None = None,
        transform: typing.Callable[[typing.Any], typing.Any] | None = None,
        is_noneable: bool = False,
        frozen: bool = False,
    ) -> None:
        # None means "not given": a redeclaration inherits the size of its base then.
        self._min_size, self._max_size = check_sizes('List', min_size, max_size, size)
        self._element = _list_element(to_spec(element_value), self._min_size, self._max_size)
        super().__init__(list, default, transform, is_noneable, frozen)

    @property
    def element(self) -> Field:
        """Field of the elements."""
        return self._element

    @property
    def min_size(self) -> int:
        """Least number of elements."""
        return self._min_size or 0

    @property
    def max_size(self) -> int | None:
        """Greatest number of elements, None for no bound."""
        return self._max_size

    @classmethod
    def with_type_args(cls, type_args: tuple[typing.Any, ...]) -> 'List':
        """`List[t]`."""
        if len(type_args) != 1:
            raise TypeError(f'`List[...]` takes one type argument, got {type_args!r}.')
        return cls(type_args[0])

    def apply(
        self,
        value: typing.Any,
        allow_partial: bool = False,
        child_transform: ChildTransform | None = None,
        root_path: PathLike = None,
    ) -> typing.Any:
        """Accepts a list (see `ValueSpec.apply`)."""
        if type(value) is not list or self._transform is not None or self._frozen:
            return self._apply_steps(value, allow_partial, child_transform, root_path)
        self._apply(value, allow_partial, child_transform, root_path)
        if self._min_size or self._max_size is not None:
            self._validate(value, root_path)
        return value

    def _convert_type(self, value: typing.Any, root_path: PathLike) -> typing.Any:
        if isinstance(value, list):
            return value
        return self._convert(value, list, root_path)

    def _apply(
        self,
        value: typing.Any,
        allow_partial: bool,
        child_transform: ChildTransform | None,
        root_path: PathLike,
    ) -> typing.Any:
        if type(value) is list:
            read: typing.Any = value.__getitem__
            write: typing.Any = value.__setitem__
        else:
            read = getattr(value, 'sym_getattr', value.__getitem__)
            write = getattr(value, '_sym_replace', value.__setitem__)
        field = self._element
        spec = field._value
        exact = spec._exact
        apply = spec.apply
        for i in range(len(value)):
            item = read(i)
            if type(item) is exact and child_transform is None:
                continue
            path = child_path(root_path, i)
            new_item = apply(item, allow_partial, child_transform, path)
            if child_transform is not None:
                new_item = child_transform(resolve_path(path), field, new_item)
            if new_item is not item:
                write(i, new_item)
        return value

    def _validate(self, value: typing.Any, root_path: PathLike) -> None:
        size = len(value)
        if self._min_size is not None and size < self._min_size:
            raise ValueError(
                at_path(
                    f'Length of list {short_repr(value)} is {size}, less than the min size '
                    f'({self._min_size})',
                    root_path,
                )
            )
        if self._max_size is not None and size > self._max_size:
            raise ValueError(
                at_path(
                    f'Length of list {short_repr(value)} is {size}, greater than the max size '
                    f'({self._max_size})',
                    root_path,
                )
            )

    def _collect_forward_refs(self) -> set[ForwardRef]:
        return self._element.value._collect_forward_refs()

    def _is_compatible(self, other: 'List') -> bool:
        if self._max_size is not None and (
            other._max_size is None or other._max_size > self._max_size
        ):
            return False
        return self._element.value.is_compatible(other._element.value)

    def _extend(self, base: 'List') -> None:
        low = base._min_size if self._min_size is None else self._min_size
        if low is not None and base._min_size is not None and low < base._min_size:
            raise TypeError(
                f'{self!r} cannot redeclare {base!r}: its min_size must be at least '
                f'{base._min_size}.'
            )
        high = base._max_size if self._max_size is None else self._max_size
        if high is not None and base._max_size is not None and high > base._max_size:
            raise TypeError(
                f'{self!r} cannot redeclare {base!r}: its max_size must be at most '
                f'{base._max_size}.'
            )
        if low is not None and high is not None and low > high:
            raise TypeError(f'{self!r} cannot redeclare {base!r}: no size satisfies both.')
        spec = self._element.value.copy().extend(base._element.value)
        self._min_size, self._max_size = low, high
        self._element = _list_element(spec, low, high)

    def _eq(self, other: 'List') -> bool:
        return (
            self.min_size == other.min_size
            and self._max_size == other._max_size
            and self._element.value == other._element.value
        )

    def _annotate(self) -> typing.Any:
        return _TYPING_LIST[element_annotation(self._element.value)]

    def __call__(self, *args: typing.Any, **kwargs: typing.Any) -> typing.Any:
        """Returns the default, or a list of the elements of the argument."""
        if (not args and not kwargs and self.has_default) or self._frozen:
            return self.default
        return self.apply(list(*args, **kwargs))

    def _pairs(self) -> Pairs:
        return [
            ('', self._element.value, None),
            ('min_size', self.min_size, 0),
            ('max_size', self._max_size, None),
            ('default', self._default, MISSING_VALUE),
        ]

    def _json_fields(self) -> dict[str, tuple[typing.Any, typing.Any]]:
        return {
            'element_value': (self._element.value, None),
            'min_size': (self.min_size, None),
            'max_size': (self._max_size, None),
        }


def _list_element(spec: ValueSpec, min_size: int | None, max_size: int | None) -> Field:
    return Field(ListKey(min_size or 0, max_size), spec, 'Field of list element')


class Tuple(ValueSpec):
    """Spec of a tuple, of fixed length with a spec per element, or of variable length.

    Args:
      element_values: Non-empty list or tuple of specs or annotations (fixed length), or one of them
        (variable length).
      default: Default value.
      min_size: Least number of elements, for variable length.
      max_size: Greatest number of elements, for variable length.
      size: Exact number of elements; excludes the other two.
      transform: Function that converts values before they are checked.
      is_noneable: Whether None is accepted.
      frozen: Whether the value is fixed to the default.

    Raises:
      ValueError: If there are no element specs, or the sizes do not fit.
    """

    __slots__ = ('_elements', '_min_size', '_max_size')

    __serialization_key__ = 'pyglove.typing.Tuple'
    auto_register = True

    def __init__(
        self,
        element_values: typing.Any,
        default: typing.Any = MISSING_VALUE,
        min_size: int | None = None,
        max_size: int | None = None,
        size: int | None = None,
        transform: typing.Callable[[typing.Any], typing.Any] | None = None,
        is_noneable: bool = False,
        frozen: bool = False,
    ) -> None:
        if isinstance(element_values, (list, tuple)):
            if not element_values:
                raise ValueError('"element_values" of Tuple must be a non-empty list.')
            if size is not None or min_size is not None or max_size is not None:
                raise ValueError(
                    '"size", "min_size" and "max_size" do not apply to a Tuple of fixed length '
                    f'with elements {element_values!r}.'
                )
            specs = [to_spec(e) for e in element_values]
            min_size = max_size = len(specs)
            fixed = True
        else:
            min_size, max_size = check_sizes('Tuple', min_size, max_size, size)
            spec = to_spec(element_values)
            if max_size == 0:
                min_size = 0
            fixed = max_size is not None and min_size == max_size
            specs = [spec] * (max_size or 0) if fixed else [spec]
        self._min_size = min_size
        self._max_size = max_size
        if fixed:
            self._elements = [_tuple_element(i, s) for i, s in enumerate(specs)]
        else:
            self._elements = [_tuple_element(None, specs[0])]
        super().__init__(tuple, default, transform, is_noneable, frozen)

    @property
    def fixed_length(self) -> bool:
        """Whether all tuples have the same length."""
        return self._max_size is not None and self._min_size == self._max_size

    @property
    def min_size(self) -> int:
        """Least number of elements."""
        return self._min_size or 0

    @property
    def max_size(self) -> int | None:
        """Greatest number of elements, None for no bound."""
        return self._max_size

    @property
    def elements(self) -> list[Field]:
        """Fields of the elements: one each for fixed length, else one for all."""
        return self._elements

    def __len__(self) -> int:
        return len(self._elements) if self.fixed_length else 0

    def __bool__(self) -> bool:
        return True

    @classmethod
    def with_type_args(cls, type_args: tuple[typing.Any, ...]) -> 'Tuple':
        """`Tuple[a, b]`, or `Tuple[a, ...]` for variable length."""
        if len(type_args) == 2 and type_args[1] is ...:
            return cls(type_args[0])
        return cls(list(type_args))

    def _convert_type(self, value: typing.Any, root_path: PathLike) -> typing.Any:
        if isinstance(value, tuple):
            return value
        return self._convert(value, tuple, root_path)

    def _apply(
        self,
        value: typing.Any,
        allow_partial: bool,
        child_transform: ChildTransform | None,
        root_path: PathLike,
    ) -> typing.Any:
        size = len(value)
        fixed = self.fixed_length
        if fixed:
            if size != len(self._elements):
                raise ValueError(
                    at_path(
                        f'Expected a tuple of {len(self._elements)} elements, got {size}: '
                        f'{short_repr(value)}',
                        root_path,
                    )
                )
        else:
            self._check_length(value, size, root_path)
        fields = self._elements
        new_items = []
        changed = False
        for i, item in enumerate(value):
            field = fields[i] if fixed else fields[0]
            spec = field._value
            new_item = item
            if type(item) is not spec._exact or child_transform is not None:
                path = child_path(root_path, i)
                new_item = spec.apply(item, allow_partial, child_transform, path)
                if child_transform is not None:
                    new_item = child_transform(resolve_path(path), field, new_item)
                changed = changed or new_item is not item
            new_items.append(new_item)
        return tuple(new_items) if changed else value

    def _check_length(self, value: typing.Any, size: int, root_path: PathLike) -> None:
        if self._min_size is not None and size < self._min_size:
            raise ValueError(
                at_path(
                    f'Length of tuple {short_repr(value)} is {size}, less than the min size '
                    f'({self._min_size})',
                    root_path,
                )
            )
        if self._max_size is not None and size > self._max_size:
            raise ValueError(
                at_path(
                    f'Length of tuple {short_repr(value)} is {size}, greater than the max size '
                    f'({self._max_size})',
                    root_path,
                )
            )

    def _collect_forward_refs(self) -> set[ForwardRef]:
        refs: set[ForwardRef] = set()
        for field in self._elements:
            refs.update(field.value._collect_forward_refs())
        return refs

    def _is_compatible(self, other: 'Tuple') -> bool:
        if self.fixed_length:
            return (
                other.fixed_length
                and len(self) == len(other)
                and all(
                    a.value.is_compatible(b.value)
                    for a, b in zip(self._elements, other._elements, strict=True)
                )
            )
        if self.min_size > other.min_size:
            return False
        if self._max_size is not None and (
            other._max_size is None or other._max_size > self._max_size
        ):
            return False
        element = self._elements[0].value
        return all(element.is_compatible(field.value) for field in other._elements)

    def _extend(self, base: 'Tuple') -> None:
        if self.fixed_length:
            size = len(self)
            if base.fixed_length:
                if size != len(base):
                    raise TypeError(f'{self!r} cannot redeclare {base!r}: lengths differ.')
                base_fields = base._elements
            else:
                too_long = base._max_size is not None and size > base._max_size
                if size < base.min_size or too_long:
                    raise TypeError(
                        f'{self!r} cannot redeclare {base!r}: length {size} is not allowed.'
                    )
                base_fields = base._elements * size
            self._elements = [
                _tuple_element(i, own.value.copy().extend(other.value))
                for i, (own, other) in enumerate(zip(self._elements, base_fields, strict=True))
            ]
            return
        if base.fixed_length:
            raise TypeError(
                f'{self!r} cannot redeclare {base!r}: a tuple of variable length cannot replace '
                'one of fixed length.'
            )
        low = base._min_size if self._min_size is None else self._min_size
        high = base._max_size if self._max_size is None else self._max_size
        if base._min_size is not None and low is not None and low < base._min_size:
            raise TypeError(
                f'{self!r} cannot redeclare {base!r}: its min_size must be at least '
                f'{base._min_size}.'
            )
        if base._max_size is not None and high is not None and high > base._max_size:
            raise TypeError(
                f'{self!r} cannot redeclare {base!r}: its max_size must be at most '
                f'{base._max_size}.'
            )
        spec = self._elements[0].value.copy().extend(base._elements[0].value)
        self._min_size, self._max_size = low, high
        if self.fixed_length:
            self._elements = [_tuple_element(i, spec) for i in range(self.min_size)]
        else:
            self._elements = [_tuple_element(None, spec)]

    def _eq(self, other: 'Tuple') -> bool:
        return (
            self.min_size == other.min_size
            and self._max_size == other._max_size
            and self._elements == other._elements
        )

    def _annotate(self) -> typing.Any:
        args = tuple(element_annotation(field.value) for field in self._elements)
        if not self.fixed_length:
            args = (*args, ...)
        return _TYPING_TUPLE[args]

    def __call__(self, *args: typing.Any, **kwargs: typing.Any) -> typing.Any:
        """Returns the default, or a tuple of the elements of the argument."""
        if (not args and not kwargs and self.has_default) or self._frozen:
            return self.default
        return self.apply(tuple(*args, **kwargs))

    def _pairs(self) -> Pairs:
        pairs: Pairs = []
        if self.fixed_length:
            pairs.append(('', [field.value for field in self._elements], None))
        else:
            pairs.append(('', self._elements[0].value, None))
        pairs.append(('default', self._default, MISSING_VALUE))
        if not self.fixed_length:
            pairs.append(('min_size', self.min_size, 0))
            pairs.append(('max_size', self._max_size, None))
        return pairs

    def _json_fields(self) -> dict[str, tuple[typing.Any, typing.Any]]:
        if self.fixed_length:
            return {'element_values': ([field.value for field in self._elements], None)}
        return {
            'element_values': (self._elements[0].value, None),
            'min_size': (self.min_size, None),
            'max_size': (self._max_size, None),
        }


def _tuple_element(index: int | None, spec: ValueSpec) -> Field:
    where = 'variable-length tuple element' if index is None else f'tuple element at {index}'
    return Field(TupleKey(index), spec, f'Field of {where}')


ValueSpec.ListType = List
