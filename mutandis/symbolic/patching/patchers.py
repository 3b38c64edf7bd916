"""Patchers: rules with typed arguments, that have a name and can be written as a short string.

A patcher is a functor whose first parameter is the tree to patch. Calling it returns a rule;
`patch` applies that rule. Being symbolic, patchers can be compared, saved and searched over.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, overload

from mutandis.symbolic.functors import Functor, functor_class
from mutandis.symbolic.origin import Origin
from mutandis.symbolic.patching import registry
from mutandis.symbolic.rebind import undo_later
from mutandis.symbolic.rewrites import require_symbolic, rewrite
from mutandis.symbolic.topology import Node, set_attribute

if TYPE_CHECKING:
    from mutandis.typing import Field, ValueSpec


class AppliedPatch:
    """The source of the origin of a patched tree.

    Attributes:
        uri: The string of the patcher.
        package: Name of the installed package that it comes from, or None.
        version: Version of that package, or None.
        sym_origin: The origin that the tree had before.
    """

    __slots__ = ('uri', 'package', 'version', 'sym_origin')

    def __init__(self, patcher: Patcher, before: Origin | None) -> None:
        package = registry.package_of(type(patcher))
        self.uri = patcher.uri
        self.package = None if package is None else package.distribution
        self.version = None if package is None else package.version
        self.sym_origin = before

    def __repr__(self) -> str:
        return self.uri if self.package is None else f'{self.uri} ({self.package} {self.version})'


class Patcher(Functor):
    """A rule with arguments; made from a function by the decorator `patcher`."""

    # Name of the parameter that takes the tree.
    _sym_target: ClassVar[str] = ''
    patcher_name: ClassVar[str] = ''

    def patch(self, value: Any) -> Any:
        """Applies this patch.

        Args:
            value: A symbolic value, changed in place.

        Returns:
            `value`, or what the rule has put in its place.

        Raises:
            TypeError: `value` is not symbolic, an argument is missing, or what the function
                returned is no rule.
        """
        if not isinstance(value, Node):  # Only the message needs the string.
            require_symbolic(value, rule=self.uri)
        from mutandis.symbolic.patching.rules import patch

        def make() -> Any:
            returned = self(value)
            validator = None
            rule = returned
            if isinstance(returned, tuple) and len(returned) == 2:
                rule, validator = returned
                if validator is not None and not callable(validator):
                    raise TypeError(
                        f'{self.uri}: the second of the two values that a patcher returns must be '
                        f'a function that checks the result, got {validator!r}.'
                    )
            set_attribute(self, '_validator', validator)
            if rule is None or isinstance(rule, tuple):
                raise TypeError(
                    f'{self.uri}: a patcher must return a rule (a dict, a function, a patcher, a '
                    f'string, a list of these) or a pair of a rule and a validator, got {rule!r}. '
                    f'Where there is nothing to do, return an empty list.'
                )
            result = patch(value, rule)
            self._sign(result)
            return result

        return rewrite(repr(AppliedPatch(self, None)), make, part=True)

    def validate(self, value: Any) -> None:
        """Has the validator of the last `patch`, if there was one, check a value."""
        validator = self.__dict__.get('_validator')
        if validator is not None:
            validator(value)

    def _on_bound(self) -> None:
        super()._on_bound()
        set_attribute(self, '_validator', None)

    @property
    def uri(self) -> str:
        """The string that `from_uri` reads as this patcher."""
        pieces = []
        for name in type(self)._sym_plans:
            if name != self._sym_target and name in self.specified_args:
                pieces.append(f'{name}={_argument_text(self.sym_getattr(name))}')
        name = self.patcher_name or type(self).__name__
        return f'{name}?{"&".join(pieces)}' if pieces else name

    def _sign(self, result: Any) -> None:
        """Notes on a patched tree that it was patched, and by which version."""
        if not isinstance(result, Node):
            return
        before = result._sym_origin
        undo_later(lambda: set_attribute(result, '_sym_origin', before))
        set_attribute(result, '_sym_origin', Origin(AppliedPatch(self, before), 'patch'))


def _argument_text(value: Any) -> str:
    """The text of an argument in a patch string."""
    if isinstance(value, list):
        return ':'.join(_argument_text(item) for item in value)
    text = str(value)
    if isinstance(value, str):
        from urllib.parse import quote

        text = quote(text, safe=" /,;@+*()[]{}<>!?$#|^~='")
        if text in ('None', 'none') or ':' in text:
            text = f'"{text}"'
    return text


@overload
def patcher(args: Callable[..., Any], /) -> type[Patcher]: ...
@overload
def patcher(
    args: list[Any] | dict[Any, Any] | None = None,
    name: str | None = None,
    auto_typing: bool = False,
    auto_doc: bool = False,
) -> Callable[[Callable[..., Any]], type[Patcher]]: ...
def patcher(
    args: Any = None,
    name: str | None = None,
    auto_typing: bool = False,
    auto_doc: bool = False,
) -> Any:
    """Decorator: makes a patcher from a function, and gives it a name.

    The first parameter of the function is the tree, the others are arguments of the patch. It
    returns a rule (see `patch`), or a pair of a rule and a function that checks the result, which
    raises if it is not right.

    ::

        @mt.patcher([('width', mt.typing.Int(min_value=8))])
        def resize(net, width):
            def check(net):
                if net.head.inputs != net.stem.filters:
                    raise ValueError('head no longer fits the stem')

            return {'stem.filters': width, 'head.inputs': width}, check

        mt.patch(net, 'resize?width=64')
        mt.patch(net, resize(width=64))

    Args:
        args: Value specs of parameters, as pairs `(name, spec)`; Any without one. It may also be
            the function itself.
        name: The name by which strings call it; that of the function by default.
        auto_typing: Whether the specs come from the annotations.
        auto_doc: Whether descriptions come from the docstring.

    Raises:
        TypeError: The function has no parameter; its first one has a spec that no tree fits; or the
            spec of another one has values that no text stands for.
        KeyError: `args` names an unknown parameter, or the name is taken and repeated registration
            is not allowed.
    """
    if callable(args) and not isinstance(args, (list, dict)):
        return patcher()(args)

    def decorate(function: Callable[..., Any]) -> type[Patcher]:
        from mutandis.typing import signature

        cls = functor_class(
            function,
            args,
            base_class=Patcher,
            auto_doc=auto_doc,
            auto_typing=auto_typing,
            add_to_registry=False,
        )
        positional = signature(cls).args
        if not positional:
            raise TypeError(
                f'The patcher {cls.__name__!r} must have a parameter for the tree to patch, which '
                f'comes first and has a name.'
            )
        target = positional[0].name
        for field in cls.__schema__.values():
            if str(field.key) == target:
                _check_target(cls, field)
            else:
                _check_argument(cls, field)
        type.__setattr__(cls, '_sym_target', target)
        type.__setattr__(cls, 'patcher_name', name or function.__name__)
        cls.register_for_deserialization()
        registry.register(cls.patcher_name, function.__module__.partition('.')[0], cls)
        return cls  # type: ignore[no-any-return]

    return decorate


def _check_target(cls: Any, field: Field) -> None:
    from mutandis import typing as T

    if not isinstance(field.value, (T.Any, T.Object, T.Dict, T.List, T.Callable)):
        raise TypeError(
            f'The first parameter {str(field.key)!r} of the patcher {cls.__name__!r} takes the '
            f'tree, so its value spec must be Any, Object, Dict, List or Callable, not '
            f'{field.value!r}.'
        )


def _check_argument(cls: Any, field: Field) -> None:
    if not is_argument_spec(field.value):
        raise TypeError(
            f'The parameter {str(field.key)!r} of the patcher {cls.__name__!r} cannot be written '
            f'in a string: {field.value!r}. It must be Any, Str, Bool, Int, Float, an Enum of '
            f'strings, or a List of one of these.'
        )


def is_argument_spec(spec: ValueSpec) -> bool:
    """Whether values of a spec can be written in a patch string."""
    from mutandis import typing as T

    if isinstance(spec, T.List):
        element = spec.element.value
        return not isinstance(element, T.List) and is_argument_spec(element)
    if isinstance(spec, T.Enum):
        return all(value is None or isinstance(value, str) for value in spec.values)
    return isinstance(spec, (T.Any, T.Str, T.Bool, T.Int, T.Float))


def from_uri(uri: str) -> Patcher:
    """Makes the patcher that a string names, with its arguments.

    ::

        name                       resize
        name?value                 resize?64
        name?key=value&key=value   resize?width=64&kind="a&b"

    Texts become values by the specs of the parameters, see `typing.call_strings.convert_text`:
    nothing is evaluated. Where packages share a name, `package.name` says which one is meant.

    Raises:
        CallStringError: (a `ValueError`) The string cannot be read, or a value does not fit. A
            `KeyError` as well if the name or an argument is unknown, or there is one too many; a
            `TypeError` as well if an argument is given twice.
    """
    from mutandis.typing import signature
    from mutandis.typing.call_strings import (
        UnknownNameError,
        bind_call,
        parse_call,
        unknown_name,
    )

    call = parse_call(uri, 'patch', dotted=True)
    cls = registry.find(call.name)
    if cls is None:
        known = registry.patcher_names()
        raise call.error(
            f'there is no patcher {call.name!r}; {unknown_name(call.name, known)}',
            0,
            UnknownNameError,
        )
    arguments = signature(cls)
    args, kwargs = bind_call(
        call, arguments, hidden=(cls._sym_target,), allow_missing=True, only_named=True
    )
    positional = [arg.name for arg in arguments.args if arg.name != cls._sym_target]
    return cls(**dict(zip(positional, args, strict=False)), **kwargs)  # type: ignore[no-any-return]
