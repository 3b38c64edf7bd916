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

# What is loaded on first use: name -> (module, attribute or None for the module itself).
_LAZY: _Any = {
    'catch_errors': ('mutandis.base', 'catch_errors'),
    'match_error': ('mutandis.base', 'match_error'),
    'docstr': ('mutandis.base', 'docstr'),
    'DocStr': ('mutandis.base', 'DocStr'),
    'timeit': ('mutandis.base', 'timeit'),
    'ErrorInfo': ('mutandis.symbolic', 'ErrorInfo'),
    'colored': ('mutandis.base', 'colored'),
    'decolor': ('mutandis.base', 'decolor'),
    'ClassWrapper': ('mutandis.symbolic', 'ClassWrapper'),
    'Functor': ('mutandis.symbolic', 'Functor'),
    'apply_wrappers': ('mutandis.symbolic', 'apply_wrappers'),
    'boilerplate_class': ('mutandis.symbolic', 'boilerplate_class'),
    'compound': ('mutandis.symbolic', 'compound'),
    'compound_class': ('mutandis.symbolic', 'compound_class'),
    'from_json': ('mutandis.symbolic', 'from_json'),
    'from_json_str': ('mutandis.symbolic', 'from_json_str'),
    'functor': ('mutandis.symbolic', 'functor'),
    'functor_class': ('mutandis.symbolic', 'functor_class'),
    'get_load_handler': ('mutandis.symbolic', 'get_load_handler'),
    'get_save_handler': ('mutandis.symbolic', 'get_save_handler'),
    'load': ('mutandis.symbolic', 'load'),
    'open_jsonl': ('mutandis.symbolic', 'open_jsonl'),
    'save': ('mutandis.symbolic', 'save'),
    'set_load_handler': ('mutandis.symbolic', 'set_load_handler'),
    'set_save_handler': ('mutandis.symbolic', 'set_save_handler'),
    'symbolize': ('mutandis.symbolic', 'symbolize'),
    'to_json': ('mutandis.symbolic', 'to_json'),
    'to_json_str': ('mutandis.symbolic', 'to_json_str'),
    'wrap': ('mutandis.symbolic', 'wrap'),
    'wrap_module': ('mutandis.symbolic', 'wrap_module'),
    'Diff': ('mutandis.symbolic', 'Diff'),
    'diff': ('mutandis.symbolic', 'diff'),
    'signature': ('mutandis.typing', 'signature'),
    'schema': ('mutandis.typing', 'schema'),
    'ContextualObject': ('mutandis.symbolic', 'ContextualObject'),
    'contextual_attribute': ('mutandis.symbolic', 'contextual_attribute'),
    'contextual_override': ('mutandis.base', 'contextual_override'),
    'contextual_value': ('mutandis.base', 'contextual_value'),
    'with_contextual_override': ('mutandis.base', 'with_contextual_override'),
    'utils': ('mutandis.utils', None),
    'object_utils': ('mutandis.utils', None),
    'io': ('mutandis.base.files', None),
    'coding': ('mutandis.base.coding', None),
    'hyper': ('mutandis.hyper', None),
    'geno': ('mutandis.hyper.geno', None),
    'tuning': ('mutandis.tuning', None),
    'nn': ('mutandis.nn', None),
    'algorithms': ('mutandis.algorithms', None),
    'evolution': ('mutandis.algorithms.evolution', None),
    'scalars': ('mutandis.algorithms.scalars', None),
    'DNA': ('mutandis.hyper.geno', 'DNA'),
    'DNASpec': ('mutandis.hyper.geno', 'DNASpec'),
    'DNAGenerator': ('mutandis.hyper.geno', 'DNAGenerator'),
    'random_dna': ('mutandis.hyper.geno', 'random_dna'),
    'template': ('mutandis.hyper', 'template'),
    'oneof': ('mutandis.hyper', 'oneof'),
    'manyof': ('mutandis.hyper', 'manyof'),
    'permutate': ('mutandis.hyper', 'permutate'),
    'floatv': ('mutandis.hyper', 'floatv'),
    'evolve': ('mutandis.hyper', 'evolve'),
    'one_of': ('mutandis.hyper', 'one_of'),
    'sublist_of': ('mutandis.hyper', 'sublist_of'),
    'float_value': ('mutandis.hyper', 'float_value'),
    'search_space': ('mutandis.hyper', 'search_space'),
    'dna_spec': ('mutandis.hyper', 'dna_spec'),
    'materialize': ('mutandis.hyper', 'materialize'),
    'random_sample': ('mutandis.hyper', 'random_sample'),
    'iter': ('mutandis.hyper', 'iterate'),
    'sample': ('mutandis.tuning', 'sample'),
    'load_result': ('mutandis.tuning', 'load_result'),
    'poll_result': ('mutandis.tuning', 'poll_result'),
    'search': ('mutandis.tuning', 'search'),
}

if _TYPE_CHECKING:
    from mutandis import algorithms, hyper, nn, tuning, utils
    from mutandis import utils as object_utils
    from mutandis.algorithms import evolution, scalars
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
        dna_spec,
        evolve,
        float_value,
        floatv,
        geno,
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
        diff,
        from_json,
        from_json_str,
        functor,
        functor_class,
        get_load_handler,
        get_save_handler,
        load,
        open_jsonl,
        save,
        set_load_handler,
        set_save_handler,
        symbolize,
        to_json,
        to_json_str,
        wrap,
        wrap_module,
    )
    from mutandis.tuning import load_result, poll_result, sample, search
    from mutandis.typing import schema, signature


def __getattr__(name: str) -> _Any:
    target = _LAZY.get(name)
    if target is None:
        raise AttributeError(f"module 'mutandis' has no attribute {name!r}")
    module = _importlib.import_module(target[0])
    value = module if target[1] is None else getattr(module, target[1])
    globals()[name] = value
    return value


def __dir__() -> _Any:
    return sorted({*globals(), *_LAZY})


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


for _prefix in ('mutandis.hyper.', 'mutandis.geno.', 'hyper.', 'geno.', 'pyglove.generators.'):
    _load_for_json(_prefix, 'mutandis.hyper')
_load_for_json('mutandis.tuning.', 'mutandis.tuning')
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
    'colored',
    'compound',
    'compound_class',
    'contains',
    'contextual_attribute',
    'contextual_override',
    'contextual_value',
    'decolor',
    'dict',
    'diff',
    'dna_spec',
    'docstr',
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
    'hyper',
    'coding',
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
    'ne',
    'nn',
    'notify_on_change',
    'object_utils',
    'one_of',
    'oneof',
    'open_jsonl',
    'permutate',
    'poll_result',
    'print',
    'query',
    'random_dna',
    'random_sample',
    'register_converter',
    'registered_types',
    'repr_format',
    'sample',
    'save',
    'scalars',
    'schema',
    'search',
    'search_space',
    'set_load_handler',
    'set_origin_stacktrace_limit',
    'set_save_handler',
    'signature',
    'str_format',
    'sublist_of',
    'symbolic',
    'symbolize',
    'template',
    'timeit',
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
