"""Text annotations: `'list[int] | None'` becomes the annotation object.

A small recursive-descent parser resolves names in a module. It never evaluates code, so that a name
which does not exist yet simply becomes a reference.
"""

import builtins
import functools
import operator
import re
import types
import typing

from mutandis.typing.scopes import Scope, forward_ref, lookup_inside, module_of

_NAME = re.compile(r'[^\W\d]\w*(\.[^\W\d]\w*)*')


def annotation_from_str(annotation_str: str, parent_module: Scope = None) -> typing.Any:
    """Returns the annotation that a text stands for.

    Args:
      annotation_str: Dotted names, subscripts, bracketed lists, `...`, `None`, `|`.
      parent_module: Module (or `ClassScope`) in which names are looked up, then among the builtins.
        Names that do not exist become `typing.ForwardRef`.

    Raises:
      SyntaxError: If the text is malformed.
      CodeError: If the arguments of `Literal` are not plain values.
      TypeError: If a module does not have the named member.
    """
    return _Parser(annotation_str, parent_module).parse()


def annotation_from_expression(text: str, scope: Scope) -> typing.Any:
    """Returns the value of an annotation of a module's source, as `typing.get_type_hints` does.

    Names that do not exist become `typing.ForwardRef`.
    """
    return eval(text, {}, _Names(scope))


class _Names(dict[str, typing.Any]):
    """The names of a scope, in which unknown ones are references."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self._scope = scope

    def __missing__(self, name: str) -> typing.Any:
        module = module_of(self._scope)
        for value in (
            lookup_inside(name, self._scope),
            getattr(module, name, None),
            getattr(builtins, name, None),
        ):
            if value is not None:
                return value
        return forward_ref(name, module)


class _Parser:
    """Parser of one annotation."""

    def __init__(self, text: str, scope: Scope) -> None:
        self._text = text
        self._scope = scope
        self._module = module_of(scope)
        self._pos = 0

    def parse(self) -> typing.Any:
        try:
            annotation = self._union()
        except RecursionError:
            self._fail('brackets are nested too deeply')
        self._skip_blanks()
        if self._pos < len(self._text):
            self._fail('unexpected text after the annotation')
        return annotation

    def _fail(self, message: str) -> typing.NoReturn:
        marker = f'{self._text}\n{" " * self._pos}^'
        raise SyntaxError(f'Annotation: {message} at position {self._pos}.\n\n{marker}')

    def _skip_blanks(self) -> None:
        while self._pos < len(self._text) and self._text[self._pos].isspace():
            self._pos += 1

    def _accept(self, token: str) -> bool:
        self._skip_blanks()
        if self._text.startswith(token, self._pos):
            self._pos += len(token)
            return True
        return False

    def _expect(self, token: str) -> None:
        if not self._accept(token):
            self._fail(f'expected {token!r}')

    def _union(self) -> typing.Any:
        parts = [self._part()]
        while self._accept('|'):
            parts.append(self._part())
        if len(parts) == 1:
            return parts[0]
        try:
            return functools.reduce(operator.or_, parts)
        except TypeError:  # Not all parts support `|`.
            return typing.Union[tuple(parts)]  # noqa: UP007

    def _part(self) -> typing.Any:
        self._skip_blanks()
        if self._accept('...'):
            return ...
        quote = self._text[self._pos : self._pos + 1]
        if quote in ('"', "'") and quote:
            return self._quoted(quote)
        match = _NAME.match(self._text, self._pos)
        if match is None:
            self._fail('expected a name')
        self._pos = match.end()
        name = match.group()
        annotation: typing.Any = None if name == 'None' else self._resolve(name)
        if not self._accept('['):
            return annotation
        if annotation is typing.Literal or _is_literal(annotation):
            return typing.Literal[self._literals()]
        if annotation is typing.Annotated or getattr(annotation, '__name__', '') == 'Annotated':
            self._fail('the arguments of `Annotated` are expressions')
        args = self._args()
        return annotation[args[0] if len(args) == 1 else tuple(args)]

    def _quoted(self, quote: str) -> typing.Any:
        end = self._text.find(quote, self._pos + 1)
        if end < 0:
            self._fail('unterminated quote')
        inner = self._text[self._pos + 1 : end]
        self._pos = end + 1
        return annotation_from_str(inner, self._scope)

    def _args(self) -> list[typing.Any]:
        """Arguments up to the closing bracket; the opening one has been read."""
        args = [self._arg()]
        while self._accept(','):
            args.append(self._arg())
        self._expect(']')
        return args

    def _arg(self) -> typing.Any:
        if self._accept('['):
            if self._accept(']'):
                return []
            return self._args()
        return self._union()

    def _literals(self) -> typing.Any:
        """The value of the expression up to the closing bracket of `Literal[`."""
        # Not at the top: they are slow to import, and rarely needed.
        import ast

        from mutandis.base.coding import literal_value

        start = self._pos
        for end in range(start, len(self._text)):
            if self._text[end] != ']':
                continue
            code = self._text[start:end]
            try:
                ast.parse(f'({code}\n)', mode='eval')
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue  # This bracket is part of the expression.
            self._pos = end + 1
            return literal_value(code, self._literal_name)
        self._fail('expected the literals and "]"')

    def _literal_name(self, name: str) -> typing.Any:
        value = self._resolve(name)
        if isinstance(value, typing.ForwardRef):
            raise NameError(f'name {name!r} is not defined')
        return value

    def _resolve(self, name: str) -> typing.Any:
        first, *rest = name.split('.')
        value = self._lookup(first)
        if value is None:
            return forward_ref(name, self._module)
        # What a module holds is complete; a class may get its inner classes later.
        in_module = isinstance(value, types.ModuleType)
        for i, member in enumerate(rest):
            child = getattr(value, member, None)
            if child is None:
                if in_module:
                    known = '.'.join([first, *rest[:i]])
                    raise TypeError(
                        f'Annotation {self._text!r}: {known!r} has no member {member!r}.'
                    )
                return forward_ref(name, self._module)
            value = child
        return value

    def _lookup(self, name: str) -> typing.Any:
        value = lookup_inside(name, self._scope)
        if value is not None:
            return value
        module = self._module
        if module is not None and not getattr(module, '__reloading__', False):
            value = getattr(module, name, None)
            if value is not None:
                return value
        return getattr(builtins, name, None)


def _is_literal(annotation: typing.Any) -> bool:
    try:
        import typing_extensions
    except ImportError:
        return False
    return annotation is typing_extensions.Literal
