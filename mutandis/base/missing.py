"""The missing value: what stands in a tree for something not yet given."""

from __future__ import annotations

from typing import Any, ClassVar

from mutandis.base.formatting import Formattable
from mutandis.base.json_convertible import JSONConvertible


class MissingValue(Formattable, JSONConvertible):
    """Stands for a value that is not yet given.

    All missing values are equal to one another and to nothing else, typed ones (subclasses that
    know what is expected in their place) included. Test with `isinstance(v, MissingValue)`.
    """

    __slots__ = ()
    __serialization_key__: ClassVar[str] = 'pyglove.core.utils.missing.MissingValue'

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MissingValue)

    def __ne__(self, other: object) -> bool:
        return not isinstance(other, MissingValue)

    def __hash__(self) -> int:
        return hash(MissingValue)

    def format(self, *args: Any, **kwargs: Any) -> str:
        return 'MISSING_VALUE'

    def __copy__(self) -> MissingValue:
        return self

    def __deepcopy__(self, memo: Any) -> MissingValue:
        return self

    def to_json(self, **kwargs: Any) -> Any:
        return {JSONConvertible.TYPE_NAME_KEY: MissingValue.__serialization_key__}

    @classmethod
    def from_json(cls, json_value: Any, **kwargs: Any) -> MissingValue:
        return MISSING_VALUE


MISSING_VALUE = MissingValue()
"""The missing value. As a value to write it means "delete" or "reset to the default"."""
