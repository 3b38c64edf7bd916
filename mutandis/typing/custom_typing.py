"""Values that decide themselves whether a field may hold them.

Placeholders, references, inferred values and symbolic containers stand where another type is
declared. They implement `custom_apply`, which validation asks before it looks at the type.
"""

import typing
from abc import abstractmethod

from mutandis.base.traits import Abstract


class CustomTyping(Abstract):
    """Interface of values that take part in their own validation.

    Attributes:
      custom_apply_lazy_path: If True, `custom_apply` takes the path as validation has it (`None`, a
        `KeyPath` or a callable giving one); otherwise it is always given a `KeyPath`.
    """

    __slots__ = ()

    custom_apply_lazy_path: typing.ClassVar[bool] = False

    @abstractmethod
    def custom_apply(
        self,
        path: typing.Any,
        value_spec: typing.Any,
        allow_partial: bool,
        child_transform: typing.Callable[..., typing.Any] | None = None,
    ) -> tuple[bool, typing.Any]:
        """Validates this value against the spec of the field that shall hold it.

        Args:
          path: Location of the field.
          value_spec: Spec of the field (the union for a member of a union, the element's spec for
            an element of a list).
          allow_partial: Whether missing parts are accepted.
          child_transform: Function `(path, field, value) -> value` for child values.

        Returns:
          `(go_on, value)`: whether the field's own checks shall go on, and the value to use.

        Raises:
          Exception: If this value must not stand in the field.
        """
        raise NotImplementedError(f'{type(self).__qualname__} must implement `custom_apply`.')
