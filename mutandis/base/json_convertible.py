"""`JSONConvertible`: the base of classes that have a JSON form."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from mutandis.base import json_markers, json_registry
from mutandis.base.json_context import JSONConversionContext
from mutandis.base.json_markers import PRIMITIVES
from mutandis.base.json_registry import type_name
from mutandis.base.plain_values import plain_eq
from mutandis.base.traits import Abstract, is_abstract

JSONValueType = Any  # None, bool, int, float, str, or lists and dicts of them.


class JSONConvertible(Abstract):
    """Base of classes that have a JSON form.

    A subclass defines `to_json` (usually by `to_json_dict`) and, unless its constructor takes
    the written entries as keywords, `from_json`. It is registered under its `module.qualname`, or
    its own `__serialization_key__`, when it is created (unless it is abstract).
    """

    __slots__ = ()

    TYPE_NAME_KEY: ClassVar[str] = json_markers.TYPE_NAME_KEY
    TUPLE_MARKER: ClassVar[str] = json_markers.TUPLE_MARKER
    SYMBOLIC_MARKER: ClassVar[str] = json_markers.SYMBOLIC_MARKER
    REF_KEY: ClassVar[str] = json_markers.REF_KEY
    ROOT_VALUE_KEY: ClassVar[str] = json_markers.ROOT_VALUE_KEY
    CONTEXT_KEY: ClassVar[str] = json_markers.CONTEXT_KEY

    # From a type to the function that turns its instances into JSON-convertible values, or None.
    TYPE_CONVERTER: ClassVar[Callable[[type], Callable[[Any], Any] | None] | None] = None

    # Whether subclasses that can have instances are registered when they are created.
    auto_register: ClassVar[bool] = True
    # Whether an instance that occurs more than once is written once, and referred to.
    _json_shared: ClassVar[bool] = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.auto_register and not is_abstract(cls):
            key = cls.__dict__.get('__serialization_key__')
            json_registry._classes[key if isinstance(key, str) else type_name(cls)] = cls

    @classmethod
    def from_json(cls, json_value: Any, **kwargs: Any) -> Any:
        """Makes an instance from its JSON form.

        By default all entries but `_type` are decoded and passed to the class as keywords.
        """
        from mutandis.base import json_reading

        context = kwargs.get('context')
        if context is None:
            context = json_reading.new_context(kwargs)
        if not isinstance(json_value, dict):
            raise TypeError(f'{cls.__name__} is read from a dict. Encountered: {json_value!r}.')
        return cls(
            **{
                key: json_reading.decode(value, context)
                for key, value in json_value.items()
                if key != json_markers.TYPE_NAME_KEY
            }
        )

    @abstractmethod
    def to_json(self, *, context: JSONConversionContext | None = None, **kwargs: Any) -> Any:
        """Returns the JSON form: plain Python data."""
        raise NotImplementedError(
            f'{type(self).__name__} is JSONConvertible but does not define `to_json`.'
        )

    def _to_json_as_part(self, **options: Any) -> Any:
        # Wrapped classes of users, whose `to_json` may mean something else, override this.
        return self.to_json(**options)

    def to_json_str(self, *, json_indent: int | None = None, **kwargs: Any) -> str:
        """Returns the JSON form as text."""
        from mutandis.base import json_writing

        return json_writing.to_json_str(self, json_indent=json_indent, **kwargs)

    @classmethod
    def register(cls, type_name: str, subclass: type, override_existing: bool = False) -> None:
        """Registers a class under a name."""
        json_registry.register(type_name, subclass, override_existing)

    @classmethod
    def is_registered(cls, type_name: str) -> bool:
        """Whether a class is registered under a name."""
        return json_registry.is_registered(type_name)

    @classmethod
    def class_from_typename(cls, type_name: str) -> type | None:
        """Returns the class registered under a name, or None."""
        return json_registry.class_from_typename(type_name)

    @classmethod
    def registered_types(cls) -> Iterable[tuple[str, type]]:
        """Returns the pairs of name and registered class."""
        return json_registry.registered_types()

    @classmethod
    def add_module_alias(cls, module: str, aliases: str | Iterable[str]) -> None:
        """Makes names under an alias be looked up under a module."""
        json_registry.add_module_alias(module, aliases)

    @classmethod
    def load_types_for_deserialization(cls, *types_to_deserialize: type) -> Any:
        """A scope in which classes answer to the last component of their name."""
        return json_registry.load_types(*types_to_deserialize)

    def to_json_dict(
        self,
        fields: dict[str, Any],
        *,
        exclude_default: bool = False,
        exclude_keys: Iterable[str] | None = None,
        **kwargs: Any,
    ) -> dict[str, Any]:
        """Returns the dict form of an object.

        Args:
            fields: from name to value; with `exclude_default`, to pairs of value and default.
            exclude_default: leave out the values equal to their default.
            exclude_keys: names to leave out.
            **kwargs: options of the conversion.
        """
        context = kwargs.get('context')
        left_out = set(exclude_keys) if exclude_keys else ()
        result = {json_markers.TYPE_NAME_KEY: json_registry.serialization_key(type(self))}
        for name, value in fields.items():
            if name in left_out:
                continue
            if exclude_default:
                value, default = value
                if value is default or plain_eq(value, default):
                    continue
            if value.__class__ not in PRIMITIVES:
                if isinstance(value, JSONConvertible) and context is not None and not context.deep:
                    value = context.serialize_maybe_shared(value, value._to_json_as_part, **kwargs)
                else:
                    from mutandis.base import json_writing

                    value = json_writing.to_json(value, **kwargs)
            result[name] = value
        return result
