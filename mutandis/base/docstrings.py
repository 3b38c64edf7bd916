"""Docstrings, taken apart into descriptions, arguments, results and errors.

Reading them is left to the `docstring_parser` library, which is loaded with this module's first
use.
"""

from __future__ import annotations

import dataclasses
import enum
import inspect
from typing import Any


class DocStrStyle(enum.Enum):
    """The convention that a docstring follows."""

    REST = 1
    GOOGLE = 2
    NUMPYDOC = 3
    EPYDOC = 4


@dataclasses.dataclass
class DocStrEntry:
    """An entry of a docstring."""

    description: str | None


@dataclasses.dataclass
class DocStrArgument(DocStrEntry):
    """The entry of an argument; `*args` and `**kwargs` are named with their stars."""

    name: str
    type_name: str | None = None
    default: str | None = None
    is_optional: bool | None = None


@dataclasses.dataclass
class DocStrReturns(DocStrEntry):
    """The entry of the result."""

    name: str | None = None
    type_name: str | None = None
    is_yield: bool = False


@dataclasses.dataclass
class DocStrRaises(DocStrEntry):
    """The entry of an error."""

    type_name: str | None = None


@dataclasses.dataclass
class DocStrExample(DocStrEntry):
    """An example."""


@dataclasses.dataclass
class DocStr:
    """A docstring, taken apart."""

    style: DocStrStyle
    short_description: str | None = None
    long_description: str | None = None
    examples: list[DocStrExample] = dataclasses.field(default_factory=list)
    args: dict[str, DocStrArgument] = dataclasses.field(default_factory=dict)
    returns: DocStrReturns | None = None
    raises: list[DocStrRaises] = dataclasses.field(default_factory=list)
    blank_after_short_description: bool = True

    @property
    def description(self) -> str | None:
        """The short and the long description."""
        if self.short_description is None or self.long_description is None:
            return self.short_description or self.long_description
        gap = '\n\n' if self.blank_after_short_description else '\n'
        return self.short_description + gap + self.long_description

    def parameter(self, param: inspect.Parameter) -> DocStrArgument | None:
        """Returns the entry of a parameter of a signature, or None."""
        stars = ''
        if param.kind is inspect.Parameter.VAR_POSITIONAL:
            stars = '*'
        elif param.kind is inspect.Parameter.VAR_KEYWORD:
            stars = '**'
        return self.args.get(stars + param.name)

    @classmethod
    def parse(cls, text: str, style: DocStrStyle | None = None) -> DocStr:
        """Takes a docstring apart; without a style the best fitting one is found."""
        import docstring_parser

        parsed = docstring_parser.parse(
            text, getattr(docstring_parser.DocstringStyle, 'AUTO' if style is None else style.name)
        )
        return cls(
            style=style or (DocStrStyle[parsed.style.name] if parsed.style else DocStrStyle.REST),
            short_description=parsed.short_description,
            long_description=parsed.long_description,
            examples=[DocStrExample(e.description) for e in parsed.examples],
            args={
                p.arg_name: DocStrArgument(
                    p.description, p.arg_name, p.type_name, p.default, p.is_optional
                )
                for p in parsed.params
            },
            returns=_returns(parsed.returns),
            raises=[DocStrRaises(r.description, r.type_name) for r in parsed.raises],
            blank_after_short_description=parsed.blank_after_short_description,
        )


def _returns(entry: Any) -> DocStrReturns | None:
    if entry is None:
        return None
    return DocStrReturns(entry.description, entry.return_name, entry.type_name, entry.is_generator)


def docstr(symbol: Any) -> DocStr | None:
    """Returns the docstring of a class or function, taken apart; None if it has none."""
    text = getattr(symbol, '__doc__', None)
    return DocStr.parse(text) if isinstance(text, str) and text else None
