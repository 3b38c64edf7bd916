"""What a class knows about its event handlers.

A class that overrides none pays nothing for events: construction and changes look at these facts,
which are noted when the class is made, and anew when one of their sources is set on it later, as
tests do that replace a handler for a while.
"""

from __future__ import annotations

from typing import Any

from mutandis.symbolic.topology import HEARS_PATHS, HOOKS, MAYBE_PARTIAL, SEALED, WRITABLE

# Of each fact: the handlers one of which a class overrides.
_HANDLERS = (
    ('_sym_listens', ('_on_bound', '_on_change')),
    ('_sym_init_hook', ('_on_bound', '_on_init')),
    ('_sym_parent_hook', ('_on_parent_change',)),
    ('_sym_path_hook', ('_on_path_change',)),
)
# What these facts, and the compiled constructor, depend on.
FACT_SOURCES = frozenset(
    {
        '_on_bound',
        '_on_change',
        '_on_init',
        '_on_parent_change',
        '_on_path_change',
        '_sym_missing',
        '_sym_touch',
        'sym_missing',
        'allow_symbolic_assignment',
        'allow_symbolic_mutation',
    }
)


def facts_of_handlers(cls: Any, root: Any, inherits: bool = True) -> dict[str, Any]:
    """Finds out which event handlers a class overrides.

    Args:
        cls: The class.
        root: The root of all symbolic classes.
        inherits: Whether the facts of the base will do where the class adds nothing.
    """
    if inherits and len(cls.__bases__) == 1 and FACT_SOURCES.isdisjoint(cls.__dict__):
        return {}

    def overrides(name: str) -> bool:
        return getattr(cls, name) is not getattr(root, name)

    facts: dict[str, Any] = {
        fact: any(overrides(name) for name in handlers) for fact, handlers in _HANDLERS
    }
    if cls._sym_touch is not None:  # It has to hear of changes to drop what it derived.
        facts['_sym_listens'] = True
    flags = 0
    if facts['_sym_path_hook']:
        HOOKS.path_listeners = True
        flags |= HEARS_PATHS
    if cls.allow_symbolic_assignment:
        flags |= WRITABLE
    if overrides('_sym_missing') or overrides('sym_missing'):
        flags |= MAYBE_PARTIAL  # It has to be asked.
    facts['_sym_flags'] = flags & ~SEALED
    return facts


__all__ = ['FACT_SOURCES', 'facts_of_handlers']
