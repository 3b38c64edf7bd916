"""What every value spec is: type, default, noneability, frozenness, and the steps of `apply`.

A spec accepts a value (maybe converting it) or raises. `apply` has two ways: a test for one exact
type (`_exact`) that accepts most values at once, and the general steps in the order that the
documentation of `ValueSpec.apply` gives. Specs that a container, field or union holds are treated
as immutable: whoever wants to change one changes a copy (`copy`).
"""

import copy
import typing

from mutandis.base import (
    MISSING_VALUE,
    Formattable,
    json_reading,
    kvlist_str,
    register_conversion,
)
from mutandis.base import MissingValue as UntypedMissingValue
from mutandis.typing import late_binding
from mutandis.typing.converters import get_converter
from mutandis.typing.custom_typing import CustomTyping
from mutandis.typing.forward_ref import ForwardRef
from mutandis.typing.generics import Generic
from mutandis.typing.introspection import callable_eq, is_instance
from mutandis.typing.json_schema_form import JsonSchemaForm
from mutandis.typing.paths import PathLike, at_path, resolve_path
from mutandis.typing.stored import Stored
from mutandis.typing.typed_missing import MissingValue

ChildTransform = typing.Callable[[typing.Any, typing.Any, typing.Any], typing.Any]
Pairs = list[tuple[str, typing.Any, typing.Any]]

# Types of values that are neither missing, None, nor decide themselves where they may stand.
_PLAIN_TYPES = frozenset({bool, int, float, str})

_Spec = typing.TypeVar('_Spec', bound='ValueSpec')


class _FrozenPlaceholder:
    """Default of `Final[t]` until the value is assigned; one object, also under copy."""

    __slots__ = ()

    def __copy__(self) -> '_FrozenPlaceholder':
        return self

    def __deepcopy__(self, memo: dict[int, typing.Any]) -> '_FrozenPlaceholder':
        return self

    def __reduce__(self) -> str:
        return 'FROZEN_PLACEHOLDER'

    def __repr__(self) -> str:
        return '<to be assigned>'


FROZEN_PLACEHOLDER = _FrozenPlaceholder()
register_conversion(
    _FrozenPlaceholder,
    'mutandis.typing.FrozenPlaceholder',
    lambda value: None,
    lambda data: FROZEN_PLACEHOLDER,
)

# What a deep copy does not copy: classes, and what is recomputed.
_SHARED_SLOTS = frozenset(
    {'_value_type', '_exact', '_transform', '_sym_plan', '_without_transform', '_choices', '_text'}
)


class ValueSpec(Generic, Formattable, Stored, JsonSchemaForm):
    """Base of all value specs.

    `noneable`, `set_default`, `freeze` and `extend` change the spec and return it. Specs can be
    compared with `==` and cannot be hashed.

    Attributes:
      ListType: The class `List`.
      DictType: The class `Dict`.
      ObjectType: The class `Object`.
    """

    __slots__ = (
        '_value_type',
        '_default',
        '_noneable',
        '_frozen',
        '_transform',
        '_exact',
        '_without_transform',
        '_sym_plan',
        '_text',
    )

    auto_register = False

    ListType: typing.ClassVar[typing.Any] = None
    DictType: typing.ClassVar[typing.Any] = None
    ObjectType: typing.ClassVar[typing.Any] = None

    _value_type: typing.Any
    _default: typing.Any
    _noneable: bool
    _frozen: bool
    _transform: typing.Callable[[typing.Any], typing.Any] | None
    # A value of exactly this type is accepted as it is. None if there is no such type.
    _exact: typing.Any
    _without_transform: typing.Optional['ValueSpec']
    # What the object model compiled for this spec; dropped when the spec changes.
    _sym_plan: typing.Any
    # What messages call this spec (`described`), until it changes.
    _text: str | None
    # All slots of the class, those of its bases included.
    _slot_names: typing.ClassVar[tuple[str, ...]] = ()
    # Compiled when the first spec of the class is copied (`_compile_copy_slots`).
    _copy_slots: typing.ClassVar[typing.Any]

    def __init_subclass__(cls, **kwargs: typing.Any) -> None:
        super().__init_subclass__(**kwargs)
        names: list[str] = []
        for base in cls.__mro__:
            names.extend(base.__dict__.get('__slots__', ()))
        cls._slot_names = tuple(names)

    def __init__(
        self,
        value_type: typing.Any,
        default: typing.Any = MISSING_VALUE,
        transform: typing.Callable[[typing.Any], typing.Any] | None = None,
        is_noneable: bool = False,
        frozen: bool = False,
    ) -> None:
        """Sets up the common part; call it after the parameters of the class are set."""
        self._value_type = value_type
        self._default = MISSING_VALUE
        self._noneable = is_noneable
        self._frozen = False
        self._transform = transform
        self._without_transform = None
        self._sym_plan = None
        self._text = None
        self._exact = None if transform is not None else self._exact_type()
        if default is FROZEN_PLACEHOLDER:
            self._default = default
        elif default is not MISSING_VALUE:
            self.set_default(default)
        if frozen:
            self._frozen = True
            self._refresh()

    # What subclasses define.

    def _exact_type(self) -> typing.Any:
        """The type of which any value is accepted as it is (frozenness and transform aside)."""
        return None

    def _apply(
        self,
        value: typing.Any,
        allow_partial: bool,
        child_transform: ChildTransform | None,
        root_path: PathLike,
    ) -> typing.Any:
        """Applies the specs of children to a value of the right type."""
        return value

    def _validate(self, value: typing.Any, root_path: PathLike) -> None:
        """Checks a value of the right type."""

    def _is_compatible(self, other: typing.Any) -> bool:
        """The rule of the class for `is_compatible`."""
        return True

    def _extend(self, base: typing.Any) -> None:
        """The narrowing rule of the class; raises TypeError."""

    def _eq(self, other: typing.Any) -> bool:
        """Whether the parameters of the class are equal."""
        return True

    def _annotate(self) -> typing.Any:
        """The annotation, noneability aside."""
        return self._value_type

    def _pairs(self) -> Pairs:
        """Entries of the text form, the common last two aside."""
        return [('default', self._default, MISSING_VALUE)]

    def _json_fields(self) -> dict[str, tuple[typing.Any, typing.Any]]:
        """Entries of the JSON form, the common ones aside: name -> (value, neutral value)."""
        return {}

    def _collect_forward_refs(self) -> set[ForwardRef]:
        """Names that were unresolved when the spec was made."""
        return set()

    # State.

    def _refresh(self) -> None:
        """Recomputes what is derived from the state; called after each change."""
        self._without_transform = None
        self._sym_plan = None
        self._text = None
        if self._transform is not None or (
            self._frozen and self._default is not FROZEN_PLACEHOLDER
        ):
            self._exact = None
        else:
            self._exact = self._exact_type()

    @property
    def value_type(self) -> typing.Any:
        """Class, tuple of classes, or None for no type check."""
        return self._value_type

    @property
    def default(self) -> typing.Any:
        """Default value, `MISSING_VALUE` if there is none."""
        return self._default

    @property
    def has_default(self) -> bool:
        """Whether there is a default."""
        return not isinstance(self.default, UntypedMissingValue)

    def set_default(
        self: _Spec,
        default: typing.Any,
        use_default_apply: bool = True,
        root_path: PathLike = None,
    ) -> _Spec:
        """Sets the default.

        Args:
          default: The default; a missing value removes it.
          use_default_apply: Whether to validate (and convert) it; missing parts are accepted.
          root_path: Location of the field, for messages.

        Returns:
          This spec.
        """
        if isinstance(default, UntypedMissingValue):
            default = MISSING_VALUE
        elif use_default_apply:
            default = self.apply(default, allow_partial=True, root_path=root_path)
        self._default = default
        self._refresh()
        return self

    @property
    def is_noneable(self) -> bool:
        """Whether None is accepted."""
        return self._noneable

    def noneable(self: _Spec, is_noneable: bool = True, use_none_as_default: bool = True) -> _Spec:
        """Accepts None from now on, or no longer.

        Args:
          is_noneable: Whether to accept None.
          use_none_as_default: Whether None becomes the default if there is none.

        Returns:
          This spec.
        """
        self._noneable = is_noneable
        if is_noneable:
            if use_none_as_default and isinstance(self._default, UntypedMissingValue):
                self._default = None
        elif self._default is None:
            self._default = MISSING_VALUE
        self._refresh()
        return self

    @property
    def frozen(self) -> bool:
        """Whether the value is fixed to the default."""
        return self._frozen

    def freeze(
        self: _Spec,
        permanent_value: typing.Any = MISSING_VALUE,
        apply_before_use: bool = True,
    ) -> _Spec:
        """Fixes the value.

        Args:
          permanent_value: The value; by default the present default.
          apply_before_use: Whether to validate it.

        Returns:
          This spec.

        Raises:
          ValueError: If there is neither a value nor a default.
        """
        if not isinstance(permanent_value, UntypedMissingValue):
            self.set_default(permanent_value, use_default_apply=apply_before_use)
        elif not self.has_default:
            raise ValueError(
                f'Cannot freeze {self!r}, which has no default. Pass the value to freeze it to.'
            )
        self._frozen = True
        self._refresh()
        return self

    @property
    def transform(self) -> typing.Callable[[typing.Any], typing.Any] | None:
        """Function that the user gave to convert values before they are checked, or None."""
        return self._transform

    @property
    def skip_user_transform(self) -> 'ValueSpec':
        """This spec without its transform."""
        if self._transform is None:
            return self
        if self._without_transform is None:
            spec = self.copy()
            spec._transform = None
            spec._refresh()
            self._without_transform = spec
        return self._without_transform

    @property
    def annotation(self) -> typing.Any:
        """Python annotation, `MISSING_VALUE` if unknown."""
        annotation = self._annotate()
        if self._noneable and not isinstance(annotation, UntypedMissingValue):
            return typing.Optional[annotation]  # noqa: UP045
        return annotation

    @property
    def forward_refs(self) -> set[ForwardRef]:
        """References by name that this spec, or a part of it, contains."""
        return self._collect_forward_refs()

    @property
    def type_resolved(self) -> bool:
        """Whether all names that this spec refers to exist now."""
        return all(ref.resolved for ref in self._collect_forward_refs())

    def copy(self: _Spec) -> _Spec:
        """Returns an independent spec (parts that are never changed in place are shared)."""
        cls = type(self)
        spec = cls.__new__(cls)
        copy_slots = cls.__dict__.get('_copy_slots')
        if copy_slots is None:
            copy_slots = cls._compile_copy_slots()
        copy_slots(spec, self)
        if cls.__dictoffset__:
            spec.__dict__.update(self.__dict__)
        spec._sym_plan = None
        spec._without_transform = None
        return spec

    @classmethod
    def _compile_copy_slots(cls) -> typing.Callable[[typing.Any, typing.Any], None]:
        """Makes the function that copies the slots: specs are copied whenever a class is made."""
        lines = ''.join(f'\n  spec.{name} = self.{name}' for name in cls._slot_names)
        namespace: dict[str, typing.Any] = {}
        exec(f'def copy_slots(spec, self):{lines}', namespace)
        copy_slots = namespace['copy_slots']
        cls._copy_slots = staticmethod(copy_slots)
        return typing.cast(typing.Callable[[typing.Any, typing.Any], None], copy_slots)

    def __copy__(self: _Spec) -> _Spec:
        return self.copy()

    def __deepcopy__(self: _Spec, memo: dict[int, typing.Any]) -> _Spec:
        spec = self.copy()
        for name in self._slot_names:
            if name not in _SHARED_SLOTS:
                setattr(spec, name, copy.deepcopy(getattr(self, name), memo))
        return spec

    def __getstate__(self) -> dict[str, typing.Any]:
        state = {name: getattr(self, name) for name in self._slot_names}
        state['_sym_plan'] = state['_without_transform'] = None
        state.update(getattr(self, '__dict__', {}))
        return state

    def __setstate__(self, state: dict[str, typing.Any]) -> None:
        for name, value in state.items():
            setattr(self, name, value)

    # Validation.

    def apply(
        self,
        value: typing.Any,
        allow_partial: bool = False,
        child_transform: ChildTransform | None = None,
        root_path: PathLike = None,
    ) -> typing.Any:
        """Accepts a value, maybe converting it, or raises.

        In this order: frozen specs accept their value only; missing values need `allow_partial`;
        None needs a noneable spec; `CustomTyping` values decide themselves; the user's transform
        runs; the type is checked, and a registered converter used if it does not fit; children are
        applied, in place for lists and dicts; ranges, sizes and the like are checked.

        Args:
          value: The value.
          allow_partial: Whether missing parts are accepted.
          child_transform: Function `(path, field, value) -> value`, called for each child after it
            was accepted.
          root_path: Location of the value, for messages.

        Returns:
          The accepted value.

        Raises:
          TypeError: If the value is of another type.
          ValueError: If it is missing, None, out of range, or the field is frozen.
          KeyError: If a dict has a key that is not in its schema.
        """
        if type(value) is self._exact:
            return value
        return self._apply_steps(value, allow_partial, child_transform, root_path)

    def _apply_steps(
        self,
        value: typing.Any,
        allow_partial: bool,
        child_transform: ChildTransform | None,
        root_path: PathLike,
    ) -> typing.Any:
        if self._frozen and self._default is not FROZEN_PLACEHOLDER:
            return self._apply_frozen(value, root_path)
        if value.__class__ in _PLAIN_TYPES and self._transform is None:
            # None of the next steps concerns these.
            value = self._convert_type(value, root_path)
            value = self._apply(value, allow_partial, child_transform, root_path)
            self._validate(value, root_path)
            return value
        if isinstance(value, UntypedMissingValue):
            if allow_partial:
                return MissingValue(self)
            raise ValueError(
                at_path(
                    f'A required value of {self.described()} is missing. Give the value', root_path
                )
            )
        if value is None:
            if self._noneable:
                return None
            raise ValueError(
                at_path(
                    f'None is not accepted by {self.described()}. Use `Optional[...]`, or '
                    f'`.noneable()`, to allow it',
                    root_path,
                )
            )
        if isinstance(value, CustomTyping):
            path = root_path if value.custom_apply_lazy_path else resolve_path(root_path)
            go_on, value = value.custom_apply(
                path, self, allow_partial=allow_partial, child_transform=child_transform
            )
            if not go_on:
                return value
        if self._transform is not None:
            value = self._run_transform(value, root_path)
            return self.skip_user_transform.apply(value, allow_partial, child_transform, root_path)
        value = self._convert_type(value, root_path)
        value = self._apply(value, allow_partial, child_transform, root_path)
        self._validate(value, root_path)
        return value

    def _apply_frozen(self, value: typing.Any, root_path: PathLike) -> typing.Any:
        default = self.default
        if isinstance(value, UntypedMissingValue) or callable_eq(value, default):
            return default
        raise ValueError(
            at_path(f'A frozen field is fixed to {default!r}; got {value!r}', root_path)
        )

    def _run_transform(self, value: typing.Any, root_path: PathLike) -> typing.Any:
        assert self._transform is not None
        try:
            return self._transform(value)
        except Exception as e:
            raise_at_path(e, root_path)

    def _convert_type(self, value: typing.Any, root_path: PathLike) -> typing.Any:
        """Returns `value` if it is of the right type, else converts it or raises TypeError."""
        value_type = self._value_type
        if value_type is None or is_instance(value, value_type):
            return value
        return self._convert(value, value_type, root_path)

    def _convert(
        self, value: typing.Any, value_type: typing.Any, root_path: PathLike
    ) -> typing.Any:
        convert_fn = get_converter(type(value), value_type)
        if convert_fn is None:
            raise TypeError(at_path(mismatch_text(value, value_type), root_path))
        try:
            return convert_fn(value)
        except Exception as e:
            raise_at_path(e, root_path)

    # Relations.

    def is_compatible(self, other: 'ValueSpec') -> bool:
        """Returns whether this spec accepts every value that `other` accepts."""
        if self is other:
            return True
        if not isinstance(other, type(self)) or (other._noneable and not self._noneable):
            return False
        return self._is_compatible(other)

    def extend(self, base: 'ValueSpec') -> 'ValueSpec':
        """Makes this spec a redeclaration of `base`: checks that it narrows it, inherits the rest.

        Args:
          base: Spec of the field that is redeclared.

        Returns:
          This spec, or for a value frozen to a member of an `Enum` a new one.

        Raises:
          TypeError: If this spec does not narrow `base`.
        """
        spec: ValueSpec = late_binding.extend(self, base)
        return spec

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if type(self) is not type(other):
            return False
        assert isinstance(other, ValueSpec)
        return (
            self._noneable == other._noneable
            and self._frozen == other._frozen
            and self._eq(other)
            and self._default_eq(other)
            and callable_eq(self._transform, other._transform)
        )

    def _default_eq(self, other: typing.Any) -> bool:
        default, other_default = self._default, other._default
        return default is other_default or callable_eq(default, other_default)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None  # type: ignore[assignment]

    def __or__(self, other: typing.Any) -> typing.Any:
        from mutandis.typing.union import Union

        return Union[self, other]

    def __ror__(self, other: typing.Any) -> typing.Any:
        from mutandis.typing.union import Union

        return Union[other, self]

    def __call__(self, *args: typing.Any, **kwargs: typing.Any) -> typing.Any:
        """Builds a value.

        Raises:
          TypeError: If the spec does not name a type that can be built.
        """
        raise TypeError(f'{self!r} cannot be instantiated.')

    @classmethod
    def from_annotation(
        cls,
        annotation: typing.Any,
        auto_typing: bool = False,
        accept_value_as_annotation: bool = False,
        parent_module: typing.Any = None,
    ) -> 'ValueSpec':
        """Returns the spec for a Python annotation.

        Args:
          annotation: Annotation; a spec is returned unchanged.
          auto_typing: If False, the result is `Any`, which shows the annotation.
          accept_value_as_annotation: Whether a sample value may stand for its type; it becomes the
            default.
          parent_module: Module in which names in text annotations are looked up.

        Returns:
          The spec.

        Raises:
          TypeError: If the annotation cannot be understood.
          SyntaxError: If a text annotation is malformed.
        """
        spec: ValueSpec = late_binding.spec_from_annotation(
            annotation, auto_typing, accept_value_as_annotation, parent_module
        )
        return spec

    @classmethod
    def from_json_schema(
        cls,
        json_schema: dict[str, typing.Any],
        class_fn: typing.Callable[[str, typing.Any], type] | None = None,
        add_json_schema_as_metadata: bool = False,
    ) -> 'ValueSpec':
        """Returns the value spec of a JSON schema.

        Args:
          json_schema: The JSON schema.
          class_fn: Function `(title, schema) -> class` that makes the classes of objects with a
            title; without it they are dicts.
          add_json_schema_as_metadata: Whether fields and schemas keep the JSON schema that they
            come from in their metadata, under `'json_schema'`.

        Raises:
          ValueError: If it has unknown types, or refers to a definition that does not come before.
        """
        from mutandis.typing.json_schema_reading import spec_from_json_schema

        return spec_from_json_schema(json_schema, class_fn, add_json_schema_as_metadata)

    # Text and JSON forms.

    def format(
        self,
        compact: bool = False,
        verbose: bool = True,
        root_indent: int = 0,
        **kwargs: typing.Any,
    ) -> str:
        """Returns the text form; entries at their neutral value are left out."""
        pairs = self._pairs()
        pairs.append(('noneable', self._noneable, False))
        pairs.append(('frozen', self._frozen, False))
        return kvlist_str(
            pairs,
            label=type(self).__name__,
            compact=compact,
            verbose=verbose,
            root_indent=root_indent,
            **kwargs,
        )

    @classmethod
    def _from_stored(cls, json_value: typing.Any, **kwargs: typing.Any) -> typing.Any:
        """Returns the spec of a JSON form.

        A default in JSON has gone through the transforms already; no transform is called.
        """
        context = kwargs.get('context') or json_reading.new_context(kwargs)
        fields = {
            key: json_reading.decode(value, context)
            for key, value in json_value.items()
            if key != cls.TYPE_NAME_KEY
        }
        if 'default' not in fields or not any(_transforming([], fields.values(), fields)):
            return cls(**fields)
        default, frozen = fields.pop('default'), fields.pop('frozen', False)
        spec = cls(**fields)
        found = _transforming([], [spec], {})
        transforms = [each._transform for each in found]
        try:
            for each in found:
                each._transform = None
                each._refresh()
            spec.set_default(default)
        finally:
            for each, transform in zip(found, transforms, strict=True):
                each._transform = transform
                each._refresh()
        spec._frozen = bool(frozen)
        spec._refresh()
        return spec

    def described(self) -> str:
        """Returns the text form on one line, for messages; it is kept until the spec changes."""
        if self._text is None:
            self._text = repr(self)
        return self._text

    def to_json(self, **kwargs: typing.Any) -> typing.Any:
        """Returns the JSON form."""
        fields = {
            'default': (self._default, MISSING_VALUE),
            'transform': (self._transform, None),
            'is_noneable': (self._noneable, False),
            'frozen': (self._frozen, False),
        }
        fields.update(self._json_fields())
        # Each is an argument of the constructor: they come in its order.
        names = type(self).__init__.__code__.co_varnames
        fields = {name: fields[name] for name in names if name in fields}
        return self.to_json_dict(fields=fields, exclude_default=True, **kwargs)


def _transforming(
    found: list[typing.Any],
    parts: typing.Iterable[typing.Any],
    fields: dict[str, typing.Any],
) -> list[typing.Any]:
    """Returns `found` with the specs that have a transform, in specs, fields, schemas and lists.

    `fields` are the arguments of a spec that is not made yet; its own transform counts.
    """
    from mutandis.typing.field import Field
    from mutandis.typing.schemas import Schema

    if fields.get('transform') is not None:
        found.append(fields)
    for part in parts:
        if isinstance(part, ValueSpec):
            _transforming(found, [value for value, _ in part._json_fields().values()], {})
            if part._transform is not None:
                found.append(part)
        elif isinstance(part, Schema):
            _transforming(found, part.fields.values(), {})
        elif isinstance(part, Field):
            _transforming(found, [part.value], {})
        elif isinstance(part, (list, tuple)):
            _transforming(found, part, {})
    return found


def raise_at_path(error: Exception, root_path: PathLike) -> typing.NoReturn:
    """Raises `error` with the path in its message.

    Exceptions of other than builtin classes may need other arguments than a message: they are kept
    as they are and get the path in a note.
    """
    if type(error).__module__ == 'builtins' and len(error.args) <= 1:
        message = at_path(str(error.args[0]) if error.args else '', root_path)
        try:
            located = type(error)(message)
        except Exception:  # Such as UnicodeDecodeError.
            located = None
        if located is not None:
            raise located.with_traceback(error.__traceback__) from error
    if hasattr(error, 'add_note'):
        error.add_note(at_path('While a value was validated', root_path))
    raise error


def mismatch_text(value: typing.Any, value_type: typing.Any) -> str:
    """Says that a value is not of a type, and cannot be converted to it."""
    return mismatch_start(type(value), value_type) + short_repr(value)


def mismatch_start(kind: typing.Any, value_type: typing.Any) -> str:
    """Says that values of one type are not of another; the value follows."""
    return f'Expected {_type_name(value_type)}, got {_type_name(kind)}: '


def short_repr(value: typing.Any, limit: int = 200) -> str:
    """Returns `repr(value)`, cut to `limit` characters."""
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 3] + '...'


def _type_name(value_type: typing.Any) -> str:
    if value_type.__class__ is type and value_type.__module__ == 'builtins':
        return value_type.__qualname__
    if isinstance(value_type, tuple):
        return ' or '.join(sorted(_type_name(t) for t in value_type))
    if typing.get_origin(value_type) is not None or not isinstance(value_type, type):
        return str(value_type)
    return f'{value_type.__module__}.{value_type.__qualname__}'
