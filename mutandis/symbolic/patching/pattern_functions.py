"""Pattern functions: give a new value to every place that a pattern selects.

They change the tree in place, in one step, and return it. A place that was selected is replaced as
a whole, so nothing is looked for below it. The root is never selected: it has no place in which
another value could be put. No match is no error.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mutandis.symbolic import conditions
from mutandis.symbolic.conditions import (
    Condition,
    Pattern,
    places_below,
    text_of_class,
    text_of_pattern,
)
from mutandis.symbolic.rebind import rebind_all
from mutandis.symbolic.rewrites import require_symbolic, rewrite

ValueFn = Callable[[Any], Any]


def patch_on_key(
    src: Any,
    regex: Pattern,
    value: Any = None,
    value_fn: ValueFn | None = None,
    skip_notification: bool | None = None,
) -> Any:
    """Gives a new value to the places whose last key matches.

    ::

        net = mt.Dict(stem=mt.Dict(lr=0.1), head=mt.Dict(lr=0.2, dropout=0.5))
        mt.patch_on_key(net, 'lr', value_fn=lambda lr: lr * 10)

    Args:
        src: The tree, changed in place.
        regex: Matched with the start of the key as text; indices of lists are keys, too.
        value: The new value.
        value_fn: Makes the new value from the old one, instead of `value`.
        skip_notification: True: no event. None: as `notify_on_change` says.

    Returns:
        `src`.

    Raises:
        TypeError: `src` is not symbolic; a value does not fit.
        ValueError: Both `value` and `value_fn` are given; a value does not fit.
        WritePermissionError: A node concerned is sealed.
    """
    rule = f'patch_on_key({text_of_pattern(regex)})'
    return _patch(src, conditions.key_matches(regex), rule, value, value_fn, skip_notification)


def patch_on_path(
    src: Any,
    regex: Pattern,
    value: Any = None,
    value_fn: ValueFn | None = None,
    skip_notification: bool | None = None,
) -> Any:
    """Gives a new value to the places whose path matches.

    For arguments that are not here see `patch_on_key`.

    Args:
        regex: Matched with the start of the path from `src`, such as `r'layers\\[\\d+\\]\\.lr'`.
    """
    rule = f'patch_on_path({text_of_pattern(regex)})'
    return _patch(src, conditions.path_matches(regex), rule, value, value_fn, skip_notification)


def patch_on_value(
    src: Any,
    old_value: Any,
    value: Any = None,
    value_fn: ValueFn | None = None,
    skip_notification: bool | None = None,
) -> Any:
    """Gives a new value to the places whose value `==` the old one.

    For arguments that are not here see `patch_on_key`.

    Args:
        old_value: What is looked for; 1 finds True and 1.0, too.
    """
    rule = f'patch_on_value({old_value!r})'
    return _patch(src, conditions.equals(old_value), rule, value, value_fn, skip_notification)


def patch_on_type(
    src: Any,
    value_type: Any,
    value: Any = None,
    value_fn: ValueFn | None = None,
    skip_notification: bool | None = None,
) -> Any:
    """Gives a new value to the instances of a class.

    For arguments that are not here see `patch_on_key`.

    Args:
        value_type: A class or a tuple of classes.
    """
    rule = f'patch_on_type({text_of_class(value_type)})'
    condition = conditions.instance_of(value_type)
    return _patch(src, condition, rule, value, value_fn, skip_notification)


def patch_on_member(
    src: Any,
    cls: Any,
    name: str,
    value: Any = None,
    value_fn: ValueFn | None = None,
    skip_notification: bool | None = None,
) -> Any:
    """Gives a new value to one member of all instances of a class.

    For arguments that are not here see `patch_on_key`.

    Args:
        cls: The class, or a tuple of classes, of the owner.
        name: The key of the member.
    """
    rule = f'patch_on_member({text_of_class(cls)}, {name!r})'
    condition = conditions.member_of(cls, name)
    return _patch(src, condition, rule, value, value_fn, skip_notification)


def _patch(
    src: Any,
    condition: Condition,
    rule: str,
    value: Any,
    value_fn: ValueFn | None,
    skip_notification: bool | None,
) -> Any:
    if value is not None and value_fn is not None:
        raise ValueError(
            f'{rule}: give the new value by `value`, or how it is made by `value_fn`, not both.'
        )
    require_symbolic(src, rule=rule)

    def make() -> Any:
        # All new values are made before the first one is put in.
        writes = [
            place.write(new)
            for place in places_below(src, [condition])
            for new in [value if value_fn is None else value_fn(place.value)]
            if new is not place.value
        ]
        rebind_all(src, writes, skip_notification=skip_notification)
        return src

    return rewrite(rule, make)
