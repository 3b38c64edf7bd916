"""Specs of callables: which arguments they must take and what they return."""

import typing

from mutandis.base import MISSING_VALUE, FunctorInterface
from mutandis.typing.any_spec import Any
from mutandis.typing.containers import element_annotation, to_spec
from mutandis.typing.forward_ref import ForwardRef
from mutandis.typing.objects import Object
from mutandis.typing.paths import PathLike, at_path
from mutandis.typing.value_spec import Pairs, ValueSpec, short_repr

# Builtin functions, methods of builtin classes, and such methods of one object.
_BUILTINS = (type(len), type(str.join), type(''.__str__))


class Callable(ValueSpec):
    """Spec of a callable.

    Without `args`, `kw` and `returns` any callable is accepted. Functions without annotations take
    any type, so for them only the number and names of parameters are checked.

    Args:
      args: Specs or annotations of positional arguments.
      kw: Pairs `(name, spec or annotation)` of keyword arguments.
      returns: Spec or annotation of the returned value.
      default: Default value.
      transform: Function that converts values before they are checked.
      callable_type: Class that values must be instances of.
      is_noneable: Whether None is accepted.
      frozen: Whether the value is fixed to the default.

    Raises:
      TypeError: If the arguments have other shapes.
    """

    __slots__ = ('_args', '_kw', '_return_value')

    __serialization_key__ = 'pyglove.typing.Callable'
    auto_register = True

    def __init__(
        self,
        args: list[typing.Any] | None = None,
        kw: list[tuple[str, typing.Any]] | None = None,
        returns: typing.Any | None = None,
        default: typing.Any = MISSING_VALUE,
        transform: typing.Callable[[typing.Any], typing.Any] | None = None,
        callable_type: type | None = None,
        is_noneable: bool = False,
        frozen: bool = False,
    ) -> None:
        if args is not None and not isinstance(args, list):
            raise TypeError(f'"args" should be a list of specs or annotations, got {args!r}.')
        if kw is not None and not (
            isinstance(kw, list)
            and all(isinstance(p, tuple) and len(p) == 2 and isinstance(p[0], str) for p in kw)
        ):
            raise TypeError(f'"kw" should be a list of pairs (name, spec), got {kw!r}.')
        self._args = [to_spec(arg) for arg in args or ()]
        self._kw = [(name, to_spec(spec)) for name, spec in kw or ()]
        self._return_value = None if returns is None else to_spec(returns)
        super().__init__(callable_type, default, transform, is_noneable, frozen)

    @property
    def args(self) -> list[ValueSpec]:
        """Specs of positional arguments."""
        return self._args

    @property
    def kw(self) -> list[tuple[str, ValueSpec]]:
        """Names and specs of keyword arguments."""
        return self._kw

    @property
    def return_value(self) -> ValueSpec | None:
        """Spec of the returned value, None for any."""
        return self._return_value

    @classmethod
    def with_type_args(cls, type_args: tuple[typing.Any, ...]) -> 'Callable':
        """`Callable[[a, b], r]` or `Callable[..., r]`."""
        if len(type_args) != 2:
            raise TypeError(f'`{cls.__name__}[...]` takes two type arguments, got {type_args!r}.')
        args, returns = type_args
        if args is ...:
            args = []
        elif not isinstance(args, list):
            args = [args]
        if returns is None:
            returns = Object(type(None))
        return cls(args, returns=returns)

    def _validate(self, value: typing.Any, root_path: PathLike) -> None:
        if not callable(value):
            raise TypeError(at_path(f'Value is not callable: {short_repr(value)}', root_path))
        if not self._args and not self._kw and self._return_value is None:
            return
        from mutandis.typing.callable_signature import Signature
        from mutandis.typing.signature_cache import shared_signature

        try:
            signature = shared_signature(value, False, False) or Signature.from_callable(value)
        except ValueError:
            if isinstance(value, _BUILTINS):
                return  # Some of them, such as `max`, do not tell what they take.
            raise
        self._check_signature(value, signature, root_path)

    def _check_signature(
        self, value: typing.Any, signature: typing.Any, root_path: PathLike
    ) -> None:
        def fail(message: str) -> typing.NoReturn:
            raise TypeError(at_path(f'{message} (callable: {short_repr(value)})', root_path))

        if len(self._args) > len(signature.args) and not signature.has_varargs:
            fail(
                f'It takes {len(signature.args)} positional arguments, {len(self._args)} are '
                'required'
            )
        for i, required in enumerate(self._args):
            if i < len(signature.args):
                actual = signature.args[i].value_spec
            else:
                actual = signature.varargs.value_spec.element.value
            if not actual.is_compatible(required):
                fail(f'Its positional argument {i} is {actual!r}, {required!r} is required')
        for name, required in self._kw:
            actual = None
            for arg in signature.named_args:
                if arg.name == name:
                    actual = arg.value_spec
                    break
            if actual is None:
                if not signature.has_varkw:
                    fail(f'It has no keyword argument {name!r}')
                actual = signature.varkw.value_spec.schema.dynamic_field.value
            if not actual.is_compatible(required):
                fail(f'Its keyword argument {name!r} is {actual!r}, {required!r} is required')
        declared = signature.return_value
        if (
            self._return_value is not None
            and declared is not None
            and not isinstance(declared, Any)
            and not self._return_value.is_compatible(declared)
        ):
            fail(f'It returns {declared!r}, {self._return_value!r} is required')

    def _collect_forward_refs(self) -> set[ForwardRef]:
        refs: set[ForwardRef] = set()
        for spec in self._args:
            refs.update(spec._collect_forward_refs())
        for _, spec in self._kw:
            refs.update(spec._collect_forward_refs())
        if self._return_value is not None:
            refs.update(self._return_value._collect_forward_refs())
        return refs

    def is_compatible(self, other: ValueSpec) -> bool:
        """Returns whether this spec accepts every value that `other` accepts."""
        if isinstance(other, Object):
            return self._accepts_instances_of(other)
        return super().is_compatible(other)

    def _accepts_instances_of(self, other: Object) -> bool:
        if other.is_noneable and not self.is_noneable:
            return False
        import types

        if self._value_type is not None:
            return False
        call = getattr(other.cls, '__call__', None)  # noqa: B004
        if not isinstance(call, types.FunctionType):
            return False
        try:
            self._validate(call, None)
        except TypeError:
            return False
        return True

    def _is_compatible(self, other: 'Callable') -> bool:
        if len(other._args) < len(self._args) or len(other._kw) < len(self._kw):
            return False
        for own, their in zip(self._args, other._args, strict=False):
            if not own.is_compatible(their):
                return False
        their_kw = dict(other._kw)
        for name, spec in self._kw:
            if name not in their_kw or not spec.is_compatible(their_kw[name]):
                return False
        return (
            self._return_value is None
            or other._return_value is None
            or self._return_value.is_compatible(other._return_value)
        )

    def _extend(self, base: 'Callable') -> None:
        # What the callables must take is up to the redeclaration: only what it leaves open is
        # inherited.
        self._args = self._args or base._args
        self._kw = self._kw or base._kw
        if self._return_value is None:
            self._return_value = base._return_value

    def _eq(self, other: 'Callable') -> bool:
        return (
            self._args == other._args
            and self._kw == other._kw
            and self._return_value == other._return_value
            and self._value_type is other._value_type
        )

    def _annotate(self) -> typing.Any:
        returns = None if self._return_value is None else element_annotation(self._return_value)
        args: typing.Any = ... if self._kw else [element_annotation(a) for a in self._args]
        return typing.Callable[args, returns]

    def _pairs(self) -> Pairs:
        return [
            ('args', self._args, []),
            ('kw', self._kw, []),
            ('returns', self._return_value, None),
            ('default', self._default, MISSING_VALUE),
        ]

    def _json_fields(self) -> dict[str, tuple[typing.Any, typing.Any]]:
        return {
            'args': (self._args, []),
            'kw': (self._kw, []),
            'returns': (self._return_value, None),
            'callable_type': (self._value_type, None),
        }


class Functor(Callable):
    """Spec of a functor (see `Callable`; functors are checked with all their types).

    Args:
      args: Specs or annotations of positional arguments.
      kw: Pairs `(name, spec or annotation)` of keyword arguments.
      returns: Spec or annotation of the returned value.
      default: Default value.
      transform: Function that converts values before they are checked.
      is_noneable: Whether None is accepted.
      frozen: Whether the value is fixed to the default.
    """

    __slots__ = ()

    __serialization_key__ = 'pyglove.typing.Functor'

    def __init__(
        self,
        args: list[typing.Any] | None = None,
        kw: list[tuple[str, typing.Any]] | None = None,
        returns: typing.Any | None = None,
        default: typing.Any = MISSING_VALUE,
        transform: typing.Callable[[typing.Any], typing.Any] | None = None,
        is_noneable: bool = False,
        frozen: bool = False,
    ) -> None:
        super().__init__(
            args, kw, returns, default, transform, FunctorInterface, is_noneable, frozen
        )

    def _annotate(self) -> typing.Any:
        return self._value_type

    def _json_fields(self) -> dict[str, tuple[typing.Any, typing.Any]]:
        fields = super()._json_fields()
        del fields['callable_type']
        return fields
