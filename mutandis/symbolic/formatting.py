"""Text of symbolic trees.

One writer prints Objects, Dicts and Lists: they differ only in brackets and in how a key is
written. It goes down the tree by itself and hands over to `mutandis.format` only for what is no
node, or for nodes that print themselves.
"""

from __future__ import annotations

import sys
from typing import Any

from mutandis.base import (
    LEAF_TYPES,
    BracketType,
    Formattable,
    MissingValue,
    RawText,
    bracket_chars,
    maybe_markdown_quote,
)
from mutandis.base.formatting import format_part
from mutandis.symbolic.base import Symbolic
from mutandis.symbolic.object import Object

_NOTHING: frozenset[str] = frozenset()


def format_node(
    node: Any,
    compact: bool = False,
    verbose: bool = True,
    root_indent: int = 0,
    *,
    python_format: bool = False,
    hide_frozen: bool = True,
    hide_default_values: bool = False,
    hide_missing_values: bool = False,
    include_keys: Any = None,
    exclude_keys: Any = None,
    use_inferred: bool = False,
    cls_name: str | None = None,
    bracket_type: BracketType | None = None,
    key_as_attribute: bool | None = None,
    extra_blankline_for_field_docstr: bool = False,
    list_wrap_threshold: int = 80,
    strip_object_id: bool = False,
    max_str_len: int | None = None,
    max_bytes_len: int | None = None,
    custom_format: Any = None,
    memo: set[int] | None = None,
    markdown: bool = False,
    **kwargs: Any,
) -> str:
    """Formats an Object, Dict or List.

    Args:
        node: The node.
        compact: On one line.
        verbose: With the descriptions of fields as comments (not if compact).
        root_indent: Indentation level of the first line.
        python_format: Python syntax instead of our own.
        hide_frozen: Leave out fields that cannot have another value.
        hide_default_values: Leave out values equal to their defaults.
        hide_missing_values: Leave out missing values.
        include_keys: At the top level, print only these keys; all if there are none.
        exclude_keys: At the top level, leave out these keys. A List hands both on to its items.
        use_inferred: Print inferred values (where they can be) in place of how they are inferred.
        cls_name: Name before the brackets.
        bracket_type: The brackets.
        key_as_attribute: Write keys as attributes even in Python syntax.
        extra_blankline_for_field_docstr: A blank line before each described field but the first.
        list_wrap_threshold: See `mutandis.format`, also for the following ones.
        strip_object_id: See there.
        max_str_len: See there.
        max_bytes_len: See there.
        custom_format: See there.
        memo: See there.
        markdown: Whether to wrap the text in backticks.
        **kwargs: Passed on to the values.

    Returns:
        The text.
    """
    writer = _Writer()
    writer.compact = compact
    writer.comments = verbose and not compact
    writer.verbose = verbose
    writer.python_format = python_format
    writer.hide_frozen = hide_frozen
    writer.hide_default_values = hide_default_values
    writer.hide_missing_values = hide_missing_values
    writer.use_inferred = use_inferred
    writer.extra_blank_line = extra_blankline_for_field_docstr
    writer.custom_format = custom_format
    writer.plain_leaves = custom_format is None and max_str_len is None and max_bytes_len is None
    writer.memo = set() if memo is None else memo
    writer.options = {
        **kwargs,
        'python_format': python_format,
        'hide_frozen': hide_frozen,
        'hide_default_values': hide_default_values,
        'hide_missing_values': hide_missing_values,
        'use_inferred': use_inferred,
        'extra_blankline_for_field_docstr': extra_blankline_for_field_docstr,
        'list_wrap_threshold': list_wrap_threshold,
        'strip_object_id': strip_object_id,
        'max_str_len': max_str_len,
        'max_bytes_len': max_bytes_len,
        'custom_format': custom_format,
    }
    # Fields are chosen, and the dress of the top node, only at the top; of a List, its items are.
    pairs = written_pairs(node)
    if (include_keys or exclude_keys) and isinstance(node, list):
        chosen = {'include_keys': include_keys, 'exclude_keys': exclude_keys}
        pairs = [(k, _Part(v, chosen) if isinstance(v, Symbolic) else v) for k, v in pairs]
    else:
        if include_keys:
            pairs = [pair for pair in pairs if pair[0] in include_keys]
        if exclude_keys:
            pairs = [pair for pair in pairs if pair[0] not in exclude_keys]
    label, brackets, style = _dress(node, python_format)
    if cls_name is not None:
        label = cls_name
    if bracket_type is not None:
        brackets = ''.join(bracket_chars(bracket_type))
    if key_as_attribute and style == _ITEM:
        style = _ATTRIBUTE
    opening = label + brackets[0]
    try:
        text = writer.write(node, pairs, root_indent, opening, brackets[1], style)
    except RecursionError:
        if _is_part_of_another(writer.memo):
            raise
        heights = _heights([value for _, value in pairs], verbose)
        if heights is None:
            raise
        writer.leave_holes(heights, list_wrap_threshold)
        text = writer.fill(writer.write(node, pairs, root_indent, opening, brackets[1], style))
    return maybe_markdown_quote(text, markdown)


def _is_part_of_another(memo: set[int]) -> bool:
    """Whether the running `format_node` prints a part of a value that another one prints.

    Then that one sees to what is too deep: if both tried again, so would all in between, and each
    trial doubles the work.
    """
    if len(memo) > 1:
        return True
    # A part may print itself by a `__repr__` that knows nothing of the memo.
    frame = sys._getframe(1).f_back
    while frame is not None:
        if frame.f_code is format_node.__code__:
            return True
        frame = frame.f_back
    return False


class _Part(Formattable):
    """A node below the top that is printed with options of its own."""

    __slots__ = ('node', 'options')

    def __init__(self, node: Any, options: dict[str, Any]) -> None:
        self.node = node
        self.options = options

    def format(self, *args: Any, **kwargs: Any) -> str:
        return str(self.node._format_as_part(*args, **{**kwargs, **self.options}))


# How a key is written: `x=1`, `x = 1`; `'x': 1`; `0: 1`, `0 : 1`; not at all.
_ATTRIBUTE, _ITEM, _INDEX, _BARE = range(4)


def _dress(node: Any, python_format: bool) -> tuple[str, str, int]:
    """Returns the label, the brackets and the way of writing keys of a node."""
    if isinstance(node, dict):
        return '', '{}', _ITEM if python_format else _ATTRIBUTE
    if isinstance(node, list):
        return '', '[]', _BARE if python_format else _INDEX
    return type(node).__name__, '()', _ATTRIBUTE


class _Writer:
    """The options of one `format_node`, and the writing of nodes."""

    __slots__ = (
        'compact',
        'comments',
        'verbose',
        'python_format',
        'hide_frozen',
        'hide_default_values',
        'hide_missing_values',
        'use_inferred',
        'extra_blank_line',
        'custom_format',
        'plain_leaves',
        'memo',
        'options',
        'holes',
        'heights',
        'high',
        '_quick',
    )

    compact: bool
    comments: bool
    verbose: bool
    python_format: bool
    hide_frozen: bool
    hide_default_values: bool
    hide_missing_values: bool
    use_inferred: bool
    extra_blank_line: bool
    custom_format: Any
    plain_leaves: bool
    memo: set[int]
    options: dict[str, Any]
    holes: list[tuple[Any, int]] | None

    def __init__(self) -> None:
        # For a tree too deep for recursion: values (with their indents) that leave a hole in the
        # text around them, to be filled later. Those are the high ones, by their heights.
        self.holes = None
        self.heights: dict[int, int] = {}
        self.high = 0
        # Per class: what comes before the values of its objects, and what reads these; None where
        # the values to print depend on the object.
        self._quick: dict[type, tuple[list[str], Any] | None] = {}

    def node(self, node: Any, indent: int) -> str:
        """Returns the text of a node below the top."""
        if self.holes is not None and self.heights.get(id(node), 0) >= self.high:
            return self.hole(node, indent)
        return self.text_of(node, indent)

    def hole(self, value: Any, indent: int) -> str:
        """Returns what stands for the text of a value until it is filled in."""
        assert self.holes is not None
        self.holes.append((value, indent))
        return f'{_HOLE}{len(self.holes) - 1}{_HOLE}'

    def leave_holes(self, heights: dict[int, int], list_wrap_threshold: int) -> None:
        """Makes high values leave holes from here on."""
        self.holes = []
        self.heights = heights
        # Each level adds two characters at least, so what is this high does not fit on one line.
        self.high = max(_LOW, list_wrap_threshold // 2 + 1)

    def fill(self, text: str) -> str:
        """Fills the holes in a text, and those in what fills them."""
        assert self.holes is not None
        pieces: list[str] = []
        stack = [text]
        while stack:
            text = stack.pop()
            head, _, rest = text.partition(_HOLE)
            pieces.append(head)
            if rest:
                index, _, rest = rest.partition(_HOLE)
                stack.append(rest)
                stack.append(self.text_of(*self.holes[int(index)]))
        return ''.join(pieces)

    def text_of(self, value: Any, indent: int) -> str:
        """Returns the text of a node, or of a plain container; perhaps with holes."""
        identity = id(value)
        memo = self.memo
        if identity in memo:
            return f'<recursive {type(value).__name__} at 0x{identity:x}>'
        memo.add(identity)
        try:
            if isinstance(value, Symbolic):
                return self.write_node(value, indent)
            return self.write_plain(value, indent)
        finally:
            memo.discard(identity)

    def write_plain(self, value: Any, indent: int) -> str:
        """Returns the text of a dict, list or tuple that holds something high."""
        pad = '  ' * (indent + 1)
        if isinstance(value, dict):
            brackets = '{}'
            items = [f'{key!r}: {self.value(v, indent + 1)}' for key, v in value.items()]
        else:
            brackets = '[]' if isinstance(value, list) else '()'
            items = [self.value(v, indent + 1) for v in value]
        if self.compact:
            return f'{brackets[0]}{", ".join(items)}{brackets[1]}'
        body = ',\n'.join(pad + item for item in items)
        return f'{brackets[0]}\n{body}\n{"  " * indent}{brackets[1]}'

    def write_node(self, node: Any, indent: int) -> str:
        """Returns the text of a node with the brackets and keys of its kind."""
        cls = node.__class__
        if cls not in self._quick:
            self._quick[cls] = self._quick_facts(cls)
        quick = self._quick[cls]
        if quick is not None:
            heads, read = quick
            below = indent + 1
            texts = [
                f'{head}{value!r}'
                if value.__class__ in LEAF_TYPES
                else head + self.value(value, below)
                for head, value in zip(heads, read(node), strict=True)
            ]
            return self.join(texts, indent, cls.__name__ + '(', ')')
        label, brackets, style = _dress(node, self.python_format)
        return self.write(
            node, written_pairs(node), indent, label + brackets[0], brackets[1], style
        )

    def _quick_facts(self, cls: Any) -> tuple[list[str], Any] | None:
        if (
            self.comments
            or self.hide_default_values
            or self.hide_missing_values
            or self.use_inferred
            or not self.plain_leaves
            or getattr(cls, '_sym_getter', None) is None
            or cls._sym_dynamic
            or (self.hide_frozen and _frozen_in_class(cls))
        ):
            return None
        equals = self.equals()
        return [name + equals for name in cls._sym_names], cls._sym_getter

    def equals(self) -> str:
        """Returns what stands between a name and its value."""
        # Our own multi-line syntax has more air.
        return '=' if self.compact or self.python_format else ' = '

    def write(
        self,
        node: Any,
        pairs: list[tuple[Any, Any]],
        indent: int,
        opening: str,
        closing: str,
        style: int,
    ) -> str:
        """Returns the text of a node whose children, brackets and keys are settled."""
        is_list = isinstance(node, list)
        if not is_list:
            pairs = self.shown(node, pairs)
        plain_leaves, inferred = self.plain_leaves, self.use_inferred
        below = indent + 1
        equals = self.equals()
        colon = ': ' if self.compact else ' : '
        texts: list[str] = []
        for key, value in pairs:
            if value.__class__ in LEAF_TYPES and plain_leaves:
                text = repr(value)
            else:
                if inferred and getattr(value.__class__, '_sym_inferential', False):
                    value = node.sym_inferred(key, value)
                text = self.value(value, below)
            if style == _ATTRIBUTE:
                name = key if key.__class__ is str else f'[{key}]'
                texts.append(f'{name}{equals}{text}')
            elif style == _INDEX:
                texts.append(f'{key}{colon}{text}')
            elif style == _ITEM:
                texts.append(f'{key!r}: {text}')
            else:
                texts.append(text)
        if self.comments and not is_list:
            self.comment(node, pairs, texts, '  ' * below)
        return self.join(texts, indent, opening, closing)

    def join(self, texts: list[str], indent: int, opening: str, closing: str) -> str:
        """Puts the texts of the children together."""
        if not texts:
            return opening + closing
        if self.compact:
            return f'{opening}{", ".join(texts)}{closing}'
        pad = '  ' * (indent + 1)
        body = f',\n{pad}'.join(texts)
        if self.extra_blank_line:
            body = body.replace(f'{pad}{_BLANK_LINE}', f'\n{pad}')
        return f'{opening}\n{pad}{body}\n{"  " * indent}{closing}'

    def value(self, value: Any, indent: int) -> str:
        """Returns the text of any value below the top."""
        method = getattr(value.__class__, 'format', None)
        if method not in _standard_formats and not (self.verbose and method in standard_if_verbose):
            if self.holes is not None and self.heights.get(id(value), 0) >= self.high:
                return self.high_value(value, indent)
            return format_part(
                value, self.compact, self.verbose, indent, None, None, self.memo, self.options
            )
        if self.custom_format is not None:
            text = self.custom_format(value, indent)
            if text is not None:
                return str(text)
        return self.node(value, indent)

    def high_value(self, value: Any, indent: int) -> str:
        """Returns a hole for a plain container, unless it is printed in a way of its own."""
        text = None if self.custom_format is None else self.custom_format(value, indent)
        return self.hole(value, indent) if text is None else str(text)

    def shown(self, node: Any, pairs: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
        """Returns the children that are to be printed."""
        if self.hide_frozen:
            frozen = frozen_keys(node)
            if frozen:
                pairs = [pair for pair in pairs if pair[0] not in frozen]
        if self.hide_missing_values:
            pairs = [pair for pair in pairs if not isinstance(pair[1], MissingValue)]
        if self.hide_default_values:
            pairs = [pair for pair in pairs if not is_default(node, pair[0], pair[1])]
        return pairs

    def comment(
        self,
        node: Any,
        pairs: list[tuple[Any, Any]],
        texts: list[str],
        pad: str,
    ) -> None:
        """Puts the descriptions of fields above their texts."""
        if schema_of(node) is None:
            return
        for i, (key, _) in enumerate(pairs):
            field = node.sym_attr_field(key)
            if field is not None and field.description:
                lines = [f'# {line}\n{pad}' for line in field.description.split('\n')]
                blank = _BLANK_LINE if self.extra_blank_line and i else ''
                texts[i] = f'{blank}{"".join(lines)}{texts[i]}'


# Stands on both sides of the number of a hole.
_HOLE = '\0hole\0'

# Values lower than this are printed by recursion.
_LOW = 40
_UNFINISHED = -1


def _heights(values: list[Any], verbose: bool) -> dict[int, int] | None:
    """Returns, by identity, how many levels of nodes and plain containers values have.

    None if a value contains itself.
    """
    heights: dict[int, int] = {}
    stack = [(value, False) for value in values]
    while stack:
        value, finished = stack.pop()
        if finished:
            heights[id(value)] = 1 + max(
                (heights.get(id(v), 0) for v in _inside(value, verbose)), default=0
            )
            continue
        if heights.get(id(value)) == _UNFINISHED:
            return None
        if id(value) in heights or value.__class__ in LEAF_TYPES:
            continue
        inside = _inside(value, verbose)
        if inside is not None:
            heights[id(value)] = _UNFINISHED
            stack.append((value, True))
            stack.extend((v, False) for v in inside)
    return heights


def _inside(value: Any, verbose: bool) -> Any:
    """Returns the values directly in what `_Writer` can print in holes, else None."""
    if _is_standard(value, verbose):
        return [v for _, v in value._sym_pairs()]
    if isinstance(value, Formattable) or not isinstance(value, (dict, list, tuple)):
        return None
    return list(value.values() if isinstance(value, dict) else value)


# Marks, until the texts are joined, that a blank line comes before a text.
_BLANK_LINE = '\0blank line\0'

# The `format` methods that end in `format_node`.
_standard_formats = (Symbolic.format, Object.format)
# Others that do if `verbose`.
standard_if_verbose: set[Any] = set()


def _is_standard(value: Any, verbose: bool) -> bool:
    """Whether the text of a value is that of `format_node`."""
    method = getattr(value.__class__, 'format', None)
    return method in _standard_formats or (verbose and method in standard_if_verbose)


def deep_list_repr(items: Any) -> str:
    """The text of `list.__repr__` for lists nested too deep for it."""
    pieces: list[str] = []
    stack: list[Any] = [items]
    while stack:
        value = stack.pop()
        if value.__class__ is RawText:
            pieces.append(value.text)
        elif isinstance(value, list):
            stack.append(RawText(']'))
            for i, item in enumerate(reversed(list(list.__iter__(value)))):
                if i:
                    stack.append(RawText(', '))
                stack.append(item)
            pieces.append('[')
        else:
            pieces.append(repr(value))
    return ''.join(pieces)


def schema_of(node: Any) -> Any:
    """Returns the schema of an Object or a typed Dict, else None."""
    if isinstance(node, dict):
        spec = node.value_spec  # type: ignore[attr-defined]
        return None if spec is None else spec.schema
    return getattr(type(node), '__schema__', None)


def written_pairs(node: Any) -> list[tuple[Any, Any]]:
    """Returns keys and children in the order in which text and JSON show them.

    It is the order of the schema. In a walk over the tree constant keys come first.
    """
    pairs: list[tuple[Any, Any]] = node._sym_pairs()
    if isinstance(node, dict):
        if node._sym_plan is None:  # type: ignore[attr-defined]
            return pairs
    elif not getattr(type(node), '_sym_dynamic', None):
        return pairs
    schema = schema_of(node)
    if schema is None or schema.lists_constant_keys_first:
        return pairs
    fields = list(schema.fields.values())

    def place(pair: tuple[Any, Any]) -> int:
        field = schema.get_field(pair[0])  # Unchecked keys belong to none.
        return len(fields) if field is None else fields.index(field)

    return sorted(pairs, key=place)


def frozen_keys(node: Any) -> frozenset[Any]:
    """Returns the keys whose fields are frozen."""
    if isinstance(node, dict):
        if node._sym_plan is None:  # type: ignore[attr-defined]
            return _NOTHING
        schema = schema_of(node)
        return _NOTHING if schema is None else _frozen_in(schema)
    return _frozen_in_class(type(node))


def _frozen_in_class(cls: Any) -> frozenset[Any]:
    schema = cls.__schema__
    known = cls.__dict__.get('_sym_frozen_keys')
    if known is None or known[0] is not schema:
        known = (schema, _frozen_in(schema))
        type.__setattr__(cls, '_sym_frozen_keys', known)
    frozen: frozenset[Any] = known[1]
    return frozen


def _frozen_in(schema: Any) -> frozenset[Any]:
    return frozenset(
        str(key) for key, field in schema.fields.items() if key.is_const and field.frozen
    )


def goes_without_saying(node: Any, key: Any, value: Any) -> bool:
    """Whether JSON that leaves out defaults may leave this out.

    Arguments that the user has bound in a functor are written even where they equal their
    defaults: that they are bound is part of it.
    """
    return key not in getattr(node, '_sym_specified', ()) and is_default(node, key, value)


def is_default(node: Any, key: Any, value: Any) -> bool:
    """Whether the value at a key is the default of its field."""
    field = node.sym_attr_field(key)
    if field is None:
        return False
    default = field.default_value
    if value is default:
        return True
    if isinstance(default, MissingValue) or isinstance(value, MissingValue):
        return False
    from mutandis.symbolic.comparison import eq

    return eq(value, default)
