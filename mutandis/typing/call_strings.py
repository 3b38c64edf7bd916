"""Calls written as text: `name?value&key=value`.

Algorithms and patches can be named on a command line, with arguments::

    call := name [ '?' argument { '&' argument } ]
    argument := text | key '=' text

Reading takes two steps. `parse_call` splits the text and knows nothing of what is named;
`bind_call` turns the pieces into arguments by the value specs of a signature. Nothing is ever
evaluated: a piece becomes a string, a bool, a number, one of several strings, or a list of such
(`1:2:3`), as the spec of its parameter says. In a piece, `%26` stands for `&` (percent-encoding),
and in double quotes `&` and `:` stand for themselves.

Every error is a `CallStringError`, which is a `ValueError`; it says where in the text the mistake
is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from mutandis.base import KeyPath
from mutandis.typing.any_spec import Any as AnySpec
from mutandis.typing.containers import List as ListSpec
from mutandis.typing.enum_spec import Enum as EnumSpec
from mutandis.typing.primitives import Bool, Float, Int, Str
from mutandis.typing.union import Union as UnionSpec
from mutandis.typing.value_spec import ValueSpec

if TYPE_CHECKING:
    from mutandis.typing.arguments import Argument
    from mutandis.typing.callable_signature import Signature

__all__ = [
    'Call',
    'CallArgument',
    'CallStringError',
    'MissingArgumentError',
    'RepeatedArgumentError',
    'UnknownNameError',
    'bind_call',
    'convert_text',
    'parse_call',
    'unknown_name',
]


# ------------------------------------------------------------------------------------- errors


class CallStringError(ValueError):
    """A call in text form cannot be read.

    Attributes:
        text: The whole text.
        position: Index of the character in it where the mistake is.
    """

    def __init__(self, message: str, text: str, position: int) -> None:
        super().__init__(message)
        self.text = text
        self.position = position

    def __str__(self) -> str:
        # `KeyError` would show the message as a quoted string.
        return str(self.args[0])

    def __reduce__(self) -> Any:
        return type(self), (self.args[0], self.text, self.position)


class UnknownNameError(CallStringError, KeyError):
    """Nothing is known by a name, or there is no argument for a piece."""


class RepeatedArgumentError(CallStringError, TypeError):
    """An argument is given twice."""


class MissingArgumentError(CallStringError, TypeError):
    """A required argument is not given."""


# ------------------------------------------------------------------------------------ parsing


class CallArgument(NamedTuple):
    """One piece of a call: the text of an argument, as it was written.

    Attributes:
        key: Its key, None for a positional one.
        text: The text, not decoded.
        position: Index of the piece in the whole.
        text_position: Index of the text in the whole.
    """

    key: str | None
    text: str
    position: int
    text_position: int


class Call(NamedTuple):
    """A call in text form, split into its pieces.

    Attributes:
        text: The whole text.
        name: What is called.
        arguments: The pieces, positional ones first.
        what: What the text stands for, for error messages.
    """

    text: str
    name: str
    arguments: tuple[CallArgument, ...]
    what: str = 'call'

    def error(
        self,
        problem: str,
        position: int,
        error_type: type[CallStringError] = CallStringError,
    ) -> CallStringError:
        """An error at a position of the text."""
        return _error(self.what, self.text, problem, position, error_type)


def parse_call(text: str, what: str = 'call', dotted: bool = False) -> Call:
    """Splits a call in text form.

    Args:
        text: For example `'regularized_evolution?population_size=20&seed=1'`.
        what: What it stands for, for error messages.
        dotted: Whether the name may be qualified: `package.name`.

    Raises:
        CallStringError: The text does not follow the grammar.
        TypeError: It is no string.
    """
    if not isinstance(text, str):
        raise TypeError(f'The {what} must be a string, got {text!r} ({type(text).__name__}).')
    name, mark, _ = text.partition('?')
    if not (all(p.isidentifier() for p in name.split('.')) if dotted else name.isidentifier()):
        good = 0
        while good < len(name) and name[: good + 1].isidentifier():
            good += 1
        raise _error(
            what,
            text,
            f'{name!r} is no name. Write a name of letters, digits and "_", then "?" and the '
            f'arguments if there are any: name?key=value&key=value',
            good,
            # What begins like a name is one that nothing has.
            UnknownNameError if good else CallStringError,
        )
    arguments: list[CallArgument] = []
    if mark:
        for position, piece in _pieces(text, len(name) + 1, '&', _KEY):
            key: str | None = None
            value = piece
            match = _KEY.match(piece)
            if match:
                key, value = match[0][:-1], piece[match.end() :]
                if not key.isidentifier():
                    raise _error(
                        what,
                        text,
                        f'{key!r} is no name of an argument. Write key=value; a text that has a '
                        f'"=" of its own goes into double quotes',
                        position,
                    )
            elif arguments and arguments[-1].key is not None:
                raise _error(
                    what,
                    text,
                    'An argument without a key follows one with a key. Write key=value, or put it '
                    'first',
                    position,
                )
            arguments.append(CallArgument(key, value, position, position + len(piece) - len(value)))
    return Call(text, name, tuple(arguments), what)


_KEY = re.compile(r'[^"&=]*=')


def _pieces(
    text: str, start: int, separator: str, key: re.Pattern[str] | None = None
) -> Iterator[tuple[int, str]]:
    """Pairs (position, piece) of a text split at a separator that is not in double quotes.

    Quotes count where a value begins and ends with them.
    """
    closing = re.compile(rf'"(?={separator}|\Z)')
    while True:
        match = None if key is None else key.match(text, start)
        value = match.end() if match else start
        quote = closing.search(text, value + 1) if text.startswith('"', value) else None
        end = quote.end() if quote else text.find(separator, value)
        if end == -1:
            end = len(text)
        yield start, text[start:end]
        if end == len(text):
            return
        start = end + 1


def _error(
    what: str,
    text: str,
    problem: str,
    position: int,
    error_type: type[CallStringError] = CallStringError,
) -> CallStringError:
    if position == 0:
        where = ''
    elif position < len(text):
        where = f' (at {text[position:]!r}, position {position})'
    else:
        where = f' (at the end, position {position})'
    return error_type(f'Cannot read the {what} {text!r}{where}: {problem}.', text, position)


def unknown_name(name: str, known: Collection[str]) -> str:
    """The end of an error message about an unknown name: the known ones, and the likely one."""
    if not known:
        return 'there are none'
    import difflib

    close = difflib.get_close_matches(name, known, n=1)
    guess = f'; did you mean {close[0]!r}?' if close else ''
    return f'known: {", ".join(known)}{guess}'


# ------------------------------------------------------------------------------------ binding


def bind_call(
    call: Call,
    signature: Signature,
    *,
    spec_of: Callable[[Argument], ValueSpec] | None = None,
    hidden: Collection[str] = (),
    allow_missing: bool = False,
    only_named: bool = False,
) -> tuple[list[Any], dict[str, Any]]:
    """Turns the pieces of a call into arguments.

    Args:
        call: The call.
        signature: The signature of what it names.
        spec_of: Gives the value spec by which to read an argument; by default its own.
        hidden: Names of parameters that texts cannot give.
        allow_missing: Whether required arguments may be missing.
        only_named: Whether texts give named parameters only, and nothing to `*args` or `**kwargs`.

    Returns:
        Positional arguments and keyword arguments.

    Raises:
        UnknownNameError: There are more pieces than parameters, or no parameter of a name.
        RepeatedArgumentError: An argument is given twice.
        MissingArgumentError: A required argument is missing.
        CallStringError: A text does not fit the value spec.
    """
    spec_of = spec_of or _own_spec
    positional = [arg for arg in signature.args if arg.name not in hidden]
    named = {arg.name: arg for arg in (*positional, *signature.kwonlyargs)}
    known = [name for name in named if name not in hidden]

    def convert(piece: CallArgument, name: str, spec: ValueSpec) -> Any:
        try:
            return convert_text(piece.text, spec, name, KeyPath([call.name, name]))
        except ValueError as e:
            raise call.error(str(e).rstrip('.'), piece.text_position) from None
        except (TypeError, KeyError) as e:
            raise call.error(str(e).rstrip('.'), piece.text_position) from e

    rest = None if only_named else signature.varargs
    without_key = [piece for piece in call.arguments if piece.key is None]
    if rest is None and len(without_key) > len(positional):
        raise call.error(
            f'{call.name} takes {_count(len(positional))} without a key, this is one too many; '
            f'{unknown_name("", known)}',
            without_key[len(positional)].position,
            UnknownNameError,
        )
    args: list[Any] = []
    kwargs: dict[str, Any] = {}
    given: set[str] = set()
    for piece in call.arguments:
        key = piece.key
        if key is None:
            index = len(args)
            if index < len(positional):
                argument = positional[index]
                given.add(argument.name)
                args.append(convert(piece, argument.name, spec_of(argument)))
            elif rest is not None:
                element: Any = getattr(rest.value_spec, 'element', None)
                spec = AnySpec() if element is None else element.value
                args.append(convert(piece, f'{rest.name}[{index - len(positional)}]', spec))
            continue
        if key in given:
            raise call.error(
                f'The argument {key!r} is given twice', piece.position, RepeatedArgumentError
            )
        if key in named and key in known:
            value_spec = spec_of(named[key])
        elif signature.varkw is not None and not only_named and key not in hidden:
            value_spec = signature.get_value_spec(key) or AnySpec()
        else:
            raise call.error(
                f'{call.name} has no argument {key!r}; {unknown_name(key, known)}',
                piece.position,
                UnknownNameError,
            )
        given.add(key)
        kwargs[key] = convert(piece, key, value_spec)
    if not allow_missing:
        missing = [
            name for name in known if name not in given and not named[name].value_spec.has_default
        ]
        if missing:
            raise call.error(
                f'{call.name} needs the argument {missing[0]!r}',
                len(call.text),
                MissingArgumentError,
            )
    return args, kwargs


def _own_spec(argument: Argument) -> ValueSpec:
    return argument.value_spec


def _count(number: int) -> str:
    return f'{number or "no"} argument{"s" if number != 1 else ""}'


# --------------------------------------------------------------------------------- conversion

_TRUE = frozenset(['True', 'true', 'yes', '1'])
_FALSE = frozenset(['False', 'false', 'no', '0'])


def convert_text(
    text: str, spec: ValueSpec, name: str = 'value', root_path: KeyPath | None = None
) -> Any:
    """Turns a text into a value that fits a spec.

    ======================  ===============================================================
    spec                    text
    ======================  ===============================================================
    any                     `None` or `none` for None, if the spec allows None
    Any, Str                itself; `"none"` in double quotes is the string none
    Bool                    `True true yes 1`, `False false no 0`
    Int, Float              what Python's `int` and `float` read
    Enum of strings         one of them
    List of these           pieces with colons between: `1:2:3`; the empty text for no item
    Union                   that of the first of its specs, the most specific first, that it fits
    ======================  ===============================================================

    Args:
        text: The text; percent-encoded characters are decoded.
        spec: The value spec.
        name: What the value is, for error messages.
        root_path: Where the value goes, for error messages of the spec.

    Raises:
        ValueError: The text does not fit.
    """
    value = _convert(text, spec, name)
    return spec.apply(value, root_path=root_path)


def _convert(text: str, spec: ValueSpec, name: str) -> Any:
    if text in ('None', 'none'):
        if not spec.is_noneable:
            raise ValueError(f'{name} must be {_expected(spec)}, it cannot be None')
        return None
    if isinstance(spec, (AnySpec, Str)):
        return _plain(text, name)
    if not _is_readable(spec):
        raise ValueError(
            f'{name} cannot be written as text, it must be {_expected(spec)}. Leave it out here; '
            f'to set it, write the call in Python'
        )
    if isinstance(spec, UnionSpec):
        return _convert_by_any(text, spec, name)
    if isinstance(spec, ListSpec):
        if not text:
            return []
        element = spec.element.value
        return [
            _convert(piece, element, f'{name}[{i}]')
            for i, (_, piece) in enumerate(_pieces(text, 0, ':'))
        ]
    if isinstance(spec, EnumSpec):
        text = _plain(text, name)
        if text in spec.values:
            return text
    elif isinstance(spec, Bool):
        if text in _TRUE or text in _FALSE:
            return text in _TRUE
    else:
        try:
            return int(text) if isinstance(spec, Int) else float(text)
        except ValueError:
            pass
    raise ValueError(f'{name} must be {_expected(spec)}, got {text!r}')


def _plain(text: str, name: str) -> str:
    """The characters that a text stands for."""
    if text[:1] == '"' or text[-1:] == '"':
        if len(text) < 2 or text[0] != text[-1]:
            raise ValueError(
                f'{name} has a double quote on one side only: {text}. Put one on both sides, or '
                f'write %22 for a quote that belongs to the text'
            )
        text = text[1:-1]
    if '%' not in text:
        return text
    from urllib.parse import unquote

    try:
        return unquote(text, errors='strict')
    except UnicodeDecodeError:
        raise ValueError(f'{name} has percent-encoded bytes that are no UTF-8: {text}') from None


# The most specific first: a text that is a number is one.
_ORDER: tuple[type[ValueSpec], ...] = (
    Int,
    Float,
    Bool,
    EnumSpec,
    ListSpec,
    UnionSpec,
    Str,
    AnySpec,
)


def _convert_by_any(text: str, spec: UnionSpec, name: str) -> Any:
    candidates = sorted(filter(_is_readable, spec.candidates), key=_rank)
    for candidate in candidates:
        try:
            return candidate.apply(_convert(text, candidate, name))
        except (TypeError, ValueError):
            continue
    if len(candidates) == 1:
        return _convert(text, candidates[0], name)
    raise ValueError(f'{name} must be {_expected(spec)}, got {text!r}')


def _rank(spec: ValueSpec) -> int:
    return next(i for i, kind in enumerate(_ORDER) if isinstance(spec, kind))


def _is_readable(spec: ValueSpec) -> bool:
    """Whether values of a spec can be written as text."""
    if isinstance(spec, EnumSpec):
        return all(value is None or isinstance(value, str) for value in spec.values)
    if isinstance(spec, ListSpec):
        element = spec.element.value
        return not isinstance(element, ListSpec) and _is_readable(element)
    if isinstance(spec, UnionSpec):
        return any(map(_is_readable, spec.candidates))
    return isinstance(spec, _ORDER)


def _expected(spec: ValueSpec) -> str:
    if isinstance(spec, Bool):
        return 'true or false'
    if isinstance(spec, Int):
        return 'a whole number'
    if isinstance(spec, Float):
        return 'a number'
    if isinstance(spec, (Str, AnySpec)):
        return 'a text'
    if isinstance(spec, EnumSpec) and _is_readable(spec):
        return 'one of ' + ', '.join(value for value in spec.values if value is not None)
    if isinstance(spec, ListSpec) and _is_readable(spec):
        return f'a list with colons between its items, each {_expected(spec.element.value)}'
    if isinstance(spec, UnionSpec):
        readable = sorted(filter(_is_readable, spec.candidates), key=_rank)
        if readable:
            return ' or '.join(map(_expected, readable))
    return f'a value that fits {spec!r}'
