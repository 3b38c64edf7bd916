"""Boilerplates: classes whose fields are filled in from an object, for good.

What is bound in the object becomes a frozen default of the new class; what is missing stays open.
"""

from __future__ import annotations

import copy
from typing import Any

from mutandis import typing as T
from mutandis.base import MissingValue
from mutandis.symbolic.base import Symbolic
from mutandis.symbolic.dict_node import Dict
from mutandis.symbolic.object import Object
from mutandis.typing.forward_ref import caller_module


def boilerplate_class(
    cls_name: str,
    value: Any,
    init_arg_list: list[str] | None = None,
    *,
    serialization_key: str | None = None,
    additional_keys: list[str] | None = None,
) -> Any:
    """Returns a sub-class of the class of an object, with the values of that object fixed.

    Example::

        base = Trainer.partial(lr=0.1, model=Model(width=64))
        MyTrainer = mt.boilerplate_class('MyTrainer', base)
        MyTrainer(seed=1)           # only what `base` leaves open is an argument

    Args:
        cls_name: Name of the new class; its module is that of the caller.
        value: The object. It is copied, and may be partial: what it lacks stays an argument.
        init_arg_list: Names of the positional arguments; by default all that are open, in order.
        serialization_key: Key under which objects are written to JSON.
        additional_keys: Further keys under which they can be read.

    Raises:
        ValueError: `value` is not an instance of a symbolic class.
        TypeError: `init_arg_list` names something that is no field.
    """
    if not isinstance(value, Object):
        raise ValueError(
            f'A boilerplate is made of an object of a symbolic class. Encountered: {value!r}.'
        )
    if not isinstance(cls_name, str):
        raise TypeError(f'The name of a class must be a str. Encountered: {cls_name!r}.')
    base: Any = type(value)
    namespace = {
        '__module__': caller_module().__name__,
        '__qualname__': cls_name,
        '__doc__': f'`{base.__name__}` with fixed values.',
        'auto_register': False,
        'is_boilerplate': True,
    }
    cls: Any = type(base)(cls_name, (base,), namespace)
    type.__delattr__(cls, 'auto_register')
    cls.apply_schema(_fixed_schema(cls.__schema__, dict(value.sym_items())))
    if init_arg_list is not None:
        cls.update_schema([], init_arg_list=init_arg_list)
    cls.register_for_deserialization(serialization_key, additional_keys)
    return cls


def _fixed_schema(schema: Any, values: dict[str, Any]) -> Any:
    """Returns a copy of a schema in which the fields that have values are frozen."""
    fields = []
    for key, field in schema.fields.items():
        value = values.pop(str(key), MissingValue()) if key.is_const else MissingValue()
        spec = _fixed_spec(field.value, value)
        fields.append(T.Field(field.key, spec, field.description, field.metadata))
        fields[-1].set_origin(field.origin)
    # What remains are values of dynamic keys: they get fields of their own.
    fields.extend(T.Field(name, _frozen(T.Any(), value)) for name, value in values.items())
    metadata = {k: v for k, v in schema.metadata.items() if k != 'init_arg_list'}
    return T.Schema(fields, name=schema.name, allow_nonconst_keys=True, metadata=metadata)


def _fixed_spec(spec: Any, value: Any) -> Any:
    spec = spec.copy()
    if isinstance(value, MissingValue) or spec.frozen:
        return spec
    if isinstance(spec, T.Dict) and spec.schema is not None and isinstance(value, dict):
        return _with_fixed_keys(spec, value)
    if isinstance(value, Symbolic) and value.sym_partial:
        # It cannot be fixed before it is complete.
        return spec.set_default(value.sym_clone(deep=True), use_default_apply=False)
    return _frozen(spec, value)


def _frozen(spec: Any, value: Any) -> Any:
    if isinstance(value, Symbolic):
        value = value.sym_clone(deep=True)
    else:
        try:
            value = copy.deepcopy(value)
        except Exception:  # Locks, modules and the like cannot be copied: share them.
            pass
    return spec.freeze(value, apply_before_use=False)


def _with_fixed_keys(spec: Any, value: Any) -> Any:
    pairs = value.sym_items() if isinstance(value, Symbolic) else value.items()
    schema = _fixed_schema(spec.schema, dict(pairs))
    fixed = T.Dict(schema, transform=spec.transform)
    if all(key.is_const and field.frozen for key, field in schema.fields.items()):
        # Copies of this default know the schema, and so that each of their keys is frozen.
        fixed.freeze(Dict(value_spec=T.Dict(schema)), apply_before_use=False)
    return fixed


__all__ = ['boilerplate_class']
