"""Nodes of a tree as calls of their classes, with what goes without saying left out."""

from __future__ import annotations

from typing import Any

from mutandis.base import MissingValue
from mutandis.symbolic.class_compiler import compile_class
from mutandis.symbolic.dict_node import Dict
from mutandis.symbolic.formatting import frozen_keys, goes_without_saying, is_default, written_pairs
from mutandis.symbolic.functors import Functor
from mutandis.symbolic.list_node import List
from mutandis.symbolic.ref import Ref
from mutandis.symbolic.sharing import Shared
from mutandis.symbolic.source.calls import Call
from mutandis.symbolic.source.names import Names, is_name
from mutandis.symbolic.source.plain_values import Form, KeyBefore, Literal, plain_form
from mutandis.symbolic.topology import MAYBE_PARTIAL, Node

# What the constructors of nodes take besides the fields.
_OPTIONS = frozenset(
    ['allow_partial', 'sealed', 'root_path', 'explicit_init', 'override_args', 'ignore_extra_args']
)
_OPTIONS_OF_DICT = frozenset(
    ['dict_obj', 'value_spec', 'onchange_callback', 'accessor_writable', 'self', *_OPTIONS]
)


def node_form(
    node: Any, in_tree: bool, names: Names, defaults: bool, is_argument: bool = False
) -> Form:
    """How a node is written.

    Args:
        node: The node.
        in_tree: Whether what holds it makes plain lists and dicts symbolic.
        names: The names of the code.
        defaults: Whether arguments are written that equal their defaults.
        is_argument: Whether it is an argument of a function that makes a node.

    Raises:
        ValueError: Its class cannot be called so that an equal node is made.
    """
    if isinstance(node, Shared):
        raise ValueError(
            f'this place shares the {type(node.value).__name__} of another place of the tree, as a '
            f'constructor has arranged it. Write the object whose constructor that is.'
        )
    if isinstance(node, Ref):
        return Literal(f'{names.refer(Ref)}(', [(None, '', node.value)], ')', True)
    if isinstance(node, dict):
        return _dict_form(node, in_tree and not is_argument, names)
    if isinstance(node, list):
        items = [(i, '', item) for i, item in enumerate(list.__iter__(node))]
        if in_tree:
            return Literal('[', items, ']', symbolic=True)
        return Literal(
            f'{names.refer(List)}(',
            [(None, '', Literal('[', items, ']', symbolic=True))],
            ')',
            True,
        )
    return _object_form(node, names, defaults)


def form_of_call(call: Call, names: Names, value: Any) -> Literal:
    """How the call that makes a value is written.

    Raises:
        ValueError: What it calls has no name.
    """
    function = plain_form(call.function, names)
    if not isinstance(function, str):
        raise ValueError(f'{call.function!r} is nothing that code can call by a name.')
    is_node = isinstance(value, Node)
    # The places in the tree, where they can be told.
    keys = {id(child): key for key, child in value._sym_pairs()} if is_node else {}
    items: list[tuple[Any, Any, Any]] = [
        (keys.get(id(arg), i if len(call.args) > 1 else None), '', arg)
        for i, arg in enumerate(call.args)
    ]
    return Literal(f'{function}(', [*items, *_keywords(call.kwargs)], ')', True, is_node, True)


def _keywords(given: dict[Any, Any]) -> list[tuple[Any, Any, Any]]:
    """Arguments by name; those whose keys are no names, in a dict behind them."""
    items: list[tuple[Any, Any, Any]] = [
        (key, f'{key}=', value) for key, value in given.items() if is_name(key)
    ]
    others = [(k, KeyBefore(k), v) for k, v in given.items() if not is_name(k)]
    if others:
        items.append((None, '**', Literal('{', others, '}', symbolic=True)))
    return items


def _dict_form(node: Any, in_tree: bool, names: Names) -> Literal:
    items = []
    for key, value in written_pairs(node):
        if isinstance(value, MissingValue):
            raise ValueError(
                f'The required key {key!r} of a Dict has no value yet, and code for that would '
                f'have to spell out the fields of the Dict. Give it a value, or use an `Object`.'
            )
        items.append((key, value))
    if in_tree:
        return Literal('{', [(k, KeyBefore(k), v) for k, v in items], '}', symbolic=True)
    name = names.refer(Dict)
    if all(is_name(k) and k not in _OPTIONS_OF_DICT for k, _ in items):
        return Literal(f'{name}(', [(k, f'{k}=', v) for k, v in items], ')', True, True)
    inner = Literal('{', [(k, KeyBefore(k), v) for k, v in items], '}', symbolic=True)
    return Literal(f'{name}(', [(None, '', inner)], ')', True)


def _object_form(node: Any, names: Names, defaults: bool) -> Literal:
    cls = type(node)
    if not cls.__dict__.get('_sym_ready'):
        compile_class(cls)
    frozen = frozen_keys(node)
    given: dict[Any, Any] = {}
    left_out: dict[Any, Any] = {}
    partial = False
    for key, value in written_pairs(node):
        if key in frozen:
            if not is_default(node, key, value):
                raise ValueError(
                    f'The field {key!r} of {cls.__name__} is frozen, but its value has been '
                    f'changed inside; a constructor cannot be given it. Use the class that '
                    f'{cls.__name__} was made of.'
                )
            continue
        if isinstance(value, MissingValue):
            partial = True
        elif not defaults and goes_without_saying(node, key, value):
            left_out[key] = value
        else:
            given[key] = value
    if isinstance(node, Functor):
        partial = False  # Arguments may be bound later.
    elif not partial:
        partial = bool(node._sym_flags & MAYBE_PARTIAL) and node.sym_partial
    if not (cls._sym_has_generated_init() or cls._sym_calls_init):
        partial = True  # The constructor takes other arguments; `partial` takes the fields.
    function = names.refer(cls)
    if partial:
        function += '.partial'
    return Literal(f'{function}(', _arguments(node, given, left_out), ')', True, True)


def _arguments(node: Any, given: dict[Any, Any], left_out: dict[Any, Any]) -> list[Any]:
    cls = type(node)
    order: list[str] = cls.init_arg_list
    items: list[tuple[Any, Any, Any]] = []
    more = next((name[1:] for name in order if name.startswith('*')), None)
    fixed = [name for name in order if not name.startswith('*')]
    if more in given and isinstance(given[more], List):
        values = list(given[more]._sym_pairs())
        # Positional arguments can be followed by more of them only if all are there.
        if not values or all(name in given or name in left_out for name in fixed):
            if values:
                for name in fixed:
                    value = given.pop(name) if name in given else left_out[name]
                    items.append((name, '', value))
            given.pop(more)
            items += [((more, i), '', value) for i, value in values]
    elif cls.__module__ == 'mutandis.nn':
        # As everybody writes layers: what must be given goes by position.
        fields = cls._sym_field_map
        for name in fixed:
            if name not in given or not isinstance(fields[name].default_value, MissingValue):
                break
            items.append((name, '', given.pop(name)))
    for key in given:
        if not isinstance(key, str) or key in _OPTIONS or key == 'self':
            raise ValueError(
                f'A constructor cannot be given the field {key!r} of {cls.__name__} by its name. '
                f'Call it otherwise, or tell how the class is written (`mt.register_code`).'
            )
    return items + _keywords(given)


__all__ = ['form_of_call', 'node_form']
