"""Preset arguments: values for marked parameters, given once for all calls within a scope.

A parameter whose default is a `PresetArgValue` takes, in order: what the caller gives, what the
enclosing `preset_args` scope gives, its own default.
"""

import contextlib
import contextvars
import functools
import inspect
import typing

from mutandis.base import MISSING_VALUE, Formattable, kvlist_str
from mutandis.base import MissingValue as UntypedMissingValue
from mutandis.typing.introspection import safe_eq

# Active presets by name.
_presets: contextvars.ContextVar[dict[str, dict[str, typing.Any]] | None] = contextvars.ContextVar(
    'mutandis_preset_args', default=None
)

_F = typing.TypeVar('_F', bound=typing.Callable[..., typing.Any])


class PresetArgValue(Formattable):
    """Marks, as the default of a parameter, that a preset may supply its value.

    Args:
      default: Value if neither the caller nor a preset gives one.
    """

    def __init__(self, default: typing.Any = MISSING_VALUE) -> None:
        self.default = default

    @property
    def has_default(self) -> bool:
        """Whether there is a default."""
        return not isinstance(self.default, UntypedMissingValue)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PresetArgValue) and safe_eq(self.default, other.default)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None  # type: ignore[assignment]

    def format(
        self,
        compact: bool = False,
        verbose: bool = True,
        root_indent: int = 0,
        **kwargs: typing.Any,
    ) -> str:
        """Returns the text form."""
        return kvlist_str(
            [('default', self.default, MISSING_VALUE)],
            label='PresetArgValue',
            compact=compact,
            verbose=verbose,
            root_indent=root_indent,
            **kwargs,
        )

    @classmethod
    def inspect(cls, func: typing.Callable[..., typing.Any]) -> dict[str, 'PresetArgValue']:
        """Returns the marked parameters of a function, by name."""
        return {
            name: parameter.default
            for name, parameter in inspect.signature(func).parameters.items()
            if isinstance(parameter.default, PresetArgValue)
        }

    @classmethod
    def resolve_args(
        cls,
        call_args: typing.Sequence[typing.Any],
        call_kwargs: dict[str, typing.Any],
        positional_arg_names: typing.Sequence[str],
        arg_defaults: dict[str, typing.Any],
        preset_kwargs: dict[str, typing.Any],
        include_all_preset_kwargs: bool = False,
    ) -> tuple[list[typing.Any], dict[str, typing.Any]]:
        """Returns the arguments to call a function with.

        Args:
          call_args: Positional arguments of the caller.
          call_kwargs: Keyword arguments of the caller.
          positional_arg_names: Names of the positional parameters.
          arg_defaults: Defaults by name, markers or ordinary values.
          preset_kwargs: Values of the preset.
          include_all_preset_kwargs: Whether the other values of the preset are passed too.

        Returns:
          Positional and keyword arguments.

        Raises:
          ValueError: If a marked parameter gets no value.
        """
        given = {*positional_arg_names[: len(call_args)], *call_kwargs}
        kwargs: dict[str, typing.Any] = {}
        for name, default in arg_defaults.items():
            if name in given:
                continue
            if isinstance(default, PresetArgValue):
                default = preset_kwargs.get(name, default.default)
                if isinstance(default, UntypedMissingValue):
                    raise ValueError(
                        f'Argument {name!r} is given neither by the caller nor by `preset_args`.'
                    )
            kwargs[name] = default
        if include_all_preset_kwargs:
            for name, value in preset_kwargs.items():
                if name not in given:
                    kwargs.setdefault(name, value)
        kwargs.update(call_kwargs)
        args = list(call_args)
        for name in positional_arg_names[len(args) :]:
            if name not in kwargs:
                break
            args.append(kwargs.pop(name))
        return args, kwargs


def enable_preset_args(
    include_all_preset_kwargs: bool = False, preset_name: str = 'global'
) -> typing.Callable[[_F], _F]:
    """Returns a decorator that lets `preset_args` supply the marked parameters of a function.

    Args:
      include_all_preset_kwargs: Whether a function with `**kwargs` gets the other values too.
      preset_name: Name of the preset that it listens to.
    """

    def decorate(func: _F) -> _F:
        parameters = inspect.signature(func).parameters
        kinds = inspect.Parameter
        has_varkw = any(p.kind is kinds.VAR_KEYWORD for p in parameters.values())
        defaults = {n: p.default for n, p in parameters.items() if p.default is not kinds.empty}
        if not any(isinstance(d, PresetArgValue) for d in defaults.values()):
            return func
        positional = [
            n
            for n, p in parameters.items()
            if p.kind in (kinds.POSITIONAL_ONLY, kinds.POSITIONAL_OR_KEYWORD)
        ]
        include_all = include_all_preset_kwargs and has_varkw

        @functools.wraps(func)
        def wrapper(*args: typing.Any, **kwargs: typing.Any) -> typing.Any:
            preset = (_presets.get() or {}).get(preset_name, {})
            args_, kwargs_ = PresetArgValue.resolve_args(
                args, kwargs, positional, defaults, preset, include_all
            )
            return func(*args_, **kwargs_)

        return typing.cast(_F, wrapper)

    return decorate


@contextlib.contextmanager
def preset_args(
    kwargs: dict[str, typing.Any],
    *,
    preset_name: str = 'global',
    inherit_preset: bool | str = False,
) -> typing.Iterator[None]:
    """Supplies marked parameters of functions that are called within the `with` block.

    Args:
      kwargs: Values by name of parameter.
      preset_name: Name of the preset.
      inherit_preset: Whether values of the enclosing preset remain; or the name of that preset.
    """
    active = _presets.get() or {}
    values = dict(kwargs)
    if inherit_preset:
        parent = preset_name if inherit_preset is True else inherit_preset
        values = {**active.get(parent, {}), **values}
    token = _presets.set({**active, preset_name: values})
    try:
        yield
    finally:
        _presets.reset(token)


class CallableWithOptionalKeywordArgs:
    """Wraps a callable so that some keywords are dropped if it does not take them.

    Args:
      func: Function, method or callable object.
      optional_keywords: The keywords that may be dropped.
    """

    def __init__(
        self, func: typing.Callable[..., typing.Any], optional_keywords: typing.Iterable[str]
    ) -> None:
        parameters = inspect.signature(func).parameters
        takes_all = any(p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters.values())
        self._func = func
        self._dropped = set() if takes_all else set(optional_keywords) - set(parameters)

    def __call__(self, *args: typing.Any, **kwargs: typing.Any) -> typing.Any:
        """Calls the function with the keywords that it takes."""
        kept = {name: value for name, value in kwargs.items() if name not in self._dropped}
        return self._func(*args, **kept)
