"""The object model: programs as mutable trees, and the rewrites of such trees."""

from typing import TYPE_CHECKING

from mutandis.base import is_partial
from mutandis.base.lazy_names import Place, lazy_names
from mutandis.symbolic.base import (
    DescendantQueryOption,
    Symbolic,
    TopologyAware,
    clone,
    is_abstract,
    is_deterministic,
    is_pure_symbolic,
)
from mutandis.symbolic.comparison import eq, gt, lt, ne, sym_hash
from mutandis.symbolic.comparison import sym_hash as hash  # noqa: A004
from mutandis.symbolic.dict_node import Dict
from mutandis.symbolic.flags import (
    allow_empty_field_description,
    allow_partial,
    allow_repeated_class_registration,
    allow_writable_accessors,
    as_sealed,
    auto_call_functors,
    enable_type_check,
    get_origin_stacktrace_limit,
    is_change_notification_enabled,
    is_empty_field_description_allowed,
    is_repeated_class_registration_allowed,
    is_tracking_origin,
    is_type_check_enabled,
    is_under_accessor_writable_scope,
    is_under_partial_scope,
    is_under_sealed_scope,
    notify_on_change,
    set_origin_stacktrace_limit,
    should_call_functors_during_init,
    track_origin,
)
from mutandis.symbolic.inferred import Inferential, InferredValue, ValueFromParentChain
from mutandis.symbolic.list_node import Insertion, List, mark_as_insertion
from mutandis.symbolic.object import Object, members, use_init_args
from mutandis.symbolic.object_meta import ObjectMeta
from mutandis.symbolic.origin import Origin
from mutandis.symbolic.pure_symbolic import NonDeterministic, PureSymbolic
from mutandis.symbolic.rebind import FieldUpdate, WritePermissionError, get_rebind_dict
from mutandis.symbolic.ref import Ref, deref, maybe_ref
from mutandis.symbolic.traversal import TraverseAction, contains, query, traverse

if TYPE_CHECKING:
    from mutandis.symbolic.boilerplate import boilerplate_class
    from mutandis.symbolic.class_wrapper import ClassWrapper, apply_wrappers, wrap, wrap_module
    from mutandis.symbolic.compounding import Compound, compound, compound_class
    from mutandis.symbolic.contextual import (
        ContextualAttribute,
        ContextualObject,
        contextual_attribute,
    )
    from mutandis.symbolic.differences import Diff, diff
    from mutandis.symbolic.error_info import ErrorInfo
    from mutandis.symbolic.functors import Functor, as_functor, functor, functor_class
    from mutandis.symbolic.rewrites import history
    from mutandis.symbolic.saving import (
        default_load_handler,
        default_save_handler,
        get_load_handler,
        get_save_handler,
        load,
        open_jsonl,
        save,
        set_load_handler,
        set_save_handler,
    )
    from mutandis.symbolic.selection import Selection, SelectionError, select
    from mutandis.symbolic.serialization import (
        from_json,
        from_json_str,
        to_json,
        to_json_str,
    )
    from mutandis.symbolic.source import Call, Code, diff_code, register_code, to_code
    from mutandis.symbolic.symbolizing import symbolize
    from mutandis.symbolic.unknown_symbols import (
        UnknownCallable,
        UnknownFunction,
        UnknownMethod,
        UnknownSymbol,
        UnknownType,
        UnknownTypedObject,
    )

# Loaded on first use.
_LAZY: dict[str, Place] = {
    'boilerplate_class': '.boilerplate',
    **dict.fromkeys(('Compound', 'compound', 'compound_class'), '.compounding'),
    **dict.fromkeys(
        (
            'ClassWrapper',
            'apply_wrappers',
            'wrap',
            'wrap_module',
        ),
        '.class_wrapper',
    ),
    **dict.fromkeys(
        (
            'Functor',
            'as_functor',
            'functor',
            'functor_class',
        ),
        '.functors',
    ),
    **dict.fromkeys(
        ('ContextualAttribute', 'ContextualObject', 'contextual_attribute'), '.contextual'
    ),
    'ErrorInfo': '.error_info',
    **dict.fromkeys(('symbolize',), '.symbolizing'),
    **dict.fromkeys(('Call', 'Code', 'diff_code', 'register_code', 'to_code'), '.source'),
    **dict.fromkeys(('Diff', 'diff'), '.differences'),
    'history': '.rewrites',
    **dict.fromkeys(('Selection', 'SelectionError', 'select'), '.selection'),
    **dict.fromkeys(
        (
            'UnknownCallable',
            'UnknownFunction',
            'UnknownMethod',
            'UnknownSymbol',
            'UnknownType',
            'UnknownTypedObject',
        ),
        '.unknown_symbols',
    ),
    **dict.fromkeys(
        (
            'default_load_handler',
            'default_save_handler',
            'get_load_handler',
            'get_save_handler',
            'load',
            'open_jsonl',
            'save',
            'set_load_handler',
            'set_save_handler',
        ),
        '.saving',
    ),
    **dict.fromkeys(('from_json', 'from_json_str', 'to_json', 'to_json_str'), '.serialization'),
}


__getattr__, __dir__ = lazy_names(__name__, _LAZY)


__all__ = [
    'Call',
    'ClassWrapper',
    'Code',
    'ContextualAttribute',
    'ContextualObject',
    'Compound',
    'DescendantQueryOption',
    'Dict',
    'Diff',
    'ErrorInfo',
    'FieldUpdate',
    'Functor',
    'Inferential',
    'InferredValue',
    'Insertion',
    'List',
    'NonDeterministic',
    'Object',
    'ObjectMeta',
    'Origin',
    'PureSymbolic',
    'Ref',
    'Selection',
    'SelectionError',
    'Symbolic',
    'TopologyAware',
    'TraverseAction',
    'UnknownCallable',
    'UnknownFunction',
    'UnknownMethod',
    'UnknownSymbol',
    'UnknownType',
    'UnknownTypedObject',
    'ValueFromParentChain',
    'WritePermissionError',
    'allow_empty_field_description',
    'allow_partial',
    'allow_repeated_class_registration',
    'allow_writable_accessors',
    'apply_wrappers',
    'as_functor',
    'as_sealed',
    'auto_call_functors',
    'boilerplate_class',
    'clone',
    'compound',
    'compound_class',
    'contains',
    'contextual_attribute',
    'default_load_handler',
    'default_save_handler',
    'deref',
    'diff',
    'diff_code',
    'enable_type_check',
    'eq',
    'from_json',
    'from_json_str',
    'functor',
    'functor_class',
    'get_load_handler',
    'get_origin_stacktrace_limit',
    'get_rebind_dict',
    'get_save_handler',
    'gt',
    'hash',
    'history',
    'is_abstract',
    'is_change_notification_enabled',
    'is_deterministic',
    'is_empty_field_description_allowed',
    'is_partial',
    'is_pure_symbolic',
    'is_repeated_class_registration_allowed',
    'is_tracking_origin',
    'is_type_check_enabled',
    'is_under_accessor_writable_scope',
    'is_under_partial_scope',
    'is_under_sealed_scope',
    'load',
    'lt',
    'mark_as_insertion',
    'maybe_ref',
    'members',
    'ne',
    'notify_on_change',
    'open_jsonl',
    'query',
    'register_code',
    'save',
    'select',
    'set_load_handler',
    'set_origin_stacktrace_limit',
    'set_save_handler',
    'should_call_functors_during_init',
    'sym_hash',
    'symbolize',
    'to_code',
    'to_json',
    'to_json_str',
    'track_origin',
    'traverse',
    'use_init_args',
    'wrap',
    'wrap_module',
]
