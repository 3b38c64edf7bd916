"""A field: key, spec, and what people should know about it."""

import functools
import typing

from mutandis.base import Formattable, kvlist_str
from mutandis.typing import late_binding
from mutandis.typing.annotated import Annotated
from mutandis.typing.key_specs import ConstStrKey, KeySpec
from mutandis.typing.paths import PathLike, resolve_path
from mutandis.typing.stored import Stored
from mutandis.typing.value_spec import ChildTransform, ValueSpec

FieldKeyDef = str | KeySpec
# A spec, an annotation, or a sample value.
FieldValueDef = typing.Any


class PendingText:
    """A description that is worked out when somebody asks for it: most are never read."""

    __slots__ = ('make',)

    def __init__(self, make: typing.Callable[[], str | None]) -> None:
        self.make = make


# Names of fields recur, and their keys never change.
_const_key = functools.lru_cache(maxsize=1024)(ConstStrKey)


class Field(Formattable, Stored):
    """Definition of one entry (or of all entries that its key matches) of a dict-like value.

    Args:
      key_spec: Key, or the name for a constant one.
      value_spec: Spec of the value.
      description: What the field is for.
      metadata: User's data.
      origin: Class that introduced, or last changed, the field.

    Raises:
      TypeError: If `value_spec` is not a value spec.
      ValueError: If `metadata` is not a dict.
    """

    __slots__ = ('_key', '_value', '_description', '_metadata', '_origin')

    __serialization_key__ = 'pyglove.typing.Field'
    auto_register = True

    def __init__(
        self,
        key_spec: FieldKeyDef,
        value_spec: ValueSpec,
        description: str | PendingText | None = None,
        metadata: dict[str, typing.Any] | None = None,
        origin: type | None = None,
    ) -> None:
        if key_spec.__class__ is str:
            key_spec = _const_key(key_spec)
        elif not isinstance(key_spec, KeySpec):
            key_spec = ConstStrKey(key_spec)
        if not isinstance(value_spec, ValueSpec):
            raise TypeError(
                f'The value of field {key_spec!r} should be a value spec, got {value_spec!r}. '
                '`Field.from_annotation` converts annotations.'
            )
        if metadata and not isinstance(metadata, dict):
            raise ValueError(f'"metadata" of a field must be a dict, got {metadata!r}.')
        self._key = key_spec
        self._value = value_spec
        self._description = description
        self._metadata = metadata or {}
        self._origin = origin

    @classmethod
    def from_annotation(
        cls,
        key: FieldKeyDef,
        annotation: typing.Any,
        description: str | None = None,
        metadata: dict[str, typing.Any] | None = None,
        auto_typing: bool = True,
        parent_module: typing.Any = None,
    ) -> 'Field':
        """Returns the field for a Python annotation.

        Args:
          key: Key of the field.
          annotation: Annotation; `Annotated` brings its own description and metadata.
          description: Description if the annotation has none.
          metadata: Metadata if the annotation has none.
          auto_typing: If False, the spec is `Any`, which shows the annotation.
          parent_module: Module in which names in text annotations are looked up.
        """
        spec, docstring, own_metadata = late_binding.unwrap_annotated(
            annotation, auto_typing, parent_module
        )
        return cls(
            key,
            spec,
            description if docstring is None else docstring,
            own_metadata or metadata,
        )

    @property
    def key(self) -> KeySpec:
        """Key of the field."""
        return self._key

    @property
    def value(self) -> ValueSpec:
        """Spec of the value."""
        return self._value

    @property
    def annotation(self) -> typing.Any:
        """Annotation of the value."""
        return self._value.annotation

    @property
    def description(self) -> str | None:
        """What the field is for."""
        description = self._description
        if isinstance(description, PendingText):
            description = self._description = description.make()
        return description

    def set_description(self, description: str | PendingText | None) -> None:
        """Sets the description."""
        self._description = description

    @property
    def metadata(self) -> dict[str, typing.Any]:
        """User's data."""
        return self._metadata

    @property
    def origin(self) -> type | None:
        """Class that introduced, or last changed, the field."""
        return self._origin

    def set_origin(self, origin: type | None) -> None:
        """Sets the origin."""
        self._origin = origin

    @property
    def default_value(self) -> typing.Any:
        """Default of the value, a missing value if there is none."""
        return self._value.default

    @property
    def frozen(self) -> bool:
        """Whether the value is fixed."""
        return self._value.frozen

    def copy(self) -> 'Field':
        """Returns a field that can be changed without changing this one."""
        field = Field.__new__(Field)
        field._key = self._key
        field._value = self._value.copy()
        field._description = self._description
        field._metadata = dict(self._metadata)
        field._origin = self._origin
        return field

    def apply(
        self,
        value: typing.Any,
        allow_partial: bool = False,
        transform_fn: ChildTransform | None = None,
        root_path: PathLike = None,
    ) -> typing.Any:
        """Accepts a value for the field, or raises (see `ValueSpec.apply`).

        Args:
          value: The value.
          allow_partial: Whether missing parts are accepted.
          transform_fn: Function `(path, field, value) -> value` called on children, then on the
            accepted value.
          root_path: Location of the field.

        Returns:
          The accepted value.
        """
        value = self._value.apply(value, allow_partial, transform_fn, root_path)
        if transform_fn is not None:
            value = transform_fn(resolve_path(root_path), self, value)
        return value

    def extend(self, base: 'Field') -> 'Field':
        """Makes this field a redeclaration of `base`; returns self.

        Raises:
          KeyError: If keys differ.
          TypeError: If the spec does not narrow that of `base`.
        """
        self._key.extend(base._key)
        self._value.extend(base._value)
        if not self._description:
            self._description = base._description
        if base._metadata:
            self._metadata = {**base._metadata, **self._metadata}
        return self

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, Field)
            and self._key == other._key
            and self._value == other._value
            and self.description == other.description
            and self._metadata == other._metadata
        )

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None  # type: ignore[assignment]

    def format(
        self,
        compact: bool = False,
        verbose: bool = True,
        root_indent: int = 0,
        **kwargs: typing.Any,
    ) -> str:
        """Returns the text form."""
        return kvlist_str(
            [
                ('key', self._key, None),
                ('value', self._value, None),
                ('description', self.description, None),
                ('metadata', self._metadata, {}),
                ('origin', self._origin, None),
            ],
            label='Field',
            compact=compact,
            verbose=verbose,
            root_indent=root_indent,
            **kwargs,
        )

    def to_json(self, **kwargs: typing.Any) -> typing.Any:
        """Returns the JSON form, without the origin."""
        return self.to_json_dict(
            fields={
                'key_spec': (self._key, None),
                'value_spec': (self._value, None),
                'description': (self.description, None),
                'metadata': (self._metadata, {}),
            },
            exclude_default=True,
            **kwargs,
        )


FieldDef = (
    Field
    | tuple[FieldKeyDef, FieldValueDef]
    | tuple[FieldKeyDef, FieldValueDef, str | None]
    | tuple[FieldKeyDef, FieldValueDef, str | None, typing.Any]
)


def create_field(
    field_or_def: FieldDef,
    auto_typing: bool = True,
    accept_value_as_annotation: bool = True,
    parent_module: typing.Any = None,
) -> Field:
    """Returns the field of a definition.

    Args:
      field_or_def: A `Field`, which is returned as is, or a tuple
        `(key, value[, description[, metadata]])`.
      auto_typing: Whether annotations are converted to specs.
      accept_value_as_annotation: Whether a sample value may stand for its type and be the default.
      parent_module: Module in which names in text annotations are looked up.

    Raises:
      TypeError: If the definition is malformed.
    """
    if isinstance(field_or_def, Field):
        return field_or_def
    if not isinstance(field_or_def, tuple) or not 2 <= len(field_or_def) <= 4:
        raise TypeError(
            'A field is defined by a tuple `(key, value[, description[, metadata]])`, got '
            f'{field_or_def!r}.'
        )
    parts: tuple[typing.Any, ...] = field_or_def
    key, value = parts[0], parts[1]
    description = parts[2] if len(parts) > 2 else None
    metadata = parts[3] if len(parts) > 3 else None
    if not isinstance(key, (str, KeySpec)):
        raise TypeError(f'The key of a field should be a str or a `KeySpec`, got {key!r}.')
    if description is not None and not isinstance(description, str):
        raise TypeError(f'The description of field {key!r} should be a str, got {description!r}.')
    if metadata is not None and not isinstance(metadata, dict):
        raise TypeError(f'The metadata of field {key!r} should be a dict, got {metadata!r}.')
    if isinstance(value, ValueSpec):
        return Field(key, value.copy(), description, metadata)
    if isinstance(value, Annotated):
        return Field(
            key,
            value.value_spec.copy(),
            value.docstring if description is None else description,
            {**value.metadata, **(metadata or {})},
        )
    spec = late_binding.spec_from_annotation(
        value, auto_typing, accept_value_as_annotation, parent_module
    )
    return Field(key, spec, description, metadata)
