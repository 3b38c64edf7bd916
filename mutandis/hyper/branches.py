"""What the candidates of a choice mean to define-by-run.

A candidate that is a function without parameters is a *lazy branch*: the decisions in its body
exist only where the branch is chosen. All other candidates are values.
"""

from collections.abc import Callable
from types import FunctionType
from typing import Any

from mutandis.base import LEAF_TYPES
from mutandis.hyper.categorical import is_choice
from mutandis.hyper.literals import literal_of
from mutandis.hyper.object_template import ObjectTemplate
from mutandis.hyper.spine import Where, candidates_of
from mutandis.symbolic import Ref, Symbolic, eq
from mutandis.symbolic.topology import symbolize_value

_VAR_POSITIONAL, _VAR_KEYWORD = 0x04, 0x08  # Flags of code objects: `*args`, `**kwargs`.
_CONTAINERS = (Symbolic, dict, list, tuple)


def is_lazy_branch(candidate: Any) -> bool:
    """Whether a candidate is a Python function that can only be called without arguments."""
    if candidate.__class__ is not FunctionType:
        return False
    code = candidate.__code__
    if code.co_argcount or code.co_flags & (_VAR_POSITIONAL | _VAR_KEYWORD):
        return False
    return code.co_kwonlyargcount == len(candidate.__kwdefaults__ or ())


def nested_template(candidate: Any, where: Where) -> ObjectTemplate | None:
    """The template of a candidate that holds placeholders, None for all others.

    They were made where nothing evaluated them: before the program ran, for example.
    """
    if candidate.__class__ in LEAF_TYPES or not isinstance(candidate, _CONTAINERS):
        return None
    template = ObjectTemplate(candidate, where=where)
    return None if template.is_constant else template


def constant_value(candidate: Any) -> Any:
    """The value of a candidate that is neither lazy nor holds placeholders.

    Nodes are copied, because they belong to the placeholder.
    """
    if candidate.__class__ in LEAF_TYPES:
        return candidate
    if isinstance(candidate, Ref):
        return candidate.value
    if isinstance(candidate, Symbolic):
        return candidate.sym_clone()
    return candidate


def branch_value(value: Any) -> Any:
    """What a choice makes of the value that a lazy branch returns.

    As with candidates that are values, plain dicts and lists become symbolic.
    """
    return symbolize_value(value) if value.__class__ in (dict, list) else value


def first_value(candidate: Any, where: Where) -> Any:
    """The first value of a candidate that is not lazy."""
    template = nested_template(candidate, where)
    if template is None:
        return constant_value(candidate)
    return template.decode(template.dna_spec().first_dna())


def same_decision(first: Any, second: Any) -> bool:
    """Whether two placeholders of one name are one decision.

    Functions count by their place among the candidates only: each run of a program makes new ones.
    """
    if first is second:
        return True
    if not (is_choice(first) and is_choice(second)):
        return bool(eq(first, second))
    if first.__class__ is not second.__class__:
        return False
    ours, theirs = dict(first._sym_pairs()), dict(second._sym_pairs())
    del ours['candidates'], theirs['candidates']
    if not eq(ours, theirs):
        return False
    candidates, others = candidates_of(first), candidates_of(second)
    return len(candidates) == len(others) and all(map(_same_candidate, candidates, others))


def _same_candidate(first: Any, second: Any) -> bool:
    if is_lazy_branch(first) and is_lazy_branch(second):
        return True
    if eq(first, second):
        return True
    # Objects that know no equality, such as torch modules, are made anew in each run as well.
    return (
        first.__class__ is second.__class__
        and not isinstance(first, Symbolic)
        and first.__class__.__eq__ is object.__eq__
        and literal_of(first) == literal_of(second)
    )


def text_of_branch(function: Callable[[], Any]) -> str:
    """What stands for a branch without decisions: its source, or its name where there is none."""
    code: Any = function.__code__
    if code.co_name != '<lambda>':
        return str(getattr(function, '__qualname__', code.co_name)).rpartition('<locals>.')[2]
    positions = getattr(code, 'co_positions', None)
    if positions is not None:  # From Python 3.11 on.
        source = _source_between(code.co_filename, [p for p in positions() if _is_known(p)])
        if source:
            return f'lambda: {source}'
    return f'lambda of line {code.co_firstlineno}'


def _is_known(position: tuple[Any, ...]) -> bool:
    # The first instruction of a function has the empty range at the start of a line.
    return None not in position and position[2:] != (0, 0)


def _source_between(filename: str, positions: list[tuple[int, int, int, int]]) -> str:
    """The source text that covers all positions (first line, last line, first and last column)."""
    if not positions:
        return ''
    from linecache import getline

    first = min((line, column) for line, _, column, _ in positions)
    last = max((line, column) for _, line, _, column in positions)
    lines = [getline(filename, i).encode() for i in range(first[0], last[0] + 1)]
    lines[-1] = lines[-1][: last[1]]
    lines[0] = lines[0][first[1] :]
    return ' '.join(b' '.join(lines).decode(errors='replace').split())
