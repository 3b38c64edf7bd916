"""The spec that accepts every value."""

import typing

from mutandis.base import MISSING_VALUE, kvlist_str
from mutandis.typing.paths import PathLike
from mutandis.typing.value_spec import ChildTransform, ValueSpec

_LEAF_TYPES = frozenset({int, float, str, bool, bytes, complex})


class Any(ValueSpec):
    """Spec of any value, None included.

    Args:
      default: Default value.
      annotation: Annotation to show.
      transform: Function that converts values.
      frozen: Whether the value is fixed to the default.
    """

    __slots__ = ('_annotation',)

    __serialization_key__ = 'pyglove.typing.Any'
    auto_register = True

    def __init__(
        self,
        default: typing.Any = MISSING_VALUE,
        annotation: typing.Any = MISSING_VALUE,
        transform: typing.Callable[[typing.Any], typing.Any] | None = None,
        frozen: bool = False,
    ) -> None:
        self._annotation = annotation
        super().__init__(object, default, transform, True, frozen)

    def annotate(self, annotation: typing.Any) -> 'Any':
        """Stores an annotation to show; returns self."""
        self._annotation = annotation
        self._refresh()
        return self

    @property
    def annotation(self) -> typing.Any:
        """The annotation to show, `MISSING_VALUE` if there is none."""
        return self._annotation

    def _exact_type(self) -> typing.Any:
        return object

    def _convert_type(self, value: typing.Any, root_path: PathLike) -> typing.Any:
        return value

    def apply(
        self,
        value: typing.Any,
        allow_partial: bool = False,
        child_transform: ChildTransform | None = None,
        root_path: PathLike = None,
    ) -> typing.Any:
        """Accepts any value (see `ValueSpec.apply`)."""
        if self._exact is not None and type(value) in _LEAF_TYPES:
            return value
        return self._apply_steps(value, allow_partial, child_transform, root_path)

    def is_compatible(self, other: ValueSpec) -> bool:
        """Returns True."""
        return True

    def _eq(self, other: 'Any') -> bool:
        return bool(self._annotation == other._annotation)

    def format(
        self,
        compact: bool = False,
        verbose: bool = True,
        root_indent: int = 0,
        **kwargs: typing.Any,
    ) -> str:
        """Returns the text form."""
        return kvlist_str(
            [
                ('default', self._default, MISSING_VALUE),
                ('frozen', self._frozen, False),
                ('annotation', self._annotation, MISSING_VALUE),
            ],
            label=type(self).__name__,
            compact=compact,
            verbose=verbose,
            root_indent=root_indent,
            **kwargs,
        )

    @classmethod
    def _from_stored(cls, json_value: typing.Any, **kwargs: typing.Any) -> typing.Any:
        is_noneable = json_value.get('is_noneable', True)
        fields = {key: value for key, value in json_value.items() if key != 'is_noneable'}
        spec = super()._from_stored(fields, **kwargs)
        return spec if is_noneable else spec.noneable(False)

    def to_json(self, **kwargs: typing.Any) -> typing.Any:
        """Returns the JSON form."""
        return self.to_json_dict(
            fields={
                'default': (self._default, MISSING_VALUE),
                'annotation': (self._annotation, MISSING_VALUE),
                'transform': (self._transform, None),
                'frozen': (self._frozen, False),
                'is_noneable': (self._noneable, True),
            },
            exclude_default=True,
            **kwargs,
        )
