"""Patching: rewrites that have a name, can be combined and checked, and travel as short strings.

Three layers, each written in the one below: selecting places and giving each a new value
(`selection`, `pattern_functions`), rules applied one after the other as one transaction (`rules`),
and patchers, which are rules with typed arguments that can be named in a string (`patchers`,
`registry`).
"""

from mutandis.symbolic.patching.object_factory import ObjectFactory, from_maybe_serialized
from mutandis.symbolic.patching.patchers import Patcher, from_uri, patcher
from mutandis.symbolic.patching.pattern_functions import (
    patch_on_key,
    patch_on_member,
    patch_on_path,
    patch_on_type,
    patch_on_value,
)
from mutandis.symbolic.patching.registry import (
    allow_repeated_patcher_registration,
    patcher_names,
)
from mutandis.symbolic.patching.rules import NotApplicable, patch

__all__ = [
    'NotApplicable',
    'ObjectFactory',
    'Patcher',
    'allow_repeated_patcher_registration',
    'from_maybe_serialized',
    'from_uri',
    'patch',
    'patch_on_key',
    'patch_on_member',
    'patch_on_path',
    'patch_on_type',
    'patch_on_value',
    'patcher',
    'patcher_names',
]
