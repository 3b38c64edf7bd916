"""Objects whose attributes depend on where they stand and on what scopes are open.

A `ContextualObject` reads an attribute as any other object does, unless somebody has said
otherwise: for this object (`obj.override(...)`), or for all objects (`contextual_override(...,
override_attrs=True)`). A `contextual_attribute` has no value of its own: it takes that of the
objects around, then that of the open scopes.

Only contextual objects pay for this: their fields are read through a descriptor on their class.
"""

from __future__ import annotations

import contextlib
import contextvars
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from mutandis.base import LEAF_TYPES, MISSING_VALUE
from mutandis.base.contextual import ContextualOverride, current_overrides
from mutandis.symbolic.class_attributes import StoredField
from mutandis.symbolic.inferred import ValueFromParentChain
from mutandis.symbolic.object import Object

_ABSENT = object()
_RAISE = object()

# What `override` says, by the id of the object. The object is kept with it, so that no other
# object gets its id as long as a context, perhaps of a task that goes on, remembers the scope.
_of_objects: contextvars.ContextVar[dict[int, tuple[Any, dict[str, ContextualOverride]]]] = (
    contextvars.ContextVar('mutandis_object_overrides', default={})  # noqa: B039
)


def _override_of_object(obj: Any, name: str) -> ContextualOverride | None:
    """Returns what `obj.override` says about a name."""
    known = _of_objects.get()
    if known:
        entry = known.get(id(obj))
        if entry is not None:
            return entry[1].get(name)
    return None


def _override_of_field(obj: Any, name: str) -> ContextualOverride | None:
    """Returns what comes before the own value of a field, if anything."""
    override = _override_of_object(obj, name)
    if override is not None:
        return override
    scopes = current_overrides()
    if scopes:
        override = scopes.get(name)
        if override is not None and override.override_attrs:
            return override
    return None


class ContextualField(StoredField):
    """Data descriptor that reads a field of a contextual object."""

    __slots__ = ()

    def __get__(self, obj: Any, owner: Any = None) -> Any:
        if obj is not None:
            override = _override_of_field(obj, self.name)
            if override is not None:
                return override.value
        return super().__get__(obj, owner)


class ContextualObject(Object):
    """Base of objects whose attributes may be overridden from outside.

    An attribute is, in this order: what `with obj.override(...)` says; what a scope says that
    overrides attributes; the value given to this object, or, for a `contextual_attribute`, that
    of the nearest contextual object around; what a scope says; the default.

    Example::

        class Layer(mt.ContextualObject):
            width: int = mt.contextual_attribute()

        class Net(mt.ContextualObject):
            width: int
            layers: list[Layer]

        net = Net(64, [Layer(), Layer(32)])
        net.layers[0].width                                    # 64, of the net.
        with mt.contextual_override(width=1, override_attrs=True):
            net.layers[1].width                                # 1
        with net.layers[1].override(width=16):
            net.layers[1].width                                # 16
    """

    auto_register = True

    __str_format_kwargs__: ClassVar[dict[str, Any]] = {
        **Object.__str_format_kwargs__,
        'use_inferred': True,
    }
    __repr_format_kwargs__: ClassVar[dict[str, Any]] = {
        **Object.__repr_format_kwargs__,
        'use_inferred': True,
    }

    _sym_field_reader = ContextualField

    @classmethod
    def _sym_make_init(cls, plans: dict[Any, Any]) -> Any:
        if cls._sym_dynamic:
            _override_on_any_read(cls)  # Dynamic keys have no descriptors.
        return super()._sym_make_init(plans)

    def override(
        self, **kwargs: Any
    ) -> contextlib.AbstractContextManager[dict[str, ContextualOverride]]:
        """A scope in which attributes of this object have other values, in this context only.

        Args:
            **kwargs: Values of fields, or of other attributes that the class has. Names that are
                neither have no effect.

        Returns:
            A context manager that gives the overrides of this object.
        """
        return self._sym_override(
            {
                name: ContextualOverride(value, override_attrs=True)
                for name, value in kwargs.items()
                if self._sym_is_overridable(name)
            }
        )

    @contextlib.contextmanager
    def _sym_override(
        self, given: dict[str, ContextualOverride]
    ) -> Iterator[dict[str, ContextualOverride]]:
        cls = type(self)
        if not all(isinstance(cls.__dict__.get(name), ContextualField) for name in given):
            _override_on_any_read(cls)
        outer = _of_objects.get()
        _, known = outer.get(id(self), (self, {}))
        merged = {**known, **given}
        token = _of_objects.set({**outer, id(self): (self, merged)})
        try:
            yield dict(merged)
        finally:
            _of_objects.reset(token)

    def _sym_is_overridable(self, name: str) -> bool:
        cls = type(self)
        return (
            name in cls._sym_field_map
            or self.sym_hasattr(name)
            or any(name in base.__dict__ for base in cls.__mro__)
        )

    def sym_inferred(self, key: Any, default: Any = _RAISE, **kwargs: Any) -> Any:
        """Returns what a reader of the field gets."""
        if self.sym_hasattr(key):
            override = _override_of_field(self, key)
            if override is not None:
                return override.value
        if default is _RAISE:
            return super().sym_inferred(key, **kwargs)
        return super().sym_inferred(key, default, **kwargs)


def _override_on_any_read(cls: Any) -> None:
    """Makes a class look for overrides on the read of any attribute, not of its fields only.

    Done when they are needed first: it makes reads slower.
    """
    if getattr(cls.__getattribute__, '_sym_overrides', False):
        return
    read: Callable[[Any, str], Any] = cls.__getattribute__

    def __getattribute__(self: Any, name: str) -> Any:
        override = _override_of_object(self, name)
        if override is None:
            if name[:1] == '_' or not object.__getattribute__(self, '_sym_dynamic_keys'):
                return read(self, name)
            if name not in object.__getattribute__(self, '_sym_dynamic_keys'):
                return read(self, name)
            override = _override_of_field(self, name)
            if override is None:
                value = read(self, name)
                if value.__class__ in LEAF_TYPES:
                    return value
                return self._sym_infer(value)
        return override.value

    __getattribute__._sym_overrides = True  # type: ignore[attr-defined]
    type.__setattr__(cls, '__getattribute__', __getattribute__)


class ContextualAttribute(ValueFromParentChain):
    """Stands for the value of an attribute that is to be found around the object.

    See `contextual_attribute`.
    """

    __serialization_key__ = 'pyglove.core.symbolic.contextual_object.ContextualAttribute'

    type: type[Any] | None = None
    default: Any = (MISSING_VALUE,)

    def infer(self, **kwargs: Any) -> Any:
        """Returns the value of the nearest contextual object around, of the scopes, or the default.

        Raises:
            AttributeError: None of them has one.
        """
        if self.sym_parent is not None:
            key = self.inference_key
            node = self.sym_parent.sym_parent
            while node is not None:
                if isinstance(node, ContextualObject):
                    value = getattr(node, str(key), _ABSENT)
                    if value is not _ABSENT:
                        return value
                node = node.sym_parent
            override = current_overrides().get(str(key))
            if override is not None:
                return override.value
        default = self.default
        if isinstance(default, tuple) and len(default) == 1 and default[0] == MISSING_VALUE:
            where = 'of no object' if self.sym_parent is None else f'at {str(self.sym_path)!r}'
            raise AttributeError(
                f'The contextual attribute {where} has no value: no contextual object around has '
                f'one, nor does a `contextual_override` scope. Give it one, or a default.'
            )
        return default


def contextual_attribute(type: Any = None, default: Any = (MISSING_VALUE,)) -> Any:  # noqa: A002
    """Makes the default of a field whose value is found around the object.

    Args:
        type: What type the value is of, for the reader.
        default: The value where neither an object around nor a scope has one.

    Returns:
        A `ContextualAttribute`, to be assigned in the body of a `ContextualObject`.
    """
    return ContextualAttribute(type=type, default=default)


__all__ = ['ContextualAttribute', 'ContextualField', 'ContextualObject', 'contextual_attribute']
