"""Docs of symbolic classes: what of a docstring describes the class, what its fields."""

from __future__ import annotations

import re

_SECTION = re.compile(
    r'^\s*(Args|Arguments|Attributes|Example|Examples|Parameters|Params|Raises|Returns|Yields|'
    r'Keyword Args|Note|Notes|Usage)\s*:\s*$'
)


def first_paragraphs(doc: str | None) -> str | None:
    """Returns the text of a docstring before its first section, without common indentation."""
    if not doc:
        return None
    lines = doc.expandtabs().splitlines()
    kept: list[str] = []
    for line in lines:
        if _SECTION.match(line) or line.lstrip().startswith(':param'):
            break
        kept.append(line)
    indents = [len(line) - len(line.lstrip()) for line in kept[1:] if line.strip()]
    margin = min(indents, default=0)
    rest = [line[margin:].rstrip() for line in kept[1:]]
    text = '\n'.join([kept[0].strip(), *rest]) if kept else ''
    return text.strip() or None
