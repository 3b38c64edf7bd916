"""The public face: what `import mutandis` promises, and what it must not cost."""

import subprocess
import sys

import pytest

import mutandis as mt

# Where users look for what; the spec says so name by name.
PLACES = {
    'mutandis': """
        Symbolic Object Dict List Ref dict list utils object_utils typing symbolic io
        FieldUpdate Inferential Inferentiable InferredValue Insertion MISSING_VALUE Origin
        PureSymbolic
        TraverseAction WritePermissionError
        members use_init_args explicit_method_override
        clone contains eq ne lt gt hash query traverse diff Diff maybe_ref
        is_abstract is_deterministic is_partial is_pure_symbolic
        format print str_format repr_format Formattable MaybePartial KeyPath KeyPathSet
        JSONConvertible registered_types to_json to_json_str from_json from_json_str
        load save open_jsonl get_load_handler get_save_handler set_load_handler set_save_handler
        allow_empty_field_description allow_partial allow_repeated_class_registration
        allow_writable_accessors as_sealed auto_call_functors enable_type_check notify_on_change
        set_origin_stacktrace_limit track_origin
        compound compound_class boilerplate_class contextual_override contextual_value
        with_contextual_override ContextualObject contextual_attribute
        Functor functor functor_class ClassWrapper wrap wrap_module apply_wrappers symbolize
        KeySpec ValueSpec Field Schema CustomTyping get_converter register_converter
        signature schema
        DocStr ErrorInfo catch_errors colored decolor docstr match_error timeit
        DNA DNASpec DNAGenerator random_dna template oneof manyof permutate floatv intv evolve
        one_of sublist_of float_value search_space dna_spec materialize random_sample iter constrain
        sample poll_result search geno hyper tuning evolution early_stopping algorithms testing
    """,
    'mutandis.symbolic': """
        Symbolic Object ObjectMeta Dict List Ref FieldUpdate TopologyAware Inferential InferredValue
        ValueFromParentChain DescendantQueryOption TraverseAction WritePermissionError Origin
        Insertion
        ContextualObject contextual_attribute compound compound_class boilerplate_class hash
        UnknownTypedObject UnknownType UnknownFunction UnknownMethod
        PureSymbolic NonDeterministic Functor ClassWrapper Diff
        traverse query contains eq ne lt gt sym_hash clone diff deref maybe_ref mark_as_insertion
        is_deterministic is_pure_symbolic is_abstract get_rebind_dict members use_init_args
        from_json from_json_str to_json to_json_str load save open_jsonl
        default_load_handler default_save_handler
        functor functor_class as_functor wrap wrap_module apply_wrappers symbolize
        allow_empty_field_description allow_partial allow_repeated_class_registration
        allow_writable_accessors as_sealed auto_call_functors enable_type_check notify_on_change
        set_origin_stacktrace_limit track_origin get_origin_stacktrace_limit
        is_change_notification_enabled is_empty_field_description_allowed
        is_repeated_class_registration_allowed is_tracking_origin is_type_check_enabled
        is_under_accessor_writable_scope is_under_partial_scope is_under_sealed_scope
        should_call_functors_during_init
    """,
    'mutandis.typing': """
        MISSING_VALUE MissingValue KeySpec ValueSpec Field FieldKeyDef FieldValueDef FieldDef Schema
        create_field create_schema ForwardRef ConstStrKey NonConstKey StrKey ListKey TupleKey
        PrimitiveType Bool Str Number Int Float Enum List Tuple Dict Object Callable Functor Type
        Union Any GenericMeta Generic GenericTypeAlias Sequence Optional ensure_value_spec Annotated
        annotation_from_str register_converter get_converter get_json_value_converter is_subclass
        is_instance is_generic has_generic_bases get_type get_type_args get_outer_class callable_eq
        CustomTyping Argument CallableType Signature signature schema get_signature PresetArgValue
        to_json_schema enable_preset_args preset_args CallableWithOptionalKeywordArgs Decorator
    """,
    'mutandis.utils': """
        KeyPath KeyPathSet StrKey message_on_path MISSING_VALUE MissingValue MaybePartial Functor
        traverse transform flatten canonicalize merge merge_tree try_listify_dict_with_int_keys
        is_partial Formattable format printv formatting kvlist_str quote_if_str comma_delimited_str
        auto_plural camel_to_snake maybe_markdown_quote BracketType bracket_chars RawText
        str_format repr_format
        JSONConvertible JSONConversionContext to_json to_json_str from_json from_json_str
        enable_opaque_pickle explicit_method_override ensure_explicit_method_override
        catch_errors match_error ErrorInfo TimeIt timeit colored decolor colored_block
        docstr DocStr DocStrStyle DocStrArgument DocStrReturns DocStrRaises DocStrExample
        DocStrEntry
        contextual_override contextual_value get_contextual_override all_contextual_values
        with_contextual_override ContextualOverride print
        thread_local_set thread_local_get thread_local_has thread_local_del thread_local_increment
        thread_local_decrement thread_local_push thread_local_peek thread_local_pop
        thread_local_value_scope thread_local_arg_scope thread_local_kwargs
    """,
    'mutandis.geno': """
        AttributeDict DNASpec DecisionPoint DNA ConditionalKey Space constant space
        Choices oneof manyof IntRange intv Float floatv float_scale_spec CustomDecisionPoint custom
        DNAGenerator dna_generator Random random_dna random Sweeping Deduping
    """,
    'mutandis.hyper': """
        HyperValue HyperPrimitive Choices OneOf ManyOf oneof manyof permutate Float floatv Int intv
        CustomHyper Evolvable MutationType MutationPoint evolve
        ObjectTemplate template dna_spec materialize DerivedValue ValueReference reference
        dynamic_evaluate DynamicEvaluationContext trace iterate random_sample
        ChoiceList ChoiceValue Template one_of sublist_of float_value search_space
        constrain Constrained
    """,
    'mutandis.tuning': """
        sample Measurement Trial Result Feedback RaceConditionError EarlyStoppingPolicy
        Backend add_backend available_backends default_backend set_default_backend poll_result
        search SearchResult load_result Infeasible
    """,
    'mutandis.early_stopping': """
        EarlyStopingPolicyBase EarlyStoppingPolicyBase And Or Not
        StepWise early_stop_by_value early_stop_by_rank
    """,
    'mutandis.testing': """
        algorithm_suite placeholder_suite spec_suite AlgorithmLaws PlaceholderLaws SpecLaws
        search_spaces
    """,
    'mutandis.io': """
        open readfile writefile path_exists listdir isdir mkdir mkdirs rm rmdir rmdirs chmod
        glob rename copy getctime getmtime add_file_system FileSystem File StdFileSystem
        MemoryFileSystem open_sequence add_sequence_io Sequence
    """,
}


def fresh(code: str) -> str:
    """Runs code in a fresh interpreter and returns what it prints."""
    result = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_every_public_name_is_there():
    assert len(set(mt.__all__)) == len(mt.__all__)
    optional = {'nn'}  # Needs the extra `torch`.
    for name in set(mt.__all__) - optional:
        assert getattr(mt, name) is not None or name == 'MISSING_VALUE', name


@pytest.mark.parametrize('place', PLACES)
def test_names_are_where_users_look_for_them(place):
    area = mt
    for part in place.split('.')[1:]:
        area = getattr(area, part)
    missing = [name for name in PLACES[place].split() if not hasattr(area, name)]
    assert missing == []


def test_dir_lists_names_that_are_not_loaded_yet():
    code = f"""
import functools, mutandis
for place, names in {PLACES!r}.items():
    area = functools.reduce(getattr, place.split('.')[1:], mutandis)
    print(place, sorted(set(names.split()) - set(dir(area))))"""
    assert fresh(code).splitlines() == [f'{place} []' for place in PLACES]


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match='no_such_name'):
        mt.no_such_name  # noqa: B018


def test_import_loads_no_heavy_library():
    heavy = ['numpy', 'torch', 'inspect', 'dataclasses', 'asyncio', 'rich', 'docstring_parser']
    code = f'import sys, mutandis; print([m for m in {heavy!r} if m in sys.modules])'
    assert fresh(code).strip() == '[]'


def test_a_fresh_process_reads_json_of_areas_that_are_not_loaded():
    text = mt.to_json_str(mt.Dict(x=mt.oneof([1, 2]), dna=mt.DNA([0, 1])))
    code = f'import mutandis as mt; print(repr(mt.from_json_str({text!r}).dna))'
    assert fresh(code).strip() == 'DNA([0, 1])'


def test_short_names_of_the_reference():
    assert mt.dict is mt.Dict
    assert mt.list is mt.List
    assert mt.object_utils is mt.utils
    assert mt.Inferentiable is mt.symbolic.Inferential
    assert mt.hash(mt.Dict(x=1)) == hash(mt.Dict(x=1))
