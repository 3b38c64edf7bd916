"""Placeholders for classes and functions that JSON names and nobody here knows.

`from_json(..., convert_unknown=True)` reads them in place of raising. Every field accepts them, and
they are written as the JSON that they were read from; so a program can be read, changed and written
where not all of its code is at hand.
"""

from __future__ import annotations

from typing import Any

from mutandis import typing as T
from mutandis.base import KeyPath, json_writing
from mutandis.base.json_markers import TUPLE_MARKER, TYPE_NAME_KEY
from mutandis.symbolic import serialization
from mutandis.symbolic.object import Object, members


class UnknownSymbol(Object, T.CustomTyping):
    """Base of the placeholders for what JSON names and nobody here knows."""

    auto_register = False

    def custom_apply(
        self, path: KeyPath, value_spec: Any, allow_partial: bool, child_transform: Any = None
    ) -> tuple[bool, Any]:
        """Accepts every field: whether it fits is known only where the name is known."""
        return (False, self)

    def __repr__(self) -> str:
        return self.format(compact=True)


class UnknownType(UnknownSymbol):
    """Stands for a class, possibly with type arguments.

    Calling it makes an `UnknownTypedObject`.

    Attributes:
        name: `module.Class`.
        args: The type arguments, or None.
    """

    name: str
    args: Any = None

    def __call__(self, **kwargs: Any) -> UnknownTypedObject:
        return UnknownTypedObject(type_name=self.name, **kwargs)

    def sym_jsonify(self, **kwargs: Any) -> Any:
        result: dict[str, Any] = {TYPE_NAME_KEY: 'type', 'name': self.name}
        if self.args:
            kwargs.pop('exclude_keys', None)
            result['args'] = [TUPLE_MARKER, *(json_writing.to_json(a, **kwargs) for a in self.args)]
        return result

    def format(
        self, compact: bool = False, verbose: bool = True, root_indent: int = 0, **kwargs: Any
    ) -> str:
        text = f'<unknown-type {self.name}>'
        return f'{text}[{", ".join(map(repr, self.args))}]' if self.args else text


class UnknownCallable(UnknownSymbol):
    """Base of the placeholders for functions and methods.

    Attributes:
        name: `module.function`, or `module.Class.method`.
    """

    name: str

    _kind = ''

    def sym_jsonify(self, **kwargs: Any) -> Any:
        return {TYPE_NAME_KEY: self._kind, 'name': self.name}

    def format(
        self, compact: bool = False, verbose: bool = True, root_indent: int = 0, **kwargs: Any
    ) -> str:
        return f'<unknown-{self._kind} {self.name}>'


class UnknownFunction(UnknownCallable):
    """Stands for a function."""

    _kind = 'function'


class UnknownMethod(UnknownCallable):
    """Stands for a class method or static method."""

    _kind = 'method'


@members([(T.StrKey(), T.Any())])
class UnknownTypedObject(UnknownSymbol):
    """Stands for an object of an unknown class; its fields are read and written as ever.

    Attributes:
        type_name: The `_type` in JSON.
    """

    type_name: str

    def sym_jsonify(self, **kwargs: Any) -> Any:
        left_out = {'type_name', *(kwargs.pop('exclude_keys', None) or ())}
        result = serialization.node_to_json(self, exclude_keys=left_out, **kwargs)
        return {**result, TYPE_NAME_KEY: self.type_name}

    def format(
        self, compact: bool = False, verbose: bool = True, root_indent: int = 0, **kwargs: Any
    ) -> str:
        left_out = {'type_name', *(kwargs.pop('exclude_keys', None) or ())}
        return super().format(
            compact,
            verbose,
            root_indent,
            cls_name=f'<unknown-type {self.type_name}>',
            exclude_keys=left_out,
            **kwargs,
        )


# Words that the constructor takes for itself.
_RESERVED = frozenset(
    {'type_name', 'allow_partial', 'sealed', 'root_path', 'explicit_init', 'self'}
)


def unknown(kind: str, name: str, fields: dict[str, Any]) -> UnknownSymbol:
    """Makes the placeholder for a name in JSON.

    Args:
        kind: `object`, `type`, `function` or `method`.
        name: The name.
        fields: What else the JSON says about it, decoded.

    Raises:
        TypeError: A field of an object cannot be kept because of its name.
    """
    if kind == 'type':
        return UnknownType(name, fields.get('args'))
    if kind == 'function':
        return UnknownFunction(name)
    if kind == 'method':
        return UnknownMethod(name)
    for key in fields:
        if not isinstance(key, str) or key in _RESERVED or key.startswith('_'):
            raise TypeError(
                f'Cannot keep an object of the unknown type {name!r}: a placeholder cannot have a '
                f'field {key!r}. Import the module of its class before.'
            )
    return UnknownTypedObject(type_name=name, **fields)
