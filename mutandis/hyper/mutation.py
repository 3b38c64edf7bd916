"""The mutations that a place of a program offers."""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from mutandis.base import KeyPath


class MutationType(str, Enum):
    """What a mutation does to a place of the tree."""

    REPLACE = '0'
    INSERT = '1'
    DELETE = '2'


@dataclass
class MutationPoint:
    """A mutation that can be made.

    Attributes:
        mutation_type: What it does.
        location: The place, from the root of the value.
        old_value: The value there; `MISSING_VALUE` for an insertion.
        parent: The node that holds the place; None for the root.
    """

    mutation_type: MutationType
    location: KeyPath
    old_value: Any
    parent: Any
