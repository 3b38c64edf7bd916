"""Per-field plans: what is known about a field once, so that nothing is worked out per write.

A `Plan` is made from a value spec when a class (or a typed container) first needs it. It knows
the exact Python types that the field takes as they are, and does everything else by the general
rules of `mutandis.typing`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from mutandis import typing as T
from mutandis.base import LEAF_TYPES, KeyPath, MissingValue
from mutandis.symbolic.flags import SCOPES, is_type_check_enabled
from mutandis.symbolic.topology import (
    ALLOW_PARTIAL,
    MAYBE_PARTIAL,
    Node,
    dict_class,
    list_class,
    set_attribute,
    symbolize_value,
)
from mutandis.typing.converters import refusal_of
from mutandis.typing.value_spec import mismatch_start, short_repr

PathLike = Any  # None, a KeyPath, or a function without arguments that makes one.

_NO_TYPES: frozenset[type] = frozenset()
_EXACT: dict[type, frozenset[type]] = {
    T.Int: frozenset({int}),
    T.Float: frozenset({float}),
    T.Str: frozenset({str}),
    T.Bool: frozenset({bool}),
}


class Plan:
    """What a field accepts, compiled from its value spec.

    Attributes:
        spec: The value spec.
        exact: Types whose values are stored as they are: no check, no conversion, no adoption.
        primitive: The builtin type of a plain number, string or bool field.
        node_types: Classes of symbolic objects that are known to fit; learnt as values come in.
        element: Plan of the elements, for a list spec.
        min_size, max_size: Bounds of the number of elements, for a list spec.
        keys: Plans by constant key, for a dict spec with a schema.
        dynamic: (key spec, plan) of non-constant keys, for a dict spec with a schema.
        make_default: Makes the default value for one more instance; None without a default.
    """

    __slots__ = (
        'spec',
        'field',
        'exact',
        'primitive',
        'node_types',
        'element',
        'min_size',
        'max_size',
        'keys',
        'dynamic',
        'make_default',
        'takes_any',
        'builds_list',
        'builds_dict',
        'in_tuple',
        '_learns',
    )

    def __init__(self, spec: Any, field: Any = None) -> None:
        self.spec = spec
        self.field = field
        self.exact = exact_types(spec)
        self.node_types: set[type] = set()
        self.takes_any = type(spec) is T.Any and _is_plain(spec) and type(None) in self.exact
        self._learns = type(spec) is T.Object and _is_plain(spec)
        self.element: Plan | None = None
        self.keys: dict[str, Plan] | None = None
        self.dynamic: list[tuple[Any, Plan]] = []
        self.min_size = 0
        self.max_size: int | None = None
        if isinstance(spec, T.List):
            self.element = Plan(spec.element.value, spec.element)
            self.min_size, self.max_size = spec.min_size, spec.max_size
        elif isinstance(spec, T.Dict) and spec.schema is not None:
            self.keys = {}
            for key, sub_field in spec.schema.fields.items():
                plan = Plan(sub_field.value, sub_field)
                if key.is_const:
                    self.keys[str(key)] = plan
                else:
                    self.dynamic.append((key, plan))
        self.make_default = default_maker(spec)
        self.primitive: Any = None
        if self.exact and type(spec) in _EXACT:
            (self.primitive,) = _EXACT[type(spec)]
        self.builds_list = self.element is not None and _is_plain(spec)
        self.builds_dict = self.keys is not None and _is_plain(spec)
        self.in_tuple = _plans_in_tuple(spec)
        if self.in_tuple is not None and self.make_default is not None:
            make_plain = self.make_default
            self.make_default = lambda: self._with_nodes(make_plain(), True, None)

    def plan_of(self, key: Any) -> Plan | None:
        """Returns the plan of a key below this one, or None when the key is not allowed."""
        if self.element is not None:
            return self.element
        if self.keys is None:
            return None
        plan = self.keys.get(key)
        if plan is None:
            for key_spec, candidate in self.dynamic:
                if key_spec.match(key):
                    return candidate
        return plan

    def accept(self, value: Any, partial: bool, path: PathLike = None) -> Any:
        """Validates and converts a value for this field, without adopting it.

        Raises:
            TypeError, ValueError, KeyError: As `mutandis.typing` says, naming the path.
        """
        cls = value.__class__
        if cls in self.exact:
            return value
        if cls in self.node_types and (partial or not value._sym_flags & MAYBE_PARTIAL):
            return value
        return self._accept(value, partial, path)

    def refusal(self, value: Any) -> str | None:
        """Says why a value does not fit; None if it may fit, or if it takes more to know that."""
        wanted = self.primitive
        kind = value.__class__
        if wanted is None or kind not in LEAF_TYPES or value is None or isinstance(value, wanted):
            return None
        start = refusal_of(kind, wanted, mismatch_start)
        return None if start is None else start + short_repr(value)

    def _accept(self, value: Any, partial: bool, path: PathLike) -> Any:
        if isinstance(value, MissingValue):
            return self.default_or_missing(partial, path)
        if SCOPES.active and not is_type_check_enabled():
            return symbolize_value(value, path)
        spec = self.spec
        if value.__class__ is list and self.builds_list:
            return list_class()._sym_make_typed(value, self, partial, path)
        if value.__class__ is dict and self.builds_dict:
            return dict_class()._sym_make_typed(value, self, partial, path)
        value = symbolize_value(value, path)
        if self.takes_any and not isinstance(value, T.CustomTyping):
            return value
        if self.in_tuple is not None:
            value = self._with_nodes(value, partial, path)
        result = spec.apply(value, allow_partial=partial, root_path=path)
        cls = result.__class__
        if cls is dict or cls is list:
            # A transform or a converter made a plain container.
            result = self._accept_container(result, partial, path)
        elif self._learns and isinstance(result, Node) and result is value:
            if not isinstance(result, T.CustomTyping) and spec.type_resolved:
                self.node_types.add(cls)
        return result

    def _with_nodes(self, value: Any, partial: bool, path: PathLike) -> Any:
        """Returns a tuple whose lists and dicts are nodes, bound to their specs but parentless."""
        assert self.in_tuple is not None
        fixed, plans = self.in_tuple
        if value.__class__ is not tuple or (fixed and len(value) != len(plans)):
            return value
        items = list(value)
        for i, item in enumerate(value):
            plan = plans[i if fixed else 0]
            if item.__class__ in (list, dict, tuple) and plan.makes_nodes:
                below = join_path(path, i)
                items[i] = node = plan.accept(item, partial, below)
                if isinstance(node, Node):
                    set_attribute(node, '_sym_root_path', below())
        return value if all(map(operator.is_, items, value)) else tuple(items)

    @property
    def makes_nodes(self) -> bool:
        """Whether a plain list, dict or tuple turns into, or comes to hold, nodes."""
        spec = self.spec
        return (
            self.in_tuple is not None
            or list_spec_of(spec) is not None
            or dict_spec_of(spec) is not None
        )

    def _accept_container(self, value: Any, partial: bool, path: PathLike) -> Any:
        node = symbolize_value(value)
        spec = self.spec.skip_user_transform
        return spec.apply(node, allow_partial=partial, root_path=path)

    def default_or_missing(self, partial: bool, path: PathLike = None) -> Any:
        """Returns one more copy of the default, or a typed missing value.

        Raises:
            ValueError: There is no default and missing values are not accepted.
        """
        if self.make_default is not None:
            value = self.make_default()
            if self.keys is not None and not self.spec.frozen:
                return self.spec.apply(value, allow_partial=partial, root_path=path)
            if partial and self.builds_list and value is not None:
                value._sym_set_flag(ALLOW_PARTIAL, True)
            return value
        if partial:
            return T.MissingValue(self.spec)
        return self.spec.apply(MissingValue(), allow_partial=False, root_path=path)


def _plans_in_tuple(spec: Any) -> tuple[bool, list[Plan]] | None:
    """Returns whether a tuple has a fixed length, and the plans of its elements.

    None unless there are specs of lists or dicts among them.
    """
    if isinstance(spec, T.Union):
        tuples = [c for c in spec.candidates if isinstance(c, T.Tuple)]
        return _plans_in_tuple(tuples[0]) if len(tuples) == 1 else None
    if not isinstance(spec, T.Tuple) or not _is_plain(spec):
        return None
    plans = [Plan(field.value, field) for field in spec.elements]
    return (spec.fixed_length, plans) if any(plan.makes_nodes for plan in plans) else None


def _is_plain(spec: Any) -> bool:
    return spec.transform is None and not spec.frozen


def _takes_none(spec: Any) -> bool:
    try:
        spec.apply(None)
    except ValueError:
        return False
    return True


def exact_types(spec: Any) -> frozenset[type]:
    """Returns the types whose values `spec` takes unchecked, empty when there is a condition."""
    if not _is_plain(spec):
        return _NO_TYPES
    cls = type(spec)
    types: frozenset[type]
    if cls is T.Any:
        return LEAF_TYPES if _takes_none(spec) else LEAF_TYPES - {type(None)}
    if cls is T.Union:
        if any(type(c) not in _EXACT or not exact_types(c) for c in spec.candidates):
            return _NO_TYPES
        types = frozenset().union(*(exact_types(c) for c in spec.candidates))
    elif cls in _EXACT:
        if getattr(spec, 'min_value', None) is not None:
            return _NO_TYPES
        if getattr(spec, 'max_value', None) is not None:
            return _NO_TYPES
        if getattr(spec, 'regex', None) is not None:
            return _NO_TYPES
        types = _EXACT[cls]
    elif cls is T.Enum:
        return _NO_TYPES
    else:
        return frozenset({type(None)}) if spec.is_noneable else _NO_TYPES
    return types | {type(None)} if spec.is_noneable else types


def default_maker(spec: Any) -> Callable[[], Any] | None:
    """Returns a function that makes the default for one more instance, None without a default."""
    default = spec.default
    if isinstance(default, MissingValue):
        return None
    if default.__class__ in LEAF_TYPES:
        return lambda: default
    if isinstance(default, list) and not spec.frozen and list_spec_of(spec) is not None:
        return _list_maker(spec, default)
    if isinstance(default, (dict, list)) and not isinstance(default, Node):
        return lambda: symbolize_value(default)
    if isinstance(default, Node):
        return lambda: default.sym_clone(deep=True)
    import types

    shared = (type, types.FunctionType, types.BuiltinFunctionType)
    if isinstance(default, shared) or type(default) is object:  # A bare `object()` is a sentinel.
        return lambda: default

    def make() -> Any:
        import copy

        try:
            return copy.deepcopy(default)
        except Exception:  # Locks, modules and the like cannot be copied: share them.
            return default

    return make


def _list_maker(spec: Any, default: Any) -> Callable[[], Any]:
    """Returns a function that makes a copy of a default list, bound to its spec."""
    made: list[Any] = []

    def make() -> Any:
        if not made:
            node = symbolize_value(default).sym_clone(deep=True)
            bound = spec.skip_user_transform
            try:
                made.append(bound.apply(node))
            except ValueError:  # Values are missing in it.
                made.append(bound.apply(node, True))
        return made[0].sym_clone(deep=True)

    return make


def join_path(path: PathLike, key: Any) -> Callable[[], KeyPath]:
    """Returns a function that makes `path` + `key`, when somebody asks for it."""

    def make() -> KeyPath:
        base = path() if callable(path) else path
        keys = base._keys if base is not None else ()
        return KeyPath._of(keys + (key,))

    return make


def resolve_path(path: PathLike) -> KeyPath:
    """Makes the KeyPath that a path-like stands for."""
    result = path() if callable(path) else path
    return KeyPath() if result is None else result


def list_spec_of(spec: Any) -> Any:
    """Returns the list spec that `spec` has for a list value, or None."""
    if isinstance(spec, T.List):
        return spec
    if isinstance(spec, T.Union):
        for candidate in spec.candidates:
            if isinstance(candidate, T.Any):
                return None  # It takes the value before a later candidate sees it.
            found = list_spec_of(candidate)
            if found is not None:
                return found
    return None


def dict_spec_of(spec: Any) -> Any:
    """Returns the dict spec that `spec` has for a dict value, or None."""
    if isinstance(spec, T.Dict):
        return spec
    if isinstance(spec, T.Union):
        for candidate in spec.candidates:
            if isinstance(candidate, T.Any):
                return None  # It takes the value before a later candidate sees it.
            found = dict_spec_of(candidate)
            if found is not None:
                return found
    return None


def can_be_fitted(spec: Any) -> bool:
    """Whether a field binds the free containers that are put into it to a spec."""
    listed, mapped = list_spec_of(spec), dict_spec_of(spec)
    return listed is not None or (mapped is not None and mapped.schema is not None)


def plan_for(spec: Any) -> Plan:
    """Returns the plan of a value spec, made once for each spec object."""
    plan: Plan | None = getattr(spec, '_sym_plan', None)
    if plan is None or plan.spec is not spec:
        plan = Plan(spec)
        spec._sym_plan = plan
    return plan
