"""Text annotations: `'list[int] | None'` becomes the annotation object.

A small recursive-descent parser resolves names in a module. It never evaluates code (except the
literals of `Literal[...]`), so that a name which does not exist yet simply becomes a reference.
"""

import builtins
import functools
import operator
import re
import sys
import types
import typing

_NAME = re.compile(r'[^\W\d]\w*(\.[^\W\d]\w*)*')


def annotation_from_str(
    annotation_str: str, parent_module: types.ModuleType | None = None
) -> typing.Any:
    """Returns the annotation that a text stands for.

    Args:
      annotation_str: Dotted names, subscripts, bracketed lists, `...`, `None`, `|`.
      parent_module: Module in which names are looked up (then among the builtins). Names that do
        not exist become `typing.ForwardRef`.

    Raises:
      SyntaxError: If the text is malformed.
      TypeError: If a module does not have the named member.
    """
    return _Parser(annotation_str, parent_module).parse()


def annotation_from_expression(text: str, module: types.ModuleType) -> typing.Any:
    """Returns the value of an annotation of a module's source, as `typing.get_type_hints` does.

    Names that do not exist become `typing.ForwardRef`.
    """
    return eval(text, {}, _Names(module))


class _Names(dict[str, typing.Any]):
    """The names of a module, in which unknown ones are references."""

    def __init__(self, module: types.ModuleType) -> None:
        super().__init__(vars(module))
        self._module = module

    def __missing__(self, name: str) -> typing.Any:
        value = getattr(builtins, name, None)
        return _forward_ref(name, self._module) if value is None else value


def _forward_ref(name: str, module: types.ModuleType | None) -> typing.ForwardRef:
    if sys.version_info >= (3, 14):
        return typing.ForwardRef(name)
    return typing.ForwardRef(name, False, module)


class _Parser:
    """Parser of one annotation."""

    def __init__(self, text: str, module: types.ModuleType | None) -> None:
        self._text = text
        self._module = module
        self._pos = 0

    def parse(self) -> typing.Any:
        annotation = self._union()
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
        return annotation_from_str(inner, self._module)

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
        import ast  # Not at the top: it is slow to import, and rarely needed.

        start = self._pos
        for end in range(start, len(self._text)):
            if self._text[end] != ']':
                continue
            code = self._text[start:end]
            try:
                tree = ast.parse(f'({code}\n)', mode='eval')
            except SyntaxError:
                continue  # This bracket is part of the expression.
            self._pos = end + 1
            return _literal_value(tree, code)
        self._fail('expected the literals and "]"')

    def _resolve(self, name: str) -> typing.Any:
        first, *rest = name.split('.')
        value = self._lookup(first)
        if value is None:
            return _forward_ref(name, self._module)
        for i, member in enumerate(rest):
            child = getattr(value, member, None)
            if child is None:
                if isinstance(value, types.ModuleType):
                    known = '.'.join([first, *rest[:i]])
                    raise TypeError(
                        f'Annotation {self._text!r}: module {known!r} has no member {member!r}.'
                    )
                return _forward_ref(name, self._module)
            value = child
        return value

    def _lookup(self, name: str) -> typing.Any:
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


# Names of the classes of syntax nodes that stand for plain data.
_LITERAL_NODES = frozenset(
    'Expression Constant Tuple List Dict Set Load UnaryOp USub UAdd BinOp Add Sub JoinedStr '
    'FormattedValue'.split()
)


def _literal_value(tree: typing.Any, code: str) -> typing.Any:
    import ast

    for node in ast.walk(tree):
        if type(node).__name__ not in _LITERAL_NODES:
            raise SyntaxError(
                f'Literal[{code}]: {type(node).__name__} is not allowed; write plain values.'
            )
    # Only constants are left: there is nothing to call and no name to read.
    return eval(compile(tree, '<annotation>', 'eval'), {'__builtins__': {}})
