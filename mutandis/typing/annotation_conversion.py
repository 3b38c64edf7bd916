"""Python annotations to value specs: what `x: list[int] | None` means for validation.

`spec_from_annotation` is the one entry. Its cases are tried from the cheapest to the rarest: specs,
builtin types, forms of `typing`, classes, and last sample values.
"""

import builtins
import collections.abc
import contextlib
import sys
import types
import typing

from mutandis.base import MISSING_VALUE, FunctorInterface
from mutandis.typing import late_binding
from mutandis.typing.annotated import Annotated
from mutandis.typing.annotation_text import annotation_from_expression, annotation_from_str
from mutandis.typing.any_spec import Any
from mutandis.typing.callables import Callable
from mutandis.typing.containers import List, Tuple
from mutandis.typing.dict_spec import Dict
from mutandis.typing.enum_spec import Enum
from mutandis.typing.forward_ref import ForwardRef, caller_module
from mutandis.typing.objects import Object, Type
from mutandis.typing.primitives import Bool, Float, Int, Str
from mutandis.typing.scopes import ClassScope, Scope, lookup_inside, module_of
from mutandis.typing.union import Union
from mutandis.typing.value_spec import FROZEN_PLACEHOLDER, ValueSpec

# Forms that say something about the place of a value, not about the value.
# By name, as `typing_extensions` has them for older Pythons.
_QUALIFIERS = frozenset({'ClassVar', 'Required', 'NotRequired', 'ReadOnly'})

_PRIMITIVES: dict[typing.Any, typing.Callable[..., ValueSpec]] = {
    bool: Bool,
    int: Int,
    float: Float,
    str: Str,
}

_NONE_TYPE = type(None)
_UNION_ORIGINS = (typing.Union, getattr(types, 'UnionType', typing.Union))
_UNION_CLASSES = tuple({type(typing.Union[int, str]), type(int | str)})  # noqa: UP007
# The specs of unions of builtin types, to be copied.
_common_unions: dict[typing.Any, ValueSpec] = {}
_SEQUENCES = (collections.abc.Sequence, collections.abc.MutableSequence)
_MAPPINGS = (dict, collections.abc.Mapping, collections.abc.MutableMapping)

# What an expression may give, and no annotation is.
_NO_ANNOTATIONS = (int, float, complex, bytes, tuple, list, dict, set, types.FunctionType)

# Entries of `Annotated` that are neither description, dict nor spec are kept under this key.
ANNOTATIONS_KEY = 'annotations'


def spec_from_annotation(
    annotation: typing.Any,
    auto_typing: bool = False,
    accept_value_as_annotation: bool = False,
    parent_module: Scope = None,
) -> ValueSpec:
    """Returns the spec of an annotation (see `ValueSpec.from_annotation`)."""
    if isinstance(annotation, ValueSpec):
        return annotation
    if auto_typing:
        primitive = _PRIMITIVES.get(annotation) if isinstance(annotation, type) else None
        if primitive is not None:
            return primitive()
    if isinstance(annotation, Annotated):
        return annotation.value_spec
    if annotation is None:
        if accept_value_as_annotation:
            return Any().noneable()
        return _none_spec()
    if _is_empty_parameter(annotation):
        return Any()
    if not auto_typing:
        spec = _from_sample(annotation) if accept_value_as_annotation else None
        return Any().annotate(annotation) if spec is None else spec
    if isinstance(annotation, str):
        if accept_value_as_annotation:
            return Str(annotation)
        return spec_from_annotation(
            parse_annotation(annotation, parent_module), True, parent_module=parent_module
        )
    spec = _from_type(annotation, parent_module)
    if spec is None and accept_value_as_annotation:
        spec = _from_sample(annotation)
    if spec is None:
        raise TypeError(
            f'Cannot convert {annotation!r} to a value spec. Use a type, a form of `typing`, or a '
            'spec such as `mutandis.typing.Int()`.'
        )
    return spec


def unwrap_annotated(
    annotation: typing.Any,
    auto_typing: bool = True,
    parent_module: Scope = None,
) -> tuple[ValueSpec, str | None, dict[str, typing.Any]]:
    """Returns spec, description and metadata of the annotation of a field.

    Args:
      annotation: Any annotation; of `Annotated` the first str is the description, dicts are merged
        into the metadata, a spec refines the type, and everything else is kept in the metadata
        under `ANNOTATIONS_KEY`.
      auto_typing: If False, the spec is `Any`, which shows the annotation.
      parent_module: Module in which names in text annotations are looked up.

    Returns:
      Spec, description (None if there is none) and metadata.
    """
    if auto_typing:
        spec = _common_spec(annotation)
        if spec is not None:
            return spec, None, {}
    if isinstance(annotation, str):
        annotation = parse_annotation(annotation, parent_module)
    if isinstance(annotation, Annotated):
        return annotation.value_spec.copy(), annotation.docstring, dict(annotation.metadata)
    if isinstance(annotation, ValueSpec):
        # A copy: the field may get a default, which is not that of others with the same spec.
        return annotation.copy(), None, {}
    if isinstance(annotation, typing.TypeVar) and isinstance(parent_module, ClassScope):
        if annotation.__bound__ is None and not annotation.__constraints__:
            raise TypeError(
                f'The type variable {annotation!r} says nothing about the values of a field. Give '
                'it a bound, or write `Any`.'
            )
    origin = _origin(annotation)
    if origin is typing.Annotated:
        return _unwrap_typing_annotated(annotation, auto_typing, parent_module)
    spec = spec_from_annotation(annotation, auto_typing, parent_module=parent_module)
    if origin in _UNION_ORIGINS:
        # `Optional[Annotated[int, 'doc']]` describes the field, too.
        rest = [a for a in typing.get_args(annotation) if a is not _NONE_TYPE]
        if len(rest) == 1 and (
            _origin(rest[0]) is typing.Annotated or isinstance(rest[0], Annotated)
        ):
            return (spec, *unwrap_annotated(rest[0], auto_typing, parent_module)[1:])
    return spec, None, {}


def _common_spec(annotation: typing.Any) -> ValueSpec | None:
    """A new spec for a builtin type, or a union of such; None for all other annotations.

    Most fields have such annotations, and this is several times as fast as the general way.
    """
    kind = annotation.__class__
    if kind is type:
        make = _PRIMITIVES.get(annotation)
        return None if make is None else make()
    if kind not in _UNION_CLASSES:
        return None
    try:
        spec = _common_unions.get(annotation)
    except TypeError:  # A spec is one of its members, and has no hash.
        return None
    if spec is None:
        args = typing.get_args(annotation)
        if not all(arg is _NONE_TYPE or arg in _PRIMITIVES for arg in args):
            return None
        spec = _common_unions[annotation] = spec_from_annotation(annotation, True)
    return spec.copy()


def _unwrap_typing_annotated(
    annotation: typing.Any,
    auto_typing: bool,
    parent_module: Scope,
) -> tuple[ValueSpec, str | None, dict[str, typing.Any]]:
    inner, *items = typing.get_args(annotation)
    spec, docstring, metadata = unwrap_annotated(inner, auto_typing, parent_module)
    own_docstring: str | None = None
    others = []
    for item in items:
        if isinstance(item, str) and own_docstring is None:
            own_docstring = item
        elif isinstance(item, dict):
            metadata.update(item)
        elif isinstance(item, ValueSpec):
            spec = item.copy().extend(spec)
        else:
            others.append(item)
    if others:
        metadata[ANNOTATIONS_KEY] = [*metadata.get(ANNOTATIONS_KEY, ()), *others]
    return spec, docstring if own_docstring is None else own_docstring, metadata


def parse_annotation(text: str, parent_module: Scope) -> typing.Any:
    """Annotation object of a text: a real expression if the small grammar does not suffice."""
    try:
        return annotation_from_str(text, parent_module)
    except SyntaxError:
        if parent_module is None:
            raise
        with contextlib.suppress(Exception):
            value = annotation_from_expression(text, parent_module)
            if not isinstance(value, _NO_ANNOTATIONS):
                return value
        raise


def _is_empty_parameter(annotation: typing.Any) -> bool:
    # `inspect` is not imported for this: without it nobody can have its marker.
    inspect = sys.modules.get('inspect')
    return inspect is not None and annotation is inspect.Parameter.empty


def _none_spec() -> ValueSpec:
    # `Object(NoneType)` accepts exactly None.
    return Object(_NONE_TYPE)


def _origin(annotation: typing.Any) -> typing.Any:
    """Origin of a subscripted form or union, None for anything else (`get_origin`, but faster)."""
    kind = type(annotation)
    if kind is types.GenericAlias:
        return annotation.__origin__
    if kind is type:
        return None
    return typing.get_origin(annotation)


def _from_type(annotation: typing.Any, parent_module: Scope) -> ValueSpec | None:
    origin = _origin(annotation)
    if origin is None:
        return _from_plain_type(annotation, parent_module)
    args = typing.get_args(annotation)

    def convert(arg: typing.Any) -> ValueSpec:
        return spec_from_annotation(arg, True, parent_module=parent_module)

    if origin in _UNION_ORIGINS:
        return _from_union(args, convert)
    if origin is list:
        return List(convert(args[0]) if args else Any())
    if origin is tuple:
        return _from_tuple(annotation, args, convert)
    if origin in _SEQUENCES:
        return _sequence(convert(args[0]) if args else Any())
    if origin in _MAPPINGS:
        return _from_mapping(args, convert)
    if origin is typing.Literal:
        return Enum(MISSING_VALUE, list(args))
    if origin is collections.abc.Callable:
        return _from_callable(args, convert)
    if origin is type:
        return Type(_type_argument(args[0], parent_module) if args else typing.Any)
    if origin is typing.Final:
        spec = convert(args[0])
        spec._default = FROZEN_PLACEHOLDER
        spec._frozen = True
        spec._refresh()
        return spec
    if origin is typing.Annotated:
        return unwrap_annotated(annotation, True, parent_module)[0]
    if isinstance(origin, type):
        return _from_class(origin) if hasattr(origin, '__required_keys__') else Object(annotation)
    if type(origin).__name__ == 'TypeAliasType':
        return convert(_alias_value(origin, args))
    return convert(args[0]) if getattr(origin, '_name', None) in _QUALIFIERS else None


def _alias_value(alias: typing.Any, args: tuple[typing.Any, ...]) -> typing.Any:
    """What a generic alias (`type Maybe[X] = X | None`) stands for with type arguments."""
    value = alias.__value__
    given = dict(zip(alias.__type_params__, args, strict=False))
    if isinstance(value, typing.TypeVar):
        return given.get(value, value)
    inner = getattr(value, '__parameters__', ())
    return value[tuple(given.get(p, p) for p in inner)] if inner else value


def _from_plain_type(annotation: typing.Any, parent_module: Scope) -> ValueSpec | None:
    if annotation is typing.Any or annotation is Any:
        return Any().annotate(annotation)
    if isinstance(annotation, type):
        return _from_class(annotation)
    if annotation is typing.Final:
        return _infer_frozen()
    if isinstance(annotation, ForwardRef):
        return Object(annotation)
    if isinstance(annotation, typing.ForwardRef):
        return _from_reference(annotation, parent_module)
    if isinstance(annotation, typing.NewType):
        return spec_from_annotation(annotation.__supertype__, True, parent_module=parent_module)
    if isinstance(annotation, typing.TypeVar):
        return _from_type_variable(annotation, parent_module)
    if type(annotation).__name__ == 'TypeAliasType':  # Of `typing` (3.12) or `typing_extensions`.
        return spec_from_annotation(annotation.__value__, True, parent_module=parent_module)
    form = getattr(annotation, '_name', None)
    if form == 'Self' and isinstance(parent_module, ClassScope):
        return Object(parent_module.owner)
    return Str() if form == 'LiteralString' else None


def _from_reference(reference: typing.ForwardRef, parent_module: Scope) -> ValueSpec:
    """The spec of a text in an annotation: `Optional['Node']`, `Optional['list[Node]']`."""
    name = reference.__forward_arg__
    if not name.replace('.', '').isidentifier() or hasattr(builtins, name):
        annotation = parse_annotation(name, parent_module)
        return spec_from_annotation(annotation, True, parent_module=parent_module)
    local = lookup_inside(name, parent_module)
    if isinstance(local, type):
        return Object(local)
    module = getattr(reference, '__forward_module__', None) or module_of(parent_module)
    if isinstance(module, str):
        module = sys.modules.get(module)
    return Object(ForwardRef(module or caller_module(), name))


def _from_type_variable(variable: typing.TypeVar, parent_module: Scope) -> ValueSpec:
    """The bound or the alternatives of a type variable; without them any value goes."""
    alternatives = variable.__constraints__ or (variable.__bound__,)
    if alternatives == (None,):
        return Any().annotate(variable)
    specs = [spec_from_annotation(t, True, parent_module=parent_module) for t in alternatives]
    return specs[0] if len(specs) == 1 else Union(specs)


def _from_class(cls: typing.Any) -> ValueSpec:
    special = _CLASSES.get(cls)
    if special is not None:
        return special()
    if cls is object:
        return Any().annotate(object)
    if issubclass(cls, dict) and hasattr(cls, '__required_keys__'):
        from mutandis.typing.typed_dicts import spec_of_typed_dict

        return spec_of_typed_dict(cls)
    return Object(cls)


def _from_union(
    args: tuple[typing.Any, ...], convert: typing.Callable[[typing.Any], ValueSpec]
) -> ValueSpec:
    rest = [a for a in args if a is not None and a is not _NONE_TYPE]
    if len(rest) == 1:
        spec = convert(rest[0])
        if isinstance(spec, Any):
            return spec
    else:
        spec = Union([convert(a) for a in rest])
    if len(rest) < len(args):
        # A copy: the spec may be the one that an `Annotated` holds.
        spec = spec.copy().noneable(use_none_as_default=False)
    return spec


def _from_tuple(
    annotation: typing.Any,
    args: tuple[typing.Any, ...],
    convert: typing.Callable[[typing.Any], ValueSpec],
) -> ValueSpec:
    if not args:
        return Tuple(Any())
    if args[-1] is ...:
        if len(args) != 2:
            raise TypeError(
                f'A tuple with an ellipsis takes exactly two type arguments, got {annotation!r}.'
            )
        return Tuple(convert(args[0]))
    return Tuple([convert(a) for a in args])


def _from_mapping(
    args: tuple[typing.Any, ...], convert: typing.Callable[[typing.Any], ValueSpec]
) -> ValueSpec:
    if not args:
        return Dict()
    if args[0] is not str:
        raise TypeError(
            f'Dict fields need keys of type str, got dict[{args[0]!r}, ...]. Use `dict` for other '
            'keys.'
        )
    return Dict(convert(args[1]))


def _from_callable(
    args: tuple[typing.Any, ...], convert: typing.Callable[[typing.Any], ValueSpec]
) -> ValueSpec:
    if not args:
        return Callable()
    parameters, returns = args[0], args[-1]
    specs = [convert(p) for p in parameters] if isinstance(parameters, list) else []
    return Callable(specs, returns=convert(returns))


def _type_argument(arg: typing.Any, parent_module: Scope) -> typing.Any:
    """What `Type` takes for the argument of `type[...]`."""
    if isinstance(arg, str):
        arg = typing.ForwardRef(arg)
    if isinstance(arg, type) or arg is typing.Any or _origin(arg) is not None:
        return arg
    spec = _from_plain_type(arg, parent_module)
    if isinstance(spec, Object):
        return spec.forward_ref or spec.cls
    if isinstance(spec, Any):
        return typing.Any
    # Of a type variable, a `NewType`, or a text that is more than a name.
    return arg if spec is None else spec.annotation


def _sequence(element: ValueSpec) -> ValueSpec:
    return Union([List(element), Tuple(element.copy())])


def _infer_frozen() -> ValueSpec:
    spec = Any()
    spec._default = FROZEN_PLACEHOLDER
    spec._frozen = True
    return spec


_CLASSES: dict[typing.Any, typing.Callable[[], ValueSpec]] = {
    list: lambda: List(Any()),
    tuple: lambda: Tuple(Any()),
    collections.abc.Sequence: lambda: _sequence(Any()),
    collections.abc.MutableSequence: lambda: _sequence(Any()),
    dict: lambda: Dict(),
    collections.abc.Mapping: lambda: Dict(),
    collections.abc.MutableMapping: lambda: Dict(),
    collections.abc.Callable: lambda: Callable(),
    type: lambda: Type(typing.Any),
}


def _from_sample(value: typing.Any) -> ValueSpec | None:
    """Spec of the type of a sample value, which becomes the default; None if it is no sample."""
    make = _PRIMITIVES.get(type(value))
    if make is not None:
        return make(value)
    if isinstance(value, FunctorInterface) or isinstance(
        value, (types.FunctionType, types.MethodType, types.BuiltinFunctionType)
    ):
        return Callable(default=value)
    if isinstance(value, type) or typing.get_origin(value) is not None:
        return None
    if type(value) is dict:
        return Dict(default=value)
    if isinstance(value, list):
        element = _from_sample(value[0]) if value else None
        if element is not None:
            element.set_default(MISSING_VALUE)
        return List(Any() if element is None else element, default=value)
    if type(value) is tuple:
        specs = [_from_sample(v) or Any() for v in value]
        for spec in specs:
            spec.set_default(MISSING_VALUE)
        return Tuple(specs, default=value) if specs else Tuple(Any(), default=value)
    if type(value).__module__ == 'typing':  # `Final`, a `NewType`, a `TypeVar`.
        return None
    return Object(type(value), default=value)


late_binding.spec_from_annotation = spec_from_annotation
late_binding.unwrap_annotated = unwrap_annotated
