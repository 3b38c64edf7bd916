"""Docs of symbolic classes: what of a docstring describes the class, what its fields.

Class docstrings are taken apart only when somebody asks for the description of a field.
"""

from __future__ import annotations

import functools
import re
from typing import Any

from mutandis.typing.field import PendingText

_SECTIONS = (
    r'^\s*(Args|Arguments|Attributes|Example|Examples|Parameters|Params|Raises|Returns|Yields|'
    r'Keyword Args|Note|Notes|Usage)\s*:\s*$'
)
# Docstrings that describe arguments have one of these in them; most have not.
_SIGNS = ('Args', 'Arguments', 'Attributes', 'Param', 'param ')


def describe(schema: Any, doc: str) -> None:
    """Describes a schema, and its fields that lack a description, by the docstring of a class.

    Args:
        schema: The schema of the class.
        doc: The docstring of the class.
    """
    if schema._description is None:
        schema.set_description(description_of(doc))
    if not any(sign in doc for sign in _SIGNS):
        return
    for name, field in schema.const_fields.items():
        known = field._description
        if not known or isinstance(known, PendingText):
            field.set_description(PendingText(functools.partial(_field_doc, known, doc, name)))


def description_of(doc: str | None) -> PendingText | None:
    """Returns what a docstring says before its first section, worked out when it is asked for."""
    return PendingText(functools.partial(first_paragraphs, doc)) if doc else None


def _field_doc(known: Any, doc: str, name: str) -> str | None:
    text: str | None = known.make() if isinstance(known, PendingText) else known
    return text or _argument_docs(doc).get(name)


def _argument_docs(doc: str) -> dict[str, str]:
    entries = _parsed(doc).args
    return {name: entry.description for name, entry in entries.items() if entry.description}


@functools.lru_cache(maxsize=64)
def _parsed(doc: str) -> Any:
    from mutandis.base import DocStr, DocStrStyle

    try:
        return DocStr.parse(doc)
    except Exception:  # Free text that only looks like a section.
        return DocStr(DocStrStyle.REST, short_description=doc.strip())


def first_paragraphs(doc: str | None) -> str | None:
    """Returns the text of a docstring before its first section, without common indentation."""
    if not doc:
        return None
    if '\n' in doc and '---' in doc:  # Sections of NumPy's style are underlined.
        described: str | None = _parsed(doc).description
        return described
    lines = doc.expandtabs().splitlines()
    kept: list[str] = []
    for line in lines:
        if re.match(_SECTIONS, line) or line.lstrip().startswith(':param'):
            break
        kept.append(line)
    indents = [len(line) - len(line.lstrip()) for line in kept[1:] if line.strip()]
    margin = min(indents, default=0)
    rest = [line[margin:].rstrip() for line in kept[1:]]
    text = '\n'.join([kept[0].strip(), *rest]) if kept else ''
    return text.strip() or None


__all__ = ['describe', 'description_of', 'first_paragraphs']
