"""Spec of dicts, with or without a schema."""

import typing

from mutandis.base import MISSING_VALUE
from mutandis.base import MissingValue as UntypedMissingValue
from mutandis.typing.containers import to_spec
from mutandis.typing.defaults import fresh_default
from mutandis.typing.field import Field
from mutandis.typing.forward_ref import ForwardRef
from mutandis.typing.introspection import callable_eq
from mutandis.typing.key_specs import StrKey
from mutandis.typing.paths import PathLike
from mutandis.typing.schemas import Schema, create_schema
from mutandis.typing.value_spec import ChildTransform, Pairs, ValueSpec


class _Generated:
    """Stands for the default that the schema gives, until it is asked for."""

    __slots__ = ()

    def __copy__(self) -> '_Generated':
        return self

    def __deepcopy__(self, memo: dict[int, typing.Any]) -> '_Generated':
        return self

    def __reduce__(self) -> str:
        return '_GENERATED'


_GENERATED = _Generated()


class Dict(ValueSpec):
    """Spec of a dict. Dicts are validated in place, and completed with defaults.

    Args:
      schema: None for any keys and values; a `Schema`; a list of field definitions; a dict
        `{key: definition}`; or a spec or annotation of the values of any string keys.
      default: Default value, completed by the schema. Without one, a schema gives its own default.
      transform: Function that converts values before they are checked.
      is_noneable: Whether None is accepted.
      frozen: Whether the value is fixed to the default.
    """

    __slots__ = ('_schema', '_generated')

    __serialization_key__ = 'pyglove.typing.Dict'
    auto_register = True

    def __init__(
        self,
        schema: typing.Any = None,
        default: typing.Any = MISSING_VALUE,
        transform: typing.Callable[[typing.Any], typing.Any] | None = None,
        is_noneable: bool = False,
        frozen: bool = False,
    ) -> None:
        if schema is not None and not isinstance(schema, Schema):
            if isinstance(schema, (list, dict)):
                schema = create_schema(schema, allow_nonconst_keys=True)
            else:
                schema = Schema([Field(StrKey(), to_spec(schema))], allow_nonconst_keys=True)
        self._schema: Schema | None = schema
        self._generated: typing.Any = None
        super().__init__(dict, default, transform, is_noneable, False)
        if schema is not None and isinstance(default, UntypedMissingValue):
            self._default = _GENERATED
        if frozen:
            self._frozen = True
            self._refresh()

    @property
    def schema(self) -> Schema | None:
        """Schema of the keys and values, None for any."""
        return self._schema

    @property
    def default(self) -> typing.Any:
        """Default value; generated from the schema if none was given."""
        if self._default is not _GENERATED:
            return self._default
        if self._generated is None:
            assert self._schema is not None
            self._generated = self._schema.apply({}, allow_partial=True)
        return self._generated

    def _refresh(self) -> None:
        super()._refresh()
        self._generated = None

    def set_default(
        self, default: typing.Any, use_default_apply: bool = True, root_path: PathLike = None
    ) -> 'Dict':
        """Sets the default; a missing value restores the one of the schema."""
        super().set_default(default, use_default_apply, root_path)
        if self._schema is not None and isinstance(default, UntypedMissingValue):
            self._default = _GENERATED
        return self

    def noneable(self, is_noneable: bool = True, use_none_as_default: bool = True) -> 'Dict':
        """Accepts None from now on, or no longer.

        None replaces a default that the schema gave, and an explicit one is kept.
        """
        self._noneable = is_noneable
        if is_noneable:
            if use_none_as_default and (
                self._default is _GENERATED or isinstance(self._default, UntypedMissingValue)
            ):
                self._default = None
        elif self._default is None:
            self._default = MISSING_VALUE if self._schema is None else _GENERATED
        self._refresh()
        return self

    @classmethod
    def with_type_args(cls, type_args: tuple[typing.Any, ...]) -> 'Dict':
        """`Dict[str, t]` or `Dict[{...}]`."""
        if len(type_args) == 1 and isinstance(type_args[0], dict):
            return cls(type_args[0])
        if len(type_args) == 2:
            return cls(type_args[1]) if type_args[0] is str else cls()
        raise TypeError(
            '`Dict[...]` takes a dict as schema, or two type arguments for key and value, got '
            f'{type_args!r}.'
        )

    def apply(
        self,
        value: typing.Any,
        allow_partial: bool = False,
        child_transform: ChildTransform | None = None,
        root_path: PathLike = None,
    ) -> typing.Any:
        """Accepts a dict (see `ValueSpec.apply`)."""
        if type(value) is not dict or self._transform is not None or self._frozen:
            return self._apply_steps(value, allow_partial, child_transform, root_path)
        if self._schema is not None:
            self._schema.apply(value, allow_partial, child_transform, root_path)
        return value

    def _convert_type(self, value: typing.Any, root_path: PathLike) -> typing.Any:
        if isinstance(value, dict):
            return value
        return self._convert(value, dict, root_path)

    def _apply(
        self,
        value: typing.Any,
        allow_partial: bool,
        child_transform: ChildTransform | None,
        root_path: PathLike,
    ) -> typing.Any:
        if self._schema is not None:
            self._schema.apply(value, allow_partial, child_transform, root_path)
        return value

    def _collect_forward_refs(self) -> set[ForwardRef]:
        refs: set[ForwardRef] = set()
        if self._schema is not None:
            for field in self._schema.values():
                refs.update(field.value._collect_forward_refs())
        return refs

    def _is_compatible(self, other: 'Dict') -> bool:
        if self._schema is None:
            return True
        return other._schema is not None and self._schema.is_compatible(other._schema)

    def _extend(self, base: 'Dict') -> None:
        if base._schema is None:
            return
        if self._schema is None:
            self._schema = base._schema.copy()
            if isinstance(self._default, UntypedMissingValue):
                self._default = base._default
        else:
            # A copy, as other specs may share the schema.
            self._schema = self._schema.copy().extend(base._schema)
        self._refresh()
        if isinstance(self._default, dict):
            self._default = self._schema.apply(fresh_default(self._default), allow_partial=True)

    def _eq(self, other: 'Dict') -> bool:
        return self._schema == other._schema

    def _default_eq(self, other: 'Dict') -> bool:
        if self._default is other._default:
            return True
        return callable_eq(self.default, other.default)

    def _annotate(self) -> typing.Any:
        return typing.Dict[str, typing.Any]  # noqa: UP006

    def __call__(self, *args: typing.Any, **kwargs: typing.Any) -> typing.Any:
        """Returns the dict of the arguments, validated and completed."""
        return self.apply(dict(*args, **kwargs))

    def _pairs(self) -> Pairs:
        fields = None if self._schema is None else list(self._schema.values())
        return [('fields', fields, None)]

    def _json_fields(self) -> dict[str, tuple[typing.Any, typing.Any]]:
        explicit = MISSING_VALUE if self._default is _GENERATED else self._default
        return {'schema': (self._schema, None), 'default': (explicit, MISSING_VALUE)}


ValueSpec.DictType = Dict
