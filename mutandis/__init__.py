"""mutandis: symbolic programming of machine learning.

A program (a model, an optimizer, a whole experiment) is a mutable tree of symbolic objects; other
programs rewrite that tree. With placeholders in it, it is a search space.

    import mutandis as mt

Areas that need more than the core (`mt.hyper`, `mt.tuning`, `mt.nn`, ...) are loaded when they are
first used.
"""

from __future__ import annotations

import importlib as _importlib
import sys as _sys
from typing import TYPE_CHECKING as _TYPE_CHECKING
from typing import Any as _Any

from mutandis import base as _base
from mutandis import symbolic, typing
from mutandis.base import (
    MISSING_VALUE,
    Formattable,
    JSONConvertible,
    KeyPath,
    KeyPathSet,
    MaybePartial,
    explicit_method_override,
    format,
    is_partial,
    registered_types,
    repr_format,
    str_format,
)
from mutandis.base import printv as print
from mutandis.base.lazy_names import lazy_names as _lazy_names
from mutandis.symbolic import (
    Dict,
    FieldUpdate,
    Inferential,
    InferredValue,
    Insertion,
    List,
    Object,
    Origin,
    PureSymbolic,
    Ref,
    Symbolic,
    TraverseAction,
    WritePermissionError,
    allow_empty_field_description,
    allow_partial,
    allow_repeated_class_registration,
    allow_writable_accessors,
    as_sealed,
    auto_call_functors,
    clone,
    contains,
    enable_type_check,
    eq,
    gt,
    is_abstract,
    is_deterministic,
    is_pure_symbolic,
    lt,
    maybe_ref,
    members,
    ne,
    notify_on_change,
    query,
    set_origin_stacktrace_limit,
    track_origin,
    traverse,
    use_init_args,
)
from mutandis.symbolic import sym_hash as hash
from mutandis.typing import (
    CustomTyping,
    Field,
    KeySpec,
    Schema,
    ValueSpec,
    get_converter,
    register_converter,
)
from mutandis.version import __version__

dict = Dict
list = List
Inferentiable = Inferential

# What is loaded on first use.
_LAZY: _Any = {
    'catch_errors': 'mutandis.base',
    'match_error': 'mutandis.base',
    'docstr': 'mutandis.base',
    'DocStr': 'mutandis.base',
    'timeit': 'mutandis.base',
    'ErrorInfo': 'mutandis.symbolic',
    'colored': 'mutandis.base',
    'decolor': 'mutandis.base',
    'ClassWrapper': 'mutandis.symbolic',
    'Functor': 'mutandis.symbolic',
    'apply_wrappers': 'mutandis.symbolic',
    'boilerplate_class': 'mutandis.symbolic',
    'compound': 'mutandis.symbolic',
    'compound_class': 'mutandis.symbolic',
    'from_json': 'mutandis.symbolic',
    'from_json_str': 'mutandis.symbolic',
    'functor': 'mutandis.symbolic',
    'functor_class': 'mutandis.symbolic',
    'get_load_handler': 'mutandis.symbolic',
    'get_save_handler': 'mutandis.symbolic',
    'load': 'mutandis.symbolic',
    'open_jsonl': 'mutandis.symbolic',
    'save': 'mutandis.symbolic',
    'set_load_handler': 'mutandis.symbolic',
    'set_save_handler': 'mutandis.symbolic',
    'symbolize': 'mutandis.symbolic',
    'to_json': 'mutandis.symbolic',
    'to_json_str': 'mutandis.symbolic',
    'wrap': 'mutandis.symbolic',
    'wrap_module': 'mutandis.symbolic',
    'Diff': 'mutandis.symbolic',
    'diff': 'mutandis.symbolic',
    'signature': 'mutandis.typing',
    'schema': 'mutandis.typing',
    'history': 'mutandis.symbolic',
    'select': 'mutandis.symbolic',
    'to_code': 'mutandis.symbolic',
    'diff_code': 'mutandis.symbolic',
    'register_code': 'mutandis.symbolic',
    'patching': ('mutandis.symbolic.patching', None),
    'detouring': ('mutandis.symbolic.detouring', None),
    'detour': 'mutandis.symbolic.detouring',
    'ObjectFactory': 'mutandis.symbolic.patching',
    'patch': 'mutandis.symbolic.patching',
    'patch_on_key': 'mutandis.symbolic.patching',
    'patch_on_member': 'mutandis.symbolic.patching',
    'patch_on_path': 'mutandis.symbolic.patching',
    'patch_on_type': 'mutandis.symbolic.patching',
    'patch_on_value': 'mutandis.symbolic.patching',
    'patcher': 'mutandis.symbolic.patching',
    'ContextualObject': 'mutandis.symbolic',
    'contextual_attribute': 'mutandis.symbolic',
    'contextual_override': 'mutandis.base',
    'contextual_value': 'mutandis.base',
    'with_contextual_override': 'mutandis.base',
    'utils': ('mutandis.utils', None),
    'object_utils': ('mutandis.utils', None),
    'io': ('mutandis.base.files', None),
    'coding': ('mutandis.base.coding', None),
    'hyper': ('mutandis.hyper', None),
    'geno': ('mutandis.hyper.geno', None),
    'tuning': ('mutandis.tuning', None),
    'testing': ('mutandis.testing', None),
    'nn': ('mutandis.nn', None),
    'algorithms': ('mutandis.algorithms', None),
    'early_stopping': ('mutandis.algorithms.early_stopping', None),
    'evolution': ('mutandis.algorithms.evolution', None),
    'mutfun': ('mutandis.algorithms.mutfun', None),
    'scalars': ('mutandis.algorithms.scalars', None),
    'DNA': 'mutandis.hyper.geno',
    'DNASpec': 'mutandis.hyper.geno',
    'DNAGenerator': 'mutandis.hyper.geno',
    'random_dna': 'mutandis.hyper.geno',
    'template': 'mutandis.hyper',
    'oneof': 'mutandis.hyper',
    'manyof': 'mutandis.hyper',
    'permutate': 'mutandis.hyper',
    'floatv': 'mutandis.hyper',
    'intv': 'mutandis.hyper',
    'evolve': 'mutandis.hyper',
    'one_of': 'mutandis.hyper',
    'sublist_of': 'mutandis.hyper',
    'float_value': 'mutandis.hyper',
    'search_space': 'mutandis.hyper',
    'dna_spec': 'mutandis.hyper',
    'materialize': 'mutandis.hyper',
    'random_sample': 'mutandis.hyper',
    'iter': ('mutandis.hyper', 'iterate'),
    'constrain': 'mutandis.hyper',
    'InfeasibleSpaceError': 'mutandis.hyper',
    'sample': 'mutandis.tuning',
    'load_result': 'mutandis.tuning',
    'poll_result': 'mutandis.tuning',
    'search': 'mutandis.tuning',
}

if _TYPE_CHECKING:
    from mutandis import algorithms, hyper, nn, testing, tuning, utils
    from mutandis import utils as object_utils
    from mutandis.algorithms import early_stopping, evolution, mutfun, scalars
    from mutandis.base import (
        DocStr,
        catch_errors,
        coding,
        colored,
        contextual_override,
        contextual_value,
        decolor,
        docstr,
        match_error,
        timeit,
        with_contextual_override,
    )
    from mutandis.base import files as io
    from mutandis.hyper import (
        InfeasibleSpaceError,
        constrain,
        dna_spec,
        evolve,
        float_value,
        floatv,
        geno,
        intv,
        manyof,
        materialize,
        one_of,
        oneof,
        permutate,
        random_sample,
        search_space,
        sublist_of,
        template,
    )
    from mutandis.hyper import iterate as iter
    from mutandis.hyper.geno import DNA, DNAGenerator, DNASpec, random_dna
    from mutandis.symbolic import (
        ClassWrapper,
        ContextualObject,
        Diff,
        ErrorInfo,
        Functor,
        apply_wrappers,
        boilerplate_class,
        compound,
        compound_class,
        contextual_attribute,
        detouring,
        diff,
        diff_code,
        from_json,
        from_json_str,
        functor,
        functor_class,
        get_load_handler,
        get_save_handler,
        history,
        load,
        open_jsonl,
        patching,
        register_code,
        save,
        select,
        set_load_handler,
        set_save_handler,
        symbolize,
        to_code,
        to_json,
        to_json_str,
        wrap,
        wrap_module,
    )
    from mutandis.symbolic.detouring import detour
    from mutandis.symbolic.patching import (
        ObjectFactory,
        patch,
        patch_on_key,
        patch_on_member,
        patch_on_path,
        patch_on_type,
        patch_on_value,
        patcher,
    )
    from mutandis.tuning import load_result, poll_result, sample, search
    from mutandis.typing import schema, signature


_load_name, __dir__ = _lazy_names(__name__, _LAZY)

# A program that has placeholders is about to be searched: the loop is loaded with them, where time
# does not matter, and not inside the first loop.
_PLACEHOLDERS = ('oneof', 'manyof', 'permutate', 'floatv', 'intv', 'evolve')


def __getattr__(name: str) -> _Any:
    value = _load_name(name)
    if name in _PLACEHOLDERS:
        _importlib.import_module('mutandis.tuning')
    return value


def _load_for_json(prefix: str, module: str) -> None:
    """Sees to it that JSON may name classes of an area that is not loaded yet."""

    def resolve(rest: str) -> _Any:
        if module in _sys.modules:
            return None
        _importlib.import_module(module)
        return JSONConvertible.class_from_typename(prefix + rest)

    _base.register_lazy_types(prefix, resolve)


def _resolve_nn(name: str) -> _Any:
    return getattr(_importlib.import_module('mutandis.nn'), name, None)


_load_for_json('mutandis.hyper.constraints.', 'mutandis.hyper.constraints')
for _prefix in (
    'mutandis.hyper.',
    'mutandis.geno.',
    'hyper.',
    'geno.',
    'pyglove.generators.',
    'pyglove.core.geno.',
    'pyglove.core.hyper.',
):
    _load_for_json(_prefix, 'mutandis.hyper')
_load_for_json('pyglove.core.tuning.protocols.', 'mutandis.hyper.protocol')
for _prefix in ('mutandis.hyper.Int', 'mutandis.geno.IntRange', 'hyper.Int', 'geno.IntRange'):
    _load_for_json(_prefix, 'mutandis.hyper.integer')
_load_for_json('mutandis.tuning.', 'mutandis.tuning')
for _prefix in ('mutandis.algorithms.early_stopping.', 'pyglove.ext.early_stopping.'):
    _load_for_json(_prefix, 'mutandis.algorithms.early_stopping')
for _prefix in ('mutandis.algorithms.mutfun.', 'pyglove.ext.mutfun.'):
    _load_for_json(_prefix, 'mutandis.algorithms.mutfun')
for _prefix in ('mutandis.algorithms.', 'pyglove.ext.'):
    _load_for_json(_prefix, 'mutandis.algorithms.evolution')
for _prefix in ('mutandis.symbolic.contextual.', 'pyglove.core.symbolic.contextual_object.'):
    _load_for_json(_prefix, 'mutandis.symbolic.contextual')
for _prefix in ('mutandis.symbolic.differences.', 'pyglove.core.symbolic.diff.'):
    _load_for_json(_prefix, 'mutandis.symbolic.differences')
for _prefix in (
    'mutandis.symbolic.error_info.',
    'pyglove.core.symbolic.error_info.',
    'pyglove.core.utils.error_utils.',
):
    _load_for_json(_prefix, 'mutandis.symbolic.error_info')
_load_for_json('pyglove.core.utils.timing.', 'mutandis.base.timing')
_base.register_lazy_types('mutandis.nn.', _resolve_nn)
# Classes and functions that are values in JSON written by PyGlove.
JSONConvertible.add_module_alias(
    'mutandis.symbolic', ['pyglove.core.symbolic.dict', 'pyglove.core.symbolic.list']
)
JSONConvertible.add_module_alias('mutandis.algorithms.evolution.base', 'pyglove.ext.evolution.base')

__all__ = [
    'ClassWrapper',
    'ContextualObject',
    'CustomTyping',
    'DNA',
    'DNAGenerator',
    'DNASpec',
    'Dict',
    'Diff',
    'DocStr',
    'ErrorInfo',
    'Field',
    'FieldUpdate',
    'Formattable',
    'Functor',
    'InfeasibleSpaceError',
    'Inferentiable',
    'Inferential',
    'InferredValue',
    'Insertion',
    'JSONConvertible',
    'KeyPath',
    'KeyPathSet',
    'KeySpec',
    'List',
    'MISSING_VALUE',
    'MaybePartial',
    'Object',
    'ObjectFactory',
    'Origin',
    'PureSymbolic',
    'Ref',
    'Schema',
    'Symbolic',
    'TraverseAction',
    'ValueSpec',
    'WritePermissionError',
    '__version__',
    'algorithms',
    'allow_empty_field_description',
    'allow_partial',
    'allow_repeated_class_registration',
    'allow_writable_accessors',
    'apply_wrappers',
    'as_sealed',
    'auto_call_functors',
    'boilerplate_class',
    'catch_errors',
    'clone',
    'coding',
    'colored',
    'compound',
    'compound_class',
    'constrain',
    'contains',
    'contextual_attribute',
    'contextual_override',
    'contextual_value',
    'decolor',
    'detour',
    'detouring',
    'dict',
    'diff',
    'diff_code',
    'dna_spec',
    'docstr',
    'early_stopping',
    'enable_type_check',
    'eq',
    'evolution',
    'evolve',
    'explicit_method_override',
    'float_value',
    'floatv',
    'format',
    'from_json',
    'from_json_str',
    'functor',
    'functor_class',
    'geno',
    'get_converter',
    'get_load_handler',
    'get_save_handler',
    'gt',
    'hash',
    'history',
    'hyper',
    'intv',
    'io',
    'is_abstract',
    'is_deterministic',
    'is_partial',
    'is_pure_symbolic',
    'iter',
    'list',
    'load',
    'load_result',
    'lt',
    'manyof',
    'match_error',
    'materialize',
    'maybe_ref',
    'members',
    'mutfun',
    'ne',
    'nn',
    'notify_on_change',
    'object_utils',
    'one_of',
    'oneof',
    'open_jsonl',
    'patch',
    'patch_on_key',
    'patch_on_member',
    'patch_on_path',
    'patch_on_type',
    'patch_on_value',
    'patcher',
    'patching',
    'permutate',
    'poll_result',
    'print',
    'query',
    'random_dna',
    'random_sample',
    'register_code',
    'register_converter',
    'registered_types',
    'repr_format',
    'sample',
    'save',
    'scalars',
    'schema',
    'search',
    'search_space',
    'select',
    'set_load_handler',
    'set_origin_stacktrace_limit',
    'set_save_handler',
    'signature',
    'str_format',
    'sublist_of',
    'symbolic',
    'symbolize',
    'template',
    'testing',
    'timeit',
    'to_code',
    'to_json',
    'to_json_str',
    'track_origin',
    'traverse',
    'tuning',
    'typing',
    'use_init_args',
    'utils',
    'with_contextual_override',
    'wrap',
    'wrap_module',
]
