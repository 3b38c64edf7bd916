"""`patch`: applies rules to a tree, one after the other, as one transaction.

A rule says what to change: a dict of paths, a function, a patcher, the string of one, or a list of
rules. Later rules see what earlier ones have done. When all are applied, the patchers among them
check the result; if one refuses it, or anything fails before, the tree is as it was.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, overload

from mutandis.base import KeyPath
from mutandis.symbolic.base import clone
from mutandis.symbolic.rebind import all_or_nothing
from mutandis.symbolic.rewrites import (
    history,
    note_replacement,
    now,
    recording,
    require_symbolic,
)
from mutandis.symbolic.topology import Node

if TYPE_CHECKING:
    from mutandis.symbolic.patching.patchers import Patcher

    Rule: TypeAlias = dict[Any, Any] | Callable[..., Any] | Patcher | str | list[Any]


class NotApplicable(ValueError):
    """A patch does not fit what it was applied to; raised by patchers, with the reason.

    As whenever a patch fails, the tree is then as it was before. It is how a patcher declines: the
    caller can tell "there is nothing here for this rule" from a mistake.

    Args:
        reason: Why, for whoever wanted to apply it.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@overload
def patch(value: Any, rule: Rule, *, dry_run: Literal[True]) -> dict[str, tuple[Any, Any]]: ...
@overload
def patch(value: Any, rule: Rule, *, dry_run: Literal[False] = False) -> Any: ...
def patch(value: Any, rule: Rule, *, dry_run: bool = False) -> Any:
    """Applies a rule, or a list of rules, to a symbolic value.

    ::

        mt.patch(trainer, [
            'warm_restart?period=50&factor=0.5',     # a patcher, by its string
            {'data.batch_size': 256},                # paths and new values
            lambda path, value, parent: 0.0 if path and path.key == 'dropout' else value,
        ])

    ======================================  =================================================
    rule                                    effect
    ======================================  =================================================
    dict of paths and new values            these places get these values
    `{'': x}`                               the result is `x`, to which later rules apply
    function of (path, value) or            the result of each call takes the place of the
    (path, value, parent)                   value, unless it is that value
    `Patcher`                               what its function returns is applied, and its
                                            validator sees the final result
    str                                     the patcher of `from_uri`
    list of these                           one after the other
    ======================================  =================================================

    Args:
        value: The tree, changed in place.
        rule: What to do.
        dry_run: Changes a copy only, and returns what would change.

    Returns:
        `value`, or what a rule has put in its place. With `dry_run`, a dict from path to the pair
        of old and new value.

    Raises:
        TypeError: `value` is not symbolic, or a rule is none of the above.
        KeyError: A path does not exist, or no patcher has a name.
        ValueError: A string cannot be read, a value does not fit, or a validator says so.
        NotApplicable: (a `ValueError`) A patcher declines.
    """
    rules = _flat(rule)
    if dry_run:
        if not all(map(_is_replacement, rules)):
            require_symbolic(value)
        start = now()
        copied = clone(value, deep=True) if isinstance(value, Node) else value
        result = _apply(copied, rules)
        if not isinstance(result, Node):
            return {} if result is copied else {'': (value, result)}
        changes: dict[str, tuple[Any, Any]] = {}
        for change in history(result).changes:
            if change.number > start:
                path = change.path.path
                old = changes[path][0] if path in changes else change.old
                changes[path] = (old, change.new)
        return changes
    return _apply(value, rules)


def _flat(rule: Any) -> list[Any]:
    """The single rules, checked, with patchers for strings."""
    from mutandis.symbolic.patching.patchers import Patcher, from_uri

    rules = []
    for each in rule if isinstance(rule, list) else [rule]:
        if isinstance(each, str):
            each = from_uri(each)
        elif not isinstance(each, (Patcher, dict)) and (
            isinstance(each, type) or not callable(each)
        ):
            raise TypeError(
                f'A rule must be a dict of paths and values, a function of (path, value) or (path, '
                f'value, parent), a patcher, or the string of one; or a list of these. Got: '
                f'{each!r}.'
            )
        rules.append(each)
    return rules


def _apply(value: Any, rules: list[Any]) -> Any:
    from mutandis.symbolic.patching.patchers import Patcher

    def make() -> Any:
        result = value
        for rule in rules:
            if _is_replacement(rule):
                new = next(iter(rule.values()))
                note_replacement(_label(rule), result, new)
                result = new
                continue
            require_symbolic(result)
            if isinstance(rule, Patcher):
                result = rule.patch(result)
                continue
            with recording(_label(rule)):
                result.rebind(rule, raise_on_no_change=False)
        for rule in rules:
            if isinstance(rule, Patcher):
                rule.validate(result)
        return result

    return all_or_nothing(make)


def _is_replacement(rule: Any) -> bool:
    if not isinstance(rule, dict) or len(rule) != 1:
        return False
    key = next(iter(rule))
    return isinstance(key, (str, KeyPath)) and not key


def _label(rule: Any) -> str:
    """What a rule is called in the history."""
    if isinstance(rule, dict):
        return f'patch of {", ".join(str(KeyPath.from_value(key)) or "the root" for key in rule)}'
    code = getattr(rule, '__code__', None)
    name = getattr(rule, '__qualname__', repr(rule))
    return name if code is None else f'{name} ({code.co_filename}:{code.co_firstlineno})'
