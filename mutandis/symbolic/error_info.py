"""An error as a symbolic object."""

from __future__ import annotations

from typing import Annotated

from mutandis.base import errors
from mutandis.symbolic.object import Object


class ErrorInfo(Object, errors.ErrorInfo):
    """An error as data: it can be compared, stored as JSON and counted by its tag.

    Example::

        with mt.catch_errors(RuntimeError) as context:
            train()
        if context.error is not None:
            info = mt.ErrorInfo.from_exception(context.error)
    """

    __serialization_key__ = 'pyglove.core.symbolic.error_info.ErrorInfo'

    tag: Annotated[
        str, "The names of the error's class and of those that caused it, joined by dots."
    ]
    description: Annotated[str, 'The message of the error.']
    stacktrace: Annotated[str, 'Where it was raised, as text.']


ErrorInfo.register_for_deserialization(
    additional_keys=['pyglove.core.utils.error_utils.ErrorInfo', 'mutandis.base.errors.ErrorInfo']
)

__all__ = ['ErrorInfo']
