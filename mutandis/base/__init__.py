"""Floor 1: what everything else stands on."""

from typing import TYPE_CHECKING

from mutandis.base.errors import CatchErrorsContext, ErrorInfo, catch_errors, match_error
from mutandis.base.formatting import (
    BracketType,
    Formattable,
    RawText,
    auto_plural,
    bracket_chars,
    camel_to_snake,
    comma_delimited_str,
    format,
    kvlist_str,
    maybe_markdown_quote,
    printv,
    quote_if_str,
    repr_ext,
    repr_format,
    str_ext,
    str_format,
)
from mutandis.base.hierarchical import (
    canonicalize,
    flatten,
    is_partial,
    merge,
    merge_tree,
    transform,
    traverse,
    try_listify_dict_with_int_keys,
)
from mutandis.base.json_context import JSONConversionContext
from mutandis.base.json_convertible import JSONConvertible, JSONValueType
from mutandis.base.json_hooks import set_symbolic_hooks
from mutandis.base.json_reading import from_json, from_json_str
from mutandis.base.json_registry import (
    enable_opaque_pickle,
    register_lazy_types,
    registered_types,
    set_default_trust,
    type_name,
)
from mutandis.base.json_values import register_conversion
from mutandis.base.json_writing import to_json, to_json_str
from mutandis.base.key_path import KeyPath, StrKey, message_on_path
from mutandis.base.key_path_set import KeyPathSet
from mutandis.base.lazy_names import lazy_names
from mutandis.base.missing import MISSING_VALUE, MissingValue
from mutandis.base.thread_local import (
    thread_local_arg_scope,
    thread_local_decrement,
    thread_local_del,
    thread_local_get,
    thread_local_has,
    thread_local_increment,
    thread_local_kwargs,
    thread_local_peek,
    thread_local_pop,
    thread_local_push,
    thread_local_set,
    thread_local_value_scope,
)
from mutandis.base.traits import (
    LEAF_TYPES,
    FunctorInterface,
    MaybePartial,
    ensure_explicit_method_override,
    explicit_method_override,
)

if TYPE_CHECKING:
    from mutandis.base.colors import colored, colored_block, decolor
    from mutandis.base.contextual import (
        ContextualOverride,
        all_contextual_values,
        contextual_override,
        contextual_value,
        get_contextual_override,
        with_contextual_override,
    )
    from mutandis.base.docstrings import (
        DocStr,
        DocStrArgument,
        DocStrEntry,
        DocStrExample,
        DocStrRaises,
        DocStrReturns,
        DocStrStyle,
        docstr,
    )
    from mutandis.base.timing import TimeIt, timeit

__all__ = [
    'BracketType',
    'CatchErrorsContext',
    'ContextualOverride',
    'DocStr',
    'DocStrArgument',
    'DocStrEntry',
    'DocStrExample',
    'DocStrRaises',
    'DocStrReturns',
    'DocStrStyle',
    'ErrorInfo',
    'Formattable',
    'FunctorInterface',
    'JSONConversionContext',
    'JSONConvertible',
    'JSONValueType',
    'KeyPath',
    'KeyPathSet',
    'LEAF_TYPES',
    'MISSING_VALUE',
    'MaybePartial',
    'MissingValue',
    'RawText',
    'StrKey',
    'TimeIt',
    'all_contextual_values',
    'auto_plural',
    'bracket_chars',
    'camel_to_snake',
    'canonicalize',
    'catch_errors',
    'colored',
    'colored_block',
    'comma_delimited_str',
    'contextual_override',
    'contextual_value',
    'decolor',
    'docstr',
    'enable_opaque_pickle',
    'ensure_explicit_method_override',
    'explicit_method_override',
    'flatten',
    'format',
    'from_json',
    'from_json_str',
    'get_contextual_override',
    'is_partial',
    'kvlist_str',
    'match_error',
    'maybe_markdown_quote',
    'merge',
    'merge_tree',
    'message_on_path',
    'printv',
    'quote_if_str',
    'register_conversion',
    'register_lazy_types',
    'registered_types',
    'repr_ext',
    'repr_format',
    'set_default_trust',
    'set_symbolic_hooks',
    'str_ext',
    'str_format',
    'thread_local_arg_scope',
    'thread_local_decrement',
    'thread_local_del',
    'thread_local_get',
    'thread_local_has',
    'thread_local_increment',
    'thread_local_kwargs',
    'thread_local_peek',
    'thread_local_pop',
    'thread_local_push',
    'thread_local_set',
    'thread_local_value_scope',
    'timeit',
    'to_json',
    'to_json_str',
    'transform',
    'traverse',
    'try_listify_dict_with_int_keys',
    'type_name',
    'with_contextual_override',
]

# Loaded on first use.
_LAZY = {
    **dict.fromkeys(('colored', 'colored_block', 'decolor'), '.colors'),
    **dict.fromkeys(
        (
            'ContextualOverride',
            'all_contextual_values',
            'contextual_override',
            'contextual_value',
            'get_contextual_override',
            'with_contextual_override',
        ),
        '.contextual',
    ),
    **dict.fromkeys(
        (
            'DocStr',
            'DocStrArgument',
            'DocStrEntry',
            'DocStrExample',
            'DocStrRaises',
            'DocStrReturns',
            'DocStrStyle',
            'docstr',
        ),
        '.docstrings',
    ),
    **dict.fromkeys(('TimeIt', 'timeit'), '.timing'),
}


__getattr__, __dir__ = lazy_names(__name__, _LAZY)
