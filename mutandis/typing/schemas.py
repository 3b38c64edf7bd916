"""A schema: the ordered fields of a dict-like value, and how base schemas are inherited."""

import sys
import typing

from mutandis.base import Formattable, kvlist_str
from mutandis.base import MissingValue as UntypedMissingValue
from mutandis.typing.defaults import fresh_default
from mutandis.typing.field import (
    Field,
    FieldDef,
    FieldKeyDef,
    FieldValueDef,
    PendingText,
    create_field,
)
from mutandis.typing.json_schema_form import JsonSchemaForm
from mutandis.typing.key_specs import ConstStrKey, KeySpec
from mutandis.typing.paths import PathLike, at_path, child_path, resolve_path
from mutandis.typing.stored import Stored
from mutandis.typing.value_spec import ChildTransform, raise_at_path


class Schema(Formattable, Stored, JsonSchemaForm):
    """Ordered fields by key.

    Args:
      fields: The fields.
      name: Name, of the class that the schema belongs to.
      base_schema_list: Schemas that are merged (see `merge`) and then extended.
      description: What the schema describes.
      allow_nonconst_keys: Whether fields may have keys that match more than one name.
      metadata: User's data.
      for_cls: Origin of the fields that have none.

    Raises:
      TypeError: If `fields` is not a list of fields.
      ValueError: If there is a non-constant key without `allow_nonconst_keys`.
    """

    __slots__ = (
        '_name',
        '_description',
        '_metadata',
        '_allow_nonconst_keys',
        '_fields',
        '_const_fields',
        '_dynamic_field',
        '_nonconst_fields',
    )

    __serialization_key__ = 'pyglove.typing.Schema'
    auto_register = True

    def __init__(
        self,
        fields: list[Field],
        name: str | None = None,
        base_schema_list: list['Schema'] | None = None,
        description: str | None = None,
        *,
        allow_nonconst_keys: bool = False,
        metadata: dict[str, typing.Any] | None = None,
        for_cls: type | None = None,
    ) -> None:
        if not isinstance(fields, list):
            raise TypeError(f'"fields" must be a list of `Field`, got {fields!r}.')
        self._name = name
        self._description: str | PendingText | None = description
        self._metadata = metadata or {}
        self._allow_nonconst_keys = allow_nonconst_keys
        self._dynamic_field: Field | None = None
        own: dict[KeySpec, Field] = {}
        for field in fields:
            if not isinstance(field, Field):
                raise TypeError(f'"fields" must be a list of `Field`, got {field!r} in it.')
            if for_cls is not None and field.origin is None:
                field.set_origin(for_cls)
            own[field.key] = field
        self._set_fields(own)
        if base_schema_list:
            self.extend(Schema.merge(base_schema_list))
        if not allow_nonconst_keys and self._nonconst_fields:
            key = self._nonconst_fields[0].key
            raise ValueError(
                f'Schema {name or ""!r} has the non-constant key {key!r}. Pass '
                '`allow_nonconst_keys=True` to allow it.'
            )

    def _set_fields(self, fields: dict[KeySpec, Field]) -> None:
        self._fields = fields
        self._const_fields: dict[str, Field] = {}
        self._nonconst_fields: list[Field] = []
        for key, field in fields.items():
            if isinstance(key, ConstStrKey):
                self._const_fields[sys.intern(str.__str__(key))] = field
            else:
                self._nonconst_fields.append(field)
        if self._nonconst_fields and self._dynamic_field is None:
            self._dynamic_field = self._nonconst_fields[0]

    # Description.

    @property
    def name(self) -> str | None:
        """Name of the schema."""
        return self._name

    def set_name(self, name: str | None) -> None:
        """Sets the name."""
        self._name = name

    @property
    def description(self) -> str | None:
        """What the schema describes."""
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
    def allow_nonconst_keys(self) -> bool:
        """Whether fields may have keys that match more than one name."""
        return self._allow_nonconst_keys

    # Fields.

    @property
    def fields(self) -> dict[KeySpec, Field]:
        """Fields by key, in order."""
        return self._fields

    @property
    def const_fields(self) -> dict[str, Field]:
        """Fields of constant keys by name, in order."""
        return self._const_fields

    @property
    def dynamic_field(self) -> Field | None:
        """The first field with a non-constant key, None if there is none."""
        return self._dynamic_field

    @property
    def lists_constant_keys_first(self) -> bool:
        """Whether at most one field has a non-constant key, and that is the last."""
        return not self._nonconst_fields or (
            len(self._nonconst_fields) == 1
            and next(reversed(self._fields)) is self._nonconst_fields[0].key
        )

    def get_field(self, key: typing.Any) -> Field | None:
        """Returns the field that `key` belongs to, None if there is none."""
        try:
            field = self._fields.get(key)
        except TypeError:  # Not hashable.
            field = None
        if field is None and self._nonconst_fields:
            for candidate in self._nonconst_fields:
                if candidate.key.match(key):
                    return candidate
        return field

    def __getitem__(self, key: FieldKeyDef) -> Field:
        return self._fields[typing.cast(KeySpec, key)]

    def __contains__(self, key: object) -> bool:
        return key in self._fields

    def __iter__(self) -> typing.Iterator[KeySpec]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def __bool__(self) -> bool:
        # A schema without fields is a schema still.
        return True

    def get(self, key: FieldKeyDef, default: typing.Any = None) -> typing.Any:
        """Returns the field of that key, `default` if there is none."""
        return self._fields.get(typing.cast(KeySpec, key), default)

    def keys(self) -> typing.KeysView[KeySpec]:
        """Returns the keys."""
        return self._fields.keys()

    def values(self) -> typing.ValuesView[Field]:
        """Returns the fields."""
        return self._fields.values()

    def items(self) -> typing.ItemsView[KeySpec, Field]:
        """Returns pairs of key and field."""
        return self._fields.items()

    def copy(self) -> 'Schema':
        """Returns a schema of which the fields can be changed without changing these."""
        schema = Schema.__new__(Schema)
        schema._name = self._name
        schema._description = self._description
        schema._metadata = dict(self._metadata)
        schema._allow_nonconst_keys = self._allow_nonconst_keys
        fields = {key: field.copy() for key, field in self._fields.items()}
        dynamic = self._dynamic_field
        schema._dynamic_field = None if dynamic is None else fields[dynamic.key]
        schema._set_fields(fields)
        return schema

    # Validation.

    def resolve(
        self, keys: typing.Iterable[typing.Any]
    ) -> tuple[dict[KeySpec, list[typing.Any]], list[typing.Any]]:
        """Assigns keys to fields.

        Args:
          keys: The given keys.

        Returns:
          `(matched, unmatched)`: for every key spec the given keys that it claims, exact names
          first; and the keys that no field claims.
        """
        matched: dict[KeySpec, list[typing.Any]] = {key: [] for key in self._fields}
        unmatched: list[typing.Any] = []
        const_fields = self._const_fields
        for key in keys:
            if isinstance(key, str) and key in const_fields:
                matched[const_fields[key].key].append(key)
                continue
            for field in self._nonconst_fields:
                if field.key.match(key):
                    matched[field.key].append(key)
                    break
            else:
                unmatched.append(key)
        return matched, unmatched

    def apply(
        self,
        dict_obj: dict[typing.Any, typing.Any],
        allow_partial: bool = False,
        child_transform: ChildTransform | None = None,
        root_path: PathLike = None,
    ) -> dict[typing.Any, typing.Any]:
        """Validates a dict in place, and completes it with defaults.

        Args:
          dict_obj: The dict.
          allow_partial: Whether missing values are accepted (they become typed missing values).
          child_transform: Function `(path, field, value) -> value` called on each accepted value.
          root_path: Location of the dict.

        Returns:
          The same dict.

        Raises:
          KeyError: If the dict has a key that no field claims.
          TypeError: If a value is of a wrong type.
          ValueError: If a value is missing or out of range.
        """
        if type(dict_obj) is dict:
            read: typing.Any = dict_obj.__getitem__
            write: typing.Any = dict_obj.__setitem__
        else:
            read = getattr(dict_obj, 'sym_getattr', dict_obj.__getitem__)
            write = getattr(dict_obj, '_sym_replace', dict_obj.__setitem__)
        # Keys that are claimed by non-constant fields, in the order of the fields.
        dynamic = self._claim_dynamic_keys(dict_obj, root_path)
        for name, field in self._const_fields.items():
            value = read(name) if name in dict_obj else _ABSENT
            self._apply_one(name, field, value, allow_partial, child_transform, root_path, write)
        for key, field in dynamic:
            self._apply_one(key, field, read(key), allow_partial, child_transform, root_path, write)
        return dict_obj

    def _claim_dynamic_keys(
        self, dict_obj: dict[typing.Any, typing.Any], root_path: PathLike
    ) -> list[tuple[typing.Any, Field]]:
        const_fields = self._const_fields
        others = [key for key in dict_obj if key not in const_fields]
        if not others:
            return []
        dynamic: list[tuple[typing.Any, Field]] = []
        unmatched = []
        for key in others:
            for field in self._nonconst_fields:
                if field.key.match(key):
                    dynamic.append((key, field))
                    break
            else:
                unmatched.append(key)
        if unmatched:
            names = ', '.join(repr(k) for k in const_fields) or 'none'
            raise KeyError(
                at_path(f'Keys {unmatched!r} are not in the schema. Its keys: {names}', root_path)
            )
        return dynamic

    def _apply_one(
        self,
        key: typing.Any,
        field: Field,
        value: typing.Any,
        allow_partial: bool,
        child_transform: ChildTransform | None,
        root_path: PathLike,
        write: typing.Callable[[typing.Any, typing.Any], None],
    ) -> None:
        spec = field._value
        if type(value) is spec._exact and child_transform is None:
            return
        new_value = value
        if isinstance(value, UntypedMissingValue):
            new_value = fresh_default(spec.default)
        path = child_path(root_path, key)
        new_value = spec.apply(new_value, allow_partial, child_transform, path)
        if child_transform is not None:
            new_value = child_transform(resolve_path(path), field, new_value)
        if new_value is not value:
            write(key, new_value)

    def validate(
        self,
        dict_obj: dict[typing.Any, typing.Any],
        allow_partial: bool = False,
        root_path: PathLike = None,
    ) -> None:
        """Checks a dict, as `apply` does, without changing it."""
        import copy

        self.apply(copy.deepcopy(dict_obj), allow_partial, None, root_path)

    # Inheritance.

    @classmethod
    def merge(
        cls,
        schema_list: typing.Sequence['Schema'],
        name: str | None = None,
        description: str | None = None,
    ) -> 'Schema':
        """Returns the union of the fields of several schemas.

        Of several fields of the same name the first wins, unless a later one originates from a
        subclass of the class that the present one originates from. Only the first non-constant
        field is kept, at the end.
        """
        fields: dict[KeySpec, Field] = {}
        dynamic: Field | None = None
        for schema in schema_list:
            for key, field in schema._fields.items():
                if not key.is_const:
                    dynamic = dynamic or field
                elif key not in fields or _is_more_derived(field, fields[key]):
                    fields[key] = field
        merged = list(fields.values())
        if dynamic is not None:
            merged.append(dynamic)
        return cls(merged, name, description=description, allow_nonconst_keys=True)

    def extend(self, base: 'Schema') -> 'Schema':
        """Inherits the fields of `base`, which own fields may redeclare; returns self.

        Base fields come first. They are copied, so that later changes do not reach `base`.

        Raises:
          TypeError: If a field does not narrow the one it redeclares.
          ValueError: If `base` brings a non-constant key that is not allowed here.
        """
        if not self._allow_nonconst_keys:
            for key in base._fields:
                if not key.is_const and key not in self._fields:
                    raise ValueError(
                        f'Schema {self._name!r} cannot inherit the non-constant key {key!r} of '
                        f'{base._name!r}. Pass `allow_nonconst_keys=True` to allow it.'
                    )
        fields: dict[KeySpec, Field] = {}
        own_dynamic = self._dynamic_field
        for key, base_field in base._fields.items():
            own = self._fields.get(key)
            if own is not None:
                try:
                    own.extend(base_field)
                except Exception as e:
                    raise_at_path(e, _FieldPath(self._name, key, _take_path(e)))
                fields[key] = own
                continue
            fields[key] = base_field.copy()
        for key, own in self._fields.items():
            fields.setdefault(key, own)
        self._dynamic_field = own_dynamic
        self._set_fields(fields)
        if base._metadata:
            self._metadata = {**base._metadata, **self._metadata}
        return self

    def is_compatible(self, other: 'Schema') -> bool:
        """Returns whether this has the same keys and accepts all values that `other` accepts.

        Raises:
          TypeError: If `other` is not a schema.
        """
        if not isinstance(other, Schema):
            raise TypeError(f'"other" should be a `Schema`, got {other!r}.')
        if len(self._fields) != len(other._fields):
            return False
        for key, field in other._fields.items():
            own = self._fields.get(key)
            if own is None or not own.value.is_compatible(field.value):
                return False
        return True

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Schema) and self._fields == other._fields)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None  # type: ignore[assignment]

    # Text and JSON forms.

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
                ('name', self._name, None),
                ('description', self.description, None),
                ('fields', list(self._fields.values()), []),
                ('allow_nonconst_keys', self._allow_nonconst_keys, True),
                ('metadata', self._metadata, {}),
            ],
            label='Schema',
            compact=compact,
            verbose=verbose,
            root_indent=root_indent,
            **kwargs,
        )

    def to_json(self, **kwargs: typing.Any) -> typing.Any:
        """Returns the JSON form."""
        return self.to_json_dict(
            fields={
                'fields': (list(self._fields.values()), []),
                'name': (self._name, None),
                'description': (self.description, None),
                'allow_nonconst_keys': (self._allow_nonconst_keys, False),
                'metadata': (self._metadata, {}),
            },
            exclude_default=True,
            **kwargs,
        )

    @classmethod
    def from_json(cls, json_value: typing.Any, **kwargs: typing.Any) -> 'Schema':
        """Returns the schema of a JSON form, in which an empty field list is left out."""
        if 'fields' not in json_value:
            json_value = {**json_value, 'fields': []}
        schema: Schema = super().from_json(json_value, **kwargs)
        return schema

    @classmethod
    def from_json_schema(
        cls,
        json_schema: dict[str, typing.Any],
        class_fn: typing.Callable[[str, typing.Any], type] | None = None,
        add_json_schema_as_metadata: bool = False,
    ) -> 'Schema':
        """Returns the schema of a JSON schema.

        Args:
          json_schema: The JSON schema of an object.
          class_fn: Function `(title, schema) -> class` that makes the classes of objects with a
            title; without it they are dicts.
          add_json_schema_as_metadata: Whether fields and schemas keep the JSON schema that they
            come from in their metadata, under `'json_schema'`.

        Raises:
          ValueError: If it has unknown types, or refers to a definition that does not come before.
        """
        from mutandis.typing.json_schema_reading import schema_from_json_schema

        return schema_from_json_schema(json_schema, class_fn, add_json_schema_as_metadata)


_ABSENT = UntypedMissingValue()


class _FieldPath:
    """Lazy path of a field in a class, for messages: `Trainer.lr`."""

    __slots__ = ('_name', '_key', '_below')

    def __init__(self, name: str | None, key: KeySpec, below: str) -> None:
        self._name = name
        self._key = key
        self._below = below

    def __call__(self) -> typing.Any:
        from mutandis.base import KeyPath

        start = [self._name.rsplit('.', 1)[-1]] if self._name else []
        return KeyPath([*start, str(self._key), *KeyPath.parse(self._below).keys])


def _take_path(error: Exception) -> str:
    """Takes the path out of the message of an error, and returns it."""
    if len(error.args) != 1 or not isinstance(error.args[0], str):
        return ''
    message, found, path = error.args[0].rpartition(' (path=')
    if not found:
        return ''
    error.args = (message,)
    return path[:-1]


def _is_more_derived(field: Field, other: Field) -> bool:
    return (
        field.origin is not None
        and other.origin is not None
        and issubclass(field.origin, other.origin)
    )


def create_schema(
    fields: dict[FieldKeyDef, FieldValueDef] | list[Field | FieldDef],
    name: str | None = None,
    base_schema_list: list[Schema] | None = None,
    allow_nonconst_keys: bool = False,
    metadata: dict[str, typing.Any] | None = None,
    description: str | None = None,
    for_cls: type | None = None,
    parent_module: typing.Any = None,
) -> Schema:
    """Returns the schema for a list or dict of field definitions.

    Args:
      fields: List of field definitions (see `create_field`), or a dict `{key: value}` or
        `{key: (value, description, metadata)}`.
      name: Name of the schema.
      base_schema_list: Schemas to extend.
      allow_nonconst_keys: Whether keys may match more than one name.
      metadata: User's data.
      description: What the schema describes.
      for_cls: Origin of the fields that have none.
      parent_module: Module in which names in text annotations are looked up.

    Raises:
      TypeError: If a definition is malformed.
      KeyError: If two definitions have the same key.
    """
    if isinstance(fields, dict):
        definitions: list[typing.Any] = [
            (key, *value) if isinstance(value, (tuple, list)) else (key, value)
            for key, value in fields.items()
        ]
    elif isinstance(fields, list):
        definitions = fields
    else:
        raise TypeError(
            'Fields should be a list of `Field` or tuples `(key, value, description, metadata)`, '
            f'or a dict from key to definition, got {fields!r}.'
        )
    if metadata is not None and not isinstance(metadata, dict):
        raise TypeError(f'Metadata of a schema should be a dict, got {metadata!r}.')
    created = [create_field(definition, parent_module=parent_module) for definition in definitions]
    keys: set[KeySpec] = set()
    for field in created:
        if field.key in keys:
            raise KeyError(f'Field {field.key!r} is defined twice in schema {name or ""!r}.')
        keys.add(field.key)
    return Schema(
        created,
        name,
        base_schema_list,
        description,
        allow_nonconst_keys=allow_nonconst_keys,
        metadata=metadata,
        for_cls=for_cls,
    )
