"""`Annotated[t, doc, metadata]`: an annotation with a description and user's data."""

import typing

from mutandis.typing import late_binding
from mutandis.typing.generics import Generic
from mutandis.typing.value_spec import ValueSpec


class Annotated(Generic):
    """A spec with a description and metadata, to annotate a field.

    Example: `x: Annotated[int, 'Number of layers.']`.
    """

    __slots__ = ('_value_spec', '_docstring', '_metadata')

    # Values of this class are annotations, not samples of values.
    def __init__(
        self,
        value_spec: ValueSpec,
        docstring: str | None = None,
        metadata: dict[str, typing.Any] | None = None,
    ) -> None:
        self._value_spec = value_spec
        self._docstring = docstring
        self._metadata = metadata or {}

    @property
    def value_spec(self) -> ValueSpec:
        """Spec of the field."""
        return self._value_spec

    @property
    def docstring(self) -> str | None:
        """Description of the field."""
        return self._docstring

    @property
    def metadata(self) -> dict[str, typing.Any]:
        """User's data of the field."""
        return self._metadata

    @property
    def annotation(self) -> typing.Any:
        """Annotation of the spec."""
        return self._value_spec.annotation

    def __call__(self, *args: typing.Any, **kwargs: typing.Any) -> typing.NoReturn:
        """Is there because `typing.Optional` of Python 3.10 takes only what is callable."""
        raise TypeError(f'{self!r} is an annotation and cannot be called.')

    @classmethod
    def with_type_args(cls, type_args: tuple[typing.Any, ...]) -> 'Annotated':
        """`Annotated[t]`, `Annotated[t, doc]`, `Annotated[t, doc, metadata]`."""
        if not 1 <= len(type_args) <= 3:
            raise TypeError(
                '`Annotated[...]` takes a type, a description and metadata (the last two may be '
                f'left out), got {type_args!r}.'
            )
        spec = late_binding.spec_from_annotation(type_args[0], auto_typing=True)
        docstring = type_args[1] if len(type_args) > 1 else None
        if docstring is not None and not isinstance(docstring, str):
            raise TypeError(f'The description in `Annotated` must be a str, got {docstring!r}.')
        metadata = type_args[2] if len(type_args) > 2 else None
        if metadata is not None and not isinstance(metadata, dict):
            raise TypeError(f'The metadata in `Annotated` must be a dict, got {metadata!r}.')
        return cls(spec, docstring, metadata)
