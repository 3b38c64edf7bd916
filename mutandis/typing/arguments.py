"""One argument of a signature, in terms of value specs.

Loaded together with `callable_signature`, on first use: both need `inspect`.
"""

from __future__ import annotations

import dataclasses
import enum
import inspect
from typing import Any

from mutandis import base
from mutandis.typing.any_spec import Any as AnySpec
from mutandis.typing.containers import List as ListSpec
from mutandis.typing.dict_spec import Dict as DictSpec
from mutandis.typing.field import Field
from mutandis.typing.key_specs import StrKey
from mutandis.typing.scopes import Scope
from mutandis.typing.value_spec import ValueSpec


class ArgumentKind(enum.Enum):
    """How an argument may be passed."""

    POSITIONAL_OR_KEYWORD = 1
    VAR_POSITIONAL = 2
    KEYWORD_ONLY = 3
    VAR_KEYWORD = 4

    @classmethod
    def from_parameter(cls, parameter: inspect.Parameter) -> ArgumentKind:
        """Returns the kind of an `inspect.Parameter`."""
        return KINDS[parameter.kind]


# The way a user writes it, and the way it prints: `Argument.Kind.KEYWORD_ONLY`.
ArgumentKind.__name__ = 'Kind'
ArgumentKind.__qualname__ = 'Argument.Kind'

KINDS = {
    inspect.Parameter.POSITIONAL_ONLY: ArgumentKind.POSITIONAL_OR_KEYWORD,
    inspect.Parameter.POSITIONAL_OR_KEYWORD: ArgumentKind.POSITIONAL_OR_KEYWORD,
    inspect.Parameter.VAR_POSITIONAL: ArgumentKind.VAR_POSITIONAL,
    inspect.Parameter.KEYWORD_ONLY: ArgumentKind.KEYWORD_ONLY,
    inspect.Parameter.VAR_KEYWORD: ArgumentKind.VAR_KEYWORD,
}


@dataclasses.dataclass
class Argument:
    """One argument of a signature.

    Attributes:
        name: The name of the argument, for `*args` and `**kwargs` without the stars.
        kind: How it may be passed.
        value_spec: What it accepts. A `List` for `*args`, a `Dict` for `**kwargs`.
        description: What it is for, if known.

    Raises:
        TypeError: `*args` whose spec is not a `List`, or `**kwargs` whose spec is not a `Dict`.
    """

    name: str
    kind: ArgumentKind
    value_spec: ValueSpec
    description: str | None = None

    Kind = ArgumentKind

    def __post_init__(self) -> None:
        if self.kind is ArgumentKind.VAR_POSITIONAL:
            if not isinstance(self.value_spec, ListSpec):
                raise TypeError(
                    f'The value spec of *{self.name} must be a `List` of its elements. '
                    f'Encountered: {self.value_spec!r}.'
                )
            self.value_spec = self.value_spec.copy().set_default([])
        elif self.kind is ArgumentKind.VAR_KEYWORD and not isinstance(self.value_spec, DictSpec):
            raise TypeError(
                f'The value spec of **{self.name} must be a `Dict` of its values. '
                f'Encountered: {self.value_spec!r}.'
            )

    @classmethod
    def from_annotation(
        cls,
        name: str,
        kind: ArgumentKind,
        annotation: Any = inspect.Parameter.empty,
        auto_typing: bool = False,
        parent_module: Scope = None,
    ) -> Argument:
        """Creates an argument from an annotation.

        Args:
            name: Name of the argument.
            kind: Kind of the argument. For the variadic kinds the annotation must give the spec
                of the whole container.
            annotation: Python annotation or value spec.
            auto_typing: Whether annotations become real specs. Otherwise they are only kept for
                display on `Any`; value specs are honoured in both cases.
            parent_module: Where names in string annotations are looked up.
        """
        spec = ValueSpec.from_annotation(
            annotation, auto_typing=auto_typing, parent_module=parent_module
        )
        return cls(name, kind, spec)

    @classmethod
    def from_parameter(
        cls,
        param: inspect.Parameter,
        description: str | None = None,
        auto_typing: bool = True,
        parent_module: Scope = None,
    ) -> Argument:
        """Creates an argument from an `inspect.Parameter`.

        Raises:
            TypeError: The default does not fit the annotation (so does `ValueError`).
        """
        kind = KINDS[param.kind]
        annotation, doc = split_doc(param.annotation)
        spec = ValueSpec.from_annotation(
            annotation, auto_typing=auto_typing, parent_module=parent_module
        )
        if kind is ArgumentKind.VAR_POSITIONAL:
            spec = ListSpec(spec, default=[])
        elif kind is ArgumentKind.VAR_KEYWORD:
            spec = DictSpec([(StrKey(), spec)])
        elif param.default is not inspect.Parameter.empty:
            if spec is annotation:
                spec = spec.copy()
            explicit = isinstance(param.annotation, ValueSpec)
            if param.default is None and not spec.is_noneable and not explicit:
                # `x: int = None` says in the old way that None is welcome.
                spec = spec.noneable()
            else:
                spec = with_default(spec, param.default, base.KeyPath(param.name))
        return cls(param.name, kind, spec, description if description is not None else doc)

    def copy(self) -> Argument:
        """Returns an independent argument."""
        copied = Argument.__new__(Argument)
        copied.__dict__.update(self.__dict__)
        copied.value_spec = self.value_spec.copy()
        return copied

    def to_field(self) -> Field:
        """Returns the field of a schema that stands for this argument."""
        if self.kind is ArgumentKind.VAR_KEYWORD:
            return Field(StrKey(), self.element_spec, self.description)
        return Field(self.name, self.value_spec, self.description)

    @property
    def element_spec(self) -> ValueSpec:
        """The spec of one value: of an element for the variadic kinds, else of the argument."""
        spec: Any = self.value_spec
        if self.kind is ArgumentKind.VAR_POSITIONAL:
            element: ValueSpec = spec.element.value
            return element
        if self.kind is ArgumentKind.VAR_KEYWORD:
            field = spec.schema.dynamic_field if spec.schema is not None else None
            return AnySpec() if field is None else field.value
        return self.value_spec


def split_doc(annotation: Any) -> tuple[Any, str | None]:
    """Takes the description out of an `Annotated` annotation."""
    spec = getattr(annotation, 'value_spec', None)
    if spec is not None and hasattr(annotation, 'docstring'):
        return spec, annotation.docstring
    metadata = getattr(annotation, '__metadata__', None)
    if metadata is not None:
        doc = next((m for m in metadata if isinstance(m, str)), None)
        return annotation, doc
    return annotation, None


def with_default(spec: Any, default: Any, path: base.KeyPath) -> ValueSpec:
    """Sets the default of a spec; errors name the argument by its path."""
    return checked(spec.set_default(default, root_path=path))


def checked(spec: Any) -> ValueSpec:
    if not isinstance(spec, ValueSpec):
        raise TypeError(f'Expected a value spec. Encountered: {spec!r}.')
    return spec
